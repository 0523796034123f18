/* leye notice: what people are told. Addresses, inboxes, delivering what is due, what could not be delivered. */
#include "base/date.h"
#include "cli/cli.h"
#include "notice/send.h"

#include <time.h>

enum { LIST_MAX = 4 << 20, SHOWN = 50, PORTION = 1000, SECRET_MAX = 1 << 12 };

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void moment(struct text *t, int64_t ms)
{
    int64_t minutes = (ms / 1000 + 8 * 3600) / 60;
    char day[DATE_TEXT];
    date_text((date){ (int32_t)(minutes / 1440) }, day);
    text_addf(t, "%s %02d:%02d", day, (int)(minutes / 60 % 24), (int)(minutes % 60));
}

static bool open_notices(const struct cli_args *a, struct store **s, struct err *e)
{
    if (!store_open(s, cli_db(a), STORE_WRITE, e)) return false;
    if (notice_migrate(*s, e)) return true;
    store_close(*s);
    return false;
}

static bool set_address(const struct cli_args *a, struct store *s, struct text *t, struct err *e)
{
    static const struct {
        const char *option;
        enum notice_channel channel;
    } ways[] = { { "mail", NOTICE_MAIL }, { "push", NOTICE_HOOK } };
    str to = cli_option(a, "to");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (!cli_has(a, ways[i].option)) continue;
        str address = cli_option(a, ways[i].option);
        if (!notice_address(s, to, ways[i].channel, address, e)) return false;
        text_addf(t, "“%.*s”的%s地址%s%.*s\n", STR_ARG(to), notice_channel_zh(ways[i].channel),
                  address.len == 0 ? "去掉了" : "是 ", STR_ARG(address));
    }
    return true;
}

static bool show_inbox(const struct cli_args *a, struct store *s, struct text *t, struct err *e)
{
    notices list = { 0 };
    int64_t unread;
    str to = cli_option(a, "to");
    if (!notice_inbox(s, to, 0, SHOWN, a->arena, &list, e) || !notice_unread(s, to, &unread, e)) return false;
    if (list.len == 0) text_addf(t, "“%.*s”没有收到过通知\n", STR_ARG(to));
    VEC_EACH (const struct notice, n, &list) {
        moment(t, n->made_ms);
        text_addf(t, "  %s%.*s\n", n->is_read ? "" : "【未读】", STR_ARG(n->title));
        if (n->text.len > 0) text_addf(t, "  %.*s\n", STR_ARG(n->text));
    }
    if (unread > 0) text_addf(t, "未读 %lld 条\n", (long long)unread);
    return true;
}

static bool show_failures(const struct cli_args *a, struct store *s, struct text *t, struct err *e)
{
    notice_failures list = { 0 };
    if (!notice_given_up(s, SHOWN, a->arena, &list, e)) return false;
    if (list.len == 0) text_addz(t, "没有送不到的通知\n");
    VEC_EACH (const struct notice_failure, f, &list)
        text_addf(t, "%s  %.*s  %.*s  “%.*s”：%.*s\n", notice_channel_zh(f->channel), STR_ARG(f->to),
                  STR_ARG(f->address), STR_ARG(f->title), STR_ARG(f->error));
    if (list.len > 0) text_addz(t, "请和本人核对地址，改好以后新的通知会送到；旧的仍在收件箱里\n");
    return true;
}

/* The password stands in a file that only its owner may read, not on a command line that everybody sees. */
static bool mail_of(const struct cli_args *a, struct notice_mail *m, struct err *e)
{
    m->url = cli_option(a, "smtp");
    m->from = cli_option(a, "from");
    if (!cli_has(a, "login")) return true;
    str text;
    if (!file_read(a->arena, cli_option(a, "login"), SECRET_MAX, &text, e)) return false;
    str rest = text;
    if (!str_split(&rest, '\n', &m->user) || !str_split(&rest, '\n', &m->password))
        return fail(e, INVALID, "登录文件要有两行：用户名，密码");
    m->user = str_trim(m->user);
    m->password = str_trim(m->password);
    return true;
}

static bool hook_of(const struct cli_args *a, struct notice_hook *h, struct err *e)
{
    struct sm2_key *key;
    h->url = cli_option(a, "hook");
    if (!notice_hook_good(h->url, e)) return false;
    if (!cli_has(a, "key")) return true;
    if (!sm2_key_read(a->arena, cli_option(a, "key"), &key, e)) return false;
    h->key = key;
    h->office = cli_option(a, "office");
    return true;
}

static bool deliver(const struct cli_args *a, struct store *s, struct text *t, struct err *e)
{
    struct notice_way ways[NOTICE_CHANNELS] = { 0 };
    struct notice_mail mail = { 0 };
    struct notice_hook hook = { 0 };
    struct notice_delivered d, all = { 0 };
    if (cli_has(a, "smtp")) {
        if (!mail_of(a, &mail, e)) return false;
        ways[NOTICE_MAIL] = (struct notice_way){ .send = notice_send_mail, .context = &mail };
    }
    if (cli_has(a, "hook")) {
        if (!hook_of(a, &hook, e)) return false;
        ways[NOTICE_HOOK] = (struct notice_way){ .send = notice_send_hook, .context = &hook };
    }
    do {
        if (!notice_deliver(s, ways, now_ms(), PORTION, &d, e)) return false;
        all.sent += d.sent;
        all.postponed += d.postponed;
        all.given_up += d.given_up;
    } while (d.sent > 0);
    text_addf(t, "送出 %lld 条", (long long)all.sent);
    if (all.postponed > 0) text_addf(t, "，%lld 条没有送到，过一会儿再送", (long long)all.postponed);
    if (all.given_up > 0) text_addf(t, "，%lld 条送不到（用 leye notice failed 看）", (long long)all.given_up);
    text_addc(t, '\n');
    return true;
}

static int run(const struct cli_args *a)
{
    static const struct {
        const char *verb;
        bool (*run)(const struct cli_args *a, struct store *s, struct text *t, struct err *e);
        bool needs_to;
    } verbs[] = { { "deliver", deliver, false },
                  { "inbox", show_inbox, true },
                  { "address", set_address, true },
                  { "failed", show_failures, false } };
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        struct err e = { 0 };
        struct store *s;
        struct text t;
        if (!str_eq(a->args[0], str_of(verbs[i].verb))) continue;
        if (verbs[i].needs_to && !cli_has(a, "to")) return cli_usage(a, "请用 --to 说明是谁的");
        if (i == 0 && !cli_has(a, "smtp") && !cli_has(a, "hook"))
            return cli_usage(a, "请用 --smtp 或 --hook 说明从哪里送出去");
        if (cli_has(a, "smtp") && !cli_has(a, "from")) return cli_usage(a, "请用 --from 说明从哪个邮箱发");
        if (cli_has(a, "key") != cli_has(a, "office"))
            return cli_usage(a, "--key 和 --office 要一起给：签名里写着单位");
        if (!open_notices(a, &s, &e)) return cli_fail(&e);
        text_init(&t, a->arena, LIST_MAX);
        bool ok = verbs[i].run(a, s, &t, &e);
        store_close(s);
        if (!ok) return cli_fail(&e);
        cli_out(&t);
        return 0;
    }
    return cli_usage(a, "没有“%s”这个动作，只有 deliver、inbox、address、failed", str_dup(a->arena, a->args[0]).p);
}

const struct cli_command cmd_notice = {
    .name = "notice",
    .args = "deliver|inbox|address|failed",
    .help = "送出到时候的通知（deliver），看一个人的收件箱（inbox），登记地址（address），看送不到的（failed）",
    .options = { { "db", "数据库", "登记的数据库，缺省是 LEYE_DB 或 leye.db" },
                 { "to", "编号", "谁的收件箱或地址" },
                 { "mail", "邮箱", "address 登记的邮箱；空的就去掉" },
                 { "push", "号码", "address 登记的推送号码（手机、App）；空的就去掉" },
                 { "smtp", "地址", "deliver 用的邮件服务器，如 smtps://mail.example.gov.cn" },
                 { "from", "邮箱", "deliver 从哪个邮箱发" },
                 { "login", "文件", "邮件服务器的用户名和密码，各一行" },
                 { "hook", "地址", "deliver 推送到哪里（短信网关、App），https:// 开头" },
                 { "key", "文件", "推送用它签名（私钥）" },
                 { "office", "单位", "签名的单位，和 --key 一起给" } },
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
