/* xlsx_book: what must be known before the first row: which part is the sheet, what its styles show, its texts. Each
 * part is one pass with handlers of its own. */
#include "base/utf8.h"
#include "sheet/xlsx_priv.h"

#include <string.h>

static const char TOO_MANY[] = "内容太多，不像是人做的表格";

/* Runs a part from its beginning to its end. */
static bool run_part(struct book *b, struct arena *a, str part, const struct xml_events *events, void *ptr,
                     struct xml **slot, struct err *e)
{
    int status = -1;
    if (xml_open(slot, a, b->zip, part, events, ptr, e)) status = xml_run(*slot, e);
    xml_close(*slot);
    *slot = NULL;
    return status == 0;
}

/* Copies an attribute; what is too long to be honest becomes empty and is found by nobody. */
static str keep(struct arena *a, const char *z)
{
    str s = str_of(z);
    return s.len > BOOK_NAME_BYTES ? STR("") : str_dup(a, s);
}

/* ---- relations: an id, a type, a target ---- */

struct relation {
    str id, type, target;
};

struct relations {
    struct arena *arena;
    struct xml *xml;
    VEC(struct relation) list;
};

static void relation_start(void *ptr, const char *name, const char **attributes)
{
    struct relations *r = ptr;
    if (strcmp(name, "Relationship") != 0) return;
    if (r->list.len == BOOK_ENTRIES) {
        xml_refuse(r->xml, TOO_MANY);
        return;
    }
    *vec_push(r->arena, &r->list) = (struct relation){ keep(r->arena, xml_attribute(attributes, "Id")),
                                                       keep(r->arena, xml_attribute(attributes, "Type")),
                                                       keep(r->arena, xml_attribute(attributes, "Target")) };
}

/* The first relation whose type ends so; with an id, the one of that id. Strict and transitional files differ in the
 * beginning of the type only. */
static const struct relation *relation_find(const struct relations *r, str id, str type)
{
    VEC_EACH (const struct relation, x, &r->list) {
        if (str_ends(x->type, type) && (id.p == NULL || str_eq(x->id, id))) return x;
    }
    return NULL;
}

/* "/xl/a.xml" stands from the top, "a.xml" beside the part that names it; leading "../" go up. */
static str resolve(struct arena *a, str folder, str target)
{
    if (str_starts(target, STR("/"))) return str_slice(target, 1, target.len);
    while (str_starts(target, STR("./"))) target = str_slice(target, 2, target.len);
    while (str_starts(target, STR("../"))) {
        target = str_slice(target, 3, target.len);
        folder = file_dir(folder);
        if (str_eq(folder, STR("."))) folder = STR("");
    }
    return file_join(a, folder, target);
}

static str folder_of(str part)
{
    str folder = file_dir(part);
    return str_eq(folder, STR(".")) ? STR("") : folder;
}

static bool read_relations(struct book *b, struct arena *a, str part, struct relations *r, struct err *e)
{
    static const struct xml_events events = { relation_start, NULL, NULL };
    str folder = folder_of(part), base = file_base(part);
    str rels = str_fmt(a, "%.*s%s_rels/%.*s.rels", STR_ARG(folder), folder.len > 0 ? "/" : "", STR_ARG(base));
    *r = (struct relations){ .arena = a };
    return run_part(b, a, rels, &events, r, &r->xml, e);
}

/* ---- workbook: sheets by name ---- */

struct sheet_entry {
    str name, id;
    bool hidden;
};

struct workbook {
    struct arena *arena;
    struct xml *xml;
    struct book *book;
    VEC(struct sheet_entry) sheets;
};

static bool is_true(const char *z) { return z != NULL && (strcmp(z, "1") == 0 || strcmp(z, "true") == 0); }

static void workbook_start(void *ptr, const char *name, const char **attributes)
{
    struct workbook *w = ptr;
    if (strcmp(name, "workbookPr") == 0) w->book->base_1904 = is_true(xml_attribute(attributes, "date1904"));
    if (strcmp(name, "sheet") != 0) return;
    if (w->sheets.len == BOOK_ENTRIES) {
        xml_refuse(w->xml, TOO_MANY);
        return;
    }
    const char *state = xml_attribute(attributes, "state");
    *vec_push(w->arena, &w->sheets) = (struct sheet_entry){
        keep(w->arena, xml_attribute(attributes, "name")),
        keep(w->arena, xml_attribute(attributes, "id")),
        state != NULL && strcmp(state, "visible") != 0,
    };
}

static bool fail_no_sheet(const struct workbook *w, struct arena *a, str wanted, struct err *e)
{
    struct text names;
    text_init(&names, a, 300);
    VEC_EACH (const struct sheet_entry, s, &w->sheets) {
        if (names.len > 0) text_addz(&names, "、");
        text_add(&names, s->name);
    }
    str list = text_str(&names);
    if (wanted.len == 0) return fail(e, NOT_FOUND, "文件里没有看得见的工作表");
    return fail(e, NOT_FOUND, "文件里没有工作表“%.*s”，有的是：%.*s", STR_ARG(wanted), STR_ARG(list));
}

/* A sheet of charts or macros is no table, so it counts as not there. */
static bool find_sheet(struct book *b, struct arena *a, const struct workbook *w, const struct relations *r, str folder,
                       str wanted, struct err *e)
{
    VEC_EACH (const struct sheet_entry, s, &w->sheets) {
        if (wanted.len > 0 ? !str_eq(s->name, wanted) : s->hidden) continue;
        const struct relation *x = relation_find(r, s->id, STR("/worksheet"));
        if (x == NULL) continue;
        b->sheet_part = resolve(a, folder, x->target);
        return true;
    }
    return fail_no_sheet(w, a, wanted, e);
}

/* ---- styles: what the format of each shows ---- */

struct format {
    unsigned id, shows;
};

struct styles {
    struct arena *arena;
    struct xml *xml;
    struct book *book;
    bool in_cells;
    VEC(struct format) formats;
    VEC(unsigned) ids; /* formats by style; looked up at the end, whatever the order of the file */
};

static unsigned small_number(const char *z)
{
    int64_t n;
    return z != NULL && str_to_i64(str_of(z), &n) && n <= UINT16_MAX ? (unsigned)n : 0;
}

static void styles_start(void *ptr, const char *name, const char **attributes)
{
    struct styles *s = ptr;
    if (strcmp(name, "cellXfs") == 0) s->in_cells = true;
    bool is_format = strcmp(name, "numFmt") == 0, is_style = s->in_cells && strcmp(name, "xf") == 0;
    if (s->formats.len > BOOK_ENTRIES || s->ids.len > BOOK_STYLES) {
        xml_refuse(s->xml, TOO_MANY);
        return;
    }
    unsigned id = small_number(xml_attribute(attributes, "numFmtId"));
    if (is_format) {
        *vec_push(s->arena, &s->formats) =
            (struct format){ id, format_shows(str_of(xml_attribute(attributes, "formatCode"))) };
    }
    if (is_style) *vec_push(s->arena, &s->ids) = id;
}

static void styles_end(void *ptr, const char *name)
{
    struct styles *s = ptr;
    if (strcmp(name, "cellXfs") == 0) s->in_cells = false;
}

static bool read_styles(struct book *b, struct arena *a, str part, struct err *e)
{
    static const struct xml_events events = { styles_start, styles_end, NULL };
    struct styles s = { .arena = a, .book = b };
    uint8_t *own = ARENA_ARRAY(a, uint8_t, UINT16_MAX + 1); /* 1 + shows, by id */
    if (!run_part(b, a, part, &events, &s, &s.xml, e)) return false;
    VEC_EACH (const struct format, f, &s.formats) own[f->id] = (uint8_t)(1 + f->shows);
    VEC_EACH (const unsigned, id, &s.ids) {
        *vec_push(a, &b->styles) = own[*id] != 0 ? (uint8_t)(own[*id] - 1) : (uint8_t)format_shows_builtin(*id);
    }
    return true;
}

/* ---- shared texts ---- */

enum { BLOCK = 64 * 1024 };

struct shared {
    struct arena *arena; /* of the reader */
    struct xml *xml;
    struct book *book;
    bool in_text;
    int phonetic; /* depth inside the reading aids of Japanese, which are no text */
    char *text;   /* of the current one */
    size_t len;   /* of it */
    size_t used;  /* bytes of all */
    char *block;  /* short texts are packed */
    size_t block_left;
};

static void shared_start(void *ptr, const char *name, const char **attributes)
{
    struct shared *s = ptr;
    (void)attributes;
    if (strcmp(name, "si") == 0) s->len = 0;
    if (strcmp(name, "rPh") == 0) s->phonetic++;
    s->in_text = strcmp(name, "t") == 0 && s->phonetic == 0;
}

static void shared_text(void *ptr, const char *p, size_t len)
{
    struct shared *s = ptr;
    if (!s->in_text) return;
    if (len > SHEET_CELL_BYTES - s->len) {
        xml_refuse(s->xml, "有一段文字太长");
        return;
    }
    memcpy(s->text + s->len, p, len);
    s->len += len;
}

static str pack(struct shared *s, str text)
{
    if (text.len == 0) return STR("");
    if (text.len > BLOCK / 16) return str_dup(s->arena, text);
    if (text.len > s->block_left) {
        s->block = arena_alloc(s->arena, BLOCK);
        s->block_left = BLOCK;
    }
    char *p = s->block;
    memcpy(p, text.p, text.len);
    s->block += text.len;
    s->block_left -= text.len;
    return (str){ p, text.len };
}

static void shared_end(void *ptr, const char *name)
{
    struct shared *s = ptr;
    s->in_text = false;
    if (strcmp(name, "rPh") == 0 && s->phonetic > 0) s->phonetic--;
    if (strcmp(name, "si") != 0) return;
    s->used += s->len + sizeof(str);
    if (s->used > SHEET_SHARED_BYTES) {
        xml_refuse(s->xml, "文字太多，放不进内存；请拆分，或另存为 CSV");
        return;
    }
    *vec_push(s->arena, &s->book->shared) = pack(s, (str){ s->text, text_unescape(s->text, s->len) });
}

static bool read_shared(struct book *b, struct arena *a, str part, struct err *e)
{
    static const struct xml_events events = { shared_start, shared_end, shared_text };
    struct shared s = { .arena = a, .book = b, .text = arena_alloc(a, SHEET_CELL_BYTES) };
    return run_part(b, a, part, &events, &s, &s.xml, e);
}

/* ---- all together ---- */

static bool read_workbook(struct book *b, struct arena *a, str part, str sheet_name, struct err *e)
{
    static const struct xml_events events = { workbook_start, NULL, NULL };
    struct workbook w = { .arena = a, .book = b };
    struct relations r;
    str folder = folder_of(part);
    if (!run_part(b, a, part, &events, &w, &w.xml, e) || !read_relations(b, a, part, &r, e)) return false;
    if (!find_sheet(b, a, &w, &r, folder, sheet_name, e)) return false;
    const struct relation *styles = relation_find(&r, (str){ 0 }, STR("/styles"));
    const struct relation *shared = relation_find(&r, (str){ 0 }, STR("/sharedStrings"));
    if (styles != NULL && !read_styles(b, a, resolve(a, folder, styles->target), e)) return false;
    return shared == NULL || read_shared(b, a, resolve(a, folder, shared->target), e);
}

bool book_read(struct book *b, struct arena *a, str sheet_name, struct err *e)
{
    struct relations r;
    if (!zip_has(b->zip, STR("_rels/.rels"))) {
        return fail(e, INVALID, "这是压缩包，不是 .xlsx 表格；如果里面有表格，请先解压");
    }
    if (!read_relations(b, a, STR(""), &r, e)) return false;
    const struct relation *main = relation_find(&r, (str){ 0 }, STR("/officeDocument"));
    str part = main == NULL ? STR("") : resolve(a, STR(""), main->target);
    if (part.len == 0 || str_ends(part, STR(".bin")) || str_starts(part, STR("word/")) ||
        str_starts(part, STR("ppt/"))) {
        return fail(e, INVALID, "不是 .xlsx 表格（可能是 Word、PPT 或 .xlsb），请用 Excel 另存为 .xlsx");
    }
    return read_workbook(b, a, part, sheet_name, e);
}
