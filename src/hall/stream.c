/* stream: for programs that keep a copy: the subjects of an entity page by page (a snapshot), then whoever changed
 * since. A mark says up to which batch of the register an answer reaches; asked with it, only later changes come. Each
 * subject passes the table of access like a record on a page, and each is logged as looked at, with the purpose of the
 * token. */
#include "hall/hall_priv.h"

#include <stdlib.h>

enum { PAGE = 100, MARK_DIGITS_MAX = 20, CHANGES_MOST = 100000 /* beyond it a new snapshot is less work */ };

/* Batch and its fingerprint: the same number in a database that was put back from a backup is another batch. */
static bool mark_text(struct call *c, int64_t batch, str *out, struct err *e)
{
    str hash;
    if (!registry_mark(c->desk->registry, batch, c->a, &hash, e)) return false;
    *out = str_fmt(c->a, "%lld.%.*s", (long long)batch, STR_ARG(hash));
    return true;
}

/* *known false: it is of another database, or of one before it was put back. */
static bool mark_read(struct call *c, str text, int64_t *batch, bool *known, struct err *e)
{
    str rest = text, digits, again;
    bool ok =
        str_split(&rest, '.', &digits) && digits.len <= MARK_DIGITS_MAX && str_to_i64(digits, batch) && *batch >= 0;
    if (!ok) return fail(e, INVALID, "since 要写上一次回答里的 mark，不是“%.*s”", STR_ARG(text));
    int64_t last;
    if (!mark_text(c, *batch, &again, e) || !registry_last_drop(c->desk->registry, &last, e)) return false;
    bool there =
        *batch > 0 ? !str_ends(again, STR(".")) : last == 0; /* a batch there is, or the mark of an empty register */
    *known = there && str_eq(again, text);
    return true;
}

static bool asked_entity(struct call *c, const struct entity **out, int64_t *after, struct err *e)
{
    const struct entity *en = program_entity(c->h->p, c->args[0]);
    str from = http_form_get(&c->query, STR("after"));
    if (en == NULL || en->is_spell) return fail(e, NOT_FOUND, "没有“%.*s”这样的名单", STR_ARG(c->args[0]));
    *after = 0;
    if (from.len > 0 && (!str_to_i64(from, after) || *after < 0))
        return fail(e, INVALID, "after 要写上一页里的 next，不是“%.*s”", STR_ARG(from));
    *out = en;
    c->title = en->name;
    return true;
}

static void add_values(struct call *c, const struct entity *en, const struct subject *s, struct json *o)
{
    struct json *fields = doc_array(c->a, o, "fields");
    VEC_EACH (const struct value_line, v, &s->values) {
        int slot = entity_slot(en, v->field);
        str class_ = slot >= 0 ? en->slots.at[slot].class_ : STR(""),
            shown = access_show(&c->who, class_, v->value, c->a);
        char day[DATE_TEXT];
        if (!v->current || access_sight(&c->who, class_) == SIGHT_HIDDEN) continue;
        struct json *f = doc_object(c->a, fields, NULL);
        doc_str(c->a, f, "field", v->field);
        doc_str(c->a, f, "value", shown);
        doc_bool(c->a, f, "masked", !str_eq(shown, v->value));
        doc_str(c->a, f, "origin", v->origin);
        date_text(v->as_of, day);
        doc_str(c->a, f, "asOf", str_dup(c->a, str_of(day)));
    }
}

/* Who is not this reader's to see is left out; of who is no longer there (merged into somebody) the number is told. */
static bool add_subject(struct call *c, const struct entity *en, int64_t id, struct json *list, struct err *e)
{
    struct subject s;
    struct err why = { 0 };
    bool loaded = subject_load(c, en->id, id, &s, &why), gone = s.values.len == 0;
    if (!loaded && why.code != ERR_DENIED) return *e = why, false;
    if (!loaded && !gone) return true;
    struct json *o = doc_object(c->a, list, NULL);
    doc_int(c->a, o, "id", id);
    doc_bool(c->a, o, "gone", gone);
    if (gone) return true;
    add_values(c, en, &s, o);
    return access_look(c->desk->store, &c->who, en->name, id, STR("数据接口"), c->now, e);
}

static bool add_all(struct call *c, const struct entity *en, const int64_t *ids, size_t count, struct err *e)
{
    struct json *list = doc_array(c->a, c->doc, "subjects");
    for (size_t i = 0; i < count; i++) {
        if (!add_subject(c, en, ids[i], list, e)) return false;
    }
    return true;
}

/* `next`: where the rest is, empty at the end; `mark`: what to ask with when all pages are read. */
static void add_way(struct call *c, const struct entity *en, const char *more, str mark, const int64_t *ids,
                    size_t count)
{
    str next = STR("");
    if (count == PAGE)
        next = str_fmt(c->a, "%.*s%safter=%lld&mark=%.*s", STR_ARG(words_href(c->a, "/entities/", en->name, more)),
                       more[0] == '\0' ? "?" : "&", (long long)ids[count - 1], STR_ARG(mark));
    doc_str(c->a, c->doc, "next", next);
    doc_str(c->a, c->doc, "mark", mark);
}

/* The mark of the first page stands for all: what changes while a program reads comes with the changes. */
static bool first_mark(struct call *c, str *out, struct err *e)
{
    int64_t batch;
    bool known;
    *out = http_form_get(&c->query, STR("mark"));
    if (out->len > 0) return mark_read(c, *out, &batch, &known, e);
    return registry_last_drop(c->desk->registry, &batch, e) && mark_text(c, batch, out, e);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Whoever changed after a batch, each once, ascending, from `after` on, a page of them. */
static bool changed_numbers(struct call *c, const struct entity *en, int64_t since, int64_t after, bool *all,
                            registry_numbers *out, struct err *e)
{
    registry_changes changes = { 0 };
    registry_numbers found = { 0 };
    if (!registry_changed(c->desk->registry, since, all, c->a, &changes, e)) return false;
    *all = *all || changes.len > CHANGES_MOST;
    VEC_EACH (const struct registry_change, x, &changes) {
        if (x->entity == en->id && x->id > after) *vec_push(c->a, &found) = x->id;
    }
    if (found.len > 0) qsort(found.at, found.len, sizeof *found.at, by_number);
    for (size_t i = 0; i < found.len && out->len < PAGE; i++) {
        if (i == 0 || found.at[i] != found.at[i - 1]) *vec_push(c->a, out) = found.at[i];
    }
    return true;
}

/* One moment of the register, and one entry in the journal for each look at once. */
static bool at_once(struct call *c, const struct entity *en, const registry_numbers *ids, struct err *e)
{
    if (!store_begin(c->desk->store, e)) return false;
    if (add_all(c, en, ids->at, ids->len, e)) return store_commit(c->desk->store, e);
    store_rollback(c->desk->store);
    return false;
}

bool hall_entities(struct call *c, struct err *e)
{
    const struct entity *en;
    registry_numbers ids = { 0 };
    int64_t after;
    str mark;
    if (!asked_entity(c, &en, &after, e) || !first_mark(c, &mark, e) ||
        !registry_roll(c->desk->registry, en->id, after, PAGE, c->a, &ids, e))
        return false;
    add_way(c, en, "", mark, ids.at, ids.len);
    return at_once(c, en, &ids, e);
}

bool hall_entity_changes(struct call *c, struct err *e)
{
    const struct entity *en;
    registry_numbers ids = { 0 };
    int64_t after, since;
    bool known, all = false;
    str mark, from = http_form_get(&c->query, STR("since"));
    if (!asked_entity(c, &en, &after, e) || !mark_read(c, from, &since, &known, e) || !first_mark(c, &mark, e) ||
        (known && !changed_numbers(c, en, since, after, &all, &ids, e)))
        return false;
    if (!known || all) ids.len = 0;
    doc_bool(c->a, c->doc, "anew",
             !known || all); /* a whole list was taken in, too much changed, or another database */
    add_way(c, en, str_fmt(c->a, "/changes?since=%.*s", STR_ARG(from)).p, mark, ids.at, ids.len);
    return at_once(c, en, &ids, e);
}
