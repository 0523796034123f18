# 010  The hall in a browser: each role's pages, with axe-core, in windows of a desk and a phone, and without script.
. "$LEYE_SRC/tests/support/story.sh"
command -v chromium >/dev/null && command -v node >/dev/null && [ -d "$LEYE_SRC/tests/browser/node_modules" ] ||
    skip_all "no browser; tools/setup --pages installs one"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB HOME="$story_folder"
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
"$LEYE" find 失业保险金 --date 2024-05-31 --out list >/dev/null 2>&1
number=$(sed -n '2s/,.*//p' list/失业保险金.csv)
id=$("$LEYE" record "$number" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p')
places=$(cut -d, -f14 city/day1/人社_人员.csv | sed 1d | sort -u | tr '\n' ' ')
echo "worker password" | "$LEYE" account worker --roles 本人 --self "$id" >/dev/null
echo "hotline password" | "$LEYE" account hotline --roles 话务 --regions "$places" >/dev/null
of() { "$LEYE" record "$number" | sed -n "s/^  $1　\([^　]*\)　.*/\1/p"; }
RINGS=$id,$(of 联系电话),$(of 出生日期),$(of 银行账号)
export RINGS
echo "counter password" | "$LEYE" account counter --roles 窗口 --regions "$places" >/dev/null
printf '指标,地区,时期,值,单位,状态,发布,来源\n城镇调查失业率,321000,2024-03,5.8,%%,终稿,2024-04-20,市统计月报\n城镇调查失业率,321000,2024-04,6.1,%%,初步,2024-05-20,市统计月报\n' >月报.csv
"$LEYE" watch import 月报.csv >/dev/null
"$LEYE" warn run --as 系统:系统 --date 2024-05-31 >/dev/null
echo "leader password" | "$LEYE" account leader --roles 领导,值班 --regions 321000 >/dev/null
echo "author password" | "$LEYE" account author --roles 规则 >/dev/null
echo "operator password" | "$LEYE" account operator --roles 经办,统计,规则,管理 --regions "$places" >/dev/null

echo "admin password" | "$LEYE" account admin --roles 管理 >/dev/null
echo "firm password" | "$LEYE" account firm --roles 单位 --self 91329900000000000X >/dev/null
someone=$(awk -F, 'NR > 1 { print $2 "," $4 }' city/day1/人社_人员.csv | sed -n 40p)
echo "agent password" | "$LEYE" account agent --roles 本人 --self "${someone%,*}" >/dev/null
AGENT=${someone#*,} STANDS=${someone%,*} HIRED=$(awk -F, 'NR > 1 && $4 == "" { print $1 "," $2 }' city/day1/就业_失业登记.csv | sort -u | head -3 | tr '\n' ';')
export AGENT STANDS HIRED

printf '指标,地区,时期,值,单位,状态,发布,来源\n乐业市登记失业人数,321002,2024-04,7,人,快报,2024-05-02,从登记的数据统计\n' >底数.csv
"$LEYE" watch import 底数.csv >/dev/null
"$LEYE" return open 乐业市就业月报 2024-04 --as 市统计:填报@329900 --date 2024-05-31 >/dev/null
echo "filer password" | "$LEYE" account filer --roles 统计 --regions 321002 >/dev/null
echo "approver password" | "$LEYE" account approver --roles 复核 --regions 329900 >/dev/null
for who in accountant:会计 reviewer:复核 colleague:复核 auditor:审计 checker:核查; do
    echo "${who%%:*} password" | "$LEYE" account "${who%%:*}" --roles "${who#*:}" --regions "$places" >/dev/null
done
# a case in a reviewer's hands, for the chief
echo "chief password" | "$LEYE" account chief --roles 主管 --display 主管甲 --regions "$places" >/dev/null
LEYE_TODAY=2024-05-31 leye case accept 失业保险金申领 "$(sed -n '3s/,.*//p' list/失业保险金.csv)" --reason 本人到场 --as 小周:经办 >taken 2>&1
LEYE_TODAY=2024-05-31 leye case take "$(sed -n 's/.*\(00[0-9]\{10\}\).*/\1/p' taken | head -1)" --as reviewer:复核 >>taken 2>&1
# money at work: one batch was paid, one waits for the reviewer, something is claimed back, payments are looked into
awk -F, 'NR == 1 { print "姓名,身份证号,账号,金额" } NR > 1 && NR < 30 { printf "%s,%s,62284800%08d,512.40\n", $4, $2, NR }' city/day1/人社_人员.csv >list.csv
sed 's/,62284800/,72284800/' list.csv >list2.csv
{
    LEYE_TODAY=2024-05-31 F=就业补助资金
    leye fund line $F 市级 社会保险补贴 2024 --as accountant:会计
    leye fund budget 2 90000 --ref 文 --as accountant:会计
    leye fund deposit $F 90000 --ref 拨款 --as li:出纳
    leye fund commit 2 C 60000 --as accountant:会计
    leye fund prepare 2 list.csv --title 四月 --policy 灵活就业社保补贴 --period 2024-04 --commitment C --as accountant:会计
    leye fund approve 1 --as zhang:复核
    leye fund send 1 --out pay.txt --as li:出纳
    leye fund bank pay.txt --fail 100 --ref BK1 --out back.txt
    leye fund receive back.txt --as li:出纳
    leye fund prepare 2 list2.csv --title 五月 --policy 灵活就业社保补贴 --period 2024-05 --commitment C --as accountant:会计
    paid=$(leye fund payments --state 已付 | awk 'NR == 2 { print $1 }')
    leye fund claim "$paid" 200 --reason 已就业 --as accountant:会计
    leye fund plan 1 2024-06-10=100 2024-07-10=100 --as accountant:会计
    leye audit find --date 2024-05-31 --as auditor:审计
    leye audit sample $F --from 2024-05-01 --until 2024-05-31 --size 5 --seed 7 --checkers checker --title 抽查 --as head:审计主管
} >setup.log 2>&1

server=
close_hall() { [ -z "$server" ] || { kill "$server" && wait "$server"; server=; }; }
trap 'close_hall; story_end' EXIT
"$LEYE" serve --port 0 --backups 备份 --date 2024-05-31 --plans "$PACKS/nantong" >served 2>&1 &
server=$!
hall=
for _ in $(seq 100); do
    hall=$(sed -n 's/.*\(http:[^　]*\)\/.*/\1/p' served)
    [ -z "$hall" ] || break
    sleep 0.1
done

step "every page is in order, and nothing is asked of anybody else"
run timeout 500 node "$LEYE_SRC/tests/browser/walk.mjs" "$hall" - "$id"
expect_out "all is well"
