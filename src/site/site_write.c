/* site_write: the site into a folder.
 *
 * files.txt in the folder lists what belongs to the site. Only a folder that is new, empty, or has that list is written
 * to, and only what is on the list is ever removed, so that a slip in the command line cannot empty somebody's
 * documents. A file whose bytes would not change is not touched: its time then tells when the rule changed, and copying
 * the site stays cheap. Nothing is synced to the disk, page by page that would take minutes, and all of it can be made
 * again. */
#include "base/fault.h"
#include "base/file.h"
#include "site/site_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_BYTES = 16 << 20, OLD_BYTES = 64 << 20 };

static const char files_txt[] = "files.txt";

struct folder {
    struct arena *a, *scratch;
    str dir;
    struct map made;  /* folders that are known to be there */
    struct map old;   /* files of the last writing */
    struct text list; /* files of this one */
    struct map now;
};

static bool fail_errno(struct err *e, const char *what, str path)
{
    return fail(e, IO, "%s %.*s：%s", what, STR_ARG(path), strerror(errno));
}

static bool is_empty(str dir, bool *out, struct err *e)
{
    DIR *d = opendir(dir.p);
    if (d == NULL) return fail_errno(e, "打不开文件夹", dir);
    *out = true;
    for (struct dirent *x; (x = readdir(d)) != NULL;) {
        if (strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0) *out = false;
    }
    closedir(d);
    return true;
}

/* A line of the list may only name something below the folder. */
static bool is_inside(str path)
{
    str rest = path, piece;
    if (path.len == 0 || path.p[0] == '/') return false;
    while (str_split(&rest, '/', &piece)) {
        if (piece.len == 0 || str_eq(piece, STR(".")) || str_eq(piece, STR(".."))) return false;
    }
    return memchr(path.p, '\0', path.len) == NULL;
}

static bool read_old(struct folder *f, struct err *e)
{
    str path = file_join(f->a, f->dir, str_of(files_txt)), text;
    bool empty = true;
    if (!file_exists(f->dir)) return file_make_dirs(f->dir, e);
    if (!file_is_dir(f->dir)) return fail(e, INVALID, "%.*s 不是文件夹", STR_ARG(f->dir));
    if (!file_exists(path)) {
        if (!is_empty(f->dir, &empty, e)) return false;
        return empty || fail(e, CONFLICT, "文件夹 %.*s 里有别的东西，换一个新的或空的文件夹", STR_ARG(f->dir));
    }
    if (!file_read(f->a, path, FILES_BYTES, &text, e)) return false;
    str line;
    while (str_split(&text, '\n', &line)) {
        if (is_inside(line)) map_put(&f->old, line, f);
    }
    return true;
}

static bool write_all(int fd, str bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        if (fault_point(FAULT_WRITE)) {
            errno = EIO;
            return false;
        }
        ssize_t n = write(fd, bytes.p + at, bytes.len - at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += (size_t)n;
    }
    return true;
}

static bool is_same(struct folder *f, str path, str bytes)
{
    struct stat st;
    if (stat(path.p, &st) != 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size != bytes.len) return false;
    struct arena_mark m = arena_mark(f->scratch);
    struct err e = { 0 };
    str old;
    bool same = file_read(f->scratch, path, OLD_BYTES, &old, &e) && str_eq(old, bytes);
    arena_rewind(f->scratch, m);
    return same;
}

static bool put_file(struct folder *f, str name, str bytes, struct err *e)
{
    struct arena_mark m = arena_mark(f->scratch);
    str path = file_join(f->scratch, f->dir, name);
    bool ok = true;
    if (!is_same(f, path, bytes)) {
        int fd = open(path.p, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
        ok = fd >= 0 && write_all(fd, bytes);
        int error = errno;
        if (fd >= 0 && close(fd) != 0 && ok) {
            ok = false;
            error = errno;
        }
        errno = error;
        if (!ok) fail_errno(e, "写不了", path);
    }
    arena_rewind(f->scratch, m);
    return ok;
}

static bool take(void *to, str name, str bytes, struct err *e)
{
    struct folder *f = to;
    str kept = str_dup(f->a, name), dir = file_dir(kept);
    if (map_get(&f->made, dir) == NULL) {
        if (!file_make_dirs(file_join(f->a, f->dir, dir), e)) return false;
        map_put(&f->made, dir, f);
    }
    map_put(&f->now, kept, f);
    text_addf(&f->list, "%.*s\n", STR_ARG(kept));
    return put_file(f, kept, bytes, e);
}

static size_t remove_old(struct folder *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->old.len; i++) {
        str name = f->old.entries[i].key;
        if (map_get(&f->now, name) != NULL || str_eq(name, str_of(files_txt))) continue;
        n += unlink(file_join(f->a, f->dir, name).p) == 0;
    }
    return n;
}

/* The folder is known for ours before the first page, so that a writing that broke off can be done again. */
static bool mark_folder(struct folder *f, struct err *e)
{
    return f->old.len > 0 || put_file(f, str_of(files_txt), STR(""), e);
}

bool site_write(const struct program *p, const struct site_options *o, str dir, struct site_totals *totals,
                struct err *e)
{
    autoarena *arena = arena_new("folder", 0);
    autoarena *scratch = arena_new("file", 0);
    struct folder f = { .a = arena, .scratch = scratch, .dir = str_dup(arena, dir) };
    struct site_totals t;
    map_init(&f.made, arena);
    map_init(&f.old, arena);
    map_init(&f.now, arena);
    text_init(&f.list, arena, FILES_BYTES);
    if (!read_old(&f, e) || !mark_folder(&f, e) || !site_build(p, o, take, &f, &t, e))
        return fail_up(e, "写不了网页到 %.*s", STR_ARG(dir));
    t.removed = remove_old(&f);
    text_addf(&f.list, "%s\n", files_txt);
    if (!put_file(&f, str_of(files_txt), text_str(&f.list), e)) return false;
    *totals = t;
    return true;
}
