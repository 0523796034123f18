# 249  Districts are merged, re-coded, split: old figures stand under the new codes and say so; what cannot be carried over and
# codes nobody knows are told. A plan long over is judged on its last day. Wrong turns included.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

today 2024-06-03
copy_packs
LEYE_PACKS=$PWD/packs/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
cat >packs/demo/changes.leye <<'END'
-- 区划变更，虚构，只为演示
区划变更 东区和港区合并
  依据 示范数据 虚构
  日期 2022-07-01
  原来 329801, 329802
  改为 321002

区划变更 北县改名
  依据 示范数据 虚构
  日期 2022-07-01
  原来 329803
  改为 321003
END

step "包里写了怎样变的；写错了说哪里错"
run leye check packs/demo
expect_exit 0
cp packs/demo/changes.leye good.leye
sed -i 's/329802/32980x/' packs/demo/changes.leye
run leye check packs/demo
expect_exit 1
expect_out "不是行政区划代码"
cp good.leye packs/demo/changes.leye

step "收旧的月报：旧代码认得，包里没有的代码说出行号，不会悄悄丢掉"
cat >旧月报.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
城镇新增就业人数,329801,2021,1.2,万人,终稿,2022-03-01,旧公报
城镇新增就业人数,329802,2021,0.8,万人,终稿,2022-03-01,旧公报
城镇新增就业人数,329801,2020,1.1,万人,终稿,2021-03-01,旧公报
城镇登记失业率,329801,2021,3,%,终稿,2022-03-01,旧公报
城镇登记失业率,329802,2021,4,%,终稿,2022-03-01,旧公报
城镇登记失业率,329803,2021,2.5,%,终稿,2022-03-01,旧公报
城镇新增就业人数,329777,2021,0.3,万人,终稿,2022-03-01,旧公报
END
run leye watch import 旧月报.csv
expect_exit 0
expect_out "第 8 行：包里没有行政区划“329777”，也没有写它改成了哪里"
expect_out "收 7 行"
expect_not_out "没有行政区划“329801”"

step "新的代码下有旧的数，写着是换算的；缺一个的、不能相加的不换算，也说出来"
run leye watch show 城镇新增就业人数 --area 321002
expect_out "2021年   2  万人"
expect_out "换算：329801、329802 按 2022-07-01 的区划变更归入"
expect_out "2020年：329802 没有数，没有换算到新的代码下"
expect_not_out "不能相加"
run leye watch show 城镇登记失业率
expect_out "321003"
expect_out "“城镇登记失业率”不能相加，2021年的数没有换算到新的代码下"

step "新代码自己有数的，用自己的"
printf '指标,地区,时期,值,单位,状态,发布,来源\n城镇新增就业人数,321002,2021,1.9,万人,终稿,2022-05-01,新公报\n' >新月报.csv
run leye watch import 新月报.csv
run leye watch show 城镇新增就业人数 --area 321002
expect_out "1.9"
expect_not_out "（换算"

step "规划按新的代码看，旧的年份也在里面"
run leye plan show packs/demo --plan js-employment-plan-14 --area 321003 --as-of 2022-12-31 --db city.db
expect_exit 0
expect_out "2.5%"

step "期满很久的规划按期末评，不按今天评"
run leye plan evaluate packs/jiangsu --plan js-employment-plan-13
expect_exit 0
expect_out "截至2020年12月31日"
expect_out "已经期满，按期末（2020年12月31日）评"
expect_not_out "2024年6月"
run leye plan evaluate packs/jiangsu --plan js-employment-plan-14
expect_out "到2024年6月3日时间过去"

step "预警也看换算过的数：合并以前的两个区加起来越线"
cat >失业月报.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
乐业市登记失业人数,329801,2022-05,4000,人,终稿,2022-06-05,旧月报
乐业市登记失业人数,329802,2022-05,3000,人,终稿,2022-06-05,旧月报
乐业市登记失业人数,329801,2022-06,4100,人,终稿,2022-07-05,旧月报
乐业市登记失业人数,329802,2022-06,3000,人,终稿,2022-07-05,旧月报
END
run leye watch import 失业月报.csv
expect_exit 0
run leye warn run --as 王值班:值班@329900 --date 2022-07-06
expect_exit 0
run leye warn list --as 王值班:值班 --date 2022-07-06
expect_out "7100人"

step "大厅里也一样：新代码下写着怎样换算的；接着用老代码的，原来的数和换算的数都在，写着为什么变"
cat >>packs/demo/changes.leye <<'END'

区划变更 南区并入西区
  依据 示范数据 虚构
  日期 2022-07-01
  原来 321012, 329804
  改为 321012
END
cat >并入.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
城镇新增就业人数,321012,2021,1,万人,终稿,2022-03-01,旧公报
城镇新增就业人数,329804,2021,0.5,万人,终稿,2022-03-01,旧公报
END
run leye watch import 并入.csv
expect_exit 0
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
have analyst 统计
expect "it opens" open_hall --date 2024-05-31 --name 乐业市
enter analyst
series=/series/%E5%9F%8E%E9%95%87%E6%96%B0%E5%A2%9E%E5%B0%B1%E4%B8%9A%E4%BA%BA%E6%95%B0 # 城镇新增就业人数
run look analyst "$series?area=321012"
expect_out "换算：321012、329804 按 2022-07-01 的区划变更归入"
expect_out "+0.5万人"
expect_out "区划变了，按新的区划换算"
expect_out "1.5万人"
run look analyst "$series?area=329801"
expect_out "1.2万人"
expect_not_out "换算：329801"
run look analyst "$series?area=321012&as=csv"
expect_out "区划变了，按新的区划换算"
