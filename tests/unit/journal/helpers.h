/* What the tests of the journal share. */
#ifndef UNIT_JOURNAL_HELPERS_H
#define UNIT_JOURNAL_HELPERS_H
#include "journal/journal.h"
#include "support/t.h"

#include <stdio.h>
#include <string.h>

enum { DAY = 86400000 };
/* Noon, in China, of 1 June 2026. */
static const int64_t noon = (int64_t)20605 * DAY + 4 * 3600000;

static inline struct store *opened(const char *address)
{
    struct store *s = NULL;
    struct err e = { 0 };
    CHECK_OK(store_open(&s, str_of(address), STORE_CREATE, &e), e);
    CHECK_OK(journal_migrate(s, &e), e);
    return s;
}

static inline void done(struct store *s, const char *sql)
{
    struct err e = { 0 };
    CHECK_OK(store_exec(s, str_of(sql), &e), e);
}

static inline int64_t number(struct store *s, const char *sql)
{
    struct err e = { 0 };
    struct store_stmt *q;
    bool row = false;
    int64_t n = -1;
    CHECK_OK(store_prepare(s, str_of(sql), &q, &e), e);
    CHECK_OK(store_step(q, &row, &e), e);
    CHECK(row && store_int(q, 0, &n));
    store_done(q);
    return n;
}

static inline bool append_one(struct store *s, int64_t clock_ms, const char *body, struct err *e)
{
    struct journal_event v = { STR("u1"), STR("复核"),  STR("test.move"), STR("320101"),
                               STR("D1"), str_of(body), clock_ms };
    if (!store_begin(s, e)) return false;
    if (journal_append(s, &v, 1, NULL, e)) return store_commit(s, e);
    store_rollback(s);
    return false;
}

/* Appends events one a minute, from `clock` on. */
static inline void append(struct store *s, int count, int64_t clock_ms)
{
    struct err e = { 0 };
    CHECK_OK(store_begin(s, &e), e);
    autoarena *a = arena_new("events", 0);
    struct journal_event *v = ARENA_ARRAY(a, struct journal_event, (size_t)count);
    for (int i = 0; i < count; i++) {
        v[i] = (struct journal_event){
            STR("u1"), STR("复核"), STR("test.move"), STR("320101"), { 0 }, { 0 }, clock_ms + (int64_t)i * 60000
        };
        v[i].dossier = str_fmt(a, "D%d", i % 7);
        v[i].body = str_fmt(a, "{\"from\":\"受理\",\"n\":%d,\"to\":\"复核\"}", i);
    }
    CHECK_OK(journal_append(s, v, (size_t)count, NULL, &e), e);
    CHECK_OK(store_commit(s, &e), e);
}

static inline struct journal_report verified(const char *address, const struct journal_check *how)
{
    struct journal_report r = { 0 };
    struct err e = { 0 };
    static const struct journal_check plain;
    CHECK_OK(journal_verify(str_of(address), how != NULL ? how : &plain, &r, &e), e);
    return r;
}

#endif
