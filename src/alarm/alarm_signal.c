/* alarm_signal: a rule as one number per point that is compared with the line; then duration and release are the same
 * for all of them. The number at a point never looks ahead: a sum or mean runs forward anyway, and what season and
 * trend lead one to expect of a month is worked out from the months before it. */
#include "alarm/alarm_priv.h"
#include "series/signal.h"
#include "series/stl.h"

#include <math.h>
#include <stdlib.h>

enum { BASE_LEAST = 6, SURPRISES_LEAST = 12, YEARS_LEAST = 2, SEASON_SPAN = 7 };
static const double SLIP = 1e-7;
#define UNKNOWN ((double)NAN)

/* ---- series ---- */

static int by_area_and_time(const void *pa, const void *pb)
{
    const struct observation *const *a = pa, *const *b = pb;
    int c = str_cmp((*a)->area, (*b)->area);
    if (c == 0)
        c = ((*a)->period.from.index > (*b)->period.from.index) - ((*a)->period.from.index < (*b)->period.from.index);
    if (c == 0) c = ((*a)->known.days > (*b)->known.days) - ((*a)->known.days < (*b)->known.days);
    if (c == 0) c = (*a > *b) - (*a < *b); /* as they were read */
    return c;
}

static bool is_wanted(const struct warning *w, str area)
{
    VEC_EACH (const str, x, &w->areas) {
        if (str_eq(*x, area)) return true;
    }
    return w->areas.len == 0;
}

/* How long one point is: what 频率 says if there is such a thing, else the shortest there is. */
static uint32_t length_of(const struct indicator *x, const struct observation *const *list, size_t n)
{
    uint32_t shortest = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t m = (uint32_t)interval_months(list[i]->period);
        if (m == x->months) return m;
        if (shortest == 0 || m < shortest) shortest = m;
    }
    return shortest;
}

static void add_point(struct alarm_series *s, const struct observation *o)
{
    size_t at = (size_t)(o->period.from.index - s->first.index) / s->months;
    if (o->bound != BOUND_EXACT) {
        s->bounds++;
        return;
    }
    s->disputed += s->known[at] && s->values[at] != o->value;
    s->known[at] = true;
    s->values[at] = o->value;
}

/* Of one area, in the order of time. Points that do not lie on the grid of the last one are left out. */
static void series_of(const struct indicator *x, const struct observation *const *list, size_t n, struct arena *a,
                      alarm_series_list *out)
{
    struct alarm_series s = { .area = list[0]->area, .months = length_of(x, list, n) };
    int32_t first = 0, last = INT32_MIN;
    for (size_t i = n; i-- > 0;) {
        if ((uint32_t)interval_months(list[i]->period) != s.months) continue;
        if (last == INT32_MIN) last = list[i]->period.from.index;
        bool on_grid = (last - list[i]->period.from.index) % (int32_t)s.months == 0;
        bool near = (last - list[i]->period.from.index) / (int32_t)s.months < ALARM_POINTS_MAX;
        if (on_grid && near) first = list[i]->period.from.index;
    }
    s.first = (month){ first };
    s.n = (size_t)(last - first) / s.months + 1;
    s.known = ARENA_ARRAY(a, bool, s.n);
    s.values = ARENA_ARRAY(a, num, s.n);
    for (size_t i = 0; i < n; i++) {
        const struct observation *o = list[i];
        bool fits = (uint32_t)interval_months(o->period) == s.months && o->period.from.index >= first &&
                    (o->period.from.index - first) % (int32_t)s.months == 0;
        if (fits) add_point(&s, o);
    }
    for (size_t i = 0; i < s.n; i++) s.missing += !s.known[i];
    *vec_push(a, out) = s;
}

void alarm_series_of(const struct program *p, const struct warning *w, const struct figures *f, struct arena *a,
                     alarm_series_list *out)
{
    const struct indicator *x = &p->indicators.at[w->indicator];
    VEC(const struct observation *) list = { 0 };
    VEC_EACH (const struct observation, o, &f->list) {
        if (str_eq(o->indicator, x->name) && is_wanted(w, o->area)) *vec_push(a, &list) = o;
    }
    if (list.len == 0) return;
    qsort(list.at, list.len, sizeof *list.at, by_area_and_time);
    for (size_t from = 0, to; from < list.len; from = to) {
        for (to = from + 1; to < list.len && str_eq(list.at[to]->area, list.at[from]->area);) to++;
        series_of(x, list.at + from, to - from, a, out);
    }
}

const struct alarm_series *alarm_series_in(const struct program *p, const struct warning *w, const struct figures *f,
                                           str area, struct arena *a)
{
    alarm_series_list all = { 0 };
    alarm_series_of(p, w, f, a, &all);
    VEC_EACH (const struct alarm_series, s, &all) {
        if (str_eq(s->area, area)) return s;
    }
    return NULL;
}

struct interval alarm_period(const struct alarm_series *s, size_t at)
{
    month from = { s->first.index + (int32_t)(at * s->months) };
    return (struct interval){ from, { from.index + (int32_t)s->months - 1 } };
}

/* ---- statistics ---- */

static size_t points_of(const struct alarm_series *s, uint32_t months, uint32_t points)
{
    return points > 0 ? points : months > 0 ? (months + s->months - 1) / s->months : 0;
}

/* How far from what was usual in the first points, in their own deviations; these points themselves say nothing. */
static bool standardise(const double *x, size_t n, size_t base, double *z)
{
    double mean = 0, square = 0;
    size_t known = 0;
    for (size_t t = 0; t < base && t < n; t++) {
        if (isnan(x[t])) continue;
        known++;
        double step = x[t] - mean;
        mean += step / (double)known;
        square += step * (x[t] - mean);
    }
    if (known < BASE_LEAST || square <= 0) return false;
    double deviation = sqrt(square / (double)(known - 1));
    for (size_t t = 0; t < n; t++) z[t] = t < base ? UNKNOWN : (x[t] - mean) / deviation;
    return true;
}

static bool cusum(const struct warning *w, const double *x, size_t n, size_t base, double *out, struct arena *a)
{
    double *z = ARENA_ARRAY(a, double, n), *other = ARENA_ARRAY(a, double, n);
    bool *fires = ARENA_ARRAY(a, bool, n), up = w->trigger.relation <= RELATION_GT;
    if (!standardise(x, n, base, z)) return false;
    signal_cusum(z, n, (struct cusum){ alarm_plain(w->slack), (double)INFINITY }, up ? out : other, up ? other : out,
                 fires);
    for (size_t t = 0; t < n; t++) out[t] = isnan(z[t]) ? UNKNOWN : up ? out[t] : -out[t];
    return true;
}

static bool ewma(const struct warning *w, const double *x, size_t n, size_t base, double *out, struct arena *a)
{
    double *z = ARENA_ARRAY(a, double, n), *deviation = ARENA_ARRAY(a, double, n);
    bool *fires = ARENA_ARRAY(a, bool, n);
    if (!standardise(x, n, base, z)) return false;
    signal_ewma(z, n, (struct ewma){ alarm_plain(w->weight) / 100, 1 }, out, deviation, fires);
    for (size_t t = 0; t < n; t++) out[t] = isnan(z[t]) ? UNKNOWN : out[t] / deviation[t];
    return true;
}

/* Up or down by as much as the rise of Sahm's rule. */
static void sahm(const struct warning *w, double *x, size_t n, double *out, struct arena *a)
{
    bool *fires = ARENA_ARRAY(a, bool, n), down = w->trigger.relation > RELATION_GT;
    double sign = down ? -1 : 1;
    for (size_t t = 0; t < n; t++) x[t] *= sign;
    signal_sahm(x, n, 0, out, fires, a);
    for (size_t t = 0; t < n; t++) out[t] *= sign;
}

/* What season and trend up to t − 1 lead one to expect of t: the trend goes on as it went, the season is that of a
 * year ago. Gaps are bridged by a straight line, only for this. */
static bool expected(const double *x, size_t t, int32_t period, struct arena *a, double *out)
{
    double *y = ARENA_ARRAY(a, double, t), *season = ARENA_ARRAY(a, double, t), *trend = ARENA_ARRAY(a, double, t);
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < t; i++) {
        y[i] = x[i];
        if (isnan(x[i])) continue;
        for (size_t k = last == SIZE_MAX ? 0 : last + 1; k < i; k++)
            y[k] = last == SIZE_MAX ? x[i] : x[last] + (x[i] - x[last]) * (double)(k - last) / (double)(i - last);
        last = i;
    }
    for (size_t k = last == SIZE_MAX ? t : last + 1; k < t; k++) y[k] = x[last];
    struct stl_how how = stl_usual(period, SEASON_SPAN, false);
    struct err e = { 0 };
    if (last == SIZE_MAX || !stl(y, t, &how, a, season, trend, NULL, &e)) return false;
    *out = 2 * trend[t - 1] - trend[t - 2] + season[t - (size_t)period];
    return true;
}

/* Surprises so far, smallest first; their median tells what is usual, and a crisis of the past does not blind it. */
struct surprises {
    double *sizes;
    size_t n;
};

static double usual(const struct surprises *s)
{
    static const double NORMAL = 1.4826; /* from the median of distances to a standard deviation */
    return NORMAL * (s->sizes[(s->n - 1) / 2] + s->sizes[s->n / 2]) / 2;
}

static void remember(struct surprises *s, double size)
{
    size_t at = s->n++;
    for (; at > 0 && s->sizes[at - 1] > size; at--) s->sizes[at] = s->sizes[at - 1];
    s->sizes[at] = size;
}

static bool deviation(const double *x, size_t n, int32_t period, double *out, struct arena *a)
{
    struct surprises past = { .sizes = ARENA_ARRAY(a, double, n + 1) };
    bool any = false;
    for (size_t t = 0; t < n; t++) {
        double should = 0;
        struct arena_mark m = arena_mark(a);
        out[t] = UNKNOWN;
        bool told = t >= YEARS_LEAST * (size_t)period && !isnan(x[t]) && expected(x, t, period, a, &should);
        arena_rewind(a, m);
        if (!told) continue;
        double surprise = x[t] - should;
        if (past.n >= SURPRISES_LEAST && usual(&past) > 0) {
            out[t] = surprise / usual(&past);
            any = true;
        }
        remember(&past, fabs(surprise));
    }
    return any;
}

static void too_short(struct alarm_reading *out, str why) { out->sight = ALARM_TOO_SHORT, out->why = why; }

static void compute(const struct warning *w, const struct alarm_series *s, double *x, struct arena *a,
                    struct alarm_reading *out)
{
    size_t base = points_of(s, w->base_months, w->base_points);
    switch (w->signal) {
    case SIGNAL_LINE:
        for (size_t t = 0; t < s->n; t++) out->statistic[t] = x[t];
        return;
    case SIGNAL_SAHM:
        if (s->months != 1) too_short(out, STR("萨姆规则只看月度的数"));
        if (s->months == 1) sahm(w, x, s->n, out->statistic, a);
        return;
    case SIGNAL_CUSUM:
    case SIGNAL_EWMA:
        if (!(w->signal == SIGNAL_CUSUM ? cusum : ewma)(w, x, s->n, base, out->statistic, a))
            too_short(out, str_fmt(a, "基准要有 %d 期以上、不全一样的数", BASE_LEAST));
        return;
    case SIGNAL_SEASON:
        if (s->months != 1 && s->months != 3)
            too_short(out, STR("有季节的数是月度或季度的"));
        else if (!deviation(x, s->n, 12 / (int32_t)s->months, out->statistic, a))
            too_short(out, STR("偏离季节要三年以上的数"));
        return;
    }
}

/* ---- the rule ---- */

static struct threshold threshold_of(const struct program *p, const struct warning *w, const struct alarm_series *s,
                                     date day, num line)
{
    struct threshold h = { .below = w->trigger.relation > RELATION_GT };
    num off = line, hair = h.below ? -1 : 1;
    size_t after = points_of(s, w->lasting_months, w->lasting_points);
    h.on_after = h.off_after = after > 0 ? (uint32_t)after : 1;
    if (w->trigger.relation == RELATION_GT || w->trigger.relation == RELATION_LT) line += hair;
    if (!w->has_release || !warning_line_on(p, w, &w->release, day, &off))
        off = line;
    else if (w->release.relation == RELATION_LE || w->release.relation == RELATION_GE)
        off += hair; /* back at the line itself is enough */
    if (h.below ? off < line : off > line) off = line;
    /* what was computed in binary must not miss a line by 0.4999… */
    double slip = w->signal == SIGNAL_LINE ? 0 : h.below ? SLIP : -SLIP;
    h.on = alarm_plain(line) + slip, h.off = alarm_plain(off) + slip;
    return h;
}

void alarm_read(const struct program *p, const struct warning *w, const struct alarm_series *s, date day,
                struct arena *a, struct alarm_reading *out)
{
    *out = (struct alarm_reading){ .sight = ALARM_SEEN };
    out->statistic = ARENA_ARRAY(a, double, s->n);
    out->fires = ARENA_ARRAY(a, bool, s->n);
    if (!warning_line_on(p, w, &w->trigger, day, &out->line)) {
        out->sight = ALARM_NO_LINE;
        out->why = p->params.at[w->trigger.param - 1].name;
        return;
    }
    double *x = ARENA_ARRAY(a, double, s->n);
    for (size_t t = 0; t < s->n; t++) x[t] = s->known[t] ? alarm_plain(s->values[t]) : UNKNOWN;
    compute(w, s, x, a, out);
    if (out->sight != ALARM_SEEN) return;
    struct threshold how = threshold_of(p, w, s, day, out->line);
    out->on_after = how.on_after;
    signal_threshold(out->statistic, s->n, how, out->fires);
}

size_t alarm_since(const struct alarm_reading *r, size_t at)
{
    while (at > 0 && r->fires[at - 1]) at--;
    return at + 1 > r->on_after ? at + 1 - r->on_after : 0;
}

/* ---- words ---- */

const char *alarm_level_zh(uint8_t level)
{
    static const char *const names[] = { "不分级", "一级", "二级", "三级", "四级" };
    return names[level < sizeof names / sizeof *names ? level : 0];
}

str alarm_value_text(struct arena *a, num v, const struct measure_unit *u)
{
    str number = measure_text(a, v, 0);
    return str_fmt(a, "%.*s%.*s", STR_ARG(number), STR_ARG(u->text));
}

static str line_text(const struct program *p, const struct warning *w, const struct warning_line *l, date day,
                     struct arena *a)
{
    static const char *const words[] = { [RELATION_GE] = "不低于", [RELATION_GT] = "高于", [RELATION_LE] = "不高于",
                                         [RELATION_LT] = "低于",   [RELATION_EQ] = "",     [RELATION_ABOUT] = "" };
    num v;
    if (!warning_line_on(p, w, l, day, &v)) {
        const struct param *q = &p->params.at[l->param - 1];
        return str_fmt(a, "%s“%.*s”（还没有定）", words[l->relation], STR_ARG(q->name));
    }
    str value = alarm_value_text(a, v, &w->unit);
    return str_fmt(a, "%s%.*s", words[l->relation], STR_ARG(value));
}

str alarm_rule_text(const struct program *p, const struct warning *w, date day, struct arena *a)
{
    static const char *const how[] = { [SIGNAL_LINE] = "",
                                       [SIGNAL_SAHM] = "三个月平均比一年里最好的时候差",
                                       [SIGNAL_CUSUM] = "对平常的偏离累积",
                                       [SIGNAL_EWMA] = "加权平均对平常的偏离",
                                       [SIGNAL_SEASON] = "对季节和趋势的偏离" };
    struct text t;
    str trigger = line_text(p, w, &w->trigger, day, a);
    text_init(&t, a, 1 << 12);
    text_addf(&t, "%.*s%s%.*s", STR_ARG(p->indicators.at[w->indicator].name), how[w->signal], STR_ARG(trigger));
    if (w->lasting_points > 1) text_addf(&t, "，连续%u期", w->lasting_points);
    if (w->lasting_months > 0) text_addf(&t, "，持续%u个月", w->lasting_months);
    if (w->has_release) {
        str release = line_text(p, w, &w->release, day, a);
        text_addf(&t, "；%.*s才解除", STR_ARG(release));
    }
    return text_str(&t);
}

str alarm_rule_key(const struct program *p, const struct warning *w, date day, struct arena *a)
{
    num on = 0, off = 0;
    bool has_on = warning_line_on(p, w, &w->trigger, day, &on);
    bool has_off = w->has_release && warning_line_on(p, w, &w->release, day, &off);
    str lines[4] = { measure_text(a, on, 0), measure_text(a, off, 0), measure_text(a, w->slack, 0),
                     measure_text(a, w->weight, 0) };
    return str_fmt(a, "%.*s|%d|%d%s%.*s|%d%s%.*s|%u|%u|%u|%u|%.*s|%.*s", STR_ARG(p->indicators.at[w->indicator].name),
                   (int)w->signal, (int)w->trigger.relation, has_on ? "=" : "?", STR_ARG(lines[0]),
                   (int)w->release.relation, has_off ? "=" : "?", STR_ARG(lines[1]), w->lasting_months,
                   w->lasting_points, w->base_months, w->base_points, STR_ARG(lines[2]), STR_ARG(lines[3]));
}
