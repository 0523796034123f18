/* ledger_budget: lines, their budget, the money behind it, commitments. */
#include "ledger/ledger_priv.h"

static bool new_line(struct store *s, int64_t fund, str level, int64_t year, str item, int64_t *out, struct err *e)
{
    if (!ledger_next(s, "line", 1, out, e) ||
        !store_do(s, NULL, e, "INSERT INTO ledger_line (id, fund, level, year, item) VALUES ($1, $2, $3, $4, $5)",
                  "iisis", *out, fund, level, year, item))
        return false;
    for (int64_t i = 0; i < LEDGER_ACCOUNTS; i++) {
        if (!store_do(s, NULL, e, "INSERT INTO ledger_account (line, kind, balance) VALUES ($1, $2, 0)", "ii", *out, i))
            return false;
    }
    return true;
}

static bool look_up_fund(struct store *s, str fund, bool *there, int64_t out[2], struct err *e)
{
    return store_get(s, there, out, 2, e, "SELECT id, cash FROM ledger_fund WHERE name = $1", "s", fund);
}

/* A new fund has a line of its own for its bank account. */
static bool fund_of(struct store *s, str fund, int64_t *out, struct err *e)
{
    bool there;
    int64_t found[2] = { 0 }, cash = 0;
    if (!look_up_fund(s, fund, &there, found, e)) return false;
    *out = found[0];
    return there || (ledger_next(s, "fund", 1, out, e) && new_line(s, *out, STR(""), 0, STR(""), &cash, e) &&
                     store_do(s, NULL, e, "INSERT INTO ledger_fund (id, name, cash) VALUES ($1, $2, $3)", "isi", *out,
                              fund, cash));
}

bool ledger_fund_find(struct store *s, str fund, int64_t *id, int64_t *cash, struct err *e)
{
    bool there;
    int64_t found[2] = { 0 };
    if (!look_up_fund(s, fund, &there, found, e)) return false;
    if (!there) return fail(e, NOT_FOUND, "没有“%.*s”这项资金；请检查名称，或者先建立预算行", STR_ARG(fund));
    *id = found[0];
    *cash = found[1];
    return true;
}

bool ledger_line_facts(struct store *s, int64_t line, struct ledger_line_facts *out, struct err *e)
{
    bool there;
    int64_t v[3] = { 0 };
    if (!store_get(s, &there, v, 3, e,
                   "SELECT l.fund, f.cash, l.year FROM ledger_line l JOIN ledger_fund f ON f.id = l.fund"
                   " WHERE l.id = $1",
                   "i", line))
        return false;
    if (!there) return fail(e, NOT_FOUND, "没有第 %lld 号预算行；请先建立", (long long)line);
    *out = (struct ledger_line_facts){ v[0], v[1], (int32_t)v[2] };
    return true;
}

static bool open_line(struct store *s, const struct ledger_act *act, const struct ledger_line *line, int64_t *out,
                      struct err *e)
{
    int64_t fund = 0;
    bool there;
    if (!fund_of(s, line->fund, &fund, e) ||
        !store_get(s, &there, out, 1, e,
                   "SELECT id FROM ledger_line WHERE fund = $1 AND level = $2 AND year = $3 AND item = $4", "isis",
                   fund, line->level, (int64_t)line->year, line->item))
        return false;
    if (there) return true;
    if (!new_line(s, fund, line->level, line->year, line->item, out, e)) return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "line", *out);
    ledger_note_str(&n, "fund", line->fund);
    ledger_note_str(&n, "level", line->level);
    ledger_note_int(&n, "year", line->year);
    ledger_note_str(&n, "item", line->item);
    return ledger_note_end(&n, s, act, "ledger.line", line->item, STR(""), NULL, e);
}

bool ledger_line_open(struct store *s, const struct ledger_act *act, const struct ledger_line *line, int64_t *out,
                      struct err *e)
{
    int64_t id = 0;
    if (!ledger_check_text(line->fund, "资金名称", e) || !ledger_check_text(line->level, "预算级次", e) ||
        !ledger_check_text(line->item, "预算科目", e))
        return false;
    if (line->year < 1980 || line->year > 2999)
        return fail(e, INVALID, "预算年度写四位，例如 2026，不是“%d”", (int)line->year);
    if (!ledger_may(act, LEDGER_ACCOUNTANT | LEDGER_CHIEF, "建立预算行", e) || !ledger_begin(s, act, e)) return false;
    if (!store_end(s, open_line(s, act, line, &id, e), e)) return false;
    *out = id;
    return true;
}

bool ledger_budget(struct store *s, const struct ledger_act *act, int64_t line, int64_t amount_fen, str source,
                   struct err *e)
{
    int64_t event = 0;
    if (!ledger_check_text(source, "预算的文号或来源", e)) return false;
    if (!ledger_check_amount(amount_fen < 0 ? -amount_fen : amount_fen, e)) return false;
    if (!ledger_may(act, LEDGER_ACCOUNTANT | LEDGER_CHIEF, "下达和调整预算", e) || !ledger_begin(s, act, e))
        return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "line", line);
    ledger_note_int(&n, "amount_fen", amount_fen);
    ledger_note_str(&n, "source", source);
    struct ledger_posting p[] = { { line, LEDGER_AVAILABLE, amount_fen }, { line, LEDGER_APPROPRIATED, -amount_fen } };
    return store_end(s,
                     ledger_note_end(&n, s, act, "ledger.budget", source, STR(""), &event, e) &&
                         ledger_post(s, act, "budget", event, p, 2, e),
                     e);
}

static bool deposit(struct store *s, const struct ledger_act *act, str fund, int64_t amount_fen, str reference,
                    struct err *e)
{
    int64_t id = 0, cash = 0, event = 0, changed = 0;
    if (!ledger_fund_find(s, fund, &id, &cash, e) ||
        !store_do(s, &changed, e,
                  "INSERT INTO ledger_deposit (fund, reference, amount, day) VALUES ($1, $2, $3, $4)"
                  " ON CONFLICT DO NOTHING",
                  "isii", id, reference, amount_fen, (int64_t)act->day.days))
        return false;
    if (changed == 0)
        return fail(e, CONFLICT, "凭证“%.*s”的拨款已经记过；请核对凭证号，不要重复入账", STR_ARG(reference));
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_str(&n, "fund", fund);
    ledger_note_int(&n, "amount_fen", amount_fen);
    ledger_note_str(&n, "reference", reference);
    struct ledger_posting p[] = { { cash, LEDGER_BANK, amount_fen }, { cash, LEDGER_RECEIVED, -amount_fen } };
    return ledger_note_end(&n, s, act, "ledger.deposit", reference, STR(""), &event, e) &&
           ledger_post_at_bank(s, act, "deposit", event, reference, p, 2, e);
}

bool ledger_deposit(struct store *s, const struct ledger_act *act, str fund, int64_t amount_fen, str reference,
                    struct err *e)
{
    return ledger_check_text(reference, "凭证号", e) && ledger_check_amount(amount_fen, e) &&
           ledger_may(act, LEDGER_ACCOUNTANT | LEDGER_CASHIER, "记拨入资金", e) && ledger_begin(s, act, e) &&
           store_end(s, deposit(s, act, fund, amount_fen, reference, e), e);
}

/* ---- commitments: amount_fen is negative for a release ---- */

static bool change_commitment(struct store *s, int64_t line, str ref, int64_t amount_fen, struct err *e)
{
    int64_t changed = 0, id = 0;
    if (!store_do(s, &changed, e,
                  "UPDATE ledger_commitment SET amount = amount + $3 WHERE line = $1 AND ref = $2"
                  " AND amount + $3 >= used",
                  "isi", line, ref, amount_fen))
        return false;
    if (changed == 1) return true;
    if (amount_fen < 0) return fail(e, CONFLICT, "“%.*s”没有这么多可以退还的承诺；请核对已经用了多少", STR_ARG(ref));
    return ledger_next(s, "commitment", 1, &id, e) &&
           store_do(s, NULL, e,
                    "INSERT INTO ledger_commitment (id, line, ref, amount, used) VALUES ($1, $2, $3, $4, 0)", "iisi",
                    id, line, ref, amount_fen);
}

static bool commitment(struct store *s, const struct ledger_act *act, int64_t line, str ref, int64_t amount_fen,
                       struct err *e)
{
    int64_t event = 0;
    if (!ledger_begin(s, act, e)) return false;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "line", line);
    ledger_note_int(&n, "amount_fen", amount_fen);
    struct ledger_posting p[] = { { line, LEDGER_COMMITTED, amount_fen }, { line, LEDGER_AVAILABLE, -amount_fen } };
    const char *kind = amount_fen > 0 ? "ledger.commit" : "ledger.release";
    return store_end(s,
                     ledger_note_end(&n, s, act, kind, ref, ref, &event, e) &&
                         ledger_post(s, act, amount_fen > 0 ? "commit" : "release", event, p, 2, e) &&
                         change_commitment(s, line, ref, amount_fen, e),
                     e);
}

bool ledger_commit(struct store *s, const struct ledger_act *act, int64_t line, str ref, int64_t amount_fen,
                   struct err *e)
{
    return ledger_check_text(ref, "承诺的编号", e) && ledger_check_amount(amount_fen, e) &&
           ledger_may(act, LEDGER_ACCOUNTANT | LEDGER_SYSTEM, "承诺资金", e) &&
           commitment(s, act, line, ref, amount_fen, e);
}

bool ledger_release(struct store *s, const struct ledger_act *act, int64_t line, str ref, int64_t amount_fen,
                    struct err *e)
{
    return ledger_check_text(ref, "承诺的编号", e) && ledger_check_amount(amount_fen, e) &&
           ledger_may(act, LEDGER_ACCOUNTANT | LEDGER_SYSTEM, "退还承诺", e) &&
           commitment(s, act, line, ref, -amount_fen, e);
}

/* ---- all that is left of a dossier's ---- */

struct remainder {
    int64_t line, unused_fen;
};
typedef VEC(struct remainder) remainders;

static bool unused(struct store *s, str ref, struct arena *a, remainders *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e,
                   "SELECT line, amount - used FROM ledger_commitment WHERE ref = $1 AND amount > used ORDER BY line",
                   "s", ref))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct remainder r = { 0 };
        store_int(q, 0, &r.line);
        store_int(q, 1, &r.unused_fen);
        *vec_push(a, out) = r;
    }
    store_done(q);
    return ok;
}

bool ledger_release_rest(struct store *s, const struct ledger_act *act, str ref, int64_t *released_fen, struct err *e)
{
    autoarena *a = arena_new("release", 0);
    remainders rest = { 0 };
    int64_t total = 0;
    if (!ledger_check_text(ref, "承诺的编号", e) ||
        !ledger_may(act, LEDGER_ACCOUNTANT | LEDGER_SYSTEM, "退还承诺", e) || !ledger_begin(s, act, e))
        return false;
    bool ok = unused(s, ref, a, &rest, e);
    VEC_EACH (const struct remainder, r, &rest) {
        ok = ok && commitment(s, act, r->line, ref, -r->unused_fen, e);
        total += r->unused_fen;
    }
    if (!store_end(s, ok, e)) return false;
    *released_fen = total;
    return true;
}

/* ---- lines of a fund ---- */

bool ledger_lines_for(struct store *s, str fund, int32_t year, str item, struct arena *a, ledger_line_numbers *out,
                      struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    int64_t line;
    out->len = 0;
    if (!store_ask(s, &q, e,
                   "SELECT l.id FROM ledger_line l JOIN ledger_fund f ON f.id = l.fund WHERE f.name = $1 AND"
                   " l.year = $2 AND l.id <> f.cash ORDER BY CASE WHEN l.item = $3 THEN 0 ELSE 1 END, l.id",
                   "sis", fund, (int64_t)year, item))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        if (store_int(q, 0, &line)) *vec_push(a, out) = line;
    }
    store_done(q);
    return ok;
}
