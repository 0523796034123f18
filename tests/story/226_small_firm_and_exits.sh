# 226  A small firm that took a graduate on is paid their insurance month by month until the contract ends; a public post and
#      an internship are paid until the person leaves. Whoever it is not meant for hears so before anything. The city and
#      its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
a_city
number_of() { leye record "$1" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p'; }
changes() { # file of the city, a row: brought as a change
    head -1 "city/day1/$1" >"$1"
    echo "$2" >>"$1"
    run leye import "$1" --changes
    expect_exit 0
}
ended() { # file, person, column of the end, day: their row that is open, ended
    changes "$1" "$(grep "^$(number_of "$2")," "city/day1/$1" | tr -d '\r' |
        awk -F, -v OFS=, -v col="$3" -v day="$4" '$col == "" { $col = day; print }' | tail -1)"
}

step "见习和见习基地：资料来了，才找得到"
INTERN=$(sed -n '2s/,.*//p' city/day1/就业_见习.csv)
BASE=$(sed -n '2p' city/day1/就业_见习.csv | cut -d, -f3)
internship() { echo "$INTERN,,$BASE,2024-03-01,${1-},6,2100.00,是,否,"; } # the day it ended, or none
sed "s/^\($BASE,[^,]*,[^,]*\),否/\1,是/" city/day1/人社_单位标识.csv >人社_单位标识.csv
run leye import 人社_单位标识.csv
expect_exit 0
changes 就业_见习.csv "$(internship)"
leye find --out lists >/dev/null

step "由单位申请的，本人申请当时就说该谁来；本人的事，单位也替不了"
P=小微企业吸纳高校毕业生社会保险补贴
leye find $P --verdict 不符合 --out no >/dev/null
run leye case apply 公益性岗位补贴申领 "$(first 公益性岗位补贴)"
expect_exit 1
expect_err "“公益性岗位补贴申领”由单位申请，自己不能申请；请找单位来办"
run leye case apply 失业保险金申领 "$(first 公益性岗位补贴)" --as "$(first 稳岗返还):本人"
expect_exit 1
expect_err "“失业保险金申领”不由单位替别人申请"
run leye case apply 失业保险金申领 "$(first 稳岗返还)"
expect_exit 1
expect_err "“失业保险金申领”是人员的事，不是单位的"

step "不是给他的，当时就说差哪一条"
run leye case apply 小微企业吸纳毕业生社会保险补贴申领 "$(sed -n '/,毕业生\r*$/s/,.*//p' no/$P.csv | head -1)" --as 申请台:经办 --reason 受单位委托
expect_exit 1
expect_err "招用时是毕业年度或离校两年内的高校毕业生（不符合）"
run leye case apply 小微企业吸纳毕业生社会保险补贴申领 "$(sed -n '/,单位是小微企业\r*$/s/,.*//p' no/$P.csv | head -1)" --as 申请台:经办 --reason 受单位委托
expect_exit 1
expect_err "用人单位是小型或微型企业（不符合）"
run leye case apply 公益性岗位补贴申领 "$(first $P)" --as 申请台:经办 --reason 受单位委托
expect_exit 1
expect_err "办不成"

step "三件：受理、审核、公示"
for policy in $P 公益性岗位补贴 就业见习补贴; do money 就业补助资金 市级 "$policy" 100000; done
HIRED=$(first $P) WORKER=$(first 公益性岗位补贴)
run leye case guide 小微企业吸纳毕业生社会保险补贴申领 "$HIRED"
expect_out "劳动合同：一年以上的劳动合同"
ends 公示中 小微企业吸纳毕业生社会保险补贴申领 "$HIRED"
HIRING=$number
ends 公示中 公益性岗位补贴申领 "$WORKER"
POST=$number
leye case apply 就业见习补贴申领 "$INTERN" --as 申请台:经办 --reason 单位来办 >said
TRAINEE=$(sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' said)
leye case accept "$TRAINEE" --as 小周:经办 >/dev/null
leye case judge "$TRAINEE" 见习补贴只用于见习人员生活费、意外险和指导管理 是 --as 甲:复核 --reason 看了三个月的凭证 >/dev/null
run leye case approve "$TRAINEE" --as 甲:复核 --reason 看过材料
expect_out "公示中"

step "公示期满准予；六月过完，六月的缴费来了，六月的发给单位"
today 2024-06-12
pay_out
grep ',202405,' city/day1/社保_参保缴费.csv | awk -F, -v OFS=, '{ $4 = $5 = "202406" } 1' >june
(head -1 city/day1/社保_参保缴费.csv && cat june) >社保_参保缴费.csv
today 2024-07-01
leye import 社保_参保缴费.csv --changes >/dev/null
pay_out
for n in $HIRING $POST $TRAINEE; do
    run leye case show "$n"
    expect_out "2024-06"
    expect_out "已发"
    expect_out "现在：发放中"
done
run leye case show "$HIRING"
FIRM=$(grep "^$(number_of "$HIRED")," city/day1/就业_劳动合同.csv | tail -1 | cut -d, -f3)
expect_out "收款 $(grep "^$FIRM," city/day1/社保_单位参保.csv | head -1 | cut -d, -f3)"

step "七月：合同结束、离岗、见习提前结束；不满一个月的不发，停发写着为什么，本人和单位都知道"
ended 就业_劳动合同.csv "$HIRED" 5 2024-07-19
ended 就业_公益性岗位.csv "$WORKER" 5 2024-07-10
changes 就业_见习.csv "$(internship 2024-07-15)"
sed 's/,202406,202406,/,202407,202407,/' june >july
(head -1 city/day1/社保_参保缴费.csv && cat july) >社保_参保缴费.csv
today 2024-08-01
leye import 社保_参保缴费.csv --changes >/dev/null
pay_out
stopped() { # case, why
    run leye case show "$1"
    expect_out "现在：停发"
    expect_out "停发：$2"
    expect_not_out "2024-07 "
}
stopped "$HIRING" 不在这个单位了
stopped "$POST" 离岗
stopped "$TRAINEE" 见习结束
run leye case inbox "$WORKER"
expect_out "从 2024-08-01 起停发。理由：离岗。"

step "停发以后本人可以提异议；主管看过不成立，照旧停；又上岗的另外申请"
run leye case object "$POST" --reason 只是调了岗
expect_exit 0
run leye case answer 1 --reason 岗位名册上七月十日离岗 --as 主任:主管
expect_exit 0
run leye case show "$POST"
expect_out "现在：停发"

step "都对得上"
run leye case check
expect_exit 0
run leye fund check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
