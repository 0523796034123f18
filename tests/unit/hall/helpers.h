/* helpers: a small place with two people in two districts, and requests to its hall without a socket. */
#ifndef HALL_HELPERS_H
#define HALL_HELPERS_H
#include "base/file.h"
#include "hall/hall.h"
#include "policy/scan.h"
#include "store/short.h"
#include "support/t.h"

#include <string.h>

static const char model_text[] =
    "包 试验\n  级别 市\n  地区 329900\n  版本 1\n  说明 只为测试\n"
    "代码 行政区划\n  项 试验市 329900\n  项 东区 329901  属 试验市\n  项 西区 329902  属 试验市\n"
    "代码 性别\n  项 男 1\n  项 女 2\n"
    "来源 办法\n  名称 试验办法\n"
    "实体 人员\n  字段 身份证号 : 文本  编码 AAC002  密级 证件号\n  字段 姓名 : 文本  编码 AAC003  密级 姓名\n"
    "  字段 性别 : 性别  编码 AAC004\n  字段 出生日期 : 日期  编码 AAC006\n  字段 常住地 : 行政区划\n"
    "  字段 联系电话 : 文本  编码 AAE005  密级 电话\n  字段 联系地址 : 文本  编码 AAE006  密级 地址\n"
    "  字段 银行账号 : 文本  编码 AAE010  密级 账号\n  字段 开户银行 : 文本\n  字段 月收入 : 元/月\n  字段 参加培训 : "
    "真假\n  标识 身份证号\n"
    "导入 底册\n  载入 人员\n  系统 人社\n  列 “身份证” 身份证号\n"
    "政策 培训补贴\n  依据 办法 第一条\n  对象 人员\n"
    "  条件 收入不高：月收入 <= 3000元/月\n    说明 每月收入不到三千元<script>alert(1)</script>\n"
    "  条件 参加了培训：参加培训\n    说明 参加了培训\n  金额\n    补贴 = 500元\n  频次 一次性\n"
    "事项 培训补贴申领\n  依据 办法 第一条\n  对象 人员\n  政策 培训补贴\n  填报 开户银行\n    问 开户的是哪家银行\n"
    "  材料 证书：培训证书\n  环节 受理\n    角色 经办\n  环节 审核\n    角色 复核\n  时限 10日\n  渠道 网上, 窗口\n"
    "  结果 决定\n  评价\n"
    "经历 申诉 : 人员\n  字段 申诉电话 : 文本  可无  密级 电话\n"
    "事项 各岗的事\n  依据 办法 第一条\n  对象 人员\n  填报 申诉.申诉电话\n    可不填\n  环节 看\n    角色 社区\n  "
    "环节 审\n    角色 复核\n"
    "  环节 查\n    角色 监察\n  环节 调\n    角色 调解\n  环节 裁\n    角色 仲裁\n  环节 定\n    角色 审批\n"
    "  环节 付\n    角色 财务\n  时限 10日\n  渠道 网上\n  结果 决定\n  变更 登记 申诉\n"
    "疑点 有收入\n  依据 办法 第二条\n  对象 人员\n  条件 月收入 > 0元/月\n  说明 有收入\n  处置 核实\n"
    "指标 新增就业人数 : 人\n  依据 办法 第三条\n  方向 正向\n  频率 年\n"
    "指标 登记的人 : 人\n  依据 办法 第三条\n  对象 人员\n  范围 有(常住地)\n  频率 月\n"
    "规划 试验规划\n  别名 trial\n  依据 办法 第三条\n  期间 2021-01-01 起 至 2025-12-31\n  说明 试验市就业规划\n"
    "目标 新增就业目标\n  依据 办法 第三条\n  规划 试验规划\n  指标 新增就业人数\n  性质 约束性\n  口径 五年累计\n"
    "  目标值 >= 1000人\n  说明 五年一千<script>alert(1)</script>\n"
    "任务 走访企业\n  依据 办法 第三条\n  规划 试验规划\n  年度 2023 80家\n  年度 2024 80家\n"
    "预警 就业减少\n  依据 办法 第三条\n  指标 新增就业人数\n  触发 <= 100人\n  级别 三级\n  签收 1日\n"
    "  处置 走访<script>alert(1)</script>企业\n  时限 5日\n"
    "实体 单位\n  字段 信用代码 : 文本\n  字段 单位名称 : 文本  编码 AAB004\n  字段 所在地 : 行政区划\n"
    "  字段 单位电话 : 文本  密级 电话\n  集合 合同 : 劳动合同 经 合同单位\n  标识 信用代码\n"
    "经历 劳动合同 : 人员\n  字段 合同单位 : 单位\n"
    "导入 单位册\n  载入 单位\n  系统 市监\n  列 “代码” 信用代码\n"
    "导入 合同册\n  载入 劳动合同\n  系统 就业\n  列 “身份证” 人员.身份证号\n  列 “单位” 合同单位\n"
    "事项 用工登记\n  依据 办法 第一条\n  对象 人员\n  申请人 单位\n  条件 有名字：有(姓名)\n"
    "  填报 劳动合同.合同单位\n    可不填\n  环节 受理\n    角色 经办\n  环节 审核\n    角色 复核\n"
    "  渠道 网上\n  结果 登记\n  变更 登记 劳动合同\n"
    "事项 单位备案\n  依据 办法 第一条\n  对象 单位\n  条件 有名字：有(单位名称)\n  环节 受理\n    角色 经办\n"
    "  环节 审核\n    角色 复核\n  渠道 网上\n  结果 备案\n  评价\n"
    "政策 高收入津贴\n  依据 办法 第二条\n  对象 人员\n  条件 收入高：月收入 > 3000元/月\n  金额\n    津贴 = 1元\n  "
    "频次 一次性\n";

#define ID_LI   "329901199003070012" /* in the east */
#define ID_WANG "329901198511230022" /* in the west */
#define PHONE   "15412345678"
#define BANK    "6222000011112222"
#define FIRM    "91329900000000000X"
#define ADDRESS "试验市东区<b>槐树</b>路1号3幢"

struct world {
    struct arena *a;
    struct pack_set set;
    const struct vocab *v;
    struct pool *pool;
    struct hall *hall;
    struct store *s;
    str db;
    int64_t li, firm;
    struct journal_signer signer; /* of certificates */
    bool no_room;                 /* the sidings are full */
};

static inline void world_import_more(struct world *w, struct registry *r, const char *name, const char *as,
                                     const char *csv)
{
    struct err e = { 0 };
    struct import_result out = { 0 };
    str path = str_dup(w->a, str_of(t_path(name)));
    CHECK_OK(file_write(path, str_of(csv), &e), e);
    struct import_options o = { .path = path, .as = str_of(as), .has_as_of = true, .as_of = date_of(2024, 5, 1) };
    CHECK_OK(registry_import(r, &o, &out, w->a, &e), e);
    NOTE("%s: %s", name, out.samples.len > 0 ? out.samples.at[0].complaint.p : "");
    CHECK_INT((int64_t)out.counts.good, 1);
}

static inline void world_import(struct world *w)
{
    struct registry *r;
    struct err e = { 0 };
    struct import_result out = { 0 };
    str path = str_dup(w->a, str_of(t_path("in.csv")));
    static const char csv[] = "身份证,姓名,性别,出生日期,常住地,联系电话,联系地址,银行账号,月收入,参加培训\n" ID_LI
                              ",李试验,1,1990-03-07,东区," PHONE "," ADDRESS "," BANK ",2000,1\n" ID_WANG
                              ",王试验,2,1985-11-23,西区,15487654321,试验市西区某路,6222999911112222,2500,\n";
    CHECK_OK(file_write(path, STR(csv), &e), e);
    CHECK_OK(registry_open(&r, w->set.program, w->db, STORE_CREATE, &e), e);
    struct import_options o = { .path = path, .as = STR("底册"), .has_as_of = true, .as_of = date_of(2024, 5, 1) };
    CHECK_OK(registry_import(r, &o, &out, w->a, &e), e);
    CHECK_INT((int64_t)out.counts.good, 2);
    world_import_more(w, r, "firm.csv", "单位册",
                      "代码,单位名称,所在地,单位电话\n" FIRM ",东区试验厂,东区,15411112222\n");
    world_import_more(w, r, "contracts.csv", "合同册", "身份证,单位,开始\n" ID_LI "," FIRM ",2023-01-01\n");
    registry_close(r);
}

/* The people and firms of the place: imported by the first test that has these rules, copied by the others. */
static inline void world_data(struct world *w, const char *rules)
{
    struct registry *r;
    struct err e = { 0 };
    uint16_t entity;
    if (!t_kept(rules, w->db.p)) {
        world_import(w);
        t_keep(rules, w->db.p);
    }
    CHECK_OK(registry_open(&r, w->set.program, w->db, STORE_WRITE, &e), e);
    CHECK_OK(registry_find(r, STR("人员"), STR(ID_LI), &entity, &w->li, &e), e);
    CHECK_OK(registry_find(r, STR("单位"), STR(FIRM), &entity, &w->firm, &e), e);
    w->v = vocab_of(w->set.program, false, w->a);
    CHECK_OK(registry_pool(r, w->v, &w->pool, &e), e);
    registry_close(r);
}

static inline void world_open(struct world *w)
{
    struct err e = { 0 };
    *w = (struct world){ .a = arena_new("world", 0) };
    pack_load_text(&w->set, w->a, STR("model.leye"), (str){ model_text, sizeof model_text - 1 });
    if (w->set.diags.errors > 0) {
        struct text t;
        text_init(&t, w->a, 1 << 16);
        diags_print_errors(&w->set.diags, w->set.program->sources.at, &t);
        FAIL("the model: %s", t.p);
    }
    w->db = str_dup(w->a, str_of(t_path("hall.db")));
    world_data(w, "model");
    struct findings *found;
    date today = date_of(2024, 6, 3);
    struct scan s = { .vocab = w->v,
                      .pool = w->pool,
                      .today = today,
                      .rule_day = today,
                      .facts = STR("1"),
                      .threads = 1,
                      .reasons = SCAN_FIRST };
    CHECK_OK(scan_run(&s, w->a, &found, &e), e);
    struct sm2_key *key;
    CHECK_OK(sm2_key_make(w->a, &key, &e), e);
    w->signer = (struct journal_signer){ key, STR("试验局") };
    struct hall_options o = { .set = &w->set,
                              .signer = &w->signer,
                              .vocab = w->v,
                              .pool = w->pool,
                              .found = found,
                              .db = w->db,
                              .today = today,
                              .rule_day = today,
                              .place = STR("试验市"),
                              .threads = 1 };
    CHECK_OK(hall_open(&w->hall, &o, &e), e);
    CHECK_OK(store_open(&w->s, w->db, STORE_WRITE, &e), e);
}

static inline void world_close(struct world *w)
{
    hall_close(w->hall);
    store_close(w->s);
    pool_free(w->pool);
    arena_free(w->a);
}

/* An account with one role; the worker is Li. */
static inline void account(struct world *w, const char *name, enum access_role role, const char *regions)
{
    struct err e = { 0 };
    int64_t id;
    struct access_account n = {
        .name = str_of(name), .display = str_of(name), .roles = 1u << role, .regions = str_of(regions)
    };
    if (role == ROLE_WORKER) n.entity = STR("人员"), n.subject = w->li;
    if (role == ROLE_EMPLOYER) n.entity = STR("单位"), n.subject = w->firm;
    CHECK_OK(access_account_make(w->s, &n, STR("long password"), 0, &id, &e), e);
}

struct asked {
    unsigned status;
    str body, type;
    str cookie, location, later, allow;
};

/* One request, as the reader of http understands it. */
static inline struct asked send_to(struct world *w, const char *bytes)
{
    struct http_reader r;
    struct http_limits usual = { 0 };
    http_reader_start(&r, w->a, &usual);
    http_reader_feed(&r, str_of(bytes));
    if (r.state != HTTP_WHOLE) FAIL("not a whole request: %s", bytes);
    r.q.no_room = w->no_room;
    struct http_answer out = { .status = 200, .a = w->a };
    text_init(&out.body, w->a, 8 << 20);
    text_addz(&out.body, "");
    hall_handle(w->hall, 0, &r.q, &out);
    struct asked k = {
        out.status, out.body.len > 0 ? text_str(&out.body) : STR(""), out.type, STR(""), STR(""), STR(""), STR("")
    };
    VEC_EACH (const struct http_field, f, &out.fields) {
        if (str_eq(f->name, STR("Set-Cookie"))) k.cookie = f->value;
        if (str_eq(f->name, STR("Location"))) k.location = f->value;
        if (str_eq(f->name, STR("Retry-After"))) k.later = f->value;
        if (str_eq(f->name, STR("Allow"))) k.allow = f->value;
    }
    return k;
}

/* fields: more lines, each ending in \r\n. */
static inline struct asked get(struct world *w, const char *target, const char *fields)
{
    return send_to(w, str_fmt(w->a, "GET %s HTTP/1.1\r\nHost: hall\r\n%s\r\n", target, fields).p);
}

static inline struct asked post(struct world *w, const char *target, const char *fields, const char *body)
{
    return send_to(w, str_fmt(w->a,
                              "POST %s HTTP/1.1\r\nHost: hall\r\n%sContent-Type: application/x-www-form-urlencoded\r\n"
                              "Content-Length: %zu\r\n\r\n%s",
                              target, fields, strlen(body), body)
                          .p);
}

/* The line with the cookie of somebody signed in. */
static inline const char *signed_in(struct world *w, const char *name)
{
    struct asked k = post(w, "/sign-in", "", str_fmt(w->a, "name=%s&password=long+password", name).p);
    if (k.status != 303 || !str_starts(k.cookie, STR("sid=")))
        FAIL("%s did not get in: %u %s", name, k.status, k.body.p);
    return str_fmt(w->a, "Cookie: %.*s\r\n", (int)str_find(k.cookie, STR(";")), k.cookie.p).p;
}

static inline const char *token_of(struct world *w, const char *name)
{
    struct err e = { 0 };
    char token[CRYPTO_TOKEN + 1];
    int64_t now = (int64_t)date_of(2030, 1, 1).days * 86400;
    struct access_grant g = {
        .account = str_of(name), .purpose = STR("每日比对"), .per_minute = 100000, .expires = now * 2
    };
    CHECK_OK(access_token_make(w->s, &g, now, token, &e), e);
    return str_fmt(w->a, "Authorization: Bearer %s\r\n", token).p;
}

/* What the rows of a file that was taken out carry; "" when the journal has no such event. */
static inline str mark_of(struct world *w, const char *file, const char *who)
{
    struct err e = { 0 };
    int64_t number;
    CHECK_OK(store_get(w->s, NULL, &number, 1, &e,
                       "SELECT max(number) FROM journal WHERE kind = 'access.export' AND subject = $1", "s",
                       str_of(file)),
             e);
    return number == 0 ? STR("") : str_fmt(w->a, "留痕第 %lld 条　%s　2024-06-03", (long long)number, who);
}

static inline bool has(str s, const char *what) { return str_find(s, str_of(what)) != SIZE_MAX; }

/* The hidden field of the form on a page. */
static inline const char *csrf_of(struct world *w, str page)
{
    static const char mark[] = "name=\"csrf\" value=\"";
    size_t at = str_find(page, STR(mark));
    if (at == SIZE_MAX) FAIL("no form: %.*s", STR_ARG(page));
    return str_dup(w->a, str_slice(page, at + sizeof mark - 1, at + sizeof mark - 1 + CRYPTO_TOKEN)).p;
}

#endif
