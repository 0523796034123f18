# 231  An auditor's week: rules asked of everybody, leads assigned, checked, claimed back and closed; a sample with its
#      objections and what it says of all payments; exports with a mark; and that an auditor changes nothing else.
. "$LEYE_SRC/tests/support/story.sh"
today 2026-04-01
copy_packs
mkdir packs/pilot
cat >packs/pilot/pack.leye <<'PACK'
包 审计试点
  上级 national
  级别 市
  地区 329900
  版本 1
  说明 虚构，仅供演示
PACK
cat >packs/pilot/imports.leye <<'PACK'
导入 就业登记全量
  载入 就业登记
  系统 人社
  文件 jobs.csv
  全量
  空白 无
  列 “身份证号” 人员.身份证号
  列 “用工形式” 形式
  列 “就业日期” 开始
  列 “离职日期” 结束
PACK
LEYE_DB=here.db LEYE_PACKS=$PWD/packs/pilot
export LEYE_DB LEYE_PACKS
F=就业补助资金
AUDITOR="--as 赵审:审计" HEAD="--as 钱主任:审计主管" SUN="--as 孙查:核查" LIU="--as 刘查:核查" OFFICE="--as 服务中心:被查"

cat >people.csv <<'CSV'
身份证号,姓名,出生日期,死亡日期
329906198803120011,王小明,1988-03-12,无
329906199001011248,李芳,1990-01-01,2026-01-15
329906198505050027,赵强,1985-05-05,无
329906197511203312,周杰,1975-11-20,2026-02-20
329906199208084567,吴敏,1992-08-08,无
CSV
cat >jobs.csv <<'CSV'
身份证号,用工形式,就业日期,离职日期
329906198803120011,单位就业,2026-01-01,
329906198505050027,灵活就业,2025-01-01,
CSV
cat >paid.csv <<'CSV'
姓名,身份证号,账号,金额
王小明,329906198803120011,6228000000000001,512.40
李芳,329906199001011248,6228000000000002,512.40
赵强,329906198505050027,6228000000000003,512.40
吴敏,329906199208084567,6228000000000005,512.40
CSV
{
    leye import people.csv --as 人员 --source 公安 --as-of 2026-03-31
    leye import jobs.csv --as 就业登记全量 --as-of 2026-03-31
    leye fund line $F 市级 社会保险补贴 2026 --as 王芳:会计
    leye fund budget 2 50000 --ref 财社〔2026〕1号 --as 王芳:会计
    leye fund deposit $F 50000 --ref 拨款 --as 李明:出纳
    leye fund commit 2 C 20000 --as 王芳:会计
    leye fund prepare 2 paid.csv --title 二月 --policy 就业困难人员灵活就业社会保险补贴 --period 2026-02 --commitment C --as 王芳:会计
    leye fund approve 1 --as 张敏:复核
    leye fund send 1 --out pay.txt --date 2026-03-02 --as 李明:出纳
    leye fund bank pay.txt --fail 0 --ref BK1 --out back.txt
    leye fund receive back.txt --date 2026-03-03 --as 李明:出纳
} >setup.log 2>&1

step "an office is at work, its payments went out"
run leye fund payments --state 已付
expect_out "就业困难人员灵活就业社会保险补贴"

step "the verbs are told; who looks must be said; no rules, no leads"
run leye audit
expect_exit 0
expect_out "leye audit find"
run leye audit leads
expect_exit 2
expect_err "--as 赵审:审计"
run leye audit leads --as 赵审:会计
expect_exit 2
expect_err "岗位是审计、审计主管、核查、被查"

cat >packs/pilot/leads.leye <<'PACK'
来源 审计试点
  名称 审计试点（虚构）
  机关 乐业项目
  日期 2023-01-01
  可信 虚构
  说明 虚构，仅供演示

疑点 死后领补贴
  别名 paid-after-death
  对象 人员
  依据 审计试点
  政策 就业困难人员灵活就业社会保险补贴
  条件 死亡日期 < 今日
  说明 公安登记已经死亡，死后还在领补贴
  处置 停发，向代领的人追回

疑点 领补贴又在单位上班
  别名 paid-while-employed
  对象 人员
  依据 审计试点
  政策 就业困难人员灵活就业社会保险补贴
  条件 任一 就业登记 满足 (形式 = 单位就业 且 开始 <= 今日 且 (无(结束) 或 结束 > 今日))
  说明 领着灵活就业补贴，又有单位的就业登记
  处置 停发，追回多发的月份
PACK

step "an auditor writes a rule in a pack like any other"
run leye audit find --as 赵审:审计
run leye check packs/pilot
expect_exit 0

step "the rules are asked of everybody; only who got money becomes a lead"
run leye audit find $SUN
expect_exit 1
expect_err "审计或审计主管"
run leye audit find 没有这条 $AUDITOR
expect_exit 1
expect_err "没有疑点“没有这条”"
run leye audit find $AUDITOR
expect_exit 0
run leye audit leads $AUDITOR
expect_exit 0
expect_out "死后领补贴"
expect_out "领补贴又在单位上班"
expect_not_out "3312"
expect_not_out "329906199001011248"
run leye audit find $AUDITOR
expect_exit 0
expect "again opens nothing" test "$(leye audit leads $AUDITOR | wc -l)" = 3
dead=$(leye audit leads --rule 死后领补贴 $AUDITOR | awk 'NR == 2 { print $1 }')
work=$(leye audit leads --rule 领补贴又在单位上班 $AUDITOR | awk 'NR == 2 { print $1 }')

step "a lead is assigned, not to who handled the payment, and checked by whom it was assigned to"
run leye audit lead "$dead" 核查 $SUN
expect_exit 1
expect_err "疑点现在是“新”，不能“核查”；现在没有要您做的"
run leye audit lead "$dead" 分派 --to 王芳 $AUDITOR
expect_exit 1
expect_err "编制或批准过"
run leye audit lead "$dead" 分派 $AUDITOR
expect_exit 1
run leye audit lead "$dead" 分派 --to 孙查 $AUDITOR
expect_exit 0
run leye audit lead "$dead" 核查 $LIU
expect_exit 1
expect_err "分派给了孙查"
run leye audit lead "$dead" 核查 $SUN
run leye audit lead "$dead" 属实 $SUN
expect_exit 1
expect_err "理由"
run leye audit lead "$dead" 属实 --reason 户籍已注销，2026-01-15死亡 $SUN
expect_exit 0
expect_out "leye fund claim"

step "the auditor does not claim the money: the accountant does, and the lead names the claim"
run leye fund claim 2 512.40 --reason 死后领取 $AUDITOR
expect_exit 1
expect_err "审计只看，不改账"
run leye audit lead "$dead" 追回 $AUDITOR
expect_exit 1
expect_err "请会计"
number=$(leye fund payments --person 329906199001011248 | awk 'NR == 2 { print $1 }')
other=$(leye fund payments --person 329906199208084567 | awk 'NR == 2 { print $1 }')
run leye fund claim "$other" 100 --reason 另一件 --as 王芳:会计
run leye audit lead "$dead" 追回 --claim 1 $AUDITOR
expect_exit 1
expect_err "不是这个疑点里的付款"
run leye fund claim "$number" 512.40 --reason 死后领取 --as 王芳:会计
run leye audit lead "$dead" 追回 --claim 2 $AUDITOR
expect_exit 0
run leye fund recover 2 512.40 --ref 回单1 --as 李明:出纳
run leye audit lead "$dead" 结案 --reason 已全部收回 --as 孙查:审计
expect_exit 1
expect_err "是您核查的"
run leye audit lead "$dead" 结案 --reason 已全部收回 $AUDITOR
expect_exit 0
run leye audit lead "$dead" $AUDITOR
expect_out "已结案"
expect_out "孙查 属实：户籍已注销"

step "the other one was a mistake of the data; the precision of each rule says so"
run leye audit lead "$work" 分派 --to 刘查 $AUDITOR
run leye audit lead "$work" 核查 $LIU
run leye audit lead "$work" 不属实 --reason 单位已注销，登记没有更新 $LIU
run leye audit lead "$work" 结案 --reason 转数据员更正 $AUDITOR
run leye audit rules $AUDITOR
expect_out "100.0%"
expect_out "512.40"
run leye audit find $AUDITOR
expect "closed and unchanged: not opened again" test "$(leye audit leads --state 新 $AUDITOR | wc -l)" -lt 3

step "a sample is drawn from a seed everybody knows, by the head"
run leye audit sample $F --from 2026-03-01 --until 2026-03-31 --size 3 --seed 20260401 --checkers 孙查,刘查 --title 一季度抽查 $AUDITOR
expect_exit 1
expect_err "审计主管"
run leye audit sample $F --from 2026-03-01 --until 2026-03-31 --size 3 --checkers 孙查 --title 抽查 $HEAD
expect_exit 2
expect_err "--seed"
run leye audit sample $F --from 2026-03-01 --until 2026-03-31 --size 3 --seed 20260401 --checkers 王芳 --title 一季度抽查 $HEAD
expect_exit 1
expect_err "请加上别的核查人"
run leye audit sample $F --from 2026-03-01 --until 2026-03-31 --size 3 --seed 20260401 --checkers 孙查,刘查,王芳 --title 一季度抽查 $HEAD
expect_exit 0
expect_out "总体 4 笔"
expect_out "抽了 3 笔"
leye audit samples 1 $HEAD | awk '/^[0-9]/ { print $3 }' >drawn
leye audit sample $F --from 2026-03-01 --until 2026-03-31 --size 3 --seed 20260401 --checkers 孙查,刘查 --title 再抽一遍 $HEAD >/dev/null
leye audit samples 2 $HEAD | awk '/^[0-9]/ { print $3 }' >again
expect "the same seed draws the same" cmp drawn again

step "each is checked by its own checker; who was checked may answer; the head decides"
run leye audit item 1 1 无误 $LIU
expect_exit 1
expect_err "由孙查核查"
run leye audit item 1 1 无误 $SUN
expect_exit 0
run leye audit item 1 2 有误 --reason 已在单位就业 $LIU
expect_exit 1
expect_err "多付了多少"
run leye audit item 1 2 有误 512.40 --reason 已在单位就业 $LIU
expect_exit 0
run leye audit item 1 3 有误 9999 --reason 算错 $SUN
expect_exit 1
run leye audit item 1 3 有误 100 --reason 算错 $SUN
run leye audit close 1 --reason 查完 $AUDITOR
expect_exit 1
run leye audit item 1 3 申辩 --reason 标准已经调整，附文 $OFFICE
run leye audit close 1 --reason 查完 $HEAD
expect_exit 1
expect_err "申辩没有答复"
run leye audit item 1 3 改判 --reason 申辩成立 $HEAD
expect_exit 0
run leye audit item 1 2 认可 $OFFICE
run leye audit samples 1 $HEAD
expect_out "有误 1 笔"
expect_out "95% 区间"
run leye audit close 1 --reason 一笔有误，已追回 $HEAD
expect_exit 0
run leye audit item 1 1 无误 $SUN
expect_exit 1
expect_err "已经结束"

step "what leaves the house is masked and marked"
run leye audit export leads --out leads.csv $SUN
expect_exit 1
run leye audit export leads --out leads.csv $AUDITOR
expect_exit 0
expect "marked" grep -q "第1号导出 赵审 2026-04-01 仅供审计" leads.csv
expect "masked" sh -c '! grep -q 329906199001011248 leads.csv'
run leye audit export 1 --out sample.xlsx $AUDITOR
expect "a workbook" test -s sample.xlsx

step "nothing of it touched the money, and all of it is in the journal"
run leye fund check
expect_exit 0
run leye audit verify --db here.db
expect_exit 0
expect_out "留痕完好"
