/* cmd_fund_priv: one `leye fund` at work: who, on which day, with which database; and its verbs, by file. */
#ifndef CLI_CMD_FUND_PRIV_H
#define CLI_CMD_FUND_PRIV_H
#include "cli/cli.h"
#include "cli/table.h"
#include "fund/fund.h"

struct fund_call {
    const struct cli_args *a;
    struct arena *arena;
    struct store *s;       /* NULL: the verb needs none */
    struct ledger_act act; /* who is empty: nobody said who they are */
    const str *args;       /* behind the verb */
    size_t count;
    struct text out; /* printed when all went well */
};

enum fund_need {
    FUND_LOOKS,   /* reads; --as is not asked for */
    FUND_CHANGES, /* --as is needed */
    FUND_BEGINS,  /* the same, and makes a database that is not there */
    FUND_ALONE,   /* no database, or it opens what it needs itself */
};

struct fund_verb {
    const char *name, *args, *help;
    const char *options; /* of this verb, blanks between them, beside db, as and date */
    size_t args_min, args_max;
    enum fund_need need;
    int (*run)(struct fund_call *c);
};

/* Each file has a list that ends with a row without a name. */
extern const struct fund_verb fund_money_verbs[], fund_batch_verbs[], fund_claim_verbs[], fund_month_verbs[];

/* What was typed, or a sentence and exit code 2 (then false). */
bool fund_arg_number(struct fund_call *c, size_t at, const char *what, int64_t *out);
bool fund_arg_amount(struct fund_call *c, size_t at, int64_t *out);
bool fund_arg_payment(struct fund_call *c, size_t at, int64_t *out);
bool fund_arg_month(struct fund_call *c, str text, month *out);
bool fund_needs(struct fund_call *c, const char *option, const char *what);
str fund_yuan_of(struct fund_call *c, int64_t fen);
/* A column of money: "–" for nothing. */
void fund_cell(struct table *t, int64_t fen);
void fund_cell_number(struct table *t, int64_t n);

#endif
