# 160  A planner evaluates plans: what is known, what is not, and the tables of the documents as they were printed.
. "$LEYE_SRC/tests/support/story.sh"

step "规划人员看有哪些规划"
run leye plan list "$PACKS/nantong"
expect_exit 0
expect_out "南通人社十四五规划"
expect_out "nantong-145"
expect_out "江苏十四五就业规划"

step "写错动作、日期、名字，都说怎么办"
run leye plan look "$PACKS/nantong"
expect_exit 2
expect_err "只有 list、show、evaluate、split、score"
run leye plan show "$PACKS/nantong" --as-of 2023
expect_exit 2
expect_err "写成 2023-12-31"
run leye plan evaluate "$PACKS/nantong" --plan 南通规划
expect_exit 1
expect_err "没有规划“南通规划”"
run leye plan show "$PACKS/national"
expect_exit 1
expect_err "没有自己的规划"

step "江苏“十三五”的表1，和印出来的一样"
run leye plan show "$PACKS/jiangsu" --plan js-employment-plan-13 --as-of 2020-12-31
expect_exit 0
expect_out "145%"
expect_out "控制在目标内"
expect_out "高3.1个百分点"
expect_out "高2.7个百分点"
expect_out "299%"
expect_out "——"
expect_out "＞12 "
expect_out "123%"
expect_out "133%"
expect_out "达到目标要求"
expect_out "高10.4个百分点"
expect_out "高3.7个百分点"
expect_out "高0.3个百分点"
expect_out "期间口径变了"

step "江苏“十四五”到2023年底：有数的下结论，缺年份的不下"
run leye plan evaluate "$PACKS/jiangsu" --plan js-employment-plan-14 --as-of 2023-12-31
expect_out "中期评估报告"
expect_out "时间过去 60.0%"
expect_out "410.11万人（2021—2023年）"
expect_out "快于预期"
expect_out "扶持自主创业人数：保留判断。2022、2023年没有数"
expect_out "比基期80.4%（2020年）宽松，按底线评价"
expect_out "“左右”上下差多少还算没有定"
expect_not_out "四、落后的"

step "到2025年底：五年累计公布的是“超690万人”，完成138%"
run leye plan show "$PACKS/jiangsu" --plan js-employment-plan-14 --as-of 2025-12-31
expect_out "＞690万人"
expect_out "138%"
expect_out "规划期末没有公布的数"

step "南通2023年中期评估：没有查到公布的数，就老实说没有"
run leye plan evaluate "$PACKS/nantong" --plan nantong-145 --as-of 2023-12-31
expect_exit 0
expect_out "28 项指标都没有查到公布的数"
expect_out "约束性指标 3 项"
expect_out "表2和专栏2写补贴性培训，按人次"
expect_out "这里用60万人次以上"

step "有了市里的数，报告跟着变：数收进库，再评估"
cat >数.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源,说明
城镇新增就业人数,320600,2021,13.6,万人,终稿,2022-03-01,演练用的数,虚构
城镇新增就业人数,320600,2022,12.9,万人,终稿,2023-03-01,演练用的数,虚构
城镇新增就业人数,320600,2023,13.1,万人,快报,2024-01-20,演练用的数,虚构
企业职工养老保险参保人数,320600,2022,183.7,万人,终稿,2023-03-01,演练用的数,虚构
南通市级创业示范基地评价,320600,2021,10,个,终稿,2022-01-10,演练用的数,虚构
南通市级创业示范基地评价,320600,2022,8,个,终稿,2023-01-10,演练用的数,虚构
END
run leye watch import 数.csv --packs "$PACKS/nantong" --db 数.db
expect_exit 0
expect_out "收 6 行"
run leye plan evaluate "$PACKS/nantong" --plan nantong-145 --as-of 2023-12-31 --db 数.db
expect_out "39.6万人（2021—2023年）"
expect_out "符合预期"
expect_out "企业职工养老保险参保人数：滞后。时间过去60.0%，任务完成38.0%"
expect_out "10个／8"
expect_out "未完成"
run leye plan show "$PACKS/nantong" --plan nantong-145 --as-of 2023-12-31 --db 数.db --known 2023-12-31
expect_out "2023年没有数"

step "报告写成网页和 Word 文件"
run leye plan evaluate "$PACKS/nantong" --plan nantong-145 --as-of 2023-12-31 --db 数.db --html 报告.html --docx 报告.docx
expect_exit 0
expect_out "写了 报告.html"
expect "网页里有图" grep -q "<svg" 报告.html
expect "网页里有表" grep -q "<table>" 报告.html
expect "Word 文件里有内容" sh -c 'unzip -p 报告.docx word/document.xml | grep -q 实施情况中期评估报告'

step "报告写成 PDF；Word 文件里的图是图片"
run leye plan evaluate "$PACKS/nantong" --plan nantong-145 --as-of 2023-12-31 --db 数.db --pdf 报告.pdf
expect_exit 0
expect_out "写了 报告.pdf"
expect "是 PDF" sh -c 'head -c 5 报告.pdf | grep -q %PDF-'
expect "图是真的图片" sh -c 'unzip -p 报告.docx word/media/chart.png | head -c 4 | grep -aq PNG'

step "按考核的表给地区打分：错在哪一行，缺哪个数，名次稳不稳"
run leye plan score "$PACKS/nantong" --plan nantong-145 --db 数.db
expect_exit 1
expect_err "要写 --rules 考核的表"
printf '指标,地区,目标,分值,规则\n城镇新增就业人数,崇川,7.5,60,超额不加分\n' >坏考核.csv
run leye plan score "$PACKS/nantong" --plan nantong-145 --db 数.db --rules 坏考核.csv
expect_exit 1
expect_err "第 2 行：地区要写六位行政区划代码，不是“崇川”"
printf '指标,地区,目标,分值,规则\n城镇新增就业人数,320613,7.5,60,大概\n' >坏考核.csv
run leye plan score "$PACKS/nantong" --plan nantong-145 --db 数.db --rules 坏考核.csv
expect_exit 1
expect_err "第 2 行的规则“大概”不对"
cat >县数.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
城镇新增就业人数,320613,2021,2.6,万人,终稿,2022-03-01,演练用的数
城镇新增就业人数,320613,2022,2.5,万人,终稿,2023-03-01,演练用的数
城镇新增就业人数,320613,2023,2.7,万人,终稿,2024-01-20,演练用的数
城镇新增就业人数,320681,2021,1.6,万人,终稿,2022-03-01,演练用的数
城镇新增就业人数,320681,2022,1.5,万人,终稿,2023-03-01,演练用的数
城镇新增就业人数,320681,2023,1.4,万人,终稿,2024-01-20,演练用的数
城镇新增就业人数,320682,2021,2.1,万人,终稿,2022-03-01,演练用的数
城镇新增就业人数,320682,2022,2.0,万人,终稿,2023-03-01,演练用的数
城镇新增就业人数,320682,2023,2.2,万人,终稿,2024-01-20,演练用的数
城镇登记失业率,320613,2023,2.6,%,终稿,2024-01-20,演练用的数
城镇登记失业率,320681,2023,2.4,%,终稿,2024-01-20,演练用的数
END
leye watch import 县数.csv --packs "$PACKS/nantong" --db 数.db >/dev/null
cat >考核.csv <<'END'
指标,地区,目标,分值,规则,加分
城镇新增就业人数,320613,7.5,60,超额加分,5
城镇新增就业人数,320681,5,60,超额加分,5
城镇新增就业人数,320682,6,60,超额加分,5
城镇登记失业率,320613,2.5,40,未完成一票否决,
城镇登记失业率,320681,2.5,40,未完成一票否决,
城镇登记失业率,320682,2.5,40,未完成一票否决,
END
run leye plan score "$PACKS/nantong" --plan nantong-145 --db 数.db --rules 考核.csv --as-of 2023-12-31
expect_exit 0
expect_out "2 个指标，满分 100"
expect_out "崇川区  100.86"
expect_out "有一票否决的指标没有完成"
expect_out "启东市   94.00"
expect_out "第 1 到第 2"
expect_out "缺数：城镇登记失业率"
expect_out "有 2 个地区的名次随算法变"

step "写成数据"
run leye plan evaluate "$PACKS/nantong" --plan nantong-145 --as-of 2023-12-31 --db 数.db --json
expect_out '"verdict": "滞后"'
expect_out '"increment": "0.380228"'

step "把65万分解到各县（市、区），相加正好"
printf '地区,常住人口\n崇川区,150.4\n通州区,113.1\n海门区,98.6\n海安市,87.4\n启东市,96.9\n如皋市,124.0\n如东县,88.1\n' >权数.csv
run leye plan split "$PACKS/nantong" --target 城镇新增就业人数 --weights 权数.csv --out 分解.csv
expect_exit 0
expect_out "合计"
expect_out "65.00"
expect "相加正好65" sh -c 'awk -F, "NR>1 {s += \$2} END {exit !(s > 64.9999 && s < 65.0001)}" 分解.csv'
run leye plan split "$PACKS/nantong" --target 城镇调查失业率 --weights 权数.csv
expect_exit 1
expect_err "是比率，不能分解"
printf '地区,常住人口\n崇川区,很多\n' >坏.csv
run leye plan split "$PACKS/nantong" --target 城镇新增就业人数 --weights 坏.csv
expect_exit 1
expect_err "第 2 行的权数“很多”不对"
run leye plan split "$PACKS/nantong"
expect_exit 1
expect_err "要写 --target 目标"

step "五份文件的每一条，声明了多少；写了却没有的声明是错"
run leye coverage "$PACKS"
expect_exit 0
expect_out "1,922"
copy_packs
sed -i '2s/$/；nantong 目标 没有这个目标/' packs/coverage.csv
run leye coverage packs
expect_exit 1
expect_out "第 2 行：包 nantong 里没有目标“没有这个目标”"

step "上年的数比到上年末：没有公布的几个月不算落后"
run leye plan show "$PACKS/yangzhou" --as-of 2024-05-31
expect_exit 0
expect_out "到2023年12月，时间过去33.3%，任务完成40.0%"
