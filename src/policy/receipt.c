/* receipt: writing and replaying.
 *
 * The result is the explanation's JSON without blanks; its SM3 is "resultHash". Facts are written back in the order
 * they came, integers as integers, so that the same facts have the same "factsHash". "seal" is the SM3 over all other
 * members, written without blanks: whoever reformats a receipt does no harm, whoever changes a character is noticed. */
#include "policy/receipt.h"
#include "base/crypto.h"
#include "lang/facts_write.h"
#include "policy/handled.h"
#include "policy/named.h"

enum { RECEIPT_MAX = 32 << 20 };

/* ---- answering ---- */

bool question_facts(const struct vocab *v, const struct pool *pool, const struct policy *policy, uint32_t row,
                    struct arena *a, const struct json **out, struct err *e)
{
    struct diags d;
    struct facts f;
    struct text text;
    struct json_writer w;
    diags_init(&d, a);
    facts_start(&f, v->p, a, &d, policy->entity);
    struct record *r = vocab_record_for(v, pool, policy->id, row, &f);
    text_init(&text, a, RECEIPT_MAX);
    json_begin(&w, &text, false);
    facts_write(&w, v->p, r, need_of_policy(v->p, policy->id, a), a);
    if (text.over) return fail(e, LIMIT, "和这件事有关的资料太多（例如一家很大的单位），写不成回执");
    return json_read(a, text_str(&text), out, e);
}

bool answer(struct explanation *x, const struct pack_set *set, const struct question *q, struct arena *a, struct err *e)
{
    const struct program *p = set->program;
    if (set->diags.errors > 0) return fail(e, INVALID, "包里有 %zu 处错误，先用 leye check 改好", set->diags.errors);
    const struct service *handled = handled_named(p, q->policy, q->rule_day);
    const struct policy *policy;
    if (handled != NULL) {
        p = handled_program(p, handled, a);
        policy = &p->policies.at[p->policies.len - 1];
    } else if (!policy_named(p, q->policy, a, &policy, e)) {
        return false;
    }
    struct diags d;
    diags_init(&d, a);
    struct facts f;
    facts_start(&f, p, a, &d, policy->entity);
    if (!facts_json(&f, f.subject, q->facts, e)) return fail_up(e, "事实有错，没有判断");
    struct evaluator ev = { 0 };
    eval_start(&ev, p, a, q->today, q->rule_day);
    explain_policy(x, &ev, f.subject, policy->id, a);
    return true;
}

/* ---- writing ---- */

/* A member left out: only at the top, NULL none. */
static void json_copy(struct json_writer *w, const struct json *j, const char *without)
{
    switch (j->kind) {
    case JSON_NULL: json_null(w); return;
    case JSON_REAL: json_plain(w, STR("0.5")); return; /* no receipt has one: it must not look like null */
    case JSON_BOOL: json_bool(w, j->boolean); return;
    case JSON_INT: json_int(w, j->integer); return;
    case JSON_STRING: json_str(w, j->string); return;
    case JSON_ARRAY:
        json_array(w);
        for (size_t i = 0; i < j->count; i++) json_copy(w, &j->items[i], NULL);
        json_array_end(w);
        return;
    case JSON_OBJECT:
        json_object(w);
        for (size_t i = 0; i < j->count; i++) {
            if (without != NULL && str_eq(j->keys[i], str_of(without))) continue;
            json_key_str(w, j->keys[i]);
            json_copy(w, &j->items[i], NULL);
        }
        json_object_end(w);
        return;
    }
}

static bool hash_text(const struct text *t, char hex[SM3_HEX + 1], struct err *e)
{
    if (t->over) return fail(e, LIMIT, "结果太大，写不成回执");
    return crypto_sm3_hex(text_str(t), hex, e);
}

/* SM3 of a JSON tree without blanks, and without one of its members. */
static bool hash_json(const struct json *j, const char *without, struct arena *a, char hex[SM3_HEX + 1], struct err *e)
{
    struct text t;
    struct json_writer w;
    text_init(&t, a, RECEIPT_MAX);
    json_begin(&w, &t, false);
    json_copy(&w, j, without);
    return hash_text(&t, hex, e);
}

static void result_text(const struct explanation *x, struct text *out)
{
    struct json_writer w;
    json_begin(&w, out, false);
    explain_json(x, &w);
}

static void add_packs(struct json_writer *w, const struct program *p)
{
    json_key(w, "packs");
    json_array(w);
    VEC_EACH (const struct pack_info, k, &p->packs) {
        json_object(w);
        json_key(w, "name"), json_str(w, k->name);
        json_key(w, "hash"), json_str(w, k->hash);
        json_object_end(w);
    }
    json_array_end(w);
}

struct hashed {
    const struct explanation *x;
    const struct question *q;
    str result;
    char result_hash[SM3_HEX + 1], facts_hash[SM3_HEX + 1], seal[SM3_HEX + 1];
};

static void add_receipt(struct json_writer *w, const struct hashed *h, bool sealed)
{
    char day[DATE_TEXT];
    json_object(w);
    json_key(w, "leye"), json_z(w, LEYE_VERSION);
    json_key(w, "rules"), json_str(w, h->x->p->hash);
    add_packs(w, h->x->p);
    json_key(w, "policy"), json_str(w, h->q->policy);
    date_text(h->q->today, day);
    json_key(w, "today"), json_z(w, day);
    date_text(h->q->rule_day, day);
    json_key(w, "ruleDay"), json_z(w, day);
    json_key(w, "facts"), json_copy(w, h->q->facts, NULL);
    json_key(w, "factsHash"), json_z(w, h->facts_hash);
    json_key(w, "verdict"), json_z(w, verdict_zh(h->x->verdict.kind));
    if (h->x->amount.len > 0) json_key(w, "amount"), json_str(w, h->x->amount);
    json_key(w, "resultHash"), json_z(w, h->result_hash);
    json_key(w, "result"), json_str(w, h->result);
    if (sealed) json_key(w, "seal"), json_z(w, h->seal);
    json_object_end(w);
}

bool receipt_write(const struct explanation *x, const struct question *q, struct text *out, struct err *e)
{
    struct hashed h = { .x = x, .q = q };
    struct text result, whole;
    struct json_writer w;
    text_init(&result, out->arena, RECEIPT_MAX);
    result_text(x, &result);
    if (!hash_text(&result, h.result_hash, e) || !hash_json(q->facts, NULL, out->arena, h.facts_hash, e)) return false;
    h.result = text_str(&result);
    text_init(&whole, out->arena, RECEIPT_MAX);
    json_begin(&w, &whole, false);
    add_receipt(&w, &h, false);
    if (!hash_text(&whole, h.seal, e)) return false;
    json_begin(&w, out, true);
    add_receipt(&w, &h, true);
    text_addc(out, '\n');
    return out->over ? fail(e, LIMIT, "回执太大") : true;
}

/* ---- reading ---- */

struct receipt {
    const struct json *j;
    str rules, version, verdict, amount, result, result_hash, facts_hash, seal;
    struct question q;
};

static bool read_receipt(str text, struct arena *a, struct receipt *r, struct err *e)
{
    *r = (struct receipt){ 0 };
    if (!json_read(a, text, &r->j, e)) return fail_up(e, "这不是回执");
    str today = { 0 }, rule_day = { 0 };
    const struct {
        const char *name;
        str *out;
    } members[] = { { "leye", &r->version },    { "rules", &r->rules },
                    { "policy", &r->q.policy }, { "today", &today },
                    { "ruleDay", &rule_day },   { "factsHash", &r->facts_hash },
                    { "verdict", &r->verdict }, { "resultHash", &r->result_hash },
                    { "result", &r->result },   { "seal", &r->seal } };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        *members[i].out = json_word(r->j, members[i].name);
        if (members[i].out->len == 0) return fail(e, INVALID, "这不是回执，或者不完整：没有“%s”", members[i].name);
    }
    r->amount = json_word(r->j, "amount");
    r->q.facts = json_member(r->j, STR("facts"));
    if (r->q.facts == NULL) return fail(e, INVALID, "这不是回执，或者不完整：没有“facts”");
    if (!date_parse(today, &r->q.today) || !date_parse(rule_day, &r->q.rule_day)) {
        return fail(e, INVALID, "回执里的日期不对：“%.*s”“%.*s”", STR_ARG(today), STR_ARG(rule_day));
    }
    return true;
}

/* Whether the receipt is as it was written; which part is not. */
static bool check_hashes(const struct receipt *r, struct arena *a, bool *whole, struct text *why, struct err *e)
{
    char facts[SM3_HEX + 1], result[SM3_HEX + 1], seal[SM3_HEX + 1];
    if (!hash_json(r->q.facts, NULL, a, facts, e) || !crypto_sm3_hex(r->result, result, e) ||
        !hash_json(r->j, "seal", a, seal, e)) {
        return false;
    }
    bool facts_ok = str_eq(str_of(facts), r->facts_hash), result_ok = str_eq(str_of(result), r->result_hash);
    if (!facts_ok) text_addz(why, "回执里的事实被改动过：校验值对不上\n");
    if (!result_ok) text_addz(why, "回执里的结果被改动过：校验值对不上\n");
    *whole = facts_ok && result_ok && str_eq(str_of(seal), r->seal);
    if (facts_ok && result_ok && !*whole) text_addz(why, "回执被改动过：整张回执的校验值对不上\n");
    return true;
}

/* ---- what differs ---- */

/* Which packs are not the ones of the receipt. */
static void compare_packs(const struct json *packs, const struct program *p, struct text *why)
{
    size_t n = packs != NULL && packs->kind == JSON_ARRAY ? packs->count : 0;
    for (size_t i = 0; i < n; i++) {
        str name = json_word(&packs->items[i], "name"), hash = json_word(&packs->items[i], "hash");
        const struct pack_info *mine = NULL;
        VEC_EACH (const struct pack_info, k, &p->packs) {
            if (str_eq(k->name, name)) mine = k;
        }
        if (mine == NULL)
            text_addf(why, "  当时用的包 %.*s，这次没有用\n", STR_ARG(name));
        else if (!str_eq(mine->hash, hash))
            text_addf(why, "  包 %.*s 的内容变过\n", STR_ARG(name));
    }
    VEC_EACH (const struct pack_info, k, &p->packs) {
        bool known = false;
        for (size_t i = 0; i < n; i++) known = known || str_eq(json_word(&packs->items[i], "name"), k->name);
        if (!known) text_addf(why, "  这次用的包 %.*s，当时没有用\n", STR_ARG(k->name));
    }
}

static const struct json *named(const struct json *list, str name)
{
    for (size_t i = 0; list != NULL && list->kind == JSON_ARRAY && i < list->count; i++) {
        if (str_eq(json_word(&list->items[i], "name"), name)) return &list->items[i];
    }
    return NULL;
}

/* Criteria (by outcome) or steps (by value) that came out otherwise. Gives how many. */
static size_t compare_lists(const struct json *was, const struct json *is, const char *list, const char *member,
                            const char *what, struct text *why)
{
    const struct json *a = json_member(was, str_of(list)), *b = json_member(is, str_of(list));
    size_t n = 0;
    for (size_t i = 0; a != NULL && i < a->count; i++) {
        str name = json_word(&a->items[i], "name"), then = json_word(&a->items[i], member);
        const struct json *k = named(b, name);
        str now = k != NULL ? json_word(k, member) : STR("没有这一条");
        if (str_eq(then, now)) continue;
        text_addf(why, "  %s“%.*s”：当时 %.*s，现在 %.*s\n", what, STR_ARG(name), STR_ARG(then), STR_ARG(now));
        n++;
    }
    for (size_t i = 0; b != NULL && i < b->count; i++) {
        str name = json_word(&b->items[i], "name"), now = json_word(&b->items[i], member);
        if (named(a, name) != NULL) continue;
        text_addf(why, "  %s“%.*s”：当时没有这一条，现在 %.*s\n", what, STR_ARG(name), STR_ARG(now));
        n++;
    }
    return n;
}

static void compare_results(const struct receipt *r, const struct explanation *x, str again, struct arena *a,
                            struct text *why)
{
    text_addf(why, "重算的结果和回执不同：当时 %.*s%s%.*s，现在 %s%s%.*s\n", STR_ARG(r->verdict),
              r->amount.len > 0 ? " " : "", STR_ARG(r->amount), verdict_zh(x->verdict.kind),
              x->amount.len > 0 ? " " : "", STR_ARG(x->amount));
    const struct json *was, *is;
    struct err e = { 0 };
    if (!json_read(a, r->result, &was, &e) || !json_read(a, again, &is, &e))
        return; /* a changed result need not be JSON */
    size_t n = compare_lists(was, is, "criteria", "outcome", "条件", why) +
               compare_lists(was, is, "steps", "value", "金额", why);
    if (n == 0) text_addz(why, "  每一条的结论和金额都没有变，变的是解释的文字或出处\n");
}

/* What stands beside the result for people to read must say the same. */
static bool face_is_true(const struct receipt *r, const struct explanation *x, struct text *why)
{
    bool verdict = str_eq(r->verdict, str_of(verdict_zh(x->verdict.kind))), amount = str_eq(r->amount, x->amount);
    if (!verdict) text_addf(why, "回执上写的结论“%.*s”和结果不一致\n", STR_ARG(r->verdict));
    if (!amount) text_addf(why, "回执上写的金额“%.*s”和结果不一致\n", STR_ARG(r->amount));
    return verdict && amount;
}

bool receipt_replay(str receipt, const struct pack_set *set, struct arena *a, bool *same, struct text *why,
                    struct err *e)
{
    struct receipt r;
    struct explanation x;
    bool whole;
    if (!read_receipt(receipt, a, &r, e) || !check_hashes(&r, a, &whole, why, e)) return false;
    bool rules = str_eq(r.rules, set->program->hash);
    if (!rules) {
        text_addz(why, "规则和当时不同\n");
        compare_packs(json_member(r.j, STR("packs")), set->program, why);
    }
    if (!answer(&x, set, &r.q, a, e)) return false;
    struct text again;
    text_init(&again, a, RECEIPT_MAX);
    result_text(&x, &again);
    bool result = str_eq(text_str(&again), r.result), face = true;
    if (result)
        face = face_is_true(&r, &x, why);
    else
        compare_results(&r, &x, text_str(&again), a, why);
    if (result && !rules) text_addz(why, "按现在的规则重算，结论、金额和解释都和当时一样\n");
    if (!result && !str_eq(r.version, STR(LEYE_VERSION))) {
        text_addf(why, "程序版本也不同：当时 %.*s，现在 %s\n", STR_ARG(r.version), LEYE_VERSION);
    }
    *same = whole && rules && result && face;
    return true;
}

bool receipt_question(str receipt, struct arena *a, struct question *out, struct err *e)
{
    struct receipt r;
    if (!read_receipt(receipt, a, &r, e)) return false;
    *out = r.q;
    return true;
}

bool receipt_retry(str receipt, const struct pack_set *set, struct arena *a, struct receipt_outcome *was,
                   struct receipt_outcome *is, struct err *e)
{
    struct receipt r;
    struct explanation x;
    if (!read_receipt(receipt, a, &r, e) || !answer(&x, set, &r.q, a, e)) return false;
    *was = (struct receipt_outcome){ r.q.policy, r.verdict, r.amount };
    *is = (struct receipt_outcome){ x.policy->name, str_of(verdict_zh(x.verdict.kind)), x.amount };
    return true;
}
