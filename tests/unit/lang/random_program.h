/* Random programs and facts for naive.h and the real evaluator: right by construction, so that a program that does not
 * check is a bug as well. One model; a handful of definitions, each of which may use those before it; and a person with
 * a household, a friend, spells and paid months, known and unknown in all their parts. */
#ifndef UNIT_LANG_RANDOM_PROGRAM_H
#define UNIT_LANG_RANDOM_PROGRAM_H
#include "naive.h"

#include "base/text.h"

struct dice {
    uint64_t (*below)(void *ctx, uint64_t n);
    void *ctx;
};

static const char RANDOM_MODEL[] =
    "包 神谕\n  级别 示例\n  版本 1\n来源 甲法\n  名称 甲法\n"
    "代码 色\n  项 红 1\n  项 绿 2\n  项 蓝 3\n"
    "实体 家庭\n  字段 低保 : 真假\n  字段 存款 : 元/月  可无\n  集合 成员 : 人员 经 家\n"
    "实体 人员\n  字段 真甲 : 真假\n  字段 真乙 : 真假  可无\n  字段 钱甲 : 元/月\n  字段 钱乙 : 元/月  可无\n"
    "  字段 数甲 : 数(2位)\n  字段 数乙 : 数  可无\n  字段 期 : 月\n  字段 日甲 : 日期\n  字段 日乙 : 日期  可无\n"
    "  字段 起 : 月份\n  字段 色甲 : 色\n  字段 色乙 : 色  可无\n  字段 文 : 文本\n  字段 家 : 家庭\n"
    "  字段 友 : 人员  可无\n"
    "经历 工 : 人员\n  字段 工资 : 元/月\n  字段 好 : 真假  可无\n"
    "经历 缴 : 人员 按月 分 色\n  字段 额 : 元/月  可无\n"
    "参数 线 : 元/月\n  2020-01-01  100.5  依据 甲法 一\n  2023-01-01  200.25  依据 甲法 一\n"
    "参数 率 : 数(2位)  按 色\n  2020-01-01  红 0.5  绿 1.25  依据 甲法 一\n";

enum random_type {
    RANDOM_BOOL,
    RANDOM_MONEY,
    RANDOM_PLAIN,
    RANDOM_MONTHS,
    RANDOM_DATE,
    RANDOM_MONTH,
    RANDOM_COLOUR,
    RANDOM_TYPES
};
enum random_entity { RANDOM_PERSON, RANDOM_HOME, RANDOM_JOB, RANDOM_PAID };
enum { RANDOM_DEFINITIONS = 7, RANDOM_RECORDS = 256 };

struct random_program {
    struct dice dice;
    struct arena *a;
    struct text rules, given, declared;         /* declared: facts nobody compared */
    enum random_type types[RANDOM_DEFINITIONS]; /* of 定0, 定1 … */
    bool has_parameter[RANDOM_DEFINITIONS];
    unsigned definitions; /* made so far: what an expression may use */
    bool local;           /* 甲参 can be used */
    enum random_entity entity;
    unsigned level;
    struct naive_record *person;
    uint32_t records;
};

static const char *const random_type_names[] = { "真假", "元/月", "数(4位)", "月", "日期", "月份", "色" };
static const char *const random_fields[4][RANDOM_TYPES][3] = {
    [RANDOM_PERSON] = { { "真甲", "真乙" },
                        { "钱甲", "钱乙" },
                        { "数甲", "数乙" },
                        { "期" },
                        { "日甲", "日乙" },
                        { "起" },
                        { "色甲", "色乙" } },
    [RANDOM_HOME] = { { "低保" }, { "存款" } },
    [RANDOM_JOB] = { { "好" }, { "工资" }, { 0 }, { 0 }, { "开始", "结束" } },
    [RANDOM_PAID] = { { 0 }, { "额" }, { 0 }, { 0 }, { 0 }, { "月份" } },
};

static inline unsigned roll(struct random_program *g, unsigned n) { return (unsigned)g->dice.below(g->dice.ctx, n); }

/* ---- expressions; each is put in parentheses where that may matter ---- */

static inline void random_expr(struct random_program *g, enum random_type t, unsigned depth, unsigned *scale);

static inline void random_say(struct random_program *g, const char *z) { text_addz(&g->rules, z); }

static inline void random_literal(struct random_program *g, enum random_type t, unsigned *scale)
{
    static const char *const colours[] = { "红", "绿", "蓝" };
    unsigned n = roll(g, 400);
    switch (t) {
    case RANDOM_BOOL: random_say(g, n % 2 ? "真" : "假"); return;
    case RANDOM_MONEY:
        *scale = 2;
        text_addf(&g->rules, n % 3 == 0 ? "%u元/月" : "%u.%02u元/月", n, roll(g, 100));
        return;
    case RANDOM_PLAIN:
        *scale = n % 2 ? 2 : 0;
        text_addf(&g->rules, n % 2 ? "%u.%02u" : n % 4 ? "%u%%" : "%u", n % 20, roll(g, 100));
        if (n % 2 == 0 && n % 4) *scale = 2;
        return;
    case RANDOM_MONTHS: text_addf(&g->rules, n % 5 ? "%u月" : "%u年", n % 5 ? n % 40 : n % 4); return;
    case RANDOM_DATE: text_addf(&g->rules, "%u-%02u-%02u", 2018 + n % 8, 1 + roll(g, 12), 1 + roll(g, 28)); return;
    case RANDOM_MONTH: text_addf(&g->rules, "%u-%02u", 2019 + n % 6, 1 + roll(g, 12)); return;
    case RANDOM_COLOUR: random_say(g, colours[n % 3]); return;
    case RANDOM_TYPES: return;
    }
}

/* The start of a path to a person: nothing (the person at hand), 友. or 主体. */
static inline void random_person(struct random_program *g)
{
    if (g->entity == RANDOM_PERSON && roll(g, 4) > 0) {
        if (roll(g, 5) == 0) random_say(g, "友.");
        return;
    }
    if ((g->entity == RANDOM_JOB || g->entity == RANDOM_PAID) && roll(g, 2))
        random_say(g, "人员.");
    else
        random_say(g, "主体.");
    if (roll(g, 6) == 0) random_say(g, "友.");
}

static inline bool random_field(struct random_program *g, enum random_type t, unsigned *scale)
{
    enum random_entity e = roll(g, 3) ? g->entity : RANDOM_PERSON;
    const char *const *names = random_fields[e][t];
    unsigned count = 0;
    while (count < 3 && names[count] != NULL) count++;
    if (count == 0) return false;
    if (t == RANDOM_MONEY || t == RANDOM_PLAIN) *scale = 2;
    if (e == RANDOM_PERSON) random_person(g);
    random_say(g, names[roll(g, count)]);
    return true;
}

/* A definition of persons that is there already. */
static inline bool random_use(struct random_program *g, enum random_type t, unsigned depth, unsigned *scale)
{
    for (unsigned tries = 0; tries < 3 && g->definitions > 0; tries++) {
        unsigned i = roll(g, g->definitions);
        if (g->types[i] != t) continue;
        *scale = t == RANDOM_MONEY ? 2 : t == RANDOM_PLAIN ? 4 : 0;
        random_person(g);
        text_addf(&g->rules, "定%u", i);
        if (g->has_parameter[i]) {
            unsigned inner = 0;
            random_say(g, "(");
            random_expr(g, RANDOM_MONTHS, depth, &inner);
            random_say(g, ")");
        }
        return true;
    }
    return false;
}

/* A group, a blank, and what its elements are. */
static inline enum random_entity random_group(struct random_program *g)
{
    switch (roll(g, 4)) {
    case 0:
        if (g->entity != RANDOM_HOME) {
            random_person(g);
            random_say(g, "家.");
        }
        random_say(g, "成员");
        return RANDOM_PERSON;
    case 1:
        random_person(g);
        random_say(g, "缴");
        if (roll(g, 4)) {
            unsigned unused;
            random_say(g, "(");
            random_expr(g, RANDOM_COLOUR, 0, &unused);
            random_say(g, ")");
        }
        return RANDOM_PAID;
    default:
        random_person(g);
        random_say(g, "工");
        return RANDOM_JOB;
    }
}

static inline void random_history(struct random_program *g)
{
    unsigned unused;
    random_person(g);
    random_say(g, "缴(");
    random_expr(g, RANDOM_COLOUR, 0, &unused);
    random_say(g, ")");
}

/* Something said about the elements of a group. */
static inline void random_inside(struct random_program *g, enum random_entity e, enum random_type t, unsigned depth,
                                 unsigned *scale)
{
    enum random_entity outer = g->entity;
    g->entity = e;
    g->level++;
    random_expr(g, t, depth, scale);
    g->level--;
    g->entity = outer;
}

/* Where nothing around it says which list a code belongs to, a code cannot stand. */
static inline void random_first(struct random_program *g, enum random_type t, unsigned depth, unsigned *scale)
{
    if (t != RANDOM_COLOUR) {
        random_expr(g, t, depth, scale);
        return;
    }
    random_person(g);
    random_say(g, roll(g, 2) ? "色甲" : "色乙");
}

static inline bool random_ordered(enum random_type t) { return t != RANDOM_BOOL && t != RANDOM_COLOUR; }

static inline void random_compare(struct random_program *g, unsigned depth)
{
    static const char *const ops[] = { " < ", " <= ", " > ", " >= ", " = ", " != " };
    enum random_type t = (enum random_type)roll(g, RANDOM_TYPES);
    unsigned unused = 0;
    random_first(g, t, depth, &unused);
    if ((t == RANDOM_MONEY || t == RANDOM_PLAIN) && roll(g, 6) == 0) { /* a division, compared at once */
        random_say(g, " / ");
        random_expr(g, RANDOM_PLAIN, 0, &unused);
    }
    switch (roll(g, 5)) {
    case 0:
        random_say(g, " 在 (");
        random_expr(g, t, 0, &unused);
        random_say(g, ", ");
        random_expr(g, t, 0, &unused);
        random_say(g, ")");
        return;
    case 1:
        if (!random_ordered(t)) break;
        random_say(g, " 在 ");
        random_expr(g, t, 0, &unused);
        random_say(g, "..");
        random_expr(g, t, 0, &unused);
        return;
    default: break;
    }
    random_say(g, ops[random_ordered(t) ? roll(g, 6) : 4 + roll(g, 2)]);
    random_expr(g, t, depth, &unused);
}

static inline void random_bool(struct random_program *g, unsigned depth)
{
    unsigned unused = 0, n;
    switch (roll(g, 12)) {
    case 0:
        random_say(g, "非 ");
        random_expr(g, RANDOM_BOOL, depth, &unused);
        return;
    case 1:
    case 2:
    case 3:
        n = 1 + roll(g, 3);
        const char *op = roll(g, 2) ? " 且 " : " 或 ";
        random_expr(g, RANDOM_BOOL, depth, &unused);
        for (unsigned i = 0; i < n; i++) {
            random_say(g, op);
            random_expr(g, RANDOM_BOOL, depth, &unused);
        }
        return;
    case 4:
    case 5:
        if (g->level >= 3) break;
        random_say(g, roll(g, 2) ? "任一 " : "全部 ");
        enum random_entity e = random_group(g);
        random_say(g, " 满足 ");
        random_inside(g, e, RANDOM_BOOL, depth, &unused);
        return;
    case 6:
        random_say(g, roll(g, 2) ? "有(" : "无(");
        if (roll(g, 3) == 0)
            random_group(g);
        else
            random_first(g, (enum random_type)roll(g, RANDOM_TYPES), depth, &unused);
        random_say(g, ")");
        return;
    case 7:
        random_say(g, "有效(");
        random_person(g);
        random_say(g, "工");
        if (roll(g, 2)) {
            random_say(g, ", ");
            random_expr(g, RANDOM_DATE, depth, &unused);
        }
        random_say(g, ")");
        return;
    case 8:
        random_person(g);
        random_say(g, "缴(");
        random_expr(g, RANDOM_COLOUR, 0, &unused);
        random_say(g, ", ");
        random_expr(g, RANDOM_MONTH, depth, &unused);
        random_say(g, ")");
        return;
    default: break;
    }
    random_compare(g, depth);
}

static inline void random_number(struct random_program *g, enum random_type t, unsigned depth, unsigned *scale)
{
    unsigned a = 0, b = 0;
    switch (roll(g, 9)) {
    case 0:
    case 1:
        random_expr(g, t, depth, &a);
        random_say(g, roll(g, 2) ? " + " : " - ");
        random_expr(g, t, depth, &b);
        *scale = a > b ? a : b;
        return;
    case 2:
        random_expr(g, t, depth, &a);
        if (a > 8 || t == RANDOM_MONTHS) { /* decimals add up; months stay whole */
            *scale = a;
            return;
        }
        random_say(g, " * ");
        random_literal(g, RANDOM_PLAIN, &b);
        *scale = a + b;
        return;
    case 3:
        random_say(g, "-");
        random_expr(g, t, depth, scale);
        return;
    case 4: {
        static const char *const names[] = { "不超过", "不低于", "较大", "较小", "缺省" };
        text_addf(&g->rules, "%s(", names[roll(g, 5)]);
        random_expr(g, t, depth, &a);
        random_say(g, ", ");
        random_expr(g, t, depth, &b);
        random_say(g, ")");
        *scale = a > b ? a : b;
        return;
    }
    case 5:
        if (g->level >= 3) break;
        text_addz(&g->rules, roll(g, 3) == 0 ? "合计(" : roll(g, 2) ? "最大(" : "最小(");
        enum random_entity e = random_group(g);
        if (roll(g, 2)) {
            random_say(g, " 满足 ");
            random_inside(g, e, RANDOM_BOOL, depth > 1 ? 1 : depth, &a);
        }
        random_say(g, ", ");
        random_inside(g, e, t, depth, scale);
        random_say(g, ")");
        return;
    case 6: {
        static const char *const modes[] = { "四舍五入", "进一", "舍去" };
        random_expr(g, t, depth, &a);
        if (t != RANDOM_MONTHS && roll(g, 2)) {
            random_say(g, " / ");
            random_expr(g, RANDOM_PLAIN, depth, &b);
        }
        *scale = t == RANDOM_MONTHS ? 0 : roll(g, 4);
        if (*scale == 0)
            random_say(g, " 舍入到整数 ");
        else
            text_addf(&g->rules, " 舍入到%u位 ", *scale);
        random_say(g, modes[roll(g, 3)]);
        return;
    }
    case 7:
        if (t != RANDOM_MONTHS) break;
        random_say(g, roll(g, 2) ? "累计月数(" : "连续月数(");
        random_history(g);
        if (roll(g, 2)) {
            random_say(g, ", ");
            random_expr(g, RANDOM_MONTH, depth, &a);
        }
        random_say(g, ")");
        return;
    case 8:
        if (t == RANDOM_MONTHS) {
            random_say(g, "近月数(");
            random_history(g);
            text_addf(&g->rules, ", %u月)", roll(g, 30));
            return;
        }
        if (t == RANDOM_PLAIN && g->level < 3) {
            bool spells = roll(g, 2);
            random_say(g, spells ? "数值(次数(" : "数值(人数(");
            random_person(g);
            random_say(g, spells ? "工 满足 " : "家.成员 满足 ");
            random_inside(g, spells ? RANDOM_JOB : RANDOM_PERSON, RANDOM_BOOL, depth, &a);
            random_say(g, "))");
            return;
        }
        break;
    default: break;
    }
    if (t == RANDOM_MONEY) {
        *scale = 2;
        random_say(g, "线");
    } else if (t == RANDOM_PLAIN) {
        *scale = 2;
        random_say(g, "率(");
        random_expr(g, RANDOM_COLOUR, 0, &a);
        random_say(g, ")");
    } else {
        random_literal(g, t, scale);
    }
}

static inline void random_date(struct random_program *g, unsigned depth)
{
    static const char *const words[] = { "最近", "当前", "首次" };
    unsigned unused = 0;
    switch (roll(g, 4)) {
    case 0:
        random_expr(g, RANDOM_DATE, depth, &unused);
        text_addf(&g->rules, roll(g, 2) ? " + %u日" : " - %u日", roll(g, 300));
        return;
    case 1:
        text_addf(&g->rules, "%s(", words[roll(g, 3)]);
        random_person(g);
        random_say(g, roll(g, 2) ? "工).开始" : "工).结束");
        return;
    case 2:
        random_say(g, roll(g, 2) ? "较大(" : "较小(");
        random_expr(g, RANDOM_DATE, depth, &unused);
        random_say(g, ", ");
        random_expr(g, RANDOM_DATE, depth, &unused);
        random_say(g, ")");
        return;
    default: random_say(g, roll(g, 2) ? "今日" : "规则日"); return;
    }
}

static inline void random_compound(struct random_program *g, enum random_type t, unsigned depth, unsigned *scale)
{
    unsigned a = 0, b = 0;
    if (roll(g, 10) == 0) {
        random_say(g, "若 ");
        random_expr(g, RANDOM_BOOL, depth, &a);
        random_say(g, " 则 ");
        random_expr(g, t, depth, &a);
        random_say(g, " 否则 ");
        random_expr(g, t, depth, &b);
        *scale = a > b ? a : b;
        return;
    }
    switch (t) {
    case RANDOM_BOOL: random_bool(g, depth); return;
    case RANDOM_MONEY:
        if (roll(g, 8) == 0) {
            random_person(g);
            random_say(g, "缴(");
            random_expr(g, RANDOM_COLOUR, 0, &a);
            random_say(g, ", ");
            random_expr(g, RANDOM_MONTH, depth, &a);
            random_say(g, ").额");
            *scale = 2;
            return;
        }
        random_number(g, t, depth, scale);
        return;
    case RANDOM_PLAIN:
    case RANDOM_MONTHS: random_number(g, t, depth, scale); return;
    case RANDOM_DATE: random_date(g, depth); return;
    case RANDOM_MONTH:
        random_expr(g, t, depth, &a);
        text_addf(&g->rules, roll(g, 2) ? " + %u月" : " - %u月", roll(g, 30));
        return;
    case RANDOM_COLOUR:
    case RANDOM_TYPES: random_literal(g, t, scale); return;
    }
}

static inline void random_expr(struct random_program *g, enum random_type t, unsigned depth, unsigned *scale)
{
    *scale = 0;
    if (g->local && t == RANDOM_MONTHS && g->level == 0 && roll(g, 4) == 0) {
        random_say(g, "甲参");
        return;
    }
    if (depth == 0 || roll(g, 4) == 0) {
        if (roll(g, 3) == 0 && random_use(g, t, 0, scale)) return;
        if (roll(g, 4) && random_field(g, t, scale)) return;
        if (t == RANDOM_MONTH && roll(g, 2))
            random_say(g, "本月");
        else
            random_literal(g, t, scale);
        return;
    }
    random_say(g, "(");
    random_compound(g, t, depth - 1, scale);
    random_say(g, ")");
}

/* ---- definitions ---- */

static inline void random_value(struct random_program *g, enum random_type t, unsigned depth)
{
    unsigned scale = 0, most = t == RANDOM_MONEY ? 2 : t == RANDOM_PLAIN ? 4 : 0;
    if (roll(g, 20) == 0) {
        random_say(g, "无");
        return;
    }
    random_expr(g, t, depth, &scale);
    if (scale > most) text_addf(&g->rules, " 舍入到%u位 四舍五入", most);
}

static inline void random_table(struct random_program *g, unsigned i)
{
    text_addf(&g->rules, "表 定%u : %s\n  对象 人员\n  依据 甲法 一\n", i, random_type_names[g->types[i]]);
    unsigned n = 1 + roll(g, 2), unused;
    for (unsigned k = 0; k < n; k++) {
        random_say(g, "  输入 ");
        random_first(g, k == 0 ? RANDOM_MONEY : RANDOM_COLOUR, 1, &unused);
        random_say(g, "\n");
    }
    random_say(g, "  命中 首行\n");
    for (unsigned row = roll(g, 4); row > 0; row--) {
        random_say(g, "  | ");
        if (roll(g, 3) == 0)
            text_addf(&g->rules, "< %u", roll(g, 400));
        else if (roll(g, 2))
            text_addf(&g->rules, "%u..%u", roll(g, 100), 100 + roll(g, 300));
        else
            random_say(g, ">= 线");
        if (n > 1) text_addf(&g->rules, " | %s", roll(g, 3) == 0 ? "-" : roll(g, 2) ? "红" : "蓝");
        random_say(g, " | ");
        random_value(g, g->types[i], 1);
        random_say(g, " |\n");
    }
    random_say(g, n > 1 ? "  | - | - | " : "  | - | ");
    random_value(g, g->types[i], 1);
    random_say(g, " |\n\n");
}

static inline void random_definition(struct random_program *g, unsigned i)
{
    g->types[i] = (enum random_type)roll(g, RANDOM_TYPES);
    if (roll(g, 5) == 0) {
        random_table(g, i);
        g->definitions++;
        return;
    }
    g->has_parameter[i] = g->local = roll(g, 5) == 0;
    text_addf(&g->rules, "定义 定%u%s : %s\n  对象 人员\n  依据 甲法 一\n  基本 ", i, g->local ? "(甲参 : 月)" : "",
              random_type_names[g->types[i]]);
    random_value(g, g->types[i], 3);
    for (unsigned k = 0, n = roll(g, 4) ? 0 : 1 + roll(g, 3); k < n; k++) {
        unsigned unused;
        random_say(g, "\n  例外 ");
        random_expr(g, RANDOM_BOOL, 2, &unused);
        random_say(g, " 则 ");
        random_value(g, g->types[i], 1);
        text_addf(&g->rules, " 优先 %u", k);
    }
    random_say(g, "\n\n");
    g->local = false;
    g->definitions++;
}

/* A policy that asks of every definition whether it has a value: unknown exactly when that is. Most criteria are
 * settled by any value at all, or every verdict would be a refusal. */
static inline void random_policy(struct random_program *g)
{
    random_say(g, "政策 政\n  依据 甲法 一\n  对象 人员\n  条件 凑数：真甲 或 非 真甲\n");
    for (unsigned i = 0; i < RANDOM_DEFINITIONS; i++) {
        if (g->has_parameter[i]) continue;
        bool any = roll(g, 12) > 0;
        if (i % 3)
            text_addf(&g->rules, any ? "  条件 条%u：有(定%u) 或 无(定%u)\n" : "  条件 条%u：有(定%u)\n", i, i, i);
        else
            text_addf(&g->rules, any ? "  排除 条%u：有(定%u) 且 无(定%u)\n" : "  排除 条%u：有(定%u)\n", i, i, i);
    }
}

/* ---- facts: written out, and kept for naive.h ---- */

static inline struct naive_record *random_record(struct random_program *g, const char *entity)
{
    struct naive_record *r = ARENA_NEW(g->a, struct naive_record);
    r->entity = entity;
    r->id = ++g->records;
    return r;
}

static inline void random_put(struct naive_record *r, const char *name, struct naive_value v)
{
    assert(r->field_count < NAIVE_FIELDS_MAX);
    r->fields[r->field_count++] = (struct naive_field){ name, v };
}

/* " name = " after what was said before. */
static inline void random_begin(struct text *out, const char *name)
{
    if (out->len > 0 && out->p[out->len - 1] != '{') text_addz(out, ", ");
    text_addf(out, "%s = ", name);
}

static inline date random_day(struct random_program *g)
{
    return (date){ date_of(2018, 1, 1).days + (int32_t)roll(g, 3000) };
}

static inline void random_fact(struct random_program *g, struct naive_record *r, struct text *out, const char *name,
                               enum random_type t, bool optional, bool assumed)
{
    static const char *const colours[] = { "红", "绿", "蓝" };
    struct naive_value v = naive_int(0);
    char buf[32];
    unsigned n = roll(g, 500);
    if (roll(g, 5) == 0) {
        if (roll(g, 4) == 0) random_begin(out, name), text_addz(out, "未知"); /* said, or left out */
        return;
    }
    random_begin(out, name);
    v.assumed = assumed;
    if (optional && roll(g, 4) == 0) {
        v.state = NAIVE_NONE;
        text_addz(out, "无");
        random_put(r, name, v);
        return;
    }
    switch (t) {
    case RANDOM_BOOL:
        v.n = n % 2;
        text_addz(out, n % 2 ? "真" : "假");
        break;
    case RANDOM_MONEY:
        v.n = (num)n * 100 + (num)(n * 7 % 100);
        v.d = 100;
        text_addf(out, "%u.%02u元/月", n, n * 7 % 100);
        break;
    case RANDOM_PLAIN: /* 数甲 has two decimals, 数乙 none */
        v.n = (num)n - 50;
        v.d = optional ? 1 : 4;
        if (optional)
            text_addf(out, "%d", (int)n - 50);
        else
            text_addf(out, "%s%d.%02d", (int)n < 50 ? "-" : "", ((int)n < 50 ? 50 - (int)n : (int)n - 50) / 4,
                      ((int)n < 50 ? 50 - (int)n : (int)n - 50) % 4 * 25);
        break;
    case RANDOM_MONTHS:
        v.n = n % 60;
        text_addf(out, "%u月", n % 60);
        break;
    case RANDOM_DATE: {
        date d = random_day(g);
        v.n = d.days;
        date_text(d, buf);
        text_addz(out, buf);
        break;
    }
    case RANDOM_MONTH: {
        month m = date_month(random_day(g));
        v.n = m.index;
        month_text(m, buf);
        text_addz(out, buf);
        break;
    }
    case RANDOM_COLOUR:
    case RANDOM_TYPES:
        v.n = n % 3;
        text_addz(out, colours[n % 3]);
        break;
    }
    random_put(r, name, v);
}

static inline void random_jobs(struct random_program *g, struct naive_record *r, struct text *out, bool assumed)
{
    struct naive_list *l = &r->lists[r->list_count++];
    *l = (struct naive_list){ .name = "工", .spells = true };
    if (roll(g, 4) == 0) return;
    l->known = true;
    l->assumed = assumed;
    random_begin(out, "工");
    unsigned n = roll(g, 4);
    if (n == 0) {
        text_addz(out, "无");
        return;
    }
    text_addz(out, "[");
    for (unsigned i = 0; i < n; i++) {
        struct naive_record *job = random_record(g, "工");
        date from = random_day(g), to = { from.days + (int32_t)roll(g, 900) };
        char a[DATE_TEXT], b[DATE_TEXT] = "";
        bool open = roll(g, 3) == 0;
        date_text(from, a);
        if (!open) date_text(to, b);
        text_addf(out, "%s%s..%s {", i > 0 ? ", " : "", a, b);
        struct naive_value v = naive_int(from.days);
        v.assumed = assumed;
        random_put(job, "开始", v);
        v.n = to.days;
        if (open) v.state = NAIVE_NONE;
        random_put(job, "结束", v);
        random_put(job, "人员", (struct naive_value){ .state = NAIVE_KNOWN, .record = r, .assumed = assumed });
        random_fact(g, job, out, "工资", RANDOM_MONEY, false, assumed);
        random_fact(g, job, out, "好", RANDOM_BOOL, true, assumed);
        text_addz(out, "}");
        l->at[l->count++] = job;
    }
    text_addz(out, "]");
}

static inline void random_paid(struct random_program *g, struct naive_record *r, struct text *out, bool assumed)
{
    static const char *const names[] = { "缴(红)", "缴(绿)", "缴(蓝)" };
    r->history_name = "缴";
    for (unsigned k = 0; k < NAIVE_KEYS; k++) {
        struct naive_history *h = &r->histories[k];
        if (roll(g, 4) == 0) continue;
        h->known = true;
        h->assumed = assumed;
        random_begin(out, names[k]);
        int32_t at = 2021 * 12 + (int32_t)roll(g, 24);
        unsigned n = roll(g, 4);
        text_addz(out, n == 0 ? "无" : "[");
        for (unsigned i = 0; i < n; i++) {
            char a[MONTH_TEXT], b[MONTH_TEXT];
            unsigned run = 1 + roll(g, 8);
            struct naive_record fields = { 0 };
            month_text((month){ at }, a);
            month_text((month){ at + (int32_t)run - 1 }, b);
            text_addf(out, "%s%s..%s {", i > 0 ? ", " : "", a, b);
            random_fact(g, &fields, out, "额", RANDOM_MONEY, true, assumed);
            text_addz(out, "}");
            for (unsigned m = 0; m < run; m++) {
                struct naive_record *month_ = random_record(g, "缴");
                struct naive_value v = naive_int(at + (int32_t)m);
                v.assumed = assumed;
                random_put(month_, "月份", v);
                random_put(month_, "人员",
                           (struct naive_value){ .state = NAIVE_KNOWN, .record = r, .assumed = assumed });
                for (uint32_t f = 0; f < fields.field_count; f++)
                    random_put(month_, fields.fields[f].name, fields.fields[f].v);
                h->at[h->count++] = month_;
            }
            at += (int32_t)(run + roll(g, 4) + 1);
        }
        if (n > 0) text_addz(out, "]");
        if (roll(g, 4) == 0) {
            char until[MONTH_TEXT];
            h->has_until = true;
            h->until = at + (int32_t)roll(g, 20); /* no month after it may be written */
            month_text((month){ h->until }, until);
            text_addf(out, " 已知至 %s", until);
        }
    }
}

static inline void random_person_facts(struct random_program *g, struct naive_record *r, struct text *out, bool assumed)
{
    random_fact(g, r, out, "真甲", RANDOM_BOOL, false, assumed);
    random_fact(g, r, out, "真乙", RANDOM_BOOL, true, assumed);
    random_fact(g, r, out, "钱甲", RANDOM_MONEY, false, assumed);
    random_fact(g, r, out, "钱乙", RANDOM_MONEY, true, assumed);
    random_fact(g, r, out, "数甲", RANDOM_PLAIN, false, assumed);
    random_fact(g, r, out, "数乙", RANDOM_PLAIN, true, assumed);
    random_fact(g, r, out, "期", RANDOM_MONTHS, false, assumed);
    random_fact(g, r, out, "日甲", RANDOM_DATE, false, assumed);
    random_fact(g, r, out, "日乙", RANDOM_DATE, true, assumed);
    random_fact(g, r, out, "起", RANDOM_MONTH, false, assumed);
    random_fact(g, r, out, "色甲", RANDOM_COLOUR, false, assumed);
    random_fact(g, r, out, "色乙", RANDOM_COLOUR, true, assumed);
}

static inline void random_home(struct random_program *g, struct text *out, bool assumed)
{
    struct naive_value v = { .state = NAIVE_KNOWN, .assumed = assumed };
    if (roll(g, 6) == 0) {
        g->person->lists[g->person->list_count++].name = "成员"; /* never asked for: persons have none */
        return;
    }
    struct naive_record *home = random_record(g, "家庭");
    v.record = home;
    random_put(g->person, "家", v);
    random_begin(out, "家");
    text_addz(out, "{");
    random_fact(g, home, out, "低保", RANDOM_BOOL, false, assumed);
    random_fact(g, home, out, "存款", RANDOM_MONEY, true, assumed);
    struct naive_list *l = &home->lists[home->list_count++];
    *l = (struct naive_list){ .name = "成员", .assumed = assumed };
    if (roll(g, 5)) {
        l->known = true;
        random_begin(out, "成员");
        unsigned n = roll(g, 4);
        text_addz(out, n == 0 ? "无" : "[");
        for (unsigned i = 0; i < n; i++) {
            if (i > 0) text_addz(out, ", ");
            if (roll(g, 4) == 0) {
                text_addz(out, "本人");
                l->at[l->count++] = g->person;
                continue;
            }
            struct naive_record *member = random_record(g, "人员");
            random_put(member, "家", v);
            text_addz(out, "{");
            random_person_facts(g, member, out, assumed);
            random_jobs(g, member, out, assumed);
            random_paid(g, member, out, assumed);
            text_addz(out, "}");
            l->at[l->count++] = member;
        }
        if (n > 0) text_addz(out, "]");
    }
    text_addz(out, "}");
}

static inline void random_friend(struct random_program *g, struct text *out, bool assumed)
{
    struct naive_value v = { .state = NAIVE_KNOWN, .assumed = assumed };
    switch (roll(g, 3)) {
    case 0: return;
    case 1:
        v.state = NAIVE_NONE;
        random_begin(out, "友");
        text_addz(out, "无");
        random_put(g->person, "友", v);
        return;
    default: break;
    }
    struct naive_record *other = random_record(g, "人员");
    v.record = other;
    random_begin(out, "友");
    text_addz(out, "{");
    random_person_facts(g, other, out, assumed);
    random_jobs(g, other, out, assumed);
    random_paid(g, other, out, assumed);
    text_addz(out, "}");
    random_put(g->person, "友", v);
}

static inline struct text *random_batch(struct random_program *g, bool *assumed)
{
    *assumed = roll(g, 3) == 0;
    return *assumed ? &g->declared : &g->given;
}

/* A program with its model in front, and facts about one person as the text between { and } of an example. */
static inline void random_program(struct random_program *g, struct arena *a, struct dice dice)
{
    *g = (struct random_program){ .dice = dice, .a = a };
    text_init(&g->rules, a, 1 << 20);
    text_init(&g->given, a, 1 << 20);
    text_init(&g->declared, a, 1 << 20);
    random_say(g, RANDOM_MODEL);
    for (unsigned i = 0; i < RANDOM_DEFINITIONS; i++) random_definition(g, i);
    random_policy(g);
    bool assumed;
    struct text *out;
    g->person = random_record(g, "人员");
    out = random_batch(g, &assumed);
    random_person_facts(g, g->person, out, assumed);
    out = random_batch(g, &assumed);
    random_home(g, out, assumed);
    out = random_batch(g, &assumed);
    random_friend(g, out, assumed);
    out = random_batch(g, &assumed);
    random_jobs(g, g->person, out, assumed);
    out = random_batch(g, &assumed);
    random_paid(g, g->person, out, assumed);
}

#endif
