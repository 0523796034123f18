/* decode: unpacking. Loops are plain and of one width each, so that compilers turn them into vector code; less than a
 * byte wide is first spread into bytes. The three output types share one text. */
#include "pool/pool_priv.h"

#include <assert.h>
#include <string.h>

/* ---- less than a byte: n cells from first, as bytes. out has room for 7 more. ---- */

static void spread_1(const uint8_t *restrict in, uint32_t n, uint8_t *restrict out)
{
    for (uint32_t i = 0; i < (n + 7) / 8; i++) {
        uint64_t x = (in[i] * UINT64_C(0x0101010101010101)) & UINT64_C(0x8040201008040201);
        x = ((x + UINT64_C(0x7f7f7f7f7f7f7f7f)) >> 7) & UINT64_C(0x0101010101010101);
        memcpy(out + (size_t)8 * i, &x, 8);
    }
}

static void spread_2(const uint8_t *restrict in, uint32_t n, uint8_t *restrict out)
{
    for (uint32_t i = 0; i < (n + 3) / 4; i++) {
        uint32_t x = (in[i] | (uint32_t)in[i] << 12) & 0x000F000Fu;
        x = (x | x << 6) & 0x03030303u;
        memcpy(out + (size_t)4 * i, &x, 4);
    }
}

static void spread_4(const uint8_t *restrict in, uint32_t n, uint8_t *restrict out)
{
    for (uint32_t i = 0; i < (n + 1) / 2; i++) {
        uint16_t x = (uint16_t)((in[i] | in[i] << 4) & 0x0F0F);
        memcpy(out + (size_t)2 * i, &x, 2);
    }
}

enum { SPREAD_ROOM = TILE + 16 };

/* Where the cells begin in tmp: unpacking starts at a whole byte. n is at most TILE. */
static const uint8_t *spread(const uint8_t *packed, uint8_t width, uint32_t first, uint32_t n, uint8_t *tmp)
{
    uint32_t in_byte = 8u / width, skip = first % in_byte;
    const uint8_t *in = packed + first / in_byte;
    if (width == 1)
        spread_1(in, n + skip, tmp);
    else if (width == 2)
        spread_2(in, n + skip, tmp);
    else
        spread_4(in, n + skip, tmp);
    return tmp + skip;
}

/* ---- states ---- */

static int common_state(const uint8_t *states, uint32_t n)
{
    uint8_t differ = 0;
    for (uint32_t i = 0; i < n; i++) differ |= (uint8_t)(states[i] ^ states[0]);
    return differ == 0 ? states[0] : -1;
}

int chunk_states(const struct chunk *c, uint32_t first, uint32_t n, uint8_t *states)
{
    assert(n > 0 && first + n <= c->rows);
    if (c->state_width == 0) {
        memset(states, c->two[0], n);
        return c->two[0];
    }
    for (uint32_t at = 0; at < n; at += TILE) {
        uint8_t tmp[SPREAD_ROOM];
        uint32_t len = n - at < TILE ? n - at : TILE;
        const uint8_t *s = spread(c->states, c->state_width, first + at, len, tmp);
        if (c->state_width == 1) {
            uint8_t zero = c->two[0], step = (uint8_t)(c->two[1] - c->two[0]);
            for (uint32_t i = 0; i < len; i++) states[at + i] = (uint8_t)(zero + s[i] * step);
        } else {
            memcpy(states + at, s, len);
        }
    }
    return common_state(states, n);
}

static uint8_t bits_at(const uint8_t *p, uint8_t width, uint32_t at)
{
    uint32_t bit = at * width;
    return (uint8_t)((uint32_t)p[bit >> 3] >> (bit & 7u) & ((1u << width) - 1u));
}

uint8_t chunk_state(const struct chunk *c, uint32_t row)
{
    if (c->state_width == 0) return c->two[0];
    uint8_t s = bits_at(c->states, c->state_width, row);
    return c->state_width == 1 ? c->two[s] : s;
}

void chunk_gather_states(const struct chunk *c, const uint32_t *rows, uint32_t first, uint32_t n, uint8_t *out)
{
    switch (c->state_width) {
    case 0: memset(out, c->two[0], n); return;
    case 1:
        for (uint32_t i = 0; i < n; i++) out[i] = c->two[bits_at(c->states, 1, rows[i] - first)];
        return;
    case 2:
        for (uint32_t i = 0; i < n; i++) out[i] = bits_at(c->states, 2, rows[i] - first);
        return;
    default:
        for (uint32_t i = 0; i < n; i++) out[i] = bits_at(c->states, 4, rows[i] - first);
        return;
    }
}

/* ---- values ---- */

#define U16(p) ((const uint16_t *)(const void *)(p))
#define U32(p) ((const uint32_t *)(const void *)(p))
#define U64(p) ((const uint64_t *)(const void *)(p))

/* Sums wrap: a distance is an unsigned number of as many bits as the difference of two values needs. */
#define DECODE(T, W, name)                                                                                    \
    static void widen_8_##name(const uint8_t *restrict in, uint32_t n, W base, T *restrict out)               \
    {                                                                                                         \
        for (uint32_t i = 0; i < n; i++) out[i] = (T)(W)(base + in[i]);                                       \
    }                                                                                                         \
    static void widen_16_##name(const uint16_t *restrict in, uint32_t n, W base, T *restrict out)             \
    {                                                                                                         \
        for (uint32_t i = 0; i < n; i++) out[i] = (T)(W)(base + in[i]);                                       \
    }                                                                                                         \
    static void widen_32_##name(const uint32_t *restrict in, uint32_t n, W base, T *restrict out)             \
    {                                                                                                         \
        for (uint32_t i = 0; i < n; i++) out[i] = (T)(W)(base + (W)in[i]);                                    \
    }                                                                                                         \
    static void widen_64_##name(const uint64_t *restrict in, uint32_t n, W base, T *restrict out)             \
    {                                                                                                         \
        for (uint32_t i = 0; i < n; i++) out[i] = (T)(W)(base + (W)in[i]);                                    \
    }                                                                                                         \
    void chunk_values_##name(const struct chunk *c, uint32_t first, uint32_t n, T *out)                       \
    {                                                                                                         \
        W base = (W)(uint64_t)c->base;                                                                        \
        switch (c->width) {                                                                                   \
        case 0:                                                                                               \
            for (uint32_t i = 0; i < n; i++) out[i] = (T)base;                                                \
            return;                                                                                           \
        case 1:                                                                                               \
        case 2:                                                                                               \
        case 4:                                                                                               \
            for (uint32_t at = 0; at < n; at += TILE) {                                                       \
                uint8_t tmp[SPREAD_ROOM];                                                                     \
                uint32_t len = n - at < TILE ? n - at : TILE;                                                 \
                widen_8_##name(spread(c->values, c->width, first + at, len, tmp), len, base, out + at);       \
            }                                                                                                 \
            return;                                                                                           \
        case 8: widen_8_##name(c->values + first, n, base, out); return;                                      \
        case 16: widen_16_##name(U16(c->values) + first, n, base, out); return;                               \
        case 32: widen_32_##name(U32(c->values) + first, n, base, out); return;                               \
        default: widen_64_##name(U64(c->values) + first, n, base, out); return;                               \
        }                                                                                                     \
    }                                                                                                         \
    void chunk_gather_##name(const struct chunk *c, const uint32_t *rows, uint32_t first, uint32_t n, T *out) \
    {                                                                                                         \
        W base = (W)(uint64_t)c->base;                                                                        \
        const uint8_t *p = c->values;                                                                         \
        switch (c->width) {                                                                                   \
        case 0:                                                                                               \
            for (uint32_t i = 0; i < n; i++) out[i] = (T)base;                                                \
            return;                                                                                           \
        case 1:                                                                                               \
        case 2:                                                                                               \
        case 4:                                                                                               \
            for (uint32_t i = 0; i < n; i++) out[i] = (T)(W)(base + bits_at(p, c->width, rows[i] - first));   \
            return;                                                                                           \
        case 8:                                                                                               \
            for (uint32_t i = 0; i < n; i++) out[i] = (T)(W)(base + p[rows[i] - first]);                      \
            return;                                                                                           \
        case 16:                                                                                              \
            for (uint32_t i = 0; i < n; i++) out[i] = (T)(W)(base + U16(p)[rows[i] - first]);                 \
            return;                                                                                           \
        case 32:                                                                                              \
            for (uint32_t i = 0; i < n; i++) out[i] = (T)(W)(base + (W)U32(p)[rows[i] - first]);              \
            return;                                                                                           \
        default:                                                                                              \
            for (uint32_t i = 0; i < n; i++) out[i] = (T)(W)(base + (W)U64(p)[rows[i] - first]);              \
            return;                                                                                           \
        }                                                                                                     \
    }

DECODE(uint8_t, uint32_t, u8)
DECODE(int32_t, uint32_t, i32)
DECODE(int64_t, uint64_t, i64)

uint64_t chunk_id(const struct chunk *c, uint32_t row)
{
    int64_t v;
    chunk_values_i64(c, row, 1, &v);
    return (uint64_t)v + (c->flags & CHUNK_SLOPE ? row : 0);
}
