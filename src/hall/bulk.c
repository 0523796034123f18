/* bulk: a firm brings a list of its people for one service: an empty table to be filled in, what would become of each
 * row, then a result for each and the rows that failed as a table to be put right. Between the preview and the word to
 * go on the list stands in the hall's own folder, under a name nobody can guess, and goes when it was entered. */
#include "dossier/bulk.h"
#include "hall/hall_priv.h"

#include <unistd.h>

enum { ROWS_MAX = 1000 /* of one list: a request must not hold its thread for long */ };

static bool asked_service(struct call *c, const struct service **out, struct err *e)
{
    const struct service *s = program_service(c->h->p, c->args[0]);
    const struct entity *firm = program_entity(c->h->p, c->who.entity);
    if (s == NULL || firm == NULL || !dossier_applies_for(c->h->p, s, firm->id) ||
        service_on(c->h->p, s->id, c->rule_day) == NULL)
        return fail(e, NOT_FOUND, "没有“%.*s”这件事可以替职工办", STR_ARG(c->args[0]));
    *out = s;
    c->title = s->name;
    doc_str(c->a, c->doc, "name", s->name);
    doc_str(c->a, c->doc, "action", words_href(c->a, "/me/bulk/", s->name, ""));
    doc_str(c->a, c->doc, "templateHref", words_href(c->a, "/me/bulk/", s->name, "/template"));
    doc_int(c->a, c->doc, "rowsMax", ROWS_MAX);
    doc_str(c->a, c->doc, "limit", words_limit(c, s->limit));
    return true;
}

bool hall_bulk(struct call *c, struct err *e)
{
    const struct service *s;
    return asked_service(c, &s, e);
}

bool hall_bulk_template(struct call *c, struct err *e)
{
    const struct service *s;
    const struct entity *firm = program_entity(c->h->p, c->who.entity);
    str path = attachment_out(c, "list.xlsx"), name;
    if (!asked_service(c, &s, e) || !dossier_bulk_template(c->desk->dossiers, s, firm->id, path, c->a, e)) return false;
    name = s->name;
    return attachment_send(c, path, str_fmt(c->a, "%.*s-名单.xlsx", STR_ARG(name)), e);
}

/* ---- rows ---- */

struct showing {
    struct call *c;
    struct json *list;
    str entity;
    size_t shown;
};

static bool seen(void *ctx, int64_t subject, struct err *e)
{
    struct showing *s = ctx;
    return access_look(s->c->desk->store, &s->c->who, s->entity, subject, STR("能不能办"), s->c->now, e);
}

static const char *mark_of(enum dossier_fate f)
{
    switch (f) {
    case DOSSIER_CAN:
    case DOSSIER_OPENED: return "yes";
    case DOSSIER_MAY:
    case DOSSIER_AGAIN: return "ask";
    case DOSSIER_UNDER_WAY:
    case DOSSIER_CANNOT:
    case DOSSIER_FATES: break;
    }
    return "late";
}

static bool show_row(void *ctx, const struct dossier_bulk_row *w, struct err *e)
{
    struct showing *s = ctx;
    struct call *c = s->c;
    char number[DOSSIER_NUMBER_TEXT];
    struct json *o = doc_object(c->a, s->list, NULL);
    (void)e;
    dossier_number(w->id, number);
    doc_int(c->a, o, "row", (int64_t)w->number);
    doc_str(c->a, o, "who", str_dup(c->a, w->name));
    doc_str(c->a, o, "key", access_show(&c->who, STR("证件号"), str_dup(c->a, w->key), c->a));
    doc_z(c->a, o, "fate", dossier_fate_zh(w->fate));
    doc_z(c->a, o, "mark", mark_of(w->fate));
    doc_str(c->a, o, "why", str_dup(c->a, w->why));
    doc_bool(c->a, o, "alone", w->alone);
    doc_str(c->a, o, "number", w->id != 0 ? str_dup(c->a, str_of(number)) : STR(""));
    doc_str(c->a, o, "href", w->id != 0 ? str_fmt(c->a, "/me/cases/%s", number) : STR(""));
    s->shown++;
    return true;
}

static bool run_list(struct call *c, const struct service *s, str path, bool enter, struct err *e)
{
    struct showing shown = { .c = c,
                             .list = doc_array(c->a, c->doc, "rows"),
                             .entity = c->h->p->entities.at[s->entity].name };
    struct dossier_act act = me_act(c);
    struct dossier_bulk_result x;
    struct dossier_bulk o = { .service = s,
                              .path = path,
                              .errors = attachment_out(c, "错误.xlsx"),
                              .enter = enter,
                              .max_rows = ROWS_MAX,
                              .seen = seen,
                              .row = show_row,
                              .ctx = &shown };
    str name = s->name, href = STR("");
    if (!c->who.is_token) c->who.purpose = str_fmt(c->a, "单位替职工申请：%.*s", STR_ARG(name));
    if (!dossier_bulk(c->desk->dossiers, &act, &o, c->a, &x, e) ||
        (x.errors && !attachment_keep(c, o.errors, &href, e)))
        return false;
    if (x.rows == 0) return fail(e, INVALID, "名单里还没有人；从例子的下一行起，一个人一行，填好再来");
    int64_t good = enter ? x.count[DOSSIER_OPENED] : x.count[DOSSIER_CAN] + x.count[DOSSIER_MAY];
    doc_bool(c->a, c->doc, enter ? "entered" : "tried", true);
    desk_int(c, c->doc, "count", x.rows);
    desk_int(c, c->doc, "good", good);
    desk_int(c, c->doc, "again", x.count[DOSSIER_AGAIN]);
    desk_int(c, c->doc, "bad", x.count[DOSSIER_CANNOT] + x.count[DOSSIER_UNDER_WAY]);
    desk_int(c, c->doc, "alone", x.alone);
    doc_str(c->a, c->doc, "errorsHref", href);
    return true;
}

/* The file of the form, or the one that was looked at before. */
static bool list_path(struct call *c, str *path, struct err *e)
{
    str token = desk_field(c, "kept");
    if (token.len > 0) return attachment_kept(c, token, path, e);
    return attachment_in(c, "list", path, e);
}

static bool run(struct call *c, const struct service *s, struct err *e)
{
    bool enter = str_eq(desk_field(c, "act"), STR("enter"));
    str path, href = STR("");
    if (!list_path(c, &path, e) || !run_list(c, s, path, enter, e)) return false;
    if (enter) {
        unlink(path.p); /* it has names and numbers, and is not needed any more */
        return true;
    }
    if (!attachment_keep(c, path, &href, e)) return false;
    doc_str(c->a, c->doc, "kept", attachment_token(href));
    return true;
}

bool hall_bulk_run(struct call *c, struct err *e)
{
    const struct service *s;
    struct err why = { 0 };
    if (!asked_service(c, &s, e)) return false;
    return run(c, s, &why) || desk_again(c, &why, e);
}
