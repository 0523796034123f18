# 070  A lawyer wants to read the rules, not run them; the office puts them on its web server.
. "$LEYE_SRC/tests/support/story.sh"

# She asks for the pages and forgets to say where to.
step "不写 --out：说明还缺什么，退出码 2"
run leye doc "$PACKS/bench"
expect_exit 2
expect_err "--out"

# Now with a folder. She is told how many files there are, that the examples hold, and what to open.
step "写出网页，说明写在哪里、例子对不对"
run leye doc "$PACKS/bench" --out site
expect_exit 0
expect_out "都算过，结果一致"
expect_out "用浏览器打开 site/index.html"
expect "the front page is there" test -s site/index.html

step "定义的一页有意思、依据和例子，名字都能点开"
run cat site/definition/hard_to_employ.html
expect_out "失业，而且大龄、失业满一年、残疾或者家里零就业"
expect_out "依据"
expect_out "女满四十"
expect_out "entity/%E4%BA%BA%E5%91%98.html#"

# She copies the folder to a stick and reads it where there is no network.
step "没有一页要连别的网站，也没有夹在页里的脚本和样式"
run grep -rlE "(https?:)?//[a-z0-9]|<style|style=\"| on[a-z]+=\"|javascript:" site --include=*.html --include=*.css
expect_no_out
run grep -rhoE "<script[^>]*>." site --include=*.html
expect_not_out "defer>a"

# The same packs are the same pages: on another day, in another folder.
step "同样的包，换一天、换一个文件夹写，一个字节也不差"
today 2031-12-31
run leye doc "$PACKS/bench" --out other
run diff -r site other
expect_exit 0
expect_no_out

# A year later somebody withdraws a policy. Its page must not stay on the server.
step "撤掉一项政策再写，它的那一页没有了，别人放进来的文件还在"
copy_packs
run leye doc packs/national --out nation --draft
echo "备忘" >nation/memo.txt
expect "the policy has a page" test -e nation/policy/unemployment-registration.html
rm packs/national/registration.leye
run leye doc packs/national --out nation --draft
expect_exit 0
expect_out "去掉"
expect "the page is gone" test ! -e nation/policy/unemployment-registration.html
expect "the memo is not" test -e nation/memo.txt

# What is wrong is not published by accident.
step "规则有错误就不写，指出错误；要看草稿，每一页上说明是草稿"
printf '定义 写错的 : 真假\n  对象 人员\n  基本 没有这个名字\n' >>packs/national/loans.leye
run leye doc packs/national --out fresh
expect_exit 1
expect_out "错误："
expect_out "--draft"
expect "nothing was written" test ! -e fresh
run leye doc packs/national --out nation --draft
expect_exit 0
run cat nation/index.html
expect_out "草稿："

step "文件夹里有别的东西就不动它"
mkdir letters && echo "信" >letters/letter.txt
run leye doc "$PACKS/bench" --out letters
expect_exit 1
expect_err "letters 里有别的东西"
expect "the letter is still alone" test "$(ls letters)" = letter.txt

# The archive needs the rules as they stood on a day.
step "按某一天标出现行的值；日期写错就说怎样写"
run leye doc "$PACKS/bench" --out dated --date 2021-08-01
expect_exit 0
run cat "dated/parameter/失业金上限.html"
expect_out '<tr class="now" data-from="2021-08-01" data-to="2024-01-01">'
run leye doc "$PACKS/bench" --out dated --date 2021年
expect_exit 2
expect_err "--date 要写成"

# Somebody changed a table of the language and forgot the manual.
step "手册的附录和语言自己的表一致"
run leye doc --kinds
expect_exit 0
expect_out_is docs/language-appendix.md
