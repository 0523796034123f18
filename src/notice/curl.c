/* curl: each function is looked up by its name; either all are there or none is used. */
#include "notice/curl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

struct curl_functions curl;

static bool loaded;
static const char *missing; /* a function this library does not have */

static void load(void)
{
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
    struct curl_functions found;
    const char *absent = NULL;
    void *symbol;
    /* ISO C has no cast from an object to a function */
#define CURL(name)                              \
    symbol = dlsym(library, "curl_" #name);     \
    if (symbol == NULL) absent = "curl_" #name; \
    memcpy(&found.name, &symbol, sizeof symbol);
#include "notice/curl.def"
#undef CURL
    missing = absent;
    if (missing != NULL) return;
    curl = found;
    loaded = true;
}

bool curl_load(struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (loaded) return true;
    if (missing != NULL) return fail(e, INTERNAL, "这台机器的 libcurl 太旧，没有 %s；请升级 libcurl4", missing);
    return fail(e, NOT_FOUND, "发送通知要用 libcurl，这台机器没有装；请运行 apt-get install libcurl4");
}
