/* case_priv: what the verbs of leye case share: the desk opened with registry and packs, who acts, and printing. */
#ifndef CLI_CASE_PRIV_H
#define CLI_CASE_PRIV_H
#include "cli/cli.h"
#include "cli/table.h"
#include "dossier/dossier.h"

enum { CASE_OUT_MAX = 16 << 20 };

struct case_room {
    const struct cli_args *args;
    struct arena *a;
    struct pack_set set;
    const struct program *p;
    struct registry *registry;
    struct dossier_desk *desk;
    struct dossier_act act;
    bool has_as;                  /* --as was given */
    struct journal_signer signer; /* of certificates and case files */
    struct text out;
};

/* 0, or the exit code after the sentence was printed. Ends with case_close. */
int case_open(struct case_room *r, const struct cli_args *a);
void case_close(struct case_room *r);

struct case_verb {
    const char *name, *args;
    size_t args_min, args_max; /* behind the verb */
    bool needs_as;
    int (*run)(struct case_room *r);
    const char *help;
};
extern const struct case_verb case_verbs_citizen[], case_verbs_counter[], case_verbs_review[], case_verbs_system[];

/* Arguments behind the verb. */
static inline str case_arg(const struct case_room *r, size_t i) { return r->args->args[i + 1]; }
static inline size_t case_args(const struct case_room *r) { return r->args->count - 1; }

int case_enclosure(struct case_room *r); /* the verb */

int case_fail(struct case_room *r, const struct err *e);
bool case_id(struct case_room *r, str number, int64_t *id, struct err *e);
/* The subject of a service by a number of its own. */
bool case_subject(struct case_room *r, str service, str key, int64_t *id, struct err *e);
/* 字段=值 from argument `from` on, as a JSON object. */
bool case_answers(struct case_room *r, size_t from, str *out, struct err *e);
/* Where a case stands and, under review, whose turn it is: 现在：审核中（批准，等审批办）. */
void case_now(const struct dossier *c, struct text *t);
/* What became of a request. */
int case_tell(struct case_room *r, const struct dossier_result *x, const char *what);
int case_told(struct case_room *r, int64_t id, const char *what);
const char *case_number(struct arena *a, int64_t id);
str case_yuan(struct arena *a, int64_t fen);
const char *case_day(struct arena *a, date d);
str case_time(struct arena *a, struct service_time t);

#endif
