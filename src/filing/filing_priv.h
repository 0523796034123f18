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
/* What an observation of the log says of a cell in a period, not from filings when `outside`; NULL. */
const struct observation *filing_observed(const struct figures *f, const struct return_cell *cell, str area,
                                          struct interval period, bool outside);
struct interval filing_cell_period(const struct return_cell *cell, struct interval period);
/* The areas right below that have a filing, and of those that are approved the sum of each cell, as what is known of
 * `out`. */
bool filing_add_up(struct store *s, const struct filing_areas *areas, const struct filing *x,
                   const struct return_ *form, struct arena *a, filing_values *out, filing_names *missing,
                   size_t *below, struct err *e);
/* -- filing_rule.c -- */
bool filing_check(struct store *s, const struct return_ *form, const struct filing *x, const filing_values *values,
                  const struct figures *log, struct arena *a, filing_findings *out, struct err *e);

#endif
