/* cli: reading the command line, help, and what every command prints alike. */
#include "cli/cli.h"
#include "base/file.h"
#include "base/nearest.h"
#include "pack/pack.h"
#include "store/store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_command(const struct cli_command *c, struct text *t)
{
    text_addf(t, "用法：leye %s%s%s%s\n\n%s\n", c->name, c->args[0] ? " " : "", c->args,
              c->options[0].name ? " [选项]" : "", c->help);
    if (c->options[0].name == NULL) return;
    text_addz(t, "\n选项：\n");
    for (const struct cli_option *o = c->options; o < c->options + CLI_OPTIONS_MAX && o->name != NULL; o++) {
        text_addf(t, "  --%s%s%s\n        %s\n", o->name, o->value ? " " : "", o->value ? o->value : "", o->help);
    }
}

static void print_help(struct text *t)
{
    text_addz(t, "乐业 leye " LEYE_VERSION
                 "：政策写成文字，检查、试算、解释、找人\n\n用法：leye <命令> [参数…]\n\n命令：\n");
    for (const struct cli_command *const *c = cli_commands; *c != NULL; c++) {
        text_addf(t, "  %-10s ", (*c)->name);
        str help = str_of((*c)->help), first;
        str_split(&help, '\n', &first);
        text_add(t, first);
        text_addc(t, '\n');
    }
    text_addz(t, "\n每个命令的细节：leye help <命令>\n");
}

/* The command of that name; NULL after saying that there is none, and which was perhaps meant. */
static const struct cli_command *find(const char *name)
{
    struct nearest near;
    nearest_start(&near, str_of(name));
    for (const struct cli_command *const *c = cli_commands; *c != NULL; c++) {
        if (strcmp((*c)->name, name) == 0) return *c;
        nearest_offer(&near, str_of((*c)->name));
    }
    if (near.best.len > 0)
        fprintf(stderr, "没有命令 %s，是不是 %.*s？有哪些命令，看 leye help\n", name, STR_ARG(near.best));
    else
        fprintf(stderr, "没有命令 %s，看看 leye help\n", name);
    return NULL;
}

str cli_day(struct arena *a, date d)
{
    char text[DATE_TEXT];
    date_text(d, text);
    return str_dup(a, str_of(text));
}

void cli_out(const struct text *t)
{
    if (fwrite(t->p, 1, t->len, stdout) != t->len || fflush(stdout) != 0) exit(1);
}

/* A clerk reads what happened, then why. Places in our own source are for those who ask: LEYE_DEBUG=1. */
int cli_fail(const struct err *e)
{
    if (getenv("LEYE_DEBUG") != NULL) {
        err_print(e, stderr);
        return 1;
    }
    fprintf(stderr, "%s\n", err_text_zh(e->code));
    for (int i = e->depth; i-- > 0;) fprintf(stderr, "  %s\n", e->frames[i].text);
    return 1;
}

int cli_usage(const struct cli_args *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\n看用法：leye help %s\n", a->command->name);
    return 2;
}

static size_t option_index(const struct cli_command *c, const char *name, size_t len)
{
    for (size_t i = 0; i < CLI_OPTIONS_MAX && c->options[i].name != NULL; i++) {
        if (strlen(c->options[i].name) == len && strncmp(c->options[i].name, name, len) == 0) return i;
    }
    return SIZE_MAX;
}

str cli_option(const struct cli_args *a, const char *name)
{
    size_t i = option_index(a->command, name, strlen(name));
    return i == SIZE_MAX ? (str){ 0 } : a->option[i];
}

bool cli_has(const struct cli_args *a, const char *name) { return cli_option(a, name).p != NULL; }

bool cli_number(const struct cli_args *a, const char *name, int64_t least, int64_t most, int64_t otherwise,
                int64_t *out)
{
    str s = cli_option(a, name);
    *out = otherwise;
    return s.p == NULL || (str_to_i64(s, out) && *out >= least && *out <= most);
}

str cli_packs(const struct cli_args *a, const char *option)
{
    str given = cli_option(a, option);
    if (given.p != NULL) return given;
    const char *env = getenv("LEYE_PACKS");
    if (env != NULL && env[0] != 0) return str_of(env);
    if (file_is_dir(STR("packs/demo"))) return STR("packs/demo");
    str installed = file_join(a->arena, pack_installed(a->arena), STR("demo"));
    return file_is_dir(installed) ? installed : STR("packs/demo");
}

str cli_db(const struct cli_args *a)
{
    str given = cli_option(a, "db");
    if (given.p != NULL) return given;
    const char *env = getenv("LEYE_DB");
    return env != NULL && env[0] != 0 ? str_of(env) : STR("leye.db");
}

bool cli_program(const struct cli_args *a, struct pack_set *set, struct err *e)
{
    str dir = cli_packs(a, "packs");
    if (!pack_load_rules(set, a->arena, dir, e)) return false;
    if (set->diags.errors == 0) return true;
    return fail(e, INVALID, "包 %.*s 有 %zu 处错误，先改好；看 leye check %.*s", STR_ARG(dir), set->diags.errors,
                STR_ARG(dir));
}

bool cli_pack_dirs(const struct cli_args *a, file_list *out, struct err *e)
{
    for (size_t i = 0; i < a->count; i++) {
        bool is_pack = file_exists(file_join(a->arena, a->args[i], STR("pack.leye")));
        if (is_pack || !file_is_dir(a->args[i])) {
            *vec_push(a->arena, out) = a->args[i];
            continue;
        }
        size_t before = out->len;
        if (!pack_find(a->arena, a->args[i], out, e)) return false;
        if (out->len == before) *vec_push(a->arena, out) = a->args[i]; /* the loader says what is missing */
    }
    return true;
}

/* --name value, --name=value, --switch; "--" ends options. */
static int read_args(struct cli_args *a, int argc, char **argv)
{
    const struct cli_command *c = a->command;
    bool options = true;
    for (int i = 0; i < argc; i++) {
        const char *s = argv[i];
        if (options && strcmp(s, "--") == 0) {
            options = false;
        } else if (options && s[0] == '-' && s[1] == '-') {
            const char *eq = strchr(s, '=');
            size_t len = eq ? (size_t)(eq - s) - 2 : strlen(s) - 2;
            size_t at = option_index(c, s + 2, len);
            if (at == SIZE_MAX) return cli_usage(a, "没有选项 %s", s);
            if (c->options[at].value == NULL) {
                if (eq != NULL) return cli_usage(a, "选项 --%s 后面不带值", c->options[at].name);
                a->option[at] = STR("1");
            } else if (eq != NULL) {
                a->option[at] = str_of(eq + 1);
            } else if (i + 1 < argc) {
                a->option[at] = str_of(argv[++i]);
            } else {
                return cli_usage(a, "选项 --%s 后面要写 %s", c->options[at].name, c->options[at].value);
            }
        } else if (options && s[0] == '-' && s[1] != 0) {
            return cli_usage(a, "没有选项 %s，选项都用两个减号", s);
        } else if (a->count == CLI_ARGS_MAX) {
            return cli_usage(a, "参数太多，最多 %d 个", CLI_ARGS_MAX);
        } else {
            a->args[a->count++] = str_of(s);
        }
    }
    if (a->count < c->args_min) return cli_usage(a, "还缺参数：leye %s %s", c->name, c->args);
    if (a->count > c->args_max) return cli_usage(a, "多出来的参数：%.*s", STR_ARG(a->args[c->args_max]));
    return 0;
}

static int help(const char *about)
{
    autoarena *arena = arena_new("help", 0);
    struct text t;
    text_init(&t, arena, 1 << 16);
    const struct cli_command *c = about ? find(about) : NULL;
    if (about != NULL && c == NULL) return 2;
    if (c != NULL)
        print_command(c, &t);
    else
        print_help(&t);
    cli_out(&t);
    return 0;
}

int cli_main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("用法：leye <命令> [参数…]；有哪些命令，看 leye help\n", stderr);
        return 2;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        puts("leye " LEYE_VERSION);
        return 0;
    }
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return help(argc > 2 ? argv[2] : NULL);
    const struct cli_command *c = find(name);
    if (c == NULL) return 2;
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) return help(name);
    }
    autoarena *arena = arena_new("command", 0);
    struct cli_args a = { .arena = arena, .command = c };
    int bad = read_args(&a, argc - 2, argv + 2);
    const char *key = getenv("LEYE_KEY");
    struct err e = { 0 };
    if (key != NULL && !store_key_file(str_of(key), &e)) return cli_fail(&e);
    return bad ? bad : c->run(&a);
}

bool cli_as_auditor(const struct cli_args *a)
{
    str s = cli_option(a, "as");
    const char *env = getenv("LEYE_AS");
    if (s.p == NULL && env != NULL) s = str_of(env);
    size_t at = str_find(s, STR("@"));
    if (at != SIZE_MAX) s = str_slice(s, 0, at);
    return str_ends(s, STR(":审计")) || str_ends(s, STR("：审计"));
}

int cli_auditor_looks(const char *what, bool looks)
{
    struct err e = { 0 };
    if (looks) return 0;
    fail(&e, DENIED, "审计只看，不办；“%s”请交给经办的岗位", what);
    return cli_fail(&e);
}
