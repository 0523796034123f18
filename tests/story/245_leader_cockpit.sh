# 245  A leader opens the plans in the hall, drills to one number, takes reports away, looks at the map and the series; told
# with curl, wrong turns included.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

today 2024-06-03
LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
"$LEYE" find 失业登记 --date 2024-05-31 --out list >/dev/null 2>&1
number=$(sed -n '2s/,.*//p' list/失业登记.csv)
id=$("$LEYE" record "$number" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p')

enter() { # name: signs in, cookies in the file of that name
    curl -s -o page -w '%{http_code}' -c "$1" --data-urlencode "name=$1" --data-urlencode "password=long enough password" "$hall/sign-in"
}
see() { curl -s -b leader "$hall$1"; } # an address as the leader

step "领导、百姓各有账户；规划的包写错了，大厅不开，说是哪一个"
run_with "long enough password" leye account leader --roles 领导 --display 刘领导
expect_exit 0
run_with "long enough password" leye account worker --roles 本人 --self "$id"
run leye serve --port 0 --plans "$PACKS/nowhere"
expect_exit 1
expect_err "nowhere"
expect "it opens" open_hall --date 2024-05-31 --name 乐业市 --plans "$PACKS/nantong,$PACKS/yangzhou,$PACKS/jiangxi"

step "规划只给管规划的人看：没有登录的先登录，百姓不行"
run curl -s -o page -w '%{http_code} %{redirect_url}' "$hall/plans"
expect_out "303 $hall/sign-in?to=%2Fplans"
enter worker >/dev/null
run curl -s -b worker -o page -w '%{http_code}' "$hall/plans"
expect_out "403"
run enter leader
expect_out "303"

step "四份文件的规划都在：江苏、江西、南通、扬州"
run see /plans
expect_out "江苏省“十四五”高质量就业促进规划"
expect_out "江西省“十四五”就业促进规划"
expect_out "南通市“十四五”人力资源和社会保障发展规划"
expect_out "扬州市促进高质量充分就业总体方案"
expect_out "乐业市示范规划"

step "江苏“十三五”，和印出来的一样；“十四五”到2023年底"
run see "/plans/js-employment-plan-13?day=2020-12-31"
expect_out "完成 145%"
expect_out "控制在目标内"
expect_out "高3.1个百分点"
expect_out "不可比"
run see "/plans/js-employment-plan-14?day=2023-12-31"
expect_out "快于预期"
expect_out "410.11万人（2021—2023年）"
expect_out "2022、2023年没有数"

step "点开一个数：怎样数、从哪里来、逐年、图、表"
target=/plans/js-employment-plan-14/%E6%B1%9F%E8%8B%8F%E5%9F%8E%E9%95%87%E6%96%B0%E5%A2%9E%E5%B0%B1%E4%B8%9A%E4%BA%BA%E6%95%B0%E7%9B%AE%E6%A0%87
run see "$target?day=2023-12-31"
expect_out "140.21万人"
expect_out "用了"
expect_out "统计报表填报"
expect_out "<polyline"
run see "$target?as=svg"
expect_out "<svg xmlns"

step "走错的路：没有这个规划、这个目标、这一天、这种格式"
run see /plans/js-employment-plan-99
expect_out "没有规划“js-employment-plan-99”"
run see /plans/js-employment-plan-14/x
expect_out "没有目标或任务“x”"
run see "/plans/js-employment-plan-14?day=2023"
expect_out "写成 2023-12-31"
run see "/plans/js-employment-plan-14?as=exe"
expect_out "有 docx、pdf、xlsx、json"

step "报告拿得走；程序和页面看到的是一份"
see "/plans/nantong-135?as=docx" >报告.docx
expect "Word 文件里有内容" sh -c 'unzip -p 报告.docx word/document.xml | grep -q 评估报告'
see "/plans/nantong-135?as=pdf" >报告.pdf
expect "是 PDF" sh -c 'head -c 5 报告.pdf | grep -q %PDF-'
see "/plans/nantong-135?as=xlsx" >表.xlsx
expect "表里有字" sh -c 'unzip -p 表.xlsx | grep -aq 判断'
run curl -s -b leader -H 'Accept: application/json' "$hall/plans/nantong-135"
expect_out '"plan":"南通人社十三五规划"'

step "市里来了新的数：不用重开，规划跟着变"
cat >月报.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
城镇新增就业人数,320600,2021,13.6,万人,终稿,2022-03-01,演练用的数
城镇新增就业人数,320600,2022,12.9,万人,终稿,2023-03-01,演练用的数
城镇新增就业人数,320600,2023,13.1,万人,快报,2024-01-20,演练用的数
END
run see "/plans/nantong-145?day=2023-12-31"
expect_not_out "39.6万人"
run leye watch import 月报.csv --packs "$PACKS/nantong"
expect_exit 0
run see "/plans/nantong-145?day=2023-12-31"
expect_out "39.6万人（2021—2023年）"
expect_out "符合预期"

step "地图：没有脚本也能选看什么、哪里、哪个月；人少的格子不显示；同样的数有表"
run see /map
expect_out "扬州市"
expect_out "乐业市登记失业人数"
expect_out "高邮市"
expect_out "2024年5月"
run see "/map?layer=%E4%B9%90%E4%B8%9A%E5%B8%82%E5%B0%B1%E4%B8%9A%E5%9B%B0%E9%9A%BE%E4%BA%BA%E5%91%98%E6%95%B0&area=321000&at=0"
expect_out "人少不显示"
expect_out "2023年6月</h2>"
run see "/map?area=320600&layer=%E4%B9%90%E4%B8%9A%E5%B8%82%E7%99%BB%E8%AE%B0%E5%A4%B1%E4%B8%9A%E4%BA%BA%E6%95%B0"
expect_out "启东市"

step "地图走错的路：没有的指标、没有的地方、不是第几期；图和表拿得走"
run see "/map?layer=x"
expect_out "地图上没有指标“x”"
run see "/map?area=999999"
expect_out "还没有“999999”的示意图"
run see "/map?at=may"
expect_out "时间要写第几期"
run see "/map?as=svg"
expect_out "<svg xmlns"
expect_out "仪征市"
see "/map?as=png" >图.png
expect "PNG 也拿得走" sh -c 'head -c 4 图.png | grep -aq PNG'
see "/map?as=xlsx" >图.xlsx
expect "表里有月份" sh -c 'unzip -p 图.xlsx | grep -aq 2023年6月'

step "有审图号的地界文件：运维装进来，地图按地界画，审图号一直在图上；没有审图号的不要，一大半没有的还是方格"
outlines() { # codes: each a field of half a degree
    printf '{"type":"FeatureCollection",%s"features":[' "$LICENCE"
    n=0
    for code; do
        [ $n = 0 ] || printf ','
        awk -v c="$code" -v n=$n 'BEGIN { x = 119 + n % 3 / 2; y = 32 + int(n / 3) / 2; printf "{\"properties\":{\"adcode\":%s},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%.2f,%.2f],[%.2f,%.2f],[%.2f,%.2f],[%.2f,%.2f]]]}}", c, x, y, x + .5, y, x + .5, y + .5, x, y + .5 }'
        n=$((n + 1))
    done
    printf ']}'
}
LICENCE=
outlines 321002 >没有号.geojson
run leye serve --port 0 --borders 没有号.geojson
expect_exit 1
expect_err "没有“审图号”"
LICENCE='"审图号":"演练用，不是审图号","来源":"演练",'
outlines 321002 321003 >两个区.geojson
outlines 321002 321003 321012 321023 321081 321084 >扬州.geojson
close_hall
copy_packs
sed -i '/^填写 地图小格人数线/,/^$/s/10人/1人/' packs/demo/parameters/fill.leye # of a thousand people ten are many
LEYE_PACKS=$PWD/packs/demo
expect "it opens" open_hall --date 2024-05-31 --name 乐业市 --borders 两个区.geojson
enter leader >/dev/null
run see "/map?area=321000"
expect_out "地界文件里没有"
expect_out '<ul class="tiles">'
close_hall
expect "it opens" open_hall --date 2024-05-31 --name 乐业市 --borders 扬州.geojson --plans "$PACKS/nantong,$PACKS/yangzhou,$PACKS/jiangxi"
enter leader >/dev/null
run see "/map?area=321000"
expect_out "审图号：演练用，不是审图号"
expect_out "没有自己的地界：扬州经济技术开发区"
expect_out '<path class="f-'
expect_not_out '<ul class="tiles">'
run see "/map?area=321000&as=svg"
expect_out "审图号：演练用，不是审图号"
see "/map?area=321000&as=png" >地界.png
expect "PNG 也有地界" sh -c 'head -c 4 地界.png | grep -aq PNG'

step "指标：走势、各次公布、修订、和别的地方比；当时已经公布的是什么"
cat >修订.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
城镇新增就业人数,320600,2023,13.3,万人,终稿,2024-04-01,演练用的数
END
run leye watch import 修订.csv --packs "$PACKS/nantong"
run see "/series?q=%E6%96%B0%E5%A2%9E%E5%B0%B1%E4%B8%9A"
expect_out "城镇新增就业人数"
series=/series/%E5%9F%8E%E9%95%87%E6%96%B0%E5%A2%9E%E5%B0%B1%E4%B8%9A%E4%BA%BA%E6%95%B0
run see "$series?area=320600"
expect_out "+0.2万人"
expect_out "13.1万人"
run see "$series?area=320600&known=2024-02-01"
expect_not_out "13.3万人"
run see "/series/%E6%83%85%E5%86%B5%E4%B8%8D%E6%98%8E%E4%BA%BA%E6%95%B0?area=321012&with=321003" # 情况不明人数
expect_out "还没有收进库"
expect_out "邗江区</text>"
run see /series/x
expect_out "没有指标“x”"
