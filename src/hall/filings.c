/* filings 报表: what a region has to fill, what it has to approve, and one sheet with its cells. All that may be done
 * and by whom is decided in filing, the same as for `leye return`. Nobody's name but those of staff is on these pages.
 */
#include "filing/filing.h"
#include "gauge/gauge.h"
#include "hall/board.h"

#include <inttypes.h>

enum { PERIODS_MAX = 60 };

/* ---- who is acting ---- */

static uint32_t roles_of(const struct call *c)
{
    bool fills = c->who.role == ROLE_OPERATOR || c->who.role == ROLE_ANALYST;
    bool approves = c->who.role == ROLE_REVIEWER || c->who.role == ROLE_CHIEF;
    return fills ? FILING_FILLER : approves ? FILING_APPROVER : 0;
}

/* Of several regions of an account the highest the area lies in; an account without a region looks on and does nothing.
 */
static struct filing_act act_for(const struct call *c, const struct filing_areas *areas, str area)
{
    struct filing_act act = { .who = c->who.name,
                              .roles = c->who.region_count > 0 ? roles_of(c) : 0,
                              .office = c->who.region_count > 0 ? c->who.regions[0] : STR(""),
                              .day = c->today,
                              .reason = desk_field(c, "reason"),
                              .clock_ms = c->now * 1000 };
    if (act.reason.p == NULL) act.reason = STR("");
    bool found = false;
    for (size_t i = 0; i < c->who.region_count; i++) {
        str one = c->who.regions[i];
        if (!filing_area_in(areas, area, one) || (found && !filing_area_in(areas, act.office, one))) continue;
        act.office = one, found = true;
    }
    return act;
}

static bool is_mine(const struct call *c, const struct filing_areas *areas, str area)
{
    for (size_t i = 0; i < c->who.region_count; i++) {
        if (filing_area_in(areas, area, c->who.regions[i])) return true;
    }
    return c->who.region_count == 0;
}

static const char *light_mark(enum filing_light l)
{
    return l == FILING_RED ? "late" : l == FILING_YELLOW ? "ask" : l == FILING_GREEN ? "yes" : "";
}

static str called(const access_accounts *all, str name)
{
    VEC_EACH (const struct access_account, n, all) {
        if (str_eq(n->name, name)) return n->display.len > 0 ? n->display : name;
    }
    return name;
}

/* ---- the list ---- */

struct asked {
    const struct return_ *form;
    struct filing_areas areas;
    struct interval period;
    filing_list list; /* of the form and period, the last versions */
    access_accounts names;
};

static void add_filing(struct call *c, const struct asked *k, const struct filing *x, struct json *o)
{
    const struct filing_area *area = filing_area_find(&k->areas, x->area);
    doc_int(c->a, o, "number", x->id);
    doc_fmt(c->a, o, "href", "/returns/%" PRId64, x->id);
    doc_str(c->a, o, "form", x->form);
    doc_str(c->a, o, "area", x->area);
    doc_str(c->a, o, "areaName", board_area(c, c->h->p, x->area));
    doc_z(c->a, o, "level", area != NULL ? area_level_zh(area->level) : "");
    doc_str(c->a, o, "period", interval_text(c->a, x->period));
    doc_int(c->a, o, "version", x->version);
    doc_bool(c->a, o, "later", x->version > 1);
    doc_str(c->a, o, "cause", x->cause);
    doc_z(c->a, o, "state", filing_state_zh(x->state));
    doc_z(c->a, o, "light", light_mark(filing_light_of(x, c->today)));
    doc_z(c->a, o, "lightWord", filing_light_zh(x, c->today, c->a));
    doc_str(c->a, o, "due", x->has_due ? words_day(c->a, x->due, c->today) : STR(""));
    doc_str(c->a, o, "filler", called(&k->names, x->filler));
    doc_str(c->a, o, "approver", called(&k->names, x->approver));
    doc_str(c->a, o, "missing", x->missing);
}

static void add_forms(struct call *c, const struct return_ *chosen)
{
    struct json *list = doc_array(c->a, c->doc, "forms");
    VEC_EACH (const struct return_, r, &c->h->p->returns) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", r->name);
        doc_bool(c->a, o, "chosen", r == chosen);
    }
    doc_bool(c->a, c->doc, "anyForm", list->count > 0);
}

/* The periods that were opened, the latest first; *latest the first of them. */
static bool add_periods(struct call *c, struct asked *k, str wanted, struct err *e)
{
    filing_list all = { 0 };
    struct filing_wanted w = { .form = k->form->name, .area = STR("") };
    struct json *list = doc_array(c->a, c->doc, "periods");
    struct interval last = { { 0 }, { 0 } };
    if (wanted.len > 0 && !filing_period_read(k->form, wanted, &k->period, e)) return false;
    if (!filing_find(c->desk->store, &w, c->a, &all, e)) return false;
    for (size_t i = 0; i < all.len && list->count < PERIODS_MAX; i++) {
        if (interval_eq(all.at[i].period, last)) continue;
        last = all.at[i].period;
        if (wanted.len == 0 && list->count == 0) k->period = last;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "words", interval_text(c->a, last));
        doc_bool(c->a, o, "chosen", interval_eq(last, k->period));
    }
    doc_bool(c->a, c->doc, "anyPeriod", list->count > 0);
    return true;
}

static bool ask(struct call *c, struct asked *k, struct err *e)
{
    str name = desk_asked(c, "form"), period = desk_asked(c, "period");
    if (name.len == 0) name = desk_field(c, "form");
    k->form = name.len > 0 ? program_return(c->h->p, name) : NULL;
    if (name.len > 0 && k->form == NULL) return fail(e, NOT_FOUND, "没有报表“%.*s”", STR_ARG(name));
    for (size_t i = c->h->p->returns.len; k->form == NULL && i-- > 0;) k->form = &c->h->p->returns.at[i];
    add_forms(c, k->form);
    if (k->form == NULL) {
        doc_array(c->a, c->doc, "periods");
        doc_bool(c->a, c->doc, "anyPeriod", false);
        return true;
    }
    k->period = filing_period_before(k->form, c->today);
    struct filing_wanted w = { .form = k->form->name, .has_period = true, .latest = true };
    if (!filing_areas_of(c->h->p, k->form, c->a, &k->areas, e) || !add_periods(c, k, period, e)) return false;
    w.period = k->period;
    return access_account_list(c->desk->store, c->a, &k->names, e) &&
           filing_find(c->desk->store, &w, c->a, &k->list, e);
}

/* Which rows wait for whoever looks: to be filled, or to be approved. */
static bool waits(struct call *c, const struct asked *k, const struct filing *x)
{
    struct filing_act act = act_for(c, &k->areas, x->area);
    if (act.roles == 0) return false;
    if (filing_may_fill(&k->areas, x, &act)) return str_eq(x->area, act.office);
    return filing_may(&k->areas, k->form, x, FILING_APPROVE, &act);
}

static bool add_records(struct call *c, const struct asked *k, struct err *e)
{
    filing_records rows = { 0 };
    struct json *list = doc_array(c->a, c->doc, "records");
    if (!filing_timeliness(c->desk->store, k->form->name, c->today, c->a, &rows, e)) return false;
    VEC_EACH (const struct filing_record, r, &rows) {
        if (!is_mine(c, &k->areas, r->area)) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "areaName", board_area(c, c->h->p, r->area));
        doc_int(c->a, o, "dueCount", (int64_t)r->due);
        doc_int(c->a, o, "onTime", (int64_t)r->on_time);
        doc_int(c->a, o, "lateCount", (int64_t)r->late);
        doc_int(c->a, o, "open", (int64_t)r->open);
        doc_int(c->a, o, "share", (int64_t)(r->on_time * 100 / r->due));
    }
    doc_bool(c->a, c->doc, "anyRecord", list->count > 0);
    return true;
}

static bool send_table(struct call *c, const struct asked *k, struct err *e)
{
    size_t columns = 3 + k->form->cells.len, rows = 1 + k->list.len, shown = 1;
    str *cells = ARENA_ARRAY(c->a, str, columns * rows), *at = cells;
    *at++ = STR("地区"), *at++ = STR("代码"), *at++ = STR("状态");
    VEC_EACH (const struct return_cell, x, &k->form->cells)
        *at++ = str_fmt(c->a, "%.*s（%.*s）", STR_ARG(x->name), STR_ARG(x->unit.text));
    VEC_EACH (const struct filing, x, &k->list) {
        struct filing_sheet s;
        if (!is_mine(c, &k->areas, x->area)) continue;
        if (!filing_open_sheet(c->desk->store, c->h->p, &k->areas, x, &(struct figures){ 0 }, c->a, &s, e))
            return false;
        *at++ = board_area(c, c->h->p, x->area), *at++ = x->area, *at++ = str_of(filing_state_zh(x->state));
        VEC_EACH (const struct filing_value, v, &s.values)
            *at++ = v->has_value ? measure_text(c->a, v->value, 0) : STR("");
        shown++;
    }
    struct download_table t = { cells, columns, shown };
    str when = interval_text(c->a, k->period);
    return download_xlsx(c, &t, str_fmt(c->a, "%.*s%.*s.xlsx", STR_ARG(k->form->name), STR_ARG(when)), e);
}

static bool show_list(struct call *c, struct err *e)
{
    struct asked k = { 0 };
    int64_t open = 0, late = 0;
    str as = http_form_get(&c->query, STR("as"));
    if (!ask(c, &k, e)) return false;
    if (k.form != NULL && str_eq(as, STR("xlsx"))) return send_table(c, &k, e);
    if (as.p != NULL) return fail(e, INVALID, "没有“%.*s”这种格式；有 xlsx", STR_ARG(as));
    struct json *mine = doc_array(c->a, c->doc, "mine"), *list;
    VEC_EACH (const struct filing, x, &k.list) {
        if (waits(c, &k, x)) add_filing(c, &k, x, doc_object(c->a, mine, NULL));
    }
    doc_int(c->a, c->doc, "waiting", (int64_t)mine->count);
    doc_bool(c->a, c->doc, "anyMine", mine->count > 0);
    list = doc_array(c->a, c->doc, "filings");
    VEC_EACH (const struct filing, x, &k.list) {
        if (!is_mine(c, &k.areas, x->area)) continue;
        add_filing(c, &k, x, doc_object(c->a, list, NULL));
        open += !x->has_reported || x->state == FILING_RETURNED;
        late += filing_light_of(x, c->today) == FILING_RED && !x->has_reported;
    }
    doc_int(c->a, c->doc, "count", (int64_t)list->count);
    doc_int(c->a, c->doc, "open", open);
    doc_int(c->a, c->doc, "late", late);
    doc_bool(c->a, c->doc, "anyLate", late > 0);
    struct filing_act act = act_for(c, &k.areas, k.areas.list.len > 0 ? k.areas.list.at[0].code : STR(""));
    bool top = k.areas.list.len > 0 && filing_area_in(&k.areas, k.areas.list.at[0].code, act.office);
    doc_bool(c->a, c->doc, "mayOpen", act.roles != 0 && top);
    doc_str(c->a, c->doc, "form", k.form != NULL ? k.form->name : STR(""));
    doc_str(c->a, c->doc, "period", k.form != NULL ? interval_text(c->a, k.period) : STR(""));
    struct interval next = k.form != NULL ? filing_period_before(k.form, c->today) : k.period;
    doc_str(c->a, c->doc, "next", k.form != NULL ? interval_text(c->a, next) : STR(""));
    doc_str(c->a, c->doc, "fileHref",
            k.form == NULL ? STR("")
                           : str_fmt(c->a, "%.*s&period=%.*s&as=xlsx",
                                     STR_ARG(words_href(c->a, "/returns?form=", k.form->name, "")),
                                     STR_ARG(words_href(c->a, "", interval_text(c->a, k.period), ""))));
    desk_done(c);
    if (k.form != NULL) return add_records(c, &k, e);
    doc_array(c->a, c->doc, "records");
    doc_bool(c->a, c->doc, "anyRecord", false);
    return true;
}

bool hall_filings(struct call *c, struct err *e) { return show_list(c, e); }

/* Figures that are known without asking: the log, and what is counted over everybody in the register. */
static bool known_figures(struct call *c, struct figures *out, struct err *e)
{
    const struct board *b;
    const struct gauge *g;
    if (!board_of(c, &b, e) || !map_gauge(c, &g, e)) return false;
    VEC_EACH (const struct observation, o, &b->log.list) *vec_push(c->a, &out->list) = *o;
    if (g->p != NULL) gauge_observe(g, gauge_region(c->h->p), c->today, c->a, out);
    return true;
}

/* 开填一期. */
bool hall_filings_open(struct call *c, struct err *e)
{
    struct figures known = { 0 };
    struct filing_areas areas;
    struct interval period;
    struct filing_opened r;
    struct err why = { 0 };
    str words = desk_field(c, "open");
    const struct return_ *form = program_return(c->h->p, desk_field(c, "form"));
    if (form == NULL) return fail(e, NOT_FOUND, "没有这张报表");
    if (!filing_areas_of(c->h->p, form, c->a, &areas, e)) return false;
    struct filing_act act = act_for(c, &areas, areas.list.at[0].code);
    if (act.roles == 0) return fail(e, DENIED, "这个账户没有写管哪个地区，不能开填；请管理员写上");
    bool ok = filing_period_read(form, words, &period, &why) && known_figures(c, &known, &why) &&
              filing_open(c->desk->store, &act, c->h->p, form, period, &known, c->a, &r, &why);
    if (!ok) return desk_again(c, &why, e) && show_list(c, e);
    doc_int(c->a, c->doc, "made", (int64_t)r.made);
    doc_int(c->a, c->doc, "there", (int64_t)r.there);
    desk_back(c,
              str_fmt(c->a, "%.*s&period=%.*s", STR_ARG(words_href(c->a, "/returns?form=", form->name, "")),
                      STR_ARG(words_href(c->a, "", interval_text(c->a, period), ""))),
              "opened");
    return true;
}

/* ---- one sheet ---- */

static bool load(struct call *c, struct asked *k, struct filing *x, struct err *e)
{
    filing_list one = { 0 };
    struct filing_wanted w = { 0 };
    if (!str_to_i64(c->args[0], &w.id) || w.id < 1) return fail(e, NOT_FOUND, "没有这张表");
    if (!filing_find(c->desk->store, &w, c->a, &one, e)) return false;
    if (one.len == 0) return fail(e, NOT_FOUND, "没有第 %" PRId64 " 张表", w.id);
    *x = one.at[0];
    k->form = program_return(c->h->p, x->form);
    if (k->form == NULL) return fail(e, NOT_FOUND, "包里已经没有报表“%.*s”", STR_ARG(x->form));
    return filing_areas_of(c->h->p, k->form, c->a, &k->areas, e) &&
           access_account_list(c->desk->store, c->a, &k->names, e) &&
           (is_mine(c, &k->areas, x->area) || fail(e, DENIED, "第 %" PRId64 " 张表不在您管的地区", x->id));
}

/* What was typed comes back when it could not be used. */
static str typed_or(struct call *c, const char *name, size_t i, str otherwise)
{
    str typed = http_form_get(&c->form, str_fmt(c->a, "%s%zu", name, i));
    return c->problem.len > 0 && typed.p != NULL ? typed : otherwise;
}

static void add_cells(struct call *c, const struct filing_sheet *s)
{
    struct json *list = doc_array(c->a, c->doc, "cells");
    for (size_t i = 0; i < s->values.len; i++) {
        const struct filing_value *v = &s->values.at[i];
        struct json *o = doc_object(c->a, list, NULL);
        str known = v->has_known ? measure_text(c->a, v->known, 0) : STR("");
        str value = v->has_value ? measure_text(c->a, v->value, 0) : STR("");
        doc_int(c->a, o, "at", (int64_t)i);
        doc_str(c->a, o, "name", v->cell->name);
        doc_str(c->a, o, "unit", v->cell->unit.text);
        doc_bool(c->a, o, "cumulative", v->cell->cumulative);
        doc_str(c->a, o, "known", known);
        doc_bool(c->a, o, "hasKnown", v->has_known);
        doc_str(c->a, o, "origin", v->origin);
        doc_str(c->a, o, "value", value);
        doc_str(c->a, o, "typed", typed_or(c, "value", i, value.len > 0 ? value : known));
        doc_str(c->a, o, "reason", typed_or(c, "why", i, v->reason));
        doc_bool(c->a, o, "changed", v->has_known && v->has_value && v->known != v->value);
        str series = words_href(c->a, "/series/", v->cell->name, "");
        doc_str(c->a, o, "href",
                desk_is(c, WATCHERS) ? str_fmt(c->a, "%.*s?area=%.*s", STR_ARG(series), STR_ARG(s->head.area))
                                     : STR(""));
    }
}

static void add_findings(struct call *c, const struct filing_sheet *s)
{
    struct json *list = doc_array(c->a, c->doc, "findings");
    for (size_t i = 0; i < s->findings.len; i++) {
        const struct filing_finding *f = &s->findings.at[i];
        struct json *o = doc_object(c->a, list, NULL);
        size_t at = (size_t)(f->rule - s->form->rules.at);
        bool excused = f->rule->soft && f->excuse.len > 0;
        doc_int(c->a, o, "at", (int64_t)at);
        doc_str(c->a, o, "name", f->rule->name);
        doc_str(c->a, o, "note", f->rule->note.len > 0 ? f->rule->note : f->rule->says);
        doc_str(c->a, o, "why", f->why);
        doc_bool(c->a, o, "soft", f->rule->soft && !f->undecided);
        doc_str(c->a, o, "excuse", typed_or(c, "excuse", at, f->excuse));
        doc_z(c->a, o, "mark", f->undecided ? "" : excused ? "ask" : "late");
        doc_z(c->a, o, "word", f->undecided ? "没有查" : excused ? "已说明" : f->rule->soft ? "要说明" : "不成立");
    }
    doc_bool(c->a, c->doc, "anyFinding", list->count > 0);
    struct text t;
    text_init(&t, c->a, 1 << 16);
    VEC_EACH (const str, n, &s->below) text_addf(&t, "%s%.*s", t.len > 0 ? "、" : "", STR_ARG(*n));
    doc_str(c->a, c->doc, "waitsFor", t.len > 0 ? text_str(&t) : STR(""));
    doc_int(c->a, c->doc, "belowCount", (int64_t)s->below_count);
    doc_int(c->a, c->doc, "belowOpen", (int64_t)s->below.len);
}

static bool add_steps(struct call *c, const struct asked *k, int64_t id, struct err *e)
{
    filing_steps steps = { 0 };
    if (!filing_steps_of(c->desk->store, id, c->a, &steps, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "steps");
    VEC_EACH (const struct filing_step, s, &steps) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "day", words_day(c->a, s->day, c->today));
        doc_str(c->a, o, "who", called(&k->names, s->who));
        doc_str(c->a, o, "move", s->move);
        doc_str(c->a, o, "text", s->text);
    }
    return true;
}

static void add_moves(struct call *c, const struct asked *k, const struct filing *x, const struct filing_act *act)
{
    static const struct {
        enum filing_move_kind kind;
        const char *key;
    } moves[] = { { FILING_REPORT, "mayReport" },
                  { FILING_WITHDRAW, "mayWithdraw" },
                  { FILING_APPROVE, "mayApprove" },
                  { FILING_GIVE_BACK, "mayGiveBack" },
                  { FILING_LOCK, "mayLock" } };
    bool fill = act->roles != 0 && filing_may_fill(&k->areas, x, act), any = fill, reasoned = false;
    bool correct = (act->roles & FILING_FILLER) != 0 && x->state == FILING_LOCKED &&
                   filing_area_in(&k->areas, x->area, act->office);
    doc_bool(c->a, c->doc, "mayFill", fill);
    doc_bool(c->a, c->doc, "mayCorrect", correct);
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        bool may = act->roles != 0 && filing_may(&k->areas, k->form, x, moves[i].kind, act);
        doc_bool(c->a, c->doc, moves[i].key, may);
        any = any || may;
        reasoned = reasoned || (may && (moves[i].kind == FILING_WITHDRAW || moves[i].kind == FILING_GIVE_BACK));
    }
    doc_bool(c->a, c->doc, "mayReasoned", reasoned || correct);
    doc_bool(c->a, c->doc, "mayAny", any || correct);
    struct text t;
    text_init(&t, c->a, 1 << 12);
    machine_possible(&filing_machine, (uint8_t)x->state, UINT32_MAX, &t);
    doc_str(c->a, c->doc, "possible", t.len > 0 ? text_str(&t) : STR(""));
}

static bool show(struct call *c, struct asked *k, const struct filing *x, struct err *e)
{
    const struct board *b;
    struct filing_sheet s;
    struct filing_act act = act_for(c, &k->areas, x->area);
    if (!board_of(c, &b, e) || !filing_open_sheet(c->desk->store, c->h->p, &k->areas, x, &b->log, c->a, &s, e))
        return false;
    c->title = str_fmt(c->a, "%.*s　%.*s", STR_ARG(x->form), STR_ARG(board_area(c, c->h->p, x->area)));
    add_filing(c, k, x, c->doc);
    add_cells(c, &s);
    add_findings(c, &s);
    add_moves(c, k, x, &act);
    doc_str(c->a, c->doc, "declared", board_declared(c->h->p, k->form->decl));
    doc_str(c->a, c->doc, "backHref", words_href(c->a, "/returns?form=", x->form, ""));
    doc_str(c->a, c->doc, "typedReason", c->problem.len > 0 ? act.reason : STR(""));
    desk_done(c);
    return add_steps(c, k, x->id, e);
}

bool hall_filing(struct call *c, struct err *e)
{
    struct asked k = { 0 };
    struct filing x;
    return load(c, &k, &x, e) && show(c, &k, &x, e);
}

/* ---- forms ---- */

/* value0 why0 value1 why1 … and excuse0 …: cells and rules by their place in the form. */
static bool fill(struct call *c, const struct asked *k, const struct filing_act *act, int64_t id, struct err *e)
{
    VEC(struct filing_entry) entries = { 0 };
    for (size_t i = 0; i < k->form->cells.len; i++) {
        str value = http_form_get(&c->form, str_fmt(c->a, "value%zu", i)),
            why = http_form_get(&c->form, str_fmt(c->a, "why%zu", i));
        if (value.p == NULL && why.p == NULL) continue;
        *vec_push(c->a, &entries) = (struct filing_entry){ k->form->cells.at[i].name, str_trim(value), str_trim(why) };
    }
    for (size_t i = 0; i < k->form->rules.len; i++) {
        str excuse = http_form_get(&c->form, str_fmt(c->a, "excuse%zu", i));
        if (excuse.p == NULL) continue;
        *vec_push(c->a, &entries) = (struct filing_entry){ k->form->rules.at[i].name, STR(""), str_trim(excuse) };
    }
    return filing_fill(c->desk->store, act, c->h->p, id, entries.at, entries.len, c->a, e);
}

static bool do_it(struct call *c, const struct asked *k, const struct filing *x, const struct filing_act *act, str verb,
                  int64_t *next, const char **word, struct err *e)
{
    static const char *const words[] = { [FILING_REPORT] = "reported",
                                         [FILING_WITHDRAW] = "withdrawn",
                                         [FILING_APPROVE] = "filing-approved",
                                         [FILING_GIVE_BACK] = "given-back",
                                         [FILING_LOCK] = "locked" };
    const struct board *b;
    enum filing_move_kind kind;
    enum filing_state state;
    *next = x->id;
    *word = "filled";
    if (str_eq(verb, STR("fill"))) return fill(c, k, act, x->id, e);
    *word = "corrected";
    if (str_eq(verb, STR("correct"))) return filing_correct(c->desk->store, act, c->h->p, x->id, c->a, next, e);
    if (!filing_move_named(verb, &kind)) return fail(e, INVALID, "没有“%.*s”这个动作", STR_ARG(verb));
    *word = words[kind];
    bool typed = http_form_get(&c->form, STR("value0")).p != NULL; /* one button fills and reports */
    return board_of(c, &b, e) && (!typed || kind != FILING_REPORT || fill(c, k, act, x->id, e)) &&
           filing_move(c->desk->store, act, c->h->p, x->id, kind, &b->log, c->a, &state, e);
}

bool hall_filing_act(struct call *c, struct err *e)
{
    struct asked k = { 0 };
    struct filing x;
    struct err why = { 0 };
    const char *word;
    int64_t next;
    if (!load(c, &k, &x, e)) return false;
    struct filing_act act = act_for(c, &k.areas, x.area);
    if (act.roles == 0) return fail(e, DENIED, "这个账户没有写管哪个地区，不能办；请管理员写上");
    if (do_it(c, &k, &x, &act, desk_field(c, "act"), &next, &word, &why)) {
        doc_int(c->a, c->doc, "number", next);
        desk_back(c, str_fmt(c->a, "/returns/%" PRId64, next), word);
        return true;
    }
    return desk_again(c, &why, e) && load(c, &k, &x, e) && show(c, &k, &x, e);
}
