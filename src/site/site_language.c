/* site_language: the appendix of the language manual, from the tables that the compiler itself reads. What is not in a
 * table is not in the language, so this list is complete by making. */
#include "lang/builtin.h"
#include "lang/diag.h"
#include "lang/token.h"
#include "site/site.h"

/* A cell of a Markdown table: the bar would end it. */
static void cell(struct text *out, const char *z)
{
    for (; *z != '\0'; z++) text_addz(out, *z == '|' ? "、" : (char[]){ *z, '\0' });
}

static void row_start(struct text *out, const char *first)
{
    text_addz(out, "| ");
    cell(out, first);
}

static void row_cell(struct text *out, const char *z)
{
    text_addz(out, " | ");
    cell(out, z);
}

static void row_end(struct text *out) { text_addz(out, " |\n"); }

static const char *kind_zh_of(str name)
{
    static const char *const names[KIND_COUNT] = {
#define KIND(name, zh, en, help) [KIND_##name] = #name,
#define FIELD(...)
#define SUBFIELD(...)
#include "lang/kinds.def"
#undef KIND
#undef FIELD
#undef SUBFIELD
    };
    for (int k = 0; k < KIND_COUNT; k++) {
        if (str_eq(name, str_of(names[k]))) return kind_defs[k].zh;
    }
    return "";
}

/* What may be written: the words of a choice, the units of a quantity, the kinds a name refers to. */
static void field_words(struct text *out, const struct field_def *f)
{
    bool refers = f->shape == SHAPE_NAME || f->shape == SHAPE_NAMES || f->shape == SHAPE_CITE;
    str rest = str_of(f->words), piece;
    bool any = false;
    while (f->words[0] != '\0' && str_split(&rest, '|', &piece)) {
        text_addz(out, any ? "、" : "");
        any = true;
        if (refers)
            text_addz(out, kind_zh_of(piece));
        else
            text_addf(out, "`%.*s`", STR_ARG(piece));
    }
}

static void field_row(struct text *out, const struct field_def *f)
{
    bool row = f->zh[0] == '\0';
    text_addf(out, "| %s%s%s%s", f->parent >= 0 ? "　" : "", row ? "（行）" : "`", row ? "" : f->zh, row ? "" : "`");
    text_addf(out, " | %s%s%s", row ? "" : "`", f->en, row ? "" : "`");
    row_cell(out, shape_help(f->shape));
    text_addz(out, " | ");
    field_words(out, f);
    text_addf(out, " | %s%s%s", f->flags & FIELD_REQ ? "必填" : "",
              (f->flags & FIELD_REQ) && (f->flags & FIELD_MANY) ? "，" : "", f->flags & FIELD_MANY ? "可重复" : "");
    row_cell(out, f->help);
    row_end(out);
}

static void kinds(struct text *out)
{
    text_addz(out,
              "## 声明和栏\n\n缩进的栏写在上面那一栏的下面。“（行）”没有栏名，由行首的字符认出：日期、`|`、`“`。\n");
    for (int k = 0; k < KIND_COUNT; k++) {
        text_addf(out, "\n### %s `%s`\n\n%s。\n\n", kind_defs[k].zh, kind_defs[k].en, kind_defs[k].help);
        text_addz(out, "| 栏 | English | 写什么 | 可以写 | | 说明 |\n|---|---|---|---|---|---|\n");
        for (unsigned i = 0; i < field_count((enum kind)k); i++) field_row(out, &field_defs[kind_defs[k].first + i]);
    }
}

static void word_table(struct text *out)
{
    text_addz(out, "\n## 词\n\n“保留”的词在表达式里不能作名字。\n\n| 词 | English | 意思 | |\n|---|---|---|---|\n");
    for (int w = WORD_NOT_ONE + 1; w < WORD_COUNT; w++) {
        text_addf(out, "| `%s` | `%s`", word_zh((enum word)w), word_en((enum word)w));
        row_cell(out, word_help((enum word)w));
        row_cell(out, word_is_reserved((enum word)w) ? "保留" : "");
        row_end(out);
    }
}

static void function_table(struct text *out)
{
    text_addz(out, "\n## 函数\n\n| 写法 | English | 意思 |\n|---|---|---|\n");
    for (int b = BUILTIN_NOT_ONE + 1; b < BUILTIN_COUNT_; b++) {
        const struct builtin_def *def = builtin_at((enum builtin)b);
        text_addf(out, "| `%s` | `%s`", def->signature, def->en);
        row_cell(out, def->help);
        row_end(out);
    }
}

static void unit_table(struct text *out)
{
    static const struct {
        const char *zh, *en;
    } units[] = {
#define UNIT(name, zh, en) { zh, en },
#include "lang/units.def"
#undef UNIT
    };
    text_addz(out, "\n## 单位\n\n可以用 `/` 组合：`元/月`。\n\n| 单位 | English |\n|---|---|\n");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        row_start(out, units[i].zh);
        text_addf(out, " | `%s`", units[i].en);
        row_end(out);
    }
}

static void mistake_table(struct text *out)
{
    static const char *const levels[] = { "错误", "警告", "提示" };
    text_addz(out,
              "\n## 检查出的问题\n\n有错误的包不能用；警告和提示不挡路。\n\n| 代号 | 级别 | 意思 |\n|---|---|---|\n");
    for (int d = 0; d < DIAG_CODE_COUNT; d++) {
        text_addf(out, "| `%s` | %s", diag_name((enum diag_code)d), levels[diag_level((enum diag_code)d)]);
        row_cell(out, diag_title((enum diag_code)d));
        row_end(out);
    }
}

void site_language(struct text *out)
{
    text_addz(out, "# 附录：关键词\n\n这一页由 `leye doc --kinds` "
                   "从语言自己的表写出，不要手改；改了表以后重新写一遍，测试会提醒。\n\n");
    kinds(out);
    word_table(out);
    function_table(out);
    unit_table(out);
    mistake_table(out);
}
