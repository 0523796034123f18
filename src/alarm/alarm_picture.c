/* alarm_picture: the trend of a series: the figures as a line broken where nothing is known, the threshold, and the
 * stretches in which the rule fires. One picture, readable without its colours: each thing has its words. */
#include "alarm/alarm_priv.h"
#include "base/markup.h"

enum { WIDTH = 900, HEIGHT = 260, LEFT = 70, RIGHT = 20, TOP = 40, BOTTOM = 40, LABELS = 8 };

struct scale {
    num low, high;
    size_t n;
};

static int x_of(const struct scale *c, size_t at)
{
    size_t steps = c->n > 1 ? c->n - 1 : 1;
    return LEFT + (int)((size_t)(WIDTH - LEFT - RIGHT) * at / steps);
}

static int y_of(const struct scale *c, num v)
{
    num range = c->high - c->low > 0 ? c->high - c->low : 1;
    return HEIGHT - BOTTOM - (int)((v - c->low) * (HEIGHT - TOP - BOTTOM) / range);
}

static bool scale_of(const struct alarm_series *s, const num *line, struct scale *out)
{
    struct scale c = { .n = s->n };
    bool any = false;
    for (size_t t = 0; t < s->n; t++) {
        if (!s->known[t]) continue;
        if (!any || s->values[t] < c.low) c.low = s->values[t];
        if (!any || s->values[t] > c.high) c.high = s->values[t];
        any = true;
    }
    if (line != NULL && any) {
        if (*line < c.low) c.low = *line;
        if (*line > c.high) c.high = *line;
    }
    *out = c;
    return any;
}

/* Where the rule fires, as bars from top to bottom. */
static void stretches(const struct scale *c, const struct alarm_reading *r, struct text *out)
{
    for (size_t from = 0, to; from < c->n; from = to) {
        for (to = from + 1; to < c->n && r->fires[to] == r->fires[from];) to++;
        if (!r->fires[from]) continue;
        int left = x_of(c, from), right = x_of(c, to - 1);
        text_addf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f3d9d2\"/>", left - 3, TOP,
                  right - left + 6, HEIGHT - TOP - BOTTOM);
        text_addf(out, "<text x=\"%d\" y=\"%d\" fill=\"#8c2f1f\">预警</text>\n", left, TOP + 14);
    }
}

static void curve(const struct scale *c, const struct alarm_series *s, struct text *out)
{
    bool open = false;
    for (size_t t = 0; t < s->n; t++) {
        if (!s->known[t]) {
            if (open) text_addz(out, "\"/>\n");
            open = false;
            continue;
        }
        if (!open) text_addz(out, "<polyline fill=\"none\" stroke=\"#2f6f8f\" stroke-width=\"2\" points=\"");
        open = true;
        text_addf(out, "%d,%d ", x_of(c, t), y_of(c, s->values[t]));
    }
    if (open) text_addz(out, "\"/>\n");
}

static void times(const struct scale *c, const struct alarm_series *s, struct arena *a, struct text *out)
{
    size_t step = (s->n + LABELS - 1) / LABELS;
    for (size_t t = 0; t < s->n; t += step) {
        struct interval when = alarm_period(s, t);
        char from[MONTH_TEXT];
        month_text(when.from, from);
        str label = s->months == 12 ? str_slice(str_of(from), 0, 4) : str_of(from);
        text_addf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%.*s</text>", x_of(c, t), HEIGHT - BOTTOM + 18,
                  STR_ARG(label));
    }
    (void)a;
    text_addc(out, '\n');
}

void alarm_picture(const struct program *p, const struct warning *w, const struct alarm_series *s,
                   const struct alarm_reading *r, struct text *out)
{
    autoarena *a = arena_new("picture", 0);
    const struct indicator *x = &p->indicators.at[w->indicator];
    struct scale c;
    bool lined = w->signal == SIGNAL_LINE && r->sight == ALARM_SEEN;
    if (!scale_of(s, lined ? &r->line : NULL, &c)) return;
    str area = program_area_name(p, s->area), low = alarm_value_text(a, c.low, &x->unit),
        high = alarm_value_text(a, c.high, &x->unit);
    text_addf(out,
              "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" font-size=\"13\""
              " font-family=\"sans-serif\">\n<title>",
              WIDTH, HEIGHT);
    markup_add(out, x->name);
    text_addz(out, "，");
    markup_add(out, area);
    text_addf(out, "：最低%.*s，最高%.*s</title>\n", STR_ARG(low), STR_ARG(high));
    text_addf(out, "<text x=\"%d\" y=\"20\" font-size=\"15\">", LEFT);
    markup_add(out, x->name);
    text_addz(out, "　");
    markup_add(out, area);
    text_addz(out, "</text>\n");
    if (r->sight == ALARM_SEEN) stretches(&c, r, out);
    text_addf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.*s</text>", LEFT - 6, y_of(&c, c.high) + 4,
              STR_ARG(high));
    text_addf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.*s</text>\n", LEFT - 6, y_of(&c, c.low) + 4,
              STR_ARG(low));
    if (lined) {
        str line = alarm_value_text(a, r->line, &w->unit);
        text_addf(out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#8c2f1f\" stroke-dasharray=\"5 4\"/>",
                  LEFT, y_of(&c, r->line), WIDTH - RIGHT, y_of(&c, r->line));
        text_addf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#8c2f1f\">线 %.*s</text>\n", WIDTH - RIGHT,
                  y_of(&c, r->line) - 4, STR_ARG(line));
    }
    curve(&c, s, out);
    times(&c, s, a, out);
    text_addz(out, "</svg>\n");
}

str alarm_sparkline(const struct alarm_series *s, size_t points_max, struct arena *a)
{
    static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    enum { BLOCKS = sizeof blocks / sizeof *blocks };
    struct scale c;
    struct text t;
    text_init(&t, a, 1 << 14);
    if (!scale_of(s, NULL, &c)) return STR("");
    for (size_t at = s->n > points_max ? s->n - points_max : 0; at < s->n; at++) {
        num range = c.high - c.low > 0 ? c.high - c.low : 1;
        text_addz(&t, s->known[at] ? blocks[(s->values[at] - c.low) * (BLOCKS - 1) / range] : "·");
    }
    return text_str(&t);
}
