# 135  A province keeps its register in PostgreSQL. A clerk finds, asks why, simulates, merges; and meets a server that is
# away, a wrong password, a database that nobody made.
# once: what takes the time is PostgreSQL
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/postgres.sh"
today 2024-06-03
LEYE_PACKS=$PACKS/demo LEYE_STATE=$PWD/state
export LEYE_PACKS LEYE_STATE
unset PGPASSWORD PGUSER PGHOST PGDATABASE PGPORT PGSERVICE
PGPASSFILE=$PWD/pgpass
export PGPASSFILE
db="postgresql://leye:s3cret-word@/jiangsu?host=$pg"
expect "a cluster was made" postgres_make

step "数据库还没有启动：说在哪里没有数据库，请谁做什么，不露口令"
run leye find --db "$db"
expect_exit 1
expect_no_out
expect_err "连不上数据库"
expect_err "没有数据库在运行"
run leye import nothing.csv --db "$db"
expect "口令没有印出来" sh -c "! grep -q s3cret '$story_folder/err'"

expect "it starts" postgres_start

step "口令写错、没有写、用户名写错：说是口令"
run leye find --db "postgresql://leye:secret@/jiangsu?host=$pg"
expect_exit 1
expect_err "不认用户“leye”的口令"
run leye record 1 --db "postgresql://leye@/jiangsu?host=$pg"
expect_exit 1
expect_err "没有给"
expect_err ".pgpass"
run leye pool --db "postgresql://nobody:x@/jiangsu?host=$pg"
expect_exit 1
expect_err "不认用户“nobody”"

step "库还没有建：说怎样建；建好是空的，说先导入"
run leye find --db "$db"
expect_exit 1
expect_err "没有叫“jiangsu”的库"
expect_err "createdb -E UTF8"
expect "made" postgres_do "CREATE DATABASE jiangsu"
for words in pool "record 1" find "why 失业保险金 1"; do
    # shellcheck disable=SC2086
    run leye $words --db "$db"
    expect_exit 1
    expect_err "先用 leye import"
done
run leye replay --past --db "$db"
expect_exit 1
expect_err "还没有办件"

step "地址写错：说该怎样写"
run leye find --db "postgresql://leye@/jiangsu?hots=$pg"
expect_exit 1
expect_err "写法是 postgresql://"

step "编码不对的库：说要 UTF8"
expect "made" postgres_do "CREATE DATABASE old ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'"
run leye import x.csv --db "postgresql://leye:s3cret-word@/old?host=$pg"
expect_exit 1
expect_err "UTF8"

# The same city in both databases, from one folder; the password in the file where PostgreSQL's own tools look for it.
step "口令写进 .pgpass，造一座城市，两种库各登记一遍"
printf '*:*:*:leye:s3cret-word\n' >pgpass
chmod 600 pgpass
db="postgresql://leye@/jiangsu?host=$pg"
run leye city --people 1000 --out city
expect_exit 0
run leye city --people 1000 --out city --day 2
expect_exit 0
run leye import --all city/day1 --db "$db"
expect_exit 1 # some rows of a real drop are refused
expect_out "合计 52 份文件"
run leye import --all city/day1 --db city.db

alike() { # words: both databases say the same
    # shellcheck disable=SC2086
    "$LEYE" $1 --db city.db >one.txt 2>&1
    # shellcheck disable=SC2086
    run leye $1 --db "$db"
    expect_exit "${2-0}"
    expect "$1：两种库说的一样" cmp -s one.txt "$story_folder/out"
}

step "找人、原因、名单、查一个人、数据池、质量：和 SQLite 的一样"
id=$(sed -n '2s/,.*//p' city/day1/公安_户籍.csv)
alike find
alike "find 失业保险金 --why-not"
alike "why 失业保险金 $id"
alike "record $id"
alike pool
alike "pool --quality"
alike "merge --list"
expect "数据池放在自己的文件夹里" sh -c 'ls state/leye-jiangsu-*.pool && ls state/leye-jiangsu-*.found'
expect "别人看不到" sh -c '[ "$(stat -c %a state)" = 700 ]'
expect "地址没有变成文件名" sh -c '! ls -d postgresql* 2>/dev/null'

step "第二天的变化、合并两个人，只重问受影响的，两种库一样"
run leye import --all city/day2 --changes --db "$db"
expect_exit 0
run leye import --all city/day2 --changes --db city.db
alike find
alike "find --json --full"
pair=$("$LEYE" merge --list --db city.db | sed -n 's/^第 \([0-9]*\) 对.*/\1/p' | head -1)
alike "merge --same $pair --why 同一个电话 --person 张敏"
alike find
alike "merge --done"

step "规则要改：谁得谁失，两种库一样；回执重算"
copy_packs
sed -i 's/^  基本 8000元/  基本 10000元/' packs/demo/parameters/fill.leye
alike "whatif $PACKS/demo --against packs/demo --by 常住地"
expect_out "一次性创业补贴"
run leye why 失业保险金 "$id" --db "$db" --receipt r.json
expect_exit 0
run leye replay r.json
expect_exit 0
expect_out "一致"

# Another database of the same name and number of batches: what was kept of the first must not answer for it.
step "库删了重建，登记了另一座城市：不用旧的数据池"
expect "gone" postgres_do "DROP DATABASE jiangsu"
expect "made" postgres_do "CREATE DATABASE jiangsu"
run leye city --people 1000 --seed 2 --out other
run leye import --all other/day1 --db "$db"
run leye import --all other/day1 --db other.db
leye find --db other.db --json --full >one.txt
run leye find --db "$db" --json --full
expect_exit 0
expect "是新的城市" cmp -s one.txt "$story_folder/out"

step "不知道放在哪里：说设哪个变量"
run env -u LEYE_STATE -u XDG_STATE_HOME -u HOME "$LEYE" find --db "$db"
expect_exit 1
expect_err "LEYE_STATE"

step "找人的时候数据库停了：说没有数据库在运行"
expect "stopped" postgres_stop
run leye find --db "$db"
expect_exit 1
expect_err "没有数据库在运行"
