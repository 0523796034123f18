/* picture: drawn by cairo on an image, words set by pango, written as PNG into memory. */
#include "paper/picture.h"

#include "base/fault.h"
#include "base/utf8.h"
#include "paper/drawing.h"
#include "paper/paper_priv.h"

struct picture {
    struct arena *arena;
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoFontMap *fonts;
    PangoContext *context;
    PangoFontDescription *face;
    struct text bytes;
    int width, height; /* of the drawing */
};

static void end(void *ptr)
{
    struct picture *p = ptr;
    if (p->face != NULL) draw.pango_font_description_free(p->face);
    if (p->context != NULL) draw.g_object_unref(p->context);
    if (p->fonts != NULL) draw.g_object_unref(p->fonts);
    if (p->cairo != NULL) draw.cairo_destroy(p->cairo);
    if (p->surface != NULL) draw.cairo_surface_destroy(p->surface);
}

static void ink(struct picture *p, uint32_t colour)
{
    draw.cairo_set_source_rgb(p->cairo, (colour >> 16 & 255) / 255.0, (colour >> 8 & 255) / 255.0,
                              (colour & 255) / 255.0);
}

bool picture_new(struct picture **out, struct arena *a, int width, int height, struct err *e)
{
    if (width < 1 || height < 1 || width > PICTURE_SIDE_MAX || height > PICTURE_SIDE_MAX)
        return fail(e, LIMIT, "图片的边最长 %d 点", PICTURE_SIDE_MAX);
    if (!drawing_load(e)) return false;
    struct picture *p = ARENA_NEW(a, struct picture);
    p->arena = a;
    p->width = width, p->height = height;
    text_init(&p->bytes, a, PICTURE_BYTES_MAX);
    arena_cleanup(a, end, p);
    if (fault_point(FAULT_MEMORY)) return fail(e, MEMORY, "生成图片时内存不够，请关掉别的程序后再试");
    p->surface = draw.cairo_image_surface_create(CAIRO_FORMAT_RGB24, width * PICTURE_FINE, height * PICTURE_FINE);
    p->cairo = draw.cairo_create(p->surface);
    p->fonts = draw.pango_cairo_font_map_new();
    p->context = draw.pango_font_map_create_context(p->fonts);
    draw.pango_context_set_language(p->context, draw.pango_language_from_string("zh-cn"));
    p->face = draw.pango_font_description_from_string("Noto Sans CJK SC 10"); /* 13 px of 96 in an inch */
    draw.cairo_scale(p->cairo, PICTURE_FINE, PICTURE_FINE);
    ink(p, 0xffffff);
    draw.cairo_paint(p->cairo);
    *out = p;
    return true;
}

void picture_rect(struct picture *p, uint32_t colour, int x, int y, int width, int height)
{
    ink(p, colour);
    draw.cairo_rectangle(p->cairo, x, y, width, height);
    draw.cairo_fill(p->cairo);
}

void picture_line(struct picture *p, uint32_t colour, bool dashed, int x1, int y1, int x2, int y2)
{
    static const double dashes[] = { 5, 4 };
    ink(p, colour);
    draw.cairo_set_line_width(p->cairo, 1.5);
    draw.cairo_set_dash(p->cairo, dashes, dashed ? 2 : 0, 0);
    draw.cairo_move_to(p->cairo, x1, y1);
    draw.cairo_line_to(p->cairo, x2, y2);
    draw.cairo_stroke(p->cairo);
}

void picture_outline(struct picture *p, bool first, int x, int y)
{
    if (first) draw.cairo_close_path(p->cairo); /* of the one before */
    if (first)
        draw.cairo_move_to(p->cairo, x, y);
    else
        draw.cairo_line_to(p->cairo, x, y);
}

void picture_fill(struct picture *p, uint32_t colour, uint32_t edge)
{
    draw.cairo_close_path(p->cairo);
    draw.cairo_set_fill_rule(p->cairo, CAIRO_FILL_RULE_EVEN_ODD);
    ink(p, colour);
    draw.cairo_fill_preserve(p->cairo);
    draw.cairo_set_fill_rule(p->cairo, CAIRO_FILL_RULE_WINDING);
    ink(p, edge);
    draw.cairo_set_line_width(p->cairo, 1);
    draw.cairo_set_dash(p->cairo, NULL, 0, 0);
    draw.cairo_stroke(p->cairo);
}

void picture_dot(struct picture *p, uint32_t colour, int x, int y)
{
    static const double whole = 6.283185307179586;
    ink(p, colour);
    draw.cairo_arc(p->cairo, x, y, 4, 0, whole);
    draw.cairo_fill(p->cairo);
}

void picture_text(struct picture *p, uint32_t colour, enum picture_anchor anchor, int x, int y, str words)
{
    int width, height;
    if (words.len == 0 || !utf8_valid(words, NULL)) return;
    PangoLayout *layout = draw.pango_layout_new(p->context);
    draw.pango_layout_set_font_description(layout, p->face);
    draw.pango_layout_set_text(layout, words.p, (int)words.len);
    draw.pango_layout_get_size(layout, &width, &height);
    PangoLayoutIter *at = draw.pango_layout_get_iter(layout);
    double wide = (double)width / PANGO_SCALE;
    ink(p, colour);
    draw.cairo_move_to(p->cairo, anchor == PICTURE_END ? x - wide : anchor == PICTURE_MIDDLE ? x - wide / 2 : x, y);
    draw.pango_cairo_show_layout_line(p->cairo, draw.pango_layout_iter_get_line_readonly(at));
    draw.pango_layout_iter_free(at);
    draw.g_object_unref(layout);
}

void picture_on_paper(const struct picture *p, struct paper *on)
{
    static const double PIXEL = 0.75, BELOW = 10; /* a pixel of 96 in an inch, in points; what stays free below */
    double scale = PIXEL, high = on->bottom - PAPER_TOP;
    if (p->width * scale > on->width) scale = on->width / p->width;
    if (p->height * scale > high) scale = high / p->height;
    paper_room(on, p->height * scale);
    draw.cairo_save(on->cairo);
    draw.cairo_translate(on->cairo, PAPER_LEFT, on->y);
    draw.cairo_scale(on->cairo, scale / PICTURE_FINE, scale / PICTURE_FINE);
    draw.cairo_set_source_surface(on->cairo, p->surface, 0, 0);
    draw.cairo_paint(on->cairo);
    draw.cairo_restore(on->cairo);
    on->y += p->height * scale + BELOW;
}

static cairo_status_t take(void *context, const unsigned char *bytes, unsigned len)
{
    struct picture *p = context;
    text_add(&p->bytes, (str){ (const char *)bytes, len });
    return p->bytes.over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

bool picture_end(struct picture *p, str *png, struct err *e)
{
    cairo_status_t drawn = draw.cairo_status(p->cairo),
                   written = draw.cairo_surface_write_to_png_stream(p->surface, take, p);
    if (p->bytes.over) return fail(e, LIMIT, "图片超过了 64 MiB");
    if (drawn != CAIRO_STATUS_SUCCESS || written != CAIRO_STATUS_SUCCESS)
        return fail(e, INTERNAL, "生成图片失败：%s",
                    draw.cairo_status_to_string(drawn != CAIRO_STATUS_SUCCESS ? drawn : written));
    *png = text_str(&p->bytes);
    return true;
}
