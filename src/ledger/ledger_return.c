/* ledger_return: what comes back from the bank. The file is read into a temporary table, one statement books the lines
 * that fit a waiting payment exactly, and only when some did not, a second look says of each why. */
#include "base/utf8.h"
#include "ledger/ledger_priv.h"

#include <string.h>

enum { KEPT_TEXT = 200 }; /* bytes of a bad line that are kept */

struct reading {
    struct store *s;
    struct store_stmt *rows, *bad;
    int64_t batch, file;
    str reference;
    int64_t line; /* of the file, from 1 */
    int64_t rows_seen, staged, errors, total_fen, last_payment;
    bool sorted; /* numbers only grow: no line can be there twice */
    bool ended;
};

/* ---- reading ---- */

static bool keep_error(struct reading *r, int64_t line, enum ledger_return_error kind, str content, struct err *e)
{
    char clean[KEPT_TEXT + 1];
    size_t bad, len = content.len < KEPT_TEXT ? content.len : KEPT_TEXT;
    while (len < content.len && len > 0 && ((unsigned char)content.p[len] & 0xc0) == 0x80) len--;
    for (size_t i = 0; i < len; i++) {
        clean[i] = content.p[i];
        if ((unsigned char)clean[i] < ' ') clean[i] = ' ';
    }
    str text = { clean, len };
    if (!utf8_valid(text, &bad)) text = STR("（不是文字）");
    r->errors++;
    return store_do(r->s, NULL, e,
                    "INSERT INTO ledger_return_error (file, line, kind, content) VALUES ($1, $2, $3, $4)", "iiiS",
                    r->file, line, (int64_t)kind, text);
}

/* 乐业回盘文件|1|batch|the bank's reference */
static bool read_head(struct reading *r, str line, struct err *e)
{
    str rest = line, name, version, batch, reference;
    if (!str_split(&rest, '|', &name) || !str_eq(name, STR("乐业回盘文件")) || !str_split(&rest, '|', &version) ||
        !str_eq(version, STR("1")) || !str_split(&rest, '|', &batch) || !str_to_i64(batch, &r->batch) ||
        !str_split(&rest, '|', &reference) || rest.p != NULL || !ledger_good_text(reference))
        return fail(e, INVALID, "回盘文件的第一行不对，应当是“乐业回盘文件|1|批次|银行编号”；请向银行要正确的文件");
    r->reference = reference;
    return true;
}

/* 完|rows|yuan */
static bool read_tail(struct reading *r, str line, struct err *e)
{
    str rest = line, word, count, total;
    int64_t n = 0, fen = 0;
    if (!str_split(&rest, '|', &word) || !str_split(&rest, '|', &count) || !str_split(&rest, '|', &total) ||
        rest.p != NULL || !str_to_i64(count, &n) || !ledger_yuan_read(total, &fen))
        return fail(e, INVALID, "回盘文件的最后一行不对，应当是“完|笔数|金额”；请向银行要正确的文件");
    if (n == r->rows_seen && fen == r->total_fen) return r->ended = true;
    autoarena *a = arena_new("sums", 0);
    str said = ledger_yuan(a, fen), sum = ledger_yuan(a, r->total_fen);
    return fail(e, INVALID,
                "回盘文件不完整：最后一行说 %lld 笔 %.*s 元，上面各行合起来是 %lld 笔 %.*s 元；请向银行重新取文件",
                (long long)n, STR_ARG(said), (long long)r->rows_seen, STR_ARG(sum));
}

/* number|yuan|成功|  or  number|yuan|失败|reason */
static bool read_row(struct reading *r, str line, struct err *e)
{
    str rest = line, number = { 0 }, yuan = { 0 }, word = { 0 }, reason = { 0 };
    int64_t payment = 0, attempt = 0, fen = 0;
    bool good = str_split(&rest, '|', &number) && str_split(&rest, '|', &yuan) && str_split(&rest, '|', &word) &&
                str_split(&rest, '|', &reason) && rest.p == NULL;
    bool paid = good && str_eq(word, STR("成功")), failed = good && str_eq(word, STR("失败"));
    r->rows_seen++;
    bool amount = good && ledger_yuan_read(yuan, &fen) && fen <= LEDGER_FEN_MAX;
    if (amount) r->total_fen += fen; /* 2 M lines of 10^15 fen fit */
    if (!amount || !ledger_number_read(number, &payment, &attempt) || !(paid || failed) ||
        (failed && !ledger_good_text(reason)))
        return keep_error(r, r->line, RETURN_MALFORMED, line, e);
    if (payment <= r->last_payment) r->sorted = false;
    r->last_payment = payment;
    r->staged++;
    store_bind_int(r->rows, 1, r->line);
    store_bind_int(r->rows, 2, payment);
    store_bind_int(r->rows, 3, attempt);
    store_bind_int(r->rows, 4, fen);
    store_bind_int(r->rows, 5, paid);
    store_bind_int(r->rows, 6, 0);
    store_bind_str(r->rows, 7, paid ? STR("") : reason);
    return store_bulk_row(r->rows, e);
}

static bool read_lines(struct reading *r, str text, struct err *e)
{
    str rest = text, line;
    r->sorted = true;
    while (str_split(&rest, '\n', &line)) {
        r->line++;
        line = str_trim(line);
        if (line.len == 0) continue;
        if (r->ended)
            return fail(e, INVALID, "回盘文件在“完”以后还有内容（第 %lld 行）；请重新取文件", (long long)r->line);
        if (r->rows_seen == LEDGER_BATCH_MAX) return fail(e, LIMIT, "回盘文件最多 %d 行", LEDGER_BATCH_MAX);
        if (str_starts(line, STR("完|")) ? !read_tail(r, line, e) : !read_row(r, line, e)) return false;
    }
    return r->ended || fail(e, INVALID, "回盘文件没有最后一行“完”，可能没有传完；请重新取文件");
}

static bool stage(struct reading *r, str text, struct err *e)
{
    static const str columns[] = { { "line", 4 }, { "number", 6 }, { "attempt", 7 }, { "amount", 6 },
                                   { "ok", 2 },   { "twice", 5 },  { "reason", 6 } };
    if (!store_exec(r->s,
                    STR("CREATE TEMPORARY TABLE IF NOT EXISTS ledger_back (line bigint, number bigint, attempt bigint,"
                        " amount bigint, ok bigint, twice bigint, reason text); DELETE FROM ledger_back;"),
                    e) ||
        !store_bulk(r->s, STR("ledger_back"), columns, sizeof columns / sizeof *columns, &r->rows, e))
        return false;
    bool ok = read_lines(r, text, e);
    struct err later = { 0 };
    if (!store_bulk_end(r->rows, &later) && ok) {
        *e = later;
        ok = false;
    }
    return ok;
}

/* Lines about the same payment: 2 they contradict, 1 repetitions of the first. */
static bool mark_twice(struct reading *r, struct err *e)
{
    return r->sorted ||
           (store_do(r->s, NULL, e,
                     "UPDATE ledger_back SET twice = 2 WHERE (number, attempt) IN (SELECT number, attempt FROM"
                     " ledger_back GROUP BY number, attempt HAVING count(*) > 1 AND (min(ok) <> max(ok)"
                     " OR min(amount) <> max(amount)))",
                     "") &&
            store_do(r->s, NULL, e,
                     "UPDATE ledger_back SET twice = 1 WHERE twice = 0 AND line NOT IN"
                     " (SELECT min(line) FROM ledger_back GROUP BY number, attempt)",
                     ""));
}

/* ---- booking ---- */

#define BOOKED "b.twice = 0 AND p.answer = $1 AND p.attempt = b.attempt AND p.amount = b.amount AND p.batch = $2"

static bool book(struct reading *r, struct ledger_returned *out, struct err *e)
{
    int64_t sums[4] = { 0 };
    if (!store_do(r->s, NULL, e,
                  "UPDATE ledger_payment SET state = CASE WHEN b.ok = 1 THEN 1 ELSE 2 END, answer = $1"
                  " FROM ledger_back b WHERE ledger_payment.number = b.number AND ledger_payment.attempt = b.attempt"
                  " AND ledger_payment.amount = b.amount AND ledger_payment.state = 0"
                  " AND ledger_payment.batch = $2 AND b.twice = 0",
                  "ii", r->file, r->batch) ||
        !store_get(r->s, NULL, sums, 4, e,
                   "SELECT count(CASE WHEN state = 1 THEN 1 END), sum(CASE WHEN state = 1 THEN amount END),"
                   " count(CASE WHEN state = 2 THEN 1 END), sum(CASE WHEN state = 2 THEN amount END)"
                   " FROM ledger_payment WHERE batch = $2 AND answer = $1",
                   "ii", r->file, r->batch))
        return false;
    out->paid_count = sums[0];
    out->paid_fen = sums[1];
    out->failed_count = sums[2];
    out->failed_fen = sums[3];
    return true;
}

static bool record_failures(struct reading *r, const struct ledger_act *act, struct err *e)
{
    return store_do(r->s, NULL, e,
                    "INSERT INTO ledger_failure (payment, attempt, batch, name, account, reason, day)"
                    " SELECT p.number, p.attempt, p.batch, p.name, p.account, b.reason, CAST($3 AS bigint)"
                    " FROM ledger_back b JOIN ledger_payment p ON p.number = b.number WHERE b.ok = 0 AND " BOOKED,
                    "iii", r->file, r->batch, (int64_t)act->day.days);
}

/* Why one line was not booked. Columns: line, number, attempt, twice, ok, then the payment's batch, attempt, amount,
 * state and the line's amount. */
static enum ledger_return_error why(struct store_stmt *q, int64_t batch)
{
    int64_t v[10] = { 0 };
    for (uint32_t i = 1; i < 10; i++) store_int(q, i, &v[i]);
    if (v[3] == 2) return RETURN_CONTRADICTION;
    if (v[3] == 1) return RETURN_TWICE;
    if (store_is_null(q, 5)) return RETURN_UNKNOWN;
    if (v[2] < v[6]) return RETURN_OLD_NUMBER;
    if (v[2] > v[6]) return RETURN_UNKNOWN;
    if (v[5] != batch) return RETURN_OTHER_BATCH;
    if (v[7] != v[9]) return RETURN_AMOUNT;
    return (v[8] == PAYMENT_PAID) == (v[4] == 1) ? RETURN_ALREADY : RETURN_CHANGED;
}

static bool tell_errors(struct reading *r, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    autoarena *a = arena_new("errors", 0);
    if (!store_ask(r->s, &q, e,
                   "SELECT b.line, b.number, b.attempt, b.twice, b.ok, p.batch, p.attempt, p.amount, p.state, b.amount"
                   " FROM ledger_back b LEFT JOIN ledger_payment p ON p.number = b.number"
                   " WHERE p.number IS NULL OR p.answer IS NULL OR NOT (" BOOKED ") ORDER BY b.line",
                   "ii", r->file, r->batch))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct arena_mark m = arena_mark(a);
        int64_t line = 0, number = 0, attempt = 0, fen = 0;
        char text[LEDGER_NUMBER_TEXT];
        store_int(q, 0, &line);
        store_int(q, 1, &number);
        store_int(q, 2, &attempt);
        store_int(q, 9, &fen);
        ledger_number_text(number, attempt, text);
        str yuan = ledger_yuan(a, fen);
        ok = keep_error(r, line, why(q, r->batch), str_fmt(a, "%s|%.*s", text, STR_ARG(yuan)), e);
        arena_rewind(a, m);
        if (!ok) break;
    }
    store_done(q);
    return ok;
}

static bool update_batch(struct reading *r, const struct ledger_act *act, const struct ledger_batch *before,
                         struct ledger_returned *out, struct err *e)
{
    enum ledger_batch_state state;
    struct ledger_batch b = *before;
    b.paid_count += out->paid_count;
    b.failed_count += out->failed_count;
    out->settled = b.paid_count + b.failed_count == b.count;
    return store_do(r->s, NULL, e,
                    "UPDATE ledger_batch SET paid_count = paid_count + $2, paid = paid + $3,"
                    " failed_count = failed_count + $4, failed = failed + $5 WHERE id = $1",
                    "iiiii", r->batch, out->paid_count, out->paid_fen, out->failed_count, out->failed_fen) &&
           (!out->settled || b.state == BATCH_SETTLED || ledger_batch_move(r->s, act, &b, "结清", &state, e));
}

static bool post(struct reading *r, const struct ledger_act *act, const struct ledger_batch *b, str hash,
                 const struct ledger_returned *out, struct err *e)
{
    struct ledger_line_facts line;
    int64_t event = 0, done = out->paid_fen + out->failed_fen;
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "batch", r->batch);
    ledger_note_int(&n, "file", r->file);
    ledger_note_str(&n, "sm3", hash);
    ledger_note_str(&n, "reference", r->reference);
    ledger_note_int(&n, "rows", out->rows);
    ledger_note_int(&n, "paid_fen", out->paid_fen);
    ledger_note_int(&n, "failed_fen", out->failed_fen);
    ledger_note_int(&n, "errors", out->errors);
    if (!ledger_line_facts(r->s, b->line, &line, e) ||
        !ledger_note_end(&n, r->s, act, "ledger.return", str_fmt(a, "batch %lld", (long long)r->batch), STR(""), &event,
                         e))
        return false;
    struct ledger_posting p[] = {
        { b->line, LEDGER_TRANSIT, -done },
        { b->line, LEDGER_PAID, out->paid_fen },
        { b->line, LEDGER_RETURNED, out->failed_fen },
        { line.cash, LEDGER_BANK, -out->paid_fen },
        { b->line, LEDGER_SPENT, out->paid_fen },
    };
    return done == 0 || ledger_post_at_bank(r->s, act, "return", event, r->reference, p, 5, e);
}

/* An answer from before the question would pay money that was not on its way yet. */
static bool is_after_sending(const struct reading *r, const struct ledger_act *act, struct err *e)
{
    int64_t sent = 0;
    char day[DATE_TEXT];
    if (!store_get(r->s, NULL, &sent, 1, e, "SELECT sent_day FROM ledger_batch WHERE id = $1", "i", r->batch))
        return false;
    if (act->day.days >= sent) return true;
    date_text((date){ (int32_t)sent }, day);
    return fail(e, INVALID, "第 %lld 批是 %s 送银行的，回盘不能记在那天以前；请核对日期", (long long)r->batch, day);
}

static bool receive(struct reading *r, const struct ledger_act *act, str body, str hash, struct ledger_returned *out,
                    struct err *e)
{
    struct ledger_batch b;
    if (!ledger_batch_get(r->s, r->batch, &b, e)) return false;
    if (b.state != BATCH_SENT && b.state != BATCH_SETTLED)
        return fail(e, CONFLICT, "第 %lld 批还没有送过银行，不该有回盘；请核对批次号", (long long)r->batch);
    if (!is_after_sending(r, act, e)) return false;
    r->line = 1;
    if (!ledger_next(r->s, "return", 1, &r->file, e) || !stage(r, body, e) || !mark_twice(r, e) || !book(r, out, e) ||
        (out->failed_count > 0 && !record_failures(r, act, e)) ||
        (out->paid_count + out->failed_count < r->staged && !tell_errors(r, e)))
        return false;
    out->file = r->file;
    out->rows = r->rows_seen;
    out->errors = r->errors;
    return store_do(r->s, NULL, e,
                    "INSERT INTO ledger_return (id, batch, hash, reference, day, rows, errors)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    "iissiii", r->file, r->batch, hash, r->reference, (int64_t)act->day.days, out->rows, out->errors) &&
           store_exec(r->s, STR("DELETE FROM ledger_back"), e) && update_batch(r, act, &b, out, e) &&
           post(r, act, &b, hash, out, e);
}

/* The same bytes again are told, and noted, and change nothing. */
static bool replayed(struct store *s, const struct ledger_act *act, str hash, bool *found, struct ledger_returned *out,
                     struct err *e)
{
    int64_t v[3] = { 0 };
    if (!store_get(s, found, v, 3, e, "SELECT id, rows, errors FROM ledger_return WHERE hash = $1", "s", hash))
        return false;
    if (!*found) return true;
    *out = (struct ledger_returned){ .file = v[0], .rows = v[1], .errors = v[2], .replayed = true };
    autoarena *a = arena_new("note", 0);
    struct ledger_note n;
    ledger_note_init(&n, a);
    ledger_note_int(&n, "file", v[0]);
    ledger_note_str(&n, "sm3", hash);
    return ledger_note_end(&n, s, act, "ledger.replay", str_fmt(a, "file %lld", (long long)v[0]), STR(""), NULL, e);
}

bool ledger_receive(struct store *s, const struct ledger_act *act, str text, struct ledger_returned *out, struct err *e)
{
    struct reading r = { .s = s };
    struct ledger_returned done = { 0 };
    char hash[SM3_HEX + 1];
    str rest = text, head = { 0 };
    bool found = false;
    if (text.len > LEDGER_FILE_MAX) return fail(e, LIMIT, "回盘文件太大，最多 %d MiB", LEDGER_FILE_MAX >> 20);
    str_split(&rest, '\n', &head);
    if (!read_head(&r, str_trim(head), e) || !crypto_sm3_hex(text, hash, e) ||
        !ledger_may(act, LEDGER_CASHIER | LEDGER_SYSTEM, "读入回盘文件", e) || !ledger_begin(s, act, e))
        return false;
    bool ok =
        replayed(s, act, str_of(hash), &found, &done, e) && (found || receive(&r, act, rest, str_of(hash), &done, e));
    if (!store_end(s, ok, e)) return false;
    *out = done;
    return true;
}

const char *ledger_return_error_zh(enum ledger_return_error r)
{
    switch (r) {
    case RETURN_MALFORMED: return "这一行看不懂";
    case RETURN_UNKNOWN: return "没有这笔付款";
    case RETURN_OTHER_BATCH: return "这笔付款不在这一批";
    case RETURN_OLD_NUMBER: return "是以前一次的编号，已经另行处理";
    case RETURN_AMOUNT: return "金额与送出的不同";
    case RETURN_TWICE: return "文件里重复";
    case RETURN_CONTRADICTION: return "文件里前后矛盾，没有记账";
    case RETURN_ALREADY: return "以前回过盘，结果相同";
    case RETURN_CHANGED: return "以前回过盘，结果相反；请与银行核实";
    }
    return "";
}

bool ledger_return_errors(struct store *s, int64_t file, struct arena *a, ledger_return_lines *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    int64_t known = 0;
    if (!store_get(s, NULL, &known, 1, e, "SELECT count(*) FROM ledger_return WHERE id = $1", "i", file)) return false;
    if (known == 0) return fail(e, NOT_FOUND, "没有第 %lld 号回盘；请核对回盘号", (long long)file);
    if (!store_ask(s, &q, e, "SELECT line, kind, content FROM ledger_return_error WHERE file = $1 ORDER BY line", "i",
                   file))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct ledger_return_line l = { 0 };
        int64_t kind = 0;
        store_int(q, 0, &l.row);
        if (!store_int(q, 1, &kind) || kind < 0 || kind > RETURN_CHANGED) {
            ok = fail(e, INTERNAL, "回盘差错的种类本程序不认识；请用写它的那个版本打开");
            break;
        }
        l.kind = (enum ledger_return_error)kind;
        l.text = str_dup(a, store_str(q, 2));
        *vec_push(a, out) = l;
    }
    store_done(q);
    return ok;
}
