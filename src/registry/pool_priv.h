/* pool_priv: between building a pool and bringing it up to date. */
#ifndef REGISTRY_POOL_PRIV_H
#define REGISTRY_POOL_PRIV_H
#include "registry/registry_priv.h"

/* Sets all cells of a subject's row anew, or (entity a spell or history) all rows of the owner at `row`. */
bool pool_update_row(struct registry *r, const struct vocab *v, const struct pool *p, struct pool_change *c,
                     uint16_t entity, uint32_t row, int64_t id, struct err *e);

#endif
