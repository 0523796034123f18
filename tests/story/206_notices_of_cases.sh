# 206  What people are told about a case: received, accepted, returned once, granted, late, paid; and never twice. The city
#      and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-06-03
a_city
ID=$(sed -n '2s/,.*//p' lists/失业保险金.csv)
OTHER=$(sed -n '3s/,.*//p' lists/失业保险金.csv)
leye case apply 失业保险金申领 "$OTHER" >/dev/null
told() { leye case inbox "$ID" | grep -c "$1"; }

step "还没有办过事：没有通知；不说看谁的，就说怎样写"
run leye case inbox "$ID"
expect_exit 0
expect_out "没有收到过通知"
run leye case inbox
expect_exit 2
expect_err "--as"
run leye case inbox 329901199001011234
expect_exit 1
expect_err "没有“329901199001011234”"

step "申请：收到一条，有编号；再交一遍不多一条"
run leye case apply 失业保险金申领 "$ID" --key 手机-1
run leye case apply 失业保险金申领 "$ID" --key 手机-1
run leye case inbox "$ID"
expect_out "已收到您的申请：失业保险金申领"
expect_out "编号 000000000292"
expect "一条" test "$(told 已收到您的申请)" = 1

step "没有办成的动作不告诉人"
run leye case approve 000000000292 --as 小吴:复核
expect_exit 1
expect "还是一条" test "$(leye case inbox "$ID" | grep -c ^2024)" = 1

step "受理：最迟哪天办结"
run leye case accept 000000000292 --as 小周:经办
run leye case inbox "$ID"
expect_out "最迟 2024-06-18 办结"

step "退回补正：要补的都在通知里，补到哪天"
run leye case return 000000000292 "户名和账号对不上" "缺本人签名" --until 2024-06-07 --as 小吴:复核
expect_exit 0
run leye case inbox "$ID"
expect_out "1. 户名和账号对不上"
expect_out "2. 缺本人签名"
expect_out "请在 2024-06-07 以前补好"

step "到期前提醒一次，第二遍不再说"
today 2024-06-06
run leye day
run leye day
run leye case inbox "$ID"
expect_out "快到期了：失业保险金申领"
expect "一次" test "$(told 快到期了)" = 1

step "补正：接着办，新的期限"
run leye case correct 000000000292
run leye case inbox "$ID"
expect_out "已收到您的补正"

step "办理时限过了：告诉申请人、岗位和主管，各一次"
today 2024-06-28
run leye day
run leye day
run leye case inbox "$ID"
expect_out "超过了办理时限"
expect "申请人一次" test "$(told 超过了办理时限)" = 1
run leye case inbox --as "小吴:复核"
expect_out "已超期：000000000292 失业保险金申领"
run leye case inbox --as "小吴:复核:360000"
expect_not_out "已超期"
run leye case inbox --as "主任:主管"
expect_out "已超期：000000000292 失业保险金申领"

step "准予：定了多少，办成什么"
run leye case approve 000000000292 --as 小郑:复核
expect_exit 0
run leye case inbox "$ID"
expect_out "准予，开始发放：失业保险金申领"
expect_out "失业保险金核定通知"

step "停发：理由说清楚"
run leye case stop 000000000292 --reason 找到工作了 --as 小郑:复核
expect_exit 0
run leye case inbox "$ID"
expect_out "理由：找到工作了。"

step "主动提示：找到的人收到一条"
run leye case offer --as 系统:系统 --max 1
expect_out "提示了 1 件"
NEXT=$(leye case queue --as 小周:经办 | sed -n 's/.*待确认.*/&/p' | head -1)
expect "有一件等确认" test -n "$NEXT"

step "都对得上"
run leye case check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
