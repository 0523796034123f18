/* zip_read: the door to libzip. Parts of an archive are read as streams, with limits on what they unpack to. */
#ifndef SHEET_ZIP_READ_H
#define SHEET_ZIP_READ_H
#include "base/file.h"

struct zip_in;
struct zip_entry;

enum {
    ZIP_RATIO_FROM = 64 << 20, /* below it, no ratio matters: it is read in a second */
    ZIP_RATIO = 100,           /* a table of equal rows reaches 20; deflate 229 when quick, 1,029 at its best */
    ZIP_PARTS = 10000,         /* a workbook has tens, one with pictures hundreds */
};

/* On a file that stays the caller's and open. All parts together may unpack to max_bytes. */
bool zip_in_open(struct zip_in **out, struct arena *a, struct file_in *file, uint64_t max_bytes, struct err *e);
void zip_in_close(struct zip_in *z); /* its entries first; NULL is fine */
size_t zip_count(struct zip_in *z);  /* parts, folders among them */
bool zip_has(struct zip_in *z, str name);
/* One part, read from front to back; *size is what the archive says it unpacks to. Names are compared without regard to
 * the case of ASCII letters, as Excel does. */
bool zip_entry_open(struct zip_entry **out, struct zip_in *z, str name, uint64_t *size, struct err *e);
/* Up to `room` bytes; *len is 0 at the end only, and then the part's checksum was right. */
bool zip_entry_read(struct zip_entry *f, char *p, size_t room, size_t *len, struct err *e);
void zip_entry_close(struct zip_entry *f); /* NULL is fine */

#endif
