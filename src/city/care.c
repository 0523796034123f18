/* care: what public employment services and others did for people: hardship, posts, internships, training,
 * certificates. What is paid once or lent is grant.c's. Some who have a right to something have it, the others are
 * there to be found. */
#include "city/city_priv.h"
#include "city/names.h"

#include <string.h>

struct fact *care_spell(struct life *l, enum city_entity entity, unsigned from_field, date from)
{
    struct fact *f = fact_new(l->s, entity, l->p);
    fact_number(f, from_field, from.days);
    return f;
}

struct fact *care_draws(struct life *l, enum city_code kind, month from, month to, int64_t amount, uint64_t firm)
{
    if (to.index < from.index) return NULL;
    struct fact *f = fact_new(l->s, ENTITY_monthly_grant, l->p);
    fact_number(f, F_monthly_grant_from, from.index);
    fact_number(f, F_monthly_grant_to, to.index);
    fact_number(f, F_monthly_grant_kind, kind);
    fact_number(f, F_monthly_grant_amount, amount);
    if (firm != 0) fact_number(f, F_monthly_grant_employer, (int64_t)(firm - 1));
    return f;
}

struct fact *care_got(struct life *l, enum city_code kind, date when, int64_t amount)
{
    struct fact *f = care_spell(l, ENTITY_grant, F_grant_from, when);
    fact_number(f, F_grant_to, when.days + 1);
    fact_number(f, F_grant_kind, kind);
    fact_number(f, F_grant_amount, amount);
    return f;
}

date care_ago(struct life *l, int least, int most)
{
    return date_add_days(l->c->base, -(int64_t)rng_between(&l->r, least, most));
}

/* Which kind of hardship applies; 0: none. */
static enum city_code hardship_kind(const struct life *l)
{
    if (fact_get(l->p, F_person_disabled)) return CODE_hard_disabled;
    if (fact_get(l->home, F_household_allowance)) return CODE_hard_allowance;
    if (l->age >= (l->male ? 50 : 40)) return CODE_hard_older;
    if (l->no_work) return CODE_hard_household;
    if (fact_get(l->p, F_person_land_taken)) return CODE_hard_land;
    if (fact_get(l->home, F_household_poor_worker)) return CODE_hard_poor_worker;
    if (fact_get(l->home, F_household_honoured)) return CODE_hard_honoured;
    if (fact_get(l->home, F_household_low_income)) return CODE_hard_low_income;
    if (fact_get(l->home, F_household_out_of_poverty)) return CODE_hard_poverty;
    if (fact_get(l->p, F_person_fisher)) return CODE_hard_fisher;
    if (l->registered != NULL && fact_get(l->registered, F_unemployment_from) < l->c->base.days - 366)
        return CODE_hard_long;
    return 0;
}

static void recognise(struct life *l, enum city_code kind, date from)
{
    struct fact *f = care_spell(l, ENTITY_hardship, F_hardship_from, earlier(from, l->c->base));
    fact_number(f, F_hardship_kind, kind);
    fact_number(f, F_hardship_region, fact_get(l->p, F_person_region));
}

static void jobless(struct life *l)
{
    bool found = rng_chance(&l->r, KNOB_hardship_found), looks = rng_chance(&l->r, KNOB_search);
    bool refuses = rng_chance(&l->r, KNOB_refusal);
    if (l->registered == NULL) return;
    date from = { (int32_t)fact_get(l->registered, F_unemployment_from) };
    enum city_code kind = hardship_kind(l);
    if (kind != 0 && found) recognise(l, kind, date_add_days(from, rng_between(&l->r, 5, 60)));
    if (looks) {
        struct fact *f = care_spell(l, ENTITY_search, F_search_from, from);
        fact_number(f, F_search_occupation, l->trade);
    }
    if (refuses) {
        struct fact *f = care_spell(l, ENTITY_refusal, F_refusal_from, date_in(&l->r, from, l->c->base));
        fact_number(f, F_refusal_to, fact_get(f, F_refusal_from) + 1);
        fact_number(f, F_refusal_kind, CODE_offer_job + (int)rng_below(&l->r, 4));
        fact_number(f, F_refusal_excused, rng_chance(&l->r, 3000));
    }
}

/* Subsidies of contributions, for those in hardship who work for themselves, and for firms that hired them. A few run
 * on when their reason is gone. */
static void subsidies(struct life *l)
{
    bool found = rng_chance(&l->r, KNOB_hardship_found), flexible = rng_chance(&l->r, KNOB_flexible_grant);
    bool hired = rng_chance(&l->r, KNOB_hire_grant), after = rng_chance(&l->r, KNOB_plant_claim_dead * 10);
    bool retired_on = rng_chance(&l->r, KNOB_plant_claim_retired * 10);
    int months = rng_between(&l->r, 3, rng_chance(&l->r, 1200) ? 44 : 30);
    enum city_code kind = hardship_kind(l);
    month first = { month_of(l->c->base).index - 1 - months };
    if (l->calling == CALLING_FLEXIBLE && l->insured && l->employed && kind != 0 && found) {
        recognise(l, kind, date_add_days(month_first(first), -rng_between(&l->r, 20, 200)));
        if (flexible) care_draws(l, CODE_grant_flexible, first, l->c->known, 60000, 0);
    }
    if (l->calling == CALLING_WORKER && l->employed && l->firm != 0 && l->insured && kind != 0 && hired && found) {
        int64_t since = fact_get(l->p, F_person_first_work);
        for (size_t i = 0; i < l->s->facts.len; i++) {
            const struct fact *f = l->s->facts.at[i];
            if (f->owner == l->p && f->entity == ENTITY_job) since = fact_get(f, F_job_from);
        }
        if (since > l->c->base.days - 1300 && since < l->c->base.days - 60) {
            month start = { month_of((date){ (int32_t)since }).index + 1 };
            recognise(l, kind, (date){ (int32_t)since - 30 });
            care_draws(l, CODE_grant_hard_hire, start, l->c->known, 80000, l->firm);
        }
    }
    if (l->dead && l->calling == CALLING_FLEXIBLE && after && l->age < 66) {
        struct fact *f =
            care_draws(l, CODE_grant_flexible, (month){ month_of(l->end).index - 8 }, l->c->known, 60000, 0);
        if (f != NULL && month_of(l->end).index < l->c->known.index) fact_plant(l->s, PLANT_claim_dead, f, F_COUNT);
    }
    int since = month_of(l->c->base).index - 1 - month_of(l->retire).index;
    if (!l->dead && l->retired && since >= 2 && since < 14 && retired_on && l->calling != CALLING_FARMER) {
        struct fact *f =
            care_draws(l, CODE_grant_flexible, (month){ month_of(l->retire).index - 10 }, l->c->known, 60000, 0);
        if (f != NULL) fact_plant(l->s, PLANT_claim_retired, f, F_COUNT);
    }
}

static void public_post(struct life *l)
{
    bool has = rng_chance(&l->r, KNOB_public_post * 22), doubled = rng_chance(&l->r, KNOB_plant_claim_post);
    int months = rng_between(&l->r, 2, rng_chance(&l->r, 800) ? 50 : 30), before = rng_between(&l->r, 8, 20);
    bool again = rng_chance(&l->r, 1200), unknown_then = rng_chance(&l->r, 500);
    bool fits = l->calling == CALLING_HOME && !l->dead && l->registered == NULL && l->age >= 40 &&
                l->retire.days > l->c->base.days && fact_get(l->p, F_person_wants_work) == 0 &&
                fact_get(l->p, F_person_ability) != CODE_ability_none && fact_known(l->p, F_person_abroad) == CELL_NONE;
    if (!has || !fits) return;
    uint64_t firm = 1 + firm_pick(l->c, &l->r, date_of(1990, 1, 1));
    date from = add_months(l->c->base, -months);
    struct fact *f = care_spell(l, ENTITY_public_post, F_public_post_from, from);
    fact_number(f, F_public_post_employer, (int64_t)(firm - 1));
    fact_number(f, F_public_post_kind, l->urban ? CODE_post_town : CODE_post_village);
    fact_number(f, F_public_post_wage, 249000);
    if (again) { /* a second time, which only some may have */
        f = care_spell(l, ENTITY_public_post, F_public_post_from, add_months(from, -before - 6));
        fact_number(f, F_public_post_to, add_months(from, -6).days);
        fact_number(f, F_public_post_employer, (int64_t)(firm - 1));
        fact_number(f, F_public_post_kind, l->urban ? CODE_post_town : CODE_post_village);
        fact_number(f, F_public_post_wage, 228000);
    }
    l->c->n.posts += months <= 12;
    f = care_spell(l, ENTITY_job, F_job_from, from);
    fact_number(f, F_job_form, CODE_form_public_post);
    fact_number(f, F_job_employer, (int64_t)(firm - 1));
    fact_number(f, F_job_region, fact_get(l->p, F_person_region));
    fact_number(f, F_job_occupation, CODE_trade_service);
    enum city_code kind = hardship_kind(l);
    recognise(l, kind == 0 ? CODE_hard_other : kind, date_add_days(from, unknown_then ? 40 : -60));
    month first = { month_of(from).index + 1 };
    work_pay(l, CODE_insurance_pension, first, l->c->known, 449400, CODE_payer_employer, firm);
    work_pay(l, CODE_insurance_unemployment, first, l->c->known, 449400, CODE_payer_employer, firm);
    work_pay(l, CODE_insurance_medical, first, l->c->known, 449400, CODE_payer_employer, firm);
    doubled &= months > 4;
    if (!doubled) work_pay(l, CODE_insurance_injury, first, l->c->known, 449400, CODE_payer_employer, firm);
    care_draws(l, CODE_grant_post_insurance, first, l->c->known, 110000, firm);
    care_draws(l, l->urban ? CODE_grant_post_wage : CODE_grant_village_post, first, l->c->known, 124500, firm);
    fact_number(l->p, F_person_employer, (int64_t)(firm - 1));
    fact_number(l->p, F_person_income, 249000);
    fact_number(l->p, F_person_wants_work, 1);
    l->employed = true;
    if (doubled) {
        uint64_t other = 1 + firm_pick(l->c, &l->r, date_of(1995, 1, 1));
        f = work_pay(l, CODE_insurance_injury, (month){ l->c->known.index - 2 }, l->c->known, 449400,
                     CODE_payer_employer, other == firm ? 1 : other);
        if (f != NULL) fact_plant(l->s, PLANT_claim_post, f, F_COUNT);
    }
}

static void internship(struct life *l)
{
    static const uint16_t length[3] = { 3, 94, 3 };
    bool is = rng_chance(&l->r, KNOB_intern);
    size_t how_long = rng_pick(&l->r, length, 3);
    int months = how_long == 0 ? 2 : how_long == 2 ? 14 : rng_between(&l->r, 3, 12);
    int64_t since = l->c->base.days - l->graduated.days;
    bool studied = fact_get(l->p, F_person_education) <= CODE_education_vocational;
    bool young = l->registered != NULL && l->age < 24;
    if (!is || !(studied || young) || since < 60 || since > 730 || l->employed || l->dead) return;
    date from = date_add_days(l->graduated, rng_between(&l->r, 5, 40));
    if (l->registered != NULL) from = later(from, (date){ (int32_t)fact_get(l->registered, F_unemployment_from) });
    date to = add_months(from, months);
    uint64_t firm = 1 + firm_pick(l->c, &l->r, from);
    for (int i = 0; i < 12 && !firm_is_base(l->c, firm - 1); i++) firm = 1 + firm_pick(l->c, &l->r, from);
    struct fact *f = care_spell(l, ENTITY_internship, F_internship_from, from);
    l->c->n.interns += from.days > l->c->base.days - 365;
    fact_number(f, F_internship_employer, (int64_t)(firm - 1));
    fact_number(f, F_internship_months, months);
    fact_number(f, F_internship_allowance, 210000);
    fact_number(f, F_internship_insured, rng_chance(&l->r, 9000));
    if (to.days <= l->c->base.days) {
        fact_number(f, F_internship_to, to.days);
        fact_number(f, F_internship_kept, 0);
    }
    if (months > 4 && rng_chance(&l->r, 5000)) {
        month last = { month_of(to).index < l->c->known.index ? month_of(to).index : l->c->known.index };
        care_draws(l, CODE_grant_internship, month_of(from), last, 199200, firm);
    }
}

static void skills(struct life *l)
{
    static const uint16_t levels[5] = { 22, 30, 34, 10, 4 };
    static const enum city_code level[5] = { CODE_level_basic, CODE_level_middle, CODE_level_high,
                                             CODE_level_technician, CODE_level_senior };
    bool trained = rng_chance(&l->r, KNOB_training), certified = rng_chance(&l->r, KNOB_certificate);
    date when = care_ago(l, 20, 1090), issued = care_ago(l, 10, 5400);
    const char *trade = name_trade(&l->r);
    enum city_code held = level[rng_pick(&l->r, levels, 5)];
    uint64_t school = rng_below(&l->r, l->c->institutions), judge = rng_below(&l->r, l->c->institutions);
    bool scarce = rng_chance(&l->r, 3000), passed = rng_chance(&l->r, 9000), paid = rng_chance(&l->r, 6000);
    bool recent = rng_chance(&l->r, 900), eager = rng_chance(&l->r, 150), judged = rng_chance(&l->r, 2500);
    if (l->dead || l->age > 62) return;
    if (recent) issued = care_ago(l, 10, 360);
    if (trained && when.days > l->start.days) {
        bool works = l->calling == CALLING_WORKER && l->employed && l->firm != 0;
        date end = date_add_days(when, 25);
        struct fact *f = care_spell(l, ENTITY_training, F_training_from, when);
        fact_number(f, F_training_to, end.days);
        fact_number(f, F_training_institution, (int64_t)school);
        if (works && scarce) fact_number(f, F_training_employer, (int64_t)(l->firm - 1));
        fact_number(f, F_training_kind,
                    works                          ? (scarce ? CODE_course_apprentice : CODE_course_skill)
                    : l->calling == CALLING_TRADER ? CODE_course_founder
                                                   : CODE_course_job);
        fact_number(f, F_training_group,
                    works                   ? CODE_trainee_worker
                    : l->registered != NULL ? CODE_trainee_jobless
                    : !l->urban             ? CODE_trainee_migrant
                                            : CODE_trainee_other);
        fact_text(f, F_training_trade, trade);
        fact_number(f, F_training_scarce, scarce);
        fact_number(f, F_training_hours_due, 120);
        fact_number(f, F_training_hours, passed ? 110 : 60);
        fact_number(f, F_training_passed, passed);
        fact_number(f, F_training_filed, when.days - 15);
        fact_number(f, F_training_fee, 120000);
        if (passed) {
            fact_number(f, F_training_level, CODE_level_basic + (scarce ? 1 : 0));
            fact_number(f, F_training_certified, end.days + 20);
            if (paid && end.days + 60 < l->c->base.days) {
                struct fact *g = care_got(l, CODE_grant_training, date_add_days(end, 60), 80000);
                fact_text(g, F_grant_trade, trade);
                fact_number(g, F_grant_level, CODE_level_basic + (scarce ? 1 : 0));
            }
            if (eager) grant_thrice(l);
        }
    }
    if (certified && l->calling != CALLING_HOME && l->calling != CALLING_FARMER && issued.days > l->start.days) {
        struct fact *f = care_spell(l, ENTITY_certificate, F_certificate_from, issued);
        fact_format(l->s, f, F_certificate_number, "3299%010llu", (unsigned long long)l->number);
        fact_number(f, F_certificate_kind, issued.days > 18000 ? CODE_paper_kind_level : CODE_paper_kind_qualification);
        fact_text(f, F_certificate_trade, trade);
        fact_number(f, F_certificate_level, held);
        fact_number(f, F_certificate_institution, (int64_t)judge);
        fact_number(f, F_certificate_first, 1);
        fact_number(f, F_certificate_online, rng_chance(&l->r, 9700));
        fact_number(f, F_certificate_scarce, scarce);
        l->c->n.skilled += held >= CODE_level_high && held <= CODE_level_senior;
        if (judged && issued.days > l->c->base.days - 900 && issued.days + 40 < l->c->base.days) {
            struct fact *g = care_got(l, CODE_grant_assessment, date_add_days(issued, 35), 20000);
            fact_text(g, F_grant_trade, trade);
            fact_number(g, F_grant_level, held);
        }
        if (paid && issued.days + 30 < l->c->base.days && issued.days > l->c->base.days - 700 &&
            l->unemployment_insured) {
            struct fact *g =
                care_got(l, CODE_grant_skill, date_add_days(issued, 28), held == CODE_level_basic ? 100000 : 150000);
            fact_text(g, F_grant_trade, trade);
            fact_number(g, F_grant_level, held);
        }
    }
}

static void marks(struct life *l)
{
    bool land = rng_chance(&l->r, KNOB_land_taken), inner = rng_chance(&l->r, 4000),
         fish = rng_chance(&l->r, KNOB_fisher);
    bool moved = rng_chance(&l->r, KNOB_relocated), plant = rng_chance(&l->r, KNOB_closed_plant);
    bool village = rng_chance(&l->r, KNOB_village_post), bad = rng_chance(&l->r, KNOB_bad_credit);
    bool owes = rng_chance(&l->r, KNOB_bank_loan);
    int64_t balance = (int64_t)rng_between(&l->r, 1, 90) * 1000000;
    size_t purpose = rng_below(&l->r, 7);
    date from = care_ago(l, 30, 3000);
    if (!l->urban) {
        fact_number(l->p, F_person_land_taken, land);
        fact_number(l->p, F_person_land_taken_urban, land && inner);
        fact_number(l->p, F_person_fisher, fish);
        fact_number(l->p, F_person_relocated, moved);
    }
    fact_number(l->p, F_person_closed_plant, plant && l->calling == CALLING_WORKER && l->age >= 35 && l->age < 60);
    fact_number(l->p, F_person_village_post,
                village && l->age < 35 && fact_get(l->p, F_person_education) <= CODE_education_college);
    fact_number(l->p, F_person_bad_credit, bad);
    fact_number(l->p, F_person_good_credit, !bad);
    if (owes && l->age >= 20 && l->age < 65 && !l->dead) {
        struct fact *f = care_spell(l, ENTITY_bank_loan, F_bank_loan_from, from);
        fact_number(f, F_bank_loan_purpose, CODE_purpose_study + (int)purpose);
        fact_number(f, F_bank_loan_balance, balance);
    }
}

/* Who is registered elsewhere may have a residence permit: one year at a time, most of them renewed. */
static void moved_here(struct life *l)
{
    bool has = rng_chance(&l->r, 5500), lapsed = rng_chance(&l->r, 800), elsewhere = rng_chance(&l->r, 300);
    int days = rng_between(&l->r, 5, 360);
    if (!has || l->dead || fact_get(l->p, F_person_origin) == fact_get(l->p, F_person_region)) return;
    date from = date_add_days(l->c->base, -days - (lapsed ? 400 : 0));
    struct fact *f = care_spell(l, ENTITY_residence, F_residence_from, from);
    fact_number(f, F_residence_to, add_months(from, 12).days);
    fact_number(f, F_residence_place, elsewhere ? CODE_region_360121 : fact_get(l->p, F_person_region));
    fact_number(f, F_residence_kind, CODE_permit_mainland);
}

/* Some study beside their work. */
static void studies_on(struct life *l)
{
    bool does = rng_chance(&l->r, KNOB_studies_on);
    int months = rng_between(&l->r, 2, 26);
    if (!does || !l->employed || l->calling != CALLING_WORKER || l->age < 20 || l->age > 42) return;
    struct fact *f = care_spell(l, ENTITY_schooling, F_schooling_from, add_months(l->c->base, -months));
    fact_number(f, F_schooling_kind, CODE_school_university);
}

void care_life(struct life *l)
{
    if (l->at_school) {
        grant_student(l);
        return;
    }
    marks(l);
    jobless(l);
    subsidies(l);
    public_post(l);
    internship(l);
    skills(l);
    grant_founder(l);
    grant_once(l);
    moved_here(l);
    studies_on(l);
}
