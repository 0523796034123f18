/* figures_sum: numbers that must add up: those of areas to that of the area they lie in, those of months and quarters
 * to that of their year. Compared is what one source says, the latest version of each, within what rounding of the
 * printed digits explains. The figures do not say which of them is wrong: a person is told, with the rows. */
#include "watch/watch.h"

#include <stdlib.h>

enum { ROWS_NAMED = 6 };

struct adding {
    struct arena *a;
    const struct program *p;
    str file;
    struct figures *f;
    const struct code_list *areas; /* 行政区划; NULL: the packs have none */
    struct map item_of;            /* code: 1 + index in areas */
    struct parts *under;           /* by index in areas: what lies in it, of the time that is looked at */
    size_t *areas_in;              /* by index in areas: how many areas lie in it */
};

/* Numbers that are added up, and where they stand. */
struct parts {
    num sum, least, slack; /* slack: what rounding explains, twice */
    size_t count;
    const struct observation *first; /* of the file, not of the log; NULL */
    uint64_t rows[ROWS_NAMED];
    bool over;
};

static void add_part(struct parts *s, const struct observation *o)
{
    if (s->count < ROWS_NAMED) s->rows[s->count] = o->row;
    if (s->count == 0 || o->value < s->least) s->least = o->value;
    if (s->first == NULL && o->row != 0) s->first = o;
    s->over = s->over || !num_add(s->sum, o->value, &s->sum) || !num_add(s->slack, o->place, &s->slack);
    s->count++;
}

static str rows_text(struct arena *a, const struct parts *s)
{
    struct text t;
    bool log = false;
    text_init(&t, a, 1 << 10);
    for (size_t i = 0; i < s->count && i < ROWS_NAMED; i++) {
        log = log || s->rows[i] == 0;
        if (s->rows[i] != 0) text_addf(&t, "%s%llu", t.len > 0 ? "、" : "第 ", (unsigned long long)s->rows[i]);
    }
    if (t.len > 0) text_addz(&t, " 行");
    if (log) text_addf(&t, "%s", t.len > 0 ? "和库里的数" : "库里的数");
    if (s->count > ROWS_NAMED) text_addz(&t, "等");
    return text_str(&t);
}

/* Tells it at the row of the whole; where that is of the log, at the first of the parts. */
static void tell(struct adding *k, const struct observation *whole, const struct parts *s, str of_whole, str of_parts)
{
    const struct observation *at = whole->row != 0 ? whole : s->first;
    struct measure_unit u = { 0 };
    if (at == NULL) return;
    watch_unit(k->p, whole->indicator, &u);
    str where = at == whole ? STR("") : STR("（库里的数）");
    *vec_push(k->a, &k->f->problems) = (struct figure_problem){
        .file = k->file,
        .row = at->row,
        .text = str_fmt(k->a, "%.*s%.*s是 %.*s%.*s，%.*s加起来%s %.*s%.*s（%.*s），对不上；请核对", STR_ARG(of_whole),
                        STR_ARG(where), STR_ARG(measure_text(k->a, whole->value, 0)), STR_ARG(u.text),
                        STR_ARG(of_parts), s->sum > whole->value ? "有" : "只有",
                        STR_ARG(measure_text(k->a, s->sum, 0)), STR_ARG(u.text), STR_ARG(rows_text(k->a, s)))
    };
}

/* ---- times ---- */

/* Whether a number of a time is what happened in it, for certain: tasks, and what a 报表 reports so. Others may be how
 * things stand at the end, or people who are counted once a year and once in each of its months. */
static bool happens(const struct program *p, str name)
{
    VEC_EACH (const struct return_, r, &p->returns) {
        VEC_EACH (const struct return_cell, c, &r->cells) {
            if (str_eq(c->name, name) && (c->during || c->cumulative)) return true;
        }
    }
    return program_indicator(p, name) == NULL;
}

/* 变更 within the time: what is before and after it does not add up. */
static bool redefined_within(const struct program *p, const struct observation *o)
{
    const struct indicator *x = program_indicator(p, o->indicator);
    for (size_t i = 0; x != NULL && i < x->changes.len; i++) {
        int32_t day = x->changes.at[i].from.days;
        if (day > month_first(o->period.from).days && day <= month_last(o->period.to).days) return true;
    }
    return false;
}

/* run: one indicator, area and source, by beginning, the shortest first. */
static void look_at_times(struct adding *k, const struct observation *const *run, size_t n)
{
    for (size_t w = 0; w < n; w++) {
        const struct observation *whole = run[w];
        struct parts s = { .slack = whole->place };
        int32_t at = whole->period.from.index, length = interval_months(whole->period);
        for (size_t i = 0; length > 1 && i < n && at <= whole->period.to.index; i++) {
            const struct observation *o = run[i];
            if (o->period.from.index != at || o->period.to.index > whole->period.to.index ||
                interval_months(o->period) >= length)
                continue;
            add_part(&s, o);
            at = o->period.to.index + 1;
        }
        if (length == 1 || at != whole->period.to.index + 1 || s.over || redefined_within(k->p, whole)) continue;
        num more = (whole->value - s.sum) * 2, less = (s.least - whole->value) * 2;
        bool off =
            happens(k->p, whole->indicator) ? more > s.slack || -more > s.slack : more > s.slack || less > s.slack;
        if (off) tell(k, whole, &s, interval_text(k->a, whole->period), STR("里面各期"));
    }
}

/* ---- areas ---- */

static const struct code_item *item_of(const struct adding *k, str code, size_t *index)
{
    void *found = map_get(&k->item_of, code);
    if (found == NULL) return NULL;
    *index = (uintptr_t)found - 1;
    return &k->areas->items.at[*index];
}

/* A 区划变更 after the time: the area itself, or one that lies in it, was another then. */
static void changed_since(const struct adding *k, const struct observation *whole, size_t at, bool *itself,
                          bool *inside)
{
    *itself = *inside = false;
    VEC_EACH (const struct crosswalk, x, &k->p->crosswalks) {
        if (month_last(whole->period.to).days >= x->day.days) continue;
        VEC_EACH (const struct crosswalk_part, to, &x->into) {
            size_t i;
            const struct code_item *area = item_of(k, to->code, &i);
            *itself = *itself || (area != NULL && i == at);
            *inside = *inside || (area != NULL && area->upper == at + 1);
        }
    }
}

/* run: one indicator, source and time. */
static void look_at_areas(struct adding *k, const struct observation *const *run, size_t n)
{
    size_t at;
    if (k->under == NULL) return; /* the packs have no areas */
    for (size_t i = 0; i < n; i++) {
        const struct code_item *area = item_of(k, run[i]->area, &at);
        if (area != NULL && area->upper > 0) add_part(&k->under[area->upper - 1], run[i]);
    }
    for (size_t i = 0; i < n; i++) {
        bool itself, inside;
        const struct code_item *area = item_of(k, run[i]->area, &at);
        const struct parts *s = area != NULL ? &k->under[at] : NULL;
        if (s == NULL || s->count == 0 || s->over) continue;
        changed_since(k, run[i], at, &itself, &inside);
        num more = (s->sum - run[i]->value) * 2, slack = s->slack + run[i]->place;
        bool all = s->count == k->areas_in[at] && !inside;
        if (itself || (more <= slack && (!all || -more <= slack))) continue;
        tell(k, run[i], s, str_fmt(k->a, "%.*s%.*s", STR_ARG(interval_text(k->a, run[i]->period)), STR_ARG(area->name)),
             str_fmt(k->a, "下面%s %zu 个地区", all ? "" : "已有数的", s->count));
    }
    for (size_t i = 0; i < n; i++) {
        const struct code_item *area = item_of(k, run[i]->area, &at);
        if (area != NULL && area->upper > 0) k->under[area->upper - 1] = (struct parts){ 0 };
    }
}

static void find_areas(struct adding *k)
{
    k->areas = program_codes(k->p, STR("行政区划"));
    map_init(&k->item_of, k->a);
    if (k->areas == NULL) return;
    size_t n = k->areas->items.len;
    k->under = ARENA_ARRAY(k->a, struct parts, n + 1);
    k->areas_in = ARENA_ARRAY(k->a, size_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct code_item *x = &k->areas->items.at[i];
        map_put(&k->item_of, x->code, (void *)(uintptr_t)(i + 1));
        if (x->upper > 0) k->areas_in[x->upper - 1]++;
    }
}

/* ---- both ---- */

static int by_what(const struct observation *a, const struct observation *b)
{
    int c = str_cmp(a->indicator, b->indicator);
    return c != 0 ? c : str_cmp(a->source, b->source);
}

static int by_period(const struct observation *a, const struct observation *b)
{
    if (a->period.from.index != b->period.from.index) return a->period.from.index < b->period.from.index ? -1 : 1;
    if (a->period.to.index != b->period.to.index) return a->period.to.index < b->period.to.index ? -1 : 1;
    return 0;
}

static int by_version(const struct observation *a, const struct observation *b)
{
    if (a->status != b->status) return a->status < b->status ? -1 : 1;
    if (a->known.days != b->known.days) return a->known.days < b->known.days ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static int by_area_then_time(const void *x, const void *y)
{
    const struct observation *a = *(const struct observation *const *)x, *b = *(const struct observation *const *)y;
    int c = by_what(a, b);
    if (c == 0) c = str_cmp(a->area, b->area);
    if (c == 0) c = by_period(a, b);
    return c != 0 ? c : by_version(a, b);
}

static int by_time_then_area(const void *x, const void *y)
{
    const struct observation *a = *(const struct observation *const *)x, *b = *(const struct observation *const *)y;
    int c = by_what(a, b);
    if (c == 0) c = by_period(a, b);
    return c != 0 ? c : str_cmp(a->area, b->area);
}

void figures_sums(struct arena *a, const struct program *p, str file, struct figures *f)
{
    struct adding k = { .a = a, .p = p, .file = file, .f = f };
    const struct observation **all = ARENA_ARRAY(a, const struct observation *, f->list.len + 1);
    size_t n = 0, kept = 0;
    VEC_EACH (const struct observation, o, &f->list) {
        if (o->bound == BOUND_EXACT && figures_add(p, o->indicator)) all[n++] = o;
    }
    if (n == 0) return;
    qsort(all, n, sizeof *all, by_area_then_time);
    for (size_t i = 0; i < n; i++) { /* of several versions the last */
        bool last = i + 1 == n || by_what(all[i], all[i + 1]) != 0 || !str_eq(all[i]->area, all[i + 1]->area) ||
                    by_period(all[i], all[i + 1]) != 0;
        if (last) all[kept++] = all[i];
    }
    for (size_t from = 0, to; from < kept; from = to) {
        for (to = from + 1; to < kept && by_what(all[from], all[to]) == 0 && str_eq(all[from]->area, all[to]->area);)
            to++;
        look_at_times(&k, all + from, to - from);
    }
    find_areas(&k);
    if (k.areas == NULL) return;
    qsort(all, kept, sizeof *all, by_time_then_area);
    for (size_t from = 0, to; from < kept; from = to) {
        for (to = from + 1; to < kept && by_what(all[from], all[to]) == 0 && by_period(all[from], all[to]) == 0;) to++;
        look_at_areas(&k, all + from, to - from);
    }
}
