# 301  Somebody stands at the counter with a paper: it is scanned into their case, with wrong turns. At home they add a photo
#      by phone. The reviewer looks at both and grants. Another place opens nothing, and in the file of the database nothing
#      of a paper can be read.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
"$LEYE" find 失业保险金 --out list >/dev/null 2>&1
number=$(sed -n '2s/,.*//p' list/失业保险金.csv)
id=$("$LEYE" record "$number" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p')
place=$(awk -F, -v id="$id" '$2 == id { print $14; exit }' city/day1/人社_人员.csv)
away=$(awk -F, -v at="$place" 'NR > 1 && $14 != at && $14 != "" { print $14; exit }' city/day1/人社_人员.csv)
have li 本人 --self "$id"
have zhao 窗口 --regions "$place"
have zhou 经办 --regions "$place"
have wu 复核 --regions "$place"
have far 复核 --regions "$away"
printf '%%PDF-1.4\nCONTRACT THAT ENDED IN MAY\n%%%%EOF\n' >ended.pdf
printf 'MZ\220 a program' >program.pdf
{ printf '%%PDF-1.4\n' && head -c 9000000 /dev/zero; } >large.pdf
printf '\377\330\377\340 PHOTO OF A LETTER' >IMG_0001.jpg
expect "the hall is open" open_hall
for who in li zhao zhou wu far; do enter $who; done

run leye case apply 失业保险金申领 "$id" --key 301
expect_out "待受理"
case=$(sed -n 's/.*\(00[0-9]\{10\}\).*/\1/p' "$story_folder/out" | head -1)
last() { look "$1" "$2" | sed -n "s|.*href=\"\($2/enclosures/[0-9]*\)\".*|\1|p" | tail -1; }

step "窗口扫描：每样材料旁边写着要不要；走错了都说怎么办，放进来的还在"
run look zhao "/cases/$case"
expect_out "免交"
expect_out "凭登记的资料：身份证号"
run upload zhao "/cases/$case/enclosures" act=add material=其他 "paper=@program.pdf"
expect_out "[422]"
expect_out "内容不是 PDF、JPEG 或者 PNG"
run upload zhao "/cases/$case/enclosures" act=add material=其他 "paper=@large.pdf"
expect_out "[422]"
expect_out "最多 8 MB"
run upload zhao "/cases/$case/enclosures" act=add material=户口本 "paper=@ended.pdf"
expect_out "[422]"
expect_out "这件事没有“户口本”这样材料"
run upload zhao "/cases/000000000292/enclosures" act=add material=其他 "paper=@ended.pdf"
expect_out "[404]"
run upload zhao "/cases/$case/enclosures" act=add material=其他 "paper=@ended.pdf"
expect_out "[303]"
run upload zhao "/cases/$case/enclosures" act=add material=其他 "paper=@ended.pdf" # pressed twice
expect_out "[303]"
run look zhao "/cases/$case?done=enclosed"
expect_out "材料放进办件了"
expect "the same paper twice is there once" test "$(grep -o "enclosures/[0-9]*\"" "$story_folder/out" | sort -u | wc -l)" = 1
run submit zhao "/cases/$case/enclosures" act=seen material=身份证件
expect_out "[303"
run look zhao "/cases/$case"
expect_out "窗口看过原件"

step "本人用手机加一张照片；窗口放进来的自己拿不走，自己的拿得走"
run look li "/me/cases/$case"
expect_out 'accept="image/jpeg,image/png,application/pdf"'
theirs=$(last li "/me/cases/$case")
run upload li "/me/cases/$case/enclosures" act=add material=其他 "paper=@IMG_0001.jpg"
expect_out "[303]"
photo=$(last li "/me/cases/$case")
run submit li "/me/cases/$case/enclosures" act=remove "enclosure=${theirs##*/}"
expect_out "[422"
expect_out "要拿回请到窗口说"
run submit li "/me/cases/$case/enclosures" act=remove "enclosure=${photo##*/}"
expect_out "[303"
run look li "$photo"
expect_out "没有这份材料"
run upload li "/me/cases/$case/enclosures" act=add material=其他 "paper=@IMG_0001.jpg"
expect_out "[303]"

step "拿得走的旁边才有“拿回”：本人一份，窗口三份"
offered() { look "$1" "$2" | grep -o 'value="remove"' | wc -l; }
expect "nothing is offered to the applicant that is not theirs" test "$(offered li "/me/cases/$case")" = 1
expect "staff may take back each" test "$(offered zhao "/cases/$case")" = 3

step "审核的人打开看，留下为什么看；别的地方、没有登录的人打不开"
photo=$(last wu "/cases/$case")
run curl -s -i -b wu.jar "$hall$photo"
expect_out "PHOTO OF A LETTER"
expect_out "Content-Type: image/jpeg"
expect_out "Content-Disposition: inline; filename*=UTF-8''IMG_0001.jpg"
expect_out "X-Content-Type-Options: nosniff"
expect_out "Content-Security-Policy: sandbox; default-src 'none'"
expect_out "Cache-Control: no-store"
run look far "$photo"
expect_not_out "PHOTO"
run upload far "/cases/$case/enclosures" act=add material=其他 "paper=@ended.pdf"
expect_out "[403]"
run curl -s -o /dev/null -w '%{http_code}' "$hall$photo"
expect_out "303"
run look li /me/record
expect_out "材料：其他"

step "受理、同意以后，材料不能再动；留痕说得出放过什么"
run leye case accept "$case" --as 小周:经办
expect_exit 0
run leye case approve "$case" --as 小吴:复核
expect_exit 0
run upload li "/me/cases/$case/enclosures" act=add material=其他 "paper=@ended.pdf"
expect_out "[422]"
expect_out "材料不能再改"
run look li "/me/cases/$case"
expect_out "交材料"
expect_out "看过原件"
expect_out "拿回材料"

expect "closed" close_hall
step "拿到数据库文件的人读不到材料"
expect "nothing of a paper is readable" sh -c '! cat city.db* | grep -a -q -e "CONTRACT THAT" -e "PHOTO OF" -e "IMG_0001"'
