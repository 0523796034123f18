/* What the tests of SQL share: facts made storable, and rows of the database compared with the row evaluator. */
#ifndef UNIT_SQL_HELPERS_H
#define UNIT_SQL_HELPERS_H
#include "sql/sql.h"
#include "support/postgres.h"
#include "support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- records ---- */

struct reach {
    struct arena *a;
    const struct program *p;
    struct map seen; /* by address */
    VEC(struct record *) records;
};

static inline void reach(struct reach *x, struct record *r)
{
    str key = str_dup(x->a, (str){ (const char *)&r, sizeof r });
    if (!map_put(&x->seen, key, r)) return;
    *vec_push(x->a, &x->records) = r;
}

static inline void reach_all(struct reach *x, struct record *subject)
{
    reach(x, subject);
    for (size_t at = 0; at < x->records.len; at++) {
        struct record *r = x->records.at[at];
        const struct entity *e = &x->p->entities.at[r->entity];
        if (r->owner != NULL) reach(x, r->owner);
        for (uint32_t i = 0; i < e->slots.len; i++) {
            const struct slot *s = &e->slots.at[i];
            const struct slot_value *v = &r->slots[i];
            if (s->kind == SLOT_HISTORY) {
                const struct entity *m = &x->p->entities.at[s->type.ref];
                uint32_t keys = m->key ? (uint32_t)x->p->codes.at[m->key - 1].items.len : 1;
                for (uint32_t k = 0; r->histories[i] != NULL && k < keys; k++)
                    for (uint32_t j = 0; j < r->histories[i][k].count; j++) reach(x, r->histories[i][k].records[j]);
            } else if (v->given && v->v.state == VALUE_KNOWN && s->type.kind == TYPE_GROUP) {
                for (uint32_t j = 0; j < v->v.group->count; j++) reach(x, v->v.group->at[j]);
            } else if (v->given && v->v.state == VALUE_KNOWN && s->type.kind == TYPE_RECORD) {
                reach(x, v->v.record);
            }
        }
    }
}

/* In a database the members of a group are those who refer to it. Examples may say less; make them say the same. */
static inline size_t agree(const struct program *p, struct arena *a, struct record *subject)
{
    struct reach x = { .a = a, .p = p };
    size_t changed = 0;
    map_init(&x.seen, a);
    reach_all(&x, subject);
    for (size_t at = 0; at < x.records.len; at++) {
        struct record *r = x.records.at[at];
        const struct entity *e = &p->entities.at[r->entity];
        for (uint32_t i = 0; i < e->slots.len; i++) {
            const struct slot *s = &e->slots.at[i];
            struct slot_value *v = &r->slots[i];
            if (s->kind != SLOT_GROUP || !v->given || v->v.state != VALUE_KNOWN) continue;
            int via = entity_slot(&p->entities.at[s->type.ref], s->via);
            struct group *g = ARENA_NEW(a, struct group);
            g->at = ARENA_ARRAY(a, struct record *, x.records.len + 1);
            for (size_t k = 0; k < x.records.len; k++) {
                struct record *m = x.records.at[k];
                if (m->entity != s->type.ref || !m->slots[via].given) continue;
                if (m->slots[via].v.state == VALUE_KNOWN && m->slots[via].v.record == r) g->at[g->count++] = m;
            }
            changed += g->count != v->v.group->count;
            v->v.group = g;
        }
    }
    return changed;
}

/* ---- a population: subjects of any entities, and their numbers in the database ---- */

struct population {
    const struct program *p;
    struct arena *a;
    VEC(struct record *) subjects;
    int64_t *ids;
    date today, rule_day;
};

struct tally {
    size_t compared, escaped, refused_to_compile, kinds[5], states[4], leads, services;
};

struct comparison {
    const struct population *pop;
    struct tally *t;
    struct map rows; /* number to struct sql_row */
};

static inline void keep_row(void *ctx, const struct sql_row *row)
{
    struct comparison *c = ctx;
    struct sql_row *copy = ARENA_NEW(c->pop->a, struct sql_row);
    *copy = *row;
    copy->text = row->text.p != NULL ? str_dup(c->pop->a, row->text) : row->text;
    map_put(&c->rows, str_dup(c->pop->a, (str){ (const char *)&copy->id, sizeof copy->id }), copy);
}

static inline const struct sql_row *row_of(const struct comparison *c, size_t subject)
{
    const struct sql_row *row = map_get(&c->rows, (str){ (const char *)&c->pop->ids[subject], sizeof(int64_t) });
    if (row == NULL) FAIL("subject %zu has no row", subject);
    return row;
}

/* The number or text a known value is stored as. */
static inline bool same_value(const struct population *pop, struct type t, struct value v, const struct sql_row *row)
{
    switch (t.kind) {
    case TYPE_BOOL: return row->value == v.boolean;
    case TYPE_NUM: return row->value == v.number;
    case TYPE_DATE: return row->value == v.day.days;
    case TYPE_MONTH: return row->value == v.month_.index;
    case TYPE_TEXT: return str_eq(row->text, v.text);
    case TYPE_CODE: return str_eq(row->text, pop->p->codes.at[t.ref].items.at[v.code].code);
    case TYPE_RECORD:
    case TYPE_GROUP:
    case TYPE_HISTORY:
    case TYPE_NONE:
    case TYPE_BAD: break;
    }
    return false;
}

static inline void check_value(const struct population *pop, struct tally *t, struct type type, struct value want,
                               const struct sql_row *row, const char *what, size_t subject)
{
    if (row->state == SQL_ESCAPE) {
        t->escaped++;
        return;
    }
    t->states[want.state]++;
    bool same = row->state == want.state && (want.state != VALUE_ERROR || row->error == want.error) &&
                (want.state != VALUE_KNOWN || same_value(pop, type, want, row));
    if (same) return;
    struct text shown;
    text_init(&shown, pop->a, 1024);
    value_text(pop->p, type, want, &shown);
    FAIL("%s of subject %zu (today %d): the evaluator says %.*s (state %d), SQL state %d error %d value %lld “%.*s”",
         what, subject, pop->today.days, STR_ARG(text_str(&shown)), want.state, row->state, row->error,
         (long long)row->value, STR_ARG(row->text));
}

static inline bool can_run(struct tally *t, bool ok, const struct err *e)
{
    if (ok) return true;
    if (e->code != ERR_INVALID || strstr(err_cause(e), "写不成 SQL") == NULL) {
        err_print(e, stdout);
        FAIL("the database does not take it");
    }
    NOTE("%s", err_cause(e));
    t->refused_to_compile++;
    return false;
}

static inline void show_sql(const struct population *pop, struct store *s, uint32_t what, bool policy)
{
    struct err e = { 0 };
    struct sql_known known;
    struct sql_text text;
    if (!sql_look(pop->p, s, pop->a, &known, &e)) return;
    struct sql_options o = { store_kind(s), pop->today, pop->rule_day, false, true, &known };
    bool ok = policy ? sql_compile_policy(pop->p, what, &o, pop->a, &text, &e)
                     : sql_compile_func(pop->p, what, &o, pop->a, &text, &e);
    if (ok) NOTE("%.*s", STR_ARG(text.sql));
}

static inline void compare_policy(const struct population *pop, struct store *s, uint32_t policy, struct tally *t)
{
    struct comparison c = { .pop = pop, .t = t };
    struct err e = { 0 };
    map_init(&c.rows, pop->a);
    if (!can_run(t, sql_run_policy(pop->p, policy, pop->today, pop->rule_day, s, keep_row, &c, &e), &e)) return;
    const struct policy *q = &pop->p->policies.at[policy];
    for (size_t i = 0; i < pop->subjects.len; i++) {
        if (pop->subjects.at[i]->entity != q->entity) continue;
        autoarena *scratch = arena_new("case", 0);
        struct evaluator ev = { 0 };
        eval_start(&ev, pop->p, scratch, pop->today, pop->rule_day);
        struct verdict want = eval_policy(&ev, pop->subjects.at[i], policy);
        if (ev.steps > LIMIT_STEPS) continue;
        const struct sql_row *row = row_of(&c, i);
        t->compared++;
        if (row->verdict == SQL_ESCAPE) {
            t->escaped++;
            continue;
        }
        t->kinds[want.kind]++;
        if (row->verdict != (int)want.kind) {
            show_sql(pop, s, policy, true);
            FAIL("policy %.*s, subject %zu: the evaluator says %s, SQL %s", STR_ARG(q->name), i, verdict_zh(want.kind),
                 verdict_zh((enum verdict_kind)row->verdict));
        }
        if (want.kind == VERDICT_REFUSED || want.kind == VERDICT_NOT_IN_FORCE || want.policy->steps.len == 0) continue;
        node_id last = want.policy->steps.at[want.policy->steps.len - 1].node;
        check_value(pop, t, node_at(pop->p, last)->type, want.amount, row, "the amount", i);
    }
}

static inline void compare_func(const struct population *pop, struct store *s, uint32_t func, struct tally *t)
{
    struct comparison c = { .pop = pop, .t = t };
    struct err e = { 0 };
    map_init(&c.rows, pop->a);
    const struct func *d = &pop->p->funcs.at[func];
    if (d->params.len > 0 || d->type.kind == TYPE_RECORD) return;
    NOTE("definition %.*s", STR_ARG(d->name));
    if (!can_run(t, sql_run_func(pop->p, func, pop->today, pop->rule_day, s, keep_row, &c, &e), &e)) return;
    for (size_t i = 0; i < pop->subjects.len; i++) {
        if (pop->subjects.at[i]->entity != d->entity) continue;
        autoarena *scratch = arena_new("case", 0);
        struct evaluator ev = { 0 };
        eval_start(&ev, pop->p, scratch, pop->today, pop->rule_day);
        struct value want = eval_func(&ev, pop->subjects.at[i], func);
        if (ev.steps > LIMIT_STEPS) continue;
        t->compared++;
        if (getenv("SHOW_SQL") != NULL && row_of(&c, i)->state != want.state) show_sql(pop, s, func, false);
        check_value(pop, t, d->type, want, row_of(&c, i), "a definition", i);
    }
}

/* A condition of a lead or a service. */
static inline void compare_condition(const struct population *pop, struct store *s, uint16_t entity, node_id condition,
                                     struct tally *t)
{
    struct comparison c = { .pop = pop, .t = t };
    struct err e = { 0 };
    map_init(&c.rows, pop->a);
    if (!can_run(t, sql_run_condition(pop->p, entity, condition, pop->today, pop->rule_day, s, keep_row, &c, &e), &e))
        return;
    for (size_t i = 0; i < pop->subjects.len; i++) {
        if (pop->subjects.at[i]->entity != entity) continue;
        autoarena *scratch = arena_new("case", 0);
        struct evaluator ev = { 0 };
        struct frame f = { .elements = { pop->subjects.at[i] } };
        eval_start(&ev, pop->p, scratch, pop->today, pop->rule_day);
        struct value want = eval_node(&ev, &f, condition);
        if (ev.steps > LIMIT_STEPS) continue;
        t->compared++;
        check_value(pop, t, type_of_kind(TYPE_BOOL), want, row_of(&c, i), "a condition", i);
    }
}

/* Everything a service asks of somebody: its policies, its own criteria, what ends it. */
static inline void compare_service(const struct population *pop, struct store *s, uint32_t service, struct tally *t)
{
    const struct service *v = &pop->p->services.at[service];
    NOTE("service %.*s", STR_ARG(v->name));
    VEC_EACH (const uint32_t, q, &v->policies) compare_policy(pop, s, *q, t);
    VEC_EACH (const struct criterion, c, &v->criteria) compare_condition(pop, s, v->entity, c->node, t);
    VEC_EACH (const struct criterion, c, &v->stops) compare_condition(pop, s, v->entity, c->node, t);
}

#endif
