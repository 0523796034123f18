/* session: an editor for tests of the language server. Texts of documents are written with a ‸ where the cursor is;
 * what the server says is told in short forms (places as file:line:from-to, counted from 0) that are compared whole. */
#ifndef UNIT_LSP_SESSION_H
#define UNIT_LSP_SESSION_H
#include "base/file.h"
#include "base/utf8.h"
#include "lsp/lsp_priv.h"
#include "support/t.h"

#include <string.h>

#define UNUSED __attribute__((unused))
#define CARET  "‸"

struct session {
    struct arena *a;
    struct lsp *lsp;
    VEC(str) out; /* bodies not looked at yet */
    size_t next;
    int id;
};

static void session_keep(void *to, str message)
{
    struct session *s = to;
    size_t at = str_find(message, STR("\r\n\r\n"));
    CHECK(str_starts(message, STR("Content-Length: ")) && at != SIZE_MAX);
    int64_t n = -1;
    CHECK(str_to_i64(str_slice(message, strlen("Content-Length: "), at), &n));
    str body = str_slice(message, at + 4, message.len);
    CHECK_INT((int64_t)body.len, n);
    *vec_push(s->a, &s->out) = str_dup(s->a, body);
}

UNUSED static struct session *session_new(void)
{
    struct arena *a = arena_new("session", 0);
    struct session *s = ARENA_NEW(a, struct session);
    s->a = a;
    s->lsp = lsp_new(session_keep, s);
    return s;
}

UNUSED static void session_end(struct session *s)
{
    lsp_free(s->lsp);
    arena_free(s->a);
}

UNUSED static void session_say(struct session *s, str body)
{
    str head = str_fmt(s->a, "Content-Length: %zu\r\n\r\n", body.len);
    lsp_feed(s->lsp, head);
    lsp_feed(s->lsp, body);
}

/* The next message with the test's folder as @; empty when there is none. */
UNUSED static str session_take(struct session *s)
{
    if (s->next == s->out.len) return STR("");
    struct text t;
    text_init(&t, s->a, 64 << 20);
    str rest = s->out.at[s->next++], dir = str_of(t_dir());
    for (size_t at; (at = str_find(rest, dir)) != SIZE_MAX; rest = str_slice(rest, at + dir.len, rest.len)) {
        text_add(&t, str_slice(rest, 0, at));
        text_addz(&t, "@");
    }
    text_add(&t, rest);
    return text_str(&t);
}

UNUSED static struct session *session_with(const char *capabilities)
{
    struct session *s = session_new();
    session_say(s, str_fmt(s->a,
                           "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"capabilities\":%s}}",
                           capabilities));
    session_say(s, STR("{\"jsonrpc\":\"2.0\",\"method\":\"initialized\",\"params\":{}}"));
    CHECK(str_starts(session_take(s), STR("{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"capabilities\":")));
    return s;
}

UNUSED static struct session *session_start(void) { return session_with("{}"); }

/* ---- files and documents ---- */

UNUSED static void put_file(const char *name, const char *text)
{
    struct err e = { 0 };
    str path = str_of(t_path(name));
    CHECK_OK(file_make_dirs(file_dir(path), &e), e);
    CHECK_OK(file_write(path, str_of(text), &e), e);
}

UNUSED static str file_uri(struct session *s, const char *name)
{
    return uri_of(s->a, str_fmt(s->a, "%s/%s", t_dir(), name));
}

static str json_quoted(struct session *s, str text)
{
    struct text t;
    struct json_writer w;
    text_init(&t, s->a, 64 << 20);
    json_begin(&w, &t, false);
    json_str(&w, text);
    return text_str(&t);
}

/* The text without its caret; where that was, in the units of the session. */
UNUSED static str without_caret(struct session *s, const char *text, struct position *p)
{
    str all = str_of(text);
    size_t at = str_find(all, STR(CARET));
    struct lines l;
    *p = (struct position){ 0 };
    if (at == SIZE_MAX) return all;
    str plain = str_fmt(s->a, "%.*s%s", (int)at, text, text + at + strlen(CARET));
    lines_of(&l, s->a, plain);
    *p = lines_position(&l, at, s->lsp->client.utf8);
    return plain;
}

UNUSED static struct position open_doc(struct session *s, const char *name, const char *text)
{
    struct position p;
    str plain = without_caret(s, text, &p), uri = file_uri(s, name), quoted = json_quoted(s, plain);
    session_say(
        s, str_fmt(s->a,
                   "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":{\"uri\":"
                   "\"%.*s\",\"languageId\":\"leye\",\"version\":1,\"text\":%.*s}}}",
                   STR_ARG(uri), STR_ARG(quoted)));
    return p;
}

UNUSED static struct position change_doc(struct session *s, const char *name, const char *text)
{
    struct position p;
    str plain = without_caret(s, text, &p), uri = file_uri(s, name), quoted = json_quoted(s, plain);
    session_say(
        s, str_fmt(s->a,
                   "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":{\"uri\":"
                   "\"%.*s\",\"version\":2},\"contentChanges\":[{\"text\":%.*s}]}}",
                   STR_ARG(uri), STR_ARG(quoted)));
    return p;
}

/* ---- requests ---- */

/* Sends a request about a place; passes over notifications; gives the whole answer as JSON. */
UNUSED static const struct json *ask(struct session *s, const char *method, const char *name, struct position p,
                                     const char *more)
{
    str uri = file_uri(s, name);
    s->id++;
    session_say(
        s,
        str_fmt(s->a,
                "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"textDocument/%s\",\"params\":{\"textDocument\":{\"uri\":"
                "\"%.*s\"},\"position\":{\"line\":%u,\"character\":%u}%s}}",
                s->id, method, STR_ARG(uri), p.line, p.character, more));
    for (str m; (m = session_take(s)).len > 0;) {
        const struct json *j;
        struct err e = { 0 };
        CHECK_OK(json_read(s->a, m, &j, &e), e);
        const struct json *id = json_member(j, STR("id"));
        if (id != NULL && id->kind == JSON_INT && id->integer == s->id) return j;
    }
    FAIL("no answer to %s", method);
}

/* Opens (or changes) a document and asks about its cursor. */
UNUSED static const struct json *ask_in(struct session *s, const char *method, const char *name, const char *text,
                                        const char *more)
{
    bool open = doc_find(s->lsp, file_uri(s, name)) != NULL;
    struct position p = open ? change_doc(s, name, text) : open_doc(s, name, text);
    return ask(s, method, name, p, more);
}

/* ---- short forms of answers ---- */

static void short_range(struct text *t, const struct json *range)
{
    struct position from, to;
    CHECK(json_position(json_get(range, "start"), &from) && json_position(json_get(range, "end"), &to));
    text_addf(t, "%u:%u-", from.line, from.character);
    if (to.line != from.line) text_addf(t, "%u:", to.line);
    text_addf(t, "%u", to.character);
}

static void short_place(struct text *t, const struct json *location)
{
    str uri = json_text(location, "uri");
    text_addf(t, "%.*s ", (int)file_base(uri).len, file_base(uri).p);
    short_range(t, json_get(location, "range"));
}

/* One location a line; an error as its message; null as "null". */
UNUSED static str places_said(struct session *s, const struct json *answer)
{
    struct text t;
    text_init(&t, s->a, 1 << 20);
    const struct json *result = json_get(answer, "result");
    str message = json_text(answer, "error.message");
    if (message.p != NULL) return message;
    if (result == NULL || result->kind != JSON_ARRAY) return STR("null");
    for (size_t i = 0; i < result->count; i++) {
        if (i > 0) text_addc(&t, '\n');
        short_place(&t, &result->items[i]);
    }
    return text_str(&t);
}

UNUSED static str hover_said(struct session *s, const char *name, const char *text)
{
    str value = json_text(ask_in(s, "hover", name, text, ""), "result.contents.value");
    return value.p == NULL ? STR("null") : value;
}

/* Labels of completions, a blank between them, in the order shown. */
UNUSED static str labels_said(struct session *s, const char *name, const char *text)
{
    const struct json *items = json_get(ask_in(s, "completion", name, text, ""), "result.items");
    struct text t;
    text_init(&t, s->a, 1 << 20);
    CHECK(items != NULL && items->kind == JSON_ARRAY);
    const struct json **sorted = ARENA_ARRAY(s->a, const struct json *, items->count + 1);
    for (size_t i = 0; i < items->count; i++) {
        size_t k = i;
        while (k > 0 && str_cmp(json_text(sorted[k - 1], "sortText"), json_text(&items->items[i], "sortText")) > 0) {
            sorted[k] = sorted[k - 1];
            k--;
        }
        sorted[k] = &items->items[i];
    }
    for (size_t i = 0; i < items->count; i++) {
        str label = json_text(sorted[i], "label");
        text_addf(&t, "%s%.*s", i > 0 ? " " : "", STR_ARG(label));
    }
    return text_str(&t);
}

/* Edits of a rename, one a line: file place. An error as its message. */
UNUSED static str edits_said(struct session *s, const struct json *answer)
{
    struct text t;
    text_init(&t, s->a, 1 << 20);
    str message = json_text(answer, "error.message");
    if (message.p != NULL) return message;
    const struct json *changes = json_get(answer, "result.changes");
    CHECK(changes != NULL);
    for (size_t i = 0; i < changes->count; i++) {
        for (size_t k = 0; k < changes->items[i].count; k++) {
            if (t.len > 0) text_addc(&t, '\n');
            text_addf(&t, "%.*s ", (int)file_base(changes->keys[i]).len, file_base(changes->keys[i]).p);
            short_range(&t, json_get(&changes->items[i].items[k], "range"));
        }
    }
    return text_str(&t);
}

/* Diagnostics published since the last look, one a line: file place severity code. */
UNUSED static str diagnostics_said(struct session *s)
{
    struct text t;
    text_init(&t, s->a, 1 << 20);
    for (str m; (m = session_take(s)).len > 0;) {
        const struct json *j;
        struct err e = { 0 };
        CHECK_OK(json_read(s->a, m, &j, &e), e);
        if (!str_eq(json_text(j, "method"), STR("textDocument/publishDiagnostics"))) continue;
        str base = file_base(json_text(j, "params.uri"));
        const struct json *list = json_get(j, "params.diagnostics");
        if (list->count == 0) text_addf(&t, "%s%.*s clean", t.len > 0 ? "\n" : "", STR_ARG(base));
        for (size_t i = 0; i < list->count; i++) {
            const struct json *g = &list->items[i];
            str code = json_text(g, "code");
            text_addf(&t, "%s%.*s ", t.len > 0 ? "\n" : "", STR_ARG(base));
            short_range(&t, json_get(g, "range"));
            text_addf(&t, " %d %.*s", (int)json_get(g, "severity")->integer, (int)code.len, code.len > 0 ? code.p : "");
        }
    }
    return text_str(&t);
}

#endif
