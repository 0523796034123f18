/* warnings: what crossed its line, who handles it, and the moves of a case. All that may be done and by whom is decided
 * in alarm, the same as for `leye warn`; here it is shown and sent on. Nobody's name, no person's record is on these
 * pages. */
#include "alarm/alarm.h"
#include "hall/board.h"

#include <inttypes.h>

enum { SPARK_POINTS = 24, SHOWN_POINTS = 60 };

/* ---- who is acting ---- */

static uint32_t roles_of(const struct call *c)
{
    return c->who.role == ROLE_DUTY      ? ALARM_DUTY
           : c->who.role == ROLE_HANDLER ? ALARM_HANDLER
           : c->who.role == ROLE_CHIEF   ? ALARM_CHIEF
                                         : 0;
}

/* The account's region that answers for the case; an account without a region looks on and does nothing. */
static struct alarm_act act_of(const struct call *c, const struct alarm *x)
{
    struct alarm_act act = { .who = c->who.name,
                             .roles = c->who.region_count > 0 ? roles_of(c) : 0,
                             .office = c->who.region_count > 0 ? c->who.regions[0] : STR(""),
                             .day = c->today,
                             .reason = str_trim(http_form_get(&c->form, STR("reason"))),
                             .clock_ms = c->now * 1000 };
    for (size_t i = 0; x != NULL && i < c->who.region_count; i++) {
        if (alarm_area_in(x->office, c->who.regions[i])) act.office = c->who.regions[i];
    }
    return act;
}

static bool is_mine(const struct call *c, const struct alarm *x)
{
    for (size_t i = 0; i < c->who.region_count; i++) {
        if (alarm_area_in(x->office, c->who.regions[i]) || alarm_area_in(x->area, c->who.regions[i])) return true;
    }
    return c->who.region_count == 0;
}

/* Accounts act under their names; pages show what they are called. */
static bool load_names(struct call *c, access_accounts *out, struct err *e)
{
    return access_account_list(c->desk->store, 0, c->a, out, e);
}

static str called(const access_accounts *all, str name)
{
    VEC_EACH (const struct access_account, n, all) {
        if (str_eq(n->name, name)) return n->display.len > 0 ? n->display : name;
    }
    return name;
}

/* ---- words ---- */

static const char *light_mark(enum alarm_light l)
{
    return l == ALARM_RED ? "late" : l == ALARM_YELLOW ? "ask" : l == ALARM_GREEN ? "yes" : "";
}

static const char *light_word(const struct alarm *x, enum alarm_light l)
{
    if (l == ALARM_NO_LIGHT) return x->state >= ALARM_DONE ? "" : "没有期限";
    return l == ALARM_RED ? "超期" : l == ALARM_YELLOW ? "快到期" : "在期限内";
}

static void add_case(struct call *c, const struct alarm *x, const access_accounts *names, struct json *o)
{
    enum alarm_light l = alarm_light_of(x, c->today);
    doc_int(c->a, o, "number", x->id);
    doc_fmt(c->a, o, "href", "/warnings/%" PRId64, x->id);
    doc_str(c->a, o, "rule", x->rule);
    doc_str(c->a, o, "indicator", x->indicator);
    doc_int(c->a, o, "levelNumber", x->level);
    doc_z(c->a, o, "level", alarm_level_zh(x->level));
    doc_z(c->a, o, "levelMark", x->level == 1 || x->level == 2 ? "late" : x->level == 3 ? "ask" : "");
    doc_str(c->a, o, "area", x->area);
    doc_str(c->a, o, "areaName", board_area(c, c->h->p, x->area));
    doc_str(c->a, o, "period", x->period);
    doc_str(c->a, o, "value", x->value);
    doc_str(c->a, o, "since", x->since);
    doc_str(c->a, o, "line", x->line);
    doc_z(c->a, o, "state", alarm_state_zh(x->state));
    doc_bool(c->a, o, "open", x->state < ALARM_CLOSED);
    doc_bool(c->a, o, "calm", x->calm && x->state < ALARM_CLOSED);
    doc_str(c->a, o, "office", board_area(c, c->h->p, x->office));
    doc_str(c->a, o, "holder", x->holder.len > 0 ? called(names, x->holder) : STR(""));
    doc_bool(c->a, o, "hasDue", x->has_due && x->state < ALARM_DONE);
    doc_str(c->a, o, "due", x->has_due && x->state < ALARM_DONE ? words_day(c->a, x->due, c->today) : STR(""));
    doc_z(c->a, o, "light", light_mark(l));
    doc_z(c->a, o, "lightWord", light_word(x, l));
    doc_str(c->a, o, "opened", words_day(c->a, x->opened, c->today));
}

/* ---- the list ---- */

static void add_trend(struct call *c, const struct board *b, const struct alarm *x, struct json *o)
{
    const struct warning *w = program_warning(c->h->p, x->rule);
    const struct alarm_series *s = w != NULL ? alarm_series_in(c->h->p, w, &b->log, x->area, c->a) : NULL;
    doc_str(c->a, o, "trend", s != NULL ? alarm_sparkline(s, SPARK_POINTS, c->a) : STR(""));
}

static bool add_rules(struct call *c, const struct board *b, struct err *e)
{
    struct json *list = doc_array(c->a, c->doc, "rules");
    VEC_EACH (const struct warning, w, &c->h->p->warnings) {
        size_t areas;
        str ready;
        if (!alarm_ready(c->desk->store, c->h->p, w, &b->log, c->today, c->a, &areas, &ready, e)) return false;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", w->name);
        doc_z(c->a, o, "level", alarm_level_zh(w->level));
        doc_str(c->a, o, "says", alarm_rule_text(c->h->p, w, c->today, c->a));
        doc_int(c->a, o, "areas", (int64_t)areas);
        doc_str(c->a, o, "ready", ready);
        doc_str(c->a, o, "href", words_href(c->a, "/series/", c->h->p->indicators.at[w->indicator].name, ""));
    }
    doc_bool(c->a, c->doc, "anyRule", list->count > 0);
    return true;
}

struct filter {
    int64_t level;
    str area;
    bool all, mine;
};

static bool read_filter(struct call *c, struct filter *f, struct err *e)
{
    str level = str_trim(http_form_get(&c->query, STR("level")));
    *f = (struct filter){ .area = str_trim(http_form_get(&c->query, STR("area"))) };
    f->all = http_form_get(&c->query, STR("all")).len > 0, f->mine = http_form_get(&c->query, STR("mine")).len > 0;
    if (level.len > 0 && (!str_to_i64(level, &f->level) || f->level < 1 || f->level > 4))
        return fail(e, INVALID, "级别写 1 到 4，不是“%.*s”", STR_ARG(level));
    return true;
}

static void add_choices(struct call *c, const struct filter *f, const alarm_list *all)
{
    struct json *levels = doc_array(c->a, c->doc, "levels"), *areas = NULL;
    for (uint8_t i = 1; i <= 4; i++) {
        struct json *o = doc_object(c->a, levels, NULL);
        doc_int(c->a, o, "level", i);
        doc_z(c->a, o, "name", alarm_level_zh(i));
        doc_bool(c->a, o, "chosen", f->level == i);
    }
    struct map seen;
    map_init(&seen, c->a);
    areas = doc_array(c->a, c->doc, "areas");
    VEC_EACH (const struct alarm, x, all) {
        if (!is_mine(c, x) || !map_put(&seen, x->area, c->a)) continue;
        struct json *o = doc_object(c->a, areas, NULL);
        doc_str(c->a, o, "code", x->area);
        doc_str(c->a, o, "name", board_area(c, c->h->p, x->area));
        doc_bool(c->a, o, "chosen", str_eq(f->area, x->area));
    }
    doc_bool(c->a, c->doc, "all", f->all);
    doc_bool(c->a, c->doc, "mine", f->mine);
}

/* What a run found, from the five numbers of the address: an address cannot put a sentence on the page. */
static str ran_text(struct call *c)
{
    str rest = http_form_get(&c->query, STR("ran")), piece;
    int64_t n[5];
    for (size_t i = 0; i < 5; i++) {
        if (rest.p == NULL || !str_split(&rest, '-', &piece) || !str_to_i64(piece, &n[i])) return STR("");
    }
    return str_fmt(c->a, "查了 %lld 条预警、%lld 个序列：新警情 %lld 件，逾期上报 %lld 件，回落 %lld 件",
                   (long long)n[0], (long long)n[1], (long long)n[2], (long long)n[3], (long long)n[4]);
}

bool hall_warnings(struct call *c, struct err *e)
{
    const struct board *b;
    struct filter f;
    alarm_list all = { 0 };
    access_accounts names = { 0 };
    struct alarm_wanted w = { .open = true };
    int64_t late = 0, fresh = 0;
    if (!read_filter(c, &f, e) || !board_of(c, &b, e)) return false;
    w.open = !f.all;
    if (f.mine) w.holder = c->who.name;
    if (!alarm_find(c->desk->store, &w, c->a, &all, e) || !load_names(c, &names, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "cases");
    VEC_EACH (const struct alarm, x, &all) {
        if (!is_mine(c, x) || (f.level != 0 && x->level != f.level)) continue;
        if (f.area.len > 0 && !alarm_area_in(x->area, f.area)) continue;
        struct json *o = doc_object(c->a, list, NULL);
        add_case(c, x, &names, o);
        add_trend(c, b, x, o);
        late += alarm_light_of(x, c->today) == ALARM_RED;
        fresh += x->state == ALARM_NEW;
    }
    doc_int(c->a, c->doc, "count", (int64_t)list->count);
    doc_int(c->a, c->doc, "late", late);
    doc_bool(c->a, c->doc, "anyLate", late > 0);
    doc_int(c->a, c->doc, "fresh", fresh);
    doc_bool(c->a, c->doc, "anyFresh", fresh > 0);
    doc_bool(c->a, c->doc, "mayRun", (act_of(c, NULL).roles & (ALARM_DUTY | ALARM_CHIEF)) != 0);
    add_choices(c, &f, &all);
    doc_str(c->a, c->doc, "ran", ran_text(c));
    return add_rules(c, b, e);
}

/* 现在查一遍: as `leye warn run`. */
bool hall_warnings_run(struct call *c, struct err *e)
{
    struct figures f = { 0 };
    struct alarm_run r;
    struct alarm_act act = act_of(c, NULL);
    if (act.roles == 0) return fail(e, DENIED, "这个账户没有写管哪个地区，不能查；请管理员写上");
    if (!watch_read(c->desk->store, c->a, c->today, &f, e)) return false;
    figures_carry(c->a, c->h->p, &f); /* as on the board */
    if (!alarm_run(c->desk->store, &act, c->h->p, &f, c->a, &r, e)) return false;
    doc_int(c->a, c->doc, "rules", (int64_t)r.rules);
    doc_int(c->a, c->doc, "series", (int64_t)r.series);
    doc_int(c->a, c->doc, "opened", (int64_t)r.opened.len);
    doc_int(c->a, c->doc, "escalated", (int64_t)r.escalated.len);
    doc_int(c->a, c->doc, "calm", (int64_t)r.calm.len);
    c->redirect = str_fmt(c->a, "/warnings?ran=%zu-%zu-%zu-%zu-%zu", r.rules, r.series, r.opened.len, r.escalated.len,
                          r.calm.len);
    return true;
}

/* ---- one case ---- */

static bool load(struct call *c, struct alarm *out, struct err *e)
{
    alarm_list one = { 0 };
    struct alarm_wanted w = { 0 };
    if (!str_to_i64(c->args[0], &w.id) || w.id < 1) return fail(e, NOT_FOUND, "没有这件警情");
    if (!alarm_find(c->desk->store, &w, c->a, &one, e)) return false;
    if (one.len == 0) return fail(e, NOT_FOUND, "没有第 %" PRId64 " 号警情", w.id);
    *out = one.at[0];
    return is_mine(c, out) || fail(e, DENIED, "第 %" PRId64 " 号警情不在您管的地区", w.id);
}

static void add_points(struct call *c, const struct alarm_series *s, const struct alarm_reading *r,
                       const struct measure_unit *unit)
{
    struct json *list = doc_array(c->a, c->doc, "points");
    for (size_t t = s != NULL ? s->n : 0; t-- > 0 && list->count < SHOWN_POINTS;) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "when", interval_text(c->a, alarm_period(s, t)));
        doc_str(c->a, o, "value", s->known[t] ? alarm_value_text(c->a, s->values[t], unit) : STR("没有数"));
        doc_bool(c->a, o, "fires", r->sight == ALARM_SEEN && r->fires[t]);
    }
}

static void draw(struct call *c, const struct warning *w, const struct alarm_series *s, const struct alarm_reading *r)
{
    const struct indicator *x = &c->h->p->indicators.at[w->indicator];
    size_t from = s->n > SHOWN_POINTS ? s->n - SHOWN_POINTS : 0, n = s->n - from;
    struct chart_point *points = ARENA_ARRAY(c->a, struct chart_point, n);
    for (size_t t = 0; t < n; t++) {
        char when[MONTH_TEXT];
        month_text(alarm_period(s, from + t).from, when);
        points[t] = (struct chart_point){ .label = str_dup(c->a, str_of(when)),
                                          .known = s->known[from + t],
                                          .drawn = t + 1 == n,
                                          .value = s->values[from + t] };
    }
    bool seen = r->sight == ALARM_SEEN, lined = seen && w->signal == SIGNAL_LINE;
    struct chart_series k = {
        .unit = x->unit.text, .points = points, .count = n, .alert = seen ? r->fires + from : NULL
    };
    k.title = str_fmt(c->a, "%.*s，%.*s", STR_ARG(x->name), STR_ARG(board_area(c, c->h->p, s->area)));
    if (lined) {
        k.goal = &r->line, k.goal_ink = INK_ALERT;
        k.goal_text = str_fmt(c->a, "线 %.*s", STR_ARG(alarm_value_text(c->a, r->line, &w->unit)));
    }
    chart_of_series(c->a, c->doc, "chart", &k);
}

static bool add_reading(struct call *c, const struct alarm *x, struct err *e)
{
    const struct board *b;
    const struct warning *w = program_warning(c->h->p, x->rule);
    struct alarm_reading r = { 0 };
    if (!board_of(c, &b, e)) return false;
    const struct alarm_series *s = w != NULL ? alarm_series_in(c->h->p, w, &b->log, x->area, c->a) : NULL;
    doc_bool(c->a, c->doc, "ruleGone", w == NULL);
    doc_bool(c->a, c->doc, "anySeries", s != NULL);
    doc_int(c->a, c->doc, "missing", s != NULL ? s->missing : 0);
    doc_bool(c->a, c->doc, "anyMissing", s != NULL && s->missing > 0);
    doc_int(c->a, c->doc, "disputed", s != NULL ? s->disputed : 0);
    doc_bool(c->a, c->doc, "anyDisputed", s != NULL && s->disputed > 0);
    doc_str(c->a, c->doc, "declared", w != NULL ? board_declared(c->h->p, w->decl) : STR(""));
    doc_str(c->a, c->doc, "seriesHref",
            str_fmt(c->a, "%.*s?area=%.*s", STR_ARG(words_href(c->a, "/series/", x->indicator, "")), STR_ARG(x->area)));
    if (s != NULL) alarm_read(c->h->p, w, s, c->today, c->a, &r);
    add_points(c, s, &r, s != NULL ? &c->h->p->indicators.at[w->indicator].unit : NULL);
    if (s != NULL) draw(c, w, s, &r);
    return true;
}

static bool add_plan_of_level(struct call *c, const struct alarm *x, const access_accounts *names, bool may_fulfil,
                              struct err *e)
{
    alarm_actions plan = { 0 };
    int64_t left = 0;
    if (!alarm_actions_of(c->desk->store, x->id, c->a, &plan, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "actions");
    for (size_t i = 0; i < plan.len; i++) {
        struct json *o = doc_object(c->a, list, NULL);
        const struct alarm_action *k = &plan.at[i];
        left += !k->done;
        doc_int(c->a, o, "action", (int64_t)i + 1);
        doc_str(c->a, o, "text", k->text);
        doc_bool(c->a, o, "done", k->done);
        doc_bool(c->a, o, "mayFulfil", may_fulfil);
        doc_str(c->a, o, "result", k->done ? k->result : STR(""));
        doc_str(c->a, o, "who", k->done ? called(names, k->who) : STR(""));
        doc_str(c->a, o, "day", k->done ? words_day(c->a, k->day, c->today) : STR(""));
    }
    doc_int(c->a, c->doc, "left", left);
    doc_bool(c->a, c->doc, "anyLeft", left > 0);
    doc_bool(c->a, c->doc, "anyAction", plan.len > 0);
    return true;
}

static bool add_history(struct call *c, const struct alarm *x, const access_accounts *names, struct err *e)
{
    alarm_steps steps = { 0 };
    if (!alarm_steps_of(c->desk->store, x->id, c->a, &steps, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "steps");
    VEC_EACH (const struct alarm_step, s, &steps) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "day", words_day(c->a, s->day, c->today));
        doc_str(c->a, o, "who", called(names, s->who));
        doc_str(c->a, o, "move", s->move);
        doc_str(c->a, o, "text", s->text);
    }
    return true;
}

/* Who handles things in the office of the case. */
static void add_handlers(struct call *c, const struct alarm *x, const access_accounts *names)
{
    struct json *list = doc_array(c->a, c->doc, "handlers");
    VEC_EACH (const struct access_account, n, names) {
        if ((n->roles & ROLE_BIT(HANDLER)) == 0 || n->disabled) continue;
        str regions = n->regions, one;
        bool near = false;
        while (regions.len > 0 && str_split(&regions, ' ', &one))
            near = near || (one.len > 0 && (alarm_area_in(x->office, one) || alarm_area_in(one, x->office)));
        if (!near) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", n->name);
        doc_str(c->a, o, "display", n->display.len > 0 ? n->display : n->name);
        doc_bool(c->a, o, "chosen", str_eq(n->name, x->holder));
    }
    doc_bool(c->a, c->doc, "anyHandler", list->count > 0);
}

static void add_moves(struct call *c, const struct alarm *x, const struct alarm_act *act)
{
    static const struct {
        enum alarm_move_kind kind;
        const char *key;
    } moves[] = { { ALARM_RECEIVE, "mayReceive" }, { ALARM_ASSIGN, "mayAssign" },    { ALARM_FULFIL, "mayFulfil" },
                  { ALARM_FINISH, "mayFinish" },   { ALARM_RETURN, "mayReturn" },    { ALARM_RELEASE, "mayRelease" },
                  { ALARM_DISMISS, "mayDismiss" }, { ALARM_ESCALATE, "mayEscalate" } };
    bool any = false, reasoned = false;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        bool may = act->roles != 0 && alarm_may(x, moves[i].kind, act);
        doc_bool(c->a, c->doc, moves[i].key, may);
        any = any || may;
        reasoned = reasoned || (may && moves[i].kind >= ALARM_FINISH);
    }
    doc_bool(c->a, c->doc, "mayAny", any);
    doc_bool(c->a, c->doc, "mayReasoned", reasoned);
    doc_str(c->a, c->doc, "assignWord", alarm_move_zh(ALARM_ASSIGN, x->state));
    struct text t;
    text_init(&t, c->a, 1 << 12);
    machine_possible(&alarm_machine, (uint8_t)x->state, ~(uint32_t)ALARM_SYSTEM, &t);
    doc_str(c->a, c->doc, "possible", t.len > 0 ? text_str(&t) : STR(""));
}

static bool show(struct call *c, const struct alarm *x, struct err *e)
{
    access_accounts names = { 0 };
    struct alarm_act act = act_of(c, x);
    if (!load_names(c, &names, e)) return false;
    c->title = str_fmt(c->a, "第 %" PRId64 " 号警情", x->id);
    add_case(c, x, &names, c->doc);
    add_moves(c, x, &act);
    add_handlers(c, x, &names);
    return add_reading(c, x, e) &&
           add_plan_of_level(c, x, &names, act.roles != 0 && alarm_may(x, ALARM_FULFIL, &act), e) &&
           add_history(c, x, &names, e);
}

bool hall_warning(struct call *c, struct err *e)
{
    struct alarm x;
    str as = http_form_get(&c->query, STR("as"));
    if (!load(c, &x, e) || !show(c, &x, e)) return false;
    if (as.p == NULL) return true;
    if (chart_asked(as)) return chart_file(c, "chart", as, str_fmt(c->a, "警情%" PRId64, x.id), e);
    return fail(e, INVALID, "没有“%.*s”这种格式；有 svg、png、pdf", STR_ARG(as));
}

bool hall_warning_act(struct call *c, struct err *e)
{
    struct alarm x;
    struct alarm_step_of step = { .to = str_trim(http_form_get(&c->form, STR("to"))) };
    enum alarm_state state;
    struct err why = { 0 };
    str verb = http_form_get(&c->form, STR("act"));
    if (!load(c, &x, e)) return false;
    struct alarm_act act = act_of(c, &x);
    if (act.roles == 0) return fail(e, DENIED, "这个账户没有写管哪个地区，不能办；请管理员写上");
    if (!alarm_move_named(verb, &step.kind)) return fail(e, INVALID, "没有“%.*s”这个动作", STR_ARG(verb));
    if (step.kind == ALARM_FULFIL && !str_to_i64(http_form_get(&c->form, STR("action")), &step.action))
        return fail(e, INVALID, "要写是预案的第几项");
    if (alarm_move(c->desk->store, &act, c->h->p, x.id, &step, &state, &why)) {
        doc_int(c->a, c->doc, "number", x.id);
        doc_z(c->a, c->doc, "state", alarm_state_zh(state));
        c->redirect = str_fmt(c->a, "/warnings/%" PRId64, x.id);
        return true;
    }
    bool theirs =
        why.code == ERR_INVALID || why.code == ERR_DENIED || why.code == ERR_CONFLICT || why.code == ERR_NOT_FOUND;
    if (c->wants_json || !theirs) return *e = why, false;
    c->status = why.code == ERR_DENIED ? 403 : 422;
    c->problem = str_dup(c->a, str_of(err_cause(&why)));
    return show(c, &x, e);
}
