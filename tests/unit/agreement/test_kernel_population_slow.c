/* The rules that ship, over invented people: every definition and policy of the demo's chain for people who have
 * something of everything. Long, because a row evaluator computes all of it as well. */
#include "unit/kernel/random_pool.h"
#include "unit/kernel/same.h"

#include "pack/pack.h"

#include <stdio.h>
#include <stdlib.h>

static void check_population(const char *name, unsigned gaps)
{
    autoarena *a = arena_new("pack", 0);
    struct err e = { 0 };
    struct pack_set set;
    CHECK_OK(pack_load(&set, a, str_of(t_source(name)), NULL, 0, &e), e);
    CHECK_INT((int64_t)set.diags.errors, 0);
    const char *asked = getenv("KERNEL_PEOPLE");
    int64_t people = 60;
    if (asked != NULL) CHECK(str_to_i64(str_of(asked), &people));
    const struct vocab *v = vocab_of(set.program, false, a);
    struct pool *pool = random_pool(v, (uint32_t)people, gaps, t_random(), a, &e);
    CHECK(pool != NULL);
    struct same x = { .v = v, .pool = pool, .today = date_of(2024, 6, 15), .rule_day = date_of(2024, 6, 15) };
    same_everywhere(&x, 1 + (uint32_t)t_random_below(100));
    printf("%llu compared: %llu unknown, %llu known, %llu none, %llu errors; %llu escaped\n",
           (unsigned long long)x.compared, (unsigned long long)x.by_state[0], (unsigned long long)x.by_state[1],
           (unsigned long long)x.by_state[2], (unsigned long long)x.by_state[3], (unsigned long long)x.escaped);
    CHECK(x.by_state[VALUE_KNOWN] > x.compared / 10);
    pool_free(pool);
}

TEST_ONCE_WITHIN(the_demo_computes_the_same_for_invented_people, 300) { check_population("packs/demo", 20); }
TEST_ONCE_WITHIN(nantong_computes_the_same_for_people_of_whom_all_is_known, 300)
{
    check_population("packs/demo-nantong", 0);
}
TEST_ONCE_WITHIN(jiangxi_computes_the_same_for_people_of_whom_little_is_known, 300)
{
    check_population("packs/demo-jiangxi", 60);
}
