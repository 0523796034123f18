/* sieve: scopes are taken apart at 且 或 非 down to questions, and questions that are alike become one gate. Gates
 * stand behind their operands. */
#include "lang/alike.h"
#include "tally/tally_priv.h"

#include <string.h>

struct maker {
    const struct program *p;
    struct arena *a;
    const node_id *alike;
    uint32_t *gate_of; /* of a node: 1 + its gate */
    struct sieve *s;
};

static uint32_t gate_of(struct maker *m, node_id written)
{
    node_id id = m->alike[written];
    if (m->gate_of[id] != 0) return m->gate_of[id] - 1;
    const struct node *n = node_at(m->p, id);
    struct gate g = { .kind = n->op == OP_AND   ? GATE_AND
                              : n->op == OP_OR  ? GATE_OR
                              : n->op == OP_NOT ? GATE_NOT
                                                : GATE_ASK,
                      .node = id };
    if (g.kind != GATE_ASK) { /* no deeper than expressions are (lang/limits.h) */
        uint32_t *kids = ARENA_ARRAY(m->a, uint32_t, n->kid_count);
        for (unsigned i = 0; i < n->kid_count; i++) kids[i] = gate_of(m, node_kid(m->p, n, i));
        g.first = (uint32_t)m->s->kids.len, g.count = n->kid_count;
        for (unsigned i = 0; i < n->kid_count; i++) *vec_push(m->a, &m->s->kids) = kids[i];
    }
    *vec_push(m->a, &m->s->gates) = g;
    m->gate_of[id] = (uint32_t)m->s->gates.len;
    return m->gate_of[id] - 1;
}

static void mark_turned(struct sieve *s)
{
    for (size_t g = s->gates.len; g-- > 0;) { /* operands stand before */
        const struct gate *x = &s->gates.at[g];
        for (uint32_t i = 0; i < x->count; i++) {
            struct gate *kid = &s->gates.at[s->kids.at[x->first + i]];
            kid->turned = kid->turned || x->turned || x->kind == GATE_NOT;
        }
    }
}

void sieve_of(const struct tally_job *job, const uint32_t *which, uint32_t count, struct arena *a, struct sieve *out)
{
    const struct program *p = job->vocab->p;
    *out = (struct sieve){ .count = count, .which = which };
    struct maker m = { .p = p, .a = a, .alike = program_alike(p, a), .s = out };
    m.gate_of = ARENA_ARRAY(a, uint32_t, p->nodes.len + 1);
    out->scopes = ARENA_ARRAY(a, uint32_t, count + 1), out->sums = ARENA_ARRAY(a, node_id, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        const struct indicator *x = &p->indicators.at[job->indicators[which[i]]];
        out->scopes[i] = x->scope != 0 ? gate_of(&m, x->scope) : GATE_NONE;
        out->sums[i] = x->sum;
    }
    mark_turned(out);
}

/* ---- planes ---- */

/* One bit of each of eight bytes that are 0 or 1. */
static uint64_t bits_of(uint64_t bytes) { return bytes * UINT64_C(0x0102040810204080) >> 56; }

static void put_word(uint64_t *plane, uint32_t at, uint64_t bits)
{
    if (bits == 0) return;
    plane[at / 64] |= bits << at % 64;
    if (at % 64 > 0) plane[at / 64 + 1] |= bits >> (64 - at % 64);
}

/* Bytes of 64 rows, or of fewer at the end. */
static uint64_t word_of(const uint8_t *bytes, uint32_t n)
{
    uint64_t bits = 0, eight;
    uint32_t i = 0;
    for (; i + 8 <= n; i += 8) {
        memcpy(&eight, bytes + i, 8);
        bits |= bits_of(eight) << i;
    }
    for (; i < n; i++) bits |= (uint64_t)bytes[i] << i;
    return bits;
}

void planes_put(struct planes *p, const struct kernel_values *v, uint32_t n, uint32_t at)
{
    for (uint32_t i = 0; i < n; i += 64) {
        uint32_t len = n - i < 64 ? n - i : 64;
        uint64_t all = len == 64 ? UINT64_MAX : (UINT64_C(1) << len) - 1, known = 0, none = 0, yes;
        if (v->states != NULL) {
            uint8_t is_known[64], is_none[64];
            for (uint32_t k = 0; k < len; k++) {
                is_known[k] = (v->states[i + k] & KERNEL_STATE) == KERNEL_KNOWN;
                is_none[k] = (v->states[i + k] & KERNEL_STATE) == VALUE_NONE;
            }
            known = word_of(is_known, len), none = word_of(is_none, len);
        } else {
            known = (v->common & KERNEL_STATE) == KERNEL_KNOWN ? all : 0;
            none = (v->common & KERNEL_STATE) == VALUE_NONE ? all : 0;
        }
        yes = v->constant ? (kernel_value(v, 0) != 0 ? all : 0) : known != 0 ? word_of(v->b + i, len) : 0;
        put_word(p->yes, at + i, yes & known);
        put_word(p->no, at + i, known & ~yes);
        put_word(p->none, at + i, none);
    }
}

void planes_set(struct planes *p, const struct kernel_values *v, const uint32_t *at, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        uint8_t state = kernel_state(v, i) & KERNEL_STATE;
        bool known = state == KERNEL_KNOWN, yes = known && v->b[v->constant ? 0 : i] != 0;
        plane_put(p->yes, at[i], yes);
        plane_put(p->no, at[i], known && !yes);
        plane_put(p->none, at[i], state == VALUE_NONE);
    }
}

#define EACH_WORD for (unsigned w = 0; w < SIEVE_WORDS; w++)

static void gate_yes(const struct gate *x, const uint32_t *kids, const struct planes *in, uint32_t word,
                     const struct answer *out, uint64_t *restrict yes)
{
    if (x->kind == GATE_ASK)
        EACH_WORD yes[w] = in->yes[word + w];
    else if (x->kind == GATE_NOT)
        EACH_WORD yes[w] = out[kids[0]].no[w];
    else
        EACH_WORD yes[w] = out[kids[0]].yes[w];
    for (uint32_t i = 1; i < x->count; i++) {
        if (x->kind == GATE_AND)
            EACH_WORD yes[w] &= out[kids[i]].yes[w];
        else
            EACH_WORD yes[w] |= out[kids[i]].yes[w];
    }
}

static void gate_no(const struct gate *x, const uint32_t *kids, const struct planes *in, uint32_t word,
                    const struct answer *out, uint64_t *restrict no)
{
    if (x->kind == GATE_ASK)
        EACH_WORD no[w] = in->no[word + w] | in->none[word + w];
    else if (x->kind == GATE_NOT)
        EACH_WORD no[w] = out[kids[0]].yes[w];
    else
        EACH_WORD no[w] = out[kids[0]].no[w];
    for (uint32_t i = 1; i < x->count; i++) {
        if (x->kind == GATE_AND)
            EACH_WORD no[w] |= out[kids[i]].no[w];
        else
            EACH_WORD no[w] &= out[kids[i]].no[w];
    }
}

void sieve_block(const struct sieve *s, const struct planes *in, uint32_t word, const bool *only, struct answer *out)
{
    for (uint32_t g = 0; g < s->gates.len; g++) {
        const struct gate *x = &s->gates.at[g];
        const uint32_t *kids = &s->kids.at[x->first];
        if (only != NULL && !only[g]) continue;
        gate_yes(x, kids, &in[g], word, out, out[g].yes);
        if (only == NULL || x->turned) gate_no(x, kids, &in[g], word, out, out[g].no);
    }
}
