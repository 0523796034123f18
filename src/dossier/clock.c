/* clock: how long something may take. A clock runs in stretches: it stands still while somebody else has the word
 * (补正, 公示), and what was used up before is kept, so that its due day can always be worked out again from the
 * calendar: also when the State Council moves a holiday afterwards.
 *
 * Counting begins the day after (民法典 第二百零一条). Working days are those of the calendar; other units end on a
 * working day (第二百零三条). Hours are rounded up to days: the desk knows days only. */
#include "dossier/dossier_priv.h"

enum clock_state { CLOCK_RUNS, CLOCK_STANDS, CLOCK_ENDED };

struct clock_row {
    int64_t dossier, kind, unit, count, used, since, due, state, told;
};

static date due_of(const struct program *p, const struct clock_row *c)
{
    date since = { (int32_t)c->since };
    int64_t left = c->count > c->used ? c->count - c->used : 0;
    if (c->unit == SERVICE_MONTHS) /* used: days it stood still before this stretch was counted anew */
        return workday_expiry_days(p->calendar, date_add_months(since, c->count, MONTH_END), c->used);
    return service_time_end(p, (enum service_unit)c->unit, left, since);
}

static int64_t working_days(const struct program *p, date from, date to)
{
    int64_t n = 0;
    for (date d = date_add_days(from, 1); d.days <= to.days; d = date_add_days(d, 1)) n += workday_is(p->calendar, d);
    return n;
}

static bool get(struct dossier_desk *d, int64_t id, enum dossier_clock_kind k, bool *there, struct clock_row *c,
                struct err *e)
{
    int64_t v[7] = { 0 };
    if (!store_get(
            d->s, there, v, 7, e,
            "SELECT unit, count, used, since, due, state, told FROM dossier_clock WHERE dossier = $1 AND kind = $2",
            "ii", id, (int64_t)k))
        return false;
    *c = (struct clock_row){ id, k, v[0], v[1], v[2], v[3], v[4], v[5], v[6] };
    return true;
}

/* The queue is sorted by these: the first due day, and the first yellow one (clock_light). */
static bool front(struct dossier_desk *d, int64_t id, struct err *e)
{
    return store_do(d->s, NULL, e,
                    "UPDATE dossier SET due = (SELECT min(due) FROM dossier_clock WHERE dossier = $1 AND state = 0),"
                    " soon = (SELECT min(due - CASE WHEN due - since >= 10 THEN (due - since) / 5 ELSE 1 END)"
                    " FROM dossier_clock WHERE dossier = $1 AND state = 0) WHERE id = $1",
                    "i", id);
}

static bool put(struct dossier_desk *d, const struct clock_row *c, struct err *e)
{
    return store_do(d->s, NULL, e,
                    "INSERT INTO dossier_clock (dossier, kind, unit, count, used, since, due, state, told) VALUES"
                    " ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (dossier, kind) DO UPDATE SET"
                    " unit = excluded.unit, count = excluded.count, used = excluded.used, since = excluded.since,"
                    " due = excluded.due, state = excluded.state, told = excluded.told",
                    "iiiiiiiii", c->dossier, c->kind, c->unit, c->count, c->used, c->since, c->due, c->state,
                    c->told) &&
           front(d, c->dossier, e);
}

bool clock_start(struct dossier_desk *d, int64_t id, enum dossier_clock_kind k, struct service_time t, date day,
                 date *due, struct err *e)
{
    if (t.count == 0) return true; /* nobody set a limit */
    struct clock_row c = { .dossier = id, .kind = k, .unit = t.unit, .count = t.count, .since = day.days };
    date until = due_of(d->p, &c);
    c.due = until.days;
    if (due != NULL) *due = until;
    return put(d, &c, e);
}

bool clock_until(struct dossier_desk *d, int64_t id, enum dossier_clock_kind k, date day, date due, struct err *e)
{
    struct clock_row c = { .dossier = id,
                           .kind = k,
                           .unit = SERVICE_DAYS,
                           .count = due.days > day.days ? due.days - day.days : 0,
                           .since = day.days };
    c.due = due_of(d->p, &c).days;
    return put(d, &c, e);
}

bool clock_end(struct dossier_desk *d, int64_t id, enum dossier_clock_kind k, struct err *e)
{
    return store_do(d->s, NULL, e, "UPDATE dossier_clock SET state = 2 WHERE dossier = $1 AND kind = $2 AND state <> 2",
                    "ii", id, (int64_t)k) &&
           front(d, id, e);
}

bool clock_end_all(struct dossier_desk *d, int64_t id, struct err *e)
{
    return store_do(d->s, NULL, e,
                    "UPDATE dossier_clock SET state = 2 WHERE dossier = $1 AND state <> 2 AND kind NOT IN (6, 7)", "i",
                    id) &&
           front(d, id, e);
}

static bool suspend(struct dossier_desk *d, int64_t id, enum dossier_clock_kind k, date day, struct err *e)
{
    struct clock_row c;
    bool there;
    if (!get(d, id, k, &there, &c, e)) return false;
    if (!there || c.state != CLOCK_RUNS) return true;
    date since = { (int32_t)c.since };
    if (c.unit == SERVICE_WORKDAYS) c.used += working_days(d->p, since, day), c.since = day.days;
    if (c.unit == SERVICE_DAYS) c.used += day.days - since.days, c.since = day.days;
    if (c.unit == SERVICE_HOURS) c.used += 24 * (int64_t)(day.days - since.days), c.since = day.days;
    if (c.unit == SERVICE_MONTHS) c.used -= day.days; /* until it goes on: then plus the day of that */
    c.state = CLOCK_STANDS;
    return put(d, &c, e);
}

static bool resume(struct dossier_desk *d, int64_t id, enum dossier_clock_kind k, date day, struct err *e)
{
    struct clock_row c;
    bool there;
    if (!get(d, id, k, &there, &c, e)) return false;
    if (!there || c.state != CLOCK_STANDS) return true;
    if (c.unit == SERVICE_MONTHS)
        c.used += day.days;
    else
        c.since = day.days;
    c.state = CLOCK_RUNS;
    c.due = due_of(d->p, &c).days;
    return put(d, &c, e);
}

bool clock_suspend(struct dossier_desk *d, int64_t id, date day, struct err *e)
{
    return suspend(d, id, DOSSIER_CLOCK_LIMIT, day, e) && suspend(d, id, DOSSIER_CLOCK_STEP, day, e);
}

bool clock_resume(struct dossier_desk *d, int64_t id, date day, struct err *e)
{
    return resume(d, id, DOSSIER_CLOCK_LIMIT, day, e) && resume(d, id, DOSSIER_CLOCK_STEP, day, e);
}

bool clock_due(struct dossier_desk *d, int64_t id, enum dossier_clock_kind k, bool *has, date *due, struct err *e)
{
    struct clock_row c;
    if (!get(d, id, k, has, &c, e)) return false;
    *has = *has && c.state == CLOCK_RUNS;
    if (*has) *due = (date){ (int32_t)c.due };
    return true;
}

/* ---- looking ---- */

/* Red behind the due day. Yellow in the last fifth of the time, and always on the last two days. */
enum dossier_light clock_light(const struct program *p, date due, uint32_t length_days, date day)
{
    (void)p;
    if (day.days > due.days) return DOSSIER_RED;
    int64_t left = due.days - day.days;
    return left <= 1 || left * 5 <= (int64_t)length_days ? DOSSIER_YELLOW : DOSSIER_GREEN;
}

bool dossier_clocks_of(struct dossier_desk *d, int64_t id, date day, struct arena *a, dossier_clocks *out,
                       struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    int64_t v[6];
    out->len = 0;
    if (!store_ask(d->s, &q, e,
                   "SELECT kind, unit, count, since, due, state FROM dossier_clock WHERE dossier = $1 ORDER BY kind",
                   "i", id))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        bool whole = true;
        for (uint32_t i = 0; i < 6; i++) whole = whole && store_int(q, i, &v[i]);
        if (!whole) continue;
        struct dossier_clock c = { .kind = (enum dossier_clock_kind)v[0],
                                   .limit = { .count = (uint16_t)v[2], .unit = (uint8_t)v[1] },
                                   .started = { (int32_t)v[3] },
                                   .due = { (int32_t)v[4] },
                                   .suspended = v[5] == CLOCK_STANDS,
                                   .ended = v[5] == CLOCK_ENDED };
        bool late = day.days > c.due.days;
        c.left_days = c.limit.unit != SERVICE_WORKDAYS ? c.due.days - day.days
                      : late                           ? -working_days(d->p, c.due, day)
                                                       : working_days(d->p, day, c.due);
        c.light = c.suspended || c.ended ? DOSSIER_GREEN
                                         : clock_light(d->p, c.due, (uint32_t)(c.due.days - c.started.days), day);
        *vec_push(a, out) = c;
    }
    store_done(q);
    return ok;
}

/* ---- the night ---- */

static bool tell_objectors(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *file,
                           const struct tell *t, struct arena *a, struct err *e)
{
    VEC(str) who = { 0 };
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(d->s, &q, e, "SELECT who FROM dossier_objection WHERE dossier = $1 AND state = 0", "i", file->id))
        return false;
    while ((ok = store_step(q, &row, e)) && row) *vec_push(a, &who) = str_dup(a, store_str(q, 0));
    store_done(q);
    VEC_EACH (const str, w, &who) ok = ok && tell_who(d, act, file, *w, t, e);
    return ok;
}

static bool tell_moved(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *file,
                       enum dossier_clock_kind k, const struct tell *t, struct arena *a, struct err *e)
{
    struct tell office = *t;
    office.what = "办件期限变了";
    switch (k) {
    case DOSSIER_CLOCK_LIMIT: return tell_applicant(d, act, file, t, e) && tell_worker(d, act, file, &office, e);
    case DOSSIER_CLOCK_STEP:
    case DOSSIER_CLOCK_REVIEW: return tell_worker(d, act, file, &office, e);
    case DOSSIER_CLOCK_OBJECT:
        return tell_objectors(d, act, file, t, a, e) && tell_office(d, act, file, DOSSIER_ROLE_CHIEF, &office, e);
    case DOSSIER_CLOCK_CALL: return tell_office(d, act, file, DOSSIER_ROLE_CHIEF, &office, e);
    case DOSSIER_CLOCK_PUBLIC: return publish_until(d, file->id, t->due, e) && tell_applicant(d, act, file, t, e);
    case DOSSIER_CLOCK_CORRECT:
    case DOSSIER_CLOCK_OFFER:
    case DOSSIER_CLOCK_DEFENCE: return tell_applicant(d, act, file, t, e);
    case DOSSIER_CLOCKS: break;
    }
    return true;
}

static bool recompute(struct dossier_desk *d, const struct dossier_act *act, struct clock_row *c, struct arena *a,
                      struct err *e)
{
    struct dossier file;
    struct dossier_note n;
    enum dossier_clock_kind k = (enum dossier_clock_kind)c->kind;
    struct dossier_act sys = desk_system(act, STR("节假日安排变了，期限重新计算"));
    struct tell t = { .what = "期限变了", .has_due = true, .has_was = true, .was = { (int32_t)c->due } };
    t.name = str_of(dossier_clock_zh(k));
    t.due = due_of(d->p, c);
    c->due = t.due.days;
    c->told = 0;
    note_start(&n, a);
    note_str(&n, "clock", t.name);
    note_date(&n, "was", t.was);
    note_date(&n, "is", t.due);
    return dossier_row_get(d, (struct dossier_ref){ .id = c->dossier }, a, &file, e) && put(d, c, e) &&
           dossier_row_event(d, &sys, &file, "dossier.clock", &n, e) && tell_moved(d, &sys, &file, k, &t, a, e);
}

/* Due days worked out again: a holiday that was announced late moves them, and whoever was told the old day hears. */
bool clock_recompute(struct dossier_desk *d, const struct dossier_act *act, int64_t *moved, struct err *e)
{
    autoarena *a = arena_new("clocks", 0);
    VEC(struct clock_row) rows = { 0 };
    struct store_stmt *q;
    bool row, ok;
    int64_t v[8];
    if (!store_ask(
            d->s, &q, e,
            "SELECT dossier, kind, unit, count, used, since, due, told FROM dossier_clock WHERE state = 0 ORDER BY"
            " dossier, kind",
            ""))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        bool whole = true;
        for (uint32_t i = 0; i < 8; i++) whole = whole && store_int(q, i, &v[i]);
        struct clock_row c = { v[0], v[1], v[2], v[3], v[4], v[5], v[6], CLOCK_RUNS, v[7] };
        if (whole && due_of(d->p, &c).days != c.due) *vec_push(a, &rows) = c;
    }
    store_done(q);
    for (size_t i = 0; ok && i < rows.len; i++, ++*moved) ok = recompute(d, act, &rows.at[i], a, e);
    return ok;
}

enum { TOLD_SOON = 1, TOLD_LATE = 2 };

/* Whoever has the word is told: the applicant of what waits for them, else the person or role whose turn it is; behind
 * the due day also the chief, and of the limit of the whole case the applicant as well. */
static bool tell_light(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *file,
                       const struct clock_row *c, bool late, struct err *e)
{
    enum dossier_clock_kind k = (enum dossier_clock_kind)c->kind;
    struct tell t = { .what = late ? "红灯" : "黄灯", .has_due = true, .due = { (int32_t)c->due } };
    t.name = str_of(dossier_clock_zh(k));
    if (k == DOSSIER_CLOCK_CORRECT || k == DOSSIER_CLOCK_OFFER) {
        t.what = "催您";
        return late || tell_applicant(d, act, file, &t, e); /* what ends with the day is told by its end */
    }
    if (k == DOSSIER_CLOCK_PUBLIC || k == DOSSIER_CLOCK_DEFENCE) return true;
    if (k == DOSSIER_CLOCK_OBJECT || k == DOSSIER_CLOCK_CALL) /* not for whoever handled it */
        return tell_office(d, act, file, DOSSIER_ROLE_CHIEF, &t, e);
    if (!tell_worker(d, act, file, &t, e)) return false;
    if (!late) return true;
    struct tell sorry = { .what = "超期道歉", .has_due = true, .due = t.due };
    return tell_office(d, act, file, DOSSIER_ROLE_CHIEF, &t, e) &&
           (k != DOSSIER_CLOCK_LIMIT || tell_applicant(d, act, file, &sorry, e));
}

/* Escalation: once before, once after. */
static bool tell(struct dossier_desk *d, const struct dossier_act *act, struct clock_row *c, bool late, struct arena *a,
                 struct err *e)
{
    struct dossier file;
    struct dossier_note n;
    struct dossier_act sys = desk_system(act, STR(""));
    if (!dossier_row_get(d, (struct dossier_ref){ .id = c->dossier }, a, &file, e)) return false;
    c->told |= late ? TOLD_SOON | TOLD_LATE : TOLD_SOON;
    file.flags |= late ? DOSSIER_LATE : DOSSIER_SOON;
    if (c->kind == DOSSIER_CLOCK_REVIEW) file.flags |= DOSSIER_CHECK;
    note_start(&n, a);
    note_str(&n, "clock", str_of(dossier_clock_zh((enum dossier_clock_kind)c->kind)));
    note_date(&n, "due", (date){ (int32_t)c->due });
    note_str(&n, "light", late ? STR("红") : STR("黄"));
    return put(d, c, e) && dossier_row_put(d, &file, e) && dossier_row_event(d, &sys, &file, "dossier.late", &n, e) &&
           tell_light(d, &sys, &file, c, late, e);
}

bool clock_escalate(struct dossier_desk *d, const struct dossier_act *act, struct dossier_night *night, struct err *e)
{
    enum { AHEAD = 62 }; /* days: a fifth of the longest limits, yellow begins behind it */
    autoarena *a = arena_new("clocks", 0);
    VEC(struct clock_row) rows = { 0 };
    struct store_stmt *q;
    bool row, ok;
    int64_t v[8];
    if (!store_ask(d->s, &q, e,
                   "SELECT dossier, kind, unit, count, used, since, due, told FROM dossier_clock WHERE state = 0 AND"
                   " due <= $1 AND told <> 3 ORDER BY due, dossier",
                   "i", (int64_t)act->day.days + AHEAD))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        bool whole = true;
        for (uint32_t i = 0; i < 8; i++) whole = whole && store_int(q, i, &v[i]);
        if (whole)
            *vec_push(a, &rows) = (struct clock_row){ v[0], v[1], v[2], v[3], v[4], v[5], v[6], CLOCK_RUNS, v[7] };
    }
    store_done(q);
    for (size_t i = 0; ok && i < rows.len; i++) {
        struct clock_row *c = &rows.at[i];
        enum dossier_light l = clock_light(d->p, (date){ (int32_t)c->due }, (uint32_t)(c->due - c->since), act->day);
        bool late = l == DOSSIER_RED && (c->told & TOLD_LATE) == 0, soon = l == DOSSIER_YELLOW && c->told == 0;
        if (!late && !soon) continue;
        ok = tell(d, act, c, late, a, e);
        night->late += late;
        night->soon += soon;
    }
    return ok;
}
