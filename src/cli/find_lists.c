/* find_lists: who was found, as a file for Excel. */
#include "cli/cmd_find_priv.h"
#include "cli/table.h"
#include "cli/who.h"
#include "sheet/sheet.h"

#include <inttypes.h>

enum { CELLS_MAX = WHO_COLUMNS_MAX + 8 };

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

static bool add_line(const struct found *x, struct sheet_writer *w, const struct who *who, size_t i, uint32_t row,
                     size_t *at, struct err *e)
{
    const struct found_policy *p = &x->now->policies.at[i];
    uint64_t id = x->now->subjects.at[p->subjects].ids[row];
    str cells[CELLS_MAX];
    size_t n = 0;
    cells[n++] = str_fmt(x->place.a, "%" PRIu64, id);
    if (!who_cells(who, id, cells + n, e)) return false;
    n += who->count;
    cells[n++] = str_of(verdict_zh((enum verdict_kind)(*found_byte(p->kinds, row) & FOUND_KIND)));
    cells[n++] = amount(x, p, row, at);
    cells[n++] = remark(x, i, row);
    return sheet_write_row(w, cells, n, e);
}

static bool add_head(struct sheet_writer *w, const struct who *who, struct err *e)
{
    str cells[CELLS_MAX];
    size_t n = 0;
    cells[n++] = STR("编号");
    for (size_t c = 0; c < who->count; c++) cells[n++] = who->slots[c]->name;
    cells[n++] = STR("结论"), cells[n++] = STR("金额"), cells[n++] = STR("备注");
    return sheet_write_row(w, cells, n, e);
}

static bool write_lines(const struct found *x, struct sheet_writer *w, const struct who *who, size_t i, struct err *e)
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
    struct who who;
    struct sheet_writer *w;
    if (!who_of(&x->place, en->id, &who, e)) return false;
    bool ok = sheet_create(&w, path, &layout, e);
    if (ok && !write_lines(x, w, &who, i, e)) {
        sheet_discard(w);
        ok = false;
    } else if (ok) {
        ok = sheet_finish(w, e);
    }
    who_done(&who);
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
