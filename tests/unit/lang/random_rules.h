/* Random texts of the language, right by construction and ugly on purpose: blanks of every kind or none, full-width
 * punctuation, needless parentheses, lines broken anywhere, comments between them. */
#ifndef UNIT_LANG_RANDOM_RULES_H
#define UNIT_LANG_RANDOM_RULES_H
#include "base/text.h"
#include "support/t.h"

struct ugly {
    struct text *out;
    bool plain;      /* one blank wherever one may stand, nothing unusual: for texts without lines */
    bool tight;      /* in rows a unit must touch its number */
    unsigned margin; /* columns a broken line must be indented by; 0: lines are not broken */
    unsigned depth;
};

static inline bool chance(unsigned of) { return t_random_below(of) == 0; }
static inline const char *pick(const char *const *list, size_t n) { return list[t_random_below(n)]; }
#define PICK(...) \
    pick((const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* A blank that must be there. */
static inline void blank(struct ugly *u)
{
    if (u->plain) {
        text_addc(u->out, ' ');
        return;
    }
    if (u->margin > 0 && chance(25)) {
        if (chance(4)) text_addz(u->out, "  -- 注：一半“");
        text_addc(u->out, '\n');
        if (chance(6)) text_addz(u->out, chance(2) ? "-- 夹在中间\n" : "      --也夹在中间\n");
        if (chance(8)) text_addc(u->out, '\n');
        text_repeat(u->out, ' ', u->margin + t_random_below(5));
        return;
    }
    text_addz(u->out, chance(4) ? PICK("  ", "\t", "　", "   \t ", " \xC2\xA0") : " ");
}

/* A blank that may be there. */
static inline void maybe_blank(struct ugly *u)
{
    if (!u->plain && chance(3)) blank(u);
}

static inline void op(struct ugly *u, const char *ascii)
{
    static const struct {
        const char *ascii, *wide[3];
    } wides[] = { { "(", { "（" } },         { ")", { "）" } },        { ",", { "，", "、" } },
                  { "=", { "＝" } },         { "<", { "＜" } },        { ">", { "＞" } },
                  { "<=", { "≤", "＜＝" } }, { ">=", { "≥", "＞=" } }, { "!=", { "≠", "！＝", "<>" } },
                  { "+", { "＋" } },         { "*", { "×", "＊" } },   { "/", { "÷", "／" } },
                  { "{", { "｛" } },         { "}", { "｝" } },        { "[", { "［" } },
                  { "]", { "］" } },         { ":", { "：" } },        { "|", { "｜" } },
                  { "%", { "％" } },         { ".", { "．" } },        { "-", { "－", "−" } } };
    if (!u->plain && chance(3)) {
        for (size_t i = 0; i < sizeof wides / sizeof *wides; i++) {
            if (!str_eq(str_of(ascii), str_of(wides[i].ascii))) continue;
            size_t n = 0;
            while (n < 3 && wides[i].wide[n] != NULL) n++;
            text_addz(u->out, wides[i].wide[t_random_below(n)]);
            return;
        }
    }
    text_addz(u->out, ascii);
}

/* An operator with blanks or without on either side. A minus never touches another. */
static inline void between(struct ugly *u, const char *ascii)
{
    if (u->plain || str_eq(str_of(ascii), STR("-")))
        blank(u);
    else
        maybe_blank(u);
    op(u, ascii);
    if (u->plain || str_eq(str_of(ascii), STR("-")))
        blank(u);
    else
        maybe_blank(u);
}

static inline void word(struct ugly *u, const char *zh)
{
    blank(u);
    text_addz(u->out, zh);
    blank(u);
}

static inline void unit_of_number(struct ugly *u)
{
    if (chance(3)) return;
    if (!u->tight) maybe_blank(u);
    text_addz(u->out, PICK("元", "月", "岁", "元/月", "万元/人", "年", "工作日", "元／月"));
}

static inline void random_number(struct ugly *u)
{
    text_addz(u->out, PICK("0", "1", "12", "2280", "0.5", "66.67", "1500.00", "007"));
    if (chance(6)) {
        maybe_blank(u);
        op(u, "%");
    } else {
        unit_of_number(u);
    }
}

static inline void random_string(struct ugly *u)
{
    text_addz(u->out,
              PICK("“经营状况正常”", "\"符合\"", "“含 -- 横线、逗号，括号（）”", "\"有”半个\"", "“有\"两\"个”", "“”"));
}

static inline void random_name(struct ugly *u)
{
    text_addz(u->out,
              PICK("年龄", "月收入", "出生日期", "x1", "_甲", "编码", "元", "月", "第一类", "e\xCC\x81t\xC3\xA9"));
}

static inline void random_expr(struct ugly *u);
static inline void random_sum(struct ugly *u);
static inline void random_round(struct ugly *u);

static inline void random_args(struct ugly *u, bool filter)
{
    maybe_blank(u);
    op(u, "(");
    maybe_blank(u);
    size_t n = t_random_below(3) + (filter ? 1 : 0);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) between(u, ",");
        random_expr(u);
        if (i == 0 && filter) {
            word(u, "满足");
            random_expr(u);
        }
    }
    maybe_blank(u);
    op(u, ")");
}

static inline void random_primary(struct ugly *u)
{
    if (++u->depth > 12) {
        text_addz(u->out, "真");
        u->depth--;
        return;
    }
    switch (t_random_below(12)) {
    case 0:
    case 1: random_number(u); break;
    case 2: text_addz(u->out, PICK("2023-11-01", "2020-02-29", "1800-01-01")); break;
    case 3: text_addz(u->out, PICK("2023-11", "1999-12")); break;
    case 4: random_string(u); break;
    case 5: text_addz(u->out, PICK("真", "假", "未知", "无", "今日", "本月", "规则日", "主体")); break;
    case 6:
        op(u, "(");
        maybe_blank(u);
        random_expr(u);
        maybe_blank(u);
        op(u, ")");
        break;
    case 7:
        text_addz(u->out, PICK("不超过", "有", "无", "合计", "人数", "最近"));
        random_args(u, chance(3));
        break;
    case 8:
        random_name(u);
        do {
            maybe_blank(u);
            op(u, ".");
            maybe_blank(u);
            random_name(u);
        } while (chance(3));
        if (chance(4)) random_args(u, false);
        break;
    default: random_name(u); break;
    }
    u->depth--;
}

static inline void random_unary(struct ugly *u)
{
    if (chance(10)) {
        op(u, "-");
        if (chance(2)) {
            maybe_blank(u);
            random_number(u);
            return;
        }
        blank(u); /* two that touch are a comment */
        random_unary(u);
        return;
    }
    random_primary(u);
    if (chance(15)) {
        word(u, "于");
        random_primary(u);
    }
}

static inline void random_product(struct ugly *u)
{
    random_unary(u);
    while (chance(5)) {
        between(u, chance(2) ? "*" : "/");
        random_unary(u);
    }
}

static inline void random_sum(struct ugly *u)
{
    random_product(u);
    while (chance(4)) {
        between(u, chance(2) ? "+" : "-");
        random_product(u);
        if (chance(6)) {
            blank(u);
            text_addz(u->out, chance(2) ? "取月末" : "顺延");
        }
    }
}

static inline void random_round(struct ugly *u)
{
    random_sum(u);
    while (chance(12)) {
        blank(u);
        text_addz(u->out, PICK("舍入到分", "舍入到角", "舍入到元", "舍入到百元", "舍入到整数", "舍入到3位",
                               "舍入到 2 位", "舍入到 0"));
        if (chance(4)) continue;
        blank(u);
        text_addz(u->out, PICK("四舍五入", "进一", "舍去"));
    }
}

static inline void random_condition(struct ugly *u)
{
    if (++u->depth > 8) {
        text_addz(u->out, "甲");
        u->depth--;
        return;
    }
    switch (t_random_below(9)) {
    case 0:
        text_addz(u->out, "非");
        blank(u);
        random_condition(u);
        break;
    case 1:
        text_addz(u->out, chance(2) ? "任一" : "全部");
        blank(u);
        random_name(u);
        if (chance(3)) random_args(u, false);
        word(u, "满足");
        random_expr(u);
        break;
    case 2:
        random_round(u);
        word(u, "在");
        if (chance(2)) {
            op(u, "(");
            do random_round(u);
            while (chance(2) && (between(u, ","), true));
            op(u, ")");
        } else {
            random_name(u);
            text_addz(u->out, u->plain ? ".." : PICK("..", " .. ", "．．", " ．."));
            random_round(u);
        }
        break;
    case 3:
    case 4:
    case 5:
        random_round(u);
        between(u, PICK("=", "!=", "<", "<=", ">", ">="));
        random_round(u);
        break;
    default: random_round(u); break;
    }
    u->depth--;
}

static inline void random_chain(struct ugly *u)
{
    random_condition(u);
    while (chance(4)) {
        word(u, "且");
        random_condition(u);
    }
}

static inline void random_expr(struct ugly *u)
{
    if (++u->depth > 10) {
        text_addz(u->out, "乙");
    } else if (chance(15)) {
        text_addz(u->out, "若");
        blank(u);
        random_expr(u);
        word(u, "则");
        random_expr(u);
        word(u, "否则");
        random_expr(u);
    } else {
        random_chain(u);
        while (chance(6)) {
            word(u, "或");
            random_chain(u);
        }
    }
    u->depth--;
}

/* ---- facts ---- */

static inline void random_facts(struct ugly *u, bool braces);

static inline void random_scalar(struct ugly *u)
{
    switch (t_random_below(8)) {
    case 0: text_addz(u->out, PICK("真", "假", "未知", "无", "本人")); break;
    case 1: random_string(u); break;
    case 2: random_name(u); break;
    case 3:
        if (chance(3)) op(u, "-");
        random_number(u);
        break;
    case 4:
        op(u, "(");
        random_sum(u);
        op(u, ")");
        break;
    default: text_addz(u->out, PICK("2023-11-01", "2020-01")); break;
    }
}

static inline void random_span(struct ugly *u, bool months)
{
    text_addz(u->out, months ? PICK("2022-01", "2019-12") : PICK("2022-01-01", "2019-12-31"));
    if (chance(3)) return;
    maybe_blank(u);
    text_addz(u->out, chance(4) && !u->plain ? "．．" : "..");
    maybe_blank(u);
    if (chance(4)) return;
    text_addz(u->out, months ? PICK("2023-01", "2024-10") : PICK("2023-01-01", "2024-02-29"));
}

static inline void random_value(struct ugly *u)
{
    if (++u->depth > 6) {
        text_addz(u->out, "真");
        u->depth--;
        return;
    }
    switch (t_random_below(7)) {
    case 0:
        op(u, "{");
        if (chance(5))
            maybe_blank(u);
        else
            random_facts(u, true);
        op(u, "}");
        break;
    case 1:
        op(u, "[");
        if (chance(5)) {
            maybe_blank(u);
        } else {
            do {
                if (chance(2))
                    random_scalar(u);
                else
                    random_value(u);
            } while (chance(2) && (between(u, ","), true));
        }
        op(u, "]");
        break;
    case 2:
    case 3: {
        bool months = chance(2);
        do random_span(u, months);
        while (chance(3) && (between(u, ","), true));
        if (chance(2)) {
            maybe_blank(u);
            op(u, "{");
            random_facts(u, true);
            op(u, "}");
        }
        if (chance(4)) {
            word(u, "已知至");
            text_addz(u->out, "2023-10");
        }
        break;
    }
    default: random_scalar(u); break;
    }
    u->depth--;
}

static inline void random_path(struct ugly *u)
{
    random_name(u);
    while (chance(3)) {
        maybe_blank(u);
        switch (t_random_below(3)) {
        case 0:
            op(u, ".");
            random_name(u);
            break;
        case 1:
            op(u, "[");
            text_addz(u->out, "2");
            op(u, "]");
            break;
        default:
            op(u, "(");
            random_name(u);
            op(u, ")");
            break;
        }
    }
}

static inline void random_facts(struct ugly *u, bool braces)
{
    do {
        random_path(u);
        between(u, "=");
        random_value(u);
    } while (chance(2) && (between(u, braces && chance(5) ? ";" : ","), true));
}

#endif
