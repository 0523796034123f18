/* Numbers of a city: right by the standards, and nobody's. */
#include "city/city_priv.h"
#include "city/ids.h"
#include "support/t.h"

#include <string.h>

TEST(check_digits_are_those_of_the_standards)
{
    CHECK_INT(id_check("11010519491231002"), 'X'); /* the examples printed in GB 11643 */
    CHECK_INT(id_check("44052418800101001"), '4');
    CHECK_INT(credit_check("91350100M000100Y4"), '3'); /* and in GB 32100 */
}

TEST(an_identity_number_tells_birth_and_sex_and_no_county_there_is)
{
    char id[ID_TEXT];
    for (int i = 0; i < 20000; i++) {
        uint64_t n = t_random_below(CITY_PEOPLE_MAX);
        bool male = t_random_below(2);
        date birth = { (int32_t)t_random_between(-15000, 19000) };
        int y, m, d;
        date_parts(birth, &y, &m, &d);
        id_number(n, birth, male, id);
        CHECK_INT((int64_t)strlen(id), 18);
        CHECK_INT(id_check(id), id[17]);
        CHECK_INT((id[16] - '0') % 2, male);
        int64_t county, day;
        CHECK(str_to_i64((str){ id, 6 }, &county) && str_to_i64((str){ id + 6, 8 }, &day));
        CHECK_INT(day, y * 10000 + m * 100 + d);
        CHECK(county > 321400 && county <= 329999); /* Jiangsu ends with 3213 */
    }
}

TEST(no_two_people_have_one_identity_number)
{
    /* Numbers whose county and last digits are the same differ by a multiple of this; then the day must differ. */
    uint64_t step = id_free_days();
    char a[ID_TEXT], b[ID_TEXT];
    for (int i = 0; i < 2000; i++) {
        uint64_t n = t_random_below(step);
        for (uint64_t k = n; k < CITY_PEOPLE_MAX; k += step) {
            for (uint64_t l = n; l < k; l += step) CHECK(id_day(k) != id_day(l));
        }
        uint64_t other = t_random_below(step);
        id_number(n, date_of(1980, 1, 1), true, a);
        id_number(other, date_of(1980, 1, 1), true, b);
        CHECK(n == other || strcmp(a, b) != 0);
    }
}

TEST(a_credit_code_is_registered_nowhere)
{
    char code[ID_TEXT];
    credit_code("91", 12345678, code);
    CHECK(memcmp(code, "91329900", 8) == 0);
    CHECK_INT(code[17], credit_check(code));
}

TEST(a_phone_number_is_of_a_range_without_carrier_and_nobody_shares_it)
{
    char a[PHONE_TEXT], b[PHONE_TEXT];
    for (int i = 0; i < 5000; i++) {
        uint64_t n = t_random_below(100000000), m = t_random_below(100000000);
        phone_number(n, a);
        phone_number(m, b);
        CHECK(memcmp(a, "154", 3) == 0 && strlen(a) == 11);
        CHECK(n == m || strcmp(a, b) != 0);
    }
}

TEST(an_old_identity_number_lacks_the_century_and_the_check_digit)
{
    char old[ID_TEXT];
    id_fifteen("329901198208030001", old);
    CHECK_STR(old, "329901820803000");
}
