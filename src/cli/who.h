/* who: the columns that tell people whom a line of a list is about: keys, name, telephone, masked by their class. A
 * list goes from desk to desk; whoever must know more asks the register for the number in the first column. */
#ifndef CLI_WHO_H
#define CLI_WHO_H
#include "cli/place.h"

enum { WHO_COLUMNS_MAX = 8 };

struct who {
    const struct place *place;
    const struct slot *slots[WHO_COLUMNS_MAX];
    size_t count;
    struct store_stmt *query; /* NULL: no register */
};
/* Ended by who_done. */
bool who_of(const struct place *p, uint16_t entity, struct who *out, struct err *e);
/* The cells of one subject, count of them (none without a register), in the place's arena. */
bool who_cells(const struct who *w, uint64_t id, str *cells, struct err *e);
void who_done(struct who *w);

#endif
