# 130  An operator of 政策找人 finds everybody a policy entitles, and tells why somebody is not among them.
. "$LEYE_SRC/tests/support/story.sh"
today 2024-06-03

# Nothing was imported yet: she is told what to do first, not shown an empty table.
step "还没有数据就找人：说先要导入"
run leye find --db city.db --packs "$PACKS/demo"
expect_exit 1
expect_no_out
expect_err "leye import"

step "造一座一千人的城市，导入第一天的数据"
run leye city --people 1000 --seed 1 --packs "$PACKS/demo" --out city
expect_exit 0
run leye import --all city/day1 --db city.db --packs "$PACKS/demo"
expect_exit 1 # some rows of a real drop are refused, and said to be
expect_out "合计 52 份文件"

step "找全体：每个政策一行，符合、不符合、待核、金额"
run leye find --db city.db --packs "$PACKS/demo"
expect_exit 0
expect_out "政策"
expect_out "待核"
expect_out "失业保险金"
expect_out "元/月"
expect_out "最常见的原因"

# The second run is the same day with the same data: nobody is new.
step "同一天再找一次：没有新符合的人"
run leye find --db city.db --packs "$PACKS/demo"
expect_exit 0
expect_out "和上次相比没有变化"

step "只找一个政策，打错一个字：说是不是那一个"
run leye find 失业保险斤 --db city.db --packs "$PACKS/demo"
expect_exit 1
expect_err "失业保险金"

step "为什么不符合：按挡住人的条件分组"
run leye find 失业保险金 --why-not --db city.db --packs "$PACKS/demo"
expect_exit 0
expect_out "只差这一条"

step "写名单：一个政策一张表，姓名和证件号遮盖"
run leye find 失业保险金 --db city.db --packs "$PACKS/demo" --out lists
expect_exit 0
expect "名单写出来了" test -s lists/失业保险金.csv
run cat lists/失业保险金.csv
expect_out "身份证号"
expect_out "****"

step "名单写成 Excel"
run leye find 失业保险金 --db city.db --packs "$PACKS/demo" --out lists --format xlsx
expect_exit 0
expect "名单写出来了" test -s lists/失业保险金.xlsx

step "日期写错：说怎样写"
run leye find --db city.db --packs "$PACKS/demo" --date 2024/6/3
expect_exit 2
expect_err "2023-11-01"

# One person, with reasons; the receipt can be replayed.
step "某个人为什么：结论、每个条件、回执可以重算"
id=$(sed -n '2s/,.*//p' city/day1/公安_户籍.csv)
run leye why 失业保险金 "$id" --db city.db --packs "$PACKS/demo" --receipt r.json
expect_exit 0
expect_out "符合"
run leye replay r.json --packs "$PACKS/demo"
expect_exit 0

step "问一个没有的人：说没有，不说别的"
run leye why 失业保险金 990101199001010012 --db city.db --packs "$PACKS/demo"
expect_exit 1
expect_err "没有"
expect_no_out

# The next day's drop: only those it touches are asked again, and the answer is that of a full run.
step "导入第二天的数据，再找：只问受影响的人，结果和全部重算一样"
run leye city --people 1000 --seed 1 --packs "$PACKS/demo" --out city --day 2
expect_exit 0
run leye import --all city/day2 --changes --db city.db --packs "$PACKS/demo"
expect_exit 0
run leye find --db city.db --packs "$PACKS/demo" --json
expect_exit 0
sed "/\"entered\"\|\"left\"\|\"amount\": [0-9]*$/d" "$story_folder/out" >again.json
run leye find --db city.db --packs "$PACKS/demo" --json --full
expect_exit 0
sed "/\"entered\"\|\"left\"\|\"amount\": [0-9]*$/d" "$story_folder/out" >full.json
expect "逐字相同" cmp -s again.json full.json

# The pool followed the drop row by row: those who came stand at its end. One built anew says the same.
rm city.db.pool
run leye find --db city.db --packs "$PACKS/demo" --json --full
expect_exit 0
sed "/\"entered\"\|\"left\"\|\"amount\": [0-9]*$/d" "$story_folder/out" >anew.json
expect "数据池重新装载也一样" cmp -s again.json anew.json
