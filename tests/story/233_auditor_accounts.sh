# 233  An auditor asks who takes money on one account, in whatever firm they work.
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
来源 示范数据
  名称 示范数据
  日期 2026-01-01
  可信 虚构

导入 公安人口
  载入 人员
  系统 公安
  文件 people.csv
  空白 无
  列 “身份证号” 身份证号
  列 “姓名” 姓名
  列 “死亡日期” 死亡日期
  列 “账号” 银行账号
PACK
cat >packs/pilot/fills.leye <<'PACK'
填写 同一账号人数线
  说明 虚构，仅供演示：3 人
  2016-01-01  3人  依据 示范数据 虚构
PACK
LEYE_DB=here.db LEYE_PACKS=$PWD/packs/pilot
export LEYE_DB LEYE_PACKS
AUDITOR="--as 赵审:审计"

step "five people, three of them with one account"
cat >people.csv <<'CSV'
身份证号,姓名,死亡日期,账号
329906198803120011,王小明,无,6228000000000001
329906199001011248,李芳,无,6228000000000001
329906198505050027,赵强,无,6228000000000001
CSV
cat >others.csv <<'CSV'
身份证号,姓名,账号
329906197511203312,周杰,6228000000000002
329906199208084567,吴敏,6228000000000003
CSV
leye import people.csv --as-of 2026-03-31 >/dev/null
leye import others.csv --as 公安人口 --as-of 2026-03-31 >/dev/null

step "the rule is written in the pack; one of the three firms alone would not have shown it"
run leye audit find 不同单位同一账号 $AUDITOR
expect_exit 0
expect_out "不同单位同一账号"
run leye audit leads $AUDITOR
expect_exit 0
expect "three leads" test "$(leye audit leads --as 赵审:审计 | grep -c 不同单位同一账号)" = 3

step "a rule that counts must say of what and how many"
cat >packs/pilot/wrong.leye <<'PACK'
疑点 少写了一半
  依据 示范数据 一
  对象 人员
  条件 有(银行账号)
  同值 银行账号
  说明 只写了一半
PACK
run leye check packs/pilot
expect_exit 1
expect_out "同值”和“至少”要一起写"
