/* tally_file: counts as one file, little endian as all machines we run on are:
 *
 *   "leye-count" version  rules facts by  from to known_to  indicators months areas sums
 *   names  sum_of  open  counts  sums
 *
 * Most cells are 0 or small: numbers are written in sevens of bits, their sign in the lowest, and a 0 is followed by
 * how many more follow it. */
#include "base/file.h"
#include "tally/tally_priv.h"

#include <assert.h>
#include <string.h>

static const char magic[] = "leye-count 2\n";
enum { FILE_MAX = 1 << 30, NUM_SEVENS = 19 };
__extension__ typedef unsigned __int128 wide;

/* ---- writing ---- */

static void put_plain(struct text *t, wide n)
{
    for (; n >= 128; n >>= 7) text_addc(t, (char)(uint8_t)(128 | (uint8_t)n));
    text_addc(t, (char)(uint8_t)n);
}

static wide folded(num n) { return (wide)n << 1 ^ (wide)(n >> 127); }

static void put_num(struct text *t, num n) { put_plain(t, folded(n)); }

static void put_str(struct text *t, str s)
{
    put_plain(t, s.len);
    text_add(t, s);
}

/* Numbers one after another, from either array. */
static void put_cells(struct text *t, const int32_t *counts, const num *sums, size_t n)
{
    assert(counts != NULL || sums != NULL || n == 0);
    for (size_t i = 0; i < n;) {
        num v = counts != NULL ? counts[i] : sums[i];
        put_num(t, v);
        size_t from = ++i;
        while (v == 0 && i < n && (counts != NULL ? counts[i] : sums[i]) == 0) i++;
        if (v == 0) put_plain(t, i - from);
    }
}

bool tally_save(const struct tally_counts *c, str path, struct err *e)
{
    autoarena *a = arena_new("counts", 0);
    struct text t;
    const struct cells *x = &c->cells;
    text_init(&t, a, FILE_MAX);
    text_add(&t, STR(magic));
    put_str(&t, c->rules), put_str(&t, c->facts), put_str(&t, c->by);
    put_num(&t, c->from.index), put_num(&t, c->to.index), put_num(&t, c->known_to.days);
    put_plain(&t, x->indicators), put_plain(&t, x->months), put_plain(&t, x->areas), put_plain(&t, x->sum_count);
    for (uint32_t i = 0; i < x->indicators; i++) {
        put_str(&t, c->names[i]);
        put_plain(&t, x->sum_of[i]);
        put_num(&t, x->open[i]);
    }
    put_cells(&t, x->counts, NULL, count_at(x, x->months, 0, 0));
    put_cells(&t, NULL, x->sums, sum_at(x, x->sum_count, 0, 0));
    if (t.over) return fail(e, LIMIT, "统计的结果太大，存不下");
    return file_write(path, text_str(&t), e) || fail_up(e, "统计的结果没有存下");
}

/* ---- reading ---- */

struct reader {
    str rest;
    struct arena *a;
    bool bad;
};

static wide get_plain(struct reader *r)
{
    wide n = 0;
    for (unsigned i = 0; i < NUM_SEVENS; i++) {
        if (r->rest.len == 0) break;
        uint8_t byte = (uint8_t)r->rest.p[0];
        r->rest = str_slice(r->rest, 1, r->rest.len);
        n |= (wide)(byte & 127) << 7 * i;
        if (byte < 128) return n;
    }
    r->bad = true;
    return 0;
}

static num get_num(struct reader *r)
{
    wide n = get_plain(r);
    return (num)(n >> 1) ^ -(num)(n & 1);
}

static num get_between(struct reader *r, num least, num most)
{
    num n = get_num(r);
    r->bad = r->bad || n < least || n > most;
    return r->bad ? least : n;
}

static uint32_t get_count(struct reader *r, uint32_t most)
{
    wide n = get_plain(r);
    r->bad = r->bad || n > most;
    return r->bad ? 0 : (uint32_t)n;
}

static str get_str(struct reader *r)
{
    wide len = get_plain(r);
    if (r->bad || len > r->rest.len) return r->bad = true, STR("");
    str s = str_dup(r->a, str_slice(r->rest, 0, (size_t)len));
    r->rest = str_slice(r->rest, (size_t)len, r->rest.len);
    return s;
}

static void get_cells(struct reader *r, int32_t *counts, num *sums, size_t n)
{
    assert(counts != NULL || sums != NULL || n == 0);
    for (size_t i = 0; i < n && !r->bad;) {
        num v = counts != NULL ? get_between(r, INT32_MIN, INT32_MAX) : get_num(r);
        if (counts != NULL)
            counts[i++] = (int32_t)v;
        else
            sums[i++] = v;
        if (v != 0) continue;
        wide more = get_plain(r); /* they are 0 already */
        r->bad = r->bad || more > n - i;
        if (!r->bad) i += (size_t)more;
    }
}

static void get_all(struct reader *r, struct tally_counts *c)
{
    struct cells *x = &c->cells;
    c->rules = get_str(r), c->facts = get_str(r), c->by = get_str(r);
    c->from.index = (int32_t)get_between(r, INT32_MIN, INT32_MAX);
    c->to.index = (int32_t)get_between(r, INT32_MIN, INT32_MAX);
    c->known_to.days = (int32_t)get_between(r, INT32_MIN, INT32_MAX);
    x->indicators = get_count(r, TALLY_INDICATORS_MAX), x->months = get_count(r, TALLY_MONTHS_MAX);
    x->areas = get_count(r, TALLY_CELLS_MAX), x->sum_count = get_count(r, x->indicators);
    r->bad = r->bad || (uint64_t)x->indicators * x->months * x->areas > TALLY_CELLS_MAX;
    if (r->bad) return;
    c->names = ARENA_ARRAY(r->a, str, x->indicators + 1);
    x->sum_of = ARENA_ARRAY(r->a, uint32_t, x->indicators + 1), x->open = ARENA_ARRAY(r->a, int64_t, x->indicators + 1);
    uint32_t sums = 0;
    for (uint32_t i = 0; i < x->indicators && !r->bad; i++) {
        c->names[i] = get_str(r);
        x->sum_of[i] = get_count(r, x->sum_count);
        r->bad = r->bad || (x->sum_of[i] != 0 && x->sum_of[i] != ++sums);
        x->open[i] = (int64_t)get_between(r, 0, UINT32_MAX);
    }
    r->bad = r->bad || sums != x->sum_count;
    if (r->bad) return;
    x->counts = ARENA_ARRAY(r->a, int32_t, count_at(x, x->months, 0, 0) + 1);
    x->sums = ARENA_ARRAY(r->a, num, sum_at(x, x->sum_count, 0, 0) + 1);
    get_cells(r, x->counts, NULL, count_at(x, x->months, 0, 0));
    get_cells(r, NULL, x->sums, sum_at(x, x->sum_count, 0, 0));
}

bool tally_load(str path, struct arena *a, struct tally_counts **out, struct err *e)
{
    autoarena *scratch = arena_new("counts", 0);
    struct reader r = { .a = a };
    struct tally_counts *c = ARENA_NEW(a, struct tally_counts);
    if (!file_read(scratch, path, FILE_MAX, &r.rest, e)) return fail_up(e, "上次统计的结果读不出来");
    size_t head = sizeof magic - 1;
    if (r.rest.len < head || memcmp(r.rest.p, magic, head) != 0)
        return fail(e, INVALID, "%.*s 不是统计的结果；删掉它，重新统计", STR_ARG(path));
    r.rest = str_slice(r.rest, head, r.rest.len);
    get_all(&r, c);
    if (r.bad || r.rest.len > 0) return fail(e, INVALID, "%.*s 不完整或被改过；删掉它，重新统计", STR_ARG(path));
    *out = c;
    return true;
}
