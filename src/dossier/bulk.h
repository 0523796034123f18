/* bulk: a list of people for one service, as a table: checked row by row, then entered, by staff or by a firm for its
 * people. Each row has a fate of its own, and those that failed come back as a table with the reason beside them, to be
 * put right and sent again. The same file sent twice opens nothing twice: the key of a row is the file's hash, the
 * service, who sent it, and its number.
 *
 * Behind at most DOSSIER_BULK_TITLES rows of titles stand the headings: a 标识 of the subject (身份证号, or a name in
 * use for it), 姓名 when the row is to be compared with it, and the names of what the form asks (就业登记.形式). The
 * example row of the template, blank rows, a sum at the end and a column 错误 are passed over. A firm must give the
 * name: who has only a number learns nothing. */
#ifndef DOSSIER_BULK_H
#define DOSSIER_BULK_H
#include "dossier/dossier.h"

enum {
    DOSSIER_BULK_TOGETHER = 200, /* rows committed together */
    DOSSIER_BULK_TITLES = 10,    /* rows above the headings, at most */
};

enum dossier_fate {
    DOSSIER_CAN,       /* 可以办 */
    DOSSIER_MAY,       /* 可以交，要人工核 */
    DOSSIER_OPENED,    /* 办好 */
    DOSSIER_AGAIN,     /* 以前交过: by an earlier run of the same file */
    DOSSIER_UNDER_WAY, /* 已在办: by another way */
    DOSSIER_CANNOT,    /* 不能办 */
    DOSSIER_FATES
};
const char *dossier_fate_zh(enum dossier_fate f);

struct dossier_bulk_row {
    uint64_t number; /* of the row in the table */
    str key, name;   /* as it stands there */
    int64_t subject; /* 0: not found */
    int64_t id;      /* of the case; 0: none */
    str why;         /* MAY, UNDER_WAY, CANNOT: a sentence */
    enum dossier_fate fate;
    bool alone; /* decided at once */
};

struct dossier_bulk {
    const struct service *service;
    str path;                                                /* CSV or XLSX */
    str errors;                                              /* where rows that failed go; empty: nowhere */
    bool enter;                                              /* false: only looked at */
    uint64_t max_rows;                                       /* 0: as many as a table may have */
    bool (*seen)(void *ctx, int64_t subject, struct err *e); /* before anything of them is told; may be NULL */
    /* Each row in their order, with texts that live until it returns; may be NULL. */
    bool (*row)(void *ctx, const struct dossier_bulk_row *w, struct err *e);
    void *ctx;
};
struct dossier_bulk_result {
    int64_t rows, count[DOSSIER_FATES], alone, sums; /* sums: rows like 合计, which are nobody */
    bool errors;                                     /* the file was written */
};
/* What stops all of it: no table, no such headings, too many rows. A row's own trouble stops nothing. */
bool dossier_bulk(struct dossier_desk *d, const struct dossier_act *act, const struct dossier_bulk *o, struct arena *a,
                  struct dossier_bulk_result *out, struct err *e);

/* An empty table for this service as a workbook: headings, one example row, and on a second sheet how each column is
 * filled in, with the words allowed. firm: the entity of who applies for others, which is not asked for itself;
 * UINT16_MAX: staff. */
bool dossier_bulk_template(struct dossier_desk *d, const struct service *s, uint16_t firm, str path, struct arena *a,
                           struct err *e);

#endif
