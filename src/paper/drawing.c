/* drawing: each function is looked up by its name; either all are there or none is used. */
#include "paper/drawing.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

struct drawing draw;

enum library { CAIRO, PANGO, PANGOCAIRO, GOBJECT, QR, LIBRARIES };

static const struct {
    const char *file, *package;
} libraries[LIBRARIES] = {
    [CAIRO] = { "libcairo.so.2", "libcairo2" },
    [PANGO] = { "libpango-1.0.so.0", "libpango-1.0-0" },
    [PANGOCAIRO] = { "libpangocairo-1.0.so.0", "libpangocairo-1.0-0" },
    [GOBJECT] = { "libgobject-2.0.so.0", "libglib2.0-0" },
    [QR] = { "libqrencode.so.4", "libqrencode4" },
};

static bool loaded;
static const char *absent;  /* a library that is not there: its package */
static const char *missing; /* a function that the libraries do not have */

static void load(void)
{
    void *library[LIBRARIES];
    for (size_t i = 0; i < LIBRARIES; i++) {
        library[i] = dlopen(libraries[i].file, RTLD_NOW | RTLD_LOCAL);
        if (library[i] == NULL) absent = libraries[i].package;
    }
    if (absent != NULL) return;
    struct drawing found;
    void *symbol;
#define DRAWING(from, name)               \
    symbol = dlsym(library[from], #name); \
    if (symbol == NULL) missing = #name;  \
    memcpy(&found.name, &symbol, sizeof symbol); /* ISO C has no cast from an object to a function */
#include "paper/drawing.def"
#undef DRAWING
    if (missing != NULL) return;
    draw = found;
    loaded = true;
}

bool drawing_load(struct err *e)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (loaded) return true;
    if (missing != NULL) return fail(e, INTERNAL, "这台机器的 cairo 或 pango 太旧，没有 %s；请升级", missing);
    return fail(e, NOT_FOUND, "生成 PDF 要用 %s，这台机器没有装；请运行 apt-get install %s", absent, absent);
}
