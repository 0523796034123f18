/* The twelve rules of packs/bench over a small population made here, against the same rules written down in C as the
 * bench's README states them. */
#include "cli/suite.h"
#include "pack/pack.h"
#include "support/t.h"

#include <stdio.h>
#include <string.h>

enum { PEOPLE = 3000, HOMES = 1300 };

struct person {
    int32_t birth, reg_date, grad_date, contrib, paid, base, home;
    uint8_t sex, status, cert, disabled;
};

struct population {
    struct person at[PEOPLE];
    uint8_t low_income[HOMES];
    int members[HOMES];
};

static void invent(struct population *p)
{
    for (int i = 0; i < HOMES; i++) p->low_income[i] = t_random_below(6) == 0;
    for (int i = 0; i < PEOPLE; i++) {
        struct person *x = &p->at[i];
        x->birth = (int32_t)t_random_between(-13000, 19700);
        x->reg_date = (int32_t)t_random_between(18500, 19662);
        x->grad_date = (int32_t)t_random_between(18600, 20200);
        x->contrib = (int32_t)t_random_below(300);
        x->paid = (int32_t)t_random_below(60);
        x->base = (int32_t)t_random_between(1500, 9000);
        x->home = (int32_t)t_random_below(HOMES - 100) + (int32_t)t_random_below(2) * 50;
        x->sex = (uint8_t)t_random_below(2);
        x->status = (uint8_t)t_random_below(4);
        x->cert = (uint8_t)t_random_below(4);
        x->disabled = t_random_below(20) == 0;
        p->members[x->home]++;
    }
}

/* The bits of a small whole number as a binary32. */
static uint32_t float_bits(int32_t whole)
{
    uint32_t x = (uint32_t)whole, exponent = 127 + 23;
    if (whole == 0) return 0;
    for (; x < 0x800000; x <<= 1) exponent--;
    return exponent << 23 | (x & 0x7fffff);
}

#define PUT_COLUMN(field, T)                    \
    for (int i = 0; i < PEOPLE; i++) {          \
        T v = (T)p->at[i].field;                \
        CHECK(fwrite(&v, sizeof v, 1, f) == 1); \
    }

static void write_population(const struct population *p, const char *path)
{
    FILE *f = fopen(path, "wb");
    int64_t head[2] = { PEOPLE, HOMES };
    CHECK(f != NULL && fwrite(head, sizeof head, 1, f) == 1);
    PUT_COLUMN(birth, int32_t)
    PUT_COLUMN(reg_date, int32_t)
    PUT_COLUMN(grad_date, int32_t)
    PUT_COLUMN(contrib, int32_t)
    PUT_COLUMN(paid, int32_t)
    for (int i = 0; i < PEOPLE; i++) {
        uint32_t bits = float_bits(p->at[i].base);
        CHECK(fwrite(&bits, sizeof bits, 1, f) == 1);
    }
    PUT_COLUMN(home, int32_t)
    PUT_COLUMN(sex, uint8_t)
    PUT_COLUMN(status, uint8_t)
    PUT_COLUMN(cert, uint8_t)
    PUT_COLUMN(disabled, uint8_t)
    CHECK(fwrite(p->low_income, 1, HOMES, f) == HOMES);
    CHECK(fclose(f) == 0);
}

static int64_t months_since(int32_t day)
{
    int y, m, d;
    date_parts((date){ day }, &y, &m, &d);
    return (int64_t)(2023 - y) * 12 + 11 - m - (1 < d); /* to 2023-11-01 */
}

static int64_t age_of(const struct person *x)
{
    int64_t months = months_since(x->birth);
    return months >= 0 ? months / 12 : -((11 - months) / 12);
}

static bool working_age(const struct person *x) { return age_of(x) >= 16 && age_of(x) < (x->sex == 1 ? 55 : 60); }

static bool unemployed(const struct person *x) { return x->status == 3 && working_age(x); }

static int64_t spell_months(const struct person *x) { return unemployed(x) ? months_since(x->reg_date) : 0; }

static bool zero_employment(const struct population *p, int home)
{
    bool any = false, all = true;
    for (int i = 0; i < PEOPLE; i++) {
        if (p->at[i].home != home) continue;
        any = any || working_age(&p->at[i]);
        all = all && (unemployed(&p->at[i]) || !working_age(&p->at[i]));
    }
    return any && all;
}

static int64_t ui_months(const struct person *x)
{
    return x->contrib < 12 ? 0 : x->contrib < 60 ? 12 : x->contrib < 120 ? 18 : 24;
}

static int64_t ui_fen(const struct person *x)
{
    if (!unemployed(x) || spell_months(x) >= ui_months(x)) return 0;
    int64_t fen = (int64_t)x->base * (x->contrib < 120 ? 45 : x->contrib < 240 ? 50 : 55);
    return fen > 207000 ? 207000 : fen < 130500 ? 130500 : fen;
}

static int64_t si_fen(const struct person *x)
{
    bool late = age_of(x) >= (x->sex == 1 ? 45 : 55);
    if (x->status != 2 || !working_age(x) || !(late || x->paid < 36)) return 0;
    return (INT64_C(425000) * 28 * 6667 + 500000) / 1000000; /* the base is bounded on both sides by one number */
}

static int64_t skill_fen(const struct person *x)
{
    static const int64_t fen[] = { 0, 100000, 150000, 200000 };
    return x->contrib >= 12 && working_age(x) ? fen[x->cert] : 0;
}

static int64_t grad_fen(const struct population *p, const struct person *x)
{
    int64_t m = months_since(x->grad_date);
    return m >= -12 && m < 24 && p->low_income[x->home] ? 150000 : 0;
}

static void add_up(const struct population *p, int64_t sum[SUITE_RULES])
{
    static bool zero[HOMES];
    for (int h = 0; h < HOMES; h++) {
        zero[h] = zero_employment(p, h);
        sum[4] += zero[h];
    }
    for (int i = 0; i < PEOPLE; i++) {
        const struct person *x = &p->at[i];
        bool old = age_of(x) >= (x->sex == 1 ? 40 : 50);
        int64_t money = ui_fen(x) + si_fen(x) + skill_fen(x) + grad_fen(p, x);
        sum[0] += age_of(x);
        sum[1] += working_age(x);
        sum[2] += unemployed(x);
        sum[3] += spell_months(x);
        sum[5] += unemployed(x) && (old || spell_months(x) >= 12 || x->disabled || zero[x->home]);
        sum[6] += ui_months(x);
        sum[7] += ui_fen(x);
        sum[8] += si_fen(x);
        sum[9] += skill_fen(x);
        sum[10] += grad_fen(p, x);
        sum[11] += money;
    }
}

static void load_pack(struct pack_set *set, struct arena *a)
{
    struct err e = { 0 };
    CHECK_OK(pack_load(set, a, str_of(t_source("packs/bench")), NULL, 0, &e), e);
    CHECK_INT((int64_t)set->diags.errors, 0);
}

TEST(the_twelve_rules_add_up_to_what_c_says)
{
    static struct population p;
    autoarena *a = arena_new("pack", 0);
    struct err e = { 0 };
    struct pack_set set;
    struct suite s;
    int64_t want[SUITE_RULES] = { 0 };
    invent(&p);
    write_population(&p, t_path("people.bin"));
    add_up(&p, want);
    load_pack(&set, a);
    CHECK_OK(suite_load(&s, set.program, str_of(t_path("people.bin")), a, &e), e);
    for (unsigned threads = 1; threads <= 2; threads++) {
        struct suite_sums got;
        CHECK_OK(suite_run(&s, threads, &got, &e), e);
        for (unsigned i = 0; i < SUITE_RULES; i++) {
            NOTE("%.*s", STR_ARG(s.names[i]));
            CHECK_INT((int64_t)got.sum[i], want[i]);
            CHECK_INT((int64_t)got.known[i], s.of_household[i] ? HOMES : PEOPLE);
        }
        CHECK_INT((int64_t)got.escaped, 0);
    }
    CHECK(s.inhabited < HOMES && want[4] > 0 && want[7] > 0 && want[8] > 0 && want[10] > 0);
    suite_free(&s);
}

/* A changed copy of the file must be refused, with a sentence that says which person. */
static void check_refused(const char *path, const char *bytes, size_t len, const char *words)
{
    autoarena *a = arena_new("pack", 0);
    struct err e = { 0 };
    struct pack_set set;
    struct suite s;
    load_pack(&set, a);
    CHECK_OK(file_write(str_of(path), (str){ bytes, len }, &e), e);
    CHECK_ERR(suite_load(&s, set.program, str_of(path), a, &e), e, INVALID);
    CHECK(str_find(str_of(err_cause(&e)), str_of(words)) != SIZE_MAX);
}

TEST(a_file_that_is_cut_or_says_impossible_things_is_refused)
{
    static struct population p;
    autoarena *a = arena_new("file", 0);
    struct err e = { 0 };
    str text;
    invent(&p);
    write_population(&p, t_path("people.bin"));
    CHECK_OK(file_read(a, str_of(t_path("people.bin")), 1 << 24, &text, &e), e);
    char *copy = ARENA_ARRAY(a, char, text.len);
    memcpy(copy, text.p, text.len);
    check_refused(t_path("short.bin"), copy, text.len - 1, "对不上");
    check_refused(t_path("head.bin"), copy, 9, "太短");
    int32_t far = INT32_MAX;
    memcpy(copy + 16 + 4 * 7, &far, sizeof far); /* the eighth birth */
    check_refused(t_path("date.bin"), copy, text.len, "第 8 人");
}
