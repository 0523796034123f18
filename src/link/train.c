/* train: the figures of the model from the records themselves. u comes from pairs drawn at random, which are nearly all
 * of two persons. m comes from candidate pairs by expectation and maximisation: each is of one person with some
 * probability that follows from m, and m follows from these. Candidates agree by selection in what their blocks are
 * made of, so m of a field is learned only where the field selected nothing: three sessions, each leaving out its own.
 * What is rare is mixed with the figures the model had, so that a level nobody shows keeps a weight. */
#include "link/link_priv.h"

#include <math.h>

enum {
    RECORDS_MIN = 1000,
    SAMPLE = 200000,
    RANDOM_PAIRS = 500000,
    ROUNDS = 30,
    CELLS_BITS = 16,
    CELLS = 1 << CELLS_BITS
};
enum { M_WEIGHT = 50, U_WEIGHT = 1000000 }; /* pairs that the figures before count for */

struct cell { /* pairs with the same levels */
    uint32_t levels;
    bool used;
    double pairs;
};

struct session {
    unsigned fields; /* bits of those learned here */
    struct cell *cells;
    double pairs;
};

static void count_pair(struct session *s, uint32_t levels)
{
    uint32_t at = (uint32_t)(mix(levels) >> (64 - CELLS_BITS));
    while (s->cells[at].used && s->cells[at].levels != levels) at = (at + 1) & (CELLS - 1);
    s->cells[at].used = true;
    s->cells[at].levels = levels;
    s->cells[at].pairs++;
    s->pairs++;
}

enum { BY_NUMBER, BY_NAME, BY_CONTACT, SESSIONS };

static void count_pairs(struct session sessions[SESSIONS], const struct link_pair *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t levels = p[i].levels;
        int name = link_level(levels, LINK_NAME);
        if (link_level(levels, LINK_ID) <= LINK_ID_SHORT) count_pair(&sessions[BY_NUMBER], levels);
        if ((name <= LINK_NAME_SOUND || name == LINK_NAME_ORDER) &&
            (link_level(levels, LINK_BIRTH) == LINK_BIRTH_EQUAL || link_level(levels, LINK_ID) <= LINK_ID_PART))
            count_pair(&sessions[BY_NAME], levels);
        if (link_level(levels, LINK_PHONE) == LINK_PHONE_EQUAL) count_pair(&sessions[BY_CONTACT], levels);
    }
}

/* One session; adds the expected pairs of one person by field and level to `found`. */
static void run_session(const struct session *s, const struct link_model *model, double found[LINK_FIELDS][LINK_LEVELS])
{
    struct link_model m = *model;
    double share = 0.5, sums[LINK_FIELDS][LINK_LEVELS] = { { 0 } };
    if (s->pairs == 0) return;
    for (int round = 0; round < ROUNDS; round++) {
        double same = 0;
        for (int f = 0; f < LINK_FIELDS; f++)
            for (int l = 0; l < LINK_LEVELS; l++) sums[f][l] = 0;
        for (size_t i = 0; i < CELLS; i++) {
            const struct cell *c = &s->cells[i];
            if (!c->used) continue;
            double of_one = share, of_two = 1 - share;
            for (int f = 0; f < LINK_FIELDS; f++) {
                int l = link_level(c->levels, (enum link_field)f);
                if ((s->fields >> f & 1) == 0) continue;
                of_one *= m.m[f][l];
                of_two *= m.u[f][l];
            }
            double expected = c->pairs * (of_one / (of_one + of_two));
            same += expected;
            for (int f = 0; f < LINK_FIELDS; f++) sums[f][link_level(c->levels, (enum link_field)f)] += expected;
        }
        share = same / s->pairs;
        for (int f = 0; f < LINK_FIELDS; f++) {
            double all = 0;
            if ((s->fields >> f & 1) == 0) continue;
            for (int l = 0; l < LINK_LEVELS; l++)
                if (model->u[f][l] < 1) all += sums[f][l]; /* those that weigh nothing are no evidence either */
            for (int l = 0; l < LINK_LEVELS; l++)
                if (model->u[f][l] < 1) m.m[f][l] = (sums[f][l] + M_WEIGHT * model->m[f][l]) / (all + M_WEIGHT);
        }
    }
    for (int f = 0; f < LINK_FIELDS; f++)
        for (int l = 0; l < LINK_LEVELS; l++)
            if ((s->fields >> f & 1) != 0) found[f][l] += sums[f][l];
}

static void learn_u(struct link_model *m, const struct link_index *x, uint64_t seed)
{
    double counts[LINK_FIELDS][LINK_LEVELS] = { { 0 } };
    for (uint64_t i = 0; i < RANDOM_PAIRS; i++) {
        uint64_t r = mix2(seed, i);
        uint32_t a = (uint32_t)((r >> 32) % x->count), b = (uint32_t)((uint32_t)r % x->count);
        if (a == b) continue;
        struct link_pair p = index_score(x, a, b, prior_of(&x->model, x->count));
        if (p.band != LINK_DISTINCT) continue; /* one person's after all, as happens among few */
        for (int f = 0; f < LINK_FIELDS; f++) counts[f][link_level(p.levels, (enum link_field)f)]++;
    }
    for (int f = 0; f < LINK_FIELDS; f++) {
        double all = 0;
        for (int l = 0; l < LINK_LEVELS; l++)
            if (m->u[f][l] < 1) all += counts[f][l];
        for (int l = 0; l < LINK_LEVELS; l++)
            if (m->u[f][l] < 1) m->u[f][l] = (counts[f][l] + U_WEIGHT * m->u[f][l]) / (all + U_WEIGHT);
    }
}

static void learn_m(struct link_model *m, const struct link_pairs *pairs, struct arena *scratch)
{
    double found[LINK_FIELDS][LINK_LEVELS] = { { 0 } };
    struct session sessions[SESSIONS] = {
        [BY_NUMBER] = { .fields = 1u << LINK_NAME | 1u << LINK_PHONE | 1u << LINK_ADDRESS },
        [BY_NAME] = { .fields = 1u << LINK_ID | 1u << LINK_PHONE | 1u << LINK_ADDRESS | 1u << LINK_SEX },
        [BY_CONTACT] = { .fields = 1u << LINK_NAME | 1u << LINK_ID | 1u << LINK_BIRTH | 1u << LINK_SEX },
    };
    for (int s = 0; s < SESSIONS; s++) sessions[s].cells = ARENA_ARRAY(scratch, struct cell, CELLS);
    count_pairs(sessions, pairs->at, pairs->len);
    for (int s = 0; s < SESSIONS; s++) run_session(&sessions[s], m, found);
    for (int f = 0; f < LINK_FIELDS; f++) {
        double all = 0;
        for (int l = 0; l < LINK_LEVELS; l++)
            if (m->u[f][l] < 1) all += found[f][l];
        for (int l = 0; l < LINK_LEVELS; l++)
            if (m->u[f][l] < 1) m->m[f][l] = (found[f][l] + M_WEIGHT * m->m[f][l]) / (all + M_WEIGHT);
    }
}

/* About SAMPLE of the records, chosen by the seed: enough pairs of one person remain among them. */
static size_t choose(const struct link_record *r, size_t n, uint64_t seed, struct arena *a, struct link_record **out)
{
    size_t count = 0;
    *out = ARENA_ARRAY(a, struct link_record, n);
    for (size_t i = 0; i < n; i++)
        if (n <= SAMPLE || mix2(seed, i) % n < SAMPLE) (*out)[count++] = r[i];
    return count;
}

bool link_train(struct link_model *m, const struct link_record *r, size_t n, uint64_t seed, struct arena *scratch,
                struct err *e)
{
    if (n < RECORDS_MIN) return true;
    if (n > LINK_RECORDS_MAX) return fail(e, LIMIT, "学习用的记录超过%d条，请取一部分", LINK_RECORDS_MAX);
    struct link_model learned = *m, sampled = *m;
    struct link_pairs pairs = { 0 };
    struct link_record *chosen;
    size_t count = choose(r, n, seed, scratch, &chosen);
    double part = (double)count / (double)n; /* of the others of a person, this part is in the sample */
    sampled.duplicates *= part;
    struct link_index *x = link_index_new(scratch, &sampled);
    index_add_records(x, chosen, count);
    block_pairs(x, LINK_DISTINCT, scratch, &pairs);
    learn_u(&learned, x, seed);
    learn_m(&learned, &pairs, scratch);
    double same = 0;
    for (size_t i = 0; i < pairs.len; i++) same += 1 / (1 + exp2(-pairs.at[i].score / 100.0));
    if (same > 0) learned.duplicates = 2 * same / (double)count / part;
    *m = learned;
    return true;
}
