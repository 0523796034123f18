/* close: 归档. Everything of a case in one package that needs no program to be read: what was asked and answered, the
 * decision with its reasons, the receipts, what happened when, what was paid, the certificate. The package is written
 * first, whole or not at all, and then the case is closed: when closing fails it is written again, and nothing says
 * that a case is in the archive before its file is. */
#include "archive/case_file.h"
#include "archive/certificate.h"
#include "base/crypto.h"
#include "base/file.h"
#include "dossier/dossier_priv.h"
#include "paper/paper.h"

enum { FACTS_MAX = 200, DOCUMENT_MAX = 16 << 20 };

struct closing {
    struct dossier_desk *d;
    const struct dossier_act *act;
    struct arena *a;
    struct dossier c;
    const char *number;
    dossier_events events;
    VEC(struct case_document) documents;
};

static void add(struct closing *x, str name, const char *title, const char *maker, date day, str bytes)
{
    *vec_push(x->a, &x->documents) = (struct case_document){ name, str_of(title), str_of(maker), day, bytes };
}

/* ---- what was asked for ---- */

static str json_text(const struct json *v, struct arena *a)
{
    if (v->kind == JSON_STRING) return v->string;
    if (v->kind == JSON_BOOL) return v->boolean ? STR("是") : STR("否");
    return v->kind == JSON_INT ? str_fmt(a, "%lld", (long long)v->integer) : STR("");
}

static bool application(struct closing *x, struct err *e)
{
    static const char *const channels[] = { "网上", "窗口", "主动提示", "成批录入", "自助机" };
    struct paper *p;
    const struct json *j = NULL;
    struct paper_fact facts[FACTS_MAX];
    size_t n = 0;
    str pdf;
    struct paper_about about = { str_fmt(x->a, "申请表 %s", x->number), x->d->signer->id, x->c.opened };
    if (x->c.answers.len > 0 && !json_read(x->a, x->c.answers, &j, e)) return false;
    if (!paper_new(&p, x->a, &about, e)) return false;
    facts[n++] = (struct paper_fact){ STR("办件编号"), str_of(x->number) };
    facts[n++] = (struct paper_fact){ STR("事项"), x->c.name };
    facts[n++] = (struct paper_fact){ STR("申请人"), x->c.applicant };
    facts[n++] = (struct paper_fact){ STR("提出日期"), date_zh(x->a, x->c.opened) };
    facts[n++] = (struct paper_fact){ STR("渠道"), str_of(channels[x->c.channel]) };
    if ((x->c.flags & DOSSIER_BEHALF) != 0) facts[n++] = (struct paper_fact){ STR("录入"), x->c.entered_by };
    for (size_t i = 0; j != NULL && j->kind == JSON_OBJECT && i < j->count && n < FACTS_MAX; i++)
        facts[n++] = (struct paper_fact){ j->keys[i], json_text(&j->items[i], x->a) };
    paper_title(p, STR("申请表"));
    paper_facts(p, facts, n);
    if (!paper_end(p, &pdf, e)) return false;
    add(x, STR("申请表.pdf"), "申请表", "申请人", x->c.opened, pdf);
    return true;
}

/* ---- what was decided ---- */

static bool receipts(struct closing *x, struct paper *p, struct err *e)
{
    dossier_evidences all = { 0 };
    if (!dossier_evidence_of(x->d, x->c.id, x->a, &all, e)) return false;
    if (all.len > 0) paper_heading(p, STR("依据"));
    for (size_t i = 0; i < all.len; i++) {
        const struct dossier_evidence *v = &all.at[i];
        str about = v->about, day = date_zh(x->a, v->day);
        char yuan[NUM_TEXT];
        size_t len = v->has_amount ? num_text(v->amount_fen, 2, 2, yuan) : 0;
        paper_text(p, str_fmt(x->a, "%.*s（%.*s）：%s%s%.*s%s", STR_ARG(about), STR_ARG(day), verdict_zh(v->verdict),
                              len > 0 ? "，" : "", (int)len, yuan, len > 0 ? " 元" : ""));
        add(x, str_fmt(x->a, "回执-%zu.json", i + 1), "判断的回执", "系统", v->day, v->receipt);
    }
    return true;
}

static bool decision(struct closing *x, struct err *e)
{
    struct paper *p;
    str pdf;
    date day = x->c.has_decided ? x->c.decided : x->act->day;
    struct paper_about about = { str_fmt(x->a, "办理结果 %s", x->number), x->d->signer->id, day };
    if (!paper_new(&p, x->a, &about, e)) return false;
    struct paper_fact facts[] = {
        { STR("办件编号"), str_of(x->number) }, { STR("事项"), x->c.name },
        { STR("申请人"), x->c.applicant },      { STR("办理结果"), str_of(dossier_machine.states[x->c.state].name) },
        { STR("日期"), date_zh(x->a, day) },    { STR("说明"), x->c.note.len > 0 ? x->c.note : STR("无") },
    };
    paper_title(p, STR("办理结果"));
    paper_facts(p, facts, sizeof facts / sizeof *facts);
    if (!receipts(x, p, e)) return false;
    paper_right(p, x->d->signer->id);
    paper_right(p, date_zh(x->a, day));
    if (!paper_end(p, &pdf, e)) return false;
    add(x, STR("办理结果.pdf"), "办理结果", "系统", day, pdf);
    return true;
}

/* ---- what happened, what was paid ---- */

static void json_member_of(struct json_writer *w, const char *key, str value)
{
    json_key(w, key);
    json_str(w, value);
}

static bool history(struct closing *x, struct err *e)
{
    struct text *t = ARENA_NEW(x->a, struct text);
    struct json_writer w;
    text_init(t, x->a, DOCUMENT_MAX);
    json_begin(&w, t, true);
    json_array(&w);
    VEC_EACH (const struct dossier_event, v, &x->events) {
        json_object(&w);
        json_key(&w, "number");
        json_int(&w, v->number);
        json_key(&w, "time_ms");
        json_int(&w, v->time_ms);
        json_member_of(&w, "actor", v->actor);
        json_member_of(&w, "role", v->role);
        json_member_of(&w, "kind", v->kind);
        json_member_of(&w, "what", dossier_event_zh(v, x->a));
        json_key(&w, "body");
        json_plain(&w, v->body); /* canonical JSON, as it was hashed */
        json_object_end(&w);
    }
    json_array_end(&w);
    text_addc(t, '\n');
    if (t->over) return fail(e, LIMIT, "经过太长，写不进案卷");
    add(x, STR("经过.json"), "办理经过（留痕）", "系统", x->act->day, text_str(t));
    return true;
}

static bool payments(struct closing *x, struct err *e)
{
    struct text *t = ARENA_NEW(x->a, struct text);
    struct json_writer w;
    dossier_pays pays = { 0 };
    if (!dossier_pays_of(x->d, x->c.id, x->a, &pays, e)) return false;
    if (pays.len == 0) return true;
    text_init(t, x->a, DOCUMENT_MAX);
    json_begin(&w, t, true);
    json_array(&w);
    VEC_EACH (const struct dossier_pay, p, &pays) {
        json_object(&w);
        json_member_of(&w, "policy", p->policy);
        json_member_of(&w, "period", p->period);
        json_key(&w, "amount_fen");
        json_int(&w, p->amount_fen);
        json_member_of(&w, "state", str_of(dossier_pay_zh(p->state)));
        json_key(&w, "payment");
        json_int(&w, p->payment);
        json_object_end(&w);
    }
    json_array_end(&w);
    text_addc(t, '\n');
    if (t->over) return fail(e, LIMIT, "发放的笔数太多，写不进案卷");
    add(x, STR("发放.json"), "发放", "系统", x->act->day, text_str(t));
    return true;
}

static bool certificates(struct closing *x, struct err *e)
{
    dossier_certificates all = { 0 };
    if (!dossier_certificates_of(x->d, x->c.id, x->a, &all, e)) return false;
    VEC_EACH (const struct dossier_certificate, v, &all) {
        struct certificate c;
        str pdf, number = v->number;
        if (number.len == 0) continue;
        if (!certificate_get(x->d->s, number, x->a, &c, e) || !certificate_paper(&c, x->a, &pdf, e)) return false;
        add(x, str_fmt(x->a, "证照 %.*s.pdf", STR_ARG(number)), "证照", "系统", v->day, pdf);
    }
    return true;
}

/* What was handed in, as it was; of an original that was only seen there is nothing but the event. */
static bool enclosures(struct closing *x, struct err *e)
{
    dossier_enclosures all = { 0 };
    if (!dossier_enclosures_of(x->d, x->c.id, x->a, &all, e)) return false;
    for (size_t i = 0; i < all.len; i++) {
        struct dossier_enclosure v;
        str bytes;
        if (all.at[i].kind == DOSSIER_SEEN) continue;
        if (!dossier_enclosure_get(x->d, x->c.id, all.at[i].id, x->a, &v, &bytes, e)) return false;
        str material = v.material, file = v.file;
        add(x, str_fmt(x->a, "材料-%zu%s", i + 1, dossier_enclosure_ending(v.kind)),
            str_fmt(x->a, "%.*s（%.*s）", STR_ARG(material), STR_ARG(file)).p, "申请人", v.day, bytes);
    }
    return true;
}

/* ---- closing ---- */

static bool may_close(const struct closing *x, struct err *e)
{
    const struct dossier *c = &x->c;
    int64_t open = 0, stop;
    bool waiting = false;
    if ((desk_roles(x->act, c) & ~(uint32_t)ROLE_SELF) == 0) return fail(e, DENIED, "归档由经办、审核的人或者系统来做");
    if (c->state == DOSSIER_CLOSED) return fail(e, CONFLICT, "已经归档了");
    if (machine_find(&dossier_machine, (uint8_t)c->state, STR("归档")) == NULL &&
        !dossier_machine.states[c->state].final)
        return fail(e, CONFLICT, "现在是“%s”，办完以后才能归档", dossier_machine.states[c->state].name);
    if ((c->flags & (DOSSIER_OBJECTED | DOSSIER_UNHAPPY)) != 0)
        return fail(e, CONFLICT, "还有异议或者差评没有答复，答复以后再归档");
    if (!store_get(x->d->s, NULL, &open, 1, e,
                   "SELECT count(*) FROM dossier_pay WHERE dossier = $1 AND state IN (0, 1, 3)", "i", c->id) ||
        !store_get(x->d->s, &waiting, &stop, 1, e, "SELECT day FROM dossier_file WHERE dossier = $1", "i", c->id))
        return false;
    if (waiting) return fail(e, CONFLICT, "已经归档了");
    return open == 0 || fail(e, CONFLICT, "还有 %lld 笔钱没有付完，付完以后再归档", (long long)open);
}

static bool gather(struct closing *x, struct err *e)
{
    struct dossier_night none = { 0 };
    return certify_waiting(x->d, x->act, &none, x->a, e) && dossier_history(x->d, x->c.id, x->a, &x->events, e) &&
           application(x, e) && decision(x, e) && history(x, e) && payments(x, e) && certificates(x, e) &&
           enclosures(x, e);
}

static bool keep(struct closing *x, str name, str path, struct err *e)
{
    char sm3[SM3_HEX + 1];
    struct dossier_note n;
    bool moves = machine_find(&dossier_machine, (uint8_t)x->c.state, STR("归档")) != NULL;
    note_start(&n, x->a);
    note_str(&n, "file", name);
    if (!crypto_sm3_file(path, sm3, e)) return false;
    note_str(&n, "sm3", str_of(sm3));
    return store_do(x->d->s, NULL, e, "INSERT INTO dossier_file (dossier, day, name, sm3) VALUES ($1, $2, $3, $4)",
                    "iiss", x->c.id, (int64_t)x->act->day.days, name, str_of(sm3)) &&
           (moves ? dossier_row_move(x->d, x->act, &x->c, "归档", &n, e)
                  : dossier_row_event(x->d, x->act, &x->c, "dossier.file", &n, e));
}

bool dossier_close_file(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref ref, str folder,
                        struct arena *a, str *path, struct err *e)
{
    struct closing x = { .d = d, .act = act, .a = a };
    char number[DOSSIER_NUMBER_TEXT];
    if (d->signer == NULL) return fail(e, INVALID, "归档要用单位的私钥签名：--sign 私钥 --issuer 单位");
    if (!desk_begin(d, act, e)) return false;
    dossier_number(ref.id, number);
    x.number = number;
    str name = str_fmt(a, "%s.zip", number);
    *path = file_join(a, folder, name);
    bool ok = dossier_row_get(d, ref, a, &x.c, e) && decide_office(d, act, &x.c, e) && may_close(&x, e) &&
              gather(&x, e) && file_make_dirs(folder, e);
    if (ok) {
        str service = x.c.name, applicant = x.c.applicant;
        struct case_file f = { .number = str_of(number),
                               .title = str_fmt(a, "%.*s %.*s", STR_ARG(service), STR_ARG(applicant)),
                               .office = d->signer->id,
                               .closed = act->day,
                               .documents = x.documents.at,
                               .document_count = x.documents.len };
        ok = case_file_write(&f, d->signer, *path, e) && keep(&x, name, *path, e);
    }
    return desk_end(d, ok, e);
}
