/* store_pg_connect: reaching a PostgreSQL server within ten seconds, and saying plainly why not. The server's reason is
 * known by its code (SQLSTATE), not by its words: those are in whatever language the server speaks. libpq gives the
 * code only in its verbose messages, which must be asked for before connecting, so connecting is done step by step. */
#include "store/store_pg_priv.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>

enum { WAIT_SECONDS = 10, STATE_DIGITS = 5 };

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until it is connected or refused. False: nobody answered in time. */
static bool wait_for(PGconn *c)
{
    int64_t until = now_ms() + WAIT_SECONDS * 1000;
    PostgresPollingStatusType want = PGRES_POLLING_WRITING; /* what libpq says to begin with */
    while (want == PGRES_POLLING_WRITING || want == PGRES_POLLING_READING) {
        struct pollfd p = { .fd = pq.socket(c), .events = want == PGRES_POLLING_READING ? POLLIN : POLLOUT };
        int64_t left = until - now_ms();
        int ready = left > 0 ? poll(&p, 1, (int)left) : 0;
        if (ready == 0) return false;
        if (ready < 0 && errno == EINTR) continue;
        want = pq.connectPoll(c);
    }
    return true;
}

/* The code in "FATAL:  28P01: password authentication failed …"; empty when the message is not the server's. */
static str state_in(str message)
{
    for (size_t i = 0; i + STATE_DIGITS + 4 <= message.len; i++) {
        if (memcmp(message.p + i, ":  ", 3) != 0 || message.p[i + 3 + STATE_DIGITS] != ':') continue;
        str state = str_slice(message, i + 3, i + 3 + STATE_DIGITS);
        bool code = true;
        for (size_t k = 0; k < STATE_DIGITS; k++)
            code = code && ((state.p[k] >= '0' && state.p[k] <= '9') || (state.p[k] >= 'A' && state.p[k] <= 'Z'));
        if (code) return state;
    }
    return STR("");
}

static bool says(str message, const char *words) { return str_find(message, str_of(words)) != SIZE_MAX; }

/* What the server answered. */
static bool refused_by_server(PGconn *c, str shown, str state, str message, struct err *e)
{
    const char *user = pq.user(c), *db = pq.db(c);
    if (str_eq(state, STR("28P01")))
        return fail(e, DENIED, "数据库不认用户“%s”的口令；请核对用户名和口令。口令写在 ~/.pgpass 里，就不用写在地址里",
                    user);
    if (str_starts(state, STR("28")))
        return fail(e, DENIED, "数据库不让用户“%s”从这台机器登录；请数据库管理员看有没有这个用户、pg_hba.conf 怎样写",
                    user);
    if (str_eq(state, STR("3D000")))
        return fail(e, NOT_FOUND,
                    "服务器上没有叫“%s”的库；请检查地址里的库名，还没有建就请数据库管理员建："
                    "createdb -E UTF8 -O %s %s",
                    db, user, db);
    if (str_eq(state, STR("42501")))
        return fail(e, DENIED, "用户“%s”没有连接库“%s”的权限；请数据库管理员授权", user, db);
    if (str_eq(state, STR("53300")))
        return fail(e, AWAY, "数据库的连接已经用满；请过一会儿再试，常常这样就请数据库管理员加大 max_connections");
    if (str_eq(state, STR("57P03"))) return fail(e, AWAY, "数据库正在启动、停止或恢复；请过一会儿再试");
    return fail(e, AWAY, "数据库“%.*s”不接受连接（%.*s）；请找数据库管理员", STR_ARG(shown), STR_ARG(message));
}

/* What libpq found before a server could answer. It is never translated: the program sets no locale. */
static bool not_reached(PGconn *c, str shown, str message, struct err *e)
{
    if (says(message, "no password supplied"))
        return fail(e, DENIED, "数据库要用户“%s”的口令，没有给；请写在 ~/.pgpass 里，或者设 PGPASSWORD", pq.user(c));
    if (says(message, "could not translate host name"))
        return fail(e, AWAY, "找不到主机“%s”；请检查地址里的主机名和这台机器的网络", pq.host(c));
    if (says(message, "Connection refused") || says(message, "No such file or directory"))
        return fail(e, AWAY, "在“%s”的 %s 端口没有数据库在运行；请检查主机和端口，或者请数据库管理员启动它", pq.host(c),
                    pq.port(c));
    return fail(e, AWAY, "连不上数据库“%.*s”（%.*s）；请检查网络，再看数据库是否在运行", STR_ARG(shown),
                STR_ARG(message));
}

static bool attempted(str message)
{
    return str_starts(message, STR("connection to server")) || says(message, "could not translate host name");
}

/* Why there is no connection; the code decides where there is one. */
static bool explain(PGconn *c, str shown, struct err *e)
{
    str message = pg_detail(pq.errorMessage(c)), state = state_in(message);
    if (state.len > 0) return refused_by_server(c, shown, state, message, e);
    if (attempted(message)) return not_reached(c, shown, message, e);
    return fail(e, INVALID, "数据库地址“%.*s”写得不对（%.*s）；写法是 postgresql://用户@主机:端口/库名", STR_ARG(shown),
                STR_ARG(message));
}

bool pg_connect(struct store *s, PGconn **out, struct err *e)
{
    PGconn *c = pq.connectStart(s->address.p);
    if (c == NULL) return fail(e, MEMORY, "内存不够，没有连数据库");
    pq.setErrorVerbosity(c, PQERRORS_VERBOSE);
    bool begun = pq.status(c) != CONNECTION_BAD, answered = begun && wait_for(c);
    if (answered && pq.status(c) == CONNECTION_OK) {
        pq.setErrorVerbosity(c, PQERRORS_DEFAULT);
        *out = c;
        return true;
    }
    if (begun && !answered)
        fail(e, AWAY, "等了 %d 秒，“%s”的 %s 端口没有回答；请检查主机、端口和网络，或者请数据库管理员看它是否在运行",
             WAIT_SECONDS, pq.host(c), pq.port(c));
    else
        explain(c, s->shown, e);
    pq.finish(c);
    return false;
}
