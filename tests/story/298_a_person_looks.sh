# 298  The rules say no to somebody, at once and by a machine. Nothing is decided by that: they see why, ask for a person to
#      look, get a decision by one with the reason, and object to it; somebody else has to answer.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
"$LEYE" find 失业登记 --date 2024-05-31 --verdict 不符合 --out list >/dev/null 2>&1
id=$("$LEYE" record "$(sed -n '2s/,.*//p' list/失业登记.csv)" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p')
have li 本人 --self "$id"
have qian 经办 --regions 329900
have sun 复核 --regions 329900
expect "the hall is open" open_hall --date 2024-05-31
enter li
enter qian
enter sun
hidden() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" "$story_folder/out" | head -1; }
press() { # who, case, act, reason
    run look "$1" "$2"
    run submit "$1" "$2" "act=$3" "reason=$4" "revision=$(hidden revision)"
}

step "为什么：逐条的理由，这不是决定，可以要求人工复核"
run look li /me/policies/失业登记
expect_out "不符合"
expect_out "没有达到"
expect_out "不是决定"
expect_out "要求人工复核"
expect_out 'href="/me/apply/'
run look li /me/policies/失业保险金
expect_out "觉得不对"

step "照样申请：事先说清楚会怎样；机器不替人说不予"
run submit li /me/apply/失业登记办理 'answers={"失业登记.登记类别":"单位失业","失业登记.失业原因":"合同到期","失业登记.登记地":"321081","失业登记.有求职要求":true}'
expect_out "给您一份书面决定"
key=$(hidden key) answers=$(hidden answers | sed 's/&quot;/"/g')
run submit li /me/apply/失业登记办理 "answers=$answers" "key=$key" anyway=1 submit=1
expect_out "[303 $hall/me/cases/"
mine=$(sed -n "s|^\[303 $hall\([^]?]*\).*|\1|p" "$story_folder/out")
run look li "$mine"
expect_not_out "不予"
expect_out "待受理"

step "由人来看：受理，写理由才能不予；本人看得到理由，能提异议，要别人来答复"
theirs=/cases/${mine#/me/cases/}
press qian "$theirs" accept ""
expect_out "[303"
press qian "$theirs" reject ""
expect_not_out "[303"
press qian "$theirs" reject "还在单位参保，没有失业"
by=qian
if ! grep -q '\[303' "$story_folder/out"; then # the review is another one's
    press sun "$theirs" reject "还在单位参保，没有失业"
    by=sun
fi
expect_out "[303"
run look li "$mine"
expect_out "不予"
expect_out "还在单位参保，没有失业"
expect_out "提出异议"
press li "$mine" object "五月底已经离职"
expect_out "[303"
run look li "$mine"
expect_out "异议"
run leye case answer 1 --reason 核过了 --as "$by:复核"
expect_exit 1
expect_err "没有经手的人"
expect "closed" close_hall
