/* receipt: writing and replaying.
 *
 * The result is the explanation's JSON without blanks; its SM3 is the receipt's "resultHash". Facts are written back in the
 * order they came, integers as integers, so that the same facts have the same hash. */
#include "policy/receipt.h"
#include "base/crypto.h"
#include "base/utf8.h"

enum { RECEIPT_MAX = 16 << 20 };

static void json_copy(struct json_writer *w, const struct json *j)
{
    switch (j->kind) {
    case JSON_NULL:
    case JSON_REAL: json_null(w); return; /* reals are refused as facts before a receipt is written */
    case JSON_BOOL: json_bool(w, j->boolean); return;
    case JSON_INT: json_int(w, j->integer); return;
    case JSON_STRING: json_str(w, j->string); return;
    case JSON_ARRAY:
        json_array(w);
        for (size_t i = 0; i < j->count; i++) json_copy(w, &j->items[i]);
        json_array_end(w);
        return;
    case JSON_OBJECT:
        json_object(w);
        for (size_t i = 0; i < j->count; i++) {
            json_key_str(w, j->keys[i]);
            json_copy(w, &j->items[i]);
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

static bool unknown_policy(const struct program *p, str name, struct arena *a, struct err *e)
{
    unsigned best = 4;
    str near = STR("");
    (void)a;
    VEC_EACH (const struct policy, q, &p->policies) {
        unsigned d = utf8_distance(name, q->name, best);
        if (d < best) best = d, near = q->name;
        if (near.len == 0 && name.len >= 6 && str_find(q->name, name) != SIZE_MAX) near = q->name;
    }
    if (near.len > 0) return fail(e, NOT_FOUND, "没有政策“%.*s”，是不是“%.*s”？", STR_ARG(name), STR_ARG(near));
    return fail(e, NOT_FOUND, "没有政策“%.*s”；有哪些政策，看 leye explain --list", STR_ARG(name));
}

bool answer(struct explanation *x, const struct pack_set *set, const struct question *q, struct arena *a, struct err *e)
{
    const struct program *p = set->program;
    if (set->diags.errors > 0) return fail(e, INVALID, "包里有 %zu 处错误，先用 leye check 改好", set->diags.errors);
    const struct policy *policy = program_policy(p, q->policy);
    if (policy == NULL) return unknown_policy(p, q->policy, a, e);
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

static void result_text(const struct explanation *x, struct text *out)
{
    struct json_writer w;
    json_begin(&w, out, false);
    explain_json(x, &w);
}

bool receipt_write(const struct explanation *x, const struct question *q, struct text *out, struct err *e)
{
    struct arena *a = out->arena;
    struct text result, facts;
    text_init(&result, a, RECEIPT_MAX);
    text_init(&facts, a, RECEIPT_MAX);
    result_text(x, &result);
    struct json_writer fw, w;
    json_begin(&fw, &facts, false);
    json_copy(&fw, q->facts);
    char result_hash[SM3_HEX + 1], facts_hash[SM3_HEX + 1], day[DATE_TEXT];
    if (!hash_text(&result, result_hash, e) || !hash_text(&facts, facts_hash, e)) return false;
    json_begin(&w, out, true);
    json_object(&w);
    json_key(&w, "leye"), json_z(&w, LEYE_VERSION);
    json_key(&w, "rules"), json_str(&w, x->p->hash);
    json_key(&w, "packs");
    json_array(&w);
    VEC_EACH (const struct pack_info, k, &x->p->packs) {
        json_object(&w);
        json_key(&w, "name"), json_str(&w, k->name);
        json_key(&w, "hash"), json_str(&w, k->hash);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_key(&w, "policy"), json_str(&w, q->policy);
    date_text(q->today, day);
    json_key(&w, "today"), json_z(&w, day);
    date_text(q->rule_day, day);
    json_key(&w, "ruleDay"), json_z(&w, day);
    json_key(&w, "facts"), json_copy(&w, q->facts);
    json_key(&w, "factsHash"), json_z(&w, facts_hash);
    json_key(&w, "verdict"), json_z(&w, verdict_zh(x->verdict.kind));
    if (x->amount.len > 0) json_key(&w, "amount"), json_str(&w, x->amount);
    json_key(&w, "resultHash"), json_z(&w, result_hash);
    json_key(&w, "result"), json_str(&w, text_str(&result));
    json_object_end(&w);
    text_addc(out, '\n');
    return out->over ? fail(e, LIMIT, "回执太大") : true;
}

static bool member_text(const struct json *j, const char *name, str *out, struct err *e)
{
    const struct json *m = json_member(j, str_of(name));
    if (m == NULL || m->kind != JSON_STRING) return fail(e, INVALID, "回执里没有“%s”", name);
    *out = m->string;
    return true;
}

/* Which packs are not the ones of the receipt. */
static void compare_packs(const struct json *packs, const struct program *p, struct text *why)
{
    for (size_t i = 0; packs != NULL && i < packs->count; i++) {
        const struct json *name = json_member(&packs->items[i], STR("name")), *hash = json_member(&packs->items[i], STR("hash"));
        if (name == NULL || hash == NULL) continue;
        const struct pack_info *mine = NULL;
        VEC_EACH (const struct pack_info, k, &p->packs) {
            if (str_eq(k->name, name->string)) mine = k;
        }
        if (mine == NULL) text_addf(why, "回执用的包 %.*s 不在这里\n", STR_ARG(name->string));
        else if (!str_eq(mine->hash, hash->string)) text_addf(why, "包 %.*s 的内容和当时不同\n", STR_ARG(name->string));
    }
}

bool receipt_replay(str receipt, const struct pack_set *set, struct arena *a, bool *same, struct text *why, struct err *e)
{
    const struct json *j;
    if (!json_read(a, receipt, &j, e)) return fail_up(e, "这不是回执");
    str rules, today, rule_day, result, result_hash, facts_hash;
    struct question q = { 0 };
    if (!member_text(j, "rules", &rules, e) || !member_text(j, "policy", &q.policy, e) || !member_text(j, "today", &today, e) ||
        !member_text(j, "ruleDay", &rule_day, e) || !member_text(j, "result", &result, e) ||
        !member_text(j, "resultHash", &result_hash, e) || !member_text(j, "factsHash", &facts_hash, e)) {
        return false;
    }
    q.facts = json_member(j, STR("facts"));
    if (q.facts == NULL || !date_parse(today, &q.today) || !date_parse(rule_day, &q.rule_day)) {
        return fail(e, INVALID, "回执里的事实或日期不对");
    }
    *same = true;
    struct text facts, again;
    text_init(&facts, a, RECEIPT_MAX);
    text_init(&again, a, RECEIPT_MAX);
    struct json_writer fw;
    json_begin(&fw, &facts, false);
    json_copy(&fw, q.facts);
    char hex[SM3_HEX + 1];
    if (!hash_text(&facts, hex, e)) return false;
    if (!str_eq(str_of(hex), facts_hash)) {
        text_addz(why, "回执里的事实被改动过：校验值对不上\n");
        *same = false;
    }
    if (!crypto_sm3_hex(result, hex, e)) return false;
    if (!str_eq(str_of(hex), result_hash)) {
        text_addz(why, "回执里的结果被改动过：校验值对不上\n");
        *same = false;
    }
    if (!str_eq(rules, set->program->hash)) {
        text_addz(why, "规则和当时不同：\n");
        compare_packs(json_member(j, STR("packs")), set->program, why);
        *same = false;
    }
    struct explanation x;
    if (!answer(&x, set, &q, a, e)) return false;
    result_text(&x, &again);
    if (!str_eq(text_str(&again), result)) {
        text_addf(why, "重算的结果和回执不同：现在是 %s", verdict_zh(x.verdict.kind));
        if (x.amount.len > 0) text_addf(why, " %.*s", STR_ARG(x.amount));
        str was = STR("");
        const struct json *v = json_member(j, STR("verdict")), *amount = json_member(j, STR("amount"));
        if (v != NULL) was = v->string;
        text_addf(why, "，当时是 %.*s", STR_ARG(was));
        if (amount != NULL) text_addf(why, " %.*s", STR_ARG(amount->string));
        text_addc(why, '\n');
        *same = false;
    }
    return true;
}
