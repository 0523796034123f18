/* machine: asking a table of states and moves. Tables are small: everything is a walk over them. */
#include "base/machine.h"

#include <assert.h>

enum { SENTENCE_MAX = 1 << 12 };

static str name_of(const char *z) { return str_of(z); }

const struct machine_move *machine_find(const struct machine *m, uint8_t state, str name)
{
    for (size_t i = 0; i < m->move_count; i++) {
        const struct machine_move *move = &m->moves[i];
        if (move->from == state && str_eq(name_of(move->name), name)) return move;
    }
    return NULL;
}

static void add_roles(const struct machine *m, uint32_t roles, struct text *out)
{
    const char *comma = "";
    for (size_t i = 0; i < m->role_count; i++) {
        if ((roles >> i & 1) == 0) continue;
        text_addf(out, "%s%s", comma, m->roles[i]);
        comma = "或";
    }
}

void machine_possible(const struct machine *m, uint8_t state, uint32_t roles, struct text *out)
{
    const char *comma = "";
    for (size_t i = 0; i < m->move_count; i++) {
        const struct machine_move *move = &m->moves[i];
        if (move->from != state || (move->roles & roles) == 0) continue;
        text_addf(out, "%s%s（", comma, move->name);
        add_roles(m, move->roles, out);
        text_addf(out, "%s）", move->needs_reason ? "，要写理由" : "");
        comma = "、";
    }
}

/* What they can do instead, as the second half of a sentence: not what others may, and not what happens by itself. */
static str instead(const struct machine *m, uint8_t state, uint32_t roles, struct arena *a)
{
    if (m->states[state].final) return STR("它已经办结，不能再改动");
    struct text t;
    text_init(&t, a, SENTENCE_MAX);
    for (size_t i = 0; i < m->move_count; i++) {
        const struct machine_move *move = &m->moves[i];
        if (move->from != state || (move->roles & roles) == 0) continue;
        text_addf(&t, "%s%s%s", t.len > 0 ? "、" : "您现在可以：", move->name,
                  move->needs_reason ? "（要写理由）" : "");
    }
    return t.len > 0 ? text_str(&t) : STR("现在没有要您做的");
}

bool machine_move(const struct machine *m, uint8_t *state, str name, uint32_t roles, str reason, struct err *e)
{
    if (*state >= m->state_count)
        return fail(e, INTERNAL, "%s的状态 %u 本程序不认识；请用写它的那个版本打开", m->name, (unsigned)*state);
    autoarena *a = arena_new("machine", 0);
    const char *now = m->states[*state].name;
    const struct machine_move *move = machine_find(m, *state, name);
    if (move == NULL) {
        str other = instead(m, *state, roles, a);
        return fail(e, CONFLICT, "%s现在是“%s”，不能“%.*s”；%.*s", m->name, now, STR_ARG(name), STR_ARG(other));
    }
    if ((move->roles & roles) == 0) {
        struct text who;
        text_init(&who, a, SENTENCE_MAX);
        add_roles(m, move->roles, &who);
        str other = instead(m, *state, roles, a), may = text_str(&who);
        return fail(e, DENIED, "“%.*s”要由%.*s来做；%s现在是“%s”，%.*s", STR_ARG(name), STR_ARG(may), m->name, now,
                    STR_ARG(other));
    }
    if (move->needs_reason && str_trim(reason).len == 0)
        return fail(e, INVALID, "“%.*s”要写明理由；请补上再提交", STR_ARG(name));
    *state = move->to;
    return true;
}

uint16_t machine_deadline(const struct machine *m, uint8_t state)
{
    uint16_t least = 0;
    for (size_t i = 0; i < m->move_count; i++) {
        uint16_t days = m->moves[i].deadline_days;
        if (m->moves[i].from == state && days > 0 && (least == 0 || days < least)) least = days;
    }
    return least;
}

/* ---- mistakes ---- */

static void check_states(const struct machine *m, struct text *report)
{
    bool begins = false, ends = false;
    for (size_t i = 0; i < m->state_count; i++) {
        begins |= m->states[i].initial;
        ends |= m->states[i].final;
        for (size_t k = 0; k < i; k++) {
            if (str_eq(name_of(m->states[i].name), name_of(m->states[k].name)))
                text_addf(report, "%s: two states are called %s\n", m->name, m->states[i].name);
        }
    }
    if (!begins) text_addf(report, "%s: no state is initial\n", m->name);
    if (!ends) text_addf(report, "%s: no state is final\n", m->name);
}

static bool check_move(const struct machine *m, size_t at, struct text *report)
{
    const struct machine_move *move = &m->moves[at];
    if (move->from >= m->state_count || move->to >= m->state_count) {
        text_addf(report, "%s: %s leads from or to a state that is not there\n", m->name, move->name);
        return false;
    }
    const struct machine_state *from = &m->states[move->from];
    if (from->final) text_addf(report, "%s: %s leads out of the final state %s\n", m->name, move->name, from->name);
    if (move->roles == 0) text_addf(report, "%s: nobody may make %s\n", m->name, move->name);
    if (m->role_count < MACHINE_ROLES_MAX && move->roles >> m->role_count != 0)
        text_addf(report, "%s: %s is for a role without a name\n", m->name, move->name);
    if (move->deadline_days > MACHINE_DEADLINE_MAX)
        text_addf(report, "%s: the deadline of %s is longer than a year\n", m->name, move->name);
    for (size_t k = 0; k < at; k++) {
        if (m->moves[k].from == move->from && str_eq(name_of(m->moves[k].name), name_of(move->name)))
            text_addf(report, "%s: two moves out of %s are called %s\n", m->name, from->name, move->name);
    }
    return true;
}

/* One step along the moves, forwards from `set` or backwards to it, until nothing is added. */
static uint64_t closure(const struct machine *m, uint64_t set, bool forwards)
{
    for (uint64_t before = 0; before != set;) {
        before = set;
        for (size_t i = 0; i < m->move_count; i++) {
            uint8_t a = forwards ? m->moves[i].from : m->moves[i].to;
            uint8_t b = forwards ? m->moves[i].to : m->moves[i].from;
            if (set >> a & 1) set |= (uint64_t)1 << b;
        }
    }
    return set;
}

bool machine_sound(const struct machine *m, struct text *report)
{
    size_t before = report->len;
    assert(m->state_count > 0 && m->state_count <= MACHINE_STATES_MAX);
    assert(m->move_count <= MACHINE_MOVES_MAX && m->role_count <= MACHINE_ROLES_MAX);
    check_states(m, report);
    for (size_t i = 0; i < m->move_count; i++)
        if (!check_move(m, i, report)) return false;
    uint64_t initial = 0, final = 0;
    for (size_t i = 0; i < m->state_count; i++) {
        if (m->states[i].initial) initial |= (uint64_t)1 << i;
        if (m->states[i].final) final |= (uint64_t)1 << i;
    }
    uint64_t reached = closure(m, initial, true), ending = closure(m, final, false);
    for (size_t i = 0; i < m->state_count; i++) {
        if ((reached >> i & 1) == 0) text_addf(report, "%s: nothing leads to %s\n", m->name, m->states[i].name);
        if ((ending >> i & 1) == 0) text_addf(report, "%s: no way out of %s\n", m->name, m->states[i].name);
    }
    return report->len == before && !report->over;
}
