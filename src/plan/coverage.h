/* coverage: which rows of the mission packs declare. The list is data, coverage.csv beside the packs: 编号, 文件, 段落, 种类,
 * 优先, 名称, 声明; the last names declarations as “包 种类 名字”, several apart by “；”. */
#ifndef PLAN_COVERAGE_H
#define PLAN_COVERAGE_H
#include "base/json.h"
#include "base/vec.h"

struct coverage_row {
    str id, document, section, kind, priority, name;
    bool declared;
};
struct coverage_mistake {
    uint64_t row;
    str text;
};
struct coverage_count {
    str document, kind;
    size_t rows, declared;
};
struct coverage {
    VEC(struct coverage_row) rows;
    VEC(struct coverage_mistake) mistakes; /* what is named and does not exist, ids that stand twice */
    VEC(struct coverage_count) counts;     /* by document and kind, in the order of the list */
};

/* False: the list or a pack cannot be read. */
bool coverage_read(struct arena *a, str folder, struct coverage *out, struct err *e);
void coverage_json(const struct coverage *c, struct json_writer *w);

#endif
