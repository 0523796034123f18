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
};
typedef VEC(struct tile) tile_list;

/* Of all packs of a program, uppermost first; a pack without the file has none. INVALID with file and line: an area no
 * list names, another name than the list has, a place outside the picture or taken. */
bool tiles_read(const struct program *p, struct arena *a, tile_list *out, struct err *e);

#endif
