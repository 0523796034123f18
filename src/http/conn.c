/* conn: one connection. It is in one phase at a time: it agrees on keys, waits for a request, reads one, waits for a
 * siding to answer it, writes the answer, or is on its way out (what the other side still sends is thrown away for a
 * while, so that it can read why it was refused). Every phase but the siding's has one absolute deadline; whoever is
 * turned away has one for all they say. The next request is looked at only when the answer before it has left. */
#include "base/heap.h"
#include "http/http_priv.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CROWD = 128 };
enum { TURNED_MS = 1000, LEAVING_MS = 2000, LEAVING_BYTES = 8 << 20, ANSWER_USUAL = 8 << 20, HEAD_MAX = 64 << 10 };
#define COME_BACK "2" /* seconds */

void conn_free(struct conn *c)
{
    struct worker *w = c->w;
    atomic_fetch_sub(&w->s->per_address[c->address], 1);
    *c->at = c->next;
    if (c->next != NULL) c->next->at = c->at;
    w->count--;
    w->turned -= c->turned != 0;
    event_free(c->timer);
    bufferevent_free(c->b);
    arena_free(c->a);
    arena_free(c->life);
    atomic_fetch_sub(&w->s->counts->connections, 1);
    if (w->crowd >= CROWD && w->count <= w->crowd / 2) {
        heap_give_back(); /* what a crowd needed at once is not kept for the next one */
        w->crowd = w->count;
    }
    if (w->stopping && w->count == 0) event_base_loopexit(w->base, NULL);
}

static void deadline(struct conn *c, uint32_t ms)
{
    struct timeval t = { .tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000 };
    event_add(c->timer, &t);
}

static void wait_for_request(struct conn *c)
{
    arena_free(c->a);
    c->a = NULL;
    c->phase = WAITING;
    if (c->turned == 0) deadline(c, c->w->s->o.limits.idle_ms);
}

static void leave(struct conn *c)
{
    c->phase = LEAVING;
    if (c->ssl != NULL) tls_end(c->ssl);
    shutdown(bufferevent_getfd(c->b), SHUT_WR);
    deadline(c, LEAVING_MS);
    bufferevent_enable(c->b, EV_READ);
    evbuffer_drain(bufferevent_get_input(c->b), INPUT_MAX);
}

/* ---- answers ---- */

static void send_answer(struct conn *c, const struct http_answer *r, bool without_body)
{
    struct text head;
    text_init(&head, c->a, HEAD_MAX);
    c->close = c->close || r->close || c->w->stopping || ++c->requests >= c->w->s->o.limits.requests;
    answer_head(r, c->close, &head);
    c->phase = WRITING;
    deadline(c, c->w->s->o.limits.write_ms);
    bufferevent_write(c->b, head.p, head.len);
    if (!without_body && r->status != 204 && r->status != 304 && r->body.len > 0)
        bufferevent_write(c->b, r->body.p, r->body.len);
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct http_answer new_answer(struct conn *c)
{
    struct http_answer r = { .status = 200, .a = c->a };
    uint32_t most = c->w->s->o.answer_bytes;
    text_init(&r.body, c->a, most > 0 ? most : ANSWER_USUAL);
    return r;
}

static void refuse(struct conn *c, unsigned status, const char *why)
{
    const struct http_options *o = &c->w->s->o;
    const struct http_request *heard = c->a != NULL ? &c->r.q : NULL;
    if (c->a == NULL) c->a = arena_new("request", 0);
    struct http_answer r = new_answer(c);
    r.status = status;
    r.close = true;
    atomic_fetch_add(c->turned != 0 ? &c->w->s->counts->turned_away : &c->w->s->counts->refused, 1);
    if (status == 429 || status == 503) http_answer_field(&r, "Retry-After", STR(COME_BACK));
    if (o->refusal != NULL) o->refusal(o->ctx, status, why, heard, &r);
    send_answer(c, &r, false);
}

void conn_ask(struct conn *c, unsigned thread)
{
    const struct http_options *o = &c->w->s->o;
    struct http_counts *n = c->w->s->counts;
    c->answer = new_answer(c);
    int64_t began = now_us();
    o->handler(o->ctx, thread, &c->r.q, &c->answer);
    atomic_fetch_add(&n->busy_us, (uint64_t)(now_us() - began));
    atomic_fetch_add(&n->requests, 1);
    if (c->answer.status >= 500 || c->answer.body.over) atomic_fetch_add(&n->failed, 1);
}

void conn_answered(struct conn *c)
{
    if (c->gone)
        conn_free(c);
    else if (c->answer.body.over)
        refuse(c, 500, "要看的太多，一页放不下；请选少一些再看");
    else
        send_answer(c, &c->answer, c->r.q.method == HTTP_HEAD);
}

/* The request is whole: it is answered here and now, or goes to its siding. */
static void answer(struct conn *c)
{
    const struct http_options *o = &c->w->s->o;
    memcpy(c->r.q.peer, c->peer, sizeof c->peer);
    c->close = c->r.close;
    unsigned siding = o->siding != NULL ? o->siding(o->ctx, &c->r.q) : 0;
    if (siding > 0 && siding <= o->sidings) {
        c->phase = WORKING;
        event_del(c->timer);
        if (siding_put(&c->w->s->sidings[siding - 1], c)) return;
        c->r.q.no_room = true;
    }
    conn_ask(c, c->w->index);
    conn_answered(c);
}

/* ---- reading ---- */

static uint32_t most_of(void *ctx, const struct http_request *q)
{
    struct conn *c = ctx;
    const struct http_options *o = &c->w->s->o;
    return o->body_bytes(o->ctx, c->w->index, q);
}

static void begin_request(struct conn *c)
{
    c->a = arena_new("request", 0);
    http_reader_start(&c->r, c->a, &c->w->s->o.limits);
    c->phase = READING;
    if (c->turned != 0) return;
    if (c->w->s->o.body_bytes != NULL) c->r.most = most_of, c->r.most_ctx = c;
    deadline(c, c->r.limits.head_ms);
}

/* Reads what has come, up to the end of one request. */
static void advance(struct conn *c)
{
    struct evbuffer *in = bufferevent_get_input(c->b);
    while ((c->phase == WAITING || c->phase == READING) && evbuffer_get_length(in) > 0) {
        if (c->phase == WAITING) begin_request(c);
        struct evbuffer_iovec piece;
        if (evbuffer_peek(in, -1, NULL, &piece, 1) < 1) return;
        bool in_head = c->r.state <= HTTP_IN_HEAD;
        evbuffer_drain(in, http_reader_feed(&c->r, (str){ piece.iov_base, piece.iov_len }));
        if (c->turned != 0) {
            if (c->r.state > HTTP_IN_HEAD) refuse(c, c->turned, c->turned_why);
            continue;
        }
        if (in_head && c->r.state == HTTP_IN_BODY) {
            deadline(c, c->r.limits.body_ms);
            static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
            if (c->r.expects) bufferevent_write(c->b, go_on, sizeof go_on - 1);
        }
        if (c->r.state == HTTP_WHOLE) answer(c);
        if (c->r.state == HTTP_REFUSED) refuse(c, c->r.status, c->r.why);
    }
}

static void on_read(struct bufferevent *b, void *ctx)
{
    struct conn *c = ctx;
    if (c->phase == LEAVING) {
        size_t n = evbuffer_get_length(bufferevent_get_input(b));
        c->thrown_away += (uint32_t)n;
        evbuffer_drain(bufferevent_get_input(b), n);
        if (c->thrown_away > LEAVING_BYTES) conn_free(c);
        return;
    }
    advance(c);
}

/* The output is empty: the answer has left (or "100 Continue" has, while reading). Of encrypted connections this is
 * told by and by, when there may be something to write again. */
static void on_written(struct bufferevent *b, void *ctx)
{
    struct conn *c = ctx;
    if (c->phase != WRITING || evbuffer_get_length(bufferevent_get_output(b)) > 0) return;
    if (c->close || c->w->stopping) {
        leave(c);
        return;
    }
    wait_for_request(c);
    advance(c);
}

/* ---- how it begins and ends ---- */

static void set_up(struct conn *c);

/* Who speaks plain HTTP to the encrypted port is told so in plain HTTP. The library has given the connection up: its
 * socket goes on without it. */
static void speak_plainly(struct conn *c)
{
    int fd = fcntl(bufferevent_getfd(c->b), F_DUPFD_CLOEXEC, 0);
    struct bufferevent *plain = fd < 0 ? NULL : bufferevent_socket_new(c->w->base, fd, BEV_OPT_CLOSE_ON_FREE);
    if (plain == NULL) {
        if (fd >= 0) close(fd);
        conn_free(c);
        return;
    }
    bufferevent_free(c->b);
    c->b = plain, c->ssl = NULL;
    set_up(c);
    refuse(c, 400, "这个端口只收加密的连接：网址开头要写 https://");
}

static void on_event(struct bufferevent *b, short what, void *ctx)
{
    struct conn *c = ctx;
    if ((what & BEV_EVENT_CONNECTED) != 0) {
        if (c->phase == SHAKING) wait_for_request(c);
        return;
    }
    if (c->phase == SHAKING && tls_is_plain(b)) {
        speak_plainly(c);
        return;
    }
    /* Who closes only their sending half still gets the answer to what they sent whole; not through TLS, where the
     * library writes nothing more after the end of what it reads. */
    bool half = (what & BEV_EVENT_EOF) != 0 && c->ssl == NULL;
    if (half && (c->phase == WRITING || c->phase == WORKING))
        c->close = true;
    else if (c->phase == WORKING)
        c->gone = true;
    else
        conn_free(c);
}

static void on_deadline(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd, (void)what;
    struct conn *c = ctx;
    if (c->turned != 0 && (c->phase == WAITING || c->phase == READING)) {
        refuse(c, c->turned, c->turned_why);
        return;
    }
    if (c->phase == READING) {
        refuse(c, 408, "请求来得太慢，请看看网络，再试一次");
        return;
    }
    /* Closing alone would leave the rest of the answer in the kernel's buffers, waiting for who does not take it. */
    struct linger at_once = { .l_onoff = 1 };
    if (c->phase == WRITING) setsockopt(bufferevent_getfd(c->b), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    conn_free(c);
}

static void set_up(struct conn *c)
{
    bufferevent_setcb(c->b, on_read, on_written, on_event, c);
    bufferevent_setwatermark(c->b, EV_READ, 0, INPUT_MAX);
    bufferevent_enable(c->b, EV_READ | EV_WRITE);
}

struct conn *conn_new(struct worker *w, int fd, uint32_t slot, const char *peer)
{
    int on = 1;
    struct ssl_st *ssl = NULL;
    struct bufferevent *b = w->s->tls != NULL ? tls_wrap(w->s->tls, w->base, fd, &ssl)
                                              : bufferevent_socket_new(w->base, fd, BEV_OPT_CLOSE_ON_FREE);
    if (b == NULL) return NULL;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct arena *life = arena_new("connection", 0);
    struct conn *c = ARENA_NEW(life, struct conn);
    *c = (struct conn){ .w = w, .life = life, .b = b, .ssl = ssl, .address = slot, .next = w->conns, .at = &w->conns };
    memcpy(c->peer, peer, sizeof c->peer);
    if (c->next != NULL) c->next->at = &c->next;
    w->conns = c;
    w->count++;
    if (w->count > w->crowd) w->crowd = w->count;
    atomic_fetch_add(&w->s->counts->connections, 1);
    c->timer = evtimer_new(w->base, on_deadline, c);
    set_up(c);
    return c;
}

void conn_begin(struct conn *c)
{
    if (c->ssl == NULL) {
        wait_for_request(c);
        return;
    }
    c->phase = SHAKING;
    if (c->turned == 0) deadline(c, c->w->s->o.limits.head_ms);
}

void conn_turn_away(struct conn *c, unsigned status, const char *why)
{
    c->turned = status, c->turned_why = why;
    c->w->turned++;
    deadline(c, TURNED_MS);
    conn_begin(c);
}
