/* paid: what became of payments in the meantime, as the ledger knows it from the bank. A row follows its payment: paid,
 * bounced, owed once more, or given up; who is paid is told, and what was paid for months is known of them. */
#include "dossier/pay_priv.h"

static bool tell_answer(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                        const struct pay_row *r, enum dossier_pay_state state, str bank, struct arena *a, struct err *e)
{
    if (state != DOSSIER_PAID && state != DOSSIER_BOUNCED) return true;
    struct tell t = { .what = dossier_pay_zh(state), .reason = bank };
    t.period = r->period, t.policy = r->policy, t.amount_fen = r->amount;
    t.payee = r->payee_name;
    if (!tell_applicant(d, act, c, &t, e)) return false;
    /* the same letter twice is one */
    return r->payee == 0 || tell_who(d, act, c, str_fmt(a, "%lld", (long long)r->payee), &t, e);
}

/* Paid although the decision fell meanwhile: nothing is registered, somebody must claim it back. */
static bool after_paying(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                         const struct pay_row *r, struct arena *a, struct dossier_night *night, struct arena *told_to,
                         struct err *e)
{
    char number[DOSSIER_NUMBER_TEXT];
    if (pay_stands(c)) return effect_paid(d, act, c, r->amount, r->period, a, e);
    dossier_number(c->id, number);
    str policy = r->policy, period = r->period;
    *vec_push(told_to, &night->told) =
        str_fmt(told_to, "%s %.*s %.*s 已经付了，可是决定撤销了：请追回", number, STR_ARG(policy), STR_ARG(period));
    return true;
}

static enum dossier_pay_state state_of(const struct ledger_paid *p)
{
    switch (p->state) {
    case PAYMENT_PAID: return DOSSIER_PAID;
    case PAYMENT_FAILED: return DOSSIER_BOUNCED;
    case PAYMENT_CANCELLED: return DOSSIER_DUE; /* owed again, unless it was given up: cancelled() */
    case PAYMENT_LISTED:
    case PAYMENT_REPAIRED: break;
    }
    return DOSSIER_LISTED;
}

static bool note_answer(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c,
                        const struct pay_row *r, enum dossier_pay_state state, str why, struct arena *a, struct err *e)
{
    struct dossier_note n;
    struct dossier_act sys = desk_system(act, STR(""));
    note_start(&n, a);
    note_str(&n, "policy", r->policy);
    note_str(&n, "period", r->period);
    note_int(&n, "amount_fen", r->amount);
    note_str(&n, "state", str_of(dossier_pay_zh(state)));
    note_str(&n, "bank", why);
    return dossier_row_event(d, &sys, c, "dossier.paid", &n, e);
}

/* Its batch was cancelled: owed as before, if the decision still stands. Given up by the chief: not paid, for good. */
static bool cancelled(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, const struct pay_row *r,
                      const struct ledger_paid *p, struct arena *a, struct err *e)
{
    bool again = pay_stands(c) && (p->with_batch || p->stopped); /* stopped, and then granted once more */
    str why = again               ? STR("")
              : !pay_stands(c)    ? STR("决定已经撤销或者重新办理")
              : p->reason.len > 0 ? str_fmt(a, "银行退回（%.*s），决定不再付", STR_ARG(p->reason))
                                  : STR("决定不再付");
    if (!note_answer(d, act, c, r, again ? DOSSIER_DUE : DOSSIER_NOT_PAID, why, a, e)) return false;
    return again ? store_do(d->s, NULL, e,
                            "UPDATE dossier_pay SET state = 0, batch = 0, payment = 0, note = '' WHERE id = $1", "i",
                            r->id)
                 : pay_let_go(d, act, r, why, e);
}

/* told_to: where what the night tells lives. */
static bool one_answer(struct dossier_desk *d, const struct dossier_act *act, const struct pay_row *r, struct arena *a,
                       struct arena *told_to, struct dossier_night *night, struct err *e)
{
    struct ledger_paid p = { .state = PAYMENT_CANCELLED, .with_batch = true };
    struct dossier c;
    int64_t number = 0;
    if (!pay_number(d, r, &number, e) || (number != 0 && !ledger_payment_get(d->s, number, a, &p, e)) ||
        !dossier_row_get(d, (struct dossier_ref){ .id = r->dossier }, a, &c, e))
        return false;
    if (!pay_stands(&c) && (p.state == PAYMENT_FAILED || p.state == PAYMENT_REPAIRED)) {
        struct dossier_act night_act = desk_system(act, STR("决定已经撤销或者重新办理"));
        struct ledger_act by = pay_act(&night_act); /* whoever lists it */
        by.reason = STR("决定已经撤销或者重新办理");
        if (!ledger_stop(d->s, &by, number, e)) return false;
        p.state = PAYMENT_CANCELLED, p.with_batch = false;
    }
    if (p.state == PAYMENT_CANCELLED) return cancelled(d, act, &c, r, &p, a, e);
    enum dossier_pay_state state = state_of(&p);
    if (r->state == (int64_t)state && r->batch == p.batch) return true;
    night->paid += state == DOSSIER_PAID;
    night->bounced += state == DOSSIER_BOUNCED;
    struct dossier_act sys = desk_system(act, STR(""));
    return store_do(d->s, NULL, e,
                    "UPDATE dossier_pay SET state = $2, payment = $3, note = $4, batch = $5 WHERE id = $1", "iiisi",
                    r->id, (int64_t)state, number, p.reason, p.batch) &&
           note_answer(d, act, &c, r, state, p.reason, a, e) && tell_answer(d, &sys, &c, r, state, p.reason, a, e) &&
           (state != DOSSIER_PAID || after_paying(d, &sys, &c, r, a, night, told_to, e));
}

struct answering {
    struct dossier_desk *d;
    const struct dossier_act *act;
    const struct pay_row *r;
    struct arena *told_to;
    struct dossier_night *night;
};

static bool answer_row(void *context, struct err *e)
{
    struct answering *x = context;
    autoarena *a = arena_new("answer", 0);
    return one_answer(x->d, x->act, x->r, a, x->told_to, x->night, e);
}

bool pay_answers(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, struct dossier_night *night,
                 struct err *e)
{
    pay_rows rows = { 0 };
    if (!pay_rows_where(d,
                        "(state IN (1, 3) OR (state = 2 AND payment IN (SELECT b.payment FROM ledger_bounce b JOIN"
                        " ledger_payment l ON l.number = b.payment WHERE l.state <> 1))) AND id > $1",
                        /* also what the bank sent back after it was paid (退票), whatever became of it since */
                        0, a, &rows, e))
        return false;
    VEC_EACH (const struct pay_row, r, &rows) {
        struct answering x = { d, act, r, a, night };
        if (!night_each(d, r->dossier, answer_row, &x, a, night, e)) return false;
    }
    return true;
}
