/* rolls: lists of who was counted, kept for whoever turns to the next page. Nothing that is counted changes while the
 * hall is open, so a kept list never grows old; the one asked for longest ago goes. */
#include "hall/board.h"
#include "tally/tally.h"

#include <pthread.h>
#include <string.h>

enum {
    ROLLS = 8,
    ROWS_MAX = 1 << 20, /* of one of them, 8 MB */
    AREA_MAX = 32,      /* bytes of a code */
};

struct roll {
    struct arena *a; /* NULL: none */
    uint32_t indicator;
    month month_;
    char area[AREA_MAX];
    struct tally_rows rows;
    uint64_t asked; /* when last */
};
struct rolls {
    pthread_mutex_t turn; /* of what follows */
    uint64_t asked;
    struct roll all[ROLLS];
};

bool rolls_open(struct arena *a, struct rolls **out, struct err *e)
{
    struct rolls *r = ARENA_NEW(a, struct rolls);
    if (pthread_mutex_init(&r->turn, NULL) != 0) return fail(e, MEMORY, "内存不够");
    *out = r;
    return true;
}

void rolls_close(struct rolls *r)
{
    if (r == NULL) return;
    for (size_t i = 0; i < ROLLS; i++) arena_free(r->all[i].a);
    pthread_mutex_destroy(&r->turn);
}

/* A copy: the list may have to go while it is still read. */
static struct tally_rows copy_of(const struct tally_rows *r, struct arena *a)
{
    struct tally_rows out = *r;
    out.ids = ARENA_ARRAY(a, uint64_t, r->count + 1);
    if (r->count > 0) memcpy(out.ids, r->ids, r->count * sizeof *r->ids);
    return out;
}

static struct roll *find(struct rolls *r, month m, uint32_t indicator, str area)
{
    for (size_t i = 0; i < ROLLS; i++) {
        struct roll *l = &r->all[i];
        if (l->a == NULL || l->indicator != indicator || l->month_.index != m.index) continue;
        if (str_eq(str_of(l->area), area)) return l;
    }
    return NULL;
}

static void keep(struct rolls *r, month m, uint32_t indicator, str area, const struct tally_rows *rows)
{
    struct roll *l = &r->all[0];
    if (find(r, m, indicator, area) != NULL) return; /* another counted it as well */
    for (size_t i = 1; i < ROLLS; i++)
        if (r->all[i].asked < l->asked) l = &r->all[i];
    arena_free(l->a);
    *l = (struct roll){ .a = arena_new("roll", 0), .indicator = indicator, .month_ = m, .asked = ++r->asked };
    if (area.len > 0) memcpy(l->area, area.p, area.len);
    l->rows = copy_of(rows, l->a);
}

/* Nobody waits for who is counting: one thread counts, the others answer. */
bool rolls_list(struct rolls *r, const struct tally_job *job, uint32_t indicator, str area, struct arena *a,
                struct tally_rows *out, struct err *e)
{
    pthread_mutex_lock(&r->turn);
    struct roll *l = find(r, job->to, indicator, area);
    if (l != NULL) l->asked = ++r->asked, *out = copy_of(&l->rows, a);
    pthread_mutex_unlock(&r->turn);
    if (l != NULL) return true;
    if (!tally_list(job, indicator, area, a, out, e)) return false;
    if (out->count > ROWS_MAX || area.len >= AREA_MAX) return true;
    pthread_mutex_lock(&r->turn);
    keep(r, job->to, indicator, area, out);
    pthread_mutex_unlock(&r->turn);
    return true;
}
