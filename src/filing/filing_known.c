/* filing_known: what the log says of a cell without asking anybody. The log may hold millions of figures, so it is gone
 * through once and what concerns an area is kept; cells then look among few. */
#include "filing/filing_priv.h"

struct figures filing_log_of(const struct figures *f, str area, struct arena *a)
{
    struct figures out = { 0 };
    VEC_EACH (const struct observation, o, &f->list) {
        if (str_eq(o->area, area)) *vec_push(a, &out.list) = *o;
    }
    return out;
}

void filing_log_by_area(const struct figures *f, struct interval period, struct arena *a, struct map *out)
{
    int32_t first = period.to.index / 12 * 12; /* cumulated from January */
    if (period.from.index < first) first = period.from.index;
    map_init(out, a);
    VEC_EACH (const struct observation, o, &f->list) {
        if (o->period.from.index < first || o->period.to.index > period.to.index) continue;
        struct figures *theirs = map_get(out, o->area);
        if (theirs == NULL) map_put(out, o->area, theirs = ARENA_NEW(a, struct figures));
        *vec_push(a, &theirs->list) = *o;
    }
}

/* The observation of exactly this time that counts. */
static const struct observation *best_of(const struct figures *f, const struct return_cell *cell, str area,
                                         struct interval when, bool outside)
{
    const struct observation *best = NULL;
    VEC_EACH (const struct observation, o, &f->list) {
        if (!interval_eq(o->period, when) || o->bound != BOUND_EXACT || !str_eq(o->area, area) ||
            !str_eq(o->indicator, cell->name) || (outside && filing_is_source(o->source)))
            continue;
        bool better =
            best == NULL || (o->status != best->status ? o->status > best->status : o->known.days >= best->known.days);
        if (better) best = o;
    }
    return best;
}

static struct interval only(int32_t month_) { return (struct interval){ { month_ }, { month_ } }; }

/* All months or nothing: a sum that lacks one would look like a fall. */
static bool add_months(const struct figures *f, const struct return_cell *cell, str area, struct interval when,
                       bool outside, struct arena *a, num *value, str *source)
{
    num sum = 0;
    str first = { 0 };
    for (int32_t m = when.from.index; m <= when.to.index; m++) {
        const struct observation *o = best_of(f, cell, area, only(m), outside);
        if (o == NULL || !num_add(sum, o->value, &sum)) return false;
        if (first.p == NULL) first = o->source;
    }
    *value = sum;
    *source = str_fmt(a, "%d个月相加，%.*s", (int)interval_months(when), STR_ARG(first));
    return true;
}

bool filing_known(const struct figures *f, const struct return_cell *cell, str area, struct interval period,
                  bool outside, struct arena *a, num *value, str *source)
{
    struct interval when = filing_cell_period(cell, period);
    const struct observation *o = best_of(f, cell, area, when, outside);
    bool happened = cell->cumulative || cell->during;
    if (o == NULL && interval_months(when) > 1) {
        if (happened) return add_months(f, cell, area, when, outside, a, value, source);
        o = best_of(f, cell, area, only(period.to.index), outside);
    }
    if (o == NULL) return false;
    *value = o->value, *source = o->source;
    return true;
}
