# 215  A province handles its cases, its money and its audit on PostgreSQL: the same commands, the same words. The city and
#      its people are made up.
# once: what takes the time is PostgreSQL
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/postgres.sh"
. "$LEYE_SRC/tests/support/case.sh"
unset PGPASSWORD PGUSER PGHOST PGDATABASE PGPORT PGSERVICE
expect "a cluster was made" postgres_make
expect "it starts" postgres_start
expect "made" postgres_do "CREATE DATABASE jiangsu"
today 2024-05-31
a_city "postgresql://leye:s3cret-word@/jiangsu?host=$pg"

step "失业保险金：申请、受理、复核；两个人同时签，一个签成"
life 失业保险金申领 "$(first 失业保险金)"
BENEFIT=$number
[ "$state" = 发放中 ] || story_complain "$state"
run leye case approve "$BENEFIT" --as 另一位:复核
expect_exit 1
expect_err "发放中"
run leye case apply 失业保险金申领 "$(first 失业保险金)"
expect_exit 1
expect_err "已经有一件在办"

step "一次性创业补贴：公示、发放；失业保险金六月的到账"
money 就业补助资金 市级 一次性创业补贴 30000
money 失业保险基金 市级 失业保险金 30000
ends 公示中 一次性创业补贴申领 "$(first 一次性创业补贴)"
SHOP=$number
today 2024-07-01
pay_out
for n in $BENEFIT $SHOP; do
    run leye case show "$n"
    expect_out "已发"
done

step "撤销：登记撤回，已经付的要追回"
run leye case revoke "$SHOP" --as 主任:主管 --reason 冒名申请
expect_exit 0
run leye case check
expect_exit 0

step "疑点：找、分派、核查、结案，跟在文件里一样"
run leye audit find --as 赵审:审计
expect_exit 0
LEAD=$(leye audit leads --as 赵审:审计 | awk 'NR == 2 { print $1 }')
expect "有疑点" test -n "$LEAD"
run leye audit lead "$LEAD" 分派 --to 孙查 --as 赵审:审计
expect_exit 0
run leye audit lead "$LEAD" 核查 --as 别人:核查
expect_exit 1
run leye audit lead "$LEAD" 核查 --as 孙查:核查
expect_exit 0
run leye audit lead "$LEAD" 不属实 --reason 登记没有更新 --as 孙查:核查
expect_exit 0
run leye audit lead "$LEAD" 结案 --reason 已核对 --as 赵审:审计
expect_exit 0
run leye audit lead "$LEAD" --as 赵审:审计
expect_out "不属实"
run leye audit rules --as 赵审:审计
expect_exit 0

step "都对得上"
run leye fund check
expect_exit 0
run leye audit verify --db "$LEYE_DB"
expect_exit 0
