/* check_cycle: a definition that needs itself, however far around, and how deep calls go. */
#include "lang/check_priv.h"

static uint32_t callee(const struct node *n, uint32_t funcs)
{
    if (n->op == OP_CALL) return n->k;
    if (n->op == OP_QUALIFIES) return funcs + n->k;
    return UINT32_MAX;
}

static uint32_t older_version(const struct program *p, uint32_t vertex)
{
    uint32_t funcs = (uint32_t)p->funcs.len;
    if (vertex < funcs) return p->funcs.at[vertex].older ? p->funcs.at[vertex].older - 1 : UINT32_MAX;
    return p->policies.at[vertex - funcs].older ? p->policies.at[vertex - funcs].older - 1 + funcs : UINT32_MAX;
}

struct edge {
    uint32_t to, node;
};

/* Calls as edges from vertex to vertex (any version of the name may be reached), grouped by where they start. */
static struct edge *collect_edges(struct checker *c, const run_list *runs, uint32_t count, uint32_t *first)
{
    struct program *p = c->p;
    uint32_t funcs = (uint32_t)p->funcs.len, total = 0;
    for (int pass = 0;; pass++) {
        struct edge *edges = pass ? ARENA_ARRAY(c->a, struct edge, total + 1) : NULL;
        VEC_EACH (const struct run, r, runs) {
            for (uint32_t i = r->first; i < r->last; i++) {
                for (uint32_t to = callee(&p->nodes.at[i], funcs); to != UINT32_MAX; to = older_version(p, to)) {
                    if (pass)
                        edges[first[r->vertex]++] = (struct edge){ to, i };
                    else
                        first[r->vertex + 1]++;
                    total += !pass;
                }
            }
        }
        if (pass) {
            for (uint32_t v = count; v > 0; v--) first[v] = first[v - 1]; /* filling moved each start to its end */
            first[0] = 0;
            return edges;
        }
        for (uint32_t v = 0; v < count; v++) first[v + 1] += first[v];
    }
}

/* Of the calls that make the circle which `closing` closes, one in the lowest pack: what is above was right before. */
static const struct node *lowest_call(const struct program *p, const struct edge *edges, const uint32_t *stack,
                                      const uint32_t *at, uint32_t depth, const struct edge *closing)
{
    const struct node *best = &p->nodes.at[closing->node];
    for (uint32_t i = depth; i-- > 0 && stack[i] != closing->to;) {
        const struct node *n = &p->nodes.at[edges[at[stack[i - 1]] - 1].node]; /* the call that led to stack[i] */
        if (p->sources.at[n->loc.source].pack > p->sources.at[best->loc.source].pack) best = n;
    }
    return best;
}

/* Depth-first with its own stack: a chain of ten thousand definitions must not overflow ours. Vertices are finished
 * after all they call, so that `order` lets depths be added up. False when there is a cycle. */
static bool walk_calls(struct checker *c, const struct edge *edges, const uint32_t *first, uint32_t count,
                       uint32_t *order)
{
    struct program *p = c->p;
    uint32_t funcs = (uint32_t)p->funcs.len, done = 0;
    uint8_t *state = ARENA_ARRAY(c->a, uint8_t, count + 1); /* 0 new, 1 on the stack, 2 finished */
    uint32_t *stack = ARENA_ARRAY(c->a, uint32_t, count + 1), *at = ARENA_ARRAY(c->a, uint32_t, count + 1);
    bool ok = true;
    for (uint32_t start = 0; start < count; start++) {
        if (state[start] != 0) continue;
        uint32_t depth = 0;
        stack[depth++] = start;
        state[start] = 1;
        at[start] = first[start];
        while (depth > 0) {
            uint32_t v = stack[depth - 1];
            if (at[v] == first[v + 1]) {
                state[v] = 2;
                order[done++] = v;
                depth--;
                continue;
            }
            const struct edge *e = &edges[at[v]++];
            if (state[e->to] == 0) {
                state[e->to] = 1;
                at[e->to] = first[e->to];
                stack[depth++] = e->to;
            } else if (state[e->to] == 1) {
                const struct decl *d = e->to < funcs ? p->funcs.at[e->to].decl : p->policies.at[e->to - funcs].decl;
                struct diag *g = diag_add(c->d, DIAG_cycle, lowest_call(p, edges, stack, at, depth, e)->loc,
                                          "“%.*s”兜了一圈又用到自己", STR_ARG(d->name.text));
                diag_other(g, d->name.loc);
                diag_suggest(c->d, g, "把公共的部分写成另一个定义");
                ok = false;
            }
        }
    }
    return ok;
}

/* No definition may use itself, and no evaluation may nest deeper than the evaluator's stack allows. */
void check_cycles(struct checker *c, const run_list *runs)
{
    struct program *p = c->p;
    uint32_t funcs = (uint32_t)p->funcs.len, count = (uint32_t)(funcs + p->policies.len);
    uint32_t *first = ARENA_ARRAY(c->a, uint32_t, count + 2), *order = ARENA_ARRAY(c->a, uint32_t, count + 1);
    struct edge *edges = collect_edges(c, runs, count, first);
    if (!walk_calls(c, edges, first, count, order)) return;
    uint32_t *depth = ARENA_ARRAY(c->a, uint32_t, p->nodes.len + 1), *height = ARENA_ARRAY(c->a, uint32_t, count + 1);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t v = order[i];
        for (size_t j = v; j < runs->len;
             j = j < count ? count : j + 1) { /* its own run, then what lower packs added */
            const struct run *r = &runs->at[j];
            if (r->vertex != v) continue;
            for (uint32_t id = r->first; id < r->last; id++) {
                const struct node *n = &p->nodes.at[id];
                uint32_t d = 0;
                for (unsigned k = 0; k < n->kid_count; k++) {
                    if (depth[node_kid(p, n, k)] > d) d = depth[node_kid(p, n, k)];
                }
                for (uint32_t to = callee(n, funcs); to != UINT32_MAX; to = older_version(p, to)) {
                    if (height[to] > d) d = height[to];
                }
                depth[id] = d + 1;
                if (depth[id] > height[v]) height[v] = depth[id];
            }
        }
        if (height[v] > LIMIT_EVAL_DEPTH) {
            const struct decl *d = v < funcs ? p->funcs.at[v].decl : p->policies.at[v - funcs].decl;
            diag_add(c->d, DIAG_too_big, d->name.loc, "定义套定义太深，连同算式最多 %d 层", LIMIT_EVAL_DEPTH);
            return;
        }
    }
}
