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

/* The last version of the sheet of an area for the period of another; *there false: it has none. */
static bool sheet_of(struct store *s, const struct filing *x, str area, struct arena *a, struct filing *out,
                     bool *there, struct err *e)
{
    filing_list list = { 0 };
    struct filing_wanted w = { .form = x->form, .area = area, .has_period = true, .period = x->period, .latest = true };
    if (!filing_find(s, &w, a, &list, e)) return false;
    *there = list.len > 0;
    if (*there) *out = list.at[0];
    return true;
}

static bool add_up(struct store *s, const struct filing_areas *areas, const struct filing *x,
                   const struct return_ *form, struct arena *a, filing_values *values, struct filing_sum *out,
                   struct err *e)
{
    void *top = map_get(&areas->by_code, x->area);
    *out = (struct filing_sum){ 0 };
    if (top == NULL || areas->list.at[(uintptr_t)top - 1].level <= form->from) return true; /* nobody fills below */
    VEC_EACH (const struct filing_area, area, &areas->list) {
        struct filing k;
        bool there = false;
        if (area->upper != (uintptr_t)top) continue;
        if (!sheet_of(s, x, area->code, a, &k, &there, e)) return false;
        if (!there) continue;
        if (out->below++ == 0) {
            VEC_EACH (struct filing_value, v, values) {
                if (!v->cell->each) v->has_known = false, v->known = 0;
            }
        }
        if (k.state == FILING_APPROVED || k.state == FILING_LOCKED) {
            *vec_push(a, &out->counted) = k.id;
            if (!add_one(s, form, &k, a, values, e)) return false;
        } else {
            *vec_push(a, &out->missing) = area->name;
        }
    }
    VEC_EACH (struct filing_value, v, values) {
        if (out->below > 0 && !v->cell->each && v->has_known)
            v->origin = str_fmt(a, "下级 %zu 张审过的表相加", out->counted.len);
    }
    return true;
}

bool filing_now(struct store *s, const struct filing_areas *areas, const struct filing *x, const struct return_ *form,
                struct arena *a, filing_values *kept, filing_values *now, struct filing_sum *sum, struct err *e)
{
    if (!filing_values_of(s, form, x->id, a, kept, e)) return false;
    VEC_EACH (const struct filing_value, v, kept) *vec_push(a, now) = *v;
    return add_up(s, areas, x, form, a, now, sum, e);
}

bool filing_compare(filing_values *kept, const filing_values *now)
{
    bool any = false;
    for (size_t i = 0; i < kept->len; i++) {
        struct filing_value *v = &kept->at[i];
        const struct filing_value *n = &now->at[i];
        v->has_sum = n->has_known, v->sum = n->known;
        bool same = v->has_known == n->has_known && v->known == n->known;
        v->moved = !same && !(v->has_value && n->has_known && v->value == n->known);
        any = any || v->moved;
    }
    return any;
}
