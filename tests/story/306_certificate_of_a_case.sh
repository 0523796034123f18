# 306  A worker registers as unemployed in the hall and fetches the certificate from the page of the case: it waits for the
#      night, which has the office's key; then it is a paper whose code is good. Who looks at it at the counter sees what
#      that desk may see. Another person gets nothing; what was revoked is void, and the page says why.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
. "$LEYE_SRC/tests/support/hall.sh"
command -v pdftotext >/dev/null || skip_all "no pdftotext; tools/setup installs it"
today 2024-06-03
a_city
OFFICE=乐业市人社局（虚构）
leye audit key --key office.pem >/dev/null
number_of() { leye record "$1" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p'; }
place_of() { awk -F, -v id="$1" '$2 == id { print $14; exit }' city/day1/人社_人员.csv; }
ONE=$(number_of "$(sed -n '2s/,.*//p' lists/失业登记.csv)") TWO=$(number_of "$(sed -n '3s/,.*//p' lists/失业登记.csv)")
place=$(place_of "$ONE")
away=$(awk -F, -v at="$place" 'NR > 1 && $14 != at && $14 != "" { print $14; exit }' city/day1/人社_人员.csv)
have li 本人 --self "$ONE"
have qian 本人 --self "$TWO"
have zhao 窗口 --regions "$place"
have wu 复核 --regions "$place"
have far 复核 --regions "$away"
have an 管理
expect "the hall is open" open_hall --date 2024-06-03 --seal-key office.pem.pub --office "$OFFICE"
for who in li qian zhao wu far an; do enter $who; done
answers='失业登记.登记类别=单位失业 失业登记.失业原因=合同到期 失业登记.登记地=321081 失业登记.有求职要求=是'
# shellcheck disable=SC2086
run leye case apply 失业登记办理 "$ONE" $answers
case=$(sed -n 's/.*\(00[0-9]\{10\}\).*/\1/p' "$story_folder/out" | head -1)
fetch() { # who, address: the answer in the file `got`
    run curl -s -o got -w '%{http_code} %{content_type}' -b "$1.jar" "$hall$2"
}

step "当场准予，证照还没有签发：页面说等到夜里，没有下载；硬要取也说清楚"
run look li "/me/cases/$case"
expect_out "等着签发"
expect_out "夜里一起签发"
expect_not_out "下载就业创业证"
run look zhao "/cases/$case"
expect_out "等着签发"
fetch li "/me/cases/$case/certificate"
expect_out "409"
expect "it says when" grep -q "就业创业证等着签发" got
expect "no page names a command" sh -c '! grep -e --sign got'

step "夜里没有带私钥：第三天页面说等得久了，管理员也看得到，说得出怎么办"
today 2024-06-04
leye day >/dev/null
run look an /care
expect_out "等着签发的证照"
close_hall
today 2024-06-05
expect "the hall is open" open_hall --date 2024-06-05 --seal-key office.pem.pub --office "$OFFICE"
for who in li qian zhao wu far an; do enter $who; done
run look li "/me/cases/$case"
expect_out "比平常久"
run look an /care
expect_out "1 张，最早的从 6 月 3 日等起"
expect_out "没有带单位的私钥"

step "夜里签发了：本人下载，是一张 PDF，验证码查得到"
run leye day --sign office.pem --issuer "$OFFICE"
expect_out "签发证照 1"
run look li "/me/cases/$case"
expect_out "href=\"/me/cases/$case/certificate\">下载就业创业证</a>"
expect_out "签发证照"
expect_not_out "certificate.issue"
run look an /care
expect_not_out "等着签发的证照"
fetch li "/me/cases/$case/certificate"
expect_out "200 application/pdf"
expect "a PDF" sh -c 'head -c 5 got | grep -q "^%PDF-"'
pdftotext got paper.txt
expect "with the whole number" grep -q "$ONE" paper.txt
code=$(grep -o '[A-Z2-9]\{4\}-[A-Z2-9]\{4\}-[A-Z2-9]\{4\}-[A-Z2-9]\{4\}' paper.txt | head -1)
run curl -s "$hall/verify?code=$code"
expect_out "有效　就业创业证"
run curl -s -I -b li.jar "$hall/me/cases/$case/certificate"
expect_out "Content-Disposition: attachment"
expect_out "Cache-Control: no-store"

step "窗口下载的，号码遮盖着，和它看到的档案一样；谁看过，本人知道"
fetch zhao "/cases/$case/certificate"
expect_out "200 application/pdf"
pdftotext got paper.txt
expect "the code is on it" grep -q "$code" paper.txt
expect "not the number" sh -c "! grep -q $ONE paper.txt"
run look zhao "/cases/$case"
expect_out "href=\"/cases/$case/certificate\">下载就业创业证</a>"
fetch wu "/cases/$case/certificate"
expect_out "403" # nobody of 复核 signs a step of this service
run look li /me/record
expect_out "证照：就业创业证"

step "别人的取不到；别的地方、没有登录的也不行"
fetch qian "/me/cases/$case/certificate"
expect_out "404"
fetch far "/cases/$case/certificate"
expect_out "403"
fetch li "/cases/$case/certificate"
expect_out "403"
run curl -s -o /dev/null -w '%{http_code}' "$hall/me/cases/$case/certificate"
expect_out "303"

step "不发证照的事项没有下载，硬要取也说清楚"
run leye case apply 失业保险金申领 "$ONE" --anyway
other=$(leye case mine "$ONE" | sed -n 's/^\([0-9]*\) .*失业保险金申领.*/\1/p')
run look li "/me/cases/$other"
expect_not_out "/certificate"
fetch li "/me/cases/$other/certificate"
expect_out "404"
expect "it says so" grep -q "“失业保险金申领”不发证照" got

step "决定撤销：作废，为什么，两边都看得到；取不到了"
run leye case revoke "$case" --reason 冒名登记 --as 主任:主管
expect_exit 0
run look li "/me/cases/$case"
expect_out "作废"
expect_out "理由：冒名登记"
expect_out "注销证照"
expect_not_out "下载就业创业证"
run look zhao "/cases/$case"
expect_out "理由：冒名登记"
expect_not_out "下载就业创业证"
fetch li "/me/cases/$case/certificate"
expect_out "409"
expect "and why" grep -q "就业创业证作废了：冒名登记" got
run curl -s "$hall/verify?code=$code"
expect_out "注销"
close_hall
