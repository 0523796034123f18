/* The manual is a test: each ```leye block of docs/language.md is read as its reader would take it. The first, marked
 * 前提, stands before every other; a block without a mark must check without errors and its examples must hold; one
 * marked `报错 NAME` must give exactly that mistake and no other. */
#include "unit/lang/helpers.h"

struct block {
    str mark, text;
    unsigned line;
};
typedef VEC(struct block) block_list;

static block_list manual_blocks(struct arena *a)
{
    block_list out = { 0 };
    str rest = read_tree_file(a, "docs/language.md"), line;
    bool inside = false, leye = false;
    const char *from = NULL;
    struct block b = { 0 };
    for (unsigned n = 1; str_split(&rest, '\n', &line); n++) {
        if (!str_starts(line, STR("```"))) continue;
        if (!inside) {
            leye = str_starts(line, STR("```leye"));
            b = (struct block){ .line = n, .mark = str_trim(str_slice(line, 7, line.len)) };
            from = line.p + line.len + 1;
        } else if (leye) {
            b.text = (str){ from, (size_t)(line.p - from) };
            *vec_push(a, &out) = b;
        }
        inside = !inside;
    }
    CHECK(!inside);
    return out;
}

/* The block's lines keep the numbers they have in the manual, so that a mistake can be found there. */
static struct loaded load_block(struct arena *a, const block_list *blocks, const struct block *b)
{
    struct text t;
    text_init(&t, a, 1 << 20);
    text_repeat(&t, '\n', b->line);
    text_add(&t, b->text);
    struct input in[2] = { { .path = STR("prelude"), .text = blocks->at[0].text },
                           { .path = STR("docs/language.md"), .text = text_str(&t) } };
    struct loaded l;
    load_inputs(&l, a, in, b == blocks->at ? 1 : 2);
    return l;
}

static size_t run_examples(const struct loaded *l)
{
    autoarena *scratch = arena_new("example", 0);
    struct coverage c;
    coverage_init(&c, l->p, l->a);
    VEC_EACH (const struct example, x, &l->p->examples) {
        struct example_result r = example_run(l->p, x, TEST_TODAY, scratch, l->a, &c);
        if (!r.passed) FAIL("“%.*s”: %.*s", STR_ARG(x->title), STR_ARG(r.said));
    }
    return l->p->examples.len;
}

TEST(every_block_of_the_manual_is_true)
{
    autoarena *a = arena_new("test", 0);
    block_list blocks = manual_blocks(a);
    size_t good = 0, wrong = 0, examples = 0;
    CHECK(blocks.len > 0);
    CHECK_STR(blocks.at[0].mark, "前提");
    VEC_EACH (const struct block, b, &blocks) {
        NOTE("docs/language.md:%u %.*s", b->line, STR_ARG(b->mark));
        struct loaded l = load_block(a, &blocks, b);
        show_diags(&l);
        if (!str_starts(b->mark, STR("报错"))) {
            CHECK(b->mark.len == 0 || b == blocks.at);
            CHECK_SIZE(l.d.errors, 0);
            examples += run_examples(&l);
            good++;
            continue;
        }
        str name = str_trim(str_slice(b->mark, STR("报错").len, b->mark.len));
        size_t errors = 0;
        VEC_EACH (const struct diag, g, &l.d.list) {
            if (diag_level(g->code) != DIAG_ERROR) continue;
            CHECK_STR(diag_name(g->code), name);
            errors++;
        }
        CHECK_SIZE(errors, 1);
        wrong++;
    }
    printf("%zu blocks, %zu examples, %zu mistakes\n", good, examples, wrong);
    CHECK(good >= 8 && wrong >= 4 && examples >= 10);
}
