/* ledger 资金账: the money of public funds, in double entry. A fund (资金) has lines: level, year and item of the
 * budget (预算科目). A yuan walks  available → committed → payable → in transit → paid , or comes back (returned), is
 * repaired and walks again; beside it the fund's bank account and claims against who was paid too much.
 *
 * Every operation is one transaction: its entry, what it changed, its event in the journal. In it are checked: the
 * entry balances on each side; no account has the wrong sign, so commitments stay within the budget and payments within
 * commitments; the month is open; who approves a batch is not who prepared it (invariant 1); a person is paid once for
 * a policy and period, and once within a group of policies that exclude each other (invariant 2; unique indexes).
 *
 * Amounts are whole fen. Operations take one another's turn (a lock of the ledger, on both databases). Refusals:
 * CONFLICT not possible now, DENIED not for this person, INVALID what was given is wrong, MISMATCH the data was changed
 * behind the ledger's back. It knows neither dossiers nor policies: they are texts to it. */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H
#include "base/date.h"
#include "base/machine.h"
#include "base/vec.h"
#include "journal/journal.h"

enum {
    LEDGER_TEXT_MAX = 120,       /* bytes of a name, an account, a policy … */
    LEDGER_BATCH_MAX = 2000000,  /* payments of a batch */
    LEDGER_ATTEMPTS_MAX = 99,    /* a payment is tried */
    LEDGER_PARTS_MAX = 360,      /* instalments of a claim */
    LEDGER_NUMBER_TEXT = 17,     /* digits of a payment's number and a NUL */
    LEDGER_FILE_MAX = 512 << 20, /* bytes of a return file */
};
static const int64_t LEDGER_FEN_MAX = 1000000000000000; /* ten trillion yuan in one amount */

enum ledger_account {
#define ACCOUNT(name, side, sign, zh) LEDGER_##name,
#include "ledger/account.def"
#undef ACCOUNT
    LEDGER_ACCOUNTS
};
const char *ledger_account_zh(enum ledger_account a);

enum { /* roles, as bits */
       LEDGER_ACCOUNTANT = 1,
       LEDGER_REVIEWER = 2,
       LEDGER_CASHIER = 4,
       LEDGER_CHIEF = 8,
       LEDGER_SYSTEM = 16,
};

/* Who does something, on which day it is booked. */
struct ledger_act {
    str who;          /* a person's number; "system" */
    uint32_t roles;   /* all they have */
    date day;         /* of booking: decides the month */
    str reason;       /* where one is needed */
    int64_t clock_ms; /* of the journal's event; 0: the machine's */
};

/* Life cycles, for manuals and screens. */
extern const struct machine ledger_batch_machine, ledger_payment_machine, ledger_claim_machine;
enum ledger_batch_state { BATCH_PREPARED, BATCH_APPROVED, BATCH_SENT, BATCH_SETTLED, BATCH_CANCELLED };
enum ledger_payment_state { PAYMENT_LISTED, PAYMENT_PAID, PAYMENT_FAILED, PAYMENT_REPAIRED, PAYMENT_CANCELLED };

/* Makes or updates the tables (and the journal's); part "ledger" of the schema. */
bool ledger_migrate(struct store *s, struct err *e);

/* ---- budget and commitments ---- */

struct ledger_line {
    str fund;  /* 就业补助资金 */
    str level; /* 中央, 省级, 市级 … */
    str item;  /* 预算科目 */
    int32_t year;
};
/* The number of a line; made when it is not there. */
bool ledger_line_open(struct store *s, const struct ledger_act *act, const struct ledger_line *line, int64_t *out,
                      struct err *e);
/* The lines of a fund for a year, those whose item is `item` first, then as they were opened. */
typedef VEC(int64_t) ledger_line_numbers;
bool ledger_lines_for(struct store *s, str fund, int32_t year, str item, struct arena *a, ledger_line_numbers *out,
                      struct err *e);
/* Adds to the budget of a line, or takes from what is still available (negative). source: the document. */
bool ledger_budget(struct store *s, const struct ledger_act *act, int64_t line, int64_t amount_fen, str source,
                   struct err *e);
/* Money of a fund that arrived at its bank account. A reference is booked once. */
bool ledger_deposit(struct store *s, const struct ledger_act *act, str fund, int64_t amount_fen, str reference,
                    struct err *e);
/* Sets money aside for `ref` (a dossier, a month's list); again for the same ref: adds. */
bool ledger_commit(struct store *s, const struct ledger_act *act, int64_t line, str ref, int64_t amount_fen,
                   struct err *e);
/* Gives back what is not used of it. */
bool ledger_release(struct store *s, const struct ledger_act *act, int64_t line, str ref, int64_t amount_fen,
                    struct err *e);
/* Gives back all that is not used of it, on every line: the dossier has ended. What is in a batch stays used. Nothing
 * left is no error: *released_fen is 0. */
bool ledger_release_rest(struct store *s, const struct ledger_act *act, str ref, int64_t *released_fen, struct err *e);

/* ---- batches 发放批次 ---- */

/* The months a period stands for, 2026-04 or 2026-04至2026-06; false: for none, 一次性 or 2026年. */
bool ledger_period_months(str period, month *from, month *to);
str ledger_period_text(month from, month to, struct arena *a); /* the other way */

/* Whom is paid, under every name the books may have. */
struct ledger_names {
    size_t count;
    const str *at;
};

/* A group of which one policy is paid to a subject in a period. */
struct ledger_exclusion {
    str name;
    str period; /* when it is not the payable's: lumps of all kinds exclude each other for good */
};

struct ledger_payable {
    str dossier;               /* approved case */
    str subject;               /* whom it is for: with policy and period it is unique */
    struct ledger_names names; /* of theirs: none may have it, or what excludes it; empty: `subject` is all */
    str name;                  /* of the account's owner */
    str account;               /* bank account or card */
    str policy;
    str period; /* "2026-05", "2026-04至2026-06", "一次性" */
    int64_t amount_fen;
    str commitment; /* ref it draws on */
    const struct ledger_exclusion *exclusions;
    size_t exclusion_count;
};
/* Gives one payable after the other; false in *more: no more. Texts live until the next call. */
typedef bool ledger_payables(void *context, struct ledger_payable *out, bool *more, struct err *e);

enum ledger_refusal {
    REFUSAL_INVALID,  /* an amount or a text that cannot be paid */
    REFUSAL_PAID,     /* the same policy and period, or one that has all its months */
    REFUSAL_OVERLAP,  /* the same policy for some months of it */
    REFUSAL_EXCLUDED, /* a policy that excludes it */
    REFUSAL_NO_COMMITMENT,
    REFUSAL_SHORT, /* the commitment has not enough left */
};
const char *ledger_refusal_zh(enum ledger_refusal r);
struct ledger_refused {
    int64_t row; /* the payable's, from 0 */
    enum ledger_refusal why;
    int64_t other; /* the payment it clashes with; 0: none, or a row before it that is theirs under another name */
};
struct ledger_prepared {
    int64_t batch, count, total_fen;
    VEC(struct ledger_refused) refused; /* each that was left out, in order */
};
/* Makes a batch of payables of one line; those that may not be paid are left out and listed. CONFLICT when none is left
 * (the list is filled all the same). The list lives in `a`. */
bool ledger_prepare(struct store *s, const struct ledger_act *act, int64_t line, str title, ledger_payables *next,
                    void *context, struct arena *a, struct ledger_prepared *out, struct err *e);
/* A batch of all repaired payments of a line: they are paid again, under new numbers. */
bool ledger_prepare_again(struct store *s, const struct ledger_act *act, int64_t line, str title,
                          struct ledger_prepared *out, struct err *e);
/* By somebody else than who prepared it. */
bool ledger_approve(struct store *s, const struct ledger_act *act, int64_t batch, struct err *e);
/* Before it is sent; its payments are free again. Needs a reason. */
bool ledger_cancel(struct store *s, const struct ledger_act *act, int64_t batch, struct err *e);

struct ledger_batch {
    int64_t id, line, count, total_fen, paid_count, paid_fen, failed_count, failed_fen;
    enum ledger_batch_state state;
    bool again;
};
bool ledger_batch_get(struct store *s, int64_t batch, struct ledger_batch *out, struct err *e);

/* ---- files for the bank and from it; docs/fund-accountant.md has the format ---- */

/* Takes the file in pieces. */
typedef bool ledger_sink(void *context, str piece, struct err *e);
/* Marks the batch as sent and writes its file; when the transaction fails after the file was written (an error is
 * returned), the file must be thrown away. The bank must have the money. */
bool ledger_send(struct store *s, const struct ledger_act *act, int64_t batch, ledger_sink *sink, void *context,
                 struct err *e);
/* The same file again, byte for byte; MISMATCH when the data no longer gives it. */
bool ledger_send_again(struct store *s, int64_t batch, ledger_sink *sink, void *context, struct err *e);

/* Rows of a batch's file, for other formats. */
struct ledger_file_row {
    char number[LEDGER_NUMBER_TEXT];
    str name, account;
    int64_t amount_fen;
};
typedef bool ledger_file_rows(void *context, const struct ledger_file_row *row, struct err *e);
bool ledger_file_each(struct store *s, int64_t batch, ledger_file_rows *row, void *context, struct err *e);

/* The number at the bank of a payment's attempt: 12 digits, 2 digits, 2 check digits (MOD 97-10). */
void ledger_number_text(int64_t payment, int64_t attempt, char out[LEDGER_NUMBER_TEXT]);
bool ledger_number_read(str s, int64_t *payment, int64_t *attempt);

enum ledger_return_error {
    RETURN_MALFORMED,
    RETURN_UNKNOWN, /* no such payment */
    RETURN_OTHER_BATCH,
    RETURN_OLD_NUMBER,    /* an attempt that is over */
    RETURN_AMOUNT,        /* not the amount that was sent */
    RETURN_TWICE,         /* the same line twice in this file */
    RETURN_CONTRADICTION, /* two lines that say different things: neither is booked */
    RETURN_ALREADY,       /* answered before, with the same result */
    RETURN_CHANGED,       /* answered before, with the other result: a matter for people */
};
const char *ledger_return_error_zh(enum ledger_return_error r);
struct ledger_returned {
    int64_t file; /* its number here */
    int64_t rows, paid_count, paid_fen, failed_count, failed_fen, errors;
    bool replayed; /* this file was read before: nothing was booked */
    bool settled;  /* every payment of the batch is answered now */
};
/* Books a return file, whole or in part. Lines with errors are kept (ledger_return_errors) and nothing of them is
 * booked; a file without its last line, or whose last line does not agree, is refused as a whole. */
bool ledger_receive(struct store *s, const struct ledger_act *act, str text, struct ledger_returned *out,
                    struct err *e);
struct ledger_return_line {
    int64_t row; /* line of the file, from 1 */
    enum ledger_return_error kind;
    str text;
};
typedef VEC(struct ledger_return_line) ledger_return_lines;
bool ledger_return_errors(struct store *s, int64_t file, struct arena *a, ledger_return_lines *out, struct err *e);

/* ---- failed payments ---- */

/* What reads as an account: digits, letters, dashes, without the blanks people put between groups. NULL: *out is it;
 * else what is wrong. */
const char *ledger_account_read(str text, struct arena *a, str *out);
/* A failed payment gets the right account. */
bool ledger_repair(struct store *s, const struct ledger_act *act, int64_t payment, str name, str account,
                   struct err *e);
/* It will not be paid: the money goes back to the commitment. Needs a reason. */
bool ledger_give_up(struct store *s, const struct ledger_act *act, int64_t payment, struct err *e);

/* 退票: the bank had paid it, and days later has the money back. It waits like a failed one. reference: the bank's;
 * act->reason: what the bank says. CONFLICT when it is being claimed back. */
bool ledger_bounce(struct store *s, const struct ledger_act *act, int64_t payment, str reference, struct err *e);
/* Must not be paid any more, for the reason given: the decision behind it was taken back. What came back from the bank
 * is given up; a batch with it is neither approved nor sent (cancel it, and prepare the others again); what the bank
 * has already can only be claimed back. Again: nothing. */
bool ledger_stop(struct store *s, const struct ledger_act *act, int64_t payment, struct err *e);
/* A payment by its number. */
struct ledger_paid {
    int64_t number, batch, amount_fen;
    enum ledger_payment_state state;
    bool with_batch; /* cancelled because its whole batch was; otherwise it was given up */
    bool stopped;    /* ledger_stop was called */
    str reason;      /* of the bank, when it failed last */
};
bool ledger_payment_get(struct store *s, int64_t number, struct arena *a, struct ledger_paid *out, struct err *e);
extern const store_secrets ledger_secrets; /* columns that are bound as secrets */
/* Binds a subject as payments have it: sealed, but for a number of the register, which tells nobody anything. */
void ledger_bind_subject(struct store_stmt *q, uint32_t at, str subject);
/* The number of the payment that is not cancelled for a subject, policy and period; 0: there is none. */
bool ledger_payment_of(struct store *s, str subject, str policy, str period, int64_t *number, struct err *e);

/* ---- claw-back 追回 ---- */

/* A claim for (part of) what was paid. Needs a reason. */
bool ledger_claim(struct store *s, const struct ledger_act *act, int64_t payment, int64_t amount_fen, str dossier,
                  int64_t *claim, struct err *e);
/* An instalment. A reference is booked once for a claim. restores: this year's money, available again. */
bool ledger_recover(struct store *s, const struct ledger_act *act, int64_t claim, int64_t amount_fen, str reference,
                    bool restores, struct err *e);
/* The rest will not come. By the chief, with a reason. */
bool ledger_write_off(struct store *s, const struct ledger_act *act, int64_t claim, struct err *e);

/* An instalment that is to come by a day. */
struct ledger_part {
    date day;
    int64_t amount_fen;
    int64_t missing_fen; /* of it; only from ledger_parts_of */
};
typedef VEC(struct ledger_part) ledger_parts;
/* The plan for what is still to come, in place of an earlier plan: days from act->day on, growing; the amounts add up
 * to what is missing. */
bool ledger_plan(struct store *s, const struct ledger_act *act, int64_t claim, const struct ledger_part *parts,
                 size_t count, struct err *e);
bool ledger_parts_of(struct store *s, int64_t claim, struct arena *a, ledger_parts *out, struct err *e);

struct ledger_claim_row {
    int64_t claim, payment, line, amount_fen, recovered_fen;
    bool open, written_off;
    int64_t overdue_fen; /* should have come before today, by the plan */
    bool has_next;
    date next; /* the first day of the plan whose instalments have not all come; it may be over */
    str dossier, subject, name, policy, period;
};
typedef VEC(struct ledger_claim_row) ledger_claim_rows;
/* overdue: only open ones of which something should have come before `today`. */
bool ledger_claims(struct store *s, date today, bool overdue, struct arena *a, ledger_claim_rows *out, struct err *e);

/* ---- months ---- */

/* Closes a month of a fund, from its last day on: nothing is booked in it any more. The months before it must be closed
 * (those in which anything was booked), and ledger_check must be content. */
bool ledger_close(struct store *s, const struct ledger_act *act, str fund, month m, struct err *e);
/* By the chief, with a reason; later months must be open. */
bool ledger_reopen(struct store *s, const struct ledger_act *act, str fund, month m, struct err *e);

struct ledger_reconciled {
    int64_t ledger_fen;     /* what the bank account should hold at the end of the day */
    int64_t transit_fen;    /* sent and not yet answered: the bank may have taken it already */
    int64_t difference_fen; /* bank − ledger */
    bool agrees;            /* to the fen */
};
/* Compares and keeps the result. */
bool ledger_reconcile(struct store *s, const struct ledger_act *act, str fund, int64_t bank_fen,
                      struct ledger_reconciled *out, struct err *e);

/* A line in a month: what moved, and where the accounts stood at its end. In natural signs: the budget is positive. */
struct ledger_statement_row {
    int64_t line;
    str level, item;
    int32_t year;
    month month;
    int64_t moved_fen[LEDGER_ACCOUNTS], end_fen[LEDGER_ACCOUNTS];
};
typedef VEC(struct ledger_statement_row) ledger_statement_rows;
/* Per item and month, months without movement left out; the row with an empty item is the bank account's. */
bool ledger_statement(struct store *s, str fund, month from, month to, struct arena *a, ledger_statement_rows *out,
                      struct err *e);
bool ledger_balance(struct store *s, int64_t line, enum ledger_account account, int64_t *out_fen, struct err *e);

/* ---- looking: all of it lives in `a`, in order ---- */

struct ledger_line_row {
    int64_t line;
    struct ledger_line is;
    int64_t balance_fen[LEDGER_ACCOUNTS]; /* in natural signs */
};
typedef VEC(struct ledger_line_row) ledger_line_rows;
/* fund empty: of all. */
bool ledger_lines(struct store *s, str fund, struct arena *a, ledger_line_rows *out, struct err *e);

struct ledger_batch_row {
    struct ledger_batch is;
    date day;
    str title, fund, prepared_by, approved_by; /* approved_by without a pointer or empty: not yet */
};
typedef VEC(struct ledger_batch_row) ledger_batch_rows;
bool ledger_batches(struct store *s, str fund, struct arena *a, ledger_batch_rows *out, struct err *e);

struct ledger_wanted { /* zero and empty: any */
    int64_t number, batch, line;
    bool any_state;
    enum ledger_payment_state state; /* unless any_state */
    str dossier;
    struct ledger_names names; /* of whom; count 0: anybody */
};
struct ledger_payment_row {
    int64_t number, attempt, batch, line, amount_fen;
    enum ledger_payment_state state;
    str dossier, subject, policy, period, name, account;
    str reason; /* of its last failure; may be empty */
};
/* Texts live until the row function returns. */
typedef bool ledger_payment_rows(void *context, const struct ledger_payment_row *row, struct err *e);
bool ledger_payments(struct store *s, const struct ledger_wanted *w, ledger_payment_rows *row, void *context,
                     struct err *e);

struct ledger_commitment_row {
    str ref;
    int64_t amount_fen, used_fen;
};
typedef VEC(struct ledger_commitment_row) ledger_commitment_rows;
bool ledger_commitments(struct store *s, int64_t line, struct arena *a, ledger_commitment_rows *out, struct err *e);

struct ledger_month_row {
    month month;
    int64_t entries;
    bool closed;
};
typedef VEC(struct ledger_month_row) ledger_month_rows;
bool ledger_months(struct store *s, str fund, struct arena *a, ledger_month_rows *out, struct err *e);

/* What moved the bank account of a fund, and how the bank calls it. */
struct ledger_cash_row {
    int64_t entry, amount_fen; /* negative: out */
    date day;
    str kind; /* deposit, return, bounce, recover */
    str reference;
};
typedef VEC(struct ledger_cash_row) ledger_cash_rows;
bool ledger_cash(struct store *s, str fund, date from, date to, struct arena *a, ledger_cash_rows *out, struct err *e);

/* ---- care ---- */

/* Computes everything again from entries and payments and compares: a line in `report` for each contradiction. */
bool ledger_check(struct store *s, bool *sound, struct text *report, struct err *e);

#endif
