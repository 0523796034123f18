/* short: a statement is asked for by its text, which costs a look-up (store_prepare). */
#include "store/short.h"

#include <stdarg.h>

static bool ask(struct store *s, struct store_stmt **out, struct err *e, const char *sql, const char *kinds,
                va_list values)
{
    struct store_stmt *q;
    if (!store_prepare(s, str_of(sql), &q, e)) return false;
    uint32_t at = 1;
    for (const char *k = kinds; *k != '\0'; k++, at++) {
        if (*k == 'i')
            store_bind_int(q, at, va_arg(values, int64_t));
        else if (*k == 'b')
            store_bind_bytes(q, at, va_arg(values, str));
        else if (*k == 'S')
            store_bind_secret(q, at, va_arg(values, str));
        else if (*k == 'B')
            store_bind_secret_bytes(q, at, va_arg(values, str));
        else
            store_bind_str(q, at, va_arg(values, str));
    }
    *out = q;
    return true;
}

bool store_ask(struct store *s, struct store_stmt **out, struct err *e, const char *sql, const char *kinds, ...)
{
    va_list values;
    va_start(values, kinds);
    bool ok = ask(s, out, e, sql, kinds, values);
    va_end(values);
    return ok;
}

bool store_first(struct store *s, struct store_stmt **out, bool *row, struct err *e, const char *sql, const char *kinds,
                 ...)
{
    struct store_stmt *q;
    va_list values;
    va_start(values, kinds);
    bool ok = ask(s, &q, e, sql, kinds, values);
    va_end(values);
    if (!ok) return false;
    ok = store_step(q, row, e);
    if (!ok) store_done(q);
    *out = ok ? q : NULL;
    return ok;
}

bool store_do(struct store *s, int64_t *changed, struct err *e, const char *sql, const char *kinds, ...)
{
    struct store_stmt *q;
    va_list values;
    va_start(values, kinds);
    bool ok = ask(s, &q, e, sql, kinds, values);
    va_end(values);
    if (!ok) return false;
    ok = store_run(q, e);
    if (ok && changed != NULL) *changed = store_changed(q);
    store_done(q);
    return ok;
}

bool store_get(struct store *s, bool *there, int64_t *out, size_t count, struct err *e, const char *sql,
               const char *kinds, ...)
{
    struct store_stmt *q;
    bool row = false;
    va_list values;
    va_start(values, kinds);
    bool ok = ask(s, &q, e, sql, kinds, values);
    va_end(values);
    if (!ok) return false;
    ok = store_step(q, &row, e);
    for (size_t i = 0; ok && row && i < count; i++) {
        out[i] = 0;
        if (!store_is_null(q, (uint32_t)i) && !store_int(q, (uint32_t)i, &out[i]))
            ok = fail(e, MISMATCH, "数据库里有一个数不是整数；请停止办理，先核对数据库");
    }
    store_done(q);
    if (there != NULL) *there = row;
    if (ok && there == NULL && !row) ok = fail(e, MISMATCH, "数据库里缺了一行；请停止办理，先核对数据库");
    return ok;
}

bool store_end(struct store *s, bool ok, struct err *e)
{
    if (ok) return store_commit(s, e);
    store_rollback(s);
    return false;
}

int64_t store_number(const struct store_stmt *q, uint32_t column)
{
    int64_t n = 0;
    return store_int(q, column, &n) ? n : 0;
}

str store_word(const struct store_stmt *q, uint32_t column, struct arena *a)
{
    return store_is_null(q, column) ? STR("") : str_dup(a, store_str(q, column));
}
