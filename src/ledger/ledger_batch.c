/* ledger_batch: batches of payments. Payables go into a temporary table first; one statement makes payments of them and
 * leaves out what a unique index refuses; then those left out are told apart. So a million take a few statements. They
 * are numbered in the order of their people, which is the order of that index: no page of it is touched twice. */
#include "ledger/ledger_priv.h"

#include <string.h>

/* ---- batches ---- */

bool ledger_batch_get(struct store *s, int64_t batch, struct ledger_batch *out, struct err *e)
{
    bool there;
    int64_t v[9] = { 0 };
    if (!store_get(s, &there, v, 9, e,
                   "SELECT line, count, total, paid_count, paid, failed_count, failed, state, again FROM ledger_batch"
                   " WHERE id = $1",
                   "i", batch))
        return false;
    if (!there) return fail(e, NOT_FOUND, "没有第 %lld 批；请核对批次号", (long long)batch);
    *out = (struct ledger_batch){ batch, v[0], v[1], v[2], v[3], v[4], v[5], v[6], BATCH_PREPARED, v[8] != 0 };
    if (v[7] < 0 || v[7] > BATCH_CANCELLED)
        return fail(e, INTERNAL, "第 %lld 批的状态本程序不认识；请用写它的那个版本打开", (long long)batch);
    out->state = (enum ledger_batch_state)v[7];
    return true;
}

bool ledger_batch_move(struct store *s, const struct ledger_act *act, const struct ledger_batch *b, const char *move,
                       enum ledger_batch_state *out, struct err *e)
{
    uint8_t state = (uint8_t)b->state;
    if (!machine_move(&ledger_batch_machine, &state, str_of(move), act->roles, act->reason, e))
        return fail_up(e, "第 %lld 批没有改动", (long long)b->id);
    *out = (enum ledger_batch_state)state;
    return store_do(s, NULL, e, "UPDATE ledger_batch SET state = $2 WHERE id = $1", "ii", b->id, (int64_t)state);
}

static bool insert_batch(struct store *s, const struct ledger_act *act, int64_t batch, int64_t line, str title,
                         bool again, struct err *e)
{
    return store_do(s, NULL, e,
                    "INSERT INTO ledger_batch (id, line, state, again, title, day, count, total, paid_count, paid,"
                    " failed_count, failed, prepared_by, lines_hash) VALUES ($1, $2, 0, $3, $4, $5, 0, 0, 0, 0, 0,"
                    " 0, $6, '')",
                    "iiisis", batch, line, (int64_t)again, title, (int64_t)act->day.days, act->who);
}

/* Counts and hashes what is in it now, and books it from one account to `payable`. */
static bool finish_batch(struct store *s, const struct ledger_act *act, int64_t batch, int64_t line,
                         enum ledger_account from, const char *kind, struct ledger_prepared *out, struct err *e)
{
    char hash[SM3_HEX + 1];
    int64_t event = 0;
    if (!ledger_batch_hash(s, batch, &out->count, &out->total_fen, hash, e)) return false;
    out->batch = batch;
    if (out->count == 0) return fail(e, CONFLICT, "没有一笔可以付；请看每一笔的原因，改正后重新编制");
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "batch", batch);
    ledger_note_int(&n, "line", line);
    ledger_note_int(&n, "count", out->count);
    ledger_note_int(&n, "total_fen", out->total_fen);
    ledger_note_int(&n, "refused", (int64_t)out->refused.len);
    ledger_note_str(&n, "lines", str_of(hash));
    str subject = str_fmt(a, "batch %lld", (long long)batch);
    struct ledger_posting p[] = { { line, LEDGER_PAYABLE, out->total_fen }, { line, from, -out->total_fen } };
    return store_do(s, NULL, e, "UPDATE ledger_batch SET count = $2, total = $3, lines_hash = $4 WHERE id = $1", "iiis",
                    batch, out->count, out->total_fen, str_of(hash)) &&
           ledger_note_end(&n, s, act, kind, subject, STR(""), &event, e) &&
           ledger_post(s, act, kind + strlen("ledger."), event, p, 2, e);
}

/* ---- payables into a temporary table ---- */

struct intake {
    struct store *s;
    struct store_stmt *rows, *groups;
    struct arena *a; /* of the list of refused */
    struct ledger_prepared *out;
    int64_t count, exclusions;         /* rows read; exclusions staged */
    VEC(struct ledger_payable) merged; /* those of people who are several lasting numbers in one */
};

static const char clear[] = "DELETE FROM ledger_new; DELETE FROM ledger_sorted; DELETE FROM ledger_new_exclusion;"
                            "DELETE FROM ledger_met";

/* The rank is given by the table itself, in the order of insertion: the sorted rows are then read, and joined, in the
 * order of their key without another sort. PostgreSQL counts on from batch to batch, so ranks count from the least. */
static bool temporary_tables(struct store *s, struct err *e)
{
#define SORTED(RANK)                                                                                            \
    "CREATE TEMPORARY TABLE IF NOT EXISTS ledger_sorted (rank " RANK " PRIMARY KEY, line bigint, dossier text," \
    " subject text, name text, account text, policy text, period text, amount bigint, commitment text);"
    return store_exec(s,
                      STR("CREATE TEMPORARY TABLE IF NOT EXISTS ledger_new (line bigint, dossier text, subject text,"
                          " name text, account text, policy text, period text, amount bigint, commitment text);"
                          "CREATE TEMPORARY TABLE IF NOT EXISTS ledger_new_exclusion (name text, subject text,"
                          " period text, line bigint);"
                          "CREATE TEMPORARY TABLE IF NOT EXISTS ledger_met (line bigint, rank bigint, other bigint,"
                          " covers bigint)"),
                      e) &&
           store_exec(s, store_kind(s) == STORE_SQLITE ? STR(SORTED("integer")) : STR(SORTED("bigserial")), e) &&
           store_exec(s, str_of(clear), e);
#undef SORTED
}

static str exclusion_period(const struct ledger_payable *p, size_t i)
{
    return p->exclusions[i].period.len > 0 ? p->exclusions[i].period : p->period;
}

/* The period of an exclusion, or each month of it; index counts from 0. False: no more. */
static bool exclusion_part(const struct ledger_payable *p, size_t i, int32_t index, char buffer[MONTH_TEXT], str *out)
{
    month from = { 0 }, to = { 0 };
    *out = exclusion_period(p, i);
    if (!ledger_period_months(*out, &from, &to)) return index == 0;
    month_text((month){ from.index + index }, buffer);
    *out = (str){ buffer, MONTH_TEXT - 1 };
    return from.index + index <= to.index;
}

static bool payable(const struct ledger_payable *p)
{
    const str texts[] = { p->subject, p->name, p->account, p->policy, p->period };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!ledger_good_text(texts[i])) return false;
    for (size_t i = 0; i < p->exclusion_count; i++)
        if (!ledger_good_text(p->exclusions[i].name) || !ledger_good_text(exclusion_period(p, i))) return false;
    return p->amount_fen > 0 && p->amount_fen <= LEDGER_FEN_MAX &&
           (p->dossier.len == 0 || ledger_good_text(p->dossier));
}

/* ---- the other names of whom is paid, which no unique key sees ---- */

/* What stands in the place of an exclusion, when it is of another policy. */
static bool place_taken(struct store *s, const struct ledger_payable *p, size_t i, str period, str name, int64_t *other,
                        struct err *e)
{
    bool there;
    return store_get(s, &there, other, 1, e,
                     "SELECT t.payment FROM ledger_exclusion t JOIN ledger_payment o ON o.number = t.payment"
                     " WHERE t.subject = $1 AND t.name = $2 AND t.period = $3 AND o.policy <> $4",
                     LEDGER_SUBJECT_KIND(name, "sss"), name, p->exclusions[i].name, period, p->policy);
}

/* Booked under this name: the same, a month of it, or a policy that excludes it. */
static bool booked_as(struct store *s, const struct ledger_payable *p, str name, struct ledger_refused *r,
                      struct err *e)
{
    char buffer[MONTH_TEXT];
    str part;
    bool covers;
    r->why = REFUSAL_PAID;
    if (!ledger_payment_of(s, name, p->policy, p->period, &r->other, e)) return false;
    if (r->other != 0) return true;
    if (!ledger_met_by(s, name, p->policy, p->period, &r->other, &covers, e)) return false;
    r->why = covers ? REFUSAL_PAID : REFUSAL_OVERLAP;
    if (r->other != 0) return true;
    r->why = REFUSAL_EXCLUDED;
    for (size_t i = 0; i < p->exclusion_count; i++)
        for (int32_t k = 0; r->other == 0 && exclusion_part(p, i, k, buffer, &part); k++)
            if (!place_taken(s, p, i, part, name, &r->other, e)) return false;
    return true;
}

static bool excludes(const struct ledger_payable *x, const struct ledger_payable *y)
{
    bool so = false;
    for (size_t i = 0; i < x->exclusion_count; i++)
        for (size_t k = 0; k < y->exclusion_count; k++)
            so = so || (str_eq(x->exclusions[i].name, y->exclusions[k].name) &&
                        ledger_periods_meet(exclusion_period(x, i), exclusion_period(y, k)));
    return so && !str_eq(x->policy, y->policy);
}

/* A row before it is for somebody who became one with them. True: it may not be paid beside it. */
static bool listed_before(struct intake *in, const struct ledger_payable *p, enum ledger_refusal *why)
{
    size_t lasting = 0;
    for (size_t k = 0; k < p->names.count; k++) lasting += lasting_number(p->names.at[k]);
    if (lasting < 2) return false; /* one number: the unique keys see it */
    VEC_EACH (const struct ledger_payable, b, &in->merged) {
        bool theirs = false, same = str_eq(b->policy, p->policy) && ledger_periods_meet(b->period, p->period);
        for (size_t k = 0; k < p->names.count; k++) theirs = theirs || str_eq(p->names.at[k], b->subject);
        if (!theirs || str_eq(p->subject, b->subject) || (!same && !excludes(p, b))) continue;
        *why = !same ? REFUSAL_EXCLUDED : str_eq(b->period, p->period) ? REFUSAL_PAID : REFUSAL_OVERLAP;
        return true;
    }
    struct ledger_exclusion *groups = ARENA_ARRAY(in->a, struct ledger_exclusion, p->exclusion_count + 1);
    for (size_t i = 0; i < p->exclusion_count; i++)
        groups[i] =
            (struct ledger_exclusion){ str_dup(in->a, p->exclusions[i].name), str_dup(in->a, exclusion_period(p, i)) };
    *vec_push(in->a, &in->merged) = (struct ledger_payable){ .subject = str_dup(in->a, p->subject),
                                                             .policy = str_dup(in->a, p->policy),
                                                             .period = str_dup(in->a, p->period),
                                                             .exclusions = groups,
                                                             .exclusion_count = p->exclusion_count };
    return false;
}

static bool paid_elsewhere(struct intake *in, const struct ledger_payable *p, struct ledger_refused *r, bool *so,
                           struct err *e)
{
    for (size_t i = 0; i < p->names.count && r->other == 0; i++)
        if (!str_eq(p->names.at[i], p->subject) && !booked_as(in->s, p, p->names.at[i], r, e)) return false;
    *so = r->other != 0 || listed_before(in, p, &r->why);
    return true;
}

static bool stage(struct intake *in, const struct ledger_payable *p, struct err *e)
{
    int64_t row = in->count++;
    struct ledger_refused r = { .row = row, .why = REFUSAL_INVALID };
    bool refused = !payable(p);
    if (!refused && !paid_elsewhere(in, p, &r, &refused, e)) return false;
    if (refused) {
        *vec_push(in->a, &in->out->refused) = r;
        return true;
    }
    const str texts[] = { p->dossier, p->subject, p->name, p->account, p->policy, p->period };
    store_bind_int(in->rows, 1, row);
    for (uint32_t i = 0; i < 6; i++) store_bind_str(in->rows, i + 2, texts[i]);
    ledger_bind_subject(in->rows, 3, p->subject);
    store_bind_secret(in->rows, 5, p->account);
    store_bind_int(in->rows, 8, p->amount_fen);
    store_bind_str(in->rows, 9, p->commitment);
    if (!store_bulk_row(in->rows, e)) return false;
    char buffer[MONTH_TEXT];
    str part;
    for (size_t i = 0; i < p->exclusion_count; i++)
        for (int32_t k = 0; exclusion_part(p, i, k, buffer, &part); k++) {
            store_bind_str(in->groups, 1, p->exclusions[i].name);
            ledger_bind_subject(in->groups, 2, p->subject);
            store_bind_str(in->groups, 3, part);
            store_bind_int(in->groups, 4, row);
            if (!store_bulk_row(in->groups, e)) return false;
            in->exclusions++;
        }
    return true;
}

static bool stage_all(struct intake *in, ledger_payables *next, void *context, struct err *e)
{
    static const str rows[] = { { "line", 4 },   { "dossier", 7 }, { "subject", 7 },
                                { "name", 4 },   { "account", 7 }, { "policy", 6 },
                                { "period", 6 }, { "amount", 6 },  { "commitment", 10 } };
    static const str groups[] = { { "name", 4 }, { "subject", 7 }, { "period", 6 }, { "line", 4 } };
    if (!temporary_tables(in->s, e) || !store_bulk(in->s, STR("ledger_new"), rows, 9, &in->rows, e)) return false;
    if (!store_bulk(in->s, STR("ledger_new_exclusion"), groups, 4, &in->groups, e)) {
        struct err ignored = { 0 };
        store_bulk_end(in->rows, &ignored);
        return false;
    }
    bool ok = true;
    for (bool more = true; ok;) {
        struct ledger_payable p = { 0 };
        ok = next(context, &p, &more, e);
        if (!ok || !more) break;
        if (in->count == LEDGER_BATCH_MAX)
            ok = fail(e, LIMIT, "一批最多 %d 笔；请分成几批", LEDGER_BATCH_MAX);
        else
            ok = stage(in, &p, e);
    }
    struct err of_rows = { 0 }, of_groups = { 0 };
    bool rows_end = store_bulk_end(in->rows, &of_rows), groups_end = store_bulk_end(in->groups, &of_groups);
    if (ok && !(rows_end && groups_end)) {
        *e = rows_end ? of_groups : of_rows;
        return false;
    }
    return ok;
}

/* ---- payments out of them ---- */

/* Payments whose group is taken leave again, with the places they took in other groups. */
static bool exclude(struct store *s, int64_t base, int64_t expected, struct err *e)
{
    int64_t placed = 0;
    if (expected == 0) return true;
    return store_do(s, &placed, e,
                    "INSERT INTO ledger_exclusion (name, subject, period, payment)"
                    " SELECT x.name, x.subject, x.period, p.number FROM ledger_new_exclusion x JOIN ledger_sorted n"
                    " ON n.line = x.line JOIN ledger_payment p ON p.number = n.rank + $1 WHERE true ORDER BY x.line"
                    " ON CONFLICT DO NOTHING",
                    "i", base) &&
           (placed == expected ||
            (store_do(s, NULL, e,
                      "DELETE FROM ledger_payment WHERE number IN (SELECT n.rank + $1 FROM ledger_new_exclusion x"
                      " JOIN ledger_sorted n ON n.line = x.line JOIN ledger_exclusion t ON t.name = x.name"
                      " AND t.subject = x.subject AND t.period = x.period JOIN ledger_payment o"
                      " ON o.number = t.payment WHERE o.policy <> n.policy)",
                      "i", base) &&
             store_do(s, NULL, e,
                      "DELETE FROM ledger_exclusion WHERE payment >= $1 AND NOT EXISTS"
                      " (SELECT 1 FROM ledger_payment p WHERE p.number = ledger_exclusion.payment)",
                      "i", base)));
}

/* All payments that draw on a commitment which has not enough leave: who of them would come first is not for us to say.
 */
static bool draw(struct store *s, int64_t batch, struct err *e)
{
#define SUMS "(SELECT commitment, sum(amount) AS total FROM ledger_payment WHERE batch = $1 GROUP BY commitment) t"
    int64_t removed = 0;
    return store_do(s, &removed, e,
                    "DELETE FROM ledger_payment WHERE batch = $1 AND commitment IN (SELECT c.id FROM"
                    " ledger_commitment c JOIN " SUMS " ON t.commitment = c.id WHERE c.used + t.total > c.amount)",
                    "i", batch) &&
           (removed == 0 || store_do(s, NULL, e,
                                     "DELETE FROM ledger_exclusion WHERE payment IN (SELECT x.payment FROM"
                                     " ledger_exclusion x LEFT JOIN ledger_payment p ON p.number = x.payment"
                                     " WHERE p.number IS NULL)",
                                     "")) &&
           store_do(s, NULL, e,
                    "UPDATE ledger_commitment SET used = used + t.total FROM " SUMS
                    " WHERE ledger_commitment.id = t.commitment",
                    "i", batch);
#undef SUMS
}

static bool tell_refused(struct intake *in, int64_t base, int64_t line, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(in->s, &q, e,
                   "SELECT n.line, c.id, p.number, (SELECT min(t.payment) FROM ledger_new_exclusion x"
                   " JOIN ledger_exclusion t ON t.name = x.name AND t.subject = x.subject AND t.period = x.period"
                   " JOIN ledger_payment o ON o.number = t.payment"
                   " WHERE x.line = n.line AND o.policy <> n.policy), m.other, m.covers FROM ledger_sorted n"
                   " LEFT JOIN ledger_met m ON m.line = n.line"
                   " LEFT JOIN ledger_payment me ON me.number = n.rank + $1"
                   " LEFT JOIN ledger_commitment c ON c.line = $2 AND c.ref = n.commitment"
                   " LEFT JOIN ledger_payment p ON p.subject = n.subject AND p.policy = n.policy"
                   " AND p.period = n.period AND p.cancelled = 0 WHERE me.number IS NULL ORDER BY n.line",
                   "ii", base, line))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct ledger_refused r = { .why = REFUSAL_SHORT };
        int64_t ignored;
        store_int(q, 0, &r.row);
        if (store_int(q, 2, &r.other))
            r.why = REFUSAL_PAID;
        else if (store_int(q, 4, &r.other))
            r.why = store_number(q, 5) == 1 ? REFUSAL_PAID : REFUSAL_OVERLAP;
        else if (store_int(q, 3, &r.other))
            r.why = REFUSAL_EXCLUDED;
        else if (!store_int(q, 1, &ignored))
            r.why = REFUSAL_NO_COMMITMENT;
        *vec_push(in->a, &in->out->refused) = r;
    }
    store_done(q);
    return ok;
}

static int by_row(const struct ledger_refused *x, const struct ledger_refused *y)
{
    return (x->row > y->row) - (x->row < y->row);
}

/* Two lists in order, one behind the other, become one in order. */
static void merge_refused(struct ledger_prepared *out, size_t first, struct arena *a)
{
    size_t len = out->refused.len, i = 0, k = first;
    struct ledger_refused *merged = ARENA_ARRAY(a, struct ledger_refused, len + 1), *at = out->refused.at;
    for (size_t n = 0; n < len; n++)
        merged[n] = k == len || (i < first && by_row(&at[i], &at[k]) < 0) ? at[i++] : at[k++];
    if (len > 0) memcpy(at, merged, len * sizeof *merged);
}

static bool prepare(struct intake *in, const struct ledger_act *act, int64_t line, str title, ledger_payables *next,
                    void *context, struct err *e)
{
    struct store *s = in->s;
    struct ledger_line_facts facts;
    int64_t base = 0, batch = 0, made = 0, least = 0;
    if (!ledger_line_facts(s, line, &facts, e) || !stage_all(in, next, context, e)) return false;
    int64_t staged = in->count - (int64_t)in->out->refused.len;
    if (!ledger_next(s, "payment", in->count > 0 ? in->count : 1, &base, e) || !ledger_next(s, "batch", 1, &batch, e) ||
        !insert_batch(s, act, batch, line, title, false, e) ||
        !store_do(s, NULL, e,
                  "INSERT INTO ledger_sorted (line, dossier, subject, name, account, policy, period, amount,"
                  " commitment) SELECT line, dossier, subject, name, account, policy, period, amount, commitment"
                  " FROM ledger_new ORDER BY subject, policy, period, line",
                  "") ||
        !store_get(s, NULL, &least, 1, e, "SELECT min(rank) FROM ledger_sorted", ""))
        return false;
    base -= least;
    if (!store_do(
            s, &made, e,
            "INSERT INTO ledger_payment (number, batch, attempt, state, cancelled, amount, line, commitment, dossier,"
            " subject, policy, period, name, account) SELECT n.rank + $1, CAST($2 AS bigint), 0, 0, 0, n.amount,"
            " c.line, c.id, n.dossier, n.subject, n.policy, n.period, n.name, n.account FROM ledger_sorted n"
            " JOIN ledger_commitment c ON c.line = $3 AND c.ref = n.commitment WHERE true ORDER BY n.rank"
            " ON CONFLICT DO NOTHING",
            "iii", base, batch, line) ||
        !ledger_take_out_met(s, base, e) || !exclude(s, base, in->exclusions, e) || !draw(s, batch, e))
        return false;
    int64_t left = 0;
    if (!store_get(s, NULL, &left, 1, e, "SELECT count(*) FROM ledger_payment WHERE batch = $1", "i", batch))
        return false;
    if (left < staged) {
        size_t invalid = in->out->refused.len;
        if (!tell_refused(in, base, line, e)) return false;
        merge_refused(in->out, invalid, in->a);
    }
    return store_exec(s, str_of(clear), e) && /* a million rows are not kept for the next time */
           finish_batch(s, act, batch, line, LEDGER_COMMITTED, "ledger.prepare", in->out, e);
}

bool ledger_prepare(struct store *s, const struct ledger_act *act, int64_t line, str title, ledger_payables *next,
                    void *context, struct arena *a, struct ledger_prepared *out, struct err *e)
{
    struct ledger_prepared made = { 0 };
    struct intake in = { .s = s, .a = a, .out = &made };
    if (!ledger_check_text(title, "批次的标题", e) || !ledger_may(act, LEDGER_ACCOUNTANT, "编制发放批次", e) ||
        !ledger_begin(s, act, e))
        return false;
    bool ok = store_end(s, prepare(&in, act, line, title, next, context, e), e);
    if (!ok) made = (struct ledger_prepared){ .refused = { made.refused.at, made.refused.len, made.refused.cap } };
    *out = made; /* the list of those left out is told also when nothing came of it */
    return ok;
}

const char *ledger_refusal_zh(enum ledger_refusal r)
{
    switch (r) {
    case REFUSAL_INVALID: return "金额或文字不能付款：金额要大于零，姓名、账号、政策、期间不能空，不能有竖线";
    case REFUSAL_PAID: return "同一政策、同一期间已经付过或者正在付";
    case REFUSAL_OVERLAP: return "这个期间里有的月份，同一政策已经付过或者正在付";
    case REFUSAL_EXCLUDED: return "同一期间已经享受与它互斥的政策";
    case REFUSAL_NO_COMMITMENT: return "没有承诺资金";
    case REFUSAL_SHORT: return "承诺的资金不够";
    }
    return "";
}

/* ---- paying again ---- */

static bool prepare_again(struct store *s, const struct ledger_act *act, int64_t line, str title,
                          struct ledger_prepared *out, struct err *e)
{
    struct ledger_line_facts facts;
    int64_t batch = 0;
    return ledger_line_facts(s, line, &facts, e) && ledger_next(s, "batch", 1, &batch, e) &&
           insert_batch(s, act, batch, line, title, true, e) &&
           store_do(s, NULL, e,
                    "UPDATE ledger_payment SET batch = $2, attempt = attempt + 1, state = 0, answer = NULL"
                    " WHERE line = $1 AND state = 3 AND attempt < $3",
                    "iii", line, batch, (int64_t)LEDGER_ATTEMPTS_MAX) &&
           finish_batch(s, act, batch, line, LEDGER_RETURNED, "ledger.prepare_again", out, e);
}

bool ledger_prepare_again(struct store *s, const struct ledger_act *act, int64_t line, str title,
                          struct ledger_prepared *out, struct err *e)
{
    struct ledger_prepared made = { 0 };
    if (!ledger_check_text(title, "批次的标题", e) || !ledger_may(act, LEDGER_ACCOUNTANT, "编制发放批次", e) ||
        !ledger_begin(s, act, e) || !store_end(s, prepare_again(s, act, line, title, &made, e), e))
        return false;
    *out = made;
    return true;
}

/* ---- approving and cancelling ---- */

/* Invariant 1: whoever prepared a batch does not approve it. */
static bool approve(struct store *s, const struct ledger_act *act, int64_t batch, struct err *e)
{
    struct ledger_batch b;
    enum ledger_batch_state state;
    int64_t changed = 0, event = 0;
    if (!ledger_batch_get(s, batch, &b, e) ||
        !store_do(s, &changed, e, "UPDATE ledger_batch SET approved_by = $2 WHERE id = $1 AND prepared_by <> $2", "is",
                  batch, act->who))
        return false;
    if (changed == 0) return fail(e, DENIED, "第 %lld 批是您编制的，不能由您批准；请交给另一位复核", (long long)batch);
    if (!ledger_batch_move(s, act, &b, "批准", &state, e) || !ledger_none_stopped(s, batch, e))
        return false; /* undoes the name as well */
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "batch", batch);
    ledger_note_int(&n, "count", b.count);
    ledger_note_int(&n, "total_fen", b.total_fen);
    return ledger_note_end(&n, s, act, "ledger.approve", str_fmt(a, "batch %lld", (long long)batch), STR(""), &event,
                           e);
}

bool ledger_approve(struct store *s, const struct ledger_act *act, int64_t batch, struct err *e)
{
    return ledger_begin(s, act, e) && store_end(s, approve(s, act, batch, e), e);
}

/* A first batch frees its payments; one of repaired payments puts them back to where they were. */
static bool free_payments(struct store *s, const struct ledger_batch *b, struct err *e)
{
    if (b->again)
        return store_do(s, NULL, e, "UPDATE ledger_payment SET state = 3 WHERE batch = $1 AND state = 0", "i", b->id);
    return store_do(s, NULL, e,
                    "DELETE FROM ledger_exclusion WHERE payment IN (SELECT number FROM ledger_payment"
                    " WHERE batch = $1)",
                    "i", b->id) &&
           store_do(s, NULL, e,
                    "UPDATE ledger_commitment SET used = used - t.total FROM (SELECT commitment,"
                    " sum(amount) AS total FROM ledger_payment WHERE batch = $1 AND state = 0 GROUP BY commitment) t"
                    " WHERE ledger_commitment.id = t.commitment",
                    "i", b->id) &&
           store_do(s, NULL, e, "UPDATE ledger_payment SET state = 4, cancelled = 1 WHERE batch = $1 AND state = 0",
                    "i", b->id);
}

static bool cancel(struct store *s, const struct ledger_act *act, int64_t batch, struct err *e)
{
    struct ledger_batch b;
    enum ledger_batch_state state;
    int64_t event = 0;
    if (!ledger_batch_get(s, batch, &b, e) || !ledger_batch_move(s, act, &b, "作废", &state, e) ||
        !free_payments(s, &b, e))
        return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "batch", batch);
    ledger_note_int(&n, "total_fen", b.total_fen);
    struct ledger_posting p[] = { { b.line, LEDGER_PAYABLE, -b.total_fen },
                                  { b.line, b.again ? LEDGER_RETURNED : LEDGER_COMMITTED, b.total_fen } };
    str subject = str_fmt(a, "batch %lld", (long long)batch);
    return ledger_note_end(&n, s, act, "ledger.cancel", subject, STR(""), &event, e) &&
           ledger_post(s, act, "cancel", event, p, 2, e);
}

bool ledger_cancel(struct store *s, const struct ledger_act *act, int64_t batch, struct err *e)
{
    return ledger_begin(s, act, e) && store_end(s, cancel(s, act, batch, e), e);
}
