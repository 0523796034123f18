/* http_priv: what the files of http share. */
#ifndef HTTP_HTTP_PRIV_H
#define HTTP_HTTP_PRIV_H
#include "http/http.h"

struct http_limits http_limits_of(const struct http_limits *l);
/* Undoes %XX (and, in forms, +). False: a broken %, a NUL, or no UTF-8. */
bool http_decode(struct arena *a, str s, bool plus_is_blank, str *out);

#endif
