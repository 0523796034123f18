# 205  A counter checks and enters a list from Excel, one office sees its queue, a chief hands on, and people who were
#      found are asked. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-06-03
a_city
cut -d, -f2 lists/失业保险金.csv >list.csv
printf '329901199001011234\n' >>list.csv

step "先核一遍：谁可以办，谁不行，为什么"
run leye case bulk check list.csv --service 失业保险金申领 --errors wrong.csv --as 小周:经办
expect_exit 1
expect_out "可以办"
expect_out "wrong.csv"
run cat wrong.csv
expect_out "329901199001011234"
expect_out "错误"

step "没有写事项：说要写"
run leye case bulk enter list.csv --as 小周:经办
expect_exit 2
expect_err "--service"

step "录入：错的那一行单独列出，别的录成"
run leye case bulk enter list.csv --service 失业保险金申领 --errors wrong.csv --as 小周:经办
expect_exit 1
expect_out "没有录入成 1"

step "同一份文件再录一遍：一件也不多"
run leye case bulk enter list.csv --service 失业保险金申领 --errors wrong.csv --as 小周:经办
run leye case queue --as 小吴:经办
expect_out "失业保险金申领"
expect "一个人一件" test "$(grep -c 失业保险金申领 "$story_folder/out")" = "$(($(wc -l <list.csv) - 2))"

step "别的辖区看不到，也办不了"
run leye case queue --as 小吴:经办:360100
expect_exit 0
expect_out "没有要办的"
run leye case accept 000000000195 --as 小吴:经办:360100
expect_exit 1
expect_err "您的辖区"

step "取件，别人就取不了；转办要理由"
run leye case take 000000000195 --as 小吴:经办
expect_exit 0
run leye case take 000000000195 --as 小郑:经办
expect_exit 1
expect_err "小吴"
run leye case transfer 000000000195 --to 小郑 --as 小吴:经办
expect_exit 1
expect_err "理由"
run leye case transfer 000000000195 --to 小郑 --reason 休假 --as 小吴:经办
expect_exit 0

step "退回补正：一次说全，第二次退不了"
run leye case return 000000000195 "户名和账号对不上" --until 2024-06-11 --as 小郑:经办
expect_exit 0
expect_out "待补正"
run leye case correct 000000000195
expect_exit 0
run leye case return 000000000195 "还缺一样" --as 小郑:经办
expect_exit 1
expect_err "一次说全"

step "不予：要写理由；本人可以提异议；主管答复以后重新办理"
run leye case accept 000000000195 --as 小郑:经办
run leye case reject 000000000195 --as 小冯:复核
expect_exit 1
expect_err "理由"
run leye case reject 000000000195 --reason 已经找到工作 --as 小冯:复核
expect_exit 0
expect_out "不予"
run leye case object 000000000195 --reason 还在找
expect_exit 0
expect_out "第 1 号"
run leye case answer 1 --upheld --reason 核实没有就业 --as 主任:主管
expect_exit 0
run leye case show 000000000195
expect_out "审核中"

step "免申即享：给找到的人建办件，再来一次没有新的"
run leye case offer --as 系统:系统
expect_exit 0
expect_out "提示了"
run leye case offer --as 系统:系统
expect_out "提示了 0 件"

step "都对得上"
run leye case check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
