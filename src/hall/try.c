/* try 算一算: a policy tried without an account. One question at a time, the one that settles most first, until the
 * answer is certain. Nothing is kept: what was answered travels in the address, so that the way back always works. */
#include "hall/hall_priv.h"

enum { ANSWERS_MAX = 60, FEW_MAX = 12 /* choices that are shown side by side; more are a list to pick from */ };

bool hall_try_list(struct call *c, struct err *e)
{
    (void)e;
    struct json *list = doc_array(c->a, c->doc, "policies");
    VEC_EACH (const struct policy, q, &c->h->p->policies) {
        bool shown = program_policy(c->h->p, q->name) == q && policy_on(c->h->p, q->id, c->h->o.rule_day) != NULL;
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

/* The answer to the question at hand as a fact: one value, a period, or that there is none. */
static str answered(struct call *c)
{
    str answer = str_trim(http_form_get(&c->query, STR("answer")));
    str from = str_trim(http_form_get(&c->query, STR("from"))), to = str_trim(http_form_get(&c->query, STR("to")));
    str unit = http_form_get(&c->query, STR("unit"));
    if (from.len > 0) return str_fmt(c->a, "%.*s..%.*s", STR_ARG(from), STR_ARG(to));
    if (answer.len > 0 && unit.len > 0 && answer.p[answer.len - 1] >= '0' && answer.p[answer.len - 1] <= '9')
        return str_fmt(c->a, "%.*s%.*s", STR_ARG(answer), STR_ARG(unit));
    return answer;
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
    VEC_EACH (const struct http_field, f, &t->facts) {
        const char *key = str_dup(c->a, f->name).p;
        bool yes = str_eq(f->value, STR("是")), no = str_eq(f->value, STR("否"));
        if (yes || no)
            doc_bool(c->a, j, key, yes);
        else
            doc_str(c->a, j, key, f->value);
    }
    return j;
}

static bool try_now(struct call *c, const struct policy *q, const struct tried *t, struct explanation *x, struct err *e)
{
    struct question ask = {
        .policy = q->name, .facts = facts_of(c, t), .today = c->h->o.today, .rule_day = c->h->o.rule_day
    };
    return answer(x, c->h->o.set, &ask, c->a, e);
}

static void add_choices(struct call *c, const struct type *t, struct json *o)
{
    const struct code_list *l = &c->h->p->codes.at[t->ref];
    struct json *list = doc_array(c->a, o, "choices");
    VEC_EACH (const struct code_item, i, &l->items) doc_str(c->a, list, NULL, i->name);
}

/* How the answer is given, by what it is. */
static void add_question(struct call *c, const struct explanation *x, size_t i, struct json *doc)
{
    const struct missing *m = &x->missing.at[i];
    struct json *o = doc_object(c->a, doc, "question");
    doc_str(c->a, o, "text", explanation_question(c, x, i));
    doc_str(c->a, o, "path", x->missing_path.at[i]);
    doc_bool(c->a, o, "mayLack",
             (m->slot != NULL && m->slot->optional) || m->type.kind == TYPE_GROUP || m->type.kind == TYPE_HISTORY);
    struct text unit;
    switch (m->type.kind) {
    case TYPE_BOOL:
    case TYPE_BAD:
    case TYPE_NONE: doc_bool(c->a, o, "yesNo", true); break;
    case TYPE_DATE: doc_bool(c->a, o, "date", true); break;
    case TYPE_MONTH: doc_bool(c->a, o, "month", true); break;
    case TYPE_CODE:
        add_choices(c, &m->type, o);
        doc_bool(c->a, o, c->h->p->codes.at[m->type.ref].items.len > FEW_MAX ? "many" : "few", true);
        break;
    case TYPE_NUM:
        text_init(&unit, c->a, 200);
        unit_text(m->type.unit, &unit);
        doc_bool(c->a, o, "number", true);
        doc_str(c->a, o, "unit", unit.len > 0 ? text_str(&unit) : STR(""));
        break;
    case TYPE_GROUP: doc_bool(c->a, o, "period", true); break;
    case TYPE_HISTORY: doc_bool(c->a, o, "months", true); break;
    case TYPE_TEXT:
    case TYPE_RECORD: doc_bool(c->a, o, "line", true); break;
    }
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
    str path = http_form_get(&c->query, STR("path")), value = answered(c);
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
        add_question(c, &x, next, c->doc);
        doc_str(c->a, c->doc, "policy", q->name);
    } else {
        explanation_doc(c, &x, c->doc);
    }
    doc_bool(c->a, c->doc, "done", !asks);
    return true;
}
