/* months: what is counted in histories by month. Rows of a history are runs of months, from and to included, with their
 * kind; counting goes over runs, whatever their length. */
#include "kernel/kernel_priv.h"

#include <assert.h>

/* The runs of one row and kind. */
struct runs {
    const int32_t *from, *to, *key;
    uint32_t begin, end;
    int32_t kind;
};

static bool is_kind(const struct runs *r, uint32_t j) { return r->key == NULL || r->key[j] == r->kind; }

static int64_t months_to(const struct runs *r, int64_t month_)
{
    int64_t count = 0;
    for (uint32_t j = r->begin; j < r->end; j++) {
        int64_t last = r->to[j] < month_ ? r->to[j] : month_;
        if (is_kind(r, j) && last >= r->from[j]) count += last - r->from[j] + 1;
    }
    return count;
}

/* Runs that follow one another are one: found from the last backwards, as they are in order. */
static int64_t months_in_a_row(const struct runs *r, int32_t month_)
{
    int64_t at = month_;
    bool found = true;
    while (found) {
        found = false;
        for (uint32_t j = r->end; j > r->begin; j--) {
            if (!is_kind(r, j - 1) || at < r->from[j - 1] || at > r->to[j - 1]) continue;
            at = (int64_t)r->from[j - 1] - 1;
            found = true;
        }
    }
    return month_ - at;
}

/* The first run with this month; *later: the first month after it that begins a run, if that is sooner. */
static bool find_month(const struct runs *r, int32_t month_, uint32_t *row, int32_t *later)
{
    bool found = false;
    for (uint32_t j = r->begin; j < r->end; j++) {
        if (!is_kind(r, j)) continue;
        if (month_ < r->from[j]) {
            if (r->from[j] < *later) *later = r->from[j];
        } else if (!found && month_ <= r->to[j]) {
            found = true;
            *row = j;
        }
    }
    return found;
}

static bool first_month(const struct runs *r, int32_t until, int32_t *out)
{
    bool found = false;
    for (uint32_t j = r->begin; j < r->end; j++) {
        if (!is_kind(r, j) || r->from[j] > until || (found && r->from[j] >= *out)) continue;
        *out = r->from[j];
        found = true;
    }
    return found;
}

static bool last_month(const struct runs *r, int32_t until, int32_t *out)
{
    bool found = false;
    for (uint32_t j = r->begin; j < r->end; j++) {
        int32_t last = r->to[j] < until ? r->to[j] : until;
        if (!is_kind(r, j) || r->from[j] > until || (found && last <= *out)) continue;
        *out = last;
        found = true;
    }
    return found;
}

struct look {
    struct owners o;
    const struct children *all;
    col key;
    const int32_t *from, *to, *kind;
    uint32_t slot;
    uint16_t table;
    bool alike; /* one cover for all rows */
    struct pool_cover cover;
};

static struct look look_at(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    struct look l = { .o = owners_of(k, f, s, kid_of(k, n, 0)), .slot = n->k };
    l.table = l.o.set->table;
    l.all = owners_children(k, &l.o, n->k);
    sel every = set_all(l.all->set);
    l.key = col_const(k, KERNEL_32, ST_KNOWN, 0);
    if (n->kid_count > 1) l.key = kid_col(k, f, s, n, 1);
    col from = set_column(k, l.all->set, every, SLOT_MONTH);
    col to = set_column(k, l.all->set, every, vocab_last_month(k->v, n->type.ref));
    l.from = col_dense(k, &from, every.n);
    l.to = col_dense(k, &to, every.n);
    if (k->p->entities.at[n->type.ref].key != 0) {
        col kind = set_column(k, l.all->set, every, vocab_key(k->v, n->type.ref));
        l.kind = col_dense(k, &kind, every.n);
    }
    if (l.key.constant && l.key.common == ST_KNOWN)
        l.alike = pool_covered_alike(k->pool, l.table, (uint16_t)l.slot, (uint16_t)l.key.i[0], &l.cover);
    return l;
}

/* What row i knows of the history it looks at. */
static uint8_t look_row(struct kernel *k, const struct look *l, uint32_t i, struct runs *r, struct pool_cover *c)
{
    uint8_t mine = l->o.states != NULL ? l->o.states[i] : l->o.common, key = col_st(&l->key, i);
    if ((mine & ST_STATE) != ST_KNOWN) return mine;
    if ((key & ST_STATE) != ST_KNOWN) return (uint8_t)(key | (mine & ST_ASSUMED));
    uint32_t at = l->o.to != NULL ? l->o.to[i] : i;
    int32_t kind = l->key.i[l->key.constant ? 0 : i];
    *c = l->alike ? l->cover : set_cover(k, l->o.set, l->slot, (uint32_t)kind)[sel_at(l->o.sel, at)];
    if ((c->state & ST_STATE) != ST_KNOWN) return ST_UNKNOWN;
    *r = (struct runs){ l->from, l->to, l->kind, l->all->off[at], l->all->off[at + 1], kind };
    return (uint8_t)(ST_KNOWN | ((mine | key | c->state) & ST_ASSUMED));
}

/* 首月, 末月 of one row. */
static uint8_t outer_month(enum op op, const struct runs *r, const struct pool_cover *c, int32_t at, int64_t *o)
{
    int32_t m = 0;
    bool late = c->has_until && c->until < at;
    bool found = op == OP_MONTHS_FIRST ? first_month(r, late ? c->until : at, &m) : last_month(r, at, &m);
    *o = m;
    if (late && (op == OP_MONTHS_LAST || !found)) return ST_UNKNOWN;
    return found ? ST_KNOWN : ST_NONE;
}

static uint8_t counted(enum op op, const struct runs *r, const struct pool_cover *c, int32_t at, int64_t window,
                       int64_t *o)
{
    if (c->has_until && c->until < at) return ST_UNKNOWN;
    if (op == OP_MONTHS_TOTAL)
        *o = months_to(r, at);
    else if (op == OP_MONTHS_RUN)
        *o = months_in_a_row(r, at);
    else if (window < 0 || window > MONTHS_COUNT)
        return st_error(VERR_OVERFLOW);
    else
        *o = months_to(r, at) - months_to(r, (int64_t)at - window);
    return ST_KNOWN;
}

static col months_measure(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    struct look l = look_at(k, f, s, node_at(k->p, kid_of(k, n, 0)));
    enum op op = (enum op)n->op;
    col at = col_const(k, KERNEL_32, ST_KNOWN, k->this_month.index), window = col_const(k, KERNEL_64, ST_KNOWN, 0);
    if (op == OP_MONTHS_WINDOW) window = kid_col(k, f, s, n, 1);
    if (n->kid_count > 1) at = kid_col(k, f, s, n, n->kid_count - 1u);
    int64_t *o = SCRATCH(k, int64_t, s.n);
    uint8_t *st = SCRATCH(k, uint8_t, s.n);
    for (uint32_t i = 0; i < s.n; i++) {
        struct runs r = { 0 };
        struct pool_cover c = { 0 };
        uint8_t why = look_row(k, &l, i, &r, &c);
        o[i] = 0;
        st[i] = why;
        if ((why & ST_STATE) == ST_NONE) continue;
        st[i] = st_worst(st_worst(why, col_st(&window, i)), col_st(&at, i));
        if ((st[i] & ST_STATE) != ST_KNOWN) continue;
        int32_t m = at.i[at.constant ? 0 : i];
        bool outer = op == OP_MONTHS_FIRST || op == OP_MONTHS_LAST;
        uint8_t how = outer ? outer_month(op, &r, &c, m, &o[i])
                            : counted(op, &r, &c, m, window.n[window.constant ? 0 : i], &o[i]);
        if (how == ST_KNOWN || how == ST_NONE)
            st[i] = (uint8_t)(how | ((outer ? why : st[i]) & ST_ASSUMED));
        else
            st[i] = how;
    }
    return col_narrowed(k, o, st, col_width(n->type), s.n);
}

/* ---- a month that moves on with the days ---- */

enum { COLUMN_NONE = -1 };

/* The months looked for on each turn, the last of them the latest, and what is asked: whether there is one, its record,
 * or a column of its record. */
struct moving {
    int32_t at[KERNEL_DAYS_MAX], latest;
    bool has;
    int column;
};

/* What is found on a turn; later as find_month says. */
struct found {
    bool there, lost; /* lost: nobody knows that month yet */
    uint32_t run;
    int32_t later;
    unsigned turn;
};

/* A row whose month is in another run on the turn of then. */
struct crossing {
    uint32_t row; /* of the selection */
    struct found now, then;
};

/* The next turn whose month is in another run or in none; false: there is no such turn. */
static bool find_next(const struct kernel *k, const struct runs *r, const struct pool_cover *c, const struct moving *x,
                      struct found *f)
{
    int32_t end = f->later;
    assert(!f->there || r->to != NULL);
    if (f->there && r->to[f->run] < end - 1) end = r->to[f->run] + 1;
    if (c->has_until && c->until < end - 1) end = c->until + 1;
    if (end > x->latest) return false;
    while (f->turn < k->day_count && x->at[f->turn] < end) f->turn++;
    if (f->turn == k->day_count) return false;
    f->later = INT32_MAX;
    f->lost = c->has_until && c->until < x->at[f->turn];
    f->there = !f->lost && find_month(r, x->at[f->turn], &f->run, &f->later);
    return true;
}

/* Notes on which turn another answer is found. True: whether it is another one is to be seen from the column. */
static bool look_on(struct kernel *k, set *t, uint32_t at, const struct runs *r, const struct pool_cover *c,
                    const struct moving *x, struct crossing *of)
{
    const struct found *now = &of->now;
    struct found f = *now;
    while (find_next(k, r, c, x, &f)) {
        if (!f.lost && f.there == now->there && (x->has || !f.there || f.run == now->run)) continue;
        of->then = f;
        if (f.there && now->there && x->column != COLUMN_NONE) return true;
        until_note(k, t, at, f.turn);
        return false;
    }
    return false;
}

/* A run ends and another one follows whenever anything of the record changes (once a year for nearly everybody, with
 * the base that contributions are paid on); most columns say the same in both. */
static void look_across(struct kernel *k, const struct view *f, sel s, const struct look *l, const struct moving *x,
                        struct crossing *list, uint32_t n)
{
    while (n > 0) {
        uint32_t *now = SCRATCH(k, uint32_t, n), *then = SCRATCH(k, uint32_t, n), rest = 0;
        for (uint32_t i = 0; i < n; i++) now[i] = list[i].now.run, then[i] = list[i].then.run;
        col a = set_column(k, l->all->set, (sel){ n, now }, (uint16_t)x->column);
        col b = set_column(k, l->all->set, (sel){ n, then }, (uint16_t)x->column);
        for (uint32_t i = 0; i < n; i++) {
            struct runs r = { 0 };
            struct pool_cover c = { 0 };
            uint32_t at = sel_at(s, list[i].row);
            if (!col_same(&a, i, &b, i)) {
                until_note(k, f->set, at, list[i].then.turn);
                continue;
            }
            look_row(k, l, list[i].row, &r, &c);
            list[i].now = list[i].then;
            if (look_on(k, f->set, at, &r, &c, x, &list[i])) list[rest++] = list[i];
        }
        n = rest;
    }
}

/* The month looked for. When it is the same for everybody and moves on with the days, it is told in at, and whoever
 * looks notes for whom the answer changes. */
static col month_asked(struct kernel *k, const struct view *f, sel s, node_id id, int32_t *at, bool *moves)
{
    *moves = k->watching && k->levels[id] == 0 && until_const_days(k, id, at);
    return *moves ? until_quiet(k, f, s, id) : kernel_eval(k, f, s, id);
}

/* Whether a month is there, or its record; column: what is asked of that record, or COLUMN_NONE. */
static col month_look(struct kernel *k, const struct view *f, sel s, const struct node *n, int column)
{
    struct look l = look_at(k, f, s, node_at(k->p, kid_of(k, n, 0)));
    struct moving x = { .latest = INT32_MIN, .has = n->op == OP_MONTH_HAS, .column = column };
    bool moves;
    col m = month_asked(k, f, s, kid_of(k, n, 1), x.at, &moves);
    for (unsigned turn = 0; moves && turn < k->day_count; turn++)
        x.latest = x.at[turn] > x.latest ? x.at[turn] : x.latest;
    uint8_t *v = SCRATCH(k, uint8_t, s.n), *st = SCRATCH(k, uint8_t, s.n);
    int32_t *row = SCRATCH(k, int32_t, s.n);
    struct crossing *crossings = SCRATCH(k, struct crossing, moves && column != COLUMN_NONE ? s.n : 0);
    uint32_t crossed = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        struct runs r = { 0 };
        struct pool_cover c = { 0 };
        uint8_t why = look_row(k, &l, i, &r, &c);
        uint8_t worst = (why & ST_STATE) == ST_NONE ? why : st_worst(why, col_st(&m, i));
        v[i] = 0;
        row[i] = 0;
        st[i] = worst;
        if ((worst & ST_STATE) == ST_NONE && x.has) st[i] = (uint8_t)(ST_KNOWN | (worst & ST_ASSUMED));
        if ((worst & ST_STATE) != ST_KNOWN) continue;
        int32_t at = m.i[m.constant ? 0 : i];
        if (c.has_until && c.until < at) {
            st[i] = ST_UNKNOWN;
            continue;
        }
        struct crossing here = { .row = i, .now = { .later = INT32_MAX, .turn = k->turn } };
        here.now.there = find_month(&r, at, &here.now.run, &here.now.later);
        if (moves && look_on(k, f->set, sel_at(s, i), &r, &c, &x, &here)) crossings[crossed++] = here;
        v[i] = here.now.there;
        if (x.has) continue;
        if (here.now.there)
            row[i] = (int32_t)set_row(l.all->set, here.now.run);
        else
            st[i] = (uint8_t)(ST_NONE | (worst & ST_ASSUMED));
    }
    look_across(k, f, s, &l, &x, crossings, crossed);
    if (x.has) return col_settled((col){ .b = v, .states = st, .width = KERNEL_8 }, s.n);
    return col_settled((col){ .i = row, .states = st, .width = KERNEL_32 }, s.n);
}

col month_record(struct kernel *k, const struct view *f, sel s, const struct node *n, uint16_t column)
{
    return month_look(k, f, s, n, column);
}

col eval_months(struct kernel *k, const struct view *f, sel s, const struct node *n)
{
    return n->op == OP_MONTH_HAS || n->op == OP_MONTH_RECORD ? month_look(k, f, s, n, COLUMN_NONE)
                                                             : months_measure(k, f, s, n);
}
