/* studio_edit: one file of a draft: its text, what is wrong with it as it is typed, and who else was at it. Everything
 * is a form; a script makes it quicker. */
#include "hall/studio.h"

enum { REVISIONS_SHOWN = 50 };

/* What the page is about. */
struct edit {
    struct draft d;
    str name, text;
    int64_t revision;
    bool there, in_pack, gone; /* in the draft; in the pack as it stands; taken away */
    struct draft_file file;    /* of the draft, when it is there */
    str pack_text;
};

static bool open_edit(struct call *c, struct edit *x, struct err *e)
{
    *x = (struct edit){ .name = str_trim(http_form_get(&c->query, STR("file"))) };
    if (x->name.len == 0) x->name = desk_field(c, "file");
    if (!studio_draft(c, &x->d, e)) return false;
    if (!draft_file_of(c->desk->store, x->d.id, x->name, c->a, &x->there, &x->file, e)) return false;
    bool safe = x->there || !str_starts(x->name, STR("/")); /* names that lead elsewhere are never read */
    str rest = x->name, piece;
    while (safe && str_split(&rest, '/', &piece)) safe = piece.len > 0 && piece.p[0] != '.';
    if (!safe || !str_ends(x->name, STR(".leye")))
        return fail(e, INVALID, "文件的名字写成 parameters/fill.leye 这样：不要空格，最后是 .leye");
    if (!draft_pack_text(x->d.folder, x->name, c->a, &x->in_pack, &x->pack_text, e)) return false;
    x->text = x->there ? x->file.text : x->pack_text;
    x->revision = x->there ? x->file.revision : 0;
    x->gone = x->there && x->file.gone;
    return true;
}

/* ---- the page ---- */

static bool revisions_doc(struct call *c, const struct edit *x, struct err *e)
{
    draft_revisions all = { 0 };
    struct json *list = doc_array(c->a, c->doc, "revisions");
    if (!draft_revisions_of(c->desk->store, x->d.id, x->name, c->a, &all, e)) return false;
    for (size_t i = 0; i < all.len && i < REVISIONS_SHOWN; i++) {
        const struct draft_revision *r = &all.at[i];
        str older = i + 1 < all.len ? all.at[i + 1].text : x->there ? x->file.base : STR("");
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "revision", r->revision);
        doc_str(c->a, o, "who", desk_person(c, r->who));
        doc_str(c->a, o, "when", words_time(c->a, r->at));
        doc_bool(c->a, o, "aside", r->aside);
        report_lines(c, "lines", older, r->text, o);
    }
    doc_bool(c->a, c->doc, "revisionsAny", list->count > 0);
    return true;
}

/* What a browser sends back of a text has other line ends, and may lack the last. */
static bool same_words(str x, str y)
{
    size_t i = 0, k = 0;
    while (i < x.len || k < y.len) {
        if (i < x.len && x.p[i] == '\r')
            i++;
        else if (k < y.len && y.p[k] == '\r')
            k++;
        else if (i < x.len && k < y.len && x.p[i] == y.p[k])
            i++, k++;
        else
            break;
    }
    str rest_x = str_slice(x, i, x.len), rest_y = str_slice(y, k, y.len);
    return str_trim(rest_x).len == 0 && str_trim(rest_y).len == 0;
}

static unsigned lines_in(str text)
{
    unsigned n = 1;
    for (size_t i = 0; i < text.len; i++) n += text.p[i] == '\n';
    return n;
}

static bool edit_page(struct call *c, const struct edit *x, const struct draft_saved *met, struct err *e)
{
    struct arena *a = studio_arena(c);
    struct draft_weighed *w = ARENA_NEW(a, struct draft_weighed);
    struct draft_typed t = { .name = x->name, .text = x->text, .gone = x->gone };
    bool writing = x->d.state == DRAFT_WRITING, author = desk_is(c, STUDIO_WRITERS);
    struct json *doc = c->doc;
    c->title = x->name;
    desk_done(c);
    doc_int(c->a, doc, "draft", x->d.id);
    doc_str(c->a, doc, "title", x->d.title);
    doc_fmt(c->a, doc, "href", "/studio/drafts/%lld", (long long)x->d.id);
    doc_str(c->a, doc, "checkHref",
            words_href(c->a, str_fmt(c->a, "/studio/drafts/%lld/check?file=", (long long)x->d.id).p, x->name, ""));
    doc_str(c->a, doc, "file", x->name);
    doc_str(c->a, doc, "text", x->text);
    doc_int(c->a, doc, "rows", lines_in(x->text) < 12 ? 12 : lines_in(x->text) > 32 ? 32 : lines_in(x->text));
    doc_int(c->a, doc, "revision", x->revision);
    doc_bool(c->a, doc, "unsaved", !same_words(x->text, x->there ? x->file.text : x->pack_text));
    doc_bool(c->a, doc, "isNew", !x->in_pack);
    doc_bool(c->a, doc, "gone", x->gone);
    doc_bool(c->a, doc, "mayWrite", writing && author);
    doc_bool(c->a, doc, "mayRemove",
             writing && author && !x->gone && !str_eq(x->name, STR("pack.leye")) && (x->there || x->in_pack));
    doc_str(c->a, doc, "locked", writing ? STR("") : str_of(draft_machine.states[x->d.state].name));
    bool moved = x->there && writing && (x->in_pack == x->file.is_new || !str_eq(x->pack_text, x->file.base));
    doc_bool(c->a, doc, "moved", moved);
    report_lines(c, "movedLines", moved ? x->file.base : STR(""), moved ? x->pack_text : STR(""), doc);
    bool clash = met != NULL && met->outcome == DRAFT_CLASH, merged = met != NULL && met->outcome == DRAFT_MERGED;
    bool taking = clash && str_eq(desk_field(c, "act"), STR("remove"));
    doc_bool(c->a, doc, "clash", clash && !taking);
    doc_bool(c->a, doc, "keptBack", taking);
    doc_bool(c->a, doc, "merged", merged);
    doc_str(c->a, doc, "metWho", clash || merged ? desk_person(c, met->who) : STR(""));
    report_lines(c, "metLines", clash || merged ? met->from : STR(""), clash || merged ? met->theirs : STR(""), doc);
    if (!revisions_doc(c, x, e) || !studio_weigh_typed(c, &x->d, &t, a, w, e)) return false;
    report_doc(c, &x->d, w, x->name, doc);
    return true;
}

bool hall_studio_edit(struct call *c, struct err *e)
{
    struct edit x;
    return open_edit(c, &x, e) && edit_page(c, &x, NULL, e);
}

/* ---- the form ---- */

/* Which revision the page showed. */
static bool revision_of(struct call *c, int64_t *out, struct err *e)
{
    str number = desk_field(c, "revision");
    *out = 0;
    return number.len == 0 || (str_to_i64(number, out) && *out >= 0) ||
           fail(e, INVALID, "这一页不完整，请重新打开这份文件");
}

static bool typed_of(struct call *c, const struct edit *x, struct draft_typed *t, struct err *e)
{
    int64_t revision;
    if (!revision_of(c, &revision, e)) return false;
    *t = (struct draft_typed){ .name = x->name, .text = http_form_get(&c->form, STR("text")), .revision = revision };
    return t->text.p != NULL || fail(e, INVALID, "没有收到文字，请再存一次");
}

static bool catch_up(struct call *c, struct edit *x, bool by_hand, bool *done, struct err *e)
{
    struct draft_act act = studio_act(c);
    if (!draft_catch_up(c->desk->store, &act, x->d.id, x->name, by_hand, c->a, done, e)) return false;
    if (*done) return true;
    return fail(e, CONFLICT, "两边改了同样的行，接不上。照着“变了什么”改好下面的文字，存下，再按“我已经照着改好”");
}

/* What somebody else saved since the page was opened is not taken away unseen: the page shows it, and one may then. */
static bool removed(struct call *c, struct edit *x, struct draft_saved *met, bool *again, struct err *e)
{
    struct draft_act act = studio_act(c);
    struct draft_typed t = { .name = x->name, .gone = true };
    if (!revision_of(c, &t.revision, e) || !draft_save(c->desk->store, &act, x->d.id, &t, c->a, met, e)) return false;
    *again = met->outcome == DRAFT_CLASH;
    return true;
}

/* *again: the page is shown as it is, with what was met; else one goes back to it. */
static bool act(struct call *c, struct edit *x, const char **word, struct draft_saved *met, bool *again, struct err *e)
{
    struct draft_act by = studio_act(c);
    struct draft_typed t;
    bool done = false;
    str name = desk_field(c, "act");
    if (str_eq(name, STR("remove"))) return *word = "draft-removed", removed(c, x, met, again, e);
    if (str_eq(name, STR("catch-up"))) return *word = "draft-caught-up", catch_up(c, x, false, &done, e);
    if (str_eq(name, STR("by-hand"))) return *word = "draft-caught-up", catch_up(c, x, true, &done, e);
    if (!typed_of(c, x, &t, e)) return false;
    x->text = t.text, x->gone = false; /* what was typed stays on the page, whatever happens */
    *again = str_eq(name, STR("check"));
    if (*again) {
        x->revision = t.revision;
        return true;
    }
    if (!draft_save(c->desk->store, &by, x->d.id, &t, c->a, met, e)) return false;
    x->revision = met->revision;
    *again = met->outcome == DRAFT_MERGED || met->outcome == DRAFT_CLASH;
    *word = met->outcome == DRAFT_SAME ? "draft-same" : "draft-saved";
    doc_z(c->a, c->doc, "outcome",
          met->outcome == DRAFT_SAVED    ? "saved"
          : met->outcome == DRAFT_SAME   ? "same"
          : met->outcome == DRAFT_MERGED ? "merged"
                                         : "clash");
    return true;
}

bool hall_studio_edit_act(struct call *c, struct err *e)
{
    struct edit x;
    struct err why = { 0 };
    struct draft_saved met = { 0 };
    const char *word = "";
    bool again = false;
    if (!open_edit(c, &x, e)) return false;
    if (!act(c, &x, &word, &met, &again, &why)) return desk_again(c, &why, e) && edit_page(c, &x, NULL, e);
    if (!again) return desk_back(c, studio_edit_href(c, x.d.id, x.name), word), true;
    if (met.outcome == DRAFT_MERGED) { /* what is there now, not what was typed */
        struct edit now;
        if (!open_edit(c, &now, e)) return false;
        x = now;
    }
    return edit_page(c, &x, &met, e);
}

/* As one types: nothing is kept, only looked at. */
bool hall_studio_check(struct call *c, struct err *e)
{
    struct edit x;
    struct draft_typed t;
    struct arena *a = studio_arena(c);
    struct draft_weighed *w = ARENA_NEW(a, struct draft_weighed);
    if (!open_edit(c, &x, e) || !typed_of(c, &x, &t, e) || !studio_weigh_typed(c, &x.d, &t, a, w, e)) return false;
    doc_str(c->a, c->doc, "file", x.name);
    report_doc(c, &x.d, w, x.name, c->doc);
    return true;
}
