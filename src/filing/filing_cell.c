/* filing_cell: the cells of a filing: what is known without asking, what was filled, what those below add up to. */
#include "filing/filing_priv.h"

#include <inttypes.h>

static bool read_num(str s, bool *has, num *out)
{
    unsigned scale;
    *has = s.len > 0;
    return s.len == 0 ||
           (num_parse(s, out, &scale) && scale <= MEASURE_SCALE && num_widen(*out, scale, MEASURE_SCALE, out));
}

bool filing_values_of(struct store *s, const struct return_ *form, int64_t id, struct arena *a, filing_values *out,
                      struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    VEC_EACH (const struct return_cell, c, &form->cells)
        *vec_push(a, out) = (struct filing_value){ .cell = c, .origin = STR(""), .reason = STR("") };
    if (!store_ask(s, &q, e, "SELECT cell, known, value, origin, reason FROM filing_cell WHERE filing = $1", "i", id))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        str name = store_str(q, 0);
        VEC_EACH (struct filing_value, v, out) { /* cells the form has dropped since are passed over */
            if (!str_eq(v->cell->name, name)) continue;
            if (!read_num(store_str(q, 1), &v->has_known, &v->known) ||
                !read_num(store_str(q, 2), &v->has_value, &v->value))
                ok = fail(e, INTERNAL, "第 %" PRId64 " 张表里有一格不是这个程序写的", id);
            v->origin = store_word(q, 3, a), v->reason = store_word(q, 4, a);
        }
        if (!ok) break;
    }
    store_done(q);
    return ok;
}

static str num_words(bool has, num v, char z[NUM_TEXT])
{
    return has ? (str){ z, num_text(v, MEASURE_SCALE, 0, z) } : STR("");
}

bool filing_value_put(struct store *s, int64_t id, const struct filing_value *v, struct err *e)
{
    char known[NUM_TEXT], value[NUM_TEXT];
    str k = num_words(v->has_known, v->known, known), n = num_words(v->has_value, v->value, value);
    return store_do(s, NULL, e, "DELETE FROM filing_cell WHERE filing = $1 AND cell = $2", "is", id, v->cell->name) &&
           store_do(s, NULL, e,
                    "INSERT INTO filing_cell (filing, cell, known, value, origin, reason) VALUES ($1, $2, $3, $4, $5,"
                    " $6)",
                    "isssss", id, v->cell->name, k, n, v->origin, v->reason);
}

struct interval filing_cell_period(const struct return_cell *cell, struct interval period)
{
    if (cell->cumulative) period.from.index = period.to.index / 12 * 12;
    return period;
}

/* More final, then later; a level that is known for the last month alone will do for the period. */
const struct observation *filing_observed(const struct figures *f, const struct return_cell *cell, str area,
                                          struct interval period, bool outside)
{
    const struct observation *best = NULL;
    struct interval exact = filing_cell_period(cell, period), last = { period.to, period.to };
    VEC_EACH (const struct observation, o, &f->list) {
        bool fits = interval_eq(o->period, exact) || (!cell->cumulative && interval_eq(o->period, last));
        if (!fits || !str_eq(o->area, area) || !str_eq(o->indicator, cell->name) || o->bound != BOUND_EXACT) continue;
        if (outside && filing_is_source(o->source)) continue;
        bool better = best == NULL || interval_months(o->period) > interval_months(best->period) ||
                      (interval_eq(o->period, best->period) &&
                       (o->status != best->status ? o->status > best->status : o->known.days >= best->known.days));
        if (better) best = o;
    }
    return best;
}

/* ---- those below ---- */

static bool add_one(struct store *s, const struct return_ *form, const struct filing *below, struct arena *a,
                    filing_values *sums, struct err *e)
{
    filing_values theirs = { 0 };
    if (!filing_values_of(s, form, below->id, a, &theirs, e)) return false;
    for (size_t i = 0; i < theirs.len; i++) {
        struct filing_value *v = &sums->at[i];
        if (v->cell->each || !theirs.at[i].has_value) continue;
        v->has_known = true;
        if (!num_add(v->known, theirs.at[i].value, &v->known))
            return fail(e, LIMIT, "下级的“%.*s”加起来太大；请核对下级填的数", STR_ARG(v->cell->name));
    }
    return true;
}

bool filing_add_up(struct store *s, const struct filing_areas *areas, const struct filing *x,
                   const struct return_ *form, struct arena *a, filing_values *out, filing_names *missing,
                   size_t *below, struct err *e)
{
    filing_list all = { 0 };
    struct filing_wanted w = { .form = x->form, .has_period = true, .period = x->period, .latest = true };
    void *top = map_get(&areas->by_code, x->area);
    size_t approved = 0;
    *below = 0;
    if (top == NULL || !filing_find(s, &w, a, &all, e)) return top == NULL;
    VEC_EACH (const struct filing, k, &all) {
        const struct filing_area *area = filing_area_find(areas, k->area);
        if (area == NULL || area->upper != (uintptr_t)top) continue;
        if ((*below)++ == 0) {
            VEC_EACH (struct filing_value, v, out) {
                if (!v->cell->each) v->has_known = false, v->known = 0;
            }
        }
        if (k->state == FILING_APPROVED || k->state == FILING_LOCKED) {
            approved++;
            if (!add_one(s, form, k, a, out, e)) return false;
        } else {
            *vec_push(a, missing) = area->name;
        }
    }
    VEC_EACH (struct filing_value, v, out) {
        if (*below > 0 && !v->cell->each && v->has_known) v->origin = str_fmt(a, "下级 %zu 张审过的表相加", approved);
    }
    return true;
}
