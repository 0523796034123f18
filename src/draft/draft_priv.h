/* draft, inside: the frame of a change and its event. */
#ifndef DRAFT_DRAFT_PRIV_H
#define DRAFT_DRAFT_PRIV_H
#include "base/crypto.h"
#include "draft/draft.h"
#include "journal/journal.h"
#include "store/short.h"

/* A change begins: in a transaction, with the draft's row locked. Every one ends in store_end. */
bool draft_begin(struct store *s, int64_t id, struct arena *a, struct draft *d, struct err *e);
/* The move, its step and its event. body: members of a JSON object, may be empty. */
bool draft_note(struct store *s, const struct draft_act *act, const struct draft *d, str move, str body, struct err *e);
bool draft_moved(struct store *s, const struct draft_act *act, struct draft *d, str move, str body, struct err *e);
/* Keeps a text under its hash. */
bool draft_blob(struct store *s, str text, char hash[SM3_HEX + 1], struct err *e);
bool draft_blob_text(struct store *s, str hash, struct arena *a, str *out, struct err *e);
bool draft_name_ok(str name);
/* Name of a file of the folder; the files there are now. */
bool draft_folder_files(str folder, struct arena *a, file_list *names, struct err *e);

#endif
