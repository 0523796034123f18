/* judge: one value against one goal. All arithmetic is exact; what the value does not carry is not said. */
#include "plan/plan_priv.h"

#define ONE num_pow10(MEASURE_SCALE)

static const char *const verdicts[VERDICT_COUNT] = {
    [VERDICT_NO_DATA] = "没有数据",  [VERDICT_ASK] = "需人工",     [VERDICT_INCOMPARABLE] = "不可比",
    [VERDICT_WITHHELD] = "保留判断", [VERDICT_DONE] = "完成",      [VERDICT_MET] = "达标",
    [VERDICT_EARLY] = "提前实现",    [VERDICT_AHEAD] = "快于预期", [VERDICT_ON_COURSE] = "符合预期",
    [VERDICT_BEHIND] = "滞后",       [VERDICT_MISSED] = "未完成",  [VERDICT_UNMET] = "未达标",
};

const char *plan_verdict_zh(enum verdict_code v) { return verdicts[v]; }

static bool share(num part, num whole, num *out)
{
    num wide;
    if (whole == 0 || !num_mul(part, ONE, &wide)) return false;
    *out = num_div_round(wide, whole, NUM_HALF_UP);
    return true;
}

static bool is_upward(const struct plan_question *q)
{
    switch (q->goal.relation) {
    case RELATION_GE:
    case RELATION_GT: return true;
    case RELATION_LE:
    case RELATION_LT: return false;
    case RELATION_EQ:
    case RELATION_ABOUT: break;
    }
    return q->direction != DIRECTION_DOWN;
}

/* Whether a value v meets the goal; `about` is decided when the value is better than the line, or within the
 * tolerance. */
static bool decide(const struct plan_question *q, num v, bool *met)
{
    num t = q->goal.value, off = v > t ? v - t : t - v;
    switch (q->goal.relation) {
    case RELATION_GE: *met = v >= t; return true;
    case RELATION_GT: *met = v > t; return true;
    case RELATION_LE: *met = v <= t; return true;
    case RELATION_LT: *met = v < t; return true;
    case RELATION_EQ: *met = v == t; return true;
    case RELATION_ABOUT: break;
    }
    *met = off == 0 || (q->direction == DIRECTION_UP && v > t) || (q->direction == DIRECTION_DOWN && v < t);
    if (*met) return true;
    *met = q->goal.has_tolerance && off <= q->goal.tolerance;
    return q->goal.has_tolerance;
}

/* A bound decides when every value it allows would decide alike. 930左右 is read as 930. */
static bool decide_bound(const struct plan_question *q, bool *met)
{
    bool up = is_upward(q), ok = decide(q, q->actual, met);
    switch (q->bound) {
    case BOUND_EXACT:
    case BOUND_ABOUT: return ok;
    case BOUND_OVER:
        if (q->goal.relation == RELATION_GT && q->actual == q->goal.value) return *met = true, true;
        return ok && up == *met;
    case BOUND_ABOVE: return ok && up == *met;
    case BOUND_BELOW: return ok && up != *met;
    }
    return false;
}

static void measure(const struct plan_question *q, struct ruling *j)
{
    if (q->kind == MEASURE_RATE || !is_upward(q)) { /* how much of a ceiling is used up is no progress */
        j->has_margin = true;
        j->margin = is_upward(q) ? q->actual - q->goal.value : q->goal.value - q->actual;
    } else {
        j->has_ratio = share(q->actual, q->goal.value, &j->ratio);
    }
    num way = q->goal.value - q->base;
    bool right_way = is_upward(q) ? way > 0 : way < 0;
    if (q->has_base && q->kind != MEASURE_SUM && right_way)
        j->has_increment = share(q->actual - q->base, way, &j->increment);
}

static enum verdict_code by_pace(const struct plan_question *q, num progress)
{
    num off = progress - q->elapsed, same = q->pace / 100;
    if (off >= same) return VERDICT_AHEAD;
    return off > -same ? VERDICT_ON_COURSE : VERDICT_BEHIND;
}

static enum verdict_code of_value(const struct plan_question *q, struct ruling *j)
{
    bool over = q->elapsed >= ONE;
    bool line = q->kind == MEASURE_RATE || !is_upward(q); /* to be kept to, not to be reached */
    if (j->met) return line ? VERDICT_MET : over ? VERDICT_DONE : VERDICT_EARLY;
    if (q->partial) { /* what is missing can only add */
        bool ahead = !over && q->kind == MEASURE_SUM && j->has_ratio && by_pace(q, j->ratio) == VERDICT_AHEAD;
        return ahead ? VERDICT_AHEAD : VERDICT_WITHHELD;
    }
    if (over) return line ? VERDICT_UNMET : VERDICT_MISSED;
    if (q->kind == MEASURE_SUM && j->has_ratio) return by_pace(q, j->ratio);
    if (j->has_increment) return by_pace(q, j->increment);
    if (line) return VERDICT_UNMET;
    j->flags |= FLAG_NO_BASE;
    return VERDICT_WITHHELD;
}

void plan_judge(const struct plan_question *q, struct ruling *out)
{
    struct ruling j = { .verdict = VERDICT_NO_DATA };
    if (q->goal.strives) j.flags |= FLAG_STRIVES;
    if (q->goal.relation == RELATION_ABOUT && !q->goal.has_tolerance) j.flags |= FLAG_NO_TOLERANCE;
    if (q->has_base && (is_upward(q) ? q->goal.value < q->base : q->goal.value > q->base) &&
        q->goal.relation != RELATION_ABOUT)
        j.flags |= FLAG_FLOOR;
    if (q->partial) j.flags |= FLAG_GAP;
    if (q->changed) j.flags |= FLAG_CHANGED;
    if (q->bound != BOUND_EXACT) j.flags |= FLAG_BOUND;
    if (!q->has_actual) {
        *out = j;
        return;
    }
    if (q->changed) {
        j.verdict = VERDICT_INCOMPARABLE;
        *out = j;
        return;
    }
    if (q->bound == BOUND_EXACT || q->bound == BOUND_ABOUT || q->kind == MEASURE_RATE) measure(q, &j);
    j.knows_met = decide_bound(q, &j.met);
    if (q->bound != BOUND_EXACT && q->bound != BOUND_ABOUT && j.knows_met && q->kind != MEASURE_RATE) measure(q, &j);
    if (!j.knows_met)
        j.verdict = q->bound == BOUND_EXACT || q->bound == BOUND_ABOUT ? VERDICT_WITHHELD : VERDICT_ASK;
    else
        j.verdict = of_value(q, &j);
    if (j.verdict == VERDICT_ASK) j.has_ratio = j.has_margin = j.has_increment = false;
    *out = j;
}

str bound_words(struct arena *a, const struct plan_question *q, str unit)
{
    str v = measure_text(a, q->actual, 0);
    switch (q->bound) {
    case BOUND_EXACT: return str_fmt(a, "%.*s%.*s", STR_ARG(v), STR_ARG(unit));
    case BOUND_ABOUT: return str_fmt(a, "%.*s%.*s左右", STR_ARG(v), STR_ARG(unit));
    case BOUND_ABOVE: return str_fmt(a, "%.*s%.*s以上", STR_ARG(v), STR_ARG(unit));
    case BOUND_OVER: return str_fmt(a, "＞%.*s%.*s", STR_ARG(v), STR_ARG(unit));
    case BOUND_BELOW: return str_fmt(a, "%.*s%.*s以内", STR_ARG(v), STR_ARG(unit));
    }
    return v;
}

str plan_completion(struct arena *a, const struct plan_question *q, const struct ruling *j, str unit)
{
    if (!q->has_actual) return STR("没有数");
    if (j->verdict == VERDICT_INCOMPARABLE) return STR("——");
    if (j->verdict == VERDICT_ASK) return bound_words(a, q, STR(""));
    if (j->has_ratio) return str_fmt(a, "%.*s%%", STR_ARG(measure_rounded(a, j->ratio * 100, 0)));
    if (!j->has_margin) return STR("——");
    str points = q->kind == MEASURE_RATE && str_eq(unit, STR("%")) ? STR("个百分点") : unit;
    if (!j->knows_met) return STR("容差未定");
    if (q->goal.relation == RELATION_ABOUT)
        return j->met ? STR("控制在目标内")
                      : str_fmt(a, "差%.*s%.*s", STR_ARG(measure_text(a, j->margin < 0 ? -j->margin : j->margin, 0)),
                                STR_ARG(points));
    bool up = is_upward(q);
    if (!j->met)
        return str_fmt(a, "%s%.*s%.*s", up ? "低" : "高",
                       STR_ARG(measure_text(a, j->margin < 0 ? -j->margin : j->margin, 0)), STR_ARG(points));
    if (!up) return STR("控制在目标内");
    if (j->margin == 0) return STR("达到目标要求");
    return str_fmt(a, "高%.*s%.*s", STR_ARG(measure_text(a, j->margin, 0)), STR_ARG(points));
}
