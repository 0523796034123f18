/* What the tests of dossiers share: a town of few rules, its people, an office, money, and a bank that answers. */
#ifndef UNIT_DOSSIER_HELPERS_H
#define UNIT_DOSSIER_HELPERS_H
#include "base/file.h"
#include "dossier/dossier.h"
#include "lang/diag.h"
#include "policy/receipt.h"
#include "store/short.h"
#include "support/postgres.h"
#include "support/t.h"

#include <stdio.h>
#include <string.h>

static const char town_rules[] =
    "来源 试行办法\n  名称 试行办法\n  机关 试验市\n  日期 2026-01-01\n  可信 虚构\n"
    "资金 就业补助资金\n"
    "代码 行政区划\n  项 试验市 320100\n  项 东区 320101\n    属 试验市\n  项 西区 320102\n    属 试验市\n"
    "日历 假日\n  2026-03-09 休\n"
    "实体 单位\n  字段 单位编号 : 文本  编码 AAB001\n  字段 单位名称 : 文本  编码 AAB004\n  字段 对公账号 : 文本  可无 "
    " "
    "编码 AAE010  密级 账号\n  标识 单位编号\n"
    "实体 人员\n  字段 身份证号 : 文本  编码 AAC002  密级 证件号\n  字段 姓名 : 文本  编码 AAC003  密级 姓名\n"
    "  字段 常住地 : 行政区划\n  字段 困难 : 真假\n  字段 去世 : 真假\n  字段 银行账号 : 文本  可无  编码 AAE010  密级 "
    "账号\n"
    "  字段 联系电话 : 文本  可无  密级 电话\n  字段 执照日期 : 日期  可无\n  字段 领过创业补贴 : 真假\n  字段 雇主 : "
    "单位  "
    "可无\n"
    "  标识 身份证号\n"
    "经历 登记 : 人员\n  字段 形式 : 文本  可无\n"
    "经历 领取 : 人员 按月\n  字段 领取额 : 元/月\n"
    "导入 登记名单\n  载入 登记\n  系统 试验\n  全量\n  空白 无\n  列 “身份证号” 人员.身份证号\n"
    "政策 困难补贴\n  依据 试行办法 第一条\n  对象 人员\n  条件 困难的人：困难\n    说明 家里困难\n"
    "  金额\n    补贴 = 500元\n  频次 一次性\n  资金 就业补助资金\n"
    "政策 招用补贴\n  依据 试行办法 第九条\n  对象 人员\n  条件 困难的人：困难\n    说明 家里困难\n  金额\n    补贴 = "
    "1000元\n  频次 一次性\n  收款 雇主\n  资金 就业补助资金\n"
    "政策 月度补贴\n  依据 试行办法 第二条\n  对象 人员\n  条件 困难的人：困难\n    说明 家里困难\n"
    "  条件 登记过：有效(登记)\n    说明 办了登记\n  金额\n    补贴 = 300元/月\n  频次 按月\n  资金 就业补助资金\n"
    "政策 创业补贴\n  依据 试行办法 第八条\n  对象 人员\n  条件 一年内：足月(执照日期, 今日) < 12月\n    说明 "
    "领执照不满一年\n  条件 没领过：非 领过创业补贴\n    说明 没有领过创业补贴\n  条件 在世：非 去世\n    说明 "
    "本人在世\n"
    "  金额\n    补贴 = 800元\n  频次 一次性\n  资金 就业补助资金\n"
    "事项 登记申请\n  依据 试行办法 第三条\n  对象 人员\n  条件 没有登记过：非 有效(登记)\n    说明 现在没有登记\n  "
    "决定 秒批\n"
    "  填报 登记.形式\n    可不填\n  比对 人员\n  时限 5工作日\n  变更 登记 登记\n"
    "事项 困难补贴申领\n  依据 试行办法 第四条\n  对象 人员\n  政策 困难补贴\n  填报 银行账号\n  环节 受理\n    角色 "
    "经办\n"
    "    时限 1工作日\n  环节 审核\n    角色 复核\n    时限 3工作日\n  环节 批准\n    角色 审批\n    会签 2人\n  时限 "
    "10工作日\n"
    "  变更 更新\n  评价\n"
    "事项 招用补贴申领\n  依据 试行办法 第九条\n  对象 人员\n  政策 招用补贴\n  环节 审核\n    角色 复核\n  时限 "
    "10工作日\n"
    "事项 公示补贴申领\n  依据 试行办法 第五条\n  对象 人员\n  政策 困难补贴\n  填报 银行账号\n  环节 审核\n    角色 "
    "复核\n"
    "  公示 5工作日\n  时限 10工作日\n"
    "事项 月度补贴申领\n  依据 试行办法 第六条\n  对象 人员\n  政策 月度补贴\n  停发 去世了：去世\n    说明 "
    "领取人去世\n"
    "  主动 告知\n  决定 秒批\n  环节 审核\n    角色 复核\n  时限 5工作日\n  复核 2月\n"
    "  变更 登记 领取\n    赋值 领取额 = 核定金额\n"
    "事项 人工登记\n  依据 试行办法 第三条\n  对象 人员\n  条件 没有登记过：非 有效(登记)\n    说明 现在没有登记\n"
    "  填报 登记.形式\n  环节 审核\n    角色 复核\n  时限 3工作日\n  变更 登记 登记\n"
    "事项 生活一件事\n  依据 试行办法 第七条\n  对象 人员\n  包含 人工登记, 月度补贴申领, 困难补贴申领\n  时限 "
    "20工作日\n"
    "  评价\n"
    "事项 创业补贴申领\n  依据 试行办法 第八条\n  对象 人员\n  政策 创业补贴\n  填报 银行账号\n  环节 审核\n    角色 "
    "复核\n  时限 10工作日\n  变更 更新\n    赋值 领过创业补贴 = 真\n";

static const char town_more_rules[] =
    "政策 安家补贴\n  依据 试行办法 第九条\n  对象 人员\n  条件 一年内：足月(执照日期, 今日) < 12月\n    说明 "
    "领执照不满一年\n  条件 登记过：有效(登记)\n    说明 办了登记\n  条件 在世：非 去世\n    说明 本人在世\n"
    "  金额\n    补贴 = 700元\n  频次 一次性\n  资金 就业补助资金\n"
    "事项 安家补贴申领\n  依据 试行办法 第九条\n  对象 人员\n  政策 安家补贴\n  环节 审核\n    角色 复核\n"
    "  时限 10工作日\n  变更 更新\n    赋值 领过创业补贴 = 真\n"
    "事项 公告补贴申领\n  依据 试行办法 第九条\n  对象 人员\n  政策 困难补贴\n  决定 秒批\n  环节 受理\n    角色 经办\n"
    "  环节 审核\n    角色 复核\n    时限 2工作日\n  公示 5工作日\n  时限 10工作日\n"
    "  评价\n  回访 3工作日\n  异议 2工作日\n"
    "事项 凭证补贴申领\n  依据 试行办法 第十条\n  对象 人员\n  政策 困难补贴\n  材料 困难证明：居委会开的\n"
    "  材料 身份证：原件\n    免交 有(身份证号)\n  材料 营业执照：副本\n    情形 有(执照日期)\n  环节 受理\n    角色 "
    "经办\n"
    "  环节 审核\n    角色 复核\n  时限 10工作日\n"
    "事项 安家一件事\n  依据 试行办法 第九条\n  对象 人员\n  包含 人工登记, 安家补贴申领\n  时限 20工作日\n";

struct town {
    struct arena *a;
    struct pack_set set;
    struct registry *r;
    struct dossier_desk *d;
    struct store *s;
    str db;
    int64_t line;
};

#define ID_HARD "329901199003070012" /* in hardship, has an account */
#define ID_POOR "329901198511230022" /* in hardship, no account */
#define ID_WELL "329901197001010017" /* not in hardship */

static inline struct dossier_act by(const char *who, const char *role, const char *office, int mon, int day)
{
    struct dossier_act act = { .who = str_of(who),
                               .role = str_of(role),
                               .office = str_of(office),
                               .day = date_of(2026, mon, day),
                               .reason = STR("") };
    act.clock_ms = (int64_t)act.day.days * 86400000 + 14400000;
    return act;
}
static inline struct dossier_act because(struct dossier_act act, const char *reason)
{
    act.reason = str_of(reason);
    return act;
}

static inline void town_people(struct town *t)
{
    static const char people[] =
        "身份证号,姓名,常住地,困难,银行账号,去世\n" ID_HARD ",李一,320101,是,62220001,否\n" ID_POOR
        ",王二,320102,是,,否\n" ID_WELL ",赵三,320101,否,62220003,否\n";
    static const char spells[] = "身份证号,开始,结束,形式\n" ID_POOR ",2026-01-05,,\n";
    struct err e = { 0 };
    struct import_result out;
    str path = str_dup(t->a, str_of(t_path("people.csv")));
    CHECK_OK(file_write(path, str_of(people), &e), e);
    struct import_options o = { .path = path, .as = STR("人员"), .has_as_of = true, .as_of = date_of(2026, 3, 1) };
    CHECK_OK(registry_import(t->r, &o, &out, t->a, &e), e);
    CHECK_INT((int64_t)out.counts.good, 3);
    path = str_dup(t->a, str_of(t_path("spells.csv")));
    CHECK_OK(file_write(path, str_of(spells), &e), e);
    o.path = path, o.as = STR("登记名单");
    CHECK_OK(registry_import(t->r, &o, &out, t->a, &e), e);
    CHECK_INT((int64_t)out.counts.good, 1);
}

static inline void town_money(struct town *t, int64_t fen)
{
    struct err e = { 0 };
    struct ledger_act clerk = { STR("会计"), LEDGER_ACCOUNTANT | LEDGER_CASHIER, date_of(2026, 3, 1), STR(""), 1 };
    struct ledger_line spec = { STR("就业补助资金"), STR("市级"), STR("补贴"), 2026 };
    CHECK_OK(ledger_line_open(t->s, &clerk, &spec, &t->line, &e), e);
    CHECK_OK(ledger_budget(t->s, &clerk, t->line, fen, STR("文件1"), &e), e);
    CHECK_OK(ledger_deposit(t->s, &clerk, spec.fund, fen, STR("拨款1"), &e), e);
}

static inline bool town_reopen(struct town *t, struct err *e)
{
    return registry_open(&t->r, t->set.program, t->db, STORE_CREATE, e) && dossier_open(&t->d, t->r, &t->set, e);
}

static inline void town_place(struct town *t)
{
    t->a = arena_new("town", 0);
    pack_load_text(&t->set, t->a, STR("town.leye"), str_fmt(t->a, "%s%s", town_rules, town_more_rules));
    if (t->set.diags.errors > 0) {
        struct text report;
        text_init(&report, t->a, 1 << 16);
        diags_print_errors(&t->set.diags, t->set.program->sources.at, &report);
        FAIL("the rules: %s", report.p);
    }
    t->db = str_dup(t->a, str_of(t_database("town.db")));
}

/* Made anew: with the key that is set now. */
static inline void town_open_new(struct town *t)
{
    struct err e = { 0 };
    town_place(t);
    CHECK_OK(town_reopen(t, &e), e);
    t->s = dossier_store(t->d);
    town_people(t);
}

static inline void town_open(struct town *t)
{
    struct err e = { 0 };
    town_place(t);
    bool is_file = t->db.p[0] == '/';
    if (!is_file || !t_kept("town.db", t->db.p)) {
        CHECK_OK(town_reopen(t, &e), e);
        town_people(t);
        dossier_close(t->d);
        registry_close(t->r);
        if (is_file) t_keep("town.db", t->db.p);
    }
    CHECK_OK(town_reopen(t, &e), e);
    t->s = dossier_store(t->d);
}

static inline void town_close(struct town *t)
{
    dossier_close(t->d);
    registry_close(t->r);
    arena_free(t->a);
}

static inline int64_t who(struct town *t, const char *number)
{
    struct err e = { 0 };
    uint16_t entity;
    int64_t id = 0;
    CHECK_OK(registry_find(t->r, STR("人员"), str_of(number), &entity, &id, &e), e);
    return id;
}

static inline struct dossier_result applied(struct town *t, const char *service, const char *number,
                                            const char *answers, struct dossier_act act)
{
    struct err e = { 0 };
    struct dossier_result x;
    struct dossier_request q = { .service = str_of(service), .subject = who(t, number), .answers = str_of(answers) };
    if (!str_eq(act.role, DOSSIER_ROLE_SELF)) q.channel = DOSSIER_AT_COUNTER;
    CHECK_OK(dossier_apply(t->d, &act, &q, t->a, &x, &e), e);
    return x;
}

static inline struct dossier got(struct town *t, int64_t id)
{
    struct err e = { 0 };
    struct dossier c;
    CHECK_OK(dossier_get(t->d, id, t->a, &c, &e), e);
    return c;
}

static inline int64_t query(struct town *t, const char *sql)
{
    struct err e = { 0 };
    int64_t n = -1;
    CHECK_OK(store_get(t->s, NULL, &n, 1, &e, sql, ""), e);
    return n;
}

static inline struct dossier_night night(struct town *t, int mon, int day)
{
    struct err e = { 0 };
    struct dossier_night n;
    struct dossier_act act = by("系统", "系统", "", mon, day);
    act.reason = STR("补办前面的日子");
    CHECK_OK(dossier_night(t->d, &act, t->a, &n, &e), e);
    return n;
}

static inline void check_all(struct town *t, int mon, int day)
{
    struct err e = { 0 };
    struct text report;
    bool sound = false;
    text_init(&report, t->a, 1 << 16);
    CHECK_OK(dossier_check(t->d, date_of(2026, mon, day), &sound, &report, &e), e);
    if (!sound) FAIL("contradictions: %s", report.p);
}

/* What the registry says of somebody, on a day. */
static inline void town_known(struct town *t, const char *head, const char *line, int mon, int day)
{
    struct err e = { 0 };
    struct import_result out;
    str path = str_dup(t->a, str_of(t_path("news.csv")));
    CHECK_OK(file_write(path, str_fmt(t->a, "%s\n%s\n", head, line), &e), e);
    struct import_options o = {
        .path = path, .as = STR("人员"), .has_as_of = true, .as_of = date_of(2026, mon, day), .changes = true
    };
    CHECK_OK(registry_import(t->r, &o, &out, t->a, &e), e);
    CHECK_INT((int64_t)out.counts.good, 1);
}

static inline bool town_into_text(void *context, str piece, struct err *e)
{
    (void)e;
    text_add(context, piece);
    return true;
}

/* The bank pays every payment of a batch. */
static inline void bank_pays(struct town *t, int64_t batch, int mon, int day)
{
    struct err e = { 0 };
    struct text file, answer;
    struct ledger_act reviewer = { STR("复核人"), LEDGER_REVIEWER, date_of(2026, mon, day), STR(""), 0 };
    struct ledger_act cashier = { STR("出纳"), LEDGER_CASHIER, date_of(2026, mon, day), STR(""), 0 };
    struct ledger_returned r;
    text_init(&file, t->a, 1 << 20);
    text_init(&answer, t->a, 1 << 20);
    CHECK_OK(ledger_approve(t->s, &reviewer, batch, &e), e);
    CHECK_OK(ledger_send(t->s, &cashier, batch, town_into_text, &file, &e), e);
    str rest = text_str(&file), line, piece[5];
    int64_t count = 0, total = 0, yuan = 0, fen = 0;
    text_addf(&answer, "乐业回盘文件|1|%lld|R%lld\n", (long long)batch, (long long)batch);
    while (str_split(&rest, '\n', &line)) {
        size_t k = 0;
        if (str_starts(line, STR("乐业付款文件|"))) continue;
        if (str_starts(line, STR("完|"))) break;
        while (k < 5 && str_split(&line, '|', &piece[k])) k++;
        CHECK(k == 5);
        CHECK(str_to_i64(str_slice(piece[3], 0, piece[3].len - 3), &yuan));
        CHECK(str_to_i64(str_slice(piece[3], piece[3].len - 2, piece[3].len), &fen));
        total += yuan * 100 + fen;
        count++;
        text_addf(&answer, "%.*s|%.*s|成功|\n", STR_ARG(piece[0]), STR_ARG(piece[3]));
    }
    text_addf(&answer, "完|%lld|%lld.%02lld\n", (long long)count, (long long)(total / 100), (long long)(total % 100));
    CHECK_OK(ledger_receive(t->s, &cashier, text_str(&answer), &r, &e), e);
    CHECK_INT(r.paid_count, count);
}

#endif
