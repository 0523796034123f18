/* Lives that agree with themselves: what a register says of somebody cannot contradict another, unless it was planted.
 */
#include "unit/city/town.h"

#include <string.h>

enum { PEOPLE = 20000 };

struct look {
    struct city *c;
    uint64_t jobs, months, benefits, retired, claims;
};

static bool planted(const struct fact_set *s, const struct fact *person)
{
    VEC_EACH (const struct plant, p, &s->plants) {
        bool oddity = p->kind >= PLANT_hidden_job;
        if (oddity && (p->fact->owner == person || p->fact == person)) return true;
    }
    return false;
}

static int64_t end_of(const struct fact *f, unsigned field)
{
    return fact_known(f, field) == CELL_KNOWN ? fact_get(f, field) : INT32_MAX;
}

static void check_job(const struct fact_set *s, const struct fact *job)
{
    const struct fact *p = job->owner;
    date from = { (int32_t)fact_get(job, F_job_from) }, birth = { (int32_t)fact_get(p, F_person_birth) };
    NOTE("person %s", fact_get_text(p, F_person_id));
    CHECK(date_age_years(birth, from) >= 16);
    CHECK(from.days <= end_of(job, F_job_to));
    if (fact_known(p, F_person_death) == CELL_KNOWN) CHECK(end_of(job, F_job_to) <= fact_get(p, F_person_death));
    VEC_EACH (struct fact *const, q, &s->facts) {
        const struct fact *other = *q;
        if (other->entity != ENTITY_job || other->owner != p || other == job) continue;
        CHECK(end_of(job, F_job_to) <= fact_get(other, F_job_from) || end_of(other, F_job_to) <= from.days);
    }
}

/* No month is paid for twice. */
static void check_once(const struct fact_set *s, const struct fact *paid)
{
    NOTE("person %s", fact_get_text(paid->owner, F_person_id));
    VEC_EACH (struct fact *const, q, &s->facts) {
        const struct fact *other = *q;
        if (other == paid || other->entity != ENTITY_contribution || other->owner != paid->owner) continue;
        if (fact_get(other, F_contribution_kind) != fact_get(paid, F_contribution_kind)) continue;
        CHECK(fact_get(other, F_contribution_to) < fact_get(paid, F_contribution_from) ||
              fact_get(paid, F_contribution_to) < fact_get(other, F_contribution_from));
    }
}

/* A month that an employer paid for lies in a job with that employer. */
static void check_month(const struct fact_set *s, const struct fact *paid)
{
    if (fact_known(paid, F_contribution_employer) != CELL_KNOWN || planted(s, paid->owner)) return;
    NOTE("person %s", fact_get_text(paid->owner, F_person_id));
    bool found = false;
    VEC_EACH (struct fact *const, q, &s->facts) {
        const struct fact *job = *q;
        if (job->entity != ENTITY_job || job->owner != paid->owner) continue;
        if (fact_get(job, F_job_employer) != fact_get(paid, F_contribution_employer)) continue;
        month first = date_month((date){ (int32_t)fact_get(job, F_job_from) });
        int64_t to = end_of(job, F_job_to);
        int64_t last = to == INT32_MAX ? INT32_MAX : date_month((date){ (int32_t)to }).index;
        found |= first.index <= fact_get(paid, F_contribution_from) && last >= fact_get(paid, F_contribution_to);
    }
    CHECK(found);
    CHECK(fact_get(paid, F_contribution_from) <= fact_get(paid, F_contribution_to));
}

/* Benefit only after a job lost against one's will, while registered. */
static void check_benefit(const struct fact_set *s, const struct fact *b)
{
    bool found = false;
    NOTE("person %s", fact_get_text(b->owner, F_person_id));
    VEC_EACH (struct fact *const, q, &s->facts) {
        const struct fact *u = *q;
        if (u->entity != ENTITY_unemployment || u->owner != b->owner) continue;
        if (fact_get(u, F_unemployment_from) != fact_get(b, F_benefit_from)) continue;
        int64_t cause = fact_get(u, F_unemployment_cause);
        found |= cause >= CODE_cause_expired && cause <= CODE_cause_closed;
        found |= fact_known(u, F_unemployment_cause) != CELL_KNOWN; /* left empty */
        CHECK(end_of(b, F_benefit_to) <= end_of(u, F_unemployment_to));
    }
    CHECK(found);
    if (fact_known(b, F_benefit_counted) != CELL_KNOWN || fact_known(b, F_benefit_months) != CELL_KNOWN) return;
    CHECK(fact_get(b, F_benefit_counted) >= 12);
    int64_t counted = fact_get(b, F_benefit_counted);
    CHECK_INT(fact_get(b, F_benefit_months), counted < 60 ? 12 : counted < 120 ? 18 : 24);
}

static void check_retired(const struct fact *r)
{
    const struct fact *p = r->owner;
    date birth = { (int32_t)fact_get(p, F_person_birth) }, from = { (int32_t)fact_get(r, F_retirement_from) };
    int64_t age = date_age_years(birth, from), group = fact_get(p, F_person_retire_group);
    if (fact_get(r, F_retirement_kind) == CODE_retired_other || fact_known(p, F_person_retire_group) != CELL_KNOWN)
        return;
    CHECK_INT(age, group == CODE_group_man        ? 60
                   : group == CODE_group_woman_55 ? 55
                                                  : 50); /* nobody is put off before 2025 */
}

static bool look(struct city_hand *h, struct fact_set *s, const struct fact_set *before, struct err *e)
{
    struct look *l = h->to;
    (void)before, (void)e;
    VEC_EACH (struct fact *const, p, &s->facts) {
        const struct fact *f = *p;
        if (f->entity == ENTITY_job) check_job(s, f), l->jobs++;
        if (f->entity == ENTITY_contribution) check_month(s, f), check_once(s, f), l->months++;
        if (f->entity == ENTITY_benefit) check_benefit(s, f), l->benefits++;
        if (f->entity == ENTITY_retirement) check_retired(f), l->retired++;
        if (f->entity == ENTITY_person && fact_get(f, F_person_at_school)) CHECK_INT(fact_get(f, F_person_income), 0);
    }
    return true;
}

TEST_WITHIN(what_registers_say_of_somebody_agrees, 120)
{
    autoarena *a = arena_new("city", 0);
    struct err e = { 0 };
    struct city_options o = town(PEOPLE);
    struct look l = { .c = city_new(a, &o) };
    CHECK_OK(city_run(&(struct city_hand){ .c = l.c, .to = &l, .take = look }, 1, &e), e);
    CHECK(l.jobs > PEOPLE / 3 && l.months > PEOPLE && l.benefits > 100 && l.retired > PEOPLE / 20);
}

static bool pass(struct city_hand *h, struct fact_set *s, const struct fact_set *before, struct err *e)
{
    (void)before, (void)e;
    *(uint64_t *)h->to += s->facts.len;
    return true;
}

TEST_WITHIN(shares_are_those_of_published_figures, 120)
{
    autoarena *a = arena_new("city", 0);
    struct err e = { 0 };
    struct city_options o = town(100000);
    struct city *c = city_new(a, &o);
    struct text report;
    uint64_t facts = 0;
    CHECK_OK(city_run(&(struct city_hand){ .c = c, .to = &facts, .take = pass }, 1, &e), e);
    text_init(&report, a, 1 << 16);
    city_report(&c->n, &report);
    NOTE("%.*s", (int)report.len, report.p);
    CHECK_INT((int64_t)city_excess(&c->n), 0);
    CHECK_INT((int64_t)(c->n.people + c->n.dead), 100000);
    for (size_t i = 0; i < PLANT_COUNT; i++) {
        if (i >= PLANT_firm_same && i <= PLANT_firm_place) continue; /* of firms: counted as their rows are written */
        NOTE("%s", city_plant_name[i]);
        CHECK(c->n.planted[i] > 0);
    }
    c->n.male += c->n.people / 20; /* and the comparison can fail */
    CHECK(city_excess(&c->n) > 0);
}

struct sum {
    uint64_t heads, firms;
};
static bool add_up(struct city_hand *h, struct fact_set *s, const struct fact_set *before, struct err *e)
{
    struct sum *n = h->to;
    (void)before, (void)e;
    VEC_EACH (struct fact *const, p, &s->facts) {
        const struct fact *f = *p;
        if (f->entity == ENTITY_contribution && fact_get(f, F_contribution_kind) == CODE_insurance_unemployment &&
            fact_get(f, F_contribution_to) == 2024 * 12 + 4 && fact_known(f, F_contribution_employer) == CELL_KNOWN) {
            n->heads++;
        }
        if (f->entity == ENTITY_employer) n->firms += (uint64_t)fact_get(f, F_employer_insured_heads);
    }
    return true;
}

TEST_WITHIN(what_firms_have_is_what_their_people_add_up_to, 60)
{
    autoarena *a = arena_new("city", 0);
    struct err e = { 0 };
    struct city_options o = town(5000);
    struct sum n = { 0 };
    CHECK_OK(city_run(&(struct city_hand){ .c = city_new(a, &o), .to = &n, .take = add_up }, 1, &e), e);
    CHECK(n.heads > 800);
    CHECK_INT((int64_t)n.firms, (int64_t)n.heads);
}

static bool look_idle(struct city_hand *h, struct fact_set *s, const struct fact_set *before, struct err *e)
{
    uint64_t *n = h->to;
    (void)before, (void)e;
    VEC_EACH (const struct plant, k, &s->plants) {
        if (k->kind != PLANT_idle_job) continue;
        const struct fact *job = k->fact, *p = job->owner;
        NOTE("person %s", fact_get_text(p, F_person_id));
        CHECK(k->field == F_job_to && fact_known(job, F_job_to) == CELL_NONE && k->true_state == CELL_KNOWN);
        int64_t ended = k->true_cell.n, place = fact_get(p, F_person_region);
        CHECK(place == CODE_region_321084 || place == CODE_region_321012);
        CHECK(ended < h->c->base.days && ended > h->c->base.days - 160);
        VEC_EACH (struct fact *const, q, &s->facts) {
            const struct fact *f = *q;
            if (f->owner != p) continue;
            if (f->entity == ENTITY_contract) CHECK(end_of(f, F_contract_to) <= ended);
            if (f->entity == ENTITY_contribution && fact_known(f, F_contribution_employer) == CELL_KNOWN)
                CHECK(fact_get(f, F_contribution_to) <= date_month((date){ (int32_t)ended }).index);
            if (f->entity == ENTITY_unemployment) CHECK(end_of(f, F_unemployment_to) <= h->c->base.days);
        }
        (*n)++;
    }
    plant_undo(s);
    VEC_EACH (const struct plant, k, &s->plants) {
        if (k->kind == PLANT_idle_job) CHECK(fact_known(k->fact, F_job_to) == CELL_KNOWN);
    }
    return true;
}

TEST_WITHIN(a_registration_left_open_has_neither_contract_nor_contributions_behind_it, 120)
{
    autoarena *a = arena_new("city", 0);
    struct err e = { 0 };
    struct city_options o = town(50000);
    uint64_t n = 0;
    CHECK_OK(city_run(&(struct city_hand){ .c = city_new(a, &o), .to = &n, .take = look_idle }, 1, &e), e);
    CHECK(n > 10);
}
