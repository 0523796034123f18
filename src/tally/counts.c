/* counts: all rows of every entity, or only those whose facts changed: what they were counted for is taken away as the
 * pool was, and added as it is. */
#include "tally/tally_priv.h"

void cells_new(const struct tally_job *job, uint32_t months, uint32_t areas, struct arena *a, struct cells *out)
{
    *out = (struct cells){ .indicators = job->count, .months = months, .areas = areas };
    out->sum_of = ARENA_ARRAY(a, uint32_t, job->count + 1);
    for (uint32_t i = 0; i < job->count; i++) {
        if (job->vocab->p->indicators.at[job->indicators[i]].sum != 0) out->sum_of[i] = ++out->sum_count;
    }
    out->counts = ARENA_ARRAY(a, int32_t, count_at(out, months, 0, 0) + 1);
    out->sums = ARENA_ARRAY(a, num, sum_at(out, out->sum_count, 0, 0) + 1);
    out->open = ARENA_ARRAY(a, int64_t, job->count + 1);
}

void cells_add(struct cells *to, const struct cells *from, int sign)
{
    size_t n = count_at(to, to->months, 0, 0);
    for (size_t i = 0; i < n; i++) to->counts[i] += sign * from->counts[i];
    n = sum_at(to, to->sum_count, 0, 0);
    for (size_t i = 0; i < n; i++) to->sums[i] += sign * from->sums[i];
    for (uint32_t i = 0; i < to->indicators; i++) to->open[i] += sign * from->open[i];
}

/* ---- whom ---- */

static bool is_touched(const struct tally_part *part, const struct vocab *v, const uint8_t *classes, uint32_t count,
                       uint32_t row)
{
    return row < count && vocab_touched_has(part->touched, classes[row], vocab_counted(v));
}

/* Rows that were touched, and those that are nobody's in the other pool, or not in it at all. */
static const uint32_t *rows_of(const struct tally_job *job, const struct tally_part *part, uint16_t table,
                               struct arena *a, uint32_t *n)
{
    enum { TILE = 1024 };
    uint32_t rows = pool_rows(part->pool, table), shared = pool_rows(part->other, table), classes_count = 0;
    const uint8_t *classes = NULL;
    if (part->touched != NULL) classes = vocab_touched_rows(part->touched, table, &classes_count);
    uint32_t *list = ARENA_ARRAY(a, uint32_t, (size_t)rows + 1);
    uint64_t mine[TILE], theirs[TILE];
    *n = 0;
    for (uint32_t at = 0; at < rows; at += TILE) {
        uint32_t len = rows - at < TILE ? rows - at : TILE, both = at >= shared        ? 0
                                                                   : shared - at < len ? shared - at
                                                                                       : len;
        pool_read_ids(part->pool, table, at, len, mine);
        if (both > 0) pool_read_ids(part->other, table, at, both, theirs);
        for (uint32_t i = 0; i < len; i++) {
            bool same = i < both && mine[i] == theirs[i];
            list[*n] = at + i;
            *n += !same || is_touched(part, job->vocab, classes, classes_count, at + i);
        }
    }
    return list;
}

bool tally_add(const struct tally_job *job, const struct tally_part *part, const struct tally *t, struct cells *to,
               struct err *e)
{
    const struct program *p = job->vocab->p;
    autoarena *a = arena_new("tally rows", 0);
    date days[TALLY_MONTHS_MAX];
    for (uint32_t m = 0; m < t->months; m++) days[m] = tally_day(job, (month){ job->from.index + (int32_t)m });
    for (uint16_t table = 0; table < p->entities.len; table++) {
        struct count_job c = { .job = job, .pool = part->pool, .table = table, .days = days, .sign = part->sign };
        uint32_t *which = ARENA_ARRAY(a, uint32_t, job->count + 1), count = 0;
        for (uint32_t i = 0; i < job->count; i++) {
            if (p->indicators.at[job->indicators[i]].entity == table + 1u) which[count++] = i;
        }
        const struct code_list *list = t->list;
        if (count == 0) continue;
        if (!tally_area_list(job, table, &c.slot, &list, e)) return false;
        struct sieve s;
        sieve_of(job, which, count, a, &s);
        c.sieve = &s;
        if (part->other != NULL) c.rows = rows_of(job, part, table, a, &c.row_count);
        count_rows(&c, to);
    }
    return !arena_over(a) || fail(e, MEMORY, "内存不够，没有数完");
}

/* ---- the job ---- */

static struct tally_counts *counts_new(const struct tally_job *job, const struct tally *t, str facts, struct arena *a)
{
    struct tally_counts *c = ARENA_NEW(a, struct tally_counts);
    *c = (struct tally_counts){ .rules = job->vocab->p->hash,
                                .facts = facts,
                                .by = job->by,
                                .from = job->from,
                                .to = job->to,
                                .known_to = job->known_to };
    c->names = ARENA_ARRAY(a, str, job->count + 1);
    for (uint32_t i = 0; i < job->count; i++) c->names[i] = job->vocab->p->indicators.at[job->indicators[i]].name;
    cells_new(job, t->months, t->areas, a, &c->cells);
    return c;
}

str tally_counts_facts(const struct tally_counts *counts) { return counts->facts; }

bool tally_count(const struct tally_job *job, str facts, struct arena *a, struct tally_counts **out, struct err *e)
{
    struct tally t = { 0 };
    if (!tally_look_at(job, &t, e)) return false;
    struct tally_counts *c = counts_new(job, &t, facts, a);
    if (!tally_add(job, &(struct tally_part){ .pool = job->pool, .sign = 1 }, &t, &c->cells, e)) return false;
    *out = c;
    return true;
}

bool tally_same_job(const struct tally_counts *c, const struct tally_job *job)
{
    struct tally t = { 0 };
    struct err e = { 0 };
    bool same = tally_look_at(job, &t, &e) && str_eq(c->rules, job->vocab->p->hash) && str_eq(c->by, job->by) &&
                c->from.index == job->from.index && c->to.index == job->to.index &&
                c->known_to.days == job->known_to.days && c->cells.indicators == job->count &&
                c->cells.areas == t.areas && c->cells.months == t.months;
    for (uint32_t i = 0; same && i < job->count; i++) {
        const struct indicator *x = &job->vocab->p->indicators.at[job->indicators[i]];
        same = str_eq(c->names[i], x->name) && (c->cells.sum_of[i] != 0) == (x->sum != 0);
    }
    return same;
}

/* Rows are where they were, but for those that are nobody's by now and those that came at the end. */
static bool in_place(const struct pool *now, const struct pool *before, uint16_t table)
{
    enum { TILE = 1024 };
    uint32_t rows = pool_rows(before, table);
    uint64_t is[TILE], was[TILE];
    if (pool_rows(now, table) < rows) return false;
    for (uint32_t at = 0; at < rows; at += TILE) {
        uint32_t n = rows - at < TILE ? rows - at : TILE;
        pool_read_ids(now, table, at, n, is);
        pool_read_ids(before, table, at, n, was);
        for (uint32_t i = 0; i < n; i++) {
            if (is[i] != was[i] && is[i] != POOL_GONE) return false;
        }
    }
    return true;
}

/* Whether the area is a field: what a definition of it reads is not among what touches. */
static bool by_field(const struct tally_job *job, uint16_t table)
{
    const struct entity *en = &job->vocab->p->entities.at[table];
    int slot = tally_area_slot(en, job->by);
    return slot < 0 || en->slots.at[slot].kind == SLOT_FIELD;
}

static bool can_go_on(const struct tally_job *job, const struct tally_counts *before, const struct pool *pool_before)
{
    const struct program *p = job->vocab->p;
    if (!tally_same_job(before, job)) return false;
    for (uint32_t i = 0; i < job->count; i++) {
        if (!by_field(job, (uint16_t)(p->indicators.at[job->indicators[i]].entity - 1))) return false;
    }
    for (uint16_t t = 0; t < p->entities.len; t++) { /* children move with their owners */
        if (!p->entities.at[t].is_spell && !in_place(job->pool, pool_before, t)) return false;
    }
    return true;
}

bool tally_again(const struct tally_job *job, str facts, const struct tally_counts *before,
                 const struct pool *pool_before, const struct vocab_touched *touched, struct arena *a,
                 struct tally_counts **out, struct err *e)
{
    struct tally t = { 0 };
    if (!can_go_on(job, before, pool_before)) return tally_count(job, facts, a, out, e);
    if (!tally_look_at(job, &t, e)) return false;
    struct tally_counts *c = counts_new(job, &t, facts, a);
    cells_add(&c->cells, &before->cells, 1);
    const struct tally_part was = { .pool = pool_before, .other = job->pool, .touched = touched, .sign = -1 },
                            is = { .pool = job->pool, .other = pool_before, .touched = touched, .sign = 1 };
    if (!tally_add(job, &was, &t, &c->cells, e) || !tally_add(job, &is, &t, &c->cells, e)) return false;
    *out = c;
    return true;
}
