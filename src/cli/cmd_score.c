/* leye score: how good the finding is, measured and not asserted: a made-up city's register against the truth the city
 * was made from. Doubles: which of those planted were joined, and which joins were wrong. Finding: who qualifies by the
 * true facts against who was found by the register's. */
#include "city/city.h"
#include "cli/place.h"
#include "cli/table.h"
#include "policy/scan.h"
#include "sheet/sheet.h"

#include <inttypes.h>
#include <stdlib.h>

enum { OUT_MAX = 1 << 20, LINKS_MAX = 1 << 24, PLANTED_CELLS = 10 };

/* ---- doubles ---- */

struct mistake { /* of planted mistakes */
    str name;
    uint64_t planted, joined, waiting, refused;
};
typedef VEC(struct mistake) mistake_list;

struct doubles {
    link_lines review, joined;
    mistake_list kinds;
    VEC(int64_t) right; /* subjects that rightly absorbed a planted double */
};

static struct mistake *mistake_of(mistake_list *kinds, str name, struct arena *a)
{
    VEC_EACH (struct mistake, k, kinds) {
        if (str_eq(k->name, name)) return k;
    }
    struct mistake *k = vec_push(a, kinds);
    *k = (struct mistake){ .name = str_dup(a, name) };
    return k;
}

static bool subject_of(const struct place *p, str key, int64_t *id)
{
    uint16_t entity;
    struct err e = { 0 };
    return registry_find(p->registry, STR("人员"), key, &entity, id, &e);
}

static bool waits(const link_lines *review, int64_t a, int64_t b)
{
    VEC_EACH (const struct link_line, l, review) {
        if ((l->kept == a && l->gone == b) || (l->kept == b && l->gone == a)) return true;
    }
    return false;
}

/* One planted double: the second record's own number, and the true person. */
static void judge(const struct place *p, struct doubles *d, struct mistake *k, str second, str person)
{
    int64_t a, b;
    k->planted++;
    if (!subject_of(p, second, &a) || !subject_of(p, person, &b))
        k->refused++; /* its row did not come in: a mistake that was seen */
    else if (a == b)
        k->joined++, *vec_push(p->a, &d->right) = a;
    else
        k->waiting += waits(&d->review, a, b);
}

static bool read_planted(const struct place *p, str path, struct doubles *d, struct err *e)
{
    struct sheet_reader *r;
    struct sheet_row row;
    int got;
    if (!sheet_open(&r, path, NULL, e)) return false;
    while ((got = sheet_next(r, &row, e)) == 1) {
        if (row.count < PLANTED_CELLS || !str_starts(row.cells[0], STR("重复："))) continue;
        judge(p, d, mistake_of(&d->kinds, row.cells[0], p->a), row.cells[5], row.cells[1]);
    }
    sheet_close(r);
    return got == 0;
}

static str percent(struct arena *a, uint64_t part, uint64_t of)
{
    if (of == 0) return STR("–");
    uint64_t tenths = (part * 1000 + of / 2) / of;
    return str_fmt(a, "%" PRIu64 ".%" PRIu64 "%%", tenths / 10, tenths % 10);
}

static int by_number(const void *x, const void *y)
{
    const int64_t *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

static void add_line(struct table *t, const struct mistake *k)
{
    uint64_t seen = k->joined + k->waiting + k->refused;
    table_cell(t, k->name);
    table_count(t, k->planted), table_count(t, k->joined), table_count(t, k->waiting), table_count(t, k->refused);
    table_count(t, k->planted - seen);
    table_cell(t, percent(t->a, seen, k->planted));
}

static bool score_doubles(const struct place *p, str folder, struct text *out, struct err *e)
{
    struct doubles d = { 0 };
    if (!registry_links(p->registry, STR("待核"), LINKS_MAX, p->a, &d.review, e) ||
        !registry_links(p->registry, STR("合并"), LINKS_MAX, p->a, &d.joined, e) ||
        !read_planted(p, file_join(p->a, folder, STR("truth/planted.csv")), &d, e))
        return false;
    struct table t;
    struct mistake all = { .name = STR("合计") };
    table_start(&t, p->a, "埋下的重复|>埋下|>合并|>等人判断|>因错退回|>没有发现|>发现率");
    VEC_EACH (const struct mistake, k, &d.kinds) {
        add_line(&t, k);
        all.planted += k->planted, all.joined += k->joined, all.waiting += k->waiting, all.refused += k->refused;
    }
    add_line(&t, &all);
    table_print(&t, out);
    uint64_t right = 0;
    if (d.right.len > 0) qsort(d.right.at, d.right.len, sizeof *d.right.at, by_number);
    VEC_EACH (const struct link_line, l, &d.joined)
        right += d.right.len > 0 && bsearch(&l->kept, d.right.at, d.right.len, sizeof *d.right.at, by_number) != NULL;
    text_addf(out, "靠比对自动合并 %zu 对，%" PRIu64 " 对是埋下的：准确率 %.*s\n", d.joined.len, right,
              STR_ARG(percent(p->a, right, d.joined.len)));
    return true;
}

/* ---- finding ---- */

struct town { /* the true one */
    struct pool *pool;
    struct findings *found;
};

static bool ask(const struct place *p, const struct pool *pool, struct findings **out, struct err *e)
{
    struct scan s = { .vocab = p->v, .pool = pool, .today = p->today, .rule_day = p->rule_day, .facts = STR("") };
    return scan_run(&s, p->a, out, e);
}

/* For each person of the register the row of the true town, and the reverse; UINT32_MAX: no such person there. */
static uint32_t *true_rows(const struct place *p, const struct town *t, uint16_t people, uint32_t **back)
{
    uint32_t rows = pool_rows(p->pool, people), real = pool_rows(t->pool, people), row;
    uint32_t *to = ARENA_ARRAY(p->a, uint32_t, (size_t)rows + 1);
    *back = ARENA_ARRAY(p->a, uint32_t, (size_t)real + 1);
    for (uint32_t i = 0; i < rows; i++) to[i] = UINT32_MAX;
    for (uint32_t i = 0; i < real; i++) {
        int64_t id;
        struct arena_mark m = arena_mark(p->a);
        /* numbers of people begin with 0, ids of rows with 1 */
        str number = str_fmt(p->a, "P%09" PRIu64, pool_id(t->pool, people, i) - 1);
        bool there = subject_of(p, number, &id) && pool_row_of(p->pool, people, (uint64_t)id, &row);
        arena_rewind(p->a, m);
        (*back)[i] = there ? row : UINT32_MAX;
        if (there) to[row] = i;
    }
    return to;
}

static bool qualifies(const struct found_policy *q, uint32_t row)
{
    return q != NULL && row != UINT32_MAX && (*found_byte(q->kinds, row) & FOUND_KIND) == VERDICT_QUALIFIED;
}

static void score_policy(const struct found_policy *found, const struct found_policy *real, const uint32_t *to,
                         const uint32_t *back, uint32_t rows, uint32_t real_rows, uint64_t n[4])
{
    for (uint32_t i = 0; i < rows; i++) {
        bool is = qualifies(found, i), right = is && qualifies(real, to[i]);
        n[1] += right, n[3] += is && !right;
    }
    for (uint32_t i = 0; i < real_rows; i++) {
        bool should = qualifies(real, i);
        n[0] += should, n[2] += should && !qualifies(found, back[i]);
    }
}

static bool score_finding(const struct place *p, const struct city_options *o, struct text *out, struct err *e)
{
    struct town t = { 0 };
    struct findings *found;
    struct city_result r;
    if (!city_pool(o, p->v, &t.pool, &r, NULL, e)) return false;
    bool ok = ask(p, t.pool, &t.found, e) && ask(p, p->pool, &found, e);
    if (!ok) {
        pool_free(t.pool);
        return false;
    }
    uint16_t people = program_entity(p->p, STR("人员"))->id;
    uint32_t *back, *to = true_rows(p, &t, people, &back);
    struct table table;
    uint64_t all[4] = { 0 };
    table_start(&table, p->a, "政策|>应当符合|>找到|>漏掉|>多找|>找全率|>找准率");
    for (size_t i = 0; i <= found->policies.len; i++) {
        uint64_t n[4] = { 0 };
        bool total = i == found->policies.len;
        const struct found_policy *q = total ? NULL : &found->policies.at[i];
        if (!total && !str_eq(found->subjects.at[q->subjects].entity, STR("人员"))) continue;
        if (!total)
            score_policy(q, findings_policy(t.found, q->name), to, back, pool_rows(p->pool, people),
                         pool_rows(t.pool, people), n);
        for (int k = 0; k < 4; k++) {
            if (total) n[k] = all[k];
            all[k] += total ? 0 : n[k];
        }
        if (n[0] + n[1] + n[3] == 0) continue;
        table_cell(&table, total ? STR("合计") : q->name);
        for (int k = 0; k < 4; k++) table_count(&table, n[k]);
        table_cell(&table, percent(p->a, n[1], n[0])), table_cell(&table, percent(p->a, n[1], n[1] + n[3]));
    }
    table_print(&table, out);
    pool_free(t.pool);
    return true;
}

/* ---- the command ---- */

static int run(const struct cli_args *a)
{
    struct place p;
    struct err e = { 0 };
    int64_t people, seed;
    if (!cli_number(a, "people", CITY_PEOPLE_MIN, CITY_PEOPLE_MAX, 10000, &people) ||
        !cli_number(a, "seed", 0, INT64_MAX, 1, &seed))
        return cli_usage(a, "--people 和 --seed 写造城时用的那两个数");
    int code = place_open(&p, a);
    if (code != 0) return code;
    struct city_options o = {
        .people = (uint64_t)people, .seed = (uint64_t)seed, .day = 1, .date = p.today, .truth = true
    };
    struct text out;
    text_init(&out, a->arena, OUT_MAX);
    bool ok = score_doubles(&p, a->args[0], &out, &e);
    text_addc(&out, '\n');
    ok = ok && score_finding(&p, &o, &out, &e);
    place_close(&p);
    if (!ok) return cli_fail(&e);
    cli_out(&out);
    return 0;
}

const struct cli_command cmd_score = {
    .name = "score",
    .args = "城市的文件夹",
    .help = "造出来的城市：登记库里找到的，和造城时的真相比，查重、找人各对了多少\n\n"
            "先 leye city 造城，leye import 登记，再用同样的 --people 和 --seed 来比。",
    .options = { PLACE_OPTIONS,
                 { "people", "人数", "造城时的人数，缺省 10000" },
                 { "seed", "整数", "造城时的种子，缺省 1" },
                 { "made", "日期", "造城时的日期，缺省 2024-06-03" } },
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
