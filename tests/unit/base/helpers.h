/* What several tests of base need: the vectors of tests/vectors, and a way to see an abort. */
#ifndef UNIT_BASE_HELPERS_H
#define UNIT_BASE_HELPERS_H
#include "base/file.h"
#include "support/t.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* CHECK_INT for what is unsigned: sizes and counts. */
#define CHECK_SIZE(got, want) CHECK_INT((int64_t)(got), (int64_t)(want))

enum { COLUMNS_MAX = 12 };

/* A file of vectors: lines of tab-separated columns; # begins a comment line.
 *     struct vectors v = vectors_open(a, "dates.tsv");
 *     while (vectors_next(&v)) … v.column[0] …
 *     CHECK_INT(v.count, 120); */
struct vectors {
    str rest;
    str column[COLUMNS_MAX];
    size_t columns;
    int line, count;
};

static inline struct vectors vectors_open(struct arena *a, const char *name)
{
    struct vectors v = { 0 };
    struct err e = { 0 };
    const char *path = t_source("tests/vectors");
    CHECK_OK(file_read(a, file_join(a, str_of(path), str_of(name)), 1 << 20, &v.rest, &e), e);
    return v;
}

static inline bool vectors_next(struct vectors *v)
{
    str line;
    while (str_split(&v->rest, '\n', &line)) {
        v->line++;
        if (line.len == 0 || line.p[0] == '#') continue;
        memset(v->column, 0, sizeof v->column);
        for (v->columns = 0; v->columns < COLUMNS_MAX && str_split(&line, '\t', &v->column[v->columns]);) v->columns++;
        v->count++;
        NOTE("line %d", v->line);
        return true;
    }
    return false;
}

static inline int64_t column_int(const struct vectors *v, size_t i)
{
    int64_t n = 0;
    str s = v->column[i];
    bool negative = str_starts(s, STR("-"));
    CHECK(str_to_i64(negative ? str_slice(s, 1, s.len) : s, &n));
    return negative ? -n : n;
}

/* Whether fn(ptr) ends in abort(), as a failed assertion does. */
static inline bool aborts(void (*fn)(void *), void *ptr)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        fn(ptr);
        _exit(0);
    }
    int status = 0;
    CHECK_INT(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
