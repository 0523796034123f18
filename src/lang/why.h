/* why: what is missing. Walks down from an unknown result to the facts that would settle it. */
#ifndef LANG_WHY_H
#define LANG_WHY_H
#include "lang/eval.h"

struct missing {
    str path;                /* as packs write it, seen from the record: 家庭.低保, 参保缴费(医疗) */
    str whose;               /* "" the subject's own; else 成员第2人 … */
    const struct slot *slot; /* NULL for a judgement */
    struct type type;
    struct record *record; /* where the fact would go */
    node_id node;          /* where it was asked for */
};
typedef VEC(struct missing) missing_list;

/* Adds the facts that node `id` waits for, each once. Nothing when it is not unknown. At most 64 in all. */
void why_missing(struct evaluator *ev, const struct frame *f, node_id id, missing_list *out);
/* A node as a short path for people, without the subject: 家庭.低保, 参保缴费(养老). */
void node_path(struct evaluator *ev, const struct frame *f, node_id id, struct text *out);

#endif
