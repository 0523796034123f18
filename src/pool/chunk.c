/* chunk: encoding. Known values are kept as distances from the least of them, in as few bits as the farthest needs;
 * states as one for all, one bit when there are two, else two or four bits. A cell that is not known is packed as
 * distance 0; where that would not unpack to 0 the chunk says so (CHUNK_MASK) and readers clear it. */
#include "pool/pool_priv.h"

#include <assert.h>
#include <string.h>

static size_t padded(size_t bits) { return (bits + 63) / 64 * 8; }

size_t chunk_value_bytes(const struct chunk *c) { return padded((size_t)c->rows * c->width); }

size_t chunk_state_bytes(const struct chunk *c) { return padded((size_t)c->rows * c->state_width); }

static bool is_known(uint8_t state) { return (state & POOL_STATE) == POOL_KNOWN; }

/* Bits enough for distances up to `farthest`. */
static uint8_t width_for(uint64_t farthest)
{
    static const uint8_t widths[] = { 0, 1, 2, 4, 8, 16, 32 };
    for (size_t i = 0; i < sizeof widths; i++) {
        if (farthest >> widths[i] == 0) return widths[i];
    }
    return 64;
}

/* What the cells have in common, found in one pass. */
struct survey {
    int64_t least, most;
    uint32_t known;
    uint16_t states; /* one bit for each that occurs */
    bool owner;      /* every known value is the row's owner */
};

static struct survey survey(struct cells c)
{
    struct survey s = { .least = INT64_MAX, .most = INT64_MIN, .owner = c.owners != NULL };
    for (uint32_t i = 0; i < c.n; i++) s.states = (uint16_t)(s.states | 1u << (c.states[i] & 15u));
    bool all_known = (s.states & ~(1u << POOL_KNOWN | 1u << (POOL_KNOWN | POOL_ASSUMED))) == 0;
    if (all_known) {
        s.known = c.n;
        for (uint32_t i = 0; i < c.n; i++) {
            int64_t v = c.values[i];
            s.least = v < s.least ? v : s.least;
            s.most = v > s.most ? v : s.most;
        }
    } else {
        for (uint32_t i = 0; i < c.n; i++) {
            bool known = is_known(c.states[i]);
            int64_t v = c.values[i];
            s.least = known && v < s.least ? v : s.least;
            s.most = known && v > s.most ? v : s.most;
            s.known += known;
        }
    }
    for (uint32_t i = 0; s.owner && i < c.n; i++) {
        s.owner = !is_known(c.states[i]) || (uint64_t)c.values[i] == c.owners[i];
    }
    return s;
}

static bool chunk_room(struct block_account *m, struct chunk *c)
{
    size_t values = chunk_value_bytes(c), states = chunk_state_bytes(c);
    c->values = c->states = NULL;
    c->flags |= CHUNK_OWNED;
    if (values + states == 0) return true;
    uint8_t *p = block_alloc(m, values + states);
    if (p == NULL) return false;
    if (values > 0) c->values = p;
    if (states > 0) c->states = p + values;
    return true;
}

void chunk_free(struct block_account *m, struct chunk *c)
{
    if (c->flags & CHUNK_OWNED) {
        size_t size = chunk_value_bytes(c) + chunk_state_bytes(c);
        if (size > 0) block_free(m, c->values != NULL ? c->values : c->states, size);
    }
    *c = (struct chunk){ 0 };
}

static void pack_bits(uint8_t *out, uint32_t at, uint8_t width, uint64_t v)
{
    uint32_t bit = at * width;
    out[bit >> 3] = (uint8_t)(out[bit >> 3] | v << (bit & 7u));
}

static void pack_u16(uint16_t *out, const int64_t *values, int64_t base, uint32_t n)
{
    assert(out != NULL || n == 0);
    for (uint32_t i = 0; i < n; i++) out[i] = (uint16_t)((uint64_t)values[i] - (uint64_t)base);
}

/* Distances are stored without looking at states: those of cells that are not known are cut to the width and mean
 * nothing. Callers that need them to be 0 clear the values first. */
static void pack_values(struct chunk *c, const int64_t *values)
{
    uint64_t base = (uint64_t)c->base;
    uint32_t n = c->rows;
    uint8_t *bytes = c->values;
    if (c->width == 0 || n == 0) return;
    assert(bytes != NULL);
    switch (c->width) {
    case 1:
    case 2:
    case 4: {
        uint64_t mask = (1u << c->width) - 1u;
        for (uint32_t i = 0; i < n; i++) pack_bits(bytes, i, c->width, ((uint64_t)values[i] - base) & mask);
        return;
    }
    case 8:
        for (uint32_t i = 0; i < n; i++) bytes[i] = (uint8_t)((uint64_t)values[i] - base);
        return;
    case 16: pack_u16((uint16_t *)(void *)bytes, values, c->base, n); return;
    case 32: {
        uint32_t *out = (uint32_t *)(void *)bytes;
        for (uint32_t i = 0; i < n; i++) out[i] = (uint32_t)((uint64_t)values[i] - base);
        return;
    }
    default: {
        uint64_t *out = (uint64_t *)(void *)bytes;
        for (uint32_t i = 0; i < n; i++) out[i] = (uint64_t)values[i] - base;
        return;
    }
    }
}

/* Which states occur decides how they are packed. */
static void choose_states(struct chunk *c, uint16_t states)
{
    int count = __builtin_popcount(states);
    if (count <= 1) {
        c->two[0] = (uint8_t)(states == 0 ? POOL_UNKNOWN : __builtin_ctz(states));
        return;
    }
    c->two[0] = (uint8_t)__builtin_ctz(states);
    c->two[1] = (uint8_t)(31 - __builtin_clz(states));
    c->state_width = count == 2 ? 1 : states < 16 ? 2 : 4;
}

static void pack_states(struct chunk *c, const uint8_t *states)
{
    uint32_t n = c->rows;
    uint8_t *out = c->states;
    switch (c->state_width) {
    case 0: return;
    case 1:
        for (uint32_t i = 0; i < n; i++) out[i >> 3] = (uint8_t)(out[i >> 3] | (states[i] == c->two[1]) << (i & 7u));
        return;
    case 2:
        for (uint32_t i = 0; i < n; i++) out[i >> 2] = (uint8_t)(out[i >> 2] | states[i] << 2 * (i & 3u));
        return;
    default:
        for (uint32_t i = 0; i < n; i++) out[i >> 1] = (uint8_t)(out[i >> 1] | states[i] << 4 * (i & 1u));
        return;
    }
}

bool chunk_encode(struct block_account *m, struct cells cells, struct chunk *out)
{
    struct survey s = survey(cells);
    struct chunk c = { .rows = cells.n };
    choose_states(&c, s.states);
    bool mixed = s.known < cells.n;
    if (s.known > 0 && s.owner) {
        c.flags |= CHUNK_OWNER | CHUNK_MASK;
    } else if (s.known > 0) {
        uint64_t farthest = (uint64_t)s.most - (uint64_t)s.least;
        c.base = s.least;
        c.width = width_for(farthest);
        /* from 0 when that costs nothing: then 0 stands for what is not known */
        if (mixed && s.least >= 0 && width_for((uint64_t)s.most) == c.width) c.base = 0;
        if (mixed && c.base != 0) c.flags |= CHUNK_MASK;
    }
    if (!chunk_room(m, &c)) return false;
    pack_values(&c, cells.values);
    pack_states(&c, cells.states);
    *out = c;
    return true;
}

bool chunk_encode_ids(struct block_account *m, const uint64_t *ids, uint32_t n, struct chunk *out)
{
    struct chunk c = { .rows = n, .two = { POOL_KNOWN, 0 } };
    uint64_t least = UINT64_MAX, most = 0, least_slope = UINT64_MAX, most_slope = 0;
    bool ascend = true;
    for (uint32_t i = 0; i < n; i++) {
        least = ids[i] < least ? ids[i] : least;
        most = ids[i] > most ? ids[i] : most;
        ascend = ascend && ids[i] >= i;
        least_slope = ids[i] - i < least_slope ? ids[i] - i : least_slope;
        most_slope = ids[i] - i > most_slope ? ids[i] - i : most_slope;
    }
    if (n > 0) {
        c.base = (int64_t)least;
        c.width = width_for(most - least);
        if (ascend && width_for(most_slope - least_slope) < c.width) {
            c.base = (int64_t)least_slope;
            c.width = width_for(most_slope - least_slope);
            c.flags |= CHUNK_SLOPE;
        }
    }
    if (!chunk_room(m, &c)) return false;
    assert(c.values != NULL || c.width == 0 || n == 0);
    if (c.width > 0) { /* packed one by one: the row is part of the base */
        struct chunk one = c;
        for (uint32_t i = 0; i < n; i++) {
            uint64_t v = ids[i] - (uint64_t)c.base - (c.flags & CHUNK_SLOPE ? i : 0);
            one.rows = 1;
            one.base = 0;
            if (c.width < 8) {
                pack_bits(c.values, i, c.width, v);
            } else {
                one.values = c.values + (size_t)i * (c.width / 8u);
                pack_values(&one, &(int64_t){ (int64_t)v });
            }
        }
    }
    *out = c;
    return true;
}

/* ---- in place ---- */

bool chunk_fits(const struct chunk *c, uint8_t state, int64_t value)
{
    bool state_fits = c->state_width == 0   ? state == c->two[0]
                      : c->state_width == 1 ? state == c->two[0] || state == c->two[1]
                      : c->state_width == 2 ? state < 4
                                            : true;
    if (!state_fits || (c->flags & CHUNK_OWNER)) return false;
    uint64_t distance = (uint64_t)value - (uint64_t)c->base;
    return !is_known(state) || c->width == 64 || distance >> c->width == 0;
}

static void put_bits(uint8_t *out, uint32_t at, uint8_t width, uint8_t v)
{
    uint32_t bit = at * width;
    unsigned mask = ((1u << width) - 1u) << (bit & 7u);
    out[bit >> 3] = (uint8_t)((out[bit >> 3] & ~mask) | ((unsigned)v << (bit & 7u) & mask));
}

void chunk_put(struct chunk *c, uint32_t row, uint8_t state, int64_t value)
{
    uint64_t distance = is_known(state) ? (uint64_t)value - (uint64_t)c->base : 0;
    size_t bytes = c->width / 8u;
    if (!is_known(state) && c->base != 0) c->flags |= CHUNK_MASK;
    if (c->width > 0 && c->width < 8)
        put_bits(c->values, row, c->width, (uint8_t)distance);
    else if (bytes > 0)
        memcpy(c->values + row * bytes, &distance, bytes); /* little-endian, as everywhere in the file */
    if (c->state_width == 1)
        put_bits(c->states, row, 1, state == c->two[1]);
    else if (c->state_width > 1)
        put_bits(c->states, row, c->state_width, state);
}
