/* queue: one list of everything that waits for somebody, for any office, role and service; and what a case shows of
 * itself: its history in the journal. */
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

/* Whether this role can do anything about it now. */
static bool for_role(const struct dossier *c, str role)
{
    struct dossier_act act = { .role = role, .who = STR("") };
    uint32_t roles = desk_roles(&act, c) & ~(uint32_t)ROLE_SELF;
    for (size_t i = 0; i < dossier_machine.move_count; i++) {
        const struct machine_move *m = &dossier_machine.moves[i];
        bool work = !str_eq(str_of(m->name), STR("撤回")) && !str_eq(str_of(m->name), STR("归档"));
        if (m->from == c->state && (m->roles & roles) != 0 && work) return true;
    }
    return false;
}

static bool soonest(struct dossier_desk *d, struct dossier_line *l, date day, struct arena *a, struct err *e)
{
    dossier_clocks clocks = { 0 };
    if (!dossier_clocks_of(d, l->c.id, day, a, &clocks, e)) return false;
    VEC_EACH (const struct dossier_clock, c, &clocks) {
        if (c->ended || c->suspended) continue;
        if (!l->has_due || c->due.days < l->due.days) l->due = c->due;
        l->has_due = true;
        if (c->light > l->light) l->light = c->light;
    }
    return true;
}

static bool wanted(const struct dossier_desk *d, const struct dossier_query *q, const struct dossier *c)
{
    if (q->office.len > 0 && !decide_in_office(d->p, q->office, c->office)) return false;
    if (q->role.len > 0 && !for_role(c, q->role)) return false;
    if (q->holder.len > 0 && !str_eq(q->holder, c->holder)) return false;
    if (q->free && c->holder.len > 0) return false;
    if (q->service.len > 0 && !str_eq(q->service, c->name)) return false;
    return (c->flags & q->flags) == q->flags;
}

static bool read_cases(struct dossier_desk *d, const struct dossier_query *q, struct arena *a, dossier_lines *out,
                       struct err *e)
{
    enum {
        WAITING = 1 << DOSSIER_OFFERED | 1 << DOSSIER_SUBMITTED | 1 << DOSSIER_CORRECTING | 1 << DOSSIER_REVIEW |
                  1 << DOSSIER_PUBLIC
    };
    struct text t;
    struct store_stmt *s;
    bool row, ok;
    int64_t subject = 0;
    text_init(&t, a, 4096);
    text_addz(&t, "SELECT " ROW_COLUMNS " FROM dossier d");
    add_states(&t, q->states != 0 ? q->states : WAITING);
    if (q->subject.len > 0 && !str_to_i64(q->subject, &subject))
        return fail(e, INVALID, "“%.*s”不是库里的编号", STR_ARG(q->subject));
    text_addf(&t, " AND d.id > $1%s ORDER BY d.id", q->subject.len > 0 ? " AND d.subject = $2" : "");
    if (!store_prepare(d->s, text_str(&t), &s, e)) return false;
    store_bind_int(s, 1, q->after);
    if (q->subject.len > 0) store_bind_int(s, 2, subject);
    while ((ok = store_step(s, &row, e)) && row) {
        struct arena_mark m = arena_mark(a);
        struct dossier_line *l = ARENA_NEW(a, struct dossier_line);
        dossier_row_read(d, s, a, &l->c);
        const struct dossier_version *v = desk_version_at(d, l->c.version);
        if (v == NULL) continue;
        l->c.name = v->name, l->c.rules = v->rules;
        /* the queue shows today's service: steps of a running case are looked up when it is opened */
        const struct service *now = program_service(d->p, v->name);
        l->c.service = now, l->c.program = d->p;
        if (!wanted(d, q, &l->c)) {
            arena_rewind(a, m);
            continue;
        }
        *vec_push(a, out) = *l;
    }
    store_done(s);
    return ok;
}

bool dossier_queue(struct dossier_desk *d, const struct dossier_query *q, struct arena *a, dossier_lines *out,
                   struct err *e)
{
    out->len = 0;
    if (!read_cases(d, q, a, out, e)) return false;
    for (size_t i = 0; i < out->len; i++) {
        struct dossier_line *l = &out->at[i];
        if (!soonest(d, l, q->day, a, e)) return false;
        const struct service_step *s = l->c.state == DOSSIER_REVIEW ? decide_step(&l->c) : NULL;
        l->step = s != NULL ? s->name : str_of(dossier_machine.states[l->c.state].name);
    }
    if (out->len > 1) qsort(out->at, out->len, sizeof *out->at, by_light);
    if (q->max > 0 && out->len > q->max) out->len = q->max;
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
