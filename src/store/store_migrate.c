/* store_migrate: numbered steps of a schema, each applied once, in one transaction, remembered with the hash of its
 * text and with its way back, so that a database always knows what it is. */
#include "base/crypto.h"
#include "store/store_priv.h"

#include <assert.h>
#include <time.h>

static const char *const schema_table =
    "CREATE TABLE IF NOT EXISTS \"_schema\" (part text NOT NULL, number bigint NOT NULL, name text NOT NULL,"
    " hash text NOT NULL, applied bigint NOT NULL, PRIMARY KEY (part, number))";

static const char *text_of(const struct store *s, const struct store_step *step)
{
    return s->kind == STORE_POSTGRES && step->up_postgres != NULL ? step->up_postgres : step->up;
}

/* Whether "_schema" is there at all: a database opened for reading may not have it. */
bool store_has_schema(struct store *s, bool *out, struct err *e)
{
    str sql = s->kind == STORE_SQLITE
                  ? STR("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_schema'")
                  : STR("SELECT 1 FROM pg_class WHERE relname = '_schema' AND pg_table_is_visible(oid)");
    struct store_stmt *q;
    if (!store_prepare(s, sql, &q, e)) return false;
    bool ok = store_step(q, out, e);
    store_done(q);
    return ok;
}

bool store_schema(struct store *s, str part, uint32_t *out, struct err *e)
{
    bool there, row = false;
    if (!store_has_schema(s, &there, e)) return false;
    int64_t last = 0;
    if (there) {
        struct store_stmt *q;
        if (!store_prepare(s, STR("SELECT max(number) FROM \"_schema\" WHERE part = $1"), &q, e)) return false;
        store_bind_str(q, 1, part);
        bool ok = store_step(q, &row, e);
        if (ok && row) store_int(q, 0, &last);
        store_done(q);
        if (!ok) return false;
    }
    *out = (uint32_t)last;
    return true;
}

/* Every applied step must be one of ours, with our text. *last: the highest. */
static bool compare(struct store *s, str part, const struct store_step *steps, uint32_t count, uint32_t *last,
                    struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(s, STR("SELECT number, hash FROM \"_schema\" WHERE part = $1 ORDER BY number"), &q, e))
        return false;
    store_bind_str(q, 1, part);
    bool row = false, ok;
    *last = 0;
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t number = 0;
        char hash[SM3_HEX + 1];
        store_int(q, 0, &number);
        if (number < 1 || number > count) {
            ok = fail(e, CONFLICT, "数据库“%.*s”是更新版本的乐业建的（%.*s 第 %lld 步）；请用新版本打开",
                      STR_ARG(s->shown), STR_ARG(part), (long long)number);
            break;
        }
        ok = crypto_sm3_hex(str_of(text_of(s, &steps[number - 1])), hash, e);
        if (ok && !str_eq(store_str(q, 1), str_of(hash)))
            ok = fail(e, MISMATCH, "数据库“%.*s”的结构（%.*s 第 %lld 步）与本程序的不同；请用建它的那个版本打开",
                      STR_ARG(s->shown), STR_ARG(part), (long long)number);
        if (!ok) break;
        *last = (uint32_t)number;
    }
    store_done(q);
    return ok;
}

static bool forward(struct store *s, str part, const struct store_step *step, struct err *e)
{
    char hash[SM3_HEX + 1];
    struct store_stmt *q;
    if (!store_exec(s, str_of(text_of(s, step)), e) || !crypto_sm3_hex(str_of(text_of(s, step)), hash, e) ||
        !store_prepare(
            s, STR("INSERT INTO \"_schema\" (part, number, name, hash, applied) VALUES ($1, $2, $3, $4, $5)"), &q, e))
        return false;
    store_bind_str(q, 1, part);
    store_bind_int(q, 2, step->number);
    store_bind_str(q, 3, str_of(step->name));
    store_bind_str(q, 4, str_of(hash));
    store_bind_int(q, 5, (int64_t)time(NULL));
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

static bool back(struct store *s, str part, const struct store_step *step, struct err *e)
{
    struct store_stmt *q;
    if (!store_exec(s, str_of(step->down), e) ||
        !store_prepare(s, STR("DELETE FROM \"_schema\" WHERE part = $1 AND number = $2"), &q, e))
        return false;
    store_bind_str(q, 1, part);
    store_bind_int(q, 2, step->number);
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

static bool move(struct store *s, str part, const struct store_step *steps, uint32_t count, uint32_t target,
                 struct err *e)
{
    uint32_t at;
    if (!store_exec(s, str_of(schema_table), e) || !compare(s, part, steps, count, &at, e)) return false;
    for (; at < target; at++) {
        const struct store_step *step = &steps[at];
        if (!forward(s, part, step, e)) return fail_up(e, "数据库结构第 %u 步“%s”没有做成", step->number, step->name);
    }
    for (; at > target; at--) {
        const struct store_step *step = &steps[at - 1];
        if (!back(s, part, step, e)) return fail_up(e, "数据库结构第 %u 步“%s”没有退回", step->number, step->name);
    }
    return true;
}

bool store_migrate(struct store *s, str part, const struct store_step *steps, uint32_t count, uint32_t target,
                   struct err *e)
{
    assert(target <= count);
    for (uint32_t i = 0; i < count; i++) assert(steps[i].number == i + 1 && steps[i].down != NULL);
    bool there; /* most often nothing is to be done: seen without waiting for whoever writes */
    uint32_t at = 0;
    if (!store_has_schema(s, &there, e) || (there && !compare(s, part, steps, count, &at, e))) return false;
    if (there && at == target) return true;
    if (!store_begin(s, e)) return false;
    if (!move(s, part, steps, count, target, e)) {
        store_rollback(s);
        return false;
    }
    return store_commit(s, e);
}
