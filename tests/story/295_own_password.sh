# 295  A clerk who was given a password is asked for one of their own, changes it, and is out everywhere else.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 300 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
have zheng 管理
have wang 窗口 --regions 321000
expect "a key" "$LEYE" account --make-key vault.key
expect "the hall is open" open_hall --key vault.key
enter zheng
enter wang

step "管理员重置了密码：一登录就请换一个自己的"
run submit zheng /accounts/wang act=password
password=$(sed -n 's/.*<div class="done once"[^>]*>.*<code>\([0-9a-zA-Z]*\)<\/code>.*/\1/p' "$story_folder/out" | head -1)
run curl -s -o /dev/null -w '%{redirect_url}' -c wang.jar --data-urlencode name=wang --data-urlencode "password=$password" "$hall/sign-in"
expect_out "$hall/own"
curl -s -o /dev/null -c other.jar --data-urlencode name=wang --data-urlencode "password=$password" "$hall/sign-in"
mark wang
run look wang /own
expect_out "别人帮您设的"

step "旧密码不对、新密码太短、两次不一样：都说，都没有换"
run submit wang /own act=password password=wrong "next=a better password" "again=a better password"
expect_out "现在的密码不对"
run submit wang /own act=password "password=$password" next=short again=short
expect_out "密码太短"
run submit wang /own act=password "password=$password" "next=a better password" "again=a bitter password"
expect_out "两次输的新密码不一样"
expect_not_out "bitter"

step "换好了：这里接着用，别处退出，下次登录不再请换"
run curl -s -b wang.jar -c wang.jar -o /dev/null -w '%{redirect_url}' --data-urlencode "csrf=$(cat wang.csrf)" -d act=password --data-urlencode "password=$password" --data-urlencode "next=a better password" --data-urlencode "again=a better password" "$hall/own"
expect_out "$hall/own?done=own-password"
run look wang "/own?done=own-password"
expect_out "密码换好了"
expect_not_out "别人帮您设的"
run curl -s -o /dev/null -w '%{http_code}' -b other.jar "$hall/queue"
expect_out "303"
run curl -s -o /dev/null -w '%{redirect_url}' --data-urlencode name=wang --data-urlencode "password=a better password" "$hall/sign-in"
expect_out "$hall/counter"
run look zheng /accounts/wang
expect_out "自己换密码"

step "动态口令：给密钥；六位数不对不开，密钥还在页上"
mark wang
run submit wang /own act=totp-begin
expect_out "密钥只显示这一次"
secret=$(sed -n 's/.*<code>\([A-Z2-7 ]*\)<\/code>.*/\1/p' "$story_folder/out" | head -1)
expect "it is one" test ${#secret} = 39
run submit wang /own act=totp-confirm digits=00000x "password=a better password"
expect_out "六位数不对"
expect_out "$secret"
run look wang /own
expect_out "动态口令：没有用"
expect_not_out "$secret"
