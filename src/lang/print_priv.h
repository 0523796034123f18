/* print_priv: what print_expr.c gives print.c besides expressions and values. */
#ifndef LANG_PRINT_PRIV_H
#define LANG_PRINT_PRIV_H
#include "lang/print.h"

void word_print(enum word w, struct text *out);
void date_print(date d, struct text *out);
void assignment_print(const struct expr *x, struct text *out); /* path = value */
void cell_print(const struct expr *x, struct text *out);       /* as loosely bound as a cell of a row may be */

#endif
