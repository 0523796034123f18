/* filings 报表: what the page of a period and the page of one sheet have in common. Part of the hall. */
#ifndef HALL_FILINGS_H
#define HALL_FILINGS_H
#include "filing/filing.h"
#include "hall/board.h"

struct filings {
    const struct return_ *form;
    struct filing_areas areas;
    struct interval period;
    filing_list list; /* of the form and period, the last versions */
    access_accounts names;
};

/* As whom the reader acts for an area: of several regions of an account the highest the area lies in; an account
 * without a region looks on and does nothing. */
struct filing_act filings_act(const struct call *c, const struct filing_areas *areas, str area);
/* Whether the reader sees an area: it lies in one of their regions, or they have none. */
bool filings_is_mine(const struct call *c, const struct filing_areas *areas, str area);
str filings_area_name(struct call *c, const struct filings *k, str area);
/* A sheet without its cells. */
void filings_add(struct call *c, const struct filings *k, const struct filing *x, struct json *o);
/* How somebody of the staff is called. */
str filings_person(const struct filings *k, str name);

#endif
