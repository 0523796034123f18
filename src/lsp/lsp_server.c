/* lsp_server: the life of a session. Messages come in batches: all that has arrived is read first, so that a request
 * whose cancellation already stands behind it is not worked on; then each is answered in order.
 *
 *   waiting --initialize--> running --shutdown--> shut --exit--> ended
 *
 * A request always gets exactly one answer. A notification never does; one that is not known is passed over. */
#include "base/utf8.h"
#include "lsp/lsp_priv.h"

#include <stdio.h>
#include <string.h>

/* ---- sending ---- */

static void send_body(struct lsp *s, struct arena *a, str body)
{
    struct text t;
    text_init(&t, a, body.len + 64);
    text_addf(&t, "Content-Length: %zu\r\n\r\n", body.len);
    text_add(&t, body);
    s->send(s->to, text_str(&t));
}

void server_notify(struct lsp *s, const char *method, str params)
{
    autoarena *a = arena_new("notification", 0);
    struct text t;
    struct json_writer w;
    text_init(&t, a, params.len + 1024);
    json_begin(&w, &t, false);
    json_object(&w);
    json_key(&w, "jsonrpc"), json_z(&w, "2.0");
    json_key(&w, "method"), json_z(&w, method);
    json_key(&w, "params"), json_plain(&w, params);
    json_object_end(&w);
    send_body(s, a, text_str(&t));
}

static void write_id(struct json_writer *w, const struct json *id)
{
    json_key(w, "id");
    if (id != NULL && id->kind == JSON_INT)
        json_int(w, id->integer);
    else if (id != NULL && id->kind == JSON_STRING)
        json_str(w, id->string);
    else
        json_null(w);
}

static void send_reply(struct lsp *s, const struct json *id, const struct reply *r)
{
    autoarena *a = arena_new("reply", 0);
    struct text t;
    struct json_writer w;
    text_init(&t, a, 2 * (size_t)LSP_RESULT_MAX);
    json_begin(&w, &t, false);
    json_object(&w);
    json_key(&w, "jsonrpc"), json_z(&w, "2.0");
    write_id(&w, id);
    if (r->code == 0 && !r->text.over) {
        json_key(&w, "result"), json_plain(&w, text_str(&r->text));
    } else {
        json_key(&w, "error");
        json_object(&w);
        json_key(&w, "code"), json_int(&w, r->code == 0 ? RPC_REQUEST_FAILED : r->code);
        json_key(&w, "message"), json_str(&w, r->code == 0 ? STR("结果太大") : r->message);
        json_object_end(&w);
    }
    json_object_end(&w);
    send_body(s, a, text_str(&t));
}

static void send_error(struct lsp *s, const struct json *id, int code, const char *message)
{
    struct reply r = { .code = code, .message = str_of(message) };
    send_reply(s, id, &r);
}

/* ---- places ---- */

static const struct lines *lines_for(struct writer *w, str text)
{
    for (unsigned i = 0; i < 2; i++) {
        const struct lines *l = &w->lines[i];
        if (l->count > 0 && l->text.p == text.p && l->text.len == text.len) return l;
    }
    w->last ^= 1;
    lines_of(&w->lines[w->last], w->a, text);
    return &w->lines[w->last];
}

static void write_position(struct json_writer *w, struct position p)
{
    json_object(w);
    json_key(w, "line"), json_int(w, p.line);
    json_key(w, "character"), json_int(w, p.character);
    json_object_end(w);
}

void write_range(struct writer *w, str text, size_t from, size_t to)
{
    const struct lines *l = lines_for(w, text);
    if (to < from) to = from;
    json_object(w->json);
    json_key(w->json, "start"), write_position(w->json, lines_position(l, from, w->s->client.utf8));
    json_key(w->json, "end"), write_position(w->json, lines_position(l, to, w->s->client.utf8));
    json_object_end(w->json);
}

str path_uri(const struct lsp *s, struct arena *a, str path)
{
    const struct doc *d = doc_at_path(s, path);
    return d != NULL ? d->uri : uri_of(a, path);
}

void write_location(struct writer *w, const struct source *src, struct loc loc)
{
    json_object(w->json);
    json_key(w->json, "uri"), json_str(w->json, path_uri(w->s, w->a, src->path));
    json_key(w->json, "range"), write_range(w, src->text, loc.from, loc.to);
    json_object_end(w->json);
}

/* ---- where a request points ---- */

enum spot_found spot_of(struct lsp *s, const struct json *params, struct reply *r, struct spot *out)
{
    str uri = json_text(params, "textDocument.uri");
    struct position p;
    if (uri.p == NULL || !json_position(json_get(params, "position"), &p)) {
        reply_fail(r, RPC_INVALID_PARAMS, "缺少 textDocument.uri 或 position");
        return SPOT_BAD;
    }
    chains_refresh(s);
    *out = (struct spot){ .doc = doc_find(s, uri) };
    if (out->doc == NULL || out->doc->path.len == 0) return SPOT_NOTHING;
    out->chain = chain_of(s, out->doc);
    out->load = out->chain == NULL ? NULL : out->chain->now;
    out->source = load_source(out->load, out->doc->path);
    if (out->source == NULL) return SPOT_NOTHING;
    struct lines l;
    lines_of(&l, r->a, out->source->text);
    out->offset = (uint32_t)lines_offset(&l, p, s->client.utf8);
    return SPOT_FOUND;
}

const struct decl *decl_covering(const decl_list *decls, uint16_t source, uint32_t offset)
{
    VEC_EACH (struct decl *const, pd, decls) {
        const struct decl *d = *pd;
        if (d->extent.source == source && d->extent.from <= offset && offset <= d->extent.to) return d;
    }
    return NULL;
}

/* The identifier at an offset of a text. */
static struct loc word_at(const struct source *src, uint32_t offset)
{
    struct loc l = { .from = offset, .to = offset, .source = src->id };
    str text = src->text;
    size_t n;
    while (l.from > 0) {
        uint32_t before = l.from - 1;
        while (before > 0 && ((unsigned char)text.p[before] & 0xC0u) == 0x80u) before--;
        if (!utf8_is_ident(utf8_at(text, before, &n))) break;
        l.from = before;
    }
    while (l.to < text.len && utf8_is_ident(utf8_at(text, l.to, &n))) l.to += (uint32_t)n;
    return l;
}

/* How near two declarations are: one and the same in two texts, of one file, of two files. */
static unsigned nearness(const struct program *p, const struct mention *k, const struct source *src,
                         const struct decl *d)
{
    const struct source *there = &p->sources.at[k->loc.source];
    if (!str_eq(there->path, src->path)) return 1;
    const struct decl *in = decl_covering(&p->decls, k->loc.source, k->loc.from);
    return in != NULL && d != NULL && in->kind == d->kind && str_eq(in->name.text, d->name.text) ? 3 : 2;
}

/* A name the newest program does not know may be known to the last good one: its declaration is being rewritten. The
 * same word there, best in the same declaration, is taken for the same name. */
const struct mention *spot_mention(struct spot *at, struct arena *a, struct load **in)
{
    const struct mention *m = load_mention_at(at->load, at->source, at->offset), *found = NULL;
    struct load *good = at->chain->good;
    *in = at->load;
    if (m != NULL || good == NULL || good == at->load) return m;
    const struct decl *d = decl_covering(&at->load->set.program->decls, at->source->id, at->offset);
    struct loc word = word_at(at->source, at->offset);
    str name = utf8_nfc(a, source_text(at->source, word));
    unsigned best = 0;
    VEC_EACH (const struct mention, k, load_mentions(good)) {
        bool local = k->symbol.kind == SYMBOL_LOCAL || k->symbol.kind == SYMBOL_CLAUSE;
        if (local || d == NULL || name.len == 0 || !str_eq(k->symbol.name, name)) continue;
        unsigned near = nearness(good->set.program, k, at->source, d);
        if (near > best) best = near, found = k;
    }
    if (found == NULL) return NULL;
    struct mention *here = ARENA_NEW(a, struct mention);
    *here = (struct mention){ .loc = word, .symbol = found->symbol };
    *in = good;
    return here;
}

/* ---- requests ---- */

static bool request_initialize(struct lsp *s, const struct json *params, struct reply *r)
{
    static const char *const triggers[] = { ".", "=", ":", "：", "(", "（", " ", "|" };
    const struct json *text = json_get(params, "capabilities.textDocument");
    s->client = (struct client){
        .utf8 = json_has_text(params, "capabilities.general.positionEncodings", STR("utf-8")),
        .markdown = json_has_text(text, "hover.contentFormat", STR("markdown")),
        .snippets = json_true(text, "completion.completionItem.snippetSupport"),
        .outline = json_true(text, "documentSymbol.hierarchicalDocumentSymbolSupport"),
    };
    s->state = LSP_RUNNING;
    struct json_writer *w = &r->w;
    json_object(w);
    json_key(w, "capabilities");
    json_object(w);
    json_key(w, "positionEncoding"), json_z(w, s->client.utf8 ? "utf-8" : "utf-16");
    json_key(w, "textDocumentSync");
    json_object(w);
    json_key(w, "openClose"), json_bool(w, true);
    json_key(w, "change"), json_int(w, 2); /* pieces */
    json_key(w, "save"), json_bool(w, true);
    json_object_end(w);
    json_key(w, "hoverProvider"), json_bool(w, true);
    json_key(w, "completionProvider");
    json_object(w);
    json_key(w, "triggerCharacters");
    json_array(w);
    for (size_t i = 0; i < sizeof triggers / sizeof *triggers; i++) json_z(w, triggers[i]);
    json_array_end(w);
    json_object_end(w);
    json_key(w, "definitionProvider"), json_bool(w, true);
    json_key(w, "referencesProvider"), json_bool(w, true);
    json_key(w, "documentSymbolProvider"), json_bool(w, true);
    json_key(w, "documentFormattingProvider"), json_bool(w, true);
    json_key(w, "codeActionProvider");
    json_object(w);
    json_key(w, "codeActionKinds");
    json_array(w);
    json_z(w, "quickfix");
    json_array_end(w);
    json_object_end(w);
    json_key(w, "renameProvider");
    json_object(w);
    json_key(w, "prepareProvider"), json_bool(w, true);
    json_object_end(w);
    json_object_end(w);
    json_key(w, "serverInfo");
    json_object(w);
    json_key(w, "name"), json_z(w, "leye");
    json_key(w, "version"), json_z(w, LEYE_VERSION);
    json_object_end(w);
    json_object_end(w);
    return true;
}

static bool request_shutdown(struct lsp *s, const struct json *params, struct reply *r)
{
    (void)params;
    s->state = LSP_SHUT;
    json_null(&r->w);
    return true;
}

static const struct request {
    const char *method;
    bool (*run)(struct lsp *s, const struct json *params, struct reply *r);
} requests[] = {
    { "initialize", request_initialize },
    { "shutdown", request_shutdown },
    { "textDocument/hover", feature_hover },
    { "textDocument/definition", feature_definition },
    { "textDocument/references", feature_references },
    { "textDocument/documentSymbol", feature_symbols },
    { "textDocument/completion", feature_completion },
    { "textDocument/prepareRename", feature_prepare_rename },
    { "textDocument/rename", feature_rename },
    { "textDocument/codeAction", feature_fixes },
    { "textDocument/formatting", feature_format },
};

static void watched(struct lsp *s, const struct json *params)
{
    (void)params;
    chains_touch(s, (str){ 0 });
}

static const struct notification {
    const char *method;
    void (*run)(struct lsp *s, const struct json *params);
} notifications[] = {
    { "textDocument/didOpen", docs_open },          { "textDocument/didChange", docs_change },
    { "textDocument/didSave", docs_save },          { "textDocument/didClose", docs_close },
    { "workspace/didChangeWatchedFiles", watched },
};

/* ---- dispatch ---- */

static bool refuse_by_state(const struct lsp *s, str method, struct reply *r)
{
    bool initialize = str_eq(method, STR("initialize"));
    if (s->state == LSP_WAITING && !initialize) return !reply_fail(r, RPC_NOT_INITIALIZED, "还没有 initialize");
    if (s->state == LSP_RUNNING && initialize) return !reply_fail(r, RPC_INVALID_REQUEST, "已经 initialize 过了");
    if (s->state == LSP_SHUT) return !reply_fail(r, RPC_INVALID_REQUEST, "已经 shutdown，只等 exit");
    return false;
}

static void answer(struct lsp *s, const struct json *id, str method, const struct json *params)
{
    autoarena *a = arena_new("request", 0);
    struct reply r = { .a = a };
    text_init(&r.text, a, LSP_RESULT_MAX);
    json_begin(&r.w, &r.text, false);
    if (!refuse_by_state(s, method, &r)) {
        const struct request *q = NULL;
        for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
            if (str_eq(method, str_of(requests[i].method))) q = &requests[i];
        }
        if (q != NULL)
            q->run(s, params, &r);
        else
            reply_fail(&r, RPC_METHOD_NOT_FOUND, "没有 %.*s 这个方法", STR_ARG(method));
    }
    send_reply(s, id, &r);
}

static void take_notice(struct lsp *s, str method, const struct json *params)
{
    if (str_eq(method, STR("exit"))) {
        s->ended = true;
        s->shut_down = s->state == LSP_SHUT;
        return;
    }
    if (s->state != LSP_RUNNING) return;
    for (size_t i = 0; i < sizeof notifications / sizeof *notifications; i++) {
        if (str_eq(method, str_of(notifications[i].method))) notifications[i].run(s, params);
    }
}

struct incoming {
    const struct json *json; /* NULL: could not be read */
    bool too_big, broken;
};
typedef VEC(struct incoming) incoming_list;

static bool same_id(const struct json *a, const struct json *b)
{
    if (a == NULL || b == NULL || a->kind != b->kind) return false;
    return a->kind == JSON_INT ? a->integer == b->integer : a->kind == JSON_STRING && str_eq(a->string, b->string);
}

static bool cancelled(const incoming_list *batch, size_t from, const struct json *id)
{
    for (size_t i = from; i < batch->len; i++) {
        const struct json *m = batch->at[i].json;
        if (!str_eq(json_text(m, "method"), STR("$/cancelRequest"))) continue;
        if (same_id(json_get(m, "params.id"), id)) return true;
    }
    return false;
}

static void handle(struct lsp *s, const incoming_list *batch, size_t i)
{
    const struct json *m = batch->at[i].json;
    if (batch->at[i].too_big) {
        send_error(s, NULL, RPC_INVALID_REQUEST, "消息太大，最多 16 MiB，没有处理");
        return;
    }
    if (batch->at[i].broken) {
        send_error(s, NULL, RPC_INVALID_REQUEST, "消息头读不懂：要有 Content-Length，到此为止");
        s->ended = true;
        return;
    }
    if (m == NULL) {
        send_error(s, NULL, RPC_PARSE_ERROR, "不是合格的 JSON");
        return;
    }
    const struct json *id = json_member(m, STR("id"));
    str method = json_text(m, "method");
    bool good_id = id == NULL || id->kind == JSON_INT || id->kind == JSON_STRING;
    bool response = m->kind == JSON_OBJECT && method.p == NULL &&
                    (json_member(m, STR("result")) != NULL || json_member(m, STR("error")) != NULL);
    if (response) return; /* we asked nothing */
    if (method.p == NULL || !good_id)
        send_error(s, id, RPC_INVALID_REQUEST, "不是 JSON-RPC 2.0 的请求");
    else if (id == NULL)
        take_notice(s, method, json_member(m, STR("params")));
    else if (cancelled(batch, i + 1, id))
        send_error(s, id, RPC_CANCELLED, "已取消");
    else
        answer(s, id, method, json_member(m, STR("params")));
}

/* ---- from outside ---- */

struct lsp *lsp_new(lsp_send *send, void *to)
{
    struct arena *a = arena_new("language server", 0);
    struct lsp *s = ARENA_NEW(a, struct lsp);
    s->arena = a;
    s->send = send;
    s->to = to;
    return s;
}

void lsp_free(struct lsp *s)
{
    if (s == NULL) return;
    docs_free(s);
    chains_free(s);
    reader_deinit(&s->reader);
    arena_free(s->arena);
}

void lsp_feed(struct lsp *s, str bytes)
{
    autoarena *a = arena_new("messages", 0);
    incoming_list batch = { 0 };
    for (bool more = true; more && !s->ended;) {
        str body;
        struct err e = { 0 };
        struct incoming in = { 0 };
        switch (reader_take(&s->reader, &bytes, &body)) {
        case READER_MORE: more = false; continue;
        case READER_MESSAGE:
            if (!json_read(a, body, &in.json, &e)) in.json = NULL;
            break;
        case READER_TOO_BIG: in.too_big = true; break;
        case READER_BROKEN:
            in.broken = true;
            more = false;
            break;
        }
        *vec_push(a, &batch) = in;
    }
    for (size_t i = 0; i < batch.len && !s->ended; i++) handle(s, &batch, i);
}

bool lsp_busy(const struct lsp *s) { return s->state == LSP_RUNNING && s->stale; }

void lsp_idle(struct lsp *s)
{
    if (lsp_busy(s)) chains_refresh(s);
}

bool lsp_ended(const struct lsp *s) { return s->ended; }
int lsp_status(const struct lsp *s) { return s->ended && s->shut_down ? 0 : 1; }
