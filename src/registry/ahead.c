/* ahead: rows are read and checked a few portions before they are kept, on a thread of their own. What a row says by
 * itself needs no database, so that the disk and the checks work at the same time. Portions come in the order of the
 * file and whatever is decided about subjects is decided by whoever takes them: the result does not depend on threads.
 * When no thread can be had, each portion is read when it is asked for. */
#include "registry/import_priv.h"

#include <pthread.h>

enum {
    PORTIONS = 16,          /* read before they are kept: as much as is read while a block is synced */
    PORTION_ROWS = 512,     /* handing one over costs nothing beside that many rows */
    PORTION_BYTES = 1 << 20 /* and no more rows than this holds, however long they are */
};

struct ahead {
    struct import *im;
    struct sheet_reader *in;
    struct portion portions[PORTIONS];
    uint64_t filled, taken; /* portions so far; taken: given back as well */
    bool held;              /* one is with the caller */
    bool threaded, ended, stop;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

/* The row outlives what the reader lends. */
static void keep_texts(struct sheet_row *row, struct arena *a)
{
    str *cells = ARENA_ARRAY(a, str, row->count + 1);
    for (size_t i = 0; i < row->count; i++) cells[i] = str_dup(a, row->cells[i]);
    row->cells = cells;
    row->problem = row->problem.len > 0 ? str_dup(a, row->problem) : STR("");
}

/* True: there is more behind it. */
static bool fill(struct ahead *x, struct portion *p)
{
    struct sheet_row row;
    int more = 1;
    arena_rewind(p->a, p->start);
    p->count = 0;
    while (p->count < PORTION_ROWS && arena_used(p->a) < PORTION_BYTES &&
           (more = sheet_next(x->in, &row, &p->e)) == 1) {
        keep_texts(&row, p->a);
        struct row *w = &p->rows[p->count++];
        w->a = p->a;
        row_read(x->im, &row, w);
    }
    if (arena_over(p->a) || arena_over(x->im->rules)) more = -1, fail(&p->e, MEMORY, "内存不够了，关掉别的程序再登记");
    p->more = more == 1;
    p->failed = more < 0;
    sheet_progress(x->in, &p->done, &p->total);
    return p->more;
}

static void *read_on(void *of)
{
    struct ahead *x = of;
    bool more = true;
    while (more) {
        pthread_mutex_lock(&x->lock);
        while (x->filled - x->taken == PORTIONS && !x->stop) pthread_cond_wait(&x->changed, &x->lock);
        bool stop = x->stop;
        pthread_mutex_unlock(&x->lock);
        if (stop) return NULL;
        more = fill(x, &x->portions[x->filled % PORTIONS]);
        pthread_mutex_lock(&x->lock);
        x->filled++;
        pthread_cond_broadcast(&x->changed);
        pthread_mutex_unlock(&x->lock);
    }
    return NULL;
}

struct ahead *ahead_start(struct import *im, struct sheet_reader *in)
{
    struct ahead *x = ARENA_NEW(im->a, struct ahead);
    x->im = im;
    x->in = in;
    for (int i = 0; i < PORTIONS; i++) {
        struct portion *p = &x->portions[i];
        p->a = arena_new("portion", 0);
        p->rows = ARENA_ARRAY(p->a, struct row, PORTION_ROWS);
        p->start = arena_mark(p->a);
    }
    pthread_mutex_init(&x->lock, NULL);
    pthread_cond_init(&x->changed, NULL);
    x->threaded = pthread_create(&x->thread, NULL, read_on, x) == 0;
    return x;
}

struct portion *ahead_next(struct ahead *x)
{
    struct portion *p;
    if (!x->threaded) {
        fill(x, &x->portions[0]);
        return &x->portions[0];
    }
    pthread_mutex_lock(&x->lock);
    x->taken += x->held;
    x->held = true;
    pthread_cond_broadcast(&x->changed);
    while (x->filled == x->taken) pthread_cond_wait(&x->changed, &x->lock);
    p = &x->portions[x->taken % PORTIONS];
    pthread_mutex_unlock(&x->lock);
    return p;
}

void ahead_stop(struct ahead *x)
{
    pthread_mutex_lock(&x->lock);
    x->stop = true;
    pthread_cond_broadcast(&x->changed);
    pthread_mutex_unlock(&x->lock);
    if (x->threaded) pthread_join(x->thread, NULL);
    pthread_cond_destroy(&x->changed);
    pthread_mutex_destroy(&x->lock);
    for (int i = 0; i < PORTIONS; i++) arena_free(x->portions[i].a);
}
