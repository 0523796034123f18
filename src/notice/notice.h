/* notice 通知: what people are told about their cases. Every notice stands in the inbox of its recipient; to those who
 * gave an address it is delivered as well: by mail (SMTP), or by a hook (HTTP), behind which an office has its SMS
 * gateway or its app.
 *
 * notice_put belongs into the transaction of what it tells of: then the notice is there when the change is, and only
 * then (an outbox). Delivering is done afterwards, by any number of processes. A delivery that fails is tried again,
 * later and later; one that was cut off is tried again too, with the same number, so that the other side can see that
 * it is the same. Nobody is woken: what is not urgent waits for the morning. The same key again is the same notice.
 *
 * It does not know what notices say or whom a number means. Times are milliseconds since 1970; days are China's. */
#ifndef NOTICE_NOTICE_H
#define NOTICE_NOTICE_H
#include "base/vec.h"
#include "store/store.h"

enum {
    NOTICE_TO_MAX = 120,
    NOTICE_TITLE_MAX = 200,
    NOTICE_TEXT_MAX = 4000,
    NOTICE_ADDRESS_MAX = 254, /* of a mailbox (RFC 5321); of a hook's recipient */
    NOTICE_ATTEMPTS = 9,      /* over three days, then it is given up and said so */
    NOTICE_QUIET_FROM = 21,   /* hours of the day between which nobody is disturbed */
    NOTICE_QUIET_UNTIL = 8,
};

bool notice_migrate(struct store *s, struct err *e); /* part "notice" of the schema */

/* ---- who gets it where ---- */

/* NOTICE_PROGRAM: no person; webhook.h. Programs are told at night as well. */
enum notice_channel { NOTICE_MAIL, NOTICE_HOOK, NOTICE_PROGRAM, NOTICE_CHANNELS };
const char *notice_channel_zh(enum notice_channel c);
/* The address of a recipient; empty: none any more. INVALID: no mailbox, or characters that do not belong there. */
extern const store_secrets notice_secrets; /* columns that are bound as secrets */
bool notice_address(struct store *s, str to, enum notice_channel channel, str address, struct err *e);

/* ---- telling ---- */

struct notice_draft {
    str to; /* a number; whose, the caller knows */
    str title, text;
    str dossier; /* may be empty */
    str key;     /* what it is about, once: the same key tells nothing new; may be empty */
    bool urgent; /* also at night */
};
/* *again: this key was told before, nothing was done. *id, which may be NULL: its number. */
bool notice_put(struct store *s, const struct notice_draft *n, int64_t now_ms, bool *again, int64_t *id, struct err *e);

/* ---- the inbox ---- */

struct notice {
    int64_t id, made_ms;
    bool is_read;
    str title, text, dossier;
};
typedef VEC(struct notice) notices;
/* The newest first, at most max, those with numbers below `before` (0: from the newest). */
bool notice_inbox(struct store *s, str to, int64_t before, size_t max, struct arena *a, notices *out, struct err *e);
bool notice_unread(struct store *s, str to, int64_t *count, struct err *e);
/* Only the recipient's own: NOT_FOUND otherwise. */
bool notice_read(struct store *s, str to, int64_t id, int64_t now_ms, struct err *e);

/* ---- delivering ---- */

/* One to be delivered. Its number stays the same when it is tried again. */
struct notice_letter {
    int64_t delivery, notice, made_ms;
    str address, title, text, dossier;
};
/* Hands it over. False: not now (it is tried again), or with *refused never (the address does not exist). LIMIT without
 * *refused: it was not tried, which does not count as a try; it waits a minute, and what else is due at its address
 * with it. One that could not even be tried for a
 * week counts as tried from then on, so that it comes to an end. */
typedef bool notice_sender(void *context, const struct notice_letter *l, bool *refused, struct err *e);
/* The same for several at once, at most NOTICE_AT_ONCE, of which no two go to one address. */
enum { NOTICE_AT_ONCE = 64 };
struct notice_result {
    bool sent, refused;
    struct err why; /* when it was not sent */
};
typedef void notice_post(void *context, const struct notice_letter *letters, size_t count,
                         struct notice_result *results);
struct notice_way {
    notice_sender *send; /* with `post`, NULL: this channel is not served by this process */
    void *context;
    notice_post *post; /* instead of `send` */
};
struct notice_delivered {
    int64_t sent, postponed, given_up;
};
/* Delivers what is due, at most max. Not inside a transaction (asserted): sending takes time. */
bool notice_deliver(struct store *s, const struct notice_way ways[NOTICE_CHANNELS], int64_t now_ms, size_t max,
                    struct notice_delivered *out, struct err *e);
/* Deliveries that were given up, the newest first: a person has to look. */
struct notice_failure {
    int64_t notice;
    enum notice_channel channel;
    str to, address, title, error;
};
typedef VEC(struct notice_failure) notice_failures;
bool notice_given_up(struct store *s, size_t max, struct arena *a, notice_failures *out, struct err *e);

/* The first moment not before now_ms at which people may be disturbed. */
int64_t notice_not_at_night(int64_t now_ms);

#endif
