/* move: what people do with a case besides deciding it: accept, return once with everything that is missing, refuse,
 * withdraw, take from the queue, hand on, stop, revoke, reopen. */
#include "dossier/dossier_priv.h"

struct moving {
    struct dossier_desk *d;
    const struct dossier_act *act;
    struct arena *a;
    struct dossier c;
};

static bool begin(struct moving *m, struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref,
                  struct err *e)
{
    m->d = d, m->act = act;
    if (!desk_begin(d, act, e)) return false;
    m->a = arena_new("move", 0);
    if (dossier_row_get(d, ref, m->a, &m->c, e) && decide_office(d, act, &m->c, e)) return true;
    arena_free(m->a);
    store_rollback(d->s);
    return false;
}

static bool end(struct moving *m, bool ok, struct err *e)
{
    arena_free(m->a);
    return desk_end(m->d, ok, e);
}

/* ---- counter and review ---- */

bool dossier_accept(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct arena *a,
                    struct dossier_result *out, struct err *e)
{
    struct moving m;
    *out = (struct dossier_result){ .id = ref.id };
    if (!begin(&m, d, act, ref, e)) return false;
    bool ok = m.c.service != NULL ? decide_accepted(d, act, &m.c, a, out, e)
                                  : fail(e, CONFLICT, "这件办件的事项在它的规则里找不到了");
    out->state = m.c.state;
    return end(&m, ok, e);
}

static bool check_defects(const str *defects, size_t count, struct err *e)
{
    if (count == 0) return fail(e, INVALID, "要补什么，请一次写全（一次性告知）");
    if (count > DOSSIER_DEFECTS_MAX) return fail(e, LIMIT, "一次最多写 %d 项", DOSSIER_DEFECTS_MAX);
    for (size_t i = 0; i < count; i++) {
        if (str_trim(defects[i]).len == 0) return fail(e, INVALID, "第 %zu 项是空的，请写要补什么", i + 1);
    }
    return true;
}

bool dossier_return(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, const str *defects,
                    size_t count, bool has_due, date due, struct err *e)
{
    struct moving m;
    struct dossier_note n;
    struct text all;
    if (!check_defects(defects, count, e) || !begin(&m, d, act, ref, e)) return false;
    text_init(&all, m.a, DOSSIER_TEXT_MAX);
    for (size_t i = 0; i < count; i++) text_addf(&all, "%s%zu. %.*s", i > 0 ? "\n" : "", i + 1, STR_ARG(defects[i]));
    bool ok = !all.over || fail(e, LIMIT, "要补的内容太长，最多 %d 字节", DOSSIER_TEXT_MAX);
    if (ok && (m.c.flags & DOSSIER_CORRECTED) != 0)
        ok = fail(e, CONFLICT, "已经退回补正过一次，要补的当时应当一次说全；现在只能按手上的材料决定");
    if (ok && has_due && due.days <= act->day.days) ok = fail(e, INVALID, "补正的期限要在今天以后");
    note_start(&n, m.a);
    note_str(&n, "defects", text_str(&all));
    struct dossier_act because = *act;
    because.reason = text_str(&all);
    m.c.flags |= DOSSIER_CORRECTED;
    m.c.note = text_str(&all);
    m.c.holder = STR("");
    /* the clock first: the notice of the move names its day */
    ok = ok && (!has_due || clock_until(d, m.c.id, DOSSIER_CLOCK_CORRECT, act->day, due, e)) &&
         dossier_row_move(d, &because, &m.c, "退回补正", &n, e) && decide_unsign(d, &m.c, e) &&
         clock_suspend(d, m.c.id, act->day, e);
    return end(&m, ok, e);
}

static bool decided(struct moving *m, const char *move, struct err *e)
{
    m->c.has_decided = true;
    m->c.decided = m->act->day;
    m->c.note = m->act->reason;
    m->c.holder = STR("");
    return dossier_row_move(m->d, m->act, &m->c, move, NULL, e) && clock_end_all(m->d, m->c.id, e) &&
           package_follow(m->d, m->act, m->c.package, m->a, e);
}

static bool keep_verdicts(struct moving *m, struct err *e)
{
    struct dossier_facts x;
    struct dossier_verdicts v;
    const struct pack_set *rules;
    if (m->c.service == NULL || program_service(m->d->p, m->c.name) == NULL) return true;
    return desk_rules(m->d, m->c.rules, &rules, e) &&
           facts_of(m->d, m->c.service, m->c.subject, m->c.answers, m->a, &x, e) &&
           timely_ask(m->d, &m->c, &x, rules, m->act->day, m->a, &v, e) && verdict_keep(m->d, m->c.id, &v, m->a, e);
}

/* Who refused it does not answer the objection against that. */
static bool sign_refusal(struct moving *m, struct err *e)
{
    return store_do(
        m->d->s, NULL, e,
        "INSERT INTO dossier_sign (dossier, round, step, who, day) VALUES ($1, 2, $2, $3, $4) ON CONFLICT DO"
        " NOTHING",
        "iiSi", m->c.id, (int64_t)m->c.step, m->act->who, (int64_t)m->act->day.days);
}

bool dossier_refuse(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct err *e)
{
    struct moving m;
    if (!begin(&m, d, act, ref, e)) return false;
    bool early = m.c.state == DOSSIER_SUBMITTED;
    uint8_t state = (uint8_t)m.c.state;
    bool ok = machine_move(&dossier_machine, &state, early ? STR("不予受理") : STR("不予"), desk_roles(act, &m.c),
                           act->reason, e) &&
              decide_independent(d, act, &m.c, e) && sign_refusal(&m, e) &&
              decided(&m, early ? "不予受理" : "不予", e) && keep_verdicts(&m, e);
    return end(&m, ok, e);
}

bool dossier_withdraw(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct err *e)
{
    struct moving m;
    if (!begin(&m, d, act, ref, e)) return false;
    bool ok = publish_down(d, act, &m.c, e) && decided(&m, m.c.state == DOSSIER_DRAFT ? "放弃" : "撤回", e);
    return end(&m, ok && ((m.c.flags & DOSSIER_PACKAGE) == 0 || package_withdraw(d, act, &m.c, m.a, e)), e);
}

/* ---- whose work ---- */

static bool note_work(struct moving *m, const char *kind, str whom, struct err *e)
{
    struct dossier_note n;
    note_start(&n, m->a);
    note_str(&n, "to", whom);
    return dossier_row_put(m->d, &m->c, e) && dossier_row_event(m->d, m->act, &m->c, kind, &n, e);
}

/* Whether there is anything a person of this role may do with it now. */
static bool has_work(struct moving *m, struct err *e)
{
    struct text t;
    text_init(&t, m->a, DOSSIER_TEXT_MAX);
    machine_possible(&dossier_machine, (uint8_t)m->c.state, desk_roles(m->act, &m->c) & ~(uint32_t)ROLE_SELF, &t);
    if (t.len > 0) return true;
    return fail(e, DENIED, "这件现在是“%s”，%.*s岗位现在没有要办的", dossier_machine.states[m->c.state].name,
                STR_ARG(m->act->role));
}

bool dossier_take(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct err *e)
{
    struct moving m;
    if (!begin(&m, d, act, ref, e)) return false;
    bool ok = has_work(&m, e);
    if (ok && m.c.holder.len > 0 && !str_eq(m.c.holder, act->who))
        ok = fail(e, CONFLICT, "这件 %.*s 已经取了；要接手，请他放回或者转给您", STR_ARG(m.c.holder));
    if (ok && m.c.state == DOSSIER_REVIEW) ok = decide_independent(d, act, &m.c, e);
    bool mine = str_eq(m.c.holder, act->who);
    m.c.holder = act->who;
    return end(&m, ok && (mine || note_work(&m, "dossier.take", act->who, e)), e);
}

/* Whether who acts may say whose work it is: whoever has it, and the chief, with a reason. */
static bool disposes(const struct moving *m, struct err *e)
{
    const struct dossier_act *act = m->act;
    if (m->c.holder.len == 0 || str_eq(m->c.holder, act->who)) return true;
    if (!str_eq(act->role, DOSSIER_ROLE_CHIEF))
        return fail(e, DENIED, "这件是 %.*s 取的，只有他或者主管能放回、能转", STR_ARG(m->c.holder));
    if (act->self != 0 && act->self == m->c.subject)
        return fail(e, DENIED, "这件是您本人的，由谁办不能由您来定；请交给别的主管");
    return str_trim(act->reason).len > 0 ||
           fail(e, INVALID, "这件是 %.*s 取的，请写明为什么要换人", STR_ARG(m->c.holder));
}

bool dossier_release(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct err *e)
{
    struct moving m;
    if (!begin(&m, d, act, ref, e)) return false;
    bool ok = (m.c.holder.len > 0 || fail(e, CONFLICT, "这件没有人取，不用放回")) && disposes(&m, e);
    m.c.holder = STR("");
    return end(&m, ok && note_work(&m, "dossier.release", STR(""), e), e);
}

/* To a person: somebody else than has it, who can go on with it. */
static bool can_take_over(struct moving *m, struct dossier_whom to, struct err *e)
{
    const char *why;
    if (to.who.len == 0) return true;
    if (str_eq(to.who, m->c.holder)) return fail(e, CONFLICT, "这件已经在 %.*s 手上了，请转给别人", STR_ARG(to.who));
    if (!dossier_may_sign(m->d, &m->c, to, &why, e)) return false;
    return why == NULL || fail(e, CONFLICT, "不能转给 %.*s：%s；请转给别人", STR_ARG(to.who), why);
}

bool dossier_transfer(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, str office,
                      struct dossier_whom to, struct err *e)
{
    struct moving m;
    if (office.len > DOSSIER_WORD_MAX || to.who.len > DOSSIER_WORD_MAX)
        return fail(e, LIMIT, "转给谁写得太长，最多 %d 字节", DOSSIER_WORD_MAX);
    if (office.len == 0 && to.who.len == 0) return fail(e, INVALID, "请选转给哪个地方或者哪个人");
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "转办要写明理由");
    if (!begin(&m, d, act, ref, e)) return false;
    bool held = m.c.holder.len > 0 && str_eq(act->role, DOSSIER_ROLE_CHIEF); /* of that there is work for somebody */
    bool ok = (held || has_work(&m, e)) && disposes(&m, e) && can_take_over(&m, to, e);
    if (office.len > 0) m.c.office = office;
    m.c.holder = to.who;
    return end(&m, ok && note_work(&m, "dossier.transfer", office.len > 0 ? office : to.who, e), e);
}

/* ---- after the decision ---- */

bool dossier_stop(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct err *e)
{
    struct moving m;
    if (!begin(&m, d, act, ref, e)) return false;
    m.c.note = act->reason;
    return end(&m,
               dossier_row_move(d, act, &m.c, "停发", NULL, e) && pay_stop(d, &m.c, e) &&
                   clock_end(d, m.c.id, DOSSIER_CLOCK_REVIEW, e) && certify_void(d, act, &m.c, act->reason, e),
               e);
}

static bool next_check(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e)
{
    return c->service == NULL ||
           clock_start(d, c->id, DOSSIER_CLOCK_REVIEW, decide_time(c, c->service->review, act->day), act->day, NULL, e);
}

static bool still_holds(struct moving *m, struct err *e)
{
    struct dossier_facts x;
    struct dossier_verdicts v;
    const struct pack_set *rules;
    if (m->c.service == NULL || !desk_rules(m->d, m->c.rules, &rules, e) ||
        !facts_of(m->d, m->c.service, m->c.subject, m->c.answers, m->a, &x, e) ||
        !verdict_ask(m->d, &x, rules, m->act->day, m->a, &v, e))
        return m->c.service == NULL;
    str why = v.all == VERDICT_REFUSED ? verdict_reasons(&v, m->a) : STR("");
    return v.all != VERDICT_REFUSED || fail(e, CONFLICT, "按规则已经不符合：%.*s。应当停发，不能再发", STR_ARG(why));
}

bool dossier_recheck(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct err *e)
{
    struct moving m;
    struct dossier_note n;
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "复核要写明看了什么");
    if (!begin(&m, d, act, ref, e)) return false;
    bool ok = m.c.state == DOSSIER_PAYING ||
              fail(e, CONFLICT, "现在是“%s”，发放中的才要复核", dossier_machine.states[m.c.state].name);
    ok = ok &&
         ((desk_roles(act, &m.c) & (ROLE_REVIEWER | ROLE_CHIEF)) != 0 || fail(e, DENIED, "复核由审核的人或者主管来做"));
    ok = ok && still_holds(&m, e);
    m.c.flags &= ~(uint32_t)(DOSSIER_CHECK | DOSSIER_LATE | DOSSIER_SOON);
    note_start(&n, m.a);
    return end(&m,
               ok && next_check(d, act, &m.c, e) && dossier_row_put(d, &m.c, e) &&
                   dossier_row_event(d, act, &m.c, "dossier.recheck", &n, e),
               e);
}

/* Paid again, from this month on; what it was stopped at and comes later stays: nothing is owed twice. */
static bool go_on(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, month from, struct err *e)
{
    c->note = STR("");
    return apply_only_one(d, c->name, c->subject, c->id, e) && dossier_row_move(d, act, c, "恢复发放", NULL, e) &&
           store_do(d->s, NULL, e,
                    "UPDATE dossier_benefit SET ended = 0, next = CASE WHEN next < $2 THEN $2 ELSE next END"
                    " WHERE dossier = $1",
                    "ii", c->id, (int64_t)from.index) &&
           next_check(d, act, c, e) && certify_granted(d, act, c, e);
}

/* It should not have been stopped: the next night owes the months since, each looked at as it was; one without a right
 * is passed over. When another case is under way by now, this one stays stopped, and only what that one does not pay is
 * made up for. */
static bool stopped_wrongly(struct moving *m, struct err *e)
{
    bool another = false;
    int64_t id;
    char number[DOSSIER_NUMBER_TEXT];
    if (!apply_open_case(m->d, m->c.name, m->c.subject, m->c.id, &another, &id, e) ||
        !store_do(m->d->s, NULL, e, "UPDATE dossier_benefit SET ended = 0, back = $2 WHERE dossier = $1", "ii", m->c.id,
                  (int64_t)date_month(m->act->day).index))
        return false;
    if (!another) return go_on(m->d, m->act, &m->c, (month){ 0 }, e);
    dossier_number(id, number);
    m->c.note = str_fmt(m->a, "停错了，停发以后的月份补发；这一件不恢复，现在由办件 %s 办", number);
    return dossier_row_put(m->d, &m->c, e);
}

bool dossier_resume(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct err *e)
{
    struct moving m;
    if (!begin(&m, d, act, ref, e)) return false;
    return end(&m, go_on(d, act, &m.c, date_month(act->day), e), e);
}

bool dossier_revoke(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct err *e)
{
    struct moving m;
    if (!begin(&m, d, act, ref, e)) return false;
    m.c.note = act->reason;
    return end(&m,
               dossier_row_move(d, act, &m.c, "撤销", NULL, e) && pay_end(d, act, &m.c, STR("决定撤销了"), e) &&
                   effect_undo(d, act, &m.c, e) && clock_end_all(d, m.c.id, e) &&
                   certify_void(d, act, &m.c, act->reason, e),
               e);
}

/* The office has its whole time again. The clocks before the move: its notice names the day. */
static bool time_anew(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct err *e)
{
    struct service_time limit = { 0 };
    if (c->service != NULL) limit = decide_time(c, c->service->limit, act->day);
    return clock_end(d, c->id, DOSSIER_CLOCK_PUBLIC, e) && (c->service == NULL || decide_start_step(d, act, c, e)) &&
           clock_start(d, c->id, DOSSIER_CLOCK_LIMIT, limit, act->day, NULL, e);
}

static bool reopen(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct err *e)
{
    c->flags |= DOSSIER_REOPENED;
    c->flags &= ~(uint32_t)(DOSSIER_CORRECTED | DOSSIER_ALONE | DOSSIER_PUBLISHED);
    c->step = c->service != NULL ? decide_first_review(c->service) : 0;
    c->has_decided = false;
    if (!c->has_accepted) c->has_accepted = true, c->accepted = act->day; /* 不予受理, and now it is under review */
    c->note = act->reason;
    bool granted = c->state == DOSSIER_GRANTED;
    return apply_only_one(d, c->name, c->subject, c->id, e) && publish_down(d, act, c, e) && time_anew(d, act, c, e) &&
           dossier_row_move(d, act, c, c->state == DOSSIER_PUBLIC ? "异议成立" : "重新办理", NULL, e) &&
           store_do(d->s, NULL, e, "DELETE FROM dossier_sign WHERE dossier = $1", "i", c->id) &&
           (!granted || (pay_end(d, act, c, STR("决定要重新办理"), e) && effect_undo(d, act, c, e) &&
                         certify_void(d, act, c, STR("决定要重新办理"), e)));
}

bool dossier_reopen(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct err *e)
{
    struct moving m;
    if (!begin(&m, d, act, ref, e)) return false;
    return end(&m, reopen(d, act, &m.c, e), e);
}

/* ---- objections ---- */

/* An objection or a bad rating is a task of its own: its clock begins, the chief is told, and whoever spoke. */
static bool open_task(struct moving *m, enum dossier_clock_kind k, int64_t number, struct err *e)
{
    const struct dossier *c = &m->c;
    bool object = k == DOSSIER_CLOCK_OBJECT, running;
    struct tell t = { .what = object ? "有异议" : "有差评", .reason = m->act->reason };
    if (object) t.name = str_fmt(m->a, "%lld", (long long)number);
    if (!object) t.result = str_of(dossier_rating_zh((int)number));
    if (!clock_due(m->d, c->id, k, &running, &t.due, e)) return false; /* the first of two says until when */
    struct service_time limit = { 0 };
    if (c->service != NULL) limit = decide_time(c, object ? c->service->objection : c->service->callback, m->act->day);
    if (!running && !clock_start(m->d, c->id, k, limit, m->act->day, NULL, e)) return false;
    if (!clock_due(m->d, c->id, k, &t.has_due, &t.due, e) || !tell_office(m->d, m->act, c, DOSSIER_ROLE_CHIEF, &t, e))
        return false;
    t.what = "异议收到";
    return !object || tell_who(m->d, m->act, c, m->act->who, &t, e);
}

bool dossier_object(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, int64_t *objection,
                    struct err *e)
{
    struct moving m;
    struct dossier_note n;
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "异议要写明理由");
    if (!begin(&m, d, act, ref, e)) return false;
    bool published = m.c.state == DOSSIER_PUBLIC, mine = str_eq(act->who, m.c.applicant);
    bool ok = published || m.c.state == DOSSIER_REFUSED || m.c.state == DOSSIER_STOPPED ||
              fail(e, CONFLICT, "现在是“%s”，不能提异议；公示期间人人可提，不予、停发以后本人可提",
                   dossier_machine.states[m.c.state].name);
    ok = ok && (published || mine || fail(e, DENIED, "对不予和停发的异议由申请人本人提"));
    ok = ok && store_get(d->s, NULL, objection, 1, e,
                         "INSERT INTO dossier_objection (id, dossier, who, day, text, state, answered_by, answer)"
                         " SELECT coalesce(max(id), 0) + 1, CAST($1 AS bigint), CAST($2 AS text), CAST($3 AS bigint),"
                         " CAST($4 AS text), 0, '', '' FROM dossier_objection RETURNING id",
                         "iSis", m.c.id, act->who, (int64_t)act->day.days, act->reason);
    m.c.flags |= DOSSIER_OBJECTED;
    note_start(&n, m.a);
    if (ok) note_int(&n, "objection", *objection);
    ok = ok && dossier_row_put(d, &m.c, e) && dossier_row_event(d, act, &m.c, "dossier.object", &n, e) &&
         open_task(&m, DOSSIER_CLOCK_OBJECT, *objection, e);
    return end(&m, ok, e);
}

static bool tell_answered(struct moving *m, int64_t objection, bool upheld, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    if (!store_ask(m->d->s, &q, e, "SELECT who FROM dossier_objection WHERE id = $1", "i", objection)) return false;
    bool ok = store_step(q, &row, e);
    str who = ok && row ? str_dup(m->a, store_str(q, 0)) : STR("");
    store_done(q);
    struct tell t = { .what = "异议答复", .reason = m->act->reason, .result = upheld ? STR("成立") : STR("不成立") };
    t.name = str_fmt(m->a, "%lld", (long long)objection);
    return ok && tell_who(m->d, m->act, &m->c, who, &t, e);
}

bool dossier_answer(struct dossier_desk *d, const struct dossier_act *act, int64_t objection, bool upheld,
                    struct err *e)
{
    struct moving m;
    struct dossier_note n;
    bool there = false;
    int64_t v[2] = { 0 }, open = 0;
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "答复异议要写明理由");
    if (!store_get(d->s, &there, v, 2, e, "SELECT dossier, state FROM dossier_objection WHERE id = $1", "i", objection))
        return false;
    if (!there) return fail(e, NOT_FOUND, "没有第 %lld 号异议", (long long)objection);
    if (v[1] != 0) return fail(e, CONFLICT, "第 %lld 号异议已经答复过了", (long long)objection);
    if (!begin(&m, d, act, (struct dossier_ref){ .id = v[0] }, e)) return false;
    bool may = (desk_roles(act, &m.c) & (ROLE_CHIEF | ROLE_REVIEWER)) != 0;
    bool ok =
        (may || fail(e, DENIED, "异议由审核人员或者主管答复")) && decide_uninvolved(d, act, &m.c, e) &&
        store_do(d->s, NULL, e, "UPDATE dossier_objection SET state = $2, answered_by = $3, answer = $4 WHERE id = $1",
                 "iiss", objection, upheld ? INT64_C(1) : INT64_C(2), act->who, act->reason) &&
        store_get(d->s, NULL, &open, 1, e, "SELECT count(*) FROM dossier_objection WHERE dossier = $1 AND state = 0",
                  "i", m.c.id);
    if (open == 0) m.c.flags &= ~(uint32_t)DOSSIER_OBJECTED;
    ok = ok && (open > 0 || clock_end(d, m.c.id, DOSSIER_CLOCK_OBJECT, e)) && tell_answered(&m, objection, upheld, e);
    note_start(&n, m.a);
    note_int(&n, "objection", objection);
    note_str(&n, "outcome", upheld ? STR("成立") : STR("不成立"));
    ok = ok && dossier_row_put(d, &m.c, e) && dossier_row_event(d, act, &m.c, "dossier.answer", &n, e);
    if (ok && upheld && m.c.state != DOSSIER_REVIEW && m.c.state != DOSSIER_STOPPED) ok = reopen(d, act, &m.c, e);
    if (ok && upheld && m.c.state == DOSSIER_STOPPED) ok = stopped_wrongly(&m, e);
    return end(&m, ok, e);
}

/* ---- ratings ---- */

bool dossier_rate(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, int level,
                  struct err *e)
{
    struct moving m;
    struct dossier_note n;
    if (level < 1 || level > 5) return fail(e, INVALID, "评价是 1（非常不满意）到 5（非常满意）");
    if (!begin(&m, d, act, ref, e)) return false;
    bool over = m.c.has_decided || m.c.state >= DOSSIER_GRANTED, there = false;
    int64_t one;
    bool ok = (over || fail(e, CONFLICT, "办结以后才能评价")) &&
              (str_eq(act->who, m.c.applicant) || fail(e, DENIED, "由申请人本人来评价")) &&
              store_get(d->s, &there, &one, 1, e, "SELECT level FROM dossier_rating WHERE dossier = $1", "i", m.c.id);
    if (ok && there) ok = fail(e, CONFLICT, "已经评价过了：%s", dossier_rating_zh((int)one));
    bool bad = level < 3;
    ok = ok &&
         store_do(d->s, NULL, e,
                  "INSERT INTO dossier_rating (dossier, level, day, text, settled) VALUES ($1, $2, $3, $4, $5)",
                  "iiisi", m.c.id, (int64_t)level, (int64_t)act->day.days, act->reason, bad ? INT64_C(0) : INT64_C(1));
    if (bad) m.c.flags |= DOSSIER_UNHAPPY;
    note_start(&n, m.a);
    note_str(&n, "level", str_of(dossier_rating_zh(level)));
    ok = ok && dossier_row_put(d, &m.c, e) && dossier_row_event(d, act, &m.c, "dossier.rate", &n, e) &&
         (!bad || open_task(&m, DOSSIER_CLOCK_CALL, level, e));
    return end(&m, ok, e);
}

bool dossier_rating_settle(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct err *e)
{
    struct moving m;
    struct dossier_note n;
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "要写明怎样联系、怎样整改的");
    if (!begin(&m, d, act, ref, e)) return false;
    bool ok = (m.c.flags & DOSSIER_UNHAPPY) != 0 || fail(e, CONFLICT, "这件没有要回访的差评");
    ok = ok && (!str_eq(act->role, DOSSIER_ROLE_SELF) || fail(e, DENIED, "差评由经办机构回访和整改")) &&
         decide_uninvolved(d, act, &m.c, e) && clock_end(d, m.c.id, DOSSIER_CLOCK_CALL, e);
    ok = ok && store_do(d->s, NULL, e, "UPDATE dossier_rating SET settled = 1 WHERE dossier = $1", "i", m.c.id);
    m.c.flags &= ~(uint32_t)DOSSIER_UNHAPPY;
    note_start(&n, m.a);
    struct tell t = { .what = "差评回访", .reason = act->reason };
    ok = ok && dossier_row_put(d, &m.c, e) && dossier_row_event(d, act, &m.c, "dossier.settle", &n, e) &&
         tell_applicant(d, act, &m.c, &t, e);
    return end(&m, ok, e);
}
