/* json: reading through jansson (strict: duplicate keys, bad UTF-8, trailing text are refused), copied into an arena
 * tree that keeps member order; writing directly, without a tree. Numbers that are not integers are kept only as
 * JSON_REAL, whose integer is their millionths, for coordinates: callers say how an amount must be written. */
#ifndef BASE_JSON_H
#define BASE_JSON_H
#include "base/err.h"
#include "base/text.h"

enum json_kind { JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_kind kind;
    bool boolean;
    int64_t integer;
    str string;
    size_t count;       /* of an array or object */
    struct json *items; /* count of them */
    str *keys;          /* of an object */
};

/* At most 16 MiB and nesting 64. On failure the message has line and column. */
bool json_read(struct arena *a, str text, const struct json **out, struct err *e);
const struct json *json_member(const struct json *object, str key); /* NULL: not an object, or absent */
str json_word(const struct json *object,
              const char *key); /* a member that is a text; empty: absent, or something else */

/* The writer: commas are its business; calls must nest (asserted as far as depth and keys go). Text is UTF-8, malformed
 * bytes become U+FFFD; escaped as JSON asks, and so that it may stand inside <script>. */
struct json_writer {
    struct text *out;
    bool pretty;
    int depth;
    bool need_comma;
    bool after_key;
};
void json_begin(struct json_writer *w, struct text *out, bool pretty);
void json_open(struct json_writer *w, char bracket);  /* '{' or '[' */
void json_close(struct json_writer *w, char bracket); /* '}' or ']' */
void json_key(struct json_writer *w, const char *key);
void json_key_str(struct json_writer *w, str key);
void json_str(struct json_writer *w, str s);
void json_z(struct json_writer *w, const char *z);
void json_int(struct json_writer *w, int64_t n);
void json_bool(struct json_writer *w, bool b);
void json_plain(struct json_writer *w, str literal); /* null, or a number already written out */

/* Inline, and so invisible to the linker: jansson exports functions named json_object, json_array and json_null, and
 * functions of ours with these names would be called by the library in their place. */
static inline void json_object(struct json_writer *w) { json_open(w, '{'); }
static inline void json_object_end(struct json_writer *w) { json_close(w, '}'); }
static inline void json_array(struct json_writer *w) { json_open(w, '['); }
static inline void json_array_end(struct json_writer *w) { json_close(w, ']'); }
static inline void json_null(struct json_writer *w) { json_plain(w, STR("null")); }

#endif
