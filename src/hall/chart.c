/* chart: pictures as parts of documents, drawn by one template. Each thing in a picture has its words, so that nothing
 * hangs on colours; every page with a picture has the same values as a table. */
#include "hall/board.h"
#include "paper/paper.h"
#include "paper/picture.h"

static const struct {
    const char *name, *colour; /* a class of the style sheet; what a file has, which has no style sheet */
} inks[INKS] = {
    [INK_TEXT] = { "ink", "#1b2125" },          [INK_MUTED] = { "muted-ink", "#4b555d" },
    [INK_GRID] = { "grid", "#e0dcd2" },         [INK_SERIES] = { "line", "#17527d" },
    [INK_OTHER] = { "other", "#725100" },       [INK_GOAL] = { "goal", "#1c6445" },
    [INK_ALERT] = { "alert-ink", "#a32f1d" },   [INK_BAND] = { "band", "#fbeae6" },
    [INK_PAPER] = { "card-ink", "#ffffff" },    [INK_SHADE1] = { "t1", "#e3eef6" },
    [INK_SHADE2] = { "t2", "#bfd8ea" },         [INK_SHADE3] = { "t3", "#8fb9d8" },
    [INK_SHADE4] = { "t4", "#3a749c" },         [INK_SHADE5] = { "t5", "#17527d" },
    [INK_ON_LIGHT] = { "on-light", "#1b2125" }, [INK_ON_DEEP] = { "on-deep", "#ffffff" },
};

struct chart chart_begin(struct arena *a, struct json *parent, const char *key, int width, int height, str title)
{
    struct chart k = { .a = a, .doc = doc_object(a, parent, key) };
    doc_int(a, k.doc, "width", width);
    doc_int(a, k.doc, "height", height);
    doc_str(a, k.doc, "title", title);
    k.shapes = doc_array(a, k.doc, "shapes");
    return k;
}

static struct json *shape(struct chart *k, const char *kind, enum chart_ink ink)
{
    struct json *o = doc_object(k->a, k->shapes, NULL);
    doc_bool(k->a, o, kind, true);
    doc_z(k->a, o, "ink", inks[ink].name);
    doc_z(k->a, o, "colour", inks[ink].colour);
    return o;
}

static void at(struct chart *k, struct json *o, const char *x_key, const char *y_key, int x, int y)
{
    doc_int(k->a, o, x_key, x);
    doc_int(k->a, o, y_key, y);
}

void chart_rect(struct chart *k, enum chart_ink ink, int x, int y, int width, int height)
{
    struct json *o = shape(k, "svgRect", ink);
    at(k, o, "x", "y", x, y);
    at(k, o, "w", "h", width, height);
}

void chart_line(struct chart *k, enum chart_ink ink, bool dashed, int x1, int y1, int x2, int y2)
{
    struct json *o = shape(k, "svgLine", ink);
    at(k, o, "x", "y", x1, y1);
    at(k, o, "x2", "y2", x2, y2);
    doc_z(k->a, o, "dash", dashed ? "5 4" : "none");
}

void chart_path(struct chart *k, enum chart_ink ink, str points)
{
    doc_str(k->a, shape(k, "svgPath", ink), "points", points);
}

void chart_area(struct chart *k, enum chart_ink ink, str outlines, str words)
{
    struct json *o = shape(k, "svgArea", ink);
    doc_str(k->a, o, "outlines", outlines);
    doc_str(k->a, o, "words", words);
}

void chart_dot(struct chart *k, enum chart_ink ink, int x, int y) { at(k, shape(k, "svgDot", ink), "x", "y", x, y); }

void chart_text(struct chart *k, enum chart_ink ink, const char *anchor, int x, int y, str text)
{
    struct json *o = shape(k, "svgText", ink);
    at(k, o, "x", "y", x, y);
    doc_z(k->a, o, "anchor", anchor);
    doc_str(k->a, o, "words", text);
}

/* ---- as files ---- */

bool chart_asked(str as) { return str_eq(as, STR("svg")) || str_eq(as, STR("png")) || str_eq(as, STR("pdf")); }

static int number(const struct json *shape, const char *key)
{
    const struct json *j = json_member(shape, str_of(key));
    return j != NULL && j->kind == JSON_INT ? (int)j->integer : 0;
}

/* "#17527d" */
static uint32_t colour_of(const struct json *shape)
{
    str s = json_word(shape, "colour");
    uint32_t v = 0;
    for (size_t i = 1; i < s.len; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        v = v << 4 | (uint32_t)(ch <= '9' ? ch - '0' : (ch | 32) - 'a' + 10);
    }
    return v;
}

/* "1,2 3,4 " */
static void draw_path(struct picture *p, const struct json *shape)
{
    str rest = json_word(shape, "points"), point, x_text;
    int64_t x, y, before_x = 0, before_y = 0;
    bool first = true;
    while (rest.len > 0 && str_split(&rest, ' ', &point)) {
        if (!str_split(&point, ',', &x_text) || !str_to_i64(x_text, &x) || !str_to_i64(point, &y)) continue;
        if (!first) picture_line(p, colour_of(shape), false, (int)before_x, (int)before_y, (int)x, (int)y);
        before_x = x, before_y = y, first = false;
    }
}

/* "M1,2 3,4 5,6Z…" */
static void draw_area(struct picture *p, const struct json *shape)
{
    str rest = json_word(shape, "outlines"), ring, point, x_text;
    int64_t x, y;
    while (rest.len > 0 && str_split(&rest, 'Z', &ring)) {
        bool first = true;
        if (ring.len > 0) ring = str_slice(ring, 1, ring.len);
        while (ring.len > 0 && str_split(&ring, ' ', &point)) {
            if (!str_split(&point, ',', &x_text) || !str_to_i64(x_text, &x) || !str_to_i64(point, &y)) continue;
            picture_outline(p, first, (int)x, (int)y);
            first = false;
        }
    }
    picture_fill(p, colour_of(shape), 0xffffff);
}

static void draw_shape(struct picture *p, const struct json *k)
{
    str anchor = json_word(k, "anchor");
    int x = number(k, "x"), y = number(k, "y");
    if (json_member(k, STR("svgRect")) != NULL)
        picture_rect(p, colour_of(k), x, y, number(k, "w"), number(k, "h"));
    else if (json_member(k, STR("svgLine")) != NULL)
        picture_line(p, colour_of(k), !str_eq(json_word(k, "dash"), STR("none")), x, y, number(k, "x2"),
                     number(k, "y2"));
    else if (json_member(k, STR("svgPath")) != NULL)
        draw_path(p, k);
    else if (json_member(k, STR("svgArea")) != NULL)
        draw_area(p, k);
    else if (json_member(k, STR("svgDot")) != NULL)
        picture_dot(p, colour_of(k), x, y);
    else
        picture_text(p, colour_of(k),
                     str_eq(anchor, STR("end"))      ? PICTURE_END
                     : str_eq(anchor, STR("middle")) ? PICTURE_MIDDLE
                                                     : PICTURE_START,
                     x, y, json_word(k, "words"));
}

static bool draw_all(struct call *c, const struct json *doc, struct picture **out, struct err *e)
{
    const struct json *shapes = json_member(doc, STR("shapes"));
    if (!picture_new(out, c->a, number(doc, "width"), number(doc, "height"), e)) return false;
    for (size_t i = 0; i < shapes->count; i++) draw_shape(*out, &shapes->items[i]);
    return true;
}

/* The picture and below it whose it is and from when: paper has no page around it that says so. */
static bool send_pdf(struct call *c, const struct json *doc, str name, struct err *e)
{
    struct picture *p;
    struct paper *paper;
    str pdf;
    struct paper_about about = { .title = name, .author = c->h->o.place, .day = c->today };
    if (!draw_all(c, doc, &p, e) || !paper_new(&paper, c->a, &about, e)) return false;
    paper_heading(paper, name);
    picture_on_paper(p, paper);
    paper_note(paper, str_fmt(c->a, "%.*s公共就业服务，资料到%.*s", STR_ARG(c->h->o.place),
                              STR_ARG(words_day(c->a, c->h->o.today, (date){ 0 }))));
    if (!paper_end(paper, &pdf, e)) return false;
    attachment_answer(c, pdf, STR("application/pdf"), str_fmt(c->a, "%.*s.pdf", STR_ARG(name)));
    return true;
}

static bool send_png(struct call *c, const struct json *doc, str name, struct err *e)
{
    struct picture *p;
    str png;
    if (!draw_all(c, doc, &p, e)) return false;
    if (!picture_end(p, &png, e)) return false;
    attachment_answer(c, png, STR("image/png"), str_fmt(c->a, "%.*s.png", STR_ARG(name)));
    return true;
}

bool chart_file(struct call *c, const char *key, str as, str name, struct err *e)
{
    struct text t;
    const struct json *doc = json_member(c->doc, str_of(key));
    if (doc == NULL) return fail(e, NOT_FOUND, "没有数，画不出图");
    if (str_eq(as, STR("png"))) return send_png(c, doc, name, e);
    if (str_eq(as, STR("pdf"))) return send_pdf(c, doc, name, e);
    text_init(&t, c->a, 4 << 20);
    if (!template_render(c->h->templates[TEMPLATE_chart], doc, NULL, NULL, &t, e)) return false;
    attachment_answer(c, text_str(&t), STR("image/svg+xml"), str_fmt(c->a, "%.*s.svg", STR_ARG(name)));
    return true;
}

/* ---- one line over time ---- */

enum { WIDTH = 760, HEIGHT = 280, LEFT = 84, RIGHT = 96, TOP = 30, BOTTOM = 40, LABELS_MAX = 10, TICKS = 4 };

struct scale {
    num low, high, step;
    size_t n;
};

static int x_of(const struct scale *c, size_t i)
{
    size_t room = WIDTH - LEFT - RIGHT;
    return LEFT + (int)(c->n > 1 ? room * i / (c->n - 1) : room / 2);
}

static int y_of(const struct scale *c, num v)
{
    return HEIGHT - BOTTOM - (int)((v - c->low) * (HEIGHT - TOP - BOTTOM) / (c->high - c->low));
}

/* 1, 2 or 5 times a power of ten, not smaller: what people count in. */
static num nice(num v)
{
    static const int steps[] = { 1, 2, 5 };
    for (num ten = 1;; ten *= 10) {
        for (size_t i = 0; i < 3; i++) {
            if (ten * steps[i] >= v) return ten * steps[i];
        }
    }
}

static num floor_to(num v, num step)
{
    num rest = v % step;
    return v - rest - (rest < 0 ? step : 0);
}

static void widen(struct scale *c, const struct chart_point *points, size_t count, bool *any)
{
    for (size_t i = 0; i < count; i++) {
        if (!points[i].known) continue;
        num v = points[i].value;
        if (!*any || v < c->low) c->low = v;
        if (!*any || v > c->high) c->high = v;
        *any = true;
    }
}

static struct scale scale_of(const struct chart_series *s)
{
    struct scale c = { .n = s->count };
    bool any = false;
    widen(&c, s->points, s->count, &any);
    if (s->other != NULL) widen(&c, s->other, s->count, &any);
    if (s->goal != NULL && (!any || *s->goal < c.low)) c.low = *s->goal;
    if (s->goal != NULL && (!any || *s->goal > c.high)) c.high = *s->goal;
    if (s->from_zero && c.low > 0) c.low = 0;
    if (c.high == c.low) c.high += num_pow10(10);
    c.step = nice((c.high - c.low) / TICKS);
    c.low = floor_to(c.low, c.step), c.high = -floor_to(-c.high, c.step);
    return c;
}

static void draw_axis(struct chart *k, const struct scale *c, const struct chart_series *s)
{
    unsigned digits = c->step >= num_pow10(10) ? 0 : c->step >= num_pow10(9) ? 1 : c->step >= num_pow10(8) ? 2 : 4;
    for (num v = c->low; v <= c->high; v += c->step) {
        int y = y_of(c, v);
        chart_line(k, INK_GRID, false, LEFT, y, WIDTH - RIGHT, y);
        chart_text(k, INK_MUTED, "end", LEFT - 8, y + 4, measure_rounded(k->a, v, digits));
    }
    chart_text(k, INK_MUTED, "end", LEFT - 8, 16, s->unit);
    size_t step = (s->count + LABELS_MAX - 1) / LABELS_MAX;
    for (size_t i = 0; step > 0 && i < s->count; i += step)
        chart_text(k, INK_MUTED, "middle", x_of(c, i), HEIGHT - BOTTOM + 22, s->points[i].label);
}

static void draw_alerts(struct chart *k, const struct scale *c, const struct chart_series *s)
{
    for (size_t from = 0, to; s->alert != NULL && from < s->count; from = to) {
        for (to = from + 1; to < s->count && s->alert[to] == s->alert[from];) to++;
        if (!s->alert[from]) continue;
        int left = x_of(c, from) - 4, right = x_of(c, to - 1) + 4;
        chart_rect(k, INK_BAND, left, TOP, right - left, HEIGHT - TOP - BOTTOM);
        chart_text(k, INK_ALERT, "start", left, HEIGHT - BOTTOM - 6, STR("越线"));
    }
}

static void draw_line(struct chart *k, const struct scale *c, const struct chart_point *points, enum chart_ink ink,
                      str name)
{
    struct text t;
    size_t end = SIZE_MAX;
    text_init(&t, k->a, 1 << 16);
    for (size_t i = 0; i <= c->n; i++) {
        if (i < c->n && points[i].known) {
            text_addf(&t, "%d,%d ", x_of(c, i), y_of(c, points[i].value));
            end = i;
            continue;
        }
        if (t.len > 0) chart_path(k, ink, str_dup(k->a, text_str(&t)));
        text_cut(&t, 0);
    }
    for (size_t i = 0; i < c->n; i++) {
        const struct chart_point *p = &points[i];
        if (!p->known) continue;
        bool alone = (i == 0 || !points[i - 1].known) && (i + 1 == c->n || !points[i + 1].known);
        int x = x_of(c, i), y = y_of(c, p->value);
        if (p->drawn || alone) chart_dot(k, ink, x, y);
        if (p->drawn) chart_text(k, INK_TEXT, "middle", x, y - 10, measure_text(k->a, p->value, 0));
    }
    if (end != SIZE_MAX && name.len > 0)
        chart_text(k, ink, "start", x_of(c, end) + 8, y_of(c, points[end].value) + 4, name);
}

struct chart chart_of_series(struct arena *a, struct json *parent, const char *key, const struct chart_series *s)
{
    struct chart k = chart_begin(a, parent, key, WIDTH, HEIGHT, s->title);
    struct scale c = scale_of(s);
    draw_alerts(&k, &c, s);
    draw_axis(&k, &c, s);
    if (s->goal != NULL) {
        int y = y_of(&c, *s->goal);
        chart_line(&k, s->goal_ink, true, LEFT, y, WIDTH - RIGHT, y);
        chart_text(&k, s->goal_ink, "start", WIDTH - RIGHT + 6, y + 4, s->goal_text);
    }
    if (s->other != NULL) draw_line(&k, &c, s->other, INK_OTHER, s->other_name);
    draw_line(&k, &c, s->points, INK_SERIES, s->other != NULL ? s->name : STR(""));
    return k;
}
