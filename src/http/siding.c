/* siding: a thread beside the loops for requests that take long, one after the other. What waits for it stands in a
 * queue with a limit. Whoever is answered goes back to the loop their connection belongs to. */
#include "http/http_priv.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

static void tell(int fd)
{
    uint64_t one = 1;
    ssize_t written;
    do written = write(fd, &one, sizeof one);
    while (written < 0 && errno == EINTR);
}

/* Back to its worker, which may end it at once; only then does the siding let go of the worker. */
static void give_back(struct siding *l, struct conn *c)
{
    struct worker *w = c->w;
    pthread_mutex_lock(&w->lock);
    c->behind = w->answered;
    w->answered = c;
    tell(w->answered_fd);
    pthread_mutex_unlock(&w->lock);
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
        if (l->first == NULL) l->last = &l->first;
        l->waiting--;
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

bool siding_open(struct siding *l, struct http_server *s, unsigned index, struct err *e)
{
    *l = (struct siding){ .s = s, .index = index };
    l->last = &l->first;
    l->started = pthread_mutex_init(&l->lock, NULL) == 0 && pthread_cond_init(&l->more, NULL) == 0 &&
                 pthread_create(&l->thread, NULL, work, l) == 0;
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

bool siding_put(struct siding *l, struct conn *c)
{
    pthread_mutex_lock(&l->lock);
    bool room = l->waiting < l->s->o.siding_waits[l->index];
    if (room) {
        c->behind = NULL;
        *l->last = c;
        l->last = &c->behind;
        l->waiting++;
        pthread_cond_broadcast(&l->more);
    }
    pthread_mutex_unlock(&l->lock);
    return room;
}

static void leave_one(struct siding *l, struct worker *w)
{
    pthread_mutex_lock(&l->lock);
    struct conn **at = &l->first;
    while (*at != NULL) {
        if ((*at)->w == w) {
            *at = (*at)->behind;
            l->waiting--;
        } else {
            at = &(*at)->behind;
        }
    }
    l->last = at;
    while (l->serves == w) pthread_cond_wait(&l->more, &l->lock);
    pthread_mutex_unlock(&l->lock);
}

void sidings_leave(struct http_server *s, struct worker *w)
{
    for (unsigned i = 0; i < s->o.sidings; i++) leave_one(&s->sidings[i], w);
}
