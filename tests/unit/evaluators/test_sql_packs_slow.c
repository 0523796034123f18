/* Every example of every pack, stored in a database: SQL and the row evaluator say the same. Slow because each chain of
 * packs is loaded, and hundreds of statements are compiled and run twice, on both databases. */
#include "unit/sql/helpers.h"

#include "pack/pack.h"

/* Examples of one day: one population. */
struct day {
    struct population pop;
    VEC(const struct example *) examples;
};

static struct day *day_of(struct arena *a, void *days_, date today, date rule_day)
{
    VEC(struct day) *days = days_;
    for (size_t i = 0; i < days->len; i++) {
        struct day *d = &days->at[i];
        if (d->pop.today.days == today.days && d->pop.rule_day.days == rule_day.days) return d;
    }
    struct day *d = vec_push(a, days);
    d->pop.today = today;
    d->pop.rule_day = rule_day;
    return d;
}

/* Runs what the examples of a day are about over all of them. What is loaded is taken back afterwards. */
static void compare_day(struct day *d, struct store *s, struct tally *t)
{
    struct err e = { 0 };
    CHECK_OK(store_begin(s, &e), e);
    d->pop.ids = ARENA_ARRAY(d->pop.a, int64_t, d->pop.subjects.len + 1);
    CHECK_OK(sql_load_records(d->pop.p, s, d->pop.subjects.at, d->pop.subjects.len, d->pop.ids, &e), e);
    struct map done;
    map_init(&done, d->pop.a);
    VEC_EACH (const struct example *, x, &d->examples) {
        uint32_t target = (*x)->target;
        const struct lead *lead = (*x)->about == KIND_LEAD ? &d->pop.p->leads.at[target] : NULL;
        int about = example_is_of_rule(*x) && (*x)->about != KIND_POLICY ? KIND_DEFINITION : (int)(*x)->about;
        if (!map_put(&done, str_fmt(d->pop.a, "%d %u", about, target), d)) continue;
        if (about == KIND_POLICY)
            compare_policy(&d->pop, s, target, t);
        else if (lead != NULL)
            compare_condition(&d->pop, s, lead->entity, lead->condition, t);
        else if (about == KIND_SERVICE)
            compare_service(&d->pop, s, target, t);
        else
            compare_func(&d->pop, s, target, t);
        t->leads += lead != NULL, t->services += about == KIND_SERVICE;
    }
    store_rollback(s);
}

static void compare_pack(str dir, struct store *s, struct tally *t, size_t *examples, size_t *changed)
{
    autoarena *a = arena_new("pack", 0);
    struct pack_set set;
    struct err e = { 0 };
    CHECK_OK(pack_load(&set, a, dir, NULL, 0, &e), e);
    CHECK_INT((int64_t)set.diags.errors, 0);
    const struct program *p = set.program;
    CHECK_OK(sql_tables(p, s, &e), e);
    VEC(struct day) days = { 0 };
    VEC_EACH (const struct example, x, &p->examples) {
        if (x->pack + 1u != p->packs.len) continue; /* those of upper packs are compared with their own */
        struct diags d;
        diags_init(&d, a);
        struct example_case *c = ARENA_NEW(a, struct example_case);
        if (!example_facts(p, x, a, &d, NULL, c) || c->facts.args != NULL) continue;
        date today = c->has_today ? c->today : date_of(2023, 11, 1);
        struct day *day = day_of(a, &days, today, c->has_rule_day ? c->rule_day : today);
        day->pop.p = p;
        day->pop.a = a;
        *changed += agree(p, a, c->facts.subject) > 0;
        *vec_push(a, &day->pop.subjects) = c->facts.subject;
        *vec_push(a, &day->examples) = x;
        ++*examples;
    }
    for (size_t i = 0; i < days.len; i++) compare_day(&days.at[i], s, t);
}

static void compare_packs(bool postgres)
{
    autoarena *a = arena_new("packs", 0);
    struct err e = { 0 };
    file_list packs = { 0 };
    CHECK_OK(pack_find(a, str_of(t_source("packs")), &packs, &e), e);
    struct tally t = { 0 };
    size_t examples = 0, changed = 0;
    for (size_t i = 0; i < packs.len; i++) {
        struct store *s = NULL;
        NOTE("pack %.*s", STR_ARG(packs.at[i]));
        if (postgres) {
            CHECK_OK(store_open(&s, str_of(t_postgres()), STORE_CREATE, &e), e);
            CHECK_OK(store_exec(s, STR("DROP SCHEMA public CASCADE; CREATE SCHEMA public"), &e), e);
        } else {
            CHECK_OK(store_open(&s, str_of(t_path(str_fmt(a, "%zu.db", i).p)), STORE_CREATE, &e), e);
        }
        compare_pack(packs.at[i], s, &t, &examples, &changed);
        store_close(s);
    }
    if (postgres) t_postgres_stop();
    printf("%zu examples (%zu with members who did not say so themselves), %zu compared, %zu escaped, %zu not in SQL\n",
           examples, changed, t.compared, t.escaped, t.refused_to_compile);
    printf("verdicts %zu %zu %zu %zu %zu, states %zu %zu %zu %zu\n", t.kinds[0], t.kinds[1], t.kinds[2], t.kinds[3],
           t.kinds[4], t.states[0], t.states[1], t.states[2], t.states[3]);
    CHECK(examples > 1000 && t.compared > examples && t.leads > 0 && t.services > 0);
    CHECK_INT((int64_t)t.escaped, 0);
    CHECK_INT((int64_t)t.refused_to_compile, 0);
}

TEST_ONCE_WITHIN(examples_come_out_the_same_in_sqlite, 600) { compare_packs(false); }
TEST_ONCE_WITHIN(examples_come_out_the_same_in_postgresql, 600) { compare_packs(true); }
