/* filing, inside: rows, the frame of an operation and its event, cells as they stand. */
#ifndef FILING_FILING_PRIV_H
#define FILING_FILING_PRIV_H
#include "filing/filing.h"
#include "journal/journal.h"
#include "store/short.h"

bool filing_begin(struct store *s, const struct filing_act *act, struct err *e);
bool filing_get(struct store *s, int64_t id, struct arena *a, struct filing *out, struct err *e);
bool filing_put(struct store *s, const struct filing *x, struct err *e);
bool filing_add(struct store *s, struct filing *x, date day, struct err *e); /* gives it its number */
/* A line in its own history, and the event in the journal. */
bool filing_note(struct store *s, const struct filing_act *act, const struct filing *x, const char *kind, str move,
                 str text, struct err *e);
str filing_source(struct arena *a, const struct filing *x); /* 报表“…”第1版 */
bool filing_is_source(str source);                          /* of an observation that a filing made */

/* -- filing_fill.c -- */
/* The form of a filing as the packs declare it now, and the areas that fill it. */
bool filing_form(const struct program *p, const struct filing *x, struct arena *a, const struct return_ **form,
                 struct filing_areas *areas, struct err *e);

/* -- filing_cell.c: values -- */
bool filing_values_of(struct store *s, const struct return_ *form, int64_t id, struct arena *a, filing_values *out,
                      struct err *e);
bool filing_value_put(struct store *s, int64_t id, const struct filing_value *v, struct err *e);
struct interval filing_cell_period(const struct return_cell *cell, struct interval period);
/* What those right below add up to, of a sheet. */
struct filing_sum {
    filing_names missing; /* names of those that are not approved */
    size_t below;         /* those that have a sheet */
    VEC(int64_t) counted; /* the sheets that are in the sum */
};
/* The values of a sheet as they were filled, and the same with what is known now: sums of the approved ones below;
 * without any below nothing changes. */
bool filing_now(struct store *s, const struct filing_areas *areas, const struct filing *x, const struct return_ *form,
                struct arena *a, filing_values *kept, filing_values *now, struct filing_sum *sum, struct err *e);
/* Notes at each value of `kept` what is known of it `now`, and whether that is neither what was known when it was
 * filled nor the value itself; true: so it is of one at least. */
bool filing_compare(filing_values *kept, const filing_values *now);

/* -- filing_known.c: what the log says of cells -- */
/* Of all figures those that can say something of one area. */
struct figures filing_log_of(const struct figures *f, str area, struct arena *a);
/* Of all figures those of each area that end with a period: to struct figures *. */
void filing_log_by_area(const struct figures *f, struct interval period, struct arena *a, struct map *out);
/* What is known of a cell in a period: what was published of it; of what happened in it the sum of its months, of how
 * things stand the last month's. Of several the more final, then the later. outside: not from filings. */
bool filing_known(const struct figures *f, const struct return_cell *cell, str area, struct interval period,
                  bool outside, struct arena *a, num *value, str *source);

/* -- filing_rule.c -- */
bool filing_check(struct store *s, const struct return_ *form, const struct filing *x, const filing_values *values,
                  const struct figures *log, struct arena *a, filing_findings *out, struct err *e);
/* An excuse for a soft rule that does not hold, given for the numbers of the finding. */
bool filing_excuse(struct store *s, int64_t id, const struct filing_finding *f, str reason, struct err *e);

#endif
