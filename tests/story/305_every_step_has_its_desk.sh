# 305  Every role a step names has its desk in the hall: an inspector finds a complaint in the queue, accepts it, a second
#      one signs with them, somebody else decides; whose step it is not, sees nothing of it; the administrator reads which
#      steps nobody can sign. The service with two signatures is made up, like the city and its people.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
. "$LEYE_SRC/tests/support/hall.sh"

a_city
copy_packs
cat >packs/demo/two-signatures.leye <<'END'
事项 两次签字的事
  别名 two-signatures
  依据 就业促进法 第五十六条
  对象 人员
  条件 属实：人工判断(“看过材料，情况属实”)
    说明 看过材料，情况属实
  环节 审核
    角色 复核
  环节 定
    角色 审批
  时限 10日
  渠道 窗口
  结果 决定
END
export LEYE_PACKS=packs/demo
one=$(first 失业登记) two=$(first 失业登记 2) three=$(first 失业登记 3)
complain() {
    leye case apply 劳动保障监察投诉 "$1" 劳动保障投诉.被投诉单位名=某厂 劳动保障投诉.投诉事由=拖欠工资 劳动保障投诉.违法发生日期=2024-04-01 \
        劳动保障投诉.情况说明=三月没有发工资 联系电话=13800000000 2>&1 | sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' | head -1
}
sign_twice() {
    leye case apply 两次签字的事 "$1" --as 申请台:经办 --reason 本人在场 2>&1 | sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' | head -1
}
complaint=$(complain "$one") bad=$(complain "$two") twice=$(sign_twice "$three")
leye case accept "$twice" --as 小周:经办 >/dev/null
places=$(cut -d, -f14 city/day1/人社_人员.csv | sed 1d | sort -u | tr '\n' ' ')
have niu 监察 --regions "$places" --display 牛监察
have ma 监察 --regions "$places" --display 马监察
have yang 监察 --regions "$places" --display 杨监察
have both 复核,监察,审批 --regions "$places" --display 两样都做
have ju 审批 --regions "$places" --display 局审批
have wu 复核 --regions "$places" --display 吴复核
have far 监察 --regions 320500 --display 外地监察
have cai 财务 --regions "$places" --display 蔡财务
have admin 管理
expect "the hall is open" open_hall
for who in niu ma yang both ju wu far cai admin; do enter "$who"; done
be() { # who, in which role
    curl -s -o /dev/null -b "$1.jar" -c "$1.jar" --data-urlencode "csrf=$(cat "$1.csrf")" --data-urlencode "role=$2" "$hall/role"
    mark "$1"
}
press() { # who, case, act, more fields
    press_who=$1 press_case=$2 press_act=$3
    shift 3
    look "$press_who" "/cases/$press_case" >page
    submit "$press_who" "/cases/$press_case" "act=$press_act" "revision=$(sed -n 's/.*name="revision" value="\([^"]*\)".*/\1/p' page | head -1)" "$@"
}

step "监察登录就是待办：投诉在里面，由他受理"
run submit niu /sign-in name=niu "password=long enough password"
expect_out "$hall/queue]"
run look niu /queue
expect_out "$complaint"
expect_not_out "$twice"
run look niu "/cases/$complaint"
expect_out 'value="accept"'
run press niu "$complaint" accept
expect_out "done=case-accepted]"

step "复核看不到投诉：不在待办里，打开也不给看，因为没有他的环节；外地的、财务也不给"
run look wu /queue
expect_not_out "$complaint"
for other in wu cai; do
    run look $other "/cases/$complaint"
    expect_out "没有"
    expect_out "的环节"
    expect_not_out "某厂"
done
run look far "/cases/$complaint"
expect_out "不在您负责的地区"
run look far /queue
expect_not_out "$complaint"

step "还没有轮到审批：打得开，签不了"
run look ju /queue
expect_not_out "$complaint"
run look ju "/cases/$complaint"
expect_out "现在轮不到您办"
expect_not_out 'value="approve"'
run press ju "$complaint" approve reason=同意
expect_out "[422"

step "受理的人不再调查；转给同事，名单里只有做这一步的；退回、放回、不予都在"
run look niu "/cases/$complaint"
expect_out "前面的环节是自己办的"
expect_not_out 'value="approve"'
look ma "/cases/$complaint" >page
run press ma "$complaint" take
run look ma "/cases/$complaint"
for button in approve return refuse release transfer; do expect_out "value=\"$button\""; done
expect_out '<option value="yang">杨监察'
for nobody in niu wu far ju; do expect_not_out "<option value=\"$nobody\">"; done
run press ma "$complaint" transfer to=yang reason=他熟悉这家单位
expect_out "done=case-transferred]"
run press yang "$complaint" approve reason=到厂里看过
expect_out "done=case-approved]"

step "要两个监察：签过的不能再签，第二个签了才到审批，一个人不签两个环节，换了角色也不行"
run look yang "/cases/$complaint"
expect_out "这个环节已经签过了"
run press both "$complaint" approve reason=我也看过
expect_out "[403"
be both 监察
run press both "$complaint" approve reason=看过考勤
expect_out "done=case-approved]"
run look ma /queue
expect_not_out "$complaint"
be both 审批
run look both "/cases/$complaint"
expect_out "前面的环节是自己办的"
run press both "$complaint" approve reason=责令改正
expect_out "[422"
expect_out "前面的环节是您办的"
run look ju /queue
expect_out "$complaint"
run press ju "$complaint" approve reason=责令改正
expect_out "done=case-approved]"
run leye case show "$complaint"
expect_out "现在：准予"

step "不归监察管的投诉：不予受理，理由要写"
run look niu "/cases/$bad"
expect_out "不予受理"
run press niu "$bad" refuse reason=
expect_out "[422"
run press niu "$bad" refuse reason=这家单位不在本地
expect_out "done=case-refused]"
run leye case show "$bad"
expect_out "现在：不予"

step "复核签了才到审批；人工判断由这一步的人写；复核的不能再审批"
be both 复核
run press both "$twice" approve reason=看过
expect_out "done=case-approved]"
run look wu /queue
expect_not_out "$twice"
run press wu "$twice" judge holds=yes "question=看过材料，情况属实" reason=看过原件
expect_out "[422"
expect_out "不是复核岗位"
be both 审批
run press both "$twice" approve reason=同意
expect_out "[422"
expect_out "前面的环节是您办的"
run press ju "$twice" judge holds=yes "question=看过材料，情况属实" reason=看过原件
expect_out "[303 $hall/cases/$twice]"
run press ju "$twice" approve reason=同意
expect_out "done=case-approved]"
run leye case show "$twice"
expect_out "现在：准予"

step "管理员看得到哪些环节签字的人不够，怎么办；停用的账户不算"
run look admin /care
expect_out "签字的人不够"
expect_out "劳动人事争议仲裁申请（送达和答辩、开庭和裁决）"
expect_out "要 2 个不同的人签，现在 0 个：在“账户”里再给别的人加上“仲裁”"
expect_out "劳动争议调解（调解）"
expect_not_out "劳动保障监察投诉"
for who in ju both; do
    run submit admin /accounts/$who act=lock reason=退休
    expect_out "[303"
done
run look admin /care
expect_out "劳动保障监察投诉"
expect_out "在“账户”里给管这件事的人加上“审批”"
have ju2 审批 --regions "$places"
run look admin /care
expect_out "列入拖欠农民工工资失信名单（决定）"
expect_out "要 2 个不同的人签，现在 1 个：在“账户”里再给别的人加上“审批”"
expect_not_out "劳动保障监察投诉"
