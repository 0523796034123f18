/* handled: a copy of the program's own struct with one policy more. Nodes, facts and names are the same ones. */
#include "policy/handled.h"

static const char prefix[] = "事项：";

const struct program *handled_program(const struct program *p, const struct service *s, struct arena *a)
{
    struct program *q = ARENA_NEW(a, struct program);
    *q = *p;
    q->policies.at = ARENA_ARRAY(a, struct policy, p->policies.len + 1);
    q->policies.cap = p->policies.len + 1;
    for (size_t i = 0; i < p->policies.len; i++) q->policies.at[i] = p->policies.at[i];
    q->policies.at[q->policies.len++] = (struct policy){ .decl = s->decl,
                                                         .name = s->name,
                                                         .alias = s->alias,
                                                         .id = (uint32_t)p->policies.len,
                                                         .entity = s->entity,
                                                         .criteria = s->criteria };
    return q;
}

const struct service *handled_named(const struct program *p, str name, date rule_day)
{
    if (!str_starts(name, str_of(prefix))) return NULL;
    const struct service *s = program_service(p, str_slice(name, sizeof prefix - 1, name.len));
    return s == NULL ? NULL : service_on(p, s->id, rule_day);
}

str handled_question(const struct service *s, struct arena *a)
{
    return str_fmt(a, "%s%.*s", prefix, STR_ARG(s->name));
}
