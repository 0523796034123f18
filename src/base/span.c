/* span: cut, drop, sort, join, measure. The spans of one person are few and mostly in order already, so they are sorted
 * by insertion; only an unusually long list goes to qsort. A month history is a row of bits, counted a word at a time.
 */
#include "base/span.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { INSERTION_MAX = 32, WORDS = MONTHS_COUNT / 64 };

static int compare_from(const void *a, const void *b)
{
    const span *x = a, *y = b;
    return (x->from.days > y->from.days) - (x->from.days < y->from.days);
}

static void sort_by_from(span *s, size_t n)
{
    if (n > INSERTION_MAX) {
        qsort(s, n, sizeof *s, compare_from);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        span moving = s[i];
        size_t at = i;
        for (; at > 0 && s[at - 1].from.days > moving.from.days; at--) s[at] = s[at - 1];
        s[at] = moving;
    }
}

/* Writes the union to `out` (room for n), in order, neighbours a day or more apart; returns how many segments. */
static size_t join(const span *spans, size_t n, date as_of, span *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        span s = spans[i];
        if (s.to.days > as_of.days) s.to = as_of;
        if (s.from.days < s.to.days) out[kept++] = s;
    }
    if (kept == 0) return 0;
    sort_by_from(out, kept);
    size_t last = 0;
    for (size_t i = 1; i < kept; i++) {
        if (out[i].from.days > out[last].to.days)
            out[++last] = out[i];
        else if (out[i].to.days > out[last].to.days)
            out[last].to = out[i].to;
    }
    return last + 1;
}

static int64_t days_between(date from, date to) { return (int64_t)to.days - from.days; }

static int64_t max2(int64_t a, int64_t b) { return a > b ? a : b; }

struct span_facts span_measure(const span *spans, size_t n, date as_of, struct arena *scratch)
{
    struct span_facts f = { 0 };
    if (n == 0) return f;
    struct arena_mark before = arena_mark(scratch);
    span *s = ARENA_ARRAY(scratch, span, n);
    size_t count = join(spans, n, as_of, s);
    for (size_t i = 0; i < count; i++) {
        int64_t days = days_between(s[i].from, s[i].to);
        f.total_days += days;
        f.longest_days = max2(f.longest_days, days);
        if (i > 0) f.largest_gap_days = max2(f.largest_gap_days, days_between(s[i - 1].to, s[i].from));
    }
    f.count = (int64_t)count;
    arena_rewind(scratch, before);
    return f;
}

int64_t span_count_bridged(const span *spans, size_t n, date as_of, int64_t gap_days, struct arena *scratch)
{
    if (n == 0) return 0;
    struct arena_mark before = arena_mark(scratch);
    span *s = ARENA_ARRAY(scratch, span, n);
    size_t count = join(spans, n, as_of, s);
    int64_t bridged = count > 0;
    for (size_t i = 1; i < count; i++) bridged += days_between(s[i - 1].to, s[i].from) > gap_days;
    arena_rewind(scratch, before);
    return bridged;
}

bool months_ok(month m) { return m.index >= MONTHS_FIRST && m.index < MONTHS_FIRST + MONTHS_COUNT; }

void months_set(struct months *h, month m)
{
    assert(months_ok(m));
    unsigned bit = (unsigned)(m.index - MONTHS_FIRST);
    h->bits[bit / 64] |= (uint64_t)1 << bit % 64;
}

bool months_has(const struct months *h, month m)
{
    if (!months_ok(m)) return false;
    unsigned bit = (unsigned)(m.index - MONTHS_FIRST);
    return (h->bits[bit / 64] >> bit % 64 & 1) != 0;
}

/* How many bits are set among the first `end`, which is clamped to the history. */
static int64_t count_before(const struct months *h, int64_t end)
{
    int64_t count = 0;
    if (end > MONTHS_COUNT) end = MONTHS_COUNT;
    for (int64_t word = 0; word * 64 < end; word++) {
        int64_t bits = end - word * 64;
        uint64_t mask = bits >= 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
        count += __builtin_popcountll(h->bits[word] & mask);
    }
    return count;
}

static int64_t position(month m) { return (int64_t)m.index - MONTHS_FIRST; }

int64_t months_until(const struct months *h, month m) { return count_before(h, position(m) + 1); }

int64_t months_run(const struct months *h, month m)
{
    int64_t run = 0;
    while (months_has(h, (month){ m.index - (int32_t)run })) run++;
    return run;
}

int64_t months_window(const struct months *h, month m, int64_t n)
{
    const int64_t longest = (int64_t)UINT32_MAX; /* from any month back past the first of the history */
    if (n <= 0) return 0;
    if (n > longest) n = longest;
    int64_t end = position(m) + 1;
    return count_before(h, end) - count_before(h, end - n);
}

bool months_first(const struct months *h, month *out)
{
    for (int word = 0; word < WORDS; word++) {
        if (h->bits[word] == 0) continue;
        *out = (month){ MONTHS_FIRST + word * 64 + __builtin_ctzll(h->bits[word]) };
        return true;
    }
    return false;
}

bool months_last(const struct months *h, month until, month *out)
{
    int64_t end = position(until) + 1;
    if (end > MONTHS_COUNT) end = MONTHS_COUNT;
    for (int64_t at = end - 1; at >= 0; at--) {
        month m = { MONTHS_FIRST + (int32_t)at };
        if (!months_has(h, m)) continue;
        *out = m;
        return true;
    }
    return false;
}
