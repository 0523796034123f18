/* col: columns of a batch and their states. Memory comes from blocks that are used again for the next batch and are
 * never cleared. States are one byte for all rows as long as possible: nearly all work is done without looking at
 * them. */
#include "kernel/kernel_priv.h"

#include <assert.h>

enum { BLOCK_BYTES = 1 << 20, ALIGN = 32 };

void *kernel_scratch(struct kernel *k, size_t bytes)
{
    bytes = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    while (k->block < k->block_count && k->used + bytes > k->blocks[k->block].size) {
        k->block++;
        k->used = 0;
    }
    if (k->block == k->block_count) {
        assert(k->block_count < sizeof k->blocks / sizeof *k->blocks);
        size_t size = BLOCK_BYTES; /* doubling: few blocks, whatever a batch needs */
        if (k->block_count > 0) size = k->blocks[k->block_count - 1].size * 2;
        while (size < bytes) size *= 2;
        uint8_t *at = arena_alloc(k->arena, size + ALIGN);
        at += (ALIGN - (uintptr_t)at % ALIGN) % ALIGN;
        k->blocks[k->block_count].at = at;
        k->blocks[k->block_count++].size = size;
        k->used = 0;
    }
    void *p = k->blocks[k->block].at + k->used;
    k->used += bytes;
    return p;
}

size_t col_bytes(unsigned width) { return width == KERNEL_8 ? 1 : width == KERNEL_32 ? 4 : 8; }

unsigned col_width(struct type t)
{
    switch (t.kind) {
    case TYPE_BOOL: return KERNEL_8;
    case TYPE_NUM: return KERNEL_64;
    case TYPE_BAD:
    case TYPE_DATE:
    case TYPE_MONTH:
    case TYPE_TEXT:
    case TYPE_CODE:
    case TYPE_RECORD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return KERNEL_32;
}

col col_const(struct kernel *k, unsigned width, uint8_t state, int64_t value)
{
    int64_t *v = SCRATCH(k, int64_t, 1); /* little endian: read at any width, a value that fits is the same */
    *v = value;
    return (col){ .n = v, .common = state, .width = (uint8_t)width, .constant = true };
}

col col_state(struct kernel *k, uint8_t state) { return col_const(k, KERNEL_64, state, 0); }

/* ---- moving values ---- */

#define MOVES(T, suffix)                                                                                         \
    static void gather_##suffix(T *restrict out, const T *restrict in, const uint32_t *restrict at, uint32_t n)  \
    {                                                                                                            \
        for (uint32_t i = 0; i < n; i++) out[i] = in[at[i]];                                                     \
    }                                                                                                            \
    static void scatter_##suffix(T *restrict out, const uint32_t *restrict at, const T *restrict in, uint32_t n) \
    {                                                                                                            \
        for (uint32_t i = 0; i < n; i++) out[at[i]] = in[i];                                                     \
    }                                                                                                            \
    static void fill_##suffix(T *restrict out, const uint32_t *restrict at, T value, uint32_t n)                 \
    {                                                                                                            \
        if (at == NULL)                                                                                          \
            for (uint32_t i = 0; i < n; i++) out[i] = value;                                                     \
        else                                                                                                     \
            for (uint32_t i = 0; i < n; i++) out[at[i]] = value;                                                 \
    }
MOVES(uint8_t, 8)
MOVES(int32_t, 32)
MOVES(int64_t, 64)

static void move_gather(unsigned width, void *out, const void *in, const uint32_t *at, uint32_t n)
{
    if (width == KERNEL_8)
        gather_8(out, in, at, n);
    else if (width == KERNEL_32)
        gather_32(out, in, at, n);
    else
        gather_64(out, in, at, n);
}

static void move_scatter(unsigned width, void *out, const uint32_t *at, const void *in, uint32_t n)
{
    if (at == NULL)
        memcpy(out, in, col_bytes(width) * n);
    else if (width == KERNEL_8)
        scatter_8(out, at, in, n);
    else if (width == KERNEL_32)
        scatter_32(out, at, in, n);
    else
        scatter_64(out, at, in, n);
}

static void move_fill(unsigned width, void *out, const uint32_t *at, int64_t value, uint32_t n)
{
    if (width == KERNEL_8)
        fill_8(out, at, (uint8_t)value, n);
    else if (width == KERNEL_32)
        fill_32(out, at, (int32_t)value, n);
    else
        fill_64(out, at, value, n);
}

/* The value of a constant. One that is not known has 0 in all its bytes. */
static int64_t constant_of(const col *c)
{
    if ((c->common & ST_STATE) != ST_KNOWN) return 0;
    return kernel_value(c, 0);
}

col col_settled(col c, uint32_t n)
{
    if (c.states == NULL || n == 0) return c;
    if (n > 1 && memcmp(c.states, c.states + 1, n - 1) != 0) return c;
    c.common = c.states[0];
    c.states = NULL;
    return c;
}

col col_gather(struct kernel *k, col c, const uint32_t *at, uint32_t n)
{
    if (c.constant || at == NULL) return c;
    void *out = kernel_scratch(k, col_bytes(c.width) * n);
    move_gather(c.width, out, c.any, at, n);
    col r = c;
    r.any = out;
    if (c.states != NULL) {
        uint8_t *st = SCRATCH(k, uint8_t, n);
        gather_8(st, c.states, at, n);
        r.states = st;
        r = col_settled(r, n);
    }
    return r;
}

col col_without(struct kernel *k, col c, unsigned width, uint32_t n)
{
    if (c.states == NULL) return col_const(k, width, c.common, 0);
    void *zeros = kernel_scratch(k, col_bytes(width) * n);
    memset(zeros, 0, col_bytes(width) * n);
    return (col){ .any = zeros, .states = c.states, .common = c.common, .width = (uint8_t)width };
}

col col_narrowed(struct kernel *k, int64_t *values, uint8_t *states, unsigned width, uint32_t n)
{
    col r = { .n = values, .states = states, .common = ST_KNOWN, .width = (uint8_t)width };
    if (width == KERNEL_32) {
        int32_t *v = SCRATCH(k, int32_t, n);
        for (uint32_t i = 0; i < n; i++) v[i] = (int32_t)values[i];
        r.i = v;
    } else if (width == KERNEL_8) {
        uint8_t *v = SCRATCH(k, uint8_t, n);
        for (uint32_t i = 0; i < n; i++) v[i] = (uint8_t)values[i];
        r.b = v;
    }
    return col_settled(r, n);
}

const void *col_dense(struct kernel *k, const col *c, uint32_t n)
{
    if (!c->constant) return c->any;
    void *out = kernel_scratch(k, col_bytes(c->width) * n);
    move_fill(c->width, out, NULL, constant_of(c), n);
    return out;
}

col col_spread(struct kernel *k, col c, sel s, uint32_t set_n)
{
    if (c.constant || s.at == NULL) return c;
    void *out = kernel_scratch(k, col_bytes(c.width) * set_n);
    move_scatter(c.width, out, s.at, c.any, s.n);
    c.any = out;
    if (c.states != NULL) {
        uint8_t *st = SCRATCH(k, uint8_t, set_n);
        scatter_8(st, s.at, c.states, s.n);
        c.states = st;
    }
    return c;
}

col col_assume(struct kernel *k, col c, const col *by, uint32_t n)
{
    if (by->states == NULL) {
        if (!(by->common & ST_ASSUMED)) return c;
        if (c.states == NULL) {
            c.common |= ST_ASSUMED;
            return c;
        }
    }
    if (c.constant) {
        c.any = col_dense(k, &c, n);
        c.constant = false;
    }
    uint8_t *st = SCRATCH(k, uint8_t, n);
    for (uint32_t i = 0; i < n; i++) st[i] = (uint8_t)(col_st(&c, i) | (col_st(by, i) & ST_ASSUMED));
    c.states = st;
    return col_settled(c, n);
}

/* ---- states ---- */

uint8_t st_worst(uint8_t a, uint8_t b)
{
    static const uint8_t weight[] = { [ST_UNKNOWN] = 2, [ST_KNOWN] = 0, [ST_NONE] = 1, [ST_ERROR] = 3 };
    unsigned wa = st_is_escape(a) ? 4 : weight[a & ST_STATE], wb = st_is_escape(b) ? 4 : weight[b & ST_STATE];
    return (uint8_t)((wb > wa ? b : a) | ((a | b) & ST_ASSUMED));
}

bool col_strict(struct kernel *k, const col *a, const col *b, uint32_t n, uint8_t *common, uint8_t **states)
{
    *states = NULL;
    if (a->states == NULL && b->states == NULL) {
        *common = st_worst(a->common, b->common);
        return (*common & ST_STATE) == ST_KNOWN;
    }
    if (a->states == NULL && a->common == ST_KNOWN) {
        const col *c = a;
        a = b;
        b = c;
    }
    uint8_t *st = SCRATCH(k, uint8_t, n);
    if (b->states == NULL && b->common == ST_KNOWN) {
        memcpy(st, a->states, n);
    } else {
        for (uint32_t i = 0; i < n; i++) st[i] = st_worst(col_st(a, i), col_st(b, i));
    }
    *states = st;
    *common = ST_KNOWN;
    return false;
}

const uint8_t *states_picked(struct kernel *k, const uint8_t *b, sel s)
{
    if (s.at == NULL) return b;
    uint8_t *r = SCRATCH(k, uint8_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) r[i] = b[s.at[i]];
    return r;
}

/* ---- putting together ---- */

void part_start(struct part *o, unsigned width, uint32_t n) { *o = (struct part){ .width = width, .n = n }; }

static void part_states(struct kernel *k, struct part *o, const uint32_t *at, uint32_t n, const col *c)
{
    if (o->put == 0 && c->states == NULL) {
        o->common = c->common;
        return;
    }
    if (o->states == NULL) {
        if (o->put > 0 && c->states == NULL && c->common == o->common) return;
        o->states = SCRATCH(k, uint8_t, o->n);
        memset(o->states, o->common, o->n);
    }
    if (c->states == NULL) {
        if (at == NULL)
            memset(o->states, c->common, n);
        else
            fill_8(o->states, at, c->common, n);
    } else if (at == NULL) {
        memcpy(o->states, c->states, n);
    } else {
        scatter_8(o->states, at, c->states, n);
    }
}

static void part_values(struct kernel *k, struct part *o, const uint32_t *at, uint32_t n, const col *c)
{
    if (o->values == NULL) o->values = kernel_scratch(k, col_bytes(o->width) * ((size_t)o->n + 1));
    if (c->constant) {
        move_fill(o->width, o->values, at, constant_of(c), n);
    } else {
        assert(c->width == o->width);
        move_scatter(o->width, o->values, at, c->any, n);
    }
}

void part_put(struct kernel *k, struct part *o, const uint32_t *at, uint32_t n, col c)
{
    if (n == 0) return;
    if (o->put == 0 && n == o->n && at == NULL) {
        o->first = c;
        o->put = n;
        return;
    }
    if (o->put == o->n && o->values == NULL && o->put > 0) { /* something is put over what covers everything */
        col all = o->first;
        o->put = 0;
        part_states(k, o, NULL, o->n, &all);
        part_values(k, o, NULL, o->n, &all);
        o->put = o->n;
    }
    part_states(k, o, at, n, &c);
    part_values(k, o, at, n, &c);
    o->put += n;
}

col part_end(struct kernel *k, struct part *o)
{
    if (o->values == NULL && o->put > 0) return o->first;
    if (o->put == 0) return col_const(k, o->width, ST_UNKNOWN, 0);
    col c = { .any = o->values, .states = o->states, .common = o->common, .width = (uint8_t)o->width };
    return col_settled(c, o->n);
}
