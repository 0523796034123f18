/* cluster: from pairs to persons. AUTO pairs are taken strongest first, as in single linkage, but joining two clusters
 * asks every pair across: none may contradict, and their scores together must be for it. So a chain of good pairs does
 * not carry two persons into one, and no order of records changes the outcome. */
#include "link/link_priv.h"

#include <stdlib.h>

/* A person rarely has so many records; asking all pairs across would be slow, and a cluster that grows like this is
 * more likely a value shared by many. */
enum { CLUSTER_MAX = 64 };

struct clusters {
    const struct link_index *index;
    const struct link_options *options;
    int32_t prior;
    uint32_t *leader, *next, *size; /* next: a ring through the members; leader: exact for members */
};

static bool authoritative(const struct link_options *o, uint32_t source)
{
    if (o == NULL || source == 0) return false;
    size_t lo = 0, hi = o->authoritative_count;
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (o->authoritative[middle] == source) return true;
        if (o->authoritative[middle] < source)
            lo = middle + 1;
        else
            hi = middle;
    }
    return false;
}

static bool one_source(const struct clusters *c, uint32_t a, uint32_t b)
{
    const struct form *x = form_at(c->index, a), *y = form_at(c->index, b);
    return x->source == y->source && authoritative(c->options, x->source);
}

/* Whether records a and b may be one person's at all; adds their score to *sum. */
static bool compatible(const struct clusters *c, uint32_t a, uint32_t b, int64_t *sum)
{
    if (one_source(c, a, b) || compare_two_numbers(form_at(c->index, a), form_at(c->index, b))) return false;
    struct link_pair p = index_score(c->index, a, b, c->prior);
    *sum += p.score;
    return p.band != LINK_DISTINCT || p.score > c->prior; /* what is there speaks for it, if weakly */
}

static bool may_join(const struct clusters *c, uint32_t a, uint32_t b)
{
    if (c->size[a] == 1 && c->size[b] == 1)
        return !one_source(c, a, b); /* the pair that brought them here says the rest */
    if (c->size[a] + c->size[b] > CLUSTER_MAX) return false;
    int64_t sum = 0;
    uint32_t i = a;
    do {
        uint32_t k = b;
        do {
            if (!compatible(c, i, k, &sum)) return false;
            k = c->next[k];
        } while (k != b);
        i = c->next[i];
    } while (i != a);
    return sum > 0;
}

static void join(struct clusters *c, uint32_t a, uint32_t b)
{
    if (a > b) {
        join(c, b, a);
        return;
    }
    uint32_t k = b;
    do {
        c->leader[k] = a;
        k = c->next[k];
    } while (k != b);
    uint32_t swap = c->next[a];
    c->next[a] = c->next[b];
    c->next[b] = swap;
    c->size[a] += c->size[b];
}

static int by_score(const void *a, const void *b)
{
    const struct link_pair *x = a, *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

void link_clusters(const struct link_index *x, const struct link_pair *pairs, size_t n, const struct link_options *o,
                   struct arena *a, uint32_t **cluster)
{
    autoarena *scratch = arena_new("clusters", 0);
    struct link_pair *sorted = ARENA_ARRAY(scratch, struct link_pair, n);
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (pairs[i].band == LINK_AUTO) sorted[count++] = pairs[i];
    if (count > 1) qsort(sorted, count, sizeof *sorted, by_score);
    struct clusters c = { x,
                          o,
                          prior_of(&x->model, x->count),
                          ARENA_ARRAY(a, uint32_t, x->count),
                          ARENA_ARRAY(scratch, uint32_t, x->count),
                          ARENA_ARRAY(scratch, uint32_t, x->count) };
    for (uint32_t i = 0; i < x->count; i++) {
        c.leader[i] = c.next[i] = i;
        c.size[i] = 1;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t one = c.leader[sorted[i].a], other = c.leader[sorted[i].b];
        if (one != other && may_join(&c, one, other)) join(&c, one, other);
    }
    *cluster = c.leader;
}
