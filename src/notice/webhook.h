/* webhook 回调: programs that are told that something happened: which kind, which number, where to fetch it, and
 * nothing about anybody. What is told stands in the outbox of notices, so it is there when the change is, is tried
 * again later and later, and is given up in the end; an address that was given up is dead, and says so, until its owner
 * wakes it.
 *
 * Each letter is signed: HMAC-SM3 under a secret only both sides know, over the second it is sent and the body, so that
 * nobody can make one up, change one, or send an old one again. Secrets stand nowhere: they are derived from the vault
 * key of the house, the number of the webhook and how often it was rotated. For a day after a rotation letters carry
 * both signatures.
 *
 * Whose a webhook is and what its events mean, the caller knows. */
#ifndef NOTICE_WEBHOOK_H
#define NOTICE_WEBHOOK_H
#include "base/crypto.h"
#include "notice/notice.h"

enum {
    WEBHOOK_URL_MAX = 400,
    WEBHOOK_OF_ONE_MAX = 10,       /* of one owner */
    WEBHOOK_OVERLAP_MS = 86400000, /* the old secret still signs beside the new one for a day */
    WEBHOOK_ROUND_MS = 20000,      /* of one round for one webhook: a slow one does not hold the others */
};

bool webhook_migrate(struct store *s, struct err *e); /* part "webhook" of the schema */

enum webhook_state { WEBHOOK_ON, WEBHOOK_DEAD };
const char *webhook_state_zh(enum webhook_state st);

struct webhook {
    int64_t id, made_ms, generation, rotated_ms;
    int64_t journal, batch; /* told up to here: event of the journal, batch of the register */
    str owner, url, events; /* events: words with blanks between */
    enum webhook_state state;
    str why; /* of a dead one */
};
typedef VEC(struct webhook) webhooks;

/* Whether an address may be told: https; this machine and private networks only if `inside`, then to this machine also
 * http. INVALID. What its name stands for is looked at again when a letter is sent, at the very address the connection
 * goes to. */
bool webhook_url_good(str url, bool inside, struct err *e);
/* w: owner, url, events, journal, batch. LIMIT: too many of one owner. */
bool webhook_add(struct store *s, const struct webhook *w, bool inside, int64_t now_ms, int64_t *id, struct err *e);
bool webhook_list(struct store *s, str owner, struct arena *a, webhooks *out, struct err *e); /* empty: all */
/* NOT_FOUND when it is somebody else's; owner empty: anybody's. */
bool webhook_get(struct store *s, int64_t id, str owner, struct arena *a, struct webhook *out, struct err *e);
bool webhook_rotate(struct store *s, int64_t id, int64_t now_ms, struct err *e);
bool webhook_wake(struct store *s, int64_t id, struct err *e);   /* a dead one is told again, from where it stopped */
bool webhook_remove(struct store *s, int64_t id, struct err *e); /* what waits for it is not sent any more */
bool webhook_told(struct store *s, int64_t id, int64_t journal, int64_t batch, struct err *e);

enum { WEBHOOK_SECRET = SM3_HEX };
bool webhook_secret(const struct vault_key *k, int64_t id, int64_t generation, char out[WEBHOOK_SECRET + 1],
                    struct err *e);

/* Into the outbox: {"event":…,"number":…,"address":…,"at":…}. key: once for each webhook. */
struct webhook_event {
    str event, number, address, key;
    int64_t at_ms;
};
bool webhook_put(struct store *s, int64_t id, const struct webhook_event *v, int64_t now_ms, struct err *e);

/* For notice_deliver, channel NOTICE_PROGRAM: a POST with the headers
 *   X-Leye-Event, X-Leye-Delivery (stays the same when it is sent again), X-Leye-Timestamp (seconds),
 *   X-Leye-Signature: v1=HMAC-SM3(secret, timestamp "." body) in hexadecimal; after a rotation two, a comma between. */
struct webhook_spent {
    int64_t id, ms;
    bool failed;
};
/* One round: made anew for each notice_deliver. */
struct webhook_post {
    struct store *s;
    const struct vault_key *key;
    bool inside;    /* addresses of this machine and of private networks may be told */
    int64_t now_ms; /* for the day after a rotation; letters carry the time of the machine */
    /* Whether the owner of a webhook may still know of things. NULL: all may. */
    bool (*owner_lives)(void *ctx, str owner, bool *lives, struct err *e);
    void *owner_ctx;
    struct arena *a;                 /* of the round */
    VEC(struct webhook_spent) spent; /* begins empty */
};
/* Letters of a webhook that is gone or dead, or whose owner may know nothing any more, are given up, which ends it
 * (webhook_bury). One that answers late or not at all gets no more letters in this round. */
notice_post webhook_send;
/* Webhooks with a letter that was given up are dead from now on, with what the other side answered last. */
bool webhook_bury(struct store *s, int64_t *count, struct err *e);

/* What was sent lately, the newest first. */
struct webhook_delivery {
    int64_t id, attempts, made_ms, next_ms;
    str event, number, answer; /* answer: what went wrong last; empty: taken, or not tried yet */
    enum { WEBHOOK_WAITS, WEBHOOK_TAKEN, WEBHOOK_GIVEN_UP } state;
};
typedef VEC(struct webhook_delivery) webhook_deliveries;
bool webhook_deliveries_of(struct store *s, int64_t id, size_t max, struct arena *a, webhook_deliveries *out,
                           struct err *e);

#endif
