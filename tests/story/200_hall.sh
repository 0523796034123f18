# 200  The hall is opened, people come in, a clerk looks somebody up, and what is wrong is refused; told with curl.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
"$LEYE" find 失业登记 --out list >/dev/null 2>&1
number=$(sed -n '2s/,.*//p' list/失业登记.csv)
id=$("$LEYE" record "$number" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p')
place=$(awk -F, -v id="$id" '$2 == id { print $14; exit }' city/day1/人社_人员.csv) # the code of where they live

step "账户：密码太短、没有角色，都不行；建好的列得出来"
run_with "short" leye account wang --roles 本人 --self "$id"
expect_exit 1
expect_err "密码太短"
run_with "long enough password" leye account wang
expect_err "--roles"
run_with "long enough password" leye account wang --roles 本人 --self "$id"
expect_exit 0
run_with "long enough password" leye account zhao --roles 窗口,经办 --regions "$place" --display 赵敏
expect_exit 0
run leye account
expect_out "赵敏"

step "大厅开了，谁都能查政策；拼音、错字也找得到"
expect "it is open" open_hall
run curl -s "$hall/policies?q=shiyebaoxianjin"
expect_out "失业保险金"
run curl -s -G --data-urlencode "q=事业保险金" "$hall/policies"
expect_out "失业保险金"
run curl -s -i "$hall/"
expect_out "Content-Security-Policy: default-src 'none'"
expect_not_out "http-equiv"

step "不登录先算一算：有结论为止"
run curl -s -G --data-urlencode "path=出生日期" --data-urlencode "answer=2015-01-01" "$hall/try/%E5%A4%B1%E4%B8%9A%E7%99%BB%E8%AE%B0"
expect_out "不符合"

enter() { # name: signs in, cookies in the file of that name
    curl -s -o page -w '%{http_code}' -c "$1" --data-urlencode "name=$1" --data-urlencode "password=long enough password" "$hall/sign-in"
}
step "密码错了进不来，错五次就锁；对的进得来"
run curl -s -o page -w '%{http_code}' -d "name=wang&password=wrong" "$hall/sign-in"
expect_out "403"
run enter wang
expect_out "303"
run curl -s -b wang "$hall/me"
expect_out "可以享受"
expect_out "失业登记"

step "没有登录，进不去别人的页面"
run curl -s -o page -w '%{http_code} %{redirect_url}' "$hall/me"
expect_out "303 $hall/sign-in?to=%2Fme"
run curl -s -o page -w '%{http_code}' -H 'Accept: application/json' "$hall/findings"
expect_out "401"
run curl -s -b wang -H 'Accept: application/json' "$hall/findings"
expect_out '"status":403'

step "窗口找人：号码错了、没写理由，都说清楚；写了理由才打开，本人看得到"
run enter zhao
csrf=$(curl -s -b zhao "$hall/counter" | sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' | head -1)
ask() { curl -s -b zhao -w '%{http_code} %{redirect_url}' --data-urlencode "csrf=$csrf" --data-urlencode "key=$1" --data-urlencode "purpose=$2" "$hall/counter"; }
run ask 123 失业登记核实
expect_out "应为18位"
run ask "$id" ""
expect_out "请写清楚为什么要看"
run ask "$id" 失业登记核实
expect_out "303 $hall/people/"
run curl -s -b zhao "$hall/people/$number"
expect_out "失业登记核实"
expect_not_out "$id"
run curl -s -b wang "$hall/me/record"
expect_out "失业登记核实"
expect_out "$id"

step "程序用令牌取数；同一个键办一次"
token=$("$LEYE" account zhao --token 每日比对)
run curl -s -H "Authorization: Bearer $token" -H 'Idempotency-Key: a1' -d "key=$id&purpose=x" "$hall/counter"
expect_out '"status":400'
run curl -s "$hall/openapi.json"
expect_out '"openapi":"3.1.0"'

step "写得不对的请求不收"
run sh -c "printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\nHost: b\\r\\n\\r\\n' | timeout 5 curl -s telnet://${hall#http:??}"
expect_out "HTTP/1.1 400"

step "停的时候说一声；查看都在留痕里，链是好的"
expect "it ends" close_hall
expect "it says so" grep -q 已停 served
run leye audit verify --db "$LEYE_DB"
expect_exit 0

step "端口被占、库不在，都有一句话"
run leye serve --port 99999
expect_exit 2
run leye serve --db nowhere.db --port 0
expect_exit 1
expect_err "leye import"
