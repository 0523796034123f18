/* program: a checked set of packs: the data model, parameters, definitions, tables, policies and examples, with every
 * expression as a typed node of one acyclic graph. Immutable once built; results are keyed by its hash.
 *
 * The graph is what every evaluator runs: the row evaluator (eval.h), and later columns and SQL. Nodes are numbers,
 * their kids stand before them (a kid's number is smaller), so that a single forward walk sees everything defined. */
#ifndef LANG_PROGRAM_H
#define LANG_PROGRAM_H
#include "base/map.h"
#include "base/workday.h"
#include "lang/ast.h"
#include "lang/plan.h"
#include "lang/return.h"
#include "lang/type.h"
#include "lang/value.h"
#include "lang/warning.h"

typedef uint32_t node_id; /* 0 is no node */

enum op {
    OP_BAD,
#define OP(name) OP_##name,
#include "lang/ops.def"
#undef OP
    OP_COUNT_
};
const char *op_name(enum op op);

struct node {
    uint8_t op;    /* enum op */
    uint8_t level; /* see ops.def */
    uint16_t kid_count;
    uint32_t kids; /* first of its kids in program.kids */
    uint32_t k;    /* see ops.def */
    struct type type;
    struct loc loc;
};

struct code_item {
    str name, code, text;
    struct loc loc;
    uint32_t upper; /* 1 + the item it belongs to (属), 0 none */
};

struct code_list {
    const struct decl *decl;
    str name;
    VEC(struct code_item) items;
    struct map by_name; /* to struct code_item, in items */
};

enum slot_kind {
    SLOT_FIELD,   /* one value; a reference when its type is TYPE_RECORD */
    SLOT_GROUP,   /* members, reached through another record's reference */
    SLOT_SPELLS,  /* intervals of this record */
    SLOT_HISTORY, /* months of this record, by key */
    SLOT_FUNC,    /* a definition or table without parameters; a given fact replaces it */
};

struct slot {
    enum slot_kind kind;
    str name;
    struct type type; /* GROUP, SPELLS: TYPE_GROUP; HISTORY: TYPE_HISTORY */
    bool optional;
    uint32_t func;    /* SLOT_FUNC */
    str code, class_; /* ministry code, masking class */
    str via;          /* SLOT_GROUP: the reference it reverses */
    struct loc loc;
    const struct ast_field *field; /* NULL for built-in ones */
};

struct entity {
    const struct decl *decl;
    str name;
    uint16_t id;
    bool is_spell, is_monthly;
    uint16_t owner; /* of a spell: the entity it belongs to */
    uint16_t key;   /* of a monthly spell: 1 + code list, 0 none */
    VEC(struct slot) slots;
    struct map by_name; /* to (void *)(1 + slot index) */
    VEC(uint16_t) keys; /* 标识: slots. Of an entity each alone tells who it is, of a spell all together */
};

enum { SLOT_FROM = 0, SLOT_TO = 1, SLOT_OWNER = 2, SLOT_MONTH = 0, SLOT_MONTH_OWNER = 1 };

struct param_row {
    date from;
    uint32_t item; /* code item, 0 when not keyed */
    bool ended;    /* no value from this day */
    struct value value;
    struct loc loc;
    const struct ast_field *row; /* its source and trust */
    uint16_t pack;
};

struct param {
    const struct decl *decl;
    str name;
    struct type type;
    uint16_t key; /* 1 + code list, 0 none */
    bool open;
    const struct decl *filled_by; /* the 填写 that gave its rows, NULL */
    VEC(struct param_row) rows;   /* by item, then date */
    uint32_t *first_of_item;      /* rows of item i: [first[i], first[i + 1]) */
    uint32_t item_count;
};

struct exception {
    node_id condition, value;
    int64_t rank;
    const struct ast_field *field;
};

struct table_row {
    VEC(node_id) tests; /* one per input; 0 = anything. Each is a boolean node over the inputs as locals */
    node_id result;
    const struct ast_field *field;
};

/* A definition or a table. Versions of one name are chained by `older`, newest first. */
struct func {
    const struct decl *decl;
    str name;
    uint32_t id;
    uint16_t entity;
    uint32_t slot; /* of the entity, where its value is kept; one for all versions */
    bool is_table, first_hit, open;
    const struct decl *filled_by;
    uint32_t older; /* 1 + func, 0 none */
    bool has_from, has_to;
    date from, to;
    struct type type;
    VEC(struct type) params;
    node_id base; /* 0: none (an open definition nobody filled) */
    VEC(struct exception) exceptions;
    VEC(node_id) inputs;
    VEC(struct table_row) rows;
    int state; /* while checking: 0 new, 1 under way, 2 done */
};

struct criterion {
    str name;
    node_id node;
    bool is_exclusion;
    const struct ast_field *field; /* its sentence and sources */
    uint16_t pack;
};

typedef VEC(struct criterion) criterion_list;
typedef VEC(uint32_t) number_list;

struct step {
    str name;
    node_id node;
    const struct ast_field *field;
};

struct policy {
    const struct decl *decl;
    str name, alias;
    uint32_t id;
    uint16_t entity;
    bool has_from, has_to;
    date from, to;
    uint32_t older; /* 1 + policy, 0 none */
    criterion_list criteria;
    VEC(struct step) steps;
    node_id payee;           /* 收款: the record of whom the money goes to; 0: to whom the policy is about */
    VEC(uint32_t) exclusive; /* policies */
    int state;
};

/* ---- handling: 事项, 名录, 疑点 ---- */

enum service_decide { SERVICE_BY_STAFF, SERVICE_ALONE }; /* 决定 人工 | 秒批 */
/* 主动 确认 | 告知: people who were found are paid after they confirm, or unless they decline within the limit. */
enum service_offer { SERVICE_NO_OFFER, SERVICE_OFFER_CONFIRM, SERVICE_OFFER_NOTICE };
enum service_applicant { /* 申请人: bits, for some things may be applied for by several */
                         SERVICE_APPLIES_SELF = 1,
                         SERVICE_APPLIES_EMPLOYER = 2,
                         SERVICE_APPLIES_SCHOOL = 4,
                         SERVICE_APPLIES_INSTITUTION = 8,
                         SERVICE_APPLIES_OFFICE = 16
};

/* 填报: a field of the subject, or of a new spell of the subject. */
struct form_item {
    uint16_t entity, slot; /* entity is the service's: the subject's own field; else a spell it owns */
    node_id when;          /* 情形: asked only when true or unknown; 0 always */
    bool optional;         /* 可不填 */
    str ask;               /* 问: as one asks a person; empty: to be made of the field's name */
    const struct ast_field *field;
};

/* 比对: what must be there, and not older, before a service may decide alone. */
struct compare_item {
    uint16_t entity;       /* the subject's, or a spell it owns */
    uint16_t slot;         /* 1 + field of the subject, 0: the rows as a whole */
    uint16_t max_age_days; /* 0: of any age */
    const struct ast_field *field;
};

struct material {
    str name, text;
    node_id when, waive; /* 情形, 免交: asked for unless `when` is false or `waive` is true; 0 not written */
    const struct ast_field *field;
};

struct service_step {
    str name, text, role, level;
    struct service_time limit;
    uint8_t signatures; /* 会签 */
    const struct ast_field *field;
};

/* 变更. OPEN takes every form item of that spell; its 开始 is the day of the decision when nothing else says so. Of a
 * monthly spell a row is opened for each month that is paid. CLOSE ends the current one on the day of the decision. SET
 * takes the form items that are the subject's own. */
enum effect_kind { EFFECT_OPEN, EFFECT_CLOSE, EFFECT_SET, EFFECT_ENTER, EFFECT_LEAVE };

enum { EFFECT_APPLIED, EFFECT_AMOUNT, EFFECT_LOCALS }; /* 申请日; 核定金额, the amount that was decided */

struct effect_set {
    uint16_t slot;
    node_id value; /* over the subject with the facts of the form and EFFECT_LOCALS locals */
};

struct effect {
    uint8_t kind;
    uint16_t entity;    /* OPEN CLOSE: the spell; SET ENTER LEAVE: the subject's */
    uint16_t item;      /* OPEN of a monthly spell with kinds: 1 + code item, 0 none */
    uint32_t register_; /* ENTER LEAVE */
    VEC(struct effect_set) sets;
    const struct ast_field *field;
};

/* How something is handled. Versions of one name are chained by `older`, newest first. */
struct service {
    const struct decl *decl;
    str name, alias;
    uint32_t id;
    uint16_t entity;
    bool has_from, has_to;
    date from, to;
    uint32_t older;          /* 1 + service, 0 none */
    number_list policies;    /* newest versions; their verdicts decide, their amounts are paid */
    number_list includes;    /* a package 一件事 of services (newest versions), handled as one application */
    criterion_list criteria; /* of its own: registrations have no policy */
    criterion_list stops;    /* each ends a continuing benefit when true */
    VEC(struct form_item) form;
    VEC(struct compare_item) compares;
    VEC(struct material) materials;
    VEC(struct service_step) steps;
    VEC(struct effect) effects;
    number_list registers;
    struct service_time limit, publicity, review, callback, objection;
    uint8_t decide, offer, applicants;
    bool continues; /* a policy is paid on and on (service_pays) */
    bool rated;
    bool has_amount;         /* 核定金额 is there */
    struct type amount_type; /* and of this type */
    str result, certificate;
    VEC(str) channels;
};

enum register_stage_kind {
    STAGE_NOTICE,
    STAGE_DEFENCE,
    STAGE_DECISION,
    STAGE_PUBLICATION,
    STAGE_REPAIR,
    STAGE_REMOVAL
};

struct register_stage { /* 程序 */
    uint8_t kind;
    str name, text, role;
    struct service_time limit;
    const struct ast_field *field;
};

enum register_public { REGISTER_HIDDEN, REGISTER_MASKED, REGISTER_OPEN };

/* 名录 */
struct register_ {
    const struct decl *decl;
    str name, alias;
    uint32_t id;
    uint16_t entity;
    criterion_list entry, exit; /* one of each list is enough */
    VEC(uint16_t) slots;
    VEC(struct register_stage) stages; /* in their order */
    struct service_time review, lasts;
    uint8_t public_; /* enum register_public */
};

/* 疑点: a rule of the auditor. */
struct lead {
    const struct decl *decl;
    str name, alias;
    uint32_t id;
    uint16_t entity;
    number_list policies; /* asked of those who are paid one of these; none: of everybody */
    node_id condition;
    /* 0: none. Else those whom the condition holds for and whose texts are equal are one group, caught when it is large
     * enough. */
    node_id same, least;
};

/* 导入: what a column of a file is. A field of the entity, or a field of what a reference (or the owner) points to. */
enum {
    IMPORT_SKIP = UINT16_MAX,          /* 不用 */
    IMPORT_KEY = UINT16_MAX - 1,       /* the kind of a history by month, by the name of its code list */
    IMPORT_LAST_MONTH = UINT16_MAX - 2 /* 末月: a row of a history that goes from 月份 to here */
};
struct import_column {
    str heading;   /* as in the file */
    uint16_t slot; /* or one of the above */
    uint16_t sub;  /* 1 + slot of what the reference points to, 0: the reference itself, or no reference */
};
struct import_word { /* 对照: this text of the file means that; 固定, 名单外: only what it means */
    uint16_t slot, sub;
    str text, means;
};
struct import_map {
    const struct decl *decl;
    str name, origin;
    uint16_t entity;
    int64_t rank;
    bool whole;
    str day_heading; /* 截至; empty: none */
    VEC(str) files;
    VEC(struct import_column) columns;
    VEC(struct import_word) translations, fixed;
    VEC(struct import_word) others; /* 名单外: who is not in a whole file has this */
    bool blank_is_none;             /* 空白: an empty cell of an optional field */
};

/* 校验: what must hold between the fields of one row. Unknown passes. */
struct validation {
    const struct decl *decl;
    uint16_t entity;
    node_id node;
    bool warns; /* not refused, only said */
};

/* One case of an example: its facts are assignments, outer ones first. */
struct example {
    const struct decl *decl;
    const struct ast_field *field; /* the case, or the table row */
    const struct ast_field *const
        *common; /* what holds for all cases of the declaration: 今日, 已知, the head of a table */
    uint32_t common_count;
    str title;
    enum kind about;
    uint32_t target; /* policy, func, service or lead */
    struct loc loc;
    uint16_t pack;
};

/* About a policy, definition or table: what every evaluator can be asked. */
static inline bool example_is_of_rule(const struct example *x)
{
    return x->about == KIND_POLICY || x->about == KIND_DEFINITION || x->about == KIND_TABLE;
}

/* A name in the text and what it means: for editors (hover, definition, rename) and for links in documentation. */
enum use_kind {
    USE_DECL,      /* a declaration: a its kind */
    USE_SLOT,      /* a field, group, spell or definition: a entity, b slot */
    USE_PARAM,     /* a parameter */
    USE_POLICY,    /* a policy */
    USE_ITEM,      /* a code item: a list, b item */
    USE_LOCAL,     /* a parameter of a definition, a step of an amount */
    USE_CRITERION, /* a criterion in the result of an example: a policy */
    USE_CLAUSE,    /* a criterion of a service in the result of an example */
    USE_BUILTIN,   /* a function of the language: a enum builtin; no target */
};

struct use {
    struct loc loc;    /* the name where it is used */
    struct loc target; /* the name where it is declared */
    enum use_kind kind;
    uint32_t a, b;
};
typedef VEC(struct use) use_list;

struct pack_info {
    str name, path;          /* folder name, folder path */
    const struct decl *decl; /* its 包, may be NULL */
    str hash;                /* SM3 of its files, hexadecimal */
};

struct program {
    struct arena *arena;
    VEC(struct source) sources;
    VEC(struct pack_info) packs; /* uppermost first */
    decl_list decls;
    VEC(struct code_list) codes;
    VEC(struct entity) entities;
    VEC(struct param) params;
    VEC(struct func) funcs;
    VEC(struct policy) policies;
    VEC(struct service) services;
    VEC(struct register_) registers;
    VEC(struct lead) leads;
    VEC(struct import_map) imports;
    VEC(struct validation) validations;
    VEC(struct indicator) indicators;
    VEC(struct plan_head) plans;
    VEC(struct target) targets;
    VEC(struct task) tasks;
    VEC(struct warning) warnings;
    VEC(struct return_) returns;
    VEC(struct crosswalk) crosswalks; /* by day */
    VEC(struct example) examples;
    VEC(struct node) nodes; /* nodes.at[0] is unused */
    VEC(node_id) kids;
    VEC(struct value) consts;
    use_list uses;                                                          /* in the order they were resolved */
    struct map named[KIND_COUNT];                                           /* declarations by name: to struct decl */
    struct map code_by_name, entity_by_name, param_by_name, policy_by_name; /* to (void *)(1 + index) */
    struct map service_by_name, register_by_name, lead_by_name;
    struct map indicator_by_name, plan_by_name, task_by_name, warning_by_name; /* to (void *)(1 + index) */
    struct map return_by_name;
    uint16_t analyse_from; /* packs before this one had their tables, exceptions and examples looked at already */
    bool rules_only;       /* its examples were not read */
    struct workday_calendar *calendar;
    uint32_t judgement_count;
    str hash; /* SM3 over the packs' hashes */
};

struct diags;
/* Builds the program from parsed declarations (already in p->decls, with p->sources and p->packs set). All mistakes go
 * to d; when d->errors is 0 afterwards the program can be run. */
void program_check(struct program *p, struct diags *d);

/* Look-ups by name; NULL when there is none. */
const struct policy *program_policy(const struct program *p, str name);      /* by name or alias; the newest version */
const struct service *program_service(const struct program *p, str name);    /* by name or alias; the newest version */
const struct register_ *program_register(const struct program *p, str name); /* by name or alias */
const struct lead *program_lead(const struct program *p, str name);          /* by name or alias */
/* The version of a service in force on a day; NULL when none is. */
const struct service *service_on(const struct program *p, uint32_t service, date day);
/* How often a policy of a service is paid. By the year, and without 停发: given for a year, at once. s NULL:
 * no service has it. */
enum paid_kind {
    PAID_ONCE,     /* 一次性, or nothing was written */
    PAID_A_TIME,   /* 按人次: for each case */
    PAID_A_YEAR,   /* a lump for each year */
    PAID_ON_AND_ON /* when its months are over, again and again */
};
struct paid_often {
    enum paid_kind kind;
    int64_t months; /* of a period that goes on, else 0 */
};
struct paid_often service_pays(const struct service *s, const struct policy *q);
const struct entity *program_entity(const struct program *p, str name);
/* A code list by its name; an item of one by its code, l may be NULL. NULL: there is none. */
const struct code_list *program_codes(const struct program *p, str name);
const struct code_item *code_item_of(const struct code_list *l, str code);
/* The name of an area, as 行政区划 has it; the code itself when the packs do not name it. */
str program_area_name(const struct program *p, str code);
const struct param *program_param(const struct program *p, str name);
const struct func *program_func(const struct program *p, uint16_t entity, str name); /* newest version */
/* The field a heading names in an import: by its name, or “引用.字段”. False when there is none. */
bool import_field(const struct program *p, const struct entity *e, str name, uint16_t *slot, uint16_t *sub);
/* The slot of an entity by name: its index, or -1. */
int entity_slot(const struct entity *e, str name);

static inline const struct node *node_at(const struct program *p, node_id id) { return &p->nodes.at[id]; }
static inline node_id node_kid(const struct program *p, const struct node *n, unsigned i)
{
    return p->kids.at[n->kids + i];
}

#endif
