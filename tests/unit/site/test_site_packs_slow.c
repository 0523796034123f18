/* The site of every pack in the tree: all links hold, whatever policy staff wrote today. */
#include "unit/site/helpers.h"

TEST_WITHIN(every_pack_makes_a_site_whose_links_hold, 120)
{
    autoarena *a = arena_new("packs", 0);
    struct err e = { 0 };
    file_list dirs = { 0 };
    CHECK_OK(pack_find(a, str_of(t_source("packs")), &dirs, &e), e);
    CHECK(dirs.len > 0);
    VEC_EACH (str, dir, &dirs) {
        autoarena *mine = arena_new("pack", 0);
        struct pack_set set;
        struct built b;
        CHECK_OK(pack_load(&set, mine, *dir, NULL, 0, &e), e);
        build(&b, mine, set.program, (struct site_options){ .mistakes = set.diags.errors });
        check_site(&b);
    }
}
