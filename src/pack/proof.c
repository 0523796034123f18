/* proof: examples run one after the other, each in memory that is given back; what they saw is counted at the end. */
#include "pack/proof.h"

bool proof_counts(const struct program *p, uint16_t pack, bool all) { return all || pack + 1u == p->packs.len; }

static void count_policy(const struct policy *q, struct proof *out)
{
    const uint8_t three = SEEN_TRUE | SEEN_FALSE | SEEN_UNKNOWN;
    VEC_EACH (const struct criterion, k, &q->criteria) {
        out->criteria++;
        out->full += (out->coverage.seen[k->node] & three) == three;
    }
}

static void count_table(const struct func *f, struct proof *out)
{
    for (size_t i = 0; i < f->rows.len; i++) {
        out->rows++;
        out->rows_hit += out->coverage.row_hit[out->coverage.row_base[f->id] + i];
    }
}

void proof_run(const struct program *p, bool all, date today, bool (*go_on)(void *ctx), void *ctx, struct arena *a,
               struct proof *out)
{
    autoarena *scratch = arena_new("example", 0);
    bool on = true;
    *out = (struct proof){ 0 };
    coverage_init(&out->coverage, p, a);
    VEC_EACH (const struct example, x, &p->examples) {
        if (!proof_counts(p, x->pack, all)) continue;
        on = on && (go_on == NULL || go_on(ctx));
        if (!on) {
            out->waiting++;
            continue;
        }
        struct arena_mark m = arena_mark(scratch);
        struct example_result r = example_run(p, x, today, scratch, a, &out->coverage);
        arena_rewind(scratch, m);
        *vec_push(a, &out->results) = r;
        out->passed += r.passed;
        out->failed += !r.passed;
    }
    VEC_EACH (const struct policy, q, &p->policies) {
        if (proof_counts(p, q->decl->pack, all)) count_policy(q, out);
    }
    VEC_EACH (const struct func, f, &p->funcs) {
        if (proof_counts(p, f->decl->pack, all)) count_table(f, out);
    }
}
