/* diff: two sets of declarations, matched.
 *
 * Declarations go together by kind, subject and name; several of one name are versions (or examples in several places)
 * and go together by their period. A declaration is a list of things said, each with a name (条件 大龄; 2024-01-01 起
 * 一类) and a text printed from the tree; two lists are matched first by name and text, then by name in order. What is
 * left over came or went. Everything is looked up in maps, so that the work grows with the size of the packs and no
 * faster. */
#include "pack/diff.h"
#include "lang/print.h"

#include <stdlib.h>
#include <string.h>

enum { SAID_MAX = 8 << 20 }; /* longer than a file can be, with what printing adds */

struct said {
    str name, text;
    str source;  /* of a dated value */
    bool beside; /* only worth telling when both have it: the 依据 of a row that is told anyway */
    bool matched;
};
typedef VEC(struct said) said_list;

typedef VEC(const struct decl *) decl_group;

struct compare {
    struct arena *a;
    diff_list *out;
    struct map settled;  /* keys of renamed declarations, old and new */
    struct map new_name; /* kind and old name of a renamed declaration, to the declaration as it is now */
};

static struct text begin(struct arena *a)
{
    struct text t;
    text_init(&t, a, SAID_MAX);
    return t;
}

static str join(struct arena *a, str x, const char *between, str y)
{
    struct text t = begin(a);
    text_add(&t, x);
    text_addz(&t, between);
    text_add(&t, y);
    return text_str(&t);
}

static str printed(struct arena *a, const struct ast_field *f, void (*print)(const struct ast_field *, struct text *))
{
    struct text t = begin(a);
    print(f, &t);
    return str_trim(text_str(&t));
}

/* ---- queues by name: things with one name are taken in order ---- */

struct queue {
    VEC(void *) items;
    size_t next;
};

static void queue_put(struct map *m, str key, void *item)
{
    struct queue *q = map_get(m, key);
    if (q == NULL) {
        q = ARENA_NEW(m->arena, struct queue);
        map_put(m, key, q);
    }
    *vec_push(m->arena, &q->items) = item;
}

static void *queue_take(const struct map *m, str key)
{
    struct queue *q = map_get(m, key);
    return q == NULL || q->next == q->items.len ? NULL : q->items.at[q->next++];
}

/* ---- what a declaration says ---- */

static void say(struct arena *a, said_list *out, str name, str text)
{
    *vec_push(a, out) = (struct said){ .name = name, .text = text };
}

/* A row of a parameter value by value: 2021-08-01 起 一类. What it rests on goes with each value, and is compared once.
 */
static void say_row(struct arena *a, const struct ast_field *f, said_list *out)
{
    char from[DATE_TEXT];
    date_text(f->from, from);
    str source = STR("");
    if (f->cite != NULL)
        source = f->cite->text.len > 0 ? join(a, f->cite->name.text, " ", f->cite->text) : f->cite->name.text;
    if (f->trust.len > 0) source = join(a, source, source.len > 0 ? "，可信 " : "可信 ", f->trust);
    str start = str_fmt(a, "%s 起", from);
    for (size_t i = 0; i < f->cells.len; i++) {
        struct text t = begin(a);
        expr_print(f->cells.at[i], &t);
        str item = f->items.at[i].text;
        str name = item.len > 0 ? join(a, start, " ", item) : start;
        *vec_push(a, out) = (struct said){ .name = name, .text = text_str(&t), .source = source };
    }
    if (f->ended) *vec_push(a, out) = (struct said){ .name = start, .text = STR("废止"), .source = source };
    *vec_push(a, out) = (struct said){ .name = str_fmt(a, "%s 的依据", from), .text = source, .beside = true };
}

static void say_fields(struct arena *a, str prefix, const field_list *fields, said_list *out)
{
    VEC_EACH (const struct ast_field, f, fields) {
        if (f->def->shape == SHAPE_PARAM_ROW) {
            say_row(a, f, out);
            continue;
        }
        str name = printed(a, f, field_print_name);
        if (f->def->shape == SHAPE_TABLE_ROW) name = join(a, STR("行 | "), "", join(a, name, " |", STR("")));
        if (prefix.len > 0) name = join(a, prefix, " 的 ", name);
        bool steps = f->def->shape == SHAPE_STEPS && f->subs.len > 0;
        if (!steps) say(a, out, name, printed(a, f, field_print));
        if (steps) { /* each is called 金额 and its name; which one is the result depends on their order */
            const struct ast_field *last = &f->subs.at[f->subs.len - 1];
            *vec_push(a, out) =
                (struct said){ .name = join(a, name, " 的", STR("结果")), .text = last->name.text, .beside = true };
        }
        if (f->def->shape != SHAPE_TABLE_ROW) say_fields(a, steps ? STR("") : name, &f->subs, out);
    }
}

static const struct ast_field *period_field(const struct decl *d)
{
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape == SHAPE_PERIOD) return f;
    }
    return NULL;
}

static str period_of(struct arena *a, const struct decl *d)
{
    const struct ast_field *f = period_field(d);
    return f != NULL ? printed(a, f, field_print) : STR("");
}

/* The first day of a version; the oldest may have none. */
static int32_t starts_on(const struct decl *d)
{
    const struct ast_field *f = period_field(d);
    return f != NULL && f->has_from ? f->from.days : INT32_MIN;
}

static void say_all(struct arena *a, const struct decl *d, said_list *out)
{
    struct text head = begin(a);
    head_print(d, &head);
    say(a, out, STR("类型"), str_trim(text_str(&head)));
    if (d->kind == KIND_PACK) say(a, out, STR("名字"), d->name.text);
    say_fields(a, STR(""), &d->fields, out);
}

/* In a table that takes the first row that fits, moving a row changes what it says. */
static bool is_first_hit(const struct decl *d)
{
    const struct ast_field *hit = d->kind == KIND_TABLE ? decl_field(d, FIELD_TABLE_HIT) : NULL;
    return hit != NULL && hit->names.len > 0 && str_eq(hit->names.at[0].text, STR("首行"));
}

static str rows_of(struct arena *a, const struct decl *d, const struct map *also)
{
    struct text t = begin(a);
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape != SHAPE_TABLE_ROW) continue;
        str name = printed(a, f, field_print_name);
        if (also != NULL && map_get(also, name) == NULL) continue;
        if (t.len > 0) text_addz(&t, "；");
        text_add(&t, name);
    }
    return text_str(&t);
}

static void name_rows(struct arena *a, const struct decl *d, struct map *out)
{
    static char here;
    map_init(out, a);
    VEC_EACH (const struct ast_field, f, &d->fields) {
        if (f->def->shape == SHAPE_TABLE_ROW) map_put(out, printed(a, f, field_print_name), &here);
    }
}

/* ---- two lists of things said ---- */

static str whole_key(struct arena *a, const struct said *s) { return join(a, s->name, "\n", s->text); }

static void match_said(struct arena *a, said_list *old, said_list *new)
{
    struct map same;
    map_init(&same, a);
    VEC_EACH (struct said, s, new) queue_put(&same, whole_key(a, s), s);
    VEC_EACH (struct said, s, old) {
        struct said *other = queue_take(&same, whole_key(a, s));
        if (other != NULL) s->matched = other->matched = true;
    }
}

/* The unmatched of a list, by name. */
static void left_over(struct arena *a, said_list *list, struct map *out)
{
    map_init(out, a);
    VEC_EACH (struct said, s, list) {
        if (!s->matched) queue_put(out, s->name, s);
    }
}

static void compare_said(struct arena *a, said_list *old, said_list *new, struct diff_decl *out)
{
    match_said(a, old, new);
    struct map rest;
    left_over(a, new, &rest);
    VEC_EACH (const struct said, s, old) {
        if (s->matched) continue;
        struct said *other = queue_take(&rest, s->name);
        if (other == NULL && s->beside) continue;
        struct diff_field f = { .change = other ? DIFF_CHANGED : DIFF_REMOVED, .name = s->name, .was = s->text };
        if (other != NULL) {
            other->matched = true;
            f.is = other->text;
            f.source = other->source;
        }
        *vec_push(a, &out->fields) = f;
    }
    VEC_EACH (const struct said, s, new) {
        if (s->matched || s->beside) continue;
        *vec_push(a, &out->fields) =
            (struct diff_field){ .change = DIFF_ADDED, .name = s->name, .is = s->text, .source = s->source };
    }
}

static void compare_order(struct arena *a, const struct decl *was, const struct decl *is, struct diff_decl *out)
{
    if (!is_first_hit(was) || !is_first_hit(is)) return;
    struct map old, new;
    name_rows(a, was, &old);
    name_rows(a, is, &new);
    str before = rows_of(a, was, &new), after = rows_of(a, is, &old);
    if (str_eq(before, after)) return;
    *vec_push(a, &out->fields) =
        (struct diff_field){ .change = DIFF_CHANGED, .name = STR("行的先后"), .was = before, .is = after };
}

static void compare_fields(struct compare *c, const struct decl *was, const struct decl *is, struct diff_decl *out)
{
    said_list old = { 0 }, new = { 0 };
    say_all(c->a, was, &old);
    say_all(c->a, is, &new);
    compare_said(c->a, &old, &new, out);
    compare_order(c->a, was, is, out);
}

/* ---- examples: counted, not listed ---- */

/* Facts given for all cases of an example are told once, and stand in each case as a number: equal facts, equal number.
 */
static str number_of(struct arena *a, struct map *seen, str facts)
{
    str *number = map_get(seen, facts);
    if (number == NULL) {
        number = ARENA_NEW(a, str);
        *number = str_fmt(a, "%zu", seen->len);
        map_put(seen, facts, number);
    }
    return *number;
}

static void say_cases(struct arena *a, const decl_group *g, struct map *seen, said_list *out)
{
    for (size_t i = 0; g != NULL && i < g->len; i++) {
        struct text shared = begin(a);
        const struct ast_field *header = NULL;
        VEC_EACH (const struct ast_field, f, &g->at[i]->fields) {
            bool is_row = f->def->id == FIELD_EXAMPLE_ROW;
            if (f->def->shape == SHAPE_CASE || (is_row && header != NULL)) continue;
            if (is_row) header = f;
            text_add(&shared, printed(a, f, field_print_name));
            text_add(&shared, printed(a, f, field_print));
            text_addc(&shared, '\n');
        }
        str facts = number_of(a, seen, text_str(&shared));
        VEC_EACH (const struct ast_field, f, &g->at[i]->fields) {
            bool is_row = f->def->id == FIELD_EXAMPLE_ROW;
            if (f == header || (f->def->shape != SHAPE_CASE && !is_row)) continue;
            struct text t = begin(a);
            text_add(&t, facts);
            text_add(&t, printed(a, f, field_print));
            for (size_t k = 0; !is_row && k < f->subs.len; k++) {
                text_add(&t, printed(a, &f->subs.at[k], field_print_name));
                text_add(&t, printed(a, &f->subs.at[k], field_print));
                text_addc(&t, '\n');
            }
            say(a, out, printed(a, f, field_print_name), text_str(&t));
        }
    }
}

static void compare_cases(struct compare *c, const decl_group *was, const decl_group *is, struct diff_decl *out)
{
    said_list old = { 0 }, new = { 0 };
    struct map seen;
    map_init(&seen, c->a);
    say_cases(c->a, was, &seen, &old);
    say_cases(c->a, is, &seen, &new);
    struct diff_decl d = { 0 };
    compare_said(c->a, &old, &new, &d);
    VEC_EACH (const struct diff_field, f, &d.fields) {
        out->cases_added += f->change == DIFF_ADDED;
        out->cases_removed += f->change == DIFF_REMOVED;
        out->cases_changed += f->change == DIFF_CHANGED;
    }
}

/* ---- declarations ---- */

/* 定义 年龄 of 人员 is not 定义 年龄 of 单位. A pack is what it is by its place in the chain, counted from below. */
static str key_of(struct arena *a, const struct decl *d, str name, size_t pack_count)
{
    if (d->kind == KIND_PACK) return str_fmt(a, "%d %zu", (int)d->kind, pack_count - d->pack);
    struct text t = begin(a);
    text_addf(&t, "%d %d ", (int)d->kind, d->kind == KIND_EXAMPLE ? (int)d->about : 0);
    text_add(&t, name);
    enum field_id on = d->kind == KIND_TABLE ? FIELD_TABLE_ON : FIELD_DEFINITION_ON;
    const struct ast_field *f = d->kind == KIND_DEFINITION || d->kind == KIND_TABLE ? decl_field(d, on) : NULL;
    if (f != NULL && f->names.len > 0) {
        text_addc(&t, '\n');
        text_add(&t, f->names.at[0].text);
    }
    return text_str(&t);
}

/* Declarations by key; several under one key are versions of a name, or examples in several places. */
static void index_decls(const struct program *p, bool own, struct arena *a, struct map *m)
{
    map_init(m, a);
    VEC_EACH (struct decl *const, pd, &p->decls) {
        if (own && (*pd)->pack + 1u != p->packs.len) continue;
        str key = key_of(a, *pd, (*pd)->name.text, p->packs.len);
        decl_group *g = map_get(m, key);
        if (g == NULL) {
            g = ARENA_NEW(a, decl_group);
            map_put(m, key, g);
        }
        *vec_push(a, g) = *pd;
    }
}

static void tell(struct compare *c, const struct decl *any, enum diff_change change, struct diff_decl d)
{
    d.kind = any->kind;
    d.name = any->name.text;
    d.change = change;
    d.order = c->out->len;
    *vec_push(c->a, c->out) = d;
}

static void compare_pair(struct compare *c, const struct decl *was, const struct decl *is)
{
    struct diff_decl d = { 0 };
    compare_fields(c, was, is, &d);
    if (d.fields.len > 0) tell(c, is, DIFF_CHANGED, d);
}

/* The version that was in force until this one began; NULL when it is the first. */
static const struct decl *version_before(const decl_group *g, const struct decl *d)
{
    const struct decl *best = NULL;
    for (size_t i = 0; i < g->len; i++) {
        bool earlier = g->at[i] != d && starts_on(g->at[i]) < starts_on(d);
        if (earlier && (best == NULL || starts_on(g->at[i]) > starts_on(best))) best = g->at[i];
    }
    return best;
}

/* A further version of a name that was there: the name changes from a day on, and how is told against the version
 * before. */
static void tell_new_version(struct compare *c, const decl_group *g, const struct decl *is)
{
    const struct decl *before = version_before(g, is);
    struct diff_decl d = { .version = period_of(c->a, is) }, all = { 0 };
    if (before != NULL) compare_fields(c, before, is, &all);
    const struct ast_field *period = period_field(is);
    VEC_EACH (const struct diff_field, f, &all.fields) {
        bool is_period = period != NULL && str_eq(f->name, str_of(period->def->zh)); /* told in the head */
        if (!is_period) *vec_push(c->a, &d.fields) = *f;
    }
    tell(c, is, d.version.len > 0 ? DIFF_CHANGED : DIFF_ADDED, d);
}

static void tell_ended_version(struct compare *c, const decl_group *left, const struct decl *was)
{
    str version = left->len > 0 ? period_of(c->a, was) : STR("");
    tell(c, was, version.len > 0 ? DIFF_CHANGED : DIFF_REMOVED,
         (struct diff_decl){ .version = version, .version_left = version.len > 0 });
}

/* Versions of one name: those of one period belong together, the others in order. */
static void compare_versions(struct compare *c, const decl_group *was, const decl_group *is)
{
    const struct decl **other = ARENA_ARRAY(c->a, const struct decl *, is->len);
    bool *taken = ARENA_ARRAY(c->a, bool, was->len);
    struct map by_period;
    map_init(&by_period, c->a);
    for (size_t i = 0; i < was->len; i++) queue_put(&by_period, period_of(c->a, was->at[i]), &taken[i]);
    for (size_t i = 0; i < is->len; i++) {
        bool *t = queue_take(&by_period, period_of(c->a, is->at[i]));
        if (t == NULL) continue;
        *t = true;
        other[i] = was->at[t - taken];
    }
    size_t next = 0;
    for (size_t i = 0; i < is->len; i++) {
        while (other[i] == NULL && next < was->len && taken[next]) next++;
        if (other[i] == NULL && next < was->len) {
            taken[next] = true;
            other[i] = was->at[next];
        }
        if (other[i] != NULL)
            compare_pair(c, other[i], is->at[i]);
        else if (was->len > 0)
            tell_new_version(c, is, is->at[i]);
        else
            tell(c, is->at[i], DIFF_ADDED, (struct diff_decl){ 0 });
    }
    for (size_t i = 0; i < was->len; i++) {
        if (!taken[i]) tell_ended_version(c, is, was->at[i]);
    }
}

/* ---- new names ---- */

static str kind_and_name(struct arena *a, enum kind k, str name) { return join(a, str_of(kind_defs[k].en), " ", name); }

/* What a declaration says apart from its name; empty when that is too little to know it again by. */
static str body_of(struct arena *a, const struct decl *d)
{
    if (d->kind == KIND_EXAMPLE || d->kind == KIND_PACK || d->fields.len < 2) return STR("");
    struct decl nameless = *d;
    nameless.name.text = STR("");
    struct text t = begin(a);
    decl_print(&nameless, &t);
    return t.over ? STR("") : text_str(&t);
}

/* The body of a name that has one version here and none there. */
static str lone_body(struct arena *a, const struct map_entry *here, const struct map *there)
{
    const decl_group *g = here->value;
    return g->len == 1 && map_get(there, here->key) == NULL ? body_of(a, g->at[0]) : STR("");
}

/* A declaration that went and one that came and says the same is the old one under a new name. */
static void find_renamed(struct compare *c, const struct map *old, const struct map *new)
{
    struct map came;
    map_init(&came, c->a);
    for (size_t i = 0; i < new->len; i++) {
        str body = lone_body(c->a, &new->entries[i], old);
        if (body.len > 0) queue_put(&came, body, &new->entries[i]);
    }
    for (size_t i = 0; i < old->len; i++) {
        str body = lone_body(c->a, &old->entries[i], new);
        const struct map_entry *now = body.len > 0 ? queue_take(&came, body) : NULL;
        if (now == NULL) continue;
        const struct decl *was = ((const decl_group *)old->entries[i].value)->at[0];
        const struct decl *is = ((const decl_group *)now->value)->at[0];
        map_put(&c->settled, old->entries[i].key, c);
        map_put(&c->settled, now->key, c);
        map_put(&c->new_name, kind_and_name(c->a, was->kind, was->name.text), ((decl_group *)now->value)->at);
        tell(c, is, DIFF_RENAMED, (struct diff_decl){ .old_name = was->name.text });
    }
}

/* What an old declaration is looked for by now: examples go with the new name of what they are about. */
static str key_now(const struct compare *c, const struct decl *d, str key)
{
    if (d->kind != KIND_EXAMPLE) return key;
    const struct decl *const *now = map_get(&c->new_name, kind_and_name(c->a, d->about, d->name.text));
    return now == NULL ? key : key_of(c->a, d, (*now)->name.text, 0);
}

/* ---- the whole ---- */

static void compare_groups(struct compare *c, const decl_group *was, const decl_group *is)
{
    const struct decl *any = is != NULL ? is->at[0] : was->at[0];
    if (any->kind == KIND_EXAMPLE) {
        struct diff_decl d = { 0 };
        compare_cases(c, was, is, &d);
        if (d.cases_added + d.cases_removed + d.cases_changed > 0) tell(c, any, DIFF_CHANGED, d);
        return;
    }
    static const decl_group none;
    compare_versions(c, was != NULL ? was : &none, is != NULL ? is : &none);
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
    return wa != wb ? (wa < wb ? -1 : 1) : (a->order > b->order) - (a->order < b->order);
}

void diff_programs(const struct program *was, const struct program *is, bool own, struct arena *a, diff_list *out)
{
    struct compare c = { .a = a, .out = out };
    struct map old, new, met;
    map_init(&c.settled, a);
    map_init(&c.new_name, a);
    map_init(&met, a);
    index_decls(was, own, a, &old);
    index_decls(is, own, a, &new);
    find_renamed(&c, &old, &new);
    for (size_t i = 0; i < old.len; i++) {
        const decl_group *g = old.entries[i].value;
        if (map_get(&c.settled, old.entries[i].key) != NULL) continue;
        str key = key_now(&c, g->at[0], old.entries[i].key);
        compare_groups(&c, g, map_get(&new, key));
        map_put(&met, key, &met);
    }
    for (size_t i = 0; i < new.len; i++) {
        str key = new.entries[i].key;
        if (map_get(&met, key) == NULL && map_get(&c.settled, key) == NULL)
            compare_groups(&c, NULL, new.entries[i].value);
    }
    if (out->len > 1) qsort(out->at, out->len, sizeof out->at[0], by_weight);
}
