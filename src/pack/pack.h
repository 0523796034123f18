/* pack: folders of .leye files. Reads a pack with everything above it (上级), links and checks them as one program, and
 * says by hashes exactly which text that was. */
#ifndef PACK_PACK_H
#define PACK_PACK_H
#include "base/file.h"
#include "lang/example.h"

/* A file whose text is not (yet) the one on disk: an editor's buffer, a draft. One that is not on disk at all, below a
 * folder of the chain, is read like those that are. */
struct pack_overlay {
    str path, text;
    bool gone; /* as if there were no such file */
};

struct pack_set {
    struct arena *arena;
    struct program *program;
    struct diags diags;
};

/* Files read and parsed once for several loads: chains share their upper packs. Outlives every set loaded with it. */
struct pack_cache;
struct pack_cache *pack_cache_new(void);
void pack_cache_free(struct pack_cache *c);
/* True once a chain whose uppermost packs are these was loaded with the cache: what spans one pack's declarations
 * (tables, exceptions, examples) was looked at then, and is not again. */
bool pack_cache_seen(const struct pack_cache *c, str pack_path);

/* Loads `dir` and its uppers, which are looked for beside it, then among the installed packs. False only when a folder
 * cannot be read; mistakes in files are in set->diags. */
bool pack_load(struct pack_set *set, struct arena *a, str dir, const struct pack_overlay *overlays,
               size_t overlay_count, struct err *e);
/* The same without 例, which are most of the text: for who asks the rules, not whether they are right. The hash is that
 * of the whole text; mistakes within examples are left to `leye check`. */
bool pack_load_rules(struct pack_set *set, struct arena *a, str dir, struct err *e);
/* For checking many packs; the program has no hash. */
bool pack_load_cached(struct pack_set *set, struct arena *a, str dir, struct pack_cache *cache, struct err *e);
/* A program from one text, as the manual's examples and tests use it. */
void pack_load_text(struct pack_set *set, struct arena *a, str path, str text);
/* All of a set as one text, and back: the same rules with the same hash, though their folders are gone or others now;
 * without 例. False: it is not such a text. `kept` must live as long as the set. */
void pack_keep(const struct pack_set *set, struct text *out);
bool pack_load_kept(struct pack_set *set, struct arena *a, str kept);
/* The folder of the pack a file belongs to: the nearest folder upwards with a pack.leye. Empty when there is none. */
str pack_folder_of(struct arena *a, str path);
/* The packs installed with the program: …/bin/leye -> …/share/leye/packs, whether it is there or not. */
str pack_installed(struct arena *a);
/* Folders below `dir` (or dir itself) that hold a pack.leye, sorted. */
bool pack_find(struct arena *a, str dir, file_list *out, struct err *e);

#endif
