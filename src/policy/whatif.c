/* whatif: one walk over the subjects per policy, with the two lists of amounts beside it. */
#include "policy/whatif.h"

#include <string.h>

/* The amounts of one policy, walked along with growing rows. */
struct walk {
    const struct found_policy *p; /* NULL: the policy does not exist there: nobody qualifies */
    size_t at;
};

struct person {
    bool in, has_sum;
    int64_t sum;
};

static struct person next(struct walk *w, uint32_t row)
{
    struct person out = { 0 };
    if (w->p == NULL) return out;
    out.in = (*found_byte(w->p->kinds, row) & FOUND_KIND) == VERDICT_QUALIFIED;
    if (w->at < w->p->paid_count && w->p->paid_row[w->at] == row) {
        out.has_sum = true;
        out.sum = w->p->paid[w->at++];
    }
    return out;
}

static void count(struct whatif_count *c, struct person old, struct person new)
{
    c->before += old.in, c->after += new.in;
    c->winners += new.in && !old.in, c->losers += old.in && !new.in;
    bool both = old.in && new.in &&old.has_sum &&new.has_sum;
    c->more += both && new.sum > old.sum, c->less += both &&new.sum < old.sum;
    if (old.has_sum) c->cost_before += old.sum;
    if (new.has_sum) c->cost_after += new.sum;
}

static void compare(const struct findings *f, const struct found_policy *old, const struct found_policy *new,
                    const struct division *division, str entity, struct arena *a, struct whatif_policy *out)
{
    const struct found_policy *any = new != NULL ? new : old;
    const struct found_subjects *who = &f->subjects.at[any->subjects];
    *out = (struct whatif_policy){ .name = any->name,
                                   .unit = any->unit,
                                   .scale = any->scale,
                                   .was = old != NULL,
                                   .is = new != NULL,
                                   .subjects = any->subjects };
    if (division != NULL && str_eq(who->entity, entity))
        out->groups = ARENA_ARRAY(a, struct whatif_count, division->count);
    struct walk before = { .p = old }, after = { .p = new };
    for (uint32_t i = 0; i < who->count; i++) {
        struct person x = next(&before, i), y = next(&after, i);
        count(&out->all, x, y);
        if (division != NULL && out->groups != NULL) count(&out->groups[division->of[i]], x, y);
    }
}

void whatif_compare(const struct findings *old, const struct findings *new, const struct division *division, str entity,
                    struct arena *a, whatif_list *out)
{
    VEC_EACH (const struct found_policy, p, &new->policies)
        compare(new, findings_policy(old, p->name), p, division, entity, a, vec_push(a, out));
    VEC_EACH (const struct found_policy, p, &old->policies) {
        if (findings_policy(new, p->name) == NULL) compare(old, p, NULL, division, entity, a, vec_push(a, out));
    }
}

bool whatif_same(const struct whatif_policy *p)
{
    const struct whatif_count *c = &p->all;
    return c->winners == 0 && c->losers == 0 && c->more == 0 && c->less == 0 && c->cost_before == c->cost_after;
}
