/* lsp_serve: one client on two file descriptors. What a change means is worked out when nothing has come for a moment,
 * so that fast typing costs nothing but keeping the text. */
#include "lsp/lsp_priv.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum { QUIET_MS = 120, READ_BYTES = 64 << 10 };

struct wire {
    int out;
    bool broken;
};

static void write_out(void *to, str message)
{
    struct wire *w = to;
    while (message.len > 0 && !w->broken) {
        ssize_t n = write(w->out, message.p, message.len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0)
            w->broken = true;
        else
            message = str_slice(message, (size_t)n, message.len);
    }
}

/* Waits until there is something to read; false when it was quiet for a moment while work is waiting. */
static bool readable(int in, bool busy)
{
    struct pollfd p = { .fd = in, .events = POLLIN };
    int n;
    do n = poll(&p, 1, busy ? QUIET_MS : -1);
    while (n < 0 && errno == EINTR);
    return n != 0;
}

int lsp_serve(int in, int out)
{
    autoarena *a = arena_new("wire", 0);
    struct wire wire = { .out = out };
    struct lsp *s = lsp_new(write_out, &wire);
    char *buf = arena_alloc(a, READ_BYTES);
    while (!lsp_ended(s) && !wire.broken) {
        if (!readable(in, lsp_busy(s))) {
            lsp_idle(s);
            continue;
        }
        ssize_t n = read(in, buf, READ_BYTES);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        lsp_feed(s, (str){ buf, (size_t)n });
    }
    int status = lsp_status(s);
    lsp_free(s);
    return status;
}
