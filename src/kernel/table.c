/* table: decision tables. One whose only input is compared with constants becomes a look-up by value, made once; every
 * other, and every input that is not known, has its rows tested one after another as the row evaluator does it. */
#include "kernel/kernel_priv.h"

/* A table of one number or code whose rows are all constant: what holds is looked up. */
struct step_table {
    bool usable;
    int64_t low;           /* input at at[0]; smaller ones are like it */
    uint32_t count;        /* larger ones are like at[count - 1] */
    const uint8_t *at;     /* 1 + row, NO_ROW, TWO */
    const int64_t *values; /* results, when all are known numbers and something always holds; NULL otherwise */
};
enum { STEPS_MAX = 4096, ROWS_MAX = 250, NO_ROW = 0, TWO = 255 };

/* A constant that is another one on another day is not looked up. */
static bool changes(struct kernel *k, node_id id) { return k->day_count > 1 && (plan_bits(k, id) & BITS_TIMED); }

/* A constant operand of a test; false when it is none, or not known. */
static bool test_operand(struct kernel *k, node_id id, int64_t *out)
{
    if (k->levels[id] != 0 || node_at(k->p, id)->op == OP_DIV || changes(k, id)) return false;
    col c = plan_const(k, id);
    *out = kernel_value(&c, 0);
    return col_plain(&c);
}

static bool test_combines(const struct node *n) { return n->op == OP_AND || n->op == OP_OR || n->op == OP_NOT; }

static bool test_compares(const struct node *n)
{
    return (n->op >= OP_EQ && n->op <= OP_GE) || n->op == OP_IN || n->op == OP_BETWEEN;
}

/* What a comparison says of an input. */
static bool test_holds(struct kernel *k, const struct node *n, int64_t input)
{
    int64_t x = 0, y = 0;
    test_operand(k, kid_of(k, n, 1), &x);
    switch ((int)n->op) {
    case OP_EQ: return input == x;
    case OP_NE: return input != x;
    case OP_LT: return input < x;
    case OP_LE: return input <= x;
    case OP_GT: return input > x;
    case OP_GE: return input >= x;
    case OP_BETWEEN: test_operand(k, kid_of(k, n, 2), &y); return input >= x && input < y;
    default: break;
    }
    bool any = false;
    for (unsigned i = 1; i < n->kid_count && !any; i++) any = test_operand(k, kid_of(k, n, i), &x) && input == x;
    return any;
}

/* Whether a test holds for an input, given test_range was satisfied with it. */
static bool test_passes(struct kernel *k, node_id test, int64_t input)
{
    if (test == 0) return true;
    const struct node *n = node_at(k->p, test);
    if (!test_combines(n)) return test_holds(k, n, input);
    if (n->op == OP_NOT) return !test_passes(k, kid_of(k, n, 0), input);
    for (unsigned i = 0; i < n->kid_count; i++) {
        if (test_passes(k, kid_of(k, n, i), input) == (n->op == OP_OR)) return n->op == OP_OR;
    }
    return n->op == OP_AND;
}

/* False when a test is not of a kind that is looked up: comparisons of the input with constants, which lie between *low
 * and *high. */
static bool test_range(struct kernel *k, node_id test, int64_t *low, int64_t *high)
{
    if (test == 0) return true;
    const struct node *n = node_at(k->p, test);
    bool combines = test_combines(n);
    if (!combines && (!test_compares(n) || node_at(k->p, kid_of(k, n, 0))->op != OP_LOCAL)) return false;
    for (unsigned i = combines ? 0 : 1; i < n->kid_count; i++) {
        int64_t x;
        if (combines && !test_range(k, kid_of(k, n, i), low, high)) return false;
        if (combines) continue;
        if (!test_operand(k, kid_of(k, n, i), &x)) return false;
        if (x < *low) *low = x;
        if (x > *high) *high = x;
    }
    return true;
}

static void fill_steps(struct kernel *k, const struct func *t, struct step_table *steps)
{
    enum type_kind kind = node_at(k->p, t->inputs.at[0])->type.kind;
    int64_t low = INT64_MAX, high = INT64_MIN;
    if (kind != TYPE_NUM && kind != TYPE_CODE && kind != TYPE_BOOL) return;
    if (node_at(k->p, t->inputs.at[0])->op == OP_DIV || t->rows.len >= ROWS_MAX) return;
    VEC_EACH (const struct table_row, row, &t->rows) {
        if (!test_range(k, row->tests.at[0], &low, &high)) return;
    }
    if (low > high) return;
    if (low == INT64_MIN || high == INT64_MAX || high - low > STEPS_MAX) return;
    low--;
    uint32_t count = (uint32_t)(high - low + 2);
    uint8_t *at = ARENA_ARRAY(k->arena, uint8_t, count);
    for (uint32_t i = 0; i < count; i++) {
        for (size_t r = 0; r < t->rows.len; r++) {
            if (!test_passes(k, t->rows.at[r].tests.at[0], low + i)) continue;
            at[i] = at[i] == NO_ROW ? (uint8_t)(1 + r) : TWO;
            if (t->first_hit) break;
        }
    }
    *steps = (struct step_table){ .usable = true, .low = low, .count = count, .at = at };
    if (col_width(t->type) != KERNEL_64) return;
    int64_t *values = ARENA_ARRAY(k->arena, int64_t, count);
    for (uint32_t i = 0; i < count; i++) {
        if (at[i] == NO_ROW || at[i] == TWO || k->levels[t->rows.at[at[i] - 1].result] != 0 ||
            changes(k, t->rows.at[at[i] - 1].result))
            return;
        col c = plan_const(k, t->rows.at[at[i] - 1].result);
        if (!col_plain(&c)) return;
        values[i] = c.n[0];
    }
    steps->values = values;
}

static const struct step_table *steps_of(struct kernel *k, const struct func *t)
{
    struct step_table *steps = k->steps[t->id];
    if (steps != NULL) return steps;
    steps = k->steps[t->id] = ARENA_NEW(k->arena, struct step_table);
    if (t->inputs.len == 1) fill_steps(k, t, steps);
    return steps;
}

HOT static void look_up_32(const struct step_table *t, const int32_t *restrict in, int64_t *restrict out, uint32_t n)
{
    const int64_t low = t->low, last = t->count - 1;
    const int64_t *values = t->values;
    for (uint32_t i = 0; i < n; i++) {
        int64_t x = in[i] < low ? low : in[i] > low + last ? low + last : in[i];
        out[i] = values[x - low];
    }
}

HOT static void look_up_64(const struct step_table *t, const int64_t *restrict in, int64_t *restrict out, uint32_t n)
{
    const int64_t low = t->low, last = t->count - 1;
    const int64_t *values = t->values;
    for (uint32_t i = 0; i < n; i++) {
        int64_t x = in[i] < low ? low : in[i] > low + last ? low + last : in[i];
        out[i] = values[x - low];
    }
}

static uint32_t step_at(const struct step_table *t, int64_t x)
{
    int64_t at = x < t->low ? 0 : x - t->low;
    return at >= t->count ? t->count - 1 : (uint32_t)at;
}

/* All rows tested one after another, as the row evaluator does it. A table has at most LIMIT_TABLE_ROWS rows. */
struct tests {
    uint16_t *hit;
    uint8_t *open, *done;
};

static struct tests test_rows(struct kernel *k, const struct view *f, sel s, const struct func *t)
{
    struct tests r = { SCRATCH(k, uint16_t, s.n), SCRATCH(k, uint8_t, s.n), SCRATCH(k, uint8_t, s.n) };
    memset(r.hit, 0, s.n * sizeof *r.hit);
    memset(r.open, ST_KNOWN, s.n);
    memset(r.done, 0, s.n);
    for (size_t row = 0; row < t->rows.len; row++) {
        node_id tests[LIMIT_ARGS];
        unsigned count = 0;
        for (size_t i = 0; i < t->inputs.len; i++) {
            if (t->rows.at[row].tests.at[i] != 0) tests[count++] = t->rows.at[row].tests.at[i];
        }
        col c = logic_chain(k, f, s, tests, NULL, count, false, NULL);
        for (uint32_t i = 0; i < s.n; i++) {
            uint8_t st = col_st(&c, i);
            if (r.done[i] || ((st & ST_STATE) == ST_KNOWN && !c.b[c.constant ? 0 : i])) continue;
            if ((st & ST_STATE) != ST_KNOWN) {
                if (r.open[i] == ST_KNOWN || st_is_escape(st)) r.open[i] = st;
                r.done[i] = t->first_hit;
                continue;
            }
            r.done[i] = t->first_hit || r.hit[i] != 0;
            r.hit[i] = r.hit[i] != 0 ? UINT16_MAX : (uint16_t)(row + 1);
        }
    }
    return r;
}

/* Results of the rows hit: each result is computed for the rows that need it. */
static void put_results(struct kernel *k, struct part *out, const struct view *f, sel s, const struct func *t,
                        const uint16_t *hit, const uint8_t *assumed)
{
    uint32_t *next = SCRATCH(k, uint32_t, s.n), *head = SCRATCH(k, uint32_t, t->rows.len);
    memset(head, 0xff, t->rows.len * sizeof *head);
    for (uint32_t i = s.n; i-- > 0;) {
        if (hit[i] == 0 || hit[i] == UINT16_MAX) continue;
        next[i] = head[hit[i] - 1];
        head[hit[i] - 1] = i;
    }
    for (size_t r = 0; r < t->rows.len; r++) {
        if (head[r] == UINT32_MAX) continue;
        uint32_t *at = SCRATCH(k, uint32_t, s.n), m = 0;
        for (uint32_t i = head[r]; i != UINT32_MAX; i = next[i]) at[m++] = i;
        sel some = { m, at };
        col v = kernel_eval(k, f, sel_within(k, s, some), t->rows.at[r].result);
        if (assumed != NULL) {
            col by = { .states = states_picked(k, assumed, some) };
            v = col_assume(k, v, &by, m);
        }
        part_put(k, out, at, m, v);
    }
}

/* The inputs of a table, as locals; rows where one is an error are settled by the first such. */
static bool table_inputs(struct kernel *k, const struct view *f, sel s, const struct func *t, col *in, uint8_t **bad,
                         uint8_t **assumed)
{
    *bad = *assumed = NULL;
    for (size_t i = 0; i < t->inputs.len; i++) {
        in[i] = kernel_eval(k, f, s, t->inputs.at[i]);
        if (in[i].states == NULL && (in[i].common == ST_KNOWN || in[i].common == ST_NONE || in[i].common == ST_UNKNOWN))
            continue;
        if (*bad == NULL) {
            *bad = SCRATCH(k, uint8_t, s.n);
            *assumed = SCRATCH(k, uint8_t, s.n);
            memset(*bad, 0, s.n);
            memset(*assumed, 0, s.n);
        }
        for (uint32_t j = 0; j < s.n; j++) {
            uint8_t st = col_st(&in[i], j);
            if ((st & ST_STATE) == ST_ERROR && ((*bad)[j] == 0 || st_is_escape(st))) (*bad)[j] = st;
            /* what is unknown decided nothing */
            if ((st & ST_STATE) != ST_UNKNOWN && (st & ST_STATE) != ST_ERROR) (*assumed)[j] |= st & ST_ASSUMED;
        }
    }
    return *bad == NULL;
}

/* One input, known for all rows, and only constants to compare with. */
static bool table_steps(struct kernel *k, const struct view *f, sel s, const struct func *t, const col *in, col *out)
{
    if (t->inputs.len != 1 || !col_plain(in)) return false;
    const struct step_table *steps = steps_of(k, t);
    if (!steps->usable) return false;
    if (steps->values != NULL) {
        if (in->constant) {
            *out = col_const(k, KERNEL_64, ST_KNOWN, steps->values[step_at(steps, kernel_value(in, 0))]);
            return true;
        }
        int64_t *v = SCRATCH(k, int64_t, s.n);
        if (in->width == KERNEL_64)
            look_up_64(steps, in->n, v, s.n);
        else if (in->width == KERNEL_32)
            look_up_32(steps, in->i, v, s.n);
        else
            for (uint32_t i = 0; i < s.n; i++) v[i] = steps->values[step_at(steps, kernel_value(in, i))];
        *out = (col){ .n = v, .common = ST_KNOWN, .width = KERNEL_64 };
        return true;
    }
    uint16_t *hit = SCRATCH(k, uint16_t, s.n);
    struct part parts;
    part_start(&parts, col_width(t->type), s.n);
    bool wrong = false;
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t row = steps->at[step_at(steps, kernel_value(in, i))];
        wrong |= row == NO_ROW || row == TWO;
        hit[i] = row == TWO ? UINT16_MAX : row;
    }
    put_results(k, &parts, f, s, t, hit, NULL);
    for (unsigned which = 0; which < 2 && wrong; which++) {
        uint32_t *at = SCRATCH(k, uint32_t, s.n), m = 0;
        for (uint32_t i = 0; i < s.n; i++) {
            at[m] = i;
            m += hit[i] == (which ? UINT16_MAX : 0);
        }
        part_put(k, &parts, at, m, col_state(k, st_error(which ? VERR_TWO_ROWS : VERR_NO_ROW)));
    }
    *out = part_end(k, &parts);
    return true;
}

col table_of(struct kernel *k, const struct view *f, sel s, const struct func *t)
{
    col in[LIMIT_ARGS], locals[LIMIT_ARGS], out;
    uint8_t *bad, *assumed;
    bool clean = table_inputs(k, f, s, t, in, &bad, &assumed);
    struct view inner = *f;
    for (size_t i = 0; i < t->inputs.len; i++) locals[i] = col_spread(k, in[i], s, f->set->n);
    inner.locals = locals;
    if (clean && table_steps(k, &inner, s, t, in, &out)) return out;
    struct tests r = test_rows(k, &inner, s, t);
    struct part parts;
    part_start(&parts, col_width(t->type), s.n);
    uint8_t *st = SCRATCH(k, uint8_t, s.n);
    uint32_t *at = SCRATCH(k, uint32_t, s.n), m = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t end = ST_KNOWN;
        if (bad != NULL && bad[i] != 0)
            end = bad[i];
        else if (st_is_escape(r.open[i]))
            end = ST_ESCAPE;
        else if (r.hit[i] == UINT16_MAX)
            end = st_error(VERR_TWO_ROWS);
        else if (r.open[i] != ST_KNOWN)
            end = (uint8_t)((r.open[i] & ~ST_ASSUMED) | (assumed != NULL ? assumed[i] : 0));
        else if (r.hit[i] == 0)
            end = st_error(VERR_NO_ROW);
        if (end == ST_KNOWN) continue;
        r.hit[i] = 0;
        st[m] = end;
        at[m++] = i;
    }
    put_results(k, &parts, &inner, s, t, r.hit, assumed);
    if (m > 0) {
        col states = { .states = st };
        part_put(k, &parts, at, m, col_without(k, states, parts.width, m));
    }
    return part_end(k, &parts);
}
