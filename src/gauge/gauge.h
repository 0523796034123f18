/* gauge 读数: indicators as counted over everybody, in their own units: tally counts rows, here they become 万人, or
 * per cent of a denominator. What is too small to be shown stays hidden. */
#ifndef GAUGE_GAUGE_H
#define GAUGE_GAUGE_H
#include "tally/tally.h"
#include "watch/watch.h"

struct gauge {
    const struct program *p;
    VEC(uint32_t) which; /* indicators: what was asked for, then denominators that were not */
    size_t asked;
    struct tally_job
        job; /* vocab, pool, by, from, to, known_to, threads are the caller's; the rest is gauge_choose's */
    struct tally t;
};

/* Chooses the indicators named, else all that the packs count themselves and that have an area where one is asked for.
 * NOT_FOUND: no such indicator, or none that is counted. g->p and g->job.by are set. */
bool gauge_choose(struct gauge *g, const str *names, size_t count, struct arena *a, struct err *e);
/* Counts, and hides. Errors as tally_run. */
bool gauge_run(struct gauge *g, struct arena *a, struct err *e);

/* Hides areas with too few people: fewer than the region says in 地图小格人数线, for indicators that count people and
 * say nothing themselves (最少). While it has not said it, every area of them is hidden, and only the number of the
 * region is shown; packs without that parameter hide nothing. gauge_run does it; who counts in two steps does it after
 * tally_finish. */
void gauge_hide(struct gauge *g);
/* The i-th of `which` is hidden because nobody has said yet how few are too few. */
bool gauge_open(const struct gauge *g, size_t i);

enum gauge_sight { GAUGE_NONE, GAUGE_KNOWN, GAUGE_HIDDEN }; /* NONE: the denominator is nought */
/* The i-th of `which` in a month and area of g->t, at MEASURE_SCALE in the unit of its indicator. */
enum gauge_sight gauge_at(const struct gauge *g, size_t i, uint32_t month_, uint32_t area, num *out);
/* Nothing at all was counted in this area. */
bool gauge_empty(const struct gauge *g, uint32_t area);
/* Every shown cell of what was asked for, as observations of a flash. whole: the code of the region; empty: area 0 is
 * left out. A region has one number a month: of those who are in it (g->t.home); that of everybody, area 0, only where
 * the areas have no item for it. */
void gauge_observe_one(const struct gauge *g, size_t i, str whole, date known, struct arena *a, struct figures *out);
void gauge_observe(const struct gauge *g, str whole, date known, struct arena *a, struct figures *out);
/* Counted without areas, though they say who is in the region: what was counted is everybody in the register, and not
 * the number of the region. */
bool gauge_everybody(const struct gauge *g);
/* The fields that say where people live, and where firms and stations are: each entity has one of them or none. */
str gauge_area_fields(void);
/* The code of the region the packs are about: 地区 of the lowest that says so; empty. */
str gauge_region(const struct program *p);

#endif
