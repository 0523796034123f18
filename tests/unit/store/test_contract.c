/* The contract of store.h: the same sentences hold on SQLite and on PostgreSQL. */
#include "helpers.h"
#include "store/short.h"
#include "support/postgres.h"

static void values_come_back_as_they_were(const char *address)
{
    struct store *s = opened(address);
    struct err e = { 0 };
    char sql[200];
    snprintf(sql, sizeof sql, "CREATE TABLE v (a bigint, b text, c %s)", store_bytes_type(store_kind(s)));
    done(s, sql);
    struct store_stmt *put, *get;
    CHECK_OK(store_prepare(s, STR("INSERT INTO v (c, b, a) VALUES ($3, $2, $1)"), &put, &e), e);
    static const int64_t numbers[] = { 0, 1, -1, INT64_MAX, INT64_MIN };
    str text = STR("补贴 'x' \"y\" \\ \t\n"), bytes = { "\0\xff\x80z", 4 };
    for (size_t i = 0; i < 5; i++) {
        store_bind_int(put, 1, numbers[i]);
        store_bind_str(put, 2, text);
        store_bind_bytes(put, 3, bytes);
        CHECK_OK(store_run(put, &e), e);
        CHECK_INT(store_changed(put), 1);
    }
    store_done(put);
    CHECK_OK(store_prepare(s, STR("INSERT INTO v (c, b, a) VALUES ($3, $2, $1)"), &put, &e), e);
    store_bind_str(put, 2, STR(""));
    CHECK_OK(store_run(put, &e), e); /* what was bound before store_done is no longer */
    store_done(put);
    CHECK_OK(store_prepare(s, STR("SELECT a, b, c FROM v WHERE a = $1"), &get, &e), e);
    for (size_t i = 0; i < 5; i++) {
        bool row;
        int64_t n;
        store_bind_int(get, 1, numbers[i]);
        CHECK_OK(store_step(get, &row, &e), e);
        CHECK(row && store_int(get, 0, &n));
        CHECK_INT(n, numbers[i]);
        CHECK_STR(store_str(get, 1), text);
        CHECK_STR(store_bytes(get, 2), bytes);
        CHECK_INT(store_columns(get), 3);
        CHECK_STR(store_column_name(get, 1), "b");
        CHECK(!store_int(get, 1, &n));
        CHECK_OK(store_step(get, &row, &e), e);
        CHECK(!row);
    }
    store_done(get);
    CHECK_INT(number(s, "SELECT count(*) FROM v WHERE a IS NULL AND c IS NULL AND b = ''"), 1);
    store_close(s);
}

static void what_a_connection_keeps_changes_no_answer(const char *address)
{
    struct store *s = opened(address);
    struct err e = { 0 };
    char wide[2001] = { 0 };
    struct store_stmt *put;
    memset(wide, 'x', sizeof wide - 1);
    done(s, "CREATE TABLE w (a bigint, b text)");
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(store_prepare(s, STR("INSERT INTO w VALUES ($1, $2)"), &put, &e), e);
    for (int64_t i = 0; i < 500; i++) {
        store_bind_int(put, 1, i), store_bind_str(put, 2, str_of(wide));
        CHECK_OK(store_run(put, &e), e);
        if (i == 250) CHECK_OK(store_keep(s, 0, &e), e); /* in the middle of a change, too */
    }
    store_done(put);
    CHECK_OK(store_commit(s, &e), e);
    for (uint32_t kib = 0; kib < 4096; kib += 1024) {
        CHECK_OK(store_keep(s, kib, &e), e);
        CHECK_INT(number(s, "SELECT count(*) FROM w WHERE length(b) = 2000"), 500);
    }
    store_close(s);
}

static void statements_are_kept_and_lent_to_one_at_a_time(const char *address)
{
    struct store *s = opened(address);
    struct err e = { 0 };
    done(s, "CREATE TABLE k (a bigint); INSERT INTO k VALUES (1), (2), (3)");
    str sql = STR("SELECT a FROM k WHERE a > $1 ORDER BY a");
    struct store_stmt *outer, *inner = NULL, *again;
    CHECK_OK(store_prepare(s, sql, &outer, &e), e);
    store_bind_int(outer, 1, 0);
    bool row;
    int64_t pairs = 0;
    while (CHECK_OK(store_step(outer, &row, &e), e), row) {
        int64_t a = 0;
        CHECK(store_int(outer, 0, &a));
        CHECK_OK(store_prepare(s, sql, &inner, &e), e);
        CHECK(inner != outer);
        store_bind_int(inner, 1, a);
        while (CHECK_OK(store_step(inner, &row, &e), e), row) pairs++;
        store_done(inner);
    }
    CHECK_INT(pairs, 3);
    store_done(outer);
    CHECK_OK(store_prepare(s, sql, &again, &e), e);
    CHECK(again == outer || again == inner);
    store_done(again);
    CHECK_ERR(store_prepare(s, STR("SELECT nothing FROM nowhere"), &again, &e), e, INTERNAL);
    e = (struct err){ 0 };
    CHECK_ERR(store_prepare(s, STR("SELECT \"misspelt\" FROM k"), &again, &e), e, INTERNAL);
    store_close(s);
}

static void inner_transactions_are_undone_alone(const char *address)
{
    struct store *s = opened(address);
    struct err e = { 0 };
    done(s, "CREATE TABLE t (a bigint PRIMARY KEY)");
    CHECK_OK(store_begin(s, &e), e);
    done(s, "INSERT INTO t VALUES (1)");
    CHECK_OK(store_begin(s, &e), e);
    done(s, "INSERT INTO t VALUES (2)");
    store_rollback(s);
    CHECK_OK(store_begin(s, &e), e);
    done(s, "INSERT INTO t VALUES (3)");
    CHECK_INT(store_depth(s), 2);
    CHECK_OK(store_commit(s, &e), e);
    CHECK_OK(store_commit(s, &e), e);
    CHECK_INT(number(s, "SELECT sum(a) FROM t"), 4);
    CHECK_OK(store_begin(s, &e), e);
    done(s, "DELETE FROM t");
    store_rollback(s);
    CHECK_INT(number(s, "SELECT count(*) FROM t"), 2);
    CHECK_OK(store_begin(s, &e), e);
    done(s, "INSERT INTO t VALUES (9)");
    store_close(s); /* what was not committed is not there */
    s = opened(address);
    CHECK_INT(number(s, "SELECT count(*) FROM t"), 2);
    store_close(s);
}

static void after_a_failure_a_transaction_can_only_be_rolled_back(const char *address)
{
    struct store *s = opened(address);
    struct err e = { 0 };
    done(s, "CREATE TABLE f (a bigint PRIMARY KEY); INSERT INTO f VALUES (1)");
    CHECK_OK(store_begin(s, &e), e);
    done(s, "INSERT INTO f VALUES (2)");
    CHECK_OK(store_begin(s, &e), e);
    done(s, "INSERT INTO f VALUES (3)");
    CHECK_ERR(store_exec(s, STR("INSERT INTO f VALUES (1)"), &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "约束") != NULL);
    e = (struct err){ 0 };
    CHECK_ERR(store_exec(s, STR("INSERT INTO f VALUES (4)"), &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "作废") != NULL);
    e = (struct err){ 0 };
    CHECK_ERR(store_commit(s, &e), e, CONFLICT);
    CHECK_INT(store_depth(s), 1); /* the inner one is gone, the outer one goes on */
    done(s, "INSERT INTO f VALUES (5)");
    e = (struct err){ 0 };
    CHECK_OK(store_commit(s, &e), e);
    CHECK_INT(number(s, "SELECT sum(a) FROM f"), 8);
    CHECK_OK(store_begin(s, &e), e);
    CHECK_ERR(store_exec(s, STR("INSERT INTO f VALUES (1)"), &e), e, CONFLICT);
    e = (struct err){ 0 };
    CHECK_ERR(store_commit(s, &e), e, CONFLICT);
    CHECK_INT(store_depth(s), 0);
    done(s, "INSERT INTO f VALUES (6)");
    store_close(s);
}

static void many_rows_come_in_or_none(const char *address)
{
    enum { ROWS = 30000 };
    struct store *s = opened(address);
    struct err e = { 0 };
    done(s, "CREATE TABLE \"人员\" (\"_id\" bigint PRIMARY KEY, \"姓名\" text, \"出生\" bigint)");
    str columns[] = { STR("_id"), STR("姓名"), STR("出生") };
    struct store_stmt *q;
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(store_bulk(s, STR("人员"), columns, 3, &q, &e), e);
    for (int64_t i = 0; i < ROWS; i++) {
        store_bind_int(q, 1, i);
        if (i % 7 != 0) store_bind_str(q, 2, STR("欧阳\t\\N\n某"));
        store_bind_int(q, 3, -i);
        CHECK_OK(store_bulk_row(q, &e), e);
    }
    CHECK_OK(store_bulk_flush(q, &e), e);
    CHECK_INT(number(s, "SELECT count(*) FROM \"人员\""), ROWS);
    CHECK_OK(store_bulk_end(q, &e), e);
    CHECK_OK(store_commit(s, &e), e);
    CHECK_INT(number(s, "SELECT count(*) FROM \"人员\" WHERE \"姓名\" IS NULL AND \"出生\" = -\"_id\""), ROWS / 7 + 1);
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(store_bulk(s, STR("人员"), columns, 3, &q, &e), e);
    store_bind_int(q, 1, 5); /* is there already */
    CHECK(!store_bulk_row(q, &e) || !store_bulk_flush(q, &e));
    CHECK_INT(e.code, ERR_CONFLICT);
    e = (struct err){ 0 };
    CHECK(!store_bulk_end(q, &e));
    store_rollback(s);
    CHECK_INT(number(s, "SELECT count(*) FROM \"人员\""), ROWS);
    store_close(s);
}

static void portions_of_rows_are_complete(const char *address)
{
    enum { ROWS = 10000 };
    struct store *s = opened(address);
    struct err e = { 0 };
    done(s, "CREATE TABLE p (a bigint)");
    str column = STR("a");
    struct store_stmt *q;
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(store_bulk(s, STR("p"), &column, 1, &q, &e), e);
    for (int64_t i = 0; i < ROWS; i++) {
        store_bind_int(q, 1, i);
        CHECK_OK(store_bulk_row(q, &e), e);
    }
    CHECK_OK(store_bulk_end(q, &e), e);
    CHECK_OK(store_commit(s, &e), e);
    for (int inside = 0; inside < 2; inside++) {
        if (inside) CHECK_OK(store_begin(s, &e), e);
        CHECK_OK(store_scan(s, STR("SELECT a FROM p WHERE a >= $1 ORDER BY a"), &q, &e), e);
        store_bind_int(q, 1, 10);
        bool row;
        int64_t want = 10, got;
        while (CHECK_OK(store_step(q, &row, &e), e), row) {
            CHECK(store_int(q, 0, &got));
            CHECK_INT(got, want++);
            if (want % 1000 == 0) CHECK_INT(number(s, "SELECT count(*) FROM p"), ROWS);
        }
        CHECK_INT(want, ROWS);
        CHECK_OK(store_step(q, &row, &e), e); /* once more, and given up half-way */
        CHECK(row);
        store_done(q);
        if (inside) CHECK_OK(store_commit(s, &e), e);
    }
    store_close(s);
}

static void a_schema_goes_forward_and_back(const char *address)
{
    static const struct store_step steps[] = {
        { 1, "persons", "CREATE TABLE m1 (a bigint); CREATE INDEX m1_a ON m1 (a)", "DROP TABLE m1", NULL },
        { 2, "names", "CREATE TABLE m2 (b blob)", "DROP TABLE m2", "CREATE TABLE m2 (b bytea)" },
        { 3, "wrong", "CREATE TABLE m3 (c bigint); CREATE TABLE m1 (a bigint)", "DROP TABLE m3", NULL },
    };
    struct store_step other = { 1, "persons", "CREATE TABLE m1 (a bigint, b bigint)", "DROP TABLE m1", NULL };
    struct store *s = opened(address);
    struct err e = { 0 };
    uint32_t at = 9;
    CHECK_OK(store_schema(s, STR("registry"), &at, &e), e);
    CHECK_INT(at, 0);
    CHECK_OK(store_migrate(s, STR("registry"), steps, 2, 2, &e), e);
    CHECK_OK(store_migrate(s, STR("registry"), steps, 2, 2, &e), e);
    CHECK_OK(store_schema(s, STR("registry"), &at, &e), e);
    CHECK_INT(at, 2);
    done(s, "INSERT INTO m1 VALUES (7)");
    CHECK(!store_migrate(s, STR("registry"), steps, 3, 3, &e)); /* its second half fails: nothing of it stays */
    e = (struct err){ 0 };
    CHECK_INT(number(s, "SELECT a FROM m1"), 7);
    CHECK_ERR(store_exec(s, STR("INSERT INTO m3 VALUES (1)"), &e), e, INTERNAL);
    e = (struct err){ 0 };
    CHECK_ERR(store_migrate(s, STR("registry"), steps, 1, 1, &e), e, CONFLICT); /* made by a newer program */
    CHECK(strstr(err_cause(&e), "新版本") != NULL);
    e = (struct err){ 0 };
    CHECK_ERR(store_migrate(s, STR("registry"), &other, 1, 1, &e), e, MISMATCH);
    e = (struct err){ 0 };
    CHECK_OK(store_migrate(s, STR("registry"), steps, 2, 0, &e), e);
    CHECK_OK(store_migrate(s, STR("pay"), &other, 1, 1, &e), e); /* parts do not know each other */
    CHECK_OK(store_schema(s, STR("registry"), &at, &e), e);
    CHECK_INT(at, 0);
    store_close(s);
}

static void a_second_writer_is_told_who_is_first(const char *address)
{
    struct store *one = opened(address), *two = opened(address);
    struct err e = { 0 };
    CHECK_OK(store_claim(one, STR("leye import"), &e), e);
    CHECK_ERR(store_claim(two, STR("leye import"), &e), e, CONFLICT);
    CHECK(strstr(err_cause(&e), "leye import，进程 ") != NULL);
    store_release(one);
    e = (struct err){ 0 };
    CHECK_OK(store_claim(two, STR("leye find"), &e), e);
    store_close(two);
    CHECK_OK(store_claim(one, STR("leye import"), &e), e);
    store_close(one);
}

static void long_names_stay_apart(const char *address)
{
    struct store *s = opened(address);
    autoarena *a = arena_new("names", 0);
    str names[3] = { STR("一个很长很长的字段名字一个很长很长的字段名字甲"),
                     STR("一个很长很长的字段名字一个很长很长的字段名字乙"), STR("a \"quoted\" name") };
    struct text t;
    text_init(&t, a, 4096);
    text_addz(&t, "CREATE TABLE n (");
    for (int i = 0; i < 3; i++) {
        if (i > 0) text_addc(&t, ',');
        store_quote(&t, names[i]);
        text_addz(&t, " bigint");
    }
    text_addz(&t, ")");
    done(s, t.p);
    struct err e = { 0 };
    struct store_stmt *q;
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(store_bulk(s, STR("n"), names, 3, &q, &e), e);
    for (uint32_t i = 0; i < 3; i++) store_bind_int(q, i + 1, (int64_t)i);
    CHECK_OK(store_bulk_row(q, &e), e);
    CHECK_OK(store_bulk_end(q, &e), e);
    CHECK_OK(store_commit(s, &e), e);
    text_init(&t, a, 4096);
    text_addz(&t, "SELECT ");
    store_quote(&t, names[1]);
    text_addz(&t, " FROM n");
    CHECK_INT(number(s, t.p), 1);
    store_close(s);
}

static void a_store_for_reading_refuses_to_write(const char *address)
{
    struct store *s = opened(address);
    struct err e = { 0 };
    done(s, "CREATE TABLE r (a bigint)");
    store_close(s);
    CHECK_OK(store_open(&s, str_of(address), STORE_READ, &e), e);
    CHECK_INT(number(s, "SELECT count(*) FROM r"), 0);
    CHECK_ERR(store_exec(s, STR("INSERT INTO r VALUES (1)"), &e), e, IO);
    CHECK(strstr(err_cause(&e), "没有权限") != NULL);
    store_close(s);
}

static void a_sound_database_is_found_sound(const char *address)
{
    struct store *s = opened(address);
    struct err e = { 0 };
    autoarena *a = arena_new("report", 0);
    struct text report;
    text_init(&report, a, 4096);
    bool sound = false;
    CHECK_OK(store_check(s, &sound, &report, &e), e);
    CHECK(sound);
    CHECK_INT((int64_t)report.len, 0);
    store_close(s);
}

/* Also when the undoing itself meets the fault: the next transaction must not find half of this one. */
static void what_failed_is_undone_whatever_fails(const char *address)
{
    struct store *s = opened(address);
    struct err e = { 0 };
    CHECK_OK(store_exec(s, STR("CREATE TABLE undone (n bigint)"), &e), e);
    for (uint64_t nth = 1; nth < 9; nth++) {
        fault_plan(FAULT_WRITE, nth, true);
        if (store_begin(s, &e) && store_exec(s, STR("INSERT INTO undone VALUES (1)"), &e) && store_begin(s, &e) &&
            store_exec(s, STR("INSERT INTO undone VALUES (2)"), &e))
            (void)store_commit(s, &e);
        while (store_depth(s) > 0) store_rollback(s);
        fault_plan(FAULT_WRITE, 0, false);
        int64_t n = -1;
        e = (struct err){ 0 };
        CHECK_OK(store_begin(s, &e) && store_commit(s, &e), e); /* what was left open would be kept by this */
        CHECK_OK(store_get(s, NULL, &n, 1, &e, "SELECT count(*) FROM undone", ""), e);
        CHECK_INT(n, 0);
    }
    store_close(s);
}

/* Read, then changed by somebody else: neither database lets it be changed on that ground, and neither waits. */
static void what_another_one_holds_is_busy_and_no_conflict(const char *address)
{
    struct err e = { 0 };
    struct store *s = opened(address), *other = NULL;
    bool pg = store_kind(s) == STORE_POSTGRES;
    done(s, "CREATE TABLE held (a bigint)");
    done(s, "INSERT INTO held VALUES (1)");
    CHECK_OK(store_open(&other, str_of(address), STORE_WRITE, &e), e);
    done(s, pg ? "BEGIN ISOLATION LEVEL REPEATABLE READ" : "BEGIN");
    CHECK_INT(number(s, "SELECT a FROM held"), 1);
    done(other, "UPDATE held SET a = 2");
    CHECK_ERR(store_exec(s, STR("UPDATE held SET a = 3"), &e), e, BUSY);
    CHECK(strstr(err_cause(&e), "什么都没有做，请过一会儿再试") != NULL);
    done(s, "ROLLBACK");
    done(s, "UPDATE held SET a = 4");
    CHECK_INT(number(other, "SELECT a FROM held"), 4);
    if (pg) { /* two that wait for each other, and one that waits too long */
        done(s, "SET lock_timeout = '100ms'");
        done(other, "BEGIN; UPDATE held SET a = 5");
        e = (struct err){ 0 };
        CHECK_ERR(store_exec(s, STR("UPDATE held SET a = 6"), &e), e, BUSY);
        done(other, "ROLLBACK");
        e = (struct err){ 0 };
        CHECK_ERR(store_exec(s, STR("DO 'BEGIN RAISE deadlock_detected; END'"), &e), e, BUSY);
    }
    store_close(other);
    store_close(s);
}

#define ON_SQLITE(sentence) \
    TEST(sentence##_in_sqlite) { sentence(t_path("a.db")); }

ON_SQLITE(values_come_back_as_they_were)
ON_SQLITE(what_a_connection_keeps_changes_no_answer)
ON_SQLITE(statements_are_kept_and_lent_to_one_at_a_time)
ON_SQLITE(inner_transactions_are_undone_alone)
ON_SQLITE(after_a_failure_a_transaction_can_only_be_rolled_back)
ON_SQLITE(many_rows_come_in_or_none)
ON_SQLITE(portions_of_rows_are_complete)
ON_SQLITE(a_schema_goes_forward_and_back)
ON_SQLITE(a_second_writer_is_told_who_is_first)
ON_SQLITE(long_names_stay_apart)
ON_SQLITE(a_store_for_reading_refuses_to_write)
ON_SQLITE(a_sound_database_is_found_sound)
ON_SQLITE(what_failed_is_undone_whatever_fails)
ON_SQLITE(what_another_one_holds_is_busy_and_no_conflict)

/* One cluster for all: starting one takes seconds. */
TEST_WITHIN(the_same_holds_in_postgresql, 60)
{
    const char *address = t_postgres();
    values_come_back_as_they_were(address);
    what_a_connection_keeps_changes_no_answer(address);
    statements_are_kept_and_lent_to_one_at_a_time(address);
    inner_transactions_are_undone_alone(address);
    after_a_failure_a_transaction_can_only_be_rolled_back(address);
    many_rows_come_in_or_none(address);
    portions_of_rows_are_complete(address);
    a_schema_goes_forward_and_back(address);
    a_second_writer_is_told_who_is_first(address);
    long_names_stay_apart(address);
    a_store_for_reading_refuses_to_write(address);
    a_sound_database_is_found_sound(address);
    what_failed_is_undone_whatever_fails(address);
    what_another_one_holds_is_busy_and_no_conflict(address);
    struct err e = { 0 };
    struct store *s = NULL;
    CHECK_ERR(store_open(&s, STR("postgresql:///nowhere?host=/nonexistent&user=x&password=secret"), STORE_READ, &e), e,
              AWAY);
    CHECK(strstr(err_cause(&e), "secret") == NULL);
    t_postgres_stop();
}
