/* timely: nobody loses by the time an office takes. A deadline is kept by who asks before it is over, and an age that
 * is reached while a case or its money waits takes nothing away. Where the rules refuse today, the facts of the receipt
 * they had before are asked about as of today: a criterion that refuses these too fails because days went by, and for
 * no other reason, and does not count. What changed since then does. */
#include "dossier/dossier_priv.h"

bool timely_keep(struct dossier_desk *d, int64_t id, const struct dossier_verdicts *v, struct arena *a, struct err *e)
{
    VEC_EACH (const struct dossier_verdict, w, &v->list) {
        str receipt;
        if (w->x.verdict.kind == VERDICT_REFUSED) continue; /* too late already, or not entitled: nothing to keep */
        if (!verdict_receipt(w, a, &receipt, e) ||
            !store_do(d->s, NULL, e,
                      "INSERT INTO dossier_asked (dossier, about, receipt) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                      "isB", id, w->question.policy, receipt))
            return false;
    }
    return true;
}

/* The criteria of `now` that are against and would not be, had only the days gone by. */
static bool what_changed(const struct dossier_verdict *now, str receipt, const struct pack_set *rules, struct arena *a,
                         date *asked, str *out, struct err *e)
{
    struct question q;
    struct explanation then;
    struct text t;
    text_init(&t, a, DOSSIER_TEXT_MAX);
    if (!receipt_question(receipt, a, &q, e)) return false;
    *asked = q.today;
    q.today = now->question.today, q.rule_day = now->question.rule_day;
    if (!answer(&then, rules, &q, a, e)) return false;
    for (size_t i = 0; i < now->x.criteria.len; i++) {
        const struct explained_criterion *c = &now->x.criteria.at[i];
        bool by_time = i < then.criteria.len && verdict_against(&then.criteria.at[i]);
        if (!verdict_against(c) || by_time) continue;
        verdict_add_reason(c, &t);
    }
    *out = text_str(&t);
    return true;
}

/* The receipt a query gives; empty: there is none. */
static bool receipt_of(struct dossier_desk *d, const char *sql, int64_t id, str about, struct arena *a, str *out,
                       struct err *e)
{
    struct store_stmt *q;
    bool row;
    *out = STR("");
    if (!store_ask(d->s, &q, e, sql, "is", id, about)) return false;
    bool ok = store_step(q, &row, e);
    if (ok && row) *out = str_dup(a, store_bytes(q, 0));
    store_done(q);
    return ok;
}

/* One of them as of the day they applied. An item of a package was applied for with those before it. */
static bool ask_as_of(struct dossier_desk *d, const struct dossier *c, struct dossier_facts *x,
                      const struct pack_set *rules, date day, struct arena *a, struct dossier_verdicts *v,
                      struct dossier_verdict *one, struct err *e)
{
    struct dossier_facts *then = c->package != 0 ? ARENA_NEW(a, struct dossier_facts) : x;
    return (c->package == 0 || package_facts(d, c, day, a, then, e)) &&
           verdict_ask_again(d, then, rules, day, a, v, one, e);
}

bool timely_ask(struct dossier_desk *d, const struct dossier *c, struct dossier_facts *x, const struct pack_set *rules,
                date day, struct arena *a, struct dossier_verdicts *out, struct err *e)
{
    if (!verdict_ask(d, x, rules, day, a, out, e)) return false;
    VEC_EACH (struct dossier_verdict, w, &out->list) {
        str receipt, changed;
        date asked;
        if (w->x.verdict.kind != VERDICT_REFUSED) continue;
        if (!receipt_of(d, "SELECT receipt FROM dossier_asked WHERE dossier = $1 AND about = $2", c->id,
                        w->question.policy, a, &receipt, e))
            return false;
        if (receipt.len == 0) continue;
        if (!what_changed(w, receipt, rules, a, &asked, &changed, e)) return false;
        if (changed.len == 0 && !ask_as_of(d, c, x, rules, asked, a, out, w, e)) return false;
    }
    return true;
}

bool timely_reasons(struct dossier_desk *d, int64_t id, const struct dossier_verdict *now, const struct pack_set *rules,
                    struct arena *a, str *out, struct err *e)
{
    str receipt;
    date asked;
    _Static_assert(VERDICT_QUALIFIED == 0, "the query below says 0");
    return receipt_of(d,
                      "SELECT receipt FROM dossier_verdict WHERE dossier = $1 AND about = $2 AND kind = 0 ORDER BY id"
                      " DESC LIMIT 1",
                      id, now->question.policy, a, &receipt, e) &&
           (receipt.len > 0 || fail(e, NOT_FOUND, "这件办件准予时的回执找不到了，请从备份恢复")) &&
           what_changed(now, receipt, rules, a, &asked, out, e);
}
