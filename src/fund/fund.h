/* fund: the papers of an accountant's office, into and out of the ledger: lists of payments as offices keep them in a
 * spreadsheet, statements of the bank, reports; and a bank to practise and to test with. Files are CSV or XLSX (see
 * sheet.h). What may be booked is the ledger's to say; here a row is read, or told what is wrong with it. */
#ifndef FUND_FUND_H
#define FUND_FUND_H
#include "ledger/ledger.h"

enum { FUND_HEAD_ROWS = 10 }; /* titles that may stand above the headings */

/* "1234.5", "1,234.50", "¥1234.50", "1234元": yuan to fen, nothing rounded. False: it is no such amount. */
bool fund_yuan_read(str s, int64_t *fen);
/* "1,234.50" */
str fund_yuan(struct arena *a, int64_t fen);
/* "2026-05", "202605", "2026年5月", "2026/5" as "2026-05"; "2026年4月至6月", "202604-202606", "2026年第2季度" as
 * "2026-04至2026-06"; anything else as it is, trimmed. */
str fund_period(struct arena *a, str s);
/* A payment as people copy it: its number, or the sixteen digits of a file. */
bool fund_payment_read(str s, int64_t *payment);

/* ---- lists of payments ---- */

/* Headings are looked for by the names in use (身份证号、姓名、账号、金额 …); these stand in for a column that is not
 * there. */
struct fund_list {
    str path;
    str policy, period, commitment; /* for all rows; empty: the columns say it */
    str errors;                     /* where refused rows go; empty: beside the list, name-错误.csv */
    bool preview;                   /* tried, and taken back */
    /* Completes a row that was read: by which name whom its number means is booked, under which others the ledger may
     * have them, what excludes its policy. NULL: it is as it stands. */
    bool (*complete)(void *context, struct ledger_payable *p, struct arena *a, struct err *e);
    void *context;
};
struct fund_row_error {
    uint64_t row; /* on the screen of the spreadsheet */
    str why;
};
struct fund_listed {
    struct ledger_prepared prepared; /* .refused is told in errors instead */
    int64_t rows;
    str errors_path; /* the file that was written; empty: no row was refused */
    VEC(struct fund_row_error) errors;
};
/* Makes a batch of a list. Refused rows are written to a file with the reason in each, which can be mended and read
 * again. CONFLICT when no row is left; the file of errors is written all the same. */
bool fund_prepare(struct store *s, const struct ledger_act *act, int64_t line, str title, const struct fund_list *list,
                  struct arena *a, struct fund_listed *out, struct err *e);

/* ---- the bank's statement ---- */

enum fund_match_kind {
    MATCH_NONE,    /* on one side only */
    MATCH_EXACT,   /* number and amount */
    MATCH_NEARBY,  /* amount and a day nearby, one candidate on each side */
    MATCH_DIFFERS, /* the same number, another amount; of several lines of it: another sum */
    MATCH_PARTS,   /* several lines that together are it to the fen */
};
struct fund_bank_line {
    uint64_t row;
    date day;
    int64_t amount_fen; /* negative: out */
    bool has_balance;
    int64_t balance_fen;
    str reference, text;
    enum fund_match_kind match;
    size_t book; /* of fund_matched.book, unless MATCH_NONE */
};
struct fund_difference { /* what has to be explained, as it is shown */
    const char *where;
    date day;
    str reference;
    int64_t bank_fen, book_fen;
    str what;
};
struct fund_matched {
    date from, to; /* what was compared: from the first day of the statement's first month */
    VEC(struct fund_bank_line) bank;
    ledger_cash_rows book;
    enum fund_match_kind *book_match; /* one for each of book */
    bool has_balance;
    int64_t balance_fen;               /* the bank's, at the end */
    uint64_t broken_row;               /* the first row whose balance does not follow from the one before; 0 none */
    int64_t bank_in_fen, bank_out_fen; /* only on the bank's side: 银行已收、已付 */
    int64_t book_in_fen, book_out_fen; /* only in the ledger */
    VEC(struct fund_difference) differences;
};
/* Reads a statement of the fund's account and pairs its lines with what the ledger has for these months, up to
 * `through` (not before the statement's last line, not after its last month). */
bool fund_match(struct store *s, str fund, str path, date through, struct arena *a, struct fund_matched *out,
                struct err *e);

/* Compares with the bank's balance, of the statement or as it was given, and keeps the result (ledger_reconcile). */
struct fund_reconciled {
    struct fund_matched matched; /* empty without a statement */
    bool has_statement;
    date day; /* of the statement's end; else act->day */
    int64_t bank_fen;
    struct ledger_reconciled is;
    size_t pairs, nearby, parts; /* lines of the statement that have a partner; of them by day, and as one of several */
    int64_t adjusted_bank_fen, adjusted_book_fen; /* 余额调节表: each side with what only the other has */
    bool clean;                                   /* to the fen, and nothing without its partner */
};
/* statement empty: only the balance is compared. balance_fen NULL: the statement's; INVALID when it has none. */
bool fund_reconcile(struct store *s, const struct ledger_act *act, str fund, str statement, const int64_t *balance_fen,
                    struct arena *a, struct fund_reconciled *out, struct err *e);
const char *fund_cash_zh(str kind); /* of ledger_cash_row: 拨入, 发放, 退票, 收回 */

/* ---- reports ---- */

/* Whole names and accounts leave the house: who took which file with how many rows, in the journal. */
bool fund_note_view(struct store *s, const struct ledger_act *act, str file, int64_t count, struct arena *a,
                    struct err *e);

/* A table of a fund's lines by month into a CSV or XLSX file: movement and standing of every account. */
bool fund_report(struct store *s, str fund, month from, month to, str path, struct arena *a, struct err *e);
/* Payments into a CSV or XLSX file, with what came of each. whole NULL: names, numbers and accounts are masked; else
 * they stand there in full, and the journal notes that `whole` has seen them. mark: who took it out, for a last column
 * of every row; empty: none. */
bool fund_payment_table(struct store *s, const struct ledger_wanted *w, const struct ledger_act *whole, str mark,
                        str path, struct arena *a, int64_t *count, struct err *e);

/* ---- a bank ---- */

/* Reads a file of the ledger as a bank does, checks it, and answers. What happens to a payment follows from the seed
 * and its number alone. */
struct fund_bank {
    uint64_t seed;
    unsigned fail_permille;  /* of payments: no such account, another name, account closed */
    unsigned first_permille; /* answered in the first file; 1000: all */
    bool rest;               /* the second file: those the first left out */
    str reference;           /* the bank's number of its answer */
};
struct fund_bank_sums {
    int64_t paid_count, paid_fen, failed_count, failed_fen, left_count;
};
/* INVALID with the line when the file was damaged on its way. */
bool fund_bank_answer(str file, const struct fund_bank *b, struct text *out, struct fund_bank_sums *sums,
                      struct err *e);

#endif
