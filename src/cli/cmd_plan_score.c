/* leye plan score: areas scored by a table of the assessment, with how steady each place is. */
#include "cli/cmd_plan_priv.h"
#include "cli/table.h"
#include "plan/assess.h"

static str missing_text(struct arena *a, const struct assess_score *s)
{
    struct text t;
    text_init(&t, a, 1 << 12);
    text_addz(&t, "缺数：");
    VEC_EACH (const str, m, &s->missing) text_addf(&t, "%s%.*s", m == s->missing.at ? "" : "、", STR_ARG(*m));
    return text_str(&t);
}

bool plan_score_command(const struct cli_args *a, const struct program *p, const struct plan_head *plan,
                        const struct figures *f, date day, struct text *out, struct err *e)
{
    str path = cli_option(a, "rules");
    struct assess_table t = { 0 };
    assess_scores scores = { 0 };
    struct table rows;
    num full = 0;
    size_t unsteady = 0;
    if (path.p == NULL)
        return fail(e, INVALID,
                    "要写 --rules 考核的表：指标、地区、目标、分值、规则（超额不加分、超额加分、未完成一票否决），"
                    "可以有加分");
    if (!assess_read(a->arena, path, p, plan, &t, e) || !assess_run(a->arena, p, plan, &t, f, day, &scores, e))
        return false;
    VEC_EACH (const struct assess_item, i, &t.items) full += i->score.points;
    text_addf(out, "%.*s考核：%zu 个指标，满分 %.*s\n", STR_ARG(plan->name), t.items.len,
              STR_ARG(measure_text(a->arena, full, 0)));
    table_start(&rows, a->arena, "地区|>得分|>名次|名次在什么范围|说明");
    VEC_EACH (const struct assess_score, s, &scores) {
        bool steady = s->best == s->worst;
        unsteady += s->complete && !steady;
        table_cell(&rows, program_area_name(p, s->area));
        table_cell(&rows, s->complete ? measure_rounded(a->arena, s->points, 2) : STR("—"));
        table_cell(&rows, s->complete ? str_fmt(a->arena, "%u", s->place) : STR("—"));
        table_cell(&rows, !s->complete ? STR("—")
                          : steady     ? STR("不变")
                                       : str_fmt(a->arena, "第 %u 到第 %u", s->best, s->worst));
        table_cell(&rows, !s->complete ? missing_text(a->arena, s)
                          : s->vetoed  ? STR("有一票否决的指标没有完成")
                                       : STR(""));
    }
    table_print(&rows, out);
    text_addz(out, "范围：每次去掉一个指标，以及改用功效系数、TOPSIS（熵权）排，名次最好和最差到哪里\n");
    if (unsteady > 0) text_addf(out, "有 %zu 个地区的名次随算法变，名次相近的不要当成有高低\n", unsteady);
    return true;
}
