/* site_chart: how a parameter changed, as steps, drawn for a desk and for a phone: the style sheet shows the one that
 * fits, so that neither is scaled until nobody can read it. Inline SVG with classes for the style sheet and text for
 * those who do not see it; the table beside it has the same numbers. All geometry is whole numbers. Lines differ by
 * colour, by dashes and by the name at their end. A line is broken where there is no value. */
#include "base/utf8.h"
#include "site/site_priv.h"

#include <stdlib.h>

enum {
    WIDTH_DESK = 720,
    WIDTH_PHONE = 330,
    HEIGHT = 280,
    LEFT_DESK = 72,
    LEFT_PHONE = 52,
    TOP = 30,
    BOTTOM = 36,
    SERIES_MAX = 6,
    TICKS_MAX = 5,
    LABEL_GAP = 64,  /* between labels of days */
    LINE_GAP = 18,   /* between names at the ends of lines */
    CHAR_WIDTH = 14, /* of a Chinese character */
};

struct chart {
    struct site *s;
    const struct param *q;
    day_list days;
    date from, to;
    num low, high, step;
    int left, right; /* lines go from left to right */
};

static int x_of(const struct chart *c, date d)
{
    int64_t days = (int64_t)c->to.days - c->from.days;
    return (int)(c->left + ((int64_t)d.days - c->from.days) * (c->right - c->left) / (days > 0 ? days : 1));
}

static int y_of(const struct chart *c, num v)
{
    num room = HEIGHT - TOP - BOTTOM;
    return (int)(HEIGHT - BOTTOM - (v - c->low) * room / (c->high - c->low));
}

static str text_value(const struct chart *c, num v)
{
    return value_of(c->s, &c->q->decl->type, c->q->type, value_num(v));
}

/* Beside the axis only the number: the unit stands above it once. */
static str tick_value(const struct chart *c, num v)
{
    str whole = text_value(c, v);
    size_t n = 0;
    while (n < whole.len &&
           ((whole.p[n] >= '0' && whole.p[n] <= '9') || whole.p[n] == ',' || whole.p[n] == '.' || whole.p[n] == '-'))
        n++;
    return n < whole.len && whole.p[n] == '%' ? whole : str_slice(whole, 0, n);
}

static str unit_of(const struct chart *c)
{
    struct text t;
    text_init(&t, c->s->scratch, 256);
    if (!unit_eq(c->q->type.unit, UNIT_NONE)) unit_text(c->q->type.unit, &t);
    return text_str(&t);
}

/* ---- scales ---- */

/* 1, 2 or 5 times a power of ten, so that at most TICKS_MAX of them cover the range. */
static num nice_step(num range)
{
    static const int factors[] = { 1, 2, 5 };
    for (num power = 1;; power *= 10) {
        for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
            if (range <= power * factors[i] * TICKS_MAX) return power * factors[i];
        }
    }
}

static bool is_chartable(const struct param *q)
{
    num most = num_pow10(30); /* products below stay far inside 128 bits */
    if (q->type.kind != TYPE_NUM || q->item_count > SERIES_MAX) return false;
    VEC_EACH (const struct param_row, r, &q->rows) {
        if (!date_ok(r->from) || (!r->ended && r->value.state != VALUE_KNOWN)) return false;
        if (!r->ended && (r->value.number > most || r->value.number < -most)) return false;
    }
    return true;
}

static void find_range(struct chart *c)
{
    num low = 0, high = 0;
    VEC_EACH (const struct param_row, r, &c->q->rows) {
        if (r->ended) continue;
        if (r->value.number < low) low = r->value.number;
        if (r->value.number > high) high = r->value.number;
    }
    c->step = nice_step(high - low > 0 ? high - low : 1);
    c->low = -((-low + c->step - 1) / c->step) * c->step;
    c->high = (high / c->step + 1) * c->step; /* room above the highest line */
    c->from = c->days.at[0];
    int32_t days = c->days.at[c->days.len - 1].days - c->from.days;
    c->to = (date){ c->days.at[c->days.len - 1].days + (days / 6 > 180 ? days / 6 : 180) };
}

static int label_room(const struct chart *c)
{
    size_t longest = 0;
    for (uint32_t i = 0; c->q->key != 0 && i < c->q->item_count; i++) {
        size_t n = utf8_width(c->s->p->codes.at[c->q->key - 1].items.at[i].name);
        if (n > longest) longest = n;
    }
    return longest == 0 ? 24 : 16 + (int)(longest > 20 ? 20 : longest) * CHAR_WIDTH / 2;
}

/* ---- marks ---- */

static void label(struct chart *c, const char *class_, int x, int y, const char *anchor, str text)
{
    struct html *h = c->s->h;
    html_open(h, HTML_TEXT, class_);
    html_attrf(h, ATTR_X, "%d", x);
    html_attrf(h, ATTR_Y, "%d", y);
    if (anchor != NULL) html_attrz(h, ATTR_TEXT_ANCHOR, anchor);
    html_text(h, text);
    html_close(h, HTML_TEXT);
}

static void path(struct chart *c, const char *class_, str d)
{
    html_open(c->s->h, HTML_PATH, class_);
    html_attr(c->s->h, ATTR_D, d);
    html_close(c->s->h, HTML_PATH);
}

static void draw_axes(struct chart *c)
{
    for (num v = c->low; v <= c->high; v += c->step) {
        int y = y_of(c, v);
        path(c, "grid", str_fmt(c->s->scratch, "M%d %dH%d", c->left, y, c->right));
        label(c, "axis", c->left - 8, y + 4, "end", tick_value(c, v));
    }
    if (unit_of(c).len > 0) label(c, "axis", c->left - 8, TOP - 10, "end", unit_of(c));
    int last = -LABEL_GAP;
    VEC_EACH (const date, d, &c->days) {
        int x = x_of(c, *d);
        path(c, "tick", str_fmt(c->s->scratch, "M%d %dv6", x, HEIGHT - BOTTOM));
        if (x - last < LABEL_GAP) continue;
        last = x;
        char day[DATE_TEXT];
        date_text(*d, day);
        label(c, "axis", x, HEIGHT - BOTTOM + 22, "middle", str_slice(str_of(day), 0, 7));
    }
}

static void draw_line(struct chart *c, uint32_t item)
{
    const struct param *q = c->q;
    struct text d;
    text_init(&d, c->s->scratch, 1 << 16);
    bool pen = false;
    for (uint32_t i = q->first_of_item[item]; i < q->first_of_item[item + 1]; i++) {
        const struct param_row *r = &q->rows.at[i];
        int x = x_of(c, r->from);
        if (pen) text_addf(&d, "H%d", x);
        if (!r->ended)
            text_addf(&d, pen ? "V%d" : "M%d %d", pen ? y_of(c, r->value.number) : x, y_of(c, r->value.number));
        pen = !r->ended;
    }
    if (pen) text_addf(&d, "H%d", c->right);
    char class_[] = "line s1";
    class_[sizeof class_ - 2] = (char)('1' + item % SERIES_MAX);
    path(c, class_, text_str(&d));
}

static void draw_points(struct chart *c, uint32_t item, bool labels)
{
    int last = -LABEL_GAP;
    for (uint32_t i = c->q->first_of_item[item]; i < c->q->first_of_item[item + 1]; i++) {
        const struct param_row *r = &c->q->rows.at[i];
        if (r->ended) continue;
        int x = x_of(c, r->from), y = y_of(c, r->value.number);
        char class_[] = "point s1";
        class_[sizeof class_ - 2] = (char)('1' + item % SERIES_MAX);
        html_open(c->s->h, HTML_CIRCLE, class_);
        html_attrf(c->s->h, ATTR_CX, "%d", x);
        html_attrf(c->s->h, ATTR_CY, "%d", y);
        html_attrz(c->s->h, ATTR_R, "4");
        html_close(c->s->h, HTML_CIRCLE);
        if (!labels || x - last < LABEL_GAP) continue;
        last = x;
        label(c, "value", x + 2, y - 10, NULL, text_value(c, r->value.number));
    }
}

struct end {
    int y;
    uint32_t item;
};

static int by_height(const void *a, const void *b)
{
    const struct end *x = a, *y = b;
    return x->y != y->y ? (x->y > y->y ? 1 : -1) : (x->item > y->item) - (x->item < y->item);
}

/* Names at the ends of the lines, moved apart where they would cover one another. */
static void draw_names(struct chart *c)
{
    struct end ends[SERIES_MAX];
    size_t n = 0;
    for (uint32_t i = 0; c->q->key != 0 && i < c->q->item_count; i++) {
        uint32_t first = c->q->first_of_item[i], last = c->q->first_of_item[i + 1];
        while (last > first && c->q->rows.at[last - 1].ended) last--; /* a line that ended has its name, too */
        if (last == first) continue;
        ends[n++] = (struct end){ y_of(c, c->q->rows.at[last - 1].value.number), i };
    }
    if (n > 0) qsort(ends, n, sizeof *ends, by_height);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && ends[i].y < ends[i - 1].y + LINE_GAP) ends[i].y = ends[i - 1].y + LINE_GAP;
        label(c, "name", c->right + 8, ends[i].y + 5, NULL,
              c->s->p->codes.at[c->q->key - 1].items.at[ends[i].item].name);
    }
}

static void describe(struct chart *c)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    date_text(c->days.at[0], from);
    date_text(c->days.at[c->days.len - 1], to);
    html_attrf(c->s->h, ATTR_ARIA_LABEL, "%.*s的变化，阶梯图：从 %s 到 %s，共 %zu 个生效日期。每个值都在下面的表里。",
               STR_ARG(c->q->name), from, to, c->days.len);
}

static void draw(struct chart *c, const char *class_, int width, int left)
{
    struct html *h = c->s->h;
    c->left = left;
    c->right = width - label_room(c);
    html_open(h, HTML_SVG, class_);
    html_attrf(h, ATTR_VIEWBOX, "0 0 %d %d", width, HEIGHT);
    html_attrz(h, ATTR_ROLE, "img");
    describe(c);
    draw_axes(c);
    for (uint32_t i = 0; i < c->q->item_count; i++) draw_line(c, i);
    for (uint32_t i = 0; i < c->q->item_count; i++) draw_points(c, i, c->q->key == 0);
    draw_names(c);
    html_close(h, HTML_SVG);
}

void chart_steps(struct site *s, const struct param *q)
{
    struct chart c = { .s = s, .q = q };
    param_days(s, q, &c.days);
    if (c.days.len < 2 || !is_chartable(q)) return;
    find_range(&c);
    html_open(s->h, HTML_FIGURE, "chart");
    draw(&c, "desk", WIDTH_DESK, LEFT_DESK);
    draw(&c, "phone", WIDTH_PHONE, LEFT_PHONE);
    html_close(s->h, HTML_FIGURE);
}
