/* libpq: its functions, looked up when the first postgresql:// address is opened. */
#include "store/libpq.h"
#include "base/library.h"

struct libpq pq;

bool libpq_load(struct err *e)
{
    static const struct library_symbol symbols[] = {
#define PQ(name) { "PQ" #name, offsetof(struct libpq, name), 0 },
#include "store/libpq.def"
#undef PQ
    };
    static struct library library = {
        .purpose = "连接 PostgreSQL ",
        .files = { { "libpq.so.5", "libpq5" } },
        .symbols = symbols,
        .count = sizeof symbols / sizeof *symbols,
        .functions = &pq,
        .size_bytes = sizeof pq,
    };
    return library_load(&library, e);
}
