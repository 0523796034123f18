# 247  A month's return goes up from the counties to the city at the terminal: opened with what is known, filled by hand and
# from a table, refused by a rule, given back, added up, locked, corrected; the plan sees it. Wrong turns included.
. "$LEYE_SRC/tests/support/story.sh"

LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
form=乐业市就业月报

step "有哪些报表，谁填、报到哪、几日内"
today 2024-06-03
run leye return forms
expect_exit 0
expect_out "$form"
expect_out "期后5工作日"
run leye return list --as 市统计:填报@329900
expect_exit 1
expect_err "先用 leye return open"

step "数先进库，开填五月：一县一张，市里一张；登记里有的先填上"
cat >登记.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
乐业市登记失业人数,321002,2024-05,410,人,快报,2024-06-01,从登记的数据统计
乐业市就业困难人员数,321002,2024-05,60,人,快报,2024-06-01,从登记的数据统计
END
run leye watch import 登记.csv
expect_exit 0
run leye return open $form --as 县统计:填报@321002
expect_exit 1
expect_err "开填要由最上一级（329900）来做"
run leye return open $form 2024 --as 市统计:填报@329900
expect_exit 1
expect_err "时期写成 2024-05"
run leye return open $form --as 市统计:填报@329900
expect_exit 0
expect_out "2024年5月：开了 7 张表"
expect_out "2 格有底数"
run leye return open $form 2024-05 --as 市统计:填报@329900
expect_out "开了 0 张表，原来就有 7 张"

step "县里填：不写是谁不行，别的县不行，不是数不行，改了底数要写原因"
id=$(leye return list $form --as 市:填报@329900 | sed -n 's/^ *\([0-9]*\) .*广陵区.*/\1/p')
run leye return fill "$id"
expect_exit 2
expect_err "--as"
run leye return fill "$id" --as 邗江:填报@321003
expect_exit 1
expect_err "这张表是广陵区的，邗江区不能填报"
run leye return fill "$id" 乐业市登记失业人数=很多 --as 广陵:填报@321002
expect_err "不是数；只写数，单位是人"
run leye return fill "$id" 登记失业=400 --as 广陵:填报@321002
expect_err "没有“登记失业”这一格"
run leye return fill "$id" 乐业市登记失业人数=400 --as 广陵:填报@321002
expect_exit 1
expect_err "要写明为什么不一样"
run leye return fill "$id" 乐业市登记失业人数=400:有10人重复登记，已经注销 --as 广陵:填报@321002
expect_exit 0
expect_out "有10人重复登记"
printf '格子,值\n乐业市登记失业人数,400\n' >没有理由.csv
run leye return fill "$id" 没有理由.csv --as 广陵:填报@321002
expect_exit 0
expect_out "有10人重复登记"
run leye return list --as 市:填报@329900
expect_out "广陵区"
run leye return list --as 广陵:填报@321002
expect_out "1 张，"
run leye return report "$id" --as 广陵:填报@321002
expect_exit 0
expect_out "已报"

step "校验：困难人员多于登记失业，要说明才报得上去；表格也能交"
id2=$(leye return list $form --as 市:填报@329900 | sed -n 's/^ *\([0-9]*\) .*邗江区.*/\1/p')
run leye return show "$id2" --out 邗江.csv
expect_out "写在 邗江.csv"
cat >邗江.csv <<'END'
格子,值,理由
乐业市登记失业人数,40,
乐业市就业困难人员数,50,
END
run leye return fill "$id2" 邗江.csv --as 邗江:填报@321003
expect_exit 0
expect_out "校验［要说明］困难人员不多于登记失业"
run leye return report "$id2" --as 邗江:填报@321003
expect_exit 1
expect_err "就业困难人员多于登记失业人员"
run leye return fill "$id2" 困难人员不多于登记失业=:十人还没有办失业登记，月底前补上 --as 邗江:填报@321003
expect_out "已说明"
run leye return report "$id2" --as 邗江:填报@321003
expect_exit 0

step "市里审：自己报的自己不能审，县里不能审自己的，退回要写理由"
run leye return approve "$id" --as 广陵:审核@321002
expect_exit 1
expect_err "由上一级审核"
run leye return approve "$id" --as 广陵:审核@329900
expect_err "要由另一个人审核"
run leye return back "$id2" --as 市审:审核@329900
expect_err "要写明理由"
run leye return back "$id2" --reason 先把登记补上 --as 市审:审核@329900
expect_exit 0
expect_out "退回"
run leye return approve "$id" --as 市审:审核@329900
expect_exit 0
expect_out "数已经进库"
run leye watch show 乐业市登记失业人数 --area 321002
expect_out "报表“乐业市就业月报”"

step "市里汇总：是审过的县相加；没有报齐的列出名字，先报要写原因"
top=$(leye return list $form --as 市:填报@329900 | sed -n 's/^ *\([0-9]*\) .* 329900 .*/\1/p')
run leye return show "$top"
expect_out "下级 1 张审过的表相加"
expect_out "下面还没有审过：邗江区、江都区"
run leye return fill "$top" --as 市统计:填报@329900
expect_exit 0
run leye return report "$top" --as 市统计:填报@329900
expect_exit 1
expect_err "下面还有 5 张表没有审过：邗江区"
leye return fill "$id2" 乐业市就业困难人员数=30 --as 邗江:填报@321003 >/dev/null
leye return report "$id2" --as 邗江:填报@321003 >/dev/null
leye return approve "$id2" --as 市审:审核@329900 >/dev/null
run leye return report "$top" --reason 省里今天要 --as 市统计:填报@329900
expect_exit 1
expect_err "下级 2 张审过的表相加现在是 440人，填的是 400"
run leye return fill "$top" --as 市统计:填报@329900
expect_out "440"
run leye return report "$top" --reason 省里今天要 --as 市统计:填报@329900
expect_exit 0
run leye return show "$top"
expect_out "报的时候下面缺：江都区"

step "锁定：县里的不单独锁，市里一锁都锁；锁了不能再填"
leye return approve "$top" --as 市审:审核@329900 >/dev/null
run leye return lock "$id" --as 市审:审核@329900
expect_err "锁定由市一级来做"
run leye return lock "$top" --as 市审:审核@329900
expect_exit 0
run leye return list $form --as 市:填报@329900
expect_out "已锁"
run leye return fill "$id" --as 广陵:填报@321002
expect_exit 1
expect_err "不能再改动"

step "锁了以后要更正：新的一版，写原因；审过记为修订，以前知道的还查得到"
today 2024-06-20
run leye return correct "$id" --as 广陵:填报@321002
expect_err "要写明理由"
run leye return correct "$id" --reason 注销的里面有两人不是重复 --as 广陵:填报@321002
expect_exit 0
new=$(leye return list $form --as 市:填报@329900 | sed -n 's/^ *\([0-9]*\) .*广陵区.*/\1/p')
leye return fill "$new" 乐业市登记失业人数=402:两人不是重复 --as 广陵:填报@321002 >/dev/null
leye return report "$new" --as 广陵:填报@321002 >/dev/null
run leye return approve "$new" --as 市审:审核@329900
expect_exit 0
run leye watch show 乐业市登记失业人数 --area 321002
expect_out "402"
expect_out "修订"
run leye watch show 乐业市登记失业人数 --area 321002 --known 2024-06-10
expect_out "终稿"
expect_not_out "402"

step "谁迟了：江都一直没有报"
run leye return late $form
expect_out "江都区"
expect_out "100%"
run leye return list $form --as 江都:填报@321012
expect_out "逾期"

step "每一步都留了痕"
run leye audit verify --db "$LEYE_DB"
expect_out "留痕完好"

step "走错的路：没有的报表、没有的编号、没有的动作"
run leye return open 没有的表 --as 市:填报@329900
expect_exit 2
expect_err "leye return forms"
run leye return show 999
expect_err "没有第 999 张表"
run leye return jump 1 --as 市:填报@329900
expect_exit 2
expect_err "没有“jump”这个动作"
run leye return show 1 --period 2024-05
expect_exit 2
expect_err "没有选项 --period"
