/* Any bytes as XML, by our reader and by expat: what ours accepts, expat accepts with the same events, and pieces make
 * no difference. What expat accepts and ours does not must be one of the things it refuses on purpose (decision 0130).
 * The first byte says how large the pieces are. again: 20000 runs. */
#include "unit/sheet/xml_oracle.h"

#include <stdlib.h>

static void check(bool ok)
{
    if (!ok) abort();
}

static bool ours(struct arena *a, str s, size_t piece, struct xml *x, str *log)
{
    struct xml_log l = { 0 };
    text_init(&l.t, a, 1 << 24);
    char *buf = arena_alloc(a, s.len + 1);
    if (s.len > 0) memcpy(buf, s.p, s.len);
    bool ok = ours_says(x, buf, s.len, piece, &l);
    *log = text_str(&l.t);
    return ok;
}

/* A long reference, a name or version that is not for workbooks: sound, and called broken. */
static bool on_purpose(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((uint8_t)s.p[i] >= 0x80) return true;
    }
    return str_find(s, STR("&#")) != SIZE_MAX || str_find(s, STR("<?xml")) != SIZE_MAX || s.len > XML_NAME_BYTES;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1 << 16) return 0;
    autoarena *a = arena_new("fuzz", 0);
    struct xml *x = ARENA_NEW(a, struct xml);
    str s = { (const char *)data + 1, size - 1 }, one, other;
    struct xml_log l = { 0 };
    text_init(&l.t, a, 1 << 24);
    bool sound = expat_says(s, &l), ok = ours(a, s, s.len, x, &one), refused = x->refused != NULL;
    check(!ok || (sound && str_eq(one, text_str(&l.t))));
    check(ok || !sound || refused || l.over || on_purpose(s));
    check(ours(a, s, 1 + data[0] % 64, x, &other) == ok && (!ok || str_eq(one, other)));
    return 0;
}
