/* certificate: the certificate a case gave out, on its page and as a paper. The hall hands it out and signs none: the
 * office's key is not where everybody's requests come in, and looking at an address issues nothing. What stands on the
 * paper passes the table of `access` like every other value, so a desk's copy shows what that desk may see. */
#include "archive/certificate.h"
#include "hall/hall_priv.h"

static bool is_held(const struct dossier_certificate *v) { return v->number.len > 0 && !v->is_void; }

/* How it stands, in a sentence. */
static str stands_text(struct call *c, const struct dossier_certificate *v)
{
    if (v->is_void && v->number.len == 0) return STR("没有签发，决定就不再算数。");
    if (v->is_void) return str_fmt(c->a, "编号 %.*s，理由：%.*s", STR_ARG(v->number), STR_ARG(v->why));
    str day = words_day(c->a, v->day, c->today);
    if (v->number.len > 0)
        return str_fmt(c->a, "编号 %.*s，%.*s签发，验证码 %.*s。", STR_ARG(v->number), STR_ARG(day), STR_ARG(v->code));
    if (v->day.days + 1 < c->today.days)
        return str_fmt(c->a, "从 %.*s等到现在，比平常久：请打 12333 问一问，报办件号。", STR_ARG(day));
    return STR("已经准予，夜里一起签发；签发了本人会收到通知，再来这里下载。");
}

bool certificates_doc(struct call *c, const struct dossier *d, const char *base, struct err *e)
{
    dossier_certificates all = { 0 };
    char number[DOSSIER_NUMBER_TEXT];
    str held = STR("");
    if (!dossier_certificates_of(c->desk->dossiers, d->id, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "certificates");
    VEC_EACH (const struct dossier_certificate, v, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "kind", v->kind);
        doc_z(c->a, o, "mark", v->is_void ? "late" : is_held(v) ? "yes" : "ask");
        doc_z(c->a, o, "stands", v->is_void ? "作废" : is_held(v) ? "有效" : "等着签发");
        doc_str(c->a, o, "text", stands_text(c, v));
        if (is_held(v)) held = v->kind;
    }
    dossier_number(d->id, number);
    doc_bool(c->a, c->doc, "hasCertificates", all.len > 0);
    doc_str(c->a, c->doc, "certificate", held);
    doc_str(c->a, c->doc, "certificateHref", held.len > 0 ? str_fmt(c->a, "%s%s/certificate", base, number) : STR(""));
    doc_bool(c->a, c->doc, "ownPaper", case_about(c, d));
    return true;
}

static bool give(struct call *c, const struct dossier *d, struct err *e)
{
    struct certificate k;
    str pdf;
    if (!dossier_certificate_held(c->desk->dossiers, d, c->a, &k, e) ||
        (!case_about(c, d) && !case_looked(c, d, "下载证照", str_fmt(c->a, "证照：%.*s", STR_ARG(k.kind)), e)))
        return false;
    VEC_EACH (struct certificate_fact, f, &k.facts) f->value = access_show(&c->who, f->class_, f->value, c->a);
    if (!certificate_paper(&k, c->a, &pdf, e)) return false;
    attachment_answer(c, pdf, STR("application/pdf"), str_fmt(c->a, "%.*s.pdf", STR_ARG(k.number)));
    return true;
}

bool hall_my_certificate(struct call *c, struct err *e)
{
    struct dossier d;
    return case_load(c, &d, e) && give(c, &d, e);
}

bool hall_certificate(struct call *c, struct err *e)
{
    struct dossier d;
    struct subject s;
    return case_load(c, &d, e) && subject_load(c, d.entity, d.subject, &s, e) && give(c, &d, e);
}
