/* named: the policy a person means by what they typed. */
#ifndef POLICY_NAMED_H
#define POLICY_NAMED_H
#include "base/err.h"
#include "lang/program.h"

/* By name or alias. False with a sentence that suggests what may have been meant. */
bool policy_named(const struct program *p, str name, struct arena *a, const struct policy **out, struct err *e);

#endif
