/* studio: the rules as they are in force here, to be read: packs, files, examples run now; the drafts on their way, the
 * versions that were. */
#include "hall/studio.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>

enum {
    EXAMPLES_SECONDS = 5, /* of work, in one request */
    VERSIONS_SHOWN = 30,
    ENDED_SHOWN = 20,
};

struct studio {
    struct hall *h;
    struct trials *trials;
    str folder;
    struct arena *a;    /* of what follows: examples of the rules in force, run once a day */
    struct proof proof; /* of the own pack: upper ones are tested on their own, where what they leave open is open */
    date proved;
};

/* ---- the keeper ---- */

bool studio_open(struct hall *h, struct studio **out, struct err *e)
{
    struct studio *s = ARENA_NEW(h->a, struct studio);
    const struct pack_info *own = &h->p->packs.at[h->p->packs.len - 1];
    char real[PATH_MAX];
    s->h = h;
    if (own->path.len > 0 && realpath(str_dup(h->a, own->path).p, real) != NULL)
        s->folder = str_dup(h->a, str_of(real));
    if (!trials_open(h, &s->trials, e)) return false;
    *out = s;
    return true;
}

void studio_close(struct studio *s)
{
    if (s == NULL) return;
    trials_close(s->trials);
    arena_free(s->a);
}

struct trials *studio_trials(const struct call *c) { return c->h->studio->trials; }
str studio_folder(const struct call *c) { return c->h->studio->folder; }

struct draft_act studio_act(struct call *c)
{
    return (struct draft_act){ .who = c->who.name,
                               .roles = c->who.role == ROLE_AUTHOR  ? DRAFT_AUTHOR
                                        : c->who.role == ROLE_CHIEF ? DRAFT_CHIEF
                                                                    : 0,
                               .now = c->now,
                               .reason = desk_field(c, "reason") };
}

bool studio_draft(struct call *c, struct draft *out, struct err *e)
{
    int64_t id;
    if (!str_to_i64(c->args[0], &id)) return fail(e, NOT_FOUND, "没有这份草稿");
    if (!draft_get(c->desk->store, id, c->a, out, e)) return false;
    return str_eq(out->folder, studio_folder(c)) ||
           fail(e, NOT_FOUND, "第 %lld 号草稿是另一个包的（%.*s），要在用那个包的大厅里打开", (long long)id,
                STR_ARG(out->folder));
}

str studio_edit_href(struct call *c, int64_t draft, str file)
{
    return words_href(c->a, str_fmt(c->a, "/studio/drafts/%lld/edit?file=", (long long)draft).p, file, "");
}

/* ---- not for ever ---- */

static void end_arena(void *a) { arena_free(a); }

struct arena *studio_arena(struct call *c)
{
    struct arena *a = arena_new("draft", DRAFT_LOAD_MAX);
    arena_cleanup(c->a, end_arena, a);
    return a;
}

/* Of this thread's own work: on a busy machine a draft is not slower than on an idle one. */
static int64_t milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool before_until(void *ctx) { return milliseconds() < *(const int64_t *)ctx; }

bool studio_weigh(struct call *c, const struct draft *d, struct arena *a, struct draft_weighed *out, struct err *e)
{
    int64_t until = milliseconds() + EXAMPLES_SECONDS * INT64_C(1000);
    return draft_weigh(c->desk->store, d, c->today, before_until, &until, a, out, e);
}

bool studio_weigh_typed(struct call *c, const struct draft *d, const struct draft_typed *t, struct arena *a,
                        struct draft_weighed *out, struct err *e)
{
    int64_t until = milliseconds() + EXAMPLES_SECONDS * INT64_C(1000);
    *out = (struct draft_weighed){ 0 };
    if (!draft_load(c->desk->store, d, t, a, &out->is, e)) return false;
    if (out->is.diags.errors == 0) proof_run(out->is.program, false, c->today, before_until, &until, a, &out->proof);
    return true;
}

/* ---- the rules in force ---- */

static void examples_doc(struct call *c, struct json *doc)
{
    struct studio *s = c->h->studio;
    if (s->a == NULL || s->proved.days != c->today.days) {
        arena_free(s->a);
        s->a = arena_new("examples", 0);
        s->proved = c->today;
        proof_run(c->h->p, false, c->today, NULL, NULL, s->a, &s->proof);
    }
    struct json failed = { .kind = JSON_ARRAY };
    VEC_EACH (const struct example_result, r, &s->proof.results) {
        if (r->passed) continue;
        struct json *o = doc_object(c->a, &failed, NULL);
        doc_str(c->a, o, "title", r->example->title);
        doc_str(c->a, o, "said", str_dup(c->a, r->said));
    }
    doc_str(c->a, doc, "examples", words_count(c->a, s->proof.passed + s->proof.failed));
    doc_str(c->a, doc, "passed", words_count(c->a, s->proof.passed));
    doc_int(c->a, doc, "failedCount", (int64_t)failed.count);
    *doc_add(c->a, doc, "failed") = failed;
}

static str name_below(const struct pack_info *k, const struct source *s)
{
    return str_starts(s->path, k->path) && k->path.len > 0 ? str_slice(s->path, k->path.len + 1, s->path.len) : s->path;
}

static void packs_doc(struct call *c, struct json *doc)
{
    const struct program *p = c->h->p;
    struct json *list = doc_array(c->a, doc, "packs");
    for (size_t i = p->packs.len; i-- > 0;) { /* one's own first */
        const struct pack_info *k = &p->packs.at[i];
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", k->name);
        doc_str(c->a, o, "title", k->decl != NULL ? k->decl->name.text : STR(""));
        doc_str(c->a, o, "hash", str_slice(k->hash, 0, 16));
        doc_bool(c->a, o, "own", i + 1 == p->packs.len);
        struct json *files = doc_array(c->a, o, "files");
        VEC_EACH (const struct source, s, &p->sources) {
            if (s->pack != i) continue;
            struct json *f = doc_object(c->a, files, NULL);
            doc_str(c->a, f, "name", name_below(k, s));
            doc_fmt(c->a, f, "href", "/studio/files/%u", (unsigned)s->id);
            doc_int(c->a, f, "lines", s->line_count);
        }
    }
    doc_int(c->a, doc, "policies", (int64_t)p->policies.len);
    doc_int(c->a, doc, "definitions", (int64_t)p->funcs.len);
    doc_int(c->a, doc, "parameters", (int64_t)p->params.len);
}

/* ---- drafts and versions ---- */

static void draft_line_doc(struct call *c, const struct draft *d, struct json *list)
{
    static const char *const marks[] = { "no", "ask", "yes", "no" };
    struct json *o = doc_object(c->a, list, NULL);
    doc_int(c->a, o, "draft", d->id);
    doc_fmt(c->a, o, "href", "/studio/drafts/%lld", (long long)d->id);
    doc_str(c->a, o, "title", d->title);
    doc_str(c->a, o, "author", desk_person(c, d->author));
    doc_z(c->a, o, "state", draft_machine.states[d->state].name);
    doc_z(c->a, o, "mark", marks[d->state]);
    doc_str(c->a, o, "changed", words_time(c->a, d->changed_at));
    doc_int(c->a, o, "files", d->files);
}

static bool drafts_doc(struct call *c, struct json *doc, struct err *e)
{
    draft_list all = { 0 };
    struct json drafts = { .kind = JSON_ARRAY }, ended = { .kind = JSON_ARRAY };
    if (!draft_all(c->desk->store, studio_folder(c), true, c->a, &all, e)) return false;
    VEC_EACH (const struct draft, d, &all) {
        bool over = d->state == DRAFT_PUBLISHED || d->state == DRAFT_DISCARDED;
        if (!over || ended.count < ENDED_SHOWN) draft_line_doc(c, d, over ? &ended : &drafts);
    }
    doc_bool(c->a, doc, "draftsAny", drafts.count > 0);
    doc_bool(c->a, doc, "endedAny", ended.count > 0);
    *doc_add(c->a, doc, "drafts") = drafts;
    *doc_add(c->a, doc, "ended") = ended;
    return true;
}

static bool versions_doc(struct call *c, struct json *doc, struct err *e)
{
    draft_versions all = { 0 };
    const struct program *p = c->h->p;
    str running = p->packs.at[p->packs.len - 1].hash;
    if (!draft_versions_of(c->desk->store, studio_folder(c), c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, doc, "versions");
    for (size_t i = 0; i < all.len && i < VERSIONS_SHOWN; i++) {
        const struct draft_version *v = &all.at[i];
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "version", v->number);
        doc_str(c->a, o, "title", v->title);
        doc_str(c->a, o, "href", v->draft == 0 ? STR("") : str_fmt(c->a, "/studio/drafts/%lld", (long long)v->draft));
        doc_str(c->a, o, "when", words_time(c->a, v->at));
        doc_str(c->a, o, "author", desk_person(c, v->author));
        doc_str(c->a, o, "approver", desk_person(c, v->approver));
        doc_str(c->a, o, "hash", str_slice(v->hash, 0, 16));
        doc_bool(c->a, o, "running", str_eq(v->hash, running));
        doc_bool(c->a, o, "mayRestore", i > 0 && desk_is(c, STUDIO_WRITERS));
    }
    bool pending = all.len > 0 && !str_eq(all.at[0].hash, running);
    doc_bool(c->a, doc, "versionsAny", all.len > 0);
    doc_bool(c->a, doc, "pending", pending);
    doc_bool(c->a, doc, "renews", c->h->o.renew != NULL);
    return true;
}

bool hall_studio(struct call *c, struct err *e)
{
    desk_done(c);
    if (!drafts_doc(c, c->doc, e) || !versions_doc(c, c->doc, e)) return false;
    packs_doc(c, c->doc);
    examples_doc(c, c->doc);
    doc_bool(c->a, c->doc, "mayWrite", desk_is(c, STUDIO_WRITERS) && studio_folder(c).len > 0);
    doc_bool(c->a, c->doc, "noFolder", studio_folder(c).len == 0);
    return true;
}

static bool make(struct call *c, struct err *e)
{
    struct draft_act act = studio_act(c);
    int64_t id, version = 0;
    str title = desk_field(c, "title"), file = desk_field(c, "file"), back = desk_field(c, "version");
    if (back.len > 0 && !desk_number(c, back, "第几版", &version, e)) return false;
    if (version > 0) title = str_fmt(c->a, "退回第 %lld 版", (long long)version);
    if (!store_begin(c->desk->store, e)) return false;
    bool ok = draft_make(c->desk->store, &act, studio_folder(c), title, &id, e) &&
              (version == 0 || draft_restore(c->desk->store, &act, id, version, c->a, e));
    ok = ok ? store_commit(c->desk->store, e) : (store_rollback(c->desk->store), false);
    if (!ok) return false;
    str to = str_fmt(c->a, "/studio/drafts/%lld", (long long)id);
    doc_int(c->a, c->doc, "draft", id);
    desk_back(c, file.len > 0 ? studio_edit_href(c, id, file) : to, "draft-made");
    return true;
}

bool hall_studio_make(struct call *c, struct err *e)
{
    struct err why = { 0 };
    if (make(c, &why)) return true;
    return desk_again(c, &why, e) && hall_studio(c, e);
}

bool hall_studio_file(struct call *c, struct err *e)
{
    int64_t n;
    const struct program *p = c->h->p;
    if (!str_to_i64(c->args[0], &n) || n < 0 || (uint64_t)n >= p->sources.len)
        return fail(e, NOT_FOUND, "没有这个文件");
    const struct source *s = &p->sources.at[n];
    const struct pack_info *k = &p->packs.at[s->pack];
    draft_list open = { 0 };
    bool own = s->pack + 1u == p->packs.len;
    if (!draft_all(c->desk->store, studio_folder(c), false, c->a, &open, e)) return false;
    c->title = s->path;
    doc_str(c->a, c->doc, "path", name_below(k, s));
    doc_str(c->a, c->doc, "pack", k->decl != NULL ? k->decl->name.text : k->name);
    doc_bool(c->a, c->doc, "upper", !own);
    doc_bool(c->a, c->doc, "mayWrite", own && desk_is(c, STUDIO_WRITERS) && studio_folder(c).len > 0);
    struct json *list = doc_array(c->a, c->doc, "drafts");
    VEC_EACH (const struct draft, d, &open) {
        if (d->state != DRAFT_WRITING) continue;
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "title", d->title);
        doc_str(c->a, o, "editHref", studio_edit_href(c, d->id, name_below(k, s)));
    }
    list = doc_array(c->a, c->doc, "lines");
    for (unsigned i = 1; i <= s->line_count; i++) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "number", i);
        doc_str(c->a, o, "text", source_line(s, i));
    }
    return true;
}
