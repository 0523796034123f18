/* Every example of every pack and of tests/lang: all that are about one day become one population, and every definition
 * and policy is computed for everybody in it. Long, because there are thousands of examples and hundreds of rules. */
#include "unit/kernel/same.h"

#include "pack/pack.h"

#include <stdio.h>

struct days {
    date today, rule_day;
    VEC(struct record *) subjects;
};
typedef VEC(struct days) days_list;

static struct days *days_at(struct arena *a, days_list *l, date today, date rule_day)
{
    VEC_EACH (struct days, d, l) {
        if (d->today.days == today.days && d->rule_day.days == rule_day.days) return d;
    }
    struct days *d = vec_push(a, l);
    *d = (struct days){ .today = today, .rule_day = rule_day };
    return d;
}

static void check_days(const struct program *p, const struct days *d, struct same *totals)
{
    autoarena *a = arena_new("population", 0);
    struct err e = { 0 };
    const struct vocab *v = vocab_of(p, false, a);
    uint32_t *rows = ARENA_ARRAY(a, uint32_t, d->subjects.len + 1);
    struct pool *pool;
    CHECK_OK(vocab_pool_of_records(v, d->subjects.at, d->subjects.len, rows, &pool, &e), e);
    struct same x = { .v = v,
                      .pool = pool,
                      .today = d->today,
                      .rule_day = d->rule_day,
                      .subjects = d->subjects.at,
                      .rows = rows,
                      .count = d->subjects.len };
    same_everywhere(&x, KERNEL_BATCH);
    totals->compared += x.compared;
    totals->services += x.services, totals->leads += x.leads;
    for (unsigned i = 0; i < 4; i++) totals->by_state[i] += x.by_state[i];
    for (unsigned i = 0; i < 5; i++) totals->verdicts[i] += x.verdicts[i];
    pool_free(pool);
}

static void check_program(const struct program *p, struct same *totals)
{
    autoarena *a = arena_new("examples", 0);
    days_list days = { 0 };
    struct diags d;
    diags_init(&d, a);
    VEC_EACH (const struct example, x, &p->examples) {
        struct example_case *c = ARENA_NEW(a, struct example_case);
        if (!example_facts(p, x, a, &d, NULL, c)) continue;
        date today = c->has_today ? c->today : TEST_TODAY;
        struct days *at = days_at(a, &days, today, c->has_rule_day ? c->rule_day : today);
        *vec_push(a, &at->subjects) = c->facts.subject;
    }
    VEC_EACH (const struct days, one, &days) check_days(p, one, totals);
}

static void say(const struct same *x)
{
    printf("%llu compared: %llu unknown, %llu known, %llu none, %llu errors\n", (unsigned long long)x->compared,
           (unsigned long long)x->by_state[0], (unsigned long long)x->by_state[1], (unsigned long long)x->by_state[2],
           (unsigned long long)x->by_state[3]);
    printf("%llu qualified, %llu refused, %llu pending, %llu errors\n",
           (unsigned long long)x->verdicts[VERDICT_QUALIFIED], (unsigned long long)x->verdicts[VERDICT_REFUSED],
           (unsigned long long)x->verdicts[VERDICT_PENDING], (unsigned long long)x->verdicts[VERDICT_ERROR]);
}

static struct same check_pack(const char *name)
{
    autoarena *a = arena_new("pack", 0);
    struct err e = { 0 };
    struct pack_set set;
    CHECK_OK(pack_load(&set, a, str_of(t_source(name)), NULL, 0, &e), e);
    CHECK_INT((int64_t)set.diags.errors, 0);
    struct same totals = { 0 };
    check_program(set.program, &totals);
    say(&totals);
    CHECK(totals.compared > 0);
    return totals;
}

TEST_ONCE_WITHIN(the_examples_of_the_demo_agree, 300)
{
    struct same totals = check_pack("packs/demo");
    CHECK(totals.services > 0 && totals.leads > 0); /* what 事项 and 疑点 ask as well */
}
TEST_ONCE_WITHIN(the_examples_of_nantong_agree, 300) { check_pack("packs/demo-nantong"); }
TEST_ONCE_WITHIN(the_examples_of_jiangxi_agree, 300) { check_pack("packs/demo-jiangxi"); }
TEST_ONCE_WITHIN(the_examples_of_yangzhou_agree, 300) { check_pack("packs/demo-yangzhou"); }
TEST_ONCE_WITHIN(the_examples_of_the_suite_agree, 300) { check_pack("packs/bench"); }

TEST_ONCE_WITHIN(the_examples_of_the_language_agree, 300)
{
    autoarena *a = arena_new("files", 0);
    struct err e = { 0 };
    file_list files = { 0 };
    struct same totals = { 0 };
    size_t programs = 0;
    CHECK_OK(file_walk(a, str_of(t_source("tests/lang/language")), STR(".leye"), 1000, &files, &e), e);
    str model = read_tree_file(a, "tests/lang/model.leye");
    VEC_EACH (const str, f, &files) {
        autoarena *own = arena_new("program", 0);
        struct loaded l;
        str text;
        NOTE("%.*s", STR_ARG(*f));
        CHECK_OK(file_read(own, *f, 1 << 22, &text, &e), e);
        struct input in[] = { { STR("model.leye"), model, 0 }, { *f, text, 0 } };
        load_inputs(&l, own, in, 2);
        if (l.d.errors > 0) continue;
        check_program(l.p, &totals);
        programs++;
    }
    say(&totals);
    CHECK(programs > 5 && totals.compared > 0);
}
