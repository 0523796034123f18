/* pack: from a folder to a checked program.
 *
 * The chain is found first, reading only each pack.leye for its 上级; then every file is parsed, uppermost pack first, so
 * that a source's pack number tells who may fill what. Hashes go over path and text of each file, so that a receipt names
 * the rules bit for bit. */
#include "pack/pack.h"
#include "base/crypto.h"
#include "base/utf8.h"
#include "lang/limits.h"

enum { CHAIN_MAX = 8 }; /* 国家 省 市 县, and room for drafts on top */

static bool read_file(struct arena *a, str path, const struct pack_overlay *overlays, size_t n, str *out, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(overlays[i].path, path)) {
            *out = overlays[i].text;
            return true;
        }
    }
    return file_read(a, path, LIMIT_FILE_BYTES, out, e);
}

/* Adds a source; bytes that are no UTF-8 are reported and replaced by blanks, so that the rest can still be checked. */
static void add_source(struct pack_set *set, str path, str text, uint16_t pack)
{
    struct program *p = set->program;
    size_t bad;
    if (str_starts(text, STR("\xEF\xBB\xBF"))) text = str_slice(text, 3, text.len);
    bool valid = utf8_valid(text, &bad);
    uint16_t id = (uint16_t)p->sources.len;
    struct source *s = vec_push(set->arena, &p->sources);
    if (!valid) {
        char *copy = arena_alloc(set->arena, text.len + 1);
        for (size_t i = 0; i < text.len;) {
            size_t len;
            bool broken = utf8_at(text, i, &len) == 0xFFFD && len == 1;
            for (size_t k = 0; k < len; k++) copy[i + k] = broken ? ' ' : text.p[i + k];
            i += len;
        }
        text = (str){ copy, text.len };
    }
    source_init(s, set->arena, path, text);
    s->pack = pack;
    s->id = id;
    if (!valid) {
        struct loc l = { .from = (uint32_t)bad, .to = (uint32_t)bad + 1, .source = id };
        diag_suggest(&set->diags, diag_add(&set->diags, DIAG_bad_utf8, l, "这里不是 UTF-8 文本"), "用 UTF-8 编码保存文件（旧文件可能是 GB18030）");
    }
    parse_file(s, set->arena, &set->diags, &p->decls);
}

static bool upper_of(struct arena *a, str dir, const struct pack_overlay *overlays, size_t n, str *out, struct err *e)
{
    *out = STR("");
    str path = file_join(a, dir, STR("pack.leye")), text;
    if (!read_file(a, path, overlays, n, &text, e)) return fail_up(e, "文件夹 %.*s 不是包：读不到 pack.leye", STR_ARG(dir));
    struct diags d;
    diags_init(&d, a);
    struct source s;
    source_init(&s, a, path, utf8_valid(text, &(size_t){ 0 }) ? text : STR(""));
    s.id = 0;
    s.pack = 0;
    decl_list decls = { 0 };
    parse_file(&s, a, &d, &decls);
    VEC_EACH (struct decl *, pd, &decls) {
        const struct ast_field *f = (*pd)->kind == KIND_PACK ? decl_field(*pd, FIELD_PACK_UPPER) : NULL;
        if (f != NULL && f->names.len > 0) *out = f->names.at[0].text;
    }
    return true;
}

static bool strip_slash(str *dir)
{
    while (dir->len > 1 && dir->p[dir->len - 1] == '/') dir->len--;
    return dir->len > 0;
}

static void start(struct pack_set *set, struct arena *a)
{
    *set = (struct pack_set){ .arena = a, .program = ARENA_NEW(a, struct program) };
    set->program->arena = a;
    diags_init(&set->diags, a);
}

static void finish(struct pack_set *set)
{
    struct program *p = set->program;
    for (size_t i = 0; i < p->packs.len; i++) {
        VEC_EACH (struct decl *, pd, &p->decls) {
            if ((*pd)->kind == KIND_PACK && (*pd)->pack == i && p->packs.at[i].decl == NULL) p->packs.at[i].decl = *pd;
        }
    }
    program_check(p, &set->diags);
    diags_sort(&set->diags, p->sources.at, p->sources.len);
}

static str hash_of(struct arena *a, str data)
{
    char hex[SM3_HEX + 1];
    struct err e = { 0 };
    if (!crypto_sm3_hex(data, hex, &e)) return STR("");
    return str_dup(a, (str){ hex, SM3_HEX });
}

/* One line "name hash" per file, then the hash of the lines. */
static void hash_packs(struct pack_set *set)
{
    struct program *p = set->program;
    struct text all;
    text_init(&all, set->arena, 1 << 20);
    for (size_t i = 0; i < p->packs.len; i++) {
        struct text lines;
        text_init(&lines, set->arena, 1 << 20);
        VEC_EACH (const struct source, s, &p->sources) {
            if (s->pack != i) continue;
            str name = str_slice(s->path, p->packs.at[i].path.len + 1, s->path.len);
            text_addf(&lines, "%.*s %.*s\n", STR_ARG(name), STR_ARG(hash_of(set->arena, s->text)));
        }
        p->packs.at[i].hash = hash_of(set->arena, text_str(&lines));
        text_addf(&all, "%.*s %.*s\n", STR_ARG(p->packs.at[i].name), STR_ARG(p->packs.at[i].hash));
    }
    p->hash = hash_of(set->arena, text_str(&all));
}

bool pack_load(struct pack_set *set, struct arena *a, str dir, const struct pack_overlay *overlays, size_t overlay_count,
               struct err *e)
{
    start(set, a);
    str chain[CHAIN_MAX];
    unsigned n = 0;
    if (!strip_slash(&dir)) return fail(e, INVALID, "没有写包的文件夹");
    if (!file_is_dir(dir)) return fail(e, NOT_FOUND, "没有文件夹 %.*s", STR_ARG(dir));
    for (str at = dir; at.len > 0;) {
        for (unsigned i = 0; i < n; i++) {
            if (str_eq(chain[i], at)) return fail(e, INVALID, "包 %.*s 的上级兜了一圈又是它自己", STR_ARG(at));
        }
        if (n == CHAIN_MAX) return fail(e, LIMIT, "包最多 %d 级", CHAIN_MAX);
        chain[n++] = str_dup(a, at);
        str upper;
        if (!upper_of(a, at, overlays, overlay_count, &upper, e)) return n == 1 ? false : fail_up(e, "它是 %.*s 的上级", STR_ARG(chain[n - 2]));
        at = upper.len > 0 ? file_join(a, file_dir(at), upper) : STR("");
    }
    for (unsigned i = n; i-- > 0;) {
        uint16_t pack = (uint16_t)set->program->packs.len;
        *vec_push(a, &set->program->packs) = (struct pack_info){ .name = file_base(chain[i]), .path = chain[i] };
        file_list files = { 0 };
        if (!file_walk(a, chain[i], STR(".leye"), LIMIT_FILES, &files, e)) return fail_up(e, "读不了包 %.*s", STR_ARG(chain[i]));
        if (set->program->sources.len + files.len > LIMIT_FILES) return fail(e, LIMIT, "一串包最多 %d 个文件", LIMIT_FILES);
        VEC_EACH (str, path, &files) {
            str text;
            if (!read_file(a, *path, overlays, overlay_count, &text, e)) return fail_up(e, "读不了 %.*s", STR_ARG(*path));
            add_source(set, *path, text, pack);
        }
    }
    finish(set);
    hash_packs(set);
    return true;
}

void pack_load_text(struct pack_set *set, struct arena *a, str path, str text)
{
    start(set, a);
    *vec_push(a, &set->program->packs) = (struct pack_info){ .name = path, .path = STR("") };
    add_source(set, path, text, 0);
    finish(set);
    set->program->hash = hash_of(a, text);
}

str pack_folder_of(struct arena *a, str path)
{
    for (str dir = file_dir(path);; dir = file_dir(dir)) {
        if (file_exists(file_join(a, dir, STR("pack.leye")))) return dir;
        if (dir.len <= 1) return STR("");
    }
}

bool pack_find(struct arena *a, str dir, file_list *out, struct err *e)
{
    strip_slash(&dir);
    file_list files = { 0 };
    if (!file_walk(a, dir, STR("pack.leye"), LIMIT_FILES, &files, e)) return false;
    VEC_EACH (str, f, &files) {
        if (str_eq(file_base(*f), STR("pack.leye"))) *vec_push(a, out) = file_dir(*f);
    }
    return true;
}
