# 292  A sample of 130 payments: the checker comes to every one of them, page by page, and to those that wait for them alone.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
have liu 核查
awk -F, 'NR == 1 { print "姓名,身份证号,账号,金额" } NR > 1 && NR < 400 { printf "%s,%s,62284800%08d,512.40\n", $4, $2, NR }' city/day1/人社_人员.csv >list.csv
{
    F=就业补助资金
    leye fund line $F 市级 社会保险补贴 2024 --as wang:会计
    leye fund budget 2 900000 --ref 文 --as wang:会计
    leye fund deposit $F 900000 --ref 拨款 --as li:出纳
    leye fund commit 2 C 600000 --as wang:会计
    leye fund prepare 2 list.csv --title 五月 --policy 灵活就业社保补贴 --period 2024-05 --commitment C --as wang:会计
    leye fund approve 1 --as zhang:复核
    leye fund send 1 --out pay.txt --as li:出纳
    leye fund bank pay.txt --ref BK1 --out back.txt
    leye fund receive back.txt --as li:出纳
    leye audit sample $F --from 2024-05-01 --until 2024-06-30 --size 130 --seed 7 --checkers liu,wu --title 抽查 --as head:审计主管
} >setup.log 2>&1
expect "the hall is open" open_hall
enter liu
items() { grep -o 'name="item" value="[0-9]*"' "$story_folder/out" | grep -o '[0-9]*' | sort -n | uniq; }

step "第一页一百笔，第二页是其余的，一笔不漏"
run look liu /audit/samples/1
expect_out "抽 130 笔"
expect_out "第 1 页，共 2 页"
first=$(grep -c '<tr><td class="r num">' "$story_folder/out")
run look liu "/audit/samples/1?page=2"
expect_out "第 2 页，共 2 页"
expect "all of them" test $((first + $(grep -c '<tr><td class="r num">' "$story_folder/out"))) = 130
item=$(items | tail -1)
expect "a checker may act beyond the first hundred" test "$item" -gt 100

step "在第二页办的一笔，办完还在第二页；页数写错了，当第一页"
run submit liu "/audit/samples/1?page=2" "item=$item" act=无误
expect_out "[303 $hall/audit/samples/1?page=2&done=moved]"
run look liu "/audit/samples/1?page=ten"
expect_out "第 1 页，共 2 页"
run look liu "/audit/samples/1?page=99"
expect_out "第 2 页，共 2 页"

step "只看等我查的：别人的、查过的都不在"
run look liu "/audit/samples/1?only=mine"
expect_not_out "<td>wu</td>"
expect_not_out "value=\"$item\""
expect_out "等我查的"
