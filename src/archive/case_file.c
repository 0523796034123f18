/* case_file: the catalogue is written once as JSON, which is what is signed; the PDF beside it is for people and is
 * listed in it like a document. Verification reads the JSON, then every part it names, and counts that there are no
 * others. */
#include "archive/case_file.h"

#include "base/file.h"
#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"
#include "paper/paper.h"
#include "sheet/zip_read.h"
#include "sheet/zip_write.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CATALOGUE_MAX = 1 << 20, NAME_MAX_BYTES = 120, PIECE = 1 << 16, SIGNATURE_MAX = 4096, WRONG_MAX = 1 << 18 };

#define CATALOGUE_JSON "目录.json"
#define CATALOGUE_PDF  "目录.pdf"
#define SIGNATURE_NAME "目录.json.sm2"

static bool good_name(str s)
{
    if (s.len == 0 || s.len > NAME_MAX_BYTES || !utf8_valid(s, NULL) || s.p[0] == '.') return false;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] < ' ' || strchr("/\\:*?\"<>|", s.p[i]) != NULL) return false;
    return true;
}

static bool good(const struct case_file *c, struct arena *a, struct err *e)
{
    struct map seen;
    map_init(&seen, a);
    uint64_t bytes = 0;
    if (c->number.len == 0) return fail(e, INVALID, "案卷没有编号");
    if (c->document_count > CASE_FILE_DOCUMENTS_MAX)
        return fail(e, LIMIT, "一个案卷最多 %d 份文件，这里有 %zu 份", CASE_FILE_DOCUMENTS_MAX, c->document_count);
    for (size_t i = 0; i < c->document_count; i++) {
        const struct case_document *d = &c->documents[i];
        bytes += d->bytes.len;
        if (!good_name(d->name))
            return fail(e, INVALID, "案卷里的文件名“%.*s”不能用；请去掉斜线、冒号这些符号", STR_ARG(d->name));
        if (map_get(&seen, d->name) != NULL || str_eq(d->name, STR(CATALOGUE_JSON)) ||
            str_eq(d->name, STR(CATALOGUE_PDF)) || str_eq(d->name, STR(SIGNATURE_NAME)))
            return fail(e, INVALID, "案卷里有两份文件都叫“%.*s”；请改一个名字", STR_ARG(d->name));
        map_put(&seen, d->name, (void *)(uintptr_t)d);
    }
    if (bytes > CASE_FILE_BYTES_MAX) return fail(e, LIMIT, "案卷太大，最多 512 MiB；请把大的材料单独保管");
    return true;
}

/* ---- the catalogue ---- */

struct listed {
    const struct case_document *document;
    char hash[SM3_HEX + 1];
};

static void key_str(struct json_writer *w, const char *key, str value)
{
    json_key(w, key);
    json_str(w, value);
}

static void key_day(struct json_writer *w, const char *key, date d)
{
    char day[DATE_TEXT];
    date_text(d, day);
    key_str(w, key, str_of(day));
}

static void catalogue_json(const struct case_file *c, const struct listed *list, size_t count, struct text *out)
{
    struct json_writer w;
    json_begin(&w, out, true);
    json_object(&w);
    key_str(&w, "format", STR("leye-case-file-1"));
    key_str(&w, "number", c->number);
    key_str(&w, "title", c->title);
    key_str(&w, "office", c->office);
    key_day(&w, "closed", c->closed);
    json_key(&w, "documents");
    json_array(&w);
    for (size_t i = 0; i < count; i++) {
        const struct case_document *d = list[i].document;
        json_object(&w);
        key_str(&w, "name", d->name);
        key_str(&w, "title", d->title);
        key_str(&w, "maker", d->maker);
        key_day(&w, "day", d->day);
        json_key(&w, "bytes");
        json_int(&w, (int64_t)d->bytes.len);
        key_str(&w, "sm3", str_of(list[i].hash));
        json_object_end(&w);
    }
    json_array_end(&w);
    json_object_end(&w);
    text_addc(out, '\n');
}

static bool catalogue_pdf(const struct case_file *c, const struct listed *list, size_t count, struct arena *a, str *pdf,
                          struct err *e)
{
    const struct paper_column columns[] = {
        { STR("序号"), 1, true },  { STR("文件"), 5, false },          { STR("责任者"), 2, false },
        { STR("日期"), 3, false }, { STR("校验值（SM3）"), 6, false },
    };
    enum { COLUMNS = sizeof columns / sizeof *columns };
    struct paper *p;
    struct paper_about about = { str_fmt(a, "案卷目录 %.*s", STR_ARG(c->number)), c->office, c->closed };
    if (!paper_new(&p, a, &about, e)) return false;
    paper_title(p, STR("案卷目录"));
    const struct paper_fact facts[] = {
        { STR("案卷号"), c->number },
        { STR("题名"), c->title },
        { STR("立卷单位"), c->office },
        { STR("办结日期"), date_zh(a, c->closed) },
        { STR("件数"), str_fmt(a, "%zu", count) },
    };
    paper_facts(p, facts, sizeof facts / sizeof *facts);
    str *cells = ARENA_ARRAY(a, str, count * COLUMNS + 1);
    for (size_t i = 0; i < count; i++) {
        const struct case_document *d = list[i].document;
        str *row = cells + i * COLUMNS;
        row[0] = str_fmt(a, "%zu", i + 1);
        row[1] = str_fmt(a, "%.*s\n%.*s", STR_ARG(d->title), STR_ARG(d->name));
        row[2] = d->maker;
        row[3] = date_zh(a, d->day);
        row[4] = str_of(list[i].hash);
    }
    paper_table(p, STR(""), columns, COLUMNS, cells, count);
    paper_note(
        p, STR("核对方法：每份文件的 SM3 校验值应当与上表相同；“目录.json.sm2”是立卷单位对“目录.json”的 SM2 签名。"));
    return paper_end(p, pdf, e);
}

/* ---- writing ---- */

static bool part(struct zip_out *z, const char *name, str bytes, struct err *e)
{
    return zip_begin(z, name, e) && zip_add(z, bytes, e) && zip_end(z, e);
}

bool case_file_write(const struct case_file *c, const struct journal_signer *signer, str path, struct err *e)
{
    autoarena *a = arena_new("case file", 0);
    struct listed *list = ARENA_ARRAY(a, struct listed, c->document_count + 1);
    struct case_document pdf = { STR(CATALOGUE_PDF), STR("案卷目录"), c->office, c->closed, { 0 } };
    if (!good(c, a, e)) return false;
    for (size_t i = 0; i < c->document_count; i++) {
        list[i].document = &c->documents[i];
        if (!crypto_sm3_hex(c->documents[i].bytes, list[i].hash, e)) return false;
    }
    struct text catalogue;
    str signature;
    text_init(&catalogue, a, CATALOGUE_MAX);
    if (!catalogue_pdf(c, list, c->document_count, a, &pdf.bytes, e)) return false;
    list[c->document_count].document = &pdf;
    if (!crypto_sm3_hex(pdf.bytes, list[c->document_count].hash, e)) return false;
    catalogue_json(c, list, c->document_count + 1, &catalogue);
    if (catalogue.over) return fail(e, LIMIT, "案卷目录太长；请缩短文件的题名");
    if (!sm2_sign(signer->key, signer->id, text_str(&catalogue), a, &signature, e)) return false;

    struct file_out *file = ARENA_NEW(a, struct file_out);
    struct zip_out *z;
    if (!file_create(file, path, e)) return false;
    bool ok = zip_new(&z, a, file, e) && part(z, CATALOGUE_JSON, text_str(&catalogue), e) &&
              part(z, SIGNATURE_NAME, signature, e);
    for (size_t i = 0; ok && i <= c->document_count; i++)
        ok = part(z, str_dup(a, list[i].document->name).p, list[i].document->bytes, e);
    if (!ok || !zip_finish(z, e)) {
        file_discard(file);
        return false;
    }
    return file_commit(file, e);
}

/* ---- verifying ---- */

static bool read_part(struct zip_in *z, str name, size_t max, struct arena *a, str *out, struct err *e)
{
    struct zip_entry *f;
    struct text t;
    uint64_t size;
    text_init(&t, a, max);
    if (!zip_entry_open(&f, z, name, &size, e)) return false;
    char *piece = arena_alloc(a, PIECE);
    size_t len = 1;
    bool ok = true;
    while (ok && len > 0) {
        ok = zip_entry_read(f, piece, PIECE, &len, e);
        if (ok) text_add(&t, (str){ piece, len });
        if (ok && t.over) ok = fail(e, LIMIT, "“%.*s”太大，不像案卷里的目录", STR_ARG(name));
    }
    zip_entry_close(f);
    *out = text_str(&t);
    return ok;
}

/* Of a part of any size, piece by piece. */
static bool hash_part(struct zip_in *z, str name, struct arena *a, char out[SM3_HEX + 1], struct err *e)
{
    struct zip_entry *f;
    struct sm3 *h;
    unsigned char hash[SM3_BYTES];
    uint64_t size;
    if (!sm3_new(a, &h, e) || !zip_entry_open(&f, z, name, &size, e)) return false;
    char *piece = arena_alloc(a, PIECE);
    size_t len = 1;
    bool ok = true;
    while (ok && len > 0) {
        ok = zip_entry_read(f, piece, PIECE, &len, e);
        if (ok) sm3_add(h, (str){ piece, len });
    }
    zip_entry_close(f);
    if (!ok || !sm3_end(h, hash, e)) return false;
    sm3_text(hash, out);
    return true;
}

static str word(const struct json *object, const char *key)
{
    const struct json *v = json_member(object, str_of(key));
    return v != NULL && v->kind == JSON_STRING ? v->string : (str){ 0 };
}

static void wrong(struct case_file_report *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void wrong(struct case_file_report *r, const char *fmt, ...)
{
    char line[ERR_TEXT];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof line, fmt, args);
    va_end(args);
    r->sound = false;
    text_addz(r->what, line);
    text_addc(r->what, '\n');
}

static bool look_at_document(struct zip_in *z, const struct json *listed, struct arena *a, struct case_file_report *r,
                             struct err *e)
{
    str name = word(listed, "name"), hash = word(listed, "sm3");
    char found[SM3_HEX + 1];
    struct err broken = { 0 };
    if (name.len == 0 || !zip_has(z, name)) {
        wrong(r, "缺了“%.*s”", STR_ARG(name));
        return true;
    }
    struct arena_mark here = arena_mark(a);
    bool read = hash_part(z, name, a, found, &broken);
    if (!read && (broken.code == ERR_MEMORY || broken.code == ERR_IO)) {
        *e = broken;
        return false;
    }
    arena_rewind(a, here);
    if (!read)
        wrong(r, "“%.*s”坏了：%s", STR_ARG(name), err_cause(&broken));
    else if (!str_eq(hash, str_of(found)))
        wrong(r, "“%.*s”与目录里的校验值不符，被改过", STR_ARG(name));
    return true;
}

static bool look(struct zip_in *z, const struct journal_signer *signer, struct arena *a, struct case_file_report *r,
                 struct err *e)
{
    str text, signature;
    const struct json *catalogue;
    struct err broken = { 0 };
    if (!zip_has(z, STR(CATALOGUE_JSON)) || !zip_has(z, STR(SIGNATURE_NAME))) {
        wrong(r, "没有目录或目录的签名，不是本系统的案卷");
        return true;
    }
    if (!read_part(z, STR(CATALOGUE_JSON), CATALOGUE_MAX, a, &text, &broken) ||
        !read_part(z, STR(SIGNATURE_NAME), SIGNATURE_MAX, a, &signature, &broken) ||
        !json_read(a, text, &catalogue, &broken)) {
        wrong(r, "目录坏了：%s", err_cause(&broken));
        return true;
    }
    bool same = false;
    if (!sm2_verify(signer->key, signer->id, text, signature, &same, e)) return false;
    if (!same) wrong(r, "目录的签名不对：目录被改过，或者不是这个单位签的");
    r->number = word(catalogue, "number");
    r->office = word(catalogue, "office");
    const struct json *documents = json_member(catalogue, STR("documents"));
    if (documents == NULL || documents->kind != JSON_ARRAY) {
        wrong(r, "目录里没有文件清单");
        return true;
    }
    for (size_t i = 0; i < documents->count; i++)
        if (!look_at_document(z, &documents->items[i], a, r, e)) return false;
    r->documents = documents->count;
    if (zip_count(z) != documents->count + 2)
        wrong(r, "压缩包里有 %zu 个文件，目录里（连目录和签名）是 %zu 个", zip_count(z), documents->count + 2);
    return true;
}

bool case_file_verify(str path, const struct journal_signer *signer, struct arena *a, struct case_file_report *out,
                      struct err *e)
{
    struct file_in file;
    struct zip_in *z = NULL;
    struct text *what = ARENA_NEW(a, struct text);
    text_init(what, a, WRONG_MAX);
    *out = (struct case_file_report){ .sound = true, .what = what };
    if (!file_open(&file, path, e)) return false;
    bool ok = zip_in_open(&z, a, &file, 2 * (uint64_t)CASE_FILE_BYTES_MAX, e) && look(z, signer, a, out, e);
    zip_in_close(z);
    file_close(&file);
    return ok;
}
