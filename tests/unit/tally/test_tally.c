/* Counting over everybody agrees with asking one by one; areas add up; small cells cannot be got back. */
#include "tally/tally.h"
#include "unit/kernel/same.h"

static const char MODEL[] =
    "包 测\n  级别 示例\n  版本 1\n来源 甲法\n  名称 甲法\n"
    "代码 地\n  项 市 320000\n  项 东区 320001 属 市\n  项 西区 320002 属 市\n  项 南区 320003 属 市\n"
    "实体 人员\n  字段 数 : 数\n  字段 钱 : 元\n  字段 住 : 地\n  字段 生日 : 日期\n"
    "指标 成年人 : 人\n  依据 甲法 一\n  对象 人员\n  范围 周岁(生日, 今日) >= 18岁\n  最少 3人\n"
    "指标 全部人 : 人\n  依据 甲法 一\n  对象 人员\n"
    "指标 大数的钱 : 元\n  依据 甲法 一\n  对象 人员\n  范围 数 > 5\n  加总 钱\n"
    "指标 报来的 : 人\n  依据 甲法 一\n";

enum { PEOPLE = 400, MONTHS = 14 };

struct crowd {
    struct loaded l;
    const struct vocab *v;
    struct pool *pool;
    struct record *subjects[PEOPLE];
    uint32_t at[PEOPLE];
};

static void crowd_start(struct crowd *x, struct arena *a)
{
    static const char *const areas[] = { "东区", "西区", "南区", "市" };
    struct err e = { 0 };
    *x = (struct crowd){ .l = load_good(a, str_of(MODEL)) };
    for (size_t i = 0; i < PEOPLE; i++) {
        struct diags *d = ARENA_NEW(a, struct diags);
        struct facts f = start_facts(&x->l, a, d, "人员");
        struct text t;
        text_init(&t, a, 1024);
        text_addf(&t, "数 = %d", (int)t_random_below(10));
        if (t_random_below(10) > 0) text_addf(&t, "，钱 = %d元", (int)t_random_below(1000));
        if (t_random_below(10) > 0) text_addf(&t, "，住 = %s", areas[t_random_below(50) == 0 ? 2 : t_random_below(2)]);
        if (t_random_below(10) > 0)
            text_addf(&t, "，生日 = 200%d-%02d-10", 4 + (int)t_random_below(3), 1 + (int)t_random_below(12));
        give_facts(&f, &x->l, a, d, text_str(&t).p, false);
        x->subjects[i] = f.subject;
    }
    x->v = vocab_of(x->l.p, true, a); /* no rule reads 住 */
    CHECK_OK(vocab_pool_of_records(x->v, x->subjects, PEOPLE, x->at, &x->pool, &e), e);
}

static num one_by_one(struct crowd *x, struct arena *a, const struct indicator *k, date day, uint32_t area)
{
    num sum = 0;
    const struct code_list *list = &x->l.p->codes.at[0];
    int slot = entity_slot(&x->l.p->entities.at[k->entity - 1], STR("住"));
    for (size_t i = 0; i < PEOPLE; i++) {
        struct evaluator ev = { 0 };
        struct arena_mark m = arena_mark(a);
        eval_start(&ev, x->l.p, a, day, day);
        struct frame f = { .elements = { x->subjects[i] } };
        struct value v = k->scope != 0 ? eval_node(&ev, &f, k->scope) : value_bool(true);
        struct value what = k->sum != 0 ? eval_node(&ev, &f, k->sum) : value_num(1);
        struct value where = x->subjects[i]->slots[slot].v;
        uint32_t own = where.state == VALUE_KNOWN ? where.code + 1 : 0;
        bool here = area == 0 || own == area || (own != 0 && list->items.at[own - 1].upper == area);
        if (here && v.state == VALUE_KNOWN && v.boolean && what.state == VALUE_KNOWN) sum += what.number;
        arena_rewind(a, m);
    }
    return sum;
}

TEST(counting_everybody_is_asking_one_by_one_in_every_month_and_area)
{
    autoarena *a = arena_new("test", 0);
    struct crowd x;
    struct err e = { 0 };
    struct tally t;
    crowd_start(&x, a);
    const uint32_t which[] = { 0, 1, 2 };
    struct tally_job job = { .vocab = x.v,
                             .pool = x.pool,
                             .indicators = which,
                             .count = 3,
                             .from = { 2022 * 12 + 6 },
                             .to = { 2022 * 12 + 6 + MONTHS - 1 },
                             .by = STR("住"),
                             .known_to = date_of(2023, 8, 15) };
    CHECK_OK(tally_run(&job, a, &t, &e), e);
    CHECK_INT(t.areas, 5);
    CHECK_INT(t.months, MONTHS);
    for (uint32_t i = 0; i < 3; i++) {
        for (uint32_t m = 0; m < MONTHS; m += 3) {
            date day = month_last((month){ job.from.index + (int32_t)m });
            if (day.days > job.known_to.days) day = job.known_to;
            for (uint32_t area = 0; area < t.areas; area++) {
                NOTE("indicator %u month %u area %u", i, m, area);
                num want = one_by_one(&x, a, &x.l.p->indicators.at[i], day, area);
                CHECK(t.values[tally_at(&t, i, m, area)] == want);
            }
        }
    }
    CHECK(t.values[tally_at(&t, 0, MONTHS - 1, 0)] > t.values[tally_at(&t, 0, 0, 0)]); /* they grow up */
    CHECK(t.open[0] > 0 && t.open[1] == 0);
    pool_free(x.pool);
}

TEST(a_cell_too_small_to_show_cannot_be_got_back_from_its_neighbours)
{
    autoarena *a = arena_new("test", 0);
    struct crowd x;
    struct err e = { 0 };
    struct tally t;
    crowd_start(&x, a);
    const uint32_t which[] = { 0 };
    struct tally_job job = { .vocab = x.v,
                             .pool = x.pool,
                             .indicators = which,
                             .count = 1,
                             .from = { 2022 * 12 },
                             .to = { 2022 * 12 + 23 },
                             .by = STR("住"),
                             .known_to = date_of(2024, 1, 1) };
    CHECK_OK(tally_run(&job, a, &t, &e), e);
    unsigned seen = 0;
    for (uint32_t m = 0; m < t.months; m++) {
        unsigned hidden = 0, shown = 0;
        for (uint32_t area = 2; area < t.areas; area++) {
            size_t at = tally_at(&t, 0, m, area);
            if (t.values[at] > 0 && t.values[at] < 3) CHECK_INT(t.hidden[at], 1);
            hidden += t.hidden[at] != 0;
            shown += t.hidden[at] == 0 && t.values[at] > 0;
        }
        CHECK(hidden != 1 || shown == 0);
        seen += hidden;
    }
    CHECK(seen > 0);
    pool_free(x.pool);
}

TEST(what_is_not_counted_or_no_area_is_said)
{
    autoarena *a = arena_new("test", 0);
    struct crowd x;
    struct err e = { 0 };
    struct tally t;
    crowd_start(&x, a);
    const uint32_t reported[] = { 3 }, all[] = { 1 };
    struct tally_job job = { .vocab = x.v,
                             .pool = x.pool,
                             .indicators = reported,
                             .count = 1,
                             .from = { 2022 * 12 },
                             .to = { 2022 * 12 },
                             .by = STR("住"),
                             .known_to = date_of(2024, 1, 1) };
    CHECK_ERR(tally_run(&job, a, &t, &e), e, INVALID);
    job.indicators = all, job.by = STR("钱"), e = (struct err){ 0 };
    CHECK_ERR(tally_run(&job, a, &t, &e), e, INVALID);
    job.by = STR("没有"), e = (struct err){ 0 };
    CHECK_ERR(tally_run(&job, a, &t, &e), e, NOT_FOUND);
    job.by = STR(""), job.to.index += TALLY_MONTHS_MAX, e = (struct err){ 0 };
    CHECK_ERR(tally_run(&job, a, &t, &e), e, LIMIT);
    job.to = job.from, e = (struct err){ 0 };
    CHECK_OK(tally_run(&job, a, &t, &e), e);
    CHECK_INT((int64_t)t.values[0], PEOPLE);
    pool_free(x.pool);
}
