/* queue: what waits for somebody: all of it, one service of it, and the lane where many of one service are decided on
 * one screen: beside each the verdict of the rules, behind each its own result. */
#include "hall/hall_priv.h"

#include <stdlib.h>

enum { QUEUE_SHOWN = 200, LANE_MAX = 200 };

str case_role(const struct call *c) { return str_of(access_role_zh(c->who.role)); }

struct dossier_act case_staff(struct call *c)
{
    return (struct dossier_act){ .who = c->who.name,
                                 .role = case_role(c),
                                 .office = c->who.region_count > 0 ? c->who.regions[0] : STR(""),
                                 .day = c->today,
                                 .reason = desk_field(c, "reason"),
                                 .clock_ms = c->now * 1000,
                                 .self = c->who.subject };
}

/* Of several regions the one the person lives in. */
str case_office(const struct call *c, const struct subject *s)
{
    for (size_t i = 0; i < s->place_count; i++) {
        for (size_t k = 0; k < c->who.region_count; k++) {
            if (str_eq(s->places[i], c->who.regions[k])) return c->who.regions[k];
        }
    }
    return c->who.region_count > 0 ? c->who.regions[0] : STR("");
}

/* The queues of all regions one after the other, as one: red before yellow before green, then by due day. */
static int by_urgency(const void *a, const void *b)
{
    const struct dossier_line *x = a, *y = b;
    if (x->light != y->light) return x->light < y->light ? 1 : -1;
    if (x->has_due != y->has_due) return x->has_due ? -1 : 1;
    if (x->due.days != y->due.days) return x->due.days < y->due.days ? -1 : 1;
    return x->c.id < y->c.id ? -1 : x->c.id > y->c.id;
}

bool queue_lines(struct call *c, const struct dossier_query *asked, dossier_lines *out, struct err *e)
{
    struct dossier_query q = *asked;
    size_t regions = c->who.region_count;
    for (size_t i = 0; i < regions || i == 0; i++) {
        if (regions > 0) q.office = c->who.regions[i];
        dossier_lines one = { 0 };
        if (!dossier_queue(c->desk->dossiers, &q, c->a, &one, e)) return false;
        VEC_EACH (const struct dossier_line, l, &one) { /* a region may lie in another of the same account */
            bool there = false;
            VEC_EACH (const struct dossier_line, k, out) there = there || k->c.id == l->c.id;
            if (!there) *vec_push(c->a, out) = *l;
        }
    }
    if (out->len > 1) qsort(out->at, out->len, sizeof *out->at, by_urgency);
    return true;
}

/* The counter sees all that is under way; the others what waits for them. */
static bool lines_of(struct call *c, str service, dossier_lines *out, struct err *e)
{
    bool desk = c->who.role == ROLE_COUNTER, mine = desk_asked(c, "mine").len > 0;
    struct dossier_query q = { .role = desk ? STR("") : case_role(c),
                               .service = service,
                               .holder = mine ? c->who.name : STR(""),
                               .free = desk_asked(c, "free").len > 0,
                               .day = c->today,
                               .max = QUEUE_SHOWN };
    return queue_lines(c, &q, out, e);
}

/* ---- the queue ---- */

struct by_service {
    str name;
    int64_t count;
};

/* The services that wait, the fullest first as they come: each leads to its own queue and lane. */
static void add_services(struct call *c, const dossier_lines *lines, str chosen)
{
    VEC(struct by_service) all = { 0 };
    VEC_EACH (const struct dossier_line, l, lines) {
        struct by_service *found = NULL;
        VEC_EACH (struct by_service, k, &all) {
            if (str_eq(k->name, l->c.name)) found = k;
        }
        if (found == NULL) *(found = vec_push(c->a, &all)) = (struct by_service){ l->c.name, 0 };
        found->count++;
    }
    struct json *list = doc_array(c->a, c->doc, "services");
    VEC_EACH (const struct by_service, k, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", k->name);
        doc_int(c->a, o, "count", k->count);
        doc_str(c->a, o, "href", words_href(c->a, "/queue?service=", k->name, ""));
        doc_bool(c->a, o, "here", str_eq(k->name, chosen));
    }
}

bool hall_queue(struct call *c, struct err *e)
{
    dossier_lines lines = { 0 }, all = { 0 };
    str service = desk_asked(c, "service");
    if (!lines_of(c, STR(""), &all, e) || (service.len > 0 && !lines_of(c, service, &lines, e))) return false;
    desk_done(c);
    const dossier_lines *shown = service.len > 0 ? &lines : &all;
    int64_t count[3] = { 0 };
    struct json *list = doc_array(c->a, c->doc, "cases");
    VEC_EACH (const struct dossier_line, l, shown) {
        case_line(c, l, "/cases/", list);
        count[l->light]++;
    }
    doc_int(c->a, c->doc, "count", (int64_t)shown->len);
    doc_str(c->a, c->doc, "late", count[DOSSIER_RED] > 0 ? words_count(c->a, (uint64_t)count[DOSSIER_RED]) : STR(""));
    doc_str(c->a, c->doc, "soon",
            count[DOSSIER_YELLOW] > 0 ? words_count(c->a, (uint64_t)count[DOSSIER_YELLOW]) : STR(""));
    add_services(c, &all, service);
    doc_str(c->a, c->doc, "service", service);
    doc_bool(c->a, c->doc, "all", service.len == 0);
    bool lane = service.len > 0 && shown->len > 1;
    doc_str(c->a, c->doc, "laneHref", lane ? words_href(c->a, "/queue/lane?service=", service, "") : STR(""));
    return true;
}

/* ---- the lane ---- */

/* What this role can do with it now: "approve", "accept", or "" nothing. */
static const char *doable(struct call *c, const struct dossier *d)
{
    if (dossier_reviews(d, case_role(c))) return "approve";
    return dossier_accepts(d, case_role(c)) ? "accept" : "";
}

/* The verdict of today, without a name: whose it is stands in the case. */
static bool lane_row(struct call *c, const struct dossier_line *l, struct json *list, struct err *e)
{
    struct dossier d;
    struct dossier_guide g = { 0 };
    char number[DOSSIER_NUMBER_TEXT];
    if (!dossier_get(c->desk->dossiers, l->c.id, c->a, &d, e)) return false;
    const char *can = doable(c, &d);
    if (can[0] == '\0') return true;
    struct err why = { 0 };
    bool asked = dossier_guide(c->desk->dossiers, d.name, d.subject, d.answers, c->today, c->a, &g, &why);
    bool yes = asked && g.outlook == VERDICT_QUALIFIED, assumed = false;
    str amount = STR("");
    VEC_EACH (const struct explanation, x, &g.verdicts) {
        assumed = assumed || x->verdict.assumed;
        if (x->policy != NULL && x->amount.len > 0) amount = explanation_amount(c, x);
    }
    struct json *o = doc_object(c->a, list, NULL);
    dossier_number(d.id, number);
    doc_str(c->a, o, "number", str_dup(c->a, str_of(number)));
    doc_str(c->a, o, "href", str_fmt(c->a, "/cases/%s", number));
    doc_fmt(c->a, o, "pick", "%s:%lld", number, (long long)d.revision);
    doc_str(c->a, o, "opened", words_day(c->a, d.opened, c->today));
    doc_str(c->a, o, "due", l->has_due ? words_day(c->a, l->due, c->today) : STR(""));
    doc_z(c->a, o, "verdict", asked ? verdict_zh(g.outlook) : "算不出");
    doc_z(c->a, o, "mark", yes ? "yes" : asked && g.outlook == VERDICT_PENDING ? "ask" : "no");
    doc_bool(c->a, o, "yes", yes);
    doc_bool(c->a, o, "assumed", assumed);
    doc_str(c->a, o, "amount", amount);
    doc_z(c->a, o, "can", can[0] == 'a' && can[1] == 'p' ? "同意" : "受理");
    return true;
}

bool hall_lane(struct call *c, struct err *e)
{
    dossier_lines lines = { 0 };
    str service = desk_asked(c, "service");
    if (service.len == 0) service = desk_field(c, "service");
    if (service.len == 0) return fail(e, INVALID, "请从待办里选一个事项");
    if (!lines_of(c, service, &lines, e)) return false;
    c->title = str_fmt(c->a, "成批办理　%.*s", STR_ARG(service));
    doc_str(c->a, c->doc, "service", service);
    struct json *list = doc_array(c->a, c->doc, "rows");
    for (size_t i = 0; i < lines.len && i < LANE_MAX; i++) {
        if (!lane_row(c, &lines.at[i], list, e)) return false;
    }
    doc_int(c->a, c->doc, "count", (int64_t)list->count);
    return true;
}

/* One of those picked. */
struct picked {
    struct call *c;
    str number, said;
    int64_t revision;
    bool done;
};

static bool decide_one(struct dossier_desk *k, void *context, struct err *e)
{
    struct picked *p = context;
    struct call *c = p->c;
    struct dossier d;
    struct subject s;
    struct dossier_result done = { 0 };
    struct dossier_ref ref = { .revision = p->revision };
    if (!dossier_number_read(p->number, &ref.id, e) || !dossier_get(k, ref.id, c->a, &d, e) ||
        !subject_load(c, d.entity, d.subject, &s, e))
        return false;
    struct dossier_act act = case_staff(c);
    act.office = case_office(c, &s);
    c->who.purpose = str_fmt(c->a, "成批办理 %.*s %.*s", STR_ARG(d.name), STR_ARG(p->number));
    str entity = c->h->p->entities.at[d.entity].name;
    if (!access_look(c->desk->store, &c->who, entity, d.subject, STR("办件"), c->now, e)) return false;
    const char *can = doable(c, &d);
    if (can[0] == '\0') return fail(e, CONFLICT, "现在轮不到您办");
    bool ok =
        can[1] == 'p' ? dossier_approve(k, &act, ref, c->a, &done, e) : dossier_accept(k, &act, ref, c->a, &done, e);
    if (ok) p->said = case_state(done.state);
    return ok;
}

static bool read_pick(struct call *c, str text, struct picked *out)
{
    size_t cut = str_find(text, STR(":"));
    *out = (struct picked){ .c = c, .number = str_slice(text, 0, cut) };
    return cut != SIZE_MAX && str_to_i64(str_slice(text, cut + 1, text.len), &out->revision);
}

/* All of them are committed together; what one of them could not do stops none of the others. */
static bool decide(struct call *c, struct err *e)
{
    struct picked *picked = ARENA_ARRAY(c->a, struct picked, LANE_MAX);
    struct dossier_job *jobs = ARENA_ARRAY(c->a, struct dossier_job, LANE_MAX);
    size_t n = 0;
    VEC_EACH (const struct http_field, f, &c->form) {
        if (!str_eq(f->name, STR("pick"))) continue;
        if (n == LANE_MAX) return fail(e, LIMIT, "一次最多 %d 件", LANE_MAX);
        if (!read_pick(c, f->value, &picked[n])) return fail(e, INVALID, "这张表不完整，请刷新再来");
        jobs[n] = (struct dossier_job){ .run = decide_one, .context = &picked[n] };
        n++;
    }
    if (n == 0) return fail(e, INVALID, "请先选要办的");
    if (!dossier_together(c->desk->dossiers, jobs, n, e)) return false;
    int64_t done = 0;
    struct json *list = doc_array(c->a, c->doc, "results");
    for (size_t i = 0; i < n; i++) {
        struct json *o = doc_object(c->a, list, NULL);
        done += jobs[i].ok;
        doc_str(c->a, o, "number", picked[i].number);
        doc_bool(c->a, o, "ok", jobs[i].ok);
        doc_z(c->a, o, "mark", jobs[i].ok ? "yes" : "late");
        doc_str(c->a, o, "said", jobs[i].ok ? picked[i].said : str_dup(c->a, str_of(err_cause(&jobs[i].e))));
    }
    doc_int(c->a, c->doc, "done", done);
    doc_int(c->a, c->doc, "left", (int64_t)n - done);
    doc_bool(c->a, c->doc, "decided", true);
    return true;
}

bool hall_lane_decide(struct call *c, struct err *e)
{
    struct err why = { 0 };
    return (decide(c, &why) || desk_again(c, &why, e)) && hall_lane(c, e);
}
