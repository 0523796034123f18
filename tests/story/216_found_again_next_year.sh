# 216  A refund of a year: the firm is found, not applied for, and paid; next year, when the months and the year before
#      are known, it is found again, gets a case of its own and is paid once more. Not twice in one year, and not for a
#      year nobody has data of. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
a_city
offered_case() { leye case mine "$FIRM" | sed -n 's/^\([0-9]\{12\}\) .*稳岗返还发放.*/\1/p' | sort | tail -1; }
years_of() { leye record "$FIRM" | sed -n 's/.*稳岗.*所属年度 \([0-9]*\).*/\1/p'; }

step "今年：找到，告知，公示，发放"
FIRM=$(first 稳岗返还)
money 失业保险基金 市级 稳岗返还 1000000
run leye case offer 稳岗返还发放 --as 系统:系统
THIS=$(offered_case)
expect "找到的单位有了一件" test -n "$THIS"
for day in 2024-06-20 2024-07-10; do
    today $day
    pay_out
done
run leye case show "$THIS"
expect_out "稳岗返还 2024年"
expect_out "已发"

step "同一年再找一遍：已经返还过，不再提示"
leye find 稳岗返还 --out again >/dev/null
run leye why 稳岗返还 "$FIRM"
expect_out "本年度已返还"
expect_out "所属年度 = 2024"

step "第二年，上年度的数据还没有来：说得出差什么，不提示"
today 2025-05-30
run leye why 稳岗返还 "$FIRM"
expect_out "不符合：没有达到“上年度足额缴费”“裁员率达标”"
expect_out "缴费满一年：还不知道"
run leye case offer 稳岗返还发放 --as 系统:系统 # by the list of last year
expect_out "按今天的资料不再符合"
expect_out "提示了 0 件"
expect "没有新的一件" test "$(offered_case)" = "$THIS"

step "年度数据来了，每月的缴费作为增量来；隔着月份的不算知道"
CODE=$(leye record "$FIRM" | sed -n 's/^  信用代码　\([0-9A-Z]*\).*/\1/p')
paid() { (head -1 city/day1/社保_单位缴费.csv && echo "$CODE,210,$1,$2,5500.00,5500.00,10") >社保_单位缴费.csv; }
(head -1 city/day1/社保_单位年度参保.csv && echo "$CODE,2024,20240101,20250101,12,120,10,6000.00,0.00,0") >社保_单位年度参保.csv
run leye import 社保_单位年度参保.csv --changes
expect_exit 0
paid 202409 202504
run leye import 社保_单位缴费.csv --changes
expect_exit 0
run leye why 稳岗返还 "$FIRM"
expect_out "缴费满一年：还不知道"
paid 202406 202408
run leye import 社保_单位缴费.csv --changes
expect_exit 0
run leye why 稳岗返还 "$FIRM"
expect_out "结论：符合"

step "再找到一次，再办一件，再发一次；所属年度是申请那年，一年里只发一次"
money 失业保险基金 市级 稳岗返还 1000000
leye find 稳岗返还 --out again >/dev/null
expect "第二年又找到了" grep -q "^$FIRM,.*,符合," again/稳岗返还.csv
run leye case offer 稳岗返还发放 --as 系统:系统
NEXT=$(offered_case)
expect "是新的一件" test "$NEXT" != "$THIS"
for day in 2025-06-20 2025-07-10; do
    today $day
    pay_out
done
run leye case show "$NEXT"
expect_out "稳岗返还 2025年"
expect_out "已发"
expect_out "现在：准予"
run leye case show "$THIS"
expect_not_out "2025年 "
run leye why 稳岗返还 "$FIRM"
expect_out "所属年度 = 2025"
leye find 稳岗返还 --out again >/dev/null
run leye case offer 稳岗返还发放 --as 系统:系统
expect "这一年不再有一件" test "$(offered_case)" = "$NEXT"
run leye audit verify
expect_exit 0
