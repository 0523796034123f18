/* hall_priv: what handlers share. */
#ifndef HALL_HALL_PRIV_H
#define HALL_HALL_PRIV_H
#include "dossier/dossier.h"
#include "hall/hall.h"
#include "page/doc.h"
#include "page/template.h"
#include "policy/receipt.h"

struct call;
typedef bool (*hall_handler)(struct call *c, struct err *e);

struct route {
    const char *name;
    enum http_method method;
    const char *path;
    uint32_t roles; /* 0 everybody */
    unsigned template;
    const char *title;
    hall_handler run;
};
enum {
    ANY = (1u << ROLES) - 1,
    MONEY = ROLE_BIT(ACCOUNTANT) | ROLE_BIT(CASHIER) | ROLE_BIT(CHIEF), /* what each may do is the ledger's to say */
    AUDITS = ROLE_BIT(AUDITOR) | ROLE_BIT(AUDIT_HEAD),
    CHECKS = AUDITS | ROLE_BIT(CHECKER),
    /* who signs steps of cases, as packs name them; who handles cases at all; who looks people up */
    SIGNS = ROLE_BIT(REVIEWER) | ROLE_BIT(APPROVER) | ROLE_BIT(INSPECTOR) | ROLE_BIT(ARBITRATOR) | ROLE_BIT(MEDIATOR) |
            ROLE_BIT(COMMUNITY) | ROLE_BIT(FINANCE),
    HANDLES = ROLE_BIT(COUNTER) | ROLE_BIT(OPERATOR) | SIGNS,
    FINDS = ROLE_BIT(COUNTER) | ROLE_BIT(OPERATOR) | ROLE_BIT(REVIEWER) | ROLE_BIT(AUDITOR),
    /* who works with plans, figures and warnings; no person is seen there */
    WATCHERS = ROLE_BIT(LEADER) | ROLE_BIT(ANALYST) | ROLE_BIT(OPERATOR) | ROLE_BIT(AUDITOR) | ROLE_BIT(AUTHOR) |
               ROLE_BIT(DUTY) | ROLE_BIT(HANDLER) | ROLE_BIT(CHIEF),
    /* who fills and approves returns, and who looks at them */
    FILES = ROLE_BIT(OPERATOR) | ROLE_BIT(ANALYST) | ROLE_BIT(REVIEWER) | ROLE_BIT(CHIEF),
    FILERS = FILES | ROLE_BIT(LEADER) | ROLE_BIT(AUDITOR),
};

enum hall_template {
#define TEMPLATE(name) TEMPLATE_##name,
#include "hall/templates.def"
#undef TEMPLATE
    TEMPLATES
};

/* One for each thread. */
struct desk {
    struct registry *registry;
    struct store *store; /* the registry's connection */
    struct dossier_desk *dossiers;
};

struct search;
struct limits;
struct attachments;
struct board;
struct board_keeper;
struct map_keeper;
struct rolls;
struct studio;
struct hall {
    struct arena *a;
    struct hall_options o;
    const struct program *p;
    struct desk *desks; /* one for each thread, then one for each siding */
    unsigned desk_count;
    struct template *templates[TEMPLATES];
    struct search *search;
    struct hall_lasting *lasting, *own_lasting; /* own: of no server, ends with the hall */
    struct attachments *attachments;
    str style_version;
    struct board_keeper *board;
    struct map_keeper *map;
    struct rolls *rolls;
    int64_t opened; /* when */
    struct studio *studio;
};

struct hall_lasting {
    struct arena *a;
    struct limits *limits;
    struct backups *backups;
    _Atomic int32_t certificate_until; /* a date; 0: no certificate */
};

enum { CALL_ARGS_MAX = 4 };

/* A button of the page of problems: where what is missing can be done. */
struct way {
    const char *href, *text;
};

/* One request on its way. */
struct call {
    struct hall *h;
    struct desk *desk;
    const struct http_request *q;
    struct http_answer *r;
    struct arena *a;
    const struct route *route;
    struct access_reader who;
    str token;
    http_form query, form;
    http_parts files;     /* of a form with files */
    VEC(str) attachments; /* paths that end with this request */
    str args[CALL_ARGS_MAX];
    int64_t now;
    date today, rule_day; /* of this request */
    struct json *doc;
    str title; /* of the page; the route's unless a handler says more */
    unsigned template;
    str redirect;      /* a page goes there instead (303); a document is answered as it is */
    unsigned status;   /* 200 */
    const char *allow; /* of an address that is asked in another way: how it can be */
    str problem;       /* a sentence above the page: what was typed cannot be used */
    bool goes_on;      /* the form was tried, and is sent once more: what was typed stays */
    bool lapsed;       /* the record was opened, and its half hour is over */
    struct way way;    /* on from a problem */
    bool said_once;    /* the answer holds a password or a token that was made now: it is kept for no key */
    bool wants_json;
    bool counted;        /* against its token's limit */
    struct board *board; /* once it was asked for */
};

extern const struct route hall_routes[];
extern const size_t hall_route_count;

/* -- frame.c: documents to answers -- */
/* Whether a place in a menu is where one is: its own page or the nearest above it. `best`: the longest so far. */
bool frame_is_within(str path, const char *href, size_t *best);
void frame_answer(struct call *c);
void frame_problem(struct call *c, const struct err *e);
bool frame_open(struct hall *h, struct err *e);
bool frame_asset(struct call *c); /* true: it was one, and is answered */
/* style: whose may be used, "self" but for a page that stands alone. */
void frame_guard(struct http_answer *r, bool personal, const char *style);
bool frame_prefers_json(const struct http_request *q);

/* -- once.c -- */
/* The handler of the route; or, when the same form came before, the answer it got then. */
bool once_run(struct call *c, struct err *e);

/* -- limit.c: how often a token may call -- */
struct limits *limits_new(struct arena *a);
/* One more call in this minute; false: too many, and in *wait_seconds it may call again. */
bool limits_count(struct limits *l, uint64_t token, int64_t per_minute, int64_t now, int64_t *wait_seconds);
bool scope_allows(str scopes, const struct route *r);
str scope_of(struct arena *a, const struct route *r); /* "money", "money:read" */

/* -- attachment.c: files in and out. What comes in stands in a folder of the hall's own while it is read -- */
bool attachments_open(struct attachments **out, struct arena *a, struct err *e);
void attachments_close(struct attachments *p);
/* The file of that field of the form, as a path that ends with the request. INVALID: none was chosen. */
bool attachment_in(struct call *c, const char *field, str *path, struct err *e);
str attachment_text(struct call *c, const char *field); /* the same as bytes; empty: none */
/* A path to write to, which ends with the request; `name` is its last piece. */
str attachment_out(struct call *c, const char *name);
/* Answers with what stands there. name: under which it is saved */
bool attachment_send(struct call *c, str path, str name, struct err *e);
void attachment_answer(struct call *c, str data, str type, str name);
/* Keeps a file for the page that follows; gives its address. The oldest go. */
bool attachment_keep(struct call *c, str path, str *href, struct err *e);
str attachment_token(str href); /* the name in such an address */
/* What is kept under it. NOT_FOUND: it is gone. */
bool attachment_kept(struct call *c, str token, str *path, struct err *e);
void attachments_done(struct call *c); /* of this request */
str attachment_ending(struct call *c); /* ".xlsx", or ".csv" when that was asked for */

/* -- subject.c: people as handlers need them -- */
struct subject {
    uint16_t entity;
    int64_t id;
    uint32_t row;
    bool in_pool;
    value_lines values; /* current and former */
    str places[8];      /* codes: where they live and what that lies in */
    size_t place_count;
};
bool subject_load(struct call *c, uint16_t entity, int64_t id, struct subject *out, struct err *e);
str subject_value(const struct subject *s, const char *field);
/* Adds 姓名, 年龄 … as this reader may see them. */
void subject_head(struct call *c, const struct subject *s, struct json *doc);
void subject_record(struct call *c, const struct subject *s, struct json *doc);
/* found, pending, refused: every policy for subjects of this kind, with the one reason that decides. */
bool subject_entitlements(struct call *c, const struct subject *s, const char *base, struct json *doc, struct err *e);
bool subject_why(struct call *c, const struct subject *s, str policy, struct json *doc, struct err *e);
/* Who is signed in, as a subject: without reading the register. */
bool subject_myself(struct call *c, struct subject *out, struct err *e);
void subject_looks(struct call *c, const access_looks *looks, struct json *doc);

/* -- explanation.c -- */
void explanation_doc(struct call *c, const struct explanation *x, struct json *doc);
str explanation_amount(struct call *c, const struct explanation *x); /* 1,550.91 元/月 */
str explanation_question(struct call *c, const struct explanation *x, size_t i);

/* -- question.c: a question of any type as a form has it, and what came back -- */
/* typed: what stood there before, "" nothing. */
void question_doc(struct call *c, struct type t, bool may_lack, str text, str path, str typed, struct json *doc);
str question_answer(struct call *c, const http_form *f); /* "" nothing was answered */
/* The same as a fact: true and false for 是 and 否. */
void question_fact(struct arena *a, struct json *facts, str path, str answer);

/* -- events.c: what programs are told -- */
bool events_known(str word);
str events_words(struct arena *a);                             /* all of them, with what they mean */
bool events_allowed(const struct access_reader *r, str event); /* whether this token may fetch what it tells of */

/* -- search.c: policies, and what can be done (事项) -- */
struct search *search_of(const struct program *p, date day, struct arena *a);
struct hit {
    bool is_service;
    uint32_t id; /* of the policy, of the service */
    uint32_t score;
};
size_t search_run(const struct search *s, str query, struct hit *hits, size_t max, struct arena *a);

/* -- me.c: who is signed in as themselves: a person, or a firm by its own account or an agent -- */
enum { SELVES = ROLE_BIT(WORKER) | ROLE_BIT(EMPLOYER) };
bool me_is_firm(const struct call *c);
str me_number(struct call *c);
struct dossier_act me_act(struct call *c);
/* Whether the case was applied for by whoever is signed in. */
bool me_applied(struct call *c, const struct dossier *d);
/* Where a service is applied for by whoever looks at it: "/me/apply/", "/me/bulk/" for staff; "" not by them. */
const char *me_apply_base(struct call *c, const struct service *s);

/* -- counter.c -- */
/* The record at hand, when this account said not long ago why it looks at it; logged as `what`. once: unless it was
 * logged so within that time. A token carries its purpose. */
bool counter_opened(struct call *c, struct subject *s, const char *what, bool once, struct err *e);

/* -- hotline.c -- */
/* How their cases and their latest money stand, in words to say to them. base: where a case is opened; "" nowhere. */
bool hotline_standing(struct call *c, const struct subject *s, const char *base, struct err *e);

/* -- tasks.c: what a case asks besides its steps -- */
/* any: there is something for who acts, or they are told why not. */
bool tasks_doc(struct call *c, const struct dossier_act *act, const struct dossier *d, bool *any, struct err *e);
/* known: it was one of them, and the answer is how that went. */
bool tasks_do(struct call *c, const struct dossier_act *act, struct dossier_ref ref, str what, bool *known,
              struct err *e);

/* -- apply.c -- */
enum { APPLIES_FOR = ROLE_BIT(COUNTER) | ROLE_BIT(OPERATOR) }; /* who applies in the name of somebody present */
/* A service in force as this reader may see it: where they apply for it, who else does, how long it takes. */
void apply_service(struct call *c, const struct service *s, struct json *list);
/* Where this reader applies for a service in the name of s; "" they do not. */
str apply_for_href(struct call *c, const struct service *v, const struct subject *s);

/* -- staffing.c -- */
/* For the administrator's page: the steps that nobody, or too few, can sign, with where and what to do; how many. */
bool staffing_doc(struct call *c, size_t *lacking, struct err *e);

/* -- again.c: a form that comes too late goes on with what was typed -- */
/* Its session has ended: signing in, with what was typed. false: the form has nothing to carry. */
bool again_signs_in(struct call *c);
/* The same at the page for signing in: what it carries is carried on. */
void again_carry(struct call *c);
/* The form is of an earlier session of the same account, which is signed in again by now: one press more. false: it is
 * not. */
bool again_of_earlier(struct call *c);
/* After signing in: the page from which the form that was carried goes on, as who they were. token becomes the
 * session's new one. *goes_on false: nothing was carried, or it is not theirs. */
bool again_after(struct call *c, char token[CRYPTO_TOKEN + 1], bool *goes_on, struct err *e);
/* The half hour of the record ran out (c->lapsed): asks why once more. */
bool again_why(struct call *c);

/* -- kiosk.c: the screen of an office that anybody uses -- */
enum {
    KIOSK_IDLE_SECONDS = 120,    /* nobody touches it: it asks at the end of that, and clears the screen */
    KIOSK_SESSION_SECONDS = 180, /* the same without script; more than the screen takes to say that somebody is there */
};
bool kiosk_is(const struct call *c); /* whether this browser is one */

/* -- sign.c -- */
void sign_cookie(struct call *c, const char *name, str value, int64_t seconds); /* 0 seconds: away with it */
void sign_session(struct call *c, const char *token); /* the cookie of a session whose token changed */

/* -- cases.c, queue.c -- */
/* The case of a number when it is theirs: about them, or applied for by them; else NOT_FOUND. */
bool case_mine(struct call *c, str number, struct dossier *d, struct err *e);
/* The case this address names, as who may see it sees it; whether staff may see whom it is about is subject_load's. */
bool case_load(struct call *c, struct dossier *d, struct err *e);
/* One paper of it is looked at, noted with whom it is about. doing: the purpose, before its name and number. */
bool case_looked(struct call *c, const struct dossier *d, const char *doing, str what, struct err *e);
bool case_about(struct call *c, const struct dossier *d); /* whether it is about whoever is signed in */
str case_state(enum dossier_state s);
struct json *case_line(struct call *c, const struct dossier_line *l, const char *base, struct json *list);
/* What waits for whoever is signed in: to put right, to say whether they want it. */
bool cases_waiting(struct call *c, struct err *e);
bool case_times(struct call *c, int64_t id, struct err *e); /* its clocks and what happened, for {{>progress}} */
struct dossier_act case_staff(struct call *c);
const char *case_done(str act); /* the word of what was done; NULL: one stays with the case */
str case_office(const struct call *c, const struct subject *s); /* of several regions the one the person lives in */
/* What a query finds in all regions of this account, as one list by urgency. */
bool queue_lines(struct call *c, const struct dossier_query *q, dossier_lines *out, struct err *e);
str case_role(const struct call *c); /* of whoever is signed in, as steps name it */
/* Colleagues who can go on with a case, and handing it to the one that was chosen; dossier decides whether. */
bool handing_doc(struct call *c, const struct dossier *d, const struct subject *s, struct err *e);
bool handing_do(struct call *c, const struct dossier_act *act, struct dossier_ref ref, const struct dossier *d,
                const struct subject *s, struct err *e);

/* -- enclosure.c -- */
enum {
    ENCLOSURE_BODY = DOSSIER_ENCLOSURE_BYTES + (2 << 20)
}; /* a little more is refused with a sentence on the page */
/* Adds `materials` and `enclosures` of a case; base: "/cases/". */
bool enclosures_doc(struct call *c, const struct dossier_act *act, const struct dossier *d, const char *base,
                    bool may_add, struct err *e);

/* -- certificate.c -- */
/* Adds `certificates` of a case, and where the one that holds is fetched. */
bool certificates_doc(struct call *c, const struct dossier *d, const char *base, struct err *e);

/* -- desk.c: what pages with forms share -- */
/* After a form that could not be carried out: the page it came from, with the sentence above it and what was typed in
 * `typed`; programs get the problem. False: it is ours, or for a program. Then the page's own document is made. */
bool desk_again(struct call *c, const struct err *why, struct err *e);
/* After one that was: back to the page at `to`, which says so (desk_done). word: a key of the table in desk.c. */
void desk_back(struct call *c, str to, const char *word);
void desk_done(struct call *c); /* adds `done`, the sentence, and `typed` */
struct tab {
    const char *href, *text;
    uint32_t roles;
};
void desk_tabs(struct call *c, const struct tab *tabs, size_t count);
struct machine;
/* `states`: what a list can be narrowed to. base: its address, more: what else stands in it; here: the one chosen, -1
 * none. */
void desk_states(struct call *c, const struct machine *m, const char *base, str more, int64_t here);
/* Before a list of people is sent as a file: noted, and what each of its rows is marked with. */
bool desk_export(struct call *c, str file, int64_t rows, str *mark, struct err *e);
/* Somebody of the house, as colleagues know them: 张复核（zhang）; who has no account keeps the name. */
str desk_person(struct call *c, str name);
bool desk_is(const struct call *c, uint32_t roles);
str desk_field(const struct call *c, const char *name); /* of the form, trimmed */
str desk_asked(const struct call *c, const char *name); /* of the query, trimmed */
/* key: the number; keyAny: whether there is one (in a template a 0 is something). */
void desk_int(struct call *c, struct json *o, const char *key, int64_t n);
bool desk_number(struct call *c, str text, const char *what, int64_t *out, struct err *e);
bool desk_day(struct call *c, const char *name, date usual, date *out, struct err *e);

/* -- money.c -- */
enum { MONEY_LOOKS = MONEY | ROLE_BIT(REVIEWER) | CHECKS };
struct ledger_act money_act(struct call *c); /* who, with which roles, today */
/* The same on the day the form says: for what happened outside, at the bank. */
bool money_act_on(struct call *c, struct ledger_act *out, struct err *e);
/* DENIED when a payment is somebody's of another region. */
bool money_in_reach(struct call *c, int64_t payment, struct err *e);
bool money_typed(struct call *c, const char *name, int64_t *fen, struct err *e);
/* key: "1,234.50", "–" for nothing, for tables; keyYuan: "0.00", for sentences; keyFen: the number. */
void money_doc(struct call *c, struct json *o, const char *key, int64_t fen);
void money_tabs(struct call *c);
/* One line of a list, everybody in it masked. */
void money_payment_doc(struct call *c, const struct ledger_payment_row *r, struct json *list);
bool money_batch_find(struct call *c, int64_t id, struct ledger_batch_row *out, struct err *e);

/* -- accounts.c, care.c, backups.c: the administrator's -- */
void care_tabs(struct call *c);
struct backups;
bool backups_new(struct arena *a, struct backups **out, struct err *e);
bool backups_open(struct hall *h, struct err *e); /* the folder and the table */
void backups_wait(struct backups *b);             /* for a copy that is being made */
void backups_close(struct backups *b);            /* waits; NULL is fine */
struct backup_row;
bool backups_last(struct call *c, bool *any, struct backup_row *out, struct err *e); /* the newest copy that was made */

/* -- audit.c -- */
struct audit_act;
bool audit_desk(struct call *c, struct audit_act *out, struct err *e); /* who, with which roles */
void audit_tabs(struct call *c);
/* Adds `moves`: what these roles may do now, each with whether a reason is needed. */
void audit_moves(struct call *c, const struct machine *m, uint8_t state, uint32_t roles, struct json *o);
bool audit_checkers(struct call *c, struct err *e); /* adds `checkers`: accounts that check */

/* -- words.c: dates, money, numbers as Chinese readers write them -- */
str words_day(struct arena *a, date d, date today); /* 11 月 24 日; with the year when it is another */
str words_time(struct arena *a, int64_t seconds);   /* 2024 年 6 月 3 日 09:05, in China */
str words_count(struct arena *a, uint64_t n);       /* 12,345 */
str words_sum(struct arena *a, num total, unsigned scale, str unit);
const char *words_unit(uint8_t unit);                   /* 个工作日 */
str words_limit(struct call *c, struct service_time t); /* 10 个工作日; empty: none */
/* The address of something by its name: /policies/%E5… */
str words_href(struct arena *a, const char *before, str name, const char *after);

#define ROUTE(handler, ...) bool hall_##handler(struct call *c, struct err *e);
#include "hall/routes.def"
#undef ROUTE

#endif
