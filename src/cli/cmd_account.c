/* leye account: accounts of the hall. Passwords come from standard input, never from the command line, where others
 * could see them. */
#include "access/admin.h"
#include "cli/cli.h"
#include "hall/hall.h"
#include "pack/pack.h"
#include "registry/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_MAX = 1024, DAY_SECONDS = 86400, TOKEN_DAYS = 365 };

static int64_t now_seconds(void)
{
    if (getenv("LEYE_TODAY") != NULL) return (int64_t)date_today().days * DAY_SECONDS;
    return (int64_t)time(NULL);
}

/* Who is at the server, as the system calls them. */
static struct access_by by(void)
{
    const char *name = getenv("SUDO_USER") != NULL ? getenv("SUDO_USER") : getenv("USER");
    return (struct access_by){ str_of(name != NULL && name[0] != '\0' ? name : "root"), STR("命令行"),
                               STR("在服务器上"), now_seconds() };
}

/* The first line of standard input. */
static bool read_password(const struct cli_args *a, str *out, struct err *e)
{
    str all, line;
    if (isatty(STDIN_FILENO)) fputs("密码（从标准输入读一行，输完按 Ctrl-D）：\n", stderr);
    if (!file_read(a->arena, STR("-"), INPUT_MAX, &all, e)) return false;
    if (!str_split(&all, '\n', &line)) line = STR("");
    *out = str_trim(line);
    return true;
}

static bool read_roles(str words, uint32_t *out, struct err *e)
{
    str piece;
    enum access_role r;
    *out = 0;
    while (str_split(&words, ',', &piece)) {
        if (!access_role_named(str_trim(piece), &r)) {
            struct text t;
            autoarena *a = arena_new("roles", 0);
            text_init(&t, a, 1000);
            for (unsigned i = 0; i < ROLES; i++)
                text_addf(&t, "%s%s", i > 0 ? "、" : "", access_role_zh((enum access_role)i));
            return fail(e, INVALID, "没有角色“%.*s”；有：%.*s", STR_ARG(piece), (int)t.len, t.p);
        }
        *out |= 1u << r;
    }
    return true;
}

/* Who the account is in the register. */
static bool find_self(const struct cli_args *a, struct access_account *n, struct err *e)
{
    str key = cli_option(a, "self");
    struct pack_set set;
    struct registry *r;
    uint16_t entity;
    if (key.p == NULL && (n->roles & (ROLE_BIT(WORKER) | ROLE_BIT(EMPLOYER))) != 0)
        return fail(e, INVALID, "“本人”要写是谁，“单位”要写是哪一家：--self 身份证号，或者 --self 统一社会信用代码");
    if (key.p == NULL) return true;
    if (!cli_program(a, &set, e) || !registry_open(&r, set.program, cli_db(a), STORE_READ, e)) return false;
    value_lines values = { 0 };
    bool ok = registry_find(r, STR(""), key, &entity, &n->subject, e) &&
              registry_values(r, entity, n->subject, a->arena, &values, e);
    registry_close(r);
    if (!ok) return false;
    n->entity = set.program->entities.at[entity].name;
    VEC_EACH (const struct value_line, v, &values) {
        bool name = v->current && (str_eq(v->field, STR("姓名")) || str_eq(v->field, STR("单位名称")));
        if (name && n->display.len == 0) n->display = v->value;
    }
    return true;
}

static bool add(const struct cli_args *a, struct store *s, str name, struct err *e)
{
    struct access_account n = { .name = name,
                                .display = cli_option(a, "display"),
                                .regions = cli_option(a, "regions") };
    struct access_by who = by();
    str password, roles = cli_option(a, "roles");
    int64_t id;
    if (roles.p == NULL) return fail(e, INVALID, "新账户要写角色：--roles 窗口");
    if (!read_roles(roles, &n.roles, e) || !find_self(a, &n, e) || !read_password(a, &password, e) ||
        !access_admin_make(s, &who, &n, password, &id, e))
        return false;
    printf("账户 %.*s 建好了，编号 %lld\n", STR_ARG(name), (long long)id);
    return true;
}

static bool list(const struct cli_args *a, struct store *s, struct err *e)
{
    access_accounts all = { 0 };
    if (!access_account_list(s, 0, a->arena, &all, e)) return false;
    if (all.len == 0) puts("还没有账户");
    VEC_EACH (const struct access_account, n, &all) {
        printf("%.*s　%.*s　", STR_ARG(n->name), STR_ARG(n->display));
        for (unsigned i = 0; i < ROLES; i++) {
            if ((n->roles >> i & 1) != 0) printf("%s ", access_role_zh((enum access_role)i));
        }
        printf("　%.*s%s%s\n", STR_ARG(n->regions), n->has_totp ? "　动态口令" : "", n->disabled ? "　停用" : "");
    }
    return true;
}

static bool make_totp(const struct cli_args *a, struct store *s, str name, struct err *e)
{
    struct access_by who = by();
    const struct vault_key *key = store_vault(s);
    str secret;
    if (key == NULL) return fail(e, UNSET, "没有密钥：先 leye key make 文件，再把 LEYE_KEY 设为它");
    if (!access_admin_totp(s, &who, name, key, a->arena, &secret, e)) return false;
    printf("在手机的验证器里输入这个密钥，只显示这一次：%.*s\n", STR_ARG(secret));
    return true;
}

/* 逗号分开的栏目 → the words of a token. */
static bool read_scopes(const struct cli_args *a, str *out, struct err *e)
{
    str list = cli_option(a, "scopes"), one;
    struct text t;
    *out = ACCESS_SCOPE_ALL;
    if (list.p == NULL) return true;
    text_init(&t, a->arena, 4000);
    while (str_split(&list, ',', &one)) {
        one = str_trim(one);
        if (!hall_scope_known(one))
            return fail(e, INVALID, "没有栏目“%.*s”；有：%.*s；只看的写成 cases:read", STR_ARG(one),
                        STR_ARG(hall_scope_words(a->arena)));
        text_addf(&t, "%s%.*s", t.len > 0 ? " " : "", STR_ARG(one));
    }
    *out = text_str(&t);
    return true;
}

static bool make_token(const struct cli_args *a, struct store *s, str name, struct err *e)
{
    char token[CRYPTO_TOKEN + 1];
    struct access_by who = by();
    struct access_grant g = { .account = name,
                              .purpose = cli_option(a, "token"),
                              .expires = who.now + (int64_t)TOKEN_DAYS * DAY_SECONDS };
    if (!read_scopes(a, &g.scopes, e)) return false;
    if (!cli_number(a, "per-minute", 1, ACCESS_PER_MINUTE_MAX, ACCESS_PER_MINUTE, &g.per_minute))
        return fail(e, INVALID, "--per-minute 写 1 到 %d", ACCESS_PER_MINUTE_MAX);
    if (!access_admin_token(s, &who, &g, token, e)) return false;
    printf("%s\n", token);
    return true;
}

static bool act(const struct cli_args *a, struct store *s, struct err *e)
{
    struct access_by who = by();
    str name = a->count > 0 ? a->args[0] : STR(""), password;
    if (name.len == 0) return list(a, s, e);
    if (cli_has(a, "password")) {
        if (!read_password(a, &password, e) || !access_admin_chosen(s, &who, name, password, e)) return false;
        puts("密码换好了，这个账户要重新登录");
        return true;
    }
    if (cli_has(a, "disable") || cli_has(a, "enable")) {
        if (!access_admin_lock(s, &who, name, cli_has(a, "disable"), e)) return false;
        puts(cli_has(a, "disable") ? "账户停用了" : "账户恢复了");
        return true;
    }
    if (cli_has(a, "totp")) return make_totp(a, s, name, e);
    if (cli_has(a, "token")) return make_token(a, s, name, e);
    return add(a, s, name, e);
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    struct store *s;
    if (!store_open(&s, cli_db(a), STORE_WRITE, &e)) return cli_fail(&e);
    bool ok = access_migrate(s, &e) && act(a, s, &e);
    store_close(s);
    return ok ? 0 : cli_fail(&e);
}

const struct cli_command cmd_account = {
    .name = "account",
    .args = "[账户名]",
    .help = "办事大厅的账户：建、列、换密码、停用、动态口令、接口令牌\n\n"
            "密码从标准输入读。不写账户名，列出全部。例如：leye account wang --roles 窗口 --regions 329901 < 密码",
    .options = { { "roles", "本人,窗口", "新账户的角色，逗号分开" },
                 { "self", "身份证号", "“本人”是登记库里的谁，“单位”写统一社会信用代码" },
                 { "regions", "代码", "看得到哪些地区的人，区划代码，空格分开" },
                 { "display", "姓名", "显示的名字，缺省用登记的姓名" },
                 { "password", NULL, "换密码" },
                 { "disable", NULL, "停用" },
                 { "enable", NULL, "恢复" },
                 { "totp", NULL, "要这个账户登录时输动态口令（要有 LEYE_KEY）" },
                 { "token", "用途", "给程序一个一年有效的令牌，每次查看都记这个用途" },
                 { "scopes", "栏目,栏目", "令牌只能用哪些栏目（地址的第一段），只看的写成 cases:read；缺省角色的全部" },
                 { "per-minute", "次数", "令牌一分钟最多用几次，缺省 600" },
                 { "db", "文件", "城市的库，缺省 LEYE_DB 或 leye.db；也可以是 postgresql://…" },
                 { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" } },
    .args_min = 0,
    .args_max = 1,
    .run = run,
};
