/* alike: which expressions of a program are the same, though written in several places. */
#ifndef LANG_ALIKE_H
#define LANG_ALIKE_H
#include "lang/program.h"

/* For each node the first one that is the same operation on the same operands: for all records and days both have one
 * value. Nodes that are the same may stand for different places in the text. Lives in a. */
const node_id *program_alike(const struct program *p, struct arena *a);

#endif
