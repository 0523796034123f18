/* Whether there is somebody to sign: by role, by county, and as many different people as a case needs. */
#include "helpers.h"

/* What the administrator reads of one service and step. */
static bool is_told(struct world *w, const char *admin, const char *step)
{
    struct asked k = get(w, "/care", admin);
    CHECK_INT(k.status, 200);
    return has(k.body, step);
}

TEST(a_step_lacks_people_until_every_county_with_somebody_at_work_has_its_role)
{
    struct world w;
    struct err e = { 0 };
    world_open(&w);
    account(&w, "admin", ROLE_ADMIN, "");
    account(&w, "counter", ROLE_COUNTER, "329900");
    const char *admin = signed_in(&w, "admin"), *step = "培训补贴申领（审核）";
    CHECK(is_told(&w, admin, step) && is_told(&w, admin, "<td>各地</td>"));
    account(&w, "east", ROLE_REVIEWER, "329901");
    CHECK(is_told(&w, admin, step) && is_told(&w, admin, "<td>西区</td>"));
    CHECK(!is_told(&w, admin, "培训补贴申领（受理）")); /* the counter accepts */
    account(&w, "west", ROLE_REVIEWER, "329902");
    CHECK(!is_told(&w, admin, step));
    CHECK_OK(access_account_disable(w.s, STR("west"), true, &e), e);
    CHECK(is_told(&w, admin, step) && is_told(&w, admin, "<td>西区</td>"));
    world_close(&w);
}

TEST(one_person_is_not_counted_for_two_steps_of_a_case)
{
    struct world w;
    struct err e = { 0 };
    int64_t id;
    world_open(&w);
    account(&w, "admin", ROLE_ADMIN, "");
    struct access_account both = { .name = STR("both"),
                                   .display = STR("both"),
                                   .roles = ROLE_BIT(COUNTER) | ROLE_BIT(REVIEWER),
                                   .regions = STR("329900") };
    CHECK_OK(access_account_make(w.s, &both, STR("long password"), 0, &id, &e), e);
    const char *admin = signed_in(&w, "admin"), *steps = "培训补贴申领（受理、审核）";
    CHECK(is_told(&w, admin, steps) && is_told(&w, admin, "要 2 个不同的人签，现在 1 个"));
    account(&w, "counter", ROLE_COUNTER, "329900");
    CHECK(!is_told(&w, admin, steps));
    world_close(&w);
}
