/* queue: one list of everything that waits for somebody, for any office, role and service; and what a case shows of
 * itself: its history in the journal, and what a holiday moved. */
#include "dossier/dossier_priv.h"

#include <stdlib.h>

/* ---- the list ---- */

static int by_light(const void *pa, const void *pb)
{
    const struct dossier_line *a = pa, *b = pb;
    if (a->light != b->light) return a->light > b->light ? -1 : 1;
    if (a->has_due != b->has_due) return a->has_due ? -1 : 1;
    if (a->has_due && a->due.days != b->due.days) return a->due.days < b->due.days ? -1 : 1;
    return a->c.id < b->c.id ? -1 : a->c.id > b->c.id;
}

static void add_states(struct text *t, uint32_t states)
{
    bool first = true;
    text_addz(t, " WHERE d.state IN (");
    for (uint32_t s = 0; s < DOSSIER_STATES; s++) {
        if ((states >> s & 1) == 0) continue;
        text_addf(t, "%s%u", first ? "" : ", ", s);
        first = false;
    }
    text_addz(t, ")");
}

/* An objection, a bad rating, a benefit to be looked at again: of a case nobody handles any more. */
static bool is_task(const struct dossier *c)
{
    bool handled = c->state >= DOSSIER_GRANTED || (c->flags & DOSSIER_PACKAGE) != 0;
    return handled && (c->flags & (DOSSIER_OBJECTED | DOSSIER_UNHAPPY | DOSSIER_CHECK)) != 0;
}

/* Whether this role can do anything about it now. */
static bool for_role(const struct dossier *c, str role)
{
    struct dossier_act act = { .role = role, .who = STR("") };
    if (is_task(c)) { /* for reviewers and the chief; anybody of the office may call back */
        uint32_t may = desk_roles(&act, c);
        return (may & (ROLE_CHIEF | ROLE_REVIEWER)) != 0 ||
               ((c->flags & DOSSIER_UNHAPPY) != 0 && (may & ROLE_DESK) != 0);
    }
    uint32_t roles = desk_roles(&act, c) & ~(uint32_t)ROLE_SELF;
    for (size_t i = 0; i < dossier_machine.move_count; i++) {
        const struct machine_move *m = &dossier_machine.moves[i];
        bool work = !str_eq(str_of(m->name), STR("撤回")) && !str_eq(str_of(m->name), STR("归档"));
        if (m->from == c->state && (m->roles & roles) != 0 && work) return true;
    }
    return false;
}

static bool wanted(const struct dossier_desk *d, const struct dossier_query *q, const struct dossier *c)
{
    if (q->office.len > 0 && !decide_in_office(d->p, q->office, c->office)) return false;
    if (q->role.len > 0 && !for_role(c, q->role)) return false;
    if (q->holder.len > 0 && !str_eq(q->holder, c->holder)) return false;
    if ((q->free && c->holder.len > 0) || (q->held && c->holder.len == 0)) return false;
    if (q->service.len > 0 && !str_eq(q->service, c->name)) return false;
    return (c->flags & q->flags) == q->flags;
}

#define LINE_COLUMNS ROW_COLUMNS ", d.due, d.soon"

/* The case of a row as a line, when it is wanted. */
static void read_line(struct dossier_desk *d, const struct dossier_query *q, const struct store_stmt *s,
                      struct arena *a, dossier_lines *out)
{
    struct arena_mark m = arena_mark(a);
    struct dossier_line *l = ARENA_NEW(a, struct dossier_line);
    int64_t due = 0, soon = 0;
    dossier_row_read(d, s, a, &l->c);
    const struct dossier_version *v = desk_version_at(d, l->c.version);
    if (v == NULL) return;
    l->c.name = v->name, l->c.rules = v->rules;
    /* the queue shows today's service: steps of a running case are looked up when it is opened */
    l->c.service = program_service(d->p, v->name), l->c.program = d->p;
    if (!wanted(d, q, &l->c)) {
        arena_rewind(a, m);
        return;
    }
    l->has_due = !store_is_null(s, 20) && store_int(s, 20, &due) && store_int(s, 21, &soon);
    l->due = (date){ (int32_t)due };
    if (l->has_due) l->light = due < q->day.days ? DOSSIER_RED : soon <= q->day.days ? DOSSIER_YELLOW : DOSSIER_GREEN;
    const struct service_step *step = l->c.state == DOSSIER_REVIEW ? decide_step(&l->c) : NULL;
    l->step = step != NULL ? step->name : str_of(dossier_machine.states[l->c.state].name);
    if (is_task(&l->c))
        l->step = (l->c.flags & DOSSIER_OBJECTED) != 0  ? STR("答复异议")
                  : (l->c.flags & DOSSIER_UNHAPPY) != 0 ? STR("差评回访")
                                                        : STR("复核资格");
    *vec_push(a, out) = *l;
}

/* Those of one person, or in states nobody waits for: few, or asked for seldom. */
static bool read_cases(struct dossier_desk *d, const struct dossier_query *q, uint32_t states, struct arena *a,
                       dossier_lines *out, struct err *e)
{
    struct text t;
    struct store_stmt *s;
    bool row, ok;
    int64_t subject = 0;
    text_init(&t, a, 4096);
    text_addz(&t, "SELECT " LINE_COLUMNS " FROM dossier d");
    add_states(&t, states);
    if (q->subject.len > 0 && !str_to_i64(q->subject, &subject))
        return fail(e, INVALID, "“%.*s”不是库里的编号", STR_ARG(q->subject));
    text_addf(&t, " AND d.id > $1%s ORDER BY d.id",
              q->subject.len == 0 ? ""
              : q->applied        ? " AND (d.subject = $2 OR d.applicant = $3)"
                                  : " AND d.subject = $2");
    if (!store_prepare(d->s, text_str(&t), &s, e)) return false;
    store_bind_int(s, 1, q->after);
    if (q->subject.len > 0) store_bind_int(s, 2, subject);
    if (q->subject.len > 0 && q->applied) store_bind_secret(s, 3, q->subject);
    while ((ok = store_step(s, &row, e)) && row) read_line(d, q, s, a, out);
    store_done(s);
    return ok;
}

/* ---- by the index ----
 *
 * What waits stands in the index under whose turn it is ("2", "4复核", "5", "!"), by due day. Each light is a range of
 * it, so that the first fifty of a hundred thousand are read and not the rest. */

static bool next_turn(struct dossier_desk *d, struct arena *a, str *turn, bool *there, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    if (!store_ask(d->s, &q, e, "SELECT min(waits) FROM dossier WHERE waits > $1 AND waits <> ''", "s", *turn))
        return false;
    bool ok = store_step(q, &row, e);
    *there = ok && row && !store_is_null(q, 0);
    if (*there) *turn = str_dup(a, store_str(q, 0));
    store_done(q);
    return ok;
}

/* Whether any case of this turn may be for the role. '*' is the counter's; without a role it must be looked at. */
static bool turn_for(str turn, str role)
{
    int64_t state = turn.p[0] - '0';
    if (turn.p[0] == '!') return true;
    str of = str_slice(turn, 1, turn.len);
    if (role.len == 0 || state != DOSSIER_REVIEW || of.len == 0 || str_eq(role, DOSSIER_ROLE_SYSTEM)) return true;
    return str_eq(of, role) ||
           (str_eq(of, STR("*")) && (str_eq(role, STR("经办")) || str_eq(role, DOSSIER_ROLE_COUNTER)));
}

static const char *const bands[] = {
    " AND d.due < $2 ORDER BY d.due, d.id",
    " AND d.due >= $2 AND d.soon <= $2 ORDER BY d.due, d.id",
    " AND d.due >= $2 AND d.soon > $2 ORDER BY d.due, d.id",
    " AND d.due IS NULL AND $2 >= 0 ORDER BY d.id",
};

static void add_word(struct text *t, str word)
{
    text_addc(t, '\'');
    for (size_t i = 0; i < word.len; i++) {
        if (word.p[i] == '\'') text_addc(t, '\'');
        text_addc(t, word.p[i]);
    }
    text_addc(t, '\'');
}

/* What the index itself can leave out, before the row is looked at. */
static void add_filters(struct dossier_desk *d, const struct dossier_query *q, struct arena *a, struct text *t)
{
    dossier_office_list offices = { 0 };
    if (q->office.len > 0) dossier_offices(d->p, q->office, a, &offices);
    for (size_t i = 0; i < offices.len; i++) {
        text_addz(t, i == 0 ? " AND d.office IN (" : ", ");
        add_word(t, offices.at[i]);
    }
    if (offices.len > 0) {
        text_addz(t, ", "); /* of a pack without its region */
        add_word(t, q->office);
        text_addc(t, ')');
    }
    if (q->free) text_addz(t, " AND d.holder = ''");
    if (q->held) text_addz(t, " AND d.holder <> ''");
    if (q->holder.len > 0) {
        text_addz(t, " AND d.holder = ");
        add_word(t, q->holder);
    }
    if (q->flags != 0) text_addf(t, " AND (d.flags & %u) = %u", q->flags, q->flags);
    if (q->service.len == 0) return;
    text_addz(t, " AND d.version IN (0");
    VEC_EACH (const struct dossier_version, v, &d->versions) {
        if (str_eq(v->name, q->service)) text_addf(t, ", %lld", (long long)v->id);
    }
    text_addc(t, ')');
}

static bool read_band(struct dossier_desk *d, const struct dossier_query *q, str turn, const char *band, str filters,
                      struct arena *a, dossier_lines *out, struct err *e)
{
    struct store_stmt *s;
    bool row = true, ok = true;
    size_t before = out->len;
    str sql =
        str_fmt(a, "SELECT " LINE_COLUMNS " FROM dossier d WHERE d.waits = $1 AND d.waits <> '' AND d.id > $3%.*s%s",
                STR_ARG(filters), band);
    if (!store_prepare(d->s, sql, &s, e)) return false;
    store_bind_str(s, 1, turn);
    store_bind_int(s, 2, q->day.days);
    store_bind_int(s, 3, q->after);
    while ((q->max == 0 || out->len - before < q->max) && (ok = store_step(s, &row, e)) && row)
        read_line(d, q, s, a, out);
    store_done(s);
    return ok;
}

static bool read_waiting(struct dossier_desk *d, const struct dossier_query *q, uint32_t states, struct arena *a,
                         dossier_lines *out, struct err *e)
{
    enum { SQL_MAX = 1 << 20 };
    VEC(str) turns = { 0 };
    struct text filters;
    str turn = STR("");
    bool there = true;
    text_init(&filters, a, SQL_MAX);
    add_filters(d, q, a, &filters);
    if (filters.over) return fail(e, LIMIT, "辖区下面的区划太多，列不出队列");
    while (there) {
        if (!next_turn(d, a, &turn, &there, e)) return false;
        bool state = there && (turn.p[0] == '!' ? q->states == 0 : (states >> (turn.p[0] - '0') & 1) != 0);
        if (state && turn_for(turn, q->role)) *vec_push(a, &turns) = turn;
    }
    for (size_t b = 0; b < sizeof bands / sizeof *bands; b++) {
        VEC_EACH (const str, w, &turns) {
            if (!read_band(d, q, *w, bands[b], text_str(&filters), a, out, e)) return false;
        }
        if (q->max > 0 && out->len >= q->max) break; /* later bands come behind these */
    }
    return true;
}

bool dossier_queue(struct dossier_desk *d, const struct dossier_query *q, struct arena *a, dossier_lines *out,
                   struct err *e)
{
    enum {
        WAITING = 1 << DOSSIER_OFFERED | 1 << DOSSIER_SUBMITTED | 1 << DOSSIER_CORRECTING | 1 << DOSSIER_REVIEW |
                  1 << DOSSIER_PUBLIC
    };
    uint32_t states = q->states != 0 ? q->states : WAITING;
    bool few = q->subject.len > 0 || (states & ~(uint32_t)WAITING) != 0;
    out->len = 0;
    if (few ? !read_cases(d, q, states, a, out, e) : !read_waiting(d, q, states, a, out, e)) return false;
    if (out->len > 1) qsort(out->at, out->len, sizeof *out->at, by_light);
    if (q->max > 0 && out->len > q->max) out->len = q->max;
    return true;
}

/* ---- what a holiday moved ---- */

static bool read_moved(struct dossier_desk *d, const struct journal_line *l, struct arena *a, struct dossier_moved *out,
                       struct err *e)
{
    const struct json *j;
    int64_t id;
    *out = (struct dossier_moved){ .event = l->v.number };
    if (!dossier_number_read(l->dossier, &id, e) || !json_read(a, l->v.body, &j, e) ||
        !dossier_row_get(d, (struct dossier_ref){ .id = id }, a, &out->c, e))
        return false;
    out->clock = json_word(j, "clock");
    return (date_parse(json_word(j, "was"), &out->was) && date_parse(json_word(j, "is"), &out->is)) ||
           fail(e, MISMATCH, "留痕第 %lld 条读不懂；请先核对留痕", (long long)l->v.number);
}

bool dossier_moved_since(struct dossier_desk *d, const str *offices, size_t count, date since, size_t max,
                         struct arena *a, dossier_moves *out, struct err *e)
{
    enum { PAGE = 1000 };
    int64_t before = 0;
    out->len = 0;
    for (size_t read = 0; read < DOSSIER_MOVES_READ && out->len < max; read += PAGE) {
        journal_lines lines = { 0 };
        if (!journal_of_kind(d->s, STR("dossier.clock"), since, before, PAGE, a, &lines, e)) return false;
        for (size_t i = 0; i < lines.len && out->len < max; i++) {
            struct dossier_moved m;
            if (!read_moved(d, &lines.at[i], a, &m, e)) return false;
            before = m.event;
            bool here = count == 0;
            for (size_t k = 0; k < count && !here; k++) here = decide_in_office(d->p, offices[k], m.c.office);
            if (here) *vec_push(a, out) = m;
        }
        if (lines.len < PAGE) break;
    }
    return true;
}

/* ---- one case ---- */

bool dossier_history(struct dossier_desk *d, int64_t id, struct arena *a, dossier_events *out, struct err *e)
{
    char number[DOSSIER_NUMBER_TEXT];
    journal_events events = { 0 };
    dossier_number(id, number);
    out->len = 0;
    if (!journal_of_dossier(d->s, str_of(number), a, &events, e)) return false;
    VEC_EACH (const struct journal_entry, v, &events)
        *vec_push(a, out) = (struct dossier_event){ v->number, v->time_ms, v->actor, v->role, v->kind, v->body };
    return true;
}
