/* alarm_list: cases, their history, the plan of their level, and what tests said. */
#include "alarm/alarm_priv.h"

#include <inttypes.h>
#include <math.h>

static bool read_case(const struct store_stmt *q, struct arena *a, struct alarm *out, struct err *e)
{
    int64_t state = store_number(q, 6), level = store_number(q, 5);
    if (state < 0 || state > ALARM_FALSE || level < 0 || level > 4)
        return fail(e, INTERNAL, "第 %" PRId64 " 号警情的状态本程序不认识；请用写它的那个版本打开", store_number(q, 0));
    *out = (struct alarm){ .id = store_number(q, 0),
                           .rule = store_word(q, 1, a),
                           .indicator = store_word(q, 2, a),
                           .area = store_word(q, 3, a),
                           .office = store_word(q, 4, a),
                           .level = (uint8_t)level,
                           .state = (enum alarm_state)state,
                           .opened = { (int32_t)store_number(q, 7) },
                           .since = store_word(q, 8, a),
                           .period = store_word(q, 9, a),
                           .value = store_word(q, 10, a),
                           .line = store_word(q, 11, a),
                           .holder = store_word(q, 12, a),
                           .finished_by = store_word(q, 13, a),
                           .due = { (int32_t)store_number(q, 14) },
                           .has_due = store_number(q, 15) > 0,
                           .late = store_number(q, 16) > 0,
                           .calm = store_number(q, 17) > 0,
                           .rules = store_word(q, 18, a) };
    return true;
}

bool alarm_find(struct store *s, const struct alarm_wanted *w, struct arena *a, alarm_list *out, struct err *e)
{
    static const str none = { "", 0 };
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(
            s, &q, e,
            "SELECT id, rule, indicator, area, office, level, state, opened, since_text, period, value, line,"
            " holder, finished_by, due, clock, late, calm, rules FROM alarm WHERE ($1 = 0 OR id = $1)"
            " AND ($2 = '' OR holder = $2) AND ($3 = 0 OR state < 4)"
            " ORDER BY CASE WHEN level = 0 THEN 9 ELSE level END, CASE WHEN clock = 0 THEN 1 ELSE 0 END, due, id",
            "isi", w->id, w->holder.p != NULL ? w->holder : none, (int64_t)w->open))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct alarm x;
        ok = read_case(q, a, &x, e);
        if (!ok) break;
        if (alarm_area_in(x.office, w->office) || alarm_area_in(x.area, w->office)) *vec_push(a, out) = x;
    }
    store_done(q);
    return ok;
}

const char *alarm_state_zh(enum alarm_state s) { return alarm_machine.states[s].name; }

enum alarm_light alarm_light_of(const struct alarm *x, date day)
{
    if (!x->has_due || x->state >= ALARM_DONE) return ALARM_NO_LIGHT;
    int32_t left = x->due.days - day.days;
    return left < 0 ? ALARM_RED : left <= 1 ? ALARM_YELLOW : ALARM_GREEN;
}

const char *alarm_light_zh(enum alarm_light l)
{
    static const char *const words[] = { "", "绿", "黄", "红" };
    return words[l];
}

bool alarm_steps_of(struct store *s, int64_t id, struct arena *a, alarm_steps *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e, "SELECT day, who, move, words FROM alarm_step WHERE alarm = $1 ORDER BY step", "i", id))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) = (struct alarm_step){
            { (int32_t)store_number(q, 0) }, store_word(q, 1, a), store_word(q, 2, a), store_word(q, 3, a)
        };
    store_done(q);
    return ok;
}

bool alarm_actions_of(struct store *s, int64_t id, struct arena *a, alarm_actions *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(s, &q, e, "SELECT words, day, who, result FROM alarm_action WHERE alarm = $1 ORDER BY action", "i",
                   id))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t day = store_number(q, 1);
        *vec_push(a, out) = (struct alarm_action){ .text = store_word(q, 0, a),
                                                   .done = day != 0,
                                                   .day = { (int32_t)day },
                                                   .who = store_word(q, 2, a),
                                                   .result = store_word(q, 3, a) };
    }
    store_done(q);
    return ok;
}

/* ---- tests ---- */

bool alarm_keep_test(struct store *s, const struct alarm_act *act, const struct program *p, const struct warning *w,
                     uint32_t horizon_months, const struct alarm_test *t, struct err *e)
{
    autoarena *a = arena_new("test", 0);
    int64_t id = 0;
    char day[DATE_TEXT];
    date_text(act->day, day);
    str key = alarm_rule_key(p, w, act->day, a);
    str result = str_fmt(a, "%s 回测：%zu 件事提前报到 %zu 件，报了 %zu 次、对 %zu 次", day, t->events, t->found,
                         t->alarms, t->right);
    if (t->events == 0 || t->areas == 0)
        return fail(e, INVALID, "没有可以比的历史（序列里没有发生过的事），回测不算数；--events 给出发生过的事");
    if (!alarm_begin(s, act, e)) return false;
    struct alarm_row none = { .rule = w->name };
    str text = str_fmt(a, "%.*s，提前期 %u 个月", STR_ARG(result), horizon_months);
    bool ok = alarm_next(s, "test", &id, e) &&
              store_do(s, NULL, e,
                       "INSERT INTO alarm_test (id, rule, says, day, who, result) VALUES ($1, $2, $3, $4, $5, $6)",
                       "ississ", id, w->name, key, (int64_t)act->day.days, act->who, result) &&
              alarm_note(s, act, &none, "alarm.test", STR("回测"), text, e);
    return store_end(s, ok, e);
}

bool alarm_last_test(struct store *s, const struct program *p, const struct warning *w, date day, struct arena *a,
                     str *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    str key = alarm_rule_key(p, w, day, a);
    *out = STR("");
    if (!store_ask(s, &q, e, "SELECT result FROM alarm_test WHERE rule = $1 AND says = $2 ORDER BY id DESC LIMIT 1",
                   "ss", w->name, key))
        return false;
    bool ok = store_step(q, &row, e);
    if (ok && row) *out = store_word(q, 0, a);
    store_done(q);
    return ok;
}

bool alarm_ready(struct store *s, const struct program *p, const struct warning *w, const struct figures *f, date day,
                 struct arena *a, size_t *areas, str *out, struct err *e)
{
    alarm_series_list list = { 0 };
    struct alarm_reading r = { 0 };
    str tested;
    num line;
    alarm_series_of(p, w, f, a, &list);
    if (list.len > 0) alarm_read(p, w, &list.at[0], day, a, &r);
    if (!alarm_last_test(s, p, w, day, a, &tested, e)) return false;
    *areas = list.len;
    if (!warning_line_on(p, w, &w->trigger, day, &line))
        *out = STR("线还没有定");
    else if (list.len == 0)
        *out = STR("还没有数");
    else if (r.sight == ALARM_TOO_SHORT)
        *out = r.why;
    else if (tested.len > 0)
        *out = tested;
    else
        *out = w->signal != SIGNAL_LINE ? STR("要先回测") : STR("可以");
    return true;
}
