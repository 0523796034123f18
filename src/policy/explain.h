/* explain: one verdict with everything a person may ask about it: each criterion with its sentence, source and the
 * values it was decided by; the amount step by step; what is missing; the smallest change that would alter it. One
 * structure, rendered as plain Chinese or as JSON: two readers never see two answers. */
#ifndef POLICY_EXPLAIN_H
#define POLICY_EXPLAIN_H
#include "lang/why.h"

enum outcome { OUTCOME_YES, OUTCOME_NO, OUTCOME_UNKNOWN, OUTCOME_ERROR };

/* One line: a condition, how a definition came to its value, or a remark. */
struct clause {
    unsigned depth;       /* how far it stands to the right */
    unsigned below;       /* definitions between it and the policy's own words */
    bool is_definition;   /* text is 名字 = 值, formula tells how */
    bool is_note;         /* a remark: what was left out */
    enum outcome outcome; /* of a condition */
    str text;             /* as the pack says it */
    str formula;          /* of a definition: the branch that was taken */
    str detail;           /* the values it was decided by: 年龄 = 48岁 */
    str source;           /* 文号 条款, of a definition or parameter */
    str trust;            /* 转述高, 转述中, 虚构; empty: read in the original */
};
typedef VEC(struct clause) clause_list;

struct explained_criterion {
    str name, sentence, source, trust;
    bool is_exclusion;
    bool met;             /* the outcome is the one that entitles */
    enum outcome outcome; /* of the condition itself */
    bool assumed;
    str error; /* OUTCOME_ERROR: what went wrong */
    clause_list clauses;
};

struct explained_step {
    str name, formula, detail, value, source, trust;
    bool ok;
    clause_list clauses;
};

/* One thing that would have to be different. */
struct change_part {
    str text;              /* 年龄 达到 50岁（现在 48岁） */
    struct record *record; /* the fact or definition is slot `slot` of this record, `value` is what to put there; */
    uint32_t slot;         /* NULL: not one fact; the condition `node` itself would have to come out as `want` */
    struct value value;
    node_id node;
    bool want;
};

struct change {
    enum verdict_kind then; /* the verdict it leads to, tried */
    VEC(struct change_part) parts;
};

struct explanation {
    const struct program *p;
    const struct policy *policy;
    struct verdict verdict;
    date today, rule_day;
    str summary; /* one sentence */
    str source, trust;
    VEC(struct explained_criterion) criteria;
    VEC(struct explained_step) steps;
    str amount;           /* 512.40元/月; empty when there is none */
    VEC(str) exclusive;   /* policies that cannot be had beside this one (互斥, said here or there) */
    VEC(str) unset;       /* open parameters that wait to be filled, and by whom */
    missing_list missing; /* most useful first; none when the verdict is certain without them */
    VEC(str) missing_ask; /* a question for each */
    VEC(str) missing_path; /* where its answer goes in a file of facts: 就业登记[1].形式; "" when no path leads there */
    VEC(str) changes;                /* the smallest change, tried before it is said */
    VEC(struct change) change_parts; /* the same, taken apart */
};

/* Evaluates and explains. Everything lives in a. */
void explain_policy(struct explanation *x, struct evaluator *ev, struct record *subject, uint32_t policy,
                    struct arena *a);
/* Lines of at most 100 columns. full: definitions below definitions down to the facts, also where a criterion is met;
 * else what a clerk asks first: the values, and below what is not met the definitions it directly rests on. */
void explain_text(const struct explanation *x, bool full, struct text *out);
void explain_json(const struct explanation *x, struct json_writer *w);

#endif
