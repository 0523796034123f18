# 303  The reviewer's desk: what was forgotten is asked for with what was typed still there; the queue says what was done;
#      whose case it is, is seen, and it is handed to a colleague who works there, not to a name.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
. "$LEYE_SRC/tests/support/hall.sh"

a_city
leye fund line 失业保险基金 市级 失业保险金 2024 --as 会计甲:会计 >/dev/null
leye fund budget 2 900000 --ref 文 --as 会计甲:会计 >/dev/null
sed -n '2,4p' lists/失业保险金.csv | cut -d, -f2 >three
place=$(awk -F, -v id="$(head -1 three)" '$2 == id { print $14; exit }' city/day1/人社_人员.csv)
for id in $(cat three); do leye case accept 失业保险金申领 "$id" --reason 本人到场 --as "小周:经办" >>cases 2>&1; done
cases=$(sed -n 's/.*\(00[0-9]\{10\}\).*/\1/p' cases)
first=$(echo "$cases" | sed -n 1p) second=$(echo "$cases" | sed -n 2p)
places=$(cut -d, -f14 city/day1/人社_人员.csv | sed 1d | sort -u | tr '\n' ' ')
have wu 复核 --regions "$places" --display 吴复核
have zhang 复核 --regions "$places" --display 张复核
have far 复核 --regions 320500 --display 外地复核
expect "the hall is open" open_hall
enter wu && enter zhang
press() { # who, case, act, more fields
    press_who=$1 press_case=$2 press_act=$3
    shift 3
    look "$press_who" "/cases/$press_case" >page
    submit "$press_who" "/cases/$press_case" "act=$press_act" "revision=$(sed -n 's/.*name="revision" value="\([^"]*\)".*/\1/p' page | head -1)" "$@"
}

step "忘了写理由、忘了写要补什么：还在这一件上，说清楚差什么"
run press wu "$first" refuse reason=
expect_out "[422"
expect_out "要写明理由"
expect_out "失业保险金申领"
run press wu "$first" return reason=
expect_out "[422"
expect_out "请一次写全"

step "转给别人：写了的意见还在；外地的、自己不在里面；转过去了写着现在谁在办"
run look wu "/cases/$first"
expect_out '<option value="zhang">张复核'
expect_not_out '<option value="wu">'
expect_not_out "外地复核"
run press wu "$first" transfer to= reason=他熟悉这家单位
expect_out "[422"
expect_out "他熟悉这家单位</textarea>"
for nobody in far wu 没有这个人; do
    run press wu "$first" transfer to=$nobody reason=他熟悉这家单位
    expect_out "[422"
    expect_out "请从名单里选转给谁"
done
run press wu "$first" transfer to=zhang reason=他熟悉这家单位
expect_out "[303 $hall/queue?done=case-transferred]"
run look wu "/queue?done=case-transferred"
expect_out "转给他了"
run look wu "/cases/$first"
expect_out "现在是 张复核（zhang） 在办"
expect_not_out "转给别人"

step "别人刚办过：说刚刚被别人办过，不丢下看着的人"
look wu "/cases/$second" >page
old=$(sed -n 's/.*name="revision" value="\([^"]*\)".*/\1/p' page | head -1)
run press zhang "$second" return "reason=离职证明没有盖章"
expect_out "[303 $hall/queue?done=case-returned]"
run submit wu "/cases/$second" act=approve "revision=$old"
expect_out "[422"
expect_out "刚刚被别人办过了"
expect_out "待补正"
