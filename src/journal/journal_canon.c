/* journal_canon: one JSON text for one meaning, so that a hash of it means something. */
#include "base/json.h"
#include "journal/journal.h"

#include <stdlib.h>
#include <string.h>

static int by_key(const void *a, const void *b) { return str_cmp(*(const str *)a, *(const str *)b); }

static bool put(struct json_writer *w, const struct json *j, struct arena *a, struct err *e);

static bool put_object(struct json_writer *w, const struct json *j, struct arena *a, struct err *e)
{
    bool ok = true;
    str *keys = ARENA_ARRAY(a, str, j->count + 1);
    if (j->count > 0) {
        memcpy(keys, j->keys, j->count * sizeof *keys);
        qsort(keys, j->count, sizeof *keys, by_key);
    }
    json_object(w);
    bool sorted = j->count == 0 || memcmp(keys, j->keys, j->count * sizeof *keys) == 0;
    for (size_t i = 0; ok && i < j->count; i++) {
        json_key_str(w, keys[i]);
        ok = put(w, sorted ? &j->items[i] : json_member(j, keys[i]), a, e);
    }
    if (ok) json_object_end(w);
    return ok;
}

static bool put(struct json_writer *w, const struct json *j, struct arena *a, struct err *e)
{
    switch (j->kind) {
    case JSON_NULL: json_null(w); return true;
    case JSON_BOOL: json_bool(w, j->boolean); return true;
    case JSON_INT: json_int(w, j->integer); return true;
    case JSON_STRING: json_str(w, j->string); return true;
    case JSON_REAL: return fail(e, INVALID, "留痕里的数要写成整数（金额用分）或者文字，不能带小数点");
    case JSON_ARRAY:
        json_array(w);
        for (size_t i = 0; i < j->count; i++)
            if (!put(w, &j->items[i], a, e)) return false;
        json_array_end(w);
        return true;
    case JSON_OBJECT: return put_object(w, j, a, e);
    }
    return false;
}

bool journal_canonical(struct arena *a, str json, str *out, struct err *e)
{
    const struct json *j;
    struct json_writer w;
    struct text t;
    if (json.len > JOURNAL_BODY_MAX)
        return fail(e, LIMIT, "留痕的内容太长，最多 %d KiB；大的内容请存表，这里写校验值", JOURNAL_BODY_MAX >> 10);
    if (!json_read(a, json, &j, e)) return false;
    if (j->kind != JSON_OBJECT) return fail(e, INVALID, "留痕的内容要是一个 JSON 对象");
    text_init(&t, a, (size_t)6 * JOURNAL_BODY_MAX); /* escapes take six bytes for one */
    json_begin(&w, &t, false);
    if (!put(&w, j, a, e)) return false;
    *out = text_str(&t);
    return true;
}
