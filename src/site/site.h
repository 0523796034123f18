/* site: a chain of packs as a folder of plain pages that anybody can read in a browser: every policy, definition,
 * table, parameter, source, code list and the rest on a page of its own, linked wherever a name is mentioned.
 *
 * Pages load nothing from anywhere else and have no script or style inside, so they can be served under the strictest
 * content security policy, or read from a USB stick. The same packs give the same bytes, whatever the day.
 * It renders what a program says; it judges nobody's case, except that the examples of the packs are run and said to
 * hold. */
#ifndef SITE_SITE_H
#define SITE_SITE_H
#include "lang/program.h"

struct site_options {
    bool has_day; /* mark what is in force on this day; otherwise the reader's browser does it for the day of reading */
    date day;
    size_t mistakes; /* errors the check found: the pages then say on top that they are a draft */
};

struct site_totals {
    size_t pages, examples, failed; /* failed: examples that do not give what they should */
    size_t removed;                 /* pages of an earlier writing that are no more */
};

/* Takes one file of the site, its path from the root. False stops the writing. */
typedef bool (*site_sink)(void *to, str path, str bytes, struct err *e);

/* Gives every file of the site to `sink`, in an order that is always the same. */
bool site_build(const struct program *p, const struct site_options *o, site_sink sink, void *to,
                struct site_totals *totals, struct err *e);
/* The same into a folder, which must be new, empty, or hold a site this function wrote: then what is no longer part of
 * it is removed, and nothing else is ever touched. */
bool site_write(const struct program *p, const struct site_options *o, str dir, struct site_totals *totals,
                struct err *e);

/* The appendix of the language manual: kinds, fields, words, functions, units and mistakes, from their tables.
 * Markdown. */
void site_language(struct text *out);

#endif
