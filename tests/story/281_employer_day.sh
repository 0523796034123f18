# 281  A firm's day: its own account, an agent who acts for it, what it is entitled to, people it hires entered from one
#      Excel list, twice by mistake; and what is not its business stays closed. The city and everybody in it is made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"
today 2024-05-31
LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
"$LEYE" find >/dev/null 2>&1
code=91329900000000000X other=91329900000000123Y
firm_name=$(awk -F, -v c="$code" '$1 == c { print $3; exit }' city/day1/市场监管_单位.csv)
# people who are registered as unemployed: the firm hires three of them
awk -F, 'NR > 1 && $4 == "" { print $1 "," $2 }' city/day1/就业_失业登记.csv | sort -u | head -4 >hired
id1=$(sed -n '1s/,.*//p' hired) name1=$(sed -n '1s/.*,//p' hired)
id2=$(sed -n '2s/,.*//p' hired) name2=$(sed -n '2s/.*,//p' hired)
id3=$(sed -n '3s/,.*//p' hired) name3=$(sed -n '3s/.*,//p' hired)
agent=$(awk -F, 'NR > 1 { print $2 "," $4 }' city/day1/人社_人员.csv | sed -n 40p)
E=%E5%B0%B1%E4%B8%9A%E7%99%BB%E8%AE%B0%E5%8A%9E%E7%90%86 # 就业登记办理

step "单位的账户：角色写单位，不写本人；一个人不能是单位"
run_with "long enough password" leye account firm --roles 本人 --self "$code"
expect_exit 1
expect_err "角色写“单位”"
run_with "long enough password" leye account firm --roles 单位 --self "${agent%,*}"
expect_exit 1
expect_err "统一社会信用代码"
run_with "long enough password" leye account firm --roles 单位
expect_err "要写是哪一家"
have firm 单位 --self "$code"
have rival 单位 --self "$other"
have agent 本人 --self "${agent%,*}"
have hired 本人 --self "$id1"
expect "the hall is open" open_hall --date 2024-05-31
for who in firm rival agent hired; do enter $who; done

step "登录就看到单位可以享受什么、为什么；档案、办件、资金、通知都是单位的"
run look firm /me
expect_out "$firm_name"
expect_out "项政策"
expect_not_out "您好"
run look firm /me/record
expect_out "$code"
run look firm /me/cases
expect_out "单位自己的，和替职工申请的"
run look firm /me/money
expect_out "还没有发过钱"
run look firm /me/notices
expect_out "通知"
run look firm /services
expect_out "替职工办"
expect_out "裁员报告"
expect_not_out "失业保险金申领"

step "职工名单：姓名和遮盖的号码，一个月一个月看；看过的，本人看得到"
run look firm "/me/staff?list=%E5%90%88%E5%90%8C&month=2024-05"
expect_out "2024 年 5 月"
expect_not_out "没有这份名单"
expect "numbers are masked" sh -c "! grep -qE '[0-9]{17}[0-9X]' '$story_folder/out'"
run look firm "/me/staff?list=%E4%B9%B1"
expect_out "没有“乱”这份名单"
run look firm "/me/staff?month=abc"
expect_out "月份写成"
run look agent /me/staff
expect_out "不能打开这一页"

step "授权经办人：姓名要对得上，码只能用一次，日子要写"
run submit firm /me/agents act=give name=张三
expect_out "请写授权到哪一天"
run submit firm /me/agents act=give name=张三 until=2023-01-01
expect_out "今天以后"
run submit firm /me/agents act=give name=张三 until=2024-12-31
wrong=$(sed -n 's/.*授权码 <span class="num">\([0-9a-f-]*\)<.*/\1/p' "$story_folder/out")
expect "a code is shown" test -n "$wrong"
run submit agent /acting act=accept "code=$wrong"
expect_out "这个授权码不是给您的"
run submit firm /me/agents act=give "name=${agent#*,}" until=2024-12-31
right=$(sed -n 's/.*授权码 <span class="num">\([0-9a-f-]*\)<.*/\1/p' "$story_folder/out")
run submit agent /acting act=accept code=0000-0000-0000-0000
expect_out "授权码不对"
run submit agent /acting act=accept "code=$(echo "$right" | tr a-f A-F)"
expect_out "[303 $hall/acting?done=accepted]"
run submit hired /acting act=accept "code=$right"
expect_out "授权码不对"
run look agent /acting
expect_out "$firm_name"

step "经办人选了单位，就是替单位办；不能再授权别人"
number=$(sed -n 's/.*name="agent" value="\([0-9]*\)".*/\1/p' "$story_folder/out" | head -1)
run submit hired /acting act=act "agent=$number"
expect_out "没有这份授权"
curl -s -o /dev/null -b agent.jar -c agent.jar --data-urlencode "csrf=$(cat agent.csrf)" -d "act=act&agent=$number" "$hall/acting"
run look agent /me
expect_out "替 $firm_name 办事"
run submit agent /me/agents act=give name=别人 until=2024-12-31 # a page that was open before
expect_out "[403"
mark agent
run submit agent /me/agents act=give name=别人 until=2024-12-31
expect_out "经办人不能再授权别人"

step "下载空表：栏名、一行例子、另一张说怎么填；单位自己不用填"
curl -s -b agent.jar -o 空表.xlsx "$hall/me/bulk/$E/template"
expect "an Excel file" sh -c "head -c 2 空表.xlsx | grep -q PK"
leye case bulk template 窗口.xlsx --service 就业登记办理 --as 小周:经办 >/dev/null
expect "the counter has one as well" test -s 窗口.xlsx
unzip -p 空表.xlsx xl/worksheets/sheet1.xml >heads 2>/dev/null
run cat heads
expect_out "身份证号"
expect_out "就业登记.形式"
expect_not_out "就业登记.用人单位"
unzip -p 空表.xlsx xl/worksheets/sheet2.xml >how 2>/dev/null
run cat how
expect_out "单位就业"

step "先看每一行：不认识的、姓名写错的、能办的，各有各的话；什么都没有交"
printf '身份证号,姓名,就业登记.形式,就业登记.就业地,就业登记.职业\n' >名单.csv
printf '例：110105199005010000,张三,单位就业,321002,办事类\n' >>名单.csv
printf '%s,%s,单位就业,321002,办事类\n' "$id1" "$name1" "$id2" "$name2" >>名单.csv
printf '%s,写错名,单位就业,321002,办事类\n' "$id3" >>名单.csv
printf '329901199013320010,没有,单位就业,321002,办事类\n' >>名单.csv
run upload agent "/me/bulk/$E" act=look
expect_out "请选一个文件"
run upload agent "/me/bulk/$E" act=look "list=@名单.csv"
expect_out "2 行可以交，2 行不行"
expect_out "号码和姓名对不上"
expect_not_out "$id3"
kept=$(sed -n 's/.*name="kept" value="\([0-9a-f]*\)".*/\1/p' "$story_folder/out" | head -1)
run leye case mine "$id1"
expect_out "没有办件"

step "交：一行一个结果，没有办成的下载来改；同一份再交，不会办两次"
run submit agent "/me/bulk/$E" act=enter "kept=$kept"
expect_out "办了 2 件，没有办成 2 行"
errors=$(sed -n 's/.*href="\(\/me\/files\/[0-9a-f]*\)".*/\1/p' "$story_folder/out" | head -1)
curl -s -b agent.jar -o 错误.xlsx "$hall$errors"
unzip -p 错误.xlsx xl/worksheets/sheet1.xml >wrong.xml 2>/dev/null
run cat wrong.xml
expect_out "错误"
expect_out "$id3"
expect_not_out "$id1"
run submit agent "/me/bulk/$E" act=enter "kept=$kept"
expect_out "已经不在了"
run upload agent "/me/bulk/$E" act=enter "list=@名单.csv"
expect_out "2 行以前交过，没有再办"
run look agent /me/cases
expect "two cases" test "$(grep -c 就业登记办理 "$story_folder/out")" = 2

step "本人收到通知，知道是谁替他办的；谁看过档案里有单位和经办人"
run look hired /me/notices
expect_out "由$firm_name替您申请"
run look hired /me/record
expect_out "$firm_name（经办人 ${agent#*,}）"
expect_out "单位替职工申请：就业登记办理"
run look hired /me/cases
expect_out "就业登记办理"

step "单位看自己申请的办件，每一步写着经办人；别的单位看不到"
mine=$(look agent /me/cases | sed -n 's/.*href="\(\/me\/cases\/[0-9]*\)".*/\1/p' | head -1)
run look agent "$mine"
expect_out "经办人 ${agent#*,}（账户 agent）"
run look rival "$mine"
expect_out "没有这件办件"
run look hired "$mine"
expect_not_out "撤回这件"

step "和单位没有关系的人，单位替他办不了；不由单位申请的事项打不开"
P=%E5%B0%B1%E4%B8%9A%E8%A7%81%E4%B9%A0%E8%A1%A5%E8%B4%B4%E7%94%B3%E9%A2%86 # 就业见习补贴申领
printf '身份证号,姓名\n%s,%s\n' "$id3" "$name3" >见习.csv
run upload rival "/me/bulk/$P" act=look "list=@见习.csv"
expect_out "看不到他和贵单位的关系"
run look firm "/me/bulk/%E5%A4%B1%E4%B8%9A%E4%BF%9D%E9%99%A9%E9%87%91%E7%94%B3%E9%A2%86"
expect_out "可以替职工办"
printf '号码\n1\n' >坏.csv
run upload firm "/me/bulk/$E" act=look "list=@坏.csv"
expect_out "其中一栏是“身份证号”"

step "收回授权，马上生效；单位自己的申请、撤回照办"
run submit firm /me/agents act=revoke "agent=$number"
expect_out "[303 $hall/me/agents?done=revoked]"
run curl -s -b agent.jar -o page -w '%{http_code}' "$hall/me"
expect_out "303"
run look firm /me/agents
expect_out "已收回"

step "办件对得上，留痕没有断"
run leye case check
expect_exit 0
run leye audit verify --db "$LEYE_DB"
expect_exit 0
