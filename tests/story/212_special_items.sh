# 212  Items that few people meet: a firm reports a lay-off, somebody leaves the list of people in hardship, a household
#      without work is helped, a graduate does several things as one. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
a_city
FIRM=$(sed -n '2s/,.*//p' city/day1/社保_单位缴费.csv)

step "裁员报告：五个人不用报告；说明不满三十日的办不成，差在哪里说清楚"
run leye case apply 裁员报告 "$FIRM" 裁员.裁减人数=5 裁员.裁前职工人数=1000 裁员.向工会说明日期=2024-04-20
expect_exit 1
expect_err "不到的不用报告"
run leye case apply 裁员报告 "$FIRM" 裁员.裁减人数=25 裁员.裁前职工人数=1000 裁员.向工会说明日期=2024-05-20
expect_exit 1
expect_err "提前三十日"
run leye case apply 裁员报告 "$FIRM" 裁员.裁减人数=很多 裁员.裁前职工人数=1000 裁员.向工会说明日期=2024-04-20
expect_exit 1
expect_err "裁减人数"
run leye case apply 裁员报告 "$FIRM" 裁员.裁减人数=25 裁员.向工会说明日期=2024-04-20
expect_exit 1
expect_err "还没有填完"

step "裁员报告：材料、收件、监察核对，收到回执；登记里有这次裁员"
run leye case guide 裁员报告 "$FIRM"
expect_out "裁减人员方案"
ends 准予 裁员报告 "$FIRM" 裁员.裁减人数=25 裁员.裁前职工人数=1000 裁员.向工会说明日期=2024-04-20
run leye case show "$number"
expect_out "乙（监察）准予"
run leye case apply 裁员报告 "$FIRM" 裁员.裁减人数=30 裁员.裁前职工人数=975 裁员.向工会说明日期=2024-05-20
expect_exit 1
expect_err "提前三十日" # it is the new one that is looked at

step "就业困难人员退出：还在找工作的不用退；就业了的退出，登记结束"
ends 准予 就业困难人员认定申请 "$(first 就业困难人员认定)" 就业困难认定.困难类别=大龄人员
LISTED=$(first 就业困难人员认定)
run leye case apply 就业困难人员退出 "$LISTED" --as 小周:经办 --reason 名单核查
expect_exit 1
expect_err "就业、到退休年龄"
run leye case apply 就业困难人员认定申请 "$LISTED" 就业困难认定.困难类别=大龄人员
expect_exit 1
expect_err "办件 $number"
leye find 就业困难人员认定 --out lists >/dev/null
ends 准予 就业登记办理 "$LISTED" 就业登记.形式=灵活就业 就业登记.就业地=321081 就业登记.职业=生产生活服务类
ends 准予 就业困难人员退出 "$LISTED"
run leye case apply 就业困难人员退出 "$LISTED" --as 小周:经办 --reason 再退一次
expect_exit 1
expect_err "办不成"

step "零就业家庭：社区入户、街道审核，进名录；再申请说已经在册；有人就业，例行办理移出"
HOME1=$(first 零就业家庭认定 2)
ends 准予 零就业家庭帮扶 "$HOME1"
HELPED=$number
run leye case register 零就业家庭名录 --as 小周:经办
expect_not_out "现在没有"
run leye case apply 零就业家庭帮扶 "$HOME1"
expect_exit 1
expect_err "已经在“零就业家庭名录”里"
expect_err "$HELPED"
HOUSE=$(leye record "$HOME1" | sed -n 's/^  户号　\(H[0-9]*\).*/\1/p')
for MEMBER in $(sed -n "s/^\([0-9X]*\),.*,$HOUSE,.*/\1/p" city/day1/公安_户籍.csv); do # the first who may work
    leye case apply 就业登记办理 "$MEMBER" 就业登记.形式=灵活就业 就业登记.就业地=321081 就业登记.职业=生产生活服务类 >said 2>&1 && break
done
run leye day
expect_exit 0
run leye case register 零就业家庭名录 --as 小周:经办
expect_out "现在没有"

step "毕业生就业一件事：不是毕业生不行；毕业生一次办登记、求职，办不成的补贴写清楚"
for id in $(sed -n '/,符合,/s/,.*//p' lists/失业登记.csv); do
    leye case guide 毕业生就业一件事 "$id" >guide
    if grep -q 不符合：高校毕业生 guide; then OTHER=$id; else GRADUATE=$id; fi
    [ -n "${OTHER-}" ] && [ -n "${GRADUATE-}" ] && break
done
ANSWERS='就业登记.形式=灵活就业 就业登记.就业地=321081 就业登记.职业=生产生活服务类 求职登记.求职意向=生产生活服务类'
# shellcheck disable=SC2086
run leye case apply 毕业生就业一件事 "$OTHER" $ANSWERS
expect_exit 1
expect_err "高校毕业生（不符合）"
# shellcheck disable=SC2086
run leye case apply 毕业生就业一件事 "$GRADUATE" $ANSWERS
expect_exit 0
WHOLE=$(leye case mine "$GRADUATE" | sed -n 's/^\([0-9]\{12\}\) .*毕业生就业一件事.*/\1/p')
run leye case show "$WHOLE"
expect_out "就业登记办理：准予"
expect_out "求职登记办理：准予"
expect_out "灵活就业社会保险补贴申领："

step "都对得上"
run leye case check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
