/* leye key: the key that is kept outside the database, and the sealing of what nobody may read in it. */
#include "access/access.h"
#include "archive/archive.h"
#include "audit/audit.h"
#include "base/crypto.h"
#include "cli/cli.h"
#include "dossier/dossier.h"
#include "ledger/ledger.h"
#include "notice/notice.h"
#include "pack/pack.h"
#include "registry/registry.h"

#include <stdio.h>
#include <stdlib.h>

static void add(struct arena *a, store_secrets *to, const store_secrets *from)
{
    VEC_EACH (const struct store_secret, x, from) *vec_push(a, to) = *x;
}

static int made(str path)
{
    struct err e = { 0 };
    if (!vault_key_make(path, &e)) return cli_fail(&e);
    printf("密钥写好了：%.*s\n和数据库分开存放，另留一份备份：丢了它，库里加密的内容谁也读不出。\n"
           "用它：把环境变量 LEYE_KEY 设为这个文件，再建库；已有的库用 leye key seal 加密。\n",
           STR_ARG(path));
    return 0;
}

/* Seals what is there; again: under new keys. */
static bool seal(const struct cli_args *a, bool again, struct err *e)
{
    struct pack_set set;
    struct registry *r;
    store_secrets all = { 0 };
    struct store_sealing did;
    if (!cli_program(a, &set, e) || !registry_open(&r, set.program, cli_db(a), STORE_SEAL, e)) return false;
    struct store *s = registry_store(r);
    bool done, ok = store_claim(s, STR("leye key"), e) && store_sealing_done(s, &done, e);
    if (ok && again && !store_sealed(s)) ok = fail(e, CONFLICT, "这个库还没有加密；先用 leye key seal");
    if (ok && !again && store_sealed(s) && done) {
        puts("这个库的敏感内容已经是加密的。换一套内部密钥重新加密：leye key renew");
        registry_close(r);
        return true;
    }
    ok = ok && registry_secrets(r, a->arena, &all, e);
    add(a->arena, &all, &archive_secrets);
    add(a->arena, &all, &dossier_secrets);
    add(a->arena, &all, &ledger_secrets);
    add(a->arena, &all, &notice_secrets);
    add(a->arena, &all, &access_secrets);
    add(a->arena, &all, &audit_secrets);
    ok = ok && store_seal(s, all.at, all.len, &did, e) && registry_sealed(r, e);
    registry_close(r);
    if (!ok) return false;
    printf("加密好了%s：%lld 个值（证件号、电话、账号、地址，和填的表）。\n",
           did.went_on ? "（接着上次没有做完的）" : "", (long long)did.values);
    puts("以前的备份里还是原来的内容，请重新备份，旧的销毁。");
    puts("用回调的：签名密钥换了，请各接收方在“回调”页上取新的。");
    return true;
}

/* The database opens with another file from now on. */
static bool change(const struct cli_args *a, str path, struct err *e)
{
    struct vault_key next;
    struct store *s;
    if (!vault_key_read(&next, path, e))
        return e->code == ERR_NOT_FOUND ? fail_up(e, "新密钥先要有：leye key make %.*s", STR_ARG(path)) : false;
    if (!store_open(&s, cli_db(a), STORE_WRITE, e)) return false;
    bool ok = store_claim(s, STR("leye key"), e) &&
              (store_sealed(s) || fail(e, CONFLICT, "这个库没有加密，不用换；先用 leye key seal")) &&
              store_rekey(s, &next, e);
    store_close(s);
    if (!ok) return false;
    printf("换好了：从现在起这个库用 %.*s 打开。把 LEYE_KEY 改成它，重开大厅。\n"
           "以前的备份还要旧的密钥，旧密钥留到那些备份不要了为止。\n",
           STR_ARG(path));
    return true;
}

static bool status(const struct cli_args *a, struct err *e)
{
    struct store *s;
    if (!store_open(&s, cli_db(a), STORE_READ, e)) return false;
    puts(store_sealed(s)
             ? "这个库的敏感内容（证件号、电话、账号、地址，和填的表）是加密的，手上的密钥打得开。"
             : "这个库的敏感内容没有加密。要加密：备好密钥（leye key make 文件），设 LEYE_KEY，再 leye key seal。");
    store_close(s);
    return true;
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    str verb = a->count > 0 ? a->args[0] : STR("status"), path = a->count > 1 ? a->args[1] : STR("");
    bool file = str_eq(verb, STR("make")) || str_eq(verb, STR("change"));
    if (file != (path.len > 0))
        return cli_usage(a, file ? "写上密钥文件的名字" : "“%.*s”后面不用写文件", STR_ARG(verb));
    if (str_eq(verb, STR("make"))) return made(path);
    bool ok;
    if (str_eq(verb, STR("status")))
        ok = status(a, &e);
    else if (str_eq(verb, STR("change")))
        ok = change(a, path, &e);
    else if (str_eq(verb, STR("seal")) || str_eq(verb, STR("renew")))
        ok = seal(a, str_eq(verb, STR("renew")), &e);
    else
        return cli_usage(a, "没有“%.*s”这一步；有：status、make、seal、change、renew", STR_ARG(verb));
    return ok ? 0 : cli_fail(&e);
}

const struct cli_command cmd_key = {
    .name = "key",
    .args = "[status|make 文件|seal|change 新文件|renew]",
    .help = "密钥：库里的证件号、电话、账号、地址用国密算法加密，密钥在库外的一个文件里（环境变量 LEYE_KEY）\n\n"
            "make 做一个密钥文件；设了 LEYE_KEY 再建的库一开始就是加密的；已有的库用 seal 加密。\n"
            "change 换密钥文件（立刻做完，内容不动，定期换用它）；renew "
            "换内部密钥、全部重新加密（怀疑密钥文件泄露了，先 change 再 renew）。\n"
            "seal 和 renew 要先停大厅；中途停了，再运行一次接着做完。",
    .options = { { "db", "文件", "哪个库，缺省 LEYE_DB 或 leye.db；也可以是 postgresql://…" },
                 { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" } },
    .args_min = 0,
    .args_max = 2,
    .run = run,
};
