/* check_service: looking up services and their times. */
#include "lang/check_priv.h"

#define INDEX_OF(ptr) ((size_t)(uintptr_t)(ptr)-1)

const struct service *program_service(const struct program *p, str name)
{
    void *found = map_get(&p->service_by_name, name);
    if (found != NULL) return &p->services.at[INDEX_OF(found)];
    VEC_EACH (const struct service, s, &p->services) {
        if (s->alias.len > 0 && str_eq(s->alias, name)) return s;
    }
    return NULL;
}

const struct service *service_on(const struct program *p, uint32_t service, date day)
{
    for (uint32_t v = service + 1; v != 0; v = p->services.at[v - 1].older) {
        const struct service *s = &p->services.at[v - 1];
        if ((!s->has_from || s->from.days <= day.days) && (!s->has_to || day.days <= s->to.days)) return s;
    }
    return NULL;
}

struct service_time service_time_on(const struct program *p, struct service_time t, date day)
{
    if (t.param == 0) return t;
    const struct param *q = &p->params.at[t.param - 1];
    const struct param_row *row = NULL;
    VEC_EACH (const struct param_row, r, &q->rows) {
        if (r->from.days <= day.days) row = r;
    }
    t.count = row == NULL || row->ended || row->value.state != VALUE_KNOWN ? 0 : (uint16_t)row->value.number;
    return t;
}
