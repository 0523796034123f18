# 163  An analyst counts indicators from the data of a made-up city, keeps them, and the plan sees them.
. "$LEYE_SRC/tests/support/story.sh"
today 2024-06-03
LEYE_PACKS=$PACKS/demo LEYE_DB=city.db
export LEYE_PACKS LEYE_DB

step "造一座小城，登记它的数据"
run leye city --people 1000 --seed 1 --out city
expect_exit 0
leye import --all city/day1 >登记.txt 2>&1
expect "有库" test -s city.db

step "没有这个指标、不是代码字段、从报表来的：说清楚"
run leye watch count 没有的 --date 2024-05-31
expect_exit 1
expect_err "没有指标“没有的”"
run leye watch count 乐业市登记失业人数 --by 出生日期 --date 2024-05-31
expect_exit 1
expect_err "不是代码字段"
run leye watch count 城镇新增就业人数 --date 2024-05-31
expect_exit 1
expect_err "数从报表来"
run leye watch count 乐业市登记失业人数 --from 2024-05 --to 2024-01 --date 2024-05-31
expect_exit 1
expect_err "由早到晚"

step "按地区、逐月统计，收进库"
run leye watch count 乐业市登记失业人数 --by 常住地 --from 2024-01 --to 2024-05 --date 2024-05-31 --keep --out 统计.csv
expect_exit 0
expect_out "2024-05 月末"
expect_out "合计"
expect_out "收进库"
expect "表里每个月都有" test "$(grep -c '2024-0[1-5]' 统计.csv)" -ge 5

step "规划看得见统计出来的数"
run leye plan show "$PACKS/demo" --as-of 2024-05-31 --db city.db
expect_exit 0
expect_out "（2024年5月）"
expect_out "控制在目标内"
