/* mask: what of a personal value may be shown to whoever need not know it. One rule per class of 密级; what has no rule
 * is hidden whole. Lengths are kept where they say nothing, so that two people can agree over which line they talk. */
#ifndef BASE_MASK_H
#define BASE_MASK_H
#include "base/arena.h"

/* class_ as packs write it (姓名 证件号 电话 账号 地址); empty: not personal, shown as it is. */
str mask(struct arena *a, str class_, str value);

#endif
