# 020  A policy officer pastes rules from a word processor and has them put in order.
. "$LEYE_SRC/tests/support/story.sh"

mkdir pack
printf '包 试\n  级别 示例\n  版本 1\n' >pack/pack.leye
printf '来源 示范法\r\n\t名称   示范规定\r\n\r\n\r\n参数 线:元/月\r\n\t2021-08-01 2280 依据 示范法 一\r\n\t2024-01-01 90 依据 示范法 二  --到期\r\n' >pack/rules.leye
printf '政策 补\n  依据 示范法 一\n  对象 人员\n  条件 大龄:( 年龄≥50 岁\n' >pack/broken.leye
cat >wanted <<'END'
来源 示范法
  名称 示范规定

参数 线 : 元/月
  2021-08-01  2280  依据 示范法 一
  2024-01-01  90    依据 示范法 二  -- 到期
END

# First she only asks what would change. Nothing is touched.
step "先看要改哪些：列出文件，退出码 1，不动文件"
cp pack/rules.leye before
run leye fmt --check pack/rules.leye pack/pack.leye
expect_exit 1
expect_out "pack/rules.leye"
expect_not_out "pack.leye
pack"
expect "文件没有动" cmp -s pack/rules.leye before

# She formats the folder. One of its files does not parse: it is left alone, and she is told where.
step "排整个文件夹：改好能改的，有错误的不碰"
cp pack/broken.leye before
run leye fmt pack
expect_exit 1
expect_out "pack/rules.leye"
expect_not_out "pack/pack.leye"
expect_err "pack/broken.leye:4"
expect_err "没有改写"
expect "改成了规范的样子" cmp -s pack/rules.leye wanted
expect "有错误的没有动" cmp -s pack/broken.leye before

# The second time there is nothing left to do.
step "再排一遍：没有要改的，什么也不说"
rm pack/broken.leye
run leye fmt pack
expect_exit 0
expect_no_out
run leye fmt --check pack
expect_exit 0
expect_no_out

# Her editor hands over what is in the window.
step "编辑器从标准输入排：结果在标准输出"
run_with "定义 甲:数
  基本 (a+b" leye fmt -
expect_exit 1
expect_no_out
run_with "定义 甲:数
  基本 (a+b)≥1 且 c" leye fmt --stdin
expect_exit 0
expect_out "定义 甲 : 数
  基本 (a + b) >= 1 且 c"
expect_no_err

step "没有说排什么：给出用法，退出码 2"
run leye fmt
expect_exit 2
expect_err "用法"
run leye fmt nowhere.leye
expect_exit 1
expect_err "nowhere.leye"

# What ships is in order already, or at least could be put in order without changing a single verdict.
step "发布的包排过以后，检查和试算一个不变"
copy_packs
leye test --date 2024-06-03 packs/bench packs/demo >tested 2>&1
leye check packs/bench >checked 2>&1
run leye fmt packs
run leye test --date 2024-06-03 packs/bench packs/demo
expect "例的结果相同" cmp -s tested "$story_folder/out"
run leye fmt --check packs/bench
expect_exit 0
