/* pay, inside: rows of what is owed, for the files that take them from being owed to being paid. */
#ifndef DOSSIER_PAY_PRIV_H
#define DOSSIER_PAY_PRIV_H
#include "dossier/dossier_priv.h"

/* ---- pay.c ---- */

struct pay_row {
    int64_t id, dossier, subject, amount, line, batch, payment, state;
    str policy, period;
    int64_t payee; /* whom it was granted to, also when the case was decided anew since; 0: the subject */
    str payee_entity, payee_name;
};
typedef VEC(struct pay_row) pay_rows;

/* The rows of dossier_pay for which `where` holds, in which $1 is value; the oldest first. */
bool pay_rows_where(struct dossier_desk *d, const char *where, int64_t value, struct arena *a, pay_rows *out,
                    struct err *e);
/* Who acts in the ledger: the accountant who makes a list, else the program. */
struct ledger_act pay_act(const struct dossier_act *act);
/* Whether the decision it rests on still stands. */
bool pay_stands(const struct dossier *c);
/* One amount is owed, unless the period or any month of it is already: *taken is that row, taken->id 0: none. CONFLICT:
 * another case was taken back and its money for the same time is still on the way. */
bool pay_add(struct dossier_desk *d, const struct dossier_act *act, struct dossier *c, const struct policy *q,
             str period, int64_t amount, struct arena *a, struct pay_row *taken, struct err *e);
/* Sets the money aside on the first line that has it; *line 0: none has. */
bool pay_set_aside(struct dossier_desk *d, const struct dossier_act *act, int64_t dossier, const struct policy *q,
                   int64_t amount, struct arena *a, int64_t *line, struct err *e);
/* Not paid after all: its money is free again. */
bool pay_let_go(struct dossier_desk *d, const struct dossier_act *act, const struct pay_row *r, str why, struct err *e);
/* The number of the payment that was made of it; 0: none yet, or it was cancelled. */
bool pay_number(struct dossier_desk *d, const struct pay_row *r, int64_t *number, struct err *e);

/* Pairs of policies that exclude each other, each under one name. Lumps exclude each other however often each of them
 * is paid; two that are both paid for a year, in that year. Added to those it has. */
void pay_exclusions(const struct program *p, const struct service *s, const struct policy *q, struct arena *a,
                    struct ledger_payable *out);

/* ---- payee.c ---- */

/* Whom an amount was granted to, if not to the subject. */
bool payee_into(struct dossier_desk *d, int64_t row, const struct payee *to, struct err *e);
/* Whom an amount that is owed goes to, with name and account of today. */
bool payee_today(struct dossier_desk *d, struct dossier_facts *x, const struct dossier *c, const struct pay_row *r,
                 struct arena *a, struct payee *out, struct err *e);

/* ---- benefit.c ---- */

/* What stands against a period of a policy, judged on its last day; empty: nothing, or not known. */
str benefit_against(struct dossier_desk *d, const struct dossier_facts *x, const struct dossier_verdicts *v, str policy,
                    date day, struct arena *a);
/* What is owed for periods that are over by now. */
bool benefit_night(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, struct dossier_night *night,
                   struct err *e);

/* ---- counted.c ---- */

/* The facts of a case for the period that begins with month `next`, as if what is on its way for earlier ones of the
 * policy had arrived: who waits for money, or for the bank, would else be owed more periods than there are. */
bool counted_facts(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str policy,
                   int64_t next, struct arena *a, struct dossier_facts *out, struct err *e);
/* A period that ends with month `end` is made up for. In another order of the same months another case, which was paid
 * since, would have been paid less: *why says so, empty when what it had does not count against this one. */
bool counted_since(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c, str policy,
                   month end, str period, int64_t amount, struct arena *a, str *why, struct err *e);

#endif
