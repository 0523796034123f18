/* test_change: a changed pool is the pool that would have been built from the changed facts. */
#include "unit/pool/model.h"

static struct model_cell drawn(uint16_t table, uint16_t column, const struct model *m)
{
    const struct pool_column_def *d = &model_tables[table].columns[column];
    struct model_cell c = model_draw(model_style(d->kind), d->absent);
    bool known = c.state != POOL_ABSENT && (c.state & POOL_STATE) == POOL_KNOWN;
    if (known && d->kind == POOL_REF) {
        c.value = (int64_t)t_random_below(m->t[d->table].rows);
        if (m->t[d->table].ids[c.value] == POOL_GONE) c = (struct model_cell){ .state = POOL_UNKNOWN };
    }
    if (known && d->kind == POOL_TEXT) c.value %= 200;
    return c;
}

static void change_cells(struct model *m, struct pool_change *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t table = t_random_below(3) == 0 ? JOB : PERSON, column = (uint16_t)t_random_below(model_columns(table));
        if (m->t[table].rows == 0) continue;
        uint32_t row = (uint32_t)t_random_below(m->t[table].rows);
        struct model_cell x = drawn(table, column, m);
        m->t[table].cells[column][row] = x;
        bool text = model_tables[table].columns[column].kind == POOL_TEXT && (x.state & POOL_STATE) == POOL_KNOWN;
        pool_change_cell(c, table, column, row, x.state, text ? pool_change_intern(c, model_text(x.value)) : x.value);
    }
}

/* In the arrays: the rows of `owner` in a child table become n new ones. */
static void replace_children(struct model *m, struct pool_change *c, uint16_t table, uint32_t owner, uint32_t n)
{
    struct model_table *t = &m->t[table];
    uint16_t columns = model_columns(table);
    uint32_t from = 0, to;
    uint64_t ids[8];
    uint8_t states[8 * COLUMNS_MAX];
    int64_t values[8 * COLUMNS_MAX];
    while (from < t->rows && t->owners[from] < owner) from++;
    for (to = from; to < t->rows && t->owners[to] == owner; to++) continue;
    uint32_t behind = t->rows - to;
    model_room(m, table, t->rows + n + 1);
    memmove(t->ids + from + n, t->ids + to, behind * sizeof *t->ids);
    memmove(t->owners + from + n, t->owners + to, behind * sizeof *t->owners);
    for (uint16_t k = 0; k < columns; k++)
        memmove(t->cells[k] + from + n, t->cells[k] + to, behind * sizeof **t->cells);
    t->rows = from + n + behind;
    for (uint32_t i = 0; i < n; i++) {
        t->ids[from + i] = ids[i] = table == JOB ? 0 : t_random();
        t->owners[from + i] = owner;
        for (uint16_t k = 0; k < columns; k++) {
            struct model_cell x = drawn(table, k, m);
            if (table == JOB && k == J_OWNER) x = (struct model_cell){ POOL_KNOWN, owner };
            t->cells[k][from + i] = x;
            states[i * columns + k] = x.state;
            values[i * columns + k] = x.value;
        }
    }
    pool_change_children(c, table, owner, n, ids, states, values);
}

static void change_covers(struct model *m, struct pool_change *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint16_t key = (uint16_t)t_random_below(KEYS);
        uint32_t row = (uint32_t)t_random_below(m->t[PERSON].rows);
        struct pool_cover x = { .state = (uint8_t)t_random_below(3), .has_until = i % 2, .until = (int32_t)(i % 2) };
        m->has_cover[key][row] = true;
        m->covers[key][row] = x;
        pool_change_cover(c, PERSON, G_MONTHS, row, key, x);
    }
}

static void new_person(struct model *m, struct pool_change *c)
{
    uint64_t id = t_random() >> 1;
    uint32_t row = model_add(m, PERSON, id, 0);
    CHECK_INT(pool_change_row(c, PERSON, id), row);
    for (unsigned k = 0; k < KEYS; k++) {
        struct pool_cover *covers = ARENA_ARRAY(m->a, struct pool_cover, row + 2);
        bool *has = ARENA_ARRAY(m->a, bool, row + 2);
        memcpy(covers, m->covers[k], row * sizeof *covers);
        memcpy(has, m->has_cover[k], row * sizeof *has);
        m->covers[k] = covers, m->has_cover[k] = has;
    }
    for (uint16_t k = 0; k < P_NEVER; k++) {
        struct model_cell x = drawn(PERSON, k, m);
        if (person_columns[k].kind == POOL_TEXT || t_random_below(4) == 0) continue;
        m->t[PERSON].cells[k][row] = x;
        pool_change_cell(c, PERSON, k, row, x.state, x.value);
    }
    if (t_random_below(2)) replace_children(m, c, JOB, row, (uint32_t)t_random_below(4));
}

/* In the arrays: nobody refers to it. */
static void forget(struct model *m, uint16_t table, uint16_t column, uint32_t row)
{
    for (uint32_t i = 0; i < m->t[table].rows; i++) {
        struct model_cell *x = &m->t[table].cells[column][i];
        if ((x->state & POOL_STATE) == POOL_KNOWN && x->value == row) *x = (struct model_cell){ POOL_UNKNOWN, 0 };
    }
}

static void go(struct model *m, struct pool_change *c, uint16_t table)
{
    if (m->t[table].rows == 0) return;
    uint32_t row = (uint32_t)t_random_below(m->t[table].rows);
    if (m->t[table].ids[row] == POOL_GONE) return;
    m->t[table].ids[row] = POOL_GONE;
    pool_change_gone(c, table, row);
    if (table == HOME) forget(m, PERSON, P_HOME, row);
    if (table == FIRM) forget(m, JOB, J_FIRM, row);
    if (table != PERSON) return;
    for (uint16_t k = 0; k < PERSON_COLUMNS; k++)
        m->t[PERSON].cells[k][row] =
            (struct model_cell){ .state = person_columns[k].absent ? POOL_ABSENT : POOL_UNKNOWN };
    forget(m, JOB, J_OWNER, row);
    replace_children(m, c, JOB, row, 0);
    replace_children(m, c, MONTHS_, row, 0);
    for (unsigned k = 0; k < KEYS; k++) {
        if (m->has_cover[k][row]) m->covers[k][row] = m->all[k];
    }
}

/* Rows come and go: most days a few. */
static void come_and_go(struct model *m, struct pool_change *c, size_t n)
{
    for (uint64_t i = t_random_below(4); i > 0; i--) go(m, c, (uint16_t)t_random_below(FIRM + 1));
    for (uint64_t i = t_random_below(3); i > 0; i--) {
        uint64_t id = t_random() >> 1;
        CHECK_INT(pool_change_row(c, HOME, id), model_add(m, HOME, id, 0));
    }
    for (uint64_t i = t_random_below(n); i > 0; i--) new_person(m, c);
}

static void change_all(struct model *m, struct pool *p, size_t n)
{
    struct err e = { 0 };
    struct pool_change *c = pool_change_start(p);
    change_cells(m, c, n); /* rows of jobs have their old numbers so far */
    come_and_go(m, c, n);
    for (size_t i = 0; i < n / 4; i++) {
        uint32_t owner = (uint32_t)t_random_below(m->t[PERSON].rows);
        replace_children(m, c, t_random_below(2) ? JOB : MONTHS_, owner, (uint32_t)t_random_below(6));
    }
    change_covers(m, c, n / 4);
    CHECK_OK(pool_change_end(c, &e), e);
}

static void change_and_check(uint32_t people, bool by_file)
{
    autoarena *a = arena_new("model", 0);
    struct err e = { 0 };
    struct model m;
    model_fill(&m, a, people, t_random_below(2) == 0);
    struct pool *p = model_pool(&m, 0, false, &e), *q;
    CHECK_OK(p != NULL, e);
    str path = str_dup(a, str_of(t_path("a.pool"))), stamp;
    if (by_file) {
        CHECK_OK(pool_save(p, path, STR(""), &e), e);
        pool_free(p);
        CHECK_OK(pool_open(&p, &model_schema, path, &stamp, a, &e), e);
    }
    for (unsigned day = 0; day < 3; day++) {
        change_all(&m, p, people < 100 ? 20 : 200);
        model_check(&m, p);
    }
    if (by_file) { /* and once more to disk, over the file it came from */
        CHECK_OK(pool_save(p, path, STR(""), &e), e);
        CHECK_OK(pool_open(&q, &model_schema, path, &stamp, a, &e), e);
        model_check(&m, q);
        pool_free(q);
    }
    pool_free(p);
}

TEST_WITHIN(a_changed_pool_reads_like_one_built_anew, 60)
{
    for (uint32_t i = 1; i < 60; i++) change_and_check(i, i % 2 == 0);
    change_and_check(32700, false); /* the block is full some day */
    change_and_check(32768, true);
    change_and_check(40000, true);
}

TEST(nothing_to_change_changes_nothing)
{
    autoarena *a = arena_new("model", 0);
    struct err e = { 0 };
    struct model m;
    model_fill(&m, a, 100, true);
    struct pool *p = model_pool(&m, 0, false, &e);
    CHECK_OK(p != NULL, e);
    uint64_t bytes = pool_bytes(p);
    CHECK_OK(pool_change_end(pool_change_start(p), &e), e);
    CHECK(pool_bytes(p) == bytes);
    model_check(&m, p);
    pool_free(p);
}

/* When memory fails on the way, the pool is what it was. */
TEST_WITHIN(a_change_that_fails_leaves_everything_as_it_was, 60)
{
    autoarena *a = arena_new("model", 0);
    struct err e = { 0 };
    struct model m;
    model_fill(&m, a, 9, false);
    size_t failed = 0;
    EVERY_FAULT (FAULT_MEMORY) {
        e = (struct err){ 0 };
        struct pool *p = model_pool(&m, 0, false, &e);
        CHECK(p != NULL || t_fault_hit());
        if (p != NULL) {
            struct pool_change *c = pool_change_start(p);
            uint64_t ids[2] = { 5, 6 };
            uint8_t states[2 * JOB_COLUMNS] = { POOL_KNOWN, POOL_NONE, POOL_KNOWN, POOL_KNOWN, POOL_NONE, POOL_BAD };
            int64_t values[2 * JOB_COLUMNS] = { 3, 0, 77, 3, 0, 0 };
            pool_change_children(c, JOB, 3, 2, ids, states, values);
            pool_change_children(c, MONTHS_, 5, 0, NULL, NULL, NULL);
            pool_change_cover(c, PERSON, G_MONTHS, 4, 2, (struct pool_cover){ .state = POOL_NONE });
            uint32_t row = pool_change_row(c, PERSON, 3);
            pool_change_children(c, JOB, row, 2, ids, states, values);
            pool_change_gone(c, PERSON, 7);
            pool_change_gone(c, HOME, 0);
            pool_change_cell(c, PERSON, P_HOME, 2, POOL_KNOWN, 0);
            pool_change_cell(c, PERSON, P_TEXT, 2, POOL_KNOWN, pool_change_intern(c, STR("新")));
            if (!pool_change_end(c, &e)) {
                CHECK(t_fault_hit() && e.code == ERR_MEMORY);
                model_check(&m, p);
                failed++;
            } else {
                CHECK_INT(pool_group(p, PERSON, G_JOBS, 3).count, 2);
                CHECK_INT(pool_group(p, PERSON, G_MONTHS, 5).count, 0);
                CHECK_INT(pool_group(p, PERSON, G_JOBS, 9).count, 2);
                CHECK_INT(pool_group(p, HOME, 0, 0).count, 0);
            }
        }
        pool_free(p);
    }
    CHECK(failed > 20 || !fault_built());
}
