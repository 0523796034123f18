/* block: which pairs are looked at. In every pass, records with the same key are a block, and every pair in it is a
 * candidate that has a record of the newest run; a block that is too large is cut by the finer part of the key, and
 * what is too large even then is left to the other passes. A pair that several passes bring together is looked at in
 * the first: the keys of both say so, and no set of pairs is needed. Blocks are divided between threads; the pairs
 * found are sorted in the end, so that their order is the same however they were divided. */
#include "base/vec.h"
#include "link/link_priv.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* What became of a record's block in a pass. */
enum { NOT_COMPARED, WHOLE, CUT };

struct search {
    const struct link_index *index;
    const struct run *newest;
    uint32_t first; /* its first record */
    uint8_t *state[PASSES];
    uint64_t skipped[PASSES];
    enum link_band keep;
    int32_t prior;
};

/* A stretch of entries with the same key (or the same block), in each run. The newest run is the last. */
struct stretch {
    const struct entry *at[RUNS_MAX];
    size_t len[RUNS_MAX];
    size_t total;
};

static uint64_t block_of(uint64_t key) { return key >> (64 - KEY_BITS); }

/* The first entry from `at` on whose key is at least `key`: steps that double, then halves. */
static size_t seek(const struct entry *e, size_t n, size_t at, uint64_t key)
{
    size_t step = 1, lo = at;
    if (at >= n || e[at].key >= key) return at;
    while (lo + step < n && e[lo + step].key < key) {
        lo += step;
        step *= 2;
    }
    size_t hi = lo + step < n ? lo + step : n;
    while (hi - lo > 1) {
        size_t middle = lo + (hi - lo) / 2;
        if (e[middle].key < key)
            lo = middle;
        else
            hi = middle;
    }
    return hi;
}

/* The entries of each run from cursor on that belong to the block; cursors move behind them. */
static void find_block(const struct link_index *x, int pass, uint64_t block, size_t cursors[RUNS_MAX],
                       struct stretch *s)
{
    s->total = 0;
    for (size_t r = 0; r < x->run_count; r++) {
        const struct entry *e = x->runs[r].entries[pass];
        size_t n = x->runs[r].counts[pass];
        size_t from = seek(e, n, cursors[r], block << (64 - KEY_BITS)), to = from;
        while (to < n && block_of(e[to].key) == block) to++;
        s->at[r] = e + from;
        s->len[r] = to - from;
        s->total += to - from;
        cursors[r] = to;
    }
}

/* The next cut of a block too large: entries with the lowest key the newest run still has; what is behind is dropped.
 */
static bool next_cut(const struct link_index *x, struct stretch *block, struct stretch *cut)
{
    size_t last = x->run_count - 1;
    if (block->len[last] == 0) return false;
    uint64_t key = block->at[last]->key;
    cut->total = 0;
    for (size_t r = 0; r < x->run_count; r++) {
        size_t from = seek(block->at[r], block->len[r], 0, key), to = from;
        while (to < block->len[r] && block->at[r][to].key == key) to++;
        cut->at[r] = block->at[r] + from;
        cut->len[r] = to - from;
        cut->total += to - from;
        block->at[r] += to;
        block->len[r] -= to;
    }
    return true;
}

static void mark(struct search *s, int pass, const struct stretch *of, uint8_t state)
{
    size_t last = s->index->run_count - 1;
    for (size_t i = 0; i < of->len[last]; i++) s->state[pass][of->at[last][i].record - s->first] = state;
}

static void mark_pass(struct search *s, int pass)
{
    const struct link_index *x = s->index;
    size_t cursors[RUNS_MAX] = { 0 }, last = x->run_count - 1;
    struct stretch block, cut;
    while (cursors[last] < s->newest->counts[pass]) {
        find_block(x, pass, block_of(s->newest->entries[pass][cursors[last]].key), cursors, &block);
        if (block.total <= x->model.block_max) {
            mark(s, pass, &block, WHOLE);
            continue;
        }
        while (next_cut(x, &block, &cut)) {
            if (cut.total <= x->model.block_max)
                mark(s, pass, &cut, CUT);
            else
                s->skipped[pass]++;
        }
    }
}

/* ---- Threads ---- */

struct worker {
    struct search *search;
    struct arena *arena;
    VEC(struct link_pair) pairs;
    uint64_t compared;
    unsigned part, parts;
};

static void *mark_passes(void *of)
{
    struct worker *w = of;
    for (unsigned p = w->part; p < PASSES; p += w->parts) mark_pass(w->search, (int)p);
    return NULL;
}

/* a is of the newest run. */
static bool seen_before(const struct search *s, int pass, uint32_t a, uint32_t b)
{
    const uint64_t *of_a = keys_at(s->index, a), *of_b = keys_at(s->index, b);
    for (int p = 0; p < pass; p++) {
        if (of_a[p] == 0 || of_b[p] == 0 || block_of(of_a[p]) != block_of(of_b[p])) continue;
        uint8_t state = s->state[p][a - s->first];
        if (state == WHOLE || (state == CUT && of_a[p] == of_b[p])) return true;
    }
    return false;
}

static void look(struct worker *w, int pass, uint32_t a, uint32_t b)
{
    if (seen_before(w->search, pass, a, b)) return;
    w->compared++;
    const struct link_index *x = w->search->index;
    if (w->search->keep > LINK_DISTINCT && compare_surely_distinct(form_at(x, a), form_at(x, b))) return;
    struct link_pair p = index_score(x, a, b, w->search->prior);
    if (p.band >= w->search->keep) *vec_push(w->arena, &w->pairs) = p;
}

static void look_at_all(struct worker *w, int pass, const struct stretch *s)
{
    size_t last = w->search->index->run_count - 1;
    assert(last < RUNS_MAX); /* there is a newest run */
    for (size_t i = 0; i < s->len[last]; i++) {
        uint32_t a = s->at[last][i].record;
        for (size_t k = 0; k < i; k++) look(w, pass, a, s->at[last][k].record);
        for (size_t r = 0; r < last; r++)
            for (size_t k = 0; k < s->len[r]; k++) look(w, pass, a, s->at[r][k].record);
    }
}

/* The start of a worker's share of the newest run: moved on to where a block begins. */
static size_t share(const struct entry *e, size_t n, unsigned part, unsigned parts)
{
    size_t at = n / parts * part;
    if (part == parts) return n;
    while (at > 0 && at < n && block_of(e[at].key) == block_of(e[at - 1].key)) at++;
    return at;
}

/* Records of a block lie anywhere in memory; asked for a little ahead, they are there when it is their turn. */
enum { AHEAD = 32 };
static void fetch(const struct link_index *x, const struct entry *e, size_t n, size_t at)
{
    if (at + 1 >= n || block_of(e[at].key) != block_of(e[at + 1].key)) {
        if (at >= n || at == 0 || block_of(e[at].key) != block_of(e[at - 1].key)) return; /* alone in its block */
    }
    const char *form = (const char *)form_at(x, e[at].record);
    __builtin_prefetch(keys_at(x, e[at].record));
    __builtin_prefetch(form);
    __builtin_prefetch(form + sizeof(struct form) - 1);
}

static void *look_at_share(void *of)
{
    struct worker *w = of;
    const struct link_index *x = w->search->index;
    size_t last = x->run_count - 1;
    for (int p = 0; p < PASSES; p++) {
        const struct entry *e = w->search->newest->entries[p];
        size_t n = w->search->newest->counts[p], cursors[RUNS_MAX] = { 0 };
        size_t end = share(e, n, w->part + 1, w->parts);
        struct stretch block, cut;
        cursors[last] = share(e, n, w->part, w->parts);
        size_t fetched = cursors[last];
        while (cursors[last] < end) {
            for (; fetched < end && fetched < cursors[last] + AHEAD; fetched++) fetch(x, e, n, fetched);
            find_block(x, p, block_of(e[cursors[last]].key), cursors, &block);
            if (block.total <= x->model.block_max) {
                look_at_all(w, p, &block);
                continue;
            }
            while (next_cut(x, &block, &cut))
                if (cut.total <= x->model.block_max) look_at_all(w, p, &cut);
        }
    }
    return NULL;
}

static void both(struct worker workers[2], void *(*fn)(void *))
{
    pthread_t thread;
    bool started = workers[0].parts > 1 && pthread_create(&thread, NULL, fn, &workers[1]) == 0;
    fn(&workers[0]);
    if (started)
        pthread_join(thread, NULL);
    else if (workers[0].parts > 1)
        fn(&workers[1]);
}

static int by_records(const void *a, const void *b)
{
    const struct link_pair *x = a, *y = b;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

void block_pairs(const struct link_index *x, enum link_band keep, struct arena *a, struct link_pairs *out)
{
    autoarena *first = arena_new("pairs", 0), *second = arena_new("pairs", 0);
    const struct run *newest = &x->runs[x->run_count - 1];
    struct search s = { .index = x,
                        .newest = newest,
                        .first = x->count - (uint32_t)newest->records,
                        .keep = keep,
                        .prior = prior_of(&x->model, x->count) };
    for (int p = 0; p < PASSES; p++) s.state[p] = ARENA_ARRAY(first, uint8_t, newest->records);
    unsigned parts = x->model.threads > 1 ? 2 : 1;
    struct worker workers[2] = { { .search = &s, .arena = first, .part = 0, .parts = parts },
                                 { .search = &s, .arena = second, .part = 1, .parts = parts } };
    both(workers, mark_passes);
    both(workers, look_at_share);
    size_t n = workers[0].pairs.len, m = workers[1].pairs.len;
    out->len = n + m;
    out->at = ARENA_ARRAY(a, struct link_pair, n + m);
    if (n > 0) memcpy(out->at, workers[0].pairs.at, n * sizeof *out->at);
    if (m > 0) memcpy(out->at + n, workers[1].pairs.at, m * sizeof *out->at);
    if (n + m > 1) qsort(out->at, n + m, sizeof *out->at, by_records);
    out->compared = workers[0].compared + workers[1].compared;
    for (int p = 0; p < PASSES; p++) out->blocks_skipped += s.skipped[p];
}
