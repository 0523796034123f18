/* tls: the certificate, and connections encrypted with it. OpenSSL agrees on the keys, libevent_openssl moves the
 * bytes; both are loaded when a certificate is given (base/library.h says why). Another certificate takes the place of
 * the first while the server runs: connections keep the one they began with. */
#include "base/file.h"
#include "base/library.h"
#include "http/http_priv.h"

#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { PEM_MAX = 1 << 20, CHINA_SECONDS = 8 * 3600, DAY_SECONDS = 86400 };

struct functions {
#define TLS(name, file) __typeof__(&(name)) name;
#include "http/tls.def"
#undef TLS
};
static struct functions lib;

struct tls {
    SSL_CTX *now;
    date until;
    pthread_mutex_t lock; /* held to take the certificate of now */
};

static bool load(struct err *e)
{
    static const struct library_symbol symbols[] = {
#define TLS(name, file) { #name, offsetof(struct functions, name), file },
#include "http/tls.def"
#undef TLS
    };
    static struct library library = {
        .purpose = "加密连接（TLS）",
        .files = { { "libssl.so.3", "libssl3" },
                   { "libcrypto.so.3", "libssl3" },
                   { "libevent_openssl-2.1.so.7", "libevent-openssl-2.1-7" } },
        .symbols = symbols,
        .count = sizeof symbols / sizeof *symbols,
        .functions = &lib,
        .size_bytes = sizeof lib,
    };
    return library_load(&library, e);
}

/* ---- the files ---- */

/* Asked for when a key is locked with a passphrase: nobody sits here who could type it. */
static int no_passphrase(char *to, int room, int writing, void *locked)
{
    (void)to, (void)room, (void)writing;
    *(bool *)locked = true;
    return -1;
}

/* Of what browsers offer, HTTP/1.1; who offers only others is told that there is none of them. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
                           unsigned in_len, void *ctx)
{
    (void)ssl, (void)ctx;
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen;
    if (lib.SSL_select_next_proto(&chosen, out_len, ours, sizeof ours - 1, in, in_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static bool use_cert(SSL_CTX *c, str path, struct err *e)
{
    autoarena *a = arena_new("certificate", 0);
    str text;
    if (!file_read(a, path, PEM_MAX, &text, e)) return fail_up(e, "读证书");
    if (lib.SSL_CTX_use_certificate_chain_file(c, str_dup(a, path).p) == 1) return true;
    if (str_find(text, STR("-----BEGIN CERTIFICATE-----")) == SIZE_MAX)
        return fail(e, INVALID, "%.*s 不是 PEM 格式的证书：里面要有 -----BEGIN CERTIFICATE-----", STR_ARG(path));
    return fail(e, INVALID, "%.*s 里的证书用不了：坏了，或者是国密 SM2 的（那要放在支持 TLCP 的 nginx 上）",
                STR_ARG(path));
}

static bool use_key(SSL_CTX *c, str path, str cert, bool *locked, struct err *e)
{
    autoarena *a = arena_new("key", 0);
    struct stat st;
    str text, name = str_dup(a, path);
    if (!file_read(a, path, PEM_MAX, &text, e)) return fail_up(e, "读私钥");
    if (stat(name.p, &st) == 0 && (st.st_mode & S_IRWXO) != 0)
        return fail(e, DENIED, "私钥 %.*s 别人也能读写，先收起来：chmod o= %.*s", STR_ARG(path), STR_ARG(path));
    bool read = lib.SSL_CTX_use_PrivateKey_file(c, name.p, SSL_FILETYPE_PEM) == 1;
    unsigned long why = lib.ERR_peek_last_error();
    if (read && lib.SSL_CTX_check_private_key(c) == 1) return true;
    if (*locked)
        return fail(e, INVALID, "私钥 %.*s 加了口令，开的时候没有人能输；请先去掉口令（openssl pkey -in … -out …）",
                    STR_ARG(path));
    if (read || ERR_GET_REASON(why) == X509_R_KEY_VALUES_MISMATCH)
        return fail(e, INVALID, "证书 %.*s 和私钥 %.*s 不是一对", STR_ARG(cert), STR_ARG(path));
    return fail(e, INVALID, "%.*s 不是 PEM 格式的私钥", STR_ARG(path));
}

static int64_t seconds_of(const ASN1_TIME *t)
{
    struct tm parts;
    return lib.ASN1_TIME_to_tm(t, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}

static date day_of(int64_t seconds) { return (date){ (int32_t)((seconds + CHINA_SECONDS) / DAY_SECONDS) }; }

/* Browsers turn away from a certificate out of its time, and nobody can tell them otherwise once they were here. */
static bool is_in_time(SSL_CTX *c, str path, date *until, struct err *e)
{
    const X509 *x = lib.SSL_CTX_get0_certificate(c);
    int64_t from = seconds_of(lib.X509_get0_notBefore(x)), to = seconds_of(lib.X509_get0_notAfter(x));
    int64_t now = (int64_t)time(NULL);
    char day[DATE_TEXT];
    *until = day_of(to);
    if (now > to) {
        date_text(day_of(to), day);
        return fail(e, INVALID, "证书 %.*s 在 %s 到期了，浏览器不再认它；换上新的再开", STR_ARG(path), day);
    }
    date_text(day_of(from), day);
    return now >= from || fail(e, INVALID, "证书 %.*s 从 %s 起才有效；看看这台机器的日期对不对", STR_ARG(path), day);
}

static bool read_files(const struct http_options *o, SSL_CTX **out, date *until, struct err *e)
{
    bool locked = false;
    lib.ERR_clear_error();
    SSL_CTX *c = lib.SSL_CTX_new(lib.TLS_server_method());
    if (c == NULL) return fail(e, MEMORY, "内存不够，加密连接没有准备好");
    lib.SSL_CTX_ctrl(c, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);
    /* What is resumed, the client keeps (tickets); thousands who wait give their buffers back. */
    lib.SSL_CTX_ctrl(c, SSL_CTRL_SET_SESS_CACHE_MODE, SSL_SESS_CACHE_OFF, NULL);
    lib.SSL_CTX_ctrl(c, SSL_CTRL_MODE, SSL_MODE_RELEASE_BUFFERS, NULL);
    lib.SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    lib.SSL_CTX_set_alpn_select_cb(c, choose_protocol, NULL);
    lib.SSL_CTX_set_default_passwd_cb(c, no_passphrase);
    lib.SSL_CTX_set_default_passwd_cb_userdata(c, &locked);
    bool ok = use_cert(c, o->tls_cert, e) && use_key(c, o->tls_key, o->tls_cert, &locked, e) &&
              is_in_time(c, o->tls_cert, until, e);
    lib.SSL_CTX_set_default_passwd_cb_userdata(c, NULL);
    lib.ERR_clear_error();
    if (!ok) {
        lib.SSL_CTX_free(c);
        return false;
    }
    *out = c;
    return true;
}

/* ---- what the server has ---- */

bool tls_open(struct tls **out, struct http_server *s, struct err *e)
{
    struct tls *t = ARENA_NEW(s->a, struct tls);
    if (!load(e) || !read_files(&s->o, &t->now, &t->until, e)) return false;
    pthread_mutex_init(&t->lock, NULL);
    *out = t;
    return true;
}

void tls_close(struct tls *t)
{
    if (t == NULL) return;
    lib.SSL_CTX_free(t->now);
    pthread_mutex_destroy(&t->lock);
}

bool http_renew_tls(struct http_server *s, struct err *e)
{
    SSL_CTX *next, *old;
    date until;
    if (s->tls == NULL) return true;
    if (!read_files(&s->o, &next, &until, e)) return false;
    pthread_mutex_lock(&s->tls->lock);
    old = s->tls->now;
    s->tls->now = next, s->tls->until = until;
    pthread_mutex_unlock(&s->tls->lock);
    lib.SSL_CTX_free(old); /* connections hold it as long as they last */
    return true;
}

date http_tls_until(struct http_server *s, int *days)
{
    date until = { 0 };
    *days = 0;
    if (s->tls == NULL) return until;
    pthread_mutex_lock(&s->tls->lock);
    until = s->tls->until;
    pthread_mutex_unlock(&s->tls->lock);
    *days = until.days - day_of((int64_t)time(NULL)).days;
    return until;
}

/* ---- connections ---- */

struct bufferevent *tls_wrap(struct tls *t, struct event_base *base, int fd, SSL **ssl)
{
    pthread_mutex_lock(&t->lock);
    *ssl = lib.SSL_new(t->now);
    pthread_mutex_unlock(&t->lock);
    if (*ssl == NULL) return NULL;
    struct bufferevent *b = lib.bufferevent_openssl_socket_new(base, fd, *ssl, BUFFEREVENT_SSL_ACCEPTING,
                                                               BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
    if (b == NULL) lib.SSL_free(*ssl);
    return b;
}

void tls_end(SSL *ssl)
{
    lib.ERR_clear_error();
    lib.SSL_shutdown(ssl);
    lib.ERR_clear_error();
}

bool tls_is_plain(struct bufferevent *b)
{
    unsigned long why = lib.bufferevent_get_openssl_error(b);
    return why != 0 && ERR_GET_LIB(why) == ERR_LIB_SSL && ERR_GET_REASON(why) == SSL_R_HTTP_REQUEST;
}
