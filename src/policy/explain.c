/* explain: walks a verdict and puts it into words.
 *
 * Nothing here decides anything: every value comes from the row evaluator, asked again for the node at hand. A condition
 * becomes a line with its text and the values beside it; a definition used in it becomes lines below it, once each; the walk
 * ends at facts and parameters. */
#include "policy/explain.h"
#include "policy/explain_priv.h"

enum { CLAUSES_MAX = 120, DEPTH_MAX = 12, ELEMENTS_SHOWN = 6 };

struct walk {
    struct evaluator *ev;
    struct arena *a;
    clause_list *out;
    VEC(const struct slot_value *) told; /* definitions already explained in this list */
    VEC(uint32_t) told_params;
};

enum outcome outcome_of(struct value v)
{
    if (v.state == VALUE_UNKNOWN) return OUTCOME_UNKNOWN;
    if (v.state == VALUE_ERROR) return OUTCOME_ERROR;
    return v.state == VALUE_KNOWN && v.boolean ? OUTCOME_YES : OUTCOME_NO;
}

str explain_source_text(const struct program *p, struct loc l) { return source_text(&p->sources.at[l.source], l); }

/* Text of an expression on one line: continuation lines joined by single blanks. */
static str one_line(struct arena *a, str s)
{
    bool broken = false;
    for (size_t i = 0; i < s.len; i++) broken = broken || s.p[i] == '\n';
    if (!broken) return s;
    struct text t;
    text_init(&t, a, 1 << 16);
    bool blank = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c == '-' && i + 1 < s.len && s.p[i + 1] == '-') { /* a comment between two lines */
            while (i < s.len && s.p[i] != '\n') i++;
            c = '\n';
        }
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            blank = t.len > 0;
            continue;
        }
        if (blank) text_addc(&t, ' ');
        blank = false;
        text_addc(&t, c);
    }
    return text_str(&t);
}

static str node_words(struct walk *w, node_id id)
{
    return one_line(w->a, explain_source_text(w->ev->p, node_at(w->ev->p, id)->loc));
}

str explain_value(const struct program *p, struct arena *a, struct type t, struct value v)
{
    struct text out;
    text_init(&out, a, 4096);
    value_text(p, t, v, &out);
    return text_str(&out);
}

/* 文号 条款；文号 条款 of the 依据 among some fields. */
static str cites_of(struct arena *a, const struct ast_field *inline_cite, const field_list *fields)
{
    struct text t;
    text_init(&t, a, 4096);
    if (inline_cite != NULL) text_addf(&t, "%.*s %.*s", STR_ARG(inline_cite->name.text), STR_ARG(inline_cite->text));
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape != SHAPE_CITE) continue;
        if (t.len > 0) text_addz(&t, "；");
        text_add(&t, f->name.text);
        if (f->text.len > 0) text_addf(&t, " %.*s", STR_ARG(f->text));
    }
    return text_str(&t);
}

/* How sure a citation is: the mark on the declaration, else on the source it names. */
static str trust_of(const struct program *p, const struct decl *d, const struct ast_field *cite)
{
    if (d != NULL) {
        VEC_EACH (const struct ast_field, f, &d->fields) {
            bool trust = f->def->shape == SHAPE_CHOICE && str_eq(str_of(f->def->en), STR("trust"));
            if (trust && f->names.len > 0 && !str_eq(f->names.at[0].text, STR("原文"))) return f->names.at[0].text;
            if (cite == NULL && f->def->shape == SHAPE_CITE) cite = f;
        }
    }
    const struct decl *source = cite != NULL ? map_get(&p->named[KIND_SOURCE], cite->name.text) : NULL;
    const struct ast_field *t = source != NULL ? decl_field(source, FIELD_SOURCE_TRUST) : NULL;
    return t != NULL && t->names.len > 0 && !str_eq(t->names.at[0].text, STR("原文")) ? t->names.at[0].text : STR("");
}

static struct clause *add(struct walk *w, unsigned depth, str text)
{
    static struct clause spill; /* past the limit lines are dropped, not written over */
    if (w->out->len >= CLAUSES_MAX) {
        spill = (struct clause){ 0 };
        return &spill;
    }
    struct clause *c = vec_push(w->a, w->out);
    *c = (struct clause){ .depth = depth, .text = text };
    return c;
}

/* ---- the values a condition was decided by ---- */

static void detail(struct walk *w, const struct frame *f, node_id id, struct text *out, unsigned depth);

static void detail_pair(struct text *out, str name, str value)
{
    str pair = str_fmt(out->arena, "%.*s = %.*s", STR_ARG(name), STR_ARG(value));
    if (str_find(text_str(out), pair) != SIZE_MAX) return; /* said already */
    if (out->len > 0) text_addz(out, "，");
    text_add(out, pair);
}

static void detail_param(struct walk *w, const struct frame *f, node_id id, struct text *out)
{
    const struct node *n = node_at(w->ev->p, id);
    struct value v = eval_node(w->ev, f, id);
    detail_pair(out, node_words(w, id), explain_value(w->ev->p, w->a, n->type, v));
}

static str history_value(struct walk *w, const struct frame *f, node_id id)
{
    struct record **at;
    uint32_t count;
    struct value why;
    if (!eval_elements(w->ev, f, id, &at, &count, &why)) return STR("未知");
    if (count == 0) return STR("无");
    char first[MONTH_TEXT], last[MONTH_TEXT];
    month_text(at[0]->slots[SLOT_MONTH].v.month_, first);
    month_text(at[count - 1]->slots[SLOT_MONTH].v.month_, last);
    return str_fmt(w->a, "%s 至 %s 共 %u 个月", first, last, count);
}

static str spells_value(struct walk *w, const struct frame *f, node_id id)
{
    struct record **at;
    uint32_t count;
    struct value why;
    if (!eval_elements(w->ev, f, id, &at, &count, &why)) return STR("未知");
    if (count == 0) return STR("无");
    const struct entity *e = &w->ev->p->entities.at[node_at(w->ev->p, id)->type.ref];
    if (!e->is_spell) return str_fmt(w->a, "%u 个", count);
    struct text t;
    text_init(&t, w->a, 1024);
    for (uint32_t i = 0; i < count && i < 3; i++) {
        if (i > 0) text_addz(&t, "、");
        value_text(w->ev->p, type_of_kind(TYPE_DATE), at[i]->slots[SLOT_FROM].v, &t);
        struct value to = at[i]->slots[SLOT_TO].v;
        text_addz(&t, to.state == VALUE_NONE ? " 至今" : " 至 ");
        if (to.state != VALUE_NONE) value_text(w->ev->p, type_of_kind(TYPE_DATE), to, &t);
    }
    if (count > 3) text_addf(&t, " 等 %u 段", count);
    return text_str(&t);
}

/* Facts, definitions and parameters below a node, as 名字 = 值. */
static void detail(struct walk *w, const struct frame *f, node_id id, struct text *out, unsigned depth)
{
    const struct program *p = w->ev->p;
    const struct node *n = node_at(p, id);
    if (depth > DEPTH_MAX || out->len > 600) return;
    switch ((int)n->op) {
    case OP_CONST:
    case OP_ELEMENT:
    case OP_RULE_DAY: return;
    case OP_TODAY: return;
    case OP_LOCAL: {
        struct value v = eval_node(w->ev, f, id);
        detail_pair(out, node_words(w, id), explain_value(p, w->a, n->type, v));
        return;
    }
    case OP_PARAM: detail_param(w, f, id, out); return;
    case OP_FIELD:
    case OP_CALL: {
        if (n->type.kind == TYPE_RECORD) break;
        struct text name;
        text_init(&name, w->a, 1024);
        node_path(w->ev, f, id, &name);
        detail_pair(out, text_str(&name), explain_value(p, w->a, n->type, eval_node(w->ev, f, id)));
        return;
    }
    case OP_HISTORY: {
        struct text name;
        text_init(&name, w->a, 1024);
        node_path(w->ev, f, id, &name);
        detail_pair(out, text_str(&name), history_value(w, f, id));
        return;
    }
    case OP_GROUP: detail_pair(out, node_words(w, id), spells_value(w, f, id)); return;
    case OP_ANY:
    case OP_ALL:
    case OP_COUNT:
    case OP_SUM:
    case OP_MAX:
    case OP_MIN:
        if (n->type.kind != TYPE_BOOL) detail_pair(out, node_words(w, id), explain_value(p, w->a, n->type, eval_node(w->ev, f, id)));
        return;
    case OP_FULL_MONTHS:
    case OP_CALENDAR_MONTHS:
    case OP_AGE:
    case OP_DAYS:
    case OP_MONTHS_TOTAL:
    case OP_MONTHS_RUN:
    case OP_MONTHS_WINDOW:
    case OP_TOTAL_DAYS:
    case OP_SEGMENTS:
        detail_pair(out, node_words(w, id), explain_value(p, w->a, n->type, eval_node(w->ev, f, id)));
        break; /* and what it was counted from */
    default: break;
    }
    for (unsigned i = 0; i < n->kid_count; i++) detail(w, f, node_kid(p, n, i), out, depth + 1);
}

static str detail_of(struct walk *w, const struct frame *f, node_id id)
{
    struct text t;
    text_init(&t, w->a, 8192);
    const struct node *n = node_at(w->ev->p, id);
    if (n->op == OP_FIELD || n->op == OP_CALL || n->op == OP_JUDGE) return STR(""); /* the outcome says it */
    detail(w, f, id, &t, 0);
    return text_str(&t);
}

/* ---- definitions and parameters below a condition ---- */

static void explain_uses(struct walk *w, const struct frame *f, node_id id, unsigned depth, unsigned nesting);

static bool told_before(struct walk *w, const struct slot_value *v)
{
    VEC_EACH (const struct slot_value *, t, &w->told) {
        if (*t == v) return true;
    }
    *vec_push(w->a, &w->told) = v;
    return false;
}

static void explain_exceptions(struct walk *w, const struct frame *f, const struct func *d, struct clause *c, unsigned depth,
                               unsigned nesting)
{
    const struct exception *taken = NULL;
    VEC_EACH (const struct exception, x, &d->exceptions) {
        struct value v = eval_node(w->ev, f, x->condition);
        if (v.state == VALUE_KNOWN && v.boolean && (taken == NULL || x->rank > taken->rank)) taken = x;
    }
    node_id used = taken ? taken->value : d->base;
    if (taken != NULL) {
        str name = taken->field->name.text;
        c->formula = str_fmt(w->a, "例外%s%.*s：%.*s，取 %.*s", name.len ? " " : "", STR_ARG(name), STR_ARG(node_words(w, taken->condition)),
                             STR_ARG(node_words(w, used)));
        str own = cites_of(w->a, taken->field->cite, &taken->field->subs);
        if (own.len > 0) c->source = own;
    } else if (used != 0) {
        c->formula = node_words(w, used);
    }
    if (used == 0) return;
    c->detail = detail_of(w, f, used);
    if (taken != NULL) explain_uses(w, f, taken->condition, depth + 1, nesting + 1);
    explain_uses(w, f, used, depth + 1, nesting + 1);
}

static void explain_table(struct walk *w, const struct frame *f, const struct func *d, struct clause *c, unsigned depth, unsigned nesting)
{
    struct value inputs[LIMIT_ARGS];
    struct text t;
    text_init(&t, w->a, 4096);
    for (size_t i = 0; i < d->inputs.len; i++) {
        inputs[i] = eval_node(w->ev, f, d->inputs.at[i]);
        detail_pair(&t, node_words(w, d->inputs.at[i]), explain_value(w->ev->p, w->a, node_at(w->ev->p, d->inputs.at[i])->type, inputs[i]));
    }
    c->detail = text_str(&t);
    struct frame inner = *f;
    inner.locals = inputs;
    for (size_t r = 0; r < d->rows.len; r++) {
        bool all = true;
        for (size_t i = 0; i < d->inputs.len && all; i++) {
            if (d->rows.at[r].tests.at[i] == 0) continue;
            struct value v = eval_node(w->ev, &inner, d->rows.at[r].tests.at[i]);
            all = v.state == VALUE_KNOWN && v.boolean;
        }
        if (!all) continue;
        c->formula = str_fmt(w->a, "表第 %zu 行 %.*s", r + 1, STR_ARG(one_line(w->a, explain_source_text(w->ev->p, d->rows.at[r].field->loc))));
        break;
    }
    for (size_t i = 0; i < d->inputs.len; i++) explain_uses(w, f, d->inputs.at[i], depth + 1, nesting + 1);
}

static void explain_call(struct walk *w, const struct frame *f, node_id id, unsigned depth, unsigned nesting)
{
    const struct program *p = w->ev->p;
    const struct node *n = node_at(p, id);
    struct value r = eval_node(w->ev, f, node_kid(p, n, 0));
    if (r.state != VALUE_KNOWN) return;
    const struct func *d = func_on(p, n->k, w->ev->rule_day);
    if (d == NULL) return;
    const struct slot_value *slot = &r.record->slots[entity_slot(&p->entities.at[d->entity], d->name)];
    if (n->kid_count == 1 && told_before(w, slot)) return;
    struct value args[LIMIT_ARGS + 1];
    for (unsigned i = 1; i < n->kid_count; i++) {
        args[i - 1] = eval_node(w->ev, f, node_kid(p, n, i));
        if (args[i - 1].state != VALUE_KNOWN) return;
    }
    struct text name;
    text_init(&name, w->a, 4096);
    node_path(w->ev, f, id, &name);
    text_addz(&name, " = ");
    value_text(p, n->type, eval_node(w->ev, f, id), &name);
    struct clause *c = add(w, depth, text_str(&name));
    c->is_definition = true;
    if (n->kid_count == 1 && slot->given) {
        c->detail = STR("直接给出的事实");
        return;
    }
    c->source = cites_of(w->a, NULL, d->filled_by ? &d->filled_by->fields : &d->decl->fields);
    c->trust = trust_of(p, d->filled_by ? d->filled_by : d->decl, NULL);
    struct frame inner = { .elements = { r.record }, .locals = args };
    size_t index = w->out->len - 1; /* the list may move while its lines below are added */
    struct clause copy = *c;
    if (d->is_table) explain_table(w, &inner, d, &copy, depth, nesting);
    else explain_exceptions(w, &inner, d, &copy, depth, nesting);
    if (index < w->out->len) w->out->at[index] = copy;
}

static void explain_param(struct walk *w, const struct frame *f, node_id id, unsigned depth)
{
    const struct program *p = w->ev->p;
    const struct node *n = node_at(p, id);
    const struct param *q = &p->params.at[n->k];
    VEC_EACH (const uint32_t, t, &w->told_params) {
        if (*t == n->k) return;
    }
    *vec_push(w->a, &w->told_params) = n->k;
    struct value v = eval_node(w->ev, f, id);
    struct text t;
    text_init(&t, w->a, 4096);
    text_addf(&t, "%.*s = ", STR_ARG(node_words(w, id)));
    value_text(p, n->type, v, &t);
    struct clause *c = add(w, depth, text_str(&t));
    c->is_definition = true;
    uint32_t item = 0;
    date day = w->ev->rule_day;
    unsigned at = 0;
    if (n->level & 1u) {
        struct value k = eval_node(w->ev, f, node_kid(p, n, at++));
        if (k.state != VALUE_KNOWN) return;
        item = k.code;
    }
    if (n->level & 2u) {
        struct value k = eval_node(w->ev, f, node_kid(p, n, at));
        if (k.state != VALUE_KNOWN) return;
        day = k.day;
    }
    const struct param_row *row = param_row_on(q, item, day);
    if (row == NULL) {
        if (q->open && q->rows.len == 0) c->detail = STR("开放的参数，还没有人填写");
        return;
    }
    char from[DATE_TEXT];
    date_text(row->from, from);
    c->detail = str_fmt(w->a, "%s 起执行", from);
    const struct decl *d = row->pack == q->decl->pack ? q->decl : q->filled_by;
    c->source = row->row->cite ? cites_of(w->a, row->row->cite, &row->row->subs) : cites_of(w->a, NULL, &d->fields);
    c->trust = row->row->trust.len > 0 ? row->row->trust : trust_of(p, d, row->row->cite);
}

/* Definitions and parameters used below a node that is not itself told line by line. */
static void explain_uses(struct walk *w, const struct frame *f, node_id id, unsigned depth, unsigned nesting)
{
    const struct program *p = w->ev->p;
    const struct node *n = node_at(p, id);
    if (nesting > DEPTH_MAX || w->out->len >= CLAUSES_MAX) return;
    if (n->op == OP_CALL) {
        explain_call(w, f, id, depth, nesting);
        return;
    }
    if (n->op == OP_PARAM) explain_param(w, f, id, depth);
    bool elements = n->op == OP_ANY || n->op == OP_ALL || n->op == OP_COUNT || n->op == OP_SUM || n->op == OP_MAX || n->op == OP_MIN;
    unsigned kids = elements ? 1 : n->kid_count; /* what is asked of elements is told per element */
    for (unsigned i = 0; i < kids; i++) explain_uses(w, f, node_kid(p, n, i), depth, nesting + 1);
}

/* ---- conditions ---- */

static void explain_condition(struct walk *w, const struct frame *f, node_id id, unsigned depth, unsigned nesting);

static void explain_elements(struct walk *w, const struct frame *f, node_id id, unsigned depth, unsigned nesting)
{
    const struct program *p = w->ev->p;
    const struct node *n = node_at(p, id);
    struct record **at;
    uint32_t count, shown = 0;
    struct value why;
    if (!eval_elements(w->ev, f, node_kid(p, n, 0), &at, &count, &why)) return;
    struct frame inner = *f;
    for (uint32_t i = 0; i < count && shown < ELEMENTS_SHOWN; i++) {
        inner.elements[n->level] = at[i];
        struct value v = eval_node(w->ev, &inner, node_kid(p, n, 1));
        bool decides = v.state != VALUE_KNOWN || v.boolean == (n->op == OP_ANY);
        if (!decides && count > ELEMENTS_SHOWN) continue;
        shown++;
        str who = at[i] == f->elements[0] ? STR("本人") : str_fmt(w->a, "第 %u 个", i + 1);
        struct clause *c = add(w, depth, str_fmt(w->a, "%.*s：%.*s", STR_ARG(who), STR_ARG(node_words(w, node_kid(p, n, 1)))));
        c->outcome = outcome_of(v);
        c->detail = detail_of(w, &inner, node_kid(p, n, 1));
        if (nesting < 2) explain_uses(w, &inner, node_kid(p, n, 1), depth + 1, nesting + 1);
    }
}

static void explain_condition(struct walk *w, const struct frame *f, node_id id, unsigned depth, unsigned nesting)
{
    const struct program *p = w->ev->p;
    const struct node *n = node_at(p, id);
    if (nesting > DEPTH_MAX || w->out->len >= CLAUSES_MAX) return;
    struct value v = eval_node(w->ev, f, id);
    if (n->op == OP_AND || n->op == OP_OR) {
        unsigned below = depth;
        if (nesting > 0 || n->op == OP_OR) {
            struct clause *c = add(w, depth, n->op == OP_OR ? STR("下面有一条成立就行") : STR("下面每一条都要成立"));
            c->outcome = outcome_of(v);
            below = depth + 1;
        }
        for (unsigned i = 0; i < n->kid_count; i++) explain_condition(w, f, node_kid(p, n, i), below, nesting + 1);
        return;
    }
    if (n->op == OP_NOT && node_at(p, node_kid(p, n, 0))->op != OP_CALL) {
        struct clause *c = add(w, depth, node_words(w, id));
        c->outcome = outcome_of(v);
        explain_condition(w, f, node_kid(p, n, 0), depth + 1, nesting + 1);
        return;
    }
    struct clause *c = add(w, depth, node_words(w, id));
    c->outcome = outcome_of(v);
    c->detail = v.state == VALUE_ERROR ? str_of(value_error_zh((enum value_error)v.error)) : detail_of(w, f, id);
    if (n->op == OP_ANY || n->op == OP_ALL) {
        explain_elements(w, f, id, depth + 1, nesting + 1);
        return;
    }
    explain_uses(w, f, id, depth + 1, nesting + 1);
}

/* ---- the whole ---- */

static str sentence_of(const field_list *fields)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape == SHAPE_TEXT && str_eq(str_of(f->def->en), STR("note"))) return f->text;
    }
    return STR("");
}

static void explain_criteria(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a)
{
    struct frame f = { .elements = { subject } };
    for (size_t i = 0; i < x->policy->criteria.len; i++) {
        const struct criterion *c = &x->policy->criteria.at[i];
        struct value v = x->verdict.criteria[i];
        struct explained_criterion k = { .name = c->name, .is_exclusion = c->is_exclusion, .outcome = outcome_of(v), .assumed = v.assumed };
        k.met = k.outcome == (c->is_exclusion ? OUTCOME_NO : OUTCOME_YES);
        k.sentence = sentence_of(&c->field->subs);
        k.source = cites_of(a, c->field->cite, &c->field->subs);
        if (k.source.len == 0) k.source = x->source;
        if (v.state == VALUE_ERROR) k.error = str_of(value_error_zh((enum value_error)v.error));
        struct walk w = { .ev = ev, .a = a, .out = &k.clauses };
        explain_condition(&w, &f, c->node, 0, 0);
        *vec_push(a, &x->criteria) = k;
    }
}

static void explain_steps(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a)
{
    if (x->verdict.kind == VERDICT_REFUSED || x->verdict.kind == VERDICT_NOT_IN_FORCE) return;
    struct frame f = { .elements = { subject }, .locals = x->verdict.steps };
    for (size_t i = 0; i < x->policy->steps.len; i++) {
        const struct step *s = &x->policy->steps.at[i];
        struct value v = x->verdict.steps[i];
        struct explained_step k = { .name = s->name, .ok = v.state == VALUE_KNOWN };
        k.formula = one_line(a, explain_source_text(x->p, s->field->expr->loc));
        k.value = explain_value(x->p, a, node_at(x->p, s->node)->type, v);
        k.source = cites_of(a, s->field->cite, &s->field->subs);
        struct walk w = { .ev = ev, .a = a, .out = &k.clauses };
        struct clause *c = add(&w, 0, STR("用到"));
        c->detail = detail_of(&w, &f, s->node);
        c->is_definition = true;
        if (c->detail.len == 0) k.clauses.len = 0;
        explain_uses(&w, &f, s->node, 0, 0);
        *vec_push(a, &x->steps) = k;
    }
    size_t n = x->policy->steps.len;
    if (n > 0 && x->verdict.amount.state == VALUE_KNOWN) x->amount = x->steps.at[n - 1].value;
}

/* Open parameters below the amount that nobody filled. */
static void find_unset(struct explanation *x, struct evaluator *ev, const struct frame *f, node_id id, struct arena *a, unsigned depth)
{
    const struct node *n = node_at(x->p, id);
    if (depth > LIMIT_NESTING || x->unset.len >= 8) return;
    if (n->op == OP_PARAM) {
        const struct param *q = &x->p->params.at[n->k];
        if (!q->open || q->rows.len > 0) return;
        str who = x->p->packs.at[q->decl->pack].name;
        str line = str_fmt(a, "参数“%.*s”（%.*s 包开放，由下级包填写：填写 %.*s）", STR_ARG(q->name), STR_ARG(who), STR_ARG(q->name));
        VEC_EACH (str, s, &x->unset) {
            if (str_eq(*s, line)) return;
        }
        *vec_push(a, &x->unset) = line;
        return;
    }
    if (n->op == OP_CALL) {
        struct value r = eval_node(ev, f, node_kid(x->p, n, 0));
        const struct func *d = func_on(x->p, n->k, ev->rule_day);
        if (r.state != VALUE_KNOWN || d == NULL || n->kid_count > 1) return;
        struct frame inner = { .elements = { r.record } };
        if (d->open && d->base == 0) {
            *vec_push(a, &x->unset) = str_fmt(a, "定义“%.*s”（由下级包填写：填写 %.*s）", STR_ARG(d->name), STR_ARG(d->name));
        } else if (d->base != 0) {
            find_unset(x, ev, &inner, d->base, a, depth + 1);
        }
        VEC_EACH (const struct exception, e, &d->exceptions) find_unset(x, ev, &inner, e->value, a, depth + 1);
        return;
    }
    for (unsigned i = 0; i < n->kid_count; i++) find_unset(x, ev, f, node_kid(x->p, n, i), a, depth + 1);
}

static void summarise(struct explanation *x, struct arena *a)
{
    struct text t;
    text_init(&t, a, 4096);
    size_t bad = 0, open = 0;
    VEC_EACH (const struct explained_criterion, c, &x->criteria) {
        bad += !c->met && c->outcome != OUTCOME_UNKNOWN && c->outcome != OUTCOME_ERROR;
        open += c->outcome == OUTCOME_UNKNOWN;
    }
    switch (x->verdict.kind) {
    case VERDICT_QUALIFIED:
        text_addz(&t, x->verdict.assumed ? "按申报的情况看符合，核对属实就可以享受" : "符合");
        if (x->amount.len > 0) text_addf(&t, "，%.*s", STR_ARG(x->amount));
        if (x->verdict.amount_unset) text_addz(&t, "，但金额还没有定下来，现在不能付钱");
        break;
    case VERDICT_REFUSED: text_addf(&t, "不符合：有 %zu 条没有达到", bad); break;
    case VERDICT_PENDING: text_addf(&t, "待核：还缺 %zu 项事实，%zu 条暂时判断不了", x->missing.len, open); break;
    case VERDICT_ERROR: text_addz(&t, "出错：有一条算不出来，请人工处理"); break;
    case VERDICT_NOT_IN_FORCE: text_addz(&t, "这项政策在这一天没有施行"); break;
    }
    x->summary = text_str(&t);
}

void explain_policy(struct explanation *x, struct evaluator *ev, struct record *subject, uint32_t policy, struct arena *a)
{
    *x = (struct explanation){ .p = ev->p, .today = ev->today, .rule_day = ev->rule_day };
    x->verdict = eval_policy(ev, subject, policy);
    x->policy = x->verdict.policy;
    x->source = cites_of(a, NULL, &x->policy->decl->fields);
    x->trust = trust_of(ev->p, x->policy->decl, NULL);
    if (x->verdict.kind != VERDICT_NOT_IN_FORCE) {
        explain_criteria(x, ev, subject, a);
        explain_steps(x, ev, subject, a);
        explain_missing(x, ev, subject, a);
        if (x->verdict.amount_unset) {
            struct frame f = { .elements = { subject }, .locals = x->verdict.steps };
            VEC_EACH (const struct step, s, &x->policy->steps) find_unset(x, ev, &f, s->node, a, 0);
        }
        explain_changes(x, ev, subject, a);
    }
    summarise(x, a);
}
