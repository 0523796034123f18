/* ledger_file: what goes to the bank. The rows of a batch are read in order of their numbers, for the hash that is
 * approved, for the file, and for other formats alike. Rows that failed meanwhile are read from the record of failures,
 * so that a file can be written again as it was. */
#include "ledger/ledger_priv.h"

#include <stdio.h>
#include <string.h>

enum { PIECE_BYTES = 60 << 10, LINE_BYTES = 3 * LEDGER_TEXT_MAX + 200, CHECK_HEX = 8 };

/* ---- numbers ---- */

static const int64_t PAYMENTS_MAX = 999999999999;

void ledger_number_text(int64_t payment, int64_t attempt, char out[LEDGER_NUMBER_TEXT])
{
    /* ISO 7064 MOD 97-10: with its check digits the number is 1 modulo 97 */
    uint64_t n = (uint64_t)(payment % (PAYMENTS_MAX + 1)) * 100 + (uint64_t)(attempt % 100);
    uint64_t check = 98 - n % 97 * 100 % 97;
    n = n * 100 + check;
    for (size_t i = LEDGER_NUMBER_TEXT - 1; i-- > 0; n /= 10) out[i] = (char)('0' + n % 10);
    out[LEDGER_NUMBER_TEXT - 1] = '\0';
}

bool ledger_number_read(str s, int64_t *payment, int64_t *attempt)
{
    int64_t n;
    if (s.len != LEDGER_NUMBER_TEXT - 1 || !str_to_i64(s, &n) || n % 97 != 1) return false;
    *payment = n / 10000;
    *attempt = n / 100 % 100;
    return true;
}

/* ---- rows ---- */

struct row {
    int64_t payment, attempt, amount_fen;
    str subject, policy, period, dossier, name, account;
};
typedef bool row_fn(void *context, const struct row *r, struct err *e);

/* Before a batch is sent its payments are its rows. Afterwards those that failed are in the record of failures and may
 * long have moved on to another batch. */
static bool each_row(struct store *s, int64_t batch, row_fn *fn, void *context, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_scan(s,
                    STR("SELECT number, attempt, amount, subject, policy, period, dossier, name, account"
                        " FROM ledger_payment WHERE batch = $1 AND (state < 2 OR (state = 4 AND answer IS NULL))"
                        " UNION ALL SELECT p.number, f.attempt, p.amount, p.subject, p.policy, p.period, p.dossier,"
                        " f.name, f.account FROM ledger_failure f JOIN ledger_payment p ON p.number = f.payment"
                        " WHERE f.batch = $1 ORDER BY 1"),
                    &q, e))
        return false;
    store_bind_int(q, 1, batch);
    while ((ok = store_step(q, &row, e)) && row) {
        struct row r = { .subject = store_str(q, 3),
                         .policy = store_str(q, 4),
                         .period = store_str(q, 5),
                         .dossier = store_str(q, 6),
                         .name = store_str(q, 7),
                         .account = store_str(q, 8) };
        if (!store_int(q, 0, &r.payment) || !store_int(q, 1, &r.attempt) || !store_int(q, 2, &r.amount_fen)) {
            ok = fail(e, MISMATCH, "第 %lld 批里有一笔坏了；请停止办理，先核对数据库", (long long)batch);
            break;
        }
        if (!(ok = fn(context, &r, e))) break;
    }
    store_done(q);
    return ok;
}

struct hashing {
    struct sm3 *sm3;
    int64_t count, total_fen;
};

static bool hash_row(void *context, const struct row *r, struct err *e)
{
    struct hashing *h = context;
    char line[100];
    int n =
        snprintf(line, sizeof line, "%lld %lld %lld %zu %zu %zu %zu %zu|", (long long)r->payment, (long long)r->attempt,
                 (long long)r->amount_fen, r->subject.len, r->policy.len, r->period.len, r->dossier.len, r->name.len);
    const str texts[] = { { line, (size_t)n }, r->subject, r->policy, r->period, r->dossier, r->name, r->account };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) sm3_add(h->sm3, texts[i]);
    sm3_add(h->sm3, STR("\n"));
    h->count++;
    if (__builtin_add_overflow(h->total_fen, r->amount_fen, &h->total_fen))
        return fail(e, LIMIT, "一批的金额太大；请分成几批");
    return true;
}

bool ledger_batch_hash(struct store *s, int64_t batch, int64_t *count, int64_t *total_fen, char out[SM3_HEX + 1],
                       struct err *e)
{
    autoarena *a = arena_new("hash", 0);
    struct hashing h = { 0 };
    unsigned char hash[SM3_BYTES];
    if (!sm3_new(a, &h.sm3, e) || !each_row(s, batch, hash_row, &h, e) || !sm3_end(h.sm3, hash, e)) return false;
    sm3_text(hash, out);
    *count = h.count;
    *total_fen = h.total_fen;
    return true;
}

struct handing {
    ledger_file_rows *row;
    void *context;
};

static bool hand_row(void *context, const struct row *r, struct err *e)
{
    const struct handing *h = context;
    struct ledger_file_row out = { .name = r->name, .account = r->account, .amount_fen = r->amount_fen };
    ledger_number_text(r->payment, r->attempt, out.number);
    return h->row(h->context, &out, e);
}

bool ledger_file_each(struct store *s, int64_t batch, ledger_file_rows *row, void *context, struct err *e)
{
    struct handing h = { row, context };
    return each_row(s, batch, hand_row, &h, e);
}

/* ---- the file ---- */

struct writing {
    ledger_sink *sink;
    void *context;
    struct sm3 *whole, *line;
    struct hashing rows; /* what was approved, computed again on the way */
    size_t len;
    char piece[PIECE_BYTES + LINE_BYTES];
};

static bool flush(struct writing *w, struct err *e)
{
    str piece = { w->piece, w->len };
    w->len = 0;
    return piece.len == 0 || w->sink(w->context, piece, e);
}

static bool put(struct writing *w, str text, struct err *e)
{
    sm3_add(w->whole, text);
    memcpy(w->piece + w->len, text.p, text.len); /* a line fits behind a full piece */
    w->len += text.len;
    return w->len < PIECE_BYTES || flush(w, e);
}

/* "number|name|account|yuan|check": the check is the beginning of the SM3 of what stands before it. */
static bool write_row(void *context, const struct row *r, struct err *e)
{
    struct writing *w = context;
    char line[LINE_BYTES], number[LEDGER_NUMBER_TEXT], hex[SM3_HEX + 1];
    unsigned char hash[SM3_BYTES];
    ledger_number_text(r->payment, r->attempt, number);
    int n = snprintf(line, sizeof line, "%s|%.*s|%.*s|%lld.%02lld", number, STR_ARG(r->name), STR_ARG(r->account),
                     (long long)(r->amount_fen / 100), (long long)(r->amount_fen % 100));
    sm3_add(w->line, (str){ line, (size_t)n });
    if (!sm3_end(w->line, hash, e) || !hash_row(&w->rows, r, e)) return false;
    sm3_text(hash, hex);
    n += snprintf(line + n, sizeof line - (size_t)n, "|%.*s\n", CHECK_HEX, hex);
    return put(w, (str){ line, (size_t)n }, e);
}

struct facts { /* of a batch, for its file */
    struct ledger_batch b;
    str fund, lines_hash, file_hash;
    date day;
};

static bool read_facts(struct store *s, int64_t batch, struct arena *a, struct facts *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    int64_t day = 0;
    if (!ledger_batch_get(s, batch, &out->b, e) ||
        !store_ask(s, &q, e,
                   "SELECT f.name, b.lines_hash, b.file_hash, b.sent_day FROM ledger_batch b"
                   " JOIN ledger_line l ON l.id = b.line JOIN ledger_fund f ON f.id = l.fund WHERE b.id = $1",
                   "i", batch))
        return false;
    bool ok = store_step(q, &row, e);
    if (ok && row) {
        out->fund = str_dup(a, store_str(q, 0));
        out->lines_hash = str_dup(a, store_str(q, 1));
        out->file_hash = str_dup(a, store_str(q, 2));
        store_int(q, 3, &day);
        out->day = (date){ (int32_t)day };
    }
    store_done(q);
    return ok;
}

/* Writes the whole file and tells its hash; MISMATCH when the payments are not those that were approved. */
static bool write_file(struct store *s, const struct facts *f, ledger_sink *sink, void *context, char hash[SM3_HEX + 1],
                       struct err *e)
{
    autoarena *a = arena_new("file", 0);
    struct writing *w = ARENA_NEW(a, struct writing);
    char day[DATE_TEXT];
    unsigned char bytes[SM3_BYTES];
    w->sink = sink;
    w->context = context;
    date_text(f->day, day);
    if (!sm3_new(a, &w->whole, e) || !sm3_new(a, &w->line, e) || !sm3_new(a, &w->rows.sm3, e)) return false;
    str total = ledger_yuan(a, f->b.total_fen);
    str head = str_fmt(a, "乐业付款文件|1|%lld|%.*s|%s|%lld|%.*s\n", (long long)f->b.id, STR_ARG(f->fund), day,
                       (long long)f->b.count, STR_ARG(total));
    if (!put(w, head, e) || !each_row(s, f->b.id, write_row, w, e) || !sm3_end(w->rows.sm3, bytes, e)) return false;
    sm3_text(bytes, hash);
    if (!str_eq(str_of(hash), f->lines_hash) || w->rows.count != f->b.count || w->rows.total_fen != f->b.total_fen)
        return fail(e, MISMATCH, "第 %lld 批的内容和批准的不一样，没有送出；请停止办理，查明是谁改的",
                    (long long)f->b.id);
    if (!sm3_end(w->whole, bytes, e)) return false;
    sm3_text(bytes, hash);
    str tail = str_fmt(a, "完|%lld|%.*s|%s\n", (long long)f->b.count, STR_ARG(total), hash);
    return put(w, tail, e) && flush(w, e);
}

/* What the fund's bank account has that is not already on its way. */
static bool has_money(struct store *s, const struct ledger_line_facts *line, int64_t total_fen, struct err *e)
{
    int64_t bank = 0, transit = 0;
    if (!ledger_balance(s, line->cash, LEDGER_BANK, &bank, e) ||
        !store_get(s, NULL, &transit, 1, e,
                   "SELECT sum(a.balance) FROM ledger_account a JOIN ledger_line l ON l.id = a.line"
                   " WHERE l.fund = $1 AND a.kind = $2",
                   "ii", line->fund, (int64_t)LEDGER_TRANSIT))
        return false;
    if (bank - transit >= total_fen) return true;
    autoarena *a = arena_new("sentence", 0);
    str has = ledger_yuan(a, bank - transit), wants = ledger_yuan(a, total_fen);
    return fail(e, CONFLICT, "银行账户上的钱不够：能用 %.*s 元，这一批要 %.*s 元；请先请款", STR_ARG(has),
                STR_ARG(wants));
}

static bool send(struct store *s, const struct ledger_act *act, int64_t batch, ledger_sink *sink, void *context,
                 struct err *e)
{
    autoarena *a = arena_new("send", 0);
    struct facts f;
    struct ledger_line_facts line;
    enum ledger_batch_state state;
    char hash[SM3_HEX + 1];
    int64_t event = 0, others = 0;
    if (!store_get(s, NULL, &others, 1, e,
                   "SELECT count(*) FROM ledger_batch WHERE id = $1 AND (approved_by IS NULL OR approved_by <> $2)",
                   "is", batch, act->who))
        return false;
    if (others == 0) return fail(e, DENIED, "批准的人不能送银行；请换一位出纳来送");
    if (!read_facts(s, batch, a, &f, e) || !ledger_batch_move(s, act, &f.b, "送银行", &state, e) ||
        !ledger_none_stopped(s, batch, e) || !ledger_line_facts(s, f.b.line, &line, e) ||
        !has_money(s, &line, f.b.total_fen, e))
        return false;
    f.day = act->day;
    if (!write_file(s, &f, sink, context, hash, e) ||
        !store_do(s, NULL, e, "UPDATE ledger_batch SET file_hash = $2, sent_day = $3 WHERE id = $1", "isi", batch,
                  str_of(hash), (int64_t)act->day.days))
        return false;
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "batch", batch);
    ledger_note_int(&n, "count", f.b.count);
    ledger_note_int(&n, "total_fen", f.b.total_fen);
    ledger_note_str(&n, "file", str_of(hash));
    struct ledger_posting p[] = { { f.b.line, LEDGER_PAYABLE, -f.b.total_fen },
                                  { f.b.line, LEDGER_TRANSIT, f.b.total_fen } };
    return ledger_note_end(&n, s, act, "ledger.send", str_fmt(a, "batch %lld", (long long)batch), STR(""), &event, e) &&
           ledger_post(s, act, "send", event, p, 2, e);
}

bool ledger_send(struct store *s, const struct ledger_act *act, int64_t batch, ledger_sink *sink, void *context,
                 struct err *e)
{
    return ledger_begin(s, act, e) && store_end(s, send(s, act, batch, sink, context, e), e);
}

bool ledger_send_again(struct store *s, int64_t batch, ledger_sink *sink, void *context, struct err *e)
{
    autoarena *a = arena_new("send", 0);
    struct facts f;
    char hash[SM3_HEX + 1];
    if (!read_facts(s, batch, a, &f, e)) return false;
    if (f.file_hash.len == 0) return fail(e, CONFLICT, "第 %lld 批还没有送过银行；请先批准并送出", (long long)batch);
    if (!write_file(s, &f, sink, context, hash, e)) return false;
    return str_eq(str_of(hash), f.file_hash) ||
           fail(e, MISMATCH, "第 %lld 批重新导出的文件和原来送出的不同；请停止办理，先核对数据库", (long long)batch);
}
