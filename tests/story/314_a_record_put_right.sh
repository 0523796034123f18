# 314  A worker's telephone is wrong in the register. They find on their record where it is put right, see what is
#      registered, change that one and nothing else; two people of the office look at it; then the register has it, with
#      where it comes from, and what they left alone is as it was. Wrong turns: pressing 改 and going back; an empty answer.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
. "$LEYE_SRC/tests/support/hall.sh"
today 2024-06-03
a_city
id=$(leye record "$(sed -n '2s/,.*//p' lists/失业登记.csv)" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p')
place=$(awk -F, -v id="$id" '$2 == id { print $14; exit }' city/day1/人社_人员.csv)
leye record "$id" >before
have li 本人 --self "$id"
have zhou 经办 --regions "$place"
have wu 复核 --regions "$place"
expect "the hall is open" open_hall --date 2024-06-03
for who in li zhou wu; do enter $who; done
to=/me/apply/%E4%B8%AA%E4%BA%BA%E4%BF%A1%E6%81%AF%E6%9B%B4%E6%AD%A3
of() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" page | head -1; }
press() { # fields: the page that follows
    curl -s -b li.jar --data-urlencode "csrf=$(cat li.csrf)" "$@" "$hall$to"
}
given() { sed -n "s/^  $1　\([^　]*\)　.*/\1/p" "$2"; }

step "我的档案写着在哪里改；没有要填的，登记的都列出来，账号遮着"
run look li /me/record
expect_out "<a href=\"$to\">个人信息更正</a>"
expect_out "部门更正，改好会送过来"
run press --data-urlencode 'answers={}'
expect_out "系统里登记的，不用填；不对的可以改"
expect_out "<dt>联系电话</dt>"
expect_out "<dt>联系地址</dt><dd>$(given 联系地址 before)</dd>"
bank=$(given 银行账号 before)
[ "$bank" = 无 ] || expect_not_out "$bank"

step "按错了“改”，可以不改；按了“改”不填，问一次"
run press --data-urlencode 'answers={}' --data-urlencode change=联系地址
expect_out 'name="path" value="联系地址"'
expect_out "不改了"
expect_not_out ">不填<"
run press --data-urlencode 'answers={}' --data-urlencode path=联系地址 --data-urlencode keep=1
expect_out "没有要填的"
run press --data-urlencode 'answers={}' --data-urlencode path=联系地址 --data-urlencode answer=
expect_out "请先回答这一样"

step "改电话，核对，提交：有编号、有期限"
run press --data-urlencode 'answers={}' --data-urlencode path=联系电话 --data-urlencode answer=15400008888
expect_out "15400008888"
cp "$story_folder/out" page
run curl -s -o /dev/null -w '%{http_code} %{redirect_url}' -b li.jar --data-urlencode "csrf=$(cat li.csrf)" --data-urlencode 'answers={"联系电话":"15400008888"}' \
    --data-urlencode "key=$(of key)" --data-urlencode submit=1 "$hall$to"
expect_out "303 $hall/me/cases/"
case=$(sed -n 's/.*cases\/\([0-9]*\).*/\1/p' "$story_folder/out")
[ "$(given 联系电话 before)" != 15400008888 ] || story_complain "the telephone was right before"
leye record "$id" >meanwhile
[ "$(given 联系电话 meanwhile)" = "$(given 联系电话 before)" ] || story_complain "changed before anybody looked"

step "受理、核实以后才改；来源写着办件；别的没有动"
look zhou "/cases/$case" >page
run submit zhou "/cases/$case" act=accept "revision=$(of revision)"
expect_out "303"
look wu "/cases/$case" >page
run submit wu "/cases/$case" act=take "revision=$(of revision)"
look wu "/cases/$case" >page
run submit wu "/cases/$case" act=approve "revision=$(of revision)" reason=和本人通话核对过
expect_out "done=case-approved]"
leye record "$id" >after
run cat after
expect_out "联系电话　15400008888　（办件，截至 2024-06-03，$case"
for field in 联系地址 常住地 银行账号 开户银行 学历; do
    [ "$(grep "^  $field　" after)" = "$(grep "^  $field　" before)" ] || story_complain "$field is not as it was"
done
run look li /me/record
expect_out "15400008888"
