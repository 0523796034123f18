/* doc: a JSON document while it is made: what a page shows and what a program is told are the same tree. Members keep
 * their order. A pointer to a member holds until its parent gets another one: finish a child before its sibling. */
#ifndef PAGE_DOC_H
#define PAGE_DOC_H
#include "base/json.h"

struct json *doc_new(struct arena *a); /* an empty object */

/* A new member of an object, or a new element of an array (key NULL): null, to be filled by the caller. */
struct json *doc_add(struct arena *a, struct json *parent, const char *key);

struct json *doc_object(struct arena *a, struct json *parent, const char *key);
struct json *doc_array(struct arena *a, struct json *parent, const char *key);
void doc_str(struct arena *a, struct json *parent, const char *key, str s); /* borrowed */
void doc_z(struct arena *a, struct json *parent, const char *key, const char *z);
void doc_fmt(struct arena *a, struct json *parent, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void doc_int(struct arena *a, struct json *parent, const char *key, int64_t n);
void doc_bool(struct arena *a, struct json *parent, const char *key, bool b);

void doc_write(struct json_writer *w, const struct json *j);

#endif
