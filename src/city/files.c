/* files: the drop of a day as a folder. Everything is written into day1.part, which becomes day1 when it is whole. The
 * second day is made beside the first, household by household, and what reads differently is a row of its drop. Threads
 * make rows of a thousand people at a time, which wait until it is their turn to go into the files (crew.c). */
#include "base/file.h"
#include "city/drop_priv.h"
#include "city/run_priv.h"
#include "sheet/sheet.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

enum { ROOM_BYTES = 1 << 16, ROW_BYTES = DROP_COLUMNS * (sizeof(struct drop_cell) * 2 + 3), DROP_ALL = DROP_COUNT + 2 };
enum { PLANTED = DROP_COUNT, ENTITLED }; /* beside the drops, the two files of the truth */

struct out_file {
    struct file_out file;
    struct sheet_writer *sheet; /* XLSX */
    uint64_t rows;
    bool open;
};

/* Rows of one file that wait until their piece is put down: as they will stand, or of XLSX the cells with their lengths
 * before them. */
struct waiting {
    char *p;
    size_t len, cap;
    uint64_t rows;
};

struct writer {
    struct arena *arena;
    struct codes codes;
    struct out_file out[DROP_ALL];
    str folder;
    uint64_t facts, planted;
    uint8_t drops_of[ENTITY_COUNT][DROP_COUNT + 1]; /* the files an entity is in; ends with DROP_COUNT */
};
/* One thread that writes. */
struct pen {
    struct writer *w;
    struct arena *arena; /* of this thread */
    iconv_t gb;
    struct waiting at[DROP_ALL];
    uint64_t facts, planted;
};

/* ---- rows in waiting ---- */

/* Room for one more row. */
static char *room(struct pen *n, size_t id)
{
    struct waiting *o = &n->at[id];
    if (o->len + ROW_BYTES > o->cap) {
        size_t cap = o->cap == 0 ? ROOM_BYTES : o->cap * 2;
        char *p = arena_alloc(n->arena, cap);
        if (o->len > 0) memcpy(p, o->p, o->len);
        o->p = p, o->cap = cap;
    }
    return o->p + o->len;
}

static bool needs_quotes(const char *text, size_t len)
{
    return memchr(text, ',', len) != NULL || memchr(text, '"', len) != NULL || memchr(text, '\n', len) != NULL;
}

static void put_csv(struct waiting *o, const struct drop_cell *cell, bool last)
{
    char *p = o->p + o->len;
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
    o->len = (size_t)(p - o->p);
}

static void put_plain(struct waiting *o, const struct drop_cell *cell)
{
    uint16_t len = (uint16_t)cell->len;
    memcpy(o->p + o->len, &len, sizeof len);
    memcpy(o->p + o->len + sizeof len, cell->text, cell->len);
    o->len += sizeof len + cell->len;
}

/* From `from` on, what waits becomes GB18030, which never takes more bytes than UTF-8 for Chinese. */
static bool to_gb(struct pen *n, struct waiting *o, size_t from, struct err *e)
{
    char row[ROW_BYTES], *in = o->p + from, *out = row;
    size_t left = o->len - from, left_out = sizeof row;
    if (iconv(n->gb, &in, &left, &out, &left_out) == (size_t)-1) return fail(e, INTERNAL, "有字写不成 GB18030");
    memcpy(o->p + from, row, sizeof row - left_out);
    o->len = from + (sizeof row - left_out);
    return true;
}

static size_t columns_of(const struct drop *d)
{
    size_t n = 0;
    while (n < DROP_COLUMNS && d->columns[n].heading != NULL) n++;
    return n;
}

static bool is_sheet(size_t id) { return id < DROP_COUNT && str_ends(str_of(city_drops[id].file), STR(".xlsx")); }

static bool write_cells(struct pen *n, size_t id, const struct drop_cell *cells, struct err *e)
{
    size_t count = columns_of(&city_drops[id]);
    room(n, id);
    struct waiting *o = &n->at[id];
    o->rows++;
    size_t from = o->len;
    for (size_t i = 0; i < count; i++) {
        if (is_sheet(id))
            put_plain(o, &cells[i]);
        else
            put_csv(o, &cells[i], i + 1 == count);
    }
    return city_drops[id].encoding != GB18030 || to_gb(n, o, from, e);
}

/* ---- one file ---- */

static bool put_sheet(struct out_file *o, size_t id, const struct waiting *x, struct err *e)
{
    size_t count = columns_of(&city_drops[id]);
    for (size_t at = 0; at < x->len;) {
        str row[DROP_COLUMNS];
        for (size_t i = 0; i < count; i++) {
            uint16_t len;
            memcpy(&len, x->p + at, sizeof len);
            row[i] = (str){ x->p + at + sizeof len, len };
            at += sizeof len + len;
        }
        if (!sheet_write_row(o->sheet, row, count, e)) return false;
    }
    return true;
}

/* What waits goes into the files. */
static bool put_down(struct pen *n, struct err *e)
{
    struct writer *w = n->w;
    for (size_t id = 0; id < DROP_ALL; id++) {
        struct waiting *x = &n->at[id];
        struct out_file *o = &w->out[id];
        if (x->len == 0) continue;
        bool ok = o->sheet != NULL ? put_sheet(o, id, x, e) : file_append(&o->file, (str){ x->p, x->len }, e);
        if (!ok) return false;
        o->rows += x->rows;
        x->len = 0, x->rows = 0;
    }
    w->facts += n->facts;
    w->planted += n->planted;
    n->facts = n->planted = 0;
    return true;
}

static bool open_file(struct out_file *o, str path, struct err *e)
{
    o->open = file_create(&o->file, path, e);
    return o->open;
}

static bool open_drop(struct pen *n, size_t id, struct err *e)
{
    struct writer *w = n->w;
    const struct drop *d = &city_drops[id];
    str path = file_join(w->arena, w->folder, str_of(d->file));
    struct drop_cell head[DROP_COLUMNS] = { 0 };
    if (is_sheet(id) ? !sheet_create(&w->out[id].sheet, path, NULL, e) : !open_file(&w->out[id], path, e)) return false;
    for (size_t i = 0; i < columns_of(d); i++) {
        head[i].plain = false;
        head[i].len = strlen(d->columns[i].heading);
        memcpy(head[i].text, d->columns[i].heading, head[i].len);
    }
    bool ok = write_cells(n, id, head, e);
    n->at[id].rows = 0;
    return ok;
}

static bool close_file(struct out_file *o, struct err *e)
{
    if (o->sheet != NULL) {
        struct sheet_writer *s = o->sheet;
        o->sheet = NULL;
        return sheet_finish(s, e);
    }
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

static bool take_fact(const struct city_hand *h, const struct fact_set *before, struct fact *f, struct err *e)
{
    struct pen *n = h->to;
    struct drop_cell row[DROP_COLUMNS], was[DROP_COLUMNS];
    const struct fact *old = before == NULL ? NULL : counterpart(before, f);
    if (before == NULL) n->facts++;
    if (old != NULL) only_new_months(f, old);
    for (const uint8_t *of = n->w->drops_of[f->entity]; *of != DROP_COUNT; of++) {
        size_t id = *of;
        const struct drop *d = &city_drops[id];
        if (!drop_has(d, f)) continue;
        drop_row(h->c, &n->w->codes, d, f, row);
        if (old != NULL && drop_has(d, old)) {
            drop_row(h->before, &n->w->codes, d, old, was);
            if (same_cells(row, was, columns_of(d))) continue;
        }
        if (before != NULL) n->facts++;
        if (!write_cells(n, id, row, e)) return false;
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

static bool take_plant(const struct city_hand *h, const struct plant *p, struct err *e)
{
    struct pen *pen = h->to;
    struct drop_cell cell[10] = { 0 };
    struct fact *f = p->fact, *of = f->owner != NULL && f->entity != ENTITY_person ? f->owner : f;
    struct fact *who = of->entity == ENTITY_person ? of : NULL;
    if (plant_is_again(p->kind)) { /* the second entry is a row of one file */
        struct drop_cell row[DROP_COLUMNS];
        size_t file = who != NULL ? DROP_base : DROP_firm_insured;
        drop_row(h->c, &pen->w->codes, &city_drops[file], f, row);
        if (!write_cells(pen, file, row, e)) return false;
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
        firm_code(h->c, f->number, id);
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
    pen->planted++;
    if (of->entity == ENTITY_employer || of->entity == ENTITY_institution) h->c->n.planted[p->kind]++;
    room(pen, PLANTED);
    struct waiting *o = &pen->at[PLANTED];
    for (size_t i = 0; i < n + 3; i++) put_csv(o, &cell[i], i == n + 2);
    return true;
}

static void take_truth(const struct city_hand *h, const struct fact_set *s)
{
    struct pen *n = h->to;
    entitlement_list list = { 0 };
    truth_entitled(h->c, s, s->arena, &list);
    char day[DATE_TEXT];
    date_text(truth_day(h->c), day);
    VEC_EACH (const struct entitlement, x, &list) {
        struct drop_cell cell[4];
        put_cell(&cell[0], x->policy);
        put_cell(&cell[1], city_entities[x->subject->entity].name);
        put_cell(&cell[2], truth_key(x->subject));
        put_cell(&cell[3], day);
        room(n, ENTITLED);
        for (size_t i = 0; i < 4; i++) put_csv(&n->at[ENTITLED], &cell[i], i == 3);
    }
}

static bool take(struct city_hand *h, struct fact_set *s, const struct fact_set *before, struct err *e)
{
    VEC_EACH (struct fact *, f, &s->facts) {
        if (!take_fact(h, before, *f, e)) return false;
    }
    if (before != NULL) return true;
    VEC_EACH (const struct plant, p, &s->plants) {
        if (!take_plant(h, p, e)) return false;
    }
    plant_undo(s); /* the rows are made; what follows is about the truth */
    take_truth(h, s);
    return true;
}

static bool put(struct city_hand *h, struct err *e) { return put_down(h->to, e); }

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
static bool open_truth(struct pen *n, size_t id, str path, const char *const *headings, struct err *e)
{
    if (!open_file(&n->w->out[id], path, e)) return false;
    room(n, id);
    for (size_t i = 0; headings[i] != NULL; i++) {
        struct drop_cell cell;
        put_cell(&cell, headings[i]);
        put_csv(&n->at[id], &cell, headings[i + 1] == NULL);
    }
    return true;
}

static bool open_all(struct pen *n, str out, bool first_day, struct err *e)
{
    static const char *const planted[] = { "种类",           "人员或户",     "真身份证号", "文件",
                                           "文件中的证件号", "文件中的编号", "栏",         "文件中的值",
                                           "真值",           "说明",         NULL };
    static const char *const entitled[] = { "政策", "对象", "编号", "判断日", NULL };
    struct arena *a = n->w->arena;
    for (size_t id = 0; id < DROP_COUNT; id++) {
        if (!open_drop(n, id, e)) return false;
    }
    if (!first_day) return put_down(n, e);
    str truth = file_join(a, out, STR("truth"));
    return file_make_dirs(truth, e) && open_truth(n, PLANTED, file_join(a, truth, STR("planted.csv")), planted, e) &&
           open_truth(n, ENTITLED, file_join(a, truth, STR("entitled.csv")), entitled, e) && put_down(n, e);
}

static bool close_all(struct writer *w, bool first_day, struct err *e)
{
    for (size_t id = 0; id < (first_day ? DROP_ALL : DROP_COUNT); id++) {
        if (!close_file(&w->out[id], e)) return false;
    }
    return true;
}

/* The city and, for a second day, the same on the first. */
static bool write_all(struct writer *w, struct city *c, struct city *before, str out, struct err *e)
{
    size_t count = city_threads(&c->o), ready = 0;
    struct pen *pens = ARENA_ARRAY(w->arena, struct pen, count);
    struct city_hand hands[CITY_THREADS_MAX] = { { .c = c, .before = before } };
    bool ok = true;
    for (; ok && ready < count; ready++) {
        pens[ready] = (struct pen){ .w = w, .gb = iconv_open("GB18030", "UTF-8") };
        if (pens[ready].gb == (iconv_t)-1) {
            ok = fail(e, INTERNAL, "这台机器没有 GB18030 的转换表（Debian 的 libc-bin）");
            break;
        }
        pens[ready].arena = arena_new("rows", 0);
        hands[ready].to = &pens[ready], hands[ready].take = take, hands[ready].put = put;
    }
    ok = ok && open_all(&pens[0], out, before == NULL, e) && city_run(hands, count, e) &&
         close_all(w, before == NULL, e);
    for (size_t i = 0; i < ready; i++) {
        iconv_close(pens[i].gb);
        arena_free(pens[i].arena);
    }
    return ok;
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
    sort_drops(&w);
    struct city *c = city_new(a, o), *before = NULL;
    struct city_options first = *o;
    first.day = 1;
    first.progress = NULL;
    if (o->day > 1) before = city_new(a, &first);
    bool ok = write_all(&w, c, before, out, e);
    for (size_t id = 0; id < DROP_ALL; id++) drop_file(&w.out[id]);
    if (!ok || !into_place(w.folder, folder, e)) return false;
    *r = (struct city_result){ .people = o->people,
                               .households = c->n.households,
                               .firms = c->firms,
                               .facts = w.facts,
                               .planted = w.planted,
                               .files = DROP_COUNT };
    for (size_t id = 0; id < DROP_COUNT; id++) r->rows += w.out[id].rows;
    if (report != NULL) city_report(&c->n, report);
    return true;
}
