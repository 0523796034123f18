# 250  Somebody in the office sets up how people are told, makes the usual mistakes, and looks at what did not arrive.
. "$LEYE_SRC/tests/support/story.sh"

step "what is missing is said"
run leye notice
expect_exit 2
run leye notice send
expect_exit 2
expect_err "只有 deliver、inbox、address、failed"
run leye notice inbox --db none.db
expect_exit 2
expect_err "--to"
run leye notice inbox --db none.db --to 12
expect_exit 1
expect_err "没有数据库“none.db”"

step "addresses are checked before anything goes there"
printf '姓名,证件号码\n李卫国,329901199003070012\n' >people.csv
run leye import people.csv --as 人员 --db a.db --packs "$PACKS/national"
expect_exit 0
run leye notice address --db a.db --to 12 --mail 王小梅
expect_exit 1
expect_err "不像一个邮件地址"
run leye notice address --db a.db --to 12 --mail wang@example.com
expect_exit 0
expect_out "“12”的邮件地址是 wang@example.com"
run leye notice address --db a.db --to 12 --mail ""
expect_exit 0
expect_out "“12”的邮件地址去掉了"

step "an empty inbox and an empty list are said to be so"
run leye notice inbox --db a.db --to 12
expect_exit 0
expect_out "没有收到过通知"
run leye notice failed --db a.db
expect_exit 0
expect_out "没有送不到的通知"

step "letters do not cross a network in the clear, and a sender is named"
run leye notice deliver --db a.db
expect_exit 2
expect_err "--smtp 或 --hook"
run leye notice deliver --db a.db --smtp smtp://127.0.0.1:1
expect_exit 2
expect_err "--from"
run leye notice deliver --db a.db --hook http://sms.example.gov.cn/in
expect_exit 1
expect_err "https://"
run leye notice deliver --db a.db --smtp smtp://127.0.0.1:1 --from leye@example.gov.cn
expect_exit 0
expect_out "送出 0 条"
