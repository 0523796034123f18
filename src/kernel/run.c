/* run: whole tables in batches, on several threads. Each thread has a kernel of its own and takes the next piece when
 * it is done with one; pieces are large, so that taking them costs nothing. */
#include "kernel/kernel_priv.h"

#include <pthread.h>
#include <unistd.h>

enum { PIECE_BATCHES = 16 };

struct worker {
    struct kernel_job *job;
    pthread_t thread;
    unsigned number;
    uint32_t *next;
    pthread_mutex_t *lock;
    struct kernel_escapes escapes;
};

unsigned kernel_threads(unsigned asked)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (asked == 0) asked = cores > 0 ? (unsigned)cores : 1;
    return asked > KERNEL_THREADS_MAX ? KERNEL_THREADS_MAX : asked;
}

/* The reference of a table whose target gathers those who refer to it: neighbours with the same one belong together. */
static int gathering_slot(const struct program *p, uint16_t table)
{
    const struct entity *e = &p->entities.at[table];
    for (size_t s = 0; s < e->slots.len; s++) {
        if (e->slots.at[s].kind != SLOT_FIELD || e->slots.at[s].type.kind != TYPE_RECORD) continue;
        VEC_EACH (const struct slot, g, &p->entities.at[e->slots.at[s].type.ref].slots) {
            if (g->kind == SLOT_GROUP && g->type.ref == table && str_eq(g->via, e->slots.at[s].name)) return (int)s;
        }
    }
    return -1;
}

static bool same_group(struct kernel *k, uint16_t table, uint16_t column, uint32_t row)
{
    int32_t values[2];
    uint8_t states[2];
    pool_read_i32(k->pool, table, column, row, 2, values, states);
    return (states[0] & states[1] & ST_STATE) == ST_KNOWN && values[0] == values[1];
}

uint32_t kernel_batch_end(struct kernel *k, uint16_t table, uint32_t first, uint32_t most)
{
    uint32_t rows = pool_rows(k->pool, table), end = first + most;
    if (most >= rows - first) return rows;
    int slot = gathering_slot(k->p, table);
    if (slot < 0) return end;
    uint32_t at = end;
    while (at > first + 1 && same_group(k, table, (uint16_t)slot, at - 1)) at--;
    if (at > first + 1 || !same_group(k, table, (uint16_t)slot, first)) return at;
    while (end < rows && same_group(k, table, (uint16_t)slot, end - 1)) end++;
    return end;
}

/* Where a batch that begins at `first` ends. Whoever names rows one by one gives up that neighbours stay together. */
static uint32_t stop_after(struct kernel *k, const struct kernel_job *j, uint32_t first, uint64_t most)
{
    if (most >= j->end - first) return j->end;
    if (j->rows != NULL) return first + (uint32_t)most;
    uint32_t stop = kernel_batch_end(k, j->table, first, (uint32_t)most);
    return stop > j->end ? j->end : stop;
}

/* Groups that were cut by a piece's end: whoever takes the next piece starts where this one stops. */
static bool take(struct worker *w, struct kernel *k, uint32_t *first, uint32_t *end)
{
    struct kernel_job *j = w->job;
    pthread_mutex_lock(w->lock);
    *first = *w->next;
    bool some = *first < j->end;
    if (some) {
        *end = stop_after(k, j, *first, (uint64_t)j->batch * PIECE_BATCHES);
        *w->next = *end;
    }
    pthread_mutex_unlock(w->lock);
    return some;
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct kernel_job *j = w->job;
    struct kernel *k = j->days != NULL ? kernel_new_days(j->vocab, j->pool, j->days, j->day_count)
                                       : kernel_new(j->vocab, j->pool, j->today, j->rule_day);
    uint32_t first, end;
    while (take(w, k, &first, &end)) {
        while (first < end) {
            uint32_t stop = stop_after(k, j, first, j->batch);
            if (stop > end) stop = end;
            kernel_start(k);
            j->each(j->ctx, w->number, k, first, stop - first);
            first = stop;
        }
    }
    w->escapes = *kernel_escaped(k);
    kernel_free(k);
    return NULL;
}

void kernel_run(struct kernel_job *job)
{
    struct worker workers[KERNEL_THREADS_MAX] = { 0 };
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    unsigned threads = kernel_threads(job->threads);
    uint32_t next = job->first;
    if (job->batch == 0) job->batch = KERNEL_BATCH;
    if (job->end == 0) job->end = job->rows != NULL ? job->row_count : pool_rows(job->pool, job->table);
    bool started[KERNEL_THREADS_MAX] = { false };
    for (unsigned i = 0; i < threads; i++)
        workers[i] = (struct worker){ .job = job, .number = i, .next = &next, .lock = &lock };
    /* a thread that cannot be had is done without: the first is this one */
    for (unsigned i = 1; i < threads; i++)
        started[i] = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
    work(&workers[0]);
    job->escapes = workers[0].escapes;
    for (unsigned i = 1; i < threads; i++) {
        if (!started[i]) continue;
        pthread_join(workers[i].thread, NULL);
        job->escapes.rows += workers[i].escapes.rows;
        for (unsigned o = 0; o < OP_COUNT_; o++) job->escapes.at[o] += workers[i].escapes.at[o];
    }
    pthread_mutex_destroy(&lock);
}
