/* sql, inside. A node becomes a *cell*: an expression over columns of a *scope*. A scope is one SELECT: the subjects,
 * or the members of a group around one of them (a subquery). Its columns stand in layers, one CTE each, so that what is
 * mentioned twice is computed once; a layer may use the columns of those before it.
 *
 * One integer or text carries value and state: NULL is unknown; the smallest 64-bit integers (texts that begin with
 * byte 1) are none and the errors. Most cells can be neither, and know it: they are plain SQL. */
#ifndef SQL_SQL_PRIV_H
#define SQL_SQL_PRIV_H
#include "sql/sql.h"

enum {
    SCOPES_MAX = 8,   /* subqueries in one another; SQLite's parser has room for a hundred open things */
    DEPTH_MAX = 6,    /* operations in one another before they become a column */
    CODES = 32,       /* integers at the lower end that are states: none, and the errors */
    CODE_ESCAPE = 31, /* the row evaluator must be asked */
    SQL_TEXT_MAX = 8 << 20,
    MENTIONS_MAX = 9,
};

struct scope;

struct cell {
    str text;
    struct type type;
    struct scope *home;         /* the innermost scope whose columns it mentions; NULL: none */
    uint16_t layer[SCOPES_MAX]; /* by depth of scope: the first layer in which it can stand */
    uint16_t depth;             /* operations in one another */
    bool unknown, none, error;  /* what it may be */
    bool cond;                  /* BOOL: a condition of SQL, true, false or NULL; neither none nor error */
    bool atom;                  /* a column or a literal: may be mentioned many times */
    bool empty;                 /* a literal that is no value: unknown, none, an error */
    bool pure;                  /* known when compiling: `value` */
    struct value value;
    num lo, hi; /* bounds of known numbers, dates, months */
};

/* A record: the row of a scope, or the one with this number. */
struct rec {
    uint16_t entity;
    struct scope *row; /* NULL: by number */
    const struct cell *id;
    const struct cell *month; /* of a history: which month of the run */
    struct map frames;        /* definitions of it, by number: to struct frame_of */
};

struct column {
    str name, text;
    uint32_t layer;
    uint16_t need; /* while assembling: the last layer that uses it */
    bool live;
};

struct scope {
    uint32_t depth, number;
    struct scope *outer;
    str from; /* after FROM, with its WHERE */
    VEC(struct column) columns;
    struct map by_text;        /* "layer text" to (struct cell *) */
    uint16_t need[SCOPES_MAX]; /* of the scopes around: the layer its texts need */
};

/* What a node is evaluated in: elements and locals, as struct frame of eval.h. */
struct memo {
    node_id node;
    const struct cell *cell;
    struct rec *rec;
};
struct frame_of {
    struct rec *elements[LIMIT_LEVELS + 1];
    const struct cell *const *locals;
    struct scope *scope;
    struct memo *memos;
    uint32_t memo_count, memo_cap;
    const struct cell *result; /* of the definition it is for */
};

struct gen {
    const struct program *p;
    const struct sql_options *o;
    struct arena *a;
    struct scope *top;
    uint32_t columns, scopes, depth;
    struct map records; /* by number: entity and the name of the column with it */
    struct map guarded; /* table to a condition: "outside the usual bounds" */
    struct evaluator ev;
    bool failed;
    struct loc where;
    str why;
};

/* sticky: the first reason stays; returns a cell so that compiling can go on to its end */
const struct cell *sql_refuse(struct gen *g, node_id at, const char *why);

/* ---- sql_cell.c: texts of cells ---- */
bool sql_is_text(struct type t);
bool sql_pg(const struct gen *g);
const struct cell *sql_literal(struct gen *g, struct type t, struct value v);
const struct cell *sql_int(struct gen *g, int64_t n); /* a plain number */
const struct cell *sql_cond(struct gen *g, bool b);
const struct cell *sql_unknown(struct gen *g, struct type t);
const struct cell *sql_error(struct gen *g, struct type t, int code);
/* A cell from a template: @1 … @9 stand for the cells, @N for none and @S for the smallest value that is no state, @X
 * for escape, each as an integer. May be unknown when one of them may; never none, never an error. */
struct cell *sql_make(struct gen *g, struct type t, const char *template, const struct cell *const *cells, unsigned n);
#define SQL_MAKE(g, t, template, ...)                                           \
    sql_make((g), (t), (template), (const struct cell *const[]){ __VA_ARGS__ }, \
             sizeof((const struct cell *const[]){ __VA_ARGS__ }) / sizeof(const struct cell *))
/* The same cell as something that may be mentioned again. */
const struct cell *sql_bind(struct gen *g, const struct cell *c);
/* As a column of this very scope, also when it mentions nothing of it: aggregates look at columns of their scope only.
 */
const struct cell *sql_localize(struct gen *g, struct scope *s, const struct cell *c);
const struct cell *sql_coded(struct gen *g, const struct cell *c); /* BOOL: as an integer that can carry states */
/* BOOL that is no error, none counted as false: as a condition. */
const struct cell *sql_condition(struct gen *g, const struct cell *c);
/* Made fit to stand beside values of type t: a general 无, conditions as integers unless keep_cond. */
const struct cell *sql_fit(struct gen *g, const struct cell *c, struct type t);
str sql_is_error(struct gen *g, const struct cell *c); /* a condition; c is an atom that may be an error */
str sql_is_none(struct gen *g, const struct cell *c);
/* c's error as one of type t. */
const struct cell *sql_error_as(struct gen *g, const struct cell *c, struct type t);
/* A strict operation: `op` is computed only when all cells are known, and is NULL when one is NULL. What may be none or
 * an error among them is sorted out before: error over unknown over none. none_result NULL: none stays none. */
const struct cell *sql_strict(struct gen *g, const struct cell *op, const struct cell *const *cells, unsigned n,
                              const struct cell *none_result);
/* An integer as it is, NULL for whatever is not known: what may be calculated with in a column, where PostgreSQL would
 * end the query over a state taken for a number. */
const struct cell *sql_known_only(struct gen *g, const struct cell *c);
void sql_set_bounds(struct cell *c, num lo, num hi);
const struct cell *sql_case(struct gen *g, struct type t, const struct cell *const *when,
                            const struct cell *const *then, unsigned n, const struct cell *otherwise);

/* ---- sql_scope.c ---- */
struct scope *sql_scope(struct gen *g, struct scope *outer);
/* Adds to the scope's FROM; mentions cells of scopes around. */
void sql_from(struct gen *g, struct scope *s, const char *template, const struct cell *const *cells, unsigned n);
/* The whole SELECT with these results; `layer` is the last layer the results need. */
str sql_select(struct gen *g, struct scope *s, str results, uint32_t layer);
/* That SELECT as one cell of the scope around. Flags are those of `like`. */
struct cell *sql_subquery(struct gen *g, struct scope *s, const struct cell *result);

/* ---- sql_tables.c ---- */
bool sql_has_column(const struct entity *e, uint32_t slot); /* a field stored under its own name */

/* ---- nodes ---- */
const struct cell *sql_node(struct gen *g, struct frame_of *f, node_id id);
struct rec *sql_record(struct gen *g, struct frame_of *f, node_id id);
const struct cell *sql_kid(struct gen *g, struct frame_of *f, const struct node *n, unsigned i);

/* sql_logic.c */
const struct cell *sql_chain(struct gen *g, const struct cell *const *cells, unsigned n, bool decides);
const struct cell *sql_not(struct gen *g, const struct cell *c);
const struct cell *sql_if(struct gen *g, struct type t, const struct cell *c, const struct cell *a,
                          const struct cell *b);
const struct cell *sql_compare(struct gen *g, struct frame_of *f, enum op op, node_id a, node_id b, bool none_differs);
const struct cell *sql_among(struct gen *g, struct frame_of *f, const struct node *n);
const struct cell *sql_between(struct gen *g, struct frame_of *f, const struct node *n);
const struct cell *sql_belongs(struct gen *g, struct frame_of *f, const struct node *n);
const struct cell *sql_has_value(struct gen *g, const struct cell *c, bool has);
const struct cell *sql_default(struct gen *g, struct type t, const struct cell *a, const struct cell *b);

/* sql_number.c */
const struct cell *sql_arithmetic(struct gen *g, struct frame_of *f, const struct node *n);
const struct cell *sql_round(struct gen *g, struct frame_of *f, const struct node *n);
const struct cell *sql_extreme(struct gen *g, struct frame_of *f, const struct node *n);
const struct cell *sql_divided(struct gen *g, struct frame_of *f, enum op op, node_id a, node_id b);
/* a op b ('+', '-', '*') of known plain cells, escaping when 64 bits do not suffice. */
const struct cell *sql_calc(struct gen *g, struct type t, char op, const struct cell *a, const struct cell *b);

/* sql_date.c */
const struct cell *sql_date_op(struct gen *g, struct frame_of *f, const struct node *n);

/* sql_group.c */
struct members {
    struct scope *scope;
    struct rec *element;
    const struct cell *why;     /* 1 known, unknown, none, error: the group as a whole */
    const struct cell *partial; /* histories: a condition, there may be more; NULL: never */
    uint16_t entity;
    bool monthly;
    struct frame_of frame; /* with the element at its level */
};
const struct cell *sql_over_group(struct gen *g, struct frame_of *f, const struct node *n, node_id id);
const struct cell *sql_has_group(struct gen *g, struct frame_of *f, node_id group, bool has);
/* How much of a group (key: of a history; '' otherwise) is known of a record: 1, NULL, none; *until for histories. */
const struct cell *sql_cover(struct gen *g, const struct rec *r, uint32_t slot, const struct cell *key,
                             const struct cell **until);
/* c, or the state of a record that is not known. */
const struct cell *sql_of_record(struct gen *g, const struct rec *r, const struct cell *c);
bool sql_members(struct gen *g, struct frame_of *f, node_id group, unsigned level, struct members *out);

/* sql_spell.c */
const struct cell *sql_active(struct gen *g, struct frame_of *f, const struct node *n);
struct rec *sql_spell_record(struct gen *g, struct frame_of *f, const struct node *n);
const struct cell *sql_measure(struct gen *g, struct frame_of *f, const struct node *n);

/* sql_month.c */
const struct cell *sql_months(struct gen *g, struct frame_of *f, const struct node *n);
const struct cell *sql_month_has(struct gen *g, struct frame_of *f, const struct node *n);
struct rec *sql_month_record(struct gen *g, struct frame_of *f, const struct node *n);

/* sql_func.c */
struct rec *sql_rec(struct gen *g, uint16_t entity, struct scope *row, const struct cell *id);
struct scope *sql_rec_scope(struct gen *g, const struct rec *r);
const struct cell *sql_field(struct gen *g, struct rec *r, uint32_t slot);
const struct cell *sql_call(struct gen *g, struct frame_of *f, const struct node *n);
const struct cell *sql_func_of(struct gen *g, struct rec *r, uint32_t func);
const struct cell *sql_param(struct gen *g, struct frame_of *f, const struct node *n, node_id id);
const struct cell *sql_qualifies(struct gen *g, struct frame_of *f, const struct node *n);
const struct cell *sql_judge(struct gen *g, struct frame_of *f, const struct node *n);
const struct cell *sql_criteria(struct gen *g, struct rec *r, const struct policy *q);
str sql_column_name(struct gen *g, const struct entity *e, uint32_t slot); /* quoted */
str sql_table_name(struct gen *g, const struct entity *e);
str sql_quote_text(struct gen *g, str s); /* as a literal of SQL */

#endif
