/* leye day: the work of one day that nobody asks for: clocks, publicity, offers, monthly checks and payment lists,
 * answers of the bank, seals. Twice on one day changes nothing. */
#include "cli/case_priv.h"

static void count(struct text *t, const char *what, int64_t n)
{
    if (n > 0) text_addf(t, "  %s %lld\n", what, (long long)n);
}

static void print(struct case_room *r, const struct dossier_night *n)
{
    struct text *t = &r->out;
    text_addf(t, "%s 的例行办理\n", case_day(r->a, n->day));
    size_t before = t->len;
    count(t, "期限重新计算", n->moved_clocks);
    count(t, "公示期满", n->published);
    count(t, "公示期满、退回审核", n->returned);
    count(t, "告知期满、开始办理", n->confirmed);
    count(t, "逾期终止", n->lapsed);
    count(t, "快到期（黄灯）", n->soon);
    count(t, "超期（红灯）", n->late);
    count(t, "银行已付", n->paid);
    count(t, "银行退回", n->bounced);
    count(t, "停发", n->stopped);
    str yuan = case_yuan(r->a, n->due_fen);
    if (n->due > 0) text_addf(t, "  按期应发 %lld 笔，%.*s 元\n", (long long)n->due, STR_ARG(yuan));
    count(t, "发放前核查不再发", n->unpaid_refused);
    VEC_EACH (const struct dossier_list, l, &n->lists) {
        str total = case_yuan(r->a, l->total_fen);
        text_addf(t, "  编好批次 %lld：%lld 笔，%.*s 元；请复核人员批准（leye fund）\n", (long long)l->batch,
                  (long long)l->count, STR_ARG(total));
    }
    count(t, "移出名录", n->left);
    count(t, "签发证照", n->certified);
    count(t, "封存天数", n->sealed);
    if (t->len == before) text_addz(t, "  没有要办的\n");
    VEC_EACH (const str, s, &n->told) text_addf(t, "  请看：%.*s\n", STR_ARG(*s));
}

static int run(const struct cli_args *a)
{
    struct case_room r;
    struct err e = { 0 };
    struct dossier_night n;
    int code = case_open(&r, a);
    if (code != 0) return code;
    if (!r.has_as) r.act.who = DOSSIER_ROLE_SYSTEM, r.act.role = DOSSIER_ROLE_SYSTEM;
    if (a->count > 0 && !date_parse(a->args[0], &r.act.day)) {
        case_close(&r);
        return cli_usage(a, "日期写成 2023-11-01");
    }
    if (dossier_night(r.desk, &r.act, r.a, &n, &e)) {
        print(&r, &n);
        cli_out(&r.out);
    } else {
        code = cli_fail(&e);
    }
    case_close(&r);
    return code;
}

const struct cli_command cmd_day = {
    .name = "day",
    .args = "[日期]",
    .help = "一天的例行办理：时限、公示、免申即享到期、按月复核和发放清单、银行答复、封存；办两遍和办一遍一样",
    .options = { { "db", "文件", "城市的库，缺省 LEYE_DB 或 leye.db；也可以是 postgresql://…" },
                 { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" },
                 { "as", "谁:岗位", "缺省由系统办；也可以由主管来启动" },
                 { "date", "2023-11-01", "哪一天，缺省今天；也可以直接写在命令后面" },
                 { "sign", "文件", "单位的私钥，签发等着的证照；缺省 LEYE_SIGN" },
                 { "issuer", "单位", "签发的单位；缺省 LEYE_ISSUER" },
                 { "reason", "文字", "隔了一个月以上才办的，写明原因" } },
    .args_min = 0,
    .args_max = 1,
    .run = run,
};
