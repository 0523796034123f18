/* Any bytes as a template and as the values in it, up to the first NUL the one, behind it the other. Whatever comes
 * out of {{values}} must not be markup. */
#include "page/template.h"

#include <stdlib.h>
#include <string.h>

static const struct template *itself(void *ctx, str name)
{
    (void)name;
    return ctx;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    autoarena *a = arena_new("fuzz", 0);
    const uint8_t *nul = size > 0 ? memchr(data, 0, size) : NULL;
    size_t split = nul != NULL ? (size_t)(nul - data) : size;
    str text = { (const char *)data, split }, value = { (const char *)data + split, size - split };
    struct json items[3] = { { .kind = JSON_STRING, .string = value }, { .kind = JSON_BOOL, .boolean = true } };
    str keys[3] = { STR("a"), STR("b"), STR("c") };
    struct json list[2] = { items[0], items[1] };
    items[2] = (struct json){ .kind = JSON_ARRAY, .count = 2, .items = list };
    struct json root = { .kind = JSON_OBJECT, .count = 3, .items = items, .keys = keys };
    struct template *t;
    struct err e = { 0 };
    struct text out;
    text_init(&out, a, 1 << 16);
    if (template_compile(a, text, &t, &e)) (void)template_render(t, &root, itself, t, &out, &e);
    struct text escaped;
    text_init(&escaped, a, size * 6 + 1);
    template_escape(&escaped, value);
    if (escaped.len > 0 && (memchr(escaped.p, '<', escaped.len) != NULL || memchr(escaped.p, '"', escaped.len) != NULL))
        abort();
    return 0;
}
