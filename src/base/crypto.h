/* crypto: the only door to OpenSSL and libsodium. SM3 (GB/T 32905-2016) for hashes, SM2 (GB/T 32918-2016) for
 * signatures, SM4 (GB/T 32907-2016) for what is kept secret; argon2id for passwords. */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H
#include "base/arena.h"
#include "base/err.h"

enum { SM3_HEX = 64 };
/* Lower-case hexadecimal SM3 of data, NUL-terminated. */
bool crypto_sm3_hex(str data, char out[SM3_HEX + 1], struct err *e);

/* The same of a whole file, read piece by piece. */
bool crypto_sm3_file(str path, char out[SM3_HEX + 1], struct err *e);

/* SM3 piece by piece, and again and again: chains of many small texts. One hasher belongs to one thread. A failure on
 * the way is kept and told by sm3_end; after it the hasher is empty again. */
enum { SM3_BYTES = 32 };
struct sm3;
bool sm3_new(struct arena *a, struct sm3 **out, struct err *e); /* lives in a */
void sm3_add(struct sm3 *h, str data);
bool sm3_end(struct sm3 *h, unsigned char out[SM3_BYTES], struct err *e);
void sm3_text(const unsigned char hash[SM3_BYTES], char out[SM3_HEX + 1]); /* in hexadecimal */
/* HMAC-SM3 of data under a key both sides know, in lower-case hexadecimal. */
bool crypto_hmac_sm3(str key, str data, char out[SM3_HEX + 1], struct err *e);

/* A key pair of SM2, or its public half only; lives in the arena. The signer's id, which enters what is signed, is
 * always said: signatures made for one id do not hold for another. */
enum { SM2_SIGNATURE_MAX = 80 }; /* bytes of DER; usually 70 to 72 */
struct sm2_key;
bool sm2_key_make(struct arena *a, struct sm2_key **out, struct err *e);
/* PEM (PKCS 8, not encrypted). Reading refuses a private key that others may read; writing makes a file for its owner
 * only (mode 600) and never replaces one that is there. */
bool sm2_key_read(struct arena *a, str path, struct sm2_key **out, struct err *e);
bool sm2_key_write(const struct sm2_key *k, str path, struct err *e);
/* The public half as PEM, to be handed out, and a key from such a text: it can only verify. */
bool sm2_public_text(const struct sm2_key *k, struct arena *a, str *out, struct err *e);
bool sm2_public_read(struct arena *a, str pem, struct sm2_key **out, struct err *e);
bool sm2_sign(const struct sm2_key *k, str id, str data, struct arena *a, str *signature, struct err *e);
/* *good: the signature is of this data, by this key, for this id. What is no signature at all is simply not good. */
bool sm2_verify(const struct sm2_key *k, str id, str data, str signature, bool *good, struct err *e);

/* ---- secrets ---- */

/* Bytes nobody can guess. */
bool crypto_random(void *out, size_t size_bytes, struct err *e);
/* Lower-case hexadecimal of as many random bytes, NUL-terminated: for sessions and tokens. */
enum { CRYPTO_TOKEN_BYTES = 24, CRYPTO_TOKEN = 2 * CRYPTO_TOKEN_BYTES };
bool crypto_token(char out[CRYPTO_TOKEN + 1], struct err *e);
/* Equal, in a time that does not tell where they differ. */
bool crypto_same(str a, str b);

/* A password as it is kept: argon2id with its own salt; some 30 ms and 19 MiB, so that guessing is dear. */
enum { PASSWORD_HASH = 128 };
bool password_hash(str password, char out[PASSWORD_HASH], struct err *e);
bool password_matches(str hash, str password); /* false also for what is no hash */

/* A key for columns that must not be readable in the database file: SM4-CTR, then HMAC-SM3 over all of it, with keys
 * of their own for both. `where` enters the seal: what was sealed for one row does not open in another. */
struct vault_key {
    unsigned char cipher[16], mac[32];
};
/* A file of 96 hexadecimal digits for its owner only; a file others may read is refused, one that is there is never
 * replaced. */
bool vault_key_make(str path, struct err *e);
bool vault_key_read(struct vault_key *k, str path, struct err *e);
bool vault_seal(const struct vault_key *k, str where, str plain, struct arena *a, str *sealed, struct err *e);
/* MISMATCH: another key, another place, or changed. */
bool vault_open(const struct vault_key *k, str where, str sealed, struct arena *a, str *plain, struct err *e);

/* One long text, there and back, from a start that is drawn anew for each (crypto_random): SM4-CTR alone, nothing tells
 * whether it was changed. out: as long as the text. */
enum { VAULT_START = 16 };
bool vault_stream(const struct vault_key *k, const unsigned char start[VAULT_START], str in, char *out, struct err *e);

/* Seals that can be compared: equal texts have equal seals under one key, so that a column that nobody may read can be
 * looked up, joined and kept unique (a synthetic counter start as in RFC 5297: HMAC-SM3 of the text; then SM4-CTR).
 * What can be seen is which are equal and how long they are. A sealer lives in its arena and belongs to one thread. */
enum { SEAL_BYTES = 16 };
struct sealer;
bool sealer_new(struct arena *a, const struct vault_key *k, struct sealer **out, struct err *e);
/* What a seal begins with, which is of the whole text: enough to know it again by. */
bool sealer_start(struct sealer *x, str plain, char out[SEAL_BYTES], struct err *e);
/* out has room for SEAL_BYTES + plain.len. */
bool sealer_seal(struct sealer *x, str plain, char *out, struct err *e);
/* out has room for sealed.len - SEAL_BYTES. MISMATCH: another key, or changed. */
bool sealer_open(struct sealer *x, str sealed, char *out, struct err *e);

/* The six digits of RFC 6238 (HMAC-SHA1, 30 seconds) that an authenticator shows. */
enum { TOTP_SECRET = 20, TOTP_DIGITS = 6, TOTP_SECONDS = 30 };
bool totp_digits(str secret, uint64_t counter, char out[TOTP_DIGITS + 1], struct err *e);

#endif
