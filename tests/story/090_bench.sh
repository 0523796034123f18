# 090  Somebody measures the column evaluator on a population file and gets exact sums, or a sentence about the file.
. "$LEYE_SRC/tests/support/story.sh"

# Two people in one household, both registered unemployed; numbers are little endian.
w32() { printf "\\$(printf %03o $(($1 & 255)))\\$(printf %03o $(($1 >> 8 & 255)))\\$(printf %03o $(($1 >> 16 & 255)))\\$(printf %03o $(($1 >> 24 & 255)))"; }
w64() { w32 "$1" && w32 0; }
{
    w64 2 && w64 1
    w32 5000 && w32 0          # born 1983-09-10 and 1970-01-01
    w32 19000 && w32 19400     # registered 2022-01-08 and 2023-02-12
    w32 10000 && w32 10000     # left school long ago
    w32 130 && w32 10          # months paid
    w32 0 && w32 0             # months subsidised
    w32 1165623296 && w32 1165623296 # 4000 as a binary32
    w32 0 && w32 0             # household
    printf '\001\000'          # a woman, a man
    printf '\003\003'          # registered unemployed
    printf '\003\000'          # a senior certificate
    printf '\000\000'
    printf '\000'
} >two.bin

step "twelve sums, to the fen, and how fast it was"
run leye bench suite two.bin --packs "$LEYE_SRC/packs/bench" --runs 2
expect_exit 0
expect_out "年龄  93"
expect_out "失业  2"
expect_out "零就业  1"
expect_out "就业困难  2"
expect_out "领取期限  24"
expect_out "失业保险金  2000.00"
expect_out "技能补贴  2000.00"
expect_out "合计补助  4000.00"
expect_out "每秒"

step "the same for programs, on two threads"
run leye bench suite two.bin --packs "$LEYE_SRC/packs/bench" --runs 1 --threads 2 --json
expect_exit 0
expect_out '"合计补助":"4000.00"'
expect_out '"escaped":0'

step "a file cut short is refused with what to do"
head -c 50 two.bin >short.bin
run leye bench suite short.bin --packs "$LEYE_SRC/packs/bench"
expect_exit 1
expect_err "重新生成"

step "another pack than the bench's is refused"
run leye bench suite two.bin --packs "$LEYE_SRC/packs/national"
expect_exit 1
expect_err "packs/bench"

step "a benchmark that is not there is a wrong call"
run leye bench other two.bin
expect_exit 2
