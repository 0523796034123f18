/* Random programs over random people: the row evaluator against naive.h, which shares no code with it behind the
 * parser. */
#include "unit/lang/helpers.h"

#include "unit/lang/random_program.h"

static uint64_t below(void *ctx, uint64_t n)
{
    (void)ctx;
    return t_random_below(n);
}

static struct naive_value as_naive(struct type t, struct value v)
{
    static const enum naive_state states[] = { [VALUE_UNKNOWN] = NAIVE_UNKNOWN,
                                               [VALUE_KNOWN] = NAIVE_KNOWN,
                                               [VALUE_NONE] = NAIVE_NONE,
                                               [VALUE_ERROR] = NAIVE_ERROR };
    struct naive_value r = { .state = states[v.state], .assumed = v.assumed, .d = 1 };
    if (v.state != VALUE_KNOWN) return r;
    switch ((int)t.kind) {
    case TYPE_BOOL: r.n = v.boolean; break;
    case TYPE_NUM:
        r.n = v.number;
        for (unsigned i = 0; i < t.scale; i++) r.d *= 10;
        break;
    case TYPE_DATE: r.n = v.day.days; break;
    case TYPE_MONTH: r.n = v.month_.index; break;
    case TYPE_CODE: r.n = v.code; break;
    default: FAIL("a type no random definition has");
    }
    return r;
}

static bool same(struct naive *m, struct naive_value a, struct naive_value b)
{
    if (a.state != b.state) return false;
    return a.state != NAIVE_KNOWN || (naive_order(m, a, b) == 0 && a.assumed == b.assumed);
}

static void show(const char *who, struct naive_value v)
{
    static const char *const names[] = { "未知", "", "无", "出错" };
    char buf[NUM_TEXT], under[NUM_TEXT];
    num_text(v.n, 0, 0, buf);
    num_text(v.d, 0, 0, under);
    NOTE("%s: %s %s/%s%s", who, names[v.state], v.state == NAIVE_KNOWN ? buf : "", v.state == NAIVE_KNOWN ? under : "",
         v.assumed ? " 申报" : "");
}

struct tally {
    size_t compared, given_up, by_state[4], assumed, verdicts[5], missing;
};

static void show_case(const struct random_program *g)
{
    NOTE("%s", text_str(&g->rules).p + sizeof RANDOM_MODEL - 1);
    NOTE("比对：%s", g->given.len > 0 ? g->given.p : "");
    NOTE("申报：%s", g->declared.len > 0 ? g->declared.p : "");
}

/* Whatever is unknown names at least one fact that is not known and would have to be asked for. */
static void check_missing(struct tally *t, const struct random_program *g, struct evaluator *ev, struct record *subject,
                          const struct criterion *c)
{
    missing_list missing = { 0 };
    struct frame f = { .elements = { subject } };
    why_missing(ev, &f, c->node, &missing);
    VEC_EACH (const struct missing, m, &missing) {
        t->missing++;
        bool open = m->record != NULL && m->slot != NULL && m->path.len > 0;
        if (open && m->slot->kind != SLOT_HISTORY) {
            const struct entity *e = &ev->p->entities.at[m->record->entity];
            open = m->record->slots[entity_slot(e, m->slot->name)].v.state == VALUE_UNKNOWN;
        }
        if (open) continue;
        show_case(g);
        FAIL("%.*s: %.*s is known", STR_ARG(c->name), STR_ARG(m->path));
    }
    if (missing.len > 0) return;
    show_case(g);
    FAIL("%.*s is unknown, and nothing is missing", STR_ARG(c->name));
}

static void check_policy(struct tally *t, const struct random_program *g, const struct loaded *l, struct evaluator *ev,
                         struct record *subject)
{
    struct naive m = { .p = l->p, .today = ev->today };
    struct naive_frame f = { .elements = { g->person } };
    struct naive_value v[RANDOM_DEFINITIONS + 1];
    struct verdict verdict = eval_policy(ev, subject, 0);
    const struct policy *q = verdict.policy;
    size_t n = 0;
    VEC_EACH (const struct criterion, c, &q->criteria) {
        v[n] = naive_eval(&m, &f, c->field->expr);
        if (c->is_exclusion) v[n] = naive_not(v[n]);
        n++;
    }
    if (m.overflow || ev->steps > LIMIT_STEPS) return;
    struct naive_value want = naive_chain(v, n, false);
    static const enum verdict_kind kinds[] = { [NAIVE_UNKNOWN] = VERDICT_PENDING, [NAIVE_ERROR] = VERDICT_ERROR };
    enum verdict_kind kind =
        want.state == NAIVE_KNOWN ? (want.n ? VERDICT_QUALIFIED : VERDICT_REFUSED) : kinds[want.state];
    t->verdicts[verdict.kind]++;
    if (verdict.kind != kind || (want.state == NAIVE_KNOWN && verdict.assumed != want.assumed)) {
        show_case(g);
        show("naive", want);
        FAIL("the verdict is %s", verdict_zh(verdict.kind));
    }
    for (size_t i = 0; i < n; i++) {
        if (verdict.criteria[i].state == VALUE_UNKNOWN) check_missing(t, g, ev, subject, &q->criteria.at[i]);
    }
}

static void one_program(struct tally *t)
{
    autoarena *a = arena_new("program", 0), *scratch = arena_new("case", 0);
    struct random_program g;
    random_program(&g, a, (struct dice){ .below = below });
    struct loaded l;
    load_inputs(&l, a, &(struct input){ .path = STR("random.leye"), .text = text_str(&g.rules) }, 1);
    if (l.d.errors > 0) {
        show_diags(&l);
        FAIL("a program that is right by construction has mistakes");
    }
    struct diags d;
    struct facts f = start_facts(&l, a, &d, "人员");
    if (g.given.len > 0) give_facts(&f, &l, a, &d, text_str(&g.given).p, false);
    if (g.declared.len > 0) give_facts(&f, &l, a, &d, text_str(&g.declared).p, true);
    date today = date_of(2023, 6, 15);
    struct evaluator ev = { 0 };
    eval_start(&ev, l.p, scratch, today, today);
    for (unsigned i = 0; i < RANDOM_DEFINITIONS; i++) {
        if (g.has_parameter[i]) continue;
        const struct func *func = program_func(l.p, f.subject->entity, str_fmt(a, "定%u", i));
        struct naive m = { .p = l.p, .today = today };
        struct naive_value want = naive_member(&m, g.person, func->name);
        struct naive_value got = as_naive(func->type, eval_func(&ev, f.subject, func->id));
        if (m.overflow || ev.steps > LIMIT_STEPS) {
            t->given_up++;
            continue;
        }
        t->compared++;
        t->by_state[want.state]++;
        t->assumed += want.assumed;
        if (same(&m, got, want)) continue;
        show_case(&g);
        show("the evaluator", got);
        show("naive", want);
        FAIL("定%u", i);
    }
    check_policy(t, &g, &l, &ev, f.subject);
}

TEST_WITHIN(the_evaluator_agrees_with_a_naive_one, 120)
{
    struct tally t = { 0 };
    for (int i = 0; i < 1500; i++) one_program(&t);
    printf("%zu compared: %zu unknown, %zu known, %zu none, %zu errors, %zu declared; %zu too large\n", t.compared,
           t.by_state[0], t.by_state[1], t.by_state[2], t.by_state[3], t.assumed, t.given_up);
    printf("%zu qualified, %zu refused, %zu pending, %zu errors; %zu missing facts\n", t.verdicts[VERDICT_QUALIFIED],
           t.verdicts[VERDICT_REFUSED], t.verdicts[VERDICT_PENDING], t.verdicts[VERDICT_ERROR], t.missing);
    CHECK(t.by_state[NAIVE_KNOWN] > t.compared / 5 && t.by_state[NAIVE_UNKNOWN] > t.compared / 20);
    CHECK(t.given_up < t.compared / 20);
}
