/* What a row's error, an unset amount, a number beyond 64 bits look like; where batches end; sums. */
#include "same.h"

static const char MODEL[] =
    "包 测\n  级别 示例\n  版本 1\n来源 甲法\n  名称 甲法\n代码 类\n  项 甲 1\n  项 乙 2\n"
    "实体 家庭\n  字段 低保 : 真假\n  集合 成员 : 人员 经 家\n"
    "实体 人员\n  字段 家 : 家庭\n  字段 数 : 数\n  字段 钱 : 元\n  字段 类别 : 类\n  字段 对 : 真假\n"
    "经历 缴 : 人员 按月\n  字段 额 : 元\n  字段 代 : 真假\n";

struct people {
    struct loaded l;
    const struct vocab *v;
    struct pool *pool;
    struct kernel *k;
    const struct kernel_rows *rows;
    struct record *subjects[16];
    uint32_t at[16];
    size_t count;
};

/* People from the texts of their facts; ends with NULL. */
static void people_start(struct people *x, struct arena *a, const char *rules, const char *const *facts)
{
    struct err e = { 0 };
    *x = (struct people){ .l = load_good(a, str_fmt(a, "%s%s", MODEL, rules)) };
    for (; facts[x->count] != NULL; x->count++) {
        struct diags *d = ARENA_NEW(a, struct diags);
        struct facts f = start_facts(&x->l, a, d, "人员");
        give_facts(&f, &x->l, a, d, facts[x->count], false);
        x->subjects[x->count] = f.subject;
    }
    x->v = vocab_of(x->l.p, false, a);
    CHECK_OK(vocab_pool_of_records(x->v, x->subjects, x->count, x->at, &x->pool, &e), e);
    x->k = kernel_new(x->v, x->pool, TEST_TODAY, TEST_TODAY);
    kernel_start(x->k);
    uint16_t table = program_entity(x->l.p, STR("人员"))->id;
    x->rows = kernel_rows(x->k, table, 0, pool_rows(x->pool, table));
}

static void people_end(struct people *x)
{
    kernel_free(x->k);
    pool_free(x->pool);
}

static struct kernel_values value_named(struct people *x, const char *name)
{
    const struct func *f = program_func(x->l.p, program_entity(x->l.p, STR("人员"))->id, str_of(name));
    CHECK(f != NULL);
    return kernel_func(x->k, x->rows, f->id);
}

static void check_state(struct people *x, const char *name, size_t person, enum value_state state,
                        enum value_error code)
{
    struct kernel_values v = value_named(x, name);
    uint8_t st = kernel_state(&v, x->at[person]);
    NOTE("%s of person %zu", name, person);
    CHECK_INT(st & KERNEL_STATE, state);
    CHECK_INT(kernel_code(st), code);
}

/* The first turn on which somebody's answer may be another, of three months from 2023-11 on. */
static unsigned holds_until(struct people *x, const char *name, size_t person)
{
    static const date days[] = { { 19662 }, { 19692 }, { 19723 } };
    CHECK_INT(days[0].days, TEST_TODAY.days);
    struct kernel *k = kernel_new_days(x->v, x->pool, days, 3);
    kernel_turn(k, 0);
    const struct kernel_rows *rows = kernel_rows(k, program_entity(x->l.p, STR("人员"))->id, 0, (uint32_t)x->count);
    kernel_func(k, rows, program_func(x->l.p, program_entity(x->l.p, STR("人员"))->id, str_of(name))->id);
    const uint8_t *next = kernel_next(k, rows);
    unsigned turn = next != NULL ? next[x->at[person]] : KERNEL_NEVER;
    kernel_free(k);
    return turn;
}

TEST(a_record_of_another_month_is_another_answer_only_when_what_is_asked_of_it_changes)
{
    autoarena *a = arena_new("months", 0);
    struct people x;
    people_start(&x, a,
                 "定义 有缴 : 真假\n  对象 人员\n  依据 甲法 一\n  基本 缴(本月)\n\n"
                 "定义 代缴 : 真假\n  对象 人员\n  依据 甲法 一\n  基本 缴(本月) 且 缴(本月).代\n\n"
                 "定义 多少 : 元\n  对象 人员\n  依据 甲法 一\n  基本 缴(本月).额\n\n",
                 (const char *const[]){
                     "缴 = [2023-01..2023-11 {额 = 5元, 代 = 真}, 2023-12..2024-05 {额 = 6元, 代 = 真}]",
                     "缴 = [2023-01..2023-12 {额 = 5元, 代 = 真}, 2024-01..2024-05 {额 = 5元, 代 = 假}]",
                     "缴 = [2023-01..2023-12 {额 = 5元, 代 = 真}]", "缴 = [2024-01..2024-05 {额 = 5元, 代 = 假}]",
                     "缴 = [2023-11 {额 = 5元, 代 = 假}, 2023-12 {额 = 5元, 代 = 假}, 2024-01 {额 = 5元, 代 = 真}]",
                     NULL });
    CHECK_INT(holds_until(&x, "有缴", 0), KERNEL_NEVER);
    CHECK_INT(holds_until(&x, "代缴", 0), KERNEL_NEVER);
    CHECK_INT(holds_until(&x, "多少", 0), 1);
    CHECK_INT(holds_until(&x, "有缴", 1), KERNEL_NEVER);
    CHECK_INT(holds_until(&x, "代缴", 1), 2);
    CHECK_INT(holds_until(&x, "多少", 1), KERNEL_NEVER);
    CHECK_INT(holds_until(&x, "有缴", 2), 2);
    CHECK_INT(holds_until(&x, "多少", 2), 2);
    CHECK_INT(holds_until(&x, "有缴", 3), 2);
    CHECK_INT(holds_until(&x, "代缴", 4), 2);
    people_end(&x);
}

TEST(an_error_is_that_of_its_row_alone)
{
    autoarena *a = arena_new("errors", 0);
    struct people x;
    people_start(&x, a,
                 "定义 二 : 数\n  对象 人员\n  依据 甲法 一\n  基本 0\n  例外 (数 = 2 或 数 = 3 或 数 = 4 或 数 = 5 或 "
                 "数 = 6 或 数 = 7 或 数 = 8 或 数 = 9 或 数 = 10) 且 (数 = 2 或 数 = 3 或 数 = 4 或 数 = 5 或 数 = 6 "
                 "或 数 = 7 或 数 = 8 或 数 = 9 或 数 = 10) 则 1\n  例外 数 > 2 则 2\n\n"
                 "表 行 : 数\n  对象 人员\n  依据 甲法 一\n  输入 数\n  命中 首行\n  | < 1 | 0 |\n  | 1..2 | 7 |\n  | "
                 "- | 数 * 2 |\n\n"
                 "参数 值 : 元  按 类\n  2020-01-01  甲 100  依据 甲法 一\n  2030-01-01  乙 100  依据 甲法 一\n\n"
                 "定义 值的 : 元\n  对象 人员\n  依据 甲法 一\n  基本 值(类别)\n\n"
                 "参数 空 : 元\n  开放\n  依据 甲法 一\n\n"
                 "定义 比 : 真假\n  对象 人员\n  依据 甲法 一\n  基本 1 / 数 > 1\n\n",
                 (const char *const[]){ "数 = 0，类别 = 甲", "数 = 2，类别 = 乙", "数 = 3", "", NULL });
    check_state(&x, "二", 0, VALUE_KNOWN, VERR_NONE);
    check_state(&x, "二", 1, VALUE_KNOWN, VERR_NONE);
    check_state(&x, "二", 2, VALUE_ERROR, VERR_TWO_EXCEPTIONS);
    check_state(&x, "二", 3, VALUE_UNKNOWN, VERR_NONE);
    check_state(&x, "值的", 0, VALUE_KNOWN, VERR_NONE);
    check_state(&x, "值的", 1, VALUE_ERROR, VERR_NO_VALUE);
    check_state(&x, "值的", 2, VALUE_UNKNOWN, VERR_NONE);
    check_state(&x, "比", 0, VALUE_ERROR, VERR_DIVISION);
    check_state(&x, "比", 1, VALUE_KNOWN, VERR_NONE);
    struct kernel_values v = value_named(&x, "行");
    CHECK_INT(kernel_value(&v, x.at[0]), 0);
    CHECK_INT(kernel_value(&v, x.at[1]), 4);
    CHECK_INT(kernel_value(&v, x.at[2]), 6);
    people_end(&x);
}

TEST(an_amount_without_a_value_is_unset_and_not_paid)
{
    autoarena *a = arena_new("unset", 0);
    struct people x;
    people_start(&x, a,
                 "参数 空 : 元\n  开放\n  依据 甲法 一\n\n"
                 "政策 政\n  依据 甲法 一\n  对象 人员\n  条件 真的：对\n  金额\n    补贴 = 较大(空, 钱)\n",
                 (const char *const[]){ "对 = 真，钱 = 5元", "对 = 假", "", NULL });
    struct kernel_verdicts v = kernel_policy(x.k, x.rows, 0, KERNEL_VERDICTS);
    CHECK_INT(v.kinds[x.at[0]], VERDICT_QUALIFIED);
    CHECK_INT(v.unset[x.at[0]], 1);
    CHECK_INT(v.kinds[x.at[1]], VERDICT_REFUSED);
    CHECK_INT(v.kinds[x.at[2]], VERDICT_PENDING);
    CHECK_INT(v.unset[x.at[1]] + v.unset[x.at[2]], 0);
    people_end(&x);
}

TEST(a_row_that_needs_more_than_64_bits_is_computed_again_exactly)
{
    autoarena *a = arena_new("wide", 0);
    struct people x;
    people_start(&x, a,
                 "定义 比 : 真假\n  对象 人员\n  依据 甲法 一\n  基本 数 * 数 * 数 > 数 * 数\n\n"
                 "定义 积 : 数\n  对象 人员\n  依据 甲法 一\n  基本 数 * 数 * 数\n\n"
                 "定义 余 : 数\n  对象 人员\n  依据 甲法 一\n  基本 数 * 数 * 4 - 数 * 数 * 4 + 1\n\n",
                 (const char *const[]){ "数 = 4000000000", "数 = 2", NULL });
    struct kernel_values v = value_named(&x, "比");
    CHECK_INT(kernel_value(&v, x.at[0]), 1);
    CHECK_INT(kernel_value(&v, x.at[1]), 1);
    v = value_named(&x, "余");
    CHECK_INT(kernel_value(&v, x.at[0]), 1);
    check_state(&x, "积", 0, VALUE_ERROR, VERR_OVERFLOW);
    check_state(&x, "积", 1, VALUE_KNOWN, VERR_NONE);
    /* once for each of the two definitions, and each time the third was asked for */
    CHECK(kernel_escaped(x.k)->rows == 4 && kernel_escaped(x.k)->at[OP_MUL] > 0);
    people_end(&x);
}

TEST(members_of_one_household_end_up_in_one_batch)
{
    autoarena *a = arena_new("batches", 0);
    struct err e = { 0 };
    struct loaded l =
        load_good(a, str_fmt(a, "%s定义 户 : 真假\n  对象 人员\n  依据 甲法 一\n  基本 任一 家.成员 满足 对\n", MODEL));
    const struct vocab *v = vocab_of(l.p, false, a);
    uint16_t person = program_entity(l.p, STR("人员"))->id, home = program_entity(l.p, STR("家庭"))->id;
    uint16_t column = (uint16_t)entity_slot(&l.p->entities.at[person], STR("家"));
    static const uint32_t homes[] = { 0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 3 };
    struct pool_builder *b = pool_build(&v->schema, 0);
    for (uint32_t i = 0; i < 4; i++) pool_add(b, home, i + 1, UINT32_MAX);
    for (uint32_t i = 0; i < 11; i++) {
        pool_add(b, person, i + 1, UINT32_MAX);
        pool_set(b, person, column, POOL_KNOWN, homes[i]);
    }
    struct pool *pool = pool_build_end(b, &e);
    CHECK(pool != NULL);
    struct kernel *k = kernel_new(v, pool, TEST_TODAY, TEST_TODAY);
    CHECK_INT(kernel_batch_end(k, person, 0, 4), 3);
    CHECK_INT(kernel_batch_end(k, person, 0, 5), 5);
    CHECK_INT(kernel_batch_end(k, person, 5, 2), 10); /* larger than a batch: whole all the same */
    CHECK_INT(kernel_batch_end(k, person, 5, 100), 11);
    CHECK_INT(kernel_batch_end(k, home, 1, 2), 3);
    kernel_free(k);
    pool_free(pool);
}

TEST(sums_are_exact_beyond_64_bits)
{
    enum { N = 1000 };
    static int64_t values[N];
    static uint8_t states[N];
    num sum = 0, want = 0;
    uint64_t known = 0;
    for (int i = 0; i < N; i++) {
        values[i] = i % 3 ? INT64_MAX - i : INT64_MIN + i;
        states[i] = i % 5 ? KERNEL_KNOWN : VALUE_UNKNOWN;
        want += values[i];
    }
    struct kernel_values v = { .n = values, .common = KERNEL_KNOWN, .width = KERNEL_64 };
    CHECK(kernel_sum(&v, N, &sum, &known) && sum == want);
    CHECK_INT((int64_t)known, N);
    v.states = states;
    want = sum = 0;
    for (int i = 0; i < N; i++) want += i % 5 ? values[i] : 0;
    CHECK(kernel_sum(&v, N, &sum, &known) && sum == want);
    CHECK_INT((int64_t)known, N + N - N / 5);
}

TEST(nothing_is_computed_for_nobody)
{
    autoarena *a = arena_new("nobody", 0);
    struct people x;
    people_start(&x, a, "定义 户 : 真假\n  对象 人员\n  依据 甲法 一\n  基本 任一 家.成员 满足 (合计(缴, 额) > 3元)\n",
                 (const char *const[]){ NULL });
    struct kernel_values v = value_named(&x, "户");
    CHECK_INT(kernel_state(&v, 0) & KERNEL_STATE, VALUE_UNKNOWN);
    people_end(&x);
}
