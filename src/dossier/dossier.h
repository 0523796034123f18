/* dossier 办件: one application, from the first question to the payment, the rating and the archive; `case` is a word
 * of C. What is handled, by whom, in what time, is a 事项 of the packs (struct service); whom it is about is a subject
 * of the registry; money goes through the ledger; every move is an event of the journal. All four live in one database,
 * and what follows from a move is done in its transaction: a move that is acknowledged is there with everything that
 * follows from it, a move that failed left nothing.
 *
 * One desk belongs to one thread. A move is one transaction; inside store_begin … store_commit of the caller it is a
 * savepoint, so a queue of requests can be committed together (dossier_together) and synced to the disk once.
 *
 * A dossier keeps the rules it was opened with (their text is in the database): another version of the packs does not
 * change a running case. Its facts are the registry's, read at the moment of the decision, and what the form gave,
 * which counts as declared and not compared.
 *
 * Sentences are Chinese, for the person in front of the screen. NOT_FOUND no such dossier, subject, service; CONFLICT
 * not possible in this state, or somebody was quicker; DENIED not for this person; INVALID what was given is wrong or
 * incomplete. It knows no web. */
#ifndef DOSSIER_DOSSIER_H
#define DOSSIER_DOSSIER_H
#include "base/machine.h"
#include "ledger/ledger.h"
#include "pack/pack.h"
#include "policy/explain.h"
#include "policy/findings.h"
#include "registry/registry.h"

enum {
    DOSSIER_NUMBER_TEXT = 13,  /* digits of a number and a NUL */
    DOSSIER_WORD_MAX = 120,    /* bytes of who, role, office, key */
    DOSSIER_TEXT_MAX = 4000,   /* of a reason, a defect, an opinion */
    DOSSIER_FACTS_MAX = 65536, /* of the answers of a form */
    DOSSIER_DEFECTS_MAX = 50,
    DOSSIER_TOGETHER_MAX = 4096, /* requests in one transaction */
};

/* ---- life ---- */

enum dossier_state {
    DOSSIER_DRAFT,      /* 草稿 */
    DOSSIER_OFFERED,    /* 待确认: found, asked whether they want it */
    DOSSIER_SUBMITTED,  /* 待受理 */
    DOSSIER_CORRECTING, /* 待补正 */
    DOSSIER_REVIEW,     /* 审核中 */
    DOSSIER_PUBLIC,     /* 公示中 */
    DOSSIER_GRANTED,    /* 准予 */
    DOSSIER_PAYING,     /* 发放中: a continuing benefit */
    DOSSIER_STOPPED,    /* 停发 */
    DOSSIER_REFUSED,    /* 不予 */
    DOSSIER_WITHDRAWN,  /* 撤回 */
    DOSSIER_LAPSED,     /* 终止 */
    DOSSIER_REVOKED,    /* 撤销 */
    DOSSIER_CLOSED,     /* 归档 */
    DOSSIER_STATES
};
extern const struct machine dossier_machine;

enum dossier_flag {
    DOSSIER_CORRECTED = 1,    /* was returned once: all defects were said then */
    DOSSIER_OBJECTED = 2,     /* an objection is open */
    DOSSIER_ALONE = 4,        /* decided by the machine (秒批) */
    DOSSIER_FOUND = 8,        /* opened for somebody who was found (免申即享) */
    DOSSIER_UNHAPPY = 16,     /* a bad rating is open */
    DOSSIER_LATE = 32,        /* a clock ran out */
    DOSSIER_SOON = 64,        /* a clock is about to */
    DOSSIER_UNFUNDED = 128,   /* granted, and no budget line had the money */
    DOSSIER_REOPENED = 256,   /* decided again */
    DOSSIER_BEHALF = 512,     /* somebody at the counter acted for the applicant */
    DOSSIER_STATED = 2048,    /* whoever it is about has spoken before the decision */
    DOSSIER_CHECK = 4096,     /* a continuing benefit must be looked at by a person (复核) */
    DOSSIER_PACKAGE = 1024,   /* 一件事: its items are cases of their own (dossier_parts) */
    DOSSIER_PUBLISHED = 8192, /* its publicity was held to the end; what it showed need not be shown again */
};

/* Roles as people call them: those of steps (经办 复核 审批 …) and these. */
#define DOSSIER_ROLE_SELF    STR("本人")
#define DOSSIER_ROLE_COUNTER STR("窗口")
#define DOSSIER_ROLE_CHIEF   STR("主管")
#define DOSSIER_ROLE_SYSTEM  STR("系统")
#define DOSSIER_ROLE_MONEY   STR("会计")

/* Who does something. office: code of the region they work for; empty: everywhere. */
struct dossier_act {
    str who, role, office;
    date day;
    str reason;
    int64_t clock_ms; /* of the journal; 0: the machine's */
    str by;           /* the agent who acts for `who`; empty: `who` themselves. Kept with every event */
    str account;      /* of the hall, at the keys, for who applies; empty: none. It never reviews what it applied for */
    int64_t self;     /* of staff: their own number in the registry; 0: none. Nobody reviews what is about them */
};

/* ---- the desk ---- */

struct dossier_desk;
extern const store_secrets dossier_secrets; /* columns that are bound as secrets */
/* The registry must be open for writing and outlive the desk; so must the packs, without mistakes. Makes or updates the
 * tables of dossiers, journal and ledger. */
bool dossier_open(struct dossier_desk **out, struct registry *r, const struct pack_set *packs, struct err *e);
void dossier_close(struct dossier_desk *d); /* NULL is fine */
struct store *dossier_store(struct dossier_desk *d);
const struct program *dossier_program(const struct dossier_desk *d);

/* Ten digits and two check digits (MOD 97-10): 0000 0000 1724. */
void dossier_number(int64_t id, char out[DOSSIER_NUMBER_TEXT]);
/* The dossier a number names, blanks and hyphens left out; INVALID when a digit is wrong. */
bool dossier_number_read(str s, int64_t *id, struct err *e);

/* ---- asking ---- */

/* One thing the form asks. */
struct dossier_question {
    str name; /* as answers name it: 银行账号, 就业登记.形式 */
    str ask;  /* as one asks a person */
    struct type type;
    bool optional;
    bool answered; /* `value` is what was answered already */
    str value;
};
struct dossier_material {
    str name, text;
};
struct dossier_item { /* of a package 一件事 */
    str name;
    enum verdict_kind outlook; /* as if those before it were granted */
    str why;                   /* refused or pending: what stands in the way */
};
struct dossier_time {
    str name; /* 受理, 审核, 公示, 办理时限 */
    str role;
    struct service_time limit;
};
/* What somebody has to know before they apply: what is asked of them (never what the registry knows), what to bring,
 * how long it may take, and whether it can work. */
struct dossier_guide {
    const struct service *service;
    VEC(struct dossier_question) questions;
    VEC(struct dossier_question)
    known; /* what the form needs and the registry has, as it has it; can be answered anew */
    VEC(struct dossier_material) materials;
    VEC(struct dossier_time) times;
    VEC(struct dossier_item) items;   /* of a package */
    VEC(struct explanation) verdicts; /* of the service's own conditions and of each policy */
    enum verdict_kind outlook;        /* of all of them together */
    bool open_already;                /* a case of this service is under way for this subject: */
    int64_t open_id;
};
/* answers: a JSON object {"银行账号":"6222…","就业登记.形式":"灵活就业"}; empty: none yet. */
bool dossier_guide(struct dossier_desk *d, str service, int64_t subject, str answers, date day, struct arena *a,
                   struct dossier_guide *out, struct err *e);

/* Whether somebody of this entity applies for it for themselves; for others (a firm for its staff), one by one or in
 * bulk (bulk.h). */
bool dossier_applies_self(const struct program *p, const struct service *s, uint16_t entity);
bool dossier_applies_for(const struct program *p, const struct service *s, uint16_t entity);
/* The first of them, or DENIED with who applies for it. */
bool dossier_may_apply(const struct program *p, const struct service *s, uint16_t entity, struct err *e);
/* 本人、单位 … as people read it. */
str dossier_applicants(const struct service *s, struct arena *a);

/* ---- applying ---- */

enum dossier_channel { DOSSIER_ONLINE, DOSSIER_AT_COUNTER, DOSSIER_BY_OFFER, DOSSIER_BY_BULK, DOSSIER_AT_KIOSK };
struct dossier_request {
    str service;     /* name or alias */
    int64_t subject; /* number in the registry */
    str applicant;   /* who applies: their number or name; empty: the subject */
    enum dossier_channel channel;
    str answers;   /* JSON object, may be empty */
    str key;       /* of this submission: the same key again is the same dossier; may be empty */
    bool as_draft; /* keep it, do not submit */
    bool anyway;   /* submit although a condition is certainly not met: they want a decision in writing */
};
struct dossier_result {
    int64_t id;
    enum dossier_state state;
    bool again;    /* this key was submitted before: nothing was done */
    bool alone;    /* decided at once */
    str why_staff; /* of a service that may decide alone: why it did not */
    bool has_due;  /* the day by which it must be decided */
    date due;
    int64_t granted_fen; /* approved by this request, of one period */
};
bool dossier_apply(struct dossier_desk *d, const struct dossier_act *act, const struct dossier_request *q,
                   struct arena *a, struct dossier_result *out, struct err *e);
/* Answers of a draft or of a case that was returned, all of them again; NULL-safe empty: as they were. Then submits. */
bool dossier_submit(struct dossier_desk *d, const struct dossier_act *act, int64_t id, str answers, struct arena *a,
                    struct dossier_result *out, struct err *e);

/* ---- moves; each is refused by the machine in another state or for another role ---- */

/* revision: of the case as it was seen, 0 whatever it is now. Somebody quicker is a CONFLICT. */
struct dossier_ref {
    int64_t id, revision;
};
bool dossier_accept(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct arena *a,
                    struct dossier_result *out, struct err *e);
/* Everything that is missing, once (一次性告知); due: by when they must answer, when has_due. */
bool dossier_return(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, const str *defects,
                    size_t count, bool has_due, date due, struct err *e);
/* What a rule leaves to a person (人工判断), concluded by whoever reviews the case, with a reason. INVALID: no rule of
 * the case asks that question (with the one that was perhaps meant); DENIED: not for this role. */
bool dossier_judge(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, str question,
                   bool holds, struct err *e);
/* What the rules of a case leave to a person, each question once, with what was concluded so far. */
struct dossier_judgement {
    str question;
    bool given, holds;
};
typedef VEC(struct dossier_judgement) dossier_judgements;
bool dossier_judgements_of(struct dossier_desk *d, int64_t id, struct arena *a, dossier_judgements *out, struct err *e);
/* ---- enclosures 材料附件: what a service asks to be seen ---- */

#define DOSSIER_OTHER_MATERIAL STR("其他")
enum {
    DOSSIER_ENCLOSURE_BYTES = 8 << 20, /* a page of a scanner at 300 dpi, a photo of a phone */
    DOSSIER_ENCLOSURES_MAX = 20,       /* of one case */
};
enum dossier_enclosure_kind {
    DOSSIER_SEEN, /* no file: the counter saw the original */
    DOSSIER_PDF,
    DOSSIER_JPEG,
    DOSSIER_PNG,
    DOSSIER_ENCLOSURE_KINDS
};
struct dossier_enclosure {
    int64_t id, size_bytes;
    enum dossier_enclosure_kind kind;
    str material, file, sm3, who; /* file: as it was called; nothing is decided by it */
    date day;
};
typedef VEC(struct dossier_enclosure) dossier_enclosures;
/* A paper for one of the materials of the service, or 其他. By the applicant, whoever acts for them, or staff that may
 * accept or review the case; while it is a draft, submitted, to be corrected or under review, else CONFLICT. INVALID:
 * no PDF, JPEG or PNG by its content. LIMIT: too large, too many. The same bytes again are the same paper. */
bool dossier_enclose(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, str material,
                     str file, str bytes, int64_t *id, struct err *e);
/* The original was seen and not kept; by staff. */
bool dossier_seen(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, str material,
                  int64_t *id, struct err *e);
/* Taken back, before anybody signed: the bytes are gone, the journal keeps that they were there. */
bool dossier_enclosure_remove(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, int64_t id,
                              struct err *e);
bool dossier_enclosures_of(struct dossier_desk *d, int64_t dossier, struct arena *a, dossier_enclosures *out,
                           struct err *e);
/* With its bytes; who may see the case is the caller's to know. */
bool dossier_enclosure_get(struct dossier_desk *d, int64_t dossier, int64_t id, struct arena *a,
                           struct dossier_enclosure *out, str *bytes, struct err *e);
const char *dossier_enclosure_type(enum dossier_enclosure_kind k);   /* image/jpeg */
const char *dossier_enclosure_ending(enum dossier_enclosure_kind k); /* .jpg */
enum dossier_material_state {
    DOSSIER_MATERIAL_MISSING,
    DOSSIER_MATERIAL_SCANNED,
    DOSSIER_MATERIAL_SEEN,
    DOSSIER_MATERIAL_WAIVED,
};
struct dossier_material_line {
    str name, text, why; /* why: waived, what in the register says so */
    enum dossier_material_state state;
};
typedef VEC(struct dossier_material_line) dossier_materials;
/* What there is of each material of a case, as things stand on a day; nothing of a package, whose items have their own.
 */
bool dossier_materials_of(struct dossier_desk *d, int64_t id, date day, struct arena *a, dossier_materials *out,
                          struct err *e);
const char *dossier_material_zh(enum dossier_material_state s);

/* Signs the step at hand. When enough have signed, the next step begins, or the case is published, granted, paid. */
bool dossier_approve(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct arena *a,
                     struct dossier_result *out, struct err *e);
bool dossier_refuse(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);
bool dossier_withdraw(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);
/* An offer: take it or decline it. */
bool dossier_confirm(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, bool wanted,
                     str answers, struct arena *a, struct dossier_result *out, struct err *e);
/* A continuing benefit ends, pauses or goes on, with a reason. */
bool dossier_stop(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);
/* 复核: a person has looked at a benefit that is being paid and it goes on; the next time is counted from today. What
 * the rules refuse by now is a CONFLICT: it must be stopped. */
bool dossier_recheck(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);
bool dossier_resume(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);
/* A decision that was wrong: what it entered in the registry is taken back, nothing more is paid; what was paid can be
 * claimed back through the ledger. By the chief. */
bool dossier_revoke(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);
/* Decided once more, from the first review on. */
bool dossier_reopen(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);

/* Whose work it is: a person takes it from the queue, gives it back, or hands it to an office or a person. What
 * somebody has, the chief gives back or hands on as well, with a reason. */
struct dossier_whom {
    str who;      /* empty: nobody in particular */
    int64_t self; /* their own number in the registry; 0: none */
};
bool dossier_take(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);
bool dossier_release(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);
bool dossier_transfer(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, str office,
                      struct dossier_whom to, struct err *e);

/* ---- objections and ratings ---- */

/* By the applicant against a refusal, or by anybody against a published case. */
bool dossier_object(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, int64_t *objection,
                    struct err *e);
/* upheld: a published case goes back to review, a refused one is opened again. */
bool dossier_answer(struct dossier_desk *d, const struct dossier_act *act, int64_t objection, bool upheld,
                    struct err *e);
/* 1 非常不满意 … 5 非常满意. Below 3 somebody must call them: a task of its own until dossier_rating_settle. */
bool dossier_rate(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, int level,
                  struct err *e);
bool dossier_rating_settle(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);
const char *dossier_rating_zh(int level);

/* ---- looking ---- */

struct dossier {
    int64_t id, revision, subject, package; /* package: 0, or the application it is part of */
    int64_t version;                        /* of the service and its rules */
    const struct program *program;          /* the rules it was opened with, */
    const struct service *service;          /* and its service there */
    str name, rules;                        /* of the service; hash of its packs */
    uint16_t entity;
    str applicant, entered_by, holder, office, key, answers;
    enum dossier_channel channel;
    enum dossier_state state;
    uint32_t flags;
    uint16_t step;
    date opened;
    bool has_accepted, has_decided;
    date accepted, decided;
    str note; /* why it is as it is: 转人工的原因, 停发的原因, 补正的内容 */
};
bool dossier_get(struct dossier_desk *d, int64_t id, struct arena *a, struct dossier *out, struct err *e);
/* Whether who acts may take this one back now: what is offered is what will be done. */
bool dossier_may_take_back(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                           const struct dossier_enclosure *x, bool *may, struct err *e);
struct dossier_objection {
    int64_t id;
    date day;
    uint8_t state; /* 0 open, 1 upheld, 2 not */
    str text, answer;
};
typedef VEC(struct dossier_objection) dossier_objections;
bool dossier_objections_of(struct dossier_desk *d, int64_t id, struct arena *a, dossier_objections *out, struct err *e);

/* What besides its steps a case asks of who acts, as far as it is theirs to do. */
struct dossier_tasks {
    bool answer, call, check; /* an objection, a bad rating, whether a benefit still holds */
    bool uphold;              /* an objection against what was decided is upheld by the chief alone */
    bool involved;            /* there is one for their role, but they had a hand in the case */
    int rating;               /* how it was rated; 0 not yet */
};
bool dossier_tasks_of(struct dossier_desk *d, const struct dossier_act *act, const struct dossier *c,
                      struct dossier_tasks *out, struct err *e);
/* Whose turn it is, by role: who accepts it (the counter always, and whom its step 受理 names), who signs the step it
 * is at; and whether any of its steps is theirs. */
bool dossier_accepts(const struct dossier *c, str role);
bool dossier_reviews(const struct dossier *c, str role);
bool dossier_concerns(const struct dossier *c, str role);
/* Whether this role signs that step of a service: whom it names, and of 受理, its first one, the counter too. */
bool dossier_step_of(const struct service *s, size_t step, str role);
/* Whether somebody could sign what waits in this case. *why: NULL, or what is against it: it is about them, they
 * entered it, applied for it or signed already. */
bool dossier_may_sign(struct dossier_desk *d, const struct dossier *c, struct dossier_whom whom, const char **why,
                      struct err *e);
bool dossier_takes_enclosures(const struct dossier *c); /* whether papers can be added now */

enum dossier_light { DOSSIER_GREEN, DOSSIER_YELLOW, DOSSIER_RED };
enum dossier_clock_kind {
    DOSSIER_CLOCK_LIMIT,   /* 办理时限 */
    DOSSIER_CLOCK_STEP,    /* of the step at hand */
    DOSSIER_CLOCK_CORRECT, /* 补正 */
    DOSSIER_CLOCK_PUBLIC,  /* 公示 */
    DOSSIER_CLOCK_OFFER,   /* 待确认 */
    DOSSIER_CLOCK_REVIEW,  /* 复核 of a continuing benefit */
    DOSSIER_CLOCK_OBJECT,  /* an objection is answered */
    DOSSIER_CLOCK_CALL,    /* somebody who was not content is called */
    DOSSIER_CLOCK_DEFENCE, /* 陈述申辩 before a decision */
    DOSSIER_CLOCKS
};
struct dossier_clock {
    enum dossier_clock_kind kind;
    struct service_time limit;
    date started, due;
    bool suspended, ended;
    int64_t left_days; /* to the due day on the day that was asked for: working or calendar days as the limit has it */
    enum dossier_light light;
};
typedef VEC(struct dossier_clock) dossier_clocks;
bool dossier_clocks_of(struct dossier_desk *d, int64_t id, date day, struct arena *a, dossier_clocks *out,
                       struct err *e);
const char *dossier_clock_zh(enum dossier_clock_kind k);

struct dossier_event {
    int64_t number, time_ms;
    str actor, role, kind, body;
};
typedef VEC(struct dossier_event) dossier_events;
str dossier_event_zh(const struct dossier_event *v, struct arena *a); /* 受理, 签批, 转办 … */
str dossier_event_by(const struct dossier_event *v, struct arena *a); /* the agent who did it for somebody; or empty */
bool dossier_history(struct dossier_desk *d, int64_t id, struct arena *a, dossier_events *out, struct err *e);

/* A due day that a holiday announced late moved (clock_recompute). */
struct dossier_moved {
    struct dossier c;
    str clock;
    date was, is;
    int64_t event; /* number in the journal */
};
typedef VEC(struct dossier_moved) dossier_moves;
enum { DOSSIER_MOVES_READ = 100000 }; /* of all offices: of a province's holiday no more is looked through */
/* Those of these offices and below them (count 0: of all) since that day, the newest first, at most max. */
bool dossier_moved_since(struct dossier_desk *d, const str *offices, size_t count, date since, size_t max,
                         struct arena *a, dossier_moves *out, struct err *e);

/* A verdict it rests on, with its receipt (leye replay makes it again). */
struct dossier_evidence {
    str about; /* the policy, or the service itself */
    date day;
    enum verdict_kind verdict;
    bool assumed, unset, has_amount;
    int64_t amount_fen;
    str receipt;
};
typedef VEC(struct dossier_evidence) dossier_evidences;
bool dossier_evidence_of(struct dossier_desk *d, int64_t id, struct arena *a, dossier_evidences *out, struct err *e);

/* What a criterion rests on: a field or a spell with its value, who said it where, and of which day. */
struct dossier_source {
    str field, value, origin, file;
    uint64_t row;  /* of the file; 0: no single row */
    bool declared; /* by the applicant, not compared */
    bool spell;    /* a row of a spell: value tells of all its fields that are read */
    bool has_as_of, stale;
    date as_of;
    uint16_t max_age_days; /* what the service allows (比对 … 日内); 0: it says nothing */
};
typedef VEC(struct dossier_source) dossier_sources;
struct dossier_ground {
    str about, name, sentence; /* the policy or service, and its criterion */
    bool met, known;
    date
        asked; /* as of which day: that of the application when only time went by since, or the end of the last month */
    dossier_sources sources;
};
typedef VEC(struct dossier_ground) dossier_grounds;
/* Criterion by criterion, as things stand on that day, by the rules of the case. */
bool dossier_grounds_of(struct dossier_desk *d, int64_t id, date day, struct arena *a, dossier_grounds *out,
                        struct err *e);

enum dossier_pay_state {
    DOSSIER_DUE,      /* 待发 */
    DOSSIER_LISTED,   /* 已编批 */
    DOSSIER_PAID,     /* 已发 */
    DOSSIER_BOUNCED,  /* 退回: the account must be put right */
    DOSSIER_NOT_PAID, /* 不发: with the reason */
};
struct dossier_pay {
    int64_t number, amount_fen, payment, dossier;
    str policy, period, note;
    str payee; /* whom it goes to; empty: to whom the case is about */
    enum dossier_pay_state state;
};
typedef VEC(struct dossier_pay) dossier_pays;
bool dossier_pays_of(struct dossier_desk *d, int64_t id, struct arena *a, dossier_pays *out, struct err *e);
/* What goes to a person, a firm, an institution, whoever the cases are about; the newest first. */
bool dossier_pays_to(struct dossier_desk *d, int64_t to, size_t max, struct arena *a, dossier_pays *out, struct err *e);
const char *dossier_pay_zh(enum dossier_pay_state s);

/* ---- certificates and the archive ---- */

/* With whose key certificates and case files are signed. Without one certificates wait (dossier_night, with it). It
 * must outlive the desk; NULL: none. */
void dossier_sign_with(struct dossier_desk *d, const struct journal_signer *signer);
struct dossier_certificate {
    str kind, number, code; /* number empty: not issued yet; code: anybody can check it (leye archive check) */
    date day;
    bool is_void;
    str why; /* void: the reason; empty: it was void before it was issued */
};
typedef VEC(struct dossier_certificate) dossier_certificates;
bool dossier_certificates_of(struct dossier_desk *d, int64_t id, struct arena *a, dossier_certificates *out,
                             struct err *e);
/* The one that holds, as it was issued; nothing is issued for it. NOT_FOUND: the service gives out none. CONFLICT: not
 * granted yet, waits for the key, void: a sentence for whoever asked. */
struct certificate;
bool dossier_certificate_held(struct dossier_desk *d, const struct dossier *c, struct arena *a, struct certificate *out,
                              struct err *e);
/* How many wait for the key, and since when the oldest does. */
bool dossier_certificates_wait(struct dossier_desk *d, int64_t *count, date *since, struct err *e);
/* The certificate of a granted case as a paper; of a service without one a proof of its result, issued when it is first
 * asked for. */
bool dossier_certificate_pdf(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c,
                             struct arena *a, str *number, str *pdf, struct err *e);
/* 归档: writes the case file (application, decision, receipts, history, payments, certificates, signed catalogue) as
 * folder/number.zip and closes the case. CONFLICT: money, an objection or a bad rating is still open. */
bool dossier_close_file(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, str folder,
                        struct arena *a, str *path, struct err *e);

/* ---- queues ---- */

struct dossier_query {
    str office;      /* and those below it; empty: all */
    str role;        /* what this role can do something about now; empty: all */
    str holder;      /* taken by; empty: anybody */
    bool free, held; /* taken by nobody, by somebody */
    str service;     /* of this service (name); empty: all */
    str subject;     /* a number in the registry, as text; empty: all */
    bool applied;    /* and those that subject applied for on behalf of others */
    uint32_t states; /* bits; 0: those that wait for somebody */
    uint32_t flags;  /* all of these */
    date day;        /* for the lights */
    int64_t after;   /* number of the last one seen, for the next page */
    size_t max;
};
struct dossier_line {
    struct dossier c;
    enum dossier_light light;
    bool has_due;
    date due;
    str step; /* name of the step at hand */
};
typedef VEC(struct dossier_line) dossier_lines;
/* Red before yellow before green, then by due day, then by number. */
bool dossier_queue(struct dossier_desk *d, const struct dossier_query *q, struct arena *a, dossier_lines *out,
                   struct err *e);

/* The region codes an office works for: its own and those below; empty office: all of them. */
typedef VEC(str) dossier_office_list;
void dossier_offices(const struct program *p, str office, struct arena *a, dossier_office_list *out);

/* The items of a package in their order, each a case. */
bool dossier_parts(struct dossier_desk *d, int64_t package, struct arena *a, dossier_lines *out, struct err *e);

/* ---- publicity ---- */

struct dossier_published {
    int64_t id;
    str line; /* the masked line as it was frozen */
    date from, until;
    bool over;
};
typedef VEC(struct dossier_published) dossier_published_list;
/* What is published on a day. */
bool dossier_publicity(struct dossier_desk *d, date day, struct arena *a, dossier_published_list *out, struct err *e);

/* ---- 名录 ---- */

/* Whoever a case is about speaks before it is decided (陈述申辩): themselves, or written down at the counter. */
bool dossier_state_case(struct dossier_desk *d, const struct dossier_act *act, struct dossier_ref c, struct err *e);
/* Enters those a register without 程序 says this of (ids of the registry, found by whoever asked everybody); who stands
 * in it already stays. */
bool dossier_register_fill(struct dossier_desk *d, const struct dossier_act *act, str register_, const uint64_t *ids,
                           size_t count, int64_t *entered, struct err *e);
struct dossier_standing {
    int64_t subject, dossier;
    str name, number; /* masked as 公开 of the register says */
    date since;
    bool has_ends;
    date ends;
};
typedef VEC(struct dossier_standing) dossier_standings;
/* Who stands in it. staff: also of one that is not public. */
bool dossier_register_of(struct dossier_desk *d, str register_, bool staff, struct arena *a, dossier_standings *out,
                         struct err *e);

/* ---- 免申即享 ---- */

struct dossier_offers {
    int64_t opened, had_one, assumed, unset, no_longer; /* no_longer: as things stand today */
};
/* Opens a case for everybody the findings say is entitled, of every service that offers itself (or of one), who has no
 * case of it yet and is entitled today as well: the list may be an old one. By the system or the chief, else DENIED. */
bool dossier_offer(struct dossier_desk *d, const struct dossier_act *act, str service, const struct findings *f,
                   size_t max, struct arena *a, struct dossier_offers *out, struct err *e);

/* ---- paying, and the work of a night ---- */

struct dossier_list { /* a batch that was prepared */
    int64_t batch, count, total_fen, refused;
    str title;
};
struct dossier_night {
    date day;
    int64_t late, soon, lapsed, published, returned, confirmed, stopped, due, due_fen, listed, paid, bounced,
        moved_clocks, unpaid_refused, certified, left;
    uint32_t sealed;
    VEC(struct dossier_list) lists;
    VEC(str) told; /* what a person should look at, a sentence each */
};
/* Everything that time does: clocks that ran out, publicity and offers that ended, holidays that were announced late,
 * the monthly check and amounts of continuing benefits, payment lists, results of payments, seals of the journal. Twice
 * on one day: the second time finds nothing to do. Days that were left out are made up for; more than
 * DOSSIER_NIGHTS_APART of them only with a reason. CONFLICT: that, or a later day was done already. */
enum { DOSSIER_NIGHTS_APART = 31 };
bool dossier_night(struct dossier_desk *d, const struct dossier_act *act, struct arena *a, struct dossier_night *out,
                   struct err *e);

/* The last day that was done. *ever false: none yet. */
bool dossier_last_night(struct dossier_desk *d, bool *ever, date *day, struct err *e);

/* What the ledger calls whom a number means: *own the lasting number it has been of since before anybody was merged
 * with them, and every other name the ledger may have them under; or the number itself, when the register does not know
 * it. */
bool dossier_paid_as(struct registry *r, str number, struct arena *a, str *own, struct ledger_names *out,
                     struct err *e);
/* A row of a list (fund.h) as a case would book it: under that number, with those names, and with what excludes its
 * policy in the packs. */
struct dossier_payer {
    struct registry *registry;
    const struct program *program;
};
bool dossier_payable(void *payer, struct ledger_payable *p, struct arena *a, struct err *e);

/* What is owed and on no list yet, by policy and budget line; line 0: no line had the money. */
struct dossier_owed {
    int64_t line, count, amount_fen;
    str policy;
};
typedef VEC(struct dossier_owed) dossier_owed_list;
bool dossier_owed_of(struct dossier_desk *d, struct arena *a, dossier_owed_list *out, struct err *e);
/* What the check before paying took out of a batch: whom it would have been for, and why not. */
struct dossier_taken_out {
    int64_t dossier, amount_fen;
    str policy, period, reason;
};
typedef VEC(struct dossier_taken_out) dossier_taken_out_list;
bool dossier_taken_out_of(struct dossier_desk *d, int64_t batch, struct arena *a, dossier_taken_out_list *out,
                          struct err *e);
/* An accountant makes the lists now, of one line (0: of every line): what the night would do of it, under their name.
 * Filled of *out: listed, unpaid_refused, lists, told. */
bool dossier_list_due(struct dossier_desk *d, const struct dossier_act *act, int64_t line, struct arena *a,
                      struct dossier_night *out, struct err *e);

/* ---- group commit ---- */

/* One request of a queue: its own savepoint, its own error. */
struct dossier_job {
    bool (*run)(struct dossier_desk *d, void *context, struct err *e);
    void *context;
    bool ok; /* result, true only when the commit is on the disk */
    struct err e;
};
/* Runs the jobs in order and commits them together. False: the commit failed, or a disk, a lock or memory under one of
 * them, and none of them happened. */
bool dossier_together(struct dossier_desk *d, struct dossier_job *jobs, size_t count, struct err *e);

/* ---- care ---- */

/* What other rules would have decided of the cases of the past; needs no desk, changes nothing. go_on: asked before
 * every one, with how many were looked at; false ends it there. NULL: to the end. */
struct dossier_flip {
    int64_t id;
    str about, was, is;
};
typedef VEC(struct dossier_flip) dossier_flips;
bool dossier_replay_past(struct store *s, const struct pack_set *other, bool (*go_on)(void *ctx, int64_t looked),
                         void *ctx, struct arena *a, int64_t *looked, dossier_flips *out, struct err *e);

/* Looks for contradictions (invariants of ARCHITECTURE.md): a line in `report` for each. */
bool dossier_check(struct dossier_desk *d, date day, bool *sound, struct text *report, struct err *e);

#endif
