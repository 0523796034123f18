/* Making a whole city: who is made in which order, for files and pool alike. */
#ifndef CITY_RUN_PRIV_H
#define CITY_RUN_PRIV_H
#include "city/city_priv.h"

/* Institutions, then all people by household, then firms with what their people add up to. `take` gets each set once.
 * before (with its set) is the same city on the first day, made alongside; NULL: none. */
bool city_run(struct city *c, struct city *before, struct fact_set *before_set, city_take take, void *to,
              struct err *e);
void city_report(const struct city_counts *n, struct text *out);
/* How far counted figures may be from published ones: the worst excess over the tolerance, of 10,000; 0 when all hold.
 */
uint64_t city_excess(const struct city_counts *n);

#endif
