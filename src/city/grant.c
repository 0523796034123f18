/* grant: what is paid once or lent: grants for hiring, founding, rent, students and people in need, and startup loans.
 */
#include "city/city_priv.h"
#include "city/names.h"

/* Up to four loans one after the other; the last runs. Few are paid back late, prolonged, or longer than is subsidised.
 */
static void loans(struct life *l)
{
    static const uint16_t counts[4] = { 78, 13, 5, 4 };
    size_t n = 1 + rng_pick(&l->r, counts, 4);
    date from = care_ago(l, 5, 1000);
    for (size_t i = 0; i < n; i++) {
        bool last = i == 0; /* backwards in time */
        int64_t amount = (int64_t)rng_between(&l->r, 5, 30) * 1000000;
        bool late = rng_chance(&l->r, 900), longer = rng_chance(&l->r, 400), extended = rng_chance(&l->r, 500);
        bool subsidised = rng_chance(&l->r, 9000);
        struct fact *f = care_spell(l, ENTITY_loan, F_loan_from, from);
        fact_number(f, F_loan_amount, amount);
        fact_number(f, F_loan_term, longer ? 48 : last ? 36 : 12);
        fact_number(f, F_loan_rate, 395);
        fact_number(f, F_loan_quoted, 345);
        fact_number(f, F_loan_interest, amount * 395 / 10000 / 4);
        fact_number(f, F_loan_subsidised, subsidised);
        fact_number(f, F_loan_extended, last && extended);
        fact_number(f, F_loan_bank, (int64_t)bank_of(l->c, l->p->number));
        if (!last) {
            fact_number(f, F_loan_to, add_months(from, late ? 15 : 12).days);
            fact_number(f, F_loan_repaid, !late);
        }
        from = add_months(from, -17);
    }
}

/* The premises of a new business, let for a year at a time. */
static void rent(struct life *l)
{
    bool lets = rng_chance(&l->r, KNOB_rent), paid = rng_chance(&l->r, 8500), had = rng_chance(&l->r, 1500);
    int days = rng_between(&l->r, 10, 350);
    int64_t yearly = (int64_t)rng_between(&l->r, 8, 60) * 100000;
    if (!lets) return;
    struct fact *f = care_spell(l, ENTITY_rent, F_rent_from, date_add_days(l->c->base, -days));
    fact_number(f, F_rent_to, date_add_days(l->c->base, 365 - days).days);
    fact_number(f, F_rent_yearly, yearly);
    fact_number(f, F_rent_paid, paid ? yearly : 0);
    fact_number(f, F_rent_online, fact_get(l->p, F_person_net_trader));
    if (had) care_got(l, CODE_grant_rent, date_add_days(l->c->base, -days / 2 - 5), yearly / 2);
}

void grant_founder(struct life *l)
{
    bool loan = rng_chance(&l->r, KNOB_loan), grant = rng_chance(&l->r, KNOB_startup_grant);
    bool net = rng_chance(&l->r, KNOB_net_trader), home_again = rng_chance(&l->r, 600);
    bool jobs_paid = rng_chance(&l->r, 1500);
    if (l->calling != CALLING_TRADER || !l->employed) return;
    fact_number(l->p, F_person_net_trader, net);
    fact_number(l->p, F_person_returned, !l->urban && home_again);
    fact_number(l->p, F_person_farm_founder, !l->urban && net);
    if (loan) loans(l);
    if (grant) care_got(l, CODE_grant_startup, care_ago(l, 10, 900), 800000);
    if (jobs_paid) care_got(l, CODE_grant_jobs_created, care_ago(l, 10, 900), 400000);
    rent(l);
}

/* In the year of leaving school some look for work, the others study on. */
void grant_student(struct life *l)
{
    bool has = rng_chance(&l->r, KNOB_job_search_grant), looks = rng_chance(&l->r, 6500),
         silent = rng_chance(&l->r, 800);
    int64_t kind = fact_get(l->p, F_person_school_kind);
    bool last_year = l->graduated.days < l->c->base.days + 365;
    bool needy = fact_get(l->p, F_person_student_loan) || fact_get(l->p, F_person_disabled) ||
                 fact_get(l->home, F_household_allowance);
    fact_number(l->p, F_person_wants_work, last_year && looks);
    if (has && last_year && needy && looks && (kind == CODE_school_university || kind == CODE_school_technician)) {
        care_got(l, CODE_grant_job_search, care_ago(l, 20, 200), 150000);
    } else if (needy && last_year && silent) { /* nobody asked */
        fact_plant(l->s, PLANT_missing, l->p, F_person_wants_work);
        fact_state(l->p, F_person_wants_work, CELL_UNKNOWN);
    }
}

/* Three trainings and more in a year, each with its grant: more than is paid for. */
void grant_thrice(struct life *l)
{
    date year = date_of(l->c->year, 1, 1);
    bool skills = rng_chance(&l->r, 5000);
    for (int i = 0; i < 3; i++) {
        date when = date_add_days(year, rng_between(&l->r, 5 + 40 * i, 40 + 40 * i));
        if (when.days >= l->c->base.days) return;
        struct fact *g = care_got(l, skills || i == 1 ? CODE_grant_skill : CODE_grant_training, when, 100000);
        fact_text(g, F_grant_trade, name_trade(&l->r));
        fact_number(g, F_grant_level, CODE_level_basic);
    }
}

static const struct fact *last_of(const struct life *l, enum city_entity entity)
{
    const struct fact *last = NULL;
    for (size_t i = 0; i < l->s->facts.len; i++) {
        const struct fact *f = l->s->facts.at[i];
        if (f->owner == l->p && f->entity == entity && (last == NULL || f->cell[0].n > last->cell[0].n)) last = f;
    }
    return last;
}

/* Whom the start of the last job makes one of a target group: fresh from school, back from service or prison, or in
 * hardship. */
static bool of_target(const struct life *l, int64_t since)
{
    bool studied = fact_get(l->p, F_person_education) <= CODE_education_college;
    if (studied && since - l->graduated.days < 730) return true;
    if (fact_get(l->p, F_person_disabled) || fact_get(l->home, F_household_allowance)) return true;
    const struct fact *out = last_of(l, ENTITY_unemployment);
    return fact_get(l->p, F_person_veteran) ||
           (out != NULL && fact_known(out, F_unemployment_to) == CELL_KNOWN &&
            since - fact_get(out, F_unemployment_to) < 60 && since >= fact_get(out, F_unemployment_to));
}

/* Grants for having been hired, or for having lost the work. */
void grant_once(struct life *l)
{
    bool young_paid = rng_chance(&l->r, 1500), hired_paid = rng_chance(&l->r, 1200),
         moved_paid = rng_chance(&l->r, 900);
    bool helped = rng_chance(&l->r, 1500), insured = rng_chance(&l->r, 1200);
    date when = care_ago(l, 5, 90);
    if (l->dead) return;
    if (l->calling == CALLING_WORKER && l->employed && l->firm != 0) {
        const struct fact *job = last_of(l, ENTITY_job);
        int64_t since = job == NULL ? 0 : fact_get(job, F_job_from);
        bool target = job != NULL && of_target(l, since), company = firm_kind(l->c, l->firm - 1) == CODE_firm_company;
        if (target && since > l->c->base.days - 365) l->c->tally[l->firm - 1].new_target++;
        if (target && company && since < when.days - 100 && since > l->c->base.days - 500) {
            if (young_paid && l->age < 27) care_got(l, CODE_grant_expansion, when, 150000);
            if (insured && fact_get(l->p, F_person_education) <= CODE_education_college) {
                month from = { month_of((date){ (int32_t)since }).index + 1 }, to = { from.index + 11 };
                care_draws(l, CODE_grant_graduate_hire, from, to.index < l->c->known.index ? to : l->c->known, 90000,
                           l->firm);
            }
            if (hired_paid) care_got(l, CODE_grant_hiring, date_add_days(when, 3), 100000);
        }
    }
    const struct fact *contract = last_of(l, ENTITY_contract);
    if (moved_paid && contract != NULL && fact_get(l->p, F_person_hukou) == CODE_hukou_farm &&
        fact_known(contract, F_contract_to) == CELL_KNOWN)
        care_got(l, CODE_grant_migrant, earlier(l->c->base, (date){ (int32_t)fact_get(contract, F_contract_to) + 40 }),
                 200000);
    if (helped && l->registered != NULL && fact_get(l->registered, F_unemployment_from) < when.days)
        care_got(l, CODE_grant_living, when, 50000);
}
