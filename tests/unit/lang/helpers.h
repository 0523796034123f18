/* What the tests of the language share: programs from texts, facts from text, definitions evaluated by name. */
#ifndef UNIT_LANG_HELPERS_H
#define UNIT_LANG_HELPERS_H
#include "base/file.h"
#include "lang/example.h"
#include "support/t.h"

#include <stdio.h>
#include <string.h>

/* CHECK_INT for what is unsigned: sizes and counts. */
#define CHECK_SIZE(got, want) CHECK_INT((int64_t)(got), (int64_t)(want))

/* The day examples are run on when they name none. */
#define TEST_TODAY date_of(2023, 11, 1)

struct input {
    str path, text;
    uint16_t pack; /* 0 is the uppermost */
};

struct loaded {
    struct arena *a;
    struct program *p;
    struct diags d;
};

/* As pack_load does it, without folders: sources, one pack for each number, checked. */
static inline void load_inputs(struct loaded *out, struct arena *a, const struct input *in, size_t n)
{
    *out = (struct loaded){ .a = a, .p = ARENA_NEW(a, struct program) };
    struct program *p = out->p;
    p->arena = a;
    diags_init(&out->d, a);
    for (size_t i = 0; i < n; i++) {
        while (p->packs.len <= in[i].pack) *vec_push(a, &p->packs) = (struct pack_info){ .name = in[i].path };
        struct source *s = vec_push(a, &p->sources);
        source_init(s, a, in[i].path, in[i].text);
        s->id = (uint16_t)(p->sources.len - 1);
        s->pack = in[i].pack;
        parse_file(s, a, &out->d, &p->decls);
    }
    VEC_EACH (struct decl *, pd, &p->decls) {
        if ((*pd)->kind == KIND_PACK && p->packs.at[(*pd)->pack].decl == NULL) p->packs.at[(*pd)->pack].decl = *pd;
    }
    program_check(p, &out->d);
    diags_sort(&out->d, p->sources.at, p->sources.len);
}

static inline void show_diags(const struct loaded *l)
{
    struct text t;
    text_init(&t, l->a, 1 << 16);
    VEC_EACH (const struct diag, g, &l->d.list) diag_print(g, l->p->sources.at, &t);
    NOTE("%.*s", STR_ARG(text_str(&t)));
}

/* A program that must have no mistakes. */
static inline struct loaded load_good(struct arena *a, str text)
{
    struct loaded l;
    load_inputs(&l, a, &(struct input){ .path = STR("test.leye"), .text = text }, 1);
    if (l.d.errors > 0) {
        show_diags(&l);
        FAIL("the program has mistakes");
    }
    return l;
}

static inline str read_tree_file(struct arena *a, const char *path)
{
    struct err e = { 0 };
    str text;
    CHECK_OK(file_read(a, str_of(t_source(path)), 1 << 22, &text, &e), e);
    return text;
}

/* ---- facts and values ---- */

/* Facts about one record of an entity. `text` is what stands between { and } in an example. */
static inline void give_facts(struct facts *f, const struct loaded *l, struct arena *a, struct diags *d,
                              const char *text, bool assumed)
{
    struct source *s = ARENA_NEW(a, struct source);
    source_init(s, a, STR("facts"), str_fmt(a, "{%s}", text));
    struct expr *x = parse_value(s, 0, (uint32_t)s->text.len, a, d);
    f->assumed = assumed;
    bool ok = x != NULL && facts_apply(f, f->subject, x);
    f->assumed = false;
    if (ok) return;
    NOTE("facts: %s", text);
    VEC_EACH (const struct diag, g, &d->list) NOTE("  %.*s", STR_ARG(g->text));
    (void)l;
    FAIL("the facts have mistakes");
}

static inline struct facts start_facts(const struct loaded *l, struct arena *a, struct diags *d, const char *entity)
{
    struct facts f;
    const struct entity *e = program_entity(l->p, str_of(entity));
    CHECK(e != NULL);
    diags_init(d, a);
    facts_start(&f, l->p, a, d, e->id);
    return f;
}

static inline struct value value_of(struct evaluator *ev, const struct facts *f, const char *name)
{
    const struct func *func = program_func(ev->p, f->subject->entity, str_of(name));
    if (func == NULL) FAIL("no definition %s", name);
    return eval_func(ev, f->subject, func->id);
}

static inline str shown(const struct loaded *l, struct arena *a, struct type t, struct value v)
{
    struct text out;
    text_init(&out, a, 1024);
    value_text(l->p, t, v, &out);
    return text_str(&out);
}

/* One definition, evaluated for one record of its entity, as people would read the result. */
static inline str result_of(const struct loaded *l, struct arena *a, const char *entity, const char *name,
                            const char *facts, date today)
{
    struct diags d;
    struct facts f = start_facts(l, a, &d, entity);
    give_facts(&f, l, a, &d, facts, false);
    struct evaluator ev = { 0 };
    eval_start(&ev, l->p, a, today, today);
    struct value v = value_of(&ev, &f, name);
    return shown(l, a, program_func(l->p, f.subject->entity, str_of(name))->type, v);
}

#endif
