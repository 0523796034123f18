/* backup_log: which copies were made and looked at, for who has to know when the last one was. */
#include "backup/backup.h"
#include "base/file.h"
#include "base/json.h"
#include "journal/journal.h"
#include "store/short.h"

#define TABLES(KEY)                                                                            \
    "CREATE TABLE backup_log (id " KEY " PRIMARY KEY, at bigint NOT NULL, name text NOT NULL," \
    " who text NOT NULL, again bigint NOT NULL, sound bigint NOT NULL, bytes bigint NOT NULL," \
    " events bigint NOT NULL, what text NOT NULL);"

bool backup_migrate(struct store *s, struct err *e)
{
    static const struct store_step steps[] = {
        { 1, "备份记录", TABLES("integer"), "DROP TABLE backup_log", TABLES("bigserial") },
    };
    return journal_migrate(s, e) && store_migrate(s, STR("backup"), steps, 1, 1, e);
}

static bool note(struct store *s, const struct backup_row *r, struct err *e)
{
    autoarena *a = arena_new("backup", 0);
    struct text body;
    struct json_writer w;
    str name = file_base(r->name);
    text_init(&body, a, 16 << 10);
    json_begin(&w, &body, false);
    json_object(&w);
    json_key(&w, "sound"), json_bool(&w, r->sound);
    json_key(&w, "bytes"), json_int(&w, r->bytes);
    json_key(&w, "what"), json_str(&w, r->what);
    json_object_end(&w);
    struct journal_event event = { .actor = r->who,
                                   .role = STR("管理"),
                                   .kind = r->again ? STR("backup.look") : STR("backup.make"),
                                   .subject = name.len <= JOURNAL_WORD_MAX ? name : STR("备份"),
                                   .body = text_str(&body),
                                   .clock_ms = r->at * 1000 };
    return store_do(s, NULL, e,
                    "INSERT INTO backup_log (at, name, who, again, sound, bytes, events, what)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    "issiiiis", r->at, r->name, r->who, (int64_t)r->again, (int64_t)r->sound, r->bytes, r->events,
                    r->what) &&
           journal_append(s, &event, 1, NULL, e);
}

bool backup_note(struct store *s, const struct backup_row *r, struct err *e)
{
    return store_begin(s, e) && store_end(s, note(s, r, e), e);
}

bool backup_list(struct store *s, size_t max, struct arena *a, backup_rows *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok = true;
    if (!store_first(
            s, &q, &row, e,
            "SELECT at, name, who, again, sound, bytes, events, what FROM backup_log ORDER BY id DESC LIMIT $1", "i",
            (int64_t)max))
        return false;
    for (; ok && row; ok = store_step(q, &row, e)) {
        struct backup_row *r = vec_push(a, out);
        r->at = store_number(q, 0);
        r->name = store_word(q, 1, a);
        r->who = store_word(q, 2, a);
        r->again = store_number(q, 3) != 0;
        r->sound = store_number(q, 4) != 0;
        r->bytes = store_number(q, 5);
        r->events = store_number(q, 6);
        r->what = store_word(q, 7, a);
    }
    store_done(q);
    return ok;
}
