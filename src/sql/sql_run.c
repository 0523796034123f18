/* sql_run: looks at the data, compiles for it, runs, and hands over the rows; all in one transaction, so that what was
 * seen still holds. */
#include "sql/sql_priv.h"

static bool exists(struct store *s, str sql, str entity, str slot, bool *out, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(s, sql, &q, e)) return false;
    store_bind_str(q, 1, entity);
    store_bind_str(q, 2, slot);
    bool ok = store_step(q, out, e);
    store_done(q);
    return ok;
}

static bool look_at_slot(const struct program *p, struct store *s, struct arena *a, const struct entity *x, str slot,
                         bool group, struct sql_known *out, struct err *e)
{
    (void)p;
    bool there = false;
    str sql = group ? STR("SELECT 1 FROM \"_covered\" WHERE entity = $1 AND slot = $2 LIMIT 1")
                    : STR("SELECT 1 FROM \"_given\" WHERE entity = $1 AND slot = $2 LIMIT 1");
    if (!exists(s, sql, x->name, slot, &there, e)) return false;
    if (there) {
        str key = str_fmt(a, "%.*s|%.*s", STR_ARG(x->name), STR_ARG(slot));
        map_put(group ? &out->covered : &out->given, key, out);
    }
    return true;
}

static bool look_at_cover(struct store *s, struct arena *a, struct sql_known *out, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(s, STR("SELECT entity, slot, key, state % 4, until FROM \"_cover\""), &q, e)) return false;
    bool row = false, ok;
    while ((ok = store_step(q, &row, e)) && row) {
        struct sql_cover *c = ARENA_NEW(a, struct sql_cover);
        c->until = SQL_ALWAYS;
        store_int(q, 3, &c->state);
        store_int(q, 4, &c->until);
        str entity = store_str(q, 0), slot = store_str(q, 1), key = store_str(q, 2);
        map_put(&out->cover, str_fmt(a, "%.*s|%.*s|%.*s", STR_ARG(entity), STR_ARG(slot), STR_ARG(key)), c);
    }
    store_done(q);
    return ok;
}

bool sql_look(const struct program *p, struct store *s, struct arena *a, struct sql_known *out, struct err *e)
{
    struct sql_known k;
    map_init(&k.given, a);
    map_init(&k.covered, a);
    map_init(&k.cover, a);
    if (!look_at_cover(s, a, &k, e)) return false;
    VEC_EACH (const struct entity, x, &p->entities) {
        VEC_EACH (const struct slot, it, &x->slots) {
            bool group = it->kind == SLOT_GROUP || it->kind == SLOT_SPELLS || it->kind == SLOT_HISTORY;
            if (!group && it->kind != SLOT_FUNC) continue;
            if (!look_at_slot(p, s, a, x, it->name, group, &k, e)) return false;
        }
        VEC_EACH (const struct node, n, &p->nodes)
            if (n->op == OP_JUDGE && !look_at_slot(p, s, a, x, p->consts.at[n->k].text, false, &k, e)) return false;
    }
    *out = k;
    return true;
}

struct request {
    const struct program *p;
    enum { POLICY, FUNC, CONDITION } kind;
    uint32_t what;
    uint16_t entity; /* of a condition */
    struct sql_options o;
    struct store *s;
    void (*each)(void *ctx, const struct sql_row *row);
    void *ctx;
};

static bool compile(const struct request *r, struct arena *a, struct sql_text *out, struct err *e)
{
    switch (r->kind) {
    case POLICY: return sql_compile_policy(r->p, r->what, &r->o, a, out, e);
    case FUNC: return sql_compile_func(r->p, r->what, &r->o, a, out, e);
    case CONDITION: return sql_compile_condition(r->p, r->entity, r->what, &r->o, a, out, e);
    }
    return false;
}

static bool is_one(struct store *s, str sql, bool *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false;
    int64_t n = 0;
    if (!store_prepare(s, sql, &q, e)) return false;
    bool ok = store_step(q, &row, e);
    if (ok && row) store_int(q, 0, &n);
    store_done(q);
    *out = n == 1;
    return ok;
}

static bool hand_over(const struct request *r, const struct sql_text *text, struct err *e)
{
    struct store_stmt *q;
    if (!store_scan(r->s, text->sql, &q, e)) return false;
    bool row = false, ok;
    bool policy = r->kind == POLICY;
    uint32_t c = policy ? 2 : 1;
    while ((ok = store_step(q, &row, e)) && row) {
        struct sql_row out = { 0 };
        int64_t n = 0;
        store_int(q, 0, &out.id);
        if (policy && store_int(q, 1, &n)) out.verdict = (int)n;
        if (store_int(q, c, &n)) out.state = (int)n;
        if (store_int(q, c + 1, &n)) out.error = out.state == VALUE_ERROR ? (int)n : 0;
        if (out.state == VALUE_KNOWN) {
            if (text->text_value)
                out.text = store_str(q, c + 2);
            else if (!store_int(q, c + 2, &out.value)) { /* a fraction: never shown as if it were right */
                out.state = SQL_ESCAPE;
                out.verdict = policy ? SQL_ESCAPE : 0;
            }
        }
        r->each(r->ctx, &out);
    }
    store_done(q);
    return ok;
}

static bool run_knowing(struct request *r, struct arena *a, struct err *e)
{
    struct sql_text text;
    if (!compile(r, a, &text, e)) return false;
    bool outside = false;
    if (text.guard.len > 0 && !is_one(r->s, text.guard, &outside, e)) return false;
    r->o.checked = outside;
    if (outside && !compile(r, a, &text, e)) return false;
    return hand_over(r, &text, e);
}

static bool run(struct request *r, struct err *e)
{
    autoarena *a = arena_new("sql", 0);
    struct sql_known known;
    r->o.kind = store_kind(r->s);
    r->o.known = &known;
    r->o.trusted = true;
    bool ok = sql_look(r->p, r->s, a, &known, e) && run_knowing(r, a, e);
    r->o.known = NULL; /* it ends here */
    return ok;
}

static bool in_transaction(struct request *r, struct err *e)
{
    if (!store_begin(r->s, e)) return false;
    if (run(r, e)) return store_commit(r->s, e);
    store_rollback(r->s);
    return false;
}

bool sql_run_policy(const struct program *p, uint32_t policy, date today, date rule_day, struct store *s,
                    void (*each)(void *ctx, const struct sql_row *row), void *ctx, struct err *e)
{
    struct request r = { .p = p, .kind = POLICY, .what = policy, .s = s, .each = each, .ctx = ctx };
    r.o.today = today;
    r.o.rule_day = rule_day;
    return in_transaction(&r, e);
}

bool sql_run_func(const struct program *p, uint32_t func, date today, date rule_day, struct store *s,
                  void (*each)(void *ctx, const struct sql_row *row), void *ctx, struct err *e)
{
    struct request r = { .p = p, .kind = FUNC, .what = func, .s = s, .each = each, .ctx = ctx };
    r.o.today = today;
    r.o.rule_day = rule_day;
    return in_transaction(&r, e);
}

bool sql_run_condition(const struct program *p, uint16_t entity, node_id condition, date today, date rule_day,
                       struct store *s, void (*each)(void *ctx, const struct sql_row *row), void *ctx, struct err *e)
{
    struct request r = {
        .p = p, .kind = CONDITION, .entity = entity, .what = condition, .s = s, .each = each, .ctx = ctx
    };
    r.o.today = today;
    r.o.rule_day = rule_day;
    return in_transaction(&r, e);
}
