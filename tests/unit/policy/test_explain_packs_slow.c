/* Laws of explanations, over every policy and every example of every pack that ships, and over people made at random.
 *
 *  1. The verdict of an explanation is the verdict of the evaluator; its lines add up to the outcome of their
 * criterion.
 *  2. Text and JSON say the same; no line is longer than 100 columns.
 *  3. Every change that is said leads to the verdict it promises, and is the smallest: without any part of it, it does
 * not.
 *  4. Whoever waits for facts is told which; each was really unknown; whatever the answers are, they go where the path
 * says, and after finitely many rounds nothing is unknown any more.
 *  5. The facts written out as JSON and read back give the same explanation, and its receipt replays. */
#include "unit/policy/facts_out.h"

#include <stdlib.h>

enum { ROUNDS_MAX = 60 };

struct law {
    const struct pack_set *set;
    struct arena *a;
    struct facts *f;
    const struct policy *policy;
    date today, rule_day;
};

static struct evaluator evaluator_of(const struct law *l)
{
    struct evaluator ev = { 0 };
    eval_start(&ev, l->set->program, l->a, l->today, l->rule_day);
    return ev;
}

static struct told explained(const struct law *l)
{
    struct told t = { 0 };
    struct evaluator ev = evaluator_of(l);
    explain_policy(&t.x, &ev, l->f->subject, l->policy->id, l->a);
    render(l->a, &t);
    return t;
}

/* ---- 1: verdicts ---- */

static void check_verdict(const struct law *l, const struct explanation *x)
{
    struct evaluator ev = evaluator_of(l);
    struct verdict v = eval_policy(&ev, l->f->subject, l->policy->id);
    CHECK_INT(x->verdict.kind, v.kind);
    CHECK_INT(x->verdict.assumed, v.assumed);
    CHECK_INT(x->verdict.amount_unset, v.amount_unset);
    CHECK_INT(x->verdict.amount.state, v.amount.state);
    if (v.kind == VERDICT_NOT_IN_FORCE) return;
    CHECK_SIZE(x->criteria.len, v.policy->criteria.len);
    for (size_t i = 0; i < x->criteria.len; i++) {
        CHECK_INT(x->verdict.criteria[i].state, v.criteria[i].state);
        const struct explained_criterion *c = &x->criteria.at[i];
        bool none = true, no = false, error = false, unknown = false;
        VEC_EACH (const struct clause, k, &c->clauses) {
            if (k->depth > 0 || k->is_definition || k->is_note) continue;
            none = false;
            no = no || k->outcome == OUTCOME_NO;
            error = error || k->outcome == OUTCOME_ERROR;
            unknown = unknown || k->outcome == OUTCOME_UNKNOWN;
        }
        CHECK(!none);
        enum outcome sum = no ? OUTCOME_NO : error ? OUTCOME_ERROR : unknown ? OUTCOME_UNKNOWN : OUTCOME_YES;
        if (sum != c->outcome) NOTE("criterion %.*s", STR_ARG(c->name));
        CHECK_INT(sum, c->outcome);
    }
    CHECK_INT(x->amount.len > 0, v.amount.state == VALUE_KNOWN && v.kind != VERDICT_REFUSED && v.policy->steps.len > 0);
}

/* ---- 3: changes ---- */

/* The verdict after the parts of a change but one (SIZE_MAX: after all). */
static enum verdict_kind verdict_after(const struct law *l, const struct change *c, size_t without)
{
    struct evaluator ev = evaluator_of(l);
    struct forced *forced = ARENA_ARRAY(l->a, struct forced, c->parts.len + 1);
    struct slot_value *kept = ARENA_ARRAY(l->a, struct slot_value, c->parts.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < c->parts.len; i++) {
        const struct change_part *k = &c->parts.at[i];
        if (i == without) continue;
        if (k->record == NULL) {
            forced[n++] = (struct forced){ k->node, value_bool(k->want) };
            continue;
        }
        kept[i] = k->record->slots[k->slot];
        k->record->slots[k->slot] = (struct slot_value){ .v = k->value, .given = true };
    }
    ev.forced = forced;
    ev.forced_count = n;
    enum verdict_kind kind = eval_policy(&ev, l->f->subject, l->policy->id).kind;
    for (size_t i = c->parts.len; i-- > 0;) {
        if (i != without && c->parts.at[i].record != NULL) c->parts.at[i].record->slots[c->parts.at[i].slot] = kept[i];
    }
    return kind;
}

static size_t check_changes(const struct law *l, const struct told *t)
{
    const struct explanation *x = &t->x;
    VEC_EACH (const struct change, c, &x->change_parts) {
        NOTE("%.*s", STR_ARG(x->changes.at[c - x->change_parts.at]));
        CHECK(x->verdict.kind == VERDICT_REFUSED || x->verdict.kind == VERDICT_QUALIFIED);
        CHECK(c->parts.len > 0);
        CHECK_INT(verdict_after(l, c, SIZE_MAX), c->then);
        CHECK(c->then != x->verdict.kind);
        for (size_t i = 0; c->parts.len > 1 && i < c->parts.len; i++) CHECK(verdict_after(l, c, i) != c->then);
    }
    return x->change_parts.len;
}

/* ---- 4: what is missing ---- */

static bool is_known(const struct program *p, const struct missing *m)
{
    if (m->slot == NULL) {
        VEC_EACH (const struct judgement, j, &m->record->judgements) {
            if (str_eq(m->path, str_fmt(p->arena, "人工判断(“%.*s”)", STR_ARG(j->question)))) return true;
        }
        return false;
    }
    const struct entity *e = &p->entities.at[m->record->entity];
    size_t slot = (size_t)(m->slot - e->slots.at);
    CHECK(slot < e->slots.len);
    if (m->slot->kind != SLOT_HISTORY)
        return m->record->slots[slot].given && m->record->slots[slot].v.state != VALUE_UNKNOWN;
    return false; /* a history may be known for other kinds, or up to a month: see complete_history */
}

static void random_scalar(struct facts_out *o, struct type t, bool optional)
{
    static const int64_t numbers[] = { 0, 1, 2, 3, 6, 12, 18, 24, 36, 59, 60, 100, 1000, 20000 };
    struct value v = { .state = VALUE_KNOWN };
    if (optional && t_random_below(4) == 0) {
        json_z(&o->w, "无");
        return;
    }
    switch (t.kind) {
    case TYPE_BOOL: v.boolean = t_random_below(2) == 1; break;
    case TYPE_NUM:
        v.number =
            numbers[t_random_below(sizeof numbers / sizeof *numbers)] * num_pow10(t_random_below(3) == 0 ? 0 : t.scale);
        break;
    case TYPE_DATE:
        v.day = date_of((int)t_random_between(1955, 2024), (int)t_random_between(1, 12), (int)t_random_between(1, 28));
        break;
    case TYPE_MONTH: v.month_ = (month){ (int32_t)t_random_between(2010 * 12, 2025 * 12) }; break;
    case TYPE_CODE: v.code = (uint32_t)t_random_below(o->p->codes.at[t.ref].items.len); break;
    case TYPE_TEXT: v.text = STR("电工"); break;
    case TYPE_BAD:
    case TYPE_RECORD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: FAIL("not a scalar");
    }
    put_scalar(o, t, v);
}

static void random_spell(struct facts_out *o)
{
    date from = date_of((int)t_random_between(2015, 2024), (int)t_random_between(1, 12), 1);
    char text[DATE_TEXT];
    date_text(from, text);
    json_object(&o->w);
    json_key(&o->w, "开始"), json_z(&o->w, text);
    if (t_random_below(2) == 0) {
        date_text((date){ from.days + (int32_t)t_random_between(0, 900) }, text);
        json_key(&o->w, "结束"), json_z(&o->w, text);
    }
    json_object_end(&o->w);
}

static void random_months(struct facts_out *o)
{
    char from[MONTH_TEXT], to[MONTH_TEXT];
    month m = { (int32_t)t_random_between(2015 * 12, 2024 * 12) };
    month_text(m, from);
    m.index += (int32_t)t_random_between(0, 40);
    month_text(m, to);
    if (t_random_below(3) == 0)
        json_z(&o->w, "无");
    else
        json_str(&o->w, str_fmt(o->a, "%s..%s", from, to));
}

/* A value for what was asked. Later rounds give empty groups, so that questions about members come to an end. */
static void random_answer(struct facts_out *o, const struct missing *m, unsigned round)
{
    if (m->slot == NULL) {
        json_bool(&o->w, t_random_below(2) == 1);
    } else if (m->type.kind == TYPE_RECORD) {
        if (m->slot->optional && t_random_below(3) == 0)
            json_z(&o->w, "无");
        else
            json_object(&o->w), json_object_end(&o->w);
    } else if (m->type.kind == TYPE_GROUP) {
        const struct entity *e = &o->p->entities.at[m->type.ref];
        json_array(&o->w);
        for (uint64_t n = round > 12 ? 0 : t_random_below(3); n > 0; n--) {
            if (e->is_spell && !e->is_monthly)
                random_spell(o);
            else
                json_object(&o->w), json_object_end(&o->w);
        }
        json_array_end(&o->w);
    } else if (m->type.kind == TYPE_HISTORY) {
        random_months(o);
    } else {
        random_scalar(o, m->type, m->slot->optional && m->slot->kind == SLOT_FIELD);
    }
}

/* A history asked for as a whole, or beyond the month it is known to. */
static void complete_history(const struct program *p, const struct missing *m)
{
    const struct entity *e = &p->entities.at[m->record->entity], *he = &p->entities.at[m->slot->type.ref];
    size_t slot = (size_t)(m->slot - e->slots.at), keys = he->key > 0 ? p->codes.at[he->key - 1].items.len : 1;
    if (m->record->histories[slot] == NULL)
        m->record->histories[slot] = ARENA_ARRAY(p->arena, struct history, keys + 1);
    for (size_t k = 0; k < keys; k++) {
        m->record->histories[slot][k].known = true;
        m->record->histories[slot][k].has_until = false;
    }
    m->record->slots[slot].given = true;
}

static bool history_can_be_given(const struct program *p, const struct missing *m, str path)
{
    const struct entity *e = &p->entities.at[m->record->entity], *he = &p->entities.at[m->slot->type.ref];
    const struct history *h = m->record->histories[m->slot - e->slots.at];
    if (he->key > 0 && str_find(path, STR("(")) == SIZE_MAX) return false; /* all kinds at once */
    if (h == NULL) return true;
    if (he->key == 0) return !h[0].known;
    for (size_t k = 0; k < p->codes.at[he->key - 1].items.len; k++) {
        str name = str_fmt(p->arena, "(%.*s)", STR_ARG(p->codes.at[he->key - 1].items.at[k].name));
        if (str_find(path, name) != SIZE_MAX) return !h[k].known;
    }
    return false;
}

/* Straight into the slot: for what no path leads to, a field of one month or of a firm that stands there. */
static void give_directly(const struct law *l, const struct missing *m)
{
    const struct entity *e = &l->set->program->entities.at[m->record->entity];
    struct value v = { .state = VALUE_KNOWN };
    if (m->slot->kind == SLOT_GROUP || m->slot->kind == SLOT_SPELLS)
        v.group = ARENA_NEW(l->a, struct group);
    else if (m->type.kind == TYPE_RECORD)
        v.record = facts_record(l->f, m->type.ref);
    else if (m->type.kind == TYPE_TEXT)
        v.text = STR("某");
    m->record->slots[m->slot - e->slots.at] = (struct slot_value){ .v = v, .given = true };
}

static void answer_one(const struct law *l, const struct missing *m, str path, unsigned round)
{
    const struct program *p = l->set->program;
    if (m->slot != NULL && m->slot->kind == SLOT_HISTORY && (path.len == 0 || !history_can_be_given(p, m, path))) {
        complete_history(p, m);
        return;
    }
    if (path.len == 0 && m->slot == NULL) {
        str q = str_slice(m->path, sizeof "人工判断(“" - 1, m->path.len - (sizeof "”)" - 1));
        *vec_push(l->a, &m->record->judgements) = (struct judgement){ .question = q, .answer = true };
        return;
    }
    if (path.len == 0) {
        give_directly(l, m);
        return;
    }
    struct text doc;
    struct err e = { 0 };
    struct facts_out o = { .p = p, .a = l->a };
    text_init(&doc, l->a, 1 << 20);
    json_begin(&o.w, &doc, false);
    json_object(&o.w);
    json_key_str(&o.w, path);
    random_answer(&o, m, round);
    json_object_end(&o.w);
    NOTE("  %.*s", STR_ARG(text_str(&doc)));
    CHECK_OK(facts_json(l->f, l->f->subject, json_of(l->a, text_str(&doc)), &e), e);
    bool arrived = m->slot == NULL || m->slot->kind == SLOT_HISTORY || is_known(p, m);
    CHECK(arrived);
}

static void check_missing(const struct law *l, const struct explanation *x)
{
    if (x->verdict.kind == VERDICT_PENDING) CHECK(x->missing.len > 0);
    if (x->verdict.kind == VERDICT_REFUSED || x->verdict.kind == VERDICT_QUALIFIED) CHECK_SIZE(x->missing.len, 0);
    for (size_t i = 0; i < x->missing.len; i++) {
        const struct missing *m = &x->missing.at[i];
        if (is_known(l->set->program, m)) NOTE("asked for though known: %.*s", STR_ARG(m->path));
        CHECK(!is_known(l->set->program, m));
        CHECK(x->missing_ask.at[i].len > 0);
        for (size_t k = 0; k < i; k++) {
            const struct missing *n = &x->missing.at[k];
            CHECK(!(n->record == m->record && n->slot == m->slot && str_eq(n->path, m->path)));
        }
    }
}

/* ---- 5: receipts ---- */

/* The answer is the same from the facts written back, and from those alone that the policy is said to need. */
static struct told check_again(const struct law *l, const struct told *t, const struct need *need)
{
    struct told again = { .q = { .policy = l->policy->name, .today = l->today, .rule_day = l->rule_day } };
    str facts = facts_as_json(l->set->program, l->f->subject, need, l->a);
    struct err e = { 0 };
    again.q.facts = json_of(l->a, facts);
    bool ok = answer(&again.x, l->set, &again.q, l->a, &e);
    if (!ok) NOTE("%.*s", STR_ARG(facts));
    CHECK_OK(ok, e);
    render(l->a, &again);
    if (!str_eq(again.json, t->json)) NOTE("%.*s", STR_ARG(facts));
    CHECK_STR(again.json, t->json);
    return again;
}

static void check_receipt(const struct law *l, const struct told *t)
{
    check_again(l, t, need_of_policy(l->set->program, l->policy->id, l->a));
    struct told again = check_again(l, t, NULL);
    struct err e = { 0 };
    struct text receipt, why;
    bool same = false;
    text_init(&receipt, l->a, TEXT_MAX), text_init(&why, l->a, TEXT_MAX);
    CHECK_OK(receipt_write(&again.x, &again.q, &receipt, &e), e);
    CHECK_OK(receipt_replay(text_str(&receipt), l->set, l->a, &same, &why, &e), e);
    CHECK(same && why.len == 0);
}

/* ---- everything about one person ---- */

struct tally {
    size_t cases, changes, rounds, longest;
};

static struct told check_case(const struct law *l, struct tally *n)
{
    struct told t = explained(l);
    check_verdict(l, &t.x);
    n->changes += check_changes(l, &t);
    check_missing(l, &t.x);
    check_receipt(l, &t);
    VEC_EACH (const struct explained_criterion, c, &t.x.criteria) {
        if (c->clauses.len > n->longest) n->longest = c->clauses.len;
    }
    n->cases++;
    return t;
}

/* Answers questions until none is left. */
static void answer_all(const struct law *l, struct tally *n)
{
    for (unsigned round = 0;; round++) {
        struct told t = check_case(l, n);
        if (t.x.verdict.kind != VERDICT_PENDING) return;
        if (round == ROUNDS_MAX) FAIL("still unknown after %d rounds", ROUNDS_MAX);
        for (size_t i = 0; i < t.x.missing.len; i++) {
            /* An answer may settle what was asked beside it: 成员 and then 成员[1].年龄. */
            if (!is_known(l->set->program, &t.x.missing.at[i]))
                answer_one(l, &t.x.missing.at[i], t.x.missing_path.at[i], round);
        }
        n->rounds++;
    }
}

typedef void pack_fn(const struct pack_set *set, struct arena *scratch, struct tally *n);

static void every_pack(pack_fn *fn, struct tally *n)
{
    autoarena *a = arena_new("packs", 0);
    struct err e = { 0 };
    file_list dirs = { 0 };
    size_t good = 0;
    CHECK_OK(pack_find(a, str_of(t_source("packs")), &dirs, &e), e);
    VEC_EACH (const str, dir, &dirs) {
        autoarena *own = arena_new("pack", 0), *scratch = arena_new("case", 0);
        struct pack_set set;
        CHECK_OK(pack_load(&set, own, *dir, NULL, 0, &e), e);
        NOTE("%.*s: %zu mistakes", STR_ARG(*dir), set.diags.errors);
        if (set.diags.errors > 0) continue; /* leye check is where that fails */
        good++;
        fn(&set, scratch, n);
    }
    CHECK(good > 0);
}

static void every_example(const struct pack_set *set, struct arena *scratch, struct tally *n)
{
    const struct program *p = set->program;
    VEC_EACH (const struct example, x, &p->examples) {
        if (x->about != KIND_POLICY || x->pack != p->packs.len - 1) continue;
        struct arena_mark m = arena_mark(scratch);
        struct example_case c;
        struct diags d;
        diags_init(&d, scratch);
        NOTE("%.*s “%.*s”", STR_ARG(x->decl->name.text), STR_ARG(x->title));
        CHECK(example_facts(p, x, scratch, &d, NULL, &c));
        date today = c.has_today ? c.today : date_of(2023, 11, 1);
        struct law l = { .set = set,
                         .a = scratch,
                         .f = &c.facts,
                         .policy = &p->policies.at[x->target],
                         .today = today,
                         .rule_day = c.has_rule_day ? c.rule_day : today };
        answer_all(&l, n);
        arena_rewind(scratch, m);
    }
}

TEST_ONCE_WITHIN(explanations_of_all_examples_hold_the_laws, 1800)
{
    struct tally n = { 0 };
    every_pack(every_example, &n);
    NOTE("%zu cases, %zu changes, %zu rounds of questions, at most %zu lines", n.cases, n.changes, n.rounds, n.longest);
    CHECK(n.cases > 500 && n.changes > 100);
}

static void every_policy_from_nothing(const struct pack_set *set, struct arena *scratch, struct tally *n)
{
    const struct program *p = set->program;
    static const int years[] = { 2019, 2021, 2023, 2025 };
    VEC_EACH (const struct policy, q, &p->policies) {
        for (int i = 0; i < 4; i++) {
            struct arena_mark m = arena_mark(scratch);
            struct diags d;
            struct facts f;
            diags_init(&d, scratch);
            facts_start(&f, p, scratch, &d, q->entity);
            date today = date_of(years[i], (int)t_random_between(1, 12), (int)t_random_between(1, 28));
            NOTE("%.*s from nothing, %d", STR_ARG(q->name), years[i]);
            if (program_policy(p, q->name) != q) continue; /* an older version is reached through the newest */
            struct law l = { .set = set, .a = scratch, .f = &f, .policy = q, .today = today, .rule_day = today };
            answer_all(&l, n);
            arena_rewind(scratch, m);
        }
    }
}

TEST_ONCE_WITHIN(explanations_of_people_made_at_random_hold_the_laws, 1800)
{
    struct tally n = { 0 };
    every_pack(every_policy_from_nothing, &n);
    NOTE("%zu cases, %zu changes, %zu rounds of questions, at most %zu lines", n.cases, n.changes, n.rounds, n.longest);
    CHECK(n.cases > 500 && n.changes > 100);
}
