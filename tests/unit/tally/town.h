/* A model with everything that days and changes can move, and a population of invented people for it. */
#ifndef UNIT_TALLY_TOWN_H
#define UNIT_TALLY_TOWN_H
#include "tally/tally.h"
#include "unit/kernel/random_pool.h"
#include "unit/kernel/same.h"

static const char TOWN[] =
    "包 测\n  级别 示例\n  版本 1\n来源 甲法\n  名称 甲法\n"
    "代码 地\n  项 市 320000\n  项 东区 320001 属 市\n  项 西区 320002 属 市\n  项 东村 320003 属 东区\n"
    "代码 险\n  项 养老 1\n  项 失业 2\n"
    "实体 家庭\n  字段 低保 : 真假\n  集合 成员 : 人员 经 家\n"
    "实体 单位\n  字段 在地 : 地\n  字段 大 : 真假\n  集合 职工 : 工作 经 厂\n"
    "实体 人员\n  字段 数 : 数\n  字段 钱 : 元\n  字段 住 : 地\n  字段 生日 : 日期\n  字段 家 : 家庭\n  字段 残疾 : "
    "真假  可无\n"
    "经历 工作 : 人员\n  字段 厂 : 单位  可无\n  字段 工钱 : 元\n"
    "经历 缴费 : 人员 按月 分 险\n  字段 基数 : 元\n  字段 代缴 : 真假\n"
    "参数 线 : 岁\n  2000-01-01  60  依据 甲法 一\n  2023-03-01  61  依据 甲法 一\n"
    "定义 岁数 : 岁\n  对象 人员\n  依据 甲法 一\n  基本 周岁(生日, 今日)\n"
    "定义 有工作 : 真假\n  对象 人员\n  依据 甲法 一\n  基本 有效(工作)\n"
    "定义 住处 : 地\n  对象 人员\n  依据 甲法 一\n  基本 住\n  例外 老：岁数 >= 60岁 则 市 优先 1\n"
    "指标 成年人 : 人\n  依据 甲法 一\n  对象 人员\n  范围 岁数 >= 18岁\n  最少 3人\n"
    "指标 全部人 : 人\n  依据 甲法 一\n  对象 人员\n"
    "指标 大数的钱 : 元\n  依据 甲法 一\n  对象 人员\n  范围 数 > 5 且 有工作\n  加总 钱\n"
    "指标 工钱 : 元\n  依据 甲法 一\n  对象 人员\n  范围 有工作\n  加总 当前(工作).工钱\n"
    "指标 残疾人 : 人\n  依据 甲法 一\n  对象 人员\n  范围 残疾\n"
    "指标 健全人 : 人\n  依据 甲法 一\n  对象 人员\n  范围 非 残疾 且 岁数 < 线\n"
    "指标 参保人 : 人\n  依据 甲法 一\n  对象 人员\n  范围 缴费(养老, 本月) 或 缴费(失业, 本月)\n"
    "指标 代缴人 : 人\n  依据 甲法 一\n  对象 人员\n  范围 缴费(养老, 本月) 且 缴费(养老, 本月).代缴\n"
    "指标 缴费基数 : 元\n  依据 甲法 一\n  对象 人员\n  范围 缴费(失业, 本月)\n  加总 缴费(失业, 本月).基数\n"
    "指标 长期参保 : 人\n  依据 甲法 一\n  对象 人员\n  范围 连续月数(缴费(养老)) >= 12月\n"
    "指标 家里有人工作 : 人\n  依据 甲法 一\n  对象 人员\n  范围 任一 家.成员 满足 有工作\n"
    "指标 困难家庭 : 户\n  依据 甲法 一\n  对象 家庭\n  范围 低保 或 (全部 成员 满足 非 有工作)\n"
    "指标 大厂 : 家\n  依据 甲法 一\n  对象 单位\n  范围 次数(职工 满足 有(开始)) > 1次\n"
    "指标 大厂工人 : 人\n  依据 甲法 一\n  对象 人员\n  范围 当前(工作).厂.大\n";

enum { TOWN_PEOPLE = 1300 }; /* more than one block of rows */

struct town {
    struct loaded l;
    const struct vocab *v;
    uint64_t seed;
};

static inline void town_start(struct town *x, struct arena *a)
{
    *x = (struct town){ .l = load_good(a, str_of(TOWN)), .seed = t_random() };
    x->v = vocab_of(x->l.p, true, a); /* no rule reads 住 */
}

/* The same pool each time. */
static inline struct pool *town_pool(const struct town *x, struct arena *a)
{
    struct err e = { 0 };
    struct pool *p = random_pool(x->v, TOWN_PEOPLE, 20, x->seed, a, &e);
    CHECK(p != NULL);
    return p;
}

/* All indicators about an entity; *n of them. */
static inline const uint32_t *town_indicators(const struct program *p, const char *entity, struct arena *a, uint32_t *n)
{
    uint32_t *which = ARENA_ARRAY(a, uint32_t, p->indicators.len + 1);
    *n = 0;
    for (uint32_t i = 0; i < p->indicators.len; i++) {
        uint32_t on = p->indicators.at[i].entity;
        if (on != 0 && (entity == NULL || str_eq(p->entities.at[on - 1].name, str_of(entity)))) which[(*n)++] = i;
    }
    return which;
}

/* What one indicator is in one month, row by row, in every area; *open: rows of which it is not known. */
static inline const num *town_one_by_one(const struct tally_job *job, const struct indicator *x, date day,
                                         uint32_t areas, struct arena *a, uint64_t *open)
{
    const struct vocab *v = job->vocab;
    num *sums = ARENA_ARRAY(a, num, areas);
    uint16_t table = (uint16_t)(x->entity - 1);
    int slot = tally_area_slot(&v->p->entities.at[table], job->by);
    const struct slot *s = slot >= 0 ? &v->p->entities.at[table].slots.at[slot] : NULL;
    autoarena *scratch = arena_new("one by one", 0);
    *open = 0;
    for (uint32_t row = 0; row < pool_rows(job->pool, table); row++) {
        struct arena_mark m = arena_mark(scratch);
        struct evaluator ev = { 0 };
        struct diags d;
        struct facts f = { .p = v->p, .a = scratch, .d = &d };
        diags_init(&d, scratch);
        if (pool_id(job->pool, table, row) == POOL_GONE) continue;
        struct record *r = vocab_record(v, job->pool, table, row, &f);
        struct frame frame = { .elements = { r } };
        eval_start(&ev, v->p, scratch, day, day);
        struct value in = x->scope != 0 ? eval_node(&ev, &frame, x->scope) : value_bool(true);
        struct value what = x->sum != 0 ? eval_node(&ev, &frame, x->sum) : value_num(1);
        struct value where = { 0 };
        if (s != NULL) where = s->kind == SLOT_FUNC ? eval_func(&ev, r, s->func) : r->slots[slot].v;
        bool known = in.state == VALUE_KNOWN && (!in.boolean || what.state == VALUE_KNOWN);
        *open += !known;
        num value = known && in.boolean ? what.number : 0;
        sums[0] += value;
        for (uint32_t at = where.state == VALUE_KNOWN ? where.code + 1 : 0; at != 0;
             at = v->p->codes.at[s->type.ref].items.at[at - 1].upper)
            sums[at] += value;
        arena_rewind(scratch, m);
    }
    return sums;
}

/* Every cell of every `step`th month, and of the last, against that. */
static inline void town_check(const struct tally_job *job, const struct tally *t, uint32_t step)
{
    for (uint32_t i = 0; i < job->count; i++) {
        const struct indicator *x = &job->vocab->p->indicators.at[job->indicators[i]];
        for (uint32_t m = 0; m < t->months; m++) {
            if (m % step != 0 && m + 1 < t->months) continue;
            autoarena *a = arena_new("month", 0);
            date day = month_last((month){ job->from.index + (int32_t)m });
            if (day.days > job->known_to.days) day = job->known_to;
            uint64_t open;
            const num *want = town_one_by_one(job, x, day, t->areas, a, &open);
            for (uint32_t area = 0; area < t->areas; area++) {
                num got = t->values[tally_at(t, i, m, area)];
                if (got != want[area])
                    FAIL("%.*s, month %u, area %u: %lld, one by one %lld", STR_ARG(x->name), m, area, (long long)got,
                         (long long)want[area]);
            }
            if (m + 1 == t->months && t->open[i] != open)
                FAIL("%.*s: %llu open, one by one %llu", STR_ARG(x->name), (unsigned long long)t->open[i],
                     (unsigned long long)open);
        }
    }
}

#endif
