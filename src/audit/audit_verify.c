/* audit_verify: verifications of the journal, kept: when it was last found right, and up to which event. */
#include "audit/audit_priv.h"

#include <inttypes.h>
#include <time.h>

enum { MARK_MAX = 400 };

static bool last_mark(struct store *s, struct journal_mark *out, struct err *e)
{
    struct store_stmt *q;
    bool row;
    if (!store_ask(s, &q, e, "SELECT mark FROM audit_verified WHERE sound = 1 ORDER BY id DESC LIMIT 1", ""))
        return false;
    bool ok = store_step(q, &row, e);
    if (ok && row && !journal_mark_read(store_str(q, 0), out))
        ok = fail(e, MISMATCH, "上次核对留下的记号不对，有人改过；请从头核对");
    store_done(q);
    return ok;
}

static bool keep(struct store *s, const struct audit_act *act, int64_t first, const struct journal_report *r,
                 struct err *e)
{
    autoarena *a = arena_new("verified", 0);
    struct text mark;
    int64_t at = act->clock_ms > 0 ? act->clock_ms / 1000 : (int64_t)time(NULL);
    text_init(&mark, a, MARK_MAX);
    journal_mark_text(&r->good, &mark);
    str what = str_of(r->what);
    return store_do(s, NULL, e,
                    "INSERT INTO audit_verified (day, at, who, first, last, mark, events, sound, what)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    "iisiisiis", (int64_t)act->day.days, at, act->who, first, r->good.number, text_str(&mark),
                    r->events, (int64_t)r->sound, what) &&
           audit_note(s, act, "audit.verify", str_fmt(a, "%" PRId64, r->good.number), e, "mark", text_str(&mark),
                      "sound", r->sound ? STR("是") : STR("否"), (const char *)NULL);
}

bool audit_verify(struct store *s, str address, const struct audit_act *act, bool onward, struct journal_report *out,
                  struct err *e)
{
    struct journal_check how = { 0 };
    if (!audit_may(act, AUDIT_AUDITOR | AUDIT_HEAD, "核对留痕", e) || (onward && !last_mark(s, &how.from, e)) ||
        !journal_verify(address, &how, out, e) || !audit_begin(s, act, e))
        return false;
    return store_end(s, keep(s, act, how.from.number, out, e), e);
}

bool audit_verified_list_of(struct store *s, size_t max, struct arena *a, audit_verified_list *out, struct err *e)
{
    struct store_stmt *q;
    bool row = false, ok;
    if (!store_ask(
            s, &q, e,
            "SELECT day, at, who, first, last, events, sound, what FROM audit_verified ORDER BY id DESC LIMIT $1", "i",
            (int64_t)max))
        return false;
    while ((ok = store_step(q, &row, e)) && row) {
        *vec_push(a, out) = (struct audit_verified){ .day = { (int32_t)store_number(q, 0) },
                                                     .at = store_number(q, 1),
                                                     .who = str_dup(a, store_str(q, 2)),
                                                     .first = store_number(q, 3),
                                                     .last = store_number(q, 4),
                                                     .events = store_number(q, 5),
                                                     .sound = store_number(q, 6) != 0,
                                                     .what = str_dup(a, store_str(q, 7)) };
    }
    store_done(q);
    return ok;
}
