/* Tests that go wrong on purpose. tests/house/040_harness.sh runs this program and expects each to be reported. */
#include "support/t.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

TEST(a_good_test)
{
    printf("this is not shown\nok 99 - nor taken for a result\n");
    CHECK(t_random_below(6) < 6);
    CHECK_INT(1 + 1, 2);
    CHECK_STR("abc", STR("abc"));
}

TEST(a_false_condition)
{
    NOTE("the round was %d", 7);
    printf("a line without an end");
    CHECK(1 + 1 == 3);
    printf("never reached");
}

TEST(a_wrong_number) { CHECK_INT(6 * 7, 41); }

TEST(a_wrong_text) { CHECK_STR("first\nsecond\n", "first\nother\n"); }

TEST(a_crash) { raise(SIGSEGV); }

TEST_WITHIN(a_hang, 1)
{
    for (;;) pause();
}

TEST(an_early_exit) { exit(3); }

TEST(a_leak)
{
    void *(*volatile take)(size_t) = malloc; /* whoever reads the source for leaks does not see through this */
    static char *volatile lost;
    lost = take(100);
    *lost = 1;
    lost = NULL;
    CHECK(lost == NULL);
}

TEST(an_overflow)
{
    volatile int most = INT_MAX;
    most = most + 1;
}

TEST(a_skip) { SKIP("for a reason"); }

static bool refuse(struct err *e) { return fail(e, INVALID, "the year is wrong"); }

TEST(the_expected_error)
{
    struct err e = { 0 };
    CHECK_ERR(refuse(&e), e, INVALID);
}

TEST(another_error)
{
    struct err e = { 0 };
    CHECK_ERR(refuse(&e), e, NOT_FOUND);
}

TEST(an_unexpected_error)
{
    struct err e = { 0 };
    CHECK_OK(refuse(&e), e);
}

TEST(an_expected_text) { CHECK_GOLDEN("one\ntwo\n", "golden.txt"); }

TEST(a_folder_of_its_own)
{
    FILE *f = fopen(t_path("file"), "w");
    CHECK(f != NULL);
    fclose(f);
    printf("%s\n", t_dir());
    CHECK(access(t_path("other"), F_OK) == 0);
}

TEST(a_random_number_is_shown) { FAIL("random %llu", (unsigned long long)t_random()); }
