/* plan: what can be known of a program before any row is seen: on which elements a node depends, constants for the two
 * dates, the version of a definition in force, which columns hold anything odd, what day-by-day tables hold. */
#include "kernel/kernel_priv.h"

#include <assert.h>

static unsigned capped(unsigned cost) { return cost > 200 ? 200 : cost; }

static void plan_node(struct kernel *k, node_id id)
{
    const struct node *n = node_at(k->p, id);
    unsigned cost = n->op == OP_CALL ? 12 : n->op == OP_QUALIFIES ? 30 : 1;
    uint16_t levels = 0;
    for (unsigned i = 0; i < n->kid_count; i++) {
        node_id kid = kid_of(k, n, i);
        uint16_t below = k->levels[kid];
        bool over = n->op == OP_ANY || n->op == OP_ALL || n->op == OP_COUNT || n->op == OP_SUM || n->op == OP_MAX ||
                    n->op == OP_MIN;
        if (over && i > 0) {
            below &= (uint16_t) ~(1u << n->level);
            cost += 4u * k->cost[kid];
        }
        levels |= below;
        cost += k->cost[kid];
    }
    if (n->op == OP_ELEMENT) levels = (uint16_t)(1u << n->level), cost = 0;
    if (n->op == OP_CONST) cost = 0;
    if (n->op == OP_LOCAL) levels = 1;
    if (n->op >= OP_MONTH_HAS && n->op <= OP_MONTHS_LAST) cost += 10;
    k->levels[id] = levels;
    k->cost[id] = (uint8_t)capped(levels == 0 ? 0 : cost);
}

void plan_build(struct kernel *k)
{
    const struct program *p = k->p;
    k->levels = ARENA_ARRAY(k->arena, uint16_t, p->nodes.len + 1);
    k->cost = ARENA_ARRAY(k->arena, uint8_t, p->nodes.len + 1);
    k->consts = ARENA_ARRAY(k->arena, col **, k->day_count);
    if (k->day_count > 1) {
        k->bits = ARENA_ARRAY(k->arena, uint8_t, p->nodes.len + 1);
        k->func_bits = ARENA_ARRAY(k->arena, uint8_t, p->funcs.len + 1);
        k->ways = ARENA_ARRAY(k->arena, int8_t, p->nodes.len + 1);
        memset(k->ways, UNTIL_UNSEEN, p->nodes.len + 1);
    }
    k->calls = ARENA_ARRAY(k->arena, uint32_t, p->funcs.len + 1);
    for (node_id id = 1; id < p->nodes.len; id++) {
        plan_node(k, id);
        if (p->nodes.at[id].op == OP_CALL) k->calls[p->nodes.at[id].k]++;
    }
    k->func_slot = ARENA_ARRAY(k->arena, int32_t, p->funcs.len + 1);
    k->steps = ARENA_ARRAY(k->arena, struct step_table *, p->funcs.len + 1);
    for (size_t i = 0; i < p->funcs.len; i++) {
        const struct func *f = &p->funcs.at[i];
        k->func_slot[i] = f->params.len > 0 ? -1 : entity_slot(&p->entities.at[f->entity], f->name);
    }
    k->memo_count = ARENA_ARRAY(k->arena, uint32_t, p->entities.len + 1);
    k->column_info = ARENA_ARRAY(k->arena, uint8_t *, p->entities.len + 1);
    for (size_t i = 0; i < p->entities.len; i++) {
        uint32_t columns = k->v->schema.tables[i].column_count;
        k->memo_count[i] = columns + (uint32_t)p->policies.len;
        k->column_info[i] = ARENA_ARRAY(k->arena, uint8_t, columns + 1);
    }
    eval_start(&k->ev, p, k->cases, k->today, k->rule_day);
}

/* A text constant as the pool's number; one that nobody has gets a number of its own, below -1. */
static int64_t text_number(struct kernel *k, str s)
{
    int64_t number = pool_text_number(k->pool, s);
    if (number >= 0) return number;
    for (size_t i = 0; i < k->texts.len; i++) {
        if (str_eq(k->texts.at[i], s)) return -2 - (int64_t)i;
    }
    *vec_push(k->arena, &k->texts) = s;
    return -1 - (int64_t)k->texts.len;
}

col value_col(struct kernel *k, struct type t, struct value v)
{
    unsigned width = col_width(t);
    uint8_t state = (uint8_t)(v.state | (v.assumed ? ST_ASSUMED : 0));
    if (v.state == VALUE_ERROR) state = (uint8_t)(st_error((enum value_error)v.error) | (state & ST_ASSUMED));
    if (v.state != VALUE_KNOWN) return col_const(k, width, state, 0);
    int64_t x = 0;
    switch (t.kind) {
    case TYPE_BOOL: x = v.boolean; break;
    case TYPE_NUM:
        if (v.number > INT64_MAX || v.number < INT64_MIN) return col_const(k, width, ST_ESCAPE, 0);
        x = (int64_t)v.number;
        break;
    case TYPE_DATE: x = v.day.days; break;
    case TYPE_MONTH: x = v.month_.index; break;
    case TYPE_CODE: x = v.code; break;
    case TYPE_TEXT: x = text_number(k, v.text); break;
    case TYPE_BAD:
    case TYPE_RECORD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE: return col_const(k, width, ST_ESCAPE, 0);
    }
    return col_const(k, width, state, x);
}

/* Constants outlive the batch: their value is kept in the arena. */
struct kept {
    col c;
    int64_t value;
};

col plan_const(struct kernel *k, node_id id)
{
    bool timed = k->day_count > 1 && (plan_bits(k, id) & BITS_TIMED);
    col ***of_day = &k->consts[timed ? k->turn : 0];
    if (*of_day == NULL) *of_day = ARENA_ARRAY(k->arena, col *, k->p->nodes.len + 1);
    if ((*of_day)[id] != NULL) return *(*of_day)[id];
    struct arena_mark mark = arena_mark(k->cases);
    date today = k->days != NULL ? k->days[k->turn] : k->today, rule_day = k->days != NULL ? today : k->rule_day;
    eval_start(&k->ev, k->p, k->cases, today, rule_day);
    struct frame nobody = { 0 };
    col c = value_col(k, node_at(k->p, id)->type, eval_node(&k->ev, &nobody, id));
    arena_rewind(k->cases, mark);
    struct kept *kept = ARENA_NEW(k->arena, struct kept);
    kept->c = c;
    kept->value = *c.n;
    kept->c.n = &kept->value;
    (*of_day)[id] = &kept->c;
    return kept->c;
}

bool plan_given(struct kernel *k, uint16_t table, uint16_t column)
{
    uint8_t *info = &k->column_info[table][column];
    if (*info == 0) {
        struct pool_column_stats s = pool_stats(k->pool, table, column);
        bool given = s.unknown + s.known + s.none + s.bad > 0;
        *info = (uint8_t)(COLUMN_SEEN | (given ? COLUMN_GIVEN : 0));
    }
    return (*info & COLUMN_GIVEN) != 0;
}

/* ---- dates ---- */

static int64_t years_of(int64_t months) { return months >= 0 ? months / 12 : -((11 - months) / 12); }

/* Of a day its month, counted from that of DATE_MIN; or between it and another: whole months, less one where the day of
 * month is not reached. */
const int16_t *plan_days(struct kernel *k, enum op op, bool left, int32_t other)
{
    VEC_EACH (const struct day_table, d, &k->day_tables) {
        if (d->op == op && d->left == left && d->other == other) return d->at;
    }
    int16_t *at = ARENA_ARRAY(k->arena, int16_t, (size_t)(DATE_MAX.days - DATE_MIN.days) + 1);
    int year, number, day_of_other;
    date_parts((date){ other }, &year, &number, &day_of_other);
    int64_t other_month = (int64_t)year * 12 + number - 1;
    month m = date_month(DATE_MIN);
    for (int32_t first = DATE_MIN.days; first <= DATE_MAX.days; m.index++) {
        int32_t next = month_last(m).days + 1;
        int64_t apart = left ? m.index - other_month : other_month - m.index;
        if (op == OP_MONTH_OF) apart = m.index - date_month(DATE_MIN).index;
        int16_t full = (int16_t)(op == OP_AGE ? years_of(apart) : apart);
        int16_t less = (int16_t)(op == OP_AGE ? years_of(apart - 1) : apart - 1);
        for (int32_t d = first; d < next; d++) {
            int day = d - first + 1;
            bool short_of_it = op != OP_MONTH_OF && (left ? day < day_of_other : day > day_of_other);
            at[d - DATE_MIN.days] = full;
            if (short_of_it) at[d - DATE_MIN.days] = less;
        }
        first = next;
    }
    *vec_push(k->arena, &k->day_tables) = (struct day_table){ (uint8_t)op, left, other, at };
    return at;
}

/* What a number of months later is away from each day, in days; PLAN_NO_SHIFT where that leaves the calendar. */
const int16_t *plan_shifts(struct kernel *k, enum month_mode mode, int32_t months)
{
    VEC_EACH (const struct day_table, d, &k->day_tables) {
        if (d->op == OP_DATE_MONTHS && d->left == (mode == MONTH_ROLL) && d->other == months) return d->at;
    }
    assert(months >= -PLAN_SHIFT_MAX && months <= PLAN_SHIFT_MAX);
    int16_t *at = ARENA_ARRAY(k->arena, int16_t, (size_t)(DATE_MAX.days - DATE_MIN.days) + 1);
    month m = date_month(DATE_MIN), last = date_month(DATE_MAX);
    for (int32_t day = DATE_MIN.days; day <= DATE_MAX.days; m.index++) {
        month to = { m.index + months };
        bool inside = to.index > date_month(DATE_MIN).index && to.index < last.index;
        int32_t next = month_last(m).days + 1, from = day;
        int32_t first = inside ? month_first(to).days : 0, length = inside ? month_last(to).days - first + 1 : 0;
        for (; day < next && day <= DATE_MAX.days; day++) {
            int32_t n = day - from, end = mode == MONTH_ROLL ? length : length - 1;
            at[day - DATE_MIN.days] = inside ? (int16_t)(first + (n < length ? n : end) - day) : PLAN_NO_SHIFT;
        }
    }
    *vec_push(k->arena, &k->day_tables) = (struct day_table){ OP_DATE_MONTHS, mode == MONTH_ROLL, months, at };
    return at;
}
