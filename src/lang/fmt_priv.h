/* fmt_priv: tokens and the blanks between them, shared by fmt.c (lines) and fmt_token.c (within a line). */
#ifndef LANG_FMT_PRIV_H
#define LANG_FMT_PRIV_H
#include "base/text.h"
#include "lang/ast.h"

/* How the tokens of a field, or of a head, are spaced. */
enum fmt_style {
    FMT_EXPR,
    FMT_NAMED,  /* name：expression, also exceptions */
    FMT_STEP,   /* name = expression */
    FMT_FACTS,  /* “，” between facts */
    FMT_EXPECT, /* and between names of criteria */
    FMT_TYPED,  /* heads and members: name : type  clauses */
    FMT_NAMES,
    FMT_YEAR,   /* 2023 50家 */
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

#endif
