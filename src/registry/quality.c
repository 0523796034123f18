/* quality: what is missing, what is old, where systems contradict each other. One pass over all claims, in the order of
 * their subjects; a contradiction is two systems whose last words on a field differ. */
#include "registry/registry_priv.h"

#include <stdlib.h>

struct said { /* the last word of one feed on one field of the subject at hand */
    uint32_t feed;
    int64_t as_of, hash;
};

struct field_sum {
    uint64_t known, stale, contradictory;
    uint64_t *by_system; /* values that count, by system */
};

struct survey {
    struct registry *r;
    struct arena *a;
    int64_t old_before;
    struct field_sum **fields; /* [entity][slot] */
    uint64_t *rows;            /* [entity] */
    VEC(str) systems;
    struct map system_at;      /* to (void *)(1 + index) */
    struct id_map feed_system; /* feed to 1 + system */
    struct map places;         /* "system|region" to struct quality_source */
};

static bool load_systems(struct survey *s, struct err *e)
{
    struct store_stmt *q;
    if (!store_prepare(s->r->s, STR("SELECT DISTINCT \"feed\", \"system\" FROM \"_drop\" ORDER BY \"feed\""), &q, e))
        return false;
    bool row, ok;
    int64_t feed;
    map_init(&s->system_at, s->a);
    while ((ok = store_step(q, &row, e)) && row) {
        if (!store_int(q, 0, &feed)) continue;
        str name = str_dup(s->a, store_str(q, 1));
        void *at = map_get(&s->system_at, name);
        if (at == NULL) {
            *vec_push(s->a, &s->systems) = name;
            at = (void *)(uintptr_t)s->systems.len;
            map_put(&s->system_at, name, at);
        }
        id_map_put(&s->feed_system, (uint64_t)feed, (uint64_t)(uintptr_t)at);
    }
    store_done(q);
    return ok;
}

static bool count_rows(struct survey *s, struct err *e)
{
    VEC_EACH (const struct entity, en, &s->r->p->entities) {
        struct text t;
        text_init(&t, s->a, 4096);
        text_addz(&t, "SELECT count(*) FROM ");
        store_quote(&t, en->name);
        struct store_stmt *q;
        if (!store_prepare(s->r->s, text_str(&t), &q, e)) return false;
        bool row;
        int64_t n = 0;
        bool ok = store_step(q, &row, e) && row && store_int(q, 0, &n);
        store_done(q);
        if (!ok) return false;
        s->rows[en->id] = (uint64_t)n;
    }
    return true;
}

static int region_slot(const struct entity *en)
{
    static const char *const names[] = { "常住地", "户籍地", "所在地", "住所地", "机构所在地", "单位参保地" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int slot = entity_slot(en, str_of(names[i]));
        if (slot >= 0 && en->slots.at[slot].kind == SLOT_FIELD) return slot;
    }
    return -1;
}

static struct quality_source *place(struct survey *s, str origin, str region)
{
    str key = str_fmt(s->a, "%.*s|%.*s", STR_ARG(origin), STR_ARG(region));
    struct quality_source *q = map_get(&s->places, key);
    if (q != NULL) return q;
    q = ARENA_NEW(s->a, struct quality_source);
    *q = (struct quality_source){ .origin = origin, .region = region };
    map_put(&s->places, key, q);
    return q;
}

static str system_of(const struct survey *s, uint32_t feed)
{
    uint64_t at = id_map_get(&s->feed_system, feed);
    return at == 0 ? STR("") : s->systems.at[at - 1];
}

/* All claims of one subject, strongest last. */
static bool weigh(struct survey *s, uint16_t entity, const claim_list *claims, struct arena *scratch, struct err *e)
{
    struct registry *r = s->r;
    const struct entity *en = &r->p->entities.at[entity];
    size_t n = claims->len;
    cell_list *cells = ARENA_ARRAY(scratch, cell_list, n + 1);
    str region = STR("");
    int where = region_slot(en);
    for (size_t i = 0; i < n; i++) {
        if (!claim_unpack(r, entity, claims->at[i].data, scratch, &cells[i]))
            return fail(e, MISMATCH, "库里第 %lld 条说法损坏了", (long long)claims->at[i].id);
        VEC_EACH (const struct cell, c, &cells[i]) {
            bool here = where >= 0 && c->slot == where && c->state == VALUE_KNOWN && c->is_text;
            if (here) region = r->p->codes.at[en->slots.at[where].type.ref].items.at[c->i].name;
        }
    }
    struct quality_source *of = n == 0 ? NULL : place(s, system_of(s, claims->at[n - 1].feed), region);
    if (of != NULL) of->subjects++;
    for (uint16_t slot = 0; slot < en->slots.len && of != NULL; slot++) {
        if (en->slots.at[slot].kind != SLOT_FIELD) continue;
        struct field_sum *f = &s->fields[entity][slot];
        const struct claim *best = NULL;
        const struct cell *value = NULL;
        bool differs = false;
        for (size_t i = n; i-- > 0;) {
            VEC_EACH (const struct cell, c, &cells[i]) {
                if (c->slot != slot) continue;
                if (best == NULL) {
                    best = &claims->at[i], value = c;
                } else if (claims->at[i].feed != best->feed) {
                    bool same = c->state == value->state && (c->is_text ? str_eq(c->s, value->s) : c->i == value->i);
                    differs = differs || !same;
                }
            }
        }
        if (best == NULL) {
            of->missing++;
            continue;
        }
        bool old = best->as_of < s->old_before;
        f->known++, f->stale += old, f->contradictory += differs;
        of->stale += old, of->contradictory += differs;
        uint64_t origin = id_map_get(&s->feed_system, best->feed);
        if (origin > 0) f->by_system[origin - 1]++;
    }
    return true;
}

/* Subjects of an entity that are there today, in order. */
static bool survey_entity(struct survey *s, const struct entity *en, struct err *e)
{
    autoarena *a = arena_new("survey", 0);
    struct text t;
    text_init(&t, a, 4096);
    text_addz(&t, "SELECT \"_id\" FROM ");
    store_quote(&t, en->name);
    text_addz(&t, " ORDER BY \"_id\"");
    struct store_stmt *q;
    VEC(int64_t) ids = { 0 };
    bool row, ok;
    int64_t id;
    if (!store_prepare(s->r->s, text_str(&t), &q, e)) return false;
    while ((ok = store_step(q, &row, e)) && row) {
        if (store_int(q, 0, &id)) *vec_push(a, &ids) = id;
    }
    store_done(q);
    autoarena *scratch = arena_new("claims", 0);
    for (size_t i = 0; ok && i < ids.len; i++) {
        struct arena_mark m = arena_mark(scratch);
        claim_list claims = { 0 };
        ok = claims_of(s->r, en->id, (uint64_t)ids.at[i], scratch, &claims, e) && weigh(s, en->id, &claims, scratch, e);
        arena_rewind(scratch, m);
    }
    return ok;
}

/* Whom a whole list does not name it says something of as well (名单外): nobody lacks the field. */
static bool said_of_others(const struct registry *r, uint16_t entity, uint16_t slot)
{
    VEC_EACH (const struct other, o, &r->others) {
        if (o->entity == entity && o->cell.slot == slot) return true;
    }
    return false;
}

static void add_lines(struct survey *s, const struct entity *en, quality_lines *out)
{
    for (uint16_t slot = 0; slot < en->slots.len; slot++) {
        if (en->slots.at[slot].kind != SLOT_FIELD) continue;
        const struct field_sum *f = &s->fields[en->id][slot];
        size_t most = 0;
        for (size_t i = 0; i < s->systems.len; i++) {
            if (f->by_system[i] > f->by_system[most]) most = i;
        }
        *vec_push(s->a, out) =
            (struct quality_line){ .entity = en->name,
                                   .field = en->slots.at[slot].name,
                                   .rows = s->rows[en->id],
                                   .missing = said_of_others(s->r, en->id, slot) ? 0 : s->rows[en->id] - f->known,
                                   .stale = f->stale,
                                   .contradictory = f->contradictory,
                                   .origin = f->known > 0 ? s->systems.at[most] : STR("") };
    }
}

static int by_place(const void *pa, const void *pb)
{
    const struct quality_source *a = pa, *b = pb;
    int c = str_cmp(a->origin, b->origin);
    return c != 0 ? c : str_cmp(a->region, b->region);
}

bool registry_quality(struct registry *r, date today, int stale_days, struct arena *a, quality_lines *fields,
                      quality_sources *sources, struct err *e)
{
    size_t n = r->p->entities.len;
    struct survey s = { .r = r, .a = a, .old_before = today.days - stale_days, .feed_system = { .a = a } };
    map_init(&s.places, a);
    s.rows = ARENA_ARRAY(a, uint64_t, n + 1);
    s.fields = ARENA_ARRAY(a, struct field_sum *, n + 1);
    if (!load_systems(&s, e) || !count_rows(&s, e)) return false;
    for (size_t i = 0; i < n; i++) {
        const struct entity *en = &r->p->entities.at[i];
        s.fields[i] = ARENA_ARRAY(a, struct field_sum, en->slots.len + 1);
        for (size_t k = 0; k < en->slots.len; k++)
            s.fields[i][k].by_system = ARENA_ARRAY(a, uint64_t, s.systems.len + 1);
    }
    fields->len = sources->len = 0;
    VEC_EACH (const struct entity, en, &r->p->entities) {
        if (en->is_spell) continue;
        if (!survey_entity(&s, en, e)) return false;
        add_lines(&s, en, fields);
    }
    for (size_t i = 0; i < s.places.len; i++)
        *vec_push(a, sources) = *(const struct quality_source *)s.places.entries[i].value;
    if (sources->len > 1) qsort(sources->at, sources->len, sizeof sources->at[0], by_place);
    return true;
}
