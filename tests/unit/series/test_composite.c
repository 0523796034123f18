/* composite: agrees with the table, and says when a rank hangs by a thread. */
#include "series/composite.h"
#include "support/t.h"

#include <math.h>

enum { REGIONS = 6, INDICATORS = 5 };
static const double values[REGIONS * INDICATORS] = {
    6,   4.8, 1010, 92.1, 0.98, 7.2, 5.1, 930, 90.4, 0.96, 5.4, 4.5, 1095, 95,   0.99,
    9.8, 5.4, 870,  88,   0.93, 4.1, 4.9, 990, 93.3, 0.97, 6.6, 5.2, 905,  91.2, 0.95,
};
static const bool less[INDICATORS] = { false, true, false, false, false };
static const struct composite table = { values, REGIONS, INDICATORS, less };

static bool same(double got, double want) { return fabs(got - want) < 1e-9; }

TEST(weights_and_scores_agree_with_the_table)
{
    static const double entropy[] = { 0.827622487001805, 0.83106910437233, 0.804224293504732, 0.861058303968337,
                                      0.862166992400601 };
    static const double weight[] = { 0.211802721831391, 0.207567813649392, 0.240552417672921, 0.170719654109895,
                                     0.169357392736401 };
    static const double far[] = { 0.0497464871047684, 0.0388469467547517, 0.0563607827272799,
                                  0.028278329898612,  0.0741203341696545, 0.0469926985953436 };
    static const double topsis[] = { 0.378740777963334, 0.510976440135647, 0.367995158956472,
                                     0.720821349846733, 0.174136080168009, 0.408991724387776 };
    static const double points[] = { 83.9912244189386, 75.6695474312106, 93.4601264838027,
                                     68.4721088732556, 79.4309667984189, 72.4374844442331 };
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    double h[INDICATORS], w[INDICATORS], d[REGIONS], c[REGIONS], p[REGIONS];
    CHECK_OK(composite_entropy(&table, a, h, w, &e), e);
    composite_topsis(&table, w, a, d, NULL, c);
    composite_points(&table, w, a, p);
    for (size_t j = 0; j < INDICATORS; j++) CHECK(same(h[j], entropy[j]) && same(w[j], weight[j]));
    for (size_t r = 0; r < REGIONS; r++) {
        NOTE("region %zu: far %.15g closeness %.15g points %.15g", r + 1, d[r], c[r], p[r]);
        CHECK(same(d[r], far[r]) && same(c[r], topsis[r]) && same(p[r], points[r]));
    }
}

TEST(a_region_that_is_first_by_one_method_and_last_by_the_other_is_shown_as_such)
{
    autoarena *a = arena_new("test", 0);
    struct err e = { 0 };
    struct composite_range range[REGIONS];
    CHECK_OK(composite_rank(&table, a, range, &e), e);
    CHECK_INT(range[3].topsis, 1);
    CHECK_INT(range[3].points, 6);
    CHECK_INT(range[3].best, 1);
    CHECK_INT(range[3].worst, 6);
    for (size_t r = 0; r < REGIONS; r++)
        CHECK(range[r].best <= range[r].topsis && range[r].points <= range[r].worst && range[r].best >= 1);
}

TEST(places_are_shared_by_equals)
{
    const double scores[] = { 0.5, 0.9, 0.5, 0.1 };
    uint32_t places[4];
    composite_places(scores, 4, places);
    CHECK_INT(places[0], 2);
    CHECK_INT(places[1], 1);
    CHECK_INT(places[2], 2);
    CHECK_INT(places[3], 4);
}

TEST(a_region_without_a_number_is_not_ranked_and_equals_are_not_either)
{
    autoarena *a = arena_new("test", 0);
    double w[2];
    const bool both[2] = { false, false };
    const double gap[4] = { 1, (double)NAN, 2, 3 }, equal[4] = { 1, 2, 1, 2 };
    struct err e = { 0 }, f = { 0 };
    CHECK_ERR(composite_entropy(&(struct composite){ gap, 2, 2, both }, a, NULL, w, &e), e, INVALID);
    CHECK_ERR(composite_entropy(&(struct composite){ equal, 2, 2, both }, a, NULL, w, &f), f, INVALID);
}
