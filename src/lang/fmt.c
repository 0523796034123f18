/* fmt: a file is parsed, laid out, written, and what was written is read again: it must say the same. */
#include "lang/fmt.h"
#include "base/utf8.h"
#include "lang/fmt_priv.h"
#include "lang/limits.h"
#include "lang/print.h"

#include <string.h>

enum { DUMP_MAX = 64 << 20 }; /* what a declaration says: longer than it is written only by its blanks */

/* Tabs of the indentation become two blanks, which is what they count for; a stray carriage return is a blank. */
static str without_tabs(struct arena *a, str text)
{
    if (str_find(text, STR("\t")) == SIZE_MAX && str_find(text, STR("\r")) == SIZE_MAX) return text;
    struct text t;
    text_init(&t, a, 2 * text.len + 1);
    bool indentation = true;
    for (size_t i = 0, n; i < text.len; i += n) {
        uint32_t c = utf8_at(text, i, &n);
        if (indentation && c == '\t')
            text_addz(&t, "  ");
        else if (c == '\r')
            text_addc(&t, ' ');
        else
            text_add(&t, str_slice(text, i, i + n));
        indentation = c == '\n' || (indentation && (c == ' ' || c == '\t' || c == '\r' || c == 0x3000));
    }
    return text_str(&t);
}

/* Letters and digits, without what formatting may change. */
static str letters_of(struct arena *a, str s)
{
    char *p = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t i = 0, n; i < s.len; i += n) {
        if (!utf8_is_ident(utf8_at(s, i, &n))) continue;
        memcpy(p + len, s.p + i, n);
        len += n;
    }
    return utf8_nfc(a, (str){ p, len });
}

static str dump_of(struct arena *a, const struct decl *d)
{
    struct text t;
    text_init(&t, a, DUMP_MAX);
    decl_print(d, &t);
    return text_str(&t);
}

/* The promise of fmt.h, checked each time: it costs as much as parsing once more. */
static bool says_the_same(const struct source *before, const decl_list *decls, str after)
{
    autoarena *a = arena_new("fmt check", 0);
    if (!str_eq(letters_of(a, before->text), letters_of(a, after))) return false;
    struct source s;
    struct diags d;
    decl_list again = { 0 };
    diags_init(&d, a);
    source_init(&s, a, before->path, after);
    parse_file(&s, a, &d, &again);
    if (again.len != decls->len) return false;
    for (size_t i = 0; i < again.len; i++) {
        struct arena_mark mark = arena_mark(a);
        if (!str_eq(dump_of(a, decls->at[i]), dump_of(a, again.at[i]))) return false;
        arena_rewind(a, mark);
    }
    return true;
}

static size_t mistakes_of(const struct diags *d)
{
    size_t n = d->dropped;
    VEC_EACH (const struct diag, g, &d->list) n += diag_level(g->code) == DIAG_ERROR && g->code != DIAG_missing_field;
    return n;
}

static bool read_source(struct fmt *f, struct arena *a, str path, str text, struct err *e)
{
    size_t bad;
    if (text.len > LIMIT_FILE_BYTES) return fail(e, LIMIT, "%.*s 太大，最多 %d 字节", STR_ARG(path), LIMIT_FILE_BYTES);
    if (!utf8_valid(text, &bad))
        return fail(e, INVALID, "%.*s 不是 UTF-8 文本（第 %zu 字节起）", STR_ARG(path), bad + 1);
    source_init(&f->source, a, path,
                without_tabs(a, str_starts(text, STR("\xEF\xBB\xBF")) ? str_slice(text, 3, text.len) : text));
    return true;
}

bool fmt_run(struct fmt *f, struct arena *a, str path, str text, struct err *e)
{
    *f = (struct fmt){ 0 };
    diags_init(&f->diags, a);
    if (!read_source(f, a, path, text, e)) return false;
    decl_list decls = { 0 };
    parse_file(&f->source, a, &f->diags, &decls);
    size_t mistakes = mistakes_of(&f->diags);
    if (mistakes > 0) return fail(e, INVALID, "%.*s 有 %zu 处错误，没有改写", STR_ARG(path), mistakes);
    struct diags silent;
    diags_init(&silent, a);
    silent.muted = true;
    autoarena *scratch = arena_new("fmt field", 0);
    struct fmt_layout x = { .s = &f->source, .a = a, .scratch = scratch, .d = &silent };
    fmt_numbers_of(&x.numbers, &decls, a);
    struct text out;
    text_init(&out, a, FMT_OUTPUT_MAX);
    bool whole = fmt_lay(&x, line_tree(&f->source, a, &silent), &decls);
    fmt_write(&x.rows, &f->source, a, &out);
    if (out.over || arena_over(a)) return fail(e, LIMIT, "%.*s 排版后太大", STR_ARG(path));
    if (!whole || !says_the_same(&f->source, &decls, text_str(&out))) {
        return fail(e, INTERNAL, "%.*s 排版后意思会变，没有改写；这是 leye 的毛病，请报告", STR_ARG(path));
    }
    f->text = text_str(&out);
    return true;
}
