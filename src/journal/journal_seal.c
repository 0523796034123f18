/* journal_seal: days that are over. Numbers and times of the chain only grow, so the end of a day is found by halving.
 */
#include "journal/journal_priv.h"

#include <string.h>

static size_t put_number(unsigned char *p, uint64_t n)
{
    for (size_t i = 0; i < 8; i++) p[i] = (unsigned char)(n >> 8 * (7 - i));
    return 8;
}

bool journal_seal_hash(struct sm3 *h, const struct journal_seal_row *r, unsigned char out[SM3_BYTES], struct err *e)
{
    unsigned char head[24];
    size_t at = put_number(head, (uint64_t)r->day);
    at += put_number(head + at, (uint64_t)r->last);
    put_number(head + at, (uint64_t)r->count);
    sm3_add(h, r->prev);
    sm3_add(h, (str){ (const char *)head, sizeof head });
    sm3_add(h, r->last_hash);
    return sm3_end(h, out, e);
}

/* Day and hash of one event; hash may be NULL. */
static bool event_at(struct store *s, int64_t number, int64_t *day, unsigned char *hash, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    int64_t time_ms = 0;
    if (!store_prepare(s, STR("SELECT time, hash FROM journal WHERE number = $1"), &q, e)) return false;
    store_bind_int(q, 1, number);
    bool ok = store_step(q, &row, e);
    if (ok && (!row || !store_int(q, 0, &time_ms) || store_bytes(q, 1).len != SM3_BYTES)) {
        ok = fail(e, MISMATCH, "留痕第 %lld 条不见了或者坏了，不能封存；请先用 leye audit verify 查明原因",
                  (long long)number);
    }
    if (ok) {
        *day = journal_day(time_ms);
        if (hash != NULL) memcpy(hash, store_bytes(q, 1).p, SM3_BYTES);
    }
    store_done(q);
    return ok;
}

/* The last event of the day of event `from`. */
static bool day_end(struct store *s, int64_t from, int64_t to, int64_t day, int64_t *out, struct err *e)
{
    while (from < to) {
        int64_t middle = from + (to - from + 1) / 2, d = 0;
        if (!event_at(s, middle, &d, NULL, e)) return false;
        if (d <= day)
            from = middle;
        else
            to = middle - 1;
    }
    *out = from;
    return true;
}

struct tail {
    int64_t day, last;
    unsigned char hash[SM3_BYTES];
};

static bool last_seal(struct store *s, struct tail *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    *out = (struct tail){ .day = INT64_MIN };
    if (!store_prepare(s, STR("SELECT day, last, hash FROM journal_seal ORDER BY day DESC LIMIT 1"), &q, e))
        return false;
    bool ok = store_step(q, &row, e);
    if (ok && row) {
        ok = store_int(q, 0, &out->day) && store_int(q, 1, &out->last) && store_bytes(q, 2).len == SM3_BYTES;
        if (ok)
            memcpy(out->hash, store_bytes(q, 2).p, SM3_BYTES);
        else
            fail(e, MISMATCH, "最后一次封存坏了；请先用 leye audit verify 查明原因");
    }
    store_done(q);
    return ok;
}

static bool insert(struct store *s, const struct journal_seal_row *r, const unsigned char *hash,
                   const struct journal_signer *signer, int64_t now, struct err *e)
{
    struct store_stmt *q;
    autoarena *a = arena_new("seal", 0);
    str signature = { 0 };
    if (signer != NULL && !sm2_sign(signer->key, signer->id, journal_bytes(hash), a, &signature, e)) return false;
    if (!store_prepare(s,
                       STR("INSERT INTO journal_seal (day, last, count, last_hash, prev, hash, time, signer, signature)"
                           " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"),
                       &q, e))
        return false;
    store_bind_int(q, 1, r->day);
    store_bind_int(q, 2, r->last);
    store_bind_int(q, 3, r->count);
    store_bind_bytes(q, 4, r->last_hash);
    store_bind_bytes(q, 5, r->prev);
    store_bind_bytes(q, 6, journal_bytes(hash));
    store_bind_int(q, 7, now);
    store_bind_str(q, 8, signer != NULL ? signer->id : STR(""));
    if (signer != NULL) store_bind_bytes(q, 9, signature);
    bool ok = store_run(q, e);
    store_done(q);
    return ok;
}

static bool seal_days(struct store *s, int64_t through, const struct journal_signer *signer, int64_t now,
                      uint32_t *sealed, struct err *e)
{
    autoarena *a = arena_new("seal", 0);
    struct sm3 *h;
    struct journal_head head;
    struct tail t;
    if (!sm3_new(a, &h, e) || !journal_head_take(s, &head, e) || !last_seal(s, &t, e)) return false;
    int64_t today = journal_day(now > head.time_ms ? now : head.time_ms);
    if (through >= today) through = today - 1;
    while (t.last < head.number) {
        struct journal_seal_row r = { .prev = journal_bytes(t.hash) };
        unsigned char last_hash[SM3_BYTES], hash[SM3_BYTES];
        if (!event_at(s, t.last + 1, &r.day, NULL, e)) return false;
        if (r.day > through) break;
        if (!day_end(s, t.last + 1, head.number, r.day, &r.last, e) || !event_at(s, r.last, &r.day, last_hash, e))
            return false;
        r.last_hash = journal_bytes(last_hash);
        r.count = r.last - t.last;
        if (!journal_seal_hash(h, &r, hash, e) || !insert(s, &r, hash, signer, now, e)) return false;
        t.day = r.day;
        t.last = r.last;
        memcpy(t.hash, hash, SM3_BYTES);
        ++*sealed;
    }
    /* the sealed day cannot be added to, whatever the clock says */
    if (*sealed > 0 && head.floor_ms < journal_day_start(t.day + 1)) head.floor_ms = journal_day_start(t.day + 1);
    return journal_head_put(s, &head, e);
}

bool journal_seal(struct store *s, date through, const struct journal_signer *signer, int64_t clock_ms,
                  uint32_t *sealed, struct err *e)
{
    uint32_t days = 0;
    if (!store_begin(s, e)) return false;
    if (!seal_days(s, through.days, signer, journal_clock(clock_ms), &days, e)) {
        store_rollback(s);
        return false;
    }
    if (!store_commit(s, e)) return false;
    *sealed = days;
    return true;
}

bool journal_seal_lines(struct store *s, date after, struct text *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_prepare(s, STR("SELECT day, last, count, hash FROM journal_seal WHERE day > $1 ORDER BY day"), &q, e))
        return false;
    store_bind_int(q, 1, after.days);
    while ((ok = store_step(q, &row, e)) && row) {
        int64_t day = 0, last = 0, count = 0;
        char text[DATE_TEXT], hex[SM3_HEX + 1];
        if (!store_int(q, 0, &day) || !store_int(q, 1, &last) || !store_int(q, 2, &count) ||
            store_bytes(q, 3).len != SM3_BYTES) {
            ok = fail(e, MISMATCH, "有一次封存坏了；请先用 leye audit verify 查明原因");
            break;
        }
        date_text((date){ (int32_t)day }, text);
        sm3_text((const unsigned char *)store_bytes(q, 3).p, hex);
        text_addf(out, "%s %lld %lld %s\n", text, (long long)last, (long long)count, hex);
    }
    store_done(q);
    if (ok && out->over) ok = fail(e, LIMIT, "封存的清单太长；请分段导出");
    return ok;
}
