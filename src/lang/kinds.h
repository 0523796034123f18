/* kinds: the table of declaration kinds, their fields and the shapes of what a field holds. Everything that must know
 * what a pack can contain reads it here: the parser, the formatter, the checker, the documentation, completion. */
#ifndef LANG_KINDS_H
#define LANG_KINDS_H
#include "base/str.h"

enum kind {
#define KIND(name, zh, en, help) KIND_##name,
#define FIELD(...)
#define SUBFIELD(...)
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
    KIND_COUNT
};

enum field_id {
#define KIND(...)
#define FIELD(kind, name, ...)            FIELD_##kind##_##name,
#define SUBFIELD(kind, parent, name, ...) FIELD_##kind##_##name,
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
    FIELD_COUNT
};

enum shape {
    SHAPE_TEXT,   /* prose to the end of the line and its continuation lines */
    SHAPE_CITE,   /* a source, a blank, the place in it as prose */
    SHAPE_CHOICE, /* one of the words listed */
    SHAPE_WORDS,  /* names or codes, apart by commas, not resolved */
    SHAPE_NAME,   /* one name of a declaration of the kinds listed */
    SHAPE_NAMES,  /* several, apart by commas */
    SHAPE_FLAG,   /* nothing */
    SHAPE_DATE,
    SHAPE_PERIOD,     /* date 起 [至 date] */
    SHAPE_QUANTITY,   /* a number with one of the units listed */
    SHAPE_TIME,       /* a number with one of the units listed, or the name of a parameter */
    SHAPE_LINE,       /* [< <= >= >] a number with its unit, or the name of a parameter */
    SHAPE_COMPARE,    /* [< <= = >= > | 力争] quantity [左右|以内] */
    SHAPE_YEAR_VALUE, /* year quantity */
    SHAPE_EXPR,
    SHAPE_NAMED,     /* name: expression */
    SHAPE_TITLED,    /* name[: prose] */
    SHAPE_COMPARED,  /* names, apart by commas [n日内] */
    SHAPE_EFFECT,    /* one of the words listed, name of a spell or register [(code item)] */
    SHAPE_SET,       /* name = expression */
    SHAPE_MEMBER,    /* name : type  clauses */
    SHAPE_ITEM,      /* name code [属 name] [prose] */
    SHAPE_EXCEPTION, /* [name:] condition 则 expression [优先 n] */
    SHAPE_STEPS,     /* lines below: name = expression */
    SHAPE_FACTS,     /* path = value, … */
    SHAPE_EXPECT,    /* what an example should give */
    SHAPE_CASE,      /* “a sentence”, no keyword */
    SHAPE_PARAM_ROW, /* date [item] value …, no keyword */
    SHAPE_TABLE_ROW, /* | cell | … |, no keyword */
    SHAPE_DAY_ROW,   /* date 休|班 prose, no keyword */
};

enum field_flag { FIELD_REQ = 1u << 0, FIELD_MANY = 1u << 1 };

struct field_def {
    enum field_id id;
    enum kind kind;
    int parent; /* field_id of the field it stands below, -1 at the top of a declaration */
    const char *zh, *en;
    uint8_t zh_len, en_len; /* bytes: names are compared for every line of every file */
    enum shape shape;
    unsigned flags;
    const char *words; /* words allowed, units allowed, or kinds referred to; '|' between them */
    const char *help;
};

struct kind_def {
    enum kind kind;
    const char *zh, *en, *help;
    uint16_t first; /* index of its first field in field_defs */
};

extern const struct kind_def kind_defs[KIND_COUNT];
extern const struct field_def field_defs[FIELD_COUNT];

const struct kind_def *kind_find(str word); /* by either spelling; NULL */
/* The field `word` of a kind, below `parent` (-1: directly). Rows without keyword are not found here. */
const struct field_def *field_find(enum kind k, int parent, str word);
/* The row shape a kind has below `parent`, if it has it. */
const struct field_def *field_of_shape(enum kind k, int parent, enum shape shape);
/* True when w is one of the '|'-separated words. */
unsigned field_count(enum kind k); /* fields of a kind, those below a field included */
bool words_contain(const char *words, str w);
const char *shape_help(enum shape s); /* for people: "一句话", "表达式" … */

#endif
