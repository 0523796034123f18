/* tiles 示意图: where the areas of a region stand on a picture of squares, as packs say in their map.csv: 地区 (code),
 * 名称, 列, 行. It is a picture of who lies beside whom, not a map of borders: those need a licence of their own
 * (审图号). */
#ifndef HALL_TILES_H
#define HALL_TILES_H
#include "lang/program.h"

enum { TILES_SIDE_MAX = 12 };

struct tile {
    str code, name, upper; /* upper: code of the area it lies in, whose picture it is part of */
    int column, row;       /* from 1 */
    bool laid_out;         /* no pack says where the areas of this region stand: they come in the order of codes */
};
typedef VEC(struct tile) tile_list;

/* Of all packs of a program, uppermost first; then the regions no pack says anything of, laid out row by row, when they
 * have no more areas than fit. INVALID with file and line: an area no
 * list names, another name than the list has, a place outside the picture or taken. */
bool tiles_read(const struct program *p, struct arena *a, tile_list *out, struct err *e);

#endif
