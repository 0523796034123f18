/* register: 名录. Who stands in it since when, by which case, until when; who is entered because the register says so
 * of everybody (a 台账), who is taken out because an exit condition became true or the time is over. A register with a
 * 程序 is entered and left by cases only: before the decision whoever it is about is told and may speak (陈述申辩), and
 * the decision waits for them. */
#include "base/mask.h"
#include "dossier/dossier_priv.h"

/* ---- conditions ---- */

struct asked {      /* a list of criteria of which one is enough */
    bool any, open; /* one holds; one is not known, or is a person's judgement */
    str name;       /* of the one that holds */
};

static bool ask(struct dossier_desk *d, uint16_t entity, int64_t subject, const criterion_list *list, date day,
                struct arena *a, struct asked *out, struct err *e)
{
    struct diags diags;
    struct facts f;
    struct evaluator ev = { 0 };
    VEC(node_id) nodes = { 0 };
    *out = (struct asked){ 0 };
    VEC_EACH (const struct criterion, c, list) *vec_push(a, &nodes) = c->node;
    const struct need *need = need_of_nodes(d->p, entity, nodes.at, nodes.len, a);
    diags_init(&diags, a);
    facts_start(&f, d->p, a, &diags, entity);
    if (!registry_record(d->r, entity, subject, &need, 1, &f, e)) return false;
    eval_start(&ev, d->p, a, day, day);
    struct frame frame = { .elements = { f.subject } };
    VEC_EACH (const struct criterion, c, list) {
        struct value v = eval_node(&ev, &frame, c->node);
        bool holds = v.state == VALUE_KNOWN && v.boolean;
        if (holds && !out->any) out->name = c->name;
        out->any = out->any || holds;
        out->open = out->open || v.state == VALUE_UNKNOWN || v.state == VALUE_ERROR;
    }
    return true;
}

/* ---- entering and leaving ---- */

static date ends_on(const struct dossier_desk *d, const struct register_ *r, date day)
{
    struct service_time t = service_time_on(d->p, r->lasts, day);
    return t.unit == SERVICE_MONTHS ? date_add_months(day, t.count, MONTH_END) : date_add_days(day, t.count);
}

static bool insert(struct dossier_desk *d, const struct register_ *r, int64_t subject, int64_t dossier, date day,
                   bool *new, struct err *e)
{
    int64_t changed = 0;
    bool ends = service_time_on(d->p, r->lasts, day).count > 0;
    if (!store_do(
            d->s, &changed, e,
            "INSERT INTO dossier_register (register, subject, since, until, dossier, ends) SELECT CAST($1 AS text),"
            " CAST($2 AS bigint), CAST($3 AS bigint), NULL, CAST($4 AS bigint), nullif(CAST($5 AS bigint), 0) WHERE"
            " NOT EXISTS (SELECT 1 FROM dossier_register WHERE register = $1 AND subject = $2 AND until IS NULL)"
            " ON CONFLICT (register, subject, since) DO UPDATE SET until = NULL, dossier = excluded.dossier,"
            " ends = excluded.ends",
            "siiii", r->name, subject, (int64_t)day.days, dossier,
            ends ? (int64_t)ends_on(d, r, day).days : INT64_C(0)))
        return false;
    *new = changed == 1;
    return true;
}

bool register_enter(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, uint32_t register_,
                    struct arena *a, struct err *e)
{
    const struct register_ *r = &d->p->registers.at[register_];
    struct asked entry;
    struct tell t = { .what = "列入", .name = r->name };
    bool new;
    str name = r->name;
    if (!ask(d, r->entity, c->subject, &r->entry, act->day, a, &entry, e)) return false;
    if (r->entry.len > 0 && !entry.any && !entry.open)
        return fail(e, CONFLICT, "按“%.*s”的入册条件不符合，不能列入；资料不对的，先更正资料", STR_ARG(name));
    t.has_due = service_time_on(d->p, r->lasts, act->day).count > 0;
    if (t.has_due) t.due = ends_on(d, r, act->day);
    return insert(d, r, c->subject, c->id, act->day, &new, e) && (!new || tell_applicant(d, act, c, &t, e));
}

bool register_leave(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, uint32_t register_,
                    struct err *e)
{
    int64_t changed = 0;
    str name = d->p->registers.at[register_].name;
    if (!store_do(
            d->s, &changed, e,
            "UPDATE dossier_register SET until = $3, reason = $4 WHERE register = $1 AND subject = $2 AND until IS"
            " NULL",
            "siis", name, c->subject, (int64_t)act->day.days, c->name))
        return false;
    if (changed == 0) return fail(e, CONFLICT, "不在“%.*s”里，不用移出", STR_ARG(name));
    return tell_applicant(d, act, c, &(struct tell){ .what = "移出", .name = name, .reason = c->name }, e);
}

/* Whoever is on a list cannot be entered again, who is not cannot leave it: said when they apply, not at the end. */
bool register_can_work(struct dossier_desk *d, const struct dossier *c, struct err *e)
{
    VEC_EACH (const struct effect, f, &c->service->effects) {
        bool there = false;
        int64_t v[2] = { 0 };
        char since[DATE_TEXT], number[DOSSIER_NUMBER_TEXT];
        if (f->kind != EFFECT_ENTER && f->kind != EFFECT_LEAVE) continue;
        str name = c->program->registers.at[f->register_].name;
        if (!store_get(d->s, &there, v, 2, e,
                       "SELECT since, dossier FROM dossier_register WHERE register = $1 AND subject = $2 AND until IS"
                       " NULL",
                       "si", name, c->subject))
            return false;
        if (there == (f->kind == EFFECT_LEAVE)) continue;
        if (!there) return fail(e, CONFLICT, "现在不在“%.*s”里，不用移出", STR_ARG(name));
        date_text((date){ (int32_t)v[0] }, since);
        if (v[1] == 0) return fail(e, CONFLICT, "已经在“%.*s”里，从 %s 起，不用再办", STR_ARG(name), since);
        dossier_number(v[1], number);
        return fail(e, CONFLICT, "已经在“%.*s”里，从 %s 起（办件 %s），不用再办", STR_ARG(name), since, number);
    }
    return true;
}

/* ---- speaking before the decision ---- */

static const struct register_stage *stage_of(const struct dossier *c, enum register_stage_kind kind)
{
    VEC_EACH (const uint32_t, r, &c->service->registers) {
        VEC_EACH (const struct register_stage, s, &c->program->registers.at[*r].stages) {
            if (s->kind == kind) return s;
        }
    }
    return NULL;
}

bool register_told(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str step,
                   struct err *e)
{
    const struct register_stage *defence = c->service != NULL ? stage_of(c, STAGE_DEFENCE) : NULL;
    struct tell t = { .what = "可以陈述", .reason = act->reason };
    if (defence == NULL || !str_eq(step, STR("告知"))) return true;
    if (act->reason.len == 0) return fail(e, INVALID, "告知要写明拟列入的事实、理由和依据");
    struct service_time limit = decide_time(c, defence->limit, act->day);
    return clock_start(d, c->id, DOSSIER_CLOCK_DEFENCE, limit, act->day, NULL, e) &&
           clock_due(d, c->id, DOSSIER_CLOCK_DEFENCE, &t.has_due, &t.due, e) && tell_applicant(d, act, c, &t, e);
}

bool register_heard(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str step,
                    struct err *e)
{
    const struct register_stage *defence = c->service != NULL ? stage_of(c, STAGE_DEFENCE) : NULL;
    bool running = false;
    date due;
    char day[DATE_TEXT];
    if (defence == NULL || str_eq(step, STR("告知")) || (c->flags & DOSSIER_STATED) != 0) return true;
    if (decide_time(c, defence->limit, act->day).count == 0)
        return fail(e, UNSET, "陈述申辩多久还没有人设定，也没有收到陈述，不能决定；请有权的部门填写");
    if (!clock_due(d, c->id, DOSSIER_CLOCK_DEFENCE, &running, &due, e)) return false;
    if (!running || act->day.days > due.days) return true;
    date_text(due, day);
    return fail(e, CONFLICT, "还在陈述申辩的时间里，到 %s 为止；收到陈述，或者过了这一天，再决定", day);
}

/* By whoever it is about, or written down at the counter. */
bool dossier_state_case(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct err *e)
{
    autoarena *a = arena_new("state", 0);
    struct dossier c;
    struct dossier_note n;
    struct err none = { 0 };
    uint16_t entity;
    int64_t who = 0;
    if (str_trim(act->reason).len == 0) return fail(e, INVALID, "要写明陈述申辩的内容");
    if (!desk_begin(d, act, e)) return false;
    bool ok = dossier_row_get(d, ref, a, &c, e);
    bool mine = ok && registry_find(d->r, STR(""), act->who, &entity, &who, &none) && who == c.subject;
    if (ok && !mine && (desk_roles(act, &c) & ROLE_DESK) == 0)
        ok = fail(e, DENIED, "陈述申辩由当事人自己提，或者由窗口代为记下");
    if (ok && (c.state != DOSSIER_REVIEW || c.service == NULL || stage_of(&c, STAGE_DEFENCE) == NULL))
        ok = fail(e, CONFLICT, "这件现在是“%s”，没有陈述申辩这一步", dossier_machine.states[c.state].name);
    c.flags |= ok ? DOSSIER_STATED : 0;
    note_start(&n, a);
    ok = ok && clock_end(d, c.id, DOSSIER_CLOCK_DEFENCE, e) && dossier_row_put(d, &c, e) &&
         dossier_row_event(d, act, &c, "dossier.state", &n, e) &&
         tell_worker(d, act, &c, &(struct tell){ .what = "有陈述", .reason = act->reason }, e);
    return desk_end(d, ok, e);
}

/* ---- everybody at once, and the night ---- */

static const struct register_ *register_named(struct dossier_desk *d, str name, struct err *e)
{
    const struct register_ *r = program_register(d->p, name);
    if (r == NULL) fail(e, NOT_FOUND, "没有名录“%.*s”；名字要和公示的名录一样", STR_ARG(name));
    return r;
}

static bool journal(struct dossier_desk *d, const struct dossier_act *act, str register_, int64_t subject, str kind,
                    str why, struct arena *a, struct err *e)
{
    struct dossier_note n;
    note_start(&n, a);
    note_str(&n, "register", register_);
    note_date(&n, "day", act->day);
    note_str(&n, "reason", why);
    json_object_end(&n.w);
    struct journal_event v = { .actor = row_who(act->who, a),
                               .role = act->role,
                               .kind = kind,
                               .subject = str_fmt(a, "%lld", (long long)subject),
                               .body = text_str(&n.text),
                               .clock_ms = act->clock_ms };
    return journal_append(d->s, &v, 1, NULL, e);
}

bool dossier_register_fill(struct dossier_desk *d, const struct dossier_act *act, str name, const uint64_t *ids,
                           size_t count, int64_t *entered, struct err *e)
{
    autoarena *a = arena_new("fill", 0);
    const struct register_ *r = register_named(d, name, e);
    *entered = 0;
    if (r == NULL) return false;
    if (r->stages.len > 0) return fail(e, CONFLICT, "“%.*s”要按程序一件一件地列入，不能成批列入", STR_ARG(name));
    if (!desk_is_system(act) && !str_eq(act->role, DOSSIER_ROLE_CHIEF))
        return fail(e, DENIED, "成批入册由系统或者主管来启动");
    if (!desk_begin(d, act, e)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct arena_mark m = arena_mark(a);
        bool new = false;
        ok = insert(d, r, (int64_t)ids[i], 0, act->day, &new, e) &&
             (!new || journal(d, act, r->name, (int64_t)ids[i], STR("register.enter"), STR("符合入册条件"), a, e));
        *entered += new;
        arena_rewind(a, m);
    }
    return desk_end(d, ok, e);
}

struct standing {
    int64_t subject, since, dossier, ends;
};
typedef VEC(struct standing) standing_list;

static bool standing_in(struct dossier_desk *d, str name, struct arena *a, standing_list *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(
            d->s, &q, e,
            "SELECT subject, since, dossier, coalesce(ends, 0) FROM dossier_register WHERE register = $1 AND until"
            " IS NULL ORDER BY since, subject",
            "s", name))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct standing s;
        if (store_int(q, 0, &s.subject) && store_int(q, 1, &s.since) && store_int(q, 2, &s.dossier) &&
            store_int(q, 3, &s.ends))
            *vec_push(a, out) = s;
    }
    store_done(q);
    return ok;
}

static bool take_out(struct dossier_desk *d, const struct dossier_act *act, const struct register_ *r,
                     const struct standing *s, str why, struct arena *a, struct err *e)
{
    struct dossier c = { .subject = s->subject, .name = r->name };
    struct dossier_act sys = desk_system(act, why);
    if (!store_do(
            d->s, NULL, e,
            "UPDATE dossier_register SET until = $3, reason = $4 WHERE register = $1 AND subject = $2 AND until IS"
            " NULL",
            "siis", r->name, s->subject, (int64_t)act->day.days, why) ||
        !journal(d, &sys, r->name, s->subject, STR("register.leave"), why, a, e))
        return false;
    struct err none = { 0 };
    if (s->dossier != 0 && !dossier_row_get(d, (struct dossier_ref){ .id = s->dossier }, a, &c, &none)) return true;
    return tell_applicant(d, &sys, &c, &(struct tell){ .what = "移出", .name = r->name, .reason = why }, e);
}

static bool look_at(struct dossier_desk *d, const struct dossier_act *act, const struct register_ *r,
                    const struct standing *s, struct dossier_night *night, struct err *e)
{
    autoarena *a = arena_new("standing", 0);
    struct asked exit;
    if (s->ends != 0 && act->day.days > s->ends) {
        night->left++;
        return take_out(d, act, r, s, STR("期限到了"), a, e);
    }
    if (r->exit.len == 0 || r->stages.len > 0) return true; /* by a case: 修复 */
    if (!ask(d, r->entity, s->subject, &r->exit, act->day, a, &exit, e)) return false;
    if (!exit.any) return true;
    night->left++;
    return take_out(d, act, r, s, exit.name, a, e);
}

bool register_night(struct dossier_desk *d, const struct dossier_act *act, struct dossier_night *night, struct arena *a,
                    struct err *e)
{
    VEC_EACH (const struct register_, r, &d->p->registers) {
        standing_list all = { 0 };
        if (!standing_in(d, r->name, a, &all, e)) return false;
        VEC_EACH (const struct standing, s, &all) {
            if (!look_at(d, act, r, s, night, e)) return false;
        }
    }
    return true;
}

/* ---- looking ---- */

static bool line_of(struct dossier_desk *d, const struct register_ *r, const struct standing *s, struct arena *a,
                    struct dossier_standing *out, struct err *e)
{
    struct dossier_facts x = { 0 };
    const struct need *need = need_of_nodes(d->p, r->entity, NULL, 0, a);
    *out = (struct dossier_standing){ .subject = s->subject, .dossier = s->dossier, .since = { (int32_t)s->since } };
    out->has_ends = s->ends != 0;
    out->ends = (date){ (int32_t)s->ends };
    diags_init(&x.diags, a);
    facts_start(&x.f, d->p, a, &x.diags, r->entity);
    if (!registry_record(d->r, r->entity, s->subject, &need, 1, &x.f, e)) return false;
    x.subject = x.f.subject;
    bool person = facts_field(&x, "AAC003", a).len > 0, masked = r->public_ != REGISTER_OPEN;
    out->name = facts_name(&x, a), out->number = facts_number(&x, a);
    if (person && masked) out->name = mask(a, STR("姓名"), out->name);
    if (person) out->number = mask(a, STR("证件号"), out->number);
    return true;
}

bool dossier_register_of(struct dossier_desk *d, str name, bool staff, struct arena *a, dossier_standings *out,
                         struct err *e)
{
    standing_list all = { 0 };
    const struct register_ *r = register_named(d, name, e);
    out->len = 0;
    if (r == NULL) return false;
    if (r->public_ == REGISTER_HIDDEN && !staff)
        return fail(e, DENIED, "“%.*s”不公开，只有经办的人能看", STR_ARG(name));
    if (!standing_in(d, r->name, a, &all, e)) return false;
    VEC_EACH (const struct standing, s, &all) {
        if (!line_of(d, r, s, a, vec_push(a, out), e)) return false;
    }
    return true;
}
