/* curl: its functions, looked up when the first notice is sent. */
#include "notice/curl.h"
#include "base/library.h"

struct curl_functions curl;

bool curl_load(struct err *e)
{
    static const struct library_symbol symbols[] = {
#define CURL(name) { "curl_" #name, offsetof(struct curl_functions, name), 0 },
#include "notice/curl.def"
#undef CURL
    };
    static struct library library = {
        .purpose = "发送通知",
        .files = { { "libcurl.so.4", "libcurl4" } },
        .symbols = symbols,
        .count = sizeof symbols / sizeof *symbols,
        .functions = &curl,
        .size_bytes = sizeof curl,
    };
    return library_load(&library, e);
}
