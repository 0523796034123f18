/* table: aligned columns on a terminal, where a Chinese character is two wide. Numbers to the right, words to the left.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H
#include "base/num.h"
#include "base/text.h"
#include "base/vec.h"

enum { TABLE_COLUMNS_MAX = 16 };

struct table {
    struct arena *a;
    size_t columns;
    bool right[TABLE_COLUMNS_MAX];
    VEC(str) cells; /* row by row, the head first */
};

/* heads: names apart by '|'; one that begins with '>' is a column of numbers. */
void table_start(struct table *t, struct arena *a, const char *heads);
void table_cell(struct table *t, str s);
void table_count(struct table *t, uint64_t n); /* 1,234; 0 is – */
void table_print(const struct table *t, struct text *out);

/* 1,234,567 and 1,234,567.80 */
str count_text(struct arena *a, uint64_t n);
str sum_text(struct arena *a, num sum, unsigned scale);

#endif
