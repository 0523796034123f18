/* curl: libcurl, which speaks SMTP, HTTP and TLS, loaded when the first notice is sent: like libpq it brings many
 * libraries along that most runs of the program never need. */
#ifndef NOTICE_CURL_H
#define NOTICE_CURL_H
#include "base/err.h"

#include <curl/curl.h>

struct curl_functions {
#define CURL(name) __typeof__(&(curl_##name)) name;
#include "notice/curl.def"
#undef CURL
};
/* The functions; false with what to install when the library is not there. Loaded once, never unloaded. */
extern struct curl_functions curl;
bool curl_load(struct err *e);

#endif
