/* public: what everybody may see: lists that are published (masked, and frozen when they were put up), public
 * registers, whether a certificate is real; and what a person was told, in their own inbox. */
#include "archive/certificate.h"
#include "hall/hall_priv.h"
#include "notice/notice.h"

enum { NOTICES_SHOWN = 30, STANDINGS_SHOWN = 500 };

/* ---- published ---- */

static void add_registers(struct call *c)
{
    struct json *list = doc_array(c->a, c->doc, "registers");
    VEC_EACH (const struct register_, r, &c->h->p->registers) {
        if (r->public_ == REGISTER_HIDDEN || program_register(c->h->p, r->name) != r) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", r->name);
        doc_str(c->a, o, "href", words_href(c->a, "/publicity/", r->name, ""));
    }
}

bool hall_publicity(struct call *c, struct err *e)
{
    dossier_published_list all = { 0 };
    if (!dossier_publicity(c->desk->dossiers, c->today, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "published");
    VEC_EACH (const struct dossier_published, p, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        char number[DOSSIER_NUMBER_TEXT];
        dossier_number(p->id, number);
        doc_str(c->a, o, "number", str_dup(c->a, str_of(number)));
        doc_str(c->a, o, "line", p->line);
        doc_str(c->a, o, "from", words_day(c->a, p->from, c->today));
        doc_str(c->a, o, "until", words_day(c->a, p->until, c->today));
    }
    doc_str(c->a, c->doc, "count", all.len > 0 ? words_count(c->a, all.len) : STR(""));
    add_registers(c);
    return true;
}

bool hall_public_register(struct call *c, struct err *e)
{
    dossier_standings all = { 0 };
    const struct register_ *r = program_register(c->h->p, c->args[0]);
    if (r == NULL || r->public_ == REGISTER_HIDDEN)
        return fail(e, NOT_FOUND, "没有公开的名录“%.*s”", STR_ARG(c->args[0]));
    if (!dossier_register_of(c->desk->dossiers, r->name, false, c->a, &all, e)) return false;
    c->title = r->name;
    doc_str(c->a, c->doc, "name", r->name);
    doc_str(c->a, c->doc, "count", all.len > 0 ? words_count(c->a, all.len) : STR(""));
    doc_bool(c->a, c->doc, "more", all.len > STANDINGS_SHOWN);
    struct json *list = doc_array(c->a, c->doc, "standings");
    for (size_t i = 0; i < all.len && i < STANDINGS_SHOWN; i++) {
        const struct dossier_standing *s = &all.at[i];
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", s->name);
        doc_str(c->a, o, "number", s->number);
        doc_str(c->a, o, "since", words_day(c->a, s->since, c->today));
        doc_str(c->a, o, "ends", s->has_ends ? words_day(c->a, s->ends, c->today) : STR(""));
    }
    return true;
}

/* ---- is it real? ---- */

static void certificate_doc(struct call *c, const struct certificate *k, enum certificate_state state)
{
    struct json *o = doc_object(c->a, c->doc, "certificate");
    bool good = state == CERTIFICATE_VALID, forged = state == CERTIFICATE_FORGED;
    doc_z(c->a, o, "state", certificate_state_zh(state));
    doc_z(c->a, o, "mark", good ? "yes" : "late");
    doc_bool(c->a, o, "valid", good);
    doc_bool(c->a, o, "forged", forged);
    doc_str(c->a, o, "kind", k->kind);
    doc_str(c->a, o, "number", k->number);
    doc_str(c->a, o, "office", forged ? STR("") : k->office);
    doc_str(c->a, o, "issued", forged ? STR("") : words_day(c->a, k->issued, (date){ 0 }));
    doc_str(c->a, o, "until", k->has_until && !forged ? words_day(c->a, k->until, (date){ 0 }) : STR(""));
    doc_str(c->a, o, "revoked", k->revoked && !forged ? words_day(c->a, k->revoked_on, (date){ 0 }) : STR(""));
    struct json *list = doc_array(c->a, o, "facts");
    for (size_t i = 0; i < k->facts.len && !forged; i++) {
        struct json *f = doc_object(c->a, list, NULL);
        doc_str(c->a, f, "label", k->facts.at[i].label);
        doc_str(c->a, f, "value", k->facts.at[i].value);
    }
}

/* Whoever holds the code may know what the paper says, masked. Codes come from signatures: guessing finds none. */
bool hall_verify(struct call *c, struct err *e)
{
    struct certificate k;
    enum certificate_state state;
    struct err why = { 0 };
    str code = desk_asked(c, "code");
    doc_str(c->a, c->doc, "code", code);
    doc_bool(c->a, c->doc, "ready", c->h->o.signer != NULL);
    if (code.len == 0 || c->h->o.signer == NULL) return true;
    if (certificate_check(c->desk->store, code, c->today, c->h->o.signer, c->a, &k, &state, &why)) {
        certificate_doc(c, &k, state);
        return true;
    }
    return desk_again(c, &why, e);
}

/* ---- the inbox ---- */

static str inbox_of(struct call *c) { return str_fmt(c->a, "%lld", (long long)c->who.subject); }

bool hall_notices(struct call *c, struct err *e)
{
    struct subject s;
    notices all = { 0 };
    int64_t before = 0, unread = 0;
    if (!str_to_i64(desk_asked(c, "before"), &before)) before = 0;
    if (!subject_myself(c, &s, e) || !notice_inbox(c->desk->store, inbox_of(c), before, NOTICES_SHOWN, c->a, &all, e) ||
        !notice_unread(c->desk->store, inbox_of(c), &unread, e))
        return false;
    struct json *list = doc_array(c->a, c->doc, "notices");
    VEC_EACH (const struct notice, n, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "id", n->id);
        doc_str(c->a, o, "title", n->title);
        doc_str(c->a, o, "text", n->text);
        doc_str(c->a, o, "time", words_time(c->a, n->made_ms / 1000));
        doc_bool(c->a, o, "read", n->is_read);
        doc_str(c->a, o, "caseHref", n->dossier.len > 0 ? words_href(c->a, "/me/cases/", n->dossier, "") : STR(""));
    }
    doc_str(c->a, c->doc, "unread", unread > 0 ? words_count(c->a, (uint64_t)unread) : STR(""));
    bool more = all.len == NOTICES_SHOWN;
    doc_str(c->a, c->doc, "olderHref",
            more ? str_fmt(c->a, "/me/notices?before=%lld", (long long)all.at[all.len - 1].id) : STR(""));
    return true;
}

bool hall_notices_read(struct call *c, struct err *e)
{
    struct subject s;
    int64_t id;
    if (!subject_myself(c, &s, e) || !desk_number(c, desk_field(c, "notice"), "通知", &id, e)) return false;
    c->redirect = STR("/me/notices");
    return notice_read(c->desk->store, inbox_of(c), id, c->now * 1000, e);
}
