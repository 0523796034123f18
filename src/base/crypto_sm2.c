/* crypto_sm2: keys and signatures of SM2. The signer's id is set on signing and on verifying; left alone, OpenSSL would
 * take none at all, and others the standard's example. */
#include "base/crypto.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/openssl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 1 << 14, ID_MAX = 256 };

struct sm2_key {
    EVP_PKEY *pair;
    bool secret; /* it can sign */
};

static bool no_sm2(struct err *e, const char *what)
{
    return fail(e, INTERNAL, "本机的 OpenSSL 没有做成 SM2 %s；请安装 Debian 的 libssl3，并检查 openssl.cnf 没有关掉它",
                what);
}

static void key_close(void *p) { ssl.EVP_PKEY_free(((struct sm2_key *)p)->pair); }

static struct sm2_key *key_of(struct arena *a, EVP_PKEY *pair, bool secret)
{
    struct sm2_key *k = ARENA_NEW(a, struct sm2_key);
    k->pair = pair;
    k->secret = secret;
    arena_cleanup(a, key_close, k);
    return k;
}

bool sm2_key_make(struct arena *a, struct sm2_key **out, struct err *e)
{
    if (!openssl_load(e)) return false;
    EVP_PKEY *pair = ssl.EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    if (pair == NULL) return no_sm2(e, "密钥");
    *out = key_of(a, pair, true);
    return true;
}

/* Whether it is a key of SM2 and not of something else that a PEM file may hold. */
static bool accept(struct arena *a, EVP_PKEY *pair, bool secret, struct sm2_key **out)
{
    if (pair == NULL) return false;
    struct sm2_key *k = key_of(a, pair, secret);
    if (ssl.EVP_PKEY_is_a(pair, "SM2") != 1) return false;
    *out = k;
    return true;
}

/* No password is ever asked for at the terminal: an encrypted file is refused. */
static int no_password(char *buffer, int size, int writing, void *user)
{
    (void)buffer, (void)size, (void)writing, (void)user;
    return -1;
}

bool sm2_key_read(struct arena *a, str path, struct sm2_key **out, struct err *e)
{
    str text;
    struct stat st;
    autoarena *scratch = arena_new("key", 0);
    str z = str_dup(scratch, path);
    if (stat(z.p, &st) == 0 && (st.st_mode & 077) != 0)
        return fail(e, INVALID, "私钥文件“%.*s”别人也能读；请先执行 chmod 600，并考虑换一对密钥", STR_ARG(path));
    if (!openssl_load(e) || !file_read(scratch, path, KEY_FILE_MAX, &text, e)) return false;
    BIO *bio = ssl.BIO_new_mem_buf(text.p, (int)text.len);
    EVP_PKEY *pair = bio != NULL ? ssl.PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL) : NULL;
    ssl.BIO_free(bio);
    return accept(a, pair, true, out) || fail(e, INVALID, "“%.*s”里没有 SM2 私钥；请检查文件", STR_ARG(path));
}

static bool write_all(int fd, const char *p, size_t len)
{
    while (len > 0) {
        ssize_t n = fault_point(FAULT_WRITE) ? -1 : write(fd, p, len);
        if (n <= 0) return false;
        p += n;
        len -= (size_t)n;
    }
    return !fault_point(FAULT_SYNC) && fsync(fd) == 0;
}

bool sm2_key_write(const struct sm2_key *k, str path, struct err *e)
{
    BIO *bio = ssl.BIO_new(ssl.BIO_s_mem());
    char *p = NULL;
    if (bio == NULL || !k->secret || ssl.PEM_write_bio_PrivateKey(bio, k->pair, NULL, NULL, 0, NULL, NULL) != 1) {
        ssl.BIO_free(bio);
        return no_sm2(e, "密钥的文字");
    }
    long len = ssl.BIO_ctrl(bio, BIO_CTRL_INFO, 0, &p);
    autoarena *scratch = arena_new("key", 0);
    str z = str_dup(scratch, path);
    int fd = open(z.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0;
    if (!ok && errno == EEXIST)
        fail(e, CONFLICT, "“%.*s”已经存在；密钥不覆盖旧文件，请换一个名字", STR_ARG(path));
    else if (!ok)
        fail(e, IO, "不能写“%.*s”（%s）；请检查文件夹和权限", STR_ARG(path), strerror(errno));
    if (ok) {
        ok = write_all(fd, p, (size_t)len);
        ok = close(fd) == 0 && ok;
        if (!ok) {
            unlink(z.p);
            fail(e, IO, "密钥没有写进“%.*s”；请检查磁盘后再试", STR_ARG(path));
        }
    }
    ssl.BIO_free(bio);
    return ok;
}

bool sm2_public_text(const struct sm2_key *k, struct arena *a, str *out, struct err *e)
{
    BIO *bio = ssl.BIO_new(ssl.BIO_s_mem());
    char *p = NULL;
    bool ok = bio != NULL && ssl.PEM_write_bio_PUBKEY(bio, k->pair) == 1;
    if (ok) {
        long len = ssl.BIO_ctrl(bio, BIO_CTRL_INFO, 0, &p);
        *out = str_dup(a, (str){ p, (size_t)len });
    }
    ssl.BIO_free(bio);
    return ok || no_sm2(e, "公钥的文字");
}

bool sm2_public_read(struct arena *a, str pem, struct sm2_key **out, struct err *e)
{
    if (pem.len > KEY_FILE_MAX) return fail(e, LIMIT, "公钥的文字太长；请检查是不是拿错了文件");
    if (!openssl_load(e)) return false;
    BIO *bio = ssl.BIO_new_mem_buf(pem.len == 0 ? "" : pem.p, (int)pem.len);
    EVP_PKEY *pair = bio != NULL ? ssl.PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL) : NULL;
    ssl.BIO_free(bio);
    return accept(a, pair, false, out) || fail(e, INVALID, "这段文字不是 SM2 公钥；请检查文件");
}

/* A context with the key and the id; NULL: OpenSSL cannot. */
static EVP_MD_CTX *context(const struct sm2_key *k, str id, EVP_PKEY_CTX **inner)
{
    EVP_MD_CTX *c = ssl.EVP_MD_CTX_new();
    *inner = ssl.EVP_PKEY_CTX_new(k->pair, NULL);
    if (c == NULL || *inner == NULL || id.len > ID_MAX || ssl.EVP_PKEY_CTX_set1_id(*inner, id.p, (int)id.len) <= 0) {
        ssl.EVP_MD_CTX_free(c);
        ssl.EVP_PKEY_CTX_free(*inner);
        *inner = NULL;
        return NULL;
    }
    ssl.EVP_MD_CTX_set_pkey_ctx(c, *inner);
    return c;
}

bool sm2_sign(const struct sm2_key *k, str id, str data, struct arena *a, str *signature, struct err *e)
{
    if (!k->secret) return fail(e, INVALID, "公钥不能签名；请给出私钥文件");
    EVP_PKEY_CTX *inner;
    EVP_MD_CTX *c = context(k, id, &inner);
    unsigned char out[SM2_SIGNATURE_MAX];
    size_t len = sizeof out;
    bool ok = c != NULL && ssl.EVP_DigestSignInit(c, NULL, ssl.EVP_sm3(), NULL, k->pair) == 1 &&
              ssl.EVP_DigestSign(c, out, &len, (const unsigned char *)(data.len == 0 ? "" : data.p), data.len) == 1;
    if (ok) *signature = str_dup(a, (str){ (const char *)out, len });
    ssl.EVP_MD_CTX_free(c);
    ssl.EVP_PKEY_CTX_free(inner);
    return ok || no_sm2(e, "签名");
}

bool sm2_verify(const struct sm2_key *k, str id, str data, str signature, bool *good, struct err *e)
{
    EVP_PKEY_CTX *inner;
    EVP_MD_CTX *c = context(k, id, &inner);
    bool ok = c != NULL && ssl.EVP_DigestVerifyInit(c, NULL, ssl.EVP_sm3(), NULL, k->pair) == 1;
    if (ok) {
        *good = ssl.EVP_DigestVerify(c, (const unsigned char *)(signature.len == 0 ? "" : signature.p), signature.len,
                                     (const unsigned char *)(data.len == 0 ? "" : data.p), data.len) == 1;
    }
    ssl.EVP_MD_CTX_free(c);
    ssl.EVP_PKEY_CTX_free(inner);
    return ok || no_sm2(e, "验签");
}
