/* What the files of city share: the city itself and the life being made. */
#ifndef CITY_CITY_PRIV_H
#define CITY_CITY_PRIV_H
#include "city/city.h"
#include "city/facts.h"
#include "city/rng.h"

enum knob {
#define KNOB(id, value, what) KNOB_##id = (value),
#include "city/knobs.def"
#undef KNOB
};

enum {
    CITY_BANKS = 4,
    BLOCK_PEOPLE = 1000, /* people are made in blocks, so that a block is a piece of work and the number comes out */
    FIRM_CLASSES = 7,
    TALLY_YEARS = 4, /* the year of the city's date and the three before it */
};
#define FIRM_STARTUP (UINT64_C(1) << 40) /* an employer with this bit is the business of the person below it */

struct firm_class {
    uint32_t first, count;
};
/* What a firm's people add up to. */
struct firm_tally {
    int64_t paid[TALLY_YEARS]; /* unemployment insurance, fen */
    uint32_t months[TALLY_YEARS], end[TALLY_YEARS];
    uint32_t now, new_target;
    int64_t wages;      /* of those insured now, a month */
    uint32_t then;      /* insured in the last month the first day knows */
    int64_t wages_then; /* theirs, a month */
    uint16_t claims[TALLY_YEARS];
};

/* What is counted while the city is made, to be compared with published figures. */
struct city_counts {
    uint64_t people, male, children, adults, old, urban, households;
    uint64_t college, high, junior, primary;
    uint64_t employed, first, second, third, registered, unemployment_insured, pension, benefit, skilled, allowance,
        posts, interns;
    uint64_t facts, dead;
    uint64_t planted[PLANT_COUNT];
};

struct city {
    struct arena *arena;
    struct city_options o;
    date base;   /* the first day: what is drawn at random is drawn for it */
    date today;  /* the day of this drop */
    month known; /* months are known up to this one */
    int year;
    struct firm_class classes[FIRM_CLASSES];
    uint64_t firms, institutions; /* the institutions; the banks are numbered behind them */
    struct firm_tally *tally;     /* of firms */
    bool no_text;                 /* see fact_set */
    struct city_counts n;
};

/* What a person does for a living. */
enum calling { CALLING_WORKER, CALLING_TRADER, CALLING_FLEXIBLE, CALLING_FARMER, CALLING_HOME };

struct life {
    struct city *c;
    struct fact_set *s;
    struct fact *p, *home;
    struct rng r;
    uint64_t number;
    bool male, urban, at_school, dead, retired, no_work, kept_idle;
    enum calling calling;
    date birth, graduated, start, retire, end; /* end: of the life, or the city's date */
    int age;
    int64_t wage;                      /* fen a month, now */
    int paid_to[8];                    /* by kind of insurance: a month is paid for once, by the job it began with */
    int pension_months, ui_months;     /* of contributions so far; the second since the last benefit */
    date lost;                         /* the last job ended then; 0: never had one that ended */
    enum city_code cause;              /* how */
    uint64_t firm;                     /* of the last job */
    struct fact *registered, *benefit; /* open ones, NULL */
    bool employed;
    enum city_code trade;
    bool unemployment_insured, insured, resident; /* paid for up to the known month */
};

/* The nth item after another of the same list. */
static inline enum city_code code_after(enum city_code first, size_t n) { return (enum city_code)((size_t)first + n); }
static inline month month_of(date d) { return date_month(d); }
static inline date add_months(date d, int64_t n) { return date_add_months(d, n, MONTH_END); }
/* The later and the earlier of two days. */
static inline date later(date a, date b) { return a.days > b.days ? a : b; }
static inline date earlier(date a, date b) { return a.days < b.days ? a : b; }
date date_in(struct rng *r, date from, date to); /* from … to, both included; from when to is before it */

/* One thread that makes parts of a city. */
struct city_hand {
    struct city *c, *before; /* before: of a second day, the first; NULL */
    void *to;
    /* Each set once, at the thread's own time. before: the same thing on the first day, or NULL. */
    bool (*take)(struct city_hand *h, struct fact_set *s, const struct fact_set *before, struct err *e);
    /* The piece is complete and it is its turn: no other hand puts anything down meanwhile. NULL: nothing to do. */
    bool (*put)(struct city_hand *h, struct err *e);
    bool keep; /* sets live until their piece was put down; else only while they are taken */
};

/* home.c: a block of people, household by household. */
bool city_block(struct city_hand *h, uint64_t block, struct fact_set *s, struct fact_set *before, struct err *e);

/* life.c: birth to now: school, calling, what the registers know of the person. */
void life_person(struct life *l);
date life_retirement(enum city_code group, date birth); /* the day the law has for it */
/* work.c: jobs, contracts, contributions, unemployment, retirement. */
void work_life(struct life *l);
void work_second_day(struct life *l); /* what happens to the person on the second day */
struct fact *work_pay(struct life *l, enum city_code kind, month from, month to, int64_t wage, enum city_code payer,
                      uint64_t firm);
/* care.c: hardship, training, certificates, posts. A spell that begins then; a subsidy month by month; a grant. */
void care_life(struct life *l);
struct fact *care_spell(struct life *l, enum city_entity entity, unsigned from_field, date from);
struct fact *care_draws(struct life *l, enum city_code kind, month from, month to, int64_t amount, uint64_t firm);
struct fact *care_got(struct life *l, enum city_code kind, date when, int64_t amount);
date care_ago(struct life *l, int least, int most);
/* grant.c: grants and loans of those who founded something, of students, of everybody, of the eager. */
void grant_founder(struct life *l);
void grant_student(struct life *l);
void grant_once(struct life *l);
void grant_thrice(struct life *l);
/* plant.c: what is wrong on purpose. */
void plant_household(struct city *c, struct fact_set *s);
void plant_firm_twice(const struct city *c, struct fact_set *s, const struct fact *firm);
void plant_undo(struct fact_set *s);                        /* what was planted in fields is as it truly is again */
void plant_blank(const struct city *c, struct fact_set *s); /* cells that are empty; not counted */

/* truth.c: who is entitled to what, of the facts as they truly are, on the last day of the last known month. */
struct entitlement {
    const char *policy;
    const struct fact *subject;
};
typedef VEC(struct entitlement) entitlement_list;
date truth_day(const struct city *c);
void truth_entitled(const struct city *c, const struct fact_set *s, struct arena *a, entitlement_list *out);
const char *truth_key(const struct fact *f); /* what the files call the subject */

/* firm.c */
void firm_open(struct city *c);
uint64_t firm_pick(const struct city *c, struct rng *r, date start);
date firm_founded(const struct city *c, uint64_t firm);
enum city_code firm_sector(const struct city *c, uint64_t firm);
enum city_code firm_kind(const struct city *c, uint64_t firm);
bool firm_is_base(const struct city *c, uint64_t firm); /* recognised for internships */
void firm_code(const struct city *c, uint64_t employer, char *out /* ID_TEXT */);
/* The bank somebody of this number borrows from: an institution. */
uint64_t bank_of(const struct city *c, uint64_t number);
void institution_code(const struct city *c, uint64_t institution, char *out);
struct fact *firm_facts(const struct city *c, struct fact_set *s, uint64_t firm); /* with all that belongs to it */
struct fact *firm_startup(const struct city *c, struct fact_set *s, struct life *l, date founded, int jobs);
struct fact *institution_facts(const struct city *c, struct fact_set *s, uint64_t number);
void firm_count(struct city *c, uint64_t firm, month from, month to, int64_t wage, int64_t paid);

#endif
