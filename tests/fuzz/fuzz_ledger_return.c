/* Any bytes as a bank's return file for a batch that waits. Nothing may crash; whatever is booked, the ledger agrees
 * with itself, no more is booked than was sent, and the same bytes again book nothing. */
#include "ledger/ledger.h"

#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) abort();
}

static struct store *s;
static int64_t left;

static bool three(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    static const str subjects[] = { { "p1", 2 }, { "p2", 2 }, { "p3", 2 } };
    (void)context, (void)e;
    *more = left > 0;
    if (*more)
        *out = (struct ledger_payable){ .subject = subjects[--left],
                                        .name = STR("王小明"),
                                        .account = STR("62"),
                                        .policy = STR("补贴"),
                                        .period = STR("2026-02"),
                                        .amount_fen = 1000,
                                        .commitment = STR("C") };
    return true;
}

static bool nowhere(void *context, str piece, struct err *e)
{
    (void)context, (void)piece, (void)e;
    return true;
}

static struct ledger_act by(const char *who)
{
    return (struct ledger_act){
        str_of(who), LEDGER_ACCOUNTANT | LEDGER_REVIEWER | LEDGER_CASHIER, date_of(2026, 3, 10), { 0 }, 0
    };
}

static void open_ledger(void)
{
    struct err e = { 0 };
    struct ledger_act a = by("a"), b = by("b");
    struct ledger_line spec = { STR("资金"), STR("市级"), STR("补贴"), 2026 };
    struct ledger_prepared p;
    int64_t line = 0;
    autoarena *scratch = arena_new("fuzz", 0);
    left = 3;
    must(store_open(&s, STR(":memory:"), STORE_CREATE, &e) && ledger_migrate(s, &e) &&
         ledger_line_open(s, &a, &spec, &line, &e) && ledger_budget(s, &a, line, 3000, STR("x"), &e) &&
         ledger_deposit(s, &a, spec.fund, 3000, STR("x"), &e) && ledger_commit(s, &a, line, STR("C"), 3000, &e) &&
         ledger_prepare(s, &a, line, STR("x"), three, NULL, scratch, &p, &e) && ledger_approve(s, &b, p.batch, &e) &&
         ledger_send(s, &a, p.batch, nowhere, NULL, &e));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = { 0 };
    struct ledger_act cashier = by("c");
    struct ledger_returned r = { 0 };
    str text = { (const char *)data, size };
    if (s == NULL) open_ledger();
    must(store_begin(s, &e)); /* and undone below: each input meets the same ledger */
    if (ledger_receive(s, &cashier, text, &r, &e)) {
        autoarena *a = arena_new("fuzz", 0);
        struct text report;
        bool sound = false;
        text_init(&report, a, 1 << 16);
        must(r.paid_fen + r.failed_fen <= 3000 && r.paid_count + r.failed_count + r.errors == r.rows);
        must(ledger_check(s, &sound, &report, &e) && sound);
        must(ledger_receive(s, &cashier, text, &r, &e) && r.replayed);
    } else {
        must(err_cause(&e)[0] != '\0');
    }
    store_rollback(s);
    return 0;
}
