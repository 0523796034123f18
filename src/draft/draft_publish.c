/* draft_publish: from a draft to files in force. First everything is written beside the files it will replace, so that
 * what can fail fails while nothing has changed; then the database says yes, with the texts of the new version in it;
 * then the files take their names. Whatever cuts that short, draft_finish brings the folder to what the database says.
 */
#include "draft/draft_priv.h"

#include <string.h>
#include <unistd.h>

bool draft_folder_files(str folder, struct arena *a, file_list *names, struct err *e)
{
    enum { FILES_MAX = 4096 }; /* LIMIT_FILES */
    file_list paths = { 0 };
    if (!file_walk(a, folder, STR(".leye"), FILES_MAX, &paths, e)) return false;
    VEC_EACH (const str, path, &paths) *vec_push(a, names) = str_slice(*path, folder.len + 1, path->len);
    return true;
}

static bool has_name(const file_list *names, str name)
{
    VEC_EACH (const str, n, names) {
        if (str_eq(*n, name)) return true;
    }
    return false;
}

/* ---- may it ---- */

static bool sound(const struct draft_found *f, struct err *e)
{
    if (f->errors > 0) return fail(e, CONFLICT, "草稿里还有 %zu 处错误，改好再来", f->errors);
    if (f->failed > 0) return fail(e, CONFLICT, "还有 %zu 个例不对；改规则，或者改例，都对了再来", f->failed);
    if (f->waiting > 0) return fail(e, CONFLICT, "例太慢，还有 %zu 个没有跑；把例或规则写简单一些", f->waiting);
    return true;
}

static bool same_turn(const struct draft *d, const struct draft_found *f, struct err *e)
{
    return d->turn == f->turn || fail(e, CONFLICT, "这份草稿刚刚又变过，请重新打开再看一遍");
}

static bool bases_stand(const struct draft *d, const draft_files *files, struct arena *a, struct err *e)
{
    VEC_EACH (const struct draft_file, f, files) {
        bool there;
        str text;
        if (!draft_pack_text(d->folder, f->name, a, &there, &text, e)) return false;
        if (there == f->is_new || !str_eq(text, f->base))
            return fail(e, CONFLICT, "%.*s：正式的这一份在您动笔以后变过，先打开它接上新的", STR_ARG(f->name));
    }
    return true;
}

static bool was_tried(struct store *s, int64_t id, const struct draft_found *f, struct arena *a, struct err *e)
{
    bool there;
    struct draft_trial t;
    if (!draft_trial_of(s, id, a, &there, &t, e)) return false;
    if (!there) return fail(e, CONFLICT, "还没有在全城试算过；先试算，看清谁得谁失、花多少钱");
    return (str_eq(t.rules, f->rules) && str_eq(t.base, f->base)) ||
           fail(e, CONFLICT, "试算过以后，草稿或者正式的规则又变过；再试算一次");
}

bool draft_propose(struct store *s, const struct draft_act *act, int64_t id, const struct draft_found *f, struct err *e)
{
    autoarena *a = arena_new("propose", 0);
    struct draft d;
    draft_files files = { 0 };
    if (!draft_begin(s, id, a, &d, e)) return false;
    bool ok = same_turn(&d, f, e) && draft_files_of(s, id, a, &files, e) &&
              (files.len > 0 || fail(e, CONFLICT, "草稿里还没有改任何文件")) && sound(f, e) &&
              bases_stand(&d, &files, a, e) && was_tried(s, id, f, a, e);
    d.proposer = act->who, d.base = f->base, d.rules = f->rules;
    ok =
        ok && draft_moved(s, act, &d, STR("提交"),
                          str_fmt(a, "{\"base\":\"%.*s\",\"rules\":\"%.*s\"}", STR_ARG(f->base), STR_ARG(f->rules)), e);
    return store_end(s, ok, e);
}

/* ---- versions ---- */

static bool add_file(struct store *s, str folder, int64_t number, str name, str text, struct err *e)
{
    char hash[SM3_HEX + 1];
    return draft_blob(s, text, hash, e) &&
           store_do(s, NULL, e, "INSERT INTO draft_version_file (folder, number, name, hash) VALUES ($1, $2, $3, $4)",
                    "siss", folder, number, name, str_of(hash));
}

static bool add_version(struct store *s, str folder, const struct draft_version *v, bool written, struct err *e)
{
    return store_do(s, NULL, e,
                    "INSERT INTO draft_version (folder, number, draft, at, hash, author, approver, title, written)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    "siiissssi", folder, v->number, v->draft, v->at, v->hash, v->author, v->approver, v->title,
                    (int64_t)written);
}

/* The files of the pack as they stand, as a version: what there was before the first publication. */
static bool add_first(struct store *s, const struct draft *d, str hash, int64_t now, const file_list *names,
                      struct arena *a, struct err *e)
{
    struct draft_version v = { .number = 1, .at = now, .hash = hash, .title = STR("第一次发布以前") };
    if (!add_version(s, d->folder, &v, true, e)) return false;
    VEC_EACH (const str, name, names) {
        bool there;
        str text;
        if (!draft_pack_text(d->folder, *name, a, &there, &text, e) || !add_file(s, d->folder, 1, *name, text, e))
            return false;
    }
    return true;
}

/* Everything the folder will hold. */
static bool add_texts(struct store *s, const struct draft *d, int64_t number, const draft_files *files,
                      const file_list *names, struct arena *a, struct err *e)
{
    file_list changed = { 0 };
    VEC_EACH (const struct draft_file, f, files) {
        *vec_push(a, &changed) = f->name;
        if (!f->gone && !add_file(s, d->folder, number, f->name, f->text, e)) return false;
    }
    VEC_EACH (const str, name, names) {
        bool there;
        str text;
        if (has_name(&changed, *name)) continue;
        if (!draft_pack_text(d->folder, *name, a, &there, &text, e) || !add_file(s, d->folder, number, *name, text, e))
            return false;
    }
    return true;
}

static bool new_version(struct store *s, const struct draft *d, const struct draft_act *act,
                        const struct draft_found *f, const draft_files *files, struct arena *a, int64_t *number,
                        struct err *e)
{
    file_list names = { 0 };
    if (!store_get(s, NULL, number, 1, e, "SELECT coalesce(max(number), 0) FROM draft_version WHERE folder = $1", "s",
                   d->folder) ||
        !draft_folder_files(d->folder, a, &names, e) ||
        (*number == 0 && !add_first(s, d, f->base, act->now, &names, a, e)))
        return false;
    *number = *number == 0 ? 2 : *number + 1;
    struct draft_version v = { *number, d->id, act->now, f->after, d->author, act->who, d->title };
    return add_version(s, d->folder, &v, false, e) && add_texts(s, d, *number, files, &names, a, e);
}

/* ---- files ---- */

struct writing {
    struct file_out **out; /* NULL: nothing of it to write */
    const draft_files *files;
};

static void give_up(struct writing *w)
{
    for (size_t i = 0; i < w->files->len; i++) {
        if (w->out[i] != NULL) file_discard(w->out[i]);
        w->out[i] = NULL;
    }
}

static bool write_beside(struct writing *w, const struct draft *d, struct arena *a, struct err *e)
{
    w->out = ARENA_ARRAY(a, struct file_out *, w->files->len + 1);
    for (size_t i = 0; i < w->files->len; i++) {
        const struct draft_file *f = &w->files->at[i];
        if (f->gone || (!f->is_new && str_eq(f->text, f->base))) continue;
        str path = file_join(a, d->folder, f->name);
        struct file_out *out = ARENA_NEW(a, struct file_out);
        bool ok = file_make_dirs(file_dir(path), e) && file_create(out, path, e);
        if (ok) w->out[i] = out;
        if (!ok || !file_append(out, f->text, e)) {
            give_up(w);
            return fail_up(e, "没有发布，正式的规则没有动");
        }
    }
    return true;
}

static bool take_away(str path, struct arena *a, struct err *e)
{
    return unlink(str_dup(a, path).p) == 0 || !file_exists(path) || fail(e, IO, "拿不掉文件 %.*s", STR_ARG(path));
}

static bool take_names(struct writing *w, const struct draft *d, struct arena *a, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; i < w->files->len; i++) {
        const struct draft_file *f = &w->files->at[i];
        if (w->out[i] != NULL && ok) {
            ok = file_commit(w->out[i], e);
            w->out[i] = NULL;
        }
        if (f->gone && ok) ok = take_away(file_join(a, d->folder, f->name), a, e);
    }
    give_up(w);
    return ok;
}

/* ---- publishing ---- */

static bool may_publish(struct store *s, const struct draft *d, const struct draft_act *act,
                        const struct draft_found *f, const draft_files *files, struct arena *a, struct err *e)
{
    bool wrote;
    if (!draft_is_of(s, d->id, act->who, &wrote, e)) return false;
    if (wrote) return fail(e, DENIED, "这份草稿里有您写的，要由没有参与的人来批准");
    if (d->state == DRAFT_PROPOSED && !str_eq(d->base, f->base))
        return fail(e, CONFLICT, "提交以后，正式的规则变过；请退回，接上新的、重新试算再提交");
    if (d->state == DRAFT_PROPOSED && !str_eq(d->rules, f->rules))
        return fail(e, CONFLICT, "提交以后，上级的规则变过；请退回，重新试算再提交");
    return same_turn(d, f, e) && sound(f, e) && bases_stand(d, files, a, e) && was_tried(s, d->id, f, a, e);
}

static str words_of(const struct draft_found *f, const draft_files *files, int64_t version, struct arena *a)
{
    struct text t;
    struct json_writer w;
    text_init(&t, a, JOURNAL_BODY_MAX / 2);
    json_begin(&w, &t, false);
    json_object(&w);
    json_key(&w, "version"), json_int(&w, version);
    json_key(&w, "before"), json_str(&w, f->base);
    json_key(&w, "after"), json_str(&w, f->after);
    json_key(&w, "rules"), json_str(&w, f->rules);
    json_key(&w, "files");
    json_array(&w);
    VEC_EACH (const struct draft_file, one, files) json_str(&w, one->name);
    json_array_end(&w);
    json_object_end(&w);
    return text_str(&t);
}

bool draft_publish(struct store *s, const struct draft_act *act, int64_t id, const struct draft_found *f,
                   int64_t *version, struct err *e)
{
    autoarena *a = arena_new("publish", 0);
    struct draft d;
    draft_files files = { 0 };
    struct writing w = { .files = &files };
    int64_t number = 0;
    if (!draft_begin(s, id, a, &d, e)) return false;
    bool ok = draft_files_of(s, id, a, &files, e) && may_publish(s, &d, act, f, &files, a, e) &&
              new_version(s, &d, act, f, &files, a, &number, e);
    d.approver = act->who;
    ok =
        ok && draft_moved(s, act, &d, STR("批准发布"), words_of(f, &files, number, a), e) && write_beside(&w, &d, a, e);
    bool beside = ok;
    if (!(store_end(s, ok, e) && ok)) {
        if (beside) give_up(&w);
        return false;
    }
    *version = number;
    if (!take_names(&w, &d, a, e)) return fail_up(e, "批准记下了，文件没有写完；下次开大厅时会接着写完");
    return store_do(s, NULL, e, "UPDATE draft_version SET written = 1 WHERE folder = $1 AND number = $2", "si",
                    d.folder, number);
}

/* ---- after a crash ---- */

struct version_file {
    str name, hash;
};
typedef VEC(struct version_file) version_files;

static bool files_of(struct store *s, str folder, int64_t number, struct arena *a, version_files *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(s, &q, e,
                   "SELECT name, hash FROM draft_version_file WHERE folder = $1 AND number = $2 ORDER BY name", "si",
                   folder, number))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) = (struct version_file){ store_word(q, 0, a), store_word(q, 1, a) };
    store_done(q);
    return ok;
}

static str hash_in(const version_files *files, str name)
{
    VEC_EACH (const struct version_file, f, files) {
        if (str_eq(f->name, name)) return f->hash;
    }
    return STR("");
}

/* One file to what the new version has. What neither version has was put there by somebody else: left alone. */
static bool bring(struct store *s, str folder, str name, str was, str is, struct arena *a, struct err *e)
{
    bool there;
    str text, wanted;
    char hash[SM3_HEX + 1] = "";
    str path = file_join(a, folder, name);
    if (!draft_pack_text(folder, name, a, &there, &text, e) || (there && !crypto_sm3_hex(text, hash, e))) return false;
    if (str_eq(str_of(hash), is)) return true;
    if (!str_eq(str_of(hash), was))
        return fail(e, CONFLICT, "%.*s 在发布的时候被别的办法改过；请把它恢复成发布以前的样子再开", STR_ARG(path));
    if (is.len == 0) return take_away(path, a, e);
    return draft_blob_text(s, is, a, &wanted, e) && file_make_dirs(file_dir(path), e) && file_write(path, wanted, e);
}

static bool finish_one(struct store *s, str folder, int64_t number, struct arena *a, struct err *e)
{
    version_files was = { 0 }, is = { 0 };
    if (!files_of(s, folder, number - 1, a, &was, e) || !files_of(s, folder, number, a, &is, e)) return false;
    VEC_EACH (const struct version_file, f, &is) {
        if (!bring(s, folder, f->name, hash_in(&was, f->name), f->hash, a, e)) return false;
    }
    VEC_EACH (const struct version_file, f, &was) {
        if (hash_in(&is, f->name).len == 0 && !bring(s, folder, f->name, f->hash, STR(""), a, e)) return false;
    }
    return store_do(s, NULL, e, "UPDATE draft_version SET written = 1 WHERE folder = $1 AND number = $2", "si", folder,
                    number);
}

bool draft_finish(struct store *s, uint32_t *finished, struct err *e)
{
    autoarena *a = arena_new("finish", 0);
    struct store_stmt *q;
    struct unfinished {
        str folder;
        int64_t number;
    };
    VEC(struct unfinished) list = { 0 };
    bool row, ok;
    *finished = 0;
    if (!store_ask(s, &q, e, "SELECT folder, number FROM draft_version WHERE written = 0 ORDER BY folder, number", ""))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, &list) = (struct unfinished){ store_word(q, 0, a), store_number(q, 1) };
    store_done(q);
    VEC_EACH (const struct unfinished, u, &list) {
        /* a copy of the database on another machine has nothing to finish */
        if (!ok || !file_is_dir(u->folder)) continue;
        ok = finish_one(s, u->folder, u->number, a, e);
        *finished += ok;
    }
    return ok;
}

/* ---- the way back ---- */

bool draft_versions_of(struct store *s, str folder, struct arena *a, draft_versions *out, struct err *e)
{
    struct store_stmt *q;
    bool row, ok;
    if (!store_ask(s, &q, e,
                   "SELECT number, draft, at, hash, author, approver, title FROM draft_version WHERE folder = $1"
                   " ORDER BY number DESC",
                   "s", folder))
        return false;
    while ((ok = store_step(q, &row, e)) && row)
        *vec_push(a, out) =
            (struct draft_version){ store_number(q, 0),  store_number(q, 1),  store_number(q, 2), store_word(q, 3, a),
                                    store_word(q, 4, a), store_word(q, 5, a), store_word(q, 6, a) };
    store_done(q);
    return ok;
}

static bool restore_one(struct store *s, const struct draft_act *act, const struct draft *d, str name, str hash,
                        struct arena *a, struct err *e)
{
    struct draft_file now = { 0 };
    struct draft_saved saved;
    bool there;
    struct draft_typed t = { .name = name, .gone = hash.len == 0 };
    if (!draft_file_of(s, d->id, name, a, &there, &now, e) || !draft_blob_text(s, hash, a, &t.text, e)) return false;
    t.revision = there ? now.revision : 0;
    return draft_save(s, act, d->id, &t, a, &saved, e);
}

bool draft_restore(struct store *s, const struct draft_act *act, int64_t id, int64_t version, struct arena *a,
                   struct err *e)
{
    struct draft d;
    version_files files = { 0 };
    file_list names = { 0 };
    if (!draft_begin(s, id, a, &d, e)) return false;
    bool ok = files_of(s, d.folder, version, a, &files, e) &&
              (files.len > 0 || fail(e, NOT_FOUND, "没有第 %lld 版", (long long)version)) &&
              draft_folder_files(d.folder, a, &names, e);
    for (size_t i = 0; ok && i < files.len; i++) ok = restore_one(s, act, &d, files.at[i].name, files.at[i].hash, a, e);
    for (size_t i = 0; ok && i < names.len; i++) {
        if (hash_in(&files, names.at[i]).len == 0) ok = restore_one(s, act, &d, names.at[i], STR(""), a, e);
    }
    return store_end(s, ok, e);
}
