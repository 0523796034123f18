/* check_expr_priv: what the parts of the expression checker share. check_expr.c leads; check_name.c knows names,
 * check_operator.c operators, check_call.c functions and groups. Each gives the node of an expression, 0 after a diag.
 */
#ifndef LANG_CHECK_EXPR_PRIV_H
#define LANG_CHECK_EXPR_PRIV_H
#include "lang/check_priv.h"

static const struct type BOOL = { .kind = TYPE_BOOL };
static const struct type DATE = { .kind = TYPE_DATE };
static const struct type MONTH = { .kind = TYPE_MONTH };

static inline node_id make1(struct checker *c, enum op op, struct type t, struct loc loc, node_id a)
{
    return make_node(c, op, t, loc, &a, 1);
}

static inline node_id make2(struct checker *c, enum op op, struct type t, struct loc loc, node_id a, node_id b)
{
    return make_node(c, op, t, loc, (node_id[]){ a, b }, 2);
}

static inline struct node *at(struct checker *c, node_id id) { return &c->p->nodes.at[id]; }

/* -- check_expr.c -- */
/* Says that `what` wants one type or unit and got another. */
void say_mismatch(struct checker *c, struct loc loc, struct type got, struct type want, const char *what);
/* The node itself; 0, with a diag, for a division that nobody rounded. */
node_id check_no_quotient(struct checker *c, node_id id);
bool check_is_num(struct checker *c, node_id id, const struct expr *x);

/* -- check_name.c -- */
/* The element at hand on a level of 满足; level 0: the subject. */
node_id make_element(struct checker *c, unsigned level, struct loc loc);
/* A parameter, on the rule day or on the day of a node. */
node_id check_param(struct checker *c, uint32_t index, const struct expr *x, node_id on_day);
/* A name or a path, called or not. as_record: a dot follows. hint: what the other side of a comparison is, or NULL. */
node_id check_name(struct checker *c, const struct expr *x, const struct expr *callee, const struct type *hint,
                   bool as_record);
node_id check_path(struct checker *c, const struct expr *x, const struct expr *path, bool as_record);

/* -- check_operator.c -- */
/* Brings two numbers to one scale. A quotient keeps its own. */
void make_aligned(struct checker *c, node_id *a, node_id *b);
/* Brings values that are alternatives of one another to one type and one scale; false after a diag. */
bool make_unified(struct checker *c, node_id *ids, const struct loc *locs, unsigned n, struct type *out);
/* Whether values of two types can be compared; order: which is more. False after a diag. */
bool check_comparable(struct checker *c, struct type a, struct type b, struct loc loc, bool order);
node_id check_chain(struct checker *c, const struct expr *x, enum op op);
node_id check_binary(struct checker *c, const struct expr *x, const struct type *hint);
node_id check_round(struct checker *c, const struct expr *x);
node_id check_in(struct checker *c, const struct expr *x);
node_id check_if(struct checker *c, const struct expr *x, const struct type *hint);

/* -- check_call.c -- */
node_id check_quant(struct checker *c, const struct expr *x); /* 任一, 全部 … 满足 */
node_id check_call(struct checker *c, const struct expr *x, const struct type *hint);
node_id check_at(struct checker *c, const struct expr *x); /* 参数 于 日期 */

#endif
