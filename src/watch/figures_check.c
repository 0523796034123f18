/* figures_check: what only shows when rows are seen together. Each finding names the rows it rests on. */
#include "watch/watch.h"

#include <stdlib.h>

static int by_series(const void *a_, const void *b_)
{
    const struct observation *a = a_, *b = b_;
    int c = str_cmp(a->indicator, b->indicator);
    if (c == 0) c = str_cmp(a->area, b->area);
    if (c == 0) c = (int)(interval_months(a->period) - interval_months(b->period));
    if (c == 0) c = a->period.from.index < b->period.from.index ? -1 : a->period.from.index > b->period.from.index;
    if (c == 0) c = a->row < b->row ? -1 : a->row > b->row;
    return c;
}

static bool same_series(const struct observation *a, const struct observation *b)
{
    return str_eq(a->indicator, b->indicator) && str_eq(a->area, b->area) &&
           interval_months(a->period) == interval_months(b->period);
}

str figures_row_text(struct arena *a, uint64_t row)
{
    return row == 0 ? STR("库里的数") : str_fmt(a, "第 %llu 行", (unsigned long long)row);
}

struct looking {
    struct arena *a;
    const struct program *p;
    str file;
    struct figures *f;
    bool *out; /* rows that must not be used */
    bool *old; /* rows of which the log has a later version */
};

static void found(struct looking *l, const struct observation *o, bool refused, str text)
{
    if (o->row == 0) return; /* what the log has was looked at when it came */
    *vec_push(l->a, &l->f->problems) =
        (struct figure_problem){ .file = l->file, .row = o->row, .refused = refused, .text = text };
    size_t at = (size_t)(o - l->f->list.at);
    if (refused && !l->out[at]) l->out[at] = true, l->f->refused++;
}

static str observed_text(struct looking *l, const struct observation *o)
{
    struct measure_unit u = { 0 };
    watch_unit(l->p, o->indicator, &u);
    return str_fmt(l->a, "%.*s%.*s", STR_ARG(measure_text(l->a, o->value, 0)), STR_ARG(u.text));
}

/* The log keeps every version, older ones too, so such a row is taken; but who sends it should know. */
static void look_at_known(struct looking *l, const struct observation *known, const struct observation *o, str when)
{
    char day[DATE_TEXT];
    date_text(known->known, day);
    if (o->known.days < known->known.days || o->status < known->status) {
        l->old[o - l->f->list.at] = true;
        found(l, o, false,
              str_fmt(l->a, "%.*s 库里已有更新的数：%.*s（%s，%s 公布）；这一行 %.*s 是旧的，只留作历史", STR_ARG(when),
                      STR_ARG(observed_text(l, known)), status_zh(known->status), day, STR_ARG(observed_text(l, o))));
    } else if (o->known.days == known->known.days && o->status == known->status) {
        found(l, o, false,
              str_fmt(l->a, "%.*s 库里同一来源同一天公布的是 %.*s，这一行改成 %.*s", STR_ARG(when),
                      STR_ARG(observed_text(l, known)), STR_ARG(observed_text(l, o))));
    }
}

/* Two rows for the same period: the same source said two things, or two sources disagree. */
static void look_at_twins(struct looking *l, const struct observation *a, const struct observation *b)
{
    if (!interval_eq(a->period, b->period) || a->value == b->value) return;
    str when = interval_text(l->a, b->period);
    if (!str_eq(a->source, b->source)) {
        found(l, b, false,
              str_fmt(l->a, "%.*s 有两个来源说法不同：%.*s %.*s，这一行 %.*s；请定用哪一个", STR_ARG(when),
                      STR_ARG(figures_row_text(l->a, a->row)), STR_ARG(observed_text(l, a)),
                      STR_ARG(observed_text(l, b))));
    } else if (a->row == 0) {
        look_at_known(l, a, b, when);
    } else if (b->known.days < a->known.days || b->status < a->status) {
        found(l, b, true,
              str_fmt(l->a, "%.*s 已有更新的数（第 %llu 行，%s），这一行是旧的，没有用", STR_ARG(when),
                      (unsigned long long)a->row, status_zh(a->status)));
    } else if (b->known.days == a->known.days && b->status == a->status) {
        found(l, b, true,
              str_fmt(l->a, "%.*s 同一来源同一天有两个数：第 %llu 行 %.*s，这一行 %.*s", STR_ARG(when),
                      (unsigned long long)a->row, STR_ARG(observed_text(l, a)), STR_ARG(observed_text(l, b))));
    }
}

static bool is_count(struct looking *l, str indicator)
{
    struct measure_unit u;
    return watch_unit(l->p, indicator, &u) && !u.percent && !u.times;
}

static void look_at_size(struct looking *l, const struct observation *before, const struct observation *o,
                         const struct observation *after)
{
    const struct observation *other = before != NULL ? before : after;
    if (other == NULL || other->value <= 0 || o->value <= 0 || !is_count(l, o->indicator)) return;
    bool large = o->value / FIGURES_SUSPICIOUS > other->value, small = other->value / FIGURES_SUSPICIOUS > o->value;
    if (!large && !small) return;
    if (before == NULL && large != true)
        return; /* of two values the second is told, and of a first one only a large one */
    /* what stands in the log of the same time may be the mistake, and this row may set it right */
    bool refused = other->row != 0 || !interval_eq(other->period, o->period);
    found(l, o, refused,
          str_fmt(l->a, "%.*s，而%s%.*s是 %.*s：像是单位差了一万倍，%s", STR_ARG(observed_text(l, o)),
                  other->row == 0 ? "库里" : "", STR_ARG(interval_text(l->a, other->period)),
                  STR_ARG(observed_text(l, other)), refused ? "没有用" : "请核对哪个对"));
}

/* Months that are not there between two that are. Chinese statistics publish January and February together. */
static void look_for_gap(struct looking *l, const struct observation *a, const struct observation *b)
{
    int32_t step = interval_months(a->period), gap = b->period.from.index - a->period.to.index - 1;
    if (step > 12 || gap <= 0 || gap % step != 0) return;
    struct interval missing = { { a->period.to.index + 1 }, { b->period.from.index - 1 } };
    if (step == 1 && gap <= 2 && missing.from.index % 12 == 0) return; /* 1—2月 */
    if (step >= 12) return; /* yearly series of plans have gaps by nature: the evaluation names them */
    found(l, b, false, str_fmt(l->a, "缺 %.*s", STR_ARG(interval_text(l->a, missing))));
}

/* 增幅 printed beside a value must follow from the value a year before, within what rounding explains. */
static void look_at_growth(struct looking *l, const struct observation *was, const struct observation *o)
{
    if (!o->has_growth || was->value <= 0) return;
    num got, digits = num_pow10(MEASURE_SCALE);
    if (!num_mul(o->value - was->value, 100 * digits, &got)) return;
    got = num_div_round(got, was->value, NUM_HALF_UP);
    /* the last printed digit of both values, as a share of the earlier one */
    num slack = num_pow10(MEASURE_SCALE - o->growth_digits) / 2;
    slack += num_div_round(100 * digits * was->place, was->value, NUM_UP);
    num off = got > o->growth ? got - o->growth : o->growth - got;
    if (off <= slack) return;
    found(l, o, false,
          str_fmt(l->a, "公布增幅 %.*s%%，按公布的数 %.*s→%.*s 算是 %.*s%%，对不上",
                  STR_ARG(measure_text(l->a, o->growth, 0)), STR_ARG(observed_text(l, was)),
                  STR_ARG(observed_text(l, o)), STR_ARG(measure_rounded(l->a, got, o->growth_digits + 2))));
}

static void look_at_series(struct looking *l, size_t from, size_t to)
{
    struct observation *o = l->f->list.at;
    for (size_t i = from; i < to; i++) {
        const struct observation *before = i > from ? &o[i - 1] : NULL, *after = i + 1 < to ? &o[i + 1] : NULL;
        while (before != NULL && l->out[before - o]) before = before > &o[from] ? before - 1 : NULL;
        if (before != NULL && interval_eq(before->period, o[i].period)) look_at_twins(l, before, &o[i]);
        if (!l->out[i]) look_at_size(l, before, &o[i], after);
        if (l->out[i] || before == NULL) continue;
        if (!interval_eq(before->period, o[i].period)) look_for_gap(l, before, &o[i]);
        for (size_t k = i; o[i].has_growth && k > from; k--) {
            const struct observation *w = &o[k - 1];
            int32_t back = interval_months(o[i].period) < 12 ? 12 : interval_months(o[i].period);
            if (l->out[k - 1] || l->old[k - 1] || w->period.to.index != o[i].period.to.index - back) continue;
            look_at_growth(l, w, &o[i]);
            break;
        }
    }
}

/* What the log knows of the same indicators, with row 0. */
static void add_log(struct arena *a, const struct program *p, const struct figures *log, struct figures *f)
{
    struct map asked;
    map_init(&asked, a);
    VEC_EACH (const struct observation, o, &f->list) map_put(&asked, o->indicator, a);
    VEC_EACH (const struct observation, o, &log->list) {
        if (map_get(&asked, o->indicator) == NULL) continue;
        struct observation known = *o;
        struct measure_unit u;
        known.row = 0;
        if (known.place == num_pow10(MEASURE_SCALE) && watch_unit(p, o->indicator, &u) && u.factor == 1 && !u.percent &&
            !u.times)
            known.place = 0; /* the log does not know units */
        *vec_push(a, &f->list) = known;
    }
}

void figures_check(struct arena *a, const struct program *p, str file, const struct figures *log, struct figures *f)
{
    if (f->list.len == 0) return;
    if (log != NULL) add_log(a, p, log, f);
    qsort(f->list.at, f->list.len, sizeof *f->list.at, by_series);
    struct looking l = { .a = a,
                         .p = p,
                         .file = file,
                         .f = f,
                         .out = ARENA_ARRAY(a, bool, f->list.len),
                         .old = ARENA_ARRAY(a, bool, f->list.len) };
    for (size_t from = 0; from < f->list.len;) {
        size_t to = from + 1;
        while (to < f->list.len && same_series(&f->list.at[from], &f->list.at[to])) to++;
        look_at_series(&l, from, to);
        from = to;
    }
    size_t kept = 0;
    for (size_t i = 0; i < f->list.len; i++) {
        if (!l.out[i]) f->list.at[kept++] = f->list.at[i];
    }
    f->list.len = kept;
    figures_sums(a, p, file, f);
    kept = 0;
    VEC_EACH (const struct observation, o, &f->list) {
        if (o->row != 0) f->list.at[kept++] = *o;
    }
    f->list.len = kept;
}
