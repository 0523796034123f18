# 170  A duty officer's fortnight: rules read over the figures, a case received, handled and released, a late one passed
# up, a firm that lost people without a report, and a new rule tried on the past before it goes live.
. "$LEYE_SRC/tests/support/story.sh"
today 2024-06-03
LEYE_PACKS=$PACKS/demo LEYE_DB=城.db
export LEYE_PACKS LEYE_DB
duty=王值班:值班@321000 county=李县:值班@321002 hand=陈处置:处置@321000 chief=张主管:主管@321000

step "还没有库、写错动作、没有说是谁：都说怎么办"
run leye warn run --as $duty
expect_exit 1
expect_err "先用 leye watch import 收进库"
run leye warn look
expect_exit 2
expect_err "有哪些动作，看 leye warn"
run leye warn run
expect_exit 2
expect_err "例如 --as 王值班:值班@320600"
run leye warn run --as 王值班:局长
expect_exit 2
expect_err "岗位是值班、处置、主管"
run leye warn
expect_out "leye warn receive"

step "月报收进库，看有哪些预警、能不能用"
cat >月报.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
城镇调查失业率,321000,2023-12,5.1,%,终稿,2024-01-20,市统计月报
城镇调查失业率,321000,2024-01,5.3,%,终稿,2024-02-20,市统计月报
城镇调查失业率,321000,2024-02,5.6,%,终稿,2024-03-20,市统计月报
城镇调查失业率,321000,2024-04,6.1,%,初步,2024-05-20,市统计月报
欠薪预警企业数,321002,2024-05,7,家,快报,2024-06-02,市监察月报
END
run leye watch import 月报.csv
expect_exit 0
run leye warn rules
expect_exit 0
expect_out "城镇调查失业率不低于6%"
expect_out "还没有数"

step "查一遍：越线的立警情，第二遍什么也没有"
run leye warn run --as $duty
expect_exit 0
expect_out "新警情 2 件"
expect_out "第 1 号 二级 调查失业率越线：扬州市 2024年4月6.1%，2024-06-04 前签收"
expect_out "第 2 号 三级 工资支付：广陵区"
expect_out "还没有数的预警："
run leye warn run --as $duty
expect_out "新警情 0 件"

step "一件警情：规则、走势、预案、可以做什么"
run leye warn show 1 --as $duty --svg 走势.svg
expect_exit 0
expect_out "缺 1 期的数"
expect_out "▁"
expect_out "1 □ 分析是哪些行业、哪些地区、哪些群体"
expect_out "可以做的：签收"
expect "图里有字" grep -q "线 6%" 走势.svg
run leye warn show 9 --as $duty
expect_exit 1
expect_err "没有第 9 号警情"

step "错的路：越过签收、别处的人、不写给谁、没有结果就办结"
run leye warn finish 1 --reason 好了 --as $hand
expect_exit 1
expect_err "警情现在是“待签收”，不能“办结”"
run leye warn receive 1 --as $county
expect_exit 1
expect_err "现在由扬州市负责"
run leye warn receive 1 --as $duty
expect_exit 0
expect_out "2024-06-11 前要处置完"
run leye warn assign 1 --as $duty
expect_exit 1
expect_err "要写分派给谁"
run leye warn assign 1 --to 陈处置 --as $duty
expect_exit 0
run leye warn fulfil 1 第一项 --reason 好 --as $hand
expect_exit 2
expect_err "写预案的第几项"
run leye warn fulfil 1 1 --reason 制造业占七成 --as $hand
expect_exit 0
run leye warn finish 1 --reason 写了报告 --as $hand
expect_exit 1
expect_err "还有 1 项没有结果"

step "处置完，办结；解除要另一个人；数还在线上会提醒"
leye warn fulfil 1 2 --reason 报市政府三条建议 --as $hand >/dev/null
run leye warn finish 1 --reason 市政府纪要〔2024〕1号（虚构） --as $hand
expect_out "现在是“已办结”"
run leye warn release 1 --reason 措施到位 --as $hand
expect_exit 1
expect_err "要由"
run leye warn release 1 --reason 措施到位 --as $chief
expect_exit 0
expect_out "数还没有回落；这一轮不会再报"

step "县里没有签收：报到市，再报到省；一天跑两遍只报一次"
today 2024-06-05
run leye warn run --as 系统:系统
expect_out "现在由扬州市负责，2024-06-06 前签收"
run leye warn run --as 系统:系统
expect_out "逾期上报 0 件"
run leye warn receive 2 --as $county
expect_exit 1
expect_err "现在由扬州市负责"
today 2024-06-07
run leye warn run --as 系统:系统
expect_out "现在由江苏省负责"
run leye warn list --as 赵省:值班@320000
expect_out "工资支付"
expect_not_out "调查失业率越线"
run leye warn show 2 --as 赵省:值班@320000
expect_out "广陵区没有按时签收，报到扬州市"
run leye warn dismiss 2 --reason 同一批企业报了两遍 --as 赵省:主管@320000
expect_exit 0
expect_out "现在是“误报”"

step "一个单位一个月少了二十多人，没有报告：数得出来，名单看得到，立了警情"
today 2024-06-03
leye city --people 2000 --seed 1 --out city >/dev/null
firm=$(awk -F, '$2 == 210 && $4 >= 202405 && $7 > 20 { print $1; exit }' city/day1/社保_单位缴费.csv | tr -d '\r')
awk -F, -v OFS=, -v f="$firm" '{ sub(/\r$/, "") }
    $1 == f && $2 == 210 && $4 >= 202405 { last = $4; n = $7; $4 = 202404; print; $3 = 202405; $4 = last; $7 = n - 20; print; next } { print }' \
    city/day1/社保_单位缴费.csv >改.csv
mv 改.csv city/day1/社保_单位缴费.csv
leye import --all city/day1 >登记.txt 2>&1
run leye watch count 减员没有报告的单位数 --by 常住地,所在地 --to 2024-05 --date 2024-05-31 --keep
expect_exit 0
expect_out "减员没有报告的单位数（家）"
run leye watch list 减员没有报告的单位数 --date 2024-05-31
expect_out "减员没有报告的单位数，2024-05：1 行"
expect_out "信用代码"
run leye watch list 减员没有报告的单位数 --date 2024-05-31 --by 所在地 --area 999999
expect_exit 1
expect_err "没有地区 999999"
run leye warn run --as 系统:系统
expect_exit 0
expect_out "减员没有报告：高邮市 2024年5月1家"
expect_out "包含高邮市（第 3 号警情），不另立"

step "登记、备案、参保三方比对，七类都数得出来"
run leye watch count 隐性就业人数 备案未参保人数 隐性失业人数 断缴或离职人数 就业未登记人数 情况不明人数 参保未备案人数 --by 常住地 --to 2024-05 --date 2024-05-31
expect_exit 0
expect_out "断缴或离职人数（人）"
run leye watch list 断缴或离职人数 --date 2024-05-31 --out 名单.csv
expect_out "姓名和号码已遮盖"
expect "有名单" test "$(wc -l <名单.csv)" -gt 1

step "看变化的规则要先回测：没有回测只看不报"
awk 'BEGIN {
    print "指标,地区,时期,值,单位,状态,发布,来源"
    split("40 60 20 0 -10 -30 -20 -10 0 10 20 30", s, " ")
    for (i = 0; i < 65; i++) {
        m = i % 12 + 1; y = 2019 + int(i / 12)
        v = 5000 + 5 * i + 10 * s[m] + (i * 37 % 11) - 5
        if ((y == 2023 && m >= 3 && m <= 6) || (y == 2024 && m >= 4)) v += 900
        printf "登记失业人数,321003,%d-%02d,%d,人,终稿,%d-%02d-28,就业月报\n", y, m, v, y, m
    }
}' >登记.csv
leye watch import 登记.csv >/dev/null
run leye warn run --as 系统:系统
expect_out "登记失业骤增：还没有用历史回测，只看不报"
run leye warn test 登记失业骤增 --as $duty
expect_exit 2
expect_err "--events"
printf '时期,事\n某天,没有\n' >坏.csv
run leye warn test 登记失业骤增 --events 坏.csv --as $duty
expect_exit 1
expect_err "看不懂时期“某天”"
printf '时期,地区,事\n2023-05,321003,一家大厂关停（虚构）\n2022-01,321003,没有预兆的事（虚构）\n' >事.csv
run leye warn test 登记失业骤增 --events 事.csv --within 6 --keep --as $duty
expect_exit 0
expect_out "发生过的事 2 件：提前 6 个月以内报出来 1 件，平均提前 2.0 个月；没有报出来 1 件"
expect_out "漏报：邗江区 2022年1月 没有预兆的事（虚构）"
expect_out "噪声信号比"
run leye warn rules
expect_out "2 件事提前报到 1 件"
run leye warn run --as 系统:系统
expect_out "登记失业骤增：邗江区 2024年5月"

step "每一步都留了痕，没有被改动"
run leye audit verify --db 城.db
expect_exit 0
expect_out "留痕完好"
