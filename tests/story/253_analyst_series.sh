# 253  An analyst follows a series: what was published when, why it changed, one region beside another, the files; and
# who is behind a counted number is shown to who may see people, and to nobody else.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

today 2024-06-03
LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
have analyst 统计
have leader 领导
have auditor 审计 --display 李审计
have operator 经办 --regions 321012

step "收进来：快报、修订、终稿，口径变了以后的修订，全国和省的数"
cat >数.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
职业培训人数,320000,2018,260,万人次,快报,2018-12-20,年报（https://tj.example.cn/2018.html）
职业培训人数,320000,2018,255,万人次,初步,2018-12-28,年报（https://tj.example.cn/2018.html）
职业培训人数,320000,2018,120,万人次,修订,2019-06-01,年报（https://tj.example.cn/2018.html）
职业培训人数,320000,2018,121,万人次,终稿,2019-12-01,年报（https://tj.example.cn/2018.html）
职业培训人数,320000,2020,130,万人次,终稿,2021-03-01,https://tj.example.cn/2020.html
职业培训人数,100000,2018,1600,万人次,终稿,2019-03-01,部公报
END
run leye watch import 数.csv
expect_exit 0
expect "it opens" open_hall --date 2024-05-31 --name 乐业市 --plans "$PACKS/nantong"
for who in analyst leader auditor operator; do enter $who; done
series=/series/%E8%81%8C%E4%B8%9A%E5%9F%B9%E8%AE%AD%E4%BA%BA%E6%95%B0 # 职业培训人数

step "打开先是自己的地区：每次公布、修订多少、为什么：数据还是口径"
run look analyst $series
expect_out "<h1>职业培训人数</h1><p>江苏省"
expect_out "-5万人次"
expect_out "数据订正：快报改初步"
expect_out "口径变了（2019 年 1 月 1 日起）：以前统计各类职业培训"
expect_out "数据订正：修订改终稿"
expect_out "2019 年 1 月 1 日起口径变了"
expect_out "全国"

step "来源写名字，网址在后面；只有网址的写是哪个网站"
expect_out '<a href="https://tj.example.cn/2018.html" rel="noreferrer">年报</a>'
expect_out ">tj.example.cn 的网页</a>"

step "到某一天已经公布的；那一天的文件也只有那些"
run look analyst "$series?known=2018-12-25"
expect_out "260万人次"
expect_not_out "255万人次"
expect_not_out "121万人次"
run look analyst "$series?known=2018-12-31&as=csv"
expect_out "2018年,2018-01,2018-12,260,,万人次,快报,2018-12-20"
expect_out ",255,,万人次,初步,2018-12-28"
expect_out ",-5,数据订正：快报改初步"
expect_not_out ",修订,2019"

step "拿走全部：CSV、Excel、JSON 说的一样；图是 PNG、SVG、PDF"
look analyst "$series?as=csv" >数据.csv
look analyst "$series?as=json" >数据.json
look analyst "$series?as=xlsx" >数据.xlsx
run cat 数据.json
expect_out '"indicator":"职业培训人数"'
expect_out '"reason":"口径变了（2019 年 1 月 1 日起）：以前统计各类职业培训，以后只统计政府补贴性职业技能培训"'
rows=$(grep -c 职业培训人数 数.csv)
expect "文件里每次公布一行" test "$(grep -o '"status"' 数据.json | wc -l)" -ge "$rows"
expect "CSV 和 JSON 一样多行" test "$(sed 1d 数据.csv | grep -c .)" = "$(grep -o '"status"' 数据.json | wc -l)"
expect "Excel 里也有" sh -c 'unzip -p 数据.xlsx xl/worksheets/sheet1.xml | grep -q 2019-12-01'
look analyst "$series?as=pdf" >图.pdf
expect "图的 PDF" sh -c 'pdftotext 图.pdf - | grep -q 资料到'
run look analyst "$series?as=exe"
expect_out "有 svg、png、pdf、xlsx、csv、json"

step "两个地区比"
run look analyst "$series?area=320000&with=100000"
expect_out "全国</text>"
expect_out "1600万人次"

list=/series/%E6%83%85%E5%86%B5%E4%B8%8D%E6%98%8E%E4%BA%BA%E6%95%B0/list # 情况不明人数
why=purpose=%E6%A0%B8%E5%AE%9E%E7%BB%9F%E8%AE%A1%E6%95%B0
step "数的是谁：领导、统计只看数；审计先写为什么；经办只看自己的地区"
run look leader "$list?$why"
expect_out "“领导”这个角色只看数、不看人"
run look analyst "$list?$why"
expect_out "请经办或者审计打开"
run look auditor "$list?area=321012"
expect_out "为什么看"
expect_not_out "数的是谁"
run look auditor "$list?area=321012&purpose=x"
expect_out "请写清楚为什么要看这份名单"
run look auditor "$list?area=321012&month=2024-05&$why"
expect_out "数的是谁"
person=$(look auditor "$list?area=321012&month=2024-05&$why" | sed -n 's|.*href="\(/people/[0-9]*\)".*|\1|p' | head -1)
run look operator "$list?area=321003&$why"
expect_out "邗江区不是您负责的地区"
run look operator "$list?$why"
expect_out "江都区"
run look auditor "$list?month=may&$why"
expect_out "写成 2024-05"
run look auditor "$series/list?$why"
expect_out "后面没有名单"

step "看过的都记下来，本人的档案上写着"
run look auditor "$person"
expect_out "名单：情况不明人数 2024-05"
expect_out "核实统计数"
