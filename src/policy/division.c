/* division: reads the value of every row through the kernel or the pool, and numbers the groups in the order of the
 * code list, so that tables always come in the same order. */
#include "policy/division.h"
#include "base/utf8.h"

enum { BAND_YEARS = 10, BANDS = 12 };

struct reading {
    struct division *d;
    uint16_t *of;
    uint16_t table;
    int slot;
    const struct slot *s;
};

static uint16_t group_of(const struct reading *r, uint8_t state, int64_t value)
{
    uint32_t none = r->d->count - 1;
    if (state != VALUE_KNOWN || value < 0) return (uint16_t)none;
    if (r->s->type.kind == TYPE_NUM) value = value / BAND_YEARS < BANDS ? value / BAND_YEARS : BANDS - 1;
    return value < none ? (uint16_t)value : (uint16_t)none;
}

static void each_batch(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    (void)thread;
    const struct reading *r = ctx;
    struct kernel_values v = kernel_slot(k, kernel_rows(k, r->table, first, n), (uint32_t)r->slot);
    for (uint32_t i = 0; i < n; i++)
        r->of[first + i] = group_of(r, kernel_state(&v, i) & KERNEL_STATE, kernel_value(&v, i));
}

static void add_label(struct division *d, str label) { d->labels[d->count++] = label; }

static bool label_groups(const struct program *p, const struct slot *s, struct division *d, struct arena *a,
                         struct err *e)
{
    if (s->type.kind == TYPE_CODE) {
        const struct code_list *list = &p->codes.at[s->type.ref];
        d->labels = ARENA_ARRAY(a, str, list->items.len + 1);
        VEC_EACH (const struct code_item, i, &list->items) add_label(d, i->name);
    } else if (s->type.kind == TYPE_BOOL) {
        d->labels = ARENA_ARRAY(a, str, 3);
        add_label(d, str_fmt(a, "不是%.*s", STR_ARG(s->name)));
        add_label(d, s->name);
    } else if (s->type.kind == TYPE_NUM && unit_eq(s->type.unit, UNIT_AGE)) {
        d->labels = ARENA_ARRAY(a, str, BANDS + 1);
        for (int b = 0; b < BANDS; b++)
            add_label(d, b + 1 < BANDS ? str_fmt(a, "%d—%d岁", b * BAND_YEARS, b * BAND_YEARS + BAND_YEARS - 1)
                                       : str_fmt(a, "%d岁以上", b * BAND_YEARS));
    } else {
        return fail(e, INVALID, "不能按“%.*s”分组：只能按代码、真假或年龄分", STR_ARG(s->name));
    }
    add_label(d, STR("不详"));
    return true;
}

bool division_of(const struct vocab *v, const struct pool *pool, uint16_t entity, str name, date today, date rule_day,
                 struct arena *a, struct division *out, struct err *e)
{
    const struct entity *en = &v->p->entities.at[entity];
    struct division d = { .name = name };
    struct reading r = { .d = &d, .table = entity, .slot = entity_slot(en, name) };
    if (r.slot >= 0) r.s = &en->slots.at[r.slot];
    if (r.s == NULL || (r.s->kind != SLOT_FIELD && r.s->kind != SLOT_FUNC))
        return fail(e, NOT_FOUND, "%.*s没有“%.*s”这个字段或定义，不能按它分组", STR_ARG(en->name), STR_ARG(name));
    if (!label_groups(v->p, r.s, &d, a, e)) return false;
    r.of = ARENA_ARRAY(a, uint16_t, (size_t)pool_rows(pool, entity) + 1);
    struct kernel_job job = {
        .vocab = v, .pool = pool, .today = today, .rule_day = rule_day, .table = entity, .each = each_batch, .ctx = &r
    };
    kernel_run(&job);
    d.of = r.of;
    *out = d;
    return true;
}
