# 248  Returns in the hall: a county's clerk fills one on a telephone, the city's reviewer gives it back and approves it, the
# leader looks on; told with curl, wrong turns included.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

today 2024-06-03
copy_packs
sed -i '/^填写 地图小格人数线/,/^$/s/10人/1人/' packs/demo/parameters/fill.leye # of a thousand people ten are many
LEYE_PACKS=$PWD/packs/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
"$LEYE" find 失业登记 --date 2024-06-03 --out list >/dev/null 2>&1
number_of() { # account, area: the sheet of an area in the list
    look "$1" /returns | sed -n "s|.*href=\"/returns/\([0-9]*\)\">$2<.*|\1|p" | head -1
}

step "各有账户：县里统计、市里统计、市里复核、领导、百姓"
have clerk 统计 --regions 321002 --display 广陵小王
have other 统计 --regions 321003
have city 统计 --regions 329900
have reviewer 复核 --regions 329900 --display 市里老张
have both 复核 --regions "329900 321002" # the city and one of its counties: acts as the city
have nowhere 统计
have leader 领导
expect "it opens" open_hall --name 乐业市
for who in clerk other city reviewer both nowhere leader; do enter $who; done

step "还没有开填；县里不能开，时期写错说清楚，市里开填，登记里数得出来的是底数"
run look clerk /returns
expect_out "这一期还没有开填"
expect_not_out "开填哪一期"
run submit clerk /returns form=乐业市就业月报 open=2024-05
expect_out "开填要由最上一级（329900）来做"
run submit city /returns form=乐业市就业月报 open=五月
expect_out "时期写成 2024-05"
run submit nowhere /returns form=乐业市就业月报 open=2024-05
expect_out "这个账户没有写管哪个地区"
run submit city /returns form=乐业市就业月报 open=2024-05
expect_out "[303"
run look city "/returns?done=opened"
expect_out "开填了"
expect_out "7 张，审过 0 张，7 张没有报"
run look leader /returns
expect_out "广陵区"

step "县里的人一进来就看见自己的；别的县的打不开"
run look clerk /returns
expect_out "等您办的"
expect_out "1 张"
expect_not_out "邗江区"
sheet=$(number_of clerk 广陵区)
far=$(number_of other 邗江区)
run curl -s -b clerk.jar -o page -w '%{http_code}' "$hall/returns/$far"
expect_out "403"
run look clerk "/returns/$sheet"
expect_out "底数"
expect_out "从登记的数据统计"
expect_out 'inputmode="decimal"'

step "改了底数没有写原因，报不上去，填的还在；写了就报上去"
run submit clerk "/returns/$sheet" act=report value0=500 why0= value1=3 why1=系统里漏了三人
expect_out "要写明为什么不一样"
expect_out 'value="500"'
expect_out "[422"
run submit clerk "/returns/$sheet" act=report value0=2 why0=只剩两人 value1=3 why1=系统里漏了三人
expect_out "就业困难人员多于登记失业人员"
run submit clerk "/returns/$sheet" act=report value0=5 why0=核对过的 value1=3 why1=系统里漏了三人
expect_out "[303"
run look clerk "/returns/$sheet"
expect_out "已报"
expect_out "改的原因：核对过的"
expect_out "撤回再改"

step "市里复核：退回要写理由；改了再报；审过的数进库"
run look reviewer /returns
expect_out "等您办的"
run submit reviewer "/returns/$sheet" act=back
expect_out "要写明理由"
run submit reviewer "/returns/$sheet" act=back reason=请把三人的名单补上
expect_out "[303"
run look clerk "/returns/$sheet"
expect_out "退回：请把三人的名单补上"
expect_out "市里老张"
submit clerk "/returns/$sheet" act=report value0=5 value1=3 >/dev/null
run submit clerk "/returns/$sheet" act=approve
expect_out "“审核通过”要由审核来做"
run submit both "/returns/$sheet" act=approve
expect_out "[303"
run look leader "/series/%E4%B9%90%E4%B8%9A%E5%B8%82%E7%99%BB%E8%AE%B0%E5%A4%B1%E4%B8%9A%E4%BA%BA%E6%95%B0?area=321002"
expect_out "报表“乐业市就业月报”"
expect_out "初步"

step "市里的表是审过的相加，缺谁写着；领导只看"
top=$(number_of city 乐业市)
run look city "/returns/$top"
expect_out "下级 1 张审过的表相加"
expect_out "5 张还没有审过：邗江区"
run submit city "/returns/$top" act=report value0=5 value1=3
expect_out "下面还有 5 张表没有审过"
run submit city "/returns/$top" act=report value0=5 value1=3 reason=省里今天要
expect_out "[303"
run curl -s -b leader.jar -H "X-Nothing: 1" "$hall/returns/$top"
expect_out "现在轮不到您办"
submit reviewer "/returns/$top" act=approve >/dev/null
run submit reviewer "/returns/$top" act=lock
expect_out "[303"
run look clerk "/returns/$sheet"
expect_out "已锁"
expect_out "更正（新的一版）"

step "锁了要更正：新的一版，写着原因"
run submit clerk "/returns/$sheet" act=correct reason=有一人不是重复
expect_out "[303"
run look clerk "/returns"
expect_out "第 2 版"

step "逾期的变红；各地按时率；一期拿得走；程序看到的是一份"
close_hall
today 2024-06-20
expect "it opens again" open_hall --name 乐业市
for who in other leader clerk; do enter $who; done
run look other "/returns"
expect_out "逾期"
run look leader /returns
expect_out "按时率"
look leader "/returns?form=%E4%B9%90%E4%B8%9A%E5%B8%82%E5%B0%B1%E4%B8%9A%E6%9C%88%E6%8A%A5&as=xlsx" >表.xlsx
expect "表里有地区" sh -c 'unzip -p 表.xlsx | grep -aq 江都区'
run curl -s -b leader.jar -H 'Accept: application/json' "$hall/returns"
expect_out '"lightWord":"逾期'

step "走错的路：没有的报表、没有的表、没有的动作、别处来的表单"
run look leader "/returns?form=x"
expect_out "没有报表“x”"
run look leader /returns/999
expect_out "没有第 999 张表"
run submit clerk "/returns/$sheet" act=jump
expect_out "没有“jump”这个动作"
run curl -s -b clerk.jar -o page -w '%{http_code}' --data "act=fill" "$hall/returns/$sheet"
expect_out "403"
