/* value: how results are compared, and how people read them. */
#include "lang/value.h"
#include "base/text.h"
#include "lang/facts.h"

static const char *const errors_zh[VERR_COUNT_] = {
    [VERR_NONE] = "",
    [VERR_OVERFLOW] = "数或日期超出了范围",
    [VERR_NO_ROW] = "表里没有一行适用",
    [VERR_TWO_ROWS] = "表里有两行同时适用",
    [VERR_TWO_EXCEPTIONS] = "两个例外同时成立",
    [VERR_NO_VALUE] = "参数在这一天没有值",
    [VERR_UNSET] = "开放的参数还没有人填写",
    [VERR_NOT_IN_FORCE] = "规则在这一天没有施行",
    [VERR_DIVISION] = "除数是零",
    [VERR_STEPS] = "计算超过了步数限度",
    [VERR_DATA] = "资料本身有错",
    [VERR_CALENDAR] = "这一年的放假安排还没有录入",
};

const char *value_error_zh(enum value_error e) { return errors_zh[e]; }

int value_compare(struct type t, struct value a, struct value b)
{
    switch (t.kind) {
    case TYPE_NUM: return a.number < b.number ? -1 : a.number > b.number;
    case TYPE_DATE: return a.day.days < b.day.days ? -1 : a.day.days > b.day.days;
    case TYPE_MONTH: return a.month_.index < b.month_.index ? -1 : a.month_.index > b.month_.index;
    case TYPE_CODE: return a.code < b.code ? -1 : a.code > b.code;
    case TYPE_BOOL: return a.boolean < b.boolean ? -1 : a.boolean > b.boolean;
    case TYPE_TEXT: return str_cmp(a.text, b.text);
    case TYPE_RECORD: return a.record->id < b.record->id ? -1 : a.record->id > b.record->id;
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return 0;
}

bool value_same(struct type t, struct value a, struct value b)
{
    if (a.state != b.state) return false;
    if (a.state == VALUE_ERROR) return a.error == b.error;
    return a.state != VALUE_KNOWN || value_compare(t, a, b) == 0;
}

void value_text(const struct program *p, struct type t, struct value v, struct text *out)
{
    char buf[NUM_TEXT];
    if (v.state == VALUE_UNKNOWN) {
        text_addz(out, "未知");
        return;
    }
    if (v.state == VALUE_NONE) {
        text_addz(out, "无");
        return;
    }
    if (v.state == VALUE_ERROR) {
        text_addf(out, "出错：%s", value_error_zh((enum value_error)v.error));
        return;
    }
    switch (t.kind) {
    case TYPE_BOOL: text_addz(out, v.boolean ? "真" : "假"); return;
    case TYPE_NUM: {
        bool cents = unit_is_money(t.unit) && t.scale >= 2 && v.number % num_pow10(t.scale) != 0;
        unsigned digits = cents ? 2 : 0; /* 600元, 512.40元 */
        num_text(v.number, t.scale, digits, buf);
        text_addz(out, buf);
        if (!unit_eq(t.unit, UNIT_NONE)) unit_text(t.unit, out);
        return;
    }
    case TYPE_DATE:
        date_text(v.day, buf);
        text_addz(out, buf);
        return;
    case TYPE_MONTH:
        month_text(v.month_, buf);
        text_addz(out, buf);
        return;
    case TYPE_TEXT: text_addf(out, "“%.*s”", STR_ARG(v.text)); return;
    case TYPE_CODE: text_add(out, p->codes.at[t.ref].items.at[v.code].name); return;
    case TYPE_RECORD: text_addf(out, "（一条%.*s）", STR_ARG(p->entities.at[t.ref].name)); return;
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_BAD:
    case TYPE_NONE: text_addz(out, "…"); return;
    }
}
