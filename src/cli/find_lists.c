/* find_lists: who was found, as a file for Excel. What tells who somebody is comes from the register, masked by its
 * class: the list goes from desk to desk, whoever must know more asks the register for the number in the first column.
 */
#include "base/mask.h"
#include "cli/cmd_find_priv.h"
#include "cli/table.h"
#include "sheet/sheet.h"

#include <inttypes.h>

enum { SHOWN_MAX = 8, CELLS_MAX = SHOWN_MAX + 8 };

/* The fields of an entity that tell people whom a line is about: its keys, its name, its telephone. */
struct shown {
    const struct entity *e;
    const struct slot *slots[SHOWN_MAX];
    size_t count;
    struct store_stmt *query; /* NULL: no register */
};

static bool tells_who(const struct entity *e, size_t slot)
{
    const struct slot *s = &e->slots.at[slot];
    if (s->kind != SLOT_FIELD || s->type.kind != TYPE_TEXT) return false;
    VEC_EACH (const uint16_t, k, &e->keys) {
        if (*k == slot) return true;
    }
    return str_eq(s->class_, STR("姓名")) || str_eq(s->class_, STR("电话")) || str_ends(s->name, STR("名称"));
}

static bool choose(const struct found *x, uint16_t entity, struct shown *out, struct err *e)
{
    const struct entity *en = &x->place.p->entities.at[entity];
    *out = (struct shown){ .e = en };
    for (size_t i = 0; i < en->slots.len && out->count < SHOWN_MAX; i++) {
        if (tells_who(en, i)) out->slots[out->count++] = &en->slots.at[i];
    }
    if (x->place.registry == NULL || out->count == 0) {
        out->count = 0;
        return true;
    }
    struct text sql;
    text_init(&sql, x->place.a, 1 << 16);
    text_addz(&sql, "SELECT ");
    for (size_t i = 0; i < out->count; i++) {
        if (i > 0) text_addz(&sql, ", ");
        store_quote(&sql, out->slots[i]->name);
    }
    text_addz(&sql, " FROM ");
    store_quote(&sql, en->name);
    text_addz(&sql, " WHERE \"_id\" = $1");
    return store_prepare(registry_store(x->place.registry), text_str(&sql), &out->query, e);
}

static str amount(const struct found *x, const struct found_policy *p, uint32_t row, size_t *at)
{
    while (*at < p->paid_count && p->paid_row[*at] < row) ++*at;
    if (*at < p->paid_count && p->paid_row[*at] == row)
        return str_fmt(x->place.a, "%.*s%.*s", STR_ARG(sum_text(x->place.a, p->paid[*at], p->scale)), STR_ARG(p->unit));
    return *found_byte(p->kinds, row) & FOUND_UNSET ? STR("未定") : STR("");
}

static str remark(const struct found *x, size_t i, uint32_t row)
{
    const struct found_policy *p = &x->now->policies.at[i];
    struct text t;
    text_init(&t, x->place.a, 1 << 10);
    if (x->changes[i].is_new[row]) text_addz(&t, "新符合 ");
    if (x->ending[i].ends != NULL && x->ending[i].ends[row]) text_addf(&t, "%d天内到期 ", x->soon_days);
    if (*found_byte(p->kinds, row) & FOUND_ASSUMED) text_addz(&t, "含申报，请本人确认 ");
    unsigned stop = *found_byte(p->stops, row) & STOP_MAX;
    if (stop > 0) text_addf(&t, "%.*s ", STR_ARG(p->reasons[stop - 1].name));
    return str_trim(text_str(&t));
}

static bool add_line(const struct found *x, struct sheet_writer *w, const struct shown *who, size_t i, uint32_t row,
                     size_t *at, struct err *e)
{
    const struct found_policy *p = &x->now->policies.at[i];
    uint64_t id = x->now->subjects.at[p->subjects].ids[row];
    str cells[CELLS_MAX];
    size_t n = 0;
    cells[n++] = str_fmt(x->place.a, "%" PRIu64, id);
    if (who->query != NULL) {
        bool there;
        store_bind_int(who->query, 1, (int64_t)id);
        if (!store_step(who->query, &there, e)) return false;
        for (uint32_t c = 0; c < who->count; c++) {
            str value = there ? store_str(who->query, c) : STR("");
            cells[n++] =
                str_dup(x->place.a, mask(x->place.a, who->slots[c]->class_, value.p != NULL ? value : STR("")));
        }
        store_reset(who->query);
    }
    cells[n++] = str_of(verdict_zh((enum verdict_kind)(*found_byte(p->kinds, row) & FOUND_KIND)));
    cells[n++] = amount(x, p, row, at);
    cells[n++] = remark(x, i, row);
    return sheet_write_row(w, cells, n, e);
}

static bool add_head(struct sheet_writer *w, const struct shown *who, struct err *e)
{
    str cells[CELLS_MAX];
    size_t n = 0;
    cells[n++] = STR("编号");
    for (size_t c = 0; c < who->count; c++) cells[n++] = who->slots[c]->name;
    cells[n++] = STR("结论"), cells[n++] = STR("金额"), cells[n++] = STR("备注");
    return sheet_write_row(w, cells, n, e);
}

static bool write_lines(const struct found *x, struct sheet_writer *w, const struct shown *who, size_t i, struct err *e)
{
    const struct found_policy *p = &x->now->policies.at[i];
    size_t at = 0;
    if (!add_head(w, who, e)) return false;
    for (uint32_t row = 0; row < x->now->subjects.at[p->subjects].count; row++) {
        if ((*found_byte(p->kinds, row) & FOUND_KIND) != x->listed) continue;
        struct arena_mark m = arena_mark(x->place.a);
        bool ok = add_line(x, w, who, i, row, &at, e);
        arena_rewind(x->place.a, m);
        if (!ok) return false;
    }
    return true;
}

static bool write_list(const struct found *x, size_t i, str folder, str ending, struct err *e)
{
    const struct found_policy *p = &x->now->policies.at[i];
    const struct entity *en = program_entity(x->place.p, x->now->subjects.at[p->subjects].entity);
    str path = file_join(x->place.a, folder, str_fmt(x->place.a, "%.*s.%.*s", STR_ARG(p->name), STR_ARG(ending)));
    static const unsigned widths[CELLS_MAX] = { 8, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20 };
    struct sheet_layout layout = { .widths = widths, .width_count = CELLS_MAX };
    struct shown who;
    struct sheet_writer *w;
    if (!choose(x, en->id, &who, e)) return false;
    bool ok = sheet_create(&w, path, &layout, e);
    if (ok && !write_lines(x, w, &who, i, e)) {
        sheet_discard(w);
        ok = false;
    } else if (ok) {
        ok = sheet_finish(w, e);
    }
    store_done(who.query);
    return ok || fail_up(e, "名单 %.*s 没有写成", STR_ARG(path));
}

bool found_lists(const struct found *x, const struct cli_args *a, str folder, struct err *e)
{
    str ending = cli_option(a, "format");
    size_t written = 0;
    if (!file_make_dirs(folder, e)) return false;
    for (size_t i = 0; i < x->now->policies.len; i++) {
        if (x->now->policies.at[i].count[x->listed] == 0 && a->count == 0) continue; /* nobody: no file */
        if (!write_list(x, i, folder, ending.p != NULL ? ending : STR("csv"), e)) return false;
        written++;
    }
    struct text out;
    text_init(&out, x->place.a, 1 << 12);
    text_addf(&out, "名单 %zu 份，在 %.*s；姓名和号码已遮盖\n", written, STR_ARG(folder));
    if (!cli_has(a, "json")) cli_out(&out);
    return true;
}
