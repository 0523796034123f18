/* link_priv: what the files of link share: forms (records made ready for comparing), tables that grow without moving
 * what others point to, and the index. */
#ifndef LINK_LINK_PRIV_H
#define LINK_LINK_PRIV_H
#include "base/idcard.h"
#include "link/link.h"

/* ---- A table from 64-bit keys to small numbers; it has an arena of its own, replaced when it grows. ---- */

struct tally {
    struct arena *arena;
    uint64_t *keys; /* 0: free */
    uint32_t *values;
    size_t len, slots;
};
void tally_free(struct tally *t);
void tally_reserve(struct tally *t, size_t more);
/* The value of the key, made 0 when it is new; valid until the next call. Key 0 is taken as 1. */
uint32_t *tally_at(struct tally *t, uint64_t key);
uint32_t tally_get(const struct tally *t, uint64_t key); /* 0: not there */
static inline size_t tally_slot(const struct tally *t, uint64_t key)
{
    return (size_t)(key ^ key >> 29) & (t->slots - 1);
}
/* Asks memory for the place of a key that will be needed soon. */
static inline void tally_fetch(const struct tally *t, uint64_t key)
{
    if (t->slots == 0) return;
    __builtin_prefetch(&t->keys[tally_slot(t, key)]);
    __builtin_prefetch(&t->values[tally_slot(t, key)]);
}

/* ---- Records and names, in chunks that never move ---- */

enum { CHUNK_BITS = 14, CHUNK = 1 << CHUNK_BITS, CHUNKS_MAX = LINK_RECORDS_MAX / CHUNK + 1 };
enum { NAME_MAX_CHARS = 16 }; /* longer ones are cut: the longest names of citizens have about that many */

enum id_kind { ID_MISSING, ID_ODD, ID_GOOD, ID_SHORT }; /* odd: there, but not well formed */
enum { ID_TEXT = 19 };                                  /* one more than well-formed, so that a doubled digit is seen */

struct form {
    char id[ID_TEXT]; /* zero bytes behind */
    uint8_t id_kind;
    uint32_t name;         /* number in names; 0: none */
    uint64_t phone, place; /* digits with a 1 before them; hash of the address without its districts; 0: none */
    uint32_t street, birth_ymd, region, source;
    uint8_t sex;
};

struct name {
    uint32_t chars[NAME_MAX_CHARS]; /* standard forms */
    uint16_t sounds[NAME_MAX_CHARS];
    uint16_t surname_sound;
    uint8_t len;
    uint32_t count;           /* records that have it */
    uint64_t standard, sound; /* hashes of the standard forms; of the sounds in no order */
};

enum {
    PASS_ID,          /* the number */
    PASS_ID_PART,     /* its region, birth date and sex: slips in the last digits */
    PASS_SOUND_BIRTH, /* sounds of the name, birth date */
    PASS_PHONE,
    PASS_SOUND_PLACE, /* sounds of the name, address */
    PASS_BIRTH,       /* birth date, sex, sound of the surname: slips in the given name */
    PASS_SOUND_YEAR,  /* sounds of the name, year of birth: slips in the birth date */
    PASS_PLACE_BIRTH, /* address, birth date: a name read wrongly, the surname too */
    PASSES
};

/* One pass over some records, sorted: the upper KEY_BITS of a key say which block, the rest cuts large blocks finer. */
enum { KEY_BITS = 44 };
struct entry {
    uint64_t key; /* 0: the record does not take part */
    uint32_t record;
};
struct run {
    struct arena *arena;
    struct entry *entries[PASSES];
    size_t counts[PASSES];
    size_t records;
};
enum { RUNS_MAX = 40 }; /* each is at least twice as large as the next */

struct weights {
    int32_t level[LINK_FIELDS][LINK_LEVELS];
    double log_m[LINK_FIELDS][LINK_LEVELS]; /* for levels weighed by frequency */
};

struct link_index {
    struct arena *arena;
    struct link_model model;
    struct weights weights;
    uint32_t count;
    struct form *forms[CHUNKS_MAX];
    uint64_t (*keys[CHUNKS_MAX])[PASSES];
    struct name *names[CHUNKS_MAX];
    uint32_t name_count; /* with number 0, which is nobody's */
    struct tally name_numbers, sounds, phones, places, odd_ids;
    struct run runs[RUNS_MAX];
    size_t run_count;
};

static inline struct form *form_at(const struct link_index *x, uint32_t i)
{
    return &x->forms[i >> CHUNK_BITS][i & (CHUNK - 1)];
}
static inline struct name *name_at(const struct link_index *x, uint32_t i)
{
    return &x->names[i >> CHUNK_BITS][i & (CHUNK - 1)];
}
static inline uint64_t *keys_at(const struct link_index *x, uint32_t i)
{
    return x->keys[i >> CHUNK_BITS][i & (CHUNK - 1)];
}

/* Never stored outside the process, but the same in every run: what is compared must not depend on a seed. */
static inline uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93u;
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}
static inline uint64_t mix2(uint64_t a, uint64_t b) { return mix(mix(a) + 0x9E3779B97F4A7C15u * b + 1); }

/* form.c: fills the form and the name of a record; returns the hash of the name as it was written, 0 for none. */
uint64_t form_make(const struct link_record *r, struct form *f, struct name *n, struct arena *scratch);
void form_keys(const struct form *f, const struct name *n, uint64_t keys[PASSES]);

/* compare.c */
struct sight { /* one side of a comparison */
    const struct form *form;
    const struct name *name;
};
uint32_t compare_levels(const struct sight *a, const struct sight *b);
/* Whether the two have different well-formed numbers. */
bool compare_two_numbers(const struct form *a, const struct form *b);
/* Whether the rules make them DISTINCT whatever their score is: told without scoring, as it is for nearly all pairs. */
bool compare_surely_distinct(const struct form *a, const struct form *b);
void weights_make(const struct link_model *m, struct weights *w);
/* Bits of a field's level; `seen` records among `total` have the value, 0 when that is not known. */
int32_t weights_of(const struct link_model *m, const struct weights *w, enum link_field f, int level, uint32_t seen,
                   uint32_t total);
/* The score of levels whose frequencies are known, and the band after the rules. */
enum link_band compare_band(const struct link_model *m, const struct form *a, const struct form *b, uint32_t levels,
                            int32_t score);
int32_t prior_of(const struct link_model *m, uint32_t total);

/* index.c: the records become the newest run; runs that grew alike become one. */
void index_add_records(struct link_index *x, const struct link_record *r, size_t n);
void index_merge_runs(struct link_index *x);
struct link_pair index_score(const struct link_index *x, uint32_t a, uint32_t b, int32_t prior);

/* block.c: finds and scores the pairs of the records of the newest run with all others; `keep` is the lowest band kept.
 */
void block_pairs(const struct link_index *x, enum link_band keep, struct arena *a, struct link_pairs *out);

#endif
