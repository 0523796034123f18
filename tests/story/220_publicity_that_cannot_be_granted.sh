# 220  A case whose publicity is over cannot be granted, because what is known of the person changed meanwhile: it goes back
#      to its reviewer with the reason, once, and is refused in writing. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
a_city
number_of() { leye record "$1" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p'; }

step "一次性创业补贴：审好了，在公示"
WHO=$(first 一次性创业补贴)
ends 公示中 一次性创业补贴申领 "$WHO"

step "公示期间知道了：店已经不开了"
{ head -1 city/day1/就业_创业.csv && grep "^$(number_of "$WHO")," city/day1/就业_创业.csv | sed 's/,是,是,/,是,否,/'; } >就业_创业.csv
run leye import 就业_创业.csv --changes --as-of 2024-06-06
expect_exit 0

step "公示期满的夜里：不准予，也不再挂着，退回审核"
today 2024-06-20
run leye day
expect_out "退回审核 1"
run leye case show "$number"
expect_out "审核中"
expect_out "公示期满，退回审核：按规则不符合，不能准予：现在正常经营"
today 2024-06-21
run leye day
expect_not_out "退回审核"
run leye case check
expect_exit 0

step "申请人只知道在重新审核，没有收到办好了"
run leye case inbox "$WHO"
expect_out "重新审核"
expect_not_out "办好了"

step "审核的人签不了，写明理由不予"
role=$(role_of "$number")
run leye case approve "$number" --as "丁:$role" --reason 看过材料
expect_exit 1
expect_err "按规则不符合"
run leye case reject "$number" --as "丁:$role" --reason 店已经不开了
expect_exit 0
run leye case show "$number"
expect_out "不予"
run leye case check
expect_exit 0
