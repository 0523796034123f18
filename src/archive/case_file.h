/* case_file 案卷: everything of one case in one zip file that can be read without this program in thirty years: the
 * documents, a catalogue as PDF for people and as JSON for programs, the hash (SM3) of each document in it, and a
 * signature (SM2) of the catalogue. case_file_verify finds any document that was changed, removed or added.
 *
 * It does not know what the documents are. The same documents give the same bytes but for the signature. */
#ifndef ARCHIVE_CASE_FILE_H
#define ARCHIVE_CASE_FILE_H
#include "archive/archive.h"
#include "base/date.h"

enum { CASE_FILE_DOCUMENTS_MAX = 500, CASE_FILE_BYTES_MAX = 512 << 20 };

struct case_document {
    str name;  /* of the file in the package: "决定书.pdf"; unique, no folders */
    str title; /* in the catalogue: "准予发放决定书" */
    str maker; /* who made it: 本人, 经办 …, a system */
    date day;
    str bytes;
};

struct case_file {
    str number; /* of the case */
    str title;  /* 灵活就业社会保险补贴 王小梅 */
    str office;
    date closed;
    const struct case_document *documents;
    size_t document_count;
};

/* Writes the package to `path` (whole or not at all). INVALID: a name twice, empty or with a folder in it. */
bool case_file_write(const struct case_file *c, const struct journal_signer *signer, str path, struct err *e);

struct case_file_report {
    bool sound;
    str number, office; /* as its catalogue says */
    size_t documents;
    struct text *what; /* a line in Chinese for each thing that is wrong */
};
/* False only when it could not look (no such file, no zip): what it found is in *out. Texts live in `a`. */
bool case_file_verify(str path, const struct journal_signer *signer, struct arena *a, struct case_file_report *out,
                      struct err *e);

#endif
