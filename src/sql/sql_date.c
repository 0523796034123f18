/* sql_date: dates are days since 1970, months are year * 12 + month - 1, and neither database is asked about its
 * calendar: years and months come from integer arithmetic on the day number (years begin in March, so that the leap day
 * is the last; 146,097 days are 400 years, 1,461 are four). Working days are in the table _workday. */
#include "sql/sql_priv.h"

static const struct type MONTH_TYPE = { .kind = TYPE_MONTH }, DATE_TYPE = { .kind = TYPE_DATE };

enum {
    MONTHS_SPAN = 14400, /* between any two dates of the years 1800 to 2999 */
    MONTH_MIN = 1800 * 12,
    MONTH_MAX = 3000 * 12,
    SHIFTED_MIN = 1801 * 12, /* what 加 may come to, as in eval.c */
    SHIFTED_MAX = 2998 * 12,
};

/* month and day of month of a date; both atoms or cheap */
struct parts {
    const struct cell *month, *day;
};

static struct parts parts_of(struct gen *g, const struct cell *d)
{
    struct parts p;
    struct type n = type_num(UNIT_NONE, 0);
    if (d->pure && d->value.state == VALUE_KNOWN) {
        int year, month_, day;
        date_parts(d->value.day, &year, &month_, &day);
        p.month = sql_literal(g, MONTH_TYPE, value_month(date_month(d->value.day)));
        p.day = sql_int(g, day);
        return p;
    }
    const struct cell *in_four = sql_bind(g, SQL_MAKE(g, n, "(4 * @1 + 2877875) % 146097 / 4 * 4 + 3", d));
    const struct cell *turned = sql_bind(g, SQL_MAKE(g, n, "2141 * (@1 % 1461 / 4) + 197913", in_four));
    struct cell *m = SQL_MAKE(g, MONTH_TYPE, "((4 * @1 + 2877875) / 146097 * 100 + @2 / 1461) * 12 + @3 / 65536 - 1", d,
                              in_four, turned);
    sql_set_bounds(m, MONTH_MIN, MONTH_MAX);
    p.month = m;
    struct cell *day = SQL_MAKE(g, n, "@1 % 65536 / 2141 + 1", turned);
    sql_set_bounds(day, 1, 31);
    p.day = day;
    return p;
}

/* The first day of a month. */
static const struct cell *first_day(struct gen *g, const struct cell *m)
{
    if (m->pure && m->value.state == VALUE_KNOWN)
        return sql_literal(g, DATE_TYPE, value_date(month_first(m->value.month_)));
    const struct cell *a = sql_bind(g, SQL_MAKE(g, type_num(UNIT_NONE, 0), "@1 - 2", m)); /* from March on */
    struct cell *d = SQL_MAKE(
        g, DATE_TYPE, "365 * (@1 / 12) + @1 / 48 - @1 / 1200 + @1 / 4800 + (153 * (@1 % 12) + 2) / 5 - 719468", a);
    sql_set_bounds(d, DATE_MIN.days, DATE_MAX.days);
    return d;
}

static const struct cell *next_first_day(struct gen *g, const struct cell *m)
{
    if (m->pure && m->value.state == VALUE_KNOWN)
        return sql_literal(g, DATE_TYPE, value_date(month_first((month){ m->value.month_.index + 1 })));
    struct cell *next = SQL_MAKE(g, MONTH_TYPE, "@1 + 1", m);
    return first_day(g, sql_bind(g, next));
}

/* op, or overflow where not `in_range` (a condition). */
static const struct cell *within(struct gen *g, const struct cell *op, const struct cell *out_of_range)
{
    const struct cell *error = sql_error(g, op->type, VERR_OVERFLOW);
    return sql_case(g, op->type, &out_of_range, &error, 1, op);
}

static const struct cell *add_days(struct gen *g, const struct cell *d, const struct cell *n)
{
    struct cell *sum = SQL_MAKE(g, DATE_TYPE, "@1 + @2", d, n);
    num lo = d->lo + n->lo, hi = d->hi + n->hi;
    bool sure = n->lo >= -40000 && n->hi <= 40000 && lo >= DATE_MIN.days && hi <= DATE_MAX.days;
    sql_set_bounds(sum, lo > DATE_MIN.days ? lo : DATE_MIN.days, hi < DATE_MAX.days ? hi : DATE_MAX.days);
    if (sure) return sum;
    const struct cell *out = SQL_MAKE(
        g, type_of_kind(TYPE_BOOL),
        str_fmt(g->a, "@2 < -40000 OR @2 > 40000 OR @1 + @2 < %d OR @1 + @2 > %d", DATE_MIN.days, DATE_MAX.days).p, d,
        n);
    return within(g, sum, out);
}

/* A month shifted; *out the condition that it left its range, NULL when it cannot. */
static const struct cell *shifted(struct gen *g, const struct cell *m, const struct cell *n, const struct cell **out)
{
    struct cell *sum = SQL_MAKE(g, MONTH_TYPE, "@1 + @2", m, n);
    num lo = m->lo + n->lo, hi = m->hi + n->hi, least = SHIFTED_MIN, most = SHIFTED_MAX;
    *out = NULL;
    if (n->lo < -40000 || n->hi > 40000 || lo < least || hi > most)
        *out = SQL_MAKE(
            g, type_of_kind(TYPE_BOOL),
            str_fmt(g->a, "@2 < -40000 OR @2 > 40000 OR @1 + @2 < %d OR @1 + @2 > %d", SHIFTED_MIN, SHIFTED_MAX).p, m,
            n);
    sql_set_bounds(sum, lo > least ? lo : least, hi < most ? hi : most);
    return sum;
}

static const struct cell *add_months(struct gen *g, const struct cell *d, const struct cell *n, enum month_mode mode,
                                     const struct cell **out)
{
    struct parts p = parts_of(g, d);
    const struct cell *m = sql_bind(g, p.month), *target = sql_bind(g, shifted(g, m, n, out));
    const struct cell *first = sql_bind(g, first_day(g, target)), *next = sql_bind(g, next_first_day(g, target)),
                      *day = sql_bind(g, p.day);
    struct cell *r = SQL_MAKE(g, DATE_TYPE,
                              mode == MONTH_END ? "CASE WHEN @1 + @3 - 1 < @2 THEN @1 + @3 - 1 ELSE @2 - 1 END"
                                                : "CASE WHEN @1 + @3 - 1 < @2 THEN @1 + @3 - 1 ELSE @2 END",
                              first, next, day);
    sql_set_bounds(r, DATE_MIN.days, DATE_MAX.days);
    return r;
}

/* The next working day of a nominal one, or that the calendar does not know. */
static const struct cell *expiry(struct gen *g, const struct cell *nominal)
{
    nominal = sql_bind(g, nominal);
    const struct cell *error = sql_error(g, DATE_TYPE, VERR_CALENDAR);
    struct cell *r = SQL_MAKE(
        g, DATE_TYPE,
        "CASE WHEN @1 IS NOT NULL THEN coalesce((SELECT w.next_day FROM \"_workday\" w WHERE w.day = @1), @2) END",
        nominal, error);
    r->error = true;
    sql_set_bounds(r, DATE_MIN.days, DATE_MAX.days);
    return sql_strict(g, r, &nominal, 1, NULL);
}

static const struct cell *expire(struct gen *g, const struct node *n, const struct cell *d, const struct cell *count)
{
    const struct cell *out = NULL, *nominal;
    if (n->op == OP_EXPIRY_MONTHS)
        nominal = add_months(g, d, count, MONTH_END, &out);
    else {
        struct cell *sum = SQL_MAKE(g, DATE_TYPE, "@1 + @2", d, count);
        sql_set_bounds(sum, d->lo + count->lo, d->hi + count->hi);
        nominal = sum;
    }
    const struct cell *r = expiry(g, nominal);
    if (count->lo >= 0 && count->hi <= 40000) return r;
    const struct cell *wrong = SQL_MAKE(g, type_of_kind(TYPE_BOOL), "@1 < 0 OR @1 > 40000", count);
    return within(g, r, wrong);
}

static const struct cell *add_workdays(struct gen *g, const struct cell *d, const struct cell *n)
{
    const struct cell *error = sql_error(g, DATE_TYPE, VERR_CALENDAR);
    struct cell *r =
        SQL_MAKE(g, DATE_TYPE,
                 "CASE WHEN @1 IS NULL OR @2 IS NULL THEN NULL ELSE coalesce((SELECT CASE WHEN @2 = 0 THEN"
                 " @1 ELSE (SELECT min(e.day) FROM \"_workday\" e WHERE e.block = w.block AND e.nth = w.nth"
                 " + @2) END FROM \"_workday\" w WHERE w.day = @1 AND w.block > 0), @3) END",
                 d, n, error);
    r->error = true;
    sql_set_bounds(r, DATE_MIN.days, DATE_MAX.days);
    if (n->lo >= 0 && n->hi <= 2000) return r;
    const struct cell *wrong = SQL_MAKE(g, type_of_kind(TYPE_BOOL), "@1 < 0 OR @1 > 2000", n);
    return within(g, r, wrong);
}

static const struct cell *full_months(struct gen *g, const struct cell *from, const struct cell *to)
{
    struct parts a = parts_of(g, from), b = parts_of(g, to);
    struct cell *m = SQL_MAKE(g, type_num(UNIT_MONTH, 0), "@3 - @1 - CASE WHEN @4 < @2 THEN 1 ELSE 0 END", a.month,
                              a.day, b.month, b.day);
    sql_set_bounds(m, -MONTHS_SPAN, MONTHS_SPAN);
    return m;
}

/* Of one operand. */
static const struct cell *dated_one(struct gen *g, const struct node *n, const struct cell *a)
{
    struct cell *r = NULL;
    switch ((int)n->op) {
    case OP_YEAR:
        r = SQL_MAKE(g, n->type, "@1 / 12", a);
        sql_set_bounds(r, 0, 10000);
        return r;
    case OP_MONTH_OF: return parts_of(g, a).month;
    case OP_FIRST_DAY: return first_day(g, a);
    default:
        r = SQL_MAKE(g, DATE_TYPE, "@1 - 1", next_first_day(g, a));
        sql_set_bounds(r, DATE_MIN.days, DATE_MAX.days);
        return r;
    }
}

static const struct cell *dated(struct gen *g, const struct node *n, const struct cell *a, const struct cell *b)
{
    const struct cell *out = NULL;
    struct cell *r = NULL;
    if (b == NULL) return dated_one(g, n, a);
    switch ((int)n->op) {
    case OP_DATE_DAYS: return add_days(g, a, b);
    case OP_DATE_MONTHS: {
        const struct cell *d = add_months(g, a, b, (enum month_mode)n->level, &out);
        return out != NULL ? within(g, d, out) : d;
    }
    case OP_MONTH_MONTHS: {
        const struct cell *m = shifted(g, a, b, &out);
        return out != NULL ? within(g, m, out) : m;
    }
    case OP_DATE_WORKDAYS: return add_workdays(g, a, b);
    case OP_EXPIRY_MONTHS:
    case OP_EXPIRY_DAYS: return expire(g, n, a, b);
    case OP_FULL_MONTHS: return full_months(g, a, b);
    case OP_AGE: {
        const struct cell *m = full_months(g, a, b); /* down, also below zero */
        r = SQL_MAKE(g, n->type, "(@1 + 24000) / 12 - 2000", m);
        sql_set_bounds(r, -1200, 1200);
        return r;
    }
    default: /* CALENDAR_MONTHS, DAYS */
        r = SQL_MAKE(g, n->type, "@2 - @1", a, b);
        sql_set_bounds(r, b->lo - a->hi, b->hi - a->lo);
        return r;
    }
}

const struct cell *sql_date_op(struct gen *g, struct frame_of *f, const struct node *n)
{
    const struct cell *v[2] = { NULL, NULL };
    for (unsigned i = 0; i < n->kid_count && i < 2; i++)
        v[i] = sql_bind(g, sql_fit(g, sql_kid(g, f, n, i), node_at(g->p, node_kid(g->p, n, i))->type));
    for (unsigned i = 0; i < 2 && v[i] != NULL; i++)
        if (v[i]->pure && v[i]->value.state != VALUE_KNOWN && n->kid_count == 1) return sql_fit(g, v[i], n->type);
    const struct cell *second = v[1] != NULL ? sql_known_only(g, v[1]) : NULL;
    const struct cell *r = dated(g, n, sql_known_only(g, v[0]), second);
    for (unsigned i = 0; i < 2 && r->error && second != NULL; i++) { /* out of range needs both */
        if (v[i] == NULL || !v[i]->unknown) continue;
        const struct cell *is = SQL_MAKE(g, type_of_kind(TYPE_BOOL), "@1 IS NULL", v[i]), *u = sql_unknown(g, r->type);
        r = sql_case(g, r->type, &is, &u, 1, r);
    }
    return sql_strict(g, r, v, n->kid_count, NULL);
}
