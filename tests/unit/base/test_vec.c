/* A vec grows in order and stays put in reserved room. */
#include "base/vec.h"

#include "unit/base/helpers.h"

TEST(pushed_elements_stay_in_order_and_new_ones_are_zero)
{
    autoarena *a = arena_new("test", 0);
    VEC(int64_t) v = { 0 };
    for (int64_t i = 0; i < 10000; i++) {
        int64_t *at = vec_push(a, &v);
        CHECK_INT(*at, 0);
        *at = i * i;
    }
    CHECK_SIZE(v.len, 10000);
    int64_t i = 0;
    VEC_EACH (int64_t, it, &v) {
        CHECK_INT(*it, i * i);
        i++;
    }
    CHECK_INT(i, 10000);
}

TEST(an_empty_vec_has_nothing_to_visit)
{
    VEC(int) v = { 0 };
    VEC_EACH (int, it, &v) FAIL("visited %d", *it);
}

TEST(reserved_room_does_not_move)
{
    autoarena *a = arena_new("test", 0);
    VEC(char) v = { 0 };
    *vec_push(a, &v) = 'a';
    vec_reserve(a, &v, 1000);
    const char *before = v.at;
    for (int i = 0; i < 1000; i++) *vec_push(a, &v) = 'b';
    CHECK(v.at == before && v.at[0] == 'a' && v.at[1000] == 'b');
}
