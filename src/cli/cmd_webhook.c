/* leye webhook: programs that are told what happened: tells them, tries an address, shows what was sent. */
#include "cli/case_priv.h"
#include "hall/hall.h"
#include "notice/webhook.h"

#include <stdlib.h>
#include <time.h>

enum { SHOWN = 50, LETTERS = 1000, DAY_MS = 86400000 };

static int64_t now_seconds(const struct case_room *r)
{
    return getenv("LEYE_TODAY") != NULL ? r->act.clock_ms / 1000 : (int64_t)time(NULL);
}

static bool number_of(struct case_room *r, struct webhook *w, struct err *e)
{
    int64_t id;
    if (r->args->count < 2 || !str_to_i64(r->args->args[1], &id)) return fail(e, INVALID, "请写是第几个回调地址");
    return webhook_get(registry_store(r->registry), id, STR(""), r->a, w, e);
}

static bool list(struct case_room *r, struct err *e)
{
    webhooks all = { 0 };
    if (!webhook_list(registry_store(r->registry), STR(""), r->a, &all, e)) return false;
    struct table t;
    table_start(&t, r->a, "编号|地址|要知道的|状态|为什么停");
    VEC_EACH (const struct webhook, w, &all) {
        table_cell(&t, str_fmt(r->a, "%lld", (long long)w->id));
        table_cell(&t, w->url);
        table_cell(&t, w->events);
        table_cell(&t, str_of(webhook_state_zh(w->state)));
        table_cell(&t, w->why);
    }
    if (all.len == 0)
        text_addz(&r->out, "没有程序登记过回调地址\n");
    else
        table_print(&t, &r->out);
    return true;
}

static bool show(struct case_room *r, struct err *e)
{
    static const char *const states[] = { "等着送", "收下了", "送不到" };
    struct webhook w;
    webhook_deliveries sent = { 0 };
    if (!number_of(r, &w, e) || !webhook_deliveries_of(registry_store(r->registry), w.id, SHOWN, r->a, &sent, e))
        return false;
    text_addf(&r->out, "%.*s：%s%s%.*s\n", STR_ARG(w.url), webhook_state_zh(w.state), w.why.len > 0 ? "，" : "",
              STR_ARG(w.why));
    struct table t;
    table_start(&t, r->a, "送件|什么事|编号|怎样|次数|对方说");
    VEC_EACH (const struct webhook_delivery, d, &sent) {
        table_cell(&t, str_fmt(r->a, "%lld", (long long)d->id));
        table_cell(&t, d->event);
        table_cell(&t, d->number);
        table_cell(&t, str_of(states[d->state]));
        table_cell(&t, str_fmt(r->a, "%lld", (long long)d->attempts));
        table_cell(&t, d->answer);
    }
    if (sent.len == 0)
        text_addz(&r->out, "还没有送过\n");
    else
        table_print(&t, &r->out);
    return true;
}

/* The owner of a webhook is a token, which is taken back or runs out. */
static bool token_lives(void *ctx, str owner, bool *lives, struct err *e)
{
    struct case_room *r = ctx;
    autoarena *a = arena_new("owner", 0);
    struct access_reader who;
    return access_token_kept(registry_store(r->registry), owner, now_seconds(r), a, &who, lives, e);
}

static bool deliver(struct case_room *r, struct err *e)
{
    struct store *s = registry_store(r->registry);
    struct webhook_post post = { .s = s,
                                 .key = store_vault(s),
                                 .inside = cli_has(r->args, "inside"),
                                 .now_ms = now_seconds(r) * 1000,
                                 .owner_lives = token_lives,
                                 .owner_ctx = r,
                                 .a = r->a };
    struct notice_way ways[NOTICE_CHANNELS] = { [NOTICE_PROGRAM] = { .post = webhook_send, .context = &post } };
    struct notice_delivered d = { 0 };
    int64_t dead = 0;
    if (post.key == NULL)
        return fail(e, UNSET, "回调要签名：把环境变量 LEYE_KEY 设为密钥文件，和 leye serve 用的是同一个");
    if (!notice_deliver(s, ways, post.now_ms, LETTERS, &d, e) || !webhook_bury(s, &dead, e)) return false;
    text_addf(&r->out, "送到 %lld 件", (long long)d.sent);
    if (d.postponed > 0) text_addf(&r->out, "，%lld 件没有送到，过一会儿再送", (long long)d.postponed);
    if (d.given_up > 0) text_addf(&r->out, "，%lld 件送不到", (long long)d.given_up);
    text_addc(&r->out, '\n');
    if (dead > 0)
        text_addf(&r->out, "%lld 个地址一直送不到，停了；对方修好以后用 leye webhook wake 编号\n", (long long)dead);
    return true;
}

static bool run_all(struct case_room *r, struct err *e)
{
    int64_t told;
    if (!hall_tell_programs(r->desk, r->registry, now_seconds(r), &told, e)) return false;
    text_addf(&r->out, "新的事 %lld 件\n", (long long)told);
    return deliver(r, e);
}

static bool test(struct case_room *r, struct err *e)
{
    struct webhook w;
    int64_t now_ms = now_seconds(r) * 1000;
    struct webhook_event v = { STR("test"), STR(""), STR("/health"), STR(""), now_ms };
    if (!number_of(r, &w, e)) return false;
    v.key = str_fmt(r->a, "test-%lld", (long long)time(NULL));
    return webhook_put(registry_store(r->registry), w.id, &v, now_ms, e) && deliver(r, e);
}

static bool wake(struct case_room *r, struct err *e)
{
    struct webhook w;
    if (!number_of(r, &w, e) || !webhook_wake(registry_store(r->registry), w.id, e)) return false;
    text_addf(&r->out, "第 %lld 个接着送，没有送到的也再送\n", (long long)w.id);
    return true;
}

static bool remove_one(struct case_room *r, struct err *e)
{
    struct webhook w;
    if (!number_of(r, &w, e) || !webhook_remove(registry_store(r->registry), w.id, e)) return false;
    text_addf(&r->out, "第 %lld 个去掉了\n", (long long)w.id);
    return true;
}

static int run(const struct cli_args *a)
{
    static const struct {
        const char *verb;
        bool (*run)(struct case_room *r, struct err *e);
    } verbs[] = { { "list", list }, { "show", show }, { "run", run_all },
                  { "test", test }, { "wake", wake }, { "remove", remove_one } };
    struct case_room r;
    struct err e = { 0 };
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (!str_eq(a->args[0], str_of(verbs[i].verb))) continue;
        int code = case_open(&r, a);
        if (code != 0) return code;
        struct store *s = registry_store(r.registry);
        bool ok = access_migrate(s, &e) && webhook_migrate(s, &e) && verbs[i].run(&r, &e);
        if (ok) cli_out(&r.out);
        case_close(&r);
        return ok ? 0 : cli_fail(&e);
    }
    return cli_usage(a, "没有“%s”这个动作，只有 list、show、run、test、wake、remove", str_dup(a->arena, a->args[0]).p);
}

const struct cli_command cmd_webhook = {
    .name = "webhook",
    .args = "list|show|run|test|wake|remove [编号]",
    .help = "告诉登记了回调地址的程序发生了什么（run，每分钟跑一次），看登记了哪些（list）、送得怎样（show），试一个（t"
            "est）",
    .options = { { "inside", NULL, "可以推到本机和内部网络的地址" },
                 { "date", "日期", "当作哪一天，缺省今天" },
                 { "db", "数据库", "登记的数据库，缺省是 LEYE_DB 或 leye.db" },
                 { "packs", "文件夹", "用哪个包，缺省 LEYE_PACKS 或 packs/demo" } },
    .args_min = 1,
    .args_max = 2,
    .run = run,
};
