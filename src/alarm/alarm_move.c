/* alarm_move: what people do with a case. The machine says which move is possible for whom; here is what else must
 * hold: the office is theirs, the holder is the one, every action of the plan has a result, and who finished a case
 * does not close it. */
#include "alarm/alarm_priv.h"
#include "base/utf8.h"

#include <inttypes.h>

static const struct {
    const char *verb;
    enum alarm_move_kind kind;
} verbs[] = { { "receive", ALARM_RECEIVE }, { "assign", ALARM_ASSIGN },    { "fulfil", ALARM_FULFIL },
              { "finish", ALARM_FINISH },   { "return", ALARM_RETURN },    { "release", ALARM_RELEASE },
              { "dismiss", ALARM_DISMISS }, { "escalate", ALARM_ESCALATE } };

bool alarm_move_named(str verb, enum alarm_move_kind *out)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (!str_eq(verb, str_of(verbs[i].verb))) continue;
        *out = verbs[i].kind;
        return true;
    }
    return false;
}

str alarm_move_zh(enum alarm_move_kind kind, enum alarm_state state)
{
    switch (kind) {
    case ALARM_RECEIVE: return STR("签收");
    case ALARM_ASSIGN: return state == ALARM_HANDLING ? STR("改派") : STR("分派");
    case ALARM_FULFIL: return STR("落实");
    case ALARM_FINISH: return STR("办结");
    case ALARM_RETURN: return STR("退回");
    case ALARM_RELEASE: return STR("解除");
    case ALARM_DISMISS: return STR("误报");
    case ALARM_ESCALATE: return STR("上报");
    }
    return STR("");
}

bool alarm_may(const struct alarm *x, enum alarm_move_kind kind, const struct alarm_act *act)
{
    const struct machine_move *m = machine_find(&alarm_machine, (uint8_t)x->state, alarm_move_zh(kind, x->state));
    if (m == NULL || (m->roles & act->roles) == 0 || !alarm_area_in(x->office, act->office)) return false;
    bool theirs = str_eq(act->who, x->holder);
    if (kind == ALARM_FULFIL || kind == ALARM_FINISH) return theirs;
    return kind != ALARM_RELEASE || !str_eq(act->who, x->finished_by);
}

static bool in_office(const struct program *p, const struct alarm_act *act, const struct alarm_row *r, struct err *e)
{
    if (alarm_area_in(r->office, act->office)) return true;
    str theirs = program_area_name(p, r->office), mine = program_area_name(p, act->office);
    return fail(e, DENIED, "第 %" PRId64 " 号警情现在由%.*s负责，%.*s不能办", r->id, STR_ARG(theirs), STR_ARG(mine));
}

static bool is_holder(const struct alarm_act *act, const struct alarm_row *r, struct err *e)
{
    return str_eq(act->who, r->holder) || fail(e, DENIED, "这件警情分派给了%.*s；要换人，请先改派", STR_ARG(r->holder));
}

static bool assign(struct alarm_row *r, str to, struct err *e)
{
    size_t bad;
    if (to.len == 0 || to.len > ALARM_WORD_MAX || !utf8_valid(to, &bad)) return fail(e, INVALID, "要写分派给谁");
    r->holder = to;
    return true;
}

static bool fulfil(struct store *s, const struct alarm_act *act, const struct alarm_row *r, int64_t action,
                   struct err *e)
{
    int64_t changed = 0;
    if (!store_do(s, &changed, e,
                  "UPDATE alarm_action SET day = $3, who = $4, result = $5 WHERE alarm = $1 AND action = $2", "iiiss",
                  r->id, action, (int64_t)act->day.days, act->who, act->reason))
        return false;
    return changed == 1 || fail(e, NOT_FOUND, "预案里没有第 %" PRId64 " 项；请看这件警情的预案有哪几项", action);
}

/* 办结 asks for a result of every action. */
static bool all_done(struct store *s, const struct alarm_row *r, struct err *e)
{
    int64_t v[2] = { 0 };
    if (!store_get(s, NULL, v, 2, e,
                   "SELECT count(*), coalesce(min(action), 0) FROM alarm_action WHERE alarm = $1 AND day = 0", "i",
                   r->id))
        return false;
    return v[0] == 0 || fail(e, CONFLICT, "预案还有 %" PRId64 " 项没有结果，先落实第 %" PRId64 " 项", v[0], v[1]);
}

static bool go_up(const struct program *p, const struct alarm_act *act, struct alarm_row *r, struct arena *a,
                  struct err *e)
{
    str upper = alarm_area_upper(r->office, a);
    if (upper.len == 0) return fail(e, CONFLICT, "已经到省一级，没有再上一级了");
    r->office = upper;
    alarm_clock_start(p, (enum alarm_clock)r->clock, act->day, r);
    return true;
}

/* What a move asks for and brings, beside what the machine says. */
static bool follow(struct store *s, const struct alarm_act *act, const struct program *p, struct alarm_row *r,
                   const struct alarm_step_of *step, struct arena *a, struct err *e)
{
    switch (step->kind) {
    case ALARM_RECEIVE: alarm_clock_start(p, CLOCK_HANDLE, act->day, r); return true;
    case ALARM_ASSIGN: return assign(r, step->to, e);
    case ALARM_FULFIL: return is_holder(act, r, e) && fulfil(s, act, r, step->action, e);
    case ALARM_FINISH:
        r->clock = CLOCK_NONE;
        r->finished_by = act->who;
        return is_holder(act, r, e) && all_done(s, r, e);
    case ALARM_RETURN: alarm_clock_start(p, CLOCK_HANDLE, act->day, r); return true;
    case ALARM_RELEASE:
        return !str_eq(act->who, r->finished_by) || fail(e, DENIED, "这件警情是您办结的，不能由您解除；请交给别人");
    case ALARM_DISMISS: r->clock = CLOCK_NONE; return true;
    case ALARM_ESCALATE: return go_up(p, act, r, a, e);
    }
    return true;
}

static bool move(struct store *s, const struct alarm_act *act, const struct program *p, int64_t id,
                 const struct alarm_step_of *step, enum alarm_state *out, struct err *e)
{
    autoarena *a = arena_new("alarm", 0);
    struct alarm_row r;
    if (!alarm_row_get(s, id, a, &r, e)) return false;
    str name = alarm_move_zh(step->kind, (enum alarm_state)r.state), text = act->reason;
    if (!machine_move(&alarm_machine, &r.state, name, act->roles, act->reason, e))
        return fail_up(e, "第 %" PRId64 " 号警情没有改动", id);
    if (!in_office(p, act, &r, e) || !follow(s, act, p, &r, step, a, e)) return false;
    if (step->kind == ALARM_ASSIGN)
        text = str_fmt(a, "给%.*s%s%.*s", STR_ARG(step->to), text.len > 0 ? "：" : "", STR_ARG(text));
    if (step->kind == ALARM_FULFIL) text = str_fmt(a, "第 %" PRId64 " 项：%.*s", step->action, STR_ARG(act->reason));
    *out = (enum alarm_state)r.state;
    return alarm_row_put(s, &r, e) && alarm_note(s, act, &r, "alarm.move", name, text, e);
}

bool alarm_move(struct store *s, const struct alarm_act *act, const struct program *p, int64_t id,
                const struct alarm_step_of *step, enum alarm_state *out, struct err *e)
{
    return alarm_begin(s, act, e) && store_end(s, move(s, act, p, id, step, out, e), e);
}
