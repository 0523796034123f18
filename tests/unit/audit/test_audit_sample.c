/* What a sample says: the arithmetic against cases worked by hand, and against the truth of made-up frames. */
#include "audit/audit.h"
#include "support/t.h"

#include <math.h>

static bool near(double a, double b) { return fabs(a - b) < 1e-6 * (1 + fabs(b)); }

TEST(the_life_cycles_are_sound)
{
    autoarena *a = arena_new("report", 0);
    struct text t;
    text_init(&t, a, 4000);
    CHECK(machine_sound(&audit_lead_machine, &t));
    CHECK(machine_sound(&audit_item_machine, &t));
    CHECK_STR(t.len > 0 ? text_str(&t) : STR(""), "");
}

TEST(roles_are_read_by_name)
{
    uint32_t r;
    CHECK(audit_roles_read(STR("审计+核查"), &r));
    CHECK_INT(r, AUDIT_AUDITOR | AUDIT_CHECKER);
    CHECK(!audit_roles_read(STR("会计"), &r));
    CHECK(!audit_roles_read(STR(""), &r));
}

/* One stratum of 100 payments of 100 yuan; 10 checked, two wrong by 50 and 30 yuan: mean 8, spread by hand
 * (2500 + 900 - 10 * 64) / 9 = 306.67, variance 100² * 0.9 * 306.67 / 10. */
TEST(one_stratum_is_what_the_books_say)
{
    struct audit_stratum s = {
        .frame = 100, .frame_fen = 1000000, .checked = 10, .wrong = 2, .error_fen = 8000, .error_squares = 2500 + 900
    };
    struct audit_estimate x = audit_extrapolate(&s, 1);
    double se = sqrt(100.0 * 100 * 0.9 * (2760.0 / 9) / 10);
    CHECK(near(x.rate, 0.2));
    CHECK(near(x.error_yuan, 800));
    CHECK(near(x.high_yuan, 800 + 1.959963984540054 * se));
    CHECK(near(x.low_yuan, 80)); /* never below what was found */
}

TEST(no_error_found_still_has_an_upper_bound)
{
    struct audit_stratum s = { .frame = 1000, .frame_fen = 10000000, .checked = 59 };
    struct audit_estimate x = audit_extrapolate(&s, 1);
    CHECK(x.none_found);
    CHECK(x.rate_high > 0.049 && x.rate_high < 0.0501); /* the rule of 59: 5 % at 95 % */
    CHECK(near(x.high_yuan, x.rate_high * 100000));
    s.checked = 1000;
    CHECK(near(audit_extrapolate(&s, 1).rate_high, 0)); /* all were looked at */
    s.checked = 0;
    CHECK_INT(audit_extrapolate(&s, 1).checked, 0);
}

/* Three strata with known errors; 95 % intervals hold the truth in about 95 % of many samples. */
TEST(the_intervals_hold_the_truth_as_often_as_they_say)
{
    enum { STRATA = 3, FRAME = 400, DRAWN = 80, RUNS = 400 };
    static const int share[STRATA] = { 30, 10, 50 }; /* percent wrong */
    int64_t truth = 0;
    static int64_t error[STRATA][FRAME];
    for (int s = 0; s < STRATA; s++) {
        for (int i = 0; i < FRAME; i++) {
            error[s][i] = t_random_below(100) < (uint64_t)share[s] ? t_random_between(5000, 50000) : 0;
            truth += error[s][i];
        }
    }
    int held = 0;
    for (int run = 0; run < RUNS; run++) {
        struct audit_stratum strata[STRATA] = { 0 };
        for (int s = 0; s < STRATA; s++) {
            int order[FRAME];
            for (int i = 0; i < FRAME; i++) order[i] = i;
            strata[s].frame = FRAME;
            strata[s].frame_fen = (int64_t)FRAME * 50000;
            for (int i = 0; i < DRAWN; i++) {
                int k = i + (int)t_random_below((uint64_t)(FRAME - i)), swap = order[i];
                order[i] = order[k], order[k] = swap;
                double yuan = (double)error[s][order[i]] / 100;
                strata[s].checked++;
                strata[s].wrong += error[s][order[i]] > 0;
                strata[s].error_fen += error[s][order[i]];
                strata[s].error_squares += yuan * yuan;
            }
        }
        struct audit_estimate x = audit_extrapolate(strata, STRATA);
        held += x.low_yuan <= (double)truth / 100 && (double)truth / 100 <= x.high_yuan;
    }
    NOTE("%d of %d intervals hold the truth", held, RUNS);
    CHECK(held > RUNS * 90 / 100 && held <= RUNS);
}
