/* fixture: two small packs, 国 and 省 above one another, for tests of the language server. */
#ifndef UNIT_LSP_FIXTURE_H
#define UNIT_LSP_FIXTURE_H
#include "unit/lsp/session.h"

#define MODEL                                                  \
    "来源 示范令〔2023〕1号\n"                         \
    "  名称 示范规定\n"                                  \
    "  机关 示范部门\n"                                  \
    "  日期 2023-01-01\n"                                    \
    "\n"                                                       \
    "来源 示范法\n"                                       \
    "  名称 示范法律\n"                                  \
    "  可信 转述高\n"                                     \
    "\n"                                                       \
    "代码 性别\n"                                          \
    "  项 男 1\n"                                            \
    "  项 女 2 女性\n"                                     \
    "\n"                                                       \
    "代码 险种\n"                                          \
    "  项 养老 110\n"                                       \
    "  项 失业 210\n"                                       \
    "\n"                                                       \
    "实体 家庭\n"                                          \
    "  字段 低保 : 真假\n"                               \
    "  集合 成员 : 人员 经 家庭\n"                    \
    "\n"                                                       \
    "实体 人员\n"                                          \
    "  字段 姓名 : 文本  编码 AAC003  密级 姓名\n" \
    "  字段 性别 : 性别  编码 AAC004\n"                \
    "  字段 出生日期 : 日期  编码 AAC006\n"          \
    "  字段 死亡日期 : 日期  可无\n"                 \
    "  字段 家庭 : 家庭\n"                               \
    "\n"                                                       \
    "经历 失业登记 : 人员\n"                           \
    "\n"                                                       \
    "经历 参保缴费 : 人员 按月 分 险种\n"         \
    "  字段 缴费基数 : 元/月\n"                        \
    "\n"                                                       \
    "资金 就业补助资金\n"

#define RULES                                                                                  \
    "参数 最低工资 : 元/月  按 性别\n"                                              \
    "  说明 月最低工资标准\n"                                                         \
    "  2021-08-01  男 2280  女 2070  依据 示范令〔2023〕1号 二\n"                   \
    "  2024-01-01  男 2490  女 2260  可信 转述中  依据 示范令〔2023〕1号 二\n" \
    "\n"                                                                                       \
    "参数 补贴标准 : 元/月\n"                                                          \
    "  开放\n"                                                                               \
    "  依据 示范法 第三条\n"                                                           \
    "\n"                                                                                       \
    "定义 年龄 : 岁\n"                                                                    \
    "  对象 人员\n"                                                                        \
    "  说明 满几岁\n"                                                                     \
    "  依据 示范法 第一条\n"                                                           \
    "  基本 周岁(出生日期, 今日)\n"                                                  \
    "\n"                                                                                       \
    "例 定义 年龄\n"                                                                      \
    "  | 出生日期   | 今日       | 应得 |\n"                                           \
    "  | 1970-03-01 | 2020-02-29 | 49岁 |\n"                                                  \
    "\n"                                                                                       \
    "政策 求职补贴\n"                                                                    \
    "  依据 示范令〔2023〕1号 五\n"                                                   \
    "  对象 人员\n"                                                                        \
    "  施行 2023-01-01 起\n"                                                                \
    "  开放 条件\n"                                                                        \
    "  条件 大龄女性：性别 = 女 且 年龄 >= 40岁\n"                               \
    "    说明 四十岁以上的妇女\n"                                                    \
    "  条件 失业：有效(失业登记)\n"                                                 \
    "  排除 已缴费：任一 家庭.成员 满足 参保缴费(失业, 本月)\n"          \
    "  金额\n"                                                                               \
    "    基数 = 最低工资(女)\n"                                                         \
    "    补贴 = 不超过(基数 * 50% 舍入到分 四舍五入, 补贴标准)\n"           \
    "  资金 就业补助资金\n"                                                            \
    "\n"                                                                                       \
    "例 政策 求职补贴\n"                                                                \
    "  今日 2024-02-01\n"                                                                    \
    "  已知 性别 = 女，出生日期 = 1970-01-01，失业登记 = 2023-05-01..\n"        \
    "  “年轻”\n"                                                                         \
    "    已知 出生日期 = 2000-01-01\n"                                                   \
    "    应得 不符合 大龄女性\n"                                                      \
    "  “家里不清楚”\n"                                                                \
    "    应得 待核 家庭\n"

#define LOWER                                        \
    "来源 省令\n"                                \
    "  名称 省的规定\n"                        \
    "\n"                                             \
    "填写 补贴标准\n"                          \
    "  2023-01-01  1000元/月  依据 省令 一\n" \
    "\n"                                             \
    "收窄 求职补贴\n"                          \
    "  依据 省令 二\n"                          \
    "  条件 不满五十：年龄 < 50岁\n"       \
    "    依据 省令 二\n"

UNUSED static void put_packs(void)
{
    put_file("packs/国/pack.leye", "包 国\n  级别 国家\n  版本 1\n");
    put_file("packs/国/model.leye", MODEL);
    put_file("packs/国/rules.leye", RULES);
    put_file("packs/省/pack.leye", "包 省\n  上级 国\n  级别 省\n  版本 1\n");
    put_file("packs/省/lower.leye", LOWER);
}

/* RULES with the first occurrence of `what` replaced by `by` (which may hold the caret). */
UNUSED static const char *rules_with(struct session *s, const char *what, const char *by)
{
    str rules = STR(RULES);
    size_t at = str_find(rules, str_of(what));
    CHECK(at != SIZE_MAX);
    return str_fmt(s->a, "%.*s%s%s", (int)at, rules.p, by, rules.p + at + strlen(what)).p;
}

#endif
