/* journal, inside: how an event and a seal become the bytes that are hashed. */
#ifndef JOURNAL_JOURNAL_PRIV_H
#define JOURNAL_JOURNAL_PRIV_H
#include "journal/journal.h"

enum { DAY_MS = 86400000, ZONE_MS = 8 * 3600000 };

/* An event as it is stored. Texts are borrowed. */
struct journal_row {
    int64_t number, time_ms, behind_ms;
    str actor, role, kind, subject, dossier, body;
};

struct journal_seal_row {
    int64_t day; /* days since 1970 */
    int64_t last, count;
    str last_hash, prev;
};

bool journal_hash(struct sm3 *h, str prev, const struct journal_row *r, unsigned char out[SM3_BYTES], struct err *e);
bool journal_seal_hash(struct sm3 *h, const struct journal_seal_row *r, unsigned char out[SM3_BYTES], struct err *e);

/* The civil day, in China, of a time. */
static inline int64_t journal_day(int64_t time_ms)
{
    int64_t t = time_ms + ZONE_MS;
    return t >= 0 ? t / DAY_MS : -((-t + DAY_MS - 1) / DAY_MS);
}
static inline int64_t journal_day_start(int64_t day) { return day * DAY_MS - ZONE_MS; }

static inline str journal_bytes(const unsigned char *p) { return (str){ (const char *)p, SM3_BYTES }; }

/* Locks the head of the chain for this transaction and reads it. */
struct journal_head {
    int64_t number, time_ms, floor_ms;
    unsigned char hash[SM3_BYTES];
};
bool journal_head_take(struct store *s, struct journal_head *out, struct err *e);
bool journal_head_put(struct store *s, const struct journal_head *h, struct err *e);
int64_t journal_clock(int64_t clock_ms); /* 0: the machine's */

#endif
