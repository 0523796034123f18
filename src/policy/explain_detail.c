/* explain_detail: the values a line of an explanation was decided by: facts, definitions and parameters below a node,
 * as 名字 = 值. */
#include "policy/explain_priv.h"

enum {
    SPELLS_SHOWN = 3,
    DETAIL_MAX = 600, /* bytes of values beside one line: two lines of a screen */
};

str speak_node(const struct speech *w, node_id id) { return explain_words(w->ev->p, w->a, node_at(w->ev->p, id)->loc); }

str speak_value(const struct speech *w, node_id id, struct value v)
{
    return explain_value(w->ev->p, w->a, node_at(w->ev->p, id)->type, v);
}

str speak_path(const struct speech *w, const struct frame *f, node_id id)
{
    struct text t;
    text_init(&t, w->a, EXPLAIN_TEXT_MAX);
    node_path(w->ev, f, id, &t);
    return text_str(&t);
}

static void detail(const struct speech *w, const struct frame *f, node_id id, struct text *out, unsigned depth);

static bool said_already(str all, str pair)
{
    static const str comma = { "，", sizeof "，" - 1 };
    for (size_t from = 0;;) {
        size_t at = str_find(str_slice(all, from, all.len), pair);
        if (at == SIZE_MAX) return false;
        at += from;
        from = at + pair.len;
        bool starts = at == 0 || str_ends(str_slice(all, 0, at), comma);
        if (starts && (from == all.len || str_starts(str_slice(all, from, all.len), comma))) return true;
    }
}

void speak_pair(struct text *out, str name, str value)
{
    size_t before = out->len;
    if (before > 0) text_addz(out, "，");
    size_t from = out->len;
    text_add(out, name);
    text_add(out, STR(" = "));
    text_add(out, value);
    str all = text_str(out);
    if (before > 0 && said_already(str_slice(all, 0, before), str_slice(all, from, all.len))) text_cut(out, before);
}

static void detail_value(const struct speech *w, const struct frame *f, node_id id, struct text *out)
{
    speak_pair(out, speak_node(w, id), speak_value(w, id, eval_node(w->ev, f, id)));
}

/* 最低工资(一类), 最低工资(一类) 于 2021-08-01 */
str speak_param(const struct speech *w, const struct frame *f, node_id id)
{
    const struct node *n = node_at(w->ev->p, id);
    str words = speak_node(w, id);
    if (!(n->level & 2u)) return words;
    node_id day = node_kid(w->ev->p, n, n->kid_count - 1u);
    return str_fmt(w->a, "%.*s 于 %.*s", STR_ARG(words), STR_ARG(speak_value(w, day, eval_node(w->ev, f, day))));
}

/* 2023-04 至 2025-03 共 24 个月 */
static str months_value(const struct speech *w, const struct frame *f, node_id id)
{
    struct record **at;
    uint32_t count;
    struct value why;
    if (!eval_elements(w->ev, f, id, &at, &count, &why)) return why.state == VALUE_NONE ? STR("无") : STR("未知");
    bool more = why.state == VALUE_UNKNOWN; /* 已知至 an earlier month, or kinds nobody knows */
    if (count == 0) return more ? STR("未知") : STR("无");
    month from = at[0]->slots[SLOT_MONTH].v.month_, to = from;
    for (uint32_t i = 1; i < count; i++) {
        month m = at[i]->slots[SLOT_MONTH].v.month_;
        if (m.index < from.index) from = m;
        if (m.index > to.index) to = m;
    }
    char first[MONTH_TEXT], last[MONTH_TEXT];
    month_text(from, first);
    month_text(to, last);
    const char *so_far = more ? "（只知道这些）" : "";
    if (count == 1) return str_fmt(w->a, "%s 一个月%s", first, so_far);
    return str_fmt(w->a, "%s 至 %s 共 %u 个月%s", first, last, count, so_far);
}

void speak_spell(const struct speech *w, const struct record *r, struct text *t)
{
    struct type day = type_of_kind(TYPE_DATE);
    struct value to = r->slots[SLOT_TO].v;
    value_text(w->ev->p, day, r->slots[SLOT_FROM].v, t);
    text_addz(t, to.state == VALUE_NONE ? " 至今" : " 至 ");
    if (to.state != VALUE_NONE) value_text(w->ev->p, day, to, t);
}

static str group_value(const struct speech *w, const struct frame *f, node_id id)
{
    const struct entity *e = &w->ev->p->entities.at[node_at(w->ev->p, id)->type.ref];
    if (e->is_monthly) return months_value(w, f, id);
    struct record **at;
    uint32_t count;
    struct value why;
    if (!eval_elements(w->ev, f, id, &at, &count, &why)) return why.state == VALUE_NONE ? STR("无") : STR("未知");
    if (count == 0) return STR("无");
    if (!e->is_spell) return str_fmt(w->a, "%u 个", count);
    struct text t;
    text_init(&t, w->a, EXPLAIN_TEXT_MAX);
    for (uint32_t i = 0; i < count && i < SPELLS_SHOWN; i++) {
        if (i > 0) text_addz(&t, "、");
        speak_spell(w, at[i], &t);
    }
    if (count > SPELLS_SHOWN) text_addf(&t, " 等 %u 段", count);
    return text_str(&t);
}

static bool over_elements(enum op op) { return op >= OP_ANY && op <= OP_MIN; }

/* A number counted from a history: it, and what it was counted from. */
static bool is_measure(enum op op)
{
    switch ((int)op) {
    case OP_FULL_MONTHS:
    case OP_CALENDAR_MONTHS:
    case OP_AGE:
    case OP_DAYS:
    case OP_MONTHS_TOTAL:
    case OP_MONTHS_RUN:
    case OP_MONTHS_WINDOW:
    case OP_MONTHS_FIRST:
    case OP_MONTHS_LAST:
    case OP_TOTAL_DAYS:
    case OP_LONGEST_DAYS:
    case OP_GAP_DAYS:
    case OP_SEGMENTS: return true;
    default: return false;
    }
}

static void detail_kids(const struct speech *w, const struct frame *f, const struct node *n, struct text *out,
                        unsigned depth)
{
    for (unsigned i = 0; i < n->kid_count; i++) detail(w, f, node_kid(w->ev->p, n, i), out, depth + 1);
}

/* 若: the condition and the branch it led to. */
static void detail_if(const struct speech *w, const struct frame *f, const struct node *n, struct text *out,
                      unsigned depth)
{
    struct value c = eval_node(w->ev, f, node_kid(w->ev->p, n, 0));
    detail(w, f, node_kid(w->ev->p, n, 0), out, depth + 1);
    if (c.state == VALUE_UNKNOWN || c.state == VALUE_ERROR) return;
    detail(w, f, node_kid(w->ev->p, n, outcome_of(c) == OUTCOME_YES ? 1 : 2), out, depth + 1);
}

static void detail_default(const struct speech *w, const struct frame *f, const struct node *n, struct text *out,
                           unsigned depth)
{
    node_id wanted = node_kid(w->ev->p, n, 0);
    if (eval_node(w->ev, f, wanted).state != VALUE_UNKNOWN) {
        detail(w, f, wanted, out, depth + 1);
        return;
    }
    speak_pair(out, speak_node(w, wanted), STR("未知，取缺省"));
    detail(w, f, node_kid(w->ev->p, n, 1), out, depth + 1);
}

/* Facts, definitions and parameters below a node, as 名字 = 值. */
static void detail(const struct speech *w, const struct frame *f, node_id id, struct text *out, unsigned depth)
{
    const struct node *n = node_at(w->ev->p, id);
    if (depth > LIMIT_NESTING) return;
    if (out->len > DETAIL_MAX) {
        if (!str_ends(text_str(out), STR("……"))) text_addz(out, "……");
        return;
    }
    switch ((int)n->op) {
    case OP_CONST:
    case OP_ELEMENT:
    case OP_TODAY:
    case OP_RULE_DAY: return;
    case OP_PARAM: speak_pair(out, speak_param(w, f, id), speak_value(w, id, eval_node(w->ev, f, id))); return;
    case OP_LOCAL:
    case OP_JUDGE: detail_value(w, f, id, out); return;
    case OP_FIELD:
    case OP_CALL: {
        struct value v = eval_node(w->ev, f, id);
        if (n->type.kind == TYPE_RECORD && v.state == VALUE_KNOWN) break;
        speak_pair(out, n->kid_count > 1 ? speak_node(w, id) : speak_path(w, f, id), speak_value(w, id, v));
        if (v.state == VALUE_KNOWN || n->op == OP_CALL) return;
        break; /* of what there is none, one asks whether there is the thing itself */
    }
    case OP_HISTORY:
    case OP_GROUP: {
        node_id owner = node_kid(w->ev->p, n, 0);
        speak_pair(out, speak_path(w, f, id), n->op == OP_GROUP ? group_value(w, f, id) : months_value(w, f, id));
        if (eval_node(w->ev, f, owner).state != VALUE_KNOWN) detail(w, f, owner, out, depth + 1);
        return;
    }
    case OP_IF: detail_if(w, f, n, out, depth); return;
    case OP_DEFAULT: detail_default(w, f, n, out, depth); return;
    default: break;
    }
    if (over_elements((enum op)n->op)) {
        if (n->type.kind != TYPE_BOOL) detail_value(w, f, id, out);
        detail(w, f, node_kid(w->ev->p, n, 0), out, depth + 1);
        return;
    }
    if (is_measure((enum op)n->op)) detail_value(w, f, id, out);
    detail_kids(w, f, n, out, depth);
}

/* Of what is itself a name the outcome says all. */
static bool is_name(const struct node *n)
{
    return n->op == OP_CALL || n->op == OP_JUDGE || n->op == OP_PARAM || n->op == OP_LOCAL;
}

void speak_unless_name(const struct speech *w, const struct frame *f, node_id id, struct text *out)
{
    const struct node *n = node_at(w->ev->p, id);
    bool bare_field = n->op == OP_FIELD && eval_node(w->ev, f, id).state == VALUE_KNOWN;
    if (!is_name(n) && !bare_field) detail(w, f, id, out, 0);
}

str speak_detail(const struct speech *w, const struct frame *f, node_id id)
{
    struct text t;
    text_init(&t, w->a, EXPLAIN_TEXT_MAX);
    speak_unless_name(w, f, id, &t);
    return text_str(&t);
}

void speak_values(const struct speech *w, const struct frame *f, node_id id, struct text *out)
{
    detail(w, f, id, out, 0);
}

void speak_kids(const struct speech *w, const struct frame *f, const struct node *n, struct text *out)
{
    detail_kids(w, f, n, out, 0);
}
