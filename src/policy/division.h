/* division: everybody sorted into groups by a field or definition of theirs: by district, by sex, by age in tens. For
 * tables of who wins, who loses, what it costs where. */
#ifndef POLICY_DIVISION_H
#define POLICY_DIVISION_H
#include "kernel/kernel.h"

enum { DIVISION_MAX = 65535 }; /* groups: a code list has no more */

struct division {
    str name;           /* 常住地 */
    uint32_t count;     /* groups; the last is those of whom it is not known */
    str *labels;        /* of each group */
    const uint16_t *of; /* per subject: its group */
};

/* name: a field or a definition without parameters of the entity, whose value is a code, yes or no, or a number of
 * years (groups of ten). Lives in a. */
bool division_of(const struct vocab *v, const struct pool *pool, uint16_t entity, str name, date today, date rule_day,
                 struct arena *a, struct division *out, struct err *e);

#endif
