/* benefit: a benefit that goes on is owed when a period of it is over, to whoever was entitled on its last day: by then
 * the months' data are there. It stops by itself, with the sentence that says why. */
#include "dossier/pay_priv.h"

#include <assert.h>

static str months_from(int64_t first, int64_t months, struct arena *a)
{
    return ledger_period_text((month){ (int32_t)first }, (month){ (int32_t)(first + months - 1) }, a);
}

struct benefit {
    int64_t dossier, months, next, back; /* months before back are made up for: an objection was upheld */
    str policy;
};

/* The first 停发 that is true. */
static str stop_reason(struct dossier_desk *d, const struct dossier_facts *x, date day, struct arena *a)
{
    struct evaluator ev = { 0 };
    struct frame f = { .elements = { x->subject } };
    eval_start(&ev, d->p, a, day, day);
    VEC_EACH (const struct criterion, c, &x->service->stops) {
        struct value v = eval_node(&ev, &f, c->node);
        if (v.state == VALUE_KNOWN && v.boolean) return c->name;
    }
    return STR("");
}

str benefit_against(struct dossier_desk *d, const struct dossier_facts *x, const struct dossier_verdicts *v, str policy,
                    date day, struct arena *a)
{
    const struct dossier_verdict *w = verdict_of(v, policy);
    str why = stop_reason(d, x, day, a);
    if (why.len == 0 && w == NULL) why = STR("这项政策已经不在这个事项里");
    if (why.len == 0 && w->x.verdict.kind == VERDICT_REFUSED) why = verdict_reasons(v, a);
    return why;
}

/* Whom it goes to is another one than it was granted to: they have to apply themselves. *why empty: the same, or
 * (*unknown) nobody knows to whom. */
static bool payee_changed(struct dossier_desk *d, struct dossier_facts *x, const struct dossier *c, str policy,
                          date day, struct arena *a, str *why, bool *unknown, struct err *e)
{
    bool there;
    struct payee was, now;
    *why = STR("");
    *unknown = false;
    if (!payee_kept(d, c, policy, a, &there, &was, e)) return false;
    if (!there) return true;
    if (!payee_of(d, x, c, policy, day, a, &now, e)) return false;
    *unknown = now.id == 0;
    if (!*unknown && was.id != now.id)
        *why = str_fmt(a, "这笔钱是准给“%.*s”的，现在该发给“%.*s”，由它另外申请", STR_ARG(was.name), STR_ARG(now.name));
    return true;
}

static bool stop_benefit(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, str why,
                         struct dossier_night *night, struct err *e)
{
    struct dossier_act sys = desk_system(act, why);
    c->note = why;
    night->stopped++;
    return dossier_row_move(d, &sys, c, "停发", NULL, e) && pay_stop(d, c, e) &&
           clock_end(d, c->id, DOSSIER_CLOCK_REVIEW, e) && certify_void(d, &sys, c, why, e);
}

static void tell_night(const struct dossier *c, str period, const char *what, str why, struct arena *told_to,
                       struct dossier_night *night)
{
    char number[DOSSIER_NUMBER_TEXT];
    dossier_number(c->id, number);
    *vec_push(told_to, &night->told) =
        str_fmt(told_to, "%s %.*s %s：%.*s", number, STR_ARG(period), what, STR_ARG(why));
}

static bool go_to(struct dossier_desk *d, struct benefit *b, int64_t next, int64_t paid, struct err *e)
{
    b->next = next;
    return store_do(d->s, NULL, e,
                    "UPDATE dossier_benefit SET next = $3, paid_months = paid_months + $4 WHERE dossier = $1 AND"
                    " policy = $2",
                    "isii", b->dossier, b->policy, next, paid);
}

/* Nothing is owed for these months, and the benefit goes on behind them. */
static bool pass_over(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                      const struct benefit *b, int64_t months, str why, struct arena *told_to,
                      struct dossier_night *night, struct err *e)
{
    struct dossier_note n;
    struct dossier_act sys = desk_system(act, why);
    str period = months_from(b->next, months, told_to);
    struct tell t = { .what = "不发", .policy = b->policy, .period = period, .reason = why };
    note_start(&n, told_to);
    note_str(&n, "policy", b->policy);
    note_str(&n, "period", period);
    tell_night(c, period, "没有发", why, told_to, night);
    return dossier_row_event(d, &sys, c, "dossier.unpaid", &n, e) && tell_applicant(d, &sys, c, &t, e);
}

/* Other rows have this period, or months of it. What lies before them is no whole period: a person has to look. */
static bool after_taken(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                        struct benefit *b, const struct pay_row *taken, struct arena *told_to,
                        struct dossier_night *night, struct err *e)
{
    month from, to;
    char number[DOSSIER_NUMBER_TEXT];
    dossier_number(taken->dossier, number);
    bool months = ledger_period_months(taken->period, &from, &to);
    assert(months);
    str why =
        str_fmt(told_to, "办件 %s 已经有 %.*s 的，前面的月份凑不成一期，要人工核定", number, STR_ARG(taken->period));
    return (from.index <= b->next || pass_over(d, act, c, b, from.index - b->next, why, told_to, night, e)) &&
           go_to(d, b, to.index + 1, 0, e);
}

/* One period of one benefit: owed, stopped, passed over, or left for a person because something is not known. told_to:
 * where what the night tells lives. */
static bool one_period(struct dossier_desk *d, const struct dossier_act *act, struct benefit *b, bool *again,
                       struct arena *told_to, struct dossier_night *night, struct err *e)
{
    autoarena *a = arena_new("period", 0);
    struct dossier c;
    struct dossier_facts x;
    struct dossier_verdicts v;
    const struct pack_set *rules;
    month last = { (int32_t)(b->next + b->months - 1) };
    date day = month_last(last);
    struct pay_row taken;
    bool unknown = false, filled = false, back = last.index < b->back;
    *again = false;
    if (!dossier_row_get(d, (struct dossier_ref){ .id = b->dossier }, a, &c, e)) return false;
    if (c.state == DOSSIER_STOPPED && !back) /* all was made up for that another case does not pay */
        return store_do(d->s, NULL, e, "UPDATE dossier_benefit SET ended = 1 WHERE dossier = $1 AND policy = $2", "is",
                        b->dossier, b->policy);
    if (c.state != DOSSIER_PAYING && c.state != DOSSIER_STOPPED) return true;
    struct dossier_act sys = desk_system(act, STR(""));
    str period = months_from(b->next, b->months, a);
    if (!desk_rules(d, c.rules, &rules, e) || !counted_facts(d, act, &c, b->policy, b->next, a, &x, e) ||
        !verdict_ask(d, &x, rules, day, a, &v, e) || !fill_in(d, &sys, &c, &v, &rules, a, &filled, e))
        return false;
    if (filled && (!dossier_row_put(d, &c, e) || !counted_facts(d, act, &c, b->policy, b->next, a, &x, e) ||
                   !verdict_ask(d, &x, rules, day, a, &v, e)))
        return false;
    const struct dossier_verdict *w = verdict_of(&v, b->policy);
    str why = benefit_against(d, &x, &v, b->policy, day, a);
    if (why.len == 0 && !payee_changed(d, &x, &c, b->policy, day, a, &why, &unknown, e)) return false;
    if (why.len == 0 && back && !counted_since(d, act, &c, b->policy, last, period, w->amount_fen, a, &why, e))
        return false;
    *again = why.len > 0 && back;
    if (*again)
        return pass_over(d, act, &c, b, b->months, why, told_to, night, e) && go_to(d, b, b->next + b->months, 0, e);
    if (why.len > 0) return verdict_keep(d, c.id, &v, a, e) && stop_benefit(d, act, &c, why, night, e);
    if (w->x.verdict.kind != VERDICT_QUALIFIED || !w->has_amount || unknown) {
        str unset = fill_open(&v, a);
        str reasons = unknown         ? STR("查不到发给哪一家")
                      : unset.len > 0 ? str_fmt(a, "还没有人定：%.*s；定下来以后补发", STR_ARG(unset))
                                      : verdict_reasons(&v, a);
        tell_night(&c, period, "还判断不了，没有发", reasons, told_to, night);
        return true;
    }
    if (!verdict_keep(d, c.id, &v, a, e) || !pay_add(d, &sys, &c, w->x.policy, period, w->amount_fen, a, &taken, e))
        return false;
    *again = true;
    if (taken.id != 0) return after_taken(d, act, &c, b, &taken, told_to, night, e);
    night->due++;
    night->due_fen += w->amount_fen;
    return go_to(d, b, b->next + b->months, b->months, e);
}

static bool benefits_due(struct dossier_desk *d, date day, struct arena *a, struct benefit **out, size_t *count,
                         struct err *e)
{
    VEC(struct benefit) list = { 0 };
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(d->s, &q, e,
                   "SELECT dossier, months, next, policy, back FROM dossier_benefit WHERE ended = 0"
                   " AND next + months <= $1 ORDER BY dossier, policy",
                   "i", (int64_t)date_month(day).index))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct benefit b;
        if (!store_int(q, 0, &b.dossier) || !store_int(q, 1, &b.months) || !store_int(q, 2, &b.next)) continue;
        b.policy = str_dup(a, store_str(q, 3));
        b.back = store_number(q, 4);
        *vec_push(a, &list) = b;
    }
    store_done(q);
    *out = list.at;
    *count = list.len;
    return ok;
}

struct paying {
    struct dossier_desk *d;
    const struct dossier_act *act;
    struct benefit b;
    struct arena *a;
    struct dossier_night *night;
};

static bool periods_of(void *context, struct err *e)
{
    struct paying *x = context;
    struct benefit b = x->b;
    for (bool again = true; again && b.next + b.months <= date_month(x->act->day).index;) {
        if (!one_period(x->d, x->act, &b, &again, x->a, x->night, e)) return false;
    }
    return true;
}

bool benefit_night(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, struct dossier_night *night,
                   struct err *e)
{
    struct benefit *list;
    size_t count;
    if (!benefits_due(d, act->day, a, &list, &count, e)) return false;
    for (size_t i = 0; i < count; i++) {
        struct paying x = { d, act, list[i], a, night };
        if (!night_each(d, list[i].dossier, periods_of, &x, a, night, e)) return false;
    }
    return true;
}
