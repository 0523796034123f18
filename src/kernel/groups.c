/* groups: any, all, count, sum, largest, smallest over members, spells and months. All elements of all selected rows
 * become one inner view; what is said of an element is computed for all of them at once, then gathered per row.
 *
 * A row of a history stands for several months. Where nothing asks which month it is, it counts as often as it has
 * months; otherwise it is taken apart. */
#include "kernel/kernel_priv.h"

#include <assert.h>

enum { MORE = 128 }; /* of a `why`: unknown, but these elements are there */

struct elements {
    set *set;
    const uint32_t *off;    /* elements of row i: [off[i], off[i + 1]) */
    const uint32_t *weight; /* how many elements each stands for; NULL: one */
    uint8_t *why;           /* per row; NULL: all `common` */
    uint8_t common;
};

static uint8_t why_of(const struct elements *e, uint32_t i) { return e->why != NULL ? e->why[i] : e->common; }

/* What row i knows about its owner, and of the group of that owner. */
static uint8_t why_group(const struct owners *o, const struct cover *c, uint32_t i)
{
    uint8_t mine = o->states != NULL ? o->states[i] : o->common;
    if ((mine & ST_STATE) != ST_KNOWN) return mine;
    uint32_t at = o->to != NULL ? o->to[i] : i;
    return (uint8_t)((c->states != NULL ? c->states[at] : c->common) | (mine & ST_ASSUMED));
}

static struct elements members_of(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    struct owners o = owners_of(k, f, s, kid_of(k, n, 0));
    const struct entity *e = &k->p->entities.at[n->type.ref];
    struct cover c = owners_cover(k, &o, n->k);
    struct elements r = { .common = c.common };
    const struct children *all =
        e->is_spell && !e->is_monthly ? owners_begun(k, &o, n->k) : owners_children(k, &o, n->k);
    bool simple = o.to == NULL && c.states == NULL && o.states == NULL && o.common == ST_KNOWN;
    if (!simple) {
        r.why = SCRATCH(k, uint8_t, s.n);
        for (uint32_t i = 0; i < s.n; i++) r.why[i] = why_group(&o, &c, i);
    }
    if (e->is_monthly) { /* months reached through a reference: one by one, by the row evaluator */
        r.why = SCRATCH(k, uint8_t, s.n);
        memset(r.why, ST_ESCAPE, s.n);
        kernel_note_escape(k, OP_GROUP, s.n);
    }
    if (simple && !e->is_monthly) {
        r.set = all->set;
        r.off = all->off;
        if ((c.common & ST_STATE) == ST_KNOWN) return r;
    }
    uint32_t *off = SCRATCH(k, uint32_t, s.n + 1), total = 0;
    off[0] = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        uint32_t at = o.to != NULL ? o.to[i] : i;
        if ((why_of(&r, i) & ST_STATE) == ST_KNOWN) total += all->off[at + 1] - all->off[at];
        off[i + 1] = total;
    }
    uint32_t *rows = SCRATCH(k, uint32_t, total);
    for (uint32_t i = 0; i < s.n; i++) {
        uint32_t at = o.to != NULL ? o.to[i] : i;
        for (uint32_t j = off[i], from = off[i + 1] > off[i] ? all->off[at] : 0; j < off[i + 1]; j++)
            rows[j] = set_row(all->set, from + j - off[i]);
    }
    r.off = off;
    r.set = set_of(k, n->type.ref, rows, total);
    return r;
}

/* ---- months as elements ---- */

/* What is known about the months of one owner, for one kind or all kinds; with how many are there. */
static uint8_t why_months(struct kernel *k, set *t, uint32_t slot, uint32_t at, uint32_t from, uint32_t to)
{
    bool any = false, partial = false;
    uint8_t assumed = 0;
    for (uint32_t key = from; key < to; key++) {
        struct pool_cover c = set_cover(k, t, slot, key)[at];
        bool known = (c.state & ST_STATE) == ST_KNOWN;
        partial = partial || !known || (c.has_until && c.until < k->this_month.index);
        if (!known) continue;
        any = true;
        assumed |= c.state & ST_ASSUMED;
    }
    if (!any) return ST_UNKNOWN;
    return (uint8_t)((partial ? ST_UNKNOWN | MORE : ST_KNOWN) | assumed);
}

/* The last month of a run that is known to have been; before its first: none of it. What is said of months behind the
 * last known one is not known, as in a record (vocab/record.c). */
static int32_t known_end(struct kernel *k, set *t, uint32_t slot, uint32_t at, uint32_t key, int32_t last)
{
    struct pool_cover c = set_cover(k, t, slot, key)[at];
    if ((c.state & ST_STATE) != ST_KNOWN) return INT32_MIN;
    return c.has_until && c.until < last ? c.until : last;
}

/* The months that are there are others when what is known of them ends. */
static void note_months(struct kernel *k, set *to, uint32_t row, set *t, uint32_t slot, uint32_t at, uint32_t low,
                        uint32_t high)
{
    for (uint32_t key = low; key < high; key++) {
        struct pool_cover c = set_cover(k, t, slot, key)[at];
        if (c.has_until && c.until >= k->this_month.index) until_note(k, to, row, until_month(k, c.until + 1));
    }
}

struct run_list {
    uint32_t *rows, *weight;
    int32_t *months;
    uint32_t n, room;
};

/* Room for more elements: scratch memory moves by copying. */
static void run_room(struct kernel *k, struct run_list *l, uint32_t more)
{
    if (l->n + more <= l->room) return;
    uint32_t room = l->room * 2 + more + 64;
    uint32_t *rows = SCRATCH(k, uint32_t, room), *weight = SCRATCH(k, uint32_t, room);
    int32_t *months = SCRATCH(k, int32_t, room);
    if (l->n > 0) {
        memcpy(rows, l->rows, l->n * sizeof *rows);
        memcpy(weight, l->weight, l->n * sizeof *weight);
        memcpy(months, l->months, l->n * sizeof *months);
    }
    *l = (struct run_list){ .rows = rows, .weight = weight, .months = months, .n = l->n, .room = room };
}

static void run_add(struct kernel *k, struct run_list *l, uint32_t row, int32_t from, int32_t to, bool split)
{
    uint32_t n = (uint32_t)(to - from + 1);
    run_room(k, l, split ? n : 1);
    for (uint32_t i = 0; i < (split ? n : 1); i++) {
        l->rows[l->n] = row;
        l->weight[l->n] = split ? 1 : n;
        l->months[l->n++] = from + (int32_t)i;
    }
}

static struct elements months_of(struct kernel *k, const struct view *f, sel s, const struct node *n, bool split)
{
    struct owners o = owners_of(k, f, s, kid_of(k, n, 0));
    const struct entity *e = &k->p->entities.at[n->type.ref];
    const struct children *all = owners_children(k, &o, n->k);
    sel every = set_all(all->set);
    col from = set_column(k, all->set, every, SLOT_MONTH);
    col to = set_column(k, all->set, every, vocab_last_month(k->v, n->type.ref));
    col kind = set_column(k, all->set, every, vocab_key(k->v, n->type.ref));
    const int32_t *first = col_dense(k, &from, every.n), *last = col_dense(k, &to, every.n),
                  *key_at = col_dense(k, &kind, every.n);
    uint32_t kinds = e->key ? (uint32_t)k->p->codes.at[e->key - 1].items.len : 1;
    col key = col_const(k, KERNEL_32, ST_KNOWN, 0);
    bool one_key = n->kid_count > 1;
    if (one_key) key = kid_col(k, f, s, n, 1);
    struct run_list l = { 0 };
    uint32_t *off = SCRATCH(k, uint32_t, s.n + 1);
    uint8_t *why = SCRATCH(k, uint8_t, s.n);
    off[0] = 0;
    for (uint32_t i = 0; i < s.n; i++, off[i] = l.n) {
        uint8_t owner = o.states != NULL ? o.states[i] : o.common, key_st = col_st(&key, i);
        why[i] = owner;
        if ((owner & ST_STATE) != ST_KNOWN) continue;
        why[i] = (uint8_t)(key_st | (owner & ST_ASSUMED));
        if ((key_st & ST_STATE) != ST_KNOWN) continue;
        uint32_t at = o.to != NULL ? o.to[i] : i, owner_at = sel_at(o.sel, at);
        uint32_t low = one_key ? (uint32_t)key.i[key.constant ? 0 : i] : 0, high = one_key ? low + 1 : kinds;
        uint8_t w = why_months(k, o.set, n->k, owner_at, low, high);
        if (w != ST_UNKNOWN) w |= (owner | key_st) & ST_ASSUMED;
        /* an unknown history forgets what it was reached by, as in the row evaluator */
        why[i] = w;
        if (w == ST_UNKNOWN) continue;
        if (k->watching) note_months(k, f->set, sel_at(s, i), o.set, n->k, owner_at, low, high);
        for (uint32_t j = all->off[at]; j < all->off[at + 1]; j++) {
            uint32_t mine = (uint32_t)key_at[j];
            if (k->watching && mine >= low && mine < high && last[j] > k->this_month.index)
                until_note(k, f->set, sel_at(s, i),
                           until_month(k, first[j] > k->this_month.index ? first[j] : k->this_month.index + 1));
            if (mine < low || mine >= high || first[j] > k->this_month.index) continue;
            int32_t end = last[j] < k->this_month.index ? last[j] : k->this_month.index;
            if ((w & ST_STATE) == ST_UNKNOWN) end = known_end(k, o.set, n->k, owner_at, mine, end);
            if (end < first[j]) continue;
            run_add(k, &l, set_row(all->set, j), first[j], end, split);
        }
    }
    struct elements r = { .off = off, .weight = split ? NULL : l.weight, .why = why };
    if (l.n == 0) run_room(k, &l, 1);
    r.set = set_months(k, n->type.ref, l.rows, l.months, l.n);
    return r;
}

/* Whether a node asks anything of an element of this level but its fields other than the month. */
static bool asks_month(struct kernel *k, node_id id, unsigned level)
{
    if (!(k->levels[id] >> level & 1)) return false;
    const struct node *n = node_at(k->p, id);
    if (n->op == OP_ELEMENT) return n->level == level;
    if (n->op == OP_FIELD && node_at(k->p, kid_of(k, n, 0))->op == OP_ELEMENT) return n->k == SLOT_MONTH;
    for (unsigned i = 0; i < n->kid_count; i++) {
        if (asks_month(k, kid_of(k, n, i), level)) return true;
    }
    return false;
}

static struct elements elements_of(struct kernel *k, const struct view *f, sel s, const struct node *n, bool split)
{
    return n->op == OP_GROUP ? members_of(k, f, s, n) : months_of(k, f, s, n, split);
}

/* ---- gathering ---- */

/* any, all */
static col quantify(struct kernel *k, const struct elements *e, const col *c, uint32_t n, bool any)
{
    uint8_t *v = SCRATCH(k, uint8_t, n);
    if (e->why == NULL && e->common == ST_KNOWN && col_plain(c) && !c->constant) {
        /* running totals: groups are small, and loops over each would be guessed wrong all the time */
        uint32_t count = e->off[n], *total = SCRATCH(k, uint32_t, count), sum = 0;
        for (uint32_t j = 0; j < count; j++) {
            total[j] = sum;
            sum += c->b[j];
        }
        total[count] = sum;
        for (uint32_t i = 0; i < n; i++) {
            uint32_t holds = total[e->off[i + 1]] - total[e->off[i]];
            v[i] = any ? holds != 0 : holds == e->off[i + 1] - e->off[i];
        }
        return (col){ .b = v, .common = ST_KNOWN, .width = KERNEL_8 };
    }
    uint8_t *st = SCRATCH(k, uint8_t, n);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t why = why_of(e, i), acc = 0;
        v[i] = 0;
        st[i] = why;
        bool more = (why & MORE) != 0;
        if (!more && ((why & ST_STATE) == ST_UNKNOWN || (why & ST_STATE) == ST_ERROR)) continue;
        for (uint32_t j = e->off[i]; j < e->off[i + 1]; j++)
            acc = kleene_step(acc, col_st(c, j), c->b[c->constant ? 0 : j] != 0, any);
        if (more) acc |= K_UNKNOWN;
        st[i] = kleene_close(acc, any, &v[i]);
        if (!st_is_escape(st[i])) st[i] |= why & ST_ASSUMED;
    }
    return col_settled((col){ .b = v, .states = st, .width = KERNEL_8 }, n);
}

struct total {
    int64_t sum;
    bool any;
    uint8_t worst, assumed; /* worst: ST_KNOWN while nothing is wrong */
};

static void total_wrong(struct total *t, uint8_t st)
{
    if (st_is_escape(t->worst)) return;
    if (st_is_escape(st)) {
        t->worst = ST_ESCAPE;
    } else if ((st & ST_STATE) == ST_ERROR || (t->worst & ST_STATE) != ST_ERROR) {
        t->worst = st & (uint8_t)~ST_ASSUMED;
    }
    t->assumed |= st & ST_ASSUMED;
}

static void total_value(struct kernel *k, struct total *t, enum op op, int64_t v, uint32_t weight)
{
    int64_t product;
    switch ((int)op) {
    case OP_COUNT: t->sum += weight; break;
    case OP_SUM:
        if (!__builtin_mul_overflow(v, (int64_t)weight, &product) && !__builtin_add_overflow(t->sum, product, &t->sum))
            break;
        total_wrong(t, ST_ESCAPE);
        kernel_note_escape(k, op, 1);
        break;
    case OP_MAX: t->sum = !t->any || v > t->sum ? v : t->sum; break;
    default: t->sum = !t->any || v < t->sum ? v : t->sum; break;
    }
    t->any = true;
}

static void total_close(const struct total *t, enum op op, uint8_t why, int64_t *v, uint8_t *st)
{
    uint8_t worst = t->worst;
    if ((why & MORE) && worst == ST_KNOWN) worst = ST_UNKNOWN;
    *v = t->sum;
    if (st_is_escape(worst)) {
        *st = worst;
        return;
    }
    if (worst == ST_KNOWN && (op == OP_MAX || op == OP_MIN) && !t->any) worst = ST_NONE;
    *st = (uint8_t)(worst | t->assumed | (why & ST_ASSUMED));
}

/* The values of the elements that count; those that do not keep nothing. */
static col counted(struct kernel *k, const struct view *inner, const struct node *n, const col *c, uint32_t count)
{
    if (n->kid_count < 3) return col_const(k, KERNEL_64, ST_KNOWN, 1);
    node_id value = kid_of(k, n, 2);
    if (c->constant && c->common == ST_KNOWN && c->b[0]) return kernel_eval(k, inner, (sel){ count, NULL }, value);
    uint8_t *t = SCRATCH(k, uint8_t, count);
    for (uint32_t j = 0; j < count; j++) t[j] = (col_st(c, j) & ST_STATE) == ST_KNOWN && c->b[c->constant ? 0 : j];
    sel some = sel_of_bytes(k, t, 1, count);
    if (some.n == count) return kernel_eval(k, inner, (sel){ count, NULL }, value);
    if (some.n == 0) return col_const(k, KERNEL_64, ST_NONE, 0);
    return col_spread(k, kernel_eval(k, inner, some, value), some, count);
}

static col aggregate(struct kernel *k, const struct elements *e, const struct node *n, const col *c, const col *v,
                     uint32_t rows)
{
    int64_t *o = SCRATCH(k, int64_t, rows);
    uint8_t *st = SCRATCH(k, uint8_t, rows);
    enum op op = (enum op)n->op;
    for (uint32_t i = 0; i < rows; i++) {
        uint8_t why = why_of(e, i);
        struct total t = { .worst = ST_KNOWN };
        o[i] = 0;
        st[i] = why;
        if (!(why & MORE) && ((why & ST_STATE) == ST_UNKNOWN || (why & ST_STATE) == ST_ERROR)) continue;
        for (uint32_t j = e->off[i]; j < e->off[i + 1]; j++) {
            uint8_t cs = col_st(c, j);
            t.assumed |= st_is_escape(cs) ? 0 : cs & ST_ASSUMED;
            if ((cs & ST_STATE) == ST_NONE || ((cs & ST_STATE) == ST_KNOWN && !c->b[c->constant ? 0 : j])) continue;
            uint8_t vs = (cs & ST_STATE) == ST_KNOWN ? col_st(v, j) : cs;
            if ((vs & ST_STATE) == ST_KNOWN)
                total_value(k, &t, op, kernel_value(v, j), e->weight != NULL ? e->weight[j] : 1);
            else if ((vs & ST_STATE) != ST_NONE)
                total_wrong(&t, vs);
            t.assumed |= st_is_escape(vs) ? 0 : vs & ST_ASSUMED;
        }
        total_close(&t, op, why, &o[i], &st[i]);
    }
    return col_narrowed(k, o, st, col_width(n->type), rows);
}

col eval_over(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    const struct node *group = node_at(k->p, kid_of(k, n, 0));
    bool split = false;
    for (unsigned i = 1; i < n->kid_count; i++) split = split || asks_month(k, kid_of(k, n, i), n->level);
    struct elements e = elements_of(k, f, s, group, split);
    until_elements(k, f->set, s, e.set, e.off);
    uint32_t count = e.off[s.n], *outer_at = NULL;
    uint16_t asked = 0;
    for (unsigned i = 1; i < n->kid_count; i++) asked |= k->levels[kid_of(k, n, i)];
    if (asked & ((1u << n->level) - 1)) {
        outer_at = SCRATCH(k, uint32_t, count);
        for (uint32_t i = 0; i < s.n; i++) {
            uint32_t at = sel_at(s, i);
            for (uint32_t j = e.off[i]; j < e.off[i + 1]; j++) outer_at[j] = at;
        }
    }
    struct view inner = { .set = e.set, .outer = f, .outer_at = outer_at, .level = n->level };
    col c = count == 0 ? col_const(k, KERNEL_8, ST_KNOWN, 0)
                       : kernel_eval(k, &inner, (sel){ count, NULL }, kid_of(k, n, 1));
    if (n->op == OP_ANY || n->op == OP_ALL) return quantify(k, &e, &c, s.n, n->op == OP_ANY);
    col v = count == 0 ? col_const(k, KERNEL_64, ST_NONE, 0) : counted(k, &inner, n, &c, count);
    return aggregate(k, &e, n, &c, &v, s.n);
}

/* 有, 无 of a group: whether there is an element. */
col eval_has_elements(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    struct elements e = elements_of(k, f, s, node_at(k->p, kid_of(k, n, 0)), false);
    uint8_t *v = SCRATCH(k, uint8_t, s.n), *st = SCRATCH(k, uint8_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t why = why_of(&e, i), state = why & ST_STATE;
        bool some = e.off[i + 1] > e.off[i];
        bool open = state == ST_ERROR || (state == ST_UNKNOWN && !some);
        st[i] = open ? why & (uint8_t)~MORE : (uint8_t)(ST_KNOWN | (why & ST_ASSUMED));
        v[i] = !open && (state != ST_NONE && some) == (n->op == OP_HAS);
    }
    return col_settled((col){ .b = v, .states = st, .width = KERNEL_8 }, s.n);
}
