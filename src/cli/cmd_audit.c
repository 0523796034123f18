/* leye audit: is the journal still what was written? Verifies the chain, seals days that are over, makes keys for
 * seals. What auditors do beside that is in audit_find.c, audit_leads.c, audit_samples.c. */
#include "cli/cmd_audit_priv.h"
#include "cli/place.h"

#include <stdio.h>
#include <unistd.h>

enum { LIST_MAX = 16 << 20, KEY_MAX = 1 << 14, PROGRESS_EVERY = 1000000 };

/* On a terminal, every million events a line; elsewhere silence. */
static bool progress(void *context, int64_t seen)
{
    int64_t *told = context;
    if (seen - *told < PROGRESS_EVERY) return true;
    *told = seen;
    fprintf(stderr, "\r已核对 %lld 条……", (long long)seen);
    return true;
}

static bool read_optional(const struct cli_args *a, const char *option, size_t max, str *out, struct err *e)
{
    str path = cli_option(a, option);
    *out = (str){ 0 };
    if (path.p == NULL || !file_exists(path)) return true;
    return file_read(a->arena, path, max, out, e);
}

static bool read_public(const struct cli_args *a, struct journal_signer *signer, struct err *e)
{
    str pem;
    struct sm2_key *key;
    if (!file_read(a->arena, cli_option(a, "key"), KEY_MAX, &pem, e) || !sm2_public_read(a->arena, pem, &key, e))
        return false;
    *signer = (struct journal_signer){ key, cli_option(a, "office") };
    return true;
}

/* A mark that cannot be read must not pass for the beginning: the user means to go on from it. */
static bool read_mark(const struct cli_args *a, struct journal_mark *out, struct err *e)
{
    str line;
    if (!read_optional(a, "resume", KEY_MAX, &line, e)) return false;
    if (line.p == NULL || journal_mark_read(line, out)) return true;
    str path = cli_option(a, "resume");
    return fail(e, INVALID, "“%.*s”不是上次核对留下的文件；请换一个文件，或者删掉它从头核对", STR_ARG(path));
}

static bool write_mark(const struct cli_args *a, const struct journal_mark *m, struct err *e)
{
    struct text t;
    if (!cli_has(a, "resume")) return true;
    text_init(&t, a->arena, KEY_MAX);
    journal_mark_text(m, &t);
    return file_write(cli_option(a, "resume"), text_str(&t), e);
}

static void tell(const struct cli_args *a, const struct journal_check *how, const struct journal_report *r)
{
    struct text t;
    char hex[SM3_HEX + 1];
    text_init(&t, a->arena, LIST_MAX);
    if (r->sound) {
        text_addf(&t, "留痕完好：核对 %lld 条，封存 %lld 天", (long long)r->events, (long long)r->seals);
        if (how->signer != NULL) text_addf(&t, "，%lld 个签名都对", (long long)r->signed_seals);
        if (how->from.number > 0) text_addf(&t, "（接着第 %lld 条）", (long long)how->from.number);
        sm3_text(r->good.hash, hex);
        text_addf(&t, "\n最后一条：第 %lld 条，校验值 %s\n", (long long)r->good.number, hex);
    } else {
        text_addf(&t, "留痕有问题：%s\n", r->what);
        if (r->first_bad > 0)
            text_addf(&t, "第一处在第 %lld 条；它以前的 %lld 条完好\n", (long long)r->first_bad,
                      (long long)r->first_bad - 1);
        text_addz(&t, "请停止办理，保留现场（复制数据库文件），从备份里查这一条原来的样子\n");
    }
    cli_out(&t);
}

static bool verify(const struct cli_args *a, struct journal_report *r, struct journal_check *how, struct err *e)
{
    int64_t told = 0;
    if (isatty(STDERR_FILENO)) {
        how->progress = progress;
        how->context = &told;
    }
    bool ok = journal_verify(cli_db(a), how, r, e);
    if (told > 0) fputc('\n', stderr);
    return ok;
}

static int run_verify(const struct cli_args *a)
{
    struct err e = { 0 };
    struct journal_check how = { 0 };
    struct journal_signer signer;
    struct journal_report r;
    if (cli_has(a, "seals") && !file_exists(cli_option(a, "seals")))
        return cli_usage(a, "没有封存清单“%s”", str_dup(a->arena, cli_option(a, "seals")).p);
    if (!read_optional(a, "seals", LIST_MAX, &how.seal_lines, &e) || !read_mark(a, &how.from, &e)) return cli_fail(&e);
    if (cli_has(a, "key")) {
        if (!read_public(a, &signer, &e)) return cli_fail(&e);
        how.signer = &signer;
    }
    if (!verify(a, &r, &how, &e)) return cli_fail(&e);
    tell(a, &how, &r);
    if (!r.sound) return 1;
    return write_mark(a, &r.good, &e) ? 0 : cli_fail(&e);
}

/* A falsified journal is not sealed: a seal would make it look right. */
static int run_seal(const struct cli_args *a)
{
    struct err e = { 0 };
    struct journal_check how = { 0 };
    struct journal_signer signer;
    struct journal_report r;
    struct store *s;
    date through = DATE_MAX;
    uint32_t days = 0;
    struct text lines, t;
    struct sm2_key *key;
    if (cli_has(a, "through") && !date_parse(cli_option(a, "through"), &through))
        return cli_usage(a, "日期要写成 2026-03-31 这样");
    if (cli_has(a, "key")) {
        if (!sm2_key_read(a->arena, cli_option(a, "key"), &key, &e)) return cli_fail(&e);
        signer = (struct journal_signer){ key, cli_option(a, "office") };
    }
    if (!read_optional(a, "seals", LIST_MAX, &how.seal_lines, &e) || !verify(a, &r, &how, &e)) return cli_fail(&e);
    if (!r.sound) {
        tell(a, &how, &r);
        return 1;
    }
    if (!store_open(&s, cli_db(a), STORE_WRITE, &e)) return cli_fail(&e);
    text_init(&lines, a->arena, LIST_MAX);
    bool ok = journal_seal(s, through, cli_has(a, "key") ? &signer : NULL, 0, &days, &e) &&
              journal_seal_lines(s, DATE_MIN, &lines, &e);
    store_close(s);
    if (ok && cli_has(a, "seals")) ok = file_write(cli_option(a, "seals"), text_str(&lines), &e);
    if (!ok) return cli_fail(&e);
    text_init(&t, a->arena, LIST_MAX);
    text_addf(&t, "封存了 %u 天\n", days);
    if (!cli_has(a, "seals")) text_add(&t, text_str(&lines));
    cli_out(&t);
    return 0;
}

static int run_key(const struct cli_args *a)
{
    struct err e = { 0 };
    struct sm2_key *key;
    str pem, path = cli_option(a, "key"), public = str_fmt(a->arena, "%.*s.pub", STR_ARG(path));
    if (!sm2_key_make(a->arena, &key, &e) || !sm2_key_write(key, path, &e) ||
        !sm2_public_text(key, a->arena, &pem, &e) || !file_write(public, pem, &e))
        return cli_fail(&e);
    struct text t;
    text_init(&t, a->arena, KEY_MAX);
    text_addf(&t, "私钥：%.*s（只有您能读；不要放在数据库旁边）\n公钥：%.*s（交给核对的人）\n", STR_ARG(path),
              STR_ARG(public));
    cli_out(&t);
    return 0;
}

static int run(const struct cli_args *a)
{
    if (a->count == 0) return audit_print_verbs(a), 0;
    int code = audit_run_verb(a);
    if (code >= 0) return code;
    str verb = a->args[0];
    bool key = str_eq(verb, STR("key"));
    if (!key && !str_eq(verb, STR("verify")) && !str_eq(verb, STR("seal")))
        return cli_usage(a, "没有“%s”这个动作；有哪些动作，看 leye audit", str_dup(a->arena, verb).p);
    if (a->count > 1) return cli_usage(a, "多出来的参数：%.*s", STR_ARG(a->args[1]));
    if (key && !cli_has(a, "key")) return cli_usage(a, "请用 --key 说明私钥写到哪个文件");
    if (!key && cli_has(a, "key") != cli_has(a, "office"))
        return cli_usage(a, "--key 和 --office 要一起给：签名里写着单位");
    if (key) return run_key(a);
    return str_eq(verb, STR("seal")) ? run_seal(a) : run_verify(a);
}

const struct cli_command cmd_audit = {
    .name = "audit",
    .args = "[动作 …]",
    .help = "审计：核对、封存留痕（verify、seal、key），查找和核查疑点，抽样\n\n"
            "有哪些动作、各要写什么，看 leye audit。",
    .options = { PLACE_OPTIONS,
                 { "as", "姓名:岗位", "谁在查；岗位是审计、审计主管、核查、被查，缺省 LEYE_AS" },
                 { "rule", "规则", "只看这条规则的疑点" },
                 { "state", "状态", "只看这种状态的疑点" },
                 { "person", "证件号", "只看这个人、这家单位" },
                 { "to", "姓名", "分派给谁；列疑点时，只看分派给他的" },
                 { "claim", "追回号", "资金账里的哪一笔追回" },
                 { "reason", "理由", "核查结果、改派、重查、结案要写" },
                 { "out", "文件", "导出到哪个文件（.csv、.xlsx）" },
                 { "from", "日期", "抽样：从哪天付讫的" },
                 { "until", "日期", "抽样：到哪天付讫的" },
                 { "size", "笔数", "抽样：抽多少笔" },
                 { "seed", "整数", "抽样：种子" },
                 { "by", "政策", "抽样：按政策、期间还是科目分层，缺省政策" },
                 { "checkers", "姓名,姓名", "抽样：由哪些人核查" },
                 { "title", "标题", "抽样的标题" },
                 { "seals", "文件", "封存清单，放在数据库以外：seal 写，verify 比对" },
                 { "key", "文件", "seal 和 key 是私钥，verify 是公钥" },
                 { "office", "单位", "签名的单位，和 --key 一起给" },
                 { "through", "日期", "seal 封存到哪一天，缺省到昨天" },
                 { "resume", "文件", "verify 从上次核对到的地方接着核对，完好时记下这次到哪里" } },
    .args_min = 0,
    .args_max = CLI_ARGS_MAX,
    .run = run,
};
