/* refusal: what is said to who did not get as far as a handler: no room, too late, too large, not well-formed. A
 * browser gets a page that stands alone, for whatever it would load has no room either. */
#include "hall/hall_priv.h"

static bool wants_page(const struct http_request *q)
{
    return q == NULL || (str_find(http_field(q, "accept"), STR("text/html")) != SIZE_MAX && !frame_prefers_json(q));
}

static void answer_document(unsigned status, const char *why, struct http_answer *r)
{
    struct json_writer w;
    r->type = STR("application/problem+json; charset=utf-8");
    frame_guard(r, true, "self");
    json_begin(&w, &r->body, false);
    json_object(&w);
    json_key(&w, "status"), json_int(&w, status);
    json_key(&w, "title"), json_z(&w, http_status_text(status));
    json_key(&w, "detail"), json_z(&w, why);
    json_object_end(&w);
}

static bool answer_page(const struct hall *h, unsigned status, const char *why, struct http_answer *r, struct err *e)
{
    char nonce[CRYPTO_TOKEN + 1];
    if (!crypto_token(nonce, e)) return false;
    struct json *d = doc_new(r->a);
    bool busy = status == 429 || status == 503;
    bool ours = status == 500; /* it was heard, and a handler ran: what it was to do may have been done */
    doc_z(r->a, d, "title", busy ? "请稍等一下" : ours ? "送不出来" : "没有收到");
    doc_z(r->a, d, "detail", why);
    doc_bool(r->a, d, "busy", busy);
    doc_bool(r->a, d, "ours", ours);
    doc_bool(r->a, d, "unheard", !busy && !ours);
    doc_str(r->a, d, "nonce", str_dup(r->a, str_of(nonce)));
    r->type = STR("text/html; charset=utf-8");
    frame_guard(r, true, str_fmt(r->a, "nonce-%s", nonce).p);
    return template_render(h->templates[TEMPLATE_refusal], d, NULL, NULL, &r->body, e);
}

void hall_refuse(void *ctx, unsigned status, const char *why, const struct http_request *q, struct http_answer *r)
{
    struct err e = { 0 };
    if (wants_page(q) && answer_page(ctx, status, why, r, &e)) return;
    answer_document(status, why, r);
}
