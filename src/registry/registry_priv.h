/* registry_priv: what the parts of the registry share. */
#ifndef REGISTRY_PRIV_H
#define REGISTRY_PRIV_H
#include "base/map.h"
#include "lang/eval.h"
#include "link/link.h"
#include "registry/registry.h"
#include "store/store.h"

/* ---- cells and claims (claim.c) ---- */

/* What a row says of one field. Fields of the data model by slot; a spell's owner is its slot of that name. */
struct cell {
    uint16_t slot; /* or one of the below */
    uint8_t state; /* VALUE_KNOWN or VALUE_NONE */
    bool is_text;  /* texts, and codes as the pack writes them; else an integer (vocab.h) or a subject */
    int64_t i;     /* of a code: the index of its item */
    str s;
};
enum { CELL_KEY = IMPORT_KEY, CELL_LAST = IMPORT_LAST_MONTH }; /* of a row of a history by month */
typedef VEC(struct cell) cell_list;

/* The cells as bytes, names as numbers of "_name": a slot may move, a name stays. Sorted by name, so that equal
 * contents are equal bytes. */
str claim_pack(struct registry *r, uint16_t entity, const cell_list *cells, struct arena *a);
/* Cells of slots the packs do not know any more are left out; so are codes that are gone. False: damaged. */
bool claim_unpack(struct registry *r, uint16_t entity, str data, struct arena *a, cell_list *out);
int64_t claim_hash(str data); /* the same on every machine and day */
/* By which a claim is known again: its hash, or a fingerprint where the claim is sealed. */
bool claim_print(struct registry *r, uint16_t entity, str data, int64_t *out, struct err *e);

/* ---- the registry itself (registry.c) ---- */

/* Roles of fields by ministry code. */
enum role {
    ROLE_NONE,
    ROLE_ID,
    ROLE_ID_KIND,
    ROLE_NAME,
    ROLE_SEX,
    ROLE_BIRTH,
    ROLE_PHONE,
    ROLE_ADDRESS,
    ROLE_CREDIT,
    ROLE_COUNT
};
enum role field_role(const struct slot *s);
int entity_role_slot(const struct entity *en, enum role role); /* -1: none */
struct registry;
int registry_role(const struct registry *r, uint16_t entity, enum role role); /* the same, looked up once */

struct drop { /* a line of "_drop", as far as recomputing needs it */
    int64_t id, rank, as_of;
    uint32_t feed; /* number of its name */
};

/* 名单外 of whole files that were taken in: what everybody has whom no claim says otherwise of. */
struct other {
    uint16_t entity;
    struct cell cell;
    int64_t rank, as_of;
};

struct id_pair {
    uint64_t key, value;
};
/* A growing table of numbers to numbers; 0 is no key. */
struct id_map {
    struct arena *a;
    struct id_pair *at;
    size_t len, cap;
};
void id_map_put(struct id_map *m, uint64_t key, uint64_t value);
uint64_t id_map_get(const struct id_map *m, uint64_t key); /* 0: not there */

/* Who is known by what: keys of subjects, as hashes of 96 bits. */
struct key_entry {
    uint64_t hash;
    uint32_t more, subject;
};
struct key_table {
    struct arena *a;
    struct key_entry *at;
    size_t len, cap;
    bool loaded;
};

struct entity_sql { /* statements, prepared when first asked for; columns are slots in this order */
    uint16_t *slots;
    uint16_t count;
    bool ready, asked, had_rows; /* had_rows: before this process began, so that the indexes are there */
    str put, get;
    struct store_stmt *put_q; /* kept prepared: its text is long */
    bool *ever;               /* by place in slots: some new row had it */
    struct store_stmt *add_q; /* a new row with those columns; NULL: to be made anew */
};

struct registry {
    struct arena *a;
    const struct program *p;
    struct store *s;
    bool can_write;
    struct map names; /* text to (void *)(1 + number) */
    VEC(str) name_texts;
    uint32_t **slot_name;  /* [entity][slot]: number of its name */
    uint32_t *entity_name; /* number of the entity's name */
    uint32_t name_key, name_last;
    struct map *codes;      /* per code list: code to (void *)(1 + index) */
    VEC(struct drop) drops; /* by id */
    struct id_map drop_at;  /* id to 1 + place in drops */
    size_t sure;            /* so many of them are committed; the others were seen in transaction unsure_in, */
    uint64_t unsure_in;     /* which may have been rolled back since */
    VEC(struct other) others;
    /* Of what is read again when others have written: drops, merged, others. */
    struct arena *drops_a, *merged_a, *others_a;
    struct arena *scratch;        /* of one row at a time */
    int16_t (*roles)[ROLE_COUNT]; /* [entity]: slot, -1 none */
    bool *secret;                 /* [entity]: has a field that is sealed */
    struct id_map merged;         /* gone to kept */
    struct key_table *keys;       /* per entity */
    struct key_table spells;      /* of spells that came first with this process */
    struct entity_sql *sql;       /* per entity */
    struct store_stmt *claim_q;   /* adds a claim */
    struct link_index *people;    /* everybody who was compared so far, NULL: nobody */
    VEC(uint64_t) people_ids;
    uint64_t people_upto; /* the last subject in it */
    int64_t next_id;      /* of subjects */
    int64_t next_claim;
};

uint32_t registry_name(struct registry *r, str text, struct err *e); /* 0 after an error */
str registry_name_text(const struct registry *r, uint32_t number);
int registry_code(const struct registry *r, uint16_t list, str code); /* -1: not there */
const struct drop *registry_drop(const struct registry *r, int64_t id);
uint64_t registry_kept(const struct registry *r, uint64_t id); /* who it is after merges */
bool registry_load_drops(struct registry *r, struct err *e);   /* all, from the beginning */
/* What others have written since, inside a transaction. */
bool registry_catch_up(struct registry *r, struct err *e);
bool registry_meta(struct registry *r, const char *name, int64_t value, struct err *e); /* a row of "_meta", written */
bool registry_load_counters(struct registry *r, struct err *e);
bool registry_load_merged(struct registry *r, struct err *e);
bool registry_load_others(struct registry *r, struct err *e);
int64_t registry_now(void); /* seconds since 1970; the day of LEYE_TODAY in tests */

/* ---- the schema (schema.c) ---- */
/* Whether the tables are those of the program, so that schema_make, which waits for whoever writes, has nothing to do.
 */
bool schema_same(struct registry *r, bool *same, struct err *e);
bool schema_make(struct registry *r, struct err *e);
bool schema_index(struct registry *r, uint16_t entity, struct err *e);
void schema_column(struct text *t, const struct entity *en, uint16_t slot); /* quoted */
bool slot_is_column(const struct entity *en, uint16_t slot);
/* Whether a field is sealed in a database that is: every 密级 but names, which are looked for by a part of them. */
bool slot_is_secret(const struct slot *s);
/* Whether subjects are looked for by it though it is no key (registry_with): then it has an index. */
bool slot_is_searched(const struct slot *s);
/* A text of the field, as the field is kept. */
void slot_bind_text(struct store_stmt *q, uint32_t at, const struct slot *s, str v);
/* Whether what the packs say is what is sealed (sealed.c); fields without a value are noted as they are now. anew: all
 * is about to be sealed again, so more of them are welcome. */
bool sealed_fits(struct registry *r, bool anew, struct err *e);
/* Columns that were sealed and that the packs know no more. */
bool sealed_before(struct registry *r, struct arena *a, store_secrets *out, struct err *e);
/* Whether the field is part of what makes two spells of an owner the same: 标识, else the start and whom it refers to.
 */
bool spell_identity(const struct entity *en, uint16_t slot);

/* ---- keys (keys.c) ---- */
bool keys_load(struct registry *r, uint16_t entity, struct err *e);
/* 0: nobody is known by it. */
uint64_t keys_find(const struct registry *r, uint16_t entity, uint16_t slot, str key);
bool keys_put(struct registry *r, uint16_t entity, uint16_t slot, str key, uint64_t subject, struct err *e);
/* A number somebody had keeps leading to them; and all those of a row, before it changes or goes. */
bool keys_alias(struct registry *r, uint16_t entity, uint32_t name, str text, uint64_t subject, struct err *e);
bool keys_alias_row(struct registry *r, uint16_t entity, uint64_t subject, struct err *e);
void key_table_put(struct key_table *t, str key, uint64_t subject);
uint64_t key_table_find(const struct key_table *t, str key);

/* ---- until when something is known (known.c) ---- */

/* Of everybody, by a whole file; until NULL: for good. */
bool known_of_all(struct registry *r, str entity, str slot, str key, const month *until, struct err *e);
/* Of one, to the end of months an office pays itself. */
bool known_to(struct registry *r, const struct entity *en, uint64_t owner, str key, month to, struct err *e);
/* Of one, as far as its rows follow on what is known without a gap. Nothing when the entity is no history. */
bool known_follow(struct registry *r, uint16_t entity, uint64_t owner, struct err *e);

/* ---- current rows (current.c, months.c) ---- */

/* The row of a subject as its claims say; none left: the row goes. */
bool current_rebuild(struct registry *r, uint16_t entity, uint64_t subject, struct err *e);
/* A new subject with one claim. */
bool current_put(struct registry *r, uint16_t entity, uint64_t subject, const cell_list *cells, int64_t rank,
                 int64_t as_of, struct err *e);
bool months_rebuild(struct registry *r, uint16_t entity, uint64_t owner, struct err *e);

/* A claim as it counts: with the day it was last confirmed. */
struct claim {
    int64_t id, subject, drop, row, as_of, hash, ident, gone;
    int64_t rank;
    uint32_t feed;
    str data;
};
typedef VEC(struct claim) claim_list;
bool claim_add(struct registry *r, uint16_t entity, const struct claim *c, int64_t owner, struct err *e);
/* Claims of a subject and of whoever was merged into it, weakest first: by rank, day, order of arrival. */
bool claims_of(struct registry *r, uint16_t entity, uint64_t subject, struct arena *a, claim_list *out, struct err *e);
/* Who was merged into it, itself first. */
bool registry_members(struct registry *r, uint64_t subject, struct arena *a, void *out, struct err *e);

#endif
