/* explain_priv: the parts of an explanation: explain.c walks, explain_change.c finds what would alter the verdict and what to
 * ask, explain_print.c renders. */
#ifndef POLICY_EXPLAIN_PRIV_H
#define POLICY_EXPLAIN_PRIV_H
#include "policy/explain.h"

enum outcome outcome_of(struct value v);
str explain_source_text(const struct program *p, struct loc l);
str explain_value(const struct program *p, struct arena *a, struct type t, struct value v);
void explain_missing(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a);
void explain_changes(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a);

#endif
