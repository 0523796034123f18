# 140  A policy author changes a rule and asks, before it is published, who wins, who loses and what it costs.
. "$LEYE_SRC/tests/support/story.sh"
today 2024-06-03
copy_packs

step "一座一千人的城市"
run leye city --people 1000 --seed 1 --packs packs/demo --out city
run leye import --all city/day1 --db city.db --packs packs/demo
expect_exit 1 # some rows of a real drop are refused, and said to be
expect_out "合计 52 份文件"

step "两套规则一样：没有人受影响"
run leye whatif packs/demo --against packs/demo --db city.db
expect_exit 0
expect_out "没有人受影响"

# She copies the packs, makes one subsidy dearer and gives another up to fewer people.
step "改一份草稿：一次性创业补贴提到一万元，评价补贴只给三十岁以上"
cp -R packs draft
sed -i 's/^  基本 8000元/  基本 10000元/' draft/demo/parameters/fill.leye
sed -i 's/条件 初次通过：最近(职业技能证书).首次取得/& 且 年龄 >= 30岁/' draft/national/employment-fund.leye
run leye whatif packs/demo --against draft/demo --db city.db
expect_exit 0
expect_out "一次性创业补贴"
expect_out "职业技能评价补贴"
expect_out "失去"
expect_out "+10,000.00元"
expect_not_out "失业保险金 "

step "按地区分"
run leye whatif packs/demo --against draft/demo --db city.db --by 常住地
expect_exit 0
expect_out "常住地"

step "按说不通的东西分：说可以按什么"
run leye whatif packs/demo --against draft/demo --db city.db --by 姓名
expect_exit 1
expect_err "只能按"

step "草稿有错：先说错在哪里，不比较"
printf '\n政策 坏的\n  条件 甲：\n' >>draft/demo/plan.leye
run leye whatif packs/demo --against draft/demo --db city.db
expect_exit 1
expect_err "leye check"
