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
bool at_compare(const struct parser *p); /* = != < <= > >= */
bool at_word(const struct parser *p, enum word w);
bool take_word(struct parser *p, enum word w);
/* A name: an identifier that is no reserved word. False, with a diag, otherwise. */
bool take_name(struct parser *p, struct ast_name *out, const char *what);
/* One diag per field: "这里要写 what". */
void expected(struct parser *p, const char *what);
/* The same with what to write instead; NULL: what can be guessed from the word there. */
void expected_as(struct parser *p, const char *what, const char *example);
/* Suggests blanks when a word here or just before looks like an operator without them; true when it does. */
bool parser_suggest_blanks(struct parser *p, struct diag *g);
/* True when everything was read; else a diag. */
bool at_end(struct parser *p);

/* -- nodes of expressions -- */
typedef VEC(struct expr *) expr_list;
struct expr *expr_new(struct parser *p, enum expr_kind kind, struct loc loc);
struct expr *expr_bad(struct parser *p); /* where the parser could not go on */
struct loc loc_cover(struct loc a, struct loc b);
void expr_set_kids(struct parser *p, struct expr *x, struct expr **kids, size_t n);
struct expr *expr_with_list(struct parser *p, struct expr *x, const expr_list *kids);
struct expr *expr_with1(struct parser *p, enum expr_kind kind, struct loc loc, struct expr *a);
struct expr *expr_with2(struct parser *p, enum expr_kind kind, struct expr *a, struct expr *b);
/* One level deeper; false after a diag when that is too deep. Who entered does p->depth--. */
bool parser_enter(struct parser *p);

struct expr *parse_expr(struct parser *p);
struct expr *parse_primary(struct parser *p); /* a name, a literal, a call, brackets */
struct expr *parse_number(struct parser *p);  /* a number with its unit, sign allowed */
struct expr *parse_fact_value(struct parser *p);
struct expr *parse_fact_path(struct parser *p);
struct expr *parse_assignments(struct parser *p, const char *closer); /* EXPR_RECORD of path = value, … */
struct expr *parse_table_cell(struct parser *p);                      /* up to the next | */
struct expr *parse_round_value(struct parser *p); /* a value of a parameter: no comparison, no 且 */

struct reader {
    const struct source *s;
    struct arena *a;
    struct diags *d;
    enum kind kind;
    uint32_t first[FIELD_COUNT]; /* 1 + index of the first field of each kind among those read together */
    token_list tokens;           /* of the field at hand: every field uses the same room */
};

/* -- parse_row.c -- */
void read_item(struct parser *p, struct ast_field *f, const struct line *l); /* name code [属于 upper] text */
void read_expect(struct parser *p, struct ast_field *f);
void read_param_row(struct parser *p,
                    struct ast_field *f); /* date [废止] | date value | date item value item value … */
/* A row of a table of examples. The first row of the declaration names the facts; a cell below 应得 is an expectation.
 */
void read_example_row(struct parser *p, struct ast_field *f, const struct ast_field *header);
void read_table_row(struct parser *p, struct ast_field *f);
void read_day_row(struct parser *p, struct ast_field *f, const struct line *l);

/* -- parse_shape.c -- */
/* Whether a line below a field that begins with this word is a field of its own. */
bool reader_has_sub(enum kind k, const struct field_def *f, str word);
/* A colon where a keyword is already followed by what it says is told once and passed over: the place behind it. */
uint32_t past_colon(struct reader *r, const struct line *l, str keyword, uint32_t from);
void read_cite(struct reader *r, struct ast_field *f, uint32_t from, uint32_t to);
void read_type(struct parser *p, struct ast_type *t);
void read_member(struct parser *p, struct ast_field *f); /* name: type */
/* What the field holds, from byte `from` of its line. `header`: the first row of a table of examples, for the rows
 * after it. */
void read_shape(struct reader *r, struct ast_field *f, const struct line *l, uint32_t from,
                const struct ast_field *header);

#endif
