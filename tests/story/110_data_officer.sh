# A data officer takes in files: a good one, one with mistakes that are put right, the same twice, an older one.
. "$LEYE_SRC/tests/support/story.sh"
export LEYE_PACKS=$PACKS/national LEYE_DB=here.db

cat >people.csv <<'CSV'
AAC002,姓名,性别,AAC006,联系电话,月收入
329901199003070012,李卫国,男,19900307,15400000001,3000.50
329901198511230022,王小兰,女,1985/11/23,15400000002,2000
CSV

step "what would happen is shown before anything happens"
run leye import people.csv --as 人员 --preview
expect_exit 0
expect_out "预览：people.csv → 人员"
expect_out "会登记 2 行：新的 2"
expect_out "什么都没有改"
run leye record 329901199003070012
expect_exit 1

step "ministry codes and names of fields are headings enough"
run leye import people.csv --as 人员 --source 人社 --person 张三 --as-of 2024-05-31
expect_exit 0
expect_out "登记 2 行：新的 2，有变化 0，没有变化 0；退回 0 行"

step "every value says where it is from and of which day"
run leye record 329901199003070012
expect_exit 0
expect_out "月收入　3000.50元/月　（人社，截至 2024-05-31，people.csv 第 2 行）"
expect_out "姓名　李卫国"

step "the same file again does nothing"
run leye import people.csv --as 人员 --source 人社 --as-of 2024-05-31
expect_exit 0
expect_out "以前登记过"

step "rows with mistakes are refused, each with what to do"
cat >more.csv <<'CSV'
身份证号,姓名,性别,月收入,备注
329901197001010033,赵大力,男,5000,
329901197001010034,赵二力,男,5000,
329901198808080053,钱多,女,五千,老客户
CSV
run leye import more.csv --as 人员 --source 人社
expect_exit 1
expect_out "登记 1 行"
expect_out "退回 2 行"
expect_out "没有用到的栏：备注"
expect_out "改好以后把它再登记一遍"
expect "the file of refused rows names the column" grep -q '329901198808080053,钱多,女,五千,老客户,性别；月收入\|月收入；性别' more-错误.csv
expect "and says what to do" grep -q "最后一位校验码对不上" more-错误.csv

step "put right, the refused rows are taken in from the same file"
sed -i 's/329901197001010034/329901197602020015/; s/钱多,女,五千/钱多,男,5000/' more-错误.csv
run leye import more-错误.csv --as 人员 --source 人社
expect_out "登记 1 行：新的 1"
expect_out "退回 1 行"

step "a file of an older day overwrites nothing"
cat >old.csv <<'CSV'
身份证号,月收入
329901199003070012,100
CSV
run leye import old.csv --as 人员 --source 人社 --as-of 2023-01-01
expect_exit 0
run leye record 329901199003070012 --history
expect_out "  月收入　3000.50元/月"
expect_out "× 月收入　100元/月　（人社，截至 2023-01-01，old.csv 第 2 行）"

step "what cannot be understood is said in a sentence"
run leye import nowhere.csv --as 人员
expect_exit 1
expect_err "nowhere.csv"
run leye import people.csv --as 外星人
expect_exit 1
expect_err "没有实体、经历或导入“外星人”"
printf 'a,b\n1,2\n' >strange.csv
run leye import strange.csv
expect_exit 1
expect_err "认不出 strange.csv 是哪一种文件"
run leye import
expect_exit 2
: >empty.csv
run leye import empty.csv --as 人员
expect_exit 1

step "what was taken in is listed"
run leye import --list
expect_exit 0
expect_out "people.csv　人员　人社　截至 2024-05-31　2 行，退回 0　完成　张三"
