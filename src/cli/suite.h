/* suite: the twelve-rule benchmark: reads its flat column file into a pool and adds up the twelve definitions. */
#ifndef CLI_SUITE_H
#define CLI_SUITE_H
#include "kernel/kernel.h"

enum { SUITE_RULES = 12, SUITE_PEOPLE_MAX = 100000000 };

struct suite {
    const struct vocab *vocab;
    struct pool *pool;
    uint16_t person, household;  /* tables */
    uint32_t people, households; /* households without members are behind all others */
    uint32_t inhabited;          /* households with members */
    uint16_t home;               /* column of persons */
    uint32_t rules[SUITE_RULES]; /* functions */
    bool of_household[SUITE_RULES];
    str names[SUITE_RULES];
    unsigned scales[SUITE_RULES];
};

/* file: int64 people, int64 households; then the columns one after another, little endian: int32 birth, reg_date,
 * grad_date (days), contrib_months, paid_months; float32 base (whole yuan); int32 household; uint8 sex, status, cert,
 * disabled; and uint8 low_income for each household. Members of a household become neighbours, households follow in
 * the order of their numbers. p must be packs/bench. */
bool suite_load(struct suite *s, const struct program *p, str file, struct arena *a, struct err *e);
void suite_free(struct suite *s);

struct suite_sums {
    num sum[SUITE_RULES];
    uint64_t known[SUITE_RULES];
    uint64_t escaped; /* rows computed one by one */
};
/* All twelve for everybody on the day of the suite. */
bool suite_run(const struct suite *s, unsigned threads, struct suite_sums *out, struct err *e);

#endif
