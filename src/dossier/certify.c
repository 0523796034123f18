/* certify: the certificate a granted case gives out. It is due with the decision and issued in its transaction when the
 * office's key is there; else it waits for the night, which has it. When the decision falls (revoked, stopped, decided
 * anew) the certificate is void with the same reason. A service without 证照 gives out a proof of its 结果 to whoever
 * asks for one. */
#include "archive/certificate.h"
#include "dossier/dossier_priv.h"

enum { CERTIFICATE_WAITS, CERTIFICATE_ISSUED, CERTIFICATE_VOID };

void dossier_sign_with(struct dossier_desk *d, const struct journal_signer *signer) { d->signer = signer; }

static struct certificate_act act_of(const struct dossier_act *act)
{
    return (struct certificate_act){ act->who, act->role, act->day, act->clock_ms };
}

/* ---- what it says ---- */

static void add_fact(struct arena *a, struct certificate *c, str label, str value, const char *class_)
{
    enum { ROOM = CERTIFICATE_TEXT_MAX };
    if (value.len == 0 || value.len > ROOM || label.len > ROOM) return;
    *vec_push(a, &c->facts) = (struct certificate_fact){ label, value, str_of(class_) };
}

static str key_label(const struct dossier_facts *x)
{
    const struct entity *en = &x->f.p->entities.at[x->subject->entity];
    return en->keys.len > 0 ? en->slots.at[en->keys.at[0]].name : STR("号码");
}

static void fill(struct certificate *out, const struct dossier *c, const struct dossier_facts *x, struct arena *a)
{
    bool person = facts_field(x, "AAC003", a).len > 0;
    add_fact(a, out, person ? STR("姓名") : STR("名称"), facts_name(x, a), person ? "姓名" : "");
    add_fact(a, out, key_label(x), facts_number(x, a), person ? "证件号" : "");
    add_fact(a, out, STR("事项"), c->name, "");
    add_fact(a, out, STR("结果"), c->service->result, "");
    add_fact(a, out, STR("决定日期"), c->has_decided ? date_zh(a, c->decided) : STR(""), "");
    add_fact(a, out, STR("办件编号"), out->dossier, "");
}

/* Capital letters, digits and '-' only. */
static str prefix_of(const struct dossier *c, struct arena *a)
{
    str office = c->office;
    for (size_t i = 0; i < office.len; i++) {
        if (office.p[i] < '0' || office.p[i] > '9') return STR("ZZ");
    }
    return office.len > 0 ? str_fmt(a, "ZZ-%.*s", STR_ARG(office)) : STR("ZZ");
}

static bool issue(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, int64_t round,
                  str kind, struct err *e)
{
    autoarena *a = arena_new("certificate", 0);
    struct dossier_facts x;
    char number[DOSSIER_NUMBER_TEXT];
    struct certificate_act by = act_of(act);
    dossier_number(c->id, number);
    struct certificate made = { .kind = kind,
                                .holder = str_fmt(a, "%lld", (long long)c->subject),
                                .dossier = str_of(number),
                                .office = d->signer->id,
                                .issued = act->day };
    if (!facts_of(d, c->service, c->subject, c->answers, a, &x, e)) return false;
    fill(&made, c, &x, a);
    return certificate_issue(d->s, &by, prefix_of(c, a), &made, d->signer, a, e) &&
           store_do(d->s, NULL, e,
                    "UPDATE dossier_certificate SET state = 1, number = $3, day = $4 WHERE dossier = $1 AND round = $2",
                    "iisi", c->id, round, made.number, (int64_t)act->day.days) &&
           tell_applicant(
               d, act, c,
               &(struct tell){ .what = "证照", .name = kind, .result = made.number, .reason = str_of(made.code) }, e);
}

/* ---- with a decision ---- */

static bool add(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str kind, struct err *e)
{
    int64_t round = 0;
    if (!store_get(d->s, NULL, &round, 1, e,
                   "INSERT INTO dossier_certificate (dossier, round, kind, number, day, state) SELECT CAST($1 AS"
                   " bigint), coalesce(max(round), 0) + 1, CAST($2 AS text), '', CAST($3 AS bigint), 0 FROM"
                   " dossier_certificate WHERE dossier = $1 RETURNING round",
                   "isi", c->id, kind, (int64_t)act->day.days))
        return false;
    return d->signer == NULL || issue(d, act, c, round, kind, e);
}

bool certify_granted(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, struct err *e)
{
    if (c->service == NULL || c->service->certificate.len == 0) return true;
    return add(d, act, c, c->service->certificate, e);
}

bool certify_void(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str why,
                  struct err *e)
{
    autoarena *a = arena_new("void", 0);
    dossier_certificates all = { 0 };
    struct certificate_act by = act_of(act);
    if (!dossier_certificates_of(d, c->id, a, &all, e)) return false;
    VEC_EACH (const struct dossier_certificate, v, &all) {
        if (v->number.len == 0 || v->is_void) continue;
        if (!certificate_revoke(d->s, &by, v->number, why, e) ||
            !tell_applicant(d, act, c,
                            &(struct tell){ .what = "证照注销", .name = v->kind, .result = v->number, .reason = why },
                            e))
            return false;
    }
    return store_do(d->s, NULL, e, "UPDATE dossier_certificate SET state = 2 WHERE dossier = $1", "i", c->id);
}

bool certify_waiting(struct dossier_desk *d, const struct dossier_act *act, struct dossier_night *night,
                     struct arena *a, struct err *e)
{
    struct waiting {
        int64_t dossier, round;
        str kind;
    };
    VEC(struct waiting) list = { 0 };
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(d->s, &q, e,
                   "SELECT dossier, round, kind FROM dossier_certificate WHERE state = 0 ORDER BY dossier, round", ""))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        struct waiting w = { 0 };
        if (!store_int(q, 0, &w.dossier) || !store_int(q, 1, &w.round)) continue;
        w.kind = str_dup(a, store_str(q, 2));
        *vec_push(a, &list) = w;
    }
    store_done(q);
    if (!ok) return false;
    if (d->signer == NULL) {
        if (list.len > 0)
            *vec_push(a, &night->told) =
                str_fmt(a, "有 %zu 张证照等着签发：用 leye day --sign 私钥 --issuer 单位 签发", list.len);
        return true;
    }
    struct dossier_act sys = desk_system(act, STR("决定以后签发"));
    VEC_EACH (const struct waiting, w, &list) {
        struct dossier c;
        if (!dossier_row_get(d, (struct dossier_ref){ .id = w->dossier }, a, &c, e) ||
            !issue(d, &sys, &c, w->round, w->kind, e))
            return false;
        night->certified++;
    }
    return true;
}

/* ---- looking, and proofs that are asked for ---- */

bool dossier_certificates_of(struct dossier_desk *d, int64_t id, struct arena *a, dossier_certificates *out,
                             struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    out->len = 0;
    if (!store_ask(d->s, &q, e,
                   "SELECT p.kind, p.number, coalesce(c.code, ''), p.day, p.state, coalesce(c.reason, '') FROM"
                   " dossier_certificate p LEFT JOIN archive_certificate c ON c.number = p.number WHERE p.dossier = $1"
                   " ORDER BY p.round",
                   "i", id))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t day, state;
        struct dossier_certificate v = { .kind = str_dup(a, store_str(q, 0)), .number = str_dup(a, store_str(q, 1)) };
        v.code = str_dup(a, store_str(q, 2));
        if (!store_int(q, 3, &day) || !store_int(q, 4, &state)) continue;
        v.day = (date){ (int32_t)day };
        v.is_void = state == CERTIFICATE_VOID;
        v.why = str_dup(a, store_str(q, 5));
        *vec_push(a, out) = v;
    }
    store_done(q);
    return ok;
}

/* The newest that was issued and holds. */
static bool newest(struct dossier_desk *d, int64_t id, struct arena *a, str *number, struct err *e)
{
    dossier_certificates all = { 0 };
    *number = STR("");
    if (!dossier_certificates_of(d, id, a, &all, e)) return false;
    VEC_EACH (const struct dossier_certificate, v, &all) {
        if (!v->is_void && v->number.len > 0) *number = v->number;
    }
    return true;
}

bool dossier_certificate_held(struct dossier_desk *d, const struct dossier *c, struct arena *a, struct certificate *out,
                              struct err *e)
{
    dossier_certificates all = { 0 };
    str number, kind = c->service != NULL ? c->service->certificate : STR("");
    if (!newest(d, c->id, a, &number, e) || !dossier_certificates_of(d, c->id, a, &all, e)) return false;
    if (number.len > 0) return certificate_get(d->s, number, a, out, e);
    if (all.len == 0 && kind.len == 0) return fail(e, NOT_FOUND, "“%.*s”不发证照", STR_ARG(c->name));
    if (all.len == 0)
        return fail(e, CONFLICT, "现在是“%s”，没有签发过%.*s：准予以后才签发", dossier_machine.states[c->state].name,
                    STR_ARG(kind));
    const struct dossier_certificate *last = &all.at[all.len - 1];
    if (!last->is_void)
        return fail(e, CONFLICT, "%.*s等着签发：夜里一起签发，签发了本人收到通知，再来下载", STR_ARG(last->kind));
    return fail(e, CONFLICT, "%.*s作废了：%.*s", STR_ARG(last->kind),
                STR_ARG(last->why.len > 0 ? last->why : STR("没有签发，决定就不再算数")));
}

bool dossier_certificates_wait(struct dossier_desk *d, int64_t *count, date *since, struct err *e)
{
    int64_t v[2];
    if (!store_get(d->s, NULL, v, 2, e,
                   "SELECT count(*), coalesce(min(day), 0) FROM dossier_certificate WHERE state = 0", ""))
        return false;
    *count = v[0], *since = (date){ (int32_t)v[1] };
    return true;
}

/* The proof of a result, for whoever asks: the applicant, the counter, a reviewer. */
static bool prove(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, struct arena *a,
                  struct err *e)
{
    struct dossier c;
    if (!desk_begin(d, act, e)) return false;
    bool ok = dossier_row_get(d, ref, a, &c, e) && decide_office(d, act, &c, e);
    if (ok && desk_roles(act, &c) == 0) ok = fail(e, DENIED, "证明由申请人本人或者经办的人来开");
    if (ok && c.state != DOSSIER_GRANTED && c.state != DOSSIER_PAYING)
        ok = fail(e, CONFLICT, "现在是“%s”，准予以后才有证照和证明", dossier_machine.states[c.state].name);
    if (ok && (c.service == NULL || (c.service->result.len == 0 && c.service->certificate.len == 0)))
        ok = fail(e, CONFLICT, "这个事项没有写发什么证照、办成什么，开不了证明");
    if (ok && d->signer == NULL) ok = fail(e, CONFLICT, "还没有签发：要用单位的私钥签名（--sign 私钥 --issuer 单位）");
    if (ok && c.service->certificate.len == 0) ok = add(d, act, &c, c.service->result, e);
    struct dossier_night none = { 0 };
    ok = ok && (c.service->certificate.len == 0 || certify_waiting(d, act, &none, a, e));
    return desk_end(d, ok, e);
}

bool dossier_certificate_pdf(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref,
                             struct arena *a, str *number, str *pdf, struct err *e)
{
    struct certificate c;
    if (!newest(d, ref.id, a, number, e)) return false;
    if (number->len == 0 && (!prove(d, act, ref, a, e) || !newest(d, ref.id, a, number, e))) return false;
    if (number->len == 0) return fail(e, NOT_FOUND, "这件没有有效的证照");
    return certificate_get(d->s, *number, a, &c, e) && certificate_paper(&c, a, pdf, e);
}
