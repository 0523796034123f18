# 270  Whoever keeps the machine: a backup while the office works, tried, lost, put back; and what goes wrong.
. "$LEYE_SRC/tests/support/story.sh"
today 2026-03-02
LEYE_DB=city.db
export LEYE_DB
WANG="--as 王芳:会计" LI="--as 李明:出纳"
F=就业补助资金
work() { leye fund deposit $F 100 --ref "$1" $LI >/dev/null; }

step "there is nothing to back up yet"
run leye backup 夜里.bak
expect_exit 1
expect_err "city.db"
expect "no file is left" test ! -e 夜里.bak

step "an office at work, and its backup"
run leye fund line $F 市级 社会保险补贴 2026 $WANG
expect_exit 0
work 拨款1
run leye backup 夜里.bak
expect_exit 0
expect_out "备份好了：夜里.bak"
expect_out "账重新算过，都对得上"
expect_out "没有规则包、密钥和封存清单"
expect "one file and its hash" test -s 夜里.bak -a -s 夜里.bak.sm3 -a ! -e 夜里.bak-wal

step "not twice into one file, and not over the database"
run leye backup 夜里.bak
expect_exit 1
expect_err "备份不覆盖"
run leye backup city.db
expect_exit 1
expect_err "已经有“city.db”了"

step "the hash is one other tools know"
if openssl list -digest-algorithms 2>/dev/null | grep -qi sm3; then
    expect "openssl says the same" grep -q "$(openssl dgst -sm3 -r 夜里.bak | cut -c 1-64)" 夜里.bak.sm3
fi

step "trying it changes nothing"
run leye restore 夜里.bak
expect_exit 2
expect_err "写一个"
run leye restore 夜里.bak --verify
expect_exit 0
expect_out "这份备份可以用"
expect_out "留痕"

step "the machine is lost; what was done after the backup is told to be missing"
work 拨款2
rm city.db city.db-wal city.db-shm 2>/dev/null
run leye restore 夜里.bak --to city.db
expect_exit 0
expect_out "恢复好了：city.db"
expect_out "备份以后办的事不在里面"
run leye fund deposit $F 100 --ref 拨款1 $LI
expect_exit 1
expect_err "已经记过"
run leye fund deposit $F 100 --ref 拨款2 $LI
expect_exit 0
run leye audit verify --db city.db
expect_exit 0

step "nothing is put back over a database"
run leye restore 夜里.bak --to city.db
expect_exit 1
expect_err "不覆盖"

step "a copy that was cut off is no backup"
head -c 20000 夜里.bak >断.bak
cp 夜里.bak.sm3 断.bak.sm3
run leye restore 断.bak --verify
expect_exit 1
expect_out "没有拷全"
run leye restore 断.bak --to 新.db
expect_exit 1
expect_out "没有恢复"
expect "nothing was made" test ! -e 新.db
rm 断.bak.sm3
run leye restore 断.bak --verify
expect_exit 1

step "killed in the middle of a backup: no half of one stands under its name"
n=0
while [ $n -lt 5 ]; do
    n=$((n + 1))
    leye backup 半$n.bak >/dev/null 2>&1 &
    pid=$!
    sleep 0.0$n
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    if [ -e 半$n.bak ]; then
        run leye restore 半$n.bak --verify
        expect_exit 0
    fi
done

step "a server's database is its own tools' matter"
run leye backup x.bak --db postgresql://127.0.0.1:1/leye
expect_exit 1
