/* Expressions, values and paths read one at a time, as facts in JSON and the language server read them: either a tree,
 * or a mistake that was told. */
#include "unit/lang/helpers.h"

typedef struct expr *reader(const struct source *s, uint32_t from, uint32_t to, struct arena *a, struct diags *d);

static struct expr *read_text(struct arena *a, struct diags *d, str text, reader *read)
{
    struct source *s = ARENA_NEW(a, struct source);
    diags_init(d, a);
    source_init(s, a, STR("text"), text);
    return read(s, 0, (uint32_t)text.len, a, d);
}

/* Bytes of the fuzzer once gave a tree and a mistake at the same time: the stray character was told and stepped over.
 */
TEST(what_has_a_mistake_is_no_tree_and_what_is_no_tree_has_a_mistake)
{
    const struct {
        str text;
        bool tree;
    } cases[] = { { STR("{\a\0\0\0\0\0\"}"), false },
                  { STR("{\a}"), false },
                  { STR("{残疾 = 真#}"), false },
                  { STR("{残疾 = 真 \\}"), false },
                  { STR("“甲"), false },
                  { STR("2023-13-01"), false },
                  { STR("1 !"), false },
                  { STR("{残疾 = 真}"), true },
                  { STR("36月"), true } };
    autoarena *a = arena_new("test", 0);
    reader *const readers[] = { parse_value, parse_expression, parse_path };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t k = 0; k < sizeof readers / sizeof *readers; k++) {
            struct diags d;
            bool tree = read_text(a, &d, cases[i].text, readers[k]) != NULL;
            NOTE("%zu by reader %zu", i, k);
            CHECK(tree == (d.errors == 0));
            if (k == 0) CHECK(tree == cases[i].tree);
        }
    }
}
