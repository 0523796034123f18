# 246  A duty officer's day in the hall: figures come in, a warning is received, assigned, handled by its plan, finished and
# released by somebody else; a late one has gone up; who is not in charge cannot; told with curl.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

today 2024-06-03
LEYE_PACKS=$PACKS/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
"$LEYE" find 失业登记 --date 2024-06-03 --out list >/dev/null 2>&1

enter() { curl -s -o page -w '%{http_code}' -c "$1" --data-urlencode "name=$1" --data-urlencode "password=long enough password" "$hall/sign-in"; }
see() { curl -s -b "$1" "$hall$2"; } # who, address
press() { # who, address, fields…: one button of the page there
    who=$1 at=$2
    shift 2
    csrf=$(see "$who" "$at" | sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' | head -1)
    for field; do set -- "$@" --data-urlencode "$field" && shift; done
    curl -s -b "$who" -w '%{http_code} %{redirect_url}' --data-urlencode "csrf=$csrf" "$@" "$hall$at"
}

step "值班、处置、主管各有账户；数先进库"
for one in wang:值班:王值班:321000 chen:处置:陈处置:321000 zhang:主管:张主管:321000 li:值班:李县:321002 zhao:主管:赵省:320000; do
    name=${one%%:*} rest=${one#*:} role=${rest%%:*}
    display=${rest#*:}
    echo "long enough password" | leye account "$name" --roles "$role" --display "${display%%:*}" --regions "${one##*:}" >/dev/null
done
cat >月报.csv <<'END'
指标,地区,时期,值,单位,状态,发布,来源
城镇调查失业率,321000,2024-02,5.6,%,终稿,2024-03-20,市统计月报
城镇调查失业率,321000,2024-03,5.8,%,终稿,2024-04-20,市统计月报
城镇调查失业率,321000,2024-04,6.1,%,初步,2024-05-20,市统计月报
欠薪预警企业数,321002,2024-05,7,家,快报,2024-06-02,市监察月报
END
run leye watch import 月报.csv
expect_exit 0
expect "it opens" open_hall --name 乐业市
for who in wang chen zhang li zhao; do enter $who >/dev/null; done

step "值班员登录就到预警；没有警情；有哪些预警、能不能用都列着"
run curl -s -o page -w '%{redirect_url}' --data-urlencode "name=wang" --data-urlencode "password=long enough password" "$hall/sign-in"
expect_out "/warnings"
run see wang /warnings
expect_out "没有要办的警情"
expect_out "城镇调查失业率不低于6%"
expect_out "还没有数"

step "查一遍：两件；再查一遍，没有新的；处置的人不能查"
run press chen /warnings
expect_out "403"
run press wang /warnings
expect_out "303"
run see wang /warnings
expect_out "2 件警情要办"
expect_out "调查失业率越线"
expect_out "快到期"
press wang /warnings >/dev/null
run see wang /warnings
expect_out "2 件警情要办"

step "县里的值班员只看见县里的，市里的打不开"
run see li /warnings
expect_out "1 件警情要办"
expect_out "工资支付"
run curl -s -b li -o page -w '%{http_code}' "$hall/warnings/1"
expect_out "403"

step "一件警情：读数、线、走势、预案、最迟哪天"
run see wang /warnings/1
expect_out "扬州市：调查失业率越线"
expect_out "线 6%"
expect_out "<polyline"
expect_out "分析是哪些行业、哪些地区、哪些群体"
run see wang "/warnings/1?as=svg"
expect_out "<svg xmlns"

step "错的路：越过签收、没有写给谁、没有结果就办结、自己解除"
run press chen /warnings/1 act=finish reason=好了
expect_out "警情现在是“待签收”，不能“办结”"
run press wang /warnings/1 act=receive
expect_out "303"
run press wang /warnings/1 act=assign to=
expect_out "要写分派给谁"
run press wang /warnings/1 act=assign to=chen
expect_out "303"
run see chen "/warnings?mine=1"
expect_out "1 件警情要办"
run press chen /warnings/1 act=fulfil action=1 "reason=制造业占七成"
expect_out "303"
run press chen /warnings/1 act=finish reason=写了报告
expect_out "还有 1 项没有结果"
run press chen /warnings/1 act=fulfil action=2 "reason=报市政府三条建议"
run press chen /warnings/1 act=finish "reason=市政府纪要〔2024〕1号（虚构）"
expect_out "303"
run press chen /warnings/1 act=release reason=好了
expect_out "要由"
run press zhang /warnings/1 act=release reason=措施到位
expect_out "303"
run see zhang /warnings/1
expect_out "已解除"
expect_out "陈处置"
expect_out "制造业占七成"

step "和命令行是同一件事：leye warn 看得到每一步"
run leye warn show 1 --as 张主管:主管@321000
expect_out "已解除"
expect_out "chen"

step "县里没有签收：过了时限报到市、报到省；省里认定误报"
today 2024-06-07
leye warn run --as 系统:系统 >/dev/null
today 2024-06-12
run leye warn run --as 系统:系统
run see zhao "/warnings?level=3"
expect_out "工资支付"
expect_out "江苏省"
run press li /warnings/2 act=receive
expect_out "现在由江苏省负责"
run press zhao /warnings/2 act=dismiss "reason=同一批企业报了两遍"
expect_out "303"
run see zhao "/warnings?all=1"
expect_out "误报"

step "程序用令牌办；出错说清楚；每一步都留了痕"
token=$(leye account wang --token 值班机器人)
run curl -s -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '{"act":"receive"}' "$hall/warnings/2"
expect_out '"status":409'
run curl -s -H "Authorization: Bearer $token" "$hall/warnings"
expect_out '"count":0'
run leye audit verify --db "$LEYE_DB"
expect_out "留痕完好"
