/* json: jansson parses, because strictness is won by years of other people's bug reports; its tree is copied into the
 * arena at once and given back, so nobody else meets reference counts. Nesting is checked before, since jansson allows
 * 2,048 levels and every level costs stack here and there. Writing needs no tree: three flags know where a comma goes.
 */
#include "base/json.h"

#include "base/utf8.h"

#include <assert.h>
#include <string.h>

/* Its kinds and some functions have names that are ours too (see json.h); inside this file they get others. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_REAL   JANSSON_REAL
#define JSON_NULL   JANSSON_NULL
#define json_object jansson_object
#define json_array  jansson_array
#define json_null   jansson_null
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_REAL
#undef JSON_NULL
#undef json_object
#undef json_array
#undef json_null

enum { SIZE_BYTES_MAX = 16 * 1024 * 1024, NESTING_MAX = 64 };

static bool fail_at(struct err *e, str text, size_t at, const char *what)
{
    int line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < at; i++) {
        if (text.p[i] != '\n') continue;
        line++;
        line_start = i + 1;
    }
    size_t column = utf8_count(str_slice(text, line_start, at)) + 1;
    return fail(e, INVALID, "JSON 第 %d 行第 %zu 列：%s", line, column, what);
}

/* Brackets outside strings, counted without understanding anything else. */
static bool nesting_ok(str text, struct err *e)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (quoted)
            continue;
        else if (c == '}' || c == ']')
            depth--;
        else if ((c == '{' || c == '[') && ++depth > NESTING_MAX) {
            return fail_at(e, text, i, "套得太深，最多 64 层，请把内容分开");
        }
    }
    return true;
}

/* jansson's code for what went wrong, in the words of whoever has to mend it. */
static const char *refusal(const json_error_t *error)
{
    static const struct {
        enum json_error_code code;
        const char *what;
    } table[] = {
        { json_error_invalid_utf8, "不是合法的 UTF-8 文字，请另存为 UTF-8" },
        { json_error_premature_end_of_input, "内容到这里突然结束，请补全" },
        { json_error_end_of_input_expected, "内容结束后还有多余的文字，请删去" },
        { json_error_invalid_syntax, "写法不合 JSON 语法，请检查引号、逗号、括号和反斜杠" },
        { json_error_null_character, "文字里有零字节（\\u0000），请删去" },
        { json_error_null_byte_in_key, "键里有零字节（\\u0000），请删去" },
        { json_error_duplicate_key, "同一个对象里有重复的键，请只留一个" },
        { json_error_numeric_overflow, "数太大，请改小，或写成文字" },
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].code == json_error_code(error)) return table[i].what;
    }
    return error->text;
}

static void copy(struct arena *a, json_t *from, struct json *to);

static str copy_text(struct arena *a, const char *p, size_t len) { return str_dup(a, (str){ p, len }); }

static void copy_array(struct arena *a, const json_t *from, struct json *to)
{
    to->kind = JSON_ARRAY;
    to->count = json_array_size(from);
    to->items = ARENA_ARRAY(a, struct json, to->count);
    for (size_t i = 0; i < to->count; i++) copy(a, json_array_get(from, i), &to->items[i]);
}

static void copy_object(struct arena *a, json_t *from, struct json *to)
{
    to->kind = JSON_OBJECT;
    to->count = json_object_size(from);
    to->items = ARENA_ARRAY(a, struct json, to->count);
    to->keys = ARENA_ARRAY(a, str, to->count);
    void *member = json_object_iter(from); /* in the order of the text */
    for (size_t i = 0; i < to->count; i++, member = json_object_iter_next(from, member)) {
        to->keys[i] = copy_text(a, json_object_iter_key(member), json_object_iter_key_len(member));
        copy(a, json_object_iter_value(member), &to->items[i]);
    }
}

/* As far as 64 bits reach. */
static int64_t millionths(double v)
{
    static const double MOST = 9.0e12, MILLION = 1.0e6, HALF = 0.5;
    if (v > MOST || v < -MOST) return v > 0 ? INT64_MAX : INT64_MIN;
    return (int64_t)(v * MILLION + (v < 0 ? -HALF : HALF));
}

static void copy(struct arena *a, json_t *from, struct json *to)
{
    switch (json_typeof(from)) {
    case JANSSON_NULL: to->kind = JSON_NULL; break;
    case JSON_TRUE:
    case JSON_FALSE:
        to->kind = JSON_BOOL;
        to->boolean = json_is_true(from);
        break;
    case JSON_INTEGER:
        to->kind = JSON_INT;
        to->integer = json_integer_value(from);
        break;
    case JANSSON_REAL:
        to->kind = JSON_REAL;
        to->integer = millionths(json_real_value(from));
        break;
    case JANSSON_STRING:
        to->kind = JSON_STRING;
        to->string = copy_text(a, json_string_value(from), json_string_length(from));
        break;
    case JANSSON_ARRAY: copy_array(a, from, to); break;
    case JANSSON_OBJECT: copy_object(a, from, to); break;
    }
}

bool json_read(struct arena *a, str text, const struct json **out, struct err *e)
{
    if (text.len > SIZE_BYTES_MAX) return fail(e, LIMIT, "JSON 太大，最多 16 MiB，请拆分");
    if (!nesting_ok(text, e)) return false;
    json_error_t error;
    json_t *tree = json_loadb(text.len == 0 ? "" : text.p, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (tree == NULL && json_error_code(&error) == json_error_out_of_memory) {
        return fail(e, MEMORY, "读 JSON 时内存不够，请稍后再试");
    }
    if (tree == NULL) {
        return fail(e, INVALID, "JSON 第 %d 行第 %d 列：%s", error.line, error.column, refusal(&error));
    }
    struct json *root = ARENA_NEW(a, struct json);
    copy(a, tree, root);
    json_decref(tree);
    *out = root;
    return true;
}

const struct json *json_member(const struct json *object, str key)
{
    if (object == NULL || object->kind != JSON_OBJECT) return NULL;
    for (size_t i = 0; i < object->count; i++) {
        if (str_eq(object->keys[i], key)) return &object->items[i];
    }
    return NULL;
}

str json_word(const struct json *object, const char *key)
{
    const struct json *m = json_member(object, str_of(key));
    return m != NULL && m->kind == JSON_STRING ? m->string : STR("");
}

/* ---- the writer ---- */

void json_begin(struct json_writer *w, struct text *out, bool pretty)
{
    *w = (struct json_writer){ .out = out, .pretty = pretty };
}

static void new_line(const struct json_writer *w)
{
    if (!w->pretty) return;
    text_addc(w->out, '\n');
    text_repeat(w->out, ' ', (size_t)w->depth * 2);
}

/* What goes between the last thing written and the next: nothing after a key, else a comma and a line. */
static void separate(struct json_writer *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->need_comma) text_addc(w->out, ',');
    if (w->depth > 0) new_line(w);
}

void json_open(struct json_writer *w, char bracket)
{
    separate(w);
    text_addc(w->out, bracket);
    w->depth++;
    w->need_comma = false;
}

void json_close(struct json_writer *w, char bracket)
{
    assert(w->depth > 0 && !w->after_key);
    w->depth--;
    if (w->need_comma) new_line(w); /* an empty one closes on its own line */
    text_addc(w->out, bracket);
    w->need_comma = true;
}

/* The escape for cp, or "" when it may stand as it is. '<' and the line separators would be legal JSON, but end a
 * script element or a line of JavaScript when the text is put into a page. */
static void escape(uint32_t cp, char out[8])
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *known = cp == 0 || cp >= 0x80 ? NULL : strchr(from, (int)cp);
    out[0] = '\0';
    if (known != NULL)
        snprintf(out, 8, "\\%c", to[known - from]);
    else if (cp < 0x20 || cp == 0x7F || cp == '<' || cp == 0x2028 || cp == 0x2029)
        snprintf(out, 8, "\\u%04x", cp & 0xFFFFu);
    else if (cp == 0xFFFD)
        snprintf(out, 8, "\xEF\xBF\xBD"); /* also what malformed bytes become */
}

/* How many bytes at `at` surely stand as they are, without decoding them: printable ASCII, and the Chinese characters
 * and signs of U+3000 to U+9FFF. Most texts are made of nothing else. */
static size_t plain_bytes(str s, size_t at)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t from = at;
    while (at < s.len) {
        if (p[at] >= 0x20 && p[at] < 0x7F && p[at] != '"' && p[at] != '\\' && p[at] != '<')
            at++;
        else if (p[at] >= 0xE3 && p[at] <= 0xE9 && s.len - at >= 3 && (p[at + 1] & 0xC0) == 0x80 &&
                 (p[at + 2] & 0xC0) == 0x80)
            at += 3;
        else
            break;
    }
    return at - from;
}

static void quoted(struct text *out, str s)
{
    char escaped[8];
    size_t from = 0, len;
    text_addc(out, '"');
    for (size_t at = plain_bytes(s, 0); at < s.len; at += len, at += plain_bytes(s, at)) {
        escape(utf8_at(s, at, &len), escaped);
        if (escaped[0] == '\0') continue;
        text_add(out, str_slice(s, from, at));
        text_addz(out, escaped);
        from = at + len;
    }
    text_add(out, str_slice(s, from, s.len));
    text_addc(out, '"');
}

void json_key_str(struct json_writer *w, str key)
{
    assert(w->depth > 0 && !w->after_key);
    separate(w);
    quoted(w->out, key);
    text_addz(w->out, w->pretty ? ": " : ":");
    w->after_key = true;
}

void json_key(struct json_writer *w, const char *key) { json_key_str(w, str_of(key)); }

void json_plain(struct json_writer *w, str literal)
{
    separate(w);
    text_add(w->out, literal);
    w->need_comma = true;
}

void json_str(struct json_writer *w, str s)
{
    separate(w);
    quoted(w->out, s);
    w->need_comma = true;
}

void json_z(struct json_writer *w, const char *z) { json_str(w, str_of(z)); }

void json_int(struct json_writer *w, int64_t n)
{
    separate(w);
    text_addf(w->out, "%lld", (long long)n);
    w->need_comma = true;
}

void json_bool(struct json_writer *w, bool b) { json_plain(w, b ? STR("true") : STR("false")); }
