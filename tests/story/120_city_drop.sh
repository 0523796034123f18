# A city's daily drop: everything in its order, the next day's changes, an import that is killed, two at once.
. "$LEYE_SRC/tests/support/story.sh"
export LEYE_PACKS=$PACKS/demo LEYE_DB=here.db
leye city --people 1000 --seed 3 --out town >/dev/null
leye city --people 1000 --seed 3 --day 2 --out town >/dev/null

step "a folder is taken in, households and people before what is theirs"
run leye import --all town/day1 --as-of 2024-06-03
expect_out "公安_户籍.csv → 人员（公安户籍，公安，截至 2024-06-03）"
expect_out "登记 1000 行：新的 1000"
expect_out "合计 52 份文件"
expect_not_out "没有“导入”认得的文件"

step "everybody's data is a pool, and its quality is known"
run leye pool
expect_exit 0
expect_out "100.0%"
expect_out "残疾"
run leye pool --quality
expect_exit 0
expect_out "按来源和地区"

step "the next day's changes are taken in as changes"
run leye import --all town/day2 --changes --as-of 2024-06-04
expect_out "合计"
expect_not_out "已停用"

step "the same day once more changes nothing"
run leye import --all town/day1 --as-of 2024-06-03
expect_exit 0
expect_out "以前登记过"

step "killed in the middle and begun again, it ends as if nothing had been"
people=$(leye import --list --db here.db | grep -c 完成)
expect "files are listed" test "$people" -gt 40
LEYE_DB=cut.db
for wait in 0.05 0.2 0.5; do
    "$LEYE" import town/day1/公安_户籍.csv --as-of 2024-06-03 >/dev/null 2>&1 &
    killed=$!
    sleep "$wait"
    kill -9 $killed 2>/dev/null
    wait $killed 2>/dev/null
done
run leye import town/day1/公安_户籍.csv --as-of 2024-06-03
expect_exit 0
run leye pool
expect_out "人员　1000 行"
run leye import town/day1/公安_户籍.csv --as-of 2024-06-03
expect_out "以前登记过"
