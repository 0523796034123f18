/* example: facts in, verdict out, compared with what the author wrote.
 *
 * A refusal must name at least the criteria the author names, and a 待核 the facts; so an example that is refused for
 * another reason than the one it was written for fails. */
#include "lang/example.h"
#include "lang/service.h"

void coverage_init(struct coverage *c, const struct program *p, struct arena *a)
{
    c->seen = ARENA_ARRAY(a, uint8_t, p->nodes.len + 1);
    c->row_base = ARENA_ARRAY(a, uint32_t, p->funcs.len + 1);
    c->row_count = 0;
    for (size_t i = 0; i < p->funcs.len; i++) {
        c->row_base[i] = c->row_count;
        c->row_count += (uint32_t)p->funcs.at[i].rows.len;
    }
    c->row_hit = ARENA_ARRAY(a, uint8_t, c->row_count + 1);
}

struct run {
    const struct program *p;
    struct evaluator ev;
    struct example_case c;
    struct text said;
    bool ok;
};

static str expr_text(const struct run *r, const struct expr *x)
{
    return source_text(&r->p->sources.at[x->loc.source], x->loc);
}

/* Text equality apart from blanks and full-width signs is what authors mean: 参保缴费（医疗） is 参保缴费(医疗). */
static bool same_words(str a, str b)
{
    size_t i = 0, j = 0;
    while (i < a.len || j < b.len) {
        while (i < a.len && a.p[i] == ' ') i++;
        while (j < b.len && b.p[j] == ' ') j++;
        if (i == a.len || j == b.len) return i == a.len && j == b.len;
        str ra = str_slice(a, i, a.len), rb = str_slice(b, j, b.len);
        bool open_a = str_starts(ra, STR("（")), open_b = str_starts(rb, STR("（"));
        bool close_a = str_starts(ra, STR("）")), close_b = str_starts(rb, STR("）"));
        char ca = open_a ? '(' : close_a ? ')' : a.p[i], cb = open_b ? '(' : close_b ? ')' : b.p[j];
        if (ca != cb) return false;
        i += open_a || close_a ? 3 : 1;
        j += open_b || close_b ? 3 : 1;
    }
    return true;
}

static void complain(struct run *r, const char *what)
{
    if (r->said.len > 0) text_addz(&r->said, "；");
    text_addz(&r->said, what);
    r->ok = false;
}

static bool names_match(str wanted, const struct missing *m)
{
    if (same_words(wanted, m->path)) return true;
    if (m->whose.len == 0 || !str_starts(wanted, m->whose) || wanted.len <= m->whose.len ||
        wanted.p[m->whose.len] != '.')
        return false;
    return same_words(str_slice(wanted, m->whose.len + 1, wanted.len),
                      m->path); /* 家庭.低保, reached through a definition */
}

static void say_missing(struct run *r, const missing_list *missing)
{
    VEC_EACH (const struct missing, m, missing) {
        if (m > missing->at) text_addz(&r->said, "、");
        if (m->whose.len > 0) text_addf(&r->said, "%.*s.", STR_ARG(m->whose));
        text_add(&r->said, m->path);
    }
}

static void expect_missing(struct run *r, const struct ast_field *expect, const missing_list *missing)
{
    VEC_EACH (struct expr *, px, &expect->cells) {
        str wanted = expr_text(r, *px);
        bool found = false;
        VEC_EACH (const struct missing, m, missing) found = found || names_match(wanted, m);
        if (found) continue;
        complain(r, "应当缺“");
        text_addf(&r->said, "%.*s”", STR_ARG(wanted));
    }
    if (r->ok) return;
    text_addz(&r->said, "，实际缺：");
    say_missing(r, missing);
}

static void describe(struct run *r, const struct verdict *v)
{
    text_addf(&r->said, "，实际%s", verdict_zh(v->kind));
    const struct policy *q = v->policy;
    bool any = false;
    for (size_t i = 0; i < q->criteria.len && v->kind != VERDICT_NOT_IN_FORCE; i++) {
        struct value c = v->criteria[i];
        bool fails = criterion_fails(&q->criteria.at[i], c);
        if (!fails && c.state != VALUE_UNKNOWN && c.state != VALUE_ERROR) continue;
        text_addz(&r->said, any ? "、" : "：");
        any = true;
        text_add(&r->said, q->criteria.at[i].name);
        if (c.state == VALUE_UNKNOWN) text_addz(&r->said, "（未知）");
        if (c.state == VALUE_ERROR) text_addf(&r->said, "（%s）", value_error_zh((enum value_error)c.error));
    }
    if (v->kind == VERDICT_QUALIFIED && q->steps.len > 0) {
        text_addz(&r->said, " 金额 ");
        value_text(r->p, node_at(r->p, q->steps.at[q->steps.len - 1].node)->type, v->amount, &r->said);
    }
}

static void expect_amount(struct run *r, const struct ast_field *expect, const struct verdict *v)
{
    const struct policy *q = v->policy;
    if (expect->op.len > 0) {
        if (!v->amount_unset) complain(r, "金额应当未定");
        return;
    }
    if (expect->expr == NULL) return;
    if (q->steps.len == 0) {
        complain(r, "这个政策没有金额");
        return;
    }
    struct type t = node_at(r->p, q->steps.at[q->steps.len - 1].node)->type;
    struct diags d;
    diags_init(&d, r->ev.a);
    struct value want;
    if (!literal_value(r->p, r->ev.a, expect->expr, t, false, &want, &d)) {
        complain(r, "应得的金额写得不对：");
        if (d.list.len > 0) text_add(&r->said, d.list.at[0].text);
    } else if (!value_same(t, want, v->amount)) {
        complain(r, "金额应为 ");
        value_text(r->p, t, want, &r->said);
    }
}

static missing_list policy_missing(struct run *r, const struct verdict *v)
{
    missing_list missing = { 0 };
    struct frame f = { .elements = { r->c.facts.subject }, .locals = v->steps };
    VEC_EACH (const struct criterion, c, &v->policy->criteria) why_missing(&r->ev, &f, c->node, &missing);
    VEC_EACH (const struct step, s, &v->policy->steps) why_missing(&r->ev, &f, s->node, &missing);
    return missing;
}

static void run_policy(struct run *r, uint32_t target, const struct ast_field *expect)
{
    struct verdict v = eval_policy(&r->ev, r->c.facts.subject, target);
    enum word w = expect->word;
    bool kind_ok = (w == WORD_QUALIFIED && v.kind == VERDICT_QUALIFIED) ||
                   (w == WORD_REFUSED && (v.kind == VERDICT_REFUSED || v.kind == VERDICT_NOT_IN_FORCE)) ||
                   (w == WORD_PENDING && v.kind == VERDICT_PENDING) || (w == WORD_ERROR && v.kind == VERDICT_ERROR);
    if (!kind_ok) {
        complain(r, "应得");
        text_addz(&r->said, w == WORD_NOT_ONE ? "符合、不符合或待核" : word_zh(w));
    } else if (w == WORD_QUALIFIED) {
        expect_amount(r, expect, &v);
    } else if (w == WORD_REFUSED) {
        VEC_EACH (struct expr *, px, &expect->cells) {
            str wanted = expr_text(r, *px);
            bool found = v.kind == VERDICT_NOT_IN_FORCE && str_eq(wanted, STR("未施行"));
            for (size_t i = 0; i < v.policy->criteria.len && v.kind == VERDICT_REFUSED; i++) {
                const struct criterion *c = &v.policy->criteria.at[i];
                found = found || (str_eq(c->name, wanted) && criterion_fails(c, v.criteria[i]));
            }
            if (found) continue;
            complain(r, "应当因为“");
            text_addf(&r->said, "%.*s”", STR_ARG(wanted));
        }
    } else if (w == WORD_PENDING) {
        missing_list missing = policy_missing(r, &v);
        expect_missing(r, expect, &missing);
    }
    if (r->ok) return;
    describe(r, &v);
    if (v.kind == VERDICT_PENDING && !kind_ok) {
        missing_list missing = policy_missing(r, &v);
        text_addz(&r->said, "；缺 ");
        say_missing(r, &missing);
    }
}

static void run_func(struct run *r, uint32_t target, const struct ast_field *expect)
{
    const struct func *f = &r->p->funcs.at[target];
    struct value *args = r->c.facts.args;
    struct value got = args != NULL ? eval_func_with(&r->ev, r->c.facts.subject, target, args)
                                    : eval_func(&r->ev, r->c.facts.subject, target);
    enum word w = expect->word;
    const struct expr *literal = expect->expr;
    if (w == WORD_ERROR) {
        if (got.state != VALUE_ERROR) complain(r, "应当出错");
    } else if (w == WORD_UNKNOWN) {
        if (got.state != VALUE_UNKNOWN) {
            complain(r, "应当未知");
        } else {
            missing_list missing = { 0 };
            struct frame fr = { .elements = { r->c.facts.subject }, .locals = args };
            const struct func *v = func_on(r->p, target, r->ev.rule_day);
            if (v != NULL && v->base != 0) why_missing(&r->ev, &fr, v->base, &missing);
            VEC_EACH (const struct exception, x, v ? &v->exceptions : &f->exceptions) {
                why_missing(&r->ev, &fr, x->condition, &missing);
                why_missing(&r->ev, &fr, x->value, &missing);
            }
            if (v != NULL)
                VEC_EACH (const node_id, in, &v->inputs) why_missing(&r->ev, &fr, *in, &missing);
            expect_missing(r, expect, &missing);
        }
    } else if (literal == NULL) {
        complain(r, "“应得”后面没有值");
    } else {
        struct diags d;
        diags_init(&d, r->ev.a);
        struct value want;
        if (!literal_value(r->p, r->ev.a, literal, f->type, false, &want, &d)) {
            complain(r, "应得的值写得不对：");
            if (d.list.len > 0) text_add(&r->said, d.list.at[0].text);
        } else if (!value_same(f->type, want, got)) {
            complain(r, "应为 ");
            value_text(r->p, f->type, want, &r->said);
        }
    }
    if (r->ok) return;
    text_addz(&r->said, "，实际 ");
    value_text(r->p, f->type, got, &r->said);
}

/* ---- 事项 ---- */

static bool names_reason(const struct service_answer *x, str wanted)
{
    if (x->kind == VERDICT_NOT_IN_FORCE) return str_eq(wanted, STR("未施行"));
    for (size_t i = 0; i < x->service->criteria.len; i++) {
        const struct criterion *c = &x->service->criteria.at[i];
        if (str_eq(c->name, wanted) && criterion_fails(c, x->criteria[i])) return true;
    }
    for (size_t i = 0; i < x->service->policies.len; i++) {
        const struct verdict *v = &x->policies[i];
        for (size_t j = 0; j < v->policy->criteria.len && v->kind == VERDICT_REFUSED; j++) {
            const struct criterion *c = &v->policy->criteria.at[j];
            if (str_eq(c->name, wanted) && criterion_fails(c, v->criteria[j])) return true;
        }
    }
    for (size_t i = 0; i < x->service->includes.len; i++) {
        if (names_reason(&x->parts[i], wanted)) return true;
    }
    return false;
}

typedef VEC(str) str_list;

/* What is asked for must be what the author says, no more and no less; 无 is nothing. */
static void expect_list(struct run *r, const struct ast_field *expect, const str_list *got)
{
    bool none = expect->names.len == 1 && str_eq(expect->names.at[0].text, STR("无"));
    size_t found = 0;
    VEC_EACH (const struct ast_name, n, &expect->names) {
        bool there = false;
        VEC_EACH (const str, g, got) there |= same_words(*g, n->text);
        found += there;
        if (there || none) continue;
        complain(r, "没有要");
        text_addf(&r->said, "%s“%.*s”", expect->def->zh, STR_ARG(n->text));
    }
    if (found == got->len) return;
    complain(r, "实际要的");
    text_addf(&r->said, "%s是：", expect->def->zh);
    VEC_EACH (const str, g, got) {
        if (g > got->at) text_addz(&r->said, "、");
        text_add(&r->said, *g);
    }
}

static enum word handling(const struct service_answer *x)
{
    if (x->kind == VERDICT_REFUSED || x->kind == VERDICT_NOT_IN_FORCE) return WORD_DECLINED;
    if (x->alone) return WORD_ALONE;
    return x->service->decide == SERVICE_ALONE ? WORD_TO_STAFF : WORD_ACCEPTED;
}

static void run_service(struct run *r, uint32_t target)
{
    const struct ast_field *expect = r->c.expect;
    struct service_answer x = eval_service(&r->ev, r->c.facts.subject, target);
    enum word got = handling(&x);
    if (expect->word != got) {
        complain(r, "应得");
        text_addf(&r->said, "%s，实际%s",
                  expect->word == WORD_NOT_ONE ? "受理、秒批、转人工或不予受理" : word_zh(expect->word), word_zh(got));
        if (got == WORD_ACCEPTED || got == WORD_TO_STAFF) text_addf(&r->said, "（%s）", verdict_zh(x.kind));
    } else if (expect->word == WORD_DECLINED) {
        VEC_EACH (struct expr *, px, &expect->cells) {
            str wanted = expr_text(r, *px);
            if (names_reason(&x, wanted)) continue;
            complain(r, "应当因为“");
            text_addf(&r->said, "%.*s”", STR_ARG(wanted));
        }
    }
    str_list form = { 0 }, materials = { 0 };
    VEC_EACH (const struct form_item *, i, &x.ask)
        *vec_push(r->ev.a, &form) = form_item_name(r->p, x.service, *i, r->ev.a);
    VEC_EACH (const struct material *, m, &x.materials) *vec_push(r->ev.a, &materials) = (*m)->name;
    if (r->c.form != NULL) expect_list(r, r->c.form, &form);
    if (r->c.materials != NULL) expect_list(r, r->c.materials, &materials);
}

/* ---- 疑点 ---- */

static bool lead_as_expected(const struct ast_field *expect, struct value got)
{
    if (expect->word == WORD_ERROR) return got.state == VALUE_ERROR;
    if (expect->word == WORD_UNKNOWN) return got.state == VALUE_UNKNOWN;
    if (expect->expr == NULL || expect->expr->kind != EXPR_WORD) return false;
    enum word w = got.state == VALUE_NONE    ? WORD_NONE
                  : got.state != VALUE_KNOWN ? WORD_NOT_ONE
                  : got.boolean              ? WORD_TRUE
                                             : WORD_FALSE;
    return expect->expr->word == w;
}

static void run_lead(struct run *r, uint32_t target)
{
    const struct lead *x = &r->p->leads.at[target];
    const struct ast_field *expect = r->c.expect;
    struct frame f = { .elements = { r->c.facts.subject } };
    struct value got = eval_node(&r->ev, &f, x->condition);
    bool literal = expect->expr != NULL && expect->expr->kind == EXPR_WORD;
    if (!lead_as_expected(expect, got)) {
        complain(r, "应得");
        text_addz(&r->said, literal                        ? word_zh(expect->expr->word)
                            : expect->word != WORD_NOT_ONE ? word_zh(expect->word)
                                                           : "真、假或未知");
        text_addz(&r->said, "，实际 ");
        value_text(r->p, type_of_kind(TYPE_BOOL), got, &r->said);
    } else if (expect->word == WORD_UNKNOWN) {
        missing_list missing = { 0 };
        why_missing(&r->ev, &f, x->condition, &missing);
        expect_missing(r, expect, &missing);
    }
}

struct example_result example_run(const struct program *p, const struct example *x, date today, struct arena *scratch,
                                  struct arena *keep, struct coverage *coverage)
{
    struct run r = { .p = p, .ok = true };
    struct diags d;
    diags_init(&d, scratch);
    text_init(&r.said, scratch, 8192);
    if (!example_facts(p, x, scratch, &d, NULL, &r.c)) {
        complain(&r, "事实写得不对：");
        if (d.list.len > 0) text_add(&r.said, d.list.at[0].text);
    } else {
        date day = r.c.has_today ? r.c.today : today;
        eval_start(&r.ev, p, scratch, day, r.c.has_rule_day ? r.c.rule_day : day);
        if (coverage != NULL) {
            r.ev.seen = coverage->seen;
            r.ev.row_hit = coverage->row_hit;
            r.ev.row_base = coverage->row_base;
        }
        if (x->about == KIND_POLICY)
            run_policy(&r, x->target, r.c.expect);
        else if (x->about == KIND_SERVICE)
            run_service(&r, x->target);
        else if (x->about == KIND_LEAD)
            run_lead(&r, x->target);
        else
            run_func(&r, x->target, r.c.expect);
    }
    return (struct example_result){ .example = x,
                                    .passed = r.ok,
                                    .said = r.ok ? STR("") : str_dup(keep, text_str(&r.said)) };
}
