/* lsp_symbol: what a name stands for. A symbol is small: its kind, the number of what it belongs to, and its name; so
 * it can be looked up again in another load of the same packs, where all numbers may differ. */
#include "lsp/lsp_priv.h"

#define INDEX_OF(ptr) ((size_t)(uintptr_t)(ptr)-1)

bool symbol_eq(struct symbol a, struct symbol b)
{
    return a.kind == b.kind && a.owner == b.owner && str_eq(a.name, b.name);
}

static const struct decl *named_decl(const struct program *p, enum kind k, str name)
{
    const struct decl *found = map_get(&p->named[k], name);
    VEC_EACH (struct decl *const, pd, &p->decls) { /* sources and examples are not in the maps */
        if (found == NULL && (*pd)->kind == k && str_eq((*pd)->name.text, name)) found = *pd;
    }
    return found;
}

static bool owned_by_entity(const struct program *from, struct symbol s, const struct program *to, struct symbol *out)
{
    const struct entity *e = program_entity(to, from->entities.at[s.owner].name);
    if (e == NULL || entity_slot(e, s.name) < 0) return false;
    *out = s;
    out->owner = e->id;
    return true;
}

bool symbol_in(const struct program *from, struct symbol s, const struct program *to, struct symbol *out)
{
    switch (s.kind) {
    case SYMBOL_NONE:
    case SYMBOL_LOCAL:
    case SYMBOL_CLAUSE: return false; /* they live and die with the text of one declaration */
    case SYMBOL_BUILTIN:
    case SYMBOL_UPPER: *out = s; return true;
    case SYMBOL_DECL: *out = s; return named_decl(to, (enum kind)s.owner, s.name) != NULL;
    case SYMBOL_CODES:
    case SYMBOL_ENTITY:
    case SYMBOL_PARAM:
    case SYMBOL_POLICY: {
        const struct map *maps[] = { [SYMBOL_CODES] = &to->code_by_name,
                                     [SYMBOL_ENTITY] = &to->entity_by_name,
                                     [SYMBOL_PARAM] = &to->param_by_name,
                                     [SYMBOL_POLICY] = &to->policy_by_name };
        void *found = map_get(maps[s.kind], s.name);
        if (found == NULL) return false;
        *out = s;
        out->owner = (uint32_t)INDEX_OF(found);
        return true;
    }
    case SYMBOL_SLOT:
    case SYMBOL_FUNC: return owned_by_entity(from, s, to, out);
    case SYMBOL_ITEM: {
        const struct code_list *list = program_codes(to, from->codes.at[s.owner].name);
        if (list == NULL || map_get(&list->by_name, s.name) == NULL) return false;
        *out = s;
        out->owner = (uint32_t)(list - to->codes.at);
        return true;
    }
    case SYMBOL_CRITERION: {
        void *found = map_get(&to->policy_by_name, from->policies.at[s.owner].name);
        if (found == NULL) return false;
        *out = s;
        out->owner = (uint32_t)INDEX_OF(found);
        return true;
    }
    }
    return false;
}

const struct slot *symbol_slot(const struct program *p, struct symbol s)
{
    if (s.kind != SYMBOL_SLOT && s.kind != SYMBOL_FUNC) return NULL;
    int i = entity_slot(&p->entities.at[s.owner], s.name);
    return i < 0 ? NULL : &p->entities.at[s.owner].slots.at[i];
}

const struct code_item *symbol_item(const struct program *p, struct symbol s)
{
    return s.kind != SYMBOL_ITEM ? NULL : map_get(&p->codes.at[s.owner].by_name, s.name);
}

const struct decl *symbol_decl(const struct program *p, struct symbol s)
{
    const struct slot *slot = symbol_slot(p, s);
    switch (s.kind) {
    case SYMBOL_NONE:
    case SYMBOL_BUILTIN:
    case SYMBOL_UPPER: return NULL;
    case SYMBOL_DECL: return named_decl(p, (enum kind)s.owner, s.name);
    case SYMBOL_CODES:
    case SYMBOL_ITEM: return p->codes.at[s.owner].decl;
    case SYMBOL_ENTITY: return p->entities.at[s.owner].decl;
    case SYMBOL_PARAM: return p->params.at[s.owner].decl;
    case SYMBOL_POLICY:
    case SYMBOL_CRITERION: return p->policies.at[s.owner].decl;
    case SYMBOL_SLOT: return p->entities.at[s.owner].decl;
    case SYMBOL_FUNC: return slot != NULL && slot->kind == SLOT_FUNC ? p->funcs.at[slot->func].decl : NULL;
    case SYMBOL_LOCAL:
    case SYMBOL_CLAUSE: return s.owner < p->decls.len ? p->decls.at[s.owner] : NULL;
    }
    return NULL;
}

const char *symbol_kind_zh(const struct program *p, struct symbol s)
{
    const struct decl *d = symbol_decl(p, s);
    switch (s.kind) {
    case SYMBOL_NONE: return "";
    case SYMBOL_DECL:
    case SYMBOL_CODES:
    case SYMBOL_ENTITY:
    case SYMBOL_PARAM:
    case SYMBOL_POLICY:
    case SYMBOL_FUNC: return d != NULL ? kind_defs[d->kind].zh : "";
    case SYMBOL_SLOT: {
        const struct slot *slot = symbol_slot(p, s);
        return slot != NULL && slot->kind == SLOT_GROUP ? "集合" : "字段";
    }
    case SYMBOL_ITEM: return "代码项";
    case SYMBOL_CRITERION: return "条件";
    case SYMBOL_LOCAL: return d != NULL && d->kind == KIND_POLICY ? "步骤" : "参数";
    case SYMBOL_CLAUSE: return "条目";
    case SYMBOL_BUILTIN: return "函数";
    case SYMBOL_UPPER: return "上级包";
    }
    return "";
}
