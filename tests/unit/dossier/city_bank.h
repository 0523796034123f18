/* The accountants of the city and its bank: batches approved, cancelled, sent, answered in parts, twice and wrongly;
 * bounces, repairs, claims, months closed. What the bank has done is compared with what the ledger says. */
#ifndef UNIT_DOSSIER_CITY_BANK_H
#define UNIT_DOSSIER_CITY_BANK_H
#include "city.h"

#define CITY_FUND STR("就业补助资金")

typedef bool city_job(struct city *c, void *context, struct arena *a, struct err *e);

/* Whether a fault was met; from now on everything works again. */
static inline bool city_calm(void)
{
    bool hit = false;
    for (int k = 0; k < FAULT_KINDS; k++) {
        hit = hit || fault_hit((enum fault_kind)k);
        fault_plan((enum fault_kind)k, 0, false);
    }
    return hit;
}

/* Does a piece of work, now and then with something failing on the way; then it is done once more, often by a program
 * that was started anew. */
static inline bool city_do(struct city *c, city_job *job, void *context, struct arena *a, struct err *e)
{
    static const enum fault_kind kinds[] = { FAULT_READ, FAULT_WRITE, FAULT_SYNC };
    bool trouble = t_random_below(15) == 0;
    for (;;) {
        *e = (struct err){ 0 };
        if (trouble) fault_plan(kinds[t_random_below(3)], 1 + t_random_below(12), t_random_below(2) == 0);
        bool ok = job(c, context, a, e), hit = city_calm();
        if (ok || !hit) {
            bool fair =
                e->code == ERR_CONFLICT || e->code == ERR_DENIED || e->code == ERR_INVALID || e->code == ERR_NOT_FOUND;
            c->done += ok;
            c->refused += !ok;
            if (!ok && !fair) CHECK_OK(false, *e);
            return ok;
        }
        c->faults++;
        trouble = false;
        if (t_random_below(2) == 0) city_restart(c);
    }
}

static inline struct ledger_act city_act(const struct city *c, const char *who, uint32_t role)
{
    return (struct ledger_act){ str_of(who), role, c->day, STR("有理由"), city_clock(c) };
}

static inline void city_reference(struct city *c, char out[40])
{
    snprintf(out, 40, "BK%lld", (long long)c->references++);
}

/* ---- the accountants ---- */

struct city_wish {
    int64_t id, amount, line;
    bool firm; /* a payment to a firm */
    struct text file;
    char word[40];
};

static inline bool city_approves(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct ledger_act reviewer = city_act(c, "复核人", LEDGER_REVIEWER);
    (void)a;
    return ledger_approve(c->t.s, &reviewer, ((struct city_wish *)context)->id, e);
}
static inline bool city_cancels(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct ledger_act reviewer = city_act(c, "复核人", LEDGER_REVIEWER);
    (void)a;
    return ledger_cancel(c->t.s, &reviewer, ((struct city_wish *)context)->id, e);
}
static inline bool city_sends(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct city_wish *w = context;
    struct ledger_act cashier = city_act(c, "出纳", LEDGER_CASHIER);
    text_init(&w->file, a, 1 << 20); /* what an attempt that failed wrote is thrown away */
    return ledger_send(c->t.s, &cashier, w->id, town_into_text, &w->file, e);
}
static inline bool city_repairs(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct ledger_act clerk = city_act(c, "会计", LEDGER_ACCOUNTANT);
    const struct city_wish *w = context;
    (void)a;
    return w->firm ? ledger_repair(c->t.s, &clerk, w->id, STR("厂"), STR("111199990000"), e)
                   : ledger_repair(c->t.s, &clerk, w->id, STR("群众"), STR("622299990000"), e);
}
static inline bool city_gives_up(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct ledger_act chief = city_act(c, "局长", LEDGER_CHIEF);
    (void)a;
    return ledger_give_up(c->t.s, &chief, ((struct city_wish *)context)->id, e);
}
static inline bool city_again(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct ledger_act clerk = city_act(c, "会计", LEDGER_ACCOUNTANT);
    struct ledger_prepared out;
    (void)a;
    return ledger_prepare_again(c->t.s, &clerk, ((struct city_wish *)context)->line, STR("再付"), &out, e);
}
static inline bool city_bounces(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct city_wish *w = context;
    struct ledger_act clerk = city_act(c, "会计", LEDGER_ACCOUNTANT);
    (void)a;
    return ledger_bounce(c->t.s, &clerk, w->id, str_of(w->word), e);
}
static inline bool city_claims(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct city_wish *w = context;
    struct ledger_act chief = city_act(c, "局长", LEDGER_CHIEF);
    int64_t claim = 0;
    (void)a;
    return ledger_claim(c->t.s, &chief, w->id, w->amount, STR(""), &claim, e);
}
static inline bool city_plans(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct city_wish *w = context;
    struct ledger_act clerk = city_act(c, "会计", LEDGER_ACCOUNTANT);
    struct ledger_part parts[2] = { { date_add_days(c->day, 30), w->amount / 2, 0 },
                                    { date_add_days(c->day, 60), w->amount - w->amount / 2, 0 } };
    (void)a;
    return ledger_plan(c->t.s, &clerk, w->id, parts, 2, e);
}
static inline bool city_recovers(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct city_wish *w = context;
    struct ledger_act cashier = city_act(c, "出纳", LEDGER_CASHIER);
    (void)a;
    return ledger_recover(c->t.s, &cashier, w->id, w->amount, str_of(w->word), false, e);
}
static inline bool city_writes_off(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct ledger_act chief = city_act(c, "局长", LEDGER_CHIEF);
    (void)a;
    return ledger_write_off(c->t.s, &chief, ((struct city_wish *)context)->id, e);
}
static inline bool city_closes(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct ledger_act clerk = city_act(c, "会计", LEDGER_ACCOUNTANT);
    (void)a;
    return ledger_close(c->t.s, &clerk, CITY_FUND, (month){ (int32_t)((struct city_wish *)context)->id }, e);
}
static inline bool city_opens(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct ledger_act chief = city_act(c, "局长", LEDGER_CHIEF);
    (void)a;
    return ledger_reopen(c->t.s, &chief, CITY_FUND, (month){ (int32_t)((struct city_wish *)context)->id }, e);
}

/* ---- what the bank does with a file ---- */

static inline int64_t city_yuan(str s)
{
    int64_t yuan = 0, fen = 0;
    CHECK(str_to_i64(str_slice(s, 0, s.len - 3), &yuan) && str_to_i64(str_slice(s, s.len - 2, s.len), &fen));
    return yuan * 100 + fen;
}

/* Invariant 2, as the bank sees it: whom it paid for a policy and period it does not pay again, unless it came back.
 * What is for a firm goes to the account of one, what is for a person never does. */
static inline void city_transfers(struct city *c, int64_t payment, int64_t fen, str account)
{
    struct city_transfer *x = &c->transfers[c->transfer_count];
    struct err e = { 0 };
    struct store_stmt *q;
    bool row = false;
    CHECK(c->transfer_count < CITY_TRANSFERS);
    CHECK_OK(store_first(c->t.s, &q, &row, &e, "SELECT subject, policy, period FROM ledger_payment WHERE number = $1",
                         "i", payment),
             e);
    CHECK(row);
    str who = store_str(q, 0), policy = store_str(q, 1), period = store_str(q, 2);
    snprintf(x->key, sizeof x->key, "%.*s %.*s %.*s", STR_ARG(who), STR_ARG(policy), STR_ARG(period));
    if (!str_starts(account, str_eq(policy, STR("用工补贴")) ? STR("1111") : STR("6222")))
        FAIL("%s went to the account %.*s", x->key, STR_ARG(account));
    store_done(q);
    for (size_t i = 0; i < c->transfer_count; i++) {
        const struct city_transfer *y = &c->transfers[i];
        if (!y->back && strcmp(x->key, y->key) == 0) FAIL("paid twice: %s (%lld)", x->key, (long long)payment);
    }
    x->payment = payment, x->amount_fen = fen, x->back = false;
    c->transfer_count++;
    c->bank_fen -= fen;
}

static inline void city_bank_takes(struct city *c, int64_t batch, str file)
{
    struct city_file *f = &c->files[c->file_count % CITY_FILES];
    str rest = file, line, piece[5];
    struct text rows;
    text_init(&rows, c->t.a, file.len + 4096);
    CHECK(f->told == f->count); /* the oldest of so many was answered long ago */
    *f = (struct city_file){ .batch = batch };
    while (str_split(&rest, '\n', &line)) {
        int64_t payment = 0, attempt = 0;
        size_t k = 0;
        if (str_starts(line, STR("乐业付款文件|"))) continue;
        if (str_starts(line, STR("完|"))) break;
        while (k < 5 && str_split(&line, '|', &piece[k])) k++;
        CHECK(k == 5 && ledger_number_read(piece[0], &payment, &attempt));
        bool pays = t_random_below(6) > 0;
        if (pays) city_transfers(c, payment, city_yuan(piece[3]), piece[2]);
        text_addf(&rows, "%.*s|%.*s|%s\n", STR_ARG(piece[0]), STR_ARG(piece[3]), pays ? "成功|" : "失败|账号不存在");
        f->count++;
    }
    f->rows = text_str(&rows);
    c->file_count++;
}

struct city_answer {
    str text;
    struct ledger_returned r;
    size_t fresh; /* rows that were not answered before */
};

static inline bool city_receive(struct city *c, void *context, struct arena *a, struct err *e)
{
    struct city_answer *x = context;
    struct ledger_act cashier = city_act(c, "出纳", LEDGER_CASHIER);
    (void)a;
    return ledger_receive(c->t.s, &cashier, x->text, &x->r, e);
}

static inline void city_row(struct text *t, str row, int64_t *count, int64_t *total)
{
    str rest = row, piece[2];
    text_add(t, row);
    text_addc(t, '\n');
    CHECK(str_split(&rest, '|', &piece[0]) && str_split(&rest, '|', &piece[1]));
    *total += city_yuan(piece[1]);
    ++*count;
}

/* Some of the rows not told so far; now and then one of them twice, and one that was told before. */
static inline void city_bank_answers(struct city *c, struct city_file *f, struct arena *a)
{
    struct text t;
    struct err e = { 0 };
    struct city_answer x = { 0 };
    char ref[40];
    int64_t count = 0, total = 0;
    size_t until = f->told + 1 + t_random_below(f->count - f->told), at = 0;
    bool twice = t_random_below(4) == 0, old = t_random_below(4) == 0, cut = t_random_below(8) == 0;
    str rest = f->rows, row;
    city_reference(c, ref);
    text_init(&t, c->t.a, f->rows.len * 2 + 4096);
    text_addf(&t, "乐业回盘文件|1|%lld|%s\n", (long long)f->batch, ref);
    for (; str_split(&rest, '\n', &row) && at < until; at++) {
        bool fresh = at >= f->told;
        if (!fresh && !(old && at == 0)) continue;
        city_row(&t, row, &count, &total);
        if (fresh && twice && at + 1 == until) city_row(&t, row, &count, &total);
        x.fresh += fresh;
    }
    text_addf(&t, "完|%lld|%lld.%02lld\n", (long long)count, (long long)(total / 100), (long long)(total % 100));
    x.text = text_str(&t);
    if (cut) { /* the line broke: what came is refused whole, and asked for again tomorrow */
        x.text = str_slice(x.text, 0, x.text.len - 8);
        CHECK(!city_do(c, city_receive, &x, a, &e));
        CHECK_INT(e.code, ERR_INVALID);
        return;
    }
    if (!city_do(c, city_receive, &x, a, &e)) { /* somebody closed this month before it was over */
        struct city_wish w = { .id = date_month(c->day).index };
        CHECK_INT(e.code, ERR_CONFLICT);
        CHECK_OK(city_do(c, city_opens, &w, a, &e), e);
        CHECK_OK(city_do(c, city_receive, &x, a, &e), e);
    }
    /* after a failed commit that was none (the answer got lost on the way) it is the same file again */
    if (!x.r.replayed) CHECK_INT(x.r.paid_count + x.r.failed_count, (int64_t)x.fresh);
    f->told = until;
    f->last = x.text;
    f->replay = true;
}

static inline void city_bank(struct city *c, struct arena *a)
{
    struct err e = { 0 };
    size_t from = c->file_count > CITY_FILES ? c->file_count - CITY_FILES : 0;
    for (size_t i = from; i < c->file_count; i++) {
        struct city_file *f = &c->files[i % CITY_FILES];
        if (f->told < f->count && t_random_below(2) == 0) city_bank_answers(c, f, a);
        if (f->replay && t_random_below(5) == 0) {
            struct city_answer x = { .text = f->last };
            CHECK_OK(city_do(c, city_receive, &x, a, &e), e);
            CHECK(x.r.replayed);
            f->replay = false;
        }
    }
}

/* ---- who does what, by luck ---- */

/* The first row of two numbers; false: none. */
static inline bool city_pick(struct city *c, const char *sql, struct city_wish *w)
{
    struct err e = { 0 };
    int64_t v[2] = { 0 };
    bool there = false;
    CHECK_OK(store_get(c->t.s, &there, v, 2, &e, sql, ""), e);
    w->id = v[0], w->amount = v[1];
    return there;
}

static inline void city_batches(struct city *c, struct arena *a)
{
    struct err e = { 0 };
    struct city_wish w = { 0 };
    for (int i = 0; i < 4 && city_pick(c, "SELECT id, state FROM ledger_batch WHERE state < 2 ORDER BY id", &w); i++) {
        if (t_random_below(10) == 0) {
            city_do(c, city_cancels, &w, a, &e);
            continue;
        }
        if (w.amount == BATCH_PREPARED && !city_do(c, city_approves, &w, a, &e)) city_do(c, city_cancels, &w, a, &e);
        if (t_random_below(3) == 0) return; /* it waits for tomorrow */
        if (city_do(c, city_sends, &w, a, &e)) city_bank_takes(c, w.id, text_str(&w.file));
    }
}

static inline void city_failures(struct city *c, struct arena *a)
{
    struct err e = { 0 };
    struct city_wish w = { 0 };
    if (city_pick(c,
                  "SELECT number, CASE WHEN policy = '用工补贴' THEN 1 ELSE 0 END FROM ledger_payment WHERE state = 2"
                  " ORDER BY number LIMIT 1",
                  &w)) {
        w.firm = w.amount == 1;
        city_do(c, t_random_below(5) > 0 ? city_repairs : city_gives_up, &w, a, &e);
    }
    if (t_random_below(3) == 0 &&
        city_pick(c, "SELECT line, 0 FROM ledger_payment WHERE state = 3 ORDER BY number LIMIT 1", &w)) {
        w.line = w.id;
        city_do(c, city_again, &w, a, &e);
    }
    if (c->transfer_count == 0 || t_random_below(4) > 0) return;
    struct city_transfer *x = &c->transfers[t_random_below(c->transfer_count)];
    if (x->back) return;
    w.id = x->payment;
    city_reference(c, w.word);
    if (!city_do(c, city_bounces, &w, a, &e)) return;
    x->back = true;
    c->bank_fen += x->amount_fen;
}

static inline void city_claw_back(struct city *c, struct arena *a)
{
    struct err e = { 0 };
    struct city_wish w = { 0 };
    if (c->transfer_count > 0 && t_random_below(5) == 0) {
        const struct city_transfer *x = &c->transfers[t_random_below(c->transfer_count)];
        w.id = x->payment, w.amount = 1 + (int64_t)t_random_below((uint64_t)x->amount_fen);
        if (!x->back) city_do(c, city_claims, &w, a, &e);
    }
    if (!city_pick(c, "SELECT id, amount - recovered FROM ledger_claim WHERE state = 0 ORDER BY id LIMIT 1", &w))
        return;
    city_reference(c, w.word);
    switch (t_random_below(5)) {
    case 0: city_do(c, city_plans, &w, a, &e); break;
    case 1: city_do(c, city_writes_off, &w, a, &e); break;
    default:
        w.amount = 1 + (int64_t)t_random_below((uint64_t)w.amount);
        if (city_do(c, city_recovers, &w, a, &e)) c->bank_fen += w.amount;
    }
}

static inline void city_months(struct city *c, struct arena *a)
{
    struct err e = { 0 };
    struct city_wish w = { .id = date_month(c->day).index - 1 - (int)t_random_below(2) };
    if (t_random_below(8) == 0) w.id += 2; /* a hasty one: the month is not over */
    if (t_random_below(5) == 0) city_do(c, city_closes, &w, a, &e);
    if (t_random_below(20) == 0) city_do(c, city_opens, &w, a, &e);
}

/* The books and the bank to the fen: they differ by what was paid and not yet told. */
static inline void city_reconciles(struct city *c)
{
    struct err e = { 0 };
    struct ledger_reconciled r;
    struct ledger_act clerk = city_act(c, "会计", LEDGER_ACCOUNTANT);
    int64_t untold = 0;
    for (size_t i = 0; i < c->file_count && i < CITY_FILES; i++) {
        const struct city_file *f = &c->files[i];
        str rest = f->rows, row;
        for (size_t at = 0; str_split(&rest, '\n', &row); at++) {
            str number, yuan, word;
            if (at < f->told || row.len == 0) continue;
            CHECK(str_split(&row, '|', &number) && str_split(&row, '|', &yuan) && str_split(&row, '|', &word));
            if (str_eq(word, STR("成功"))) untold += city_yuan(yuan);
        }
    }
    CHECK_OK(ledger_reconcile(c->t.s, &clerk, CITY_FUND, c->bank_fen, &r, &e), e);
    CHECK_INT(r.difference_fen, -untold);
    CHECK(untold <= r.transit_fen);
}

#endif
