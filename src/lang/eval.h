/* eval: the row evaluator: one case at a time, exact, three-valued. It is the reference that faster evaluators must
 * agree with, and what explains a verdict: any node can be evaluated in the frame it belongs to. */
#ifndef LANG_EVAL_H
#define LANG_EVAL_H
#include "lang/facts.h"
#include "lang/limits.h"

struct frame {
    struct record *elements[LIMIT_LEVELS + 1]; /* [0] the subject, [n] the element of the n-th 满足 */
    const struct value *locals;                /* parameters, steps or table inputs */
};

/* For coverage: how a node came out, ORed over all evaluations. */
enum { SEEN_TRUE = 1, SEEN_FALSE = 2, SEEN_UNKNOWN = 4, SEEN_ERROR = 8, SEEN_VALUE = 16 };

/* Pretends that a node had this value: how "what would change it" is tried before it is said. */
struct forced {
    node_id node;
    struct value value;
};

/* Values of nodes asked for again and again while one verdict is explained. A value takes the place of another that
 * falls on the same number; who wants to know it again computes it again. */
enum { EVAL_MEMORY = 256 };
struct eval_memory {
    struct remembered {
        node_id node; /* 0: none yet */
        const struct record *record;
        struct value value;
    } at[EVAL_MEMORY];
};

struct evaluator {
    const struct program *p;
    struct arena *a; /* scratch for one case */
    date today, rule_day;
    uint32_t generation; /* of cached definitions */
    uint32_t steps;
    uint8_t *seen;            /* per node, or NULL */
    uint8_t *row_hit;         /* per table row (see row_base), or NULL */
    const uint32_t *row_base; /* first row number of each function in row_hit */
    const struct forced *forced;
    size_t forced_count;
    struct eval_memory
        *memory; /* NULL: nothing is remembered. Facts, days and `forced` stay the same while it is set */
};

enum verdict_kind { VERDICT_QUALIFIED, VERDICT_REFUSED, VERDICT_PENDING, VERDICT_ERROR, VERDICT_NOT_IN_FORCE };

struct verdict {
    enum verdict_kind kind;
    bool assumed;                /* rests on facts nobody compared */
    const struct policy *policy; /* the version in force; the newest when none is */
    struct value *criteria;      /* one per criterion; for an exclusion: of the exclusion itself */
    struct value *steps;         /* one per step of the amount; all unknown when refused */
    struct value amount;         /* of the last step */
    bool amount_unset;           /* an open parameter nobody filled is in it: nothing may be paid */
};

/* A new case: forgets every cached definition. */
void eval_start(struct evaluator *ev, const struct program *p, struct arena *scratch, date today, date rule_day);
struct value eval_node(struct evaluator *ev, const struct frame *f, node_id id);
/* A definition or table of a record, without arguments. */
struct value eval_func(struct evaluator *ev, struct record *r, uint32_t func);
/* A definition with parameters; an argument that is not known is the result. */
struct value eval_func_with(struct evaluator *ev, struct record *r, uint32_t func, const struct value *args);
/* The verdict of the version of the policy in force on the rule day. Arrays live in ev->a. */
struct verdict eval_policy(struct evaluator *ev, struct record *r, uint32_t policy);
/* True when eval_policy would refuse; the amount is not computed, nor criteria after one that decides. */
bool eval_refuses(struct evaluator *ev, struct record *r, uint32_t policy);

/* The version of a definition or policy in force on a day; NULL when none is. */
const struct func *func_on(const struct program *p, uint32_t func, date day);
const struct policy *policy_on(const struct program *p, uint32_t policy, date day);
/* The row of a parameter that holds for an item on a day; NULL when there is none. */
const struct param_row *param_row_on(const struct param *q, uint32_t item, date day);
/* The elements a group or history node stands for; false (with the value) when it is not known. True with an unknown
 * value: there may be more elements than these (months after 已知至, kinds nobody knows). */
bool eval_elements(struct evaluator *ev, const struct frame *f, node_id group, struct record ***out, uint32_t *count,
                   struct value *why);

const char *verdict_zh(enum verdict_kind k);

#endif
