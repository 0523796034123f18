# 230  A month of an accountant's office: budget, list from Excel, approval, the bank and its answer, repairs, a bounce, a
#      claim in instalments, the bank's statement to the fen, closing; with the wrong turns people take.
. "$LEYE_SRC/tests/support/story.sh"
today 2026-03-02
LEYE_DB=fund.db
export LEYE_DB
WANG="--as 王芳:会计" ZHANG="--as 张敏:复核" LI="--as 李明:出纳" CHEN="--as 陈刚:主管"
F=就业补助资金

step "the verbs are told, and what comes first"
run leye fund
expect_exit 0
expect_out "leye fund prepare"
expect_out "审计只看不改"
run leye fund lines
expect_exit 1
expect_err "leye fund line 资金 级次 科目 年度"
run leye fund pay
expect_exit 2
expect_err "没有“pay”这个动作"

step "who does it must be said, with a role there is"
run leye fund line $F 市级 社会保险补贴 2026
expect_exit 2
expect_err "--as 王芳:会计"
run leye fund line $F 市级 社会保险补贴 2026 --as 王芳:局长
expect_exit 2
expect_err "岗位是会计、复核、出纳、主管、审计"
run leye fund line $F 市级 社会保险补贴 2026 --as 赵审:审计
expect_exit 1
expect_err "审计只看，不改账"
run leye fund line $F 市级 社会保险补贴 2026 $LI
expect_exit 1
expect_err "会计或主管"

step "a line, its budget, the money behind it"
run leye fund line $F 市级 社会保险补贴 2026 $WANG
expect_exit 0
expect_out "第 2 号预算行"
run leye fund budget 1 50000 --ref 财社〔2026〕1号 $WANG
expect_exit 1
expect_err "第 1 号是银行账户"
run leye fund budget 2 5万 --ref 财社〔2026〕1号 $WANG
expect_exit 2
expect_err "1234.50"
run leye fund budget 2 50000 $WANG
expect_exit 2
expect_err "预算的文号"
run leye fund budget 2 50,000.00 --ref 财社〔2026〕1号 $WANG
expect_out "可用 50,000.00 元"
run leye fund deposit $F 50000 --ref 拨款0302 $LI
expect_exit 0
run leye fund deposit $F 50000 --ref 拨款0302 $LI
expect_exit 1
expect_err "已经记过"
run leye fund commit 2 社保补贴2026-02 60000 $WANG
expect_exit 1
expect_err "可用预算不够"
run leye fund commit 2 社保补贴2026-02 5000 $WANG
expect_exit 0

cat >二月.csv <<'LIST'
2026年2月灵活就业社保补贴发放表,,,
姓 名,身份证号码,银行账号,金额
王小明,329906198803120011,6228 4800 1234 5678,512.40
李芳,329906199001011248,6228480012345679,512.4
赵强,329906198505050027,6.22848E+15,512.40
孙丽,329906199001011248,6228480012345680,512.40
周杰,329906197511203313,6228480012345681,512.40
吴敏,329906199208084567,6228480012345682,0
郑勇,329906199512247789,6228480012345683,512.40
冯娟,329906198301010090,6228480012345684,512.40
LIST

step "a list from Excel: what is missing in it is asked for"
run leye fund prepare 2 二月.csv $WANG
expect_exit 2
expect_err "--title"
run leye fund prepare 2 二月.csv --title 二月社保补贴 $WANG
expect_exit 1
expect_err "--policy"
run leye fund prepare 2 二月.csv --title 二月社保补贴 --policy 灵活就业社保补贴 --period 2026年2月 --commitment 没有的 $WANG
expect_exit 1
expect_out "没有为它承诺资金"

step "it is tried first, and every bad row is told with what to do"
run leye fund prepare 2 二月.csv --title 二月社保补贴 --policy 灵活就业社保补贴 --period 2026年2月 --commitment 社保补贴2026-02 --preview $WANG
expect_exit 0
expect_out "可以付 4 笔，2,049.60 元；什么都没有记"
expect_out "第 5 行：账号被表格软件改成了小数"
expect_out "第 6 行：名单里前面已经有他的同一项"
expect_out "第 7 行：最后一位校验码对不上"
expect_out "第 8 行：金额不对"
run leye fund batches
expect_not_out "二月"

step "the batch is made; the refused rows can be mended and read again"
run leye fund prepare 2 二月.csv --title 二月社保补贴 --policy 灵活就业社保补贴 --period 2026-02 --commitment 社保补贴2026-02 $WANG
expect_exit 0
expect_out "第 1 批已编制：名单 8 行，编入 4 笔"
expect_out "二月-错误.csv"
sed -i -e '/孙丽/d' -e 's/6.22848E+15/6228480012345685/' -e 's/329906197511203313/329906197511203312/' -e '/吴敏/s/,0,/,512.40,/' 二月-错误.csv
run leye fund prepare 2 二月-错误.csv --title 二月补 --policy 灵活就业社保补贴 --period 2026-02 --commitment 社保补贴2026-02 $WANG
expect_exit 0
expect_out "第 2 批已编制：名单 3 行，编入 3 笔"
run leye fund prepare 2 二月.csv --title 重复 --policy 灵活就业社保补贴 --period 2026-02 --commitment 社保补贴2026-02 $WANG
expect_exit 1
expect_out "已经付过或者正在付：第"

step "nobody approves their own, nobody sends what is not approved"
run leye fund send 1 --out 付款1.txt $LI
expect_exit 1
expect_err "已编制"
run leye fund approve 1 --as 王芳:复核
expect_exit 1
expect_err "是您编制的"
run leye fund approve 1 $ZHANG
expect_exit 0
expect_out "leye fund send 1"
run leye fund approve 2 $ZHANG
run leye fund send 1 --out 付款1.txt $WANG
expect_exit 1
run leye fund send 1 --out 付款1.txt $LI
expect_exit 0
expect "the file is there" grep -q "^乐业付款文件|1|1|$F|2026-03-02|4|2049.60" 付款1.txt
run leye fund send 1 --out 付款1.txt $LI
expect_exit 1
run leye fund send 2 --out 付款1.txt $LI
expect_exit 1
expect_err "不覆盖"
run leye fund send 2 --out 付款2.txt $LI
expect_exit 0
run leye fund resend 1 --out 又一份.txt
expect "the same" cmp 付款1.txt 又一份.txt

step "a damaged file is not taken by the bank; part of it is answered"
sed '3s/512/912/' 付款1.txt >坏.txt
run leye fund bank 坏.txt --out 回盘.txt --ref BK1
expect_exit 1
expect_err "校验不对"
run leye fund bank 付款1.txt --seed 3 --fail 0 --first 500 --out 回盘1.txt --ref BK0303 --date 2026-03-03
expect_exit 0
run leye fund receive 回盘1.txt --date 2026-03-03 $WANG
expect_exit 1
expect_err "出纳"
run leye fund receive 回盘1.txt --date 2026-03-03 $LI
expect_exit 0
expect_out "还有没有回盘的"
run leye fund receive 回盘1.txt --date 2026-03-03 $LI
expect_exit 0
expect_out "没有再记一次"
run leye fund bank 付款1.txt --seed 3 --fail 0 --first 500 --rest --out 回盘2.txt --ref BK0304
run leye fund receive 回盘2.txt --date 2026-03-04 $LI
expect_out "这一批已全部回盘"

step "failed payments are repaired and paid again; the wrong account is not paid twice"
run leye fund bank 付款2.txt --seed 1 --fail 1000 --out 回盘3.txt --ref BK0305
run leye fund receive 回盘3.txt --date 2026-03-05 $LI
expect_out "退回 3 笔 1,537.20 元"
expect_out "leye fund repair"
run leye fund payments --state 退回
expect_out "周*"
expect_not_out "329906197511203312"
number=$(leye fund payments --batch 2 --state 退回 | awk '$3 ~ /周/ { print $1 }')
run leye fund repair "$number" 周杰 6217000012345681 $WANG
expect_exit 0
sixteen=$(grep 吴敏 付款2.txt | cut -d'|' -f1)
run leye fund repair "${sixteen%?}9" 吴敏 6217000012345682 $WANG
expect_exit 2
expect_err "不是付款号"
run leye fund repair "$sixteen" 吴敏 6217000012345682 $WANG
expect_exit 0
run leye fund again 2 --title 二月再付 --date 2026-03-06 $WANG
expect_exit 0
expect_out "再付 2 笔"
run leye fund approve 3 $ZHANG
run leye fund send 3 --out 付款3.txt --date 2026-03-06 $LI
run leye fund receive 回盘3.txt --date 2026-03-06 $LI
expect_out "以前读过"
run leye fund bank 付款3.txt --fail 0 --out 回盘4.txt --ref BK0309
run leye fund receive 回盘4.txt --date 2026-03-09 $LI
expect_out "付讫 2 笔 1,024.80 元"
for n in $(leye fund payments --batch 2 --state 退回 | awk 'NR > 1 { print $1 }'); do
    run leye fund give-up "$n" --reason 本人放弃 --date 2026-03-09 $CHEN
    expect_exit 0
done

step "days later the bank has a payment back"
paid=$(leye fund payments --batch 1 | awk '$3 ~ /郑/ { print $1 }')
run leye fund bounce "$paid" --ref TP0312 --date 2026-03-12 $LI
expect_exit 2
expect_err "--reason"
run leye fund bounce "$paid" --ref TP0312 --reason 账户已销户 --date 2026-03-12 $LI
expect_exit 0
expect_out "leye fund repair"
run leye fund bounce "$paid" --ref TP0312 --reason 账户已销户 --date 2026-03-12 $LI
expect_exit 1
run leye fund payments --state 退回
expect_out "账户已销户"

step "what was paid wrongly is claimed back in instalments, and the late ones are listed"
wrong=$(leye fund payments --batch 1 | awk '$3 ~ /冯/ { print $1 }')
run leye fund claim "$wrong" 512.40 $WANG
expect_exit 2
run leye fund claim "$wrong" 600 --reason 已重新就业 $WANG
expect_exit 1
expect_err "最多还能追回 512.40 元"
run leye fund claim "$wrong" 512.40 --reason 已重新就业 --date 2026-03-13 $WANG
expect_out "第 1 号追回"
run leye fund plan 1 2026-03-20=200 2026-04-20=300 --date 2026-03-13 $WANG
expect_exit 1
expect_err "各期合计 500.00 元，还要收回的是 512.40 元"
run leye fund plan 1 3月20日=512.40 --date 2026-03-13 $WANG
expect_exit 2
expect_err "2026-04-10=500"
run leye fund plan 1 2026-03-20=200 2026-04-20=312.40 --date 2026-03-13 $WANG
expect_exit 0
run leye fund claims --overdue --date 2026-03-20
expect_out "没有逾期的分期"
run leye fund recover 1 100 --ref 回单A --restore --date 2026-03-18 $LI
expect_exit 0
run leye fund claims --overdue --date 2026-03-23
expect_out "100.00"
expect_out "冯*"

cat >对账单.csv <<'BANK'
开户行：某某银行
日期,凭证号,摘要,收入,支出,余额
2026-03-02,拨款0302,财政拨款,"50,000.00",,"50,000.00"
2026-03-03,BK0303,代发,,FIRST,B1
2026-03-04,BK0304,代发,,SECOND,B2
2026-03-09,BK0309,代发,,"1,024.80",B3
2026-03-12,TP0312,退票,512.40,,B4
2026-03-18,回单A,王先生还款,100.00,,B5
2026-03-21,LX0321,结息,3.21,,B6
BANK
fen() { sed -n '$s/^完|[0-9]*|\([0-9]*\)\.\([0-9]*\)$/\1\2/p' "$1"; }
yuan() { printf '%d.%02d' $(($1 / 100)) $(($1 % 100)); }
b1=$((5000000 - $(fen 回盘1.txt))) b2=$((b1 - $(fen 回盘2.txt)))
sed -i -e "s/FIRST/$(yuan "$(fen 回盘1.txt)")/" -e "s/SECOND/$(yuan "$(fen 回盘2.txt)")/" -e "s/B1/$(yuan $b1)/" \
    -e "s/B2/$(yuan $b2)/" -e "s/B3/$(yuan $((b2 - 102480)))/" -e "s/B4/$(yuan $((b2 - 51240)))/" \
    -e "s/B5/$(yuan $((b2 - 41240)))/" -e "s/B6/$(yuan $((b2 - 40919)))/" 对账单.csv

step "the bank's statement, to the fen: what one side lacks is named"
run leye fund reconcile $F 对账单.csv --date 2026-03-31 $LI
expect_exit 1
expect_out "对账单 7 笔：对上 6 笔"
expect_out "银行有账上没有"
expect_out "结息"
expect_out "银行减账上 3.21 元"
run leye fund deposit $F 3.21 --ref LX0321 --date 2026-03-21 $LI
run leye fund reconcile $F 对账单.csv --date 2026-03-31 $LI
expect_exit 0
expect_out "一分不差"
sed "s/^2026-03-09,.*/2026-03-09,BK0309,代发一,,512.40,$(yuan $((b2 - 51240)))\\n2026-03-09,BK0309,代发二,,512.40,$(yuan $((b2 - 102480)))/" \
    对账单.csv >一人一笔.csv
run leye fund reconcile $F 一人一笔.csv --date 2026-03-31 $LI
expect_exit 0
expect_out "其中 2 笔合起来才是账上的一笔"
expect_out "一分不差"
sed '/代发二/d' 一人一笔.csv >少一人.csv
run leye fund reconcile $F 少一人.csv --date 2026-03-31 $LI
expect_exit 1
expect_out "金额不同"
sed -i '5d' 对账单.csv
run leye fund reconcile $F 对账单.csv --date 2026-03-31 $LI
expect_exit 1
expect_out "余额接不上前一行"
expect_out "账上有银行没有"

step "reports, for the screen and for Excel"
run leye fund report $F
expect_exit 0
expect_out "银行账户"
run leye fund report $F --out 报表.xlsx
expect "a workbook" test -s 报表.xlsx
run leye fund payments --out 明细.csv
expect "masked" grep -q '3299\*\*' 明细.csv
run leye fund payments --full --out 全.csv
expect_exit 2
expect_err "--as"
run leye fund payments --full --out 全.csv --as 赵审:审计
expect_exit 0
expect_out "已经留痕"
expect "in full" grep -q 329906198803120011 全.csv

step "a return nobody read has no lines to show"
run leye fund errors 99
expect_exit 1
expect_err "没有第 99 号回盘"

step "the month is closed, and opened again only by the chief with a reason"
run leye fund close $F 2026年3月 --date 2026-04-01 $LI
expect_exit 1
run leye fund close $F 2026年3月 --date 2026-03-30 $WANG
expect_exit 1
expect_err "2026-03 还没有过完；从 2026-03-31 起可以结账"
run leye fund close $F 2026年3月 --date 2026-04-01 $WANG
expect_exit 0
run leye fund budget 2 100 --ref 财社〔2026〕9号 --date 2026-03-31 $WANG
expect_exit 1
expect_err "2026-03 已经结账"
run leye fund reopen $F 2026-03 --reason 漏记一笔 $WANG
expect_exit 1
expect_err "主管"
run leye fund reopen $F 2026-03 $CHEN
expect_exit 2
run leye fund reopen $F 2026-03 --reason 漏记一笔 $CHEN
expect_exit 0
run leye fund months $F
expect_out "没有结账"

step "the book is sound, and nobody wrote into it"
run leye fund check
expect_exit 0
expect_out "处处相符"
run leye fund check --title x
expect_exit 2
expect_err "没有选项 --title"
run leye audit verify --db fund.db
expect_exit 0
