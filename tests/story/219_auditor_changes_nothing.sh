# 219  The auditor sees everything and changes nothing: every verb there is, taken from the program's own lists, is tried in
#      that role. What is not named here as looking must refuse; whoever adds a verb finds it tried here.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
a_city
money 失业保险基金 市级 失业保险金 100000
life 失业保险金申领 "$(first 失业保险金)"
today 2024-06-03
printf '姓名,身份证号,账号,金额\n王小明,329906198803120011,6228000000000001,512.40\n' >名单.csv
leye fund line 就业补助资金 市级 社保补贴 2024 --as 王芳:会计 >/dev/null
leye audit find --as 赵审:审计 >/dev/null 2>&1
AUDITOR="--as 赵审:审计"
# what there is: the journal's length and last hash tell of any change, but for who looked at what, which nobody did here
whole() { leye audit verify; }
tried() { # command, verb, words behind it: refused
    # shellcheck disable=SC2086
    run leye "$1" "$2" $3 $AUDITOR
    [ "$story_exit" != 0 ] || story_complain "leye $1 $2：审计做成了"
}
verbs_of() { # command, those that only look: the other verbs of the list it just printed, a line each
    sed -n "s/^ *leye $1 \([a-z]\)/\1/p" "$story_folder/out" | grep -vE "^($2)( |$)"
}
words() { # of a line of help: a word for every place in it, with what looks most like a real one
    echo "$1" | sed -e 's/\[[^]]*\]//g' -e 's/--title 标题/--title 题/' -e 's/--ref [^ ]*/--ref R1/' -e 's/--reason [^ ]*/--reason 有/' \
        -e 's/--out 文件/--out 出.txt/' -e 's/日期=金额/2024-07-01=1/' -e 's/…//' -e 's/名单/名单.csv/' -e 's/资金/就业补助资金/' -e 's/级次/市级/' \
        -e 's/科目/补贴/' -e 's/年度/2025/' -e 's/月份/2024-05/' -e 's/行/2/' -e 's/金额/100/' -e 's/批次/1/' -e 's/付款/1/' -e 's/追回/1/' \
        -e 's/编号/C1/' -e 's/户名/王/' -e 's/账号/6228/' -e 's/回盘文件/名单.csv/'
}

step "leye fund：看的可以看，改的一个也做不成"
run leye fund
verbs_of fund "lines|commitments|batches|batch|payments|errors|claims|months|report|check|bank|resend|reconcile|due" >verbs
n=0
whole >before
while read -r verb rest; do
    n=$((n + 1))
    tried fund "$verb" "$(words "$(echo "$rest" | sed 's/  .*//')")"
    expect_err "审计只看，不改账"
done <verbs
expect "some twenty verbs were tried" test "$n" -ge 18
whole >after
expect "nothing was written" cmp before after

step "leye case：在审核、在发放、待受理的三件，审计一步也动不了"
PAYING=$number
PERSON=$(first 失业保险金 2)
leye case apply 失业保险金申领 "$PERSON" --as 申请台:经办 --reason 本人在场 >/dev/null
WAITING=$(leye case mine "$PERSON" | sed -n 's/^\([0-9]\{12\}\) .*/\1/p' | head -1)
leye case apply 就业困难人员认定申请 "$(first 就业困难人员认定)" 就业困难认定.困难类别=大龄人员 --as 申请台:经办 --reason 本人在场 >said
REVIEW=$(sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' said | head -1)
leye case accept "$REVIEW" --as 小周:经办 >/dev/null 2>&1
run leye case
verbs_of case "services|guide|show|mine|certificate|inbox|queue|public|register|check|help" >verbs
n=0
whole >before
while read -r verb rest; do
    case $verb in
    apply) set -- "失业登记注销 $PERSON" "灵活就业社会保险补贴申领 $PERSON --anyway" ;;
    bulk) set -- "enter 名单.csv --service 失业登记办理" ;;
    fill) set -- 江苏退役军人就业台账 ;;
    offer) set -- 稳岗返还发放 ;;
    answer) set -- 1 ;;
    rate) set -- "$PAYING 5" "$REVIEW 1" ;;
    judge) set -- "$REVIEW 问题 是" ;;
    return) set -- "$REVIEW 缺材料" "$WAITING 缺材料" ;;
    accept | submit | correct | confirm | decline) set -- "$WAITING" ;;
    stop | resume | recheck | revoke | reopen | close | settle) set -- "$PAYING" ;;
    *) set -- "$REVIEW" "$PAYING" ;;
    esac
    for args; do
        n=$((n + 1))
        tried case "$verb" "$args --reason 有理由 --out 出 --to 320100"
    done
done <verbs
expect "some thirty attempts" test "$n" -ge 30
whole >after
expect "nothing was written" cmp before after

step "leye warn、leye return、leye day：警情、报表看得到，签收、填报、审核一个也做不成，例行办理启动不了"
whole >before
for looks in "warn rules|list|show" "return forms|list|late|show"; do
    command=${looks%% *}
    run leye "$command"
    verbs_of "$command" "${looks#* }" >verbs
    n=0
    while read -r verb rest; do
        n=$((n + 1))
        [ "$verb" != run ] || rest= # it takes no words
        tried "$command" "$verb" "$(words "$(echo "$rest" | sed 's/  .*//')")"
        expect_err "审计只看，不办"
    done <verbs
    expect "some eight verbs were tried" test "$n" -ge 8
    # shellcheck disable=SC2086
    run leye "$command" list $AUDITOR
    expect_exit 0
done
# shellcheck disable=SC2086
run leye day $AUDITOR
expect_exit 1
expect_err "由系统或者主管来启动"
whole >after
expect "nothing was written" cmp before after

step "看得到：办件、依据、队列、台账、账目、留痕"
for look in "case show $PAYING" "case show $REVIEW" "case queue" "fund payments" "fund report 失业保险基金" "audit leads" "case check" "fund check"; do
    # shellcheck disable=SC2086
    run leye $look $AUDITOR
    expect_exit 0
done
run leye audit verify
expect_exit 0
