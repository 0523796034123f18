/* How two records agree, field by field, and the rules that stand above the sum. Symmetry is checked by level_of. */
#include "unit/link/pair.h"

#include <string.h>

static int names(const char *a, const char *b)
{
    return level_of((struct link_record){ .name = str_of(a) }, (struct link_record){ .name = str_of(b) }, LINK_NAME);
}
static int ids(const char *a, const char *b)
{
    return level_of((struct link_record){ .id_number = str_of(a) }, (struct link_record){ .id_number = str_of(b) },
                    LINK_ID);
}
static int births(uint32_t a, uint32_t b)
{
    return level_of((struct link_record){ .birth_ymd = a }, (struct link_record){ .birth_ymd = b }, LINK_BIRTH);
}
static int phones(const char *a, const char *b)
{
    return level_of((struct link_record){ .phone = str_of(a) }, (struct link_record){ .phone = str_of(b) }, LINK_PHONE);
}
static int places(const char *a, const char *b)
{
    return level_of((struct link_record){ .address = str_of(a) }, (struct link_record){ .address = str_of(b) },
                    LINK_ADDRESS);
}

TEST(names_agree_at_nine_levels)
{
    CHECK_INT(names("张伟", "张伟"), LINK_NAME_EQUAL);
    CHECK_INT(names("张 伟", "张　伟"), LINK_NAME_EQUAL);
    CHECK_INT(names("張偉", "张伟"), LINK_NAME_VARIANT);
    CHECK_INT(names("张炜", "张伟"), LINK_NAME_SOUND);
    CHECK_INT(names("章伟", "张伟"), LINK_NAME_SOUND);
    CHECK_INT(names("单小明", "善小明"), LINK_NAME_SOUND); /* shan, as a surname */
    CHECK_INT(names("张戊林", "张戌林"), LINK_NAME_ALIKE);
    CHECK_INT(names("王小明", "王明小"), LINK_NAME_ORDER);
    CHECK_INT(names("小明王", "王小明"), LINK_NAME_ORDER);
    CHECK_INT(names("张小明", "张明"), LINK_NAME_PART);
    CHECK_INT(names("张大伟", "张小伟"), LINK_NAME_ONE);
    CHECK_INT(names("张强", "张丽"), LINK_NAME_DIFFERENT); /* a surname alone is little */
    CHECK_INT(names("张大伟", "李大伟"), LINK_NAME_DIFFERENT);
    CHECK_INT(names("张伟", ""), LINK_NAME_MISSING);
    CHECK_INT(names("张", "张"), LINK_NAME_MISSING); /* one character names nobody */
}

TEST(dots_in_names_do_not_matter)
{
    CHECK_INT(names("阿卜杜拉·买买提", "阿卜杜拉•买买提"), LINK_NAME_EQUAL);
    CHECK_INT(names("阿卜杜拉·买买提", "阿卜杜拉买买提"), LINK_NAME_EQUAL);
    CHECK_INT(names("阿卜杜拉·买买提", "阿卜杜拉"), LINK_NAME_PART);
}

TEST(numbers_agree_at_six_levels)
{
    CHECK_INT(ids(ID_WEI, ID_WEI), LINK_ID_EQUAL);
    CHECK_INT(ids(ID_WEI, ID_WEI_OLD), LINK_ID_SHORT);
    CHECK_INT(ids(ID_WEI, "329901198503120028"), LINK_ID_EDIT);  /* a digit */
    CHECK_INT(ids(ID_WEI, "329901198503210018"), LINK_ID_EDIT);  /* neighbours swapped */
    CHECK_INT(ids(ID_WEI, "32990119850312018"), LINK_ID_EDIT);   /* one left out */
    CHECK_INT(ids(ID_WEI, "3299011985031200118"), LINK_ID_EDIT); /* one doubled */
    CHECK_INT(ids(ID_WEI, ID_TWIN), LINK_ID_PART);
    CHECK_INT(ids(ID_WEI, "11010519491231002X"), LINK_ID_DIFFERENT);
    CHECK_INT(ids(ID_WEI, ""), LINK_ID_MISSING);
    CHECK_INT(ids(ID_WEI, "无"), LINK_ID_MISSING);
    CHECK_INT(ids("000000000000000000", "000000000000000000"), LINK_ID_MISSING);
}

TEST(birth_dates_agree_at_five_levels)
{
    CHECK_INT(births(19850312, 19850312), LINK_BIRTH_EQUAL);
    CHECK_INT(births(19850312, 19851203), LINK_BIRTH_SWAP);
    CHECK_INT(births(19850312, 19850512), LINK_BIRTH_DIGIT);
    CHECK_INT(births(19850312, 19850000), LINK_BIRTH_YEAR);
    CHECK_INT(births(19850312, 19850725), LINK_BIRTH_YEAR);
    CHECK_INT(births(19850312, 19760725), LINK_BIRTH_DIFFERENT);
    CHECK_INT(births(19850312, 0), LINK_BIRTH_MISSING);
}

TEST(a_number_speaks_for_birth_and_sex_once)
{
    struct link_record with = { .id_number = STR(ID_WEI) }, same = with;
    struct link_record without = { .birth_ymd = 19850312, .sex = 1 };
    CHECK_INT(level_of(with, without, LINK_BIRTH), LINK_BIRTH_EQUAL);
    CHECK_INT(level_of(with, without, LINK_SEX), LINK_SEX_EQUAL);
    CHECK_INT(level_of(with, same, LINK_BIRTH), LINK_BIRTH_IMPLIED);
    CHECK_INT(level_of(with, same, LINK_SEX), LINK_SEX_IMPLIED);
}

TEST(phones_are_compared_by_their_digits)
{
    CHECK_INT(phones("13912345678", "+86 139-1234-5678"), LINK_PHONE_EQUAL);
    CHECK_INT(phones("13912345678", "008613912345678"), LINK_PHONE_EQUAL);
    CHECK_INT(phones("13912345678", "１３９１２３４５６７８"), LINK_PHONE_EQUAL);
    CHECK_INT(phones("13912345678", "13912345679"), LINK_PHONE_EDIT);
    CHECK_INT(phones("13912345678", "13912354678"), LINK_PHONE_EDIT);
    CHECK_INT(phones("13912345678", "15800001111"), LINK_PHONE_DIFFERENT);
    CHECK_INT(phones("13912345678", "613912345678"), LINK_PHONE_EDIT); /* one digit before it is no country */
    CHECK_INT(phones("13912345678", "123"), LINK_PHONE_MISSING);
    CHECK_INT(phones("00000000000", "00000000000"), LINK_PHONE_MISSING);
}

TEST(addresses_agree_without_their_districts)
{
    CHECK_INT(places("江苏省南通市崇川区青年路12号3幢301室", "崇川区青年路12-3-301"), LINK_ADDRESS_EQUAL);
    CHECK_INT(places("南通市青年路12号", "青年路12号"), LINK_ADDRESS_EQUAL);
    CHECK_INT(places("青年路12号", "青年路14号"), LINK_ADDRESS_STREET);
    CHECK_INT(places("青年路12号", "人民路12号"), LINK_ADDRESS_DIFFERENT);
    CHECK_INT(places("青年路12号", ""), LINK_ADDRESS_MISSING);
    CHECK_INT(places("阳光小区12号", "月光小区12号"), LINK_ADDRESS_DIFFERENT);
}

static const struct link_record wei = { .id_number = { ID_WEI, 18 },
                                        .name = { "张伟", 6 },
                                        .phone = { "13912345678", 11 },
                                        .address = { "青年路12号", 14 },
                                        .birth_ymd = 19850312,
                                        .sex = 1 };

TEST(equal_numbers_and_names_are_one_person)
{
    struct link_record other = { .id_number = STR(ID_WEI_OLD), .name = STR("張偉") };
    CHECK_INT((int)pair_of(wei, other).band, LINK_AUTO);
    CHECK_INT((int)pair_of(wei, wei).band, LINK_AUTO);
}

TEST(equal_numbers_and_different_names_are_for_a_clerk)
{
    struct link_record other = wei;
    other.name = STR("王丽丽");
    CHECK_INT((int)pair_of(wei, other).band, LINK_CLERICAL);
}

TEST(twins_are_two_persons)
{
    struct link_record twin = wei;
    twin.id_number = STR(ID_TWIN);
    twin.name = STR("张炜");
    CHECK_INT((int)pair_of(wei, twin).band, LINK_DISTINCT);
    twin.name = STR("张伟"); /* all else equal: one person with two numbers, or a mistake; a clerk must look */
    CHECK_INT((int)pair_of(wei, twin).band, LINK_CLERICAL);
    twin.phone = STR("15800001111");
    CHECK_INT((int)pair_of(wei, twin).band, LINK_DISTINCT);
}

TEST(a_twin_without_a_number_is_never_joined_by_itself)
{
    struct link_record one = wei, twin = wei;
    one.name = STR("张大伟");
    twin.name = STR("张小伟");
    twin.id_number = (str){ 0 };
    CHECK_INT((int)pair_of(one, twin).band, LINK_CLERICAL);
    twin.name = STR("张大伟");
    twin.birth_ymd = 19760725;
    CHECK(pair_of(one, twin).band <= LINK_CLERICAL);
    twin.birth_ymd = 19850312;
    twin.sex = 2;
    CHECK(pair_of(one, twin).band <= LINK_CLERICAL);
    twin.sex = 1;
    CHECK_INT((int)pair_of(one, twin).band, LINK_AUTO);
}

TEST(a_slip_in_a_number_does_not_part_a_person)
{
    struct link_record slip = wei;
    slip.id_number = STR("329901198503120028");
    CHECK_INT((int)pair_of(wei, slip).band, LINK_AUTO);
}

TEST(records_of_nothing_are_nobody)
{
    struct link_record nothing = { 0 };
    CHECK(pair_of(nothing, nothing).score < 0);
    CHECK(pair_of(nothing, wei).band < LINK_AUTO);
}

TEST(an_explanation_names_fields_strongest_first_with_what_is_written)
{
    autoarena *a = arena_new("text", 0);
    struct link_model m = link_model_default();
    struct link_record other = { .id_number = STR("329901198503120028"),
                                 .name = STR("张炜"),
                                 .phone = STR("13912345678") };
    str text = link_explain(&wei, &other, &m, a);
    CHECK(str_find(text, STR("姓名同音（张伟／张炜） +")) != SIZE_MAX);
    CHECK(str_find(text, STR("电话相同（13912345678） +")) != SIZE_MAX);
    CHECK(str_find(text, STR("有一方的号码不合规")) != SIZE_MAX);
    CHECK(str_find(text, STR("电话")) < str_find(text, STR("姓名")));
    CHECK(str_find(text, STR("地址")) == SIZE_MAX); /* one side has none: nothing to say */
    other.id_number = STR(ID_TWIN);
    other.address = STR("人民路1号");
    text = link_explain(&wei, &other, &m, a);
    CHECK(str_find(text, STR("不会自动合并")) != SIZE_MAX);
    CHECK(str_find(text, STR("地址不同（青年路12号／人民路1号） −")) != SIZE_MAX);
    for (int f = 0; f < LINK_FIELDS; f++) {
        CHECK(strlen(link_field_text((enum link_field)f)) > 0);
        CHECK_STR(link_level_text((enum link_field)f, 15), "");
    }
    CHECK_STR(link_band_text(LINK_CLERICAL), "需要人工判断");
}
