/* Employers: names taken apart, codes that decide, and what only a clerk may join. */
#include "link/firm.h"
#include "support/t.h"

#include <string.h>

#define CODE_A "91329901MA1ABCD03E"
#define CODE_B "91329901MA1ABCD119"

static struct firm_name read_name(struct arena *a, const char *z) { return firm_name_read(str_of(z), a); }

TEST(a_name_is_place_core_and_form)
{
    autoarena *a = arena_new("names", 0);
    struct firm_name n = read_name(a, "江苏省南通市海鸥纺织有限公司");
    CHECK_STR(n.place, "江苏省南通市");
    CHECK_STR(n.core, "海鸥纺织");
    CHECK_STR(n.form, "有限公司");
    CHECK(!n.branch && !n.masked && !n.agency);
    n = read_name(a, "江苏海鸥纺织有限责任公司");
    CHECK_STR(n.place, "江苏");
    CHECK_STR(n.core, "海鸥纺织");
    n = read_name(a, "海鸥纺织");
    CHECK_STR(n.place, "");
    CHECK_STR(n.core, "海鸥纺织");
    CHECK_STR(n.form, "");
    n = read_name(a, "上海市");
    CHECK_STR(n.core, "上海市"); /* a name that is all place keeps it */
}

TEST(widths_brackets_blanks_case_and_traditional_forms_do_not_matter)
{
    autoarena *a = arena_new("names", 0);
    str one = read_name(a, "海鸥（南通）紡織ABC有限公司").folded;
    CHECK_STR(read_name(a, "海鸥(南通) 纺织abc有限公司").folded, one);
    CHECK_STR(read_name(a, "海鸥〔南通〕纺织ＡＢＣ有限公司").folded, one);
}

TEST(branches_masks_and_agencies_are_noticed)
{
    autoarena *a = arena_new("names", 0);
    CHECK(read_name(a, "海鸥纺织有限公司南通分公司").branch);
    CHECK(read_name(a, "某纺织公司").masked && read_name(a, "海*纺织").masked);
    CHECK(read_name(a, "海鸥人力资源有限公司").agency && read_name(a, "顺达劳务派遣有限公司").agency);
}

/* Some other firms, so that common pairs of characters count as common. */
static size_t others(struct firm_record *r)
{
    static const char *const names[] = { "大江机械有限公司", "小河纺织有限公司", "长风食品有限公司",
                                         "东山机械有限公司", "西湖纺织有限公司", "北岭建材有限公司",
                                         "南风物流有限公司", "金桥科技有限公司", "银桥电子科技有限公司",
                                         "铜桥实业有限公司" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) r[i].name = str_of(names[i]);
    return sizeof names / sizeof *names;
}

static struct firm_pair pair_of(struct firm_record x, struct firm_record y)
{
    autoarena *a = arena_new("firms", 0);
    struct firm_record r[20] = { x, y };
    struct firm_pairs pairs;
    struct err e = { 0 };
    size_t n = 2 + others(r + 2);
    CHECK_OK(firm_pairs(r, n, a, &pairs, &e), e);
    for (size_t i = 0; i < pairs.len; i++)
        if (pairs.at[i].a == 0 && pairs.at[i].b == 1) return pairs.at[i];
    return (struct firm_pair){ .band = FIRM_DISTINCT, .reason = FIRM_SIMILAR };
}

static struct firm_record firm(const char *code, const char *name, uint32_t region)
{
    return (struct firm_record){ .usci = str_of(code), .name = str_of(name), .region = region };
}

TEST(equal_codes_are_one_employer_unless_the_names_are_strangers)
{
    struct firm_pair p = pair_of(firm(CODE_A, "南通海鸥纺织有限公司", 0), firm(CODE_A, "海鸥纺织", 0));
    CHECK_INT((int)p.band, FIRM_AUTO);
    CHECK_INT((int)p.reason, FIRM_CODE);
    p = pair_of(firm(CODE_A, "海鸥纺织有限公司", 0), firm(CODE_A, "白鹭餐饮有限公司", 0));
    CHECK_INT((int)p.band, FIRM_CLERICAL);
    p = pair_of(firm(CODE_A, "海鸥纺织有限公司", 0), firm(CODE_A, "海鸥纺织有限公司南通分公司", 0));
    CHECK_INT((int)p.band, FIRM_CLERICAL);
}

TEST(different_codes_are_different_employers)
{
    CHECK_INT((int)pair_of(firm(CODE_A, "海鸥纺织有限公司", 0), firm(CODE_B, "海鸥纺织有限公司", 0)).band,
              FIRM_DISTINCT);
    /* one slip and the same name: a clerk looks */
    struct firm_pair p =
        pair_of(firm(CODE_A, "海鸥纺织有限公司", 0), firm("91329901MA1ABCD08E", "海鸥纺织有限公司", 0));
    CHECK_INT((int)p.band, FIRM_CLERICAL);
}

TEST(equal_names_without_codes_are_one_employer_in_one_city)
{
    CHECK_INT((int)pair_of(firm("", "海鸥纺织有限公司", 329901), firm(CODE_A, "海鸥紡織有限公司", 329902)).band,
              FIRM_AUTO);
    CHECK_INT((int)pair_of(firm("", "海鸥纺织有限公司", 329901), firm("", "海鸥纺织有限公司", 329801)).band,
              FIRM_CLERICAL);
    CHECK_INT((int)pair_of(firm("", "某纺织公司", 0), firm("", "某纺织公司", 0)).band, FIRM_CLERICAL);
}

TEST(equal_or_similar_cores_are_for_a_clerk)
{
    struct firm_pair p = pair_of(firm("", "江苏省海鸥纺织有限公司", 0), firm("", "海鸥纺织公司", 0));
    CHECK_INT((int)p.band, FIRM_CLERICAL);
    CHECK_INT((int)p.reason, FIRM_CORE);
    p = pair_of(firm("", "海鸥高山纺织科技有限公司", 0), firm("", "海鸥高山纺织有限公司", 0));
    CHECK_INT((int)p.band, FIRM_CLERICAL);
    CHECK_INT((int)p.reason, FIRM_SIMILAR);
    CHECK(p.similarity >= 800 && p.similarity < 1000);
    CHECK_INT((int)pair_of(firm("", "苏州市海鸥纺织有限公司", 0), firm("", "南通市海鸥纺织有限公司", 0)).band,
              FIRM_DISTINCT);
    CHECK_INT((int)pair_of(firm("", "小河纺织厂", 0), firm("", "西湖纺织厂", 0)).band, FIRM_DISTINCT);
    for (int r = FIRM_CODE; r <= FIRM_SIMILAR; r++) CHECK(strlen(firm_reason_text((enum firm_reason)r)) > 0);
}

TEST(a_name_borne_by_thousands_does_not_cost_their_square)
{
    enum { N = 5000 };
    autoarena *a = arena_new("firms", 0);
    struct firm_record *r = ARENA_ARRAY(a, struct firm_record, N);
    struct firm_pairs pairs;
    struct err e = { 0 };
    for (size_t i = 0; i < N; i++) r[i].name = STR("便民超市");
    CHECK_OK(firm_pairs(r, N, a, &pairs, &e), e);
    CHECK_INT((int64_t)pairs.len, 0);
    CHECK_ERR(firm_pairs(r, (size_t)FIRM_RECORDS_MAX + 1, a, &pairs, &e), e, LIMIT);
}

TEST(memory_that_is_not_enough_is_an_error)
{
    struct firm_record r[20] = { firm(CODE_A, "海鸥纺织有限公司", 0), firm(CODE_A, "海鸥纺织有限公司", 0) };
    size_t n = 2 + others(r + 2);
    EVERY_FAULT (FAULT_MEMORY) {
        autoarena *a = arena_new("firms", 0);
        struct firm_pairs pairs = { .len = 77 };
        struct err e = { 0 };
        if (firm_pairs(r, n, a, &pairs, &e))
            CHECK_INT((int64_t)pairs.len, 1);
        else
            CHECK(e.code == ERR_MEMORY && t_fault_hit() && pairs.len == 77);
    }
}
