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

step "别人直接改坏了文件夹：大厅收到 HUP，接着用原来的，并且说出来"
printf '政策 半句\n' >packs/demo/broken.leye
kill -HUP "$server"
told() { for _ in $(seq 100); do grep -q "接着用原来的" served && return 0; sleep 0.1; done; return 1; }
expect "说了" told
run look li /policies
expect_exit 0
expect_out "查政策"
close_hall
