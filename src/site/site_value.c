/* site_value: values as people write them: 20,000元, 66.67%, 是, 2024-01-01.
 *
 * A parameter has one value per day, and nobody knows on which day the page will be read. So all its values are on the
 * page, each with its days; without script the last one shows, with script the one of the reader's day. */
#include "site/site_priv.h"

#include <string.h>

enum { GLANCE_ITEMS = 4 };

static bool is_percent(const struct ast_type *written)
{
    return written != NULL && (str_eq(written->text, STR("%")) || str_eq(written->text, STR("百分比")));
}

/* 20000.5 -> 20,000.5; four digits stay as they are. */
static str grouped(struct arena *a, str s)
{
    size_t from = s.len > 0 && s.p[0] == '-' ? 1 : 0, to = from;
    while (to < s.len && s.p[to] >= '0' && s.p[to] <= '9') to++;
    if (to - from < 5) return s;
    struct text t;
    text_init(&t, a, s.len * 2);
    text_add(&t, str_slice(s, 0, from));
    for (size_t i = from; i < to; i++) {
        if (i > from && (to - i) % 3 == 0) text_addc(&t, ',');
        text_addc(&t, s.p[i]);
    }
    text_add(&t, str_slice(s, to, s.len));
    return text_str(&t);
}

str value_of(struct site *s, const struct ast_type *written, struct type t, struct value v)
{
    struct text out;
    text_init(&out, s->scratch, 1 << 16);
    if (v.state == VALUE_KNOWN && t.kind == TYPE_BOOL) return v.boolean ? STR("是") : STR("否");
    if (v.state == VALUE_KNOWN && t.kind == TYPE_NUM && t.scale >= 2 && is_percent(written)) {
        char digits[NUM_TEXT];
        num_text(v.number, t.scale - 2u, 0, digits);
        text_addf(&out, "%s%%", digits);
        return text_str(&out);
    }
    value_text(s->p, t, v, &out);
    return t.kind == TYPE_NUM ? grouped(s->scratch, text_str(&out)) : text_str(&out);
}

void value_write(struct site *s, const struct ast_type *written, struct type t, struct value v)
{
    html_el(s->h, HTML_SPAN, "num", value_of(s, written, t, v));
}

/* ---- a parameter at a glance ---- */

static str day_text(struct site *s, date d)
{
    char buffer[DATE_TEXT];
    date_text(d, buffer);
    return str_dup(s->scratch, str_of(buffer));
}

/* All items on one day: 一类 2490元/月、二类 2260元/月. */
static str values_on(struct site *s, const struct param *q, date day)
{
    struct text t;
    text_init(&t, s->scratch, 1 << 16);
    uint32_t shown = 0, known = 0;
    for (uint32_t i = 0; i < q->item_count; i++) {
        const struct param_row *r = param_row_on(q, i, day);
        if (r == NULL || r->ended) continue;
        known++;
        if (shown == GLANCE_ITEMS) continue;
        if (shown++ > 0) text_addz(&t, "、");
        if (q->key != 0) text_addf(&t, "%.*s ", STR_ARG(s->p->codes.at[q->key - 1].items.at[i].name));
        text_add(&t, value_of(s, &q->decl->type, q->type, r->value));
    }
    if (known > shown) text_addf(&t, " 等 %u 档", known);
    return known == 0 ? STR("没有值") : text_str(&t);
}

static int by_day(const void *a, const void *b)
{
    int32_t x = ((const date *)a)->days, y = ((const date *)b)->days;
    return (x > y) - (x < y);
}

void param_days(struct site *s, const struct param *q, day_list *out)
{
    day_list all = { 0 };
    VEC_EACH (const struct param_row, r, &q->rows) *vec_push(s->scratch, &all) = r->from;
    if (all.len > 0) qsort(all.at, all.len, sizeof *all.at, by_day);
    VEC_EACH (const date, d, &all) {
        if (out->len == 0 || out->at[out->len - 1].days != d->days) *vec_push(s->scratch, out) = *d;
    }
}

void param_glance(struct site *s, const struct param *q)
{
    struct html *h = s->h;
    day_list days = { 0 };
    param_days(s, q, &days);
    if (days.len == 0) {
        html_elz(h, HTML_SPAN, "tag ask", q->open ? "还没有定" : "没有值");
        return;
    }
    size_t shown = days.len - 1;
    for (size_t i = 0; s->o->has_day && i < days.len; i++) {
        if (days.at[i].days <= s->o->day.days) shown = i;
    }
    html_open(h, HTML_SPAN, "asof");
    html_attrz(h, ATTR_DATA_ASOF, "");
    for (size_t i = 0; i < days.len; i++) {
        html_open(h, HTML_SPAN, NULL);
        html_attr(h, ATTR_DATA_FROM, day_text(s, days.at[i]));
        if (i + 1 < days.len) html_attr(h, ATTR_DATA_TO, day_text(s, days.at[i + 1]));
        if (i != shown) html_flag(h, ATTR_HIDDEN);
        html_el(h, HTML_SPAN, "num", values_on(s, q, days.at[i]));
        html_open(h, HTML_SPAN, "since");
        html_z(h, "（");
        html_text(h, day_text(s, days.at[i]));
        html_z(h, " 起）");
        html_close(h, HTML_SPAN);
        html_close(h, HTML_SPAN);
    }
    html_close(h, HTML_SPAN);
}
