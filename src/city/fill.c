/* fill: the city as a pool. A pool wants all subjects before their parts, so the city is made twice: first people,
 * households and firms, then what belongs to them. Rows are known without a map: a person's is its number, a firm's is
 * its number, and people's own businesses follow the firms in the order in which they come. */
#include "city/drop_priv.h"
#include "city/run_priv.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { NO_COLUMN = UINT16_MAX, STARTUPS_MAX = 8 };

struct column {
    uint16_t at;
    int64_t factor; /* the pool's scale over ours */
};
struct filler {
    struct city *c;
    const struct vocab *v;
    struct pool_builder *b;
    struct codes codes;
    uint16_t table[ENTITY_COUNT], owner_column[ENTITY_COUNT];
    struct column column[F_COUNT];
    uint64_t ids[ENTITY_COUNT]; /* given out */
    uint32_t household, startups;
    struct { /* of the household in hand */
        uint64_t employer;
        uint32_t row;
    } own[STARTUPS_MAX];
    size_t own_count;
    uint64_t facts;
    bool no_text; /* no column for texts that have to be put together */
};

/* ---- where things go ---- */

static bool find_columns(struct filler *f, enum city_entity e, struct err *err)
{
    const struct program *p = f->v->p;
    const struct city_entity_def *d = &city_entities[e];
    const struct entity *in = program_entity(p, str_of(d->name));
    if (in == NULL) return fail(err, MISMATCH, "规则包里没有“%s”，造不了这座城市", d->name);
    f->table[e] = in->id;
    f->owner_column[e] = NO_COLUMN;
    if (d->shape != SHAPE_SUBJECT) {
        uint16_t owner = in->is_monthly ? SLOT_MONTH_OWNER : SLOT_OWNER;
        if (f->v->used[in->id][owner]) f->owner_column[e] = owner;
    }
    for (unsigned i = 0; i < entity_fields(e); i++) {
        unsigned field = d->first + i;
        const struct city_field_def *def = &city_fields[field];
        struct column *c = &f->column[field];
        *c = (struct column){ NO_COLUMN, 1 };
        if (in->is_monthly && i < 3 && def->name[0] == '-') {
            c->at = i == 0 ? SLOT_MONTH : i == 1 ? vocab_last_month(f->v, in->id) : vocab_key(f->v, in->id);
            continue;
        }
        if (def->name[0] == '-') continue;
        int slot = entity_slot(in, str_of(def->name));
        if (slot < 0) return fail(err, MISMATCH, "规则包的“%s”里没有“%s”，造不了这座城市", d->name, def->name);
        if (!f->v->used[in->id][slot]) continue;
        c->at = (uint16_t)slot;
        unsigned scale = def->kind == CELL_MONEY ? 2 : def->kind == CELL_RATE ? 4 : 0;
        for (; scale < in->slots.at[slot].type.scale; scale++) c->factor *= 10;
    }
    return true;
}

/* Everything is known about everybody; months up to the last. */
static void cover(struct filler *f)
{
    const struct program *p = f->v->p;
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        uint16_t table = f->table[i];
        const struct entity *e = &p->entities.at[table];
        for (uint16_t slot = 0; slot < e->slots.len; slot++) {
            const struct slot *s = &e->slots.at[slot];
            struct pool_cover c = { .state = POOL_KNOWN };
            if (s->kind == SLOT_GROUP || s->kind == SLOT_SPELLS) pool_cover_all(f->b, table, slot, 0, c);
            if (s->kind == SLOT_GROUP) {
                const struct entity *of = &p->entities.at[s->type.ref];
                pool_join_by(f->b, table, slot, (uint16_t)entity_slot(of, s->via));
            }
            if (s->kind != SLOT_HISTORY) continue;
            c.has_until = true;
            c.until = f->c->known.index;
            uint16_t key = p->entities.at[s->type.ref].key;
            size_t keys = key == 0 ? 1 : p->codes.at[key - 1].items.len;
            for (uint16_t k = 0; k < keys; k++) pool_cover_all(f->b, table, slot, k, c);
        }
    }
}

/* ---- cells ---- */

static uint32_t employer_row(const struct filler *f, uint64_t employer)
{
    if (!(employer & FIRM_STARTUP)) return (uint32_t)employer;
    for (size_t i = 0; i < f->own_count; i++) {
        if (f->own[i].employer == employer) return f->own[i].row;
    }
    abort(); /* a business is known only in its own household */
}

static int64_t value(struct filler *f, unsigned field, union cell cell)
{
    switch ((enum cell_kind)city_fields[field].kind) {
    case CELL_TEXT: return pool_intern(f->b, str_of(cell.text));
    case CELL_CODE: return f->codes.item[cell.n];
    case CELL_REF_EMPLOYER: return employer_row(f, (uint64_t)cell.n);
    case CELL_REF_HOUSEHOLD: return f->household;
    case CELL_BOOL:
    case CELL_DATE:
    case CELL_MONTH:
    case CELL_MONEY:
    case CELL_INT:
    case CELL_RATE:
    case CELL_REF_PERSON:
    case CELL_REF_INSTITUTION: break;
    }
    return cell.n * f->column[field].factor;
}

static void set_cells(struct filler *f, const struct fact *x)
{
    unsigned first = city_entities[x->entity].first, n = entity_fields(x->entity);
    for (unsigned i = 0; i < n; i++) {
        uint16_t at = f->column[first + i].at;
        if (at == NO_COLUMN || x->state[i] == CELL_UNKNOWN) continue;
        int64_t v = x->state[i] == CELL_KNOWN ? value(f, first + i, x->cell[i]) : 0;
        pool_set(f->b, f->table[x->entity], at, x->state[i], v);
    }
    f->facts++;
}

static uint32_t row_of(const struct filler *f, const struct fact *x)
{
    return x->entity == ENTITY_household  ? f->household
           : x->entity == ENTITY_employer ? employer_row(f, x->number)
                                          : (uint32_t)x->number;
}

/* ---- the facts of a household, a firm, an institution ---- */

static void businesses(struct filler *f, const struct fact_set *s)
{
    f->own_count = 0;
    VEC_EACH (struct fact *const, x, &s->facts) {
        if ((*x)->entity != ENTITY_employer || !((*x)->number & FIRM_STARTUP)) continue;
        assert(f->own_count < STARTUPS_MAX);
        f->own[f->own_count].employer = (*x)->number;
        f->own[f->own_count++].row = (uint32_t)f->c->firms + f->startups++;
    }
}

static void add_subjects(struct filler *f, struct fact_set *s)
{
    businesses(f, s);
    VEC_EACH (struct fact *const, p, &s->facts) {
        const struct fact *x = *p;
        if (city_entities[x->entity].shape != SHAPE_SUBJECT) continue;
        if (x->entity == ENTITY_employer && !(x->number & FIRM_STARTUP)) continue; /* set beforehand */
        if (x->entity == ENTITY_household) f->household = (uint32_t)f->ids[ENTITY_household]++;
        uint32_t row = pool_add(f->b, f->table[x->entity], x->number + 1, UINT32_MAX);
        assert(row == row_of(f, x) || row == 0); /* 0: memory ran out, the end says so */
        (void)row;
        set_cells(f, x);
    }
}

static int64_t key_of(const struct filler *f, const struct fact *x)
{
    return city_entities[x->entity].shape == SHAPE_KEYED ? f->codes.item[x->cell[2].n] : 0;
}

static bool before(const struct filler *f, const struct fact *a, const struct fact *b)
{
    if (a->entity != b->entity) return a->entity < b->entity;
    if (a->owner->number != b->owner->number) return a->owner->number < b->owner->number;
    int64_t ka = key_of(f, a), kb = key_of(f, b);
    return ka != kb ? ka < kb : a->cell[0].n < b->cell[0].n;
}

/* Parts stand by table, owner, kind and beginning. */
static void sort_parts(const struct filler *f, struct fact **at, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct fact *x = at[i];
        size_t k = i;
        for (; k > 0 && before(f, x, at[k - 1]); k--) at[k] = at[k - 1];
        at[k] = x;
    }
}

static void add_parts(struct filler *f, struct fact_set *s)
{
    size_t n = 0;
    businesses(f, s);
    VEC_EACH (struct fact *const, p, &s->facts) {
        if ((*p)->entity == ENTITY_household) f->household = (uint32_t)f->ids[ENTITY_household]++;
        if (city_entities[(*p)->entity].shape != SHAPE_SUBJECT) s->facts.at[n++] = *p;
    }
    sort_parts(f, s->facts.at, n);
    for (size_t i = 0; i < n; i++) {
        const struct fact *x = s->facts.at[i];
        uint32_t owner = row_of(f, x->owner);
        pool_add(f->b, f->table[x->entity], ++f->ids[x->entity], owner);
        if (f->owner_column[x->entity] != NO_COLUMN) {
            pool_set(f->b, f->table[x->entity], f->owner_column[x->entity], POOL_KNOWN, owner);
        }
        set_cells(f, x);
    }
}

/* ---- sets wait until it is the turn of their piece: only then rows are given out ---- */

struct heap {
    struct filler *f;
    struct arena *arena;
    VEC(struct fact_set) sets;
    void (*add)(struct filler *f, struct fact_set *s);
};

static bool take(struct city_hand *h, struct fact_set *s, const struct fact_set *before, struct err *e)
{
    struct heap *p = h->to;
    (void)before, (void)e;
    if (h->c->o.truth) plant_undo(s);
    *vec_push(p->arena, &p->sets) = *s;
    return true;
}

static bool put(struct city_hand *h, struct err *e)
{
    struct heap *p = h->to;
    (void)e;
    for (size_t i = 0; i < p->sets.len; i++) p->add(p->f, &p->sets.at[i]);
    p->sets.len = 0;
    return true;
}

static bool run(struct filler *f, struct city *c, void (*add)(struct filler *, struct fact_set *), struct err *e)
{
    size_t count = city_threads(&c->o);
    struct heap heaps[CITY_THREADS_MAX];
    struct city_hand hands[CITY_THREADS_MAX];
    for (size_t i = 0; i < count; i++) {
        heaps[i] = (struct heap){ .f = f, .arena = arena_new("sets", 0), .add = add };
        hands[i] = (struct city_hand){ .to = &heaps[i], .take = take, .put = put, .keep = true };
    }
    hands[0].c = f->c = c;
    bool ok = city_run(hands, count, e);
    for (size_t i = 0; i < count; i++) arena_free(heaps[i].arena);
    return ok;
}

/* ---- firms: first as if nobody worked there, then what is different ---- */

static void add_firms(struct filler *f, struct fact_set *s)
{
    for (uint64_t i = 0; i < f->c->firms; i++) {
        struct arena_mark mark = arena_mark(s->arena);
        *s = (struct fact_set){ .arena = s->arena, .no_text = s->no_text };
        const struct fact *x = firm_facts(f->c, s, i);
        if (f->c->o.truth) plant_undo(s);
        pool_add(f->b, f->table[ENTITY_employer], i + 1, UINT32_MAX);
        set_cells(f, x);
        arena_rewind(s->arena, mark);
    }
}

static void mend_firms(struct filler *f, const struct city *empty, struct fact_set *s)
{
    unsigned first = city_entities[ENTITY_employer].first, n = entity_fields(ENTITY_employer);
    for (uint64_t i = 0; i < f->c->firms; i++) {
        struct arena_mark mark = arena_mark(s->arena);
        *s = (struct fact_set){ .arena = s->arena, .no_text = s->no_text };
        const struct fact *was = firm_facts(empty, s, i);
        if (f->c->o.truth) plant_undo(s);
        const struct fact *is = firm_facts(f->c, s, i);
        if (f->c->o.truth) plant_undo(s);
        for (unsigned k = 0; k < n; k++) {
            uint16_t at = f->column[first + k].at;
            if (at == NO_COLUMN ||
                cell_same(city_fields[first + k].kind, was->state[k], was->cell[k], is->state[k], is->cell[k])) {
                continue;
            }
            int64_t v = is->state[k] == CELL_KNOWN ? value(f, first + k, is->cell[k]) : 0;
            pool_set_at(f->b, f->table[ENTITY_employer], at, (uint32_t)i, is->state[k], v);
        }
        arena_rewind(s->arena, mark);
    }
}

static bool fill(struct filler *f, struct arena *a, const struct city_options *o, struct err *e)
{
    autoarena *scratch = arena_new("firms", 0);
    struct fact_set s = { .arena = scratch, .no_text = f->no_text };
    struct city_options quiet = *o;
    quiet.progress = NULL;
    struct city *empty = city_new(a, &quiet);
    f->c = city_new(a, o);
    f->c->no_text = empty->no_text = f->no_text;
    cover(f);
    add_firms(f, &s);
    if (!run(f, f->c, add_subjects, e)) return false;
    mend_firms(f, empty, &s);
    f->startups = 0;
    f->ids[ENTITY_household] = 0;
    struct city *first = f->c;
    bool ok = run(f, empty, add_parts, e); /* it counts again, from nothing */
    f->c = first;
    return ok;
}

bool city_pool(const struct city_options *o, const struct vocab *v, struct pool **out, struct city_result *r,
               struct text *report, struct err *e)
{
    autoarena *a = arena_new("city", 0);
    struct filler f = { .v = v };
    if (!codes_find(&f.codes, v->p, a, e)) return false;
    for (size_t i = 0; i < ENTITY_COUNT; i++) {
        if (!find_columns(&f, (enum city_entity)i, e)) return false;
    }
    f.no_text = true;
    for (size_t i = 0; i < F_COUNT; i++) {
        bool made = (city_fields[i].entity <= ENTITY_institution && i != F_person_id && i != F_person_school &&
                     i != F_person_major && i != F_person_name) ||
                    i == F_certificate_number;
        if (made && city_fields[i].kind == CELL_TEXT && f.column[i].at != NO_COLUMN) f.no_text = false;
    }
    f.b = pool_build(&v->schema, 0);
    if (!fill(&f, a, o, e)) {
        pool_build_free(f.b);
        return false;
    }
    struct pool *p = pool_build_end(f.b, e);
    if (p == NULL) return fail_up(e, "%llu 人的城市放不下", (unsigned long long)o->people);
    *out = p;
    *r = (struct city_result){
        .people = o->people, .households = f.c->n.households, .firms = f.c->firms, .facts = f.facts
    };
    if (report != NULL) city_report(&f.c->n, report);
    return true;
}
