# 060  A policy author's editor talks to leye lsp: what is typed, what is seen, and how it ends.
. "$LEYE_SRC/tests/support/story.sh"

# One message with its header; the length is in bytes.
message() { printf 'Content-Length: %d\r\n\r\n%s' "$(printf '%s' "$1" | wc -c)" "$1"; }
hello() { message '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}'; }
bye() {
    message '{"jsonrpc":"2.0","id":9,"method":"shutdown"}'
    message '{"jsonrpc":"2.0","method":"exit"}'
}
opened() { # file, text as JSON
    message "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":\"file://$PWD/$1\",\"languageId\":\"leye\",\"version\":1,\"text\":\"$2\"}}}"
}
asked() { # id, method, file, line, character, more
    message "{\"jsonrpc\":\"2.0\",\"id\":$1,\"method\":\"textDocument/$2\",\"params\":{\"textDocument\":{\"uri\":\"file://$PWD/$3\"},\"position\":{\"line\":$4,\"character\":$5}${6-}}}"
}
session() { run sh -c 'cat "$1" | "$LEYE" lsp' sh "$PWD/session"; }

mkdir 试
printf '包 试\n  级别 示例\n  版本 1\n' >试/pack.leye
printf '来源 令\n  名称 规定\n\n实体 人员\n  字段 生日 : 日期\n' >试/model.leye
TEXT='定义 年龄 : 岁\n  对象 人员\n  说明 满几岁\n  依据 令 一\n  基本 周岁(生曰, 今日)\n'
GOOD='定义 年龄 : 岁\n  对象 人员\n  说明 满几岁\n  依据 令 一\n  基本 周岁(生日, 今日)\n'
# shellcheck disable=SC2059
printf "$GOOD" >试/rules.leye

step "握手，道别：退出码 0"
{ hello && bye; } >session
session
expect_exit 0
expect_out '"serverInfo":{"name":"leye"'
expect_out '{"jsonrpc":"2.0","id":9,"result":null}'
expect_no_err

step "写错一个字：指出在哪里、怎么改，一键可改"
{
    hello
    opened 试/rules.leye "$TEXT"
    asked 2 codeAction 试/rules.leye 0 0 ',"range":{"start":{"line":4,"character":8},"end":{"line":4,"character":8}},"context":{"diagnostics":[]}'
    bye
} >session
session
expect_exit 0
expect_out '"range":{"start":{"line":4,"character":8},"end":{"line":4,"character":10}},"severity":1,"code":"unknown_name","source":"leye","message":"“人员”没有“生曰”\n改法：是不是“生日”？"'
expect_out '"title":"改成“生日”"'

step "悬停、跳转、补全、改名，文件夹是中文的，地址照编辑器的写法"
{
    hello
    opened 试/rules.leye "$GOOD"
    asked 2 hover 试/rules.leye 0 4
    asked 3 definition 试/rules.leye 4 8
    asked 4 completion 试/rules.leye 4 8
    asked 5 rename 试/rules.leye 4 8 ',"newName":"出生日期"'
    bye
} >session
session
expect_exit 0
expect_out '"id":2,"result":{"contents":{"kind":"plaintext","value":"定义 年龄 : 岁\n满几岁\n对象：人员\n依据：令 一\n基本 周岁(生日, 今日)"}'
expect_out '/%E8%AF%95/model.leye","range":{"start":{"line":4,"character":5},"end":{"line":4,"character":7}}}]'
expect_out '"label":"生日"'
expect_out '"id":5,"result":{"changes":{'
expect_out "file://$PWD/试/rules.leye"
expect_out '"newText":"出生日期"'

step "停手片刻就查，不用等下一句话"
{ hello && opened 试/rules.leye "$TEXT"; } >session
run sh -c '{ cat "$1"; sleep 2; } | "$LEYE" lsp' sh "$PWD/session"
expect_out '"code":"unknown_name"'
expect_exit 1 # the editor went away without a word

step "不在包里的文件：告诉怎样建包"
{
    hello
    opened alone.leye '资金 甲'
    message "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didSave\",\"params\":{\"textDocument\":{\"uri\":\"file://$PWD/alone.leye\"}}}"
    bye
} >session
session
expect_exit 0
expect_out '包是有 pack.leye 的文件夹'

step "不会说话的客户：每一句都有回音，或者干脆地结束"
{ message '{' && message '{"id":7,"method":"no/such"}' && hello && message '{"id":8,"method":"no/such"}' && bye; } >session
session
expect_exit 0
expect_out '"id":null,"error":{"code":-32700,'
expect_out '"id":7,"error":{"code":-32002,'
expect_out '"id":8,"error":{"code":-32601,'
printf 'GET / HTTP/1.1\r\n\r\n' >session
session
expect_exit 1
expect_out '"error":{"code":-32600,"message":"消息头读不懂'
: >session
session
expect_exit 1
expect_no_out

step "几个字节一送，话也不会断"
{ hello && bye; } >session
run sh -c 'dd if="$1" bs=7 2>/dev/null | "$LEYE" lsp' sh "$PWD/session"
expect_exit 0
expect_out '{"jsonrpc":"2.0","id":9,"result":null}'
