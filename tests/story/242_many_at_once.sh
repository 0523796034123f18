# 242  Many of one service on one screen, with a result line each; what people were told, in their inbox; what is published;
#      and whether a certificate is real, asked by somebody who only holds the paper.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"
today 2024-05-31
LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
"$LEYE" find 失业登记 --out list >/dev/null 2>&1
"$LEYE" find 失业保险金 --out list >/dev/null 2>&1
places=$(cut -d, -f14 city/day1/人社_人员.csv | sed 1d | sort -u | tr '\n' ' ')
number=$(sed -n '2s/,.*//p' list/失业保险金.csv)
id=$("$LEYE" record "$number" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p')
cut -d, -f2 list/失业保险金.csv | head -7 >many.csv
"$LEYE" case bulk enter many.csv --service 失业保险金申领 --errors bad.csv --as 小周:经办 >/dev/null 2>&1
LEYE_SIGN=$PWD/key.pem LEYE_ISSUER=乐业市人社局（虚构）
"$LEYE" audit key --key "$LEYE_SIGN" >/dev/null
who=$(sed -n '2s/,.*//p' list/失业登记.csv)
LEYE_SIGN=$LEYE_SIGN LEYE_ISSUER=$LEYE_ISSUER "$LEYE" case apply 失业登记办理 "$who" 失业登记.登记类别=单位失业 失业登记.失业原因=合同到期 \
    失业登记.登记地=321081 失业登记.有求职要求=是 >applied 2>&1
registered=$(sed -n 's/.*\([0-9]\{12\}\).*/\1/p' applied | head -1)
code=$("$LEYE" case show "$registered" | sed -n 's/.*验证码 \([A-Z0-9-]*\).*/\1/p')
unset LEYE_SIGN LEYE_ISSUER
have worker 本人 --self "$id"
have zhou 经办 --regions "$places"
have wu 复核 --regions "$places"
expect "the hall is open" open_hall --date 2024-05-31 --seal-key key.pem.pub --office 乐业市人社局（虚构）
for who in worker zhou wu; do enter $who; done
S=%E5%A4%B1%E4%B8%9A%E4%BF%9D%E9%99%A9%E9%87%91%E7%94%B3%E9%A2%86

lane() { # who: ticks every box of the lane and sends it; its results
    look "$1" "/queue/lane?service=$S" >lane.html
    set -- "$1" $(sed -n 's/.*name="pick" value="\([^"]*\)".*/pick=\1/p' lane.html)
    who=$1
    shift
    submit "$who" /queue/lane service=失业保险金申领 "$@"
}

step "待办按事项看；没有选的，说先选"
run look zhou "/queue?service=$S"
expect_out "成批办理"
run submit zhou /queue/lane service=失业保险金申领
expect_out "请先选要办的"
run look zhou /queue/lane
expect_out "请从待办里选一个事项"

step "经办一屏受理，复核一屏同意；每一件一行结果，规则不让的自己说不行"
run lane zhou
expect_out "办好"
expect_out "审核中"
run lane zhou
expect_out "请先选要办的"
run look wu "/queue/lane?service=$S"
expect_out "符合"
expect_not_out "$id"
run lane wu
expect_out "没有办成 0 件"
run leye case check
expect_exit 0

step "本人收到通知，看过了就不再是新的"
run look worker /me/notices
expect_out "没有看过"
expect_out "失业保险金申领"
notice=$(sed -n 's/.*name="notice" value="\([0-9]*\)".*/\1/p' "$story_folder/out" | head -1)
run submit worker /me/notices "notice=$notice"
expect_out "[303 $hall/me/notices]"
run submit worker /me/notices notice=x
expect_out "通知写号码"

step "公示和名录谁都能看，人都遮盖着"
run curl -s "$hall/publicity"
expect_out "公示期里，谁都可以提异议"
expect_out "拖欠农民工工资失信名单"
run curl -s "$hall/publicity/%E6%B2%A1%E6%9C%89"
expect_out "没有公开的名录"

step "拿着证照的人，不登录就能核对；码抄错了，说清楚"
run curl -s -G --data-urlencode "code=$code" "$hall/verify"
expect_out "有效"
expect_out "乐业市人社局（虚构）"
run curl -s -G --data-urlencode "code=AAAA-AAAA-AAAA-AAAA" "$hall/verify"
expect_out "没有这个验证码"
run leye audit verify --db "$LEYE_DB"
expect_exit 0
