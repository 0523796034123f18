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
