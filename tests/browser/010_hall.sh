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
echo "counter password" | "$LEYE" account counter --roles 窗口 --regions "$places" >/dev/null
printf '指标,地区,时期,值,单位,状态,发布,来源\n城镇调查失业率,321000,2024-03,5.8,%%,终稿,2024-04-20,市统计月报\n城镇调查失业率,321000,2024-04,6.1,%%,初步,2024-05-20,市统计月报\n' >月报.csv
"$LEYE" watch import 月报.csv >/dev/null
"$LEYE" warn run --as 系统:系统 --date 2024-05-31 >/dev/null
echo "leader password" | "$LEYE" account leader --roles 领导,值班 --regions 321000 >/dev/null
echo "operator password" | "$LEYE" account operator --roles 经办,统计,规则,管理 --regions "$places" >/dev/null

server=
close_hall() { [ -z "$server" ] || { kill "$server" && wait "$server"; server=; }; }
trap 'close_hall; story_end' EXIT
"$LEYE" serve --port 0 --date 2024-05-31 --plans "$PACKS/nantong" >served 2>&1 &
server=$!
hall=
for _ in $(seq 100); do
    hall=$(sed -n 's/.*\(http:[^　]*\)\/.*/\1/p' served)
    [ -z "$hall" ] || break
    sleep 0.1
done

step "every page is in order, and nothing is asked of anybody else"
run timeout 280 node "$LEYE_SRC/tests/browser/walk.mjs" "$hall" - "$id"
expect_out "all is well"
