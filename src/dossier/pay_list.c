/* pay_list: what is owed becomes a batch for the bank, one for each budget line. Whoever is paid once is asked about
 * again on the day of the list; what the ledger refuses stays owed, or is given up when it never can be paid. */
#include "dossier/pay_priv.h"

typedef VEC(int64_t) row_ids; /* of dossier_pay */

struct row_of_line {
    int64_t id, line;
};
struct taken_out { /* rows that are not paid after all, and the batches that were made */
    VEC(struct row_of_line) rows, batches;
};

struct listed { /* of one line */
    struct dossier_desk *d;
    const struct dossier_act *act;
    struct arena *a;
    pay_rows rows;
    size_t at;
    VEC(struct ledger_payable) payables;
    VEC(const struct pay_row *) of; /* the row of each payable */
    struct taken_out *taken;
};

static bool next_payable(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    struct listed *l = context;
    (void)e;
    *more = l->at < l->payables.len;
    if (*more) *out = l->payables.at[l->at++];
    return true;
}

/* Asked with today's facts: whoever died, or has had as much elsewhere since, is not paid. What the grant itself
 * entered is not held against it, nor the days that the money took. */
static bool why_not(struct listed *l, const struct pay_row *r, const struct dossier *c, struct arena *a, str *why,
                    struct err *e)
{
    struct dossier_facts x;
    struct dossier_verdicts v;
    const struct pack_set *rules;
    if (!desk_rules(l->d, c->rules, &rules, e) || !facts_without(l->d, c, a, &x, e) ||
        !verdict_ask(l->d, &x, rules, l->act->day, a, &v, e))
        return false;
    const struct dossier_verdict *w = verdict_of(&v, r->policy);
    if (w == NULL) *why = STR("这项政策已经不在这个事项里");
    return w == NULL || w->x.verdict.kind != VERDICT_REFUSED || timely_reasons(l->d, c->id, w, rules, a, why, e);
}

/* Still entitled on the day it is paid? What was owed for a month that is over was looked at for that month. */
static bool still_entitled(struct listed *l, const struct pay_row *r, const struct dossier *c, struct arena *a,
                           str *why, struct err *e)
{
    month from, to;
    *why = STR("");
    if (ledger_period_months(r->period, &from, &to)) return true;
    if (!why_not(l, r, c, a, why, e)) return false;
    if (why->len > 0) *why = str_fmt(a, "发放前再核，已经不符合：%.*s", STR_ARG(*why));
    return true;
}

static bool tell_unpaid(struct listed *l, const struct pay_row *r, str why, struct err *e)
{
    struct dossier c;
    struct dossier_act sys = desk_system(l->act, why);
    struct tell t = { .what = "不发", .policy = r->policy, .period = r->period, .reason = why };
    return dossier_row_get(l->d, (struct dossier_ref){ .id = r->dossier }, l->a, &c, e) &&
           tell_applicant(l->d, &sys, &c, &t, e);
}

/* What was paid once already is let go when the bank has paid it; a batch that is not yet paid may be cancelled, so it
 * stays owed and is tried again the next time. */
static bool refused(struct listed *l, size_t at, enum ledger_refusal kind, int64_t other, struct dossier_night *night,
                    struct err *e)
{
    const struct pay_row *row = l->of.at[at];
    bool no_account = kind == REFUSAL_INVALID && l->payables.at[at].account.len == 0;
    str why = no_account ? STR("没有发钱的银行账号，补上以后再发") : str_of(ledger_refusal_zh(kind));
    struct ledger_paid paid = { 0 };
    char number[DOSSIER_NUMBER_TEXT];
    bool twice = kind == REFUSAL_PAID || kind == REFUSAL_EXCLUDED;
    if (twice && other != 0 && !ledger_payment_get(l->d->s, other, l->a, &paid, e)) return false;
    bool never = twice && paid.state == PAYMENT_PAID;
    dossier_number(row->dossier, number);
    str policy = row->policy, period = row->period;
    *vec_push(l->a, &night->told) =
        str_fmt(l->a, "%s %.*s %.*s 没有编进批次：%.*s", number, STR_ARG(policy), STR_ARG(period), STR_ARG(why));
    night->unpaid_refused += never;
    if (never) *vec_push(l->a, &l->taken->rows) = (struct row_of_line){ row->id, row->line };
    if (never) return pay_let_go(l->d, l->act, row, why, e) && tell_unpaid(l, row, why, e);
    return store_do(l->d->s, NULL, e, "UPDATE dossier_pay SET note = $2 WHERE id = $1", "is", row->id, why);
}

static struct ledger_names names_of(const struct registry_names *n, struct arena *a)
{
    str *at = ARENA_ARRAY(a, str, n->count);
    for (size_t i = 0; i < n->count; i++) at[i] = str_dup(a, n->at[i]);
    return (struct ledger_names){ n->count, at };
}

static bool add_payable(struct listed *l, const struct pay_row *r, struct dossier_night *night, struct err *e)
{
    struct dossier c;
    struct dossier_facts x;
    struct payee to;
    char number[DOSSIER_NUMBER_TEXT];
    str why, subject = str_fmt(l->a, "%lld", (long long)r->subject);
    struct registry_names names;
    autoarena *a = arena_new("payable", 0); /* a night lists a hundred thousand */
    dossier_number(r->dossier, number);
    if (!dossier_row_get(l->d, (struct dossier_ref){ .id = r->dossier }, a, &c, e) ||
        !facts_of(l->d, c.service, c.subject, c.answers, a, &x, e) || !still_entitled(l, r, &c, a, &why, e))
        return false;
    if (why.len > 0) {
        night->unpaid_refused++;
        struct dossier_note n;
        struct dossier_act sys = desk_system(l->act, why);
        note_start(&n, a);
        note_str(&n, "policy", r->policy);
        *vec_push(l->a, &l->taken->rows) = (struct row_of_line){ r->id, r->line };
        return pay_let_go(l->d, l->act, r, why, e) && dossier_row_event(l->d, &sys, &c, "dossier.unpaid", &n, e) &&
               tell_applicant(l->d, &sys, &c,
                              &(struct tell){ .what = "不发", .policy = r->policy, .period = r->period, .reason = why },
                              e);
    }
    if (!registry_names(l->d->r, x.subject->entity, r->subject, a, &names, e) ||
        !payee_today(l->d, &x, &c, r, a, &to, e))
        return false;
    const struct policy *q = program_policy(l->d->p, r->policy);
    struct ledger_payable p = { .dossier = str_fmt(l->a, "%s", number),
                                .subject = subject,
                                .names = names_of(&names, l->a),
                                .name = str_dup(l->a, to.name),
                                .account = str_dup(l->a, to.account),
                                .policy = r->policy,
                                .period = r->period,
                                .amount_fen = r->amount,
                                .commitment = str_fmt(l->a, "%s", number) };
    if (q != NULL) pay_exclusions(l->d->p, c.service, q, l->a, &p);
    *vec_push(l->a, &l->payables) = p;
    *vec_push(l->a, &l->of) = r;
    return true;
}

struct adding {
    struct listed *l;
    const struct pay_row *r;
    struct dossier_night *night;
};

static bool add_row(void *context, struct err *e)
{
    struct adding *x = context;
    return add_payable(x->l, x->r, x->night, e);
}

static bool prepare(struct listed *l, int64_t line, struct dossier_night *night, struct err *e)
{
    struct ledger_act by = pay_act(l->act);
    struct ledger_prepared p = { 0 };
    char day[DATE_TEXT];
    struct err none = { 0 };
    date_text(l->act->day, day);
    str title = str_fmt(l->a, "%s 应发", day);
    if (l->payables.len == 0) return true;
    bool made = ledger_prepare(l->d->s, &by, line, title, next_payable, l, l->a, &p, &none);
    if (!made && none.code != ERR_CONFLICT) {
        *e = none;
        return false;
    }
    if (!made && p.refused.len == 0) *vec_push(l->a, &night->told) = str_fmt(l->a, "没有编批：%s", err_cause(&none));
    bool *out = ARENA_ARRAY(l->a, bool, l->of.len + 1);
    for (size_t i = 0; i < l->of.len; i++) out[i] = !made;
    VEC_EACH (const struct ledger_refused, r, &p.refused) {
        out[r->row] = true;
        if (!refused(l, (size_t)r->row, r->why, r->other, night, e)) return false;
    }
    for (size_t i = 0; i < l->of.len; i++) {
        int64_t number = 0;
        if (out[i]) continue;
        if (!pay_number(l->d, l->of.at[i], &number, e) ||
            !store_do(l->d->s, NULL, e,
                      "UPDATE dossier_pay SET state = 1, batch = $2, payment = $3, note = '' WHERE id = $1", "iii",
                      l->of.at[i]->id, p.batch, number))
            return false;
    }
    if (!made) return true;
    *vec_push(l->a, &l->taken->batches) = (struct row_of_line){ p.batch, line };
    night->listed += p.count;
    *vec_push(l->a, &night->lists) =
        (struct dossier_list){ p.batch, p.count, p.total_fen, (int64_t)p.refused.len, title };
    return true;
}

struct too_much { /* of a policy, in this round: no line had so much */
    str policy;
    int64_t fen;
};
typedef VEC(struct too_much) too_much_list;

static struct too_much *tried(const too_much_list *l, str policy)
{
    VEC_EACH (struct too_much, t, l) {
        if (str_eq(t->policy, policy)) return t;
    }
    return NULL;
}

static bool fund_row(struct dossier_desk *d, const struct dossier_act *act, const struct pay_row *r, bool *funded,
                     struct err *e)
{
    autoarena *a = arena_new("fund", 0);
    struct dossier c;
    int64_t line = 0;
    const struct policy *q = program_policy(d->p, r->policy);
    if (q != NULL && !pay_set_aside(d, act, r->dossier, q, r->amount, a, &line, e)) return false;
    *funded = line != 0;
    if (line == 0) return true;
    if (!dossier_row_get(d, (struct dossier_ref){ .id = r->dossier }, a, &c, e)) return false;
    c.flags &= ~(uint32_t)DOSSIER_UNFUNDED;
    return dossier_row_put(d, &c, e) &&
           store_do(d->s, NULL, e, "UPDATE dossier_pay SET line = $2 WHERE id = $1", "ii", r->id, line);
}

/* Money that was not there when they were granted may have come. funded: the rows that have it now. When the money is
 * used up everybody waits, and a night must not take longer for it: a try that fails says it of all who wait for as
 * much, since nothing becomes free in between. */
static bool fund_again(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, row_ids *funded,
                       struct err *e)
{
    funded->len = 0;
    pay_rows rows = { 0 };
    too_much_list failed = { 0 };
    if (!pay_rows_where(d, "state = 0 AND line = 0 AND id > $1", 0, a, &rows, e)) return false;
    VEC_EACH (const struct pay_row, r, &rows) {
        bool has_money;
        struct too_much *t = tried(&failed, r->policy);
        if (t != NULL && r->amount >= t->fen) continue;
        if (!fund_row(d, act, r, &has_money, e)) return false;
        if (has_money)
            *vec_push(a, funded) = r->id;
        else if (t != NULL)
            t->fen = r->amount;
        else
            *vec_push(a, &failed) = (struct too_much){ r->policy, r->amount };
    }
    return true;
}

static bool is_among(const row_ids *ids, int64_t id)
{
    VEC_EACH (const int64_t, i, ids) {
        if (*i == id) return true;
    }
    return false;
}

/* only: this line (0: all); among: these rows (NULL: all). */
static bool lists(struct dossier_desk *d, const struct dossier_act *act, int64_t only, const row_ids *among,
                  struct taken_out *taken, struct arena *a, struct dossier_night *night, struct err *e)
{
    pay_rows rows = { 0 };
    if (!pay_rows_where(d, "state = 0 AND line > $1", 0, a, &rows, e)) return false;
    VEC_EACH (struct pay_row, r, &rows) {
        if (among != NULL && !is_among(among, r->id)) r->line = 0;
    }
    for (size_t from = 0; from < rows.len; from++) {
        int64_t line = rows.at[from].line;
        struct listed l = { .d = d, .act = act, .a = a, .taken = taken };
        if (line == 0 || (only != 0 && line != only)) continue; /* 0: done with its line */
        for (size_t i = from; i < rows.len; i++) {
            if (rows.at[i].line != line) continue;
            struct adding x = { &l, &rows.at[i], night };
            if (!night_each(d, rows.at[i].dossier, add_row, &x, a, night, e)) return false;
        }
        if (!prepare(&l, line, night, e)) return false;
        for (size_t i = from; i < rows.len; i++) {
            if (rows.at[i].line == line) rows.at[i].line = 0;
        }
    }
    return true;
}

/* Who was taken out is told on a batch of the same line of that night: the one they would have been in. */
static bool tell_batches(struct dossier_desk *d, const struct taken_out *taken, struct err *e)
{
    VEC_EACH (const struct row_of_line, r, &taken->rows) {
        VEC_EACH (const struct row_of_line, b, &taken->batches) {
            if (b->line != r->line) continue;
            if (!store_do(d->s, NULL, e, "UPDATE dossier_pay SET batch = $2 WHERE id = $1 AND state = 4", "ii", r->id,
                          b->id))
                return false;
        }
    }
    return true;
}

/* Whoever is asked again and let go frees money that others have waited for: they come on a list of the same night,
 * so that a second night finds nothing to do. */
static bool fund_and_list(struct dossier_desk *d, const struct dossier_act *act, int64_t only, struct arena *a,
                          struct dossier_night *night, struct err *e)
{
    row_ids funded = { 0 };
    struct taken_out taken = { 0 };
    int64_t before = night->unpaid_refused;
    if (!fund_again(d, act, a, &funded, e) || !lists(d, act, only, NULL, &taken, a, night, e)) return false;
    while (night->unpaid_refused > before) {
        before = night->unpaid_refused;
        if (!fund_again(d, act, a, &funded, e) || !lists(d, act, only, &funded, &taken, a, night, e)) return false;
    }
    return tell_batches(d, &taken, e);
}

bool pay_night(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, struct dossier_night *night,
               struct err *e)
{
    return benefit_night(d, act, a, night, e) && fund_and_list(d, act, 0, a, night, e);
}

bool dossier_list_due(struct dossier_desk *d, const struct dossier_act *act, int64_t line, struct arena *a,
                      struct dossier_night *out, struct err *e)
{
    *out = (struct dossier_night){ .day = act->day };
    if (!str_eq(act->role, DOSSIER_ROLE_MONEY)) return fail(e, DENIED, "编制发放批次由会计来做；请交给会计");
    if (!desk_begin(d, act, e)) return false;
    bool ok = pay_answers(d, act, a, out, e) && fund_and_list(d, act, line, a, out, e);
    return desk_end(d, ok, e);
}
