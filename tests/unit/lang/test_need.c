/* What a policy reads, as a tree: also through records that are handed on as parameters, and steps of a policy. */
#include "lang/need.h"
#include "unit/lang/helpers.h"

static const char model[] =
    "包 试\n  级别 国家\n  版本 1\n"
    "来源 令\n  名称 示范令\n  施行 2023-01-01\n"
    "实体 家庭\n  字段 低保 : 真假\n  字段 户主 : 人员\n  集合 成员 : 人员 经 家庭\n"
    "实体 人员\n  字段 出生日期 : 日期\n  字段 残疾 : 真假\n  字段 月收入 : 元/月\n  字段 家庭 : 家庭\n"
    "定义 比他大(谁 : 人员) : 真假\n  对象 人员\n  依据 令 一\n  基本 出生日期 < 谁.出生日期\n"
    "定义 管家的 : 人员\n  对象 人员\n  依据 令 一\n  基本 家庭.户主\n"
    "政策 补贴\n  依据 令 一\n  对象 人员\n  条件 长：比他大(管家的)\n  条件 有难处：家庭.低保\n"
    "  金额\n    别人 = 合计(家庭.成员, 月收入)\n    补贴 = 别人\n";

/* The place a path of names leads to, NULL when it is not read. */
static const struct need *at(const struct program *p, const struct need *n, const char *path)
{
    str rest = str_of(path), name;
    while (n != NULL && str_split(&rest, '.', &name)) {
        int slot = entity_slot(&p->entities.at[n->entity], name);
        CHECK(slot >= 0);
        n = n->slots[slot];
    }
    return n;
}

TEST(a_record_handed_on_as_a_parameter_is_read_where_it_came_from)
{
    autoarena *a = arena_new("need", 0);
    struct loaded l = load_good(a, str_of(model));
    const struct program *p = l.p;
    const struct need *n = need_of_policy(p, program_policy(p, STR("补贴"))->id, a);
    CHECK(!n->too_many);
    CHECK(at(p, n, "出生日期") != NULL);
    CHECK(at(p, n, "家庭.户主.出生日期") != NULL); /* through 管家的 and the parameter 谁 */
    CHECK(at(p, n, "家庭.低保") != NULL);
    CHECK(at(p, n, "家庭.成员.月收入") != NULL);
    CHECK(at(p, n, "家庭.户主.月收入") == NULL);
    CHECK(at(p, n, "残疾") == NULL);
}

TEST(everything_about_an_entity_is_read_at_one_tree)
{
    autoarena *a = arena_new("need", 0);
    struct loaded l = load_good(a, str_of(model));
    const struct program *p = l.p;
    const struct need *n = need_of_entity(p, program_entity(p, STR("人员"))->id, a);
    CHECK(at(p, n, "家庭.户主.出生日期") != NULL && at(p, n, "家庭.成员.月收入") != NULL);
    n = need_of_entity(p, program_entity(p, STR("家庭"))->id, a);
    CHECK(at(p, n, "低保") == NULL);
}
