/* send: the two ways out of the house for notices. Both are senders of notice.h; a context belongs to one thread. */
#ifndef NOTICE_SEND_H
#define NOTICE_SEND_H
#include "base/crypto.h"
#include "notice/notice.h"

enum { NOTICE_SECONDS = 20 }; /* for one letter, everything included */

/* By mail. */
struct notice_mail {
    str url;            /* smtp://host:port, smtps://host */
    str from;           /* 就业局 <no-reply@example.gov.cn>: only the address */
    str user, password; /* may be empty */
};
notice_sender notice_send_mail;

/* By a hook: an HTTP POST of {"id","notice","to","title","text","dossier","made"}, with the headers Idempotency-Key
 * (the delivery's number) and, when there is a key, X-Leye-Office and X-Leye-Signature: SM2 over the body, hexadecimal.
 * Answers: 2xx taken, 408, 429 and 5xx try again, anything else refused. Redirections are not followed. */
struct notice_hook {
    str url;                   /* https://…, or http:// to this machine */
    const struct sm2_key *key; /* NULL: not signed */
    str office;
};
notice_sender notice_send_hook;
/* Whether letters may go there; INVALID otherwise: what a letter says must not cross a network in the clear. */
bool notice_hook_good(str url, struct err *e);

#endif
