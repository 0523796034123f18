/* cli: the commands of the program. One file per command, which opens with its row: name, arguments, help, options,
 * function. `leye help`, completion and the man page are printed from these rows. */
#ifndef CLI_CLI_H
#define CLI_CLI_H
#include "base/date.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "base/vec.h"

enum { CLI_OPTIONS_MAX = 32, CLI_ARGS_MAX = 64 };

struct cli_option {
    const char *name;  /* without -- */
    const char *value; /* what follows it, for help; NULL: a switch */
    const char *help;
};

struct cli_args {
    struct arena *arena;
    const struct cli_command *command;
    str option[CLI_OPTIONS_MAX]; /* in the order of the command's options; .p NULL when not given */
    str args[CLI_ARGS_MAX];
    size_t count;
};

/* Exit status: 0 done, 1 the work found something wrong, 2 the call was wrong. */
struct cli_command {
    const char *name, *args, *help;
    struct cli_option options[CLI_OPTIONS_MAX];
    size_t args_min, args_max;
    int (*run)(const struct cli_args *a);
};

extern const struct cli_command *const cli_commands[]; /* ends with NULL */

int cli_main(int argc, char **argv);
/* The value of an option; .p NULL when it was not given. The name must be one of the command's. */
str cli_option(const struct cli_args *a, const char *name);
bool cli_has(const struct cli_args *a, const char *name);
/* The value of an option as a whole number from least to most, `otherwise` when it was not given; false: it is none. */
bool cli_number(const struct cli_args *a, const char *name, int64_t least, int64_t most, int64_t otherwise,
                int64_t *out);
str cli_day(struct arena *a, date d); /* 2023-11-01 */
void cli_out(const struct text *t);   /* to standard output; a closed pipe ends the program quietly */
int cli_fail(const struct err *e);    /* prints the error; gives 1 */
int cli_usage(const struct cli_args *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Where packs are when nothing was said: --packs, else LEYE_PACKS, else ./packs/demo, else the installed ones. */
str cli_packs(const struct cli_args *a, const char *option);

/* The registry's database: --db, else LEYE_DB, else leye.db here. */
str cli_db(const struct cli_args *a);
struct store;
/* What files that belong to a database begin with: that of a SQLite file is its path. A PostgreSQL database has no
 * place on this machine; its files are kept in a folder of this user (LEYE_STATE, else leye in XDG_STATE_HOME, else
 * ~/.local/state/leye), made when needed and readable by nobody else, under a name made of its address. */
bool cli_beside(const struct store *s, struct arena *a, str *out, struct err *e);
struct pack_set;
/* The packs to work with; packs with mistakes are an error that says where to see them. */
bool cli_program(const struct cli_args *a, struct pack_set *set, struct err *e);
/* Whether --as, or LEYE_AS, says 审计: who sees everything and changes nothing. Then what a verb that only looks is
 * worth: 0, and of others the exit code after a sentence. */
bool cli_as_auditor(const struct cli_args *a);
int cli_auditor_looks(const char *what, bool looks);

struct backup_seen;
/* What a look at a backup has seen, in a few lines. */
void cli_tell_backup(const struct backup_seen *b, struct text *t);

/* The pack folders the arguments name: a pack itself, or every pack below a folder. */
bool cli_pack_dirs(const struct cli_args *a, file_list *out, struct err *e);

#endif
