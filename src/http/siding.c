/* siding: a thread beside the loops for requests that take long, one after the other. What waits for it stands in a
 * queue with a limit, in turns: of every address the first, then of every address the second, so that a crowd behind
 * one address stands behind itself. Whoever is answered goes back to the loop their connection belongs to. */
#include "http/http_priv.h"

#include <errno.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

static void tell(int fd)
{
    uint64_t one = 1;
    ssize_t written;
    do written = write(fd, &one, sizeof one);
    while (written < 0 && errno == EINTR);
}

/* To its worker, which may end it at once. */
static void hand_over(struct conn *c)
{
    struct worker *w = c->w;
    pthread_mutex_lock(&w->lock);
    c->behind = w->answered;
    w->answered = c;
    tell(w->answered_fd);
    pthread_mutex_unlock(&w->lock);
}

/* Only when it was handed over does the siding let go of the worker. */
static void give_back(struct siding *l, struct conn *c)
{
    hand_over(c);
    pthread_mutex_lock(&l->lock);
    l->serves = NULL;
    pthread_cond_broadcast(&l->more);
    pthread_mutex_unlock(&l->lock);
}

static struct conn *next_of(struct siding *l)
{
    pthread_mutex_lock(&l->lock);
    while (l->first == NULL && !l->ending) pthread_cond_wait(&l->more, &l->lock);
    struct conn *c = l->first;
    if (c != NULL) {
        l->first = c->behind;
        l->waiting--;
        l->turn = c->turn + 1; /* who comes now stands behind those who already wait for the next turn */
        l->serves = c->w;
    }
    pthread_mutex_unlock(&l->lock);
    return c;
}

static void *work(void *ctx)
{
    struct siding *l = ctx;
    struct conn *c;
    while ((c = next_of(l)) != NULL) {
        conn_ask(c, l->s->threads + l->index);
        give_back(l, c);
    }
    return NULL;
}

/* Deadlines are by the clock that nobody sets. */
static bool cond_new(pthread_cond_t *c)
{
    pthread_condattr_t how;
    if (pthread_condattr_init(&how) != 0) return false;
    bool ok = pthread_condattr_setclock(&how, CLOCK_MONOTONIC) == 0 && pthread_cond_init(c, &how) == 0;
    pthread_condattr_destroy(&how);
    return ok;
}

bool siding_open(struct siding *l, struct http_server *s, unsigned index, struct err *e)
{
    *l = (struct siding){ .s = s, .index = index };
    l->started =
        pthread_mutex_init(&l->lock, NULL) == 0 && cond_new(&l->more) && pthread_create(&l->thread, NULL, work, l) == 0;
    return l->started || fail(e, IO, "服务线程没有开起来");
}

void siding_close(struct siding *l)
{
    if (!l->started) return;
    pthread_mutex_lock(&l->lock);
    l->ending = true;
    pthread_cond_broadcast(&l->more);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    pthread_cond_destroy(&l->more);
    pthread_mutex_destroy(&l->lock);
}

/* The turn of one more from this address. */
static uint32_t turn_of(const struct siding *l, uint32_t address)
{
    uint32_t turn = l->turn;
    for (const struct conn *x = l->first; x != NULL; x = x->behind) {
        if (x->address == address && x->turn >= turn) turn = x->turn + 1;
    }
    return turn;
}

/* Behind all whose turn is not later. */
static void stand_in(struct siding *l, struct conn *c)
{
    struct conn **at = &l->first;
    while (*at != NULL && (*at)->turn <= c->turn) at = &(*at)->behind;
    c->behind = *at;
    *at = c;
    l->waiting++;
}

/* The last in the queue makes room for who comes before it. */
static bool make_room(struct siding *l, uint32_t turn)
{
    struct conn **at = &l->first;
    if (*at == NULL) return false;
    while ((*at)->behind != NULL) at = &(*at)->behind;
    struct conn *last = *at;
    if (last->turn <= turn) return false;
    *at = NULL;
    l->waiting--;
    last->r.q.no_room = true;
    hand_over(last);
    return true;
}

bool siding_put(struct siding *l, struct conn *c)
{
    pthread_mutex_lock(&l->lock);
    c->turn = turn_of(l, c->address);
    bool room = l->waiting < l->s->o.siding_waits[l->index] || make_room(l, c->turn);
    if (room) {
        stand_in(l, c);
        pthread_cond_broadcast(&l->more);
    }
    pthread_mutex_unlock(&l->lock);
    return room;
}

static struct timespec after(uint32_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) t.tv_sec++, t.tv_nsec -= 1000000000;
    return t;
}

static bool leave_one(struct siding *l, struct worker *w, const struct timespec *until)
{
    pthread_mutex_lock(&l->lock);
    for (struct conn **at = &l->first; *at != NULL;) {
        if ((*at)->w == w) {
            *at = (*at)->behind;
            l->waiting--;
        } else {
            at = &(*at)->behind;
        }
    }
    while (l->serves == w && pthread_cond_timedwait(&l->more, &l->lock, until) == 0) {
    }
    bool left = l->serves != w;
    pthread_mutex_unlock(&l->lock);
    return left;
}

bool sidings_leave(struct http_server *s, struct worker *w)
{
    struct timespec until = after(s->o.limits.siding_stop_ms);
    bool left = true;
    for (unsigned i = 0; i < s->o.sidings; i++) left = leave_one(&s->sidings[i], w, &until) && left;
    return left;
}
