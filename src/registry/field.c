/* field: see field.h. One small reader per type; a complaint always says what to write instead. */
#include "registry/field.h"
#include "base/idcard.h"
#include "base/usci.h"
#include "base/utf8.h"
#include "registry/registry_priv.h"

#include <string.h>

enum { FIELD_TEXT_MAX = 4096 }; /* bytes: addresses and notes; more is a column that slipped */

struct field_codes {
    const struct program *p;
    struct map *by_code; /* per list: code to (void *)(1 + index) */
};

const struct field_codes *field_codes_of(const struct program *p, struct arena *a)
{
    struct field_codes *c = ARENA_NEW(a, struct field_codes);
    c->p = p;
    c->by_code = ARENA_ARRAY(a, struct map, p->codes.len + 1);
    for (size_t i = 0; i < p->codes.len; i++) {
        const struct code_list *list = &p->codes.at[i];
        map_init(&c->by_code[i], a);
        for (size_t k = 0; k < list->items.len; k++)
            map_put(&c->by_code[i], list->items.at[k].code, (void *)(uintptr_t)(k + 1));
    }
    return c;
}

static bool all_digits(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    }
    return s.len > 0;
}

int field_code_find(const struct field_codes *c, uint16_t list, str text)
{
    const struct code_list *l = &c->p->codes.at[list];
    void *found = map_get(&c->by_code[list], text);
    if (found != NULL) return (int)(uintptr_t)found - 1;
    const struct code_item *it = map_get(&l->by_name, text);
    if (it != NULL) return (int)(it - l->items.at);
    if ((text.len == 9 || text.len == 12) && all_digits(text)) {
        found = map_get(&c->by_code[list], str_slice(text, 0, 6)); /* town or village of a county */
        if (found != NULL) return (int)(uintptr_t)found - 1;
    }
    if (all_digits(text)) { /* 1 for 01 and 01 for 1: spreadsheets eat zeros */
        char padded[3] = { '0', text.p[0], 0 };
        str other = text.len == 1 ? (str){ padded, 2 } : text.p[0] == '0' ? str_slice(text, 1, text.len) : (str){ 0 };
        found = other.len > 0 ? map_get(&c->by_code[list], other) : NULL;
        if (found != NULL) return (int)(uintptr_t)found - 1;
    }
    return -1;
}

str field_narrow(str s, struct arena *scratch)
{
    bool wide = false;
    for (size_t i = 0; i + 2 < s.len && !wide; i++) {
        wide = ((uint8_t)s.p[i] == 0xEF && ((uint8_t)s.p[i + 1] == 0xBC || (uint8_t)s.p[i + 1] == 0xBD)) ||
               ((uint8_t)s.p[i] == 0xE3 && (uint8_t)s.p[i + 1] == 0x80 && (uint8_t)s.p[i + 2] == 0x80);
    }
    if (!wide) return s;
    char *out = arena_alloc(scratch, s.len + 1);
    size_t len = 0, n;
    for (size_t at = 0; at < s.len; at += n) {
        uint32_t cp = utf8_at(s, at, &n);
        if (cp >= 0xFF01 && cp <= 0xFF5E) cp -= 0xFEE0;
        if (cp == 0x3000) cp = ' ';
        len += utf8_put(cp, out + len);
    }
    return (str){ out, len };
}

/* ---- dates ---- */

static bool take_number(str *s, size_t digits_max, int *out)
{
    size_t n = 0;
    int v = 0;
    while (n < s->len && n < digits_max && s->p[n] >= '0' && s->p[n] <= '9') v = v * 10 + (s->p[n++] - '0');
    *s = str_slice(*s, n, s->len);
    *out = v;
    return n > 0;
}

static bool take_sign(str *s, const char *zh)
{
    if (str_starts(*s, str_of(zh))) {
        *s = str_slice(*s, strlen(zh), s->len);
        return true;
    }
    if (s->len > 0 && (s->p[0] == '-' || s->p[0] == '/' || s->p[0] == '.')) {
        *s = str_slice(*s, 1, s->len);
        return true;
    }
    return false;
}

/* "", " 00:00:00", "T08:30": a time of day says nothing more about the day. */
static bool is_time(str s)
{
    if (s.len == 0) return true;
    if (s.p[0] != ' ' && s.p[0] != 'T') return false;
    for (size_t i = 1; i < s.len; i++) {
        if (strchr("0123456789:.Z+", s.p[i]) == NULL) return false;
    }
    return true;
}

static bool make_date(int y, int m, int d, date *out)
{
    if (!date_valid(y, m, d)) return false;
    *out = date_of(y, m, d);
    return date_ok(*out);
}

bool field_date(str s, date *out)
{
    int y = 0, m = 0, d = 0;
    if (all_digits(s) && s.len == 8) {
        take_number(&s, 4, &y), take_number(&s, 2, &m), take_number(&s, 2, &d);
        return make_date(y, m, d, out);
    }
    if (all_digits(s) && s.len == 5) { /* days since 1899-12-30: 1954 to 2119 in five digits from 20000 on */
        int64_t days;
        if (!str_to_i64(s, &days) || days < 10000) return false;
        *out = date_add_days(date_of(1899, 12, 30), days);
        return true;
    }
    if (!take_number(&s, 4, &y) || !take_sign(&s, "年") || !take_number(&s, 2, &m) || !take_sign(&s, "月") ||
        !take_number(&s, 2, &d)) {
        return false;
    }
    if (str_starts(s, STR("日"))) s = str_slice(s, strlen("日"), s.len);
    return is_time(s) && make_date(y, m, d, out);
}

bool field_month(str s, month *out)
{
    date d;
    str rest = s;
    int y = 0, m = 0;
    if (field_date(s, &d)) {
        *out = date_month(d);
        return true;
    }
    if (!take_number(&rest, 4, &y)) return false;
    if (!(all_digits(s) && s.len == 6) && !take_sign(&rest, "年")) return false;
    if (!take_number(&rest, 2, &m)) return false;
    if (str_eq(rest, STR("月"))) rest.len = 0;
    if (rest.len > 0 || !make_date(y, m, 1, &d)) return false;
    *out = date_month(d);
    return true;
}

/* ---- complaints ---- */

static enum field_answer wrong(struct field_value *out, str complaint, str remedy)
{
    out->complaint = complaint;
    out->remedy = remedy;
    return FIELD_WRONG;
}

/* ---- types ---- */

static enum field_answer read_bool(str s, struct arena *a, struct field_value *out)
{
    static const struct {
        const char *text;
        bool value;
    } words[] = { { "是", true },   { "否", false },    { "1", true },    { "0", false },     { "真", true },
                  { "假", false },  { "有", true },     { "无", false },  { "没有", false },  { "Y", true },
                  { "N", false },   { "y", true },      { "n", false },   { "√", true },      { "×", false },
                  { "TRUE", true }, { "FALSE", false }, { "true", true }, { "false", false }, { "不是", false } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!str_eq(s, str_of(words[i].text))) continue;
        out->i = words[i].value;
        return FIELD_VALUE;
    }
    return wrong(out, str_fmt(a, "“%.*s”不是“是”或“否”", STR_ARG(s)), STR("写 是 或 否"));
}

/* The unit behind a number, if any: true when the number is to be multiplied by *factor. */
static bool read_unit(str unit, struct type t, int64_t *factor, bool *percent)
{
    *factor = 1, *percent = false;
    if (unit.len == 0) return true;
    if (str_eq(unit, STR("%"))) {
        *percent = true;
        return unit_eq(t.unit, UNIT_NONE);
    }
    if (str_eq(unit, STR("个月"))) unit = STR("月");
    if (str_eq(unit, STR("万"))) {
        *factor = 10000;
        return true;
    }
    struct unit u;
    if (!unit_parse(unit, &u, factor)) return false;
    if (unit_eq(u, t.unit)) return true;
    return unit_eq(u, UNIT_YUAN) && unit_is_money(t.unit); /* 元 in a column of 元/月 */
}

static str unit_name(struct type t, struct arena *a)
{
    struct text u;
    text_init(&u, a, 64);
    unit_text(t.unit, &u);
    return u.len > 0 ? text_str(&u) : STR("数");
}

static enum field_answer read_number(str s, struct type t, struct arena *a, struct field_value *out)
{
    char digits[NUM_TEXT];
    size_t n = 0, at = 0;
    bool sign = s.len > 0 && s.p[0] == '-';
    if (str_starts(s, STR("¥"))) s = str_slice(s, strlen("¥"), s.len);
    for (at = sign; at < s.len && n < sizeof digits - 1; at++) {
        if ((s.p[at] >= '0' && s.p[at] <= '9') || s.p[at] == '.')
            digits[n++] = s.p[at];
        else if (s.p[at] != ',' || at + 3 >= s.len)
            break; /* 12,345.60 */
    }
    int64_t factor;
    bool percent;
    num v;
    unsigned scale;
    str unit = str_trim(str_slice(s, at, s.len));
    if (n == 0 || !num_parse((str){ digits, n }, &v, &scale) || !read_unit(unit, t, &factor, &percent)) {
        str u = unit_name(t, a);
        return wrong(out, str_fmt(a, "“%.*s”读不成%.*s的数", STR_ARG(s), STR_ARG(u)),
                     STR("写数字，例如 1234.50；单位和字段的不同时换算好再写"));
    }
    if (percent) scale += 2;
    if (!num_mul(v, factor, &v)) return wrong(out, STR("数太大"), STR("核对位数"));
    if (scale > t.scale) {
        num whole = num_div_round(v, num_pow10(scale - t.scale), NUM_DOWN);
        if (whole * num_pow10(scale - t.scale) != v) {
            str u = unit_name(t, a);
            return wrong(out, str_fmt(a, "“%.*s”的小数太多，%.*s最多 %u 位小数", STR_ARG(s), STR_ARG(u), t.scale),
                         STR("按单据上的数写，不要写没有舍入的计算结果"));
        }
        v = whole;
    } else if (!num_widen(v, scale, t.scale, &v)) {
        return wrong(out, STR("数太大"), STR("核对位数"));
    }
    if (sign) v = -v;
    if (v > INT64_MAX || v <= INT64_MIN) return wrong(out, STR("数太大"), STR("核对位数"));
    out->i = (int64_t)v;
    return FIELD_VALUE;
}

static enum field_answer read_code(const struct field_codes *c, uint16_t list, str s, struct arena *a,
                                   struct field_value *out)
{
    const struct code_list *l = &c->p->codes.at[list];
    int i = field_code_find(c, list, s);
    if (i >= 0) {
        out->i = i;
        out->s = l->items.at[i].code;
        out->is_text = true;
        return FIELD_VALUE;
    }
    struct text t;
    text_init(&t, a, 1024);
    text_addf(&t, "写名称或代码：");
    for (size_t k = 0; k < l->items.len && k < 6; k++) {
        const struct code_item *it = &l->items.at[k];
        text_addf(&t, "%s%.*s %.*s", k ? "、" : "", STR_ARG(it->code), STR_ARG(it->name));
    }
    if (l->items.len > 6) text_addf(&t, "……共 %zu 项", l->items.len);
    return wrong(out, str_fmt(a, "“%.*s”不在代码表“%.*s”里", STR_ARG(s), STR_ARG(l->name)), text_str(&t));
}

static enum field_answer read_id(str s, struct arena *a, struct field_value *out)
{
    struct idcard id;
    enum idcard_fault f = idcard_read(s, &id);
    if (f != IDCARD_OK) return wrong(out, STR("身份证号不对"), str_of(idcard_fault_text(f)));
    out->s = str_dup(a, (str){ id.text, IDCARD_LEN });
    return FIELD_VALUE;
}

static enum field_answer read_credit(str s, struct arena *a, struct field_value *out)
{
    struct usci u;
    enum usci_fault f = usci_read(s, &u);
    if (f != USCI_OK && !usci_doubtful(f)) return wrong(out, STR("统一社会信用代码不对"), str_of(usci_fault_text(f)));
    if (f != USCI_OK) {
        out->doubtful = true;
        out->complaint = STR("统一社会信用代码的校验码对不上");
        out->remedy = str_of(usci_fault_text(f));
    }
    out->s = str_dup(a, (str){ u.text, USCI_LEN });
    return FIELD_VALUE;
}

static enum field_answer read_text(str s, int role, struct arena *a, struct field_value *out)
{
    out->is_text = true;
    out->s = s;
    if (s.len > FIELD_TEXT_MAX) return wrong(out, STR("内容太长"), STR("一格最多一千来个字，看看是不是错列了"));
    for (size_t i = 0; i < s.len; i++) {
        if ((uint8_t)s.p[i] < ' ') return wrong(out, STR("格子里有换行或控制字符"), STR("删去换行，写成一行"));
    }
    if (role == ROLE_ID) return read_id(s, a, out);
    if (role == ROLE_CREDIT) return read_credit(s, a, out);
    if (role == ROLE_PHONE) {
        size_t digits = 0;
        for (size_t i = 0; i < s.len; i++) digits += s.p[i] >= '0' && s.p[i] <= '9';
        if (digits < 7 || digits > 16) {
            out->doubtful = true;
            out->complaint = STR("不像电话号码");
            out->remedy = STR("手机 11 位，固定电话连区号");
        }
    }
    return FIELD_VALUE;
}

static bool says_nothing(str s)
{
    static const char *const words[] = { "-", "--", "—", "/", "NULL", "null", "不详", "未知", "#N/A", "暂缺" };
    if (s.len == 0) return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(s, str_of(words[i]))) return true;
    }
    return false;
}

enum field_answer field_read(const struct field_codes *c, struct type t, int role, bool optional, str cell,
                             struct arena *scratch, struct field_value *out)
{
    *out = (struct field_value){ 0 };
    str s = str_trim(cell);
    if (says_nothing(s)) return FIELD_BLANK;
    if (optional && str_eq(s, STR("无"))) return FIELD_NONE;
    if (t.kind != TYPE_TEXT || role != ROLE_NONE) s = str_trim(field_narrow(s, scratch));
    date d;
    month m;
    switch (t.kind) {
    case TYPE_BOOL: return read_bool(s, scratch, out);
    case TYPE_NUM: return read_number(s, t, scratch, out);
    case TYPE_CODE: return read_code(c, t.ref, s, scratch, out);
    case TYPE_DATE:
        if (!field_date(s, &d))
            return wrong(out, str_fmt(scratch, "“%.*s”不是日期", STR_ARG(s)),
                         STR("写成 2023-11-01 的样子，日子要真有"));
        out->i = d.days;
        return FIELD_VALUE;
    case TYPE_MONTH:
        if (!field_month(s, &m))
            return wrong(out, str_fmt(scratch, "“%.*s”不是月份", STR_ARG(s)), STR("写成 2023-11 或 202311 的样子"));
        out->i = m.index;
        return FIELD_VALUE;
    case TYPE_TEXT:
    case TYPE_RECORD: return read_text(s, role, scratch, out); /* the key of what is referred to */
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return FIELD_BLANK;
}
