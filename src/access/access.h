/* access: who is asking, and what they may see. Accounts with passwords and one-time digits, sessions, tokens of
 * programs, the one table of roles and classes (roles.def), and the log of who looked at whose record and why.
 *
 * The table is the same for pages, documents, lists and messages: every reading path asks access_sight for each field
 * and access_may_see for each person. It does not know what a person or a page is. Times are seconds since 1970. */
#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H
#include "base/crypto.h"
#include "base/vec.h"
#include "store/store.h"

/* ---- the table ---- */

enum access_role {
#define ROLE(name, zh, scope, ...) ROLE_##name,
#include "access/roles.def"
#undef ROLE
    ROLES
};
#define ROLE_BIT(name) (1u << ROLE_##name)
enum access_scope { SCOPE_NOBODY, SCOPE_SELF, SCOPE_REGION, SCOPE_ALL };
enum access_sight { SIGHT_HIDDEN, SIGHT_MASKED, SIGHT_PLAIN };

const char *access_role_zh(enum access_role r);
bool access_role_named(str zh, enum access_role *out);
enum access_scope access_scope(enum access_role r);

/* ---- who is asking ---- */

enum { ACCESS_REGIONS_MAX = 32 };
struct access_reader {
    int64_t account; /* 0: nobody signed in */
    str name, display;
    enum access_role role; /* the one they act in */
    uint32_t roles;        /* all they have */
    str regions[ACCESS_REGIONS_MAX];
    size_t region_count;
    str entity;          /* who they are themselves, "" nobody; of an agent at work the firm */
    int64_t subject;     /* number in the registry */
    int64_t agent;       /* 0, or the authority they act under (agents.c) */
    str firm;            /* of an agent at work: whom they act for, as people call it */
    str csrf;            /* of the session; what a form must bring back */
    str purpose;         /* said by staff when they opened the record at hand */
    bool password_given; /* of a session: the account's password was made by somebody else */
    bool is_token;
    str scopes; /* of a token: words with blanks between, ACCESS_SCOPE_ALL everything its role may; of sessions all */
    int64_t per_minute; /* of a token: calls it may make in a minute */
    uint64_t token;     /* of a token: a number that stays the same; says nothing about it */
    str token_hash;     /* of a token: as it is kept */
};

/* What this reader sees of fields of a class ("" none). */
enum access_sight access_sight(const struct access_reader *r, str class_);
/* A value as this reader may see it: itself, masked, or "" hidden. */
str access_show(const struct access_reader *r, str class_, str value, struct arena *a);
/* Whether this reader may see anything of a subject at all. places: its region and what that lies in, smallest first;
 * none known: only who sees everybody. */
bool access_may_see(const struct access_reader *r, str entity, int64_t subject, const str *places, size_t place_count);

/* ---- accounts ---- */

enum {
    ACCESS_PASSWORD_MIN = 10,       /* characters */
    ACCESS_PURPOSE_MAX = 400,       /* bytes */
    ACCESS_PASSWORD_MAX = 256,      /* bytes: hashing must not be a way to keep us busy */
    ACCESS_FAILURES_MAX = 5,        /* wrong passwords in a row, then */
    ACCESS_LOCKED_SECONDS = 900,    /* so long nobody gets in, also with the right one */
    ACCESS_IDLE_SECONDS = 1800,     /* a session nobody used ends (of access_session_idle earlier), */
    ACCESS_SESSION_SECONDS = 43200, /* and every one after half a day */
    ACCESS_ONCE_SECONDS = 604800,   /* an answer is kept for its key for a week */
};

bool access_migrate(struct store *s, struct err *e);
extern const store_secrets access_secrets; /* columns that are sealed with store_vault */

struct access_account {
    int64_t id;
    str name, display, regions, entity; /* regions: codes with blanks between */
    int64_t subject;
    uint32_t roles;
    bool disabled, has_totp;
    bool password_given; /* when it is made: by somebody else, who told it to them */
    int64_t locked_until, made_at;
    int64_t signed_in; /* when they last came in; 0 never */
};
typedef VEC(struct access_account) access_accounts;

/* Whether an account that is this entity's subject (0: nobody's) may have these roles: 本人 is a person, 单位 is a
 * firm, no account is both. INVALID with a sentence that says what to do. */
bool access_roles_fit(uint32_t roles, str entity, int64_t subject, struct err *e);
/* A new account. INVALID: a name that is none, a password that is too short, no role, roles that do not fit who it is;
 * CONFLICT: there is one. */
bool access_account_make(struct store *s, const struct access_account *n, str password, int64_t now, int64_t *id,
                         struct err *e);
/* Those who have any of these roles, in the order they were made; 0: all. */
bool access_account_list(struct store *s, uint32_t roles, struct arena *a, access_accounts *out, struct err *e);
/* What an account is shown as; empty: there is none of this name. */
bool access_account_display(struct store *s, str name, struct arena *a, str *out, struct err *e);
/* Another password; ends all sessions. */
bool access_account_password(struct store *s, str name, str password, struct err *e);
bool access_account_disable(struct store *s, str name, bool disabled, struct err *e); /* ends all sessions */
/* A new secret for an authenticator, as base32 text; sealed in the database. From now on signing in needs digits. */
bool access_account_totp(struct store *s, str name, const struct vault_key *k, struct arena *a, str *secret,
                         struct err *e);

/* ---- sessions ---- */

/* token: what the cookie holds; the database has its hash only. DENIED with a sentence that does not say which of name,
 * password and digits was wrong. k may be NULL when no account has a one-time secret. */
bool access_sign_in(struct store *s, str name, str password, str digits, const struct vault_key *k, int64_t now,
                    char token[CRYPTO_TOKEN + 1], struct err *e);
/* Who a session belongs to; *found false: none, ended, or its account is disabled. Lives in a. */
bool access_session(struct store *s, str token, int64_t now, struct arena *a, struct access_reader *out, bool *found,
                    struct err *e);
/* Acts in another of the account's roles; the token changes (rotation). */
bool access_session_role(struct store *s, str token, enum access_role role, int64_t now, char fresh[CRYPTO_TOKEN + 1],
                         struct err *e);
bool access_sign_out(struct store *s, str token, struct err *e);
/* This session ends when nobody used it for so many seconds: at a screen that many use. */
bool access_session_idle(struct store *s, str token, int64_t seconds, struct err *e);

/* As what somebody was signed in when a page of theirs was made. */
struct access_former {
    enum access_role role;
    int64_t agent; /* 0 as themselves */
};
/* The session of this account whose forms carry this mark, of the last half day, ended by time or not. *found false:
 * there is none: it was signed out, took another role, or is somebody else's. */
bool access_session_former(struct store *s, int64_t account, str csrf, int64_t now, struct access_former *out,
                           bool *found, struct err *e);

/* ---- agents 经办人 of firms ----
 *
 * A firm's own account (role 单位) authorises somebody else's account to act for it, until a day, and takes that back
 * at any time. The firm makes a code and gives it to the agent, who enters it in their own account: so nobody is made
 * an agent without knowing, and no account name is guessed. Every step is in the journal. */

enum {
    ACCESS_CODE = 16,             /* digits of a code, hexadecimal */
    ACCESS_CODE_SECONDS = 604800, /* a code nobody entered is worth nothing after a week */
    ACCESS_AGENT_DAYS = 1096,     /* no authority is longer than three years; it is given again then */
    ACCESS_AGENTS_MAX = 200,      /* of one firm at a time */
};
enum access_agent_state { ACCESS_AGENT_OFFERED, ACCESS_AGENT_ACTS, ACCESS_AGENT_REVOKED, ACCESS_AGENT_EXPIRED };
const char *access_agent_zh(enum access_agent_state s);

struct access_agent {
    int64_t id, subject, made_at, until; /* until: the last second */
    int64_t account;                     /* 0 until the code was entered */
    str entity, firm;                    /* the firm */
    str name, login;                     /* the agent, as the firm calls them; their account */
    enum access_agent_state state;
};
typedef VEC(struct access_agent) access_agents;

/* name: of the agent, as their account shows it. The code is shown once. DENIED: who asks is no firm, or an agent
 * themselves; INVALID: no name, or an end that is past or too far. */
bool access_agent_offer(struct store *s, const struct access_reader *firm, str name, int64_t until, int64_t now,
                        char code[ACCESS_CODE + 1], struct err *e);
/* The agent enters it. INVALID: no such code, it is over, or it was made for somebody of another name. */
bool access_agent_accept(struct store *s, const struct access_reader *who, str code, int64_t now, struct err *e);
/* By the firm, or by the agent who will not act any more. Sessions under it end at once. */
bool access_agent_revoke(struct store *s, const struct access_reader *who, int64_t id, int64_t now, struct err *e);
/* All that a firm ever gave, newest first. */
bool access_agents_of(struct store *s, str entity, int64_t subject, int64_t now, struct arena *a, access_agents *out,
                      struct err *e);
/* Those an account may act for now. */
bool access_agent_firms(struct store *s, int64_t account, int64_t now, struct arena *a, access_agents *out,
                        struct err *e);
/* From now on this session acts for the firm; the token changes. DENIED: the authority is not theirs, or not any more.
 */
bool access_session_agent(struct store *s, str token, int64_t agent, int64_t now, char fresh[CRYPTO_TOKEN + 1],
                          struct err *e);

/* ---- tokens of programs ---- */

#define ACCESS_SCOPE_ALL STR("*")
enum { ACCESS_PER_MINUTE = 600, ACCESS_PER_MINUTE_MAX = 1000000 };
struct access_grant {
    str account, purpose;
    str scopes;         /* empty: ACCESS_SCOPE_ALL. What the words mean is for the hall to say */
    int64_t per_minute; /* 0: ACCESS_PER_MINUTE */
    int64_t expires;
};
bool access_token_make(struct store *s, const struct access_grant *g, int64_t now, char token[CRYPTO_TOKEN + 1],
                       struct err *e);
bool access_token(struct store *s, str token, int64_t now, struct arena *a, struct access_reader *out, bool *found,
                  struct err *e);
/* The same by what is kept of it: what a program may learn while it does not ask. */
bool access_token_kept(struct store *s, str hash, int64_t now, struct arena *a, struct access_reader *out, bool *found,
                       struct err *e);

/* ---- who looked at whom ---- */

struct access_look {
    int64_t at, account;
    str display, role, purpose, what;
};
typedef VEC(struct access_look) access_looks;
/* Written and in the journal before the record is shown. Who looks at their own record is not logged. purpose: DENIED
 * when a member of staff gave none. */
bool access_look(struct store *s, const struct access_reader *r, str entity, int64_t subject, str what, int64_t now,
                 struct err *e);
/* A file with a list of people leaves the house: who took which with how many rows, in the journal before it is there.
 * *number: of that entry, for the mark of its rows. */
bool access_export(struct store *s, const struct access_reader *r, str file, int64_t rows, int64_t now, int64_t *number,
                   struct err *e);
/* Looks at a subject, newest first. */
bool access_looks_at(struct store *s, str entity, int64_t subject, size_t max, struct arena *a, access_looks *out,
                     struct err *e);

/* ---- once ---- */

/* An answer kept for an idempotency key: the same call again gets the same answer. *known false: go ahead. CONFLICT:
 * the key was used for something else. */
bool access_once(struct store *s, int64_t account, str key, str request_hash, struct arena *a, bool *known,
                 int64_t *status, str *body, struct err *e);
/* The same inside a transaction, and takes the key: of two at one moment the second waits until the first has
 * committed, and gets its answer, or has rolled back, and goes ahead. *known false: in the same transaction its answer
 * is kept, or the key is given back with access_once_drop. */
bool access_once_take(struct store *s, int64_t account, str key, str request_hash, int64_t now, struct arena *a,
                      bool *known, int64_t *status, str *body, struct err *e);
bool access_once_drop(struct store *s, int64_t account, str key, struct err *e);
/* Over what was taken, or new. */
bool access_once_keep(struct store *s, int64_t account, str key, str request_hash, int64_t status, str body,
                      int64_t now, struct err *e);

#endif
