/* leye serve: the hall of a city: begins with what leye find found today, or asks everybody first; then answers until
 * it is told to stop. Told to begin anew (SIGHUP, or rules were published in it), it reads everything again beside the
 * hall that answers, and changes over. */
#include "base/heap.h"
#include "cli/place.h"
#include "draft/draft.h"
#include "hall/hall.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum {
    KEY_MAX = 1 << 14,
    ANSWER_BYTES = 128 << 20
}; /* a payment file of a million lines; memory is taken as it is needed */

/* One generation: what was read, and the hall on it, which points into it: so it stands in its own arena. Another one
 * takes its place when rules or data are new. */
struct generation {
    struct arena *a;
    struct place place;
    struct hall *hall;
};

static void generation_end(struct generation *g)
{
    hall_close(g->hall);
    place_close(&g->place);
    arena_free(g->a);
}

static int open_hall(struct generation *g, const struct hall_options *h)
{
    struct err e = { 0 };
    struct findings *found;
    struct place *p = &g->place;
    struct scan s = { .vocab = p->v,
                      .pool = p->pool,
                      .today = p->today,
                      .rule_day = p->rule_day,
                      .facts = p->stamp,
                      .reasons = SCAN_FIRST };
    const struct pack_info *pack = &p->p->packs.at[p->p->packs.len - 1];
    if (!place_find(p, &s, place_last_found(p), &found, &e)) return cli_fail(&e);
    struct hall_options own = *h;
    own.set = &p->set, own.vocab = p->v, own.pool = p->pool, own.found = found;
    own.vault = store_vault(registry_store(p->registry));
    own.db = p->db, own.today = p->today, own.rule_day = p->rule_day;
    if (own.place.p == NULL) own.place = pack->decl != NULL ? pack->decl->name.text : pack->name;
    /* This connection has read everybody; from now on the hall's own are asked. */
    bool ok = store_keep(registry_store(p->registry), 0, &e) && hall_open(&g->hall, &own, &e);
    return ok ? 0 : cli_fail(&e);
}

/* A publication that was cut off is finished before the packs are read. */
static int finish_publication(const struct cli_args *a)
{
    struct err e = { 0 };
    struct store *s;
    uint32_t finished = 0, step = 0;
    if (!store_open(&s, cli_db(a), STORE_WRITE, &e)) return e.code == ERR_NOT_FOUND ? 0 : cli_fail(&e);
    bool ok = store_schema(s, STR("draft"), &step, &e) && (step == 0 || draft_finish(s, &finished, &e));
    store_close(s);
    if (!ok) return cli_fail(&e);
    if (finished > 0) printf("上次的发布没有写完，接着写完了：%u 个版本\n", finished);
    return 0;
}

static int generation_open(struct generation **out, const struct cli_args *args, const struct hall_options *h)
{
    struct arena *a = arena_new("generation", 0);
    struct generation *g = ARENA_NEW(a, struct generation);
    struct cli_args own = *args;
    own.arena = g->a = a;
    int code = finish_publication(&own);
    if (code == 0) code = place_open_whole(&g->place, &own);
    if (code == 0) code = open_hall(g, h);
    if (code == 0)
        *out = g;
    else
        generation_end(g);
    return code;
}

static void ask_for_another(void *ctx)
{
    (void)ctx;
    kill(getpid(), SIGHUP);
}

/* Until when the certificate holds, in time to do something about it. */
static void tell_certificate(struct http_server *server, const struct hall_options *h)
{
    char day[DATE_TEXT];
    int left;
    date until = http_tls_until(server, &left);
    hall_lasting_certificate(h->lasting, until);
    if (until.days == 0) return;
    date_text(until, day);
    if (left < HALL_CERTIFICATE_DAYS)
        printf("注意：证书 %s 到期，还有 %d 天；换上新文件以后 kill -HUP %ld\n", day, left, (long)getpid());
    else
        printf("证书有效到 %s\n", day);
    fflush(stdout);
}

static void renew_certificate(struct http_server *server, const struct hall_options *h)
{
    struct err e = { 0 };
    if (http_renew_tls(server, &e)) {
        tell_certificate(server, h);
        return;
    }
    cli_fail(&e);
    fputs("新的证书没有换上，接着用原来的。\n", stderr);
}

/* The next generation, while the one there is answers. When it cannot be had, that one stays. */
static void renew(struct hall_door *door, struct generation **now, const struct cli_args *args,
                  const struct hall_options *h)
{
    struct generation *next;
    if (generation_open(&next, args, h) != 0) {
        fputs("新规则或者新数据没有接过来，大厅接着用原来的。\n", stderr);
        return;
    }
    hall_door_change(door, next->hall);
    generation_end(*now);
    *now = next;
    heap_give_back();
    puts("接过了新的规则和数据。");
    fflush(stdout);
}

static int serve_with(const struct cli_args *args, struct http_options *o, struct hall_options *h)
{
    struct err e = { 0 };
    struct generation *now;
    struct hall_door *door;
    struct http_server *server;
    struct http_counts *counts = ARENA_NEW(args->arena, struct http_counts);
    sigset_t signals;
    int got, code;
    /* Before there are threads: all of them leave these to this one. To begin anew while it still begins: it does so
     * once it is open. It may be stopped all the time. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    h->threads = o->threads, h->renew = ask_for_another;
    h->counts = o->counts = counts;
    code = generation_open(&now, args, h);
    if (code != 0) return code;
    heap_give_back(); /* a city was read, everybody was asked */
    sigprocmask(SIG_BLOCK, &signals, NULL);
    if (!hall_door_new(&door, now->hall, args->arena)) {
        generation_end(now);
        fail(&e, MEMORY, "内存不够");
        return cli_fail(&e);
    }
    o->siding = hall_siding, o->sidings = HALL_SIDINGS;
    o->siding_waits[HALL_SIDING_DRAFTS - 1] = HALL_DRAFTS_WAIT;
    o->siding_waits[HALL_SIDING_PASSWORDS - 1] = HALL_PASSWORDS_WAIT;
    o->handler = hall_door_handle, o->refusal = hall_door_refuse, o->body_bytes = hall_door_body_bytes, o->ctx = door;
    if (!http_start(&server, o, &e)) {
        generation_end(now);
        return cli_fail(&e);
    }
    tell_certificate(server, h);
    printf("办事大厅已开：http%s:"
           "//%.*s:%u/　（停下来按 Ctrl-C）\n",
           o->tls_cert.len > 0 ? "s" : "", STR_ARG(o->address), http_port(server));
    fflush(stdout);
    while (sigwait(&signals, &got) == 0 && got == SIGHUP) {
        renew_certificate(server, h);
        renew(door, &now, args, h);
    }
    if (!http_stop(server)) { /* what it still has in hand stands on everything here: nothing is put away */
        hall_lasting_wait(h->lasting);
        puts("已停。还有一个请求没有办完（检查草稿或者算密码），不再等它；没有做完的改动不算。");
        fflush(stdout);
        _exit(0);
    }
    generation_end(now);
    puts("已停。");
    return 0;
}

/* With what outlives one hall. */
static int serve(const struct cli_args *args, struct http_options *o, struct hall_options *h)
{
    struct err e = { 0 };
    if (!hall_lasting_new(&h->lasting, &e)) return cli_fail(&e);
    int code = serve_with(args, o, h);
    hall_lasting_free(h->lasting);
    return code;
}

/* The packs of --plans, "" none. */
static int read_plans(const struct cli_args *a, struct hall_options *h)
{
    str all = cli_option(a, "plans"), one;
    VEC(struct pack_set) sets = { 0 };
    while (all.len > 0 && str_split(&all, ',', &one)) {
        int code = place_packs(vec_push(a->arena, &sets), a->arena, str_trim(one));
        if (code != 0) return code;
    }
    h->plan_sets = sets.at, h->plan_set_count = sets.len;
    return 0;
}

static bool read_signer(const struct cli_args *a, struct journal_signer *out, struct err *e)
{
    str pem;
    struct sm2_key *key;
    if (!file_read(a->arena, cli_option(a, "seal-key"), KEY_MAX, &pem, e) || !sm2_public_read(a->arena, pem, &key, e))
        return false;
    *out = (struct journal_signer){ key, cli_option(a, "office") };
    return true;
}

static int run(const struct cli_args *a)
{
    struct err e = { 0 };
    struct journal_signer signer;
    int64_t port, threads, per_address;
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    if (!cli_number(a, "port", 0, 65535, 8080, &port)) return cli_usage(a, "--port 写 0 到 65535");
    if (!cli_number(a, "threads", 1, HTTP_THREADS_MAX, online > 0 ? online : 1, &threads))
        return cli_usage(a, "--threads 写 1 到 %d", HTTP_THREADS_MAX);
    if (!cli_number(a, "per-address", 1, 1000000, http_usual.per_address, &per_address))
        return cli_usage(a, "--per-address 写 1 到 1000000");
    str address = cli_option(a, "address");
    struct http_options o = { .address = address.p != NULL ? address : STR("127.0.0.1"),
                              .port = (uint16_t)port,
                              .threads = (unsigned)threads,
                              .answer_bytes = ANSWER_BYTES,
                              .limits = { .per_address = (uint32_t)per_address } };
    struct hall_options h = { .place = cli_option(a, "name"),
                              .backups = cli_option(a, "backups"),
                              .borders = cli_option(a, "borders"),
                              .secure = cli_has(a, "behind-tls"),
                              .inside = cli_has(a, "inside"),
                              .follows_clock = !cli_has(a, "date") && !cli_has(a, "rule-date") };
    if (cli_has(a, "tls-cert") != cli_has(a, "tls-key"))
        return cli_usage(a, "--tls-cert 和 --tls-key 要一起给：证书和它的私钥");
    o.tls_cert = cli_option(a, "tls-cert"), o.tls_key = cli_option(a, "tls-key");
    h.secure = h.secure || o.tls_cert.len > 0;
    if (cli_has(a, "seal-key") != cli_has(a, "office"))
        return cli_usage(a, "--seal-key 和 --office 要一起给：签名里写着单位");
    if (cli_has(a, "seal-key") && !read_signer(a, &signer, &e)) return cli_fail(&e);
    if (cli_has(a, "seal-key")) h.signer = &signer;
    int code = read_plans(a, &h);
    return code == 0 ? serve(a, &o, &h) : code;
}

const struct cli_command cmd_serve = {
    .name = "serve",
    .args = "",
    .help = "开网上办事大厅：百姓查待遇、看为什么、看谁看过档案，职员找人，别的系统取数\n\n"
            "缺省只在本机监听。对外要加密：给证书（--tls-cert、--tls-key），或者放在 nginx 后面由它管 TLS（加 "
            "--behind-tls）。账户用 leye account 建。\n"
            "动态口令、回调和加密的库要密钥：环境变量 LEYE_KEY 是密钥文件（leye key）。\n"
            "收到 HUP 信号就重新读规则、数据和证书，接过来再换，不停办。",
    .options = { PLACE_OPTIONS,
                 { "port", "8080", "端口，缺省 8080；0 是随便一个空的" },
                 { "address", "127.0.0.1", "在哪个地址上监听，缺省只给本机" },
                 { "threads", "2", "几个线程，缺省和处理器一样多" },
                 { "per-address", "256", "同一个地址最多几个连接，缺省 256；在 nginx 后面要放大" },
                 { "name", "乐业市", "页面上写哪里，缺省用包的名字" },
                 { "plans", "包,包", "还看哪些包的规划，逗号分开；自己的包和上级的不用写" },
                 { "backups", "文件夹", "管理员在网页上做的备份放在哪里；最好是另一块磁盘。缺省不能在网页上备份" },
                 { "borders", "文件", "地图的地界：有审图号的 GeoJSON；没有就画方格" },
                 { "inside", NULL, "程序的回调地址可以在本机和内部网络里" },
                 { "seal-key", "公钥", "核对证照用：签发单位的公钥，和 --office 一起给" },
                 { "office", "单位", "签发证照的单位" },
                 { "tls-cert", "证书", "用 https：PEM 格式的证书，连同中间证书，和 --tls-key 一起给" },
                 { "tls-key", "私钥", "证书的私钥，PEM 格式，不加口令，别人不能读" },
                 { "behind-tls", NULL, "前面有 TLS：Cookie 只走加密连接" } },
    .args_min = 0,
    .args_max = 0,
    .run = run,
};
