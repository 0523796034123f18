/* guide: the policies as pages for everybody, searching them, and the first page. */
#include "hall/hall_priv.h"

enum { HITS_MAX = 30, FIRST_SHOWN = 6 };

static bool in_force(const struct hall *h, const struct policy *q)
{
    return program_policy(h->p, q->name) == q && policy_on(h->p, q->id, h->o.rule_day) != NULL;
}

static void add_policy(struct call *c, const struct policy *q, struct json *list)
{
    const struct policy *now = policy_on(c->h->p, q->id, c->rule_day);
    const struct ast_field *note = decl_field(now->decl, FIELD_POLICY_NOTE);
    struct json *o = doc_object(c->a, list, NULL);
    doc_str(c->a, o, "name", q->name);
    doc_str(c->a, o, "href", words_href(c->a, "/policies/", q->name, ""));
    doc_str(c->a, o, "tryHref", words_href(c->a, "/try/", q->name, ""));
    doc_str(c->a, o, "subject", c->h->p->entities.at[q->entity].name);
    doc_str(c->a, o, "note", note != NULL ? note->text : STR(""));
}

static size_t add_all(struct call *c, struct json *list)
{
    VEC_EACH (const struct policy, q, &c->h->p->policies) {
        if (in_force(c->h, q)) add_policy(c, q, list);
    }
    return list->count;
}

/* The policies most people here qualify for, of those for people. */
static void add_most_used(struct call *c, struct json *list)
{
    const struct findings *f = c->h->o.found;
    uint64_t below = UINT64_MAX;
    for (int i = 0; i < FIRST_SHOWN; i++) {
        const struct found_policy *best = NULL;
        VEC_EACH (const struct found_policy, p, &f->policies) {
            uint64_t n = p->count[VERDICT_QUALIFIED];
            bool person = str_eq(f->subjects.at[p->subjects].entity, STR("人员"));
            if (person && n > 0 && n < below && (best == NULL || n > best->count[VERDICT_QUALIFIED])) best = p;
        }
        const struct policy *q = best != NULL ? program_policy(c->h->p, best->name) : NULL;
        if (q == NULL) return;
        below = best->count[VERDICT_QUALIFIED];
        add_policy(c, q, list);
        doc_str(c->a, &list->items[list->count - 1], "people", words_count(c->a, below));
    }
}

bool hall_start(struct call *c, struct err *e)
{
    (void)e;
    size_t n = 0;
    VEC_EACH (const struct policy, q, &c->h->p->policies) n += in_force(c->h, q);
    doc_int(c->a, c->doc, "policyCount", (int64_t)n);
    doc_str(c->a, c->doc, "place", c->h->o.place);
    add_most_used(c, doc_array(c->a, c->doc, "first"));
    return true;
}

bool hall_guide(struct call *c, struct err *e)
{
    (void)e;
    str query = str_trim(http_form_get(&c->query, STR("q")));
    struct hit hits[HITS_MAX];
    struct json *policies = doc_array(c->a, c->doc, "policies"), services = { .kind = JSON_ARRAY };
    size_t n = search_run(c->h->search, query, hits, HITS_MAX, c->a);
    if (query.len == 0) add_all(c, policies);
    for (size_t i = 0; i < n; i++) {
        if (hits[i].is_service)
            apply_service(c, &c->h->p->services.at[hits[i].id], &services);
        else
            add_policy(c, &c->h->p->policies.at[hits[i].id], policies);
    }
    size_t found = policies->count + services.count;
    doc_int(c->a, c->doc, "count", (int64_t)found);
    doc_bool(c->a, c->doc, "policiesAny", policies->count > 0);
    doc_bool(c->a, c->doc, "servicesAny", services.count > 0);
    doc_bool(c->a, c->doc, "both", policies->count > 0 && services.count > 0);
    doc_bool(c->a, c->doc, "serviceFirst", n > 0 && hits[0].is_service);
    doc_bool(c->a, c->doc, "nothing", found == 0);
    *doc_add(c->a, c->doc, "services") = services;
    doc_str(c->a, c->doc, "query", query);
    return true;
}

/* What one does to have it, as far as it is this reader's to see; whether anything is done for it at all. */
static void add_services(struct call *c, const struct policy *q)
{
    struct json *list = doc_array(c->a, c->doc, "services");
    bool any = false;
    VEC_EACH (const struct service, s, &c->h->p->services) {
        bool its = false;
        VEC_EACH (const uint32_t, id, &s->policies) its |= *id == q->id;
        any |= its;
        if (its) apply_service(c, s, list);
    }
    doc_bool(c->a, c->doc, "unserved", !any);
}

/* The guide of a policy is its explanation to somebody of whom nothing is known. */
bool hall_policy(struct call *c, struct err *e)
{
    const struct policy *q = program_policy(c->h->p, c->args[0]);
    if (q == NULL) return fail(e, NOT_FOUND, "没有政策“%.*s”；到“查政策”里找一找", STR_ARG(c->args[0]));
    struct json nothing = { .kind = JSON_OBJECT };
    struct question ask = { .policy = q->name, .facts = &nothing, .today = c->today, .rule_day = c->rule_day };
    struct explanation x;
    if (!answer(&x, c->h->o.set, &ask, c->a, e)) return false;
    c->title = q->name;
    explanation_doc(c, &x, c->doc);
    doc_str(c->a, c->doc, "tryHref", words_href(c->a, "/try/", q->name, ""));
    doc_str(c->a, c->doc, "subject", c->h->p->entities.at[q->entity].name);
    doc_bool(c->a, c->doc, "inForce", x.verdict.kind != VERDICT_NOT_IN_FORCE);
    add_services(c, q);
    return true;
}
