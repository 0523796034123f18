# 252  A county's figures were wrong and the city has them already: giving back goes through the levels, sums that moved are
# seen, a reason does not excuse another difference; at the terminal and in the hall.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

today 2024-06-03
LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
form=乐业市就业月报
id_of() { leye return list $form --as 市:填报@329900 | sed -n "s/^ *\([0-9]*\) .* $1 .*/\1/p" | head -1; }
comes_in() { # county, its code, its figures
    leye return fill "$(id_of "$1")" "乐业市登记失业人数=$3" "乐业市就业困难人员数=$4" --as "县:填报@$2" &&
        leye return report "$(id_of "$1")" --as "县:填报@$2" && leye return approve "$(id_of "$1")" --as 市审:审核@329900
}

step "两个县报了、审过了，市里相加、说明缺谁、报了"
leye return open $form --as 市统计:填报@329900 >/dev/null
comes_in 广陵区 321002 400 60 >/dev/null
comes_in 邗江区 321003 300 50 >/dev/null
top=$(id_of 329900)
leye return fill "$top" --as 市统计:填报@329900 >/dev/null
run leye return report "$top" --reason 省里今天要 --as 市统计:填报@329900
expect_exit 0

step "又审了一个县：市里的表看得出相加变了，审核的不写理由通不过"
comes_in 江都区 321012 200 40 >/dev/null
run leye return show "$top"
expect_out "“乐业市登记失业人数”下级审过的表现在相加是 900人，和报的时候不一样了"
run leye return approve "$top" --as 市审:审核@329900
expect_exit 1
expect_err "是 700人，下级审过的表现在相加是 900人；退回重报，或者写明为什么照这个数审核通过"

step "没有算进去的县，单独退回；算进去的县一退回，市里的表也退回，写着为什么"
run leye return back "$(id_of 江都区)" --reason 重复了一家 --as 市审:审核@329900
expect_exit 0
expect_not_out "也退回了"
run leye return back "$(id_of 广陵区)" --reason 漏了一家企业 --as 市审:审核@329900
expect_exit 0
expect_out "329900的表里有它的数，也退回了"
run leye return show "$top"
expect_out "退回：下面广陵区的表退回：漏了一家企业"
expect_out "下级 1 张审过的表相加"

step "原来的原因不替新的差别说话"
one=$(id_of 江都区)
run leye return fill "$one" 乐业市登记失业人数=210 --as 江都:填报@321012
expect_exit 0
leye return fill "$top" 乐业市登记失业人数=299:有一人重复 --as 市统计:填报@329900 >/dev/null
run leye return fill "$top" 乐业市登记失业人数=250 --as 市统计:填报@329900
expect_exit 1
expect_err "原来的原因“有一人重复”是对别的数写的，请重新写"

step "大厅里：退回以前就看得见哪些表跟着退回；县里的看得见要先找谁"
comes_in 广陵区 321002 410 60 >/dev/null
leye return fill "$top" 乐业市登记失业人数=710 乐业市就业困难人员数=110 --as 市统计:填报@329900 >/dev/null
leye return report "$top" --reason 省里今天要 --as 市统计:填报@329900 >/dev/null
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
have reviewer 复核 --regions 329900 --display 市里老张
have clerk 统计 --regions 321002
expect "it opens" open_hall --name 乐业市
for who in reviewer clerk; do enter $who; done
run look reviewer "/returns/$(id_of 广陵区)"
expect_out "这张的数已经算进：乐业市（已报）。退回它，这些也一起退回。"
run submit reviewer "/returns/$(id_of 广陵区)" act=back reason=又漏了一家
expect_out "[303"
run look reviewer "/returns/$top?done=given-back-all"
expect_out "上面算进了它的表也一起退回"
expect_out "下面广陵区的表退回：又漏了一家"

step "网页上：原因原样交回来，底数和填的变了，也要重新写；自己重新写的，一样的话也算"
leye return fill "$top" 乐业市登记失业人数=299:有一人重复 --as 市统计:填报@329900 >/dev/null
have city 统计 --regions 329900
enter city
run submit city "/returns/$top" act=fill value0=299 why0=有一人重复 said0=有一人重复
expect_out "[303"
run submit city "/returns/$top" act=fill value0=298 why0=有一人重复 said0=有一人重复
expect_out "原来的原因“有一人重复”是对别的数写的"
expect_out "[422"
run submit city "/returns/$top" act=fill value0=298 why0=有一人重复 said0=
expect_out "[303"

step "有什么看什么：逾期的、退回的、等审核的，各有多少张"
run look reviewer "/returns"
expect_out '按地区 <span class="num">7</span>'
expect_out '退回 <span class="num">1</span>'
run look reviewer "/returns?show=returned"
expect_out ">退回</td>"
expect_not_out ">已审</td>"
run look reviewer "/returns?show=waiting"
expect_out "没有这样的表"
run look reviewer "/returns?show=x"
expect_out "没有“x”这种看法"
run look reviewer "/returns?page=0"
expect_out "第几页写成 1、2、3"
run look clerk "/returns?under=321003"
expect_out "不在您管的地区"
run look clerk "/returns?under=999999"
expect_out "这张表不由“999999”填"
