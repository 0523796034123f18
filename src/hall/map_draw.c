/* map_draw: one time of a layer as a picture: outlines from a licensed file where it has the areas, else squares.
 * Whole numbers only: a picture is some hundred points wide, a coordinate is a millionth of a degree. */
#include "base/utf8.h"
#include "hall/map_priv.h"

enum { GAP = 6, TOP = 48, LEGEND = 44, WIDE = 640, NARROW = 360, HIGH = 520, LINE = 19 };

static const enum chart_ink fills[MAP_CLASSES + 1] = { INK_GRID,   INK_SHADE1, INK_SHADE2,
                                                       INK_SHADE3, INK_SHADE4, INK_SHADE5 };

/* ---- words and shades ---- */

int map_shade(const struct layer *l, size_t class_)
{
    return l->class_count < 2 ? 3 : 1 + (int)(class_ * (MAP_CLASSES - 1) / (l->class_count - 1));
}

size_t map_class(const struct layer *l, num v)
{
    size_t k = 0;
    while (k + 1 < l->class_count && v > l->bounds[k]) k++;
    return k;
}

static int shade_of(const struct layer *l, const struct cell *k)
{
    return k->sight == GAUGE_KNOWN ? map_shade(l, map_class(l, k->value)) : 0;
}

static enum chart_ink ink_on(int shade) { return shade >= 4 ? INK_ON_DEEP : INK_ON_LIGHT; }

str map_bare(struct call *c, const struct layer *l, num v)
{
    return l->x->denominator != 0 ? measure_rounded(c->a, v, 2) : measure_text(c->a, v, 0);
}

str map_words(struct call *c, const struct layer *l, const struct cell *k)
{
    switch (k->sight) {
    case GAUGE_NONE: return STR("没有数");
    case GAUGE_HIDDEN: return STR("人少不显示");
    case GAUGE_KNOWN: break;
    }
    return str_fmt(c->a, "%.*s%.*s", STR_ARG(map_bare(c, l, k->value)), STR_ARG(l->x->unit.text));
}

/* ---- squares ---- */

/* As much of a name as fits into a square. */
static size_t first_line(str name)
{
    enum { CHARACTERS = 7 };
    size_t n = 0;
    for (size_t i = 0; i < name.len; i++) {
        bool begins = ((unsigned char)name.p[i] & 0xc0) != 0x80;
        if (begins && n++ == CHARACTERS) return i;
    }
    return name.len;
}

enum { SIDE = 116 };

static void squares_size(const struct layer *l, int *width, int *height)
{
    *width = WIDE, *height = 0;
    for (size_t t = 0; t < l->tiles.len; t++) {
        int right = l->tiles.at[t]->column * SIDE + GAP, bottom = l->tiles.at[t]->row * SIDE;
        if (right > *width) *width = right;
        if (bottom > *height) *height = bottom;
    }
}

static void draw_squares(struct call *c, const struct layer *l, size_t at, int top, struct chart *k)
{
    for (size_t t = 0; t < l->tiles.len; t++) {
        const struct tile *i = l->tiles.at[t];
        const struct cell *v = map_cell(l, at, t);
        int x = GAP + (i->column - 1) * SIDE, y = top + (i->row - 1) * SIDE, shade = shade_of(l, v);
        chart_rect(k, fills[shade], x, y, SIDE - GAP, SIDE - GAP);
        size_t cut = first_line(i->name);
        chart_text(k, ink_on(shade), "start", x + 8, y + 22, str_slice(i->name, 0, cut));
        if (cut < i->name.len)
            chart_text(k, ink_on(shade), "start", x + 8, y + 42, str_slice(i->name, cut, i->name.len));
        chart_text(k, ink_on(shade), "start", x + 8, y + SIDE - GAP - 12, map_words(c, l, v));
    }
}

/* ---- outlines ---- */

struct box {
    int64_t west, east, south, north;
};
static const struct box box_none = { INT32_MAX, INT32_MIN, INT32_MAX, INT32_MIN };

static void box_add(struct box *b, const struct ring *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct point *p = &r->at[i];
        if (p->x < b->west) b->west = p->x;
        if (p->x > b->east) b->east = p->x;
        if (p->y < b->south) b->south = p->y;
        if (p->y > b->north) b->north = p->y;
    }
}

/* How degrees become points: a degree to the east is shorter the farther north it is, by the cosine. */
struct scale {
    struct box all;
    int64_t cosine; /* thousandths */
    int64_t num_, den;
};

/* Thousandths; Bhāskara's fraction, within two thousandths of the cosine between the poles. */
static int64_t cosine_of(int64_t millionths)
{
    int64_t tenths = millionths / 100000, square = tenths * tenths; /* of a degree */
    return 1000 * (3240000 - 4 * square) / (3240000 + square);
}

static struct scale scale_of(const struct borders *b, const struct layer *l)
{
    struct scale s = { .all = box_none };
    for (size_t t = 0; t < l->tiles.len; t++) {
        const struct border *x = borders_find(b, l->tiles.at[t]->code);
        if (x == NULL) continue;
        VEC_EACH (const struct ring, r, &x->rings) box_add(&s.all, r);
    }
    s.cosine = cosine_of((s.all.south + s.all.north) / 2);
    int64_t across = (s.all.east - s.all.west) * s.cosine / 1000 + 1, down = s.all.north - s.all.south + 1;
    bool by_width = across * HIGH > down * (WIDE - 2 * GAP);
    s.num_ = by_width ? WIDE - 2 * GAP : HIGH;
    s.den = by_width ? across : down;
    return s;
}

static int x_of(const struct scale *s, int64_t east)
{
    return GAP + (int)((east - s->all.west) * s->cosine / 1000 * s->num_ / s->den);
}
static int y_of(const struct scale *s, int64_t north) { return (int)((s->all.north - north) * s->num_ / s->den); }

/* "M1,2 3,4 5,6Z": points that fall on the one before are left out, and outlines of which nothing remains. */
static void add_ring(struct call *c, const struct scale *s, const struct ring *r, int top, struct text *out)
{
    enum { LEAST = 3 };
    struct dot {
        int x, y;
    } *at = ARENA_ARRAY(c->a, struct dot, r->count);
    size_t n = 0;
    for (size_t i = 0; i < r->count; i++) {
        int x = x_of(s, r->at[i].x), y = top + y_of(s, r->at[i].y);
        if (n == 0 || at[n - 1].x != x || at[n - 1].y != y) at[n].x = x, at[n++].y = y;
    }
    for (size_t i = 0; n >= LEAST && i < n; i++) text_addf(out, "%s%d,%d", i == 0 ? "M" : " ", at[i].x, at[i].y);
    if (n >= LEAST) text_addz(out, "Z");
}

/* In the middle of the largest outline, where there is room. */
static void draw_words(struct call *c, const struct layer *l, const struct scale *s, const struct border *b,
                       const struct tile *i, const struct cell *v, int top, struct chart *k)
{
    enum { CHARACTER = 13 };
    struct box best = box_none;
    int64_t most = -1;
    VEC_EACH (const struct ring, r, &b->rings) {
        struct box x = box_none;
        box_add(&x, r);
        int64_t size = (x.east - x.west) / 1000 * ((x.north - x.south) / 1000);
        if (size > most) most = size, best = x;
    }
    int x = (x_of(s, best.west) + x_of(s, best.east)) / 2, y = top + (y_of(s, best.north) + y_of(s, best.south)) / 2,
        room = x_of(s, best.east) - x_of(s, best.west), high = y_of(s, best.south) - y_of(s, best.north);
    str value = map_words(c, l, v);
    enum chart_ink ink = ink_on(shade_of(l, v));
    bool both = high >= 3 * LINE && room >= (int)utf8_count(value) * CHARACTER * 3 / 4;
    if (room < (int)utf8_count(i->name) * CHARACTER || high < LINE) return;
    chart_text(k, ink, "middle", x, both ? y - 3 : y + 5, i->name);
    if (both) chart_text(k, ink, "middle", x, y + LINE - 3, value);
}

static void draw_outlines(struct call *c, const struct layer *l, const struct scale *s, size_t at, int top,
                          struct chart *k)
{
    const struct borders *b = c->h->map->borders;
    for (size_t t = 0; t < l->tiles.len; t++) {
        const struct border *x = borders_find(b, l->tiles.at[t]->code);
        const struct cell *v = map_cell(l, at, t);
        struct text path;
        if (x == NULL) continue;
        text_init(&path, c->a, BORDERS_BYTES_MAX);
        VEC_EACH (const struct ring, r, &x->rings) add_ring(c, s, r, top, &path);
        chart_area(k, fills[shade_of(l, v)], text_str(&path),
                   str_fmt(c->a, "%.*s：%.*s", STR_ARG(l->tiles.at[t]->name), STR_ARG(map_words(c, l, v))));
    }
    for (size_t t = 0; t < l->tiles.len; t++) { /* over all of them */
        const struct tile *i = l->tiles.at[t];
        const struct border *x = borders_find(b, i->code);
        if (x != NULL) draw_words(c, l, s, x, i, map_cell(l, at, t), top, k);
    }
}

bool map_outlined(const struct call *c, const struct layer *l)
{
    const struct borders *b = c->h->map->borders;
    size_t n = 0;
    for (size_t t = 0; b != NULL && t < l->tiles.len; t++) n += borders_find(b, l->tiles.at[t]->code) != NULL;
    return n > l->tiles.len / 2;
}

str map_without_border(struct call *c, const struct layer *l, size_t at, bool values)
{
    const struct borders *b = c->h->map->borders;
    struct text out;
    text_init(&out, c->a, 1 << 16);
    for (size_t t = 0; b != NULL && t < l->tiles.len; t++) {
        const struct tile *i = l->tiles.at[t];
        if (borders_find(b, i->code) != NULL) continue;
        text_addf(&out, "%s%.*s", out.len > 0 ? "、" : "", STR_ARG(i->name));
        if (!values) continue;
        str value = map_words(c, l, map_cell(l, at, t));
        text_addf(&out, " %.*s", STR_ARG(value));
    }
    return text_str(&out);
}

/* ---- the picture ---- */

static void draw_legend(struct call *c, const struct layer *l, int y, struct chart *k)
{
    int x = GAP;
    for (size_t i = 0; i < l->class_count; i++, x += 120) {
        chart_rect(k, fills[map_shade(l, i)], x, y, 14, 14);
        chart_text(k, INK_TEXT, "start", x + 20, y + 12,
                   str_fmt(c->a, "≤ %.*s", STR_ARG(map_bare(c, l, l->bounds[i]))));
    }
}

void map_picture(struct call *c, const struct layer *l, size_t at, bool whole, str title)
{
    const struct borders *b = c->h->map->borders;
    bool outlined = map_outlined(c, l);
    str besides = outlined ? map_without_border(c, l, at, true) : STR("");
    struct scale s = { 0 };
    int width, height, top = whole ? TOP : GAP;
    squares_size(l, &width, &height);
    if (outlined) {
        s = scale_of(b, l);
        width = whole ? WIDE : x_of(&s, s.all.east) + GAP, height = y_of(&s, s.all.south);
        if (width < NARROW) width = NARROW;
    }
    int foot = top + height, words = outlined ? LINE * (1 + (besides.len > 0)) : 0, lines = words > 0 ? words + GAP : 0,
        all = foot + lines + (whole ? LEGEND : GAP);
    struct chart k = chart_begin(c->a, c->doc, "chart", width, all, title);
    if (whole) chart_rect(&k, INK_PAPER, 0, 0, width, all);
    if (whole) chart_text(&k, INK_TEXT, "start", GAP, 24, title);
    if (outlined)
        draw_outlines(c, l, &s, at, top, &k);
    else
        draw_squares(c, l, at, top, &k);
    if (besides.len > 0)
        chart_text(&k, INK_TEXT, "start", GAP, foot + LINE, str_fmt(c->a, "没有自己的地界：%.*s", STR_ARG(besides)));
    if (outlined)
        chart_text(&k, INK_MUTED, "start", GAP, foot + words,
                   str_fmt(c->a, "审图号：%.*s　地界：%.*s", STR_ARG(b->licence), STR_ARG(b->source)));
    if (whole) draw_legend(c, l, foot + lines + 8, &k);
}
