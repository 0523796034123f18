/* tasks: an objection answered, a bad rating called about, a benefit looked at again, on the page of the case. Who had
 * a hand in it is told so instead of a form. */
#include "hall/hall_priv.h"

static bool add_objections(struct call *c, const struct dossier *d, bool may, struct err *e)
{
    dossier_objections all = { 0 };
    static const char *const outcomes[] = { "", "成立", "不成立" };
    struct json *list = doc_array(c->a, c->doc, "objections");
    if (!dossier_objections_of(c->desk->dossiers, d->id, c->a, &all, e)) return false;
    VEC_EACH (const struct dossier_objection, x, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "objection", x->id);
        doc_str(c->a, o, "day", words_day(c->a, x->day, c->today));
        doc_str(c->a, o, "text", x->text);
        doc_z(c->a, o, "outcome", outcomes[x->state]);
        doc_str(c->a, o, "answer", x->answer);
        doc_bool(c->a, o, "mayAnswer", may && x->state == 0);
    }
    return true;
}

bool tasks_doc(struct call *c, const struct dossier_act *act, const struct dossier *d, bool *any, struct err *e)
{
    struct dossier_tasks t;
    if (!dossier_tasks_of(c->desk->dossiers, act, d, &t, e) || !add_objections(c, d, t.answer, e)) return false;
    doc_bool(c->a, c->doc, "mayUphold", t.uphold);
    doc_bool(c->a, c->doc, "mayCall", t.call);
    doc_bool(c->a, c->doc, "mayCheck", t.check);
    doc_bool(c->a, c->doc, "involved", t.involved);
    doc_z(c->a, c->doc, "rating", t.rating > 0 ? dossier_rating_zh(t.rating) : "");
    *any = t.answer || t.call || t.check || t.involved;
    return true;
}

bool tasks_do(struct call *c, const struct dossier_act *act, struct dossier_ref ref, str what, bool *known,
              struct err *e)
{
    struct dossier_desk *k = c->desk->dossiers;
    *known = true;
    if (str_eq(what, STR("settle"))) return dossier_rating_settle(k, act, ref, e);
    if (str_eq(what, STR("recheck"))) return dossier_recheck(k, act, ref, e);
    if (str_eq(what, STR("stop"))) return dossier_stop(k, act, ref, e);
    *known = str_eq(what, STR("answer"));
    if (!*known) return true;
    int64_t objection;
    str upheld = desk_field(c, "upheld");
    if (!str_eq(upheld, STR("yes")) && !str_eq(upheld, STR("no"))) return fail(e, INVALID, "请选异议成立还是不成立");
    return desk_number(c, desk_field(c, "objection"), "异议", &objection, e) &&
           dossier_answer(k, act, objection, str_eq(upheld, STR("yes")), e);
}
