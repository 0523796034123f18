# 211  Subsidies from the application to the money: what is paid once, for a year, each time, and month by month. Whoever
#      was refused in story 210 is paid here, after the fact that was missing came in. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
a_city
number_of() { leye record "$1" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p'; }
near_miss() { # policy, the one criterion that stands in the way
    leye find "$1" --verdict 不符合 --out no >/dev/null
    sed -n "/,$2\r*\$/s/,.*//p" "no/$1.csv" | head -1
}

step "还差一条的人：说得出差哪一条；资料来了，下一次就找到了"
GRADUATE=$(near_miss 求职创业补贴 困难毕业生)
HIRED=$(near_miss 企业吸纳就业困难人员社会保险补贴 招用时是困难人员)
INTERN=$(sed -n '2s/,.*//p' city/day1/就业_见习.csv)
BASE=$(sed -n '2p' city/day1/就业_见习.csv | cut -d, -f3)
run leye why 求职创业补贴 "$GRADUATE"
expect_out "不符合"
printf '身份证号,国家助学贷款\n%s,是\n' "$(number_of "$GRADUATE")" >loan.csv
printf 'AAC002,就业愿望\n%s,是\n' "$(number_of "$GRADUATE")" >人社_人员.csv
printf '身份证号,姓名,认定日期,退出日期,困难类别,认定地代码\n%s,,2000-01-03,,大龄人员,321081\n' "$(number_of "$HIRED")" >就业_困难认定.csv
sed "s/^\($BASE,[^,]*,[^,]*\),否/\1,是/" city/day1/人社_单位标识.csv >人社_单位标识.csv # of firms, with one base more
printf '身份证号,姓名,见习单位信用代码,开始日期,结束日期,协议月数,月生活费,已买意外险,留用,提前签合同日期\n%s,,%s,2024-03-01,,6,2100.00,是,否,\n' "$INTERN" "$BASE" >就业_见习.csv
run leye import loan.csv --as 人员 --changes
expect_exit 0
run leye import 人社_人员.csv --changes
expect_exit 0
run leye import 就业_困难认定.csv --changes
expect_exit 0
run leye import 人社_单位标识.csv
expect_exit 0
run leye import 就业_见习.csv --changes
expect_exit 0
leye find --out lists >/dev/null
expect "求职创业补贴" test -n "$(first 求职创业补贴)"
expect "企业吸纳" test -n "$(first 企业吸纳就业困难人员社会保险补贴)"
run leye why 就业见习补贴 "$INTERN"
expect_out "待核" # one criterion is left to a person

step "五月底申请：一次性的，按季、按月的"
for policy in 一次性创业补贴 技能提升补贴 职业培训补贴 求职创业补贴 个人创业担保贷款贴息 就业困难人员灵活就业社会保险补贴 \
    企业吸纳就业困难人员社会保险补贴 小微企业吸纳高校毕业生社会保险补贴 公益性岗位补贴 就业见习补贴; do
    money 就业补助资金 市级 "$policy" 100000
done
money 失业保险基金 市级 技能提升补贴 100000
money 普惠金融发展专项资金 市级 个人创业担保贷款贴息 100000
money 失业保险基金 市级 稳岗返还 1000000
ends 公示中 一次性创业补贴申领 "$(first 一次性创业补贴)"
SHOP=$number
ends 准予 技能提升补贴申领 "$(first 技能提升补贴)"
SKILL=$number
ends 公示中 求职创业补贴申领 "$(first 求职创业补贴)"
SEARCH=$number
ends 发放中 创业担保贷款贴息申领 "$(first 个人创业担保贷款贴息)"
LOAN=$number
ends 公示中 灵活就业社会保险补贴申领 "$(first 就业困难人员灵活就业社会保险补贴)"
FLEXIBLE=$number
CONTRACT=$(grep "^$(number_of "$HIRED")," city/day1/就业_劳动合同.csv | tail -1 | tr -d '\r')
EMPLOYER=$(echo "$CONTRACT" | cut -d, -f3)
run leye case apply 单位吸纳困难人员社会保险补贴申领 "$HIRED" --as "$BASE:本人"
expect_exit 1
expect_err "只能由它来申请"
ends 公示中 单位吸纳困难人员社会保险补贴申领 "$HIRED"
HIRING=$number
ends 公示中 公益性岗位补贴申领 "$(first 公益性岗位补贴)"
POST=$number

run leye case offer 稳岗返还发放 --as 系统:系统 --max 2
expect_out "提示了 2 件"
FIRM=$(leye case mine "$(first 稳岗返还)" | sed -n 's/^\([0-9]\{12\}\) .*稳岗返还发放.*/\1/p')
OFFERED=$(first 稳岗返还)
expect "提示的是找到的第一家" test -n "$FIRM"

step "见习补贴：规则留给人判断的一条，审核的人判断，申请的人不能替他判断"
JUDGED='见习补贴只用于见习人员生活费、意外险和指导管理'
run leye case apply 就业见习补贴申领 "$INTERN" "人工判断(“$JUDGED”)=是" --as 申请台:经办 --reason 受单位委托
expect_exit 1
expect_err "人工判断由审核的人来作"
leye case apply 就业见习补贴申领 "$INTERN" --as 申请台:经办 --reason 受单位委托 >said
TRAINEE=$(sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' said)
run leye case judge "$TRAINEE" "$JUDGED" 是 --as 甲:复核 --reason 看了三个月的凭证
expect_exit 1
expect_err "审核的时候才作人工判断"
leye case accept "$TRAINEE" --as 小周:经办 >/dev/null
run leye case judge "$TRAINEE" "$JUDGED" 是 --as 甲:复核
expect_exit 1
expect_err "--reason"
run leye case judge "$TRAINEE" "$JUDGED" 大概 --as 甲:复核 --reason 看了三个月的凭证
expect_exit 2
expect_err "是 或者 否"
run leye case judge "$TRAINEE" 见习补贴用得对 是 --as 甲:复核 --reason 看了三个月的凭证
expect_exit 1
expect_err "没有哪条规则要这个人工判断"
run leye case judge "$TRAINEE" "$JUDGED" 是 --as 乙:审批 --reason 看了三个月的凭证
expect_exit 1
expect_err "这一步审核的人"
run leye case judge "$TRAINEE" "$JUDGED" 是 --as 甲:复核 --reason 看了三个月的凭证
expect_exit 0
expect_out "已记下人工判断"
run leye case approve "$TRAINEE" --as 甲:复核 --reason 看过材料
expect_exit 0
expect_out "公示中"

step "公示期满：一次性的当天欠、当天编批，银行付了就到账；按月的等一个月过完"
today 2024-06-11
pay_out
for n in $SHOP $SKILL $SEARCH; do
    run leye case show "$n"
    expect_out "已发"
    expect_out "现在：准予"
done
for n in $FLEXIBLE $HIRING $TRAINEE $POST; do
    run leye case show "$n"
    expect_out "现在：发放中"
    expect_not_out "已发"
done

step "领过一次的，再申请就告诉他领过了，是哪一件领的"
run leye case apply 一次性创业补贴申领 "$(first 一次性创业补贴)" 银行账号=6222000011112222
expect_exit 1
expect_err "没有领过"
expect_err "办件 $SHOP"

step "六月过完，六月的缴费来了：按月的发六月的"
grep ',202405,' city/day1/社保_参保缴费.csv | awk -F, -v OFS=, '{ $4 = $5 = "202406" } 1' >june
(head -1 city/day1/社保_参保缴费.csv && cat june) >社保_参保缴费.csv
today 2024-07-01
leye import 社保_参保缴费.csv --changes >/dev/null
pay_out
for n in $FLEXIBLE $HIRING $TRAINEE $POST; do
    run leye case show "$n"
    expect_out "2024-06"
    expect_out "已发"
done

step "发给单位的，进单位的账户，不进本人的；发给本人的没有收款单位"
paid() { # case, code of the firm, file with its account in the last column: the bank is told to pay into that account
    row=$(grep "^$2," "city/day1/$3" | head -1 | tr -d '\r')
    run leye case show "$1"
    expect_out "已发，收款 $(echo "$row" | cut -d, -f3)"
    grep -h "${row##*,}" send*.txt >to || story_complain "$row：不在付款文件里"
    expect "under its name" grep -q "$(echo "$row" | cut -d, -f3)" to
}
paid "$HIRING" "$EMPLOYER" 社保_单位参保.csv
paid "$TRAINEE" "$BASE" 社保_单位参保.csv
run leye case show "$FLEXIBLE"
expect_not_out "收款"

step "稳岗返还按年：告知期、公示期满就发，不等到年底"
run leye case show "$FIRM"
expect_out "稳岗返还 2024年"
expect_out "已发"
expect_out "现在：准予"
run leye case offer 稳岗返还发放 --as 系统:系统
expect_exit 0
expect "这一年不再提示它" test "$(leye case mine "$OFFERED" | grep -c 稳岗返还发放)" = 1

step "换了单位：新单位没有申请过，钱不跟着人走"
head -1 city/day1/就业_劳动合同.csv >就业_劳动合同.csv
echo "$CONTRACT" | awk -F, -v OFS=, -v base="$BASE" '{ $5 = "2024-07-10"; print; $3 = base; $4 = "2024-07-11"; $5 = ""; $6 = "固定期限"; $7 = 36; print }' >>就业_劳动合同.csv
head -1 city/day1/社保_参保缴费.csv >社保_参保缴费.csv
sed -n "/^$(number_of "$HIRED"),/s/,202406,202406,/,202407,202407,/p" june >>社保_参保缴费.csv
today 2024-08-01
run leye import 就业_劳动合同.csv --changes
expect_exit 0
run leye import 社保_参保缴费.csv --changes
expect_exit 0
run leye case show "$LOAN"
expect_not_out "待发"
pay_out
run leye case show "$HIRING"
expect_not_out "2024-07 "
expect_out "停发：这笔钱是准给"
expect_out "由它另外申请"

step "贴息按季：三个月过完才欠"
run leye case show "$LOAN"
expect_out "2024-05至2024-07"
expect_out "已发"
BANK=$(grep "^$(number_of "$(first 个人创业担保贷款贴息)")," city/day1/就业_创业担保贷款.csv | tail -1 | tr -d '\r' | sed 's/.*,//')
paid "$LOAN" "$BANK" 人社_机构.csv

step "评价，归档"
run leye case rate "$SHOP" 5
expect_exit 0
run leye case rate "$TRAINEE" 4
expect_exit 0
leye audit key --key office.pem >/dev/null
run leye case close "$SHOP" --out 案卷 --as 小周:经办 --sign office.pem --issuer 乐业市（虚构）
expect_exit 0
run leye archive verify "案卷/$SHOP.zip" --key office.pem.pub --office 乐业市（虚构）
expect_exit 0
expect_out "完好"

step "都对得上"
run leye case check
expect_exit 0
run leye fund check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
