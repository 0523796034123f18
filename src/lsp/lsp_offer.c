/* lsp_offer: choices of completion, and lists of them that are asked for in many places. */
#include "lsp/lsp_complete_priv.h"

static void write_edit(struct offer *o, const struct item *i)
{
    struct json_writer *w = &o->r->w;
    str after = str_of(i->after);
    bool call = str_eq(after, STR("("));
    str rest = str_slice(o->text, o->to, o->text.len);
    bool has = call && (str_starts(rest, STR("(")) || str_starts(rest, STR("（")));
    bool snippet = call && !has && o->s->client.snippets;
    if (has) after = STR("");
    str text = snippet ? str_fmt(o->a, "%.*s($1)", STR_ARG(i->label))
                       : str_fmt(o->a, "%.*s%.*s", STR_ARG(i->label), STR_ARG(after));
    if (snippet) json_key(w, "insertTextFormat"), json_int(w, 2);
    json_key(w, "textEdit");
    json_object(w);
    json_key(w, "range"), write_range(&o->places, o->text, o->from, o->to);
    json_key(w, "newText"), json_str(w, text);
    json_object_end(w);
}

void offer_item(struct offer *o, struct item i)
{
    struct json_writer *w = &o->r->w;
    if (i.label.len == 0 || !map_put(&o->seen, i.label, o)) return;
    if (o->count == LSP_ITEMS_MAX) {
        o->more = true;
        return;
    }
    json_object(w);
    json_key(w, "label"), json_str(w, i.label);
    json_key(w, "kind"), json_int(w, i.kind);
    if (i.detail.len > 0) json_key(w, "detail"), json_str(w, i.detail);
    if (i.help.len > 0) json_key(w, "documentation"), json_str(w, i.help);
    json_key(w, "sortText"), json_str(w, str_fmt(o->a, "%c%04zu", i.rank, o->count++));
    write_edit(o, &i);
    json_object_end(w);
}

void offer_words(struct offer *o, const char *words, enum item_kind kind, char rank)
{
    str rest = str_of(words), piece;
    while (str_split(&rest, '|', &piece)) offer_item(o, (struct item){ .label = piece, .kind = kind, .rank = rank });
}

void offer_word(struct offer *o, enum word w, char rank)
{
    offer_item(o,
               (struct item){
                   .label = str_of(word_zh(w)), .kind = ITEM_KEYWORD, .detail = str_of(word_help(w)), .rank = rank });
}

void offer_kinds(struct offer *o)
{
    for (int k = 0; k < KIND_COUNT; k++) {
        offer_item(o, (struct item){ .label = str_of(kind_defs[k].zh),
                                     .kind = ITEM_KEYWORD,
                                     .detail = str_of(kind_defs[k].help),
                                     .after = " ",
                                     .rank = '0' });
    }
}

static bool has_field(const field_list *fields, const struct field_def *def)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def == def) return true;
    }
    return false;
}

/* What an example says of a service is no use in one of a definition. */
static bool is_out_of_place(const struct field_def *f, const struct decl *d)
{
    bool service = f->id == FIELD_EXAMPLE_CASE_FORM || f->id == FIELD_EXAMPLE_CASE_MATERIAL;
    return service && d != NULL && d->about != KIND_SERVICE;
}

/* Fields that may still be written, the required ones first. */
void offer_fields(struct offer *o, const struct decl *d, enum kind k, int parent, const field_list *written)
{
    for (unsigned i = 0; i < field_count(k); i++) {
        const struct field_def *f = &field_defs[kind_defs[k].first + i];
        bool done = (f->flags & FIELD_MANY) == 0 && written != NULL && has_field(written, f);
        bool missing = (f->flags & FIELD_REQ) != 0 && (written == NULL || !has_field(written, f));
        if (f->parent != parent || f->zh[0] == 0 || done || is_out_of_place(f, d)) continue;
        offer_item(o, (struct item){ .label = str_of(f->zh),
                                     .kind = ITEM_KEYWORD,
                                     .detail = str_of(shape_help(f->shape)),
                                     .help = str_of(f->help),
                                     .after = f->shape == SHAPE_FLAG || f->shape == SHAPE_STEPS ? NULL : " ",
                                     .rank = missing ? '0' : '1' });
    }
}

static enum item_kind kind_icon(enum kind k)
{
    switch ((int)k) {
    case KIND_ENTITY: return ITEM_CLASS;
    case KIND_SPELL: return ITEM_STRUCT;
    case KIND_CODES: return ITEM_ENUM;
    case KIND_PARAM: return ITEM_CONSTANT;
    case KIND_DEFINITION:
    case KIND_TABLE: return ITEM_FUNCTION;
    case KIND_POLICY: return ITEM_INTERFACE;
    default: return ITEM_REFERENCE;
    }
}

void complete_kind(struct offer *o, enum kind k)
{
    for (unsigned i = 0; i < o->program_count; i++) {
        VEC_EACH (struct decl *const, pd, &o->programs[i]->decls) {
            const struct decl *d = *pd;
            const struct ast_field *title = d->kind == KIND_SOURCE ? decl_field(d, FIELD_SOURCE_TITLE) : NULL;
            if (d->kind != k || str_eq(d->name.text, STR(NAMES_MARKER))) continue;
            offer_item(o, (struct item){ .label = d->name.text,
                                         .kind = kind_icon(k),
                                         .detail = title != NULL ? title->text : str_of(kind_defs[k].zh),
                                         .rank = '0' });
        }
    }
}

void complete_named_kinds(struct offer *o, const char *words)
{
    static const char *const enums[KIND_COUNT] = {
#define KIND(name, zh, en, help) [KIND_##name] = #name,
#define FIELD(...)
#define SUBFIELD(...)
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
    };
    for (int k = 0; k < KIND_COUNT; k++) {
        if (words_contain(words, str_of(enums[k]))) complete_kind(o, (enum kind)k);
    }
}

void complete_type(struct offer *o)
{
    offer_words(o, "真假|日期|月份|文本|数|元|元/月|月|日|岁|人|次|工作日|个|户|家|%", ITEM_UNIT, '0');
    complete_kind(o, KIND_CODES);
    complete_kind(o, KIND_ENTITY);
}
