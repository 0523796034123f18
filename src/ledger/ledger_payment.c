/* ledger_payment: single payments after the bank has answered: those that failed, and those that bounced. */
#include "base/mask.h"
#include "ledger/ledger_priv.h"

bool ledger_payment_facts(struct store *s, int64_t number, struct ledger_payment_facts *out, struct err *e)
{
    bool there;
    int64_t v[6] = { 0 };
    if (!store_get(s, &there, v, 6, e,
                   "SELECT batch, line, commitment, amount, attempt, state FROM ledger_payment WHERE number = $1", "i",
                   number))
        return false;
    if (!there) return fail(e, NOT_FOUND, "没有第 %lld 号付款；请核对编号", (long long)number);
    uint8_t state = v[5] < 0 || v[5] > UINT8_MAX ? UINT8_MAX : (uint8_t)v[5];
    *out = (struct ledger_payment_facts){ number, v[0], v[1], v[2], v[3], v[4], state };
    return true;
}

bool ledger_payment_move(struct store *s, const struct ledger_act *act, struct ledger_payment_facts *p,
                         const char *name, struct err *e)
{
    if (!machine_move(&ledger_payment_machine, &p->state, str_of(name), act->roles, act->reason, e))
        return fail_up(e, "第 %lld 号付款没有改动", (long long)p->number);
    return store_do(s, NULL, e, "UPDATE ledger_payment SET state = $2, cancelled = $3 WHERE number = $1", "iii",
                    p->number, (int64_t)p->state, (int64_t)(p->state == PAYMENT_CANCELLED));
}

str ledger_about(struct arena *a, const char *kind, int64_t number)
{
    return str_fmt(a, "%s %lld", kind, (long long)number);
}

/* What was stopped waits for nothing. */
static bool not_stopped(struct store *s, int64_t number, struct err *e)
{
    bool there = false;
    int64_t one;
    return store_get(s, &there, &one, 1, e, "SELECT 1 FROM ledger_stop WHERE payment = $1", "i", number) &&
           (!there || fail(e, CONFLICT, "第 %lld 号付款已经决定不再付，不用改账户", (long long)number));
}

static bool repair(struct store *s, const struct ledger_act *act, int64_t number, str name, str account, struct err *e)
{
    struct ledger_payment_facts p;
    if (!ledger_payment_facts(s, number, &p, e) || !not_stopped(s, number, e) ||
        !ledger_payment_move(s, act, &p, "改账户", e) ||
        !store_do(s, NULL, e, "UPDATE ledger_payment SET name = $2, account = $3 WHERE number = $1", "isS", number,
                  name, account))
        return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_str(&n, "name", name);
    ledger_note_str(&n, "account", mask(a, STR("账号"), account)); /* the journal is for ever, and for many eyes */
    return ledger_note_end(&n, s, act, "ledger.repair", ledger_about(a, "payment", number), STR(""), NULL, e);
}

const char *ledger_account_read(str text, struct arena *a, str *out)
{
    char *p = arena_alloc(a, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        if (c == ' ') continue;
        if (c == '.' || c == '+')
            return "账号被表格软件改成了小数或科学计数，后几位已经丢了；请把这一列设成文本，重新填写账号";
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-'))
            return "账号里有不该有的字；账号只有数字、字母和短横";
        p[n++] = c;
    }
    *out = (str){ p, n };
    return n > 0 ? NULL : "没有账号；请补上";
}

bool ledger_repair(struct store *s, const struct ledger_act *act, int64_t payment, str name, str account, struct err *e)
{
    autoarena *a = arena_new("account", 0);
    const char *wrong = ledger_account_read(account, a, &account);
    if (wrong != NULL) return fail(e, INVALID, "%s", wrong);
    return ledger_check_text(name, "户名", e) && ledger_check_text(account, "账号", e) && ledger_begin(s, act, e) &&
           store_end(s, repair(s, act, payment, name, account, e), e);
}

static bool give_up(struct store *s, const struct ledger_act *act, int64_t number, struct err *e)
{
    struct ledger_payment_facts p;
    int64_t event = 0;
    if (!ledger_payment_facts(s, number, &p, e) || !ledger_payment_move(s, act, &p, "不再付", e) ||
        !store_do(s, NULL, e, "DELETE FROM ledger_exclusion WHERE payment = $1", "i", number) ||
        !store_do(s, NULL, e, "UPDATE ledger_commitment SET used = used - $2 WHERE id = $1", "ii", p.commitment,
                  p.amount_fen))
        return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "amount_fen", p.amount_fen);
    struct ledger_posting post[] = { { p.line, LEDGER_RETURNED, -p.amount_fen },
                                     { p.line, LEDGER_COMMITTED, p.amount_fen } };
    return ledger_note_end(&n, s, act, "ledger.give_up", ledger_about(a, "payment", number), STR(""), &event, e) &&
           ledger_post(s, act, "give_up", event, post, 2, e);
}

bool ledger_give_up(struct store *s, const struct ledger_act *act, int64_t payment, struct err *e)
{
    return ledger_begin(s, act, e) && store_end(s, give_up(s, act, payment, e), e);
}

/* ---- 退票 ---- */

/* Money claimed back from whom it never reached would come twice. */
static bool unclaimed(struct store *s, int64_t number, struct err *e)
{
    int64_t claimed = 0;
    if (!store_get(s, NULL, &claimed, 1, e,
                   "SELECT sum(CASE WHEN state = 2 THEN recovered ELSE amount END) FROM ledger_claim"
                   " WHERE payment = $1",
                   "i", number))
        return false;
    return claimed == 0 || fail(e, CONFLICT, "第 %lld 号付款有追回，不能记退票；请先与银行、本人核实，把追回核销或退还",
                                (long long)number);
}

static bool bounce(struct store *s, const struct ledger_act *act, int64_t number, str reference, struct err *e)
{
    struct ledger_payment_facts p;
    struct ledger_line_facts line;
    int64_t event = 0;
    if (!ledger_payment_facts(s, number, &p, e) || !ledger_payment_move(s, act, &p, "退票", e) ||
        !unclaimed(s, number, e) || !ledger_line_facts(s, p.line, &line, e) ||
        !store_do(s, NULL, e, "INSERT INTO ledger_bounce (payment, attempt, reference, day) VALUES ($1, $2, $3, $4)",
                  "iisi", number, p.attempt, reference, (int64_t)act->day.days) ||
        !store_do(s, NULL, e,
                  "INSERT INTO ledger_failure (payment, attempt, batch, name, account, reason, day)"
                  " SELECT number, attempt, batch, name, account, CAST($2 AS text), CAST($3 AS bigint)"
                  " FROM ledger_payment WHERE number = $1",
                  "isi", number, act->reason, (int64_t)act->day.days) ||
        !store_do(s, NULL, e,
                  "UPDATE ledger_batch SET paid_count = paid_count - 1, paid = paid - $2,"
                  " failed_count = failed_count + 1, failed = failed + $2 WHERE id = $1",
                  "ii", p.batch, p.amount_fen))
        return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "amount_fen", p.amount_fen);
    ledger_note_str(&n, "reference", reference);
    struct ledger_posting post[] = {
        { p.line, LEDGER_PAID, -p.amount_fen },
        { p.line, LEDGER_RETURNED, p.amount_fen },
        { line.cash, LEDGER_BANK, p.amount_fen },
        { p.line, LEDGER_SPENT, -p.amount_fen },
    };
    return ledger_note_end(&n, s, act, "ledger.bounce", ledger_about(a, "payment", number), STR(""), &event, e) &&
           ledger_post_at_bank(s, act, "bounce", event, reference, post, 4, e);
}

bool ledger_bounce(struct store *s, const struct ledger_act *act, int64_t payment, str reference, struct err *e)
{
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "退票要写明银行说的原因；请补上再提交");
    return ledger_check_text(act->reason, "退票的原因", e) && ledger_check_text(reference, "银行的退票编号", e) &&
           ledger_begin(s, act, e) && store_end(s, bounce(s, act, payment, reference, e), e);
}

bool ledger_payment_get(struct store *s, int64_t number, struct arena *a, struct ledger_paid *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    int64_t state = 0, batch_state = 0, stopped = 0;
    struct ledger_paid p = { .number = number };
    if (!store_first(s, &q, &row, e,
                     "SELECT p.batch, p.amount, p.state, b.state, (SELECT count(*) FROM ledger_stop x WHERE x.payment ="
                     " p.number), coalesce(f.reason, '') FROM ledger_payment p JOIN"
                     " ledger_batch b ON b.id = p.batch LEFT JOIN ledger_failure f ON f.payment = p.number AND"
                     " f.attempt = (SELECT max(x.attempt) FROM ledger_failure x WHERE x.payment = p.number)"
                     " WHERE p.number = $1",
                     "i", number))
        return false;
    bool ok = row && store_int(q, 0, &p.batch) && store_int(q, 1, &p.amount_fen) && store_int(q, 2, &state) &&
              store_int(q, 3, &batch_state) && store_int(q, 4, &stopped);
    if (ok) {
        p.state = (enum ledger_payment_state)state;
        p.with_batch = state == PAYMENT_CANCELLED && batch_state == BATCH_CANCELLED;
        p.stopped = stopped > 0;
        p.reason = str_dup(a, store_str(q, 5));
        *out = p;
    }
    store_done(q);
    return ok || fail(e, NOT_FOUND, "没有第 %lld 号付款；请核对编号", (long long)number);
}

bool ledger_payment_of(struct store *s, str subject, str policy, str period, int64_t *number, struct err *e)
{
    bool there;
    *number = 0;
    return store_get(s, &there, number, 1, e,
                     "SELECT number FROM ledger_payment WHERE subject = $1 AND policy = $2 AND period = $3 AND"
                     " cancelled = 0",
                     LEDGER_SUBJECT_KIND(subject, "ss"), subject, policy, period);
}

/* ---- not any more ---- */

static bool stop(struct store *s, const struct ledger_act *act, int64_t number, struct err *e)
{
    struct ledger_payment_facts p;
    int64_t new = 0;
    if (!ledger_payment_facts(s, number, &p, e)) return false;
    if (p.state == PAYMENT_CANCELLED) return true;
    if (!store_do(s, &new, e,
                  "INSERT INTO ledger_stop (payment, reason, day) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", "isi",
                  number, act->reason, (int64_t)act->day.days))
        return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    if (new > 0 && !ledger_note_end(&n, s, act, "ledger.stop", ledger_about(a, "payment", number), STR(""), NULL, e))
        return false;
    return (p.state != PAYMENT_FAILED && p.state != PAYMENT_REPAIRED) || give_up(s, act, number, e);
}

bool ledger_stop(struct store *s, const struct ledger_act *act, int64_t payment, struct err *e)
{
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "不再付要写明理由；请补上再提交");
    return ledger_may(act, LEDGER_CHIEF | LEDGER_SYSTEM, "不再付", e) && ledger_begin(s, act, e) &&
           store_end(s, stop(s, act, payment, e), e);
}

bool ledger_none_stopped(struct store *s, int64_t batch, struct err *e)
{
    int64_t v[2] = { 0 };
    if (!store_get(s, NULL, v, 2, e,
                   /* the few that were stopped first, then each of them; not the million of the batch */
                   "SELECT count(*), min(p.number) FROM ledger_stop x CROSS JOIN ledger_payment p"
                   " WHERE p.number = x.payment AND p.batch = $1 AND p.state = 0",
                   "i", batch))
        return false;
    return v[0] == 0 ||
           fail(e, CONFLICT, "第 %lld 批里有 %lld 笔后来决定不再付（例如第 %lld 号付款）；请作废这一批，其余的重新编制",
                (long long)batch, (long long)v[0], (long long)v[1]);
}
