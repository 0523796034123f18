/* audit_find: the rules asked of everybody: leads opened; and, in a made-up city, how right the rules are. */
#include "cli/cmd_audit_priv.h"
#include "cli/place.h"
#include "lang/why.h"
#include "sheet/sheet.h"

#include <inttypes.h>
#include <stdlib.h>

enum { PLANTED_CELLS = 10 };

static bool named(const struct cli_args *a, const struct audit_rule *r)
{
    return a->count < 2 || str_eq(a->args[1], r->name);
}

static int no_rule(struct audit_call *c)
{
    struct err e = { 0 };
    if (c->count > 0)
        fail(&e, NOT_FOUND, "包里没有疑点“%.*s”；看名字有没有写错", STR_ARG(c->args[0]));
    else
        fail(&e, NOT_FOUND, "这些包里没有写疑点；请先在包里写，看 docs/language.md");
    return cli_fail(&e);
}

/* ---- finding ---- */

static bool find_one(struct audit_call *c, const struct place *p, const struct audit_rule *r, struct table *t,
                     struct err *e)
{
    struct arena_mark m = arena_mark(c->arena);
    struct audit_caught caught;
    struct audit_opened made;
    if (!audit_ask(p->v, p->pool, p->today, p->rule_day, r, c->arena, &caught, e) ||
        !audit_open(registry_store(p->registry), &c->act, p->p, r, &caught, &made, e))
        return fail_up(e, "疑点“%.*s”", STR_ARG(r->name));
    arena_rewind(c->arena, m);
    const int64_t counts[] = { made.caught, made.unpaid, made.opened, made.again, made.quiet };
    table_cell(t, r->name);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) table_count(t, (uint64_t)counts[i]);
    table_cell(t, audit_yuan(c, made.paid_fen));
    table_count(t, caught.unknown), table_count(t, caught.failed);
    return true;
}

static int find_in(struct audit_call *c, const struct place *p, struct err *e)
{
    audit_rules rules = { 0 };
    struct table t;
    size_t asked = 0;
    audit_rules_of(p->p, c->arena, &rules);
    table_start(&t, c->arena, "规则|>符合|>没有领钱|>新疑点|>早已在查|>查过没有变|>涉及付款|>资料不清|>算不出");
    VEC_EACH (const struct audit_rule, r, &rules) {
        if (!named(c->a, r)) continue;
        asked++;
        if (!find_one(c, p, r, &t, e)) return cli_fail(e);
    }
    if (asked == 0) return no_rule(c);
    table_print(&t, &c->out);
    text_addz(&c->out, "资料不清的缺什么：leye audit missing 规则\n下一步：看疑点，leye audit leads；分派，leye audit "
                       "lead 号 分派 --to 姓名\n");
    return 0;
}

static int find(struct audit_call *c)
{
    struct place p;
    struct err e = { 0 };
    if ((c->act.roles & (AUDIT_AUDITOR | AUDIT_HEAD)) == 0) {
        fail(&e, DENIED, "“查找疑点”要由审计或审计主管来做；请交给他们办理");
        return cli_fail(&e);
    }
    int code = place_open(&p, c->a);
    if (code != 0) return code;
    code = audit_migrate(registry_store(p.registry), &e) ? find_in(c, &p, &e) : cli_fail(&e);
    place_close(&p);
    return code;
}

/* ---- what is missing ---- */

enum { ASKED_MAX = 300, GAPS_MAX = 60 };

struct gap { /* a fact that some of those asked lack */
    str path, sources;
    int64_t people;
};
typedef VEC(struct gap) gaps;

/* The declared files that bring a field, or the rows of a history. */
static str sources_of(const struct program *p, const struct missing *m, struct arena *a)
{
    struct text t;
    text_init(&t, a, 4000);
    VEC_EACH (const struct import_map, map, &p->imports) {
        bool brings = m->type.kind == TYPE_HISTORY && map->entity == m->type.ref;
        const struct entity *en = &p->entities.at[map->entity];
        VEC_EACH (const struct import_column, col, &map->columns) {
            if (col->slot < en->slots.len && col->sub == 0) brings = brings || &en->slots.at[col->slot] == m->slot;
            if (col->slot >= en->slots.len || col->sub == 0) continue;
            const struct type to = en->slots.at[col->slot].type;
            brings = brings || (to.kind == TYPE_RECORD && &p->entities.at[to.ref].slots.at[col->sub - 1] == m->slot);
        }
        if (brings) text_addf(&t, "%s%.*s（%.*s）", t.len > 0 ? "、" : "", STR_ARG(map->name), STR_ARG(map->origin));
    }
    if (t.len == 0) return m->slot == NULL ? STR("由人判断") : STR("没有导入带来它；可以由窗口填报，或者请补一个导入");
    return text_str(&t);
}

static struct gap *gap_of(gaps *all, const struct program *p, const struct missing *m, struct arena *a)
{
    str path = str_fmt(a, "%.*s%s%.*s", STR_ARG(m->whose), m->whose.len > 0 ? "的" : "", STR_ARG(m->path));
    VEC_EACH (struct gap, g, all) {
        if (str_eq(g->path, path)) return g;
    }
    if (all->len == GAPS_MAX) return NULL;
    struct gap *g = vec_push(a, all);
    *g = (struct gap){ .path = path, .sources = sources_of(p, m, a) };
    return g;
}

static bool add_gaps(const struct place *p, const struct audit_rule *r, uint64_t id, gaps *all, struct arena *keep)
{
    autoarena *a = arena_new("one", 0);
    struct diags ignored = { 0 };
    struct facts f;
    struct evaluator ev = { 0 };
    missing_list missing = { 0 };
    uint32_t row;
    if (!pool_row_of(p->pool, r->entity, id, &row)) return false;
    diags_init(&ignored, a);
    facts_start(&f, p->p, a, &ignored, r->entity);
    struct frame frame = { .elements = { vocab_record(p->v, p->pool, r->entity, row, &f) } };
    /* as audit_ask asks who is still unknown: for the last day of the month before */
    eval_start(&ev, p->p, a, date_add_days(month_first(date_month(p->today)), -1), p->rule_day);
    const node_id nodes[] = { r->condition, r->same, r->least };
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
        if (nodes[i] != 0) why_missing(&ev, &frame, nodes[i], &missing);
    VEC_EACH (const struct missing, m, &missing) {
        struct gap *g = gap_of(all, p->p, m, keep);
        if (g != NULL) g->people++;
    }
    return true;
}

static int by_people(const void *x, const void *y)
{
    const struct gap *a = x, *b = y;
    if (a->people != b->people) return a->people > b->people ? -1 : 1;
    return str_cmp(a->path, b->path);
}

static bool missing_of(struct audit_call *c, const struct place *p, const struct audit_rule *r, struct err *e)
{
    struct audit_caught caught;
    struct table t;
    gaps all = { 0 };
    int64_t asked = 0;
    if (!audit_ask(p->v, p->pool, p->today, p->rule_day, r, c->arena, &caught, e)) return false;
    text_addf(&c->out, "%.*s：%llu 人判断得出，其中 %zu 人成立；%llu 人资料不清\n", STR_ARG(r->name),
              (unsigned long long)(pool_rows(p->pool, r->entity) - caught.unknown), caught.count,
              (unsigned long long)caught.unknown);
    if (caught.earlier > 0)
        text_addf(&c->out, "其中 %llu 人本月的资料还没有来，按上个月底的资料判断\n",
                  (unsigned long long)caught.earlier);
    if (caught.unknown == 0) return true;
    size_t step = caught.unknown_kept > ASKED_MAX ? caught.unknown_kept / ASKED_MAX : 1;
    for (size_t i = 0; i < caught.unknown_kept && asked < ASKED_MAX; i += step)
        asked += add_gaps(p, r, caught.unknown_ids[i], &all, c->arena);
    if (all.len > 1) qsort(all.at, all.len, sizeof *all.at, by_people);
    table_start(&t, c->arena, "缺什么|>缺的人|应当来自");
    VEC_EACH (const struct gap, g, &all) {
        table_cell(&t, g->path);
        table_cell(&t, audit_share(c->arena, g->people, asked));
        table_cell(&t, g->sources);
    }
    table_print(&t, &c->out);
    text_addf(&c->out, "看了其中 %lld 人。缺了不等于没有：资料来了以后再查一遍，leye import，leye audit find %.*s\n",
              (long long)asked, STR_ARG(r->name));
    return true;
}

static int missing_in(struct audit_call *c, const struct place *p, struct err *e)
{
    audit_rules rules = { 0 };
    size_t asked = 0;
    audit_rules_of(p->p, c->arena, &rules);
    VEC_EACH (const struct audit_rule, r, &rules) {
        if (!named(c->a, r)) continue;
        if (asked++ > 0) text_addc(&c->out, '\n');
        if (!missing_of(c, p, r, e)) return cli_fail(e);
    }
    return asked > 0 ? 0 : no_rule(c);
}

static int missing(struct audit_call *c)
{
    struct place p;
    struct err e = { 0 };
    int code = place_open(&p, c->a);
    if (code != 0) return code;
    code = missing_in(c, &p, &e);
    place_close(&p);
    return code;
}

/* ---- against the truth of a made-up city ---- */

struct planted { /* one kind of what was planted, as subjects of the register */
    str name;
    VEC(uint64_t) ids;
};
typedef VEC(struct planted) planted_list;

static struct planted *planted_of(planted_list *all, str name, struct arena *a)
{
    VEC_EACH (struct planted, k, all) {
        if (str_eq(k->name, name)) return k;
    }
    struct planted *k = vec_push(a, all);
    *k = (struct planted){ .name = str_dup(a, name) };
    return k;
}

static int by_id(const void *x, const void *y)
{
    const uint64_t *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

static bool read_planted(const struct place *p, str path, planted_list *out, struct err *e)
{
    struct sheet_reader *r;
    struct sheet_row row;
    int got;
    if (!sheet_open(&r, path, NULL, e)) return false;
    while ((got = sheet_next(r, &row, e)) == 1) {
        uint16_t entity;
        int64_t id;
        struct err absent = { 0 };
        if (row.count < PLANTED_CELLS || str_starts(row.cells[0], STR("重复："))) continue;
        if (!registry_find(p->registry, STR("人员"), row.cells[1], &entity, &id, &absent)) continue;
        *vec_push(p->a, &planted_of(out, row.cells[0], p->a)->ids) = (uint64_t)id;
    }
    sheet_close(r);
    VEC_EACH (struct planted, k, out) qsort(k->ids.at, k->ids.len, sizeof *k->ids.at, by_id);
    return got == 0;
}

static size_t distinct(const struct planted *k)
{
    size_t n = 0;
    for (size_t i = 0; i < k->ids.len; i++) n += i == 0 || k->ids.at[i] != k->ids.at[i - 1];
    return n;
}

static size_t both(const struct planted *k, const struct audit_caught *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++)
        n += bsearch(&c->ids[i], k->ids.at, k->ids.len, sizeof *k->ids.at, by_id) != NULL;
    return n;
}

/* Which kind a rule is after is not asserted: it is the one it catches most of. */
static void tell(struct audit_call *c, const struct audit_rule *r, const struct audit_caught *caught,
                 const planted_list *all, struct table *t)
{
    const struct planted *best = NULL;
    size_t most = 0;
    VEC_EACH (const struct planted, k, all) {
        size_t n = both(k, caught);
        if (n > most) most = n, best = k;
    }
    int64_t of = best != NULL ? (int64_t)distinct(best) : 0;
    table_cell(t, r->name);
    table_count(t, caught->count);
    table_cell(t, best != NULL ? best->name : STR("–"));
    table_count(t, most), table_count(t, (uint64_t)of);
    table_cell(t, audit_share(c->arena, (int64_t)most, (int64_t)caught->count));
    table_cell(t, audit_share(c->arena, (int64_t)most, of));
    table_count(t, caught->unknown);
}

static int score_in(struct audit_call *c, const struct place *p, struct err *e)
{
    audit_rules rules = { 0 };
    planted_list planted = { 0 };
    struct table t;
    audit_rules_of(p->p, c->arena, &rules);
    if (rules.len == 0) {
        c->count = 0;
        return no_rule(c);
    }
    if (!read_planted(p, file_join(c->arena, c->args[0], STR("truth/planted.csv")), &planted, e)) return cli_fail(e);
    table_start(&t, c->arena, "规则|>抓到|对应埋下的|>抓对|>埋下|>精确率|>召回率|>资料不清");
    VEC_EACH (const struct audit_rule, r, &rules) {
        struct audit_caught caught;
        if (!audit_ask(p->v, p->pool, p->today, p->rule_day, r, c->arena, &caught, e)) return cli_fail(e);
        tell(c, r, &caught, &planted, &t);
    }
    table_print(&t, &c->out);
    text_addz(&c->out, "只看规则本身：没有按“领着钱”筛过。埋下：登记库里认得出的人数\n");
    return 0;
}

static int score(struct audit_call *c)
{
    struct place p;
    struct err e = { 0 };
    int code = place_open(&p, c->a);
    if (code != 0) return code;
    code = score_in(c, &p, &e);
    place_close(&p);
    return code;
}

const struct audit_verb audit_find_verbs[] = {
    { "find", "[规则]", "按包里的疑点规则查全体，发现的立为疑点", "packs rule-date", 0, 1, true, find },
    { "missing", "[规则]", "资料不清的人：缺什么，应当来自哪份资料", "packs rule-date", 0, 1, true, missing },
    { "score", "城市的文件夹", "造出来的城市：规则抓得准不准、全不全", "packs rule-date", 1, 1, true, score },
    { 0 },
};
