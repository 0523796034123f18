/* program: finding things in a checked program by their names, and the names of its types and operations. */
#include "lang/check_priv.h"
#include "lang/facts.h"

int entity_slot(const struct entity *e, str name)
{
    void *found = map_get(&e->by_name, name);
    return found == NULL ? -1 : (int)INDEX_OF(found);
}

const struct policy *program_policy(const struct program *p, str name)
{
    void *found = map_get(&p->policy_by_name, name);
    if (found != NULL) return &p->policies.at[INDEX_OF(found)];
    VEC_EACH (const struct policy, q, &p->policies) {
        if (q->alias.len > 0 && str_eq(q->alias, name)) return q;
    }
    return NULL;
}

const struct code_list *program_codes(const struct program *p, str name)
{
    void *found = map_get(&p->code_by_name, name);
    return found == NULL ? NULL : &p->codes.at[INDEX_OF(found)];
}

const struct code_item *code_item_of(const struct code_list *l, str code)
{
    for (size_t i = 0; l != NULL && i < l->items.len; i++) {
        if (str_eq(l->items.at[i].code, code)) return &l->items.at[i];
    }
    return NULL;
}

str program_area_name(const struct program *p, str code)
{
    const struct code_item *i = code_item_of(program_codes(p, STR("行政区划")), code);
    return i != NULL ? i->name : code;
}

const struct entity *program_entity(const struct program *p, str name)
{
    void *found = map_get(&p->entity_by_name, name);
    return found == NULL ? NULL : &p->entities.at[INDEX_OF(found)];
}

const struct param *program_param(const struct program *p, str name)
{
    void *found = map_get(&p->param_by_name, name);
    return found == NULL ? NULL : &p->params.at[INDEX_OF(found)];
}

const struct func *program_func(const struct program *p, uint16_t entity, str name)
{
    int slot = entity_slot(&p->entities.at[entity], name);
    if (slot < 0 || p->entities.at[entity].slots.at[slot].kind != SLOT_FUNC) return NULL;
    return &p->funcs.at[p->entities.at[entity].slots.at[slot].func];
}

str program_type_name(const struct program *p, struct arena *a, struct type t)
{
    struct text out;
    text_init(&out, a, 256);
    switch (t.kind) {
    case TYPE_BAD: return STR("？");
    case TYPE_BOOL: return STR("真假");
    case TYPE_DATE: return STR("日期");
    case TYPE_MONTH: return STR("月份");
    case TYPE_TEXT: return STR("文本");
    case TYPE_NONE: return STR("无");
    case TYPE_NUM:
        if (unit_eq(t.unit, UNIT_NONE)) return STR("没有单位的数");
        unit_text(t.unit, &out);
        return text_str(&out);
    case TYPE_CODE: return p->codes.at[t.ref].name;
    case TYPE_RECORD: return p->entities.at[t.ref].name;
    case TYPE_GROUP: return str_fmt(a, "一组%.*s", STR_ARG(p->entities.at[t.ref].name));
    case TYPE_HISTORY: return str_fmt(a, "逐月的%.*s", STR_ARG(p->entities.at[t.ref].name));
    }
    return STR("");
}

const char *op_name(enum op op)
{
    static const char *const names[] = {
        "BAD",
#define OP(name) #name,
#include "lang/ops.def"
#undef OP
    };
    return names[op];
}

struct paid_often service_pays(const struct service *s, const struct policy *q)
{
    static const struct {
        const char *word;
        int64_t months;
    } words[] = { { "按月", 1 }, { "按季", 3 }, { "按半年", 6 }, { "按年", 12 } };
    const struct ast_field *f = decl_field(q->decl, FIELD_POLICY_FREQUENCY);
    str w = f != NULL && f->names.len > 0 ? f->names.at[0].text : STR("");
    bool stops = s != NULL && decl_field(s->decl, FIELD_SERVICE_STOP) != NULL;
    if (str_eq(w, STR("按年")) && !stops) return (struct paid_often){ .kind = PAID_A_YEAR };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (str_eq(w, str_of(words[i].word))) return (struct paid_often){ PAID_ON_AND_ON, words[i].months };
    }
    return (struct paid_often){ .kind = str_eq(w, STR("按人次")) ? PAID_A_TIME : PAID_ONCE };
}
