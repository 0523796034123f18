# 209  A firm that does not pay its workers: told, heard, entered into the list by two signatures, published, and out of it
#      after repair; another one stays until its time is over. And lists that follow from facts. All of it made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-06-03
LIST=拖欠农民工工资失信名单
a_city
FIRM=$(sed -n 2p city/day1/人社_单位标识.csv | cut -d, -f1 | tr -d '\357\273\277')
BACK=$(sed -n 3p city/day1/人社_单位标识.csv | cut -d, -f1)
GOOD=$(sed -n 4p city/day1/人社_单位标识.csv | cut -d, -f1)
{
    printf '统一社会信用代码,立案日期,结案日期,案由,涉及人数,涉及金额,责令支付期限,改正日期\n'
    printf '%s,2024-03-01,,拖欠工资,12,80000.00,2024-05-10,\n' "$FIRM"
    printf '%s,2024-03-01,,拖欠工资,15,90000.00,2024-05-10,\n' "$BACK"
} >劳动监察_违法.csv
head -1 city/day1/劳动监察_违法.csv >head.csv
run_import() { leye import 劳动监察_违法.csv --changes; }

step "有哪些名录，哪些公开，怎样列入"
run leye case register
expect_exit 0
expect_out "$LIST"
expect_out "按程序，一件一件"
run leye case register 江苏退役军人就业台账
expect_exit 1
expect_err "不公开"

step "监察报来两家：责令支付期满没有付"
run run_import
expect_exit 0

step "没有拖欠的单位：办不成，当时就说"
run leye case apply 列入$LIST "$GOOD" --as 老马:监察 --reason 群众举报
expect_exit 1
expect_err "办不成"

step "立案；不写事实和理由不能告知"
run leye case apply 列入$LIST "$FIRM" --as 老马:经办 --reason 立案
expect_exit 0
leye case accept 000000000195 --as 老高:经办 >/dev/null
run leye case approve 000000000195 --as 老牛:监察
expect_exit 1
expect_err "事实、理由和依据"
run leye case approve 000000000195 --as 老牛:监察 --reason 拖欠12人8万元，责令支付期满没有付
expect_exit 0
run leye case inbox "$FIRM"
expect_out "拟作出决定，您可以陈述申辩"
expect_out "2024-06-11 以前"

step "陈述申辩的时间没有到，不能决定；别人不能替它说"
run leye case approve 000000000195 --as 局长甲:审批
expect_exit 1
expect_err "还在陈述申辩的时间里"
run leye case state 000000000195 "$GOOD" --reason 我来说一句
expect_exit 1
expect_err "当事人自己"
run leye case state 000000000195 "$FIRM"
expect_exit 1
expect_err "--reason"
run leye case state 000000000195 "$FIRM" --reason 工程款没有到账，月底以前付清
expect_exit 0
run leye case show 000000000195
expect_out "陈述申辩：工程款没有到账"

step "听过以后，两个人签，列入；一个人不够"
run leye case approve 000000000195 --as 局长甲:审批
expect_exit 0
run leye case register $LIST
expect_out "现在没有"
run leye case approve 000000000195 --as 局长乙:审批
expect_exit 0
expect_out "准予"
run leye case register $LIST
expect_out "$FIRM"
expect_out "2027-06-03"
run leye case inbox "$FIRM"
expect_out "已列入名录：$LIST"

step "没有改正：修复办不成"
run leye case apply 失信名单信用修复 "$FIRM"
expect_exit 1
expect_err "办不成"

step "付清半年以后修复：移出，通知它"
printf '统一社会信用代码,立案日期,结案日期,案由,涉及人数,涉及金额,责令支付期限,改正日期\n%s,2024-03-01,2024-07-01,拖欠工资,12,80000.00,2024-05-10,2024-06-28\n' "$FIRM" >劳动监察_违法.csv
today 2024-12-30
run run_import
run leye case apply 失信名单信用修复 "$FIRM"
expect_exit 0
NUMBER=$(leye case mine "$FIRM" | sed -n 's/^\([0-9]*\) .*信用修复.*/\1/p')
leye case accept "$NUMBER" --as 老高:经办 >/dev/null
leye case approve "$NUMBER" --as 老牛:监察 >/dev/null
run leye case approve "$NUMBER" --as 局长甲:审批
expect_exit 0
run leye case register $LIST
expect_out "现在没有"
run leye case inbox "$FIRM"
expect_out "已移出名录：$LIST"

step "另一家没有说话：期满决定，三年到期自己移出"
run leye case apply 列入$LIST "$BACK" --as 老马:经办 --reason 立案
NUMBER=$(leye case mine "$BACK" | sed -n 's/^\([0-9]*\) .*列入.*/\1/p')
leye case accept "$NUMBER" --as 老高:经办 >/dev/null
leye case approve "$NUMBER" --as 老牛:监察 --reason 拖欠15人9万元 >/dev/null
today 2025-01-10
leye case approve "$NUMBER" --as 局长甲:审批 >/dev/null
run leye case approve "$NUMBER" --as 局长乙:审批
expect_exit 0
today 2028-01-10
run leye day
expect_not_out "移出名录"
today 2028-01-11
run leye day
expect_out "移出名录 1"
run leye case register $LIST
expect_out "现在没有"

step "按条件的台账：一次列入，再来一遍没有新的；按程序的不能成批"
today 2028-01-12
run leye case fill 江苏退役军人就业台账 --as 系统:系统
expect_exit 0
run leye case fill 江苏退役军人就业台账 --as 系统:系统
expect_out "列入 0"
run leye case register 江苏退役军人就业台账 --as 小周:经办
expect_exit 0
expect_out "*"
run leye case fill $LIST --as 系统:系统
expect_exit 1
expect_err "按程序"
run leye case fill 江苏退役军人就业台账 --as 小周:经办
expect_exit 1
expect_err "系统或者主管"

step "都对得上"
run leye case check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
