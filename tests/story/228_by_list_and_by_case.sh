# 228  Money goes out two ways, from cases and from an accountant's list: nobody gets the same month twice, however their
#      number is written in the list. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-06-03
a_city
number_of() { leye record "$1" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p'; }
wide() { echo "$1" | sed 'y/0123456789/０１２３４５６７８９/'; }
ANNA=$(first 失业保险金) BERTA=$(first 失业保险金 2)
money 失业保险基金 市级 失业保险金 100000
line=$(leye fund lines | awk '/失业保险金/ { print $1 }' | head -1)
leye fund commit "$line" 补发2024 20000 --as 王芳:会计 >/dev/null
list() { # file, number…: a list for June
    printf '身份证号,姓名,账号,金额\n' >"$1"
    for number in "$2" ${3+"$3"} ${4+"$4"}; do echo "$number,某人,6228480012345678,1275.00" >>"$1"; done
}
prepare() { run leye fund prepare "$line" "$1" --title "$1" --policy 失业保险金 --period 2024-06 --commitment 补发2024 --as 王芳:会计; }

step "六月由办件发了：名单里再有她，不编；全角、带空格、小写也认得出是她"
ends 发放中 失业保险金申领 "$ANNA"
ends 发放中 失业保险金申领 "$BERTA"
A=$number
list 八月.csv "$(number_of "$BERTA")"
run leye fund prepare "$line" 八月.csv --title 先付的 --policy 失业保险金 --period 2024-07 --commitment 补发2024 --as 王芳:会计
expect_exit 0
today 2024-07-01
pay_out
run leye fund payments --person "$(number_of "$ANNA")"
expect_out "2024-06"
list 六月.csv "$(number_of "$ANNA")" "$(wide "$(number_of "$ANNA")")" " $(number_of "$ANNA") "
prepare 六月.csv
expect_exit 1
expect_out "第 2 行：同一政策、同一期间已经付过或者正在付"
expect_out "第 3 行：同一政策、同一期间已经付过或者正在付"
expect_out "第 4 行：同一政策、同一期间已经付过或者正在付"

step "七月先由名单付了：办件的七月不再付，写着为什么"
today 2024-08-01
pay_out
run leye case show "$A"
expect_out "2024-06 1,275.00 元 已发"
expect_out "失业保险金 2024-07 1,275.00 元 不发：同一政策、同一期间已经付过或者正在付"
run leye case inbox "$BERTA"
expect_out "不再发放：失业保险金"

step "不是号码的不编：科学计数、末几位成了零、登记库里没有的照付（号码对）"
list 坏号.csv 3.29901E+17 329901199003070000 329901199003070012
prepare 坏号.csv
expect_exit 0
expect_out "第 2 行：身份证号被表格软件改成了小数或科学计数"
expect_out "第 3 行：最后一位校验码对不上"
expect_out "编入 1 笔"

step "都对得上"
run leye case check
expect_exit 0
run leye fund check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
