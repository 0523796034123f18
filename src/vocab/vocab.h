/* vocab: where what packs say meets what a place has. One declaration of an entity gives its SQL table, its pool table
 * and the numbers of its columns; here and nowhere else. Row, column and SQL evaluation meet on it.
 *
 * In SQL (names are quoted, as packs write them; the same on SQLite and PostgreSQL):
 *   entity     "_id" bigint primary key, one column per field
 *   spell      "_id", "_owner" bigint, "开始", "结束", fields; clustered by "_owner"
 *   by month   "_id", "_owner", "_key" text (code; '' when it has no kinds), "_from", "_to" months, both included;
 *              neighbouring months with equal fields are one row
 *   yes/no 0 1 · numbers and money as integers at the type's scale (fen) · dates as days since 1970-01-01 · months as
 *   year * 12 + month - 1 · codes as the code written in the pack (text) · texts · references as the other's "_id"
 *   NULL is unknown; none (无) is VOCAB_NONE for integers and '' for texts and codes
 *   "_declared" text: names of the fields of this row that were declared and not compared, '|' around each; NULL: none
 *   "_cover"   (entity, slot, key, state, until): what is known of spells, histories and groups in general
 *   "_covered" ("_id", entity, slot, key, state, until): and of one record where that differs
 *   "_given"   (entity, "_id", slot, state, value): definitions and judgements given as facts */
#ifndef VOCAB_VOCAB_H
#define VOCAB_VOCAB_H
#include "lang/facts.h"
#include "pool/pool.h"

#define VOCAB_NONE INT64_MIN

/* The pool's tables are numbered as the program's entities, its columns as the entity's slots: column s of table t is
 * slot s of entity t. Slots that are groups, spells or histories have a column without content, and the group numbered
 * like the slot (slots that are none have a group of table UINT16_MAX). Columns of definitions without parameters hold
 * facts given in their place (POOL_ABSENT: compute). Behind the slots come one column per 人工判断 asked of the entity
 * (see vocab_judgement); a month history then has two more: its rows are runs of months with equal fields, 月份 is the
 * first of them, vocab_last_month the column of the last (included) and vocab_key that of the kind (a code; 0 when the
 * history has no kinds). A spell's or month's reference to whom it belongs is a column like any other; the pool keeps
 * nothing for it as long as it is the owner. Slots nobody computes with are left out of the pool unless `all`: their
 * columns exist and stay unknown. */
struct vocab {
    const struct program *p;
    struct pool_schema schema;
    bool **used;       /* [entity][slot]: an expression reads it, directly or through others */
    uint32_t **judged; /* [entity][i]: the constant with the question of column slots.len + i */
    uint16_t *judgement_count;
    const struct vocab_path *paths; /* see vocab_reads */
    uint32_t path_count;
    uint32_t *policy_root;  /* [policy]: path 0 none; of the policy and its older versions */
    uint32_t *entity_root;  /* [entity]: of everything that is asked about rows of this entity */
    uint32_t *counted_root; /* [entity]: of what is counted over them: all its indicators, and by which code */
    bool too_many;          /* the paths were cut off: everything counts as read */
};

/* Everything lives in a. `all`: as if every slot were used. */
const struct vocab *vocab_of(const struct program *p, bool all, struct arena *a);
enum pool_kind vocab_kind(struct type t);
/* The column of a question (k of an OP_JUDGE node) of an entity; -1 when nobody asks it. */
int vocab_judgement(const struct vocab *v, uint16_t entity, uint32_t k);
/* Of a month history: the columns that are no slots. */
uint16_t vocab_last_month(const struct vocab *v, uint16_t entity);
uint16_t vocab_key(const struct vocab *v, uint16_t entity);

/* One value between the language and the pool's integer. A number wider than 64 bits is POOL_BAD; a text is interned
 * by the caller (cell 0 here), a record's row is known to the caller only. */
uint8_t vocab_state(struct value v);
int64_t vocab_cell(struct type t, struct value v);
/* A reference comes out without its record, as unknown when the caller forgets to set one. */
struct value vocab_value(const struct pool *p, struct type t, uint8_t state, int64_t cell);

/* A pool from records, as examples and tests make them: every record reachable from `subjects` becomes a row, with
 * given definitions, judgements and coverage; rows[i] is the row of subjects[i]. */
bool vocab_pool_of_records(const struct vocab *v, struct record *const *subjects, size_t n, uint32_t *rows,
                           struct pool **out, struct err *e);
/* The record of a row with everything that expressions about its entity can reach from it, as facts: what the row
 * evaluator and explanations run on. Members that are the subject itself are the same record. It becomes f->subject. */
struct record *vocab_record(const struct vocab *v, const struct pool *p, uint16_t table, uint32_t row, struct facts *f);
/* The same with what one policy can reach: for a firm with thousands of people whose policy asks for none of them. */
struct record *vocab_record_for(const struct vocab *v, const struct pool *p, uint32_t policy, uint32_t row,
                                struct facts *f);

/* ---- what a policy reads ----
 *
 * From a subject, a policy reaches other rows by steps (家庭, 成员, 就业登记 …). A path is such a sequence of steps;
 * its rows are of one entity, and `reads` has a bit for each of their columns that the policy looks at there. */
struct vocab_path {
    uint32_t parent;            /* path before the last step; 0 for a root */
    uint32_t first_child, next; /* 0 none */
    uint16_t entity, slot;      /* the step: a slot of the parent's entity */
    uint64_t *reads;            /* by column */
};
/* Whether a policy (or what it uses, or an older version of it) reads a column of an entity, by whatever path. */
bool vocab_reads(const struct vocab *v, uint32_t policy, uint16_t entity, uint16_t column);

/* ---- whom a change may affect ---- */

/* Who is to be asked again, and about what: a class per row of every entity that policies are about; a class is a set
 * of policies (numbers of their newest versions), and of vocab_counted: that what is counted over the row may be
 * otherwise. Class 0 is nothing. Lives in a; grows with the rows that come. */
struct vocab_touched;
enum { VOCAB_TOUCHED_ALL = 255 }; /* the class of all policies */
struct vocab_touched *vocab_touched_new(const struct vocab *v, struct arena *a);
static inline uint32_t vocab_counted(const struct vocab *v) { return (uint32_t)v->p->policies.len; }
/* The class of a set: a bit for each of program.policies, one for vocab_counted. */
unsigned vocab_touched_class(struct vocab_touched *t, const uint64_t *policies);
/* Adds a class to a row. */
void vocab_touch(struct vocab_touched *t, uint16_t entity, uint32_t row, unsigned class);
void vocab_touch_everybody(struct vocab_touched *t, const struct pool *p);
/* Classes of the rows of an entity, *n of them; NULL and 0: nobody. Rows behind are not touched. */
const uint8_t *vocab_touched_rows(const struct vocab_touched *t, uint16_t entity, uint32_t *n);
bool vocab_touched_has(const struct vocab_touched *t, unsigned class, uint32_t policy);

/* Finds subjects backwards along the paths. What it has to look up beside the pool's own groups (who refers to a row)
 * is made when it is first needed, and is true as long as the pool does not change: one of these before a change, one
 * after. Lives in a. */
struct vocab_affect;
struct vocab_affect *vocab_affect_of(const struct vocab *v, const struct pool *p, struct arena *a);
enum { VOCAB_EVERY_COLUMN = UINT16_MAX };
/* Touches every subject with the policies (and vocab_counted) whose verdict about it may depend on a cell of this
 * column in these rows. For a column of spells or months: on what the rows have of them. A reference counts for the
 * lists it makes as well. VOCAB_EVERY_COLUMN: on any of their cells and lists (rows that come or go). Who is affected
 * by a change is who is touched before it or after it. */
void vocab_affected(struct vocab_affect *w, uint16_t table, uint16_t column, const uint32_t *rows, size_t n,
                    struct vocab_touched *t);

#endif
