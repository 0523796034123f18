/* leye score: how good the finding is, measured and not asserted: a made-up city's register against the truth the city
 * was made from. Doubles: which of those planted were joined, and which joins were wrong. Finding: who was found by the
 * register's facts against who is entitled: as the city wrote down by itself (truth/entitled.csv), and for the policies
 * it does not know, by the true facts. */
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

static bool subject_of(const struct place *p, str entity_name, str key, int64_t *id)
{
    uint16_t entity;
    struct err e = { 0 };
    return registry_find(p->registry, entity_name, key, &entity, id, &e);
}

static bool waits(const link_lines *review, int64_t a, int64_t b)
{
    VEC_EACH (const struct link_line, l, review) {
        if ((l->kept == a && l->gone == b) || (l->kept == b && l->gone == a)) return true;
    }
    return false;
}

/* One planted double: the second record's own number, and the true subject. */
static void judge(const struct place *p, struct doubles *d, struct mistake *k, str entity, str second, str first)
{
    int64_t a, b;
    k->planted++;
    if (!subject_of(p, entity, second, &a) || !subject_of(p, entity, first, &b))
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
        if (row.count < PLANTED_CELLS) continue;
        bool firm = str_starts(row.cells[0], STR("单位重复：")), person = str_starts(row.cells[0], STR("重复："));
        if (!firm && !person) continue;
        judge(p, d, mistake_of(&d->kinds, row.cells[0], p->a), firm ? STR("单位") : STR("人员"), row.cells[5],
              row.cells[1]);
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

struct entitled { /* of a policy, as the city knows by itself: rows of the register, or that nobody has such a row */
    str policy;
    uint8_t *rows; /* one per row: 1 entitled */
    uint64_t lost;
};
typedef VEC(struct entitled) entitled_list;

struct town { /* the true one */
    const struct city *city;
    struct pool *pool;
    struct findings *found;
    entitled_list told;
    str day; /* the list of those entitled is of this day */
};

static bool ask(const struct place *p, const struct pool *pool, struct findings **out, struct err *e)
{
    struct scan s = { .vocab = p->v, .pool = pool, .today = p->today, .rule_day = p->rule_day, .facts = STR("") };
    return scan_run(&s, p->a, out, e);
}

static bool row_of(const struct place *p, str entity, str key, uint32_t *row)
{
    uint16_t table;
    int64_t id;
    struct err e = { 0 };
    return registry_find(p->registry, entity, key, &table, &id, &e) && pool_row_of(p->pool, table, (uint64_t)id, row);
}

static struct entitled *entitled_of(entitled_list *list, str policy)
{
    VEC_EACH (struct entitled, t, list) {
        if (str_eq(t->policy, policy)) return t;
    }
    return NULL;
}

static void note_entitled(const struct place *p, struct town *t, const struct sheet_row *row)
{
    const struct entity *entity = program_entity(p->p, row->cells[1]);
    if (entity == NULL) return;
    struct entitled *x = entitled_of(&t->told, row->cells[0]);
    if (x == NULL) {
        x = vec_push(p->a, &t->told);
        *x = (struct entitled){ .policy = str_dup(p->a, row->cells[0]) };
        x->rows = ARENA_ARRAY(p->a, uint8_t, (size_t)pool_rows(p->pool, entity->id) + 1);
    }
    uint32_t at;
    if (row_of(p, row->cells[1], row->cells[2], &at))
        x->rows[at] = 1;
    else
        x->lost++;
}

static bool read_entitled(const struct place *p, str path, struct town *t, struct err *e)
{
    struct sheet_reader *r;
    struct sheet_row row;
    int got;
    char day[DATE_TEXT];
    date_text(p->today, day);
    if (!sheet_open(&r, path, NULL, e)) return false;
    for (bool head = true; (got = sheet_next(r, &row, e)) == 1; head = false) {
        if (head || row.count < 4) continue;
        if (t->day.len == 0) t->day = str_dup(p->a, row.cells[3]);
        if (str_eq(t->day, str_of(day))) note_entitled(p, t, &row);
    }
    sheet_close(r);
    return got == 0;
}

/* For each subject of the register the row of the true town, and the reverse; UINT32_MAX: no such subject there. */
static uint32_t *true_rows(const struct place *p, const struct town *t, const struct entity *entity, uint32_t **back)
{
    uint32_t rows = pool_rows(p->pool, entity->id), real = pool_rows(t->pool, entity->id), row;
    uint32_t *to = ARENA_ARRAY(p->a, uint32_t, (size_t)rows + 1);
    *back = ARENA_ARRAY(p->a, uint32_t, (size_t)real + 1);
    for (uint32_t i = 0; i < rows; i++) to[i] = UINT32_MAX;
    for (uint32_t i = 0; i < real; i++) {
        struct arena_mark m = arena_mark(p->a);
        bool there =
            row_of(p, entity->name, city_key(t->city, entity->name, pool_id(t->pool, entity->id, i), p->a), &row);
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

struct counts {
    uint64_t should, right, missed, extra;
};

static struct counts against_told(const struct found_policy *found, const struct entitled *t, uint32_t rows)
{
    struct counts n = { .should = t->lost, .missed = t->lost };
    for (uint32_t i = 0; i < rows; i++) {
        bool is = qualifies(found, i), should = t->rows[i] != 0;
        n.should += should, n.right += is && should, n.missed += should && !is, n.extra += is && !should;
    }
    return n;
}

static struct counts against_rules(const struct found_policy *found, const struct found_policy *real,
                                   const uint32_t *to, const uint32_t *back, uint32_t rows, uint32_t real_rows)
{
    struct counts n = { 0 };
    for (uint32_t i = 0; i < rows; i++) {
        bool is = qualifies(found, i), right = is && qualifies(real, to[i]);
        n.right += right, n.extra += is && !right;
    }
    for (uint32_t i = 0; i < real_rows; i++) {
        bool should = qualifies(real, i);
        n.should += should, n.missed += should && !qualifies(found, back[i]);
    }
    return n;
}

static void add_counts(struct table *t, str name, const struct counts *n, str truth)
{
    table_cell(t, name);
    table_count(t, n->should), table_count(t, n->right), table_count(t, n->missed), table_count(t, n->extra);
    table_cell(t, percent(t->a, n->right, n->should)), table_cell(t, percent(t->a, n->right, n->right + n->extra));
    table_cell(t, truth);
}

/* All policies of one kind of subject. */
static void score_entity(const struct place *p, struct town *t, const struct findings *found, uint16_t subjects,
                         struct text *out)
{
    const struct found_subjects *who = &found->subjects.at[subjects];
    const struct entity *entity = program_entity(p->p, who->entity);
    uint32_t *back, *to = true_rows(p, t, entity, &back), real_rows = pool_rows(t->pool, entity->id);
    struct table table;
    struct counts all = { 0 };
    size_t lines = 0;
    str heading = str_fmt(p->a, "给%.*s的政策|>应当符合|>找到|>漏掉|>多找|>找全率|>找准率|真相", STR_ARG(who->entity));
    table_start(&table, p->a, heading.p);
    VEC_EACH (const struct found_policy, q, &found->policies) {
        if (q->subjects != subjects) continue;
        const struct entitled *told = entitled_of(&t->told, q->name);
        const struct found_policy *real = findings_policy(t->found, q->name);
        struct counts n =
            told != NULL ? against_told(q, told, who->count) : against_rules(q, real, to, back, who->count, real_rows);
        if (n.should + n.right + n.extra == 0) continue;
        add_counts(&table, q->name, &n, told != NULL ? STR("造城时记下") : STR("真实资料"));
        all.should += n.should, all.right += n.right, all.missed += n.missed, all.extra += n.extra;
        lines++;
    }
    if (lines == 0) return;
    if (lines > 1) add_counts(&table, STR("合计"), &all, STR(""));
    text_addc(out, '\n');
    table_print(&table, out);
}

static bool score_finding(const struct place *p, const struct city_options *o, str folder, struct text *out,
                          struct err *e)
{
    struct town t = { .city = city_new(p->a, o) };
    struct findings *found;
    struct city_result r;
    if (!read_entitled(p, file_join(p->a, folder, STR("truth/entitled.csv")), &t, e) ||
        !city_pool(o, p->v, &t.pool, &r, NULL, e))
        return false;
    bool ok = ask(p, t.pool, &t.found, e) && ask(p, p->pool, &found, e);
    for (size_t i = 0; ok && i < found->subjects.len; i++) score_entity(p, &t, found, (uint16_t)i, out);
    pool_free(t.pool);
    if (!ok) return false;
    text_addz(
        out,
        "\n造城时记下：造城的程序自己算的，不经过政策包；真实资料：同样的政策，用没有写错、没有缺少的资料再问一遍\n");
    if (t.told.len == 0)
        text_addf(out, "造城时记下的是 %.*s 的，要和它比，写 --date %.*s\n", STR_ARG(t.day), STR_ARG(t.day));
    return true;
}

/* ---- the command ---- */

static int run(const struct cli_args *a)
{
    struct place p;
    struct err e = { 0 };
    int64_t people, seed;
    date made = date_of(2024, 6, 3);
    str day = cli_option(a, "made");
    if (day.p != NULL && !date_parse(day, &made)) return cli_usage(a, "--made 要写成 2024-06-03 的样子");
    if (!cli_number(a, "people", CITY_PEOPLE_MIN, CITY_PEOPLE_MAX, 10000, &people) ||
        !cli_number(a, "seed", 0, INT64_MAX, 1, &seed))
        return cli_usage(a, "--people 和 --seed 写造城时用的那两个数");
    int code = place_open(&p, a);
    if (code != 0) return code;
    struct city_options o = {
        .people = (uint64_t)people, .seed = (uint64_t)seed, .day = 1, .date = made, .truth = true
    };
    struct text out;
    text_init(&out, a->arena, OUT_MAX);
    bool ok = score_doubles(&p, a->args[0], &out, &e);
    ok = ok && score_finding(&p, &o, a->args[0], &out, &e);
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
