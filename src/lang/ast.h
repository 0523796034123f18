/* ast: what a pack says, as it was written: declarations, their fields, expressions. Names are not resolved here.
 * Everything lives in one arena and keeps its place in the source. */
#ifndef LANG_AST_H
#define LANG_AST_H
#include "base/vec.h"
#include "lang/kinds.h"
#include "lang/token.h"

enum expr_kind {
    EXPR_BAD,    /* could not be parsed; a diag was given */
    EXPR_NUMBER, /* number, scale; unit words in units, apart by '/' */
    EXPR_DATE,
    EXPR_MONTH,
    EXPR_STRING, /* text */
    EXPR_WORD,   /* word: 真 假 未知 无 今日 本月 规则日 主体 本人 */
    EXPR_NAME,   /* text */
    EXPR_PATH,   /* kids[0] . text */
    EXPR_INDEX,  /* kids[0] [ number ], in facts only */
    EXPR_CALL,   /* kids[0] is the callee (a name or a path), the rest arguments */
    EXPR_UNARY,  /* op "-" or word NOT */
    EXPR_BINARY, /* op text: + - * / = != < <= > >=; mode for date + months */
    EXPR_AND,    /* two or more kids */
    EXPR_OR,
    EXPR_IF,      /* condition, then, else */
    EXPR_IN,      /* kids[0] in the others */
    EXPR_RANGE,   /* a..b; either may be NULL in facts and table cells */
    EXPR_ROUND,   /* kids[0]; digits, mode (-1: no direction was written) */
    EXPR_QUANT,   /* word ANY or ALL; group, condition */
    EXPR_FILTER,  /* group 满足 condition, an argument of 人数, 合计 … */
    EXPR_AT,      /* kids[0] 于 kids[1] */
    EXPR_RECORD,  /* { a = 1, b = 2 }: kids are assignments, in facts only */
    EXPR_ASSIGN,  /* path = value, in facts only */
    EXPR_LIST,    /* [ a, b ] or a, b: in facts only */
    EXPR_WITH,    /* value { … } or value 已知至 month, in facts only: kids value, record or NULL; month_ */
    EXPR_COMPARE, /* op value, in table cells only */
};

enum { ROUND_INTEGER = 0, ROUND_NO_DIRECTION = -1 };

struct expr {
    enum expr_kind kind;
    enum word word;
    struct loc loc;  /* the whole expression */
    struct loc name; /* the name within it (EXPR_NAME, EXPR_PATH), the operator (EXPR_BINARY) */
    str text;
    num number;
    uint8_t scale;
    bool percent;
    int8_t digits;     /* EXPR_ROUND: decimals kept, negative for tens and hundreds */
    bool digits_money; /* EXPR_ROUND to 分 角 元 */
    int8_t mode;       /* EXPR_ROUND: enum num_round or ROUND_NO_DIRECTION; EXPR_BINARY: enum month_mode + 1, 0 none */
    date day;
    month month_;
    str unit; /* as written, without blanks, e.g. 万元/月; empty when there is none */
    struct loc unit_loc;
    struct expr **kids;
    uint32_t kid_count;
};

struct ast_name {
    str text;
    struct loc loc;
};
typedef VEC(struct ast_name) name_list;

struct ast_type { /* as written after ':' */
    str text;     /* 真假, 日期, 元/月, 数(2位): without blanks */
    struct loc loc;
    int digits; /* of 数(2位), -1 when not written */
};

struct ast_field;
typedef VEC(struct ast_field) field_list;

struct ast_field {
    const struct field_def *def;
    struct loc loc;       /* the whole field */
    struct loc keyword;   /* its first word, or the row's first character */
    struct ast_name name; /* NAMED TITLED SET MEMBER ITEM EXCEPTION CASE(text): the name; CITE: the source */
    str text;             /* TEXT, CITE (the place), TITLED, ITEM, DAY_ROW: prose */
    name_list names;      /* CHOICE WORDS NAME NAMES COMPARED; TIME: a parameter; EFFECT: word, target, code item */
    struct ast_type type; /* MEMBER */
    str code;             /* MEMBER 编码, ITEM code */
    str class_;           /* MEMBER 密级 */
    struct ast_name via;  /* MEMBER 经; ITEM 属 */
    bool optional;        /* MEMBER 可无 */
    bool ended;           /* PARAM_ROW 废止 */
    bool has_from, has_to;
    date from, to;      /* DATE: from; PERIOD; PARAM_ROW and DAY_ROW: from */
    struct expr *expr;  /* EXPR NAMED SET TIME EXCEPTION(condition) QUANTITY COMPARE YEAR_VALUE(value) EXPECT(value) */
    struct expr *value; /* EXCEPTION: the value; COMPARE: the upper end behind 至, the tolerance behind 左右 */
    int64_t rank;       /* EXCEPTION 优先 */
    int64_t year;       /* YEAR_VALUE */
    int64_t days;       /* COMPARED: not older than so many days, 0 of any age */
    enum word word;     /* EXPECT: the verdict; DAY_ROW: REST or WORK; COMPARE: ABOUT WITHIN UNTIL */
    str op;             /* COMPARE, YEAR_VALUE; empty when none was written */
    bool strives;       /* COMPARE: 力争 */
    VEC(struct expr *) cells;   /* FACTS assignments; TABLE_ROW cells; EXPECT names; PARAM_ROW values */
    VEC(struct ast_name) items; /* PARAM_ROW: the code item of each value (empty text when not keyed) */
    field_list subs;            /* fields below; STEPS: one NAMED-like field per step */
    struct ast_field *cite;     /* PARAM_ROW, EXCEPTION, NAMED: 依据 written on the same line */
    str trust;                  /* PARAM_ROW 可信 */
};

struct decl {
    enum kind kind;
    struct loc loc;    /* the head line */
    struct loc extent; /* head and body */
    struct loc keyword;
    struct ast_name name;
    enum kind about;      /* EXAMPLE: the kind of what it is about */
    field_list params;    /* DEFINITION parameters, as MEMBER */
    struct ast_type type; /* of PARAM DEFINITION TABLE INDICATOR; SPELL: its owner */
    struct ast_name key;  /* PARAM 按, SPELL 分 */
    bool monthly;         /* SPELL 按月 */
    field_list fields;
    uint16_t pack;
};
typedef VEC(struct decl *) decl_list;

/* The first field with this id, or NULL. */
const struct ast_field *decl_field(const struct decl *d, enum field_id id);
const struct ast_field *field_sub(const struct ast_field *f, enum field_id id);

/* Parses a whole file; declarations are appended to out. Never fails: mistakes go to d, and what could be read is kept.
 */
void parse_file(const struct source *s, struct arena *a, struct diags *d, decl_list *out);
/* The same without the examples, which are most of a pack and nothing to those who only ask its rules. */
void parse_rules(const struct source *s, struct arena *a, struct diags *d, decl_list *out);
/* One expression from text (the studio, facts given on the command line). NULL when it has mistakes. */
struct expr *parse_expression(const struct source *s, uint32_t from, uint32_t to, struct arena *a, struct diags *d);
/* One value as examples write them: 1990-01-01, 36月, [..], 无, 2022-01..2022-06 {…}. */

/* A path of facts: 家庭.低保, 参保缴费(养老), 人工判断(“…”). */
struct expr *parse_path(const struct source *s, uint32_t from, uint32_t to, struct arena *a, struct diags *d);
struct expr *parse_value(const struct source *s, uint32_t from, uint32_t to, struct arena *a, struct diags *d);

#endif
