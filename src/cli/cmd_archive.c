/* leye archive: is a case file what was put away, is a certificate real? For those who were handed one. */
#include "archive/case_file.h"
#include "archive/certificate.h"
#include "cli/cli.h"

enum { KEY_MAX = 1 << 14, LIST_MAX = 1 << 20 };

static bool read_signer(const struct cli_args *a, struct journal_signer *out, struct err *e)
{
    str pem;
    struct sm2_key *key;
    if (!file_read(a->arena, cli_option(a, "key"), KEY_MAX, &pem, e) || !sm2_public_read(a->arena, pem, &key, e))
        return false;
    *out = (struct journal_signer){ key, cli_option(a, "office") };
    return true;
}

static int verify(const struct cli_args *a, const struct journal_signer *signer)
{
    struct err e = { 0 };
    struct case_file_report r;
    struct text t;
    if (!case_file_verify(a->args[1], signer, a->arena, &r, &e)) {
        fail_up(&e, "案卷“%.*s”打不开", STR_ARG(a->args[1]));
        return cli_fail(&e);
    }
    text_init(&t, a->arena, LIST_MAX);
    if (r.sound)
        text_addf(&t, "案卷完好：%.*s，%.*s 立卷，%zu 份文件都与目录相符，签名有效\n", STR_ARG(r.number),
                  STR_ARG(r.office), r.documents);
    else
        text_addf(&t, "案卷有问题：\n%s", text_str(r.what).p);
    cli_out(&t);
    return r.sound ? 0 : 1;
}

static int check(const struct cli_args *a, const struct journal_signer *signer)
{
    struct err e = { 0 };
    struct store *s;
    struct certificate c;
    enum certificate_state state;
    struct text t;
    if (!store_open(&s, cli_db(a), STORE_READ, &e)) return cli_fail(&e);
    bool ok = certificate_check(s, a->args[1], date_today(), signer, a->arena, &c, &state, &e);
    store_close(s);
    if (!ok) return cli_fail(&e);
    text_init(&t, a->arena, LIST_MAX);
    text_addf(&t, "%s：%.*s %.*s\n", certificate_state_zh(state), STR_ARG(c.kind), STR_ARG(c.number));
    if (state == CERTIFICATE_FORGED) {
        text_addz(&t, "数据库里的内容没有签发单位的签名，不能当作证明；请告诉签发单位\n");
    } else {
        VEC_EACH (const struct certificate_fact, f, &c.facts)
            text_addf(&t, "  %.*s：%.*s\n", STR_ARG(f->label), STR_ARG(f->value));
        text_addf(&t, "  签发：%.*s %s\n", STR_ARG(c.office), date_zh(a->arena, c.issued).p);
        if (c.has_until) text_addf(&t, "  有效期至：%s\n", date_zh(a->arena, c.until).p);
        if (c.revoked) text_addf(&t, "  %s注销：%.*s\n", date_zh(a->arena, c.revoked_on).p, STR_ARG(c.reason));
    }
    cli_out(&t);
    return state == CERTIFICATE_VALID ? 0 : 1;
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    struct journal_signer signer;
    bool file = str_eq(a->args[0], STR("verify"));
    if (!file && !str_eq(a->args[0], STR("check")))
        return cli_usage(a, "没有“%s”这个动作，只有 verify、check", str_dup(a->arena, a->args[0]).p);
    if (!cli_has(a, "key") || !cli_has(a, "office")) return cli_usage(a, "请用 --key 和 --office 说明签名的公钥和单位");
    if (!read_signer(a, &signer, &e)) return cli_fail(&e);
    return file ? verify(a, &signer) : check(a, &signer);
}

const struct cli_command cmd_archive = {
    .name = "archive",
    .args = "verify 案卷.zip | check 验证码",
    .help = "核对案卷有没有被改过（verify），证照是不是真的、还有没有效（check）",
    .options = { { "key", "文件", "签名单位的公钥" },
                 { "office", "单位", "签名的单位" },
                 { "db", "数据库", "check 查哪个数据库，缺省是 LEYE_DB 或 leye.db" } },
    .args_min = 2,
    .args_max = 2,
    .run = run,
};
