/* borders 地界: outlines of areas, from a file an operator has a licence for. A map that is shown to the public in
 * China needs an approval number (审图号): a file without it is not read, and every picture drawn from it shows it. */
#ifndef HALL_BORDERS_H
#define HALL_BORDERS_H
#include "lang/program.h"

enum { BORDERS_BYTES_MAX = 16 << 20 };

struct point {
    int32_t x, y; /* millionths of a degree, east and north */
};
struct ring {
    const struct point *at; /* the last one is not the first again */
    size_t count;
};
struct border {
    str code;
    VEC(struct ring) rings; /* outlines of parts and of holes in them, in any order */
};
struct borders {
    str licence, source; /* 审图号; whose the file is */
    VEC(struct border) list;
};

/* GeoJSON: a FeatureCollection with the members “审图号” and “来源” of its own, and features whose properties say the
 * code of an area (adcode, code or 代码) and whose geometry is a Polygon or MultiPolygon in degrees. Features of areas
 * the list does not have are left out. INVALID, with the number of the feature: what else it is; LIMIT: too large. */
bool borders_read(str path, const struct code_list *areas, struct arena *a, struct borders **out, struct err *e);
/* NULL: the file has none. */
const struct border *borders_find(const struct borders *b, str code);

#endif
