# 295  Somebody changes their own password: mistakes are said, the others who were signed in with it are out, this one is
#      not; the old password opens nothing any more. The city and the person are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"
LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
have wang 窗口 --regions 321000
expect "the hall is open" open_hall
enter wang
cp wang.jar elsewhere.jar # signed in a second time, on another machine
curl -s -o /dev/null -c elsewhere.jar --data-urlencode name=wang --data-urlencode "password=long enough password" "$hall/sign-in"
signed_in() { curl -s -o /dev/null -w '%{http_code}' -b "$1" "$hall/queue"; }
try() { curl -s -o /dev/null -w '%{http_code}' --data-urlencode name=wang --data-urlencode "password=$1" "$hall/sign-in"; }
change() { curl -s -b wang.jar -c wang.jar -w '\n[%{http_code} %{redirect_url}]' --data-urlencode "csrf=$(cat wang.csrf)" --data-urlencode act=password "$@" "$hall/own"; }

step "自己的页：谁都有，说清楚会怎样"
run look wang /own
expect_out "密码和动态口令"
expect_out "别处的登录都会退出"
run curl -s -o /dev/null -w '%{http_code}' "$hall/own"
expect_out "303"

step "现在的密码错了、两次不一样、太短：都说，密码没有变"
run change --data-urlencode "password=wrong one" --data-urlencode "next=another good password" --data-urlencode "again=another good password"
expect_not_out "[303"
run change --data-urlencode "password=long enough password" --data-urlencode "next=another good password" --data-urlencode "again=another goof password"
expect_not_out "[303"
run change --data-urlencode "password=long enough password" --data-urlencode next=short --data-urlencode again=short
expect_not_out "[303"
expect "the old one still opens" test "$(try "long enough password")" = 303

step "换好了：这里还登录着，别处的退出，旧密码不行，新密码行"
run change --data-urlencode "password=long enough password" --data-urlencode "next=another good password" --data-urlencode "again=another good password"
expect_out "[303"
expect "signed in here" test "$(signed_in wang.jar)" = 200
expect "signed out elsewhere" test "$(signed_in elsewhere.jar)" = 303
expect "the old one opens nothing" test "$(try "long enough password")" != 303
expect "the new one opens" test "$(try "another good password")" = 303

step "动态口令：确认以前不算开；六位数错了不开"
mark wang
run curl -s -b wang.jar -c wang.jar --data-urlencode "csrf=$(cat wang.csrf)" --data-urlencode act=totp-begin "$hall/own"
expect_out "密钥只显示这一次"
expect_out 'class="square"'
run curl -s -b wang.jar -c wang.jar -w '\n[%{http_code}]' --data-urlencode "csrf=$(cat wang.csrf)" --data-urlencode act=totp-confirm --data-urlencode digits=000000 --data-urlencode "password=another good password" "$hall/own"
expect_not_out "[303"
expect "the password alone still opens" test "$(try "another good password")" = 303
