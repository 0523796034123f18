/* The harness (contract in t.h). The parent walks the list of tests and forks a child for each. The child writes into a
 * file without a name; the parent reads it when the child has ended and prints it behind '#', so TAP stays clean
 * whatever the code under test prints. The exit code carries the verdict: 0 passed, 77 skipped, anything else failed.
 * It uses nothing of src that has code except err and fault: a broken base must not silence its own tests. */
#include "support/t.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_FAILED = 1, EXIT_SKIPPED = 77, TIMEOUT_SECONDS = 60, FAULTS_MAX = 100000, PATH_BYTES = 4096 };

static struct t_test *tests; /* by file and line: compilers run constructors in any order */
static uint64_t seed, random_state;
static char dir[PATH_BYTES], kept[PATH_BYTES]; /* of one test; of all of them */

void t_register(struct t_test *t)
{
    struct t_test **at = &tests;
    for (; *at != NULL; at = &(*at)->next) {
        int order = strcmp((*at)->file, t->file);
        if (order > 0 || (order == 0 && (*at)->line > t->line)) break;
    }
    t->next = *at;
    *at = t;
}

/* ---- verdicts ---- */

void t_note(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
}

void t_failed(const char *file, int line, const char *fmt, ...)
{
    printf("%s:%d: ", file, line);
    va_list args;
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    putchar('\n');
    fflush(NULL);
    _exit(EXIT_FAILED); /* no leak report on top of a failure: the test did not come to its own frees */
}

void t_skip(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);
    fflush(NULL);
    _exit(EXIT_SKIPPED);
}

void t_check_int(const char *file, int line, const char *what, int64_t got, int64_t want)
{
    if (got != want) t_failed(file, line, "%s is %" PRId64 ", not %" PRId64, what, got, want);
}

static bool same(str a, str b) { return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0); }

/* Where two texts part: the line number, and that line of each. */
static void show_difference(str got, str want)
{
    size_t at = 0, start = 0;
    int line = 1;
    for (; at < got.len && at < want.len && got.p[at] == want.p[at]; at++) {
        if (got.p[at] != '\n') continue;
        line++;
        start = at + 1;
    }
    str side[2] = { got, want };
    for (int i = 0; i < 2; i++) {
        str s = side[i];
        const char *end = start < s.len ? memchr(s.p + start, '\n', s.len - start) : NULL;
        size_t len = end != NULL ? (size_t)(end - s.p) - start : s.len - start;
        printf("  line %d %s: %.*s%s\n", line, i == 0 ? "got   " : "wanted", (int)len, len > 0 ? s.p + start : "",
               end == NULL ? "<end>" : "");
    }
}

void t_check_str(const char *file, int line, const char *what, str got, str want)
{
    if (same(got, want)) return;
    show_difference(got, want);
    t_failed(file, line, "%s is not what was wanted", what);
}

void t_check_err(const char *file, int line, const char *what, bool ok, const struct err *e, enum err_code want)
{
    if (ok) t_failed(file, line, "%s succeeded; wanted %s", what, err_name(want));
    if (e->code == want) return;
    err_print(e, stdout);
    t_failed(file, line, "%s failed with %s; wanted %s", what, err_name(e->code), err_name(want));
}

void t_check_ok(const char *file, int line, const char *what, bool ok, const struct err *e)
{
    if (ok) return;
    err_print(e, stdout);
    t_failed(file, line, "%s failed with %s", what, err_name(e->code));
}

/* ---- files ---- */

static const char *path_join(const char *folder, const char *name)
{
    static char ring[4][PATH_BYTES];
    static unsigned turn;
    char *path = ring[turn++ % 4];
    int n = snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    if (n < 0 || n >= PATH_BYTES) t_failed(__FILE__, __LINE__, "path too long: %s", name);
    return path;
}

static void dir_make(char made[PATH_BYTES])
{
    const char *top = getenv("TMPDIR");
    const char *path = path_join(top != NULL && top[0] != '\0' ? top : "/tmp", "leye-test-XXXXXX");
    memcpy(made, path, strlen(path) + 1);
    if (mkdtemp(made) == NULL) {
        printf("Bail out! cannot make a folder %s: %s\n", made, strerror(errno));
        exit(EXIT_FAILED);
    }
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

static void dir_remove(const char *made) { nftw(made, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT); }

const char *t_dir(void) { return dir; }

const char *t_path(const char *name) { return path_join(dir, name); }

const char *t_source(const char *path)
{
    const char *top = getenv("LEYE_SRC");
    return path_join(top != NULL ? top : ".", path);
}

static void copy(const char *from, const char *to)
{
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t n = in < 0 || out < 0 ? -1 : 1;
    while (n > 0) n = copy_file_range(in, NULL, out, NULL, 1 << 30, 0);
    if (n < 0 || close(out) != 0) t_failed(__FILE__, __LINE__, "cannot copy %s to %s: %s", from, to, strerror(errno));
    close(in);
}

bool t_kept(const char *name, const char *to)
{
    const char *from = path_join(kept, name);
    if (access(from, F_OK) != 0) return false;
    copy(from, to);
    return true;
}

/* Under its name only when it is whole: a test may be killed at any moment. */
void t_keep(const char *name, const char *from)
{
    const char *half = path_join(kept, "half");
    copy(from, half);
    if (rename(half, path_join(kept, name)) != 0)
        t_failed(__FILE__, __LINE__, "cannot keep %s: %s", name, strerror(errno));
}

static void golden_write(const char *path, str got)
{
    FILE *f = fopen(path, "w");
    if (f == NULL || fwrite(got.p, 1, got.len, f) != got.len || fclose(f) != 0)
        t_failed(__FILE__, __LINE__, "cannot write %s: %s", path, strerror(errno));
    printf("wrote %s\n", path);
}

void t_check_golden(const char *file, int line, str got, const char *path)
{
    const char *full = t_source(path);
    int fd = open(full, O_RDONLY | O_CLOEXEC);
    struct stat st = { 0 };
    if (fd >= 0 && fstat(fd, &st) != 0) t_failed(file, line, "cannot read %s: %s", full, strerror(errno));
    str want = { NULL, (size_t)st.st_size };
    if (want.len > 0) {
        want.p = mmap(NULL, want.len, PROT_READ, MAP_PRIVATE, fd, 0);
        if (want.p == MAP_FAILED) t_failed(file, line, "cannot read %s: %s", full, strerror(errno));
    }
    bool equal = fd >= 0 && same(got, want);
    if (!equal && getenv("T_UPDATE") != NULL) {
        if (fd >= 0) unlink(full); /* the mapping above keeps the old file */
        golden_write(full, got);
        equal = true;
    }
    if (!equal) {
        if (fd >= 0) show_difference(got, want);
        t_failed(file, line, "%s %s; T_UPDATE=1 writes it anew, then read the diff", path,
                 fd >= 0 ? "differs" : "does not exist");
    }
    if (want.len > 0) munmap((void *)(uintptr_t)want.p, want.len);
    if (fd >= 0) close(fd);
}

/* ---- randomness: splitmix64, enough to choose test data ---- */

uint64_t t_random(void)
{
    uint64_t z = (random_state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t t_random_below(uint64_t n)
{
    if (n == 0) t_failed(__FILE__, __LINE__, "t_random_below(0)");
    return t_random() % n; /* the bias is far below what a test could notice */
}

int64_t t_random_between(int64_t from, int64_t to)
{
    uint64_t width = (uint64_t)to - (uint64_t)from + 1;
    return (int64_t)((uint64_t)from + (width == 0 ? t_random() : t_random_below(width)));
}

/* ---- EVERY_FAULT ---- */

static struct {
    enum fault_kind kind;
    uint64_t nth; /* 0: the run without a fault */
    bool persistent, done;
    bool was_hit; /* before the faults of this run were over */
} loop;

void t_fault_first(enum fault_kind kind)
{
    loop.kind = kind;
    loop.nth = 0;
    loop.persistent = loop.done = false;
}

bool t_fault_more(const char *file, int line)
{
    if (loop.nth > FAULTS_MAX) t_failed(file, line, "more than %d fault points: a loop without an end?", FAULTS_MAX);
    fault_plan(loop.kind, loop.done ? 0 : loop.nth, loop.persistent);
    loop.was_hit = false;
    return !loop.done;
}

void t_fault_next(void)
{
    if (fault_built() && (loop.nth == 0 || t_fault_hit())) {
        loop.nth++;
    } else if (fault_built() && !loop.persistent) {
        loop.persistent = true;
        loop.nth = 1;
    } else {
        loop.done = true;
    }
}

bool t_fault_hit(void) { return loop.was_hit || fault_hit(loop.kind); }

void t_fault_over(void)
{
    loop.was_hit = t_fault_hit();
    fault_plan(loop.kind, 0, false);
}

/* ---- running ---- */

static unsigned timeout_seconds(const struct t_test *t)
{
    const char *set = getenv("T_TIMEOUT");
    if (set != NULL) return (unsigned)strtoul(set, NULL, 10);
    return t->timeout_seconds != 0 ? t->timeout_seconds : TIMEOUT_SECONDS;
}

_Noreturn static void child(const struct t_test *t, int output)
{
    setpgid(0, 0); /* so that the parent can end grandchildren too */
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    setvbuf(stdout, NULL, _IONBF, 0);
    random_state = seed;
    alarm(timeout_seconds(t));
    t->run();
    fflush(NULL);
    exit(0); /* not _exit: the leak check runs at exit, and a leak changes the code */
}

static void print_quoted(int fd)
{
    FILE *f = fdopen(dup(fd), "r");
    if (f == NULL) return;
    rewind(f);
    bool fresh = true;
    for (int c; (c = getc(f)) != EOF;) {
        if (fresh) fputs("#   ", stdout);
        putchar(c);
        fresh = c == '\n';
    }
    if (!fresh) putchar('\n');
    fclose(f);
}

static void print_reason(int fd) /* one line, for "# SKIP …" */
{
    char text[200];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    printf(" # SKIP %.*s\n", (int)strcspn(text, "\n"), text);
}

/* "src/x/test_date.c", "a_leap_day" -> "date: a leap day" */
static void print_name(const struct t_test *t)
{
    const char *base = strrchr(t->file, '/');
    base = base != NULL ? base + 1 : t->file;
    if (strncmp(base, "test_", 5) == 0) base += 5;
    printf("%.*s: ", (int)strcspn(base, "."), base);
    for (const char *p = t->name; *p != '\0'; p++) putchar(*p == '_' ? ' ' : *p);
}

/* True unless the test failed. */
static bool run_one(const struct t_test *t, int number)
{
    dir_make(dir);
    int output = memfd_create("test output", MFD_CLOEXEC);
    fflush(stdout);
    pid_t pid = output < 0 ? -1 : fork();
    if (pid < 0) {
        printf("Bail out! cannot start a test: %s\n", strerror(errno));
        exit(EXIT_FAILED);
    }
    if (pid == 0) child(t, output);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    kill(-pid, SIGKILL);

    bool skipped = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SKIPPED;
    bool passed = skipped || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
    printf("%sok %d - ", passed ? "" : "not ", number);
    print_name(t);
    if (skipped) {
        print_reason(output);
    } else {
        putchar('\n');
    }
    bool verbose = getenv("T_VERBOSE") != NULL;
    if (!passed || (verbose && !skipped)) print_quoted(output);
    if (WIFSIGNALED(status)) {
        int signal = WTERMSIG(status);
        if (signal == SIGALRM)
            printf("#   not finished after %u seconds\n", timeout_seconds(t));
        else
            printf("#   ended by signal %d (%s)\n", signal, strsignal(signal));
    }
    if (!passed) printf("#   %s:%d  T_SEED=%" PRIu64 "\n", t->file, t->line, seed);
    close(output);
    if (!passed && verbose)
        printf("#   its folder is kept: %s\n", dir);
    else
        dir_remove(dir);
    fflush(stdout);
    return passed;
}

/* No words choose everything; otherwise one of them must be part of the file's or the test's name. */
static bool chosen(const struct t_test *t, int count, char **words)
{
#ifdef __SANITIZE_ADDRESS__
    if (t->once && getenv("T_EVERYTHING") == NULL) return false;
#endif
    if (count == 0) return true;
    for (int i = 0; i < count; i++)
        if (strstr(t->name, words[i]) != NULL || strstr(t->file, words[i]) != NULL) return true;
    return false;
}

static void seed_choose(void)
{
    const char *set = getenv("T_SEED");
    if (set != NULL)
        seed = strtoull(set, NULL, 10);
    else if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        seed = (uint64_t)time(NULL);
    if (set == NULL) seed %= 1000000000; /* short enough to retype */
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    bool list = argc > 1 && strcmp(argv[1], "--list") == 0;
    int skip = list ? 2 : 1, count = 0, failed = 0;
    seed_choose();
    for (const struct t_test *t = tests; t != NULL; t = t->next) {
        if (!chosen(t, argc - skip, argv + skip)) continue;
        count++;
        if (list) printf("%s:%d: %s\n", t->file, t->line, t->name);
    }
    if (list) return 0;
    printf("1..%d%s\n# T_SEED=%" PRIu64 "\n", count,
           count > 0      ? ""
           : argc == skip ? " # SKIP the release runs these"
                          : " # SKIP no test has such a name",
           seed);
    dir_make(kept);
    int number = 0;
    for (const struct t_test *t = tests; t != NULL; t = t->next)
        if (chosen(t, argc - skip, argv + skip) && !run_one(t, ++number)) failed++;
    dir_remove(kept);
    return failed > 0 ? EXIT_FAILED : 0;
}
