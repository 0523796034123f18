/* file: POSIX behind sentences. Every failure names the path and says what to do about it. Writing goes to a new file
 * beside the target, is synced, and takes the target's name in one step; the folder is synced too, so that after a
 * power cut the name points at the old content or the new, never at half of one. */
#include "base/file.h"

#include "base/fault.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 32, TRIES_MAX = 100, READ_FIRST = 64 * 1024 };

static const str standard_stream = { "-", 1 };

/* What the operator can do about an errno; NULL when the system's own words must do. */
static const char *advice(int error)
{
    switch (error) {
    case ENOENT: return "没有这个文件或文件夹，请检查路径";
    case EACCES:
    case EPERM:
    case EROFS: return "没有权限，请检查文件和所在文件夹的权限";
    case ENOSPC:
    case EDQUOT: return "磁盘已满，请腾出空间后再试";
    case EISDIR: return "这是文件夹，请给出文件";
    case ENOTDIR: return "路径中有一段不是文件夹，请检查路径";
    case ENAMETOOLONG: return "路径太长";
    case EEXIST: return "已有同名的文件";
    case ELOOP: return "符号链接绕成了圈";
    case EMFILE:
    case ENFILE: return "打开的文件太多，请稍后再试";
    default: return NULL;
    }
}

static bool fail_errno(struct err *e, int error, const char *doing, str path)
{
    const char *what = advice(error);
    if (error == ENOENT) return fail(e, NOT_FOUND, "%s“%.*s”：%s", doing, STR_ARG(path), what);
    if (what != NULL) return fail(e, IO, "%s“%.*s”：%s", doing, STR_ARG(path), what);
    what = strerrordesc_np(error); /* English, but it says more than a number */
    return fail(e, IO, "%s“%.*s”：系统报告 %s", doing, STR_ARG(path), what != NULL ? what : "未知的错误");
}

/* Whether a test wants this step to fail; then errno is set as the step itself would set it. */
static bool fault(enum fault_kind kind, int error)
{
    if (!fault_point(kind)) return false;
    errno = error;
    return true;
}

/* path with a NUL after it, for the system; refuses what the system would understand differently. */
static bool path_z(str path, char out[PATH_MAX], struct err *e)
{
    if (path.len == 0) return fail(e, INVALID, "路径是空的，请给出文件");
    if (path.len >= PATH_MAX) return fail(e, INVALID, "路径太长，最多 %d 字节", PATH_MAX - 1);
    if (memchr(path.p, '\0', path.len) != NULL) return fail(e, INVALID, "路径里有不可见的零字节，请重新输入");
    memcpy(out, path.p, path.len);
    out[path.len] = '\0';
    return true;
}

/* One read that is not disturbed by signals. */
static ssize_t read_some(int fd, char *p, size_t len)
{
    ssize_t n;
    if (fault(FAULT_READ, EIO)) return -1;
    do n = read(fd, p, len);
    while (n < 0 && errno == EINTR);
    return n;
}

static bool too_large(struct err *e, str path, size_t max_bytes)
{
    return fail(e, LIMIT, "“%.*s”太大，最多 %zu 字节，请拆分", STR_ARG(path), max_bytes);
}

/* Everything up to the end of fd. `expected` is a first guess of the size; a file may grow while it is read. */
static bool read_all(struct arena *a, int fd, str path, size_t expected, size_t max_bytes, str *out, struct err *e)
{
    size_t cap = (expected < max_bytes ? expected : max_bytes) + 2, len = 0; /* room to see the end, and a NUL */
    char *p = arena_alloc(a, cap);
    for (;;) {
        ssize_t n = read_some(fd, p + len, cap - 1 - len);
        if (n < 0) return fail_errno(e, errno, "读不了", path);
        if (n == 0) break;
        len += (size_t)n;
        if (len > max_bytes) return too_large(e, path, max_bytes);
        if (len < cap - 1) continue;
        char *larger = arena_alloc(a, cap * 2);
        memcpy(larger, p, len);
        p = larger;
        cap *= 2;
    }
    p[len] = '\0';
    *out = (str){ p, len };
    return true;
}

/* Opens a regular file for reading; not blocking, so that a named pipe is refused rather than waited for. */
static bool open_regular(const char *z, int *fd, struct stat *st, struct err *e)
{
    str path = str_of(z);
    *st = (struct stat){ 0 };
    *fd = open(z, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0) return fail_errno(e, errno, "打不开", path);
    bool ok = true;
    if (fstat(*fd, st) != 0)
        ok = fail_errno(e, errno, "读不了", path);
    else if (S_ISDIR(st->st_mode))
        ok = fail_errno(e, EISDIR, "读不了", path);
    else if (!S_ISREG(st->st_mode))
        ok = fail(e, INVALID, "“%.*s”不是普通文件，请给出文件", STR_ARG(path));
    if (!ok) {
        close(*fd);
        *fd = -1;
    }
    return ok;
}

bool file_read(struct arena *a, str path, size_t max_bytes, str *out, struct err *e)
{
    char z[PATH_MAX];
    struct stat st;
    int fd;
    assert(max_bytes < SIZE_MAX / 8);
    if (str_eq(path, standard_stream)) return read_all(a, STDIN_FILENO, path, READ_FIRST, max_bytes, out, e);
    if (!path_z(path, z, e) || !open_regular(z, &fd, &st, e)) return false;
    bool ok = (uintmax_t)st.st_size > max_bytes ? too_large(e, path, max_bytes)
                                                : read_all(a, fd, path, (size_t)st.st_size, max_bytes, out, e);
    close(fd);
    return ok;
}

bool file_open(struct file_in *f, str path, struct err *e)
{
    struct stat st;
    if (!path_z(path, f->path, e) || !open_regular(f->path, &f->fd, &st, e)) return false;
    f->size_bytes = (uint64_t)st.st_size;
    return true;
}

bool file_read_at(const struct file_in *f, uint64_t at, char *p, size_t room, size_t *len, struct err *e)
{
    ssize_t n;
    if (fault(FAULT_READ, EIO)) return fail_errno(e, errno, "读不了", str_of(f->path));
    do n = pread(f->fd, p, room, (off_t)at);
    while (n < 0 && errno == EINTR);
    if (n < 0) return fail_errno(e, errno, "读不了", str_of(f->path));
    *len = (size_t)n;
    return true;
}

void file_close(struct file_in *f)
{
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
}

static bool write_all(int fd, str data)
{
    while (data.len > 0) {
        if (fault(FAULT_WRITE, ENOSPC)) return false;
        ssize_t n = write(fd, data.p, data.len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        data = str_slice(data, (size_t)n, data.len);
    }
    return true;
}

static bool sync_to_disk(int fd) { return !fault(FAULT_SYNC, EIO) && fsync(fd) == 0; }

/* A new file beside z; its name, ".name.pid.n~", is hidden so that file_walk never sees one left by a crash. */
static int open_beside(const char *z, char beside[PATH_MAX])
{
    str dir = file_dir(str_of(z)), base = file_base(str_of(z));
    for (int i = 0; i < TRIES_MAX; i++) {
        int len = snprintf(beside, PATH_MAX, "%.*s/.%.*s.%ld.%d~", STR_ARG(dir), STR_ARG(base), (long)getpid(), i);
        if (len < 0 || len >= PATH_MAX) {
            errno = ENAMETOOLONG;
            return -1;
        }
        int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
}

static bool sync_folder(const char *z)
{
    char dir[PATH_MAX];
    str d = file_dir(str_of(z));
    memcpy(dir, d.p, d.len);
    dir[d.len] = '\0';
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool ok = sync_to_disk(fd);
    close(fd);
    return ok;
}

bool file_create(struct file_out *f, str path, struct err *e)
{
    struct stat old;
    f->bytes = f->waiting = 0;
    if (!path_z(path, f->path, e)) return false;
    f->fd = open_beside(f->path, f->beside);
    if (f->fd < 0) return fail_errno(e, errno, "写不了", path);
    /* the permissions of the file it will replace */
    if (stat(f->path, &old) == 0 && S_ISREG(old.st_mode) && fchmod(f->fd, old.st_mode & 0777) != 0) {
        int error = errno;
        file_discard(f);
        return fail_errno(e, error, "写不了", path);
    }
    return true;
}

static bool flush(struct file_out *f)
{
    str waiting = { f->buffer, f->waiting };
    f->waiting = 0;
    return write_all(f->fd, waiting);
}

bool file_append(struct file_out *f, str data, struct err *e)
{
    bool ok = f->waiting + data.len <= FILE_OUT_BUFFER || flush(f);
    f->bytes += data.len;
    if (ok && data.len > FILE_OUT_BUFFER) {
        ok = write_all(f->fd, data);
    } else if (ok && data.len > 0) {
        memcpy(f->buffer + f->waiting, data.p, data.len);
        f->waiting += data.len;
    }
    return ok || fail_errno(e, errno, "写不了", str_of(f->path));
}

void file_discard(struct file_out *f)
{
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
    unlink(f->beside);
}

bool file_commit(struct file_out *f, struct err *e)
{
    bool written = flush(f) && sync_to_disk(f->fd);
    int error = errno;
    if (close(f->fd) != 0 && written) {
        written = false;
        error = errno;
    }
    f->fd = -1;
    if (written && rename(f->beside, f->path) != 0) {
        written = false;
        error = errno;
    }
    if (!written) {
        file_discard(f);
        return fail_errno(e, error, "写不了", str_of(f->path));
    }
    return sync_folder(f->path) || fail_errno(e, errno, "写好了但不能确认落盘", str_of(f->path));
}

bool file_write(str path, str data, struct err *e)
{
    struct file_out f;
    if (str_eq(path, standard_stream)) {
        return write_all(STDOUT_FILENO, data) || fail_errno(e, errno, "写不了", path);
    }
    if (!file_create(&f, path, e)) return false;
    if (!file_append(&f, data, e)) {
        file_discard(&f);
        return false;
    }
    return file_commit(&f, e);
}

/* ---- as memory ---- */

bool file_map_open(str path, struct file_map *out, struct err *e)
{
    char z[PATH_MAX];
    struct stat st;
    if (!path_z(path, z, e)) return false;
    int fd = fault(FAULT_READ, EIO) ? -1 : open(z, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return fail_errno(e, errno, "打不开", path);
    bool ok = fstat(fd, &st) == 0;
    int error = ok && S_ISDIR(st.st_mode) ? EISDIR : errno;
    ok = ok && !S_ISDIR(st.st_mode);
    if (ok && !S_ISREG(st.st_mode)) {
        close(fd);
        return fail(e, INVALID, "“%.*s”不是普通文件，请给出文件", STR_ARG(path));
    }
    void *p = NULL;
    if (ok && st.st_size > 0) {
        p = fault(FAULT_MEMORY, ENOMEM)
                ? MAP_FAILED
                : mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
        error = errno;
        ok = p != MAP_FAILED;
    }
    close(fd);
    if (!ok) return fail_errno(e, error, "读不了", path);
    *out = (struct file_map){ .p = p, .len = (size_t)st.st_size };
    return true;
}

void file_map_close(struct file_map *m)
{
    if (m->p != NULL) munmap(m->p, m->len);
    *m = (struct file_map){ 0 };
}

static bool mode_of(str path, mode_t *mode)
{
    char z[PATH_MAX];
    struct stat st;
    if (path.len == 0 || path.len >= PATH_MAX || memchr(path.p, '\0', path.len) != NULL) return false;
    memcpy(z, path.p, path.len);
    z[path.len] = '\0';
    if (stat(z, &st) != 0) return false;
    *mode = st.st_mode;
    return true;
}

bool file_exists(str path)
{
    mode_t mode;
    return mode_of(path, &mode);
}

bool file_is_dir(str path)
{
    mode_t mode;
    return mode_of(path, &mode) && S_ISDIR(mode);
}

bool file_make_dirs(str path, struct err *e)
{
    char z[PATH_MAX];
    if (!path_z(path, z, e)) return false;
    for (size_t at = 1; at <= path.len; at++) {
        if (at < path.len && path.p[at] != '/') continue;
        z[at] = '\0';
        if (mkdir(z, 0777) != 0 && errno != EEXIST) return fail_errno(e, errno, "建不了文件夹", str_of(z));
        z[at] = '/';
    }
    return file_is_dir(path) || fail_errno(e, ENOTDIR, "建不了文件夹", path);
}

struct walk {
    struct arena *a;
    str suffix;
    size_t max;
    file_list found;
};

static bool walk_dir(struct walk *w, str dir, int depth, struct err *e);

/* Links to files are followed, links to folders are not: they could lead in a circle. */
static bool walk_entry(struct walk *w, str path, int depth, struct err *e)
{
    struct stat st;
    if (lstat(path.p, &st) != 0) return fail_errno(e, errno, "读不了", path);
    if (S_ISDIR(st.st_mode)) return walk_dir(w, path, depth + 1, e);
    if (!str_ends(path, w->suffix)) return true;
    if (S_ISLNK(st.st_mode) && stat(path.p, &st) != 0) return fail_errno(e, errno, "读不了", path);
    if (!S_ISREG(st.st_mode)) return true;
    if (w->found.len == w->max) return fail(e, LIMIT, "文件太多，最多 %zu 个，请分开放", w->max);
    *vec_push(w->a, &w->found) = path;
    return true;
}

static bool walk_dir(struct walk *w, str dir, int depth, struct err *e)
{
    if (depth > DEPTH_MAX) return fail(e, LIMIT, "文件夹“%.*s”套得太深，最多 %d 层", STR_ARG(dir), DEPTH_MAX);
    DIR *d = fault(FAULT_READ, EIO) ? NULL : opendir(dir.p);
    if (d == NULL) return fail_errno(e, errno, "打不开文件夹", dir);
    bool ok = true;
    struct dirent *entry;
    while (ok) {
        errno = 0;
        entry = readdir(d);
        if (entry == NULL) break;
        if (entry->d_name[0] != '.') ok = walk_entry(w, file_join(w->a, dir, str_of(entry->d_name)), depth, e);
    }
    if (ok && errno != 0) ok = fail_errno(e, errno, "读不了文件夹", dir);
    closedir(d);
    return ok;
}

static int compare_paths(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

bool file_walk(struct arena *a, str dir, str suffix, size_t max, file_list *out, struct err *e)
{
    char z[PATH_MAX];
    if (!path_z(dir, z, e)) return false;
    struct walk w = { .a = a, .suffix = suffix, .max = max };
    if (!walk_dir(&w, str_dup(a, dir), 0, e)) return false;
    if (w.found.len > 0) qsort(w.found.at, w.found.len, sizeof *w.found.at, compare_paths);
    *out = w.found;
    return true;
}

str file_join(struct arena *a, str dir, str name)
{
    if (dir.len == 0) return str_dup(a, name);
    return str_fmt(a, "%.*s%s%.*s", STR_ARG(dir), str_ends(dir, STR("/")) ? "" : "/", STR_ARG(name));
}

/* Index of the last '/', SIZE_MAX when there is none. */
static size_t last_slash(str path)
{
    for (size_t i = path.len; i > 0; i--) {
        if (path.p[i - 1] == '/') return i - 1;
    }
    return SIZE_MAX;
}

str file_dir(str path)
{
    size_t at = last_slash(path);
    if (at == SIZE_MAX) return STR(".");
    return str_slice(path, 0, at == 0 ? 1 : at);
}

str file_base(str path)
{
    size_t at = last_slash(path);
    return at == SIZE_MAX ? path : str_slice(path, at + 1, path.len);
}
