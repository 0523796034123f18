/* filing_move: reporting, approving, giving back, locking. The machine says which move is possible for whom; here is
 * what else must hold. */
#include "filing/filing_priv.h"

#include <inttypes.h>

static const struct {
    const char *verb, *zh;
} kinds[] = { [FILING_REPORT] = { "report", "上报" },
              [FILING_WITHDRAW] = { "withdraw", "撤回" },
              [FILING_APPROVE] = { "approve", "审核通过" },
              [FILING_GIVE_BACK] = { "back", "退回" },
              [FILING_LOCK] = { "lock", "锁定" } };
enum { KINDS = sizeof kinds / sizeof *kinds };

const char *filing_move_zh(enum filing_move_kind kind) { return kinds[kind].zh; }

bool filing_move_named(str verb, enum filing_move_kind *out)
{
    for (unsigned i = 0; i < KINDS; i++) {
        if (!str_eq(verb, str_of(kinds[i].verb))) continue;
        *out = (enum filing_move_kind)i;
        return true;
    }
    return false;
}

/* ---- who ---- */

/* An area the packs do not list any more is still as high as its code says. */
static bool is_top(const struct filing_areas *areas, const struct return_ *form, str area)
{
    const struct filing_area *x = filing_area_find(areas, area);
    return x != NULL ? x->upper == 0 || x->level >= form->to : area_level_of(area) >= form->to;
}

/* The level above approves; at the top somebody else of the same office. */
static bool approves(const struct filing_areas *areas, const struct return_ *form, const struct filing *x,
                     const struct filing_act *act)
{
    if (!filing_area_in(areas, x->area, act->office)) return false;
    return !str_eq(x->area, act->office) || is_top(areas, form, x->area);
}

bool filing_may_fill(const struct filing_areas *areas, const struct filing *x, const struct filing_act *act)
{
    const struct machine_move *m = machine_find(&filing_machine, (uint8_t)x->state, STR("填"));
    return m != NULL && (m->roles & act->roles) != 0 && filing_area_in(areas, x->area, act->office);
}

bool filing_may(const struct filing_areas *areas, const struct return_ *form, const struct filing *x,
                enum filing_move_kind kind, const struct filing_act *act)
{
    const struct machine_move *m = machine_find(&filing_machine, (uint8_t)x->state, str_of(kinds[kind].zh));
    if (m == NULL || (m->roles & act->roles) == 0) return false;
    if (kind == FILING_REPORT || kind == FILING_WITHDRAW) return filing_area_in(areas, x->area, act->office);
    if (kind == FILING_LOCK && !is_top(areas, form, x->area)) return false;
    bool theirs = str_eq(act->who, x->filler) && kind == FILING_APPROVE;
    return !theirs && approves(areas, form, x, act);
}

static bool may_approve(const struct program *p, const struct filing_areas *areas, const struct return_ *form,
                        const struct filing *x, enum filing_move_kind kind, const struct filing_act *act, struct err *e)
{
    str where = program_area_name(p, x->area);
    if (kind == FILING_LOCK && !is_top(areas, form, x->area))
        return fail(e, DENIED, "锁定由%s一级来做，下面审过的一起锁；%.*s的这一张不单独锁", area_level_zh(form->to),
                    STR_ARG(where));
    if (!approves(areas, form, x, act))
        return fail(e, DENIED, "%.*s的表由上一级审核，不由%.*s", STR_ARG(where),
                    STR_ARG(program_area_name(p, act->office)));
    if (kind == FILING_APPROVE && str_eq(act->who, x->filler))
        return fail(e, DENIED, "这张表是%.*s报的，要由另一个人审核", STR_ARG(x->filler));
    return true;
}

/* ---- reporting ---- */

static str names_joined(const filing_names *names, struct arena *a)
{
    struct text t;
    text_init(&t, a, FILING_TEXT_MAX);
    VEC_EACH (const str, n, names) text_addf(&t, "%s%.*s", t.len > 0 ? "、" : "", STR_ARG(*n));
    return t.len > 0 ? text_str(&t) : STR("");
}

/* What was added up is still what those below add up to; a reason given for another sum says nothing of this one. */
static bool still_adds_up(filing_values *kept, const filing_values *now, struct arena *a, struct err *e)
{
    filing_compare(kept, now);
    for (size_t i = 0; i < kept->len; i++) {
        const struct filing_value *v = &kept->at[i], *n = &now->at[i];
        if (!v->has_value) return fail(e, INVALID, "“%.*s”还没有填", STR_ARG(v->cell->name));
        if (!v->moved) continue;
        if (!n->has_known)
            return fail(e, CONFLICT, "“%.*s”原来有算出来的数，现在没有了；请再填一次，或者写明为什么不一样",
                        STR_ARG(v->cell->name));
        return fail(e, CONFLICT, "“%.*s”%.*s现在是 %.*s%.*s，填的是 %.*s；请再填一次，或者写明为什么不一样",
                    STR_ARG(v->cell->name), STR_ARG(n->origin), STR_ARG(measure_text(a, n->known, 0)),
                    STR_ARG(v->cell->unit.text), STR_ARG(measure_text(a, v->value, 0)));
    }
    return true;
}

/* Who approves or locks a sum that is another by now says why it shall stand. */
static bool sum_stands(struct store *s, const struct filing_act *act, const struct program *p,
                       const struct filing_areas *areas, const struct return_ *form, const struct filing *x,
                       enum filing_move_kind kind, struct arena *a, struct err *e)
{
    filing_values kept = { 0 }, now = { 0 };
    struct filing_sum sum;
    if (act->reason.len > 0) return true;
    if (!filing_now(s, areas, x, form, a, &kept, &now, &sum, e)) return false;
    filing_compare(&kept, &now);
    VEC_EACH (const struct filing_value, v, &kept) {
        if (!v->moved) continue;
        str is = v->has_sum ? measure_text(a, v->sum, 0) : STR("0"), was = measure_text(a, v->value, 0);
        return fail(e, CONFLICT,
                    "%.*s报的“%.*s”是 %.*s%.*s，下级审过的表现在相加是 %.*s%.*s；退回重报，或者写明为什么照这个数%s",
                    STR_ARG(program_area_name(p, x->area)), STR_ARG(v->cell->name), STR_ARG(was),
                    STR_ARG(v->cell->unit.text), STR_ARG(is), STR_ARG(v->cell->unit.text), kinds[kind].zh);
    }
    return true;
}

/* 人 typed where 万人 was meant, or the other way round: beside the figure of the period before it is plain. */
static bool units_are_right(const struct filing *x, const filing_values *values, const struct figures *log,
                            struct arena *a, struct err *e)
{
    int32_t back = interval_months(x->period);
    struct interval before = { { x->period.from.index - back }, { x->period.to.index - back } };
    VEC_EACH (const struct filing_value, v, values) {
        num last;
        str source;
        if (v->value <= 0 || v->reason.len > 0 || v->cell->unit.percent ||
            !filing_known(log, v->cell, x->area, before, false, a, &last, &source) || last <= 0)
            continue;
        if (v->value / FIGURES_SUSPICIOUS <= last && last / FIGURES_SUSPICIOUS <= v->value) continue;
        return fail(e, INVALID, "“%.*s”填的是 %.*s%.*s，上期是 %.*s：像是单位差了一万倍；改对，或者写明原因",
                    STR_ARG(v->cell->name), STR_ARG(measure_text(a, v->value, 0)), STR_ARG(v->cell->unit.text),
                    STR_ARG(measure_text(a, last, 0)));
    }
    return true;
}

static bool report(struct store *s, const struct filing_act *act, const struct filing_areas *areas,
                   const struct return_ *form, struct filing *x, const struct figures *log, struct arena *a,
                   struct err *e)
{
    filing_values kept = { 0 }, now = { 0 };
    filing_findings findings = { 0 };
    struct filing_sum sum;
    struct figures theirs = filing_log_of(log, x->area, a);
    if (!filing_now(s, areas, x, form, a, &kept, &now, &sum, e) || !still_adds_up(&kept, &now, a, e) ||
        !units_are_right(x, &kept, &theirs, a, e) || !filing_check(s, form, x, &kept, &theirs, a, &findings, e))
        return false;
    VEC_EACH (const struct filing_finding, f, &findings) {
        if (f->undecided || (f->rule->soft && f->excuse.len > 0)) continue;
        str note = f->rule->note.len > 0 ? f->rule->note : f->rule->says;
        return fail(e, INVALID, "校验“%.*s”不成立：%.*s（%.*s）；%s", STR_ARG(f->rule->name), STR_ARG(note),
                    STR_ARG(f->why), f->rule->soft ? "改对，或者写明原因" : "请改对再报");
    }
    x->missing = names_joined(&sum.missing, a);
    if (sum.missing.len > 0 && act->reason.len == 0)
        return fail(e, CONFLICT, "下面还有 %zu 张表没有审过：%.*s；等齐了再报，或者写明为什么先报", sum.missing.len,
                    STR_ARG(x->missing));
    /* what it counted the last time it was reported it may not count any more */
    if (!store_do(s, NULL, e, "UPDATE filing SET counted_in = 0 WHERE counted_in = $1", "i", x->id)) return false;
    VEC_EACH (const int64_t, id, &sum.counted) {
        if (!store_do(s, NULL, e, "UPDATE filing SET counted_in = $2 WHERE id = $1", "ii", *id, x->id)) return false;
    }
    if (!x->has_reported) x->has_reported = true, x->reported = act->day;
    x->filler = act->who;
    return true;
}

/* ---- into the series ---- */

static bool publish(struct store *s, const struct filing_act *act, const struct return_ *form, const struct filing *x,
                    enum status status, struct arena *a, struct err *e)
{
    filing_values values = { 0 };
    struct figures f = { 0 };
    struct watch_result r;
    if (!filing_values_of(s, form, x->id, a, &values, e)) return false;
    str version = x->version > 1 ? str_fmt(a, "第%" PRId64 "版：%.*s", x->version, STR_ARG(x->cause)) : STR("");
    VEC_EACH (const struct filing_value, v, &values) {
        if (!v->has_value) continue;
        const char *between = version.len > 0 && v->reason.len > 0 ? "；" : "";
        *vec_push(a, &f.list) = (struct observation){
            .indicator = v->cell->name,
            .area = x->area,
            .period = filing_cell_period(v->cell, x->period),
            .value = v->value,
            .status = status,
            .known = act->day,
            .source = filing_source(a, x),
            .note = str_fmt(a, "%.*s%s%.*s", STR_ARG(version), between, STR_ARG(v->reason)),
        };
    }
    return watch_take(s, &f, act->day, &r, e);
}

static bool lock_one(struct store *s, const struct filing_act *act, const struct return_ *form, struct filing *x,
                     struct arena *a, struct err *e)
{
    x->state = FILING_LOCKED;
    return publish(s, act, form, x, STATUS_FINAL, a, e);
}

/* What lies below and is approved goes with the top, when its sums stand. */
static bool lock_below(struct store *s, const struct filing_act *act, const struct program *p,
                       const struct filing_areas *areas, const struct return_ *form, const struct filing *top,
                       struct arena *a, struct err *e)
{
    filing_list all = { 0 };
    struct filing_wanted w = { .form = top->form, .has_period = true, .period = top->period, .latest = true };
    if (!filing_find(s, &w, a, &all, e)) return false;
    VEC_EACH (struct filing, x, &all) {
        if (x->id == top->id || x->state != FILING_APPROVED || !filing_area_in(areas, x->area, top->area)) continue;
        struct arena_mark m = arena_mark(a);
        if (!sum_stands(s, act, p, areas, form, x, FILING_LOCK, a, e) || !lock_one(s, act, form, x, a, e) ||
            !filing_put(s, x, e) || !filing_note(s, act, x, "filing.move", STR("锁定"), STR("随上级锁定"), e))
            return false;
        arena_rewind(a, m);
    }
    return true;
}

/* ---- giving back ---- */

bool filing_above(struct store *s, const struct filing *x, struct arena *a, filing_list *out, struct err *e)
{
    struct filing up = *x;
    filing_list upwards = { 0 };
    while (up.counted_in > 0 && upwards.len < FILING_LEVELS) {
        if (!filing_get(s, up.counted_in, a, &up, e)) return false;
        if (up.state < FILING_REPORTED || up.state == FILING_RETURNED) break;
        *vec_push(a, &upwards) = up;
    }
    for (size_t i = upwards.len; i-- > 0;) *vec_push(a, out) = upwards.at[i];
    return true;
}

static str sheets_named(const struct program *p, const filing_list *list, struct arena *a)
{
    struct text t;
    text_init(&t, a, FILING_TEXT_MAX);
    VEC_EACH (const struct filing, u, list)
        text_addf(&t, "%s%.*s（%s）", t.len > 0 ? "、" : "", STR_ARG(program_area_name(p, u->area)),
                  filing_state_zh(u->state));
    return text_str(&t);
}

/* A sum must not go on standing that one of its parts was taken out of: sheets above go back first, by whoever may give
 * them back; nobody else takes a part away from under them. */
static bool give_back(struct store *s, const struct filing_act *act, const struct program *p,
                      const struct filing_areas *areas, const struct return_ *form, const struct filing *x,
                      struct arena *a, filing_names *reopened, struct err *e)
{
    filing_list above = { 0 };
    if (!filing_above(s, x, a, &above, e)) return false;
    str area = program_area_name(p, x->area), chain = above.len > 0 ? sheets_named(p, &above, a) : STR("");
    VEC_EACH (struct filing, u, &above) {
        if (u->state == FILING_LOCKED)
            return fail(e, CONFLICT, "%.*s的数已经算进锁定的表：%.*s；要改，上面的表先更正", STR_ARG(area),
                        STR_ARG(chain));
        if (!approves(areas, form, u, act))
            return fail(e, CONFLICT, "%.*s的数已经算进上面的表：%.*s；要由上级从上往下一级一级退回，再退这一张",
                        STR_ARG(area), STR_ARG(chain));
        u->state = FILING_RETURNED;
        str why = str_fmt(a, "下面%.*s的表退回：%.*s", STR_ARG(area), STR_ARG(act->reason));
        if (!filing_put(s, u, e) || !filing_note(s, act, u, "filing.move", STR("退回"), why, e)) return false;
        *vec_push(a, reopened) = program_area_name(p, u->area);
    }
    return true;
}

/* ---- moves ---- */

static bool follow(struct store *s, const struct filing_act *act, const struct program *p,
                   const struct filing_areas *areas, const struct return_ *form, struct filing *x,
                   enum filing_move_kind kind, const struct figures *log, struct arena *a, filing_names *reopened,
                   struct err *e)
{
    switch (kind) {
    case FILING_REPORT:
    case FILING_WITHDRAW:
        if (!filing_area_in(areas, x->area, act->office))
            return fail(e, DENIED, "这张表是%.*s的，%.*s不能报", STR_ARG(program_area_name(p, x->area)),
                        STR_ARG(program_area_name(p, act->office)));
        return kind == FILING_WITHDRAW || report(s, act, areas, form, x, log, a, e);
    case FILING_APPROVE:
        if (!may_approve(p, areas, form, x, kind, act, e) || !sum_stands(s, act, p, areas, form, x, kind, a, e))
            return false;
        x->approver = act->who;
        return publish(s, act, form, x, x->version > 1 ? STATUS_REVISED : STATUS_PRELIMINARY, a, e);
    case FILING_GIVE_BACK:
        return may_approve(p, areas, form, x, kind, act, e) && give_back(s, act, p, areas, form, x, a, reopened, e);
    case FILING_LOCK:
        return may_approve(p, areas, form, x, kind, act, e) && sum_stands(s, act, p, areas, form, x, kind, a, e) &&
               lock_one(s, act, form, x, a, e) && lock_below(s, act, p, areas, form, x, a, e);
    }
    return true;
}

static bool move(struct store *s, const struct filing_act *act, const struct program *p, int64_t id,
                 enum filing_move_kind kind, const struct figures *log, struct arena *a, struct filing_moved *out,
                 struct err *e)
{
    struct filing x;
    const struct return_ *form;
    struct filing_areas areas;
    str name = str_of(kinds[kind].zh);
    *out = (struct filing_moved){ 0 };
    if (!filing_get(s, id, a, &x, e) || !filing_form(p, &x, a, &form, &areas, e)) return false;
    uint8_t state = (uint8_t)x.state;
    if (!machine_move(&filing_machine, &state, name, act->roles, act->reason, e) ||
        !follow(s, act, p, &areas, form, &x, kind, log, a, &out->reopened, e))
        return false;
    x.state = out->state = (enum filing_state)state;
    return filing_put(s, &x, e) && filing_note(s, act, &x, "filing.move", name, act->reason, e);
}

bool filing_move(struct store *s, const struct filing_act *act, const struct program *p, int64_t id,
                 enum filing_move_kind kind, const struct figures *log, struct arena *a, struct filing_moved *out,
                 struct err *e)
{
    return filing_begin(s, act, e) && store_end(s, move(s, act, p, id, kind, log, a, out, e), e);
}
