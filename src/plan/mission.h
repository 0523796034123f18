/* mission: which rows of the mission packs declare. The list is data, coverage.csv beside the packs: 编号, 文件, 段落,
 * 种类, 优先, 名称, 声明; the last names declarations as “包 种类 名字”, several apart by “；”. */
#ifndef PLAN_MISSION_H
#define PLAN_MISSION_H
#include "base/json.h"
#include "base/vec.h"

struct mission_row {
    str id, document, section, kind, priority, name;
    bool declared;
};
struct mission_mistake {
    uint64_t row;
    str text;
};
struct mission_count {
    str document, kind;
    size_t rows, declared;
};
struct mission {
    VEC(struct mission_row) rows;
    VEC(struct mission_mistake) mistakes; /* what is named and does not exist, ids that stand twice */
    VEC(struct mission_count) counts;     /* by document and kind, in the order of the list */
};

/* False: the list or a pack cannot be read. */
bool mission_read(struct arena *a, str folder, struct mission *out, struct err *e);
void mission_json(const struct mission *c, struct json_writer *w);

#endif
