/* The laws of formatting, over everything that ships, over random texts, and over what somebody spoilt. */
#include "lang/fmt.h"

#include "base/file.h"
#include "lang/limits.h"
#include "lang/print.h"
#include "unit/lang/random_rules.h"
#include "unit/lang/same_tree.h"

#include <stdlib.h>
#include <string.h>

static void parse(struct arena *a, str text, decl_list *out, struct source *s, struct diags *d)
{
    diags_init(d, a);
    source_init(s, a, STR("test"), text);
    parse_file(s, a, d, out);
}

static bool only_missing_fields(const struct diags *d)
{
    VEC_EACH (const struct diag, g, &d->list) {
        bool tabs = g->code == DIAG_bad_indent && str_find(g->text, STR("制表符")) != SIZE_MAX;
        if (diag_level(g->code) == DIAG_ERROR && g->code != DIAG_missing_field && !tabs) return false;
    }
    return d->dropped == 0;
}

/* Says on which text it failed only when it fails: there are thousands of them. */
static void must(bool condition, const char *what, str text)
{
    if (condition) return;
    NOTE("%.*s", STR_ARG(text));
    FAIL("not true: %s", what);
}

/* What formatting makes of a text that may be broken: nothing, or the same declarations, laid out once and for all. */
static bool formats(struct arena *a, str text, str *out)
{
    struct err e = { 0 };
    struct fmt f, again;
    struct source before, after;
    struct diags d, d_after;
    decl_list decls = { 0 }, decls_after = { 0 };
    if (!utf8_valid(text, &(size_t){ 0 })) {
        must(!fmt_run(&f, a, STR("test"), text, &e), "only UTF-8 is formatted", text);
        return false;
    }
    parse(a, text, &decls, &before, &d);
    if (!fmt_run(&f, a, STR("test"), text, &e)) {
        must(e.code == ERR_INVALID, err_cause(&e), text);
        must(!only_missing_fields(&d), "a file without mistakes is formatted", text);
        must(f.text.len == 0, "nothing comes of what is refused", text);
        return false;
    }
    must(only_missing_fields(&d), "a file with mistakes is refused", text);
    parse(a, f.text, &decls_after, &after, &d_after);
    must(only_missing_fields(&d_after), "what was formatted can be read", text);
    must(same_decls(&decls, &decls_after), differs, text);
    must(fmt_run(&again, a, STR("test"), f.text, &e), err_cause(&e), text);
    if (!str_eq(again.text, f.text)) must(false, "formatting twice changes nothing", text);
    *out = f.text;
    return true;
}

static str must_format(struct arena *a, const char *text)
{
    str out = STR("");
    NOTE("%s", text);
    CHECK(formats(a, str_of(text), &out));
    return out;
}

/* ---- everything that ships ---- */

typedef VEC(str) text_list;

static void read_packs(struct arena *a, text_list *out)
{
    struct err e = { 0 };
    file_list files = { 0 };
    CHECK_OK(file_walk(a, str_of(t_source("packs")), STR(".leye"), 4096, &files, &e), e);
    VEC_EACH (str, path, &files) {
        str text;
        CHECK_OK(file_read(a, *path, LIMIT_FILE_BYTES, &text, &e), e);
        *vec_push(a, out) = text;
    }
}

/* The ```leye blocks of the manual. */
static void read_manual(struct arena *a, text_list *out)
{
    struct err e = { 0 };
    str manual, line;
    CHECK_OK(file_read(a, str_of(t_source("docs/language.md")), 1 << 22, &manual, &e), e);
    struct text block;
    text_init(&block, a, 1 << 22);
    bool inside = false;
    while (str_split(&manual, '\n', &line)) {
        if (inside && str_starts(line, STR("```"))) {
            *vec_push(a, out) = str_dup(a, text_str(&block));
            block.len = 0;
            inside = false;
        } else if (inside) {
            text_addf(&block, "%.*s\n", STR_ARG(line));
        } else {
            inside = str_starts(line, STR("```leye"));
        }
    }
    CHECK(out->len > 10);
}

TEST(formatting_every_pack_keeps_its_meaning_and_is_done_after_once)
{
    autoarena *a = arena_new("test", 0);
    text_list texts = { 0 };
    read_packs(a, &texts);
    read_manual(a, &texts);
    size_t done = 0;
    VEC_EACH (str, text, &texts) {
        autoarena *scratch = arena_new("one", 0);
        str out;
        done += formats(scratch, *text, &out);
    }
    CHECK(done * 10 > texts.len * 9); /* somebody may be in the middle of editing one */
}

/* ---- spoilt on purpose ---- */

static bool starts_with_any(str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_starts(s, str_of(words[i]))) return true;
    }
    return false;
}

/* Lines whose whole content is tokens, up to an inline 依据. */
static bool is_tokens(str line)
{
    static const char *const words[] = { "条件 ", "排除 ", "例外 ", "基本 ", "输入 ", "已知 ",
                                         "应得 ", "字段 ", "集合 ", "入册 ", "出册 ", "范围 ",
                                         "施行 ", "政策 ", "定义 ", "表 ",   "参数 ", "|" };
    return starts_with_any(line, words, sizeof words / sizeof *words);
}

/* Other spellings of what stands at p, for formatting to undo. Gives the bytes of p that are replaced, 0: none. */
static size_t respell(str rest, struct text *out)
{
    static const struct {
        const char *canonical, *others[4];
    } table[] = {
        { " >= ", { ">=", " ≥ ", "＞＝", "  >=　" } },
        { " <= ", { "<=", "≤", " ＜= " } },
        { " != ", { "≠", "<>", "！＝" } },
        { " = ", { "=", "＝", "  =", "\t＝ " } },
        { " < ", { "<", " ＜" } },
        { " > ", { ">", "＞ " } },
        { " + ", { "+", " ＋" } },
        { " * ", { "*", "×", " × " } },
        { "，", { ",", " , ", "，  ", "、" } },
        { ", ", { ",", "，", " ,  ", "、" } },
        { "：", { ":", " : ", "： " } },
        { " : ", { ":", "：", " ：" } },
        { "(", { "（", "( " } },
        { ")", { "）", " )" } },
        { "..", { " ..", "．．" } },
        { "{", { "｛", "{ " } },
        { "}", { " }", "｝" } },
        { " ", { "  ", "　", " \t" } },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        str c = str_of(table[i].canonical);
        if (!str_starts(rest, c)) continue;
        size_t n = 0;
        while (n < 4 && table[i].others[n] != NULL) n++;
        text_addz(out, table[i].others[t_random_below(n)]);
        return c.len;
    }
    return 0;
}

static void spoil_line(str line, struct text *out)
{
    size_t blanks = 0;
    while (blanks < line.len && line.p[blanks] == ' ') blanks++;
    for (size_t i = 0; i < blanks; i += 2) text_addz(out, chance(9) ? "\t" : chance(9) ? "　" : "  ");
    str rest = str_slice(line, blanks, line.len);
    bool tokens = is_tokens(rest), quoted = false;
    while (rest.len > 0) {
        if (str_starts(rest, STR("“"))) quoted = true;
        if (str_starts(rest, STR("”"))) quoted = false;
        if (str_starts(rest, STR("--")) || str_starts(rest, STR("  依据"))) tokens = false;
        size_t n = tokens && !quoted && chance(4) ? respell(rest, out) : 0;
        if (n == 0) {
            text_addc(out, rest.p[0]);
            n = 1;
        }
        rest = str_slice(rest, n, rest.len);
    }
    if (chance(8)) text_addz(out, PICK(" ", "\t  ", "　"));
}

/* A canonical text with other blanks, other punctuation, other line ends. */
static str spoil(struct arena *a, str text)
{
    struct text out;
    text_init(&out, a, 1 << 24);
    bool windows = chance(2);
    if (chance(4)) text_addz(&out, "\xEF\xBB\xBF");
    str line;
    while (str_split(&text, '\n', &line)) {
        if (text.len == 0 && line.len == 0) break;
        if (line.len == 0 && chance(3)) text_addz(&out, "  \n\n");
        spoil_line(line, &out);
        text_addz(&out, windows ? "\r\n" : "\n");
    }
    if (chance(3)) text_addz(&out, "\n\n   \n");
    return text_str(&out);
}

TEST(however_a_pack_is_spelt_it_is_laid_out_the_same)
{
    autoarena *a = arena_new("test", 0);
    text_list texts = { 0 };
    read_packs(a, &texts);
    read_manual(a, &texts);
    VEC_EACH (str, text, &texts) {
        autoarena *scratch = arena_new("one", 0);
        str canonical, out;
        if (!formats(scratch, *text, &canonical)) continue;
        for (int round = 0; round < 2; round++) {
            str spoilt = spoil(scratch, canonical);
            must(formats(scratch, spoilt, &out), "spoilt, it can still be read", spoilt);
            if (!str_eq(out, canonical)) CHECK_STR(out, canonical);
        }
    }
}

/* Bytes of it torn out, doubled, overwritten. */
static str damage(struct arena *a, str text)
{
    static const char *const bits[] = { "(",  ")",    "“",  "”",        "\"",       "|",   "：",   "，", "--",
                                        "\n", "\n  ", " ",  "依据",     "则",       "..",  "-",    "5",  "\t",
                                        "{",  "[",    "例", "项 a b c", "\xEF\xBC", "\0x", "说明", "%" };
    struct text out;
    text_init(&out, a, 1 << 24);
    size_t hurt = 1 + t_random_below(6);
    for (size_t i = 0; i < text.len; i++) {
        if (hurt > 0 && t_random_below(text.len) < 6) {
            hurt--;
            if (chance(3))
                i += t_random_below(20);
            else
                text_addz(&out, bits[t_random_below(sizeof bits / sizeof *bits)]);
        }
        if (i < text.len) text_addc(&out, text.p[i]);
    }
    return text_str(&out);
}

TEST(a_damaged_file_is_refused_or_keeps_what_it_says)
{
    autoarena *a = arena_new("test", 0);
    text_list texts = { 0 };
    read_packs(a, &texts);
    read_manual(a, &texts);
    size_t refused = 0, kept = 0;
    VEC_EACH (str, text, &texts) {
        for (int round = 0; round < 12; round++) {
            autoarena *scratch = arena_new("one", 0);
            size_t from = text->len > 4000 ? t_random_below(text->len - 4000) : 0;
            while (from > 0 && text->p[from - 1] != '\n') from--;
            str out, hurt = damage(scratch, str_slice(*text, from, from + 4000));
            if (formats(scratch, hurt, &out))
                kept++;
            else
                refused++;
        }
    }
    CHECK(refused > 100 && kept > 10);
}

/* ---- random rules ---- */

static void random_line(struct text *t, unsigned margin, const char *head, void (*content)(struct ugly *))
{
    text_repeat(t, ' ', margin);
    text_addz(t, head);
    struct ugly u = { .out = t, .margin = margin + 1 };
    content(&u);
    if (chance(4)) text_addz(t, "  --尾注 ——“");
    text_addc(t, '\n');
    if (chance(6)) text_addz(t, "\n");
    if (chance(6)) text_addz(t, chance(2) ? "-- 一行注\n" : "      -- 缩进的注\n");
}

static void some_facts(struct ugly *u) { random_facts(u, false); }

static void some_exception(struct ugly *u)
{
    if (chance(2)) {
        random_name(u);
        between(u, ":");
    }
    random_expr(u);
    word(u, "则");
    random_expr(u);
    if (chance(3)) {
        word(u, "优先");
        text_addz(u->out, "12");
    }
}

static void some_named(struct ugly *u)
{
    random_name(u);
    between(u, ":");
    random_expr(u);
}

static void some_step(struct ugly *u)
{
    random_name(u);
    between(u, chance(3) ? ":" : "=");
    random_expr(u);
}

static void some_values(struct ugly *u)
{
    u->tight = true;
    text_addz(u->out, PICK("2023-01-01", "2024-02"));
    blank(u);
    size_t n = 1 + t_random_below(3);
    for (size_t i = 0; i < n; i++) {
        if (n > 1) {
            random_name(u);
            if (chance(4))
                between(u, "=");
            else
                blank(u);
        }
        if (chance(6)) op(u, "-");
        random_number(u);
        if (i + 1 < n && chance(4))
            between(u, ",");
        else
            blank(u);
    }
    if (chance(4)) text_addz(u->out, "可信 转述高 ");
    if (u->out->p[u->out->len - 1] != '\n' && chance(2)) text_addz(u->out, "依据   示范令〔2023〕1号   五(一)  其 二");
}

static void some_cells(struct ugly *u)
{
    u->tight = true;
    u->margin = chance(5) ? u->margin : 0;
    text_addz(u->out, "|");
    for (size_t i = 0; i < 3; i++) {
        maybe_blank(u);
        switch (t_random_below(5)) {
        case 0: text_addz(u->out, "-"); break;
        case 1:
            op(u, PICK("<", ">=", "="));
            maybe_blank(u);
            random_number(u);
            break;
        case 2:
            random_number(u);
            text_addz(u->out, chance(2) ? ".." : " ..");
            random_number(u);
            break;
        case 3:
            random_name(u);
            between(u, ",");
            random_expr(u);
            break;
        default: random_expr(u); break;
        }
        maybe_blank(u);
        op(u, "|");
    }
}

static void some_expectation(struct ugly *u)
{
    if (chance(2)) {
        text_addz(u->out, PICK("符合", "符合 金额 500元", "符合，金额 ＝ 500元", "符合 金额 -5元/月", "符合,金额 未定",
                               "错误"));
        return;
    }
    text_addz(u->out, PICK("不符合", "待核", "未知", "待核：", "不符合 : "));
    blank(u);
    random_name(u);
    while (chance(2)) {
        between(u, chance(4) ? ";" : ",");
        random_name(u);
        if (chance(3)) random_args(u, false);
    }
}

static void some_member(struct ugly *u)
{
    random_name(u);
    between(u, ":");
    text_addz(u->out, PICK("日期", "元/月", "元 / 月", "元／月", "数(2位)", "数（ 2 位 ）", "性别"));
    if (chance(2)) word(u, "可无");
    if (chance(2)) text_addz(u->out, " 编码  AAC001");
    if (chance(3)) text_addz(u->out, "\t密级　姓名 ");
    if (chance(3)) word(u, "经"), random_name(u);
}

static void random_pack(struct text *t)
{
    if (chance(3)) text_addz(t, "--文件头\n\n\n");
    text_addz(t, "政策   一号政策 \n   依据 \t示范令〔2023〕1号   五(一) （其 二）\n");
    for (size_t n = t_random_below(3); n-- > 0;) random_line(t, 3, chance(2) ? "条件 " : "排除　", some_named);
    text_addz(t, "   对象 人员\n   互斥 甲 ， demo-乙、丙\n   频次 按月  -- 每月\n   施行 2023-01-01起 至  "
                 "2024-01-01\n   金额 -- 分步\n");
    random_line(t, 8, "", some_step);
    random_line(t, 8, "", some_step);
    if (chance(2)) text_addz(t, "\n\n\n");
    text_addz(t, "定义 二(某日:日期 ,b： 元 / 月) ： 数（ 2 位）\n\t对象 人员\n");
    random_line(t, 2, "例外 ", some_exception);
    random_line(t, 2, "基本 ", random_expr);
    text_addz(t, "参数 三:元/月 按 甲类\n");
    for (size_t n = t_random_below(4); n-- > 0;) random_line(t, 2, "", some_values);
    text_addz(t, "  2029-01-01 废止 依据 示范法 一\n表 四: 月\n  命中 唯一\n  对象 人员\n  输入 甲\n");
    for (size_t n = 1 + t_random_below(4); n-- > 0;) random_line(t, 2, "", some_cells);
    text_addz(t, "实体 五\n");
    for (size_t n = t_random_below(3); n-- > 0;) random_line(t, 2, "字段 ", some_member);
    text_addz(t, "代码 六\n  项 男 1 说 明\n  项 汉族人\t6-02\n    项   丙 \"A 1\"  \n  项 丁 4　属   丙 说 明\n  项 "
                 "戊 5 属 丙\n例 政策 一号政策\n");
    random_line(t, 2, "已知 ", some_facts);
    text_addz(t, "  \"一句话\"\n");
    random_line(t, 4, "已知 ", some_facts);
    random_line(t, 4, "应得 ", some_expectation);
}

TEST(random_packs_keep_their_meaning)
{
    size_t kept = 0;
    enum { ROUNDS = 400 };
    for (int round = 0; round < ROUNDS; round++) {
        autoarena *a = arena_new("test", 0);
        struct text t;
        text_init(&t, a, 1 << 20);
        random_pack(&t);
        str out;
        kept += formats(a, text_str(&t), &out);
    }
    NOTE("%zu of %d could be parsed", kept, ROUNDS);
    CHECK(kept > ROUNDS / 2);
}

/* ---- printing trees ---- */

static struct expr *read_expr(struct arena *a, str text, bool value)
{
    struct source *s = ARENA_NEW(a, struct source);
    struct diags d;
    diags_init(&d, a);
    source_init(s, a, STR("test"), text);
    struct expr *x =
        value ? parse_value(s, 0, (uint32_t)text.len, a, &d) : parse_expression(s, 0, (uint32_t)text.len, a, &d);
    return d.errors > 0 ? NULL : x;
}

static void printing_and_reading_give_the_same(struct arena *a, bool value)
{
    struct text t, printed;
    text_init(&t, a, 1 << 20);
    text_init(&printed, a, 1 << 20);
    struct ugly u = { .out = &t };
    if (value)
        random_value(&u);
    else
        random_expr(&u);
    const struct expr *x = read_expr(a, text_str(&t), value);
    if (x == NULL) return;
    if (value)
        value_print(x, &printed);
    else
        expr_print(x, &printed);
    const struct expr *y = read_expr(a, text_str(&printed), value);
    if (y != NULL && same_expr(x, y)) return;
    NOTE("%.*s\n%.*s", STR_ARG(text_str(&t)), STR_ARG(text_str(&printed)));
    FAIL("%s", y == NULL ? "what was printed cannot be read" : differs);
}

TEST(what_is_printed_is_read_as_the_same_tree)
{
    for (int round = 0; round < 8000; round++) {
        autoarena *a = arena_new("test", 0);
        printing_and_reading_give_the_same(a, round % 3 == 0);
    }
}

TEST(parentheses_are_printed_where_they_mean_something)
{
    static const char *const cases[][2] = {
        { "(a 且 b) 或 (c)", "a 且 b 或 c" },
        { "a 且 (b 或 c)", "a 且 (b 或 c)" },
        { "a - (b - c)", "a - (b - c)" },
        { "(a - b) - c", "a - b - c" },
        { "((a)) * (b / c)", "a * (b / c)" },
        { "非 (a = b)", "非 a = b" },
        { "(非 a) = b", "(非 a) = b" },
        { "-(5) + -x", "-(5) + -x" },
        { "(任一 g 满足 a) 且 b", "(任一 g 满足 a) 且 b" },
        { "b 且 任一 g 满足 a", "b 且 (任一 g 满足 a)" },
        { "若 a 则 (若 b 则 c 否则 d) 否则 e", "若 a 则 若 b 则 c 否则 d 否则 e" },
        { "(x + 1月) 舍入到分 四舍五入 * 2", NULL },
        { "(x 舍入到分 舍去) * 2", "(x 舍入到分 舍去) * 2" },
        { "p 于 2023-01-01 + 1日", "p 于 2023-01-01 + 1日" },
        { "x≥1 and not y", "x >= 1 且 非 y" },
        { "\"a\" = b", "“a” = b" },
    };
    autoarena *a = arena_new("test", 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        NOTE("%s", cases[i][0]);
        const struct expr *x = read_expr(a, str_of(cases[i][0]), false);
        CHECK((x != NULL) == (cases[i][1] != NULL));
        if (x == NULL) continue;
        struct text t;
        text_init(&t, a, 1000);
        expr_print(x, &t);
        CHECK_STR(text_str(&t), cases[i][1]);
    }
}

/* ---- the canonical form, case by case ---- */

/* One line below a declaration that can hold it. */
static void line_becomes(const char *head, const char *ugly, const char *canonical)
{
    autoarena *a = arena_new("test", 0);
    str given = str_fmt(a, "%s\n  %s\n", head, ugly), wanted = str_fmt(a, "%s\n  %s\n", head, canonical);
    CHECK_STR(must_format(a, given.p), wanted);
}

TEST(expressions_get_one_blank_around_operators_and_none_inside_parentheses)
{
    line_becomes("定义 甲 : 数", "基本 ( a+b )*（c－2）>=1　且(d)", "基本 (a + b) * (c - 2) >= 1 且 (d)");
    line_becomes("定义 甲 : 数", "基本 - 5 月-  -x", "基本 -5月 - -x");
    line_becomes("定义 甲 : 数", "基本 - - 5", "基本 - -5");
    line_becomes("定义 甲 : 数", "基本 a≤1 或 b≠2 或 c≥3 或 d×2÷3<4",
                 "基本 a <= 1 或 b != 2 或 c >= 3 或 d * 2 / 3 < 4");
    line_becomes("定义 甲 : 数", "基本 a . b .c( d ,e )", "基本 a.b.c(d, e)");
    line_becomes("定义 甲 : 数", "基本 x 在(1,2)且 y 在 1 .. 5", "基本 x 在 (1, 2) 且 y 在 1..5");
    line_becomes("定义 甲 : 数", "基本 1500 元/月/ 2 + 3 ％", "基本 1500元/月 / 2 + 3%");
    line_becomes("定义 甲 : 数", "基本 人工判断( \"经营正常\" )", "基本 人工判断(“经营正常”)");
    line_becomes("定义 甲 : 数", "基本 x 舍入到 2 位 四舍五入", "基本 x 舍入到 2位 四舍五入");
}

TEST(criteria_have_a_wide_colon_and_types_a_narrow_one)
{
    line_becomes("政策 甲", "条件 乙 : a=1", "条件 乙：a = 1");
    line_becomes("政策 甲", "criterion 乙:a and b", "criterion 乙：a and b");
    line_becomes("定义 甲 : 数", "例外 丙 ： a 则 b 优先  2", "例外 丙：a 则 b 优先 2");
    line_becomes("定义 甲 : 数", "例外 a 则 b", "例外 a 则 b");
    line_becomes("事项 甲", "材料 身份证:  原件", "材料 身份证：原件");
    line_becomes("事项 甲", "材料 身份证  原件", "材料 身份证：原件");
    line_becomes("事项 甲", "材料 身份证", "材料 身份证");
    line_becomes("实体 甲", "字段 乙：元 / 月 可无 编码 AAC001 密级 姓名",
                 "字段 乙 : 元/月  可无  编码 AAC001  密级 姓名");
    line_becomes("实体 甲", "集合 成员:人员   经 家庭", "集合 成员 : 人员 经 家庭");
    line_becomes("实体 甲", "字段 编码:编码 编码 编码", "字段 编码 : 编码  编码 编码");
    autoarena *a = arena_new("test", 0);
    CHECK_STR(must_format(a, "定义 甲（某日:日期,b:数(2 位)）:元/月"), "定义 甲(某日 : 日期, b : 数(2位)) : 元/月\n");
    CHECK_STR(must_format(a, "参数 甲:%按 乙"), "参数 甲 : %  按 乙\n");
    CHECK_STR(must_format(a, "经历 甲:人员 按月 分 险种"), "经历 甲 : 人员 按月 分 险种\n");
}

TEST(facts_and_names_have_their_own_commas)
{
    line_becomes("例 政策 甲", "已知 a=1, b = {c=1，d=2}；e=[本人 、 {f=1}]",
                 "已知 a = 1，b = {c = 1, d = 2}，e = [本人, {f = 1}]");
    line_becomes("例 政策 甲", "已知 a=2022-01..2022-03，2023-01 .. {b=1}，c=无",
                 "已知 a = 2022-01..2022-03, 2023-01.. {b = 1}，c = 无");
    line_becomes("例 政策 甲", "已知 a[ 1 ].b( c )=2022-01..已知至 2023-10",
                 "已知 a[1].b(c) = 2022-01.. 已知至 2023-10");
    line_becomes("例 政策 甲\n  “乙”", "  应得 不符合:丙,丁", "  应得 不符合 丙，丁");
    line_becomes("例 政策 甲\n  “乙”", "  应得 符合，金额=500 元", "  应得 符合 金额 500元");
    line_becomes("政策 甲", "互斥 乙，丙、丁; 戊", "互斥 乙, 丙, 丁, 戊");
    line_becomes("事项 甲", "渠道 网上 窗口", "渠道 网上 窗口");
    line_becomes("包 甲", "上级 demo-yangzhou", "上级 demo-yangzhou");
}

TEST(rows_stand_in_columns)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(must_format(a, "参数 甲 : 元/月 按 乙\n"
                             "  2021-08-01 一类=2280, 二类 2070 依据 示范令〔2023〕1号  二\n"
                             "  2024-01-01 一类 249 二类 -3 可信 转述高 依据 示范法\n"
                             "  2025-01-01 一类 20000 二类 12 依据 示范法 三\n"
                             "  2026-01-01 废止   依据  示范法 四 -- 到期\n"),
              "参数 甲 : 元/月  按 乙\n"
              "  2021-08-01  一类 2280   二类 2070  依据 示范令〔2023〕1号 二\n"
              "  2024-01-01  一类 249  二类 -3  可信 转述高  依据 示范法\n"
              "  2025-01-01  一类 20000  二类 12    依据 示范法 三\n"
              "  2026-01-01  废止  依据 示范法 四  -- 到期\n");
    CHECK_STR(must_format(a, "表 甲 : 月\n"
                             "  输入 乙\n"
                             "  |<12月|0月|\n"
                             "-- 中间\n"
                             "  | 12月,60月 ,80月 | 12月|  -- 注\n"
                             "  |-|12345月|\n\n"
                             "  | 1 | 无 |\n"),
              "表 甲 : 月\n"
              "  输入 乙\n"
              "  | < 12月           | 0月     |\n"
              "  -- 中间\n"
              "  | 12月, 60月, 80月 | 12月    |  -- 注\n"
              "  | -                | 12345月 |\n\n"
              "  | 1 | 无 |\n");
    CHECK_STR(must_format(a, "代码 甲\n  项 男  1\n  项 汉族人 6-02  说 明\n  项 丙 \"A 1\"\n\n  项 丁 2\n"),
              "代码 甲\n  项 男     1\n  项 汉族人 6-02  说 明\n  项 丙     \"A 1\"\n\n  项 丁 2\n");
}

TEST(comments_stay_with_what_follows_them)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(must_format(a, "--头\n\n\n\n--政策的注\n政策 甲 --后\n--条件的注\n  条件 a：b\n\n\n    说明 c\n    -- "
                             "收尾\n  -- 甲完\n定义 乙 : 数\n-- 末尾"),
              "-- 头\n\n-- 政策的注\n政策 甲  -- 后\n  -- 条件的注\n  条件 a：b\n\n    说明 c\n    -- 收尾\n  -- "
              "甲完\n\n定义 乙 : 数\n\n-- 末尾\n");
    CHECK_STR(must_format(a, "资金 甲\n资金 乙\n\n\n\n资金 丙"), "资金 甲\n\n资金 乙\n\n资金 丙\n");
    CHECK_STR(must_format(a, "---- 分节 ----\n资金 甲"), "---- 分节 ----\n资金 甲\n");
    CHECK_STR(must_format(a, "  \n\n"), "");
    CHECK_STR(must_format(a, ""), "");
    CHECK_STR(must_format(a, "-- 只有注"), "-- 只有注\n");
}

TEST(prose_is_left_alone_but_for_its_ends)
{
    line_becomes("政策 甲", "说明   一 句  话 , 带:标点(和)括号 \t", "说明 一 句  话 , 带:标点(和)括号");
    line_becomes("政策 甲", "依据  示范令〔2023〕1号　　五(一) 其 二", "依据 示范令〔2023〕1号 五(一) 其 二");
    line_becomes("政策 甲", "说明，开头是标点", "说明 ，开头是标点");
    line_becomes("代码 甲", "项 男   1   说 明", "项 男 1 说 明");
    line_becomes("代码 甲", "项 男   1 属　 人   说 明", "项 男 1 属 人 说 明");
    line_becomes("日历 甲", "2023-10-02  休   国庆 节", "2023-10-02 休 国庆 节");
    autoarena *a = arena_new("test", 0);
    CHECK_STR(must_format(a, "来源   示范令〔2023〕1号  \n    名称  甲\n          乙 丙  \n"),
              "来源 示范令〔2023〕1号\n  名称 甲\n    乙 丙\n");
}

TEST(continued_lines_stand_one_level_deeper)
{
    autoarena *a = arena_new("test", 0);
    CHECK_STR(
        must_format(a, "定义 甲 : 数\n\t基本 若 a\n\t\t\t则 b\n\t\t\t\t且 c -- 注\n\n\t\t否则 - d\n\t对象 人员\r\n"),
        "定义 甲 : 数\n  基本 若 a\n    则 b\n      且 c  -- 注\n\n    否则 -d\n  对象 人员\n");
}

TEST(a_file_with_mistakes_is_refused_and_says_where)
{
    autoarena *a = arena_new("test", 0);
    static const char *const wrong[] = { "定义 甲 : 数\n  基本 (a\n", "政测 甲\n", "政策 甲\n  条见 a：b\n",
                                         "  政策 甲\n", "政策 甲\n  条件 a：“b\n" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct fmt f;
        struct err e = { 0 };
        NOTE("%s", wrong[i]);
        CHECK_ERR(fmt_run(&f, a, STR("x.leye"), str_of(wrong[i]), &e), e, INVALID);
        CHECK(f.diags.errors > 0 && f.text.len == 0);
    }
    struct fmt f;
    struct err e = { 0 };
    CHECK_ERR(fmt_run(&f, a, STR("x.leye"), STR("资金 \xFF\n"), &e), e, INVALID);
    CHECK(strstr(err_cause(&e), "UTF-8") != NULL);
}

TEST(too_much_is_refused)
{
    autoarena *a = arena_new("test", 0);
    struct fmt f;
    struct err e = { 0 };
    str big = { arena_alloc(a, LIMIT_FILE_BYTES + 1), LIMIT_FILE_BYTES + 1 };
    CHECK_ERR(fmt_run(&f, a, STR("x.leye"), big, &e), e, LIMIT);
}

TEST(one_wide_cell_does_not_widen_a_whole_table)
{
    autoarena *a = arena_new("test", 0);
    struct text t;
    text_init(&t, a, 1 << 24);
    text_addz(&t, "表 甲 : 月\n");
    for (int i = 0; i < 2000; i++) text_addz(&t, "  | 1 | 2 |\n");
    text_addz(&t, "  | ");
    text_repeat(&t, 'x', 60);
    for (int i = 0; i < 2000; i++) text_addz(&t, " + xxxx");
    text_addz(&t, " | 2 |\n");
    struct fmt f;
    struct err e = { 0 };
    CHECK(!fmt_run(&f, a, STR("x"), text_str(&t), &e)); /* nested too deep: long sums are refused by the parser */
    e = (struct err){ 0 };
    t.len = 0;
    text_addz(&t, "表 甲 : 月\n");
    for (int i = 0; i < 2000; i++) text_addz(&t, "  | 1 | 2 |\n");
    text_addz(&t, "  | 甲");
    for (int i = 0; i < 2000; i++) text_addz(&t, " 且 xxxx");
    text_addz(&t, " | 2 |\n");
    CHECK_OK(fmt_run(&f, a, STR("x"), text_str(&t), &e), e);
    CHECK(f.text.len < t.len + 1000);
}
