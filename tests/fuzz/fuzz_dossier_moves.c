/* Any bytes as a day in an office: three bytes are a move (which, on which case, by whom), one in eight a night.
 * Nothing may crash, every refusal has a sentence, and nothing contradicts anything afterwards. again: 150 runs */
#include "dossier/dossier.h"
#include "store/short.h"

#include <stdio.h>
#include <stdlib.h>

enum { PEOPLE = 4, MOVES_MAX = 60 };

static const char rules[] =
    "来源 试行办法\n  名称 试行办法\n  机关 试验市\n  日期 2026-01-01\n  可信 虚构\n资金 就业补助资金\n"
    "日历 假日\n  2026-03-09 休\n"
    "实体 人员\n  字段 身份证号 : 文本  编码 AAC002\n  字段 姓名 : 文本  编码 AAC003\n  字段 困难 : 真假\n"
    "  字段 银行账号 : 文本  可无  编码 AAE010\n  标识 身份证号\n"
    "经历 领取 : 人员 按月\n  字段 领取额 : 元/月\n"
    "政策 补贴\n  依据 试行办法 第一条\n  对象 人员\n  条件 困难的人：困难\n    说明 家里困难\n"
    "  金额\n    补贴 = 500元\n  频次 一次性\n  资金 就业补助资金\n"
    "政策 月补\n  依据 试行办法 第二条\n  对象 人员\n  条件 困难的人：困难\n    说明 家里困难\n"
    "  金额\n    补贴 = 300元/月\n  频次 按月\n  资金 就业补助资金\n"
    "事项 补贴申领\n  依据 试行办法 第三条\n  对象 人员\n  政策 补贴\n  填报 银行账号\n    可不填\n"
    "  环节 受理\n    角色 经办\n    时限 1工作日\n  环节 审核\n    角色 复核\n  环节 批准\n    角色 审批\n    会签 "
    "2人\n"
    "  时限 10工作日\n  公示 5工作日\n  评价\n"
    "事项 月补申领\n  依据 试行办法 第四条\n  对象 人员\n  政策 月补\n  停发 不困难了：非 困难\n    说明 不再困难\n"
    "  主动 告知\n  决定 秒批\n  环节 审核\n    角色 复核\n  时限 5工作日\n  变更 登记 领取\n    赋值 领取额 = "
    "核定金额\n";

static void must(bool condition)
{
    if (!condition) abort();
}

static struct arena *life;
static struct pack_set set;
static struct registry *r;
static struct dossier_desk *d;

static void open_office(void)
{
    struct err e = { 0 };
    int64_t line = 0;
    struct ledger_act clerk = {
        STR("会计"), LEDGER_ACCOUNTANT | LEDGER_CASHIER, date_of(2026, 3, 1), { 0 }, INT64_C(1772300000000)
    };
    struct ledger_line spec = { STR("就业补助资金"), STR("市级"), STR("补贴"), 2026 };
    life = arena_new("office", 0);
    pack_load_text(&set, life, STR("fuzz.leye"), (str){ rules, sizeof rules - 1 });
    must(set.diags.errors == 0);
    must(registry_open(&r, set.program, STR(":memory:"), STORE_CREATE, &e) && dossier_open(&d, r, &set, &e));
    struct store *s = dossier_store(d);
    for (int64_t i = 1; i <= PEOPLE; i++) {
        const char *sql = "INSERT INTO \"人员\" (\"_id\", \"身份证号\", \"姓名\", \"困难\", \"银行账号\") VALUES ($1, "
                          "$2, $3, $4, $5)";
        must(store_do(s, NULL, &e, sql, "issis", i, str_fmt(life, "%lld", (long long)i), STR("群众"),
                      i < PEOPLE ? INT64_C(1) : INT64_C(0), i == 2 ? STR("") : STR("6222")));
    }
    must(ledger_line_open(s, &clerk, &spec, &line, &e) && ledger_budget(s, &clerk, line, 130000, STR("x"), &e) &&
         ledger_deposit(s, &clerk, spec.fund, 130000, STR("x"), &e));
}

struct day {
    date today;
    struct arena *a;
};

static struct dossier_act somebody(const struct day *k, uint8_t who, int64_t id)
{
    static const char *const names[] = { "小周", "小吴", "小郑", "1", "2", "3" };
    static const char *const roles[] = { "经办", "复核", "审批", "主管", "本人", "窗口", "系统", "本人" };
    struct dossier_act act = { .who = str_of(names[who % 6]), .role = str_of(roles[who / 6 % 8]), .day = k->today };
    struct dossier c;
    struct err e = { 0 };
    act.reason = who < 240 ? STR("有理由") : STR("");
    act.clock_ms = (int64_t)k->today.days * 86400000;
    if (str_eq(act.role, DOSSIER_ROLE_SELF) && who % 3 > 0 && dossier_get(d, id, k->a, &c, &e)) act.who = c.applicant;
    return act;
}

static bool apply(const struct day *k, uint8_t which, uint8_t who, struct err *e)
{
    struct dossier_act act = somebody(k, who, 0);
    struct dossier_result x;
    struct dossier_request q = { .service = which & 1 ? STR("补贴申领") : STR("月补申领"),
                                 .subject = 1 + which / 2 % PEOPLE,
                                 .channel = which & 16 ? DOSSIER_ONLINE : DOSSIER_AT_COUNTER,
                                 .as_draft = (which & 32) != 0,
                                 .anyway = (which & 64) != 0,
                                 .key = which & 128 ? STR("同一次") : STR("") };
    return dossier_apply(d, &act, &q, k->a, &x, e);
}

static bool night(struct day *k, uint8_t days, struct err *e)
{
    struct dossier_night n;
    struct dossier_act sys = { .who = STR("系统"), .role = DOSSIER_ROLE_SYSTEM, .reason = STR("补办") };
    k->today = date_add_days(k->today, days % 40);
    sys.day = k->today, sys.clock_ms = (int64_t)k->today.days * 86400000 + 50000000;
    return dossier_night(d, &sys, k->a, &n, e);
}

static bool one_move(struct day *k, const uint8_t *b, struct err *e)
{
    int64_t id = 1 + b[1] % 6, objection;
    struct dossier_act act = somebody(k, b[2], id);
    struct dossier_ref c = { .id = id };
    struct dossier_result x;
    str defect = STR("缺材料");
    switch (b[0] % 24) {
    case 0:
    case 1: return apply(k, b[1], b[2], e);
    case 2: return dossier_submit(d, &act, id, STR(""), k->a, &x, e);
    case 3:
    case 4: return dossier_accept(d, &act, c, k->a, &x, e);
    case 5:
    case 6:
    case 7: return dossier_approve(d, &act, c, k->a, &x, e);
    case 8: return dossier_return(d, &act, c, &defect, 1, b[1] > 128, date_add_days(k->today, b[1] % 9), e);
    case 9: return dossier_refuse(d, &act, c, e);
    case 10: return dossier_withdraw(d, &act, c, e);
    case 11: return dossier_confirm(d, &act, c, b[1] > 128, STR(""), k->a, &x, e);
    case 12: return dossier_stop(d, &act, c, e);
    case 13: return dossier_resume(d, &act, c, e);
    case 14: return dossier_revoke(d, &act, c, e);
    case 15: return dossier_reopen(d, &act, c, e);
    case 16: return dossier_take(d, &act, c, e);
    case 17: return dossier_release(d, &act, c, e);
    case 18: return dossier_transfer(d, &act, c, STR("320102"), (struct dossier_whom){ 0 }, e);
    case 19: return dossier_object(d, &act, c, &objection, e);
    case 20: return dossier_answer(d, &act, id, b[1] > 128, e);
    case 21: return dossier_rate(d, &act, c, b[1] % 7, e);
    default: return night(k, b[1], e);
    }
}

static void sound(struct day *k)
{
    struct err e = { 0 };
    struct text report;
    bool holds = false;
    text_init(&report, k->a, 1 << 16);
    bool ran = night(k, 0, &e) && dossier_check(d, k->today, &holds, &report, &e);
    if (!ran) err_print(&e, stderr);
    if (!holds) fprintf(stderr, "%.*s\n", STR_ARG(text_str(&report)));
    must(ran && holds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = { 0 };
    if (d == NULL) open_office();
    struct day k = { date_of(2026, 3, 2), arena_new("day", 0) };
    must(store_begin(dossier_store(d), &e)); /* and undone below: each input meets the same office */
    for (size_t i = 0; i + 3 <= size && i < (size_t)3 * MOVES_MAX; i += 3) {
        struct err own = { 0 };
        if (!one_move(&k, data + i, &own)) must(err_cause(&own)[0] != '\0' && own.code != ERR_INTERNAL);
    }
    sound(&k);
    store_rollback(dossier_store(d));
    arena_free(k.a);
    return 0;
}
