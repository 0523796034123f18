/* leye test: runs the examples of packs, and tells what they cover. */
#include "cli/cli.h"
#include "pack/pack.h"

#include <stdio.h>

struct tally {
    size_t passed, failed;
    size_t broken;         /* packs whose examples cannot run */
    size_t criteria, full; /* criteria; those seen true, false and unknown */
    size_t rows, rows_hit;
};

static void report_policy(const struct policy *q, const struct coverage *c, bool table, struct text *out,
                          struct tally *t)
{
    VEC_EACH (const struct criterion, k, &q->criteria) {
        uint8_t s = c->seen[k->node];
        const uint8_t three = SEEN_TRUE | SEEN_FALSE | SEEN_UNKNOWN;
        t->criteria++;
        t->full += (s & three) == three;
        if (!table) continue;
        text_addf(out, "  %s %s %s  %.*s · %s%.*s\n", s & SEEN_TRUE ? "真" : "－", s & SEEN_FALSE ? "假" : "－",
                  s & SEEN_UNKNOWN ? "未知" : "－－", STR_ARG(q->name), k->is_exclusion ? "排除 " : "",
                  STR_ARG(k->name));
    }
}

static void report_table(const struct func *f, const struct coverage *c, bool table, struct text *out, struct tally *t)
{
    for (size_t i = 0; i < f->rows.len; i++) {
        bool hit = c->row_hit[c->row_base[f->id] + i];
        t->rows++;
        t->rows_hit += hit;
        if (table && !hit) text_addf(out, "  没有例走到  %.*s 第 %zu 行\n", STR_ARG(f->name), i + 1);
    }
}

static void json_report(const struct program *p, const struct coverage *c, struct json_writer *w)
{
    json_key(w, "criteria");
    json_array(w);
    VEC_EACH (const struct policy, q, &p->policies) {
        VEC_EACH (const struct criterion, k, &q->criteria) {
            uint8_t s = c->seen[k->node];
            json_object(w);
            json_key(w, "policy"), json_str(w, q->name);
            json_key(w, "criterion"), json_str(w, k->name);
            json_key(w, "true"), json_bool(w, (s & SEEN_TRUE) != 0);
            json_key(w, "false"), json_bool(w, (s & SEEN_FALSE) != 0);
            json_key(w, "unknown"), json_bool(w, (s & SEEN_UNKNOWN) != 0);
            json_object_end(w);
        }
    }
    json_array_end(w);
    json_key(w, "tables");
    json_array(w);
    VEC_EACH (const struct func, f, &p->funcs) {
        if (!f->is_table) continue;
        json_object(w);
        json_key(w, "table"), json_str(w, f->name);
        json_key(w, "rows");
        json_array(w);
        for (size_t i = 0; i < f->rows.len; i++) json_bool(w, c->row_hit[c->row_base[f->id] + i]);
        json_array_end(w);
        json_object_end(w);
    }
    json_array_end(w);
}

static int run_one(const struct cli_args *a, str dir, date today, struct text *out, struct json_writer *w,
                   struct tally *t)
{
    autoarena *arena = arena_new("test", (size_t)1 << 30), *scratch = arena_new("example", 0);
    struct pack_set set;
    struct err e = { 0 };
    if (!pack_load(&set, arena, dir, NULL, 0, &e)) return cli_fail(&e);
    const struct program *p = set.program;
    if (set.diags.errors > 0) {
        diags_print_errors(&set.diags, p->sources.at, out);
        text_addf(out, "%.*s 有 %zu 处错误，改好才能跑例。\n", STR_ARG(dir), set.diags.errors);
        t->broken++;
        return 1;
    }
    struct coverage c;
    coverage_init(&c, p, arena);
    bool all = cli_has(a, "all"), json = w != NULL;
    uint16_t leaf = (uint16_t)(p->packs.len - 1);
    size_t passed = 0, failed = 0;
    if (json) {
        json_object(w);
        json_key(w, "pack"), json_str(w, dir);
        json_key(w, "hash"), json_str(w, p->hash);
        json_key(w, "examples");
        json_array(w);
    }
    VEC_EACH (const struct example, x, &p->examples) {
        if (x->pack != leaf && !all)
            continue; /* upper packs are tested on their own, where open parameters are still open */
        struct arena_mark m = arena_mark(scratch);
        struct example_result r = example_run(p, x, today, scratch, arena, &c);
        arena_rewind(scratch, m);
        if (r.passed)
            passed++;
        else
            failed++;
        unsigned line, column;
        const struct source *s = &p->sources.at[x->loc.source];
        source_place(s, x->loc.from, &line, &column);
        if (json) {
            json_object(w);
            json_key(w, "about"), json_str(w, x->decl->name.text);
            json_key(w, "title"), json_str(w, x->title);
            json_key(w, "file"), json_str(w, s->path);
            json_key(w, "line"), json_int(w, line);
            json_key(w, "passed"), json_bool(w, r.passed);
            if (!r.passed) json_key(w, "said"), json_str(w, r.said);
            json_object_end(w);
        } else if (!r.passed) {
            text_addf(out, "%.*s:%u: 例不对：%.*s “%.*s”\n       %.*s\n", STR_ARG(s->path), line,
                      STR_ARG(x->decl->name.text), STR_ARG(x->title), STR_ARG(r.said));
        }
    }
    struct tally own = { .passed = passed, .failed = failed };
    bool table = cli_has(a, "coverage") && !json;
    if (table) text_addf(out, "\n%.*s 条件覆盖（真 假 未知）\n", STR_ARG(dir));
    VEC_EACH (const struct policy, q, &p->policies) {
        if (q->decl->pack == leaf || all) report_policy(q, &c, table, out, &own);
    }
    VEC_EACH (const struct func, f, &p->funcs) {
        if (f->decl->pack == leaf || all) report_table(f, &c, table, out, &own);
    }
    if (json) {
        json_array_end(w);
        json_report(p, &c, w);
        json_object_end(w);
    } else {
        text_addf(out,
                  "%.*s：例 %zu 个通过，%zu 个不对；条件 %zu 个，真假未知都见过的 %zu 个；表 %zu 行，走到 %zu 行\n",
                  STR_ARG(dir), passed, failed, own.criteria, own.full, own.rows, own.rows_hit);
    }
    t->passed += passed;
    t->failed += failed;
    t->criteria += own.criteria;
    t->full += own.full;
    t->rows += own.rows;
    t->rows_hit += own.rows_hit;
    return 0;
}

static int run(const struct cli_args *a)
{
    struct text out;
    text_init(&out, a->arena, 64 << 20);
    date today = date_today();
    str day = cli_option(a, "date");
    if (day.p != NULL && !date_parse(day, &today)) return cli_usage(a, "日期写成 2023-11-01");
    struct json_writer w;
    bool json = cli_has(a, "json");
    if (json) {
        json_begin(&w, &out, true);
        json_array(&w);
    }
    struct tally t = { 0 };
    int bad = 0;
    struct err e = { 0 };
    file_list dirs = { 0 };
    if (!cli_pack_dirs(a, &dirs, &e)) return cli_fail(&e);
    VEC_EACH (str, dir, &dirs) bad |= run_one(a, *dir, today, &out, json ? &w : NULL, &t);
    bool gate = cli_has(a, "gate") && (t.full < t.criteria || t.rows_hit < t.rows);
    if (json) {
        json_array_end(&w);
        text_addc(&out, '\n');
    } else {
        text_addf(&out, "合计：例 %zu 个通过，%zu 个不对", t.passed, t.failed);
        if (t.broken > 0) text_addf(&out, "；%zu 个包有错误，没有跑", t.broken);
        text_addc(&out, '\n');
        if (gate) text_addz(&out, "覆盖没有达到要求：每个条件要见过真、假、未知，表的每一行要走到。看 --coverage\n");
    }
    cli_out(&out);
    return bad || t.failed > 0 || gate ? 1 : 0;
}

const struct cli_command cmd_test = {
    .name = "test",
    .args = "包…",
    .help = "跑包里的例，报告条件和表的覆盖\n\n只跑所给包自己的例；加 --all "
            "连上级包的一起跑（下级填写了开放参数以后，上级“未定”的例会变）。",
    .options = { { "coverage", NULL, "列出每个条件见过的真、假、未知，表里没走到的行" },
                 { "gate", NULL, "覆盖不全也算不通过" },
                 { "json", NULL, "给程序读的报告" },
                 { "all", NULL, "连上级包的例一起跑" },
                 { "date", "2023-11-01", "例里没写“今日”时用哪一天，缺省今天" } },
    .args_min = 1,
    .args_max = CLI_ARGS_MAX,
    .run = run,
};
