/* run: a city from its options, and how it compares with published figures. */
#include "city/run_priv.h"

#include <string.h>

struct city *city_new(struct arena *a, const struct city_options *o)
{
    struct city *c = ARENA_NEW(a, struct city);
    int y, m, d;
    date_parts(o->date, &y, &m, &d);
    c->arena = a;
    c->o = *o;
    c->base = o->date;
    c->today = date_add_days(o->date, o->day - 1);
    c->known = (month){ date_month(o->date).index - 1 + (o->day > 1) }; /* the second day brings the month's returns */
    c->year = y;
    firm_open(c);
    return c;
}

static const struct figure {
    const char *name, *source;
    size_t what, of;
    unsigned published, tolerance;
} figures[] = {
#define FIGURE(what, of, published, tolerance, name, source) \
    { name, source, offsetof(struct city_counts, what), offsetof(struct city_counts, of), published, tolerance },
#include "city/figures.def"
#undef FIGURE
};

static uint64_t count_at(const struct city_counts *n, size_t offset)
{
    uint64_t v;
    memcpy(&v, (const char *)n + offset, sizeof v);
    return v;
}

static uint64_t found(const struct city_counts *n, const struct figure *f)
{
    uint64_t of = count_at(n, f->of);
    return of == 0 ? 0 : (count_at(n, f->what) * 10000 + of / 2) / of;
}

uint64_t city_excess(const struct city_counts *n)
{
    uint64_t worst = 0;
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        uint64_t v = found(n, &figures[i]), p = figures[i].published;
        uint64_t off = v > p ? v - p : p - v;
        if (off > figures[i].tolerance && off - figures[i].tolerance > worst) worst = off - figures[i].tolerance;
    }
    return worst;
}

void city_report(const struct city_counts *n, struct text *out)
{
    text_addz(out, "\n和公布的数字比（每万）：\n");
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        const struct figure *f = &figures[i];
        uint64_t v = found(n, f), p = f->published;
        uint64_t off = v > p ? v - p : p - v;
        text_addf(out, "  %s %llu，公布 %llu，%s（允许差 %u）　%s\n", f->name, (unsigned long long)v,
                  (unsigned long long)p, off <= f->tolerance ? "合" : "不合", f->tolerance, f->source);
    }
    text_addz(out, "\n埋下的问题：\n");
    for (size_t i = 0; i < PLANT_COUNT; i++) {
        text_addf(out, "  %s %llu　%s\n", city_plant_name[i], (unsigned long long)n->planted[i], city_plant_text[i]);
    }
}
