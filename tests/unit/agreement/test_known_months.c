/* Months behind the last one that is known, found by seed 934682053: a run of months beyond 已知至 was known to the
 * record of one person (leye why) and unknown in the columns (leye find). Both must say that such a month is unknown.
 */
#include "unit/kernel/same.h"

enum { KNOWN_TO = 2023 * 12 + 8 }; /* September */

static const char rules[] = "包 试\n  级别 示例\n  版本 1\n来源 甲法\n  名称 甲法\n"
                            "实体 人员\n  字段 对 : 真假\n经历 领 : 人员 按月\n  字段 额 : 元/月\n"
                            "定义 十月领 : 真假\n  对象 人员\n  依据 甲法 一\n  基本 领(2023-10)\n"
                            "定义 领过 : 月\n  对象 人员\n  依据 甲法 一\n  基本 累计月数(领, 2023-11)\n"
                            "政策 政\n  依据 甲法 一\n  对象 人员\n  条件 领着：领(2023-10)\n";

/* One person for each way a run can lie about the last known month. */
static const struct {
    int from, to; /* months from KNOWN_TO */
} runs[] = { { -3, 0 }, { -3, 1 }, { 0, 3 }, { 1, 2 }, { 2, 3 }, { -9, -8 } };
enum { PEOPLE = sizeof runs / sizeof *runs };

static struct pool *people_paid(const struct vocab *v, uint16_t person, uint16_t paid)
{
    struct err e = { 0 };
    struct pool_builder *b = pool_build(&v->schema, 0);
    for (uint64_t i = 0; i < PEOPLE; i++) {
        pool_add(b, person, i + 1, 0);
        pool_set(b, person, 0, POOL_KNOWN, 1);
    }
    for (uint32_t i = 0; i < PEOPLE; i++) {
        pool_add(b, paid, i + 1, i);
        pool_set(b, paid, SLOT_MONTH, POOL_KNOWN, KNOWN_TO + runs[i].from);
        pool_set(b, paid, vocab_last_month(v, paid), POOL_KNOWN, KNOWN_TO + runs[i].to);
        pool_set(b, paid, vocab_key(v, paid), POOL_KNOWN, 0);
        pool_set(b, paid, SLOT_MONTH_OWNER, POOL_KNOWN, i);
        pool_set(b, paid, (uint16_t)entity_slot(&v->p->entities.at[paid], STR("额")), POOL_KNOWN, 100);
    }
    pool_cover_all(b, person, (uint16_t)entity_slot(&v->p->entities.at[person], STR("领")), 0,
                   (struct pool_cover){ .state = POOL_KNOWN, .has_until = true, .until = KNOWN_TO });
    struct pool *pool = pool_build_end(b, &e);
    CHECK_OK(pool != NULL, e);
    return pool;
}

TEST(a_month_behind_the_last_known_one_is_unknown_to_one_record_and_to_the_columns)
{
    autoarena *a = arena_new("months", 0);
    struct loaded l = load_good(a, STR(rules));
    const struct vocab *v = vocab_of(l.p, true, a);
    uint16_t person = program_entity(l.p, STR("人员"))->id, paid = program_entity(l.p, STR("领"))->id;
    struct pool *pool = people_paid(v, person, paid);
    date today = date_of(2023, 12, 15);
    struct same x = { .v = v, .pool = pool, .today = today, .rule_day = today };
    same_everywhere(&x, PEOPLE);
    CHECK(x.compared > 0 && x.by_state[VALUE_UNKNOWN] > 0);
    struct kernel *k = kernel_new(v, pool, today, today);
    kernel_start(k);
    struct kernel_values got =
        kernel_func(k, kernel_rows(k, person, 0, PEOPLE), program_func(l.p, person, STR("十月领"))->id);
    for (uint32_t i = 0; i < PEOPLE; i++) CHECK_INT(kernel_state(&got, i) & KERNEL_STATE, VALUE_UNKNOWN);
    kernel_free(k);
    pool_free(pool);
}
