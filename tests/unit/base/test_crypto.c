/* SM3 against the examples of the standard. */
#include "base/crypto.h"

#include "support/t.h"

#include <string.h>

/* Appendix A of GB/T 32905-2016. */
TEST(sm3_agrees_with_the_standards_examples)
{
    struct err e = { 0 };
    char hex[SM3_HEX + 1];
    CHECK_OK(crypto_sm3_hex(STR("abc"), hex, &e), e);
    CHECK_STR(hex, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    char abcd[64];
    for (size_t i = 0; i < 64; i++) abcd[i] = "abcd"[i % 4];
    CHECK_OK(crypto_sm3_hex((str){ abcd, 64 }, hex, &e), e);
    CHECK_STR(hex, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

TEST(sm3_of_nothing_is_defined)
{
    struct err e = { 0 };
    char hex[SM3_HEX + 1];
    CHECK_OK(crypto_sm3_hex((str){ 0 }, hex, &e), e);
    CHECK_STR(hex, "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
}
