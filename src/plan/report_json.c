/* report_json: an evaluation as data. Numbers are texts with all their digits. */
#include "plan/plan_priv.h"

static void key(struct json_writer *w, const char *k, str s)
{
    json_key(w, k);
    json_str(w, s);
}

static void write_standing(struct arena *a, const struct standing *s, struct json_writer *w)
{
    const struct ruling *j = &s->judgement;
    json_open(w, '{');
    key(w, "name", s->name);
    key(w, "indicator", s->indicator);
    key(w, "unit", s->unit);
    key(w, "place", s->place);
    if (s->owner.len > 0) key(w, "owner", s->owner);
    if (s->target != NULL) {
        key(w, "goal", goal_words(a, &s->target->goal, s->unit));
        key(w, "goal_value", measure_text(a, s->target->goal.value, 0));
    }
    if (s->question.has_base) key(w, "baseline", measure_text(a, s->question.base, 0));
    if (s->question.has_actual) {
        key(w, "value", measure_text(a, s->question.actual, 0));
        key(w, "period", interval_text(a, s->covered));
        key(w, "completion", plan_completion(a, &s->question, j, s->unit));
    }
    if (j->has_ratio) key(w, "ratio", measure_rounded(a, j->ratio, 6));
    if (j->has_increment) key(w, "increment", measure_rounded(a, j->increment, 6));
    if (j->has_margin) key(w, "margin", measure_text(a, j->margin, 0));
    if (s->forecast.known) {
        json_key(w, "forecast");
        json_open(w, '{');
        key(w, "value", measure_text(a, s->forecast.value, 0));
        key(w, "low", measure_text(a, s->forecast.lo, 0));
        key(w, "high", measure_text(a, s->forecast.hi, 0));
        json_key(w, "straddles");
        json_bool(w, s->forecast.straddles);
        json_close(w, '}');
    }
    key(w, "verdict", str_of(plan_verdict_zh(j->verdict)));
    key(w, "reason", s->reason);
    json_key(w, "floor");
    json_bool(w, (j->flags & FLAG_FLOOR) != 0);
    json_key(w, "years");
    json_open(w, '[');
    VEC_EACH (const struct year_point, y, &s->years) {
        if (y->asked == NULL && !y->has_value) continue;
        json_open(w, '{');
        json_key(w, "year");
        json_int(w, y->year);
        if (y->asked != NULL) key(w, "asked", measure_text(a, y->asked->goal.value, 0));
        if (y->has_value) key(w, "value", measure_text(a, y->value, 0));
        json_close(w, '}');
    }
    json_close(w, ']');
    json_key(w, "observations");
    json_open(w, '[');
    VEC_EACH (const struct observation *, o, &s->seen) {
        json_open(w, '{');
        key(w, "period", interval_text(a, (*o)->period));
        key(w, "value", measure_text(a, (*o)->value, 0));
        key(w, "status", str_of(status_zh((*o)->status)));
        key(w, "source", (*o)->source);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_close(w, '}');
}

void evaluation_json(struct arena *a, const struct evaluation *v, struct json_writer *w)
{
    char day[DATE_TEXT];
    date_text(v->day, day);
    json_open(w, '{');
    key(w, "plan", v->plan->name);
    key(w, "area", v->area);
    key(w, "as_of", str_of(day));
    key(w, "elapsed", measure_rounded(a, v->elapsed, 6));
    json_key(w, "targets");
    json_open(w, '[');
    VEC_EACH (const struct standing, s, &v->targets) write_standing(a, s, w);
    json_close(w, ']');
    json_key(w, "tasks");
    json_open(w, '[');
    VEC_EACH (const struct standing, s, &v->tasks) write_standing(a, s, w);
    json_close(w, ']');
    json_close(w, '}');
}
