# 080  A newcomer makes a city to try things on, looks at it, makes its second day, and mistypes.
. "$LEYE_SRC/tests/support/story.sh"

step "一千人的城市，几秒写好"
run leye city --packs "$PACKS/demo" --people 1000 --out town --report
expect_exit 0
expect_no_err
expect_out "写好第 1 天的 52 份文件"
expect_out "1000 人"
expect_out "和公布的数字比"
expect_out "江苏七普 2020"
expect "a file of the police" test -s town/day1/公安_户籍.csv
expect "an XLSX" test -s town/day1/民政_救助.xlsx
expect "the truth" test -s town/truth/planted.csv
expect "nothing half-done" test ! -e town/day1.part

step "部颁代码的栏名，GB18030 的文件"
run head -1 town/day1/人社_人员.csv
expect_out "AAC001,AAC002,AAC058,AAC003"
run iconv -f GB18030 -t UTF-8 town/day1/教育_在校生.csv
expect_exit 0
expect_out "预计毕业日期"

step "一千人都在，身份证号的前缀没有分配给任何地方"
run sh -c 'tail -n +2 town/day1/公安_户籍.csv | wc -l'
expect_out "1000"
run sh -c 'tail -n +2 town/day1/公安_户籍.csv | grep -vc "^3299"'
expect_out "0"

step "同样的参数，同样的文件"
run leye city --packs "$PACKS/demo" --people 1000 --out again
expect "the same people" cmp town/day1/公安_户籍.csv again/day1/公安_户籍.csv
expect "the same months" cmp town/day1/社保_参保缴费.csv again/day1/社保_参保缴费.csv
expect "the same table" cmp town/day1/民政_救助.xlsx again/day1/民政_救助.xlsx

step "第二天只送变化"
run leye city --packs "$PACKS/demo" --people 1000 --out town --day 2
expect_exit 0
expect_out "写好第 2 天"
run sh -c 'tail -n +2 town/day2/社保_参保缴费.csv | cut -d, -f4 | sort -u'
expect_out "202406"
expect_not_out "202405"

step "已经有了就不覆盖"
run leye city --packs "$PACKS/demo" --people 1000 --out town
expect_exit 1
expect_err "day1 已经有了"

step "写错参数，说清楚怎样写"
run leye city --people 1000
expect_exit 2
expect_err "还缺 --out"
run leye city --people 999 --out x
expect_exit 2
expect_err "--people 要写 1000 到"
run leye city --people 一万 --out x
expect_exit 2
run leye city --day 3 --out x
expect_exit 2
expect_err "--day 要写 1 或 2"
run leye city --date 2024/6/3 --out x
expect_exit 2
expect_err "--date 要写成"
run leye city --seed -1 --out x
expect_exit 2
expect "nothing was made" test ! -e x

step "没有这个包"
run leye city --packs nowhere --out x
expect_exit 1
expect "nothing was made" test ! -e x

step "有哪些文件、哪些栏"
run leye city --files
expect_out "### 公安_户籍.csv"
expect_out "| AAC002 | 人员.身份证号 | 原样 |"
