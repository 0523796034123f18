/* alarm_run: what a day brings: rules read, cases opened, the late ones sent up. One transaction: the second run of a
 * day finds everything done. */
#include "alarm/alarm_priv.h"

#include <inttypes.h>
#include <math.h>

/* An area over the line in this run, since the first period of its episode. */
struct firing {
    str area;
    int64_t since;
};

struct running {
    struct store *s;
    const struct alarm_act *act;
    const struct program *p;
    struct arena *a;
    struct alarm_run *out;
    str region;
    VEC(struct firing) firing; /* of the rule at hand, the lowest first */
};

/* ---- opening ---- */

/* The last case of this rule and area: is it of this episode? An episode is known by its first period. */
static bool known_already(struct running *r, const struct warning *w, str area, int64_t since, bool *known,
                          struct err *e)
{
    int64_t v[2] = { 0 };
    bool there;
    if (!store_get(r->s, &there, v, 2, e,
                   "SELECT since, state FROM alarm WHERE rule = $1 AND area = $2 ORDER BY id DESC LIMIT 1", "ss",
                   w->name, area))
        return false;
    *known = there && (v[0] == since || v[1] < ALARM_CLOSED);
    return true;
}

static bool add_actions(struct running *r, const struct warning *w, int64_t id, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < w->actions.len && i < ALARM_ACTIONS_MAX; i++)
        ok =
            store_do(r->s, NULL, e,
                     "INSERT INTO alarm_action (alarm, action, words, day, who, result) VALUES ($1, $2, $3, 0, '', '')",
                     "iis", id, (int64_t)i + 1, w->actions.at[i]);
    return ok;
}

static bool open_case(struct running *r, const struct warning *w, const struct alarm_series *x,
                      const struct alarm_reading *reading, size_t since, struct err *e)
{
    const struct indicator *in = &r->p->indicators.at[w->indicator];
    struct alarm_row row = { .rule = w->name, .area = x->area, .office = x->area };
    size_t last = x->n - 1;
    while (last > 0 && !x->known[last]) last--;
    str value = alarm_value_text(r->a, x->values[last], &in->unit), line = alarm_rule_text(r->p, w, r->act->day, r->a),
        when = interval_text(r->a, alarm_period(x, last)), began = interval_text(r->a, alarm_period(x, since));
    if (w->signal != SIGNAL_LINE) {
        double rounded = round(reading->statistic[last] * 100);
        str times = alarm_value_text(r->a, (num)rounded * (num_pow10(MEASURE_SCALE) / 100), &w->unit);
        value = str_fmt(r->a, "%.*s（%.*s）", STR_ARG(value), STR_ARG(times));
    }
    bool receive = service_time_on(r->p, w->receive, r->act->day).count > 0;
    if (!alarm_next(r->s, "alarm", &row.id, e)) return false;
    alarm_clock_start(r->p, receive ? CLOCK_RECEIVE : CLOCK_HANDLE, r->act->day, &row);
    *vec_push(r->a, &r->out->opened) = row.id;
    str text = str_fmt(r->a, "%.*s %.*s，%.*s起", STR_ARG(when), STR_ARG(value), STR_ARG(began));
    return store_do(
               r->s, NULL, e,
               "INSERT INTO alarm (id, rule, indicator, area, office, level, state, opened, since, since_text,"
               " period, value, line, rules, holder, finished_by, due, clock, late, told, calm) VALUES ($1, $2, $3,"
               " $4, $5, $6, 0, $7, $8, $9, $10, $11, $12, $13, '', '', $14, $15, 0, 0, 0)",
               "issssiiisssssii", row.id, w->name, in->name, x->area, x->area, (int64_t)w->level,
               (int64_t)r->act->day.days, (int64_t)alarm_period(x, since).from.index, began, when, value, line,
               r->p->hash.p != NULL ? r->p->hash : STR(""), row.due, row.clock) &&
           add_actions(r, w, row.id, e) && alarm_note(r->s, r->act, &row, "alarm.open", STR("预警"), text, e);
}

/* The figure is back where it was: told once, closed by people. */
static bool calm_down(struct running *r, const struct warning *w, const struct alarm_series *x, struct err *e)
{
    int64_t id = 0;
    bool there;
    struct alarm_row row;
    if (!store_get(r->s, &there, &id, 1, e,
                   "SELECT id FROM alarm WHERE rule = $1 AND area = $2 AND state < 4 AND calm = 0", "ss", w->name,
                   x->area))
        return false;
    if (!there) return true;
    str when = interval_text(r->a, alarm_period(x, x->n - 1));
    *vec_push(r->a, &r->out->calm) = id;
    return store_do(r->s, NULL, e, "UPDATE alarm SET calm = 1 WHERE id = $1", "i", id) &&
           alarm_row_get(r->s, id, r->a, &row, e) && alarm_note(r->s, r->act, &row, "alarm.calm", STR("回落"), when, e);
}

/* ---- the same people once ---- */

/* Province 2, city 4, county 6 digits that say something; the region of the packs holds all of them, whatever its code.
 */
enum { DEPTH_MAX = 12 }; /* digits of a village's code */
static size_t depth_of(const struct running *r, str area)
{
    size_t n = area.len;
    if (str_eq(area, r->region)) return 0;
    while (n >= 2 && area.p[n - 1] == '0' && area.p[n - 2] == '0') n -= 2;
    return n < DEPTH_MAX ? n : DEPTH_MAX;
}

static bool lies_in(const struct running *r, str area, str upper)
{
    return !str_eq(area, upper) && (str_eq(upper, r->region) || alarm_area_in(area, upper));
}

/* The case of an area that is over the line now: of this episode, handled or not, or one that is still open. */
static bool case_of(struct running *r, const struct warning *w, const struct firing *x, int64_t *id, struct err *e)
{
    bool there;
    *id = 0;
    return store_get(r->s, &there, id, 1, e,
                     "SELECT id FROM alarm WHERE rule = $1 AND area = $2 AND (since = $3 OR state < 4)"
                     " ORDER BY id DESC LIMIT 1",
                     "ssi", w->name, x->area, x->since);
}

/* An area below that is over the line too and has its case: it is told there, once, that the upper one is as well. A
 * case below whose figure came back explains nothing: then others carried the upper one over. */
static bool included(struct running *r, const struct warning *w, const struct alarm_series *x, bool *found,
                     struct err *e)
{
    size_t last = x->n - 1;
    const struct indicator *in = &r->p->indicators.at[w->indicator];
    str upper = program_area_name(r->p, x->area), when = interval_text(r->a, alarm_period(x, last));
    str text = str_fmt(r->a, "%.*s %.*s %.*s", STR_ARG(upper), STR_ARG(when),
                       STR_ARG(x->known[last] ? alarm_value_text(r->a, x->values[last], &in->unit) : STR("")));
    *found = false;
    VEC_EACH (const struct firing, k, &r->firing) {
        struct alarm_row below;
        int64_t id = 0, said = 0;
        if (!lies_in(r, k->area, x->area)) continue;
        if (!case_of(r, w, k, &id, e)) return false;
        if (id == 0) continue; /* included in one still further down */
        if (!alarm_row_get(r->s, id, r->a, &below, e) ||
            !store_get(r->s, NULL, &said, 1, e,
                       "SELECT count(*) FROM alarm_step WHERE alarm = $1 AND move = '上级也越线' AND words = $2", "is",
                       id, text) ||
            (said == 0 && !alarm_note(r->s, r->act, &below, "alarm.upper", STR("上级也越线"), text, e)))
            return false;
        if (!*found)
            *vec_push(r->a, &r->out->included) =
                str_fmt(r->a, "%.*s：%.*s，包含%.*s（第 %" PRId64 " 号警情），不另立", STR_ARG(w->name), STR_ARG(text),
                        STR_ARG(program_area_name(r->p, below.area)), id);
        *found = true;
    }
    return true;
}

static bool look_at(struct running *r, const struct warning *w, const struct alarm_series *x, bool may_open,
                    struct err *e)
{
    struct alarm_reading reading;
    bool known = false;
    alarm_read(r->p, w, x, r->act->day, r->a, &reading);
    if (reading.sight != ALARM_SEEN) return true; /* told for the rule */
    r->out->series++;
    size_t last = x->n - 1;
    if (!reading.fires[last]) return calm_down(r, w, x, e);
    if (!may_open) return true;
    size_t since = alarm_since(&reading, last);
    struct firing now = { x->area, alarm_period(x, since).from.index };
    bool ok = known_already(r, w, x->area, now.since, &known, e) &&
              (known || (included(r, w, x, &known, e) && (known || open_case(r, w, x, &reading, since, e))));
    *vec_push(r->a, &r->firing) = now;
    return ok;
}

static bool look_rule(struct running *r, const struct warning *w, const struct figures *f, struct err *e)
{
    alarm_series_list list = { 0 };
    struct alarm_reading first;
    str tested = STR("");
    alarm_series_of(r->p, w, f, r->a, &list);
    r->out->rules++;
    if (list.len == 0) {
        *vec_push(r->a, &r->out->idle) = w->name;
        return true;
    }
    if (!alarm_last_test(r->s, r->p, w, r->act->day, r->a, &tested, e)) return false;
    bool may_open = w->signal == SIGNAL_LINE || tested.len > 0;
    alarm_read(r->p, w, &list.at[0], r->act->day, r->a, &first);
    if (first.sight == ALARM_NO_LINE)
        *vec_push(r->a, &r->out->told) =
            str_fmt(r->a, "%.*s：线“%.*s”还没有定，请定的人在包里填写", STR_ARG(w->name), STR_ARG(first.why));
    else if (first.sight == ALARM_TOO_SHORT)
        *vec_push(r->a, &r->out->told) = str_fmt(r->a, "%.*s：%.*s", STR_ARG(w->name), STR_ARG(first.why));
    else if (!may_open)
        *vec_push(r->a, &r->out->told) = str_fmt(r->a, "%.*s：还没有用历史回测，只看不报；先 leye warn test %.*s",
                                                 STR_ARG(w->name), STR_ARG(w->name));
    bool ok = true;
    r->firing.len = 0;
    for (size_t depth = DEPTH_MAX + 1; depth-- > 0;) { /* the lowest first */
        VEC_EACH (const struct alarm_series, x, &list)
            ok = ok && (depth_of(r, x->area) != depth || look_at(r, w, x, may_open, e));
    }
    return ok;
}

/* ---- clocks ---- */

/* Up to the next office, with the same time again; at the top it is only said, once. */
static bool escalate(struct running *r, int64_t id, struct err *e)
{
    struct alarm_row row;
    if (!alarm_row_get(r->s, id, r->a, &row, e)) return false;
    str upper = alarm_area_upper(row.office, r->a), from = program_area_name(r->p, row.office), text;
    const char *what = row.clock == CLOCK_RECEIVE ? "没有按时签收" : "没有按时处置完";
    row.late = 1;
    if (upper.len == 0) {
        if (row.told) return true;
        row.told = 1;
        text = str_fmt(r->a, "%.*s%s，上面没有再上一级了", STR_ARG(from), what);
    } else {
        str to = program_area_name(r->p, upper);
        text = str_fmt(r->a, "%.*s%s，报到%.*s", STR_ARG(from), what, STR_ARG(to));
        row.office = upper;
        alarm_clock_start(r->p, (enum alarm_clock)row.clock, r->act->day, &row);
    }
    *vec_push(r->a, &r->out->escalated) = id;
    struct alarm_act act = *r->act;
    act.reason = text;
    return machine_move(&alarm_machine, &row.state, STR("上报"), ALARM_SYSTEM, text, e) &&
           alarm_row_put(r->s, &row, e) && alarm_note(r->s, &act, &row, "alarm.late", STR("上报"), text, e);
}

static bool look_clocks(struct running *r, struct err *e)
{
    VEC(int64_t) late = { 0 };
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(r->s, &q, e,
                   "SELECT id FROM alarm WHERE state < 3 AND clock > 0 AND due < $1 AND told = 0 ORDER BY id", "i",
                   (int64_t)r->act->day.days))
        return false;
    while ((ok = store_step(q, &row, e)) && row) *vec_push(r->a, &late) = store_number(q, 0);
    store_done(q);
    VEC_EACH (const int64_t, id, &late) ok = ok && escalate(r, *id, e);
    return ok;
}

bool alarm_run(struct store *s, const struct alarm_act *act, const struct program *p, const struct figures *f,
               struct arena *a, struct alarm_run *out, struct err *e)
{
    struct running r = { s, act, p, a, out, watch_region(p), { 0 } };
    *out = (struct alarm_run){ 0 };
    if ((act->roles & (ALARM_SYSTEM | ALARM_DUTY | ALARM_CHIEF)) == 0)
        return fail(e, DENIED, "查预警要由值班、主管或者系统来做；请交给他们");
    if (!alarm_begin(s, act, e)) return false;
    bool ok = look_clocks(&r, e);
    VEC_EACH (const struct warning, w, &p->warnings) ok = ok && look_rule(&r, w, f, e);
    return store_end(s, ok, e);
}
