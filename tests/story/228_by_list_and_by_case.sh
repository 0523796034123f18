# 228  Money goes out two ways, from cases and from an accountant's list: nobody gets the same month twice, however their
#      number is written in the list. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-06-03
a_city
number_of() { leye record "$1" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p'; }
LUMP=求职创业补贴 OTHER=一次性扩岗补助 # paid once; neither excludes the other, nor 失业保险金
wide() { echo "$1" | sed 'y/0123456789/０１２３４５６７８９/'; }
ANNA=$(first 失业保险金) BERTA=$(first 失业保险金 2)
money 失业保险基金 市级 失业保险金 100000
line=$(leye fund lines | awk '/失业保险金/ { print $1 }' | head -1)
leye fund commit "$line" 补发2024 20000 --as 王芳:会计 >/dev/null
list() { # file, number…: a list for June
    printf '身份证号,姓名,账号,金额\n' >"$1"
    for number in "$2" ${3+"$3"} ${4+"$4"}; do echo "$number,某人,6228480012345678,1275.00" >>"$1"; done
}
batch_said() { sed -n 's/.*第 \([0-9]*\) 批已编制.*/\1/p' "$story_folder/out" | head -1; }
prepare() { run leye fund prepare "$line" "$1" --title "$1" --policy 失业保险金 --period 2024-06 --commitment 补发2024 --as 王芳:会计; }

step "六月由办件发了：名单里再有她，不编；全角、带空格、小写也认得出是她"
ends 发放中 失业保险金申领 "$ANNA"
ends 发放中 失业保险金申领 "$BERTA"
A=$number
list 八月.csv "$(number_of "$BERTA")"
run leye fund prepare "$line" 八月.csv --title 先付的 --policy 失业保险金 --period 2024-07 --commitment 补发2024 --as 王芳:会计
expect_exit 0
draft=$(batch_said)
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
bank_pays "$draft"
today 2024-08-01
pay_out
run leye case show "$A"
expect_out "2024-06 1,275.00 元 已发"
expect_out "失业保险金 2024-07 1,275.00 元 不发：同一政策、同一期间已经付过或者正在付"
run leye case inbox "$BERTA"
expect_out "2024-07的失业保险金这次不发"

step "八月的名单只编了批、还没有付：办件的八月先等着；名单作废了，办件照付"
list 九月.csv "$(number_of "$BERTA")"
run leye fund prepare "$line" 九月.csv --title 多编的 --policy 失业保险金 --period 2024-08 --commitment 补发2024 --as 王芳:会计
expect_exit 0
draft=$(batch_said)
today 2024-09-02
pay_out
run leye case show "$A"
expect_out "失业保险金 2024-08 1,275.00 元 待发"
leye fund cancel "$draft" --reason 编重了 --as 王芳:会计 >/dev/null
today 2024-09-03
pay_out
run leye case show "$A"
expect_out "失业保险金 2024-08 1,275.00 元 已发"

step "名单付的时候登记库里还没有他，后来有了；两个号码后来合成一个人：同一期间还是只付一次"
N=329901199003070012 # of nobody yet
M=329901198511230022
by_list() { run leye fund prepare "$line" "$1" --title "$1" --policy 失业保险金 --period "$2" --commitment 补发2024 --as 王芳:会计; }
list 生人.csv "$N"
by_list 生人.csv 2024-05
expect_exit 0
printf '身份证号,姓名\n%s,苏一\n%s,苏一\n' "$N" "$M" >新人.csv
leye import 新人.csv --as 人员 --sure >/dev/null || story_complain 新人没有读进来
list 又来.csv "$(echo "$N" | sed 'y/0123456789/０１２３４５６７８９/')" "$M"
by_list 又来.csv 2024-05
expect_exit 0
expect_out "第 2 行：同一政策、同一期间已经付过或者正在付：第"
expect_out "编入 1 笔"
list 四月.csv "$M"
by_list 四月.csv 2024-04
expect_exit 0
gone=$(leye record "$M" | sed -n 's/.*主体 \([0-9]*\).*/\1/p' | head -1)
leye merge "$N" "$M" --why 同一个人 --person 小周 >/dev/null || story_complain 没有合并
list 再来.csv "$N" "$M"
by_list 再来.csv 2024-04
expect_exit 1
expect_out "第 2 行：同一政策、同一期间已经付过或者正在付：第"
expect_out "第 3 行：同一政策、同一期间已经付过或者正在付：第"

step "互斥的政策：一项由名单付给并过来的号码，另一项办件就不再付；名单也看得见办件付的"
C=329901197808080016
other() { run leye fund prepare "$line" "$1" --title "$1" --policy 失业补助金 --period "$2" --commitment 补发2024 --as 王芳:会计; }
printf '身份证号,姓名\n%s,苏一\n' "$C" >重号.csv
leye import 重号.csv --as 人员 --sure >/dev/null || story_complain 重号没有读进来
list 补助.csv "$C"
other 补助.csv 2024-09
expect_exit 0
draft=$(batch_said)
bank_pays "$draft"
leye merge "$(number_of "$BERTA")" "$C" --why 同一个人 --person 小周 >/dev/null || story_complain 没有合并
today 2024-10-08
pay_out
run leye case show "$A"
expect_out "失业保险金 2024-09 1,275.00 元 不发：同一期间已经享受与它互斥的政策"
list 补六月.csv "$(number_of "$ANNA")" "$C"
other 补六月.csv 2024-06
expect_exit 1
expect_out "第 2 行：同一期间已经享受与它互斥的政策：第"
expect_out "第 3 行：同一期间已经享受与它互斥的政策：第"

step "合并撤销了：名单付给谁的号码，就还是谁领过"
list 并着.csv "$M"
by_list 并着.csv 2024-02
expect_exit 0
leye merge --undo "$gone" --why 两个人 --person 小周 >/dev/null || story_complain 没有撤销
list 各人.csv "$M" "$N"
by_list 各人.csv 2024-02
expect_exit 0
expect_out "第 2 行：同一政策、同一期间已经付过或者正在付：第"
expect_out "编入 1 笔"
run leye fund payments --person "$M"
expect_out "2024-02"

step "几位数字不是身份证号：会和主体号混起来，不编"
list 短号.csv "$ANNA" "000$ANNA" 00012345
by_list 短号.csv 2024-03
expect_exit 1
for row in 2 3 4; do expect_out "第 $row 行：身份证号只有几位数字"; done

step "不是号码的不编：科学计数、末几位成了零、登记库里没有的照付（号码对）"
list 坏号.csv 3.29901E+17 329901199003070000 329901199003070012
prepare 坏号.csv
expect_exit 0
expect_out "第 2 行：身份证号被表格软件改成了小数或科学计数"
expect_out "第 3 行：最后一位校验码对不上"
expect_out "编入 1 笔"

step "名单写着别名的，就是那项政策：办件的同一期间不再付"
list 别名.csv "$(number_of "$BERTA")"
run leye fund prepare "$line" 别名.csv --title 别名 --policy unemployment-benefit --period 2024-10 --commitment 补发2024 --as 王芳:会计
expect_exit 0
draft=$(batch_said)
bank_pays "$draft"
today 2024-11-04
pay_out
run leye case show "$A"
expect_out "失业保险金 2024-10 1,275.00 元 不发：同一政策、同一期间已经付过或者正在付"

step "名单的互斥组按名单的期间算：按月的和一次性的一样，别的期间不挡"
grouped() { # policy period
    printf '身份证号,姓名,账号,金额,互斥组\n%s,某人,6228480012345678,100.00,甲组\n' "$N" >组.csv
    run leye fund prepare "$line" 组.csv --title 组 --policy "$1" --period "$2" --commitment 补发2024 --as 王芳:会计
}
grouped 失业保险金 2024-01
expect_exit 0
grouped "$LUMP" 2024-01
expect_exit 1
expect_out "第 2 行：同一期间已经享受与它互斥的政策：第"
grouped "$LUMP" 2023年
expect_exit 0
grouped "$OTHER" 2022年
expect_exit 0

step "名单按季写：里面有办件付过的月份，不编；名单付过的月份，办件不再付"
list 三季.csv "$(number_of "$ANNA")"
by_list 三季.csv 2024年第三季度
expect_exit 1
expect_out "第 2 行：这个期间里有的月份，同一政策已经付过或者正在付：第"
by_list 三季.csv 2024年11月至12月
expect_exit 0
bank_pays "$(batch_said)"
today 2024-12-02
pay_out
run leye case mine "$ANNA"
A2=$(sed -n 's/^\([0-9]\{12\}\) .*失业保险金申领.*/\1/p' "$story_folder/out" | head -1)
run leye case show "$A2"
expect_out "失业保险金 2024-11 1,275.00 元 不发：同一政策、同一期间已经付过或者正在付"

step "都对得上"
run leye case check
expect_exit 0
run leye fund check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
