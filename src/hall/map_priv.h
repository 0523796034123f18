/* map, inside: what is shown of one indicator, for the page and for the picture. */
#ifndef HALL_MAP_PRIV_H
#define HALL_MAP_PRIV_H
#include "gauge/gauge.h"
#include "hall/board.h"
#include "hall/borders.h"
#include "hall/tiles.h"

#include <stdatomic.h>

enum { MAP_CLASSES = 5, MAP_PERIODS_MAX = 60 };

/* What was counted, with the memory it lives in. */
struct counted {
    struct arena *a;
    struct gauge g;
};

struct map_keeper {
    tile_list tiles;
    struct borders *borders;         /* NULL: nobody loaded any */
    const struct gauge *none;        /* nothing in these packs is counted */
    _Atomic(struct counted *) count; /* NULL: nobody has looked yet; then it stays */
};

struct cell {
    enum gauge_sight sight;
    num value;
};

struct layer {
    const struct indicator *x;
    const struct program *p;
    struct interval periods[MAP_PERIODS_MAX];
    size_t period_count;
    VEC(const struct tile *) tiles; /* of the picture */
    struct cell *cells;             /* [period * tiles + tile] */
    bool refused;                   /* it counts people, and nobody said how few of them are too few to be shown */
    num bounds[MAP_CLASSES];        /* upper ends of the classes, ascending */
    size_t class_count;
};

static inline struct cell *map_cell(const struct layer *l, size_t period, size_t tile)
{
    return &l->cells[period * l->tiles.len + tile];
}

/* ---- map_draw.c ---- */

size_t map_class(const struct layer *l, num v);
/* 1 … MAP_CLASSES, spread when there are fewer classes. */
int map_shade(const struct layer *l, size_t class_);
str map_words(struct call *c, const struct layer *l, const struct cell *k); /* with its unit, or why there is none */
str map_bare(struct call *c, const struct layer *l, num v);
/* Whether the picture is one of outlines: the loaded file has most of its areas. What is no area of the surveying
 * office (开发区) stands below them in words. */
bool map_outlined(const struct call *c, const struct layer *l);
/* The names of areas the loaded file has no outline of, with their values; empty: none, or no file is loaded. */
str map_without_border(struct call *c, const struct layer *l, size_t at, bool values);
/* Adds the picture of one time as `chart`: outlines or squares. whole: with title and
 * legend, for a file that stands alone. */
void map_picture(struct call *c, const struct layer *l, size_t at, bool whole, str title);

#endif
