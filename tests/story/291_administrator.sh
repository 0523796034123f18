# 291  The administrator's week: somebody new, somebody who left, a lost password, a token taken back, a backup made and looked at
#      again; what is refused, and what everybody can see that they did.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
have zheng 管理
have wang 窗口 --regions 321000
have sun 审计主管
expect "the hall is open" open_hall --backups 备份
enter zheng
enter wang
# the words that are said once: <code>…</code> on the answer
said() { sed -n 's/.*<div class="done once"[^>]*>.*<code>\([0-9a-zA-Z]*\)<\/code>.*/\1/p' "$story_folder/out" | head -1; }

step "别的角色进不来；管理员看到大厅怎样，不看任何人的资料"
run submit wang /accounts name=x role=会计
expect_out "[403"
run look wang /care
expect_out "不能打开这一页"
run look zheng /care
expect_out "还没有备份过"
expect_out "时限、公示、发放都停着"
expect_out "知道到"
expect_out "最近登记的资料"
run look zheng /counter
expect_out "不能打开这一页"

step "新来的人：名字、角色、地区写错都说；建好了密码只显示一次，能登录"
run submit zheng /accounts name=liu
expect_out "请至少选一个角色"
expect_out "[422"
run submit zheng /accounts name=liu role=窗口 regions=999999
expect_out "没有区划代码“999999”"
run submit zheng /accounts name=liu role=本人
expect_out "要在服务器上建"
run submit zheng /accounts "name=liu" role=窗口 role=经办 regions=321000 display=刘敏
expect_out "账户 <strong>liu</strong> 建好了"
password=$(said)
expect "it is a password" test ${#password} = 16
run look zheng /accounts
expect_out "刘敏"
expect_out "从没来过"
expect_not_out "$password"
run curl -s -o /dev/null -w '%{http_code}' -c liu.jar --data-urlencode "name=liu" --data-urlencode "password=$password" "$hall/sign-in"
expect_out "303"
run submit zheng /accounts name=liu role=会计
expect_out "已经有账户 liu 了"
run submit zheng /accounts name=meng role=窗口
run look zheng /accounts/meng
expect_out "地区 没有写，看不到任何人的资料"
run submit zheng /accounts/meng act=roles role=窗口 regions=321000 reason=补上
run look zheng /accounts/meng
expect_not_out "没有写，看不到"

step "调岗：角色改了，原来的登录马上结束"
run submit zheng /accounts/liu act=roles role=经办 regions=321000
expect_out "[303 $hall/accounts/liu?done=account-roles]"
run curl -s -o /dev/null -w '%{http_code}' -b liu.jar "$hall/queue"
expect_out "303"
run look zheng "/accounts/liu?done=account-roles"
expect_out "角色从 窗口、经办 改成 经办"
run submit zheng /accounts/nobody act=roles role=经办
expect_out "没有账户"

step "给自己加角色，不写理由不行；写了，人人看得到是自己给自己"
run submit zheng /accounts/zheng act=roles role=管理 role=会计
expect_out "要写理由"
run submit zheng /accounts/zheng act=roles role=管理 role=会计 "reason=会计病假，代一周"
expect_out "[303"
enter zheng
curl -s -o /dev/null -b zheng.jar -c zheng.jar --data-urlencode "csrf=$(cat zheng.csrf)" --data-urlencode role=管理 "$hall/role"
mark zheng
run look zheng /accounts
expect_out "自己改自己"
expect_out "会计病假，代一周"

step "最后一个管理员停不掉自己，也放不下这个角色"
run submit zheng /accounts/zheng act=lock reason=休假
expect_out "最后一个能管账户的人"
run submit zheng /accounts/zheng act=roles role=会计 reason=换岗
expect_out "最后一个能管账户的人"

step "离开的人：停用要写理由；停了进不来，令牌也不能用"
token=$("$LEYE" account wang --token 每日比对)
run curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$hall/queue"
expect_out "200"
run submit zheng /accounts/wang act=lock
expect_out "停用要写理由"
run submit zheng /accounts/wang act=lock reason=已调离
expect_out "[303"
run curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$hall/queue"
expect_out "401"
run submit zheng /accounts/wang act=unlock
expect_out "[303"

step "忘了密码：重置，新的能用，旧的不能；密码错五次锁住，可以当场打开"
run submit zheng /accounts/wang act=password
expect_out "新的密码"
password=$(said)
run curl -s -o /dev/null -w '%{http_code}' --data-urlencode name=wang --data-urlencode "password=long enough password" "$hall/sign-in"
expect_out "403"
for wrong in 1 2 3 4; do curl -s -o /dev/null -d "name=wang&password=wrong" "$hall/sign-in"; done
run curl -s --data-urlencode name=wang --data-urlencode "password=$password" "$hall/sign-in"
expect_out "错了太多次"
run look zheng "/accounts?only=locked"
expect_out "锁定"
run submit zheng /accounts/wang act=forgive
expect_out "[303"
run curl -s -o /dev/null -w '%{http_code}' --data-urlencode name=wang --data-urlencode "password=$password" "$hall/sign-in"
expect_out "303"
run submit zheng /accounts/wang act=totp
expect_out "[200"

step "令牌：发一个只看办件的，用得上；收回以后打不开"
run submit zheng /care/tokens account=liu purpose=大屏 scopes=nowhere days=30 perMinute=60
expect_out "没有栏目“nowhere”"
run submit zheng /care/tokens account=liu purpose= scopes=queue:read days=30 perMinute=60
expect_out "令牌要写用途"
run submit zheng /care/tokens account=liu purpose=大屏 scopes=queue:read days=30 perMinute=60
expect_out "只显示这一次"
token=$(said)
run curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$hall/queue"
expect_out "200"
run look zheng /care/tokens
expect_out "queue:read"
expect_not_out "$token"
number=$(sed -n 's/.*name="revoke" value="\([0-9a-f]*\)" aria-label="收回：大屏.*/\1/p' "$story_folder/out" | head -1)
run submit zheng /care/tokens "revoke=$number"
expect_out "[303"
run curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$hall/queue"
expect_out "401"
run submit zheng /care/tokens "revoke=$number"
expect_out "已经过期或者收回"

settle() { for _ in $(seq 300); do look zheng /care/backups | grep -q '正在' || return 0; sleep 0.1; done; return 1; }
step "备份：在网页上做一次，做好的核对过；再核对一次；改坏了看得出来"
run submit zheng /care/backups
expect_out "[303 $hall/care/backups?done=backup-begun]"
expect "it ends" settle
run look zheng /care/backups
expect_out "完好"
copy=$(ls 备份 | grep 'bak$')
run leye restore "备份/$copy" --verify
expect_exit 0
run submit zheng /care/backups look=../city.db
expect_out "文件夹里没有"
printf x | dd of="备份/$copy" bs=1 seek=5000 conv=notrunc 2>/dev/null
run submit zheng /care/backups "look=$copy"
expect_out "[303"
expect "it ends" settle
run look zheng /care/backups
expect_out "校验值和备份时记下的不一样"
run look zheng /care
expect_out "最近一次"

step "待定的参数：哪个包留下的，谁来定；放假安排知道到哪一年"
run look zheng /care/parameters
expect_out "放假安排"

step "做过的都在留痕里，链是好的，里面没有密码"
expect "it ends" close_hall
run leye audit verify --db "$LEYE_DB"
expect_exit 0
expect "no password stands in the database" sh -c "! grep -aq '$password' city.db"
