/* The pool of a registry: what the tables say, in columns; and the same again after a batch. */
#include "helpers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char everyone[] = "身份证,姓名,户号,收入\n" ID_LI ",李卫国,H2,3000.50\n" ID_WANG ",王小兰,H1,2000\n"
                               "329901197001010033,赵大力,H2,1\n";

static void take_in(struct place *p, const char *name, const char *text, const char *map, const char *day, bool changes)
{
    struct err e = { 0 };
    struct import_result got;
    struct import_options o = {
        .path = file_of(p, name, text), .as = str_of(map), .has_as_of = true, .changes = changes
    };
    CHECK(date_parse(str_of(day), &o.as_of));
    CHECK_OK(registry_import(p->r, &o, &got, p->a, &e), e);
    CHECK_INT((int64_t)got.counts.bad, 0);
}

static uint32_t row_of(struct place *p, const struct pool *pool, const char *key, uint16_t *entity)
{
    struct err e = { 0 };
    int64_t id;
    uint32_t row;
    CHECK_OK(registry_find(p->r, STR("人"), str_of(key), entity, &id, &e), e);
    CHECK(pool_row_of(pool, *entity, (uint64_t)id, &row));
    return row;
}

static int64_t cell(struct place *p, const struct pool *pool, uint16_t entity, const char *field, uint32_t row,
                    uint8_t *state)
{
    int64_t v;
    int slot = entity_slot(&p->set.program->entities.at[entity], str_of(field));
    pool_read_i64(pool, entity, (uint16_t)slot, row, 1, &v, state);
    return v;
}

TEST(people_stand_by_households_with_their_cells_and_spells)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct pool *pool;
    uint16_t person;
    uint8_t state;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    take_in(&p, "a.csv", everyone, "户籍", "2024-01-31", false);
    take_in(&p, "s.csv",
            "身份证,开始,结束,雇主,工资\n" ID_WANG ",2020-01-01,,E1,5000\n" ID_LI ",2021-01-01,2022-01-01,E1,1\n",
            "就业名单", "2024-01-31", false);
    take_in(&p, "m.csv",
            "身份证,险别,月份,末月,基数\n" ID_LI ",养老,202301,202306,4000\n" ID_LI ",养老,202307,202307,4000\n",
            "缴费名单", "2024-01-31", false);
    const struct vocab *v = vocab_of(p.set.program, true, p.a);
    CHECK_OK(registry_pool(p.r, v, &pool, &e), e);
    uint32_t li = row_of(&p, pool, ID_LI, &person), zhao = row_of(&p, pool, "329901197001010033", &person),
             wang = row_of(&p, pool, ID_WANG, &person);
    CHECK_INT(pool_rows(pool, person), 3);
    CHECK(li + 1 == zhao || zhao + 1 == li); /* of one household: neighbours */
    CHECK_INT(cell(&p, pool, person, "收入", li, &state), 300050);
    CHECK_INT(state, POOL_KNOWN);
    cell(&p, pool, person, "残疾", li, &state);
    CHECK_INT(state, POOL_UNKNOWN);
    int jobs = entity_slot(&p.set.program->entities.at[person], STR("就业")),
        paid = entity_slot(&p.set.program->entities.at[person], STR("缴费"));
    struct pool_members m = pool_group(pool, person, (uint16_t)jobs, wang);
    uint16_t job = p.set.program->entities.at[person].slots.at[jobs].type.ref,
             paid_month = p.set.program->entities.at[person].slots.at[paid].type.ref;
    CHECK_INT(m.count, 1);
    CHECK_INT(cell(&p, pool, job, "工资", m.first, &state), 500000);
    cell(&p, pool, job, "结束", m.first, &state);
    CHECK_INT(state, POOL_NONE);
    CHECK_INT(pool_group(pool, person, (uint16_t)jobs, zhao).count, 0);
    CHECK_INT(pool_covered(pool, person, (uint16_t)jobs, zhao, 0).state, POOL_KNOWN); /* known to have none */
    m = pool_group(pool, person, (uint16_t)paid, li);
    CHECK_INT(m.count, 1); /* one run of seven months */
    int64_t last;
    pool_read_i64(pool, paid_month, vocab_last_month(v, paid_month), m.first, 1, &last, &state);
    CHECK_INT(last, 2023 * 12 + 6);
    struct pool_cover c = pool_covered(pool, person, (uint16_t)paid, zhao, 0);
    CHECK(c.state == POOL_KNOWN && c.has_until && c.until == 2024 * 12);
    pool_free(pool);
    place_close(&p);
}

/* Whom a reference names, by what lasts. */
static int64_t named(const struct vocab *v, const struct pool *p, uint16_t t, uint16_t c, uint8_t state, int64_t x)
{
    const struct pool_column_def *d = &v->schema.tables[t].columns[c];
    bool known = (state & POOL_STATE) == POOL_KNOWN && !(state & POOL_ABSENT);
    return known && d->kind == POOL_REF ? (int64_t)pool_id(p, d->table, (uint32_t)x) : x;
}

static void check_cells(const struct vocab *v, const struct pool *a, const struct pool *b, uint16_t t, uint32_t row_a,
                        uint32_t row_b)
{
    for (uint16_t c = 0; c < v->schema.tables[t].column_count; c++) {
        int64_t x, y;
        uint8_t sx, sy;
        pool_read_i64(a, t, c, row_a, 1, &x, &sx);
        pool_read_i64(b, t, c, row_b, 1, &y, &sy);
        if (sx != sy) NOTE("table %d column %d row %u", t, c, row_a);
        CHECK_INT(sx, sy);
        if (v->schema.tables[t].columns[c].kind == POOL_TEXT && (sx & POOL_STATE) == POOL_KNOWN)
            CHECK_STR(pool_text(a, x), pool_text(b, y));
        else
            CHECK_INT(named(v, a, t, c, sx, x), named(v, b, t, c, sy, y));
    }
}

static int by_number(const void *x, const void *y)
{
    const uint64_t *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

/* Those of a list of subjects, by what lasts; months and spells are compared cell by cell. */
static void check_group(const struct vocab *v, const struct pool *a, const struct pool *b, uint16_t t, uint16_t g,
                        uint32_t row_a, uint32_t row_b)
{
    autoarena *scratch = arena_new("members", 0);
    const struct pool_group_def *d = &v->schema.tables[t].groups[g];
    if (d->table == UINT16_MAX) return;
    struct pool_members x = pool_group(a, t, g, row_a), y = pool_group(b, t, g, row_b);
    if (x.count != y.count) NOTE("table %d list %d row %u", t, g, row_a);
    CHECK_INT(x.count, y.count);
    uint64_t *ids = ARENA_ARRAY(scratch, uint64_t, x.count + 1), *others = ARENA_ARRAY(scratch, uint64_t, x.count + 1);
    for (uint32_t i = 0; i < x.count; i++) {
        uint32_t m = x.list != NULL ? x.list[i] : x.first + i, n = y.list != NULL ? y.list[i] : y.first + i;
        ids[i] = pool_id(a, d->table, m), others[i] = pool_id(b, d->table, n);
        if (d->child) check_cells(v, a, b, d->table, m, n);
    }
    qsort(ids, x.count, sizeof *ids, by_number);
    qsort(others, x.count, sizeof *others, by_number);
    CHECK(memcmp(ids, others, x.count * sizeof *ids) == 0);
}

/* Every subject of one pool in the other, and nobody else: rows may stand elsewhere. */
static void check_alike(const struct vocab *v, const struct pool *a, const struct pool *b)
{
    for (uint16_t t = 0; t < v->schema.table_count; t++) {
        if (v->schema.tables[t].owner != UINT16_MAX) continue;
        uint32_t there = 0, other;
        for (uint32_t row = 0; row < pool_rows(a, t); row++) {
            if (pool_id(a, t, row) == POOL_GONE) continue;
            there++;
            CHECK(pool_row_of(b, t, pool_id(a, t, row), &other));
            check_cells(v, a, b, t, row, other);
            for (uint16_t g = 0; g < v->schema.tables[t].group_count; g++) check_group(v, a, b, t, g, row, other);
        }
        CHECK_INT(there, pool_rows(b, t));
    }
}

TEST(a_pool_brought_up_to_date_is_the_pool_built_anew)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct pool *old, *fresh;
    int64_t since;
    bool done, all;
    registry_changes changes = { 0 };
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    take_in(&p, "a.csv", everyone, "户籍", "2024-01-31", false);
    take_in(&p, "s.csv", "身份证,开始,结束,雇主,工资\n" ID_WANG ",2020-01-01,,E1,5000\n", "就业名单", "2024-01-31",
            false);
    const struct vocab *v = vocab_of(p.set.program, true, p.a);
    CHECK_OK(registry_pool(p.r, v, &old, &e), e);
    CHECK_OK(registry_last_drop(p.r, &since, &e), e);
    CHECK_OK(registry_changed(p.r, since, &all, p.a, &changes, &e), e);
    CHECK(!all && changes.len == 0);
    take_in(&p, "b.csv", "身份证,收入,电话\n" ID_WANG ",2500,15400000009\n", "户籍", "2024-02-29", true);
    take_in(&p, "t.csv",
            "身份证,开始,结束,雇主,工资\n" ID_LI ",2021-05-01,,E1,7000\n" ID_WANG ",2020-01-01,2024-02-01,E1,5000\n",
            "就业名单", "2024-02-29", true);
    take_in(&p, "m.csv", "身份证,险别,月份,末月,基数\n" ID_LI ",养老,202301,202306,4000\n", "缴费名单", "2024-02-29",
            true);
    CHECK_OK(registry_changed(p.r, since, &all, p.a, &changes, &e), e);
    CHECK(!all);
    CHECK_INT((int64_t)changes.len, 4);
    CHECK_OK(registry_pool_update(p.r, v, old, since, NULL, &done, &e), e);
    CHECK(done);
    CHECK_OK(registry_pool(p.r, v, &fresh, &e), e);
    check_alike(v, old, fresh);
    pool_free(fresh);
    pool_free(old);
    place_close(&p);
}

/* Until when the history of one is known, by the pool. */
static int32_t known_until(const struct place *p, const struct pool *pool, const char *number)
{
    const struct entity *person = program_entity(p->set.program, STR("人"));
    struct err e = { 0 };
    uint16_t entity;
    uint32_t row;
    int64_t id;
    CHECK_OK(registry_find(p->r, person->name, str_of(number), &entity, &id, &e), e);
    CHECK(pool_row_of(pool, entity, (uint64_t)id, &row));
    struct pool_cover c = pool_covered(pool, entity, (uint16_t)entity_slot(person, STR("缴费")), row, 0);
    CHECK(c.has_until);
    return c.until;
}

TEST(months_that_follow_without_a_gap_are_known_and_those_behind_a_gap_are_not)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct pool *old, *fresh;
    int64_t since;
    bool done;
    enum { JANUARY = 2024 * 12 };
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    take_in(&p, "a.csv", everyone, "户籍", "2024-01-31", false);
    take_in(&p, "m.csv",
            "身份证,险别,月份,末月,基数\n" ID_LI ",养老,202301,202401,4000\n" ID_WANG ",养老,202301,202401,4000\n",
            "缴费名单", "2024-01-31", false);
    const struct vocab *v = vocab_of(p.set.program, true, p.a);
    CHECK_OK(registry_pool(p.r, v, &old, &e), e);
    CHECK_INT(known_until(&p, old, ID_LI), JANUARY);
    CHECK_OK(registry_last_drop(p.r, &since, &e), e);
    take_in(&p, "n.csv",
            "身份证,险别,月份,末月,基数\n" ID_LI ",养老,202403,202403,4000\n" ID_LI ",养老,202402,202402,4000\n" ID_WANG
            ",养老,202403,202403,4000\n",
            "缴费名单", "2024-03-31", true);
    CHECK_OK(registry_pool_update(p.r, v, old, since, NULL, &done, &e), e);
    CHECK(done);
    CHECK_OK(registry_pool(p.r, v, &fresh, &e), e);
    check_alike(v, old, fresh);
    CHECK_INT(known_until(&p, old, ID_LI), JANUARY + 2);
    CHECK_INT(known_until(&p, fresh, ID_LI), JANUARY + 2);
    CHECK_INT(known_until(&p, old, ID_WANG), JANUARY);
    CHECK_INT(known_until(&p, fresh, ID_WANG), JANUARY);
    pool_free(fresh);
    pool_free(old);
    take_in(&p, "o.csv", "身份证,险别,月份,末月,基数\n" ID_LI ",养老,202301,202404,4000\n", "缴费名单", "2024-04-30",
            false);
    CHECK_STR(ask(&p, "SELECT count(*) FROM \"_covered\""), "0"); /* a whole file of later says more */
    CHECK_OK(registry_pool(p.r, v, &fresh, &e), e);
    CHECK_INT(known_until(&p, fresh, ID_LI), JANUARY + 3);
    CHECK_INT(known_until(&p, fresh, ID_WANG), JANUARY + 3);
    pool_free(fresh);
    place_close(&p);
}

/* A number with a right check digit, of a region nobody has. */
static void number_of(unsigned n, char out[19])
{
    static const unsigned weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    unsigned sum = 0;
    snprintf(out, 19, "329901%04u%02u%02u%03u", 1960 + n % 40, 1 + n % 12, 1 + n % 28, n % 1000);
    for (unsigned i = 0; i < 17; i++) sum += (unsigned)(out[i] - '0') * weights[i];
    out[17] = "10X98765432"[sum % 11];
    out[18] = '\0';
}

static void draw_people(struct place *p, unsigned day, const char *as_of)
{
    char id[19], name[32];
    struct text people, jobs, months;
    text_init(&people, p->a, 1 << 16), text_init(&jobs, p->a, 1 << 16), text_init(&months, p->a, 1 << 16);
    text_addz(&people, "身份证,户号,收入\n"), text_addz(&jobs, "身份证,开始,结束,雇主,工资\n");
    text_addz(&months, "身份证,险别,月份,末月,基数\n");
    for (unsigned i = 0; i < 12; i++) { /* some are new, some move, some only earn another sum */
        number_of((unsigned)t_random_below(20 + day * 4), id);
        text_addf(&people, "%s,H%llu,%llu\n", id, (unsigned long long)t_random_below(5 + day),
                  (unsigned long long)t_random_below(3000));
        if (i % 2)
            text_addf(&jobs, "%s,20%02llu-01-01,,E%llu,%llu\n", id, 10 + (unsigned long long)t_random_below(10),
                      (unsigned long long)t_random_below(3 + day), 1000 + (unsigned long long)t_random_below(9));
        if (i % 3)
            text_addf(&months, "%s,养老,2023%02u,2023%02u,%llu\n", id, 1 + i % 6, 6 + i % 6,
                      4000 + (unsigned long long)t_random_below(3));
    }
    snprintf(name, sizeof name, "p%u.csv", day);
    take_in(p, name, people.p, "户籍", as_of, day > 0);
    snprintf(name, sizeof name, "j%u.csv", day);
    take_in(p, name, jobs.p, "就业名单", as_of, day > 0);
    snprintf(name, sizeof name, "m%u.csv", day);
    take_in(p, name, months.p, "缴费名单", as_of, day > 0);
}

/* Two of those there are become one, or the last that did become two again. */
static void merge_some(struct place *p, const struct pool *pool, int64_t *merged)
{
    struct err e = { 0 };
    uint16_t person = program_entity(p->set.program, STR("人"))->id;
    int64_t kept = (int64_t)pool_id(pool, person, (uint32_t)t_random_below(pool_rows(pool, person))),
            gone = (int64_t)pool_id(pool, person, (uint32_t)t_random_below(pool_rows(pool, person)));
    if (*merged != 0 && t_random_below(3) == 0) {
        CHECK_OK(registry_unmerge(p->r, *merged, STR("不是一个人"), STR("试"), &e), e);
        *merged = 0;
    } else if (kept != gone && kept != (int64_t)POOL_GONE && gone != (int64_t)POOL_GONE) {
        CHECK_OK(registry_merge(p->r, kept, gone, STR("同一个人"), STR("试"), &e), e);
        *merged = gone;
    }
}

/* New people, households and firms, new spells and months, people who move, people who are one: seven days of it. */
TEST_WITHIN(after_any_days_a_pool_is_the_pool_built_anew, 60)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct pool *pool, *fresh;
    int64_t since, merged = 0;
    bool done;
    unsigned kept = 0;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    draw_people(&p, 0, "2024-01-31");
    const struct vocab *v = vocab_of(p.set.program, true, p.a);
    CHECK_OK(registry_pool(p.r, v, &pool, &e), e);
    for (unsigned day = 1; day < 8; day++) {
        char as_of[16];
        snprintf(as_of, sizeof as_of, "2024-02-%02u", day);
        CHECK_OK(registry_last_drop(p.r, &since, &e), e);
        draw_people(&p, day, as_of);
        if (day > 2) merge_some(&p, pool, &merged);
        CHECK_OK(registry_pool_update(p.r, v, pool, since, NULL, &done, &e), e);
        CHECK_OK(registry_pool(p.r, v, &fresh, &e), e);
        if (done) check_alike(v, pool, fresh);
        kept += done;
        if (done) {
            pool_free(fresh);
        } else {
            pool_free(pool);
            pool = fresh;
        }
    }
    CHECK(kept > 4);
    pool_free(pool);
    place_close(&p);
}

TEST(the_quality_report_counts_what_is_missing_old_and_contradictory)
{
    struct place p = { 0 };
    struct err e = { 0 };
    quality_lines lines = { 0 };
    quality_sources sources = { 0 };
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    take_in(&p, "a.csv", everyone, "户籍", "2020-01-31", true);
    take_in(&p, "b.csv", "身份证,收入\n" ID_WANG ",2500\n", "底册", "2024-01-31", true);
    CHECK_OK(registry_quality(p.r, date_of(2024, 2, 1), 365, p.a, &lines, &sources, &e), e);
    bool seen = false;
    VEC_EACH (const struct quality_line, l, &lines) {
        if (!str_eq(l->entity, STR("人")) || !str_eq(l->field, STR("收入"))) continue;
        seen = true;
        CHECK_INT((int64_t)l->rows, 3);
        CHECK_INT((int64_t)l->missing, 0);
        CHECK_INT((int64_t)l->stale, 3); /* the police's word holds, and is old */
        CHECK_INT((int64_t)l->contradictory, 1);
        CHECK_STR(l->origin, "公安");
    }
    CHECK(seen && sources.len > 0);
    place_close(&p);
}

TEST(two_cannot_take_in_at_once)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct registry *other;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    CHECK_OK(store_claim(registry_store(p.r), STR("leye import"), &e), e);
    CHECK_OK(registry_open(&other, p.set.program, p.db, STORE_CREATE, &e), e);
    CHECK_ERR(store_claim(registry_store(other), STR("leye import"), &e), e, CONFLICT);
    CHECK(str_find(str_of(err_cause(&e)), STR("leye import")) != SIZE_MAX); /* and says who does */
    registry_close(other);
    place_close(&p);
}

/* A newer edition of the packs declares a spell, a field and an entity more: what is there stays, the new is unknown.
 */
TEST(a_database_grows_with_the_packs)
{
    struct place p = { 0 };
    struct err e = { 0 };
    struct pool *pool;
    uint16_t person;
    uint8_t state;
    place_program(&p);
    CHECK_OK(place_open(&p, &e), e);
    take_in(&p, "a.csv", everyone, "户籍", "2024-01-31", false);
    registry_close(p.r);

    str newer = str_fmt(p.a, "%s%s", model_text,
                        "经历 投诉 : 人\n  字段 投诉谁 : 单位  可无\n  字段 经过 : 文本\n"
                        "实体 培训机构\n  字段 机构代码 : 文本\n  标识 机构代码\n"
                        "经历 班 : 培训机构\n  字段 班号 : 文本\n  标识 班号\n"
                        "导入 投诉登记\n  载入 投诉\n  系统 监察\n  列 “身份证” 人.证件号\n");
    size_t at = str_find(newer, STR("  字段 家 : 户\n"));
    CHECK(at != SIZE_MAX);
    newer = str_fmt(p.a, "%.*s  字段 健康状况 : 文本  可无\n%.*s", STR_ARG(str_slice(newer, 0, at)),
                    STR_ARG(str_slice(newer, at, newer.len)));
    pack_load_text(&p.set, p.a, STR("model.leye"), newer);
    CHECK_INT((int64_t)p.set.diags.errors, 0);
    for (int again = 0; again < 2; again++) {
        CHECK_OK(place_open(&p, &e), e);
        if (again == 0)
            take_in(&p, "c.csv", "身份证,开始,经过\n" ID_LI ",2024-03-01,没有发工资\n", "投诉登记", "2024-03-02", true);
        const struct vocab *v = vocab_of(p.set.program, true, p.a);
        CHECK_OK(registry_pool(p.r, v, &pool, &e), e);
        uint32_t li = row_of(&p, pool, ID_LI, &person);
        CHECK_INT(cell(&p, pool, person, "收入", li, &state), 300050); /* what was known before */
        cell(&p, pool, person, "健康状况", li, &state);
        CHECK_INT(state, POOL_UNKNOWN);
        int complaints = entity_slot(&p.set.program->entities.at[person], STR("投诉"));
        CHECK_INT(pool_group(pool, person, (uint16_t)complaints, li).count, 1);
        pool_free(pool);
        registry_close(p.r);
    }
    CHECK_OK(place_open(&p, &e), e);
    place_close(&p);
}
