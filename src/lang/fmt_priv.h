/* fmt_priv: what the parts of formatting hand on: fmt_layout.c walks the lines, fmt_token.c spaces the tokens of one
 * line, fmt_write.c puts the rows under one another. */
#ifndef LANG_FMT_PRIV_H
#define LANG_FMT_PRIV_H
#include "base/text.h"
#include "lang/ast.h"
#include "lang/limits.h"

enum { FMT_OUTPUT_MAX = LIMIT_FILE_BYTES }; /* with all its padding the file must still be one that can be read */

/* How the tokens of a field, or of a head, are spaced. */
enum fmt_style {
    FMT_EXPR,
    FMT_NAMED,  /* name：expression, also exceptions */
    FMT_STEP,   /* name = expression */
    FMT_FACTS,  /* “，” between facts */
    FMT_EXPECT, /* and between names of criteria */
    FMT_TYPED,  /* heads and members: name : type  clauses */
    FMT_NAMES,
    FMT_YEAR, /* 2023 50家 */
};

struct fmt_numbers { /* places of numbers with their sign, unit and parentheses, in order */
    struct loc *at;
    size_t len;
};

/* The tokens of one field over all its lines. The parser looked at them: they are known to be right. */
struct fmt_tokens {
    const struct source *s;
    const struct fmt_numbers *numbers;
    const struct ast_field *field; /* NULL for a head */
    enum kind kind;
    enum fmt_style style;
    token_list list;
};

/* Every number in the declarations. */
void fmt_numbers_of(struct fmt_numbers *n, const decl_list *decls, struct arena *a);
/* Prints tokens [from, to), nothing before the first. */
void fmt_print(const struct fmt_tokens *t, size_t from, size_t to, struct text *out);

enum fmt_columns { FMT_COLUMNS_NONE, FMT_COLUMNS_TABLE, FMT_COLUMNS_PARAM, FMT_COLUMNS_ITEM };

/* A line of the file. */
struct fmt_row {
    uint32_t at; /* its byte offset: the order of rows */
    unsigned depth;
    bool is_comment; /* nothing but a comment */
    bool blank;      /* a blank line before it */
    str text;        /* of FMT_COLUMNS_NONE; the others have cells */
    str comment;
    enum fmt_columns columns;
    const void *owner; /* rows of one declaration line up with one another */
    VEC(str) cells;
};
struct fmt_rows {
    struct fmt_row *at;
    size_t len, cap;
};

/* Sorts the rows, settles blank lines, comments and columns, and writes them. */
void fmt_write(struct fmt_rows *rows, const struct source *s, struct arena *a, struct text *out);

struct fmt_layout {
    const struct source *s;
    struct arena *a;
    struct arena *scratch; /* of one field: its tokens, texts under way */
    struct diags *d;       /* muted: mistakes were reported when the file was parsed */
    struct fmt_numbers numbers;
    const struct decl *decl;
    struct fmt_rows rows;
};
/* Lays the lines out as rows. False when lines and declarations do not go together, which would be a mistake of the
 * parser's or of fmt_layout.c. */
bool fmt_lay(struct fmt_layout *x, const struct line *lines, const decl_list *decls);

#endif
