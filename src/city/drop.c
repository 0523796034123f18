/* drop: the table of files, and one fact as a row of one of them. */
#include "city/drop_priv.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define ALL               { { SELF, FIELD_COUNT } }
#define WHEN(field)       { { SELF, F_##field } }
#define WHEN_RELIEF       { { HOME, F_household_allowance }, { SELF, F_person_supported } }
#define WHEN_VILLAGE                                                                                      \
    {                                                                                                     \
        { SELF, F_household_low_income }, { SELF, F_household_out_of_poverty }, { SELF, F_household_watched } \
    }
#define WHEN_RURAL                                                                                                  \
    {                                                                                                               \
        { SELF, F_person_land_taken }, { SELF, F_person_fisher }, { SELF, F_person_relocated },                     \
            { SELF, F_person_returned }, { SELF, F_person_farm_founder }, { SELF, F_person_migrant }                \
    }
#define WHEN_SPECIAL                                                                                          \
    {                                                                                                         \
        { SELF, F_person_closed_plant }, { SELF, F_person_net_trader }, { SELF, F_person_village_post }       \
    }

const struct drop city_drops[DROP_COUNT] = {
#define DROP(id, file, encoding, entity, when, rest) { file, rest, encoding, ENTITY_##entity, when, {
#define COL(heading, whose, field, how)              { heading, whose, F_##field, HOW_##how },
#define END                                          } },
#include "city/drops.def"
#undef DROP
#undef COL
#undef END
};

static const struct fact *of(const struct fact *f, enum whose whose)
{
    return whose == SELF ? f : whose == OWNER ? f->owner : f->entity == ENTITY_household ? f : f->home;
}

bool drop_has(const struct drop *d, const struct fact *f)
{
    if (d->entity != f->entity) return false;
    if (d->when[0].field == FIELD_COUNT) return true;
    for (const struct drop_when *w = d->when; w < d->when + DROP_WHENS; w++) {
        if (w > d->when && w->field == 0) break;
        const struct fact *g = of(f, w->whose);
        if (fact_known(g, w->field) != CELL_KNOWN) continue;
        if (city_fields[w->field].kind != CELL_BOOL || fact_get(g, w->field) != 0) return true;
    }
    return false;
}

bool codes_find(struct codes *out, const struct program *p, struct arena *a, struct err *e)
{
    for (size_t i = 0; i < CODE_COUNT; i++) {
        const struct code_list *list = NULL;
        VEC_EACH (struct code_list, l, &p->code_lists) {
            if (str_eq(l->name, str_of(city_code_list[i]))) list = l;
        }
        const struct code_item_def *found = NULL;
        (void)found;
        if (list == NULL) return fail(e, MISMATCH, "规则包里没有代码表“%s”，造不了这座城市", city_code_list[i]);
    }
    (void)a, (void)out;
    return true;
}
