/* notice: the tables, putting, the inbox, delivering.
 *
 * A delivery is claimed before it is sent: its next attempt is set to a lease from now, so that another process leaves
 * it alone, and a process that dies in the middle loses nothing but time. */
#include "notice/notice.h"

#include "base/utf8.h"
#include "store/short.h"

#include <assert.h>
#include <string.h>

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR, CHINA = 8 * HOUR, LEASE = 5 * MINUTE };
static const int64_t UNTRIED_MAX = INT64_C(7) * DAY;
enum { WAITING, SENT, GIVEN_UP };

/* After the 1st, 2nd … failure. */
static const int32_t pause_ms[NOTICE_ATTEMPTS] = { MINUTE,    5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR,
                                                   12 * HOUR, DAY,        DAY,         DAY };

#define TABLES(KEY)                                                                                                  \
    "CREATE TABLE notice_counter (name text PRIMARY KEY, value bigint NOT NULL);"                                    \
    "INSERT INTO notice_counter (name, value) VALUES ('notice', 0), ('delivery', 0);"                                \
    "CREATE TABLE notice (id " KEY " PRIMARY KEY, recipient text NOT NULL, title text NOT NULL,"                     \
    " content text NOT NULL, dossier text NOT NULL, key text UNIQUE, made_ms bigint NOT NULL, read_ms bigint);"      \
    "CREATE INDEX notice_recipient ON notice (recipient, id);"                                                       \
    "CREATE TABLE notice_address (recipient text NOT NULL, channel bigint NOT NULL, address text NOT NULL,"          \
    " PRIMARY KEY (recipient, channel));"                                                                            \
    "CREATE TABLE notice_delivery (id " KEY " PRIMARY KEY, notice bigint NOT NULL, channel bigint NOT NULL,"         \
    " address text NOT NULL, state bigint NOT NULL, attempts bigint NOT NULL, next_ms bigint NOT NULL, error text);" \
    "CREATE INDEX notice_delivery_due ON notice_delivery (state, next_ms)"

static const struct store_step steps[] = {
    { 1, "通知、地址、投递", TABLES("integer"),
      "DROP TABLE notice_delivery; DROP TABLE notice_address; DROP TABLE notice; DROP TABLE notice_counter",
      TABLES("bigint") },
    { 2, "投递按地址找", "CREATE INDEX notice_delivery_to ON notice_delivery (channel, state, address, next_ms)",
      "DROP INDEX notice_delivery_to", NULL },
};

bool notice_migrate(struct store *s, struct err *e)
{
    enum { STEPS = sizeof steps / sizeof *steps };
    return store_migrate(s, STR("notice"), steps, STEPS, STEPS, e);
}

const char *notice_channel_zh(enum notice_channel c)
{
    switch (c) {
    case NOTICE_MAIL: return "邮件";
    case NOTICE_HOOK: return "推送";
    case NOTICE_PROGRAM: return "回调";
    case NOTICE_CHANNELS: break;
    }
    return "";
}

/* ---- addresses ---- */

/* What stands in a header or a URL must not end it: visible ASCII without the signs that mean something there. */
static bool plain(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || strchr("<>(),;:\\\"[]", s.p[i]) != NULL) return false;
    return s.len > 0 && s.len <= NOTICE_ADDRESS_MAX;
}

static bool mailbox(str s)
{
    size_t at = str_find(s, STR("@"));
    if (!plain(s) || at == SIZE_MAX || at == 0) return false;
    str host = str_slice(s, at + 1, s.len);
    return host.len > 0 && str_find(host, STR("@")) == SIZE_MAX && host.p[0] != '.' && !str_ends(host, STR("."));
}

bool notice_address(struct store *s, str to, enum notice_channel channel, str address, struct err *e)
{
    assert(channel < NOTICE_CHANNELS);
    if (to.len == 0 || to.len > NOTICE_TO_MAX) return fail(e, INVALID, "没有说明是谁的地址");
    if (address.len == 0)
        return store_do(s, NULL, e, "DELETE FROM notice_address WHERE recipient = $1 AND channel = $2", "si", to,
                        (int64_t)channel);
    if (channel == NOTICE_MAIL ? !mailbox(address) : !plain(address))
        return fail(e, INVALID, "“%.*s”不像一个%s地址；请核对", STR_ARG(address), notice_channel_zh(channel));
    return store_do(s, NULL, e,
                    "INSERT INTO notice_address (recipient, channel, address) VALUES ($1, $2, $3)"
                    " ON CONFLICT (recipient, channel) DO UPDATE SET address = excluded.address",
                    channel == NOTICE_PROGRAM ? "sis" : "siS", to, (int64_t)channel, address);
}

/* ---- putting ---- */

int64_t notice_not_at_night(int64_t now_ms)
{
    int64_t local = now_ms + CHINA, day = local - local % DAY, in_day = local % DAY;
    if (in_day < (int64_t)NOTICE_QUIET_UNTIL * HOUR) return day + (int64_t)NOTICE_QUIET_UNTIL * HOUR - CHINA;
    if (in_day >= (int64_t)NOTICE_QUIET_FROM * HOUR) return day + DAY + (int64_t)NOTICE_QUIET_UNTIL * HOUR - CHINA;
    return now_ms;
}

static bool good(const struct notice_draft *n, struct err *e)
{
    if (n->to.len == 0 || n->to.len > NOTICE_TO_MAX) return fail(e, INVALID, "通知没有收件人");
    if (n->title.len == 0 || n->title.len > NOTICE_TITLE_MAX || n->text.len > NOTICE_TEXT_MAX)
        return fail(e, INVALID, "通知没有标题，或者太长：标题最多 %d 字节，正文最多 %d 字节", NOTICE_TITLE_MAX,
                    NOTICE_TEXT_MAX);
    if (!utf8_valid(n->to, NULL) || !utf8_valid(n->title, NULL) || !utf8_valid(n->text, NULL))
        return fail(e, INVALID, "通知不是 UTF-8");
    for (size_t i = 0; i < n->title.len; i++)
        if ((unsigned char)n->title.p[i] < ' ') return fail(e, INVALID, "通知的标题只能有一行");
    return true;
}

static bool next(struct store *s, const char *what, int64_t *out, struct err *e)
{
    return store_get(s, NULL, out, 1, e, "UPDATE notice_counter SET value = value + 1 WHERE name = $1 RETURNING value",
                     "s", str_of(what));
}

static bool put(struct store *s, const struct notice_draft *n, int64_t now_ms, int64_t *id, struct err *e)
{
    struct store_stmt *q;
    if (!next(s, "notice", id, e) ||
        !store_ask(s, &q, e,
                   "INSERT INTO notice (id, recipient, title, content, dossier, made_ms, key)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   "issssi", *id, n->to, n->title, n->text, n->dossier, now_ms))
        return false;
    if (n->key.len > 0)
        store_bind_str(q, 7, n->key);
    else
        store_bind_null(q, 7);
    bool ok = store_run(q, e);
    store_done(q);
    int64_t when = n->urgent ? now_ms : notice_not_at_night(now_ms);
    for (int64_t channel = 0; ok && channel < NOTICE_CHANNELS; channel++) {
        int64_t there, delivery;
        ok = store_get(s, NULL, &there, 1, e,
                       "SELECT count(*) FROM notice_address WHERE recipient = $1 AND channel = $2", "si", n->to,
                       channel);
        if (!ok || there == 0) continue;
        ok = next(s, "delivery", &delivery, e) &&
             store_do(s, NULL, e,
                      "INSERT INTO notice_delivery (id, notice, channel, address, state, attempts, next_ms)"
                      " SELECT $1, $2, channel, address, 0, 0, $3 FROM notice_address"
                      " WHERE recipient = $4 AND channel = $5",
                      "iiisi", delivery, *id, when, n->to, channel);
    }
    return ok;
}

bool notice_put(struct store *s, const struct notice_draft *n, int64_t now_ms, bool *again, int64_t *id, struct err *e)
{
    bool there = false;
    int64_t number = 0;
    if (!good(n, e) || !store_begin(s, e)) return false;
    bool ok =
        n->key.len == 0 || store_get(s, &there, &number, 1, e, "SELECT id FROM notice WHERE key = $1", "s", n->key);
    if (ok && !there) ok = put(s, n, now_ms, &number, e);
    if (!ok) {
        store_rollback(s);
        return false;
    }
    if (!store_commit(s, e)) return false;
    *again = there;
    if (id != NULL) *id = number;
    return true;
}

/* ---- the inbox ---- */

bool notice_inbox(struct store *s, str to, int64_t before, size_t max, struct arena *a, notices *out, struct err *e)
{
    struct store_stmt *q;
    if (!store_ask(s, &q, e,
                   "SELECT id, made_ms, read_ms, title, content, dossier FROM notice WHERE recipient = $1 AND id < $2"
                   " ORDER BY id DESC LIMIT $3",
                   "sii", to, before > 0 ? before : INT64_MAX, (int64_t)max))
        return false;
    bool row, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        struct notice *n = vec_push(a, out);
        if (!store_int(q, 0, &n->id) || !store_int(q, 1, &n->made_ms)) {
            ok = fail(e, MISMATCH, "数据库里的通知读不懂；请停止办理，先核对数据库");
            break;
        }
        n->is_read = !store_is_null(q, 2);
        n->title = str_dup(a, store_str(q, 3));
        n->text = str_dup(a, store_str(q, 4));
        n->dossier = str_dup(a, store_str(q, 5));
    }
    store_done(q);
    return ok;
}

bool notice_unread(struct store *s, str to, int64_t *count, struct err *e)
{
    return store_get(s, NULL, count, 1, e, "SELECT count(*) FROM notice WHERE recipient = $1 AND read_ms IS NULL", "s",
                     to);
}

bool notice_read(struct store *s, str to, int64_t id, int64_t now_ms, struct err *e)
{
    int64_t changed = 0;
    if (!store_do(s, &changed, e, "UPDATE notice SET read_ms = coalesce(read_ms, $3) WHERE id = $1 AND recipient = $2",
                  "isi", id, to, now_ms))
        return false;
    return changed == 1 || fail(e, NOT_FOUND, "您的收件箱里没有这条通知");
}

/* ---- delivering ---- */

static bool read_letter(struct store *s, int64_t id, struct arena *a, struct notice_letter *out, int64_t *channel,
                        int64_t *attempts, struct err *e)
{
    struct store_stmt *q;
    bool there;
    if (!store_first(s, &q, &there, e,
                     "SELECT d.id, d.notice, d.channel, d.attempts, n.made_ms, d.address, n.title, n.content, n.dossier"
                     " FROM notice_delivery d JOIN notice n ON n.id = d.notice WHERE d.id = $1",
                     "i", id))
        return false;
    bool ok = there && store_int(q, 0, &out->delivery) && store_int(q, 1, &out->notice) && store_int(q, 2, channel) &&
              store_int(q, 3, attempts) && store_int(q, 4, &out->made_ms) && *channel >= 0 &&
              *channel < NOTICE_CHANNELS;
    if (ok) {
        out->address = str_dup(a, store_str(q, 5));
        out->title = str_dup(a, store_str(q, 6));
        out->text = str_dup(a, store_str(q, 7));
        out->dossier = str_dup(a, store_str(q, 8));
    }
    store_done(q);
    return ok || fail(e, MISMATCH, "数据库里的通知读不懂；请停止办理，先核对数据库");
}

/* What this process has in hand. */
struct hand {
    struct notice_letter letters[NOTICE_AT_ONCE];
    struct notice_result results[NOTICE_AT_ONCE];
    int64_t attempts[NOTICE_AT_ONCE], channel;
    size_t count;
};

/* Another process may have claimed it since it was found: then it is that one's. */
static bool claim(struct store *s, int64_t id, int64_t now_ms, struct arena *a, struct hand *h, struct err *e)
{
    int64_t changed = 0;
    if (!store_do(s, &changed, e,
                  "UPDATE notice_delivery SET attempts = attempts + 1, next_ms = $2 WHERE id = $1 AND state = 0"
                  " AND next_ms <= $3",
                  "iii", id, now_ms + LEASE, now_ms))
        return false;
    if (changed == 0) return true;
    if (!read_letter(s, id, a, &h->letters[h->count], &h->channel, &h->attempts[h->count], e)) return false;
    h->attempts[h->count++]--; /* those before this one */
    return true;
}

typedef VEC(int64_t) numbers;
static bool read_numbers(struct store_stmt *q, bool row, struct arena *a, numbers *out, struct err *e)
{
    bool ok = true;
    for (; ok && row; ok = store_step(q, &row, e)) *vec_push(a, out) = store_number(q, 0);
    store_done(q);
    return ok;
}

/* The next one due on a channel that is served one by one. */
static bool find_one(struct store *s, const struct notice_way ways[NOTICE_CHANNELS], int64_t now_ms, struct arena *a,
                     numbers *out, struct err *e)
{
    struct store_stmt *q;
    int64_t served = 0;
    bool row;
    for (int c = 0; c < NOTICE_CHANNELS; c++)
        if (ways[c].send != NULL) served |= 1 << c;
    return store_first(s, &q, &row, e,
                       "SELECT id FROM notice_delivery WHERE state = 0 AND next_ms <= $1"
                       " AND $2 / (CASE channel WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 4 END) % 2 = 1"
                       " ORDER BY next_ms, id LIMIT 1",
                       "ii", now_ms, served) &&
           read_numbers(q, row, a, out, e);
}

/* Of those due on this channel the first of each address, those told of longest ago before others: however much waits
 * for one address, it hides no other. */
static bool find_several(struct store *s, int64_t channel, int64_t now_ms, int64_t max, struct arena *a, numbers *out,
                         struct err *e)
{
    struct store_stmt *q;
    bool row;
    return store_first(s, &q, &row, e,
                       "SELECT min(id) FROM notice_delivery WHERE channel = $2 AND state = 0 AND next_ms <= $1"
                       " GROUP BY address ORDER BY min(id) LIMIT $3",
                       "iii", now_ms, channel, max < NOTICE_AT_ONCE ? max : NOTICE_AT_ONCE) &&
           read_numbers(q, row, a, out, e);
}

/* channel: of a way with `post`; -1: those of all others. *any false: none is due; h->count 0 and *any: others have
 * taken them. */
static bool take(struct store *s, const struct notice_way ways[NOTICE_CHANNELS], int64_t channel, int64_t now_ms,
                 int64_t max, struct arena *a, struct hand *h, bool *any, struct err *e)
{
    numbers due = { 0 };
    if (!store_begin(s, e)) return false;
    bool ok = channel >= 0 ? find_several(s, channel, now_ms, max, a, &due, e) : find_one(s, ways, now_ms, a, &due, e);
    for (size_t i = 0; ok && i < due.len; i++) ok = claim(s, due.at[i], now_ms, a, h, e);
    *any = due.len > 0;
    return store_end(s, ok, e);
}

static bool settle(struct store *s, int64_t delivery, int64_t state, int64_t next_ms, str error, struct err *e)
{
    return store_do(s, NULL, e, "UPDATE notice_delivery SET state = $2, next_ms = $3, error = $4 WHERE id = $1", "iiis",
                    delivery, state, next_ms, error);
}

/* It was claimed, which counted as a try, and was not tried. The others that are due at its address would fare the
 * same, so they wait with it. */
static bool put_back(struct store *s, const struct notice_letter *l, int64_t channel, int64_t now_ms, int64_t *count,
                     struct err *e)
{
    int64_t others = 0;
    if (!store_do(s, NULL, e, "UPDATE notice_delivery SET attempts = attempts - 1, next_ms = $2 WHERE id = $1", "ii",
                  l->delivery, now_ms + MINUTE) ||
        !store_do(s, &others, e,
                  "UPDATE notice_delivery SET next_ms = $4 WHERE channel = $1 AND state = 0 AND address = $2"
                  " AND next_ms <= $3",
                  channel == NOTICE_PROGRAM ? "isii" : "iSii", channel, l->address, now_ms, now_ms + MINUTE))
        return false;
    *count += 1 + others;
    return true;
}

static bool settle_one(struct store *s, const struct hand *h, size_t i, int64_t now_ms, struct notice_delivered *out,
                       struct err *e)
{
    const struct notice_result *r = &h->results[i];
    const struct notice_letter *l = &h->letters[i];
    int64_t attempts = h->attempts[i];
    if (r->sent) {
        out->sent++;
        return settle(s, l->delivery, SENT, now_ms, (str){ 0 }, e);
    }
    if (!r->refused && r->why.code == ERR_LIMIT && now_ms - l->made_ms < UNTRIED_MAX)
        return put_back(s, l, h->channel, now_ms, &out->postponed, e);
    str error = str_of(err_cause(&r->why));
    if (r->refused || attempts + 1 >= NOTICE_ATTEMPTS) {
        out->given_up++;
        return settle(s, l->delivery, GIVEN_UP, now_ms, error, e);
    }
    out->postponed++;
    int64_t later = now_ms + pause_ms[attempts];
    return settle(s, l->delivery, WAITING, h->channel == NOTICE_PROGRAM ? later : notice_not_at_night(later), error, e);
}

static bool deliver(struct store *s, const struct notice_way ways[NOTICE_CHANNELS], int64_t channel, int64_t now_ms,
                    size_t max, struct notice_delivered *out, struct err *e)
{
    bool any = true;
    for (size_t left = max; left > 0;) {
        autoarena *a = arena_new("letters", 0);
        struct hand *h = ARENA_NEW(a, struct hand);
        if (!take(s, ways, channel, now_ms, (int64_t)left, a, h, &any, e)) return false;
        if (!any) break;
        if (h->count == 0) continue;
        const struct notice_way *way = &ways[h->channel];
        if (way->post != NULL)
            way->post(way->context, h->letters, h->count, h->results);
        else
            h->results[0].sent = way->send(way->context, &h->letters[0], &h->results[0].refused, &h->results[0].why);
        for (size_t i = 0; i < h->count; i++)
            if (!settle_one(s, h, i, now_ms, out, e)) return false;
        left -= h->count;
    }
    return true;
}

bool notice_deliver(struct store *s, const struct notice_way ways[NOTICE_CHANNELS], int64_t now_ms, size_t max,
                    struct notice_delivered *out, struct err *e)
{
    assert(store_depth(s) == 0);
    *out = (struct notice_delivered){ 0 };
    for (int64_t c = 0; c < NOTICE_CHANNELS; c++)
        if (ways[c].post != NULL && !deliver(s, ways, c, now_ms, max, out, e)) return false;
    return deliver(s, ways, -1, now_ms, max, out, e);
}

bool notice_given_up(struct store *s, size_t max, struct arena *a, notice_failures *out, struct err *e)
{
    struct store_stmt *q;
    if (!store_ask(s, &q, e,
                   "SELECT d.notice, d.channel, n.recipient, d.address, n.title, d.error FROM notice_delivery d"
                   " JOIN notice n ON n.id = d.notice WHERE d.state = 2 ORDER BY d.id DESC LIMIT $1",
                   "i", (int64_t)max))
        return false;
    bool row, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        struct notice_failure *f = vec_push(a, out);
        int64_t channel = 0;
        ok = store_int(q, 0, &f->notice) && store_int(q, 1, &channel) && channel >= 0 && channel < NOTICE_CHANNELS;
        if (!ok) {
            fail(e, MISMATCH, "数据库里的通知读不懂；请停止办理，先核对数据库");
            break;
        }
        f->channel = (enum notice_channel)channel;
        f->to = str_dup(a, store_str(q, 2));
        f->address = str_dup(a, store_str(q, 3));
        f->title = str_dup(a, store_str(q, 4));
        f->error = str_dup(a, store_str(q, 5));
    }
    store_done(q);
    return ok;
}

const store_secrets notice_secrets = {
    .at =
        (struct store_secret[]){
            { .table = "notice_address",
              .column = "address",
              .where = "channel <> 2" }, /* NOTICE_PROGRAM has numbers */
            { .table = "notice_delivery", .column = "address", .where = "channel <> 2" },
        },
    .len = 2,
};
_Static_assert(NOTICE_PROGRAM == 2, "the conditions above");
