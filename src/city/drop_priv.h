/* The files of a drop as a table, and how one row of one file is written. */
#ifndef CITY_DROP_PRIV_H
#define CITY_DROP_PRIV_H
#include "base/text.h"
#include "city/city_priv.h"
#include "city/ids.h"

enum whose { SELF, OWNER, HOME };
enum how {
    HOW_TEXT,
    HOW_DAY,
    HOW_DAY8,
    HOW_MONTH6,
    HOW_NAME,
    HOW_CODE,
    HOW_YES,
    HOW_ONE,
    HOW_YUAN,
    HOW_NUMBER,
    HOW_RATE,
    HOW_KEY
};
enum encoding { UTF8, GB18030 };
enum { DROP_COLUMNS = 20, DROP_WHENS = 8 };

struct drop_column {
    const char *heading;
    enum whose whose;
    enum city_field field;
    enum how how;
};
struct drop_when {
    enum whose whose;
    enum city_field field;
};
struct drop {
    const char *file, *rest; /* rest: what those who are not in it have */
    enum encoding encoding;
    enum city_entity entity;
    struct drop_when when[DROP_WHENS];        /* one of them must be so; F_COUNT: every row */
    struct drop_column columns[DROP_COLUMNS]; /* ends with a heading NULL, or is full */
};
enum drop_id {
#define DROP(id, file, encoding, entity, when, rest) DROP_##id,
#define COL(heading, whose, field, how)
#define END
#include "city/drops.def"
#undef DROP
#undef COL
#undef END
    DROP_COUNT
};
extern const struct drop city_drops[DROP_COUNT];

struct codes {
    const char *code[CODE_COUNT]; /* as the pack writes them */
    uint32_t item[CODE_COUNT];
};
/* Looks every item up in the program; fails when the packs have another model than this city. */
bool codes_find(struct codes *out, const struct program *p, struct arena *a, struct err *e);

struct drop_cell {
    char text[256];
    size_t len;
};
bool drop_has(const struct drop *d, const struct fact *f); /* whether the row is one of the file's */
/* The cells of a fact's row, as they are written. */
void drop_row(const struct city *c, const struct codes *k, const struct drop *d, const struct fact *f,
              struct drop_cell *out);

#endif
