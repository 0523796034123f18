/* Bytes as dice: they write a program and a person of random_program.h, right by construction. The program must check,
 * the evaluator must agree with naive.h whether or not it counts coverage (which switches short cuts off), and whatever
 * is unknown must name a fact that is missing. */
#include "../unit/lang/random_program.h"

#include "lang/example.h"
#include "pack/pack.h"

#include <stdio.h>
#include <stdlib.h>

struct bytes {
    const uint8_t *p;
    size_t len;
};

/* Past the end everything comes out 0, which ends every choice soon. */
static uint64_t below(void *ctx, uint64_t n)
{
    struct bytes *b = ctx;
    uint64_t v = 0;
    for (uint64_t most = 1; most < n; most <<= 8) {
        if (b->len == 0) return 0;
        v = v << 8 | *b->p++;
        b->len--;
    }
    return v % n;
}

static void must(bool condition, const char *what, const struct random_program *g)
{
    if (condition) return;
    fprintf(stderr, "%s\n%s\ngiven: %s\ndeclared: %s\n", what, g->rules.p + sizeof RANDOM_MODEL - 1,
            g->given.len > 0 ? g->given.p : "", g->declared.len > 0 ? g->declared.p : "");
    abort();
}

static void give(struct facts *f, struct arena *a, const struct text *t, bool assumed, const struct random_program *g)
{
    struct source *s = ARENA_NEW(a, struct source);
    if (t->len == 0) return;
    source_init(s, a, STR("facts"), str_fmt(a, "{%s}", t->p));
    struct expr *x = parse_value(s, 0, (uint32_t)s->text.len, a, f->d);
    f->assumed = assumed;
    must(x != NULL && facts_apply(f, f->subject, x), "the facts are refused", g);
    f->assumed = false;
}

static bool same(struct naive *m, struct type t, struct value got, struct naive_value want)
{
    static const enum value_state states[] = { [NAIVE_UNKNOWN] = VALUE_UNKNOWN,
                                               [NAIVE_KNOWN] = VALUE_KNOWN,
                                               [NAIVE_NONE] = VALUE_NONE,
                                               [NAIVE_ERROR] = VALUE_ERROR };
    if (got.state != states[want.state]) return false;
    if (got.state != VALUE_KNOWN) return true;
    struct naive_value v = { .state = NAIVE_KNOWN, .d = t.kind == TYPE_NUM ? num_pow10(t.scale) : 1 };
    v.n = t.kind == TYPE_BOOL    ? got.boolean
          : t.kind == TYPE_NUM   ? got.number
          : t.kind == TYPE_DATE  ? got.day.days
          : t.kind == TYPE_MONTH ? got.month_.index
                                 : (num)got.code;
    return naive_order(m, v, want) == 0 && got.assumed == want.assumed;
}

static void check_definitions(const struct random_program *g, const struct program *p, struct facts *f,
                              struct evaluator *ev, struct arena *a)
{
    for (unsigned i = 0; i < RANDOM_DEFINITIONS; i++) {
        if (g->has_parameter[i]) continue;
        const struct func *func = program_func(p, f->subject->entity, str_fmt(a, "定%u", i));
        struct naive m = { .p = p, .today = ev->today };
        struct naive_value want = naive_member(&m, g->person, func->name);
        struct value got = eval_func(ev, f->subject, func->id);
        if (m.overflow || ev->steps > LIMIT_STEPS) return;
        must(same(&m, func->type, got, want), func->name.p, g);
    }
}

static void check_verdict(const struct random_program *g, struct facts *f, struct evaluator *ev)
{
    struct verdict v = eval_policy(ev, f->subject, 0);
    struct frame frame = { .elements = { f->subject } };
    for (size_t i = 0; i < v.policy->criteria.len; i++) {
        missing_list missing = { 0 };
        why_missing(ev, &frame, v.policy->criteria.at[i].node, &missing);
        if (ev->steps > LIMIT_STEPS) return;
        must((missing.len > 0) == (v.criteria[i].state == VALUE_UNKNOWN), "missing facts", g);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    autoarena *a = arena_new("fuzz", 0);
    struct bytes bytes = { data, size };
    struct random_program g;
    random_program(&g, a, (struct dice){ .below = below, .ctx = &bytes });
    struct pack_set set;
    pack_load_text(&set, a, STR("fuzz.leye"), text_str(&g.rules));
    must(set.diags.errors == 0, "the program is refused", &g);
    struct diags d;
    struct facts f;
    diags_init(&d, a);
    facts_start(&f, set.program, a, &d, program_entity(set.program, STR("人员"))->id);
    give(&f, a, &g.given, false, &g);
    give(&f, a, &g.declared, true, &g);
    struct coverage coverage;
    coverage_init(&coverage, set.program, a);
    for (int counting = 0; counting < 2; counting++) {
        struct evaluator ev = { 0 };
        eval_start(&ev, set.program, a, date_of(2023, 6, 15), date_of(2023, 6, 15));
        if (counting) ev.seen = coverage.seen, ev.row_hit = coverage.row_hit, ev.row_base = coverage.row_base;
        check_definitions(&g, set.program, &f, &ev, a);
        check_verdict(&g, &f, &ev);
    }
    return 0;
}
