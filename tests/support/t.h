/* t: the test harness. A test is a sentence:
 *
 *     TEST(a_leap_day_has_an_anniversary_every_fourth_year)
 *     {
 *         CHECK_INT(date_age_years(date_of(2000, 2, 29), date_of(2024, 2, 29)), 24);
 *     }
 *
 * It registers itself and runs in a child process of its own, with a timeout and a temporary folder: a crash, a hang or
 * a leak is one failed test. Output is TAP. What a test prints is shown, behind '#', only when it fails. A failed check
 * ends its test. The program takes words to filter by name, and --list. Environment: T_SEED=n repeats a random run,
 * T_TIMEOUT=seconds, T_UPDATE=1 rewrites the expected texts of CHECK_GOLDEN, T_VERBOSE=1 shows all output. */
#ifndef SUPPORT_T_H
#define SUPPORT_T_H
#include "base/err.h"
#include "base/fault.h"
#include "base/str.h"

struct t_test {
    const char *name, *file;
    int line;
    unsigned timeout_seconds; /* 0: the usual one */
    bool once;
    void (*run)(void);
    struct t_test *next;
};
void t_register(struct t_test *t);

#define TEST(sentence) TEST_WITHIN(sentence, 0)
/* For tests that need longer than the usual 60 seconds (which are for hangs and slow machines: a test should take one);
 * such files end in _slow.c. */
#define TEST_WITHIN(sentence, seconds) TEST_AS(sentence, seconds, false)
/* A long comparison of two results, of code whose faults sanitizers see in other tests: run by the release, and under
 * sanitizers only with T_EVERYTHING=1 (make soak). */
#define TEST_ONCE_WITHIN(sentence, seconds) TEST_AS(sentence, seconds, true)
#define TEST_AS(sentence, seconds, once)                                                               \
    static void sentence(void);                                                                        \
    __attribute__((constructor)) static void t_register_##sentence(void)                               \
    {                                                                                                  \
        static struct t_test t = { #sentence, __FILE__, __LINE__, (seconds), (once), sentence, NULL }; \
        t_register(&t);                                                                                \
    }                                                                                                  \
    static void sentence(void)

/* Checks. Each evaluates its arguments once; what was found comes first, what is wanted second. */
#define CHECK(condition)     ((condition) ? (void)0 : t_failed(__FILE__, __LINE__, "not true: %s", #condition))
#define CHECK_INT(got, want) t_check_int(__FILE__, __LINE__, #got, (got), (want))
/* Both are str, char * or const char *, in any mixture. */
#define CHECK_STR(got, want) t_check_str(__FILE__, __LINE__, #got, T_STR(got), T_STR(want))
/* A call that takes `struct err *e` must fail with this code:  CHECK_ERR(date_read(s, &d, &e), e, INVALID); */
#define CHECK_ERR(call, e, code_) t_check_err(__FILE__, __LINE__, #call, (call), &(e), ERR_##code_)
/* A call that takes `struct err *e` must succeed; otherwise its frames are shown. */
#define CHECK_OK(call, e) t_check_ok(__FILE__, __LINE__, #call, (call), &(e))
/* The text must equal the file (path from the top of the source tree). */
#define CHECK_GOLDEN(got, path) t_check_golden(__FILE__, __LINE__, T_STR(got), (path))
/* Ends the test as failed, or as skipped, with a reason. */
#define FAIL(...) t_failed(__FILE__, __LINE__, __VA_ARGS__)
#define SKIP(...) t_skip(__VA_ARGS__)
/* Adds a line to what is shown if the test fails: the value of a loop variable, for example. */
#define NOTE(...) t_note(__VA_ARGS__)

/* Runs the body again and again: first without a fault, then with the 1st, 2nd, 3rd … point of the kind failing, until
 * one run meets no fault; then all over with every later point failing as well. In the body t_fault_hit() tells whether
 * this run met its fault:  EVERY_FAULT(FAULT_READ) { CHECK(file_read(…) || t_fault_hit()); }
 * Without fault points built in, the body runs once. Leave it only by falling off its end. */
#define EVERY_FAULT(kind) for (t_fault_first(kind); t_fault_more(__FILE__, __LINE__); t_fault_next())
bool t_fault_hit(void);
/* No more faults in this run, to look at what one has left. fault_plan would make the loop believe that none was met,
 * and end it. */
void t_fault_over(void);

/* An empty folder that is removed after the test (kept, and named, when the test fails under T_VERBOSE). */
const char *t_dir(void);
/* "<t_dir>/name"; a static ring of four such paths. */
const char *t_path(const char *name);
/* What many tests of this program begin with need be made only once: t_keep keeps a finished file under a name, t_kept
 * copies it to a path, or says false when no test of this run has kept it yet. Whoever asks and gets nothing makes it,
 * so that a test alone needs nobody before it:
 *     if (!t_kept("town.db", path)) { make_town(path); t_keep("town.db", path); } */
bool t_kept(const char *name, const char *to);
void t_keep(const char *name, const char *from);
/* A path below the top of the source tree; the same ring. */
const char *t_source(const char *path);

/* Seeded random numbers; the seed is printed by the program, and every test starts from it anew. */
uint64_t t_random(void);
uint64_t t_random_below(uint64_t n);                /* 0 ≤ result < n, n > 0 */
int64_t t_random_between(int64_t from, int64_t to); /* both included */

/* ---- what the macros call ---- */
#define T_STR(x) _Generic((x), str : t_str_same, char * : t_str_of, const char * : t_str_of)(x)
static inline str t_str_same(str s) { return s; }
static inline str t_str_of(const char *z) { return z == NULL ? (str){ 0 } : (str){ z, __builtin_strlen(z) }; }
_Noreturn void t_failed(const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
_Noreturn void t_skip(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void t_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void t_check_int(const char *file, int line, const char *what, int64_t got, int64_t want);
void t_check_str(const char *file, int line, const char *what, str got, str want);
void t_check_err(const char *file, int line, const char *what, bool ok, const struct err *e, enum err_code want);
void t_check_ok(const char *file, int line, const char *what, bool ok, const struct err *e);
void t_check_golden(const char *file, int line, str got, const char *path);
void t_fault_first(enum fault_kind kind);
bool t_fault_more(const char *file, int line);
void t_fault_next(void);

#endif
