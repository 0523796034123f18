/* need: which facts a policy or definition can read, as a tree seen from its subject: 家庭 → 成员 → 出生日期. Static
 * and generous: all versions, all branches. What a case must be given to be decided, what a receipt must hold, which
 * columns a pool has, whose verdict a changed fact can touch. */
#ifndef LANG_NEED_H
#define LANG_NEED_H
#include "lang/program.h"

struct need {
    uint16_t entity;
    struct need **slots;   /* per slot of the entity: NULL not read; what is read of the record or group behind it */
    const struct need *up; /* the record this one is reached from, NULL: the subject itself */
    uint32_t slot;         /* the slot of `up` it is reached by */
    VEC(uint32_t) judged;  /* constants with the questions of 人工判断 asked of it */
    bool too_many;         /* of the root: too large a tree was given up; anything may be read */
};

/* Everything the criteria, exclusions and amount of a policy can read. Lives in a. */
struct need *need_of_policy(const struct program *p, uint32_t policy, struct arena *a);
/* Everything these expressions about an entity read (0: no expression). */
struct need *need_of_nodes(const struct program *p, uint16_t entity, const node_id *nodes, size_t count,
                           struct arena *a);
struct need *need_of_func(const struct program *p, uint32_t func, struct arena *a);
/* Everything that indicators counted over an entity read. */
struct need *need_of_indicators(const struct program *p, uint16_t entity, struct arena *a);
/* Everything that policies, definitions, leads and indicators about an entity read. */
struct need *need_of_entity(const struct program *p, uint16_t entity, struct arena *a);

#endif
