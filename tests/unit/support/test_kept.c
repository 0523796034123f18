/* What a test keeps for those after it, and that one alone is not helped by anybody. */
#include "support/t.h"

#include <stdio.h>
#include <string.h>

static void written(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    CHECK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

TEST(what_is_kept_is_copied_and_the_copy_is_ones_own)
{
    char read[20] = { 0 };
    CHECK(!t_kept("town", t_path("a")));
    written(t_path("a"), "a town");
    t_keep("town", t_path("a"));
    CHECK(t_kept("town", t_path("b")));
    written(t_path("b"), "burnt");
    CHECK(t_kept("town", t_path("c")));
    FILE *f = fopen(t_path("c"), "r");
    CHECK(f != NULL && fgets(read, sizeof read, f) != NULL && fclose(f) == 0);
    CHECK_STR(read, "a town");
}
