/* certificate: what is signed is one canonical JSON text (the body); everything shown is read out of it again, so that
 * nothing is shown that was not signed. Only what changes later, revoking, stands beside it. */
#include "archive/certificate.h"

#include "base/json.h"
#include "base/mask.h"
#include "base/utf8.h"
#include "paper/paper.h"
#include "store/short.h"

#include <assert.h>
#include <string.h>

enum { BODY_MAX = 64 << 10, PREFIX_MAX = 20, CODE_LETTERS = 16, NUMBER_DIGITS = 6 };

const char *certificate_state_zh(enum certificate_state s)
{
    switch (s) {
    case CERTIFICATE_VALID: return "有效";
    case CERTIFICATE_EXPIRED: return "已过期";
    case CERTIFICATE_REVOKED: return "已注销";
    case CERTIFICATE_FORGED: return "与签发时不符";
    }
    return "";
}

static void write_day(struct json_writer *w, const char *key, date d)
{
    char day[DATE_TEXT];
    date_text(d, day);
    json_key(w, key);
    json_z(w, day);
}

static bool body_of(const struct certificate *c, struct arena *a, str *out, struct err *e)
{
    struct text t;
    struct json_writer w;
    text_init(&t, a, BODY_MAX);
    json_begin(&w, &t, false);
    json_object(&w);
    const struct {
        const char *key;
        str value;
    } words[] = { { "number", c->number },
                  { "kind", c->kind },
                  { "holder", c->holder },
                  { "dossier", c->dossier },
                  { "office", c->office } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        json_key(&w, words[i].key);
        json_str(&w, words[i].value);
    }
    write_day(&w, "issued", c->issued);
    if (c->has_until) write_day(&w, "until", c->until);
    json_key(&w, "facts");
    json_array(&w);
    VEC_EACH (struct certificate_fact, f, &c->facts) {
        json_array(&w);
        json_str(&w, f->label);
        json_str(&w, f->value);
        json_str(&w, f->class_);
        json_array_end(&w);
    }
    json_array_end(&w);
    json_object_end(&w);
    if (t.over) return fail(e, LIMIT, "证照“%.*s”的内容太长", STR_ARG(c->number));
    return journal_canonical(a, text_str(&t), out, e);
}

static bool read_day(const struct json *v, date *out)
{
    return v != NULL && v->kind == JSON_STRING && date_parse(v->string, out);
}

static bool read_word(const struct json *body, const char *key, str *out)
{
    const struct json *v = json_member(body, str_of(key));
    if (v == NULL || v->kind != JSON_STRING) return false;
    *out = v->string;
    return true;
}

static bool read_facts(const struct json *v, struct arena *a, certificate_facts *out)
{
    if (v == NULL || v->kind != JSON_ARRAY || v->count > CERTIFICATE_FACTS_MAX) return false;
    for (size_t i = 0; i < v->count; i++) {
        const struct json *f = &v->items[i];
        if (f->kind != JSON_ARRAY || f->count != 3) return false;
        for (size_t k = 0; k < 3; k++)
            if (f->items[k].kind != JSON_STRING) return false;
        *vec_push(a, out) = (struct certificate_fact){ f->items[0].string, f->items[1].string, f->items[2].string };
    }
    return true;
}

static bool read_body(str text, struct arena *a, struct certificate *c, struct err *e)
{
    const struct json *body;
    if (!json_read(a, text, &body, e)) return false;
    bool ok = read_word(body, "number", &c->number) && read_word(body, "kind", &c->kind) &&
              read_word(body, "holder", &c->holder) && read_word(body, "dossier", &c->dossier) &&
              read_word(body, "office", &c->office) && read_day(json_member(body, STR("issued")), &c->issued) &&
              read_facts(json_member(body, STR("facts")), a, &c->facts);
    const struct json *until = json_member(body, STR("until"));
    c->has_until = until != NULL;
    if (ok && c->has_until) ok = read_day(until, &c->until);
    if (!ok) return fail(e, MISMATCH, "数据库里的证照读不懂；请停止办理，先核对数据库");
    return true;
}

/* ---- issuing ---- */

static bool good_prefix(str s)
{
    if (s.len == 0 || s.len > PREFIX_MAX) return false;
    for (size_t i = 0; i < s.len; i++)
        if (!((s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-')) return false;
    return true;
}

static bool good(const struct certificate *c, str prefix, struct err *e)
{
    if (!good_prefix(prefix))
        return fail(e, INVALID, "证照编号的字头“%.*s”不对；请用大写字母、数字和短横，最多 20 个", STR_ARG(prefix));
    if (c->kind.len == 0 || c->holder.len == 0 || c->office.len == 0)
        return fail(e, INVALID, "证照要写明种类、持有人和签发机关");
    if (c->has_until && c->until.days < c->issued.days) return fail(e, INVALID, "证照的有效期在签发日以前");
    if (c->facts.len > CERTIFICATE_FACTS_MAX) return fail(e, LIMIT, "一张证照最多写 %d 项内容", CERTIFICATE_FACTS_MAX);
    VEC_EACH (const struct certificate_fact, f, &c->facts)
        if (f->label.len == 0 || f->label.len > CERTIFICATE_TEXT_MAX || f->value.len > CERTIFICATE_TEXT_MAX ||
            !utf8_valid(f->label, NULL) || !utf8_valid(f->value, NULL))
            return fail(e, INVALID, "证照的一项内容是空的、太长，或者不是 UTF-8");
    return true;
}

/* The next number of this prefix and year. */
static bool next_number(struct store *s, str prefix, date issued, struct arena *a, str *out, struct err *e)
{
    int year, m, day;
    date_parts(issued, &year, &m, &day);
    str series = str_fmt(a, "%.*s-%04d", STR_ARG(prefix), year);
    int64_t n = 0;
    if (!store_do(s, NULL, e, "INSERT INTO archive_counter (name, value) VALUES ($1, 0) ON CONFLICT (name) DO NOTHING",
                  "s", series) ||
        !store_get(s, NULL, &n, 1, e, "UPDATE archive_counter SET value = value + 1 WHERE name = $1 RETURNING value",
                   "s", series))
        return false;
    *out = str_fmt(a, "%.*s-%0*lld", STR_ARG(series), NUMBER_DIGITS, (long long)n);
    return true;
}

/* Letters that cannot be taken for one another, 5 bits each, of the hash of the signature. */
static bool code_of(str number, str signature, struct arena *a, char out[CERTIFICATE_CODE], struct err *e)
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    struct sm3 *h;
    unsigned char hash[SM3_BYTES];
    if (!sm3_new(a, &h, e)) return false;
    sm3_add(h, number);
    sm3_add(h, signature);
    if (!sm3_end(h, hash, e)) return false;
    size_t at = 0;
    for (unsigned i = 0; i < CODE_LETTERS; i++) {
        unsigned bit = i * 5, pair = (unsigned)hash[bit / 8] << 8 | hash[bit / 8 + 1];
        if (i > 0 && i % 4 == 0) out[at++] = '-';
        out[at++] = letters[pair >> (11 - bit % 8) & 31];
    }
    out[at] = '\0';
    return true;
}

static str hex_of(str bytes, struct arena *a)
{
    struct text t;
    text_init(&t, a, 2 * bytes.len + 1);
    for (size_t i = 0; i < bytes.len; i++) text_addf(&t, "%02x", (unsigned)(unsigned char)bytes.p[i]);
    return text_str(&t);
}

static bool hex_read(str hex, struct arena *a, str *out)
{
    static const char digits[] = "0123456789abcdef";
    if (hex.len % 2 != 0) return false;
    char *p = arena_alloc(a, hex.len / 2 + 1);
    for (size_t i = 0; i < hex.len; i++) {
        const char *d = hex.p[i] == '\0' ? NULL : strchr(digits, hex.p[i]);
        if (d == NULL) return false;
        p[i / 2] = (char)((unsigned char)p[i / 2] << 4 | (d - digits));
    }
    *out = (str){ p, hex.len / 2 };
    return true;
}

static bool tell(struct store *s, const struct certificate_act *act, const char *kind, const struct certificate *c,
                 str reason, struct arena *a, struct err *e)
{
    struct text t;
    struct json_writer w;
    text_init(&t, a, BODY_MAX);
    json_begin(&w, &t, false);
    json_object(&w);
    json_key(&w, "number");
    json_str(&w, c->number);
    json_key(&w, "kind");
    json_str(&w, c->kind);
    write_day(&w, "day", act->day);
    if (reason.len > 0) {
        json_key(&w, "reason");
        json_str(&w, reason);
    }
    json_object_end(&w);
    struct journal_event v = { .actor = act->who,
                               .role = act->role,
                               .kind = str_of(kind),
                               .subject = c->holder,
                               .dossier = c->dossier,
                               .body = text_str(&t),
                               .clock_ms = act->clock_ms };
    return journal_append(s, &v, 1, NULL, e);
}

bool certificate_issue(struct store *s, const struct certificate_act *act, str prefix, struct certificate *c,
                       const struct journal_signer *signer, struct arena *a, struct err *e)
{
    assert(store_depth(s) > 0 && signer != NULL);
    struct certificate made = *c;
    str body, signature;
    if (!good(&made, prefix, e) || !next_number(s, prefix, made.issued, a, &made.number, e) ||
        !body_of(&made, a, &body, e) || !sm2_sign(signer->key, signer->id, body, a, &signature, e) ||
        !code_of(made.number, signature, a, made.code, e))
        return false;
    if (!store_do(s, NULL, e,
                  "INSERT INTO archive_certificate (number, code, holder, dossier, body, signature)"
                  " VALUES ($1, $2, $3, $4, $5, $6)",
                  "ssssSs", made.number, str_of(made.code), made.holder, made.dossier, body, hex_of(signature, a)) ||
        (made.has_until && !store_do(s, NULL, e, "UPDATE archive_certificate SET until_day = $2 WHERE number = $1",
                                     "si", made.number, (int64_t)made.until.days)) ||
        !tell(s, act, "certificate.issue", &made, (str){ 0 }, a, e))
        return false;
    *c = made;
    return true;
}

/* ---- looking it up ---- */

struct stored {
    str body, signature;
    char code[CERTIFICATE_CODE];
    bool revoked;
    int64_t revoked_day;
    str reason;
};

static bool load(struct store *s, const char *sql, str key, struct arena *a, struct stored *out, bool *there,
                 struct err *e)
{
    struct store_stmt *q;
    uint32_t step;
    *there = false;
    if (!store_schema(s, STR("archive"), &step, e)) return false;
    if (step == 0) return true; /* a database that never issued any */
    if (!store_ask(s, &q, e, sql, "s", key)) return false;
    bool ok = store_step(q, there, e);
    if (ok && *there) {
        out->body = str_dup(a, store_str(q, 0));
        out->signature = str_dup(a, store_str(q, 1));
        str code = store_str(q, 2);
        out->revoked = !store_is_null(q, 3);
        ok = code.len < CERTIFICATE_CODE && (!out->revoked || store_int(q, 3, &out->revoked_day));
        if (ok) memcpy(out->code, code.p, code.len);
        out->reason = str_dup(a, store_str(q, 4));
        if (!ok) fail(e, MISMATCH, "数据库里的证照读不懂；请停止办理，先核对数据库");
    }
    store_done(q);
    return ok && store_sound(s, e);
}
#define COLUMNS "SELECT body, signature, code, revoked_day, reason FROM archive_certificate"

static bool unfold(const struct stored *from, struct arena *a, struct certificate *out, struct err *e)
{
    struct certificate c = { 0 };
    if (!read_body(from->body, a, &c, e)) return false;
    memcpy(c.code, from->code, sizeof c.code);
    c.revoked = from->revoked;
    c.revoked_on = (date){ (int32_t)from->revoked_day };
    c.reason = from->reason;
    *out = c;
    return true;
}

bool certificate_get(struct store *s, str number, struct arena *a, struct certificate *out, struct err *e)
{
    struct stored found = { 0 };
    bool there = false;
    if (!load(s, COLUMNS " WHERE number = $1", number, a, &found, &there, e)) return false;
    if (!there) return fail(e, NOT_FOUND, "没有编号“%.*s”的证照；请核对编号", STR_ARG(number));
    return unfold(&found, a, out, e);
}

bool certificate_revoke(struct store *s, const struct certificate_act *act, str number, str reason, struct err *e)
{
    assert(store_depth(s) > 0);
    autoarena *a = arena_new("revoke", 0);
    struct certificate c;
    if (str_trim(reason).len == 0) return fail(e, INVALID, "注销证照要写理由，持有人会看到");
    if (!certificate_get(s, number, a, &c, e)) return false;
    if (c.revoked) return fail(e, CONFLICT, "证照“%.*s”已经注销过了", STR_ARG(number));
    return store_do(s, NULL, e, "UPDATE archive_certificate SET revoked_day = $2, reason = $3 WHERE number = $1", "sis",
                    number, (int64_t)act->day.days, reason) &&
           tell(s, act, "certificate.revoke", &c, reason, a, e);
}

/* As people type it: small letters, blanks, no dashes; a letter O or I is none of ours and stays wrong. */
static str code_read(str typed, struct arena *a)
{
    struct text t;
    text_init(&t, a, CERTIFICATE_CODE);
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.p[i];
        if (c == '-' || c == ' ') continue;
        if (t.len == 4 || t.len == 9 || t.len == 14) text_addc(&t, '-');
        text_addc(&t, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
    }
    return text_str(&t);
}

bool certificate_check(struct store *s, str code, date day, const struct journal_signer *signer, struct arena *a,
                       struct certificate *out, enum certificate_state *state, struct err *e)
{
    struct stored found = { 0 };
    bool there = false, same = false;
    if (!load(s, COLUMNS " WHERE code = $1", code_read(code, a), a, &found, &there, e)) return false;
    if (!there) return fail(e, NOT_FOUND, "没有这个验证码的证照；请核对 16 位验证码，里面没有字母 O、I 和数字 0、1");
    struct certificate c;
    str signature;
    if (!unfold(&found, a, &c, e)) return false;
    if (hex_read(found.signature, a, &signature) &&
        !sm2_verify(signer->key, signer->id, found.body, signature, &same, e))
        return false;
    VEC_EACH (struct certificate_fact, f, &c.facts) f->value = mask(a, f->class_, f->value);
    c.holder = (str){ 0 };
    *state = !same                                    ? CERTIFICATE_FORGED
             : c.revoked                              ? CERTIFICATE_REVOKED
             : c.has_until && day.days > c.until.days ? CERTIFICATE_EXPIRED
                                                      : CERTIFICATE_VALID;
    *out = c;
    return true;
}

/* ---- as a paper ---- */

bool certificate_paper(const struct certificate *c, struct arena *a, str *pdf, struct err *e)
{
    struct paper *p;
    struct paper_about about = { c->kind, c->office, c->issued };
    struct paper_fact facts[CERTIFICATE_FACTS_MAX + 3];
    size_t n = 0;
    if (!paper_new(&p, a, &about, e)) return false;
    paper_title(p, c->kind);
    facts[n++] = (struct paper_fact){ STR("编号"), c->number };
    VEC_EACH (const struct certificate_fact, f, &c->facts) facts[n++] = (struct paper_fact){ f->label, f->value };
    facts[n++] = (struct paper_fact){ STR("签发日期"), date_zh(a, c->issued) };
    facts[n++] =
        (struct paper_fact){ STR("有效期"), c->has_until ? str_fmt(a, "至 %s", date_zh(a, c->until).p) : STR("长期") };
    paper_facts(p, facts, n);
    paper_code(
        p, str_fmt(a, "%.*s %s", STR_ARG(c->number), c->code),
        str_fmt(a, "验证码  %s\n扫码，或者在服务大厅“核对证照”里输入验证码，可以查到这张证照是不是真的、还有没有效。",
                c->code));
    paper_right(p, c->office);
    paper_right(p, date_zh(a, c->issued));
    return paper_end(p, pdf, e);
}
