/* square: libqrencode makes the modules; a row of dark ones is one piece of the path. */
#include "paper/square.h"

#include "paper/drawing.h"

#include <assert.h>

enum { PATH_MAX_BYTES = 256 << 10 };

bool square_new(struct square *out, struct arena *a, str payload, struct err *e)
{
    assert(payload.len > 0 && payload.len <= SQUARE_PAYLOAD_MAX);
    if (!drawing_load(e)) return false;
    QRcode *code = draw.QRcode_encodeData((int)payload.len, (const unsigned char *)payload.p, 0, QR_ECLEVEL_M);
    if (code == NULL) return fail(e, MEMORY, "内存不够，画不出二维码");
    unsigned side = (unsigned)code->width;
    unsigned char *dark = ARENA_ARRAY(a, unsigned char, (size_t)side *side);
    for (unsigned i = 0; i < side * side; i++) dark[i] = code->data[i] & 1;
    draw.QRcode_free(code);
    *out = (struct square){ side, dark };
    return true;
}

str square_path(const struct square *q, struct arena *a)
{
    struct text t;
    text_init(&t, a, PATH_MAX_BYTES);
    for (unsigned y = 0; y < q->side; y++) {
        const unsigned char *row = q->dark + (size_t)y * q->side;
        for (unsigned x = 0, end; x < q->side; x = end + 1) {
            for (end = x; end < q->side && row[end]; end++) {
            }
            if (end > x) text_addf(&t, "M%u %uh%uv1h-%uz", x + SQUARE_QUIET, y + SQUARE_QUIET, end - x, end - x);
        }
    }
    return text_str(&t);
}
