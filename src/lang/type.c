/* type: units as exponent vectors, their spelling and their arithmetic. */
#include "lang/type.h"
#include "base/utf8.h"

#include <string.h>

static const struct {
    const char *zh, *en;
} dims[DIM_COUNT] = {
#define UNIT(name, zh_, en_) [DIM_##name] = { zh_, en_ },
#include "lang/units.def"
#undef UNIT
};

/* Other spellings: a dimension and what a number before it is multiplied by. */
static const struct {
    const char *zh;
    enum dimension dim;
    int64_t factor;
} others[] = {
    { "年", DIM_MONTH, 12 }, { "个月", DIM_MONTH, 1 }, { "周", DIM_DAY, 7 },      { "天", DIM_DAY, 1 },
    { "周岁", DIM_AGE, 1 },  { "名", DIM_PERSON, 1 },  { "学时", DIM_LESSON, 1 }, { "years", DIM_MONTH, 12 },
    { "人次", DIM_TIME, 1 }, { "weeks", DIM_DAY, 7 },  { "件", DIM_PIECE, 1 },    { "场", DIM_PIECE, 1 },
    { "所", DIM_PIECE, 1 },  { "项", DIM_PIECE, 1 },   { "期", DIM_PIECE, 1 },
};

const struct unit UNIT_NONE = { { 0 } };
const struct unit UNIT_YUAN = { { [DIM_YUAN] = 1 } };
const struct unit UNIT_MONTH = { { [DIM_MONTH] = 1 } };
const struct unit UNIT_DAY = { { [DIM_DAY] = 1 } };
const struct unit UNIT_AGE = { { [DIM_AGE] = 1 } };
const struct unit UNIT_PERSON = { { [DIM_PERSON] = 1 } };
const struct unit UNIT_TIME = { { [DIM_TIME] = 1 } };
const struct unit UNIT_WORKDAY = { { [DIM_WORKDAY] = 1 } };

bool unit_eq(struct unit a, struct unit b) { return memcmp(&a, &b, sizeof a) == 0; }

bool unit_is_money(struct unit u) { return u.power[DIM_YUAN] == 1; }

unsigned unit_scale(struct unit u) { return unit_is_money(u) ? 2 : 0; }

bool unit_mul(struct unit a, struct unit b, int sign, struct unit *out)
{
    struct unit r;
    for (int i = 0; i < DIM_COUNT; i++) {
        int p = a.power[i] + sign * b.power[i];
        if (p < -8 || p > 8) return false;
        r.power[i] = (int8_t)p;
    }
    *out = r;
    return true;
}

static bool one_unit(str s, enum dimension *dim, int64_t *factor)
{
    *factor = 1;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < DIM_COUNT; i++) {
            if (str_eq(s, str_of(dims[i].zh)) || str_eq(s, str_of(dims[i].en))) {
                *dim = (enum dimension)i;
                return true;
            }
        }
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            if (str_eq(s, str_of(others[i].zh))) {
                *dim = others[i].dim;
                *factor *= others[i].factor;
                return true;
            }
        }
        if (round == 1) break;
        if (str_starts(s, STR("万")))
            *factor = 10000;
        else if (str_starts(s, STR("亿")))
            *factor = 100000000;
        else if (str_starts(s, STR("百")))
            *factor = 100;
        else if (str_starts(s, STR("千")))
            *factor = 1000;
        else
            break;
        s = str_slice(s, 3, s.len);
    }
    return false;
}

bool unit_parse(str s, struct unit *out, int64_t *factor)
{
    struct unit u = UNIT_NONE;
    *factor = 1;
    str rest = s, piece;
    bool first = true;
    if (str_eq(s, STR("万")) || str_eq(s, STR("亿"))) {
        *out = u;
        *factor = str_eq(s, STR("万")) ? 10000 : 100000000;
        return true;
    }
    while (str_split(&rest, '/', &piece)) {
        enum dimension d;
        int64_t f;
        if (!one_unit(str_trim(piece), &d, &f)) return false;
        int p = u.power[d] + (first ? 1 : -1);
        if (p < -8 || p > 8) return false;
        u.power[d] = (int8_t)p;
        if (first)
            *factor = f;
        else if (f != 1)
            return false; /* 元/年 would divide by 12: say 元/月 */
        first = false;
    }
    *out = u;
    return !first;
}

void unit_text(struct unit u, struct text *out)
{
    bool any = false;
    for (int i = 0; i < DIM_COUNT; i++) {
        for (int n = 0; n < u.power[i]; n++) {
            if (any) text_addz(out, "·");
            text_addz(out, dims[i].zh);
            any = true;
        }
    }
    for (int i = 0; i < DIM_COUNT; i++) {
        for (int n = 0; n > u.power[i]; n--) {
            if (!any) text_addz(out, "1");
            any = true;
            text_addz(out, "/");
            text_addz(out, dims[i].zh);
        }
    }
}

str unit_near(str s)
{
    str best = STR("");
    unsigned best_n = 2;
    for (int i = 0; i < DIM_COUNT; i++) {
        unsigned n = utf8_distance(s, str_of(dims[i].zh), 1);
        if (n < best_n) best_n = n, best = str_of(dims[i].zh);
    }
    return best;
}

bool type_fits(struct type a, struct type b)
{
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case TYPE_NUM: return unit_eq(a.unit, b.unit);
    case TYPE_CODE:
    case TYPE_RECORD:
    case TYPE_GROUP:
    case TYPE_HISTORY: return a.ref == b.ref;
    case TYPE_BAD:
    case TYPE_BOOL:
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_TEXT:
    case TYPE_NONE: return true;
    }
    return false;
}
