/* lex: bytes to tokens. Hand-written, one pass, no state between lines: nothing inside a line depends on the line
 * before.
 *
 * Full-width forms (：，（）＜＞＝｛｝；“”) are read as their ASCII twins here and nowhere else. Dates are recognised
 * by shape (2023-11-01, no blanks inside), so that `2023 - 11` is still a subtraction. */
#include "base/utf8.h"
#include "lang/limits.h"
#include "lang/token.h"

#include <string.h>

static const struct {
    const char *zh, *en, *help;
} words[WORD_COUNT] = {
    [WORD_NOT_ONE] = { "", "", "" },
#define WORD(name, zh_, en_, help_) [WORD_##name] = { zh_, en_, help_ },
#include "lang/words.def"
#undef WORD
};

const char *word_zh(enum word w) { return words[w].zh; }
const char *word_en(enum word w) { return words[w].en; }
const char *word_help(enum word w) { return words[w].help; }

/* A perfect hash would be faster to look up but the first byte already decides most: 256 short chains. */
enum word word_find(str s)
{
    static uint8_t first[256], next_word[WORD_COUNT];
    static bool ready;
    if (!ready) {
        for (int w = WORD_COUNT - 1; w > 0; w--) {
            /* chain by Chinese spelling only; English ones are found by the scan below */
            uint8_t b = (uint8_t)words[w].zh[2];
            next_word[w] = first[b];
            first[b] = (uint8_t)w;
        }
        ready = true;
    }
    if (s.len < 2 || s.len > 16) return WORD_NOT_ONE;
    if ((unsigned char)s.p[0] < 0x80) {
        for (int w = 1; w < WORD_COUNT; w++) {
            if (str_eq(s, str_of(words[w].en))) return (enum word)w;
        }
        return WORD_NOT_ONE;
    }
    for (uint8_t w = first[(uint8_t)s.p[2]]; w != 0; w = next_word[w]) {
        if (str_eq(s, str_of(words[w].zh))) return (enum word)w;
    }
    return WORD_NOT_ONE;
}

bool word_is_reserved(enum word w) { return w >= WORD_AND && w <= WORD_SUBJECT; }

bool word_glued(str name, enum word *w, str *left, str *right)
{
    static const enum word joiners[] = { WORD_AND, WORD_OR, WORD_WHERE, WORD_ELSE, WORD_THEN };
    for (size_t i = 0; i < sizeof joiners / sizeof *joiners; i++) {
        str z = str_of(word_zh(joiners[i]));
        size_t at = str_find(name, z);
        if (at == SIZE_MAX || name.len == z.len) continue;
        *w = joiners[i];
        *left = str_slice(name, 0, at);
        *right = str_slice(name, at + z.len, name.len);
        return true;
    }
    return false;
}

bool word_suggest_blanks(str name, struct diags *d, struct diag *g)
{
    enum word w;
    str left, right;
    if (!word_glued(name, &w, &left, &right)) return false;
    diag_suggest(d, g, "“%s”两边要空开：写成“%.*s%s%s%s%.*s”", word_zh(w), STR_ARG(left), left.len > 0 ? " " : "",
                 word_zh(w), right.len > 0 ? " " : "", STR_ARG(right));
    return true;
}

/* One operator character: its ASCII form, or NULL. */
static const char *op_of(uint32_t cp)
{
    switch (cp) {
    case '(':
    case 0xFF08: return "(";
    case ')':
    case 0xFF09: return ")";
    case '[':
    case 0xFF3B: return "[";
    case ']':
    case 0xFF3D: return "]";
    case '{':
    case 0xFF5B: return "{";
    case '}':
    case 0xFF5D: return "}";
    case ',':
    case 0xFF0C:
    case 0x3001: return ",";
    case ';':
    case 0xFF1B: return ";";
    case ':':
    case 0xFF1A: return ":";
    case '=':
    case 0xFF1D: return "=";
    case '<':
    case 0xFF1C: return "<";
    case '>':
    case 0xFF1E: return ">";
    case 0x2264: return "<=";
    case 0x2265: return ">=";
    case 0x2260: return "!=";
    case '+':
    case 0xFF0B: return "+";
    case '-':
    case 0xFF0D:
    case 0x2212: return "-";
    case '*':
    case 0xD7:
    case 0xFF0A: return "*";
    case '/':
    case 0xF7:
    case 0xFF0F: return "/";
    case '|':
    case 0xFF5C: return "|";
    case '%':
    case 0xFF05: return "%";
    case '.':
    case 0xFF0E: return ".";
    default: return NULL;
    }
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct lexer {
    const struct source *s;
    struct arena *a;
    struct diags *d;
    token_list *out;
    uint32_t at, to;
};

static struct loc loc_of(const struct lexer *x, uint32_t from, uint32_t to)
{
    return (struct loc){ .from = from, .to = to, .source = x->s->id };
}

static struct token *push(struct lexer *x, enum token_kind kind, uint32_t from, uint32_t to)
{
    struct token *t = vec_push(x->a, x->out);
    *t = (struct token){ .kind = kind, .loc = loc_of(x, from, to) };
    t->text = source_text(x->s, t->loc);
    return t;
}

/* digits{n} at `at` and not a digit after them */
static bool digits_at(const struct lexer *x, uint32_t at, uint32_t n)
{
    if (at + n > x->to) return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!is_digit(x->s->text.p[at + i])) return false;
    }
    return at + n == x->to || !is_digit(x->s->text.p[at + n]);
}

static void lex_number(struct lexer *x)
{
    const char *p = x->s->text.p;
    uint32_t from = x->at;
    if (digits_at(x, from, 4) && from + 4 < x->to && p[from + 4] == '-' && digits_at(x, from + 5, 2)) {
        bool day = from + 7 < x->to && p[from + 7] == '-' && digits_at(x, from + 8, 2);
        x->at = from + (day ? 10 : 7);
        struct token *t = push(x, day ? TOKEN_DATE : TOKEN_MONTH, from, x->at);
        bool ok = day ? date_parse(t->text, &t->day) : month_parse(t->text, &t->month_);
        if (!ok) {
            struct diag *g = diag_add(x->d, DIAG_bad_date, t->loc, "没有“%.*s”这个日期", STR_ARG(t->text));
            diag_suggest(x->d, g, "日期写成 2023-11-01，月份写成 2023-11；年份在 1800 到 2999 之间");
        }
        return;
    }
    uint32_t i = from;
    while (i < x->to && is_digit(p[i])) i++;
    if (i + 1 < x->to && p[i] == '.' && is_digit(p[i + 1])) {
        i++;
        while (i < x->to && is_digit(p[i])) i++;
    }
    x->at = i;
    struct token *t = push(x, TOKEN_NUMBER, from, i);
    unsigned scale = 0;
    if (!num_parse(t->text, &t->number, &scale) || scale > NUM_SCALE_MAX) {
        struct diag *g = diag_add(x->d, DIAG_bad_number, t->loc, "数“%.*s”太长", STR_ARG(t->text));
        diag_suggest(x->d, g, "最多 30 位，其中小数最多 18 位");
        t->number = 0;
        scale = 0;
    }
    t->scale = (uint8_t)scale;
}

static void lex_string(struct lexer *x, uint32_t quote, size_t quote_len)
{
    uint32_t from = x->at;
    uint32_t i = from + (uint32_t)quote_len;
    uint32_t text_from = i;
    while (i < x->to) {
        size_t n;
        uint32_t cp = utf8_at(x->s->text, i, &n);
        bool closes = quote == '"' ? cp == '"' : cp == 0x201D;
        if (closes) {
            x->at = i + (uint32_t)n;
            struct token *t = push(x, TOKEN_STRING, from, x->at);
            t->text = str_slice(x->s->text, text_from, i);
            return;
        }
        i += (uint32_t)n;
    }
    x->at = x->to;
    struct token *t = push(x, TOKEN_STRING, from, x->to);
    t->text = str_slice(x->s->text, text_from, x->to);
    struct diag *g = diag_add(x->d, DIAG_open_string, loc_of(x, from, text_from), "引号没有收尾");
    diag_suggest(x->d, g, "在这一行里补上右引号 ”");
}

/* A character of 4E00 to 9FFF, which every name may have. */
static bool is_hanzi(const char *text, uint32_t left)
{
    const unsigned char *p = (const unsigned char *)text;
    return left >= 3 && p[0] >= 0xE4 && p[0] <= 0xE9 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80 &&
           (p[0] > 0xE4 || p[1] >= 0xB8);
}

static void lex_ident(struct lexer *x)
{
    uint32_t from = x->at, i = from;
    bool plain = true; /* CJK and ASCII only: already NFC */
    while (i < x->to) {
        size_t n;
        if (is_hanzi(x->s->text.p + i, x->to - i)) { /* nearly always */
            i += 3;
            continue;
        }
        uint32_t cp = utf8_at(x->s->text, i, &n);
        if (!utf8_is_ident(cp)) break;
        if (cp >= 0x80 && !(cp >= 0x4E00 && cp <= 0x9FFF)) plain = false;
        i += (uint32_t)n;
    }
    x->at = i;
    struct token *t = push(x, TOKEN_IDENT, from, i);
    if (!plain) t->text = utf8_nfc(x->a, t->text);
    if (t->text.len > LIMIT_NAME_BYTES) {
        diag_add(x->d, DIAG_too_big, t->loc, "名字太长，最多 %d 个汉字", LIMIT_NAME_BYTES / 3);
        t->text = str_slice(t->text, 0, 3);
    }
    t->word = word_find(t->text);
}

static void lex_op(struct lexer *x, const char *op, uint32_t n)
{
    uint32_t from = x->at;
    x->at += n;
    const char *joined = op;
    if (x->at < x->to) {
        size_t m;
        const char *next = op_of(utf8_at(x->s->text, x->at, &m));
        if (next != NULL) {
            const char *both = NULL;
            if (op[0] == '<' && op[1] == 0 && next[0] == '=' && next[1] == 0) both = "<=";
            if (op[0] == '<' && op[1] == 0 && next[0] == '>' && next[1] == 0) both = "!=";
            if (op[0] == '>' && op[1] == 0 && next[0] == '=' && next[1] == 0) both = ">=";
            if (op[0] == '.' && next[0] == '.') both = "..";
            if (both != NULL) {
                joined = both;
                x->at += (uint32_t)m;
            }
        }
    }
    struct token *t = push(x, TOKEN_OP, from, x->at);
    t->text = str_of(joined);
}

void lex(const struct source *s, uint32_t from, uint32_t to, struct arena *a, struct diags *d, token_list *out)
{
    struct lexer x = { .s = s, .a = a, .d = d, .out = out, .at = from, .to = to };
    while (x.at < x.to) {
        if (out->len >= LIMIT_TOKENS) {
            diag_add(d, DIAG_too_big, loc_of(&x, x.at, x.at + 1), "这一栏太长，最多 %d 个词", LIMIT_TOKENS);
            return;
        }
        size_t n;
        uint32_t cp = utf8_at(s->text, x.at, &n);
        if (cp == ' ' || cp == '\t' || cp == '\r' || cp == '\n' || cp == 0x3000 || cp == 0xA0) {
            x.at += (uint32_t)n;
        } else if (cp < 0x80 && is_digit((char)cp)) {
            lex_number(&x);
        } else if (cp == '"' || cp == 0x201C) {
            lex_string(&x, cp, n);
        } else if (cp == '!' || cp == 0xFF01) {
            uint32_t at = x.at;
            x.at += (uint32_t)n;
            size_t m = 0;
            const char *next = x.at < x.to ? op_of(utf8_at(s->text, x.at, &m)) : NULL;
            if (next != NULL && next[0] == '=') {
                x.at += (uint32_t)m;
                push(&x, TOKEN_OP, at, x.at)->text = STR("!=");
            } else {
                diag_add(d, DIAG_bad_char, loc_of(&x, at, x.at), "“!”只能写在 != 里");
            }
        } else if (op_of(cp) != NULL) {
            lex_op(&x, op_of(cp), (uint32_t)n);
        } else if (utf8_is_ident_start(cp)) {
            lex_ident(&x);
            if (out->at[out->len - 1].word == WORD_CITE) return;
        } else {
            struct diag *g = diag_add(d, DIAG_bad_char, loc_of(&x, x.at, x.at + (uint32_t)n), "认不出的字符“%.*s”",
                                      (int)n, s->text.p + x.at);
            diag_suggest(d, g, "名字用汉字、字母、数字；文字放进引号“ ”");
            x.at += (uint32_t)n;
        }
    }
}

str line_word(const struct source *s, const struct line *l)
{
    uint32_t i = l->loc.from;
    size_t n;
    while (i < l->loc.to && utf8_is_ident(utf8_at(s->text, i, &n))) i += (uint32_t)n;
    return str_slice(s->text, l->loc.from, i);
}
