# 297  A worker applies one question at a time and checks the answers before they are sent: in the words people use; one is
#      changed; nothing is sent before the button; the same form twice is one case.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
"$LEYE" find 失业登记 --date 2024-05-31 --out list >/dev/null 2>&1
id=$("$LEYE" record "$(sed -n '2s/,.*//p' list/失业登记.csv)" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p')
have li 本人 --self "$id"
expect "the hall is open" open_hall --date 2024-05-31
enter li
apply=/me/apply/失业登记办理
answers() { sed -n 's/.*name="answers" value="\([^"]*\)".*/\1/p' "$story_folder/out" | head -1 | sed 's/&quot;/"/g'; }
hidden() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" "$story_folder/out" | head -1; }
answer() { run submit li $apply "answers=$(answers)" "path=$(hidden path)" "answer=$1"; }

step "一样一样问：登记类别、失业原因、登记地、有没有求职要求"
run submit li $apply answers=
expect_out "登记类别"
answer 单位失业
expect_out "失业原因"
answer 合同到期
expect_out "登记地"
answer 321081
expect_out "求职要求"
expect_out ">是<"
answer 是
expect_out "核对一下，再提交"

step "核对的是自己说的话：是、否，不是“真”“假”；地名不是代码"
expect_out "<dd>是</dd>"
expect_not_out "<dd>真</dd>"
expect_out "<dd>合同到期</dd>"
expect_not_out "<dd>321081</dd>"
run look li /me/cases
expect_out "还没有"

step "改一样：又问那一样，别的还在"
run submit li $apply answers=
answer 单位失业
answer 合同到期
answer 321081
answer 是
run submit li $apply "answers=$(answers)" change=失业登记.有求职要求
expect_out "求职要求"
answer 否
expect_out "核对一下，再提交"
expect_out "<dd>否</dd>"
expect_not_out "<dd>假</dd>"
expect_out "<dd>合同到期</dd>"

step "提交：有办件编号和法定期限；同一张表再来一次，还是那一件"
all=$(answers) key=$(hidden key)
run submit li $apply "answers=$all" "key=$key" anyway=1 submit=1
expect_out "[303 $hall/me/cases/"
first=$(sed -n 's/^\[303 \([^]]*\).*/\1/p' "$story_folder/out" | sed 's/?.*//')
run submit li $apply "answers=$all" "key=$key" anyway=1 submit=1
expect_out "$first"
run look li "${first#"$hall"}"
expect_out "失业登记"
expect "closed" close_hall
