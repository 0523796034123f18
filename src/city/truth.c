/* truth: who is entitled to what, as the city knows it by itself: a few policies of every kind of subject, worked out
 * from the facts by hand, without packs or evaluators, so that finding can be measured against something that cannot
 * share its mistakes. Asked for the last day of the last known month. */
#include "city/drop_priv.h"
#include "city/ids.h"

#include <string.h>

date truth_day(const struct city *c) { return month_last((month){ month_of(c->base).index - 1 }); }

/* The facts of one thing, and those it looks at. */
struct witness {
    const struct city *c;
    const struct fact_set *s;
    const struct fact *self;
    date day;
};

#define EACH_PART(f, w, kind)                                                  \
    for (size_t i_ = 0; i_ < (w)->s->facts.len; i_++)                          \
        for (const struct fact *f = (w)->s->facts.at[i_]; f != NULL; f = NULL) \
            if (f->entity == (kind) && f->owner != NULL && f->owner == (w)->self && f->cell[0].n <= (w)->day.days)

static int year_of(const struct witness *w)
{
    int y, m, d;
    date_parts(w->day, &y, &m, &d);
    return y;
}

/* Of spells: begun and not ended on the day. Cells 0 and 1 are beginning and end. */
static bool runs(const struct fact *f, int64_t day)
{
    return f->cell[0].n <= day && (f->state[1] != CELL_KNOWN || f->cell[1].n > day);
}

static bool open_one(const struct witness *w, enum city_entity entity)
{
    EACH_PART(f, w, entity)
    {
        if (runs(f, w->day.days)) return true;
    }
    return false;
}

static struct witness about(const struct witness *w, const struct fact *self)
{
    return (struct witness){ w->c, w->s, self, w->day };
}

/* ---- people ---- */

static date birth_of(const struct witness *w) { return (date){ (int32_t)fact_get(w->self, F_person_birth) }; }

static date retires(const struct witness *w)
{
    return life_retirement((enum city_code)fact_get(w->self, F_person_retire_group), birth_of(w));
}

static bool is_able(const struct witness *w)
{
    int64_t ability = fact_get(w->self, F_person_ability);
    return ability == CODE_ability_full || ability == CODE_ability_part;
}

/* Of the age to work, able, neither at school nor in the army. */
static bool could_work(const struct witness *w)
{
    return date_age_years(birth_of(w), w->day) >= 16 && w->day.days < retires(w).days && is_able(w) &&
           !fact_get(w->self, F_person_at_school) && !open_one(w, ENTITY_service);
}

static bool may_register(const struct witness *w)
{
    bool abroad =
        fact_known(w->self, F_person_abroad) == CELL_KNOWN && fact_get(w->self, F_person_abroad) <= w->day.days;
    return date_age_years(birth_of(w), w->day) >= 16 && is_able(w) && fact_get(w->self, F_person_wants_work) &&
           !open_one(w, ENTITY_retirement) && !open_one(w, ENTITY_job) && !fact_get(w->self, F_person_at_school) &&
           !open_one(w, ENTITY_service) && !open_one(w, ENTITY_prison) && !abroad;
}

static bool holds_post(const struct witness *w)
{
    const struct fact *post = NULL;
    int posts = 0;
    EACH_PART(f, w, ENTITY_public_post)
    {
        posts++;
        if (runs(f, w->day.days)) post = f;
    }
    if (post == NULL) return false;
    date from = { (int32_t)fact_get(post, F_public_post_from) };
    bool hard = false,
         again = fact_get(w->self, F_person_disabled) && (fact_get(w->self, F_person_disability) == CODE_disability_1 ||
                                                          fact_get(w->self, F_person_disability) == CODE_disability_2);
    EACH_PART(f, w, ENTITY_hardship)
    {
        int64_t kind = fact_get(f, F_hardship_kind);
        hard |= f->cell[0].n <= from.days && (f->state[1] != CELL_KNOWN || f->cell[1].n >= from.days);
        again |= kind == CODE_hard_older || kind == CODE_hard_household;
    }
    bool in_time = date_full_months(from, w->day) < 36 || date_full_months(from, retires(w)) < 60;
    return hard && in_time && (posts == 1 || (posts == 2 && again)) && w->day.days < retires(w).days;
}

static bool draws_benefit(const struct witness *w)
{
    int now = month_of(w->day).index;
    for (size_t i = 0; i < w->s->facts.len; i++) {
        const struct fact *f = w->s->facts.at[i];
        if (f->entity == ENTITY_benefit_paid && f->owner == w->self && f->cell[0].n <= now && f->cell[1].n >= now)
            return true;
    }
    return false;
}

static bool no_work_home(const struct witness *w);

static bool seeks_first_job(const struct witness *w)
{
    const struct fact *home = w->self->home;
    int64_t school = fact_get(w->self, F_person_school_kind);
    date leaves = { (int32_t)fact_get(w->self, F_person_graduated) };
    struct witness family = about(w, home);
    bool needy = fact_get(home, F_household_allowance) || fact_get(home, F_household_out_of_poverty) ||
                 fact_get(home, F_household_watched) || fact_get(w->self, F_person_disabled) ||
                 fact_get(w->self, F_person_supported) || fact_get(w->self, F_person_student_loan) ||
                 no_work_home(&family);
    EACH_PART(f, w, ENTITY_grant)
    {
        if (fact_get(f, F_grant_kind) == CODE_grant_job_search) return false;
    }
    return fact_get(w->self, F_person_at_school) && leaves.days >= w->day.days &&
           date_full_months(w->day, leaves) < 12 && needy && fact_get(w->self, F_person_wants_work) &&
           (school == CODE_school_university || school == CODE_school_technician || school == CODE_school_special);
}

/* ---- households ---- */

static bool no_work_home(const struct witness *w)
{
    bool registered = false;
    for (size_t i = 0; i < w->s->facts.len; i++) {
        const struct fact *f = w->s->facts.at[i];
        if (f->entity != ENTITY_person || f->home != w->self) continue;
        struct witness member = about(w, f);
        if (!could_work(&member)) continue;
        if (open_one(&member, ENTITY_job)) return false;
        registered |= open_one(&member, ENTITY_unemployment);
    }
    return registered && fact_get(w->self, F_household_urban);
}

/* ---- firms ---- */

/* A year of contributions, nothing owed and few let go last year, not yet paid this year. Companies that no yardstick
 * of size fits need a clerk. */
static bool keeps_staff(const struct witness *w)
{
    int64_t kind = fact_get(w->self, F_employer_kind);
    bool company = kind == CODE_firm_company && fact_get(w->self, F_employer_size_class) != CODE_measure_none;
    bool like = kind == CODE_firm_society || kind == CODE_firm_foundation || kind == CODE_firm_service ||
                kind == CODE_firm_law_office || kind == CODE_firm_accountants ||
                (kind == CODE_firm_trader && fact_get(w->self, F_employer_insured));
    int64_t months = 0, last = month_of(w->day).index - 1, year = year_of(w);
    bool paid = false, few = false;
    if (!company && !like) return false;
    for (size_t i = 0; i < w->s->facts.len; i++) {
        const struct fact *f = w->s->facts.at[i];
        if (f->owner != w->self) continue;
        if (f->entity == ENTITY_firm_month && fact_get(f, F_firm_month_kind) == CODE_insurance_unemployment) {
            int64_t to = fact_get(f, F_firm_month_to) < last ? fact_get(f, F_firm_month_to) : last;
            if (to >= fact_get(f, F_firm_month_from)) months += to - fact_get(f, F_firm_month_from) + 1;
        } else if (f->entity == ENTITY_firm_year && fact_get(f, F_firm_year_year) == year - 1) {
            int64_t let_go = fact_get(f, F_firm_year_new_claims) * fact_get(f, F_firm_year_months) * 1000;
            int64_t heads = fact_get(f, F_firm_year_month_heads);
            paid = fact_get(f, F_firm_year_owed) == 0;
            few = let_go <= heads * (fact_get(f, F_firm_year_end_heads) <= 30 ? 200 : 55);
        } else if (f->entity == ENTITY_firm_grant && fact_get(f, F_firm_grant_kind) == CODE_grant_stability &&
                   fact_get(f, F_firm_grant_year) == year && f->cell[0].n <= w->day.days) {
            return false;
        }
    }
    return months >= 12 && paid && few;
}

/* ---- institutions ---- */

static bool rated_base(const struct witness *w)
{
    return fact_get(w->self, F_institution_kind) == CODE_institution_incubator && open_one(w, ENTITY_base_rating);
}

static bool runs_well(const struct witness *w)
{
    EACH_PART(f, w, ENTITY_base_review)
    {
        if (fact_get(f, F_base_review_year) == year_of(w) - 1 && fact_get(f, F_base_review_passed))
            return rated_base(w);
    }
    return false;
}

static bool hatched(const struct witness *w)
{
    int64_t n = 0;
    EACH_PART(f, w, ENTITY_base_review)
    {
        if (fact_get(f, F_base_review_year) == year_of(w) - 1) n += fact_get(f, F_base_review_incubated);
    }
    return n > 0 && rated_base(w);
}

static const struct {
    const char *policy;
    enum city_entity entity;
    bool (*entitled)(const struct witness *w);
} known[] = {
    { "零就业家庭认定", ENTITY_household, no_work_home },      { "失业登记", ENTITY_person, may_register },
    { "公益性岗位补贴", ENTITY_person, holds_post },           { "求职创业补贴", ENTITY_person, seeks_first_job },
    { "领金人员医疗保险代缴", ENTITY_person, draws_benefit },  { "稳岗返还", ENTITY_employer, keeps_staff },
    { "创业示范基地运营补贴", ENTITY_institution, runs_well }, { "创业孵化补贴", ENTITY_institution, hatched },
};

void truth_entitled(const struct city *c, const struct fact_set *s, struct arena *a, entitlement_list *out)
{
    VEC_EACH (struct fact *const, p, &s->facts) {
        struct witness w = { c, s, *p, truth_day(c) };
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            if (known[i].entity == (*p)->entity && known[i].entitled(&w))
                *vec_push(a, out) = (struct entitlement){ known[i].policy, *p };
        }
    }
}

const char *truth_key(const struct fact *f)
{
    return fact_get_text(f, f->entity == ENTITY_household  ? F_household_number
                            : f->entity == ENTITY_person   ? F_person_number
                            : f->entity == ENTITY_employer ? F_employer_code
                                                           : F_institution_code);
}

str city_key(const struct city *c, str entity, uint64_t id, struct arena *a)
{
    char code[ID_TEXT];
    unsigned long long number = id - 1; /* numbers begin with 0, ids of rows with 1 */
    if (str_eq(entity, str_of(city_entities[ENTITY_household].name))) return str_fmt(a, "H%010llu", number);
    if (str_eq(entity, str_of(city_entities[ENTITY_person].name))) return str_fmt(a, "P%09llu", number);
    if (str_eq(entity, str_of(city_entities[ENTITY_employer].name)))
        firm_code(c, id - 1, code);
    else
        institution_code(c, id - 1, code);
    return str_dup(a, str_of(code));
}
