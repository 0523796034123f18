/* ledger_claim: money paid wrongly and claimed back: claims, the plan in which it is to come, what came, what will not.
 * A plan is kept as what must have come in all by each day: then a payment too early, too late, too much or in other
 * portions needs no rule of its own. */
#include "ledger/ledger_priv.h"

enum { CLAIM_OPEN, CLAIM_RECOVERED, CLAIM_WRITTEN_OFF };

struct claim {
    int64_t id, line, amount_fen, recovered_fen;
    uint8_t state;
};

static bool claim_get(struct store *s, int64_t id, struct claim *out, struct err *e)
{
    bool there;
    int64_t v[4] = { 0 };
    if (!store_get(s, &there, v, 4, e, "SELECT line, amount, recovered, state FROM ledger_claim WHERE id = $1", "i",
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
    struct ledger_payment_facts p;
    int64_t claimed = 0, event = 0;
    if (!ledger_payment_facts(s, number, &p, e)) return false;
    if (p.state != PAYMENT_PAID) return fail(e, CONFLICT, "第 %lld 号付款没有付出去，不用追回", (long long)number);
    if (!store_get(s, NULL, &claimed, 1, e,
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
        !store_do(s, NULL, e,
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
    return ledger_note_end(&n, s, act, "ledger.claim", ledger_about(a, "claim", *id), dossier, &event, e) &&
           ledger_post(s, act, "claim", event, post, 2, e);
}

bool ledger_claim(struct store *s, const struct ledger_act *act, int64_t payment, int64_t amount_fen, str dossier,
                  int64_t *out, struct err *e)
{
    int64_t id = 0;
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "追回要写明理由；请补上再提交");
    if (!ledger_check_amount(amount_fen, e) || (dossier.len > 0 && !ledger_check_text(dossier, "办件号", e)) ||
        !ledger_may(act, LEDGER_ACCOUNTANT | LEDGER_CHIEF, "追回", e) || !ledger_begin(s, act, e) ||
        !store_end(s, claim(s, act, payment, amount_fen, dossier, &id, e), e))
        return false;
    *out = id;
    return true;
}

static bool claim_move(struct store *s, const struct ledger_act *act, struct claim *c, const char *name, struct err *e)
{
    if (!machine_move(&ledger_claim_machine, &c->state, str_of(name), act->roles, act->reason, e))
        return fail_up(e, "第 %lld 号追回没有改动", (long long)c->id);
    return store_do(s, NULL, e, "UPDATE ledger_claim SET state = $2 WHERE id = $1", "ii", c->id, (int64_t)c->state);
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
    if (!store_do(s, &changed, e,
                  "INSERT INTO ledger_instalment (claim, reference, amount, restores, day)"
                  " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                  "isiii", id, reference, amount_fen, (int64_t)restores, (int64_t)act->day.days))
        return false;
    if (changed == 0) return fail(e, CONFLICT, "凭证“%.*s”已经记过；请核对凭证号，不要重复入账", STR_ARG(reference));
    if (!store_do(s, NULL, e, "UPDATE ledger_claim SET recovered = recovered + $2 WHERE id = $1", "ii", id, amount_fen))
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
    return ledger_note_end(&n, s, act, "ledger.recover", ledger_about(a, "claim", id), STR(""), &event, e) &&
           ledger_post_at_bank(s, act, "recover", event, reference, post, 6, e);
}

bool ledger_recover(struct store *s, const struct ledger_act *act, int64_t claim_id, int64_t amount_fen, str reference,
                    bool restores, struct err *e)
{
    return ledger_check_amount(amount_fen, e) && ledger_check_text(reference, "凭证号", e) && ledger_begin(s, act, e) &&
           store_end(s, recover(s, act, claim_id, amount_fen, reference, restores, e), e);
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
    return ledger_note_end(&n, s, act, "ledger.write_off", ledger_about(a, "claim", id), STR(""), &event, e) &&
           ledger_post(s, act, "write_off", event, post, 2, e);
}

bool ledger_write_off(struct store *s, const struct ledger_act *act, int64_t claim_id, struct err *e)
{
    return ledger_begin(s, act, e) && store_end(s, write_off(s, act, claim_id, e), e);
}

/* ---- the plan of instalments ---- */

static bool put_part(struct store *s, int64_t claim, int64_t part, const struct ledger_part *p, int64_t until,
                     struct err *e)
{
    return store_do(s, NULL, e, "INSERT INTO ledger_due (claim, part, day, amount, until) VALUES ($1, $2, $3, $4, $5)",
                    "iiiii", claim, part, (int64_t)p->day.days, p->amount_fen, until);
}

static bool plan(struct store *s, const struct ledger_act *act, int64_t id, const struct ledger_part *parts,
                 size_t count, struct err *e)
{
    struct claim c;
    if (!claim_get(s, id, &c, e)) return false;
    if (c.state != CLAIM_OPEN) return fail(e, CONFLICT, "第 %lld 号追回已经了结，不用再定分期", (long long)id);
    int64_t until = c.recovered_fen;
    if (!store_do(s, NULL, e, "DELETE FROM ledger_due WHERE claim = $1", "i", id)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!ledger_check_amount(parts[i].amount_fen, e)) return fail_up(e, "第 %zu 期", i + 1);
        if (parts[i].day.days < act->day.days || (i > 0 && parts[i].day.days <= parts[i - 1].day.days))
            return fail(e, INVALID, "第 %zu 期的日子不对：要从今天起，一期比一期晚；请改正", i + 1);
        until += parts[i].amount_fen;
        if (!put_part(s, id, (int64_t)i + 1, &parts[i], until, e)) return false;
    }
    autoarena *a = arena_new("note", 0);
    if (until != c.amount_fen) {
        str sum = ledger_yuan(a, until - c.recovered_fen), rest = ledger_yuan(a, c.amount_fen - c.recovered_fen);
        return fail(e, INVALID, "各期合计 %.*s 元，还要收回的是 %.*s 元；请改成一样", STR_ARG(sum), STR_ARG(rest));
    }
    struct ledger_note n;
    char day[DATE_TEXT];
    ledger_note_init(&n, a);
    ledger_note_int(&n, "parts", (int64_t)count);
    date_text(parts[count - 1].day, day);
    ledger_note_str(&n, "last", str_of(day));
    return ledger_note_end(&n, s, act, "ledger.plan", ledger_about(a, "claim", id), STR(""), NULL, e);
}

bool ledger_plan(struct store *s, const struct ledger_act *act, int64_t claim_id, const struct ledger_part *parts,
                 size_t count, struct err *e)
{
    if (count == 0 || count > LEDGER_PARTS_MAX)
        return fail(e, INVALID, "分期要有 1 到 %d 期；请改正", LEDGER_PARTS_MAX);
    return ledger_may(act, LEDGER_ACCOUNTANT | LEDGER_CHIEF, "定分期", e) && ledger_begin(s, act, e) &&
           store_end(s, plan(s, act, claim_id, parts, count, e), e);
}

bool ledger_parts_of(struct store *s, int64_t claim_id, struct arena *a, ledger_parts *out, struct err *e)
{
    struct store_stmt *q;
    struct claim c;
    bool row = false, ok;
    if (!claim_get(s, claim_id, &c, e) ||
        !store_ask(s, &q, e, "SELECT day, amount, until FROM ledger_due WHERE claim = $1 ORDER BY part", "i", claim_id))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t day = 0, until = 0;
        struct ledger_part p = { 0 };
        store_int(q, 0, &day);
        store_int(q, 1, &p.amount_fen);
        store_int(q, 2, &until);
        p.day = (date){ (int32_t)day };
        int64_t missing = until - c.recovered_fen;
        p.missing_fen = missing < 0 ? 0 : missing < p.amount_fen ? missing : p.amount_fen;
        *vec_push(a, out) = p;
    }
    store_done(q);
    return ok;
}

bool ledger_claims(struct store *s, date today, bool overdue, struct arena *a, ledger_claim_rows *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    /* due: what must have come by yesterday; next: the first day whose sum has not come */
    if (!store_ask(s, &q, e,
                   "SELECT c.id, c.payment, c.line, c.state, c.amount, c.recovered, coalesce(d.due, 0), n.day,"
                   " c.dossier, p.subject, p.name, p.policy, p.period FROM ledger_claim c"
                   " JOIN ledger_payment p ON p.number = c.payment"
                   " LEFT JOIN (SELECT claim, max(until) AS due FROM ledger_due WHERE day < $1 GROUP BY claim) d"
                   " ON d.claim = c.id LEFT JOIN (SELECT u.claim, min(u.day) AS day FROM ledger_due u"
                   " JOIN ledger_claim x ON x.id = u.claim WHERE u.until > x.recovered GROUP BY u.claim) n"
                   " ON n.claim = c.id WHERE $2 = 0 OR (c.state = 0 AND coalesce(d.due, 0) > c.recovered)"
                   " ORDER BY c.id",
                   "ii", (int64_t)today.days, (int64_t)overdue))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct ledger_claim_row r = { 0 };
        int64_t state = 0, due = 0, day = 0, *const numbers[] = { &r.claim,      &r.payment,       &r.line, &state,
                                                                  &r.amount_fen, &r.recovered_fen, &due };
        for (uint32_t i = 0; i < 7; i++) store_int(q, i, numbers[i]);
        r.open = state == CLAIM_OPEN;
        r.written_off = state == CLAIM_WRITTEN_OFF;
        r.has_next = r.open && store_int(q, 7, &day);
        r.next = (date){ (int32_t)day };
        r.overdue_fen = r.open && due > r.recovered_fen ? due - r.recovered_fen : 0;
        r.dossier = str_dup(a, store_str(q, 8));
        r.subject = str_dup(a, store_str(q, 9));
        r.name = str_dup(a, store_str(q, 10));
        r.policy = str_dup(a, store_str(q, 11));
        r.period = str_dup(a, store_str(q, 12));
        *vec_push(a, out) = r;
    }
    store_done(q);
    return ok;
}
