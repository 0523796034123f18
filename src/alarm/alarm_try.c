/* alarm_try: a rule over the past. Counted by events and by beginnings of alarms, as people count; the ratio of noise
 * to signal is the one of the literature (signal_backtest), point by point. */
#include "alarm/alarm_priv.h"
#include "series/signal.h"

#include <math.h>

struct tally_of {
    double hits, missed, wrong, quiet; /* points, over all series */
};

static bool in_series(const struct alarm_series *s, const struct alarm_event *v, size_t *at)
{
    if ((v->area.len > 0 && !str_eq(v->area, s->area)) || v->when.index < s->first.index) return false;
    *at = (size_t)(v->when.index - s->first.index) / s->months;
    return *at < s->n;
}

static str when_text(struct arena *a, const struct alarm_series *s, size_t at)
{
    return interval_text(a, alarm_period(s, at));
}

static void note_event(const struct program *p, const struct alarm_series *s, const struct alarm_event *v, size_t at,
                       const struct alarm_reading *r, size_t horizon, double *lead, struct arena *a,
                       struct alarm_test *out)
{
    size_t begun = SIZE_MAX, earliest = at > horizon ? at - horizon : 0;
    for (size_t t = at; t-- > earliest;) {
        if (r->fires[t]) begun = t;
    }
    out->events++;
    if (begun != SIZE_MAX) {
        out->found++;
        *lead += (double)((at - begun) * s->months);
        return;
    }
    str area = program_area_name(p, s->area), when = when_text(a, s, at);
    *vec_push(a, &out->missed) = str_fmt(a, "%.*s %.*s %.*s", STR_ARG(area), STR_ARG(when), STR_ARG(v->what));
}

/* An alarm is right when an event comes within the horizon after it began, or while it lasts. */
static void note_alarms(const struct program *p, const struct alarm_series *s, const bool *event,
                        const struct alarm_reading *r, size_t horizon, struct arena *a, struct alarm_test *out)
{
    for (size_t from = 0, to; from < s->n; from = to) {
        for (to = from + 1; to < s->n && r->fires[to] == r->fires[from];) to++;
        if (!r->fires[from]) continue;
        bool right = false;
        size_t until = from + horizon > to - 1 ? from + horizon : to - 1;
        for (size_t t = from; t <= until && t < s->n; t++) right = right || event[t];
        out->alarms++;
        if (right) {
            out->right++;
        } else if (until >= s->n) {
            out->open++;
        } else {
            str area = program_area_name(p, s->area), when = when_text(a, s, from), last = when_text(a, s, to - 1);
            *vec_push(a, &out->wrong) = str_fmt(a, "%.*s %.*s%s%.*s", STR_ARG(area), STR_ARG(when),
                                                to - 1 > from ? "至" : "", (int)(to - 1 > from ? last.len : 0), last.p);
        }
    }
}

static void add_points(const struct alarm_reading *r, const bool *event, size_t n, size_t horizon, struct tally_of *sum)
{
    struct backtest b;
    signal_backtest(r->fires, event, n, horizon, &b);
    sum->hits += b.hits, sum->missed += b.missed, sum->wrong += b.false_alarms, sum->quiet += b.quiet;
}

void alarm_try(const struct program *p, const struct warning *w, const struct figures *f, const alarm_events *events,
               uint32_t horizon_months, date day, struct arena *a, struct alarm_test *out)
{
    alarm_series_list list = { 0 };
    struct tally_of sum = { 0 };
    double lead = 0;
    *out = (struct alarm_test){ 0 };
    alarm_series_of(p, w, f, a, &list);
    VEC_EACH (const struct alarm_series, s, &list) {
        struct alarm_reading r;
        alarm_read(p, w, s, day, a, &r);
        if (r.sight != ALARM_SEEN) {
            if (out->unread++ == 0) out->why = r.why;
            continue;
        }
        size_t horizon = (horizon_months + s->months - 1) / s->months, at;
        bool *event = ARENA_ARRAY(a, bool, s->n);
        VEC_EACH (const struct alarm_event, v, events) {
            if (!in_series(s, v, &at)) continue;
            event[at] = true;
            note_event(p, s, v, at, &r, horizon, &lead, a, out);
        }
        note_alarms(p, s, event, &r, horizon, a, out);
        add_points(&r, event, s->n, horizon, &sum);
        out->areas++;
        out->points += s->n;
    }
    out->lead_months = out->found > 0 ? lead / (double)out->found : 0;
    double hit = sum.hits + sum.missed > 0 ? sum.hits / (sum.hits + sum.missed) : 0,
           miss = sum.wrong + sum.quiet > 0 ? sum.wrong / (sum.wrong + sum.quiet) : 0;
    out->noise = hit > 0 ? miss / hit : (double)NAN;
}
