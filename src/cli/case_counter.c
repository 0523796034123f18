/* case_counter: what the counter does: take in somebody who is there, look through the queue of any item, check and
 * enter whole lists from Excel with a row of its own for each person that failed. */
#include "cli/case_priv.h"
#include "dossier/bulk.h"

/* ---- accept ---- */

static bool is_number(str s)
{
    int64_t id;
    struct err e = { 0 };
    return dossier_number_read(s, &id, &e);
}

static int accept_many(struct case_room *r)
{
    int failed = 0;
    for (size_t i = 0; i < case_args(r); i++) {
        struct err e = { 0 };
        struct dossier_ref c = { 0 };
        struct dossier_result x;
        str number = case_arg(r, i);
        if (case_id(r, number, &c.id, &e) && dossier_accept(r->desk, &r->act, c, r->a, &x, &e)) continue;
        text_addf(&r->out, "没有受理：%.*s：%s\n", STR_ARG(number), err_cause(&e));
        failed++;
    }
    text_addf(&r->out, "受理 %zu 件，没有受理 %d 件\n", case_args(r) - (size_t)failed, failed);
    cli_out(&r->out);
    return failed > 0;
}

/* accept 编号…: what came in online. accept 事项 号码 …: somebody at the counter, entered and accepted in one go. */
static int accept(struct case_room *r)
{
    struct err e = { 0 };
    struct dossier_result x;
    if (case_args(r) > 1 && is_number(case_arg(r, 0)) && is_number(case_arg(r, 1))) return accept_many(r);
    if (case_args(r) == 1) {
        struct dossier_ref c = { 0 };
        if (!case_id(r, case_arg(r, 0), &c.id, &e) || !dossier_accept(r->desk, &r->act, c, r->a, &x, &e))
            return case_fail(r, &e);
        return case_tell(r, &x, "已受理");
    }
    if (is_number(case_arg(r, 0))) return cli_usage(r->args, "受理网上来的只写编号；窗口代办写 事项 号码 名称=内容…");
    struct dossier_request q = { .service = case_arg(r, 0),
                                 .channel = DOSSIER_AT_COUNTER,
                                 .key = cli_option(r->args, "key"),
                                 .anyway = cli_has(r->args, "anyway") };
    if (q.key.p == NULL) q.key = STR("");
    if (!case_subject(r, q.service, case_arg(r, 1), &q.subject, &e) || !case_answers(r, 2, &q.answers, &e) ||
        !dossier_apply(r->desk, &r->act, &q, r->a, &x, &e))
        return case_fail(r, &e);
    return case_tell(r, &x, "已受理");
}

/* ---- queue ---- */

static const char *const lights[] = { "绿", "黄", "红" };

static int queue(struct case_room *r)
{
    struct err e = { 0 };
    dossier_lines lines = { 0 };
    struct dossier_query q = { .office = r->act.office, .role = r->act.role, .day = r->act.day };
    int64_t max;
    str service = cli_option(r->args, "service");
    if (!cli_number(r->args, "max", 1, 100000, 50, &max)) return cli_usage(r->args, "--max 写 1 到 100000");
    q.max = (size_t)max + 1;
    if (service.p != NULL) q.service = service;
    if (!dossier_queue(r->desk, &q, r->a, &lines, &e)) return case_fail(r, &e);
    struct table t;
    table_start(&t, r->a, "灯|编号|事项|申请人|环节|最迟|谁在办|辖区");
    for (size_t i = 0; i < lines.len && i < (size_t)max; i++) {
        const struct dossier_line *l = &lines.at[i];
        table_cell(&t, str_of(lights[l->light]));
        table_cell(&t, str_of(case_number(r->a, l->c.id)));
        table_cell(&t, l->c.name);
        table_cell(&t, l->c.applicant);
        table_cell(&t, l->step);
        table_cell(&t, l->has_due ? str_of(case_day(r->a, l->due)) : STR(""));
        table_cell(&t, l->c.holder);
        table_cell(&t, l->c.office);
    }
    if (lines.len == 0)
        text_addz(&r->out, "没有要办的\n");
    else
        table_print(&t, &r->out);
    if (lines.len > (size_t)max) text_addf(&r->out, "还有，只列了 %lld 件；--max 可以多列\n", (long long)max);
    cli_out(&r->out);
    return 0;
}

static int publicity(struct case_room *r)
{
    struct err e = { 0 };
    dossier_published_list list = { 0 };
    if (!dossier_publicity(r->desk, r->act.day, r->a, &list, &e)) return case_fail(r, &e);
    VEC_EACH (const struct dossier_published, p, &list)
        text_addf(&r->out, "%s  %.*s（%s 至 %s）\n", case_number(r->a, p->id), STR_ARG(p->line),
                  case_day(r->a, p->from), case_day(r->a, p->until));
    if (list.len == 0) text_addz(&r->out, "今天没有公示\n");
    cli_out(&r->out);
    return 0;
}

/* ---- bulk ---- */

static int bulk(struct case_room *r)
{
    struct err e = { 0 };
    str what = case_arg(r, 0), service = cli_option(r->args, "service"), errors = cli_option(r->args, "errors");
    struct dossier_bulk o = { .path = case_arg(r, 1),
                              .enter = str_eq(what, STR("enter")),
                              .errors = errors.p != NULL ? errors : STR("") };
    struct dossier_bulk_result x;
    bool template = str_eq(what, STR("template"));
    if (!o.enter && !template && !str_eq(what, STR("check")))
        return cli_usage(r->args, "bulk 后面写 template（空表）、check（先核一遍）或者 enter（录入）");
    if (service.p == NULL) return cli_usage(r->args, "要写明是哪个事项：--service 失业保险金申领");
    o.service = program_service(r->p, service);
    if (o.service == NULL) return cli_usage(r->args, "没有事项“%.*s”；有哪些，看 leye case services", STR_ARG(service));
    if (template) {
        if (!dossier_bulk_template(r->desk, o.service, UINT16_MAX, o.path, r->a, &e)) return case_fail(r, &e);
        text_addf(&r->out, "空表写好了：%.*s；第一张填名单，第二张是怎么填\n", STR_ARG(o.path));
        cli_out(&r->out);
        return 0;
    }
    if (!dossier_bulk(r->desk, &r->act, &o, r->a, &x, &e)) return case_fail(r, &e);
    int64_t good = x.count[DOSSIER_CAN] + x.count[DOSSIER_OPENED] + x.count[DOSSIER_AGAIN],
            staff = x.count[DOSSIER_MAY];
    int64_t bad = x.rows - good - staff;
    text_addf(&r->out, "%s %lld 行：%s %lld，没有%s %lld\n", o.enter ? "录入" : "核对", (long long)x.rows,
              o.enter ? "录入成" : "可以办", (long long)good, o.enter ? "录入成" : "通过", (long long)bad);
    if (staff > 0) text_addf(&r->out, "另有 %lld 行可以交，要人工核\n", (long long)staff);
    if (x.count[DOSSIER_AGAIN] > 0)
        text_addf(&r->out, "其中 %lld 行以前就录过，没有再录\n", (long long)x.count[DOSSIER_AGAIN]);
    if (x.sums > 0) text_addf(&r->out, "合计 %lld 行不是人，跳过了\n", (long long)x.sums);
    if (x.alone > 0) text_addf(&r->out, "其中当场办结 %lld 件\n", (long long)x.alone);
    if (x.errors && errors.p != NULL)
        text_addf(&r->out, "没有成的每行一条原因，写在 %.*s；改好以后用同一个命令再录\n", STR_ARG(errors));
    if (bad > 0 && errors.p == NULL) text_addz(&r->out, "加 --errors 文件 可以看到每一行的原因\n");
    cli_out(&r->out);
    return bad > 0;
}

const struct case_verb case_verbs_counter[] = {
    { "accept", "编号… | 事项 号码 [名称=内容…]", 1, CLI_ARGS_MAX, true, accept,
      "受理网上来的一件；或者给在窗口的人录入并受理（--reason 本人在场还是受谁委托）" },
    { "queue", "", 0, 0, true, queue, "我的岗位和辖区要办的，红灯在前" },
    { "bulk", "template|check|enter 文件", 2, 2, true, bulk,
      "成批核对、成批录入（Excel、CSV），先取一张空表：--service 事项，--errors 文件" },
    { "enclosure", "add|seen|list|get|remove 编号 …", 2, 4, true, case_enclosure,
      "材料：add 编号 材料 文件，seen 编号 材料（看过原件），list 编号，get 编号 号 --out 文件，remove 编号 号" },
    { "public", "", 0, 0, false, publicity, "今天在公示的（遮盖）" },
    { 0 },
};
