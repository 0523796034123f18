/* watch_log: the append-only log of observations. Rows are never changed: what was known on a day is the last row of
 * each key that had come by then. */
#include "store/short.h"
#include "watch/watch.h"

static const struct store_step steps[] = {
    { .number = 1,
      .name = "指标的观测",
      .up =
          "CREATE TABLE \"observation\" (\"id\" bigint PRIMARY KEY, \"indicator\" text NOT NULL, \"area\" text NOT "
          "NULL,"
          " \"month_from\" bigint NOT NULL, \"month_to\" bigint NOT NULL, \"value\" text NOT NULL,"
          " \"bound\" bigint NOT NULL, \"status\" bigint NOT NULL, \"known\" bigint NOT NULL,"
          " \"taken\" bigint NOT NULL, \"source\" text NOT NULL, \"note\" text NOT NULL);"
          "CREATE INDEX \"observation_key\" ON \"observation\" (\"indicator\", \"area\", \"month_from\", \"month_to\")",
      .down = "DROP TABLE \"observation\"" },
};

bool watch_migrate(struct store *s, struct err *e)
{
    return store_migrate(s, STR("watch"), steps, sizeof steps / sizeof *steps, sizeof steps / sizeof *steps, e);
}

#define COLUMNS                                                                                                        \
    "\"indicator\", \"area\", \"month_from\", \"month_to\", \"value\", \"bound\", \"status\", \"known\", \"source\", " \
    "\"note\""

static void bind(struct store_stmt *q, const struct observation *o, char value[NUM_TEXT])
{
    size_t n = num_text(o->value, MEASURE_SCALE, 0, value);
    store_bind_str(q, 1, o->indicator);
    store_bind_str(q, 2, o->area);
    store_bind_int(q, 3, o->period.from.index);
    store_bind_int(q, 4, o->period.to.index);
    store_bind_str(q, 5, (str){ value, n });
    store_bind_int(q, 6, o->bound);
    store_bind_int(q, 7, o->status);
    store_bind_int(q, 8, o->known.days);
    store_bind_str(q, 9, o->source);
    store_bind_str(q, 10, o->note);
}

/* True in *same when the last row of this key, source, day and status says the same. Earlier ones do not count: a
 * figure set right and then set back is news both times. Other days do not either: an old table read again is not news.
 */
static bool known_already(struct store_stmt *find, const struct observation *o, bool *same, struct err *e)
{
    char value[NUM_TEXT];
    bool row;
    bind(find, o, value);
    if (!store_step(find, &row, e)) return false;
    *same = row;
    store_reset(find);
    return true;
}

static bool take_all(struct store_stmt *find, struct store_stmt *add, int64_t last, const struct figures *f, date today,
                     struct watch_result *out, struct err *e)
{
    VEC_EACH (const struct observation, o, &f->list) {
        bool same = false;
        char value[NUM_TEXT];
        if (!known_already(find, o, &same, e)) return false;
        if (same) {
            out->same++;
            continue;
        }
        bind(add, o, value);
        store_bind_int(add, 11, today.days);
        store_bind_int(add, 12, ++last);
        if (!store_run(add, e)) return false;
        out->added++;
    }
    return true;
}

bool watch_mark(struct store *s, int64_t *out, struct err *e)
{
    return store_get(s, NULL, out, 1, e, "SELECT coalesce(max(\"id\"), 0) FROM \"observation\"", "");
}

bool watch_take(struct store *s, const struct figures *f, date today, struct watch_result *out, struct err *e)
{
    struct store_stmt *find = NULL, *add = NULL;
    struct watch_result r = { 0 };
    int64_t last = 0;
    if (!store_begin(s, e)) return false;
    bool ok =
        watch_mark(s, &last, e) &&
        store_prepare(s,
                      STR("SELECT 1 FROM (SELECT \"value\", \"bound\", \"note\" FROM \"observation\" WHERE "
                          "\"indicator\" = $1 AND \"area\" = $2 AND \"month_from\" = $3 AND \"month_to\" = $4 AND "
                          "\"status\" = $7 AND \"known\" = $8 AND \"source\" = $9 ORDER BY \"id\" DESC LIMIT 1) o "
                          "WHERE o.\"value\" = $5 AND o.\"bound\" = $6 AND o.\"note\" = $10"),
                      &find, e) &&
        store_prepare(s,
                      STR("INSERT INTO \"observation\" (" COLUMNS
                          ", \"taken\", \"id\") VALUES ($1, $2, $3, $4, $5, $6, "
                          "$7, $8, $9, $10, $11, $12)"),
                      &add, e) &&
        take_all(find, add, last, f, today, &r, e);
    store_done(find);
    store_done(add);
    if (!ok) {
        store_rollback(s);
        return false;
    }
    if (!store_commit(s, e)) return false;
    *out = r;
    return true;
}

static bool read_row(const struct store_stmt *q, struct arena *a, struct observation *o, struct err *e)
{
    int64_t from, to, bound, status, known;
    unsigned scale;
    if (!store_int(q, 2, &from) || !store_int(q, 3, &to) || !store_int(q, 5, &bound) || !store_int(q, 6, &status) ||
        !store_int(q, 7, &known) || bound < 0 || bound > BOUND_BELOW || status < 0 || status > STATUS_FINAL ||
        !num_parse(store_str(q, 4), &o->value, &scale) || scale > MEASURE_SCALE ||
        !num_widen(o->value, scale, MEASURE_SCALE, &o->value))
        return fail(e, INVALID, "观测表里有一行不是这个程序写的");
    o->indicator = str_dup(a, store_str(q, 0)), o->area = str_dup(a, store_str(q, 1));
    o->period = (struct interval){ { (int32_t)from }, { (int32_t)to } };
    o->bound = (enum bound)bound, o->status = (enum status)status, o->known = (date){ (int32_t)known };
    o->source = str_dup(a, store_str(q, 8)), o->note = str_dup(a, store_str(q, 9));
    o->place = num_pow10(MEASURE_SCALE - scale);
    return true;
}

static bool same_key(const struct observation *a, const struct observation *b)
{
    return str_eq(a->indicator, b->indicator) && str_eq(a->area, b->area) && interval_eq(a->period, b->period) &&
           str_eq(a->source, b->source);
}

bool watch_read(struct store *s, struct arena *a, date known, struct figures *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    if (!store_scan(s,
                    STR("SELECT " COLUMNS
                        " FROM \"observation\" WHERE \"known\" <= $1 ORDER BY \"indicator\", \"area\", "
                        "\"month_from\", \"month_to\", \"source\", \"known\", \"status\", \"id\""),
                    &q, e))
        return false;
    store_bind_int(q, 1, known.days);
    bool ok = true;
    size_t first = out->list.len;
    while (ok && (ok = store_step(q, &row, e)) && row) {
        struct observation o = { 0 };
        ok = read_row(q, a, &o, e);
        struct observation *last = out->list.len > first ? &out->list.at[out->list.len - 1] : NULL;
        if (ok && last != NULL && same_key(last, &o))
            *last = o; /* later ones replace earlier ones of the same key */
        else if (ok)
            *vec_push(a, &out->list) = o;
    }
    store_done(q);
    return ok;
}

bool watch_history(struct store *s, str indicator, str area, struct arena *a, struct figures *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok = true;
    if (!store_ask(s, &q, e,
                   "SELECT " COLUMNS " FROM \"observation\" WHERE \"indicator\" = $1 AND \"area\" = $2"
                   " ORDER BY \"month_from\", \"month_to\", \"known\", \"id\"",
                   "ss", indicator, area))
        return false;
    while (ok && (ok = store_step(q, &row, e)) && row) {
        struct observation o = { 0 };
        ok = read_row(q, a, &o, e);
        if (ok) *vec_push(a, &out->list) = o;
    }
    store_done(q);
    return ok;
}
