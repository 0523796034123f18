/* publish: 公示. What is shown is written once, masked, and does not change while it hangs there, whatever becomes of
 * the record. The clock of the case stands still meanwhile. */
#include "base/mask.h"
#include "dossier/dossier_priv.h"

static str public_line(const struct dossier_facts *x, const struct dossier_verdicts *v, const struct dossier *c,
                       struct arena *a)
{
    struct text t;
    text_init(&t, a, DOSSIER_TEXT_MAX);
    bool person = facts_field(x, "AAC003", a).len > 0;
    str name = facts_name(x, a), number = facts_number(x, a);
    if (person) name = mask(a, STR("姓名"), name), number = mask(a, STR("证件号"), number);
    text_addf(&t, "%.*s %.*s %.*s", STR_ARG(name), STR_ARG(number), STR_ARG(c->name));
    VEC_EACH (const struct dossier_verdict, w, &v->list) {
        if (w->has_amount) text_addf(&t, " %.*s %.*s", STR_ARG(w->question.policy), STR_ARG(w->x.amount));
    }
    return text_str(&t);
}

/* The line that was shown last. */
static bool last_line(struct dossier_desk *d, int64_t id, struct arena *a, str *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    if (!store_ask(d->s, &q, e, "SELECT line FROM dossier_public WHERE dossier = $1 ORDER BY round DESC LIMIT 1", "i",
                   id))
        return false;
    bool ok = store_step(q, &row, e);
    *out = ok && row ? str_dup(a, store_str(q, 0)) : STR("");
    store_done(q);
    return ok;
}

bool publish_needed(struct dossier_desk *d, const struct dossier *c, const struct dossier_facts *x,
                    const struct dossier_verdicts *v, date day, struct arena *a, bool *needed, struct err *e)
{
    str shown;
    *needed = c->state == DOSSIER_REVIEW && decide_time(c, c->service->publicity, day).count > 0;
    if (!*needed || (c->flags & DOSSIER_PUBLISHED) == 0) return true;
    if (!last_line(d, c->id, a, &shown, e)) return false;
    *needed = !str_eq(shown, public_line(x, v, c, a));
    return true;
}

bool publish_start(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct dossier_facts *x,
                   const struct dossier_verdicts *v, struct arena *a, struct err *e)
{
    date until = act->day;
    struct service_time t = decide_time(c, c->service->publicity, act->day);
    struct dossier_note n;
    str line = public_line(x, v, c, a);
    note_start(&n, a);
    note_str(&n, "line", line);
    c->holder = STR("");
    c->flags &= ~(uint32_t)DOSSIER_PUBLISHED;
    if (!(verdict_keep(d, c->id, v, a, e) && dossier_row_move(d, act, c, "公示", &n, e) &&
          clock_end(d, c->id, DOSSIER_CLOCK_STEP, e) && clock_suspend(d, c->id, act->day, e) &&
          clock_start(d, c->id, DOSSIER_CLOCK_PUBLIC, t, act->day, &until, e) &&
          store_do(d->s, NULL, e,
                   "INSERT INTO dossier_public (dossier, round, line, day, until) VALUES ($1, $2, $3, $4, $5)", "iisii",
                   c->id, c->revision, line, (int64_t)act->day.days, (int64_t)until.days)))
        return false;
    return tell_applicant(d, act, c, &(struct tell){ .what = "公示", .has_due = true, .due = until }, e);
}

/* A holiday announced late makes it hang longer; what is heard again, or withdrawn, comes down. */
bool publish_until(struct dossier_desk *d, int64_t id, date until, struct err *e)
{
    return store_do(d->s, NULL, e,
                    "UPDATE dossier_public SET until = $2 WHERE dossier = $1 AND round ="
                    " (SELECT max(round) FROM dossier_public WHERE dossier = $1)",
                    "ii", id, (int64_t)until.days);
}

bool publish_down(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e)
{
    return c->state != DOSSIER_PUBLIC || publish_until(d, c->id, date_add_days(act->day, -1), e);
}

bool dossier_publicity(struct dossier_desk *d, date day, struct arena *a, dossier_published_list *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    out->len = 0;
    if (!store_ask(d->s, &q, e,
                   "SELECT dossier, line, day, until FROM dossier_public WHERE until >= $1 AND day <= $1 ORDER BY"
                   " until, dossier",
                   "i", (int64_t)day.days))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct dossier_published p = { 0 };
        int64_t from, until;
        if (!store_int(q, 0, &p.id) || !store_int(q, 2, &from) || !store_int(q, 3, &until)) continue;
        p.line = str_dup(a, store_str(q, 1));
        p.from = (date){ (int32_t)from };
        p.until = (date){ (int32_t)until };
        p.over = until < day.days;
        *vec_push(a, out) = p;
    }
    store_done(q);
    return ok;
}
