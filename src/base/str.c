/* str: the few things every reader of text needs. Nothing here allocates and nothing looks past s.len.
 * The hash multiplies eight bytes at a time into 128 bits and folds the halves together; its seed is drawn once per
 * process, so that nobody can prepare names which all land in one slot, and nobody can come to depend on its order. */
#include "base/str.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

__extension__ typedef unsigned __int128 u128;

str str_of(const char *z) { return z == NULL ? (str){ 0 } : (str){ z, strlen(z) }; }

bool str_eq(str a, str b) { return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0); }

int str_cmp(str a, str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n == 0 ? 0 : memcmp(a.p, b.p, n);
    return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(str s, str prefix) { return s.len >= prefix.len && str_eq(str_slice(s, 0, prefix.len), prefix); }

bool str_ends(str s, str suffix)
{
    return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

str str_slice(str s, size_t from, size_t to)
{
    if (to > s.len) to = s.len;
    if (from > to) from = to;
    /* an empty str may have no pointer, and NULL + 0 is still undefined */
    return s.p == NULL ? (str){ 0 } : (str){ s.p + from, to - from };
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static const str wide_space = { "\xe3\x80\x80", 3 }; /* U+3000 */

/* The first byte tells most characters from it. */
static bool starts_wide(str s) { return s.len >= 3 && s.p[0] == wide_space.p[0] && str_starts(s, wide_space); }

static bool ends_wide(str s) { return s.len >= 3 && s.p[s.len - 3] == wide_space.p[0] && str_ends(s, wide_space); }

str str_trim(str s)
{
    for (;;) {
        if (s.len > 0 && is_blank(s.p[0]))
            s = str_slice(s, 1, s.len);
        else if (starts_wide(s))
            s = str_slice(s, wide_space.len, s.len);
        else
            break;
    }
    for (;;) {
        if (s.len > 0 && is_blank(s.p[s.len - 1]))
            s.len -= 1;
        else if (ends_wide(s))
            s.len -= wide_space.len;
        else
            return s;
    }
}

size_t str_find(str s, str needle)
{
    if (needle.len == 0) return 0;
    if (s.len < needle.len) return SIZE_MAX;
    const char *at = memmem(s.p, s.len, needle.p, needle.len);
    return at == NULL ? SIZE_MAX : (size_t)(at - s.p);
}

#ifdef FUZZING /* the same seed of the fuzzer must mean the same runs */
static const uint64_t hash_seed = 1;
#else
static uint64_t hash_seed;

/* Before main, so that threads need no lock. Without the kernel's randomness the clock will do: the seed only has to be
 * hard to guess for whoever writes names, and no secret hangs on it. */
__attribute__((constructor)) static void hash_seed_draw(void)
{
    if (getrandom(&hash_seed, sizeof hash_seed, GRND_NONBLOCK) == (ssize_t)sizeof hash_seed) return;
    struct timespec now = { 0 };
    clock_gettime(CLOCK_MONOTONIC, &now);
    hash_seed = (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15u ^ (uint64_t)getpid();
}
#endif

static uint64_t fold(uint64_t a, uint64_t b)
{
    u128 product = (u128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load8(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

/* The last 1 to 8 bytes as one word. Two short texts of one length give two words; the length is mixed in elsewhere. */
static uint64_t load_tail(const char *p, size_t len)
{
    uint32_t low, high;
    if (len >= 4) {
        memcpy(&low, p, sizeof low);
        memcpy(&high, p + len - 4, sizeof high);
        return (uint64_t)low << 32 | high;
    }
    const unsigned char *b = (const unsigned char *)p;
    return (uint64_t)b[0] << 16 | (uint64_t)b[len / 2] << 8 | b[len - 1];
}

uint64_t str_hash(str s)
{
    static const uint64_t odd1 = 0xd1342543de82ef95u, odd2 = 0xaf251af3b0f025b5u;
    uint64_t h = hash_seed ^ fold(s.len ^ odd1, odd2);
    size_t at = 0;
    for (; s.len - at > 8; at += 8) h = fold(h ^ load8(s.p + at), odd1);
    if (s.len > at) h = fold(h ^ load_tail(s.p + at, s.len - at), odd1);
    return fold(h ^ odd2, odd1 ^ s.len);
}

bool str_split(str *rest, char sep, str *piece)
{
    if (rest->p == NULL) return false;
    const char *at = rest->len == 0 ? NULL : memchr(rest->p, sep, rest->len);
    if (at == NULL) {
        *piece = *rest;
        *rest = (str){ 0 };
        return true;
    }
    size_t len = (size_t)(at - rest->p);
    *piece = str_slice(*rest, 0, len);
    *rest = str_slice(*rest, len + 1, rest->len);
    return true;
}

bool str_to_i64(str s, int64_t *out)
{
    int64_t n = 0;
    if (s.len == 0) return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        if (__builtin_mul_overflow(n, (int64_t)10, &n)) return false;
        if (__builtin_add_overflow(n, (int64_t)(s.p[i] - '0'), &n)) return false;
    }
    *out = n;
    return true;
}
