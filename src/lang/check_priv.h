/* check_priv: what the parts of the checker share. check.c leads: check_model.c declares the data model and parameters,
 * check_rule.c definitions, tables and policies, check_expr.c types expressions and makes nodes, check_table.c and
 * check_overlap.c look for gaps and overlaps. */
#ifndef LANG_CHECK_PRIV_H
#define LANG_CHECK_PRIV_H
#include "base/nearest.h"
#include "lang/builtin.h"
#include "lang/limits.h"
#include "lang/look.h"
#include "lang/program.h"

/* Maps keep the index of what they found plus one: NULL is "not there". */
#define INDEX_PLUS_1(i) ((void *)(uintptr_t)((i) + 1))
#define INDEX_OF(ptr)   ((size_t)(uintptr_t)(ptr)-1)

struct local {
    str name;
    struct type type;
    struct loc loc;
};

struct checker {
    struct program *p;
    struct diags *d;
    struct arena *a;
    uint16_t level_entity[LIMIT_LEVELS + 1]; /* whose names are seen at each 满足 level */
    unsigned level;
    bool has_subject;
    struct local locals[LIMIT_LOCALS];
    unsigned local_count;
    bool lenient_units; /* rows of parameters and tables: a bare number takes the unit of its column */
    bool has_cite;      /* the field has its own 依据: 缺省 is allowed */
    unsigned depth;
    struct map sources;     /* 来源 by name and by title */
    struct map broken;      /* 政策 by name that are left out because of a mistake that was told */
    struct map source_used; /* names of cited sources */
    struct look *look;      /* somebody asks what could stand where its marker is; NULL */
    struct checker *names;  /* resolves names that make no nodes; made when the first is met */
};

/* Notes that the name at `loc` means what is declared at `target`. */
void note_use(struct checker *c, struct loc loc, struct loc target, enum use_kind kind, uint32_t a, uint32_t b);
static inline void note_decl(struct checker *c, struct loc loc, const struct decl *d)
{
    note_use(c, loc, d->name.loc, USE_DECL, (uint32_t)d->kind, 0);
}

/* -- check_model.c -- */
void check_model(struct checker *c);
void check_params(struct checker *c);
void check_fills(struct checker *c);
bool resolve_type(struct checker *c, const struct ast_type *t, bool optional_records, struct type *out);
bool check_cite(struct checker *c, const struct ast_field *f);

/* -- check_import.c -- */
void check_imports(struct checker *c);

/* -- check_rule.c -- */
bool find_entity(struct checker *c, const struct ast_field *on, uint16_t *out); /* 对象; false after a diag */
/* Two declarations of one name may stand when their periods do not meet. */
bool periods_meet(bool af, date a1, bool at, date a2, bool bf, date b1, bool bt, date b2);
void say_clash(struct checker *c, const struct decl *d, const struct decl *before);
bool has_own_cite(const struct ast_field *f);
bool decl_has_cite(const struct decl *d);
void declare_func(struct checker *c, const struct decl *d);
void declare_policy(struct checker *c, struct decl *d);
void check_definition(struct checker *c, uint32_t id);
void check_table_body(struct checker *c, uint32_t id);
void check_policy(struct checker *c, uint32_t id);
/* The number of the definition that was filled, 0 after a diag. */
uint32_t check_fill_def(struct checker *c, const struct decl *d);
/* The newest version of the policy a 收窄 is about; NULL after a diag when it may not be narrowed from here. */
const struct policy *check_narrowed(struct checker *c, const struct decl *d);
bool policy_may_narrow(const struct policy *q, const struct decl *narrow);
void check_narrow(struct checker *c, const struct decl *d, uint32_t id); /* one version */

/* -- check_cycle.c -- */
/* Which nodes belong to which function or policy: a policy that was narrowed has several runs of them. */
struct run {
    uint32_t vertex, first, last;
};
typedef VEC(struct run) run_list;
void check_cycles(struct checker *c, const run_list *runs);

/* -- check_service.c, check_effect.c, check_register.c -- */
void declare_services(struct checker *c);
void check_services(struct checker *c);
void check_registers(struct checker *c);
void check_leads(struct checker *c);
void check_effects(struct checker *c, struct service *s);
/* A spell the subject owns; NULL after a diag. or_field: a field would have done, too. */
const struct entity *own_spell(struct checker *c, const struct entity *subject, const struct ast_name *n,
                               bool or_field);
/* A field somebody can write down: no definition, no group, not the owner. -1 after a diag. */
int plain_field(struct checker *c, const struct entity *e, str name, struct loc loc);
void say_twice(struct checker *c, const struct ast_name *n);
void say_other_subject(struct checker *c, const struct ast_name *n, const char *kind_zh, uint16_t theirs, uint16_t ours,
                       const struct decl *d);
const char *time_unit_zh(enum service_unit u);
/* A time of a field; nothing when f is NULL or wrong. */
struct service_time check_time(struct checker *c, const struct ast_field *f);
/* 名字：表达式, each name once in the list. */
void check_clause(struct checker *c, const struct ast_field *f, bool exclusion, uint16_t pack, criterion_list *out);
/* The policies named, each once and about `entity`. */
void check_named_policies(struct checker *c, const struct ast_field *f, uint16_t entity, number_list *out);
/* -- check_indicator.c -- */
void check_indicators(struct checker *c);
/* A number with its unit, in `unit` at MEASURE_SCALE; false after a diag. */
bool check_measure(struct checker *c, const struct expr *x, const struct measure_unit *unit, num *out);
/* Words like 个 and %, read from the unit of a declaration or of a number; false after a diag. */
bool check_measure_unit(struct checker *c, str text, struct loc loc, struct measure_unit *out);
str measure_unit_of(const struct expr *x); /* as written, % included */

/* -- check_plan.c, check_warning.c, check_return.c -- */
void check_plans(struct checker *c);
void check_warnings(struct checker *c);
void check_returns(struct checker *c);
/* -- check_crosswalk.c -- */
void check_crosswalks(struct checker *c);

/* -- check_expr.c -- */
node_id check_expr(struct checker *c, const struct expr *x, const struct type *hint);
/* x must be of type t: its node, widened to t's decimals; 0 after a diag. */
node_id check_as(struct checker *c, const struct expr *x, struct type t, const char *what);
node_id check_bool(struct checker *c, const struct expr *x);
/* A constant of type t from a literal or a literal expression; false after a diag. */
bool check_const(struct checker *c, const struct expr *x, struct type t, struct value *out);
node_id make_node(struct checker *c, enum op op, struct type t, struct loc loc, const node_id *kids, unsigned n);
node_id make_const(struct checker *c, struct type t, struct value v, struct loc loc);
node_id make_widened(struct checker *c, node_id id, unsigned scale);
str type_name(struct checker *c, struct type t); /* for messages */
void scope_start(struct checker *c, uint16_t entity);
bool add_local(struct checker *c, str name, struct type t, struct loc loc);
/* The boolean node "local i passes this table cell"; 0 when the cell is `-` (and *any is set) or bad. */
node_id check_cell(struct checker *c, const struct expr *cell, uint32_t local, struct type t, bool *any);

/* -- check_look.c -- */
/* The marker was met. entity: whose names could stand there. */
void look_met(struct checker *c, enum look_kind kind, uint16_t entity, const struct type *wanted);
static inline bool is_marker(const struct checker *c, str name)
{
    return c->look != NULL && str_eq(name, c->look->marker);
}
/* Names in what an example must give; target: its policy or definition. */
void check_expected(struct checker *c, const struct decl *d, uint32_t target);
/* Names of facts in fields that are plain words. */
void note_paths(struct checker *c, const struct decl *d, const struct ast_field *f);
/* A code item, when x is one of type t. */
void note_item(struct checker *c, struct type t, const struct expr *x);

/* -- check_table.c -- */
void check_table_cover(struct checker *c, const struct func *f);
/* -- check_overlap.c -- */
void check_exceptions(struct checker *c, const struct func *f);

static inline struct type *node_type(struct checker *c, node_id id) { return &c->p->nodes.at[id].type; }

#endif
