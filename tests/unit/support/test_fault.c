/* The fault points themselves, and the loop that drives them. */
#include "support/t.h"

/* Something that passes three points and stops at the first that fails. */
static int steps_done(void)
{
    for (int i = 0; i < 3; i++)
        if (fault_point(FAULT_SYNC)) return i;
    return 3;
}

TEST(without_a_plan_nothing_fails)
{
    CHECK_INT(steps_done(), 3);
    CHECK(!fault_hit(FAULT_SYNC));
}

TEST(a_plan_fails_the_nth_point_and_only_it)
{
    if (!fault_built()) SKIP("fault points are not built in");
    fault_plan(FAULT_SYNC, 2, false);
    CHECK(!fault_point(FAULT_SYNC));
    CHECK(!fault_point(FAULT_READ)); /* another kind does not count */
    CHECK(fault_point(FAULT_SYNC));
    CHECK(!fault_point(FAULT_SYNC));
    CHECK(fault_hit(FAULT_SYNC));
    CHECK_INT((int64_t)fault_passed(FAULT_SYNC), 3);
}

TEST(a_persistent_plan_fails_everything_after_it)
{
    if (!fault_built()) SKIP("fault points are not built in");
    fault_plan(FAULT_SYNC, 2, true);
    CHECK(!fault_point(FAULT_SYNC));
    CHECK(fault_point(FAULT_SYNC));
    CHECK(fault_point(FAULT_SYNC));
}

TEST(every_fault_visits_each_point_transiently_and_persistently)
{
    int runs = 0, hits = 0, sum = 0;
    EVERY_FAULT (FAULT_SYNC) {
        runs++;
        sum += steps_done();
        if (t_fault_hit()) hits++;
    }
    if (!fault_built()) {
        CHECK_INT(runs, 1);
        return;
    }
    CHECK_INT(hits, 6);
    CHECK_INT(runs, 9); /* none; 1 2 3 and none left; the same again, persistently */
    CHECK_INT(sum, 3 + 2 * (0 + 1 + 2 + 3));
    CHECK_INT(steps_done(), 3); /* and no plan is left behind */
}

TEST(faults_that_are_over_do_not_end_the_loop)
{
    int runs = 0;
    EVERY_FAULT (FAULT_SYNC) {
        runs++;
        bool whole = steps_done() == 3;
        CHECK(whole || t_fault_hit());
        t_fault_over();
        CHECK(whole || t_fault_hit());
        CHECK_INT(steps_done(), 3);
    }
    CHECK_INT(runs, fault_built() ? 9 : 1);
}
