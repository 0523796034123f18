/* file: whole files and folders. Messages name the path and what to do. */
#ifndef BASE_FILE_H
#define BASE_FILE_H
#include "base/err.h"
#include "base/vec.h"

#include <limits.h>

/* Reads a whole regular file of at most max_bytes; "-" is standard input. *out lives in a. */
bool file_read(struct arena *a, str path, size_t max_bytes, str *out, struct err *e);
/* Writes beside the target, syncs, renames: readers see the old file or the new, never half of one. "-" is
 * standard output. Keeps the permissions of the file it replaces; a symbolic link is itself replaced. After a failure
 * the old file stands, except when only the last sync failed: then the new one stands and may not survive a power cut.
 */
bool file_write(str path, str data, struct err *e);

/* A regular file read piece by piece, for what is too large to hold. Every piece names its place, so the file may be
 * read in any order; what comes out when somebody else writes to it meanwhile is a mixture, but never more than asked
 * for. */
struct file_in {
    int fd;
    uint64_t size_bytes; /* when it was opened */
    char path[PATH_MAX]; /* for messages */
};
bool file_open(struct file_in *f, str path, struct err *e); /* refuses folders and pipes; "-" is a name like others */
/* Up to `room` bytes from `at`; *len is 0 at the end only. */
bool file_read_at(const struct file_in *f, uint64_t at, char *p, size_t room, size_t *len, struct err *e);
void file_close(struct file_in *f);

/* A file written piece by piece, with the promise of file_write: nothing stands under the target's name before
 * file_commit, and then all of it. Every file_create is ended by one file_commit or one file_discard; a failed
 * file_append is followed by file_discard. A failed file_commit has discarded (or, when only the last sync failed, left
 * the new file in place). */
enum { FILE_OUT_BUFFER = 64 << 10 }; /* small pieces are gathered: one call to the system for many */
struct file_out {
    int fd;
    uint64_t bytes; /* appended so far */
    size_t waiting; /* of them still in the buffer */
    char path[PATH_MAX], beside[PATH_MAX];
    char buffer[FILE_OUT_BUFFER];
};
bool file_create(struct file_out *f, str path, struct err *e);
bool file_append(struct file_out *f, str data, struct err *e);
bool file_commit(struct file_out *f, struct err *e);
void file_discard(struct file_out *f);

/* A whole file as memory, read when it is touched. It may be written to: that is seen here only, the file stays as it
 * is. Files that are mapped are replaced by file_write and file_out, never cut short in place. */
struct file_map {
    uint8_t *p;
    size_t len;
};
bool file_map_open(str path, struct file_map *out, struct err *e); /* an empty file has len 0 and p NULL */
void file_map_close(struct file_map *m);
bool file_exists(str path);
bool file_is_dir(str path);
bool file_make_dirs(str path, struct err *e); /* like mkdir -p */
typedef VEC(str) file_list;
/* Paths below dir (recursively) that end in suffix, sorted bytewise; hidden names are left out; at most max of them, at
 * most 32 folders deep. Links to files are followed, links to folders are not. */
bool file_walk(struct arena *a, str dir, str suffix, size_t max, file_list *out, struct err *e);
str file_join(struct arena *a, str dir, str name);
str file_dir(str path);  /* up to the last '/', "." when there is none */
str file_base(str path); /* after the last '/' */

#endif
