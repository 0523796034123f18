/* lsp: the language server. An editor opens pack files, and is told what is wrong, what a name means, where it is
 * declared and used, and what may be written at the cursor. LSP 3.17 over JSON-RPC 2.0, Content-Length framing.
 *
 * The server itself does no input or output: bytes are fed to it and messages come out of a callback, so that tests and
 * fuzzing drive the same code as an editor does. Whatever the bytes are, they end in answers or in a clean end. It
 * reads packs from disk (the editor's buffers lie over the files) and never writes a file: changes are proposed to the
 * editor. */
#ifndef LSP_LSP_H
#define LSP_LSP_H
#include "base/str.h"

struct lsp;
/* Takes one whole message, header included. */
typedef void lsp_send(void *to, str message);

struct lsp *lsp_new(lsp_send *send, void *to);
void lsp_free(struct lsp *s); /* NULL is fine */

/* The next bytes of the client, in pieces of any size. All complete messages are answered before it returns; what a
 * change of a document means for diagnostics is put off until lsp_idle or until a request needs to know. */
void lsp_feed(struct lsp *s, str bytes);
bool lsp_busy(const struct lsp *s);  /* something was put off */
void lsp_idle(struct lsp *s);        /* does what was put off: checks the packs, publishes diagnostics */
bool lsp_ended(const struct lsp *s); /* the client said exit, or its stream cannot be followed any more */
int lsp_status(const struct lsp *s); /* exit status: 0 after shutdown and exit, else 1 */

/* Serves one client on two file descriptors until it ends; gives the exit status. */
int lsp_serve(int in, int out);

#endif
