/* leye whatif: before a changed rule is published: who wins, who loses, what it costs; and which past decisions would
 * come out differently. */
#include "cli/place.h"
#include "cli/table.h"
#include "policy/receipt.h"
#include "policy/scan.h"
#include "policy/whatif.h"

#include <inttypes.h>

enum { OUT_MAX = 16 << 20, RECEIPTS_MAX = 100000, RECEIPT_MAX = 32 << 20 };

struct comparison {
    struct place place; /* with the rules in force */
    struct pack_set draft;
    const struct vocab *draft_v;
    struct division by;
    str by_entity;
    whatif_list list;
};

/* The people of the old rules' pool, seen with the numbering of the draft: built again when its data model differs. */
static bool pool_for_draft(struct comparison *c, const struct pool **out, struct pool **own, struct err *e)
{
    *own = NULL;
    if (c->place.registry == NULL) {
        if (!pool_open(own, &c->draft_v->schema, c->place.db, &(str){ 0 }, c->place.a, e))
            return fail_up(e, "草稿的数据模型和数据池的不一样；用 --db 从库里比较");
    } else {
        struct registry *r; /* with the draft's program: what it declares beyond the old one has no data */
        if (!registry_open(&r, c->draft.program, c->place.db, STORE_READ, e)) return false;
        bool ok = registry_pool(r, c->draft_v, own, e);
        registry_close(r);
        if (!ok) return false;
    }
    *out = *own;
    return true;
}

static bool compare(struct comparison *c, const struct cli_args *a, struct err *e)
{
    const struct place *p = &c->place;
    struct findings *old, *new;
    const struct pool *pool = NULL;
    struct pool *own = NULL;
    struct scan s = { .vocab = p->v, .pool = p->pool, .today = p->today, .rule_day = p->rule_day, .facts = p->stamp };
    if (!scan_run(&s, p->a, &old, e) || !pool_for_draft(c, &pool, &own, e)) return false;
    s.vocab = c->draft_v, s.pool = pool;
    bool ok = scan_run(&s, p->a, &new, e);
    str by = cli_option(a, "by");
    if (ok && by.p != NULL) {
        str entity = cli_option(a, "of");
        c->by_entity = entity.p != NULL ? entity : STR("人员");
        const struct entity *en = program_entity(c->draft.program, c->by_entity);
        ok = en != NULL || fail(e, NOT_FOUND, "没有“%.*s”这个实体", STR_ARG(c->by_entity));
        ok = ok && division_of(c->draft_v, pool, en->id, by, p->today, p->rule_day, p->a, &c->by, e);
    }
    if (ok) whatif_compare(old, new, by.p != NULL ? &c->by : NULL, c->by_entity, p->a, &c->list);
    pool_free(own);
    return ok;
}

/* ---- printing ---- */

static str difference(struct arena *a, num before, num after, const struct whatif_policy *p)
{
    num d = after - before;
    if (p->unit.len == 0 || d == 0) return STR("");
    return str_fmt(a, "%s%.*s%.*s", d > 0 ? "+" : "", STR_ARG(sum_text(a, d, p->scale)), STR_ARG(p->unit));
}

static void add_counts(struct table *t, const struct whatif_policy *p, const struct whatif_count *c)
{
    table_count(t, c->before), table_count(t, c->after), table_count(t, c->winners), table_count(t, c->losers);
    table_count(t, c->more), table_count(t, c->less);
    table_cell(t, difference(t->a, c->cost_before, c->cost_after, p));
}

#define COUNT_HEADS ">原来|>改后|>新享受|>失去|>变多|>变少|>多花"

static void print_groups(const struct comparison *c, const struct whatif_policy *p, struct text *out)
{
    struct table t;
    text_addf(out, "\n%.*s，按%.*s\n", STR_ARG(p->name), STR_ARG(c->by.name));
    table_start(&t, c->place.a, str_fmt(c->place.a, "%.*s|" COUNT_HEADS, STR_ARG(c->by.name)).p);
    for (uint32_t g = 0; g < c->by.count; g++) {
        const struct whatif_count *n = &p->groups[g];
        if (n->before + n->after == 0) continue;
        table_cell(&t, c->by.labels[g]);
        add_counts(&t, p, n);
    }
    table_print(&t, out);
}

static void print(const struct comparison *c, struct text *out)
{
    struct table t;
    size_t changed = 0;
    num cost = 0;
    table_start(&t, c->place.a, "政策|" COUNT_HEADS);
    VEC_EACH (const struct whatif_policy, p, &c->list) {
        if (whatif_same(p) && p->was == p->is) continue;
        changed++;
        cost += p->all.cost_after - p->all.cost_before;
        table_cell(&t, !p->was  ? str_fmt(c->place.a, "%.*s（新）", STR_ARG(p->name))
                       : !p->is ? str_fmt(c->place.a, "%.*s（取消）", STR_ARG(p->name))
                                : p->name);
        add_counts(&t, p, &p->all);
    }
    if (changed == 0) {
        text_addf(out, "比较了 %zu 个政策：没有人受影响\n", c->list.len);
        return;
    }
    table_print(&t, out);
    text_addf(out, "\n%zu 个政策里 %zu 个有人受影响，每期一共%s%.*s元（按频次各算一期）\n", c->list.len, changed,
              cost < 0 ? "少花" : "多花", STR_ARG(sum_text(c->place.a, cost < 0 ? -cost : cost, 2)));
    VEC_EACH (const struct whatif_policy, p, &c->list) {
        if (p->groups != NULL && !whatif_same(p)) print_groups(c, p, out);
    }
}

/* ---- decisions of the past ---- */

static bool try_receipt(const struct comparison *c, str path, struct text *out, size_t *flips, struct err *e)
{
    str text;
    struct receipt_outcome was, is;
    if (!file_read(c->place.a, path, RECEIPT_MAX, &text, e)) return false;
    if (!receipt_retry(text, &c->draft, c->place.a, &was, &is, e)) return fail_up(e, "回执 %.*s", STR_ARG(path));
    if (str_eq(was.verdict, is.verdict) && str_eq(was.amount, is.amount)) return true;
    ++*flips;
    text_addf(out, "  %.*s　%.*s：原来%.*s %.*s，改后%.*s %.*s\n", STR_ARG(file_base(path)), STR_ARG(was.policy),
              STR_ARG(was.verdict), STR_ARG(was.amount), STR_ARG(is.verdict), STR_ARG(is.amount));
    return true;
}

static bool try_receipts(const struct comparison *c, str folder, struct text *out, struct err *e)
{
    file_list files = { 0 };
    size_t flips = 0;
    struct text lines;
    if (!file_walk(c->place.a, folder, STR(".json"), RECEIPTS_MAX, &files, e)) return false;
    text_init(&lines, c->place.a, OUT_MAX);
    VEC_EACH (const str, path, &files) {
        struct err one = { 0 };
        if (try_receipt(c, *path, &lines, &flips, &one)) continue;
        text_addf(&lines, "  %.*s　不能重算：%s\n", STR_ARG(file_base(*path)), err_cause(&one));
    }
    text_addf(out, "\n过去的 %zu 个决定里，%zu 个会有不同结论或金额\n%.*s", files.len, flips,
              STR_ARG(text_str(&lines)));
    return true;
}

static int run(const struct cli_args *a)
{
    struct comparison c = { 0 };
    struct err e = { 0 };
    str draft = cli_option(a, "against"), receipts = cli_option(a, "receipts");
    if (draft.p == NULL)
        return cli_usage(a, "要写 --against 草稿的文件夹，例如：leye whatif packs/jiangsu --against draft/jiangsu");
    int code = place_packs(&c.draft, a->arena, draft);
    if (code == 0) code = place_open_packs(&c.place, a, a->args[0]);
    if (code != 0) return code;
    c.draft_v = vocab_of(c.draft.program, false, a->arena);
    struct text out;
    text_init(&out, a->arena, OUT_MAX);
    bool ok = compare(&c, a, &e);
    if (ok) print(&c, &out);
    if (ok && receipts.p != NULL) ok = try_receipts(&c, receipts, &out, &e);
    place_close(&c.place);
    if (!ok) return cli_fail(&e);
    cli_out(&out);
    return 0;
}

const struct cli_command cmd_whatif = {
    .name = "whatif",
    .args = "现行的包 --against 草稿",
    .help = "规则改了会怎样：谁新享受，谁失去，多花多少钱，按地区、人群分；过去的决定会不会翻\n\n只比较，什么也不改。",
    .options = { { "against", "文件夹", "草稿：改过的包" },
                 { "by", "常住地", "再按一个字段或定义分组：代码、真假或年龄" },
                 { "of", "人员", "--by 说的是谁的字段，缺省 人员" },
                 { "receipts", "文件夹", "把里面的回执按草稿再算一遍" },
                 { "db", "文件", "城市的库，缺省 LEYE_DB 或 leye.db；也可以是 postgresql://…" },
                 { "pool", "文件", "不用库，直接用一个数据池" },
                 { "date", "2023-11-01", "判断日，缺省今天" },
                 { "rule-date", "2023-11-01", "规则日，缺省和判断日相同" } },
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
