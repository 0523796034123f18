/* Any bytes as the text of a pack: read, checked, every mistake printed for people and for editors. Nothing may crash,
 * hang or grow without bound, and every place that is named must lie in the text. What checks without mistakes is also
 * run, example by example. */
#include "lang/example.h"
#include "pack/pack.h"

#include <stdlib.h>

enum { EXAMPLES_MAX = 32 };

static void must(bool condition)
{
    if (!condition) abort();
}

static void check_place(const struct program *p, struct loc l)
{
    must(l.source < p->sources.len && l.from <= p->sources.at[l.source].text.len &&
         l.to <= p->sources.at[l.source].text.len);
}

static void check_diags(const struct pack_set *set, struct arena *a)
{
    const struct diags *d = &set->diags;
    size_t by_level[3] = { 0 };
    VEC_EACH (const struct diag, g, &d->list) {
        check_place(set->program, g->loc);
        if (g->has_other) check_place(set->program, g->other);
        must(g->text.len > 0);
        by_level[diag_level(g->code)]++;
    }
    must(d->errors + d->warnings + d->notes == by_level[0] + by_level[1] + by_level[2] + d->dropped);
    struct text out;
    text_init(&out, a, 16 << 20);
    VEC_EACH (const struct diag, g, &d->list) diag_print(g, set->program->sources.at, &out);
    struct json_writer w;
    json_begin(&w, &out, false);
    diags_json(d, set->program->sources.at, &w);
}

static void run_examples(const struct program *p, struct arena *a)
{
    autoarena *scratch = arena_new("example", 0);
    struct coverage c;
    coverage_init(&c, p, a);
    for (size_t i = 0; i < p->examples.len && i < EXAMPLES_MAX; i++) {
        struct arena_mark m = arena_mark(scratch);
        struct example_result r =
            example_run(p, &p->examples.at[i], date_of(2023, 11, 1), scratch, a, i % 2 ? &c : NULL);
        must(r.passed == (r.said.len == 0));
        arena_rewind(scratch, m);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    autoarena *a = arena_new("fuzz", 0);
    struct pack_set set;
    pack_load_text(&set, a, STR("fuzz.leye"), (str){ (const char *)data, size });
    check_diags(&set, a);
    if (set.diags.errors == 0) run_examples(set.program, a);
    return 0;
}
