# 302  Somebody rings 12333 about their own case. Whoever takes the call asks two things only they should know, reads one
#      screen aloud, notes what was said; the person sees that somebody looked, and why. Guessing ends for the day.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
a_city
paid=$(first 失业保险金)
ends 发放中 失业保险金申领 "$paid"
money 失业保险基金 市级 失业保险金 100000
today 2024-06-01
pay_out
"$LEYE" find 失业登记 --date 2024-05-31 --verdict 不符合 --out list >/dev/null 2>&1
"$LEYE" record "$paid" >record.txt
of() { sed -n "s/^  $1　\([^　]*\)　.*/\1/p" record.txt | head -1; }
paid_id=$(of 身份证号) paid_phone=$(of 联系电话) paid_account=$(of 银行账号) paid_name=$(of 姓名)
"$LEYE" record "$(sed -n '2s/,.*//p' list/失业登记.csv)" >record.txt
id=$(of 身份证号) phone=$(of 联系电话) account=$(of 银行账号) home=$(of 常住地)
last() { printf %s "$1" | tail -c 4; }
places=$(cut -d, -f14 city/day1/人社_人员.csv | sed 1d | sort -u | tr '\n' ' ')
have li 本人 --self "$id"
have feng 话务 --regions "$places"
have far 话务 --regions 360100
expect "the hall is open" open_hall --date 2024-06-03
for who in li feng far; do enter $who; done
hidden() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" "$story_folder/out" | head -1; }
call() { sed -n "s|^\[303 $hall\(/calls/[0-9]*\).*|\1|p" "$story_folder/out"; }

step "本人网上申请了一件"
run submit li /me/apply/失业登记办理 'answers={"失业登记.登记类别":"单位失业","失业登记.失业原因":"合同到期","失业登记.登记地":"321081","失业登记.有求职要求":true}'
key=$(hidden key) answers=$(hidden answers | sed 's/&quot;/"/g')
run submit li /me/apply/失业登记办理 "answers=$answers" "key=$key" anyway=1 submit=1
number=$(sed -n "s|^\[303 $hall/me/cases/\([0-9]*\).*|\1|p" "$story_folder/out")
expect "a case was made" test -n "$number"

step "问政策的不用核对；没有写为什么、号码念错、别的地区，都打不开"
run look feng "/policies?q=shiyebaoxian"
expect_out "失业保险金"
run submit feng /calls "key=$number" purpose=
expect_out "请选来电为了什么"
run submit feng /calls "key=$number" purpose=其他
expect_out "请写一句"
run submit feng /calls "key=${number%?}x" purpose=查进度
expect_out "请先改一处"
run submit far /calls "key=$number" purpose=查进度
expect_out "不在您负责的地区"
run look feng /counter
expect_out "话务"
expect_out "不能打开这一页"

step "报办件号；问两样，页面上没有答案；答对了念：到哪一步、轮到谁"
run submit feng /calls "key=$number" purpose=查进度
mine=$(call)
run look feng "$mine"
expect_out "是不是本人"
expect_out "登记的电话，末四位"
expect_out "身份证号，末四位"
expect_not_out "$(last "$phone")\""
expect_not_out "失业登记办理"
run submit feng "$mine" act=check "answer1=$(last "$phone")" answer2=0000
run look feng "$mine"
expect_out "答错 1 次"
expect_not_out "失业登记办理"
run submit feng "$mine" act=check "answer1=$(last "$phone")" "answer2=$(last "$id")"
run look feng "$mine"
expect_out "失业登记办理"
expect_out "等我们受理"
expect_out "轮到我们"
expect_not_out "$id"
expect_not_out "$phone"

step "记下答复；本人看得到谁看过、为什么"
run submit feng "$mine" act=note "summary=告诉他还在受理"
expect_out "[303"
run look feng /calls
expect_out "告诉他还在受理"
run look li /me/record
expect_out "12333 来电：查进度"
expect_out "话务"

step "另一个人问钱到了没有：哪个月、多少、发到尾号几的账户、哪天；账号不念全"
run submit feng /calls "key=$paid_phone $paid_name" purpose=查待遇
money=$(call)
run look feng "$money"
expect_not_out "失业保险金"
run submit feng "$money" act=check "answer1=$(last "$paid_id")" "answer2=$(echo "$paid_id" | sed 's/^.\{6\}\(....\)\(..\)\(..\).*/\1-\2-\3/')"
run look feng "$money"
expect_out "2024-05"
expect_out "已发"
expect_out "2,260.00 元"
expect_out "$(last "$paid_account")"
expect_out "6 月 1 日的一批"
expect_not_out "$paid_account"
expect_not_out "$paid_id"

step "再有人来猜：还能错两次，第三次就不能再查，对的也不行"
run submit feng /calls "key=$phone $(of 姓名)" purpose=查待遇
guess=$(call)
run submit feng "$guess" act=check answer1=0000 answer2=1900-01-01
run submit feng "$guess" act=check answer1=0001 answer2=1900-01-01
run look feng "$guess"
expect_out "电话里不能再查"
run submit feng /calls "key=$number" purpose=查进度
expect_out "今天已经 3 次"
run look li /me/record
expect_out "没有核对上，今天不能再查"
expect "closed" close_hall
