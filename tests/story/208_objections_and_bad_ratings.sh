# 208  A refusal is objected to and a bad rating given: both have a day by which somebody who did not handle the case must
#      answer, both stand in the queue, and when they are late the chief is told. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-06-03
a_city
ONE=$(sed -n '2s/,.*//p' lists/失业保险金.csv)
TWO=$(sed -n '3s/,.*//p' lists/失业保险金.csv)
leye case apply 失业保险金申领 "$ONE" >/dev/null
leye case apply 失业保险金申领 "$TWO" >/dev/null
leye case accept 000000000195 000000000292 --as 小周:经办 >/dev/null
leye case reject 000000000195 --reason 已经找到工作 --as 小吴:复核 >/dev/null
leye case approve 000000000292 --as 小吴:复核 >/dev/null

step "别人不能替他提异议；本人提，知道哪天以前有答复"
run leye case object 000000000195 --reason 看不惯 --as 路人:群众
expect_exit 1
expect_err "本人"
run leye case object 000000000195 --reason 还在找工作
expect_exit 0
run leye case inbox "$ONE"
expect_out "已收到您的异议"
expect_out "2024-06-12 以前答复您"

step "没有办完的事不能评价；差评要写在案"
run leye case rate 000000000195 9
expect_exit 2
run leye case rate 000000000292 1 --reason 跑了三趟
expect_exit 0
expect_out "我们会联系您"

step "队列里有两件没有了结的，快到期的是黄灯"
run leye case queue --as 主任:主管
expect_out "答复异议"
expect_out "差评回访"
today 2024-06-11
run leye case queue --as 主任:主管
expect_out "黄  000000000195"

step "不予的人、签批的人自己来答复：不行"
run leye case answer 1 --reason 没错 --as 小吴:复核
expect_exit 1
expect_err "没有经手的人"
run leye case settle 000000000292 --reason 打过电话 --as 小吴:复核
expect_exit 1
expect_err "没有经手的人"

step "过了期限：主管收到催办，一次"
today 2024-06-14
run leye day
run leye day
run leye case inbox --as 主任:主管
expect_out "已超期：000000000195"
expect_out "异议答复到 2024-06-12 为止"
expect "一次" test "$(leye case inbox --as 主任:主管 | grep -c '已超期：000000000195 失')" = 1

step "没有经手的人答复异议，本人知道结果和理由"
run leye case answer 1 --reason 核对过工资表，还在上班 --as 主任:主管
expect_exit 0
run leye case inbox "$ONE"
expect_out "第 1 号异议：不成立。核对过工资表，还在上班。"
run leye case answer 1 --reason 再答一次 --as 主任:主管
expect_exit 1
expect_err "已经答复过"

step "回访差评：要写怎样解决的；了结以后队列里没有了"
run leye case settle 000000000292 --as 小冯:经办
expect_exit 1
expect_err "--reason"
run leye case settle 000000000292 --reason 上门道歉，补办了手续 --as 小冯:经办
expect_exit 0
run leye case inbox "$TWO"
expect_out "您的评价有回音了"
run leye case queue --as 主任:主管
expect_not_out "差评回访"
expect_not_out "答复异议"

step "审核的人看得到逐条的依据：来自哪个系统、哪一行、截至哪天"
run leye case show 000000000195 --as 小冯:复核
expect_exit 0
expect_out "逐条核对"
expect_out "来自 "
expect_out "截至 2024-0"

step "都对得上"
run leye case check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
