/* city: a made-up city of any size, the same from the same seed on any machine: households, people with their lives at
 * school, at work and without it, firms, and what departments know of them. Calibrated to published figures
 * (figures.def); with mistakes planted, whose truth is known. docs/city.md says what comes out. */
#ifndef CITY_CITY_H
#define CITY_CITY_H
#include "lang/program.h"
#include "vocab/vocab.h"

struct city_options {
    uint64_t people; /* from 1,000 */
    uint64_t seed;
    int day;          /* 1: everything; 2: what changed on the next day */
    date date;        /* of day 1 */
    unsigned threads; /* 0: as many as there are processors; the city is the same */
    bool truth;       /* the pool gets the facts as they are, not as the registers have them */
    void (*progress)(void *to, uint64_t done, uint64_t total); /* in people; NULL: none */
    void *progress_to;
};
enum { CITY_PEOPLE_MIN = 1000, CITY_PEOPLE_MAX = 50000000, CITY_THREADS_MAX = 16 };

struct city_result {
    uint64_t people, households, firms, facts, planted, files, rows;
};

struct city;

/* The drop of the day as a folder of files: out/day1 or out/day2, and out/truth. The codes are those of the program. */
bool city_files(const struct city_options *o, const struct program *p, str out, struct city_result *r,
                struct text *report, struct err *e);
/* The same facts as a pool, as an import without any mistake would give them. */
bool city_pool(const struct city_options *o, const struct vocab *v, struct pool **out, struct city_result *r,
               struct text *report, struct err *e);
/* The city alone, to ask what its subjects are called in the files: people, households by their numbers, firms and
 * institutions by their codes. id is that of a row of the pool. */
struct city *city_new(struct arena *a, const struct city_options *o);
str city_key(const struct city *c, str entity, uint64_t id, struct arena *a);
/* The list of files with their headings, for docs/city.md. */
void city_list(struct text *out);

#endif
