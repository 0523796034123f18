# 207  失业一件事: somebody who lost a job applies once, with one number, for three things; each goes its own way. The city
#      and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
a_city
leye find 失业登记 --verdict 不符合 --out no >/dev/null
NO=$(sed -n '2s/,.*//p' no/失业登记.csv)
answers='失业登记.登记类别=单位失业 失业登记.失业原因=合同到期 失业登记.登记地=321081 失业登记.有求职要求=是'
# Somebody who has just lost a job they paid contributions in, and has not registered yet.
for ID in $(sed -n '/,符合,/s/,.*//p' lists/失业登记.csv); do
    # shellcheck disable=SC2086
    leye case guide 失业一件事 "$ID" $answers 求职登记.求职意向=生产生活服务类 >guide
    grep -q "失业登记办理：能办" guide && grep -q "失业保险金申领：能办" guide && break
done
part() { leye case show 000000000195 | sed -n "s/^  \([0-9]*\)  $1：.*/\1/p"; }

step "办之前看：三件各能不能办，一共要填什么，各多久"
run leye case guide 失业一件事 "$ID"
expect_exit 0
expect_out "失业登记办理："
expect_out "失业保险金申领："
expect_out "求职登记.求职意向=…"
expect_out "失业保险金申领：10个工作日"

step "自己辞职：当时就看得到失业金领不到，别的照办"
# shellcheck disable=SC2086
run leye case guide 失业一件事 "$ID" $answers 失业登记.失业原因=本人辞职
expect_exit 1
run leye case guide 失业一件事 "$ID" 失业登记.登记类别=单位失业 失业登记.失业原因=本人辞职
expect_exit 0
expect_out "求职登记办理：能办"

step "填了不用填的：说出来"
run leye case guide 失业一件事 "$ID" 身高=180
expect_exit 1
expect_err "不是这件事要填的"

step "还没有填完：说还缺什么"
run leye case apply 失业一件事 "$ID" 失业登记.登记类别=单位失业
expect_exit 1
expect_err "还没有填完"
expect_err "求职意向"

step "在岗的人：失业登记、失业金都办不成，还能办的照办，都写清楚"
run leye case guide 失业一件事 "$NO" 求职登记.求职意向=生产生活服务类
expect_out "失业登记办理：不符合"
expect_out "失业保险金申领：不符合"

step "填一次，交一次：一个编号，能当场办的当场办"
# shellcheck disable=SC2086
run leye case apply 失业一件事 "$ID" $answers 求职登记.求职意向=生产生活服务类 --key 手机-7
expect_exit 0
expect_out "000000000195"
run leye case show 000000000195
expect_out "各项："
expect_out "失业登记办理：准予"
expect_out "求职登记办理：准予"
expect_out "失业保险金申领：待受理"

step "网络断了再交一遍：还是那一件"
# shellcheck disable=SC2086
run leye case apply 失业一件事 "$ID" $answers 求职登记.求职意向=生产生活服务类 --key 手机-7
expect_out "以前提交过"

step "不能当作一件来签，各项签各项的"
run leye case approve 000000000195 --as 小吴:复核
expect_exit 1
expect_err "各项分开审"
BENEFIT=$(part 失业保险金申领)
run leye case show "$BENEFIT"
expect_out "是一件事 000000000195 里的一项"

step "失业金受理、签批以后，一件事就办完了"
run leye case accept "$BENEFIT" --as 小周:经办
expect_exit 0
run leye case approve "$BENEFIT" --as 小吴:复核
expect_exit 0
run leye case show 000000000195
expect_out "现在：准予"
expect_out "失业保险金申领：发放中"
run leye case inbox "$ID"
expect_out "都办完了：失业一件事"

step "再登记一次失业：已经登记过，说清楚是哪一件登的"
# shellcheck disable=SC2086
run leye case apply 失业登记办理 "$ID" $answers
expect_exit 1
expect_err "现在没有失业登记"
expect_err "失业登记 开始 2024-05-31，结束 无（办件 $(part 失业登记办理)）"
run leye case guide 失业一件事 "$ID"
expect_out "失业登记办理：不符合"

step "评价的是一件事"
run leye case rate 000000000195 5
expect_exit 0

step "都对得上"
run leye case check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
