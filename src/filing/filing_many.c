/* filing_many: all sheets of a form at once: how punctual areas are, how far they have come, what they say. Everything
 * here reads the database once, however many areas there are. */
#include "filing/filing_priv.h"

#include <inttypes.h>

bool filing_timeliness(struct store *s, str form, date day, struct arena *a, filing_records *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(
            s, &q, e,
            "SELECT area, count(*), sum(CASE WHEN has_reported = 1 AND reported <= due AND reported <= $2 THEN 1 ELSE "
            "0 END),"
            " sum(CASE WHEN has_reported = 1 AND reported <= $2 AND reported > due THEN 1 ELSE 0 END)"
            " FROM filing WHERE form = $1 AND has_due = 1 AND (due < $2 OR (has_reported = 1 AND reported <= $2))"
            " GROUP BY area ORDER BY area",
            "si", form, (int64_t)day.days))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        size_t due = (size_t)store_number(q, 1), on_time = (size_t)store_number(q, 2),
               late = (size_t)store_number(q, 3);
        *vec_push(a, out) = (struct filing_record){ store_word(q, 0, a), due, on_time, late, due - on_time - late };
    }
    store_done(q);
    return ok;
}

bool filing_periods_of(struct store *s, str form, size_t most, struct arena *a, filing_periods *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e,
                   "SELECT DISTINCT month_from, month_to FROM filing WHERE form = $1"
                   " ORDER BY month_to DESC, month_from LIMIT $2",
                   "si", form, (int64_t)most))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) = (struct interval){ { (int32_t)store_number(q, 0) }, { (int32_t)store_number(q, 1) } };
    store_done(q);
    return ok;
}

/* ---- what they say ---- */

bool filing_grid_of(struct store *s, const struct return_ *form, struct interval period, const filing_list *list,
                    struct arena *a, struct filing_grid *out, struct err *e)
{
    size_t columns = form->cells.len, count = columns * list->len + 1;
    struct store_stmt *q;
    struct map rows, cells;
    bool row = false, ok;
    *out = (struct filing_grid){ columns, ARENA_ARRAY(a, bool, count), ARENA_ARRAY(a, num, count) };
    map_init(&rows, a), map_init(&cells, a);
    for (size_t i = 0; i < list->len; i++)
        map_put(&rows, str_fmt(a, "%" PRId64, list->at[i].id), (void *)(uintptr_t)(i + 1));
    for (size_t i = 0; i < columns; i++) map_put(&cells, form->cells.at[i].name, (void *)(uintptr_t)(i + 1));
    if (!store_ask(s, &q, e,
                   "SELECT CAST(c.filing AS text), c.cell, c.value FROM filing f JOIN filing_cell c ON c.filing = f.id"
                   " WHERE f.form = $1 AND f.month_to = $2 AND f.month_from = $3 AND c.value <> ''",
                   "sii", form->name, (int64_t)period.to.index, (int64_t)period.from.index))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        uintptr_t sheet = (uintptr_t)map_get(&rows, store_str(q, 0)),
                  cell = (uintptr_t)map_get(&cells, store_str(q, 1));
        unsigned scale;
        if (sheet == 0 || cell == 0) continue; /* an older version, or a cell the form has dropped since */
        size_t at = (sheet - 1) * columns + cell - 1;
        ok = num_parse(store_str(q, 2), &out->values[at], &scale) && scale <= MEASURE_SCALE &&
             num_widen(out->values[at], scale, MEASURE_SCALE, &out->values[at]);
        if (!ok) {
            fail(e, INTERNAL, "有一张表里有一格不是这个程序写的");
            break;
        }
        out->has[at] = true;
    }
    store_done(q);
    return ok;
}

/* ---- how far they have come ---- */

void filing_count_add(struct filing_count *n, const struct filing *x, date day)
{
    bool open = !x->has_reported || x->state == FILING_RETURNED;
    n->sheets++;
    n->open += open;
    n->late += open && x->has_due && x->due.days < day.days;
    n->returned += x->state == FILING_RETURNED;
    n->waiting += x->state == FILING_REPORTED;
    n->done += x->state == FILING_APPROVED || x->state == FILING_LOCKED;
}

struct filing_count *filing_count_areas(const struct filing_areas *areas, const filing_list *list, date day,
                                        struct arena *a)
{
    struct filing_count *counts = ARENA_ARRAY(a, struct filing_count, areas->list.len + 1);
    VEC_EACH (const struct filing, x, list) {
        uintptr_t at = (uintptr_t)map_get(&areas->by_code, x->area);
        for (; at != 0; at = areas->list.at[at - 1].upper) filing_count_add(&counts[at - 1], x, day);
    }
    return counts;
}
