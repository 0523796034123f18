/* file: whole files and folders. Messages name the path and what to do. */
#ifndef BASE_FILE_H
#define BASE_FILE_H
#include "base/err.h"
#include "base/vec.h"

/* Reads a whole regular file of at most max_bytes; "-" is standard input. *out lives in a. */
bool file_read(struct arena *a, str path, size_t max_bytes, str *out, struct err *e);
/* Writes beside the target, syncs, renames: readers see the old file or the new, never half of one. "-" is
 * standard output. Keeps the permissions of the file it replaces; a symbolic link is itself replaced. After a failure
 * the old file stands, except when only the last sync failed: then the new one stands and may not survive a power cut.
 */
bool file_write(str path, str data, struct err *e);
/* The same in pieces, for files that shall not stand in memory as a whole: readers see nothing of it before the end.
 * NULL when it cannot be begun. Either file_out_end or file_out_abandon closes it; a failed end has abandoned it. */
struct file_out;
struct file_out *file_out_start(str path, struct err *e);
bool file_out_add(struct file_out *o, const void *data, size_t len, struct err *e);
uint64_t file_out_bytes(const struct file_out *o); /* added so far */
bool file_out_end(struct file_out *o, struct err *e);
void file_out_abandon(struct file_out *o); /* NULL is fine */
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
