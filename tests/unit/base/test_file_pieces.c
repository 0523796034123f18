/* Files read and written piece by piece: any place, the end, atomic naming, every fault. */
#include "base/file.h"
#include "unit/base/helpers.h"

#include <sys/stat.h>

static str path(const char *name) { return str_of(t_path(name)); }

static int entries(void)
{
    char command[600];
    int count = -1;
    snprintf(command, sizeof command, "ls -A '%s' | wc -l", t_dir());
    FILE *f = popen(command, "r");
    CHECK(f != NULL && fscanf(f, "%d", &count) == 1);
    pclose(f);
    return count;
}

TEST(any_place_of_a_file_is_read)
{
    struct err e = { 0 };
    struct file_in f;
    char p[16];
    size_t len;
    CHECK_OK(file_write(path("f"), STR("0123456789"), &e), e);
    CHECK_OK(file_open(&f, path("f"), &e), e);
    CHECK_INT((int64_t)f.size_bytes, 10);
    CHECK_OK(file_read_at(&f, 7, p, sizeof p, &len, &e), e);
    CHECK_STR(((str){ p, len }), "789");
    CHECK_OK(file_read_at(&f, 0, p, 2, &len, &e), e);
    CHECK_STR(((str){ p, len }), "01");
    CHECK_OK(file_read_at(&f, 10, p, sizeof p, &len, &e), e);
    CHECK_SIZE(len, 0);
    file_close(&f);
    file_close(&f);
}

TEST(what_is_no_regular_file_is_not_opened)
{
    struct err e = { 0 };
    struct file_in f;
    CHECK_ERR(file_open(&f, path("nothing"), &e), e, NOT_FOUND);
    e = (struct err){ 0 };
    CHECK_ERR(file_open(&f, str_of(t_dir()), &e), e, IO);
    CHECK_INT(mkfifo(t_path("pipe"), 0600), 0);
    e = (struct err){ 0 };
    CHECK_ERR(file_open(&f, path("pipe"), &e), e, INVALID);
    CHECK_INT(f.fd, -1);
}

TEST(a_file_gets_its_name_only_when_it_is_committed)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct file_out f;
    str now;
    CHECK_OK(file_write(path("f"), STR("old"), &e), e);
    CHECK_INT(chmod(t_path("f"), 0640), 0);
    CHECK_OK(file_create(&f, path("f"), &e) && file_append(&f, STR("ne"), &e) && file_append(&f, STR("w"), &e), e);
    CHECK_OK(file_read(a, path("f"), 100, &now, &e), e);
    CHECK_STR(now, "old");
    CHECK_OK(file_commit(&f, &e), e);
    CHECK_OK(file_read(a, path("f"), 100, &now, &e), e);
    CHECK_STR(now, "new");
    struct stat st;
    CHECK(stat(t_path("f"), &st) == 0 && (st.st_mode & 0777) == 0640);
    CHECK_OK(file_create(&f, path("f"), &e) && file_append(&f, STR("newer"), &e), e);
    file_discard(&f);
    CHECK_OK(file_read(a, path("f"), 100, &now, &e), e);
    CHECK_STR(now, "new");
    CHECK_INT(entries(), 1);
}

TEST(every_failure_leaves_one_whole_file_and_nothing_beside_it)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    CHECK_OK(file_write(path("f"), STR("old"), &e), e);
    for (enum fault_kind kind = FAULT_WRITE; kind <= FAULT_SYNC; kind++) {
        EVERY_FAULT (kind) {
            struct file_out f;
            str now = { 0 };
            e = (struct err){ 0 };
            bool ok = file_create(&f, path("f"), &e);
            bool created = ok;
            for (int i = 0; ok && i < 3; i++) ok = file_append(&f, STR("new"), &e);
            if (created && !ok) file_discard(&f);
            if (ok) ok = file_commit(&f, &e);
            CHECK(ok || t_fault_hit());
            struct err none = { 0 };
            CHECK_OK(file_read(a, path("f"), 100, &now, &none), none);
            CHECK(str_eq(now, STR("old")) || str_eq(now, STR("newnewnew")));
            CHECK_INT(entries(), 1);
        }
    }
    EVERY_FAULT (FAULT_READ) {
        struct file_in f;
        char p[4];
        size_t len;
        e = (struct err){ 0 };
        CHECK_OK(file_open(&f, path("f"), &e), e);
        CHECK(file_read_at(&f, 0, p, sizeof p, &len, &e) || t_fault_hit());
        file_close(&f);
    }
}
