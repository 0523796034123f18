/* hotline 来电: somebody rings up about their own record. The call is a row: who took it, about whom, why; nothing of
 * the record may be shown until the caller has answered what only they should know, and what was said is noted in the
 * end, sealed. What is asked and whether it was right is for the caller of these functions to know: here it is counted,
 * so that nobody goes on guessing, by hanging up and ringing again either.
 *
 * That a call began, was opened, or failed, is a look like every other (access_look): the person sees it. */
#ifndef ACCESS_HOTLINE_H
#define ACCESS_HOTLINE_H
#include "access/access.h"

enum {
    HOTLINE_TRIES = 3,         /* wrong answers about one person on one day, whoever took the calls */
    HOTLINE_SECONDS = 1800,    /* so long a record stays open, as that of a purpose at the counter */
    HOTLINE_SUMMARY_MAX = 2000 /* bytes */
};
enum hotline_state {
    HOTLINE_ASKING, /* the questions are asked */
    HOTLINE_OPEN,   /* it is them: the record may be shown */
    HOTLINE_FAILED, /* too often wrong */
    HOTLINE_OVER,   /* noted, or too long ago */
};
struct hotline_call {
    int64_t id, at, account, subject;
    int64_t wrong, opened; /* answers of this call; when it was opened, 0 never */
    str entity, by;        /* by: how they were found; what that says is not asked */
    str purpose, summary;  /* summary empty: not noted yet */
    enum hotline_state state;
};
typedef VEC(struct hotline_call) hotline_calls;

/* r->purpose: why they ring. DENIED: too many wrong answers today. */
bool hotline_begin(struct store *s, const struct access_reader *r, str entity, int64_t subject, str by, int64_t now,
                   int64_t *id, struct err *e);
/* NOT_FOUND: no such call of this account. */
bool hotline_get(struct store *s, const struct access_reader *r, int64_t id, int64_t now, struct arena *a,
                 struct hotline_call *out, struct err *e);
/* The caller has answered; `right` counts only while there are tries left. CONFLICT: it is not asked any more. */
bool hotline_answer(struct store *s, const struct access_reader *r, const struct hotline_call *k, bool right,
                    int64_t now, struct err *e);
/* What was said; ends the call. INVALID: nothing, or too long; CONFLICT: it was noted already. */
bool hotline_note(struct store *s, const struct hotline_call *k, str summary, struct err *e);
/* Calls this account took since then, newest first. */
bool hotline_list(struct store *s, const struct access_reader *r, int64_t since, int64_t now, struct arena *a,
                  hotline_calls *out, struct err *e);
int64_t hotline_day(int64_t now); /* when this day began, in China */

#endif
