/* helpers: a small model, files and a registry for the tests of this folder. */
#ifndef REGISTRY_HELPERS_H
#define REGISTRY_HELPERS_H
#include "base/file.h"
#include "pack/pack.h"
#include "registry/registry.h"
#include "support/t.h"

static const char model_text[] =
    "代码 性别\n  项 男 1\n  项 女 2\n"
    "代码 险别\n  项 养老 110\n  项 失业 210\n"
    "实体 户\n  字段 户号 : 文本\n  字段 低保 : 真假\n  集合 成员 : 人 经 家\n  标识 户号\n"
    "实体 单位\n  字段 信用代码 : 文本  编码 AAB998\n  字段 单位编号 : 文本\n  标识 信用代码, 单位编号\n"
    "实体 人\n  字段 编号 : 文本\n  字段 证件号 : 文本  编码 AAC002\n  字段 姓名 : 文本  编码 AAC003\n"
    "  字段 性别 : 性别  编码 AAC004\n  字段 生日 : 日期  编码 AAC006\n  字段 去世 : 日期  可无\n  字段 残疾 : 真假\n"
    "  字段 电话 : 文本  编码 AAE005  密级 电话\n  字段 住址 : 文本  编码 AAE006\n  字段 收入 : 元/月\n  字段 家 : "
    "户\n  标识 "
    "证件号, 编号\n"
    "经历 就业 : 人\n  字段 雇主 : 单位  可无\n  字段 工资 : 元/月  可无\n"
    "经历 缴费 : 人 按月 分 险别\n  字段 基数 : 元\n"
    "导入 户籍\n  载入 人\n  系统 公安\n  优先 90\n  全量\n  列 “身份证” 证件号\n  列 “户号” 家\n"
    "导入 底册\n  载入 人\n  系统 人社\n  列 “身份证” 证件号\n  对照 性别 “男性” 男\n"
    "导入 残疾名单\n  载入 人\n  系统 残联\n  优先 80\n  全量\n  列 “身份证” 证件号\n  名单外 残疾 假\n  名单外 "
    "家.低保 假\n"
    "导入 就业名单\n  载入 就业\n  系统 就业\n  全量\n  空白 无\n  列 “身份证” 人.证件号\n"
    "导入 缴费名单\n  载入 缴费\n  系统 社保\n  全量\n  列 “身份证” 人.证件号\n"
    "校验 去世不早于出生\n  对象 人\n  要求 无(去世) 或 去世 >= 生日\n  说明 去世早于出生\n";

/* Well-formed numbers of a region nobody has. */
#define ID_LI   "329901199003070012" /* male */
#define ID_WANG "329901198511230022" /* female */

struct place {
    struct arena *a;
    struct pack_set set;
    struct registry *r;
    str db;
};

static inline void place_program(struct place *p)
{
    p->a = arena_new("place", 0);
    pack_load_text(&p->set, p->a, STR("model.leye"), (str){ model_text, sizeof model_text - 1 });
    if (p->set.diags.errors > 0) {
        struct text t;
        text_init(&t, p->a, 1 << 16);
        diags_print_errors(&p->set.diags, p->set.program->sources.at, &t);
        FAIL("the model: %s", t.p);
    }
    p->db = str_dup(p->a, str_of(t_path("leye.db")));
}

static inline bool place_open(struct place *p, struct err *e)
{
    return registry_open(&p->r, p->set.program, p->db, STORE_CREATE, e);
}

static inline void place_close(struct place *p)
{
    registry_close(p->r);
    arena_free(p->a);
}

static inline str file_of(struct place *p, const char *name, const char *text)
{
    struct err e = { 0 };
    str path = str_dup(p->a, str_of(t_path(name)));
    CHECK_OK(file_write(path, str_of(text), &e), e);
    return path;
}

static inline bool import_on(struct place *p, str path, const char *as, const char *day, struct import_result *out,
                             struct err *e)
{
    struct import_options o = { .path = path, .as = str_of(as), .has_as_of = true };
    if (!date_parse(str_of(day), &o.as_of)) FAIL("no date: %s", day);
    return registry_import(p->r, &o, out, p->a, e);
}

/* One number or text from the database; "-" for NULL and for no row. */
static inline str ask(struct place *p, const char *sql)
{
    struct err e = { 0 };
    struct store_stmt *q;
    bool row;
    CHECK_OK(store_prepare(registry_store(p->r), str_of(sql), &q, &e), e);
    CHECK_OK(store_step(q, &row, &e), e);
    str out = !row || store_is_null(q, 0) ? STR("-") : str_dup(p->a, store_str(q, 0));
    store_done(q);
    return out;
}

#endif
