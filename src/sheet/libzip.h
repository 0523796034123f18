/* libzip: loaded when the first workbook is opened; it brings libcrypto along (base/library.h). */
#ifndef SHEET_LIBZIP_H
#define SHEET_LIBZIP_H
#include "base/err.h"

#include <zip.h>

struct libzip {
#define ZIP(name) __typeof__(&(zip_##name)) name;
#include "sheet/libzip.def"
#undef ZIP
};
extern struct libzip zip;
bool libzip_load(struct err *e);

#endif
