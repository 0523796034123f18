/* webhook: the table of addresses, and letters to them through the outbox. A letter is a notice to "webhook:7" whose
 * delivery has the number 7 as its address: what the address is, is looked up when it is sent, so that one that was
 * changed or removed in between is not written to. */
#include "notice/webhook.h"

#include "base/json.h"
#include "base/text.h"
#include "notice/curl.h"
#include "notice/send.h"
#include "store/short.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BODY_MAX = 2000, HEADER_MAX = 400 };

#define TABLES(KEY)                                                                                                   \
    "CREATE TABLE notice_webhook (id " KEY " PRIMARY KEY, owner text NOT NULL, url text NOT NULL,"                    \
    " events text NOT NULL, generation bigint NOT NULL DEFAULT 1, rotated_ms bigint NOT NULL DEFAULT 0,"              \
    " journal bigint NOT NULL, batch bigint NOT NULL, state bigint NOT NULL DEFAULT 0, why text NOT NULL DEFAULT ''," \
    " made_ms bigint NOT NULL);"                                                                                      \
    "CREATE INDEX notice_webhook_owner ON notice_webhook (owner)"

bool webhook_migrate(struct store *s, struct err *e)
{
    static const struct store_step steps[] = { { 1, "程序的回调地址", TABLES("integer"), "DROP TABLE notice_webhook",
                                                 TABLES("bigserial") } };
    return notice_migrate(s, e) && store_migrate(s, STR("webhook"), steps, 1, 1, e);
}

const char *webhook_state_zh(enum webhook_state st)
{
    switch (st) {
    case WEBHOOK_ON: return "通";
    case WEBHOOK_DEAD: return "停了";
    }
    return "";
}

/* ---- addresses ---- */

static bool private_v4(uint32_t ip) /* host order */
{
    return ip >> 24 == 10 || ip >> 24 == 0 || ip >> 24 == 127 || ip >> 20 == 0xAC1 || ip >> 16 == 0xC0A8 ||
           ip >> 16 == 0xA9FE || ip >> 22 == (100u << 2 | 1) || ip >> 28 >= 14;
}

static uint32_t read_v4(const unsigned char b[4])
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

/* Networks that only people inside can reach, this machine among them, however they are written: also inside an IPv6
 * address that a translator or a tunnel takes apart again. */
static bool is_private(const struct sockaddr *sa)
{
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, sa, sizeof in);
        return private_v4(ntohl(in.sin_addr.s_addr));
    }
    if (sa->sa_family != AF_INET6) return true;
    struct sockaddr_in6 in6;
    memcpy(&in6, sa, sizeof in6);
    static const unsigned char nat64[12] = { 0x00, 0x64, 0xFF, 0x9B },
                               local_nat64[6] = { 0x00, 0x64, 0xFF, 0x9B, 0, 1 }, teredo[4] = { 0x20, 0x01, 0, 0 };
    const unsigned char *b = in6.sin6_addr.s6_addr;
    const struct in6_addr *x = &in6.sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(x) || IN6_IS_ADDR_V4COMPAT(x) || memcmp(b, nat64, sizeof nat64) == 0)
        return private_v4(read_v4(b + 12));
    /* what a network's own translator, or a tunnel behind somebody's router, leads to, the address does not say */
    if (memcmp(b, local_nat64, sizeof local_nat64) == 0 || memcmp(b, teredo, sizeof teredo) == 0) return true;
    if (b[0] == 0x20 && b[1] == 0x02) return private_v4(read_v4(b + 2)); /* 6to4 */
    return (b[0] & 0xFE) == 0xFC || (b[0] == 0xFE && b[1] >= 0x80) || b[0] == 0xFF || IN6_IS_ADDR_UNSPECIFIED(x) ||
           IN6_IS_ADDR_LOOPBACK(x);
}

/* The host of an address: without a user in front and a port behind. */
static str host_of(str url)
{
    size_t at = str_find(url, STR("://"));
    str rest = at == SIZE_MAX ? STR("") : str_slice(url, at + 3, url.len);
    size_t end = 0;
    while (end < rest.len && strchr("/?#", rest.p[end]) == NULL) end++;
    rest.len = end;
    if (rest.len > 0 && rest.p[0] == '[') return str_slice(rest, 1, str_find(rest, STR("]")));
    size_t colon = str_find(rest, STR(":"));
    return colon == SIZE_MAX ? rest : str_slice(rest, 0, colon);
}

static bool is_loopback(str host)
{
    return str_eq(host, STR("127.0.0.1")) || str_eq(host, STR("localhost")) || str_eq(host, STR("::1"));
}

static bool private_text(str host)
{
    char z[64];
    struct sockaddr_in in = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
    if (host.len == 0 || host.len >= sizeof z) return false;
    memcpy(z, host.p, host.len);
    z[host.len] = '\0';
    if (inet_pton(AF_INET, z, &in.sin_addr) == 1) return is_private((const struct sockaddr *)(const void *)&in);
    return inet_pton(AF_INET6, z, &in6.sin6_addr) == 1 && is_private((const struct sockaddr *)(const void *)&in6);
}

bool webhook_url_good(str url, bool inside, struct err *e)
{
    str host = host_of(url);
    bool plain = url.len <= WEBHOOK_URL_MAX && host.len > 0;
    for (size_t i = 0; i < url.len; i++)
        plain = plain && url.p[i] > ' ' && url.p[i] <= '~' && strchr("\"<>\\^`{|}@", url.p[i]) == NULL;
    if (!plain)
        return fail(e, INVALID, "回调地址写成 https://主机/路径，不要带用户名和空格，最多 %d 字节", WEBHOOK_URL_MAX);
    bool near = inside && is_loopback(host);
    if (!str_starts(url, STR("https://")) && !(str_starts(url, STR("http://")) && near))
        return fail(e, INVALID, "回调地址要以 https:// 开头%s",
                    inside ? "；只有本机的（http://127.0.0.1:端口）可以不加密" : "");
    if (!inside && (private_text(host) || is_loopback(host)))
        return fail(e, INVALID, "回调地址在本机或者内部网络里（%.*s）；确实要推到内网的，请管理员允许", STR_ARG(host));
    return true;
}

/* ---- the table ---- */

#define COLUMNS \
    "id, owner, url, events, generation, rotated_ms, journal, batch, state, why, made_ms FROM notice_webhook"

static struct webhook webhook_of(const struct store_stmt *q, struct arena *a)
{
    return (struct webhook){ .id = store_number(q, 0),
                             .owner = store_word(q, 1, a),
                             .url = store_word(q, 2, a),
                             .events = store_word(q, 3, a),
                             .generation = store_number(q, 4),
                             .rotated_ms = store_number(q, 5),
                             .journal = store_number(q, 6),
                             .batch = store_number(q, 7),
                             .state = store_number(q, 8) == WEBHOOK_ON ? WEBHOOK_ON : WEBHOOK_DEAD,
                             .why = store_word(q, 9, a),
                             .made_ms = store_number(q, 10) };
}

static str recipient(struct arena *a, int64_t id) { return str_fmt(a, "webhook:%lld", (long long)id); }

bool webhook_add(struct store *s, const struct webhook *w, bool inside, int64_t now_ms, int64_t *id, struct err *e)
{
    autoarena *a = arena_new("webhook", 0);
    int64_t n;
    if (!webhook_url_good(w->url, inside, e)) return false;
    if (w->events.len == 0) return fail(e, INVALID, "请写要知道哪几种事");
    if (!store_get(s, NULL, &n, 1, e, "SELECT count(*) FROM notice_webhook WHERE owner = $1", "s", w->owner))
        return false;
    if (n >= WEBHOOK_OF_ONE_MAX)
        return fail(e, LIMIT, "一个令牌最多 %d 个回调地址，请先删掉用不着的", WEBHOOK_OF_ONE_MAX);
    if (!store_begin(s, e)) return false;
    bool ok = store_get(s, NULL, id, 1, e,
                        "INSERT INTO notice_webhook (owner, url, events, journal, batch, made_ms)"
                        " VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
                        "sssiii", w->owner, w->url, w->events, w->journal, w->batch, now_ms) &&
              notice_address(s, recipient(a, *id), NOTICE_PROGRAM, str_fmt(a, "%lld", (long long)*id), e);
    return store_end(s, ok, e);
}

bool webhook_list(struct store *s, str owner, struct arena *a, webhooks *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok = true;
    if (!store_first(s, &q, &row, e, "SELECT " COLUMNS " WHERE owner = $1 OR $1 = '' ORDER BY id", "s", owner))
        return false;
    for (; ok && row; ok = store_step(q, &row, e)) *vec_push(a, out) = webhook_of(q, a);
    store_done(q);
    return ok;
}

bool webhook_get(struct store *s, int64_t id, str owner, struct arena *a, struct webhook *out, struct err *e)
{
    struct store_stmt *q;
    bool row;
    if (!store_first(s, &q, &row, e, "SELECT " COLUMNS " WHERE id = $1 AND (owner = $2 OR $2 = '')", "is", id, owner))
        return false;
    if (row) *out = webhook_of(q, a);
    store_done(q);
    return row || fail(e, NOT_FOUND, "没有第 %lld 个回调地址", (long long)id);
}

bool webhook_rotate(struct store *s, int64_t id, int64_t now_ms, struct err *e)
{
    return store_do(s, NULL, e, "UPDATE notice_webhook SET generation = generation + 1, rotated_ms = $2 WHERE id = $1",
                    "ii", id, now_ms);
}

bool webhook_wake(struct store *s, int64_t id, struct err *e)
{
    autoarena *a = arena_new("webhook", 0);
    if (!store_begin(s, e)) return false;
    bool ok =
        store_do(s, NULL, e, "UPDATE notice_webhook SET state = 0, why = '' WHERE id = $1", "i", id) &&
        store_do(s, NULL, e, /* what was given up is sent once more */
                 "UPDATE notice_delivery SET state = 0, attempts = 0, next_ms = 0 WHERE state = 2 AND channel = $2"
                 " AND address = $1",
                 "si", str_fmt(a, "%lld", (long long)id), (int64_t)NOTICE_PROGRAM);
    return store_end(s, ok, e);
}

bool webhook_remove(struct store *s, int64_t id, struct err *e)
{
    autoarena *a = arena_new("webhook", 0);
    str address = str_fmt(a, "%lld", (long long)id);
    if (!store_begin(s, e)) return false;
    bool ok = store_do(s, NULL, e, "DELETE FROM notice_webhook WHERE id = $1", "i", id) &&
              store_do(s, NULL, e, "DELETE FROM notice_delivery WHERE state <> 1 AND channel = $2 AND address = $1",
                       "si", address, (int64_t)NOTICE_PROGRAM) &&
              notice_address(s, recipient(a, id), NOTICE_PROGRAM, STR(""), e);
    return store_end(s, ok, e);
}

bool webhook_told(struct store *s, int64_t id, int64_t journal, int64_t batch, struct err *e)
{
    return store_do(s, NULL, e, "UPDATE notice_webhook SET journal = $2, batch = $3 WHERE id = $1", "iii", id, journal,
                    batch);
}

bool webhook_bury(struct store *s, int64_t *count, struct err *e)
{
    return store_do(
        s, count, e,
        "UPDATE notice_webhook SET state = 1, why = (SELECT coalesce(max(d.error), '') FROM notice_delivery d"
        " WHERE d.channel = $1 AND d.state = 2 AND d.address = CAST(notice_webhook.id AS text))"
        " WHERE state = 0 AND EXISTS (SELECT 1 FROM notice_delivery d WHERE d.channel = $1 AND d.state = 2"
        " AND d.address = CAST(notice_webhook.id AS text))",
        "i", (int64_t)NOTICE_PROGRAM);
}

/* ---- letters ---- */

bool webhook_secret(const struct vault_key *k, int64_t id, int64_t generation, char out[WEBHOOK_SECRET + 1],
                    struct err *e)
{
    autoarena *a = arena_new("secret", 0);
    str key = { (const char *)k->mac, sizeof k->mac };
    return crypto_hmac_sm3(key, str_fmt(a, "webhook %lld %lld", (long long)id, (long long)generation), out, e);
}

bool webhook_put(struct store *s, int64_t id, const struct webhook_event *v, int64_t now_ms, struct err *e)
{
    autoarena *a = arena_new("webhook", 0);
    struct text t;
    struct json_writer w;
    bool again;
    text_init(&t, a, BODY_MAX);
    json_begin(&w, &t, false);
    json_object(&w);
    json_key(&w, "event"), json_str(&w, v->event);
    json_key(&w, "number"), json_str(&w, v->number);
    json_key(&w, "address"), json_str(&w, v->address);
    json_key(&w, "at"), json_int(&w, v->at_ms);
    json_object_end(&w);
    if (t.over) return fail(e, LIMIT, "要告诉程序的事写得太长");
    struct notice_draft n = { .to = recipient(a, id),
                              .title = v->event,
                              .text = text_str(&t),
                              .dossier = v->number,
                              .key = str_fmt(a, "webhook/%lld/%.*s", (long long)id, STR_ARG(v->key)),
                              .urgent = true };
    return notice_put(s, &n, now_ms, &again, NULL, e);
}

bool webhook_deliveries_of(struct store *s, int64_t id, size_t max, struct arena *a, webhook_deliveries *out,
                           struct err *e)
{
    struct store_stmt *q;
    bool row, ok = true;
    if (!store_first(
            s, &q, &row, e,
            "SELECT d.id, d.attempts, n.made_ms, d.next_ms, n.title, n.dossier, coalesce(d.error, ''), d.state"
            " FROM notice_delivery d JOIN notice n ON n.id = d.notice WHERE n.recipient = $1 AND d.channel = $2"
            " ORDER BY d.id DESC LIMIT $3",
            "sii", recipient(a, id), (int64_t)NOTICE_PROGRAM, (int64_t)max))
        return false;
    for (; ok && row; ok = store_step(q, &row, e)) {
        struct webhook_delivery *d = vec_push(a, out);
        int64_t state = store_number(q, 7);
        d->id = store_number(q, 0), d->attempts = store_number(q, 1);
        d->made_ms = store_number(q, 2), d->next_ms = store_number(q, 3);
        d->event = store_word(q, 4, a), d->number = store_word(q, 5, a), d->answer = store_word(q, 6, a);
        d->state = state == 1 ? WEBHOOK_TAKEN : state == 2 ? WEBHOOK_GIVEN_UP : WEBHOOK_WAITS;
    }
    store_done(q);
    return ok;
}

/* ---- sending ---- */

static size_t swallow(char *from, size_t size, size_t count, void *context)
{
    (void)from, (void)context;
    return size * count;
}

/* The last look at where a name leads, when it is known: not into the house. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
    const bool *inside = context;
    (void)purpose;
    if (!*inside && is_private(&to->addr)) return CURL_SOCKET_BAD;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* The secret of now; for a day after a rotation also the one before. */
static bool signature(const struct webhook_post *p, const struct webhook *w, str signed_, struct text *out,
                      struct err *e)
{
    char secret[WEBHOOK_SECRET + 1], mac[SM3_HEX + 1];
    bool both = w->generation > 1 && p->now_ms - w->rotated_ms < WEBHOOK_OVERLAP_MS;
    text_addz(out, "X-Leye-Signature: ");
    for (int64_t g = w->generation; g >= w->generation - (both ? 1 : 0); g--) {
        if (!webhook_secret(p->key, w->id, g, secret, e) || !crypto_hmac_sm3(str_of(secret), signed_, mac, e))
            return false;
        text_addf(out, "%sv1=%s", g < w->generation ? "," : "", mac);
    }
    return true;
}

static bool headers(const struct webhook_post *p, const struct webhook *w, const struct notice_letter *l,
                    struct arena *a, struct curl_slist **out, struct err *e)
{
    struct text t;
    int64_t now_s = (int64_t)time(NULL);
    str event = l->title, body = l->text;
    struct curl_slist *list = curl.slist_append(NULL, "Content-Type: application/json");
    list = curl.slist_append(list, str_fmt(a, "X-Leye-Event: %.*s", STR_ARG(event)).p);
    list = curl.slist_append(list, str_fmt(a, "X-Leye-Delivery: %lld", (long long)l->delivery).p);
    list = curl.slist_append(list, str_fmt(a, "X-Leye-Timestamp: %lld", (long long)now_s).p);
    *out = list;
    text_init(&t, a, HEADER_MAX);
    if (!signature(p, w, str_fmt(a, "%lld.%.*s", (long long)now_s, STR_ARG(body)), &t, e)) return false;
    *out = curl.slist_append(list, t.p);
    return true;
}

/* One letter on its way. */
struct call {
    CURL *c;
    struct curl_slist *headers;
    struct webhook w;
    struct notice_result *result;
    int64_t began;
    bool over;
};

static bool begin(const struct webhook_post *p, struct call *k, const struct notice_letter *l, struct arena *a,
                  struct err *e)
{
    k->c = curl.easy_init();
    if (k->c == NULL) return fail(e, MEMORY, "发送回调时内存不够");
    if (!headers(p, &k->w, l, a, &k->headers, e)) return false;
    (void)curl.easy_setopt(k->c, CURLOPT_URL, str_dup(a, k->w.url).p);
    (void)curl.easy_setopt(k->c, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl.easy_setopt(k->c, CURLOPT_TIMEOUT, (long)NOTICE_SECONDS);
    (void)curl.easy_setopt(k->c, CURLOPT_NOSIGNAL, 1L);
    (void)curl.easy_setopt(k->c, CURLOPT_PROXY, "");
    (void)curl.easy_setopt(k->c, CURLOPT_WRITEFUNCTION, swallow);
    (void)curl.easy_setopt(k->c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    (void)curl.easy_setopt(k->c, CURLOPT_OPENSOCKETDATA, &p->inside);
    (void)curl.easy_setopt(k->c, CURLOPT_HTTPHEADER, k->headers);
    (void)curl.easy_setopt(k->c, CURLOPT_POSTFIELDSIZE, (long)l->text.len);
    (void)curl.easy_setopt(k->c, CURLOPT_POSTFIELDS, l->text.p);
    (void)curl.easy_setopt(k->c, CURLOPT_PRIVATE, k);
    return true;
}

static bool answered(CURL *c, CURLcode done, struct notice_result *r)
{
    long answer = 0;
    (void)curl.easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
    if (done != CURLE_OK) return fail(&r->why, IO, "回调没有发出去：%s；请检查地址和网络", curl.easy_strerror(done));
    if (answer >= 200 && answer < 300) return true;
    r->refused = answer == 410; /* gone, says the other side; anything else may be mended */
    return fail(&r->why, IO, "对方回答了 %ld", answer);
}

/* What this round has spent on one webhook. Rounds have few receivers, so they are looked for one by one. */
static struct webhook_spent *spent_on(struct webhook_post *p, int64_t id)
{
    VEC_EACH (struct webhook_spent, x, &p->spent) {
        if (x->id == id) return x;
    }
    struct webhook_spent *x = vec_push(p->a, &p->spent);
    *x = (struct webhook_spent){ .id = id };
    return x;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Whether letters may go there still: it is there, it is not dead, its owner may know of things, its address is
 * allowed. */
static bool still_told(struct webhook_post *p, int64_t id, struct arena *a, struct webhook *w, bool *refused,
                       struct err *e)
{
    bool lives = true;
    *refused = false;
    if (!webhook_get(p->s, id, STR(""), a, w, e)) {
        *refused = e->code == ERR_NOT_FOUND;
        return false;
    }
    if (p->owner_lives != NULL && !p->owner_lives(p->owner_ctx, w->owner, &lives, e)) return false;
    *refused = true;
    if (w->state != WEBHOOK_ON) return fail(e, DENIED, "这个回调停了：%.*s", STR_ARG(w->why));
    if (!lives) return fail(e, DENIED, "登记它的令牌收回了，或者过期了");
    if (webhook_url_good(w->url, p->inside, e)) return true;
    struct err none = { 0 };
    if (p->inside || !webhook_url_good(w->url, true, &none)) return false;
    /* no fault of its own: whoever runs this may have forgotten the word once, and the letters wait */
    *refused = false, *e = (struct err){ 0 };
    return fail(e, LIMIT, "地址在内部网络里，这次没有让送到那里，先留着");
}

/* False: it does not leave; why stands in its result. */
static bool prepare(struct webhook_post *p, const struct notice_letter *l, struct arena *a, struct call *k)
{
    struct notice_result *r = k->result;
    int64_t id = 0;
    if (!str_to_i64(l->address, &id)) return fail(&r->why, MISMATCH, "回调的编号读不懂");
    if (!still_told(p, id, a, &k->w, &r->refused, &r->why)) return false;
    r->refused = false;
    struct webhook_spent *spent = spent_on(p, id);
    if (spent->failed || spent->ms >= WEBHOOK_ROUND_MS)
        return fail(&r->why, LIMIT, "这一轮给它的时间用完了，下一轮再送");
    return begin(p, k, l, a, &r->why);
}

/* The other side answered, or did not in time. */
static void end(struct webhook_post *p, struct call *k, CURLcode done)
{
    struct webhook_spent *spent = spent_on(p, k->w.id);
    k->over = true;
    k->result->sent = answered(k->c, done, k->result);
    spent->ms += now_ms() - k->began;
    spent->failed = done != CURLE_OK; /* who cannot be reached is not tried once for every letter */
}

static void end_those_over(struct webhook_post *p, CURLM *all)
{
    int queued;
    for (CURLMsg *m; (m = curl.multi_info_read(all, &queued)) != NULL;) {
        struct call *k = NULL;
        if (m->msg != CURLMSG_DONE) continue;
        (void)curl.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &k);
        end(p, k, m->data.result);
    }
}

/* All calls at the same time, until each is over: each has its own time, so the slowest takes no longer than one. */
static void run(struct webhook_post *p, CURLM *all, struct call *calls, size_t count)
{
    enum { WAIT_MS = 1000 };
    int running = 1;
    for (size_t i = 0; i < count; i++) {
        if (calls[i].c == NULL) continue;
        calls[i].began = now_ms();
        (void)curl.multi_add_handle(all,
                                    calls[i].c); /* one that is not taken in is never over, and ends with the rest */
    }
    while (running > 0 && curl.multi_perform(all, &running) == CURLM_OK) {
        end_those_over(p, all);
        if (running > 0 && curl.multi_poll(all, NULL, 0, WAIT_MS, NULL) != CURLM_OK) break;
    }
    end_those_over(p, all);
}

void webhook_send(void *context, const struct notice_letter *letters, size_t count, struct notice_result *results)
{
    struct webhook_post *p = context;
    autoarena *a = arena_new("webhook", 0);
    struct call *calls = ARENA_ARRAY(a, struct call, count);
    struct err why = { 0 };
    CURLM *all = curl_load(&why) ? curl.multi_init() : NULL;
    for (size_t i = 0; i < count; i++) {
        calls[i].result = &results[i];
        results[i] = (struct notice_result){ .why = why };
        if (all == NULL && why.code == ERR_NONE) fail(&results[i].why, MEMORY, "发送回调时内存不够");
        if (all != NULL && !prepare(p, &letters[i], a, &calls[i]) && calls[i].c != NULL) {
            curl.easy_cleanup(calls[i].c);
            calls[i].c = NULL;
        }
    }
    if (all != NULL) run(p, all, calls, count);
    for (size_t i = 0; i < count; i++) {
        struct call *k = &calls[i];
        if (k->c != NULL && !k->over) end(p, k, CURLE_FAILED_INIT);
        if (k->c != NULL) curl.multi_remove_handle(all, k->c), curl.easy_cleanup(k->c);
        if (all != NULL) curl.slist_free_all(k->headers);
    }
    if (all != NULL) curl.multi_cleanup(all);
}
