/* proof: all examples of a pack run, and what they have seen. `leye test` and the studio say the same because both say
 * what is here. */
#ifndef PACK_PROOF_H
#define PACK_PROOF_H
#include "base/date.h"
#include "lang/example.h"

struct proof {
    VEC(struct example_result) results; /* in the order of the packs */
    size_t passed, failed;
    size_t waiting; /* not run: the time was over */
    struct coverage coverage;
    size_t criteria, full; /* criteria; those seen true, false and unknown */
    size_t rows, rows_hit; /* of tables */
};

/* Whether a declaration counts: those of the lowest pack; upper packs are tested on their own, where open parameters
 * are still open. all: every pack's. */
bool proof_counts(const struct program *p, uint16_t pack, bool all);
/* The program must be without mistakes. go_on: asked before every example, false ends; NULL: to the end. Lives in a. */
void proof_run(const struct program *p, bool all, date today, bool (*go_on)(void *ctx), void *ctx, struct arena *a,
               struct proof *out);

#endif
