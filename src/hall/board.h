/* board 看板: what leaders' pages show, made once per change of data and shared by all threads: the plans of the hall's
 * packs and of those given with it, judged on today; the figures they rest on. And what these pages have in common:
 * pictures and files. Part of the hall. */
#ifndef HALL_BOARD_H
#define HALL_BOARD_H
#include "hall/hall_priv.h"
#include "plan/plan.h"

/* ---- the board ---- */

struct board_book { /* one set of packs and all that is known of its indicators: published with the packs, and the log
                     */
    const struct program *p;
    struct figures figures;
};

struct board_plan {
    const struct board_book *book;
    const struct plan_head *head;
    str key, title, area; /* key: as addresses have it */
    struct evaluation now;
};

struct board {
    struct arena *a;
    unsigned users; /* requests that read it, and the hall while it is the newest */
    int64_t mark;   /* of the log it was made from */
    struct figures log;
    struct board_book *books;
    size_t book_count;
    VEC(struct board_plan) plans; /* of the hall's own chain first; a plan of an upper pack once */
};

struct board_keeper;
/* Reads the packs' figures and makes the first board. */
bool board_open(struct hall *h, struct board_keeper **out, struct err *e);
void board_close(struct board_keeper *k);
/* The board as the log stands now; good until the request is answered, when board_leave gives it back. */
bool board_of(struct call *c, const struct board **out, struct err *e);
void board_leave(struct call *c);

/* Reads where the areas stand on the map; counting waits until somebody looks. */
bool map_open(struct hall *h, struct map_keeper **out, struct err *e);
void map_close(struct map_keeper *k);
/* Lists of who was counted, as tally_list makes them; a few are kept for who turns their pages. */
struct rolls;
bool rolls_open(struct arena *a, struct rolls **out, struct err *e);
void rolls_close(struct rolls *r);
struct tally_job;
struct tally_rows;
bool rolls_list(struct rolls *r, const struct tally_job *job, uint32_t indicator, str area, struct arena *a,
                struct tally_rows *out, struct err *e);
struct gauge;
/* What is counted from the register, by area, for twelve months; counted when it is first asked for. */
bool map_gauge(struct call *c, const struct gauge **out, struct err *e);

/* A day asked for in the address as ?day=, else today; refuses what is no date. */
bool board_day(struct call *c, date *out, struct err *e);
/* 南通市; of the hall's own region that no list names, the hall's place. */
str board_area(struct call *c, const struct program *p, str area);
/* A value with its unit: 725.87万人. */
str board_value(struct arena *a, num v, str unit);
/* With what the printed number is a bound of: 98%以上. */
str board_bounded(struct arena *a, str value, enum bound b);
/* Adds source, as it was given; sourceName and sourceHref, "" none: for a page. */
void board_source(struct call *c, str source, struct json *o);
/* A version of a figure as a line of `list`; before: the version before it, NULL: none, for what a revision changed,
 * and whether the data changed or what is counted: x says when that did, NULL: not known. */
struct json *board_version(struct call *c, const struct indicator *x, const struct observation *o,
                           const struct observation *before, str value, str unit, bool used, struct json *list);
/* What the packs say of something, as it is written there. */
str board_declared(const struct program *p, const struct decl *d);

/* ---- pictures ---- */

enum chart_ink {
    INK_TEXT,
    INK_MUTED,
    INK_GRID,
    INK_SERIES,
    INK_OTHER,
    INK_GOAL,
    INK_ALERT,
    INK_BAND,
    INK_PAPER,
    INK_SHADE1,
    INK_SHADE2,
    INK_SHADE3,
    INK_SHADE4,
    INK_SHADE5,
    INK_ON_LIGHT, /* words on the shades: on the first three, */
    INK_ON_DEEP,  /* and on the others */
    INKS
};

/* A picture as a part of the document, which the template `chart` draws: on a page with the page's colours, as a file
 * with the light ones. Whole numbers only. */
struct chart {
    struct arena *a;
    struct json *doc, *shapes;
};
struct chart chart_begin(struct arena *a, struct json *parent, const char *key, int width, int height, str title);
void chart_rect(struct chart *k, enum chart_ink ink, int x, int y, int width, int height);
void chart_line(struct chart *k, enum chart_ink ink, bool dashed, int x1, int y1, int x2, int y2);
void chart_path(struct chart *k, enum chart_ink ink, str points); /* "1,2 3,4": a line through them */
/* Outlines to be filled, "M1,2 3,4 5,6Z…" (what lies in two of them is a hole); words: what it is. */
void chart_area(struct chart *k, enum chart_ink ink, str outlines, str words);
void chart_dot(struct chart *k, enum chart_ink ink, int x, int y);
void chart_text(struct chart *k, enum chart_ink ink, const char *anchor, int x, int y, str text);
/* Whether an address asks for a picture by this word: svg, png, pdf. */
bool chart_asked(str as);
/* Answers with the picture at `key` of the document as a file of that kind; name: without its ending. NOT_FOUND: there
 * is none, or this machine cannot draw. */
bool chart_file(struct call *c, const char *key, str as, str name, struct err *e);

/* One line over time: where values are not known it is broken. */
struct chart_point {
    str label;
    bool known, drawn; /* drawn: a dot and the value beside it */
    num value;
};
struct chart_series {
    str title, unit;
    const struct chart_point *points;
    size_t count;
    const num *goal; /* a dashed line across, or NULL */
    str goal_text;
    enum chart_ink goal_ink;
    const bool *alert;               /* points under a shade, or NULL */
    const struct chart_point *other; /* a second line at the same times, or NULL */
    str name, other_name;            /* at the ends of the lines when there are two */
    bool from_zero;
};
struct chart chart_of_series(struct arena *a, struct json *parent, const char *key, const struct chart_series *s);

/* ---- files ---- */

/* A table; rows of `columns` cells, the first the heading. */
struct download_table {
    const str *cells;
    size_t columns, rows;
};
/* name: its ending, .xlsx or .csv, says what the table becomes. */
bool download_table(struct call *c, const struct download_table *t, str name, struct err *e);
/* The same, and from column `from` on, counted from 0, cells that are plain numbers are numbers to Excel. */
bool download_numbers(struct call *c, const struct download_table *t, size_t from, str name, struct err *e);

#endif
