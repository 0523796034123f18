# 241  An auditor's week at the desk, over HTTP: rules and how right they were, leads assigned, checked, claimed back and
#      closed, a sample with an objection, exports with a mark, the journal; and that an auditor changes nothing else.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"
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
LEYE_DB=here.db LEYE_PACKS=$PWD/packs/pilot
export LEYE_DB LEYE_PACKS
F=就业补助资金

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
    leye fund line $F 市级 社会保险补贴 2026 --as wang:会计
    leye fund budget 2 50000 --ref 财社〔2026〕1号 --as wang:会计
    leye fund deposit $F 50000 --ref 拨款 --as li:出纳
    leye fund commit 2 C 20000 --as wang:会计
    leye fund prepare 2 paid.csv --title 二月 --policy 就业困难人员灵活就业社会保险补贴 --period 2026-02 --commitment C --as wang:会计
    leye fund approve 1 --as zhang:复核
    leye fund send 1 --out pay.txt --date 2026-03-02 --as li:出纳
    leye fund bank pay.txt --fail 0 --ref BK1 --out back.txt
    leye fund receive back.txt --date 2026-03-03 --as li:出纳
} >setup.log 2>&1
for who in zhao:审计 qian:审计主管 sun:核查 liu:核查 wang:会计,核查 li:出纳 chen:主管 zhou:窗口; do have "${who%%:*}" "${who#*:}" --regions 329900 --display "${who%%:*}甲"; done
expect "the hall is open" open_hall
for who in zhao qian sun liu wang li chen zhou; do enter $who; done

step "规则和精确率；别的岗位进不来；一条规则再查一遍，立成疑点，不重复立"
run look zhou /audit
expect_out "不能打开这一页"
run look zhao /audit
expect_out "没有疑点在查"
expect_out "公安登记已经死亡"
run submit sun /audit rule=死后领补贴
expect_out "[403"
run submit zhao /audit rule=没有这条
expect_out "包里没有疑点规则“没有这条”"
run submit zhao /audit rule=死后领补贴
expect_out "新立 1 个"
expect_out "512.40"
run submit zhao /audit rule=死后领补贴
expect_out "新立 0 个"
run submit zhao /audit rule=领补贴又在单位上班
expect_out "新立 1 个"

step "疑点单：人遮盖着；打开一个，看得到依据，本人看得到谁看过；核查的只看到分派给自己的"
run look zhao /audit/leads
expect_out "2 个"
expect_not_out "329906199001011248"
run look zhao /audit/leads/1
expect_out "李芳"
expect_out "死亡日期"
expect_out "处置：停发"
expect_not_out "号追回"
run look sun /audit/leads
expect_out "分派给我的疑点"
expect_out "0 个"

step "分派：不能给经手过的人；不是分派给谁的，谁不能查；查实要写理由"
run submit sun /audit/leads/1 act=核查
expect_out "没有第 1 号疑点" # what is not theirs to check is not there for them
run submit zhao /audit/leads/1 act=分派 to=wang
expect_out "编制或批准过"
run submit zhao /audit/leads/1 act=分派 to=
expect_out "[422"
run submit zhao /audit/leads/1 act=分派 to=sun
expect_out "[303"
run submit liu /audit/leads/1 act=核查
expect_out "没有第 1 号疑点"
run submit sun /audit/leads/1 act=核查
expect_out "[303"
run submit sun /audit/leads/1 act=属实 reason=
expect_out "理由"
run submit sun /audit/leads/1 act=属实 reason=户籍已注销
expect_out "[303"

step "审计不动钱：追回由会计立，疑点只记号；查的人不能自己结案"
paid=$(look zhao /audit/leads/1 | sed -n 's/.*href="\/money\/payments\/\([0-9]*\)".*/\1/p' | head -1)
run submit zhao "/money/payments/$paid" act=claim amount=512.40 reason=死后领取
expect_out "[403"
run submit zhao /audit/leads/1 act=追回 claim=
expect_out "请会计"
run submit wang "/money/payments/$paid" act=claim amount=512.40 reason=死后领取 ref=
expect_out "/money/claims/1?done=claimed]"
run submit zhao /audit/leads/1 act=追回 claim=9
expect_out "不是这个疑点里的付款"
run submit zhao /audit/leads/1 act=追回 claim=1
expect_out "[303"
run submit li /money/claims/1 act=recover amount=512.40 ref=回单1
expect_out "[303"
run submit zhao /audit/leads/1 act=结案 reason=已全部收回
expect_out "[303"
run look zhao /audit
expect_out "100.0%"
run look zhao /audit/leads/1
expect_out "已结案"
expect_out "户籍已注销"

step "抽样：主管抽，种子当众；各查各的；被查的可以申辩，主管定"
run submit zhao /audit/samples title=一季度 "fund=$F" from=2026-03-01 until=2026-03-31 size=3 seed=20260401 checker=sun
expect_out "[403"
run submit qian /audit/samples title=一季度 "fund=$F" from=2026-03-01 until=2026-03-31 size=3 seed= checker=sun
expect_out "当众定下"
expect_out 'name="checker" value="sun" checked'
expect_not_out 'name="checker" value="liu" checked'
run submit qian /audit/samples title=一季度 "fund=$F" from=2026-03-01 until=2026-03-31 size=3 seed=20260401
expect_out "请选由谁来查"
run submit qian /audit/samples title=一季度 "fund=$F" from=2026-03-01 until=2026-03-31 size=3 seed=20260401 checker=sun checker=liu
expect_out "/audit/samples/1?done=drawn]"
run submit liu /audit/samples/1 item=1 act=无误
expect_out "由sun核查"
run submit sun /audit/samples/1 item=1 act=无误
expect_out "[303"
run submit liu /audit/samples/1 item=2 act=有误 error= reason=已在单位就业
expect_out "多付了多少"
expect_out 'id="reason2" name="reason" value="已在单位就业"'
expect_not_out 'id="reason3" name="reason" value="已在单位就业"'
run look liu /audit/samples/1
paid=$(sed -n 's/.*href="\(\/money\/payments\/[0-9]*\)".*/\1/p' "$story_folder/out" | head -1)
run look liu "$paid"
expect_out "付给谁"
run submit liu /audit/samples/1 item=2 act=有误 error=512.40 reason=已在单位就业
expect_out "[303"
run submit sun /audit/samples/1 item=3 act=有误 error=100 reason=算错
expect_out "[303"
run submit chen /audit/samples/1 item=3 act=申辩 reason=标准已经调整
expect_out "[303"
run submit qian /audit/samples/1 act=close reason=查完
expect_out "申辩没有答复"
run submit qian /audit/samples/1 item=3 act=改判 reason=申辩成立
expect_out "[303"
run submit chen /audit/samples/1 item=2 act=认可
run look qian /audit/samples/1
expect_out "有误 1 笔"
expect_out "95% 区间"
expect_not_out "王小明"
run submit qian /audit/samples/1 act=close reason=一笔有误，已追回
expect_out "[303"

step "导出的遮盖着、有水印、留痕；核查的不能导出"
look zhao "/audit/export?kind=csv" >疑点.csv
expect "marked" grep -q "号导出 zhao 2026-04-01 仅供审计" 疑点.csv
expect "masked" sh -c '! grep -q 329906199001011248 疑点.csv'
run look sun "/audit/export?kind=csv"
expect_out "不能打开这一页"
look qian /audit/samples/1/export >抽样.xlsx
expect "a workbook" sh -c 'head -c 2 抽样.xlsx | grep -q PK'

step "留痕：核对过没有、到哪一条；改了一个字，就说是哪一条"
run look zhao /audit/journal
expect_out "还没有核对过"
run submit zhao /audit/journal act=onward
run look zhao /audit/journal
expect_out "留痕完好，核对到第"
expect_out "zhao甲（zhao）核对"
run leye audit verify --db "$LEYE_DB"
expect_exit 0
if command -v sqlite3 >/dev/null; then
    sqlite3 "$LEYE_DB" "UPDATE journal SET actor = 'x' WHERE number = 3" 2>/dev/null || true
    run submit zhao /audit/journal act=whole
    run look zhao /audit/journal
    expect_out "留痕有问题"
fi

step "钱一分没有动"
run leye fund check
expect_exit 0
