/* handled: the own conditions of a 事项 as a policy without an amount, so that whatever explains, replays or evaluates
 * policies does it with them. A question, and a receipt, names it 事项：失业登记. */
#ifndef POLICY_HANDLED_H
#define POLICY_HANDLED_H
#include "lang/program.h"

/* A program that has it as its last policy; everything else is shared with `p`. Lives in a. */
const struct program *handled_program(const struct program *p, const struct service *s, struct arena *a);
/* The service a question names, in the version of that day; NULL when it names none. */
const struct service *handled_named(const struct program *p, str name, date rule_day);
str handled_question(const struct service *s, struct arena *a);

#endif
