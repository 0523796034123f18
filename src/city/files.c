/* files: the drop of a day as a folder. Everything is written into day1.part, which becomes day1 when it is whole. The
 * second day is made beside the first, household by household, and what reads differently is a row of its drop. */
#include "base/file.h"
#include "city/drop_priv.h"
#include "city/run_priv.h"
#include "sheet/sheet.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

enum { BUFFER_BYTES = 1 << 18, ROW_BYTES = DROP_COLUMNS * (sizeof(struct drop_cell) * 2 + 3) };

struct out_file {
    struct file_out file;
    struct sheet_writer *sheet; /* XLSX */
    char *buffer;
    size_t len;
    uint64_t rows;
    bool open;
};

struct writer {
    struct arena *arena;
    struct city *c, *before; /* before: of the second day, the first */
    struct fact_set before_set;
    struct codes codes;
    struct out_file out[DROP_COUNT], planted, entitled;
    iconv_t gb;
    str folder;
    uint64_t facts, planted_count;
    uint8_t drops_of[ENTITY_COUNT][DROP_COUNT + 1]; /* the files an entity is in; ends with DROP_COUNT */
};

/* ---- one file ---- */

static bool flush(struct out_file *o, struct err *e)
{
    bool ok = file_append(&o->file, (str){ o->buffer, o->len }, e);
    o->len = 0;
    return ok;
}

static bool needs_quotes(const char *text, size_t len)
{
    return memchr(text, ',', len) != NULL || memchr(text, '"', len) != NULL || memchr(text, '\n', len) != NULL;
}

static void put_csv(struct out_file *o, const struct drop_cell *cell, bool last)
{
    char *p = o->buffer + o->len;
    if (cell->plain || !needs_quotes(cell->text, cell->len)) {
        memcpy(p, cell->text, cell->len);
        p += cell->len;
    } else {
        *p++ = '"';
        for (size_t i = 0; i < cell->len; i++) {
            if (cell->text[i] == '"') *p++ = '"';
            *p++ = cell->text[i];
        }
        *p++ = '"';
    }
    *p++ = last ? '\r' : ',';
    if (last) *p++ = '\n';
    o->len = (size_t)(p - o->buffer);
}

/* From `from` on, what is in the buffer becomes GB18030, which never takes more bytes than UTF-8 for Chinese. */
static bool to_gb(struct writer *w, struct out_file *o, size_t from, struct err *e)
{
    char row[ROW_BYTES], *in = o->buffer + from, *out = row;
    size_t left = o->len - from, room = sizeof row;
    if (iconv(w->gb, &in, &left, &out, &room) == (size_t)-1) return fail(e, INTERNAL, "有字写不成 GB18030");
    memcpy(o->buffer + from, row, sizeof row - room);
    o->len = from + (sizeof row - room);
    return true;
}

static size_t columns_of(const struct drop *d)
{
    size_t n = 0;
    while (n < DROP_COLUMNS && d->columns[n].heading != NULL) n++;
    return n;
}

static bool write_cells(struct writer *w, size_t id, const struct drop_cell *cells, struct err *e)
{
    struct out_file *o = &w->out[id];
    size_t n = columns_of(&city_drops[id]);
    o->rows++;
    if (o->sheet != NULL) {
        str row[DROP_COLUMNS];
        for (size_t i = 0; i < n; i++) row[i] = (str){ cells[i].text, cells[i].len };
        return sheet_write_row(o->sheet, row, n, e);
    }
    if (o->len + ROW_BYTES > BUFFER_BYTES && !flush(o, e)) return false;
    size_t from = o->len;
    for (size_t i = 0; i < n; i++) put_csv(o, &cells[i], i + 1 == n);
    return city_drops[id].encoding != GB18030 || to_gb(w, o, from, e);
}

static bool open_file(struct writer *w, struct out_file *o, str path, struct err *e)
{
    o->open = file_create(&o->file, path, e);
    o->buffer = arena_alloc(w->arena, BUFFER_BYTES);
    return o->open;
}

static bool open_drop(struct writer *w, size_t id, struct err *e)
{
    const struct drop *d = &city_drops[id];
    str path = file_join(w->arena, w->folder, str_of(d->file));
    struct drop_cell head[DROP_COLUMNS];
    if (str_ends(str_of(d->file), STR(".xlsx"))) {
        if (!sheet_create(&w->out[id].sheet, path, NULL, e)) return false;
    } else if (!open_file(w, &w->out[id], path, e)) {
        return false;
    }
    for (size_t i = 0; i < columns_of(d); i++) {
        head[i].plain = false;
        head[i].len = strlen(d->columns[i].heading);
        memcpy(head[i].text, d->columns[i].heading, head[i].len);
    }
    bool ok = write_cells(w, id, head, e);
    w->out[id].rows = 0;
    return ok;
}

static bool close_file(struct out_file *o, struct err *e)
{
    if (o->sheet != NULL) {
        struct sheet_writer *s = o->sheet;
        o->sheet = NULL;
        return sheet_finish(s, e);
    }
    if (!flush(o, e)) return false;
    o->open = false;
    return file_commit(&o->file, e);
}

static void drop_file(struct out_file *o)
{
    sheet_discard(o->sheet);
    if (o->open) file_discard(&o->file);
    o->sheet = NULL;
    o->open = false;
}

/* ---- rows of facts ---- */

static bool same_cells(const struct drop_cell *a, const struct drop_cell *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a[i].len != b[i].len || memcmp(a[i].text, b[i].text, a[i].len) != 0) return false;
    }
    return true;
}

/* The fact of the first day that this one of the second is: the same thing, or what began then; of several that began
 * then the one that did not change. */
static const struct fact *counterpart(const struct fact_set *s, const struct fact *f)
{
    const struct city_entity_def *d = &city_entities[f->entity];
    const struct fact *found = NULL;
    VEC_EACH (struct fact *const, p, &s->facts) {
        const struct fact *g = *p;
        if (g->entity != f->entity) continue;
        if (d->shape == SHAPE_SUBJECT) {
            if (g->number == f->number) return g;
            continue;
        }
        bool keyed = d->shape == SHAPE_KEYED;
        if (g->owner->number == f->owner->number && g->cell[0].n == f->cell[0].n &&
            (!keyed || g->cell[2].n == f->cell[2].n)) {
            if (fact_same(g, f)) return g;
            found = g;
        }
    }
    return found;
}

/* A run of months that only went on is, on the second day, its new months. */
static void only_new_months(struct fact *f, const struct fact *old)
{
    unsigned shape = city_entities[f->entity].shape;
    if (shape != SHAPE_MONTHS && shape != SHAPE_KEYED) return;
    unsigned n = entity_fields(f->entity);
    for (unsigned i = 2; i < n; i++) {
        if (f->state[i] != old->state[i] || f->cell[i].n != old->cell[i].n) return;
    }
    if (f->cell[1].n > old->cell[1].n) f->cell[0].n = old->cell[1].n + 1;
}

static bool take_fact(struct writer *w, struct fact *f, struct err *e)
{
    struct drop_cell row[DROP_COLUMNS], was[DROP_COLUMNS];
    const struct fact *old = w->before == NULL ? NULL : counterpart(&w->before_set, f);
    if (w->before == NULL) w->facts++;
    if (old != NULL) only_new_months(f, old);
    for (const uint8_t *of = w->drops_of[f->entity]; *of != DROP_COUNT; of++) {
        size_t id = *of;
        const struct drop *d = &city_drops[id];
        if (!drop_has(d, f)) continue;
        drop_row(w->c, &w->codes, d, f, row);
        if (old != NULL && drop_has(d, old)) {
            drop_row(w->before, &w->codes, d, old, was);
            if (same_cells(row, was, columns_of(d))) continue;
        }
        if (w->before != NULL) w->facts++;
        if (!write_cells(w, id, row, e)) return false;
    }
    return true;
}

static void put_cell(struct drop_cell *cell, const char *text)
{
    cell->len = strlen(text);
    cell->plain = false;
    memcpy(cell->text, text, cell->len);
}

static const char *file_of(const struct plant *p)
{
    for (size_t id = 0; id < DROP_COUNT && p->kind != PLANT_no_work_family; id++) {
        const struct drop *d = &city_drops[id];
        bool home = p->fact->entity == ENTITY_household && p->field != F_COUNT; /* in the rows of its members */
        if (d->entity != p->fact->entity && !home) continue;
        if (p->field == F_COUNT) return d->file;
        if (plant_is_again(p->kind) && id != DROP_base && id != DROP_firm_insured) continue;
        for (size_t i = 0; i < columns_of(d); i++) {
            if (d->columns[i].field == p->field && d->columns[i].whose == (home ? HOME : SELF)) return d->file;
        }
    }
    return "";
}

static void cell_text(const struct city_field_def *f, uint8_t state, union cell cell, struct drop_cell *out)
{
    char day[DATE_TEXT];
    out->len = 0;
    if (state != CELL_KNOWN) return;
    const char *text = "";
    char number[32];
    if (f->kind == CELL_TEXT) {
        text = cell.text;
    } else if (f->kind == CELL_CODE) {
        text = city_code_name[cell.n];
    } else if (f->kind == CELL_DATE) {
        date_text((date){ (int32_t)cell.n }, day);
        text = day;
    } else if (f->kind == CELL_BOOL) {
        text = cell.n ? "是" : "否";
    } else {
        snprintf(number, sizeof number, "%lld", (long long)cell.n);
        text = number;
    }
    out->len = strlen(text);
    memcpy(out->text, text, out->len);
}

static bool take_plant(struct writer *w, const struct plant *p, struct err *e)
{
    struct drop_cell cell[10] = { 0 };
    struct fact *f = p->fact, *of = f->owner != NULL && f->entity != ENTITY_person ? f->owner : f;
    struct fact *who = of->entity == ENTITY_person ? of : NULL;
    if (plant_is_again(p->kind)) { /* the second entry is a row of one file */
        struct drop_cell row[DROP_COLUMNS];
        size_t file = who != NULL ? DROP_base : DROP_firm_insured;
        drop_row(w->c, &w->codes, &city_drops[file], f, row);
        if (!write_cells(w, file, row, e)) return false;
    }
    char id[ID_TEXT] = "", number[32] = "";
    if (who != NULL) {
        id_number(who->number, (date){ (int32_t)fact_get(who, F_person_birth) },
                  fact_get(who, F_person_sex) == CODE_sex_male, id);
        if (p->kind == PLANT_birth_swapped) {
            id_number(who->number, (date){ (int32_t)p->true_cell.n }, fact_get(who, F_person_sex) == CODE_sex_male, id);
        }
        snprintf(number, sizeof number, "P%09llu", (unsigned long long)who->number);
    }
    const char *filed = who == NULL ? "" : f->key != NULL ? f->key : fact_get_text(who, F_person_id);
    const char *texts[] = { city_plant_name[p->kind],
                            number,
                            id,
                            file_of(p),
                            filed,
                            who == NULL ? "" : fact_get_text(who, F_person_number),
                            p->field == F_COUNT ? "" : city_fields[p->field].name };
    size_t n = sizeof texts / sizeof *texts;
    for (size_t i = 0; i < n; i++) {
        cell[i].len = strlen(texts[i]);
        memcpy(cell[i].text, texts[i], cell[i].len);
    }
    if (who == NULL) put_cell(&cell[1], truth_key(of)); /* a family, a firm: its number instead of a person's */
    if (who == NULL && plant_is_again(p->kind)) {
        firm_code(w->c, f->number, id);
        put_cell(&cell[1], id);
        put_cell(&cell[5], fact_get_text(f, F_employer_number));
    }
    if (p->field != F_COUNT) {
        size_t at = p->field - city_entities[f->entity].first;
        cell_text(&city_fields[p->field], f->state[at], f->cell[at], &cell[n]);
        cell_text(&city_fields[p->field], p->true_state, p->true_cell, &cell[n + 1]);
    }
    cell[n + 2].len = strlen(city_plant_text[p->kind]);
    memcpy(cell[n + 2].text, city_plant_text[p->kind], cell[n + 2].len);
    w->planted_count++;
    if (of->entity == ENTITY_employer || of->entity == ENTITY_institution) w->c->n.planted[p->kind]++;
    struct out_file *o = &w->planted;
    if (o->len + ROW_BYTES > BUFFER_BYTES && !flush(o, e)) return false;
    for (size_t i = 0; i < n + 3; i++) put_csv(o, &cell[i], i == n + 2);
    return true;
}

static bool take_truth(struct writer *w, const struct fact_set *s, struct err *e)
{
    entitlement_list list = { 0 };
    truth_entitled(w->c, s, s->arena, &list);
    struct out_file *o = &w->entitled;
    char day[DATE_TEXT];
    date_text(truth_day(w->c), day);
    VEC_EACH (const struct entitlement, x, &list) {
        struct drop_cell cell[4];
        put_cell(&cell[0], x->policy);
        put_cell(&cell[1], city_entities[x->subject->entity].name);
        put_cell(&cell[2], truth_key(x->subject));
        put_cell(&cell[3], day);
        if (o->len + ROW_BYTES > BUFFER_BYTES && !flush(o, e)) return false;
        for (size_t i = 0; i < 4; i++) put_csv(o, &cell[i], i == 3);
    }
    return true;
}

static bool take(void *to, struct fact_set *s, struct err *e)
{
    struct writer *w = to;
    VEC_EACH (struct fact *, f, &s->facts) {
        if (!take_fact(w, *f, e)) return false;
    }
    if (w->before != NULL) return true;
    VEC_EACH (const struct plant, p, &s->plants) {
        if (!take_plant(w, p, e)) return false;
    }
    plant_undo(s); /* the rows are written; what follows is about the truth */
    return take_truth(w, s, e);
}

/* ---- the whole ---- */

static void sort_drops(struct writer *w)
{
    for (size_t e = 0; e < ENTITY_COUNT; e++) {
        uint8_t *at = w->drops_of[e];
        for (size_t id = 0; id < DROP_COUNT; id++) {
            if (city_drops[id].entity == e) *at++ = (uint8_t)id;
        }
        *at = DROP_COUNT;
    }
}

/* headings: ends with NULL */
static bool open_truth(struct writer *w, struct out_file *o, str path, const char *const *headings, struct err *e)
{
    if (!open_file(w, o, path, e)) return false;
    for (size_t i = 0; headings[i] != NULL; i++) {
        struct drop_cell cell;
        put_cell(&cell, headings[i]);
        put_csv(o, &cell, headings[i + 1] == NULL);
    }
    return true;
}

static bool open_all(struct writer *w, str out, struct err *e)
{
    static const char *const planted[] = { "种类",           "人员或户",     "真身份证号", "文件",
                                           "文件中的证件号", "文件中的编号", "栏",         "文件中的值",
                                           "真值",           "说明",         NULL };
    static const char *const entitled[] = { "政策", "对象", "编号", "判断日", NULL };
    for (size_t id = 0; id < DROP_COUNT; id++) {
        if (!open_drop(w, id, e)) return false;
    }
    if (w->before != NULL) return true;
    str truth = file_join(w->arena, out, STR("truth"));
    return file_make_dirs(truth, e) &&
           open_truth(w, &w->planted, file_join(w->arena, truth, STR("planted.csv")), planted, e) &&
           open_truth(w, &w->entitled, file_join(w->arena, truth, STR("entitled.csv")), entitled, e);
}

static bool close_all(struct writer *w, struct err *e)
{
    for (size_t id = 0; id < DROP_COUNT; id++) {
        if (!close_file(&w->out[id], e)) return false;
    }
    return w->before != NULL || (close_file(&w->planted, e) && close_file(&w->entitled, e));
}

static bool write_all(struct writer *w, str out, struct err *e)
{
    if (!open_all(w, out, e)) return false;
    if (!city_run(w->c, w->before, &w->before_set, take, w, e)) return false;
    return close_all(w, e);
}

static bool into_place(str part, str folder, struct err *e)
{
    autoarena *a = arena_new("paths", 0);
    const char *from = str_dup(a, part).p, *to = str_dup(a, folder).p;
    if (rename(from, to) == 0) return true;
    return fail(e, IO, "文件都写好了，在 %s，但不能改名为 %s：%s", from, to, strerror(errno));
}

bool city_files(const struct city_options *o, const struct program *p, str out, struct city_result *r,
                struct text *report, struct err *e)
{
    autoarena *a = arena_new("city", 0);
    struct writer w = { .arena = a };
    str folder = file_join(a, out, o->day == 1 ? STR("day1") : STR("day2"));
    if (file_exists(folder)) {
        return fail(e, CONFLICT, "%.*s 已经有了；换一个文件夹，或者先把它删掉", STR_ARG(folder));
    }
    w.folder = str_fmt(a, "%.*s.part", STR_ARG(folder));
    if (!codes_find(&w.codes, p, a, e) || !file_make_dirs(w.folder, e)) return false;
    w.gb = iconv_open("GB18030", "UTF-8");
    if (w.gb == (iconv_t)-1) return fail(e, INTERNAL, "这台机器没有 GB18030 的转换表（Debian 的 libc-bin）");
    sort_drops(&w);
    w.c = city_new(a, o);
    struct city_options first = *o;
    first.day = 1;
    first.progress = NULL;
    if (o->day > 1) w.before = city_new(a, &first);
    bool ok = write_all(&w, out, e);
    iconv_close(w.gb);
    for (size_t id = 0; id < DROP_COUNT; id++) drop_file(&w.out[id]);
    drop_file(&w.planted);
    drop_file(&w.entitled);
    if (!ok || !into_place(w.folder, folder, e)) return false;
    *r = (struct city_result){ .people = o->people,
                               .households = w.c->n.households,
                               .firms = w.c->firms,
                               .facts = w.facts,
                               .planted = w.planted_count,
                               .files = DROP_COUNT };
    for (size_t id = 0; id < DROP_COUNT; id++) r->rows += w.out[id].rows;
    if (report != NULL) city_report(&w.c->n, report);
    return true;
}
