/* builtin: the functions of expressions, from one table. */
#ifndef LANG_BUILTIN_H
#define LANG_BUILTIN_H
#include "base/str.h"

enum builtin {
    BUILTIN_NOT_ONE,
#define BUILTIN(name, ...) BUILTIN_##name,
#include "lang/builtins.def"
#undef BUILTIN
    BUILTIN_COUNT_
};

struct builtin_def {
    const char *zh, *en;
    uint8_t zh_len, en_len;
    uint32_t args_min, args_max;
    const char *signature, *help;
};

enum builtin builtin_find(str name);
const struct builtin_def *builtin_at(enum builtin b);

#endif
