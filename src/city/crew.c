/* crew: several threads make one city. Everybody's facts come from streams of their own (rng.h), so pieces can be made
 * in any order; only putting them down has one. What people add up to for their firms is counted by each thread apart
 * and added before the firms are made; sums do not depend on the order. */
#include "city/run_priv.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_THINGS = 200 }; /* institutions or firms */

struct crew {
    struct city *c;
    struct city_hand *hands;
    size_t count;
    pthread_mutex_t lock;
    pthread_cond_t turn;
    uint64_t pieces, next, done; /* of this stage; to be made next; put down so far */
    bool stopped;
    struct err e; /* the first failure */
    bool (*make)(struct city_hand *h, uint64_t piece, struct fact_set *s, struct fact_set *before, struct err *e);
    bool people; /* progress is told */
};
struct share {
    struct crew *crew;
    struct city_hand *hand;
    pthread_t thread;
};

static void empty(struct fact_set *s)
{
    struct arena *a = s->arena;
    *s = (struct fact_set){ .arena = a, .no_text = s->no_text };
}

/* Things that are no households, on both days. */
static bool things(struct city_hand *h, uint64_t piece, uint64_t count, struct fact_set *s, struct fact_set *before,
                   struct fact *(*make)(const struct city *, struct fact_set *, uint64_t), struct err *e)
{
    uint64_t end = (piece + 1) * PIECE_THINGS < count ? (piece + 1) * PIECE_THINGS : count;
    for (uint64_t i = piece * PIECE_THINGS; i < end; i++) {
        struct arena_mark mark = arena_mark(s->arena), mark_before = arena_mark(before->arena);
        empty(s);
        make(h->c, s, i);
        empty(before);
        if (h->before != NULL) make(h->before, before, i);
        bool ok = h->take(h, s, h->before != NULL ? before : NULL, e);
        if (!h->keep) arena_rewind(s->arena, mark);
        arena_rewind(before->arena, mark_before);
        if (!ok) return false;
    }
    return true;
}

static bool institutions(struct city_hand *h, uint64_t piece, struct fact_set *s, struct fact_set *before,
                         struct err *e)
{
    return things(h, piece, h->c->institutions + CITY_BANKS, s, before, institution_facts, e);
}

static bool firms(struct city_hand *h, uint64_t piece, struct fact_set *s, struct fact_set *before, struct err *e)
{
    return things(h, piece, h->c->firms, s, before, firm_facts, e);
}

/* ---- one thread ---- */

static bool put_down(struct crew *w, struct city_hand *h, uint64_t piece, struct err *e)
{
    const struct city_options *o = &w->c->o;
    if (h->put != NULL && !h->put(h, e)) return false;
    if (w->people && o->progress != NULL) {
        uint64_t people = (piece + 1) * BLOCK_PEOPLE;
        o->progress(o->progress_to, people < o->people ? people : o->people, o->people);
    }
    return true;
}

static void stop(struct crew *w, const struct err *e)
{
    if (!w->stopped) w->e = *e;
    w->stopped = true;
    pthread_cond_broadcast(&w->turn);
}

static void *work(void *arg)
{
    struct share *mine = arg;
    struct crew *w = mine->crew;
    struct city_hand *h = mine->hand;
    autoarena *a = arena_new("household", 0), *b = arena_new("household before", 0);
    struct fact_set s = { .arena = a, .no_text = w->c->no_text }, before = { .arena = b };
    pthread_mutex_lock(&w->lock);
    while (!w->stopped && w->next < w->pieces) {
        struct err e = { 0 };
        uint64_t piece = w->next++;
        struct arena_mark mark = arena_mark(a);
        pthread_mutex_unlock(&w->lock);
        bool ok = w->make(h, piece, &s, &before, &e);
        pthread_mutex_lock(&w->lock);
        while (ok && !w->stopped && w->done != piece) pthread_cond_wait(&w->turn, &w->lock);
        if (!ok || w->stopped) {
            if (!ok) stop(w, &e);
            break;
        }
        pthread_mutex_unlock(&w->lock); /* it stays this piece's turn: `done` is only counted here */
        ok = put_down(w, h, piece, &e);
        arena_rewind(a, mark);
        pthread_mutex_lock(&w->lock);
        w->done++;
        if (!ok) stop(w, &e);
        pthread_cond_broadcast(&w->turn);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

static bool stage(struct crew *w, uint64_t pieces,
                  bool (*make)(struct city_hand *, uint64_t, struct fact_set *, struct fact_set *, struct err *),
                  struct err *e)
{
    struct share shares[CITY_THREADS_MAX] = { 0 };
    size_t started = 1;
    assert(w->count > 0);
    w->pieces = pieces, w->next = 0, w->done = 0, w->make = make, w->people = make == city_block;
    for (size_t i = 0; i < w->count; i++) shares[i] = (struct share){ .crew = w, .hand = &w->hands[i] };
    while (started < w->count && started < pieces &&
           pthread_create(&shares[started].thread, NULL, work, &shares[started]) == 0)
        started++;
    work(&shares[0]); /* this thread; where no other can be had it does everything */
    for (size_t i = 1; i < started; i++) pthread_join(shares[i].thread, NULL);
    if (w->stopped) *e = w->e;
    return !w->stopped;
}

/* ---- copies of the city, one a thread ---- */

static struct city *copy_of(const struct city *c)
{
    struct city *own = ARENA_NEW(c->arena, struct city);
    *own = *c;
    own->n = (struct city_counts){ 0 };
    own->tally = ARENA_ARRAY(c->arena, struct firm_tally, c->firms);
    return own;
}

static void add_counts(struct city *to, struct city *from)
{
    enum { COUNTS = sizeof(struct city_counts) / sizeof(uint64_t) };
    uint64_t sum[COUNTS], more[COUNTS];
    _Static_assert(sizeof sum == sizeof to->n, "counts are numbers of 64 bits and nothing else");
    memcpy(sum, &to->n, sizeof sum);
    memcpy(more, &from->n, sizeof more);
    for (size_t i = 0; i < COUNTS; i++) sum[i] += more[i];
    memcpy(&to->n, sum, sizeof sum);
    from->n = (struct city_counts){ 0 };
}

/* The firms' sums of everybody; from now on the copy reads those of the city. */
static void add_tally(const struct city *to, struct city *from)
{
    for (uint64_t i = 0; i < to->firms; i++) {
        struct firm_tally *t = &to->tally[i];
        const struct firm_tally *f = &from->tally[i];
        for (int y = 0; y < TALLY_YEARS; y++) {
            t->paid[y] += f->paid[y];
            t->months[y] += f->months[y];
            t->end[y] += f->end[y];
            t->claims[y] = (uint16_t)(t->claims[y] + f->claims[y]);
        }
        t->now += f->now;
        t->new_target += f->new_target;
        t->wages += f->wages;
        t->then += f->then;
        t->wages_then += f->wages_then;
    }
    from->tally = to->tally;
}

size_t city_threads(const struct city_options *o)
{
    long online = o->threads > 0 ? (long)o->threads : sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online > CITY_THREADS_MAX ? CITY_THREADS_MAX : (size_t)online;
}

bool city_run(struct city_hand *hands, size_t count, struct err *e)
{
    struct city *c = hands[0].c, *before = hands[0].before;
    struct crew w = {
        .c = c, .hands = hands, .count = count, .lock = PTHREAD_MUTEX_INITIALIZER, .turn = PTHREAD_COND_INITIALIZER
    };
    for (size_t i = 1; i < count; i++) {
        hands[i].c = copy_of(c);
        hands[i].before = before != NULL ? copy_of(before) : NULL;
    }
    uint64_t blocks = (c->o.people + BLOCK_PEOPLE - 1) / BLOCK_PEOPLE;
    bool ok = stage(&w, (c->institutions + CITY_BANKS + PIECE_THINGS - 1) / PIECE_THINGS, institutions, e) &&
              stage(&w, blocks, city_block, e);
    for (size_t i = 1; i < count; i++) {
        add_tally(c, hands[i].c);
        if (before != NULL) add_tally(before, hands[i].before);
    }
    ok = ok && stage(&w, (c->firms + PIECE_THINGS - 1) / PIECE_THINGS, firms, e);
    for (size_t i = 1; i < count; i++) {
        add_counts(c, hands[i].c);
        if (before != NULL) add_counts(before, hands[i].before);
    }
    pthread_cond_destroy(&w.turn);
    pthread_mutex_destroy(&w.lock);
    return ok;
}
