/* What the tests of the ledger share: people, a line with a budget, payables, files. */
#ifndef UNIT_LEDGER_HELPERS_H
#define UNIT_LEDGER_HELPERS_H
#include "ledger/ledger.h"
#include "support/t.h"

#include <stdio.h>
#include <string.h>

#define FUND STR("就业补助资金")

/* 10 March 2026. */
static inline struct ledger_act act(const char *who, uint32_t roles)
{
    return (struct ledger_act){ str_of(who), roles, date_of(2026, 3, 10), { 0 }, 0 };
}
static inline struct ledger_act because(struct ledger_act a, const char *reason)
{
    a.reason = str_of(reason);
    return a;
}
#define CLERK    act("会计甲", LEDGER_ACCOUNTANT)
#define REVIEWER act("复核乙", LEDGER_REVIEWER)
#define CASHIER  act("出纳丙", LEDGER_CASHIER)
#define CHIEF    act("主管丁", LEDGER_CHIEF)

static inline struct store *opened(const char *address)
{
    struct store *s = NULL;
    struct err e = { 0 };
    CHECK_OK(store_open(&s, str_of(address), STORE_CREATE, &e), e);
    CHECK_OK(ledger_migrate(s, &e), e);
    return s;
}

static inline void check_ledger(struct store *s)
{
    autoarena *a = arena_new("report", 0);
    struct text report;
    struct err e = { 0 };
    bool sound = false;
    text_init(&report, a, 1 << 16);
    CHECK_OK(ledger_check(s, &sound, &report, &e), e);
    if (!sound) FAIL("the ledger contradicts itself: %s", report.p);
}

static inline void check_journal(const char *address)
{
    struct journal_check how = { .single = true };
    struct journal_report r;
    struct err e = { 0 };
    CHECK_OK(journal_verify(str_of(address), &how, &r, &e), e);
    if (!r.sound) FAIL("the journal: %s", r.what);
}

static inline int64_t query(struct store *s, const char *sql)
{
    struct err e = { 0 };
    struct store_stmt *q;
    bool row = false;
    int64_t n = -1;
    CHECK_OK(store_prepare(s, str_of(sql), &q, &e), e);
    CHECK_OK(store_step(q, &row, &e), e);
    CHECK(row && (store_is_null(q, 0) || store_int(q, 0, &n)));
    store_done(q);
    return n;
}

static inline int64_t balance(struct store *s, int64_t line, enum ledger_account account)
{
    struct err e = { 0 };
    int64_t n = 0;
    CHECK_OK(ledger_balance(s, line, account, &n, &e), e);
    return n;
}

/* A line with budget and commitment "C" and money at the bank, each of so much. */
static inline int64_t a_line(struct store *s, int64_t budget_fen)
{
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    struct ledger_line spec = { FUND, STR("市级"), STR("社会保险补贴"), 2026 };
    int64_t line = 0;
    CHECK_OK(ledger_line_open(s, &clerk, &spec, &line, &e), e);
    CHECK_OK(ledger_budget(s, &clerk, line, budget_fen, STR("财社〔2026〕1号"), &e), e);
    CHECK_OK(ledger_deposit(s, &clerk, FUND, budget_fen, STR("拨款1"), &e), e);
    CHECK_OK(ledger_commit(s, &clerk, line, STR("C"), budget_fen, &e), e);
    return line;
}

/* Payables p0, p1 … of an amount each. */
struct some {
    int64_t from, to, amount_fen;
    const char *policy, *period, *commitment;
    struct ledger_exclusion exclusions[2]; /* no name: none */
    struct ledger_names names;             /* of each of them */
    char subject[20], account[24];
};

static inline bool next_of_some(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    struct some *x = context;
    (void)e;
    *more = x->from < x->to;
    if (!*more) return true;
    int n = snprintf(x->subject, sizeof x->subject, "p%lld", (long long)x->from);
    int m = snprintf(x->account, sizeof x->account, "6228%012lld", (long long)x->from);
    x->from++;
    *out = (struct ledger_payable){
        .dossier = STR("D1"),
        .subject = { x->subject, (size_t)n },
        .name = STR("王小明"),
        .account = { x->account, (size_t)m },
        .policy = str_of(x->policy != NULL ? x->policy : "灵活就业社保补贴"),
        .period = str_of(x->period != NULL ? x->period : "2026-02"),
        .amount_fen = x->amount_fen,
        .commitment = str_of(x->commitment != NULL ? x->commitment : "C"),
        .names = x->names,
    };
    out->exclusions = x->exclusions;
    while (out->exclusion_count < 2 && x->exclusions[out->exclusion_count].name.p != NULL) out->exclusion_count++;
    return true;
}

static inline struct ledger_prepared prepared(struct store *s, int64_t line, struct some some, struct arena *a)
{
    struct err e = { 0 };
    struct ledger_act clerk = CLERK;
    struct ledger_prepared p = { 0 };
    CHECK_OK(ledger_prepare(s, &clerk, line, STR("二月"), next_of_some, &some, a, &p, &e), e);
    return p;
}

static inline bool into_text(void *context, str piece, struct err *e)
{
    (void)e;
    text_add(context, piece);
    return true;
}

/* Approves and sends; the file. */
static inline str sent(struct store *s, int64_t batch, struct arena *a)
{
    struct err e = { 0 };
    struct ledger_act reviewer = REVIEWER, cashier = CASHIER;
    struct text *file = ARENA_NEW(a, struct text);
    text_init(file, a, 256 << 20);
    CHECK_OK(ledger_approve(s, &reviewer, batch, &e), e);
    CHECK_OK(ledger_send(s, &cashier, batch, into_text, file, &e), e);
    CHECK(!file->over);
    return text_str(file);
}

/* The bank: answers a file's rows from..to (counting from 0); every `fails`-th one has no such account (0: none). */
static inline str answered(str file, int64_t from, int64_t to, int64_t fails, const char *reference, struct arena *a)
{
    struct text out;
    str rest = file, line, piece[5];
    int64_t n = 0, rows = 0, total = 0;
    text_init(&out, a, 256 << 20);
    while (str_split(&rest, '\n', &line)) {
        str fields = line;
        size_t k = 0;
        if (str_starts(line, STR("乐业付款文件|"))) {
            str_split(&fields, '|', &piece[0]);
            str_split(&fields, '|', &piece[1]);
            str_split(&fields, '|', &piece[2]);
            text_addf(&out, "乐业回盘文件|1|%.*s|%s\n", STR_ARG(piece[2]), reference);
            continue;
        }
        if (str_starts(line, STR("完|"))) break;
        while (k < 5 && str_split(&fields, '|', &piece[k])) k++;
        CHECK(k == 5);
        if (n >= from && n < to) {
            int64_t yuan = 0, fen = 0;
            CHECK(str_to_i64(str_slice(piece[3], 0, piece[3].len - 3), &yuan));
            CHECK(str_to_i64(str_slice(piece[3], piece[3].len - 2, piece[3].len), &fen));
            total += yuan * 100 + fen;
            rows++;
            bool bad = fails > 0 && n % fails == fails - 1;
            text_addf(&out, "%.*s|%.*s|%s\n", STR_ARG(piece[0]), STR_ARG(piece[3]), bad ? "失败|账号不存在" : "成功|");
        }
        n++;
    }
    text_addf(&out, "完|%lld|%lld.%02lld\n", (long long)rows, (long long)(total / 100), (long long)(total % 100));
    return text_str(&out);
}

static inline struct ledger_returned received(struct store *s, str file)
{
    struct err e = { 0 };
    struct ledger_act cashier = CASHIER;
    struct ledger_returned r = { 0 };
    CHECK_OK(ledger_receive(s, &cashier, file, &r, &e), e);
    return r;
}

#endif
