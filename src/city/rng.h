/* rng: random numbers that are the same on every machine: splitmix64, integers only. Each thing has a stream of its
 * own, found from the seed, what it is and its number, so that a household can be made without those before it. */
#ifndef CITY_RNG_H
#define CITY_RNG_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state;
};

enum rng_stream {
    RNG_HOUSEHOLD = 1,
    RNG_PERSON,
    RNG_FIRM,
    RNG_INSTITUTION,
    RNG_PLANT,
    RNG_SECOND_DAY,
    RNG_STARTUP,
    RNG_BLANK
};

static inline uint64_t rng_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}
static inline struct rng rng_of(uint64_t seed, enum rng_stream stream, uint64_t number)
{
    return (
        struct rng){ rng_mix(rng_mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^ rng_mix((uint64_t)stream << 56 ^ number)) };
}
static inline uint64_t rng_next(struct rng *r) { return rng_mix(r->state += UINT64_C(0x9e3779b97f4a7c15)); }
/* 0 … n - 1; n from 1 to 2^32. */
static inline uint32_t rng_below(struct rng *r, uint64_t n) { return (uint32_t)((rng_next(r) >> 32) * n >> 32); }
/* from … to, both included. */
static inline int rng_between(struct rng *r, int from, int to)
{
    return from + (int)rng_below(r, (uint64_t)(to - from) + 1);
}
static inline bool rng_chance(struct rng *r, unsigned of_10000) { return rng_below(r, 10000) < of_10000; }
/* An index into weights, in proportion to them. */
static inline size_t rng_pick(struct rng *r, const uint16_t *weights, size_t count)
{
    uint32_t sum = 0, at;
    for (size_t i = 0; i < count; i++) sum += weights[i];
    at = rng_below(r, sum);
    for (size_t i = 0; i + 1 < count; i++) {
        if (at < weights[i]) return i;
        at -= weights[i];
    }
    return count - 1;
}

#endif
