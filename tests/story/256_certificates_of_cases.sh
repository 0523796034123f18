# 256  A case that gives out a certificate: issued at once or in the night, checked by a stranger, void when the decision
#      falls; then the whole case goes into the archive, and a changed package is noticed. The city is made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-06-03
a_city
OFFICE=乐业市人力资源和社会保障局
leye audit key --key office.pem >/dev/null
ONE=$(sed -n '2s/,.*//p' lists/失业登记.csv)
TWO=$(sed -n '3s/,.*//p' lists/失业登记.csv)
answers='失业登记.登记类别=单位失业 失业登记.失业原因=合同到期 失业登记.登记地=321081 失业登记.有求职要求=是'
code_of() { leye case show "$1" | sed -n 's/.*验证码 \([A-Z0-9-]*\).*/\1/p'; }

step "没有私钥也能办好，证照等着签发"
# shellcheck disable=SC2086
run leye case apply 失业登记办理 "$ONE" $answers
expect_exit 0
expect_out "当场办结"
run leye case show 000000000195
expect_out "就业创业证（等着签发）"
run leye case certificate 000000000195
expect_exit 1
expect_err "--sign"

step "私钥和单位要一起给"
run leye day --sign office.pem
expect_exit 1
expect_err "--issuer"

step "夜里不带私钥：说有几张等着；带了就签发，再来一遍没有了"
run leye day
expect_out "有 1 张证照等着签发"
run leye day --sign office.pem --issuer $OFFICE
expect_exit 0
expect_out "签发证照 1"
run leye day --sign office.pem --issuer $OFFICE
expect_not_out "签发证照"

step "本人打印；别人凭验证码查得到真假，看不到全名"
run leye case certificate 000000000195 --out 证.pdf
expect_exit 0
expect "是 PDF" grep -q '^%PDF' 证.pdf
run leye archive check "$(code_of 000000000195)" --key office.pem.pub --office $OFFICE
expect_exit 0
expect_out "有效：就业创业证"
expect_out "姓名："
expect_out "*"

step "有私钥的窗口：当场签发，通知里有验证码"
# shellcheck disable=SC2086
run leye case apply 失业登记办理 "$TWO" $answers --sign office.pem --issuer $OFFICE
expect_exit 0
run leye case inbox "$TWO"
expect_out "证照已签发：就业创业证"
expect_out "$(code_of 000000000292)"

step "决定撤销，证照跟着注销，理由查得到"
run leye case revoke 000000000292 --reason 冒名登记 --as 主任:主管
expect_exit 0
run leye archive check "$(code_of 000000000292)" --key office.pem.pub --office $OFFICE
expect_exit 1
expect_out "已注销"
expect_out "冒名登记"
run leye case inbox "$TWO"
expect_out "证照已注销：就业创业证"
run leye case certificate 000000000292 --as 小周:经办 --sign office.pem --issuer $OFFICE
expect_exit 1
expect_err "撤销"

step "没有办完的不能归档；没有私钥、没有文件夹也不能"
run leye case apply 失业保险金申领 "$ONE" --anyway
NEW=$(leye case mine "$ONE" | sed -n 's/^\([0-9]*\) .*失业保险金申领.*/\1/p')
run leye case close "$NEW" --out 案卷 --as 小周:经办 --sign office.pem --issuer $OFFICE
expect_exit 1
expect_err "办完以后才能归档"
run leye case close 000000000195 --out 案卷 --as 小周:经办
expect_exit 1
expect_err "--sign"
run leye case close 000000000195 --as 小周:经办
expect_exit 2
expect_err "--out"
run leye case close 000000000195 --out 案卷 --as 路人:群众 --sign office.pem --issuer $OFFICE
expect_exit 1
expect_err "归档由"

step "归档：案卷完好；再归一次不行"
run leye case close 000000000195 --out 案卷 --as 小周:经办 --sign office.pem --issuer $OFFICE
expect_exit 0
run leye archive verify 案卷/000000000195.zip --key office.pem.pub --office $OFFICE
expect_exit 0
expect_out "案卷完好"
expect_out "7 份文件"
run leye case close 000000000195 --out 案卷 --as 小周:经办 --sign office.pem --issuer $OFFICE
expect_exit 1
expect_err "已经归档"
run leye case close 000000000292 --out 案卷 --as 小周:经办 --sign office.pem --issuer $OFFICE
expect_exit 0

step "案卷被换过一份：说出来"
cp 案卷/000000000292.zip 案卷/000000000195.zip
run leye archive verify 案卷/000000000195.zip --key office.pem.pub --office 别的单位
expect_exit 1
expect_out "有问题"

step "都对得上"
run leye case check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
