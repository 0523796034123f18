/* studio_report: mistakes, examples and changes of a draft as documents. The sentences are those of `leye check`, `leye
 * test` and `leye diff`; here they get their places as links. */
#include "draft/lines.h"
#include "hall/studio.h"
#include "pack/diff.h"

enum { DIAGS_SHOWN = 100, CASES_SHOWN = 200, LINES_AROUND = 2, EXCERPT_MAX = 16 << 10 };

/* ---- places ---- */

/* A file's name below its pack. */
static str name_of(const struct program *p, const struct source *s)
{
    const struct pack_info *k = &p->packs.at[s->pack];
    return k->path.len > 0 && str_starts(s->path, k->path) ? str_slice(s->path, k->path.len + 1, s->path.len) : s->path;
}

static bool is_own(const struct program *p, const struct source *s) { return s->pack + 1u == p->packs.len; }

/* The same file among those the hall reads: upper packs are shown, not edited. */
static str upper_href(struct call *c, const struct program *p, const struct source *s)
{
    str name = name_of(p, s), pack = p->packs.at[s->pack].name;
    VEC_EACH (const struct source, mine, &c->h->p->sources) {
        if (str_eq(c->h->p->packs.at[mine->pack].name, pack) && str_eq(name_of(c->h->p, mine), name))
            return str_fmt(c->a, "/studio/files/%u", (unsigned)mine->id);
    }
    return STR("/studio");
}

struct about {
    struct call *c;
    const struct draft *d;
    const struct program *p;
    str file; /* being edited */
};

static bool is_here(const struct about *x, const struct source *s)
{
    return is_own(x->p, s) && x->file.len > 0 && str_eq(name_of(x->p, s), x->file);
}

/* place, href, line, here. */
static void place_doc(const struct about *x, struct loc l, struct json *o)
{
    const struct source *s = &x->p->sources.at[l.source];
    unsigned line, column;
    struct arena *a = x->c->a;
    source_place(s, l.from, &line, &column);
    str file = name_of(x->p, s),
        href = is_own(x->p, s) ? studio_edit_href(x->c, x->d->id, file) : upper_href(x->c, x->p, s);
    bool here = is_here(x, s);
    doc_bool(a, o, "here", here);
    doc_int(a, o, "line", line);
    doc_int(a, o, "column", column);
    doc_str(a, o, "file", file);
    doc_str(a, o, "place",
            here ? str_fmt(a, "第 %u 行", line)
            : is_own(x->p, s)
                ? str_fmt(a, "%.*s 第 %u 行", STR_ARG(file), line)
                : str_fmt(a, "上级 %.*s/%.*s 第 %u 行", STR_ARG(x->p->packs.at[s->pack].name), STR_ARG(file), line));
    doc_str(a, o, "href", str_fmt(a, "%.*s#l%u", STR_ARG(href), line));
}

/* ---- mistakes ---- */

/* The line and the caret below it, as the terminal has them. */
static str excerpt(struct call *c, const struct diag *g, const struct source *sources)
{
    struct text all, out;
    struct diag plain = *g;
    str rest, line;
    plain.suggestion = STR(""), plain.has_other = false;
    text_init(&all, c->a, EXCERPT_MAX);
    text_init(&out, c->a, EXCERPT_MAX);
    text_addz(&out, "");
    diag_print(&plain, sources, &all);
    rest = text_str(&all);
    str_split(&rest, '\n', &line); /* the sentence: said beside it */
    while (rest.len > 0 && str_split(&rest, '\n', &line)) {
        text_add(&out, line);
        text_addc(&out, '\n');
    }
    return text_str(&out);
}

static void diag_doc(const struct about *x, const struct diag *g, struct json *list)
{
    static const struct {
        const char *level, *word, *mark;
    } levels[] = { { "error", "错误", "late" }, { "warning", "警告", "ask" }, { "note", "提示", "no" } };
    struct arena *a = x->c->a;
    struct json *o = doc_object(a, list, NULL);
    enum diag_level k = diag_level(g->code);
    doc_z(a, o, "code", diag_name(g->code));
    doc_z(a, o, "level", levels[k].level);
    doc_z(a, o, "word", levels[k].word);
    doc_z(a, o, "mark", levels[k].mark);
    doc_str(a, o, "text", g->text);
    doc_str(a, o, "suggestion", g->suggestion);
    doc_str(a, o, "excerpt", excerpt(x->c, g, x->p->sources.at));
    place_doc(x, g->loc, o);
    struct json *others = doc_array(a, o, "other");
    if (g->has_other) place_doc(x, g->other, doc_object(a, others, NULL));
}

/* What upper packs were told for already is theirs; their errors are shown, for nothing works with them. */
static bool is_shown(const struct about *x, const struct diag *g)
{
    return is_own(x->p, &x->p->sources.at[g->loc.source]) || diag_level(g->code) == DIAG_ERROR;
}

static void diags_doc(const struct about *x, const struct diags *d, struct json *doc)
{
    struct arena *a = x->c->a;
    struct json list = { .kind = JSON_ARRAY };
    size_t counts[3] = { 0 }, left = d->dropped, open = 0;
    VEC_EACH (const struct diag, g, &d->list) {
        if (g->code == DIAG_open_unset && !is_own(x->p, &x->p->sources.at[g->loc.source])) open++;
        counts[diag_level(g->code)] += is_shown(x, g);
    }
    for (int pass = 0; pass < 2; pass++) { /* what is in the file at hand first */
        VEC_EACH (const struct diag, g, &d->list) {
            if (!is_shown(x, g) || is_here(x, &x->p->sources.at[g->loc.source]) != (pass == 0)) continue;
            if (list.count < DIAGS_SHOWN)
                diag_doc(x, g, &list);
            else
                left++;
        }
    }
    doc_int(a, doc, "errors", (int64_t)(counts[DIAG_ERROR] + d->dropped));
    doc_int(a, doc, "warnings", (int64_t)counts[DIAG_WARNING]);
    doc_int(a, doc, "notes", (int64_t)counts[DIAG_NOTE]);
    doc_int(a, doc, "open", (int64_t)open);
    doc_bool(a, doc, "openAny", open > 0);
    doc_bool(a, doc, "broken", d->errors > 0);
    doc_bool(a, doc, "clean", d->errors == 0 && counts[DIAG_WARNING] == 0);
    doc_int(a, doc, "left", (int64_t)left);
    doc_bool(a, doc, "leftAny", left > 0);
    *doc_add(a, doc, "diags") = list;
}

/* ---- examples ---- */

static bool is_about(const struct about *x, const struct example *e)
{
    if (is_here(x, &x->p->sources.at[e->loc.source])) return true;
    const struct decl *d = NULL;
    if (e->about == KIND_POLICY) d = x->p->policies.at[e->target].decl;
    if (e->about == KIND_DEFINITION || e->about == KIND_TABLE) d = x->p->funcs.at[e->target].decl;
    return d != NULL && is_here(x, &x->p->sources.at[d->extent.source]);
}

static void case_doc(const struct about *x, const struct example_result *r, struct json *list)
{
    struct arena *a = x->c->a;
    struct json *o = doc_object(a, list, NULL);
    doc_str(a, o, "about", r->example->decl->name.text);
    doc_str(a, o, "title", r->example->title);
    doc_bool(a, o, "passed", r->passed);
    doc_z(a, o, "word", r->passed ? "通过" : "不对");
    doc_z(a, o, "mark", r->passed ? "yes" : "late");
    doc_str(a, o, "said", r->passed ? STR("") : r->said);
    place_doc(x, r->example->loc, o);
}

static void cases_doc(const struct about *x, const struct proof *proof, struct json *doc)
{
    struct arena *a = x->c->a;
    struct json failed = { .kind = JSON_ARRAY }, passed = { .kind = JSON_ARRAY };
    VEC_EACH (const struct example_result, r, &proof->results) {
        bool shown = !r->passed || x->file.len == 0 || is_about(x, r->example);
        struct json *list = r->passed ? &passed : &failed;
        if (shown && list->count < CASES_SHOWN) case_doc(x, r, list);
    }
    doc_int(a, doc, "passedCount", (int64_t)proof->passed);
    doc_int(a, doc, "failedCount", (int64_t)proof->failed);
    doc_int(a, doc, "waiting", (int64_t)proof->waiting);
    doc_bool(a, doc, "waitingAny", proof->waiting > 0);
    doc_bool(a, doc, "allRight", proof->failed == 0 && proof->waiting == 0);
    *doc_add(a, doc, "failed") = failed;
    *doc_add(a, doc, "passed") = passed;
}

static void untested_doc(const struct about *x, str name, str clause, str what, struct loc l, struct json *list)
{
    struct json *o = doc_object(x->c->a, list, NULL);
    doc_str(x->c->a, o, "name", name);
    doc_str(x->c->a, o, "clause", clause);
    doc_str(x->c->a, o, "what", what);
    place_doc(x, l, o);
}

/* Criteria and rows no example has seen in every state. */
static void untested_list(const struct about *x, const struct proof *proof, struct json *list)
{
    struct arena *a = x->c->a;
    VEC_EACH (const struct policy, q, &x->p->policies) {
        if (!proof_counts(x->p, q->decl->pack, false)) continue;
        VEC_EACH (const struct criterion, k, &q->criteria) {
            uint8_t s = proof->coverage.seen[k->node];
            str what = str_fmt(a, "%s%s%s", s & SEEN_TRUE ? "" : "、成立", s & SEEN_FALSE ? "" : "、不成立",
                               s & SEEN_UNKNOWN ? "" : "、不知道");
            if (what.len > 0) untested_doc(x, q->name, k->name, str_slice(what, 3, what.len), k->field->loc, list);
        }
    }
    VEC_EACH (const struct func, f, &x->p->funcs) {
        if (!proof_counts(x->p, f->decl->pack, false)) continue;
        for (size_t i = 0; i < f->rows.len; i++) {
            if (!proof->coverage.row_hit[proof->coverage.row_base[f->id] + i])
                untested_doc(x, f->name, str_fmt(a, "第 %zu 行", i + 1), STR("走到"), f->decl->extent, list);
        }
    }
}

static void coverage_doc(const struct about *x, const struct proof *proof, bool ran, struct json *doc)
{
    struct arena *a = x->c->a;
    struct json list = { .kind = JSON_ARRAY };
    if (ran) untested_list(x, proof, &list);
    doc_int(a, doc, "criteria", (int64_t)proof->criteria);
    doc_int(a, doc, "criteriaFull", (int64_t)proof->full);
    doc_int(a, doc, "rows", (int64_t)proof->rows);
    doc_int(a, doc, "rowsHit", (int64_t)proof->rows_hit);
    doc_bool(a, doc, "untestedAny", list.count > 0);
    doc_int(a, doc, "untestedCount", (int64_t)list.count);
    *doc_add(a, doc, "untested") = list;
}

void report_doc(struct call *c, const struct draft *d, const struct draft_weighed *w, str file, struct json *doc)
{
    struct about x = { c, d, w->is.program, file };
    struct json *o = doc_object(c->a, doc, "report");
    diags_doc(&x, &w->is.diags, o);
    bool ran = w->is.diags.errors == 0;
    static const struct proof none;
    const struct proof *proof = ran ? &w->proof : &none;
    cases_doc(&x, proof, o);
    coverage_doc(&x, proof, ran, o);
    doc_bool(c->a, o, "ran", ran);
}

/* ---- what changed ---- */

static void field_doc(struct call *c, const struct diff_field *f, struct json *list)
{
    static const char *const words[] = { "增加", "取消", "改动", "改名" };
    struct json *o = doc_object(c->a, list, NULL);
    doc_z(c->a, o, "word", words[f->change]);
    doc_str(c->a, o, "field", f->name);
    doc_str(c->a, o, "was", f->was);
    doc_str(c->a, o, "is", f->is);
    doc_bool(c->a, o, "hasWas", f->was.len > 0);
    doc_bool(c->a, o, "hasIs", f->is.len > 0);
    doc_str(c->a, o, "source", f->source);
}

static str cases_words(struct call *c, const struct diff_decl *d)
{
    struct text t;
    text_init(&t, c->a, 200);
    text_addz(&t, "");
    if (d->cases_added > 0) text_addf(&t, "增加 %zu 个", d->cases_added);
    if (d->cases_changed > 0) text_addf(&t, "%s改动 %zu 个", t.len > 0 ? "，" : "", d->cases_changed);
    if (d->cases_removed > 0) text_addf(&t, "%s取消 %zu 个", t.len > 0 ? "，" : "", d->cases_removed);
    return text_str(&t);
}

void report_changes(struct call *c, const struct draft_weighed *w, struct json *doc)
{
    static const char *const words[] = { "增加", "取消", "改动", "改名" };
    diff_list all = { 0 };
    bool can = w->was.diags.errors == 0 && w->is.diags.errors == 0; /* what cannot be read would look taken away */
    if (can) diff_programs(w->was.program, w->is.program, true, c->a, &all);
    struct json *list = doc_array(c->a, doc, "changes");
    VEC_EACH (const struct diff_decl, d, &all) {
        struct json *o = doc_object(c->a, list, NULL);
        bool cases = d->kind == KIND_EXAMPLE;
        doc_str(c->a, o, "word", cases ? cases_words(c, d) : str_of(words[d->change]));
        doc_z(c->a, o, "kind", kind_defs[d->kind].zh);
        doc_str(c->a, o, "name", d->name);
        doc_str(c->a, o, "oldName", d->change == DIFF_RENAMED ? d->old_name : STR(""));
        doc_str(c->a, o, "version",
                d->version.len == 0 ? STR("")
                : d->version_left   ? str_fmt(c->a, "取消 %.*s 的一版", STR_ARG(d->version))
                                    : str_fmt(c->a, "%.*s 有新的一版%s", STR_ARG(d->version),
                                            d->fields.len > 0 ? "，和上一版相比" : ""));
        struct json *fields = doc_array(c->a, o, "fields");
        VEC_EACH (const struct diff_field, f, &d->fields) field_doc(c, f, fields);
    }
    doc_bool(c->a, doc, "canCompare", can);
    doc_int(c->a, doc, "changeCount", (int64_t)all.len);
    doc_bool(c->a, doc, "changeAny", all.len > 0);
}

static void line_doc(struct call *c, const struct text_line *l, struct json *list)
{
    static const struct {
        const char *mark, *kind, *word;
    } kinds[] = { { "", "same", "" }, { "−", "gone", "删去" }, { "+", "new", "加上" } };
    struct json *o = doc_object(c->a, list, NULL);
    doc_z(c->a, o, "mark", kinds[l->kind].mark);
    doc_z(c->a, o, "kind", kinds[l->kind].kind);
    doc_z(c->a, o, "word", kinds[l->kind].word);
    doc_str(c->a, o, "number", l->after > 0 ? words_count(c->a, l->after) : STR(""));
    doc_str(c->a, o, "text", l->text);
}

void report_lines(struct call *c, const char *key, str before, str after, struct json *doc)
{
    line_list all = { 0 };
    lines_diff(before, after, c->a, &all);
    struct json *list = doc_array(c->a, doc, key);
    bool gap = false;
    for (size_t i = 0; i < all.len; i++) {
        bool near = false;
        for (size_t k = i > LINES_AROUND ? i - LINES_AROUND : 0; k < all.len && k <= i + LINES_AROUND; k++)
            near = near || all.at[k].kind != LINE_SAME;
        if (near) {
            line_doc(c, &all.at[i], list);
        } else if (!gap) {
            line_doc(c, &(struct text_line){ .kind = LINE_SAME, .text = STR("……") }, list);
        }
        gap = !near;
    }
}
