/* look: what could stand at one place of an expression or of facts: for completion in editors. The place is marked by
 * an invented name; the checker itself is run over what was written so far, on a program that stays as it is, and tells
 * what it saw around that name. Nothing is reported: what means nothing is TYPE_BAD or false. */
#ifndef LANG_LOOK_H
#define LANG_LOOK_H
#include "lang/limits.h"
#include "lang/program.h"

enum look_kind {
    LOOK_NOTHING, /* the marker was not met */
    LOOK_NAME,    /* any name that is visible there */
    LOOK_MEMBER,  /* behind the dot of a record */
    LOOK_FACT,    /* a path of facts */
    LOOK_VALUE,   /* a literal of type `wanted` */
    LOOK_POLICY,  /* a policy of `entity` */
};

struct look_local { /* a parameter of a definition, a step of an amount */
    str name;
    struct type type;
};

struct look {
    str marker;
    enum look_kind kind;
    bool has_subject;
    uint16_t entity;    /* NAME (when has_subject), MEMBER, FACT: whose names; POLICY: whose policies */
    struct type wanted; /* NAME, VALUE; TYPE_BAD when nothing is known */
    struct look_local locals[LIMIT_LOCALS];
    unsigned local_count; /* also when the marker was not met */
};

/* Looks at an expression of declaration d, which may come from a newer text than p. d NULL: of no declaration. Of an
 * amount the first `steps` steps can be used. Gives the type of the expression. */
struct type look_expr(const struct program *p, struct arena *a, const struct decl *d, size_t steps,
                      const struct expr *x, struct type wanted, struct look *out);
/* Looks at the facts { … } of an example. */
void look_facts(const struct program *p, struct arena *a, const struct decl *d, const struct expr *record,
                struct look *out);
/* A type as it is written behind a colon. */
bool look_type(const struct program *p, struct arena *a, str text, struct type *out);

/* Whom a declaration is about: of 对象, of the policy or definition that is filled, narrowed or tested. */
bool look_subject(const struct program *p, const struct decl *d, uint16_t *entity);
/* The parameter a 参数 or 填写 is about. */
const struct param *look_param(const struct program *p, const struct decl *d);
/* The definition or table a 填写 or 例 is about: the newest version; of a 填写 an open one before one that is not. */
const struct func *look_func(const struct program *p, const struct decl *d);

#endif
