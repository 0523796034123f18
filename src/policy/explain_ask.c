/* explain_ask: what to ask, and in which order: the facts that hold up most criteria first, the order of the policy
 * between equals. A verdict that is certain asks for nothing: facts that cannot change it are nobody's business. */
#include "policy/explain_priv.h"

enum { ITEMS_SHOWN = 6, PATH_STEPS_MAX = 4 };

/* ---- where the answer goes ---- */

static bool path_below(const struct program *p, const struct record *at, const struct record *wanted, struct text *t,
                       unsigned steps);

/* Appends 名字 or 名字[n], then what follows; takes it back when it does not lead to `wanted`. */
static bool path_through(const struct program *p, const struct slot *s, unsigned index, const struct record *next,
                         const struct record *wanted, struct text *t, unsigned steps)
{
    size_t mark = t->len;
    text_add(t, s->name);
    if (index > 0) text_addf(t, "[%u]", index);
    if (next == wanted) return true;
    text_addc(t, '.');
    if (steps > 1 && path_below(p, next, wanted, t, steps - 1)) return true;
    t->len = mark;
    return false;
}

static bool path_below(const struct program *p, const struct record *at, const struct record *wanted, struct text *t,
                       unsigned steps)
{
    const struct entity *e = &p->entities.at[at->entity];
    for (uint32_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        const struct slot_value *v = &at->slots[i];
        bool back = e->is_spell && s->field == NULL; /* a spell's owner */
        if (!v->given || v->v.state != VALUE_KNOWN || s->kind == SLOT_FUNC || s->kind == SLOT_HISTORY || back) continue;
        if (s->type.kind == TYPE_RECORD && path_through(p, s, 0, v->v.record, wanted, t, steps)) return true;
        for (uint32_t k = 0; s->type.kind == TYPE_GROUP && k < v->v.group->count; k++) {
            if (path_through(p, s, k + 1, v->v.group->at[k], wanted, t, steps)) return true;
        }
    }
    return false;
}

/* 出生日期, 就业登记[1].形式, 家庭.成员[2].年龄: as the key of a fact; "" for what no key leads to (a month's own
 * field). */
static str path_to(const struct explanation *x, const struct record *subject, const struct missing *m, struct arena *a)
{
    struct text t;
    text_init(&t, a, EXPLAIN_TEXT_MAX);
    if (m->record != subject) {
        bool found = false;
        for (unsigned steps = 1; steps <= PATH_STEPS_MAX && !found; steps++) {
            found = path_below(x->p, subject, m->record, &t, steps);
        }
        if (!found) return STR("");
        text_addc(&t, '.');
    }
    if (m->slot == NULL || m->slot->kind == SLOT_HISTORY) {
        size_t dot = m->path.len; /* 参保缴费(养老), 人工判断(“…”): the last piece of the path */
        while (dot > 0 && m->slot != NULL && m->path.p[dot - 1] != '.') dot--;
        text_add(&t, m->slot == NULL ? m->path : str_slice(m->path, dot, m->path.len));
    } else {
        text_add(&t, m->slot->name);
    }
    return text_str(&t);
}

/* ---- the question ---- */

static void ask_code(const struct program *p, struct type t, struct text *out)
{
    const struct code_list *l = &p->codes.at[t.ref];
    text_addz(out, "是哪一种？");
    for (size_t i = 0; i < l->items.len && i < ITEMS_SHOWN; i++)
        text_addf(out, "%s%.*s", i > 0 ? "、" : "", STR_ARG(l->items.at[i].name));
    if (l->items.len > ITEMS_SHOWN) text_addf(out, "……共 %zu 种", l->items.len);
}

/* Which field of a record nobody gave was wanted: the node that reads it stands right behind it. */
static str wanted_field(const struct program *p, const struct missing *m)
{
    for (node_id id = m->node + 1; m->node != 0 && id < p->nodes.len && id <= m->node + 8; id++) {
        const struct node *n = node_at(p, id);
        bool reads = (n->op == OP_FIELD || n->op == OP_GROUP) && n->kid_count > 0 && node_kid(p, n, 0) == m->node;
        if (reads) return p->entities.at[m->type.ref].slots.at[n->k].name;
    }
    return STR("");
}

static void ask_record(const struct program *p, const struct missing *m, struct text *out)
{
    str field = wanted_field(p, m);
    text_addz(out, "是哪一个？");
    if (field.len > 0) text_addf(out, "要知道它的“%.*s”", STR_ARG(field));
}

static void ask_group(const struct program *p, struct type t, struct text *out)
{
    const struct entity *e = &p->entities.at[t.ref];
    text_addz(out, e->is_spell ? "有没有？从哪天到哪天？" : "有哪些？一个一个写");
}

static str ask_for(const struct missing *m, const struct program *p, struct arena *a)
{
    struct text t;
    text_init(&t, a, EXPLAIN_TEXT_MAX);
    if (m->whose.len > 0) text_addf(&t, "%.*s 的 ", STR_ARG(m->whose));
    if (m->slot == NULL) {
        text_addf(&t, "%.*s：是不是？由工作人员判断", STR_ARG(m->path));
        return text_str(&t);
    }
    text_add(&t, m->path);
    if (m->slot->field != NULL && m->slot->code.len > 0) text_addf(&t, "（%.*s）", STR_ARG(m->slot->code));
    text_addz(&t, "：");
    bool may_lack = m->slot->optional && m->type.kind != TYPE_BOOL;
    if (may_lack) text_addz(&t, "有没有？");
    switch (m->type.kind) {
    case TYPE_BOOL: text_addz(&t, "是不是？"); break;
    case TYPE_NUM:
        text_addz(&t, "多少");
        unit_text(m->type.unit, &t);
        text_addz(&t, "？");
        break;
    case TYPE_DATE: text_addz(&t, "哪一天？"); break;
    case TYPE_MONTH: text_addz(&t, "哪个月？"); break;
    case TYPE_CODE: ask_code(p, m->type, &t); break;
    case TYPE_RECORD: ask_record(p, m, &t); break;
    case TYPE_GROUP: ask_group(p, m->type, &t); break;
    case TYPE_HISTORY: text_addz(&t, "有没有？哪些月份？"); break;
    case TYPE_TEXT:
    case TYPE_NONE:
    case TYPE_BAD: text_addz(&t, "是什么？"); break;
    }
    return text_str(&t);
}

/* ---- which, and in which order ---- */

struct weighed {
    struct missing m;
    unsigned weight; /* 0: already told */
};

struct asking {
    struct arena *a;
    VEC(struct weighed) all;
};

static bool same_fact(const struct missing *a, const struct missing *b)
{
    return a->record == b->record && a->slot == b->slot && str_eq(a->path, b->path);
}

static void collect(struct asking *q, struct evaluator *ev, const struct frame *f, node_id node, unsigned weight)
{
    missing_list own = { 0 };
    ev->steps = 0;
    why_missing(ev, f, node, &own);
    VEC_EACH (const struct missing, m, &own) {
        struct weighed *w = NULL;
        VEC_EACH (struct weighed, k, &q->all) {
            if (same_fact(&k->m, m)) w = k;
        }
        if (w == NULL) {
            w = vec_push(q->a, &q->all);
            w->m = *m;
        }
        w->weight += weight;
    }
}

/* The first of those that weigh most; NULL when all have been told. */
static struct weighed *heaviest(const struct asking *q)
{
    struct weighed *best = NULL;
    VEC_EACH (struct weighed, k, &q->all) {
        if (k->weight > (best == NULL ? 0 : best->weight)) best = k;
    }
    return best;
}

static bool is_open(struct value v) { return v.state == VALUE_UNKNOWN; }

void explain_missing(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a)
{
    if (x->verdict.kind != VERDICT_PENDING && x->verdict.kind != VERDICT_ERROR) return;
    struct frame f = { .elements = { subject }, .locals = x->verdict.steps };
    struct asking q = { .a = a };
    for (size_t i = 0; i < x->policy->criteria.len; i++) {
        if (is_open(x->verdict.criteria[i])) collect(&q, ev, &f, x->policy->criteria.at[i].node, 2);
    }
    for (size_t i = 0; i < x->policy->steps.len; i++) {
        if (is_open(x->verdict.steps[i])) collect(&q, ev, &f, x->policy->steps.at[i].node, 1);
    }
    for (struct weighed *best; (best = heaviest(&q)) != NULL; best->weight = 0) {
        *vec_push(a, &x->missing) = best->m;
        *vec_push(a, &x->missing_ask) = ask_for(&best->m, x->p, a);
        *vec_push(a, &x->missing_path) = path_to(x, subject, &best->m, a);
    }
}
