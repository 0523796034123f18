/* explain_priv: the parts of an explanation: explain.c leads, explain_clause.c walks a condition down to the facts,
 * explain_change.c finds what would alter the verdict, explain_ask.c what to ask, explain_print.c renders. */
#ifndef POLICY_EXPLAIN_PRIV_H
#define POLICY_EXPLAIN_PRIV_H
#include "policy/explain.h"

enum { EXPLAIN_TEXT_MAX = 8192 }; /* one line of values: far above what is ever shown, so that nothing is cut by it */

enum outcome outcome_of(struct value v);
/* Text of an expression on one line, as the pack says it. */
str explain_words(const struct program *p, struct arena *a, struct loc l);
/* A value as people read it; a text of the facts that would fill the screen is shortened. */
str explain_value(const struct program *p, struct arena *a, struct type t, struct value v);
/* 文号 条款；文号 条款: an 依据 on the line itself, and those among fields. */
str explain_cites(struct arena *a, const struct ast_field *inline_cite, const field_list *fields);
/* How sure these citations are: the mark 可信 among the fields, else the least sure of the sources. "": read in the
 * original. */
str explain_trust(const struct program *p, const struct ast_field *inline_cite, const field_list *fields);

/* -- explain_clause.c -- */
/* The lines of a condition. */
void explain_clauses(struct evaluator *ev, const struct frame *f, node_id condition, clause_list *out, struct arena *a);
/* The definitions and parameters a value rests on. */
void explain_rests_on(struct evaluator *ev, const struct frame *f, node_id value, clause_list *out, struct arena *a);
/* 名字 = 值，… below a node. */
str explain_detail(struct evaluator *ev, const struct frame *f, node_id id, struct arena *a);

/* -- explain_change.c, explain_ask.c -- */
void explain_changes(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a);
void explain_missing(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a);

#endif
