/* firm: which of these records are the same employer? The unified social credit code decides when it is there; without
 * it the name does, taken apart: brackets and widths folded, traditional characters made standard, the place
 * (江苏省南通市 …) and the legal form (有限公司 …) set aside, and what remains compared by its pairs of characters,
 * rare ones counting more than common ones. Branches (分公司, 门店 …) are not their parent. Names with masking signs
 * (某, *, ×) are kept apart for a clerk: nothing is joined by a name that hides one. */
#ifndef LINK_FIRM_H
#define LINK_FIRM_H
#include "base/arena.h"
#include "base/err.h"

struct firm_record { /* texts are borrowed for the call; empty: not known */
    str usci, name, phone;
    uint32_t region; /* six digits; 0: not known */
};

enum firm_reason {               /* how two records are alike, best first */
                   FIRM_CODE,    /* equal codes */
                   FIRM_NAME,    /* equal names after folding */
                   FIRM_CORE,    /* equal cores, places that do not contradict */
                   FIRM_SIMILAR, /* similar cores */
};

enum firm_band { FIRM_DISTINCT, FIRM_CLERICAL, FIRM_AUTO };

struct firm_pair {
    uint32_t a, b; /* a < b */
    enum firm_reason reason;
    enum firm_band band;
    int similarity; /* of the cores, 0 … 1000 */
};

struct firm_pairs {
    struct firm_pair *at;
    size_t len;
};

enum { FIRM_RECORDS_MAX = 20000000 };

/* AUTO and CLERICAL pairs sorted by a, then b; they live in `a`. AUTO: equal codes; equal folded names where not both
 * have a code and regions do not contradict. CLERICAL: equal codes with unlike names, equal names in different cities,
 * equal or similar cores. Two different codes are DISTINCT, except that one slip apart with equal names asks a clerk.
 */
bool firm_pairs(const struct firm_record *r, size_t n, struct arena *a, struct firm_pairs *out, struct err *e);

/* What a name is made of; the parts live in `a`. */
struct firm_name {
    str folded; /* the whole name, folded */
    str place, core, form;
    bool branch, masked, agency; /* agency: 人力资源, 劳务派遣 … – the people work elsewhere */
};
struct firm_name firm_name_read(str name, struct arena *a);
const char *firm_reason_text(enum firm_reason r);

#endif
