# 232  Of whom a rule cannot tell, an auditor sees what is missing and which file should bring it.
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
导入 公安人口
  载入 人员
  系统 公安
  文件 people.csv
  空白 无
  列 “身份证号” 身份证号
  列 “姓名” 姓名
  列 “死亡日期” 死亡日期
PACK
LEYE_DB=here.db LEYE_PACKS=$PWD/packs/pilot
export LEYE_DB LEYE_PACKS
AUDITOR="--as 赵审:审计"
cat >people.csv <<'CSV'
身份证号,姓名,死亡日期
329906198803120011,王小明,无
329906199001011248,李芳,2026-01-15
CSV
cat >others.csv <<'CSV'
身份证号,姓名
329906197511203312,周杰
329906199208084567,吴敏
CSV

step "two people are known whole, of two nobody said whether they are alive"
run leye import people.csv --as-of 2026-03-31
expect_exit 0
run leye import others.csv --as 公安人口 --as-of 2026-03-31
expect_exit 0
run leye audit find 去世后还在发 $AUDITOR
expect_exit 0
expect_out "leye audit missing"

step "what is missing, for how many, and who should bring it"
run leye audit missing 去世后还在发 $AUDITOR
expect_exit 0
expect_out "资料不清"
expect_out "缺了不等于没有"
run leye audit missing 没有的规则 $AUDITOR
expect_exit 1
expect_err "没有疑点"
