/* kinds: the table of kinds.def as arrays, and look-ups in it. */
#include "lang/kinds.h"

#include <string.h>

#define REQ  FIELD_REQ
#define MANY FIELD_MANY

const struct field_def field_defs[FIELD_COUNT] = {
#define KIND(...)
#define FIELD(k, name, zh_, en_, shape_, flags_, words_, help_) \
    [FIELD_##k##_##name] = { .id = FIELD_##k##_##name,          \
                             .kind = KIND_##k,                  \
                             .parent = -1,                      \
                             .zh = zh_,                         \
                             .en = en_,                         \
                             .zh_len = sizeof(zh_) - 1,         \
                             .en_len = sizeof(en_) - 1,         \
                             .shape = SHAPE_##shape_,           \
                             .flags = (flags_),                 \
                             .words = words_,                   \
                             .help = help_ },
#define SUBFIELD(k, parent_, name, zh_, en_, shape_, flags_, words_, help_) \
    [FIELD_##k##_##name] = { .id = FIELD_##k##_##name,                      \
                             .kind = KIND_##k,                              \
                             .parent = FIELD_##k##_##parent_,               \
                             .zh = zh_,                                     \
                             .en = en_,                                     \
                             .zh_len = sizeof(zh_) - 1,                     \
                             .en_len = sizeof(en_) - 1,                     \
                             .shape = SHAPE_##shape_,                       \
                             .flags = (flags_),                             \
                             .words = words_,                               \
                             .help = help_ },
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
};

/* Every kind's fields stand together in the table, so first and count are found by one walk at compile time: the enum
 * of markers below has one member more per kind than there are fields before it. */
enum marker {
#define KIND(name, zh, en, help)          MARK_##name,
#define FIELD(kind, name, ...)            MARK_##kind##_##name,
#define SUBFIELD(kind, parent, name, ...) MARK_##kind##_##name,
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
    MARK_END
};

static const uint16_t kind_mark[KIND_COUNT + 1] = {
#define KIND(name, zh, en, help) [KIND_##name] = MARK_##name,
#define FIELD(...)
#define SUBFIELD(...)
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
    [KIND_COUNT] = MARK_END
};

const struct kind_def kind_defs[KIND_COUNT] = {
#define KIND(name, zh_, en_, help_) \
    [KIND_##name] = { .kind = KIND_##name, .zh = zh_, .en = en_, .help = help_, .first = MARK_##name - KIND_##name },
#define FIELD(...)
#define SUBFIELD(...)
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
};

unsigned field_count(enum kind k) { return (unsigned)(kind_mark[k + 1] - kind_mark[k]) - 1u; }

const struct kind_def *kind_find(str word)
{
    for (int k = 0; k < KIND_COUNT; k++) {
        if (str_eq(word, str_of(kind_defs[k].zh)) || str_eq(word, str_of(kind_defs[k].en))) return &kind_defs[k];
    }
    return NULL;
}

static bool is_called(const struct field_def *f, str word)
{
    return (word.len == f->zh_len && memcmp(word.p, f->zh, word.len) == 0) ||
           (word.len == f->en_len && memcmp(word.p, f->en, word.len) == 0);
}

const struct field_def *field_find(enum kind k, int parent, str word)
{
    if (word.len == 0) return NULL;
    const struct field_def *f = &field_defs[kind_defs[k].first];
    for (unsigned n = field_count(k); n > 0; n--, f++) {
        if (f->parent == parent && is_called(f, word)) return f;
    }
    return NULL;
}

const struct field_def *field_of_shape(enum kind k, int parent, enum shape shape)
{
    const struct field_def *f = &field_defs[kind_defs[k].first];
    for (unsigned n = field_count(k); n > 0; n--, f++) {
        if (f->parent == parent && f->shape == shape) return f;
    }
    return NULL;
}

bool words_contain(const char *words, str w)
{
    str rest = str_of(words), piece;
    while (str_split(&rest, '|', &piece)) {
        if (str_eq(piece, w)) return true;
    }
    return false;
}

const char *shape_help(enum shape s)
{
    switch (s) {
    case SHAPE_TEXT: return "一句话";
    case SHAPE_CITE: return "来源 条款";
    case SHAPE_CHOICE: return "几个词之一";
    case SHAPE_WORDS: return "词，用逗号隔开";
    case SHAPE_NAME: return "一个名字";
    case SHAPE_NAMES: return "名字，用逗号隔开";
    case SHAPE_FLAG: return "什么也不写";
    case SHAPE_DATE: return "日期";
    case SHAPE_PERIOD: return "日期 起 [至 日期]";
    case SHAPE_QUANTITY: return "数和单位";
    case SHAPE_TIME: return "数和单位，或参数的名字";
    case SHAPE_LINE: return ">= 数和单位，或参数的名字";
    case SHAPE_COMPARE: return ">= 数和单位";
    case SHAPE_YEAR_VALUE: return "年份 数和单位";
    case SHAPE_EXPR: return "表达式";
    case SHAPE_NAMED: return "名字：表达式";
    case SHAPE_TITLED: return "名字：一句话";
    case SHAPE_COMPARED: return "名字，用逗号隔开 [30日内]";
    case SHAPE_EFFECT: return "登记|结束 经历、更新，或 入册|出册 名录";
    case SHAPE_SET: return "字段 = 值";
    case SHAPE_MEMBER: return "名字 : 类型";
    case SHAPE_ITEM: return "名字 代码 [属 上一级] [一句话]";
    case SHAPE_EXCEPTION: return "[名字：]条件 则 值 [优先 数]";
    case SHAPE_STEPS: return "下面每行：名字 = 表达式";
    case SHAPE_FACTS: return "路径 = 值，……";
    case SHAPE_EXPECT: return "结论或值";
    case SHAPE_CASE: return "“一句话”";
    case SHAPE_PARAM_ROW: return "日期 值 …";
    case SHAPE_TABLE_ROW: return "| 格 | … |";
    case SHAPE_DAY_ROW: return "日期 休|班 名称";
    }
    return "";
}
