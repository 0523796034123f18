/* studio: the rules as they are in force here, to be read: packs, files, examples run now. */
#include "hall/hall_priv.h"

static void run_examples(struct call *c, struct json *doc)
{
    const struct program *p = c->h->p;
    uint64_t passed = 0;
    struct json failed = { .kind = JSON_ARRAY };
    for (size_t i = 0; i < p->examples.len; i++) {
        autoarena *scratch = arena_new("example", 0);
        struct example_result r = example_run(p, &p->examples.at[i], c->today, scratch, c->a, NULL);
        passed += r.passed;
        if (r.passed) continue;
        struct json *o = doc_object(c->a, &failed, NULL);
        doc_str(c->a, o, "title", r.example->title);
        doc_str(c->a, o, "said", r.said);
    }
    doc_str(c->a, doc, "examples", words_count(c->a, p->examples.len));
    doc_str(c->a, doc, "passed", words_count(c->a, passed));
    doc_int(c->a, doc, "failedCount", (int64_t)failed.count);
    *doc_add(c->a, doc, "failed") = failed;
}

bool hall_studio(struct call *c, struct err *e)
{
    (void)e;
    const struct program *p = c->h->p;
    struct json *list = doc_array(c->a, c->doc, "packs");
    for (size_t i = 0; i < p->packs.len; i++) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_str(c->a, o, "name", p->packs.at[i].name);
        doc_str(c->a, o, "title", p->packs.at[i].decl != NULL ? p->packs.at[i].decl->name.text : STR(""));
        doc_str(c->a, o, "hash", str_slice(p->packs.at[i].hash, 0, 16));
        struct json *files = doc_array(c->a, o, "files");
        VEC_EACH (const struct source, s, &p->sources) {
            if (s->pack != i) continue;
            struct json *f = doc_object(c->a, files, NULL);
            size_t cut = p->packs.at[i].path.len;
            doc_str(c->a, f, "name",
                    str_starts(s->path, p->packs.at[i].path) ? str_slice(s->path, cut + 1, s->path.len) : s->path);
            doc_fmt(c->a, f, "href", "/studio/files/%u", (unsigned)s->id);
            doc_int(c->a, f, "lines", s->line_count);
        }
    }
    run_examples(c, c->doc);
    doc_int(c->a, c->doc, "policies", (int64_t)p->policies.len);
    doc_int(c->a, c->doc, "definitions", (int64_t)p->funcs.len);
    doc_int(c->a, c->doc, "parameters", (int64_t)p->params.len);
    return true;
}

bool hall_studio_file(struct call *c, struct err *e)
{
    int64_t n;
    if (!str_to_i64(c->args[0], &n) || n < 0 || (uint64_t)n >= c->h->p->sources.len)
        return fail(e, NOT_FOUND, "没有这个文件");
    const struct source *s = &c->h->p->sources.at[n];
    c->title = s->path;
    doc_str(c->a, c->doc, "path", s->path);
    struct json *list = doc_array(c->a, c->doc, "lines");
    for (unsigned i = 1; i <= s->line_count; i++) {
        struct json *o = doc_object(c->a, list, NULL);
        doc_int(c->a, o, "number", i);
        doc_str(c->a, o, "text", source_line(s, i));
    }
    return true;
}
