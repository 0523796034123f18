/* ledger, inside: the frame of an operation, entries. */
#ifndef LEDGER_LEDGER_PRIV_H
#define LEDGER_LEDGER_PRIV_H
#include "base/json.h"
#include "base/lasting.h"
#include "ledger/ledger.h"
#include "store/short.h"

/* Begins an operation and takes the ledger's lock. Every one ends in store_end, which commits or undoes. */
bool ledger_begin(struct store *s, const struct ledger_act *act, struct err *e);

/* `count` new numbers of a kind ("batch", "payment" …): the first of them. */
bool ledger_next(struct store *s, const char *what, int64_t count, int64_t *first, struct err *e);

/* The body of an event while it is written. */
struct ledger_note {
    struct arena *arena;
    struct text text;
    struct json_writer w;
};
void ledger_note_init(struct ledger_note *n, struct arena *a);
void ledger_note_int(struct ledger_note *n, const char *key, int64_t v);
void ledger_note_str(struct ledger_note *n, const char *key, str v);
/* Appends it to the journal. *event, which may be NULL: its number. */
bool ledger_note_end(struct ledger_note *n, struct store *s, const struct ledger_act *act, const char *kind,
                     str subject, str dossier, int64_t *event, struct err *e);

struct ledger_posting {
    int64_t line;
    enum ledger_account account;
    int64_t amount_fen; /* 0: left out */
};
/* Books an entry of an event, in the month of act->day. The first posting's line names the fund. */
bool ledger_post(struct store *s, const struct ledger_act *act, const char *kind, int64_t event,
                 const struct ledger_posting *p, size_t count, struct err *e);
/* The same for one that moves money at the bank, which calls it `reference`. */
bool ledger_post_at_bank(struct store *s, const struct ledger_act *act, const char *kind, int64_t event, str reference,
                         const struct ledger_posting *p, size_t count, struct err *e);

struct ledger_payment_facts {
    int64_t number, batch, line, commitment, amount_fen, attempt;
    uint8_t state;
};
bool ledger_payment_facts(struct store *s, int64_t number, struct ledger_payment_facts *out, struct err *e);
/* Makes the move of a payment and stores its new state. */
bool ledger_payment_move(struct store *s, const struct ledger_act *act, struct ledger_payment_facts *p,
                         const char *name, struct err *e);
/* CONFLICT when a payment that waits in the batch was stopped. */
bool ledger_none_stopped(struct store *s, int64_t batch, struct err *e);
/* "payment 12": what an event is about. */
str ledger_about(struct arena *a, const char *kind, int64_t number);

/* The kinds of a subject and of texts behind it for store_get, as ledger_bind_subject binds them: "sss", "Sss". */
#define LEDGER_SUBJECT_KIND(subject, behind) (lasting_number(subject) ? "s" behind : "S" behind)

/* ---- ledger_period.c ---- */

/* The same, or months in common. */
bool ledger_periods_meet(str a, str b);
/* A payment for a period that is another text and has a month of this one, if possible all its months (*covers); 0:
 * there is none. */
bool ledger_met_by(struct store *s, str subject, str policy, str period, int64_t *number, bool *covers, struct err *e);
/* Payments of the batch that was just made from ledger_sorted leave when an earlier one has a month of theirs;
 * ledger_met then has them. base: a payment's number is its rank and this. */
bool ledger_take_out_met(struct store *s, int64_t base, struct err *e);

/* ---- facts about things ---- */

struct ledger_line_facts {
    int64_t fund, cash; /* the fund, and its line of the bank account */
    int32_t year;
};
bool ledger_line_facts(struct store *s, int64_t line, struct ledger_line_facts *out, struct err *e);
bool ledger_fund_find(struct store *s, str fund, int64_t *id, int64_t *cash, struct err *e);

/* A text that may stand in a file: not empty, no control characters, no '|'. */
bool ledger_good_text(str s);
bool ledger_check_text(str s, const char *what, struct err *e);
bool ledger_check_amount(int64_t amount_fen, struct err *e);
bool ledger_may(const struct ledger_act *act, uint32_t roles, const char *what, struct err *e);
str ledger_yuan(struct arena *a, int64_t fen); /* 1234.50 */
bool ledger_yuan_read(str s, int64_t *fen);    /* the same, exactly two decimals */

/* Makes the move of a batch and stores its new state. */
bool ledger_batch_move(struct store *s, const struct ledger_act *act, const struct ledger_batch *b, const char *move,
                       enum ledger_batch_state *out, struct err *e);
/* SM3 over the payments of a batch as they are now: what is approved is what is sent. */
bool ledger_batch_hash(struct store *s, int64_t batch, int64_t *count, int64_t *total_fen, char out[SM3_HEX + 1],
                       struct err *e);

#endif
