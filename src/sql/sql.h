/* sql: the graph that eval.h runs, as SQL over the tables described in vocab/vocab.h: every subject of a policy in one
 * SELECT, in SQLite or PostgreSQL. For push-down to a database that holds the facts, and as a second way of computing
 * the same thing. Known, unknown, none and error come out exactly as in eval.c, with these exceptions, each marked:
 *  - a number beyond 64 bits in between, or a choice between several errors: "escape", ask the row evaluator;
 *  - the mark "assumed" is not computed;
 *  - there is no limit of steps.
 * What cannot be said in SQL is refused when compiling, with the place in the pack and the reason. */
#ifndef SQL_SQL_H
#define SQL_SQL_H
#include "lang/eval.h"
#include "store/store.h"
#include "vocab/vocab.h"

/* Tables of all entities and spells, of what is known of groups (_cover, _covered), of given definitions and judgements
 * (_given); _month and _workday, filled here: which days are working days is the program's calendar. Tables that exist
 * stay as they are, except that _workday is filled anew. */
bool sql_tables(const struct program *p, struct store *s, struct err *e);

/* Puts records (and all that can be reached from them) into the tables, in one transaction. ids[i]: "_id" of
 * subjects[i]. Members of groups are the records that refer back; a list of members that says something else cannot be
 * stored and is INVALID, as is a fact that is itself an error. */
bool sql_load_records(const struct program *p, struct store *s, struct record *const *subjects, size_t n, int64_t *ids,
                      struct err *e);

/* What holds for the data as a whole and makes SQL shorter. It is true only as long as these tables do not change. */
struct sql_known {
    struct map given;   /* "entity|slot" of definitions and judgements with given facts */
    struct map covered; /* "entity|slot" with records of their own in _covered */
    struct map cover;   /* "entity|slot|key" to struct sql_cover */
};
struct sql_cover {
    int64_t state, until; /* until: a month, or SQL_ALWAYS */
};
enum { SQL_ALWAYS = 1000000 };
bool sql_look(const struct program *p, struct store *s, struct arena *a, struct sql_known *out, struct err *e);

struct sql_options {
    enum store_kind kind;
    date today, rule_day;
    /* Numbers in the tables may be of any size: every sum is checked. Otherwise they are taken to be within SQL_NUMBER
     * and SQL_FIRST_DAY to SQL_LAST_DAY; a table with others makes the whole result an escape. */
    bool checked;
    bool trusted;                  /* that was looked at already (sql_text.guard): the SELECT does not look again */
    const struct sql_known *known; /* NULL: ask the tables each time */
};
enum { SQL_FIRST_DAY = -43830, SQL_LAST_DAY = 193581 }; /* 1850-01-01, 2500-01-08 */
#define SQL_NUMBER INT64_C(10000000000000)

/* A policy: columns "_id", verdict (enum verdict_kind, or SQL_ESCAPE), state (enum value_state of the amount), error
 * (enum value_error of the amount), amount. A definition: "_id", state (or SQL_ESCAPE), error, value; text_value: the
 * value is a text or a code as packs write it. */
struct sql_text {
    str sql;
    str guard; /* a SELECT of 1 when numbers are outside the usual bounds, of 0 otherwise; empty: nothing to look at */
    bool text_value;
    uint32_t columns; /* computed in between: a measure of its size */
};
enum { SQL_ESCAPE = -1 };
bool sql_compile_policy(const struct program *p, uint32_t policy, const struct sql_options *o, struct arena *a,
                        struct sql_text *out, struct err *e);
/* Several definitions or tables without parameters, of one entity, in one SELECT: the columns of the second and later
 * ones are called state2, error2, value2 and so on. */
bool sql_compile_funcs(const struct program *p, const uint32_t *funcs, uint32_t count, const struct sql_options *o,
                       struct arena *a, struct sql_text *out, struct err *e);
/* One of them. */
bool sql_compile_func(const struct program *p, uint32_t func, const struct sql_options *o, struct arena *a,
                      struct sql_text *out, struct err *e);

/* A condition of a lead or a service: an expression about an entity, with the columns of a definition. */
bool sql_compile_condition(const struct program *p, uint16_t entity, node_id condition, const struct sql_options *o,
                           struct arena *a, struct sql_text *out, struct err *e);

struct sql_row {
    int64_t id;
    int verdict;   /* policies: enum verdict_kind; SQL_ESCAPE */
    int state;     /* enum value_state of amount or value; definitions: or SQL_ESCAPE */
    int error;     /* enum value_error when state is VALUE_ERROR */
    int64_t value; /* when known and not a text */
    str text;      /* when known and text_value; lives until `each` returns */
};
/* Compiles for what is known of the data, runs it in one transaction, and calls each(ctx, row) in no order. Data
 * outside the usual bounds is run again with every sum checked. */
bool sql_run_policy(const struct program *p, uint32_t policy, date today, date rule_day, struct store *s,
                    void (*each)(void *ctx, const struct sql_row *row), void *ctx, struct err *e);
bool sql_run_func(const struct program *p, uint32_t func, date today, date rule_day, struct store *s,
                  void (*each)(void *ctx, const struct sql_row *row), void *ctx, struct err *e);
bool sql_run_condition(const struct program *p, uint16_t entity, node_id condition, date today, date rule_day,
                       struct store *s, void (*each)(void *ctx, const struct sql_row *row), void *ctx, struct err *e);

#endif
