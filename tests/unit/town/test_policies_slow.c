/* What policies find in the city: of every policy in force there is somebody who qualifies, somebody who is refused and
 * somebody who has to be looked at, and every criterion stops somebody. Where that cannot be, the table says why; a
 * line that is not needed any more fails too. */
#include "kernel/kernel.h"
#include "unit/city/town.h"

#include <stdio.h>

enum { PEOPLE = 50000, POLICIES_MAX = 128, CRITERIA_MAX = 24, THREADS = 2 };

/* criterion NULL: nobody has this verdict of the policy. */
static const struct excuse {
    const char *policy, *criterion, *why;
    enum verdict_kind kind;
} excuses[] = {
    { "就业见习补贴", NULL, "用途要人来判断", VERDICT_QUALIFIED },
    { "就业见习补贴", "用途合规", "要人来判断", VERDICT_REFUSED },
    { "企业新型学徒制培训补贴", "期限合规", "超过两年的，是不是批准过要人来判断", VERDICT_REFUSED },
    { "个人创业担保贷款", "同时有小微贷款", "城里没有人用自己的企业贷过款", VERDICT_REFUSED },
    { "技能提升补贴", "备付条件", "示范城市的基金备付期总在一年以上", VERDICT_REFUSED },
    { "领金人员医疗保险代缴", NULL, "领没领，社保的名单是全的", VERDICT_PENDING },
    { "领金人员丧葬补助金和抚恤金", NULL, "遗属选哪一种要人来判断", VERDICT_QUALIFIED },
    { "领金人员丧葬补助金和抚恤金", "已选养老或工伤待遇", "要人来判断", VERDICT_REFUSED },
    { "产假期间企业社会保险补贴", "头胎多胞胎已认定", "要人来判断", VERDICT_REFUSED },
    { "灵活就业人员就地参保", NULL, "愿不愿意要问本人", VERDICT_QUALIFIED },
    { "灵活就业人员就地参保", "自愿参保", "要问本人", VERDICT_REFUSED },
    { "求学圆梦助学金", NULL, "学籍要人来核", VERDICT_QUALIFIED },
    { "求学圆梦助学金", "学籍真实", "要人来核", VERDICT_REFUSED },
    { "优秀创业项目奖补", NULL, "入选不入选是评审", VERDICT_QUALIFIED },
    { "优秀创业项目奖补", "项目入选", "是评审", VERDICT_REFUSED },
    { "优秀创业项目奖补", "同一项目已奖补", "是评审", VERDICT_REFUSED },
    { "失业人员价格临时补贴", NULL, "2024 年没有启动联动", VERDICT_QUALIFIED },
    { "失业人员价格临时补贴", NULL, "2024 年没有启动联动", VERDICT_PENDING },
    { "生活困难失业人员临时生活补助", "家庭生活困难", "名单以外的困难要人来判断", VERDICT_REFUSED },
    { "社会保险费延期暂缓缴纳", NULL, "只在 2020 年疫情防控期间", VERDICT_QUALIFIED },
    { "社会保险费延期暂缓缴纳", "缴费确有困难", "要人来判断", VERDICT_REFUSED },
};

struct counted {
    const struct policy *policy;
    uint64_t kinds[4], fails[CRITERIA_MAX];
};
struct look {
    struct counted *of[THREADS]; /* by thread */
    const uint32_t *policies;
    size_t count;
    uint16_t table;
};

static bool fails(const struct criterion *c, const struct kernel_values *v, uint32_t row)
{
    uint8_t state = kernel_state(v, row) & KERNEL_STATE;
    if (state == VALUE_NONE) return !c->is_exclusion;
    return state == VALUE_KNOWN && (kernel_value(v, row) != 0) == c->is_exclusion;
}

static void look(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    struct look *l = ctx;
    const struct kernel_rows *rows = kernel_rows(k, l->table, first, n);
    for (size_t i = 0; i < l->count; i++) {
        struct counted *c = &l->of[thread][i];
        struct kernel_verdicts v = kernel_policy(k, rows, l->policies[i], KERNEL_CRITERIA);
        c->policy = v.policy;
        CHECK(v.policy->criteria.len <= CRITERIA_MAX);
        for (uint32_t r = 0; r < n; r++) {
            c->kinds[v.kinds[r]]++;
            for (size_t q = 0; q < v.policy->criteria.len; q++)
                c->fails[q] += fails(&v.policy->criteria.at[q], &v.criteria[q], r);
        }
    }
}

static bool excused(str policy, str criterion, enum verdict_kind kind, bool *used)
{
    for (size_t i = 0; i < sizeof excuses / sizeof *excuses; i++) {
        const struct excuse *x = &excuses[i];
        bool same = criterion.len == 0 ? x->criterion == NULL && x->kind == kind
                                       : x->criterion != NULL && str_eq(criterion, str_of(x->criterion));
        if (same && str_eq(policy, str_of(x->policy))) return used[i] = true;
    }
    return false;
}

static void say(const struct counted *c, bool *used, struct text *table, struct text *missing)
{
    static const char *const kinds[3] = { "符合", "不符合", "待核" };
    static const enum verdict_kind wanted[3] = { VERDICT_QUALIFIED, VERDICT_REFUSED, VERDICT_PENDING };
    text_addf(table, "%.*s", STR_ARG(c->policy->name));
    for (size_t i = 0; i < 3; i++) {
        text_addf(table, "　%s %llu", kinds[i], (unsigned long long)c->kinds[wanted[i]]);
        if (c->kinds[wanted[i]] == 0 && !excused(c->policy->name, STR(""), wanted[i], used))
            text_addf(missing, "%.*s：没有人%s\n", STR_ARG(c->policy->name), kinds[i]);
    }
    for (size_t q = 0; q < c->policy->criteria.len; q++) {
        str criterion = c->policy->criteria.at[q].name;
        text_addf(table, "　%.*s %llu", STR_ARG(criterion), (unsigned long long)c->fails[q]);
        if (c->fails[q] == 0 && !excused(c->policy->name, criterion, VERDICT_REFUSED, used))
            text_addf(missing, "%.*s：“%.*s”没有挡住人\n", STR_ARG(c->policy->name), STR_ARG(criterion));
    }
    text_addc(table, '\n');
    if (c->kinds[VERDICT_ERROR] > 0)
        text_addf(missing, "%.*s：%llu 个算不出来\n", STR_ARG(c->policy->name),
                  (unsigned long long)c->kinds[VERDICT_ERROR]);
}

static void ask_table(const struct vocab *v, const struct pool *pool, uint16_t table, struct arena *a, bool *used,
                      struct text *out, struct text *missing)
{
    date day = date_of(2024, 5, 31);
    uint32_t policies[POLICIES_MAX];
    struct look l = { .policies = policies, .table = table };
    VEC_EACH (const struct policy, q, &v->p->policies) {
        bool newest = program_policy(v->p, q->name) == q;
        if (!newest || q->entity != table || policy_on(v->p, q->id, day) == NULL) continue;
        CHECK(l.count < POLICIES_MAX);
        policies[l.count++] = q->id;
    }
    if (l.count == 0) return;
    for (unsigned t = 0; t < THREADS; t++) l.of[t] = ARENA_ARRAY(a, struct counted, l.count);
    struct kernel_job job = { .vocab = v,
                              .pool = pool,
                              .today = day,
                              .rule_day = day,
                              .table = table,
                              .threads = THREADS,
                              .each = look,
                              .ctx = &l };
    kernel_run(&job);
    for (size_t i = 0; i < l.count; i++) {
        struct counted sum = l.of[0][i];
        for (unsigned t = 1; t < THREADS; t++) {
            const struct counted *c = &l.of[t][i];
            if (sum.policy == NULL) sum.policy = c->policy;
            for (size_t k = 0; k < 4; k++) sum.kinds[k] += c->kinds[k];
            for (size_t k = 0; k < CRITERIA_MAX; k++) sum.fails[k] += c->fails[k];
        }
        say(&sum, used, out, missing);
    }
}

TEST_ONCE_WITHIN(every_policy_has_some_who_qualify_some_who_do_not_and_some_to_look_at, 240)
{
    autoarena *a = arena_new("city", 0);
    const struct program *p = town_program(a);
    const struct vocab *v = vocab_of(p, false, a);
    struct city_options o = town(PEOPLE);
    struct city_result r;
    struct pool *pool;
    struct err e = { 0 };
    struct text table, missing;
    bool used[sizeof excuses / sizeof *excuses] = { 0 };
    text_init(&table, a, 1 << 20), text_init(&missing, a, 1 << 20);
    CHECK_OK(city_pool(&o, v, &pool, &r, NULL, &e), e);
    for (uint16_t t = 0; t < p->entities.len; t++) ask_table(v, pool, t, a, used, &table, &missing);
    pool_free(pool);
    for (size_t i = 0; i < sizeof excuses / sizeof *excuses; i++) {
        const struct excuse *x = &excuses[i];
        if (!used[i]) text_addf(&missing, "%s：“%s”不用再破例\n", x->policy, x->criterion != NULL ? x->criterion : "");
    }
    printf("%.*s\n%.*s", STR_ARG(text_str(&table)), STR_ARG(text_str(&missing))); /* shown when it fails */
    CHECK_INT((int64_t)missing.len, 0);
}
