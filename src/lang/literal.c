/* literal: values as facts, examples and parameters write them, for a type that is known. */
#include "lang/check_priv.h"
#include "lang/facts.h"

static bool literal_number(const struct program *p, struct arena *a, const struct expr *x, struct type t, bool lenient,
                           struct value *out, struct diags *d)
{
    struct unit u = UNIT_NONE;
    int64_t factor = 1;
    if (x->unit.len > 0 && !unit_parse(x->unit, &u, &factor)) {
        struct diag *g = diag_add(d, DIAG_no_unit, x->unit_loc, "没有“%.*s”这个单位", STR_ARG(x->unit));
        str near = unit_near(x->unit);
        if (near.len > 0) diag_suggest(d, g, "是不是“%.*s”？", STR_ARG(near));
        return false;
    }
    if (x->unit.len == 0 && lenient) u = t.unit;
    if (!unit_eq(u, t.unit)) {
        str want = program_type_name(p, a, t);
        struct diag *g = diag_add(d, DIAG_unit_mismatch, x->loc, "单位要是“%.*s”", STR_ARG(want));
        if (!unit_eq(t.unit, UNIT_NONE)) diag_suggest(d, g, "例如 100%.*s", STR_ARG(want));
        return false;
    }
    num n = x->number;
    unsigned scale = x->scale + (x->percent ? 2u : 0u);
    bool ok = num_mul(n, factor, &n) && scale <= NUM_SCALE_MAX;
    while (ok && scale > t.scale && n % 10 == 0) n /= 10, scale--;
    if (ok && scale > t.scale) {
        diag_add(d, DIAG_round_needed, x->loc, "这里最多 %u 位小数", t.scale);
        return false;
    }
    if (!ok || !num_widen(n, scale, t.scale, &n) || n > INT64_MAX || n < INT64_MIN) {
        diag_add(d, DIAG_bad_number, x->loc, "这个数太大");
        return false;
    }
    *out = value_num(n);
    return true;
}

static bool literal_code(const struct program *p, const struct expr *x, struct type t, struct value *out,
                         struct diags *d)
{
    const struct code_list *list = &p->codes.at[t.ref];
    str name = x->text;
    struct arena *a = d->arena;
    if (x->kind == EXPR_NUMBER) name = str_fmt(a, "%lld", (long long)x->number);
    const struct code_item *item = map_get(&list->by_name, name);
    VEC_EACH (const struct code_item, i, &list->items) {
        if (item == NULL && str_eq(i->code, name)) item = i; /* by code: "1" */
    }
    if (item != NULL) {
        *out = (struct value){ .state = VALUE_KNOWN, .code = (uint32_t)(item - list->items.at) };
        return true;
    }
    struct diag *g =
        diag_add(d, DIAG_unknown_name, x->loc, "代码表“%.*s”里没有“%.*s”", STR_ARG(list->name), STR_ARG(name));
    if (g == NULL) return false;
    struct nearest n;
    nearest_start(&n, name);
    VEC_EACH (const struct code_item, i, &list->items) nearest_offer(&n, i->name);
    if (n.best.len > 0)
        diag_suggest(d, g, "是不是“%.*s”？", STR_ARG(n.best));
    else if (list->items.len > 0) {
        struct text t2;
        text_init(&t2, a, 512);
        VEC_EACH (const struct code_item, i, &list->items) {
            if (t2.len > 200) break;
            if (t2.len > 0) text_addz(&t2, "、");
            text_add(&t2, i->name);
        }
        diag_suggest(d, g, "可以是：%.*s", STR_ARG(text_str(&t2)));
    }
    return false;
}

bool literal_value(const struct program *p, struct arena *a, const struct expr *x, struct type t, bool lenient,
                   struct value *out, struct diags *d)
{
    struct value v = { .state = VALUE_KNOWN };
    if (x->kind == EXPR_BAD) return false;
    if (x->kind == EXPR_WORD && (x->word == WORD_NONE || x->word == WORD_UNKNOWN)) {
        *out = x->word == WORD_NONE ? value_none() : value_unknown();
        return true;
    }
    switch (t.kind) {
    case TYPE_BOOL:
        if (x->kind != EXPR_WORD || (x->word != WORD_TRUE && x->word != WORD_FALSE)) break;
        v.boolean = x->word == WORD_TRUE;
        *out = v;
        return true;
    case TYPE_NUM:
        if (x->kind != EXPR_NUMBER) break;
        return literal_number(p, a, x, t, lenient, out, d);
    case TYPE_DATE:
        if (x->kind != EXPR_DATE) break;
        v.day = x->day;
        *out = v;
        return true;
    case TYPE_MONTH:
        if (x->kind != EXPR_MONTH) break;
        v.month_ = x->month_;
        *out = v;
        return true;
    case TYPE_TEXT:
        if (x->kind != EXPR_STRING && x->kind != EXPR_NAME) break;
        v.text = x->text;
        *out = v;
        return true;
    case TYPE_CODE:
        if (x->kind != EXPR_NAME && x->kind != EXPR_STRING &&
            !(x->kind == EXPR_NUMBER && x->scale == 0 && x->unit.len == 0))
            break;
        return literal_code(p, x, t, out, d);
    case TYPE_BAD:
    case TYPE_RECORD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    str want = program_type_name(p, a, t);
    struct diag *g = diag_add(d, DIAG_type_mismatch, x->loc, "这里要写“%.*s”的值", STR_ARG(want));
    static const char *const samples[] = { [TYPE_BOOL] = "真 或 假",
                                           [TYPE_DATE] = "2023-11-01",
                                           [TYPE_MONTH] = "2023-11",
                                           [TYPE_TEXT] = "“文字”",
                                           [TYPE_RECORD] = "{字段 = 值, …}" };
    if (t.kind < sizeof samples / sizeof *samples && samples[t.kind] != NULL)
        diag_suggest(d, g, "例如 %s", samples[t.kind]);
    if (t.kind == TYPE_NUM) {
        struct text unit;
        text_init(&unit, a, 200);
        unit_text(t.unit, &unit);
        diag_suggest(d, g, "例如 100%.*s", STR_ARG(text_str(&unit)));
    }
    return false;
}
