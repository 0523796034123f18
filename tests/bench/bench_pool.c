/* bench_pool: what a population costs in memory with the national model, and how fast it reads, changes and opens.
 *
 * The people are drawn: 2.6 to a household, one or two spells of employment for each adult, for six persons in ten
 * three to five kinds of contributions with two to six runs each, one person in a hundred in every other child table,
 * every column that rules read filled. PEOPLE=n in the environment sets their number. Rows begin with "| ". */
#include "pack/pack.h"
#include "support/t.h"
#include "vocab/vocab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

enum { BATCH = 1024 };

/* Processor time: nothing here waits but the disk, and the machine may be busy with other things. */
static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static long peak_mib(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss / 1024;
}

/* Cheap and seeded: drawing must not be what is measured. */
static uint64_t draw_state = 20240229;
static uint32_t draw(uint32_t below)
{
    draw_state ^= draw_state << 13;
    draw_state ^= draw_state >> 7;
    draw_state ^= draw_state << 17;
    return (uint32_t)((draw_state >> 32) * below >> 32);
}

struct city {
    const struct vocab *v;
    const struct program *p;
    struct pool_builder *b;
    uint32_t people, homes, firms;
    uint16_t person, home, firm;
    int64_t texts[64];
};

static int64_t some_value(const struct city *c, const struct slot *s)
{
    switch (s->type.kind) {
    case TYPE_BOOL: return draw(10) == 0;
    case TYPE_NUM: return unit_is_money(s->type.unit) ? 200000 + (int64_t)draw(10000) * 100 : (int64_t)draw(40);
    case TYPE_DATE: return -5000 + (int64_t)draw(25000);
    case TYPE_MONTH: return 2005 * 12 + (int64_t)draw(240);
    case TYPE_TEXT: return c->texts[draw(64)];
    case TYPE_CODE: return draw((uint32_t)c->p->codes.at[s->type.ref].items.len);
    case TYPE_RECORD: {
        uint32_t rows = s->type.ref == c->home ? c->homes : s->type.ref == c->firm ? c->firms : 0;
        return rows == 0 ? -1 : (int64_t)draw(rows);
    }
    case TYPE_BAD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: break;
    }
    return -1;
}

/* Every used field of the row added last; what may be 无 mostly is. */
static void fill_row(struct city *c, uint16_t entity)
{
    const struct entity *e = &c->p->entities.at[entity];
    for (uint16_t i = 0; i < e->slots.len; i++) {
        const struct slot *s = &e->slots.at[i];
        if (s->kind != SLOT_FIELD || !c->v->used[entity][i]) continue;
        bool none = s->optional && draw(10) != 0;
        int64_t v = none ? 0 : some_value(c, s);
        if (v == -1) continue;
        pool_set(c->b, entity, i, none ? POOL_NONE : draw(200) == 0 ? POOL_UNKNOWN : POOL_KNOWN, v);
    }
}

static void add_spell(struct city *c, uint16_t entity, uint32_t owner)
{
    pool_add(c->b, entity, 0, owner);
    fill_row(c, entity);
    int64_t from = 12000 + (int64_t)draw(7000);
    bool goes_on = draw(2) == 0;
    pool_set(c->b, entity, SLOT_FROM, POOL_KNOWN, from);
    pool_set(c->b, entity, SLOT_TO, goes_on ? POOL_NONE : POOL_KNOWN, goes_on ? 0 : from + draw(1500));
    pool_set(c->b, entity, SLOT_OWNER, POOL_KNOWN, owner);
}

static void add_runs(struct city *c, uint16_t entity, uint32_t owner, int64_t key, uint32_t runs)
{
    int64_t first = 2005 * 12 + (int64_t)draw(60);
    int64_t firm = draw(c->firms);
    for (uint32_t i = 0; i < runs; i++) {
        int64_t last = first + 3 + (int64_t)draw(36);
        pool_add(c->b, entity, 0, owner);
        fill_row(c, entity);
        pool_set(c->b, entity, SLOT_MONTH, POOL_KNOWN, first);
        pool_set(c->b, entity, SLOT_MONTH_OWNER, POOL_KNOWN, owner);
        pool_set(c->b, entity, vocab_last_month(c->v, entity), POOL_KNOWN, last);
        pool_set(c->b, entity, vocab_key(c->v, entity), POOL_KNOWN, key);
        int slot = entity_slot(&c->p->entities.at[entity], STR("缴费单位"));
        if (slot >= 0 && c->v->used[entity][slot]) pool_set(c->b, entity, (uint16_t)slot, POOL_KNOWN, firm);
        if (draw(3) == 0) firm = draw(c->firms);
        first = last + 1 + (int64_t)(draw(3) == 0 ? draw(20) : 0);
    }
}

static void add_children(struct city *c, uint16_t entity)
{
    const struct entity *e = &c->p->entities.at[entity];
    bool jobs = str_eq(e->name, STR("就业登记")), contracts = str_eq(e->name, STR("劳动合同"));
    bool paid = str_eq(e->name, STR("参保缴费"));
    uint32_t owners = e->owner == c->person ? c->people : e->owner == c->firm ? c->firms : 0;
    for (uint32_t i = 0; i < owners; i++) {
        if (paid) {
            uint32_t kinds = draw(10) < 6 ? 3 + draw(3) : 0;
            for (uint32_t k = 0; k < kinds; k++) add_runs(c, entity, i, k, 2 + draw(5));
            continue;
        }
        uint32_t n = jobs ? (draw(5) == 0 ? 0 : 1 + draw(2)) : contracts ? draw(2) : draw(100) == 0;
        for (uint32_t k = 0; k < n && !e->is_monthly; k++) add_spell(c, entity, i);
        if (n > 0 && e->is_monthly) add_runs(c, entity, i, 0, 1 + draw(3));
    }
}

static struct pool *draw_city(struct city *c)
{
    struct err error = { 0 };
    int home_of = entity_slot(&c->p->entities.at[c->person], STR("家庭"));
    c->b = pool_build(&c->v->schema, 0);
    for (uint32_t i = 0; i < 64; i++)
        c->texts[i] = pool_intern(c->b, (str){ "0123456789012345678901234567890123456789", i % 40 });
    for (uint32_t i = 0; i < c->homes; i++) {
        pool_add(c->b, c->home, i, 0);
        fill_row(c, c->home);
    }
    for (uint32_t i = 0; i < c->firms; i++) {
        pool_add(c->b, c->firm, i, 0);
        fill_row(c, c->firm);
    }
    uint32_t home = 0, left = 3;
    for (uint32_t i = 0; i < c->people; i++) {
        pool_add(c->b, c->person, draw_state, 0); /* numbers in no order: the index by id is paid for as well */
        fill_row(c, c->person);
        pool_set(c->b, c->person, (uint16_t)home_of, POOL_KNOWN, home);
        if (--left == 0 && home + 1 < c->homes) home++, left = 1 + draw(4);
        if (left == 0) left = 3;
    }
    for (uint16_t t = 0; t < c->p->entities.len; t++) {
        if (c->p->entities.at[t].is_spell) add_children(c, t);
    }
    for (uint16_t t = 0; t < c->p->entities.len; t++) {
        const struct entity *e = &c->p->entities.at[t];
        for (uint16_t i = 0; i < e->slots.len; i++) {
            const struct slot *s = &e->slots.at[i];
            if (s->kind != SLOT_GROUP || !c->v->used[t][i]) continue;
            pool_join_by(c->b, t, i, (uint16_t)entity_slot(&c->p->entities.at[s->type.ref], s->via));
        }
    }
    struct pool *p = pool_build_end(c->b, &error);
    CHECK_OK(p != NULL, error);
    return p;
}

static void show_tables(const struct city *c, const struct pool *p)
{
    for (uint16_t t = 0; t < c->p->entities.len; t++) {
        uint64_t bytes = 0, known = 0;
        for (uint16_t i = 0; i < c->v->schema.tables[t].column_count; i++) {
            struct pool_column_stats s = pool_stats(p, t, i);
            bytes += s.bytes;
            known += s.known;
        }
        double each = (double)bytes / c->people;
        if (each >= 0.5)
            NOTE("  %.*s: %u rows, %.1f bytes per person, %llu cells", STR_ARG(c->p->entities.at[t].name),
                 pool_rows(p, t), each, (unsigned long long)known);
    }
}

static void measure_reading(const struct city *c, const struct pool *p)
{
    static int64_t wide[BATCH];
    static int32_t narrow[BATCH];
    static uint8_t states[BATCH];
    static uint32_t rows[BATCH];
    uint64_t cells = 0, sum = 0;
    double start = now_ms();
    for (int pass = 0; pass < 3; pass++) {
        for (size_t k = 0; k < c->p->entities.at[c->person].slots.len; k++) {
            uint16_t i = (uint16_t)k;
            const struct slot *s = &c->p->entities.at[c->person].slots.at[i];
            if (s->kind != SLOT_FIELD || !c->v->used[c->person][i]) continue;
            for (uint32_t at = 0; at + BATCH <= c->people; at += BATCH, cells += BATCH) {
                if (s->type.kind == TYPE_NUM)
                    pool_read_i64(p, c->person, i, at, BATCH, wide, states);
                else
                    pool_read_i32(p, c->person, i, at, BATCH, narrow, states);
                sum += (uint64_t)(s->type.kind == TYPE_NUM ? wide[at % BATCH] : narrow[at % BATCH]) + states[0];
            }
        }
    }
    double ms = now_ms() - start;
    NOTE("| pool: cells read with states, batches of 1024 | 1–2 G/s | %.2f G/s | %llu cells | %ld MiB |",
         (double)cells / ms / 1e6, (unsigned long long)(cells + (sum == 1)), peak_mib());
    int home_of = entity_slot(&c->p->entities.at[c->person], STR("家庭"));
    int poor = entity_slot(&c->p->entities.at[c->home], STR("低保"));
    int job = entity_slot(&c->p->entities.at[c->firm], STR("行业"));
    for (int far = 0; far < 2; far++) {
        cells = 0;
        start = now_ms();
        for (uint32_t at = 0; at + BATCH <= c->people; at += BATCH, cells += BATCH) {
            if (far)
                for (uint32_t i = 0; i < BATCH; i++) rows[i] = draw(c->firms);
            else
                pool_read_i32(p, c->person, (uint16_t)home_of, at, BATCH, (int32_t *)rows, states);
            pool_gather_i32(p, far ? c->firm : c->home, (uint16_t)(far ? job : poor), rows, BATCH, narrow, states);
        }
        ms = now_ms() - start;
        NOTE("| pool: cells gathered, %s | – | %.0f M/s | %llu cells | %ld MiB |",
             far ? "employers in no order" : "households of neighbours", (double)cells / ms / 1e3,
             (unsigned long long)cells, peak_mib());
    }
}

static void measure_change(const struct city *c, struct pool *p)
{
    struct err e = { 0 };
    uint32_t count = 200000;
    int paid_slot = entity_slot(&c->p->entities.at[c->person], STR("就业登记"));
    uint16_t jobs = c->p->entities.at[c->person].slots.at[paid_slot].type.ref;
    uint16_t columns = c->v->schema.tables[jobs].column_count;
    uint8_t *states = calloc(columns, 1);
    int64_t *values = calloc(columns, sizeof *values);
    CHECK(states != NULL && values != NULL);
    states[SLOT_FROM] = POOL_KNOWN;
    states[SLOT_TO] = POOL_NONE;
    states[SLOT_OWNER] = POOL_KNOWN;
    double start = now_ms();
    struct pool_change *x = pool_change_start(p);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = draw(c->people);
        values[SLOT_FROM] = 19000 + i % 365;
        values[SLOT_OWNER] = row;
        uint64_t id = 0;
        uint16_t column = (uint16_t)draw((uint32_t)c->p->entities.at[c->person].slots.len);
        const struct slot *s = &c->p->entities.at[c->person].slots.at[column];
        if (i % 2 || s->kind != SLOT_FIELD || !c->v->used[c->person][column] || s->type.kind == TYPE_RECORD)
            pool_change_children(x, jobs, row, 1, &id, states, values);
        else
            pool_change_cell(x, c->person, column, row, POOL_KNOWN, some_value(c, s));
    }
    CHECK_OK(pool_change_end(x, &e), e);
    NOTE("| pool: 200,000 changes, cells and spells, %u people | 1000 ms | %.0f ms | – | %ld MiB |", c->people,
         now_ms() - start, peak_mib());
    free(states);
    free(values);
}

static void measure_file(const struct city *c, const struct pool *p)
{
    struct err e = { 0 };
    autoarena *a = arena_new("file", 0);
    struct pool *q;
    str path = str_dup(a, str_of(t_path("city.pool"))), stamp;
    struct stat st;
    double start = now_ms();
    CHECK_OK(pool_save(p, path, STR("bench"), &e), e);
    double saved = now_ms();
    CHECK_OK(pool_open(&q, &c->v->schema, path, &stamp, a, &e), e);
    double opened = now_ms();
    CHECK(stat(path.p, &st) == 0);
    NOTE("| pool: saved, %lld MiB | – | %.0f ms | – | %ld MiB |", (long long)st.st_size >> 20, saved - start,
         peak_mib());
    NOTE("| pool: opened | – | %.1f ms | – | %ld MiB |", opened - saved, peak_mib());
    pool_free(q);
}

TEST_WITHIN(a_population_with_the_national_model, 3600)
{
    autoarena *a = arena_new("bench", 0);
    struct err e = { 0 };
    struct pack_set set;
    int64_t people = 1000000;
    if (getenv("PEOPLE") != NULL) CHECK(str_to_i64(str_of(getenv("PEOPLE")), &people));
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/national")), NULL, 0, &e), e);
    double start = now_ms();
    struct city c = { .p = set.program, .v = vocab_of(set.program, false, a) };
    NOTE("  vocab_of: %.1f ms, %u paths", now_ms() - start, c.v->path_count);
    c.people = (uint32_t)people;
    c.homes = (uint32_t)(people * 10 / 26) + 1;
    c.firms = (uint32_t)(people / 20) + 1;
    c.person = program_entity(c.p, STR("人员"))->id;
    c.home = program_entity(c.p, STR("家庭"))->id;
    c.firm = program_entity(c.p, STR("单位"))->id;
    start = now_ms();
    struct pool *p = draw_city(&c);
    double ms = now_ms() - start;
    NOTE("| pool: national model, %u people | 300 B each | %.1f B each | %.1f s to build | %ld MiB |", c.people,
         (double)pool_bytes(p) / c.people, ms / 1e3, peak_mib());
    show_tables(&c, p);
    measure_reading(&c, p);
    measure_file(&c, p);
    measure_change(&c, p);
    pool_free(p);
}
