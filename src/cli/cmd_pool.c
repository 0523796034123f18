/* leye pool: the data of everybody looked at as data: columns, how full they are, memory; what is missing, old,
 * contradictory. */
#include "cli/cli.h"
#include "pack/pack.h"
#include "registry/registry.h"

#include <stdio.h>

#define N(x) (unsigned long long)(x)

static void print_percent(struct text *t, uint64_t part, uint64_t whole)
{
    uint64_t tenths = whole == 0 ? 0 : (part * 1000 + whole / 2) / whole;
    text_addf(t, "%3llu.%llu%%", N(tenths / 10), N(tenths % 10));
}

static void print_table(const struct program *p, const struct vocab *v, const struct pool *pool, uint16_t table,
                        bool all, struct text *t)
{
    const struct entity *en = &p->entities.at[table];
    const struct pool_table_def *def = &v->schema.tables[table];
    uint32_t rows = pool_rows(pool, table);
    if (rows == 0 && !all) return;
    text_addf(t, "%.*s　%u 行\n", STR_ARG(en->name), rows);
    for (uint16_t c = 0; c < def->column_count; c++) {
        bool field = c < en->slots.len && en->slots.at[c].kind == SLOT_FIELD && v->used[table][c];
        if (!field) continue;
        struct pool_column_stats s = pool_stats(pool, table, c);
        text_addz(t, "  ");
        print_percent(t, s.known + s.none, rows);
        text_addf(t, "  %8llu 字节  %.*s", N(s.bytes), STR_ARG(def->columns[c].name));
        if (s.none > 0) text_addf(t, "（其中“无”%llu）", N(s.none));
        text_addz(t, "\n");
    }
}

static bool columns(struct registry *r, const struct program *p, const struct cli_args *a, struct text *t,
                    struct err *e)
{
    struct pool *pool;
    struct store *s = registry_store(r);
    const struct vocab *v = vocab_of(p, cli_has(a, "all"), a->arena);
    if (!registry_pool(r, v, &pool, e)) return false;
    text_addf(t, "数据池 %llu 字节；百分数是有值的行\n", N(pool_bytes(pool)));
    for (uint16_t i = 0; i < p->entities.len; i++) print_table(p, v, pool, i, cli_has(a, "all"), t);
    uint32_t people = 0;
    for (uint16_t i = 0; i < p->entities.len; i++) {
        if (str_eq(p->entities.at[i].name, STR("人员"))) people = pool_rows(pool, i);
    }
    if (people > 0) text_addf(t, "每人 %llu 字节\n", N(pool_bytes(pool) / people));
    str save = cli_option(a, "save");
    bool ok =
        save.p == NULL || pool_save_sealed(pool, save, STR("leye pool"), store_sealed(s) ? store_vault(s) : NULL, e);
    pool_free(pool);
    return ok;
}

static bool quality(struct registry *r, const struct cli_args *a, int days, struct text *t, struct err *e)
{
    quality_lines lines = { 0 };
    quality_sources sources = { 0 };
    if (!registry_quality(r, date_today(), days, a->arena, &lines, &sources, e)) return false;
    text_addf(t, "按字段（陈旧：%d 天没有更新过）\n", days);
    str entity = STR("");
    VEC_EACH (const struct quality_line, l, &lines) {
        if (l->rows == 0) continue;
        if (!str_eq(entity, l->entity)) text_addf(t, "%.*s　%llu 行\n", STR_ARG(l->entity), N(l->rows));
        entity = l->entity;
        text_addz(t, "  缺 ");
        print_percent(t, l->missing, l->rows);
        text_addf(t, "  陈旧 %llu  矛盾 %llu  %.*s%s%.*s\n", N(l->stale), N(l->contradictory), STR_ARG(l->field),
                  l->origin.len ? "　多来自 " : "", STR_ARG(l->origin));
    }
    text_addz(t, "按来源和地区\n");
    VEC_EACH (const struct quality_source, s, &sources) {
        text_addf(t, "  %.*s　%.*s　%llu 个主体：缺 %llu，陈旧 %llu，矛盾 %llu\n", STR_ARG(s->origin),
                  s->region.len ? (int)s->region.len : (int)sizeof "地区不详" - 1,
                  s->region.len ? s->region.p : "地区不详", N(s->subjects), N(s->missing), N(s->stale),
                  N(s->contradictory));
    }
    return true;
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    int64_t days = 365;
    str stale = cli_option(a, "stale");
    if (stale.p != NULL && (!str_to_i64(stale, &days) || days < 1 || days > 36500))
        return cli_usage(a, "--stale 后面写天数，例如 180");
    struct pack_set set;
    struct registry *r;
    if (!cli_program(a, &set, &e)) return cli_fail(&e);
    if (!registry_open(&r, set.program, cli_db(a), STORE_READ, &e)) return cli_fail(&e);
    struct text t;
    text_init(&t, a->arena, 16 << 20);
    bool ok = cli_has(a, "quality") ? quality(r, a, (int)days, &t, &e) : columns(r, set.program, a, &t, &e);
    registry_close(r);
    if (!ok) return cli_fail(&e);
    cli_out(&t);
    return 0;
}

const struct cli_command cmd_pool = {
    .name = "pool",
    .args = "",
    .help = "全体的数据：有哪些列、多满、多大；质量报告：缺的、陈旧的、互相矛盾的",
    .options = { { "quality", NULL, "质量报告，按字段、来源和地区" },
                 { "stale", "天数", "多少天没有更新算陈旧，缺省 365" },
                 { "all", NULL, "连同规则用不到的字段" },
                 { "save", "文件", "把数据池写成文件" },
                 { "db", "文件", "登记库，缺省 LEYE_DB 或 leye.db；也可以是 postgresql://…" },
                 { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" } },
    .args_min = 0,
    .args_max = 0,
    .run = run,
};
