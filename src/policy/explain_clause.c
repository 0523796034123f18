/* explain_clause: a condition, line by line, down to the facts.
 *
 * A condition becomes a line with its text and the values beside it; 且 and 或 become a line for each part; a
 * definition used in it becomes lines below it, once each; the walk ends at facts and parameters. Only what was used is
 * told: of 若 the branch that was taken, of a definition the exceptions looked at and the branch they led to. Lists
 * have a maximum; what is left out is said to be left out. */
#include "policy/explain_priv.h"

enum {
    CLAUSES_MAX = 160,    /* lines below one criterion; more than three screens is not an explanation */
    DEFINITIONS_MAX = 24, /* definitions below definitions */
    ELEMENTS_SHOWN = 6,   /* members or spells told one by one */
    ELEMENTS_NESTING = 2, /* and members of members */
};

struct told_param {
    uint32_t param;
    const struct param_row *row;
};

struct walk {
    struct speech s;
    clause_list *out;
    unsigned below;    /* definitions entered */
    unsigned elements; /* 任一 and 全部 entered */
    bool full;         /* the last line says that there would be more */
    struct clause spill;
    VEC(const struct slot_value *) told; /* definitions already explained in this list */
    VEC(struct told_param) told_params;
};

static struct clause *add(struct walk *w, unsigned depth, str text)
{
    if (w->out->len + 1 >= CLAUSES_MAX && !w->full) {
        w->full = true;
        *vec_push(w->s.a, w->out) =
            (struct clause){ .below = w->below, .is_note = true, .text = STR("下面还有，太长，没有列出") };
    }
    w->spill = (struct clause){ 0 };
    if (w->full) return &w->spill;
    struct clause *c = vec_push(w->s.a, w->out);
    *c = (struct clause){ .depth = depth, .below = w->below, .text = text };
    return c;
}

static struct clause *add_condition(struct walk *w, unsigned depth, str text, struct value v)
{
    struct clause *c = add(w, depth, text);
    c->outcome = outcome_of(v);
    return c;
}

static void add_note(struct walk *w, unsigned depth, str text) { add(w, depth, text)->is_note = true; }

/* Lines are filled after those below them were added, and the list may have moved: they are found by number. */
static size_t number_of_last(const struct walk *w) { return w->full ? SIZE_MAX : w->out->len - 1; }

static struct clause *clause_at(struct walk *w, size_t number)
{
    return number == SIZE_MAX ? &w->spill : &w->out->at[number];
}
/* ---- definitions and parameters below a line ---- */

static void explain_uses(struct walk *w, const struct frame *f, node_id id, unsigned depth, unsigned nesting);
static void explain_elements(struct walk *w, const struct frame *f, node_id id, unsigned depth);
static void explain_qualifies(struct walk *w, const struct frame *f, node_id id, unsigned depth);

static bool told_before(struct walk *w, const struct slot_value *v)
{
    VEC_EACH (const struct slot_value *, t, &w->told) {
        if (*t == v) return true;
    }
    *vec_push(w->s.a, &w->told) = v;
    return false;
}

/* What the exceptions came to, rank by rank from high to low, as the evaluator looks at them. */
struct choice {
    const struct exception *taken;
    bool undecided, broken, clash;
    int64_t down_to; /* ranks below this one were not looked at */
};

static struct choice choose(struct walk *w, const struct frame *f, const struct func *d)
{
    struct choice c = { .down_to = INT64_MIN };
    VEC_EACH (const struct exception, x, &d->exceptions) {
        enum outcome o = outcome_of(eval_node(w->s.ev, f, x->condition));
        if (o == OUTCOME_NO || x->rank < c.down_to) continue;
        if (x->rank > c.down_to) c = (struct choice){ .down_to = x->rank };
        if (o == OUTCOME_ERROR)
            c.broken = true;
        else if (o == OUTCOME_UNKNOWN)
            c.undecided = true;
        else if (c.taken != NULL)
            c.clash = true;
        else
            c.taken = x;
    }
    if (c.undecided || c.broken || c.clash) c.taken = NULL;
    return c;
}

static str exception_words(struct walk *w, const struct exception *x)
{
    str name = x->field->name.text;
    return str_fmt(w->s.a, "例外%s%.*s：%.*s", name.len > 0 ? " " : "", STR_ARG(name),
                   STR_ARG(speak_node(&w->s, x->condition)));
}

/* The exceptions that were looked at and not taken. */
static void explain_others(struct walk *w, const struct frame *f, const struct func *d, const struct choice *c,
                           unsigned depth)
{
    VEC_EACH (const struct exception, x, &d->exceptions) {
        if (x == c->taken || x->rank < c->down_to) continue;
        struct clause *line = add_condition(w, depth, exception_words(w, x), eval_node(w->s.ev, f, x->condition));
        line->detail = speak_detail(&w->s, f, x->condition);
        line->source = explain_cites(w->s.a, x->field->cite, &x->field->subs);
        line->trust = explain_trust(w->s.ev->p, x->field->cite, &x->field->subs);
        explain_uses(w, f, x->condition, depth + 1, 0);
    }
}

/* What the exceptions came to, as the rule of this line; the node whose value was taken, 0 none. */
static node_id choose_words(struct walk *w, const struct func *d, const struct choice *choice, struct clause *c)
{
    const struct exception *taken = choice->taken;
    const char *stuck = choice->clash                   ? "下面有两个例外同时成立，规则没有说取哪个"
                        : choice->broken                ? "下面的例外判断不出来"
                        : choice->undecided             ? "要先知道下面的例外成立不成立"
                        : taken == NULL && d->base == 0 ? "由下级包填写"
                                                        : NULL;
    if (stuck != NULL) {
        c->formula = str_of(stuck);
        return 0;
    }
    if (taken == NULL) {
        c->formula = speak_node(&w->s, d->base);
        return d->base;
    }
    c->formula =
        str_fmt(w->s.a, "%.*s，取 %.*s", STR_ARG(exception_words(w, taken)), STR_ARG(speak_node(&w->s, taken->value)));
    str own = explain_cites(w->s.a, taken->field->cite, &taken->field->subs);
    if (own.len > 0) {
        c->source = own;
        c->trust = explain_trust(w->s.ev->p, taken->field->cite, &taken->field->subs);
    }
    return taken->value;
}

static void explain_definition(struct walk *w, const struct frame *f, const struct func *d, struct clause *c,
                               struct text *values, unsigned depth)
{
    struct choice choice = choose(w, f, d);
    node_id used = choose_words(w, d, &choice, c);
    if (choice.taken != NULL) {
        speak_values(&w->s, f, choice.taken->condition, values);
        explain_uses(w, f, choice.taken->condition, depth, 0);
    }
    if (used != 0) {
        speak_unless_name(&w->s, f, used, values);
        explain_uses(w, f, used, depth, 0);
    }
    explain_others(w, f, d, &choice, depth);
}

static bool row_fits(struct walk *w, const struct frame *f, const struct func *d, const struct table_row *row)
{
    for (size_t i = 0; i < d->inputs.len; i++) {
        if (row->tests.at[i] == 0) continue;
        if (outcome_of(eval_node(w->s.ev, f, row->tests.at[i])) != OUTCOME_YES) return false;
    }
    return true;
}

static void explain_table(struct walk *w, const struct frame *f, const struct func *d, struct value result,
                          struct clause *c, struct text *values, unsigned depth)
{
    struct value inputs[LIMIT_ARGS];
    for (size_t i = 0; i < d->inputs.len; i++) {
        inputs[i] = eval_node(w->s.ev, f, d->inputs.at[i]);
        speak_pair(values, speak_node(&w->s, d->inputs.at[i]), speak_value(&w->s, d->inputs.at[i], inputs[i]));
    }
    struct frame inner = *f;
    inner.locals = inputs;
    size_t hits = 0;
    struct text rows;
    text_init(&rows, w->s.a, EXPLAIN_TEXT_MAX);
    for (size_t r = 0; r < d->rows.len && result.state != VALUE_UNKNOWN && hits < 2; r++) {
        const struct table_row *row = &d->rows.at[r];
        if (!row_fits(w, &inner, d, row)) continue;
        text_addf(&rows, "%s表第 %zu 行 %.*s", hits++ > 0 ? "，又合" : "", r + 1,
                  STR_ARG(explain_words(w->s.ev->p, w->s.a, row->field->loc)));
        if (hits == 1) explain_uses(w, &inner, row->result, depth, 0);
        if (d->first_hit) break;
    }
    c->formula = text_str(&rows);
    for (size_t i = 0; i < d->inputs.len; i++) explain_uses(w, f, d->inputs.at[i], depth, 0);
}

/* The version of the definition a CALL stands for, its record and arguments; NULL when one of them is not known. */
static const struct func *called(struct walk *w, const struct frame *f, const struct node *n, struct record **r,
                                 struct value *args)
{
    struct value v = eval_node(w->s.ev, f, node_kid(w->s.ev->p, n, 0));
    if (v.state != VALUE_KNOWN) return NULL;
    *r = v.record;
    for (unsigned i = 1; i < n->kid_count; i++) {
        args[i - 1] = eval_node(w->s.ev, f, node_kid(w->s.ev->p, n, i));
        if (args[i - 1].state != VALUE_KNOWN) return NULL;
    }
    return func_on(w->s.ev->p, n->k, w->s.ev->rule_day);
}

/* Fills the line of a definition and adds those below it. `number`: which line. */
static void tell_definition(struct walk *w, const struct frame *f, const struct func *d, struct value result,
                            size_t number, unsigned depth)
{
    struct clause c = *clause_at(w, number);
    const struct decl *decl = d->filled_by ? d->filled_by : d->decl;
    struct text values;
    text_init(&values, w->s.a, EXPLAIN_TEXT_MAX);
    text_add(&values, c.detail);
    c.source = explain_cites(w->s.a, NULL, &decl->fields);
    c.trust = explain_trust(w->s.ev->p, NULL, &decl->fields);
    for (size_t i = 0; i < d->params.len; i++) {
        speak_pair(&values, d->decl->params.at[i].name.text,
                   explain_value(w->s.ev->p, w->s.a, d->params.at[i], f->locals[i]));
    }
    w->below++;
    if (d->is_table)
        explain_table(w, f, d, result, &c, &values, depth + 1);
    else
        explain_definition(w, f, d, &c, &values, depth + 1);
    w->below--;
    c.detail = text_str(&values);
    *clause_at(w, number) = c;
}

static str given_words(const struct slot_value *s) { return s->v.assumed ? STR("本人申报") : STR("直接给出的事实"); }

/* Adds the line 名字 = 值 of a definition, and what it rests on. */
static void explain_call(struct walk *w, const struct frame *f, node_id id, unsigned depth)
{
    const struct program *p = w->s.ev->p;
    const struct node *n = node_at(p, id);
    struct record *r;
    struct value args[LIMIT_ARGS + 1] = { 0 };
    const struct func *d = called(w, f, n, &r, args);
    if (d == NULL) return;
    const struct slot_value *slot = &r->slots[d->slot];
    if ((n->kid_count == 1 && told_before(w, slot)) || w->below >= DEFINITIONS_MAX) return;
    struct value v = eval_node(w->s.ev, f, id);
    str name = n->kid_count > 1 ? speak_node(&w->s, id) : speak_path(&w->s, f, id);
    w->below++;
    struct clause *c = add(w, depth, str_fmt(w->s.a, "%.*s = %.*s", STR_ARG(name), STR_ARG(speak_value(&w->s, id, v))));
    c->is_definition = true;
    struct frame inner = { .elements = { r }, .locals = args };
    if (n->kid_count == 1 && slot->given)
        c->detail = given_words(slot);
    else
        tell_definition(w, &inner, d, v, number_of_last(w), depth);
    w->below--;
}

/* A condition that is a definition by name: its line tells the rule too, instead of a second line 名字 = 真. */
static void explain_named(struct walk *w, const struct frame *f, node_id id, struct value v, unsigned depth)
{
    const struct node *n = node_at(w->s.ev->p, id);
    size_t number = number_of_last(w);
    struct record *r;
    struct value args[LIMIT_ARGS + 1] = { 0 };
    const struct func *d = called(w, f, n, &r, args);
    if (d == NULL) { /* whose it is, or an argument, is not known */
        struct text t;
        text_init(&t, w->s.a, EXPLAIN_TEXT_MAX);
        speak_kids(&w->s, f, n, &t);
        clause_at(w, number)->detail = text_str(&t);
        for (unsigned i = 0; i < n->kid_count; i++) explain_uses(w, f, node_kid(w->s.ev->p, n, i), depth + 1, 0);
        return;
    }
    const struct slot_value *slot = &r->slots[d->slot];
    struct frame inner = { .elements = { r }, .locals = args };
    if (n->kid_count == 1 && slot->given)
        clause_at(w, number)->detail = given_words(slot);
    else if (n->kid_count > 1 || !told_before(w, slot))
        tell_definition(w, &inner, d, v, number, depth);
}

static void explain_param(struct walk *w, const struct frame *f, node_id id, unsigned depth)
{
    const struct program *p = w->s.ev->p;
    const struct node *n = node_at(p, id);
    const struct param *q = &p->params.at[n->k];
    uint32_t item = 0;
    date day = w->s.ev->rule_day;
    unsigned at = 0;
    bool known = true;
    if (n->level & 1u) {
        struct value k = eval_node(w->s.ev, f, node_kid(p, n, at++));
        known = k.state == VALUE_KNOWN;
        if (known) item = k.code;
    }
    if (n->level & 2u) {
        struct value k = eval_node(w->s.ev, f, node_kid(p, n, at));
        known = known && k.state == VALUE_KNOWN;
        if (known) day = k.day;
    }
    const struct param_row *row = known ? param_row_on(q, item, day) : NULL;
    VEC_EACH (const struct told_param, t, &w->told_params) {
        if (t->param == n->k && t->row == row) return;
    }
    *vec_push(w->s.a, &w->told_params) = (struct told_param){ n->k, row };
    w->below++;
    struct clause *c = add(w, depth,
                           str_fmt(w->s.a, "%.*s = %.*s", STR_ARG(speak_param(&w->s, f, id)),
                                   STR_ARG(speak_value(&w->s, id, eval_node(w->s.ev, f, id)))));
    w->below--;
    c->is_definition = true;
    if (row == NULL) { /* by which key there is none */
        struct text t;
        text_init(&t, w->s.a, EXPLAIN_TEXT_MAX);
        speak_kids(&w->s, f, n, &t);
        c->detail = text_str(&t);
        return;
    }
    char from[DATE_TEXT];
    date_text(row->from, from);
    c->detail = str_fmt(w->s.a, "%s 起执行", from);
    const struct decl *d = q->filled_by != NULL && row->pack != q->decl->pack ? q->filled_by : q->decl;
    c->source = row->row->cite ? explain_cites(w->s.a, row->row->cite, &row->row->subs)
                               : explain_cites(w->s.a, NULL, &d->fields);
    c->trust = row->row->trust.len > 0
                   ? row->row->trust
                   : explain_trust(p, row->row->cite, row->row->cite ? &row->row->subs : &d->fields);
}

/* Definitions and parameters used below a node that is not itself told line by line. */
static void explain_uses(struct walk *w, const struct frame *f, node_id id, unsigned depth, unsigned nesting)
{
    const struct program *p = w->s.ev->p;
    const struct node *n = node_at(p, id);
    if (nesting > LIMIT_NESTING || w->full) return;
    switch ((int)n->op) {
    case OP_CALL: explain_call(w, f, id, depth); return;
    case OP_PARAM: explain_param(w, f, id, depth); break;
    case OP_QUALIFIES: explain_qualifies(w, f, id, depth); return;
    case OP_ANY:
    case OP_ALL: explain_elements(w, f, id, depth); return;
    case OP_COUNT:
    case OP_SUM:
    case OP_MAX:
    case OP_MIN: explain_uses(w, f, node_kid(p, n, 0), depth, nesting + 1); return;
    case OP_IF: {
        struct value c = eval_node(w->s.ev, f, node_kid(p, n, 0));
        explain_uses(w, f, node_kid(p, n, 0), depth, nesting + 1);
        if (c.state == VALUE_UNKNOWN || c.state == VALUE_ERROR) return;
        explain_uses(w, f, node_kid(p, n, outcome_of(c) == OUTCOME_YES ? 1 : 2), depth, nesting + 1);
        return;
    }
    default: break;
    }
    for (unsigned i = 0; i < n->kid_count; i++) explain_uses(w, f, node_kid(p, n, i), depth, nesting + 1);
}

/* ---- conditions ---- */

/* 本人, 2023-04, 第 1 段（2022-03-01 至今）, 第 2 个 */
static str element_name(struct walk *w, const struct frame *f, const struct record *r, uint32_t i)
{
    const struct entity *e = &w->s.ev->p->entities.at[r->entity];
    if (r == f->elements[0]) return STR("本人");
    if (r->index > 0) i = r->index - 1;
    if (!e->is_spell) return str_fmt(w->s.a, "第 %u 个", i + 1);
    struct text t;
    text_init(&t, w->s.a, EXPLAIN_TEXT_MAX);
    if (e->is_monthly) {
        value_text(w->s.ev->p, type_of_kind(TYPE_MONTH), r->slots[SLOT_MONTH].v, &t);
        return text_str(&t);
    }
    text_addf(&t, "第 %u 段（", i + 1);
    speak_spell(&w->s, r, &t);
    text_addz(&t, "）");
    return text_str(&t);
}

/* Each member, or of many those that decide; then how many there were besides. */
static void explain_elements(struct walk *w, const struct frame *f, node_id id, unsigned depth)
{
    const struct program *p = w->s.ev->p;
    const struct node *n = node_at(p, id);
    struct record **at;
    uint32_t count, shown = 0, rest = 0;
    struct value why;
    if (w->elements >= ELEMENTS_NESTING || !eval_elements(w->s.ev, f, node_kid(p, n, 0), &at, &count, &why)) return;
    struct frame inner = *f;
    w->elements++;
    for (uint32_t i = 0; i < count && !w->full; i++) {
        inner.elements[n->level] = at[i];
        struct value v = eval_node(w->s.ev, &inner, node_kid(p, n, 1));
        bool decides =
            v.state == VALUE_UNKNOWN || v.state == VALUE_ERROR || (outcome_of(v) == OUTCOME_YES) == (n->op == OP_ANY);
        if ((!decides && count > ELEMENTS_SHOWN) || shown >= ELEMENTS_SHOWN) {
            rest++;
            continue;
        }
        shown++;
        struct clause *c = add_condition(w, depth, element_name(w, f, at[i], i), v);
        c->detail = speak_detail(&w->s, &inner, node_kid(p, n, 1));
        explain_uses(w, &inner, node_kid(p, n, 1), depth + 1, 0);
    }
    w->elements--;
    if (rest > 0 && !w->full) {
        add_note(w, depth,
                 shown == 0 ? str_fmt(w->s.a, "共 %u 个，都%s", rest, n->op == OP_ALL ? "成立" : "不成立")
                            : str_fmt(w->s.a, "另外 %u 个没有列出", rest));
    }
}

/* 符合(另一政策): each of its criteria. */
static void explain_qualifies(struct walk *w, const struct frame *f, node_id id, unsigned depth)
{
    const struct node *n = node_at(w->s.ev->p, id);
    const struct policy *q = policy_on(w->s.ev->p, n->k, w->s.ev->rule_day);
    struct value r = eval_node(w->s.ev, f, node_kid(w->s.ev->p, n, 0));
    if (r.state != VALUE_KNOWN || w->below >= DEFINITIONS_MAX) return;
    if (q == NULL) {
        add_note(w, depth, STR("那项政策在这一天没有施行"));
        return;
    }
    struct frame inner = { .elements = { r.record } };
    w->below++;
    VEC_EACH (const struct criterion, c, &q->criteria) {
        str name = str_fmt(w->s.a, "%s%.*s：%.*s", c->is_exclusion ? "排除 " : "", STR_ARG(c->name),
                           STR_ARG(speak_node(&w->s, c->node)));
        struct clause *line = add_condition(w, depth, name, eval_node(w->s.ev, &inner, c->node));
        line->detail = speak_detail(&w->s, &inner, c->node);
        line->source = explain_cites(w->s.a, c->field->cite, &c->field->subs);
        line->trust = explain_trust(w->s.ev->p, c->field->cite, &c->field->subs);
        explain_uses(w, &inner, c->node, depth + 1, 0);
    }
    w->below--;
}

static void explain_condition(struct walk *w, const struct frame *f, node_id id, unsigned depth, unsigned nesting);

static void explain_parts(struct walk *w, const struct frame *f, const struct node *n, struct value v, unsigned depth,
                          unsigned nesting)
{
    if (nesting > 0 || n->op == OP_OR) {
        str head = n->op == OP_OR ? STR("下面有一条成立就行") : STR("下面每一条都要成立");
        add_condition(w, depth++, head, v);
    }
    for (unsigned i = 0; i < n->kid_count; i++) explain_condition(w, f, node_kid(w->s.ev->p, n, i), depth, nesting + 1);
}

/* 若: which branch it came to; only that one is told. */
static void explain_if(struct walk *w, const struct frame *f, const struct node *n, unsigned depth, unsigned nesting)
{
    struct value c = eval_node(w->s.ev, f, node_kid(w->s.ev->p, n, 0));
    explain_condition(w, f, node_kid(w->s.ev->p, n, 0), depth, nesting + 1);
    if (c.state == VALUE_UNKNOWN || c.state == VALUE_ERROR) return;
    explain_condition(w, f, node_kid(w->s.ev->p, n, outcome_of(c) == OUTCOME_YES ? 1 : 2), depth, nesting + 1);
}

static void explain_condition(struct walk *w, const struct frame *f, node_id id, unsigned depth, unsigned nesting)
{
    const struct program *p = w->s.ev->p;
    const struct node *n = node_at(p, id);
    if (nesting > LIMIT_NESTING || w->full) return;
    struct value v = eval_node(w->s.ev, f, id);
    if (n->op == OP_AND || n->op == OP_OR) {
        explain_parts(w, f, n, v, depth, nesting);
        return;
    }
    struct clause *c = add_condition(w, depth, speak_node(&w->s, id), v);
    if (n->op == OP_NOT && node_at(p, node_kid(p, n, 0))->op != OP_CALL) {
        explain_condition(w, f, node_kid(p, n, 0), depth + 1, nesting + 1);
        return;
    }
    if (n->op == OP_IF) {
        explain_if(w, f, n, depth + 1, nesting);
        return;
    }
    c->detail = speak_detail(&w->s, f, id);
    if (v.state == VALUE_ERROR) {
        str what = str_fmt(w->s.a, "算不出来：%s", value_error_zh((enum value_error)v.error));
        c->detail = c->detail.len == 0 ? what : str_fmt(w->s.a, "%.*s；%.*s", STR_ARG(what), STR_ARG(c->detail));
    }
    if (n->op == OP_CALL)
        explain_named(w, f, id, v, depth);
    else
        explain_uses(w, f, id, depth + 1, 0);
}

/* ---- entries ---- */

/* 若 the rule day is within the 施行 of a 收窄: the checker put it around the condition, the author wrote it elsewhere.
 */
static bool is_dated(const struct program *p, const struct node *n)
{
    if (n->op != OP_IF) return false;
    struct loc when = node_at(p, node_kid(p, n, 0))->loc;
    return when.source != n->loc.source || when.to <= n->loc.from || when.from >= n->loc.to;
}

void explain_clauses(struct evaluator *ev, const struct frame *f, node_id condition, clause_list *out, struct arena *a)
{
    struct walk w = { .s = { ev, a }, .out = out };
    const struct node *n = node_at(ev->p, condition);
    if (is_dated(ev->p, n)) {
        node_id when = node_kid(ev->p, n, 0);
        struct value in = eval_node(ev, f, when);
        if (!in.boolean) {
            add_note(&w, 0, str_fmt(a, "%.*s；规则日不在这段时间里，这一条不看", STR_ARG(speak_node(&w.s, when))));
            return;
        }
        condition = node_kid(ev->p, n, 1);
    }
    explain_condition(&w, f, condition, 0, 0);
}

void explain_rests_on(struct evaluator *ev, const struct frame *f, node_id value, clause_list *out, struct arena *a)
{
    struct walk w = { .s = { ev, a }, .out = out };
    explain_uses(&w, f, value, 0, 0);
}
