/* case_review: what reviewers and chiefs do. */
#include "cli/case_priv.h"

enum { AT_ONCE_MAX = CLI_ARGS_MAX };

static int approve(struct case_room *r)
{
    int failed = 0;
    for (size_t i = 0; i < case_args(r); i++) {
        struct err e = { 0 };
        struct dossier_ref c = { 0 };
        struct dossier_result x;
        struct dossier now;
        bool ok = case_id(r, case_arg(r, i), &c.id, &e) && dossier_approve(r->desk, &r->act, c, r->a, &x, &e) &&
                  dossier_get(r->desk, c.id, r->a, &now, &e);
        if (!ok && case_args(r) == 1) return case_fail(r, &e);
        str number = case_arg(r, i);
        if (ok) {
            str yuan = case_yuan(r->a, x.granted_fen);
            text_addf(&r->out, "已签批：办件 %.*s，", STR_ARG(number));
            case_now(&now, &r->out);
            if (x.granted_fen > 0) text_addf(&r->out, "，核定 %.*s 元", STR_ARG(yuan));
            text_addc(&r->out, '\n');
        } else {
            text_addf(&r->out, "没有签成：%.*s：%s\n", STR_ARG(number), err_cause(&e));
            failed++;
        }
    }
    if (case_args(r) > 1) text_addf(&r->out, "合计 %zu 件，没有签成 %d 件\n", case_args(r), failed);
    cli_out(&r->out);
    return failed > 0;
}

static int returns(struct case_room *r)
{
    struct err e = { 0 };
    struct dossier_ref c = { 0 };
    str defects[CLI_ARGS_MAX], until = cli_option(r->args, "until");
    size_t n = case_args(r) - 1;
    date due = { 0 };
    if (until.p != NULL && !date_parse(until, &due)) return cli_usage(r->args, "--until 的日期写成 2023-11-01");
    for (size_t i = 0; i < n; i++) defects[i] = case_arg(r, i + 1);
    if (!case_id(r, case_arg(r, 0), &c.id, &e) ||
        !dossier_return(r->desk, &r->act, c, defects, n, until.p != NULL, due, &e))
        return case_fail(r, &e);
    return case_told(r, c.id, "已一次告知要补的");
}

static int judge(struct case_room *r)
{
    struct err e = { 0 };
    struct dossier_ref c = { 0 };
    str word = case_arg(r, 2);
    bool yes = str_eq(word, STR("是"));
    if (!yes && !str_eq(word, STR("否"))) return cli_usage(r->args, "判断写 是 或者 否");
    if (!case_id(r, case_arg(r, 0), &c.id, &e) || !dossier_judge(r->desk, &r->act, c, case_arg(r, 1), yes, &e))
        return case_fail(r, &e);
    return case_told(r, c.id, "已记下人工判断");
}

typedef bool simple(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);

static int move(struct case_room *r, simple *what, const char *done)
{
    struct err e = { 0 };
    struct dossier_ref c = { 0 };
    if (!case_id(r, case_arg(r, 0), &c.id, &e) || !what(r->desk, &r->act, c, &e)) return case_fail(r, &e);
    return case_told(r, c.id, done);
}

static int reject(struct case_room *r) { return move(r, dossier_refuse, "已决定不予"); }
static int take(struct case_room *r) { return move(r, dossier_take, "已取件"); }
static int release(struct case_room *r) { return move(r, dossier_release, "已放回"); }
static int stop(struct case_room *r) { return move(r, dossier_stop, "已停发"); }
static int recheck(struct case_room *r) { return move(r, dossier_recheck, "已复核"); }
static int resume(struct case_room *r) { return move(r, dossier_resume, "已恢复发放"); }
static int revoke(struct case_room *r) { return move(r, dossier_revoke, "已撤销决定，登记已经撤回"); }
static int reopen(struct case_room *r) { return move(r, dossier_reopen, "已重新办理"); }
static int settle(struct case_room *r) { return move(r, dossier_rating_settle, "差评已回访"); }

static bool is_region(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
    }
    return s.len > 0;
}

static int transfer(struct case_room *r)
{
    struct err e = { 0 };
    struct dossier_ref c = { 0 };
    str to = cli_option(r->args, "to");
    if (to.p == NULL) return cli_usage(r->args, "转给谁：--to 人，或者 --to 区划代码");
    bool region = is_region(to);
    if (!case_id(r, case_arg(r, 0), &c.id, &e) ||
        !dossier_transfer(r->desk, &r->act, c, region ? to : STR(""), (struct dossier_whom){ region ? STR("") : to, 0 },
                          &e))
        return case_fail(r, &e);
    return case_told(r, c.id, "已转办");
}

static int answer(struct case_room *r)
{
    struct err e = { 0 };
    int64_t objection;
    if (!str_to_i64(case_arg(r, 0), &objection)) return cli_usage(r->args, "写异议的号，例如 leye case answer 3");
    if (!dossier_answer(r->desk, &r->act, objection, cli_has(r->args, "upheld"), &e)) return case_fail(r, &e);
    text_addf(&r->out, "第 %lld 号异议已答复：%s\n", (long long)objection,
              cli_has(r->args, "upheld") ? "成立" : "不成立");
    cli_out(&r->out);
    return 0;
}

static int close_cases(struct case_room *r)
{
    int failed = 0;
    str folder = cli_option(r->args, "out");
    if (folder.p == NULL) return cli_usage(r->args, "案卷写到哪里：--out 文件夹");
    for (size_t i = 0; i < case_args(r); i++) {
        struct err e = { 0 };
        struct dossier_ref c = { 0 };
        str path, number = case_arg(r, i);
        bool ok = case_id(r, number, &c.id, &e) && dossier_close_file(r->desk, &r->act, c, folder, r->a, &path, &e);
        if (!ok && case_args(r) == 1) return case_fail(r, &e);
        if (ok)
            text_addf(&r->out, "已归档：办件 %.*s，案卷 %.*s\n", STR_ARG(number), STR_ARG(path));
        else
            text_addf(&r->out, "没有归档：%.*s：%s\n", STR_ARG(number), err_cause(&e));
        failed += !ok;
    }
    cli_out(&r->out);
    return failed > 0;
}

const struct case_verb case_verbs_review[] = {
    { "take", "编号", 1, 1, true, take, "从队列里取一件" },
    { "release", "编号", 1, 1, true, release, "放回队列" },
    { "transfer", "编号", 1, 1, true, transfer, "转给别人或者别的地方：--to，--reason" },
    { "approve", "编号…", 1, AT_ONCE_MAX, true, approve, "签批；可以一次签多件" },
    { "return", "编号 要补的…", 2, AT_ONCE_MAX, true, returns, "退回补正：要补的一次写全，--until 期限" },
    { "judge", "编号 问题 是|否", 3, 3, true, judge, "作人工判断：规则留给人的一条，--reason 写根据" },
    { "reject", "编号", 1, 1, true, reject, "不予：--reason 写理由" },
    { "answer", "异议号", 1, 1, true, answer, "答复异议：--upheld 成立，--reason 理由" },
    { "recheck", "编号", 1, 1, true, recheck, "发放中的到了复核的时候：看过了，接着发，--reason 写看了什么" },
    { "stop", "编号", 1, 1, true, stop, "停发：--reason" },
    { "resume", "编号", 1, 1, true, resume, "恢复发放：--reason" },
    { "revoke", "编号", 1, 1, true, revoke, "撤销决定（主管）：--reason" },
    { "reopen", "编号", 1, 1, true, reopen, "重新办理（主管）：--reason" },
    { "close", "编号…", 1, AT_ONCE_MAX, true, close_cases,
      "归档：案卷（申请、结果、回执、经过、发放、证照，签了名的目录）写到 --out 文件夹" },
    { "settle", "编号", 1, 1, true, settle, "差评回访和整改：--reason" },
    { 0 },
};
