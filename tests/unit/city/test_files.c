/* The files of a day: the same bytes from the same seed, every planted mistake where the list says, only changes on the
 * second day, nothing half-done. */
#include "base/crypto.h"
#include "sheet/sheet.h"
#include "unit/city/town.h"

#include <string.h>

enum { PEOPLE = 2000 };

static str hashes(struct arena *a, const char *folder)
{
    file_list files = { 0 };
    struct err e = { 0 };
    struct text out;
    text_init(&out, a, 1 << 20);
    CHECK_OK(file_walk(a, str_of(t_path(folder)), STR(".csv"), 100, &files, &e), e);
    VEC_EACH (str, f, &files) {
        str text;
        char hex[SM3_HEX + 1];
        CHECK_OK(file_read(a, *f, (size_t)1 << 30, &text, &e), e);
        CHECK_OK(crypto_sm3_hex(text, hex, &e), e);
        str name = file_base(*f);
        text_addf(&out, "%s %.*s\n", hex, STR_ARG(name));
    }
    return text_str(&out);
}

/* Changes with every change of the generator: then look at what changed before T_UPDATE=1. It must not change between
 * machines, compilers, or builds. */
TEST_WITHIN(the_same_seed_gives_the_same_bytes_anywhere, 60)
{
    autoarena *a = arena_new("city", 0);
    struct city_options o = town(PEOPLE);
    struct city_result r = town_files(&o, town_program(a));
    CHECK_INT((int64_t)r.people, PEOPLE);
    CHECK_GOLDEN(hashes(a, "day1"), "tests/unit/city/hashes.expected");
}

static str bytes_of(struct arena *a, const char *folder)
{
    file_list files = { 0 };
    struct err e = { 0 };
    struct text out;
    text_init(&out, a, 1 << 20);
    CHECK_OK(file_walk(a, str_of(t_path(folder)), STR(""), 200, &files, &e), e);
    VEC_EACH (str, f, &files) {
        str text, dir = str_of(t_path(folder));
        char hex[SM3_HEX + 1];
        CHECK_OK(file_read(a, *f, (size_t)1 << 30, &text, &e), e);
        CHECK_OK(crypto_sm3_hex(text, hex, &e), e);
        text_addf(&out, "%s %.*s\n", hex, (int)(f->len - dir.len), f->p + dir.len);
    }
    return text_str(&out);
}

/* Both days, the truth and the reports: every file. More than one piece of institutions, people and firms. */
TEST_WITHIN(any_number_of_threads_makes_the_same_city, 120)
{
    autoarena *a = arena_new("city", 0);
    const struct program *p = town_program(a);
    static const unsigned threads[] = { 1, 2, 5 };
    str files[3], said[3];
    for (size_t i = 0; i < 3; i++) {
        struct city_options o = town(15500);
        struct city_result r[2];
        struct text report;
        struct err e = { 0 };
        const char *folder = str_fmt(a, "of%u", threads[i]).p;
        o.threads = threads[i];
        text_init(&report, a, 1 << 16);
        for (o.day = 1; o.day <= 2; o.day++)
            CHECK_OK(city_files(&o, p, str_of(t_path(folder)), &r[o.day - 1], &report, &e), e);
        text_addf(&report, "%llu facts, %llu planted, %llu rows, %llu then", (unsigned long long)r[0].facts,
                  (unsigned long long)r[0].planted, (unsigned long long)r[0].rows, (unsigned long long)r[1].rows);
        files[i] = bytes_of(a, folder);
        said[i] = text_str(&report);
        CHECK(r[0].rows > 100000 && r[1].rows > 1000);
        CHECK_STR(files[i], files[0]);
        CHECK_STR(said[i], said[0]);
    }
}

TEST_WITHIN(another_seed_gives_another_city, 60)
{
    autoarena *a = arena_new("city", 0);
    struct city_options o = town(1000);
    const struct program *p = town_program(a);
    town_files(&o, p);
    str one = town_text(a, "day1/公安_户籍.csv");
    struct err e = { 0 };
    struct city_result r;
    o.seed = 2;
    CHECK_OK(city_files(&o, p, str_of(t_path("two")), &r, NULL, &e), e);
    CHECK(!str_eq(one, town_text(a, "two/day1/公安_户籍.csv")));
}

TEST_WITHIN(the_first_people_are_the_same_in_a_larger_city_of_the_same_firms, 60)
{
    autoarena *a = arena_new("city", 0);
    struct city_options o = town(1000);
    const struct program *p = town_program(a);
    struct err e = { 0 };
    struct city_result r;
    town_files(&o, p);
    o.people = 3000;
    CHECK_OK(city_files(&o, p, str_of(t_path("large")), &r, NULL, &e), e);
    str small = town_text(a, "day1/公安_户籍.csv"), large = town_text(a, "large/day1/公安_户籍.csv");
    CHECK(large.len > 2 * small.len);
    CHECK(str_starts(large, small)); /* a block is made without those before and after it */
}

TEST_WITHIN(every_planted_mistake_is_in_its_file, 60)
{
    autoarena *a = arena_new("city", 0);
    struct city_options o = town(8000);
    struct city_result r = town_files(&o, town_program(a));
    str rest = town_text(a, "truth/planted.csv"), line;
    uint64_t rows = 0, twice = 0, digits = 0;
    str_split(&rest, '\n', &line);
    while (str_split(&rest, '\n', &line) && line.len > 0) {
        str c[12];
        NOTE("%.*s", STR_ARG(line));
        CHECK_INT((int64_t)town_cells(line, c, 12), 10);
        rows++;
        if (str_eq(c[0], STR("无人就业家庭"))) continue;
        if (str_starts(c[1], STR("P"))) CHECK_INT(id_check(c[2].p), c[2].p[17]); /* the truth is right */
        str folder_file = str_fmt(a, "day1/%.*s", STR_ARG(c[3]));
        if (str_ends(folder_file, STR("xlsx"))) continue;
        str text = town_text(a, folder_file.p);
        if (str_starts(c[0], STR("单位重复"))) { /* in the row of the second entry */
            CHECK(str_find(text, str_fmt(a, "\n,%.*s,%.*s,", STR_ARG(c[5]), STR_ARG(c[7]))) != SIZE_MAX);
            CHECK(str_find(text, str_fmt(a, "\n%.*s,", STR_ARG(c[1]))) != SIZE_MAX);
        } else if (str_starts(c[0], STR("重复"))) { /* a second entry with a number of its own, and the first */
            twice++;
            size_t at = str_find(text, str_fmt(a, "%.*s,%.*s,", STR_ARG(c[5]), STR_ARG(c[4])));
            CHECK(at != SIZE_MAX);
            CHECK(str_find(text, str_fmt(a, "%.*s,%.*s,", STR_ARG(c[1]), STR_ARG(c[2]))) != SIZE_MAX);
            CHECK(!str_eq(c[7], c[8]));
        } else if (str_starts(c[0], STR("证件号"))) {
            digits++;
            CHECK(!str_eq(c[4], c[2]));
            CHECK(str_find(text, str_fmt(a, "\n%.*s,", STR_ARG(c[4]))) != SIZE_MAX);
        } else if (str_eq(c[0], STR("过时"))) {
            CHECK(str_find(text, c[7]) != SIZE_MAX);
            CHECK(str_find(town_text(a, "day1/公安_户籍.csv"), c[8]) != SIZE_MAX); /* where it is newer */
        } else if (str_eq(c[0], STR("缺少"))) {
            CHECK(c[7].len == 0 && c[8].len > 0);
        } else {
            CHECK(str_find(text, c[2]) != SIZE_MAX);
        }
    }
    CHECK_INT((int64_t)rows, (int64_t)r.planted);
    CHECK(twice > 40 && digits > 5);
}

TEST_WITHIN(the_second_day_has_only_what_changed, 60)
{
    autoarena *a = arena_new("city", 0);
    struct city_options o = town(8000);
    const struct program *p = town_program(a);
    town_files(&o, p);
    o.day = 2;
    struct city_result r = town_files(&o, p);
    CHECK(r.rows > 0);
    for (size_t id = 0; id < DROP_COUNT; id++) {
        if (str_ends(str_of(city_drops[id].file), STR("xlsx"))) continue;
        str before = town_text(a, str_fmt(a, "day1/%s", city_drops[id].file).p);
        str after = town_text(a, str_fmt(a, "day2/%s", city_drops[id].file).p), line, head;
        str_split(&after, '\n', &head);
        CHECK(str_starts(before, head));
        while (str_split(&after, '\n', &line) && line.len > 0) {
            NOTE("%s: %.*s", city_drops[id].file, STR_ARG(line));
            CHECK(str_find(before, str_fmt(a, "\n%.*s\n", STR_ARG(line))) == SIZE_MAX);
        }
    }
    str months = town_text(a, "day2/社保_参保缴费.csv"), line;
    str_split(&months, '\n', &line);
    while (str_split(&months, '\n', &line) && line.len > 0) {
        str c[12];
        town_cells(line, c, 12);
        CHECK_STR(c[4], "202406"); /* the new month and no other */
    }
    CHECK(str_find(town_text(a, "day2/就业_失业登记.csv"), STR("2024-06-04")) != SIZE_MAX);
}

TEST_WITHIN(files_can_be_read_as_tables_with_their_headings, 60)
{
    autoarena *a = arena_new("city", 0);
    struct city_options o = town(1000);
    town_files(&o, town_program(a));
    for (size_t id = 0; id < DROP_COUNT; id++) {
        const struct drop *d = &city_drops[id];
        struct sheet_reader *r = NULL;
        struct sheet_row row;
        struct err e = { 0 };
        NOTE("%s", d->file);
        CHECK_OK(sheet_open(&r, str_of(t_path(str_fmt(a, "day1/%s", d->file).p)), NULL, &e), e);
        CHECK_INT(sheet_next(r, &row, &e), 1);
        size_t columns = row.count;
        for (size_t i = 0; i < row.count; i++) CHECK_STR(row.cells[i], d->columns[i].heading);
        int more;
        while ((more = sheet_next(r, &row, &e)) == 1) {
            CHECK_INT((int64_t)row.problem.len, 0);
            CHECK(row.count <= columns);
        }
        CHECK_INT(more, 0);
        if (d->encoding == GB18030) CHECK_STR(sheet_encoding(r), "GB18030");
        sheet_close(r);
    }
}

TEST_WITHIN(a_disk_that_fails_leaves_no_day_behind, 120)
{
    autoarena *a = arena_new("city", 0);
    struct city_options o = town(1000);
    const struct program *p = town_program(a);
    if (!fault_built()) SKIP("no fault points in this build");
    static const uint64_t when[] = { 1, 2, 20, 48, 49, 50, 60, 90 };
    uint64_t failed = 0;
    for (size_t i = 0; i < sizeof when / sizeof *when; i++) {
        for (enum fault_kind kind = FAULT_WRITE; kind <= FAULT_SYNC; kind++) {
            struct err e = { 0 };
            struct city_result r;
            str folder = str_of(t_path(str_fmt(a, "%d-%zu", kind, i).p));
            fault_plan(kind, when[i], i % 2);
            bool ok = city_files(&o, p, folder, &r, NULL, &e);
            bool hit = fault_hit(kind);
            fault_plan(kind, 0, false);
            CHECK(ok || hit);
            CHECK(ok == file_exists(file_join(a, folder, STR("day1"))));
            failed += !ok;
        }
    }
    CHECK(failed > 8);
}

TEST_WITHIN(a_day_that_is_there_is_not_written_over, 60)
{
    autoarena *a = arena_new("city", 0);
    struct city_options o = town(1000);
    const struct program *p = town_program(a);
    struct city_result r;
    struct err e = { 0 };
    town_files(&o, p);
    CHECK_ERR(city_files(&o, p, str_of(t_dir()), &r, NULL, &e), e, CONFLICT);
}

TEST(packs_with_another_model_are_refused_by_name)
{
    autoarena *a = arena_new("city", 0);
    struct pack_set set;
    struct city_options o = town(1000);
    struct city_result r;
    struct err e = { 0 };
    pack_load_text(&set, a, STR("x.leye"), STR("代码 性别\n  项 男 1\n"));
    CHECK_ERR(city_files(&o, set.program, str_of(t_dir()), &r, NULL, &e), e, MISMATCH);
    CHECK(strstr(err_cause(&e), "女") != NULL);
}

TEST(the_manual_lists_the_files_as_they_are)
{
    autoarena *a = arena_new("city", 0);
    struct text list;
    struct err e = { 0 };
    str manual;
    text_init(&list, a, 1 << 20);
    city_list(&list);
    CHECK_OK(file_read(a, str_of(t_source("docs/city.md")), 1 << 20, &manual, &e), e);
    CHECK(str_ends(manual, text_str(&list)));
}
