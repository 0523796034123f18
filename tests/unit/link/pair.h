/* pair: two records compared, for the tests of link. */
#ifndef UNIT_LINK_PAIR_H
#define UNIT_LINK_PAIR_H
#include "link/link.h"
#include "support/t.h"

static inline struct link_pair pair_of(struct link_record a, struct link_record b)
{
    autoarena *scratch = arena_new("pair", 0);
    struct link_model m = link_model_default();
    struct link_index *x = link_index_new(scratch, &m);
    struct link_pairs pairs;
    struct err e = { 0 };
    const struct link_record both[] = { a, b };
    CHECK_OK(link_new(x, both, 2, scratch, &pairs, &e), e);
    struct link_pair one = link_score(x, 0, 1), other = link_score(x, 1, 0);
    CHECK_INT(one.levels, other.levels);
    CHECK_INT(one.score, other.score);
    CHECK_INT((int)one.band, (int)other.band);
    return one;
}

/* The level of one field, the same in both directions. */
static inline int level_of(struct link_record a, struct link_record b, enum link_field f)
{
    int level = link_level(pair_of(a, b).levels, f);
    CHECK_INT(link_level(pair_of(b, a).levels, f), level);
    return level;
}

/* Invented: region 3299 is unassigned. The check digits are right. */
#define ID_WEI     "329901198503120018"
#define ID_WEI_OLD "329901850312001"
#define ID_TWIN    "329901198503120034"

#endif
