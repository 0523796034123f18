/* Months and changes: what is counted from month to month, and after a drop, is what is counted one by one. */
#include "base/file.h"
#include "tally/tally_priv.h"
#include "town.h"

#include <string.h>

enum { MONTHS = 14, DROPS = 4, CHANGES = 25 };

static struct tally_job job_of(const struct town *x, const struct pool *pool, const char *entity, const char *by,
                               struct arena *a)
{
    struct tally_job job = { .vocab = x->v,
                             .pool = pool,
                             .from = { 2022 * 12 + 8 },
                             .to = { 2022 * 12 + 8 + MONTHS - 1 },
                             .by = str_of(by),
                             .known_to = date_of(2023, 10, 15),
                             .threads = 1 + (unsigned)t_random_below(2) };
    job.indicators = town_indicators(x->l.p, entity, a, &job.count);
    return job;
}

TEST(every_month_and_area_of_invented_people_is_what_is_counted_one_by_one)
{
    static const struct {
        const char *entity, *by;
    } jobs[] = { { "人员", "住" }, { "人员", "住处" }, { "家庭", "" }, { "单位", "在地" }, { NULL, "" } };
    autoarena *a = arena_new("test", 0);
    struct town x;
    struct err e = { 0 };
    struct tally t;
    town_start(&x, a);
    struct pool *pool = town_pool(&x, a);
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        struct tally_job job = job_of(&x, pool, jobs[i].entity, jobs[i].by, a);
        CHECK_OK(tally_run(&job, a, &t, &e), e);
        town_check(&job, &t, 3);
    }
    pool_free(pool);
}

/* ---- drops ---- */

struct drop {
    const struct town *x;
    struct pool *pool;
    struct vocab_touched *touched;
    struct pool_change *change;
    struct arena *a;
    struct {
        uint16_t table, column;
        uint32_t row;
        bool before, after;
    } noted[CHANGES * 2];
    unsigned count;
};

static void note(struct drop *d, uint16_t table, uint16_t column, uint32_t row, bool before, bool after)
{
    CHECK(d->count < sizeof d->noted / sizeof *d->noted);
    d->noted[d->count].table = table, d->noted[d->count].column = column, d->noted[d->count].row = row;
    d->noted[d->count].before = before, d->noted[d->count++].after = after;
}

static void tell(struct drop *d, bool after)
{
    struct vocab_affect *w = vocab_affect_of(d->x->v, d->pool, d->a);
    for (unsigned i = 0; i < d->count; i++) {
        if (after ? d->noted[i].after : d->noted[i].before)
            vocab_affected(w, d->noted[i].table, d->noted[i].column, &d->noted[i].row, 1, d->touched);
    }
}

static uint8_t drawn(const struct drop *d, const struct slot *s, int64_t *cell)
{
    *cell = 0;
    switch (s->type.kind) {
    case TYPE_BOOL: *cell = t_random_below(2) != 0; break;
    case TYPE_NUM: *cell = (int64_t)t_random_below(4000); break;
    case TYPE_DATE: *cell = date_of(2023, 1, 1).days - (int64_t)t_random_below(70 * 365); break;
    case TYPE_CODE: *cell = (int64_t)t_random_below(d->x->l.p->codes.at[s->type.ref].items.len); break;
    case TYPE_RECORD: *cell = (int64_t)t_random_below(pool_rows(d->pool, s->type.ref)); break;
    case TYPE_MONTH:
    case TYPE_TEXT:
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: return POOL_UNKNOWN;
    }
    return t_random_below(5) == 0 ? POOL_UNKNOWN : POOL_KNOWN;
}

static void change_jobs(struct drop *d, uint16_t person, uint32_t row)
{
    const struct program *p = d->x->l.p;
    const struct entity *job = program_entity(p, STR("工作"));
    uint16_t columns = d->x->v->schema.tables[job->id].column_count;
    uint64_t ids[3];
    uint8_t states[3 * 16] = { 0 };
    int64_t values[3 * 16] = { 0 };
    uint32_t n = (uint32_t)t_random_below(4);
    CHECK(columns <= 16);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t *st = states + i * columns;
        int64_t *v = values + i * columns;
        ids[i] = 1 + t_random_below(1000000);
        for (uint16_t s = SLOT_OWNER + 1; s < job->slots.len; s++) st[s] = drawn(d, &job->slots.at[s], &v[s]);
        st[SLOT_FROM] = st[SLOT_OWNER] = POOL_KNOWN;
        v[SLOT_FROM] = date_of(2023, 12, 1).days - (int64_t)t_random_below(900), v[SLOT_OWNER] = row;
        st[SLOT_TO] = t_random_below(2) ? POOL_NONE : POOL_KNOWN;
        if (st[SLOT_TO] == POOL_KNOWN) v[SLOT_TO] = v[SLOT_FROM] + 1 + (int64_t)t_random_below(500);
    }
    note(d, person, (uint16_t)entity_slot(&p->entities.at[person], STR("工作")), row, true, true);
    pool_change_children(d->change, job->id, row, n, ids, states, values);
}

/* Nobody is changed twice in a drop: the registry does not touch whom it takes away. */
static bool is_noted(const struct drop *d, uint16_t table, uint32_t row)
{
    for (unsigned i = 0; i < d->count; i++) {
        if (d->noted[i].table == table && d->noted[i].row == row) return true;
    }
    return false;
}

static void change_one(struct drop *d)
{
    static const char *const names[] = { "人员", "家庭", "单位" };
    const struct program *p = d->x->l.p;
    const struct entity *en = program_entity(p, str_of(names[t_random_below(4) % 3]));
    uint32_t row = (uint32_t)t_random_below(pool_rows(d->pool, en->id));
    uint64_t what = t_random_below(12);
    bool person = str_eq(en->name, STR("人员")), comes = person && what == 1;
    if (pool_id(d->pool, en->id, row) == POOL_GONE || is_noted(d, en->id, row)) return;
    if (person && what == 0) {
        note(d, en->id, VOCAB_EVERY_COLUMN, row, true, false);
        pool_change_gone(d->change, en->id, row);
        return;
    }
    if (comes) row = pool_change_row(d->change, en->id, 1000000 + t_random_below(1000000000));
    if (comes) note(d, en->id, VOCAB_EVERY_COLUMN, row, false, true);
    if (person && what < 5) {
        change_jobs(d, en->id, row);
        if (!comes) return;
        d->count--; /* whoever is new is told of as a whole */
    }
    for (unsigned cells = 0; cells < (comes ? 20 : 1); cells++) {
        uint16_t s = (uint16_t)t_random_below(en->slots.len);
        int64_t cell;
        if (en->slots.at[s].kind != SLOT_FIELD) continue;
        uint8_t state = drawn(d, &en->slots.at[s], &cell);
        pool_change_cell(d->change, en->id, s, row, state, cell);
        if (!comes) note(d, en->id, s, row, true, true);
    }
}

static void drop(const struct town *x, struct pool *pool, struct vocab_touched *touched, struct arena *a)
{
    struct drop d = { .x = x, .pool = pool, .touched = touched, .a = a };
    struct err e = { 0 };
    d.change = pool_change_start(pool);
    uint64_t changes = t_random_below(CHANGES);
    for (uint64_t i = 0; i < changes; i++) change_one(&d);
    tell(&d, false);
    CHECK_OK(pool_change_end(d.change, &e), e);
    tell(&d, true);
}

static void check_same(const struct tally_job *job, const struct tally_counts *x, const struct tally_counts *y,
                       struct arena *a)
{
    struct tally s, t;
    tally_finish(job, x, a, &s);
    tally_finish(job, y, a, &t);
    for (uint32_t i = 0; i < s.indicators; i++) {
        str name = job->vocab->p->indicators.at[job->indicators[i]].name;
        for (uint32_t m = 0; m < s.months; m++) {
            for (uint32_t area = 0; area < s.areas; area++) {
                size_t at = tally_at(&s, i, m, area);
                if (s.values[at] != t.values[at] || s.hidden[at] != t.hidden[at])
                    FAIL("%.*s, month %u, area %u: %lld counted on, %lld counted anew", STR_ARG(name), m, area,
                         (long long)s.values[at], (long long)t.values[at]);
            }
        }
        if (s.open[i] != t.open[i]) FAIL("%.*s: open", STR_ARG(name));
    }
}

static void drops(const char *entity, const char *by)
{
    autoarena *a = arena_new("drops", 0);
    struct town x;
    struct err e = { 0 };
    town_start(&x, a);
    struct pool *before = town_pool(&x, a), *now = town_pool(&x, a);
    struct tally_job job = job_of(&x, before, entity, by, a);
    struct tally_counts *counts, *anew;
    CHECK_OK(tally_count(&job, STR("0"), a, &counts, &e), e);
    job.pool = now;
    struct vocab_touched *touched = vocab_touched_new(x.v, a);
    drop(&x, now, touched, a);
    CHECK_OK(tally_again(&job, STR("1"), counts, before, touched, a, &counts, &e), e);
    CHECK_OK(tally_count(&job, STR("1"), a, &anew, &e), e);
    CHECK_STR(tally_counts_facts(counts), "1");
    check_same(&job, counts, anew, a);
    pool_free(before);
    pool_free(now);
}

TEST(after_a_drop_only_changes_are_counted_and_the_result_is_the_same)
{
    for (unsigned i = 0; i < 5; i++) {
        drops("人员", "住");
        drops("单位", "在地");
        drops(NULL, "");
    }
    drops("人员", "住处");
}

/* ---- the file ---- */

TEST(counts_come_back_from_their_file_as_they_were)
{
    autoarena *a = arena_new("test", 0);
    struct town x;
    struct err e = { 0 };
    town_start(&x, a);
    struct pool *pool = town_pool(&x, a);
    struct tally_job job = job_of(&x, pool, "人员", "住", a), other = job;
    struct tally_counts *counts, *read = NULL;
    str path = str_of(t_path("counts"));
    CHECK_OK(tally_count(&job, STR("7:ab"), a, &counts, &e), e);
    EVERY_FAULT (FAULT_WRITE) {
        e = (struct err){ 0 };
        CHECK(tally_save(counts, path, &e) || t_fault_hit());
    }
    EVERY_FAULT (FAULT_READ) {
        e = (struct err){ 0 };
        CHECK(tally_load(path, a, &read, &e) || t_fault_hit());
    }
    CHECK(read != NULL);
    CHECK_STR(tally_counts_facts(read), "7:ab");
    CHECK(tally_same_job(read, &job));
    check_same(&job, counts, read, a);
    other.known_to = date_add_days(job.known_to, 1);
    CHECK(!tally_same_job(read, &other));
    other = job, other.count--;
    CHECK(!tally_same_job(read, &other));
    other = job, other.by = STR("");
    CHECK(!tally_same_job(read, &other));
    pool_free(pool);
}

TEST(counts_of_a_spoilt_file_are_not_of_the_same_job)
{
    autoarena *a = arena_new("test", 0);
    struct town x;
    struct err e = { 0 };
    town_start(&x, a);
    struct pool *pool = town_pool(&x, a);
    struct tally_job job = job_of(&x, pool, "家庭", "", a);
    struct tally_counts *counts, *read;
    str path = str_of(t_path("counts"));
    CHECK_OK(tally_count(&job, STR("7:ab"), a, &counts, &e), e);
    struct cells was = counts->cells;
    counts->cells.months--; /* a file that agrees with itself, only not with what it says it was counted for */
    CHECK_OK(tally_save(counts, path, &e), e);
    CHECK_OK(tally_load(path, a, &read, &e), e);
    CHECK(!tally_same_job(read, &job));
    counts->cells = was;
    counts->cells.sum_of = ARENA_ARRAY(a, uint32_t, was.indicators);
    counts->cells.sum_count = was.sum_count > 0 ? 0 : 1;
    if (was.sum_count == 0) counts->cells.sum_of[0] = 1, counts->cells.sums = ARENA_ARRAY(a, num, MONTHS * was.areas);
    CHECK_OK(tally_save(counts, path, &e), e);
    CHECK_OK(tally_load(path, a, &read, &e), e);
    CHECK(!tally_same_job(read, &job));
    pool_free(pool);
}

TEST(a_file_of_counts_that_was_cut_or_changed_is_refused_or_read_within_its_bounds)
{
    autoarena *a = arena_new("test", 0);
    struct town x;
    struct err e = { 0 };
    town_start(&x, a);
    struct pool *pool = town_pool(&x, a);
    struct tally_job job = job_of(&x, pool, "家庭", "", a);
    struct tally_counts *counts, *read;
    str path = str_of(t_path("counts")), whole;
    CHECK_OK(tally_count(&job, STR("7:ab"), a, &counts, &e), e);
    CHECK_OK(tally_save(counts, path, &e), e);
    CHECK_OK(file_read(a, path, 1 << 20, &whole, &e), e);
    for (size_t len = 0; len < whole.len; len++) {
        CHECK_OK(file_write(path, str_slice(whole, 0, len), &e), e);
        CHECK_ERR(tally_load(path, a, &read, &e), e, INVALID);
        e = (struct err){ 0 };
    }
    for (unsigned i = 0; i < 300; i++) {
        char *spoilt = arena_alloc(a, whole.len);
        memcpy(spoilt, whole.p, whole.len);
        for (uint64_t n = 1 + t_random_below(3); n > 0; n--)
            spoilt[t_random_below(whole.len)] = (char)t_random_below(256);
        CHECK_OK(file_write(path, (str){ spoilt, whole.len }, &e), e);
        if (!tally_load(path, a, &read, &e)) CHECK(e.code == ERR_INVALID || e.code == ERR_LIMIT);
        e = (struct err){ 0 };
    }
    pool_free(pool);
}
