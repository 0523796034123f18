/* verdict: the questions a case rests on (the service's own conditions, each of its policies), asked with the rules it
 * was opened with, kept with receipts. And the one question more: may the machine decide alone? It may not when
 * anything was only declared, is too old, must be seen on paper, or costs what nobody has set. */
#include "dossier/dossier_priv.h"
#include "policy/handled.h"

/* ---- asking ---- */

/* The amount in fen; false: it has none that can be paid. */
static bool amount_of(const struct explanation *x, int64_t *fen)
{
    const struct policy *q = x->verdict.policy;
    if (q == NULL || q->steps.len == 0 || x->verdict.amount.state != VALUE_KNOWN || x->verdict.amount_unset)
        return false;
    struct type t = node_at(x->p, q->steps.at[q->steps.len - 1].node)->type;
    num n = x->verdict.amount.number;
    if (t.kind != TYPE_NUM || !unit_is_money(t.unit)) return false;
    if (t.scale < 2 && !num_widen(n, t.scale, 2, &n)) return false;
    num part = t.scale > 2 ? num_pow10(t.scale - 2u) : 1;
    if (n % part != 0) return false; /* less than a fen: the pack must say how it is rounded */
    n /= part;
    if (n <= 0 || n > LEDGER_FEN_MAX) return false;
    *fen = (int64_t)n;
    return true;
}

static bool ask_one(struct dossier_desk *d, struct dossier_facts *x, const struct pack_set *rules, uint32_t policy,
                    str name, date day, struct arena *a, struct dossier_verdict *out, struct err *e)
{
    struct dossier_verdict v = { .policy = policy, .question = { name, NULL, day, day } };
    bool declared;
    if (!facts_json_of(d, x, policy, day, a, &v.question.facts, &declared, e) ||
        !answer(&v.x, rules, &v.question, a, e))
        return false;
    if (v.x.verdict.kind == VERDICT_PENDING && !declared) { /* months are often known to the end of the last one only */
        struct dossier_verdict w = { .policy = policy, .question = v.question };
        w.question.today = date_add_days(month_first(date_month(day)), -1);
        w.question.rule_day = w.question.today;
        if (!answer(&w.x, rules, &w.question, a, e)) return false;
        if (w.x.verdict.kind == VERDICT_QUALIFIED) v = w;
    }
    v.has_amount = v.x.verdict.kind == VERDICT_QUALIFIED && amount_of(&v.x, &v.amount_fen);
    *out = v;
    return true;
}

/* Of its own conditions all must hold; of several policies one is enough, and only those that hold are paid. */
static void add_up(struct dossier_verdicts *v)
{
    bool any = false, pending = false, policies = false, own = true, own_pending = false;
    v->assumed = v->unset = false;
    v->total_fen = 0;
    VEC_EACH (const struct dossier_verdict, w, &v->list) {
        enum verdict_kind k = w->x.verdict.kind;
        bool yes = k == VERDICT_QUALIFIED, open = k == VERDICT_PENDING || k == VERDICT_ERROR;
        if (w->policy == UINT32_MAX) {
            own = yes, own_pending = open;
        } else {
            policies = true, any = any || yes, pending = pending || open;
        }
        v->assumed = v->assumed || (yes && w->x.verdict.assumed);
        v->unset = v->unset || (yes && w->x.verdict.amount_unset);
        if (yes && w->has_amount) v->total_fen += w->amount_fen;
    }
    if ((!own && !own_pending) || (policies && !any && !pending))
        v->all = VERDICT_REFUSED;
    else
        v->all = own && (!policies || any) ? VERDICT_QUALIFIED : VERDICT_PENDING;
}

bool verdict_ask(struct dossier_desk *d, struct dossier_facts *x, const struct pack_set *rules, date day,
                 struct arena *a, struct dossier_verdicts *out, struct err *e)
{
    const struct service *s = x->service;
    *out = (struct dossier_verdicts){ 0 };
    if (s->criteria.len > 0 &&
        !ask_one(d, x, rules, UINT32_MAX, handled_question(s, a), day, a, vec_push(a, &out->list), e))
        return false;
    VEC_EACH (const uint32_t, q, &s->policies) {
        if (!ask_one(d, x, rules, *q, d->p->policies.at[*q].name, day, a, vec_push(a, &out->list), e)) return false;
    }
    add_up(out);
    return true;
}

bool verdict_ask_again(struct dossier_desk *d, struct dossier_facts *x, const struct pack_set *rules, date day,
                       struct arena *a, struct dossier_verdicts *v, struct dossier_verdict *one, struct err *e)
{
    if (!ask_one(d, x, rules, one->policy, one->question.policy, day, a, one, e)) return false;
    add_up(v);
    return true;
}

/* ---- keeping ---- */

/* The blanks between its members are for readers; a receipt without them is the same receipt (policy/receipt.c). */
static str without_blanks(struct arena *a, str json)
{
    char *out = arena_alloc(a, json.len + 1);
    size_t n = 0;
    bool inside = false;
    for (size_t i = 0; i < json.len; i++) {
        char c = json.p[i];
        if (!inside && (c == ' ' || c == '\n')) continue;
        out[n++] = c;
        if (inside && c == '\\' && i + 1 < json.len)
            out[n++] = json.p[++i];
        else if (c == '"')
            inside = !inside;
    }
    return (str){ out, n };
}

bool verdict_receipt(const struct dossier_verdict *v, struct arena *a, str *out, struct err *e)
{
    struct text t;
    text_init(&t, a, RECEIPT_MAX);
    if (!receipt_write(&v->x, &v->question, &t, e)) return false;
    *out = without_blanks(a, text_str(&t));
    return true;
}

bool verdict_keep(struct dossier_desk *d, int64_t id, const struct dossier_verdicts *v, struct arena *a, struct err *e)
{
    VEC_EACH (const struct dossier_verdict, w, &v->list) {
        struct store_stmt *q;
        str receipt;
        if (!verdict_receipt(w, a, &receipt, e)) return false;
        if (!store_ask(d->s, &q, e,
                       "INSERT INTO dossier_verdict (id, dossier, about, day, kind, assumed, unset, receipt, amount)"
                       " SELECT coalesce(max(id), 0) + 1, CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS bigint),"
                       " CAST($4 AS bigint), CAST($5 AS bigint), CAST($6 AS bigint), $7, CAST($8 AS bigint)"
                       " FROM dossier_verdict",
                       "isiiiiB", id, w->question.policy, (int64_t)w->question.today.days, (int64_t)w->x.verdict.kind,
                       (int64_t)w->x.verdict.assumed, (int64_t)w->x.verdict.amount_unset, receipt))
            return false;
        if (w->has_amount)
            store_bind_int(q, 8, w->amount_fen);
        else
            store_bind_null(q, 8);
        bool ok = store_run(q, e);
        store_done(q);
        if (!ok) return false;
    }
    return true;
}

bool dossier_evidence_of(struct dossier_desk *d, int64_t id, struct arena *a, dossier_evidences *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    out->len = 0;
    if (!store_ask(d->s, &q, e,
                   "SELECT about, day, kind, assumed, unset, amount, receipt FROM dossier_verdict WHERE dossier = $1"
                   " ORDER BY id",
                   "i", id))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t day, kind, assumed, unset;
        struct dossier_evidence v = { .about = str_dup(a, store_str(q, 0)) };
        if (!store_int(q, 1, &day) || !store_int(q, 2, &kind) || !store_int(q, 3, &assumed) || !store_int(q, 4, &unset))
            continue;
        v.day = (date){ (int32_t)day };
        v.verdict = (enum verdict_kind)kind;
        v.assumed = assumed != 0, v.unset = unset != 0;
        v.has_amount = store_int(q, 5, &v.amount_fen);
        v.receipt = str_dup(a, store_bytes(q, 6));
        *vec_push(a, out) = v;
    }
    store_done(q);
    return ok;
}

/* ---- in words ---- */

bool verdict_against(const struct explained_criterion *c)
{
    return !c->met && c->outcome != OUTCOME_UNKNOWN && c->outcome != OUTCOME_ERROR;
}

void verdict_add_reason(const struct explained_criterion *c, struct text *t)
{
    str why = c->sentence.len > 0 ? c->sentence : c->name;
    text_addf(t, "%s%.*s", t->len > 0 ? "；" : "", STR_ARG(why));
    if (c->outcome == OUTCOME_ERROR)
        text_addf(t, "（判断不出来：%.*s）", STR_ARG(c->error));
    else
        text_addz(t, verdict_against(c) ? "（不符合）" : "（还不知道）");
}

/* What of the rules nobody has set yet; empty: nothing that matters here. */
str verdict_unset(const struct dossier_verdicts *v, struct arena *a)
{
    struct text t;
    text_init(&t, a, DOSSIER_TEXT_MAX);
    VEC_EACH (const struct dossier_verdict, w, &v->list) {
        if (w->x.verdict.kind == VERDICT_REFUSED || w->has_amount) continue;
        VEC_EACH (const str, u, &w->x.unset) text_addf(&t, "%s%.*s", t.len > 0 ? "；" : "", STR_ARG(*u));
    }
    return text_str(&t);
}

typedef VEC(const struct explained_criterion *) said_list;

static bool said_before(const said_list *said, const struct explained_criterion *c)
{
    VEC_EACH (const struct explained_criterion *const, k, said) {
        if ((*k)->outcome == c->outcome && str_eq((*k)->name, c->name) && str_eq((*k)->sentence, c->sentence))
            return true;
    }
    return false;
}

/* What stands in the way, the sentence of each criterion that is not met or not known; what two policies ask for is
 * said once. */
str verdict_reasons(const struct dossier_verdicts *v, struct arena *a)
{
    struct text t;
    said_list said = { 0 };
    text_init(&t, a, DOSSIER_TEXT_MAX);
    VEC_EACH (const struct dossier_verdict, w, &v->list) {
        if (w->x.verdict.kind == VERDICT_QUALIFIED) continue;
        bool any = false;
        VEC_EACH (const struct explained_criterion, c, &w->x.criteria) {
            if (c->met || (w->x.verdict.kind == VERDICT_REFUSED) != verdict_against(c)) continue;
            any = true;
            if (said_before(&said, c)) continue;
            *vec_push(a, &said) = c;
            verdict_add_reason(c, &t);
        }
        if (!any) text_addf(&t, "%s%.*s", t.len > 0 ? "；" : "", STR_ARG(w->x.summary));
    }
    return text_str(&t);
}

/* ---- may the machine decide? ---- */

static bool truth(struct evaluator *ev, struct record *r, node_id n, bool otherwise)
{
    struct frame f = { .elements = { r } };
    if (n == 0) return otherwise;
    struct value v = eval_node(ev, &f, n);
    return v.state == VALUE_KNOWN ? v.boolean : otherwise;
}

/* A material must be seen unless the circumstance is known to be absent or the data waive it. */
bool verdict_material_needed(struct evaluator *ev, struct dossier_facts *x, const struct material *m)
{
    return truth(ev, x->subject, m->when, true) && !truth(ev, x->subject, m->waive, false);
}

static bool compare_fresh(struct dossier_desk *d, const struct dossier_facts *x, const struct compare_item *c, date day,
                          struct text *why, struct err *e)
{
    const struct entity *en = &d->p->entities.at[c->entity];
    bool has;
    date newest;
    if (c->slot != 0) {
        const struct slot_value *v = &x->subject->slots[c->slot - 1];
        str field = en->slots.at[c->slot - 1].name;
        if (!v->given || v->v.assumed) text_addf(why, "%s“%.*s”没有比对过", why->len > 0 ? "；" : "", STR_ARG(field));
    }
    if (!registry_newest(d->r, c->entity, &has, &newest, e)) return false;
    str name = en->name;
    if (!has)
        text_addf(why, "%s没有“%.*s”的数据可以比对", why->len > 0 ? "；" : "", STR_ARG(name));
    else if (c->max_age_days > 0 && day.days - newest.days > c->max_age_days)
        text_addf(why, "%s“%.*s”的数据是 %d 天以前的，超过 %u 天", why->len > 0 ? "；" : "", STR_ARG(name),
                  day.days - newest.days, c->max_age_days);
    return true;
}

bool verdict_why_staff(struct dossier_desk *d, struct dossier_facts *x, const struct dossier_verdicts *v, date day,
                       struct arena *a, str *out, struct err *e)
{
    struct text t;
    struct evaluator ev = { 0 };
    text_init(&t, a, DOSSIER_TEXT_MAX);
    eval_start(&ev, d->p, a, day, day);
    if (v->list.len == 0 && x->service->decide != SERVICE_ALONE) text_addz(&t, "这个事项没有写条件，要人看");
    if (v->all != VERDICT_QUALIFIED) text_add(&t, verdict_reasons(v, a));
    if (v->assumed) text_addf(&t, "%s有本人申报、没有比对的情况", t.len > 0 ? "；" : "");
    if (v->unset) text_addf(&t, "%s金额还没有定下来", t.len > 0 ? "；" : "");
    VEC_EACH (const struct compare_item, c, &x->service->compares) {
        if (!compare_fresh(d, x, c, day, &t, e)) return false;
    }
    VEC_EACH (const struct material, m, &x->service->materials) {
        if (verdict_material_needed(&ev, x, m))
            text_addf(&t, "%s要看材料“%.*s”", t.len > 0 ? "；" : "", STR_ARG(m->name));
    }
    *out = text_str(&t);
    return true;
}

const struct dossier_verdict *verdict_of(const struct dossier_verdicts *v, str policy)
{
    VEC_EACH (const struct dossier_verdict, w, &v->list) {
        if (w->policy != UINT32_MAX && w->x.policy != NULL && str_eq(w->x.policy->name, policy)) return w;
    }
    return NULL;
}
