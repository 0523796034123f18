/* nearest: of a name that is not there, the one that was probably meant: start with what was written, offer every name
 * there is, and read `best`: an empty str when none is near enough to be a slip. Names are borrowed. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H
#include "base/str.h"

struct nearest {
    str name, best;
    unsigned distance;
};
void nearest_start(struct nearest *n, str name);
void nearest_offer(struct nearest *n, str candidate);

#endif
