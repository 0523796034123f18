/* hall 网上办事大厅: what citizens and staff see, as pages and as JSON. Every address has one handler, which makes one
 * document; Accept decides whether it goes out as it is or through a template. Handlers fetch and arrange: what anybody
 * is entitled to is decided in policy, who may see it in access.
 *
 * Threads share what is read (rules, pool, findings) and have a connection to the database each. */
#ifndef HALL_HALL_H
#define HALL_HALL_H
#include "access/access.h"
#include "http/http.h"
#include "journal/journal.h"
#include "pack/pack.h"
#include "policy/findings.h"
#include "registry/registry.h"

struct dossier_desk;
struct hall_options {
    const struct pack_set *set;
    const struct vocab *vocab;
    const struct pool *pool;
    const struct findings *found; /* with reasons (SCAN_FIRST) */
    str db;
    date today, rule_day; /* of the findings, and of all that is done */
    bool follows_clock; /* a hall that is open overnight: what is done is done on the day it is, by that day's rules */
    str place;          /* whose hall it is: 乐业市 */
    bool secure;        /* reached through TLS: cookies say so */
    str borders;        /* GeoJSON with outlines of areas and their 审图号 (borders.h); empty: maps are squares */
    str backups;        /* folder for copies of the database; empty: none are made from the pages */
    struct hall_lasting *lasting;     /* of the server; NULL: the hall has its own */
    struct http_counts *counts;       /* of the server, for the page of health; NULL: none */
    const struct vault_key *vault;    /* NULL: no one-time digits, no webhooks */
    bool inside;                      /* webhooks may be on this machine and in private networks */
    const struct pack_set *plan_sets; /* other packs whose plans are shown beside the hall's own */
    size_t plan_set_count;
    unsigned threads;
    const struct journal_signer
        *signer; /* public: whose signature certificates carry; NULL: they cannot be checked here */
    /* Rules were published: whoever opened the hall opens the next one with them. From any thread, returns at once.
     * NULL: they hold when the hall is opened again, and the pages say so. */
    void (*renew)(void *ctx);
    void *renew_ctx;
};

/* What goes on when one hall takes the place of another: how often tokens have called, a backup that is being made. */
struct hall_lasting;
bool hall_lasting_new(struct hall_lasting **out, struct err *e);
enum { HALL_CERTIFICATE_DAYS = 30 }; /* before its end it is told of */
/* The last day of the certificate the server answers with, for whoever looks after the hall; .days 0: it has none. */
void hall_lasting_certificate(struct hall_lasting *l, date until);
/* For a backup that is being made: for who leaves without putting anything away. */
void hall_lasting_wait(struct hall_lasting *l);
void hall_lasting_free(struct hall_lasting *l); /* after the last hall; waits for the backup; NULL is fine */

struct hall;
/* Everything in o must outlive the hall. */
bool hall_open(struct hall **out, const struct hall_options *o, struct err *e);
void hall_close(struct hall *h); /* after the server stopped; NULL is fine */

/* For http_options: ctx is the hall. What takes long has a siding each: drafts that are read and run, and passwords
 * that are hashed. Requests of one siding come one after the other; `thread` of a siding follows those of the server.
 */
enum { HALL_SIDING_DRAFTS = 1, HALL_SIDING_PASSWORDS, HALL_SIDINGS = HALL_SIDING_PASSWORDS };
unsigned hall_siding(void *ctx, const struct http_request *q); /* ctx is not asked */
/* How many may wait: nobody longer than half a minute. */
enum { HALL_DRAFTS_WAIT = 6, HALL_PASSWORDS_WAIT = 500 };
void hall_handle(void *ctx, unsigned thread, const struct http_request *q, struct http_answer *r);
/* The answer to who did not get as far (http_options.refusal): a page for a browser, else problem+json. */
void hall_refuse(void *ctx, unsigned status, const char *why, const struct http_request *q, struct http_answer *r);
/* A larger body than usual is for pages that take files, and for who may open them. */
uint32_t hall_body_bytes(void *ctx, unsigned thread, const struct http_request *q);

/* ---- programs that are told (notice/webhook.h) ---- */

/* Puts into the outbox, for each webhook, what happened since it was told last and its token may fetch: cases that
 * moved, payments that were answered, lists of the register that changed. After a long time it does so in portions,
 * each a transaction of its own with how far it came: whoever is cut off goes on from there. */
bool hall_tell_programs(struct dossier_desk *d, struct registry *r, int64_t now, int64_t *told, struct err *e);
/* ---- one hall after the other, without a request lost: when rules or data are new ---- */

struct hall_door;
bool hall_door_new(struct hall_door **out, struct hall *first, struct arena *a); /* false: no lock to be had */
/* For http_options instead of the three above: ctx is the door. */
void hall_door_handle(void *ctx, unsigned thread, const struct http_request *q, struct http_answer *r);
uint32_t hall_door_body_bytes(void *ctx, unsigned thread, const struct http_request *q);
void hall_door_refuse(void *ctx, unsigned status, const char *why, const struct http_request *q, struct http_answer *r);
/* From now on requests go to `next`, which has as many threads. Waits until the last one has left the old hall, which
 * it gives back, to be closed. By one thread at a time. */
struct hall *hall_door_change(struct hall_door *d, struct hall *next);

/* ---- scopes of tokens: the first piece of an address, with ":read" behind it for looking only ---- */
bool hall_scope_known(str word);
str hall_scope_words(struct arena *a); /* all of them, 、 between */

#endif
