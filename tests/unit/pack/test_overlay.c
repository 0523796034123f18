/* Texts over the files of a pack, and the examples of a pack run. */
#include "base/file.h"
#include "pack/pack.h"
#include "pack/proof.h"
#include "support/t.h"

#include <unistd.h>

static void put(struct arena *a, str folder, const char *name, const char *text)
{
    struct err e = { 0 };
    str path = file_join(a, folder, str_of(name));
    CHECK_OK(file_make_dirs(file_dir(path), &e) && file_write(path, str_of(text), &e), e);
}

static str pack_of(struct arena *a)
{
    str folder = str_dup(a, str_of(t_path("试验")));
    put(a, folder, "pack.leye", "包 试验\n  级别 市\n  版本 1\n  说明 只为测试\n");
    put(a, folder, "a.leye", "来源 甲\n  名称 甲办法\n");
    put(a, folder, "b/c.leye", "来源 乙\n  名称 乙办法\n");
    return folder;
}

TEST(a_file_that_is_only_in_an_editor_is_read_and_one_taken_away_is_not)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct pack_set plain, over, written;
    str folder = pack_of(a);
    struct pack_overlay overlays[] = {
        { .path = file_join(a, folder, STR("aa/new.leye")), .text = STR("来源 丙\n  名称 丙办法\n") },
        { .path = file_join(a, folder, STR("b/c.leye")), .gone = true },
        { .path = file_join(a, folder, STR("a.leye")), .text = STR("来源 丁\n  名称 丁办法\n") },
        { .path = STR("/elsewhere/x.leye"), .text = STR("来源 戊\n  名称 戊办法\n") },
    };
    CHECK_OK(pack_load(&plain, a, folder, NULL, 0, &e), e);
    CHECK_OK(pack_load(&over, a, folder, overlays, 4, &e), e);
    CHECK_INT((int64_t)over.program->sources.len, 3);
    CHECK(map_get(&over.program->named[KIND_SOURCE], STR("丙")) != NULL);
    CHECK(map_get(&over.program->named[KIND_SOURCE], STR("丁")) != NULL);
    CHECK(map_get(&over.program->named[KIND_SOURCE], STR("乙")) == NULL);
    CHECK(map_get(&over.program->named[KIND_SOURCE], STR("戊")) == NULL);
    put(a, folder, "aa/new.leye", "来源 丙\n  名称 丙办法\n");
    put(a, folder, "a.leye", "来源 丁\n  名称 丁办法\n");
    CHECK(unlink(file_join(a, folder, STR("b/c.leye")).p) == 0);
    CHECK_OK(pack_load(&written, a, folder, NULL, 0, &e), e);
    CHECK_STR(over.program->hash, written.program->hash); /* as it will be once it is written */
    CHECK(!str_eq(over.program->hash, plain.program->hash));
}

static bool three(void *ctx) { return (*(int *)ctx)++ < 3; }

TEST(examples_are_run_to_the_end_or_until_the_time_is_over)
{
    autoarena *a = arena_new("test", 0);
    struct pack_set set;
    struct proof all, some;
    int asked = 0;
    pack_load_text(
        &set, a, STR("x.leye"),
        STR("实体 人员\n  字段 月收入 : 元/月\n来源 办法\n  名称 试验办法\n"
            "定义 收入不高 : 真假\n  对象 人员\n  说明 收入\n  依据 办法 第一条\n  基本 月收入 <= 3000元/月\n"
            "例 定义 收入不高\n  | 月收入 | 应得 |\n  | 1元/月 | 真 |\n  | 3000元/月 | 真 |\n"
            "  | 3001元/月 | 真 |\n  | 9000元/月 | 假 |\n  | 未知 | 未知 月收入 |\n"));
    CHECK_INT((int64_t)set.diags.errors, 0);
    proof_run(set.program, false, date_of(2024, 6, 3), NULL, NULL, a, &all);
    CHECK_INT((int64_t)all.passed, 4);
    CHECK_INT((int64_t)all.failed, 1);
    CHECK_INT((int64_t)all.waiting, 0);
    CHECK(!all.results.at[2].passed && all.results.at[2].said.len > 0);
    proof_run(set.program, false, date_of(2024, 6, 3), three, &asked, a, &some);
    CHECK_INT((int64_t)some.results.len, 3);
    CHECK_INT((int64_t)some.waiting, 2);
}
