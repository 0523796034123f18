/* libzip: its functions, looked up when the first workbook is opened. */
#include "sheet/libzip.h"
#include "base/library.h"

struct libzip zip;

bool libzip_load(struct err *e)
{
    static const struct library_symbol symbols[] = {
#define ZIP(name) { "zip_" #name, offsetof(struct libzip, name), 0 },
#include "sheet/libzip.def"
#undef ZIP
    };
    static struct library library = {
        .purpose = "读 Excel 工作簿",
        .files = { { "libzip.so.4", "libzip4" } },
        .symbols = symbols,
        .count = sizeof symbols / sizeof *symbols,
        .functions = &zip,
        .size_bytes = sizeof zip,
    };
    return library_load(&library, e);
}
