/* Forms with files: the first line is the content type, the rest the body. Every part lies inside of the body, in
 * order, and what is text is UTF-8. */
#include "base/utf8.h"
#include "http/http.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    autoarena *a = arena_new("fuzz", 0);
    str rest = { (const char *)data, size }, type;
    http_parts parts = { 0 };
    if (size == 0 || !str_split(&rest, '\n', &type) || rest.p == NULL) return 0;
    if (!http_multipart_read(a, type, rest, &parts)) return 0;
    const char *at = rest.p;
    assert(parts.len <= HTTP_PARTS_MAX);
    VEC_EACH (const struct http_part, p, &parts) {
        if (p->data.len > 0) {
            assert(p->data.p >= at && p->data.p + p->data.len <= rest.p + rest.len);
            at = p->data.p + p->data.len;
        }
        assert(utf8_valid(p->name, NULL) && (p->file || utf8_valid(p->data, NULL)));
    }
    return 0;
}
