/* link: which of these records are the same person? Records in, scored pairs and clusters out; it knows no database, no
 * pack, no file. The method is that of Fellegi and Sunter: every field of a pair agrees at some level (level.def),
 * every level weighs so many bits for or against, the bits are added, and two thresholds make three bands. Rules stand
 * above the sum, because a wrong merge that stops a benefit is worse than a miss:
 *
 *   equal well-formed numbers and names that agree          are AUTO
 *   equal numbers and different names                       are at most CLERICAL
 *   two different well-formed numbers (twins!)              are DISTINCT, at most CLERICAL when all else is equal
 *   without a number that agrees, a name that only partly
 *   agrees, or different birth dates or sexes               are at most CLERICAL
 *
 * An index keeps what was compared, so that later records cost their own number, not that of all. Results depend on the
 * records, their order and the model alone, not on threads or machines. Not thread-safe: one index, one caller. */
#ifndef LINK_LINK_H
#define LINK_LINK_H
#include "base/arena.h"
#include "base/err.h"

enum link_field {
#define FIELD(name, text_zh) LINK_##name,
#define LEVEL(field, name, m, u, text_zh)
#include "link/level.def"
#undef FIELD
#undef LEVEL
    LINK_FIELDS
};

/* LINK_NAME_EQUAL is 0 in its field, and so on: the order of level.def, the better the smaller. */
enum {
#define FIELD(name, text_zh)              LINK_##name##_FIRST = -1,
#define LEVEL(field, name, m, u, text_zh) LINK_##field##_##name,
#include "link/level.def"
#undef FIELD
#undef LEVEL
    LINK_LEVELS = 9 /* room for the field with most */
};

enum link_band { LINK_DISTINCT, LINK_CLERICAL, LINK_AUTO };

/* A record of a person. All may be missing: empty, or 0. Texts are borrowed for the call. */
struct link_record {
    str id_number, name, phone, address;
    uint32_t birth_ymd; /* 19900131; 19900000 when only the year is known */
    uint32_t region;    /* six digits, of where the record was made */
    uint32_t source;    /* the register it comes from; see link_clusters */
    uint8_t sex;        /* 1 male, 2 female */
};

enum { LINK_RECORDS_MAX = 100000000 }; /* of one index: about 250 bytes each, and numbers stay 32 bits */

/* Scores and thresholds are hundredths of a bit: 1000 is odds of 1,024 to 1. */
struct link_model {
    double m[LINK_FIELDS][LINK_LEVELS], u[LINK_FIELDS][LINK_LEVELS];
    double duplicates; /* other records of the same person that a record is expected to have */
    int32_t automatic, clerical;
    uint32_t block_max; /* a block of more records is cut finer; what is still larger is left out and counted */
    unsigned threads;   /* 1 or 2; the result is the same */
};
struct link_model link_model_default(void);

struct link_pair {
    uint32_t a, b; /* a < b: numbers of records in order of adding, from 0 */
    int32_t score;
    uint32_t levels; /* link_level reads it */
    enum link_band band;
};
static inline int link_level(uint32_t levels, enum link_field f) { return (int)(levels >> (4 * f) & 15); }

/* AUTO and CLERICAL pairs, sorted by a, then b. */
struct link_pairs {
    struct link_pair *at;
    size_t len;
    uint64_t compared;       /* pairs that were looked at */
    uint64_t blocks_skipped; /* blocks too large even when cut finer: their pairs were found otherwise or not at all */
};

struct link_index;
struct link_index *link_index_new(struct arena *a, const struct link_model *m);
uint32_t link_index_count(const struct link_index *x);
/* Compares n more records with all before and among themselves, and adds them. Pairs live in `a`. Fails,
 * changing nothing, when the index would become too large; and when the budget of its arena or of `a` is exceeded: then
 * the records are in the index, but their pairs are lost, and the index should be made anew. */
bool link_new(struct link_index *x, const struct link_record *r, size_t n, struct arena *a, struct link_pairs *out,
              struct err *e);
/* The same without an index that stays. */
bool link_pairs(const struct link_record *r, size_t n, const struct link_model *m, struct arena *a,
                struct link_pairs *out, struct err *e);
/* Scores one pair of the index as link_new would have. */
struct link_pair link_score(const struct link_index *x, uint32_t a, uint32_t b);

struct link_options {
    const uint32_t *authoritative; /* sources that have one record per person; sorted; may be NULL */
    size_t authoritative_count;
};
/* cluster[i] for each record of the index: the smallest number in its cluster. Pairs are those of link_new so far (all
 * of them, in any order). Strongest first, two clusters become one when the evidence across them is for it on the whole
 * and no pair across contradicts: two different well-formed numbers, or a DISTINCT pair whose fields, as far as they
 * are there, speak against it; nor may a cluster have two records of an authoritative source. */
void link_clusters(const struct link_index *x, const struct link_pair *pairs, size_t n, const struct link_options *o,
                   struct arena *a, uint32_t **cluster);

/* Re-estimates m, u and duplicates from (at most about 200,000 of) the records, by expectation and maximisation; names,
 * phones and addresses keep the frequencies of their values. Thresholds stay. Deterministic for the seed. Records too
 * few to learn from (under 1,000) leave the model as it is. `scratch` may go afterwards. */
bool link_train(struct link_model *m, const struct link_record *r, size_t n, uint64_t seed, struct arena *scratch,
                struct err *e);

/* For the clerk who decides: a line for each field that says something, strongest first, with its bits for (+) or
 * against (−): “姓名同音（张炜／张伟） +6.1”; and a last line when a number is in doubt or forbids joining. Names have
 * the usual frequency here, so the bits of a pair in an index may differ. */
str link_explain(const struct link_record *a, const struct link_record *b, const struct link_model *m,
                 struct arena *out);
const char *link_field_text(enum link_field f);
const char *link_level_text(enum link_field f, int level);
const char *link_band_text(enum link_band b);

#endif
