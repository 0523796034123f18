# 163  An analyst counts indicators from the data of a made-up city, keeps them, and the plan sees them.
. "$LEYE_SRC/tests/support/story.sh"
today 2024-06-03
LEYE_PACKS=$PACKS/demo LEYE_DB=city.db
export LEYE_PACKS LEYE_DB

step "造一座小城，登记它的数据"
run leye city --people 4000 --seed 1 --out city
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

step "再数一遍：上次的结果还在，数一样"
expect "记在库旁边" test -s city.db.counts
cp 统计.csv 头一遍.csv
run leye watch count 乐业市登记失业人数 --by 常住地 --from 2024-01 --to 2024-05 --date 2024-05-31 --out 统计.csv
expect_exit 0
expect "一样" cmp 统计.csv 头一遍.csv

step "第二天的数据来了：只重新数变了的人，和全部重新数一样"
leye city --people 4000 --seed 1 --day 2 --out city >造第二天.txt 2>&1
leye import --all city/day2 >登记二.txt 2>&1
run leye watch count 乐业市登记失业人数 --by 常住地 --from 2024-01 --to 2024-05 --date 2024-05-31 --out 接着数.csv
expect_exit 0
mv city.db.counts 接着数.counts
run leye watch count 乐业市登记失业人数 --by 常住地 --from 2024-01 --to 2024-05 --date 2024-05-31 --out 重新数.csv
expect_exit 0
expect "表一样" cmp 接着数.csv 重新数.csv
expect "记下的也一样" cmp 接着数.counts city.db.counts

step "记下的结果坏了，换了包：不用它，重新数"
echo 坏了 >city.db.counts
run leye watch count 乐业市登记失业人数 --by 常住地 --from 2024-01 --to 2024-05 --date 2024-05-31 --out 坏后.csv
expect_exit 0
expect "一样" cmp 坏后.csv 重新数.csv
copy_packs
printf '\n指标 乐业市在职人数 : 人\n  依据 示范数据 虚构\n  对象 人员\n  范围 在职\n  频率 月\n' >>packs/demo/plan.leye
run leye watch count 乐业市在职人数 --packs packs/demo --by 常住地 --from 2024-01 --to 2024-05 --date 2024-05-31
expect_exit 0
expect_out "合计"

step "规划看得见统计出来的数"
run leye plan show "$PACKS/demo" --as-of 2024-05-31 --db city.db
expect_exit 0
expect_out "（2024年5月）"
expect_out "控制在目标内"

step "规则开始读以前没有读过的一栏：数据池重新装，数是对的"
printf '\n指标 乐业市汉族人数 : 人\n  依据 示范数据 虚构\n  对象 人员\n  范围 民族 = 汉族\n  频率 月\n' >>packs/demo/plan.leye
run leye watch count 乐业市汉族人数 --packs packs/demo --by 常住地 --from 2024-05 --to 2024-05 --date 2024-05-31 --out 旧库.csv
expect_exit 0
rm city.db.pool city.db.counts
run leye watch count 乐业市汉族人数 --packs packs/demo --by 常住地 --from 2024-05 --to 2024-05 --date 2024-05-31 --out 新库.csv
expect_exit 0
expect "一样" cmp 旧库.csv 新库.csv
expect "不是零" grep -q "汉族人数,.*[1-9]" 新库.csv

step "本地区在行政区划表里：它的数是住在这里的人，一个月一个；再收一遍不多出来"
sed -i 's/^  地区 329900/  地区 321000/' packs/demo/pack.leye
run leye watch count 乐业市汉族人数 --packs packs/demo --date 2024-05-31
expect_exit 0
expect_out "登记里的所有人"
run leye watch count 乐业市汉族人数 --packs packs/demo --date 2024-05-31 --keep
expect_exit 1
expect_err "不是本地区的数；请加上 --by 常住地"
run leye watch count 乐业市汉族人数 --packs packs/demo --by 常住地 --from 2024-04 --to 2024-05 --date 2024-05-31 --keep --out 本地.csv
expect_exit 0
expect "一个月一个数" test "$(grep -c ',321000,' 本地.csv)" = 2
total=$(sed -n 's/.*,321000,2024-05,\([0-9]*\),.*/\1/p' 本地.csv)
expect "合计就是它" grep -Eq "合计 +$total$" "$story_folder/out"
run leye watch count 乐业市汉族人数 --packs packs/demo --by 常住地 --from 2024-04 --to 2024-05 --date 2024-05-31 --keep
expect_exit 0
expect_out "收进库 0 个数"
