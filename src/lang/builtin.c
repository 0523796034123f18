/* builtin: the table of functions, and the look-up by name. */
#include "lang/builtin.h"

static const struct builtin_def defs[BUILTIN_COUNT_] = {
#define BUILTIN(name, zh_, en_, min_, max_, signature_, help_) \
    [BUILTIN_##name] = { zh_, en_, sizeof(zh_) - 1, sizeof(en_) - 1, min_, max_, signature_, help_ },
#include "lang/builtins.def"
#undef BUILTIN
};

const struct builtin_def *builtin_at(enum builtin b) { return &defs[b]; }

enum builtin builtin_find(str name)
{
    for (int b = 1; b < BUILTIN_COUNT_; b++) {
        const struct builtin_def *d = &defs[b];
        if (str_eq(name, (str){ d->zh, d->zh_len }) || str_eq(name, (str){ d->en, d->en_len })) return (enum builtin)b;
    }
    return BUILTIN_NOT_ONE;
}
