/* firm: employers. A firm is its number: size class, place among those of its class, and everything else follows, so
 * that a person can be given one without a list of them. Within a class the older ones come first. */
#include "city/city_priv.h"
#include "city/ids.h"
#include "city/names.h"

#include <string.h>

/* People of a firm and the share of all firms' people in firms of that size, in thousandths. */
static const struct {
    uint16_t heads, share;
} sizes[FIRM_CLASSES] = { { 4, 200 }, { 12, 180 }, { 30, 190 }, { 70, 130 }, { 160, 130 }, { 500, 100 }, { 2000, 70 } };
enum {
    INSURED_OF_1000 = 245,
    FIRST_FOUNDED = 2922 /* 1978-01-01 */,
    INCUBATOR = 3,
    BANK = 10 /* of the kinds of institutions */
};

/* Sections A to S: weight among firms' people, first and last division. */
static const struct {
    uint16_t weight;
    uint8_t first, last;
} sections[] = { { 10, 1, 5 },   { 5, 6, 12 },   { 430, 13, 43 }, { 15, 44, 46 }, { 130, 47, 50 },
                 { 80, 51, 52 }, { 40, 53, 60 }, { 30, 61, 62 },  { 40, 63, 65 }, { 25, 66, 69 },
                 { 30, 70, 70 }, { 40, 71, 72 }, { 20, 73, 75 },  { 10, 76, 79 }, { 10, 80, 82 },
                 { 40, 83, 83 }, { 30, 84, 85 }, { 5, 86, 90 },   { 10, 91, 96 } };
enum { SECTIONS = sizeof sections / sizeof *sections };

static const enum city_code regions[] = { CODE_region_321002, CODE_region_321003, CODE_region_321012,
                                          CODE_region_321023, CODE_region_321071, CODE_region_321081,
                                          CODE_region_321084 };

void firm_open(struct city *c)
{
    uint64_t workers = c->o.people * INSURED_OF_1000 / 1000, first = 0;
    for (size_t k = 0; k < FIRM_CLASSES; k++) {
        uint64_t n = (workers * sizes[k].share / 1000 + sizes[k].heads / 2) / sizes[k].heads;
        if (n == 0) n = 1;
        c->classes[k] = (struct firm_class){ (uint32_t)first, (uint32_t)n };
        first += n;
    }
    c->firms = first;
    c->institutions = 12 + c->o.people / 5000;
    c->tally = ARENA_ARRAY(c->arena, struct firm_tally, c->firms);
}

static size_t class_of(const struct city *c, uint64_t firm)
{
    size_t k = 0;
    while (k + 1 < FIRM_CLASSES && firm >= c->classes[k + 1].first) k++;
    return k;
}

date firm_founded(const struct city *c, uint64_t firm)
{
    const struct firm_class *k = &c->classes[class_of(c, firm)];
    int64_t place = (int64_t)firm - k->first;
    return (date){ (int32_t)(FIRST_FOUNDED + (c->base.days - FIRST_FOUNDED) * place / k->count) };
}

static bool closed(const struct city *c, uint64_t firm, date *when)
{
    struct rng r = rng_of(c->o.seed, RNG_FIRM, firm << 4 | 1);
    if (firm - c->classes[class_of(c, firm)].first == 0 || !rng_chance(&r, KNOB_firm_closed)) return false;
    *when = date_add_days(c->base, -(int64_t)rng_between(&r, 30, 1095));
    return when->days > firm_founded(c, firm).days;
}

/* One that was there when the job began and is there still. */
uint64_t firm_pick(const struct city *c, struct rng *r, date start)
{
    uint16_t shares[FIRM_CLASSES];
    for (size_t i = 0; i < FIRM_CLASSES; i++) shares[i] = sizes[i].share;
    const struct firm_class *k = &c->classes[rng_pick(r, shares, FIRM_CLASSES)];
    int64_t old = start.days - FIRST_FOUNDED, all = c->base.days - FIRST_FOUNDED;
    int64_t places = old <= 0 ? 1 : old >= all ? k->count : k->count * old / all;
    uint64_t firm = k->first + rng_below(r, (uint64_t)(places < 1 ? 1 : places));
    date when;
    for (int i = 0; i < 8 && closed(c, firm, &when); i++) firm -= firm > k->first;
    return firm;
}

/* Multiples of the golden ratio fill 0 … 1 evenly, so that even a small city has every section in its share. */
enum city_code firm_sector(const struct city *c, uint64_t firm)
{
    static const uint32_t turn[FIRM_CLASSES] = { 0, 400, 250, 700, 150, 550, 300 };
    size_t k = class_of(c, firm);
    uint32_t golden = (uint32_t)(firm - c->classes[k].first) * UINT32_C(2654435769);
    uint32_t at = ((uint32_t)((uint64_t)golden * 1000 >> 32) + turn[k]) % 1000;
    for (size_t i = 0; i + 1 < SECTIONS; i++) {
        if (at < sections[i].weight) return code_after(CODE_sector_a, i);
        at -= sections[i].weight;
    }
    return CODE_sector_s;
}

enum city_code firm_kind(const struct city *c, uint64_t firm)
{
    struct rng r = rng_of(c->o.seed, RNG_FIRM, firm << 4 | 2);
    enum city_code sector = firm_sector(c, firm);
    uint32_t at = rng_below(&r, 100);
    if (sector == CODE_sector_s)
        return at < 60   ? CODE_firm_office
               : at < 75 ? CODE_firm_institution
               : at < 85 ? CODE_firm_society
               : at < 90 ? CODE_firm_foundation
                         : CODE_firm_village;
    if (sector == CODE_sector_p || sector == CODE_sector_q) {
        return at < 70 ? CODE_firm_institution : at < 85 ? CODE_firm_service : CODE_firm_company;
    }
    if (sector == CODE_sector_l && at < 8) return at < 5 ? CODE_firm_law_office : CODE_firm_accountants;
    if (sector == CODE_sector_a && at < 50) return CODE_firm_cooperative;
    if (class_of(c, firm) == 0 && at < 30) return CODE_firm_trader;
    return CODE_firm_company;
}

bool firm_is_base(const struct city *c, uint64_t firm)
{
    struct rng r = rng_of(c->o.seed, RNG_FIRM, firm << 4 | 8);
    return class_of(c, firm) >= 2 && rng_chance(&r, 800);
}

void firm_code(const struct city *c, uint64_t employer, char *out)
{
    enum { STARTUPS = 20000000 }; /* people's own businesses are numbered above all firms */
    if (employer & FIRM_STARTUP) {
        credit_code("92", STARTUPS + (employer & (FIRM_STARTUP - 1)), out);
        return;
    }
    const char *kind = "91";
    enum city_code k = firm_kind(c, employer);
    if (k == CODE_firm_office) kind = "11";
    if (k == CODE_firm_institution) kind = "12";
    if (k == CODE_firm_society) kind = "51";
    if (k == CODE_firm_service) kind = "52";
    if (k == CODE_firm_foundation) kind = "53";
    if (k == CODE_firm_law_office) kind = "31";
    if (k == CODE_firm_trader) kind = "92";
    if (k == CODE_firm_cooperative) kind = "93";
    if (k == CODE_firm_village) kind = "54";
    credit_code(kind, employer, out);
}

void institution_code(const struct city *c, uint64_t institution, char *out)
{
    (void)c;
    credit_code("52", 90000000 + institution, out);
}

/* The section's yardstick of size (2017). */
static enum city_code measure_of(enum city_code sector, int division)
{
    switch (sector - CODE_sector_a) {
    case 0: return CODE_measure_farm;
    case 1:
    case 2:
    case 3: return CODE_measure_industry;
    case 4: return CODE_measure_building;
    case 5: return division == 51 ? CODE_measure_wholesale : CODE_measure_retail;
    case 6: return division == 59 ? CODE_measure_storage : division == 60 ? CODE_measure_post : CODE_measure_transport;
    case 7: return division == 61 ? CODE_measure_hotel : CODE_measure_food;
    case 8: return division == 65 ? CODE_measure_software : CODE_measure_telecom;
    case 10: return CODE_measure_property;
    case 11: return CODE_measure_leasing;
    case 9:
    case 15:
    case 18: return CODE_measure_none;
    default: return CODE_measure_other;
    }
}

/* By heads alone, the yardstick of industry for industry and a common one for the rest. */
static enum city_code size_of(enum city_code measure, int64_t heads)
{
    bool industry = measure == CODE_measure_industry || measure == CODE_measure_transport;
    if (heads >= (industry ? 1000 : 300)) return CODE_size_large;
    if (heads >= (industry ? 300 : 100)) return CODE_size_medium;
    return heads >= (industry ? 20 : 10) ? CODE_size_small : CODE_size_micro;
}

static void place(struct fact_set *s, struct fact *f, struct rng *r, unsigned field_region, unsigned field_address)
{
    enum city_code region = regions[rng_below(r, sizeof regions / sizeof *regions)];
    const char *street = name_street(r);
    int house = rng_between(r, 1, 399);
    fact_number(f, field_region, region);
    fact_format(s, f, field_address, "%s%s%d号", city_code_name[region], street, house);
}

static void common(const struct city *c, struct fact_set *s, struct fact *f, struct rng *r, uint64_t employer)
{
    char *code = arena_alloc(s->arena, 19), *phone = arena_alloc(s->arena, 12), *account = arena_alloc(s->arena, 20);
    if (!s->no_text) firm_code(c, employer, code);
    fact_text(f, F_employer_code, code);
    fact_format(s, f, F_employer_org_code, "%.8s-%c", code + 8, code[16]);
    fact_format(s, f, F_employer_number, "D%s", code + 8);
    place(s, f, r, F_employer_region, F_employer_address);
    fact_number(f, F_employer_insured_at, fact_get(f, F_employer_region));
    phone_number(70000000 + rng_below(r, 20000000), phone);
    fact_text(f, F_employer_phone, phone);
    const char *surname = name_surname(r);
    fact_text(f, F_employer_contact, name_person(s->arena, r, surname, rng_chance(r, 5000), 1985));
    bank_account(900000000 + (uint64_t)rng_below(r, 90000000), account);
    fact_text(f, F_employer_bank, name_bank(r));
    fact_text(f, F_employer_account, account);
    fact_number(f, F_employer_state, CODE_state_open);
}

static void size_facts(struct fact *f, struct rng *r, int64_t heads)
{
    enum city_code measure = (enum city_code)fact_get(f, F_employer_size_class);
    int64_t revenue = heads * rng_between(r, 250, 900) * 100000; /* 25 to 90 ten-thousands a head, fen */
    fact_number(f, F_employer_heads, heads);
    fact_number(f, F_employer_revenue, revenue);
    fact_number(f, F_employer_assets, revenue * rng_between(r, 40, 180) / 100);
    if (measure != CODE_measure_none) fact_number(f, F_employer_size, size_of(measure, heads));
}

static void firm_name(struct fact_set *s, struct fact *f, struct rng *r, enum city_code kind, enum city_code sector,
                      uint64_t n)
{
    static const char *const trade[SECTIONS] = { "农业", "矿业", "机电",     "能源", "建设",    "商贸", "物流",
                                                 "餐饮", "软件", "金融服务", "置业", "商务",    "科技", "环境",
                                                 "家政", "教育", "健康",     "文化", "社会事务" };
    static const char *const endings[] = { "有限公司",     "店",         "协会", "基金会", "服务中心",   "律师事务所",
                                           "会计师事务所", "专业合作社", "局",   "中心",   "村民委员会", "部" };
    size_t i = kind - CODE_firm_company;
    const char *what = i == 5 || i == 6 ? "" : trade[sector - CODE_sector_a];
    fact_format(s, f, F_employer_name, "乐业%s%s%llu%s", name_firm_word(r), what, (unsigned long long)n + 1,
                endings[i]);
}

/* Each part has a stream of its own: what the second day adds to one must not change another. */
static struct rng part(const struct city *c, uint64_t firm, unsigned n)
{
    return rng_of(c->o.seed, RNG_FIRM, firm << 4 | n);
}

/* The first month of the year that the firm could pay for, and how many months of it are known; 0: none. */
static int months_of(const struct city *c, uint64_t firm, int year, int *first)
{
    int founded = month_of(firm_founded(c, firm)).index, last = year * 12 + 11, known = month_of(c->base).index - 1;
    *first = founded > year * 12 ? founded : year * 12;
    if (last > known) last = known;
    return last < *first ? 0 : last - *first + 1;
}

/* Whether it is behind with the contributions of the year: a tenth of them. */
static bool owes(const struct city *c, uint64_t firm, int year)
{
    struct rng r = rng_of(c->o.seed, RNG_FIRM, firm << 4 | 3);
    r.state += (uint64_t)year;
    return rng_chance(&r, KNOB_firm_owes);
}

static void firm_years(const struct city *c, struct fact_set *s, struct fact *f, uint64_t firm)
{
    const struct firm_tally *t = &c->tally[firm];
    for (int i = 0; i < TALLY_YEARS - 1; i++) {
        int year = c->year - TALLY_YEARS + 1 + i, first, months = months_of(c, firm, year, &first);
        if (t->months[i] == 0 || months == 0) continue;
        struct fact *y = fact_new(s, ENTITY_firm_year, f);
        int64_t owed = owes(c, firm, year) ? t->paid[i] / 10 : 0;
        fact_number(y, F_firm_year_from, date_of(year, 1, 1).days);
        fact_number(y, F_firm_year_to, date_of(year + 1, 1, 1).days);
        fact_number(y, F_firm_year_year, year);
        fact_number(y, F_firm_year_months, months);
        fact_number(y, F_firm_year_month_heads, t->months[i]);
        fact_number(y, F_firm_year_end_heads, t->end[i]);
        fact_number(y, F_firm_year_paid, t->paid[i] - owed);
        fact_number(y, F_firm_year_owed, owed);
        fact_number(y, F_firm_year_new_claims, t->claims[i]);
    }
}

/* Contributions of a run of months with the same people, for pension and unemployment insurance. */
static void pays(struct fact_set *s, struct fact *f, int from, int to, int64_t heads, int64_t unemployment, bool behind)
{
    static const enum city_code kinds[2] = { CODE_insurance_pension, CODE_insurance_unemployment };
    for (int i = 0; i < 2; i++) {
        struct fact *m = fact_new(s, ENTITY_firm_month, f);
        int64_t due = i == 0 ? unemployment * 24 : unemployment;
        fact_number(m, F_firm_month_from, from);
        fact_number(m, F_firm_month_to, to);
        fact_number(m, F_firm_month_kind, kinds[i]);
        fact_number(m, F_firm_month_due, due);
        fact_number(m, F_firm_month_paid, behind ? due - due / 10 : due);
        fact_number(m, F_firm_month_heads, heads);
    }
}

/* The years before by their averages, this year as in its last known month; the second day adds a month. */
static void firm_months(const struct city *c, struct fact_set *s, struct fact *f, uint64_t firm)
{
    const struct firm_tally *t = &c->tally[firm];
    for (int i = 0; i < TALLY_YEARS - 1; i++) {
        int year = c->year - TALLY_YEARS + 1 + i, first, months = months_of(c, firm, year, &first);
        if (t->months[i] == 0 || months == 0) continue;
        pays(s, f, first, first + months - 1, (t->months[i] + (uint32_t)months - 1) / (uint32_t)months,
             t->paid[i] / months, owes(c, firm, year));
    }
    int first, months = months_of(c, firm, c->year, &first);
    if (t->then > 0 && months > 0) pays(s, f, first, first + months - 1, t->then, t->wages_then / 100, false);
    if (t->now > 0 && c->o.day > 1) pays(s, f, c->known.index, c->known.index, t->now, t->wages / 100, false);
}

static void firm_money(const struct city *c, struct fact_set *s, struct fact *f, uint64_t firm)
{
    const struct firm_tally *t = &c->tally[firm];
    struct rng q = part(c, firm, 4), *r = &q;
    bool company = fact_get(f, F_employer_kind) == CODE_firm_company;
    for (int back = 1; back >= 0; back--) { /* last year's, and the first of this year's */
        bool has = rng_chance(r, back ? KNOB_firm_grant : KNOB_firm_grant_now);
        date from = back ? date_of(c->year - 1, 5, 1) : date_add_days(c->base, -30);
        int days = rng_between(r, 0, back ? 200 : 27);
        if (!company || !has || t->end[TALLY_YEARS - 2 - back] == 0) continue;
        struct fact *g = fact_new(s, ENTITY_firm_grant, f);
        fact_number(g, F_firm_grant_from, from.days + days);
        fact_number(g, F_firm_grant_kind, CODE_grant_stability);
        fact_number(g, F_firm_grant_amount, t->paid[TALLY_YEARS - 2 - back] * 6 / 10);
        fact_number(g, F_firm_grant_year, c->year - back);
    }
    q = part(c, firm, 5);
    if (!company || t->then == 0 || t->then >= 100 || !rng_chance(r, KNOB_firm_loan)) return;
    int n = rng_chance(r, 8000) ? 1 : rng_between(r, 2, 4);
    date from = date_add_days(c->base, -(int64_t)rng_between(r, 5, 450));
    for (int i = 0; i < n; i++) { /* backwards in time; the last runs */
        struct fact *g = fact_new(s, ENTITY_firm_loan, f);
        int64_t amount = (int64_t)rng_between(r, 50, 300) * 1000000;
        bool longer = rng_chance(r, 600), extended = rng_chance(r, 800), subsidised = rng_chance(r, 9000);
        bool late = rng_chance(r, 1000);
        fact_number(g, F_firm_loan_from, from.days);
        fact_number(g, F_firm_loan_amount, amount);
        fact_number(g, F_firm_loan_term, longer ? 36 : 24);
        fact_number(g, F_firm_loan_rate, 395);
        fact_number(g, F_firm_loan_quoted, 345);
        fact_number(g, F_firm_loan_interest, amount * 395 / 10000 / 4);
        fact_number(g, F_firm_loan_subsidised, subsidised);
        fact_number(g, F_firm_loan_extended, i == 0 && extended);
        fact_number(g, F_firm_loan_bank, (int64_t)bank_of(c, firm));
        if (i > 0) {
            fact_number(g, F_firm_loan_to, add_months(from, late ? 27 : 24).days);
            fact_number(g, F_firm_loan_repaid, !late);
        }
        from = add_months(from, -29);
    }
}

static void firm_trouble(const struct city *c, struct fact_set *s, struct fact *f, uint64_t firm)
{
    const struct firm_tally *t = &c->tally[firm];
    struct rng q = part(c, firm, 6), *r = &q;
    bool company = fact_get(f, F_employer_kind) == CODE_firm_company;
    if (company && t->now > 20 && rng_chance(r, KNOB_firm_layoff)) {
        date when = date_add_days(c->base, -(int64_t)rng_between(r, 30, 360));
        struct fact *g = fact_new(s, ENTITY_layoff, f);
        fact_number(g, F_layoff_from, when.days);
        fact_number(g, F_layoff_heads, t->now / 9 + 1);
        fact_number(g, F_layoff_before, t->now + t->now / 9 + 1);
        fact_number(g, F_layoff_explained, when.days - rng_between(r, 20, 45));
        fact_number(g, F_layoff_reported, when.days - rng_between(r, 1, 20));
    }
    q = part(c, firm, 7);
    if (company && t->now > 0 && rng_chance(r, KNOB_firm_violation)) {
        date when = date_add_days(c->base, -(int64_t)rng_between(r, 30, 700));
        struct fact *g = fact_new(s, ENTITY_violation, f);
        int64_t heads = rng_between(r, 1, (int)(t->now > 20 ? 20 : t->now));
        fact_number(g, F_violation_from, when.days);
        fact_text(g, F_violation_matter, "拖欠工资");
        fact_number(g, F_violation_heads, heads);
        fact_number(g, F_violation_amount, heads * 1200000);
        fact_number(g, F_violation_deadline, when.days + 15);
        if (rng_chance(r, 8000)) {
            fact_number(g, F_violation_mended, when.days + rng_between(r, 3, 20));
            fact_number(g, F_violation_to, when.days + 45);
        } else {
            fact_number(f, F_employer_arrears, 1);
        }
    }
}

struct fact *firm_facts(const struct city *c, struct fact_set *s, uint64_t firm)
{
    struct rng r = rng_of(c->o.seed, RNG_FIRM, firm << 4);
    const struct firm_tally *t = &c->tally[firm];
    struct fact *f = fact_new(s, ENTITY_employer, NULL);
    enum city_code kind = firm_kind(c, firm), sector = firm_sector(c, firm);
    size_t section = sector - CODE_sector_a;
    int division = rng_between(&r, sections[section].first, sections[section].last);
    date when;
    f->number = firm;
    common(c, s, f, &r, firm);
    firm_name(s, f, &r, kind, sector, firm);
    fact_number(f, F_employer_kind, kind);
    fact_number(f, F_employer_sector, sector);
    fact_number(f, F_employer_division, division);
    fact_number(f, F_employer_size_class, measure_of(sector, division));
    fact_number(f, F_employer_founded, firm_founded(c, firm).days);
    if (closed(c, firm, &when) && t->now == 0) {
        fact_number(f, F_employer_state, CODE_state_closed);
        fact_number(f, F_employer_closed, when.days);
    }
    size_facts(f, &r, t->now > 0 ? t->now : 1);
    fact_number(f, F_employer_insured, t->months[TALLY_YEARS - 1] > 0 || t->now > 0);
    fact_number(f, F_employer_insured_heads, t->now);
    fact_number(f, F_employer_new_target_heads, t->new_target);
    bool company = kind == CODE_firm_company;
    fact_number(f, F_employer_agency, sector == CODE_sector_l && rng_chance(&r, 1200));
    fact_number(f, F_employer_hr_service, sector == CODE_sector_l && rng_chance(&r, 1500));
    fact_number(f, F_employer_dishonest, company && rng_chance(&r, 60));
    fact_number(f, F_employer_zombie, company && t->now == 0 && rng_chance(&r, 300));
    fact_number(f, F_employer_intern_base, firm_is_base(c, firm));
    if (company) fact_number(f, F_employer_credit, CODE_grade_a + (int)(rng_below(&r, 20) + 5) / 12);
    firm_years(c, s, f, firm);
    firm_months(c, s, f, firm);
    firm_money(c, s, f, firm);
    firm_trouble(c, s, f, firm);
    plant_blank(c, s);
    plant_firm_twice(c, s, f);
    return f;
}

struct fact *firm_startup(const struct city *c, struct fact_set *s, struct life *l, date founded, int jobs)
{
    struct rng r = rng_of(c->o.seed, RNG_STARTUP, l->number);
    static const uint8_t section[] = { 5, 5, 5, 5, 7, 7, 6, 14, 14, 2, 4, 8, 0 };
    size_t i = section[rng_below(&r, sizeof section)];
    int division = rng_between(&r, sections[i].first, sections[i].last);
    struct fact *f = fact_new(s, ENTITY_employer, NULL);
    f->number = FIRM_STARTUP | l->number;
    f->home = l->home;
    f->key = fact_get_text(l->p, F_person_id);
    common(c, s, f, &r, f->number);
    fact_format(s, f, F_employer_name, "乐业%s%s经营部", name_firm_word(&r), fact_get_text(l->p, F_person_name));
    fact_number(f, F_employer_kind, CODE_firm_trader);
    fact_number(f, F_employer_sector, CODE_sector_a + (int)i);
    fact_number(f, F_employer_division, division);
    fact_number(f, F_employer_size_class, measure_of(code_after(CODE_sector_a, i), division));
    fact_number(f, F_employer_founded, founded.days);
    fact_number(f, F_employer_person, (int64_t)l->number);
    size_facts(f, &r, jobs + 1);
    return f;
}

/* Bases for startups in turn: one that may have the grants, one whose review is not in the files, one that failed it,
 * one that is a base no more. */
static void incubator(const struct city *c, struct fact_set *s, struct fact *f, uint64_t number)
{
    struct rng r = rng_of(c->o.seed, RNG_INSTITUTION, number | UINT64_C(1) << 40);
    uint64_t turn = number < 10 ? 0 : number / 2 % 4;
    date from = date_add_days(c->base, -(int64_t)rng_between(&r, 500, 2500));
    struct fact *g = fact_new(s, ENTITY_base_rating, f);
    fact_number(g, F_base_rating_from, from.days);
    fact_number(g, F_base_rating_level, CODE_base_province + (int)rng_below(&r, 3));
    if (turn == 3) fact_number(g, F_base_rating_to, date_add_days(c->base, -200).days);
    g = fact_new(s, ENTITY_base_review, f);
    fact_number(g, F_base_review_from, date_of(c->year - 1, 12, 20).days);
    fact_number(g, F_base_review_to, date_of(c->year - 1, 12, 21).days);
    fact_number(g, F_base_review_year, c->year - 1);
    fact_number(g, F_base_review_passed, turn != 2);
    fact_number(g, F_base_review_incubating, rng_between(&r, 8, 40));
    fact_number(g, F_base_review_incubated, turn == 2 ? 0 : rng_between(&r, 1, 9));
    fact_number(g, F_base_review_jobs, rng_between(&r, 20, 160));
    static const enum city_field unsaid[2] = { F_base_review_passed, F_base_review_incubated };
    for (size_t i = 0; turn == 1 && i < 2; i++) {
        fact_plant(s, PLANT_missing, g, unsaid[i]);
        fact_state(g, unsaid[i], CELL_UNKNOWN);
    }
}

uint64_t bank_of(const struct city *c, uint64_t number) { return c->institutions + number % CITY_BANKS; }

struct fact *institution_facts(const struct city *c, struct fact_set *s, uint64_t number)
{
    static const char *const what[] = { "职业培训学校", "技能评价中心",       "人力资源公司", "创业孵化基地",
                                        "公共实训基地", "技能大师工作室",     "零工市场",     "就业服务中心",
                                        "劳务合作社",   "高技能人才培训基地", "农村商业银行" };
    static const uint8_t later_kinds[6] = { 0, INCUBATOR, 1, INCUBATOR, 2, 0 };
    struct rng r = rng_of(c->o.seed, RNG_INSTITUTION, number);
    struct fact *f = fact_new(s, ENTITY_institution, NULL);
    size_t kind = number >= c->institutions ? BANK : number < 10 ? number : later_kinds[(number - 10) % 6];
    char *code = arena_alloc(s->arena, 19), *phone = arena_alloc(s->arena, 12), *account = arena_alloc(s->arena, 20);
    f->number = number;
    institution_code(c, number, code);
    phone_number(90000000 + number, phone);
    fact_text(f, F_institution_number, str_fmt(s->arena, "J%06llu", (unsigned long long)number).p);
    fact_text(f, F_institution_code, code);
    fact_text(f, F_institution_name,
              str_fmt(s->arena, "乐业%s%s（%llu）", name_firm_word(&r), what[kind], (unsigned long long)number + 1).p);
    fact_number(f, F_institution_kind, CODE_institution_training + (int)kind);
    place(s, f, &r, F_institution_region, F_institution_address);
    const char *surname = name_surname(&r);
    fact_text(f, F_institution_contact, name_person(s->arena, &r, surname, rng_chance(&r, 5000), 1980));
    fact_text(f, F_institution_phone, phone);
    bank_account(890000000 + number, account);
    fact_text(f, F_institution_account, account);
    date when = date_add_days(c->base, -(int64_t)rng_between(&r, 200, 3000));
    fact_text(f, F_institution_licence, str_fmt(s->arena, "3299%08llu", (unsigned long long)number).p);
    fact_number(f, F_institution_licensed, when.days);
    fact_number(f, F_institution_licence_end, add_months(when, 120).days);
    fact_number(f, F_institution_credit, CODE_grade_a + (int)(rng_below(&r, 20) + 5) / 12);
    if (kind == INCUBATOR) incubator(c, s, f, number);
    return f;
}

void firm_count(struct city *c, uint64_t firm, month from, month to, int64_t wage, int64_t paid)
{
    if (firm & FIRM_STARTUP) return;
    struct firm_tally *t = &c->tally[firm];
    for (int i = 0; i < TALLY_YEARS; i++) {
        int first = (c->year - TALLY_YEARS + 1 + i) * 12, last = first + 11;
        int a = from.index > first ? from.index : first, b = to.index < last ? to.index : last;
        if (b < a) continue;
        t->months[i] += (uint32_t)(b - a + 1);
        t->end[i] += b == last;
        t->paid[i] += paid * (b - a + 1);
    }
    if (to.index >= month_of(c->base).index - 1) {
        t->then++;
        t->wages_then += wage;
    }
    if (to.index >= c->known.index) {
        t->now++;
        t->wages += wage;
    }
}
