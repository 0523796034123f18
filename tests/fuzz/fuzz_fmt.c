/* Any bytes as a file to format: refused, or laid out so that a second run changes nothing. That the meaning stays is
 * checked by fmt_run itself, which says INTERNAL when it does not. */
#include "lang/fmt.h"

#include <stdlib.h>

static void must(bool condition)
{
    if (!condition) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    autoarena *a = arena_new("fuzz", (size_t)1 << 30);
    str text = { (const char *)data, size };
    struct fmt first, second;
    struct err e = { 0 };
    if (!fmt_run(&first, a, STR("input"), text, &e)) {
        must(e.code == ERR_INVALID || e.code == ERR_LIMIT);
        must(first.text.len == 0);
        return 0;
    }
    must(fmt_run(&second, a, STR("output"), first.text, &e) && str_eq(first.text, second.text));
    must(first.text.len == 0 || first.text.p[first.text.len - 1] == '\n');
    return 0;
}
