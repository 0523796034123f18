/* runs: counts of as few bits as the largest needs, with a running total every RUN_OWNERS owners; or, where that is
 * smaller, the owner of every row. Most child tables of people are nearly empty: a person in a hundred has a row, and
 * then a bit for each person is still more than two bytes for each row. */
#include "pool/pool_priv.h"

#include <assert.h>
#include <string.h>

static size_t padded(size_t bits) { return (bits + 63) / 64 * 8; }

size_t runs_totals_bytes(const struct runs *r)
{
    if (r->width == 0 || r->width == RUNS_LISTED) return 0;
    return padded((size_t)(r->owners / RUN_OWNERS + 1) * 32);
}

size_t runs_counts_bytes(const struct runs *r)
{
    return r->width == RUNS_LISTED ? padded((size_t)r->rows * 16) : padded((size_t)r->owners * r->width);
}

void runs_free(struct block_account *m, struct runs *r)
{
    if (r->owned && r->width != 0) {
        void *p = r->width == RUNS_LISTED ? (void *)r->list : (void *)r->totals;
        block_free(m, p, runs_totals_bytes(r) + runs_counts_bytes(r));
    }
    *r = (struct runs){ 0 };
}

static uint8_t count_width(uint32_t most)
{
    static const uint8_t widths[] = { 0, 1, 2, 4, 8, 16 };
    for (size_t i = 0; i < sizeof widths; i++) {
        if (most >> widths[i] == 0) return widths[i];
    }
    return 32;
}

static uint32_t count_at(const struct runs *r, uint32_t owner)
{
    const uint8_t *p = r->counts;
    uint32_t bit = owner * (r->width & 7u), v;
    switch (r->width) {
    case 1:
    case 2:
    case 4: return (uint32_t)(p[bit >> 3] >> (bit & 7u)) & ((1u << r->width) - 1u);
    case 8: return p[owner];
    case 16: return ((const uint16_t *)(const void *)p)[owner];
    case 32: memcpy(&v, p + (size_t)owner * 4, 4); return v;
    default: return 0;
    }
}

static void put_count(const struct runs *r, uint32_t owner, uint32_t count)
{
    uint8_t *p = r->counts;
    uint32_t bit = owner * (r->width & 7u);
    switch (r->width) {
    case 1:
    case 2:
    case 4: p[bit >> 3] = (uint8_t)(p[bit >> 3] | count << (bit & 7u)); return;
    case 8: p[owner] = (uint8_t)count; return;
    case 16: ((uint16_t *)(void *)p)[owner] = (uint16_t)count; return;
    default: memcpy(p + (size_t)owner * 4, &count, 4); return;
    }
}

bool runs_make(struct block_account *m, const uint32_t *counts, uint32_t owners, struct runs *out)
{
    struct runs r = { .owners = owners, .owned = true };
    uint32_t most = 0;
    for (uint32_t i = 0; i < owners; i++) {
        r.rows += counts[i];
        most = counts[i] > most ? counts[i] : most;
    }
    r.width = count_width(most);
    size_t plain = runs_totals_bytes(&r) + runs_counts_bytes(&r);
    if (owners <= UINT16_MAX + 1 && (size_t)r.rows * 2 < plain) r.width = RUNS_LISTED;
    if (r.width != 0) {
        size_t totals = runs_totals_bytes(&r);
        uint8_t *p = block_alloc(m, totals + runs_counts_bytes(&r));
        if (p == NULL) return false;
        if (r.width == RUNS_LISTED) {
            r.list = (uint16_t *)(void *)p;
        } else {
            r.totals = (uint32_t *)(void *)p;
            r.counts = p + totals;
        }
    }
    uint32_t total = 0;
    for (uint32_t i = 0; i < owners && r.width != 0; i++) {
        if (r.width == RUNS_LISTED) {
            for (uint32_t k = 0; k < counts[i]; k++) r.list[total++] = (uint16_t)i;
            continue;
        }
        if (i % RUN_OWNERS == 0) r.totals[i / RUN_OWNERS] = total;
        put_count(&r, i, counts[i]);
        total += counts[i];
    }
    if (runs_totals_bytes(&r) > 0 && owners % RUN_OWNERS == 0) r.totals[owners / RUN_OWNERS] = total;
    *out = r;
    return true;
}

bool runs_lengthen(struct block_account *m, const struct runs *r, uint32_t owners, struct runs *out)
{
    uint32_t *offsets = block_alloc(m, ((size_t)owners + 1) * sizeof *offsets);
    bool ok = offsets != NULL;
    if (ok) {
        runs_offsets(r, 0, r->owners, 0, offsets);
        for (uint32_t i = 0; i < owners; i++) offsets[i] = i < r->owners ? offsets[i + 1] - offsets[i] : 0;
        ok = runs_make(m, offsets, owners, out);
    }
    block_free(m, offsets, ((size_t)owners + 1) * sizeof *offsets);
    return ok;
}

/* The first row of an owner that is not smaller. */
static uint32_t list_find(const struct runs *r, uint32_t owner)
{
    uint32_t lo = 0, hi = r->rows;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (r->list[mid] < owner)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* The sum of a word of narrow counts: neighbours are added in pairs until every byte holds a sum of its own. */
static uint32_t word_sum(uint64_t x, unsigned width)
{
    const uint64_t two = UINT64_C(0x3333333333333333), four = UINT64_C(0x0f0f0f0f0f0f0f0f);
    if (width == 1) x = (x & UINT64_C(0x5555555555555555)) + (x >> 1 & UINT64_C(0x5555555555555555));
    if (width <= 2) x = (x & two) + (x >> 2 & two);
    x = (x & four) + (x >> 4 & four);
    return (uint32_t)(x * UINT64_C(0x0101010101010101) >> 56); /* at most 16 counts of 15 */
}

/* Counts of owners [from, owner), from where a running total stands. Looked up one by one for gathered rows, so narrow
 * ones are added a word at a time: a running total stands at the beginning of a word. */
static uint32_t counts_between(const struct runs *r, uint32_t from, uint32_t owner)
{
    uint32_t total = 0;
    if (r->width > 4) {
        for (uint32_t i = from; i < owner; i++) total += count_at(r, i);
        return total;
    }
    const uint8_t *at = r->counts + (size_t)from * r->width / 8;
    uint64_t word;
    unsigned bits = (owner - from) * r->width;
    for (; bits >= 64; bits -= 64, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        total += word_sum(word, r->width);
    }
    if (bits == 0) return total;
    memcpy(&word, at, sizeof word);
    return total + word_sum(word & ((UINT64_C(1) << bits) - 1), r->width);
}

/* Rows before an owner; never more than there are, also when a file is damaged. */
static uint32_t rows_before(const struct runs *r, uint32_t owner)
{
    uint32_t from = owner / RUN_OWNERS * RUN_OWNERS;
    uint32_t total = r->totals[owner / RUN_OWNERS] + counts_between(r, from, owner);
    return total < r->rows ? total : r->rows;
}

static uint32_t capped(uint32_t total, uint32_t count, uint32_t rows)
{
    return count > rows - total ? rows : total + count;
}

void runs_offsets(const struct runs *r, uint32_t first, uint32_t n, uint32_t add, uint32_t *offsets)
{
    assert(first <= r->owners && n <= r->owners - first);
    if (r->width == 0) {
        for (uint32_t i = 0; i <= n; i++) offsets[i] = add;
        return;
    }
    if (r->width == RUNS_LISTED) {
        uint32_t at = list_find(r, first);
        uint32_t i = 0; /* most owners have none: what lies between two who have some is filled at once */
        for (; at < r->rows && r->list[at] - first < n; at++) {
            for (uint32_t end = r->list[at] - first; i <= end; i++) offsets[i] = add + at;
        }
        for (; i <= n; i++) offsets[i] = add + at;
        return;
    }
    uint32_t total = rows_before(r, first);
    offsets[0] = add + total;
    for (uint32_t i = 0; i < n; i++) {
        total = capped(total, count_at(r, first + i), r->rows);
        offsets[i + 1] = add + total;
    }
}

/* The owner whose rows begin last at or before `row`, and where they begin. */
static uint32_t owner_from(const struct runs *r, uint32_t row, uint32_t *begin)
{
    uint32_t lo = 0, hi = r->owners / RUN_OWNERS;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo + 1) / 2;
        if (r->totals[mid] <= row && mid * RUN_OWNERS < r->owners)
            lo = mid;
        else
            hi = mid - 1;
    }
    uint32_t owner = lo * RUN_OWNERS, total = r->totals[lo];
    while (owner + 1 < r->owners) {
        uint32_t count = count_at(r, owner);
        if (row < total || row - total < count) break;
        total += count;
        owner++;
    }
    *begin = total;
    return owner;
}

uint32_t runs_owner(const struct runs *r, uint32_t row)
{
    assert(row < r->rows);
    uint32_t begin;
    return r->width == RUNS_LISTED ? r->list[row] : owner_from(r, row, &begin);
}

void runs_owners(const struct runs *r, uint32_t first, uint32_t n, uint32_t add, uint32_t *owners)
{
    assert(n > 0 && first < r->rows && n <= r->rows - first);
    if (r->width == RUNS_LISTED) {
        for (uint32_t i = 0; i < n; i++) owners[i] = add + r->list[first + i];
        return;
    }
    uint32_t begin, owner = owner_from(r, first, &begin), left = begin + count_at(r, owner) - first;
    for (uint32_t i = 0; i < n; i++) {
        while (left == 0 && owner + 1 < r->owners) left = count_at(r, ++owner);
        owners[i] = add + owner;
        left -= left > 0;
    }
}
