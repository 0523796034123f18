/* parse_priv: the cursor over tokens shared by the parser of declarations and the parser of expressions. */
#ifndef LANG_PARSE_PRIV_H
#define LANG_PARSE_PRIV_H
#include "lang/ast.h"

struct parser {
    const struct source *s;
    struct arena *a;
    struct diags *d;
    const struct token *at; /* ends with TOKEN_END */
    const struct token *start;
    int depth;
    bool tight_units; /* a unit must touch its number: in rows, the next word is the next code */
    bool failed;      /* one diag per field is enough: the first is the true one */
};

/* A cursor over bytes; END carries the end of the range. */
struct parser parser_over(const struct source *s, struct arena *a, struct diags *d, token_list *tokens, uint32_t end);
bool at_op(const struct parser *p, const char *op);
bool take_op(struct parser *p, const char *op);
bool at_word(const struct parser *p, enum word w);
bool take_word(struct parser *p, enum word w);
/* A name: an identifier that is no reserved word. False, with a diag, otherwise. */
bool take_name(struct parser *p, struct ast_name *out, const char *what);
/* One diag per field: "这里要写 what". */
void expected(struct parser *p, const char *what);
/* The same with what to write instead; NULL: what can be guessed from the word there. */
void expected_as(struct parser *p, const char *what, const char *example);
/* True when everything was read; else a diag. */
bool at_end(struct parser *p);

struct expr *parse_expr(struct parser *p);
struct expr *parse_number(struct parser *p); /* a number with its unit, sign allowed */
struct expr *parse_fact_value(struct parser *p);
struct expr *parse_fact_path(struct parser *p);
struct expr *parse_assignments(struct parser *p, const char *closer); /* EXPR_RECORD of path = value, … */
struct expr *parse_table_cell(struct parser *p);                      /* up to the next | */
struct expr *parse_round_value(struct parser *p); /* a value of a parameter: no comparison, no 且 */

#endif
