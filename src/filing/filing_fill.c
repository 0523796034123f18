/* filing_fill: opening a period, filling a sheet, looking at one. */
#include "base/utf8.h"
#include "filing/filing_priv.h"

#include <inttypes.h>

static bool in_office(const struct filing_areas *areas, const struct program *p, const struct filing *x,
                      const struct filing_act *act, struct err *e)
{
    if (filing_area_in(areas, x->area, act->office)) return true;
    str theirs = program_area_name(p, x->area), mine = program_area_name(p, act->office);
    return fail(e, DENIED, "这张表是%.*s的，%.*s不能填报", STR_ARG(theirs), STR_ARG(mine));
}

bool filing_form(const struct program *p, const struct filing *x, struct arena *a, const struct return_ **form,
                 struct filing_areas *areas, struct err *e)
{
    *form = program_return(p, x->form);
    if (*form == NULL) return fail(e, NOT_FOUND, "包里已经没有报表“%.*s”；换回声明它的包再办", STR_ARG(x->form));
    return filing_areas_of(p, *form, a, areas, e);
}

/* ---- opening ---- */

struct opening {
    struct store *s;
    const struct filing_act *act;
    const struct program *p;
    const struct return_ *form;
    struct interval period;
    struct map known; /* by area: struct figures * */
    struct map there; /* areas that have a sheet */
    struct filing_opened *out;
};

static bool open_one(struct opening *k, const struct filing_area *area, struct err *e)
{
    static const struct figures nothing;
    autoarena *a = arena_new("sheet", 0);
    const struct figures *known = map_get(&k->known, area->code);
    struct filing x = {
        .form = k->form->name, .area = area->code, .period = k->period, .version = 1, .cause = STR("")
    };
    if (map_get(&k->there, area->code) != NULL) {
        k->out->there++;
        return true;
    }
    x.has_due = filing_due(k->p, k->form, area->level, k->period, &x.due);
    if (!filing_add(k->s, &x, k->act->day, e)) return false;
    VEC_EACH (const struct return_cell, c, &k->form->cells) {
        struct filing_value v = { .cell = c, .reason = STR("") };
        v.has_known =
            filing_known(known != NULL ? known : &nothing, c, area->code, k->period, true, a, &v.known, &v.origin);
        if (!v.has_known) continue; /* nothing is kept of a cell before something is known or filled */
        k->out->known++;
        if (!filing_value_put(k->s, x.id, &v, e)) return false;
    }
    k->out->made++;
    return filing_note(k->s, k->act, &x, "filing.open", STR("开填"), STR(""), e);
}

static bool read_there(struct opening *k, struct arena *a, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    map_init(&k->there, a);
    if (!store_ask(k->s, &q, e, "SELECT area FROM filing WHERE form = $1 AND month_to = $2 AND month_from = $3", "sii",
                   k->form->name, (int64_t)k->period.to.index, (int64_t)k->period.from.index))
        return false;
    while ((ok = store_step(q, &row, e)) && row) map_put(&k->there, store_word(q, 0, a), k);
    store_done(q);
    return ok;
}

bool filing_open(struct store *s, const struct filing_act *act, const struct program *p, const struct return_ *form,
                 struct interval period, const struct figures *known, struct arena *a, struct filing_opened *out,
                 struct err *e)
{
    struct filing_areas areas;
    struct opening k = { .s = s, .act = act, .p = p, .form = form, .period = period, .out = out };
    *out = (struct filing_opened){ 0 };
    if (month_last(period.to).days >= act->day.days)
        return fail(e, INVALID, "%.*s还没有过完，不能开填", STR_ARG(interval_text(a, period)));
    if (!filing_areas_of(p, form, a, &areas, e) || !filing_begin(s, act, e)) return false;
    filing_log_by_area(known, period, a, &k.known);
    bool ok = (filing_area_in(&areas, areas.list.at[0].code, act->office) ||
               fail(e, DENIED, "开填要由最上一级（%.*s）来做，%.*s不能", STR_ARG(areas.list.at[0].name),
                    STR_ARG(act->office))) &&
              read_there(&k, a, e);
    VEC_EACH (const struct filing_area, x, &areas.list) {
        bool fills = x->level >= form->from && x->level <= form->to;
        ok = ok && (!fills || open_one(&k, x, e));
    }
    return store_end(s, ok, e);
}

/* ---- looking ---- */

/* Of a sheet that is being filled: what is known now, and reasons that were given for what was known before. */
static void look_forward(filing_values *values, const filing_values *now)
{
    for (size_t i = 0; i < values->len; i++) {
        struct filing_value *v = &values->at[i];
        bool same = v->has_known == now->at[i].has_known && v->known == now->at[i].known;
        v->has_known = now->at[i].has_known, v->known = now->at[i].known, v->origin = now->at[i].origin;
        v->moved = false;
        if (!same) v->old_reason = v->reason, v->reason = STR("");
    }
}

bool filing_open_sheet(struct store *s, const struct program *p, const struct filing_areas *areas,
                       const struct filing *head, const struct figures *log, struct arena *a, struct filing_sheet *out,
                       struct err *e)
{
    *out = (struct filing_sheet){ .head = *head, .form = program_return(p, head->form) };
    if (out->form == NULL) return fail(e, NOT_FOUND, "包里已经没有报表“%.*s”；换回声明它的包再看", STR_ARG(head->form));
    bool fixed = head->state >= FILING_REPORTED && head->state != FILING_RETURNED;
    struct figures theirs = filing_log_of(log, head->area, a);
    struct filing_sum sum;
    filing_values now = { 0 };
    if (!filing_now(s, areas, head, out->form, a, &out->values, &now, &sum, e)) return false;
    out->below = sum.missing, out->below_count = sum.below, out->from_below = sum.below > 0;
    bool moved = filing_compare(&out->values, &now);
    if (fixed) /* what was reported is shown as it was then, and beside it what has become of it */
        out->moved = moved;
    else
        look_forward(&out->values, &now);
    if (!filing_check(s, out->form, head, &out->values, &theirs, a, &out->findings, e)) return false;
    VEC_EACH (struct filing_finding, f, &out->findings) {
        if (fixed && f->excuse.len == 0) f->excuse = f->old_excuse, f->old_excuse = STR("");
    }
    return true;
}

/* ---- filling ---- */

/* 100 trillion of any unit: more than any place counts, and small enough that a county's towns can be added up. */
enum { TYPED_MAX_DIGITS = 14 };

static bool read_typed(const struct filing_value *v, str typed, struct arena *a, num *out, struct err *e)
{
    struct text t;
    unsigned scale = 0;
    str name = v->cell->name, unit = v->cell->unit.text;
    text_init(&t, a, NUM_TEXT);
    for (size_t i = 0; i < typed.len; i++) {
        if (typed.p[i] != ',' && typed.p[i] != ' ') text_addc(&t, typed.p[i]);
    }
    if (t.over || t.len == 0 || !num_parse(text_str(&t), out, &scale) || scale > MEASURE_SCALE ||
        !num_widen(*out, scale, MEASURE_SCALE, out))
        return fail(e, INVALID, "“%.*s”填的“%.*s”不是数；只写数，单位是%.*s", STR_ARG(name), STR_ARG(typed),
                    STR_ARG(unit));
    num most = num_pow10(MEASURE_SCALE + TYPED_MAX_DIGITS);
    if (*out > most || *out < -most)
        return fail(e, INVALID, "“%.*s”填的“%.*s”太大了；请核对是不是多打了几位，单位是%.*s", STR_ARG(name),
                    STR_ARG(typed), STR_ARG(unit));
    if (*out < 0 && !v->cell->unit.percent)
        return fail(e, INVALID, "“%.*s”不能是负数：%.*s", STR_ARG(name), STR_ARG(typed));
    return true;
}

static struct filing_value *value_named(filing_values *values, str name)
{
    VEC_EACH (struct filing_value, v, values) {
        if (str_eq(v->cell->name, name)) return v;
    }
    return NULL;
}

static const struct return_rule *rule_named(const struct return_ *form, str name)
{
    VEC_EACH (const struct return_rule, r, &form->rules) {
        if (str_eq(r->name, name)) return r;
    }
    return NULL;
}

static bool excuse_possible(const struct return_ *form, const struct filing_entry *k, struct err *e)
{
    const struct return_rule *r = rule_named(form, k->cell);
    if (r == NULL) return fail(e, INVALID, "“%.*s”这张表没有“%.*s”这一格", STR_ARG(form->name), STR_ARG(k->cell));
    return r->soft || k->reason.p == NULL || fail(e, INVALID, "校验“%.*s”不能用说明代替，请把数改对", STR_ARG(r->name));
}

/* said: of each value whether a reason was given with it now. */
static bool apply(const struct return_ *form, filing_values *values, bool *said, const struct filing_entry *entries,
                  size_t count, struct arena *a, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        const struct filing_entry *k = &entries[i];
        struct filing_value *v = value_named(values, k->cell);
        size_t bad;
        if (k->reason.len > FILING_TEXT_MAX || !utf8_valid(k->reason, &bad))
            return fail(e, INVALID, "“%.*s”的理由太长，或者有乱码", STR_ARG(k->cell));
        if (v == NULL) {
            if (!excuse_possible(form, k, e)) return false;
            continue;
        }
        if (k->value.len > 0 && !read_typed(v, k->value, a, &v->value, e)) return false;
        if (k->value.len > 0) v->has_value = true;
        if (k->reason.p != NULL) v->reason = k->reason, said[v - values->at] = true;
    }
    return true;
}

/* What was taken over from what is known follows it when that changes; what was changed by hand stays and must say why.
 */
static void follow(filing_values *values, const filing_values *before)
{
    for (size_t i = 0; i < values->len; i++) {
        struct filing_value *v = &values->at[i];
        const struct filing_value *b = &before->at[i];
        bool follows = b->has_value && b->has_known && b->value == b->known && b->reason.len == 0;
        if (v->has_known && (!v->has_value || follows)) v->value = v->known, v->has_value = true;
    }
}

/* A reason stays with the difference it was written for. */
static bool reasons_are_there(filing_values *values, const filing_values *before, const bool *said, struct arena *a,
                              struct err *e)
{
    for (size_t i = 0; i < values->len; i++) {
        struct filing_value *v = &values->at[i];
        const struct filing_value *b = &before->at[i];
        bool same = b->has_known == v->has_known && b->known == v->known && b->has_value && b->value == v->value;
        if (!same && !said[i]) v->reason = STR("");
        if (v->has_known && v->known == v->value) v->reason = STR("");
        if (!v->has_known || !v->has_value || v->known == v->value || v->reason.len > 0) continue;
        str known = measure_text(a, v->known, 0), value = measure_text(a, v->value, 0), unit = v->cell->unit.text;
        str was = str_fmt(a, "；原来的原因“%.*s”是对别的数写的，请重新写", STR_ARG(b->reason));
        return fail(e, INVALID, "“%.*s”%.*s是 %.*s%.*s，填的是 %.*s%.*s：要写明为什么不一样%.*s",
                    STR_ARG(v->cell->name), STR_ARG(v->origin), STR_ARG(known), STR_ARG(unit), STR_ARG(value),
                    STR_ARG(unit), STR_ARG(b->reason.len > 0 && !said[i] ? was : STR("")));
    }
    return true;
}

/* Excuses are kept with the numbers they were given for. */
static bool put_excuses(struct store *s, const struct filing *x, const struct return_ *form,
                        const filing_values *values, const struct figures *log, const struct filing_entry *entries,
                        size_t count, struct arena *a, struct err *e)
{
    filing_findings findings = { 0 };
    if (!filing_check(s, form, x, values, log, a, &findings, e)) return false;
    VEC_EACH (const struct filing_finding, f, &findings) {
        for (size_t i = 0; i < count; i++) {
            if (f->undecided || entries[i].reason.p == NULL || rule_named(form, entries[i].cell) != f->rule) continue;
            if (!filing_excuse(s, x->id, f, entries[i].reason, e)) return false;
        }
    }
    return true;
}

static bool fill(struct store *s, const struct filing_act *act, const struct program *p, int64_t id,
                 const struct filing_entry *entries, size_t count, const struct figures *log, struct arena *a,
                 struct err *e)
{
    struct filing x;
    const struct return_ *form;
    struct filing_areas areas;
    filing_values values = { 0 }, before = { 0 };
    struct filing_sum sum;
    if (!filing_get(s, id, a, &x, e) || !filing_form(p, &x, a, &form, &areas, e)) return false;
    uint8_t state = (uint8_t)x.state;
    if (!machine_move(&filing_machine, &state, STR("填"), act->roles, act->reason, e) ||
        !in_office(&areas, p, &x, act, e) || !filing_now(s, &areas, &x, form, a, &before, &values, &sum, e))
        return false;
    bool *said = ARENA_ARRAY(a, bool, values.len + 1);
    follow(&values, &before);
    if (!apply(form, &values, said, entries, count, a, e) || !reasons_are_there(&values, &before, said, a, e))
        return false;
    VEC_EACH (const struct filing_value, v, &values) {
        if (!filing_value_put(s, id, v, e)) return false;
    }
    struct figures theirs = filing_log_of(log, x.area, a);
    x.state = (enum filing_state)state;
    return put_excuses(s, &x, form, &values, &theirs, entries, count, a, e) && filing_put(s, &x, e) &&
           filing_note(s, act, &x, "filing.fill", STR("填"), act->reason, e);
}

bool filing_fill(struct store *s, const struct filing_act *act, const struct program *p, int64_t id,
                 const struct filing_entry *entries, size_t count, const struct figures *log, struct arena *a,
                 struct err *e)
{
    return filing_begin(s, act, e) && store_end(s, fill(s, act, p, id, entries, count, log, a, e), e);
}

/* ---- correcting ---- */

static bool correct(struct store *s, const struct filing_act *act, const struct program *p, int64_t id, struct arena *a,
                    int64_t *fresh, struct err *e)
{
    struct filing x;
    const struct return_ *form;
    struct filing_areas areas;
    filing_values values = { 0 };
    int64_t last = 0;
    if (!filing_get(s, id, a, &x, e) || !filing_form(p, &x, a, &form, &areas, e)) return false;
    if ((act->roles & FILING_FILLER) == 0) return fail(e, DENIED, "“更正”要由填报来做");
    if (x.state != FILING_LOCKED)
        return fail(e, CONFLICT, "这张表是“%s”，还没有锁定；请审核的退回再改", filing_state_zh(x.state));
    if (act->reason.len == 0) return fail(e, INVALID, "“更正”要写明理由；请补上再提交");
    if (!in_office(&areas, p, &x, act, e) ||
        !store_get(
            s, NULL, &last, 1, e,
            "SELECT max(version) FROM filing WHERE form = $1 AND area = $2 AND month_from = $3 AND month_to = $4",
            "ssii", x.form, x.area, (int64_t)x.period.from.index, (int64_t)x.period.to.index))
        return false;
    if (last != x.version) return fail(e, CONFLICT, "已经有第 %" PRId64 " 版了；请在那一版上改", last);
    if (!filing_values_of(s, form, id, a, &values, e)) return false;
    struct filing y = x;
    y.version++, y.state = FILING_FILLED, y.cause = act->reason;
    y.has_due = false, y.due.days = 0, y.has_reported = false;
    y.filler = y.approver = y.missing = STR("");
    if (!filing_add(s, &y, act->day, e)) return false;
    VEC_EACH (const struct filing_value, v, &values) {
        if (!filing_value_put(s, y.id, v, e)) return false;
    }
    *fresh = y.id;
    return filing_note(s, act, &y, "filing.correct", STR("更正"), act->reason, e);
}

bool filing_correct(struct store *s, const struct filing_act *act, const struct program *p, int64_t id, struct arena *a,
                    int64_t *fresh, struct err *e)
{
    return filing_begin(s, act, e) && store_end(s, correct(s, act, p, id, a, fresh, e), e);
}
