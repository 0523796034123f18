/* audit_find: the rules asked of everybody: leads opened; and, in a made-up city, how right the rules are. */
#include "cli/cmd_audit_priv.h"
#include "cli/place.h"
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
    text_addz(&c->out, "下一步：看疑点，leye audit leads；分派，leye audit lead 号 分派 --to 姓名\n");
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
    table_cell(t, audit_percent(c->arena, (int64_t)most, (int64_t)caught->count));
    table_cell(t, audit_percent(c->arena, (int64_t)most, of));
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
    { "score", "城市的文件夹", "造出来的城市：规则抓得准不准、全不全", "packs rule-date", 1, 1, true, score },
    { 0 },
};
