/* firm_name: an organisation's name taken apart. Folding removes what writers vary without meaning: widths, brackets,
 * blanks, letter case, traditional forms. The place stands in front or in brackets (上海某某（南通）有限公司); it is
 * cut by its last character 省, 市, 区, 县 and by the names of provinces, which come without one. */
#include "base/hanzi.h"
#include "base/utf8.h"
#include "link/firm.h"

#include <string.h>

enum { NAME_MAX_BYTES = 512, PLACE_CHARS_MAX = 6 };

static const char *const forms[] = {
#define FORM(text) text,
#define BRANCH(text)
#define AGENCY(text)
#include "link/firm.def"
#undef FORM
#undef BRANCH
#undef AGENCY
};
static const char *const branches[] = {
#define FORM(text)
#define BRANCH(text) text,
#define AGENCY(text)
#include "link/firm.def"
#undef FORM
#undef BRANCH
#undef AGENCY
};
static const char *const agencies[] = {
#define FORM(text)
#define BRANCH(text)
#define AGENCY(text) text,
#include "link/firm.def"
#undef FORM
#undef BRANCH
#undef AGENCY
};
static const char *const provinces[] = {
    "北京", "天津", "上海", "重庆", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "江苏",
    "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北",   "湖南", "广东", "广西",   "海南",
    "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海",   "宁夏", "新疆",
};
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static bool has(str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_find(s, str_of(words[i])) != SIZE_MAX) return true;
    return false;
}

static bool masks(uint32_t c) { return c == '*' || c == 0x00D7 || c == 0x2715 || c == 0x67D0 || c == 0x25CB; }

static bool opens(uint32_t c) { return c == '(' || c == '[' || c == 0x3014 || c == 0x3010 || c == 0x300A; }
static bool closes(uint32_t c) { return c == ')' || c == ']' || c == 0x3015 || c == 0x3011 || c == 0x300B; }

/* Ends of places: 省 市 区 县 旗 州 盟. */
static bool ends_place(uint32_t c)
{
    return c == 0x7701 || c == 0x5E02 || c == 0x533A || c == 0x53BF || c == 0x65D7 || c == 0x5DDE || c == 0x76DF;
}

/* Bytes of the place at the start of s. */
static size_t place_end(str s)
{
    size_t end = 0, len = 0, chars = 0;
    for (size_t i = 0; i < COUNT(provinces); i++)
        if (str_starts(s, str_of(provinces[i]))) end = strlen(provinces[i]);
    for (size_t at = end; at < s.len && chars < PLACE_CHARS_MAX; at += len, chars++) {
        uint32_t c = utf8_at(s, at, &len);
        if (!ends_place(c) || (chars < 1 && end == 0)) continue;
        if (at + len >= s.len) break; /* all of it: a name that is all place keeps it */
        end = at + len;
        chars = 0;
    }
    return utf8_count(str_slice(s, end, s.len)) < 2 ? 0 : end;
}

/* Appends to buffer while it has room. */
struct buffer {
    char p[NAME_MAX_BYTES];
    size_t len;
};
static void put(struct buffer *b, uint32_t c)
{
    char bytes[4];
    size_t n = utf8_put(c, bytes);
    if (b->len + n > sizeof b->p) return;
    memcpy(b->p + b->len, bytes, n);
    b->len += n;
}

struct firm_name firm_name_read(str name, struct arena *a)
{
    struct firm_name out = { 0 };
    struct buffer outside = { .len = 0 }, inside = { .len = 0 };
    size_t len = 0;
    int depth = 0;
    for (size_t at = 0; at < name.len; at += len) {
        uint32_t c = utf8_at(name, at, &len);
        if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
        if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
        c = hanzi_standard(c);
        if (opens(c)) {
            depth++;
        } else if (closes(c)) {
            depth -= depth > 0;
        } else {
            out.masked |= masks(c);
            if (!utf8_is_ident(c)) continue; /* blanks and signs */
            put(depth > 0 ? &inside : &outside, c);
        }
    }
    str whole = str_dup(a, (str){ outside.p, outside.len }), bracket = { inside.p, inside.len };
    out.folded = str_fmt(a, "%.*s%.*s", STR_ARG(whole), STR_ARG(bracket));
    size_t place = place_end(whole);
    out.place = str_slice(whole, 0, place);
    str rest = str_slice(whole, place, whole.len);
    for (size_t i = 0; i < COUNT(forms) && out.form.len == 0; i++)
        if (str_ends(rest, str_of(forms[i])) && rest.len > strlen(forms[i]))
            out.form = str_slice(rest, rest.len - strlen(forms[i]), rest.len);
    out.core = str_slice(rest, 0, rest.len - out.form.len);
    out.branch = has(out.folded, branches, COUNT(branches));
    out.agency = has(out.folded, agencies, COUNT(agencies));
    return out;
}
