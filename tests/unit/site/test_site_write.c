/* A site in a folder: what is written, what is left alone, what is removed, what happens when writing fails. */
#include "unit/site/helpers.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char small[] = "包 小\n  级别 国家\n  版本 1\n来源 甲\n  名称 甲\n来源 乙\n  名称 乙\n";
static const char smaller[] = "包 小\n  级别 国家\n  版本 1\n来源 甲\n  名称 甲\n";

static const struct program *load(struct arena *a, const char *text)
{
    struct pack_set set;
    pack_load_text(&set, a, STR("试"), str_of(text));
    return set.program;
}

static bool exists(struct arena *a, str dir, const char *name) { return file_exists(file_join(a, dir, str_of(name))); }

TEST(a_site_is_written_into_a_new_folder)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct site_totals t;
    str dir = str_dup(a, str_of(t_path("new/site")));
    CHECK_OK(site_write(load(a, small), &(struct site_options){ 0 }, dir, &t, &e), e);
    CHECK(exists(a, dir, "index.html") && exists(a, dir, "style.css") && exists(a, dir, "pages.js") &&
          exists(a, dir, "source/乙.html"));
    file_list found = { 0 };
    CHECK_OK(file_walk(a, dir, STR(""), 1000, &found, &e), e);
    CHECK_INT((int64_t)found.len, (int64_t)t.pages + 1); /* and files.txt */
}

TEST(writing_again_touches_nothing_and_removes_what_is_gone)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct site_totals t;
    struct stat before, after;
    str dir = str_dup(a, str_of(t_path("site")));
    CHECK_OK(site_write(load(a, small), &(struct site_options){ 0 }, dir, &t, &e), e);
    str page = file_join(a, dir, STR("source/甲.html")), mine = file_join(a, dir, STR("mine.txt"));
    CHECK_OK(file_write(mine, STR("x"), &e), e);
    CHECK_INT(stat(page.p, &before), 0);
    CHECK_OK(site_write(load(a, small), &(struct site_options){ 0 }, dir, &t, &e), e);
    CHECK_INT(stat(page.p, &after), 0);
    CHECK(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
    CHECK_INT((int64_t)t.removed, 0);
    CHECK_OK(site_write(load(a, smaller), &(struct site_options){ 0 }, dir, &t, &e), e);
    CHECK_INT((int64_t)t.removed, 1);
    CHECK(!exists(a, dir, "source/乙.html") && exists(a, dir, "mine.txt"));
}

TEST(a_folder_with_other_things_is_refused)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct site_totals t;
    str dir = str_dup(a, str_of(t_path("full")));
    CHECK_OK(file_make_dirs(dir, &e), e);
    CHECK_OK(file_write(file_join(a, dir, STR("thesis.doc")), STR("x"), &e), e);
    CHECK_ERR(site_write(load(a, small), &(struct site_options){ 0 }, dir, &t, &e), e, CONFLICT);
    CHECK(!exists(a, dir, "index.html") && exists(a, dir, "thesis.doc"));
    e = (struct err){ 0 };
    CHECK_ERR(site_write(load(a, small), &(struct site_options){ 0 }, file_join(a, dir, STR("thesis.doc")), &t, &e), e,
              INVALID);
}

TEST(a_list_that_names_what_lies_outside_removes_nothing)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct site_totals t;
    str dir = str_dup(a, str_of(t_path("site"))), outside = str_dup(a, str_of(t_path("outside.txt")));
    CHECK_OK(file_make_dirs(dir, &e), e);
    CHECK_OK(file_write(outside, STR("x"), &e), e);
    str list = str_fmt(a, "../outside.txt\n%.*s\n./../outside.txt\n\nx//../../outside.txt\n", STR_ARG(outside));
    CHECK_OK(file_write(file_join(a, dir, STR("files.txt")), list, &e), e);
    CHECK_OK(site_write(load(a, small), &(struct site_options){ 0 }, dir, &t, &e), e);
    CHECK(file_exists(outside));
}

TEST(a_writing_that_breaks_off_can_be_done_again)
{
    autoarena *a = arena_new("test", 0);
    const struct program *p = load(a, small);
    str dir = str_dup(a, str_of(t_path("site")));
    EVERY_FAULT (FAULT_WRITE) {
        struct err e = { 0 };
        struct site_totals t;
        if (!site_write(p, &(struct site_options){ 0 }, dir, &t, &e)) CHECK(t_fault_hit());
    }
    struct err e = { 0 };
    struct site_totals t;
    CHECK_OK(site_write(p, &(struct site_options){ 0 }, dir, &t, &e), e);
    str page, list;
    CHECK_OK(file_read(a, file_join(a, dir, STR("index.html")), 1 << 20, &page, &e), e);
    CHECK_OK(file_read(a, file_join(a, dir, STR("files.txt")), 1 << 20, &list, &e), e);
    CHECK(str_ends(page, STR("</html>\n")));
    CHECK(has(list, "index.html\n"));
}

TEST(a_link_where_a_page_should_be_is_not_followed)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct site_totals t;
    str dir = str_dup(a, str_of(t_path("site"))), victim = str_dup(a, str_of(t_path("victim")));
    CHECK_OK(site_write(load(a, small), &(struct site_options){ 0 }, dir, &t, &e), e);
    CHECK_OK(file_write(victim, STR("precious"), &e), e);
    str page = file_join(a, dir, STR("index.html"));
    CHECK_INT(unlink(page.p), 0);
    CHECK_INT(symlink(victim.p, page.p), 0);
    CHECK(!site_write(load(a, smaller), &(struct site_options){ 0 }, dir, &t, &e));
    str left;
    struct err again = { 0 };
    CHECK_OK(file_read(a, victim, 100, &left, &again), again);
    CHECK_STR(left, "precious");
}
