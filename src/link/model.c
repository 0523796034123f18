/* model: the figures of level.def, and what they are called. */
#include "link/link_priv.h"

static const char *const field_texts[] = {
#define FIELD(name, text_zh) text_zh,
#define LEVEL(field, name, m, u, text_zh)
#include "link/level.def"
#undef FIELD
#undef LEVEL
};

static const char *const level_texts[LINK_FIELDS][LINK_LEVELS] = {
#define FIELD(name, text_zh)
#define LEVEL(field, name, m, u, text_zh) [LINK_##field][LINK_##field##_##name] = text_zh,
#include "link/level.def"
#undef FIELD
#undef LEVEL
};

/* Without training: half of the records have another of the same person; odds of 32 to 1 to join by itself, even
 * odds less 2 bits to ask a clerk. */
enum { DEFAULT_AUTOMATIC = 500, DEFAULT_CLERICAL = -200, DEFAULT_BLOCK_MAX = 60 };

struct link_model link_model_default(void)
{
    struct link_model model = {
        .m = {
#define FIELD(name, text_zh)
#define LEVEL(field, name, m, u, text_zh) [LINK_##field][LINK_##field##_##name] = (m),
#include "link/level.def"
#undef LEVEL
        },
        .u = {
#define LEVEL(field, name, m, u, text_zh) [LINK_##field][LINK_##field##_##name] = (u),
#include "link/level.def"
#undef FIELD
#undef LEVEL
        },
        .duplicates = 0.5,
        .automatic = DEFAULT_AUTOMATIC,
        .clerical = DEFAULT_CLERICAL,
        .block_max = DEFAULT_BLOCK_MAX,
        .threads = 2,
    };
    return model;
}

const char *link_field_text(enum link_field f) { return field_texts[f]; }

const char *link_level_text(enum link_field f, int level)
{
    return level >= 0 && level < LINK_LEVELS && level_texts[f][level] != NULL ? level_texts[f][level] : "";
}

const char *link_band_text(enum link_band b)
{
    static const char *const texts[] = { "不是同一人", "需要人工判断", "同一人" };
    return texts[b];
}
