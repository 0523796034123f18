# 210  Every item a city handles is handled once, from the application to its end: granted, paid by the month, published, or
#      refused in writing with its reasons. Bulk work from Excel included. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
a_city

# Whom nobody here entitles: said at once, and in writing when they insist.
refused() { # item number answers…
    run leye case apply "$@"
    expect_exit 1
    expect_err "办不成"
    leye case apply "$@" --anyway >said 2>&1 || story_complain "$1：$(cat said)"
    number=$(sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' said | head -1)
    leye case accept "$number" --as 小周:经办 >/dev/null 2>&1
    for who in 甲 乙; do # the first step may be signed, the decision may not
        role=$(role_of "$number")
        run leye case approve "$number" --as "$who:$role" --reason 看过
        [ "$story_exit" = 0 ] || break
    done
    expect_err "按规则不符合"
    leye case reject "$number" --as "丙:$role" --reason 不符合条件 >said 2>&1 || story_complain "$1：$(cat said)"
    [ "$(state_of "$number")" = 不予 ] || story_complain "$1：没有不予"
}

step "登记：失业登记、注销，求职登记，就业登记"
ONE=$(first 失业登记)
ends 准予 失业登记办理 "$ONE" 失业登记.登记类别=单位失业 失业登记.失业原因=合同到期 失业登记.登记地=321081 失业登记.有求职要求=是
ends 准予 失业登记注销 "$ONE" 失业登记.注销原因=被用人单位录用
ends 准予 求职登记办理 "$ONE" 求职登记.求职意向=生产生活服务类
ends 准予 就业登记办理 "$ONE" 就业登记.形式=灵活就业 就业登记.就业地=321081 就业登记.职业=生产生活服务类
WHO=$(first 失业登记 2) # 就业登记 ends 失业登记
ends 准予 失业登记办理 "$WHO" 失业登记.登记类别=单位失业 失业登记.失业原因=合同到期 失业登记.登记地=321081 失业登记.有求职要求=是
ends 准予 就业登记办理 "$WHO" 就业登记.形式=灵活就业 就业登记.就业地=321081 就业登记.职业=生产生活服务类
run leye case apply 失业登记注销 "$WHO" 失业登记.注销原因=本人申请注销
expect_exit 1
expect_err "失业登记还在有效期里（不符合）"

step "失业保险金、公益性岗位补贴：按月发放"
ends 发放中 失业保险金申领 "$(first 失业保险金)"
ends 公示中 公益性岗位补贴申领 "$(first 公益性岗位补贴)"

step "一次性的补贴：公示期满才准予"
ends 公示中 一次性创业补贴申领 "$(first 一次性创业补贴)"
ends 公示中 职业培训补贴申领 "$(first 职业培训补贴)"

step "创业担保贷款：资格，贴息"
ends 准予 创业担保贷款资格认定 "$(first 个人创业担保贷款)"

step "就业困难人员认定、零就业家庭：入册"
ends 准予 就业困难人员认定申请 "$(first 就业困难人员认定 2)" 就业困难认定.困难类别=大龄人员
run leye case register 江苏就业困难人员名录 --as 小周:经办
expect_exit 0
expect_not_out "现在没有"
ends 准予 零就业家庭帮扶 "$(first 零就业家庭认定)"
run leye case register 零就业家庭名录 --as 小周:经办
expect_not_out "现在没有"

step "权益：投诉要两名监察员，调解、仲裁、裁员报告"
ends 准予 劳动保障监察投诉 "$ONE" 劳动保障投诉.被投诉单位名=某厂 劳动保障投诉.投诉事由=拖欠工资 劳动保障投诉.违法发生日期=2024-04-01 劳动保障投诉.情况说明=三月没有发工资
ends 准予 劳动争议调解 "$ONE" 劳动争议.争议单位名=某厂 劳动争议.争议事由=除名辞退离职 劳动争议.请求和理由=补发 劳动争议.知道侵害日期=2024-04-01 劳动争议.仍在劳动关系中=否
ends 准予 劳动人事争议仲裁申请 "$ONE" 劳动争议.争议单位名=某厂 劳动争议.争议事由=除名辞退离职 劳动争议.请求和理由=补发 劳动争议.知道侵害日期=2024-04-01 劳动争议.仍在劳动关系中=否

step "不符合的：当时就说；坚持要书面决定的，给书面的不予"
refused 灵活就业社会保险补贴申领 "$(first 失业登记 3)"
refused 单位吸纳困难人员社会保险补贴申领 "$(first 失业登记 4)" --as 申请台:经办 --reason 受单位委托
refused 就业见习补贴申领 "$(first 失业登记 5)" --as 申请台:经办 --reason 受单位委托
refused 求职创业补贴申领 "$(first 失业登记 6)" 银行账号=6222000011112222 --as 申请台:经办 --reason 受学校委托
refused 技能提升补贴申领 "$(first 失业登记 7)"

step "稳岗返还不用申请：告知，没有谢绝就办；公示期满的准予"
run leye case offer 稳岗返还发放 --as 系统:系统 --max 3
expect_out "提示了 3 件"
today 2024-06-28
run leye day
expect_out "告知期满、开始办理 3"
expect_out "公示期满"

step "都对得上"
run leye case check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
