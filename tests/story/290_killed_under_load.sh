# 290  The power fails again and again while people apply and accountants book: each sends what was not answered once more,
#      under the same key. In the end everything that was acknowledged is there, once.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db TMPDIR=$PWD/tmp
export LEYE_PACKS LEYE_DB TMPDIR
mkdir tmp
kills=${KILLS:-4} clerks=4 acts=${ACTS:-10} people=6
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
leye fund line 就业补助资金 市级 社会保险补贴 2024 --as 甲:会计 --db "$LEYE_DB" >/dev/null
n=0
for clerk in $(seq $clerks); do have clerk$clerk 会计 --regions 321000; done
for id in $(sed 1d city/day1/人社_人员.csv | cut -d, -f2 | grep '^[0-9X]\{18\}$'); do
    [ $n -lt $people ] || break
    have worker$((n + 1)) 本人 --self "$id" 2>/dev/null && n=$((n + 1)) && echo "$id" >worker$n.id
done
for clerk in $(seq $clerks); do "$LEYE" account clerk$clerk --token 记账 --per-minute 100000 >clerk$clerk.token; done
for worker in $(seq $people); do "$LEYE" account worker$worker --token 申请 --per-minute 100000 >worker$worker.token; done

# Sends until it is answered; the hall may be away, and may go away in between.
insist() { # token file, key, path, field…
    token=$(cat "$1") key=$2 path=$3
    shift 3
    for field in "$@"; do set -- "$@" --data-urlencode "$field" && shift; done
    for _ in $(seq 400); do
        code=$(curl -s -o "answer.$key" -w '%{http_code}' --max-time 20 -H "Authorization: Bearer $token" -H "Idempotency-Key: $key" "$@" \
            "http://127.0.0.1:$port$path")
        case $code in
        000 | 502 | 503) sleep 0.1 ;;
        200) return 0 ;;
        *) echo "$code $(cat "answer.$key")" >>refused && return 1 ;;
        esac
    done
    echo "no answer: $key" >>refused
    return 1
}
clerk() {
    for act in $(seq "$acts"); do
        insist "clerk$1.token" "b$1-$act" /money/funds/%E5%B0%B1%E4%B8%9A%E8%A1%A5%E5%8A%A9%E8%B5%84%E9%87%91 act=budget line=2 amount=1 "ref=文$1-$act" && echo "$1-$act" >>booked
    done
}
worker() {
    insist "worker$1.token" "c$1" /me/apply/%E6%B1%82%E8%81%8C%E7%99%BB%E8%AE%B0%E5%8A%9E%E7%90%86 submit=1 anyway=1 "key=c$1" 'answers={"求职登记.求职意向":"生产生活服务类"}' &&
        echo "$(sed 's/.*"number":"\([0-9]*\)".*/\1/' "answer.c$1")" >>applied
}
open_again() {
    : >served
    "$LEYE" serve --port "$port" --threads 2 >served 2>&1 &
    server=$!
    for _ in $(seq 600); do
        grep -q 已开 served && return 0
        sleep 0.1
    done
    return 1
}
look_token() { curl -s -H "Authorization: Bearer $(cat "$1.token")" "$hall$2"; }
: >refused && : >booked && : >applied

step "大厅开着，会计记账，百姓申请；大厅一次一次被杀，又一次一次重开"
expect "it is open" open_hall
port=${hall##*:}
running=
for one in $(seq $clerks); do clerk "$one" & running="$running $!"; done
for one in $(seq $people); do worker "$one" & running="$running $!"; done
for _ in $(seq "$kills"); do
    sleep "0.$(($(od -An -N1 -tu1 /dev/urandom) % 6 + 2))"
    kill -9 "$server" 2>/dev/null
    wait "$server" 2>/dev/null
    server=
    expect "it opens again" open_again
done
for one in $running; do wait "$one"; done
expect "nothing was refused" test ! -s refused

step "应过的都在，一次不多，一次不少"
expect "every clerk was answered" test "$(sort -u booked | wc -l)" = $((clerks * acts))
run look_token clerk1 /money/funds/%E5%B0%B1%E4%B8%9A%E8%A1%A5%E5%8A%A9%E8%B5%84%E9%87%91
expect_out "\"budgetFen\":$((clerks * acts * 100))"
expect "every worker was answered" test "$(sort -u applied | wc -l)" = $people
for number in $(cat applied); do
    run leye case show "$number"
    expect_exit 0
done
for worker in $(seq $people); do
    expect "worker $worker has one case" test "$(leye case mine "$(cat worker$worker.id)" | grep -c '^[0-9]\{12\} .*求职登记')" = 1
done

step "被杀的大厅没有把文件留在临时文件夹里；账、办件、留痕都对得上"
expect "only the folder of the one that runs" test "$(ls tmp | grep -c leye-hall)" = 1
expect "it ends" close_hall
expect "and that is gone" test "$(ls tmp | grep -c leye-hall)" = 0
run leye fund check --db "$LEYE_DB"
expect_exit 0
run leye case check
expect_exit 0
run leye audit verify --db "$LEYE_DB"
expect_exit 0
