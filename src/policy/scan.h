/* scan: asks everybody (政策找人、政策找企): all policies of a set of packs over all subjects of a pool, in one pass
 * per kind of subject. Says what findings.h describes, and nothing about single people: that is explain.h. */
#ifndef POLICY_SCAN_H
#define POLICY_SCAN_H
#include "kernel/kernel.h"
#include "policy/findings.h"

/* First: the criterion that stops somebody, which costs little. Alone as well: whether it is the only one, for which
 * all criteria of everybody must be computed. */
enum scan_reasons { SCAN_NO_REASONS, SCAN_FIRST, SCAN_ALONE };

struct scan {
    const struct vocab *vocab;
    const struct pool *pool;
    date today, rule_day;
    str facts;            /* stamp of the pool */
    unsigned threads;     /* 0: as many as the machine has */
    const uint32_t *only; /* policies (newest versions); NULL: all that are in force */
    size_t only_count;
    enum scan_reasons reasons; /* count what stood in the way */
    /* What was found is told from time to time, from one of the threads; may be NULL. */
    void (*progress)(void *ctx, str entity, uint64_t done, uint64_t of);
    void *progress_ctx;
    const bool *stop; /* NULL, or set by another thread when nobody wants the answer any more: then CONFLICT, soon */
    struct kernel_escapes escapes; /* result: rows that had to be computed one by one */
};

/* Everything in *out lives in a. */
bool scan_run(struct scan *s, struct arena *a, struct findings **out, struct err *e);

/* Who of those who qualify now will not any more on a later day, everything else staying as it is: the time limits that
 * run out. One count per policy of `now`, in its order; *rows (may be NULL) gets a list for each. */
struct scan_ending {
    uint64_t count;
    uint8_t *ends; /* one per subject */
};
bool scan_ending(const struct scan *s, const struct findings *now, date later, struct arena *a, struct scan_ending *out,
                 struct err *e);

/* After a change of facts: `before` was found in the same pool before it changed, for the same day and rules. touched:
 * whom verdicts about may have changed, and which policies' (NULL: nobody's). Asks those again, and whoever is new, and
 * keeps the rest, sharing memory with `before`. The result equals that of scan_run. */
bool scan_again(struct scan *s, const struct findings *before, const struct vocab_touched *touched, struct arena *a,
                struct findings **out, struct err *e);

#endif
