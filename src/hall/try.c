/* try 算一算: a policy tried without an account. One question at a time, the one that settles most first, until the
 * answer is certain. Nothing is kept: what was answered travels in the address, so that the way back always works. */
#include "hall/hall_priv.h"

enum { ANSWERS_MAX = 60 };

bool hall_try_list(struct call *c, struct err *e)
{
    (void)e;
    struct json *list = doc_array(c->a, c->doc, "policies");
    VEC_EACH (const struct policy, q, &c->h->p->policies) {
        bool shown = program_policy(c->h->p, q->name) == q && policy_on(c->h->p, q->id, c->rule_day) != NULL;
        if (!shown) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", q->name);
        doc_str(c->a, o, "href", words_href(c->a, "/try/", q->name, ""));
        doc_str(c->a, o, "subject", c->h->p->entities.at[q->entity].name);
    }
    return true;
}

/* What was answered: f=路径=值, and s=路径 for what somebody did not know. */
struct tried {
    VEC(struct http_field) facts;
    VEC(str) skipped;
};

static bool is_skipped(const struct tried *t, str path)
{
    VEC_EACH (const str, s, &t->skipped) {
        if (str_eq(*s, path)) return true;
    }
    return false;
}

static bool read_tried(struct call *c, struct tried *t, struct err *e)
{
    VEC_EACH (const struct http_field, f, &c->query) {
        if (str_eq(f->name, STR("s"))) *vec_push(c->a, &t->skipped) = f->value;
        size_t is = str_find(f->value, STR("="));
        if (!str_eq(f->name, STR("f")) || is == SIZE_MAX) continue;
        *vec_push(c->a, &t->facts) =
            (struct http_field){ str_slice(f->value, 0, is), str_slice(f->value, is + 1, f->value.len) };
    }
    return t->facts.len + t->skipped.len <= ANSWERS_MAX || fail(e, LIMIT, "答得太多了，请从头开始");
}

static struct json *facts_of(struct call *c, const struct tried *t)
{
    struct json *j = doc_new(c->a);
    VEC_EACH (const struct http_field, f, &t->facts) question_fact(c->a, j, f->name, f->value);
    return j;
}

static bool try_now(struct call *c, const struct policy *q, const struct tried *t, struct explanation *x, struct err *e)
{
    struct question ask = { .policy = q->name, .facts = facts_of(c, t), .today = c->today, .rule_day = c->rule_day };
    return answer(x, c->h->o.set, &ask, c->a, e);
}

/* What was answered so far, each with the address that asks it again. */
static void add_answers(struct call *c, const struct policy *q, const struct tried *t, struct json *doc)
{
    struct json *list = doc_array(c->a, doc, "answers");
    for (size_t i = 0; i < t->facts.len; i++) {
        struct text href;
        text_init(&href, c->a, 32 << 10);
        text_add(&href, words_href(c->a, "/try/", q->name, "?"));
        for (size_t k = 0; k < i; k++) {
            text_addz(&href, k > 0 ? "&f=" : "f=");
            http_encode(&href, t->facts.at[k].name);
            text_addz(&href, "%3D");
            http_encode(&href, t->facts.at[k].value);
        }
        struct json *o = doc_object(c->a, list, NULL);
        const struct http_field *f = &t->facts.at[i];
        doc_str(c->a, o, "name", f->name);
        doc_str(c->a, o, "value", f->value);
        doc_str(c->a, o, "fact", str_fmt(c->a, "%.*s=%.*s", STR_ARG(f->name), STR_ARG(f->value)));
        doc_str(c->a, o, "href", text_str(&href));
    }
    list = doc_array(c->a, doc, "skipped");
    VEC_EACH (const str, s, &t->skipped) doc_str(c->a, list, NULL, *s);
}

/* Takes the new answer in, or says what is wrong with it and asks again. */
static bool take(struct call *c, const struct policy *q, struct tried *t, struct explanation *x, struct err *e)
{
    str path = http_form_get(&c->query, STR("path")), value = question_answer(c, &c->query);
    struct err wrong = { 0 };
    bool unsure = http_form_get(&c->query, STR("unsure")).p != NULL;
    if (path.len == 0) return try_now(c, q, t, x, e);
    if (unsure || value.len == 0) {
        if (unsure)
            *vec_push(c->a, &t->skipped) = path;
        else
            c->problem = STR("请先回答；不知道的，点“不清楚，先跳过”");
        return try_now(c, q, t, x, e);
    }
    *vec_push(c->a, &t->facts) = (struct http_field){ path, value };
    if (try_now(c, q, t, x, &wrong)) return true;
    t->facts.len--;
    c->problem = str_dup(c->a, str_of(err_cause(&wrong)));
    return try_now(c, q, t, x, e);
}

bool hall_try_one(struct call *c, struct err *e)
{
    const struct policy *q = program_policy(c->h->p, c->args[0]);
    struct tried t = { 0 };
    struct explanation x;
    if (q == NULL) return fail(e, NOT_FOUND, "没有政策“%.*s”", STR_ARG(c->args[0]));
    if (!read_tried(c, &t, e) || !take(c, q, &t, &x, e)) return false;
    c->title = str_fmt(c->a, "算一算：%.*s", STR_ARG(q->name));
    doc_str(c->a, c->doc, "action", words_href(c->a, "/try/", q->name, ""));
    add_answers(c, q, &t, c->doc);
    doc_int(c->a, c->doc, "answered", (int64_t)t.facts.len);
    size_t next = 0;
    while (next < x.missing.len && (x.missing_path.at[next].len == 0 || is_skipped(&t, x.missing_path.at[next])))
        next++;
    bool asks = x.verdict.kind == VERDICT_PENDING && next < x.missing.len;
    if (asks) {
        doc_int(c->a, c->doc, "left", (int64_t)(x.missing.len - next));
        const struct missing *m = &x.missing.at[next];
        bool may_lack =
            (m->slot != NULL && m->slot->optional) || m->type.kind == TYPE_GROUP || m->type.kind == TYPE_HISTORY;
        question_doc(c, m->type, may_lack, explanation_question(c, &x, next), x.missing_path.at[next], STR(""), c->doc);
        doc_str(c->a, c->doc, "policy", q->name);
    } else {
        explanation_doc(c, &x, c->doc);
    }
    doc_bool(c->a, c->doc, "done", !asks);
    return true;
}
