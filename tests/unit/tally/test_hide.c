/* Few people: what is hidden, and that nothing hidden can be computed from what is shown. */
#include "support/t.h"
#include "tally/tally.h"

enum { AREAS_MAX = 12 };

/* An area of a made-up list: its code, 1 + what it lies in, how many were counted there and below. */
struct place {
    const char *code;
    uint32_t upper;
    num count;
};

/* One indicator in one month; whole is what was counted altogether. */
static struct tally shown_of(struct arena *a, const struct place *places, uint32_t n, num whole, const char *region)
{
    struct code_list *list = ARENA_NEW(a, struct code_list);
    struct tally t = { .indicators = 1, .months = 1, .areas = n + 1, .list = list };
    t.values = ARENA_ARRAY(a, num, n + 1), t.hidden = ARENA_ARRAY(a, uint8_t, n + 1);
    t.values[0] = whole;
    for (uint32_t i = 0; i < n; i++) {
        *vec_push(a, &list->items) = (struct code_item){ .code = str_of(places[i].code),
                                                         .name = str_of(places[i].code),
                                                         .upper = places[i].upper };
        t.values[i + 1] = places[i].count;
    }
    tally_region(&t, str_of(region), a);
    return t;
}

/* One letter for each area, the whole first: '.' shown, 'x' hidden. */
static str sight(struct arena *a, const struct tally *t)
{
    struct text s;
    text_init(&s, a, AREAS_MAX + 2);
    for (uint32_t area = 0; area < t->areas; area++) text_addc(&s, t->hidden[area] ? 'x' : '.');
    return text_str(&s);
}

#define SHOWN(places, whole, region) shown_of(a, places, sizeof(places) / sizeof *(places), whole, region)

TEST(a_few_who_live_in_another_province_do_not_hide_the_region)
{
    autoarena *a = arena_new("test", 0);
    /* the hall of a city: its province, itself, two counties; a neighbour; another province with a city */
    static const struct place city[] = { { "320000", 0, 97 }, { "321000", 1, 80 }, { "321002", 2, 50 },
                                         { "321003", 2, 30 }, { "320600", 1, 17 }, { "360000", 0, 3 },
                                         { "360100", 6, 3 } };
    struct tally t = SHOWN(city, 100, "321000");
    CHECK_INT(t.home, 2);
    tally_hide(&t, 0, 10);
    CHECK_STR(sight(a, &t), "xx....xx"); /* the whole and the province would give them away */

    /* the hall of a province */
    struct tally u = SHOWN(city, 100, "320000");
    CHECK_INT(u.home, 1);
    tally_hide(&u, 0, 10);
    CHECK_STR(sight(a, &u), "x.....xx");

    /* a made-up city of that province that the list does not have: the whole is its number, and one place more is
     * hidden */
    struct tally v = SHOWN(city, 100, "329900");
    CHECK_INT(v.home, 0);
    tally_hide(&v, 0, 10);
    CHECK_STR(sight(a, &v), ".x...xxx");
}

TEST(a_few_outside_the_known_areas_hide_the_whole_of_a_region_with_a_number_of_its_own)
{
    autoarena *a = arena_new("test", 0);
    static const struct place city[] = { { "321000", 0, 98 }, { "321002", 1, 98 } };
    struct tally t = SHOWN(city, 100, "321000");
    tally_hide(&t, 0, 10);
    CHECK_STR(sight(a, &t), "x..");
    struct tally u = SHOWN(city, 120, "321000");
    tally_hide(&u, 0, 10);
    CHECK_STR(sight(a, &u), "...");
}

TEST(hidden_cells_whose_sum_says_what_they_are_get_company)
{
    autoarena *a = arena_new("test", 0);
    /* 2 and 2 are the only two below three that make four; the nought is hidden as well */
    static const struct place city[] = { { "321000", 0, 16 }, { "321002", 1, 4 }, { "321003", 1, 3 },
                                         { "321012", 1, 5 },  { "321023", 1, 2 }, { "321081", 1, 2 },
                                         { "321084", 1, 0 } };
    struct tally t = SHOWN(city, 16, "321000");
    tally_hide(&t, 0, 3);
    CHECK_STR(sight(a, &t), "...x.xxx");

    /* one and two make three: nobody can say which is which */
    static const struct place other[] = {
        { "321000", 0, 12 }, { "321002", 1, 4 }, { "321003", 1, 5 }, { "321012", 1, 1 }, { "321023", 1, 2 }
    };
    struct tally u = SHOWN(other, 12, "321000");
    tally_hide(&u, 0, 3);
    CHECK_STR(sight(a, &u), "....xx");

    /* two times one below two: the smallest of the others joins them */
    static const struct place ones[] = {
        { "321000", 0, 9 }, { "321002", 1, 4 }, { "321003", 1, 3 }, { "321012", 1, 1 }, { "321023", 1, 1 }
    };
    struct tally v = SHOWN(ones, 9, "321000");
    tally_hide(&v, 0, 2);
    CHECK_STR(sight(a, &v), "...xxx");
}

TEST(where_nobody_is_left_to_hide_with_them_what_they_add_up_to_is_hidden)
{
    autoarena *a = arena_new("test", 0);
    static const struct place city[] = { { "321000", 0, 24 },   { "321002", 1, 4 },    { "321003", 1, 20 },
                                         { "321002001", 2, 2 }, { "321002002", 2, 2 }, { "321003001", 3, 20 } };
    struct tally t = SHOWN(city, 24, "321000");
    tally_hide(&t, 0, 3);
    CHECK_STR(sight(a, &t), "..xxxxx"); /* two towns of two, then their district, then the other one with it */
}

TEST(a_whole_that_is_few_itself_is_hidden_and_so_is_the_way_down_to_it)
{
    autoarena *a = arena_new("test", 0);
    static const struct place city[] = { { "321000", 0, 2 }, { "321002", 1, 2 }, { "321003", 1, 0 } };
    struct tally t = SHOWN(city, 2, "321000");
    tally_hide(&t, 0, 3);
    CHECK_STR(sight(a, &t), "xxxx");
    struct tally u = SHOWN(city, 2, "329900");
    tally_hide(&u, 0, 3);
    CHECK_STR(sight(a, &u), "xxxx");
    static const struct place none[] = { { "321000", 0, 0 }, { "321002", 1, 0 }, { "321003", 1, 0 } };
    struct tally v = SHOWN(none, 0, "321000");
    tally_hide(&v, 0, 3);
    CHECK_STR(sight(a, &v), "....");
}

TEST(while_nobody_said_how_few_noughts_are_hidden_like_the_others)
{
    autoarena *a = arena_new("test", 0);
    static const struct place city[] = { { "321000", 0, 30 }, { "321002", 1, 30 }, { "321003", 1, 0 } };
    struct tally t = SHOWN(city, 30, "321000");
    tally_hide(&t, 0, 0);
    CHECK_STR(sight(a, &t), "x.xx");
    struct tally u = SHOWN(city, 30, "329900");
    tally_hide(&u, 0, 0);
    CHECK_STR(sight(a, &u), ".xxx");
}

/* Whether some other counts, with every hidden cell otherwise than it is, agree with what is shown; all totals of a
 * parent without a rest. Small places only: every way to fill the hidden cells is tried. */
static bool can_be_otherwise(const num *v, const uint8_t *hidden, uint32_t n, num least, uint32_t which)
{
    num sum = 0;
    uint32_t cells = 0;
    bool few = false;
    for (uint32_t i = 0; i < n; i++) {
        if (!hidden[i] || v[i] == 0) continue;
        sum += v[i], cells++;
        few = few || (v[i] >= least);
    }
    if (cells < 2) return false;
    for (num x = 1; x <= sum - (num)(cells - 1); x++) {
        num others = sum - x;
        bool fits = few || (x < least && others <= (num)(cells - 1) * (least - 1));
        if (x != v[which] && fits) return true;
    }
    return false;
}

TEST(no_hidden_place_of_random_districts_follows_from_the_others)
{
    autoarena *a = arena_new("test", 0);
    enum { DISTRICTS = 6, ROUNDS = 400 };
    unsigned seen = 0;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct place city[1 + DISTRICTS] = { { "321000", 0, 0 } };
        static const char *const codes[DISTRICTS] = { "321002", "321003", "321012", "321023", "321081", "321084" };
        num least = 2 + (num)t_random_below(4);
        for (uint32_t i = 0; i < DISTRICTS; i++) {
            city[i + 1] = (struct place){ codes[i], 1, (num)t_random_below(t_random_below(2) ? 4 : 20) };
            city[0].count += city[i + 1].count;
        }
        struct tally t = SHOWN(city, city[0].count, "321000");
        tally_hide(&t, 0, least);
        for (uint32_t i = 0; i < DISTRICTS; i++) {
            num v = city[i + 1].count;
            if (v > 0 && v < least) CHECK(t.hidden[i + 2]);
            if (t.hidden[1] || !t.hidden[i + 2] || v == 0) continue;
            NOTE("round %u, district %u", round, i);
            CHECK(can_be_otherwise(t.values + 2, t.hidden + 2, DISTRICTS, least, i));
            seen++;
        }
    }
    CHECK(seen > ROUNDS);
}
