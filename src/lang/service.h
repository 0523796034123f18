/* service: what a 事项 says to one subject: can they have it, can it be decided at once, what must still be asked. The
 * examples of packs use it; so does whoever handles applications. */
#ifndef LANG_SERVICE_H
#define LANG_SERVICE_H
#include "lang/eval.h"

struct service_answer {
    const struct service *service; /* the version in force on the rule day; the newest when none is */
    /* Of all criteria together. Several policies: qualified when one is and none is open; refused when all are. A
     * package likewise, by its services. */
    enum verdict_kind kind;
    bool assumed;                           /* rests on facts nobody compared */
    bool alone;                             /* 秒批 and qualified, nothing assumed: no person has to look */
    struct value *criteria;                 /* one per criterion of the service itself */
    struct verdict *policies;               /* one per policy, in their order */
    struct service_answer *parts;           /* one per included service */
    VEC(const struct form_item *) ask;      /* what the subject must still fill in; those of the parts, too */
    VEC(const struct material *) materials; /* what they must still bring */
};

/* Asks a service about a record of its entity. Nothing here can fail; arrays live in ev->a. Of a package each item is
 * asked as if those before it that can work had been granted: a spell that one of them registers and that begins on the
 * judgement day is there for the items behind it only. */
struct service_answer eval_service(struct evaluator *ev, struct record *r, uint32_t service);
/* True when a criterion, with this value, keeps the subject out. */
bool criterion_fails(const struct criterion *c, struct value v);
/* What a form item is called: 就业登记.形式, or 银行账号. */
str form_item_name(const struct program *p, const struct service *s, const struct form_item *i, struct arena *a);

#endif
