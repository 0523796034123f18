/* Random programs over random people: every definition and the policy, by the row evaluator and in the database. */
#include "unit/lang/helpers.h"

#include "unit/lang/random_program.h"

#include "helpers.h"

static uint64_t below(void *ctx, uint64_t n)
{
    (void)ctx;
    return t_random_below(n);
}

/* Months behind the last known one, which no record has: they must not change what SQL says. */
static void say_more_of_months(struct store *s, struct tally *t)
{
    struct err e = { 0 };
    struct store_stmt *q;
    CHECK_OK(
        store_prepare(s,
                      STR("INSERT INTO \"缴\" (\"_id\", \"_owner\", \"_key\", \"_from\", \"_to\", \"额\")"
                          " SELECT 1000000000 + row_number() OVER (ORDER BY \"_id\", key), \"_id\", key, until + 1,"
                          " until + 40, 12345 FROM \"_covered\" WHERE slot = '缴' AND until IS NOT NULL"),
                      &q, &e),
        e);
    CHECK_OK(store_run(q, &e), e);
    t->months += (size_t)store_changed(q);
    store_done(q);
}

static void one_program(struct store *s, struct tally *t)
{
    autoarena *a = arena_new("program", 0);
    struct random_program g;
    random_program(&g, a, (struct dice){ .below = below });
    struct loaded l = load_good(a, text_str(&g.rules));
    struct diags d;
    struct facts f = start_facts(&l, a, &d, "人员");
    if (g.given.len > 0) give_facts(&f, &l, a, &d, text_str(&g.given).p, false);
    if (g.declared.len > 0) give_facts(&f, &l, a, &d, text_str(&g.declared).p, true);
    NOTE("%s", text_str(&g.rules).p + sizeof RANDOM_MODEL - 1);
    NOTE("%s\n%s", g.given.len > 0 ? g.given.p : "", g.declared.len > 0 ? g.declared.p : "");
    struct population pop = { .p = l.p, .a = a, .today = date_of(2023, 6, 15), .rule_day = date_of(2023, 6, 15) };
    agree(l.p, a, f.subject);
    struct reach x = { .a = a, .p = l.p };
    map_init(&x.seen, a);
    reach_all(&x, f.subject);
    VEC_EACH (struct record *, r, &x.records)
        if (!l.p->entities.at[(*r)->entity].is_monthly) *vec_push(a, &pop.subjects) = *r;
    pop.ids = ARENA_ARRAY(a, int64_t, pop.subjects.len);
    struct err e = { 0 };
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(sql_load_records(l.p, s, pop.subjects.at, pop.subjects.len, pop.ids, &e), e);
    say_more_of_months(s, t);
    for (unsigned i = 0; i < RANDOM_DEFINITIONS; i++) {
        if (g.has_parameter[i]) continue;
        const struct func *func = program_func(l.p, f.subject->entity, str_fmt(a, "定%u", i));
        compare_func(&pop, s, func->id, t);
    }
    compare_policy(&pop, s, 0, t);
    store_rollback(s);
}

static void programs(const char *address, int count)
{
    struct tally t = { 0 };
    struct err e = { 0 };
    for (int done = 0; done < count;) {
        struct store *s = NULL;
        CHECK_OK(store_open(&s, str_of(address), STORE_CREATE, &e), e);
        autoarena *a = arena_new("model", 0);
        struct loaded l = load_good(a, STR(RANDOM_MODEL));
        CHECK_OK(sql_tables(l.p, s, &e), e);
        for (int i = 0; i < 50 && done < count; i++, done++) one_program(s, &t);
        store_close(s);
    }
    printf("%zu compared, %zu escaped, %zu not in SQL\n", t.compared, t.escaped, t.refused_to_compile);
    printf("verdicts %zu %zu %zu %zu, states %zu %zu %zu %zu\n", t.kinds[0], t.kinds[1], t.kinds[2], t.kinds[3],
           t.states[0], t.states[1], t.states[2], t.states[3]);
    CHECK(t.compared > (size_t)count * 5 && t.months > 0);
    CHECK(t.escaped < t.compared / 10);
    CHECK(t.refused_to_compile < (size_t)count);
}

TEST_WITHIN(random_rules_come_out_the_same_in_sqlite, 120) { programs(t_path("random.db"), 120); }

TEST_WITHIN(random_rules_come_out_the_same_in_postgresql, 120)
{
    const char *address = t_postgres();
    programs(address, 25);
    t_postgres_stop();
}
