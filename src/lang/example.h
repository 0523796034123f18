/* example: runs the examples packs ship beside their rules, and reports what they covered. */
#ifndef LANG_EXAMPLE_H
#define LANG_EXAMPLE_H
#include "lang/why.h"

struct example_result {
    const struct example *example;
    bool passed;
    str said; /* why it failed: what was expected, what came out */
};

struct coverage {
    uint8_t *seen;      /* per node: SEEN_… */
    uint8_t *row_hit;   /* per table row */
    uint32_t *row_base; /* first row of each function in row_hit */
    uint32_t row_count;
};

void coverage_init(struct coverage *c, const struct program *p, struct arena *a);
/* Runs one example; `today` is used when it names none. The result's text lives in `keep`. coverage may be NULL. */
struct example_result example_run(const struct program *p, const struct example *x, date today, struct arena *scratch,
                                  struct arena *keep, struct coverage *coverage);

#endif
