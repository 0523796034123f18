/* explain: one verdict with everything a person may ask about it: each criterion with its sentence, source and the values it
 * was decided by; the amount step by step; what is missing; the smallest change that would alter it. One structure, rendered
 * as plain Chinese or as JSON: two readers never see two answers. */
#ifndef POLICY_EXPLAIN_H
#define POLICY_EXPLAIN_H
#include "lang/why.h"

enum outcome { OUTCOME_YES, OUTCOME_NO, OUTCOME_UNKNOWN, OUTCOME_ERROR };

/* One clause: a condition, or how a definition came to its value. */
struct clause {
    unsigned depth;
    bool is_definition;   /* text is 名字 = 值, formula tells how */
    enum outcome outcome; /* of a condition */
    str text;             /* as the pack says it */
    str detail;           /* the values it was decided by: 年龄 = 48岁 */
    str formula;          /* of a definition: the branch that was taken */
    str source;           /* 文号 条款 */
    str trust;            /* 转述高, 转述中, 虚构; empty: read in the original */
};
typedef VEC(struct clause) clause_list;

struct explained_criterion {
    str name, sentence, source;
    bool is_exclusion;
    bool met;             /* the outcome is the one that entitles */
    enum outcome outcome; /* of the condition itself */
    bool assumed;
    str error;            /* OUTCOME_ERROR: what went wrong */
    clause_list clauses;
};

struct explained_step {
    str name, formula, value, source;
    bool ok;
    clause_list clauses;
};

struct explanation {
    const struct program *p;
    const struct policy *policy;
    struct verdict verdict;
    date today, rule_day;
    str summary;             /* one sentence */
    str source, trust;
    VEC(struct explained_criterion) criteria;
    VEC(struct explained_step) steps;
    str amount;              /* 512.40元/月; empty when there is none */
    VEC(str) unset;          /* open parameters that wait to be filled, and by whom */
    missing_list missing;    /* most useful first */
    VEC(str) missing_ask;    /* a line for each: what to give, as an example writes it */
    VEC(str) changes;        /* the smallest change, tried before it is said */
};

/* Evaluates and explains. Everything lives in a. */
void explain_policy(struct explanation *x, struct evaluator *ev, struct record *subject, uint32_t policy, struct arena *a);
/* full: every definition below every clause; else only those a clause directly rests on. */
void explain_text(const struct explanation *x, bool full, struct text *out);
void explain_json(const struct explanation *x, struct json_writer *w);

#endif
