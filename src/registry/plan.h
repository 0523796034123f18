/* plan: what the columns of one file are: which heading is which field of whom. From the 导入 of the packs, ministry
 * codes, and the names of the fields themselves. */
#ifndef REGISTRY_PLAN_H
#define REGISTRY_PLAN_H
#include "registry/field.h"
#include "registry/registry_priv.h"

enum { PLAN_TARGETS = 16, PLAN_NO_TARGET = 255 };

/* A row tells of several: the row's own subject (target 0), its owner, what its references point to. */
struct plan_target {
    uint16_t entity;
    uint16_t slot; /* of target 0's entity that points to it */
    bool owner;
};

struct plan_column {
    str heading, unit; /* unit: from 营业收入（万元） */
    uint8_t target;    /* PLAN_NO_TARGET: not used */
    bool reference;    /* the text is a key of the target, whichever fits; else field `slot` of the target */
    bool optional;
    uint8_t role;
    uint16_t slot; /* field of the target; or CELL_KEY, CELL_LAST of target 0 */
    uint16_t into; /* slot of target 0 for translations: as the map counts */
    uint16_t sub;
    struct type type;
};

struct plan {
    const struct program *p;
    const struct import_map *map; /* NULL: none, the headings say it all */
    uint16_t entity;
    struct plan_target targets[PLAN_TARGETS];
    uint8_t target_count;
    VEC(struct plan_column) columns;
    VEC(str) unused;
    int day_column;    /* 截至, -1 none */
    bool is_errors;    /* the file of refused rows of an earlier run */
    size_t recognised; /* columns that mean something */
};

/* False: too many kinds of references. map may be NULL. */
bool plan_make(struct plan *x, const struct program *p, const struct import_map *map, uint16_t entity, const str *cells,
               size_t count, struct arena *a, struct err *e);
/* The 导入 for a file: by its name, then by its headings; NULL: none fits. entity: only those of it, -1 any. */
const struct import_map *plan_choose(const struct program *p, str file, int entity, const str *cells, size_t count,
                                     struct arena *scratch);
bool plan_name_fits(str pattern, str name); /* '*' is any run */
/* The name of a file without folder, ending, and -错误 of files of refused rows. */
str plan_file_stem(str path);
/* Headings of the file of errors: 错在哪一列, 哪里不对, 怎么改, 原行号. */
enum { PLAN_ERROR_COLUMNS = 4 };
extern const char *const plan_error_headings[PLAN_ERROR_COLUMNS];

#endif
