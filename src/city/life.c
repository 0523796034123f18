/* life: one person from birth to the city's date: school, what they do for a living, and what is known of them besides.
 * Whatever is drawn is drawn in the same order on both days; what happens on the second day has a stream of its own. */
#include "city/city_priv.h"
#include "city/ids.h"
#include "city/names.h"

#include <string.h>

enum { SCHOOL_AGE = 6, WORK_AGE = 16 };

/* Highest education by cohort, of 1,000: doctor master bachelor college vocational high junior primary. */
static const struct {
    int before;
    uint16_t share[8];
} educations[] = { { 1950, { 0, 0, 12, 18, 20, 50, 220, 680 } },    { 1960, { 0, 0, 12, 28, 25, 115, 430, 390 } },
                   { 1970, { 0, 2, 26, 50, 40, 130, 510, 242 } },   { 1980, { 1, 6, 55, 90, 68, 120, 540, 120 } },
                   { 1990, { 2, 16, 125, 160, 90, 135, 432, 40 } }, { 2000, { 3, 30, 200, 220, 120, 125, 290, 12 } },
                   { 9999, { 4, 46, 270, 250, 160, 90, 176, 4 } } };
static const enum city_code education_code[8] = { CODE_education_doctor,     CODE_education_master,
                                                  CODE_education_bachelor,   CODE_education_college,
                                                  CODE_education_vocational, CODE_education_high,
                                                  CODE_education_junior,     CODE_education_primary };
static const uint8_t leaving_age[8] = { 29, 25, 22, 21, 18, 18, 15, 12 };

/* The last of June of the year in which somebody of that age leaves; born after August, a year later. */
static date leaves(const struct life *l, int age)
{
    int y, m, d;
    date_parts(l->birth, &y, &m, &d);
    return date_of(y + age + (m > 8), 6, 30);
}

static void say_school(struct life *l, size_t level, bool finished)
{
    struct fact *p = l->p;
    if (level > 5) {
        if (level == 6) fact_number(p, F_person_school_kind, CODE_school_junior);
        fact_text(p, F_person_school, level == 6 ? "乐业市初级中学" : "乐业市小学");
    } else if (level == 5) {
        fact_number(p, F_person_school_kind, CODE_school_high);
        fact_text(p, F_person_school, "乐业市高级中学");
    } else if (level == 4) {
        fact_number(p, F_person_school_kind, CODE_school_vocational);
        fact_text(p, F_person_school, "乐业市中等专业学校");
        fact_text(p, F_person_major, name_major(&l->r));
    } else {
        bool technician = level == 3 && rng_chance(&l->r, 600), away = level < 3 && rng_chance(&l->r, 250);
        fact_number(p, F_person_school_kind,
                    technician ? CODE_school_technician
                    : away     ? CODE_school_abroad
                               : CODE_school_university);
        fact_text(p, F_person_school, name_school(&l->r));
        fact_text(p, F_person_major, name_major(&l->r));
    }
    fact_number(p, F_person_graduated, l->graduated.days);
    fact_number(p, F_person_graduate_row, finished);
}

/* School years that registers have: of those still there, and of higher education left in the last ten years. */
static void school_years(struct life *l, size_t level)
{
    static const uint8_t entered[8] = { 25, 22, 18, 18, 15, 15, 12, 6 };
    static const enum city_code kind[8] = { CODE_school_university, CODE_school_university,
                                            CODE_school_university, CODE_school_university,
                                            CODE_school_vocational, CODE_school_high,
                                            CODE_school_junior,     0 };
    if (level > 6 || l->graduated.days < l->c->base.days - 3653) return;
    struct fact *f = fact_new(l->s, ENTITY_schooling, l->p);
    date from = date_add_days(leaves(l, entered[level]), 63); /* the first of September */
    fact_number(f, F_schooling_from, from.days);
    fact_number(f, F_schooling_kind, kind[level]);
    if (!l->at_school) fact_number(f, F_schooling_to, l->graduated.days + 1);
}

static void school(struct life *l)
{
    int y, m, d;
    date_parts(l->birth, &y, &m, &d);
    size_t cohort = 0;
    while (y >= educations[cohort].before) cohort++;
    size_t goal = rng_pick(&l->r, educations[cohort].share, 8);
    uint32_t loan = rng_below(&l->r, 10000), adult = rng_below(&l->r, 10000);
    l->graduated = leaves(l, leaving_age[goal]);
    if (l->age < SCHOOL_AGE) {
        l->at_school = false;
        l->graduated = l->c->base;
        return;
    }
    if (l->graduated.days >= l->c->base.days) { /* still there: at the first stage that is not over */
        size_t stage = goal;
        for (size_t i = 8; i-- > goal;) {
            if ((i == 4 || i == 5) && goal < 4 && i == 4) continue;
            if (leaves(l, leaving_age[i]).days >= l->c->base.days) {
                stage = i;
                break;
            }
        }
        l->at_school = true;
        l->graduated = leaves(l, leaving_age[stage]);
        fact_number(l->p, F_person_at_school, 1);
        fact_number(l->p, F_person_full_time, 1);
        fact_number(l->p, F_person_education,
                    stage == 7 ? CODE_education_other
                               : education_code[stage < 4 && stage > 1 ? 5
                                                : stage == 5           ? 6
                                                                       : stage + 1]);
        say_school(l, stage, false);
        fact_number(l->p, F_person_student_loan,
                    stage < 4 && loan < 700 + 3000 * (uint32_t)fact_get(l->home, F_household_allowance));
        school_years(l, stage);
        return;
    }
    fact_number(l->p, F_person_education, education_code[goal]);
    say_school(l, goal, true);
    fact_number(l->p, F_person_full_time, !(goal == 3 && adult < 2000));
    school_years(l, goal);
}

/* What they do: worker trader flexible farmer home; by town or country, born before 1962 or since. */
static void calling(struct life *l)
{
    static const uint16_t shares[2][2][5] = { { { 110, 20, 50, 760, 60 }, { 270, 150, 320, 205, 50 } },
                                              { { 560, 30, 80, 250, 80 }, { 480, 175, 260, 30, 45 } } };
    int y, m, d;
    date_parts(l->birth, &y, &m, &d);
    uint16_t w[5];
    memcpy(w, shares[l->urban][y >= 1962], sizeof w);
    if (!l->male) w[4] = (uint16_t)(w[4] * 3 / 2);
    bool studied = fact_get(l->p, F_person_education) >= CODE_education_doctor &&
                   fact_get(l->p, F_person_education) <= CODE_education_college;
    if (studied) {
        w[0] = (uint16_t)(w[0] + w[3] + w[2] / 2);
        w[2] /= 2;
        w[3] = 1;
    }
    l->calling = (enum calling)rng_pick(&l->r, w, 5);
    l->trade = l->calling == CALLING_FARMER ? CODE_trade_farm
               : studied                    ? (rng_chance(&l->r, 6000) ? CODE_trade_expert : CODE_trade_clerk)
               : rng_chance(&l->r, 6400)    ? CODE_trade_maker
                                            : CODE_trade_service;
    l->wage = (int64_t)rng_between(&l->r, 3600, 7800) * 100;
    if (studied) l->wage += (int64_t)rng_between(&l->r, 800, 6000) * 100;
}

/* The original age of retirement and the months by which it is put off from 2025 on (by birth). */
date life_retirement(enum city_code group, date birth)
{
    static const struct {
        int years, months_per_step, most;
    } rule[3] = { { 60, 4, 36 }, { 55, 4, 36 }, { 50, 2, 60 } };
    size_t i = (size_t)(group - CODE_group_man);
    date old = add_months(birth, rule[i].years * 12);
    int late = month_of(old).index - 2025 * 12, months = late < 0 ? 0 : late / rule[i].months_per_step + 1;
    return add_months(birth, rule[i].years * 12 + (months > rule[i].most ? rule[i].most : months));
}

static void retirement_day(struct life *l)
{
    bool studied = fact_get(l->p, F_person_education) <= CODE_education_college;
    enum city_code group = l->male                              ? CODE_group_man
                           : studied || rng_chance(&l->r, 1500) ? CODE_group_woman_55
                                                                : CODE_group_woman_50;
    fact_number(l->p, F_person_retire_group, group);
    l->retire = life_retirement(group, l->birth);
}

static void body(struct life *l)
{
    bool disabled = rng_chance(&l->r, l->age < 45 ? KNOB_disabled_young : KNOB_disabled_old);
    enum city_code degree = code_after(CODE_disability_1, rng_below(&l->r, 4));
    bool unable = l->age >= WORK_AGE && rng_chance(&l->r, KNOB_unable);
    enum city_code ability = unable ? CODE_ability_none : CODE_ability_full;
    if (disabled) {
        fact_number(l->p, F_person_disabled, 1);
        fact_number(l->p, F_person_disability, degree);
        if (degree <= CODE_disability_3) ability = degree == CODE_disability_1 ? CODE_ability_none : CODE_ability_part;
    }
    if (unable && !disabled) { /* the register of ability is that of the disabled */
        fact_number(l->p, F_person_disabled, 1);
        fact_number(l->p, F_person_disability, CODE_disability_1);
    }
    fact_number(l->p, F_person_ability, ability);
    fact_number(l->p, F_person_supported, l->age >= 60 && ability != CODE_ability_full && rng_chance(&l->r, 1500));
    uint32_t dying = rng_below(&l->r, 10000);
    date when = date_add_days(l->c->base, -(int64_t)rng_between(&l->r, 3, 540));
    if (dying < (uint32_t)(l->age >= 60 ? KNOB_death : KNOB_death_young) && when.days > l->birth.days) {
        l->dead = true;
        l->end = when;
        fact_number(l->p, F_person_death, when.days);
    }
}

static void where(struct life *l)
{
    enum city_code home = (enum city_code)fact_get(l->home, F_household_region);
    bool farm = !l->urban ? !rng_chance(&l->r, 600) : rng_chance(&l->r, KNOB_migrant_hukou);
    bool outside = rng_chance(&l->r, l->urban && farm ? 4000 : KNOB_outside);
    enum city_code first = code_after(CODE_region_321084, 1);
    enum city_code other = code_after(first, rng_below(&l->r, CODE_COUNT - first));
    uint32_t nation = rng_below(&l->r, 10000);
    fact_number(l->p, F_person_hukou, farm ? CODE_hukou_farm : CODE_hukou_town);
    fact_number(l->p, F_person_origin, outside ? other : home);
    fact_number(l->p, F_person_region, home);
    fact_number(l->p, F_person_insured_at, home);
    fact_number(l->p, F_person_nation,
                nation < 9950   ? CODE_nation_han
                : nation < 9970 ? CODE_nation_hui
                : nation < 9985 ? CODE_nation_miao
                                : CODE_nation_manchu);
    fact_text(l->p, F_person_address, fact_get_text(l->home, F_household_address));
    if (l->age >= 14) {
        char *phone = arena_alloc(l->s->arena, PHONE_TEXT);
        if (!l->s->no_text) phone_number(l->number, phone);
        fact_text(l->p, F_person_phone, phone);
    }
    if (l->age >= WORK_AGE) {
        char *account = arena_alloc(l->s->arena, ACCOUNT_TEXT);
        if (!l->s->no_text) bank_account(l->number, account);
        fact_text(l->p, F_person_account, account);
        fact_text(l->p, F_person_bank, name_bank(&l->r));
    }
    fact_number(l->p, F_person_migrant, l->urban && farm && l->age >= WORK_AGE && !l->at_school);
    fact_number(l->p, F_person_updated, date_add_days(l->c->base, -(int64_t)rng_between(&l->r, 5, 900)).days);
}

/* Soldiers, prisoners, those abroad: whoever is one of these now does not work. */
static bool away(struct life *l)
{
    struct rng *r = &l->r;
    bool gone = rng_chance(r, KNOB_abroad), jailed = rng_chance(r, KNOB_prison), freed = rng_chance(r, KNOB_freed);
    bool serving = rng_chance(r, KNOB_serving), served = rng_chance(r, KNOB_veteran);
    date some = date_add_days(l->c->base, -(int64_t)rng_between(r, 60, 1500));
    if (l->age < 18 || l->dead || l->at_school) return false;
    if (gone) {
        fact_number(l->p, F_person_abroad, some.days);
        l->end = earlier(l->end, some);
        return false;
    }
    if (!l->male || l->age >= 60) return false;
    if (serving && l->age <= 22) {
        struct fact *f = fact_new(l->s, ENTITY_service, l->p);
        fact_number(f, F_service_from, later(l->start, date_add_days(l->c->base, -500)).days);
        return true;
    }
    if (served && l->age >= 22) {
        date in = add_months(l->birth, 18 * 12 + rng_between(r, 2, 24)),
             out = add_months(in, rng_chance(r, 7500) ? 24 : 60);
        if (out.days < l->c->base.days) {
            struct fact *f = fact_new(l->s, ENTITY_service, l->p);
            fact_number(f, F_service_from, in.days);
            fact_number(f, F_service_to, out.days);
            fact_number(l->p, F_person_veteran, 1);
            fact_number(l->p, F_person_discharged, out.days);
            l->start = later(l->start, out);
        }
        return false;
    }
    if (jailed || freed) {
        struct fact *f = fact_new(l->s, ENTITY_prison, l->p);
        fact_number(f, F_prison_from, some.days);
        if (!jailed) {
            date out = date_in(r, date_add_days(some, 30), date_add_days(l->c->base, -20));
            fact_number(f, F_prison_to, out.days);
            l->start = later(l->start, out);
        }
        return jailed;
    }
    return false;
}

static void count(struct life *l)
{
    struct city_counts *n = &l->c->n;
    if (l->dead) {
        n->dead++;
        return;
    }
    int64_t e = fact_get(l->p, F_person_education);
    n->people++;
    n->male += l->male;
    n->children += l->age < 15;
    n->adults += l->age >= 15 && l->age < 60;
    n->old += l->age >= 60;
    n->urban += l->urban;
    if (l->at_school) { /* the census counts those still there by where they are */
        int64_t k = fact_get(l->p, F_person_school_kind);
        e = k == CODE_school_junior                                ? CODE_education_junior
            : k == CODE_school_high || k == CODE_school_vocational ? CODE_education_high
            : fact_known(l->p, F_person_school_kind) == CELL_KNOWN ? CODE_education_bachelor
                                                                   : CODE_education_primary;
    }
    n->college += e >= CODE_education_doctor && e <= CODE_education_college;
    n->high += e >= CODE_education_vocational && e <= CODE_education_high;
    n->junior += e == CODE_education_junior;
    n->primary += e == CODE_education_primary;
    n->allowance += (uint64_t)fact_get(l->home, F_household_allowance);
    n->registered += l->registered != NULL;
    n->unemployment_insured += l->unemployment_insured;
    n->pension += l->insured || l->resident || l->retired;
    n->benefit += l->benefit != NULL;
    n->employed += l->employed;
    if (!l->employed) return;
    bool second = false;
    if (l->calling == CALLING_WORKER && l->firm != 0) {
        enum city_code sector = firm_sector(l->c, l->firm - 1);
        n->first += sector == CODE_sector_a;
        second = sector >= CODE_sector_b && sector <= CODE_sector_e;
        n->third += sector > CODE_sector_e;
    } else {
        second = (l->calling == CALLING_FLEXIBLE || l->calling == CALLING_WORKER) && l->trade == CODE_trade_maker;
        n->first += l->calling == CALLING_FARMER;
        n->third += l->calling != CALLING_FARMER && !second;
    }
    n->second += second;
}

void life_person(struct life *l)
{
    l->end = l->c->base;
    where(l);
    school(l);
    body(l);
    retirement_day(l);
    calling(l);
    l->start = l->at_school || l->age < WORK_AGE ? l->end : later(leaves(l, WORK_AGE), l->graduated);
    l->start = date_add_days(l->start, rng_between(&l->r, 5, 150));
    l->start = later(l->start, add_months(l->birth, WORK_AGE * 12));
    bool unable = fact_get(l->p, F_person_ability) == CODE_ability_none;
    bool gone = away(l);
    if (l->age < WORK_AGE || l->at_school) {
        if (l->age >= WORK_AGE) care_life(l);
    } else {
        if (unable || gone) l->calling = CALLING_HOME;
        fact_number(l->p, F_person_wants_work,
                    !unable && !gone && l->calling != CALLING_HOME && l->retire.days > l->c->base.days);
        fact_number(l->p, F_person_good_credit, 1);
        l->no_work &= !unable && !gone;
        work_life(l);
        care_life(l);
    }
    if (l->age < WORK_AGE || l->at_school) fact_number(l->p, F_person_good_credit, 1);
    count(l);
}
