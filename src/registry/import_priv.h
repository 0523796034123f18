/* import_priv: one file on its way in. row.c reads and checks a row, ahead.c does so before it is needed, whose.c finds
 * out whom it tells of, take.c keeps what it says, import.c leads, refused.c writes the file of refused rows, whole.c
 * ends a whole file, double.c and double_firm.c look for people and employers who are there twice. */
#ifndef REGISTRY_IMPORT_PRIV_H
#define REGISTRY_IMPORT_PRIV_H
#include "registry/plan.h"
#include "sheet/sheet.h"

enum { ROW_COMPLAINTS = 16 };

struct complaint {
    int column; /* -1: of the row */
    str text, remedy;
    bool warning;
};

/* Somebody new as current_put was given them, for the search for doubles. */
struct arrival {
    uint16_t entity;
    uint64_t id;
    struct link_record as;
};

/* One row, read. */
struct row {
    struct arena *a; /* where it lives: of its portion while it is read, the scratch of the import while it is kept */
    uint64_t number;
    const str *cells;
    size_t count;
    date as_of;
    cell_list said[PLAN_TARGETS]; /* of each target, by field */
    str key[PLAN_TARGETS];        /* reference columns: the text that tells who */
    bool key_none[PLAN_TARGETS];
    VEC(struct complaint) complaints; /* the first ROW_COMPLAINTS */
    bool bad, warned;
};

struct import {
    struct registry *r;
    const struct import_options *o;
    struct import_result *out;
    struct arena *a;
    struct arena *scratch; /* of a row that is kept */
    struct arena *rules;   /* of the rules a row is checked by, for whoever reads rows */
    struct plan plan;
    const struct field_codes *codes;
    struct map *words; /* per column: translations */
    struct fixed_cell {
        uint8_t target;
        struct cell cell;
    } * fixed;
    size_t fixed_count;
    struct evaluator ev; /* of whoever reads rows */
    uint32_t feed;
    int64_t drop, rank;
    bool whole, preview;
    int64_t first_new; /* subjects from here on were made by this file */
    struct id_map dirty_at;
    VEC(struct dirty {
        uint16_t entity;
        uint64_t subject;
    })
    dirty;
    struct arena *arrived; /* of the texts of arrivals */
    struct arena *listed;  /* of their list alone, which grows in place there */
    VEC(struct arrival) arrivals;
    VEC(uint64_t) told_again; /* subjects of this file that it told more of */
    bool mingled;             /* arrivals are not in the order of their numbers */
    struct refused *refused;
    uint64_t kept_rows; /* of what was committed */
};

/* A line of "_drop": a file, or a decision of a person. */
struct drop_new {
    int64_t id;
    str file, sm3, map, origin, person;
    uint32_t feed, entity;
    int64_t rank, as_of;
    bool whole;
    const char *state;
};
bool drop_add(struct registry *r, struct drop_new *d, struct err *e); /* sets id */

/* ---- row.c ---- */
bool rows_prepare(struct import *im, struct err *e);
/* Into out->a; *in lives as long. Asks nothing of the database and changes nothing but the row. */
void row_read(struct import *im, const struct sheet_row *in, struct row *out);
void complain(struct import *im, struct row *w, int column, bool warning, str text, str remedy);
const struct cell *row_cell(const struct row *w, unsigned target, uint16_t slot);
int row_column_of(const struct import *im, unsigned target, uint16_t slot); /* -1: no column */

/* ---- ahead.c ---- */
/* Rows in the order of the file, read and checked. */
struct portion {
    struct arena *a; /* of its rows and what they say */
    struct arena_mark start;
    struct row *rows;
    size_t count;
    uint64_t done, total; /* how far the file was read behind it (sheet_progress) */
    bool more, failed;    /* another follows; reading failed behind these rows, with e */
    struct err e;
};
struct ahead;
/* From now until ahead_stop the sheet belongs to it. */
struct ahead *ahead_start(struct import *im, struct sheet_reader *in);
struct portion *ahead_next(struct ahead *x); /* until the next call; not to be called behind the last one */
void ahead_stop(struct ahead *x);

/* ---- whose.c ---- */
/* Finds or makes the subjects of a row; complaints make it bad. keep false: only look (a row that was done before). */
struct subjects {
    uint64_t id[PLAN_TARGETS];
    bool is_new[PLAN_TARGETS];
};
bool row_subjects(struct import *im, struct row *w, bool keep, struct subjects *out, struct err *e);

/* ---- take.c ---- */
enum taken { TAKEN_NEW, TAKEN_CHANGED, TAKEN_SAME };
bool take_cells_of(struct import *im, const struct row *w, uint16_t entity, uint64_t subject, bool is_new,
                   const cell_list *cells, enum taken *how, struct err *e);
bool take_dirty(struct import *im, struct err *e); /* rebuilds what changed in this block */
/* A whole file has it no more. */
bool take_withdrawal(struct import *im, uint16_t entity, uint64_t subject, int64_t ident, int64_t owner, struct err *e);
void mark_dirty(struct import *im, uint16_t entity, uint64_t subject);

/* ---- refused.c ---- */
bool refused_open(struct import *im, struct err *e);
bool refused_add(struct import *im, const struct row *w, struct err *e);
bool refused_close(struct import *im, struct err *e); /* writes the file, if any row was refused */
void refused_discard(struct import *im);

/* ---- whole.c, double.c ---- */
bool whole_end(struct import *im, struct err *e);
bool double_search(struct import *im, struct err *e);
/* Somebody new is in the table now, as these cells say. */
void double_arrived(struct import *im, uint16_t entity, uint64_t subject, const cell_list *cells);
/* Two subjects who may be one, as they are after merges. open: nobody decided on them yet. */
struct double_pair {
    uint64_t kept, gone;
    bool open;
};
bool double_open(struct import *im, uint64_t x, uint64_t y, struct double_pair *out, struct err *e);
bool double_settle(struct import *im, const struct entity *en, const struct double_pair *p, int64_t score,
                   bool together, str why, struct err *e); /* makes them one, or leaves it to a person */
bool double_firms(struct import *im, const struct entity *en, struct err *e);

/* ---- links.c ---- */
/* Makes one of two inside a transaction; `cause` is the line that made this one necessary, 0 none. */
bool link_merge(struct registry *r, uint16_t entity, uint64_t kept, uint64_t gone, int64_t score, str why, str person,
                int64_t drop, int64_t cause, int64_t *line, struct err *e);
/* Notes a pair for a person to decide, unless somebody did. */
bool link_note(struct registry *r, uint16_t entity, uint64_t kept, uint64_t gone, int64_t score, const char *state,
               str why, str person, int64_t drop, int64_t *line, struct err *e);
bool link_decided(struct registry *r, uint64_t a, uint64_t b, bool *decided, struct err *e);
/* After merges: rows that refer to who is gone refer to who was kept; spells both had become one. */
bool link_repoint(struct registry *r, uint16_t entity, int64_t drop, str person, struct err *e);
bool registry_touch(struct registry *r, int64_t drop, uint16_t entity, uint64_t subject, struct err *e);

#endif
