/* explanation: an explanation as a document. Words and marks are chosen here once, for citizens and staff alike. */
#include "hall/hall_priv.h"

static const char *mark_of(enum verdict_kind k)
{
    switch (k) {
    case VERDICT_QUALIFIED: return "yes";
    case VERDICT_PENDING: return "ask";
    case VERDICT_ERROR: return "late";
    case VERDICT_REFUSED:
    case VERDICT_NOT_IN_FORCE: return "no";
    }
    return "no";
}

/* Always both: what an inner object does not say, a template would look for around it. */
static void add_trust(struct call *c, struct json *o, str source, str trust)
{
    doc_str(c->a, o, "source", source);
    doc_str(c->a, o, "trust", trust);
}

static void add_clauses(struct call *c, const clause_list *clauses, struct json *o)
{
    static const char *const words[] = {
        [OUTCOME_YES] = "是", [OUTCOME_NO] = "否", [OUTCOME_UNKNOWN] = "不知道", [OUTCOME_ERROR] = "出错"
    };
    struct json *list = doc_array(c->a, o, "clauses");
    VEC_EACH (const struct clause, k, clauses) {
        if (k->below > 1) continue; /* definitions of definitions: leye why --full */
        struct json *j = doc_object(c->a, list, NULL);
        doc_fmt(c->a, j, "depth", "%u", k->depth < 6 ? k->depth : 6);
        doc_str(c->a, j, "text", k->text);
        doc_z(c->a, j, "outcome", k->is_definition || k->is_note ? "" : words[k->outcome]);
        doc_str(c->a, j, "formula", k->formula);
        doc_str(c->a, j, "detail", k->detail);
        add_trust(c, j, k->source, k->trust);
    }
}

static void add_criterion(struct call *c, const struct explained_criterion *k, struct json *o)
{
    bool open = k->outcome == OUTCOME_UNKNOWN, wrong = k->outcome == OUTCOME_ERROR;
    doc_str(c->a, o, "name", k->name);
    doc_bool(c->a, o, "exclusion", k->is_exclusion);
    doc_bool(c->a, o, "met", k->met);
    doc_z(c->a, o, "mark", open ? "ask" : wrong ? "late" : k->met ? "yes" : "no");
    doc_z(c->a, o, "outcome",
          open              ? "还不知道"
          : wrong           ? "判断不出来"
          : k->is_exclusion ? (k->met ? "没有这种情形" : "有这种情形")
                            : (k->met ? "达到" : "没有达到"));
    doc_str(c->a, o, "sentence", k->sentence);
    doc_bool(c->a, o, "assumed", k->assumed);
    doc_str(c->a, o, "error", k->error);
    add_trust(c, o, k->source, k->trust);
    add_clauses(c, &k->clauses, o);
}

static void add_step(struct call *c, const struct explained_step *k, struct json *o)
{
    doc_str(c->a, o, "name", k->name);
    doc_str(c->a, o, "formula", k->formula);
    doc_str(c->a, o, "detail", k->detail);
    doc_str(c->a, o, "value", k->value);
    add_trust(c, o, k->source, k->trust);
}

static void add_texts(struct call *c, const char *key, const str *at, size_t n, struct json *doc)
{
    struct json *list = doc_array(c->a, doc, key);
    for (size_t i = 0; i < n; i++) doc_str(c->a, list, NULL, at[i]);
}

/* The question without the ministry's number of the field, which says nothing to whom it is asked. */
str explanation_question(struct call *c, const struct explanation *x, size_t i)
{
    str ask = x->missing_ask.at[i];
    const struct slot *s = x->missing.at[i].slot;
    if (s == NULL || s->code.len == 0) return ask;
    str code = str_fmt(c->a, "（%.*s）", STR_ARG(s->code));
    size_t at = str_find(ask, code);
    if (at == SIZE_MAX) return ask;
    str after = str_slice(ask, at + code.len, ask.len);
    return str_fmt(c->a, "%.*s%.*s", (int)at, ask.p, STR_ARG(after));
}

str explanation_amount(struct call *c, const struct explanation *x)
{
    size_t n = x->policy->steps.len;
    if (n == 0 || x->amount.len == 0) return x->amount;
    struct type t = node_at(x->p, x->policy->steps.at[n - 1].node)->type;
    struct text unit;
    text_init(&unit, c->a, 200);
    unit_text(t.unit, &unit);
    return t.kind == TYPE_NUM && unit.len > 0 ? words_sum(c->a, x->verdict.amount.number, t.scale, text_str(&unit))
                                              : x->amount;
}

void explanation_doc(struct call *c, const struct explanation *x, struct json *doc)
{
    str note = STR("");
    const struct ast_field *said = decl_field(x->policy->decl, FIELD_POLICY_NOTE);
    if (said != NULL) note = said->text;
    doc_str(c->a, doc, "policy", x->policy->name);
    doc_str(c->a, doc, "policyHref", words_href(c->a, "/policies/", x->policy->name, ""));
    doc_str(c->a, doc, "note", note);
    doc_z(c->a, doc, "verdict", verdict_zh(x->verdict.kind));
    doc_z(c->a, doc, "mark", mark_of(x->verdict.kind));
    doc_str(c->a, doc, "summary", x->summary);
    doc_str(c->a, doc, "amount", explanation_amount(c, x));
    doc_str(c->a, doc, "day", words_day(c->a, x->today, (date){ 0 }));
    add_trust(c, doc, x->source, x->trust);
    struct json *list = doc_array(c->a, doc, "criteria");
    VEC_EACH (const struct explained_criterion, k, &x->criteria) add_criterion(c, k, doc_object(c->a, list, NULL));
    doc_bool(c->a, doc, "hasSteps", x->policy->steps.len > 0);
    list = doc_array(c->a, doc, "steps");
    VEC_EACH (const struct explained_step, k, &x->steps) add_step(c, k, doc_object(c->a, list, NULL));
    list = doc_array(c->a, doc, "missing");
    for (size_t i = 0; i < x->missing.len; i++) doc_str(c->a, list, NULL, explanation_question(c, x, i));
    add_texts(c, "changes", x->changes.at, x->changes.len, doc);
    add_texts(c, "exclusive", x->exclusive.at, x->exclusive.len, doc);
    add_texts(c, "unset", x->unset.at, x->unset.len, doc);
}
