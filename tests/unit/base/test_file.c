/* Whole files and folders: limits, what is refused, atomic writing, every fault, walks. */
#include "base/file.h"

#include "unit/base/helpers.h"

#include <fcntl.h>
#include <sys/stat.h>

static str path(const char *name) { return str_of(t_path(name)); }

static void put(const char *name, str data)
{
    struct err e = { 0 };
    CHECK_OK(file_write(path(name), data, &e), e);
}

static str get(struct arena *a, const char *name)
{
    struct err e = { 0 };
    str out = { 0 };
    CHECK_OK(file_read(a, path(name), 1 << 24, &out, &e), e);
    return out;
}

/* Entries of the test's folder, hidden ones too. */
static int entries(struct arena *a)
{
    str listing = str_fmt(a, "ls -A '%s' | wc -l", t_dir());
    FILE *f = popen(listing.p, "r");
    int count = -1;
    CHECK(f != NULL && fscanf(f, "%d", &count) == 1);
    pclose(f);
    return count;
}

TEST(what_was_written_is_read)
{
    autoarena *a = arena_new("test", 0);
    static char large[300000];
    for (size_t i = 0; i < sizeof large; i++) large[i] = (char)t_random();
    str sizes[] = { STR(""), STR("x"), STR("第一行\n第二行\n"), { large, sizeof large }, { large, 65536 } };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        put("f", sizes[i]);
        str back = get(a, "f");
        CHECK(str_eq(back, sizes[i]));
        CHECK(back.p[back.len] == '\0');
    }
}

TEST(a_file_of_just_the_maximum_is_read_and_one_byte_more_is_not)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    str out = STR("untouched");
    put("f", STR("12345678"));
    CHECK_ERR(file_read(a, path("f"), 7, &out, &e), e, LIMIT);
    CHECK_STR(out, "untouched");
    CHECK(str_find(str_of(err_cause(&e)), STR("最多 7 字节")) != SIZE_MAX);
    e = (struct err){ 0 };
    CHECK_OK(file_read(a, path("f"), 8, &out, &e), e);
    CHECK_STR(out, "12345678");
}

TEST(what_is_not_there_is_not_found_and_named)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    str out;
    CHECK_ERR(file_read(a, path("没有"), 100, &out, &e), e, NOT_FOUND);
    CHECK(str_find(str_of(err_cause(&e)), STR("/没有”：没有这个文件")) != SIZE_MAX);
    CHECK(!file_exists(path("没有")) && !file_is_dir(path("没有")));
}

TEST(what_is_no_plain_file_is_refused_without_waiting)
{
    autoarena *a = arena_new("test", 0);
    str out;
    struct err e = { 0 };
    CHECK_ERR(file_read(a, str_of(t_dir()), 100, &out, &e), e, IO);
    CHECK_INT(mkfifo(t_path("pipe"), 0600), 0);
    e = (struct err){ 0 };
    CHECK_ERR(file_read(a, path("pipe"), 100, &out, &e), e, INVALID);
    e = (struct err){ 0 };
    CHECK_ERR(file_read(a, STR("/dev/zero"), 100, &out, &e), e, INVALID);
}

TEST(a_path_must_mean_the_same_to_the_system)
{
    autoarena *a = arena_new("test", 0);
    static char long_path[5000];
    memset(long_path, 'x', sizeof long_path);
    str bad[] = { STR(""), STR("a\0b"), { long_path, sizeof long_path } };
    for (size_t i = 0; i < 3; i++) {
        str out;
        file_list list;
        struct err e[4] = { 0 };
        CHECK_ERR(file_read(a, bad[i], 100, &out, &e[0]), e[0], INVALID);
        CHECK_ERR(file_write(bad[i], STR(""), &e[1]), e[1], INVALID);
        CHECK_ERR(file_make_dirs(bad[i], &e[2]), e[2], INVALID);
        CHECK_ERR(file_walk(a, bad[i], STR(""), 9, &list, &e[3]), e[3], INVALID);
        CHECK(!file_exists(bad[i]) && !file_is_dir(bad[i]));
    }
}

TEST(standard_input_is_read_to_its_end)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    str out;
    put("in", STR("来自标准输入"));
    int fd = open(t_path("in"), O_RDONLY);
    CHECK(fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO);
    CHECK_OK(file_read(a, STR("-"), 100, &out, &e), e);
    CHECK_STR(out, "来自标准输入");
    CHECK_INT(lseek(STDIN_FILENO, 0, SEEK_SET), 0);
    CHECK_ERR(file_read(a, STR("-"), 5, &out, &e), e, LIMIT);
}

TEST(standard_output_is_written_at_once)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    fflush(stdout);
    int saved = dup(STDOUT_FILENO), fd = open(t_path("out"), O_WRONLY | O_CREAT, 0600);
    CHECK(dup2(fd, STDOUT_FILENO) == STDOUT_FILENO);
    bool ok = file_write(STR("-"), STR("到标准输出"), &e);
    dup2(saved, STDOUT_FILENO);
    CHECK_OK(ok, e);
    CHECK_STR(get(a, "out"), "到标准输出");
}

TEST(writing_keeps_the_permissions_of_the_old_file)
{
    struct stat st;
    put("f", STR("1"));
    CHECK_INT(chmod(t_path("f"), 0640), 0);
    put("f", STR("2"));
    CHECK_INT(stat(t_path("f"), &st), 0);
    CHECK_INT(st.st_mode & 0777, 0640);
    umask(027);
    put("new", STR("1"));
    CHECK_INT(stat(t_path("new"), &st), 0);
    CHECK_INT(st.st_mode & 0777, 0640);
}

TEST(writing_where_it_cannot_be_says_why_and_leaves_nothing)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    CHECK_ERR(file_write(path("no/such/folder"), STR("x"), &e), e, NOT_FOUND);
    CHECK_INT(mkdir(t_path("folder"), 0700), 0);
    e = (struct err){ 0 };
    CHECK_ERR(file_write(path("folder"), STR("x"), &e), e, IO);
    CHECK_INT(entries(a), 1);
}

/* The letter of which the file consists, '!' when it is empty or has two. */
static char read_letter(void)
{
    autoarena *a = arena_new("reader", 0);
    str s = get(a, "f");
    for (size_t i = 1; i < s.len; i++) {
        if (s.p[i] != s.p[0]) return '!';
    }
    return s.len == 0 ? '!' : s.p[0];
}

/* A reader runs while the file is replaced again and again by contents of one letter each, up to 'z'. */
TEST(a_reader_sees_the_old_file_or_the_new_one)
{
    enum { ROUNDS = 60, SIZE = 200000 };
    static char data[SIZE];
    memset(data, 'a', sizeof data);
    put("f", (str){ data, SIZE });
    fflush(NULL);
    pid_t reader = fork();
    if (reader == 0) {
        char letter = 'a';
        while (letter != 'z' && letter != '!') letter = read_letter();
        _exit(letter == 'z' ? 0 : 1);
    }
    for (int round = 0; round < ROUNDS; round++) {
        memset(data, round == ROUNDS - 1 ? 'z' : 'a' + round % 25, sizeof data);
        put("f", (str){ data, SIZE - (size_t)(round % 7) * 1000 });
    }
    int status = 0;
    CHECK_INT(waitpid(reader, &status, 0), reader);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Writes "new" over "old" under every fault of the kind. Each run must end in one of the two, told apart by the answer.
 */
static void check_write_under(enum fault_kind kind, bool failed_means_old)
{
    autoarena *a = arena_new("test", 0);
    EVERY_FAULT (kind) {
        struct err e = { 0 };
        int fd = open(t_path("f"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        CHECK(write(fd, "old", 3) == 3 && close(fd) == 0);
        bool ok = file_write(path("f"), STR("new"), &e);
        CHECK(ok ? !t_fault_hit() : t_fault_hit() && e.code == ERR_IO);
        CHECK_INT(entries(a), 1);
        char now[8] = { 0 };
        fd = open(t_path("f"), O_RDONLY);
        CHECK(read(fd, now, sizeof now) == 3 && close(fd) == 0);
        if (ok)
            CHECK_STR((const char *)now, "new");
        else
            CHECK(strcmp(now, "old") == 0 || (!failed_means_old && strcmp(now, "new") == 0));
    }
}

TEST(a_write_that_fails_leaves_the_old_file_and_nothing_beside_it) { check_write_under(FAULT_WRITE, true); }

/* The last sync is of the folder: then the new name is there, but may not outlive a power cut, so it is a failure. */
TEST(a_sync_that_fails_is_reported_and_the_file_is_whole) { check_write_under(FAULT_SYNC, false); }

TEST(a_write_syncs_the_file_and_then_its_folder)
{
    if (!fault_built()) SKIP("no fault points in this build");
    fault_plan(FAULT_SYNC, 0, false);
    put("f", STR("x"));
    CHECK_INT((int64_t)fault_passed(FAULT_SYNC), 2);
}

TEST(a_read_that_fails_is_reported)
{
    autoarena *a = arena_new("test", 0);
    put("f", STR("内容"));
    EVERY_FAULT (FAULT_READ) {
        struct err e = { 0 };
        str out = STR("untouched");
        bool ok = file_read(a, path("f"), 100, &out, &e);
        CHECK(ok ? !t_fault_hit() : t_fault_hit() && e.code == ERR_IO);
        CHECK_STR(out, ok ? "内容" : "untouched");
    }
}

TEST(folders_are_made_with_all_that_lead_to_them)
{
    struct err e = { 0 };
    CHECK_OK(file_make_dirs(path("a/b//c/"), &e), e);
    CHECK(file_is_dir(path("a/b/c")));
    CHECK_OK(file_make_dirs(path("a/b/c"), &e), e);
    put("a/file", STR("x"));
    CHECK(file_exists(path("a/file")) && !file_is_dir(path("a/file")));
    CHECK_ERR(file_make_dirs(path("a/file/d"), &e), e, IO);
    e = (struct err){ 0 };
    CHECK_ERR(file_make_dirs(path("a/file"), &e), e, IO);
}

static void make_tree(void)
{
    static const char *const names[] = { "p/b.leye",      "p/a.leye", "p/a/z.leye", "p/a/.hidden.leye",
                                         "p/.git/x.leye", "p/readme", "p/a-b.leye", "p/包/政策.leye" };
    struct err e = { 0 };
    CHECK_OK(file_make_dirs(path("p/a"), &e) && file_make_dirs(path("p/.git"), &e) && file_make_dirs(path("p/包"), &e),
             e);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) put(names[i], STR("x"));
}

TEST(a_walk_finds_files_by_suffix_in_the_order_of_bytes)
{
    static const char *const want[] = { "a-b.leye", "a.leye", "a/z.leye", "b.leye", "包/政策.leye" };
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    file_list list;
    make_tree();
    CHECK_OK(file_walk(a, path("p"), STR(".leye"), 100, &list, &e), e);
    CHECK_SIZE(list.len, 5);
    for (size_t i = 0; i < 5; i++) CHECK_STR(list.at[i], file_join(a, path("p"), str_of(want[i])));
    CHECK_OK(file_walk(a, path("p"), STR(".none"), 100, &list, &e), e);
    CHECK_SIZE(list.len, 0);
}

TEST(a_walk_has_a_maximum_of_files)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    file_list list;
    make_tree();
    CHECK_OK(file_walk(a, path("p"), STR(".leye"), 5, &list, &e), e);
    CHECK_ERR(file_walk(a, path("p"), STR(".leye"), 4, &list, &e), e, LIMIT);
}

TEST(a_walk_follows_links_to_files_but_not_to_folders)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    file_list list;
    make_tree();
    CHECK_INT(symlink("../p", t_path("p/a/loop")), 0);
    CHECK_INT(symlink("../readme", t_path("p/a/linked.leye")), 0);
    CHECK_OK(file_walk(a, path("p"), STR(".leye"), 100, &list, &e), e);
    CHECK_SIZE(list.len, 6);
    CHECK_INT(symlink("nowhere", t_path("p/broken.leye")), 0);
    CHECK_ERR(file_walk(a, path("p"), STR(".leye"), 100, &list, &e), e, NOT_FOUND);
}

TEST(a_walk_through_what_is_no_folder_fails)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    file_list list;
    CHECK_ERR(file_walk(a, path("none"), STR(""), 9, &list, &e), e, NOT_FOUND);
    put("f", STR("x"));
    e = (struct err){ 0 };
    CHECK_ERR(file_walk(a, path("f"), STR(""), 9, &list, &e), e, IO);
}

TEST(a_walk_reports_a_folder_it_cannot_read)
{
    autoarena *a = arena_new("test", 0);
    make_tree();
    EVERY_FAULT (FAULT_READ) {
        struct err e = { 0 };
        file_list list = { 0 };
        bool ok = file_walk(a, path("p"), STR(".leye"), 100, &list, &e);
        CHECK(ok ? list.len == 5 : t_fault_hit() && e.code == ERR_IO && list.len == 0);
    }
}

TEST(folders_nested_too_deep_are_refused)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    file_list list;
    str deep = str_of(t_dir());
    for (int i = 0; i < 40; i++) deep = file_join(a, deep, STR("d"));
    CHECK_OK(file_make_dirs(deep, &e), e);
    CHECK_ERR(file_walk(a, str_of(t_dir()), STR(""), 9, &list, &e), e, LIMIT);
}

TEST(paths_come_apart_and_together)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(file_join(a, STR("packs"), STR("pack.leye")), "packs/pack.leye");
    CHECK_STR(file_join(a, STR("packs/"), STR("pack.leye")), "packs/pack.leye");
    CHECK_STR(file_join(a, STR("/"), STR("tmp")), "/tmp");
    CHECK_STR(file_join(a, STR(""), STR("tmp")), "tmp");
    CHECK_STR(file_dir(STR("a/b/c")), "a/b");
    CHECK_STR(file_dir(STR("/c")), "/");
    CHECK_STR(file_dir(STR("c")), ".");
    CHECK_STR(file_base(STR("a/b/c")), "c");
    CHECK_STR(file_base(STR("c")), "c");
    CHECK_STR(file_base(STR("a/")), "");
}
