/* A naive ledger in memory beside the real one: after each of many random operations both say the same, the ledger
 * agrees with itself and the journal verifies. What the model refuses the ledger must refuse, and the other way round.
 */
#include "helpers.h"

enum { LINES = 2, SUBJECTS = 15, PERIODS = 3, POLICIES = 2, PAYMENTS = 2000, BATCHES = 400, CLAIMS = 300, STEPS = 500 };

struct model_payment {
    int64_t number, amount, claimed, recovered_of_written_off;
    int line, batch, attempt, state, subject, policy, period;
};

static struct model {
    int64_t available[LINES], committed[LINES], payable[LINES], transit[LINES], returned[LINES], spent[LINES],
        restored[LINES], receivable[LINES], recovered[LINES], budget[LINES], bank;
    struct model_payment payment[PAYMENTS];
    int payments;
    struct {
        int line, state;
        bool again;
    } batch[BATCHES];
    int batches;
    struct {
        int payment, line, state;
        int64_t id, amount, recovered;
    } claim[CLAIMS];
    int claims;
    int64_t id[LINES];
    int references, deposits; /* so far, each numbered for itself */
    struct {
        int days, parts; /* the plan: how many instalments, each so many days after the one before; 0 none */
        int64_t base;    /* what had come when it was made */
    } plan[CLAIMS];
} m;

static void same(struct store *s)
{
    int64_t cash = query(s, "SELECT cash FROM ledger_fund");
    for (int i = 0; i < LINES; i++) {
        CHECK_INT(balance(s, m.id[i], LEDGER_APPROPRIATED), -m.budget[i]);
        CHECK_INT(balance(s, m.id[i], LEDGER_AVAILABLE), m.available[i]);
        CHECK_INT(balance(s, m.id[i], LEDGER_COMMITTED), m.committed[i]);
        CHECK_INT(balance(s, m.id[i], LEDGER_PAYABLE), m.payable[i]);
        CHECK_INT(balance(s, m.id[i], LEDGER_TRANSIT), m.transit[i]);
        CHECK_INT(balance(s, m.id[i], LEDGER_RETURNED), m.returned[i]);
        CHECK_INT(balance(s, m.id[i], LEDGER_PAID), m.spent[i] - m.restored[i]);
        CHECK_INT(balance(s, m.id[i], LEDGER_SPENT), m.spent[i]);
        CHECK_INT(balance(s, m.id[i], LEDGER_RECEIVABLE), m.receivable[i]);
        CHECK_INT(balance(s, m.id[i], LEDGER_RECOVERED), -m.recovered[i]);
    }
    CHECK_INT(balance(s, cash, LEDGER_BANK), m.bank);
    for (int i = 0; i < m.payments; i++) {
        char sql[100];
        snprintf(sql, sizeof sql, "SELECT state * 100 + attempt FROM ledger_payment WHERE number = %lld",
                 (long long)m.payment[i].number);
        CHECK_INT(query(s, sql), m.payment[i].state * 100 + m.payment[i].attempt);
    }
}

static void agreed_at(int line, bool ledger, bool model, const struct err *e)
{
    if (ledger != model)
        FAIL("line %d: the ledger says %d, the model %d: %s", line, ledger, model, ledger ? "" : err_cause(e));
}
#define agreed(ledger, model, e) agreed_at(__LINE__, ledger, model, e)

static int64_t some_amount(void) { return t_random_between(1, 2000); }
static int some_line(void) { return (int)t_random_below(LINES); }
static const char *const policies[POLICIES] = { "岗位补贴", "社保补贴" };
static const char *const periods[PERIODS] = { "2026-01", "2026-02", "2026-03" };

static void budget(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    int i = some_line();
    int64_t amount = t_random_below(4) == 0 ? -some_amount() : some_amount() * 4;
    bool ok = m.available[i] + amount >= 0;
    agreed(ledger_budget(s, &clerk, m.id[i], amount, STR("文件"), &e), ok, &e);
    if (!ok) return;
    m.available[i] += amount;
    m.budget[i] += amount;
}

static void deposit(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    char reference[30];
    int64_t amount = some_amount() * 3;
    bool again = m.deposits > 0 && t_random_below(4) == 0;
    int n = snprintf(reference, sizeof reference, "拨%d", again ? 0 : m.deposits);
    agreed(ledger_deposit(s, &clerk, FUND, amount, (str){ reference, (size_t)n }, &e), !again, &e);
    if (again) return;
    m.deposits++;
    m.bank += amount;
}

static void commit(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    int i = some_line();
    int64_t amount = some_amount();
    bool release = t_random_below(4) == 0, ok = release ? m.committed[i] >= amount : m.available[i] >= amount;
    if (release)
        agreed(ledger_release(s, &clerk, m.id[i], STR("C"), amount, &e), ok, &e);
    else
        agreed(ledger_commit(s, &clerk, m.id[i], STR("C"), amount, &e), ok, &e);
    if (!ok) return;
    m.available[i] += release ? amount : -amount;
    m.committed[i] -= release ? amount : -amount;
}

struct list {
    int at, count;
    struct model_payment row[8];
    char subject[10];
};

static bool next_of_list(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    struct list *l = context;
    (void)e;
    *more = l->at < l->count;
    if (!*more) return true;
    const struct model_payment *p = &l->row[l->at++];
    int n = snprintf(l->subject, sizeof l->subject, "p%d", p->subject);
    *out = (struct ledger_payable){ .subject = { l->subject, (size_t)n },
                                    .name = STR("甲"),
                                    .account = STR("62"),
                                    .policy = str_of(policies[p->policy]),
                                    .period = str_of(periods[p->period]),
                                    .amount_fen = p->amount,
                                    .commitment = STR("C") };
    return true;
}

static bool paid_before(const struct model_payment *p)
{
    for (int i = 0; i < m.payments; i++) {
        const struct model_payment *q = &m.payment[i];
        if (q->state != PAYMENT_CANCELLED && q->subject == p->subject && q->policy == p->policy &&
            q->period == p->period)
            return true;
    }
    return false;
}

static void prepare(struct store *s)
{
    autoarena *a = arena_new("list", 0);
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    struct ledger_prepared out;
    struct list l = { .count = (int)t_random_between(1, 8) };
    int line = some_line(), first = m.payments;
    int64_t total = 0;
    for (int i = 0; i < l.count; i++) {
        struct model_payment *p = &l.row[i];
        *p = (struct model_payment){ .amount = t_random_between(1, 300),
                                     .line = line,
                                     .batch = m.batches,
                                     .subject = (int)t_random_below(SUBJECTS),
                                     .policy = (int)t_random_below(POLICIES),
                                     .period = (int)t_random_below(PERIODS) };
        if (paid_before(p)) continue;
        total += p->amount;
        m.payment[m.payments++] = *p;
    }
    bool ok = total > 0 && total <= m.committed[line];
    agreed(ledger_prepare(s, &clerk, m.id[line], STR("批"), next_of_list, &l, a, &out, &e), ok, &e);
    if (!ok) {
        m.payments = first;
        return;
    }
    CHECK_INT(out.total_fen, total);
    CHECK_INT(out.batch, m.batches + 1);
    m.batch[m.batches].line = line;
    m.batches++;
    m.committed[line] -= total;
    m.payable[line] += total;
    for (int i = first; i < m.payments; i++) { /* the ledger numbers them in an order of its own */
        char sql[300];
        const struct model_payment *p = &m.payment[i];
        snprintf(sql, sizeof sql,
                 "SELECT number FROM ledger_payment WHERE subject = 'p%d' AND policy = '%s' AND period = '%s'"
                 " AND amount = %lld AND batch = %lld",
                 p->subject, policies[p->policy], periods[p->period], (long long)p->amount, (long long)out.batch);
        m.payment[i].number = query(s, sql);
    }
}

static int64_t batch_total(int batch)
{
    int64_t total = 0;
    for (int i = 0; i < m.payments; i++)
        if (m.payment[i].batch == batch && m.payment[i].state == PAYMENT_LISTED) total += m.payment[i].amount;
    return total;
}

/* Usually one that waits for this step, sometimes any. */
static int some_batch(int state)
{
    int from = (int)t_random_below((uint64_t)m.batches);
    for (int i = 0; i < m.batches && t_random_below(20) != 0; i++)
        if (m.batch[(from + i) % m.batches].state == state) return (from + i) % m.batches;
    return from;
}

static void approve(struct store *s)
{
    struct err e = { 0 };
    if (m.batches == 0) return;
    int b = some_batch(BATCH_PREPARED);
    bool self = t_random_below(4) == 0, ok = !self && m.batch[b].state == BATCH_PREPARED;
    struct ledger_act who = act(self ? "会计甲" : "复核乙", LEDGER_REVIEWER);
    agreed(ledger_approve(s, &who, b + 1, &e), ok, &e);
    if (ok) m.batch[b].state = BATCH_APPROVED;
}

static void cancel(struct store *s)
{
    struct err e = { 0 };
    if (m.batches == 0) return;
    int b = some_batch(BATCH_APPROVED), line = m.batch[b].line;
    bool ok = m.batch[b].state <= BATCH_APPROVED;
    struct ledger_act reviewer = because(REVIEWER, "错");
    agreed(ledger_cancel(s, &reviewer, b + 1, &e), ok, &e);
    if (!ok) return;
    int64_t total = batch_total(b);
    m.payable[line] -= total;
    *(m.batch[b].again ? &m.returned[line] : &m.committed[line]) += total;
    for (int i = 0; i < m.payments; i++)
        if (m.payment[i].batch == b && m.payment[i].state == PAYMENT_LISTED)
            m.payment[i].state = m.batch[b].again ? PAYMENT_REPAIRED : PAYMENT_CANCELLED;
    m.batch[b].state = BATCH_CANCELLED;
}

static void send(struct store *s)
{
    autoarena *a = arena_new("file", 0);
    struct err e = { 0 };
    struct ledger_act cashier = CASHIER;
    struct text file;
    text_init(&file, a, 1 << 20);
    if (m.batches == 0) return;
    int b = some_batch(BATCH_APPROVED), line = m.batch[b].line;
    int64_t total = batch_total(b), transit = 0;
    for (int i = 0; i < LINES; i++) transit += m.transit[i];
    bool ok = m.batch[b].state == BATCH_APPROVED && m.bank - transit >= total;
    agreed(ledger_send(s, &cashier, b + 1, into_text, &file, &e), ok, &e);
    if (!ok) return;
    m.batch[b].state = BATCH_SENT;
    m.payable[line] -= total;
    m.transit[line] += total;
}

/* Some lines of a batch come back, each paid or not; those that were answered before come again as well. */
static void receive(struct store *s)
{
    autoarena *a = arena_new("file", 0);
    struct text file;
    if (m.batches == 0) return;
    int b = some_batch(BATCH_SENT), line = m.batch[b].line, rows = 0;
    int64_t total = 0, booked = 0, waiting = 0;
    bool ok = m.batch[b].state == BATCH_SENT || m.batch[b].state == BATCH_SETTLED;
    text_init(&file, a, 1 << 20);
    text_addf(&file, "乐业回盘文件|1|%d|R%llu\n", b + 1, (unsigned long long)t_random());
    for (int i = 0; i < m.payments; i++) {
        struct model_payment *p = &m.payment[i];
        char number[LEDGER_NUMBER_TEXT];
        if (p->batch != b) continue;
        bool now = t_random_below(3) != 0, paid = t_random_below(3) != 0;
        if (!now) {
            waiting += p->state == PAYMENT_LISTED;
            continue;
        }
        ledger_number_text(p->number, p->attempt, number);
        text_addf(&file, "%s|%lld.%02lld|%s\n", number, (long long)(p->amount / 100), (long long)(p->amount % 100),
                  paid ? "成功|" : "失败|无此户");
        rows++;
        total += p->amount;
        if (!ok || p->state != PAYMENT_LISTED) continue;
        p->state = paid ? PAYMENT_PAID : PAYMENT_FAILED;
        m.transit[line] -= p->amount;
        *(paid ? &m.spent[line] : &m.returned[line]) += p->amount;
        if (paid) m.bank -= p->amount;
        booked++;
    }
    text_addf(&file, "完|%d|%lld.%02lld\n", rows, (long long)(total / 100), (long long)(total % 100));
    struct err e = { 0 };
    struct ledger_act cashier = CASHIER;
    struct ledger_returned r = { 0 };
    agreed(ledger_receive(s, &cashier, text_str(&file), &r, &e), ok, &e);
    if (!ok) return;
    CHECK_INT(r.paid_count + r.failed_count, booked);
    CHECK_INT(r.errors, rows - booked);
    CHECK_OK(ledger_receive(s, &cashier, text_str(&file), &r, &e), e); /* and the very same again */
    CHECK(r.replayed);
    if (m.batch[b].state == BATCH_SENT && waiting == 0) m.batch[b].state = BATCH_SETTLED;
}

static int some_payment(int state)
{
    int from = (int)t_random_below((uint64_t)m.payments);
    for (int i = 0; i < m.payments && t_random_below(40) != 0; i++)
        if (m.payment[(from + i) % m.payments].state == state) return (from + i) % m.payments;
    return from;
}

static void mend(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act clerk = CLERK, chief = because(CHIEF, "已故");
    if (m.payments == 0) return;
    struct model_payment *p = &m.payment[some_payment(PAYMENT_FAILED)];
    bool ok = p->state == PAYMENT_FAILED || p->state == PAYMENT_REPAIRED;
    if (t_random_below(4) != 0) {
        agreed(ledger_repair(s, &clerk, p->number, STR("甲"), STR("63"), &e), ok, &e);
        if (ok) p->state = PAYMENT_REPAIRED;
        return;
    }
    agreed(ledger_give_up(s, &chief, p->number, &e), ok, &e);
    if (!ok) return;
    p->state = PAYMENT_CANCELLED;
    p->batch = -1;
    m.returned[p->line] -= p->amount;
    m.committed[p->line] += p->amount;
}

/* The bank has money back days after it had paid. */
static void bounce(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act cashier = because(CASHIER, "账户已销");
    if (m.payments == 0) return;
    struct model_payment *p = &m.payment[some_payment(PAYMENT_PAID)];
    bool ok = p->state == PAYMENT_PAID && p->claimed == 0;
    agreed(ledger_bounce(s, &cashier, p->number, STR("退1"), &e), ok, &e);
    if (!ok) return;
    p->state = PAYMENT_FAILED;
    m.spent[p->line] -= p->amount;
    m.returned[p->line] += p->amount;
    m.bank += p->amount;
}

/* All that a dossier does not need any more. */
static void end_dossier(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    int64_t released = -1, expected = 0;
    if (t_random_below(4) != 0) return;
    for (int i = 0; i < LINES; i++) {
        expected += m.committed[i];
        m.available[i] += m.committed[i];
        m.committed[i] = 0;
    }
    CHECK_OK(ledger_release_rest(s, &clerk, STR("C"), &released, &e), e);
    CHECK_INT(released, expected);
}

static void again(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    struct ledger_prepared out;
    int line = some_line();
    int64_t total = 0;
    for (int i = 0; i < m.payments; i++)
        if (m.payment[i].line == line && m.payment[i].state == PAYMENT_REPAIRED) total += m.payment[i].amount;
    agreed(ledger_prepare_again(s, &clerk, m.id[line], STR("再付"), &out, &e), total > 0, &e);
    if (total == 0) return;
    CHECK_INT(out.total_fen, total);
    for (int i = 0; i < m.payments; i++) {
        struct model_payment *p = &m.payment[i];
        if (p->line != line || p->state != PAYMENT_REPAIRED) continue;
        p->state = PAYMENT_LISTED;
        p->batch = m.batches;
        p->attempt++;
    }
    m.batch[m.batches].line = line;
    m.batch[m.batches].again = true;
    m.batches++;
    m.returned[line] -= total;
    m.payable[line] += total;
}

static void claim(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act chief = because(CHIEF, "冒领");
    if (m.payments == 0 || m.claims == CLAIMS) return;
    int i = some_payment(PAYMENT_PAID);
    struct model_payment *p = &m.payment[i];
    int64_t amount = t_random_between(1, 300), id = 0;
    bool ok = p->state == PAYMENT_PAID && amount <= p->amount - p->claimed;
    agreed(ledger_claim(s, &chief, p->number, amount, STR(""), &id, &e), ok, &e);
    if (!ok) return;
    p->claimed += amount;
    m.receivable[p->line] += amount;
    m.claim[m.claims].payment = i;
    m.claim[m.claims].line = p->line;
    m.claim[m.claims].id = id;
    m.claim[m.claims].amount = amount;
    m.claims++;
}

static void recover(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act cashier = CASHIER, chief = because(CHIEF, "确实收不回");
    if (m.claims == 0) return;
    int c = (int)t_random_below((uint64_t)m.claims), line = m.claim[c].line;
    int64_t amount = t_random_between(1, 200), rest = m.claim[c].amount - m.claim[c].recovered;
    if (t_random_below(5) == 0) {
        bool ok = m.claim[c].state == 0;
        agreed(ledger_write_off(s, &chief, m.claim[c].id, &e), ok, &e);
        if (!ok) return;
        m.claim[c].state = 2;
        m.receivable[line] -= rest;
        m.payment[m.claim[c].payment].claimed -= rest;
        return;
    }
    char reference[30];
    bool ok = m.claim[c].state == 0 && amount <= rest, restores = t_random_below(2) == 0;
    int n = snprintf(reference, sizeof reference, "回%d", m.references);
    agreed(ledger_recover(s, &cashier, m.claim[c].id, amount, (str){ reference, (size_t)n }, restores, &e), ok, &e);
    if (!ok) return;
    m.references++;
    m.claim[c].recovered += amount;
    if (amount == rest) m.claim[c].state = 1;
    m.receivable[line] -= amount;
    m.recovered[line] += amount;
    m.bank += amount;
    if (!restores) return;
    m.restored[line] += amount;
    m.available[line] += amount;
}

static void plan(struct store *s)
{
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    struct ledger_part parts[4] = { 0 };
    if (m.claims == 0) return;
    int c = (int)t_random_below((uint64_t)m.claims), count = (int)t_random_between(1, 4), days = 1 + count * 3;
    int64_t rest = m.claim[c].amount - m.claim[c].recovered, left = rest;
    for (int i = 0; i < count; i++) {
        int64_t amount = i == count - 1 ? left : rest / count;
        parts[i] = (struct ledger_part){ date_add_days(clerk.day, days * (i + 1)), amount, 0 };
        left -= amount;
    }
    bool wrong = t_random_below(4) == 0, ok = m.claim[c].state == 0 && rest >= count && !wrong;
    if (wrong) parts[0].amount_fen++;
    agreed(ledger_plan(s, &clerk, m.claim[c].id, parts, (size_t)count, &e), ok, &e);
    if (!ok) return;
    m.plan[c].days = days;
    m.plan[c].parts = count;
    m.plan[c].base = m.claim[c].recovered;
}

/* What should have come of a claim before a day, by the plan, and has not. */
static int64_t overdue(int c, int days)
{
    int64_t due = m.plan[c].base, rest = m.claim[c].amount - m.plan[c].base;
    for (int i = 0; i < m.plan[c].parts; i++) {
        bool last = i == m.plan[c].parts - 1;
        if (m.plan[c].days * (i + 1) < days) due += last ? rest - rest / m.plan[c].parts * i : rest / m.plan[c].parts;
    }
    return m.claim[c].state != 0 || m.plan[c].parts == 0 || due < m.claim[c].recovered ? 0 : due - m.claim[c].recovered;
}

static void same_claims(struct store *s)
{
    autoarena *a = arena_new("claims", 0);
    struct err e = { 0 };
    ledger_claim_rows rows = { 0 }, late = { 0 };
    int days = (int)t_random_below(60), wanted = 0;
    date today = date_add_days(date_of(2026, 3, 10), days);
    CHECK_OK(ledger_claims(s, today, false, a, &rows, &e), e);
    CHECK_OK(ledger_claims(s, today, true, a, &late, &e), e);
    CHECK_INT((int64_t)rows.len, m.claims);
    for (int c = 0; c < m.claims; c++) {
        CHECK_INT(rows.at[c].recovered_fen, m.claim[c].recovered);
        CHECK_INT(rows.at[c].overdue_fen, overdue(c, days));
        wanted += overdue(c, days) > 0;
    }
    CHECK_INT((int64_t)late.len, wanted);
}

TEST_WITHIN(after_each_of_many_random_operations_the_ledger_is_what_a_simple_model_says, 120)
{
    static void (*const operations[])(struct store *) = {
        budget,  deposit, commit, prepare, prepare, approve, approve, approve, cancel,  send,   send, send, receive,
        receive, receive, mend,   mend,    again,   claim,   claim,   recover, recover, bounce, plan, plan, end_dossier
    };
    const char *path = t_path("r.db");
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    struct store *s = opened(path);
    for (int i = 0; i < LINES; i++) {
        struct ledger_line spec = { FUND, STR("市级"), i == 0 ? STR("社会保险补贴") : STR("岗位补贴"), 2026 };
        CHECK_OK(ledger_line_open(s, &clerk, &spec, &m.id[i], &e), e);
        CHECK_OK(ledger_budget(s, &clerk, m.id[i], 20000, STR("文件"), &e), e);
        CHECK_OK(ledger_commit(s, &clerk, m.id[i], STR("C"), 5000, &e), e);
        m.budget[i] = 20000;
        m.available[i] = 15000;
        m.committed[i] = 5000;
    }
    CHECK_OK(ledger_deposit(s, &clerk, FUND, 10000, STR("期初"), &e), e);
    m.bank = 10000;
    for (int i = 0; i < STEPS && m.payments < PAYMENTS - 8 && m.batches < BATCHES; i++) {
        operations[t_random_below(sizeof operations / sizeof *operations)](s);
        same(s);
        check_ledger(s);
        same_claims(s);
        if (i % 10 == 0) check_journal(path);
    }
    check_journal(path);
    int64_t paid = 0;
    for (int i = 0; i < m.payments; i++) paid += m.payment[i].state == PAYMENT_PAID;
    NOTE("%d payments, %lld paid, %d batches, %d claims", m.payments, (long long)paid, m.batches, m.claims);
    store_close(s);
}
