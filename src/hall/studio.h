/* studio: what the author's pages share: whose pack it is, a draft read and run within limits, what came out of it as
 * documents, and the trial on everybody that goes on beside the requests. Part of the hall. */
#ifndef HALL_STUDIO_H
#define HALL_STUDIO_H
#include "draft/draft.h"
#include "hall/hall_priv.h"

enum {
    STUDIO_WRITERS = ROLE_BIT(AUTHOR),
    STUDIO_APPROVERS = ROLE_BIT(AUTHOR) | ROLE_BIT(CHIEF),
    STUDIO_LOOKS = ROLE_BIT(AUTHOR) | ROLE_BIT(CHIEF) | ROLE_BIT(AUDITOR),
};

/* ---- studio.c ---- */

bool studio_open(struct hall *h, struct studio **out, struct err *e);
void studio_close(struct studio *s);
str studio_folder(const struct call *c); /* of the hall's own pack, as it stands on this machine; "" in no folder */
struct draft_act studio_act(struct call *c);
bool studio_draft(struct call *c, struct draft *out, struct err *e); /* the one of the address */
str studio_edit_href(struct call *c, int64_t draft, str file);

/* Reading a draft takes a processor for a while: it is done in the siding of drafts (hall_siding), one after the other,
 * so nothing here is locked. Examples run until the time is over: what was not run is told. */
struct arena *studio_arena(struct call *c); /* of the budget a draft has; lives as long as the request's document */
bool studio_weigh(struct call *c, const struct draft *d, struct arena *a, struct draft_weighed *out, struct err *e);
/* The same of what is typed and not saved; `was` stays empty. */
bool studio_weigh_typed(struct call *c, const struct draft *d, const struct draft_typed *t, struct arena *a,
                        struct draft_weighed *out, struct err *e);

/* ---- studio_report.c: what came out, as parts of a document ---- */

/* `report`: mistakes, examples, what they cover. file: the one that is being edited, "" none: what is about it comes
 * first. */
void report_doc(struct call *c, const struct draft *d, const struct draft_weighed *w, str file, struct json *doc);
/* `changes`: what is different in words. */
void report_changes(struct call *c, const struct draft_weighed *w, struct json *doc);
/* `key`: lines that came and went, with some around them. */
void report_lines(struct call *c, const char *key, str before, str after, struct json *doc);

/* ---- studio_trial.c: the draft on everybody, and on the decisions of the past ---- */

struct trials;
bool trials_open(struct hall *h, struct trials **out, struct err *e);
void trials_close(struct trials *t); /* one that is under way is stopped */
/* CONFLICT: another one is under way. */
bool trial_start(struct call *c, const struct draft *d, struct err *e);
void trial_stop(struct call *c, int64_t draft);
/* `trial`: how far it is, or what came out. w: to tell whether it was of what there is now; NULL: not asked. Whoever
 * looks keeps it going. */
bool trial_doc(struct call *c, const struct draft *d, const struct draft_weighed *w, struct json *doc, struct err *e);
struct trials *studio_trials(const struct call *c);

#endif
