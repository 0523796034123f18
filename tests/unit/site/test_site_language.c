/* The appendix of the manual is the one the program would write. */
#include "unit/site/helpers.h"

static str appendix(struct arena *a)
{
    struct text out;
    text_init(&out, a, 1 << 20);
    site_language(&out);
    CHECK(!out.over);
    return text_str(&out);
}

/* When this fails: T_UPDATE=1, or `leye doc --kinds > docs/language-appendix.md`. */
TEST(the_appendix_in_the_tree_is_up_to_date)
{
    autoarena *a = arena_new("test", 0);
    CHECK_GOLDEN(appendix(a), "docs/language-appendix.md");
}

TEST(the_appendix_names_every_field_of_every_kind)
{
    autoarena *a = arena_new("test", 0);
    str text = appendix(a);
    for (int k = 0; k < KIND_COUNT; k++) {
        CHECK_HAS(text, str_fmt(a, "### %s `%s`", kind_defs[k].zh, kind_defs[k].en).p);
        for (unsigned i = 0; i < field_count((enum kind)k); i++) {
            const struct field_def *f = &field_defs[kind_defs[k].first + i];
            if (f->zh[0] != '\0') CHECK_HAS(text, str_fmt(a, "`%s` | `%s`", f->zh, f->en).p);
        }
    }
}

TEST(every_row_of_its_tables_has_as_many_cells_as_the_head)
{
    autoarena *a = arena_new("test", 0);
    str rest = appendix(a), line;
    size_t want = 0;
    while (str_split(&rest, '\n', &line)) {
        if (!str_starts(line, STR("|"))) {
            want = 0;
            continue;
        }
        size_t bars = 0;
        for (size_t i = 0; i < line.len; i++) bars += line.p[i] == '|';
        if (want == 0) want = bars;
        NOTE("%.*s", STR_ARG(line));
        CHECK_INT((int64_t)bars, (int64_t)want);
    }
}
