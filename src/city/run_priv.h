/* Making a whole city: who is made in which order, for files and pool alike. */
#ifndef CITY_RUN_PRIV_H
#define CITY_RUN_PRIV_H
#include "city/city_priv.h"

/* Institutions, then all people by household, then firms with what their people add up to. Several hands (threads) make
 * pieces of it at a time; what they made is put down piece by piece in the order of the city, so that it is the same
 * however many there are. At most one piece for each hand is held.
 *
 * hands[0].c is the city (hands[0].before the same on the first day, made alongside, or NULL); the others get copies
 * that live as long, and what they count is added to it. */
bool city_run(struct city_hand *hands, size_t count, struct err *e);
/* How many hands there are when nothing was said: as many as processors, at most CITY_THREADS_MAX. */
size_t city_threads(const struct city_options *o);
void city_report(const struct city_counts *n, struct text *out);
/* How far counted figures may be from published ones: the worst excess over the tolerance, of 10,000; 0 when all hold.
 */
uint64_t city_excess(const struct city_counts *n);

#endif
