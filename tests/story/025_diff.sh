# 025  A new document arrives. The office changes its pack and tells everyone what is different.
. "$LEYE_SRC/tests/support/story.sh"

mkdir old
cat >old/pack.leye <<'END'
包 试
  级别 示例
  版本 1
END
cat >old/rules.leye <<'END'
来源 市发〔2023〕1号
  名称 补贴办法

来源 市发〔2024〕9号
  名称 调整标准的通知

实体 人员
  字段 年岁 : 岁
  字段 收入 : 元/月

参数 低收入线 : 元/月
  2023-01-01  900  依据 市发〔2023〕1号 三

政策 大龄补贴
  依据 市发〔2023〕1号 二
  对象 人员
  条件 大龄：年岁 >= 50岁
    说明 满五十岁
  条件 低收入：收入 < 低收入线
  金额
    补贴 = 300元/月

例 政策 大龄补贴
  今日 2023-11-01
  “五十岁，收入低”
    已知 年岁 = 50岁，收入 = 800元/月
    应得 符合 金额 300元/月
END
cp -R old new

# Nothing happened yet. Then somebody only tidies up.
step "两份一样：没有实质变化，退出码 0"
run leye diff old new
expect_exit 0
expect_out "没有实质变化"

step "只改注释、排版、次序：还是没有实质变化"
sed 's/年岁 >= 50岁/年岁≥50 岁 -- 注/' old/rules.leye >new/rules.leye
run leye diff old new
expect_exit 0

# The document: the age goes down, the line goes up from 2024, and a bonus is paid.
step "改了政策和参数：逐条说原来和现在，退出码 1"
sed -e 's/年岁 >= 50岁/年岁 >= 45岁/' -e 's/满五十岁/满四十五岁/' \
    -e 's/^  2023-01-01.*/&\n  2024-01-01  1000  依据 市发〔2024〕9号 一/' -e 's/^  金额/  频次 按月\n  金额/' old/rules.leye >new/rules.leye
run leye diff old new
expect_exit 1
expect_no_err
expect_out "改动 政策 大龄补贴
  改动 条件 大龄
      原来 年岁 >= 50岁
      现在 年岁 >= 45岁
  改动 条件 大龄 的 说明
      原来 满五十岁
      现在 满四十五岁
  增加 频次：按月
改动 参数 低收入线
  增加 2024-01-01 起：1000（依据 市发〔2024〕9号 一）"
expect_not_out "例"

step "给程序读的同样内容"
run leye diff --json old new
expect_exit 1
expect_out '"field": "2024-01-01 起"'
expect_out '"source": "市发〔2024〕9号 一"'

# A county pack on top: what changed above it is told unless one asks for the pack alone.
step "只比包自己：上级的变化不说"
for which in old new; do
    mkdir -p $which.chain/county
    mv $which $which.chain/city
    printf '包 县\n  上级 city\n  级别 县\n  版本 1\n' >$which.chain/county/pack.leye
done
run leye diff old.chain/county new.chain/county
expect_exit 1
expect_out "改动 政策 大龄补贴"
run leye diff --own old.chain/county new.chain/county
expect_exit 0
expect_out "没有实质变化"

step "有错误的包比不了：说先检查，退出码 2"
printf '政策 坏\n' >>new.chain/city/rules.leye
run leye diff old.chain/city new.chain/city
expect_exit 2
expect_no_out
expect_err "leye check"
run leye diff old.chain/city
expect_exit 2
expect_err "用法"
run leye diff old.chain/city nowhere
expect_exit 2
