/* list: a batch out of a spreadsheet. The rows are read once into the ledger; the few that were refused are then copied
 * from the file, read a second time, into a table of their own with the reason behind each. So nothing of a million
 * good rows is held. */
#include "base/file.h"
#include "base/idcard.h"
#include "base/lasting.h"
#include "base/usci.h"
#include "fund/fund_priv.h"

#include <string.h>

enum { EXCLUSIONS_MAX = 8, ERROR_CELLS = 64 };

enum column { SUBJECT, NAME, ACCOUNT, AMOUNT, POLICY, PERIOD, DOSSIER, COMMITMENT, EXCLUSION, COLUMNS };

static const struct fund_heading headings[COLUMNS] = {
    [SUBJECT] = { "身份证号", "证件号码|身份证号码|公民身份号码|证件号|统一社会信用代码|信用代码|享受人" },
    [NAME] = { "姓名", "户名|收款人|收款人姓名|单位名称|账户名" },
    [ACCOUNT] = { "账号", "银行账号|卡号|银行卡号|收款账号|社保卡号|社会保障卡银行账号" },
    [AMOUNT] = { "金额", "发放金额|补贴金额|应发金额|金额（元）|金额(元)|发放金额（元）" },
    [POLICY] = { "政策", "项目|补贴项目|政策名称" },
    [PERIOD] = { "期间", "月份|所属期|所属月份|补贴月份" },
    [DOSSIER] = { "办件号", "办件|受理号" },
    [COMMITMENT] = { "承诺", "承诺编号|承诺号" },
    [EXCLUSION] = { "互斥组", "互斥" },
};

struct listing {
    struct store *s;
    const struct fund_list *list;
    struct arena *a, *scratch;
    struct arena_mark start; /* of scratch: a row's memory goes when the next is asked for */
    struct sheet_reader *reader;
    int column[COLUMNS];  /* -1: none */
    VEC(uint64_t) handed; /* the row of each payable */
    struct fund_listed *out;
    struct ledger_exclusion exclusion[EXCLUSIONS_MAX];
};

static str cell(const struct listing *l, const struct sheet_row *row, enum column c)
{
    return fund_in_column(row, l->column[c]);
}

static void refuse(struct listing *l, uint64_t row, str why)
{
    *vec_push(l->a, &l->out->errors) = (struct fund_row_error){ row, str_dup(l->a, why) };
}

/* One number is written one way, however it stands in the list: narrow, whole, with a capital X. */
static bool read_subject(struct listing *l, str text, str *out, const char **why)
{
    struct idcard card;
    struct usci code;
    bool digits = text.len > 0, damaged = false;
    for (size_t i = 0; i + 1 < text.len; i++) digits = digits && text.p[i] >= '0' && text.p[i] <= '9';
    for (size_t i = 0; i < text.len; i++) damaged = damaged || text.p[i] == '.' || text.p[i] == '+';
    enum idcard_fault f = idcard_read(text, &card);
    *out = text;
    if (text.len == 0) *why = "没有身份证号；请补上";
    if (damaged) *why = "身份证号被表格软件改成了小数或科学计数，后几位已经丢了；请把这一列设成文本，重新填写";
    if (lasting_number(text))
        *why = "身份证号只有几位数字，会和登记库里别人的主体号混起来；请填完整的身份证号或者统一社会信用代码";
    if (*why != NULL) return false;
    if (f == IDCARD_OK)
        *out = str_dup(l->scratch, str_of(card.text));
    else if (digits && text.len == IDCARD_LEN)
        *why = idcard_fault_text(f);
    else if (usci_read(text, &code) == USCI_OK)
        *out = str_dup(l->scratch, str_of(code.text));
    return *why == NULL;
}

/* NULL: the row is fine and *p is filled. */
static const char *read_row(struct listing *l, const struct sheet_row *row, struct ledger_payable *p)
{
    const char *why = NULL;
    str amount = cell(l, row, AMOUNT), policy = cell(l, row, POLICY), period = cell(l, row, PERIOD);
    str commitment = cell(l, row, COMMITMENT), rest = cell(l, row, EXCLUSION), piece;
    *p = (struct ledger_payable){ .subject = cell(l, row, SUBJECT),
                                  .name = cell(l, row, NAME),
                                  .dossier = cell(l, row, DOSSIER),
                                  .policy = policy.len > 0 ? policy : l->list->policy,
                                  .commitment = commitment.len > 0 ? commitment : l->list->commitment };
    p->period = fund_period(l->scratch, period.len > 0 ? period : l->list->period);
    if (row->problem.len > 0) return str_dup(l->scratch, row->problem).p;
    if (p->name.len == 0) return "没有姓名；请补上";
    if (!read_subject(l, p->subject, &p->subject, &why)) return why;
    why = ledger_account_read(cell(l, row, ACCOUNT), l->scratch, &p->account);
    if (why != NULL) return why;
    if (!fund_yuan_read(amount, &p->amount_fen) || p->amount_fen == 0)
        return "金额不对；写元，最多两位小数，要大于零，例如 1234.50";
    if (p->policy.len == 0) return "没有写是哪项政策；请补上";
    if (p->period.len == 0) return "没有写是哪个期间；请补上，例如 2026-05，或者 一次性";
    while (rest.len > 0 && str_split(&rest, ',', &piece)) {
        if (p->exclusion_count == EXCLUSIONS_MAX) return "互斥组太多，最多 8 个";
        l->exclusion[p->exclusion_count++] = (struct ledger_exclusion){ .name = str_trim(piece) };
    }
    p->exclusions = l->exclusion;
    return NULL;
}

struct found_payment {
    int64_t batch;
    bool there;
};

static bool keep_batch(void *context, const struct ledger_payment_row *row, struct err *e)
{
    struct found_payment *f = context;
    (void)e;
    *f = (struct found_payment){ row->batch, true };
    return true;
}

static bool find_batch(struct listing *l, int64_t payment, struct found_payment *f, struct err *e)
{
    struct ledger_wanted w = { .number = payment, .any_state = true };
    return payment == 0 || ledger_payments(l->s, &w, keep_batch, f, e);
}

static bool next_row(void *context, struct ledger_payable *out, bool *more, struct err *e)
{
    struct listing *l = context;
    struct sheet_row row;
    int got;
    *more = false;
    arena_rewind(l->scratch, l->start);
    while ((got = sheet_next(l->reader, &row, e)) == 1) {
        l->out->rows++;
        const char *why = read_row(l, &row, out);
        if (why == NULL) {
            if (l->list->complete != NULL && !l->list->complete(l->list->context, out, l->scratch, e)) return false;
            *vec_push(l->a, &l->handed) = row.number;
            *more = true;
            return true;
        }
        refuse(l, row.number, str_of(why));
        arena_rewind(l->scratch, l->start);
    }
    return got == 0;
}

/* ---- what the ledger refused ---- */

static bool tell(struct listing *l, const struct ledger_refused *r, struct err *e)
{
    const char *why = ledger_refusal_zh(r->why);
    struct found_payment f = { 0 };
    if (!find_batch(l, r->other, &f, e)) return false;
    str text = str_of(why);
    bool twice = r->why == REFUSAL_PAID || r->why == REFUSAL_OVERLAP || r->why == REFUSAL_EXCLUDED;
    if (twice && (!f.there || f.batch == l->out->prepared.batch))
        text = str_fmt(l->a, "名单里前面已经有他的同一项、同一期间（或互斥的一项）；请核对哪一行是对的");
    else if (f.there)
        text = str_fmt(l->a, "%s：第 %lld 号付款，在第 %lld 批", why, (long long)r->other, (long long)f.batch);
    else if (r->why == REFUSAL_NO_COMMITMENT)
        text = STR("没有为它承诺资金；请先承诺，承诺的编号要和名单上的一样");
    else if (r->why == REFUSAL_SHORT)
        text = STR("承诺的资金不够付这份名单；请核对人数和金额，或者先增加承诺");
    refuse(l, l->handed.at[r->row], text);
    return true;
}

static int by_row(const struct fund_row_error *x, const struct fund_row_error *y)
{
    return (x->row > y->row) - (x->row < y->row);
}

/* Errors of reading and of the ledger, each in order, become one in order. */
static void in_order(struct listing *l, size_t first)
{
    size_t len = l->out->errors.len, i = 0, k = first;
    struct fund_row_error *at = l->out->errors.at, *merged = ARENA_ARRAY(l->a, struct fund_row_error, len + 1);
    for (size_t n = 0; n < len; n++) {
        bool left = i < first && (k == len || by_row(&at[i], &at[k]) <= 0);
        merged[n] = left ? at[i++] : at[k++];
    }
    l->out->errors.at = merged;
    l->out->errors.cap = len + 1;
}

static bool tell_all(struct listing *l, struct err *e)
{
    size_t first = l->out->errors.len;
    VEC_EACH (const struct ledger_refused, r, &l->out->prepared.refused) {
        if (!tell(l, r, e)) return false;
    }
    in_order(l, first);
    return true;
}

/* ---- the file of refused rows ---- */

static bool copy_rows(struct listing *l, struct sheet_reader *r, struct sheet_writer *w, struct err *e)
{
    struct sheet_row row;
    size_t at = 0;
    int got;
    uint64_t head = 0;
    int ignored[COLUMNS];
    str cells[ERROR_CELLS];
    while ((got = sheet_next(r, &row, e)) == 1 && at < l->out->errors.len) {
        bool is_head = head == 0 && fund_headings(&row, headings, COLUMNS, ignored) >= FUND_HEADINGS_MIN;
        if (is_head) head = row.number;
        if (!is_head && (head == 0 || row.number != l->out->errors.at[at].row)) continue;
        size_t n = row.count < ERROR_CELLS - 2 ? row.count : ERROR_CELLS - 2;
        for (size_t i = 0; i < n; i++) cells[i] = row.cells[i];
        cells[n++] = is_head ? STR("原行号") : str_fmt(l->scratch, "%llu", (unsigned long long)row.number);
        cells[n++] = is_head ? STR("哪里不对") : l->out->errors.at[at].why;
        if (!sheet_write_row(w, cells, n, e)) return false;
        at += !is_head;
    }
    return got >= 0;
}

static str errors_path(const struct listing *l)
{
    if (l->list->errors.len > 0) return l->list->errors;
    str path = l->list->path;
    size_t end = path.len;
    while (end > 0 && path.p[end - 1] != '.' && path.p[end - 1] != '/') end--;
    str stem = end > 0 && path.p[end - 1] == '.' ? str_slice(path, 0, end - 1) : path;
    return str_fmt(l->a, "%.*s-错误.csv", STR_ARG(stem));
}

static bool write_errors(struct listing *l, struct err *e)
{
    struct sheet_reader *r;
    struct sheet_writer *w;
    str path = errors_path(l);
    if (l->out->errors.len == 0) return true;
    if (!sheet_open(&r, l->list->path, NULL, e)) return false;
    bool ok = sheet_create(&w, path, NULL, e);
    if (ok && !copy_rows(l, r, w, e)) {
        sheet_discard(w);
        ok = false;
    } else if (ok) {
        ok = sheet_finish(w, e);
    }
    sheet_close(r);
    if (ok) l->out->errors_path = path;
    return ok;
}

/* ---- all of it ---- */

static bool find_columns(struct listing *l, struct err *e)
{
    struct sheet_row row;
    int got;
    while ((got = sheet_next(l->reader, &row, e)) == 1 && row.number <= FUND_HEAD_ROWS) {
        if (fund_headings(&row, headings, COLUMNS, l->column) < FUND_HEADINGS_MIN) continue;
        for (int c = SUBJECT; c <= AMOUNT; c++)
            if (l->column[c] < 0)
                return fail(e, INVALID, "名单里没有“%s”这一栏；要有身份证号、姓名、账号、金额", headings[c].name);
        if (l->column[POLICY] < 0 && l->list->policy.len == 0)
            return fail(e, INVALID, "名单里没有“政策”这一栏；请加上，或者另外写明是哪项政策");
        if (l->column[PERIOD] < 0 && l->list->period.len == 0)
            return fail(e, INVALID, "名单里没有“期间”这一栏；请加上，或者另外写明，例如 2026-05");
        if (l->column[COMMITMENT] < 0 && l->list->commitment.len == 0)
            return fail(e, INVALID, "名单里没有“承诺”这一栏；请加上，或者另外写明动用哪一笔承诺");
        return true;
    }
    return got >= 0 && fail(e, INVALID, "名单的前 %d 行里找不到栏名；要有身份证号、姓名、账号、金额", FUND_HEAD_ROWS);
}

static bool prepare(struct listing *l, const struct ledger_act *act, int64_t line, str title, struct err *e)
{
    struct err why = { 0 };
    if (!find_columns(l, e)) return false;
    bool ok = ledger_prepare(l->s, act, line, title, next_row, l, l->a, &l->out->prepared, &why);
    if (!ok && why.code != ERR_CONFLICT) {
        *e = why;
        return false;
    }
    if (!tell_all(l, e) || !write_errors(l, e)) return false;
    if (!ok) *e = why;
    return ok;
}

bool fund_prepare(struct store *s, const struct ledger_act *act, int64_t line, str title, const struct fund_list *list,
                  struct arena *a, struct fund_listed *out, struct err *e)
{
    struct fund_listed made = { 0 };
    autoarena *scratch = arena_new("list", 0);
    struct listing l = { .s = s, .list = list, .a = a, .scratch = scratch, .start = arena_mark(scratch), .out = &made };
    if (!sheet_open(&l.reader, list->path, NULL, e)) return false;
    bool ok = store_begin(s, e);
    if (ok) {
        ok = prepare(&l, act, line, title, e);
        if (ok && !list->preview)
            ok = store_commit(s, e);
        else
            store_rollback(s);
    }
    sheet_close(l.reader);
    *out = made;
    return ok || fail_up(e, "名单“%.*s”没有编成批次", STR_ARG(list->path));
}
