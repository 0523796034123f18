/* lsp_priv: what the parts of the server share.
 *
 *   lsp_rpc     bytes to messages and back          lsp_names     which name stands where, from program.uses
 *   lsp_server  dispatch, life cycle                lsp_symbol    what a name stands for, in one program or another
 *   lsp_docs    open documents                      lsp_hover     words about it
 *   lsp_chain   loading packs, diagnostics          lsp_places    definition, references, outline
 *   lsp_text    positions, addresses of files       lsp_rename, lsp_fix, lsp_complete, lsp_format
 *
 * Lifetimes: the server's arena; one arena per document text; one per load of a chain of packs, freed when a newer load
 * takes its place; one per batch of messages. */
#ifndef LSP_LSP_PRIV_H
#define LSP_LSP_PRIV_H
#include "lang/look.h"
#include "lsp/lsp.h"
#include "pack/pack.h"

enum {
    LSP_MESSAGE_MAX = 16 << 20,   /* what json_read takes; a file of LIMIT_FILE_BYTES fits with its escapes */
    LSP_HEADER_MAX = 4096,        /* a header is two short lines */
    LSP_RESULT_MAX = 64 << 20,    /* an answer; the largest are the outline and renames of a whole chain */
    LSP_DOCS_MAX = 512,           /* open documents */
    LSP_CHAINS_MAX = 16,          /* packs with open documents; each keeps up to two programs of some 40 MB */
    LSP_SIBLINGS_MAX = 64,        /* packs beside a pack that are looked at for uses of a name */
    LSP_LOAD_BYTES_MAX = 1 << 30, /* memory of one load */
    LSP_ITEMS_MAX = 3000,         /* completions offered at once */
};

/* Codes of JSON-RPC and LSP. */
enum {
    RPC_PARSE_ERROR = -32700,
    RPC_INVALID_REQUEST = -32600,
    RPC_METHOD_NOT_FOUND = -32601,
    RPC_INVALID_PARAMS = -32602,
    RPC_NOT_INITIALIZED = -32002,
    RPC_REQUEST_FAILED = -32803, /* understood, but it cannot be done: why, in words for the user */
    RPC_CANCELLED = -32800,
};

/* ---- lsp_rpc.c: framing ---- */

struct reader {
    char header[LSP_HEADER_MAX];
    size_t header_len;
    bool in_body;
    uint64_t want, got;  /* bytes of the body; of one that is too big nothing is kept */
    struct arena *arena; /* of the body */
    char *body;
    size_t cap;
};
enum reader_event { READER_MORE, READER_MESSAGE, READER_TOO_BIG, READER_BROKEN };
/* Takes bytes off *bytes up to the end of one message. The message is valid until the next call. After TOO_BIG the body
 * is skipped; after BROKEN nothing can be read any more. */
enum reader_event reader_take(struct reader *r, str *bytes, str *message);
void reader_deinit(struct reader *r);

struct reply { /* a request's answer being made */
    struct arena *a;
    struct text text;
    struct json_writer w; /* the result goes here */
    int code;             /* 0, or an error with its message */
    str message;
};
bool reply_fail(struct reply *r, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- lsp_text.c ---- */

struct lines { /* line ends as LSP has them: LF, CR LF, CR */
    str text;
    uint32_t *at;
    uint32_t count;
};
struct position {
    uint32_t line, character;
};
void lines_of(struct lines *l, struct arena *a, str text);
struct position lines_position(const struct lines *l, size_t offset, bool utf8);
/* Past the end of a line: its end. Past the last line: the end of the text. Inside a character: its start. */
size_t lines_offset(const struct lines *l, struct position p, bool utf8);
/* The path of a file:// address, percent-decoded, without empty, "." and ".." segments; false for any other address. */
bool uri_path(struct arena *a, str uri, str *path);
str uri_of(struct arena *a, str path);
/* A member by path: "textDocument.uri". NULL when any part is missing. */
const struct json *json_get(const struct json *j, const char *path);
str json_text(const struct json *j, const char *path); /* .p NULL: not there or no string */
bool json_true(const struct json *j, const char *path);
bool json_has_text(const struct json *j, const char *path, str value); /* an array of strings that has it */
bool json_position(const struct json *j, struct position *out);

/* ---- documents: lsp_docs.c ---- */

struct doc {
    struct arena *arena; /* of this struct, uri, path */
    struct arena *text_arena;
    str uri, path; /* path empty: not a file */
    str folder;    /* of its pack, empty when it is in none; in `arena` */
    str text;
    bool has_version;
    int64_t version;
    const char *lost; /* why its text is not known (then it is empty), for the user; NULL */
};
struct doc *doc_find(const struct lsp *s, str uri);
struct doc *doc_at_path(const struct lsp *s, str path);
void docs_open(struct lsp *s, const struct json *params);
void docs_change(struct lsp *s, const struct json *params);
void docs_save(struct lsp *s, const struct json *params);
void docs_close(struct lsp *s, const struct json *params);
void docs_free(struct lsp *s);

/* ---- lsp_symbol.c, lsp_names.c: what names mean ---- */

enum symbol_kind {
    SYMBOL_NONE,
    SYMBOL_DECL, /* known by its kind (owner) and name: source, fund, register, indicator, plan, service … */
    SYMBOL_CODES,
    SYMBOL_ENTITY, /* entity or spell; also the slot a spell has in its owner */
    SYMBOL_PARAM,
    SYMBOL_POLICY,
    SYMBOL_SLOT,      /* field or group; owner: entity */
    SYMBOL_FUNC,      /* definition or table, all versions; owner: entity */
    SYMBOL_ITEM,      /* owner: code list */
    SYMBOL_CRITERION, /* criterion or exclusion; owner: policy */
    SYMBOL_LOCAL,     /* parameter of a definition, step of an amount; owner: declaration */
    SYMBOL_CLAUSE,    /* what else has a name inside a declaration: exception, material, step of a service; owner:
                         declaration */
    SYMBOL_BUILTIN,   /* owner: enum builtin */
    SYMBOL_UPPER,     /* the folder named by 上级 */
};

/* Indices are those of one program; symbols of one program are equal when all three are. */
struct symbol {
    enum symbol_kind kind;
    uint32_t owner;
    str name; /* as declared */
};
bool symbol_eq(struct symbol a, struct symbol b);
/* The same thing in another program; false when it is not there. */
bool symbol_in(const struct program *from, struct symbol s, const struct program *to, struct symbol *out);
/* Its (newest) declaration; NULL for what has none. */
const struct decl *symbol_decl(const struct program *p, struct symbol s);
const struct slot *symbol_slot(const struct program *p, struct symbol s); /* of SLOT and FUNC */
const struct code_item *symbol_item(const struct program *p, struct symbol s);
const char *symbol_kind_zh(const struct program *p, struct symbol s);

struct mention { /* a name standing somewhere */
    struct loc loc;
    struct symbol symbol;
    bool declares;
};
typedef VEC(struct mention) mention_list;

/* Every name in every declaration of p, by place, each place once. */
void names_collect(const struct program *p, struct arena *a, mention_list *out);

/* Completion puts a name of its own where the cursor is, and learns what was around it (lang/look.h). */
#define NAMES_MARKER "__leye__"

/* ---- lsp_chain.c: loads ---- */

struct load { /* one reading of a chain of packs; lives in its own arena */
    struct arena *arena;
    struct pack_set set; /* set.program NULL: the folder could not be read, and failure says why */
    str failure;
    bool indexed;
    mention_list mentions;
};
struct chain {
    struct arena *arena;
    str folder;
    struct load *now, *good; /* newest; newest without mistakes (may be the same, may be NULL) */
    bool stale, used;
};
/* Reads a pack with the editor's texts over it, and `extra` over those. */
struct load *load_new(const struct lsp *s, str folder, const struct pack_overlay *extra, size_t extra_count);
void load_free(struct load *l);
const mention_list *load_mentions(struct load *l);
bool load_clean(const struct load *l); /* a program without mistakes */
const struct source *load_source(const struct load *l, str path);
const struct mention *load_mention_at(struct load *l, const struct source *src, size_t offset);

struct chain *chain_of(const struct lsp *s, const struct doc *d); /* NULL: in no pack, or nothing is loaded yet */
void chains_touch(struct lsp *s, str path);                       /* this file changed; .p NULL: any may have */
void chains_refresh(struct lsp *s);                               /* loads what is stale, publishes diagnostics */
void chains_free(struct lsp *s);
/* Folders of packs whose programs may contain the file: the packs beside its own. */
void chains_beside(struct arena *a, str folder, file_list *out);

/* ---- the server ---- */

struct client { /* what it can do */
    bool utf8, markdown, snippets, outline;
};
struct lsp {
    struct arena *arena;
    lsp_send *send;
    void *to;
    struct reader reader;
    enum { LSP_WAITING, LSP_RUNNING, LSP_SHUT } state;
    bool ended, shut_down;
    struct client client;
    struct doc *docs[LSP_DOCS_MAX];
    size_t doc_count;
    struct chain *chains[LSP_CHAINS_MAX];
    size_t chain_count;
    bool stale; /* documents came, went or changed */
    struct arena *published_arena;
    struct map published; /* uri -> struct published */
};
void server_notify(struct lsp *s, const char *method, str params);
/* Where a request points: its document, the chain, the newest load, its source and the offset in it. False: answered
 * with an error, or (with null) because the document is in no pack. */
struct spot {
    struct doc *doc;
    struct chain *chain;
    struct load *load;
    const struct source *source;
    uint32_t offset;
};
enum spot_found { SPOT_FOUND, SPOT_NOTHING, SPOT_BAD };
enum spot_found spot_of(struct lsp *s, const struct json *params, struct reply *r, struct spot *out);
/* The name there, and in which load it was understood: the newest, else the last good one. NULL: no name. */
const struct mention *spot_mention(struct spot *at, struct arena *a, struct load **in);
/* Writes places as the client counts. Line ends of the last texts are remembered, since places come in runs. */
struct writer {
    struct lsp *s;
    struct arena *a;
    struct json_writer *json;
    struct lines lines[2];
    unsigned last;
};
void write_range(struct writer *w, str text, size_t from, size_t to);
void write_location(struct writer *w, const struct source *src, struct loc loc);
/* The address of a file: the client's own spelling when it is open. */
str path_uri(const struct lsp *s, struct arena *a, str path);

/* ---- features: each writes its result; false after reply_fail ---- */

bool feature_hover(struct lsp *s, const struct json *params, struct reply *r);
bool feature_definition(struct lsp *s, const struct json *params, struct reply *r);
bool feature_references(struct lsp *s, const struct json *params, struct reply *r);
bool feature_symbols(struct lsp *s, const struct json *params, struct reply *r);
bool feature_completion(struct lsp *s, const struct json *params, struct reply *r);
bool feature_prepare_rename(struct lsp *s, const struct json *params, struct reply *r);
bool feature_rename(struct lsp *s, const struct json *params, struct reply *r);
bool feature_fixes(struct lsp *s, const struct json *params, struct reply *r);
bool feature_format(struct lsp *s, const struct json *params, struct reply *r);

/* The declaration of a parsed text that covers an offset; NULL when there is none. */
const struct decl *decl_covering(const decl_list *decls, uint16_t source, uint32_t offset);
/* One place of a name. */
struct place {
    str path;
    uint32_t from, to;
    bool declares;
};
typedef VEC(struct place) place_list;
/* Shows the places of a symbol in every chain that sees its declaration, the chain at hand first: a lower pack uses
 * what an upper one declares. Each load lives only while it is shown; places live in `a`. False when visit said false.
 */
typedef bool place_visitor(void *to, str folder, struct load *l, const place_list *places);
bool places_everywhere(struct lsp *s, struct arena *a, const struct spot *at, struct symbol symbol,
                       place_visitor *visit, void *to);
void places_sort(place_list *list); /* by file and place, each once */

#endif
