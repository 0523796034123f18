/* pay: what a granted case is owed. One row for each policy and period; the money for it is set aside in the ledger at
 * once and is free again when it is not paid after all. What has to happen with a row in time is benefit.c (months that
 * are over), pay_list.c (lists for the bank) and paid.c (what the bank answered). */
#include "dossier/pay_priv.h"

#include <stdio.h>
#include <string.h>

/* ---- policies ---- */

static str first_word(const struct policy *q, enum field_id id)
{
    const struct ast_field *f = decl_field(q->decl, id);
    return f != NULL && f->names.len > 0 ? f->names.at[0].text : STR("");
}

/* What is paid at once is owed once: in a life, for the year it was applied for in (however long the decision takes),
 * or for each case. */
static str lump_period(const struct dossier *c, enum paid_kind kind, struct arena *a)
{
    char number[DOSSIER_NUMBER_TEXT];
    int y, m, d;
    date_parts(c->opened, &y, &m, &d);
    dossier_number(c->id, number);
    if (kind == PAID_A_YEAR) return str_fmt(a, "%d年", y);
    return kind == PAID_A_TIME ? str_fmt(a, "人次%s", number) : STR("一次性");
}

void pay_exclusions(const struct program *p, const struct service *s, const struct policy *q, struct arena *a,
                    struct ledger_payable *out)
{
    enum paid_kind kind = service_pays(s, q).kind;
    VEC(struct ledger_exclusion) all = { 0 };
    for (size_t i = 0; i < out->exclusion_count; i++) *vec_push(a, &all) = out->exclusions[i];
    VEC_EACH (const struct policy, other, &p->policies) {
        bool here = false, there = false;
        VEC_EACH (const uint32_t, x, &q->exclusive) here = here || str_eq(p->policies.at[*x].name, other->name);
        VEC_EACH (const uint32_t, x, &other->exclusive) there = there || str_eq(p->policies.at[*x].name, q->name);
        if ((!here && !there) || program_policy(p, other->name) != other) continue;
        bool first = str_cmp(q->name, other->name) < 0;
        str x = first ? q->name : other->name, y = first ? other->name : q->name;
        bool years = kind == PAID_A_YEAR && service_pays(s, other).kind == PAID_A_YEAR;
        str name = str_fmt(a, "%.*s/%.*s%s%.*s", STR_ARG(x), STR_ARG(y), years ? " " : "",
                           STR_ARG(years ? out->period : STR("")));
        *vec_push(a, &all) = (struct ledger_exclusion){ name, kind == PAID_ON_AND_ON ? STR("") : STR("一次性") };
    }
    out->exclusions = all.at;
    out->exclusion_count = all.len;
}

/* ---- one amount that is owed ---- */

struct ledger_act pay_act(const struct dossier_act *act)
{
    if (str_eq(act->role, DOSSIER_ROLE_MONEY)) /* who makes a list is not who approves it */
        return (struct ledger_act){ act->who, LEDGER_ACCOUNTANT, act->day, STR(""), act->clock_ms };
    return (struct ledger_act){ STR("系统"), LEDGER_SYSTEM | LEDGER_ACCOUNTANT, act->day, STR(""), act->clock_ms };
}

bool pay_set_aside(struct dossier_desk *d, const struct dossier_act *act, int64_t dossier, const struct policy *q,
                   int64_t amount, struct arena *a, int64_t *line, struct err *e)
{
    char number[DOSSIER_NUMBER_TEXT];
    ledger_line_numbers lines = { 0 };
    struct ledger_act by = pay_act(act);
    int year, m, day;
    date_parts(act->day, &year, &m, &day);
    dossier_number(dossier, number);
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

bool pay_stands(const struct dossier *c)
{
    return c->state == DOSSIER_GRANTED || c->state == DOSSIER_PAYING || c->state == DOSSIER_STOPPED ||
           c->state == DOSSIER_CLOSED;
}

/* The first row that has this period already, or any of its months: quarters of two cases lie as they were granted.
 * out->id 0: none. */
static bool period_taken(struct dossier_desk *d, const struct dossier *c, const struct policy *q, str period,
                         struct arena *a, struct pay_row *out, struct err *e)
{
    pay_rows rows = { 0 };
    month from, to, first = { 0 }, last, least = { 0 };
    bool goes_on = ledger_period_months(period, &from, &to);
    *out = (struct pay_row){ 0 };
    /* state <> 4 finds the index */
    if (!pay_rows_where(d, "subject = $1 AND state <> 4", c->subject, a, &rows, e)) return false;
    VEC_EACH (const struct pay_row, r, &rows) {
        if (!str_eq(r->policy, q->name)) continue;
        bool months = goes_on && ledger_period_months(r->period, &first, &last);
        if (months ? first.index > to.index || last.index < from.index : !str_eq(r->period, period)) continue;
        if (out->id != 0 && least.index <= first.index) continue;
        *out = *r;
        least = months ? first : least;
    }
    return true;
}

/* Another case has this period already: once is enough. But when that one was taken back and its money is still on the
 * way, nobody can say yet whether it is owed. */
static bool settled_elsewhere(struct dossier_desk *d, const struct dossier *c, const struct pay_row *r, struct arena *a,
                              struct err *e)
{
    struct dossier other;
    char number[DOSSIER_NUMBER_TEXT];
    if (r->dossier == c->id || r->state == DOSSIER_PAID || r->state == DOSSIER_DUE) return true;
    if (!dossier_row_get(d, (struct dossier_ref){ .id = r->dossier }, a, &other, e)) return false;
    if (pay_stands(&other)) return true;
    dossier_number(r->dossier, number);
    return fail(e, CONFLICT, "办件 %s 的同一笔钱（%.*s %.*s）还在批次里或者银行，等它有了结果再办", number,
                STR_ARG(r->policy), STR_ARG(r->period));
}

bool pay_add(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, const struct policy *q,
             str period, int64_t amount, struct arena *a, struct pay_row *taken, struct err *e)
{
    int64_t line, id = 0;
    bool there;
    struct payee to;
    struct dossier_note n;
    if (!period_taken(d, c, q, period, a, taken, e)) return false;
    if (taken->id != 0) return settled_elsewhere(d, c, taken, a, e);
    if (!payee_kept(d, c, q->name, a, &there, &to, e)) return false;
    if (!store_get(d->s, NULL, &id, 1, e, "SELECT coalesce(max(id), 0) + 1 FROM dossier_pay", "") ||
        !store_do(d->s, NULL, e,
                  "INSERT INTO dossier_pay (id, dossier, subject, policy, period, amount, state, day, line, batch,"
                  " payment, note) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, 0, 0, 0, '')",
                  "iiissii", id, c->id, c->subject, q->name, period, amount, (int64_t)act->day.days))
        return false;
    if (!pay_set_aside(d, act, c->id, q, amount, a, &line, e) ||
        !store_do(d->s, NULL, e, "UPDATE dossier_pay SET line = $2 WHERE id = $1", "ii", id, line) ||
        (there && !payee_into(d, id, &to, e)))
        return false;
    note_start(&n, a);
    note_str(&n, "policy", q->name);
    note_str(&n, "period", period);
    note_int(&n, "amount_fen", amount);
    note_int(&n, "line", line);
    if (there) note_str(&n, "payee", to.name);
    bool flagged = (c->flags & DOSSIER_UNFUNDED) != 0;
    if (line == 0) c->flags |= DOSSIER_UNFUNDED;
    return (flagged || line != 0 || dossier_row_put(d, c, e)) && dossier_row_event(d, act, c, "dossier.due", &n, e);
}

/* Granted anew, it has had its money, or will have it; unless that is somebody else's now. */
static bool same_payee(const struct dossier *c, const struct pay_row *r, const struct payee *to, struct err *e)
{
    str was = r->payee == 0 ? STR("本人") : r->payee_name, now = to->id == c->subject ? STR("本人") : to->name;
    if ((r->payee == 0 ? c->subject : r->payee) == to->id) return true;
    if (r->state == DOSSIER_PAID)
        return fail(e, CONFLICT,
                    "“%.*s”已经发给“%.*s”，现在该发给“%.*s”，同一笔钱不能给两次；请不予这一件，并追回发给“%.*s”的",
                    STR_ARG(r->policy), STR_ARG(was), STR_ARG(now), STR_ARG(was));
    return fail(e, CONFLICT, "发给“%.*s”的那一笔（%.*s）还在批次里或者银行，等它有了结果，再准予发给“%.*s”",
                STR_ARG(was), STR_ARG(r->policy), STR_ARG(now));
}

/* A lump that another case has already cannot be granted again: nobody may be told of money that will not come. */
static bool lump_granted(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c,
                         const struct policy *q, const struct payee *to, str period, int64_t amount, struct arena *a,
                         struct err *e)
{
    struct pay_row r;
    char number[DOSSIER_NUMBER_TEXT];
    if (!pay_add(d, act, c, q, period, amount, a, &r, e)) return false;
    if (r.id == 0) return true;
    if (r.dossier == c->id) return same_payee(c, &r, to, e);
    dossier_number(r.dossier, number);
    return fail(e, CONFLICT, "“%.*s”（%.*s）已经由办件 %s 准予，同一笔钱不能给两次；请不予这一件，或者先撤销那一件",
                STR_ARG(q->name), STR_ARG(period), number);
}

static bool granted_to(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                       struct dossier_facts *x, str policy, struct arena *a, struct payee *to, struct err *e)
{
    if (!payee_of(d, x, c, policy, act->day, a, to, e) || !payee_known(d, to, policy, e)) return false;
    if (to->account.len > 0) return payee_keep(d, c, policy, to, e);
    if (to->id == c->subject) return fail(e, INVALID, "还没有发钱的银行账号，先补上再准予");
    return fail(e, INVALID, "钱发给“%.*s”，登记库里没有它的银行账号，先补上再准予", STR_ARG(to->name));
}

bool pay_granted(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct dossier_facts *x,
                 const struct dossier_verdicts *v, struct arena *a, struct err *e)
{
    VEC_EACH (const struct dossier_verdict, w, &v->list) {
        const struct policy *q = w->policy == UINT32_MAX ? NULL : w->x.policy;
        if (q == NULL || w->x.verdict.kind != VERDICT_QUALIFIED || !w->has_amount) continue;
        struct paid_often often = service_pays(c->service, q);
        bool lump = often.kind != PAID_ON_AND_ON;
        struct payee to;
        if (!granted_to(d, act, c, x, q->name, a, &to, e)) return false;
        if (lump && !lump_granted(d, act, c, q, &to, lump_period(c, often.kind, a), w->amount_fen, a, e)) return false;
        if (!lump && !store_do(d->s, NULL, e,
                               "INSERT INTO dossier_benefit (dossier, policy, months, next, ended, paid_months)"
                               " VALUES ($1, $2, $3, $4, 0, 0) ON CONFLICT (dossier, policy) DO UPDATE SET"
                               " ended = 0, next = excluded.next",
                               "isii", c->id, q->name, often.months, (int64_t)date_month(act->day).index))
            return false;
    }
    return true;
}

/* ---- rows ---- */
bool pay_rows_where(struct dossier_desk *d, const char *where, int64_t value, struct arena *a, pay_rows *out,
                    struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    str sql =
        str_fmt(a,
                "SELECT id, dossier, subject, amount, line, batch, payment, state, policy, period, coalesce(payee, 0),"
                " coalesce(payee_entity, ''), coalesce(payee_name, '') FROM dossier_pay"
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
        r.payee = store_number(q, 10);
        r.payee_entity = str_dup(a, store_str(q, 11));
        r.payee_name = str_dup(a, store_str(q, 12));
        *vec_push(a, out) = r;
    }
    store_done(q);
    return ok;
}

bool pay_let_go(struct dossier_desk *d, const struct dossier_act *act, const struct pay_row *r, str why, struct err *e)
{
    char number[DOSSIER_NUMBER_TEXT];
    struct ledger_act by = pay_act(act);
    dossier_number(r->dossier, number);
    by.reason = why;
    return (r->line == 0 || ledger_release(d->s, &by, r->line, str_of(number), r->amount, e)) &&
           store_do(d->s, NULL, e, "UPDATE dossier_pay SET state = 4, note = $2 WHERE id = $1", "is", r->id, why);
}

bool pay_stop(struct dossier_desk *d, const struct dossier *c, struct err *e)
{
    return store_do(d->s, NULL, e, "UPDATE dossier_benefit SET ended = 1 WHERE dossier = $1", "i", c->id);
}

bool pay_number(struct dossier_desk *d, const struct pay_row *r, int64_t *number, struct err *e)
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
    if (!pay_rows_where(d, "dossier = $1 AND state IN (0, 1, 3)", c->id, a, &rows, e)) return false;
    VEC_EACH (const struct pay_row, r, &rows) {
        int64_t number = 0;
        struct ledger_act by = pay_act(act);
        by.reason = why;
        if (r->state == DOSSIER_DUE
                ? !pay_let_go(d, act, r, why, e)
                : !pay_number(d, r, &number, e) || (number != 0 && !ledger_stop(d->s, &by, number, e)))
            return false;
    }
    return pay_stop(d, c, e);
}

#define PAY_COLUMNS \
    "id, amount, state, payment, policy, period, note, dossier, coalesce(payee_name, '') FROM dossier_pay"

static bool read_pays(struct store_stmt *q, struct arena *a, dossier_pays *out, struct err *e)
{
    bool row, ok;
    out->len = 0;
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
        p.dossier = store_number(q, 7);
        p.payee = str_dup(a, store_str(q, 8));
        *vec_push(a, out) = p;
    }
    store_done(q);
    return ok;
}

bool dossier_pays_of(struct dossier_desk *d, int64_t id, struct arena *a, dossier_pays *out, struct err *e)
{
    struct store_stmt *q;
    return store_ask(d->s, &q, e, "SELECT " PAY_COLUMNS " WHERE dossier = $1 ORDER BY id", "i", id) &&
           read_pays(q, a, out, e);
}

bool dossier_pays_to(struct dossier_desk *d, int64_t to, size_t max, struct arena *a, dossier_pays *out, struct err *e)
{
    struct store_stmt *q;
    return store_ask(d->s, &q, e,
                     "SELECT " PAY_COLUMNS
                     " WHERE id IN (SELECT id FROM dossier_pay WHERE payee = $1 UNION SELECT p.id FROM dossier d"
                     " JOIN dossier_pay p ON p.dossier = d.id WHERE d.subject = $1 AND p.payee IS NULL)"
                     " ORDER BY id DESC LIMIT $2",
                     "ii", to, (int64_t)max) &&
           read_pays(q, a, out, e);
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
