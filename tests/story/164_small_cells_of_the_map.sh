# 164  The map counts people: few of them in one place are not shown, and while nobody said how few, nothing is drawn.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

today 2024-06-03
copy_packs
LEYE_PACKS=$PWD/packs/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
have leader 领导
layer="/map?layer=%E7%99%BB%E8%AE%B0%E5%A4%B1%E4%B8%9A%E6%AE%8B%E7%96%BE%E4%BA%BA%E6%95%B0&area=321000" # 登记失业残疾人数

step "包里填了线：人少的不显示"
expect "it opens" open_hall --name 乐业市
enter leader
run look leader "$layer"
expect_out "人少不显示"
expect_not_out "所以不画"
close_hall

step "哪里都不到这条线：没有图，说是因为人少，不说还没有数"
sed '/^填写 地图小格人数线/,/^$/s/  10人 /  100000人 /' packs/demo/parameters/fill.leye >fill && mv fill packs/demo/parameters/fill.leye
expect "it opens" open_hall --name 乐业市
enter leader
run look leader "/map?layer=%E7%99%BB%E8%AE%B0%E5%A4%B1%E4%B8%9A%E4%BA%BA%E6%95%B0&area=321000" # 登记失业人数
expect_out "哪里都不到要显示的人数"
expect_not_out "还没有这个指标的数"
close_hall

step "没有填：数人的图层不画，也不能下载，说请谁填什么；数机构的照画"
sed '/^填写 地图小格人数线/,/^$/d' packs/demo/parameters/fill.leye >fill && cp fill packs/demo/parameters/fill.leye
expect "it opens" open_hall --name 乐业市
enter leader
run look leader "$layer"
expect_out "所以不画"
expect_out "地图小格人数线"
run look leader "$layer&as=xlsx"
expect_out "还没有定一格少于几个人不显示，不能下载"
run look leader "/map?layer=%E9%9B%B6%E5%B7%A5%E5%B8%82%E5%9C%BA%E6%95%B0&area=321000"
expect_not_out "所以不画"
