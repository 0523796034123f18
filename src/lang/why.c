/* why: from an unknown result down to the missing facts. Follows only unknown operands, enters definitions and the
 * elements of groups, and stops at facts: a field nobody gave, a history nobody knows, a judgement nobody made. */
#include "lang/why.h"

enum { MISSING_MAX = 64 };

struct walk {
    struct evaluator *ev;
    missing_list *out;
    str whose;
};

static bool is_unknown(struct evaluator *ev, const struct frame *f, node_id id)
{
    return eval_node(ev, f, id).state == VALUE_UNKNOWN;
}

static const struct entity *entity_of(const struct program *p, const struct node *record_node)
{
    return &p->entities.at[record_node->type.ref];
}

void node_path(struct evaluator *ev, const struct frame *f, node_id id, struct text *out)
{
    const struct program *p = ev->p;
    const struct node *n = node_at(p, id);
    switch ((int)n->op) {
    case OP_ELEMENT: return;
    case OP_FIELD:
    case OP_GROUP:
    case OP_HISTORY:
    case OP_CALL: {
        node_id rec = node_kid(p, n, 0);
        size_t before = out->len;
        node_path(ev, f, rec, out);
        if (out->len > before) text_addc(out, '.');
        if (n->op == OP_CALL)
            text_add(out, p->funcs.at[n->k].name);
        else
            text_add(out, entity_of(p, node_at(p, rec))->slots.at[n->k].name);
        if (n->op == OP_HISTORY && n->kid_count > 1) {
            struct value key = eval_node(ev, f, node_kid(p, n, 1));
            text_addc(out, '(');
            value_text(p, node_at(p, node_kid(p, n, 1))->type, key, out);
            text_addc(out, ')');
        }
        return;
    }
    default: text_add(out, source_text(&p->sources.at[n->loc.source], n->loc)); return;
    }
}

static void add(struct walk *w, const struct frame *f, node_id id, const struct slot *slot, struct type t,
                struct record *r, str path)
{
    (void)f;
    if (w->out->len >= MISSING_MAX) return;
    VEC_EACH (const struct missing, m, w->out) {
        if (m->record == r && m->slot == slot && str_eq(m->path, path)) return;
    }
    *vec_push(w->ev->a, w->out) =
        (struct missing){ .path = path, .whose = w->whose, .slot = slot, .type = t, .record = r, .node = id };
}

static str path_of(struct walk *w, const struct frame *f, node_id id)
{
    struct text t;
    text_init(&t, w->ev->a, 1024);
    node_path(w->ev, f, id, &t);
    return text_str(&t);
}

static void walk(struct walk *w, const struct frame *f, node_id id);

static void walk_kids(struct walk *w, const struct frame *f, const struct node *n)
{
    for (unsigned i = 0; i < n->kid_count; i++) walk(w, f, node_kid(w->ev->p, n, i));
}

/* A group or history as a whole, when it is not known. True: it was, and look at its elements. */
static bool walk_group(struct walk *w, const struct frame *f, node_id id, struct record ***at, uint32_t *count)
{
    const struct program *p = w->ev->p;
    const struct node *n = node_at(p, id);
    struct value why;
    bool some = eval_elements(w->ev, f, id, at, count, &why);
    if (why.state != VALUE_UNKNOWN) return some;
    node_id rec = node_kid(p, n, 0);
    struct value r = eval_node(w->ev, f, rec);
    if (r.state != VALUE_KNOWN) {
        walk(w, f, rec);
    } else if (n->kid_count > 1 && is_unknown(w->ev, f, node_kid(p, n, 1))) {
        walk(w, f, node_kid(p, n, 1));
    } else {
        add(w, f, id, &entity_of(p, node_at(p, rec))->slots.at[n->k], n->type, r.record, path_of(w, f, id));
    }
    return some;
}

static void walk_spells(struct walk *w, const struct frame *f, const struct node *n)
{
    struct record **at;
    uint32_t count;
    if (walk_group(w, f, node_kid(w->ev->p, n, 0), &at, &count)) {
        const struct entity *e = &w->ev->p->entities.at[node_at(w->ev->p, node_kid(w->ev->p, n, 0))->type.ref];
        for (uint32_t i = 0; i < count; i++) {
            for (uint32_t s = SLOT_FROM; s <= SLOT_TO; s++) {
                if (at[i]->slots[s].v.state != VALUE_UNKNOWN) continue;
                str path =
                    str_fmt(w->ev->a, "%.*s[%u].%.*s", STR_ARG(e->name), at[i]->index, STR_ARG(e->slots.at[s].name));
                add(w, f, 0, &e->slots.at[s], e->slots.at[s].type, at[i], path);
            }
        }
    }
    for (unsigned i = 1; i < n->kid_count; i++) walk(w, f, node_kid(w->ev->p, n, i));
}

static void walk_history(struct walk *w, const struct frame *f, const struct node *n)
{
    const struct program *p = w->ev->p;
    node_id h = node_kid(p, n, 0);
    struct record **at;
    uint32_t count;
    size_t before = w->out->len;
    if (walk_group(w, f, h, &at, &count)) { /* known up to a month: later ones are missing */
        for (unsigned i = 1; i < n->kid_count; i++) walk(w, f, node_kid(p, n, i));
        if (w->out->len == before) {
            struct value r = eval_node(w->ev, f, node_kid(p, node_at(p, h), 0));
            const struct slot *s = &entity_of(p, node_at(p, node_kid(p, node_at(p, h), 0)))->slots.at[node_at(p, h)->k];
            add(w, f, h, s, node_at(p, h)->type, r.record, path_of(w, f, h));
        }
    }
}

static void walk_elements(struct walk *w, const struct frame *f, const struct node *n)
{
    const struct program *p = w->ev->p;
    struct record **at;
    uint32_t count;
    node_id group = node_kid(p, n, 0);
    if (!walk_group(w, f, group, &at, &count)) return;
    struct frame inner = *f;
    str outer = w->whose, name = path_of(w, f, group);
    for (uint32_t i = 0; i < count && w->out->len < MISSING_MAX; i++) {
        inner.elements[n->level] = at[i];
        struct record *subject = f->elements[0];
        w->whose = at[i] == subject ? outer : str_fmt(w->ev->a, "%.*s第%u个", STR_ARG(name), i + 1);
        for (unsigned k = 1; k < n->kid_count; k++) walk(w, &inner, node_kid(p, n, k));
    }
    w->whose = outer;
}

/* Only what can still decide: below an exception that holds nothing is looked at, and of a table no row that does not
 * fit. */
static void walk_definition(struct walk *w, const struct func *d, const struct frame *f)
{
    bool decided = false;
    int64_t lowest = INT64_MIN;
    VEC_EACH (const struct exception, x, &d->exceptions) {
        struct value c = eval_node(w->ev, f, x->condition);
        if (c.state != VALUE_KNOWN || !c.boolean || (decided && x->rank <= lowest)) continue;
        decided = true;
        lowest = x->rank;
    }
    VEC_EACH (const struct exception, x, &d->exceptions) {
        if (decided && x->rank < lowest) continue;
        walk(w, f, x->condition);
        struct value c = eval_node(w->ev, f, x->condition);
        if (c.state == VALUE_KNOWN && c.boolean) walk(w, f, x->value);
    }
    if (!decided && d->base != 0) walk(w, f, d->base);
}

static bool row_fits(struct walk *w, const struct frame *f, const struct func *d, const struct table_row *row)
{
    for (size_t i = 0; i < d->inputs.len; i++) {
        if (row->tests.at[i] == 0) continue;
        struct value v = eval_node(w->ev, f, row->tests.at[i]);
        if (v.state != VALUE_KNOWN || !v.boolean) return false;
    }
    return true;
}

static void walk_func(struct walk *w, const struct func *d, const struct frame *f)
{
    if (!d->is_table) {
        walk_definition(w, d, f);
        return;
    }
    struct value inputs[LIMIT_ARGS];
    for (size_t i = 0; i < d->inputs.len; i++) {
        walk(w, f, d->inputs.at[i]);
        inputs[i] = eval_node(w->ev, f, d->inputs.at[i]);
    }
    struct frame inner = *f;
    inner.locals = inputs;
    VEC_EACH (const struct table_row, row, &d->rows) {
        if (row_fits(w, &inner, d, row)) walk(w, &inner, row->result);
    }
}

static void walk_call(struct walk *w, const struct frame *f, const struct node *n)
{
    const struct program *p = w->ev->p;
    struct value r = eval_node(w->ev, f, node_kid(p, n, 0));
    if (r.state != VALUE_KNOWN) {
        walk(w, f, node_kid(p, n, 0));
        return;
    }
    struct value args[LIMIT_ARGS + 1];
    for (unsigned i = 1; i < n->kid_count; i++) {
        walk(w, f, node_kid(p, n, i));
        args[i - 1] = eval_node(w->ev, f, node_kid(p, n, i));
        if (args[i - 1].state != VALUE_KNOWN) return;
    }
    const struct func *d = func_on(p, n->k, w->ev->rule_day);
    if (d == NULL) return;
    struct frame inner = { .elements = { r.record }, .locals = args };
    str outer = w->whose;
    if (r.record != f->elements[0] && outer.len == 0) {
        struct text t;
        text_init(&t, w->ev->a, 256);
        node_path(w->ev, f, node_kid(p, n, 0), &t);
        if (t.len > 0) w->whose = text_str(&t);
    }
    walk_func(w, d, &inner);
    w->whose = outer;
}

static void walk(struct walk *w, const struct frame *f, node_id id)
{
    const struct program *p = w->ev->p;
    const struct node *n = node_at(p, id);
    if (w->out->len >= MISSING_MAX) return;
    if (n->op == OP_GROUP || n->op == OP_HISTORY) {
        struct record **at;
        uint32_t count;
        walk_group(w, f, id, &at, &count);
        return;
    }
    if (n->op == OP_DIV) {
        walk_kids(w, f, n);
        return;
    }
    if (!is_unknown(w->ev, f, id)) return;
    switch ((int)n->op) {
    case OP_FIELD: {
        struct value r = eval_node(w->ev, f, node_kid(p, n, 0));
        if (r.state != VALUE_KNOWN)
            walk(w, f, node_kid(p, n, 0));
        else
            add(w, f, id, &entity_of(p, node_at(p, node_kid(p, n, 0)))->slots.at[n->k], n->type, r.record,
                path_of(w, f, id));
        return;
    }
    case OP_JUDGE: {
        struct value r = eval_node(w->ev, f, node_kid(p, n, 0));
        str q = p->consts.at[n->k].text;
        add(w, f, id, NULL, n->type, r.record, str_fmt(w->ev->a, "人工判断(“%.*s”)", STR_ARG(q)));
        return;
    }
    case OP_CALL: walk_call(w, f, n); return;
    case OP_IF: { /* the branch, once it is known which */
        struct value c = eval_node(w->ev, f, node_kid(p, n, 0));
        if (c.state == VALUE_UNKNOWN)
            walk(w, f, node_kid(p, n, 0));
        else if (c.state != VALUE_ERROR)
            walk(w, f, node_kid(p, n, c.state == VALUE_KNOWN && c.boolean ? 1 : 2));
        return;
    }
    case OP_QUALIFIES: {
        struct value r = eval_node(w->ev, f, node_kid(p, n, 0));
        const struct policy *q = policy_on(p, n->k, w->ev->rule_day);
        if (r.state != VALUE_KNOWN || q == NULL) return;
        struct frame inner = { .elements = { r.record } };
        VEC_EACH (const struct criterion, c, &q->criteria) walk(w, &inner, c->node);
        return;
    }
    case OP_MONTH_HAS:
    case OP_MONTH_RECORD:
    case OP_MONTHS_TOTAL:
    case OP_MONTHS_RUN:
    case OP_MONTHS_WINDOW:
    case OP_MONTHS_FIRST:
    case OP_MONTHS_LAST: walk_history(w, f, n); return;
    case OP_ACTIVE:
    case OP_LATEST:
    case OP_CURRENT:
    case OP_FIRST:
    case OP_TOTAL_DAYS:
    case OP_LONGEST_DAYS:
    case OP_GAP_DAYS:
    case OP_SEGMENTS: walk_spells(w, f, n); return;
    case OP_ANY:
    case OP_ALL:
    case OP_COUNT:
    case OP_SUM:
    case OP_MAX:
    case OP_MIN: walk_elements(w, f, n); return;
    default: walk_kids(w, f, n); return;
    }
}

void why_missing(struct evaluator *ev, const struct frame *f, node_id id, missing_list *out)
{
    struct walk w = { .ev = ev, .out = out, .whose = STR("") };
    walk(&w, f, id);
}
