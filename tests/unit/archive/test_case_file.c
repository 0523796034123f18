/* case_file: what was put in comes out, and every change is seen. */
#include "archive/case_file.h"
#include "base/file.h"
#include "sheet/zip_read.h"
#include "sheet/zip_write.h"
#include "support/t.h"

#include <stdio.h>

static struct journal_signer signer;

static struct case_file the_case(struct arena *a)
{
    struct err e = { 0 };
    struct sm2_key *key;
    CHECK_OK(sm2_key_make(a, &key, &e), e);
    signer = (struct journal_signer){ key, STR("示范市人社局") };
    struct case_document *d = ARENA_ARRAY(a, struct case_document, 2);
    d[0] = (struct case_document){ STR("申请.json"), STR("申请书"), STR("本人"), date_of(2026, 11, 1),
                                   STR("{\"形式\":\"灵活就业\"}") };
    d[1] = (struct case_document){ STR("决定书.pdf"), STR("准予发放决定书"), STR("复核"), date_of(2026, 11, 20),
                                   STR("%PDF-1.5 …") };
    return (struct case_file){ STR("SF-2026-000123"),
                               STR("灵活就业社会保险补贴"),
                               STR("示范市人力资源和社会保障局"),
                               date_of(2026, 11, 27),
                               d,
                               2 };
}

static struct case_file_report verify(struct arena *a, const char *path)
{
    struct err e = { 0 };
    struct case_file_report r;
    CHECK_OK(case_file_verify(str_of(path), &signer, a, &r, &e), e);
    return r;
}

/* The package again with one part's bytes replaced, left out (bytes empty, no pointer), or one more. */
static const char *altered(struct arena *a, const char *from, const char *part, str bytes, const char *more)
{
    static const char *const parts[] = { "目录.json", "目录.json.sm2", "申请.json", "决定书.pdf", "目录.pdf" };
    struct err e = { 0 };
    struct file_in in;
    struct zip_in *zi;
    struct zip_out *zo;
    struct file_out *out = ARENA_NEW(a, struct file_out);
    const char *to = t_path("altered.zip");
    CHECK_OK(file_open(&in, str_of(from), &e), e);
    CHECK_OK(zip_in_open(&zi, a, &in, 1 << 24, &e), e);
    CHECK_OK(file_create(out, str_of(to), &e), e);
    CHECK_OK(zip_new(&zo, a, out, &e), e);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct zip_entry *f;
        uint64_t size;
        char *p = arena_alloc(a, 1 << 18);
        size_t len, all = 0;
        CHECK_OK(zip_entry_open(&f, zi, str_of(parts[i]), &size, &e), e);
        do {
            CHECK_OK(zip_entry_read(f, p + all, (1 << 18) - all, &len, &e), e);
            all += len;
        } while (len > 0);
        zip_entry_close(f);
        str was = { p, all };
        bool this_one = str_eq(str_of(part), str_of(parts[i]));
        if (this_one && bytes.p == NULL) continue;
        CHECK(zip_begin(zo, parts[i], &e) && zip_add(zo, this_one ? bytes : was, &e) && zip_end(zo, &e));
    }
    if (more != NULL) CHECK(zip_begin(zo, more, &e) && zip_add(zo, STR("x"), &e) && zip_end(zo, &e));
    CHECK_OK(zip_finish(zo, &e), e);
    CHECK_OK(file_commit(out, &e), e);
    zip_in_close(zi);
    file_close(&in);
    return to;
}

TEST(a_case_file_is_sound_and_says_what_it_is)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct case_file c = the_case(a);
    const char *path = t_path("case.zip");
    CHECK_OK(case_file_write(&c, &signer, str_of(path), &e), e);
    struct case_file_report r = verify(a, path);
    CHECK_STR(text_str(r.what), "");
    CHECK(r.sound);
    CHECK_STR(r.number, "SF-2026-000123");
    CHECK_INT((int64_t)r.documents, 3); /* the catalogue for people is one of them */
}

TEST(every_change_of_a_case_file_is_seen)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct case_file c = the_case(a);
    const char *path = str_fmt(a, "%s", t_path("case.zip")).p; /* outlives the ring of t_path */
    CHECK_OK(case_file_write(&c, &signer, str_of(path), &e), e);
    const struct {
        const char *part;
        str bytes;
        const char *more, *said;
    } changes[] = {
        { "", { 0 }, NULL, "" },
        { "申请.json", STR("{\"形式\":\"全日制\"}"), NULL, "“申请.json”与目录里的校验值不符，被改过" },
        { "决定书.pdf", { 0 }, NULL, "缺了“决定书.pdf”" },
        { "", { 0 }, "夹带.pdf", "压缩包里有 6 个文件，目录里（连目录和签名）是 5 个" },
        { "目录.json", STR("{\"documents\":[]}"), NULL, "目录的签名不对" },
        { "目录.json", STR("{"), NULL, "目录坏了" },
        { "目录.json.sm2", { 0 }, NULL, "没有目录或目录的签名" },
        { "目录.json.sm2", STR("zz"), NULL, "目录的签名不对" },
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        NOTE("change %zu", i);
        struct case_file_report r = verify(a, altered(a, path, changes[i].part, changes[i].bytes, changes[i].more));
        CHECK_INT(r.sound, i == 0);
        CHECK(str_find(text_str(r.what), str_of(changes[i].said)) != SIZE_MAX);
    }
}

TEST(the_signature_of_another_office_is_not_taken)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct case_file c = the_case(a);
    const char *path = t_path("case.zip");
    CHECK_OK(case_file_write(&c, &signer, str_of(path), &e), e);
    signer.id = STR("别的局");
    CHECK(!verify(a, path).sound);
}

TEST(names_that_would_leave_the_package_or_hide_each_other_are_refused)
{
    autoarena *a = arena_new("test", 0);
    struct case_file c = the_case(a);
    static const char *const bad[] = { "", "../a.pdf", "a/b.pdf", "c:\\a.pdf", ".hidden", "决定书.pdf", "目录.json" };
    struct case_document *d = ARENA_ARRAY(a, struct case_document, 2);
    d[1] = c.documents[1];
    c.documents = d;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct err e = { 0 };
        NOTE("name %s", bad[i]);
        d[0] = (struct case_document){ .name = str_of(bad[i]) };
        CHECK_ERR(case_file_write(&c, &signer, str_of(t_path("case.zip")), &e), e, INVALID);
        CHECK(!file_exists(str_of(t_path("case.zip"))));
    }
}

TEST(what_is_no_package_is_said_to_be_none)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 }, f = { 0 };
    struct case_file_report r;
    the_case(a);
    CHECK_OK(file_write(str_of(t_path("no.zip")), STR("not a zip"), &e), e);
    CHECK(!case_file_verify(str_of(t_path("no.zip")), &signer, a, &r, &e));
    CHECK_ERR(case_file_verify(str_of(t_path("none.zip")), &signer, a, &r, &f), f, NOT_FOUND);
}

TEST(under_every_fault_a_case_file_is_there_whole_or_not_at_all)
{
    EVERY_FAULT (FAULT_WRITE) {
        autoarena *a = arena_new("test", 0);
        struct err e = { 0 };
        struct case_file c = the_case(a);
        const char *path = t_path("fault.zip");
        remove(path);
        if (case_file_write(&c, &signer, str_of(path), &e))
            CHECK(verify(a, path).sound);
        else
            CHECK(t_fault_hit() && !file_exists(str_of(path)));
    }
}
