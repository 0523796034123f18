/* evaluate: collects for each target and task what is known of it on a day, and has it judged. */
#include "plan/plan_priv.h"

#define ONE num_pow10(MEASURE_SCALE)

static int year_of(date d) { return date_month(d).index / 12; }
static month year_first(int year) { return (month){ year * 12 }; }
static month year_last(int year) { return (month){ year * 12 + 11 }; }

str plan_area(const struct program *p, const struct plan_head *plan)
{
    const struct decl *pack = p->packs.at[plan->decl->pack].decl;
    const struct ast_field *f = pack != NULL ? decl_field(pack, FIELD_PACK_REGION) : NULL;
    return f != NULL && f->names.len > 0 ? f->names.at[0].text : (str){ 0 };
}

/* The share of the plan's days that have passed at the end of the day. */
static num share_of_time(const struct plan_head *plan, date day)
{
    num all = (num)plan->to.days - plan->from.days + 1, gone = (num)day.days - plan->from.days + 1;
    if (gone <= 0) return 0;
    if (gone >= all) return ONE;
    return num_div_round(gone * ONE, all, NUM_HALF_UP);
}

struct work {
    struct arena *a;
    const struct evaluation *v;
    const struct figures *f;
};

/* Better known: more final, then later. */
static bool better(const struct observation *x, const struct observation *than)
{
    if (than == NULL || x->status != than->status) return than == NULL || x->status > than->status;
    return x->known.days >= than->known.days;
}

static const struct observation *find(const struct work *w, str indicator, month from, month to)
{
    const struct observation *best = NULL;
    VEC_EACH (const struct observation, o, &w->f->list) {
        if (o->period.from.index == from.index && o->period.to.index == to.index && str_eq(o->area, w->v->area) &&
            str_eq(o->indicator, indicator) && better(o, best))
            best = o;
    }
    return best;
}

/* The last value at or before a month, not older than `from`. */
static const struct observation *find_level(const struct work *w, str indicator, month from, month to)
{
    const struct observation *best = NULL;
    VEC_EACH (const struct observation, o, &w->f->list) {
        if (o->period.to.index < from.index || o->period.to.index > to.index || interval_months(o->period) > 12 ||
            !str_eq(o->area, w->v->area) || !str_eq(o->indicator, indicator))
            continue;
        if (best == NULL || o->period.to.index > best->period.to.index ||
            (o->period.to.index == best->period.to.index && better(o, best)))
            best = o;
    }
    return best;
}

/* A sum that someone published for the plan's time up to at most a month; the longest. */
static const struct observation *find_sum(const struct work *w, str indicator, month from, month to)
{
    const struct observation *best = NULL;
    VEC_EACH (const struct observation, o, &w->f->list) {
        if (o->period.from.index != from.index || o->period.to.index > to.index || interval_months(o->period) <= 12 ||
            !str_eq(o->area, w->v->area) || !str_eq(o->indicator, indicator))
            continue;
        if (best == NULL || o->period.to.index > best->period.to.index ||
            (o->period.to.index == best->period.to.index && better(o, best)))
            best = o;
    }
    return best;
}

/* The last month that is over on the day. */
static month last_month(const struct evaluation *v)
{
    month m = date_month(v->day);
    return month_last(m).days == v->day.days ? m : (month){ m.index - 1 };
}

/* ---- years one by one ---- */

static void fill_years(const struct work *w, struct standing *s, const void *yearly_)
{
    const VEC(struct year_value) *yearly = yearly_;
    month last = last_month(w->v);
    for (int year = year_of(w->v->plan->from); year <= year_of(w->v->plan->to); year++) {
        struct year_point p = { .year = year, .open = year_last(year).index > last.index };
        VEC_EACH (const struct year_value, y, yearly) {
            if (y->year == year) p.asked = y;
        }
        if (!p.open || year_first(year).index <= last.index)
            p.seen = find(w, s->indicator, year_first(year), year_last(year));
        if (p.open) p.seen = NULL; /* a year is known when it is over */
        if (p.seen == NULL && s->question.kind != MEASURE_SUM && !p.open)
            p.seen = find(w, s->indicator, year_last(year), year_last(year)); /* a level at the end of December */
        if (p.seen != NULL) p.has_value = true, p.value = p.seen->value;
        if (p.asked != NULL) {
            struct plan_question q = s->question;
            q.goal = p.asked->goal;
            q.has_actual = p.has_value, q.actual = p.value, q.has_base = false, q.partial = false;
            q.bound = p.seen != NULL ? p.seen->bound : BOUND_EXACT;
            q.elapsed = p.open ? 0 : ONE;
            plan_judge(&q, &p.judgement);
        }
        *vec_push(w->a, &s->years) = p;
    }
}

/* ---- where the value comes from ---- */

static void rest_on(const struct work *w, struct standing *s, const struct observation *o)
{
    *vec_push(w->a, &s->seen) = o;
}

static void take_one(const struct work *w, struct standing *s, const struct observation *o)
{
    if (o == NULL) return;
    rest_on(w, s, o);
    s->question.has_actual = true, s->question.actual = o->value, s->question.bound = o->bound;
    s->covered = o->period;
}

/* The years that are known added up, or a published sum when it reaches as far. */
static void take_sum(const struct work *w, struct standing *s)
{
    month from = date_month(w->v->plan->from), last = last_month(w->v);
    const struct observation *sum = find_sum(w, s->indicator, from, last);
    num total = 0;
    month end = { from.index - 1 };
    bool gap = false, any = false;
    VEC_EACH (const struct year_point, y, &s->years) {
        if (y->open) continue;
        if (!y->has_value) {
            gap = true;
            continue;
        }
        any = true;
        total += y->value;
        end = year_last(y->year);
    }
    if (sum != NULL && (!any || gap || sum->period.to.index >= end.index)) {
        take_one(w, s, sum);
        s->question.partial = sum->period.to.index + 11 < last.index;
        return;
    }
    if (!any) return;
    s->question.has_actual = true, s->question.actual = total, s->question.partial = gap;
    s->covered = (struct interval){ from, end };
    VEC_EACH (const struct year_point, y, &s->years) {
        if (y->has_value) rest_on(w, s, y->seen);
        if (y->has_value && y->seen->bound != BOUND_EXACT) s->question.bound = y->seen->bound;
    }
}

static void take_mean(const struct work *w, struct standing *s)
{
    num total = 0;
    size_t n = 0;
    VEC_EACH (const struct year_point, y, &s->years) {
        if (y->open || !y->has_value) {
            s->question.partial = s->question.partial || !y->open;
            continue;
        }
        total += y->value, n++;
        rest_on(w, s, y->seen);
    }
    if (n == 0) return;
    s->question.has_actual = true, s->question.actual = num_div_round(total, (num)n, NUM_HALF_UP);
    s->covered = (struct interval){ date_month(w->v->plan->from), last_month(w->v) };
}

/* Growth over the baseline in per cent. */
static void take_growth(const struct work *w, struct standing *s, num base)
{
    take_one(w, s, find_level(w, s->indicator, date_month(w->v->plan->from), last_month(w->v)));
    num wide;
    if (!s->question.has_actual) return;
    if (base == 0 || !num_mul(s->question.actual - base, 100 * ONE, &wide)) {
        s->question.has_actual = false;
        return;
    }
    s->question.actual = num_div_round(wide, base, NUM_HALF_UP);
}

/* The counting changed within what the value is about, or between the baseline and it. */
static bool changed_within(const struct indicator *x, month from, month to)
{
    VEC_EACH (const struct indicator_change, c, &x->changes) {
        month m = date_month(c->from);
        if (m.index > from.index && m.index <= to.index) return true;
    }
    return false;
}

static void look_ahead(const struct work *w, struct standing *s)
{
    num steps[64], before = s->question.base;
    size_t n = 0;
    unsigned left = 0;
    bool has_before = s->question.has_base && s->question.kind != MEASURE_SUM;
    if (!s->question.has_actual || s->question.changed || s->question.bound != BOUND_EXACT || s->question.partial)
        return;
    VEC_EACH (const struct year_point, y, &s->years) {
        if (y->open) left++;
        if (!y->has_value || n == sizeof steps / sizeof *steps) continue;
        if (s->question.kind == MEASURE_SUM)
            steps[n++] = y->value;
        else if (has_before)
            steps[n++] = y->value - before;
        before = y->value, has_before = true;
    }
    plan_forecast(&s->question, s->question.actual, steps, n, left, &s->forecast);
    (void)w;
}

/* ---- reasons ---- */

str goal_words(struct arena *a, const struct goal *g, str unit)
{
    str v = measure_text(a, g->value, 0);
    const char *strive = g->strives ? "力争" : "";
    if (g->has_upper)
        return str_fmt(a, "%s%.*s—%.*s%.*s", strive, STR_ARG(v), STR_ARG(measure_text(a, g->upper, 0)), STR_ARG(unit));
    bool whole = g->relation == RELATION_GE && g->value == 100 * ONE && str_eq(unit, STR("%")); /* more there is not */
    if (whole) return STR("100%");
    switch (g->relation) {
    case RELATION_GE: return str_fmt(a, "%s%.*s%.*s以上", strive, STR_ARG(v), STR_ARG(unit));
    case RELATION_GT: return str_fmt(a, "%s＞%.*s%.*s", strive, STR_ARG(v), STR_ARG(unit));
    case RELATION_LE: return str_fmt(a, "%s%.*s%.*s以内", strive, STR_ARG(v), STR_ARG(unit));
    case RELATION_LT: return str_fmt(a, "%s＜%.*s%.*s", strive, STR_ARG(v), STR_ARG(unit));
    case RELATION_EQ: return str_fmt(a, "%s%.*s%.*s", strive, STR_ARG(v), STR_ARG(unit));
    case RELATION_ABOUT: return str_fmt(a, "%s%.*s%.*s左右", strive, STR_ARG(v), STR_ARG(unit));
    }
    return v;
}

static str percent(struct arena *a, num share) { return measure_rounded(a, share * 100, 1); }

static str missing_years(struct arena *a, const struct standing *s)
{
    struct text t;
    text_init(&t, a, 1024);
    VEC_EACH (const struct year_point, y, &s->years) {
        if (!y->open && !y->has_value) text_addf(&t, "%s%d", t.len > 0 ? "、" : "", y->year);
    }
    return text_str(&t);
}

static str up_to(struct arena *a, const struct standing *s)
{
    return str_fmt(a, "到%.*s，", STR_ARG(interval_text(a, (struct interval){ s->covered.to, s->covered.to })));
}

static str reason_of(const struct work *w, const struct standing *s)
{
    struct arena *a = w->a;
    const struct plan_question *q = &s->question;
    const struct ruling *j = &s->judgement;
    str goal = goal_words(a, &q->goal, s->unit), value = bound_words(a, q, s->unit);
    str when = q->has_actual ? interval_text(a, s->covered) : (str){ 0 };
    switch (j->verdict) {
    case VERDICT_NO_DATA: return STR("规划期内到这一天没有查到公布的数");
    case VERDICT_ASK:
        return str_fmt(a, "公布的是一个界值（%.*s），和目标%.*s比不出来，请查原始数",
                       STR_ARG(plan_completion(a, q, j, s->unit)), STR_ARG(goal));
    case VERDICT_INCOMPARABLE: return STR("期间口径变了，前后的数不能相加、不能和目标比");
    case VERDICT_WITHHELD:
        if (s->stale) return str_fmt(a, "最近的数是%.*s的%.*s，规划期末没有公布的数", STR_ARG(when), STR_ARG(value));
        if (j->flags & FLAG_GAP)
            return str_fmt(a, "%.*s年没有数，已知的合计%.*s，不能判断快慢", STR_ARG(missing_years(a, s)),
                           STR_ARG(value));
        if (j->flags & FLAG_NO_BASE)
            return str_fmt(a, "%.*s是%.*s，目标%.*s；没有基期，算不出走了多少路", STR_ARG(when), STR_ARG(value),
                           STR_ARG(goal));
        if (j->flags & FLAG_NO_TOLERANCE)
            return str_fmt(a, "%.*s是%.*s，目标%.*s；差多少还算“左右”没有定", STR_ARG(when), STR_ARG(value),
                           STR_ARG(goal));
        return STR("已知的数撑不起结论");
    case VERDICT_DONE:
    case VERDICT_EARLY:
        return str_fmt(a, "%.*s%s%.*s，目标%.*s", STR_ARG(when), q->kind == MEASURE_SUM ? "累计" : "已有",
                       STR_ARG(value), STR_ARG(goal));
    case VERDICT_MET: return str_fmt(a, "%.*s是%.*s，目标%.*s", STR_ARG(when), STR_ARG(value), STR_ARG(goal));
    case VERDICT_AHEAD:
    case VERDICT_ON_COURSE:
    case VERDICT_BEHIND:
        return str_fmt(a, "%.*s时间过去%.*s%%，任务完成%.*s%%（%.*s%.*s，目标%.*s）",
                       STR_ARG(q->elapsed == w->v->elapsed ? STR("") : up_to(a, s)), STR_ARG(percent(a, q->elapsed)),
                       STR_ARG(percent(a, q->kind == MEASURE_SUM ? j->ratio : j->increment)), STR_ARG(when),
                       STR_ARG(value), STR_ARG(goal));
    case VERDICT_MISSED:
    case VERDICT_UNMET: return str_fmt(a, "%.*s是%.*s，没有到目标%.*s", STR_ARG(when), STR_ARG(value), STR_ARG(goal));
    case VERDICT_COUNT: break;
    }
    return (str){ 0 };
}

/* ---- targets and tasks ---- */

static str text_field(const struct decl *d, enum field_id id)
{
    const struct ast_field *f = decl_field(d, id);
    return f != NULL ? f->text : (str){ 0 };
}

static str place_of(const struct decl *d, enum field_id cite) { return text_field(d, cite); }

static void finish(const struct work *w, struct standing *s)
{
    plan_judge(&s->question, &s->judgement);
    if (s->stale && s->judgement.verdict != VERDICT_INCOMPARABLE) s->judgement.verdict = VERDICT_WITHHELD;
    look_ahead(w, s);
    if (s->forecast.known && s->forecast.straddles) s->judgement.flags |= FLAG_FORECAST;
    s->reason = reason_of(w, s);
    bool old = s->question.has_actual && s->covered.to.index + 12 <= last_month(w->v).index;
    if (old && !s->question.partial && !s->stale)
        s->reason = str_fmt(w->a, "%.*s；%d年以后没有查到公布的数", STR_ARG(s->reason), s->covered.to.index / 12);
}

/* Each year by itself: as good as its worst year that is over and known. */
static void judge_years(const struct work *w, struct standing *s, const struct goal *usual)
{
    static const enum verdict_code order[] = { VERDICT_MISSED,   VERDICT_UNMET, VERDICT_INCOMPARABLE, VERDICT_ASK,
                                               VERDICT_WITHHELD, VERDICT_DONE,  VERDICT_MET };
    size_t known = 0, missing = 0, open = 0, worst = sizeof order / sizeof *order;
    int worst_year = 0;
    VEC_EACH (struct year_point, y, &s->years) {
        if (y->asked == NULL && usual != NULL) {
            struct plan_question q = s->question;
            q.goal = *usual, q.has_actual = y->has_value, q.actual = y->value, q.has_base = false;
            q.bound = y->seen != NULL ? y->seen->bound : BOUND_EXACT, q.elapsed = y->open ? 0 : ONE;
            plan_judge(&q, &y->judgement);
        } else if (y->asked == NULL) {
            continue;
        }
        open += y->open;
        missing += !y->open && !y->has_value;
        known += y->has_value;
        for (size_t i = 0; y->has_value && i < worst; i++) {
            if (order[i] == y->judgement.verdict) worst = i, worst_year = y->year;
        }
        if (y->has_value) rest_on(w, s, y->seen);
        if (y->has_value) s->question.has_actual = true, s->question.actual = y->value, s->covered = y->seen->period;
    }
    enum verdict_code v = known == 0                             ? VERDICT_NO_DATA
                          : worst < sizeof order / sizeof *order ? order[worst]
                                                                 : VERDICT_WITHHELD;
    if ((v == VERDICT_DONE || v == VERDICT_MET) && missing > 0) v = VERDICT_WITHHELD;
    if (v == VERDICT_DONE && open > 0) v = VERDICT_ON_COURSE; /* what was due is done, years are to come */
    s->judgement.verdict = v;
    if (known == 0)
        s->reason =
            open == s->years.len ? STR("还没有到应该完成的年份") : STR("到这一天应该完成的年份没有查到公布的数");
    else if (v == VERDICT_MISSED || v == VERDICT_UNMET)
        s->reason = str_fmt(w->a, "%d 年没有完成", worst_year);
    else if (missing > 0)
        s->reason = str_fmt(w->a, "已知的 %zu 年都完成，%.*s年没有数", known, STR_ARG(missing_years(w->a, s)));
    else
        s->reason = str_fmt(w->a, "已经过去的 %zu 年逐年都完成%s", known, open > 0 ? "，后面的年份还没有到" : "");
}

/* What was done by the end of last year is not behind for the months nobody has figures of yet: it is compared with the
 * time up to where its figures reach, unless that is a year ago or more. */
static void as_far_as_known(const struct work *w, struct standing *s)
{
    struct plan_question *q = &s->question;
    int32_t to = s->covered.to.index, last = last_month(w->v).index;
    if (!q->has_actual || q->kind == MEASURE_RATE || q->elapsed >= ONE || to >= last || to + 12 <= last) return;
    num known = share_of_time(w->v->plan, month_last(s->covered.to));
    if (known > 0 && known < q->elapsed) q->elapsed = known;
}

static void evaluate_target(const struct work *w, const struct target *t, struct standing *s)
{
    const struct indicator *x = &w->v->program->indicators.at[t->indicator];
    s->target = t, s->name = t->name, s->indicator = x->name, s->unit = x->unit.text;
    s->owner = text_field(t->decl, FIELD_TARGET_OWNER), s->note = text_field(t->decl, FIELD_TARGET_NOTE);
    s->place = place_of(t->decl, FIELD_TARGET_CITE);
    s->question = (struct plan_question){
        .goal = t->goal, .direction = x->direction, .elapsed = w->v->elapsed, .pace = w->v->plan->pace
    };
    s->question.kind = t->counting == COUNTING_SUM || (t->counting == COUNTING_YEARLY && !x->unit.percent) ? MEASURE_SUM
                       : x->unit.percent || x->unit.times || t->counting == COUNTING_BASE ? MEASURE_RATE
                                                                                          : MEASURE_STOCK;
    if (t->due.days != w->v->plan->to.days && t->due.days <= w->v->day.days) s->question.elapsed = ONE;
    const struct year_value *base = t->baselines.len > 0 ? &t->baselines.at[t->baselines.len - 1] : NULL;
    s->question.has_base = base != NULL && t->counting != COUNTING_BASE;
    if (base != NULL) s->question.base = base->goal.value;
    fill_years(w, s, &t->yearly);
    switch (t->counting) {
    case COUNTING_SUM: take_sum(w, s); break;
    case COUNTING_YEARLY: judge_years(w, s, &t->goal); return;
    case COUNTING_AVERAGE: take_mean(w, s); break;
    case COUNTING_BASE: take_growth(w, s, base != NULL ? base->goal.value : 0); break;
    case COUNTING_END:
        take_one(w, s, find_level(w, s->indicator, date_month(w->v->plan->from), last_month(w->v)));
        break;
    }
    s->stale = t->counting == COUNTING_END && s->question.elapsed >= ONE && s->question.has_actual &&
               s->covered.to.index + 12 <= last_month(w->v).index;
    month from = base != NULL && t->counting != COUNTING_SUM ? year_last(base->year) : date_month(w->v->plan->from);
    s->question.changed = s->question.has_actual && changed_within(x, from, s->covered.to);
    as_far_as_known(w, s);
    finish(w, s);
}

static void evaluate_task(const struct work *w, const struct task *t, struct standing *s)
{
    s->task = t, s->name = t->name, s->unit = t->unit.text;
    s->indicator = t->indicator > 0 ? w->v->program->indicators.at[t->indicator - 1].name : t->name;
    s->owner = text_field(t->decl, FIELD_TASK_OWNER), s->note = text_field(t->decl, FIELD_TASK_NOTE);
    s->place = place_of(t->decl, FIELD_TASK_CITE);
    s->question = (struct plan_question){ .goal = t->goal, .elapsed = w->v->elapsed, .pace = w->v->plan->pace };
    s->question.kind = t->unit.percent ? MEASURE_RATE : MEASURE_SUM;
    if (!t->counted) {
        s->judgement.verdict = VERDICT_ASK;
        s->reason = STR("没有数量，看佐证");
        return;
    }
    fill_years(w, s, &t->yearly);
    if (!t->has_goal) {
        judge_years(w, s, NULL);
        return;
    }
    if (t->has_due && t->due.days <= w->v->day.days) s->question.elapsed = ONE;
    if (s->question.kind == MEASURE_RATE)
        take_one(w, s, find_level(w, s->indicator, date_month(w->v->plan->from), last_month(w->v)));
    else
        take_sum(w, s);
    as_far_as_known(w, s);
    finish(w, s);
}

void plan_evaluate(struct arena *a, const struct program *p, const struct plan_head *plan, str area, date day,
                   const struct figures *f, struct evaluation *out)
{
    *out = (struct evaluation){ .program = p, .plan = plan, .area = area, .day = day, .asked = day };
    if (day.days > plan->to.days) out->day = plan->to;
    out->elapsed = share_of_time(plan, out->day);
    struct work w = { .a = a, .v = out, .f = f };
    uint32_t id = (uint32_t)(plan - p->plans.at);
    VEC_EACH (const struct target, t, &p->targets) {
        if (t->plan != id) continue;
        struct standing *s = vec_push(a, &out->targets);
        evaluate_target(&w, t, s);
        out->counts[s->judgement.verdict]++;
    }
    VEC_EACH (const struct task, t, &p->tasks) {
        if (t->plan != id) continue;
        struct standing *s = vec_push(a, &out->tasks);
        evaluate_task(&w, t, s);
        out->task_counts[s->judgement.verdict]++;
    }
}
