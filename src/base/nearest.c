/* nearest: of a name that is not there, the one that was probably meant. */
#include "base/nearest.h"
#include "base/utf8.h"

void nearest_start(struct nearest *n, str name)
{
    *n = (struct nearest){ .name = name,
                           .best = STR(""),
                           .distance = utf8_count(name) < 2   ? 1
                                       : utf8_count(name) < 4 ? 2
                                                              : 3 }; /* of three one may be wrong */
}

void nearest_offer(struct nearest *n, str candidate)
{
    unsigned d = utf8_distance(n->name, candidate, n->distance);
    bool in_common = d < utf8_count(n->name) || d < utf8_count(candidate);
    if (d < n->distance && in_common) n->distance = d, n->best = candidate;
}
