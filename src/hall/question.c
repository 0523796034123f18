/* question: one question as a form shows it, by its type, and the answer as a fact. */
#include "hall/hall_priv.h"

#include <string.h>

enum { FEW_MAX = 12 }; /* choices that are shown side by side; more are a list to pick from */

static void add_choices(struct call *c, const struct code_list *l, struct json *o)
{
    struct json *list = doc_array(c->a, o, "choices");
    VEC_EACH (const struct code_item, i, &l->items) doc_str(c->a, list, NULL, i->name);
    doc_bool(c->a, o, l->items.len > FEW_MAX ? "many" : "few", true);
}

/* 2000元: the unit stands beside the field. */
static str bare(str number)
{
    size_t n = 0;
    while (n < number.len && number.p[n] != '\0' && strchr("0123456789.-", number.p[n]) != NULL) n++;
    return n > 0 ? str_slice(number, 0, n) : number;
}

void question_doc(struct call *c, struct type t, bool may_lack, str text, str path, str typed, struct json *doc)
{
    struct json *o = doc_object(c->a, doc, "question");
    struct text unit;
    doc_str(c->a, o, "text", text);
    doc_str(c->a, o, "path", path);
    doc_str(c->a, o, "typed", t.kind == TYPE_NUM ? bare(typed) : typed);
    doc_bool(c->a, o, "mayLack", may_lack);
    switch (t.kind) {
    case TYPE_BOOL:
    case TYPE_BAD:
    case TYPE_NONE: doc_bool(c->a, o, "yesNo", true); break;
    case TYPE_DATE: doc_bool(c->a, o, "date", true); break;
    case TYPE_MONTH: doc_bool(c->a, o, "month", true); break;
    case TYPE_CODE: add_choices(c, &c->h->p->codes.at[t.ref], o); break;
    case TYPE_NUM:
        text_init(&unit, c->a, 200);
        unit_text(t.unit, &unit);
        doc_bool(c->a, o, "number", true);
        doc_str(c->a, o, "unit", unit.len > 0 ? text_str(&unit) : STR(""));
        break;
    case TYPE_GROUP: doc_bool(c->a, o, "period", true); break;
    case TYPE_HISTORY: doc_bool(c->a, o, "months", true); break;
    case TYPE_TEXT:
    case TYPE_RECORD: doc_bool(c->a, o, "line", true); break;
    }
}

str question_answer(struct call *c, const http_form *f)
{
    str answer = str_trim(http_form_get(f, STR("answer")));
    str from = str_trim(http_form_get(f, STR("from"))), to = str_trim(http_form_get(f, STR("to")));
    str unit = http_form_get(f, STR("unit"));
    if (from.len > 0) return str_fmt(c->a, "%.*s..%.*s", STR_ARG(from), STR_ARG(to));
    if (answer.len > 0 && unit.len > 0 && answer.p[answer.len - 1] >= '0' && answer.p[answer.len - 1] <= '9')
        return str_fmt(c->a, "%.*s%.*s", STR_ARG(answer), STR_ARG(unit));
    return answer;
}

void question_fact(struct arena *a, struct json *facts, str path, str answer)
{
    const char *key = str_dup(a, path).p;
    if (str_eq(answer, STR("是")) || str_eq(answer, STR("否")))
        doc_bool(a, facts, key, str_eq(answer, STR("是")));
    else
        doc_str(a, facts, key, answer);
}
