/* format_plain against vsnprintf: the same bytes, or it says that it cannot. */
#include "support/t.h"
#include "base/format.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static bool plain(char *out, size_t cap, size_t *len, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static bool plain(char *out, size_t cap, size_t *len, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    bool ok = format_plain(out, cap, len, fmt, args);
    va_end(args);
    return ok;
}

#define SAME(...)                                                                            \
    do {                                                                                     \
        char want[200], got[200];                                                            \
        size_t len = 0;                                                                      \
        int n = snprintf(want, sizeof want, __VA_ARGS__);                                    \
        CHECK(plain(got, sizeof got, &len, __VA_ARGS__));                                    \
        CHECK(len == (size_t)n && memcmp(got, want, len) == 0);                              \
        for (size_t cap = 0; cap < (size_t)n; cap++) /* too little room, wherever it ends */ \
            CHECK(!plain(got, cap, &len, __VA_ARGS__));                                      \
    } while (0)

TEST(plain_formats_are_as_printf_writes_them)
{
    SAME("乐业");
    SAME("%s = %.*s", "年龄", 6, "50岁以上");
    SAME("%.*s|%.*s", 0, "x", 5, "ab");
    SAME("%d %d %d", 0, INT_MAX, INT_MIN);
    SAME("%u %zu", UINT_MAX, SIZE_MAX);
    SAME("%lld %lld %lld", 0LL, LLONG_MAX, LLONG_MIN);
    SAME("a long beginning %zu, %.*s, %lld and an end", (size_t)7, 2, "ab", 5LL);
    SAME("100%% %c", 'x');
    SAME("%.*s", 3, "a\0b"); /* a text ends at its NUL */
}

TEST(what_it_does_not_know_is_left_to_printf)
{
    char out[100];
    size_t len;
    CHECK(!plain(out, sizeof out, &len, "%4d", 1));
    CHECK(!plain(out, sizeof out, &len, "%x", 1u));
    CHECK(!plain(out, sizeof out, &len, "%ld", 1L));
    CHECK(!plain(out, sizeof out, &len, "%.3s", "abcdef"));
    CHECK(!plain(out, sizeof out, &len, "%zx", (size_t)1));
}
