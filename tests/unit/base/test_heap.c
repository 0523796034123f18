/* heap: what was freed goes back to the system. */
#include "base/arena.h"
#include "base/file.h"
#include "base/heap.h"
#include "support/t.h"

#include <unistd.h>

static int64_t resident_kib(void)
{
    autoarena *a = arena_new("statm", 0);
    struct err e = { 0 };
    str text, whole, resident;
    int64_t pages = 0;
    CHECK_OK(file_read(a, STR("/proc/self/statm"), 4096, &text, &e), e);
    CHECK(str_split(&text, ' ', &whole) && str_split(&text, ' ', &resident) && str_to_i64(resident, &pages));
    return pages * sysconf(_SC_PAGESIZE) / 1024;
}

TEST(what_was_freed_below_something_kept_goes_back)
{
    enum { PIECES = 2000, BYTES = 20000 };
#if defined(__SANITIZE_ADDRESS__)
    SKIP("sanitizers keep freed memory aside on purpose");
#endif
    struct arena *each[PIECES];
    for (int i = 0; i < PIECES; i++) {
        each[i] = arena_new("piece", 0);
        arena_alloc(each[i], BYTES);
    }
    struct arena *kept = arena_new("kept", 0); /* above the others, so that the heap does not shrink by itself */
    arena_alloc(kept, BYTES);
    for (int i = 0; i < PIECES; i++) arena_free(each[i]);
    int64_t before = resident_kib();
    heap_give_back();
    CHECK(resident_kib() < before - PIECES * (int64_t)BYTES / 1024 / 2);
    arena_free(kept);
}
