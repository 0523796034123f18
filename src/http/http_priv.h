/* http_priv: what the files of http share. A connection belongs to the thread that took it; only while its request is
 * in a siding does the thread of that siding have its request and answer. */
#ifndef HTTP_HTTP_PRIV_H
#define HTTP_HTTP_PRIV_H
#include "http/http.h"

#include <event2/bufferevent.h>
#include <pthread.h>
#include <sys/socket.h>

struct http_limits http_limits_of(const struct http_limits *l);
/* Undoes %XX (and, in forms, +). False: a broken %, a NUL, or no UTF-8. */
bool http_decode(struct arena *a, str s, bool plus_is_blank, str *out);

enum { ADDRESS_SLOTS = 1 << 16, INPUT_MAX = 64 << 10 };
/* Of a thread, beyond its limit, who are told that there is no room; beyond these connections are closed unheard. */
enum { TURNED_MAX = 64 };

/* SHAKING: agreeing on keys. WORKING: its request is in a siding. LEAVING: what still comes is thrown away. */
enum phase { SHAKING, WAITING, READING, WORKING, WRITING, LEAVING };

struct worker;
struct ssl_st;
struct conn {
    struct worker *w;
    struct arena *life; /* the connection's own */
    struct arena *a;    /* of the request at hand; NULL between requests */
    struct bufferevent *b;
    struct ssl_st *ssl; /* NULL: not encrypted */
    struct event *timer;
    struct http_reader r;
    struct http_answer answer; /* of the request in a siding */
    enum phase phase;
    bool close;      /* after this answer */
    unsigned turned; /* away, with this status: its head is read, to answer in the form it asks for, nothing else */
    const char *turned_why;
    bool gone; /* WORKING: nobody is there to answer any more */
    uint32_t requests, address, thrown_away;
    char peer[46];
    struct conn *next, **at;
    struct conn *behind; /* in a siding's queue, or among a worker's answered ones */
    uint32_t turn;       /* in the queue */
};

struct http_server;
struct worker {
    struct http_server *s;
    unsigned index;
    pthread_t thread;
    int fd, stop_fd, answered_fd;
    struct event_base *base;
    struct evconnlistener *listener;
    struct event *stop, *stop_timer, *answered_event;
    struct conn *conns;
    uint32_t count, turned;
    uint32_t crowd;                      /* the most at once since memory was given back */
    bool stopping, started, left_behind; /* left_behind: a siding still has a request of it */
    pthread_mutex_t lock;
    struct conn *answered; /* with the lock: requests that came back from sidings, or found no room after all */
};

struct siding {
    struct http_server *s;
    unsigned index;
    pthread_t thread;
    bool started, ending;
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct conn *first; /* waiting, by their turns */
    uint32_t waiting;
    uint32_t turn;         /* of who comes next from an address that has none waiting */
    struct worker *serves; /* whose request is being asked */
};

struct tls;
struct http_server {
    struct arena *a;
    struct http_options o;
    struct worker *workers;
    struct siding sidings[HTTP_SIDINGS_MAX];
    unsigned threads;
    uint16_t port;
    struct tls *tls; /* NULL: plain */
    struct http_counts unasked, *counts;
    _Atomic uint32_t per_address[ADDRESS_SLOTS]; /* by a keyed hash: two addresses that share a slot share its limit */
};

/* ---- answer.c ---- */

/* The head of an answer as it is sent. */
void answer_head(const struct http_answer *r, bool close, struct text *out);

/* ---- conn.c ---- */

/* Takes the connection `fd` over. slot: of its address, which it gives back when it ends. NULL: it cannot be had; then
 * nothing was taken. */
struct conn *conn_new(struct worker *w, int fd, uint32_t slot, const char *peer);
void conn_begin(struct conn *c); /* waits for what it has to say */
/* The same, and tells it this whatever it says. */
void conn_turn_away(struct conn *c, unsigned status, const char *why);
void conn_free(struct conn *c);
/* Asks the handler, on whatever thread; the answer is in c->answer. */
void conn_ask(struct conn *c, unsigned thread);
void conn_answered(struct conn *c); /* on its own thread, after a siding */

/* ---- siding.c ---- */

bool siding_open(struct siding *l, struct http_server *s, unsigned index, struct err *e);
void siding_close(struct siding *l); /* when its queue is empty */
/* False: the queue is full. Of a full queue the last one is sent back (no_room) for who comes before it. */
bool siding_put(struct siding *l, struct conn *c);
/* Takes out what waits in sidings for this worker, and waits for what is being asked, at most siding_stop_ms. False: it
 * still is, and the worker and its connections must stay. */
bool sidings_leave(struct http_server *s, struct worker *w);

/* ---- tls.c ---- */

bool tls_open(struct tls **out, struct http_server *s, struct err *e);
void tls_close(struct tls *t); /* NULL is fine */
/* The connection as encrypted bytes. Its events come by and by, never while one writes to it. */
struct bufferevent *tls_wrap(struct tls *t, struct event_base *base, int fd, struct ssl_st **ssl);
void tls_end(struct ssl_st *ssl);         /* says that nothing more is sent */
bool tls_is_plain(struct bufferevent *b); /* what came was HTTP without TLS */

#endif
