/* bulk_template: an empty list of a service to be filled in: made from what its form asks, so that a new service has
 * one at once. */
#include "dossier/bulk_priv.h"
#include "dossier/dossier_priv.h"
#include "sheet/sheet.h"

enum { COLUMNS_MAX = 200, CODES_SHOWN = 4000, WIDTH = 22 };

struct column {
    str head, ask, example;
    struct type type;
    bool optional, is_key;
};
typedef VEC(struct column) columns;

/* What could stand there, as somebody would write it. */
static str example_of(const struct program *p, struct type t, struct arena *a)
{
    struct text unit;
    switch (t.kind) {
    case TYPE_BOOL: return STR("是");
    case TYPE_DATE: return STR("2024-05-01");
    case TYPE_MONTH: return STR("2024-05");
    case TYPE_CODE: return p->codes.at[t.ref].items.len > 0 ? p->codes.at[t.ref].items.at[0].name : STR("");
    case TYPE_RECORD: return STR("统一社会信用代码");
    case TYPE_NUM:
        text_init(&unit, a, 200);
        text_addz(&unit, "1");
        unit_text(t.unit, &unit);
        return text_str(&unit);
    case TYPE_TEXT:
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return STR("");
}

static const char *how(struct type t)
{
    switch (t.kind) {
    case TYPE_BOOL: return "写“是”或“否”";
    case TYPE_DATE: return "日期，写成 2024-05-01";
    case TYPE_MONTH: return "月份，写成 2024-05";
    case TYPE_CODE: return "写下面列出的一种";
    case TYPE_RECORD: return "写号码";
    case TYPE_NUM: return "写数字";
    case TYPE_TEXT: return "写文字";
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return "";
}

static void add_columns(const struct program *p, const struct service *s, uint16_t firm, struct arena *a, columns *out)
{
    const struct entity *en = &p->entities.at[s->entity];
    const struct slot *key = en->keys.len > 0 ? &en->slots.at[en->keys.at[0]] : NULL;
    bool person = str_eq(en->name, STR("人员"));
    *vec_push(a, out) = (struct column){ .head = key != NULL ? key->name : STR("编号"),
                                         .ask = STR("是谁"),
                                         .example = str_fmt(a, "例：%s", person ? "110105199005010000" : "（号码）"),
                                         .is_key = true };
    *vec_push(a, out) = (struct column){ .head = bulk_name_of(en),
                                         .ask = STR("和号码对得上才办"),
                                         .example = person ? STR("张三（这一行是例子，可以留着）") : STR("（名称）"),
                                         .is_key = true };
    VEC_EACH (const struct form_item, i, &s->form) {
        struct type t = p->entities.at[i->entity].slots.at[i->slot].type;
        if ((firm != UINT16_MAX && behalf_names(p, i, firm)) || out->len == COLUMNS_MAX) continue;
        struct column c = { .head = facts_item_name(p, s, i, a),
                            .ask = i->ask,
                            .example = example_of(p, t, a),
                            .type = t,
                            .optional = i->optional || i->when != 0 };
        *vec_push(a, out) = c;
    }
}

static bool explain(struct sheet_writer *w, const struct program *p, const struct column *c, struct err *e)
{
    str row[3] = { c->head, c->ask, c->is_key ? STR("一定要填") : str_of(how(c->type)) };
    if (c->optional) row[2] = str_eq(row[2], STR("")) ? STR("可以不填") : row[2];
    if (!sheet_write_row(w, row, 3, e)) return false;
    if (c->optional && !sheet_write_row(w, (str[]){ c->head, STR(""), STR("可以不填，或者有的情形才要填") }, 3, e))
        return false;
    if (c->is_key || c->type.kind != TYPE_CODE) return true;
    const struct code_list *l = &p->codes.at[c->type.ref];
    for (size_t i = 0; i < l->items.len && i < CODES_SHOWN; i++) {
        if (!sheet_write_row(w, (str[]){ c->head, STR(""), l->items.at[i].name }, 3, e)) return false;
    }
    return true;
}

static bool write_all(struct sheet_writer *w, const struct program *p, const columns *all, struct arena *a,
                      struct err *e)
{
    str *cells = ARENA_ARRAY(a, str, all->len);
    for (size_t i = 0; i < all->len; i++) cells[i] = all->at[i].head;
    if (!sheet_write_row(w, cells, all->len, e)) return false;
    for (size_t i = 0; i < all->len; i++) cells[i] = all->at[i].example;
    if (!sheet_write_row(w, cells, all->len, e) || !sheet_next_table(w, e) ||
        !sheet_write_row(w, (str[]){ STR("栏目"), STR("问的是什么"), STR("怎么填、可以填的") }, 3, e))
        return false;
    VEC_EACH (const struct column, c, all) {
        if (!explain(w, p, c, e)) return false;
    }
    return true;
}

bool dossier_bulk_template(struct dossier_desk *d, const struct service *s, uint16_t firm, str path, struct arena *a,
                           struct err *e)
{
    static const str further[] = { { "怎么填", 9 } };
    unsigned widths[COLUMNS_MAX + 2];
    columns all = { 0 };
    struct sheet_writer *w;
    add_columns(d->p, s, firm, a, &all);
    for (size_t i = 0; i < all.len && i < COLUMNS_MAX; i++) widths[i] = WIDTH;
    struct sheet_layout l = {
        .sheet_name = STR("名单"), .widths = widths, .width_count = all.len, .further = further, .further_count = 1
    };
    if (!sheet_create(&w, path, &l, e)) return false;
    if (write_all(w, d->p, &all, a, e)) return sheet_finish(w, e);
    sheet_discard(w);
    return false;
}
