/* figures_carry: old figures under new codes. The day of a change decides: what is about a time that ended before it
 * goes over. Changes are taken in order, so that what was carried once is carried on. */
#include "watch/watch.h"

bool figures_area_known(const struct program *p, str code)
{
    const struct code_list *l = program_codes(p, STR("行政区划"));
    bool known = l == NULL || code_item_of(l, code) != NULL;
    for (size_t i = 0; !known && i < p->packs.len; i++) {
        const struct ast_field *f =
            p->packs.at[i].decl != NULL ? decl_field(p->packs.at[i].decl, FIELD_PACK_REGION) : NULL;
        known = f != NULL && f->names.len > 0 && str_eq(f->names.at[0].text, code);
    }
    VEC_EACH (const struct crosswalk, x, &p->crosswalks) {
        VEC_EACH (const str, was, &x->old) known = known || str_eq(*was, code);
    }
    return known;
}

str watch_region(const struct program *p)
{
    for (size_t i = p->packs.len; i-- > 0;) {
        const struct ast_field *f =
            p->packs.at[i].decl != NULL ? decl_field(p->packs.at[i].decl, FIELD_PACK_REGION) : NULL;
        if (f != NULL && f->names.len > 0) return f->names.at[0].text;
    }
    return (str){ 0 };
}

struct carrying {
    struct arena *a;
    const struct program *p;
    const struct crosswalk *x;
    struct figures *f;
    struct map done; /* indicator and period, looked at */
};

static void told(struct carrying *k, const struct observation *o, str text)
{
    *vec_push(k->a, &k->f->problems) = (struct figure_problem){ .file = STR("区划变更"), .row = o->row, .text = text };
}

/* More final, then later. */
static const struct observation *figure_of(const struct carrying *k, const struct observation *like, str area)
{
    const struct observation *best = NULL;
    VEC_EACH (const struct observation, o, &k->f->list) {
        if (!str_eq(o->area, area) || !str_eq(o->indicator, like->indicator) || !interval_eq(o->period, like->period))
            continue;
        bool better = best == NULL || o->status > best->status ||
                      (o->status == best->status && o->known.days >= best->known.days);
        if (better) best = o;
    }
    return best;
}

bool figures_add(const struct program *p, str name)
{
    const struct indicator *x = program_indicator(p, name);
    if (x != NULL) return x->adds;
    struct measure_unit u;
    return watch_unit(p, name, &u) && !u.percent && !u.times;
}

static str day_words(struct arena *a, date d)
{
    char z[DATE_TEXT];
    date_text(d, z);
    return str_fmt(a, "%s", z);
}

static str codes_joined(struct carrying *k)
{
    struct text t;
    text_init(&t, k->a, 1 << 12);
    VEC_EACH (const str, was, &k->x->old) text_addf(&t, "%s%.*s", t.len > 0 ? "、" : "", STR_ARG(*was));
    return text_str(&t);
}

/* The sum of all old areas; false: one has no figure, or one is a bound (told). */
static bool sum_up(struct carrying *k, const struct observation *like, struct observation *out)
{
    bool first = true; /* a figure may come without a source */
    VEC_EACH (const str, was, &k->x->old) {
        const struct observation *o = figure_of(k, like, *was);
        if (o == NULL || o->bound != BOUND_EXACT) {
            told(k, like,
                 str_fmt(k->a, "“%.*s”%.*s：%.*s %s，没有换算到新的代码下", STR_ARG(like->indicator),
                         STR_ARG(interval_text(k->a, like->period)), STR_ARG(*was), o == NULL ? "没有数" : "只有界值"));
            return false;
        }
        if (first) *out = *o, out->value = 0;
        first = false;
        if (o->status < out->status) out->status = o->status;
        if (o->known.days > out->known.days) out->known = o->known;
        if (!num_add(out->value, o->value, &out->value)) {
            told(k, like,
                 str_fmt(k->a, "“%.*s”%.*s：几个数加起来太大，没有换算到新的代码下", STR_ARG(like->indicator),
                         STR_ARG(interval_text(k->a, like->period))));
            return false;
        }
    }
    return true;
}

static bool is_old(const struct crosswalk *x, str code)
{
    bool found = false;
    VEC_EACH (const str, was, &x->old) found = found || str_eq(*was, code);
    return found;
}

/* An area that takes others in keeps its code: what it had under it is of the smaller area, and gives way. The first
 * row of the time takes the new figure, further ones (of other sources) are emptied and swept out at the end. */
static void put(struct carrying *k, const struct observation *o)
{
    bool placed = false;
    VEC_EACH (struct observation, at, &k->f->list) {
        if (!str_eq(at->area, o->area) || !str_eq(at->indicator, o->indicator) || !interval_eq(at->period, o->period))
            continue;
        *at = placed ? (struct observation){ 0 } : *o;
        placed = true;
    }
    if (!placed) *vec_push(k->a, &k->f->list) = *o;
}

static void sweep(struct figures *f)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->list.len; i++) {
        if (f->list.at[i].indicator.len > 0) f->list.at[kept++] = f->list.at[i];
    }
    f->list.len = kept;
}

/* Whether the new area takes the carried figure: not when it has its own (told), nor when it was carried before. */
static bool takes(struct carrying *k, const struct observation *like, str into)
{
    const struct observation *own = figure_of(k, like, into);
    if (own == NULL) return true;
    if (own->carried.days >= k->x->day.days) return false;
    if (is_old(k->x, into)) return true;
    if (own->carried.days == 0)
        told(k, like,
             str_fmt(k->a, "“%.*s”%.*s：%.*s 自己有数，用它自己的，没有换算", STR_ARG(like->indicator),
                     STR_ARG(interval_text(k->a, like->period)), STR_ARG(into)));
    return false;
}

static void carry_one(struct carrying *k, const struct observation *like)
{
    struct observation sum = { 0 }, copy = *like; /* the list grows below */
    num one = num_pow10(MEASURE_SCALE), wide;
    bool renamed = k->x->old.len == 1 && k->x->into.len == 1;
    if (!renamed && !figures_add(k->p, copy.indicator)) {
        told(k, &copy,
             str_fmt(k->a, "“%.*s”不能相加，%.*s的数没有换算到新的代码下", STR_ARG(copy.indicator),
                     STR_ARG(interval_text(k->a, copy.period))));
        return;
    }
    if (!sum_up(k, &copy, &sum)) return;
    str codes = codes_joined(k), day = day_words(k->a, k->x->day);
    VEC_EACH (const struct crosswalk_part, to, &k->x->into) {
        if (!takes(k, &copy, to->code)) continue;
        struct observation o = sum;
        o.area = to->code, o.row = 0, o.has_growth = false, o.carried = k->x->day;
        if (to->share != one) {
            if (!num_mul(sum.value, to->share, &wide)) {
                told(k, &copy,
                     str_fmt(k->a, "“%.*s”%.*s：数太大，没有换算到 %.*s 下", STR_ARG(copy.indicator),
                             STR_ARG(interval_text(k->a, copy.period)), STR_ARG(to->code)));
                continue;
            }
            o.value = num_div_round(wide, one, NUM_HALF_UP);
        }
        str share =
            to->share == one ? STR("") : str_fmt(k->a, "的 %.*s%%", STR_ARG(measure_text(k->a, to->share * 100, 0)));
        o.note = str_fmt(k->a, "换算：%.*s 按 %.*s 的区划变更归入%.*s", STR_ARG(codes), STR_ARG(day), STR_ARG(share));
        put(k, &o);
    }
}

void figures_carry(struct arena *a, const struct program *p, struct figures *f)
{
    VEC_EACH (const struct crosswalk, x, &p->crosswalks) {
        struct carrying k = { .a = a, .p = p, .x = x, .f = f };
        size_t before = f->list.len;
        map_init(&k.done, a);
        for (size_t i = 0; i < before; i++) {
            struct observation o = f->list.at[i];
            if (!is_old(x, o.area) || month_last(o.period.to).days >= x->day.days) continue;
            str key = str_fmt(a, "%.*s %d %d", STR_ARG(o.indicator), (int)o.period.from.index, (int)o.period.to.index);
            if (map_put(&k.done, key, a)) carry_one(&k, &o);
        }
        sweep(f);
    }
}
