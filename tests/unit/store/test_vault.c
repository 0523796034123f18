/* What nobody may read in the file: sealed, looked up, sealed anew, also when that is cut off. */
#include "base/fault.h"
#include "base/file.h"
#include "helpers.h"
#include "store/short.h"
#include "support/postgres.h"

static const char id_number[] = "329901198408030006";

static void key_named(const char *name)
{
    struct err e = { 0 };
    str path = str_of(t_path(name));
    if (!file_exists(path)) CHECK_OK(vault_key_make(path, &e), e);
    CHECK_OK(store_key_file(path, &e), e);
}

static void no_key(void)
{
    struct err e = { 0 };
    CHECK_OK(store_key_file(STR(""), &e), e);
}

static struct store *opened_as(const char *address, enum store_mode mode)
{
    struct store *s = NULL;
    struct err e = { 0 };
    CHECK_OK(store_open(&s, str_of(address), mode, &e), e);
    return s;
}

/* Paths of tests are lent for a while only. */
enum { ADDRESS = 256 };
static void kept(char room[ADDRESS], const char *address)
{
    int n = snprintf(room, ADDRESS, "%s", address);
    CHECK(n > 0 && n < ADDRESS);
}

static void people(struct store *s)
{
    struct err e = { 0 };
    char sql[200];
    snprintf(sql, sizeof sql, "CREATE TABLE p (id bigint PRIMARY KEY, number text UNIQUE, said %s, print bigint)",
             store_bytes_type(store_kind(s)));
    CHECK_OK(store_exec(s, str_of(sql), &e), e);
}

static void put(struct store *s, int64_t id, str number, str said)
{
    struct err e = { 0 };
    CHECK_OK(store_do(s, NULL, &e, "INSERT INTO p (id, number, said) VALUES ($1, $2, $3)", "iSB", id, number, said), e);
}

static void holds(struct store *s, int64_t id, str number, str said)
{
    struct err e = { 0 };
    struct store_stmt *q;
    bool row = false;
    CHECK_OK(store_first(s, &q, &row, &e, "SELECT number, said FROM p WHERE id = $1", "i", id), e);
    CHECK(row);
    CHECK_STR(store_str(q, 0), number);
    CHECK_STR(store_bytes(q, 1), said);
    CHECK_STR(store_str(q, 0), number); /* read twice */
    store_done(q);
}

static bool in_the_file(const char *address, const char *text)
{
    autoarena *a = arena_new("file", 0);
    struct err e = { 0 };
    str all, log;
    CHECK_OK(file_read(a, str_of(address), 64 << 20, &all, &e), e);
    str wal = str_fmt(a, "%s-wal", address);
    if (!file_exists(wal)) return str_find(all, str_of(text)) != SIZE_MAX;
    CHECK_OK(file_read(a, wal, 64 << 20, &log, &e), e);
    return str_find(all, str_of(text)) != SIZE_MAX || str_find(log, str_of(text)) != SIZE_MAX;
}

/* ---- a database that is sealed from its beginning ---- */

TEST(a_secret_is_looked_up_and_kept_unique_and_comes_back)
{
    struct err e = { 0 };
    key_named("k");
    struct store *s = opened_as(t_database("s.db"), STORE_CREATE);
    CHECK(store_sealed(s));
    people(s);
    put(s, 1, str_of(id_number), STR("{\"账号\":\"6200000000000000001\"}"));
    put(s, 2, STR(""), STR(""));
    holds(s, 1, str_of(id_number), STR("{\"账号\":\"6200000000000000001\"}"));
    holds(s, 2, STR(""), STR(""));
    int64_t id = 0;
    bool there;
    CHECK_OK(store_get(s, &there, &id, 1, &e, "SELECT id FROM p WHERE number = $1", "S", str_of(id_number)), e);
    CHECK(there && id == 1);
    CHECK_OK(store_get(s, &there, &id, 1, &e, "SELECT id FROM p WHERE number = $1", "s", str_of(id_number)), e);
    CHECK(!there); /* who forgets to bind it as a secret finds nobody, rather than somebody else */
    CHECK_ERR(store_do(s, NULL, &e, "INSERT INTO p (id, number) VALUES (3, $1)", "S", str_of(id_number)), e, CONFLICT);
    store_close(s);
}

TEST(a_fingerprint_bound_beside_a_secret_is_the_one_that_is_asked_for)
{
    struct err e = { 0 };
    key_named("k");
    for (int round = 0; round < 2; round++) {
        struct store *s = opened_as(t_database(round == 0 ? "sealed.db" : "plain.db"), STORE_CREATE);
        struct store_stmt *q;
        people(s);
        for (int64_t id = 1; id <= 2; id++) {
            str said = id == 1 ? STR("said") : STR(""); /* nothing has a fingerprint too */
            int64_t print = 5, kept = 0;
            bool sealed;
            CHECK_OK(
                store_ask(s, &q, &e, "INSERT INTO p (id, said, print) VALUES ($1, $2, $3)", "ibi", id, said, print), e);
            store_bind_printed(q, 2, said, 3);
            CHECK_OK(store_run(q, &e), e);
            store_done(q);
            holds(s, id, STR(""), said);
            CHECK_OK(store_fingerprint(s, said, &sealed, &print, &e), e);
            CHECK(sealed == (round == 0));
            CHECK_OK(store_get(s, NULL, &kept, 1, &e, "SELECT print FROM p WHERE id = $1", "i", id), e);
            CHECK(kept == print && (kept == 5) != sealed);
        }
        store_close(s);
        no_key();
    }
}

TEST(what_is_sealed_cannot_be_read_in_the_file)
{
    char address[ADDRESS];
    kept(address, t_path("s.db"));
    key_named("k");
    struct store *s = opened_as(address, STORE_CREATE);
    people(s);
    put(s, 1, str_of(id_number), STR("6200000000000000001"));
    CHECK(!in_the_file(address, id_number) && !in_the_file(address, "6200000000000000001"));
    store_close(s);
    CHECK(!in_the_file(address, id_number) && !in_the_file(address, "6200000000000000001"));
    no_key();
    s = opened_as(t_path("plain.db"), STORE_CREATE); /* the check would see it */
    CHECK(!store_sealed(s));
    people(s);
    put(s, 1, str_of(id_number), STR("6200000000000000001"));
    store_close(s);
    CHECK(in_the_file(t_path("plain.db"), id_number) && in_the_file(t_path("plain.db"), "6200000000000000001"));
}

TEST(a_sealed_database_opens_with_its_own_key_only)
{
    char address[ADDRESS];
    kept(address, t_database("s.db"));
    struct err e = { 0 };
    struct store *s = NULL;
    key_named("k");
    store_close(opened_as(address, STORE_CREATE));
    no_key();
    CHECK_ERR(store_open(&s, str_of(address), STORE_READ, &e), e, DENIED);
    CHECK(strstr(err_cause(&e), "LEYE_KEY") != NULL);
    key_named("another");
    e = (struct err){ 0 };
    CHECK_ERR(store_open(&s, str_of(address), STORE_WRITE, &e), e, DENIED);
    CHECK(strstr(err_cause(&e), "打不开") != NULL);
    e = (struct err){ 0 };
    CHECK_OK(store_key_file(str_of(t_path("nowhere")), &e), e);
    CHECK(!store_open(&s, str_of(address), STORE_WRITE, &e));
    key_named("k");
    store_close(opened_as(address, STORE_READ));
}

TEST(a_text_that_looks_like_a_seal_comes_back_as_it_was)
{
    struct err e = { 0 };
    key_named("k");
    struct store *s = opened_as(t_database("s.db"), STORE_CREATE);
    people(s);
    str like = { "\x02s01AAAAAAAAAAAAAAAAAAAAAAAA", 28 }, bytes = { "\x02S\x01 0123456789abcdef", 20 };
    CHECK_OK(store_do(s, NULL, &e, "INSERT INTO p (id, number, said) VALUES (1, $1, $2)", "sb", like, bytes), e);
    holds(s, 1, like, bytes);
    store_close(s);
}

TEST(large_values_come_back_whole_and_small_ones_after_them)
{
    autoarena *a = arena_new("large", 0);
    enum { LARGE = 3 << 20 };
    char *large = ARENA_ARRAY(a, char, LARGE);
    for (size_t i = 0; i < LARGE; i++) large[i] = (char)('a' + i * 7 % 23);
    key_named("k");
    struct store *s = opened_as(t_database("s.db"), STORE_CREATE);
    people(s);
    for (int64_t i = 0; i < 6; i++) {
        str said = { large, i % 2 == 0 ? LARGE : 5 }, number = { large, i % 3 == 0 ? 100000 : 7 };
        put(s, i, str_fmt(a, "%lld%.*s", (long long)i, STR_ARG(number)), said);
    }
    for (int64_t i = 0; i < 6; i++) {
        str said = { large, i % 2 == 0 ? LARGE : 5 }, number = { large, i % 3 == 0 ? 100000 : 7 };
        holds(s, i, str_fmt(a, "%lld%.*s", (long long)i, STR_ARG(number)), said);
    }
    store_close(s);
}

TEST(a_seal_that_was_changed_is_told_and_nothing_is_committed)
{
    struct err e = { 0 };
    struct store_stmt *q;
    bool row;
    key_named("k");
    struct store *s = opened_as(t_database("s.db"), STORE_CREATE);
    people(s);
    put(s, 1, str_of(id_number), STR("x"));
    CHECK_OK(store_exec(s,
                        STR("UPDATE p SET number = substr(number, 1, 8) || CASE substr(number, 9, 1) WHEN 'A' THEN"
                            " 'B' ELSE 'A' END || substr(number, 10)"),
                        &e),
             e);
    CHECK_OK(store_begin(s, &e), e);
    CHECK_OK(store_first(s, &q, &row, &e, "SELECT number FROM p", ""), e);
    CHECK_STR(store_str(q, 0), ""); /* nothing, rather than something else */
    store_done(q);
    CHECK_ERR(store_do(s, NULL, &e, "INSERT INTO p (id) VALUES (2)", ""), e, MISMATCH);
    CHECK(strstr(err_cause(&e), "备份") != NULL);
    e = (struct err){ 0 };
    CHECK(!store_commit(s, &e));
    e = (struct err){ 0 };
    CHECK_INT(number(s, "SELECT count(*) FROM p"), 1);
    store_close(s);
}

/* ---- one that was not ---- */

static const struct store_secret secrets[] = {
    { .table = "p", .column = "number" },
    { .table = "p", .column = "said", .kind = STORE_SECRET_BYTES, .beside = "print" },
    { .table = "months", .column = "phone", .row = "owner || '|' || key" },
    { .table = "totp", .column = "secret", .kind = STORE_SECRET_VAULT, .beside = "name" },
    { .table = "not_there", .column = "x" },
};
enum { SECRETS = sizeof secrets / sizeof *secrets, MANY = 6000 }; /* more than a portion */

static void made_without_a_key(const char *address)
{
    static const struct store_step step[] = { { 1, "x", "CREATE TABLE x (a bigint)", "DROP TABLE x", NULL } };
    struct err e = { 0 };
    no_key();
    struct store *s = opened_as(address, STORE_CREATE);
    CHECK_OK(store_migrate(s, STR("x"), step, 1, 1, &e), e);
    store_close(s);
}

static void some_old_rows(struct store *s)
{
    autoarena *a = arena_new("rows", 0);
    struct err e = { 0 };
    str sealed;
    char sql[200];
    people(s);
    CHECK_OK(store_begin(s, &e), e);
    for (int64_t i = 1; i <= MANY; i++)
        put(s, i, str_fmt(a, "3299011984%08lld", (long long)i), str_fmt(a, "said %lld", (long long)i));
    CHECK_OK(store_do(s, NULL, &e, "INSERT INTO p (id) VALUES (0)", ""), e);
    CHECK_OK(
        store_exec(s, STR("CREATE TABLE months (owner bigint, key text, phone text, PRIMARY KEY (owner, key))"), &e),
        e);
    for (int64_t i = 0; i < 9; i++)
        CHECK_OK(store_do(s, NULL, &e, "INSERT INTO months VALUES ($1, 'a', $2)", "iS", i, STR("15400001234")), e);
    snprintf(sql, sizeof sql, "CREATE TABLE totp (name text, secret %s)", store_bytes_type(store_kind(s)));
    CHECK_OK(store_exec(s, str_of(sql), &e), e);
    CHECK_OK(vault_seal(store_vault(s), STR("王"), STR("种子"), a, &sealed, &e), e);
    CHECK_OK(store_do(s, NULL, &e, "INSERT INTO totp VALUES ('王', $1)", "b", sealed), e);
    CHECK_OK(store_commit(s, &e), e);
}

static void all_is_there(struct store *s)
{
    autoarena *a = arena_new("rows", 0);
    struct err e = { 0 };
    struct store_stmt *q;
    bool row, sealed = false;
    int64_t print = 0, want = 0;
    str plain;
    for (int64_t i = 1; i <= MANY; i += 97)
        holds(s, i, str_fmt(a, "3299011984%08lld", (long long)i), str_fmt(a, "said %lld", (long long)i));
    CHECK_INT(number(s, "SELECT count(*) FROM p WHERE number IS NULL"), 1);
    CHECK_OK(store_get(s, NULL, &print, 1, &e, "SELECT count(*) FROM months WHERE phone = $1", "S", STR("15400001234")),
             e);
    CHECK_INT(print, 9);
    CHECK_OK(store_get(s, NULL, &print, 1, &e, "SELECT print FROM p WHERE id = 7", ""), e);
    CHECK_OK(store_fingerprint(s, STR("said 7"), &sealed, &want, &e), e);
    CHECK(sealed && print == want && want != 0);
    CHECK_OK(store_first(s, &q, &row, &e, "SELECT secret FROM totp", ""), e);
    CHECK(row);
    CHECK_OK(vault_open(store_vault(s), STR("王"), store_bytes(q, 0), a, &plain, &e), e);
    CHECK_STR(plain, "种子");
    store_done(q);
}

TEST(an_old_database_is_sealed_and_sealed_anew)
{
    char address[ADDRESS];
    kept(address, t_database("old.db"));
    struct err e = { 0 };
    struct store_sealing did;
    made_without_a_key(address);
    key_named("k"); /* it was served with a key, for one-time digits, and is old all the same */
    struct store *s = opened_as(address, STORE_CREATE);
    CHECK(!store_sealed(s));
    some_old_rows(s);
    store_close(s);
    for (int round = 0; round < 3; round++) { /* the second and third time under new keys */
        s = opened_as(address, STORE_SEAL);
        CHECK_OK(store_seal(s, secrets, SECRETS, &did, &e), e);
        CHECK_INT(did.values, 2 * MANY + 1 + 9);
        CHECK(!did.went_on);
        store_close(s);
        s = opened_as(address, STORE_WRITE);
        CHECK(store_sealed(s));
        all_is_there(s);
        CHECK_INT(number(s, "SELECT count(*) FROM \"_vault\""), 1);
        CHECK_INT(number(s, "SELECT max(generation) FROM \"_vault\""), round + 1);
        bool file = store_kind(s) == STORE_SQLITE;
        store_close(s);
        if (file) CHECK(!in_the_file(address, "329901198400"));
    }
}

TEST(a_key_that_does_not_open_what_is_there_begins_nothing)
{
    char address[ADDRESS];
    kept(address, t_database("other.db"));
    struct err e = { 0 };
    struct store_sealing did;
    made_without_a_key(address);
    key_named("k");
    struct store *s = opened_as(address, STORE_WRITE);
    some_old_rows(s);
    store_close(s);
    key_named("another");
    s = opened_as(address, STORE_SEAL);
    CHECK_ERR(store_seal(s, secrets, SECRETS, &did, &e), e, DENIED);
    CHECK(strstr(err_cause(&e), "动态口令") != NULL);
    store_close(s);
    s = opened_as(address, STORE_WRITE); /* as open as before */
    CHECK(!store_sealed(s));
    store_close(s);
}

TEST(nothing_is_sealed_while_another_program_is_there)
{
    char address[ADDRESS];
    kept(address, t_database("busy.db"));
    struct err e = { 0 };
    struct store_sealing did;
    made_without_a_key(address);
    no_key();
    struct store *hall = opened_as(address, STORE_WRITE);
    CHECK_OK(store_exec(hall, STR("CREATE TABLE here (n bigint)"), &e), e);
    key_named("k");
    struct store *s = opened_as(address, STORE_SEAL);
    CHECK_ERR(store_seal(s, secrets, SECRETS, &did, &e), e, CONFLICT);
    store_close(s);
    CHECK_INT(number(hall, "SELECT count(*) FROM here"), 0);
    done(hall, "INSERT INTO here VALUES (1)");
    store_close(hall);
    s = opened_as(address, STORE_WRITE);
    CHECK(!store_sealed(s));
    store_close(s);
}

TEST(sealing_that_was_cut_off_goes_on_and_until_then_nobody_works)
{
    struct err e = { 0 };
    struct store_sealing did;
    struct store *s = NULL;
    if (!fault_built()) return;
    key_named("k");
    for (uint64_t nth = 1; nth < 60; nth += 7) {
        autoarena *a = arena_new("path", 0);
        char address[ADDRESS];
        kept(address, t_path(str_fmt(a, "cut%llu.db", (unsigned long long)nth).p));
        made_without_a_key(address);
        key_named("k");
        s = opened_as(address, STORE_WRITE);
        some_old_rows(s);
        store_close(s);
        s = opened_as(address, STORE_SEAL);
        fault_plan(FAULT_WRITE, nth * nth, true);
        bool whole = store_seal(s, secrets, SECRETS, &did, &e);
        fault_plan(FAULT_WRITE, 0, false);
        store_close(s);
        if (!whole) {
            struct err refused = { 0 };
            if (!store_open(&s, str_of(address), STORE_WRITE, &refused)) {
                CHECK_INT(refused.code, ERR_CONFLICT);
                CHECK(strstr(err_cause(&refused), "接着做完") != NULL);
            } else {
                store_close(s); /* it had not begun, or had just ended */
            }
            e = (struct err){ 0 };
            s = opened_as(address, STORE_SEAL);
            CHECK_OK(store_seal(s, secrets, SECRETS, &did, &e), e);
            store_close(s);
        }
        s = opened_as(address, STORE_WRITE);
        all_is_there(s);
        store_close(s);
        CHECK(!in_the_file(address, "329901198400"));
    }
}

TEST(the_key_outside_is_changed_and_no_value)
{
    char address[ADDRESS];
    kept(address, t_database("s.db"));
    struct err e = { 0 };
    struct store *s = NULL;
    struct vault_key next;
    key_named("k");
    s = opened_as(address, STORE_CREATE);
    people(s);
    put(s, 1, str_of(id_number), STR("x"));
    key_named("next");
    CHECK_OK(vault_key_read(&next, str_of(t_path("next")), &e), e);
    CHECK_OK(store_rekey(s, &next, &e), e);
    store_close(s);
    s = opened_as(address, STORE_WRITE);
    holds(s, 1, str_of(id_number), STR("x"));
    store_close(s);
    key_named("k");
    CHECK_ERR(store_open(&s, str_of(address), STORE_WRITE, &e), e, DENIED);
}

TEST_WITHIN(the_same_is_so_in_postgresql, 60)
{
    t_on_postgres();
    a_secret_is_looked_up_and_kept_unique_and_comes_back();
    a_sealed_database_opens_with_its_own_key_only();
    a_text_that_looks_like_a_seal_comes_back_as_it_was();
    a_seal_that_was_changed_is_told_and_nothing_is_committed();
    an_old_database_is_sealed_and_sealed_anew();
    nothing_is_sealed_while_another_program_is_there();
    the_key_outside_is_changed_and_no_value();
    t_postgres_stop();
}
