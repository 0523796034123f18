# 304  Somebody is away and has cases: the chief sees in the hall what is in whose hands, gives one back to the queue and
#      hands one to a colleague who can go on with it, with a reason; everything stays in the journal.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
. "$LEYE_SRC/tests/support/hall.sh"

a_city
leye fund line 失业保险基金 市级 失业保险金 2024 --as 会计甲:会计 >/dev/null
leye fund budget 2 900000 --ref 文 --as 会计甲:会计 >/dev/null
sed -n '2,5p' lists/失业保险金.csv | cut -d, -f2 >four
for id in $(cat four); do leye case accept 失业保险金申领 "$id" --reason 本人到场 --as "zhou:经办" >>cases 2>&1; done
cases=$(sed -n 's/.*\(00[0-9]\{10\}\).*/\1/p' cases | sort -u)
first=$(echo "$cases" | sed -n 1p) second=$(echo "$cases" | sed -n 2p) third=$(echo "$cases" | sed -n 3p)
free=$(echo "$cases" | sed -n 4p)
places=$(cut -d, -f14 city/day1/人社_人员.csv | sed 1d | sort -u | tr '\n' ' ')
have wu 复核 --regions "$places" --display 吴复核
have zhang 复核 --regions "$places" --display 张复核
have zhou 经办,复核 --regions "$places" --display 周经办
have himself 复核 --regions "$places" --display 本人复核 --self "$(head -1 four)"
have far 复核 --regions 320500 --display 外地复核
have chief 主管 --regions "$places" --display 郑主管
have farchief 主管 --regions 320500 --display 外地主管
have own 主管 --regions "$places" --display 本人主管 --self "$(sed -n 3p four)"
expect "the hall is open" open_hall
for who in wu chief farchief own; do enter "$who"; done
of() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" page | head -1; }
take() {
    look wu "/cases/$1" >page
    submit wu "/cases/$1" act=take "revision=$(of revision)" >/dev/null
}
press() { # who, case, act, more fields
    press_who=$1 press_case=$2 press_act=$3
    shift 3
    look "$press_who" "/held/$press_case" >page
    submit "$press_who" "/held/$press_case" "act=$press_act" "revision=$(of revision)" "$@"
}
for one in $first $second $third; do take "$one"; done

step "主管看得到在谁手上；没人拿的不在里面；外地的主管看不到"
run look chief /held
expect_out "$first"
expect_out "吴复核"
expect_not_out "$free"
run look chief "/held?holder=wu"
expect_out "$second"
run look chief "/held?holder=zhang"
expect_not_out "$first"
run look farchief /held
expect_not_out "$first"

step "打开一件：是谁的、到了哪一步；外地的主管打不开"
run look chief "/held/$first"
expect_out "吴复核"
expect_out "审核"
expect_not_out "逐条核对"
expect_out '<option value="zhang">张复核'
expect_not_out '<option value="himself">'
run look farchief "/held/$first"
expect_out "不在您负责的地区"

step "放回要写为什么；写了就回到队列，留痕里有"
run press chief "$first" release reason=
expect_out "[422"
expect_out "为什么要换人"
run press chief "$first" release reason=休产假
expect_out "[303 $hall/held?done=case-released]"
run look wu "/cases/$first"
expect_not_out "在办。"
run leye case show "$first"
expect_out "休产假"
expect_out "chief"

step "转给能接着办的同事：录入的、本人的、外地的、已经拿着的都不在名单里，硬要转说为什么不行"
run look chief "/held/$second"
expect_out '<option value="zhang">张复核'
expect_out '<option value="himself">本人复核'
expect_not_out '<option value="wu">'
expect_not_out '<option value="zhou">'
expect_not_out "外地复核"
run press chief "$second" transfer to=zhou reason=休产假
expect_out "[422"
expect_out "不能转给 zhou：这件是自己录入的；请转给别人"
run press chief "$second" transfer to=far reason=休产假
expect_out "[422"
expect_out "请从名单里选转给谁"
run press chief "$second" transfer to=zhang reason=
expect_out "[422"
expect_out "转办要写明理由"
run press chief "$second" transfer to=zhang reason=休产假
expect_out "[303 $hall/held?done=case-transferred]"
run look chief "/held/$second"
expect_out "张复核"

step "没人拿的、办完了的、主管自己的：说为什么不行"
run press chief "$free" release reason=看看
expect_out "[422"
expect_out "没有人取"
run press own "$third" release reason=看看
expect_out "[422"
expect_out "这件是您本人的"
run leye case withdraw "$third" --reason 不要了
run look chief /held
expect_not_out "$third"
run press chief "$third" transfer to=zhang reason=休产假
expect_out "[422"

step "终端里也一样：主管转办、放回都要理由"
run leye case release "$second" --as 主任:主管
expect_exit 1
expect_err "为什么要换人"
run leye case transfer "$second" --to zhou --reason 休假 --as 主任:主管
expect_exit 1
expect_err "自己录入的"
run leye case transfer "$second" --to wu --reason 休假 --as 主任:主管
expect_exit 0
