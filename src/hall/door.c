/* door: which hall requests go to. A request that came in before a change ends in the hall it began in. */
#include "hall/hall_priv.h"

#include <pthread.h>

/* Nobody waits long behind this lock: it is held to count. */
struct hall_door {
    pthread_mutex_t lock;
    pthread_cond_t left;
    struct hall *now;
    unsigned inside, before; /* requests in it, and in the one before */
    uint64_t turn;           /* grows with every change */
};

bool hall_door_new(struct hall_door **out, struct hall *first, struct arena *a)
{
    struct hall_door *d = ARENA_NEW(a, struct hall_door);
    d->now = first;
    *out = d;
    return pthread_mutex_init(&d->lock, NULL) == 0 && pthread_cond_init(&d->left, NULL) == 0;
}

static struct hall *come_in(struct hall_door *d, uint64_t *turn)
{
    pthread_mutex_lock(&d->lock);
    struct hall *h = d->now;
    *turn = d->turn;
    d->inside++;
    pthread_mutex_unlock(&d->lock);
    return h;
}

static void leave(struct hall_door *d, uint64_t turn)
{
    pthread_mutex_lock(&d->lock);
    if (turn == d->turn)
        d->inside--;
    else if (--d->before == 0)
        pthread_cond_signal(&d->left);
    pthread_mutex_unlock(&d->lock);
}

void hall_door_handle(void *ctx, unsigned thread, const struct http_request *q, struct http_answer *r)
{
    uint64_t turn;
    struct hall *h = come_in(ctx, &turn);
    hall_handle(h, thread, q, r);
    leave(ctx, turn);
}

uint32_t hall_door_body_bytes(void *ctx, unsigned thread, const struct http_request *q)
{
    uint64_t turn;
    struct hall *h = come_in(ctx, &turn);
    uint32_t most = hall_body_bytes(h, thread, q);
    leave(ctx, turn);
    return most;
}

void hall_door_refuse(void *ctx, unsigned status, const char *why, const struct http_request *q, struct http_answer *r)
{
    uint64_t turn;
    hall_refuse(come_in(ctx, &turn), status, why, q, r);
    leave(ctx, turn);
}

struct hall *hall_door_change(struct hall_door *d, struct hall *next)
{
    pthread_mutex_lock(&d->lock);
    struct hall *old = d->now;
    d->now = next;
    d->before = d->inside, d->inside = 0, d->turn++;
    while (d->before > 0) pthread_cond_wait(&d->left, &d->lock);
    pthread_mutex_unlock(&d->lock);
    return old;
}
