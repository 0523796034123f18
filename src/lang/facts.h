/* facts: what is known about one case: records (a person, the household, its members, spells) with the values given.
 * From examples in packs, from JSON, later from the registry. What was not given is unknown; nothing is ever filled in.
 */
#ifndef LANG_FACTS_H
#define LANG_FACTS_H
#include "base/json.h"
#include "lang/program.h"

struct slot_value {
    struct value v;      /* FIELD, FUNC: the value; GROUP, SPELLS: .group; HISTORY: see record.histories */
    uint32_t generation; /* of a computed definition: which evaluation it belongs to; 0 none */
    bool given;          /* a fact; for a definition: replaces its computation */
};

struct record {
    uint16_t entity;
    uint32_t id;          /* order of making: stable in print */
    int64_t number;       /* what the register it was read from calls it; 0: it was not read from one */
    struct record *owner; /* of a spell or month */
    uint32_t index;       /* its place in the group it belongs to, from 1 */
    struct slot_value *slots;
    struct history **histories; /* per slot; an array with one per key, NULL when nothing was given */
    VEC(struct judgement) judgements;
};

struct judgement {
    str question;
    bool answer;
};

struct group {
    struct record **at;
    uint32_t count;
};

struct history {
    bool known;     /* false: nothing is known about these months */
    bool has_until; /* the record ends with `until`: later months are unknown */
    bool assumed;
    month until;
    struct months months;
    struct record **records; /* one per month, by month */
    uint32_t count;
};

struct facts {
    const struct program *p;
    struct arena *a;
    struct record *subject;
    uint32_t record_count;
    struct diags *d;
    bool assumed;            /* facts given now were declared, not compared */
    use_list *uses;          /* names found are noted here; NULL: not asked for */
    struct look *look;       /* somebody asks what could stand where its marker is; NULL */
    const struct func *func; /* examples of a definition with parameters: their values by name, in args */
    struct value *args;
};

void facts_start(struct facts *f, const struct program *p, struct arena *a, struct diags *d, uint16_t entity);
struct record *facts_record(struct facts *f, uint16_t entity);
/* Applies parsed assignments (EXPR_RECORD) to a record; later ones replace earlier ones. False after a diag. */
bool facts_apply(struct facts *f, struct record *r, const struct expr *assignments);
/* One assignment, path and value apart (the columns of a table of examples). */
bool facts_set(struct facts *f, struct record *r, const struct expr *path, const struct expr *value);
/* Facts from a JSON object about the subject. Names as in packs; see docs/language.md, section 12. `text` must live as
 * long as the facts. */
bool facts_json(struct facts *f, struct record *r, const struct json *j, struct err *e);

/* The literal x as a value of type t; false after a diag. A bare number takes t's unit when lenient. */
bool literal_value(const struct program *p, struct arena *a, const struct expr *x, struct type t, bool lenient,
                   struct value *out, struct diags *d);
str program_type_name(const struct program *p, struct arena *a, struct type t);

/* Builds the facts of every example once, so that `leye check` finds their mistakes. In a program that has mistakes
 * already only names are noted. */
void facts_check_examples(struct program *p, struct diags *d);
/* The facts and dates of one example. has_today false: the example says nothing, use the run's. */
struct example_case {
    struct facts facts;
    bool has_today, has_rule_day;
    date today, rule_day;
    const struct ast_field *expect;           /* SHAPE_EXPECT */
    const struct ast_field *form, *materials; /* of a service: all it asks for; NULL: not said */
};
/* uses may be NULL. */
bool example_facts(const struct program *p, const struct example *x, struct arena *a, struct diags *d, use_list *uses,
                   struct example_case *out);

#endif
