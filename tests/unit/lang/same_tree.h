/* Two trees of declarations compared member by member, apart from their places. Written without print.c, which compares
 * trees by what they print: the two are each other's check. */
#ifndef UNIT_LANG_SAME_TREE_H
#define UNIT_LANG_SAME_TREE_H
#include "base/utf8.h"
#include "lang/ast.h"
#include "support/t.h"

/* Units and types keep blanks and the stroke as they were written: 元 ／ 月 */
static inline bool same_unit(str a, str b)
{
    size_t i = 0, k = 0;
    for (;;) {
        size_t n = 0, m = 0;
        uint32_t x = 0, y = 0;
        for (; i < a.len; i += n) {
            x = utf8_at(a, i, &n);
            if (x != ' ' && x != '\t' && x != '\r' && x != '\n' && x != 0x3000 && x != 0xA0) break;
            x = 0;
        }
        for (; k < b.len; k += m) {
            y = utf8_at(b, k, &m);
            if (y != ' ' && y != '\t' && y != '\r' && y != '\n' && y != 0x3000 && y != 0xA0) break;
            y = 0;
        }
        if (x == 0xFF0F || x == 0xF7) x = '/';
        if (y == 0xFF0F || y == 0xF7) y = '/';
        if (x != y) return false;
        if (x == 0) return true;
        i += n;
        k += m;
    }
}

/* Gives false, and says what differs in `differs`. */
static const char *differs = "";
#define SAME_IF(condition, what) \
    do {                         \
        if (!(condition)) {      \
            differs = (what);    \
            return false;        \
        }                        \
    } while (0)
#define SAME(member)     SAME_IF(a->member == b->member, #member)
#define SAME_STR(member) SAME_IF(str_eq(a->member, b->member), #member)

static inline bool same_expr(const struct expr *a, const struct expr *b)
{
    SAME_IF((a == NULL) == (b == NULL), "an expression that is not there");
    if (a == NULL) return true;
    SAME(kind);
    SAME(word);
    SAME_STR(text);
    SAME(number);
    SAME(scale);
    SAME(percent);
    SAME(digits);
    SAME(digits_money);
    SAME(mode);
    SAME(day.days);
    SAME(month_.index);
    SAME_IF(same_unit(a->unit, b->unit), "unit");
    SAME(kid_count);
    for (size_t i = 0; i < a->kid_count; i++) {
        if (!same_expr(a->kids[i], b->kids[i])) return false;
    }
    return true;
}

static inline bool same_type(const struct ast_type *a, const struct ast_type *b)
{
    SAME_IF(same_unit(a->text, b->text), "type");
    SAME(digits);
    return true;
}

static inline bool same_fields(const field_list *a, const field_list *b);

static inline bool same_field(const struct ast_field *a, const struct ast_field *b)
{
    SAME(def);
    SAME_STR(name.text);
    SAME_STR(text);
    SAME(names.len);
    for (size_t i = 0; i < a->names.len; i++) SAME_STR(names.at[i].text);
    if (!same_type(&a->type, &b->type)) return false;
    SAME_STR(code);
    SAME_STR(class_);
    SAME_STR(via.text);
    SAME(optional);
    SAME(ended);
    SAME(has_from);
    SAME(has_to);
    SAME(from.days);
    SAME(to.days);
    if (!same_expr(a->expr, b->expr) || !same_expr(a->value, b->value)) return false;
    SAME(rank);
    SAME(year);
    SAME(word);
    SAME_STR(op);
    SAME(cells.len);
    for (size_t i = 0; i < a->cells.len; i++) {
        if (!same_expr(a->cells.at[i], b->cells.at[i])) return false;
    }
    SAME(items.len);
    for (size_t i = 0; i < a->items.len; i++) SAME_STR(items.at[i].text);
    SAME_IF((a->cite == NULL) == (b->cite == NULL), "cite");
    if (a->cite != NULL) {
        SAME_STR(cite->name.text);
        SAME_STR(cite->text);
    }
    SAME_STR(trust);
    return same_fields(&a->subs, &b->subs);
}

static inline bool same_fields(const field_list *a, const field_list *b)
{
    SAME_IF(a->len == b->len, "how many fields");
    for (size_t i = 0; i < a->len; i++) {
        if (!same_field(&a->at[i], &b->at[i])) return false;
    }
    return true;
}

static inline bool same_decls(const decl_list *all_a, const decl_list *all_b)
{
    SAME_IF(all_a->len == all_b->len, "how many declarations");
    for (size_t i = 0; i < all_a->len; i++) {
        const struct decl *a = all_a->at[i], *b = all_b->at[i];
        SAME(kind);
        SAME(about);
        SAME_STR(name.text);
        if (!same_fields(&a->params, &b->params) || !same_type(&a->type, &b->type)) return false;
        SAME_STR(key.text);
        SAME(monthly);
        if (!same_fields(&a->fields, &b->fields)) return false;
    }
    return true;
}
#undef SAME
#undef SAME_STR
#undef SAME_IF

#endif
