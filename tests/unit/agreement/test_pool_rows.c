/* Every example of every pack, and random people under random programs: judged from the facts as they were given, and
 * from the row of a pool they were put into. */
#include "pack/pack.h"
#include "unit/agreement/rows.h"
#include "unit/lang/helpers.h"
#include "unit/lang/random_program.h"

static size_t check_example(const struct vocab *v, const struct example *x, struct arena *a)
{
    struct example_case c;
    struct diags d;
    struct facts f;
    diags_init(&d, a);
    if (!example_facts(v->p, x, a, &d, NULL, &c)) return 0;
    date day = c.has_today ? c.today : TEST_TODAY, rule_day = c.has_rule_day ? c.rule_day : day;
    struct record *again = through_pool(v, c.facts.subject, &f, a, &d);
    NOTE("%.*s", STR_ARG(x->title));
    if (x->about == KIND_POLICY)
        same_policy(v->p, x->target, c.facts.subject, again, a, day, rule_day);
    else if (x->about == KIND_LEAD)
        same_lead(v->p, &v->p->leads.at[x->target], c.facts.subject, again, a, day, rule_day);
    else
        same_func(v->p, x->target, c.facts.args, c.facts.subject, again, a, day, rule_day);
    return 1;
}

/* Of the lowest pack only: those above it are loaded for themselves as well. */
static size_t check_examples(const struct program *p, struct arena *a)
{
    const struct vocab *v = vocab_of(p, false, a);
    size_t n = 0;
    CHECK(!v->too_many);
    VEC_EACH (const struct example, x, &p->examples) {
        /* records of a pool hold what policies, definitions and leads reach; services are asked of the registry's */
        if (x->pack + 1u < p->packs.len || x->about == KIND_SERVICE) continue;
        autoarena *scratch = arena_new("example", 0);
        n += check_example(v, x, scratch);
    }
    return n;
}

TEST_WITHIN(every_example_of_the_packs_is_judged_the_same_from_a_pool, 120)
{
    autoarena *a = arena_new("packs", 0);
    struct err e = { 0 };
    file_list packs = { 0 };
    size_t n = 0;
    CHECK_OK(pack_find(a, str_of(t_source("packs")), &packs, &e), e);
    VEC_EACH (const str, dir, &packs) {
        autoarena *one = arena_new("pack", 0);
        struct pack_set set;
        CHECK_OK(pack_load(&set, one, *dir, NULL, 0, &e), e);
        NOTE("%.*s", STR_ARG(*dir));
        n += check_examples(set.program, one);
    }
    NOTE("%zu examples", n);
    CHECK(n > 500);
}

TEST_WITHIN(every_example_of_the_language_is_judged_the_same_from_a_pool, 60)
{
    autoarena *a = arena_new("files", 0);
    struct err e = { 0 };
    file_list files = { 0 };
    str model = read_tree_file(a, "tests/lang/model.leye");
    size_t n = 0;
    CHECK_OK(file_walk(a, str_of(t_source("tests/lang")), STR(".leye"), 1000, &files, &e), e);
    VEC_EACH (const str, path, &files) {
        autoarena *one = arena_new("file", 0);
        struct loaded l;
        str text;
        CHECK_OK(file_read(one, *path, 1 << 22, &text, &e), e);
        struct input in[] = { { STR("model.leye"), model, 0 }, { *path, text, 0 } };
        load_inputs(&l, one, in, 2);
        if (l.d.errors > 0) load_inputs(&l, one, &in[1], 1); /* some bring their own */
        if (l.d.errors > 0) continue;
        NOTE("%.*s", STR_ARG(*path));
        n += check_examples(l.p, one);
    }
    NOTE("%zu examples", n);
    CHECK(n > 100);
}

static uint64_t below(void *ctx, uint64_t n)
{
    (void)ctx;
    return t_random_below(n);
}

static void one_program(void)
{
    autoarena *a = arena_new("program", 0);
    struct random_program g;
    random_program(&g, a, (struct dice){ .below = below });
    struct loaded l = load_good(a, text_str(&g.rules));
    struct diags d;
    struct facts f = start_facts(&l, a, &d, "人员"), f2;
    if (g.given.len > 0) give_facts(&f, &l, a, &d, text_str(&g.given).p, false);
    if (g.declared.len > 0) give_facts(&f, &l, a, &d, text_str(&g.declared).p, true);
    const struct vocab *v = vocab_of(l.p, false, a);
    struct record *again = through_pool(v, f.subject, &f2, a, &d);
    date today = date_of(2023, 6, 15);
    NOTE("%s", g.rules.p + sizeof RANDOM_MODEL - 1);
    NOTE("比对：%s", g.given.len > 0 ? g.given.p : "");
    NOTE("申报：%s", g.declared.len > 0 ? g.declared.p : "");
    for (unsigned i = 0; i < RANDOM_DEFINITIONS; i++) {
        const struct func *func = program_func(l.p, f.subject->entity, str_fmt(a, "定%u", i));
        if (!g.has_parameter[i]) same_func(l.p, func->id, NULL, f.subject, again, a, today, today);
    }
    same_policy(l.p, 0, f.subject, again, a, today, today);
}

TEST_WITHIN(random_people_are_judged_the_same_from_a_pool, 120)
{
    for (int i = 0; i < 600; i++) one_program();
}
