/* test_pool: a pool reads as what was put into it. */
#include "unit/pool/model.h"

static void build_and_check(uint32_t people, bool homes_in_order, bool later)
{
    autoarena *a = arena_new("model", 0);
    struct err e = { 0 };
    struct model m;
    model_fill(&m, a, people, homes_in_order);
    struct pool *p = model_pool(&m, 0, later, &e);
    CHECK_OK(p != NULL, e);
    NOTE("%u people", people);
    model_check(&m, p);
    pool_free(p);
}

TEST(a_pool_without_rows_has_none)
{
    struct err e = { 0 };
    struct pool_builder *b = pool_build(&model_schema, 0);
    struct pool *p = pool_build_end(b, &e);
    CHECK_OK(p != NULL, e);
    uint32_t row;
    for (uint16_t t = 0; t < TABLES; t++) CHECK_INT(pool_rows(p, t), 0);
    CHECK(!pool_row_of(p, PERSON, 0, &row));
    CHECK_INT(pool_text_number(p, STR("")), -1);
    CHECK_INT(pool_read_i64(p, PERSON, P_INT, 0, 0, &(int64_t){ 0 }, NULL), POOL_UNKNOWN);
    CHECK_INT((int64_t)pool_stats(p, PERSON, P_INT).known, 0);
    pool_free(p);
}

TEST(small_pools_read_as_what_was_put_in)
{
    for (uint32_t i = 0; i < 200; i++) build_and_check((uint32_t)t_random_below(i + 2), i % 3 == 0, i % 2 == 0);
}

TEST_WITHIN(rows_on_both_sides_of_a_block_read_the_same, 60)
{
    for (uint32_t i = 32766; i <= 32770; i++) build_and_check(i, i % 2 == 0, i % 3 == 0);
    build_and_check(65536, true, false);
    build_and_check(70001, false, true);
}

TEST(equal_texts_have_equal_numbers)
{
    struct err e = { 0 };
    struct pool_builder *b = pool_build(&model_schema, 0);
    pool_add(b, PERSON, 1, 0);
    int64_t first = pool_intern(b, STR("南京")), empty = pool_intern(b, STR("")), second = pool_intern(b, STR("南昌"));
    CHECK_INT(pool_intern(b, STR("南京")), first);
    for (int i = 0; i < 1000; i++) pool_intern(b, model_text(i * 7));
    struct pool *p = pool_build_end(b, &e);
    CHECK_OK(p != NULL, e);
    CHECK_STR(pool_text(p, first), "南京");
    CHECK_STR(pool_text(p, second), "南昌");
    CHECK_STR(pool_text(p, empty), "");
    CHECK_INT(pool_text_number(p, STR("南京")), first);
    CHECK_INT(pool_text_number(p, STR("上海")), -1);
    CHECK_STR(pool_text(p, 99999), "");
    CHECK_STR(pool_text(p, -1), "");
    for (int i = 0; i < 1000; i++) CHECK_STR(pool_text(p, pool_text_number(p, model_text(i * 7))), model_text(i * 7));
    pool_free(p);
}

TEST(households_whose_members_are_neighbours_keep_no_list)
{
    autoarena *a = arena_new("model", 0);
    struct err e = { 0 };
    struct model m;
    uint32_t offsets[101];
    const uint32_t *list;
    model_fill(&m, a, 4000, true);
    struct pool *p = model_pool(&m, 0, false, &e);
    CHECK_OK(p != NULL, e);
    pool_group_run(p, HOME, 0, 100, 100, offsets, &list);
    CHECK(list == NULL && pool_group(p, HOME, 0, 7).list == NULL);
    pool_free(p);
    model_fill(&m, a, 4000, false);
    p = model_pool(&m, 0, false, &e);
    CHECK_OK(p != NULL, e);
    pool_group_run(p, HOME, 0, 100, 100, offsets, &list);
    CHECK(list != NULL || pool_stats(p, PERSON, P_HOME).known < 100); /* by chance nobody has a household */
    pool_free(p);
}

/* The reference of a job to whom it belongs costs nothing, and reads as the owner. */
TEST(a_reference_that_is_the_owner_takes_no_room)
{
    struct err e = { 0 };
    struct pool_builder *b = pool_build(&model_schema, 0);
    for (uint32_t i = 0; i < 40000; i++) pool_add(b, PERSON, i, 0);
    for (uint32_t i = 0; i < 40000; i += 2) {
        pool_add(b, JOB, 0, i);
        pool_set(b, JOB, J_OWNER, POOL_KNOWN, i);
    }
    struct pool *p = pool_build_end(b, &e);
    CHECK_OK(p != NULL, e);
    CHECK(pool_stats(p, JOB, J_OWNER).bytes < 200);
    int32_t owners[2000];
    uint32_t rows[3] = { 19999, 3, 16384 };
    CHECK_INT(pool_read_i32(p, JOB, J_OWNER, 15500, 2000, owners, NULL), POOL_KNOWN);
    for (int32_t i = 0; i < 2000; i++) CHECK_INT(owners[i], 2 * (15500 + i));
    pool_gather_i32(p, JOB, J_OWNER, rows, 3, owners, NULL);
    CHECK(owners[0] == 39998 && owners[1] == 6 && owners[2] == 32768);
    pool_free(p);
}

/* A person in a hundred has a row: the table must cost far less than two bytes for each person. */
TEST(a_sparse_child_table_costs_little)
{
    struct err e = { 0 };
    struct pool_builder *b = pool_build(&model_schema, 0);
    for (uint32_t i = 0; i < 200000; i++) pool_add(b, PERSON, i, 0);
    struct pool *p = pool_build_end(b, &e);
    CHECK_OK(p != NULL, e);
    uint64_t without = pool_bytes(p);
    pool_free(p);
    b = pool_build(&model_schema, 0);
    for (uint32_t i = 0; i < 200000; i++) pool_add(b, PERSON, i, 0);
    for (uint32_t i = 0; i < 200000; i += 100) pool_add(b, JOB, 0, i);
    p = pool_build_end(b, &e);
    CHECK_OK(p != NULL, e);
    CHECK(pool_bytes(p) - without < 200000 / 20);
    CHECK_INT(pool_owner(p, JOB, 1000), 100000);
    CHECK_INT(pool_group(p, PERSON, G_JOBS, 100000).first, 1000);
    CHECK_INT(pool_group(p, PERSON, G_JOBS, 100001).count, 0);
    pool_free(p);
}

TEST(rows_outside_a_table_read_as_bad)
{
    struct err e = { 0 };
    struct pool_builder *b = pool_build(&model_schema, 0);
    pool_add(b, PERSON, 1, 0);
    pool_set(b, PERSON, P_INT, POOL_KNOWN, 42);
    struct pool *p = pool_build_end(b, &e);
    CHECK_OK(p != NULL, e);
    int64_t v[3];
    uint8_t s[3];
    CHECK_INT(pool_gather_i64(p, PERSON, P_INT, (uint32_t[]){ 0, 1, UINT32_MAX }, 3, v, s), -1);
    CHECK(s[0] == POOL_KNOWN && v[0] == 42 && s[1] == POOL_BAD && s[2] == POOL_BAD && v[2] == 0);
    CHECK_INT(pool_owner(p, JOB, 5), UINT32_MAX);
    pool_free(p);
}

TEST(memory_that_fails_anywhere_is_an_error_and_no_leak)
{
    autoarena *a = arena_new("model", 0);
    struct model m;
    model_fill(&m, a, 6, false);
    EVERY_FAULT (FAULT_MEMORY) {
        struct err e = { 0 };
        struct pool *p = model_pool(&m, 0, true, &e);
        CHECK(p != NULL || (t_fault_hit() && e.code == ERR_MEMORY));
        pool_free(p);
    }
}

TEST(a_budget_too_small_says_so)
{
    autoarena *a = arena_new("model", 0);
    struct model m;
    struct err e = { 0 };
    model_fill(&m, a, 20000, false);
    CHECK_ERR(model_pool(&m, 1 << 20, false, &e) != NULL, e, MEMORY);
    e = (struct err){ 0 };
    CHECK_ERR(model_pool(&m, 100, false, &e) != NULL, e, MEMORY);
}
