/* doc: an array of members doubles when its count is a power of two, so the tree needs no room to say how large it is.
 */
#include "page/doc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { FIRST = 4, FMT_MAX = 4096 };

struct json *doc_new(struct arena *a)
{
    struct json *j = ARENA_NEW(a, struct json);
    j->kind = JSON_OBJECT;
    return j;
}

static void grow(struct arena *a, struct json *p)
{
    size_t n = p->count, cap = n < FIRST ? FIRST : n * 2;
    bool full = n == 0 || (n >= FIRST && (n & (n - 1)) == 0);
    if (!full) return;
    struct json *items = ARENA_ARRAY(a, struct json, cap);
    if (n > 0) memcpy(items, p->items, n * sizeof *items);
    p->items = items;
    if (p->kind != JSON_OBJECT) return;
    str *keys = ARENA_ARRAY(a, str, cap);
    if (n > 0) memcpy(keys, p->keys, n * sizeof *keys);
    p->keys = keys;
}

struct json *doc_add(struct arena *a, struct json *parent, const char *key)
{
    grow(a, parent);
    if (parent->kind == JSON_OBJECT) parent->keys[parent->count] = str_of(key);
    return &parent->items[parent->count++];
}

struct json *doc_object(struct arena *a, struct json *parent, const char *key)
{
    struct json *j = doc_add(a, parent, key);
    j->kind = JSON_OBJECT;
    return j;
}

struct json *doc_array(struct arena *a, struct json *parent, const char *key)
{
    struct json *j = doc_add(a, parent, key);
    j->kind = JSON_ARRAY;
    return j;
}

void doc_str(struct arena *a, struct json *parent, const char *key, str s)
{
    struct json *j = doc_add(a, parent, key);
    j->kind = JSON_STRING;
    j->string = s;
}

void doc_z(struct arena *a, struct json *parent, const char *key, const char *z) { doc_str(a, parent, key, str_of(z)); }

void doc_fmt(struct arena *a, struct json *parent, const char *key, const char *fmt, ...)
{
    char buffer[FMT_MAX];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(buffer, sizeof buffer, fmt, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof buffer ? (size_t)n : sizeof buffer - 1;
    doc_str(a, parent, key, str_dup(a, (str){ buffer, len }));
}

void doc_int(struct arena *a, struct json *parent, const char *key, int64_t n)
{
    struct json *j = doc_add(a, parent, key);
    j->kind = JSON_INT;
    j->integer = n;
}

void doc_bool(struct arena *a, struct json *parent, const char *key, bool b)
{
    struct json *j = doc_add(a, parent, key);
    j->kind = JSON_BOOL;
    j->boolean = b;
}

void doc_write(struct json_writer *w, const struct json *j)
{
    switch (j->kind) {
    case JSON_NULL:
    case JSON_REAL: json_null(w); return; /* a document of ours has no fractions: amounts are texts or whole fen */
    case JSON_BOOL: json_bool(w, j->boolean); return;
    case JSON_INT: json_int(w, j->integer); return;
    case JSON_STRING: json_str(w, j->string); return;
    case JSON_ARRAY:
        json_array(w);
        for (size_t i = 0; i < j->count; i++) doc_write(w, &j->items[i]);
        json_array_end(w);
        return;
    case JSON_OBJECT:
        json_object(w);
        for (size_t i = 0; i < j->count; i++) {
            json_key_str(w, j->keys[i]);
            doc_write(w, &j->items[i]);
        }
        json_object_end(w);
        return;
    }
}
