/* What users read when the database cannot be opened or written, and copies of it. */
#include "helpers.h"

#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

static void refuses(const char *path, enum store_mode mode, enum err_code code, const char *words)
{
    struct store *s = NULL;
    struct err e = { 0 };
    CHECK(!store_open(&s, str_of(path), mode, &e));
    NOTE("%s", err_cause(&e));
    CHECK_INT(e.code, code);
    CHECK(strstr(err_cause(&e), words) != NULL);
    CHECK(s == NULL);
}

TEST(a_database_that_is_not_there_is_not_made_by_reading_it)
{
    refuses(t_path("none.db"), STORE_READ, ERR_NOT_FOUND, "请检查路径");
    refuses(t_path("none.db"), STORE_WRITE, ERR_NOT_FOUND, "请检查路径");
    CHECK(!file_exists(str_of(t_path("none.db"))));
    refuses(t_path("no/folder/x.db"), STORE_CREATE, ERR_IO, "文件夹");
    refuses(t_dir(), STORE_CREATE, ERR_INVALID, "文件夹");
    refuses("", STORE_CREATE, ERR_INVALID, "没有给出数据库");
}

TEST(a_file_of_another_kind_is_left_alone)
{
    struct err e = { 0 };
    autoarena *a = arena_new("test", 0);
    str path = str_of(t_path("letter.txt")), text = STR("这是一封信，不是数据库。这是一封信，不是数据库。\n"), after;
    CHECK_OK(file_write(path, text, &e), e);
    refuses(path.p, STORE_CREATE, ERR_INVALID, "不是数据库文件");
    CHECK_OK(file_read(a, path, 1000, &after, &e), e);
    CHECK_STR(after, text);
}

TEST(a_damaged_database_is_found_out)
{
    char path[200];
    snprintf(path, sizeof path, "%s", t_path("d.db"));
    struct store *s = opened(path);
    done(s, "CREATE TABLE d (a bigint PRIMARY KEY, t text)");
    struct err e = { 0 };
    str columns[] = { STR("a"), STR("t") };
    struct store_stmt *q;
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(store_bulk(s, STR("d"), columns, 2, &q, &e), e);
    for (int64_t i = 0; i < 5000; i++) {
        store_bind_int(q, 1, i);
        store_bind_str(q, 2, STR("some text to fill pages with"));
        CHECK_OK(store_bulk_row(q, &e), e);
    }
    CHECK_OK(store_bulk_end(q, &e), e);
    CHECK_OK(store_commit(s, &e), e);
    store_close(s);
    int fd = open(path, O_WRONLY);
    char noise[8192];
    memset(noise, 0xa5, sizeof noise);
    CHECK(pwrite(fd, noise, sizeof noise, 3 * 8192) == sizeof noise);
    close(fd);
    s = opened(path);
    autoarena *a = arena_new("report", 0);
    struct text report;
    text_init(&report, a, 1 << 16);
    bool sound = true;
    CHECK_OK(store_check(s, &sound, &report, &e), e);
    CHECK(!sound && report.len > 0);
    CHECK_ERR(store_backup(s, str_of(t_path("copy.db")), &e), e, IO); /* a damaged copy is no backup */
    CHECK(!file_exists(str_of(t_path("copy.db"))));
    store_close(s);
}

TEST(a_backup_is_made_while_the_database_is_written)
{
    struct store *s = opened(t_path("a.db")), *writer = opened(t_path("a.db")), *copy = NULL;
    struct err e = { 0 };
    done(s, "CREATE TABLE c (a bigint); INSERT INTO c VALUES (1)");
    CHECK_OK(store_begin(writer, &e), e);
    done(writer, "INSERT INTO c VALUES (2)");
    CHECK_OK(store_backup(s, str_of(t_path("b.db")), &e), e);
    CHECK_OK(store_commit(writer, &e), e);
    CHECK_OK(store_open(&copy, str_of(t_path("b.db")), STORE_READ, &e), e);
    CHECK_INT(number(copy, "SELECT count(*) FROM c"), 1);
    CHECK(!file_exists(str_of(t_path("b.db-wal"))) || number(copy, "SELECT 1") == 1);
    store_close(copy);
    store_close(writer);
    store_close(s);
}

TEST(a_statement_names_its_values_and_is_one)
{
    struct store *s = opened(t_path("a.db"));
    struct err e = { 0 };
    struct store_stmt *q;
    CHECK_ERR(store_prepare(s, STR("SELECT ?"), &q, &e), e, INTERNAL);
    e = (struct err){ 0 };
    CHECK_ERR(store_prepare(s, STR("SELECT 1; SELECT 2"), &q, &e), e, INTERNAL);
    e = (struct err){ 0 };
    CHECK_ERR(store_prepare(s, STR(" "), &q, &e), e, INTERNAL);
    store_close(s);
}

TEST(foreign_keys_hold)
{
    struct store *s = opened(t_path("a.db"));
    struct err e = { 0 };
    done(s, "CREATE TABLE p (a bigint PRIMARY KEY); CREATE TABLE c (a bigint REFERENCES p (a))");
    CHECK_ERR(store_exec(s, STR("INSERT INTO c VALUES (1)"), &e), e, CONFLICT);
    store_close(s);
}
