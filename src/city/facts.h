/* facts: what is known of the things of a city, in a form that files and the pool both read: a fact has an entity of
 * model.def, its cells in the order there, and what it belongs to. Made in an arena, for one household or firm at a
 * time. */
#ifndef CITY_FACTS_H
#define CITY_FACTS_H
#include "base/date.h"
#include "base/vec.h"

enum cell_kind {
    CELL_TEXT,
    CELL_BOOL,
    CELL_CODE,  /* enum city_code */
    CELL_DATE,  /* days since 1970-01-01 */
    CELL_MONTH, /* year * 12 + month - 1 */
    CELL_MONEY, /* fen */
    CELL_INT,
    CELL_RATE, /* ten-thousandths */
    CELL_REF_HOUSEHOLD,
    CELL_REF_PERSON,
    CELL_REF_EMPLOYER, /* number of the employer, see firm.h */
    CELL_REF_INSTITUTION,
};
enum cell_state { CELL_UNKNOWN, CELL_KNOWN, CELL_NONE }; /* as the pool and the language number them */
enum cell_start { START_ASK = CELL_UNKNOWN, START_NO = CELL_KNOWN, START_NIL = CELL_NONE };
enum fact_shape { SHAPE_SUBJECT, SHAPE_SPELL, SHAPE_MONTHS, SHAPE_KEYED };

enum city_entity {
#define ENTITY(id, name, owner, shape) ENTITY_##id,
#define FIELD(entity, id, name, kind, start)
#include "city/model.def"
#undef ENTITY
#undef FIELD
    ENTITY_COUNT
};
enum city_field {
#define ENTITY(id, name, owner, shape)
#define FIELD(entity, id, name, kind, start) F_##entity##_##id,
#include "city/model.def"
#undef ENTITY
#undef FIELD
    F_COUNT
};
enum city_code {
#define ITEM(id, list, item) CODE_##id,
#include "city/codes.def"
#undef ITEM
    CODE_COUNT
};

struct city_field_def {
    const char *name; /* "-…": in files only, or the frame of a run of months */
    uint8_t entity, kind, start;
};
struct city_entity_def {
    const char *name;
    uint8_t owner, shape;
    uint16_t first; /* of its fields */
};
extern const struct city_field_def city_fields[F_COUNT];
extern const struct city_entity_def city_entities[ENTITY_COUNT];
extern const char *const city_code_list[CODE_COUNT], *const city_code_name[CODE_COUNT];

union cell {
    int64_t n;
    const char *text; /* NUL-terminated, lives as long as the fact */
};
struct fact {
    struct fact *owner, *home; /* person or employer; household. NULL: none */
    uint64_t number;           /* of a person, household, employer, institution: what lasts; of a spell: 0 */
    const char *key;           /* the ID number as its file has it, when that is not its owner's; NULL */
    uint8_t *state;            /* enum cell_state of each cell */
    union cell *cell;
    uint8_t entity;
};

/* What is wrong on purpose: with this fact, in this field. */
enum plant_kind {
#define PLANT(id, name, text) PLANT_##id,
#include "city/plants.def"
#undef PLANT
    PLANT_COUNT
};
/* Whether it is a second entry of the same subject, in one file and among nobody's facts. */
static inline bool plant_is_again(enum plant_kind k) { return k <= PLANT_firm_place; }
extern const char *const city_plant_name[PLANT_COUNT], *const city_plant_text[PLANT_COUNT];
struct plant {
    enum plant_kind kind;
    struct fact *fact;  /* where it shows */
    uint16_t field;     /* F_COUNT: the whole fact */
    uint8_t true_state; /* of the field */
    union cell true_cell;
};

/* The facts of one household, firm or institution: first the subject, then its parts, each before what belongs to it.
 */
struct fact_set {
    struct arena *arena;
    bool no_text; /* texts are not wanted: those that would have to be put together stay empty */
    VEC(struct fact *) facts;
    VEC(struct plant) plants;
};

unsigned entity_fields(enum city_entity e); /* how many */
/* A new fact with what its fields start with, added to the set. */
struct fact *fact_new(struct fact_set *s, enum city_entity entity, struct fact *owner);
void fact_number(struct fact *f, enum city_field field,
                 int64_t value); /* also yes/no, dates, months, codes, references */
void fact_text(struct fact *f, enum city_field field, const char *text);
void fact_format(struct fact_set *s, struct fact *f, unsigned field, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void fact_state(struct fact *f, enum city_field field, enum cell_state state);
int64_t fact_get(const struct fact *f, enum city_field field);          /* 0 unless known */
const char *fact_get_text(const struct fact *f, enum city_field field); /* "" unless known */
enum cell_state fact_known(const struct fact *f, enum city_field field);
bool fact_same(const struct fact *a, const struct fact *b); /* all cells */
bool cell_same(enum cell_kind kind, uint8_t state_a, union cell a, uint8_t state_b, union cell b);
struct plant *fact_plant(struct fact_set *s, enum plant_kind kind, struct fact *f, unsigned field);

#endif
