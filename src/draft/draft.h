/* draft 草稿: changed files of a pack on their way into force. Authors change files in a draft, one proposes it,
 * somebody who wrote none of it approves, and only then the files of the pack are other ones: all of them or none.
 *
 * Nothing typed is lost: every text that was saved stays as a revision, also one that met somebody else's. A draft is
 * read as a pack is, with its texts over the files (draft_load), so that what is checked, tested and tried is what will
 * be published. It does not know people, pages or what the rules mean.
 *
 * Every change of state is an event of the journal (draft.…), in its transaction. Times are seconds since 1970. */
#ifndef DRAFT_DRAFT_H
#define DRAFT_DRAFT_H
#include "base/date.h"
#include "base/machine.h"
#include "pack/pack.h"
#include "pack/proof.h"
#include "store/store.h"

enum draft_state { DRAFT_WRITING, DRAFT_PROPOSED, DRAFT_PUBLISHED, DRAFT_DISCARDED };
extern const struct machine draft_machine; /* roles: DRAFT_AUTHOR, DRAFT_CHIEF */
enum { DRAFT_AUTHOR = 1, DRAFT_CHIEF = 2 };

enum {
    DRAFT_TITLE_MAX = 200,      /* bytes */
    DRAFT_NAME_MAX = 200,       /* bytes of the name of a file */
    DRAFT_TEXT_MAX = 512 << 10, /* of a file; the largest of the packs has a third of it */
    DRAFT_REASON_MAX = 2000,    /* bytes */
    DRAFT_FILES_MAX = 200,      /* changed in one draft */
    DRAFT_LOAD_MAX = 512 << 20, /* memory a draft may take to be read and checked */
    DRAFT_RESULT_MAX = 8 << 20, /* bytes of what a trial showed */
};

/* Makes or updates the tables; part "draft" of the schema. */
bool draft_migrate(struct store *s, struct err *e);

/* Who does something, in which roles. */
struct draft_act {
    str who;
    uint32_t roles; /* DRAFT_AUTHOR | DRAFT_CHIEF */
    int64_t now;
    str reason; /* where a move needs one */
};

/* ---- drafts ---- */

struct draft {
    int64_t id, made_at, changed_at;
    str title, folder, author;
    enum draft_state state;
    int64_t turn;  /* grows with everything that is saved */
    int64_t files; /* that differ from the pack's */
    /* once proposed: by whom, on which rules (hash of the pack as it stood), what they become (hash of the program) */
    str proposer, base, rules;
    str approver;
};
typedef VEC(struct draft) draft_list;

/* folder: of the pack, which must be there and be written to by this program when it is published. */
bool draft_make(struct store *s, const struct draft_act *act, str folder, str title, int64_t *id, struct err *e);
/* Those of a pack, newest first; ended: also those published or given up. */
bool draft_all(struct store *s, str folder, bool ended, struct arena *a, draft_list *out, struct err *e);
bool draft_get(struct store *s, int64_t id, struct arena *a, struct draft *out, struct err *e); /* NOT_FOUND */
/* Moves of the life cycle that need nothing else: 撤回, 退回, 作废. DENIED: 撤回, 作废 by who wrote nothing of it. */
bool draft_move(struct store *s, const struct draft_act *act, int64_t id, str move, struct err *e);

/* What was done, oldest first. */
struct draft_step {
    int64_t at;
    str who, move, reason;
};
typedef VEC(struct draft_step) draft_steps;
bool draft_steps_of(struct store *s, int64_t id, struct arena *a, draft_steps *out, struct err *e);
/* Whether somebody wrote in a draft or proposed it: then they do not approve it. */
bool draft_is_of(struct store *s, int64_t id, str who, bool *out, struct err *e);

/* ---- texts ---- */

struct draft_file {
    str name;       /* below the folder: parameters/fill.leye */
    str text, base; /* as it is in the draft; the pack's text it was begun from, "" a new file */
    bool is_new, gone;
    int64_t revision, at;
    str who;
};
typedef VEC(struct draft_file) draft_files;
/* The changed files, by name. */
bool draft_files_of(struct store *s, int64_t id, struct arena *a, draft_files *out, struct err *e);
/* One of them; *there false: the draft leaves it as it is. */
bool draft_file_of(struct store *s, int64_t id, str name, struct arena *a, bool *there, struct draft_file *out,
                   struct err *e);

struct draft_revision {
    int64_t revision, at;
    str who, text;
    bool aside; /* was not taken over: somebody else had saved meanwhile */
};
typedef VEC(struct draft_revision) draft_revisions;
/* Newest first. */
bool draft_revisions_of(struct store *s, int64_t id, str name, struct arena *a, draft_revisions *out, struct err *e);

enum draft_outcome {
    DRAFT_SAVED,
    DRAFT_SAME,   /* nothing was different */
    DRAFT_MERGED, /* somebody else had saved other lines meanwhile: both are in it now */
    DRAFT_CLASH,  /* somebody else had saved the same lines: theirs stand, mine is kept aside */
};
struct draft_saved {
    enum draft_outcome outcome;
    int64_t revision; /* the newest now */
    str who;          /* MERGED, CLASH: who else; the text they began from and the one they saved */
    str from, theirs;
};
/* A text typed over revision `revision` of a file (0: over the pack's own text). gone: the file is taken away. Line
 * ends are put right. INVALID: a name or text that cannot be a file of a pack. */
struct draft_typed {
    str name, text;
    int64_t revision;
    bool gone;
};
bool draft_save(struct store *s, const struct draft_act *act, int64_t id, const struct draft_typed *t, struct arena *a,
                struct draft_saved *out, struct err *e);
/* The pack's own text of a file changed since the draft began (another draft was published): its changes are put into
 * the draft's text, which then rests on the new one. *done false: they touch the same lines; nothing happened. by_hand:
 * the author did it already, the text stays. */
bool draft_catch_up(struct store *s, const struct draft_act *act, int64_t id, str name, bool by_hand, struct arena *a,
                    bool *done, struct err *e);
/* The text of a file of the pack as it stands; *there false: there is none. */
bool draft_pack_text(str folder, str name, struct arena *a, bool *there, str *out, struct err *e);

/* The pack with the draft's texts over its files; typed, which may be NULL, over those. Mistakes are in set->diags.
 * LIMIT: more memory than DRAFT_LOAD_MAX; give it an arena of that budget. */
bool draft_load(struct store *s, const struct draft *d, const struct draft_typed *typed, struct arena *a,
                struct pack_set *set, struct err *e);

/* ---- trials: what a draft would do, kept for who approves it ---- */

struct draft_trial {
    str rules, base; /* of which program, beside which pack */
    int64_t at;
    str who, result; /* a JSON document; the caller's */
};
bool draft_trial_keep(struct store *s, int64_t id, const struct draft_trial *t, struct err *e);
/* The newest. */
bool draft_trial_of(struct store *s, int64_t id, struct arena *a, bool *there, struct draft_trial *out, struct err *e);

/* ---- into force ---- */

/* What the caller found when it read the draft whose turn was `turn`, and the pack as it is. */
struct draft_found {
    int64_t turn;
    str rules;              /* hash of the draft's program, */
    str base, after;        /* of the pack as it stands, and with the draft */
    size_t errors;          /* of the check */
    size_t failed, waiting; /* examples */
};
/* All that: the pack as it stands, the draft, its examples (none while there are errors). go_on as in proof_run. */
struct draft_weighed {
    struct pack_set was, is;
    struct proof proof;
    struct draft_found found;
};
bool draft_weigh(struct store *s, const struct draft *d, date today, bool (*go_on)(void *ctx), void *ctx,
                 struct arena *a, struct draft_weighed *out, struct err *e);
/* Refuses while there are mistakes, failing examples, no trial of exactly this, or a file whose base moved. */
bool draft_propose(struct store *s, const struct draft_act *act, int64_t id, const struct draft_found *f,
                   struct err *e);
/* Four eyes: by somebody who wrote nothing of it. Looks at everything again, then writes the files: when the database
 * has said yes they will be there, also after a crash (draft_finish). *version: its number. */
bool draft_publish(struct store *s, const struct draft_act *act, int64_t id, const struct draft_found *f,
                   int64_t *version, struct err *e);
/* Writes what a publication that was cut off had not written yet. Before packs are read. *finished: how many. */
bool draft_finish(struct store *s, uint32_t *finished, struct err *e);

struct draft_version {
    int64_t number, draft, at; /* draft 0: the text as it was before the first publication */
    str hash, author, approver, title;
};
typedef VEC(struct draft_version) draft_versions;
/* Of a pack, newest first. */
bool draft_versions_of(struct store *s, str folder, struct arena *a, draft_versions *out, struct err *e);
/* The way back: makes the draft's texts those of an earlier version. It is published like every other. */
bool draft_restore(struct store *s, const struct draft_act *act, int64_t id, int64_t version, struct arena *a,
                   struct err *e);

#endif
