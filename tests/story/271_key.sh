# 271  The operator of a city that has worked for months without a key seals its database, changes the key's file, and,
#      when an old copy was lost, renews the keys within. Wrong turns: no key, another key, the hall still open, cut off.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
. "$LEYE_SRC/tests/support/hall.sh"
today 2024-05-31
mkdir keys
plain
a_city "$PWD/city.db"
WHO=$(first 失业保险金)
NUMBER=$(leye record "$WHO" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p')
PHONE=$(awk -F, -v n="$NUMBER" 'NR == 1 { for (i = 1; i <= NF; i++) { if ($i ~ /AAC002/) a = i; if ($i ~ /AAE005/) b = i } next } $a == n { print $b }' city/day1/人社_人员.csv)
leye case apply 失业保险金申领 "$NUMBER" --as "$NUMBER:本人" >applied
CASE=$(sed -n 's/.*\([0-9]\{12\}\).*/\1/p' applied | head -1)
leye record "$NUMBER" >before
readable() { LC_ALL=C grep -aqF "$1" city.db city.db-wal 2>/dev/null; }
with() { (LEYE_KEY=$1 && export LEYE_KEY && shift && leye "$@"); }

step "以前没有密钥：谁拿到库文件，谁就读得出号码"
run leye key
expect_exit 0
expect_out "没有加密"
expect_out "leye key make"
expect "the number can be read in the file" readable "$NUMBER"
expect "and the phone" readable "$PHONE"

step "没有密钥加密不了；密钥不覆盖旧的"
run leye key seal
expect_exit 1
expect_err "LEYE_KEY"
run leye key make keys/one
expect_exit 0
expect_out "另留一份备份"
run leye key make keys/one
expect_exit 1
expect_err "没有覆盖"
run leye key open
expect_exit 2
expect_err "status、make、seal、change、renew"

step "大厅开着不能加密；停了再来，文件里就读不到了"
have wang 窗口 --regions "321000 321023"
expect "the hall is open" open_hall --date 2024-05-31
run with keys/one key seal
expect_exit 1
expect_err "还有别的程序开着"
close_hall
run with keys/one key seal
expect_exit 0
expect_out "加密好了"
expect_out "以前的备份里还是原来的内容"
expect "the number is gone from the file" eval '! readable "$NUMBER"'
expect "and the phone" eval '! readable "$PHONE"'
run with keys/one key seal
expect_exit 0
expect_out "已经是加密的"

step "没有密钥、拿错密钥，什么都打不开，说得出为什么；有密钥，一切照旧"
run leye record "$NUMBER"
expect_exit 1
expect_err "LEYE_KEY"
leye key make keys/other >/dev/null
run with keys/other record "$NUMBER"
expect_exit 1
expect_err "打不开"
run with keys/one record "$NUMBER"
expect_exit 0
cp "$story_folder/out" after
expect "the same record as before" cmp before after
run with keys/one case show "$CASE"
expect_exit 0
run with keys/one find 失业保险金
expect_exit 0
run with keys/one audit verify
expect_exit 0
run with keys/one import --all city/day1
expect_out "没有再登记"

step "备份也是加密的，用同一把密钥核对和恢复"
run with keys/one backup copy.db
expect_exit 0
expect "nobody reads the number in the copy" eval '! LC_ALL=C grep -aqF "$NUMBER" copy.db'
run leye restore copy.db --verify
expect_exit 1
expect_err "LEYE_KEY"
run with keys/one restore copy.db --verify
expect_exit 0

step "换密钥文件：马上好，旧的不再能用，旧备份还要旧的"
leye key make keys/two >/dev/null
run with keys/one key change keys/none
expect_exit 1
expect_err "新密钥先要有：leye key make keys/none"
run with keys/one key change keys/two
expect_exit 0
expect_out "旧密钥留到"
run with keys/one record "$NUMBER"
expect_exit 1
run with keys/two record "$NUMBER"
expect_exit 0
run with keys/one restore copy.db --verify
expect_exit 0

step "怀疑泄露：换内部密钥，全部重新加密，做一半断了接着做"
run with keys/two key renew
expect_exit 0
expect_out "签名密钥换了"
run with keys/two record "$NUMBER"
expect_exit 0
cp "$story_folder/out" after
expect "the same record as before" cmp before after
run with keys/two key status
expect_out "是加密的"
run with keys/two import --all city/day1
expect_out "没有再登记"
unset LEYE_DB

step "规则包去掉、加上密级：说得出来，不会找不到人"
LEYE_DB=$PWD/city.db LEYE_KEY=$PWD/keys/two
export LEYE_DB LEYE_KEY
copy_packs
grep -rl "AAE005  密级 电话" packs | while read -r f; do sed -i 's/AAE005  密级 电话/AAE005/' "$f"; done
run leye record "$NUMBER" --packs packs/demo
expect_exit 1
expect_err "去掉了它的密级"
run leye key renew --packs packs/demo
expect_exit 1
expect_err "把密级加回来"
rm -rf packs && copy_packs

run leye record "$NUMBER" --packs packs/demo
expect_exit 0
unset LEYE_DB
