/* audit 疑点核查: what an auditor does beside verifying the journal. Rules of the packs (疑点) are asked of everybody
 * by the column evaluator; whom one of them catches, with the payments the ledger made to them, becomes a lead: a case
 * with a life cycle, an outcome, and so a precision of its rule. Payments are also checked by samples whose error is
 * extrapolated, with the chance of the checked to answer.
 *
 * An auditor sees everything and changes nothing but leads and samples; the money is claimed back by the accountant,
 * and the lead only names the claim. Every look at persons, and every change, is an event of the journal. Nobody checks
 * what they prepared or approved themselves, and nobody closes what they checked.
 *
 * Errors: CONFLICT not possible now, DENIED not for this person, INVALID, NOT_FOUND. */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H
#include "base/machine.h"
#include "journal/journal.h"
#include "kernel/kernel.h"
#include "ledger/ledger.h"

enum { AUDIT_TEXT_MAX = 120, AUDIT_POLICIES_MAX = 16 };

enum { /* roles, as bits */
       AUDIT_AUDITOR = 1,
       AUDIT_HEAD = 2,
       AUDIT_CHECKER = 4,
       AUDIT_CHECKED = 8, /* the office whose payments are checked */
};
/* "审计+核查" to bits; false: a word that is none. */
bool audit_roles_read(str list, uint32_t *out);

struct audit_act {
    str who;
    uint32_t roles;
    date day;
    str reason;
    int64_t clock_ms; /* of the journal's event; 0: the machine's */
};

/* Makes or updates the tables (the ledger's and the journal's too); part "audit" of the schema. */
bool audit_migrate(struct store *s, struct err *e);
extern const store_secrets audit_secrets; /* columns that are bound as secrets */

/* ---- rules, asked of everybody ---- */

struct audit_rule {
    str name, text, remedy; /* 说明, 处置 */
    uint16_t entity;
    node_id condition;
    node_id same, least; /* 0: none; else 同值 and 至少: equal texts among those the condition holds for */
    str policies[AUDIT_POLICIES_MAX]; /* only those the ledger paid one of these (if it pays them at all); none: all */
    size_t policy_count;
};
typedef VEC(struct audit_rule) audit_rules;
enum { AUDIT_UNKNOWN_MAX = 2000 };
/* Those of the program, in its order. */
void audit_rules_of(const struct program *p, struct arena *a, audit_rules *out);

/* Subjects a rule catches, by lasting number; growing rows. */
struct audit_caught {
    uint64_t *ids;
    size_t count;
    uint64_t unknown, failed; /* of whom it could not be told: a fact is missing; a computation failed */
    uint64_t *unknown_ids;    /* the first of those of whom it could not be told, growing */
    size_t unknown_kept;      /* at most AUDIT_UNKNOWN_MAX */
    uint64_t earlier;         /* told by the last day of the month before: this month's data have not come yet */
};
bool audit_ask(const struct vocab *v, const struct pool *p, date today, date rule_day, const struct audit_rule *r,
               struct arena *a, struct audit_caught *out, struct err *e);

/* ---- leads ---- */

extern const struct machine audit_lead_machine;
enum audit_lead_state {
    LEAD_NEW,
    LEAD_ASSIGNED,
    LEAD_CHECKING,
    LEAD_TRUE,
    LEAD_UNTRUE,
    LEAD_UNKNOWN,
    LEAD_CLAIMED,
    LEAD_MENDED,
    LEAD_CLOSED,
};

/* What one rule gave. */
struct audit_opened {
    int64_t caught, unpaid;       /* of them those who got no money of the policies the rule speaks of: no leads */
    int64_t opened, again, quiet; /* new leads; open before; closed before and nothing has changed since */
    int64_t paid_fen;             /* payments of the ledger to those caught */
};
/* Opens leads for those caught. `keys` are the columns of the entity's table that tell who somebody is, as the ledger
 * names its subjects; without the table (a pool alone) only the lasting number is compared. */
bool audit_open(struct store *s, const struct audit_act *act, const struct program *p, const struct audit_rule *r,
                const struct audit_caught *caught, struct audit_opened *out, struct err *e);

struct audit_lead {
    int64_t lead, subject, paid_fen, claim, recovered_fen;
    enum audit_lead_state state;
    enum audit_lead_state outcome; /* LEAD_TRUE, LEAD_UNTRUE, LEAD_UNKNOWN; LEAD_NEW: none yet */
    str rule, entity, key, assigned;
    date found;
};
typedef VEC(struct audit_lead) audit_leads;
struct audit_wanted { /* empty and zero: any */
    int64_t lead;
    str rule, key, assigned;
    bool any_state;
    enum audit_lead_state state;
};
/* Looks, and notes in the journal who looked. */
bool audit_lead_list(struct store *s, const struct audit_act *act, const struct audit_wanted *w, struct arena *a,
                     audit_leads *out, struct err *e);

struct audit_step {
    date day;
    str who, move, reason;
};
typedef VEC(struct audit_step) audit_steps;
bool audit_lead_steps(struct store *s, int64_t lead, struct arena *a, audit_steps *out, struct err *e);

struct audit_payment {
    int64_t payment, amount_fen;
    str policy, period;
};
typedef VEC(struct audit_payment) audit_payments;
bool audit_lead_payments(struct store *s, int64_t lead, struct arena *a, audit_payments *out, struct err *e);

/* Makes the move of a lead. `to`: whom it is assigned to (分派, 改派); `claim`: the ledger's claim (追回). */
bool audit_lead_move(struct store *s, const struct audit_act *act, int64_t lead, str move, str to, int64_t claim,
                     enum audit_lead_state *out, struct err *e);

/* What came of the leads of each rule: its precision is right / (right + wrong). */
struct audit_rule_row {
    str rule;
    int64_t leads, open, right, wrong, unknown;
    int64_t paid_fen, claimed_fen, recovered_fen; /* payments in the leads; of the claims named */
};
typedef VEC(struct audit_rule_row) audit_rule_rows;
bool audit_precision(struct store *s, struct arena *a, audit_rule_rows *out, struct err *e);

str audit_share(struct arena *a, int64_t part, int64_t of); /* "86.4%"; "–" of nothing */

/* ---- samples ---- */

extern const struct machine audit_item_machine;
enum audit_item_state { ITEM_WAITING, ITEM_RIGHT, ITEM_WRONG, ITEM_UNKNOWN, ITEM_OBJECTED, ITEM_UPHELD };

enum audit_strata { STRATA_POLICY, STRATA_PERIOD, STRATA_LINE };
struct audit_plan {
    str title, fund;
    date from, to; /* payments the bank answered as paid in these days */
    enum audit_strata strata;
    int64_t size; /* payments to be drawn */
    uint64_t seed;
    const str *checkers; /* who checks, in turns */
    size_t checker_count;
};
/* Draws a stratified random sample: in proportion to money, two of each stratum at least; the same seed and payments
 * give the same sample. By the head. */
bool audit_sample(struct store *s, const struct audit_act *act, const struct audit_plan *plan, int64_t *campaign,
                  struct err *e);
/* A move of one item: 无误, 有误, 无法核实, 申辩, 认可, 维持, 改判. error_fen: of 有误, what was paid too much. */
bool audit_item_move(struct store *s, const struct audit_act *act, int64_t campaign, int64_t item, str move,
                     int64_t error_fen, enum audit_item_state *out, struct err *e);
/* Ends a campaign: everything is checked and every objection decided. By the head, with a reason. */
bool audit_sample_close(struct store *s, const struct audit_act *act, int64_t campaign, struct err *e);

struct audit_item {
    int64_t item, payment, amount_fen, error_fen;
    enum audit_item_state state;
    str stratum, checker, note, subject, name, policy, period;
};
typedef VEC(struct audit_item) audit_items;
bool audit_sample_items(struct store *s, const struct audit_act *act, int64_t campaign, struct arena *a,
                        audit_items *out, struct err *e);

struct audit_campaign {
    int64_t campaign, frame_count, frame_fen, sample_count, waiting, objected;
    date from, to, day;
    uint64_t seed;
    bool closed;
    str title, fund, by;
};
typedef VEC(struct audit_campaign) audit_campaigns;
bool audit_sample_list(struct store *s, struct arena *a, audit_campaigns *out, struct err *e);

/* What the sample says of all payments it was drawn from, at 95 %. Statistics, so these are floating-point. */
struct audit_estimate {
    int64_t checked, wrong, unknown, error_fen; /* of the sample; unknown ones are in no estimate */
    double rate, rate_low, rate_high;           /* share of payments with an error */
    double error_yuan, low_yuan, high_yuan;     /* of all payments */
    bool none_found;                            /* no error: the upper bounds are exact ones for that case */
};
bool audit_estimate(struct store *s, int64_t campaign, struct audit_estimate *out, struct err *e);
/* The same as a sentence for everybody; empty: nothing is checked yet. */
str audit_estimate_words(const struct audit_estimate *x, struct arena *a);
/* The arithmetic of it, for one list of strata. */
struct audit_stratum {
    int64_t frame, frame_fen, checked, wrong, error_fen;
    double error_squares; /* sum of squares of the errors, in yuan */
};
struct audit_estimate audit_extrapolate(const struct audit_stratum *strata, size_t count);

/* ---- the journal ---- */

/* One verification, as it was kept. */
struct audit_verified {
    date day;
    int64_t at;          /* seconds since 1970 */
    int64_t first, last; /* events: from behind the first, up to the last that is right */
    int64_t events;      /* looked at */
    bool sound;
    str who, what; /* what: a sentence, when it is not sound */
};
typedef VEC(struct audit_verified) audit_verified_list;
/* Verifies the journal of the database at `address` (the one s has open) and keeps what came out, which is an event
 * itself. onward: from where the last sound one ended, which whoever owns the database could have moved: now and then
 * from the beginning. */
bool audit_verify(struct store *s, str address, const struct audit_act *act, bool onward, struct journal_report *out,
                  struct err *e);
/* The newest first, at most max. */
bool audit_verified_list_of(struct store *s, size_t max, struct arena *a, audit_verified_list *out, struct err *e);

/* ---- out of the house ---- */

/* Leads, or the items of a campaign, as CSV or XLSX: persons masked, every row marked with who exported it when and
 * under which number; the journal has that number. */
bool audit_export_leads(struct store *s, const struct audit_act *act, const struct audit_wanted *w, str path,
                        struct arena *a, int64_t *rows, struct err *e);
bool audit_export_sample(struct store *s, const struct audit_act *act, int64_t campaign, str path, struct arena *a,
                         int64_t *rows, struct err *e);

#endif
