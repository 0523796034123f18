/* crypto_secret: random bytes, passwords, the vault, one-time digits.
 *
 * A sealed text is: one byte for the form, 16 bytes of counter start, the ciphertext, 32 bytes of HMAC-SM3 over the
 * length of `where`, `where`, and all before it. OpenSSL 3.0 has no SM4-GCM; encrypting and then authenticating under
 * separate keys is what takes its place. */
#include "base/crypto.h"
#include "base/file.h"
#include "base/openssl.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FORM = 1, IV = 16, MAC = 32, VAULT_MAX = 1 << 20 };
#ifdef FAULTS
/* Nobody uses a build with fault points; its tests sign in hundreds of times. */
enum { PASSWORD_PASSES = 1, PASSWORD_MEMORY = 64 * 1024 };
#else
/* OWASP's first choice for argon2id. */
enum { PASSWORD_PASSES = 2, PASSWORD_MEMORY = 19456 * 1024 };
#endif

bool crypto_random(void *out, size_t size_bytes, struct err *e)
{
    unsigned char *p = out;
    while (size_bytes > 0) {
        ssize_t n = getrandom(p, size_bytes, 0);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return fail(e, IO, "系统没有给出随机数：%s", strerror(errno));
        p += n;
        size_bytes -= (size_t)n;
    }
    return true;
}

static void to_hex(const unsigned char *p, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[i * 2] = digits[p[i] >> 4];
        out[i * 2 + 1] = digits[p[i] & 15];
    }
    out[n * 2] = '\0';
}

static bool from_hex(str s, unsigned char *out, size_t n)
{
    if (s.len != n * 2) return false;
    for (size_t i = 0; i < n * 2; i++) {
        char c = s.p[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) return false;
        out[i / 2] = (unsigned char)(i % 2 == 0 ? digit << 4 : out[i / 2] | digit);
    }
    return true;
}

bool crypto_token(char out[CRYPTO_TOKEN + 1], struct err *e)
{
    unsigned char bytes[CRYPTO_TOKEN_BYTES];
    if (!crypto_random(bytes, sizeof bytes, e)) return false;
    to_hex(bytes, sizeof bytes, out);
    return true;
}

bool crypto_same(str a, str b) { return a.len == b.len && (a.len == 0 || sodium_memcmp(a.p, b.p, a.len) == 0); }

/* ---- passwords ---- */

_Static_assert(PASSWORD_HASH == crypto_pwhash_STRBYTES, "room for a hash of libsodium");

bool password_hash(str password, char out[PASSWORD_HASH], struct err *e)
{
    if (sodium_init() < 0 || crypto_pwhash_str_alg(out, password.len == 0 ? "" : password.p, password.len,
                                                   PASSWORD_PASSES, PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(e, MEMORY, "内存不够，密码没有存下来，请稍后再试");
    return true;
}

bool password_matches(str hash, str password)
{
    char z[PASSWORD_HASH] = { 0 };
    if (hash.len == 0 || hash.len >= sizeof z || sodium_init() < 0) return false;
    memcpy(z, hash.p, hash.len);
    return crypto_pwhash_str_verify(z, password.len == 0 ? "" : password.p, password.len) == 0;
}

/* ---- the vault ---- */

bool vault_key_make(str path, struct err *e)
{
    unsigned char bytes[sizeof(struct vault_key)];
    char text[2 * sizeof bytes + 2], z[PATH_MAX];
    if (!crypto_random(bytes, sizeof bytes, e)) return false;
    to_hex(bytes, sizeof bytes, text);
    text[2 * sizeof bytes] = '\n';
    if (path.len >= sizeof z) return fail(e, INVALID, "文件名太长");
    memcpy(z, path.p, path.len);
    z[path.len] = '\0';
    int fd = open(z, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) return fail(e, CONFLICT, "%s 已经有了，没有覆盖；换一个名字", z);
    if (fd < 0) return fail(e, IO, "密钥写不进 %s：%s", z, strerror(errno));
    size_t len = 2 * sizeof bytes + 1;
    bool ok = write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(text, sizeof text);
    if (ok) return true;
    unlink(z);
    return fail(e, IO, "密钥写不进 %s：%s", z, strerror(errno));
}

bool vault_key_read(struct vault_key *k, str path, struct err *e)
{
    autoarena *a = arena_new("vault", 0);
    struct stat st;
    str text, z = str_dup(a, path);
    if (stat(z.p, &st) == 0 && (st.st_mode & 077) != 0)
        return fail(e, DENIED, "密钥文件 %s 别人也能读，先改成只有自己能读：chmod 600 %s", z.p, z.p);
    unsigned char bytes[sizeof *k];
    if (!file_read(a, path, 1024, &text, e)) return fail_up(e, "没有读到密钥");
    if (!from_hex(str_trim(text), bytes, sizeof bytes))
        return fail(e, INVALID, "%s 不是密钥文件：应当是 96 位十六进制数字", z.p);
    memcpy(k->cipher, bytes, sizeof k->cipher);
    memcpy(k->mac, bytes + sizeof k->cipher, sizeof k->mac);
    return true;
}

static bool sm4(const struct vault_key *k, const unsigned char *iv, const unsigned char *in, size_t n,
                unsigned char *out)
{
    EVP_CIPHER_CTX *c = ssl.EVP_CIPHER_CTX_new();
    int len = 0;
    bool ok = c != NULL && ssl.EVP_EncryptInit_ex(c, ssl.EVP_sm4_ctr(), NULL, k->cipher, iv) == 1 &&
              (n == 0 || ssl.EVP_EncryptUpdate(c, out, &len, in, (int)n) == 1); /* counter mode: one way for both */
    ssl.EVP_CIPHER_CTX_free(c);
    return ok && (size_t)len == n;
}

static bool authenticate(const struct vault_key *k, str where, const unsigned char *p, size_t n, struct arena *a,
                         unsigned char mac[MAC])
{
    size_t len = 8 + where.len + n;
    unsigned char *all = arena_alloc(a, len);
    for (int i = 0; i < 8; i++) all[i] = (unsigned char)((uint64_t)where.len >> (8 * i));
    if (where.len > 0) memcpy(all + 8, where.p, where.len);
    memcpy(all + 8 + where.len, p, n);
    unsigned got = 0;
    return ssl.HMAC(ssl.EVP_sm3(), k->mac, (int)sizeof k->mac, all, len, mac, &got) != NULL && got == MAC;
}

bool vault_seal(const struct vault_key *k, str where, str plain, struct arena *a, str *sealed, struct err *e)
{
    if (plain.len > VAULT_MAX) return fail(e, LIMIT, "要加密的内容太大");
    size_t n = 1 + IV + plain.len;
    unsigned char *p = arena_alloc(a, n + MAC);
    p[0] = FORM;
    if (!openssl_load(e) || !crypto_random(p + 1, IV, e)) return false;
    if (!sm4(k, p + 1, (const unsigned char *)plain.p, plain.len, p + 1 + IV) ||
        !authenticate(k, where, p, n, a, p + n))
        return openssl_lacks("SM4", e);
    *sealed = (str){ (const char *)p, n + MAC };
    return true;
}

bool vault_open(const struct vault_key *k, str where, str sealed, struct arena *a, str *plain, struct err *e)
{
    const unsigned char *p = (const unsigned char *)sealed.p;
    unsigned char mac[MAC];
    if (sealed.len < 1 + IV + MAC || p[0] != FORM) return fail(e, MISMATCH, "这不是加密过的内容");
    if (!openssl_load(e)) return false;
    size_t n = sealed.len - MAC;
    if (!authenticate(k, where, p, n, a, mac)) return openssl_lacks("SM4", e);
    if (sodium_memcmp(mac, p + n, MAC) != 0) return fail(e, MISMATCH, "解不开：密钥不对，或者内容被改动过");
    unsigned char *out = arena_alloc(a, n - 1 - IV + 1);
    if (!sm4(k, p + 1, p + 1 + IV, n - 1 - IV, out)) return openssl_lacks("SM4", e);
    *plain = (str){ (const char *)out, n - 1 - IV };
    return true;
}

bool vault_stream(const struct vault_key *k, const unsigned char start[VAULT_START], str in, char *out, struct err *e)
{
    enum { PIECE = 1 << 20 };
    if (!openssl_load(e)) return false;
    EVP_CIPHER_CTX *c = ssl.EVP_CIPHER_CTX_new();
    bool ok = c != NULL && ssl.EVP_EncryptInit_ex(c, ssl.EVP_sm4_ctr(), NULL, k->cipher, start) == 1;
    for (size_t at = 0; ok && at < in.len; at += PIECE) {
        int len = 0, n = (int)(in.len - at < PIECE ? in.len - at : PIECE);
        ok = ssl.EVP_EncryptUpdate(c, (unsigned char *)out + at, &len, (const unsigned char *)in.p + at, n) == 1 &&
             len == n;
    }
    ssl.EVP_CIPHER_CTX_free(c);
    return ok || openssl_lacks("SM4", e);
}

bool crypto_hmac_sm3(str key, str data, char out[SM3_HEX + 1], struct err *e)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!openssl_load(e)) return false;
    if (key.len > INT32_MAX ||
        ssl.HMAC(ssl.EVP_sm3(), key.p, (int)key.len, (const unsigned char *)data.p, data.len, mac, &len) == NULL ||
        len != SM3_BYTES)
        return fail(e, INTERNAL, "本机的 OpenSSL 不提供 HMAC-SM3");
    sm3_text(mac, out);
    return true;
}

/* ---- one-time digits ---- */

bool totp_digits(str secret, uint64_t counter, char out[TOTP_DIGITS + 1], struct err *e)
{
    unsigned char message[8], mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!openssl_load(e)) return false;
    for (int i = 0; i < 8; i++) message[i] = (unsigned char)(counter >> (56 - 8 * i));
    if (ssl.HMAC(ssl.EVP_sha1(), secret.p, (int)secret.len, message, sizeof message, mac, &len) == NULL || len != 20)
        return fail(e, INTERNAL, "本机的 OpenSSL 不提供 HMAC-SHA1");
    const unsigned char *at = mac + (mac[19] & 15);
    uint32_t n = (uint32_t)(at[0] & 0x7F) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    for (int i = TOTP_DIGITS; i-- > 0; n /= 10) out[i] = (char)('0' + n % 10);
    out[TOTP_DIGITS] = '\0';
    return true;
}
