/* A small city and what tests want of it. */
#ifndef UNIT_CITY_TOWN_H
#define UNIT_CITY_TOWN_H
#include "base/file.h"
#include "city/drop_priv.h"
#include "city/run_priv.h"
#include "pack/pack.h"
#include "support/t.h"

static inline struct city_options town(uint64_t people)
{
    return (struct city_options){ .people = people, .seed = 1, .day = 1, .date = date_of(2024, 6, 3) };
}

static inline const struct program *town_program(struct arena *a)
{
    struct pack_set set;
    struct err e = { 0 };
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/demo")), NULL, 0, &e), e);
    CHECK_INT((int64_t)set.diags.errors, 0);
    return set.program;
}

/* The files of a day in the test's folder. */
static inline struct city_result town_files(const struct city_options *o, const struct program *p)
{
    struct city_result r = { 0 };
    struct err e = { 0 };
    CHECK_OK(city_files(o, p, str_of(t_dir()), &r, NULL, &e), e);
    return r;
}

static inline str town_text(struct arena *a, const char *name)
{
    str text;
    struct err e = { 0 };
    CHECK_OK(file_read(a, str_of(t_path(name)), (size_t)1 << 30, &text, &e), e);
    return text;
}

/* Cells of one line; no file of a city has a quoted cell unless it is broken. */
static inline size_t town_cells(str line, str *cells, size_t max)
{
    size_t n = 0;
    while (n < max && str_split(&line, ',', &cells[n])) {
        cells[n] = str_trim(cells[n]);
        n++;
    }
    return n;
}

#endif
