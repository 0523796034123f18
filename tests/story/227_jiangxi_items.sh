# 227  A city of Jiangxi begins: nobody has set how many months an unemployment benefit lasts, so nobody is paid, and it says
#      who must set it; the city's author sets it. Then the three items of the province's plan are walked to their end. The
#      city, its people and every value set here are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-05-31
copy_packs
mkdir packs/pilot packs/pilot/imports
for file in packs/demo/imports/*.leye; do # files of what only the demonstration pack knows stay away
    awk -v RS= -v ORS='\n\n' '!/载入 (创业场地租赁|基地认定|基地年度考核|居住证)/' "$file" >"packs/pilot/imports/${file##*/}"
done
cat >packs/pilot/pack.leye <<'PACK'
包 乐赣市试点
  上级 jiangxi
  级别 市
  地区 369900
  版本 1
  说明 虚构，仅供演示；地区代码 3699 没有分配给任何地方

来源 试点办法
  名称 乐赣市试点办法（虚构）
  机关 乐业项目
  日期 2024-01-01
  可信 虚构
  说明 虚构，仅供演示；不是任何地方的规定
PACK
LEYE_PACKS=$PWD/packs/pilot LEYE_DB=city.db
export LEYE_PACKS LEYE_DB
LEYE_PACKS=packs/demo leye city --people 1000 --seed 1 --out city >/dev/null
for pair in 321002=360102 321003=360103 321012=360111 321023=360112 321071=360121 321081=360403 321084=360502; do
    sed -i -e "s/,${pair%=*},/,${pair#*=},/g" -e "s/,${pair%=*},/,${pair#*=},/g" city/day1/*.csv # its districts, in this province
done
leye import --all city/day1 >/dev/null || true
leye find --out lists >/dev/null
leye find 失业保险金 --verdict 出错 --out open >/dev/null
number_of() { leye record "$1" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p'; }
case_of() { leye case mine "$1" | sed -n "s/^\([0-9]\{12\}\) .*$2.*/\1/p" | head -1; }
changes() { # file of the city, a row: brought as a change
    head -1 "city/day1/$1" >"$1"
    echo "$2" >>"$1"
    run leye import "$1" --changes
    expect_exit 0
}
ANNA=$(sed -n '2s/,.*//p' open/失业保险金.csv)
HARD=$(first 就业困难人员认定)

step "没有人定的数：办以前就说差哪一样、留给谁定；到签批也不付钱"
run leye check packs/pilot
expect_exit 0
run leye case guide 江西失业保险金申领 "$ANNA"
expect_out "还没有人定：定义“本次核定月数”：national 包留给下级定"
leye case apply 江西失业保险金申领 "$ANNA" --as 申请台:经办 --reason 本人在场 >said
STUCK=$(sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' said)
leye case accept "$STUCK" --as 小周:经办 >/dev/null
run leye case approve "$STUCK" --as 甲:复核 --reason 看过
expect_exit 1
expect_err "本次核定月数"
expect_err "请有权的部门定下来"
expect_err "这件就能接着办"

leye case apply 江西失业保险金申领 "$(sed -n '3s/,.*//p' open/失业保险金.csv)" --as 申请台:经办 --reason 本人在场 >said
OTHER=$(sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' said)
leye case accept "$OTHER" --as 小周:经办 >/dev/null

step "市里写规则的人定下来：写日期、写来源；等着的那一件接着办，不用重新申请"
cat >packs/pilot/fills.leye <<'PACK'
填写 本次核定月数
  说明 虚构，仅供演示：按法律规定的最长期限核定
  依据 试点办法 第二条
  可信 虚构
  基本 最长领取期限

填写 困难人员认定时限
  说明 虚构，仅供演示：7 个工作日
  2024-01-01  7工作日  依据 试点办法 第三条
PACK
run leye check packs/pilot
expect_exit 0
run leye case approve "$STUCK" --as 甲:复核 --reason 定下来了
expect_exit 0
expect_out "发放中"
run leye case show "$STUCK"
expect_out "没有定的定了，按今天的规则办"
cp -r packs packs.filled

step "别的规则也改了的，在办的照申请那天的：撤回，按今天的重新申请"
sed -i 's/^  申请人 经办机构$/  申请人 本人/' packs/national/services.leye
run leye case approve "$OTHER" --as 甲:复核 --reason 定下来了
expect_exit 1
expect_err "撤回重新申请"
rm -rf packs && mv packs.filled packs
run leye case withdraw "$OTHER"
expect_exit 0
leye find --out lists >/dev/null
expect "now the benefit finds them" grep -q "^$ANNA,.*,符合," lists/失业保险金.csv

step "失业保险金：不是给他的，当时就说为什么"
leye find 失业保险金 --verdict 不符合 --out no >/dev/null
run leye case apply 江西失业保险金申领 "$(sed -n '2s/,.*//p' no/失业保险金.csv)"
expect_exit 1
expect_err "办不成"
expect_err "满一年（不符合）"

step "失业保险金：受理、审核、按月发；核定的是这一次应领的总月数，发一个月少一个月"
money 失业保险基金 市级 失业保险金 100000
BENEFIT=$STUCK
run leye why 失业保险金 "$ANNA"
expect_out "本次应领月数 = 24月"
today 2024-07-01
pay_out
run leye case show "$BENEFIT"
expect_out "2024-05 1,683.00 元 已发"
expect_out "2024-06 1,683.00 元 已发"
run leye why 失业保险金 "$ANNA"
expect_out "本次已领月数 = 2月"

step "去世：七月起停发，去世以前的照发；家属问得到为什么"
changes 卫健_死亡.csv "$(number_of "$ANNA"),$(sed -n "/^$(number_of "$ANNA"),/s/^[^,]*,\([^,]*\),.*/\1/p" city/day1/公安_户籍.csv),20240712"
today 2024-08-01
pay_out
run leye case show "$BENEFIT"
expect_out "现在：停发"
expect_out "停发：去世"
expect_not_out "2024-07 "

step "就业困难人员：审核人认定，时限是市里定的七个工作日；在册的不再认定；就业了退出"
run leye case guide 江西就业困难人员认定 "$HARD"
expect_out "属于哪一类困难"
expect_out "办理时限：7个工作日"
ends 准予 江西就业困难人员认定 "$HARD" 就业困难认定.困难类别=大龄人员
run leye case apply 江西就业困难人员认定 "$HARD" 就业困难认定.困难类别=大龄人员
expect_exit 1
expect_err "没有在册"
run leye case apply 就业困难人员退出 "$HARD" --as 小周:经办 --reason 名单核查
expect_exit 1
expect_err "就业、到退休年龄"

step "灵活就业登记：过了年龄的当时就说；人工判断由没有经手的人作"
leye find 江西灵活就业常住地登记 --verdict 待核 --out wait >/dev/null
leye find 江西灵活就业常住地登记 --verdict 不符合 --out no >/dev/null
run leye case apply 江西灵活就业登记 "$(sed -n '/,劳动年龄\r*$/s/,.*//p' no/江西灵活就业常住地登记.csv | head -1)" 就业登记.形式=灵活就业 \
    就业登记.就业地=360102 就业登记.职业=生产生活服务类
expect_exit 1
expect_err "没有到法定退休年龄（不符合）"
RIDER=$(sed -n '2s/,.*//p' wait/江西灵活就业常住地登记.csv)
changes 就业_失业登记.csv "$(number_of "$RIDER"),$(sed -n "/^$(number_of "$RIDER"),/s/^[^,]*,\([^,]*\),.*/\1/p" city/day1/公安_户籍.csv),2024-05-06,,单位失业,合同到期,360102,是,2024-05-06,"
run leye case guide 江西灵活就业登记 "$RIDER"
expect_out "打零工"
leye case apply 江西灵活就业登记 "$RIDER" 就业登记.形式=灵活就业 就业登记.就业地=360102 就业登记.职业=生产生活服务类 \
    --as 申请台:经办 --reason 本人在场 >said
FLEXIBLE=$(sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' said)
run leye case accept "$FLEXIBLE" --as 小周:经办
expect_out "等没有经手的经办办"
run leye case approve "$FLEXIBLE" --as 小吴:经办 --reason 看过
expect_exit 1
expect_err "请先作人工判断"
run leye case judge "$FLEXIBLE" 正在以个人经营、非全日制或新就业形态就业 是 --as 小周:经办 --reason 看了平台流水
expect_exit 1
expect_err "要由别人来办"
for question in 正在以个人经营、非全日制或新就业形态就业 '常住在办理机构所在的县（市、区）'; do
    run leye case judge "$FLEXIBLE" "$question" 是 --as 小吴:经办 --reason 看了平台流水和租房合同
    expect_exit 0
done
run leye case approve "$FLEXIBLE" --as 小吴:经办 --reason 看过
expect_exit 0
expect_out "现在：准予"
run leye case apply 失业登记注销 "$RIDER" 失业登记.注销原因=本人申请注销 # the one ended the other
expect_exit 1
expect_err "失业登记还在有效期里（不符合）"
run leye case apply 江西灵活就业登记 "$RIDER" 就业登记.形式=灵活就业 就业登记.就业地=360102 就业登记.职业=生产生活服务类
expect_exit 1
expect_err "不用再登记（不符合）"

step "登记了就业的，退出困难人员名单"
ends 准予 就业登记办理 "$HARD" 就业登记.形式=灵活就业 就业登记.就业地=360102 就业登记.职业=生产生活服务类
ends 准予 就业困难人员退出 "$HARD"

step "都对得上"
run leye case check
expect_exit 0
run leye fund check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
