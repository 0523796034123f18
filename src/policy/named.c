/* named: who typed part of a name means one of those that contain it; who mistyped, the nearest. */
#include "policy/named.h"
#include "base/utf8.h"

enum { SUGGESTED_MAX = 3 };

static void suggest(struct text *t, str name, unsigned *n)
{
    if (*n < SUGGESTED_MAX) text_addf(t, "%s“%.*s”", *n > 0 ? "、" : "", STR_ARG(name));
    ++*n;
}

/* Policies whose name contains what was typed; else the one that is nearest to it. */
static void near_policies(const struct program *p, str name, struct text *t)
{
    unsigned n = 0, best = (unsigned)(utf8_count(name) + 1) / 2;
    str near = STR("");
    if (best > 4) best = 4;
    VEC_EACH (const struct policy, q, &p->policies) {
        if (program_policy(p, q->name) != q) continue; /* an older version */
        if (utf8_count(name) >= 2 && str_find(q->name, name) != SIZE_MAX) suggest(t, q->name, &n);
        unsigned d = utf8_distance(name, q->name, best), alias = utf8_distance(name, q->alias, best);
        if (q->alias.len > 0 && alias < d) d = alias;
        if (d < best) best = d, near = q->name;
    }
    if (n == 0 && near.len > 0) suggest(t, near, &n);
}

bool policy_named(const struct program *p, str name, struct arena *a, const struct policy **out, struct err *e)
{
    struct text t;
    const struct policy *q = program_policy(p, name);
    if (q != NULL) {
        *out = q;
        return true;
    }
    text_init(&t, a, 4096);
    near_policies(p, name, &t);
    if (t.len > 0) return fail(e, NOT_FOUND, "没有政策“%.*s”，是不是%.*s？", STR_ARG(name), STR_ARG(text_str(&t)));
    return fail(e, NOT_FOUND, "没有政策“%.*s”；名字要和政策目录里的一样", STR_ARG(name));
}
