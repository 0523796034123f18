/* ledger: the frame of every operation: a transaction, the lock, an event, a balanced entry. */
#include "base/utf8.h"
#include "ledger/ledger_priv.h"

#include <assert.h>
#include <string.h>

enum { NOTE_MAX = 1 << 16 };

static const char *const roles[] = { "会计", "复核", "出纳", "主管", "系统" };
enum { ROLES = sizeof roles / sizeof *roles };

/* ---- life cycles ---- */

static const struct machine_state batch_states[] = {
    { "已编制", true, false }, { "已批准", false, false }, { "已送银行", false, false },
    { "已结清", false, true }, { "已作废", false, true },
};
static const struct machine_move batch_moves[] = {
    { "批准", BATCH_PREPARED, BATCH_APPROVED, LEDGER_REVIEWER | LEDGER_CHIEF, false, 3 },
    { "作废", BATCH_PREPARED, BATCH_CANCELLED, LEDGER_ACCOUNTANT | LEDGER_REVIEWER | LEDGER_CHIEF, true, 0 },
    { "送银行", BATCH_APPROVED, BATCH_SENT, LEDGER_CASHIER, false, 2 },
    { "作废", BATCH_APPROVED, BATCH_CANCELLED, LEDGER_REVIEWER | LEDGER_CHIEF, true, 0 },
    { "结清", BATCH_SENT, BATCH_SETTLED, LEDGER_CASHIER | LEDGER_SYSTEM, false, 5 },
};
const struct machine ledger_batch_machine = { "发放批次", roles, ROLES, batch_states, 5, batch_moves, 5 };

static const struct machine_state payment_states[] = {
    { "待付", true, false },      { "已付", false, false },  { "退回", false, false },
    { "已改账户", false, false }, { "不再付", false, true },
};
static const struct machine_move payment_moves[] = {
    { "付讫", PAYMENT_LISTED, PAYMENT_PAID, LEDGER_CASHIER | LEDGER_SYSTEM, false, 0 },
    { "退回", PAYMENT_LISTED, PAYMENT_FAILED, LEDGER_CASHIER | LEDGER_SYSTEM, false, 0 },
    { "退票", PAYMENT_PAID, PAYMENT_FAILED, LEDGER_ACCOUNTANT | LEDGER_CASHIER | LEDGER_SYSTEM, true, 0 },
    { "作废", PAYMENT_LISTED, PAYMENT_CANCELLED, LEDGER_ACCOUNTANT | LEDGER_REVIEWER | LEDGER_CHIEF, true, 0 },
    { "改账户", PAYMENT_FAILED, PAYMENT_REPAIRED, LEDGER_ACCOUNTANT, false, 10 },
    { "改账户", PAYMENT_REPAIRED, PAYMENT_REPAIRED, LEDGER_ACCOUNTANT, false, 0 },
    { "再付", PAYMENT_REPAIRED, PAYMENT_LISTED, LEDGER_ACCOUNTANT, false, 10 },
    { "不再付", PAYMENT_FAILED, PAYMENT_CANCELLED, LEDGER_CHIEF | LEDGER_SYSTEM, true, 0 },
    { "不再付", PAYMENT_REPAIRED, PAYMENT_CANCELLED, LEDGER_CHIEF | LEDGER_SYSTEM, true, 0 },
};
const struct machine ledger_payment_machine = { "付款", roles, ROLES, payment_states, 5, payment_moves, 9 };

static const struct machine_state claim_states[] = { { "追回中", true, false },
                                                     { "已追回", false, true },
                                                     { "已核销", false, true } };
static const struct machine_move claim_moves[] = {
    { "收回", 0, 0, LEDGER_ACCOUNTANT | LEDGER_CASHIER, false, 0 },
    { "收清", 0, 1, LEDGER_ACCOUNTANT | LEDGER_CASHIER, false, 0 },
    { "核销", 0, 2, LEDGER_CHIEF, true, 0 },
};
const struct machine ledger_claim_machine = { "追回", roles, ROLES, claim_states, 3, claim_moves, 3 };

/* ---- an operation ---- */

bool ledger_begin(struct store *s, const struct ledger_act *act, struct err *e)
{
    int64_t changed = 0;
    if (act->who.len == 0 || act->roles == 0) return fail(e, INVALID, "没有说明是谁、以什么岗位办理；请先登录");
    if (!date_ok(act->day)) return fail(e, INVALID, "记账日期不对；请写 1800 至 2999 年之间的一天");
    if (!store_begin(s, e)) return false;
    if (store_do(s, &changed, e, "UPDATE ledger_counter SET value = value + 1 WHERE name = 'lock'", "")) {
        if (changed == 1) return true;
        fail(e, NOT_FOUND, "这个数据库里没有资金账；请先建账");
    }
    store_rollback(s);
    return false;
}

bool ledger_next(struct store *s, const char *what, int64_t count, int64_t *first, struct err *e)
{
    int64_t last = 0;
    if (!store_get(s, NULL, &last, 1, e, "UPDATE ledger_counter SET value = value + $2 WHERE name = $1 RETURNING value",
                   "si", str_of(what), count))
        return false;
    *first = last - count + 1;
    return true;
}

/* ---- the event ---- */

void ledger_note_init(struct ledger_note *n, struct arena *a)
{
    n->arena = a;
    text_init(&n->text, a, NOTE_MAX);
    json_begin(&n->w, &n->text, false);
    json_object(&n->w);
}

void ledger_note_int(struct ledger_note *n, const char *key, int64_t v)
{
    json_key(&n->w, key);
    json_int(&n->w, v);
}

void ledger_note_str(struct ledger_note *n, const char *key, str v)
{
    json_key(&n->w, key);
    json_str(&n->w, v);
}

bool ledger_note_end(struct ledger_note *n, struct store *s, const struct ledger_act *act, const char *kind,
                     str subject, str dossier, int64_t *event, struct err *e)
{
    char day[DATE_TEXT];
    struct text role;
    date_text(act->day, day);
    ledger_note_str(n, "day", str_of(day));
    if (act->reason.len > 0) ledger_note_str(n, "reason", act->reason);
    json_object_end(&n->w);
    text_init(&role, n->arena, JOURNAL_WORD_MAX);
    for (size_t i = 0; i < ROLES; i++)
        if (act->roles >> i & 1) text_addf(&role, "%s%s", role.len > 0 ? " " : "", roles[i]);
    struct journal_event v = { act->who, text_str(&role),    str_of(kind), subject,
                               dossier,  text_str(&n->text), act->clock_ms };
    return journal_append(s, &v, 1, event, e);
}

/* ---- the entry ---- */

enum side { SIDE_BUDGET, SIDE_CASH, SIDE_CLAIM, SIDES };
static const struct {
    const char *zh;
    enum side side;
    int sign;
} accounts[] = {
#define ACCOUNT(name, side, sign, zh) { zh, SIDE_##side, sign },
#include "ledger/account.def"
#undef ACCOUNT
};

const char *ledger_account_zh(enum ledger_account a) { return accounts[a].zh; }

static bool month_open(struct store *s, const struct ledger_act *act, int64_t fund, struct err *e)
{
    bool there;
    int64_t state = 0;
    char text[MONTH_TEXT];
    month m = date_month(act->day);
    if (!store_get(s, &there, &state, 1, e, "SELECT state FROM ledger_month WHERE fund = $1 AND month = $2", "ii", fund,
                   (int64_t)m.index))
        return false;
    if (!there || state == 0) return true;
    month_text(m, text);
    return fail(e, CONFLICT, "%s 已经结账，不能再记；请记在没有结账的月份，或者请主管重开", text);
}

/* The account's new balance; the condition refuses what the table's CHECK would forbid, with a better sentence. */
static bool add(struct store *s, const struct ledger_posting *p, struct err *e)
{
    int64_t changed = 0, now = 0;
    int64_t sign = accounts[p->account].sign;
    if (!store_do(s, &changed, e,
                  "UPDATE ledger_account SET balance = balance + $3 WHERE line = $1 AND kind = $2"
                  " AND (balance + $3) * $4 >= 0",
                  "iiii", p->line, (int64_t)p->account, p->amount_fen, sign))
        return false;
    if (changed == 1) return true;
    if (!ledger_balance(s, p->line, p->account, &now, e)) return false;
    autoarena *a = arena_new("sentence", 0);
    str has = ledger_yuan(a, now * sign), wants = ledger_yuan(a, -p->amount_fen * sign);
    return fail(e, CONFLICT, "%s不够：有 %.*s 元，要用 %.*s 元；请先核对，或者调整预算、补足资金",
                accounts[p->account].zh, STR_ARG(has), STR_ARG(wants));
}

bool ledger_post_at_bank(struct store *s, const struct ledger_act *act, const char *kind, int64_t event, str reference,
                         const struct ledger_posting *p, size_t count, struct err *e)
{
    int64_t sum[SIDES] = { 0 };
    struct ledger_line_facts line;
    int64_t entry = 0;
    assert(count > 0);
    for (size_t i = 0; i < count; i++) sum[accounts[p[i].account].side] += p[i].amount_fen;
    for (int i = 0; i < SIDES; i++) assert(sum[i] == 0); /* an entry that does not balance is a mistake of ours */
    if (!ledger_line_facts(s, p[0].line, &line, e)) return false;
    for (size_t i = 0; i < count; i++)
        if (p[i].line == line.cash && accounts[p[i].account].side != SIDE_CASH)
            return fail(e, NOT_FOUND, "第 %lld 号是银行账户，不是预算行；请核对预算行的号码", (long long)line.cash);
    if (!month_open(s, act, line.fund, e) || !ledger_next(s, "entry", 1, &entry, e) ||
        !store_do(s, NULL, e,
                  "INSERT INTO ledger_entry (id, kind, fund, day, month, event, reference)"
                  " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                  "isiiiis", entry, str_of(kind), line.fund, (int64_t)act->day.days,
                  (int64_t)date_month(act->day).index, event, reference))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (p[i].amount_fen == 0) continue;
        if (!store_do(s, NULL, e, "INSERT INTO ledger_posting (entry, line, account, amount) VALUES ($1, $2, $3, $4)",
                      "iiii", entry, p[i].line, (int64_t)p[i].account, p[i].amount_fen) ||
            !add(s, &p[i], e))
            return false;
    }
    return true;
}

bool ledger_post(struct store *s, const struct ledger_act *act, const char *kind, int64_t event,
                 const struct ledger_posting *p, size_t count, struct err *e)
{
    return ledger_post_at_bank(s, act, kind, event, STR(""), p, count, e);
}

bool ledger_balance(struct store *s, int64_t line, enum ledger_account account, int64_t *out_fen, struct err *e)
{
    bool there;
    if (!store_get(s, &there, out_fen, 1, e, "SELECT balance FROM ledger_account WHERE line = $1 AND kind = $2", "ii",
                   line, (int64_t)account))
        return false;
    return there || fail(e, NOT_FOUND, "没有第 %lld 号预算行；请先建立", (long long)line);
}

/* ---- small things ---- */

bool ledger_may(const struct ledger_act *act, uint32_t needed, const char *what, struct err *e)
{
    if ((act->roles & needed) != 0) return true;
    autoarena *a = arena_new("sentence", 0);
    struct text t;
    text_init(&t, a, 200);
    for (size_t i = 0; i < ROLES; i++)
        if (needed >> i & 1) text_addf(&t, "%s%s", t.len > 0 ? "或" : "", roles[i]);
    str who = text_str(&t);
    return fail(e, DENIED, "“%s”要由%.*s来做；请交给他们办理", what, STR_ARG(who));
}

bool ledger_good_text(str s)
{
    size_t bad;
    if (s.len == 0 || s.len > LEDGER_TEXT_MAX || !utf8_valid(s, &bad)) return false;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f || s.p[i] == '|') return false;
    return true;
}

bool ledger_check_text(str s, const char *what, struct err *e)
{
    return ledger_good_text(s) ||
           fail(e, INVALID, "%s不对：不能空，最多 %d 字节，不能有竖线和换行；请改正", what, LEDGER_TEXT_MAX);
}

bool ledger_check_amount(int64_t amount_fen, struct err *e)
{
    return (amount_fen > 0 && amount_fen <= LEDGER_FEN_MAX) || fail(e, INVALID, "金额要大于零，且不超过十万亿元");
}

str ledger_yuan(struct arena *a, int64_t fen)
{
    uint64_t n = fen < 0 ? (uint64_t)-fen : (uint64_t)fen;
    return str_fmt(a, "%s%llu.%02llu", fen < 0 ? "-" : "", (unsigned long long)(n / 100),
                   (unsigned long long)(n % 100));
}

bool ledger_yuan_read(str s, int64_t *fen)
{
    int64_t yuan, rest;
    if (s.len < 4 || s.len > 16 || s.p[s.len - 3] != '.' || !str_to_i64(str_slice(s, 0, s.len - 3), &yuan) ||
        !str_to_i64(str_slice(s, s.len - 2, s.len), &rest))
        return false;
    *fen = yuan * 100 + rest;
    return true;
}
