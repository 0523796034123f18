/* test_file: a saved pool is the same pool when it is opened, and anything else is refused with a sentence. */
#include "base/file.h"
#include "unit/pool/model.h"

static struct pool *made(struct model *m, struct arena *a, uint32_t people, bool in_order)
{
    struct err e = { 0 };
    model_fill(m, a, people, in_order);
    struct pool *p = model_pool(m, 0, false, &e);
    CHECK_OK(p != NULL, e);
    return p;
}

static void save_and_open(uint32_t people, bool in_order)
{
    autoarena *a = arena_new("model", 0);
    struct err e = { 0 };
    struct model m;
    struct pool *p = made(&m, a, people, in_order), *q, *r;
    str path = str_dup(a, str_of(t_path("a.pool"))), again = str_dup(a, str_of(t_path("b.pool"))), stamp, one, two;
    CHECK_OK(pool_save(p, path, STR("第一天"), &e), e);
    CHECK_OK(pool_open(&q, &model_schema, path, &stamp, a, &e), e);
    CHECK_STR(stamp, "第一天");
    model_check(&m, q);
    CHECK_OK(pool_save(q, again, STR("第一天"), &e), e);
    CHECK_OK(file_read(a, path, 1 << 28, &one, &e), e);
    CHECK_OK(file_read(a, again, 1 << 28, &two, &e), e);
    CHECK(str_eq(one, two));                      /* saving what was opened changes no byte */
    CHECK_OK(pool_save(q, path, STR(""), &e), e); /* over the file that is mapped */
    CHECK_OK(pool_open(&r, &model_schema, path, &stamp, a, &e), e);
    model_check(&m, q);
    model_check(&m, r);
    pool_free(p);
    pool_free(q);
    pool_free(r);
}

TEST_WITHIN(a_saved_pool_opens_as_it_was, 60)
{
    for (uint32_t people = 0; people < 20; people++) save_and_open(people, people % 2 == 0);
    save_and_open(1000, false);
    save_and_open(33000, true);
}

TEST(a_file_that_is_no_pool_or_cut_short_is_refused)
{
    autoarena *a = arena_new("model", 0);
    struct err e = { 0 };
    struct model m;
    struct pool *p = made(&m, a, 50, false), *q = NULL;
    str path = str_dup(a, str_of(t_path("a.pool"))), bytes, stamp;
    CHECK_ERR(pool_open(&q, &model_schema, path, &stamp, a, &e), e, NOT_FOUND);
    e = (struct err){ 0 };
    CHECK_OK(pool_save(p, path, STR("x"), &e), e);
    CHECK_OK(file_read(a, path, 1 << 28, &bytes, &e), e);
    for (size_t len = 0; len < bytes.len; len += 1 + bytes.len / 997) {
        CHECK_OK(file_write(path, str_slice(bytes, 0, len), &e), e);
        CHECK_ERR(pool_open(&q, &model_schema, path, &stamp, a, &e), e, INVALID);
        CHECK(str_find(str_of(err_cause(&e)), STR("数据池文件")) != SIZE_MAX);
        e = (struct err){ 0 };
    }
    CHECK(q == NULL);
    pool_free(p);
}

TEST(a_pool_of_another_model_is_refused)
{
    autoarena *a = arena_new("model", 0);
    struct err e = { 0 };
    struct model m;
    struct pool *p = made(&m, a, 50, false), *q = NULL;
    str path = str_dup(a, str_of(t_path("a.pool"))), stamp;
    struct pool_column_def columns[JOB_COLUMNS];
    struct pool_table_def tables[TABLES];
    struct pool_schema other = { tables, TABLES };
    CHECK_OK(pool_save(p, path, STR("x"), &e), e);
    pool_free(p);
    memcpy(columns, job_columns, sizeof columns);
    memcpy(tables, model_tables, sizeof tables);
    columns[J_PAY].kind = POOL_DATE;
    tables[JOB].columns = columns;
    CHECK_ERR(pool_open(&q, &other, path, &stamp, a, &e), e, MISMATCH);
    CHECK(q == NULL && str_find(str_of(err_cause(&e)), STR("另一套数据模型")) != SIZE_MAX);
}

/* Reads whatever there is to read: nothing may be read outside, whatever the bytes say. */
static void read_all(const struct pool *p)
{
    uint32_t list[64], offsets[65];
    int64_t wide[64];
    uint8_t states[64];
    const uint32_t *members;
    for (uint16_t t = 0; t < TABLES; t++) {
        uint32_t rows = pool_rows(p, t);
        for (uint32_t at = 0; at < rows; at += 64) {
            uint32_t n = rows - at < 64 ? rows - at : 64, found;
            for (uint16_t c = 0; c < model_columns(t); c++) {
                pool_read_i64(p, t, c, at, n, wide, states);
                for (uint32_t i = 0; i < n; i++) list[i] = (uint32_t)wide[i];
                if (model_tables[t].columns[c].kind == POOL_REF)
                    pool_gather_i64(p, HOME + 1, P_INT, list, n, wide, states);
                if (model_tables[t].columns[c].kind == POOL_TEXT)
                    for (uint32_t i = 0; i < n; i++) pool_text(p, wide[i]);
            }
            for (uint16_t g = 0; g < model_tables[t].group_count; g++) {
                if (model_tables[t].groups[g].table == UINT16_MAX) continue;
                pool_group_run(p, t, g, at, n, offsets, &members);
                for (uint32_t i = 0; i < n; i++) {
                    CHECK(offsets[i] <= offsets[i + 1]);
                    for (uint32_t k = offsets[i]; members != NULL && k < offsets[i + 1]; k++)
                        pool_gather_i64(p, PERSON, P_INT, &members[k], 1, wide, states);
                }
                pool_covered(p, t, g, at, 0);
            }
            if (model_tables[t].owner != UINT16_MAX) pool_owner(p, t, at);
            pool_row_of(p, t, pool_id(p, t, at), &found);
        }
    }
    pool_text_number(p, STR("字字字1"));
}

/* Bytes are damaged anywhere, also where the check sum does not look: refused, or read without harm. */
TEST_WITHIN(a_damaged_file_is_refused_or_reads_without_harm, 60)
{
    autoarena *a = arena_new("model", 0);
    struct err e = { 0 };
    struct model m;
    struct pool *p = made(&m, a, 300, false), *q;
    str path = str_dup(a, str_of(t_path("a.pool"))), bytes, stamp;
    CHECK_OK(pool_save(p, path, STR("x"), &e), e);
    CHECK_OK(file_read(a, path, 1 << 28, &bytes, &e), e);
    size_t refused = 0;
    for (int i = 0; i < 400; i++) {
        struct arena_mark mark = arena_mark(a);
        char *damaged = arena_alloc(a, bytes.len);
        memcpy(damaged, bytes.p, bytes.len);
        for (uint64_t k = 1 + t_random_below(4); k > 0; k--) damaged[t_random_below(bytes.len)] = (char)t_random();
        struct err ignored = { 0 };
        CHECK_OK(file_write(path, (str){ damaged, bytes.len }, &e), e);
        if (pool_open(&q, &model_schema, path, &stamp, a, &ignored)) {
            read_all(q);
            pool_free(q);
        } else {
            CHECK(ignored.code == ERR_INVALID || ignored.code == ERR_MISMATCH);
            refused++;
        }
        arena_rewind(a, mark);
    }
    CHECK(refused > 20);
    pool_free(p);
}

TEST_WITHIN(saving_and_opening_survive_every_fault, 60)
{
    autoarena *a = arena_new("model", 0);
    struct err e = { 0 };
    struct model m;
    struct pool *p = made(&m, a, 8, false), *q;
    str path = str_dup(a, str_of(t_path("a.pool"))), old = STR("old"), now, stamp;
    static const enum fault_kind kinds[] = { FAULT_MEMORY, FAULT_READ, FAULT_WRITE, FAULT_SYNC };
    for (unsigned k = 0; k < 4; k++) {
        EVERY_FAULT (kinds[k]) {
            e = (struct err){ 0 };
            bool saved = pool_save(p, path, STR("x"), &e);
            CHECK(saved || (t_fault_hit() && e.depth >= 1));
            e = (struct err){ 0 };
            if (saved && pool_open(&q, &model_schema, path, &stamp, a, &e)) {
                model_check_cover(&m, q);
                pool_free(q);
            } else {
                CHECK(t_fault_hit() || !saved);
            }
        }
    }
    e = (struct err){ 0 };
    CHECK_OK(file_write(path, old, &e), e);
    fault_plan(FAULT_WRITE, 1, true);
    if (fault_built()) CHECK(!pool_save(p, path, STR("x"), &e));
    fault_plan(FAULT_WRITE, 0, false);
    e = (struct err){ 0 };
    CHECK_OK(file_read(a, path, 1 << 20, &now, &e), e);
    if (fault_built()) CHECK_STR(now, old); /* the old file stands */
    pool_free(p);
}
