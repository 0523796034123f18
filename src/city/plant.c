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
    enum plant_kind kind = (enum plant_kind)(PLANT_homophone + rng_pick(r, kinds, 6));
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

/* "有限公司" at the end of a name as people also write it. */
static const char *other_form(struct arena *a, const char *name)
{
    static const char ending[] = "有限公司";
    size_t len = strlen(name), n = sizeof ending - 1;
    if (len <= n || strcmp(name + len - n, ending) != 0) return NULL;
    return str_fmt(a, "%.*s有限责任公司", (int)(len - n), name).p;
}

/* The same firm once more, in the files of the insurance, by its name and a number of theirs. */
void plant_firm_twice(const struct city *c, struct fact_set *s, const struct fact *firm)
{
    static const uint16_t kinds[3] = { 4, 3, 3 };
    struct rng r = rng_of(c->o.seed, RNG_PLANT, firm->number | UINT64_C(1) << 59);
    if (c->o.day != 1 || s->no_text || !rng_chance(&r, KNOB_plant_firm_twice)) return;
    enum plant_kind kind = (enum plant_kind)(PLANT_firm_same + rng_pick(&r, kinds, 3));
    const char *name = fact_get_text(firm, F_employer_name), *form = other_form(s->arena, name);
    if (kind == PLANT_firm_form && form == NULL) kind = PLANT_firm_same;
    size_t n = s->facts.len;
    struct fact *f = fact_new(s, ENTITY_employer, NULL);
    s->facts.len = n; /* not one of the facts */
    memcpy(f->cell, firm->cell, entity_fields(ENTITY_employer) * sizeof *f->cell);
    memcpy(f->state, firm->state, entity_fields(ENTITY_employer));
    f->number = firm->number;
    fact_format(s, f, F_employer_number, "D9%08llu", (unsigned long long)firm->number);
    fact_state(f, F_employer_code, CELL_UNKNOWN);
    if (kind == PLANT_firm_form) fact_text(f, F_employer_name, form);
    if (kind == PLANT_firm_place) fact_format(s, f, F_employer_name, "江苏省扬州市%s", name);
    struct plant *plant = fact_plant(s, kind, f, F_employer_name);
    plant->true_state = CELL_KNOWN;
    plant->true_cell.text = name;
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

/* Cells that clerks leave empty in rows of their own files: how many of 10,000 rows lack one, and which it may be; of a
 * row about a person it may be one the person was asked for. */
static const struct blank {
    uint16_t chance;
    uint16_t field[5]; /* 0: no more */
} blanks[ENTITY_COUNT] = {
    [ENTITY_household] = { 100, { F_household_urban } },
    [ENTITY_employer] = { 180,
                          { F_employer_kind, F_employer_size_class, F_employer_heads, F_employer_revenue,
                            F_employer_region } },
    [ENTITY_unemployment] = { 300, { F_unemployment_cause, F_unemployment_seeking, F_person_wants_work } },
    [ENTITY_job] = { 150, { F_job_form } },
    [ENTITY_contract] = { 60, { F_contract_kind } },
    [ENTITY_hardship] = { 600, { F_hardship_kind, F_person_income, F_person_retire_group } },
    [ENTITY_benefit] = { 250, { F_benefit_months, F_benefit_drawn, F_benefit_rate, F_benefit_counted } },
    [ENTITY_retirement] = { 30, { F_retirement_pension } },
    [ENTITY_monthly_grant] = { 300, { F_person_retire_group } },
    [ENTITY_childbirth] = { 150, { F_childbirth_order, F_childbirth_children } },
    [ENTITY_training] = { 300, { F_training_passed, F_training_kind, F_training_group } },
    [ENTITY_certificate] = { 200,
                             { F_certificate_kind, F_certificate_level, F_certificate_first, F_certificate_online } },
    [ENTITY_internship] = { 800, { F_internship_months, F_internship_insured } },
    [ENTITY_public_post] = { 400, { F_public_post_kind, F_person_retire_group } },
    [ENTITY_startup] = { 200, { F_startup_first, F_startup_running, F_startup_jobs } },
    [ENTITY_loan] = { 900, { F_loan_amount, F_loan_term, F_loan_subsidised, F_loan_interest } },
    [ENTITY_bank_loan] = { 200, { F_bank_loan_purpose, F_bank_loan_balance } },
    [ENTITY_firm_loan] = { 2000, { F_firm_loan_term, F_firm_loan_subsidised } },
    [ENTITY_firm_year] = { 200, { F_firm_year_owed, F_firm_year_new_claims } },
    [ENTITY_rent] = { 500, { F_rent_paid } },
    [ENTITY_residence] = { 200, { F_residence_place } },
};

void plant_blank(const struct city *c, struct fact_set *s)
{
    enum { FIELDS = sizeof blanks->field / sizeof *blanks->field };
    size_t n = s->facts.len;
    for (size_t i = 0; i < n; i++) {
        struct fact *f = s->facts.at[i];
        const struct blank *b = &blanks[f->entity];
        if (b->chance == 0) continue;
        bool part = city_entities[f->entity].shape != SHAPE_SUBJECT;
        uint64_t number = part ? f->owner->number ^ (uint64_t)f->cell[0].n << 20 : f->number;
        struct rng r = rng_of(c->o.seed, RNG_BLANK, number ^ (uint64_t)f->entity << 48);
        if (!rng_chance(&r, b->chance)) continue;
        size_t fields = 1;
        while (fields < FIELDS && b->field[fields] != 0) fields++;
        enum city_field field = (enum city_field)b->field[rng_below(&r, fields)];
        struct fact *of = city_fields[field].entity == f->entity ? f : f->owner;
        if (fact_known(of, field) != CELL_KNOWN) continue;
        fact_plant(s, PLANT_missing, of, field);
        fact_state(of, field, CELL_UNKNOWN);
    }
}

/* Somebody whose last job with a firm ended a few months ago and who came to no register since. */
static struct fact *ended_lately(const struct city *c, const struct fact_set *s, const struct fact *p)
{
    enum { MONTHS = 5 };
    struct fact *last = NULL;
    VEC_EACH (struct fact *const, q, &s->facts) {
        struct fact *f = *q;
        if (f->owner != p) continue;
        bool ends_it = f->entity == ENTITY_retirement || f->entity == ENTITY_service || f->entity == ENTITY_prison ||
                       f->entity == ENTITY_public_post || f->entity == ENTITY_internship ||
                       f->entity == ENTITY_startup || f->entity == ENTITY_monthly_grant;
        bool open = f->entity == ENTITY_unemployment && fact_known(f, F_unemployment_to) != CELL_KNOWN;
        if (ends_it || open) return NULL;
        if (f->entity != ENTITY_job) continue;
        if (fact_known(f, F_job_to) != CELL_KNOWN) return NULL;
        if (last == NULL || fact_get(f, F_job_from) > fact_get(last, F_job_from)) last = f;
    }
    if (last == NULL || fact_get(last, F_job_form) != CODE_form_firm) return NULL;
    int64_t to = fact_get(last, F_job_to);
    return to > add_months(c->base, -MONTHS).days && to <= month_last((month){ c->known.index - 1 }).days ? last : NULL;
}

/* In two places registrations of ended jobs are not struck out: on paper they work, and nobody employs or insures them.
 */
static void idle_job(const struct city *c, struct fact_set *s, const struct fact *p)
{
    struct rng r = rng_of(c->o.seed, RNG_PLANT, p->number | UINT64_C(1) << 58);
    int64_t place = fact_get(p, F_person_region);
    unsigned chance = place == CODE_region_321084   ? KNOB_plant_idle
                      : place == CODE_region_321012 ? KNOB_plant_idle_less
                                                    : 0;
    struct fact *job = chance > 0 && rng_chance(&r, chance) ? ended_lately(c, s, p) : NULL;
    if (job == NULL || fact_known(p, F_person_death) == CELL_KNOWN) return;
    fact_plant(s, PLANT_idle_job, job, F_job_to);
    fact_state(job, F_job_to, CELL_NONE);
}

void plant_undo(struct fact_set *s)
{
    VEC_EACH (struct plant, p, &s->plants) {
        if (plant_is_again(p->kind) || p->field == F_COUNT) continue;
        size_t at = p->field - city_entities[p->fact->entity].first;
        p->fact->state[at] = p->true_state;
        p->fact->cell[at] = p->true_cell;
    }
}

void plant_household(struct city *c, struct fact_set *s)
{
    size_t n = s->facts.len;
    plant_blank(c, s);
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
            idle_job(c, s, f);
            if (old && !lacks && fact_get(f, F_person_updated) <= c->base.days) stale(s, &r, f);
        } else if (!s->no_text && (f->entity == ENTITY_training || f->entity == ENTITY_certificate)) {
            struct rng r = rng_of(c->o.seed, RNG_PLANT, f->owner->number | UINT64_C(1) << 61);
            if (rng_chance(&r, KNOB_plant_digit)) wrong_key(s, &r, f);
        }
    }
    VEC_EACH (const struct plant, p, &s->plants) c->n.planted[p->kind]++;
}
