/* http: a strict HTTP/1.1 server on this machine. What one reader understands is all that is understood: a request is
 * either read whole by http_reader, byte for byte as RFC 9112 writes it, or refused, and nobody reads the bytes again.
 * Of TLS it speaks 1.2 and 1.3, when it has a certificate; HTTP/2 and TLCP are the business of a proxy in front.
 *
 * Handlers are called on the server's threads, one request of a connection at a time, with the request whole in memory.
 * What takes long is called in a siding, on a thread beside those that serve connections.
 * It knows nothing of pages, accounts or sessions. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H
#include "base/date.h"
#include "base/err.h"
#include "base/text.h"
#include "base/vec.h"

/* ---- limits ---- */

/* 0 in a field: the usual value (http_usual). */
struct http_limits {
    uint32_t line_bytes;  /* request line */
    uint32_t head_bytes;  /* request line and fields */
    uint32_t fields;      /* how many */
    uint32_t body_bytes;  /* after decoding; what frames it may be twice that */
    uint32_t head_ms;     /* from the first byte of a request to the end of its head, of agreeing on keys, */
    uint32_t body_ms;     /* of its body; however slowly they trickle */
    uint32_t idle_ms;     /* between requests, and before the first */
    uint32_t write_ms;    /* for taking an answer */
    uint32_t per_address; /* connections of one address; one more is answered 429 */
    uint32_t connections; /* of one thread; then the longest idle one makes room, and with none idle one more is 503 */
    uint32_t requests;    /* on one connection; then it is closed */
    uint32_t stop_ms;     /* what is under way may take, once the server is to stop */
    uint32_t siding_stop_ms; /* and after that, what a siding has begun */
};
extern const struct http_limits http_usual;

/* ---- requests ---- */

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS };

struct http_field {
    str name; /* in small letters */
    str value;
};

struct http_request {
    enum http_method method;
    str target; /* as it was sent */
    str path;   /* decoded: UTF-8, begins with '/', no NUL, no "." or ".." between strokes */
    str query;  /* as it was sent, without '?' */
    VEC(struct http_field) fields;
    str body;
    char peer[46];   /* address of the other side, as text */
    bool no_room;    /* its siding has all it can take: the answer is that, at once, and nothing else is done */
    struct arena *a; /* lives until the answer is sent */
};

/* The value of a field, by its name in small letters; .p NULL when there is none. Fields that came twice are joined by
 * ", " (cookies by "; "). */
str http_field(const struct http_request *q, const char *name);
/* The value of one cookie; .p NULL when there is none. */
str http_cookie(const struct http_request *q, const char *name);

/* A form or query, decoded: name=value&… At most HTTP_FORM_MAX pairs. False: not well-formed, or not UTF-8. */
enum { HTTP_FORM_MAX = 512 };
typedef VEC(struct http_field) http_form;
bool http_form_read(struct arena *a, str encoded, http_form *out);
str http_form_get(const http_form *f, str name); /* the first of that name; .p NULL when there is none */
/* Bytes of s as they may stand in a query or path. */
void http_encode(struct text *out, str s);

/* A form with files (multipart/form-data), as browsers send it: its parts in order, borrowed from body. At most
 * HTTP_PARTS_MAX. False: not well-formed, a name that is not UTF-8, or too many. file: a file was chosen, or could have
 * been (then `data` is empty); file_name: what the other side says it is called, any bytes, to be trusted in nothing.
 */
enum { HTTP_PARTS_MAX = 64 };
struct http_part {
    str name, data;
    bool file;
    str file_name;
};
typedef VEC(struct http_part) http_parts;
bool http_multipart_read(struct arena *a, str content_type, str body, http_parts *out);

/* ---- the reader, by itself: for tests and fuzzers ---- */

enum http_state {
    HTTP_WAITS,   /* no byte of a request yet */
    HTTP_IN_HEAD, /* reading the head */
    HTTP_IN_BODY, /* the head is whole */
    HTTP_WHOLE,   /* the request is whole */
    HTTP_REFUSED, /* `status` and `why`; nothing after it may be read */
};

struct http_reader {
    struct http_limits limits;
    /* Asked when the head is read: the most bytes the body of this request may have. NULL: limits.body_bytes. */
    uint32_t (*most)(void *ctx, const struct http_request *q);
    void *most_ctx;
    enum http_state state;
    unsigned status; /* HTTP_REFUSED: 400, 413, 414, 417, 431, 501, 505 */
    const char *why; /* HTTP_REFUSED: a Chinese sentence */
    bool old;        /* HTTP/1.0 */
    bool close;      /* the other side wants the connection closed after the answer */
    bool expects;    /* 100-continue is waited for */
    struct http_request q;
    struct text head, body;
    uint8_t part; /* of a chunked body */
    bool chunked;
    uint32_t blank_lines; /* before the request line */
    uint32_t line_start;
    uint64_t left;    /* of the body or of the chunk at hand */
    uint32_t framing; /* bytes spent on sizes of chunks */
    uint32_t digits;
};

/* A new request; everything of it lives in a. */
void http_reader_start(struct http_reader *r, struct arena *a, const struct http_limits *l);
/* Takes bytes until the request is whole or refused; returns how many it took. What is left belongs to the next. */
size_t http_reader_feed(struct http_reader *r, str bytes);

/* ---- answers ---- */

struct http_answer {
    unsigned status; /* 200 unless said */
    str type;        /* content type; empty: none */
    struct text body;
    VEC(struct http_field) fields; /* more fields; names and values are checked: no control characters get out */
    bool close;
    struct arena *a;
};
void http_answer_field(struct http_answer *r, const char *name, str value);
const char *http_status_text(unsigned status);

/* ---- the server ---- */

/* What the threads of a server count while it runs; whoever asks reads each by itself. */
struct http_counts {
    _Atomic uint64_t requests;    /* answered by the handler */
    _Atomic uint64_t refused;     /* not well-formed, too large, too late */
    _Atomic uint64_t failed;      /* answered 500 and above */
    _Atomic uint64_t turned_away; /* connections: 429, 503, or closed without a word */
    _Atomic uint64_t busy_us;     /* spent in handlers */
    _Atomic uint32_t connections; /* open now */
};

typedef void (*http_handler)(void *ctx, unsigned thread, const struct http_request *q, struct http_answer *r);

enum { HTTP_SIDINGS_MAX = 4 };
struct http_options {
    str address;           /* to listen on: "127.0.0.1" */
    uint16_t port;         /* 0: any free one */
    unsigned threads;      /* 0: as many as the machine has, at most HTTP_THREADS_MAX */
    uint32_t answer_bytes; /* the most an answer may have; 0: 8 MiB */
    struct http_limits limits;
    http_handler handler;
    /* The most bytes the body of a request may have, told from its head; NULL: limits.body_bytes for all. */
    uint32_t (*body_bytes)(void *ctx, unsigned thread, const struct http_request *q);
    /* The answer to a request that was refused by the reader, came too late or had no room. q: what was read of it, its
     * fields when its head was whole; NULL: nothing. */
    void (*refusal)(void *ctx, unsigned status, const char *why, const struct http_request *q, struct http_answer *r);
    /* Requests that take long: which siding answers one, 1 and up; 0: none, it is answered on the thread of its
     * connection. Each siding has one thread, whose number follows those of the others: requests of a siding are
     * answered one after the other, and while they are, those of no siding go on. NULL: no sidings. */
    unsigned (*siding)(void *ctx, const struct http_request *q);
    unsigned sidings; /* how many */
    /* How many may wait for each; one more has no_room. Addresses take turns: of each one request, then of each the
     * second, so that whoever sends many waits behind those who send one. */
    uint32_t siding_waits[HTTP_SIDINGS_MAX];
    str tls_cert, tls_key; /* files: PEM, the chain and its private key; empty: not encrypted */
    void *ctx;
    struct http_counts *counts; /* NULL: nobody wants to know; outlives the server */
};
enum { HTTP_THREADS_MAX = 64 };

struct http_server;
bool http_start(struct http_server **out, const struct http_options *o, struct err *e);
uint16_t http_port(const struct http_server *s);
unsigned http_threads(const struct http_server *s);
/* The files of the certificate are read again: connections from now on have the new one. When they are no good, the old
 * one stays. INVALID: the files do not fit together, are not what they should be, or it has run out. */
bool http_renew_tls(struct http_server *s, struct err *e);
/* The last day the certificate holds, in China, and how many days that is from now by the clock of the machine; .days
 * 0: there is none. */
date http_tls_until(struct http_server *s, int *days);
/* No new connections, idle ones closed, what is under way is finished within limits.stop_ms. Waits for it, and frees s.
 * False: a siding did not come to an end even limits.siding_stop_ms later. Then nothing was freed, and what the handler
 * stands on must not be freed either: the process is to end (_exit). */
bool http_stop(struct http_server *s);

#endif
