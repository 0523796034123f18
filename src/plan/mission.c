/* mission: the list of the mission's rows against the declarations of the packs. */
#include "plan/mission.h"
#include "base/map.h"
#include "pack/pack.h"
#include "sheet/sheet.h"

enum { ID, DOCUMENT, SECTION, KIND, PRIORITY, NAME, DECLARED, COLUMNS };
static const char *const headings[COLUMNS] = { "编号", "文件", "段落", "种类", "优先", "名称", "声明" };

struct reading {
    struct arena *a;
    str folder;
    struct map packs; /* by name: struct program */
    struct map ids;
    struct pack_cache *cache;
    struct mission *out;
    uint64_t row;
};

static void mistake(struct reading *r, str text)
{
    *vec_push(r->a, &r->out->mistakes) = (struct mission_mistake){ r->row, text };
}

static bool program_of(struct reading *r, str name, const struct program **out, struct err *e)
{
    const struct program *p = map_get(&r->packs, name);
    if (p == NULL) {
        str dir = file_join(r->a, r->folder, name);
        struct pack_set set;
        if (!file_is_dir(dir)) {
            *out = NULL;
            return true;
        }
        if (!pack_load_cached(&set, r->a, dir, r->cache, e)) return false;
        p = set.program;
        map_put(&r->packs, str_dup(r->a, name), set.program);
    }
    *out = p;
    return true;
}

/* “包 种类 名字” */
static bool look_up(struct reading *r, str one, struct err *e)
{
    str rest = str_trim(one), pack, word;
    if (!str_split(&rest, ' ', &pack) || !str_split(&rest, ' ', &word) || rest.len == 0) {
        mistake(r, str_fmt(r->a, "“%.*s”要写成：包 种类 名字", STR_ARG(one)));
        return true;
    }
    const struct program *p;
    if (!program_of(r, pack, &p, e)) return false;
    const struct kind_def *k = kind_find(word);
    if (p == NULL)
        mistake(r, str_fmt(r->a, "没有包“%.*s”", STR_ARG(pack)));
    else if (k == NULL)
        mistake(r, str_fmt(r->a, "没有“%.*s”这种声明", STR_ARG(word)));
    else if (map_get(&p->named[k->kind], rest) == NULL)
        mistake(r, str_fmt(r->a, "包 %.*s 里没有%.*s“%.*s”", STR_ARG(pack), STR_ARG(word), STR_ARG(rest)));
    return true;
}

static void count(struct reading *r, const struct mission_row *row)
{
    struct mission_count *c = NULL;
    VEC_EACH (struct mission_count, x, &r->out->counts) {
        if (str_eq(x->document, row->document) && str_eq(x->kind, row->kind)) c = x;
    }
    if (c == NULL) {
        c = vec_push(r->a, &r->out->counts);
        c->document = row->document, c->kind = row->kind;
    }
    c->rows++;
    c->declared += row->declared;
}

static str without_word(str s, const char *separator, str *rest)
{
    size_t at = str_find(s, str_of(separator));
    *rest = at == SIZE_MAX ? (str){ 0 } : str_slice(s, at + str_of(separator).len, s.len);
    return str_slice(s, 0, at == SIZE_MAX ? s.len : at);
}

static bool read_row(struct reading *r, const struct sheet_row *row, struct err *e)
{
    r->row = row->number;
    if (row->count < NAME + 1) {
        mistake(r, STR("这一行栏不够"));
        return true;
    }
    str cells[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = i < row->count ? str_dup(r->a, str_trim(row->cells[i])) : (str){ 0 };
    struct mission_row x = { cells[ID],       cells[DOCUMENT], cells[SECTION],         cells[KIND],
                             cells[PRIORITY], cells[NAME],     cells[DECLARED].len > 0 };
    if (!map_put(&r->ids, x.id, r)) mistake(r, str_fmt(r->a, "编号 %.*s 写了两次", STR_ARG(x.id)));
    *vec_push(r->a, &r->out->rows) = x;
    count(r, &x);
    for (str rest = cells[DECLARED]; rest.len > 0;) {
        str one = without_word(rest, "；", &rest);
        if (!look_up(r, one, e)) return false;
    }
    return true;
}

static bool heads_fit(const struct sheet_row *row)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        if (i >= row->count || !str_eq(str_trim(row->cells[i]), str_of(headings[i]))) return false;
    }
    return true;
}

bool mission_read(struct arena *a, str folder, struct mission *out, struct err *e)
{
    struct reading r = { .a = a, .folder = folder, .out = out };
    struct sheet_reader *sheet;
    struct sheet_row row;
    str path = file_join(a, folder, STR("coverage.csv"));
    *out = (struct mission){ 0 };
    map_init(&r.packs, a);
    map_init(&r.ids, a);
    if (!sheet_open(&sheet, path, NULL, e)) return false;
    r.cache = pack_cache_new();
    int got = sheet_next(sheet, &row, e);
    bool ok = got == 1 && (heads_fit(&row) ||
                           fail(e, INVALID, "%.*s 的栏要是：编号、文件、段落、种类、优先、名称、声明", STR_ARG(path)));
    if (got == 0) fail(e, INVALID, "%.*s 是空的", STR_ARG(path));
    while (ok && (got = sheet_next(sheet, &row, e)) == 1) ok = read_row(&r, &row, e);
    sheet_close(sheet);
    pack_cache_free(r.cache);
    return ok && got == 0;
}

void mission_json(const struct mission *c, struct json_writer *w)
{
    json_object(w);
    json_key(w, "counts");
    json_array(w);
    VEC_EACH (const struct mission_count, x, &c->counts) {
        json_object(w);
        json_key(w, "document"), json_str(w, x->document);
        json_key(w, "kind"), json_str(w, x->kind);
        json_key(w, "rows"), json_int(w, (int64_t)x->rows);
        json_key(w, "declared"), json_int(w, (int64_t)x->declared);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "mistakes");
    json_array(w);
    VEC_EACH (const struct mission_mistake, x, &c->mistakes) {
        json_object(w);
        json_key(w, "row"), json_int(w, (int64_t)x->row);
        json_key(w, "text"), json_str(w, x->text);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}
