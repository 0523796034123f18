/* findings: whom each policy entitles, as numbers; and what stops the others. */
#include "hall/hall_priv.h"

static const struct found_reason *main_reason(const struct found_policy *p)
{
    const struct found_reason *best = NULL;
    for (size_t i = 0; i < p->reason_count; i++) {
        if (p->reasons[i].against > 0 && (best == NULL || p->reasons[i].against > best->against)) best = &p->reasons[i];
    }
    return best;
}

/* In a table a zero is a dash: what is there should stand out. */
static str count_or_dash(struct call *c, uint64_t n) { return n == 0 ? STR("–") : words_count(c->a, n); }

static void add_counts(struct call *c, const struct found_policy *p, struct json *o)
{
    doc_str(c->a, o, "policy", p->name);
    doc_str(c->a, o, "href", words_href(c->a, "/findings/", p->name, ""));
    doc_str(c->a, o, "qualified", count_or_dash(c, p->count[VERDICT_QUALIFIED]));
    doc_str(c->a, o, "pending", count_or_dash(c, p->count[VERDICT_PENDING]));
    doc_str(c->a, o, "refused", count_or_dash(c, p->count[VERDICT_REFUSED]));
    doc_str(c->a, o, "failed", count_or_dash(c, p->count[VERDICT_ERROR]));
    doc_str(c->a, o, "assumed", count_or_dash(c, p->assumed));
    bool open = p->unset > 0 && p->paid_count == 0;
    doc_str(c->a, o, "total",
            p->unit.len == 0 ? STR("")
            : open           ? STR("未定")
                             : words_sum(c->a, p->total, p->scale, p->unit));
}

bool hall_findings(struct call *c, struct err *e)
{
    (void)e;
    const struct findings *f = c->h->o.found;
    doc_str(c->a, c->doc, "day", words_day(c->a, f->today, (date){ 0 }));
    struct json *groups = doc_array(c->a, c->doc, "groups");
    for (size_t i = 0; i < f->subjects.len; i++) {
        struct json *g = doc_object(c->a, groups, NULL);
        doc_str(c->a, g, "entity", f->subjects.at[i].entity);
        doc_str(c->a, g, "count", words_count(c->a, f->subjects.at[i].count));
        struct json *list = doc_array(c->a, g, "policies");
        VEC_EACH (const struct found_policy, p, &f->policies) {
            if (p->subjects != i) continue;
            struct json *o = doc_object(c->a, list, NULL);
            const struct found_reason *r = main_reason(p);
            add_counts(c, p, o);
            doc_str(c->a, o, "reason", r != NULL ? r->name : STR(""));
            doc_str(c->a, o, "reasonCount", r != NULL ? words_count(c->a, r->against) : STR(""));
        }
    }
    return true;
}

/* Parts of a whole in per cent, for a bar; what is not zero is seen. */
static int64_t percent(uint64_t part, uint64_t whole)
{
    uint64_t n = whole == 0 ? 0 : part * 100 / whole;
    return part > 0 && n == 0 ? 1 : (int64_t)n;
}

bool hall_finding(struct call *c, struct err *e)
{
    const struct found_policy *p = findings_policy(c->h->o.found, c->args[0]);
    if (p == NULL) return fail(e, NOT_FOUND, "没有找过政策“%.*s”", STR_ARG(c->args[0]));
    const struct policy *q = policy_on(c->h->p, program_policy(c->h->p, p->name)->id, c->rule_day);
    uint64_t most = 0;
    c->title = p->name;
    add_counts(c, p, c->doc);
    doc_str(c->a, c->doc, "policyHref", words_href(c->a, "/policies/", p->name, ""));
    for (size_t i = 0; i < p->reason_count; i++)
        most = p->reasons[i].against + p->reasons[i].open > most ? p->reasons[i].against + p->reasons[i].open : most;
    struct json *list = doc_array(c->a, c->doc, "reasons");
    for (size_t i = 0; i < p->reason_count && q != NULL && i < q->criteria.len; i++) {
        const struct found_reason *r = &p->reasons[i];
        if (r->against + r->open + r->failed == 0) continue;
        const struct ast_field *said = field_sub(q->criteria.at[i].field, FIELD_POLICY_CRI_NOTE);
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", r->name);
        doc_bool(c->a, o, "exclusion", q->criteria.at[i].is_exclusion);
        doc_str(c->a, o, "sentence", said != NULL ? said->text : STR(""));
        doc_str(c->a, o, "against", count_or_dash(c, r->against));
        doc_str(c->a, o, "open", count_or_dash(c, r->open));
        doc_str(c->a, o, "failed", count_or_dash(c, r->failed));
        doc_int(c->a, o, "share", percent(r->against + r->open, most));
    }
    return true;
}
