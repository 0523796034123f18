/* held: what is in somebody's hands, for the chief of the place: when its holder is away, it is given back to the queue
 * or handed to a colleague, with a reason. And objections: what was decided is opened anew by the chief alone. Nothing
 * of the person but the name is needed for that, so nothing is shown. */
#include "hall/hall_priv.h"

enum { HELD_SHOWN = 200, MOVED_DAYS = 7 };

/* Who has how many, in the order they come: each leads to theirs. */
static void add_holders(struct call *c, const dossier_lines *lines, str chosen)
{
    struct json *list = doc_array(c->a, c->doc, "holders");
    for (size_t i = 0; i < lines->len; i++) {
        str name = lines->at[i].c.holder;
        int64_t count = 0;
        bool before = false;
        for (size_t k = 0; k < lines->len; k++) {
            bool theirs = str_eq(lines->at[k].c.holder, name);
            before = before || (theirs && k < i);
            count += theirs;
        }
        if (before) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", name);
        doc_str(c->a, o, "held", desk_person(c, name));
        doc_int(c->a, o, "count", count);
        doc_str(c->a, o, "href", words_href(c->a, "/held?holder=", name, ""));
        doc_bool(c->a, o, "here", str_eq(name, chosen));
    }
}

bool hall_held(struct call *c, struct err *e)
{
    dossier_lines lines = { 0 };
    struct dossier_query q = { .held = true, .day = c->today, .max = HELD_SHOWN };
    str holder = desk_asked(c, "holder");
    if (!queue_lines(c, &q, &lines, e)) return false;
    desk_done(c);
    dossier_lines objections = { 0 };
    struct dossier_query open = { .flags = DOSSIER_OBJECTED, .day = c->today, .max = HELD_SHOWN };
    if (!queue_lines(c, &open, &objections, e)) return false;
    struct json *waiting = doc_array(c->a, c->doc, "objected");
    VEC_EACH (const struct dossier_line, l, &objections) case_line(c, l, "/held/", waiting);
    doc_bool(c->a, c->doc, "objectedAny", waiting->count > 0);
    add_holders(c, &lines, holder);
    struct json *list = doc_array(c->a, c->doc, "cases");
    VEC_EACH (const struct dossier_line, l, &lines) {
        if (holder.len == 0 || str_eq(holder, l->c.holder)) case_line(c, l, "/held/", list);
    }
    doc_int(c->a, c->doc, "count", (int64_t)list->count);
    doc_bool(c->a, c->doc, "all", holder.len == 0);
    doc_bool(c->a, c->doc, "more", lines.len >= HELD_SHOWN);
    return true;
}

/* What a holiday that was announced late moved, from which day to which. */
bool hall_held_moved(struct call *c, struct err *e)
{
    date since = date_add_days(c->today, -MOVED_DAYS);
    dossier_moves all = { 0 };
    if (!dossier_moved_since(c->desk->dossiers, c->who.regions, c->who.region_count, since, HELD_SHOWN, c->a, &all, e))
        return false;
    struct json *list = doc_array(c->a, c->doc, "moved");
    VEC_EACH (const struct dossier_moved, m, &all) {
        char number[DOSSIER_NUMBER_TEXT];
        dossier_number(m->c.id, number);
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "event", m->event);
        doc_str(c->a, o, "number", str_dup(c->a, str_of(number)));
        doc_str(c->a, o, "href", str_fmt(c->a, "/held/%s", number));
        doc_str(c->a, o, "name", m->c.name);
        doc_str(c->a, o, "state", case_state(m->c.state));
        doc_str(c->a, o, "clock", m->clock);
        doc_str(c->a, o, "was", words_day(c->a, m->was, c->today));
        doc_str(c->a, o, "is", words_day(c->a, m->is, c->today));
    }
    doc_int(c->a, c->doc, "count", (int64_t)list->count);
    doc_int(c->a, c->doc, "days", MOVED_DAYS);
    doc_bool(c->a, c->doc, "more", list->count == HELD_SHOWN);
    return true;
}

bool hall_held_case(struct call *c, struct err *e)
{
    struct dossier d;
    struct subject s;
    if (!case_load(c, &d, e)) return false;
    str entity = c->h->p->entities.at[d.entity].name;
    c->who.purpose = str_fmt(c->a, "看谁在办 %.*s %.*s", STR_ARG(d.name), STR_ARG(c->args[0]));
    if (!subject_load(c, d.entity, d.subject, &s, e) ||
        !access_look(c->desk->store, &c->who, entity, d.subject, STR("办件"), c->now, e) || !case_times(c, d.id, e) ||
        !handing_doc(c, &d, &s, e))
        return false;
    struct dossier_act act = case_staff(c);
    bool any;
    act.office = case_office(c, &s);
    if (!tasks_doc(c, &act, &d, &any, e)) return false;
    subject_head(c, &s, c->doc);
    doc_bool(c->a, c->doc, "hasPays", false);
    doc_bool(c->a, c->doc, "mayTransfer", json_member(c->doc, STR("colleagues"))->count > 0);
    desk_done(c);
    return true;
}

static bool act_on(struct call *c, const struct dossier *d, const struct subject *s, str what, struct err *e)
{
    struct dossier_act act = case_staff(c);
    struct dossier_ref ref = { .id = d->id };
    act.office = case_office(c, s);
    if (!str_to_i64(http_form_get(&c->form, STR("revision")), &ref.revision))
        return fail(e, INVALID, "这张表不完整，请刷新再来");
    if (str_eq(what, STR("release"))) return dossier_release(c->desk->dossiers, &act, ref, e);
    if (str_eq(what, STR("transfer"))) return handing_do(c, &act, ref, d, s, e);
    bool task, ok = tasks_do(c, &act, ref, what, &task, e);
    return task ? ok : fail(e, INVALID, "请选放回还是转办");
}

bool hall_held_act(struct call *c, struct err *e)
{
    struct dossier d;
    struct subject s;
    struct err why = { 0 };
    str what = desk_field(c, "act");
    if (!case_load(c, &d, e) || !subject_load(c, d.entity, d.subject, &s, e)) return false;
    if (!act_on(c, &d, &s, what, &why)) return desk_again(c, &why, e) && hall_held_case(c, e);
    desk_back(c, STR("/held"), case_done(what));
    return true;
}
