/* Arenas: zeroed and aligned memory, marks and rewinds, budgets, cleanups, poisoning under ASan, copies of texts. */
#include "base/arena.h"

#include "unit/base/helpers.h"

#if defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define __SANITIZE_ADDRESS__ 1 /* clang's way of saying so */
#    endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#    include <sanitizer/asan_interface.h>
#    define POISONED(p) (__asan_address_is_poisoned(p) != 0)
#    define HAVE_ASAN   true
#else
#    define POISONED(p) ((void)(p), false)
#    define HAVE_ASAN   false
#endif

TEST(memory_is_zeroed_aligned_and_apart)
{
    autoarena *a = arena_new("test", 0);
    char *block[300];
    for (size_t i = 0; i < 300; i++) {
        block[i] = arena_alloc(a, i * 7);
        CHECK((uintptr_t)block[i] % 16 == 0);
        for (size_t k = 0; k < i * 7; k++) CHECK(block[i][k] == 0);
        memset(block[i], (int)i, i * 7);
    }
    for (size_t i = 0; i < 300; i++) {
        for (size_t k = 0; k < i * 7; k++) CHECK((unsigned char)block[i][k] == (unsigned char)i);
    }
}

TEST(a_block_of_zero_bytes_is_a_place_of_its_own)
{
    autoarena *a = arena_new("test", 0);
    void *one = arena_alloc(a, 0), *two = arena_alloc(a, 0);
    CHECK(one != NULL && two != NULL && one != two);
}

TEST(memory_is_zeroed_again_after_a_rewind)
{
    autoarena *a = arena_new("test", 0);
    struct arena_mark m = arena_mark(a);
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 40; i++) {
            size_t size = (size_t)t_random_below(5000);
            unsigned char *p = arena_alloc(a, size);
            for (size_t k = 0; k < size; k++) CHECK(p[k] == 0);
            memset(p, 0xAB, size);
        }
        arena_rewind(a, m);
    }
}

TEST(a_rewind_gives_back_what_came_after_the_mark_and_nothing_else)
{
    autoarena *a = arena_new("test", 0);
    char *kept = arena_alloc(a, 100);
    memset(kept, 'k', 100);
    size_t used = arena_used(a);
    struct arena_mark m = arena_mark(a);
    char *first = arena_alloc(a, 100);
    arena_alloc(a, 3 * 1024 * 1024); /* into other chunks */
    arena_alloc(a, 100);
    CHECK(arena_used(a) > used + 3 * 1024 * 1024);
    arena_rewind(a, m);
    CHECK(arena_used(a) == used);
    CHECK(arena_alloc(a, 100) == first);
    for (int i = 0; i < 100; i++) CHECK(kept[i] == 'k');
}

TEST(marks_nest)
{
    autoarena *a = arena_new("test", 0);
    struct arena_mark outer = arena_mark(a);
    void *one = arena_alloc(a, 5000);
    struct arena_mark inner = arena_mark(a);
    void *two = arena_alloc(a, 50000);
    arena_rewind(a, inner);
    CHECK(arena_alloc(a, 50000) == two);
    arena_rewind(a, outer);
    CHECK(arena_alloc(a, 5000) == one);
}

TEST(a_rewind_to_the_empty_arena_empties_it)
{
    autoarena *a = arena_new("test", 0);
    struct arena_mark m = arena_mark(a);
    void *first = arena_alloc(a, 16);
    arena_alloc(a, 1 << 20);
    arena_rewind(a, m);
    CHECK_SIZE(arena_used(a), 0);
    CHECK(arena_alloc(a, 16) == first);
}

static void rewind_forward(void *ptr)
{
    struct arena *a = ptr;
    struct arena_mark m = arena_mark(a);
    arena_alloc(a, 16);
    struct arena_mark later = arena_mark(a);
    arena_rewind(a, m);
    arena_rewind(a, later);
}

TEST(a_mark_that_was_rewound_past_is_a_bug)
{
    autoarena *a = arena_new("test", 0);
    CHECK(aborts(rewind_forward, a));
}

TEST(past_the_budget_the_mark_is_set_and_the_arena_goes_on)
{
    autoarena *a = arena_new("test", 1008);
    arena_alloc(a, 1000); /* rounded up to 1008: just the budget */
    CHECK(!arena_over(a));
    char *p = arena_alloc(a, 100000);
    CHECK(arena_over(a));
    memset(p, 'x', 100000);
    arena_alloc(a, 1);
    CHECK(arena_over(a));
}

TEST(the_mark_of_the_budget_survives_a_rewind)
{
    autoarena *a = arena_new("test", 1000);
    struct arena_mark m = arena_mark(a);
    arena_alloc(a, 2000);
    arena_rewind(a, m);
    CHECK(arena_over(a));
    CHECK_SIZE(arena_used(a), 0);
}

TEST(without_a_budget_nothing_is_too_much)
{
    autoarena *a = arena_new("test", 0);
    arena_alloc(a, 64 << 20);
    CHECK(!arena_over(a));
    CHECK_STR(arena_name(a), "test");
}

TEST(a_planned_fault_puts_the_arena_over)
{
    if (!fault_built()) SKIP("no fault points in this build");
    autoarena *a = arena_new("test", 0);
    fault_plan(FAULT_MEMORY, 3, false);
    arena_alloc(a, 1);
    arena_alloc(a, 1);
    CHECK(!arena_over(a));
    arena_alloc(a, 1);
    CHECK(arena_over(a));
}

static void array_too_large(void *ptr) { arena_alloc_array(ptr, SIZE_MAX / 4, 8); }
static void block_too_large(void *ptr) { arena_alloc(ptr, SIZE_MAX / 2); }

TEST(a_size_that_overflows_aborts)
{
    autoarena *a = arena_new("test", 0);
    CHECK(aborts(array_too_large, a));
    CHECK(aborts(block_too_large, a));
}

static char order[16];
static size_t order_len;
static void note_order(void *ptr)
{
    const char *letter = ptr;
    order[order_len++] = *letter;
}

TEST(cleanups_run_last_first)
{
    static char letters[] = "abc";
    struct arena *a = arena_new("test", 0);
    for (size_t i = 0; i < 3; i++) arena_cleanup(a, note_order, &letters[i]);
    CHECK_SIZE(order_len, 0);
    arena_free(a);
    CHECK_STR(((str){ order, order_len }), "cba");
}

TEST(a_rewind_runs_the_cleanups_registered_since_and_only_once)
{
    static char letters[] = "abcdefghijkl";
    struct arena *a = arena_new("test", 0);
    arena_cleanup(a, note_order, &letters[0]);
    struct arena_mark m = arena_mark(a);
    for (size_t i = 1; i < 12; i++) arena_cleanup(a, note_order, &letters[i]);
    arena_rewind(a, m);
    CHECK_STR(((str){ order, order_len }), "lkjihgfedcb");
    arena_free(a);
    CHECK_STR(((str){ order, order_len }), "lkjihgfedcba");
    arena_free(NULL);
}

TEST(under_asan_the_gaps_and_the_dead_are_poisoned)
{
    if (!HAVE_ASAN) SKIP("not an ASan build");
    autoarena *a = arena_new("test", 0);
    struct arena_mark m = arena_mark(a);
    char *p = arena_alloc(a, 21), *q = arena_alloc(a, 32), *far = arena_alloc(a, 1 << 20);
    CHECK(!POISONED(p) && !POISONED(p + 20) && POISONED(p + 21) && POISONED(p + 32));
    CHECK(!POISONED(q + 31) && POISONED(q + 32));
    CHECK(!POISONED(far + (1 << 20) - 1));
    arena_rewind(a, m);
    CHECK(POISONED(p) && POISONED(q + 31) && POISONED(far) && POISONED(far + (1 << 20) - 1));
    CHECK(arena_alloc(a, 5) == p);
    CHECK(!POISONED(p + 4) && POISONED(p + 5));
}

TEST(a_copied_str_ends_in_nul_and_is_its_own)
{
    autoarena *a = arena_new("test", 0);
    char buffer[] = "公共就业服务";
    str copy = str_dup(a, str_of(buffer));
    memset(buffer, '?', sizeof buffer - 1);
    CHECK_STR(copy, "公共就业服务");
    CHECK(copy.p[copy.len] == '\0');
    str empty = str_dup(a, (str){ 0 });
    CHECK(empty.len == 0 && empty.p[0] == '\0');
}

TEST(a_formatted_str_may_be_of_any_length)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(str_fmt(a, "%s 第 %d 行", "参数", 12), "参数 第 12 行");
    CHECK_SIZE(str_fmt(a, "%100000d", 1).len, 100000);
    CHECK_SIZE(str_fmt(a, "%s", "").len, 0);
}

TEST(only_the_last_thing_of_an_arena_can_be_made_longer_and_its_new_bytes_are_zero)
{
    autoarena *a = arena_new("test", 0);
    struct arena_mark empty = arena_mark(a);
    memset(arena_alloc(a, 3000), 0xAA, 3000);
    arena_rewind(a, empty);
    char *first = arena_alloc(a, 5), *last = arena_alloc(a, 20);
    memcpy(last, "behind the first one", 20);
    CHECK(!arena_extend(a, first, 5, 50));
    if (!arena_extend(a, last, 20, 2000)) SKIP("not where bytes behind a thing are poisoned");
    CHECK(memcmp(last, "behind the first one", 20) == 0);
    for (size_t i = 32; i < 2000; i++) CHECK_INT(last[i], 0);
    CHECK((char *)arena_alloc(a, 1) >= last + 2000);
    CHECK(!arena_extend(a, last, 2000, 2001));
}
