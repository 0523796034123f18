# 280  Another office's program keeps a copy of who lives in its district: a token, pages, changes; and wrong turns.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"
today 2024-06-03
LEYE_DB=city.db LEYE_PACKS="$PACKS/demo"
export LEYE_DB LEYE_PACKS

step "a city, a token for one purpose and one thing"
run leye city --people 1000 --out city
expect_exit 0
run leye import --all city/day1
place=$(cut -d, -f14 city/day1/人社_人员.csv | sed 1d | sort | uniq -c | sort -rn | awk '$2 ~ /^[0-9]+$/ { print $2; exit }')
living=$(cut -d, -f14 city/day1/人社_人员.csv | grep -c "^$place$")
have bureau 经办 --regions "$place"
run leye account bureau --token 每日比对 --scopes entities:read --per-minute 600
expect_exit 0
token=$(grep -o '[0-9a-f]\{40,\}' "$story_folder/out" | head -1)
run leye account bureau --token 每日比对 --scopes 名单
expect_exit 1
expect_err "没有栏目“名单”"
open_hall

step "without the token, and beyond its scope, nothing comes"
code() { curl -s -o answer -w '%{http_code}' -H "Authorization: Bearer $1" -H "Accept: application/json" "$hall$2"; }
expect "no token" test "$(code none /entities/%E4%BA%BA%E5%91%98)" = 401
expect "another page" test "$(code "$token" /findings)" = 403
run cat answer
expect_out "令牌的范围里没有“findings:read”"
expect "no such list" test "$(code "$token" /entities/%E8%BD%A6)" = 404

step "the whole list, page by page"
LEYE_TOKEN=$token
export LEYE_TOKEN
run sh "$LEYE_SRC/docs/clients/follow.sh" "$hall" 人员 copy
expect_exit 0
expect_out "个，到 "
people=$(cat copy/*.json | grep -o '"gone":false' | wc -l)
expect "who lives in its district, and nobody else" test "$people" -gt $((living / 2)) -a "$people" -lt $((living * 3 / 2 + 10))
expect "numbers are masked for this role" sh -c "! grep -qE '\"[0-9]{17}[0-9X]\"' copy/*.json"

step "again: nothing changed"
rm copy/*.json
run sh "$LEYE_SRC/docs/clients/follow.sh" "$hall" 人员 copy
expect_exit 0
expect_out "人员：0 个"

step "the next day's files are taken in; only who changed comes"
rm copy/*.json
run leye city --people 1000 --day 2 --out city
expect_exit 0
run leye import --all city/day2 --changes
expect_out "登记"
run sh "$LEYE_SRC/docs/clients/follow.sh" "$hall" 人员 copy
expect_exit 0
changed=$(cat copy/*.json | grep -o '"gone":' | wc -l)
expect "some, not all" test "$changed" -gt 0 -a "$changed" -le "$people"

step "a mark that cannot be one is told, and the old copy stays"
cp copy/mark kept
printf 'yesterday' >copy/mark
run sh "$LEYE_SRC/docs/clients/follow.sh" "$hall" 人员 copy
expect_exit 1
expect_err "since 要写上一次回答里的 mark"
expect "the mark is as it was" test "$(cat copy/mark)" = yesterday
cp kept copy/mark

step "too often: the hall says when to come back"
run leye account bureau --token 试试 --scopes entities:read --per-minute 2
slow=$(grep -o '[0-9a-f]\{40,\}' "$story_folder/out" | head -1)
for n in 1 2 3; do last=$(code "$slow" "/entities/%E4%BA%BA%E5%91%98?after=999999999"); done
expect "refused" test "$last" = 429
run cat answer
expect_out "秒再来"
close_hall
