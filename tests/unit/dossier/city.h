/* A small made-up city in which time passes: its rules in three editions, families, what happens to people, and the
 * bank. The bank and the list of what happened are kept here, beside the program, so that it can be judged by them. */
#ifndef UNIT_DOSSIER_CITY_H
#define UNIT_DOSSIER_CITY_H
#include "helpers.h"

enum {
    CITY_PEOPLE = 60,
    CITY_FAMILY = 3, /* people in each */
    CITY_FIRMS = 5,
    CITY_EDITIONS = 3,
    CITY_TRANSFERS = 20000,
    CITY_FILES = 400,
};

/* $P is what 困难补贴 pays: an edition of the rules differs from the others in it. */
static const char city_rules[] =
    "来源 试行办法\n  名称 试行办法\n  机关 试验市\n  日期 2026-01-01\n  可信 虚构\n"
    "资金 就业补助资金\n"
    "代码 行政区划\n  项 试验市 320100\n  项 东区 320101\n    属 试验市\n  项 西区 320102\n    属 试验市\n"
    "  项 外市 330100\n"
    "日历 假日\n  2026-03-09 休\n"
    "实体 单位\n  字段 单位编号 : 文本  编码 AAB001\n  字段 单位名称 : 文本  编码 AAB004\n"
    "  字段 对公账号 : 文本  可无  编码 AAE010  密级 账号\n  标识 单位编号\n"
    "实体 家庭\n  字段 户号 : 文本\n  集合 成员 : 人员 经 家庭\n  标识 户号\n"
    "实体 人员\n  字段 身份证号 : 文本  编码 AAC002  密级 证件号\n  字段 姓名 : 文本  编码 AAC003  密级 姓名\n"
    "  字段 家庭 : 家庭\n  字段 常住地 : 行政区划\n  字段 困难 : 真假\n  字段 死亡日期 : 日期  可无\n"
    "  字段 雇主 : 单位  可无\n  字段 退休日期 : 日期  可无\n  字段 银行账号 : 文本  可无  编码 AAE010  密级 账号\n  "
    "标识 身份证号\n"
    "经历 登记 : 人员\n  字段 形式 : 文本  可无\n"
    "经历 就业 : 人员\n"
    "经历 领取 : 人员 按月\n  字段 领取额 : 元/月\n"
    "导入 人口\n  载入 人员\n  系统 试验\n  全量\n  列 “身份证号” 身份证号\n"
    "导入 登记名单\n  载入 登记\n  系统 试验\n  全量\n  空白 无\n  列 “身份证号” 人员.身份证号\n"
    "导入 就业名单\n  载入 就业\n  系统 试验\n  全量\n  空白 无\n  列 “身份证号” 人员.身份证号\n"
    "导入 领取名单\n  载入 领取\n  系统 试验\n  全量\n  空白 无\n  列 “身份证号” 人员.身份证号\n"
    "政策 困难补贴\n  依据 试行办法 第一条\n  对象 人员\n  条件 困难的人：困难\n    说明 家里困难\n"
    "  条件 在世：无(死亡日期) 或 死亡日期 > 今日\n    说明 在世\n"
    "  金额\n    补贴 = $P元\n  频次 一次性\n  资金 就业补助资金\n"
    "政策 月度补贴\n  依据 试行办法 第二条\n  对象 人员\n  条件 困难的人：困难\n    说明 家里困难\n"
    "  条件 登记过：有效(登记)\n    说明 办了登记\n  条件 没有工作：非 有效(就业)\n    说明 没有工作\n"
    "  条件 期限未满：累计月数(领取, 本月 - 1月) < 5月\n    说明 没有领满五个月\n"
    "  金额\n    补贴 = 300元/月\n  频次 按月\n  资金 就业补助资金\n  互斥 另一补贴\n"
    "政策 另一补贴\n  依据 试行办法 第二条\n  对象 人员\n  条件 困难的人：困难\n    说明 家里困难\n"
    "  金额\n    补贴 = 200元/月\n  频次 按月\n  资金 就业补助资金\n"
    "政策 用工补贴\n  依据 试行办法 第十条\n  对象 人员\n  条件 困难的人：困难\n    说明 家里困难\n"
    "  金额\n    补贴 = 400元/月\n  频次 按月\n  收款 雇主\n  资金 就业补助资金\n";

static const char city_services[] =
    "事项 登记申请\n  依据 试行办法 第三条\n  对象 人员\n  条件 没有登记过：非 有效(登记)\n    说明 现在没有登记\n"
    "  决定 秒批\n  填报 登记.形式\n    可不填\n  比对 人员\n  时限 5工作日\n  变更 登记 登记\n"
    "事项 困难补贴申领\n  依据 试行办法 第四条\n  对象 人员\n  政策 困难补贴\n  填报 银行账号\n"
    "  环节 受理\n    角色 经办\n    时限 1工作日\n  环节 审核\n    角色 复核\n    时限 3工作日\n"
    "  环节 批准\n    角色 审批\n    会签 2人\n  时限 10工作日\n  变更 更新\n  评价\n"
    "事项 公示补贴申领\n  依据 试行办法 第五条\n  对象 人员\n  政策 困难补贴\n  填报 银行账号\n"
    "  环节 审核\n    角色 复核\n  公示 5工作日\n  时限 10工作日\n"
    "事项 月度补贴申领\n  依据 试行办法 第六条\n  对象 人员\n  政策 月度补贴\n"
    "  停发 去世：有(死亡日期) 且 死亡日期 <= 今日\n    说明 领取人去世\n"
    "  停发 退休：有(退休日期) 且 退休日期 <= 今日\n    说明 已经退休\n"
    "  停发 找到工作：有效(就业)\n    说明 找到了工作\n"
    "  停发 搬走：常住地 = 外市\n    说明 搬到了外市\n"
    "  停发 期满：累计月数(领取, 本月 - 1月) >= 5月\n    说明 领满了五个月\n    依据 试行办法 第七条\n"
    "  停发 家人在领：任一 家庭.成员 满足 (身份证号 != 主体.身份证号 且 缺省(累计月数(领取, 本月 - 1月), 0月) > 0月)\n"
    "    说明 同一家里已经有人领\n    依据 试行办法 第八条\n"
    "  主动 告知\n  决定 秒批\n  环节 审核\n    角色 复核\n  时限 5工作日\n"
    "  变更 登记 领取\n    赋值 领取额 = 核定金额\n"
    "事项 另一补贴申领\n  依据 试行办法 第九条\n  对象 人员\n  政策 另一补贴\n"
    "  停发 去世：有(死亡日期) 且 死亡日期 <= 今日\n    说明 领取人去世\n  填报 银行账号\n    可不填\n"
    "  环节 审核\n    角色 复核\n  时限 5工作日\n"
    "事项 用工补贴申领\n  依据 试行办法 第十条\n  对象 人员\n  申请人 单位\n  政策 用工补贴\n"
    "  停发 去世：有(死亡日期) 且 死亡日期 <= 今日\n    说明 职工去世\n"
    "  停发 搬走：常住地 = 外市\n    说明 搬到了外市\n"
    "  环节 审核\n    角色 复核\n  时限 5工作日\n";

/* ---- what the city knows ---- */

enum city_fate { FATE_DIED, FATE_RETIRED, FATE_WORKS, FATE_MOVED, FATES };

struct city_person {
    char number[19];
    int64_t id;
    int32_t fate[FATES], known[FATES]; /* the day of it, and the day the register heard of it; 0: did not happen */
    int firm;                          /* where they work; CITY_FIRMS: nowhere */
    int32_t since;                     /* the day they came there, and the register heard of it */
};

struct city_transfer { /* what the bank really did */
    int64_t payment, amount_fen;
    char key[120]; /* subject, policy, period */
    bool back;     /* the money came back: a bounce */
};

struct city_file { /* one that was sent, with what the bank made of it */
    int64_t batch;
    str rows;     /* number|yuan|成功|… one after the other */
    size_t count; /* of rows */
    size_t told;  /* rows in answers so far */
    str last;     /* the last answer as it was given */
    bool replay;  /* it may be given once more */
};

struct city {
    struct town t;
    struct pack_set editions[CITY_EDITIONS];
    int edition;
    struct city_person people[CITY_PEOPLE];
    date day;
    int64_t references, imports; /* used up */
    int32_t received;            /* the month in which the list of receivers was taken in */
    int64_t bank_fen;            /* in the fund's account, as the bank has it */
    struct city_transfer *transfers;
    size_t transfer_count;
    struct city_file files[CITY_FILES];
    size_t file_count;
    int64_t done, refused, faults, restarts, kills;
};

static inline str city_text(struct arena *a, const char *pays)
{
    struct text t;
    text_init(&t, a, sizeof city_rules + sizeof city_services + 64);
    for (const char *p = city_rules; *p != '\0'; p++) {
        if (p[0] == '$' && p[1] == 'P')
            text_addz(&t, pays), p++;
        else
            text_addc(&t, *p);
    }
    text_addz(&t, city_services);
    return text_str(&t);
}

static inline void city_edition(struct city *c, int n, const char *pays)
{
    struct text report;
    pack_load_text(&c->editions[n], c->t.a, STR("city.leye"), city_text(c->t.a, pays));
    if (c->editions[n].diags.errors == 0) return;
    text_init(&report, c->t.a, 1 << 16);
    diags_print_errors(&c->editions[n].diags, c->editions[n].program->sources.at, &report);
    FAIL("the rules: %s", report.p);
}

static inline bool city_reopen(struct city *c, struct err *e)
{
    c->t.set = c->editions[c->edition];
    if (!town_reopen(&c->t, e)) return false;
    c->t.s = dossier_store(c->t.d);
    return true;
}

/* Ends the program and starts it again. */
static inline void city_restart(struct city *c)
{
    struct err e = { 0 };
    dossier_close(c->t.d);
    registry_close(c->t.r);
    CHECK_OK(city_reopen(c, &e), e);
    c->restarts++;
}

static inline int64_t city_clock(const struct city *c) { return (int64_t)c->day.days * 86400000 + 14400000; }

/* Takes in the rows of a file; whole: all there are, else what changed. */
static inline void city_file_in(struct city *c, const char *as, str rows, bool whole)
{
    struct err e = { 0 };
    struct import_result out;
    char name[40];
    snprintf(name, sizeof name, "drop%lld.csv", (long long)c->imports++);
    autoarena *a = arena_new("drop", 0);
    str path = str_dup(a, str_of(t_path(name)));
    CHECK_OK(file_write(path, rows, &e), e);
    struct import_options o = {
        .path = path, .as = str_of(as), .has_as_of = true, .as_of = c->day, .changes = !whole, .origin = STR("试验")
    };
    CHECK_OK(registry_import(c->t.r, &o, &out, a, &e), e);
    if (out.counts.bad > 0) FAIL("a row was refused: %s", out.samples.at[0].complaint.p);
}

/* Takes in a few rows, as a daily drop of another office brings them. */
static inline void city_import(struct city *c, const char *as, str rows) { city_file_in(c, as, rows, false); }

static inline void city_number(int i, char out[19])
{
    static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;
    char text[40];
    snprintf(text, sizeof text, "329901198%d0%d1%d%03d", i % 10, 1 + i % 9, i % 9, i + 100);
    memcpy(out, text, 17);
    for (int k = 0; k < 17; k++) sum += (out[k] - '0') * weights[k];
    out[17] = "10X98765432"[sum % 11];
    out[18] = '\0';
}

static inline const char *city_firm_code(struct arena *a, int firm)
{
    return firm < CITY_FIRMS ? str_fmt(a, "F%03d", firm).p : "无";
}

/* The bank's list of who received what in the months before, taken in at the beginning of each. */
static inline void city_receivers(struct city *c)
{
    autoarena *a = arena_new("receivers", 0);
    struct text t;
    text_init(&t, a, 1 << 20);
    text_addf(&t, "身份证号,月份,末月,领取额\n%s,2025-01,2025-01,300\n", c->people[CITY_PEOPLE - 1].number);
    for (size_t i = 0; i < c->transfer_count; i++) {
        long long id;
        char period[20];
        if (c->transfers[i].back || sscanf(c->transfers[i].key, "%lld 月度补贴 %19s", &id, period) != 2) continue;
        for (int k = 0; k < CITY_PEOPLE; k++)
            if (c->people[k].id == id) text_addf(&t, "%s,%s,%s,300\n", c->people[k].number, period, period);
    }
    city_file_in(c, "领取名单", text_str(&t), true);
}

static inline void city_settle(struct city *c)
{
    autoarena *a = arena_new("people", 0);
    struct text firms, homes, people, spells;
    text_init(&firms, a, 1 << 12);
    text_init(&homes, a, 1 << 14);
    text_init(&people, a, 1 << 16);
    text_init(&spells, a, 1 << 16);
    text_addz(&firms, "单位编号,单位名称,对公账号\n");
    text_addz(&homes, "户号\n");
    text_addz(&people, "身份证号,姓名,家庭,常住地,困难,死亡日期,退休日期,雇主,银行账号\n");
    text_addz(&spells, "身份证号,开始,结束,形式\n");
    for (int i = 0; i < CITY_PEOPLE; i++) {
        struct city_person *p = &c->people[i];
        city_number(i, p->number);
        if (i % CITY_FAMILY == 0) text_addf(&homes, "H%d\n", i / CITY_FAMILY);
        p->firm = i % 4 ? i % CITY_FIRMS : CITY_FIRMS;
        text_addf(&people, "%s,群众%d,H%d,%s,%s,无,无,%s,%s\n", p->number, i, i / CITY_FAMILY,
                  i % 2 ? "320101" : "320102", i % 5 ? "是" : "否", city_firm_code(a, p->firm),
                  i % 7 ? "62220001" : "无");
        if (i % 2 == 0) text_addf(&spells, "%s,2026-01-05,,\n", p->number);
    }
    for (int i = 0; i < CITY_FIRMS; i++)
        text_addf(&firms, "%s,厂%d,%s\n", city_firm_code(a, i), i, i < 4 ? "11110001" : "无");
    city_import(c, "单位", text_str(&firms));
    city_import(c, "家庭", text_str(&homes));
    /* whole lists: nobody else is of a family, who is not on them is known not to be registered, not to work; were that
     * unknown, nobody would get a month's money */
    city_file_in(c, "人口", text_str(&people), true);
    city_file_in(c, "登记名单", text_str(&spells), true);
    city_receivers(c);
    city_file_in(c, "就业名单",
                 str_fmt(a, "身份证号,开始,结束\n%s,2025-01-05,2026-01-31\n", c->people[CITY_PEOPLE - 1].number), true);
    for (int i = 0; i < CITY_PEOPLE; i++) c->people[i].id = who(&c->t, c->people[i].number);
}

/* ---- money of a new year ---- */

static inline void city_money(struct city *c, int64_t fen)
{
    struct err e = { 0 };
    int year, mon, day;
    char ref[40];
    date_parts(c->day, &year, &mon, &day);
    struct ledger_act clerk = { STR("会计"), LEDGER_ACCOUNTANT | LEDGER_CASHIER, c->day, STR(""), city_clock(c) };
    struct ledger_line spec = { STR("就业补助资金"), STR("市级"), STR("补贴"), year };
    snprintf(ref, sizeof ref, "文件%lld", (long long)c->references++);
    struct ledger_act chief = { STR("局长"), LEDGER_CHIEF, c->day, STR("拨款到了"), city_clock(c) };
    CHECK_OK(ledger_line_open(c->t.s, &clerk, &spec, &c->t.line, &e), e);
    if (!ledger_budget(c->t.s, &clerk, c->t.line, fen, str_of(ref), &e)) { /* somebody closed this month already */
        e = (struct err){ 0 };
        CHECK_OK(ledger_reopen(c->t.s, &chief, spec.fund, date_month(c->day), &e), e);
        CHECK_OK(ledger_budget(c->t.s, &clerk, c->t.line, fen, str_of(ref), &e), e);
    }
    CHECK_OK(ledger_deposit(c->t.s, &clerk, spec.fund, fen, str_of(ref), &e), e);
    c->bank_fen += fen;
}

static inline void city_open(struct city *c, const char *db, date first)
{
    static const char *const pays[CITY_EDITIONS] = { "500", "600", "450" };
    struct err e = { 0 };
    *c = (struct city){ .day = first };
    c->t.a = arena_new("city", 0);
    c->t.db = str_dup(c->t.a, str_of(db));
    c->transfers = ARENA_ARRAY(c->t.a, struct city_transfer, CITY_TRANSFERS);
    for (int i = 0; i < CITY_EDITIONS; i++) city_edition(c, i, pays[i]);
    CHECK_OK(city_reopen(c, &e), e);
    city_settle(c);
}

/* ---- what happens to people ---- */

static inline void city_happens(struct city *c)
{
    static const char *const heads[FATES] = { "身份证号,死亡日期\n", "身份证号,退休日期\n", "身份证号,开始,结束\n",
                                              "身份证号,常住地\n" };
    struct city_person *p = &c->people[t_random_below(CITY_PEOPLE)];
    enum city_fate f = t_random_below(8) == 0 ? FATE_DIED : (enum city_fate)t_random_between(FATE_RETIRED, FATE_MOVED);
    if (p->fate[f] != 0 || p->fate[FATE_DIED] != 0) return;
    autoarena *a = arena_new("fate", 0);
    char day[DATE_TEXT];
    date when = date_add_days(c->day, -(int)t_random_below(40)); /* the register hears of it later */
    date_text(when, day);
    str row =
        str_fmt(a, "%s%s,%s%s\n", heads[f], p->number, f == FATE_MOVED ? "330100" : day, f == FATE_WORKS ? "," : "");
    city_import(c, f == FATE_WORKS ? "就业名单" : "人员", row);
    p->fate[f] = f == FATE_MOVED ? c->day.days : when.days; /* a file that says where they live tells of its own day */
    p->known[f] = c->day.days;
}

/* They work for another firm from today on, or for none. */
static inline void city_another_firm(struct city *c, struct city_person *p, struct arena *a)
{
    int firm = (int)t_random_below(CITY_FIRMS + 1);
    if (firm == p->firm) return;
    city_import(c, "人员", str_fmt(a, "身份证号,雇主\n%s,%s\n", p->number, city_firm_code(a, firm)));
    p->firm = firm;
    p->since = c->day.days;
}

/* Another account, of a person or a firm, another firm, or hardship over or come back. */
static inline void city_changes(struct city *c)
{
    struct city_person *p = &c->people[t_random_below(CITY_PEOPLE)];
    autoarena *a = arena_new("change", 0);
    int account = (int)t_random_below(9999);
    switch (t_random_below(5)) {
    case 0: city_another_firm(c, p, a); break;
    case 1:
        city_import(c, "单位",
                    str_fmt(a, "单位编号,对公账号\n%s,1111%04d\n", city_firm_code(a, (int)t_random_below(CITY_FIRMS)),
                            account));
        break;
    case 2: city_import(c, "人员", str_fmt(a, "身份证号,银行账号\n%s,6222%04d\n", p->number, account)); break;
    default: city_import(c, "人员", str_fmt(a, "身份证号,困难\n%s,%s\n", p->number, t_random_below(3) ? "是" : "否"));
    }
}

#endif
