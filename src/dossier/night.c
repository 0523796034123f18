/* night: what time does by itself. Every piece of it looks for what is due and is gone when it is done, so that a
 * second run on the same day finds nothing, and days that were left out are made up for. A case that cannot be done is
 * told and left for people; it does not stop the others. */
#include "dossier/dossier_priv.h"

typedef VEC(int64_t) id_list;

static bool ids_where(struct dossier_desk *d, const char *sql, int64_t value, struct arena *a, id_list *out,
                      struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    int64_t id;
    out->len = 0;
    if (!store_ask(d->s, &q, e, sql, "i", value)) return false;
    while ((ok = store_step(q, &row, e)) && row) {
        if (store_int(q, 0, &id)) *vec_push(a, out) = id;
    }
    store_done(q);
    return ok;
}

/* ---- one case that is due ---- */

static bool publicity_over(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                           struct dossier_night *night, struct err *e)
{
    bool returned = false;
    struct dossier_act sys = desk_system(act, STR("公示期满，没有未答复的异议"));
    if ((c->flags & DOSSIER_OBJECTED) != 0) return true; /* until it is answered */
    if (!decide_published(d, &sys, c, a, &returned, e)) return false;
    night->published++;
    night->returned += returned;
    return true;
}

static bool offer_over(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                       struct dossier_night *night, struct err *e)
{
    struct dossier_result r = { 0 };
    bool notice = c->service != NULL && c->service->offer == SERVICE_OFFER_NOTICE;
    struct dossier_act sys =
        desk_system(act, notice ? STR("告知以后没有谢绝") : STR("没有在期限内确认；需要时可以自己申请"));
    if (!clock_end(d, c->id, DOSSIER_CLOCK_OFFER, e)) return false;
    if (!notice) {
        night->lapsed++;
        return dossier_row_move(d, &sys, c, "失效", NULL, e);
    }
    night->confirmed++;
    return dossier_row_move(d, &sys, c, "确认", NULL, e) && decide_try_alone(d, &sys, c, a, &r, e);
}

static bool correction_over(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                            struct dossier_night *night, struct err *e)
{
    struct dossier_act sys = desk_system(act, STR("没有在期限内补正"));
    night->lapsed++;
    c->note = sys.reason;
    return dossier_row_move(d, &sys, c, "逾期终止", NULL, e) && clock_end_all(d, c->id, e) &&
           package_follow(d, &sys, c->package, a, e);
}

typedef bool due_case(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                      struct dossier_night *night, struct err *e);

bool night_each(struct dossier_desk *d, int64_t id, night_part *part, void *context, struct arena *a,
                struct dossier_night *night, struct err *e)
{
    struct err own = { 0 };
    struct dossier_night before = *night;
    if (!store_begin(d->s, e)) return false;
    if (part(context, &own)) return store_commit(d->s, e);
    store_rollback(d->s);
    *night = before;
    if (desk_machine_failed(&own)) return *e = own, false;
    char number[DOSSIER_NUMBER_TEXT];
    dossier_number(id, number);
    *vec_push(a, &night->told) = str_fmt(a, "%s：%s", number, err_cause(&own));
    return true;
}

struct due {
    struct dossier_desk *d;
    const struct dossier_act *act;
    int64_t id;
    due_case *what;
    struct dossier_night *night;
};

static bool one(void *context, struct err *e)
{
    struct due *x = context;
    autoarena *a = arena_new("case", 0);
    struct dossier c;
    return dossier_row_get(x->d, (struct dossier_ref){ .id = x->id }, a, &c, e) &&
           x->what(x->d, x->act, &c, a, x->night, e);
}

/* Those cases whose clock of a kind ran out while they were in a state. */
static bool each_due(struct dossier_desk *d, const struct dossier_act *act, const char *sql, due_case *what,
                     struct arena *a, struct dossier_night *night, struct err *e)
{
    id_list ids = { 0 };
    if (!ids_where(d, sql, act->day.days, a, &ids, e)) return false;
    VEC_EACH (const int64_t, id, &ids) {
        struct due x = { d, act, *id, what, night };
        if (!night_each(d, *id, one, &x, a, night, e)) return false;
    }
    return true;
}

#define DUE(state, kind)                                                                                            \
    "SELECT c.dossier FROM dossier_clock c JOIN dossier d ON d.id = c.dossier WHERE c.state = 0 AND c.due < $1 AND" \
    " c.kind = " kind " AND d.state = " state " ORDER BY c.due, c.dossier"

static bool work(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, struct dossier_night *night,
                 struct err *e)
{
    return pay_answers(d, act, a, night, e) && clock_recompute(d, act, &night->moved_clocks, e) &&
           each_due(d, act, DUE("5", "3"), publicity_over, a, night, e) &&
           each_due(d, act, DUE("1", "4"), offer_over, a, night, e) &&
           each_due(d, act, DUE("3", "2"), correction_over, a, night, e) && clock_escalate(d, act, night, e) &&
           pay_night(d, act, a, night, e) && register_night(d, act, night, a, e) &&
           certify_waiting(d, act, night, a, e);
}

static bool note_day(struct dossier_desk *d, date day, struct err *e)
{
    return store_do(d->s, NULL, e,
                    "INSERT INTO dossier_day (name, day) VALUES ('night', $1) ON CONFLICT (name) DO UPDATE SET day ="
                    " CASE WHEN excluded.day > dossier_day.day THEN excluded.day ELSE dossier_day.day END",
                    "i", (int64_t)day.days);
}

bool dossier_last_night(struct dossier_desk *d, bool *ever, date *day, struct err *e)
{
    int64_t last = 0;
    if (!store_get(d->s, ever, &last, 1, e, "SELECT day FROM dossier_day WHERE name = 'night'", "")) return false;
    *day = (date){ (int32_t)last };
    return true;
}

/* The clock of a machine that jumped back must not do yesterday again as if it were today. One that jumped ahead would
 * make everything late, and no day before could be done any more: whoever has really been away says so. */
static bool plausible(struct dossier_desk *d, const struct dossier_act *act, struct err *e)
{
    date day = act->day;
    bool there;
    date last;
    char text[DATE_TEXT];
    if (!dossier_last_night(d, &there, &last, e)) return false;
    if (!there) return true;
    date_text(last, text);
    if (day.days < last.days) return fail(e, CONFLICT, "已经办到 %s 了，不能再办更早的一天；请核对机器的日期", text);
    if (day.days - last.days <= DOSSIER_NIGHTS_APART || act->reason.len > 0) return true;
    return fail(e, CONFLICT, "上一次办到 %s，隔了 %d 天；请核对机器的日期，确实隔了这么久，写明原因（--reason）再办",
                text, (int)(day.days - last.days));
}

bool dossier_night(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, struct dossier_night *out,
                   struct err *e)
{
    *out = (struct dossier_night){ .day = act->day };
    if (!desk_is_system(act) && !str_eq(act->role, DOSSIER_ROLE_CHIEF))
        return fail(e, DENIED, "每天的例行办理由系统或者主管来启动");
    if (!desk_begin(d, act, e)) return false;
    bool ok = plausible(d, act, e) && work(d, act, a, out, e) && note_day(d, act->day, e);
    if (!desk_end(d, ok, e)) return false;
    return journal_seal(d->s, date_add_days(act->day, -1), NULL, act->clock_ms, &out->sealed, e);
}
