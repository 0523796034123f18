/* tally_priv: what counting and listing share. */
#ifndef TALLY_TALLY_PRIV_H
#define TALLY_TALLY_PRIV_H
#include "tally/tally.h"

/* The slot of the area of an entity, -1 when everything is counted as one, and its code list; *list must be that of the
 * others, if it is not NULL. */
bool tally_area_list(const struct tally_job *job, uint16_t table, int *slot, const struct code_list **list,
                     struct err *e);
/* The day a month is asked as of. */
date tally_day(const struct tally_job *job, month m);

#endif
