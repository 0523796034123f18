/* bench_ready: how long after the start of the program the first answer is there, with a pool of everybody beside the
 * register: `leye why`, and `leye serve` until a page is read. Wall.
 *
 * The register is that of a small city; the pool in its place is that of a large one, saved under the small one's
 * stamp, since taking in five million people would measure something else. BENCH_PEOPLE=5000000 for the size the bar is
 * set at. */
#include "bench/bench.h"
#include "city/city.h"
#include "pack/pack.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READY_RUNS = 5, PAGE_MAX = 1 << 20 };

static void leye(const char *words)
{
    char command[4096];
    snprintf(command, sizeof command,
             "cd '%s' && LEYE_TODAY=2024-05-31 LEYE_DB=city.db LEYE_PACKS='%s' '%s' %s >out 2>err", t_dir(),
             t_source("packs/demo"), getenv("LEYE"), words);
    int status = system(command);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
}

/* The large pool where the small one was. */
static uint64_t settle(uint64_t *file_bytes)
{
    const char *asked = getenv("BENCH_PEOPLE");
    int64_t people = 1000000;
    struct err e = { 0 };
    struct pack_set set;
    struct city_result r;
    struct pool *small, *large;
    autoarena *a = arena_new("settle", 0);
    str path = str_dup(a, str_of(t_path("city.db.pool"))), stamp;
    if (asked != NULL) CHECK(str_to_i64(str_of(asked), &people));
    leye("city --people 1000 --out city");
    leye("import --all city/day1");
    leye("find");
    CHECK_OK(pack_load(&set, a, str_of(t_source("packs/demo")), NULL, 0, &e), e);
    const struct vocab *v = vocab_of(set.program, false, a);
    CHECK_OK(pool_open(&small, &v->schema, path, &stamp, a, &e), e);
    pool_free(small);
    struct city_options o = { .people = (uint64_t)people, .seed = 1, .day = 1, .date = date_of(2024, 6, 3) };
    CHECK_OK(city_pool(&o, v, &large, &r, NULL, &e), e);
    CHECK_OK(pool_save(large, path, stamp, &e), e);
    pool_free(large);
    leye("find --full --soon 0");
    struct stat s;
    CHECK_INT(stat(t_path("city.db.found"), &s), 0);
    *file_bytes = (uint64_t)s.st_size;
    return (uint64_t)people;
}

/* The program with its standard output in a pipe. */
static pid_t start(char *const *words, FILE **out)
{
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        if (chdir(t_dir()) != 0) _exit(126);
        setenv("LEYE_TODAY", "2024-05-31", 1);
        setenv("LEYE_DB", "city.db", 1);
        setenv("LEYE_PACKS", t_source("packs/demo"), 1);
        const char *program = getenv("LEYE");
        if (program != NULL) execv(program, words);
        _exit(127);
    }
    close(ends[1]);
    *out = fdopen(ends[0], "r");
    CHECK(pid > 0 && *out != NULL);
    return pid;
}

static struct rusage finish(pid_t pid, FILE *out)
{
    struct rusage u;
    int status;
    fclose(out);
    CHECK_INT(wait4(pid, &status, 0, &u), pid);
    return u;
}

static void note(const char *what, uint64_t people, double *us, double cpu_us, long peak_kib, const char *also)
{
    char name[200], more[200];
    snprintf(name, sizeof name, "%s, %llu people (wall)", what, (unsigned long long)people);
    snprintf(more, sizeof more, "; processor time from %.0f ms%s", cpu_us / 1000, also);
    bench_row(name, "5 M people: ≤ 5 s", us, READY_RUNS, peak_kib, more);
}

static void why(uint64_t people)
{
    char *const words[] = { (char[]){ "leye" }, (char[]){ "why" }, (char[]){ "失业保险金" }, (char[]){ "11" }, NULL };
    double us[READY_RUNS], cpu = 0;
    long peak = 0;
    for (int i = 0; i < READY_RUNS; i++) {
        FILE *out;
        char line[1000];
        double began = bench_wall_us();
        pid_t pid = start(words, &out);
        while (fgets(line, sizeof line, out) != NULL) us[i] = bench_wall_us() - began;
        struct rusage u = finish(pid, out);
        cpu = i == 0 || bench_usage_us(&u) < cpu ? bench_usage_us(&u) : cpu;
        peak = u.ru_maxrss;
    }
    note("`leye why` of one person, from start to end", people, us, cpu, peak, "");
}

/* The first page of a server that says where it listens. */
static void read_page(FILE *said)
{
    char line[1000], page[4096];
    const char *port;
    do CHECK(fgets(line, sizeof line, said) != NULL);
    while ((port = strstr(line, "127.0.0.1:")) == NULL);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    to.sin_port = htons((uint16_t)atoi(port + strlen("127.0.0.1:")));
    int s = socket(AF_INET, SOCK_STREAM, 0);
    static const char ask[] = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    CHECK_INT(connect(s, (struct sockaddr *)&to, sizeof to), 0);
    CHECK_INT(write(s, ask, sizeof ask - 1), (int64_t)sizeof ask - 1);
    ssize_t n, all = 0;
    bool fine = false;
    while ((n = read(s, page, sizeof page)) > 0) {
        if (all == 0) fine = n > 12 && memcmp(page + 9, "200", 3) == 0;
        all += n;
    }
    close(s);
    CHECK(fine && all > 1000 && all < PAGE_MAX);
}

static void serve(uint64_t people, uint64_t found_bytes)
{
    char *const words[] = { (char[]){ "leye" }, (char[]){ "serve" }, (char[]){ "--port" }, (char[]){ "0" }, NULL };
    double us[READY_RUNS], cpu = 0;
    long peak = 0;
    char also[100];
    for (int i = 0; i < READY_RUNS; i++) {
        FILE *out;
        double began = bench_wall_us();
        pid_t pid = start(words, &out);
        read_page(out);
        us[i] = bench_wall_us() - began;
        CHECK_INT(kill(pid, SIGTERM), 0);
        struct rusage u = finish(pid, out);
        cpu = i == 0 || bench_usage_us(&u) < cpu ? bench_usage_us(&u) : cpu;
        peak = u.ru_maxrss;
    }
    snprintf(also, sizeof also, "; findings kept by `leye find`: %llu MB", (unsigned long long)(found_bytes / 1000000));
    note("`leye serve` until the first page was read", people, us, cpu, peak, also);
}

TEST_WITHIN(the_first_answer_comes_soon_after_the_start, 3600)
{
    uint64_t found_bytes, people;
    if (getenv("LEYE") == NULL) SKIP("LEYE does not name the program");
    people = settle(&found_bytes);
    why(people);
    serve(people, found_bytes);
}
