/* Rules without their examples, which is what those load who work with them. */
#include "base/file.h"
#include "pack/pack.h"
#include "support/t.h"

#define HEAD "包 试验\n  级别 市\n  版本 1\n  说明 只为测试\n"
#define RULES                                                                             \
    "实体 人员\n  字段 月收入 : 元/月\n来源 办法\n  名称 试验办法\n" \
    "定义 收入不高 : 真假\n  对象 人员\n  说明 收入\n  依据 办法 第一条\n  基本 月收入 <= 3000元/月\n"
#define EXAMPLES "例 定义 收入不高\n  | 月收入 | 应得 |\n  | 1元/月 | 真 |\n"

static str pack_of(struct arena *a, const char *text)
{
    struct err e = { 0 };
    str folder = str_dup(a, str_of(t_path("试验")));
    CHECK_OK(file_make_dirs(folder, &e), e);
    CHECK_OK(file_write(file_join(a, folder, STR("pack.leye")), str_of(text), &e), e);
    return folder;
}

TEST(rules_are_the_same_with_and_without_their_examples)
{
    file_list packs = { 0 };
    struct err e = { 0 };
    autoarena *a = arena_new("test", 0);
    CHECK_OK(pack_find(a, str_of(t_source("packs")), &packs, &e), e);
    VEC_EACH (str, dir, &packs) {
        autoarena *own = arena_new("pack", 0);
        struct pack_set whole, rules;
        NOTE("%.*s", STR_ARG(*dir));
        CHECK_OK(pack_load(&whole, own, *dir, NULL, 0, &e), e);
        CHECK_OK(pack_load_rules(&rules, own, *dir, &e), e);
        CHECK_INT((int64_t)rules.diags.errors, 0);
        CHECK_STR(rules.program->hash, whole.program->hash);
        CHECK_INT((int64_t)rules.program->policies.len, (int64_t)whole.program->policies.len);
        CHECK_INT((int64_t)rules.program->funcs.len, (int64_t)whole.program->funcs.len);
        CHECK_INT((int64_t)rules.program->services.len, (int64_t)whole.program->services.len);
        CHECK_INT((int64_t)rules.program->examples.len, 0);
    }
    CHECK(packs.len > 5);
}

TEST(a_mistake_in_an_example_does_not_stop_the_work_and_one_in_a_rule_does)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct pack_set whole, rules, again;
    struct text kept;
    text_init(&kept, a, 1 << 20);
    str folder = pack_of(a, HEAD RULES EXAMPLES "  | 一元 | 真 |\n");
    CHECK_OK(pack_load(&whole, a, folder, NULL, 0, &e), e);
    CHECK(whole.diags.errors > 0);
    CHECK_OK(pack_load_rules(&rules, a, folder, &e), e);
    CHECK_INT((int64_t)rules.diags.errors, 0);
    pack_keep(&rules, &kept); /* as beside a case that was decided by them */
    CHECK(pack_load_kept(&again, a, text_str(&kept)));
    CHECK_INT((int64_t)again.diags.errors, 0);
    CHECK_STR(again.program->hash, rules.program->hash);
    CHECK_STR(again.program->hash, whole.program->hash);

    folder = pack_of(a, HEAD RULES "  例外 穷：月输入 < 1元/月 则 真\n" EXAMPLES);
    CHECK_OK(pack_load_rules(&rules, a, folder, &e), e);
    CHECK(rules.diags.errors > 0);
}
