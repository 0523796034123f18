/* pay: what a granted case is owed. One row for each policy and period; the money for it is set aside in the ledger at
 * once, it is put into a batch at night when the person still is entitled, and what the bank answers comes back here.
 *
 * A benefit by the month is paid when the month is over, to whoever was entitled on its last day: by then the months'
 * data are there. It stops by itself, with the sentence that says why. */
#include "dossier/dossier_priv.h"

#include <stdio.h>
#include <string.h>

/* ---- policies ---- */

static str first_word(const struct policy *q, enum field_id id)
{
    const struct ast_field *f = decl_field(q->decl, id);
    return f != NULL && f->names.len > 0 ? f->names.at[0].text : STR("");
}

/* Months of a period; 0: paid once. */
static int64_t months_of(const struct policy *q)
{
    static const struct {
        const char *word;
        int64_t months;
    } words[] = { { "按月", 1 }, { "按季", 3 }, { "按半年", 6 }, { "按年", 12 } };
    str w = first_word(q, FIELD_POLICY_FREQUENCY);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(w, str_of(words[i].word))) return words[i].months;
    }
    return 0;
}

static str period_text(int64_t first, int64_t months, struct arena *a)
{
    char from[MONTH_TEXT], to[MONTH_TEXT];
    month_text((month){ (int32_t)first }, from);
    month_text((month){ (int32_t)(first + months - 1) }, to);
    return months == 1 ? str_fmt(a, "%s", from) : str_fmt(a, "%s至%s", from, to);
}

/* ---- one amount that is owed ---- */

static struct ledger_act ledger_by(const struct dossier_act *act)
{
    if (str_eq(act->role, DOSSIER_ROLE_MONEY)) /* who makes a list is not who approves it */
        return (struct ledger_act){ act->who, LEDGER_ACCOUNTANT, act->day, STR(""), act->clock_ms };
    return (struct ledger_act){ STR("系统"), LEDGER_SYSTEM | LEDGER_ACCOUNTANT, act->day, STR(""), act->clock_ms };
}

/* Sets the money aside on the first line that has it; *line 0: none has. */
static bool set_aside(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                      const struct policy *q, int64_t amount, struct arena *a, int64_t *line, struct err *e)
{
    char number[DOSSIER_NUMBER_TEXT];
    ledger_line_numbers lines = { 0 };
    struct ledger_act by = ledger_by(act);
    int year, m, day;
    date_parts(act->day, &year, &m, &day);
    dossier_number(c->id, number);
    *line = 0;
    if (!ledger_lines_for(d->s, first_word(q, FIELD_POLICY_FUND), year, q->name, a, &lines, e)) return false;
    VEC_EACH (const int64_t, l, &lines) {
        struct err short_ = { 0 };
        if (ledger_commit(d->s, &by, *l, str_of(number), amount, &short_)) {
            *line = *l;
            return true;
        }
        if (short_.code != ERR_CONFLICT) {
            *e = short_;
            return false;
        }
    }
    return true;
}

/* Whether the decision it rests on still stands. */
static bool stands(const struct dossier *c)
{
    return c->state == DOSSIER_GRANTED || c->state == DOSSIER_PAYING || c->state == DOSSIER_STOPPED ||
           c->state == DOSSIER_CLOSED;
}

/* Another case has this period already: once is enough. But when that one was taken back and its money is still on the
 * way, nobody can say yet whether it is owed. */
static bool settled_elsewhere(struct dossier_desk *d, const struct dossier *c, const struct policy *q, str period,
                              struct arena *a, struct err *e)
{
    struct dossier other;
    bool there = false;
    int64_t v[2] = { 0 };
    char number[DOSSIER_NUMBER_TEXT];
    if (!store_get(d->s, &there, v, 2, e,
                   "SELECT dossier, state FROM dossier_pay WHERE subject = $1 AND policy = $2 AND period = $3 AND"
                   " state <> 4",
                   "iss", c->subject, q->name, period))
        return false;
    if (!there || v[0] == c->id || v[1] == DOSSIER_PAID || v[1] == DOSSIER_DUE) return true;
    if (!dossier_row_get(d, (struct dossier_ref){ .id = v[0] }, a, &other, e)) return false;
    if (stands(&other)) return true;
    dossier_number(v[0], number);
    return fail(e, CONFLICT, "办件 %s 的同一笔钱（%.*s %.*s）还在批次里或者银行，等它有了结果再办", number,
                STR_ARG(q->name), STR_ARG(period));
}

static bool add_pay(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, const struct policy *q,
                    str period, int64_t amount, struct arena *a, bool *new, struct err *e)
{
    int64_t line, changed = 0, id = 0;
    struct dossier_note n;
    if (!store_get(d->s, NULL, &id, 1, e, "SELECT coalesce(max(id), 0) + 1 FROM dossier_pay", "") ||
        !store_do(d->s, &changed, e,
                  "INSERT INTO dossier_pay (id, dossier, subject, policy, period, amount, state, day, line, batch,"
                  " payment, note) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, 0, 0, 0, '') ON CONFLICT DO NOTHING",
                  "iiissii", id, c->id, c->subject, q->name, period, amount, (int64_t)act->day.days))
        return false;
    *new = changed == 1;
    if (!*new) return settled_elsewhere(d, c, q, period, a, e);
    if (!set_aside(d, act, c, q, amount, a, &line, e) ||
        !store_do(d->s, NULL, e, "UPDATE dossier_pay SET line = $2 WHERE id = $1", "ii", id, line))
        return false;
    note_start(&n, a);
    note_str(&n, "policy", q->name);
    note_str(&n, "period", period);
    note_int(&n, "amount_fen", amount);
    note_int(&n, "line", line);
    bool flagged = (c->flags & DOSSIER_UNFUNDED) != 0;
    if (line == 0) c->flags |= DOSSIER_UNFUNDED;
    return (flagged || line != 0 || dossier_row_put(d, c, e)) && dossier_row_event(d, act, c, "dossier.due", &n, e);
}

bool pay_granted(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct dossier_facts *x,
                 const struct dossier_verdicts *v, struct arena *a, struct err *e)
{
    VEC_EACH (const struct dossier_verdict, w, &v->list) {
        const struct policy *q = w->policy == UINT32_MAX ? NULL : w->x.policy;
        bool new;
        if (q == NULL || w->x.verdict.kind != VERDICT_QUALIFIED || !w->has_amount) continue;
        int64_t months = months_of(q);
        if (facts_account(x, a).len == 0) return fail(e, INVALID, "还没有发钱的银行账号，先补上再准予");
        if (months == 0 && !add_pay(d, act, c, q, STR("一次性"), w->amount_fen, a, &new, e)) return false;
        if (months > 0 && !store_do(d->s, NULL, e,
                                    "INSERT INTO dossier_benefit (dossier, policy, months, next, ended, paid_months)"
                                    " VALUES ($1, $2, $3, $4, 0, 0) ON CONFLICT (dossier, policy) DO UPDATE SET"
                                    " ended = 0, next = excluded.next",
                                    "isii", c->id, q->name, months, (int64_t)date_month(act->day).index))
            return false;
    }
    return true;
}

/* ---- what is no longer owed ---- */

struct pay_row {
    int64_t id, dossier, subject, amount, line, batch, payment, state;
    str policy, period;
};
typedef VEC(struct pay_row) pay_rows;

static bool rows_where(struct dossier_desk *d, const char *where, int64_t value, struct arena *a, pay_rows *out,
                       struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    str sql =
        str_fmt(a,
                "SELECT id, dossier, subject, amount, line, batch, payment, state, policy, period FROM dossier_pay"
                " WHERE %s"
                " ORDER BY id",
                where);
    out->len = 0;
    if (!store_prepare(d->s, sql, &q, e)) return false;
    store_bind_int(q, 1, value);
    while ((ok = store_step(q, &row, e)) && row) {
        struct pay_row r;
        if (!store_int(q, 0, &r.id) || !store_int(q, 1, &r.dossier) || !store_int(q, 2, &r.subject) ||
            !store_int(q, 3, &r.amount) || !store_int(q, 4, &r.line) || !store_int(q, 5, &r.batch) ||
            !store_int(q, 6, &r.payment) || !store_int(q, 7, &r.state))
            continue;
        r.policy = str_dup(a, store_str(q, 8));
        r.period = str_dup(a, store_str(q, 9));
        *vec_push(a, out) = r;
    }
    store_done(q);
    return ok;
}

/* Not paid after all: its money is free again. */
static bool let_go(struct dossier_desk *d, const struct dossier_act *act, const struct pay_row *r, str why,
                   struct err *e)
{
    char number[DOSSIER_NUMBER_TEXT];
    struct ledger_act by = ledger_by(act);
    dossier_number(r->dossier, number);
    by.reason = why;
    return (r->line == 0 || ledger_release(d->s, &by, r->line, str_of(number), r->amount, e)) &&
           store_do(d->s, NULL, e, "UPDATE dossier_pay SET state = 4, note = $2 WHERE id = $1", "is", r->id, why);
}

bool pay_stop(struct dossier_desk *d, const struct dossier *c, struct err *e)
{
    return store_do(d->s, NULL, e, "UPDATE dossier_benefit SET ended = 1 WHERE dossier = $1", "i", c->id);
}

/* The payment that was made of what is owed; 0: none yet, or it was cancelled. */
static bool payment_of(struct dossier_desk *d, const struct pay_row *r, int64_t *number, struct err *e)
{
    char subject[24];
    *number = r->payment;
    if (*number != 0) return true;
    int n = snprintf(subject, sizeof subject, "%lld", (long long)r->subject);
    return ledger_payment_of(d->s, (str){ subject, (size_t)n }, r->policy, r->period, number, e);
}

bool pay_end(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str why, struct err *e)
{
    autoarena *a = arena_new("pays", 0);
    pay_rows rows = { 0 };
    if (!rows_where(d, "dossier = $1 AND state IN (0, 1, 3)", c->id, a, &rows, e)) return false;
    VEC_EACH (const struct pay_row, r, &rows) {
        int64_t number = 0;
        struct ledger_act by = ledger_by(act);
        by.reason = why;
        if (r->state == DOSSIER_DUE
                ? !let_go(d, act, r, why, e)
                : !payment_of(d, r, &number, e) || (number != 0 && !ledger_stop(d->s, &by, number, e)))
            return false;
    }
    return pay_stop(d, c, e);
}

bool dossier_pays_of(struct dossier_desk *d, int64_t id, struct arena *a, dossier_pays *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    out->len = 0;
    if (!store_ask(d->s, &q, e,
                   "SELECT id, amount, state, payment, policy, period, note FROM dossier_pay WHERE dossier = $1"
                   " ORDER BY id",
                   "i", id))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct dossier_pay p = { 0 };
        int64_t state;
        if (!store_int(q, 0, &p.number) || !store_int(q, 1, &p.amount_fen) || !store_int(q, 2, &state) ||
            !store_int(q, 3, &p.payment))
            continue;
        p.state = (enum dossier_pay_state)state;
        p.policy = str_dup(a, store_str(q, 4));
        p.period = str_dup(a, store_str(q, 5));
        p.note = str_dup(a, store_str(q, 6));
        *vec_push(a, out) = p;
    }
    store_done(q);
    return ok;
}

/* ---- the night: row by row ---- */

/* One row of the night's work, in a savepoint of its own: what cannot be done is told and left for people. False only
 * when it is the machine that failed. */
static bool each_row(struct dossier_desk *d, int64_t dossier, bool done(void *context, struct err *e), void *context,
                     struct arena *a, struct dossier_night *night, struct err *e)
{
    struct err own = { 0 };
    struct dossier_night before = *night;
    if (!store_begin(d->s, e)) return false;
    if (done(context, &own)) return store_commit(d->s, e);
    store_rollback(d->s);
    *night = before;
    if (own.code == ERR_IO || own.code == ERR_MEMORY) {
        *e = own;
        return false;
    }
    char number[DOSSIER_NUMBER_TEXT];
    dossier_number(dossier, number);
    *vec_push(a, &night->told) = str_fmt(a, "%s：%s", number, err_cause(&own));
    return true;
}

/* ---- the night: months of continuing benefits ---- */

struct benefit {
    int64_t dossier, months, next;
    str policy;
};

static const struct dossier_verdict *verdict_of(const struct dossier_verdicts *v, str policy)
{
    VEC_EACH (const struct dossier_verdict, w, &v->list) {
        if (w->policy != UINT32_MAX && w->x.policy != NULL && str_eq(w->x.policy->name, policy)) return w;
    }
    return NULL;
}

/* The first 停发 that is true. */
static str stop_reason(struct dossier_desk *d, const struct dossier_facts *x, date day, struct arena *a)
{
    struct evaluator ev = { 0 };
    struct frame f = { .elements = { x->subject } };
    eval_start(&ev, d->p, a, day, day);
    VEC_EACH (const struct criterion, c, &x->service->stops) {
        struct value v = eval_node(&ev, &f, c->node);
        if (v.state == VALUE_KNOWN && v.boolean) return c->name;
    }
    return STR("");
}

static bool stop_benefit(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, str why,
                         struct dossier_night *night, struct err *e)
{
    struct dossier_act sys = desk_system(act, why);
    c->note = why;
    night->stopped++;
    return dossier_row_move(d, &sys, c, "停发", NULL, e) && pay_stop(d, c, e) &&
           clock_end(d, c->id, DOSSIER_CLOCK_REVIEW, e) && certify_void(d, &sys, c, why, e);
}

/* One period of one benefit: owed, stopped, or left for a person because something is not known. */
static bool one_period(struct dossier_desk *d, const struct dossier_act *act, const struct benefit *b, bool *again,
                       struct arena *a, struct dossier_night *night, struct err *e)
{
    struct dossier c;
    struct dossier_facts x;
    struct dossier_verdicts v;
    const struct pack_set *rules;
    month last = { (int32_t)(b->next + b->months - 1) };
    date day = month_last(last);
    bool new = false;
    *again = false;
    if (!dossier_row_get(d, (struct dossier_ref){ .id = b->dossier }, a, &c, e)) return false;
    if (c.state != DOSSIER_PAYING) return true;
    if (!desk_rules(d, c.rules, &rules, e) || !facts_of(d, c.service, c.subject, c.answers, a, &x, e) ||
        !verdict_ask(d, &x, rules, day, a, &v, e))
        return false;
    const struct dossier_verdict *w = verdict_of(&v, b->policy);
    str why = stop_reason(d, &x, day, a);
    if (why.len == 0 && (w == NULL || w->x.verdict.kind == VERDICT_REFUSED)) why = verdict_reasons(&v, a);
    if (why.len > 0) return verdict_keep(d, c.id, &v, a, e) && stop_benefit(d, act, &c, why, night, e);
    if (w->x.verdict.kind != VERDICT_QUALIFIED || !w->has_amount) {
        char number[DOSSIER_NUMBER_TEXT];
        dossier_number(c.id, number);
        str name = period_text(b->next, b->months, a), reasons = verdict_reasons(&v, a);
        *vec_push(a, &night->told) =
            str_fmt(a, "%s %.*s 还判断不了，没有发：%.*s", number, STR_ARG(name), STR_ARG(reasons));
        return true;
    }
    struct dossier_act sys = desk_system(act, STR(""));
    if (!verdict_keep(d, c.id, &v, a, e) ||
        !add_pay(d, &sys, &c, w->x.policy, period_text(b->next, b->months, a), w->amount_fen, a, &new, e))
        return false;
    night->due += new;
    night->due_fen += new ? w->amount_fen : 0;
    *again = true;
    return store_do(d->s, NULL, e,
                    "UPDATE dossier_benefit SET next = next + months, paid_months = paid_months + months WHERE"
                    " dossier = $1 AND policy = $2",
                    "is", b->dossier, b->policy);
}

static bool benefits_due(struct dossier_desk *d, date day, struct arena *a, struct benefit **out, size_t *count,
                         struct err *e)
{
    VEC(struct benefit) list = { 0 };
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(d->s, &q, e,
                   "SELECT dossier, months, next, policy FROM dossier_benefit WHERE ended = 0 AND next + months <= $1"
                   " ORDER BY dossier, policy",
                   "i", (int64_t)date_month(day).index))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct benefit b;
        if (!store_int(q, 0, &b.dossier) || !store_int(q, 1, &b.months) || !store_int(q, 2, &b.next)) continue;
        b.policy = str_dup(a, store_str(q, 3));
        *vec_push(a, &list) = b;
    }
    store_done(q);
    *out = list.at;
    *count = list.len;
    return ok;
}

struct paying {
    struct dossier_desk *d;
    const struct dossier_act *act;
    struct benefit b;
    struct arena *a;
    struct dossier_night *night;
};

static bool periods_of(void *context, struct err *e)
{
    struct paying *x = context;
    struct benefit b = x->b;
    for (bool again = true; again && b.next + b.months <= date_month(x->act->day).index; b.next += b.months) {
        if (!one_period(x->d, x->act, &b, &again, x->a, x->night, e)) return false;
    }
    return true;
}

static bool all_periods(struct dossier_desk *d, const struct dossier_act *act, struct arena *a,
                        struct dossier_night *night, struct err *e)
{
    struct benefit *list;
    size_t count;
    if (!benefits_due(d, act->day, a, &list, &count, e)) return false;
    for (size_t i = 0; i < count; i++) {
        struct paying x = { d, act, list[i], a, night };
        if (!each_row(d, list[i].dossier, periods_of, &x, a, night, e)) return false;
    }
    return true;
}

/* ---- the night: answers of the bank ---- */

/* What was paid for months is known of them from now on. */
static bool months_paid(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                        const struct pay_row *r, struct arena *a, struct err *e)
{
    str rest = r->period;
    month from, to;
    size_t between = str_find(rest, STR("至"));
    str first = between == SIZE_MAX ? rest : str_slice(rest, 0, between);
    str last = between == SIZE_MAX ? rest : str_slice(rest, between + strlen("至"), rest.len);
    if (!month_parse(first, &from) || !month_parse(last, &to)) return true; /* paid once */
    return effect_months(d, act, c, r->amount, from, to, a, e);
}

static bool tell_answer(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                        const struct pay_row *r, enum dossier_pay_state state, str bank, struct err *e)
{
    if (state != DOSSIER_PAID && state != DOSSIER_BOUNCED) return true;
    struct tell t = { .what = dossier_pay_zh(state), .reason = bank };
    t.period = r->period, t.policy = r->policy, t.amount_fen = r->amount;
    return tell_applicant(d, act, c, &t, e);
}

/* Paid although the decision fell meanwhile: nothing is registered, somebody must claim it back. */
static bool after_paying(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                         const struct pay_row *r, struct arena *a, struct dossier_night *night, struct arena *told_to,
                         struct err *e)
{
    char number[DOSSIER_NUMBER_TEXT];
    if (stands(c)) return months_paid(d, act, c, r, a, e);
    dossier_number(c->id, number);
    str policy = r->policy, period = r->period;
    *vec_push(told_to, &night->told) =
        str_fmt(told_to, "%s %.*s %.*s 已经付了，可是决定撤销了：请追回（leye fund claim）", number, STR_ARG(policy),
                STR_ARG(period));
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
    bool again = stands(c) && (p->with_batch || p->stopped); /* stopped, and then granted once more */
    str why = again               ? STR("")
              : !stands(c)        ? STR("决定已经撤销或者重新办理")
              : p->reason.len > 0 ? str_fmt(a, "银行退回（%.*s），决定不再付", STR_ARG(p->reason))
                                  : STR("决定不再付");
    if (!note_answer(d, act, c, r, again ? DOSSIER_DUE : DOSSIER_NOT_PAID, why, a, e)) return false;
    return again ? store_do(d->s, NULL, e,
                            "UPDATE dossier_pay SET state = 0, batch = 0, payment = 0, note = '' WHERE id = $1", "i",
                            r->id)
                 : let_go(d, act, r, why, e);
}

/* told_to: where what the night tells lives. */
static bool one_answer(struct dossier_desk *d, const struct dossier_act *act, const struct pay_row *r, struct arena *a,
                       struct arena *told_to, struct dossier_night *night, struct err *e)
{
    struct ledger_paid p = { .state = PAYMENT_CANCELLED, .with_batch = true };
    struct dossier c;
    int64_t number = 0;
    if (!payment_of(d, r, &number, e) || (number != 0 && !ledger_payment_get(d->s, number, a, &p, e)) ||
        !dossier_row_get(d, (struct dossier_ref){ .id = r->dossier }, a, &c, e))
        return false;
    if (!stands(&c) && (p.state == PAYMENT_FAILED || p.state == PAYMENT_REPAIRED)) {
        struct ledger_act by = ledger_by(act); /* it was on its way to the bank when the decision fell */
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
           note_answer(d, act, &c, r, state, p.reason, a, e) && tell_answer(d, &sys, &c, r, state, p.reason, e) &&
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
    if (!rows_where(d,
                    "(state IN (1, 3) OR (state = 2 AND payment IN (SELECT b.payment FROM ledger_bounce b JOIN"
                    " ledger_payment l ON l.number = b.payment WHERE l.state <> 1))) AND id > $1",
                    /* also what the bank sent back after it was paid (退票), whatever became of it since */
                    0, a, &rows, e))
        return false;
    VEC_EACH (const struct pay_row, r, &rows) {
        struct answering x = { d, act, r, a, night };
        if (!each_row(d, r->dossier, answer_row, &x, a, night, e)) return false;
    }
    return true;
}

/* ---- the night: lists for the bank ---- */

struct listed { /* of one line */
    struct dossier_desk *d;
    const struct dossier_act *act;
    struct arena *a;
    pay_rows rows;
    size_t at;
    VEC(struct ledger_payable) payables;
    VEC(const struct pay_row *) of; /* the row of each payable */
    VEC(int64_t) taken;             /* rows that are not paid after all */
};

static bool next_payable(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    struct listed *l = context;
    (void)e;
    *more = l->at < l->payables.len;
    if (*more) *out = l->payables.at[l->at++];
    return true;
}

/* Pairs of policies that exclude each other, each under one name. */
static void exclusions_of(const struct program *p, const struct policy *q, struct arena *a, struct ledger_payable *out)
{
    VEC(str) names = { 0 };
    VEC_EACH (const struct policy, other, &p->policies) {
        bool here = false, there = false;
        VEC_EACH (const uint32_t, x, &q->exclusive) here = here || str_eq(p->policies.at[*x].name, other->name);
        VEC_EACH (const uint32_t, x, &other->exclusive) there = there || str_eq(p->policies.at[*x].name, q->name);
        if ((!here && !there) || program_policy(p, other->name) != other) continue;
        bool first = str_cmp(q->name, other->name) < 0;
        str x = first ? q->name : other->name, y = first ? other->name : q->name;
        *vec_push(a, &names) = str_fmt(a, "%.*s/%.*s", STR_ARG(x), STR_ARG(y));
    }
    out->exclusions = names.at;
    out->exclusion_count = names.len;
}

/* Still entitled on the day it is paid? What was owed for a month that is over was looked at for that month. */
static bool still_entitled(struct listed *l, const struct pay_row *r, const struct dossier *c, struct dossier_facts *x,
                           str *why, struct err *e)
{
    struct dossier_verdicts v;
    const struct pack_set *rules;
    *why = STR("");
    if (!str_eq(r->period, STR("一次性"))) return true;
    if (!desk_rules(l->d, c->rules, &rules, e) || !verdict_ask(l->d, x, rules, l->act->day, l->a, &v, e)) return false;
    const struct dossier_verdict *w = verdict_of(&v, r->policy);
    if (w == NULL || w->x.verdict.kind == VERDICT_REFUSED) *why = verdict_reasons(&v, l->a);
    if (why->len > 0) *why = str_fmt(l->a, "发放前再核，已经不符合：%.*s", STR_ARG(*why));
    return true;
}

static bool add_payable(struct listed *l, const struct pay_row *r, struct dossier_night *night, struct err *e)
{
    struct dossier c;
    struct dossier_facts x;
    char number[DOSSIER_NUMBER_TEXT];
    str why;
    dossier_number(r->dossier, number);
    if (!dossier_row_get(l->d, (struct dossier_ref){ .id = r->dossier }, l->a, &c, e) ||
        !facts_of(l->d, c.service, c.subject, c.answers, l->a, &x, e) || !still_entitled(l, r, &c, &x, &why, e))
        return false;
    if (why.len > 0) {
        night->unpaid_refused++;
        struct dossier_note n;
        struct dossier_act sys = desk_system(l->act, why);
        note_start(&n, l->a);
        note_str(&n, "policy", r->policy);
        *vec_push(l->a, &l->taken) = r->id;
        return let_go(l->d, l->act, r, why, e) && dossier_row_event(l->d, &sys, &c, "dossier.unpaid", &n, e) &&
               tell_applicant(l->d, &sys, &c,
                              &(struct tell){ .what = "不发", .policy = r->policy, .period = r->period, .reason = why },
                              e);
    }
    const struct policy *q = program_policy(l->d->p, r->policy);
    struct ledger_payable p = { .dossier = str_fmt(l->a, "%s", number),
                                .subject = str_fmt(l->a, "%lld", (long long)r->subject),
                                .name = facts_name(&x, l->a),
                                .account = facts_account(&x, l->a),
                                .policy = r->policy,
                                .period = r->period,
                                .amount_fen = r->amount,
                                .commitment = str_fmt(l->a, "%s", number) };
    if (q != NULL) exclusions_of(l->d->p, q, l->a, &p);
    *vec_push(l->a, &l->payables) = p;
    *vec_push(l->a, &l->of) = r;
    return true;
}

static bool refused(struct listed *l, const struct ledger_refused *r, struct dossier_night *night, struct err *e)
{
    const struct pay_row *row = l->of.at[r->row];
    str why = str_of(ledger_refusal_zh(r->why));
    bool never = r->why == REFUSAL_PAID || r->why == REFUSAL_EXCLUDED;
    char number[DOSSIER_NUMBER_TEXT];
    dossier_number(row->dossier, number);
    str policy = row->policy, period = row->period;
    *vec_push(l->a, &night->told) =
        str_fmt(l->a, "%s %.*s %.*s 没有编进批次：%.*s", number, STR_ARG(policy), STR_ARG(period), STR_ARG(why));
    night->unpaid_refused += never;
    if (never) *vec_push(l->a, &l->taken) = row->id;
    if (never) return let_go(l->d, l->act, row, why, e);
    return store_do(l->d->s, NULL, e, "UPDATE dossier_pay SET note = $2 WHERE id = $1", "is", row->id, why);
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
    struct ledger_act by = ledger_by(l->act);
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
    VEC(bool) out = { 0 };
    for (size_t i = 0; i < l->of.len; i++) *vec_push(l->a, &out) = !made;
    VEC_EACH (const struct ledger_refused, r, &p.refused) {
        out.at[r->row] = true;
        if (!refused(l, r, night, e)) return false;
    }
    for (size_t i = 0; i < l->of.len; i++) {
        int64_t number = 0;
        if (out.at[i]) continue;
        if (!payment_of(l->d, l->of.at[i], &number, e) ||
            !store_do(l->d->s, NULL, e,
                      "UPDATE dossier_pay SET state = 1, batch = $2, payment = $3, note = '' WHERE id = $1", "iii",
                      l->of.at[i]->id, p.batch, number))
            return false;
    }
    if (!made) return true;
    VEC_EACH (const int64_t, id, &l->taken) { /* told on the batch they would have been in */
        if (!store_do(l->d->s, NULL, e, "UPDATE dossier_pay SET batch = $2 WHERE id = $1 AND state = 4", "ii", *id,
                      p.batch))
            return false;
    }
    night->listed += p.count;
    *vec_push(l->a, &night->lists) =
        (struct dossier_list){ p.batch, p.count, p.total_fen, (int64_t)p.refused.len, title };
    return true;
}

/* Money that was not there when they were granted may have come. */
static bool fund_again(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, struct err *e)
{
    pay_rows rows = { 0 };
    if (!rows_where(d, "state = 0 AND line = 0 AND id > $1", 0, a, &rows, e)) return false;
    VEC_EACH (const struct pay_row, r, &rows) {
        struct dossier c;
        int64_t line;
        const struct policy *q = program_policy(d->p, r->policy);
        if (q == NULL) continue;
        if (!dossier_row_get(d, (struct dossier_ref){ .id = r->dossier }, a, &c, e) ||
            !set_aside(d, act, &c, q, r->amount, a, &line, e))
            return false;
        if (line == 0) continue;
        c.flags &= ~(uint32_t)DOSSIER_UNFUNDED;
        if (!dossier_row_put(d, &c, e) ||
            !store_do(d->s, NULL, e, "UPDATE dossier_pay SET line = $2 WHERE id = $1", "ii", r->id, line))
            return false;
    }
    return true;
}

static bool lists(struct dossier_desk *d, const struct dossier_act *act, int64_t only, struct arena *a,
                  struct dossier_night *night, struct err *e)
{
    pay_rows rows = { 0 };
    if (!rows_where(d, "state = 0 AND line > $1", 0, a, &rows, e)) return false;
    for (size_t from = 0; from < rows.len; from++) {
        int64_t line = rows.at[from].line;
        struct listed l = { .d = d, .act = act, .a = a };
        if (line == 0 || (only != 0 && line != only)) continue; /* 0: done with its line */
        for (size_t i = from; i < rows.len; i++) {
            if (rows.at[i].line != line) continue;
            struct adding x = { &l, &rows.at[i], night };
            if (!each_row(d, rows.at[i].dossier, add_row, &x, a, night, e)) return false;
        }
        if (!prepare(&l, line, night, e)) return false;
        for (size_t i = from; i < rows.len; i++) {
            if (rows.at[i].line == line) rows.at[i].line = 0;
        }
    }
    return true;
}

bool pay_night(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, struct dossier_night *night,
               struct err *e)
{
    return all_periods(d, act, a, night, e) && fund_again(d, act, a, e) && lists(d, act, 0, a, night, e);
}

bool dossier_owed_of(struct dossier_desk *d, struct arena *a, dossier_owed_list *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    out->len = 0;
    if (!store_ask(d->s, &q, e,
                   "SELECT line, count(*), CAST(sum(amount) AS bigint), policy FROM dossier_pay WHERE state = 0"
                   " GROUP BY line, policy ORDER BY line, policy",
                   ""))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct dossier_owed w = { 0 };
        if (!store_int(q, 0, &w.line) || !store_int(q, 1, &w.count) || !store_int(q, 2, &w.amount_fen)) continue;
        w.policy = str_dup(a, store_str(q, 3));
        *vec_push(a, out) = w;
    }
    store_done(q);
    return ok;
}

bool dossier_taken_out_of(struct dossier_desk *d, int64_t batch, struct arena *a, dossier_taken_out_list *out,
                          struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    out->len = 0;
    if (!store_ask(d->s, &q, e,
                   "SELECT dossier, amount, policy, period, note FROM dossier_pay WHERE batch = $1 AND state = 4"
                   " AND payment = 0 ORDER BY id",
                   "i", batch))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct dossier_taken_out t = { 0 };
        if (!store_int(q, 0, &t.dossier) || !store_int(q, 1, &t.amount_fen)) continue;
        t.policy = str_dup(a, store_str(q, 2));
        t.period = str_dup(a, store_str(q, 3));
        t.reason = str_dup(a, store_str(q, 4));
        *vec_push(a, out) = t;
    }
    store_done(q);
    return ok;
}

bool dossier_list_due(struct dossier_desk *d, const struct dossier_act *act, int64_t line, struct arena *a,
                      struct dossier_night *out, struct err *e)
{
    *out = (struct dossier_night){ .day = act->day };
    if (!str_eq(act->role, DOSSIER_ROLE_MONEY)) return fail(e, DENIED, "编制发放批次由会计来做；请交给会计");
    if (!desk_begin(d, act, e)) return false;
    bool ok = pay_answers(d, act, a, out, e) && fund_again(d, act, a, e) && lists(d, act, line, a, out, e);
    return desk_end(d, ok, e);
}
