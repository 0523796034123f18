/* Months behind the last known one: a table may have them, no record does, and SQL must not see them either. */
#include "unit/lang/helpers.h"

#include "helpers.h"

static const char rules[] =
    "包 试\n  级别 示例\n  版本 1\n来源 甲法\n  名称 甲法\n"
    "代码 险\n  项 养老 1\n  项 医疗 2\n"
    "实体 人员\n  字段 对 : 真假\n经历 缴 : 人员 按月 分 险\n  字段 额 : 元/月\n"
    "定义 后来缴 : 真假\n  对象 人员\n  依据 甲法 一\n  基本 任一 缴(养老) 满足 月份 > 2023-09\n"
    "定义 都早 : 真假\n  对象 人员\n  依据 甲法 一\n  基本 全部 缴 满足 月份 < 2023-10\n"
    "定义 后来缴过 : 真假\n  对象 人员\n  依据 甲法 一\n  基本 任一 缴 满足 月份 > 2023-09\n"
    "定义 头 : 月份\n  对象 人员\n  依据 甲法 一\n  基本 首月(缴(医疗))\n"
    "定义 共 : 月\n  对象 人员\n  依据 甲法 一\n  基本 累计月数(缴(养老))\n";

/* One after another: what is known of each kind ends in September, of one or of both, or not at all. */
static const char *const people[] = { "缴(养老) = 2023-06..2023-09 已知至 2023-09，缴(医疗) = 无 已知至 2023-09",
                                      "缴(养老) = 2023-06..2023-08 已知至 2023-09，缴(医疗) = 2023-01..2023-02",
                                      "缴(养老) = 2023-06..2023-12，缴(医疗) = 无 已知至 2023-06" };
enum { PEOPLE = sizeof people / sizeof *people };

static void months_behind(const char *address)
{
    autoarena *a = arena_new("months", 0);
    struct err e = { 0 };
    struct store *s = NULL;
    struct tally t = { 0 };
    struct diags d;
    struct loaded l = load_good(a, STR(rules));
    date today = date_of(2023, 12, 15);
    struct population pop = { .p = l.p, .a = a, .today = today, .rule_day = today };
    for (size_t i = 0; i < PEOPLE; i++) {
        struct facts f = start_facts(&l, a, &d, "人员");
        give_facts(&f, &l, a, &d, people[i], false);
        *vec_push(a, &pop.subjects) = f.subject;
    }
    pop.ids = ARENA_ARRAY(a, int64_t, PEOPLE);
    CHECK_OK(store_open(&s, str_of(address), STORE_CREATE, &e), e);
    CHECK_OK(sql_tables(l.p, s, &e), e);
    CHECK_OK(sql_load_records(l.p, s, pop.subjects.at, PEOPLE, pop.ids, &e), e);
    CHECK_OK(store_exec(s,
                        STR("INSERT INTO \"缴\" (\"_id\", \"_owner\", \"_key\", \"_from\", \"_to\", \"额\") SELECT"
                            " 1000000 + row_number() OVER (ORDER BY \"_id\", key), \"_id\", key, until + 1, until + 2,"
                            " 100 FROM \"_covered\" WHERE slot = '缴' AND until IS NOT NULL"),
                        &e),
             e);
    VEC_EACH (const struct func, f, &l.p->funcs) compare_func(&pop, s, f->id, &t);
    CHECK_INT((int64_t)t.compared, 5 * PEOPLE);
    CHECK_INT((int64_t)t.escaped, 0);
    CHECK(t.states[VALUE_UNKNOWN] > 0 && t.states[VALUE_KNOWN] > 0);
    store_close(s);
}

TEST(months_behind_the_last_known_one_are_not_seen_in_sqlite) { months_behind(t_path("months.db")); }

TEST_WITHIN(months_behind_the_last_known_one_are_not_seen_in_postgresql, 60)
{
    months_behind(t_postgres());
    t_postgres_stop();
}
