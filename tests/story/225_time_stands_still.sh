# 225  A clerk's June: time stands still while somebody else has the word, goes on with the day that is then right, lights
#      turn yellow and red and somebody hears of it, and a holiday is announced late. With the wrong turns clerks take.
#      The city, its people and the holiday are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-06-03
copy_packs
PACKS=$PWD/packs
a_city
ANNA=$(first 失业保险金) BERTA=$(first 失业保险金 2) CARLA=$(first 失业保险金 3) SHOP=$(first 一次性创业补贴)
number_of() { leye record "$1" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p'; }
told() { leye case inbox "$1" | grep -c "$2"; }
entered() { # service, person: entered by 申请台, accepted by 小周; the number in $number
    leye case apply "$1" "$2" --as 申请台:经办 --reason 本人在场 >said 2>&1 || story_complain "$1：$(cat said)"
    number=$(sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' said | head -1)
    leye case accept "$number" --as 小周:经办 >said 2>&1 || story_complain "$1：$(cat said)"
}

step "六月三日受理三件：十个工作日，端午节不算，都到六月十八日"
entered 失业保险金申领 "$ANNA" && A=$number
entered 失业保险金申领 "$BERTA" && B=$number
entered 失业保险金申领 "$CARLA" && C=$number
ends 公示中 一次性创业补贴申领 "$SHOP"
P=$number
run leye case show "$A"
expect_out "办理时限：到 2024-06-18"
run leye case inbox "$ANNA"
expect_out "最迟 2024-06-18 办结"

step "公示五个工作日，公示期间办理时限停着"
run leye case show "$P"
expect_out "办理时限：暂停计时"
expect_out "公示：到 2024-06-11"
run leye case public
expect_out "2024-06-03 至 2024-06-11"

step "退回补正写错了：没有写要补什么、期限写成昨天、写成六月三十一日"
today 2024-06-05
run leye case return "$A" --as 小吴:复核
expect_exit 2
expect_err "还缺参数"
run leye case return "$A" "" --as 小吴:复核
expect_exit 1
expect_err "请写要补什么"
run leye case return "$A" 缺承诺书 --until 2024-06-04 --as 小吴:复核
expect_exit 1
expect_err "要在今天以后"
run leye case return "$A" 缺承诺书 --until 2024-06-31 --as 小吴:复核
expect_exit 2
expect_err "2023-11-01"

step "退回补正：时限停下来，本人知道补到哪天，等他的时间不算"
run leye case return "$A" 户名和账号对不上 缺承诺书 --until 2024-06-13 --as 小吴:复核
expect_exit 0
run leye case show "$A"
expect_out "办理时限：暂停计时"
expect_out "补正：到 2024-06-13"
run leye case inbox "$ANNA"
expect_out "等您的时间不算在办理时限里"
run leye case approve "$A" --as 小吴:复核
expect_exit 1
expect_err "待补正"

step "公示期间邻居提异议，当场登记，主管知道"
today 2024-06-06
run leye case object "$P" --reason 店早就关了 --as 邻居:群众
expect_exit 0
run leye case inbox --as 主任:主管
expect_out "收到异议：$P"
step "别人不能替她补；她补了：还剩八个工作日，从补正那天往后数，当时就告诉她"
today 2024-06-12
run leye case correct "$A" --as "$(number_of "$BERTA"):本人"
expect_exit 1
run leye case correct "$A" --as "$(number_of "$ANNA"):本人"
expect_exit 0
expect_out "最迟 2024-06-24 办结"
run leye case show "$A"
expect_out "办理时限：到 2024-06-24"
run leye case inbox "$ANNA"
expect_out "接着审核，最迟 2024-06-24 办结"

step "过了公示期，异议没有答复：不准予，等着"
today 2024-06-13
run leye day
expect_not_out "公示期满"
run leye case show "$P"
expect_out "现在：公示中"
expect_out "有异议在等答复"

step "异议成立：名单撤下，重新审核，本人知道新的期限；没有公示的灯了"
run leye case answer 1 --upheld --reason 到店里看过，门关着 --as 主任:主管
expect_exit 0
run leye case public
expect_not_out "$P"
run leye case show "$P"
expect_out "办理时限：到 2024-06-27"
expect_not_out "  公示："
run leye case inbox "$SHOP"
expect_out "异议成立，重新审核"
expect_out "最迟 2024-06-27 办结"

step "快到期：六月十七日黄灯，取了件的人知道，没有人取的岗位知道；别人不知道"
run leye case take "$B" --as 小吴:复核
expect_exit 0
today 2024-06-17
run leye day
expect_out "快到期（黄灯） 2"
run leye case queue --as 小吴:复核
expect_out "黄  $B"
expect_out "黄  $C"
expect_out "绿  $A"
run leye case inbox --as 小吴:复核
expect_out "快到期：$B"
expect_out "快到期：$C"
run leye case inbox --as 小郑:复核
expect_not_out "快到期：$B"
expect_out "快到期：$C"
run leye case inbox --as 主任:主管
expect_not_out "快到期"
run leye day
expect_not_out "黄灯"

step "六月十七日才通知：六月十八日放假（虚构）；改了日历，期限当晚改，改了什么都告诉"
sed -i 's/^  2024-09-14 班.*/  2024-06-18 休 端午节\n&/' packs/national/calendar.leye
expect "the day stands in the calendar" grep -q 2024-06-18 packs/national/calendar.leye
run leye check packs/demo
expect_exit 0
run leye day
expect_out "期限重新计算"
run leye case show "$B"
expect_out "办理时限：到 2024-06-19"
expect_out "期限重新计算，办理时限从 2024-06-18 改到 2024-06-19"
run leye case inbox "$BERTA"
expect_out "办理时限原来到 2024-06-18，节假日安排变了，现在到 2024-06-19"
run leye case inbox "$ANNA"
expect_out "办理时限原来到 2024-06-24，节假日安排变了，现在到 2024-06-25"
run leye case inbox --as 小吴:复核
expect_out "期限变了：$B"
run leye day
expect_not_out "期限重新计算"

step "过了期：红灯在最前面，经办的人、岗位、主管、申请人各知道一次"
today 2024-06-20
run leye day
run leye day
run leye case queue --as 小吴:复核
expect_out "红  $B"
for who in "小吴:复核" "小郑:复核" "主任:主管"; do
    run leye case inbox --as "$who"
    expect_out "已超期：$C"
done
run leye case inbox --as 主任:主管
expect_out "已超期：$B"
expect "the applicant once" test "$(told "$BERTA" 超过了办理时限)" = 1
expect "who is in time hears nothing" test "$(told "$ANNA" 超过了办理时限)" = 0

step "办了：灯灭了"
run leye case approve "$A" "$B" "$C" --as 小吴:复核
expect_exit 0
run leye case queue --as 小吴:复核
expect_not_out "$B"
run leye case check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
