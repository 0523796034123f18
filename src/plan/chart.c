/* chart: bars of progress beside a line where time stands. Whole numbers only; the table has the same figures, and each
 * bar its own words, so that nothing depends on seeing colours. */
#include "paper/picture.h"
#include "plan/plan_priv.h"

enum { WIDTH = 900, NAME_WIDTH = 300, BAR = 16, ROW = 30, TOP = 36, SHARE_MAX = 150, VALUE_WIDTH = 90 };

bool standing_progress(const struct standing *s, int *out)
{
    const struct ruling *j = &s->judgement;
    num share = s->question.kind == MEASURE_SUM && j->has_ratio ? j->ratio : j->has_increment ? j->increment : -1;
    if (share < 0) return false;
    num per_cent = num_div_round(share * 100, num_pow10(MEASURE_SCALE), NUM_HALF_UP);
    *out = per_cent > 9999 ? 9999 : (int)per_cent;
    return true;
}

static int x_of(int per_cent)
{
    if (per_cent > SHARE_MAX) per_cent = SHARE_MAX;
    return NAME_WIDTH + (WIDTH - NAME_WIDTH - VALUE_WIDTH) * per_cent / SHARE_MAX;
}

/* ---- one drawing, on what can be drawn on ---- */

enum { COLOUR_BAR = 0x2f6f8f, COLOUR_BEHIND = 0xb4432f, COLOUR_TIME = 0x8a6d1f, COLOUR_GOAL = 0x1d2429 };

struct ground {
    struct text *svg; /* or */
    struct picture *png;
};

static void put_rect(const struct ground *g, uint32_t colour, int x, int y, int width, int height)
{
    if (g->png != NULL)
        picture_rect(g->png, colour, x, y, width, height);
    else
        text_addf(g->svg, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06x\"/>", x, y, width, height,
                  (unsigned)colour);
}

static void put_line(const struct ground *g, uint32_t colour, bool dashed, int x, int y1, int y2)
{
    if (g->png != NULL)
        picture_line(g->png, colour, dashed, x, y1, x, y2);
    else
        text_addf(g->svg, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#%06x\" stroke-dasharray=\"%s\"/>\n",
                  x, y1, x, y2, (unsigned)colour, dashed ? "4 3" : "none");
}

static void put_words(const struct ground *g, enum picture_anchor anchor, int x, int y, str words)
{
    static const char *const anchors[] = {
        [PICTURE_START] = "start", [PICTURE_MIDDLE] = "middle", [PICTURE_END] = "end"
    };
    if (g->png != NULL) {
        picture_text(g->png, COLOUR_GOAL, anchor, x, y, words);
        return;
    }
    text_addf(g->svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">", x, y, anchors[anchor]);
    markup_add(g->svg, words);
    text_addz(g->svg, "</text>\n");
}

static int time_of(const struct evaluation *v)
{
    return (int)num_div_round(v->elapsed * 100, num_pow10(MEASURE_SCALE), NUM_HALF_UP);
}

static int bottom_of(const struct evaluation *v)
{
    int rows = 0, share;
    VEC_EACH (const struct standing, s, &v->targets) rows += standing_progress(s, &share);
    return rows > 0 ? TOP + rows * ROW : 0;
}

/* Beside its bar, or behind the line that would run through it. */
static int words_at(int share, int time)
{
    enum { WORDS_WIDTH = 100, GAP = 6 };
    int x = x_of(share) + GAP, first = time < 100 ? time : 100, second = time < 100 ? 100 : time;
    if (x_of(first) > x - GAP && x_of(first) < x + WORDS_WIDTH) x = x_of(first) + GAP;
    if (x_of(second) > x - GAP && x_of(second) < x + WORDS_WIDTH) x = x_of(second) + GAP;
    return x;
}

static void draw_bars(struct arena *a, const struct evaluation *v, const struct ground *g)
{
    int share, y = TOP, bottom = bottom_of(v), time = time_of(v);
    VEC_EACH (const struct standing, s, &v->targets) {
        if (!standing_progress(s, &share)) continue;
        bool behind = s->judgement.verdict == VERDICT_BEHIND || s->judgement.verdict == VERDICT_MISSED;
        int width = x_of(share) - NAME_WIDTH > 0 ? x_of(share) - NAME_WIDTH : 1;
        put_words(g, PICTURE_END, NAME_WIDTH - 10, y + BAR - 3, s->indicator);
        put_rect(g, behind ? COLOUR_BEHIND : COLOUR_BAR, NAME_WIDTH, y, width, BAR);
        put_words(g, PICTURE_START, words_at(share, time), y + BAR - 3,
                  str_fmt(a, "%d%% %s", share, plan_verdict_zh(s->judgement.verdict)));
        y += ROW;
    }
    put_line(g, COLOUR_TIME, true, x_of(time), TOP - 8, bottom);
    put_line(g, COLOUR_GOAL, false, x_of(100), TOP - 8, bottom);
    put_words(g, PICTURE_MIDDLE, x_of(time), bottom + 18, str_fmt(a, "时间 %d%%", time));
    if (time < 92 || time > 100) put_words(g, PICTURE_MIDDLE, x_of(100), bottom + 18, STR("目标"));
}

void chart_svg(struct arena *a, const struct evaluation *v, struct text *out)
{
    int bottom = bottom_of(v);
    struct ground g = { .svg = out };
    if (bottom == 0) return;
    text_addf(out,
              "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"各项指标的进度和时间进度\" font-size=\"13\">\n",
              WIDTH, bottom + 30);
    text_addf(out, "<title>各项指标的进度，竖线是时间进度 %d%% 和目标 100%%</title>\n", time_of(v));
    draw_bars(a, v, &g);
    text_addz(out, "</svg>\n");
}

bool chart_png(struct arena *a, const struct evaluation *v, struct chart_picture *out, struct err *e)
{
    struct ground g = { 0 };
    *out = (struct chart_picture){ .width = WIDTH, .height = bottom_of(v) + 30 };
    if (bottom_of(v) == 0 || !picture_new(&g.png, a, out->width, out->height, e)) return bottom_of(v) == 0;
    draw_bars(a, v, &g);
    return picture_end(g.png, &out->png, e);
}

/* ---- without a drawing ---- */

enum { PER_BLOCK = 5 }; /* per cent */

static void bar(struct arena *a, struct block *b, str name, int per_cent, const char *words, const char *mark)
{
    struct text t;
    int blocks = (per_cent > SHARE_MAX ? SHARE_MAX : per_cent) / PER_BLOCK;
    struct table_line *l = vec_push(a, &b->lines);
    text_init(&t, a, 1 << 10);
    for (int i = 0; i < blocks; i++) text_addz(&t, "█");
    if (blocks == 0) text_addz(&t, "▏");
    *l = (struct table_line){ .mark = mark };
    *vec_push(a, &l->cells) = name;
    *vec_push(a, &l->cells) = text_str(&t);
    *vec_push(a, &l->cells) = str_fmt(a, "%d%% %s", per_cent, words);
}

bool chart_table(struct arena *a, const struct evaluation *v, struct block *out)
{
    static const char *const heads[] = { "指标", "进度（一格5%）", "完成和判断" };
    int share, time = (int)num_div_round(v->elapsed * 100, num_pow10(MEASURE_SCALE), NUM_HALF_UP);
    *out = (struct block){ .kind = BLOCK_TABLE, .text = STR("各项指标的进度和时间进度") };
    struct table_line *head = vec_push(a, &out->lines);
    *head = (struct table_line){ 0 };
    for (size_t i = 0; i < 3; i++) *vec_push(a, &head->cells) = str_of(heads[i]);
    bar(a, out, STR("时间"), time, "", NULL);
    VEC_EACH (const struct standing, s, &v->targets) {
        if (standing_progress(s, &share)) bar(a, out, s->indicator, share, plan_verdict_zh(s->judgement.verdict), NULL);
    }
    return out->lines.len > 2;
}
