/* leye plan: the plans of packs, how they stand on a day, and the report of an evaluation. */
#include "base/json.h"
#include "cli/cmd_plan_priv.h"
#include "cli/table.h"
#include "pack/pack.h"
#include "plan/plan.h"

enum { OUT_MAX = 64 << 20 };

struct opened {
    const struct cli_args *args;
    struct arena *a;
    struct pack_set set;
    struct figures figures;
    date day;
};

/* The plans a pack declares itself; those of its uppers only when they are asked for by name. */
static bool is_own(const struct opened *o, const struct plan_head *x)
{
    str wanted = cli_option(o->args, "plan");
    if (wanted.p != NULL) return str_eq(x->name, wanted) || str_eq(x->alias, wanted);
    return (size_t)x->decl->pack + 1 == o->set.program->packs.len;
}

/* ---- list ---- */

static size_t count_of(const struct program *p, const struct plan_head *x, bool tasks)
{
    size_t n = 0;
    uint32_t id = (uint32_t)(x - p->plans.at);
    if (tasks) {
        VEC_EACH (const struct task, t, &p->tasks) n += t->plan == id;
    } else {
        VEC_EACH (const struct target, t, &p->targets) n += t->plan == id;
    }
    return n;
}

static void list(const struct opened *o, struct text *out)
{
    const struct program *p = o->set.program;
    struct table t;
    table_start(&t, o->a, "规划|别名|包|期间|>指标|>任务");
    VEC_EACH (const struct plan_head, x, &p->plans) {
        char from[DATE_TEXT], to[DATE_TEXT];
        date_text(x->from, from), date_text(x->to, to);
        table_cell(&t, x->name);
        table_cell(&t, x->alias);
        table_cell(&t, p->packs.at[x->decl->pack].name);
        table_cell(&t, str_fmt(o->a, "%s 至 %s", from, to));
        table_count(&t, count_of(p, x, false));
        table_count(&t, count_of(p, x, true));
    }
    table_print(&t, out);
}

/* ---- show ---- */

static void show_rows(const struct opened *o, const struct evaluation *v, bool tasks, struct text *out)
{
    struct table t;
    table_start(&t, o->a, tasks ? "任务|判断|理由" : "指标|现在|完成情况|判断|理由");
    const struct standing *from = tasks ? v->tasks.at : v->targets.at;
    size_t n = tasks ? v->tasks.len : v->targets.len;
    for (size_t i = 0; i < n; i++) {
        const struct standing *s = &from[i];
        table_cell(&t, tasks ? s->name : s->indicator);
        if (!tasks) {
            table_cell(&t, standing_value(o->a, s));
            table_cell(&t, plan_completion(o->a, &s->question, &s->judgement, s->unit));
        }
        table_cell(&t, str_of(plan_verdict_zh(s->judgement.verdict)));
        table_cell(&t, s->reason);
    }
    if (n > 0) table_print(&t, out);
}

static void show(const struct opened *o, const struct evaluation *v, struct text *out)
{
    char day[DATE_TEXT];
    date_text(v->day, day);
    text_addf(out, "%.*s，截至 %s，时间过去 %.*s%%\n\n", STR_ARG(v->plan->name), day,
              STR_ARG(measure_rounded(o->a, v->elapsed * 100, 1)));
    show_rows(o, v, false, out);
    if (v->targets.len > 0 && v->tasks.len > 0) text_addc(out, '\n');
    show_rows(o, v, true, out);
}

/* ---- evaluate ---- */

/* report.html, report-2.html …: one file for each plan. */
static str numbered(struct arena *a, str path, size_t n)
{
    if (n == 0) return path;
    size_t dot = path.len;
    while (dot > 0 && path.p[dot - 1] != '.' && path.p[dot - 1] != '/') dot--;
    if (dot == 0 || path.p[dot - 1] == '/') return str_fmt(a, "%.*s-%zu", STR_ARG(path), n + 1);
    return str_fmt(a, "%.*s-%zu.%.*s", STR_ARG(str_slice(path, 0, dot - 1)), n + 1,
                   STR_ARG(str_slice(path, dot, path.len)));
}

static void wrote(struct text *out, str path)
{
    if (out != NULL) text_addf(out, "写了 %.*s\n", STR_ARG(path));
}

/* out: where it is said what was written; NULL: nowhere, as beside JSON. */
static bool write_reports(const struct opened *o, const struct evaluation *v, size_t n, struct text *out, struct err *e)
{
    str html = cli_option(o->args, "html"), docx = cli_option(o->args, "docx"), pdf = cli_option(o->args, "pdf");
    if (html.p != NULL) {
        struct text t;
        str path = numbered(o->a, html, n);
        text_init(&t, o->a, OUT_MAX);
        evaluation_html(o->a, v, &t);
        if (!file_write(path, text_str(&t), e)) return false;
        wrote(out, path);
    }
    if (docx.p != NULL) {
        str path = numbered(o->a, docx, n);
        if (!evaluation_docx(o->a, v, path, e)) return false;
        wrote(out, path);
    }
    if (pdf.p != NULL) {
        str path = numbered(o->a, pdf, n), bytes;
        if (!evaluation_pdf(o->a, v, &bytes, e) || !file_write(path, bytes, e)) return false;
        wrote(out, path);
    }
    return true;
}

static bool evaluate(const struct opened *o, bool brief, struct text *out, struct err *e)
{
    const struct program *p = o->set.program;
    struct json_writer w;
    size_t n = 0;
    bool json = cli_has(o->args, "json"),
         files = cli_has(o->args, "html") || cli_has(o->args, "docx") || cli_has(o->args, "pdf");
    if (json) json_begin(&w, out, true), json_array(&w);
    VEC_EACH (const struct plan_head, x, &p->plans) {
        struct evaluation v;
        if (!is_own(o, x)) continue;
        str area = cli_option(o->args, "area");
        plan_evaluate(o->a, p, x, area.p != NULL ? area : plan_area(p, x), o->day, &o->figures, &v);
        if (n > 0 && !json) text_addc(out, '\n');
        if (json)
            evaluation_json(o->a, &v, &w);
        else if (brief)
            show(o, &v, out);
        else if (!files)
            evaluation_text(o->a, &v, out);
        if (!brief && !write_reports(o, &v, n, json ? NULL : out, e)) return false;
        n++;
    }
    if (json) {
        json_array_end(&w);
        text_addc(out, '\n');
    }
    if (n > 0) return true;
    return cli_has(o->args, "plan")
               ? fail(e, NOT_FOUND, "没有规划“%.*s”；leye plan list 列出有哪些", STR_ARG(cli_option(o->args, "plan")))
               : fail(e, NOT_FOUND, "这个包没有自己的规划；leye plan list 列出上级的，用 --plan 名字 指定");
}

/* One plan: the one named, else the first of the pack's own. */
static bool score(const struct opened *o, struct text *out, struct err *e)
{
    VEC_EACH (const struct plan_head, x, &o->set.program->plans) {
        if (is_own(o, x)) return plan_score_command(o->args, o->set.program, x, &o->figures, o->day, out, e);
    }
    return fail(e, NOT_FOUND, "没有这个规划；leye plan list 列出有哪些，用 --plan 名字 指定");
}

static bool open_figures(struct opened *o, struct err *e)
{
    str db = cli_option(o->args, "db");
    if (db.p == NULL) {
        if (!figures_of_packs(o->a, o->set.program, o->day, &o->figures, e)) return false;
        figures_carry(o->a, o->set.program, &o->figures);
        return true;
    }
    struct store *s;
    date known = DATE_MAX;
    str as_known = cli_option(o->args, "known");
    if (as_known.p != NULL && !date_parse(as_known, &known))
        return fail(e, INVALID, "日期“%.*s”不对，写成 2023-12-31", STR_ARG(as_known));
    if (!store_open(&s, db, STORE_WRITE, e)) return false;
    bool ok = watch_migrate(s, e) && watch_read(s, o->a, known, &o->figures, e);
    store_close(s);
    if (ok) figures_carry(o->a, o->set.program, &o->figures);
    return ok;
}

static int run(const struct cli_args *a)
{
    str verb = a->args[0], dir = a->count > 1 ? a->args[1] : cli_packs(a, "packs"), day = cli_option(a, "as-of");
    bool lists = str_eq(verb, STR("list")), shows = str_eq(verb, STR("show")), splits = str_eq(verb, STR("split")),
         scores = str_eq(verb, STR("score"));
    struct opened o = { .args = a, .a = a->arena, .day = date_today() };
    struct err e = { 0 };
    if (!lists && !shows && !splits && !scores && !str_eq(verb, STR("evaluate")))
        return cli_usage(a, "没有“%s”这个动作，只有 list、show、evaluate、split、score", str_dup(a->arena, verb).p);
    if (day.p != NULL && !date_parse(day, &o.day))
        return cli_usage(a, "日期“%s”不对，写成 2023-12-31", str_dup(a->arena, day).p);
    if (!pack_load_rules(&o.set, o.a, dir, &e)) return cli_fail(&e);
    if (o.set.diags.errors > 0) {
        fail(&e, INVALID, "包里有 %zu 处错误；运行 leye check %.*s 看是哪里", o.set.diags.errors, STR_ARG(dir));
        return cli_fail(&e);
    }
    struct text out;
    text_init(&out, o.a, OUT_MAX);
    bool ok = true;
    if (lists)
        list(&o, &out);
    else if (splits)
        ok = plan_split_command(a, o.set.program, &out, &e);
    else
        ok = open_figures(&o, &e) && (scores ? score(&o, &out, &e) : evaluate(&o, shows, &out, &e));
    if (!ok) return cli_fail(&e);
    cli_out(&out);
    return 0;
}

const struct cli_command cmd_plan = {
    .name = "plan",
    .args = "list|show|evaluate|split|score [包]",
    .help = "规划：有哪些（list），到某一天怎样（show），中期、终期评估报告（evaluate），分解到地区（split），按考核的"
            "表给地区打分（score）\n\n"
            "数从包里的 figures.csv 来；给了 --db，从 leye watch import 收进库的来。",
    .options = { { "as-of", "2023-12-31", "到哪一天，缺省今天" },
                 { "packs", "文件夹", "没有写包时用哪个，缺省 LEYE_PACKS 或 packs/demo" },
                 { "plan", "名字", "哪个规划（名字或别名），缺省这个包自己的" },
                 { "area", "320600", "看哪个地区的数，缺省这个包的地区" },
                 { "json", NULL, "写成数据" },
                 { "html", "文件", "评估报告写成网页，带图" },
                 { "docx", "文件", "评估报告写成 Word 文件" },
                 { "pdf", "文件", "评估报告写成 PDF" },
                 { "db", "数据库", "用库里的数" },
                 { "known", "2024-03-01", "只用这一天已经公布的数，和 --db 一起给" },
                 { "target", "目标", "split：分解哪个目标（目标或指标的名字）" },
                 { "weights", "文件", "split：权数的表，每行写地区和权数" },
                 { "digits", "2", "split：分到几位小数，缺省 2" },
                 { "rules", "文件", "score：考核的表：指标、地区、目标、分值、规则、加分" },
                 { "out", "文件", "split：写成表" } },
    .args_min = 1,
    .args_max = 2,
    .run = run,
};
