/* field: the text of one cell as a value of one field. Many spellings in, one value out; what cannot be read is a
 * complaint in two sentences, what is wrong and what to do. It knows types and ministry codes, no rows and no database.
 *
 * Money and other numbers are exact: a digit that does not fit the field is a complaint, never rounded away. */
#ifndef REGISTRY_FIELD_H
#define REGISTRY_FIELD_H
#include "lang/facts.h"

enum field_answer {
    FIELD_VALUE, /* known */
    FIELD_NONE,  /* 无 */
    FIELD_BLANK, /* nothing is said: empty, 不详, NULL */
    FIELD_WRONG, /* a complaint */
};

struct field_value {
    int64_t i; /* vocab.h's integer; of a code the index of its item */
    str s;     /* texts, and codes as the pack writes them; may live in the scratch arena */
    bool is_text;
    bool doubtful; /* taken, with a warning: complaint and remedy are set */
    str complaint, remedy;
};

struct field_codes; /* code lists by code; made once for a program */
const struct field_codes *field_codes_of(const struct program *p, struct arena *a);
/* The item with this name or code, -1 when there is none. Regions of nine or twelve digits are those of six. */
int field_code_find(const struct field_codes *c, uint16_t list, str text);

/* role: ROLE_… of registry_priv.h by the ministry code, 0: none. optional: the field may be 无. */
enum field_answer field_read(const struct field_codes *c, struct type t, int role, bool optional, str cell,
                             struct arena *scratch, struct field_value *out);
/* Dates as people and programs write them: 2023-11-01, 2023/11/1, 2023.11.1, 20231101, 2023年11月1日, with a time
 * behind, and the day numbers of spreadsheets. */
bool field_date(str s, date *out);
/* 2023-11, 202311, 2023/11, 2023年11月, or any date of the month. */
bool field_month(str s, month *out);
/* Narrow digits, letters and signs instead of full-width ones: s itself when there are none. */
str field_narrow(str s, struct arena *scratch);

#endif
