/* Any bytes as a person's facts, against one model with everything a model can have: as JSON when they begin with a
 * brace, else as what an example writes behind 已知. What is accepted is then judged; what is refused must say why;
 * nothing may crash, and a person who cannot be judged yet must lack a fact that has a name. (again: 20000 runs) */
#include "base/utf8.h"
#include "lang/example.h"
#include "pack/pack.h"

#include <stdlib.h>

static const char model[] =
    "包 模型\n  级别 示例\n  版本 1\n来源 甲法\n  名称 甲法\n"
    "代码 性别\n  项 男 1\n  项 女 2\n代码 形式\n  项 单位就业 1\n  项 灵活就业 2\n代码 险种\n  项 养老 110\n  项 医疗 "
    "310\n  项 门诊 311 属 医疗\n"
    "实体 空\n"
    "实体 家庭\n  字段 低保 : 真假\n  字段 存款 : 元  可无\n  字段 户主 : 人员  可无\n  集合 成员 : 人员 经 家庭\n"
    "实体 单位\n  字段 名称 : 文本\n  集合 用工 : 就业 经 单位\n"
    "实体 人员\n  字段 性别 : 性别\n  字段 出生 : 日期\n  字段 死亡 : 日期  可无\n  字段 残疾 : 真假\n  字段 收入 : "
    "元/月\n  字段 得分 : 数(2位)\n"
    "  字段 个数 : 数\n  字段 期限 : 月  可无\n  字段 起月 : 月份\n  字段 学历 : 文本\n  字段 家庭 : 家庭\n  字段 配偶 "
    ": 人员  可无\n  字段 空的 : 空\n"
    "经历 就业 : 人员\n  字段 形式 : 形式\n  字段 工资 : 元/月\n  字段 单位 : 单位  可无\n"
    "经历 失业 : 人员\n"
    "经历 缴费 : 人员 按月 分 险种\n  字段 金额 : 元/月  可无\n"
    "经历 补贴 : 人员 按月\n  字段 数额 : 元/月\n"
    "定义 年龄 : 岁\n  对象 人员\n  依据 甲法 一\n  基本 周岁(出生, 今日)\n"
    "定义 某定义(甲 : 月) : 月\n  对象 人员\n  依据 甲法 一\n  基本 甲\n"
    "定义 另一人 : 人员\n  对象 人员\n  依据 甲法 一\n  基本 配偶\n"
    "政策 补贴政策\n  依据 甲法 一\n  对象 人员\n  条件 甲：残疾 或 年龄 >= 60岁 或 配偶.残疾\n  条件 乙：任一 "
    "家庭.成员 满足 (收入 > 主体.收入 或 家庭.低保)\n"
    "  条件 丙：累计月数(缴费(养老)) >= 12月 且 有效(失业)\n  条件 丁：人工判断(“经营正常”)\n  条件 "
    "戊：最近(就业).单位.名称 = “厂” 或 学历 = “甲”\n"
    "  排除 己：合计天数(就业) > 300日\n  金额\n    额 = 缴费(养老, 本月).金额 + 合计(补贴, 数额) + (收入 * 得分) "
    "舍入到分 四舍五入\n";

static const struct program *the_program(void)
{
    static struct pack_set set;
    static struct arena *kept;
    if (kept == NULL) {
        kept = arena_new("model", 0);
        pack_load_text(&set, kept, STR("model.leye"), STR(model));
        if (set.diags.errors > 0) abort(); /* only a program without mistakes may be run */
    }
    return set.program;
}

static void judge(const struct program *p, struct facts *f, struct arena *a)
{
    struct evaluator ev = { 0 };
    eval_start(&ev, p, a, date_of(2023, 11, 1), date_of(2023, 11, 1));
    struct verdict v = eval_policy(&ev, f->subject, 0);
    struct frame frame = { .elements = { f->subject }, .locals = v.steps };
    missing_list missing = { 0 };
    VEC_EACH (const struct criterion, c, &v.policy->criteria) why_missing(&ev, &frame, c->node, &missing);
    VEC_EACH (const struct step, s, &v.policy->steps) why_missing(&ev, &frame, s->node, &missing);
    if (v.kind == VERDICT_PENDING && missing.len == 0 && ev.steps < LIMIT_STEPS) abort();
}

static bool from_json(struct facts *f, struct arena *a, str text)
{
    const struct json *j;
    struct err e = { 0 };
    if (!json_read(a, text, &j, &e)) return false;
    bool ok = facts_json(f, f->subject, j, &e);
    if (ok != (e.code == ERR_NONE)) abort();
    return ok;
}

static bool from_words(struct facts *f, struct arena *a, str text)
{
    struct source s;
    if (!utf8_valid(text, NULL)) return false;
    source_init(&s, a, STR("facts"), str_fmt(a, "{%.*s}", STR_ARG(text)));
    struct expr *x = parse_value(&s, 0, (uint32_t)s.text.len, a, f->d);
    bool ok = x != NULL && facts_apply(f, f->subject, x);
    if (ok != (f->d->errors == 0)) abort();
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct program *p = the_program();
    autoarena *a = arena_new("fuzz", 0);
    struct diags d;
    struct facts f;
    diags_init(&d, a);
    facts_start(&f, p, a, &d, program_entity(p, STR("人员"))->id);
    str text = { (const char *)data, size };
    if (size > 0 && data[0] == '{' ? from_json(&f, a, text) : from_words(&f, a, text)) judge(p, &f, a);
    return 0;
}
