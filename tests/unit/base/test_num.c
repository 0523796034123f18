/* Exact numbers against the vectors and against arithmetic on paper; overflow; texts. */
#include "base/num.h"

#include "unit/base/helpers.h"

__extension__ typedef unsigned __int128 unum;

static num num_max(void) { return (num)(~(unum)0 >> 1); }

static const char *shown(num a, unsigned scale)
{
    static char ring[4][NUM_TEXT];
    static int at;
    char *out = ring[at++ % 4];
    num_text(a, scale, scale, out);
    return out;
}

static num random_num(void)
{
    unum bits = (unum)t_random() << 64 | t_random();
    num n = (num)(bits >> (1 + t_random_below(126)));
    return t_random_below(2) == 0 ? n : -n;
}

/* fen: the results of one line, in the order of the columns. */
TEST(rounding_agrees_with_the_vectors)
{
    static const enum num_round modes[] = { NUM_HALF_UP, NUM_UP, NUM_DOWN };
    static const int64_t units[] = { 1, 10, 100 };
    autoarena *a = arena_new("test", 0);
    struct vectors v = vectors_open(a, "rounding.tsv");
    while (vectors_next(&v)) {
        str over = v.column[0], above;
        num n, d;
        unsigned scale;
        CHECK_SIZE(v.columns, 10);
        CHECK(str_split(&over, '/', &above) && num_parse(above, &n, &scale) && num_parse(over, &d, &scale));
        for (size_t unit = 0; unit < 3; unit++) {
            for (size_t mode = 0; mode < 3; mode++) {
                num fen = num_div_round(n * 100, d * units[unit], modes[mode]) * units[unit];
                CHECK_INT((int64_t)fen, column_int(&v, 1 + unit * 3 + mode));
            }
        }
    }
    CHECK_INT(v.count, 120);
}

TEST(division_rounds_as_its_definition_says)
{
    for (int n = -300; n <= 300; n++) {
        for (int d = -20; d <= 20; d++) {
            if (d == 0) continue;
            int un = n < 0 ? -n : n, ud = d < 0 ? -d : d, sign = (n < 0) == (d < 0) ? 1 : -1;
            int down = 0;
            while ((down + 1) * ud <= un) down++; /* by counting */
            int up = down * ud == un ? down : down + 1;
            int half = un - down * ud < up * ud - un ? down : up; /* the nearer; the upper when equally near */
            CHECK_INT((int64_t)num_div_round(n, d, NUM_DOWN), sign * down);
            CHECK_INT((int64_t)num_div_round(n, d, NUM_UP), sign * up);
            CHECK_INT((int64_t)num_div_round(n, d, NUM_HALF_UP), sign * (down == up ? down : half));
        }
    }
}

TEST(large_divisions_leave_the_right_remainder)
{
    for (int round = 0; round < 20000; round++) {
        num n = random_num(), d = random_num();
        if (d == 0) continue;
        num down = num_div_round(n, d, NUM_DOWN), half = num_div_round(n, d, NUM_HALF_UP),
            up = num_div_round(n, d, NUM_UP);
        num rest = n - down * d, size = d < 0 ? -d : d, r = rest < 0 ? -rest : rest;
        CHECK(r < size && (rest == 0 || (rest < 0) == (n < 0)));
        num step = rest == 0 ? 0 : (n < 0) == (d < 0) ? 1 : -1;
        CHECK(up == down + step);
        CHECK(half == (r >= size - r ? up : down));
        CHECK(num_div_round(-n, d, NUM_HALF_UP) == -half && num_div_round(n, -d, NUM_HALF_UP) == -half);
    }
}

TEST(the_extremes_divide)
{
    num m = num_max();
    CHECK(num_div_round(m, 1, NUM_HALF_UP) == m && num_div_round(-m, -1, NUM_UP) == m);
    CHECK(num_div_round(m, -1, NUM_DOWN) == -m);
    CHECK(num_div_round(m, m, NUM_UP) == 1 && num_div_round(m - 1, m, NUM_HALF_UP) == 1);
    CHECK(num_div_round(1, m, NUM_HALF_UP) == 0 && num_div_round(-1, m, NUM_UP) == -1);
}

/* The slow way of rounding: on the digits as written, with a carry. `text` is "-12.3456"; the result has no point. */
static void round_digits(const char *text, size_t decimals, int to, enum num_round mode, char out[NUM_TEXT + 8])
{
    char digits[NUM_TEXT + 8] = "0";
    size_t len = 1;
    bool negative = text[0] == '-';
    for (const char *p = text; *p != '\0'; p++) {
        if (*p >= '0' && *p <= '9') digits[len++] = *p;
    }
    size_t cut = len - (size_t)((int)decimals - to); /* digits that stay */
    bool any = false, half = digits[cut] >= '5';
    for (size_t i = cut; i < len; i++) any = any || digits[i] != '0';
    if ((mode == NUM_UP && any) || (mode == NUM_HALF_UP && half)) {
        size_t i = cut;
        while (digits[i - 1] == '9') digits[--i] = '0';
        digits[i - 1]++;
    }
    for (size_t i = cut; i < len; i++) digits[i] = '0';
    size_t keep = to > 0 ? cut : len - decimals, start = 0;
    while (start + 1 < keep && digits[start] == '0') start++;
    size_t n = 0;
    if (negative && !(keep - start == 1 && digits[start] == '0')) out[n++] = '-';
    memcpy(out + n, digits + start, keep - start);
    out[n + keep - start] = '\0';
}

TEST(rounding_to_digits_agrees_with_rounding_on_paper)
{
    for (int round = 0; round < 30000; round++) {
        unsigned scale = (unsigned)t_random_below(NUM_SCALE_MAX + 1);
        num a = random_num() / num_pow10(4), got;
        int to = (int)t_random_between(-6, (int64_t)scale - 1);
        if (t_random_below(4) == 0) a = a / 1000 * 1000 + 500; /* ties */
        enum num_round mode = (enum num_round)t_random_below(3);
        char text[NUM_TEXT], want[NUM_TEXT + 8], have[NUM_TEXT];
        num_text(a, scale, scale, text);
        if (strlen(text) < (size_t)scale + 8) continue; /* enough digits to cut six before the point */
        NOTE("%s to %d mode %d", text, to, (int)mode);
        round_digits(text, scale, to, mode, want);
        CHECK(num_round_to(a, scale, to, mode, &got));
        num_text(got, 0, 0, have);
        CHECK_STR((const char *)have, (const char *)want);
    }
}

TEST(rounding_to_more_digits_widens)
{
    num got;
    CHECK(num_round_to(125, 1, 3, NUM_DOWN, &got) && got == 12500);
    CHECK(num_round_to(125, 1, 1, NUM_UP, &got) && got == 125);
    CHECK(!num_round_to(num_max() / 10, 0, 3, NUM_DOWN, &got));
    CHECK(num_round_to(-15, 0, -1, NUM_HALF_UP, &got) && got == -20);
    CHECK(num_round_to(-15000, 2, -2, NUM_UP, &got) && got == -200);
    CHECK(num_round_to(1, 18, -18, NUM_UP, &got) && got == num_pow10(18));
}

/* Multiplication on paper: 32-bit digits, 256 bits of result. */
static bool slow_mul(num a, num b, num *out)
{
    unum x = a < 0 ? (unum)-a : (unum)a, y = b < 0 ? (unum)-b : (unum)b;
    uint64_t digit[9] = { 0 };
    for (int i = 0; i < 4; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 4; j++) {
            uint64_t t = (uint64_t)(uint32_t)(x >> 32 * i) * (uint32_t)(y >> 32 * j) + digit[i + j] + carry;
            digit[i + j] = (uint32_t)t;
            carry = t >> 32;
        }
        digit[i + 4] += carry;
    }
    if ((digit[4] | digit[5] | digit[6] | digit[7] | digit[3] >> 31) != 0) return false;
    unum u = (unum)digit[3] << 96 | (unum)digit[2] << 64 | (unum)digit[1] << 32 | digit[0];
    *out = (a < 0) != (b < 0) ? -(num)u : (num)u;
    return true;
}

TEST(multiplication_and_its_overflow_agree_with_multiplication_on_paper)
{
    int overflows = 0;
    for (int round = 0; round < 50000; round++) {
        num a = random_num(), b = random_num(), want = 7, got = 7;
        bool fits = slow_mul(a, b, &want);
        CHECK(num_mul(a, b, &got) == fits && got == want);
        overflows += !fits;
    }
    CHECK(overflows > 1000 && overflows < 49000);
}

TEST(sums_agree_with_halves_and_say_when_they_overflow)
{
    for (int round = 0; round < 50000; round++) {
        num a = random_num(), b = random_num(), got = 7;
        num half = (a >> 1) + (b >> 1) + (a & b & 1); /* floor((a + b) / 2) cannot overflow */
        num limit = num_max() >> 1;
        bool fits = half < limit || (half == limit && true);
        fits = fits && (half >= -limit || (half == -limit - 1 && ((a ^ b) & 1) != 0));
        CHECK(num_add(a, b, &got) == fits);
        CHECK(fits ? got == a + b : got == 7);
        CHECK(num_sub(a, -b, &got) == fits);
    }
}

TEST(the_value_without_a_negative_is_never_reached)
{
    num m = num_max(), got = 7;
    CHECK(!num_add(-m, -1, &got) && !num_sub(-m, 1, &got));
    CHECK(!num_mul((num)1 << 126, -2, &got));
    CHECK(!num_add(m, 1, &got) && !num_sub(m, -1, &got));
    CHECK(num_add(m, -m, &got) && got == 0);
    CHECK(num_sub(-m, -1, &got) && got == -m + 1);
}

TEST(powers_of_ten_are_products)
{
    num p = 1;
    for (unsigned n = 0; n <= 37; n++, p = n <= 37 ? p * 10 : p) CHECK(num_pow10(n) == p);
}

TEST(widening_keeps_the_value_or_says_no)
{
    num got;
    CHECK(num_widen(-15, 1, 3, &got) && got == -1500);
    CHECK(num_widen(5, 2, 2, &got) && got == 5);
    CHECK(!num_widen(num_pow10(30), 0, 18, &got));
}

TEST(texts_have_the_digits_of_the_scale)
{
    char out[NUM_TEXT];
    CHECK_STR(shown(12345, 2), "123.45");
    CHECK_STR(shown(-5, 2), "-0.05");
    CHECK_STR(shown(0, 2), "0.00");
    CHECK_STR(shown(0, 0), "0");
    CHECK_STR(shown(-100, 0), "-100");
    CHECK_STR(shown(num_max(), 0), "170141183460469231731687303715884105727");
    CHECK_SIZE(num_text(-num_max(), 37, 37, out), 41);
    CHECK_STR((const char *)out, "-17.0141183460469231731687303715884105727");
    CHECK_SIZE(num_text(1, 37, 0, out), 39);
}

TEST(trailing_zeros_go_down_to_the_minimum)
{
    char out[NUM_TEXT];
    CHECK_SIZE(num_text(12300, 3, 0, out), 4);
    CHECK_STR((const char *)out, "12.3");
    num_text(12000, 3, 0, out);
    CHECK_STR((const char *)out, "12");
    num_text(12000, 3, 2, out);
    CHECK_STR((const char *)out, "12.00");
    num_text(12340, 3, 2, out);
    CHECK_STR((const char *)out, "12.34");
    num_text(12345, 3, 2, out);
    CHECK_STR((const char *)out, "12.345");
    num_text(-100, 3, 9, out);
    CHECK_STR((const char *)out, "-0.100");
    num_text(1200, 0, 0, out);
    CHECK_STR((const char *)out, "1200");
}

TEST(texts_are_read_back)
{
    for (int round = 0; round < 20000; round++) {
        num a = random_num() % num_pow10(11), got;
        unsigned scale = (unsigned)t_random_below(NUM_SCALE_MAX + 1), back;
        CHECK(num_parse(str_of(shown(a, scale)), &got, &back));
        CHECK(got == a && back == scale);
    }
}

TEST(what_is_no_number_is_refused)
{
    static const char *const bad[] = { "",
                                       "-",
                                       ".",
                                       "-.",
                                       ".5",
                                       "5.",
                                       "1.2.3",
                                       "+1",
                                       "--1",
                                       "1 ",
                                       " 1",
                                       "1e3",
                                       "0x1",
                                       "１",
                                       "1,000",
                                       "1_0",
                                       "1-",
                                       "12-3",
                                       "1.-2",
                                       "NaN",
                                       "∞",
                                       "1234567890123456789012345678901",
                                       "0.1234567890123456789012345678901" };
    num n = 7;
    unsigned scale = 9;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        NOTE("%s", bad[i]);
        CHECK(!num_parse(str_of(bad[i]), &n, &scale));
    }
    CHECK(n == 7 && scale == 9);
    CHECK(num_parse(STR("123456789012345.678901234567890"), &n, &scale) && scale == 15);
    CHECK(num_parse(STR("-0.50"), &n, &scale) && n == -50 && scale == 2);
    CHECK(num_parse(STR("-0"), &n, &scale) && n == 0 && scale == 0);
}
