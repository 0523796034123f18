/* plant: mistakes of registers, put in when a household is made. What was true is kept beside each; people registered
 * twice get a second entry that is not among the facts, since it is nobody. */
#include "city/city_priv.h"
#include "city/ids.h"
#include "city/names.h"

#include <string.h>

/* The same person again, as a clerk typed it the second time. */
static struct fact *again(struct fact_set *s, const struct fact *p)
{
    size_t n = s->facts.len;
    struct fact *f = fact_new(s, ENTITY_person, p->owner);
    unsigned count = entity_fields(ENTITY_person);
    s->facts.len = n; /* not one of the facts */
    memcpy(f->cell, p->cell, count * sizeof *f->cell);
    memcpy(f->state, p->state, count);
    f->number = p->number;
    fact_format(s, f, F_person_number, "P9%08llu", (unsigned long long)p->number);
    return f;
}

static const char *swap_digits(struct arena *a, struct rng *r, const char *id)
{
    char *out = arena_alloc(a, ID_TEXT);
    memcpy(out, id, ID_TEXT);
    for (int i = 0; i < 20; i++) {
        size_t at = 6 + rng_below(r, 10);
        if (out[at] == out[at + 1]) continue;
        char c = out[at];
        out[at] = out[at + 1];
        out[at + 1] = c;
        return out;
    }
    out[16] = (char)(out[16] == '9' ? '0' : out[16] + 1);
    return out;
}

static void twice(struct fact_set *s, struct rng *r, const struct fact *p)
{
    static const uint16_t kinds[6] = { 25, 15, 20, 12, 18, 10 };
    enum plant_kind kind = PLANT_homophone + rng_pick(r, kinds, 6);
    const char *name = fact_get_text(p, F_person_name), *id = fact_get_text(p, F_person_id);
    const char *twin = kind <= PLANT_lookalike ? name_twin(s->arena, name, kind == PLANT_homophone) : NULL;
    if (kind <= PLANT_lookalike && twin == NULL) kind = PLANT_swapped;
    struct fact *f = again(s, p);
    unsigned field = F_person_id;
    if (kind == PLANT_homophone || kind == PLANT_lookalike) {
        field = F_person_name;
        fact_text(f, F_person_name, twin);
        fact_state(f, F_person_id, CELL_UNKNOWN); /* with a name and a number both known it would be no question */
    } else if (kind == PLANT_swapped) {
        fact_text(f, F_person_id, swap_digits(s->arena, r, id));
    } else if (kind == PLANT_fifteen) {
        char *old = arena_alloc(s->arena, ID_TEXT);
        id_fifteen(id, old);
        fact_text(f, F_person_id, old);
    } else if (kind == PLANT_no_id) {
        fact_state(f, F_person_id, CELL_UNKNOWN);
    } else {
        int y, m, d;
        date_parts((date){ (int32_t)fact_get(p, F_person_birth) }, &y, &m, &d);
        field = F_person_birth;
        fact_text(f, F_person_id, str_fmt(s->arena, "%.17s", id).p);
        fact_number(f, F_person_birth,
                    (d <= 12 && d != m ? date_of(y, d, m) : date_of(y, m, d > 14 ? d - 10 : d + 10)).days);
    }
    if (rng_chance(r, 3000)) fact_state(f, F_person_phone, CELL_NONE);
    struct plant *plant = fact_plant(s, kind, f, field);
    size_t at = field - city_entities[ENTITY_person].first;
    plant->true_state = p->state[at];
    plant->true_cell = p->cell[at];
}

static void missing(struct fact_set *s, struct rng *r, struct fact *p)
{
    static const enum city_field fields[] = { F_person_retire_group, F_person_region, F_person_insured_at,
                                              F_person_education,    F_person_hukou,  F_person_wants_work };
    enum city_field field = fields[rng_below(r, sizeof fields / sizeof *fields)];
    if (fact_known(p, field) != CELL_KNOWN) return;
    if (field == F_person_education && !fact_get(p, F_person_graduate_row)) return;
    fact_plant(s, PLANT_missing, p, field);
    fact_state(p, field, CELL_UNKNOWN);
}

static void stale(struct fact_set *s, struct rng *r, struct fact *p)
{
    fact_plant(s, PLANT_stale, p, F_person_address);
    fact_format(s, p, F_person_address, "玄武区旧巷%d号", rng_between(r, 1, 99));
    fact_number(p, F_person_updated, fact_get(p, F_person_updated) - 1500);
}

static void wrong_key(struct fact_set *s, struct rng *r, struct fact *f)
{
    const char *id = fact_get_text(f->owner, F_person_id);
    char *wrong = arena_alloc(s->arena, ID_TEXT);
    bool old = rng_chance(r, 3500);
    memcpy(wrong, id, ID_TEXT);
    if (old)
        id_fifteen(id, wrong);
    else
        wrong[17] = wrong[17] == 'X' || wrong[17] == '9' ? '3' : (char)(wrong[17] + 1);
    f->key = wrong;
    fact_plant(s, old ? PLANT_old_number : PLANT_wrong_digit, f, F_COUNT);
}

void plant_household(struct city *c, struct fact_set *s)
{
    size_t n = s->facts.len;
    for (size_t i = 0; i < n; i++) {
        struct fact *f = s->facts.at[i];
        if (f->entity == ENTITY_person) {
            struct rng r = rng_of(c->o.seed, RNG_PLANT, f->number);
            bool doubled = rng_chance(&r, KNOB_plant_twice), lacks = rng_chance(&r, KNOB_plant_missing);
            bool old = rng_chance(&r, KNOB_plant_stale);
            int64_t born = fact_get(f, F_person_birth);
            if (born > c->base.days - 16 * 365 ||
                (fact_known(f, F_person_death) == CELL_KNOWN && fact_get(f, F_person_death) < c->base.days))
                continue;
            struct rng own = rng_of(c->o.seed, RNG_PLANT, f->number | UINT64_C(1) << 60);
            if (doubled && c->o.day == 1 && !s->no_text) twice(s, &own, f); /* the second day has none of its own */
            if (lacks) missing(s, &r, f);
            if (old && !lacks && fact_get(f, F_person_updated) <= c->base.days) stale(s, &r, f);
        } else if (!s->no_text && (f->entity == ENTITY_training || f->entity == ENTITY_certificate)) {
            struct rng r = rng_of(c->o.seed, RNG_PLANT, f->owner->number | UINT64_C(1) << 61);
            if (rng_chance(&r, KNOB_plant_digit)) wrong_key(s, &r, f);
        }
    }
    VEC_EACH (const struct plant, p, &s->plants) c->n.planted[p->kind]++;
}
