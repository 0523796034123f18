/* send: letters through libcurl. */
#include "notice/send.h"

#include "base/base64.h"
#include "base/date.h"
#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"
#include "notice/curl.h"

#include <string.h>

enum { MESSAGE_MAX = 64 << 10, HEADER_MAX = 1024, BASE64_LINE = 76, WORD_BYTES = 42 };

/* What is sent, and how much of it was. */
struct outgoing {
    str bytes;
    size_t at;
};

static size_t give(char *to, size_t size, size_t count, void *context)
{
    struct outgoing *o = context;
    size_t len = o->bytes.len - o->at, room = size * count;
    if (len > room) len = room;
    memcpy(to, o->bytes.p + o->at, len);
    o->at += len;
    return len;
}

/* The answer is not looked at, and not printed. */
static size_t swallow(char *from, size_t size, size_t count, void *context)
{
    (void)from, (void)context;
    return size * count;
}

static CURL *call(const char *url, const char *protocols, struct err *e)
{
    if (!curl_load(e)) return NULL;
    CURL *c = curl.easy_init();
    if (c == NULL) {
        fail(e, MEMORY, "发送通知时内存不够");
        return NULL;
    }
    (void)curl.easy_setopt(c, CURLOPT_URL, url);
    (void)curl.easy_setopt(c, CURLOPT_PROTOCOLS_STR, protocols);
    (void)curl.easy_setopt(c, CURLOPT_TIMEOUT, (long)NOTICE_SECONDS);
    (void)curl.easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    (void)curl.easy_setopt(c, CURLOPT_WRITEFUNCTION, swallow);
    (void)curl.easy_setopt(c, CURLOPT_PROXY, ""); /* a proxy of the environment is not for personal letters */
    return c;
}

/* ---- mail ---- */

/* A header in UTF-8: words of base64 (RFC 2047), none of which splits a character. */
static void encoded_words(struct text *out, str s, struct arena *a)
{
    for (size_t at = 0; at < s.len;) {
        size_t end = at, len;
        while (end < s.len && (utf8_at(s, end, &len), end + len - at <= WORD_BYTES)) end += len;
        text_addf(out, "%s=?UTF-8?B?%s?=", at > 0 ? "\r\n " : "", base64(a, str_slice(s, at, end)).p);
        at = end;
    }
}

static void mail_day(struct text *out, int64_t ms)
{
    static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int64_t seconds = ms / 1000 + 8 * 3600;
    date d = { (int32_t)(seconds / 86400) };
    int y, m, day, in_day = (int)(seconds % 86400);
    date_parts(d, &y, &m, &day);
    text_addf(out, "Date: %s, %d %s %04d %02d:%02d:%02d +0800\r\n", days[date_weekday(d) - 1], day, months[m - 1], y,
              in_day / 3600, in_day / 60 % 60, in_day % 60);
}

static str message(const struct notice_mail *m, const struct notice_letter *l, struct arena *a)
{
    struct text t;
    text_init(&t, a, MESSAGE_MAX);
    str host = str_slice(m->from, str_find(m->from, STR("@")) + 1, m->from.len);
    text_addf(&t, "From: <%.*s>\r\nTo: <%.*s>\r\nSubject: ", STR_ARG(m->from), STR_ARG(l->address));
    encoded_words(&t, l->title, a);
    text_addc(&t, '\r');
    text_addc(&t, '\n');
    mail_day(&t, l->made_ms);
    text_addf(&t,
              "Message-ID: <notice-%lld@%.*s>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
              "Content-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n",
              (long long)l->delivery, STR_ARG(host));
    str body = base64(a, l->text);
    for (size_t at = 0; at < body.len; at += BASE64_LINE) {
        text_add(&t, str_slice(body, at, at + BASE64_LINE));
        text_addz(&t, "\r\n");
    }
    return text_str(&t);
}

bool notice_send_mail(void *context, const struct notice_letter *l, bool *refused, struct err *e)
{
    const struct notice_mail *m = context;
    autoarena *a = arena_new("mail", 0);
    CURL *c = call(str_dup(a, m->url).p, "smtp,smtps", e);
    if (c == NULL) return false;
    struct outgoing o = { message(m, l, a), 0 };
    struct curl_slist *to = curl.slist_append(NULL, str_fmt(a, "<%.*s>", STR_ARG(l->address)).p);
    (void)curl.easy_setopt(c, CURLOPT_MAIL_FROM, str_fmt(a, "<%.*s>", STR_ARG(m->from)).p);
    (void)curl.easy_setopt(c, CURLOPT_MAIL_RCPT, to);
    (void)curl.easy_setopt(c, CURLOPT_READFUNCTION, give);
    (void)curl.easy_setopt(c, CURLOPT_READDATA, &o);
    (void)curl.easy_setopt(c, CURLOPT_UPLOAD, 1L);
    if (m->user.len > 0) {
        (void)curl.easy_setopt(c, CURLOPT_USERNAME, str_dup(a, m->user).p);
        (void)curl.easy_setopt(c, CURLOPT_PASSWORD, str_dup(a, m->password).p);
        (void)curl.easy_setopt(c, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL); /* no password in the clear */
    }
    CURLcode done = curl.easy_perform(c);
    long answer = 0;
    (void)curl.easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
    curl.slist_free_all(to);
    curl.easy_cleanup(c);
    if (done == CURLE_OK) return true;
    /* 5yz: the server will say the same tomorrow (RFC 5321, 4.2.1). */
    *refused = answer >= 500 && answer < 600;
    if (answer >= 400) return fail(e, IO, "邮件服务器没有收下给“%.*s”的信：%ld", STR_ARG(l->address), answer);
    return fail(e, IO, "邮件没有发出去：%s；请检查邮件服务器的地址和网络", curl.easy_strerror(done));
}

/* ---- hook ---- */

bool notice_hook_good(str url, struct err *e)
{
    if (str_starts(url, STR("https://")) || str_starts(url, STR("http://127.0.0.1:")) ||
        str_starts(url, STR("http://127.0.0.1/")))
        return true;
    return fail(e, INVALID, "推送地址“%.*s”要以 https:// 开头；只有本机的（http://127.0.0.1:端口）可以不加密",
                STR_ARG(url));
}

static str body_of(const struct notice_letter *l, struct arena *a)
{
    struct text t;
    struct json_writer w;
    text_init(&t, a, MESSAGE_MAX);
    json_begin(&w, &t, false);
    json_object(&w);
    json_key(&w, "id");
    json_int(&w, l->delivery);
    json_key(&w, "notice");
    json_int(&w, l->notice);
    const struct {
        const char *key;
        str value;
    } words[] = { { "to", l->address }, { "title", l->title }, { "text", l->text }, { "dossier", l->dossier } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        json_key(&w, words[i].key);
        json_str(&w, words[i].value);
    }
    json_key(&w, "made");
    json_int(&w, l->made_ms);
    json_object_end(&w);
    return text_str(&t);
}

static bool headers(const struct notice_hook *h, const struct notice_letter *l, str body, struct arena *a,
                    struct curl_slist **out, struct err *e)
{
    struct curl_slist *list = curl.slist_append(NULL, "Content-Type: application/json");
    list = curl.slist_append(list, str_fmt(a, "Idempotency-Key: notice-%lld", (long long)l->delivery).p);
    *out = list;
    if (h->key == NULL) return true;
    str signature;
    if (!sm2_sign(h->key, h->office, body, a, &signature, e)) return false;
    struct text t;
    text_init(&t, a, HEADER_MAX);
    text_addz(&t, "X-Leye-Signature: ");
    for (size_t i = 0; i < signature.len; i++) text_addf(&t, "%02x", (unsigned)(unsigned char)signature.p[i]);
    list = curl.slist_append(list, text_str(&t).p);
    *out = curl.slist_append(list, str_fmt(a, "X-Leye-Office: %s", base64(a, h->office).p).p);
    return true;
}

bool notice_send_hook(void *context, const struct notice_letter *l, bool *refused, struct err *e)
{
    const struct notice_hook *h = context;
    autoarena *a = arena_new("hook", 0);
    if (!notice_hook_good(h->url, e)) return false;
    CURL *c = call(str_dup(a, h->url).p, "http,https", e);
    if (c == NULL) return false;
    str body = body_of(l, a);
    struct curl_slist *list = NULL;
    CURLcode done = CURLE_FAILED_INIT;
    long answer = 0;
    bool ready = headers(h, l, body, a, &list, e);
    if (ready) {
        (void)curl.easy_setopt(c, CURLOPT_HTTPHEADER, list);
        (void)curl.easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)body.len);
        (void)curl.easy_setopt(c, CURLOPT_POSTFIELDS, body.p);
        done = curl.easy_perform(c);
        (void)curl.easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
    }
    curl.slist_free_all(list);
    curl.easy_cleanup(c);
    if (!ready) return false;
    if (done != CURLE_OK) return fail(e, IO, "推送没有发出去：%s；请检查推送地址和网络", curl.easy_strerror(done));
    if (answer >= 200 && answer < 300) return true;
    *refused = answer < 500 && answer != 408 && answer != 429;
    return fail(e, IO, "推送的接收方回答了 %ld", answer);
}
