/* lsp_complete_priv: between lsp_complete.c (where in a declaration the cursor is), lsp_complete_field.c (what may
 * stand in a head or a field), lsp_complete_expr.c (in an expression, a fact, a cell) and lsp_offer.c (the choices). */
#ifndef LSP_LSP_COMPLETE_PRIV_H
#define LSP_LSP_COMPLETE_PRIV_H
#include "lsp/lsp_priv.h"

enum item_kind { /* CompletionItemKind */
                 ITEM_FUNCTION = 3,
                 ITEM_FIELD = 5,
                 ITEM_VARIABLE = 6,
                 ITEM_CLASS = 7,
                 ITEM_INTERFACE = 8,
                 ITEM_UNIT = 11,
                 ITEM_VALUE = 12,
                 ITEM_ENUM = 13,
                 ITEM_KEYWORD = 14,
                 ITEM_REFERENCE = 18,
                 ITEM_ENUM_MEMBER = 20,
                 ITEM_CONSTANT = 21,
                 ITEM_STRUCT = 22,
};

/* Names of the newest program come first, then those only the last good one has. */
struct offer {
    struct lsp *s;
    struct reply *r;
    struct arena *a;
    struct writer places;
    const struct program *programs[2];
    unsigned program_count;
    const struct program *p; /* the one at hand */
    str text;                /* of the document */
    size_t from, to;         /* what a choice replaces */
    struct map seen;
    size_t count;
    bool more; /* there were too many */
};
struct item {
    str label;
    enum item_kind kind;
    str detail, help;
    const char *after; /* put behind the label: a blank, or "(" of a call; NULL */
    char rank;         /* '0' is shown first */
};
void offer_item(struct offer *o, struct item i);
void offer_words(struct offer *o, const char *words, enum item_kind kind, char rank); /* '|' between them */
void offer_word(struct offer *o, enum word w, char rank);
void offer_kinds(struct offer *o);
/* Fields that may still be written, the required ones first. */
void offer_fields(struct offer *o, const struct decl *d, enum kind k, int parent, const field_list *written);
/* Declarations of a kind, or of each of the kinds named. */
void complete_kind(struct offer *o, enum kind k);
void complete_named_kinds(struct offer *o, const char *words);
void complete_type(struct offer *o);

/* The text of a field up to the cursor, ending in the marker, and its tokens; empty when the cursor is inside a text.
 */
struct site {
    enum kind kind;
    const struct decl *d; /* as far as it could be parsed; NULL */
    const struct field_def *def;
    uint32_t at; /* of the marker, in the text d was parsed from */
    str content;
    struct source src; /* of content */
    token_list tokens; /* the last is the marker */
};
/* Token i from the end, the marker being 0; NULL before the first. */
const struct token *site_token(const struct site *t, size_t back);
/* Reads the text before the cursor; false when the cursor is inside a text in quotes or in prose. */
bool site_read(struct offer *o, struct site *t, str content);
bool site_op(const struct site *t, size_t back, const char *op);
bool site_word(const struct site *t, size_t back, enum word w);

void complete_expression(struct offer *o, const struct site *t, size_t first_token, struct type hint);
void complete_step(struct offer *o, const struct site *t);
void complete_facts(struct offer *o, const struct site *t);
void complete_value(struct offer *o, struct type t); /* a literal of that type, as facts and rows have it */
void complete_expect(struct offer *o, const struct site *t);
void complete_table_row(struct offer *o, const struct site *t);
void complete_example_row(struct offer *o, const struct site *t);
void complete_slots(struct offer *o, uint16_t entity, char rank);
void complete_head(struct offer *o, const struct site *t);
void complete_field(struct offer *o, const struct site *t);

#endif
