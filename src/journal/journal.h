/* journal 留痕: every change as an event in a chain. Each event carries the hash (SM3) of the one before it and its
 * own, and is written in the transaction of the change it tells of. Days that are over are sealed: a row that fixes the
 * day's last event and is, on wish, signed (SM2) with a key kept outside the database. journal_verify finds any change,
 * removal, insertion or reordering, and a tail cut off behind a seal, and names the first event that is wrong.
 *
 * What it cannot find: who owns the database and the key can write a new chain. So lines of seals are also kept
 * elsewhere (journal_seal_line), and verification compares with them.
 *
 * Time never goes backwards in the chain. When a clock does, events carry the time of the one before, and how far the
 * clock was behind is part of the event. Days are those of China (UTC+8), wherever the program runs.
 *
 * It does not know what events mean. Appending is for one writer at a time: the row of the chain's head is locked until
 * the transaction ends, on both databases. */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H
#include "base/crypto.h"
#include "base/date.h"
#include "base/vec.h"
#include "store/store.h"

enum {
    JOURNAL_WORD_MAX = 200,       /* bytes of actor, role, kind, subject, dossier */
    JOURNAL_BODY_MAX = 256 << 10, /* bytes; more belongs into a table, its hash into the body */
    JOURNAL_PORTION = 16384,      /* events a verifying thread looks at in one go */
};

struct journal_event {
    str actor;   /* who: a person's number, "system" */
    str role;    /* in which function */
    str kind;    /* what happened: "ledger.approve" */
    str subject; /* what or whom it is about */
    str dossier; /* the case it belongs to; may be empty */
    str body;    /* a JSON object; kept in canonical form (journal_canonical). Empty: {} */
    /* Milliseconds since 1970, of a clock that is not this machine's: a simulation, a test. 0: the machine's. */
    int64_t clock_ms;
};

/* Makes or updates the tables; part "journal" of the schema. */
bool journal_migrate(struct store *s, struct err *e);

/* Appends to the chain, inside a transaction (asserted). *last, which may be NULL, gets the number of the last one.
 * INVALID: not UTF-8, too long, no JSON object. */
bool journal_append(struct store *s, const struct journal_event *events, size_t count, int64_t *last, struct err *e);

/* The events of a dossier in their order. */
struct journal_entry {
    int64_t number, time_ms;
    str actor, role, kind, subject, body;
};
typedef VEC(struct journal_entry) journal_events;
bool journal_of_dossier(struct store *s, str dossier, struct arena *a, journal_events *out, struct err *e);

/* Events after a number, at most max, each with the dossier it belongs to. */
struct journal_line {
    struct journal_entry v;
    str dossier;
};
typedef VEC(struct journal_line) journal_lines;
bool journal_after(struct store *s, int64_t number, size_t max, struct arena *a, journal_lines *out, struct err *e);
/* Events of a kind on a day and after it, the newest first, at most max; before: older than that number, 0 any. */
bool journal_of_kind(struct store *s, str kind, date since, int64_t before, size_t max, struct arena *a,
                     journal_lines *out, struct err *e);
bool journal_last(struct store *s, int64_t *number, struct err *e); /* 0: none yet */

/* JSON in the one form that is hashed: keys in order of their bytes, no blanks, integers only. INVALID otherwise. */
bool journal_canonical(struct arena *a, str json, str *out, struct err *e);

/* ---- seals ---- */

struct journal_signer {
    const struct sm2_key *key;
    str id; /* part of the signature: the office that signs */
};

/* Seals every day with events that is over and not later than `through`; later events of these days are impossible from
 * then on. signer may be NULL. clock_ms as in journal_event. *sealed: how many days. */
bool journal_seal(struct store *s, date through, const struct journal_signer *signer, int64_t clock_ms,
                  uint32_t *sealed, struct err *e);
/* Adds a line for each seal after day `after`, to be kept outside the database:
 * "2026-11-27 <last event> <events that day> <hash of the seal>". */
bool journal_seal_lines(struct store *s, date after, struct text *out, struct err *e);

/* ---- verification ---- */

/* How far the chain has been found right: an event's number and hash. {0}: the beginning. */
struct journal_mark {
    int64_t number;
    unsigned char hash[SM3_BYTES];
};

struct journal_check {
    struct journal_mark from;            /* events up to here are taken as right */
    const struct journal_signer *signer; /* NULL: signatures are not looked at */
    str seal_lines;                      /* kept outside; empty: none */
    bool single;                         /* one thread only */
    /* Called now and then with the number of events seen; false stops. May be NULL. */
    bool (*progress)(void *context, int64_t seen);
    void *context;
};

struct journal_report {
    bool sound, stopped;
    int64_t events; /* looked at */
    int64_t seals, signed_seals;
    int64_t first_bad;        /* number of the first event that is wrong; 0 none, or not a matter of one event */
    char what[400];           /* a sentence in Chinese: what is wrong */
    struct journal_mark good; /* where to go on next time */
};

/* Opens the database for reading, twice, and looks at everything after `from`. False only when it could not look;
 * what it found is in *out. Memory does not grow with the journal. */
bool journal_verify(str address, const struct journal_check *how, struct journal_report *out, struct err *e);

/* A mark as a line of text and back, for a file between two runs. */
void journal_mark_text(const struct journal_mark *m, struct text *out);
bool journal_mark_read(str line, struct journal_mark *out);

#endif
