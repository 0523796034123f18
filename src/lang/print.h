/* print: an expression, a field or a declaration as canonical text on one line, from the tree alone. The source is not
 * looked at: comments, line breaks and needless parentheses are gone, and English keywords come out in Chinese. Two
 * trees print alike exactly when they say the same, and what is printed can be read again. Used to compare and to
 * quote; files are laid out by fmt, which keeps what the author wrote. */
#ifndef LANG_PRINT_H
#define LANG_PRINT_H
#include "base/text.h"
#include "lang/ast.h"

/* As criteria, definitions and cells of tables hold it. NULL prints nothing. */
void expr_print(const struct expr *x, struct text *out);
/* As examples give facts: what is no single word or number stands in parentheses. */
void value_print(const struct expr *x, struct text *out);
/* What a field says behind its keyword and its name: the expression, the prose, the words. Fields below it are left
 * out. */
void field_print(const struct ast_field *f, struct text *out);
/* How the field is called: its keyword and, where it has one, its name: 条件 大龄. Rows are called by what stands first
 * in them: the date, the tests. */
void field_print_name(const struct ast_field *f, struct text *out);
/* Of a declaration's head what follows its name: parameters, type, key. Empty for most kinds. */
void head_print(const struct decl *d, struct text *out);
/* The head and every field, one a line, those below a field indented. */
void decl_print(const struct decl *d, struct text *out);
/* A string between quotes that it does not hold itself. */
void quote_print(str s, struct text *out);
/* A unit or a type without blanks, its stroke as '/'. */
void unit_print(str s, struct text *out);

#endif
