/* eval_priv: what the parts of the row evaluator share. eval.c leads and holds what works on single values;
 * eval_group.c looks at groups, spells and months, eval_rule.c at definitions, tables, parameters and policies. Small
 * helpers are inline: they run for every node. */
#ifndef LANG_EVAL_PRIV_H
#define LANG_EVAL_PRIV_H
#include "lang/eval.h"

#include <assert.h>

/* eval_node stands on the stack once for each level of nesting, up to LIMIT_EVAL_DEPTH times. What the operations need
 * for themselves must not be part of its frame. */
#define OWN_FRAME __attribute__((noinline))

static inline struct value kid(struct evaluator *ev, const struct frame *f, const struct node *n, unsigned i)
{
    return eval_node(ev, f, node_kid(ev->p, n, i));
}

static inline const struct type *kid_type(const struct evaluator *ev, const struct node *n, unsigned i)
{
    return &node_at(ev->p, node_kid(ev->p, n, i))->type;
}

/* Of two operands the one that decides the result of a strict operation: error over unknown over none over known. */
static inline struct value worst_of(struct value a, struct value b)
{
    static const uint8_t weight[] = { [VALUE_KNOWN] = 0, [VALUE_NONE] = 1, [VALUE_UNKNOWN] = 2, [VALUE_ERROR] = 3 };
    struct value worst = weight[b.state] > weight[a.state] ? b : a;
    worst.assumed = a.assumed || b.assumed;
    return worst;
}

/* 无 where a truth value is asked for: it does not hold. */
static inline struct value not_so(struct value none)
{
    none.state = VALUE_KNOWN;
    none.boolean = false;
    return none;
}

/* Evaluates all kids. False: *out is the result (error over unknown over none); true: all are known. */
static inline bool strict(struct evaluator *ev, const struct frame *f, const struct node *n, struct value *v,
                          struct value *out)
{
    struct value worst = { .state = VALUE_KNOWN };
    for (unsigned i = 0; i < n->kid_count; i++) {
        v[i] = kid(ev, f, n, i);
        worst = worst_of(worst, v[i]);
    }
    *out = worst;
    return worst.state == VALUE_KNOWN;
}

static inline struct value fault_at(enum value_error e, node_id id) { return value_error(e, id); }

/* Kleene 且 (decides on false) and 或 (decides on true), with errors between unknown and deciding. */
struct kleene {
    bool decides, decided;
    bool decided_assumed, assumed;
    struct value worst;
};

static inline struct kleene kleene_start(bool decides)
{
    return (struct kleene){ .decides = decides, .decided_assumed = true, .worst = { .state = VALUE_KNOWN } };
}

/* True when nothing after it can change the value (a decision not resting on assumed facts). */
static inline bool kleene_add(struct kleene *k, struct value v)
{
    if (v.state == VALUE_NONE) v = not_so(v);
    if (v.state == VALUE_KNOWN && v.boolean == k->decides) {
        k->decided = true;
        k->decided_assumed = k->decided_assumed && v.assumed;
        return !v.assumed;
    }
    k->assumed = k->assumed || v.assumed;
    if (v.state == VALUE_ERROR && k->worst.state != VALUE_ERROR) k->worst = v;
    if (v.state == VALUE_UNKNOWN && k->worst.state == VALUE_KNOWN) k->worst = v;
    return false;
}

static inline struct value kleene_end(const struct kleene *k)
{
    struct value v;
    if (k->decided) {
        v = value_bool(k->decides);
        v.assumed = k->decided_assumed;
        return v;
    }
    v = k->worst.state == VALUE_KNOWN ? value_bool(!k->decides) : k->worst;
    v.assumed = k->assumed;
    return v;
}

static inline struct value eval_not(struct value v)
{
    if (v.state == VALUE_NONE) {
        bool assumed = v.assumed;
        v = value_bool(true);
        v.assumed = assumed;
    } else if (v.state == VALUE_KNOWN) {
        v.boolean = !v.boolean;
    }
    return v;
}

/* -- eval_group.c -- */
struct value eval_spell_active(struct evaluator *ev, const struct frame *f, const struct node *n, bool want_record);
struct value eval_spell_extreme(struct evaluator *ev, const struct frame *f, const struct node *n, bool last);
struct value eval_spell_measure(struct evaluator *ev, const struct frame *f, const struct node *n);
struct value eval_months_measure(struct evaluator *ev, const struct frame *f, const struct node *n);
struct value eval_month_look(struct evaluator *ev, const struct frame *f, const struct node *n);
struct value eval_over_group(struct evaluator *ev, const struct frame *f, const struct node *n, node_id id);

/* -- eval_rule.c -- */
struct value eval_rule_call(struct evaluator *ev, const struct frame *f, const struct node *n);
struct value eval_rule_param(struct evaluator *ev, const struct frame *f, const struct node *n, node_id id);
struct value eval_rule_qualifies(struct evaluator *ev, const struct frame *f, const struct node *n);

#endif
