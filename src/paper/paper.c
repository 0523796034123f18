/* paper: pages. Everything is drawn at once from top to bottom; p->y is where the next thing goes. Paragraphs break
 * over pages line by line. What goes wrong is kept until paper_end, so that callers write a page without checks. */
#include "paper/paper.h"

#include "base/fault.h"
#include "base/utf8.h"
#include "paper/paper_priv.h"

#include <string.h>

static const char *const FACE[FACES] = {
    [FACE_TITLE] = "Noto Serif CJK SC Bold 20", [FACE_HEADING] = "Noto Sans CJK SC Bold 12",
    [FACE_TEXT] = "Noto Serif CJK SC 11",       [FACE_NOTE] = "Noto Sans CJK SC 8.5",
    [FACE_LABEL] = "Noto Sans CJK SC 9.5",      [FACE_CELL] = "Noto Sans CJK SC 9.5",
};
static const double FOOT = 26, GAP = 10; /* the foot stands so far below what is written */

static void wrong(struct paper *p, enum err_code code, const char *what)
{
    if (p->wrong == ERR_NONE) {
        p->wrong = code;
        p->wrong_what = what;
    }
}

void paper_ink(struct paper *p, enum paper_ink ink)
{
    static const double grey[] = { [INK_TEXT] = 0.1, [INK_GREY] = 0.4, [INK_LINE] = 0.75 };
    draw.cairo_set_source_rgb(p->cairo, grey[ink], grey[ink], grey[ink]);
}

PangoLayout *paper_set(struct paper *p, enum paper_face face, str text, double width)
{
    if (text.len > PAPER_TEXT_MAX) {
        wrong(p, ERR_LIMIT, "一段文字太长");
        text = STR("");
    }
    if (!utf8_valid(text, NULL)) {
        wrong(p, ERR_INVALID, "有不是 UTF-8 的文字");
        text = STR("");
    }
    PangoLayout *layout = draw.pango_layout_new(p->context);
    draw.pango_layout_set_font_description(layout, p->faces[face]);
    draw.pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    draw.pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    draw.pango_layout_set_spacing(layout, (face == FACE_TEXT ? 5 : 2) * PANGO_SCALE);
    draw.pango_layout_set_text(layout, text.len == 0 ? "" : text.p, (int)text.len);
    return layout;
}

double paper_height(PangoLayout *layout)
{
    int width, height;
    draw.pango_layout_get_size(layout, &width, &height);
    return (double)height / PANGO_SCALE;
}

static void foot(struct paper *p)
{
    paper_ink(p, INK_GREY);
    PangoLayout *left = paper_set(p, FACE_NOTE, p->about.title, p->width * 3 / 4);
    draw.pango_layout_set_height(left, -1);
    draw.pango_layout_set_ellipsize(left, PANGO_ELLIPSIZE_END);
    paper_draw(p, left, PAPER_LEFT, p->bottom + FOOT);
    draw.g_object_unref(left);
    PangoLayout *right = paper_set(p, FACE_NOTE, str_fmt(p->arena, "第 %u 页", p->pages), p->width);
    draw.pango_layout_set_alignment(right, PANGO_ALIGN_RIGHT);
    paper_draw(p, right, PAPER_LEFT, p->bottom + FOOT);
    draw.g_object_unref(right);
}

static void new_page(struct paper *p)
{
    if (p->pages >= PAPER_PAGES_MAX) {
        wrong(p, ERR_LIMIT, "超过了 2000 页");
        p->y = PAPER_TOP; /* over what is there: the paper is refused anyway */
        return;
    }
    foot(p);
    draw.cairo_show_page(p->cairo);
    p->pages++;
    p->y = PAPER_TOP;
}

void paper_room(struct paper *p, double height)
{
    if (p->y + height > p->bottom && p->y > PAPER_TOP) new_page(p);
}

void paper_rule(struct paper *p, double y)
{
    paper_ink(p, INK_LINE);
    draw.cairo_set_line_width(p->cairo, 0.5);
    draw.cairo_move_to(p->cairo, PAPER_LEFT, y);
    draw.cairo_line_to(p->cairo, PAPER_LEFT + p->width, y);
    draw.cairo_stroke(p->cairo);
}

/* Lines from (x, y); with `flow`, p->y goes along and pages turn. */
static void lines(struct paper *p, PangoLayout *layout, double x, double y, bool flow)
{
    PangoLayoutIter *at = draw.pango_layout_get_iter(layout);
    double shift = y; /* from the layout's zero to the page's */
    do {
        PangoRectangle box;
        draw.pango_layout_iter_get_line_extents(at, NULL, &box);
        double top = (double)box.y / PANGO_SCALE, height = (double)box.height / PANGO_SCALE;
        if (flow && shift + top + height > p->bottom && shift + top > PAPER_TOP) {
            new_page(p);
            shift = PAPER_TOP - top;
            paper_ink(p, INK_TEXT);
        }
        draw.cairo_move_to(p->cairo, x + (double)box.x / PANGO_SCALE,
                           shift + (double)draw.pango_layout_iter_get_baseline(at) / PANGO_SCALE);
        draw.pango_cairo_show_layout_line(p->cairo, draw.pango_layout_iter_get_line_readonly(at));
        if (flow) p->y = shift + top + height;
    } while (draw.pango_layout_iter_next_line(at));
    draw.pango_layout_iter_free(at);
}

void paper_draw(struct paper *p, PangoLayout *layout, double x, double y) { lines(p, layout, x, y, false); }

static void flow(struct paper *p, enum paper_face face, str text, enum paper_ink ink, PangoAlignment align,
                 double after)
{
    PangoLayout *layout = paper_set(p, face, text, p->width);
    draw.pango_layout_set_alignment(layout, align);
    if (face == FACE_TEXT && align == PANGO_ALIGN_LEFT) {
        draw.pango_layout_set_justify(layout, TRUE);
        draw.pango_layout_set_indent(layout, 22 * PANGO_SCALE);
    }
    paper_ink(p, ink);
    lines(p, layout, PAPER_LEFT, p->y, true);
    draw.g_object_unref(layout);
    p->y += after;
}

void paper_title(struct paper *p, str text)
{
    paper_room(p, 60);
    flow(p, FACE_TITLE, text, INK_TEXT, PANGO_ALIGN_CENTER, 2 * GAP);
}

void paper_heading(struct paper *p, str text)
{
    paper_room(p, 130); /* not alone at the end of a page, also before a table with its caption */
    p->y += GAP / 2;
    flow(p, FACE_HEADING, text, INK_TEXT, PANGO_ALIGN_LEFT, GAP / 2);
}

void paper_text(struct paper *p, str text) { flow(p, FACE_TEXT, text, INK_TEXT, PANGO_ALIGN_LEFT, GAP); }

void paper_note(struct paper *p, str text) { flow(p, FACE_NOTE, text, INK_GREY, PANGO_ALIGN_LEFT, GAP / 2); }

void paper_right(struct paper *p, str text) { flow(p, FACE_TEXT, text, INK_TEXT, PANGO_ALIGN_RIGHT, GAP / 2); }

/* ---- beginning and end ---- */

static cairo_status_t take(void *context, const unsigned char *data, unsigned len)
{
    struct paper *p = context;
    text_add(&p->bytes, (str){ (const char *)data, len });
    return p->bytes.over ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void end(void *ptr)
{
    struct paper *p = ptr;
    for (size_t i = 0; i < FACES; i++)
        if (p->faces[i] != NULL) draw.pango_font_description_free(p->faces[i]);
    if (p->context != NULL) draw.g_object_unref(p->context);
    if (p->fonts != NULL) draw.g_object_unref(p->fonts);
    if (p->cairo != NULL) draw.cairo_destroy(p->cairo);
    if (p->surface != NULL) draw.cairo_surface_destroy(p->surface);
}

/* Another font in place of a missing one would lose characters without a word. */
static bool has_fonts(struct paper *p, struct err *e)
{
    for (size_t i = 0; i < FACES; i++) {
        p->faces[i] = draw.pango_font_description_from_string(FACE[i]);
        PangoFont *font = draw.pango_context_load_font(p->context, p->faces[i]);
        bool same = false;
        if (font != NULL) {
            PangoFontDescription *found = draw.pango_font_describe(font);
            same = strcmp(draw.pango_font_description_get_family(found),
                          draw.pango_font_description_get_family(p->faces[i])) == 0;
            draw.pango_font_description_free(found);
            draw.g_object_unref(font);
        }
        if (!same)
            return fail(e, NOT_FOUND, "没有找到字体 %s；请运行 apt-get install fonts-noto-cjk",
                        draw.pango_font_description_get_family(p->faces[i]));
    }
    return true;
}

static void size_page(struct paper *p, double width, double height)
{
    static const double BELOW = 70;
    p->width = width - 2 * PAPER_LEFT;
    p->bottom = height - BELOW;
}

void paper_lay(struct paper *p)
{
    draw.cairo_pdf_surface_set_size(p->surface, PAPER_LONG, PAPER_SHORT);
    size_page(p, PAPER_LONG, PAPER_SHORT);
}

bool paper_new(struct paper **out, struct arena *a, const struct paper_about *about, struct err *e)
{
    if (!drawing_load(e)) return false;
    struct paper *p = ARENA_NEW(a, struct paper);
    p->arena = a;
    p->about = (struct paper_about){ str_dup(a, about->title), str_dup(a, about->author), about->day };
    p->pages = 1;
    p->y = PAPER_TOP;
    text_init(&p->bytes, a, PAPER_BYTES_MAX);
    arena_cleanup(a, end, p);
    if (fault_point(FAULT_MEMORY)) return fail(e, MEMORY, "生成 PDF 时内存不够，请关掉别的程序后再试");
    if (!utf8_valid(about->title, NULL) || !utf8_valid(about->author, NULL))
        return fail(e, INVALID, "PDF 的标题不是 UTF-8");
    p->surface = draw.cairo_pdf_surface_create_for_stream(take, p, PAPER_SHORT, PAPER_LONG);
    size_page(p, PAPER_SHORT, PAPER_LONG);
    char day[DATE_TEXT];
    date_text(about->day, day);
    const char *made = str_fmt(a, "%sT00:00:00Z", day).p;
    draw.cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE, p->about.title.p);
    draw.cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_AUTHOR, p->about.author.p);
    draw.cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_CREATE_DATE, made);
    p->cairo = draw.cairo_create(p->surface);
    p->fonts = draw.pango_cairo_font_map_new();
    p->context = draw.pango_font_map_create_context(p->fonts);
    draw.pango_context_set_language(p->context, draw.pango_language_from_string("zh-cn"));
    if (!has_fonts(p, e)) return false;
    *out = p;
    return true;
}

bool paper_end(struct paper *p, str *pdf, struct err *e)
{
    foot(p);
    draw.cairo_show_page(p->cairo);
    cairo_status_t drawn = draw.cairo_status(p->cairo);
    draw.cairo_surface_finish(p->surface);
    cairo_status_t written = draw.cairo_surface_status(p->surface);
    if (p->wrong != ERR_NONE)
        return err_start(e, p->wrong, __FILE__, __LINE__, "“%.*s”不能生成 PDF：%s", STR_ARG(p->about.title),
                         p->wrong_what);
    if (p->bytes.over) return fail(e, LIMIT, "PDF 超过了 64 MiB，请分成几份");
    if (drawn != CAIRO_STATUS_SUCCESS || written != CAIRO_STATUS_SUCCESS)
        return fail(e, INTERNAL, "生成 PDF 失败：%s",
                    draw.cairo_status_to_string(drawn != CAIRO_STATUS_SUCCESS ? drawn : written));
    *pdf = text_str(&p->bytes);
    return true;
}
