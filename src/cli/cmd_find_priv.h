/* cmd_find_priv: what leye find found, between the asking (cmd_find.c), the printing (find_print.c) and the lists
 * (find_lists.c). */
#ifndef CLI_CMD_FIND_PRIV_H
#define CLI_CMD_FIND_PRIV_H
#include "cli/place.h"
#include "policy/scan.h"

struct found {
    struct place place;
    struct scan scan;
    struct findings *now;
    const struct findings *before; /* NULL the first time */
    struct found_change *changes;  /* per policy of now */
    struct scan_ending *ending;
    int soon_days;
    enum verdict_kind listed; /* whom lists are of */
};

bool found_verdict(str word, enum verdict_kind *out);
void found_table(const struct found *x, struct text *out);
void found_reasons(const struct found *x, const struct policy *q, struct text *out);
void found_json(const struct found *x, struct text *out);
/* One list per policy into a folder, personal values masked. */
bool found_lists(const struct found *x, const struct cli_args *a, str folder, struct err *e);

#endif
