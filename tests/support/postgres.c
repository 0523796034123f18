/* postgres: a supervisor process makes the cluster (cluster.sh), starts the server as its child and waits on a pipe
 * whose other end only the test holds. When that end closes, however the test ended, it stops the server by its number
 * and removes the folder. Syncing is off: what tests ask of PostgreSQL here is not whether it survives a power cut. */
#include "support/postgres.h"

#include "support/t.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BIN "/usr/lib/postgresql/15/bin/"

enum { TRIES = 600, TRY_MS = 50, STOP_TRIES = 100, ADDRESS_BYTES = 200 };

static char folder[32], address[ADDRESS_BYTES];
static int alive = -1; /* closing it ends the cluster */
static pid_t supervisor;

/* Root may not run a server: become the user that Debian's package made. */
static void drop_root(void)
{
    if (geteuid() != 0) return;
    const struct passwd *u = getpwnam("postgres");
    if (u == NULL || setgroups(0, NULL) != 0 || setgid(u->pw_gid) != 0 || setuid(u->pw_uid) != 0) _exit(1);
}

static pid_t start(char *const argv[], bool as_server)
{
    pid_t pid = fork();
    if (pid != 0) return pid;
    if (as_server) drop_root();
    if (chdir("/") != 0) _exit(1);
    char log[80];
    snprintf(log, sizeof log, "%s/log", folder);
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    unsetenv("ASAN_OPTIONS");
    execv(argv[0], argv);
    _exit(127);
}

static int run(char *const argv[], bool as_server)
{
    int status = -1;
    pid_t pid = start(argv, as_server);
    while (pid > 0 && waitpid(pid, &status, 0) != pid) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void pause_ms(int ms) { poll(NULL, 0, ms); }

/* INT asks for a quick, orderly end; QUIT for an immediate one. */
static void stop_server(pid_t server)
{
    static const int signals[] = { SIGINT, SIGQUIT, SIGKILL };
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        kill(server, signals[i]);
        for (int t = 0; t < STOP_TRIES; t++) {
            if (waitpid(server, NULL, WNOHANG) == server) return;
            pause_ms(TRY_MS);
        }
    }
}

_Noreturn static void supervise(int wait_on, int tell)
{
    setsid(); /* the harness ends the test's group; the server must be stopped, not orphaned */
    char data[80], socket[80];
    snprintf(data, sizeof data, "%s/data", folder);
    snprintf(socket, sizeof socket, "unix_socket_directories=%s", folder);
    char *const make[] = { (char[]){ "/bin/sh" }, (char *)(uintptr_t)t_source("tests/support/cluster.sh"), folder,
                           (char[]){ "trust" }, NULL };
    char *const serve[] = { (char[]){ BIN "postgres" },
                            (char[]){ "-D" },
                            data,
                            (char[]){ "-c" },
                            socket,
                            (char[]){ "-c" },
                            (char[]){ "listen_addresses=" },
                            (char[]){ "-c" },
                            (char[]){ "fsync=off" },
                            (char[]){ "-c" },
                            (char[]){ "max_connections=20" },
                            NULL };
    char *const ready[] = { (char[]){ BIN "pg_isready" }, (char[]){ "-q" }, (char[]){ "-h" }, folder, NULL };
    bool ok = run(make, false) == 0;
    pid_t server = ok ? start(serve, true) : -1;
    ok = server > 0;
    for (int t = 0; ok && t < TRIES && run(ready, true) != 0; t++) {
        ok = waitpid(server, NULL, WNOHANG) == 0;
        pause_ms(TRY_MS);
    }
    char word = ok ? 'y' : 'n';
    if (write(tell, &word, 1) != 1) ok = false;
    while (ok && read(wait_on, &word, 1) > 0) {
    }
    if (server > 0) stop_server(server);
    if (word != 'n') { /* a cluster that did not start leaves its log */
        char *const clean[] = { (char[]){ "/bin/rm" }, (char[]){ "-rf" }, folder, NULL };
        execv(clean[0], clean);
    }
    _exit(0);
}

const char *t_postgres(void)
{
    if (address[0] != '\0') return address;
    if (access(BIN "postgres", X_OK) != 0) SKIP("postgresql-15 is not installed (tools/setup)");
    memcpy(folder, "/tmp/leye-pg-XXXXXX", sizeof "/tmp/leye-pg-XXXXXX"); /* short: a socket's path may have 107 bytes */
    if (mkdtemp(folder) == NULL) FAIL("cannot make a folder %s", folder);
    const struct passwd *u = geteuid() == 0 ? getpwnam("postgres") : NULL;
    if (u != NULL && chown(folder, u->pw_uid, u->pw_gid) != 0) FAIL("cannot give %s away", folder);
    int keep[2], told[2];
    if (pipe2(keep, O_CLOEXEC) != 0 || pipe2(told, O_CLOEXEC) != 0) FAIL("no pipes");
    fflush(NULL);
    supervisor = fork();
    if (supervisor == 0) {
        close(keep[1]);
        close(told[0]);
        supervise(keep[0], told[1]);
    }
    close(keep[0]);
    close(told[1]);
    alive = keep[1];
    char word = 'n';
    if (read(told[0], &word, 1) != 1 || word != 'y') FAIL("PostgreSQL did not start; see %s/log", folder);
    close(told[0]);
    snprintf(address, sizeof address, "postgresql:///postgres?host=%s&user=postgres", folder);
    return address;
}

void t_postgres_stop(void)
{
    if (alive < 0) return;
    close(alive);
    alive = -1;
    address[0] = '\0';
    while (waitpid(supervisor, NULL, 0) != supervisor) {
    }
}

static bool on_postgres;

void t_on_postgres(void) { on_postgres = true; }

const char *t_database(const char *name)
{
    if (!on_postgres) return t_path(name);
    char *const empty[] = { (char[]){ BIN "psql" },
                            (char[]){ "-q" },
                            (char[]){ "-d" },
                            address,
                            (char[]){ "-c" },
                            (char[]){ "DROP SCHEMA public CASCADE; CREATE SCHEMA public" },
                            NULL };
    t_postgres();
    if (run(empty, false) != 0) FAIL("cannot empty the database; see %s/log", folder);
    return address;
}
