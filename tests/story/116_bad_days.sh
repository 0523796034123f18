# 116  Bad days of a data officer: a file full of mistakes, the power that fails in the middle, two at once, a full disk,
# a workbook that was cut off, a line in another encoding. Each is told in a sentence, and nothing is lost or half-done.
. "$LEYE_SRC/tests/support/story.sh"
export LEYE_PACKS=$PACKS/national LEYE_DB=here.db

# Every third row is refused: 五千 is no number.
people() { # rows
    awk -v n="$1" 'BEGIN { print "人员编号,姓名,联系电话,月收入"
        for (i = 0; i < n; i++)
            printf "P%06d,%s,154%08d,%s\n", i, i % 2 ? "李卫国" : "王小兰", i, i % 3 ? "3000.50" : "五千" }'
}
people 90000 >big.csv

step "停电：存过盘的还在，正在登记的时候别人登记不了"
printf '人员编号,姓名\nQ1,钱多\n' >other.csv
# A block of 20,000 rows makes the database and its log 3 MB larger: at 4 MB the first one is kept, the second on its way.
# It is stopped there, so that it holds the database for as long as the other takes, however slow the machine. Should the
# import be over before 4 MB are seen, then once more.
for try in 1 2 3 4 5 6; do
    rm -f here.db*
    "$LEYE" import big.csv --as 人员 --person 张三 >first.out 2>&1 &
    importer=$!
    while kill -0 "$importer" 2>/dev/null; do
        [ "$(stat -c %s here.db here.db-wal 2>/dev/null | awk '{ n += $1 } END { print n + 0 }')" -lt 4000000 ] || break
        sleep 0.01
    done
    kill -STOP "$importer" 2>/dev/null
    run leye import other.csv --as 人员 --person 李四
    kill -9 "$importer" 2>/dev/null
    wait "$importer" 2>/dev/null
    [ -s first.out ] || break
done
expect_exit 1
expect_err "正在被占用（leye import"
expect "it was killed before its end" test ! -s first.out
run leye import --list
expect_out "进行"

step "接着登记：从上次存盘的地方，结果和没有中断一样"
run leye import big.csv --as 人员 --person 张三
expect_exit 1
expect_out "接着上次中断的地方登记"
expect_out "登记 60000 行：新的 60000"
expect_out "退回 30000 行"
expect_out "这样的一共 30000 行"
expect "every refused row is listed" test "$(wc -l <big-错误.csv)" = 30001
cp big-错误.csv interrupted.csv
LEYE_DB=whole.db
run leye import big.csv --as 人员 --person 张三
expect_out "登记 60000 行：新的 60000"
expect "the same list" cmp -s interrupted.csv big-错误.csv
LEYE_DB=here.db

step "整份文件都不对：说一共多少行、错在哪一栏、先做什么"
awk 'BEGIN { print "人员编号,姓名,月收入"; for (i = 0; i < 20000; i++) printf "R%05d,张三,五千\n", i }' >wrong.csv
run leye import wrong.csv --as 人员
expect_exit 1
expect_out "登记 0 行"
expect_out "退回 20000 行"
expect_out "月收入：“五千”读不成元/月的数"
expect_out "这样的一共 20000 行"
expect_out "改好原来的文件再登记"
expect "every refused row is listed" test "$(wc -l <wrong-错误.csv)" = 20001

step "磁盘满：说写不下了，库还是好的；腾出地方以后接着登记"
people 30000 >full.csv
LEYE_DB=full.db
leye import other.csv --as 人员 >/dev/null
run sh -c 'trap "" XFSZ; ulimit -f 3000; "$LEYE" import full.csv --as 人员'
expect_exit 1
expect_err "磁盘"
run leye record Q1
expect_exit 0
run leye import full.csv --as 人员
expect_out "登记 20000 行"
LEYE_DB=here.db

step "没有传完的 XLSX：说文件不全，什么也不登记"
leye city --packs "$PACKS/demo" --people 1000 --out town >/dev/null
head -c 3000 town/day1/民政_救助.xlsx >cut.xlsx
run leye import cut.xlsx --as 人员
expect_exit 1
expect_no_out
expect_err "cut.xlsx"
expect_err "重新"

step "中间一行是别的编码：这一行退回，别的照登"
{
    printf '人员编号,姓名\nS1,钱多\n'
    printf 'S2,赵大力\n' | iconv -t GB18030
    printf 'S3,孙小美\n'
} >mixed.csv
run leye import mixed.csv --as 人员
expect_exit 1
expect_out "登记 2 行"
expect_out "退回 1 行"
expect_out "第 3 行 整行：这一行像是 GB18030"
run leye record S3
expect_out "孙小美"
