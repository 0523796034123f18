/* The map against a list that is searched from the front. */
#include "base/map.h"

#include "unit/base/helpers.h"

TEST(an_empty_map_knows_nothing)
{
    struct map zero = { 0 };
    CHECK(map_get(&zero, STR("x")) == NULL);
    autoarena *a = arena_new("test", 0);
    struct map m;
    map_init(&m, a);
    CHECK(map_get(&m, STR("")) == NULL);
}

TEST(replacing_a_value_keeps_its_place)
{
    autoarena *a = arena_new("test", 0);
    struct map m;
    int one = 1, two = 2, three = 3;
    map_init(&m, a);
    CHECK(map_put(&m, STR("甲"), &one));
    CHECK(map_put(&m, STR("乙"), &two));
    CHECK(!map_put(&m, STR("甲"), &three));
    CHECK_SIZE(m.len, 2);
    CHECK_STR(m.entries[0].key, "甲");
    CHECK(m.entries[0].value == &three && map_get(&m, STR("甲")) == &three);
    CHECK(map_get(&m, STR("丙")) == NULL);
}

TEST(the_empty_key_is_a_key)
{
    autoarena *a = arena_new("test", 0);
    struct map m;
    int one = 1;
    map_init(&m, a);
    CHECK(map_put(&m, (str){ 0 }, &one));
    CHECK(map_get(&m, STR("")) == &one);
}

static void put_null(void *m) { map_put(m, STR("x"), NULL); }

TEST(a_null_value_is_a_bug)
{
    autoarena *a = arena_new("test", 0);
    struct map m;
    map_init(&m, a);
    CHECK(aborts(put_null, &m));
}

/* The slow way: a list searched from the front. */
struct naive {
    str key[2000];
    void *value[2000];
    size_t len;
};

static size_t naive_find(const struct naive *n, str key)
{
    size_t i = 0;
    while (i < n->len && !str_eq(n->key[i], key)) i++;
    return i;
}

TEST(a_map_behaves_like_a_list_that_is_searched)
{
    static struct naive n;
    static int values[64];
    autoarena *a = arena_new("test", 0);
    struct map m;
    map_init(&m, a);
    for (int step = 0; step < 20000; step++) {
        str key = str_fmt(a, "%llu", (unsigned long long)t_random_below(step < 10000 ? 50 : 1500));
        size_t at = naive_find(&n, key);
        CHECK(map_get(&m, key) == (at < n.len ? n.value[at] : NULL));
        if (t_random_below(3) == 0) continue;
        void *value = &values[t_random_below(64)];
        CHECK(map_put(&m, key, value) == (at == n.len));
        n.key[at] = key;
        n.value[at] = value;
        if (at == n.len) n.len++;
    }
    CHECK_SIZE(m.len, (int64_t)n.len);
    for (size_t i = 0; i < n.len; i++) {
        CHECK_STR(m.entries[i].key, n.key[i]);
        CHECK(m.entries[i].value == n.value[i]);
    }
}

TEST(a_hundred_thousand_names_are_all_found)
{
    autoarena *a = arena_new("test", 0);
    struct map m;
    map_init(&m, a);
    for (int i = 0; i < 100000; i++) {
        str key = str_fmt(a, "名字%d", i);
        CHECK(map_put(&m, key, ARENA_NEW(a, int)));
    }
    for (size_t i = 0; i < m.len; i++) CHECK(map_get(&m, m.entries[i].key) == m.entries[i].value);
    CHECK(map_get(&m, STR("名字100000")) == NULL);
}
