/* whatif: two sets of rules over the same people, side by side: who wins, who loses, what it costs, where. */
#ifndef POLICY_WHATIF_H
#define POLICY_WHATIF_H
#include "policy/division.h"
#include "policy/findings.h"

struct whatif_count {
    uint64_t before, after;   /* who qualifies under the old and the new rules */
    uint64_t winners, losers; /* only under the new, only under the old */
    uint64_t more, less;      /* under both, for more or for less */
    num cost_before, cost_after;
};

struct whatif_policy {
    str name, unit;
    uint8_t scale;
    bool was, is;      /* the policy is in the old, in the new rules */
    uint16_t subjects; /* of the new findings, when it is in the new; else of the old */
    struct whatif_count all;
    struct whatif_count *groups; /* one per group of the division; NULL when there is none for its subjects */
};
typedef VEC(struct whatif_policy) whatif_list;

/* Both were found in the same pool. division: how the subjects of `entity` are divided, may be NULL. Policies of both,
 * in the order of the new rules, those that are gone last. Lives in a. */
void whatif_compare(const struct findings *old, const struct findings *new, const struct division *division, str entity,
                    struct arena *a, whatif_list *out);
/* True when nothing of it differs. */
bool whatif_same(const struct whatif_policy *p);

#endif
