/* report: tables of the ledger for Excel. */
#include "base/json.h"
#include "base/mask.h"
#include "fund/fund_priv.h"

enum { REPORT_FIRST = 5, REPORT_CELLS = REPORT_FIRST + 2 * LEDGER_ACCOUNTS, PAYMENT_CELLS = 13 };

static bool finish(struct sheet_writer *w, bool ok, str path, struct err *e)
{
    if (ok)
        ok = sheet_finish(w, e);
    else
        sheet_discard(w);
    return ok || fail_up(e, "“%.*s”没有写成", STR_ARG(path));
}

/* ---- a fund by month ---- */

static bool report_head(struct sheet_writer *w, struct arena *a, struct err *e)
{
    static const char *const names[REPORT_FIRST] = { "月份", "预算行", "级次", "年度", "科目" };
    str cells[REPORT_CELLS];
    for (size_t i = 0; i < REPORT_FIRST; i++) cells[i] = str_of(names[i]);
    for (size_t i = 0; i < LEDGER_ACCOUNTS; i++) {
        const char *zh = ledger_account_zh((enum ledger_account)i);
        cells[REPORT_FIRST + 2 * i] = str_fmt(a, "%s 本月", zh);
        cells[REPORT_FIRST + 2 * i + 1] = str_fmt(a, "%s 月末", zh);
    }
    return sheet_write_row(w, cells, REPORT_CELLS, e);
}

static str plain_yuan(struct arena *a, int64_t fen)
{
    uint64_t n = fen < 0 ? (uint64_t)-fen : (uint64_t)fen;
    return str_fmt(a, "%s%llu.%02llu", fen < 0 ? "-" : "", (unsigned long long)(n / 100),
                   (unsigned long long)(n % 100));
}

static bool report_row(struct sheet_writer *w, const struct ledger_statement_row *r, struct arena *a, struct err *e)
{
    char m[MONTH_TEXT];
    str cells[REPORT_CELLS];
    bool bank = r->item.len == 0;
    month_text(r->month, m);
    cells[0] = str_of(m);
    cells[1] = bank ? STR("") : str_fmt(a, "%lld", (long long)r->line);
    cells[2] = r->level;
    cells[3] = bank ? STR("") : str_fmt(a, "%d", (int)r->year);
    cells[4] = bank ? STR("银行账户") : r->item;
    for (size_t i = 0; i < LEDGER_ACCOUNTS; i++) {
        cells[REPORT_FIRST + 2 * i] = plain_yuan(a, r->moved_fen[i]);
        cells[REPORT_FIRST + 2 * i + 1] = plain_yuan(a, r->end_fen[i]);
    }
    return sheet_write_row(w, cells, REPORT_CELLS, e);
}

bool fund_report(struct store *s, str fund, month from, month to, str path, struct arena *a, struct err *e)
{
    ledger_statement_rows rows = { 0 };
    struct sheet_writer *w;
    if (!ledger_statement(s, fund, from, to, a, &rows, e) || !sheet_create(&w, path, NULL, e)) return false;
    bool ok = report_head(w, a, e);
    VEC_EACH (const struct ledger_statement_row, r, &rows) ok = ok && report_row(w, r, a, e);
    return finish(w, ok, path, e);
}

/* ---- payments ---- */

struct payment_table {
    struct sheet_writer *w;
    struct arena *a;
    bool whole;
    str mark;
    size_t cells; /* of a row */
    int64_t count;
};

static bool payment_row(void *context, const struct ledger_payment_row *p, struct err *e)
{
    struct payment_table *t = context;
    struct arena_mark m = arena_mark(t->a);
    char number[LEDGER_NUMBER_TEXT];
    ledger_number_text(p->number, p->attempt, number);
    const str cells[PAYMENT_CELLS] = {
        str_fmt(t->a, "%lld", (long long)p->number),
        str_of(number),
        t->whole ? p->subject : mask(t->a, STR("证件号"), p->subject),
        t->whole ? p->name : mask(t->a, STR("姓名"), p->name),
        t->whole ? p->account : mask(t->a, STR("账号"), p->account),
        p->policy,
        p->period,
        plain_yuan(t->a, p->amount_fen),
        p->dossier,
        str_of(ledger_payment_machine.states[p->state].name),
        p->reason,
        str_fmt(t->a, "%lld", (long long)p->batch),
        t->mark,
    };
    bool ok = sheet_write_row(t->w, cells, t->cells, e);
    arena_rewind(t->a, m);
    t->count++;
    return ok;
}

/* Who looks at whole numbers leaves a trace. */
bool fund_note_view(struct store *s, const struct ledger_act *act, str path, int64_t count, struct arena *a,
                    struct err *e)
{
    struct text body;
    struct json_writer w;
    text_init(&body, a, 1 << 14);
    json_begin(&w, &body, false);
    json_object(&w);
    json_key(&w, "file");
    json_str(&w, path);
    json_key(&w, "rows");
    json_int(&w, count);
    json_object_end(&w);
    struct journal_event v = { act->who, STR(""),         STR("fund.view"), STR("付款明细"),
                               { 0 },    text_str(&body), act->clock_ms };
    if (!store_begin(s, e)) return false;
    if (journal_append(s, &v, 1, NULL, e)) return store_commit(s, e);
    store_rollback(s);
    return false;
}

bool fund_payment_table(struct store *s, const struct ledger_wanted *w, const struct ledger_act *whole, str mark,
                        str path, struct arena *a, int64_t *count, struct err *e)
{
    static const char *const names[PAYMENT_CELLS] = { "付款号", "银行编号", "身份证号", "姓名", "账号", "政策", "期间",
                                                      "金额",   "办件号",   "状态",     "原因", "批次", "水印" };
    struct payment_table t = {
        .a = a, .whole = whole != NULL, .mark = mark, .cells = mark.len > 0 ? PAYMENT_CELLS : PAYMENT_CELLS - 1
    };
    str heads[PAYMENT_CELLS];
    for (size_t i = 0; i < PAYMENT_CELLS; i++) heads[i] = str_of(names[i]);
    if (!sheet_create(&t.w, path, NULL, e)) return false;
    bool ok = sheet_write_row(t.w, heads, t.cells, e) && ledger_payments(s, w, payment_row, &t, e) &&
              (whole == NULL || fund_note_view(s, whole, path, t.count, a, e)); /* noted before it is there */
    if (!finish(t.w, ok, path, e)) return false;
    *count = t.count;
    return true;
}
