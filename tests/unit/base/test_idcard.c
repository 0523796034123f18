/* Identity numbers of persons and credit codes of organisations. The persons are invented: their regions are unassigned
 * or their sequence numbers arbitrary. */
#include "base/idcard.h"
#include "base/lasting.h"
#include "base/usci.h"
#include "support/t.h"

#include <stdio.h>
#include <string.h>

TEST(the_example_of_the_standard_is_well_formed)
{
    struct idcard c;
    CHECK_INT(idcard_read(STR("11010519491231002X"), &c), IDCARD_OK);
    CHECK_STR(c.text, "11010519491231002X");
    CHECK_INT(c.region, 110105);
    CHECK_INT(c.birth.days, date_of(1949, 12, 31).days);
    CHECK(!c.male && !c.was_short);
    CHECK_INT(idcard_read(STR("440524188001010014"), &c), IDCARD_OK);
    CHECK(c.male);
}

TEST(fifteen_digits_become_eighteen)
{
    struct idcard c;
    CHECK_INT(idcard_read(STR("110105491231002"), &c), IDCARD_OK);
    CHECK_STR(c.text, "11010519491231002X");
    CHECK(c.was_short);
}

TEST(blanks_full_width_and_a_small_x_are_accepted)
{
    struct idcard c;
    CHECK_INT(idcard_read(STR(" 11010519491231002x\t"), &c), IDCARD_OK);
    CHECK_STR(c.text, "11010519491231002X");
    CHECK_INT(idcard_read(STR("１１０１０５１９４９１２３１００２Ｘ"), &c), IDCARD_OK);
}

TEST(each_fault_of_an_identity_number_is_told_apart)
{
    struct idcard c = { .region = 7 };
    CHECK_INT(idcard_read(STR(""), &c), IDCARD_LENGTH);
    CHECK_INT(idcard_read(STR("1101051949123100"), &c), IDCARD_LENGTH);
    CHECK_INT(idcard_read(STR("11010519491231002XX"), &c), IDCARD_LENGTH);
    CHECK_INT(idcard_read(STR("11010519491231O02X"), &c), IDCARD_CHAR);
    CHECK_INT(idcard_read(STR("X1010519491231002X"), &c), IDCARD_CHAR);
    CHECK_INT(idcard_read(STR("19010519491231002X"), &c), IDCARD_REGION);
    CHECK_INT(idcard_read(STR("00010519491231002X"), &c), IDCARD_REGION);
    CHECK_INT(idcard_read(STR("11010519490231002X"), &c), IDCARD_DATE);
    CHECK_INT(idcard_read(STR("110105194912310021"), &c), IDCARD_CHECK);
    CHECK_INT(c.region, 7); /* untouched */
    for (int f = IDCARD_OK; f <= IDCARD_CHECK; f++) CHECK(strlen(idcard_fault_text((enum idcard_fault)f)) > 6);
}

TEST(residence_permits_are_numbers_like_these)
{
    char t[IDCARD_LEN + 1];
    static const char *const regions[] = { "810000", "820000", "830000", "911310" };
    for (size_t i = 0; i < sizeof regions / sizeof *regions; i++) {
        snprintf(t, sizeof t, "%s19900101001", regions[i]);
        t[17] = idcard_check_char(t);
        t[18] = '\0';
        CHECK_INT(idcard_read(str_of(t), NULL), IDCARD_OK);
    }
}

/* Why two different well-formed numbers are two persons: no single slip turns one into the other. */
TEST(no_single_slip_turns_a_number_into_another_that_is_well_formed)
{
    for (int round = 0; round < 300; round++) {
        char t[IDCARD_LEN + 1], u[IDCARD_LEN + 1];
        char made[64]; /* room for what gcc thinks the numbers could be */
        snprintf(made, sizeof made, "3206%02d%04d%02d%02d%03d", (int)t_random_below(90) + 10,
                 (int)t_random_below(90) + 1930, (int)t_random_below(12) + 1, (int)t_random_below(28) + 1,
                 (int)t_random_below(1000));
        memcpy(t, made, IDCARD_LEN);
        t[17] = idcard_check_char(t);
        t[18] = '\0';
        CHECK_INT(idcard_read(str_of(t), NULL), IDCARD_OK);
        for (int i = 0; i < IDCARD_LEN; i++) {
            for (int d = '0'; d <= '9'; d++) {
                memcpy(u, t, sizeof t);
                u[i] = (char)d;
                if (d != t[i]) CHECK(idcard_read(str_of(u), NULL) != IDCARD_OK);
            }
            memcpy(u, t, sizeof t);
            if (i + 1 < IDCARD_LEN && t[i] != t[i + 1]) {
                u[i] = t[i + 1];
                u[i + 1] = t[i];
                CHECK(idcard_read(str_of(u), NULL) != IDCARD_OK);
            }
        }
    }
}

TEST(a_credit_code_has_two_check_characters)
{
    struct usci u;
    CHECK_INT(usci_read(STR("91350100M000100Y43"), &u), USCI_OK);
    CHECK_INT(usci_read(STR(" ９１350100m000100y43 "), &u), USCI_OK);
    CHECK_STR(u.text, "91350100M000100Y43");
    CHECK_INT(usci_read(STR("91350100M000100Y44"), &u), USCI_CHECK);
    CHECK_INT(usci_read(STR("91350100M000100Y4"), &u), USCI_LENGTH);
    CHECK_INT(usci_read(STR("91350100M000100Y433"), &u), USCI_LENGTH);
    CHECK_INT(usci_read(STR("91350100I000100Y43"), &u), USCI_CHAR);
    CHECK_INT(usci_read(STR("9135A100M000100Y43"), &u), USCI_REGION);
    char wrong[] = "91350100M000100Y53";
    wrong[17] = usci_check_char(wrong);
    CHECK_INT(usci_read(str_of(wrong), &u), USCI_ORGANISATION);
    CHECK_STR(u.text, wrong); /* doubtful ones are kept */
    CHECK(usci_doubtful(USCI_CHECK) && usci_doubtful(USCI_ORGANISATION) && !usci_doubtful(USCI_LENGTH));
    for (int f = USCI_OK; f <= USCI_CHECK; f++) CHECK(strlen(usci_fault_text((enum usci_fault)f)) > 6);
}

TEST(a_number_of_the_register_is_told_from_that_of_a_document)
{
    CHECK(lasting_number(STR("1")) && lasting_number(STR("4294967295")) && lasting_number(STR("0000000012")));
    CHECK(!lasting_number(STR("")) && !lasting_number(STR("00000000012")) && !lasting_number(STR("E1234567")));
    CHECK(!lasting_number(STR("329901198408030006")) && !lasting_number(STR("12 3")));
}
