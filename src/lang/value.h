/* value: one result: known, unknown, none (known to be absent) or an error of this row; and the mark "assumed", set
 * when anything it was computed from was declared by the person and not compared. {0} is unknown. */
#ifndef LANG_VALUE_H
#define LANG_VALUE_H
#include "base/num.h"
#include "base/span.h"

enum value_state { VALUE_UNKNOWN, VALUE_KNOWN, VALUE_NONE, VALUE_ERROR };

enum value_error {
    VERR_NONE,
    VERR_OVERFLOW,       /* a number left 128 bits, or a date its range */
    VERR_NO_ROW,         /* no row of a table fits */
    VERR_TWO_ROWS,       /* two rows of a table with 命中 唯一 fit */
    VERR_TWO_EXCEPTIONS, /* two exceptions of equal rank hold */
    VERR_NO_VALUE,       /* a parameter has no value on that day */
    VERR_UNSET,          /* an open parameter or definition nobody filled */
    VERR_NOT_IN_FORCE,   /* no version of the definition or policy on that day */
    VERR_DIVISION,       /* division by zero */
    VERR_STEPS,          /* the step budget is used up */
    VERR_DATA,           /* a given fact is itself bad */
    VERR_CALENDAR,       /* working days of a year nobody declared */
    VERR_COUNT_
};
const char *value_error_zh(enum value_error e);

struct program;
struct type;
struct text;
struct record;
struct group;
struct history;

struct value {
    uint8_t state; /* enum value_state */
    bool assumed;
    uint8_t error;  /* enum value_error */
    uint32_t where; /* VALUE_ERROR: the node it arose at */
    union {
        bool boolean;
        num number;
        date day;
        month month_;
        uint32_t code; /* index of the item in its list */
        str text;
        struct record *record;
        const struct group *group;
        const struct history *history;
    };
};

static inline struct value value_unknown(void) { return (struct value){ .state = VALUE_UNKNOWN }; }
static inline struct value value_none(void) { return (struct value){ .state = VALUE_NONE }; }
static inline struct value value_bool(bool b) { return (struct value){ .state = VALUE_KNOWN, .boolean = b }; }
static inline struct value value_num(num n) { return (struct value){ .state = VALUE_KNOWN, .number = n }; }
static inline struct value value_date(date d) { return (struct value){ .state = VALUE_KNOWN, .day = d }; }
static inline struct value value_month(month m) { return (struct value){ .state = VALUE_KNOWN, .month_ = m }; }
static inline struct value value_error(enum value_error e, uint32_t where)
{
    return (struct value){ .state = VALUE_ERROR, .error = (uint8_t)e, .where = where };
}

/* Two values of one type are the same: state, content, not the mark "assumed". */
bool value_same(struct type t, struct value a, struct value b);
/* Orders two known values of one type: -1, 0, 1. */
int value_compare(struct type t, struct value a, struct value b);
/* As people write it: 512.40元, 2023-11-01, 真, 无, 未知. */
void value_text(const struct program *p, struct type t, struct value v, struct text *out);

#endif
