/* lines: what changed between two texts, line by line, and two changed texts of one put together. For people who edit
 * the same file at the same time. */
#ifndef DRAFT_LINES_H
#define DRAFT_LINES_H
#include "base/vec.h"

enum line_kind { LINE_SAME, LINE_GONE, LINE_NEW };
struct text_line {
    enum line_kind kind;
    str text;               /* without its end; borrowed */
    unsigned before, after; /* its number in either text, from 1; 0 where it is not */
};
typedef VEC(struct text_line) line_list;

/* All lines of both, in order: what is gone before what came in its place. Texts that differ in more than
 * LINES_CHANGES_MAX lines are told apart as a whole. Lives in a. */
enum { LINES_CHANGES_MAX = 1500 };
void lines_diff(str before, str after, struct arena *a, line_list *out);

/* What both made of `base`, together. False: they changed the same lines differently, or lines beside one another; *out
 * is then as it was. Lives in a. */
bool lines_merge(str base, str mine, str theirs, struct arena *a, str *out);

#endif
