/* enclosure: papers of a case, on its page and opened. What somebody sent is nobody's page: it is served with the type
 * its content has, under a name that ends like that, and with a policy under which nothing in it runs or reaches out.
 * Pictures are shown; a PDF is saved, since browsers do not show one under that policy. */
#include "hall/hall_priv.h"

bool enclosures_doc(struct call *c, const struct dossier_act *act, const struct dossier *d, const char *base,
                    bool may_add, struct err *e)
{
    bool may_take_back;
    dossier_materials materials = { 0 };
    dossier_enclosures all = { 0 };
    char number[DOSSIER_NUMBER_TEXT];
    static const char *const marks[] = { "ask", "yes", "yes", "no" };
    if (!dossier_materials_of(c->desk->dossiers, d->id, c->today, c->a, &materials, e) ||
        !dossier_enclosures_of(c->desk->dossiers, d->id, c->a, &all, e))
        return false;
    dossier_number(d->id, number);
    str here = str_fmt(c->a, "%s%s/enclosures", base, number);
    struct json *list = doc_array(c->a, c->doc, "materials");
    VEC_EACH (const struct dossier_material_line, m, &materials) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "material", m->name);
        doc_str(c->a, o, "text", m->text);
        doc_z(c->a, o, "stands", dossier_material_zh(m->state));
        doc_z(c->a, o, "mark", marks[m->state]);
        doc_str(c->a, o, "why", m->why);
    }
    list = doc_array(c->a, c->doc, "enclosures");
    VEC_EACH (const struct dossier_enclosure, x, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        if (!dossier_may_take_back(c->desk->dossiers, act, d, x, &may_take_back, e)) return false;
        doc_bool(c->a, o, "mayTakeBack", may_add && may_take_back);
        doc_int(c->a, o, "enclosure", x->id);
        doc_str(c->a, o, "material", x->material);
        doc_str(c->a, o, "file", x->kind == DOSSIER_SEEN ? STR("窗口看过原件") : x->file);
        doc_str(c->a, o, "href",
                x->kind == DOSSIER_SEEN ? STR("") : str_fmt(c->a, "%.*s/%lld", STR_ARG(here), (long long)x->id));
        doc_str(c->a, o, "day", words_day(c->a, x->day, c->today));
    }
    doc_bool(c->a, c->doc, "hasEnclosures", materials.len > 0 || all.len > 0);
    doc_bool(c->a, c->doc, "mayEnclose", may_add && dossier_takes_enclosures(d));
    doc_bool(c->a, c->doc, "maySee", access_scope(c->who.role) != SCOPE_SELF);
    doc_str(c->a, c->doc, "encloseHref", here);
    return true;
}

/* ---- opened ---- */

static void serve(struct call *c, const struct dossier_enclosure *x, str bytes)
{
    const char *ending = dossier_enclosure_ending(x->kind);
    bool ends = str_ends(x->file, str_of(ending)); /* a program called after a picture stays a picture */
    str file = x->file;
    struct text t;
    text_init(&t, c->a, 4000);
    text_addf(&t, "%s; filename*=UTF-8''", x->kind == DOSSIER_PDF ? "attachment" : "inline");
    http_encode(&t, str_fmt(c->a, "%.*s%s", STR_ARG(file), ends ? "" : ending));
    c->r->type = str_of(dossier_enclosure_type(x->kind));
    frame_guard(c->r, true, "self");
    http_answer_field(c->r, "Content-Security-Policy", STR("sandbox; default-src 'none'"));
    http_answer_field(c->r, "Content-Disposition", text_str(&t));
    text_add(&c->r->body, bytes);
}

static bool get(struct call *c, const struct dossier *d, struct dossier_enclosure *x, str *bytes, struct err *e)
{
    int64_t id;
    if (!str_to_i64(c->args[1], &id)) return fail(e, NOT_FOUND, "没有这份材料；请从办件里点开");
    if (!dossier_enclosure_get(c->desk->dossiers, d->id, id, c->a, x, bytes, e)) return false;
    return x->kind != DOSSIER_SEEN || fail(e, NOT_FOUND, "这份材料只看过原件，没有留下扫描件");
}

static bool looked(struct call *c, const struct dossier *d, str material, struct err *e)
{
    return case_looked(c, d, "看材料", str_fmt(c->a, "材料：%.*s", STR_ARG(material)), e);
}

bool hall_enclosure(struct call *c, struct err *e)
{
    struct dossier d;
    struct subject s;
    struct dossier_enclosure x;
    str bytes;
    if (!case_load(c, &d, e) || !subject_load(c, d.entity, d.subject, &s, e) || !get(c, &d, &x, &bytes, e) ||
        !looked(c, &d, x.material, e))
        return false;
    serve(c, &x, bytes);
    return true;
}

bool hall_my_enclosure(struct call *c, struct err *e)
{
    struct dossier d;
    struct dossier_enclosure x;
    str bytes;
    if (!case_load(c, &d, e) || !get(c, &d, &x, &bytes, e) || (!case_about(c, &d) && !looked(c, &d, x.material, e)))
        return false;
    serve(c, &x, bytes);
    return true;
}

/* ---- added, seen, taken back ---- */

static bool act_on(struct call *c, const struct dossier_act *act, const struct dossier *d, const char **done,
                   struct err *e)
{
    struct dossier_desk *k = c->desk->dossiers;
    struct dossier_ref ref = { .id = d->id };
    str what = desk_field(c, "act"), material = desk_field(c, "material"), name = STR(""), bytes = STR("");
    int64_t id;
    if (str_eq(what, STR("remove"))) {
        *done = "unenclosed";
        return desk_number(c, desk_field(c, "enclosure"), "材料", &id, e) &&
               dossier_enclosure_remove(k, act, ref, id, e);
    }
    *done = "enclosed";
    if (str_eq(what, STR("seen"))) return dossier_seen(k, act, ref, material, &id, e);
    if (!str_eq(what, STR("add"))) return fail(e, INVALID, "请选要做什么");
    VEC_EACH (const struct http_part, p, &c->files) {
        if (p->file && str_eq(p->name, STR("paper")) && bytes.len == 0) name = p->file_name, bytes = p->data;
    }
    return dossier_enclose(k, act, ref, material, name, bytes, &id, e);
}

bool hall_enclose(struct call *c, struct err *e)
{
    struct dossier d;
    struct subject s;
    struct err why = { 0 };
    const char *done;
    if (!case_load(c, &d, e) || !subject_load(c, d.entity, d.subject, &s, e)) return false;
    struct dossier_act act = case_staff(c);
    act.office = case_office(c, &s);
    if (!act_on(c, &act, &d, &done, &why)) return desk_again(c, &why, e) && hall_case_(c, e);
    desk_back(c, str_fmt(c->a, "/cases/%.*s", STR_ARG(c->args[0])), done);
    return true;
}

bool hall_my_enclose(struct call *c, struct err *e)
{
    struct dossier d;
    struct err why = { 0 };
    const char *done;
    struct dossier_act act = me_act(c);
    if (!case_load(c, &d, e)) return false;
    if (me_applied(c, &d)) act.who = d.applicant; /* the number it was written down under */
    if (!act_on(c, &act, &d, &done, &why)) return desk_again(c, &why, e) && hall_my_case(c, e);
    desk_back(c, str_fmt(c->a, "/me/cases/%.*s", STR_ARG(c->args[0])), done);
    return true;
}
