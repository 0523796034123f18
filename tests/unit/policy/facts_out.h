/* Facts written back as JSON: what facts_json reads must be the same facts again. */
#ifndef UNIT_POLICY_FACTS_OUT_H
#define UNIT_POLICY_FACTS_OUT_H
#include "lang/facts_write.h"
#include "unit/policy/helpers.h"

struct facts_out { /* one fact being written */
    const struct program *p;
    struct arena *a;
    struct json_writer w;
};

static inline void put_scalar(struct facts_out *o, struct type t, struct value v)
{
    facts_write_value(&o->w, o->p, t, v, o->a);
}

static inline str facts_as_json(const struct program *p, const struct record *subject, const struct need *need,
                                struct arena *a)
{
    struct text out;
    struct json_writer w;
    text_init(&out, a, TEXT_MAX);
    json_begin(&w, &out, false);
    facts_write(&w, p, subject, need, a);
    CHECK(!out.over);
    return text_str(&out);
}

#endif
