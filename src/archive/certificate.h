/* certificate 证照: what a case gives out: a text of facts with a number, signed (SM2) by the office, and a code with
 * which anybody can ask whether it is real and still valid. Issuing and revoking are events of the journal, inside the
 * caller's transaction.
 *
 * The code is made from the signature, which nobody can guess, and not from the number, which everybody can: knowing
 * that a certificate exists does not open it. Whoever asks by code learns what the paper says, with the holder's
 * name and number masked. It does not know cases or what certificates entitle to. */
#ifndef ARCHIVE_CERTIFICATE_H
#define ARCHIVE_CERTIFICATE_H
#include "archive/archive.h"
#include "base/date.h"

enum {
    CERTIFICATE_TEXT_MAX = 400, /* bytes of one fact */
    CERTIFICATE_FACTS_MAX = 24,
    CERTIFICATE_CODE = 20, /* "ABCD-EFGH-JKLM-NPQR" and a NUL */
};

struct certificate_fact {
    str label, value;
    str class_; /* as in packs (姓名 证件号 电话 …): masked for whoever asks by code; empty: not personal */
};
typedef VEC(struct certificate_fact) certificate_facts;

struct certificate {
    str number; /* "NT-2026-000001": the office's prefix, the year, a running number */
    char code[CERTIFICATE_CODE];
    str kind;    /* 就业创业证, 失业登记证明 … */
    str holder;  /* a lasting number of the registry */
    str dossier; /* the case it came from */
    str office;  /* who issued it */
    date issued;
    bool has_until;
    date until; /* last day on which it holds */
    certificate_facts facts;
    bool revoked;
    date revoked_on;
    str reason; /* of revoking */
};

/* Who does it: as the journal writes it down. */
struct certificate_act {
    str who, role;
    date day;
    int64_t clock_ms; /* 0: the machine's */
};

/* Issues it: number and code are filled in. `prefix`: letters, digits and '-'. Inside a transaction (asserted). */
bool certificate_issue(struct store *s, const struct certificate_act *act, str prefix, struct certificate *c,
                       const struct journal_signer *signer, struct arena *a, struct err *e);
/* It no longer holds; needs a reason. CONFLICT: it was revoked before. Inside a transaction. */
bool certificate_revoke(struct store *s, const struct certificate_act *act, str number, str reason, struct err *e);

/* By number, as it was issued. NOT_FOUND. */
bool certificate_get(struct store *s, str number, struct arena *a, struct certificate *out, struct err *e);

enum certificate_state { CERTIFICATE_VALID, CERTIFICATE_EXPIRED, CERTIFICATE_REVOKED, CERTIFICATE_FORGED };
const char *certificate_state_zh(enum certificate_state s);
/* What anybody may know who has the code (with or without its dashes, in either case): the certificate with its
 * personal facts masked, and whether it holds on `day`. FORGED: what is stored does not carry the office's signature,
 * so it was changed behind the program's back. NOT_FOUND: no certificate has this code. */
bool certificate_check(struct store *s, str code, date day, const struct journal_signer *signer, struct arena *a,
                       struct certificate *out, enum certificate_state *state, struct err *e);

/* As a paper, with a square code that holds number and code. */
bool certificate_paper(const struct certificate *c, struct arena *a, str *pdf, struct err *e);

#endif
