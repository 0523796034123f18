/* index: forms, names and keys of all records, how often each value occurs, and for every pass sorted runs of keys.
 * Each call of link_new adds one run; runs are merged so that each is more than twice as large as the next, which makes
 * adding cost the logarithm of what is there. Making forms and sorting is divided between threads; numbering names and
 * counting is done in order by one, so that numbers never depend on threads. */
#include "link/link_priv.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* ---- Making forms ---- */

enum { BATCH = 1 << 16 };

struct batch {
    const struct link_record *records;
    struct form *forms;
    struct name *names;
    uint64_t *written; /* hash of the name as written */
    uint64_t (*keys)[PASSES];
    size_t from, to;
};

static void *make_forms(void *of)
{
    struct batch *b = of;
    autoarena *scratch = arena_new("names", 0);
    for (size_t i = b->from; i < b->to; i++) {
        struct arena_mark m = arena_mark(scratch);
        b->written[i] = form_make(&b->records[i], &b->forms[i], &b->names[i], scratch);
        form_keys(&b->forms[i], &b->names[i], b->keys[i]);
        arena_rewind(scratch, m);
    }
    return NULL;
}

static void make_batch(const struct link_index *x, struct batch b, size_t n)
{
    struct batch first = b, second = b;
    first.from = 0;
    first.to = second.from = x->model.threads > 1 ? n / 2 : n;
    second.to = n;
    pthread_t thread;
    bool started = second.from < second.to && pthread_create(&thread, NULL, make_forms, &second) == 0;
    make_forms(&first);
    if (started)
        pthread_join(thread, NULL);
    else
        make_forms(&second);
}

static uint32_t number_name(struct link_index *x, uint64_t written, const struct name *n)
{
    uint32_t *number = tally_at(&x->name_numbers, written);
    if (*number == 0) {
        *number = x->name_count++;
        struct name **chunk = &x->names[*number >> CHUNK_BITS];
        if (*chunk == NULL) *chunk = ARENA_ARRAY(x->arena, struct name, CHUNK);
        *name_at(x, *number) = *n;
    }
    name_at(x, *number)->count++;
    return *number;
}

enum { AHEAD = 8 };
static void fetch(const struct link_index *x, const struct batch *b, size_t i)
{
    tally_fetch(&x->name_numbers, b->written[i]);
    tally_fetch(&x->sounds, b->names[i].sound);
    tally_fetch(&x->phones, mix(b->forms[i].phone));
    tally_fetch(&x->places, b->forms[i].place);
}

static void add_batch(struct link_index *x, const struct batch *b, size_t n)
{
    struct tally *const tallies[] = { &x->name_numbers, &x->sounds, &x->phones, &x->places };
    for (size_t i = 0; i < sizeof tallies / sizeof *tallies; i++) tally_reserve(tallies[i], n);
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) fetch(x, b, i + AHEAD);
        uint32_t r = x->count++;
        if (x->forms[r >> CHUNK_BITS] == NULL) {
            x->forms[r >> CHUNK_BITS] = ARENA_ARRAY(x->arena, struct form, CHUNK);
            x->keys[r >> CHUNK_BITS] = arena_alloc(x->arena, sizeof(uint64_t[CHUNK][PASSES]));
        }
        struct form *f = form_at(x, r);
        *f = b->forms[i];
        memcpy(keys_at(x, r), b->keys[i], sizeof b->keys[i]);
        if (b->written[i] != 0) {
            f->name = number_name(x, b->written[i], &b->names[i]);
            ++*tally_at(&x->sounds, b->names[i].sound);
        }
        if (f->phone != 0) ++*tally_at(&x->phones, mix(f->phone));
        if (f->place != 0) ++*tally_at(&x->places, f->place);
        if (f->id_kind == ID_ODD) ++*tally_at(&x->odd_ids, b->keys[i][PASS_ID] >> (64 - KEY_BITS));
    }
}

/* ---- Sorting ---- */

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

/* By the block's bits with counting sorts, then each block by itself: nearly all have a few entries. */
static void sort_entries(struct entry *e, struct entry *other, size_t n)
{
    static const unsigned shifts[] = { 64 - KEY_BITS, 64 - KEY_BITS + 11, 64 - KEY_BITS + 22, 64 - KEY_BITS + 33 };
    for (size_t p = 0; p < sizeof shifts / sizeof *shifts; p++) {
        size_t starts[DIGITS + 1] = { 0 };
        for (size_t i = 0; i < n; i++) starts[(e[i].key >> shifts[p] & (DIGITS - 1)) + 1]++;
        for (size_t d = 0; d < DIGITS; d++) starts[d + 1] += starts[d];
        for (size_t i = 0; i < n; i++) other[starts[e[i].key >> shifts[p] & (DIGITS - 1)]++] = e[i];
        struct entry *swap = e;
        e = other;
        other = swap;
    }
    for (size_t i = 0, k; i < n; i = k) {
        for (k = i + 1; k < n && e[k].key >> (64 - KEY_BITS) == e[i].key >> (64 - KEY_BITS);) k++;
        if (k - i > 1) qsort(e + i, k - i, sizeof *e, by_key);
    }
}

struct sorting {
    const struct link_index *index;
    struct run *run;
    struct entry *other;
    uint32_t first;
    int from, step;
};

static void *sort_passes(void *of)
{
    struct sorting *s = of;
    for (int p = s->from; p < PASSES; p += s->step) {
        struct entry *e = s->run->entries[p];
        size_t n = 0;
        for (uint32_t r = s->first; r < s->index->count; r++) {
            uint64_t key = keys_at(s->index, r)[p];
            if (key != 0) e[n++] = (struct entry){ key, r };
        }
        s->run->counts[p] = n;
        sort_entries(e, s->other, n);
    }
    return NULL;
}

static void add_run(struct link_index *x, size_t n)
{
    assert(x->run_count < RUNS_MAX);
    struct run *run = &x->runs[x->run_count++];
    *run = (struct run){ .arena = arena_new("keys", 0), .records = n };
    autoarena *scratch = arena_new("sorting", 0);
    for (int p = 0; p < PASSES; p++) run->entries[p] = ARENA_ARRAY(run->arena, struct entry, n);
    int step = x->model.threads > 1 ? 2 : 1;
    struct sorting sorts[2];
    for (int i = 0; i < 2; i++) sorts[i] = (struct sorting){ x, run, NULL, x->count - (uint32_t)n, i, step };
    for (int i = 0; i < step; i++) sorts[i].other = ARENA_ARRAY(scratch, struct entry, n);
    pthread_t thread;
    bool started = step == 2 && pthread_create(&thread, NULL, sort_passes, &sorts[1]) == 0;
    sort_passes(&sorts[0]);
    if (started)
        pthread_join(thread, NULL);
    else if (step == 2)
        sort_passes(&sorts[1]);
}

void index_add_records(struct link_index *x, const struct link_record *r, size_t n)
{
    autoarena *scratch = arena_new("batch", 0);
    size_t size = n < BATCH ? n : BATCH;
    struct batch b = { .forms = ARENA_ARRAY(scratch, struct form, size),
                       .names = ARENA_ARRAY(scratch, struct name, size),
                       .written = ARENA_ARRAY(scratch, uint64_t, size),
                       .keys = arena_alloc_array(scratch, size, sizeof(uint64_t[PASSES])) };
    for (size_t at = 0; at < n; at += BATCH) {
        size_t m = n - at < BATCH ? n - at : BATCH;
        b.records = r + at;
        make_batch(x, b, m);
        add_batch(x, &b, m);
    }
    add_run(x, n);
}

static void merge_pass(const struct run *a, const struct run *b, struct run *out, int p)
{
    size_t n = a->counts[p], m = b->counts[p], i = 0, k = 0;
    struct entry *e = ARENA_ARRAY(out->arena, struct entry, n + m);
    const struct entry *x = a->entries[p], *y = b->entries[p];
    for (size_t at = 0; at < n + m; at++) e[at] = k == m || (i < n && by_key(&x[i], &y[k]) < 0) ? x[i++] : y[k++];
    out->entries[p] = e;
    out->counts[p] = n + m;
}

void index_merge_runs(struct link_index *x)
{
    while (x->run_count >= 2) {
        struct run *a = &x->runs[x->run_count - 2], *b = a + 1;
        if (a->records > 2 * b->records) return;
        struct run merged = { .arena = arena_new("keys", 0), .records = a->records + b->records };
        for (int p = 0; p < PASSES; p++) merge_pass(a, b, &merged, p);
        arena_free(a->arena);
        arena_free(b->arena);
        *a = merged;
        *b = (struct run){ 0 };
        x->run_count--;
    }
}

/* ---- The index ---- */

static void free_parts(void *of)
{
    struct link_index *x = of;
    tally_free(&x->name_numbers);
    tally_free(&x->sounds);
    tally_free(&x->phones);
    tally_free(&x->places);
    tally_free(&x->odd_ids);
    for (size_t i = 0; i < x->run_count; i++) arena_free(x->runs[i].arena);
}

struct link_index *link_index_new(struct arena *a, const struct link_model *m)
{
    struct link_index *x = ARENA_NEW(a, struct link_index);
    x->arena = a;
    x->model = *m;
    x->name_count = 1;
    x->names[0] = ARENA_ARRAY(a, struct name, CHUNK);
    weights_make(m, &x->weights);
    arena_cleanup(a, free_parts, x);
    return x;
}

uint32_t link_index_count(const struct link_index *x) { return x->count; }

static uint32_t times_seen(const struct link_index *x, enum link_field f, int level, const struct sight *a,
                           const struct sight *b)
{
    if (f == LINK_NAME && level == LINK_NAME_EQUAL) return a->name->count;
    if (f == LINK_NAME && level == LINK_NAME_SOUND) {
        uint32_t of_a = tally_get(&x->sounds, a->name->sound), of_b = tally_get(&x->sounds, b->name->sound);
        return of_a > of_b ? of_a : of_b;
    }
    if (f == LINK_PHONE && level == LINK_PHONE_EQUAL) return tally_get(&x->phones, mix(a->form->phone));
    if (f == LINK_ADDRESS && level == LINK_ADDRESS_EQUAL) return tally_get(&x->places, a->form->place);
    return 0;
}

struct link_pair index_score(const struct link_index *x, uint32_t a, uint32_t b, int32_t prior)
{
    if (a > b) return index_score(x, b, a, prior);
    struct sight one = { form_at(x, a), NULL }, other = { form_at(x, b), NULL };
    one.name = name_at(x, one.form->name);
    other.name = name_at(x, other.form->name);
    struct link_pair p = { .a = a, .b = b, .score = prior, .levels = compare_levels(&one, &other) };
    for (int f = 0; f < LINK_FIELDS; f++) {
        int level = link_level(p.levels, (enum link_field)f);
        uint32_t seen = times_seen(x, (enum link_field)f, level, &one, &other);
        p.score += weights_of(&x->model, &x->weights, (enum link_field)f, level, seen, x->count);
    }
    if (link_level(p.levels, LINK_ID) == LINK_ID_EQUAL && one.form->id_kind == ID_ODD) {
        /* a number that is not well formed may be what a form prints where there is none */
        uint32_t seen = tally_get(&x->odd_ids, keys_at(x, a)[PASS_ID] >> (64 - KEY_BITS));
        p.score += weights_of(&x->model, &x->weights, LINK_ID, LINK_ID_EQUAL, seen, x->count) -
                   x->weights.level[LINK_ID][LINK_ID_EQUAL];
    }
    p.band = compare_band(&x->model, one.form, other.form, p.levels, p.score);
    return p;
}

struct link_pair link_score(const struct link_index *x, uint32_t a, uint32_t b)
{
    assert(a != b && a < x->count && b < x->count);
    return index_score(x, a, b, prior_of(&x->model, x->count));
}

bool link_new(struct link_index *x, const struct link_record *r, size_t n, struct arena *a, struct link_pairs *out,
              struct err *e)
{
    if (n > LINK_RECORDS_MAX || x->count + n > LINK_RECORDS_MAX)
        return fail(e, LIMIT, "比对的记录超过%d条，请按地区分开比对", LINK_RECORDS_MAX);
    struct link_pairs pairs = { 0 };
    if (n > 0) {
        index_add_records(x, r, n);
        block_pairs(x, LINK_CLERICAL, a, &pairs);
        index_merge_runs(x);
    }
    if (arena_over(a) || arena_over(x->arena)) return fail(e, MEMORY, "比对%zu条记录的内存不够，请按地区分开比对", n);
    *out = pairs;
    return true;
}

bool link_pairs(const struct link_record *r, size_t n, const struct link_model *m, struct arena *a,
                struct link_pairs *out, struct err *e)
{
    autoarena *scratch = arena_new("index", 0);
    return link_new(link_index_new(scratch, m), r, n, a, out, e);
}
