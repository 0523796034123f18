/* receipt: what a decision rested on, so that it can be made again bit for bit years later: hashes of the rules, dates,
 * the facts as they were given, the result, and hashes over each and over all. It proves that nothing was changed by
 * accident or by an honest hand; it is not signed, so it does not prove who wrote it. */
#ifndef POLICY_RECEIPT_H
#define POLICY_RECEIPT_H
#include "pack/pack.h"
#include "policy/explain.h"
#include "vocab/vocab.h"

/* What is asked: a policy for the facts of a JSON object on given dates. */
struct question {
    str policy;
    const struct json *facts;
    date today, rule_day;
};

/* What a policy reads of a row of its subjects, as a file of facts: what is explained is what a receipt keeps. LIMIT:
 * too much hangs together with it (a very large employer). Lives in a. */
bool question_facts(const struct vocab *v, const struct pool *pool, const struct policy *policy, uint32_t row,
                    struct arena *a, const struct json **out, struct err *e);

/* Answers a question with the packs of a set. All in a. */
bool answer(struct explanation *x, const struct pack_set *set, const struct question *q, struct arena *a,
            struct err *e);
/* The receipt of an answer, as JSON. */
bool receipt_write(const struct explanation *x, const struct question *q, struct text *out, struct err *e);
/* Reads a receipt and answers its question again with `set`. *same: nothing in it was changed, and rules and result are
 * the ones of the receipt; else `why` says, a line each, what was changed and what comes out differently. False when it
 * is no receipt, or its question can no longer be answered. */
bool receipt_replay(str receipt, const struct pack_set *set, struct arena *a, bool *same, struct text *why,
                    struct err *e);

/* The question a receipt answers, to be asked once more; lives in a. */
bool receipt_question(str receipt, struct arena *a, struct question *out, struct err *e);

/* What was decided then, and what other rules would decide of the same facts on the same day. */
struct receipt_outcome {
    str policy, verdict, amount; /* as people read them */
};
bool receipt_retry(str receipt, const struct pack_set *set, struct arena *a, struct receipt_outcome *was,
                   struct receipt_outcome *is, struct err *e);

#endif
