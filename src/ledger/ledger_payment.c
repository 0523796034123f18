/* ledger_payment: single payments after the bank has answered: those that failed, and those to be claimed back. */
#include "ledger/ledger_priv.h"

struct payment {
    int64_t number, batch, line, commitment, amount_fen;
    uint8_t state;
};

static bool payment_get(struct store *s, int64_t number, struct payment *out, struct err *e)
{
    bool there;
    int64_t v[5] = { 0 };
    if (!ledger_get(s, &there, v, 5, e,
                    "SELECT batch, line, commitment, amount, state FROM ledger_payment WHERE number = $1", "i", number))
        return false;
    if (!there) return fail(e, NOT_FOUND, "没有第 %lld 号付款；请核对编号", (long long)number);
    *out = (struct payment){ number, v[0], v[1], v[2], v[3], v[4] < 0 || v[4] > UINT8_MAX ? UINT8_MAX : (uint8_t)v[4] };
    return true;
}

static bool move(struct store *s, const struct ledger_act *act, struct payment *p, const char *name, struct err *e)
{
    if (!machine_move(&ledger_payment_machine, &p->state, str_of(name), act->roles, act->reason, e))
        return fail_up(e, "第 %lld 号付款没有改动", (long long)p->number);
    return ledger_run(s, NULL, e, "UPDATE ledger_payment SET state = $2, cancelled = $3 WHERE number = $1", "iii",
                      p->number, (int64_t)p->state, (int64_t)(p->state == PAYMENT_CANCELLED));
}

static str subject_of(struct arena *a, const char *kind, int64_t number)
{
    return str_fmt(a, "%s %lld", kind, (long long)number);
}

static bool repair(struct store *s, const struct ledger_act *act, int64_t number, str name, str account, struct err *e)
{
    struct payment p;
    if (!payment_get(s, number, &p, e) || !move(s, act, &p, "改账户", e) ||
        !ledger_run(s, NULL, e, "UPDATE ledger_payment SET name = $2, account = $3 WHERE number = $1", "iss", number,
                    name, account))
        return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_str(&n, "name", name);
    ledger_note_str(&n, "account", account);
    return ledger_note_end(&n, s, act, "ledger.repair", subject_of(a, "payment", number), STR(""), NULL, e);
}

bool ledger_repair(struct store *s, const struct ledger_act *act, int64_t payment, str name, str account, struct err *e)
{
    return ledger_check_text(name, "户名", e) && ledger_check_text(account, "账号", e) && ledger_begin(s, act, e) &&
           ledger_end(s, repair(s, act, payment, name, account, e), e);
}

static bool give_up(struct store *s, const struct ledger_act *act, int64_t number, struct err *e)
{
    struct payment p;
    int64_t event = 0;
    if (!payment_get(s, number, &p, e) || !move(s, act, &p, "不再付", e) ||
        !ledger_run(s, NULL, e, "DELETE FROM ledger_exclusion WHERE payment = $1", "i", number) ||
        !ledger_run(s, NULL, e, "UPDATE ledger_commitment SET used = used - $2 WHERE id = $1", "ii", p.commitment,
                    p.amount_fen))
        return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "amount_fen", p.amount_fen);
    struct ledger_posting post[] = { { p.line, LEDGER_RETURNED, -p.amount_fen },
                                     { p.line, LEDGER_COMMITTED, p.amount_fen } };
    return ledger_note_end(&n, s, act, "ledger.give_up", subject_of(a, "payment", number), STR(""), &event, e) &&
           ledger_post(s, act, "give_up", event, post, 2, e);
}

bool ledger_give_up(struct store *s, const struct ledger_act *act, int64_t payment, struct err *e)
{
    return ledger_begin(s, act, e) && ledger_end(s, give_up(s, act, payment, e), e);
}

/* ---- claims ---- */

enum { CLAIM_OPEN, CLAIM_RECOVERED, CLAIM_WRITTEN_OFF };

struct claim {
    int64_t id, line, amount_fen, recovered_fen;
    uint8_t state;
};

static bool claim_get(struct store *s, int64_t id, struct claim *out, struct err *e)
{
    bool there;
    int64_t v[4] = { 0 };
    if (!ledger_get(s, &there, v, 4, e, "SELECT line, amount, recovered, state FROM ledger_claim WHERE id = $1", "i",
                    id))
        return false;
    if (!there) return fail(e, NOT_FOUND, "没有第 %lld 号追回；请核对编号", (long long)id);
    *out = (struct claim){ id, v[0], v[1], v[2], v[3] < 0 || v[3] > UINT8_MAX ? UINT8_MAX : (uint8_t)v[3] };
    return true;
}

/* What was written off may be claimed anew; what was recovered, or still is being recovered, may not. */
static bool claim(struct store *s, const struct ledger_act *act, int64_t number, int64_t amount_fen, str dossier,
                  int64_t *id, struct err *e)
{
    struct payment p;
    int64_t claimed = 0, event = 0;
    if (!payment_get(s, number, &p, e)) return false;
    if (p.state != PAYMENT_PAID) return fail(e, CONFLICT, "第 %lld 号付款没有付出去，不用追回", (long long)number);
    if (!ledger_get(s, NULL, &claimed, 1, e,
                    "SELECT sum(CASE WHEN state = 2 THEN recovered ELSE amount END) FROM ledger_claim"
                    " WHERE payment = $1",
                    "i", number))
        return false;
    if (amount_fen > p.amount_fen - claimed) {
        autoarena *scratch = arena_new("sentence", 0);
        str rest = ledger_yuan(scratch, p.amount_fen - claimed);
        return fail(e, CONFLICT, "第 %lld 号付款最多还能追回 %.*s 元；请核对金额", (long long)number, STR_ARG(rest));
    }
    if (!ledger_next(s, "claim", 1, id, e) ||
        !ledger_run(s, NULL, e,
                    "INSERT INTO ledger_claim (id, payment, line, state, dossier, amount, recovered)"
                    " VALUES ($1, $2, $3, 0, $4, $5, 0)",
                    "iiisi", *id, number, p.line, dossier, amount_fen))
        return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "payment", number);
    ledger_note_int(&n, "amount_fen", amount_fen);
    struct ledger_posting post[] = { { p.line, LEDGER_RECEIVABLE, amount_fen },
                                     { p.line, LEDGER_CLAIMED, -amount_fen } };
    return ledger_note_end(&n, s, act, "ledger.claim", subject_of(a, "claim", *id), dossier, &event, e) &&
           ledger_post(s, act, "claim", event, post, 2, e);
}

bool ledger_claim(struct store *s, const struct ledger_act *act, int64_t payment, int64_t amount_fen, str dossier,
                  int64_t *out, struct err *e)
{
    int64_t id = 0;
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "追回要写明理由；请补上再提交");
    if (!ledger_check_amount(amount_fen, e) || (dossier.len > 0 && !ledger_check_text(dossier, "办件号", e)) ||
        !ledger_may(act, LEDGER_ACCOUNTANT | LEDGER_CHIEF, "追回", e) || !ledger_begin(s, act, e) ||
        !ledger_end(s, claim(s, act, payment, amount_fen, dossier, &id, e), e))
        return false;
    *out = id;
    return true;
}

static bool claim_move(struct store *s, const struct ledger_act *act, struct claim *c, const char *name, struct err *e)
{
    if (!machine_move(&ledger_claim_machine, &c->state, str_of(name), act->roles, act->reason, e))
        return fail_up(e, "第 %lld 号追回没有改动", (long long)c->id);
    return ledger_run(s, NULL, e, "UPDATE ledger_claim SET state = $2 WHERE id = $1", "ii", c->id, (int64_t)c->state);
}

static bool recover(struct store *s, const struct ledger_act *act, int64_t id, int64_t amount_fen, str reference,
                    bool restores, struct err *e)
{
    struct claim c;
    struct ledger_line_facts line;
    int64_t changed = 0, event = 0;
    if (!claim_get(s, id, &c, e) || !ledger_line_facts(s, c.line, &line, e)) return false;
    int64_t rest = c.amount_fen - c.recovered_fen;
    if (!claim_move(s, act, &c, amount_fen == rest ? "收清" : "收回", e)) return false;
    if (amount_fen > rest) {
        autoarena *scratch = arena_new("sentence", 0);
        str yuan = ledger_yuan(scratch, rest);
        return fail(e, CONFLICT, "第 %lld 号追回只剩 %.*s 元；请核对金额，多收的要退还", (long long)id, STR_ARG(yuan));
    }
    if (restores && line.year != date_month(act->day).index / 12)
        return fail(e, CONFLICT, "收回的是 %d 年的钱，不能恢复当年预算；请按上年收回入账", (int)line.year);
    if (!ledger_run(s, &changed, e,
                    "INSERT INTO ledger_instalment (claim, reference, amount, restores, day)"
                    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                    "isiii", id, reference, amount_fen, (int64_t)restores, (int64_t)act->day.days))
        return false;
    if (changed == 0) return fail(e, CONFLICT, "凭证“%.*s”已经记过；请核对凭证号，不要重复入账", STR_ARG(reference));
    if (!ledger_run(s, NULL, e, "UPDATE ledger_claim SET recovered = recovered + $2 WHERE id = $1", "ii", id,
                    amount_fen))
        return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "amount_fen", amount_fen);
    ledger_note_str(&n, "reference", reference);
    ledger_note_int(&n, "restores", restores);
    int64_t back = restores ? amount_fen : 0;
    struct ledger_posting post[] = {
        { c.line, LEDGER_RECEIVABLE, -amount_fen },
        { c.line, LEDGER_CLAIMED, amount_fen },
        { line.cash, LEDGER_BANK, amount_fen },
        { c.line, LEDGER_RECOVERED, -amount_fen },
        { c.line, LEDGER_PAID, -back },
        { c.line, LEDGER_AVAILABLE, back },
    };
    return ledger_note_end(&n, s, act, "ledger.recover", subject_of(a, "claim", id), STR(""), &event, e) &&
           ledger_post(s, act, "recover", event, post, 6, e);
}

bool ledger_recover(struct store *s, const struct ledger_act *act, int64_t claim_id, int64_t amount_fen, str reference,
                    bool restores, struct err *e)
{
    return ledger_check_amount(amount_fen, e) && ledger_check_text(reference, "凭证号", e) && ledger_begin(s, act, e) &&
           ledger_end(s, recover(s, act, claim_id, amount_fen, reference, restores, e), e);
}

static bool write_off(struct store *s, const struct ledger_act *act, int64_t id, struct err *e)
{
    struct claim c;
    int64_t event = 0;
    if (!claim_get(s, id, &c, e) || !claim_move(s, act, &c, "核销", e)) return false;
    int64_t rest = c.amount_fen - c.recovered_fen;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "amount_fen", rest);
    struct ledger_posting post[] = { { c.line, LEDGER_RECEIVABLE, -rest }, { c.line, LEDGER_CLAIMED, rest } };
    return ledger_note_end(&n, s, act, "ledger.write_off", subject_of(a, "claim", id), STR(""), &event, e) &&
           ledger_post(s, act, "write_off", event, post, 2, e);
}

bool ledger_write_off(struct store *s, const struct ledger_act *act, int64_t claim_id, struct err *e)
{
    return ledger_begin(s, act, e) && ledger_end(s, write_off(s, act, claim_id, e), e);
}

bool ledger_payment_of(struct store *s, str subject, str policy, str period, struct arena *a, struct ledger_paid *out,
                       struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    int64_t state = 0;
    *out = (struct ledger_paid){ 0 };
    if (!ledger_ask(
            s, &q, e,
            "SELECT p.number, p.batch, p.amount, p.state, coalesce(f.reason, '') FROM ledger_payment p LEFT JOIN"
            " ledger_failure f ON f.payment = p.number AND f.attempt = (SELECT max(x.attempt) FROM"
            " ledger_failure x WHERE x.payment = p.number) WHERE p.subject = $1 AND p.policy = $2 AND"
            " p.period = $3 AND p.cancelled = 0",
            "sss", subject, policy, period))
        return false;
    bool ok = store_step(q, &row, e);
    if (ok && row && store_int(q, 0, &out->number) && store_int(q, 1, &out->batch) &&
        store_int(q, 2, &out->amount_fen) && store_int(q, 3, &state)) {
        out->state = (enum ledger_payment_state)state;
        out->reason = str_dup(a, store_str(q, 4));
    }
    store_done(q);
    return ok;
}
