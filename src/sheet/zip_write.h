/* zip_write: a zip archive written in one pass, part after part, each compressed as it comes. What XLSX and case
 * files need and no more: no folders, no archive over 4 GiB, up to 1,000 parts. The same input makes the same bytes:
 * the time in it is always 1980-01-01. */
#ifndef SHEET_ZIP_WRITE_H
#define SHEET_ZIP_WRITE_H
#include "base/file.h"

struct zip_out;

/* In the arena, onto a file that stays the caller's. Freeing the arena ends it at any time. */
bool zip_new(struct zip_out **out, struct arena *a, struct file_out *file, struct err *e);
/* zip_begin, zip_add as often as wanted, zip_end; then the next part. The name must live as long as the archive is
 * written. */
bool zip_begin(struct zip_out *z, const char *name, struct err *e);
bool zip_add(struct zip_out *z, str data, struct err *e);
bool zip_end(struct zip_out *z, struct err *e);
/* The list of contents at the end. */
bool zip_finish(struct zip_out *z, struct err *e);

#endif
