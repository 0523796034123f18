/* rows: sets of rows of a batch, the columns of the pool for them, the records references lead to, the members and
 * spells of owners. Sets are found again when they are the same run of rows: the members of the households of these
 * persons are these persons, so what is known about them is not computed twice. */
#include "kernel/kernel_priv.h"

#include <assert.h>

struct link {
    struct link *next;
    node_id record;
    bool flows;
    struct owners owners; /* for all rows of the set */
};

struct covers {
    struct covers *next;
    uint32_t slot, key;
    const struct pool_cover *at;
};

static set *set_new(struct kernel *k, uint16_t table, uint32_t n)
{
    set *t = SCRATCH(k, set, 1);
    *t = (set){ .table = table, .n = n };
    t->memo = SCRATCH(k, struct memo *, k->memo_count[table]);
    memset(t->memo, 0, sizeof(struct memo *) * k->memo_count[table]);
    return t;
}

set *set_run(struct kernel *k, uint16_t table, uint32_t first, uint32_t n)
{
    for (set *t = k->sets; t != NULL; t = t->next) {
        if (t->table == table && t->first == first && t->n == n) return t;
    }
    set *t = set_new(k, table, n);
    t->first = first;
    t->next = k->sets;
    k->sets = t;
    return t;
}

set *set_of(struct kernel *k, uint16_t table, const uint32_t *rows, uint32_t n)
{
    bool run = true;
    for (uint32_t i = 1; i < n && run; i++) run = rows[i] == rows[i - 1] + 1;
    if (run) return set_run(k, table, n > 0 ? rows[0] : 0, n);
    set *t = set_new(k, table, n);
    t->rows = rows;
    return t;
}

set *set_months(struct kernel *k, uint16_t table, const uint32_t *rows, const int32_t *months, uint32_t n)
{
    set *t = set_new(k, table, n);
    t->rows = rows;
    t->months = months;
    return t;
}

/* ---- selections ---- */

/* Eight bytes at a time: the wanted ones become zero, and zero bytes are found by arithmetic. */
sel sel_of_bytes(struct kernel *k, const uint8_t *b, uint8_t wanted, uint32_t n)
{
    const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f), pattern = UINT64_C(0x0101010101010101) * wanted;
    uint32_t *at = SCRATCH(k, uint32_t, n), m = 0, i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t x;
        memcpy(&x, b + i, 8);
        x ^= pattern;
        uint64_t zero = ~(((x & low) + low) | x | low);
        for (; zero != 0; zero &= zero - 1) at[m++] = i + (uint32_t)__builtin_ctzll(zero) / 8;
    }
    for (; i < n; i++) {
        at[m] = i;
        m += b[i] == wanted;
    }
    return (sel){ m, at };
}

sel sel_within(struct kernel *k, sel outer, sel inner)
{
    if (outer.at == NULL) return inner;
    if (inner.at == NULL) return outer;
    uint32_t *at = SCRATCH(k, uint32_t, inner.n);
    for (uint32_t i = 0; i < inner.n; i++) at[i] = outer.at[inner.at[i]];
    return (sel){ inner.n, at };
}

/* ---- columns of the pool ---- */

/* A reference that leads nowhere is not known. */
static int check_rows(struct kernel *k, uint16_t table, uint16_t column, const int32_t *rows, uint8_t *states,
                      uint32_t n, int common)
{
    uint32_t count = pool_rows(k->pool, k->v->schema.tables[table].columns[column].table), wrong = 0;
    if (count > INT32_MAX) count = INT32_MAX;
    for (uint32_t i = 0; i < n; i++) wrong |= (uint32_t)rows[i] >= count;
    if (!wrong) return common;
    for (uint32_t i = 0; i < n; i++) {
        if ((uint32_t)rows[i] >= count && (states[i] & ST_STATE) == ST_KNOWN) states[i] &= ST_ASSUMED;
    }
    return -1;
}

HOT static bool any_bad(const uint8_t *states, uint32_t n)
{
    uint8_t bad = 0;
    for (uint32_t i = 0; i < n; i++) bad |= (states[i] & ST_STATE) == POOL_BAD;
    return bad != 0;
}

static col read_column(struct kernel *k, uint16_t table, uint16_t column, const set *t, const uint32_t *rows,
                       uint32_t n)
{
    enum pool_kind kind = k->v->schema.tables[table].columns[column].kind;
    col c = { .width = KERNEL_32 };
    uint8_t *states = SCRATCH(k, uint8_t, n);
    int common;
    if (kind == POOL_BOOL) {
        uint8_t *v = SCRATCH(k, uint8_t, n);
        c.b = v;
        c.width = KERNEL_8;
        common = rows ? pool_gather_u8(k->pool, table, column, rows, n, v, states)
                      : pool_read_u8(k->pool, table, column, t->first, n, v, states);
    } else if (kind == POOL_INT) {
        int64_t *v = SCRATCH(k, int64_t, n);
        c.n = v;
        c.width = KERNEL_64;
        common = rows ? pool_gather_i64(k->pool, table, column, rows, n, v, states)
                      : pool_read_i64(k->pool, table, column, t->first, n, v, states);
    } else {
        int32_t *v = SCRATCH(k, int32_t, n);
        c.i = v;
        common = rows ? pool_gather_i32(k->pool, table, column, rows, n, v, states)
                      : pool_read_i32(k->pool, table, column, t->first, n, v, states);
    }
    if (n == 0) common = ST_UNKNOWN;
    if (kind == POOL_REF) common = check_rows(k, table, column, c.i, states, n, common);
    c.common = (uint8_t)common;
    if (common < 0) c.common = ST_KNOWN, c.states = states;
    if (common >= 0 && (common & ST_STATE) != POOL_BAD) return c;
    if (common >= 0) memset(states, common, n);
    if (any_bad(states, n)) { /* the language has a number for what is wrong */
        for (uint32_t i = 0; i < n; i++) {
            if ((states[i] & ST_STATE) == POOL_BAD && !(states[i] & POOL_ABSENT))
                states[i] = (uint8_t)(st_error(VERR_DATA) | (states[i] & ST_ASSUMED));
        }
        c.states = states;
    }
    return col_settled(c, n);
}

col set_column(struct kernel *k, set *t, sel s, uint16_t column)
{
    if (t->months != NULL && column == SLOT_MONTH && k->p->entities.at[t->table].is_monthly) {
        col c = { .i = t->months, .common = ST_KNOWN, .width = KERNEL_32 };
        if (t->months_move) until_all(k, t, s, k->turn + 1);
        return col_gather(k, c, s.at, s.n);
    }
    struct memo *m = t->memo[column];
    if (m == NULL && s.at != NULL && s.n < t->n / 4) { /* few of them: not worth reading all */
        uint32_t *rows = SCRATCH(k, uint32_t, s.n);
        for (uint32_t i = 0; i < s.n; i++) rows[i] = set_row(t, s.at[i]);
        return read_column(k, t->table, column, t, rows, s.n);
    }
    if (m == NULL) {
        m = SCRATCH(k, struct memo, 1);
        *m = (struct memo){ .full = read_column(k, t->table, column, t, t->rows, t->n) };
        t->memo[column] = m;
    }
    return col_gather(k, m->full, s.at, s.n);
}

col set_given(struct kernel *k, set *t, sel s, uint16_t column)
{
    if (s.at == NULL) return read_column(k, t->table, column, t, t->rows, t->n);
    uint32_t *rows = SCRATCH(k, uint32_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) rows[i] = set_row(t, s.at[i]);
    return read_column(k, t->table, column, t, rows, s.n);
}

/* ---- references ---- */

/* Distinct neighbours of the known rows in r become a set. */
static struct owners owners_of_rows(struct kernel *k, uint16_t table, const col *r, uint32_t n)
{
    struct owners o = { .states = r->states, .common = r->common };
    const int32_t *row = col_dense(k, r, n);
    uint32_t *rows = SCRATCH(k, uint32_t, n), *to = SCRATCH(k, uint32_t, n), m = 0;
    bool any = false;
    for (uint32_t i = 0; i < n; i++) {
        if ((col_st(r, i) & ST_STATE) == ST_KNOWN) {
            if (!any || rows[m - 1] != (uint32_t)row[i]) rows[m++] = (uint32_t)row[i];
            any = true;
        }
        to[i] = m > 0 ? m - 1 : 0;
    }
    o.set = set_of(k, table, rows, m);
    o.sel = set_all(o.set);
    o.to = to;
    return o;
}

/* As the one for all rows, for some of them. */
static struct owners owners_some(struct kernel *k, const struct owners *all, sel s)
{
    if (s.at == NULL) return *all;
    struct owners o = { .set = all->set, .common = all->common };
    if (all->states != NULL) {
        uint8_t *st = SCRATCH(k, uint8_t, s.n);
        for (uint32_t i = 0; i < s.n; i++) st[i] = all->states[s.at[i]];
        o.states = st;
    }
    uint32_t *at = SCRATCH(k, uint32_t, s.n), *to = SCRATCH(k, uint32_t, s.n), m = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        uint8_t st = o.states != NULL ? o.states[i] : o.common;
        if ((st & ST_STATE) == ST_KNOWN) {
            uint32_t here = all->to != NULL ? all->to[s.at[i]] : s.at[i];
            if (m == 0 || at[m - 1] != here) at[m++] = here;
        }
        to[i] = m > 0 ? m - 1 : 0;
    }
    o.sel = (sel){ m, at };
    o.to = to;
    return o;
}

/* Elements of a history have a month besides their row, and it must not get lost: a record that comes from looking at a
 * month gets that month, from anywhere else it is given up. */
static struct owners owners_of_months(struct kernel *k, const struct view *f, sel s, node_id record, const col *r)
{
    const struct node *n = node_at(k->p, record);
    uint32_t *rows = SCRATCH(k, uint32_t, s.n);
    int32_t *months = SCRATCH(k, int32_t, s.n);
    const int32_t *row = col_dense(k, r, s.n), *month_at = NULL;
    uint8_t *st = SCRATCH(k, uint8_t, s.n);
    bool moves = false;
    if (n->op == OP_MONTH_RECORD) { /* what the month changes was noted when it was looked for, but the month itself */
        node_id id = kid_of(k, n, 1);
        moves = k->watching && k->levels[id] == 0 && (plan_bits(k, id) & BITS_TIMED);
        col m = moves ? until_quiet(k, f, s, id) : kernel_eval(k, f, s, id);
        month_at = col_dense(k, &m, s.n);
    }
    for (uint32_t i = 0; i < s.n; i++) {
        st[i] = col_st(r, i);
        bool known = (st[i] & ST_STATE) == ST_KNOWN;
        rows[i] = known ? (uint32_t)row[i] : 0;
        months[i] = known && month_at != NULL ? month_at[i] : 0;
        if (known && month_at == NULL) st[i] = ST_ESCAPE, kernel_note_escape(k, (enum op)n->op, 1);
    }
    set *t = set_months(k, n->type.ref, rows, months, s.n);
    t->months_move = moves;
    return (struct owners){ .set = t, .sel = set_all(t), .states = st, .common = ST_KNOWN };
}

static struct owners owners_new(struct kernel *k, const struct view *f, sel s, node_id record)
{
    col r = kernel_eval(k, f, s, record);
    const struct node *n = node_at(k->p, record);
    if (k->p->entities.at[n->type.ref].is_monthly) return owners_of_months(k, f, s, record, &r);
    return owners_of_rows(k, n->type.ref, &r, s.n);
}

struct owners owners_of(struct kernel *k, const struct view *f, sel s, node_id record)
{
    const struct node *n = node_at(k->p, record);
    if (n->op == OP_ELEMENT && n->level == f->level)
        return (struct owners){ .set = f->set, .sel = s, .common = ST_KNOWN };
    if (n->op == OP_ELEMENT) { /* of an outer view: its rows, as many times as asked */
        const uint32_t *at = s.at;
        const struct view *g = f;
        uint32_t *to = SCRATCH(k, uint32_t, s.n);
        for (uint32_t i = 0; i < s.n; i++) to[i] = at != NULL ? at[i] : i;
        for (; g->level > n->level; g = g->outer) {
            for (uint32_t i = 0; i < s.n; i++) to[i] = g->outer_at[to[i]];
        }
        struct owners all = { .set = g->set, .common = ST_KNOWN };
        return owners_some(k, &all, (sel){ s.n, to });
    }
    bool plain =
        n->op == OP_FIELD && node_at(k->p, kid_of(k, n, 0))->op == OP_ELEMENT && k->levels[record] == 1u << f->level;
    if (!plain || s.n < f->set->n / 8) {
        struct owners o = owners_new(k, f, s, record);
        until_owners(k, f->set, s, &o);
        return o;
    }
    struct link *l = f->set->links;
    while (l != NULL && l->record != record) l = l->next;
    if (l == NULL) {
        l = SCRATCH(k, struct link, 1);
        *l = (struct link){ .next = f->set->links, .record = record };
        l->owners = owners_new(k, f, set_all(f->set), record);
        f->set->links = l;
    }
    if (k->watching && !l->flows) { /* from all of them at once */
        until_owners(k, f->set, set_all(f->set), &l->owners);
        l->flows = true;
    }
    return owners_some(k, &l->owners, s);
}

struct owners owners_of_field(struct kernel *k, const struct view *f, sel s, node_id record, uint16_t column)
{
    const struct node *n = node_at(k->p, record);
    if (n->op != OP_MONTH_RECORD || k->levels[record] >> f->level == 0) return owners_of(k, f, s, record);
    col r = month_record(k, f, s, n, column);
    struct owners o = owners_of_months(k, f, s, record, &r);
    until_owners(k, f->set, s, &o);
    return o;
}

col owners_expand(struct kernel *k, const struct owners *o, col c, uint32_t n)
{
    if (o->states == NULL && (o->common & ST_STATE) == ST_KNOWN) {
        c = col_gather(k, c, o->to, n);
        if (o->common & ST_ASSUMED) {
            col by = { .common = o->common, .constant = true };
            c = col_assume(k, c, &by, n);
        }
        return c;
    }
    if (o->states == NULL) return col_const(k, c.width, o->common, 0);
    col r = { .width = c.width, .common = ST_KNOWN };
    if (o->sel.n == 0) c = col_const(k, c.width, ST_UNKNOWN, 0); /* nobody is known */
    r.any = col_dense(k, &c, o->sel.n > 0 ? o->sel.n : n);
    if (o->to != NULL && o->sel.n > 0) r = col_gather(k, r, o->to, n);
    uint8_t *st = SCRATCH(k, uint8_t, n);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t mine = o->states[i];
        if ((mine & ST_STATE) == ST_KNOWN) {
            uint32_t at = o->to != NULL ? o->to[i] : i;
            mine = (uint8_t)(col_st(&c, at) | (mine & ST_ASSUMED));
        }
        st[i] = mine;
    }
    if (r.width == KERNEL_8) { /* a truth value that is not known is 0 */
        uint8_t *b = SCRATCH(k, uint8_t, n);
        for (uint32_t i = 0; i < n; i++) b[i] = (st[i] & ST_STATE) == ST_KNOWN ? r.b[i] : 0;
        r.b = b;
    }
    r.states = st;
    return col_settled(r, n);
}

struct owners owners_plain(struct kernel *k, struct owners o, uint32_t n)
{
    if (o.states == NULL) {
        if ((o.common & ST_STATE) == ST_KNOWN) o.common = ST_KNOWN;
        return o;
    }
    uint8_t *st = SCRATCH(k, uint8_t, n);
    for (uint32_t i = 0; i < n; i++) st[i] = (o.states[i] & ST_STATE) == ST_KNOWN ? ST_KNOWN : o.states[i];
    o.states = st;
    return o;
}

/* ---- members and spells ---- */

/* Children of all rows of a set. */
static struct children *children_of_all(struct kernel *k, set *t, uint32_t slot)
{
    uint16_t table = t->table, member = k->p->entities.at[table].slots.at[slot].type.ref;
    struct children *c = SCRATCH(k, struct children, 1);
    uint32_t *off = SCRATCH(k, uint32_t, t->n + 1), total = 0;
    *c = (struct children){ .slot = slot, .off = off };
    if (t->rows == NULL && t->n > 0) {
        const uint32_t *list = NULL;
        pool_group_run(k->pool, table, (uint16_t)slot, t->first, t->n, off, &list);
        uint32_t from = off[0], n = off[t->n] - from;
        for (uint32_t i = 0; i <= t->n; i++) off[i] -= from;
        c->set = list != NULL ? set_of(k, member, list + from, n) : set_run(k, member, from, n);
        return c;
    }
    struct pool_members *m = SCRATCH(k, struct pool_members, t->n);
    off[0] = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        m[i] = pool_group(k->pool, table, (uint16_t)slot, set_row(t, i));
        total += m[i].count;
        off[i + 1] = total;
    }
    uint32_t *rows = SCRATCH(k, uint32_t, total);
    for (uint32_t i = 0; i < t->n; i++) {
        for (uint32_t j = 0; j < m[i].count; j++) rows[off[i] + j] = m[i].list != NULL ? m[i].list[j] : m[i].first + j;
    }
    c->set = set_of(k, member, rows, total);
    return c;
}

static const struct children *children_all(struct kernel *k, set *t, uint32_t slot)
{
    struct children *c = t->children;
    while (c != NULL && c->slot != slot) c = c->next;
    if (c == NULL) {
        c = children_of_all(k, t, slot);
        c->next = t->children;
        t->children = c;
    }
    return c;
}

/* Of selected rows: found among those of all, which are cheap to list when the rows are a run. */
static struct children *children_some(struct kernel *k, const struct children *all, sel s)
{
    struct children *c = SCRATCH(k, struct children, 1);
    uint32_t *off = SCRATCH(k, uint32_t, s.n + 1), total = 0;
    off[0] = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        total += all->off[s.at[i] + 1] - all->off[s.at[i]];
        off[i + 1] = total;
    }
    uint32_t *rows = SCRATCH(k, uint32_t, total);
    for (uint32_t i = 0; i < s.n; i++) {
        uint32_t from = all->off[s.at[i]];
        for (uint32_t j = off[i]; j < off[i + 1]; j++) rows[j] = set_row(all->set, from + j - off[i]);
    }
    *c = (struct children){ .slot = all->slot, .set = set_of(k, all->set->table, rows, total), .off = off };
    return c;
}

const struct children *owners_children(struct kernel *k, const struct owners *o, uint32_t slot)
{
    const struct children *all = children_all(k, o->set, slot);
    return o->sel.at == NULL ? all : children_some(k, all, o->sel);
}

enum { BEGUN = 1 << 30 }; /* with a slot: the children without those still to come */

/* What holds today of the spells of an owner may be otherwise on the day when one begins or ends. */
static void note_bounds(struct kernel *k, const struct children *all, const struct owners *o, uint16_t slot)
{
    uint32_t n = all->set->n;
    col c = set_column(k, all->set, set_all(all->set), slot);
    if (c.states == NULL && (c.common & ST_STATE) != ST_KNOWN) return;
    const int32_t *day = col_dense(k, &c, n), today = k->today.days, last = k->days[k->day_count - 1].days;
    for (uint32_t i = 0; i < o->sel.n; i++) {
        for (uint32_t j = all->off[i]; j < all->off[i + 1]; j++) {
            if (day[j] <= today || day[j] > last || (col_st(&c, j) & ST_STATE) != ST_KNOWN) continue;
            until_note(k, o->set, sel_at(o->sel, i), until_day(k, day[j]));
        }
    }
}

static struct children *begun_of(struct kernel *k, const struct children *all, const struct owners *o)
{
    uint32_t n = all->set->n, m = 0, owners = o->sel.n;
    if (k->watching) {
        note_bounds(k, all, o, SLOT_FROM);
        note_bounds(k, all, o, SLOT_TO);
    }
    col from = set_column(k, all->set, set_all(all->set), SLOT_FROM);
    const int32_t *day = col_dense(k, &from, n);
    uint32_t later = 0;
    for (uint32_t i = 0; i < n; i++) later += (col_st(&from, i) & ST_STATE) == ST_KNOWN && day[i] > k->today.days;
    struct children *c = SCRATCH(k, struct children, 1);
    *c = *all;
    if (later == 0) return c;
    uint32_t *rows = SCRATCH(k, uint32_t, n), *off = SCRATCH(k, uint32_t, owners + 1);
    off[0] = 0;
    for (uint32_t w = 0; w < owners; w++) {
        for (uint32_t i = all->off[w]; i < all->off[w + 1]; i++) {
            if ((col_st(&from, i) & ST_STATE) == ST_KNOWN && day[i] > k->today.days) continue;
            rows[m++] = set_row(all->set, i);
        }
        off[w + 1] = m;
    }
    c->set = set_of(k, all->set->table, rows, m);
    c->off = off;
    return c;
}

const struct children *owners_begun(struct kernel *k, const struct owners *o, uint32_t slot)
{
    const struct children *all = owners_children(k, o, slot);
    if (o->sel.at != NULL) return begun_of(k, all, o);
    struct children *c = o->set->children;
    while (c != NULL && c->slot != (slot | BEGUN)) c = c->next;
    if (c == NULL) {
        c = begun_of(k, all, o);
        c->slot = slot | BEGUN;
        c->next = o->set->children;
        o->set->children = c;
    }
    return c;
}

/* Looked up once for each row of the set: many ask about the same group. */
const struct pool_cover *set_cover(struct kernel *k, set *t, uint32_t slot, uint32_t key)
{
    struct covers *c = t->covers;
    while (c != NULL && (c->slot != slot || c->key != key)) c = c->next;
    if (c != NULL) return c->at;
    c = SCRATCH(k, struct covers, 1);
    struct pool_cover *at = SCRATCH(k, struct pool_cover, t->n);
    for (uint32_t i = 0; i < t->n; i++)
        at[i] = pool_covered(k->pool, t->table, (uint16_t)slot, set_row(t, i), (uint16_t)key);
    *c = (struct covers){ t->covers, slot, key, at };
    t->covers = c;
    return at;
}

struct cover owners_cover(struct kernel *k, const struct owners *o, uint32_t slot)
{
    struct pool_cover c;
    if (pool_covered_alike(k->pool, o->set->table, (uint16_t)slot, 0, &c)) return (struct cover){ .common = c.state };
    const struct pool_cover *at = set_cover(k, o->set, slot, 0);
    struct cover r = { .states = SCRATCH(k, uint8_t, o->sel.n) };
    for (uint32_t i = 0; i < o->sel.n; i++) r.states[i] = at[sel_at(o->sel, i)].state;
    return r;
}
