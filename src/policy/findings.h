/* findings: what a question to everybody gave: for each policy the verdict of every subject, and the amount of those
 * who qualify. Kept on disk so that the next run can say what is new. */
#ifndef POLICY_FINDINGS_H
#define POLICY_FINDINGS_H
#include "lang/eval.h"

enum {
    FOUND_KIND = 7,    /* mask: enum verdict_kind */
    FOUND_ASSUMED = 8, /* rests on facts nobody compared: invite, do not pay */
    FOUND_UNSET = 16,  /* an amount nobody has set yet is in it: nothing may be paid */
    FOUND_NO_SUM = 32, /* qualifies, and the amount is no number of this policy (无) */
    FOUND_COUNT = VERDICT_NOT_IN_FORCE + 1,
    FOUND_NOBODY = FOUND_KIND, /* the row is nobody's any more: counts nowhere */
};

/* A byte per subject, in pieces: findings made from earlier ones share the pieces in which nothing changed. */
enum { FOUND_PIECE_BITS = 14, FOUND_PIECE = 1 << FOUND_PIECE_BITS };
typedef struct {
    uint8_t **at; /* NULL: there are none */
} found_bytes;
static inline uint32_t found_pieces(uint32_t count) { return (count + FOUND_PIECE - 1) >> FOUND_PIECE_BITS; }
static inline uint8_t *found_byte(found_bytes b, uint32_t row)
{
    return &b.at[row >> FOUND_PIECE_BITS][row & (FOUND_PIECE - 1)];
}

/* How many people one criterion (or exclusion) stops. A person counts once: for the first one in the policy's order
 * that is against them; who is pending, for the first that is open; whose case failed, for the first that could not be
 * computed. */
struct found_reason {
    str name;
    uint64_t against, open, failed;
    uint64_t alone; /* of against: every other criterion is met, this is the one to look at */
};
enum { STOP_ALONE = 128, STOP_MAX = 127 };

struct found_policy {
    str name;
    uint16_t subjects;        /* index into findings.subjects */
    found_bytes kinds;        /* one per subject: FOUND_… */
    size_t paid_count;        /* of those who qualify for a known amount, */
    const uint32_t *paid_row; /* in the order of rows: which, */
    const int64_t *paid;      /* and how much, at the scale of the last step (fen) */
    uint64_t count[FOUND_COUNT], assumed, unset;
    num total;           /* of paid */
    str unit;            /* 元/月 */
    uint8_t scale;       /* of paid */
    found_bytes stops;   /* one per subject: 1 + criterion that stops it, STOP_ALONE; 0 none; or not asked for */
    size_t reason_count; /* 0: not asked for */
    struct found_reason *reasons; /* in the order of the policy */
};

/* Those who were asked: all rows of one table. */
struct found_subjects {
    str entity;
    uint32_t count;      /* with rows that are nobody's any more: their id is 0 */
    const uint64_t *ids; /* what lasts when rows move */
};

struct findings {
    str rules; /* hash of the packs */
    str facts; /* stamp of the pool */
    date today, rule_day;
    VEC(struct found_subjects) subjects;
    VEC(struct found_policy) policies;
};

/* Counts, totals and reasons from the bytes and amounts of the policy. */
void findings_add_up(const struct findings *f, struct found_policy *p);
/* Fresh bytes, all zero, in one piece of memory. */
found_bytes findings_bytes(struct arena *a, uint32_t count);
/* The same subjects' bytes as in `from` (which has `had` of them), shared; a piece is copied when it is first written
 * to through findings_write. */
found_bytes findings_share(struct arena *a, found_bytes from, uint32_t had, uint32_t count, uint8_t rest);
void findings_write(struct arena *a, found_bytes b, found_bytes from, uint32_t had, uint32_t row, uint8_t byte);
/* Counts in one subject, or takes it out again (sign -1), by its bytes. */
void findings_count(struct found_policy *p, uint8_t kind, uint8_t stop, int sign);
/* NULL when there is none. */
const struct found_policy *findings_policy(const struct findings *f, str name);

/* One file, written whole or not at all. Reading refuses what was cut short or is something else. */
bool findings_save(const struct findings *f, str path, struct err *e);
bool findings_load(struct arena *a, str path, struct findings **out, struct err *e);

/* What is new since an earlier run. Subjects are matched by id, so rows may have moved meanwhile. */
struct found_change {
    uint64_t entered; /* qualify now, did not before */
    uint64_t left;    /* qualified before, do not now, or are gone */
    uint64_t amount;  /* qualify both times, for another amount */
    uint8_t *is_new;  /* one per subject now: 1 when it entered */
};
/* before may be NULL (first run: nobody is new). Lives in a. */
struct found_change findings_compare(const struct findings *now, const struct found_policy *p,
                                     const struct findings *before, struct arena *a);

#endif
