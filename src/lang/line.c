/* line: a file as a tree of lines. A line's children are the following lines that stand further to the right.
 *
 * Comments are cut here, so that no later stage sees them; the formatter keeps them through line.comment. A `--` inside
 * quotes is text. Blank lines vanish; a comment line is a line with empty content and never a parent. */
#include "base/utf8.h"
#include "lang/limits.h"
#include "lang/token.h"

#include <string.h>

/* Where the comment of the line [from, to) starts, or `to`. */
static uint32_t comment_start(const struct source *s, uint32_t from, uint32_t to)
{
    const char *p = s->text.p;
    if (memmem(p + from, to - from, "--", 2) == NULL) return to; /* most lines have none */
    bool ascii_quote = false, cjk_quote = false;
    for (uint32_t i = from; i + 1 < to; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == '"' && !cjk_quote)
            ascii_quote = !ascii_quote;
        else if (c == 0xE2 && i + 2 < to && (unsigned char)p[i + 1] == 0x80) {
            if ((unsigned char)p[i + 2] == 0x9C && !ascii_quote) cjk_quote = true;
            if ((unsigned char)p[i + 2] == 0x9D) cjk_quote = false;
        } else if (c == '-' && p[i + 1] == '-' && !ascii_quote && !cjk_quote) {
            return i;
        }
    }
    return to;
}

static uint32_t trim_end(const struct source *s, uint32_t from, uint32_t to)
{
    str t = str_trim(str_slice(s->text, from, to));
    return t.len == 0 ? from : (uint32_t)(t.p - s->text.p) + (uint32_t)t.len;
}

struct line *line_tree(const struct source *s, struct arena *a, struct diags *d)
{
    struct line root = { .indent = 0 };
    struct line *stack[LIMIT_INDENT + 2];
    uint32_t indents[LIMIT_INDENT + 2];
    unsigned depth = 0;
    stack[0] = &root;
    indents[0] = 0;
    bool tab_told = false, deep_told = false;
    for (unsigned n = 1; n <= s->line_count; n++) {
        if (n > LIMIT_LINES) {
            struct loc l = { .from = s->line_at[n - 1], .to = s->line_at[n - 1], .source = s->id };
            diag_add(d, DIAG_too_big, l, "一个文件最多 %d 行，请拆成几个文件", LIMIT_LINES);
            break;
        }
        str text = source_line(s, n);
        uint32_t start = s->line_at[n - 1], i = 0, columns = 0;
        uint32_t len = (uint32_t)text.len;
        for (;;) {
            if (i < len && text.p[i] == ' ')
                i++, columns++;
            else if (i < len && text.p[i] == '\t') {
                if (!tab_told) {
                    struct loc l = { .from = start + i, .to = start + i + 1, .source = s->id };
                    diag_suggest(d, diag_add(d, DIAG_bad_indent, l, "缩进用了制表符"),
                                 "用空格缩进，每层两个；leye fmt 会改好");
                    tab_told = true;
                }
                i++, columns += 2;
            } else if (i + 2 < len && str_starts(str_slice(text, i, len), STR("\xE3\x80\x80")))
                i += 3, columns += 2;
            else
                break;
        }
        uint32_t from = start + i, to = start + len;
        uint32_t comment = comment_start(s, from, to);
        uint32_t end = trim_end(s, from, comment);
        if (from == to || (end == from && comment == to)) continue; /* blank */
        struct line *l = ARENA_NEW(a, struct line);
        l->loc = (struct loc){ .from = from, .to = end, .source = s->id };
        l->comment = (struct loc){ .from = comment, .to = trim_end(s, comment, to), .source = s->id };
        l->indent = columns;
        if (end > from) { /* comment lines do not move the stack */
            while (depth > 0 && columns <= indents[depth]) depth--;
        }
        struct line *parent = stack[depth];
        if (end == from) {
            unsigned up = depth;
            while (up > 0 && columns <= indents[up]) up--;
            parent = stack[up];
        }
        if (parent->last_child == NULL)
            parent->child = l;
        else
            parent->last_child->next = l;
        parent->last_child = l;
        if (end == from) continue;
        if (depth == 0 && columns > 0 && parent == &root && l == root.child) {
            diag_suggest(d, diag_add(d, DIAG_bad_indent, l->loc, "第一行不能缩进"), "声明从行首写起");
        }
        if (depth + 1 > LIMIT_INDENT) {
            if (!deep_told) diag_add(d, DIAG_too_big, l->loc, "缩进最多 %d 层", LIMIT_INDENT);
            deep_told = true;
            continue;
        }
        /* A line at depth 0 with indentation (after a top-level line at column 0) is its child by construction; one
         * that is indented with nothing above it was reported. */
        depth++;
        stack[depth] = l;
        indents[depth] = columns;
    }
    return root.child;
}
