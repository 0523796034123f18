/* lsp_names: which name stands where. What a name means is the checker's to say: it notes every use with the place of
 * the declaration (program.uses). Here the names that declare are listed from the syntax tree, and every use becomes a
 * mention of the symbol declared at its target. */
#include "lsp/lsp_priv.h"

#include "lang/builtin.h"

#include <stdlib.h>

#define INDEX_OF(ptr) ((size_t)(uintptr_t)(ptr)-1)

struct naming {
    const struct program *p;
    struct arena *a;
    mention_list *out;
};

static void say(struct naming *n, struct loc loc, enum symbol_kind kind, uint32_t owner, str name, bool declares)
{
    if (loc.to <= loc.from || name.len == 0) return;
    *vec_push(n->a, n->out) =
        (struct mention){ .loc = loc, .symbol = { .kind = kind, .owner = owner, .name = name }, .declares = declares };
}

/* ---- names that declare ---- */

static void declare_head(struct naming *n, const struct decl *d)
{
    const struct program *p = n->p;
    const struct map *maps[KIND_COUNT] = { [KIND_CODES] = &p->code_by_name,
                                           [KIND_ENTITY] = &p->entity_by_name,
                                           [KIND_SPELL] = &p->entity_by_name,
                                           [KIND_PARAM] = &p->param_by_name,
                                           [KIND_POLICY] = &p->policy_by_name };
    static const enum symbol_kind kinds[KIND_COUNT] = { [KIND_CODES] = SYMBOL_CODES,
                                                        [KIND_ENTITY] = SYMBOL_ENTITY,
                                                        [KIND_SPELL] = SYMBOL_ENTITY,
                                                        [KIND_PARAM] = SYMBOL_PARAM,
                                                        [KIND_POLICY] = SYMBOL_POLICY };
    uint16_t subject;
    if (d->kind == KIND_FILL || d->kind == KIND_NARROW || d->kind == KIND_EXAMPLE) return; /* these use */
    if (maps[d->kind] != NULL) {
        void *found = map_get(maps[d->kind], d->name.text);
        if (found != NULL) say(n, d->name.loc, kinds[d->kind], (uint32_t)INDEX_OF(found), d->name.text, true);
    } else if (d->kind != KIND_DEFINITION && d->kind != KIND_TABLE) {
        say(n, d->name.loc, SYMBOL_DECL, d->kind, d->name.text, true);
    } else if (look_subject(p, d, &subject)) {
        say(n, d->name.loc, SYMBOL_FUNC, subject, d->name.text, true);
    }
}

static void declare_clause(struct naming *n, const struct decl *d, uint32_t index, const struct ast_field *f)
{
    bool criterion = f->def->id == FIELD_POLICY_CRITERION || f->def->id == FIELD_POLICY_EXCLUSION ||
                     f->def->id == FIELD_NARROW_CRITERION || f->def->id == FIELD_NARROW_EXCLUSION;
    void *policy = criterion ? map_get(&n->p->policy_by_name, d->name.text) : NULL;
    if (policy != NULL)
        say(n, f->name.loc, SYMBOL_CRITERION, (uint32_t)INDEX_OF(policy), f->name.text, true);
    else if (!criterion)
        say(n, f->name.loc, SYMBOL_CLAUSE, index, f->name.text, true);
}

static void declare_fields(struct naming *n, const struct decl *d, uint32_t index, const field_list *fields)
{
    void *codes = map_get(&n->p->code_by_name, d->name.text);
    const struct entity *e = program_entity(n->p, d->name.text);
    VEC_EACH (const struct ast_field, f, fields) {
        switch ((int)f->def->shape) {
        case SHAPE_NAMED:
        case SHAPE_EXCEPTION:
        case SHAPE_TITLED: declare_clause(n, d, index, f); break;
        case SHAPE_STEPS:
            VEC_EACH (const struct ast_field, s, &f->subs) say(n, s->name.loc, SYMBOL_LOCAL, index, s->name.text, true);
            continue;
        case SHAPE_MEMBER:
            if (e != NULL) say(n, f->name.loc, SYMBOL_SLOT, e->id, f->name.text, true);
            break;
        case SHAPE_ITEM:
            if (codes != NULL) say(n, f->name.loc, SYMBOL_ITEM, (uint32_t)INDEX_OF(codes), f->name.text, true);
            break;
        case SHAPE_WORDS:
            if (f->def->id == FIELD_PACK_UPPER && f->names.len > 0)
                say(n, f->names.at[0].loc, SYMBOL_UPPER, 0, f->names.at[0].text, false);
            break;
        default: break;
        }
        declare_fields(n, d, index, &f->subs);
    }
}

static void declare(struct naming *n, const struct decl *d, uint32_t index)
{
    declare_head(n, d);
    VEC_EACH (const struct ast_field, prm, &d->params) say(n, prm->name.loc, SYMBOL_LOCAL, index, prm->name.text, true);
    declare_fields(n, d, index, &d->fields);
}

/* ---- names that are used ---- */

static int by_place(const void *pa, const void *pb)
{
    const struct loc *a = &((const struct mention *)pa)->loc, *b = &((const struct mention *)pb)->loc;
    if (a->source != b->source) return a->source < b->source ? -1 : 1;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static const struct mention *declared_at(const struct mention *at, size_t count, struct loc loc)
{
    struct mention key = { .loc = loc };
    return count == 0 ? NULL : bsearch(&key, at, count, sizeof *at, by_place);
}

/* Spells are slots of their owner and one thing with it; the slot by which a spell knows its owner bears the owner's
 * name. */
static struct symbol slot_symbol(const struct program *p, const struct use *u)
{
    const struct slot *s = &p->entities.at[u->a].slots.at[u->b];
    bool owner = s->kind == SLOT_FIELD && s->field == NULL && s->type.kind == TYPE_RECORD;
    if (owner || s->kind == SLOT_SPELLS || s->kind == SLOT_HISTORY)
        return (struct symbol){ SYMBOL_ENTITY, s->type.ref, p->entities.at[s->type.ref].name };
    return (struct symbol){ s->kind == SLOT_FUNC ? SYMBOL_FUNC : SYMBOL_SLOT, u->a, s->name };
}

static void mention_use(struct naming *n, const struct use *u, const struct mention *declared, size_t count)
{
    const struct mention *d;
    struct symbol s = { 0 };
    switch (u->kind) {
    case USE_SLOT: s = slot_symbol(n->p, u); break;
    case USE_BUILTIN: s = (struct symbol){ SYMBOL_BUILTIN, u->a, str_of(builtin_at((enum builtin)u->a)->zh) }; break;
    case USE_DECL:
    case USE_PARAM:
    case USE_POLICY:
    case USE_ITEM:
    case USE_LOCAL:
    case USE_CRITERION:
    case USE_CLAUSE:
        d = declared_at(declared, count, u->target);
        if (d != NULL) s = d->symbol;
        break;
    }
    say(n, u->loc, s.kind, s.owner, s.name, false);
}

/* One mention for one place: examples say the same facts for many cases, tables the same name for many rows. */
static void drop_repeated(mention_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->len; i++) {
        if (kept > 0 && by_place(&list->at[i], &list->at[kept - 1]) == 0) {
            list->at[kept - 1].declares |= list->at[i].declares;
            continue;
        }
        list->at[kept++] = list->at[i];
    }
    list->len = kept;
}

void names_collect(const struct program *p, struct arena *a, mention_list *out)
{
    struct naming n = { .p = p, .a = a, .out = out };
    for (uint32_t i = 0; i < p->decls.len; i++) declare(&n, p->decls.at[i], i);
    size_t count = out->len;
    struct mention *declared = ARENA_ARRAY(a, struct mention, count + 1);
    for (size_t i = 0; i < count; i++) declared[i] = out->at[i];
    if (count > 1) qsort(declared, count, sizeof *declared, by_place);
    VEC_EACH (const struct use, u, &p->uses) mention_use(&n, u, declared, count);
    if (out->len > 1) qsort(out->at, out->len, sizeof out->at[0], by_place);
    drop_repeated(out);
}
