/* pack: from a folder to a checked program.
 *
 * The chain is found first, reading only each pack.leye for its 上级; then every file is parsed, uppermost pack first,
 * so that a source's pack number tells who may fill what. Hashes go over path and text of each file, so that a receipt
 * names the rules bit for bit. */
#include "pack/pack.h"
#include "base/crypto.h"
#include "base/utf8.h"
#include "lang/limits.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHAIN_MAX = 8 }; /* 国家 省 市 县, and room for drafts on top */

struct cached_file {
    struct source source;
    struct diags diags;
    decl_list decls;
};

struct pack_cache {
    struct arena *arena;
    struct map files; /* by path: struct cached_file */
    struct map seen;  /* packs already analysed, by path */
};

struct pack_cache *pack_cache_new(void)
{
    struct arena *a = arena_new("pack cache", 0);
    struct pack_cache *c = ARENA_NEW(a, struct pack_cache);
    c->arena = a;
    map_init(&c->files, a);
    map_init(&c->seen, a);
    return c;
}

void pack_cache_free(struct pack_cache *c)
{
    if (c != NULL) arena_free(c->arena);
}

bool pack_cache_seen(const struct pack_cache *c, str pack_path) { return map_get(&c->seen, pack_path) != NULL; }

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

static str hash_of(struct arena *a, str data)
{
    char hex[SM3_HEX + 1];
    struct err e = { 0 };
    if (!crypto_sm3_hex(data, hex, &e)) return STR("");
    return str_dup(a, (str){ hex, SM3_HEX });
}

/* Bytes that are no UTF-8 become blanks, so that the rest can still be checked. */
static str blank_broken(struct arena *a, str text)
{
    char *copy = arena_alloc(a, text.len + 1);
    for (size_t i = 0; i < text.len;) {
        size_t len;
        bool broken = utf8_at(text, i, &len) == 0xFFFD && len == 1;
        for (size_t k = 0; k < len; k++) copy[i + k] = broken ? ' ' : text.p[i + k];
        i += len;
    }
    return (str){ copy, text.len };
}

static void parse_text(struct cached_file *f, struct arena *a, str path, str text, uint16_t pack, uint16_t id,
                       bool rules_only)
{
    size_t bad;
    bool valid = utf8_valid(text, &bad);
    diags_init(&f->diags, a);
    source_init(&f->source, a, path, valid ? text : blank_broken(a, text));
    f->source.pack = pack;
    f->source.id = id;
    if (!valid) {
        struct loc l = { .from = (uint32_t)bad, .to = (uint32_t)bad + 1, .source = id };
        diag_suggest(&f->diags, diag_add(&f->diags, DIAG_bad_utf8, l, "这里不是 UTF-8 文本"),
                     "用 UTF-8 编码保存文件（旧文件可能是 GB18030）");
    }
    (rules_only ? parse_rules : parse_file)(&f->source, a, &f->diags, &f->decls);
}

/* Adds a parsed file to the set; its mistakes too. */
static void add_file(struct pack_set *set, const struct cached_file *f)
{
    struct program *p = set->program;
    *vec_push(set->arena, &p->sources) = f->source;
    VEC_EACH (struct decl *, d, &f->decls) *vec_push(set->arena, &p->decls) = *d;
    diags_append(&set->diags, &f->diags);
}

static void add_text(struct pack_set *set, str path, str text, uint16_t pack)
{
    struct cached_file f = { 0 };
    parse_text(&f, set->arena, path, text, pack, (uint16_t)set->program->sources.len, set->program->rules_only);
    add_file(set, &f);
}

/* A file of the chain, from the cache when it stands at the same place of this chain as when it was parsed. */
static bool add_path(struct pack_set *set, struct pack_cache *cache, str path, uint16_t pack,
                     const struct pack_overlay *overlays, size_t n, struct err *e)
{
    uint16_t id = (uint16_t)set->program->sources.len;
    struct cached_file *f = cache ? map_get(&cache->files, path) : NULL;
    str text;
    if (f == NULL || f->source.pack != pack || f->source.id != id) {
        struct arena *a = cache ? cache->arena : set->arena;
        if (!read_file(a, path, overlays, n, &text, e)) return fail_up(e, "读不了 %.*s", STR_ARG(path));
        f = ARENA_NEW(a, struct cached_file);
        parse_text(f, a, path, text, pack, id, set->program->rules_only);
        if (cache) map_put(&cache->files, f->source.path, f);
    }
    add_file(set, f);
    return true;
}

/* The text of the 包 declaration alone: a pack.leye may hold all the rest as well, which is parsed later. */
static str pack_head(str text)
{
    size_t from = SIZE_MAX;
    for (size_t at = 0; at < text.len;) {
        str rest = str_slice(text, at, text.len);
        const char *end = memchr(rest.p, '\n', rest.len);
        size_t next = end ? at + (size_t)(end - rest.p) + 1 : text.len;
        bool top = rest.p[0] != ' ' && rest.p[0] != '\t' && rest.p[0] != '\n' && rest.p[0] != '\r' && rest.p[0] != '-';
        if (top && from != SIZE_MAX) return str_slice(text, from, at);
        if (str_starts(rest, STR("包 ")) || str_starts(rest, STR("pack "))) from = at;
        at = next;
    }
    return from == SIZE_MAX ? STR("") : str_slice(text, from, text.len);
}

static bool upper_of(struct arena *a, str dir, const struct pack_overlay *overlays, size_t n, str *out, struct err *e)
{
    *out = STR("");
    str path = file_join(a, dir, STR("pack.leye")), text;
    if (!read_file(a, path, overlays, n, &text, e))
        return fail_up(e, "文件夹 %.*s 不是包：读不到 pack.leye", STR_ARG(dir));
    struct diags d; /* what is wrong with it is said when the file itself is read */
    diags_init(&d, a);
    struct source s = { 0 };
    text = pack_head(text);
    source_init(&s, a, path, utf8_valid(text, NULL) ? text : STR(""));
    decl_list decls = { 0 };
    parse_file(&s, a, &d, &decls);
    VEC_EACH (struct decl *, pd, &decls) {
        const struct ast_field *f = decl_field(*pd, FIELD_PACK_UPPER);
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
            str name = str_slice(s->path, p->packs.at[i].path.len + 1, s->path.len),
                hash = hash_of(set->arena, s->text);
            text_addf(&lines, "%.*s %.*s\n", STR_ARG(name), STR_ARG(hash));
        }
        p->packs.at[i].hash = hash_of(set->arena, text_str(&lines));
        text_addf(&all, "%.*s %.*s\n", STR_ARG(p->packs.at[i].name), STR_ARG(p->packs.at[i].hash));
    }
    p->hash = hash_of(set->arena, text_str(&all));
}

/* The folder a pack lies in. "." and ".." are folders, too: what is above them is one more "..". */
static str folder_above(struct arena *a, str dir)
{
    str base = file_base(dir);
    if (str_eq(dir, STR("."))) return STR("..");
    return str_eq(base, STR(".")) || str_eq(base, STR("..")) ? file_join(a, dir, STR("..")) : file_dir(dir);
}

/* What a pack is called: its folder, also when one stands in it and says ".". */
static str name_of(struct arena *a, str dir)
{
    char real[PATH_MAX], z[PATH_MAX];
    str base = file_base(dir);
    if ((!str_eq(base, STR(".")) && !str_eq(base, STR(".."))) || dir.len >= sizeof z) return base;
    memcpy(z, dir.p, dir.len);
    z[dir.len] = 0;
    return realpath(z, real) == NULL ? base : str_dup(a, file_base(str_of(real)));
}

static bool is_pack(struct arena *a, str dir, const struct pack_overlay *overlays, size_t n)
{
    str path = file_join(a, dir, STR("pack.leye"));
    for (size_t i = 0; i < n; i++) {
        if (str_eq(overlays[i].path, path)) return true;
    }
    return file_exists(path);
}

str pack_installed(struct arena *a)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    if (n <= 0 || (size_t)n >= sizeof path) return STR("");
    return file_join(a, file_dir(file_dir((str){ path, (size_t)n })), STR("share/leye/packs"));
}

/* The folder of an upper pack: beside the lower one; else among the installed ones, so that a place needs nothing but
 * its own folder. When it is in neither, the first is what the message names. */
static str upper_folder(struct arena *a, str dir, str upper, const struct pack_overlay *overlays, size_t n)
{
    str beside = file_join(a, folder_above(a, dir), upper), installed = pack_installed(a);
    if (is_pack(a, beside, overlays, n) || installed.len == 0) return beside;
    installed = file_join(a, installed, upper);
    return file_exists(file_join(a, installed, STR("pack.leye"))) ? installed : beside;
}

/* The folders of the chain, lowest first. */
static bool find_chain(struct arena *a, str dir, const struct pack_overlay *overlays, size_t count,
                       str chain[CHAIN_MAX], unsigned *n, struct err *e)
{
    *n = 0;
    for (str at = dir; at.len > 0;) {
        for (unsigned i = 0; i < *n; i++) {
            if (str_eq(chain[i], at)) return fail(e, INVALID, "包 %.*s 的上级兜了一圈又是它自己", STR_ARG(at));
        }
        if (*n == CHAIN_MAX) return fail(e, LIMIT, "包最多 %d 级", CHAIN_MAX);
        chain[(*n)++] = str_dup(a, at);
        str upper;
        if (!upper_of(a, at, overlays, count, &upper, e)) {
            if (*n == 1) return false;
            return fail_up(e, "它是 %.*s 的上级：放在它旁边，或者装好的包里（%.*s）", STR_ARG(chain[*n - 2]),
                           STR_ARG(pack_installed(a)));
        }
        at = upper.len > 0 ? upper_folder(a, at, upper, overlays, count) : STR("");
    }
    return true;
}

static int by_path(const void *x, const void *y) { return str_cmp(*(const str *)x, *(const str *)y); }

/* The files of a folder as the overlays have them: what is new joins, what is gone leaves. */
static void lay_over(struct arena *a, str dir, const struct pack_overlay *overlays, size_t n, file_list *files)
{
    for (size_t i = 0; i < n; i++) {
        str path = overlays[i].path;
        bool within = str_starts(path, dir) && path.len > dir.len && path.p[dir.len] == '/';
        size_t at = 0;
        while (at < files->len && !str_eq(files->at[at], path)) at++;
        if (at == files->len && within && !overlays[i].gone && str_ends(path, STR(".leye")))
            *vec_push(a, files) = path;
        else if (at < files->len && overlays[i].gone)
            files->at[at] = files->at[--files->len];
    }
    if (n > 0) qsort(files->at, files->len, sizeof *files->at, by_path);
}

static bool load(struct pack_set *set, struct arena *a, str dir, struct pack_cache *cache, bool rules_only,
                 const struct pack_overlay *overlays, size_t overlay_count, struct err *e)
{
    start(set, a);
    set->program->rules_only = rules_only;
    str chain[CHAIN_MAX];
    unsigned n = 0;
    if (!strip_slash(&dir)) return fail(e, INVALID, "没有写包的文件夹");
    if (!file_is_dir(dir)) return fail(e, NOT_FOUND, "没有文件夹 %.*s", STR_ARG(dir));
    if (!find_chain(a, dir, overlays, overlay_count, chain, &n, e)) return false;
    for (unsigned i = n; i-- > 0;) {
        uint16_t pack = (uint16_t)set->program->packs.len;
        *vec_push(a, &set->program->packs) = (struct pack_info){ .name = name_of(a, chain[i]), .path = chain[i] };
        file_list files = { 0 };
        if (!file_walk(a, chain[i], STR(".leye"), LIMIT_FILES, &files, e))
            return fail_up(e, "读不了包 %.*s", STR_ARG(chain[i]));
        lay_over(a, chain[i], overlays, overlay_count, &files);
        if (set->program->sources.len + files.len > LIMIT_FILES)
            return fail(e, LIMIT, "一串包最多 %d 个文件", LIMIT_FILES);
        VEC_EACH (str, path, &files) {
            if (!add_path(set, cache, *path, pack, overlays, overlay_count, e)) return false;
        }
        if (cache != NULL && pack_cache_seen(cache, chain[i])) set->program->analyse_from = (uint16_t)(pack + 1);
    }
    finish(set);
    if (cache == NULL) hash_packs(set); /* with a cache one only checks */
    for (unsigned i = 0; i < n && cache != NULL; i++) map_put(&cache->seen, str_dup(cache->arena, chain[i]), cache);
    return true;
}

bool pack_load(struct pack_set *set, struct arena *a, str dir, const struct pack_overlay *overlays,
               size_t overlay_count, struct err *e)
{
    return load(set, a, dir, NULL, false, overlays, overlay_count, e);
}

bool pack_load_rules(struct pack_set *set, struct arena *a, str dir, struct err *e)
{
    return load(set, a, dir, NULL, true, NULL, 0, e);
}

bool pack_load_cached(struct pack_set *set, struct arena *a, str dir, struct pack_cache *cache, struct err *e)
{
    return load(set, a, dir, cache, false, NULL, 0, e);
}

static void load_text(struct pack_set *set, struct arena *a, str path, str text)
{
    *vec_push(a, &set->program->packs) = (struct pack_info){ .name = path, .path = STR("") };
    add_text(set, path, text, 0);
    finish(set);
    set->program->hash = hash_of(a, text);
}

void pack_load_text(struct pack_set *set, struct arena *a, str path, str text)
{
    start(set, a);
    load_text(set, a, path, text);
}

/* ---- kept as one text ----
 *
 *   pack NAME            a pack of the chain, uppermost first
 *   file NAME BYTES      a file of it; its text and a line end follow
 *   text PATH BYTES      instead of all that: a program that was one text */

static void keep_file(struct text *out, const char *word, str name, str text)
{
    text_addf(out, "%s %.*s %zu\n", word, STR_ARG(name), text.len);
    text_add(out, text);
    text_addc(out, '\n');
}

void pack_keep(const struct pack_set *set, struct text *out)
{
    const struct program *p = set->program;
    bool one = p->packs.len == 1 && p->packs.at[0].path.len == 0;
    for (size_t i = 0; i < p->packs.len; i++) {
        const struct pack_info *k = &p->packs.at[i];
        if (!one) text_addf(out, "pack %.*s\n", STR_ARG(k->name));
        VEC_EACH (const struct source, s, &p->sources) {
            if (s->pack != i) continue;
            str name = one ? s->path : str_slice(s->path, k->path.len + 1, s->path.len);
            keep_file(out, one ? "text" : "file", name, s->text);
        }
    }
}

/* "NAME BYTES" and the bytes behind the line. */
static bool kept_file(str line, str *rest, str *name, str *text)
{
    size_t blank = line.len;
    int64_t n;
    while (blank > 0 && line.p[blank - 1] != ' ') blank--;
    if (blank == 0 || !str_to_i64(str_slice(line, blank, line.len), &n) || (uint64_t)n >= rest->len) return false;
    *name = str_slice(line, 0, blank - 1);
    *text = str_slice(*rest, 0, (size_t)n);
    *rest = str_slice(*rest, (size_t)n + 1, rest->len);
    return true;
}

bool pack_load_kept(struct pack_set *set, struct arena *a, str kept)
{
    str line, name, text;
    start(set, a);
    set->program->rules_only = true;
    while (kept.len > 0 && str_split(&kept, '\n', &line)) {
        if (str_starts(line, STR("text "))) {
            if (!kept_file(str_slice(line, 5, line.len), &kept, &name, &text)) return false;
            load_text(set, a, name, text);
            return true;
        }
        size_t packs = set->program->packs.len;
        if (str_starts(line, STR("pack ")) && packs < CHAIN_MAX) {
            name = str_slice(line, 5, line.len);
            *vec_push(a, &set->program->packs) = (struct pack_info){ .name = name, .path = name };
        } else if (str_starts(line, STR("file ")) && packs > 0 && set->program->sources.len < LIMIT_FILES) {
            if (!kept_file(str_slice(line, 5, line.len), &kept, &name, &text)) return false;
            add_text(set, file_join(a, set->program->packs.at[packs - 1].path, name), text, (uint16_t)(packs - 1));
        } else {
            return false;
        }
    }
    if (set->program->packs.len == 0) return false;
    finish(set);
    hash_packs(set);
    return true;
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
