/* dates: full months and years against a fixed day are looked up in a table by day, everything else is computed row by
 * row as base/date.h does it. */
#include "kernel/kernel_priv.h"

#include <assert.h>

static bool in_range(int64_t days) { return days >= DATE_MIN.days && days <= DATE_MAX.days; }

static bool month_in_range(int64_t index)
{
    enum { FIRST = 1801 * 12, LAST = 2998 * 12 };
    return index >= FIRST && index <= LAST;
}

static bool fits_shift(int64_t n) { return n >= -40000 && n <= 40000; }

HOT static bool look_up(int64_t *restrict o, const int32_t *restrict day, const int16_t *restrict at, uint32_t n)
{
    const uint32_t last = (uint32_t)(DATE_MAX.days - DATE_MIN.days);
    uint32_t outside = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t d = (uint32_t)day[i] - (uint32_t)DATE_MIN.days;
        outside |= d > last;
        o[i] = at[d > last ? 0 : d];
    }
    return outside != 0;
}

/* 足月, 周岁 where one of the dates is the same for all rows. */
static void against_constant(struct kernel *k, enum op op, bool left, date other, const int32_t *day, int64_t *o,
                             uint32_t n)
{
    bool outside = true;
    if (in_range(other.days)) outside = look_up(o, day, plan_days(k, op, left, other.days), n);
    for (uint32_t i = 0; outside && i < n; i++) {
        date a = left ? other : (date){ day[i] }, b = left ? (date){ day[i] } : other;
        if (in_range(other.days) && in_range(day[i])) continue;
        o[i] = op == OP_AGE ? date_age_years(a, b) : date_full_months(a, b);
    }
}

/* One row; false with *why when it has no result. */
static bool one(struct kernel *k, const struct node *n, int64_t a, int64_t b, int64_t *r, enum value_error *why)
{
    const struct workday_calendar *c = k->p->calendar;
    date d = { (int32_t)a };
    *why = VERR_OVERFLOW;
    switch ((int)n->op) {
    case OP_DATE_DAYS:
        if (!fits_shift(b)) return false;
        *r = a + b;
        return in_range(a + b);
    case OP_DATE_MONTHS: {
        if (!fits_shift(b)) return false;
        int64_t end = date_month(d).index + b;
        if (!month_in_range(end)) return false;
        *r = date_add_months(d, b, (enum month_mode)n->level).days;
        return true;
    }
    case OP_MONTH_MONTHS:
        if (!fits_shift(b)) return false;
        *r = a + b;
        return month_in_range(a + b);
    case OP_DATE_WORKDAYS: {
        if (b < 0 || b > 2000) return false;
        date end = workday_after(c, d, b);
        *r = end.days;
        *why = VERR_CALENDAR;
        return workday_known(c, d, end);
    }
    case OP_EXPIRY_MONTHS:
    case OP_EXPIRY_DAYS: {
        if (b < 0 || !fits_shift(b)) return false;
        date end = n->op == OP_EXPIRY_MONTHS ? workday_expiry_months(c, d, b) : workday_expiry_days(c, d, b);
        *r = end.days;
        *why = VERR_CALENDAR;
        return workday_known(c, end, end);
    }
    case OP_FULL_MONTHS: *r = date_full_months(d, (date){ (int32_t)b }); return true;
    case OP_AGE: *r = date_age_years(d, (date){ (int32_t)b }); return true;
    case OP_CALENDAR_MONTHS:
    case OP_DAYS: *r = b - a; return true;
    case OP_YEAR: *r = a / 12; return true;
    case OP_MONTH_OF: *r = date_month(d).index; return true;
    case OP_FIRST_DAY: *r = month_first((month){ (int32_t)a }).days; return true;
    default: *r = month_last((month){ (int32_t)a }).days; return true;
    }
}

/* A fixed number of months later; false: some row needs more than the table has. */
static bool shifted(struct kernel *k, const struct node *n, const int32_t *day, int64_t months, int64_t *o,
                    uint32_t rows)
{
    if (months < -PLAN_SHIFT_MAX || months > PLAN_SHIFT_MAX) return false;
    if (look_up(o, day, plan_shifts(k, (enum month_mode)n->level, (int32_t)months), rows)) return false;
    bool all = true;
    for (uint32_t i = 0; i < rows; i++) {
        all &= o[i] != PLAN_NO_SHIFT;
        o[i] += day[i];
    }
    return all;
}

static int64_t value_at(const col *c, uint32_t i) { return c->width == KERNEL_64 ? c->n[i] : c->i[i]; }

/* b - a for all rows, and what else needs no check. */
static bool plainly(struct kernel *k, const struct node *n, const col *a, const col *b, int64_t *o, uint32_t rows)
{
    if (n->op == OP_DAYS || n->op == OP_CALENDAR_MONTHS) {
        const int32_t *x = col_dense(k, a, rows), *y = col_dense(k, b, rows);
        for (uint32_t i = 0; i < rows; i++) o[i] = (int64_t)y[i] - x[i];
        return true;
    }
    if (n->op == OP_MONTH_OF) {
        if (look_up(o, a->i, plan_days(k, OP_MONTH_OF, false, DATE_MIN.days), rows)) return false;
        int32_t first = date_month(DATE_MIN).index;
        for (uint32_t i = 0; i < rows; i++) o[i] += first;
        return true;
    }
    if (n->op == OP_DATE_MONTHS && b->constant && !a->constant) return shifted(k, n, a->i, value_at(b, 0), o, rows);
    if (n->op != OP_FULL_MONTHS && n->op != OP_AGE) return false;
    if (b->constant)
        against_constant(k, (enum op)n->op, false, (date){ b->i[0] }, a->i, o, rows);
    else if (a->constant)
        against_constant(k, (enum op)n->op, true, (date){ a->i[0] }, b->i, o, rows);
    else
        return false;
    return true;
}

col eval_dates(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    col a = kid_col(k, f, s, n, 0), b = col_const(k, KERNEL_64, ST_KNOWN, 0);
    unsigned width = col_width(n->type);
    if (n->kid_count > 1) b = kid_col(k, f, s, n, 1);
    uint8_t common, *st;
    bool known = col_strict(k, &a, &b, s.n, &common, &st);
    if (!known && st == NULL) return col_const(k, width, common, 0);
    bool constant = a.constant && b.constant;
    uint32_t rows = constant ? 1 : s.n;
    col r = { .common = common, .states = st, .width = (uint8_t)width, .constant = constant };
    int64_t *o = SCRATCH(k, int64_t, rows);
    if (constant || !plainly(k, n, &a, &b, o, rows)) {
        for (uint32_t i = 0; i < rows; i++) {
            enum value_error why;
            o[i] = 0;
            if (((st != NULL ? st[i] : common) & ST_STATE) != ST_KNOWN) continue;
            if (one(k, n, value_at(&a, a.constant ? 0 : i), value_at(&b, b.constant ? 0 : i), &o[i], &why)) continue;
            o[i] = 0;
            if (constant) {
                r.common = st_error(why);
                break;
            }
            if (st == NULL) {
                st = SCRATCH(k, uint8_t, rows);
                memset(st, common, rows);
                r.states = st;
            }
            st[i] = st_error(why);
        }
    }
    r.n = o;
    if (width == KERNEL_32) {
        int32_t *narrow = SCRATCH(k, int32_t, rows);
        for (uint32_t i = 0; i < rows; i++) narrow[i] = (int32_t)o[i];
        r.i = narrow;
    }
    return col_settled(r, s.n);
}
