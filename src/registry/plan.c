/* plan: see plan.h. */
#include "registry/plan.h"
#include "base/file.h"

#include <string.h>

const char *const plan_error_headings[PLAN_ERROR_COLUMNS] = { "错在哪一列", "哪里不对", "怎么改", "原行号" };

bool plan_name_fits(str pattern, str name)
{
    size_t p = 0, n = 0, star = SIZE_MAX, mark = 0;
    while (n < name.len) {
        if (p < pattern.len && pattern.p[p] == '*') {
            star = p++, mark = n;
        } else if (p < pattern.len && pattern.p[p] == name.p[n]) {
            p++, n++;
        } else if (star != SIZE_MAX) {
            p = star + 1, n = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.p[p] == '*') p++;
    return p == pattern.len;
}

str plan_file_stem(str path)
{
    str s = file_base(path);
    for (size_t i = s.len; i-- > 1;) {
        if (s.p[i] != '.') continue;
        s.len = i;
        break;
    }
    if (str_ends(s, STR("-错误"))) s.len -= strlen("-错误");
    return s;
}

static str ending(str path)
{
    str s = file_base(path);
    for (size_t i = s.len; i-- > 1;) {
        if (s.p[i] == '.') return str_slice(s, i, s.len);
    }
    return STR("");
}

/* Whether one of the map's patterns is this file, or the file of its refused rows. */
static bool file_fits(const struct import_map *m, str path, struct arena *scratch)
{
    str stem = plan_file_stem(path), end = ending(path),
        whole = str_fmt(scratch, "%.*s%.*s", STR_ARG(stem), STR_ARG(end));
    VEC_EACH (const str, f, &m->files) {
        str pattern_stem = plan_file_stem(*f);
        if (plan_name_fits(*f, whole) || (f->len > pattern_stem.len && plan_name_fits(pattern_stem, stem))) return true;
    }
    return false;
}

static uint8_t target_of(struct plan *x, uint16_t slot)
{
    const struct entity *en = &x->p->entities.at[x->entity];
    for (uint8_t i = 1; i < x->target_count; i++) {
        if (x->targets[i].slot == slot) return i;
    }
    if (x->target_count == PLAN_TARGETS) return PLAN_NO_TARGET;
    uint16_t owner = en->is_monthly ? SLOT_MONTH_OWNER : SLOT_OWNER;
    x->targets[x->target_count] = (struct plan_target){ .entity = en->slots.at[slot].type.ref,
                                                        .slot = slot,
                                                        .owner = en->is_spell && slot == owner };
    return x->target_count++;
}

static void set_column(struct plan *x, struct plan_column *c, uint16_t slot, uint16_t sub)
{
    const struct entity *en = &x->p->entities.at[x->entity];
    c->into = slot, c->sub = sub;
    if (slot == IMPORT_SKIP) return;
    c->target = 0;
    c->slot = slot;
    if (slot == IMPORT_KEY) {
        c->type = (struct type){ .kind = TYPE_CODE, .ref = (uint16_t)(en->key - 1) };
    } else if (slot == IMPORT_LAST_MONTH) {
        c->type = type_of_kind(TYPE_MONTH);
        c->optional = true;
    } else {
        const struct slot *s = &en->slots.at[slot];
        c->type = s->type;
        c->optional = s->optional;
        c->role = (uint8_t)field_role(s);
        if (s->type.kind == TYPE_RECORD) {
            c->target = target_of(x, slot);
            c->reference = sub == 0;
            if (c->target == PLAN_NO_TARGET) return;
            if (sub > 0) {
                const struct slot *t = &x->p->entities.at[s->type.ref].slots.at[sub - 1];
                c->slot = (uint16_t)(sub - 1);
                c->type = t->type;
                c->optional = t->optional;
                c->role = (uint8_t)field_role(t);
                if (t->type.kind == TYPE_RECORD)
                    c->target = PLAN_NO_TARGET; /* references of references: not from files */
            }
        }
    }
    x->recognised += c->target != PLAN_NO_TARGET;
}

static int slot_by_code(const struct entity *en, str code)
{
    for (size_t i = 0; i < en->slots.len && code.len > 0; i++) {
        if (en->slots.at[i].kind == SLOT_FIELD && str_eq(en->slots.at[i].code, code)) return (int)i;
    }
    return -1;
}

/* By the map, by ministry code, by name; of a spell also the fields of its owner (身份证号 in a list of registrations).
 */
static bool recognise(struct plan *x, str heading, uint16_t *slot, uint16_t *sub)
{
    const struct entity *en = &x->p->entities.at[x->entity];
    *sub = 0;
    if (x->map != NULL) {
        VEC_EACH (const struct import_column, c, &x->map->columns) {
            if (!str_eq(c->heading, heading)) continue;
            *slot = c->slot, *sub = c->sub;
            return true;
        }
    }
    int i = slot_by_code(en, heading);
    if (i >= 0) {
        *slot = (uint16_t)i;
        return true;
    }
    if (import_field(x->p, en, heading, slot, sub)) return true;
    if (!en->is_spell) return false;
    const struct entity *owner = &x->p->entities.at[en->owner];
    i = slot_by_code(owner, heading);
    if (i < 0) i = entity_slot(owner, heading);
    if (i < 0 || owner->slots.at[i].kind != SLOT_FIELD) return false;
    *slot = en->is_monthly ? SLOT_MONTH_OWNER : SLOT_OWNER;
    *sub = (uint16_t)(i + 1);
    return true;
}

/* 营业收入（万元）: the unit is in the heading. */
static bool split_unit(str heading, str *base, str *unit)
{
    static const char *const open[] = { "（", "(" }, *const close[] = { "）", ")" };
    for (int k = 0; k < 2; k++) {
        size_t at = str_find(heading, str_of(open[k]));
        if (at == SIZE_MAX || at == 0 || !str_ends(heading, str_of(close[k]))) continue;
        *base = str_trim(str_slice(heading, 0, at));
        *unit = str_trim(str_slice(heading, at + strlen(open[k]), heading.len - strlen(close[k])));
        return true;
    }
    return false;
}

bool plan_make(struct plan *x, const struct program *p, const struct import_map *map, uint16_t entity, const str *cells,
               size_t count, struct arena *a, struct err *e)
{
    *x = (struct plan){ .p = p, .map = map, .entity = entity, .day_column = -1, .target_count = 1 };
    x->targets[0] = (struct plan_target){ .entity = entity };
    const struct entity *en = &p->entities.at[entity];
    for (size_t i = 0; i < count; i++) {
        struct plan_column *c = vec_push(a, &x->columns);
        *c = (struct plan_column){ .heading = str_dup(a, str_trim(cells[i])), .target = PLAN_NO_TARGET };
        uint16_t slot = IMPORT_SKIP, sub = 0;
        bool error = false;
        for (int k = 0; k < PLAN_ERROR_COLUMNS; k++)
            error = error || str_eq(c->heading, str_of(plan_error_headings[k]));
        x->is_errors = x->is_errors || error;
        if (c->heading.len == 0 || error) continue;
        if (map != NULL && map->day_heading.len > 0 && str_eq(map->day_heading, c->heading)) {
            x->day_column = (int)i;
            continue;
        }
        str base, unit;
        if (recognise(x, c->heading, &slot, &sub)) {
            set_column(x, c, slot, sub);
        } else if (split_unit(c->heading, &base, &unit) && recognise(x, base, &slot, &sub)) {
            set_column(x, c, slot, sub);
            c->unit = c->type.kind == TYPE_NUM ? unit : (str){ 0 };
        } else {
            *vec_push(a, &x->unused) = c->heading;
        }
        if (x->target_count == PLAN_TARGETS) return fail(e, LIMIT, "文件引用的东西太多，最多 %d 种", PLAN_TARGETS - 1);
    }
    if (en->is_spell) target_of(x, en->is_monthly ? SLOT_MONTH_OWNER : SLOT_OWNER);
    return true;
}

const struct import_map *plan_choose(const struct program *p, str file, int entity, const str *cells, size_t count,
                                     struct arena *scratch)
{
    const struct import_map *best = NULL;
    size_t most = 0;
    VEC_EACH (const struct import_map, m, &p->imports) {
        if ((entity < 0 || m->entity == entity) && file_fits(m, file, scratch)) return m;
    }
    VEC_EACH (const struct import_map, m, &p->imports) {
        if (entity >= 0 && m->entity != entity) continue;
        size_t known = 0;
        VEC_EACH (const struct import_column, c, &m->columns) {
            for (size_t i = 0; i < count; i++) known += str_eq(c->heading, str_trim(cells[i]));
        }
        /* of its own headings all but a few must be there: a list of another kind shares one or two by chance */
        if (known > most && known >= 2 && known * 4 >= m->columns.len * 3) most = known, best = m;
    }
    return best;
}
