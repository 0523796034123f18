# 200  A worker applies for the unemployment benefit, the office handles it, the bank's answer is still to come. Wrong turns
#      included. The city and its people are made up.
. "$LEYE_SRC/tests/support/story.sh"
. "$LEYE_SRC/tests/support/case.sh"
today 2024-06-03
a_city
leye find 失业保险金 --verdict 不符合 --out no >/dev/null
ID=$(sed -n '2s/,.*//p' lists/失业保险金.csv)
NO=$(sed -n '2s/,.*//p' no/失业保险金.csv)

step "有哪些事项"
run leye case services
expect_exit 0
expect_out "失业保险金申领"

step "办之前看：能不能办成，要什么，多久"
run leye case guide 失业保险金申领 "$ID"
expect_exit 0
expect_out "符合"
expect_out "10个工作日"

step "办不成的人：当时就说为什么，不让他白跑"
run leye case apply 失业保险金申领 "$NO"
expect_exit 1
expect_no_out
expect_err "办不成"
expect_err "可以仍旧申请"

step "两项政策要的是同一条：说一遍，怎么办在前面，不会被截掉"
run leye case apply 灵活就业社会保险补贴申领 "$ID" 银行账号=6200000000000000000
expect_exit 1
expect_err "可以仍旧申请。没有达到："
expect "said once" test "$(grep -o '办理了灵活就业登记' "$story_folder/err" | wc -l)" = 1

step "事项打错了：说没有，怎样看有哪些"
run leye case apply 失业金 "$ID"
expect_exit 1
expect_err "没有事项"

step "多填了不用填的：说要填的是什么"
run leye case apply 失业保险金申领 "$ID" 身高=180
expect_exit 1
expect_err "不是这个事项要填的"

step "申请：得到编号"
run leye case apply 失业保险金申领 "$ID" --key 手机-1
expect_exit 0
expect_out "000000000195"
expect_out "待受理"

step "网络断了再交一遍：还是同一件"
run leye case apply 失业保险金申领 "$ID" --key 手机-1
expect_exit 0
expect_out "以前提交过"
expect_out "000000000195"

step "又申请一次：已经有一件在办"
run leye case apply 失业保险金申领 "$ID"
expect_exit 1
expect_err "已经有一件在办：000000000195"

step "编号抄错一位：说错了"
run leye case show 000000000196
expect_exit 1
expect_err "有一位不对"

step "不说谁在办就受理：说怎样写"
run leye case accept 000000000195
expect_exit 2
expect_err "--as"

step "复核人员先来签：还没有受理"
run leye case approve 000000000195 --as 小吴:复核
expect_exit 1
expect_err "待受理"

step "受理：时限开始"
run leye case accept 000000000195 --as 小周:经办
expect_exit 0
expect_out "最迟 2024-06-18 办结"

step "受理的人自己来复核：不行"
run leye case approve 000000000195 --as 小周:复核
expect_exit 1
expect_err "别人"

step "复核人员的队列里有它"
run leye case queue --as 小吴:复核
expect_exit 0
expect_out "000000000195"

step "签批：开始发放"
run leye case approve 000000000195 --as 小吴:复核
expect_exit 0
expect_out "发放中"
expect_out "1,275.00 元"

step "看办件：依据、经过，回执可以重算"
run leye case show 000000000195 --receipts receipts
expect_exit 0
expect_out "失业保险金（2024-06-03）：符合"
expect_out "小吴（复核）"
run leye replay receipts/000000000195-1.json
expect_exit 0
expect_out "一致"

step "六月没过完：没有应发"
run leye day 2024-06-30
expect_exit 0
expect_not_out "应发"

step "七月一日：应发六月的，预算里还没有钱"
today 2024-07-01
run leye day
expect_exit 0
expect_out "应发 1 笔"
run leye case show 000000000195
expect_out "预算里还没有这笔钱"

step "再办一遍：没有要办的"
run leye day
expect_exit 0
expect_out "没有要办的"

step "机器的日期倒退了：不办"
run leye day 2024-06-29
expect_exit 1
expect_err "不能再办更早的一天"

step "会计看办件应发的：没有预算；下达以后自己编批，批准要别人"
run leye fund due
expect_exit 0
expect_out "没有预算"
expect_out "1,275.00"
leye fund line 失业保险基金 市级 失业保险金 2024 --as 王芳:会计 >/dev/null
leye fund budget 2 50000 --ref 人社1号 --as 王芳:会计 >/dev/null
run leye fund due --list
expect_exit 2
expect_err "--as"
run leye fund due --list --as 张敏:复核
expect_exit 1
expect_err "会计"
run leye fund due --list --as 王芳:会计
expect_exit 0
expect_out "第 1 批已编制：1 笔，1,275.00 元"
run leye fund due
expect_out "没有应发还没有编批的"
run leye fund approve 1 --as 王芳:复核
expect_exit 1
expect_err "是您编制的"

step "主管撤销决定：登记撤回，不再发"
run leye case revoke 000000000195 --as 主任:主管
expect_exit 1
expect_err "理由"
run leye case revoke 000000000195 --as 主任:主管 --reason 冒名申请
expect_exit 0
expect_out "撤销"

step "编进批次的那一笔也不发了：批准不了，作废以后不再欠"
run leye fund approve 1 --as 张敏:复核
expect_exit 1
expect_err "决定不再付"
run leye fund cancel 1 --reason 里面的人撤销了 --as 张敏:复核
expect_exit 0
run leye day
expect_exit 0
expect_not_out "编好批次"

step "互相核对，留痕完好"
run leye case check
expect_exit 0
run leye audit verify --db city.db
expect_exit 0
