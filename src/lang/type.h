/* type: what kind of thing an expression yields, with its unit and its number of decimals, all known before it runs. */
#ifndef LANG_TYPE_H
#define LANG_TYPE_H
#include "base/text.h"

enum dimension {
#define UNIT(name, zh, en) DIM_##name,
#include "lang/units.def"
#undef UNIT
    DIM_COUNT
};

/* Exponents of the dimensions: 元/月 is yuan^1 month^-1. All zero: a plain number. */
struct unit {
    int8_t power[DIM_COUNT];
};

enum type_kind {
    TYPE_BAD, /* a mistake was reported; silences those that would follow from it */
    TYPE_BOOL,
    TYPE_NUM, /* unit, scale */
    TYPE_DATE,
    TYPE_MONTH,
    TYPE_TEXT,
    TYPE_CODE,    /* ref: the code list */
    TYPE_RECORD,  /* ref: the entity or spell */
    TYPE_GROUP,   /* ref: the entity or spell its elements are */
    TYPE_HISTORY, /* ref: the monthly spell */
    TYPE_NONE,    /* the literal 无: fits any optional type */
};

struct type {
    enum type_kind kind;
    uint8_t scale; /* TYPE_NUM: decimals of the integer that carries it */
    bool quotient; /* an unrounded division: only rounding and comparison may take it */
    uint16_t ref;
    struct unit unit;
};

extern const struct unit UNIT_NONE, UNIT_YUAN, UNIT_MONTH, UNIT_DAY, UNIT_AGE, UNIT_PERSON, UNIT_TIME, UNIT_WORKDAY;

bool unit_eq(struct unit a, struct unit b);
bool unit_is_money(struct unit u); /* 元 in the first power, whatever it is divided by */
bool unit_mul(struct unit a, struct unit b, int sign, struct unit *out); /* false when an exponent leaves int8 */
/* Reads 元/月, 万元, 年 … : the unit, and by which integer a number before it is multiplied (年 12, 万 10000, 周 7). */
bool unit_parse(str s, struct unit *out, int64_t *factor);
void unit_text(struct unit u, struct text *out); /* 元/月 */
/* Nearest known unit for a suggestion, or "". */
str unit_near(str s);
/* Decimals that values of this unit are kept with: money 2, else 0. */
unsigned unit_scale(struct unit u);

static inline struct type type_of_kind(enum type_kind k) { return (struct type){ .kind = k }; }
static inline struct type type_num(struct unit u, unsigned scale)
{
    return (struct type){ .kind = TYPE_NUM, .scale = (uint8_t)scale, .unit = u };
}
/* Same kind, unit and reference; scales may differ. */
bool type_fits(struct type a, struct type b);

#endif
