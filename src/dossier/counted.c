/* counted: what counts as received when a period of a benefit is judged: what is on its way for earlier ones
 * (docs/decisions/0250), and what another case was paid since, when months are made up for (docs/decisions/0276). */
#include "dossier/pay_priv.h"

#include <assert.h>

/* ---- what is on its way ---- */

/* What is on its way to somebody for earlier periods of a policy, each with its case, which another one may be. Not
 * what was decided by cases that fell since: should it arrive, it is claimed back. */
struct awaited {
    struct pay_row row;
    struct dossier c;
};
typedef VEC(struct awaited) awaited_list;

static bool awaited_of(struct dossier_desk *d, int64_t subject, str policy, int64_t next, struct arena *a,
                       awaited_list *out, struct err *e)
{
    pay_rows owed = { 0 };
    month from, to;
    /* state <> 4 finds the index */
    if (!pay_rows_where(d, "subject = $1 AND state <> 4 AND state IN (0, 1, 3)", subject, a, &owed, e)) return false;
    VEC_EACH (const struct pay_row, r, &owed) {
        struct awaited w = { .row = *r };
        if (!str_eq(r->policy, policy) || !ledger_period_months(r->period, &from, &to) || from.index >= next) continue;
        if (!dossier_row_get(d, (struct dossier_ref){ .id = r->dossier }, a, &w.c, e)) return false;
        if (pay_stands(&w.c)) *vec_push(a, out) = w;
    }
    return true;
}

bool counted_facts(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str policy,
                   int64_t next, struct arena *a, struct dossier_facts *out, struct err *e)
{
    awaited_list waiting = { 0 };
    if (!awaited_of(d, c->subject, policy, next, a, &waiting, e)) return false;
    if (waiting.len == 0) return facts_of(d, c->service, c->subject, c->answers, a, out, e);
    if (!store_begin(d->s, e)) return false;
    bool ok = true;
    VEC_EACH (const struct awaited, w, &waiting)
        ok = ok && effect_paid(d, act, &w->c, w->row.amount, w->row.period, a, e);
    ok = ok && facts_of(d, c->service, c->subject, c->answers, a, out, e);
    store_rollback(d->s);
    return ok;
}

/* ---- months that are made up for, while another case was paid since ---- */

/* The last period of the same policy behind this one that another case was paid for, or will be. id 0: there is none.
 */
static bool last_since(struct dossier_desk *d, const struct dossier *c, str policy, month end, struct arena *a,
                       struct pay_row *out, struct dossier *whose, struct err *e)
{
    pay_rows rows = { 0 };
    month from, to, last = { 0 };
    *out = (struct pay_row){ 0 };
    if (!pay_rows_where(d, "subject = $1 AND state <> 4", c->subject, a, &rows, e)) return false;
    VEC_EACH (const struct pay_row, r, &rows) {
        struct dossier other;
        if (r->dossier == c->id || !str_eq(r->policy, policy) || !ledger_period_months(r->period, &from, &to) ||
            from.index <= end.index || from.index <= last.index)
            continue;
        if (!dossier_row_get(d, (struct dossier_ref){ .id = r->dossier }, a, &other, e)) return false;
        if (!pay_stands(&other)) continue;
        *out = *r, *whose = other, last = from;
    }
    return true;
}

/* What stands against the period of another case once more, with what it has brought not known yet; made_up: as if this
 * period of c had been paid before. */
static bool against_again(struct dossier_desk *d, const struct dossier_act *act, const struct pay_row *r,
                          const struct dossier *whose, const struct dossier *c, str made_up, int64_t amount,
                          struct arena *a, str *why, struct err *e)
{
    effect_drops drops = { 0 };
    struct dossier_facts x;
    struct dossier_verdicts v;
    const struct pack_set *rules;
    month from, to;
    bool months = ledger_period_months(r->period, &from, &to);
    assert(months);
    if (!store_begin(d->s, e)) return false;
    bool ok = effect_drops_for(d, whose->id, r->period, a, &drops, e);
    VEC_EACH (const int64_t, drop, &drops) ok = ok && registry_forget(d->r, *drop, e);
    ok = ok && (made_up.len == 0 || effect_paid(d, act, c, amount, made_up, a, e)) &&
         counted_facts(d, act, whose, r->policy, from.index, a, &x, e) && desk_rules(d, whose->rules, &rules, e) &&
         verdict_ask(d, &x, rules, month_last(to), a, &v, e);
    if (ok) *why = benefit_against(d, &x, &v, r->policy, month_last(to), a);
    store_rollback(d->s);
    return ok;
}

bool counted_since(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str policy,
                   month end, str period, int64_t amount, struct arena *a, str *why, struct err *e)
{
    struct pay_row last;
    struct dossier whose;
    str as_it_was;
    char number[DOSSIER_NUMBER_TEXT];
    *why = STR("");
    if (!last_since(d, c, policy, end, a, &last, &whose, e)) return false;
    if (last.id == 0) return true;
    if (!against_again(d, act, &last, &whose, c, STR(""), 0, a, &as_it_was, e) ||
        !against_again(d, act, &last, &whose, c, period, amount, a, why, e))
        return false;
    dossier_number(whose.id, number);
    *why = as_it_was.len > 0 || why->len == 0 ? STR("")
                                              : str_fmt(a, "办件 %s 后来已经发到 %.*s，再补这一期就超过了：%.*s",
                                                        number, STR_ARG(last.period), STR_ARG(*why));
    return true;
}
