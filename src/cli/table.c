/* table: cells are kept until all are there; then each column is as wide as its widest cell. */
#include "cli/table.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>

void table_start(struct table *t, struct arena *a, const char *heads)
{
    *t = (struct table){ .a = a };
    str rest = str_of(heads), head;
    while (str_split(&rest, '|', &head) && t->columns < TABLE_COLUMNS_MAX) {
        t->right[t->columns] = str_starts(head, STR(">"));
        if (t->right[t->columns]) head = str_slice(head, 1, head.len);
        t->columns++;
        *vec_push(a, &t->cells) = head;
    }
}

void table_cell(struct table *t, str s) { *vec_push(t->a, &t->cells) = s; }

void table_count(struct table *t, uint64_t n) { table_cell(t, n == 0 ? STR("–") : count_text(t->a, n)); }

void table_print(const struct table *t, struct text *out)
{
    size_t width[TABLE_COLUMNS_MAX] = { 0 };
    for (size_t i = 0; i < t->cells.len; i++) {
        size_t w = utf8_width(t->cells.at[i]);
        if (w > width[i % t->columns]) width[i % t->columns] = w;
    }
    for (size_t i = 0; i < t->cells.len; i++) {
        size_t c = i % t->columns, pad = width[c] - utf8_width(t->cells.at[i]);
        bool last = c + 1 == t->columns;
        if (t->right[c]) text_repeat(out, ' ', pad);
        text_add(out, t->cells.at[i]);
        if (!t->right[c] && !last) text_repeat(out, ' ', pad);
        text_addz(out, last ? "\n" : "  ");
    }
}

/* Commas between groups of three digits, up to a point. */
static str with_commas(struct arena *a, str digits)
{
    struct text t;
    text_init(&t, a, 2 * digits.len + 2);
    size_t from = digits.len > 0 && digits.p[0] == '-', point = str_find(digits, STR("."));
    if (point == SIZE_MAX) point = digits.len;
    for (size_t i = 0; i < digits.len; i++) {
        if (i > from && i < point && (point - i) % 3 == 0) text_addc(&t, ',');
        text_addc(&t, digits.p[i]);
    }
    return text_str(&t);
}

str count_text(struct arena *a, uint64_t n) { return with_commas(a, str_fmt(a, "%" PRIu64, n)); }

str sum_text(struct arena *a, num sum, unsigned scale)
{
    char buf[NUM_TEXT];
    size_t len = num_text(sum, scale, scale >= 2 ? 2 : 0, buf);
    return with_commas(a, str_dup(a, (str){ buf, len }));
}
