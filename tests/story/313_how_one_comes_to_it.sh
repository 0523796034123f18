# 313  What somebody is entitled to says how they come to it: apply, see the case that runs already, or what else there is
#      to do. What can be done is found by searching, a complaint too. After applying one knows how long it takes. At the
#      counter the cases and the money of who stands there are on the same screen.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
. "$LEYE_SRC/tests/support/hall.sh"

a_city
number=$(sed -n '2s/,.*//p' lists/失业保险金.csv)
id_of() { leye record "$1" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p'; }
id=$(id_of "$number")
place=$(awk -F, -v id="$id" '$2 == id { print $14; exit }' city/day1/人社_人员.csv)
firm=$(sed -n '2p' lists/稳岗返还.csv | cut -d, -f3)
have li 本人 --self "$id"
have learns 本人 --self "$(id_of "$(sed -n '2s/,.*//p' lists/劳动预备制培训.csv)")" # no service handles this one
have zhao 窗口 --regions "$place"
have wu 复核 --regions "$place"
have works 单位 --self "$firm"
expect "the hall is open" open_hall
for who in li learns zhao wu works; do enter $who; done
escaped() { printf %s "$1" | od -An -tx1 -v | tr -d ' \n' | tr a-f A-F | sed "s/../%&/g"; }

step "办的事也找得到：投诉、拼音；政策页上写着怎样办"
run curl -s "$hall/policies?q=tousu"
expect_out "劳动保障监察投诉"
run curl -s "$hall/policies?q=$(escaped 仲裁)"
expect_out "劳动人事争议仲裁申请"
expect_not_out "没有找到"
run curl -s "$hall/policies/$(escaped 失业保险金)"
expect_out "/me/apply/$(escaped 失业保险金申领)"
run curl -s "$hall/policies/$(escaped 领金人员医疗保险代缴)"
expect_out "不在网上申请"

step "别人的事写着是谁的：裁员报告是单位的，不是“本人”的"
run look li /services
expect_out "裁员报告</span> <span class=\"tag\">单位</span>"

step "申请以前可以申请；提交以后写着多久办完"
run look li /me
expect_out "/me/apply/$(escaped 失业保险金申领)"
run leye case apply 失业保险金申领 "$id" --key 313
case=$(sed -n 's/.*\(00[0-9]\{10\}\).*/\1/p' "$story_folder/out" | head -1)
run look li "/me/cases/$case"
expect_out "受理以后 10 个工作日内办完"

step "正在办的不再写“申请”，写着办到哪里；原因那一页、再去申请也是"
run look li /me
expect_out "href=\"/me/cases/$case\">待受理"
expect_not_out "/me/apply/$(escaped 失业保险金申领)"
run look li "/me/policies/$(escaped 失业保险金)"
expect_out "待受理，看办到哪里了"
run look li "/me/apply/$(escaped 失业保险金申领)"
expect_out "已经有一件在办"
expect_not_out "开始</button>"

step "登记过失业的，不请他再登记：写着为什么；要人看的还可以要求"
run look li /me
expect_out "有“已经登记失业”的情形"
expect_not_out "/me/apply/$(escaped 失业登记办理)"
run look li "/me/policies/$(escaped 失业登记)"
expect_out "要求人工复核"
expect_out "/me/apply/$(escaped 失业登记办理)"

step "不用申请的、网上办不了的，都写着"
run look learns /me
expect_out "不在网上申请：怎样办，到窗口或者打 12333 问"
run look works /me
expect_out "不用申请，由经办机构办"

step "窗口一屏看得到他的办件和钱；复核的“找人”里没有"
for who in zhao wu; do submit $who /counter "key=$id" purpose=本人到窗口咨询 >/dev/null; done
run look zhao "/people/$number"
expect_out "/cases/$case"
expect_out "交上来了，等我们受理"
expect_out "还没有发过钱"
run look wu "/people/$number"
expect_not_out "/cases/$case"
