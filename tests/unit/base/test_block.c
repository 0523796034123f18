/* test_block: memory that may say no, and says so to its account. */
#include "base/block.h"
#include "support/t.h"

#include <string.h>

TEST(blocks_are_zero_and_counted)
{
    struct block_account m = { 0 };
    uint8_t *p = block_alloc(&m, 1000);
    CHECK(p != NULL && m.used == 1000);
    for (int i = 0; i < 1000; i++) CHECK(p[i] == 0);
    void *none = block_alloc(&m, 0);
    CHECK(none != NULL && m.used == 1001);
    block_free(&m, none, 0);
    block_free(&m, p, 1000);
    block_free(&m, NULL, 77);
    CHECK(m.used == 0 && !m.failed);
}

TEST(a_budget_is_never_exceeded)
{
    struct block_account m = { .budget = 100 };
    void *p = block_alloc(&m, 60), *q = block_alloc(&m, 41), *r = block_alloc(&m, SIZE_MAX);
    CHECK(p != NULL && q == NULL && r == NULL && m.failed && m.used == 60);
    q = block_alloc(&m, 40);
    CHECK(q != NULL && m.used == 100);
    block_free(&m, p, 60);
    block_free(&m, q, 40);
}

TEST(growing_keeps_what_was_there)
{
    struct block_account m = { 0 };
    uint32_t *at = NULL;
    size_t cap = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        void *p = at;
        CHECK(block_grow(&m, &p, &cap, i + 1u, sizeof *at));
        at = p;
        at[i] = i;
    }
    for (uint32_t i = 0; i < 1000; i++) CHECK_INT(at[i], i);
    CHECK(m.used == cap * sizeof *at);
    m.budget = m.used;
    void *p = at;
    size_t before = cap;
    CHECK(!block_grow(&m, &p, &cap, before + 1, sizeof *at) && p == at && cap == before);
    CHECK(!block_grow(&m, &p, &cap, SIZE_MAX / 2, sizeof *at) && p == at && cap == before);
    block_free(&m, at, cap * sizeof *at);
}
