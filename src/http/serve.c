/* serve: libevent's loops, one per thread, each with a listening socket of its own on the same port, so that threads
 * share nothing but the counts of connections per address and the sidings. */
#include "http/http_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum { BACKLOG = 511, FILES_OF_OTHERS = 256 };

/* ---- who comes ---- */

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

/* Something has come from them that the loop did not get to yet. */
static bool has_spoken(const struct conn *c)
{
    char first;
    return recv(bufferevent_getfd(c->b), &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

/* Who has been here longest and is owed nothing makes room: idle, or answered and on the way out. The list has the
 * newest first. */
static bool has_room(struct worker *w)
{
    struct conn *idle = NULL;
    if (w->count - w->turned < w->s->o.limits.connections) return true;
    for (struct conn *c = w->conns; c != NULL; c = c->next) {
        if (c->turned == 0 && (c->phase == LEAVING || (c->phase == WAITING && !has_spoken(c)))) idle = c;
    }
    if (idle != NULL) conn_free(idle);
    return idle != NULL;
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
    if (!turned)
        conn_begin(c);
    else if (too_many)
        conn_turn_away(c, 429, "从这个地址来的连接太多，请过几秒再来");
    else
        conn_turn_away(c, 503, "现在来办事的人太多，请过几秒再来");
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
        if (c->phase == WAITING || c->phase == SHAKING) conn_free(c);
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

static void on_answered(evutil_socket_t fd, short what, void *ctx)
{
    (void)what;
    struct worker *w = ctx;
    uint64_t times;
    ssize_t got = read(fd, &times, sizeof times);
    (void)got; /* it only wakes us */
    pthread_mutex_lock(&w->lock);
    struct conn *c = w->answered;
    w->answered = NULL;
    pthread_mutex_unlock(&w->lock);
    while (c != NULL) {
        struct conn *next = c->behind;
        if (c->r.q.no_room) conn_ask(c, w->index);
        conn_answered(c);
        c = next;
    }
}

static void *work(void *ctx)
{
    struct worker *w = ctx;
    event_base_dispatch(w->base);
    w->left_behind = !sidings_leave(w->s, w);
    while (w->conns != NULL && !w->left_behind) conn_free(w->conns);
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
    if (w->stop != NULL) event_free(w->stop);
    if (w->stop_timer != NULL) event_free(w->stop_timer);
    if (w->answered_event != NULL) event_free(w->answered_event);
    if (w->listener != NULL)
        evconnlistener_free(w->listener);
    else if (w->fd >= 0)
        close(w->fd);
    if (w->base != NULL) event_base_free(w->base);
    if (w->stop_fd >= 0) close(w->stop_fd);
    if (w->answered_fd >= 0) close(w->answered_fd);
    pthread_mutex_destroy(&w->lock);
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
    w->answered_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->base == NULL || w->stop_fd < 0 || w->answered_fd < 0)
        return fail(e, IO, "服务线程没有开起来：%s", strerror(errno));
    w->listener =
        evconnlistener_new(w->base, on_accept, w, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, BACKLOG, w->fd);
    w->stop = event_new(w->base, w->stop_fd, EV_READ, on_stop, w);
    w->stop_timer = evtimer_new(w->base, on_stop_deadline, w);
    w->answered_event = event_new(w->base, w->answered_fd, EV_READ | EV_PERSIST, on_answered, w);
    if (w->listener == NULL || w->stop == NULL || w->stop_timer == NULL || w->answered_event == NULL)
        return fail(e, IO, "服务线程没有开起来：%s", strerror(errno));
    event_add(w->stop, NULL);
    event_add(w->answered_event, NULL);
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
    s->o.sidings = o->sidings < HTTP_SIDINGS_MAX ? o->sidings : HTTP_SIDINGS_MAX;
    s->port = o->port;
    s->threads = thread_count(o->threads);
    s->workers = ARENA_ARRAY(a, struct worker, s->threads);
    signal(SIGPIPE, SIG_IGN);
    s->o.limits.connections = connections_possible(s->o.limits.connections, s->threads);
    s->counts = o->counts != NULL ? o->counts : &s->unasked;
    bool ok = o->tls_cert.len == 0 || tls_open(&s->tls, s, e);
    for (unsigned i = 0; i < s->threads; i++) {
        s->workers[i] = (struct worker){ .s = s, .index = i, .fd = -1, .stop_fd = -1, .answered_fd = -1 };
        pthread_mutex_init(&s->workers[i].lock, NULL);
    }
    for (unsigned i = 0; i < s->threads && ok; i++) ok = worker_open(s, &s->workers[i], e);
    /* Signals are for whoever started the server, not for its threads. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned i = 0; i < s->o.sidings && ok; i++) ok = siding_open(&s->sidings[i], s, i, e);
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

bool http_stop(struct http_server *s)
{
    bool all_left = true;
    if (s == NULL) return true;
    for (unsigned i = 0; i < s->threads; i++) {
        if (s->workers[i].started) worker_tell(&s->workers[i]); /* all of them, before waiting for any */
    }
    for (unsigned i = 0; i < s->threads; i++) {
        if (s->workers[i].started) pthread_join(s->workers[i].thread, NULL);
        all_left = all_left && !s->workers[i].left_behind;
    }
    if (!all_left) return false;
    for (unsigned i = 0; i < s->threads; i++) worker_close(&s->workers[i]);
    for (unsigned i = 0; i < s->o.sidings; i++) siding_close(&s->sidings[i]);
    tls_close(s->tls);
    arena_free(s->a);
    return true;
}
