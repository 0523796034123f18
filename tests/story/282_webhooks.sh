# 282  Another office's program is told when a case moves: it registers an address with its token, checks the signature,
#      misses letters while it is down, and is dead when it stays so. The city is made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"
command -v perl >/dev/null && command -v openssl >/dev/null || skip_all "no perl, or no openssl"
today 2024-05-31
plain # a database from before there was a key
LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
"$LEYE" find 失业保险金 --out list >/dev/null 2>&1
places=$(cut -d, -f14 city/day1/人社_人员.csv | sed 1d | sort -u | tr '\n' ' ')
who=$(sed -n '2s/,.*//p' list/失业保险金.csv)
next=$(sed -n '3s/,.*//p' list/失业保险金.csv)
have bureau 经办 --regions "$places"
have admin 管理
token=$("$LEYE" account bureau --token 办件推送 --scopes cases:read,entities:read,webhooks)
narrow=$("$LEYE" account bureau --token 只看名单 --scopes entities:read,webhooks)
# a port nobody uses
port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1)->sockport')
url=http://127.0.0.1:$port/leye
ask() { # token, method, path, fields …
    hall_token=$1 hall_method=$2 hall_path=$3
    shift 3
    for field in "$@"; do set -- "$@" --data-urlencode "$field" && shift; done
    curl -s -X "$hall_method" -H "Authorization: Bearer $hall_token" -H 'Accept: application/json' "$@" "$hall$hall_path"
}
receiver=
listen() { LEYE_SECRET=$1 perl "$LEYE_SRC/docs/clients/receive.pl" "$port" told >/dev/null 2>&1 & receiver=$!; sleep 1; }
deafen() { [ -z "$receiver" ] || { kill "$receiver" && wait "$receiver" 2>/dev/null; receiver=; }; }
trap 'deafen; close_hall; story_end' EXIT
: >told

step "没有密钥，登记不了；有了密钥，地址不对的、看不到的、没有的事，都说清楚"
expect "the hall is open" open_hall --date 2024-05-31
run ask "$token" POST /webhooks "url=$url" events=case
expect_out "没有带密钥启动"
close_hall
LEYE_KEY=$story_folder/key && export LEYE_KEY
expect "the hall is open with its key" open_hall --date 2024-05-31
run ask "$token" POST /webhooks url=http://example.com/x events=case
expect_out "https:// 开头"
run ask "$token" POST /webhooks url=https://10.1.2.3/x events=case
expect_out "在本机或者内部网络里"
run ask "$token" POST /webhooks url=https://127.0.0.1:1/x events=case
expect_out "在本机或者内部网络里"
close_hall
expect "the administrator lets programs be inside" open_hall --date 2024-05-31 --inside
run ask "$token" POST /webhooks "url=$url" events=weather
expect_out "没有“weather”这种事"
run ask "$narrow" POST /webhooks "url=$url" events=case
expect_out "看不到“case”"
run curl -s -H 'Accept: application/json' -d "url=$url&events=case" "$hall/webhooks"
expect_out '"status":401'

step "登记好了，密钥只给这一次；别的令牌看不到"
run ask "$token" POST /webhooks "url=$url" events=case,entity
expect_out '"secret":"'
secret=$(sed -n 's/.*"secret":"\([0-9a-f]*\)".*/\1/p' "$story_folder/out")
id=$(sed -n 's/.*"id":\([0-9]*\).*/\1/p' "$story_folder/out")
run ask "$token" GET /webhooks
expect_out "$url"
expect_not_out "$secret"
run ask "$narrow" GET "/webhooks/$id"
expect_out '"status":404'

step "办件走一步，程序就知道：只有编号和到哪里取"
listen "$secret"
run leye case apply 失业保险金申领 "$who" --key 1
run leye webhook run --inside
expect_out "新的事 2 件"
expect_out "送到 2 件"
run cat told
expect_out "/cases/"
expect_not_out "$who"
number=$(cut -f2 told | head -1)
run ask "$token" GET "/cases/$number"
expect_out '"state":"待受理"'
run leye webhook run --inside
expect_out "新的事 0 件"

step "改过一个字的、隔得太久的，程序不收"
body='{"event":"case","number":"1","address":"/x","at":1}'
code() { curl -s -o /dev/null -w '%{http_code}' -H "X-Leye-Timestamp: $1" -H "X-Leye-Signature: v1=$2" -H 'X-Leye-Delivery: 9999' -d "$body" "$url"; }
now=$(date +%s)
sign() { printf '%s.%s' "$1" "$body" | openssl dgst -sm3 -hmac "$secret" | sed 's/.*= *//'; }
expect "forged" test "$(code "$now" 0000)" = 401
expect "old" test "$(code $((now - 4000)) "$(sign $((now - 4000)))")" = 400
expect "good" test "$(code "$now" "$(sign "$now")")" = 200

step "换密钥：一天里两个都签，旧的程序照样认"
run ask "$token" POST "/webhooks/$id" act=rotate
fresh=$(sed -n 's/.*"secret":"\([0-9a-f]*\)".*/\1/p' "$story_folder/out")
expect "another one" test -n "$fresh" -a "$fresh" != "$secret"
run leye webhook test "$id" --inside
expect_out "送到 1 件"
deafen
listen "$fresh"
run leye webhook test "$id" --inside
expect_out "送到 1 件"

step "程序关了：记着，过一会儿再送；开了就送到，不丢不重"
deafen
run leye case apply 失业保险金申领 "$next" --key 2
run leye webhook run --inside
expect_out "没有送到，过一会儿再送"
run leye webhook show "$id"
expect_out "等着送"
listen "$fresh"
before=$(wc -l <told)
LEYE_TODAY=2024-06-01
run leye webhook run --inside
expect_out "送到 2 件"
run leye webhook run --inside
expect_out "送到 0 件"
expect "two more" test "$(wc -l <told)" = $((before + 2))

step "登记的资料变了，说哪份名单变了"
LEYE_TODAY=2024-06-03
run leye city --people 1000 --day 2 --out city
run leye import --all city/day2 --changes
run leye webhook run --inside
expect "people changed" grep -q "/entities/%E4%BA%BA%E5%91%98/changes" told

step "一直送不到，就停了，说得出为什么；管理员看得到，修好了接着送"
deafen
run leye case accept "$number" --as 小周:经办
for day in 04 05 06 07 08 09 10 11 12 13 14; do
    LEYE_TODAY=2024-06-$day
    "$LEYE" webhook run --inside >last 2>&1
done
run leye webhook list
expect_out "停了"
enter admin
run look admin /webhooks
expect_out "停了"
run look admin "/webhooks/$id"
expect_out "送不到"
listen "$fresh"
run leye webhook wake "$id"
run leye webhook run --inside
expect_out "送到"
run leye webhook list
expect_not_out "停了"

step "单位的人事系统：只知道自己单位的办件，取也从自己的地址取"
have firm 单位 --self 91329900000000000X
system=$("$LEYE" account firm --token 人事系统 --scopes me,webhooks)
run ask "$system" POST /webhooks "url=$url" events=entity
expect_out "看不到“entity”"
run ask "$system" POST /webhooks "url=$url" events=case
expect_out '"secret":"'
deafen
listen "$(sed -n 's/.*"secret":"\([0-9a-f]*\)".*/\1/p' "$story_folder/out")"
awk -F, 'NR > 1 && $4 == "" { print $1 "," $2 }' city/day1/就业_失业登记.csv | sort -u | sed -n 1p >hired
printf '身份证号,姓名,就业登记.形式,就业登记.就业地,就业登记.职业\n%s,单位就业,321002,办事类\n' "$(cat hired)" >list.csv
run curl -s -H "Authorization: Bearer $system" -F act=enter -F list=@list.csv "$hall/me/bulk/%E5%B0%B1%E4%B8%9A%E7%99%BB%E8%AE%B0%E5%8A%9E%E7%90%86"
expect_out '"fate":"办好"'
run leye webhook run --inside
expect "its own case" grep -q "/me/cases/" told
expect "nobody is named" sh -c "! grep -q '$(cut -d, -f1 hired)' told"

step "令牌的账户停用了，什么也不再告诉；去掉的地址没有了"
run leye account bureau --disable
run leye case apply 失业保险金申领 "$(sed -n '4s/,.*//p' list/失业保险金.csv)" --key 3
run leye webhook run --inside
expect_out "新的事 0 件"
run leye webhook remove "$id"
run leye webhook show "$id"
expect_exit 1
expect_err "没有第 $id 个回调地址"
without_key() { (unset LEYE_KEY && leye "$@"); }
run without_key webhook run
expect_exit 1
expect_err "LEYE_KEY"
run leye webhook blow
expect_exit 2
run leye audit verify --db "$LEYE_DB"
expect_exit 0
