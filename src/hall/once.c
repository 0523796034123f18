/* once: a form that books is booked once. Whoever sends it brings a key: a program in Idempotency-Key, a page in a
 * hidden field that was made with it (frame.c). The first answer to a key is kept in the transaction of what was
 * booked: after a double click, a broken line or a killed hall the same form again gets the same answer and books
 * nothing, and a key never has an answer to something that did not happen.
 *
 * The key is taken before anything is done, so of two at the same moment the second waits for the first.
 * What a handler does outside the database cannot be in it: its answer is kept afterwards. */
#include "hall/hall_priv.h"
#include "store/short.h"

enum { KEY_MAX = 200, KEPT_MAX = 8 << 20 };

static str key_of(const struct call *c)
{
    if (c->route->method != HTTP_POST || c->who.account == 0) return STR("");
    str key = http_field(c->q, "idempotency-key");
    return key.len > 0 ? key : http_form_get(&c->form, STR("once"));
}

/* What was asked, whatever way it was written down: borders between the parts of a form are another each time. */
static bool hash_of(struct call *c, char out[SM3_HEX + 1], struct err *e)
{
    struct text t;
    char file[SM3_HEX + 1];
    text_init(&t, c->a, KEPT_MAX);
    text_addf(&t, "%.*s\n", STR_ARG(c->q->target));
    VEC_EACH (const struct http_field, f, &c->form) {
        if (str_eq(f->name, STR("csrf")) || str_eq(f->name, STR("once"))) continue;
        text_addf(&t, "%zu %zu %.*s%.*s\n", f->name.len, f->value.len, STR_ARG(f->name), STR_ARG(f->value));
    }
    VEC_EACH (const struct http_part, p, &c->files) {
        if (!p->file) continue;
        if (!crypto_sm3_hex(p->data, file, e)) return false;
        text_addf(&t, "%zu file %.*s%s\n", p->name.len, STR_ARG(p->name), file);
    }
    if (t.over) return fail(e, LIMIT, "这张表太长，收不下；请分成几次交");
    return crypto_sm3_hex(text_str(&t), out, e);
}

/* {"title", "redirect", "doc"}: what the page and the program are told. What is said once is not said again: then they
 * are led back to the page, which shows what was done. */
static bool keep(struct call *c, str key, const char *hash, struct err *e)
{
    struct text t;
    struct json_writer w;
    text_init(&t, c->a, KEPT_MAX);
    json_begin(&w, &t, false);
    json_object(&w);
    json_key(&w, "title"), json_str(&w, c->title);
    json_key(&w, "redirect"), json_str(&w, c->said_once ? c->q->path : c->redirect);
    json_key(&w, "doc");
    doc_write(&w, c->said_once ? doc_new(c->a) : c->doc);
    json_object_end(&w);
    if (t.over) return fail(e, LIMIT, "这一次要回答的太多，没有办；请分成几次交");
    return access_once_keep(c->desk->store, c->who.account, key, str_of(hash), c->status, text_str(&t), c->now, e);
}

static bool answer_again(struct call *c, int64_t status, str body, struct err *e)
{
    const struct json *kept, *doc;
    if (!json_read(c->a, body, &kept, e)) return false;
    doc = json_member(kept, STR("doc"));
    const struct json *title = json_member(kept, STR("title")), *redirect = json_member(kept, STR("redirect"));
    if (doc == NULL || title == NULL || redirect == NULL) return fail(e, INTERNAL, "留着的回答读不出来");
    c->status = (unsigned)status;
    c->title = title->string, c->redirect = redirect->string;
    *c->doc = *doc;
    return true;
}

/* Handlers that change files, begin threads or read and run whole packs, which takes seconds. In the transaction of the
 * key, files would change before the database said yes, and everybody else who writes would wait. */
static bool is_outside(const struct call *c)
{
    static const hall_handler outside[] = { hall_studio_draft_act, hall_studio_edit_act, hall_studio_check,
                                            hall_backups_act };
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        if (c->route->run == outside[i]) return true;
    }
    return false;
}

/* What was refused is tried again under the same key; a file is not an answer to keep. */
static bool is_settled(const struct call *c) { return c->status < 400 && c->r->type.len == 0; }

/* Whoever is cut off before the answer is kept, or sends the form twice at one moment, is told by what was done: a
 * published draft is not published again, and one backup runs at a time. */
static bool run_outside(struct call *c, str key, const char *hash, struct err *e)
{
    struct store *s = c->desk->store;
    bool known = false;
    int64_t status = 0;
    str body = STR("");
    struct err late = { 0 };
    if (!access_once(s, c->who.account, key, str_of(hash), c->a, &known, &status, &body, e)) return false;
    if (known) return answer_again(c, status, body, e);
    if (!c->route->run(c, e)) return false;
    /* it is done, whether or not the answer can be kept */
    if (is_settled(c) && store_begin(s, &late)) store_end(s, keep(c, key, hash, &late), &late);
    return true;
}

bool once_run(struct call *c, struct err *e)
{
    struct store *s = c->desk->store;
    char hash[SM3_HEX + 1];
    bool known = false;
    int64_t status = 0;
    str body = STR(""), key = key_of(c);
    if (key.len == 0) return c->route->run(c, e);
    if (key.len > KEY_MAX) return fail(e, INVALID, "Idempotency-Key 最多 %d 个字节", KEY_MAX);
    if (!hash_of(c, hash, e)) return false;
    if (is_outside(c)) return run_outside(c, key, hash, e);
    if (!store_begin(s, e)) return false;
    if (!access_once_take(s, c->who.account, key, str_of(hash), c->now, c->a, &known, &status, &body, e) || known) {
        store_rollback(s);
        return known && answer_again(c, status, body, e);
    }
    bool ok = c->route->run(c, e);
    bool settled = ok && is_settled(c);
    struct err late = { 0 };
    if (settled && !keep(c, key, hash, e)) {
        store_rollback(s);
        return false;
    }
    if (!settled && !access_once_drop(s, c->who.account, key, &late)) {
        store_rollback(s);
        if (ok) *e = late;
        return false;
    }
    /* also after a refusal: a look at somebody was logged, and it happened */
    if (store_commit(s, ok ? e : &late)) return ok;
    return false;
}
