/* lsp_names_priv: between lsp_names.c (expressions) and lsp_names_decl.c (declarations and examples). */
#ifndef LSP_LSP_NAMES_PRIV_H
#define LSP_LSP_NAMES_PRIV_H
#include "lsp/lsp_priv.h"

/* Notes that a name stands at loc. Nothing when it means nothing there. */
void names_say(struct names *n, struct loc loc, enum symbol_kind kind, uint32_t owner, str name, bool declares);
void names_say_entity(struct names *n, struct loc loc, uint16_t entity, bool declares);
void names_say_slot(struct names *n, struct loc loc, uint16_t entity, const struct slot *s);
void names_say_item(struct names *n, struct loc loc, uint16_t list, str name);
void names_say_named(struct names *n, struct loc loc, enum kind k, str name); /* a use of a declaration of kind k */
/* The marker of completion was met here. */
void names_capture(struct names *n, enum capture_kind kind, uint16_t entity, const struct type *hint);
struct type names_type_written(struct names *n, const struct ast_type *t);
struct type names_expr_or(struct names *n, const struct expr *x, struct type hint); /* a hint of TYPE_BAD is none */

#endif
