/* assess: exact points, and places over several ways of counting them. */
#include "plan/assess.h"
#include "series/composite.h"
#include "sheet/sheet.h"

#include <stdlib.h>

enum { INDICATOR, AREA, GOAL, POINTS, RULE, BONUS, COLUMNS };
static const char *const headings[COLUMNS] = { "指标", "地区", "目标", "分值", "规则", "加分" };
static const char *const rules[] = {
    [SCORE_CAPPED] = "超额不加分", [SCORE_BONUS] = "超额加分", [SCORE_VETO] = "未完成一票否决"
};

struct reading {
    struct arena *a;
    const struct program *p;
    const struct plan_head *plan;
    struct assess_table *out;
    int at[COLUMNS];
    const struct sheet_row *row;
};

/* ---- the table ---- */

static str cell(const struct reading *r, int column)
{
    int at = r->at[column];
    return at < 0 || (size_t)at >= r->row->count ? STR("") : str_trim(r->row->cells[at]);
}

static bool number(const struct reading *r, int column, bool positive, num *out, struct err *e)
{
    unsigned scale;
    num v;
    str s = cell(r, column);
    *out = 0;
    if (s.len == 0 && !positive) return true;
    if (num_parse(s, &v, &scale) && scale <= MEASURE_SCALE && num_widen(v, scale, MEASURE_SCALE, out) &&
        (positive ? *out > 0 : *out >= 0))
        return true;
    return fail(e, INVALID, "第 %llu 行的%s“%.*s”不对，要是%s的数", (unsigned long long)r->row->number,
                headings[column], STR_ARG(s), positive ? "大于零" : "不小于零");
}

static bool find_target(const struct reading *r, str name, uint32_t *out, struct err *e)
{
    uint32_t plan = (uint32_t)(r->plan - r->p->plans.at);
    VEC_EACH (const struct target, t, &r->p->targets) {
        if (t->plan != plan || !str_eq(r->p->indicators.at[t->indicator].name, name)) continue;
        *out = (uint32_t)(t - r->p->targets.at);
        return true;
    }
    return fail(e, NOT_FOUND, "第 %llu 行：规划“%.*s”里没有指标“%.*s”的目标", (unsigned long long)r->row->number,
                STR_ARG(r->plan->name), STR_ARG(name));
}

static bool find_item(struct reading *r, const struct assess_item *x, size_t *at, struct err *e)
{
    struct assess_table *t = r->out;
    for (*at = 0; *at < t->items.len; ++*at) {
        const struct assess_item *o = &t->items.at[*at];
        if (o->target != x->target) continue;
        bool same =
            o->score.points == x->score.points && o->score.bonus == x->score.bonus && o->score.rule == x->score.rule;
        return same || fail(e, INVALID, "第 %llu 行：同一个指标的分值、规则、加分前面写的不一样",
                            (unsigned long long)r->row->number);
    }
    if (t->items.len >= ASSESS_ITEMS_MAX) return fail(e, LIMIT, "最多考核 %d 个指标", ASSESS_ITEMS_MAX);
    *vec_push(r->a, &t->items) = *x;
    return true;
}

static bool find_area(struct reading *r, str area, size_t *at, struct err *e)
{
    struct assess_table *t = r->out;
    for (*at = 0; *at < t->areas.len; ++*at) {
        if (str_eq(t->areas.at[*at], area)) return true;
    }
    if (t->areas.len >= ASSESS_AREAS_MAX) return fail(e, LIMIT, "最多考核 %d 个地区", ASSESS_AREAS_MAX);
    bool code = area.len == 6;
    for (size_t i = 0; code && i < area.len; i++) code = area.p[i] >= '0' && area.p[i] <= '9';
    if (!code)
        return fail(e, INVALID, "第 %llu 行：地区要写六位行政区划代码，不是“%.*s”", (unsigned long long)r->row->number,
                    STR_ARG(area));
    *vec_push(r->a, &t->areas) = str_dup(r->a, area);
    return true;
}

static bool read_row(struct reading *r, struct err *e)
{
    struct assess_item x = { 0 };
    size_t item, area;
    num goal;
    str rule = cell(r, RULE);
    bool known = false;
    for (unsigned i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (!str_eq(rule, str_of(rules[i]))) continue;
        x.score.rule = (enum score_rule)i;
        known = true;
    }
    if (!known)
        return fail(e, INVALID, "第 %llu 行的规则“%.*s”不对，写超额不加分、超额加分或未完成一票否决",
                    (unsigned long long)r->row->number, STR_ARG(rule));
    if (!find_target(r, cell(r, INDICATOR), &x.target, e) || !number(r, POINTS, true, &x.score.points, e) ||
        !number(r, BONUS, false, &x.score.bonus, e) || !number(r, GOAL, true, &goal, e) ||
        !find_item(r, &x, &item, e) || !find_area(r, cell(r, AREA), &area, e))
        return false;
    for (size_t i = 0; i < r->out->goals.len; i++) {
        if (r->out->goals.at[i].area == area && r->out->goals.at[i].item == item)
            return fail(e, INVALID, "第 %llu 行：这个地区的这个指标前面写过了", (unsigned long long)r->row->number);
    }
    *vec_push(r->a, &r->out->goals) = (struct assess_goal){ area, item, goal };
    return true;
}

static bool read_headings(struct reading *r, str path, struct err *e)
{
    for (int c = 0; c < COLUMNS; c++) {
        r->at[c] = -1;
        for (size_t i = 0; i < r->row->count; i++) {
            if (str_eq(str_trim(r->row->cells[i]), str_of(headings[c]))) r->at[c] = (int)i;
        }
        if (r->at[c] < 0 && c < BONUS)
            return fail(e, INVALID, "%.*s 没有“%s”这一栏；要有：指标、地区、目标、分值、规则，可以有：加分",
                        STR_ARG(path), headings[c]);
    }
    return true;
}

bool assess_read(struct arena *a, str path, const struct program *p, const struct plan_head *plan,
                 struct assess_table *out, struct err *e)
{
    struct sheet_reader *sheet;
    struct sheet_row row;
    if (!sheet_open(&sheet, path, NULL, e)) return false;
    struct reading r = { .a = a, .p = p, .plan = plan, .out = out, .row = &row };
    int got = sheet_next(sheet, &row, e);
    bool ok = got == 1 && read_headings(&r, path, e);
    if (got == 0) fail(e, INVALID, "%.*s 是空的", STR_ARG(path));
    while (ok && (got = sheet_next(sheet, &row, e)) == 1) ok = read_row(&r, e);
    sheet_close(sheet);
    return ok && got == 0;
}

/* ---- figures ---- */

/* Of a goal that is a ceiling, being below it is reaching it. */
static bool share_of(const struct program *p, const struct assess_item *x, struct assess_cell *c)
{
    enum goal_relation relation = p->targets.at[x->target].goal.relation;
    bool ceiling = relation == RELATION_LE || relation == RELATION_LT;
    num over = ceiling ? c->goal : c->actual, under = ceiling ? c->actual : c->goal, wide;
    if (ceiling && c->actual <= c->goal) {
        c->share = num_pow10(MEASURE_SCALE);
        return true;
    }
    if (under <= 0 || over < 0 || !num_mul(over, num_pow10(MEASURE_SCALE), &wide)) return false;
    c->share = num_div_round(wide, under, NUM_HALF_UP);
    return true;
}

static void look_up(struct arena *a, const struct program *p, const struct plan_head *plan, struct assess_table *t,
                    size_t area, const struct figures *f, date day)
{
    struct evaluation v;
    plan_evaluate(a, p, plan, t->areas.at[area], day, f, &v);
    for (size_t i = 0; i < t->items.len; i++) {
        struct assess_cell *c = &t->cells[area * t->items.len + i];
        VEC_EACH (const struct standing, s, &v.targets) {
            if (s->target != &p->targets.at[t->items.at[i].target] || !s->question.has_actual) continue;
            c->actual = s->question.actual;
            c->known = c->asked && share_of(p, &t->items.at[i], c);
        }
    }
}

/* ---- places ---- */

static bool points_of(const struct assess_table *t, size_t area, size_t without, num *points, bool *vetoed)
{
    struct score_item items[ASSESS_ITEMS_MAX];
    num shares[ASSESS_ITEMS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < t->items.len; i++) {
        if (i == without) continue;
        items[n] = t->items.at[i].score;
        shares[n++] = t->cells[area * t->items.len + i].share;
    }
    return plan_score(items, shares, n, points, vetoed);
}

static void widen(struct assess_score *s, uint32_t place)
{
    if (place < s->best) s->best = place;
    if (place > s->worst) s->worst = place;
}

/* Places by the points themselves, all items or all but one. */
static bool place_by_points(const struct assess_table *t, const size_t *areas, size_t n, size_t without,
                            struct arena *a, assess_scores *out)
{
    num *points = ARENA_ARRAY(a, num, n);
    bool vetoed;
    for (size_t i = 0; i < n; i++) {
        if (!points_of(t, areas[i], without, &points[i], &vetoed)) return false;
        if (without == SIZE_MAX) out->at[i].points = points[i], out->at[i].vetoed = vetoed;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t place = 1;
        for (size_t k = 0; k < n; k++) place += points[k] > points[i];
        if (without == SIZE_MAX) out->at[i].place = out->at[i].best = out->at[i].worst = place;
        widen(&out->at[i], place);
    }
    return true;
}

/* The other two ways; when nothing distinguishes the areas they have nothing to say. */
static void place_otherwise(const struct assess_table *t, const size_t *areas, size_t n, struct arena *a,
                            assess_scores *out)
{
    size_t columns = t->items.len;
    double *values = ARENA_ARRAY(a, double, n *columns);
    bool *less = ARENA_ARRAY(a, bool, columns);
    struct composite_range *range = ARENA_ARRAY(a, struct composite_range, n);
    struct err e = { 0 };
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < columns; k++)
            values[i * columns + k] = (double)t->cells[areas[i] * columns + k].share / 1e10; /* MEASURE_SCALE */
    }
    struct composite c = { values, n, columns, less };
    if (!composite_rank(&c, a, range, &e)) return;
    for (size_t i = 0; i < n; i++) widen(&out->at[i], range[i].best), widen(&out->at[i], range[i].worst);
}

static int by_place(const void *pa, const void *pb)
{
    const struct assess_score *a = pa, *b = pb;
    if (a->complete != b->complete) return a->complete ? -1 : 1;
    if (a->place != b->place) return a->place < b->place ? -1 : 1;
    return str_cmp(a->area, b->area);
}

bool assess_run(struct arena *a, const struct program *p, const struct plan_head *plan, struct assess_table *t,
                const struct figures *f, date day, assess_scores *out, struct err *e)
{
    size_t columns = t->items.len, n = 0;
    size_t *complete = ARENA_ARRAY(a, size_t, t->areas.len + 1);
    assess_scores rest = { 0 };
    t->cells = ARENA_ARRAY(a, struct assess_cell, t->areas.len * columns + 1);
    for (size_t i = 0; i < t->goals.len; i++)
        t->cells[t->goals.at[i].area * columns + t->goals.at[i].item] =
            (struct assess_cell){ .asked = true, .goal = t->goals.at[i].goal };
    for (size_t area = 0; area < t->areas.len; area++) {
        struct assess_score s = { .area = t->areas.at[area] };
        look_up(a, p, plan, t, area, f, day);
        for (size_t i = 0; i < columns; i++) {
            if (!t->cells[area * columns + i].known)
                *vec_push(a, &s.missing) = p->indicators.at[p->targets.at[t->items.at[i].target].indicator].name;
        }
        s.complete = s.missing.len == 0;
        *vec_push(a, s.complete ? out : &rest) = s;
        if (s.complete) complete[n++] = area;
    }
    bool ok = place_by_points(t, complete, n, SIZE_MAX, a, out);
    for (size_t i = 0; ok && columns > 1 && i < columns; i++) ok = place_by_points(t, complete, n, i, a, out);
    if (!ok) return fail(e, LIMIT, "数太大，算不了分");
    if (n > 1) place_otherwise(t, complete, n, a, out);
    VEC_EACH (const struct assess_score, s, &rest) *vec_push(a, out) = *s;
    qsort(out->at, out->len, sizeof *out->at, by_place);
    return true;
}
