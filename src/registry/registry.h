/* registry: everybody and everything known, with where each value came from and since when. Files of other systems are
 * taken in row by row; what they said is kept for ever as claims ("_claim"), and the rows that others compute with (the
 * tables of vocab/vocab.h) are worked out from them: each field has the value of the claim with the highest (rank of
 * its system, day, order of arrival). So a later file that tells of an older day changes nothing newer, and whatever
 * was merged or put right can be undone by working it out again.
 *
 * Taking in is done in blocks, each one transaction together with how far it came; the same file begun again goes on
 * behind the last block. One writer at a time (store_claim). Sentences are Chinese, for the data officer. */
#ifndef REGISTRY_REGISTRY_H
#define REGISTRY_REGISTRY_H
#include "base/file.h"
#include "lang/facts.h"
#include "lang/need.h"
#include "pool/pool.h"
#include "store/store.h"
#include "vocab/vocab.h"

struct registry;

/* Opens the database and brings its tables up to what the program declares (when it may write): new entities and fields
 * get tables and columns, nothing is ever dropped. The program must outlive it. */
bool registry_open(struct registry **out, const struct program *p, str db, enum store_mode mode, struct err *e);
void registry_close(struct registry *r); /* NULL is fine */
struct store *registry_store(struct registry *r);
/* The columns of the packs' entities and of the machinery that are bound as secrets; texts live in a. */
bool registry_secrets(struct registry *r, struct arena *a, store_secrets *out, struct err *e);
/* Notes that they are sealed now. A database opened with other packs is compared with that: CONFLICT. */
bool registry_sealed(struct registry *r, struct err *e);
/* From now on until it is closed everything is tried only: closing takes all of it back. */
bool registry_preview(struct registry *r, struct err *e);

/* ---- taking in a file ---- */

enum { IMPORT_SAMPLES = 20 };

struct import_counts {
    uint64_t rows, good, bad, warned; /* rows read; taken; refused; taken with a warning */
    uint64_t made, changed, same;     /* of the good ones: somebody new, something new, nothing new */
    uint64_t stubs;                   /* households and firms known by number only, made because a row named them */
    uint64_t gone;                    /* spells that a whole file has no more */
    uint64_t merged, review;          /* pairs found to be one; pairs a person must look at */
};

struct import_progress {
    const struct import_counts *counts;
    uint64_t done, total; /* of an unsaid kind */
    const char *stage;    /* 读入, 查重 … */
};

struct import_options {
    str path;
    str as; /* name of an 实体, 经历 or 导入; empty: the 导入 whose 文件 fits, else what the headings fit best */
    str origin; /* empty: that of the 导入, else the name of the file */
    bool has_as_of;
    date as_of;   /* what day the file tells of; else today. A column 截至 goes first */
    bool changes; /* only what changed: not a whole file, whatever its 导入 says */
    bool sure;    /* a whole file may withdraw more than it brings */
    str errors;   /* where refused rows go; empty: beside the file, name-错误.csv */
    str person;   /* who does it, for the record */
    void (*progress)(void *ctx, const struct import_progress *p);
    void *ctx;
};

struct import_sample { /* one kind of complaint: the first of its column and remedy, and how many rows have it */
    uint64_t row, rows;
    str column, complaint, remedy;
    bool warning;
};

struct import_result {
    int64_t drop;                    /* number of the batch */
    str entity, map, origin, errors; /* errors: the file that was written, empty when none was */
    date as_of;
    bool again;       /* the same file was taken in before, to its end: nothing was done */
    bool went_on;     /* an interrupted run of the same file was carried on */
    uint64_t skipped; /* rows it had done then */
    struct import_counts counts;
    VEC(struct import_sample) samples; /* kinds of complaints as they first came, at most IMPORT_SAMPLES */
    VEC(str) unused;                   /* headings that mean nothing to the pack */
    str encoding;
};

/* False: nothing of the block at hand was kept; what was acknowledged before stays, and the same call goes on there. */
bool registry_import(struct registry *r, const struct import_options *o, struct import_result *out, struct arena *a,
                     struct err *e);
/* The files of a folder in the order they must be taken in (households, firms, people, then spells), each with its
 * 导入; files without one are left out and named in *strangers. */
struct import_file {
    str path, map;
};
typedef VEC(struct import_file) import_files;
bool registry_import_order(const struct program *p, str folder, struct arena *a, import_files *out,
                           file_list *strangers, struct err *e);

/* ---- one or two? ---- */

struct link_line {                  /* a pair that was looked at */
    int64_t id, kept, gone, score;  /* score in hundredths of a bit */
    str entity, state, why, person; /* state: 合并 待核 不是 已撤 */
    int64_t at;                     /* seconds since 1970 */
};
typedef VEC(struct link_line) link_lines;
/* Pairs in a state (empty: all), newest last, at most `max`. */
bool registry_links(struct registry *r, str state, size_t max, struct arena *a, link_lines *out, struct err *e);
/* Makes two subjects one; `gone` lives on in `kept`. */
bool registry_merge(struct registry *r, int64_t kept, int64_t gone, str why, str person, struct err *e);
/* Takes a merge back: both are again what their own claims say. */
bool registry_unmerge(struct registry *r, int64_t gone, str why, str person, struct err *e);
/* Decides a pair that waits: same person or not. */
bool registry_review(struct registry *r, int64_t link, bool same, str why, str person, struct err *e);

/* ---- all of them, a page at a time ---- */

typedef VEC(int64_t) registry_numbers;
/* The subjects of an entity (no spell) with numbers above `after`, ascending, at most max. Who was merged is not there.
 */
bool registry_roll(struct registry *r, uint16_t entity, int64_t after, size_t max, struct arena *a,
                   registry_numbers *out, struct err *e);

/* ---- whose list somebody stands in ---- */

/* A row of a list (集合) of a subject: somebody of the list, or a spell of somebody. */
struct registry_member {
    int64_t id, subject; /* of the row; of whom it tells */
    str name, number;    /* of whom: 姓名 and the first 标识, as the tables say; empty: not known */
    bool has_from, has_to;
    date from, to; /* of a spell */
};
typedef VEC(struct registry_member) registry_member_list;
/* The rows of a list of a subject (`slot` of its entity, a 集合) by number above `after`, at most max; of spells those
 * that lie at least in part in first … last. Whose they are must be an entity with names; months have no rows here. */
bool registry_list(struct registry *r, uint16_t entity, int64_t id, uint16_t slot, date first, date last, int64_t after,
                   size_t max, struct arena *a, registry_member_list *out, struct err *e);
/* Name and first 标识 of a subject, as the tables say; empty: not known. */
bool registry_label(struct registry *r, uint16_t entity, int64_t id, struct arena *a, str *name, str *number,
                    struct err *e);
/* Whether `id` has, or had, a spell of this kind whose text in `slot` is that one: a class of this number. */
bool registry_has_spell(struct registry *r, uint16_t spell, int64_t id, uint16_t slot, str text, bool *so,
                        struct err *e);
/* Whether a subject or any of its spells and months refers to that other one, now or ever. */
bool registry_refers(struct registry *r, uint16_t entity, int64_t id, uint16_t other_entity, int64_t other, bool *so,
                     struct err *e);

/* ---- one subject ---- */

/* By a key (身份证号 …) or a subject number; `entity` empty: any. False with NOT_FOUND. */
bool registry_find(struct registry *r, str entity, str key, uint16_t *entity_out, int64_t *id, struct err *e);
/* Whom a name in the books of money means: digits so few that no card has them are a lasting number as we write it, all
 * else is a key of whoever has an identity card or a credit code, never that of a household. False with NOT_FOUND. */
bool registry_find_booked(struct registry *r, str name, uint16_t *entity_out, int64_t *id, struct err *e);
/* A key as it is kept: a card or code narrow, whole, with a capital X; else without blanks around. */
str registry_key(str key, struct arena *a);

/* Under which names other books may have a subject: the lasting number, those of whoever was merged into it, then every
 * key that anybody ever said of them. A key that reads like a lasting number is left out. */
struct registry_names {
    size_t count, lasting; /* of them the first are lasting numbers, the one that holds at 0 */
    const str *at;
    const size_t *whose; /* the lasting number each belongs to, as it was before anybody was merged */
};
bool registry_names(struct registry *r, uint16_t entity, int64_t id, struct arena *a, struct registry_names *out,
                    struct err *e);

/* Whoever has that text in a field now, at most max: for what is no key. Of a 密级 电话 there is an index, made with
 * the end of a file; of other fields the whole table is read. */
bool registry_with(struct registry *r, uint16_t entity, uint16_t slot, str text, size_t max, struct arena *a,
                   registry_numbers *out, struct err *e);

struct value_line {   /* what one claim said of one field */
    str field, value; /* as people read it */
    str origin, file; /* where it came from */
    uint64_t row;
    date as_of;
    int64_t subject; /* whose claim: differs for those merged into it */
    bool current;    /* the value that holds now */
};
typedef VEC(struct value_line) value_lines;
/* Every value anybody ever said of it, field by field, the one that holds first. */
bool registry_values(struct registry *r, uint16_t entity, int64_t id, struct arena *a, value_lines *out, struct err *e);

struct drop_line {
    int64_t id, rows, good, bad, same;
    str file, entity, map, origin, state, person;
    date as_of;
    int64_t at;
};
typedef VEC(struct drop_line) drop_lines;
/* The last files that were taken in, at most max, the newest first; not what was entered case by case. */
bool registry_drops(struct registry *r, size_t max, struct arena *a, drop_lines *out, struct err *e);

/* The facts of one subject as the tables say now, along these needs (of policies and services about its entity), with
 * every field of the rows on the way. Read inside the caller's transaction, if there is one. Becomes f->subject. */
bool registry_record(struct registry *r, uint16_t entity, int64_t id, const struct need *const *needs, size_t count,
                     struct facts *f, struct err *e);

/* ---- what an office decided ---- */

enum registry_act { REGISTRY_SET, REGISTRY_OPEN, REGISTRY_CLOSE };
/* One change: fields of the subject, a new spell of it (of a history by month: the months from … to), or fields (an
 * end) of the spells of a kind that are open. */
struct registry_change_of {
    enum registry_act act;
    uint16_t entity; /* of the subject, or of the spell */
    int64_t subject; /* the subject; of a spell its owner */
    size_t count;
    const uint16_t *slots;
    const struct value *values; /* known or none; of a reference: see refs */
    const int64_t *refs;        /* numbers of whom references point to; NULL: none does */
    month from, to;             /* of a history by month, both included */
    uint16_t item;              /* of one with kinds: 1 + code item */
};
/* Enters what an office decided, as claims of the feed `origin` with this rank, inside a transaction (asserted), in a
 * batch of its own. ref: the case. A CLOSE without an open spell changes nothing. */
struct registry_entry {
    str origin, ref, person;
    int64_t rank;
    date as_of;
    size_t count;
    const struct registry_change_of *changes;
};
/* Makes a feed known, once, before entries of it; not inside a transaction. */
bool registry_feed(struct registry *r, str origin, struct err *e);
bool registry_enter(struct registry *r, const struct registry_entry *n, int64_t *drop, struct err *e);
/* Takes an entry back, as if it had never been said: what other claims say holds again. */
bool registry_take_back(struct registry *r, int64_t drop, str person, struct err *e);
/* The same only to look: inside a savepoint that the caller rolls back (asserted to be one), noted nowhere. */
bool registry_forget(struct registry *r, int64_t drop, struct err *e);

/* The newest day a whole file or batch of an entity or spell tells of. *has false: none was taken in. */
bool registry_newest(struct registry *r, uint16_t entity, bool *has, date *out, struct err *e);

/* ---- for evaluators ---- */

/* Everybody as columns; people of a household are neighbours. v and its program must outlive the pool. */
bool registry_pool(struct registry *r, const struct vocab *v, struct pool **out, struct err *e);
/* The last batch so far: what a pool built now contains. 0: nothing yet. */
bool registry_last_drop(struct registry *r, int64_t *drop, struct err *e);
/* What tells this batch from one of the same number in another database, or in the same one put back from a backup:
 * digits of a hash over what was taken in, when, and how much there was before. Empty: there is no such batch. */
bool registry_mark(struct registry *r, int64_t drop, struct arena *a, str *mark, struct err *e);
/* Who changed after batch `since`: subjects of tables, those that became one with others included, and of spells and
 * histories their owners with the table that changed. `all`: a whole list was taken in, and a new pool is needed. */
struct registry_change {
    uint16_t entity; /* the table that changed */
    int64_t id;      /* the subject; of spells and histories its owner */
};
typedef VEC(struct registry_change) registry_changes;
bool registry_changed(struct registry *r, int64_t since, bool *all, struct arena *a, registry_changes *out,
                      struct err *e);
/* Is told which cells of a pool change, as rows of a table and a column (of spells and months: the owners' list;
 * VOCAB_EVERY_COLUMN: rows that come or go), first while everything is as it was, then when it is as it will be. */
struct registry_watch {
    void (*changed)(void *ctx, bool after, uint16_t table, uint16_t column, const uint32_t *rows, size_t n);
    void *ctx;
};
/* Brings a pool of the registry up to date after batch `since`: as one built anew, but that those who came stand at the
 * end and those who went leave their row empty. watch may be NULL. False *done: it needs to be built anew. */
bool registry_pool_update(struct registry *r, const struct vocab *v, struct pool *p, int64_t since,
                          const struct registry_watch *watch, bool *done, struct err *e);

/* ---- quality ---- */

struct quality_line { /* of one field */
    str entity, field;
    uint64_t rows, missing, stale, contradictory;
    str origin; /* the one most of its values come from */
};
typedef VEC(struct quality_line) quality_lines;
struct quality_source { /* of one system and region */
    str origin, region;
    uint64_t subjects, missing, stale, contradictory;
};
typedef VEC(struct quality_source) quality_sources;
/* stale: not confirmed for `stale_days` before `today`. */
bool registry_quality(struct registry *r, date today, int stale_days, struct arena *a, quality_lines *fields,
                      quality_sources *sources, struct err *e);

#endif
