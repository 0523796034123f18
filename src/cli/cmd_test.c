/* leye test: runs the examples of packs, and tells what they cover. */
#include "cli/cli.h"
#include "pack/pack.h"
#include "pack/proof.h"

#include <stdio.h>

struct tally {
    size_t passed, failed;
    size_t broken;         /* packs whose examples cannot run */
    size_t criteria, full; /* criteria; those seen true, false and unknown */
    size_t rows, rows_hit;
};

static void print_coverage(const struct program *p, const struct proof *proof, bool all, struct text *out)
{
    const struct coverage *c = &proof->coverage;
    VEC_EACH (const struct policy, q, &p->policies) {
        if (!proof_counts(p, q->decl->pack, all)) continue;
        VEC_EACH (const struct criterion, k, &q->criteria) {
            uint8_t s = c->seen[k->node];
            text_addf(out, "  %s %s %s  %.*s · %s%.*s\n", s & SEEN_TRUE ? "真" : "－", s & SEEN_FALSE ? "假" : "－",
                      s & SEEN_UNKNOWN ? "未知" : "－－", STR_ARG(q->name), k->is_exclusion ? "排除 " : "",
                      STR_ARG(k->name));
        }
    }
    VEC_EACH (const struct func, f, &p->funcs) {
        if (!proof_counts(p, f->decl->pack, all)) continue;
        for (size_t i = 0; i < f->rows.len; i++) {
            if (!c->row_hit[c->row_base[f->id] + i])
                text_addf(out, "  没有例走到  %.*s 第 %zu 行\n", STR_ARG(f->name), i + 1);
        }
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

static void json_example(const struct example_result *r, const struct source *s, struct json_writer *w)
{
    unsigned line, column;
    source_place(s, r->example->loc.from, &line, &column);
    json_object(w);
    json_key(w, "about"), json_str(w, r->example->decl->name.text);
    json_key(w, "title"), json_str(w, r->example->title);
    json_key(w, "file"), json_str(w, s->path);
    json_key(w, "line"), json_int(w, line);
    json_key(w, "passed"), json_bool(w, r->passed);
    if (!r->passed) json_key(w, "said"), json_str(w, r->said);
    json_object_end(w);
}

static void json_pack(str dir, const struct program *p, const struct proof *proof, struct json_writer *w)
{
    json_object(w);
    json_key(w, "pack"), json_str(w, dir);
    json_key(w, "hash"), json_str(w, p->hash);
    json_key(w, "examples");
    json_array(w);
    VEC_EACH (const struct example_result, r, &proof->results)
        json_example(r, &p->sources.at[r->example->loc.source], w);
    json_array_end(w);
    json_report(p, &proof->coverage, w);
    json_object_end(w);
}

static void print_pack(str dir, const struct program *p, const struct proof *proof, bool coverage, bool all,
                       struct text *out)
{
    VEC_EACH (const struct example_result, r, &proof->results) {
        unsigned line, column;
        const struct source *s = &p->sources.at[r->example->loc.source];
        if (r->passed) continue;
        source_place(s, r->example->loc.from, &line, &column);
        text_addf(out, "%.*s:%u: 例不对：%.*s “%.*s”\n       %.*s\n", STR_ARG(s->path), line,
                  STR_ARG(r->example->decl->name.text), STR_ARG(r->example->title), STR_ARG(r->said));
    }
    if (coverage) {
        text_addf(out, "\n%.*s 条件覆盖（真 假 未知）\n", STR_ARG(dir));
        print_coverage(p, proof, all, out);
    }
    text_addf(out, "%.*s：例 %zu 个通过，%zu 个不对；条件 %zu 个，真假未知都见过的 %zu 个；表 %zu 行，走到 %zu 行\n",
              STR_ARG(dir), proof->passed, proof->failed, proof->criteria, proof->full, proof->rows, proof->rows_hit);
}

static int run_one(const struct cli_args *a, str dir, date today, struct text *out, struct json_writer *w,
                   struct tally *t)
{
    autoarena *arena = arena_new("test", (size_t)1 << 30);
    struct pack_set set;
    struct proof proof;
    struct err e = { 0 };
    if (!pack_load(&set, arena, dir, NULL, 0, &e)) return cli_fail(&e);
    const struct program *p = set.program;
    if (set.diags.errors > 0) {
        diags_print_errors(&set.diags, p->sources.at, out);
        text_addf(out, "%.*s 有 %zu 处错误，改好才能跑例。\n", STR_ARG(dir), set.diags.errors);
        t->broken++;
        return 1;
    }
    bool all = cli_has(a, "all");
    proof_run(p, all, today, NULL, NULL, arena, &proof);
    if (w != NULL)
        json_pack(dir, p, &proof, w);
    else
        print_pack(dir, p, &proof, cli_has(a, "coverage"), all, out);
    t->passed += proof.passed, t->failed += proof.failed;
    t->criteria += proof.criteria, t->full += proof.full;
    t->rows += proof.rows, t->rows_hit += proof.rows_hit;
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
