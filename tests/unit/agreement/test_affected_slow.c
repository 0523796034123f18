/* Whom a change affects: cells and spells of a random pool are changed, and every subject whose verdict is another one
 * afterwards must have been named. How many were named in vain is printed. */
#include "unit/agreement/rows.h"
#include "unit/lang/helpers.h"
#include "unit/lang/random_program.h"

enum { PEOPLE_MAX = 400, CHANGES = 12 };

struct tally {
    size_t marked, changed, subjects, changes;
};

static uint64_t below(void *ctx, uint64_t n)
{
    (void)ctx;
    return t_random_below(n);
}

/* Adds those whose verdict of policy 0 a change of this cell may affect, as the pool is now. */
static void mark(const struct vocab *v, const struct pool *p, uint16_t table, uint32_t row, uint16_t column,
                 bool *marked)
{
    autoarena *a = arena_new("affected", 0);
    struct vocab_touched *t = vocab_touched_new(v, a);
    uint32_t n;
    vocab_affected(vocab_affect_of(v, p, a), table, column, &row, 1, t);
    const uint8_t *classes = vocab_touched_rows(t, v->p->policies.at[0].entity, &n);
    for (uint32_t i = 0; i < n; i++) {
        if (!vocab_touched_has(t, classes[i], 0)) continue;
        CHECK(i < PEOPLE_MAX);
        marked[i] = true;
    }
}

/* Everything a verdict says, as text. */
static str verdict_of(const struct vocab *v, const struct pool *p, uint16_t table, uint32_t row, struct arena *a)
{
    struct facts f;
    struct diags d;
    struct evaluator ev = { 0 };
    struct text out;
    date today = date_of(2023, 6, 15);
    diags_init(&d, a);
    text_init(&out, a, 1 << 16);
    facts_start(&f, v->p, a, &d, table);
    struct record *r = vocab_record(v, p, table, row, &f);
    eval_start(&ev, v->p, a, today, today);
    struct verdict x = eval_policy(&ev, r, 0);
    text_addf(&out, "%d %d", x.kind, x.assumed);
    for (size_t i = 0; i < x.policy->criteria.len; i++) {
        text_addz(&out, x.criteria[i].assumed ? "; 申报 " : "; ");
        value_text(v->p, node_at(v->p, x.policy->criteria.at[i].node)->type, x.criteria[i], &out);
    }
    for (size_t i = 0; i < x.policy->steps.len; i++)
        value_text(v->p, node_at(v->p, x.policy->steps.at[i].node)->type, x.steps[i], &out);
    for (uint32_t i = 0; i < v->p->funcs.len; i++) {
        const struct func *func = &v->p->funcs.at[i];
        if (func->params.len > 0 || func->entity != table) continue;
        struct value y = eval_func(&ev, r, i);
        text_addz(&out, y.assumed ? "; 申报 " : "; ");
        value_text(v->p, func->type, y, &out);
    }
    return ev.steps > LIMIT_STEPS ? STR("too much") : text_str(&out);
}

static void draw_cell(const struct vocab *v, const struct pool *p, const struct slot *s, uint8_t *state, int64_t *cell)
{
    static const uint8_t states[] = { POOL_KNOWN, POOL_KNOWN, POOL_KNOWN | POOL_ASSUMED, POOL_UNKNOWN, POOL_NONE };
    *state = states[t_random_below(s->optional ? 5 : 4)];
    switch (s->type.kind) {
    case TYPE_BOOL: *cell = t_random_below(2) != 0; break;
    case TYPE_NUM: *cell = (int64_t)t_random_below(40000); break;
    case TYPE_DATE: *cell = 17500 + (int64_t)t_random_below(2500); break;
    case TYPE_MONTH: *cell = 2019 * 12 + (int64_t)t_random_below(70); break;
    case TYPE_CODE: *cell = (int64_t)t_random_below(v->p->codes.at[s->type.ref].items.len); break;
    case TYPE_RECORD:
        *cell = pool_rows(p, s->type.ref) == 0 ? 0 : (int64_t)t_random_below(pool_rows(p, s->type.ref));
        if (pool_rows(p, s->type.ref) == 0) *state = POOL_UNKNOWN;
        break;
    case TYPE_TEXT:
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE:
        *cell = 0;
        *state = POOL_UNKNOWN;
        break;
    }
}

/* A random cell of a random row, or all spells of one. */
static void change_something(const struct vocab *v, struct pool *p, bool *marked)
{
    struct err e = { 0 };
    autoarena *a = arena_new("change", 0);
    uint16_t table, column;
    do {
        table = (uint16_t)t_random_below(v->schema.table_count);
        column = (uint16_t)t_random_below(v->p->entities.at[table].slots.len);
    } while (pool_rows(p, table) == 0 || (!vocab_reads(v, 0, table, column) && t_random_below(8) != 0));
    const struct slot *s = &v->p->entities.at[table].slots.at[column];
    uint32_t row = (uint32_t)t_random_below(pool_rows(p, table));
    mark(v, p, table, row, column, marked);
    struct pool_change *c = pool_change_start(p);
    uint8_t state;
    int64_t cell;
    if (s->kind == SLOT_SPELLS) {
        uint16_t columns = v->schema.tables[s->type.ref].column_count;
        uint8_t *states = ARENA_ARRAY(a, uint8_t, columns);
        int64_t *values = ARENA_ARRAY(a, int64_t, columns);
        uint64_t id = 0;
        for (uint16_t i = 0; i < columns && i < v->p->entities.at[s->type.ref].slots.len; i++)
            draw_cell(v, p, &v->p->entities.at[s->type.ref].slots.at[i], &states[i], &values[i]);
        states[SLOT_FROM] = states[SLOT_OWNER] = POOL_KNOWN;
        values[SLOT_OWNER] = row;
        pool_change_children(c, s->type.ref, row, (uint32_t)t_random_below(2), &id, states, values);
        pool_change_cover(c, table, column, row, 0, (struct pool_cover){ .state = POOL_KNOWN });
    } else if (s->kind == SLOT_FIELD) {
        draw_cell(v, p, s, &state, &cell);
        bool owner = v->p->entities.at[table].is_spell && s->type.kind == TYPE_RECORD; /* whose it is does not change */
        if (!owner) pool_change_cell(c, table, column, row, state, cell);
    }
    CHECK_OK(pool_change_end(c, &e), e);
    mark(v, p, table, row, column, marked);
}

static void one_pool(struct tally *t)
{
    autoarena *a = arena_new("program", 0), *scratch = arena_new("verdicts", 0);
    struct random_program g[20];
    struct record *subjects[20];
    uint32_t rows[20];
    struct diags d;
    struct err e = { 0 };
    struct pool *p;
    random_program(&g[0], a, (struct dice){ .below = below });
    struct loaded l = load_good(a, text_str(&g[0].rules));
    for (int i = 0; i < 20; i++) {
        if (i > 0) random_program(&g[i], a, (struct dice){ .below = below }); /* only its facts are used */
        struct facts f = start_facts(&l, a, &d, "人员");
        if (g[i].given.len > 0) give_facts(&f, &l, a, &d, text_str(&g[i].given).p, false);
        if (g[i].declared.len > 0) give_facts(&f, &l, a, &d, text_str(&g[i].declared).p, true);
        subjects[i] = f.subject;
    }
    const struct vocab *v = vocab_of(l.p, false, a);
    uint16_t person = program_entity(l.p, STR("人员"))->id;
    CHECK_OK(vocab_pool_of_records(v, subjects, 20, rows, &p, &e), e);
    uint32_t n = pool_rows(p, person);
    CHECK(n <= PEOPLE_MAX);
    str before[PEOPLE_MAX];
    for (uint32_t i = 0; i < n; i++) before[i] = verdict_of(v, p, person, i, a);
    for (int k = 0; k < CHANGES; k++) {
        struct arena_mark m = arena_mark(scratch);
        bool marked[PEOPLE_MAX] = { 0 };
        change_something(v, p, marked);
        for (uint32_t i = 0; i < n; i++) {
            str now = verdict_of(v, p, person, i, scratch);
            bool changed = !str_eq(now, before[i]);
            if (changed && !marked[i]) {
                NOTE("%s", g[0].rules.p + sizeof RANDOM_MODEL - 1);
                NOTE("row %u: %.*s, before %.*s", i, STR_ARG(now), STR_ARG(before[i]));
                FAIL("a verdict changed that nobody said might");
            }
            if (changed) before[i] = str_dup(a, now);
            t->marked += marked[i];
            t->changed += changed;
            t->subjects++;
        }
        t->changes++;
        arena_rewind(scratch, m);
    }
    pool_free(p);
}

TEST_ONCE_WITHIN(every_verdict_that_changes_was_among_those_that_might, 120)
{
    struct tally t = { 0 };
    for (int i = 0; i < 60; i++) one_pool(&t);
    NOTE("%zu changes: of %zu subjects %zu marked, %zu changed, %zu marked in vain", t.changes, t.subjects, t.marked,
         t.changed, t.marked - t.changed);
    CHECK(t.changed > 50 && t.marked < t.subjects / 2);
}

/* Somebody moves from one household to another: both are affected, and who lives there. */
TEST(a_move_affects_the_old_household_and_the_new_one)
{
    autoarena *a = arena_new("move", 0);
    struct err e = { 0 };
    struct loaded l = load_good(a, STR("包 试\n  级别 示例\n  版本 1\n来源 法\n  名称 法\n实体 家庭\n  字段 低保 : "
                                       "真假\n  集合 成员 : 人员 经 家\n"
                                       "实体 单位\n  集合 职工 : 工 经 厂\n实体 人员\n  字段 残疾 : 真假\n  字段 家 : "
                                       "家庭\n经历 工 : 人员\n  字段 "
                                       "厂 : 单位\n"
                                       "政策 政\n  依据 法 一\n  对象 人员\n  条件 甲：任一 家.成员 满足 残疾\n  条件 "
                                       "乙：次数(当前(工).厂.职工) > 1次\n"));
    const struct vocab *v = vocab_of(l.p, false, a);
    uint16_t person = program_entity(l.p, STR("人员"))->id, home = program_entity(l.p, STR("家庭"))->id;
    uint16_t firm = program_entity(l.p, STR("单位"))->id, job = program_entity(l.p, STR("工"))->id;
    uint16_t lives = (uint16_t)entity_slot(&l.p->entities.at[person], STR("家"));
    uint16_t works = (uint16_t)entity_slot(&l.p->entities.at[person], STR("工"));
    uint16_t at = (uint16_t)entity_slot(&l.p->entities.at[job], STR("厂"));
    struct pool_builder *b = pool_build(&v->schema, 0);
    for (uint32_t i = 0; i < 3; i++) pool_add(b, home, i, 0), pool_add(b, firm, i, 0);
    for (uint32_t i = 0; i < 9; i++) {
        pool_add(b, person, i, 0);
        pool_set(b, person, lives, POOL_KNOWN, i / 3);
    }
    for (uint32_t i = 0; i < 9; i++) {
        pool_add(b, job, 0, i);
        pool_set(b, job, SLOT_FROM, POOL_KNOWN, 18000);
        pool_set(b, job, SLOT_TO, POOL_NONE, 0);
        pool_set(b, job, SLOT_OWNER, POOL_KNOWN, i);
        pool_set(b, job, at, POOL_KNOWN, i % 3);
    }
    pool_join_by(b, home, (uint16_t)entity_slot(&l.p->entities.at[home], STR("成员")), lives);
    pool_join_by(b, firm, (uint16_t)entity_slot(&l.p->entities.at[firm], STR("职工")), at);
    struct pool *p = pool_build_end(b, &e);
    CHECK_OK(p != NULL, e);
    bool marked[PEOPLE_MAX] = { 0 };
    mark(v, p, person, 4, lives, marked);
    for (uint32_t i = 0; i < 9; i++) CHECK_INT(marked[i], i / 3 == 1);
    struct pool_change *c = pool_change_start(p);
    pool_change_cell(c, person, lives, 4, POOL_KNOWN, 2);
    CHECK_OK(pool_change_end(c, &e), e);
    mark(v, p, person, 4, lives, marked);
    for (uint32_t i = 0; i < 9; i++) CHECK_INT(marked[i], i >= 3);
    memset(marked, 0, sizeof marked);
    mark(v, p, person, 4, works, marked); /* colleagues count him */
    for (uint32_t i = 0; i < 9; i++) CHECK_INT(marked[i], i % 3 == 1);
    CHECK(vocab_reads(v, 0, firm, 0) && vocab_reads(v, 0, job, at));
    CHECK(!vocab_reads(v, 0, home, (uint16_t)entity_slot(&l.p->entities.at[home], STR("低保"))));
    pool_free(p);
}

/* A firm with very many people: only a policy that counts them has to look at them. */
TEST(a_record_holds_what_its_policy_can_reach_and_no_more)
{
    enum { STAFF = 50000 };
    autoarena *a = arena_new("firm", 0);
    struct err e = { 0 };
    struct loaded l = load_good(a, STR("包 试\n  级别 示例\n  版本 1\n来源 法\n  名称 法\n"
                                       "实体 单位\n  字段 守信 : 真假\n  集合 职工 : 工 经 厂\n"
                                       "实体 人员\n  字段 残疾 : 真假\n经历 工 : 人员\n  字段 厂 : 单位\n"
                                       "政策 甲\n  依据 法 一\n  对象 单位\n  条件 子：守信\n"
                                       "政策 乙\n  依据 法 一\n  对象 单位\n  条件 丑：次数(职工) > 1次\n"));
    const struct vocab *v = vocab_of(l.p, false, a);
    uint16_t firm = program_entity(l.p, STR("单位"))->id, person = program_entity(l.p, STR("人员"))->id,
             job = program_entity(l.p, STR("工"))->id, at = (uint16_t)entity_slot(&l.p->entities.at[job], STR("厂"));
    struct pool_builder *b = pool_build(&v->schema, 0);
    pool_add(b, firm, 1, 0);
    for (uint32_t i = 0; i < STAFF; i++) pool_add(b, person, i + 2, 0);
    for (uint32_t i = 0; i < STAFF; i++) {
        pool_add(b, job, 0, i);
        pool_set(b, job, at, POOL_KNOWN, 0);
    }
    uint16_t staff = (uint16_t)entity_slot(&l.p->entities.at[firm], STR("职工"));
    pool_join_by(b, firm, staff, at);
    pool_cover_all(b, firm, staff, 0, (struct pool_cover){ .state = POOL_KNOWN });
    struct pool *p = pool_build_end(b, &e);
    CHECK_OK(p != NULL, e);
    for (unsigned i = 0; i < 2; i++) {
        struct facts f;
        struct diags d;
        diags_init(&d, a);
        facts_start(&f, l.p, a, &d, firm);
        uint32_t before = f.record_count;
        vocab_record_for(v, p, program_policy(l.p, i == 0 ? STR("甲") : STR("乙"))->id, 0, &f);
        CHECK_INT(f.record_count - before, i == 0 ? 1 : STAFF + 1);
    }
    pool_free(p);
}
