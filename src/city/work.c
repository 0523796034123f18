/* work: jobs one after the other, with contract, registration and contributions that agree; the times between; and the
 * end of it. What is open today is paid up to the month that is known. */
#include "city/city_priv.h"

#include <string.h>

enum { JOBS_MAX = 3, REBASED = 2023 * 12 + 6 /* contribution wages were set anew in July 2023 */ };

/* Rates of 10,000 by employer and person, the first month, and the one that everybody knows of each kind. */
static const struct rate {
    enum city_code kind;
    uint16_t employer, person;
    int first;
} rates[] = {
    { CODE_insurance_pension, 1600, 800, 1996 * 12 },   { CODE_insurance_civil_pension, 1600, 800, 2014 * 12 + 9 },
    { CODE_insurance_unemployment, 50, 50, 1999 * 12 }, { CODE_insurance_medical, 800, 200, 2001 * 12 },
    { CODE_insurance_injury, 40, 0, 2004 * 12 },
};

static const struct rate *rate_of(enum city_code kind)
{
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        if (rates[i].kind == kind) return &rates[i];
    }
    return NULL;
}

struct fact *work_pay(struct life *l, enum city_code kind, month from, month to, int64_t wage, enum city_code payer,
                      uint64_t firm)
{
    const struct rate *r = rate_of(kind);
    int *paid_to = &l->paid_to[kind - CODE_insurance_pension];
    if (r != NULL && from.index < r->first) from.index = r->first;
    if (from.index <= *paid_to) from.index = *paid_to + 1;
    if (to.index > l->c->known.index) to = l->c->known;
    if (to.index < from.index) return NULL;
    *paid_to = to.index;
    struct fact *f = fact_new(l->s, ENTITY_contribution, l->p);
    int64_t employer = 0, person = 2500;
    if (r != NULL) {
        employer = payer == CODE_payer_employer ? wage * r->employer / 10000 : 0;
        person = payer == CODE_payer_employer     ? wage * r->person / 10000
                 : kind == CODE_insurance_pension ? wage * 2000 / 10000
                                                  : wage * 900 / 10000;
    }
    if (payer == CODE_payer_fund) employer = wage * 900 / 10000, person = 0;
    fact_number(f, F_contribution_from, from.index);
    fact_number(f, F_contribution_to, to.index);
    fact_number(f, F_contribution_kind, kind);
    fact_number(f, F_contribution_wage, wage);
    fact_number(f, F_contribution_by_employer, employer);
    fact_number(f, F_contribution_by_person, person);
    fact_number(f, F_contribution_payer, payer);
    if (firm != 0) fact_number(f, F_contribution_employer, (int64_t)(firm - 1));
    l->resident |= kind == CODE_insurance_resident_pension && to.index >= l->c->known.index;
    if (kind == CODE_insurance_pension || kind == CODE_insurance_civil_pension) {
        l->pension_months += to.index - from.index + 1;
        l->insured |= to.index >= l->c->known.index;
    }
    if (kind == CODE_insurance_unemployment) {
        l->ui_months += to.index - from.index + 1;
        l->unemployment_insured |= to.index >= l->c->known.index;
        if (firm != 0) firm_count(l->c, firm - 1, from, to, wage, employer + person);
    }
    return f;
}

/* Wages rise by a twentieth of today's a year. */
static int64_t wage_then(const struct life *l, int year)
{
    int64_t percent = 100 - 4 * (l->c->year - year);
    int64_t wage = l->wage * (percent < 20 ? 20 : percent) / 100,
            least = year >= 2023 ? 449400 : 200000 + (year - 2000) * 9000;
    return wage < least ? least : wage;
}

/* From the month the job begins (the next one when it begins late in the month) to the one in which it ends. */
static void contributions(struct life *l, uint64_t firm, date from, date to, bool open)
{
    enum city_code employer = firm_kind(l->c, firm - 1);
    bool office = employer == CODE_firm_office;
    int y, m, d;
    date_parts(from, &y, &m, &d);
    month a = { month_of(from).index + (d > 15) }, b = open ? l->c->known : month_of(to);
    int64_t before = wage_then(l, (y + (b.index / 12)) / 2), now = wage_then(l, l->c->year);
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        enum city_code kind = rates[i].kind;
        bool civil = office || employer == CODE_firm_institution;
        if (kind == CODE_insurance_pension && civil) continue;
        if (kind == CODE_insurance_civil_pension && !civil) continue;
        if (kind == CODE_insurance_unemployment && office) continue;
        month split = { REBASED };
        if (a.index >= REBASED || b.index < REBASED) {
            work_pay(l, kind, a, b, a.index >= REBASED ? now : before, CODE_payer_employer, firm);
            continue;
        }
        work_pay(l, kind, a, (month){ split.index - 1 }, before, CODE_payer_employer, firm);
        work_pay(l, kind, split, b, now, CODE_payer_employer, firm);
    }
}

static struct fact *registered_job(struct life *l, enum city_code form, uint64_t employer, date from, date to,
                                   bool open, enum city_code cause)
{
    struct fact *f = fact_new(l->s, ENTITY_job, l->p);
    fact_number(f, F_job_from, from.days);
    fact_number(f, F_job_form, form);
    if (employer != 0) fact_number(f, F_job_employer, (int64_t)(employer - 1));
    bool far = form == CODE_form_firm && rng_chance(&l->r, KNOB_far_job);
    enum city_code first = code_after(CODE_region_321084, 1);
    enum city_code other = code_after(first, rng_below(&l->r, CODE_COUNT - first));
    fact_number(f, F_job_region, far ? (int64_t)other : fact_get(l->p, F_person_region));
    fact_number(f, F_job_occupation, l->trade);
    if (!open) {
        fact_number(f, F_job_to, to.days);
        if (cause != 0) fact_number(f, F_job_cause, cause);
    }
    return f;
}

static void contract(struct life *l, uint64_t firm, date from, date to, bool open, enum city_code cause)
{
    struct fact *f = fact_new(l->s, ENTITY_contract, l->p);
    int64_t months = date_full_months(from, open ? l->c->base : to);
    bool fixed = months < 120;
    fact_number(f, F_contract_from, from.days);
    fact_number(f, F_contract_employer, (int64_t)(firm - 1));
    fact_number(f, F_contract_kind, fixed ? CODE_contract_fixed : CODE_contract_open);
    if (fixed) fact_number(f, F_contract_term, months < 12 && rng_chance(&l->r, 3000) ? 12 : (months / 36 + 1) * 36);
    fact_number(f, F_contract_electronic, rng_chance(&l->r, KNOB_electronic));
    fact_number(f, F_contract_wage, wage_then(l, month_of(from).index / 12));
    if (!open) {
        fact_number(f, F_contract_to, to.days);
        if (cause != 0) fact_number(f, F_contract_cause, cause);
    }
}

static enum city_code why_left(struct life *l, bool involuntary)
{
    static const uint16_t against[5] = { 45, 25, 5, 20, 5 }, own[2] = { 80, 20 };
    return involuntary ? code_after(CODE_cause_expired, rng_pick(&l->r, against, 5))
                       : code_after(CODE_cause_resigned, rng_pick(&l->r, own, 2));
}

/* Benefit after the law: a year's contributions, against one's will, registered. Months by length of contributions. */
static void claim(struct life *l, date from, date to, bool open, bool over)
{
    int months = l->ui_months < 60 ? 12 : l->ui_months < 120 ? 18 : 24;
    int64_t rate = l->wage * (l->ui_months < 120 ? 45 : l->ui_months < 240 ? 50 : 55) / 100;
    int64_t percent = 100 - 4 * (l->c->year - month_of(from).index / 12),
            most = 249000 * (percent < 20 ? 20 : percent) / 100;
    rate = rate > most ? most : rate < most * 51 / 100 ? most * 51 / 100 : rate;
    date due = add_months(from, months), end = open ? due : earlier(due, to);
    int first = month_of(from).index, last = month_of(date_add_days(end, -1)).index;
    if (over) last += 3;
    if (last > l->c->known.index) last = l->c->known.index;
    struct fact *f = fact_new(l->s, ENTITY_benefit, l->p);
    fact_number(f, F_benefit_from, from.days);
    fact_number(f, F_benefit_to, end.days);
    fact_number(f, F_benefit_months, months);
    fact_number(f, F_benefit_drawn, last < first ? 0 : last - first + 1);
    fact_number(f, F_benefit_rate, rate);
    fact_number(f, F_benefit_counted, l->ui_months);
    l->ui_months = 0;
    if (end.days > l->c->base.days) l->benefit = f;
    if (last < first) return;
    struct fact *paid = fact_new(l->s, ENTITY_benefit_paid, l->p);
    fact_number(paid, F_benefit_paid_from, first);
    fact_number(paid, F_benefit_paid_to, last);
    fact_number(paid, F_benefit_paid_amount, rate);
    if (over) fact_plant(l->s, PLANT_claim_employed, paid, F_COUNT);
    work_pay(l, CODE_insurance_medical, (month){ first }, (month){ last - 3 * over }, 449400, CODE_payer_fund, 0);
}

static struct fact *register_jobless(struct life *l, date from, date to, bool open, enum city_code kind,
                                     enum city_code cause)
{
    struct fact *f = fact_new(l->s, ENTITY_unemployment, l->p);
    fact_number(f, F_unemployment_from, from.days);
    fact_number(f, F_unemployment_kind, kind);
    fact_number(f, F_unemployment_cause, cause);
    fact_number(f, F_unemployment_region, fact_get(l->p, F_person_region));
    fact_number(f, F_unemployment_seeking, 1);
    date contact = date_in(&l->r, later(from, date_add_days(l->c->base, -240)), l->c->base);
    fact_number(f, F_unemployment_contact, open ? contact.days : to.days);
    if (open) {
        l->registered = f;
    } else {
        fact_number(f, F_unemployment_to, to.days);
        fact_number(f, F_unemployment_end_cause, l->dead && to.days == l->end.days ? CODE_left_dead : CODE_left_hired);
    }
    return f;
}

/* The time between losing a job and the next one, or today. */
static void without_work(struct life *l, date lost, date next, bool open, bool registers)
{
    date from = date_add_days(lost, rng_between(&l->r, 3, 45));
    bool claims = rng_chance(&l->r, KNOB_claims), over = rng_chance(&l->r, KNOB_plant_claim_employed * 4);
    bool against = l->cause >= CODE_cause_expired && l->cause <= CODE_cause_closed;
    if (!registers || from.days >= (open ? l->c->base : next).days) return;
    register_jobless(l, from, next, open, CODE_jobless_firm, l->cause);
    if (against && l->ui_months >= 12 && claims) {
        if (l->firm != 0) {
            int y = from.days > 0 ? month_of(from).index / 12 - (l->c->year - TALLY_YEARS + 1) : -1;
            if (y >= 0 && y < TALLY_YEARS) l->c->tally[l->firm - 1].claims[y]++;
        }
        bool recent = !open && next.days > l->c->base.days - 400 && next.days < add_months(from, 11).days;
        claim(l, from, next, open, over && recent);
    }
}

static void one_job(struct life *l, date from, date to, bool open)
{
    l->firm = 1 + firm_pick(l->c, &l->r, from);
    bool involuntary = rng_chance(&l->r, KNOB_involuntary);
    l->cause = why_left(l, involuntary);
    registered_job(l, CODE_form_firm, l->firm, from, to, open, open ? 0 : l->cause);
    contract(l, l->firm, from, to, open, open ? 0 : l->cause);
    contributions(l, l->firm, from, to, open);
    if (!open) l->lost = to;
}

/* Jobs from the first day of work to `last`; open when the last of them goes on. */
static void jobs(struct life *l, date last, bool open)
{
    int64_t months = date_full_months(l->start, last);
    int n = months < 30 ? 1 : 1 + (int)rng_below(&l->r, JOBS_MAX);
    date from = l->start;
    for (int i = 0; i < n; i++) {
        bool final = i + 1 == n;
        date to = final ? last : add_months(from, date_full_months(from, last) * rng_between(&l->r, 20, 60) / 100);
        int gap = rng_chance(&l->r, 5500) ? (int)rng_below(&l->r, 2) : rng_between(&l->r, 25, 330);
        bool registers = rng_chance(&l->r, KNOB_gap_registered);
        if (to.days <= from.days) to = date_add_days(from, 20);
        if (i == 0) fact_number(l->p, F_person_first_work, from.days);
        one_job(l, from, to, final && open);
        if (final) break;
        date next = date_add_days(to, gap);
        if (next.days > last.days - 40) next = date_add_days(to, 1);
        if (next.days >= last.days) break;
        if (gap > 50) without_work(l, to, next, false, registers);
        from = next;
    }
}

static void retire(struct life *l, enum city_code kind, date when)
{
    struct fact *f = fact_new(l->s, ENTITY_retirement, l->p);
    fact_number(f, F_retirement_from, when.days);
    fact_number(f, F_retirement_kind, kind);
    fact_number(f, F_retirement_pension, 1);
    if (l->dead) fact_number(f, F_retirement_to, l->end.days);
    l->retired = true;
    fact_number(l->p, F_person_income, kind == CODE_retired_other ? 30000 : l->wage * 55 / 100);
}

static void pension(struct life *l)
{
    bool own = l->calling == CALLING_WORKER || l->pension_months + fact_get(l->p, F_person_credited) >= 180;
    date when = own ? l->retire : add_months(l->birth, 720);
    date first = month_first((month){ month_of(when).index + 1 });
    if (first.days > l->end.days) return;
    retire(l, own ? CODE_retired_normal : CODE_retired_other, first);
}

/* Residents' pension: whoever has no other pays it from 16 (2012 at the earliest) to 60. */
static void resident(struct life *l, date from)
{
    if (!rng_chance(&l->r, KNOB_resident_pension)) return;
    month a = month_of(later(from, date_of(2012, 1, 1))), b = month_of(add_months(l->birth, 720));
    if (l->dead && month_of(l->end).index < b.index) b = month_of(l->end);
    work_pay(l, CODE_insurance_resident_pension, a, (month){ b.index - 1 }, 0, CODE_payer_person, 0);
}

static void earn(struct life *l, int64_t income)
{
    l->employed = !l->dead;
    fact_number(l->p, F_person_income, income);
}

static void worker(struct life *l)
{
    bool registered = rng_chance(&l->r, KNOB_now_registered), idle = rng_chance(&l->r, KNOB_now_idle);
    bool informal = rng_chance(&l->r, KNOB_now_informal), hidden = rng_chance(&l->r, KNOB_plant_hidden);
    int ago = rng_between(&l->r, 40, 560);
    bool working_age = l->retire.days > l->end.days && l->end.days == l->c->base.days;
    bool died_jobless = rng_chance(&l->r, KNOB_died_jobless) && l->dead && l->retire.days > l->end.days;
    /* Who is close to retirement finds work seldom and is long without. */
    if (working_age && l->retire.days - l->end.days < 330 && rng_chance(&l->r, 1600)) {
        registered = true, ago += 480;
        if (rng_chance(&l->r, 1500)) { /* and whose age of retirement was not settled */
            fact_plant(l->s, PLANT_missing, l->p, F_person_retire_group);
            fact_state(l->p, F_person_retire_group, CELL_UNKNOWN);
        }
    }
    date last = earlier(l->end, l->retire), before1996 = date_of(1996, 1, 1);
    if (l->start.days < before1996.days) {
        fact_number(l->p, F_person_credited, date_full_months(l->start, before1996));
    }
    if (l->no_work) registered |= !idle, informal = false;
    if (registered) idle = informal = false;
    bool without = working_age && (registered || idle || informal);
    if (without) last = later(date_add_days(last, -ago), date_add_days(l->start, 20));
    if (last.days <= l->start.days + 25) {
        if (working_age && registered && l->start.days < l->c->base.days - 40) {
            date from = later(l->start, date_add_days(l->c->base, -ago));
            register_jobless(l, from, l->c->base, true, CODE_jobless_graduate, CODE_cause_other);
        }
        return;
    }
    if (died_jobless && last.days - ago / 3 > l->start.days + 60) {
        jobs(l, date_add_days(last, -ago / 3), false);
        without_work(l, l->lost, l->end, false, true);
        return;
    }
    jobs(l, last, working_age && !without);
    if (!working_age) return;
    if (!without) {
        fact_number(l->p, F_person_employer, (int64_t)(l->firm - 1));
        earn(l, l->wage);
    } else if (informal) {
        l->firm = 0;
        earn(l, l->wage * 8 / 10);
    } else if (registered) {
        without_work(l, l->lost, l->c->base, true, true);
        if (l->registered != NULL && hidden && ago > 200) {
            uint64_t firm = 1 + firm_pick(l->c, &l->r, l->c->base);
            month from = { month_of((date){ (int32_t)fact_get(l->registered, F_unemployment_from) }).index + 2 };
            struct fact *f = work_pay(l, CODE_insurance_pension, from, l->c->known, 449400, CODE_payer_employer, firm);
            work_pay(l, CODE_insurance_unemployment, from, l->c->known, 449400, CODE_payer_employer, firm);
            work_pay(l, CODE_insurance_medical, from, l->c->known, 449400, CODE_payer_employer, firm);
            if (f != NULL) fact_plant(l->s, PLANT_hidden_job, l->registered, F_COUNT);
        }
    }
}

/* Traders and flexible workers: they pay for themselves if at all. */
static void own_account(struct life *l)
{
    bool trader = l->calling == CALLING_TRADER, insured = rng_chance(&l->r, KNOB_flexible_insured);
    bool platform = rng_chance(&l->r, KNOB_platform), running = rng_chance(&l->r, 9200);
    date last = earlier(l->end, later(l->retire, add_months(l->birth, trader ? 780 : 720)));
    bool open = last.days == l->c->base.days && !l->no_work;
    date from = date_in(&l->r, later(l->start, date_add_days(last, -4400)), date_add_days(last, -100));
    int jobs_made = rng_chance(&l->r, 3500) ? rng_between(&l->r, 1, 6) : 0, months_ago = rng_between(&l->r, 1, 14);
    if (from.days > last.days - 50) return;
    uint64_t employer = 0;
    fact_number(l->p, F_person_first_work, l->start.days);
    if (trader) {
        struct fact *e = firm_startup(l->c, l->s, l, from, jobs_made);
        struct fact *f = fact_new(l->s, ENTITY_startup, l->p);
        employer = 1 + (FIRM_STARTUP | l->number);
        open = open && running;
        if (!open) last = later(from, add_months(last, -months_ago));
        fact_number(f, F_startup_from, from.days);
        fact_number(f, F_startup_employer, (int64_t)(employer - 1));
        fact_number(f, F_startup_first, rng_chance(&l->r, 8500));
        fact_number(f, F_startup_running, open);
        fact_number(f, F_startup_jobs, jobs_made);
        fact_number(f, F_startup_partners, rng_chance(&l->r, 1500));
        fact_number(f, F_startup_trained, rng_chance(&l->r, 2500));
        if (!open) {
            fact_number(f, F_startup_to, last.days);
            fact_number(e, F_employer_state, CODE_state_closed);
            fact_number(e, F_employer_closed, last.days);
        } else {
            fact_number(l->p, F_person_employer, (int64_t)(employer - 1));
        }
    } else if (!open && l->no_work) {
        last = later(date_add_days(from, 40), add_months(last, -months_ago));
    }
    enum city_code form = trader ? CODE_form_trader : platform ? CODE_form_platform : CODE_form_flexible;
    if (trader || insured || platform)
        registered_job(l, form, employer, from, last, open, open ? 0 : CODE_cause_stopped);
    if (insured) {
        date stop = earlier(last, l->retire);
        month a = month_of(from), b = open && l->retire.days > l->c->base.days ? l->c->known : month_of(stop);
        month split = { REBASED };
        for (int i = 0; i < 2; i++) {
            enum city_code kind = i == 0 ? CODE_insurance_pension : CODE_insurance_medical;
            if (a.index < REBASED) {
                month end = { b.index < REBASED ? b.index : REBASED - 1 };
                work_pay(l, kind, a, end, 390000, CODE_payer_person, 0);
            }
            if (b.index >= REBASED) work_pay(l, kind, a.index > REBASED ? a : split, b, 449400, CODE_payer_person, 0);
        }
    } else {
        resident(l, l->start);
    }
    if (open) earn(l, l->wage * 9 / 10);
    if (l->no_work && !open && l->age < 60 && rng_chance(&l->r, 6000) && last.days < l->c->base.days - 60) {
        register_jobless(l, date_add_days(last, 30), l->c->base, true, CODE_jobless_business, CODE_cause_stopped);
    }
}

static void farmer(struct life *l)
{
    date old = add_months(l->birth, 74 * 12);
    resident(l, l->start);
    if (old.days > l->c->base.days && !l->dead && !l->no_work) earn(l, 180000);
}

static void home(struct life *l)
{
    bool registers = rng_chance(&l->r, KNOB_registered_others * 3);
    resident(l, l->start);
    bool able = fact_get(l->p, F_person_ability) != CODE_ability_none && fact_get(l->p, F_person_abroad) == 0;
    if (!registers || !able || l->dead || l->age >= 50 || l->start.days > l->c->base.days - 100) return;
    for (size_t i = 0; i < l->s->facts.len; i++) {
        const struct fact *f = l->s->facts.at[i];
        if (f->owner == l->p && (f->entity == ENTITY_prison || f->entity == ENTITY_service)) return;
    }
    date from = date_add_days(l->c->base, -(int64_t)rng_between(&l->r, 10, 700));
    register_jobless(l, later(from, l->start), l->c->base, true,
                     l->age < 25 ? CODE_jobless_graduate : CODE_jobless_other, CODE_cause_other);
    fact_number(l->p, F_person_wants_work, 1);
}

/* The second day: a stream of its own, so that nothing else moves. */
void work_second_day(struct life *l)
{
    struct rng r = rng_of(l->c->o.seed, RNG_SECOND_DAY, l->number);
    bool dies = rng_chance(&r, KNOB_second_death), loses = rng_chance(&r, KNOB_second_lost);
    bool finds = rng_chance(&r, KNOB_second_found), moves = rng_chance(&r, KNOB_second_moved);
    bool mends = rng_chance(&r, KNOB_second_mended);
    int32_t today = l->c->today.days;
    if (l->dead) return;
    if (dies) {
        fact_number(l->p, F_person_death, today);
        return;
    }
    struct rng own = l->r;
    l->r = r;
    if (loses && l->employed && l->calling == CALLING_WORKER && l->firm != 0) {
        for (size_t i = 0; i < l->s->facts.len; i++) {
            struct fact *f = l->s->facts.at[i];
            if (f->owner != l->p) continue;
            if (f->entity == ENTITY_job && fact_known(f, F_job_to) == CELL_NONE) {
                fact_number(f, F_job_to, today);
                fact_number(f, F_job_cause, CODE_cause_terminated);
            } else if (f->entity == ENTITY_contract && fact_known(f, F_contract_to) == CELL_NONE) {
                fact_number(f, F_contract_to, today);
                fact_number(f, F_contract_cause, CODE_cause_terminated);
            }
        }
        register_jobless(l, l->c->today, l->c->today, true, CODE_jobless_firm, CODE_cause_terminated);
        fact_number(l->registered, F_unemployment_contact, today);
        fact_state(l->p, F_person_employer, CELL_NONE);
        fact_number(l->p, F_person_income, 0);
        fact_number(l->p, F_person_updated, today);
    } else if (finds && l->registered != NULL) {
        fact_number(l->registered, F_unemployment_to, today);
        fact_number(l->registered, F_unemployment_end_cause, CODE_left_hired);
        if (l->benefit != NULL) fact_number(l->benefit, F_benefit_to, today);
        l->firm = 1 + firm_pick(l->c, &l->r, l->c->base);
        registered_job(l, CODE_form_firm, l->firm, l->c->today, l->c->today, true, 0);
        contract(l, l->firm, l->c->today, l->c->today, true, 0);
        fact_number(l->p, F_person_employer, (int64_t)(l->firm - 1));
        fact_number(l->p, F_person_income, l->wage);
        fact_number(l->p, F_person_updated, today);
    }
    if (moves && strcmp(fact_get_text(l->p, F_person_relation), "户主") == 0) { /* and the family with him or her */
        str address = str_fmt(l->s->arena, "%s安居路%u号", city_code_name[fact_get(l->home, F_household_region)],
                              1 + rng_below(&l->r, 200));
        fact_text(l->home, F_household_address, address.p);
        fact_number(l->home, F_household_updated, today);
        fact_text(l->p, F_person_address, address.p);
        fact_number(l->p, F_person_updated, today);
    }
    if (mends && fact_known(l->p, F_person_phone) == CELL_KNOWN) {
        fact_text(l->p, F_person_phone, str_fmt(l->s->arena, "1549%07u", rng_below(&l->r, 10000000)).p);
        fact_number(l->p, F_person_updated, today);
    }
    l->r = own;
}

void work_life(struct life *l)
{
    switch (l->calling) {
    case CALLING_WORKER: worker(l); break;
    case CALLING_TRADER:
    case CALLING_FLEXIBLE: own_account(l); break;
    case CALLING_FARMER: farmer(l); break;
    case CALLING_HOME: home(l); break;
    }
    pension(l);
    if (l->retired && l->calling != CALLING_FARMER && l->calling != CALLING_TRADER) l->employed = false;
}
