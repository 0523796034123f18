# 214  A community brings a list in Excel: what can be entered is, each person who failed has a row with the reason; the
#      rows are mended in Excel and brought again. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
a_city
leye find 失业保险金 --verdict 不符合 --out no >/dev/null
number_of() { leye record "$1" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p'; }
GOOD=$(number_of "$(first 失业保险金)")
{
    printf '身份证号\n%s\n' "$GOOD"
    number_of "$(first 失业保险金 2)"
    number_of "$(sed -n '2s/,.*//p' no/失业保险金.csv)"
    echo 329901199013320010
    echo "$GOOD"
} >名单.csv

step "资料还没有登记的库：一个人也认不出，每个人一行原因，写成 Excel"
leye import city/day1/人社_机构.csv --db early.db >/dev/null
run leye case bulk check 名单.csv --service 失业保险金申领 --errors 名单.xlsx --as 小周:经办 --db early.db
expect_exit 1
expect_out "没有通过 5"
expect "它是 Excel" sh -c "head -c 2 名单.xlsx | grep -q PK"

step "事项打错了、没说谁在办：整份不录"
run leye case bulk enter 名单.xlsx --service 失业金 --errors 错误.xlsx --as 小周:经办
expect_exit 2
expect_err "没有事项"
run leye case bulk enter 名单.xlsx --service 失业保险金申领 --errors 错误.xlsx
expect_exit 2
expect_err "--as"

step "资料登记了，把那份 Excel 拿来录：能办的录，没有办成的每人一行、各有各的原因"
run leye case bulk check 名单.xlsx --service 失业保险金申领 --errors 先看.csv --as 小周:经办
expect_out "可以办 3"
run leye case bulk enter 名单.xlsx --service 失业保险金申领 --errors 错误.csv --as 小周:经办
expect_exit 1
expect_out "录入 5 行：录入成 2，没有录入成 3"
expect "缴费不满一年的" grep -q '缴纳失业保险费满一年' 错误.csv
expect "号码不对的" grep -q '^329901199013320010,.*出生日期不存在' 错误.csv
expect "写了两遍的" grep -q "^$GOOD,.*已经有一件在办" 错误.csv
expect "一行栏名，三行原因" test "$(wc -l <错误.csv)" = 4

step "同一份 Excel 再录一遍：一件也不多"
run leye case bulk enter 名单.xlsx --service 失业保险金申领 --errors 再错.csv --as 小周:经办
expect_out "录入成"
run leye case queue --as 小吴:经办 --max 20
expect "队列里还是两件" test "$(grep -c 失业保险金申领 "$story_folder/out")" = 2

step "都对得上"
run leye case check
expect_exit 0
