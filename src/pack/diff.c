/* diff: declarations are matched by kind, subject and name (versions of one name in order), fields by what they are called
 * (条件 大龄, 2024-01-01). What is printed of a field from the tree decides whether it is the same. */
#include "pack/diff.h"
#include "lang/print.h"

#include <stdlib.h>
#include <string.h>

struct compare {
    struct arena *a;
    diff_list *out;
};

static str printed(struct arena *a, const struct ast_field *f, void (*print)(const struct ast_field *, struct text *))
{
    struct text t;
    text_init(&t, a, 1 << 20);
    print(f, &t);
    return str_trim(text_str(&t));
}

/* 定义 年龄 of 人员 is not 定义 年龄 of 单位. */
static str key_of(struct arena *a, const struct decl *d)
{
    str on = STR("");
    VEC_EACH (const struct ast_field, f, &d->fields) {
        bool names_subject = f->def->shape == SHAPE_NAME && str_eq(str_of(f->def->en), STR("on"));
        if (names_subject && f->names.len > 0 && (d->kind == KIND_DEFINITION || d->kind == KIND_TABLE)) on = f->names.at[0].text;
    }
    return str_fmt(a, "%d %.*s %.*s %d", (int)d->kind, STR_ARG(d->name.text), STR_ARG(on), d->kind == KIND_EXAMPLE ? (int)d->about : 0);
}

typedef VEC(const struct decl *) decl_group;

/* Declarations by key; several under one key are versions of a name, or examples in several places. */
static void index_decls(const struct program *p, bool own, struct arena *a, struct map *m)
{
    map_init(m, a);
    VEC_EACH (struct decl *, pd, &p->decls) {
        if (own && (*pd)->pack + 1u != p->packs.len) continue;
        str key = key_of(a, *pd);
        decl_group *g = map_get(m, key);
        if (g == NULL) {
            g = ARENA_NEW(a, decl_group);
            map_put(m, key, g);
        }
        *vec_push(a, g) = *pd;
    }
}

/* ---- fields ---- */

struct said {
    str name, text;
    bool matched;
};
typedef VEC(struct said) said_list;

/* A row of a parameter value by value: 2021-08-01 一类. What it rests on is said once for the row. */
static void collect_row(struct arena *a, const struct ast_field *f, said_list *out)
{
    char from[DATE_TEXT];
    date_text(f->from, from);
    for (size_t i = 0; i < f->cells.len; i++) {
        struct text t;
        text_init(&t, a, 1 << 16);
        expr_print(f->cells.at[i], &t);
        str item = f->items.at[i].text;
        str name = str_fmt(a, "%s 起%s%.*s", from, item.len ? " " : "", STR_ARG(item));
        *vec_push(a, out) = (struct said){ .name = name, .text = text_str(&t) };
    }
    if (f->ended) *vec_push(a, out) = (struct said){ .name = str_fmt(a, "%s 起", from), .text = STR("废止") };
    str cite = f->cite ? str_fmt(a, "%.*s %.*s", STR_ARG(f->cite->name.text), STR_ARG(f->cite->text)) : STR("");
    if (f->trust.len > 0) cite = str_fmt(a, "%.*s，可信 %.*s", STR_ARG(cite), STR_ARG(f->trust));
    *vec_push(a, out) = (struct said){ .name = str_fmt(a, "%s 的依据", from), .text = cite };
}

static void collect_fields(struct arena *a, str prefix, const field_list *fields, said_list *out)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape == SHAPE_PARAM_ROW) {
            collect_row(a, f, out);
            continue;
        }
        str name = printed(a, f, field_print_name);
        if (prefix.len > 0) name = str_fmt(a, "%.*s 的 %.*s", STR_ARG(prefix), STR_ARG(name));
        str text = printed(a, f, field_print);
        if (f->def->shape != SHAPE_STEPS) *vec_push(a, out) = (struct said){ .name = name, .text = text };
        collect_fields(a, name, &f->subs, out);
    }
}

static void collect(struct arena *a, const struct decl *d, said_list *out)
{
    struct text head;
    text_init(&head, a, 1 << 16);
    head_print(d, &head);
    *vec_push(a, out) = (struct said){ .name = STR("类型"), .text = str_trim(text_str(&head)) };
    collect_fields(a, STR(""), &d->fields, out);
}

static struct said *find_said(said_list *list, const struct said *s, bool same_text)
{
    VEC_EACH (struct said, o, list) {
        if (!o->matched && str_eq(o->name, s->name) && (!same_text || str_eq(o->text, s->text))) return o;
    }
    return NULL;
}

static void compare_fields(struct compare *c, const struct decl *was, const struct decl *is, struct diff_decl *out)
{
    said_list old = { 0 }, new = { 0 };
    collect(c->a, was, &old);
    collect(c->a, is, &new);
    VEC_EACH (struct said, s, &old) { /* what stayed, wherever it stands now */
        struct said *same = find_said(&new, s, true);
        if (same != NULL) s->matched = same->matched = true;
    }
    VEC_EACH (struct said, s, &old) {
        if (s->matched) continue;
        struct said *other = find_said(&new, s, false);
        struct diff_field f = { .change = other ? DIFF_CHANGED : DIFF_REMOVED, .name = s->name, .was = s->text };
        if (other != NULL) {
            other->matched = true;
            f.is = other->text;
        }
        *vec_push(c->a, &out->fields) = f;
    }
    VEC_EACH (struct said, s, &new) {
        if (!s->matched) *vec_push(c->a, &out->fields) = (struct diff_field){ .change = DIFF_ADDED, .name = s->name, .is = s->text };
    }
}

/* ---- examples: counted, not listed ---- */

static void collect_cases(struct arena *a, const decl_group *g, said_list *out)
{
    for (size_t i = 0; g != NULL && i < g->len; i++) {
        str shared = STR("");
        VEC_EACH (const struct ast_field, f, &g->at[i]->fields) {
            bool is_case = f->def->shape == SHAPE_CASE || f->def->id == FIELD_EXAMPLE_ROW;
            str text = printed(a, f, field_print);
            VEC_EACH (const struct ast_field, s, &f->subs) text = str_fmt(a, "%.*s\n%.*s", STR_ARG(text), STR_ARG(printed(a, s, field_print)));
            if (is_case) *vec_push(a, out) = (struct said){ .name = printed(a, f, field_print_name), .text = str_fmt(a, "%.*s%.*s", STR_ARG(shared), STR_ARG(text)) };
            else shared = str_fmt(a, "%.*s%.*s\n", STR_ARG(shared), STR_ARG(text));
        }
    }
}

static void compare_cases(struct compare *c, const decl_group *was, const decl_group *is, struct diff_decl *out)
{
    said_list old = { 0 }, new = { 0 };
    collect_cases(c->a, was, &old);
    collect_cases(c->a, is, &new);
    VEC_EACH (struct said, s, &old) {
        struct said *same = find_said(&new, s, true);
        if (same != NULL) s->matched = same->matched = true;
    }
    VEC_EACH (struct said, s, &old) {
        if (s->matched) continue;
        struct said *other = find_said(&new, s, false);
        if (other != NULL) other->matched = true;
        if (other != NULL) out->cases_changed++;
        else out->cases_removed++;
    }
    VEC_EACH (const struct said, s, &new) out->cases_added += !s->matched;
}

/* ---- declarations ---- */

static void compare_groups(struct compare *c, const decl_group *was, const decl_group *is)
{
    const struct decl *any = is != NULL ? is->at[0] : was->at[0];
    struct diff_decl d = { .kind = any->kind, .name = any->name.text, .change = DIFF_CHANGED };
    if (any->kind == KIND_EXAMPLE) {
        compare_cases(c, was, is, &d);
        if (d.cases_added + d.cases_removed + d.cases_changed > 0) *vec_push(c->a, c->out) = d;
        return;
    }
    size_t old = was ? was->len : 0, new = is ? is->len : 0;
    for (size_t i = 0; i < old || i < new; i++) { /* versions of one name, in order */
        struct diff_decl v = d;
        if (i >= old || i >= new) v.change = i >= old ? DIFF_ADDED : DIFF_REMOVED;
        else compare_fields(c, was->at[i], is->at[i], &v);
        if (v.change != DIFF_CHANGED || v.fields.len > 0) *vec_push(c->a, c->out) = v;
    }
}

static int weight(enum kind k)
{
    static const enum kind order[] = { KIND_POLICY, KIND_NARROW, KIND_DEFINITION, KIND_TABLE, KIND_FILL, KIND_PARAM };
    for (int i = 0; i < (int)(sizeof order / sizeof *order); i++) {
        if (order[i] == k) return i;
    }
    return k == KIND_EXAMPLE ? 1000 : 100 + (int)k;
}

static int by_weight(const void *pa, const void *pb)
{
    const struct diff_decl *a = pa, *b = pb;
    int wa = weight(a->kind), wb = weight(b->kind);
    return wa != wb ? (wa < wb ? -1 : 1) : str_cmp(a->name, b->name);
}

void diff_programs(const struct program *was, const struct program *is, bool own, struct arena *a, diff_list *out)
{
    struct compare c = { .a = a, .out = out };
    struct map old, new;
    index_decls(was, own, a, &old);
    index_decls(is, own, a, &new);
    for (size_t i = 0; i < old.len; i++) compare_groups(&c, old.entries[i].value, map_get(&new, old.entries[i].key));
    for (size_t i = 0; i < new.len; i++) {
        if (map_get(&old, new.entries[i].key) == NULL) compare_groups(&c, NULL, new.entries[i].value);
    }
    if (out->len > 1) qsort(out->at, out->len, sizeof out->at[0], by_weight);
}

/* ---- words ---- */

static const char *const changes_zh[] = { [DIFF_ADDED] = "增加", [DIFF_REMOVED] = "取消", [DIFF_CHANGED] = "改动" };
static const char *const changes_en[] = { [DIFF_ADDED] = "added", [DIFF_REMOVED] = "removed", [DIFF_CHANGED] = "changed" };

static void print_field(const struct diff_field *f, struct text *out)
{
    text_addf(out, "  %s %.*s", changes_zh[f->change], STR_ARG(f->name));
    if (f->change == DIFF_CHANGED) text_addf(out, "\n      原来 %.*s\n      现在 %.*s\n", STR_ARG(f->was), STR_ARG(f->is));
    else {
        str text = f->change == DIFF_ADDED ? f->is : f->was;
        text_addf(out, "%s%.*s\n", text.len > 0 ? "：" : "", STR_ARG(text));
    }
}

static void print_cases(const struct diff_decl *d, struct text *out)
{
    text_addf(out, "例 %.*s：", STR_ARG(d->name));
    const char *sep = "";
    if (d->cases_added > 0) text_addf(out, "增加 %zu 个", d->cases_added), sep = "，";
    if (d->cases_changed > 0) text_addf(out, "%s改动 %zu 个", sep, d->cases_changed), sep = "，";
    if (d->cases_removed > 0) text_addf(out, "%s取消 %zu 个", sep, d->cases_removed);
    text_addc(out, '\n');
}

void diff_text(const diff_list *list, struct text *out)
{
    if (list->len == 0) text_addz(out, "没有实质变化\n");
    VEC_EACH (const struct diff_decl, d, list) {
        if (d->kind == KIND_EXAMPLE) {
            print_cases(d, out);
            continue;
        }
        text_addf(out, "%s %s %.*s\n", changes_zh[d->change], kind_defs[d->kind].zh, STR_ARG(d->name));
        VEC_EACH (const struct diff_field, f, &d->fields) print_field(f, out);
    }
}

void diff_json(const diff_list *list, struct json_writer *w)
{
    json_array(w);
    VEC_EACH (const struct diff_decl, d, list) {
        json_object(w);
        json_key(w, "kind"), json_z(w, kind_defs[d->kind].zh);
        json_key(w, "name"), json_str(w, d->name);
        json_key(w, "change"), json_z(w, changes_en[d->change]);
        if (d->kind == KIND_EXAMPLE) {
            json_key(w, "added"), json_int(w, (int64_t)d->cases_added);
            json_key(w, "changed"), json_int(w, (int64_t)d->cases_changed);
            json_key(w, "removed"), json_int(w, (int64_t)d->cases_removed);
        }
        json_key(w, "fields");
        json_array(w);
        VEC_EACH (const struct diff_field, f, &d->fields) {
            json_object(w);
            json_key(w, "field"), json_str(w, f->name);
            json_key(w, "change"), json_z(w, changes_en[f->change]);
            if (f->change != DIFF_ADDED) json_key(w, "was"), json_str(w, f->was);
            if (f->change != DIFF_REMOVED) json_key(w, "is"), json_str(w, f->is);
            json_object_end(w);
        }
        json_array_end(w);
        json_object_end(w);
    }
    json_array_end(w);
}
