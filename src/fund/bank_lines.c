/* bank_lines: the bank's statement as a table, under whatever heads banks write. */
#include "fund/fund_priv.h"

#include <string.h>

enum { LINES_MAX = 20000 };

enum column { DAY, REFERENCE, IN, OUT, AMOUNT, BALANCE, TEXT, COLUMNS };

static const struct fund_heading headings[COLUMNS] = {
    [DAY] = { "日期", "交易日期|记账日期|入账日期|交易日" },
    [REFERENCE] = { "凭证号", "流水号|交易流水号|银行编号|参考号|业务编号|凭证号码" },
    [IN] = { "收入", "贷方|贷方发生额|贷方金额|存入|收入金额" },
    [OUT] = { "支出", "借方|借方发生额|借方金额|支取|支出金额" },
    [AMOUNT] = { "金额", "发生额|交易金额" },
    [BALANCE] = { "余额", "账户余额|当前余额" },
    [TEXT] = { "摘要", "用途|备注|附言|交易摘要" },
};

struct reading {
    struct arena *a;
    struct fund_matched *out;
    int column[COLUMNS];
};

static str cell(const struct reading *m, const struct sheet_row *row, enum column c)
{
    return fund_in_column(row, m->column[c]);
}

/* 2026-03-10, 2026/3/10, 20260310, with or without a time behind. */
static bool read_day(str s, date *out)
{
    int64_t part[3] = { 0 };
    size_t n = 0, digits = 0;
    if (s.len >= 8 && str_to_i64(str_slice(s, 0, 8), &part[0])) {
        int y = (int)(part[0] / 10000), m = (int)(part[0] / 100 % 100), d = (int)(part[0] % 100);
        if (y < 1980 || y > 2999 || !date_valid(y, m, d)) return false;
        *out = date_of(y, m, d);
        return true;
    }
    for (size_t i = 0; i < s.len && n < 3; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9') {
            if (++digits > 4) return false;
            part[n] = part[n] * 10 + (s.p[i] - '0');
        } else if (digits > 0) {
            n++;
            digits = 0;
        }
    }
    if (part[0] < 1980 || part[0] > 2999 || !date_valid((int)part[0], (int)part[1], (int)part[2])) return false;
    *out = date_of((int)part[0], (int)part[1], (int)part[2]);
    return true;
}

static bool signed_yuan(str s, int64_t *fen)
{
    bool minus = str_starts(s, STR("-"));
    *fen = 0;
    if (s.len == 0 || str_eq(s, STR("-")) || str_eq(s, STR("--"))) return true;
    if (!fund_yuan_read(minus ? str_slice(s, 1, s.len) : s, fen)) return false;
    if (minus) *fen = -*fen;
    return true;
}

static bool add_row(struct reading *m, const struct sheet_row *row, struct err *e)
{
    struct fund_bank_line line = { .row = row->number };
    int64_t in = 0, out = 0;
    str balance = cell(m, row, BALANCE);
    if (row->problem.len > 0)
        return fail(e, INVALID, "对账单第 %llu 行：%.*s", (unsigned long long)row->number, STR_ARG(row->problem));
    if (!read_day(cell(m, row, DAY), &line.day)) return true; /* a line of sums, a signature */
    if (!signed_yuan(cell(m, row, m->column[AMOUNT] >= 0 ? AMOUNT : IN), &in) ||
        !signed_yuan(cell(m, row, OUT), &out) || !signed_yuan(balance, &line.balance_fen))
        return fail(e, INVALID, "对账单第 %llu 行的金额看不懂；写元，最多两位小数；请向银行要正确的文件",
                    (unsigned long long)row->number);
    if (m->out->bank.len == LINES_MAX) return fail(e, LIMIT, "对账单最多 %d 行；请按月分开", LINES_MAX);
    line.amount_fen = in - out;
    line.reference = str_dup(m->a, cell(m, row, REFERENCE));
    line.text = str_dup(m->a, cell(m, row, TEXT));
    line.has_balance = balance.len > 0;
    *vec_push(m->a, &m->out->bank) = line;
    return true;
}

static bool read_lines(struct reading *m, struct sheet_reader *r, struct err *e)
{
    struct sheet_row row;
    int got;
    bool head = false;
    while ((got = sheet_next(r, &row, e)) == 1) {
        if (head) {
            if (!add_row(m, &row, e)) return false;
            continue;
        }
        if (row.number > FUND_HEAD_ROWS) break;
        head = fund_headings(&row, headings, COLUMNS, m->column) >= FUND_HEADINGS_MIN && m->column[DAY] >= 0 &&
               (m->column[AMOUNT] >= 0 || (m->column[IN] >= 0 && m->column[OUT] >= 0));
    }
    if (got < 0) return false;
    if (!head)
        return fail(e, INVALID, "对账单的前 %d 行里找不到栏名；要有日期、凭证号，和收入、支出（或者金额）",
                    FUND_HEAD_ROWS);
    return m->out->bank.len > 0 || fail(e, INVALID, "对账单里一笔也没有；请核对文件");
}

/* Banks list the newest first, or last. From here on it is last. */
static void newest_last(struct fund_matched *m)
{
    struct fund_bank_line *at = m->bank.at;
    size_t n = m->bank.len;
    if (at[0].day.days <= at[n - 1].day.days) return;
    for (size_t i = 0; i < n / 2; i++) {
        struct fund_bank_line t = at[i];
        at[i] = at[n - 1 - i];
        at[n - 1 - i] = t;
    }
}

/* Each balance follows from the one before, or a line is missing, or somebody wrote into the file. */
static void follow_balance(struct fund_matched *m)
{
    VEC_EACH (const struct fund_bank_line, l, &m->bank) {
        if (!l->has_balance) continue;
        if (m->has_balance && l->balance_fen != m->balance_fen + l->amount_fen && m->broken_row == 0)
            m->broken_row = l->row;
        m->has_balance = true;
        m->balance_fen = l->balance_fen;
    }
}

bool fund_bank_lines(str path, struct arena *a, struct fund_matched *out, struct err *e)
{
    struct reading m = { .a = a, .out = out };
    struct sheet_reader *r;
    if (!sheet_open(&r, path, NULL, e)) return false;
    bool ok = read_lines(&m, r, e);
    sheet_close(r);
    if (!ok) return fail_up(e, "对账单“%.*s”没有读成", STR_ARG(path));
    newest_last(out);
    follow_balance(out);
    return true;
}
