/* draft_text: texts of a draft. The newest revision that is not aside is what the draft says; nothing is ever written
 * over. Who saves over an older revision than that meets whoever saved it: what does not touch is put together. */
#include "base/utf8.h"
#include "draft/draft_priv.h"
#include "draft/lines.h"

#include <stdlib.h>
#include <string.h>

/* ---- what can be a file of a pack ---- */

bool draft_name_ok(str name)
{
    size_t bad;
    str rest = name, piece;
    if (name.len == 0 || name.len > DRAFT_NAME_MAX || !utf8_valid(name, &bad) || !str_ends(name, STR(".leye")))
        return false;
    while (str_split(&rest, '/', &piece)) {
        if (piece.len == 0 || piece.p[0] == '.') return false;
        for (size_t i = 0; i < piece.len; i++) {
            if ((unsigned char)piece.p[i] <= ' ' || piece.p[i] == '\\' || piece.p[i] == 127) return false;
        }
    }
    return true;
}

/* Line ends as packs have them, and one at the end. */
static str put_right(str typed, struct arena *a)
{
    char *out = arena_alloc(a, typed.len + 2);
    size_t n = 0;
    for (size_t i = 0; i < typed.len; i++) {
        if (typed.p[i] == '\r' && i + 1 < typed.len && typed.p[i + 1] == '\n') continue;
        out[n++] = typed.p[i] == '\r' ? '\n' : typed.p[i];
    }
    if (n > 0 && out[n - 1] != '\n') out[n++] = '\n';
    return (str){ out, n };
}

static bool typed_ok(const struct draft_typed *t, struct err *e)
{
    size_t bad;
    if (!draft_name_ok(t->name))
        return fail(e, INVALID, "文件的名字写成 parameters/fill.leye 这样：不要空格，最后是 .leye");
    if (t->text.len > DRAFT_TEXT_MAX)
        return fail(e, LIMIT, "一份文件最多 %d 千字节；分成几份，更好读", DRAFT_TEXT_MAX >> 10);
    if (!utf8_valid(t->text, &bad) || memchr(t->text.p != NULL ? t->text.p : "", 0, t->text.len) != NULL)
        return fail(e, INVALID, "送来的不是文字；请用 UTF-8");
    return true;
}

bool draft_pack_text(str folder, str name, struct arena *a, bool *there, str *out, struct err *e)
{
    enum { FILE_MAX = 4 << 20 }; /* LIMIT_FILE_BYTES */
    str path = file_join(a, folder, name);
    *there = file_exists(path);
    *out = STR("");
    return !*there || file_read(a, path, FILE_MAX, out, e);
}

/* ---- reading ---- */

#define CURRENT                                                                                               \
    "SELECT t.name, t.revision, t.who, t.at, t.hash, t.base, t.gone FROM draft_text t WHERE t.draft = $1 AND" \
    " t.aside = 0 AND t.revision = (SELECT max(u.revision) FROM draft_text u WHERE u.draft = t.draft AND"     \
    " u.name = t.name AND u.aside = 0)"

struct row {
    str hash, base;
};

static void read_row(const struct store_stmt *q, struct arena *a, struct draft_file *f, struct row *r)
{
    *f = (struct draft_file){ .name = store_word(q, 0, a),
                              .revision = store_number(q, 1),
                              .who = store_word(q, 2, a),
                              .at = store_number(q, 3),
                              .gone = store_number(q, 6) != 0 };
    *r = (struct row){ store_word(q, 4, a), store_word(q, 5, a) };
    f->is_new = r->base.len == 0;
}

static bool read_texts(struct store *s, struct draft_file *f, const struct row *r, struct arena *a, struct err *e)
{
    return draft_blob_text(s, r->hash, a, &f->text, e) && draft_blob_text(s, r->base, a, &f->base, e);
}

bool draft_files_of(struct store *s, int64_t id, struct arena *a, draft_files *out, struct err *e)
{
    struct store_stmt *q;
    VEC(struct row) rows = { 0 };
    bool row, ok;
    if (!store_ask(s, &q, e, CURRENT " ORDER BY t.name", "i", id)) return false;
    while ((ok = store_step(q, &row, e)) && row) read_row(q, a, vec_push(a, out), vec_push(a, &rows));
    store_done(q);
    for (size_t i = 0; ok && i < out->len; i++) ok = read_texts(s, &out->at[i], &rows.at[i], a, e);
    return ok;
}

bool draft_file_of(struct store *s, int64_t id, str name, struct arena *a, bool *there, struct draft_file *out,
                   struct err *e)
{
    struct store_stmt *q;
    struct row r = { 0 };
    if (!store_first(s, &q, there, e, CURRENT " AND t.name = $2", "is", id, name)) return false;
    if (*there) read_row(q, a, out, &r);
    store_done(q);
    return !*there || read_texts(s, out, &r, a, e);
}

bool draft_revisions_of(struct store *s, int64_t id, str name, struct arena *a, draft_revisions *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(s, &q, e,
                   "SELECT t.revision, t.who, t.at, t.aside, b.text FROM draft_text t JOIN draft_blob b"
                   " ON b.hash = t.hash WHERE t.draft = $1 AND t.name = $2 ORDER BY t.revision DESC",
                   "is", id, name))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) = (struct draft_revision){ .revision = store_number(q, 0),
                                                     .who = store_word(q, 1, a),
                                                     .at = store_number(q, 2),
                                                     .aside = store_number(q, 3) != 0,
                                                     .text = store_word(q, 4, a) };
    store_done(q);
    return ok;
}

/* The text of one revision; 0: what the draft began from. */
static bool text_at(struct store *s, int64_t id, const struct draft_file *now, int64_t revision, struct arena *a,
                    str *out, struct err *e)
{
    struct store_stmt *q;
    bool row;
    *out = now->base;
    if (revision == 0) return true;
    if (!store_first(s, &q, &row, e, "SELECT hash FROM draft_text WHERE draft = $1 AND name = $2 AND revision = $3",
                     "isi", id, now->name, revision))
        return false;
    str hash = row ? store_word(q, 0, a) : STR("");
    store_done(q);
    return row ? draft_blob_text(s, hash, a, out, e) : fail(e, INVALID, "没有这一稿；请重新打开这份文件");
}

/* ---- saving ---- */

struct revision {
    str name, text, base; /* base: the pack's text */
    bool has_base, gone, aside;
};

static bool add_revision(struct store *s, const struct draft_act *act, int64_t id, const struct revision *r,
                         int64_t *number, struct err *e)
{
    char hash[SM3_HEX + 1], base[SM3_HEX + 1] = "";
    bool there;
    return draft_blob(s, r->text, hash, e) && (!r->has_base || draft_blob(s, r->base, base, e)) &&
           store_get(s, &there, number, 1, e,
                     "INSERT INTO draft_text (draft, name, revision, who, at, hash, base, gone, aside) SELECT"
                     " CAST($1 AS bigint), CAST($2 AS text), coalesce(max(revision), 0) + 1, CAST($3 AS text),"
                     " CAST($4 AS bigint), CAST($5 AS text), CAST($6 AS text), CAST($7 AS bigint), CAST($8 AS bigint)"
                     " FROM draft_text WHERE draft = $1 AND name = $2 RETURNING revision",
                     "ississii", id, r->name, act->who, act->now, str_of(hash), str_of(base), (int64_t)r->gone,
                     (int64_t)r->aside) &&
           store_do(s, NULL, e, "UPDATE draft SET turn = turn + 1, changed_at = $2 WHERE id = $1", "ii", id, act->now);
}

static bool may_write(const struct draft *d, const struct draft_act *act, struct err *e)
{
    if ((act->roles & DRAFT_AUTHOR) == 0) return fail(e, DENIED, "草稿由规则岗位来写");
    switch (d->state) {
    case DRAFT_WRITING: return true;
    case DRAFT_PROPOSED: return fail(e, CONFLICT, "这份草稿在等批准，不能改；要改先撤回");
    case DRAFT_PUBLISHED: return fail(e, CONFLICT, "这份草稿已经发布了；要改另起一份草稿");
    case DRAFT_DISCARDED: break;
    }
    return fail(e, CONFLICT, "这份草稿已经作废；要改另起一份草稿");
}

static bool few_enough(const struct draft *d, struct err *e)
{
    return d->files < DRAFT_FILES_MAX || fail(e, LIMIT, "一份草稿最多改 %d 份文件；分成几份发布", DRAFT_FILES_MAX);
}

static bool save_first(struct store *s, const struct draft_act *act, const struct draft *d, struct revision *r,
                       struct arena *a, struct draft_saved *out, struct err *e)
{
    bool there;
    str text;
    if (!draft_pack_text(d->folder, r->name, a, &there, &text, e)) return false;
    r->has_base = there, r->base = text;
    if (there ? !r->gone && str_eq(r->text, text) : r->gone) return true; /* SAME */
    out->outcome = DRAFT_SAVED;
    return few_enough(d, e) && add_revision(s, act, d->id, r, &out->revision, e);
}

static bool save_over(struct store *s, const struct draft_act *act, const struct draft *d, struct revision *r,
                      const struct draft_file *now, int64_t revision, struct arena *a, struct draft_saved *out,
                      struct err *e)
{
    out->revision = now->revision;
    r->has_base = !now->is_new, r->base = now->base;
    if (r->gone == now->gone && str_eq(r->text, now->text)) return true; /* SAME */
    out->outcome = DRAFT_SAVED;
    if (revision == now->revision) return add_revision(s, act, d->id, r, &out->revision, e);
    out->who = now->who, out->theirs = now->text;
    if (!text_at(s, d->id, now, revision, a, &out->from, e)) return false;
    int64_t number;
    bool together = !r->gone && !now->gone && lines_merge(out->from, r->text, now->text, a, &r->text);
    out->outcome = together ? DRAFT_MERGED : DRAFT_CLASH;
    r->aside = !together;
    if (!add_revision(s, act, d->id, r, &number, e)) return false;
    if (together) out->revision = number;
    return true;
}

bool draft_save(struct store *s, const struct draft_act *act, int64_t id, const struct draft_typed *t, struct arena *a,
                struct draft_saved *out, struct err *e)
{
    struct draft d;
    struct draft_file now;
    bool there;
    struct draft_saved saved = { .outcome = DRAFT_SAME };
    struct revision r = { .name = t->name, .text = t->gone ? STR("") : put_right(t->text, a), .gone = t->gone };
    if (!typed_ok(t, e)) return false;
    if (t->gone && str_eq(t->name, STR("pack.leye"))) return fail(e, INVALID, "pack.leye 说这是哪个包，不能拿掉");
    if (!draft_begin(s, id, a, &d, e)) return false;
    bool ok =
        may_write(&d, act, e) && draft_file_of(s, id, t->name, a, &there, &now, e) &&
        (there ? save_over(s, act, &d, &r, &now, t->revision, a, &saved, e) : save_first(s, act, &d, &r, a, &saved, e));
    if (!store_end(s, ok, e)) return false;
    *out = saved;
    return true;
}

bool draft_catch_up(struct store *s, const struct draft_act *act, int64_t id, str name, bool by_hand, struct arena *a,
                    bool *done, struct err *e)
{
    struct draft d;
    struct draft_file now;
    bool there, in_pack;
    str text;
    int64_t number;
    *done = false;
    if (!draft_begin(s, id, a, &d, e)) return false;
    bool ok = may_write(&d, act, e) && draft_file_of(s, id, name, a, &there, &now, e) &&
              (there || fail(e, NOT_FOUND, "草稿里没有改过这份文件")) &&
              draft_pack_text(d.folder, name, a, &in_pack, &text, e);
    struct revision r = { .name = name, .text = ok ? now.text : STR(""), .gone = ok && now.gone };
    if (ok) r.has_base = in_pack, r.base = text;
    bool fits = ok && (by_hand || now.gone || !in_pack || lines_merge(now.base, now.text, text, a, &r.text));
    if (fits) ok = add_revision(s, act, id, &r, &number, e);
    if (!store_end(s, ok, e)) return false;
    *done = fits;
    return true;
}

/* ---- as a pack ---- */

bool draft_load(struct store *s, const struct draft *d, const struct draft_typed *typed, struct arena *a,
                struct pack_set *set, struct err *e)
{
    draft_files files = { 0 };
    if (!draft_files_of(s, d->id, a, &files, e) || (typed != NULL && !typed_ok(typed, e))) return false;
    struct pack_overlay *over = ARENA_ARRAY(a, struct pack_overlay, files.len + 1);
    size_t n = 0;
    VEC_EACH (const struct draft_file, f, &files) {
        if (typed != NULL && str_eq(f->name, typed->name)) continue;
        over[n++] = (struct pack_overlay){ file_join(a, d->folder, f->name), f->text, f->gone };
    }
    if (typed != NULL)
        over[n++] =
            (struct pack_overlay){ file_join(a, d->folder, typed->name), put_right(typed->text, a), typed->gone };
    if (!pack_load(set, a, d->folder, over, n, e)) return false;
    return !arena_over(a) || fail(e, LIMIT, "这份草稿太大，查它要的内存超过了限度；把文件写短一些");
}

bool draft_weigh(struct store *s, const struct draft *d, date today, bool (*go_on)(void *ctx), void *ctx,
                 struct arena *a, struct draft_weighed *out, struct err *e)
{
    *out = (struct draft_weighed){ .found = { .turn = d->turn } };
    if (!pack_load(&out->was, a, d->folder, NULL, 0, e) || !draft_load(s, d, NULL, a, &out->is, e)) return false;
    const struct program *was = out->was.program, *is = out->is.program;
    out->found.rules = is->hash;
    out->found.base = was->packs.at[was->packs.len - 1].hash;
    out->found.after = is->packs.at[is->packs.len - 1].hash;
    out->found.errors = out->is.diags.errors;
    if (out->found.errors > 0) return true;
    proof_run(is, false, today, go_on, ctx, a, &out->proof);
    out->found.failed = out->proof.failed, out->found.waiting = out->proof.waiting;
    return true;
}
