# Somebody is there twice: found, judged, made one, made two again.
. "$LEYE_SRC/tests/support/story.sh"
export LEYE_PACKS=$PACKS/national LEYE_DB=here.db
cat >first.csv <<'CSV'
人员编号,身份证号,姓名,性别,出生日期,联系电话,联系地址
P1,329901199003070012,李卫国,男,1990-03-07,15400000001,桑榆路244号10幢1603室
P2,329901198511230022,王小兰,女,1985-11-23,15400000002,望湖路3号
CSV
cat >second.csv <<'CSV'
人员编号,姓名,性别,出生日期,联系电话,联系地址
P9,李卫国,男,1990-03-07,15400000001,桑榆路244号10幢1603室
CSV

step "the second record of one person is found and joined, with reasons"
run leye import first.csv --as 人员 --source 人社
expect_exit 0
run leye import second.csv --as 人员 --source 社区
expect_exit 0
expect_out "自动合并 1 对"
run leye merge --done
expect_out "姓名相同（李卫国）"
run leye record P9
expect_out "身份证号　329901199003070012"

step "taken back, both are what their own files say"
gone=$(leye merge --done | sed -n '1s/.*和 \([0-9]*\).*/\1/p')
run leye merge --undo "$gone"
expect_exit 2
expect_err "--why"
run leye merge --undo "$gone" --why 堂兄弟 --person 张三
expect_exit 0
run leye record P9
expect_exit 0
expect_not_out "329901199003070012"

step "what a person decided is not asked again"
run leye import second.csv --as 人员 --source 社区 --as-of 2024-06-30
expect_exit 0
expect_not_out "合并"

step "two may be joined by hand, but not one with itself"
run leye merge P1 P9 --why 核过户口本 --person 张三
expect_exit 0
run leye record P9
expect_out "329901199003070012"
run leye merge P1 P9 --why 再来 --person 张三
expect_exit 1
expect_err "已经是同一个"
run leye merge P1 P7 --why 没有的 --person 张三
expect_exit 1
expect_err "没有“P7”"

step "what a later file tells of somebody known can show that they are there twice"
cat >later1.csv <<'CSV'
人员编号,身份证号,姓名,性别,出生日期,联系电话,联系地址
P20,329920199506049994,王毅,男,1995-06-04,,
P21,,玉毅,男,1995-06-04,15477503253,安业路85号20幢1201室
CSV
cat >later2.csv <<'CSV'
身份证号,姓名,联系电话,联系地址
329920199506049994,王毅,15477503253,安业路85号20幢1201室
CSV
run leye import later1.csv --as 人员 --source 人社
expect_not_out "查重"
run leye import later2.csv --as 人员 --source 医保
expect_exit 0
expect_out "自动合并 1 对"
run leye merge --done
expect_out "姓名有形近字（王毅／玉毅）"

step "employers without a code are known by their names: the same name joins, another form asks"
cat >firms1.csv <<'CSV'
信用代码,单位编号,单位名称
91329900000000019T,D1,乐业安居机电有限公司
91329900000000027L,D2,乐业长桥商贸有限公司
CSV
cat >firms2.csv <<'CSV'
单位编号,单位名称
D8,乐业安居机电有限公司
D9,乐业长桥商贸有限责任公司
CSV
run leye import firms1.csv --as 单位 --source 市场监管
run leye import firms2.csv --as 单位 --source 社保
expect_exit 0
expect_out "自动合并 1 对"
expect_out "1 对要人来判断"
run leye record D8
expect_out "信用代码　91329900000000019T"
run leye merge --list
expect_out "去掉地区和组织形式后名称相同（乐业长桥商贸有限公司／乐业长桥商贸有限责任公司）"

step "a name that fits two is no proof"
cat >firms3.csv <<'CSV'
信用代码,单位编号,单位名称
91329900000000035F,D3,乐业春溪餐饮有限公司
91329900000000043B,D4,乐业春溪餐饮有限公司
CSV
printf '单位编号,单位名称\nD7,乐业春溪餐饮有限公司\n' >firms4.csv
run leye import firms3.csv --as 单位 --source 市场监管
expect_not_out "合并"
run leye import firms4.csv --as 单位 --source 社保
expect_out "2 对要人来判断"
expect_not_out "自动合并"
