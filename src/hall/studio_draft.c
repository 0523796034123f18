/* studio_draft: one draft: its files, what is wrong with it, what it changes, what it would do, and its way into force.
 */
#include "hall/studio.h"

/* ---- the page ---- */

static bool files_doc(struct call *c, const struct draft *d, bool *moved, struct err *e)
{
    draft_files files = { 0 };
    *moved = false;
    if (!draft_files_of(c->desk->store, d->id, c->a, &files, e)) return false;
    struct json list = { .kind = JSON_ARRAY };
    VEC_EACH (const struct draft_file, f, &files) {
        bool there;
        str text;
        if (!draft_pack_text(d->folder, f->name, c->a, &there, &text, e)) return false;
        bool begun = d->state == DRAFT_WRITING || d->state == DRAFT_PROPOSED;
        bool elsewhere = begun && (there == f->is_new || !str_eq(text, f->base));
        *moved = *moved || elsewhere;
        struct json *o = doc_object(c->a, &list, NULL);
        doc_str(c->a, o, "name", f->name);
        doc_str(c->a, o, "href", studio_edit_href(c, d->id, f->name));
        doc_z(c->a, o, "state",
              f->gone                    ? "拿掉"
              : f->is_new                ? "新文件"
              : str_eq(f->text, f->base) ? "没有改动"
                                         : "改了");
        doc_bool(c->a, o, "moved", elsewhere);
        doc_str(c->a, o, "who", desk_person(c, f->who));
        doc_str(c->a, o, "when", words_time(c->a, f->at));
        doc_int(c->a, o, "revision", f->revision);
        report_lines(c, "lines", f->base, f->gone ? STR("") : f->text, o);
    }
    doc_bool(c->a, c->doc, "filesAny", list.count > 0);
    *doc_add(c->a, c->doc, "files") = list;
    return true;
}

static bool steps_doc(struct call *c, const struct draft *d, struct err *e)
{
    draft_steps all = { 0 };
    if (!draft_steps_of(c->desk->store, d->id, c->a, &all, e)) return false;
    struct json *list = doc_array(c->a, c->doc, "steps");
    VEC_EACH (const struct draft_step, s, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "move", s->move);
        doc_str(c->a, o, "who", desk_person(c, s->who));
        doc_str(c->a, o, "when", words_time(c->a, s->at));
        doc_str(c->a, o, "reason", s->reason);
    }
    return true;
}

/* Files of the pack that are not in the draft yet: to go on with. */
static bool more_doc(struct call *c, const struct draft *d, struct err *e)
{
    const struct program *p = c->h->p;
    const struct pack_info *k = &p->packs.at[p->packs.len - 1];
    struct json *list = doc_array(c->a, c->doc, "more");
    VEC_EACH (const struct source, s, &p->sources) {
        if (s->pack + 1u != p->packs.len || !str_starts(s->path, k->path)) continue;
        str name = str_slice(s->path, k->path.len + 1, s->path.len);
        bool there;
        struct draft_file f;
        if (!draft_file_of(c->desk->store, d->id, name, c->a, &there, &f, e)) return false;
        if (!there) doc_str(c->a, doc_object(c->a, list, NULL), "name", name);
    }
    return true;
}

static void next_doc(struct call *c, const struct draft *d, const struct draft_weighed *w, bool moved, bool mine,
                     bool tried)
{
    struct arena *a = c->a;
    struct json *doc = c->doc;
    bool writing = d->state == DRAFT_WRITING, waits = d->state == DRAFT_PROPOSED;
    bool author = desk_is(c, STUDIO_WRITERS), approver = desk_is(c, STUDIO_APPROVERS);
    bool sound = w->found.errors == 0 && w->found.failed == 0 && w->found.waiting == 0;
    bool same = str_eq(d->base, w->found.base) && str_eq(d->rules, w->found.rules);
    struct json *left = doc_array(a, doc, "left"); /* before it can be proposed */
    if (writing && d->files == 0) doc_z(a, doc_object(a, left, NULL), "what", "先改一个文件");
    if (writing && w->found.errors > 0)
        doc_fmt(a, doc_object(a, left, NULL), "what", "改好 %zu 处错误", w->found.errors);
    if (writing && w->found.failed > 0)
        doc_fmt(a, doc_object(a, left, NULL), "what", "让 %zu 个不对的例对", w->found.failed);
    if (writing && w->found.waiting > 0)
        doc_fmt(a, doc_object(a, left, NULL), "what", "例太慢，%zu 个没有跑到", w->found.waiting);
    if (writing && moved) doc_z(a, doc_object(a, left, NULL), "what", "有文件在您动笔以后变过：打开它，接上新的");
    if (writing && !tried) doc_z(a, doc_object(a, left, NULL), "what", "在全城试算一次");
    doc_bool(a, doc, "leftAny", left->count > 0);
    doc_bool(a, doc, "writing", writing);
    doc_bool(a, doc, "waits", waits);
    doc_bool(a, doc, "mayWrite", writing && author);
    doc_bool(a, doc, "mayTry", (writing || waits) && approver && w->found.errors == 0);
    doc_bool(a, doc, "mayPropose", writing && author && left->count == 0);
    doc_bool(a, doc, "mayDiscard", writing && author && mine);
    doc_bool(a, doc, "mayWithdraw", waits && author && mine);
    doc_bool(a, doc, "mayReturn", waits && approver && !mine);
    doc_bool(a, doc, "mayPublish", waits && approver && !mine && sound && !moved && tried && same);
    doc_bool(a, doc, "isMine", waits && mine);
    doc_bool(a, doc, "stale", waits && (!same || moved));
}

static void head_doc(struct call *c, const struct draft *d, bool open)
{
    static const char *const marks[] = { "no", "ask", "yes", "no" };
    struct json *doc = c->doc;
    c->title = d->title;
    doc_int(c->a, doc, "draft", d->id);
    doc_str(c->a, doc, "title", d->title);
    doc_z(c->a, doc, "state", draft_machine.states[d->state].name);
    doc_z(c->a, doc, "mark", marks[d->state]);
    doc_str(c->a, doc, "author", desk_person(c, d->author));
    doc_str(c->a, doc, "proposer", d->proposer);
    doc_str(c->a, doc, "approver", desk_person(c, d->approver));
    doc_str(c->a, doc, "rules", d->rules);
    doc_str(c->a, doc, "made", words_time(c->a, d->made_at));
    doc_str(c->a, doc, "href", str_fmt(c->a, "/studio/drafts/%lld", (long long)d->id));
    doc_bool(c->a, doc, "open", open);
    doc_bool(c->a, doc, "renews", c->h->o.renew != NULL);
}

static bool draft_page(struct call *c, struct err *e)
{
    struct draft d;
    bool moved, mine;
    if (!studio_draft(c, &d, e)) return false;
    struct arena *a = studio_arena(c);
    struct draft_weighed *w = ARENA_NEW(a, struct draft_weighed);
    bool open = d.state == DRAFT_WRITING || d.state == DRAFT_PROPOSED;
    struct json *doc = c->doc;
    desk_done(c);
    head_doc(c, &d, open);
    if (!files_doc(c, &d, &moved, e) || !steps_doc(c, &d, e) || !more_doc(c, &d, e) ||
        !draft_is_of(c->desk->store, d.id, c->who.name, &mine, e))
        return false;
    if (!open) return trial_doc(c, &d, NULL, doc, e); /* what is over is not read any more */
    if (!studio_weigh(c, &d, a, w, e)) return false;
    report_doc(c, &d, w, STR(""), doc);
    report_changes(c, w, doc);
    if (!trial_doc(c, &d, w, doc, e)) return false;
    const struct json *trial = json_member(doc, STR("trial"));
    next_doc(c, &d, w, moved, mine, json_member(trial, STR("fits"))->boolean);
    return true;
}

bool hall_studio_draft(struct call *c, struct err *e) { return draft_page(c, e); }

/* ---- what is done with it ---- */

static bool into_force(struct call *c, struct draft *d, bool publish, struct err *e)
{
    struct arena *a = studio_arena(c);
    struct draft_weighed *w = ARENA_NEW(a, struct draft_weighed);
    struct draft_act act = studio_act(c);
    int64_t version;
    if (!studio_weigh(c, d, a, w, e)) return false;
    if (!publish) return draft_propose(c->desk->store, &act, d->id, &w->found, e);
    /* what is approved is what was seen: the page says which text it showed */
    if (!str_eq(desk_field(c, "rules"), d->rules)) return fail(e, CONFLICT, "这份草稿刚刚又变过，请重新看一遍再批准");
    if (!draft_publish(c->desk->store, &act, d->id, &w->found, &version, e)) return false;
    if (c->h->o.renew != NULL) c->h->o.renew(c->h->o.renew_ctx);
    doc_int(c->a, c->doc, "version", version);
    return true;
}

static bool act(struct call *c, const char **word, struct err *e)
{
    static const struct {
        const char *name, *move, *word;
    } moves[] = { { "withdraw", "撤回", "draft-withdrawn" },
                  { "return", "退回", "draft-returned" },
                  { "discard", "作废", "draft-discarded" } };
    struct draft d;
    struct draft_act by = studio_act(c);
    str name = desk_field(c, "act");
    if (!studio_draft(c, &d, e)) return false;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        if (!str_eq(name, str_of(moves[i].name))) continue;
        *word = moves[i].word;
        return draft_move(c->desk->store, &by, d.id, str_of(moves[i].move), e);
    }
    if (str_eq(name, STR("try"))) return *word = "draft-trying", trial_start(c, &d, e);
    if (str_eq(name, STR("stop"))) return *word = "draft-stopped", trial_stop(c, d.id), true;
    if (str_eq(name, STR("propose"))) return *word = "draft-proposed", into_force(c, &d, false, e);
    if (str_eq(name, STR("publish")))
        return *word = c->h->o.renew != NULL ? "draft-published" : "draft-published-later", into_force(c, &d, true, e);
    return fail(e, INVALID, "没有说明要做什么");
}

bool hall_studio_draft_act(struct call *c, struct err *e)
{
    struct err why = { 0 };
    const char *word = "";
    if (!act(c, &word, &why)) {
        if (why.code == ERR_NOT_FOUND) return *e = why, false;
        return desk_again(c, &why, e) && draft_page(c, e);
    }
    desk_back(c, str_fmt(c->a, "/studio/drafts/%.*s", STR_ARG(c->args[0])), word);
    return true;
}

/* A piece of the page, asked for again and again while it goes on. */
bool hall_studio_trial(struct call *c, struct err *e)
{
    struct draft d;
    if (!studio_draft(c, &d, e)) return false;
    doc_bool(c->a, c->doc, "mayTry", false);
    return trial_doc(c, &d, NULL, c->doc, e);
}
