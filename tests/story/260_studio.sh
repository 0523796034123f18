# 260  An author changes an amount in the browser, wrong turns included; a colleague is at the same file; somebody else
# approves; the hall takes the new rules over while it is open; the old version comes back the same way.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/hall.sh"

copy_packs
LEYE_PACKS=$PWD/packs/demo LEYE_DB=$PWD/city.db
export LEYE_PACKS LEYE_DB
"$LEYE" city --people 1000 --seed 1 --out city >/dev/null 2>&1
"$LEYE" import --all city/day1 >/dev/null 2>&1
for who in li:规则 wang:规则 zhang:主管 zhou:审计; do have "${who%%:*}" "${who#*:}"; done
fill=parameters/fill.leye
file=$PWD/packs/demo/$fill
cp "$file" was.leye
expect "it is open" open_hall
for who in li wang zhang zhou; do enter $who; done

# $1 asks for the page of a draft's file; what stands in its box, and of which revision
revision() { look "$1" "/studio/drafts/1/edit?file=$fill" | sed -n 's/.*name="revision" value="\([0-9]*\)".*/\1/p' | head -1; }
edit() { # who act text-file revision
    curl -s -b "$1.jar" -w '\n[%{http_code} %{redirect_url}]' -F "csrf=$(cat "$1.csrf")" -F "file=$fill" -F "act=$2" -F "revision=$4" -F "text=<$3" "$hall/studio/drafts/1/edit?file=$fill"
}
# the trial goes on beside the requests
tried() {
    for _ in $(seq 300); do
        look "$1" "/studio/drafts/$2/trial" | grep -q 'data-running=""' && return 0
        sleep 0.1
    done
    return 1
}

step "李看规则：上级的包只能看，自己的可以另起草稿；草稿要有名字"
run look li /studio
expect_out "没有正在写的草稿"
expect_out "上级的包，由上级改"
run submit li /studio title=
expect_out "给草稿起个名字"
expect_out "[422"
run submit zhou /studio title=审计不写
expect_out "[403"
run submit li /studio "title=提高一次性创业补贴"
expect_out "[303 $hall/studio/drafts/1?done=draft-made]"

step "文件的名字不能走到别处去"
run look li "/studio/drafts/1/edit?file=../jiangsu/pack.leye"
expect_out "文件的名字写成"
run look li "/studio/drafts/1/edit?file=/etc/passwd"
expect_out "文件的名字写成"

step "李写错了：边写边查，不存也知道错在哪一行、怎么改"
sed 's/^  基本 8000元$/  基本 10000/' was.leye >typed.leye
run edit li check typed.leye 0
expect_out "基本要的是“元”，这里是“没有单位的数”"
expect_out "改法：数后面写上单位"
expect_out "第 $(grep -n '^  基本 10000$' typed.leye | cut -d: -f1) 行"
run look li /studio/drafts/1
expect_out "还没有改任何文件"
run curl -s -b li.jar -H 'Accept: application/json' -F "csrf=$(cat li.csrf)" -F "revision=0" -F "text=<typed.leye" "$hall/studio/drafts/1/check?file=$fill"
expect_out '"code":"unit_mismatch"'
expect_out '"here":true'

step "改对了存下；例说旧数，所以例不对；没有试算，提交不了"
sed 's/^  基本 8000元$/  基本 10000元/' was.leye >typed.leye
run edit li save typed.leye 0
expect_out "done=draft-saved"
run look li /studio/drafts/1
expect_out "填写 一次性创业补贴标准"
expect_out "10000元"
expect_out "在全城试算一次"
run submit li /studio/drafts/1 act=propose
expect_out "[422"
expect "正式的文件没有动" cmp was.leye "$file"

step "王同时在改别的一行：合在一起；改同一行：他的不丢，也盖不掉李的"
sed 's/^  2016-01-01  600元\/月/  2016-01-01  650元\/月/' was.leye >wang.leye
run edit wang save wang.leye 0
expect_out "和 li 的合在一起"
sed 's/^  基本 8000元$/  基本 9000元/' was.leye >clash.leye
run edit wang save clash.leye 0
expect_out "同时改了同样的行"
expect_out "9000元"
run look li "/studio/drafts/1/edit?file=$fill"
expect_out "没有接上，放在一边"
expect_out "10000元"
run look li /studio/drafts/1
expect_out "650元/月"

step "李把王的那一行改回去，让例对：草稿里只剩一处改动"
run edit li save typed.leye "$(revision li)"
expect_out "done=draft-saved"
run look li /studio/drafts/1
expect_not_out "650元/月"
expect_out "1 个不对"
sed 's/金额 8000元/金额 10000元/' packs/demo/examples.leye >cases.leye
curl -s -o /dev/null -b li.jar -F "csrf=$(cat li.csrf)" -F "file=examples.leye" -F "act=save" -F "revision=0" -F "text=<cases.leye" "$hall/studio/drafts/1/edit?file=examples.leye"
run look li /studio/drafts/1
expect_out "0 个不对"

step "在全城试算：一次只算一份；算完有谁得、多花多少、过去的决定"
run submit li /studio "title=另一份"
expect_out "drafts/2"
run submit li /studio/drafts/1 act=try
expect_out "done=draft-trying"
expect "算完了" tried li 1
run look li /studio/drafts/1
expect_out "比较了"
expect_out "一次性创业补贴"
expect_out "过去的 0 个决定"

step "提交；等批准的不能改；写过一行的王不能批，审计只能看"
run submit li /studio/drafts/1 act=propose
expect_out "done=draft-proposed"
run edit li save was.leye "$(revision li)"
expect_out "在等批准，不能改"
run look wang /studio/drafts/1
expect_out "由没有参与的人来批准"
rules=$(look zhang /studio/drafts/1 | sed -n 's/.*name="rules" value="\([0-9a-f]*\)".*/\1/p' | head -1)
run submit wang /studio/drafts/1 act=publish "rules=$rules"
expect_out "要由没有参与的人来批准"
run submit zhou /studio/drafts/1 act=publish "rules=$rules"
expect_out "[403"
expect "正式的文件没有动" cmp was.leye "$file"

step "张没写理由退不回；批准看过的那一稿，文件换了，大厅不停就用新规则"
run submit zhang /studio/drafts/1 act=return reason=
expect_out "[422"
run submit zhang /studio/drafts/1 act=publish rules=0123
expect_out "请重新看一遍再批准"
run submit zhang /studio/drafts/1 act=publish "rules=$rules"
expect_out "done=draft-published]"
expect "文件是新的" grep -q '基本 10000元' "$file"
taken() {
    for _ in $(seq 300); do
        look li /studio | grep -q '文件夹里已经是新的一版' || return 0
        sleep 0.1
    done
    return 1
}
expect "大厅接过去了" taken
expect "服务器上有记录" grep -q 接过了新的规则 served
run look li /studio
expect_not_out "文件夹里已经是新的一版"
shown=$(look li /studio | sed -n "s|.*href=\"\(/studio/files/[0-9]*\)\">$fill<.*|\1|p")
run look li "$shown"
expect_out "基本 10000元"
run leye audit verify --db "$LEYE_DB"
expect_exit 0

step "退回旧版：也是一份草稿，同样要别人批准"
run submit li /studio version=1
expect_out "drafts/3"
run look li /studio/drafts/3
expect_out "8000元"
run submit li /studio/drafts/3 act=try
expect "算完了" tried li 3
run submit li /studio/drafts/3 act=propose
rules=$(look zhang /studio/drafts/3 | sed -n 's/.*name="rules" value="\([0-9a-f]*\)".*/\1/p' | head -1)
run submit zhang /studio/drafts/3 act=publish "rules=$rules"
expect_out "done=draft-published]"
expect "旧文件回来了" cmp was.leye "$file"

# somebody's case: ten working days from the third of June, which the late holiday will move
leye find 失业保险金 --out list >/dev/null 2>&1
who=$(sed -n '2s/,.*//p' list/失业保险金.csv)
id=$(leye record "$who" | sed -n 's/^  身份证号　\([0-9X]*\).*/\1/p')
place=$(awk -F, -v id="$id" '$2 == id { print $14; exit }' city/day1/人社_人员.csv)
away=$(awk -F, -v at="$place" 'NR > 1 && $14 != at && $14 != "" { print $14; exit }' city/day1/人社_人员.csv)
have hu 本人 --self "$id"
have an 管理,规则
have tian 主管 --regions "$place"
have far 主管 --regions "$away"
leye case apply 失业保险金申领 "$who" --as 申请台:经办 --reason 本人在场 >said 2>&1
case=$(sed -n 's/.*办件 \([0-9]\{12\}\).*/\1/p' said | head -1)
leye case accept "$case" --as 小周:经办 >said 2>&1

step "晚到的放假通知：管理员看到写进自己的包、怎样写；有“规则”岗位的换过去就能写"
for name in hu an tian far; do enter $name; done
curl -s -o /dev/null -b an.jar -c an.jar --data-urlencode "csrf=$(cat an.csrf)" --data-urlencode role=管理 "$hall/role"
run look an /care/parameters
expect_out "日历 晚到的放假安排"
expect_out "年-月-日 休 节日的名字"
expect_out "换成“规则”，去写"
expect_not_out "由上级改"
run look tian /held/moved
expect_out "没有。"

step "李写日历：写颠倒了、写了两遍，说哪一行；改好，试算，张批准发布"
run submit li /studio "title=晚到的放假通知"
expect_out "drafts/4"
calendar() { # act text-file
    curl -s -b li.jar -w '\n[%{http_code} %{redirect_url}]' -F "csrf=$(cat li.csrf)" -F "file=calendar.leye" -F "act=$1" -F "revision=0" -F "text=<$2" "$hall/studio/drafts/4/edit?file=calendar.leye"
}
days() { # rows of the calendar
    printf '来源 乐业市放假通知\n  名称 乐业市放假通知（虚构）\n\n日历 晚到的放假安排\n  依据 乐业市放假通知 全文\n'
    printf '  %s\n' "$@"
}
days "2024-06-19 休 虚构的节" "2024-06-18 休 虚构的节" "2024-06-19 休 虚构的节" >typed.leye
run calendar check typed.leye
expect_out "日子要由早到晚，不能重复"
expect_out "第 7 行"
expect_out "第 8 行"
days "2024-06-18 休 虚构的节" "2024-06-19 休 虚构的节" "2024-06-22 班 虚构的节" >typed.leye
run calendar save typed.leye
expect_out "done=draft-saved"
run submit li /studio/drafts/4 act=try
expect "算完了" tried li 4
run submit li /studio/drafts/4 act=propose
expect_out "done=draft-proposed"
rules=$(look zhang /studio/drafts/4 | sed -n 's/.*name="rules" value="\([0-9a-f]*\)".*/\1/p' | head -1)
run submit zhang /studio/drafts/4 act=publish "rules=$rules"
expect_out "done=draft-published]"
expect "大厅接过去了" taken

step "例行办理改在办的期限：从哪天到哪天，本人、主管都看得到；别的地方的主管看不到"
run look hu "/me/cases/$case"
expect_out "最迟 6 月 18 日"
run leye day
expect_out "期限重新计算"
run look hu "/me/cases/$case"
expect_out "办理时限从 2024-06-18 改到 2024-06-20"
expect_out "最迟 6 月 20 日"
run look hu /me/notices
expect_out "办理时限原来到 2024-06-18，节假日安排变了，现在到 2024-06-20"
run look tian /held
expect_out 'href="/held/moved"'
run look tian /held/moved
expect_out "$case"
expect_out "<td>6 月 18 日</td><td>6 月 20 日</td>"
run look far /held/moved
expect_not_out "$case"
run look li /held/moved
expect_not_out "$case"

step "别人直接改坏了文件夹：大厅收到 HUP，接着用原来的，并且说出来"
printf '政策 半句\n' >packs/demo/broken.leye
kill -HUP "$server"
told() { for _ in $(seq 100); do grep -q "接着用原来的" served && return 0; sleep 0.1; done; return 1; }
expect "说了" told
run look li /policies
expect_exit 0
expect_out "查政策"
close_hall
