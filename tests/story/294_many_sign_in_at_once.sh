# 294  Monday morning: everybody signs in at the same moment, and whoever is in already goes on working. One thread serves the
#      pages, so what a password costs (on purpose) must be paid elsewhere.
# once: a password costs what it costs only in a build without fault points
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
have zheng 管理
expect "the hall is open" open_hall --threads 1
enter zheng

step "四十个人同时登录：已经进来的人不用排在他们后面"
crowd=40
: >in
them=
for i in $(seq $crowd); do
    curl -s -o /dev/null -w '%{http_code}\n' --data-urlencode name=zheng --data-urlencode "password=long enough password" "$hall/sign-in" >>in &
    them="$them $!"
done
begun() { for _ in $(seq 500); do [ -s in ] && return 0; sleep 0.01; done; return 1; } # the first is in, the others wait
expect "the first is in" begun
run look zheng /policies
expect_exit 0
expect_out "查政策"
already=$(grep -c 303 in)
expect "$already 个人登录以后就看到了，不是等所有人" test "$already" -lt $((crowd / 2))
# shellcheck disable=SC2086
wait $them
expect "个个都登录了" test "$(grep -c 303 in)" = $crowd

step "登录的人再多，密码错的照样说错，大厅照样停得下来"
run curl -s --data-urlencode name=zheng --data-urlencode "password=not the password at all" "$hall/sign-in"
expect_out "密码"
expect "closed" close_hall
