/* What is easy to get wrong in SQL: dates at the ends of months, working days, numbers near 64 bits, divisions, errors
 * and their order; each for many people at once, compared with the row evaluator. */
#include "unit/lang/helpers.h"

#include "base/text.h"
#include "helpers.h"

static const char MODEL[] =
    "包 数\n  级别 示例\n  版本 1\n来源 甲法\n  名称 甲法\n"
    "代码 区\n  项 省 32\n  项 市 3201 属 省\n  项 县 320102 属 市\n  项 外 11\n"
    "日历 历\n  2023-01-02 休\n  2023-01-03 休\n  2023-10-07 班\n  2024-02-12 休\n  2024-02-18 班\n"
    "实体 家庭\n  字段 名 : 文本\n  集合 成员 : 人员 经 家\n"
    "实体 人员\n  字段 甲 : 元  可无\n  字段 乙 : 元\n  字段 丙 : 数(4位)  可无\n  字段 日 : 日期\n  字段 二日 : 日期  "
    "可无\n"
    "  字段 月数 : 月\n  字段 天数值 : 日\n  字段 起 : 月份  可无\n  字段 区域 : 区  可无\n  字段 文 : 文本  可无\n"
    "  字段 是 : 真假  可无\n  字段 家 : 家庭\n"
    "参数 线 : 元\n  2020-01-01  100.50  依据 甲法 一\n  2022-01-01  废止  依据 甲法 一\n  2023-01-01  200.25  依据 "
    "甲法 一\n"
    "参数 谁填 : 元\n  说明 没有人填\n  开放\n";

struct person_plan {
    num most;        /* of money and numbers */
    int first, last; /* years */
};

static struct value maybe(struct value v, bool optional)
{
    switch (t_random_below(8)) {
    case 0: return value_unknown();
    case 1: return optional ? value_none() : v;
    default: return v;
    }
}

static num some_number(num most)
{
    int64_t m = (int64_t)most;
    switch (t_random_below(6)) {
    case 0: return 0;
    case 1: return m - (int64_t)t_random_below(3);
    case 2: return -m + (int64_t)t_random_below(3);
    case 3: return t_random_between(-1000, 1000);
    default: return t_random_between(-m, m);
    }
}

static date some_day(const struct person_plan *plan)
{
    int year = (int)t_random_between(plan->first, plan->last), month_ = (int)t_random_between(1, 12);
    int day = (int)t_random_between(1, 31);
    while (!date_valid(year, month_, day)) day--;
    return date_of(year, month_, day);
}

static struct record *some_person(struct facts *f, const struct person_plan *plan)
{
    static const char *const texts[] = { "甲", "乙", "a", "z", "é" };
    struct record *r = facts_record(f, program_entity(f->p, STR("人员"))->id);
    const struct entity *e = &f->p->entities.at[r->entity];
    for (uint32_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        if (s->kind != SLOT_FIELD) continue;
        struct value v;
        switch (s->type.kind) {
        case TYPE_BOOL: v = value_bool(t_random_below(2) == 1); break;
        case TYPE_NUM:
            v = value_num(unit_is_money(s->type.unit) || s->type.scale > 0 ? some_number(plan->most)
                                                                           : t_random_between(-30, 400));
            break;
        case TYPE_DATE: v = value_date(some_day(plan)); break;
        case TYPE_MONTH: v = value_month(date_month(some_day(plan))); break;
        case TYPE_TEXT: v = (struct value){ .state = VALUE_KNOWN, .text = str_of(texts[t_random_below(5)]) }; break;
        case TYPE_CODE: v = (struct value){ .state = VALUE_KNOWN, .code = (uint32_t)t_random_below(4) }; break;
        case TYPE_RECORD:
        case TYPE_GROUP:
        case TYPE_HISTORY:
        case TYPE_NONE:
        case TYPE_BAD: continue;
        }
        r->slots[i].v = maybe(v, s->optional);
        r->slots[i].given = true;
    }
    return r;
}

/* People, three to a household, whose members are known for most. */
static void make_people(struct population *pop, struct facts *f, const struct person_plan *plan, int count)
{
    const struct entity *home = program_entity(pop->p, STR("家庭")), *person = program_entity(pop->p, STR("人员"));
    int family = entity_slot(person, STR("家")), members = entity_slot(home, STR("成员"));
    struct record *h = NULL;
    for (int i = 0; i < count; i++) {
        if (i % 3 == 0) {
            h = facts_record(f, home->id);
            struct group *g = ARENA_NEW(pop->a, struct group);
            g->at = ARENA_ARRAY(pop->a, struct record *, 3);
            if (t_random_below(5) > 0)
                h->slots[members] = (struct slot_value){ .given = true, .v = { .state = VALUE_KNOWN, .group = g } };
        }
        struct record *r = some_person(f, plan);
        r->slots[family] = (struct slot_value){ .given = true, .v = { .state = VALUE_KNOWN, .record = h } };
        if (h->slots[members].given) {
            struct group *g = ARENA_NEW(pop->a, struct group);
            const struct group *old = h->slots[members].v.group;
            g->at = ARENA_ARRAY(pop->a, struct record *, 3);
            for (uint32_t k = 0; k < old->count; k++) g->at[k] = old->at[k];
            g->at[old->count] = r;
            g->count = old->count + 1;
            h->slots[members].v.group = g;
        }
        *vec_push(pop->a, &pop->subjects) = r;
    }
}

/* Each line "名字 : 类型 = 表达式" is a definition; all are computed for many people. */
static void compare_lines(const char *address, const char *lines, struct person_plan plan, int count, struct tally *t)
{
    autoarena *a = arena_new("lines", 0);
    struct text rules;
    text_init(&rules, a, 1 << 20);
    text_addz(&rules, MODEL);
    str rest = str_of(lines), line;
    unsigned n = 0;
    while (str_split(&rest, '\n', &line)) {
        size_t is = str_find(line, STR(" = "));
        if (is == SIZE_MAX) continue;
        str type = str_trim(str_slice(line, 0, is)), body = str_slice(line, is + 3, line.len);
        text_addf(&rules, "定义 式%u : %.*s\n  对象 人员\n  依据 甲法 一\n  基本 %.*s\n", n++, STR_ARG(type),
                  STR_ARG(body));
    }
    struct loaded l = load_good(a, text_str(&rules));
    struct diags d;
    struct facts f = start_facts(&l, a, &d, "人员");
    struct population pop = { .p = l.p, .a = a, .today = date_of(2023, 3, 31), .rule_day = date_of(2023, 3, 31) };
    make_people(&pop, &f, &plan, count);
    pop.ids = ARENA_ARRAY(a, int64_t, pop.subjects.len);
    struct store *s = NULL;
    struct err e = { 0 };
    CHECK_OK(store_open(&s, str_of(address), STORE_CREATE, &e), e);
    if (store_kind(s) == STORE_POSTGRES)
        CHECK_OK(store_exec(s, STR("DROP SCHEMA public CASCADE; CREATE SCHEMA public"), &e), e);
    CHECK_OK(sql_tables(l.p, s, &e), e);
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(sql_load_records(l.p, s, pop.subjects.at, pop.subjects.len, pop.ids, &e), e);
    for (unsigned i = 0; i < n; i++) {
        const struct func *func = program_func(l.p, f.subject->entity, str_fmt(a, "式%u", i));
        compare_func(&pop, s, func->id, t);
    }
    store_rollback(s);
    store_close(s);
    NOTE("%zu compared, %zu escaped, states %zu %zu %zu %zu", t->compared, t->escaped, t->states[0], t->states[1],
         t->states[2], t->states[3]);
    CHECK_INT((int64_t)t->refused_to_compile, 0);
}

static const char dates[] = "月 = 足月(日, 今日)\n"
                            "岁 = 周岁(日, 今日)\n"
                            "岁 = 周岁(今日, 日)\n"
                            "月 = 足月(日, 二日)\n"
                            "月 = 自然月(月份(日), 月份(二日))\n"
                            "日 = 天数(二日, 日)\n"
                            "日期 = 日 + 月数 取月末\n"
                            "日期 = 日 + 月数 顺延\n"
                            "日期 = 二日 - 月数 取月末\n"
                            "日期 = 日 + 天数值\n"
                            "日期 = 二日 - 天数值\n"
                            "月份 = 起 + 月数\n"
                            "日期 = 月初(起)\n"
                            "日期 = 月末(起)\n"
                            "日期 = 月末(月份(日) + 1月)\n"
                            "数 = 年份(日)\n"
                            "日期 = 较大(日, 二日)\n"
                            "真假 = 日 在 2019-12-31..二日\n"
                            "日期 = 届满(日, 月数)\n"
                            "日期 = 届满(日, 天数值)\n"
                            "日期 = 日 + 3工作日\n"
                            "日期 = 2023-05-04 + 20工作日\n";

TEST(dates_are_counted_as_the_law_counts_them)
{
    struct tally t = { 0 };
    compare_lines(t_path("d.db"), dates, (struct person_plan){ 1000, 2019, 2025 }, 300, &t);
    compare_lines(t_path("e.db"), dates, (struct person_plan){ 1000, 1801, 2990 }, 300,
                  &t); /* outside the usual days */
    CHECK(t.states[VALUE_KNOWN] > t.compared / 2 && t.states[VALUE_ERROR] > 50 && t.states[VALUE_NONE] > 50);
    CHECK_INT((int64_t)t.escaped, 0);
}

static const char numbers[] = "元 = 甲 + 乙\n"
                              "元 = 甲 - 乙\n"
                              "元 = -甲\n"
                              "元 = 乙 * 3.25 舍入到分 四舍五入\n"
                              "元 = 甲 * 丙 舍入到分 进一\n"
                              "元 = 甲 * 丙 舍入到角 舍去\n"
                              "元 = 甲 / 丙 舍入到分 四舍五入\n"
                              "元 = 甲 / 7 舍入到元 进一\n"
                              "元 = 乙 / 丙 舍入到百元 舍去\n"
                              "元 = 甲 舍入到百元 四舍五入\n"
                              "元 = 甲 舍入到角 进一\n"
                              "真假 = 甲 / 丙 >= 乙\n"
                              "真假 = 甲 / 乙 < 丙\n"
                              "真假 = 乙 / 丙 = 甲 / 3\n"
                              "真假 = 甲 * 丙 > 乙 * 2\n"
                              "元 = 不超过(甲, 线)\n"
                              "元 = 较大(甲, 乙, 0元)\n"
                              "元 = 合计(家.成员 满足 是, 甲)\n"
                              "元 = 合计(家.成员, 甲 * 2)\n"
                              "元 = 合计(家.成员, 9元 / (0 * 13.90) 舍入到分 四舍五入)\n"
                              "元 = 最大(家.成员 满足 乙 > 0元, 乙)\n"
                              "元 = 最小(家.成员, 甲)\n"
                              "人 = 人数(家.成员 满足 甲 / 丙 > 乙)\n"
                              "真假 = 任一 家.成员 满足 甲 / 丙 > 乙\n"
                              "真假 = 全部 家.成员 满足 (甲 + 乙 > 0元 或 是)\n"
                              "元 = 若 甲 / 丙 > 乙 则 甲 否则 乙\n";

TEST(numbers_are_exact_or_given_up)
{
    struct tally t = { 0 };
    compare_lines(t_path("n.db"), numbers, (struct person_plan){ 100000000, 2019, 2025 }, 300, &t);
    CHECK(t.escaped < t.compared / 50);
    CHECK(t.states[VALUE_KNOWN] > t.compared / 3 && t.states[VALUE_ERROR] > 100);
    t = (struct tally){ 0 };
    compare_lines(t_path("m.db"), numbers, (struct person_plan){ SQL_NUMBER, 2019, 2025 }, 300, &t);
    CHECK(t.states[VALUE_KNOWN] > t.compared / 10);
    t = (struct tally){ 0 };
    compare_lines(t_path("l.db"), numbers, (struct person_plan){ INT64_MAX - 100, 2019, 2025 }, 300, &t);
    CHECK(t.escaped > 100 &&
          t.states[VALUE_KNOWN] > t.compared / 10); /* beyond 64 bits nothing is said, rather than wrong */
}

static const char states[] = "元 = 缺省(甲, 乙)\n"
                             "真假 = 有(甲)\n"
                             "真假 = 无(文)\n"
                             "真假 = 非 是\n"
                             "真假 = 是 且 甲 > 乙\n"
                             "真假 = 是 或 甲 / 丙 > 1元\n"
                             "真假 = 非 (是 且 甲 / 丙 > 1元)\n"
                             "真假 = 甲 / 丙 > 1元 且 乙 / 丙 > 1元 且 是\n"
                             "真假 = 区域 = 市 或 区域 != 县\n"
                             "真假 = 属于(区域, 省)\n"
                             "真假 = 属于(区域, 市)\n"
                             "真假 = 区域 在 (省, 外)\n"
                             "真假 = 甲 在 0元..乙\n"
                             "真假 = 甲 在 (乙, 1元, 0元)\n"
                             "真假 = 文 = “甲” 或 文 != “z”\n"
                             "文本 = 若 是 则 文 否则 “说不清”\n"
                             "文本 = 若 甲 / 丙 > 1元 则 “大” 否则 “小”\n"
                             "区 = 若 甲 / 丙 > 1元 则 区域 否则 县\n"
                             "真假 = (若 甲 / 丙 > 1元 则 区域 否则 县) = 县\n"
                             "元 = 若 是 则 线 否则 甲\n"
                             "元 = 若 是 则 谁填 否则 甲\n"
                             "真假 = 有(家.成员)\n"
                             "真假 = 任一 家.成员 满足 (是 且 甲 > 主体.乙)\n"
                             "真假 = 全部 家.成员 满足 任一 家.成员 满足 区域 = 县\n"
                             "人 = 人数(家.成员 满足 (甲 > 主体.甲 或 任一 家.成员 满足 是))\n"
                             "真假 = 人工判断(“人在不在”)\n";

TEST(states_and_their_order_are_kept)
{
    struct tally t = { 0 };
    compare_lines(t_path("s.db"), states, (struct person_plan){ 300, 2019, 2025 }, 400, &t);
    CHECK(t.escaped < t.compared / 50);
    CHECK(t.states[VALUE_ERROR] > 100 && t.states[VALUE_NONE] > 50 && t.states[VALUE_UNKNOWN] > t.compared / 10);
}

TEST_WITHIN(the_same_in_postgresql, 100)
{
    struct tally t = { 0 };
    const char *address = t_postgres();
    compare_lines(address, dates, (struct person_plan){ 1000, 2019, 2025 }, 100, &t);
    compare_lines(address, dates, (struct person_plan){ 1000, 1801, 2990 }, 100, &t);
    compare_lines(address, numbers, (struct person_plan){ 100000000, 2019, 2025 }, 100, &t);
    compare_lines(address, numbers, (struct person_plan){ SQL_NUMBER, 2019, 2025 }, 100, &t);
    compare_lines(address, numbers, (struct person_plan){ INT64_MAX - 100, 2019, 2025 }, 100, &t);
    compare_lines(address, states, (struct person_plan){ 300, 2019, 2025 }, 100, &t);
    CHECK(t.states[VALUE_KNOWN] > t.compared / 4 && t.states[VALUE_ERROR] > 100 && t.escaped > 100);
    t_postgres_stop();
}
