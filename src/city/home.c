/* home: households and who lives in them. A block is filled household by household until it has its people; the last
 * one is cut to what is left. */
#include "city/city_priv.h"
#include "city/ids.h"
#include "city/names.h"

#include <string.h>

enum { MEMBERS_MAX = 8 };
enum relation { HEAD, SPOUSE, CHILD, PARENT };
static const char *const relation_names[] = { "户主", "配偶", "子女", "父母" };

struct member {
    enum relation relation;
    int months; /* old */
    bool male;
};
struct plan {
    struct member m[MEMBERS_MAX];
    size_t n;
};

date date_in(struct rng *r, date from, date to)
{
    if (to.days <= from.days) return from;
    return date_add_days(from, rng_below(r, (uint64_t)(to.days - from.days) + 1));
}

static void add(struct plan *p, struct rng *r, enum relation relation, int age, bool male)
{
    if (p->n == MEMBERS_MAX) return;
    int months = age * 12 + rng_between(r, 0, 11);
    p->m[p->n++] = (struct member){ relation, months < 0 ? 0 : months, male };
}

static void couple(struct plan *p, struct rng *r, int age)
{
    bool male = rng_chance(r, 8000);
    int other = age + (male ? -rng_between(r, -1, 4) : rng_between(r, -1, 4));
    add(p, r, HEAD, age, male);
    add(p, r, SPOUSE, other < 20 ? 20 : other, !male);
}

static void children(struct plan *p, struct rng *r, int parent, int count)
{
    int age = parent - rng_between(r, 22, 31);
    for (int i = 0; i < count; i++, age -= rng_between(r, 2, 6)) {
        if (age >= 0 && age <= 32) add(p, r, CHILD, age, rng_chance(r, 5250));
    }
}

static int age_in(struct rng *r, int from, int to) { return rng_between(r, from, to); }

/* Single people young and old, couples before and after children, families of two and three generations. */
static void draw(struct plan *p, struct rng *r, bool urban)
{
    static const uint16_t kinds[2][6] = { { 1900, 3000, 1300, 1300, 2100, 400 },
                                          { 2350, 2650, 1950, 1300, 1400, 350 } };
    static const uint16_t lone[3] = { 38, 22, 40 }, pair[3] = { 22, 20, 58 };
    p->n = 0;
    switch (rng_pick(r, kinds[urban], 6)) {
    case 0: {
        size_t when = rng_pick(r, lone, 3);
        int age = when == 0 ? age_in(r, 20, 35) : when == 1 ? age_in(r, 36, 59) : age_in(r, 60, 89);
        add(p, r, HEAD, age, rng_chance(r, when == 2 ? 4000 : 6000));
        break;
    }
    case 1: {
        size_t when = rng_pick(r, pair, 3);
        couple(p, r, when == 0 ? age_in(r, 24, 38) : when == 1 ? age_in(r, 45, 59) : age_in(r, 60, 84));
        break;
    }
    case 2: {
        int age = age_in(r, 26, 53);
        couple(p, r, age);
        children(p, r, age, 1);
        break;
    }
    case 3: {
        int age = age_in(r, 29, 47);
        couple(p, r, age);
        children(p, r, age, rng_chance(r, 8800) ? 2 : 3);
        break;
    }
    case 4: {
        int age = age_in(r, 27, 50);
        couple(p, r, age);
        children(p, r, age, rng_chance(r, 6800) ? 1 : 2);
        int parent = age + rng_between(r, 22, 30);
        bool male = rng_chance(r, 4500);
        add(p, r, PARENT, parent, male);
        if (rng_chance(r, 5500)) add(p, r, PARENT, parent - rng_between(r, -2, 3), !male);
        break;
    }
    default: {
        int age = age_in(r, 28, 55);
        add(p, r, HEAD, age, rng_chance(r, 3500));
        children(p, r, age, 1);
        break;
    }
    }
}

static struct fact *home_facts(const struct city *c, struct fact_set *s, struct rng *r, uint64_t number, bool urban)
{
    static const uint16_t town[7] = { 105, 130, 190, 90, 60, 105, 130 };
    struct fact *h = fact_new(s, ENTITY_household, NULL);
    enum city_code region = code_after(CODE_region_321002, rng_pick(r, town, 7));
    h->number = number;
    fact_format(s, h, F_household_number, "H%010llu", (unsigned long long)number);
    fact_number(h, F_household_region, region);
    const char *street = name_street(r);
    int house = rng_between(r, 1, 280), building = rng_between(r, 1, 30), floor = rng_between(r, 1, 18),
        door = rng_between(r, 1, 4);
    if (urban)
        fact_format(s, h, F_household_address, "%s%s%d号%d幢%d%02d室", city_code_name[region], street, house, building,
                    floor, door);
    else
        fact_format(s, h, F_household_address, "%s%.6s村%d组%d号", city_code_name[region], street, building, house);
    fact_number(h, F_household_urban, urban);
    if (!urban) {
        fact_number(h, F_household_low_income, rng_chance(r, KNOB_low_income));
        fact_number(h, F_household_out_of_poverty, rng_chance(r, KNOB_out_of_poverty));
        fact_number(h, F_household_watched, rng_chance(r, KNOB_watched));
    } else {
        fact_number(h, F_household_poor_worker, rng_chance(r, KNOB_poor_worker));
    }
    fact_number(h, F_household_allowance, rng_chance(r, urban ? KNOB_allowance_town : KNOB_allowance_rural));
    fact_number(h, F_household_honoured, rng_chance(r, KNOB_honoured));
    fact_number(h, F_household_updated, date_add_days(c->base, -(int64_t)rng_between(r, 5, 1200)).days);
    return h;
}

/* The day of birth: free in a city whose people have identity numbers enough, else given by the number. */
static date birth_of(const struct city *c, struct rng *r, int months, uint64_t number)
{
    month m = { month_of(c->base).index - months };
    date first = month_first(m), last = month_last(m);
    if (m.index == month_of(c->base).index) last = c->base;
    if (c->o.people > id_free_days()) return date_add_days(first, id_day(number) - 1);
    return date_in(r, first, last);
}

static void person(struct city *c, struct fact_set *s, struct fact *h, struct rng *r, const struct member *m,
                   const char *surname, uint64_t number, bool no_work, struct life *l)
{
    *l = (struct life){ .c = c, .s = s, .home = h, .number = number, .male = m->male };
    l->r = rng_of(c->o.seed, RNG_PERSON, number);
    l->birth = birth_of(c, &l->r, m->months, number);
    l->age = (int)date_age_years(l->birth, c->base);
    l->urban = fact_get(h, F_household_urban);
    l->no_work = no_work;
    struct fact *p = l->p = fact_new(s, ENTITY_person, h);
    int year, mm, dd;
    date_parts(l->birth, &year, &mm, &dd);
    if (surname == NULL || m->relation == SPOUSE) surname = name_surname(r);
    char *id = arena_alloc(s->arena, ID_TEXT);
    id_number(number, l->birth, m->male, id);
    p->number = number;
    fact_number(p, F_person_household, (int64_t)h->number);
    fact_format(s, p, F_person_number, "P%09llu", (unsigned long long)number);
    fact_text(p, F_person_id, id);
    fact_number(p, F_person_id_kind, CODE_paper_id_card);
    fact_text(p, F_person_name, name_person(s->arena, &l->r, surname, m->male, year));
    fact_number(p, F_person_sex, m->male ? CODE_sex_male : CODE_sex_female);
    fact_number(p, F_person_birth, l->birth.days);
    fact_text(p, F_person_relation, relation_names[m->relation]);
}

/* Mothers know of their children: those of the household below 18. */
/* Half a year of contributions of a mother at work, paid back to her employer: from one purse or, rarely, another. */
static void maternity(const struct city *c, struct fact_set *s, struct fact *mother, int64_t birth)
{
    struct rng r = rng_of(c->o.seed, RNG_PERSON, mother->number | UINT64_C(1) << 50);
    bool paid = rng_chance(&r, 2500), otherwise = rng_chance(&r, 400);
    month from = month_of((date){ (int32_t)birth }), to = { from.index + 5 };
    int64_t firm = fact_get(mother, F_person_employer);
    bool employed = fact_known(mother, F_person_employer) == CELL_KNOWN && !((uint64_t)firm & FIRM_STARTUP);
    if (!employed || !(paid || otherwise) || to.index > c->known.index || birth < c->base.days - 3 * 365) return;
    struct fact *g = fact_new(s, ENTITY_monthly_grant, mother);
    fact_number(g, F_monthly_grant_from, from.index);
    fact_number(g, F_monthly_grant_to, to.index);
    fact_number(g, F_monthly_grant_kind, otherwise ? CODE_grant_hard_hire : CODE_grant_maternity);
    fact_number(g, F_monthly_grant_amount, 70000);
    fact_number(g, F_monthly_grant_employer, firm);
}

static void births(const struct city *c, struct fact_set *s, const struct plan *p, struct fact **who)
{
    size_t mother = SIZE_MAX;
    for (size_t i = 0; i < p->n && i < 2; i++) {
        if (!p->m[i].male && p->m[i].relation <= SPOUSE) mother = i;
    }
    if (mother == SIZE_MAX) return;
    int order = 0;
    for (size_t i = 0; i < p->n; i++) {
        if (p->m[i].relation != CHILD) continue;
        order++;
        if (p->m[i].months >= 18 * 12) continue;
        struct fact *b = fact_new(s, ENTITY_childbirth, who[mother]);
        int64_t day = fact_get(who[i], F_person_birth);
        fact_number(b, F_childbirth_from, day);
        fact_number(b, F_childbirth_to, day + 1);
        fact_number(b, F_childbirth_order, order);
        fact_number(b, F_childbirth_children, 1);
        fact_number(b, F_childbirth_leave, 158);
        maternity(c, s, who[mother], day);
    }
}

static void marriages(const struct plan *p, struct fact **who)
{
    bool pair = p->n > 1 && p->m[1].relation == SPOUSE;
    size_t parents = 0;
    for (size_t i = 0; i < p->n; i++) parents += p->m[i].relation == PARENT;
    for (size_t i = 0; i < p->n; i++) {
        enum city_code m = CODE_marriage_single;
        bool has_child = p->n > 1 && p->m[0].relation == HEAD && !pair;
        if (p->m[i].relation == HEAD) {
            m = pair ? CODE_marriage_married : has_child ? CODE_marriage_divorced : CODE_marriage_single;
            if (!pair && p->m[i].months > 60 * 12) m = CODE_marriage_widowed;
        }
        if (p->m[i].relation == SPOUSE) m = CODE_marriage_married;
        if (p->m[i].relation == PARENT) m = parents == 2 ? CODE_marriage_married : CODE_marriage_widowed;
        fact_number(who[i], F_person_marriage, m);
    }
}

/* An urban family in which some could work and one is registered, but nobody works: found again from what came out. */
static void mark_no_work(struct fact_set *s, struct fact *h, bool any_working, bool any_registered)
{
    if (fact_get(h, F_household_urban) && any_registered && !any_working) {
        fact_plant(s, PLANT_no_work_family, h, F_COUNT);
    }
}

static size_t household(struct city *c, struct fact_set *s, uint64_t number, uint64_t first_person, size_t room)
{
    struct rng r = rng_of(c->o.seed, RNG_HOUSEHOLD, number);
    bool urban = rng_chance(&r, KNOB_urban);
    struct plan p;
    draw(&p, &r, urban);
    if (p.n > room) p.n = room;
    bool no_work = urban && rng_chance(&r, KNOB_no_work);
    struct fact *h = home_facts(c, s, &r, number, urban), *who[MEMBERS_MAX];
    const char *family = name_surname(&r);
    bool any_working = false, any_registered = false;
    for (size_t i = 0; i < p.n; i++) {
        struct life l;
        person(c, s, h, &r, &p.m[i], family, first_person + i, no_work, &l);
        who[i] = l.p;
        life_person(&l);
        if (c->o.day > 1) work_second_day(&l);
        any_working |= l.employed && !l.dead;
        any_registered |= l.registered != NULL;
    }
    marriages(&p, who);
    births(c, s, &p, who);
    mark_no_work(s, h, any_working, any_registered);
    c->n.households++;
    return p.n;
}

static size_t fresh(struct city *c, struct fact_set *s, uint64_t number, uint64_t first, size_t room)
{
    struct arena *a = s->arena;
    *s = (struct fact_set){ .arena = a, .no_text = s->no_text };
    size_t n = household(c, s, number, first, room);
    plant_household(c, s);
    return n;
}

bool city_block(struct city_hand *h, uint64_t block, struct fact_set *s, struct fact_set *before, struct err *e)
{
    uint64_t first = block * BLOCK_PEOPLE, end = first + BLOCK_PEOPLE, number = first;
    if (end > h->c->o.people) end = h->c->o.people;
    while (first < end) {
        struct arena_mark mark = arena_mark(s->arena), mark_before = arena_mark(before->arena);
        if (h->before != NULL) fresh(h->before, before, number, first, (size_t)(end - first));
        first += fresh(h->c, s, number++, first, (size_t)(end - first));
        bool ok = h->take(h, s, h->before != NULL ? before : NULL, e);
        if (!h->keep) arena_rewind(s->arena, mark);
        arena_rewind(before->arena, mark_before);
        if (!ok) return false;
    }
    return true;
}
