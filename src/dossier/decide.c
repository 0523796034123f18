/* decide: the steps of a service one after the other, who may take them, and what a granted case brings with it. */
#include "dossier/dossier_priv.h"

/* ---- who ---- */

bool dossier_concerns(const struct dossier *c, str role)
{
    if (c->service == NULL) return false;
    VEC_EACH (const struct service_step, s, &c->service->steps) {
        if (str_eq(s->role, role)) return true;
    }
    return false;
}

static bool is_desk(str role) { return str_eq(role, DOSSIER_ROLE_COUNTER) || str_eq(role, STR("经办")); }

bool dossier_step_of(const struct service *s, size_t step, str role)
{
    return str_eq(s->steps.at[step].role, role) || (step < decide_first_review(s) && is_desk(role));
}

bool dossier_accepts(const struct dossier *c, str role)
{
    bool step = c->service != NULL && decide_first_review(c->service) > 0 && dossier_step_of(c->service, 0, role);
    return c->state == DOSSIER_SUBMITTED && (step || is_desk(role));
}

bool dossier_reviews(const struct dossier *c, str role)
{
    const struct service_step *step = decide_step(c);
    if (c->state != DOSSIER_REVIEW || (c->flags & DOSSIER_PACKAGE) != 0) return false; /* its items, each by itself */
    return step == NULL ? is_desk(role) : str_eq(role, step->role);
}

uint32_t desk_roles(const struct dossier_act *act, const struct dossier *c)
{
    uint32_t out = 0;
    bool now = c->state == DOSSIER_REVIEW || (c->flags & DOSSIER_PACKAGE) != 0;
    if (desk_is_system(act)) return ROLE_SYSTEM;
    if (str_eq(act->role, DOSSIER_ROLE_CHIEF)) out |= ROLE_CHIEF;
    if (is_desk(act->role) || dossier_accepts(c, act->role)) out |= ROLE_DESK;
    if (str_eq(act->role, DOSSIER_ROLE_SELF) && str_eq(act->who, c->applicant)) out |= ROLE_SELF;
    if (now ? dossier_reviews(c, act->role) : dossier_concerns(c, act->role)) out |= ROLE_REVIEWER;
    return out;
}

/* Whether the office of a person covers that of the case: the same place, or one above it. */
bool decide_in_office(const struct program *p, str mine, str theirs)
{
    if (mine.len == 0 || theirs.len == 0 || str_eq(mine, theirs)) return true;
    VEC_EACH (const struct code_list, l, &p->codes) {
        if (!str_eq(l->name, STR("行政区划"))) continue;
        for (size_t i = 0; i < l->items.len; i++) {
            if (!str_eq(l->items.at[i].code, theirs)) continue;
            for (uint32_t at = (uint32_t)i + 1; at != 0; at = l->items.at[at - 1].upper) {
                if (str_eq(l->items.at[at - 1].code, mine)) return true;
            }
        }
    }
    return false;
}

void dossier_offices(const struct program *p, str office, struct arena *a, dossier_office_list *out)
{
    VEC_EACH (const struct code_list, l, &p->codes) {
        if (!str_eq(l->name, STR("行政区划"))) continue;
        VEC_EACH (const struct code_item, i, &l->items) {
            if (decide_in_office(p, office, i->code)) *vec_push(a, out) = i->code;
        }
    }
    *vec_push(a, out) = STR(""); /* what belongs to nobody in particular is everybody's */
}

static str office_name(const struct program *p, str code)
{
    const struct code_item *i = code_item_of(program_codes(p, STR("行政区划")), code);
    return i != NULL ? i->name : STR("");
}

bool decide_office(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e)
{
    if (str_eq(act->role, DOSSIER_ROLE_SELF) || decide_in_office(d->p, act->office, c->office)) return true;
    str theirs = office_name(d->p, c->office), mine = office_name(d->p, act->office);
    return fail(e, DENIED, "这件办件归%.*s（%.*s）办，您的辖区是%.*s（%.*s）；要办，请那里先转过来", STR_ARG(theirs),
                STR_ARG(c->office), STR_ARG(mine), STR_ARG(act->office));
}

/* How somebody is bound up with a case, so that another has to decide it. */
enum stake { NO_STAKE, IS_ABOUT, ENTERED, APPLIED, SIGNED_NOW, SIGNED_BEFORE };

static bool stake_of(struct dossier_desk *d, const struct dossier *c, struct dossier_whom whom, enum stake *out,
                     struct err *e)
{
    bool there = false;
    int64_t step;
    *out = whom.self != 0 && whom.self == c->subject ? IS_ABOUT
           : str_eq(whom.who, c->entered_by)         ? ENTERED
           : str_eq(whom.who, c->applicant)          ? APPLIED
                                                     : NO_STAKE;
    if (*out != NO_STAKE) return true;
    if (!store_get(d->s, &there, &step, 1, e, "SELECT step FROM dossier_sign WHERE dossier = $1 AND who = $2 LIMIT 1",
                   "iS", c->id, whom.who))
        return false;
    if (there) *out = step == c->step ? SIGNED_NOW : SIGNED_BEFORE;
    return true;
}

bool decide_independent(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e)
{
    enum stake s;
    if (desk_is_system(act)) return true;
    if (!stake_of(d, c, (struct dossier_whom){ act->who, act->self }, &s, e)) return false;
    switch (s) {
    case NO_STAKE: return true;
    case IS_ABOUT: return fail(e, DENIED, "这件是您本人的，不能由您来审；请交给别人");
    case ENTERED: return fail(e, DENIED, "这件是您自己录入的，不能再由您来审；请交给别人");
    case APPLIED: return fail(e, DENIED, "这件是您自己申请的，不能由您来审；请交给别人");
    case SIGNED_NOW: return fail(e, CONFLICT, "这个环节您已经签过了，等别人签");
    case SIGNED_BEFORE: return fail(e, DENIED, "前面的环节是您办的，这个环节要由别人来办");
    }
    return true;
}

bool dossier_may_sign(struct dossier_desk *d, const struct dossier *c, struct dossier_whom whom, const char **why,
                      struct err *e)
{
    static const char *const whys[] = { [NO_STAKE] = NULL,
                                        [IS_ABOUT] = "这件是关于自己的",
                                        [ENTERED] = "这件是自己录入的",
                                        [APPLIED] = "这件是自己申请的",
                                        [SIGNED_NOW] = "这个环节已经签过了",
                                        [SIGNED_BEFORE] = "前面的环节是自己办的" };
    enum stake s = NO_STAKE;
    if (c->state == DOSSIER_REVIEW && !stake_of(d, c, whom, &s, e)) return false;
    *why = whys[s];
    return true;
}

bool decide_uninvolved(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e)
{
    enum stake s;
    if (desk_is_system(act)) return true;
    if (!stake_of(d, c, (struct dossier_whom){ act->who, act->self }, &s, e)) return false;
    return s == NO_STAKE || fail(e, DENIED, "这件是您经手的，要由没有经手的人来办；请交给别人");
}

/* ---- steps ---- */

uint16_t decide_first_review(const struct service *s)
{
    return s->steps.len > 0 && str_eq(s->steps.at[0].name, STR("受理")) ? 1 : 0;
}

const struct service_step *decide_step(const struct dossier *c)
{
    return c->service != NULL && c->step < c->service->steps.len ? &c->service->steps.at[c->step] : NULL;
}

/* A time of the service as its own rules have it on a day. */
struct service_time decide_time(const struct dossier *c, struct service_time t, date day)
{
    return service_time_on(c->program, t, day);
}

bool decide_start_step(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct err *e)
{
    const struct service_step *s = decide_step(c);
    c->holder = STR("");
    if (!clock_end(d, c->id, DOSSIER_CLOCK_STEP, e)) return false;
    return s == NULL ||
           clock_start(d, c->id, DOSSIER_CLOCK_STEP, decide_time(c, s->limit, act->day), act->day, NULL, e);
}

static bool sign(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, int64_t *count,
                 struct err *e)
{
    return store_do(d->s, NULL, e,
                    "INSERT INTO dossier_sign (dossier, round, step, who, day) VALUES ($1, 0, $2, $3, $4)", "iiSi",
                    c->id, (int64_t)c->step, act->who, (int64_t)act->day.days) &&
           store_get(d->s, NULL, count, 1, e, "SELECT count(*) FROM dossier_sign WHERE dossier = $1 AND step = $2",
                     "ii", c->id, (int64_t)c->step);
}

/* ---- what the case is worth now ---- */

static bool look(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                 struct dossier_facts *x, struct dossier_verdicts *v, struct err *e)
{
    const struct pack_set *rules;
    bool filled = false;
    if (c->service == NULL) return fail(e, CONFLICT, "这件办件的事项“%.*s”在它的规则里找不到了", STR_ARG(c->name));
    if (!desk_rules(d, c->rules, &rules, e) || !facts_of(d, c->service, c->subject, c->answers, a, x, e) ||
        !timely_ask(d, c, x, rules, act->day, a, v, e))
        return false;
    if (!fill_in(d, act, c, v, &rules, a, &filled, e)) return false;
    return !filled || timely_ask(d, c, x, rules, act->day, a, v, e);
}

/* A person may grant what is still open (they saw the papers), never what the rules refuse, and never an amount that
 * cannot be worked out. */
static bool may_grant(const struct dossier_act *act, const struct dossier *c, const struct dossier_verdicts *v,
                      struct arena *a, struct err *e)
{
    str why = v->all == VERDICT_QUALIFIED ? STR("") : verdict_reasons(v, a), unset = fill_open(v, a);
    if (v->all == VERDICT_REFUSED)
        return fail(e, CONFLICT, "按规则不符合，不能准予：%.*s。资料不对的，先更正资料；确实不符合的，请写明理由不予",
                    STR_ARG(why));
    if (unset.len > 0) /* it keeps the rules of the day it was applied for */
        return fail(e, UNSET,
                    "规则里有还没有人定的，不能准予：%.*s。请有权的部门定下来；只定了这些的，这件就能接着办，"
                    "别的规则也改了的，撤回重新申请",
                    STR_ARG(unset));
    if (v->all == VERDICT_QUALIFIED) return true;
    if (c->service->policies.len > 0)
        return fail(e, CONFLICT, "还判断不了：%.*s。缺资料的请先补上，留给人判断的请先作人工判断", STR_ARG(why));
    if (str_trim(act->reason).len > 0) return true;
    return fail(e, INVALID, "还有不知道的：%.*s。您看过材料要准予的，请写明看到了什么", STR_ARG(why));
}

/* ---- granting ---- */

static bool granted(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct dossier_facts *x,
                    const struct dossier_verdicts *v, struct arena *a, struct err *e)
{
    bool continues = c->service->continues && c->service->policies.len > 0;
    struct dossier_note n;
    note_start(&n, a);
    if (v->total_fen > 0) note_int(&n, "amount_fen", v->total_fen);
    c->has_decided = true;
    c->decided = act->day;
    c->holder = STR("");
    struct tell t = { .what = continues ? "发放" : "准予", .result = c->service->result, .amount_fen = v->total_fen };
    return dossier_row_move(d, act, c, t.what, &n, e) && clock_end_all(d, c->id, e) &&
           verdict_keep(d, c->id, v, a, e) && effect_do(d, act, c, x, v, a, e) && pay_granted(d, act, c, x, v, a, e) &&
           tell_applicant(d, act, c, &t, e) && certify_granted(d, act, c, e) &&
           (!continues || clock_start(d, c->id, DOSSIER_CLOCK_REVIEW, decide_time(c, c->service->review, act->day),
                                      act->day, NULL, e)) &&
           package_follow(d, act, c->package, a, e);
}

bool decide_grant(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                  struct dossier_result *out, struct err *e)
{
    struct dossier_facts x;
    struct dossier_verdicts v;
    bool publish = false;
    if (!look(d, act, c, a, &x, &v, e) || !may_grant(act, c, &v, a, e) ||
        !publish_needed(d, c, &x, &v, act->day, a, &publish, e))
        return false;
    c->note = STR(""); /* what stood in the way does so no longer */
    bool ok = publish ? publish_start(d, act, c, &x, &v, a, e) : granted(d, act, c, &x, &v, a, e);
    if (ok) out->granted_fen = publish ? 0 : v.total_fen;
    return ok;
}

typedef bool granting(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                      struct dossier_result *out, struct err *e);

/* Grants in a savepoint. What stops it and a person can mend (no account, no firm, paid by another case, refused by
 * now) is undone whole, and *why is its sentence; empty: it is granted. */
static bool try_to(granting *grant, struct dossier_desk *d, const struct dossier_act *act, struct dossier *c,
                   struct arena *a, struct dossier_result *out, str *why, struct err *e)
{
    struct dossier before = *c;
    struct err own = { 0 };
    *why = STR("");
    if (!store_begin(d->s, e)) return false;
    if (grant(d, act, c, a, out, &own)) return store_commit(d->s, e);
    store_rollback(d->s);
    *c = before;
    if (own.code != ERR_INVALID && own.code != ERR_CONFLICT && own.code != ERR_UNSET) return *e = own, false;
    *why = str_dup(a, str_of(err_cause(&own)));
    return true;
}

/* ---- when publicity is over ---- */

bool decide_unsign(struct dossier_desk *d, const struct dossier *c, struct err *e)
{
    return store_do(d->s, NULL, e, "DELETE FROM dossier_sign WHERE dossier = $1 AND step = $2 AND round = 0", "ii",
                    c->id, (int64_t)c->step);
}

/* Whoever signed last signs again, or refuses. What the machine decided nobody has reviewed: the time of the office
 * begins with its first step. */
static bool back_to_review(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, str why,
                           struct arena *a, struct err *e)
{
    bool alone = (c->flags & DOSSIER_ALONE) != 0;
    struct dossier_act sys = desk_system(act, str_fmt(a, "公示期满，退回审核：%.*s", STR_ARG(why)));
    c->note = sys.reason;
    c->flags = (c->flags & ~(uint32_t)DOSSIER_ALONE) | DOSSIER_PUBLISHED;
    if (alone) c->step = decide_first_review(c->service);
    return clock_end(d, c->id, DOSSIER_CLOCK_PUBLIC, e) && clock_resume(d, c->id, act->day, e) &&
           (!alone || clock_start(d, c->id, DOSSIER_CLOCK_LIMIT, decide_time(c, c->service->limit, act->day), act->day,
                                  NULL, e)) &&
           decide_unsign(d, c, e) && decide_start_step(d, &sys, c, e) &&
           dossier_row_move(d, &sys, c, "退回审核", NULL, e) &&
           tell_worker(d, &sys, c, &(struct tell){ .what = "要再看", .reason = why }, e);
}

bool decide_published(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                      bool *returned, struct err *e)
{
    struct dossier_result r = { 0 };
    str why;
    if (!try_to(decide_grant, d, act, c, a, &r, &why, e)) return false;
    *returned = why.len > 0;
    return !*returned || back_to_review(d, act, c, why, a, e);
}

/* ---- alone ---- */

static bool to_staff(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, str why, struct arena *a,
                     struct err *e)
{
    struct dossier_note n;
    c->note = str_fmt(a, "转人工：%.*s", STR_ARG(why));
    struct dossier_act sys = desk_system(act, c->note);
    note_start(&n, a);
    return dossier_row_put(d, c, e) && dossier_row_event(d, &sys, c, "dossier.staff", &n, e);
}

static bool grant_alone(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                        struct dossier_result *out, struct err *e)
{
    struct dossier_act sys = desk_system(act, STR("条件都核实过，由系统决定"));
    c->note = STR("");
    c->flags |= DOSSIER_ALONE;
    if (!dossier_row_move(d, &sys, c, "受理", NULL, e)) return false;
    c->has_accepted = true;
    c->accepted = act->day;
    c->step = (uint16_t)c->service->steps.len;
    return decide_grant(d, &sys, c, a, out, e);
}

/* The machine grants or leaves it to a person, with what stopped it as their reason. */
bool decide_try_alone(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                      struct dossier_result *out, struct err *e)
{
    struct dossier_facts x;
    struct dossier_verdicts v;
    if (!look(d, act, c, a, &x, &v, e) || !verdict_why_staff(d, &x, &v, act->day, a, &out->why_staff, e)) return false;
    if (out->why_staff.len == 0 && !try_to(grant_alone, d, act, c, a, out, &out->why_staff, e)) return false;
    out->alone = out->why_staff.len == 0;
    return out->alone || to_staff(d, act, c, out->why_staff, a, e);
}

/* Who accepted it has had their step: they do not review it as well. */
static bool sign_acceptance(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                            struct err *e)
{
    return store_do(
        d->s, NULL, e,
        "INSERT INTO dossier_sign (dossier, round, step, who, day) VALUES ($1, 1, $2, $3, $4) ON CONFLICT DO"
        " NOTHING",
        "iiSi", c->id, (int64_t)c->step - 1, act->who, (int64_t)act->day.days);
}

bool decide_accepted(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, struct arena *a,
                     struct dossier_result *out, struct err *e)
{
    date due;
    (void)a;
    c->has_accepted = true;
    c->accepted = act->day;
    c->step = decide_first_review(c->service);
    if (!sign_acceptance(d, act, c, e) || !decide_start_step(d, act, c, e) ||
        !dossier_row_move(d, act, c, "受理", NULL, e) ||
        !clock_start(d, c->id, DOSSIER_CLOCK_LIMIT, decide_time(c, c->service->limit, act->day), act->day, &due, e) ||
        !clock_due(d, c->id, DOSSIER_CLOCK_LIMIT, &out->has_due, &out->due, e))
        return false;
    return tell_applicant(d, act, c, &(struct tell){ .what = "受理", .has_due = out->has_due, .due = out->due }, e);
}

/* ---- a signature ---- */

static str step_name(const struct dossier *c)
{
    const struct service_step *s = decide_step(c);
    return s != NULL ? s->name : STR("");
}

bool dossier_approve(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct arena *a,
                     struct dossier_result *out, struct err *e)
{
    struct dossier c;
    int64_t signatures = 0;
    *out = (struct dossier_result){ .id = ref.id };
    if (!desk_begin(d, act, e)) return false;
    bool ok = dossier_row_get(d, ref, a, &c, e) && decide_office(d, act, &c, e);
    uint8_t state = ok ? (uint8_t)c.state : 0;
    if (ok && (c.flags & DOSSIER_PACKAGE) != 0)
        ok = fail(e, CONFLICT, "这是一件事，里面的各项分开审：请打开各项，一项一项签批");
    /* the machine first: who may not is told so, and not what else is wrong */
    ok = ok && machine_move(&dossier_machine, &state, STR("签批"), desk_roles(act, &c), act->reason, e) &&
         decide_independent(d, act, &c, e) && register_heard(d, act, &c, step_name(&c), e) &&
         sign(d, act, &c, &signatures, e);
    if (ok) {
        const struct service_step *s = decide_step(&c);
        bool enough = s == NULL || signatures >= s->signatures;
        bool last = c.step + 1u >= c.service->steps.len;
        if (enough && last) {
            ok = decide_grant(d, act, &c, a, out, e);
        } else {
            struct dossier_note n;
            note_start(&n, a);
            note_str(&n, "step", s != NULL ? s->name : STR(""));
            note_int(&n, "signatures", signatures);
            note_str(&n, "move", STR("签批"));
            c.holder = STR(""); /* whoever signed has done their part */
            if (enough) c.step++;
            ok = (!enough || register_told(d, act, &c, s != NULL ? s->name : STR(""), e)) &&
                 (!enough || decide_start_step(d, act, &c, e)) && dossier_row_put(d, &c, e) &&
                 dossier_row_event(d, act, &c, "dossier.move", &n, e);
        }
        out->state = c.state;
    }
    return desk_end(d, ok, e);
}
