/* filing: one sheet of a return with its cells, what must hold between them, what may be done with it. */
#include "hall/filings.h"

#include <inttypes.h>

static bool load(struct call *c, struct filings *k, struct filing *x, struct err *e)
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
           access_account_list(c->desk->store, 0, c->a, &k->names, e) &&
           (filings_is_mine(c, &k->areas, x->area) || fail(e, DENIED, "第 %" PRId64 " 张表不在您管的地区", x->id));
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
        doc_str(c->a, o, "said", v->reason);
        doc_str(c->a, o, "oldReason", v->old_reason);
        doc_bool(c->a, o, "moved", v->moved);
        doc_str(c->a, o, "sum", v->has_sum ? measure_text(c->a, v->sum, 0) : STR("0"));
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
        doc_str(c->a, o, "said", f->excuse);
        doc_str(c->a, o, "oldExcuse", f->old_excuse);
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

static bool add_steps(struct call *c, const struct filings *k, int64_t id, struct err *e)
{
    filing_steps steps = { 0 };
    if (!filing_steps_of(c->desk->store, id, c->a, &steps, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "steps");
    VEC_EACH (const struct filing_step, s, &steps) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "day", words_day(c->a, s->day, c->today));
        doc_str(c->a, o, "who", filings_person(k, s->who));
        doc_str(c->a, o, "move", s->move);
        doc_str(c->a, o, "text", s->text);
    }
    return true;
}

/* back: whether what is above would let it be given back. */
static void add_moves(struct call *c, const struct filings *k, const struct filing *x, const struct filing_act *act,
                      bool back)
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
        bool may = act->roles != 0 && filing_may(&k->areas, k->form, x, moves[i].kind, act) &&
                   (back || moves[i].kind != FILING_GIVE_BACK);
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

/* Who gives this one back gives back what it was counted in: said before it is done, and not offered to who may not. */
static bool add_above(struct call *c, const struct filings *k, const struct filing *x, const struct filing_act *act,
                      struct err *e)
{
    filing_list above = { 0 };
    struct text t;
    bool may = true;
    if (!filing_above(c->desk->store, x, c->a, &above, e)) return false;
    text_init(&t, c->a, 1 << 12);
    VEC_EACH (const struct filing, u, &above) {
        may = may && act->roles != 0 && filing_may(&k->areas, k->form, u, FILING_GIVE_BACK, act);
        text_addf(&t, "%s%.*s（%s）", t.len > 0 ? "、" : "", STR_ARG(filings_area_name(c, k, u->area)),
                  filing_state_zh(u->state));
    }
    bool back = act->roles != 0 && filing_may(&k->areas, k->form, x, FILING_GIVE_BACK, act);
    doc_str(c->a, c->doc, "above", back && above.len > 0 ? text_str(&t) : STR(""));
    doc_bool(c->a, c->doc, "aboveToo", may);
    add_moves(c, k, x, act, may);
    return true;
}

static bool show(struct call *c, struct filings *k, const struct filing *x, struct err *e)
{
    const struct board *b;
    struct filing_sheet s;
    struct filing_act act = filings_act(c, &k->areas, x->area);
    if (!board_of(c, &b, e) || !filing_open_sheet(c->desk->store, c->h->p, &k->areas, x, &b->log, c->a, &s, e))
        return false;
    c->title = str_fmt(c->a, "%.*s　%.*s", STR_ARG(x->form), STR_ARG(filings_area_name(c, k, x->area)));
    filings_add(c, k, x, c->doc);
    add_cells(c, &s);
    add_findings(c, &s);
    doc_bool(c->a, c->doc, "moved", s.moved);
    if (!add_above(c, k, x, &act, e)) return false;
    doc_str(c->a, c->doc, "declared", board_declared(c->h->p, k->form->decl));
    doc_str(c->a, c->doc, "backHref", words_href(c->a, "/returns?form=", x->form, ""));
    doc_str(c->a, c->doc, "typedReason", c->problem.len > 0 ? act.reason : STR(""));
    desk_done(c);
    return add_steps(c, k, x->id, e);
}

bool hall_filing(struct call *c, struct err *e)
{
    struct filings k = { 0 };
    struct filing x;
    return load(c, &k, &x, e) && show(c, &k, &x, e);
}

/* ---- forms ---- */

/* A reason that was there already and came back as it was: nothing was said. */
static str said_now(struct call *c, const char *name, const char *before, size_t i)
{
    str now = http_form_get(&c->form, str_fmt(c->a, "%s%zu", name, i)),
        was = http_form_get(&c->form, str_fmt(c->a, "%s%zu", before, i));
    bool same = now.p == NULL || (was.p != NULL && str_eq(str_trim(now), str_trim(was)));
    return same ? (str){ 0 } : str_trim(now);
}

/* value0 why0 said0 value1 … and excuse0 told0 …: cells and rules by their place in the form; said and told are what
 * the page was filled with. */
static bool fill(struct call *c, const struct filings *k, const struct filing_act *act, int64_t id,
                 const struct figures *log, struct err *e)
{
    VEC(struct filing_entry) entries = { 0 };
    for (size_t i = 0; i < k->form->cells.len; i++) {
        str value = http_form_get(&c->form, str_fmt(c->a, "value%zu", i)), why = said_now(c, "why", "said", i);
        if (value.p == NULL && why.p == NULL) continue;
        *vec_push(c->a, &entries) = (struct filing_entry){ k->form->cells.at[i].name, str_trim(value), why };
    }
    for (size_t i = 0; i < k->form->rules.len; i++) {
        str excuse = said_now(c, "excuse", "told", i);
        if (excuse.p == NULL) continue;
        *vec_push(c->a, &entries) = (struct filing_entry){ k->form->rules.at[i].name, STR(""), excuse };
    }
    return filing_fill(c->desk->store, act, c->h->p, id, entries.at, entries.len, log, c->a, e);
}

static bool do_it(struct call *c, const struct filings *k, const struct filing *x, const struct filing_act *act,
                  str verb, int64_t *next, const char **word, struct err *e)
{
    static const char *const words[] = { [FILING_REPORT] = "reported",
                                         [FILING_WITHDRAW] = "withdrawn",
                                         [FILING_APPROVE] = "filing-approved",
                                         [FILING_GIVE_BACK] = "given-back",
                                         [FILING_LOCK] = "locked" };
    const struct board *b;
    enum filing_move_kind kind;
    struct filing_moved moved;
    *next = x->id;
    *word = "filled";
    if (str_eq(verb, STR("fill"))) return board_of(c, &b, e) && fill(c, k, act, x->id, &b->log, e);
    *word = "corrected";
    if (str_eq(verb, STR("correct"))) return filing_correct(c->desk->store, act, c->h->p, x->id, c->a, next, e);
    if (!filing_move_named(verb, &kind)) return fail(e, INVALID, "没有“%.*s”这个动作", STR_ARG(verb));
    *word = words[kind];
    bool typed = http_form_get(&c->form, STR("value0")).p != NULL; /* one button fills and reports */
    if (!board_of(c, &b, e) || (typed && kind == FILING_REPORT && !fill(c, k, act, x->id, &b->log, e)) ||
        !filing_move(c->desk->store, act, c->h->p, x->id, kind, &b->log, c->a, &moved, e))
        return false;
    if (moved.reopened.len > 0) *word = "given-back-all";
    return true;
}

bool hall_filing_act(struct call *c, struct err *e)
{
    struct filings k = { 0 };
    struct filing x;
    struct err why = { 0 };
    const char *word;
    int64_t next;
    if (!load(c, &k, &x, e)) return false;
    struct filing_act act = filings_act(c, &k.areas, x.area);
    if (act.roles == 0) return fail(e, DENIED, "这个账户没有写管哪个地区，不能办；请管理员写上");
    if (do_it(c, &k, &x, &act, desk_field(c, "act"), &next, &word, &why)) {
        doc_int(c->a, c->doc, "number", next);
        desk_back(c, str_fmt(c->a, "/returns/%" PRId64, next), word);
        return true;
    }
    return desk_again(c, &why, e) && load(c, &k, &x, e) && show(c, &k, &x, e);
}
