/* explain: asks for the verdict and puts together what belongs to it.
 *
 * Nothing here decides anything: every value comes from the row evaluator, asked again for the node at hand. Criteria
 * and steps are told line by line (explain_clause.c), then what is missing (explain_ask.c) and what would alter the
 * verdict (explain_change.c), and last the sentence that sums it up. */
#include "policy/explain.h"
#include "base/utf8.h"
#include "policy/explain_priv.h"

#include <string.h>

enum { NAMED_MAX = 3, UNSET_MAX = 8, SHOWN_TEXT_MAX = 240 };

enum outcome outcome_of(struct value v)
{
    if (v.state == VALUE_UNKNOWN) return OUTCOME_UNKNOWN;
    if (v.state == VALUE_ERROR) return OUTCOME_ERROR;
    return v.state == VALUE_KNOWN && v.boolean ? OUTCOME_YES : OUTCOME_NO;
}

/* ---- texts and sources ---- */

static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/* True when s needs no work: no line breaks, no two blanks together. */
static bool on_one_line(str s)
{
    char before = 'x';
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if ((unsigned char)c <= ' ' && (c == '\n' || (is_blank(c) && is_blank(before)))) return false;
        before = c;
    }
    return true;
}

str explain_words(const struct program *p, struct arena *a, struct loc l)
{
    str s = str_trim(source_text(&p->sources.at[l.source], l));
    if (on_one_line(s)) return s;
    char *out = arena_alloc(a, s.len); /* it only gets shorter */
    size_t len = 0;
    bool blank = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (c == '-' && i + 1 < s.len && s.p[i + 1] == '-') { /* a comment between two lines */
            while (i < s.len && s.p[i] != '\n') i++;
            c = '\n';
        }
        if (is_blank(c)) {
            blank = len > 0;
            continue;
        }
        if (blank) out[len++] = ' ';
        blank = false;
        out[len++] = c;
    }
    return (str){ out, len };
}

str explain_value(const struct program *p, struct arena *a, struct type t, struct value v)
{
    struct text out;
    text_init(&out, a, EXPLAIN_TEXT_MAX);
    if (v.state == VALUE_ERROR && v.error == VERR_UNSET) return STR("未定，还没有人填写");
    if (t.kind == TYPE_TEXT && v.state == VALUE_KNOWN && v.text.len > SHOWN_TEXT_MAX) {
        size_t cut = SHOWN_TEXT_MAX;
        while (cut > 0 && ((unsigned char)v.text.p[cut] & 0xC0u) == 0x80u) cut--;
        text_addf(&out, "“%.*s……”（共 %zu 个字）", (int)cut, v.text.p, utf8_count(v.text));
    } else {
        value_text(p, t, v, &out);
    }
    return text_str(&out);
}

static void add_cite(struct text *t, const struct ast_field *f)
{
    if (t->len > 0) text_addz(t, "；");
    text_add(t, f->name.text);
    if (f->text.len > 0) text_addf(t, " %.*s", STR_ARG(f->text));
}

str explain_cites(struct arena *a, const struct ast_field *inline_cite, const field_list *fields)
{
    struct text t;
    text_init(&t, a, EXPLAIN_TEXT_MAX);
    if (inline_cite != NULL) add_cite(&t, inline_cite);
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape == SHAPE_CITE) add_cite(&t, f);
    }
    return text_str(&t);
}

/* From read in the original to made up. */
static unsigned doubt(str trust)
{
    static const char *const words[] = { "转述高", "转述中", "虚构" };
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(trust, str_of(words[i]))) return i + 1;
    }
    return 0;
}

static str trust_of_cite(const struct program *p, const struct ast_field *cite)
{
    const struct decl *source = map_get(&p->named[KIND_SOURCE], cite->name.text);
    const struct ast_field *t = source != NULL ? decl_field(source, FIELD_SOURCE_TRUST) : NULL;
    return t != NULL && t->names.len > 0 ? t->names.at[0].text : STR("");
}

str explain_trust(const struct program *p, const struct ast_field *inline_cite, const field_list *fields)
{
    str worst = inline_cite != NULL ? trust_of_cite(p, inline_cite) : STR("");
    VEC_EACH (const struct ast_field, f, fields) {
        bool is_mark = f->def->shape == SHAPE_CHOICE && str_eq(str_of(f->def->en), STR("trust")) && f->names.len > 0;
        if (is_mark) return doubt(f->names.at[0].text) > 0 ? f->names.at[0].text : STR("");
        if (f->def->shape != SHAPE_CITE) continue;
        str t = trust_of_cite(p, f);
        if (doubt(t) > doubt(worst)) worst = t;
    }
    return doubt(worst) > 0 ? worst : STR("");
}

static str sentence_of(const field_list *fields)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape == SHAPE_TEXT && str_eq(str_of(f->def->en), STR("note"))) return f->text;
    }
    return STR("");
}

/* ---- criteria and steps ---- */

static void explain_criteria(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a)
{
    struct frame f = { .elements = { subject } };
    vec_reserve(a, &x->criteria, x->policy->criteria.len);
    for (size_t i = 0; i < x->policy->criteria.len; i++) {
        const struct criterion *c = &x->policy->criteria.at[i];
        struct value v = x->verdict.criteria[i];
        struct explained_criterion k = {
            .name = c->name, .is_exclusion = c->is_exclusion, .outcome = outcome_of(v), .assumed = v.assumed
        };
        k.met = k.outcome == (c->is_exclusion ? OUTCOME_NO : OUTCOME_YES);
        k.sentence = sentence_of(&c->field->subs);
        k.source = explain_cites(a, c->field->cite, &c->field->subs);
        k.trust = explain_trust(x->p, c->field->cite, &c->field->subs);
        if (k.source.len == 0) k.source = x->source, k.trust = x->trust;
        if (v.state == VALUE_ERROR) k.error = str_of(value_error_zh((enum value_error)v.error));
        ev->steps = 0; /* the budget is for one question; each line of an answer is one */
        explain_clauses(ev, &f, c->node, &k.clauses, a);
        *vec_push(a, &x->criteria) = k;
    }
}

static void explain_steps(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a)
{
    if (x->verdict.kind == VERDICT_REFUSED) return;
    struct frame f = { .elements = { subject }, .locals = x->verdict.steps };
    for (size_t i = 0; i < x->policy->steps.len; i++) {
        const struct step *s = &x->policy->steps.at[i];
        struct value v = x->verdict.steps[i];
        struct explained_step k = { .name = s->name, .ok = v.state == VALUE_KNOWN };
        k.formula = explain_words(x->p, a, s->field->expr->loc);
        k.value = explain_value(x->p, a, node_at(x->p, s->node)->type, v);
        k.source = explain_cites(a, s->field->cite, &s->field->subs);
        k.trust = explain_trust(x->p, s->field->cite, &s->field->subs);
        ev->steps = 0;
        k.detail = speak_detail(&(struct speech){ ev, a }, &f, s->node);
        explain_rests_on(ev, &f, s->node, &k.clauses, a);
        *vec_push(a, &x->steps) = k;
    }
    size_t n = x->policy->steps.len;
    if (n > 0 && x->verdict.amount.state == VALUE_KNOWN) x->amount = x->steps.at[n - 1].value;
}

/* ---- open parameters and definitions nobody filled ---- */

struct unset_search {
    struct explanation *x;
    struct evaluator *ev;
    struct arena *a;
};

static void find_unset(struct unset_search *s, const struct frame *f, node_id id, unsigned depth);

static void add_unset(struct unset_search *s, const char *what, str name, uint16_t pack)
{
    str who = s->x->p->packs.at[pack].name;
    str line = str_fmt(s->a, "%s“%.*s”：%.*s 包留给下级定，还没有人定；在下级包里写“填写 %.*s”", what, STR_ARG(name),
                       STR_ARG(who), STR_ARG(name));
    VEC_EACH (str, known, &s->x->unset) {
        if (str_eq(*known, line)) return;
    }
    if (s->x->unset.len < UNSET_MAX) *vec_push(s->a, &s->x->unset) = line;
}

static void find_unset_in_call(struct unset_search *s, const struct frame *f, const struct node *n, unsigned depth)
{
    const struct program *p = s->x->p;
    struct value r = eval_node(s->ev, f, node_kid(p, n, 0)), args[LIMIT_ARGS + 1];
    const struct func *d = func_on(p, n->k, s->ev->rule_day);
    if (r.state != VALUE_KNOWN || d == NULL) return;
    for (unsigned i = 1; i < n->kid_count; i++) args[i - 1] = eval_node(s->ev, f, node_kid(p, n, i));
    struct frame inner = { .elements = { r.record }, .locals = args };
    if (d->open && d->base == 0 && !d->is_table)
        add_unset(s, "定义", d->name, d->decl->pack);
    else if (d->base != 0)
        find_unset(s, &inner, d->base, depth + 1);
    VEC_EACH (const struct exception, e, &d->exceptions) {
        find_unset(s, &inner, e->condition, depth + 1);
        find_unset(s, &inner, e->value, depth + 1);
    }
}

/* Whatever is open below a node that came out as “nobody filled it”. */
static void find_unset(struct unset_search *s, const struct frame *f, node_id id, unsigned depth)
{
    const struct node *n = node_at(s->x->p, id);
    if (depth > LIMIT_NESTING || s->x->unset.len >= UNSET_MAX) return;
    if (n->op == OP_PARAM) {
        const struct param *q = &s->x->p->params.at[n->k];
        if (q->open && q->rows.len == 0) add_unset(s, "参数", q->name, q->decl->pack);
    }
    if (n->op == OP_ANY || n->op == OP_ALL || n->op == OP_COUNT || n->op == OP_SUM || n->op == OP_MAX ||
        n->op == OP_MIN) {
        return; /* what is asked of elements has no frame here */
    }
    if (n->op == OP_CALL) find_unset_in_call(s, f, n, depth);
    for (unsigned i = 0; i < n->kid_count; i++) find_unset(s, f, node_kid(s->x->p, n, i), depth + 1);
}

static bool is_unset(struct value v) { return v.state == VALUE_ERROR && v.error == VERR_UNSET; }

static void explain_unset(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a)
{
    struct unset_search s = { .x = x, .ev = ev, .a = a };
    struct frame f = { .elements = { subject }, .locals = x->verdict.steps };
    for (size_t i = 0; i < x->policy->criteria.len; i++) {
        if (is_unset(x->verdict.criteria[i])) find_unset(&s, &f, x->policy->criteria.at[i].node, 0);
    }
    for (size_t i = 0; i < x->policy->steps.len; i++) {
        if (is_unset(x->verdict.steps[i])) find_unset(&s, &f, x->policy->steps.at[i].node, 0);
    }
}

/* ---- what cannot be had beside it ---- */

/* Numbers of policies are those of their newest versions, as 互斥 names them. */
static bool names_policy(const struct program *p, const struct policy *q, str name)
{
    VEC_EACH (const uint32_t, id, &q->exclusive) {
        if (str_eq(p->policies.at[*id].name, name)) return true;
    }
    return false;
}

static void explain_exclusive(struct explanation *x, struct arena *a)
{
    VEC_EACH (const struct policy, q, &x->p->policies) {
        if (!names_policy(x->p, x->policy, q->name) && !names_policy(x->p, q, x->policy->name)) continue;
        if (program_policy(x->p, q->name) != q) continue; /* an older version of it */
        *vec_push(a, &x->exclusive) = q->name;
    }
}

/* ---- the sentence ---- */

/* “甲”“乙”“丙”等 5 条: the criteria that stand against it, exclusions or the others. Gives their number. */
static size_t name_failing(const struct explanation *x, bool exclusions, struct text *t)
{
    size_t n = 0;
    VEC_EACH (const struct explained_criterion, c, &x->criteria) {
        bool fails = !c->met && (c->outcome == OUTCOME_YES || c->outcome == OUTCOME_NO);
        if (!fails || c->is_exclusion != exclusions) continue;
        if (n++ < NAMED_MAX) text_addf(t, "“%.*s”", STR_ARG(c->name));
    }
    if (n > NAMED_MAX) text_addf(t, "等 %zu 条", n);
    return n;
}

static void summarise_refused(const struct explanation *x, struct text *t, struct arena *a)
{
    struct text conditions, exclusions;
    text_init(&conditions, a, EXPLAIN_TEXT_MAX);
    text_init(&exclusions, a, EXPLAIN_TEXT_MAX);
    size_t bad = name_failing(x, false, &conditions), excluded = name_failing(x, true, &exclusions);
    text_addz(t, "不符合：");
    if (bad > 0) text_addf(t, "没有达到%.*s", STR_ARG(text_str(&conditions)));
    if (bad > 0 && excluded > 0) text_addz(t, "；");
    if (excluded > 0) text_addf(t, "有%.*s的情形", STR_ARG(text_str(&exclusions)));
}

static void summarise_pending(const struct explanation *x, struct text *t)
{
    size_t open = 0;
    VEC_EACH (const struct explained_criterion, c, &x->criteria) open += c->outcome == OUTCOME_UNKNOWN;
    if (open > 0)
        text_addf(t, "待核：有 %zu 条还判断不了", open);
    else
        text_addz(t, "待核：条件都达到了，金额还算不出来");
    if (x->missing.len > 0) text_addf(t, "，要先弄清 %zu 项事实", x->missing.len);
}

static void summarise_error(const struct explanation *x, struct text *t)
{
    VEC_EACH (const struct explained_criterion, c, &x->criteria) {
        if (c->outcome != OUTCOME_ERROR) continue;
        text_addf(t, "出错：“%.*s”判断不出来（%.*s），请人工处理", STR_ARG(c->name), STR_ARG(c->error));
        return;
    }
    for (size_t i = 0; i < x->steps.len; i++) {
        struct value v = x->verdict.steps[i];
        if (v.state != VALUE_ERROR) continue;
        text_addf(t, "出错：金额里的“%.*s”算不出来（%s），请人工处理", STR_ARG(x->steps.at[i].name),
                  value_error_zh((enum value_error)v.error));
        return;
    }
    text_addz(t, "出错，请人工处理");
}

/* Which version ended before the rule day, which begins after it. */
static void summarise_not_in_force(const struct explanation *x, struct text *t)
{
    const struct policy *ended = NULL, *coming = NULL;
    const struct policy *newest = program_policy(x->p, x->policy->name);
    for (uint32_t v = (newest != NULL ? newest : x->policy)->id + 1; v != 0; v = x->p->policies.at[v - 1].older) {
        const struct policy *q = &x->p->policies.at[v - 1];
        if (q->has_from && q->from.days > x->rule_day.days && (coming == NULL || q->from.days < coming->from.days))
            coming = q;
        if (q->has_to && q->to.days < x->rule_day.days && (ended == NULL || q->to.days > ended->to.days)) ended = q;
    }
    char day[DATE_TEXT], from[DATE_TEXT], to[DATE_TEXT];
    date_text(x->rule_day, day);
    if (coming != NULL) date_text(coming->from, from);
    if (ended != NULL) date_text(ended->to, to);
    text_addf(t, "未施行：%s 这一天没有这项政策", day);
    if (ended != NULL) text_addf(t, "，%s到 %s 为止", coming != NULL ? "上一次" : "它", to);
    if (coming != NULL) text_addf(t, "，%s从 %s 起施行", ended != NULL ? "下一次" : "它", from);
}

static void summarise(struct explanation *x, struct arena *a)
{
    struct text t;
    text_init(&t, a, EXPLAIN_TEXT_MAX);
    switch (x->verdict.kind) {
    case VERDICT_QUALIFIED:
        text_addz(&t, x->verdict.assumed ? "按申报的情况看符合，核对属实就可以享受" : "符合");
        if (x->amount.len > 0) text_addf(&t, "，%.*s", STR_ARG(x->amount));
        if (x->steps.len > 0 && x->verdict.amount.state == VALUE_NONE)
            text_addz(&t, "，但金额算出来是“无”，没有可发的钱");
        if (x->verdict.amount_unset) text_addz(&t, "，但金额还没有定下来，现在不能付钱");
        break;
    case VERDICT_REFUSED: summarise_refused(x, &t, a); break;
    case VERDICT_PENDING: summarise_pending(x, &t); break;
    case VERDICT_ERROR: summarise_error(x, &t); break;
    case VERDICT_NOT_IN_FORCE: summarise_not_in_force(x, &t); break;
    }
    x->summary = text_str(&t);
}

void explain_policy(struct explanation *x, struct evaluator *ev, struct record *subject, uint32_t policy,
                    struct arena *a)
{
    *x = (struct explanation){ .p = ev->p, .today = ev->today, .rule_day = ev->rule_day };
    bool counting = ev->seen != NULL || ev->row_hit != NULL; /* coverage wants to see each evaluation */
    if (!counting) ev->memory = ARENA_NEW(a, struct eval_memory);
    x->verdict = eval_policy(ev, subject, policy);
    x->policy = x->verdict.policy;
    x->source = explain_cites(a, NULL, &x->policy->decl->fields);
    x->trust = explain_trust(ev->p, NULL, &x->policy->decl->fields);
    if (x->verdict.kind != VERDICT_NOT_IN_FORCE) {
        explain_criteria(x, ev, subject, a);
        explain_steps(x, ev, subject, a);
        explain_missing(x, ev, subject, a);
        explain_unset(x, ev, subject, a);
        explain_changes(x, ev, subject, a);
        explain_exclusive(x, a);
    }
    ev->memory = NULL;
    summarise(x, a);
}
