/* The same content twice: as plain arrays that cannot be wrong, and as a pool. Households, people in them, jobs of
 * people at employers, months by kind; cells of every width and state, drawn anew for every block. */
#ifndef UNIT_POOL_MODEL_H
#define UNIT_POOL_MODEL_H
#include "pool/pool.h"
#include "support/t.h"

#include <string.h>

enum { HOME, PERSON, FIRM, JOB, MONTHS_, TABLES };
enum { P_BOOL, P_INT, P_DATE, P_MONTH, P_CODE, P_TEXT, P_HOME, P_GIVEN, P_NEVER, PERSON_COLUMNS };
enum { J_OWNER, J_FIRM, J_PAY, JOB_COLUMNS };
enum { M_FIRST, M_KEY, M_PAID, MONTHS_COLUMNS };
enum { G_JOBS, G_MONTHS, G_FRIENDS, G_NONE, PERSON_GROUPS };
enum { KEYS = 3, COLUMNS_MAX = 16 };

static const struct pool_column_def person_columns[] = {
    { .name = { "真", 3 }, .kind = POOL_BOOL },
    { .name = { "数", 3 }, .kind = POOL_INT },
    { .name = { "日", 3 }, .kind = POOL_DATE },
    { .name = { "月", 3 }, .kind = POOL_MONTH },
    { .name = { "码", 3 }, .kind = POOL_CODE },
    { .name = { "文", 3 }, .kind = POOL_TEXT },
    { .name = { "家", 3 }, .kind = POOL_REF, .table = HOME },
    { .name = { "定", 3 }, .kind = POOL_INT, .absent = true },
    { .name = { "空", 3 }, .kind = POOL_INT },
};
static const struct pool_column_def job_columns[] = {
    { .name = { "谁", 3 }, .kind = POOL_REF, .table = PERSON },
    { .name = { "在", 3 }, .kind = POOL_REF, .table = FIRM },
    { .name = { "薪", 3 }, .kind = POOL_INT },
};
static const struct pool_column_def months_columns[] = {
    { .name = { "月", 3 }, .kind = POOL_MONTH },
    { .name = { "类", 3 }, .kind = POOL_CODE },
    { .name = { "额", 3 }, .kind = POOL_INT },
};
static const struct pool_group_def home_groups[] = {
    { .name = { "员", 3 }, .table = PERSON, .key_count = 1, .key_column = UINT16_MAX }
};
static const struct pool_group_def person_groups[] = {
    { .name = { "工", 3 }, .table = JOB, .child = true, .key_count = 1, .key_column = UINT16_MAX },
    { .name = { "缴", 3 }, .table = MONTHS_, .child = true, .key_count = KEYS, .key_column = M_KEY },
    { .name = { "友", 3 }, .table = PERSON, .key_count = 1, .key_column = UINT16_MAX },
    { .name = { "无", 3 }, .table = UINT16_MAX },
};
static const struct pool_group_def firm_groups[] = {
    { .name = { "职", 3 }, .table = JOB, .key_count = 1, .key_column = UINT16_MAX }
};
static const struct pool_table_def model_tables[] = {
    [HOME] = { .name = { "户", 3 }, .owner = UINT16_MAX, .groups = home_groups, .group_count = 1 },
    [PERSON] = { .name = { "人", 3 },
                 .owner = UINT16_MAX,
                 .columns = person_columns,
                 .column_count = PERSON_COLUMNS,
                 .groups = person_groups,
                 .group_count = PERSON_GROUPS },
    [FIRM] = { .name = { "厂", 3 }, .owner = UINT16_MAX, .groups = firm_groups, .group_count = 1 },
    [JOB] = { .name = { "工", 3 }, .owner = PERSON, .columns = job_columns, .column_count = JOB_COLUMNS },
    [MONTHS_] = { .name = { "缴", 3 }, .owner = PERSON, .columns = months_columns, .column_count = MONTHS_COLUMNS },
};
static const struct pool_schema model_schema = { .tables = model_tables, .table_count = TABLES };

struct model_cell {
    uint8_t state;
    int64_t value;
};

struct model_table {
    uint32_t rows, cap;
    uint64_t *ids;
    uint32_t *owners;
    struct model_cell *cells[COLUMNS_MAX];
};

struct model_friend {
    uint32_t row, member;
};

struct model {
    struct arena *a;
    struct model_table t[TABLES];
    VEC(struct model_friend) friends; /* by row */
    struct pool_cover all[KEYS];      /* of 缴 */
    struct pool_cover *covers[KEYS];  /* of each person */
    bool *has_cover[KEYS];
    bool homes_in_order; /* members of a household are neighbours */
};

static inline uint16_t model_columns(uint16_t table) { return model_tables[table].column_count; }

static inline void model_room(struct model *m, uint16_t table, uint32_t rows)
{
    struct model_table *t = &m->t[table];
    if (rows <= t->cap) return;
    uint32_t cap = rows * 2 + 64;
    uint64_t *ids = ARENA_ARRAY(m->a, uint64_t, cap);
    uint32_t *owners = ARENA_ARRAY(m->a, uint32_t, cap);
    if (t->rows > 0) memcpy(ids, t->ids, t->rows * sizeof *ids);
    if (t->rows > 0) memcpy(owners, t->owners, t->rows * sizeof *owners);
    t->ids = ids;
    t->owners = owners;
    for (uint16_t c = 0; c < model_columns(table); c++) {
        struct model_cell *cells = ARENA_ARRAY(m->a, struct model_cell, cap);
        if (t->rows > 0) memcpy(cells, t->cells[c], t->rows * sizeof *cells);
        t->cells[c] = cells;
    }
    t->cap = cap;
}

static inline uint32_t model_add(struct model *m, uint16_t table, uint64_t id, uint32_t owner)
{
    struct model_table *t = &m->t[table];
    model_room(m, table, t->rows + 1);
    t->ids[t->rows] = id;
    t->owners[t->rows] = owner;
    for (uint16_t c = 0; c < model_columns(table); c++) {
        t->cells[c][t->rows] =
            (struct model_cell){ .state = model_tables[table].columns[c].absent ? POOL_ABSENT : POOL_UNKNOWN };
    }
    return t->rows++;
}

/* How the cells of one column look for a while. */
struct model_style {
    unsigned states; /* 0 all known … 4 all there are */
    int64_t from, to;
};

static inline struct model_style model_style(enum pool_kind k)
{
    static const int64_t spans[] = { 0, 1, 3, 15, 255, 65535, UINT32_MAX, INT64_MAX / 2 };
    struct model_style s = { .states = (unsigned)t_random_below(6) };
    int64_t span = spans[t_random_below(8)];
    bool small = k != POOL_INT; /* must fit 32 bits */
    if (k == POOL_BOOL) return (struct model_style){ .states = s.states, .from = (int64_t)t_random_below(2), .to = 1 };
    if (k == POOL_INT && t_random_below(12) == 0)
        return (struct model_style){ .states = s.states, .from = INT64_MIN, .to = INT64_MAX };
    if (small && span > INT32_MAX / 4) span = INT32_MAX / 4;
    s.from = t_random_below(3) == 0 ? 0 : t_random_between(small ? -100000 : -5000000000, 100000);
    if (k == POOL_CODE || k == POOL_TEXT || k == POOL_REF) s.from = 0;
    s.to = s.from + span;
    return s;
}

static inline struct model_cell model_draw(struct model_style s, bool absent)
{
    static const uint8_t states[] = { POOL_KNOWN,
                                      POOL_UNKNOWN,
                                      POOL_NONE,
                                      POOL_BAD,
                                      POOL_KNOWN | POOL_ASSUMED,
                                      POOL_NONE | POOL_ASSUMED,
                                      POOL_UNKNOWN | POOL_ASSUMED };
    static const unsigned kinds[] = { 1, 1, 2, 3, 4, 7 };
    struct model_cell c = { .state = states[t_random_below(kinds[s.states])] };
    if (s.states == 1) c.state = POOL_NONE;
    if (absent && t_random_below(50) != 0) c.state = POOL_ABSENT;
    if ((c.state & POOL_STATE) == POOL_KNOWN && c.state != POOL_ABSENT) {
        bool whole = s.from == INT64_MIN;
        c.value = whole ? (int64_t)t_random() : t_random_between(s.from, s.to);
    }
    return c;
}

/* Which people, how many each has, in which order: small numbers of rows or more than a block. */
static inline void model_fill(struct model *m, struct arena *a, uint32_t people, bool homes_in_order)
{
    static struct model_style styles[PERSON_COLUMNS];
    struct model_style pay = { 0 };
    *m = (struct model){ .a = a, .homes_in_order = homes_in_order };
    uint32_t homes = people / 3 + 1, firms = people / 50 + 1, home = 0;
    for (uint32_t i = 0; i < homes; i++) model_add(m, HOME, 1000 + i, 0);
    for (uint32_t i = 0; i < firms; i++) model_add(m, FIRM, t_random(), 0);
    for (uint32_t i = 0; i < people; i++) {
        model_add(m, PERSON, homes_in_order ? 500 + 2 * (uint64_t)i : t_random(), 0);
        if (i % 20000 == 0)
            for (unsigned c = 0; c < PERSON_COLUMNS; c++) styles[c] = model_style(person_columns[c].kind);
        for (unsigned c = 0; c < P_NEVER; c++) {
            struct model_cell x = model_draw(styles[c], person_columns[c].absent);
            bool known = x.state != POOL_ABSENT && (x.state & POOL_STATE) == POOL_KNOWN;
            if (c == P_TEXT && known) x.value %= 50;
            if (c == P_HOME && known) {
                if (home + 1 < homes && t_random_below(3) == 0) home++;
                x.value = homes_in_order ? home : (int64_t)t_random_below(homes);
            }
            if (c == P_HOME && homes_in_order && !known) x = (struct model_cell){ POOL_KNOWN, home };
            m->t[PERSON].cells[c][i] = x;
        }
    }
    unsigned often = 1 + (unsigned)t_random_below(30);
    for (uint32_t i = 0; i < people; i++) {
        if (i % 20000 == 0) pay = model_style(POOL_INT);
        uint32_t n = t_random_below(often) == 0 ? (uint32_t)t_random_below(4) : 0;
        if (t_random_below(20000) == 0) n = 300;
        for (uint32_t k = 0; k < n; k++) {
            uint32_t r = model_add(m, JOB, 0, i);
            m->t[JOB].cells[J_OWNER][r] = (struct model_cell){ POOL_KNOWN, i };
            if (people < 1000 && t_random_below(9) == 0)
                m->t[JOB].cells[J_OWNER][r].state = POOL_UNKNOWN, m->t[JOB].cells[J_OWNER][r].value = 0;
            m->t[JOB].cells[J_FIRM][r] = t_random_below(5) == 0
                                             ? (struct model_cell){ POOL_NONE, 0 }
                                             : (struct model_cell){ POOL_KNOWN, (int64_t)t_random_below(firms) };
            m->t[JOB].cells[J_PAY][r] = model_draw(pay, false);
        }
        n = t_random_below(2) ? (uint32_t)t_random_below(3) : 0;
        for (uint32_t k = 0; k < n; k++) {
            uint32_t r = model_add(m, MONTHS_, 0, i);
            m->t[MONTHS_].ids[r] = (uint64_t)r * 3 + 7;
            m->t[MONTHS_].cells[M_FIRST][r] = (struct model_cell){ POOL_KNOWN, t_random_between(24000, 24200) };
            m->t[MONTHS_].cells[M_KEY][r] = (struct model_cell){ POOL_KNOWN, (int64_t)t_random_below(KEYS) };
            m->t[MONTHS_].cells[M_PAID][r] = model_draw(pay, false);
        }
        if (t_random_below(10) == 0)
            for (uint64_t k = t_random_below(4); k > 0; k--)
                *vec_push(a, &m->friends) = (struct model_friend){ i, (uint32_t)t_random_below(people) };
    }
    for (uint32_t k = t_random_below(3) == 0 ? 5 : 0; k > 0; k--) { /* jobs of nobody */
        uint32_t r = model_add(m, JOB, 7, UINT32_MAX);
        m->t[JOB].cells[J_FIRM][r] = (struct model_cell){ POOL_KNOWN, 0 };
    }
    for (unsigned k = 0; k < KEYS; k++) {
        m->all[k] = (struct pool_cover){ .state = (uint8_t)t_random_below(3),
                                         .has_until = k == 1,
                                         .until = k == 1 ? 24100 : 0 };
        m->covers[k] = ARENA_ARRAY(a, struct pool_cover, people + 1u);
        m->has_cover[k] = ARENA_ARRAY(a, bool, people + 1u);
        for (uint32_t i = 0; k > 0 && i < people; i += 1 + (uint32_t)t_random_below(40)) {
            m->has_cover[k][i] = true;
            m->covers[k][i] = (struct pool_cover){ .state = (uint8_t)t_random_below(3),
                                                   .has_until = i % 2,
                                                   .until = i % 2 ? (int32_t)i : 0 };
        }
    }
}

static inline str model_text(int64_t n)
{
    static char buf[8][24];
    static unsigned at;
    char *p = buf[at++ % 8];
    size_t len = 0;
    for (int64_t i = 0; i <= n % 5; i++) memcpy(p + len, "字", 3), len += 3;
    for (; n > 0; n /= 10) p[len++] = (char)('0' + n % 10);
    return (str){ p, len };
}

static inline void model_set(struct pool_builder *b, const struct model *m, uint16_t table, uint16_t column,
                             uint32_t row, bool at)
{
    struct model_cell c = m->t[table].cells[column][row];
    const struct pool_column_def *d = &model_tables[table].columns[column];
    int64_t value = d->kind == POOL_TEXT && c.state != POOL_ABSENT && (c.state & POOL_STATE) == POOL_KNOWN
                        ? pool_intern(b, model_text(c.value))
                        : c.value;
    if (c.state == (d->absent ? POOL_ABSENT : POOL_UNKNOWN)) return;
    if (at)
        pool_set_at(b, table, column, row, c.state, value);
    else
        pool_set(b, table, column, c.state, value);
}

/* later: references are set when all rows are there, in any order. */
static inline struct pool *model_pool(const struct model *m, size_t budget, bool later, struct err *e)
{
    struct pool_builder *b = pool_build(&model_schema, budget);
    for (uint16_t table = 0; table < TABLES; table++) {
        const struct model_table *t = &m->t[table];
        for (uint32_t r = 0; r < t->rows; r++) {
            pool_add(b, table, t->ids[r], t->owners[r]);
            for (uint16_t c = 0; c < model_columns(table); c++) {
                if (!(later && model_tables[table].columns[c].kind == POOL_REF)) model_set(b, m, table, c, r, false);
            }
        }
    }
    for (uint16_t table = 0; later && table < TABLES; table++) {
        for (uint16_t c = 0; c < model_columns(table); c++) {
            if (model_tables[table].columns[c].kind != POOL_REF) continue;
            for (uint32_t r = m->t[table].rows; r > 0; r--) model_set(b, m, table, c, r - 1, true);
        }
    }
    pool_join_by(b, HOME, 0, P_HOME);
    pool_join_by(b, FIRM, 0, J_FIRM);
    VEC_EACH (const struct model_friend, f, &m->friends) pool_join(b, PERSON, G_FRIENDS, f->row, f->member);
    for (uint16_t k = 0; k < KEYS; k++) {
        pool_cover_all(b, PERSON, G_MONTHS, k, m->all[k]);
        for (uint32_t r = m->t[PERSON].rows; r > 0; r--) {
            if (!m->has_cover[k][r - 1]) continue;
            pool_cover_at(b, PERSON, G_MONTHS, r - 1, k,
                          (struct pool_cover){ .state = POOL_BAD }); /* said again below */
            pool_cover_at(b, PERSON, G_MONTHS, r - 1, k, m->covers[k][r - 1]);
        }
    }
    return pool_build_end(b, e);
}

/* ---- comparing ---- */

static inline int64_t model_value(const struct pool *p, const struct pool_column_def *d, struct model_cell c)
{
    bool known = c.state != POOL_ABSENT && (c.state & POOL_STATE) == POOL_KNOWN;
    return d->kind == POOL_TEXT && known ? pool_text_number(p, model_text(c.value)) : c.value;
}

static inline int model_common(const struct model_cell *cells, const uint32_t *rows, uint32_t first, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        if (cells[rows ? rows[i] : first + i].state != cells[rows ? rows[0] : first].state) return -1;
    }
    return cells[rows ? rows[0] : first].state;
}

enum { WINDOW = 3000 };

/* One window (or list of rows) of a column, read as every type it may be read as. */
static inline void model_window(const struct model *m, const struct pool *p, uint16_t table, uint16_t c,
                                const uint32_t *rows, uint32_t first, uint32_t n)
{
    static int64_t wide[WINDOW];
    static int32_t narrow[WINDOW];
    static uint8_t bytes[WINDOW], states[WINDOW];
    const struct pool_column_def *d = &model_tables[table].columns[c];
    const struct model_cell *cells = m->t[table].cells[c];
    int common =
        rows ? pool_gather_i64(p, table, c, rows, n, wide, states) : pool_read_i64(p, table, c, first, n, wide, states);
    CHECK_INT(common, n == 0 ? POOL_UNKNOWN : model_common(cells, rows, first, n));
    for (uint32_t i = 0; i < n; i++) {
        struct model_cell want = cells[rows ? rows[i] : first + i];
        if (states[i] == want.state && wide[i] == model_value(p, d, want)) continue;
        NOTE("table %u column %u row %u", table, c, rows ? rows[i] : first + i);
        CHECK_INT(states[i], want.state);
        CHECK_INT(wide[i], model_value(p, d, want));
    }
    if (d->kind == POOL_INT) return;
    common =
        rows ? pool_gather_i32(p, table, c, rows, n, narrow, NULL) : pool_read_i32(p, table, c, first, n, narrow, NULL);
    CHECK_INT(common, n == 0 ? POOL_UNKNOWN : model_common(cells, rows, first, n));
    for (uint32_t i = 0; i < n; i++) CHECK(narrow[i] == wide[i]);
    if (d->kind != POOL_BOOL) return;
    if (rows)
        pool_gather_u8(p, table, c, rows, n, bytes, NULL);
    else
        pool_read_u8(p, table, c, first, n, bytes, states);
    for (uint32_t i = 0; i < n; i++) CHECK(bytes[i] == wide[i]);
}

static inline void model_check_cells(const struct model *m, const struct pool *p, uint16_t table, uint16_t c)
{
    uint32_t rows = m->t[table].rows, list[WINDOW];
    for (uint32_t at = 0; at < rows;) {
        uint32_t n = 1 + (uint32_t)t_random_below(WINDOW);
        if (n > rows - at) n = rows - at;
        model_window(m, p, table, c, NULL, at, n);
        at += n;
    }
    model_window(m, p, table, c, NULL, rows, 0);
    if (rows == 0) return;
    for (unsigned tries = 0; tries < 3; tries++) {
        uint32_t n = 1 + (uint32_t)t_random_below(WINDOW), near = (uint32_t)t_random_below(rows);
        for (uint32_t i = 0; i < n; i++) {
            list[i] = tries == 0 ? (uint32_t)t_random_below(rows) : near + (uint32_t)t_random_below(i / 4 + 1);
            if (list[i] >= rows) list[i] = rows - 1;
        }
        model_window(m, p, table, c, list, 0, n);
    }
}

static inline void model_check_stats(const struct model *m, const struct pool *p, uint16_t table, uint16_t c)
{
    struct pool_column_stats got = pool_stats(p, table, c), want = { 0 };
    for (uint32_t r = 0; r < m->t[table].rows; r++) {
        uint8_t s = m->t[table].cells[c][r].state;
        want.absent += s == POOL_ABSENT;
        if (s == POOL_ABSENT) continue;
        want.assumed += (s & POOL_ASSUMED) != 0;
        want.known += (s & POOL_STATE) == POOL_KNOWN;
        want.unknown += (s & POOL_STATE) == POOL_UNKNOWN;
        want.none += (s & POOL_STATE) == POOL_NONE;
        want.bad += (s & POOL_STATE) == POOL_BAD;
    }
    CHECK(got.unknown == want.unknown && got.known == want.known && got.none == want.none && got.bad == want.bad);
    CHECK(got.assumed == want.assumed && got.absent == want.absent);
}

static inline void model_check_rows(const struct model *m, const struct pool *p, uint16_t table)
{
    const struct model_table *t = &m->t[table];
    CHECK_INT(pool_rows(p, table), t->rows);
    bool child = model_tables[table].owner != UINT16_MAX;
    for (unsigned tries = 0; tries < 2000 && t->rows > 0; tries++) {
        uint32_t r = (uint32_t)t_random_below(t->rows), found;
        CHECK(pool_id(p, table, r) == t->ids[r]);
        if (child) CHECK_INT(pool_owner(p, table, r), t->owners[r]);
        if (!child && t->ids[r] != POOL_GONE) CHECK(pool_row_of(p, table, t->ids[r], &found) && found == r);
    }
    uint32_t none;
    CHECK(!pool_row_of(p, table, UINT64_MAX - 77, &none) && !pool_row_of(p, table, 1, &none));
}

/* Members of every row, from the arrays: rows of table `member` whose key (owner or reference) is the row. */
static inline void model_check_group(const struct model *m, const struct pool *p, uint16_t table, uint16_t group,
                                     uint16_t member, int ref)
{
    const struct model_table *t = &m->t[table], *o = &m->t[member];
    uint32_t *count = ARENA_ARRAY(m->a, uint32_t, t->rows + 1u), *begin = ARENA_ARRAY(m->a, uint32_t, t->rows + 1u);
    uint32_t *list = ARENA_ARRAY(m->a, uint32_t, o->rows + 1u), total = 0;
    for (unsigned pass = 0; pass < 2; pass++) {
        for (uint32_t r = 0; r < o->rows; r++) {
            struct model_cell c =
                ref < 0 ? (struct model_cell){ o->owners[r] != UINT32_MAX, o->owners[r] } : o->cells[ref][r];
            if (c.state == POOL_ABSENT || (c.state & POOL_STATE) != POOL_KNOWN) continue;
            if (pass == 1) list[begin[c.value] + count[c.value]] = r;
            count[c.value]++;
        }
        for (uint32_t r = 0; pass == 0 && r < t->rows; r++) {
            begin[r] = total;
            total += count[r];
            count[r] = 0;
        }
    }
    static uint32_t offsets[WINDOW + 1];
    for (uint32_t at = 0; at < t->rows;) {
        uint32_t n = 1 + (uint32_t)t_random_below(WINDOW);
        const uint32_t *got;
        if (n > t->rows - at) n = t->rows - at;
        pool_group_run(p, table, group, at, n, offsets, &got);
        for (uint32_t i = 0; i < n; i++) {
            CHECK_INT(offsets[i + 1] - offsets[i], count[at + i]);
            for (uint32_t k = 0; k < count[at + i]; k++)
                CHECK_INT(got ? got[offsets[i] + k] : offsets[i] + k, list[begin[at + i] + k]);
        }
        struct pool_members one = pool_group(p, table, group, at);
        CHECK_INT(one.count, count[at]);
        for (uint32_t k = 0; k < one.count; k++) CHECK_INT(one.list ? one.list[k] : one.first + k, list[begin[at] + k]);
        at += n;
    }
}

static inline void model_check_friends(const struct model *m, const struct pool *p)
{
    size_t at = 0;
    for (uint32_t r = 0; r < m->t[PERSON].rows; r++) {
        struct pool_members f = pool_group(p, PERSON, G_FRIENDS, r);
        for (uint32_t i = 0; i < f.count; i++, at++) {
            CHECK(at < m->friends.len);
            CHECK_INT(m->friends.at[at].row, r);
            CHECK_INT(f.list ? f.list[i] : f.first + i, m->friends.at[at].member);
        }
    }
    CHECK_INT((int64_t)at, (int64_t)m->friends.len);
}

static inline void model_check_cover(const struct model *m, const struct pool *p)
{
    for (uint16_t k = 0; k < KEYS; k++) {
        bool alike = true;
        struct pool_cover all;
        for (uint32_t r = 0; r < m->t[PERSON].rows; r++) {
            struct pool_cover want = m->has_cover[k][r] ? m->covers[k][r] : m->all[k],
                              got = pool_covered(p, PERSON, G_MONTHS, r, k);
            CHECK(got.state == want.state && got.has_until == want.has_until && got.until == want.until);
            alike = alike && !m->has_cover[k][r];
        }
        CHECK_INT(pool_covered_alike(p, PERSON, G_MONTHS, k, &all), alike);
        CHECK_INT(all.state, m->all[k].state);
    }
}

static inline void model_check(const struct model *m, const struct pool *p)
{
    struct arena_mark mark = arena_mark(m->a);
    for (uint16_t table = 0; table < TABLES; table++) {
        model_check_rows(m, p, table);
        for (uint16_t c = 0; c < model_columns(table); c++) {
            model_check_cells(m, p, table, c);
            model_check_stats(m, p, table, c);
        }
    }
    model_check_group(m, p, PERSON, G_JOBS, JOB, -1);
    model_check_group(m, p, PERSON, G_MONTHS, MONTHS_, -1);
    model_check_group(m, p, HOME, 0, PERSON, P_HOME);
    model_check_group(m, p, FIRM, 0, JOB, J_FIRM);
    model_check_friends(m, p);
    model_check_cover(m, p);
    arena_rewind(m->a, mark);
}

#endif
