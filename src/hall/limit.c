/* limit: what a token may call, and how often. Calls of a minute are counted in memory, in a slot by the token's
 * number; two tokens that share a slot share its limit, which is rare and harmless. */
#include "hall/hall_priv.h"

#include <stdatomic.h>

enum { SLOTS = 1 << 14, MINUTE = 60 };

struct limits {
    _Atomic uint64_t slots[SLOTS]; /* the minute above, its calls below 32 bits */
};

struct limits *limits_new(struct arena *a) { return ARENA_NEW(a, struct limits); }

bool limits_count(struct limits *l, uint64_t token, int64_t per_minute, int64_t now, int64_t *wait_seconds)
{
    _Atomic uint64_t *slot = &l->slots[token % SLOTS];
    uint64_t minute = (uint64_t)(now / MINUTE) & UINT32_MAX, was = atomic_load(slot), is;
    do {
        uint64_t calls = was >> 32 == minute ? was & UINT32_MAX : 0;
        *wait_seconds = MINUTE - now % MINUTE;
        if (calls >= (uint64_t)per_minute) return false;
        is = minute << 32 | (calls + 1);
    } while (!atomic_compare_exchange_weak(slot, &was, is));
    return true;
}

/* ---- scopes ---- */

static str area_of(const struct route *r)
{
    str rest = str_of(r->path), piece;
    str_split(&rest, '/', &piece);
    return str_split(&rest, '/', &piece) ? piece : STR("");
}

str scope_of(struct arena *a, const struct route *r)
{
    return str_fmt(a, "%.*s%s", STR_ARG(area_of(r)), r->method == HTTP_GET ? ":read" : "");
}

bool scope_allows(str scopes, const struct route *r)
{
    str word, area = area_of(r), read = STR(":read");
    if (r->roles == 0) return true;
    while (str_split(&scopes, ' ', &word)) {
        bool looks = str_ends(word, read);
        str name = looks ? str_slice(word, 0, word.len - read.len) : word;
        if (str_eq(word, ACCESS_SCOPE_ALL) || (str_eq(name, area) && (!looks || r->method == HTTP_GET))) return true;
    }
    return false;
}

/* The first route of an area that needs a role; the same word is told once. */
static bool tells(size_t at)
{
    if (hall_routes[at].roles == 0) return false;
    for (size_t i = 0; i < at; i++) {
        if (hall_routes[i].roles != 0 && str_eq(area_of(&hall_routes[i]), area_of(&hall_routes[at]))) return false;
    }
    return true;
}

bool hall_scope_known(str word)
{
    str read = STR(":read");
    if (str_ends(word, read)) word = str_slice(word, 0, word.len - read.len);
    for (size_t i = 0; i < hall_route_count; i++) {
        if (tells(i) && str_eq(area_of(&hall_routes[i]), word)) return true;
    }
    return false;
}

str hall_scope_words(struct arena *a)
{
    struct text t;
    text_init(&t, a, 4000);
    for (size_t i = 0; i < hall_route_count; i++) {
        str area = area_of(&hall_routes[i]);
        if (tells(i)) text_addf(&t, "%s%.*s", t.len > 0 ? "、" : "", STR_ARG(area));
    }
    return text_str(&t);
}
