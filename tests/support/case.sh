# Words for stories of whole cases, on top of story.sh: a made-up city of a thousand people who are asked about on the
# day of the story, one case from the application to its last signature, and the money of those that are paid.
#
#     a_city [database]                     makes it, takes it in, finds everybody; LEYE_DB and LEYE_PACKS are set
#     first 政策 [n]                        the n-th person of those found
#     life 事项 谁 填的…                    applies, accepts, signs step by step, each signature by somebody else;
#                                           $number is the case, $state where it ends
#     ends 准予 事项 谁 填的…               a life that must end so
#     state_of 编号                         where a case stands
#     money 资金 级次 政策 元               a line of this year's budget with its money
#     bank_pays 批次                        that batch approved, sent, paid by the bank, its answer read
#     pay_out                               today's batches approved, sent, paid by the bank and noted

a_city() {
    LEYE_PACKS=$PACKS/demo LEYE_DB=${1:-city.db}
    export LEYE_PACKS LEYE_DB
    if [ "$LEYE_DB $story_plain $PACKS" = "city.db  $LEYE_SRC/packs" ]; then
        a_kept_city
    else
        a_new_city
    fi || { story_complain "the city could not be made" && exit 1; }
}
a_new_city() {
    leye city --people 1000 --seed 1 --out city >/dev/null
    leye import --all city/day1 >/dev/null || true # rows that were refused are not the story
    leye find --out lists >/dev/null
}
# Many stories begin with this city, and sanitizers make it slowly. So the first story of a day keeps its own, with the
# key, beside the program, and the others take copies. It is the city of this very program and of these packs: when
# either has changed, it is made anew.
a_kept_city() {
    city_kept=${LEYE%/*}/cities
    city_of=$({ stat -c '%n %s %y' "$LEYE" && cat "$LEYE_SRC/tests/support/case.sh" && find "$PACKS" -type f -printf '%p %s %T@\n' | LC_ALL=C sort; } | cksum | tr ' ' -)
    mkdir -p "$city_kept"
    (
        flock 9
        if [ -d "$city_kept/$city_of/$LEYE_TODAY" ]; then
            cp -R -p "$city_kept/$city_of/$LEYE_TODAY/." . && mv key "$LEYE_KEY"
        else
            a_new_city &&
                find "$city_kept" -mindepth 1 -maxdepth 1 -name '*-*' ! -name "$city_of" -exec rm -rf {} + &&
                rm -rf "$city_kept/new" && mkdir -p "$city_kept/new" "$city_kept/$city_of" &&
                cp -R -p city lists city.db* "$LEYE_KEY" "$city_kept/new" &&
                mv "$city_kept/new" "$city_kept/$city_of/$LEYE_TODAY"
        fi
    ) 9>"$city_kept/lock"
}
first() { sed -n '/,符合,/s/,.*//p' "lists/$1.csv" | sed -n "${2:-1}p"; }
state_of() { leye case show "$1" | sed -n 's/.*现在：\([^（，]*\).*/\1/p'; }
role_of() { leye case show "$1" | role_said; }
role_said() { sed -n 's/.*审核中（.*，等\(.*\)办）.*/\1/p'; }

life() { # every move says where the case stands and whose turn it is
    number='' state=''
    leye case apply "$@" --as 申请台:经办 --reason 本人在场 >said 2>&1 || { story_complain "$1：$(cat said)"; return; }
    number=$(sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' said | head -1)
    leye case accept "$number" --as 小周:经办 >accepted 2>&1 && mv accepted said
    for who in 甲 乙 丙 丁 戊; do
        role=$(role_said <said)
        [ -n "$role" ] || break
        leye case approve "$number" --as "$who:$role" --reason 看过材料 >said 2>&1 || story_complain "$1：$(cat said)"
    done
    state=$(sed -n 's/.*现在：\([^（，]*\).*/\1/p' said | head -1)
}
ends() {
    want=$1
    shift
    life "$@"
    [ "$state" = "$want" ] || story_complain "$1：$state，不是“$want”"
}

money() {
    leye fund line "$1" "$2" "$3" "$(echo "$LEYE_TODAY" | cut -c1-4)" --as 王芳:会计 >said || story_complain "$(cat said)"
    line=$(sed -n 's/.*第 \([0-9]*\) .*/\1/p' said | head -1)
    leye fund budget "$line" "$4" --ref "指标-${LEYE_TODAY%%-*}-$3" --as 王芳:会计 >said 2>&1 || story_complain "$(cat said)"
    leye fund deposit "$1" "$4" --ref "拨款-${LEYE_TODAY%%-*}-$3" --as 李会:出纳 >said 2>&1 || story_complain "$(cat said)"
}
bank_pays() { # batch: approved, sent, paid to the last row, answered
    rm -f "send$1.txt" "back$1.txt" # of another database in the same story
    leye fund approve "$1" --as 张敏:复核 >said 2>&1 || story_complain "$(cat said)"
    leye fund send "$1" --out "send$1.txt" --as 李会:出纳 >said 2>&1 || story_complain "$(cat said)"
    leye fund bank "send$1.txt" --out "back$1.txt" --ref "BK$1" --fail 0 --as 李会:出纳 >said 2>&1 ||
        story_complain "$(cat said)"
    leye fund receive "back$1.txt" --as 李会:出纳 >said 2>&1 || story_complain "$(cat said)"
}
pay_out() {
    leye day --reason 补办前面的日子 >night || story_complain "$(cat night)"
    for batch in $(sed -n 's/.*编好批次 \([0-9]*\)：.*/\1/p' night); do bank_pays "$batch"; done
    leye day >said || story_complain "$(cat said)"
}
