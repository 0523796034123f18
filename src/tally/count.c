/* count: a segment of rows is asked every question for the first month. The evaluator tells until when each row's
 * answers hold (kernel_next), so in a later month only rows whose time has come are asked again; what comes out
 * otherwise than before is added to the cells of that month as a difference. */
#include "tally/tally_priv.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>

enum { SEGMENT = 8192 };

/* What one thread keeps of the segment at hand. */
struct segment {
    struct arena *a;
    uint32_t room, n;    /* rows */
    struct planes *in;   /* of each gate that is asked */
    uint64_t *alive;     /* rows that are somebody's */
    uint64_t **yes;      /* of each indicator: rows that count */
    uint64_t **summable; /* of each indicator that adds up: rows whose value is known, */
    int64_t **values;    /* and that value */
    uint32_t *area;
    uint8_t *next;    /* the turn on which a row is to be asked again */
    uint64_t *ids;    /* scratch */
    uint32_t *places; /* rows of the segment that are asked again, */
    uint32_t *list;   /* and their numbers in the pool */
    struct answer *answers;
    bool *timed;  /* of each gate: whether its answer may change from month to month, */
    bool *wanted; /* and whether it, or a gate it is an operand of, is one of those */
};

struct tallying {
    const struct count_job *job;
    const struct sieve *s;
    struct cells *to; /* one for each thread */
    struct segment *segments;
    uint64_t rows; /* in the pool */
};

static void segment_room(struct segment *x, const struct sieve *s, uint32_t n)
{
    if (n <= x->room) return;
    arena_free(x->a);
    *x = (struct segment){ .a = arena_new("tally segment", 0), .room = n < SEGMENT ? SEGMENT : n };
    uint32_t words = plane_words(x->room) + 1; /* one more: bits are put two words at a time */
    x->in = ARENA_ARRAY(x->a, struct planes, s->gates.len + 1);
    for (size_t g = 0; g < s->gates.len; g++) {
        if (s->gates.at[g].kind != GATE_ASK) continue;
        uint64_t *all = ARENA_ARRAY(x->a, uint64_t, (size_t)words * 3);
        x->in[g] = (struct planes){ all, all + words, all + words * 2 };
    }
    x->alive = ARENA_ARRAY(x->a, uint64_t, words);
    x->yes = ARENA_ARRAY(x->a, uint64_t *, s->count + 1);
    x->summable = ARENA_ARRAY(x->a, uint64_t *, s->count + 1);
    x->values = ARENA_ARRAY(x->a, int64_t *, s->count + 1);
    for (uint32_t i = 0; i < s->count; i++) {
        x->yes[i] = ARENA_ARRAY(x->a, uint64_t, words);
        if (s->sums[i] == 0) continue;
        x->summable[i] = ARENA_ARRAY(x->a, uint64_t, words);
        x->values[i] = ARENA_ARRAY(x->a, int64_t, x->room);
    }
    x->area = ARENA_ARRAY(x->a, uint32_t, x->room);
    x->next = ARENA_ARRAY(x->a, uint8_t, x->room);
    x->ids = ARENA_ARRAY(x->a, uint64_t, x->room);
    x->places = ARENA_ARRAY(x->a, uint32_t, x->room);
    x->list = ARENA_ARRAY(x->a, uint32_t, x->room);
    x->answers = ARENA_ARRAY(x->a, struct answer, s->gates.len + 1);
    x->timed = ARENA_ARRAY(x->a, bool, s->gates.len + 1);
    x->wanted = ARENA_ARRAY(x->a, bool, s->gates.len + 1);
}

static void segment_clear(struct segment *x, const struct sieve *s, uint32_t n)
{
    segment_room(x, s, n);
    x->n = n;
    size_t bytes = (plane_words(n) + 1) * sizeof(uint64_t);
    for (size_t g = 0; g < s->gates.len; g++) {
        if (s->gates.at[g].kind != GATE_ASK) continue;
        memset(x->in[g].yes, 0, bytes), memset(x->in[g].no, 0, bytes), memset(x->in[g].none, 0, bytes);
    }
    memset(x->alive, 0, bytes);
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->sums[i] != 0) memset(x->summable[i], 0, bytes);
    }
}

static bool bit_at(const uint64_t *plane, uint32_t at) { return plane[at / 64] >> at % 64 & 1; }

/* ---- asking ---- */

static uint32_t row_at(const struct tallying *c, uint32_t first, uint32_t i)
{
    return c->job->rows != NULL ? c->job->rows[first + i] : first + i;
}

static void put_areas(const struct tallying *c, struct segment *x, struct kernel *k, const struct kernel_rows *r,
                      uint32_t at, uint32_t n)
{
    memset(x->area + at, 0, n * sizeof *x->area);
    if (c->job->slot < 0) return;
    struct kernel_values v = kernel_slot(k, r, (uint32_t)c->job->slot);
    for (uint32_t i = 0; i < n; i++) {
        if ((kernel_state(&v, i) & KERNEL_STATE) == KERNEL_KNOWN) x->area[at + i] = (uint32_t)kernel_value(&v, i) + 1;
    }
}

static void put_alive(const struct tallying *c, struct segment *x, uint32_t first, uint32_t at, uint32_t n)
{
    const struct pool *p = c->job->pool;
    uint16_t table = c->job->table;
    if (c->job->rows == NULL)
        pool_read_ids(p, table, first + at, n, x->ids);
    else
        for (uint32_t i = 0; i < n; i++) x->ids[i] = pool_id(p, table, c->job->rows[first + at + i]);
    for (uint32_t i = 0; i < n; i++) {
        if (x->ids[i] != POOL_GONE) x->alive[(at + i) / 64] |= UINT64_C(1) << (at + i) % 64;
    }
}

static void put_next(struct segment *x, struct kernel *k, const struct kernel_rows *r, const uint32_t *places,
                     uint32_t at, uint32_t n)
{
    const uint8_t *next = kernel_next(k, r);
    for (uint32_t i = 0; i < n; i++)
        x->next[places != NULL ? places[at + i] : at + i] = next != NULL ? next[i] : KERNEL_NEVER;
}

static void put_value(struct segment *x, uint32_t i, const struct kernel_values *v, uint32_t from, uint32_t to)
{
    bool known = (kernel_state(v, from) & KERNEL_STATE) == KERNEL_KNOWN;
    plane_put(x->summable[i], to, known);
    x->values[i][to] = known ? kernel_value(v, from) : 0;
}

/* Everything, on the first day. */
static void ask_all(const struct tallying *c, struct segment *x, struct kernel *k, uint32_t first)
{
    const struct sieve *s = c->s;
    for (uint32_t at = 0, n; at < x->n; at += n) {
        uint32_t left = x->n - at;
        n = left < KERNEL_BATCH ? left : KERNEL_BATCH;
        if (c->job->rows == NULL && left > KERNEL_BATCH)
            n = kernel_batch_end(k, c->job->table, first + at, KERNEL_BATCH) - (first + at);
        if (n > left) n = left;
        kernel_turn(k, 0);
        const struct kernel_rows *r = c->job->rows != NULL
                                          ? kernel_rows_list(k, c->job->table, c->job->rows + first + at, n)
                                          : kernel_rows(k, c->job->table, first + at, n);
        put_areas(c, x, k, r, at, n);
        put_alive(c, x, first, at, n);
        for (size_t g = 0; g < s->gates.len; g++) {
            if (s->gates.at[g].kind != GATE_ASK) continue;
            struct kernel_values v = kernel_node(k, r, s->gates.at[g].node);
            planes_put(&x->in[g], &v, n, at);
        }
        for (uint32_t i = 0; i < s->count; i++) {
            if (s->sums[i] == 0) continue;
            struct kernel_values v = kernel_node(k, r, s->sums[i]);
            for (uint32_t row = 0; row < n; row++) put_value(x, i, &v, row, at + row);
        }
        put_next(x, k, r, NULL, at, n);
    }
}

static void mark_timed(const struct sieve *s, struct segment *x, struct kernel *k)
{
    for (size_t g = 0; g < s->gates.len; g++) x->wanted[g] = x->timed[g] = kernel_is_timed(k, s->gates.at[g].node);
    for (size_t g = s->gates.len; g-- > 0;) { /* operands stand before */
        const struct gate *q = &s->gates.at[g];
        for (uint32_t i = 0; x->wanted[g] && i < q->count; i++) x->wanted[s->kids.at[q->first + i]] = true;
    }
}

/* ---- counting ---- */

/* Those of an area stand to->indicators apart. */
static int32_t *counts_of(struct cells *to, const struct sieve *s, uint32_t i, uint32_t month_)
{
    return to->counts + count_at(to, month_, 0, s->which[i]);
}

static num *sums_of(struct cells *to, const struct sieve *s, uint32_t i, uint32_t month_)
{
    return to->sums + sum_at(to, to->sum_of[s->which[i]] - 1, month_, 0);
}

static void add_bits(int32_t *cells, size_t apart, const uint32_t *area, uint64_t bits, int by)
{
    for (; bits != 0; bits &= bits - 1) cells[apart * area[__builtin_ctzll(bits)]] += by;
}

/* What a row adds to a sum. */
static void add_value(const struct segment *x, uint32_t i, uint32_t row, num *cells, int sign)
{
    if (bit_at(x->yes[i], row) && bit_at(x->summable[i], row)) cells[x->area[row]] += (num)sign * x->values[i][row];
}

/* Who counts in a block of rows. */
static void block_yes(const struct sieve *s, const struct segment *x, uint32_t i, uint32_t word,
                      uint64_t yes[SIEVE_WORDS])
{
    uint32_t gate = s->scopes[i];
    const uint64_t *alive = x->alive + word;
    if (gate == GATE_NONE)
        for (unsigned w = 0; w < SIEVE_WORDS; w++) yes[w] = alive[w];
    else
        for (unsigned w = 0; w < SIEVE_WORDS; w++) yes[w] = alive[w] & x->answers[gate].yes[w];
}

/* Of how many rows of a block it is not known. */
static int64_t block_open(const struct sieve *s, const struct segment *x, uint32_t i, uint32_t word)
{
    uint32_t gate = s->scopes[i];
    bool asked = gate != GATE_NONE && s->gates.at[gate].kind == GATE_ASK; /* a scope that is none is open */
    int64_t open = 0;
    for (unsigned w = 0; w < SIEVE_WORDS; w++) {
        uint64_t yes = x->yes[i][word + w], no = 0;
        if (gate != GATE_NONE) no = asked ? x->in[gate].no[word + w] : x->answers[gate].no[w];
        uint64_t unsaid = x->alive[word + w] & ~yes & ~no;
        if (s->sums[i] != 0) unsaid |= yes & ~x->summable[i][word + w];
        open += __builtin_popcountll(unsaid);
    }
    return open;
}

static void count_open(const struct tallying *c, const struct segment *x, struct cells *to, uint32_t word)
{
    for (uint32_t i = 0; i < c->s->count; i++) to->open[c->s->which[i]] += c->job->sign * block_open(c->s, x, i, word);
}

/* On the first day. */
static void count_all(const struct tallying *c, struct segment *x, struct cells *to)
{
    const struct sieve *s = c->s;
    uint32_t words = plane_words(x->n);
    for (uint32_t word = 0; word < words; word += SIEVE_WORDS) {
        sieve_block(s, x->in, word, NULL, x->answers);
        for (uint32_t i = 0; i < s->count; i++) block_yes(s, x, i, word, x->yes[i] + word);
        if (to->months == 1) count_open(c, x, to, word);
        for (uint32_t w = word; w < word + SIEVE_WORDS; w++) { /* few rows at a time, so that their cells stay near */
            for (uint32_t i = 0; i < s->count; i++) {
                if (s->sums[i] == 0)
                    add_bits(counts_of(to, s, i, 0), to->indicators, x->area + (size_t)w * 64, x->yes[i][w],
                             c->job->sign);
            }
        }
    }
}

/* Whoever counts now and did not, or the other way round. */
static void count_changes(const struct tallying *c, struct segment *x, struct cells *to, uint32_t word, uint32_t month_)
{
    const struct sieve *s = c->s;
    sieve_block(s, x->in, word, x->wanted, x->answers);
    for (uint32_t i = 0; i < s->count; i++) {
        uint64_t yes[SIEVE_WORDS], *was = x->yes[i] + word, differs = 0;
        if (s->scopes[i] == GATE_NONE || !x->timed[s->scopes[i]]) continue;
        block_yes(s, x, i, word, yes);
        for (unsigned w = 0; w < SIEVE_WORDS; w++) differs |= yes[w] ^ was[w];
        if (differs == 0) continue;
        int32_t *cells = counts_of(to, s, i, month_);
        for (unsigned w = 0; s->sums[i] == 0 && w < SIEVE_WORDS; w++) {
            const uint32_t *area = x->area + (size_t)(word + w) * 64;
            add_bits(cells, to->indicators, area, yes[w] & ~was[w], c->job->sign);
            add_bits(cells, to->indicators, area, was[w] & ~yes[w], -c->job->sign);
        }
        memcpy(was, yes, sizeof yes);
    }
}

static void add_values(const struct tallying *c, const struct segment *x, struct cells *to, uint32_t month_,
                       const uint32_t *places, uint32_t n, int sign)
{
    for (uint32_t i = 0; i < c->s->count; i++) {
        if (c->s->sums[i] == 0) continue;
        num *cells = sums_of(to, c->s, i, month_);
        for (uint32_t k = 0; k < n; k++) add_value(x, i, places != NULL ? places[k] : k, cells, sign);
    }
}

/* Rows that are in another area by now take what they count for with them. */
static void move(const struct tallying *c, struct segment *x, struct cells *to, uint32_t month_, uint32_t row,
                 uint32_t area)
{
    const struct sieve *s = c->s;
    for (uint32_t i = 0; area != x->area[row] && i < s->count; i++) {
        if (s->sums[i] != 0 || !bit_at(x->yes[i], row)) continue;
        int32_t *cells = counts_of(to, s, i, month_);
        cells[(size_t)x->area[row] * to->indicators] -= c->job->sign;
        cells[(size_t)area * to->indicators] += c->job->sign;
    }
    x->area[row] = area;
}

static void move_all(const struct tallying *c, struct segment *x, struct kernel *k, const struct kernel_rows *r,
                     struct cells *to, uint32_t month_, const uint32_t *places, uint32_t n)
{
    if (c->job->slot < 0) return;
    struct kernel_values v = kernel_slot(k, r, (uint32_t)c->job->slot);
    for (uint32_t i = 0; i < n; i++) {
        bool known = (kernel_state(&v, i) & KERNEL_STATE) == KERNEL_KNOWN;
        move(c, x, to, month_, places[i], known ? (uint32_t)kernel_value(&v, i) + 1 : 0);
    }
}

/* Rows whose time has come are asked what may be otherwise by now. */
static void ask_again(const struct tallying *c, struct segment *x, struct kernel *k, struct cells *to, uint32_t first,
                      uint32_t month_)
{
    const struct sieve *s = c->s;
    uint32_t n = 0;
    for (uint32_t i = 0; i < x->n; i++) {
        x->places[n] = i;
        n += x->next[i] <= month_;
    }
    for (uint32_t i = 0; i < n; i++) x->list[i] = row_at(c, first, x->places[i]);
    add_values(c, x, to, month_, x->places, n, -c->job->sign);
    for (uint32_t at = 0, part; at < n; at += part) {
        part = n - at < KERNEL_BATCH ? n - at : KERNEL_BATCH;
        const uint32_t *places = x->places + at;
        kernel_turn(k, month_);
        const struct kernel_rows *r = kernel_rows_list(k, c->job->table, x->list + at, part);
        move_all(c, x, k, r, to, month_, places, part);
        for (size_t g = 0; g < s->gates.len; g++) {
            const struct gate *q = &s->gates.at[g];
            if (q->kind != GATE_ASK || !x->timed[g]) continue;
            struct kernel_values v = kernel_node(k, r, q->node);
            planes_set(&x->in[g], &v, places, part);
        }
        for (uint32_t i = 0; i < s->count; i++) {
            if (s->sums[i] == 0 || !kernel_is_timed(k, s->sums[i])) continue;
            struct kernel_values v = kernel_node(k, r, s->sums[i]);
            for (uint32_t row = 0; row < part; row++) put_value(x, i, &v, row, places[row]);
        }
        put_next(x, k, r, x->places, at, part);
    }
    for (uint32_t word = 0; n > 0 && word < plane_words(x->n); word += SIEVE_WORDS)
        count_changes(c, x, to, word, month_);
    add_values(c, x, to, month_, x->places, n, c->job->sign);
}

static void each_segment(void *ctx, unsigned thread, struct kernel *k, uint32_t first, uint32_t n)
{
    const struct tallying *c = ctx;
    struct segment *x = &c->segments[thread];
    struct cells *to = &c->to[thread];
    segment_clear(x, c->s, n);
    ask_all(c, x, k, first);
    mark_timed(c->s, x, k);
    count_all(c, x, to);
    add_values(c, x, to, 0, NULL, n, c->job->sign);
    for (uint32_t m = 1; m < to->months; m++) ask_again(c, x, k, to, first, m);
    for (uint32_t word = 0; to->months > 1 && word < plane_words(n); word += SIEVE_WORDS) {
        sieve_block(c->s, x->in, word, NULL, x->answers);
        count_open(c, x, to, word);
    }
}

/* ---- threads ---- */

void count_rows(const struct count_job *job, struct cells *to)
{
    unsigned threads = kernel_threads(job->job->threads);
    struct cells cells[KERNEL_THREADS_MAX];
    struct segment segments[KERNEL_THREADS_MAX] = { 0 };
    struct arena *arenas[KERNEL_THREADS_MAX] = { 0 };
    struct tallying c = { .job = job, .s = job->sieve, .to = cells, .segments = segments };
    cells[0] = *to;
    for (unsigned i = 1; i < threads; i++) {
        arenas[i] = arena_new("tally cells", 0);
        cells_new(job->job, to->months, to->areas, arenas[i], &cells[i]);
    }
    struct kernel_job run = { .vocab = job->job->vocab,
                              .pool = job->pool,
                              .days = job->days,
                              .day_count = to->months,
                              .table = job->table,
                              .rows = job->rows,
                              .row_count = job->row_count,
                              .batch = SEGMENT,
                              .threads = job->job->threads,
                              .each = each_segment,
                              .ctx = &c };
    if (job->rows == NULL || job->row_count > 0) kernel_run(&run);
    for (unsigned i = 0; i < threads; i++) {
        if (i > 0) cells_add(to, &cells[i], 1);
        arena_free(segments[i].a);
        arena_free(arenas[i]);
    }
}
