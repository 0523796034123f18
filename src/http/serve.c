/* serve: libevent's loops, sockets and buffers, one loop per thread, each with a listening socket of its own on the
 * same port, so that threads share nothing but the counts of connections per address.
 *
 * A connection is in one phase at a time: it waits for a request, reads one, writes the answer, or is on its way out
 * (what the other side still sends is thrown away for a while, so that it can read why it was refused). Every phase has
 * one absolute deadline. The next request is looked at only when the answer before it has left. */
#include "base/date.h"
#include "http/http_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ADDRESS_SLOTS = 1 << 16, INPUT_MAX = 64 << 10, ANSWER_USUAL = 8 << 20, BACKLOG = 511 };
enum { LEAVING_MS = 2000, LEAVING_BYTES = 8 << 20 };
/* Of a thread, beyond its limit, who are told that there is no room; beyond these connections are closed unheard. */
enum { TURNED_MAX = 64 };
enum { FILES_OF_OTHERS = 256 };
#define COME_BACK "2" /* seconds */

enum phase { WAITING, READING, WRITING, LEAVING };

struct conn {
    struct worker *w;
    struct arena *life; /* the connection's own */
    struct arena *a;    /* of the request at hand; NULL between requests */
    struct bufferevent *b;
    struct event *timer;
    struct http_reader r;
    enum phase phase;
    bool close;  /* after this answer */
    bool turned; /* away: never asked anything */
    uint32_t requests, address, thrown_away;
    char peer[46];
    struct conn *next, **at;
};

struct worker {
    struct http_server *s;
    unsigned index;
    pthread_t thread;
    int fd, stop_fd;
    struct event_base *base;
    struct evconnlistener *listener;
    struct event *stop, *stop_timer;
    struct conn *conns;
    uint32_t count, turned;
    bool stopping, started;
};

struct http_server {
    struct arena *a;
    struct http_options o;
    struct worker *workers;
    unsigned threads;
    uint16_t port;
    struct http_counts unasked, *counts;
    _Atomic uint32_t per_address[ADDRESS_SLOTS]; /* by a keyed hash: two addresses that share a slot share its limit */
};

/* ---- answers ---- */

const char *http_status_text(unsigned status)
{
    static const struct {
        unsigned status;
        const char *text;
    } texts[] = { { 200, "OK" },
                  { 201, "Created" },
                  { 202, "Accepted" },
                  { 204, "No Content" },
                  { 303, "See Other" },
                  { 304, "Not Modified" },
                  { 308, "Permanent Redirect" },
                  { 400, "Bad Request" },
                  { 401, "Unauthorized" },
                  { 403, "Forbidden" },
                  { 404, "Not Found" },
                  { 405, "Method Not Allowed" },
                  { 406, "Not Acceptable" },
                  { 408, "Request Timeout" },
                  { 409, "Conflict" },
                  { 413, "Content Too Large" },
                  { 414, "URI Too Long" },
                  { 415, "Unsupported Media Type" },
                  { 417, "Expectation Failed" },
                  { 422, "Unprocessable Content" },
                  { 429, "Too Many Requests" },
                  { 431, "Request Header Fields Too Large" },
                  { 500, "Internal Server Error" },
                  { 501, "Not Implemented" },
                  { 503, "Service Unavailable" },
                  { 505, "HTTP Version Not Supported" } };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i].status == status) return texts[i].text;
    }
    return "";
}

static bool is_clean(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F) return false;
    }
    return true;
}

void http_answer_field(struct http_answer *r, const char *name, str value)
{
    if (is_clean(value)) *vec_push(r->a, &r->fields) = (struct http_field){ str_of(name), value };
}

static void add_date(struct text *t)
{
    static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    int64_t now = (int64_t)time(NULL);
    date d = { (int32_t)(now / 86400) };
    int year, mon, day, second = (int)(now % 86400);
    date_parts(d, &year, &mon, &day);
    text_addf(t, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", days[date_weekday(d) - 1], day, months[mon - 1], year,
              second / 3600, second / 60 % 60, second % 60);
}

/* ---- connections ---- */

static void conn_free(struct conn *c)
{
    struct worker *w = c->w;
    atomic_fetch_sub(&w->s->per_address[c->address], 1);
    *c->at = c->next;
    if (c->next != NULL) c->next->at = c->at;
    w->count--;
    w->turned -= c->turned;
    event_free(c->timer);
    bufferevent_free(c->b);
    arena_free(c->a);
    arena_free(c->life);
    atomic_fetch_sub(&w->s->counts->connections, 1);
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
    deadline(c, c->w->s->o.limits.idle_ms);
}

static void leave(struct conn *c)
{
    c->phase = LEAVING;
    shutdown(bufferevent_getfd(c->b), SHUT_WR);
    deadline(c, LEAVING_MS);
    bufferevent_enable(c->b, EV_READ);
    evbuffer_drain(bufferevent_get_input(c->b), INPUT_MAX);
}

static void send_answer(struct conn *c, const struct http_answer *r, bool without_body)
{
    struct text head;
    text_init(&head, c->a, 64 << 10);
    c->close = c->close || r->close || c->w->stopping || ++c->requests >= c->w->s->o.limits.requests;
    text_addf(&head, "HTTP/1.1 %u %s\r\n", r->status, http_status_text(r->status));
    add_date(&head);
    if (r->type.len > 0) text_addf(&head, "Content-Type: %.*s\r\n", STR_ARG(r->type));
    VEC_EACH (const struct http_field, f, &r->fields)
        text_addf(&head, "%.*s: %.*s\r\n", STR_ARG(f->name), STR_ARG(f->value));
    if (r->status != 204 && r->status != 304) text_addf(&head, "Content-Length: %zu\r\n", r->body.len);
    if (c->close) text_addz(&head, "Connection: close\r\n");
    text_addz(&head, "\r\n");
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
    if (c->a == NULL) c->a = arena_new("request", 0);
    struct http_answer r = new_answer(c);
    r.status = status;
    r.close = true;
    atomic_fetch_add(c->turned ? &c->w->s->counts->turned_away : &c->w->s->counts->refused, 1);
    if (status == 429 || status == 503) http_answer_field(&r, "Retry-After", STR(COME_BACK));
    if (o->refusal != NULL) o->refusal(o->ctx, status, why, &r);
    send_answer(c, &r, false);
}

static void answer(struct conn *c)
{
    const struct http_options *o = &c->w->s->o;
    struct http_answer r = new_answer(c);
    memcpy(c->r.q.peer, c->peer, sizeof c->peer);
    c->close = c->r.close;
    int64_t began = now_us();
    o->handler(o->ctx, c->w->index, &c->r.q, &r);
    atomic_fetch_add(&c->w->s->counts->busy_us, (uint64_t)(now_us() - began));
    atomic_fetch_add(&c->w->s->counts->requests, 1);
    if (r.status >= 500 || r.body.over) atomic_fetch_add(&c->w->s->counts->failed, 1);
    if (r.body.over) {
        refuse(c, 500, "回答太大");
        return;
    }
    send_answer(c, &r, c->r.q.method == HTTP_HEAD);
}

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
    if (c->w->s->o.body_bytes != NULL) c->r.most = most_of, c->r.most_ctx = c;
    c->phase = READING;
    deadline(c, c->r.limits.head_ms);
}

/* Reads what has come, up to the end of one request. */
static void advance(struct conn *c)
{
    struct evbuffer *in = bufferevent_get_input(c->b);
    while (c->phase <= READING && evbuffer_get_length(in) > 0) {
        if (c->phase == WAITING) begin_request(c);
        struct evbuffer_iovec piece;
        if (evbuffer_peek(in, -1, NULL, &piece, 1) < 1) return;
        bool in_head = c->r.state <= HTTP_IN_HEAD;
        evbuffer_drain(in, http_reader_feed(&c->r, (str){ piece.iov_base, piece.iov_len }));
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

/* The output is empty: the answer has left (or "100 Continue" has, while reading). */
static void on_written(struct bufferevent *b, void *ctx)
{
    (void)b;
    struct conn *c = ctx;
    if (c->phase != WRITING) return;
    if (c->close || c->w->stopping) {
        leave(c);
        return;
    }
    wait_for_request(c);
    advance(c);
}

static void on_event(struct bufferevent *b, short what, void *ctx)
{
    (void)b;
    struct conn *c = ctx;
    /* Who closes only their sending half still gets the answer to what they sent whole. */
    if ((what & BEV_EVENT_EOF) != 0 && c->phase == WRITING)
        c->close = true;
    else
        conn_free(c);
}

static void on_deadline(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd, (void)what;
    struct conn *c = ctx;
    if (c->phase == READING) {
        refuse(c, 408, "请求来得太慢");
        return;
    }
    /* Closing alone would leave the rest of the answer in the system's buffers, waiting for who does not take it. */
    struct linger at_once = { .l_onoff = 1 };
    if (c->phase == WRITING) setsockopt(bufferevent_getfd(c->b), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    conn_free(c);
}

/* The address as text, and its slot. Of IPv6 the network counts, which one subscriber has whole. */
static uint32_t address_slot(const struct sockaddr *from, char peer[46])
{
    const void *bytes;
    size_t counted = 4;
    peer[0] = '\0';
    if (from->sa_family == AF_INET) {
        bytes = &((const struct sockaddr_in *)(const void *)from)->sin_addr;
    } else if (from->sa_family == AF_INET6) {
        bytes = &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr;
        counted = 8;
    } else {
        return 0;
    }
    inet_ntop(from->sa_family, bytes, peer, 46);
    return (uint32_t)(str_hash((str){ bytes, counted }) % ADDRESS_SLOTS);
}

/* Who has been here longest and is owed nothing makes room: idle, or answered and on the way out. The list has the
 * newest first. */
static bool has_room(struct worker *w)
{
    struct conn *idle = NULL;
    if (w->count - w->turned < w->s->o.limits.connections) return true;
    for (struct conn *c = w->conns; c != NULL; c = c->next) {
        if (c->phase == WAITING || (c->phase == LEAVING && !c->turned)) idle = c;
    }
    if (idle != NULL) conn_free(idle);
    return idle != NULL;
}

static struct conn *conn_new(struct worker *w, evutil_socket_t fd, uint32_t slot, const char *peer)
{
    int on = 1;
    struct bufferevent *b = bufferevent_socket_new(w->base, fd, BEV_OPT_CLOSE_ON_FREE);
    if (b == NULL) return NULL;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct arena *life = arena_new("connection", 0);
    struct conn *c = ARENA_NEW(life, struct conn);
    *c = (struct conn){ .w = w, .life = life, .b = b, .address = slot, .next = w->conns, .at = &w->conns };
    memcpy(c->peer, peer, sizeof c->peer);
    if (c->next != NULL) c->next->at = &c->next;
    w->conns = c;
    w->count++;
    atomic_fetch_add(&w->s->counts->connections, 1);
    c->timer = evtimer_new(w->base, on_deadline, c);
    bufferevent_setcb(b, on_read, on_written, on_event, c);
    bufferevent_setwatermark(b, EV_READ, 0, INPUT_MAX);
    bufferevent_enable(b, EV_READ | EV_WRITE);
    return c;
}

static void on_accept(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *from, int len, void *ctx)
{
    (void)l, (void)len;
    struct worker *w = ctx;
    char peer[46];
    uint32_t slot = address_slot(from, peer);
    bool too_many = atomic_fetch_add(&w->s->per_address[slot], 1) >= w->s->o.limits.per_address;
    bool turned = too_many || !has_room(w);
    bool unheard = w->stopping || (turned && w->turned >= TURNED_MAX);
    struct conn *c = unheard ? NULL : conn_new(w, fd, slot, peer);
    if (c == NULL) {
        atomic_fetch_add(&w->s->counts->turned_away, 1);
        atomic_fetch_sub(&w->s->per_address[slot], 1);
        close(fd);
        return;
    }
    if (!turned) {
        wait_for_request(c);
        return;
    }
    c->turned = true;
    w->turned++;
    if (too_many)
        refuse(c, 429, "从这个地址来的连接太多，请过几秒再来");
    else
        refuse(c, 503, "现在来办事的人太多，请过几秒再来");
}

/* ---- threads ---- */

static void on_stop(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd, (void)what;
    struct worker *w = ctx;
    w->stopping = true;
    evconnlistener_disable(w->listener);
    for (struct conn *c = w->conns, *next; c != NULL; c = next) {
        next = c->next;
        if (c->phase == WAITING) conn_free(c);
    }
    if (w->count == 0) event_base_loopexit(w->base, NULL);
    uint32_t ms = w->s->o.limits.stop_ms;
    struct timeval t = { .tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000 };
    event_add(w->stop_timer, &t);
}

static void on_stop_deadline(evutil_socket_t fd, short what, void *ctx)
{
    (void)fd, (void)what;
    struct worker *w = ctx;
    event_base_loopexit(w->base, NULL);
}

static void *work(void *ctx)
{
    struct worker *w = ctx;
    event_base_dispatch(w->base);
    while (w->conns != NULL) conn_free(w->conns);
    return NULL;
}

static void worker_tell(struct worker *w)
{
    uint64_t one = 1;
    ssize_t written;
    do written = write(w->stop_fd, &one, sizeof one);
    while (written < 0 && errno == EINTR);
}

static void worker_close(struct worker *w)
{
    if (w->started) pthread_join(w->thread, NULL);
    if (w->stop != NULL) event_free(w->stop);
    if (w->stop_timer != NULL) event_free(w->stop_timer);
    if (w->listener != NULL)
        evconnlistener_free(w->listener);
    else if (w->fd >= 0)
        close(w->fd);
    if (w->base != NULL) event_base_free(w->base);
    if (w->stop_fd >= 0) close(w->stop_fd);
}

static bool listen_on(struct http_server *s, struct worker *w, struct err *e)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(s->port) };
    char address[INET_ADDRSTRLEN] = { 0 };
    if (s->o.address.len >= sizeof address) return fail(e, INVALID, "监听地址写成 127.0.0.1 这样");
    memcpy(address, s->o.address.p, s->o.address.len);
    if (inet_pton(AF_INET, address, &to.sin_addr) != 1) return fail(e, INVALID, "监听地址写成 127.0.0.1 这样");
    int on = 1;
    socklen_t len = sizeof to;
    w->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool ok = w->fd >= 0 && setsockopt(w->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
    /* A port that somebody else listens on must be an error for the first of our threads, not be shared with them. */
    if (ok && w->index > 0) ok = setsockopt(w->fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
    ok = ok && bind(w->fd, (struct sockaddr *)&to, len) == 0;
    if (ok && w->index == 0) ok = setsockopt(w->fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
    ok = ok && getsockname(w->fd, (struct sockaddr *)&to, &len) == 0;
    if (!ok) {
        if (errno == EADDRINUSE) return fail(e, CONFLICT, "端口 %u 已经有别的程序在用，换一个 --port", s->port);
        return fail(e, IO, "不能在 %s 端口 %u 上监听：%s", address, s->port, strerror(errno));
    }
    s->port = ntohs(to.sin_port);
    return true;
}

static bool worker_open(struct http_server *s, struct worker *w, struct err *e)
{
    if (!listen_on(s, w, e)) return false;
    struct event_config *how = event_config_new();
    event_config_set_flag(how, EVENT_BASE_FLAG_NOLOCK);
    w->base = event_base_new_with_config(how);
    event_config_free(how);
    w->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->base == NULL || w->stop_fd < 0) return fail(e, IO, "服务线程没有开起来：%s", strerror(errno));
    w->listener =
        evconnlistener_new(w->base, on_accept, w, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG, w->fd);
    w->stop = event_new(w->base, w->stop_fd, EV_READ, on_stop, w);
    w->stop_timer = evtimer_new(w->base, on_stop_deadline, w);
    if (w->listener == NULL || w->stop == NULL || w->stop_timer == NULL)
        return fail(e, IO, "服务线程没有开起来：%s", strerror(errno));
    event_add(w->stop, NULL);
    return true;
}

/* As many files as the system lets us have; and no more connections than that, less what others need. */
static uint32_t connections_possible(uint32_t wish, unsigned threads)
{
    struct rlimit l;
    if (getrlimit(RLIMIT_NOFILE, &l) != 0) return wish;
    rlim_t before = l.rlim_cur;
    l.rlim_cur = l.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &l) != 0) l.rlim_cur = before;
    if (l.rlim_cur == RLIM_INFINITY) return wish;
    rlim_t each = l.rlim_cur > FILES_OF_OTHERS ? (l.rlim_cur - FILES_OF_OTHERS) / threads : 0;
    if (each <= TURNED_MAX) return 1;
    return each - TURNED_MAX < wish ? (uint32_t)(each - TURNED_MAX) : wish;
}

static unsigned thread_count(unsigned wish)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned n = wish > 0 ? wish : online > 0 ? (unsigned)online : 1;
    return n < HTTP_THREADS_MAX ? n : HTTP_THREADS_MAX;
}

bool http_start(struct http_server **out, const struct http_options *o, struct err *e)
{
    struct arena *a = arena_new("http", 0);
    struct http_server *s = ARENA_NEW(a, struct http_server);
    s->a = a;
    s->o = *o;
    s->o.limits = http_limits_of(&o->limits);
    s->port = o->port;
    s->threads = thread_count(o->threads);
    s->workers = ARENA_ARRAY(a, struct worker, s->threads);
    signal(SIGPIPE, SIG_IGN);
    s->o.limits.connections = connections_possible(s->o.limits.connections, s->threads);
    s->counts = o->counts != NULL ? o->counts : &s->unasked;
    bool ok = true;
    for (unsigned i = 0; i < s->threads; i++)
        s->workers[i] = (struct worker){ .s = s, .index = i, .fd = -1, .stop_fd = -1 };
    for (unsigned i = 0; i < s->threads && ok; i++) ok = worker_open(s, &s->workers[i], e);
    /* Signals are for whoever started the server, not for its threads. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned i = 0; i < s->threads && ok; i++) {
        struct worker *w = &s->workers[i];
        w->started = pthread_create(&w->thread, NULL, work, w) == 0;
        if (!w->started) ok = fail(e, IO, "服务线程没有开起来");
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (ok) {
        *out = s;
        return true;
    }
    http_stop(s);
    return false;
}

uint16_t http_port(const struct http_server *s) { return s->port; }
unsigned http_threads(const struct http_server *s) { return s->threads; }

void http_stop(struct http_server *s)
{
    if (s == NULL) return;
    for (unsigned i = 0; i < s->threads; i++) {
        if (s->workers[i].started) worker_tell(&s->workers[i]); /* all of them, before waiting for any */
    }
    for (unsigned i = 0; i < s->threads; i++) worker_close(&s->workers[i]);
    arena_free(s->a);
}
