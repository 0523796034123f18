/* bulk_priv: what reading a list and making an empty one share. */
#ifndef DOSSIER_BULK_PRIV_H
#define DOSSIER_BULK_PRIV_H
#include "dossier/bulk.h"

#define BULK_ERROR   STR("错误")
#define BULK_EXAMPLE STR("例：") /* how the number of the example row begins, which is passed over */

struct bulk_heads {
    str *at;
    size_t count, key, name, error; /* columns; SIZE_MAX: none */
    const struct slot *slot;        /* of the key */
};
bool bulk_heads_read(const struct program *p, const struct service *s, const str *cells, size_t count, struct arena *a,
                     struct bulk_heads *out, struct err *e);
/* 姓名, 单位名称: the heading a row's name stands under. */
str bulk_name_of(const struct entity *en);

#endif
