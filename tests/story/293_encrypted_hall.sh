# 293  The operator gives the hall a certificate: files that do not go together, signing in through TLS, who comes without
#      encryption, a certificate about to run out, another one without a restart.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
have zheng 管理

certificate() { # name, days
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -addext subjectAltName=IP:127.0.0.1 \
        -days "$2" -keyout "$1.key" -out "$1.crt" 2>/dev/null && chmod 600 "$1.key"
}
certificate soon 20
certificate next 300
cp soon.crt hall.crt && cp -p soon.key hall.key

step "只给证书、私钥配错、私钥谁都能读，都在开之前说清楚"
run leye serve --port 0 --tls-cert hall.crt
expect_exit 2
expect_err "要一起给"
run leye serve --port 0 --tls-cert hall.crt --tls-key next.key
expect_exit 1
expect_err "不是一对"
cp soon.key open.key && chmod 644 open.key
run leye serve --port 0 --tls-cert hall.crt --tls-key open.key
expect_exit 1
expect_err "chmod o= open.key"

step "开了 https：快到期的提醒，登录的 Cookie 只走加密连接"
expect "the hall is open" open_hall --tls-cert hall.crt --tls-key hall.key
expect "https" test "${hall%%:*}" = https
expect "快到期了" grep -q "到期，还有" served
CURL_CA_BUNDLE=$PWD/soon.crt
export CURL_CA_BUNDLE
enter zheng
run look zheng /care
expect_out "最近登记的资料"
expect_out "还有 20 天"
expect_out "到期以后浏览器不让人进来"
run curl -s -i -o /dev/null -D - --data-urlencode name=zheng --data-urlencode "password=long enough password" "$hall/sign-in"
expect_out "303 See Other"
expect_out "; Secure"
expect_out "Strict-Transport-Security: max-age="
run submit zheng /accounts name=liu role=窗口 regions=321000
expect_out "账户 <strong>liu</strong> 建好了"

step "没有加密就来的，说清楚要写 https"
run curl -s -w '[%{http_code}]' "http:${hall#https:}/policies"
expect_out "https://"
expect_out "[400]"
run curl -s --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 "$hall/policies"
expect "过时的 TLS 不行" test "$story_exit" != 0

step "换证书不用停：换错了接着用原来的，换对了马上是新的"
known() { openssl s_client -connect "${hall#https://}" </dev/null 2>/dev/null | openssl x509 -noout -subject; }
wait_for() { for _ in $(seq 200); do grep -q "$1" served && return 0; sleep 0.1; done; return 1; }
cp next.crt hall.crt
kill -HUP "$server"
expect "说了" wait_for "新的证书没有换上"
expect "接过了新的数据" wait_for "接过了新的规则和数据"
run known
expect_out "soon"
cp -p next.key hall.key
kill -HUP "$server"
expect "换上了" wait_for "证书有效到"
run known
expect_out "next"
CURL_CA_BUNDLE=$PWD/next.crt
run look zheng /care
expect_out "还有 300 天"
expect_not_out "到期以后浏览器不让人进来"
expect "closed" close_hall
