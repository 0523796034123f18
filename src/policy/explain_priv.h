/* explain_priv: the parts of an explanation: explain.c leads, explain_clause.c walks a condition down to the facts,
 * explain_detail.c has the values beside a line,
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

/* -- explain_detail.c -- */
/* What sentences are made with: the values behind them, and where they live. */
struct speech {
    struct evaluator *ev;
    struct arena *a;
};
/* A node as the pack says it; its value; the path it reads; a parameter with its key. */
str speak_node(const struct speech *w, node_id id);
str speak_value(const struct speech *w, node_id id, struct value v);
str speak_path(const struct speech *w, const struct frame *f, node_id id);
str speak_param(const struct speech *w, const struct frame *f, node_id id);
/* One spell with its days and fields. */
void speak_spell(const struct speech *w, const struct record *r, struct text *t);
/* 名字 = 值，… of the facts, definitions and parameters below a node; empty for what is itself a name: its outcome says
 * all. */
str speak_detail(const struct speech *w, const struct frame *f, node_id id);
/* One 名字 = 值 behind others, unless it is there already. */
void speak_pair(struct text *out, str name, str value);
/* speak_detail behind what is in out. */
void speak_unless_name(const struct speech *w, const struct frame *f, node_id id, struct text *out);
/* The same of any node; of what is below one. */
void speak_values(const struct speech *w, const struct frame *f, node_id id, struct text *out);
void speak_kids(const struct speech *w, const struct frame *f, const struct node *n, struct text *out);

/* -- explain_change.c, explain_ask.c -- */
void explain_changes(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a);
void explain_missing(struct explanation *x, struct evaluator *ev, struct record *subject, struct arena *a);

#endif
